"""A phone held before a screen: its pose as a homography, and matches of which a chosen share is wrong.

Source: a pinhole camera before a plane, as in R. Hartley and A. Zisserman, "Multiple View Geometry in Computer Vision"
(2004), doi:10.1017/CBO9780511811685, chapter 8; the matches are drawn at random.

tilt      turn of the phone about the axis across it, degrees; at 0 it faces the screen
turn      turn about the axis along it, degrees
roll      turn about the line of sight, degrees
distance  from the screen, 1 where a pixel of the screen fills a pixel of the view
aim       place on the screen that the middle of the view shows, pixels
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import not_negative, numbers, real, whole
from miniatures.clip_and_drop import (
    LARGEST_COORDINATE,
    MOST_MATCHES,
    apply_homography,
    fit_homography,
    generator,
    ransac_homography,
    reprojection_errors,
)

SCREEN, VIEW = (320, 200), (200, 150)  # width and height, pixels
FOCAL = 240.0  # of the phone, pixels of the view
MOST_TILT = 55  # degrees; beyond, a corner of the view looks over the edge of the world
TOLERANCE, ITERATIONS = 2.0, 300


@dataclass(frozen=True)
class Pose:
    """How the phone is held: angles in degrees, distance as a multiple, aim on the screen in pixels."""

    tilt: float = 0.0
    turn: float = 0.0
    roll: float = 0.0
    distance: float = 1.0
    aim: tuple[float, float] = (160.0, 100.0)


@dataclass(frozen=True)
class Matches:
    """Matched places: `view` (N, 2), `screen` (N, 2), pixels; which are `right` (N,), bool; `truth` (3, 3), view to screen."""

    view: np.ndarray
    screen: np.ndarray
    right: np.ndarray
    truth: np.ndarray


@dataclass(frozen=True)
class Comparison:
    """Worst corner errors of three fits to the same matches, screen pixels: to all, by RANSAC, to the right ones (an oracle)."""

    plain: float
    ransac: float
    oracle: float
    inliers: np.ndarray


def screen_to_view(pose: Pose) -> np.ndarray:
    """The homography (3, 3) that takes places on the screen to places in the view of a phone so held; ValueError for a bad pose.

    >>> screen_to_view(Pose())[:2].round(6).tolist()
    [[1.0, 0.0, -60.5], [0.0, 1.0, -25.5]]
    """
    if not isinstance(pose, Pose):
        raise ValueError(f"pose={pose!r} must be a Pose")
    angles = [real(name, getattr(pose, name), -limit, limit) for name, limit in _LIMITS]
    distance = real("distance", pose.distance, 0.3, 4)
    aim = numbers("aim", pose.aim, (2,), -1000, 1000)
    if np.hypot(*angles[:2]) > MOST_TILT:
        raise ValueError(f"tilt={pose.tilt:g} and turn={pose.turn:g} together exceed {MOST_TILT} degrees")
    turned = _rotation(*np.radians(angles))
    depth = distance * FOCAL
    placed = np.column_stack([turned[:, 0], turned[:, 1], [0, 0, depth] - turned[:, :2] @ aim])  # of (x, y, 1)
    middle = middle_of_view()
    camera = np.array([[FOCAL, 0, middle[0]], [0, FOCAL, middle[1]], [0, 0, 1]])
    H = camera @ placed
    if abs(H[2, 2]) < 1e-9 * FOCAL:
        raise ValueError(f"aim={pose.aim} and tilt put the screen's origin beside the phone, at infinity: aim nearer")
    return H / H[2, 2]


def view_to_screen(pose: Pose) -> np.ndarray:
    """The inverse of `screen_to_view`, (3, 3), with 1 at the lower right."""
    H = np.linalg.inv(screen_to_view(pose))
    return H / H[2, 2]


_LIMITS = (("tilt", MOST_TILT), ("turn", MOST_TILT), ("roll", 180))


def _rotation(tilt, turn, roll):
    about_x = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    about_y = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return about_z @ about_x @ about_y


def middle_of_view() -> np.ndarray:
    """The place in the view, (2,), at which the phone points."""
    return (np.array(VIEW) - 1) / 2


def view_corners() -> np.ndarray:
    """The four corner pixels of the view, (4, 2), clockwise from the upper left."""
    wide, high = VIEW[0] - 1, VIEW[1] - 1
    return np.array([[0, 0], [wide, 0], [wide, high], [0, high]], float)


def random_pose(rng: np.random.Generator) -> Pose:
    """A phone held by hand: tilt and turn up to 25 degrees, roll up to 15, distance 1 to 1.4, aim in the screen's inner half."""
    tilt, turn, roll, distance, *aim = generator(rng).uniform(-1, 1, 6)
    across, down = np.array(SCREEN) / 2 + np.array(SCREEN) / 4 * aim
    return Pose(25 * tilt, 25 * turn, 15 * roll, 1.2 + 0.2 * distance, (float(across), float(down)))


def simulated_matches(count: int, outlier_share: float, noise: float, pose: Pose, rng: np.random.Generator) -> Matches:
    """`count` matches of a view with the screen; the share `outlier_share` leads to any place on the screen, whatever is there.

    The right ones miss by `noise`, the standard deviation along each axis, screen pixels. The number of wrong ones is
    rounded, and they stand first; one may lie right by luck.
    """
    count = whole("count", count, 4, MOST_MATCHES)
    outlier_share, noise = real("outlier_share", outlier_share, 0, 1), not_negative("noise", noise)
    truth = view_to_screen(pose)
    view = _seen_places(count, truth, rng)
    screen = apply_homography(truth, view) + rng.normal(0, min(noise, LARGEST_COORDINATE / 1e3), (count, 2))
    right = np.arange(count) >= round(outlier_share * count)
    screen[~right] = rng.uniform(0, np.array(SCREEN) - 1, (count, 2))[~right]
    return Matches(view, screen, right, truth)


def _seen_places(count, truth, rng):
    """Places in the view, uniform among those that show the screen."""
    trial = generator(rng).uniform(0, 1, (100 * count, 2)) * view_corners()[2]
    on_screen = apply_homography(truth, trial)
    found = trial[((on_screen >= 0) & (on_screen <= np.array(SCREEN) - 1)).all(axis=1)][:count]
    if len(found) < count:
        raise ValueError("pose shows too little of the screen: aim at it")
    return found


def corner_error(H, truth) -> float:
    """The worst error of the view's four corners on the screen, pixels: H (3, 3) against the `truth` (3, 3); may be inf.

    >>> corner_error([[1, 0, 3], [0, 1, 4], [0, 0, 1]], np.eye(3))
    5.0
    """
    numbers("truth", truth, (3, 3), -1e30, 1e30)
    return float(reprojection_errors(H, view_corners(), apply_homography(truth, view_corners())).max())


def pointing_error(H, truth) -> float:
    """How far from the place at which the phone points H (3, 3) puts it, screen pixels; may be inf.

    >>> pointing_error([[1, 0, 3], [0, 1, 4], [0, 0, 1]], np.eye(3))
    5.0
    """
    numbers("truth", truth, (3, 3), -1e30, 1e30)
    middle = middle_of_view()[None]
    return float(reprojection_errors(H, middle, apply_homography(truth, middle))[0])


def compared(matches: Matches, tolerance: float, iterations: int, rng: np.random.Generator) -> Comparison:
    """Corner errors of plain least squares, of RANSAC and of a fit that is told which matches are right (4 or more)."""
    if not isinstance(matches, Matches):
        raise ValueError(f"matches={matches!r} must be Matches")
    H, inliers = ransac_homography(matches.view, matches.screen, tolerance, iterations, rng)
    found = (
        fit_homography(matches.view, matches.screen),
        H,
        fit_homography(matches.view[matches.right], matches.screen[matches.right]),
    )
    return Comparison(*(corner_error(one, matches.truth) for one in found), inliers)
