"""The stored results of the chapter on temporal localization, as code/precompute/temporal_localization.py left them.

Source: data/temporal_localization.json and data/temporal_localization_page.npz, computed by this book.
"""

from functools import cache

import numpy as np

from miniatures.data import load
from miniatures.logistic import LogOdds
from miniatures.results import spread as spread
from miniatures.results import under
from miniatures.temporal_localization import SCALES, TESTING, TRAINING, Look, Videos, scored, videos
from miniatures.wording import minus

SEEDS, SHOWN_SEED = tuple(range(200, 210)), 200
FEW_SEEDS = SEEDS[:5]
COUNTS = (1, 2, 5, 10, 20, 50, 100)  # proposals a video
GROUPS = ("all", "short", "middling", "long")
EDGES = (16, 45)  # frames: shorter than the first is short, from the second on long
LOOKS = {
    "fixed": Look(False, 0.0),
    "fixed + context": Look(False, 1.0),
    "aligned": Look(True, 0.0),
    "aligned + context": Look(True, 1.0),
}
CORRUPTIONS = tuple(np.arange(0, 11) / 10)


def stored(*keys):
    """What lies under `keys`: a dict, or an array. ValueError names what there is instead."""
    return under("temporal_localization.json", *keys)


def grouped(made: Videos):
    """The group of each action by its length, (M,) of texts."""
    lengths = np.diff(made.segments)[:, 0]
    return np.array(GROUPS[1:])[np.digitize(lengths, EDGES)]


def recall(name: str, count: int, group: str = "all", threshold: float | None = None, layer: str = "pooled"):
    """Recall for each of ten seeds, (10,), of the look `name` with `count` proposals a video: AR, or at one tIoU `threshold`."""
    table = stored("proposals", layer, name)[:, COUNTS.index(count), GROUPS.index(group)]  # (seeds, thresholds)
    return table.mean(axis=1) if threshold is None else table[:, round((threshold - 0.5) / 0.05)]


def signed(values) -> str:
    """Mean and standard deviation of differences, with the mean's sign, as text.

    >>> signed([-1.0, -2.0])
    '−1.5 ± 0.7'
    """
    values = np.asarray(values, float)
    return minus(f"{values.mean():+.1f} ± {values.std(ddof=1):.1f}")


@cache
def page() -> dict:
    """The arrays of the archive."""
    return load("temporal_localization_page.npz")


@cache
def shown_videos() -> Videos:
    """The test videos of the seed that the views show."""
    rng = np.random.default_rng(SHOWN_SEED)
    videos(TRAINING, rng)
    return videos(TESTING, rng)


@cache
def shown_anchors(name: str, video: int):
    """Every anchor of a test video, its log-odds and its scale's number, by the stored scorers of the look `name`."""
    number, parts = list(LOOKS).index(name), page()
    models = [
        LogOdds(*(parts[f"look{number}_{part}"][row].astype(float) for part in ("mean", "scale", "weights")))
        for row in range(len(SCALES))
    ]
    return scored(shown_videos().signals[video], models, LOOKS[name])
