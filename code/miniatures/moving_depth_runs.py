"""What depth from two frames reached: measurements over five drawn worlds, stored, and a real pair of photographs.

Source: computed by code/precompute/moving_depth.py. Photographs: D. Scharstein et al., "High-Resolution Stereo Datasets
with Subpixel-Accurate Ground Truth" (2014), doi:10.1007/978-3-319-11752-2_3.

t_x      baseline, metres
sigma_d  standard deviation of a disparity, pixels
Z        depth, metres
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from miniatures.checks import cached, numbers, one_of, whole, whole_numbers
from miniatures.data import load
from miniatures.defocus import defocus
from miniatures.depth_fill import MOST_GROWTH
from miniatures.frozen_scenes import BASELINE, FOCAL, scene, street_depth, truth
from miniatures.moving_depth import apparent_person_depth, checked_match, core, lone_person, parallax_depth, si_rmse
from miniatures.person_depth import (
    CASES,
    METHODS,
    PRIORS,
    TRAINING_SCENES,
    TRAINING_SEEDS,
    case_errors,
    estimates,
    learned,
    matched,
    prior_filled,
)
from miniatures.results import by_key, spread, spread_percent

FRESH_SEEDS = tuple(range(200, 205))  # looked at once, after every choice was made
SCENES = 12  # of each world
SPEEDS = tuple(round(0.1 * step, 1) for step in range(-10, 11))  # in baselines
BASELINES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
GROWTHS = (-2, 0, 1, 2, 3, 4, 6, 8)
DEPTH = 4.0  # metres, of the person whose speed is changed
SPEED_LIMIT = 5.0  # baselines, either way: faster, a frame would not show the person
LENS = 0.3  # metres wide
VIDEOS, VIDEO_FRAMES = (
    2000,
    170_000,
)  # of the MannequinChallenge data, as their own page counts them: "about", "more than"
REGIONS = ("everything", "people", "street")
STREETS = {"alike": 1.0, "walls twice as far": 2.0}
PARTS = ("methods", "speeds", "baselines", "masks", "cases", "defocus", "check", "training", "pictures")


def _table():
    return by_key("moving_depth_runs.csv", "part", "setting", "measure")


def _scenes(count):
    return whole("count", count, 1, 1000)


def _line(part, setting, measure, value) -> dict:
    """One line of the table, without its seed."""
    return {"part": part, "setting": str(setting), "measure": measure, "value": float(value)}


def method_lines(seed: int, count: int = SCENES) -> list[dict]:
    """Errors of METHODS, means over the scenes of a world.

    >>> method_lines(0, 1)[0]["setting"] == METHODS[0]
    True
    """
    found, lines = [estimates(scene(seed, number)) for number in range(_scenes(count))], []
    for method in METHODS:
        lines.append(_line("methods", method, "error", np.mean([one.error(method) for one in found])))
        lines += [
            _line("methods", method, f"si-RMSE, {region}", np.mean([one.si_rmse(method, region) for one in found]))
            for region in REGIONS
        ]
    return lines


def speed_lines(seed: int, speeds=SPEEDS) -> list[dict]:
    """One person at 4 m: the depth measured, and the METHODS' errors, by the person's speed in baselines.

    >>> [one["measure"] for one in speed_lines(0, (0.5,))][0]
    'depth'
    """
    numbers("speeds", speeds, (None,), -SPEED_LIMIT, SPEED_LIMIT)
    lines = []
    for speed in speeds:
        lines.append(_line("speeds", speed, "depth", apparent_person_depth(DEPTH, BASELINE, BASELINE * speed, seed)))
        found = estimates(lone_person(DEPTH, BASELINE, BASELINE * speed, seed))
        lines += [_line("speeds", speed, method, found.error(method)) for method in METHODS]
    return lines


def baseline_lines(seed: int, baselines=BASELINES, count: int = 4) -> list[dict]:
    """Frozen scenes by baseline: spread of the disparities, median error of the depths, share wrong by over a quarter.

    >>> [one["measure"] for one in baseline_lines(0, (0.3,), 1)]
    ['sigma_d', 'median error', 'expected', 'wrong by a quarter']
    """
    numbers("baselines", baselines, (None,), 0.02, 2)
    lines = []
    for baseline in baselines:
        gaps, errors, expected = [], [], []
        for number in range(_scenes(count)):
            pair = scene(seed, number, baseline).frozen()
            disparity, valid = matched(pair)
            true = truth(pair).depth
            sure = valid & (disparity > 0)
            gaps.append((disparity - FOCAL * baseline / true)[valid])
            errors.append(np.where(sure, np.abs(FOCAL * baseline / np.where(sure, disparity, 1) / true - 1), np.inf))
            expected.append(true.ravel() / (FOCAL * baseline))
        sigma = 1.4826 * np.median(np.abs(np.concatenate(gaps)))
        errors = np.concatenate([one.ravel() for one in errors])
        lines.append(_line("baselines", baseline, "sigma_d", sigma))
        lines.append(_line("baselines", baseline, "median error", np.median(errors)))
        lines.append(_line("baselines", baseline, "expected", 0.6745 * sigma * np.median(np.concatenate(expected))))
        lines.append(_line("baselines", baseline, "wrong by a quarter", (errors > 0.25).mean()))
    return lines


def mask_lines(seed: int, growths=GROWTHS, count: int = 6) -> list[dict]:
    """METHODS by how many pixels the mask is grown.

    >>> len(mask_lines(0, (2,), 1)) == 2 * len(METHODS)
    True
    """
    lines = []
    for grow in whole_numbers("growths", growths, (None,), -MOST_GROWTH, MOST_GROWTH).tolist():
        found = [estimates(scene(seed, number), grow) for number in range(_scenes(count))]
        for method in METHODS:
            lines.append(_line("masks", f"{grow} {method}", "error", np.mean([one.error(method) for one in found])))
            everything = np.mean([one.si_rmse(method) for one in found])
            lines.append(_line("masks", f"{grow} {method}", "si-RMSE, everything", everything))
    return lines


def case_lines(seed: int) -> list[dict]:
    """Signed errors for the CASES, of people who stand still.

    >>> {one["setting"] for one in case_lines(0)} == set(CASES)
    True
    """
    return [_line("cases", case, name, value) for case in CASES for name, value in case_errors(case, seed).items()]


def defocus_lines(seed: int, count: int = SCENES) -> list[dict]:
    """Root mean square difference, over the focused person, of the defocused picture from the one with true depths.

    >>> [one["setting"] for one in defocus_lines(0, 1)] == list(METHODS)
    True
    """
    gaps = {method: [] for method in METHODS}
    for number in range(_scenes(count)):
        pair = scene(seed, number)
        found, sharp = estimates(pair), pair.people[0].depth
        wanted = defocus(found.first, found.depth, sharp, LENS)
        for method in METHODS:
            drawn = defocus(found.first, found.maps[method], sharp, LENS)
            gaps[method].append(((drawn - wanted) ** 2)[found.labels == 1].mean())
    return [_line("defocus", method, "difference", np.sqrt(np.mean(values))) for method, values in gaps.items()]


def check_lines(seed: int, count: int = SCENES) -> list[dict]:
    """Which share of pixels the left-right check rejects: on people who walk or stand, and on the street.

    >>> [one["setting"] for one in check_lines(0, 1)]
    ['walking people', 'frozen people', 'street']
    """
    rejected = {"walking people": [], "frozen people": [], "street": []}
    for number in range(_scenes(count)):
        for walks, pair in ((True, scene(seed, number)), (False, scene(seed, number).frozen())):
            valid, labels = matched(pair)[1], truth(pair).labels
            inside = np.any([core(labels == label) for label in range(1, len(pair.people) + 1)], axis=0)
            rejected["walking people" if walks else "frozen people"].append(~valid[inside])
            if not walks:
                rejected["street"].append(~valid[labels == 0])
    return [_line("check", name, "rejected", np.concatenate(part).mean()) for name, part in rejected.items()]


def training_lines(seed: int, count: int = SCENES) -> list[dict]:
    """Mean relative error over people of the prior that frozen people taught, and of the one that walkers taught.

    >>> [one["setting"] for one in training_lines(0, 1)]
    ['frozen people', 'walking people']
    """
    errors = {"frozen people": [], "walking people": []}
    for number in range(_scenes(count)):
        pair = scene(seed, number)
        labels = truth(pair).labels
        for name in errors:
            prior = learned(name == "frozen people")
            for label, person in enumerate(pair.people, 1):
                errors[name].append(abs(prior.depth(labels == label) / person.depth - 1))
    return [_line("training", name, "error", np.mean(values)) for name, values in errors.items()]


@cache
def average_street() -> np.ndarray:
    """Depth (96, 128) of the street whose wall and camera height are the means of the training scenes."""
    drawn = [scene(seed, number) for seed in TRAINING_SEEDS for number in range(TRAINING_SCENES)]
    return street_depth(np.mean([one.wall for one in drawn]), np.mean([one.camera_height for one in drawn]))


def picture_lines(seed: int, count: int = SCENES) -> list[dict]:
    """si-RMSE over everything of a single picture (average street, people by the prior) and of two frames with the prior.

    On streets as in training, and on such with walls twice as far.

    >>> [one["setting"] for one in picture_lines(0, 1)] == [street for street in STREETS for _ in range(2)]
    True
    """
    lines = []
    for street, far in STREETS.items():
        one, two = [], []
        for number in range(_scenes(count)):
            drawn = scene(seed, number)
            found = estimates(replace(drawn, wall=far * drawn.wall))
            one.append(si_rmse(prior_filled(average_street(), found.labels, 0), found.depth))
            two.append(found.si_rmse(METHODS[-1]))
        lines.append(_line("pictures", street, "one picture", np.mean(one)))
        lines.append(_line("pictures", street, "two frames", np.mean(two)))
    return lines


def stored(part: str, setting, measure: str) -> np.ndarray:
    """The stored values, (5,), one a fresh seed; ValueError says what is stored.

    >>> stored("methods", "prior from frozen people", "error").shape
    (5,)
    """
    one_of("part", part, PARTS)
    key = (part, str(setting), measure)
    if key not in _table():
        known = sorted({" / ".join(other[1:]) for other in _table() if other[0] == part})
        raise ValueError(f"setting={setting!r}, measure={measure!r} is not stored for {part}: {', '.join(known)}")
    return _table()[key]


def method_rows() -> list[dict]:
    """A line for each of METHODS: the errors, means and standard deviations over the fresh worlds."""
    names = {"si-RMSE, everything": "everything", "si-RMSE, people": "people", "si-RMSE, street": "street"}
    return [
        {"people's depth from": method, "relative error, people": spread(stored("methods", method, "error"))}
        | {f"si-RMSE, {name}": spread(stored("methods", method, measure)) for measure, name in names.items()}
        for method in METHODS
    ]


def speed_rows(speeds=(-1.0, -0.5, 0.0, 0.5, 0.8, 0.9)) -> list[dict]:
    """The closed form against the depth measured, for a person at 4 m, by speed in baselines."""
    if (numbers("speeds", speeds, (None,), -SPEED_LIMIT, SPEED_LIMIT) == 1).any():
        raise ValueError("speeds holds 1: who keeps up with the camera has no depth to average")
    return [
        {"v / t_x": speed, "formula, m": f"{parallax_depth(DEPTH, BASELINE, BASELINE * speed):.2f}",
         "measured, m": spread(stored("speeds", speed, "depth"), digits=2)}
        for speed in speeds
    ]  # fmt: skip


def baseline_rows() -> list[dict]:
    """Errors of frozen scenes by baseline, in percent."""
    return [
        {"t_x, m": baseline, "median error": spread_percent(stored("baselines", baseline, "median error")),
         "by the formula": spread_percent(stored("baselines", baseline, "expected")),
         "wrong by over a quarter": spread_percent(stored("baselines", baseline, "wrong by a quarter"))}
        for baseline in BASELINES
    ]  # fmt: skip


def case_rows() -> list[dict]:
    """Signed errors of people who stand still, in percent, by parallax and by the PRIORS."""
    names = ("parallax", *PRIORS)
    return [
        {"person": case} | {name: spread(stored("cases", case, name), 100, 0).replace("-0 ", "0 ") for name in names}
        for case in CASES
    ]


@dataclass(frozen=True)
class Photographs:
    """A rectified pair, grey (166, 247) in [0, 1], its true disparities in pixels (nan where unknown), its calibration."""

    left: np.ndarray
    right: np.ndarray
    disparity: np.ndarray
    focal: float  # pixels
    baseline: float  # metres
    offset: float  # pixels to add to a disparity before it is that of a depth

    def depth(self, disparity) -> np.ndarray:
        """Depth, metres, of disparities (H, W)."""
        return self.focal * self.baseline / (np.asarray(disparity, float) + self.offset)


@cache
def motorcycle() -> Photographs:
    """The Motorcycle pair of the Middlebury benchmark of 2014, a twelfth of its size in each direction.

    >>> motorcycle().left.shape, round(float(motorcycle().depth(15.0)), 2)
    ((166, 247), 2.52)
    """
    data = load("moving_depth_motorcycle.npz")
    disparity = data["disparity"] / 2000
    disparity = np.where(data["disparity"] > 0, disparity, np.nan)
    return Photographs(data["left"] / 255, data["right"] / 255, disparity, 994.978 / 3, 0.193001, 31.086 / 3)


@dataclass(frozen=True)
class MotorcycleMatch:
    """Block matching on `motorcycle()`: disparity and check (H, W), the absolute errors (nan where truth is unknown)."""

    disparity: np.ndarray
    valid: np.ndarray
    errors: np.ndarray

    def wrong(self, where=None, by: float = 1.0) -> float:
        """The share of pixels with known truth (in the mask `where`) that are off by more than `by` pixels."""
        known = np.isfinite(self.errors) if where is None else np.isfinite(self.errors) & where
        return float((self.errors[known] > by).mean())


@cached()
def motorcycle_match(block: int = 7) -> MotorcycleMatch:
    """`checked_match` of the pair; the largest true disparity is 20 pixels, 24 are tried."""
    pair = motorcycle()
    disparity, valid = checked_match(pair.left, pair.right, 24, block)
    return MotorcycleMatch(disparity, valid, np.abs(disparity - pair.disparity))
