"""The stored results of the chapter on temporal localization, as code/precompute/temporal_localization.py left them.

Source: data/temporal_localization.json and data/temporal_localization_page.npz, computed by this book.
"""

from functools import cache

import numpy as np

from miniatures.checks import cached, numbers, one_of, real, whole
from miniatures.data import load
from miniatures.logistic import LogOdds
from miniatures.results import place, under
from miniatures.results import spread as spread
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
LAYERS = ("pooled", "skimmed")  # first layers: the mean of all frames, or of three
CORRUPTIONS = tuple(np.arange(0, 11) / 10)


def stored(*keys):
    """What lies under `keys`: a dict, or an array. ValueError names what there is instead."""
    return under("temporal_localization.json", *keys)


def grouped(made: Videos):
    """The group of each action by its length, (M,) of texts.

    >>> grouped(shown_videos())[:3].tolist(), np.diff(shown_videos().segments)[:3, 0].tolist()
    (['middling', 'short', 'short'], [38.0, 14.0, 9.0])
    """
    lengths = np.diff(made.segments)[:, 0]
    return np.array(GROUPS[1:])[np.digitize(lengths, EDGES)]


def recall(name: str, count: int, group: str = "all", threshold: float | None = None, layer: str = "pooled"):
    """Recall for each of ten seeds, (10,), of the look `name` with `count` proposals a video: AR, or at one tIoU `threshold`."""
    at = place("count", count, COUNTS), GROUPS.index(one_of("group", group, GROUPS))
    found = stored("proposals", one_of("layer", layer, LAYERS), one_of("name", name, LOOKS))
    table = found[:, *at]  # (seeds, thresholds)
    return (
        table.mean(axis=1)
        if threshold is None
        else table[:, round((real("threshold", threshold, 0.5, 0.95) - 0.5) / 0.05)]
    )


def signed(values) -> str:
    """Mean and standard deviation of differences, with the mean's sign, as text.

    >>> signed([-1.0, -2.0])
    '−1.5 ± 0.7'
    """
    values = numbers("values", values)
    if values.size < 2:
        raise ValueError(f"values holds {values.size} numbers: there must be one for each of two seeds or more")
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


@cached()
def shown_anchors(name: str, video: int):
    """Every anchor of a test video, its log-odds and its scale's number, by the stored scorers of the look `name`."""
    number, parts = list(LOOKS).index(one_of("name", name, LOOKS)), page()
    video = whole("video", video, 0, TESTING - 1)
    models = [
        LogOdds(*(parts[f"look{number}_{part}"][row].astype(float) for part in ("mean", "scale", "weights")))
        for row in range(len(SCALES))
    ]
    return scored(shown_videos().signals[video], models, LOOKS[name])
