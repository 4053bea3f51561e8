"""What code/precompute/localized_narratives.py measured, by seed, and the set of narratives that the chapter ships."""

from functools import cache

import numpy as np

from miniatures.checks import cached, real, whole
from miniatures.data import load
from miniatures.narrative_scenes import SHAPES, Scene
from miniatures.narrative_trace import Narrative, Trace
from miniatures.results import by_key

FRESH_SEEDS = (200, 201, 202, 203, 204)
LAGS = np.arange(-10, 21) / 10  # assumed lags of the stored curves, seconds
FINE = np.arange(-20, 41) / 20  # lags that a best one is sought among, seconds
UNSTEADY = 0.3  # of the speakers whose lag is fitted on few narratives, seconds from word to word
DWELLS = (0.3, 0.5, 1.0, 2.0)  # seconds
COUNTS = (1, 2, 5, 20)  # narratives that a lag is fitted on
SPREADS = (0.0, 0.2, 0.4)  # standard deviation of the lag between annotators, seconds
PLANTED = (-0.6, -0.3, 0.0, 0.3, 0.6, 0.9, 1.2)  # seconds
RADII = (0.4, 0.8, 1.2, 1.6)
JITTERS = (0.0, 0.02, 0.05, 0.1, 0.15)
ANNOTATORS, EACH = 8, 8  # of the shipped set: annotators, and narratives of each
PLACES = 1000  # of the stored coordinates to the side of a picture, and of its times to the second


def _table():
    return by_key("localized_narratives_runs.csv", "measure", "setting", "of")


def stored(measure: str, setting: float, of: str) -> np.ndarray:
    """The measured values of the five fresh seeds, (5,); ValueError names what is stored instead.

    >>> stored("accuracy", 0.5, "0.0").shape
    (5,)
    """
    key = (measure, real("setting", setting), of)
    if key not in _table():
        near = [k for k in _table() if k[0] == measure] or list(_table())
        raise ValueError(
            f"measure={measure!r}, setting={setting!r}, of={of!r} is not stored: settings "
            f"{sorted({k[1] for k in near})}, of {', '.join(sorted({k[2] for k in near}))}; "
            f"measures {', '.join(sorted({k[0] for k in _table()}))}"
        )
    return _table()[key]


def curve(dwell: float) -> np.ndarray:
    """Grounding accuracy by seed and assumed lag, (5, LAGS), where the voice is 0.5 s behind the pointer."""
    dwell = _dwell(dwell)
    return np.stack([stored("accuracy", dwell, str(lag)) for lag in LAGS], axis=1)


def accuracy_near(dwell: float, lag: float) -> tuple:
    """The stored lag that is nearest to `lag`, in seconds, and its accuracy by seed, (5,).

    >>> accuracy_near(0.5, 0.02)[0]
    0.0
    """
    near = float(LAGS[np.abs(LAGS - real("lag", lag)).argmin()])
    return near, stored("accuracy", _dwell(dwell), str(near))


def _dwell(dwell):
    held = sorted({setting for measure, setting, _ in _table() if measure == "accuracy"})
    if real("dwell", dwell) not in held:
        raise ValueError(f"dwell={dwell!r} is not stored: one of {', '.join(map(str, held))} seconds")
    return dwell


@cache
def _set():
    return load("localized_narratives_set.npz")


@cached()
def shipped(annotator: int | None = None) -> tuple[Narrative, ...]:
    """The shipped narratives, of one annotator (0 to 7, eight each) or all 64: each about a scene of its own."""
    if annotator is not None:
        whole("annotator", annotator, 0, ANNOTATORS - 1)
        return shipped()[annotator * EACH : (annotator + 1) * EACH]
    held = _set()
    ends = np.cumsum(held["samples"])
    return tuple(
        _narrative(held, number, ends[number] - held["samples"][number], ends[number]) for number in range(len(ends))
    )


def shipped_scene(number: int) -> Scene:
    """The scene of narrative `number`, 0 to 63."""
    number = whole("number", number, 0, ANNOTATORS * EACH - 1)
    return Scene(_set()["boxes"][number] / PLACES, _set()["kinds"][number].astype(int))


def planted_lags() -> np.ndarray:
    """The lag, in seconds, that each annotator of the shipped set was given, (8,)."""
    return _set()["lags"]


def _narrative(held, number, first, last):
    trace = held["trace"][first:last] / PLACES  # (N, 3)
    scene, about = shipped_scene(number), held["about"][number].astype(int)
    texts = tuple(
        SHAPES[scene.kinds[box]] if box >= 0 else str(text)
        for box, text in zip(about, held["texts"][number], strict=True)
    )
    return Narrative(Trace(*trace.T, scene.boxes), held["words"][number] / PLACES, about, texts)
