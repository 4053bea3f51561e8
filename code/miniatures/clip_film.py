"""A film of 24 frames: a phone comes near with an object in hand, drops it on the screen, and moves on.

Source: the steps of C. Diagne's "AR Cut & Paste" (2020), github.com/cyrildiagne/ar-cutpaste, which pastes upright and at
a fixed size; pasting as seen, by the whole homography, is ours.

number  of a frame, from 0; the object is dropped at frame 12
width   of the object, pixels of the view or of the screen
"""

from functools import cache

import numpy as np

from miniatures.checks import numbers, one_of, real, whole
from miniatures.clip_and_drop import MOST_ITERATIONS, apply_homography, ransac_homography
from miniatures.clip_matches import Matches, Pose, middle_of_view
from miniatures.clip_matte import SIDE, STORAGES, cactus, over, resampled
from miniatures.clip_screen import LARGEST_SEED, desktop, matches_of, phone_view, yes

FRAMES, DROPPED_AT, WIDTH = 24, 12, 60
TOLERANCE, ITERATIONS, NOISE = 3.0, 300, 0.02


def placed_in_view(width: float) -> np.ndarray:
    """The homography (3, 3) from the object's picture to the view: upright, `width` view pixels wide, around the middle."""
    scale = real("width", width, 4, 400) / SIDE
    shift = middle_of_view() - scale * (SIDE - 1) / 2
    return np.array([[scale, 0, shift[0]], [0, scale, shift[1]], [0, 0, 1]])


def pointed_place(to_screen, width: float) -> np.ndarray:
    """From the object's picture to the screen as the first demo did it: upright, at a fixed size, around the place pointed at."""
    to_screen = numbers("to_screen", to_screen, (3, 3), -1e30, 1e30)
    H, middle = placed_in_view(width), middle_of_view()
    if abs(to_screen[2] @ [*middle, 1]) <= 1e-12 * (np.abs(to_screen[2]) @ [*middle, 1]):
        raise ValueError("to_screen takes the middle of the view to infinity: the phone does not point at the screen")
    H[:2, 2] += apply_homography(to_screen, middle[None])[0] - middle
    return H


def drop(
    layer, screen, to_screen, width: float = WIDTH, as_seen: bool = True, storage: str = "premultiplied"
) -> np.ndarray:
    """`screen` (H, W, 3) with `layer` on it, as `to_screen` (3, 3), the homography from the view, says: a picture (H, W, 3).

    `as_seen`: so that the phone, where it is, sees it upright, `width` view pixels wide. Else upright on the screen,
    `width` screen pixels wide, with its middle where the phone points.
    """
    screen = numbers("screen", screen, (None, None, 3), 0, 1)
    to_screen = numbers("to_screen", to_screen, (3, 3), -1e30, 1e30)
    if not np.abs(to_screen).max():
        raise ValueError("to_screen holds nothing but 0")
    placed = to_screen @ placed_in_view(width) if yes("as_seen", as_seen) else pointed_place(to_screen, width)
    sizes = np.linalg.svd(placed / np.abs(placed).max(), compute_uv=False)
    if sizes[2] < 1e-15:
        raise ValueError("to_screen is not invertible: it takes the view to a line")
    return over(resampled(layer, np.linalg.inv(placed), screen.shape[1::-1], storage), screen)


def journey(number: int) -> Pose:
    """How the phone is held at frame `number` of 24: it comes near, points, drops at 12, and moves on.

    >>> journey(12).aim
    (185.0, 95.0)
    """
    t = (whole("number", number, 0, FRAMES - 1) - DROPPED_AT) / DROPPED_AT  # -1 to almost 1
    aim = (185 + 60 * np.sin(1.2 * t), 95 + 12 * np.sin(2.5 * t))
    return Pose(18 - 14 * t, 10 * np.sin(2 * t), 6 * np.sin(3 * t), 1.25 + 0.12 * np.cos(3 * t), tuple(map(float, aim)))


def pointed(number: int, seed: int, iterations: int = ITERATIONS) -> tuple[Matches, np.ndarray, np.ndarray]:
    """Frame `number`'s matches with the screen, RANSAC's H (3, 3) from the view to the screen, and its inliers, bool (N,).

    No frame knows the others. Until the drop, at 12, the screen is the desktop of `seed`; afterwards the object is on it.
    """
    pose, seed = journey(number), whole("seed", seed, 0, LARGEST_SEED)
    rng = np.random.default_rng([seed, number])
    screen = desktop(seed) if number <= DROPPED_AT else dropped_screen(seed, iterations=iterations)
    matches = matches_of(phone_view(screen, pose, NOISE, rng), screen, pose)
    return matches, *ransac_homography(matches.view, matches.screen, TOLERANCE, iterations, rng)


@cache
def _dropped(seed, as_seen, storage, iterations):
    _, H, _ = pointed(DROPPED_AT, seed, iterations)
    return drop(cactus(), desktop(seed), H, WIDTH, as_seen, storage)


def dropped_screen(
    seed: int, as_seen: bool = True, storage: str = "premultiplied", iterations: int = ITERATIONS
) -> np.ndarray:
    """The desktop of `seed` after the drop, (200, 320, 3): matches of frame 12's view, RANSAC, composite.

    With 300 iterations the drop of seed 204 misses: 12 of its 35 matches are right.
    """
    seed, storage = whole("seed", seed, 0, LARGEST_SEED), one_of("storage", storage, STORAGES)
    iterations = whole("iterations", iterations, 1, MOST_ITERATIONS)
    return _dropped(seed, yes("as_seen", as_seen), storage, iterations).copy()


def frame(
    number: int,
    seed: int = 0,
    as_seen: bool = True,
    storage: str = "premultiplied",
    iterations: int = ITERATIONS,
    noise: float = NOISE,
) -> np.ndarray:
    """What the phone shows at frame `number` of 24, (150, 200, 3) in [0, 1]: the object in hand, from 12 on on the screen.

    Each frame is computed on its own; the first from 12 on computes the drop too. `noise` is that of this picture alone:
    without it a picture is smaller to store; the drop was found in a noisy one.
    """
    pose, seed = journey(number), whole("seed", seed, 0, LARGEST_SEED)
    as_seen, storage = yes("as_seen", as_seen), one_of("storage", storage, STORAGES)
    iterations = whole("iterations", iterations, 1, MOST_ITERATIONS)
    rng = np.random.default_rng([seed, number])
    if number >= DROPPED_AT:
        return phone_view(dropped_screen(seed, as_seen, storage, iterations), pose, noise, rng)
    seen = phone_view(desktop(seed), pose, noise, rng)
    held = resampled(cactus(), np.linalg.inv(placed_in_view(WIDTH)), seen.shape[1::-1])
    return over(held, seen)
