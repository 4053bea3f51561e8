"""What code/precompute left in data/: looked up by keys, summed up over seeds."""

import numpy as np

from miniatures import checks
from miniatures.data import load


@checks.cached()
def whole_file(name: str) -> dict:
    """All of data/`name`, read once.

    >>> list(whole_file("prosthetic_control.json"))
    ['hand', 'watch', 'ear']
    """
    return load(name)


def under(name: str, *keys):
    """What lies under `keys` in data/`name`: a dict, or an array of the numbers there. ValueError names what there is instead.

    >>> under("prosthetic_control.json", "hand", "postures", "days").shape  # ten seeds, eight days
    (10, 8)
    """
    found = whole_file(name)
    for number, key in enumerate(keys):
        if not isinstance(found, dict) or key not in found:
            there = ", ".join(found) if isinstance(found, dict) else "no more keys"
            raise ValueError(f"keys: {key!r} is not stored under {'.'.join(keys[:number]) or 'the root'}: {there}")
        found = found[key]
    return found if isinstance(found, dict) else np.array(found)


@checks.cached()
def by_key(name: str, *keys: str, value: str = "value") -> dict[tuple, np.ndarray]:
    """data/`name`, a table with a line for each seed: what stands in its columns `keys` -> the numbers of the column `value`, in the lines' order.

    >>> by_key("face_mesh_runs.csv", "measure", "of")["error", "crop 32"].shape  # five seeds
    (5,)
    """
    found: dict[tuple, list[float]] = {}
    lines = load(name)
    for key in keys:
        checks.one_of("keys", key, lines.dtype.names)
    checks.one_of("value", value, lines.dtype.names)
    for line in lines:
        found.setdefault(tuple(line[key].item() for key in keys), []).append(float(line[value]))
    return {key: np.array(values) for key, values in found.items()}


def place(name: str, value, stored: tuple) -> int:
    """Where `value` stands among the `stored` settings; ValueError lists them.

    >>> place("budget", 0.05, (0.02, 0.05))
    1
    """
    settings = checks.series("stored", stored)
    if None in settings:
        raise ValueError(f"stored={stored} must be settings, none of them nan")
    if isinstance(value, bool) or value not in settings:
        raise ValueError(f"{name}={value!r} is not stored: one of {', '.join(map(str, settings))}")
    return settings.index(value)


def spread(values, scale: float = 1.0, digits: int = 3) -> str:
    """Mean and standard deviation over seeds, two of them or more, as text.

    >>> spread([0.9, 0.94], 100, 1)
    '92.0 ± 2.8'
    """
    return _spread("values", values, checks.real("scale", scale), checks.whole("digits", digits, 0, 15))


def _spread(name, values, scale, digits):
    values = scale * checks.numbers(name, values)
    if values.size < 2:
        raise ValueError(f"{name} holds {values.size} numbers: there must be one for each of two seeds or more")
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def spread_percent(shares) -> str:
    """The same for shares, in percent.

    >>> spread_percent([0.5, 0.7])
    '60.0 ± 14.1 %'
    """
    return f"{_spread('shares', shares, 100, 1)} %"
