"""The chapter's stored measurements on fresh seeds.

Source: code/precompute/layer_decomposition.py, which runs `miniatures.layer_decomposition_cases`.

setting  noise for "single" and "insertion", the lower ball's speed for "crossing", the rest share for "resting"
"""

import numpy as np

from miniatures.checks import one_of, real
from miniatures.results import by_key, spread

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made
NOISES = (0.0, 0.004)
LOWER_SPEEDS = (-1.6, -0.8, 0.0, 0.4, 0.8, 1.0, 1.2, 1.4, 1.6)  # the upper ball's is 1.6
RESTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
COLUMNS = ("experiment", "how", "setting", "seed", "measure", "value")
HOW = {"single": "", "insertion": "smallest alpha", "crossing": "motion", "resting": "median"}
SETTING = {"single": 0.004, "insertion": 0.004, "crossing": -1.6, "resting": 0.5}


def _table():
    return by_key("layer_decomposition_runs.csv", "experiment", "how", "setting", "measure")


def stored(experiment: str, measure: str, how: str | None = None, setting: float | None = None) -> np.ndarray:
    """What was measured on the fresh seeds, (5,); `how` and `setting` are by default those of HOW and SETTING.

    >>> stored("single", "dust").shape
    (5,)
    """
    one_of("experiment", experiment, tuple(HOW))
    how = HOW[experiment] if how is None else how
    setting = real("setting", SETTING[experiment] if setting is None else setting)
    found = _table().get((experiment, how, setting, measure))
    if found is None:
        there = sorted({key[1:] for key in _table() if key[0] == experiment})
        asked = f"how={how!r}, setting={setting:g}, measure={measure!r}"
        raise ValueError(f"{asked} is not stored of {experiment}: one of {there[:40]}")
    return found


def single_rows() -> list[dict]:
    """A table for the page: alphas found and true with grain, and found without it, by part; means ± sd over the seeds."""
    parts = {"shadow alone": ("shadow", "shadow_true"), "dust alone": ("dust", "dust_true"), "inside the ball": ("body", None),
             "elsewhere": ("elsewhere", None)}  # fmt: skip
    true = {"inside the ball": "1", "elsewhere": "0"}
    return [
        {
            "where": name,
            "true alpha": spread(stored("single", known)) if known else true[name],
            "found": spread(stored("single", found)),
            "found, no grain": spread(stored("single", found, "", 0.0)),
        }
        for name, (found, known) in parts.items()
    ]


def insertion_rows() -> list[dict]:
    """A table for the page: RMSE of the letters in grey levels, by what lies over them; means ± sd over the seeds."""
    hows = ("pasted on top", "mask only", "smallest alpha", "solid core", "true alpha")
    return [
        {"layer": how} | {part: spread(stored("insertion", part, how), 255, 1) for part in ("letters", "shadow", "dust", "body")}
        for how in hows
    ]  # fmt: skip


def crossing_rows() -> list[dict]:
    """A table for the page: shadow pixels rightly owned, in percent, at each speed of the lower ball; means ± sd over the seeds."""
    return [
        {"lower ball, px/frame": f"{speed:g}"}
        | {rule: spread(stored("crossing", "shadows", rule, speed), 100, 1) for rule in ("motion", "nearest mask")}
        for speed in LOWER_SPEEDS
    ]
