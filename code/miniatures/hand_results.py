"""The stored results of the chapter on the prosthetic hand, as code/precompute/prosthetic_control.py left them.

Source: data/prosthetic_control.json, computed by this book.
"""

from functools import cache

import numpy as np

from miniatures.checks import positive, real
from miniatures.data import load


@cache
def _all() -> dict:
    return load("prosthetic_control.json")


def stored(*keys):
    """What lies under `keys`: a dict, or an array (numbers in lists, as stored). ValueError names what there is instead.

    >>> stored("hand", "postures", "days").shape  # ten seeds, eight days
    (10, 8)
    """
    found = _all()
    for number, key in enumerate(keys):
        if not isinstance(found, dict) or key not in found:
            there = ", ".join(found) if isinstance(found, dict) else "no more keys"
            raise ValueError(f"{key!r} is not stored under {'.'.join(keys[:number]) or 'the root'}: {there}")
        found = found[key]
    return found if isinstance(found, dict) else np.array(found)


def spread(values, scale: float = 1.0, digits: int = 3) -> str:
    """Mean and standard deviation over seeds, as text.

    >>> spread([0.9, 0.94], 100, 1)
    '92.0 ± 2.8'
    """
    values = scale * np.asarray(values, float)
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


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
