"""The chapter's stored measurements on fresh seeds, and one frame's closed-form alphas.

Source: code/precompute/background_matting.py, which runs `miniatures.matting_cases`.

setting  what the experiment turns: see SETTINGS; 0 for "crossing" and "swaying", which compare the methods
"""

import numpy as np

from miniatures.checks import one_of, real, whole
from miniatures.data import load
from miniatures.matting_cases import TRIMAPS
from miniatures.results import by_key

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made
SETTINGS = {
    "crossing": (0.0,),
    "swaying": (0.0,),
    "threshold": (0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5),
    "distance": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
    "noise": (0.0, 0.01, 0.02, 0.03, 0.05, 0.1),
    "shake": (0.0, 0.5, 1.0, 1.5, 2.0, 3.0),  # pixels
    "rest": (0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8),  # share of the frames
    "trimap": tuple(range(1, 11)),  # pixels
    "two backgrounds": (0.02, 0.05, 0.1, 0.2, 0.3),  # their difference
}
BRANDS, OPERATOR, TERMS_OF = ("Kaleido", "remove.bg", "Unscreen"), "Canva Austria", 2024  # remove.bg's terms of service
COLUMNS = ("experiment", "method", "setting", "seed", "measure", "value")


def _table():
    return by_key("background_matting_runs.csv", "experiment", "method", "setting", "measure")


def stored(experiment: str, method: str, measure: str, setting: float = 0.0) -> np.ndarray:
    """What was measured on the fresh seeds, (5,), nan where the pipeline refused a clip; ValueError names what is stored.

    >>> stored("crossing", "hard", "mse").shape
    (5,)
    """
    one_of("experiment", experiment, tuple(SETTINGS))
    setting = real("setting", setting)
    found = _table().get((experiment, method, setting, measure))
    if found is None:
        there = sorted({key[1:] for key in _table() if key[0] == experiment})
        asked = f"method={method!r}, setting={setting:g}, measure={measure!r}"
        raise ValueError(f"{asked} is not stored of {experiment}: one of {there[:40]}")
    return found


def curve(experiment: str, method: str, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """(settings (N,), values (N, 5)) of all the settings of an experiment.

    >>> curve("shake", "hard", "false alarms")[1].shape
    (6, 5)
    """
    settings = SETTINGS[one_of("experiment", experiment, tuple(SETTINGS))]
    return np.array(settings, float), np.stack([stored(experiment, method, measure, one) for one in settings])


def closed_form_frame(kind: str, width: int) -> np.ndarray:
    """The closed-form alpha (64, 64) of the middle frame of seed 200, in steps of 1/255, with a "drawn" or its "own" trimap.

    >>> closed_form_frame("drawn", 2).shape
    (64, 64)
    """
    kind = one_of("kind", kind, TRIMAPS)
    return load("background_matting_frame.npz")[kind][whole("width", width, 1, 10) - 1] / 255
