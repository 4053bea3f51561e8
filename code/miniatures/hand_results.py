"""The stored results of the chapter on the prosthetic hand, as code/precompute/prosthetic_control.py left them.

Source: data/prosthetic_control.json, computed by this book.
"""

from miniatures.checks import positive, real
from miniatures.results import spread as spread
from miniatures.results import under


def stored(*keys):
    """What lies under `keys`: a dict, or an array (numbers in lists, as stored). ValueError names what there is instead.

    >>> stored("hand", "postures", "days").shape  # ten seeds, eight days
    (10, 8)
    """
    return under("prosthetic_control.json", *keys)


def between(first: float, last: float, start: float, end: float, at: float) -> tuple[float, float]:
    """A quantity at `at` that is `first` at `start` and `last` at `end`: growing by equal shares, and by equal steps.

    >>> between(1.0, 4.0, 0, 2, 1)
    (2.0, 2.5)
    """
    first, last = positive("first", first), positive("last", last)
    start, end, at = (real(name, value, -1e6, 1e6) for name, value in (("start", start), ("end", end), ("at", at)))
    if not start < end:
        raise ValueError(f"start={start:g} must lie before end={end:g}")
    part = (at - start) / (end - start)
    return first * (last / first) ** part, first + (last - first) * part
