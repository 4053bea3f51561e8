"""How far away a masked person is: parallax, a fill from around the mask, or what people who stood still have taught.

Source: Z. Li et al., "Learning the Depths of Moving People by Watching Frozen People" (2019), arXiv:1904.11111: masked
depth and a network that learned people's depth from people who stood still; here a regression in the network's place.

f      focal length, pixels
h      a person's height in the picture, pixels
row_f  the feet's distance below the horizon, pixels
Z      depth, metres
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from miniatures.checks import numbers, one_of, positive, real, whole, whole_numbers
from miniatures.data import load
from miniatures.depth_fill import MOST_GROWTH, grown, harmonic_filled, mask_of, mean_filled
from miniatures.frozen_scenes import (
    BASELINE,
    CAMERA_HEIGHT,
    FOCAL,
    HORIZON,
    MEAN_HEIGHT,
    Person,
    Scene,
    frame,
    scene,
    truth,
)
from miniatures.moving_depth import (
    FARTHEST,
    checked_match,
    core,
    depth_from_height,
    depth_of,
    filled_along_rows,
    si_rmse,
)

LARGEST_DISPARITY = 24  # pixels, searched in the drawn scenes at a baseline of 0.3 m
METHODS = ("parallax everywhere", "mean of the rest", "smooth fill", "prior from frozen people")
PRIORS = ("learned", "height alone", "feet alone")
TRAINING_SEEDS, TRAINING_SCENES = tuple(range(100, 105)), 12
MARGIN = 4  # pixels around a mask: windows of 7 pixels carry a person's disparity 3 pixels beyond its outline


def measures(mask, focal: float = FOCAL, horizon: float = HORIZON) -> np.ndarray:
    """(f / h, f / row_f) of a person's mask (H, W): what its rows tell of the depth, in 1/metres of the person's size.

    ValueError for an empty mask and for feet that are not below the horizon.

    >>> tall = np.zeros((96, 128), bool); tall[30:80, 60:70] = True
    >>> measures(tall).round(3).tolist()
    [2.2, 2.316]
    """
    focal, horizon = positive("focal", focal, 1e6), real("horizon", horizon, -1e6, 1e6)
    rows = np.nonzero(mask_of(mask).any(axis=1))[0]
    if not len(rows):
        raise ValueError("mask is empty: there is no person to measure")
    feet = rows[-1] + 0.5 - horizon
    if feet <= 0:
        raise ValueError(f"mask ends in row {rows[-1]}, not below the horizon at {horizon:g}: no feet on the ground")
    return np.array([focal / (rows[-1] - rows[0] + 1), focal / feet])


@dataclass(frozen=True)
class Prior:
    """A person's depth from its mask: weights (3,) of f / h (metres), of f / row_f (metres) and of 1 (metres)."""

    weights: np.ndarray

    def depth(self, mask) -> float:
        """The depth, metres, of the person with this mask (H, W)."""
        return float(self.weights @ np.append(measures(mask), 1.0))


def fit_prior(features, depths) -> Prior:
    """Least squares of depths (N,) on features (N, 2) as `measures` gives them, and a constant.

    >>> fit_prior([[1.0, 2.0], [2.0, 3.0], [3.0, 1.0], [1.0, 1.0]], [2.7, 4.9, 5.6, 2.2]).weights.round(6).tolist()
    [1.7, 0.5, 0.0]
    """
    features = numbers("features", features, (None, 2))
    depths = numbers("depths", depths, (len(features),))
    if np.linalg.matrix_rank(table := np.column_stack([features, np.ones(len(features))])) < 3:
        raise ValueError(f"features of shape {features.shape} do not settle three weights: give more different people")
    return Prior(np.linalg.lstsq(table, depths, rcond=None)[0])


def matched(pair: Scene, time: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Disparity of the frames at `time` and `time` + 1, pixels, and where the left-right check holds: two (H, W)."""
    largest = min(int(np.ceil(LARGEST_DISPARITY * pair.baseline / BASELINE)), 100)
    return checked_match(frame(pair, time), frame(pair, time + 1), largest)


def parallax_map(pair: Scene, time: float = 0.0) -> np.ndarray:
    """Depth (H, W) of the frame at `time` by block matching with the one at `time` + 1, up to 50 m.

    What fails the left-right check, such as the strip that only one frame shows, is filled along its row."""
    return depth_of(filled_along_rows(*matched(pair, time)), pair.baseline)


@dataclass(frozen=True)
class Lessons:
    """People in training scenes: features (N, 2), the depths (N,) taught, and the true ones, which training never saw."""

    features: np.ndarray
    depths: np.ndarray
    true_depths: np.ndarray


def lessons(seeds=TRAINING_SEEDS, count: int = TRAINING_SCENES, frozen: bool = True) -> Lessons:
    """What the people in `count` scenes of each world teach.

    Depths are medians of matched depths over the body, never the true ones: right only where people are `frozen`.

    >>> lessons((0,), 1).features.shape
    (3, 2)
    """
    features, depths, true_depths = [], [], []
    count = whole("count", count, 1, 1000)
    for seed in whole_numbers("seeds", seeds, (None,), 0, 10**9).tolist():
        for number in range(count):
            drawn = scene(seed, number)
            pair = drawn.frozen() if frozen else drawn
            found, labels = parallax_map(pair), truth(pair).labels
            for label in range(1, len(pair.people) + 1):
                features.append(measures(labels == label))
                depths.append(np.median(found[core(labels == label)]))
                true_depths.append(pair.people[label - 1].depth)
    return Lessons(np.array(features), np.array(depths), np.array(true_depths))


def stored_lessons(frozen: bool = True) -> Lessons:
    """The lessons of the 60 training scenes, as code/precompute/moving_depth.py stored them."""
    rows = load("moving_depth_lessons.csv")
    rows = rows[rows["frozen"] == frozen]
    return Lessons(np.column_stack([rows["by_height"], rows["by_feet"]]), rows["depth"], rows["true_depth"])


@cache
def learned(frozen: bool = True) -> Prior:
    """The prior that the stored lessons of frozen people teach, or with `frozen` off those of people who walk."""
    taught = stored_lessons(frozen)
    return fit_prior(taught.features, taught.depths)


def person_depth(mask, kind: str = "learned", prior: Prior | None = None) -> float:
    """The depth, metres, of the person with `mask` by one of PRIORS; `prior` in the place of the learned one.

    "height alone" takes everybody for 1.7 m tall, "feet alone" for standing on ground 1.5 m below the camera.
    """
    height, feet = measures(mask)
    if one_of("kind", kind, PRIORS) == "height alone":
        return depth_from_height(MEAN_HEIGHT, FOCAL / height, FOCAL)
    if kind == "feet alone":
        return CAMERA_HEIGHT * feet
    return (prior or learned()).depth(mask)


def prior_filled(depth, labels, grow: int = MARGIN, kind: str = "learned", prior: Prior | None = None) -> np.ndarray:
    """The depth map (H, W) with each person at the depth that its mask suggests, and a smooth fill in a margin around.

    `labels` (H, W): 0 for the street, 1, 2 ... for people; nearer people are put over farther ones. The margin is
    `grow` pixels wide; where it is negative the masks are too small by so much.
    """
    depth, grow = numbers("depth", depth, (None, None), 1e-9, 1e9), whole("grow", grow, -MOST_GROWTH, MOST_GROWTH)
    labels = numbers("labels", labels, depth.shape, 0, 1000)
    masks = [labels == label for label in np.unique(labels) if label > 0]
    unknown = grown(labels > 0, grow)
    if unknown.all():
        raise ValueError(f"labels above 0, grown by {grow}, cover every pixel: nothing is left to fill from")
    filled = harmonic_filled(depth, unknown).copy()
    for found, mask in sorted(((person_depth(one, kind, prior), one) for one in masks), key=lambda pair: -pair[0]):
        filled[grown(mask, min(grow, 0))] = np.clip(found, 0.1, FARTHEST)
    return filled


@dataclass(frozen=True)
class Estimates:
    """One pair of frames and the depth maps (H, W) of METHODS, with the truth that only the errors use."""

    first: np.ndarray
    second: np.ndarray
    depth: np.ndarray
    labels: np.ndarray
    maps: dict[str, np.ndarray]

    def error(self, method: str) -> float:
        """Mean of |estimate - Z| / Z over the people's pixels."""
        people = self._where("people")
        found = self.maps[one_of("method", method, self.maps)]
        return float((np.abs(found - self.depth) / self.depth)[people].mean())

    def si_rmse(self, method: str, region: str = "everything") -> float:
        """Scale-invariant error over "everything", the "people" or the "street"."""
        where = self._where(one_of("region", region, ("everything", "people", "street")))
        return si_rmse(self.maps[one_of("method", method, self.maps)][where], self.depth[where])

    def _where(self, region):
        if not (self.labels > 0).any():
            raise ValueError("labels are all 0: the scene shows nobody whose depth could be wrong")
        return {"everything": self.labels >= 0, "people": self.labels > 0, "street": self.labels == 0}[region]


def estimates(pair: Scene, grow: int = MARGIN, prior: Prior | None = None, time: float = 0.0) -> Estimates:
    """All METHODS on the frames at `time` and `time` + 1 of `pair`; the true masks, grown by `grow` pixels, are given.

    >>> found = estimates(scene(3))
    >>> found.error("prior from frozen people") < found.error("parallax everywhere") < found.error("mean of the rest")
    True
    """
    grow = whole("grow", grow, -MOST_GROWTH, MOST_GROWTH)
    shown = truth(pair, time)
    raw, mask = parallax_map(pair, time), grown(shown.labels > 0, grow)
    maps = (raw, mean_filled(raw, mask), harmonic_filled(raw, mask), prior_filled(raw, shown.labels, grow, prior=prior))
    return Estimates(
        frame(pair, time), frame(pair, time + 1), shown.depth, shown.labels, dict(zip(METHODS, maps, strict=True))
    )


CASES = {
    "adult": Person(0.0, 4.0),
    "child": Person(0.0, 4.0, height=1.1),
    "seated": Person(0.0, 4.0, height=1.28),
    "on a step": Person(0.0, 4.0, lift=0.4),
    "cut off by the picture": Person(0.0, 1.7),
}


def unusual(case: str, seed: int, shift: float = 0.0) -> Scene:
    """A scene of world `seed` with the person of CASES[case] alone, who moves by `shift` metres between the frames.

    A seated person is a figure of 1.28 m here: what counts is how high the head is above the ground.
    """
    drawn, person = scene(seed), CASES[one_of("case", case, CASES)]
    shift = real("shift", shift, -1, 1)
    return replace(drawn, people=(replace(person, shift=shift, shade=drawn.people[0].shade),))


def case_errors(case: str, seed: int, shift: float = 0.0) -> dict[str, float]:
    """(estimate - Z) / Z of that person's depth by parallax and by each of PRIORS."""
    pair = unusual(case, seed, shift)
    mask, depth = truth(pair).labels > 0, pair.people[0].depth
    found = {"parallax": float(np.median(parallax_map(pair)[core(mask)]))}
    found |= {kind: person_depth(mask, kind) for kind in PRIORS}
    return {name: value / depth - 1 for name, value in found.items()}
