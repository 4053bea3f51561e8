"""The chapter's stored measurements on fresh seeds: what clicks, their place, beta and vertices bring, and which triplets are found.

Source: code/precompute/instance_segmentation.py.

seed     of a study: 12 drawn objects, `miniatures.tailed_objects.batch`; or the rooms to learn from and 200 others to find triplets in
setting  the number of clicks, beta or the number of vertices, see SETTINGS
"""

import numpy as np

from miniatures.checks import one_of, real
from miniatures.relationship_triplets import SCORERS
from miniatures.results import by_key

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made but for the hand "edge"
HANDS = ("centre", "centre, 1.5 px off", "anywhere", "edge")
BETAS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
SETTINGS = {
    "clicks": tuple(range(9)),  # mean IoU of a hand; 0 is the box
    "reached": tuple(range(9)),  # share of the objects at an IoU of 0.84 or more
    "beta": BETAS,  # mean IoU after "1 click" and "4 clicks"
    "polygon": (3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 24, 32),  # mean IoU of "vertices"
    "session": (0.0,),  # see SUMMARIES
    "triplets": (0.0,),  # "mAP" and "found first" of each scorer
}
SUMMARIES = (
    "clicks to 0.84",  # mean; an object that 8 do not bring there counts as 9
    "first click lowers",  # share of the objects
    "some later click lowers",
    "best of 8 clicks",  # mean of each object's best IoU
    "last of 8 clicks",
    "vertices to 0.84",
    "fallen by",  # mean of box IoU - IoU after the first click
)
COLUMNS = ("experiment", "method", "setting", "seed", "value")


def _table():
    return by_key("instance_segmentation_runs.csv", "experiment", "method", "setting")


def stored(experiment: str, method: str, setting: float = 0.0) -> np.ndarray:
    """What was measured on the fresh seeds, (5,); ValueError names what is stored.

    >>> stored("clicks", "centre", 3).shape
    (5,)
    """
    one_of("experiment", experiment, tuple(SETTINGS))
    found = _table().get((experiment, method, real("setting", setting)))
    if found is None:
        there = sorted({key[1:] for key in _table() if key[0] == experiment})
        raise ValueError(f"method={method!r}, setting={setting:g} is not stored of {experiment}: one of {there[:40]}")
    return found


def curve(experiment: str, method: str) -> tuple[np.ndarray, np.ndarray]:
    """(settings (N,), values (N, 5)) of all the settings of an experiment.

    >>> curve("clicks", "centre")[1].shape
    (9, 5)
    """
    settings = SETTINGS[one_of("experiment", experiment, tuple(SETTINGS))]
    return np.array(settings, float), np.stack([stored(experiment, method, one) for one in settings])


def methods(experiment: str) -> tuple[str, ...]:
    """What of an experiment can be asked for.

    >>> methods("beta")
    ('1 click', '4 clicks')
    """
    one_of("experiment", experiment, tuple(SETTINGS))
    return {
        "clicks": HANDS,
        "reached": HANDS,
        "beta": ("1 click", "4 clicks"),
        "polygon": ("vertices",),
        "session": SUMMARIES,
        "triplets": tuple(f"{measure}, {scorer}" for measure in ("mAP", "found first") for scorer in SCORERS),
    }[experiment]
