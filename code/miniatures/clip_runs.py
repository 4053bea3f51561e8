"""The chapter's stored measurements: homographies from drawn matches and from pictures, each over five fresh seeds.

Source: code/precompute/clip_and_drop.py, which runs `miniatures.clip_and_drop` and its neighbours.

w    inlier share: share of the matches that are right, no unit
rms  root mean square distance of RANSAC's own inliers, screen pixels
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from miniatures.checks import one_of, real, scalar
from miniatures.clip_film import DROPPED_AT, FRAMES, journey
from miniatures.clip_matches import Pose, corner_error, pointing_error, view_to_screen
from miniatures.clip_matte import clip_error
from miniatures.data import load
from miniatures.results import place

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made
MATCHES, NOISE, TRIALS = 60, 0.5, 40
TOLERANCE, ITERATIONS = 2.0, 300
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
FITS = ("plain", "plain, pixels as they are", "RANSAC", "told which are right")
STEPS = (5, 10, 20, 35, 72, 150, 300, 500)
TOLERANCES = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
TOLERANCE_SHARES = (0.4, 0.7, 1.0)
COUNTS = (8, 60)
WHERE = {  # how many times as fine the screen, and how far from the origin screen and view lie, pixels
    "as it is": (1, 0, 0), "second monitor": (6, 1920, 0), "both 1,000 off": (1, 1e3, 1e3), "both 100,000 off": (1, 1e5, 1e5),
}  # fmt: skip
DESKTOPS, GRAIN, PICTURE_TOLERANCE = 4, 0.02, 3.0
HELD = Pose(15.0, 8.0, 5.0, 1.15)
DROP_FROM = np.array([[1.0, 0, 60.5], [0, 1, 25.5], [0, 0, 1]])  # the phone straight before the middle of the screen
SWEEPS = {
    "tilt": (0, 10, 20, 30, 40, 50),
    "roll, patches turned": (0, 15, 30, 45, 90),
    "roll, patches upright": (0, 15, 30, 45, 90),
    "distance": (0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 2.0),
    "mesh": (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8),
    "windows": (0, 1, 2, 3),
    "ratio": (0.6, 0.7, 0.8, 0.9, 1.0),
    "object, old screenshot": (0, 40, 80, 120, 160),
    "object, fresh screenshot": (0, 40, 80, 120, 160),
}
FILM_ITERATIONS = (300, 1000)
PICTURE = ("matches", "right share", "corner error", "pointing error", "plain pointing error", "rms", "inliers")


def setting(sweep: str, value: float) -> tuple[Pose, dict]:
    """The pose and the options of `picture` in code/precompute/clip_and_drop.py for one value of a sweep.

    >>> setting("tilt", 30)[0].tilt
    30.0
    """
    name = one_of("sweep", sweep, tuple(SWEEPS)).split(",")[0]
    value = scalar("value", value, -360, 1000)
    options = {
        "mesh": 0.0,
        "ratio": 1.0,
        "turned": sweep != "roll, patches upright",
        "width": 0,
        "fresh": True,
        "windows": 3,
    }
    if name in ("tilt", "roll", "distance"):
        return replace(HELD, **{name: float(value)}), options
    options["fresh"] = sweep != "object, old screenshot"
    return HELD, options | {{"object": "width"}.get(name, name): value}


@cache
def _arrays():
    return load("clip_and_drop_runs.npz")


def corner_errors(fit: str, outlier_share: float) -> np.ndarray:
    """Worst corner errors, screen pixels, of one of FITS to 60 drawn matches: (5 seeds, 40 trials).

    >>> corner_errors("RANSAC", 0.4).shape
    (5, 40)
    """
    return _arrays()["fits"][:, place("outlier_share", outlier_share, SHARES), :, place("fit", fit, FITS)].astype(float)


def median_errors(fit: str, outlier_share: float) -> np.ndarray:
    """The medians of `corner_errors` over each seed's trials: (5,).

    >>> bool((median_errors("RANSAC", 0.4) < median_errors("plain", 0.4)).all())
    True
    """
    return np.median(corner_errors(fit, outlier_share), axis=1)


def edge_errors(kind: str, colours: str) -> np.ndarray:
    """`clip_error` of a kind of matte and of colours on the tables of the five fresh seeds: (5,). Computed, not stored.

    >>> edge_errors("true matte", "plate taken off").shape
    (5,)
    """
    return np.array([clip_error(seed, kind, colours) for seed in FRESH_SEEDS])


def right_found(outlier_share: float) -> np.ndarray:
    """The share of the right matches among RANSAC's inliers, 300 iterations: (5 seeds, 40 trials).

    >>> right_found(0.4).shape
    (5, 40)
    """
    return _arrays()["fits"][:, place("outlier_share", outlier_share, SHARES), :, len(FITS)].astype(float)


@dataclass(frozen=True)
class Success:
    """Shares of 40 trials, (5 seeds,): `clean`, a sample of right matches only was drawn; `found`, 90 % of those that are right."""

    clean: np.ndarray
    found: np.ndarray


def success(outlier_share: float, iterations: int) -> Success:
    """How often RANSAC came through within 5 to 500 `iterations` (those of STEPS)."""
    at = place("outlier_share", outlier_share, SHARES), place("iterations", iterations, STEPS)
    return Success(*_arrays()["success"][:, *at].astype(float).T)


@dataclass(frozen=True)
class Tolerated:
    """RANSAC at one tolerance, (5 seeds, 40 trials) each: worst corner error, number of inliers, their rms distance."""

    corner_error: np.ndarray
    inliers: np.ndarray
    rms: np.ndarray


def tolerated(outlier_share: float, tolerance: float) -> Tolerated:
    """What a `tolerance` of TOLERANCES does at an outlier share of TOLERANCE_SHARES; at 1.0 there is nothing to find."""
    at = place("outlier_share", outlier_share, TOLERANCE_SHARES), place("tolerance", tolerance, TOLERANCES)
    return Tolerated(*np.moveaxis(_arrays()["tolerance"][:, at[0], :, at[1]].astype(float), 2, 0))


def normalising(count: int, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Corner errors with and without normalising, pixels of the screen in WHERE, `count` right matches: (5, 40) each."""
    at = place("count", count, COUNTS), place("where", where, tuple(WHERE))
    found = _arrays()["normalising"][:, *at].astype(float)
    return found[..., 0], found[..., 1]


def seen(sweep: str, measure: str) -> np.ndarray:
    """A measure of PICTURE from pictures: (5 seeds, values of SWEEPS[sweep], 4 desktops); 1e7 where there is no answer.

    >>> seen("tilt", "right share").shape
    (5, 6, 4)
    """
    return _arrays()[one_of("sweep", sweep, tuple(SWEEPS))][..., place("measure", measure, PICTURE)].astype(float)


def seen_at(sweep: str, value: float, measure: str) -> np.ndarray:
    """What `seen` has at one value of its sweep: (5 seeds, 4 desktops).

    >>> seen_at("tilt", 20, "right share").shape
    (5, 4)
    """
    return seen(sweep, measure)[:, place("value", value, SWEEPS[sweep])]


@dataclass(frozen=True)
class Track:
    """The film's frames, each by itself: H (24, 3, 3) from the view to the screen; numbers (24,) of matches, right ones, inliers."""

    H: np.ndarray
    matches: np.ndarray
    right: np.ndarray
    inliers: np.ndarray


def track(seed: int, iterations: int) -> Track:
    """Where the phone points through the film of one of FRESH_SEEDS, by RANSAC with one of FILM_ITERATIONS.

    >>> int(track(204, 300).matches[12]), int(track(204, 300).right[12])
    (35, 12)
    """
    at = place("seed", seed, FRESH_SEEDS), place("iterations", iterations, FILM_ITERATIONS)
    found = _film()["tracks"][at]
    return Track(found[:, :9].reshape(-1, 3, 3), *found[:, 9:].astype(int).T)


def film_errors(seed: int, iterations: int) -> tuple[np.ndarray, np.ndarray]:
    """Errors through the film of one of FRESH_SEEDS, screen pixels: of the place pointed at and of the worst corner, (24,) each."""
    found = track(seed, iterations).H
    truths = [view_to_screen(journey(number)) for number in range(FRAMES)]
    return tuple(
        np.array([one(*pair) for pair in zip(found, truths, strict=True)]) for one in (pointing_error, corner_error)
    )


def landings(iterations: int, within: float = 3.0) -> int:
    """In how many of the five films the object is dropped `within` so many pixels of the place pointed at.

    >>> landings(300), landings(1000)
    (4, 5)
    """
    within = real("within", within, 0)
    return sum(bool(film_errors(seed, iterations)[0][DROPPED_AT] <= within) for seed in FRESH_SEEDS)


@cache
def _film():
    return load("clip_and_drop_film.npz")
