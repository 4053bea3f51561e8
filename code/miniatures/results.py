"""What code/precompute left in data/: looked up by keys, summed up over seeds."""

from functools import cache

import numpy as np

from miniatures.data import load


@cache
def whole_file(name: str) -> dict:
    """All of data/`name`, read once."""
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
            raise ValueError(f"{key!r} is not stored under {'.'.join(keys[:number]) or 'the root'}: {there}")
        found = found[key]
    return found if isinstance(found, dict) else np.array(found)


@cache
def by_key(name: str, *keys: str, value: str = "value") -> dict[tuple, np.ndarray]:
    """data/`name`, a table with a line for each seed: what stands in its columns `keys` -> the numbers of the column `value`, in the lines' order.

    >>> by_key("face_mesh_runs.csv", "measure", "of")["error", "crop 32"].shape  # five seeds
    (5,)
    """
    found: dict[tuple, list[float]] = {}
    for line in load(name):
        found.setdefault(tuple(line[key].item() for key in keys), []).append(float(line[value]))
    return {key: np.array(values) for key, values in found.items()}


def place(name: str, value, stored: tuple) -> int:
    """Where `value` stands among the `stored` settings; ValueError lists them.

    >>> place("budget", 0.05, (0.02, 0.05))
    1
    """
    if isinstance(value, bool) or value not in stored:
        raise ValueError(f"{name}={value!r} is not stored: one of {', '.join(map(str, stored))}")
    return stored.index(value)


def spread(values, scale: float = 1.0, digits: int = 3) -> str:
    """Mean and standard deviation over seeds, as text.

    >>> spread([0.9, 0.94], 100, 1)
    '92.0 ± 2.8'
    """
    values = scale * np.asarray(values, float)
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def spread_percent(shares) -> str:
    """The same for shares, in percent.

    >>> spread_percent([0.5, 0.7])
    '60.0 ± 14.1 %'
    """
    return f"{spread(shares, 100, 1)} %"
