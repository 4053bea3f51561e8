"""A screen, what a phone sees of it, and matches between the two: Harris corners and patches that look alike.

Source: C. Harris and M. Stephens, "A combined corner and edge detector", Alvey Vision Conference (1988),
doi:10.5244/C.2.23; the ratio test of D. G. Lowe, "Distinctive image features from scale-invariant keypoints" (2004),
doi:10.1023/B:VISI.0000029664.99615.94. The wallpaper is scikit-image's coffee; windows, text and icons are drawn.

R    corner response, det M - κ (trace M)², of the smoothed products M of the gradients
κ    weight of the trace, no unit
NCC  normalised cross-correlation of two patches, from -1 to 1
"""

from functools import cache

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter

from miniatures.checks import as_array, numbers, one_of, real, whole
from miniatures.clip_and_drop import apply_homography, generator
from miniatures.clip_matches import SCREEN, VIEW, Matches, Pose, screen_to_view, view_to_screen
from miniatures.data import load

KAPPA, SIGMA, CORNERS = 0.05, 1.5, 150
PATCH = 7  # half side, pixels
ZOOMS = (0.8, 1.0, 1.25, 1.6)
RATIO = 1.0  # of the distances to the best and second best patch; 1 lets all pass
LARGEST_SEED, LARGEST_SIDE = 2**31 - 1, 1024
EDGES = ("constant", "nearest")  # what lies outside: one value, or the pixel at the border
DESK = 0.35  # grey of all that is not screen
GREY = np.array([0.299, 0.587, 0.114])


@cache
def wallpaper() -> np.ndarray:
    """A cup of coffee, (200, 320, 3) in [0, 1], from the stored picture of half the size."""
    small = load("clip_and_drop_wallpaper.npz")["image"] / 255
    return warp(small, [[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]], SCREEN, edge="nearest")


def desktop(seed: int, windows: int = 3) -> np.ndarray:
    """A screen, (200, 320, 3) in [0, 1]: the wallpaper, a bar of icons and `windows` windows of text, placed by `seed`.

    >>> desktop(0).shape
    (200, 320, 3)
    """
    rng = np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED))
    picture = wallpaper().copy()
    for _ in range(whole("windows", windows, 0, 8)):
        _window(picture, rng)
    picture[-14:] = 0.15
    for left in range(4, 200, 15):
        picture[-12:-2, left : left + 10] = rng.uniform(0.2, 1, 3)
        picture[-9:-5, left + 3 : left + 7] = rng.uniform(0, 0.6, 3)
    return picture


def _window(picture, rng):
    high, wide = np.floor(rng.uniform((50, 70), (95, 130))).astype(int)
    top, left = np.floor(rng.uniform(0, (SCREEN[1] - 14 - high, SCREEN[0] - wide))).astype(int)
    picture[top : top + high, left : left + wide] = 0.96
    picture[top : top + 7, left : left + wide] = rng.uniform(0.2, 0.6, 3)
    picture[top + 2 : top + 5, left + wide - 6 : left + wide - 3] = (0.9, 0.3, 0.2)
    for row in range(top + 11, top + high - 5, 6):
        column = left + 4
        while column < left + wide - 8:
            length = int(rng.uniform(2, 6))
            _glyphs(picture[row : row + 4, column : min(column + 3 * length, left + wide - 4)], rng)
            column += 3 * length + 3


def _glyphs(place, rng):
    """A word: two of three columns of each letter hold ink, at random."""
    ink = rng.uniform(0, 1, place.shape[:2]) < 0.55
    ink[:, 2::3] = False
    place[ink] = 0.12


def sample(image, x, y, outside: float = 0.0, edge: str = "constant") -> np.ndarray:
    """The values of `image` (H, W) or (H, W, C) between its pixels, bilinear, at columns `x` and rows `y`, of equal shape."""
    image, outside, edge = _picture("image", image), real("outside", outside), one_of("edge", edge, EDGES)
    x = numbers("x", x)
    y = numbers("y", y)
    if x.shape != y.shape:
        raise ValueError(f"x of shape {x.shape} and y of shape {y.shape} must be of equal shape")
    layers = np.atleast_3d(image)
    found = [map_coordinates(layers[..., c], [y, x], order=1, mode=edge, cval=outside) for c in range(layers.shape[2])]
    return found[0] if image.ndim == 2 else np.stack(found, axis=-1)


def warp(image, H, size, outside: float = 0.0, edge: str = "constant") -> np.ndarray:
    """A picture of `size` (width, height) whose pixel (x, y) shows `image` (H, W) or (H, W, C) at the place H (x, y).

    >>> warp(np.eye(3), [[1, 0, 1], [0, 1, 0], [0, 0, 1]], (3, 3)).astype(int).tolist()
    [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
    """
    image = _picture("image", image)
    wide, high = numbers("size", size, (2,), 1, LARGEST_SIDE).astype(int)
    one_of("edge", edge, EDGES)
    across, down = np.meshgrid(np.arange(wide), np.arange(high))
    places = apply_homography(H, np.column_stack([across.ravel(), down.ravel()]))
    x, y = np.clip(places.T, -9, LARGEST_SIDE + 9).reshape(2, high, wide)  # all that is outside looks alike
    return sample(image, x, y, real("outside", outside), edge)


def _picture(name, image):
    image = as_array(name, image)
    if image.ndim not in (2, 3):
        raise ValueError(f"{name} of {image.ndim} axes must be a picture (H, W) or (H, W, C)")
    image = numbers(name, image, (None,) * image.ndim, -1e6, 1e6)
    if max(image.shape[:2]) > LARGEST_SIDE or image.shape[2:] > (4,):
        raise ValueError(
            f"{name} of shape {image.shape} must have sides of at most {LARGEST_SIDE} pixels, and at most 4 layers"
        )
    return image


def phone_view(screen, pose: Pose, noise: float = 0.0, rng: np.random.Generator | None = None, mesh: float = 0.0):
    """What a phone held in `pose` sees of `screen` (200, 320, 3): (150, 200, 3) in [0, 1], with `noise` as a standard deviation.

    `mesh`, from 0 to 1, is the contrast of the dark gaps between the screen's pixels; the camera samples them too
    coarsely and shows them as moiré.
    """
    screen = numbers("screen", screen, (SCREEN[1], SCREEN[0], 3), 0, 1)
    noise, mesh = real("noise", noise, 0, 1), real("mesh", mesh, 0, 1)
    to_screen = np.linalg.inv(screen_to_view(pose))
    soft = np.stack([gaussian_filter(screen[..., c], 0.4 * pose.distance) for c in range(3)], axis=-1)
    seen = warp(soft, to_screen, VIEW, outside=DESK)
    if mesh:
        seen = seen * _mesh(to_screen, mesh)[..., None]
    if noise:
        seen = seen + generator(rng).normal(0, noise, seen.shape)
    return np.clip(seen, 0, 1)


def _mesh(to_screen, contrast):
    across, down = np.meshgrid(np.arange(VIEW[0]), np.arange(VIEW[1]))
    x, y = apply_homography(to_screen, np.column_stack([across.ravel(), down.ravel()])).T.reshape(2, VIEW[1], VIEW[0])
    lit = 0.25 * (1 + np.cos(2 * np.pi * x)) * (1 + np.cos(2 * np.pi * y))  # 1 at the middle of a pixel, 0 in the gaps
    on_screen = (x > -0.5) & (y > -0.5) & (x < SCREEN[0] - 0.5) & (y < SCREEN[1] - 0.5)
    return np.where(on_screen, 1 - contrast * (1 - lit), 1)


def grey(picture) -> np.ndarray:
    """Luma (H, W) of a colour picture (H, W, 3)."""
    return numbers("picture", picture, (None, None, 3), 0, 1) @ GREY


def harris_response(image) -> np.ndarray:
    """R (H, W) of a grey `image` (H, W): large at corners, negative at edges, 0 where nothing changes.

    >>> bool(np.abs(harris_response(np.ones((9, 9)))).max() < 1e-20)
    True
    """
    image = numbers("image", image, (None, None), -1e6, 1e6)
    across, down = (gaussian_filter(image, 1.0, order=order) for order in ((0, 1), (1, 0)))
    xx, yy, xy = (gaussian_filter(product, SIGMA) for product in (across**2, down**2, across * down))
    return xx * yy - xy**2 - KAPPA * (xx + yy) ** 2


def corners(image, count: int = CORNERS) -> np.ndarray:
    """The `count` strongest corners of a grey `image`, (n, 2) with n <= count, pixels, with fractions; the strongest first.

    A corner is the largest response within 3 pixels and lies so far from the border that its patch is whole.
    """
    response, count = harris_response(image), whole("count", count, 1, 2000)
    _large("image", response)
    peak = (response == maximum_filter(response, 7)) & (response > 1e-9)
    peak[: PATCH + 1] = peak[-PATCH - 1 :] = peak[:, : PATCH + 1] = peak[:, -PATCH - 1 :] = False
    rows, columns = np.nonzero(peak)
    order = np.argsort(-response[rows, columns], kind="stable")[:count]
    rows, columns = rows[order], columns[order]
    return np.column_stack([columns + _fraction(response.T, columns, rows), rows + _fraction(response, rows, columns)])


def _large(name, image):
    if min(image.shape) < 2 * PATCH + 3:
        raise ValueError(f"{name} of shape {image.shape} must have sides of {2 * PATCH + 3} pixels or more")


def _fraction(response, first, second):
    """Where a parabola through a peak and its two neighbours along the first axis is highest, from -0.5 to 0.5."""
    before, peak, after = (response[first + step, second] for step in (-1, 0, 1))
    bend = before + after - 2 * peak
    return np.where(bend < 0, 0.5 * (before - after) / np.where(bend < 0, bend, 1), 0)


def yes(name: str, value) -> bool:
    """`value` as a bool; ValueError unless it is True or False."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}={value!r} must be True or False")
    return bool(value)


def directions(image, places) -> np.ndarray:
    """The direction (n,), radians, in which a grey `image` brightens around each of `places` (n, 2), over about 8 pixels."""
    image, places = (
        numbers("image", image, (None, None), -1e6, 1e6),
        numbers("places", places, (None, 2), 0, LARGEST_SIDE),
    )
    across, down = (
        sample(gaussian_filter(image, 3.0, order=order), *places.T, edge="nearest") for order in ((0, 1), (1, 0))
    )
    return np.arctan2(down, across)


def patches(image, places, turned: bool = True, zoom: float = 1.0) -> np.ndarray:
    """The patch of 15 x 15 samples around each of `places` (n, 2) of a grey `image`, mean 0 and length 1: (n, 225).

    `turned` lays each patch along its direction, so that it does not matter how the phone is rolled; samples are `zoom`
    pixels apart.
    """
    image = numbers("image", image, (None, None), -1e6, 1e6)
    places = numbers("places", places, (None, 2), 0, LARGEST_SIDE)
    zoom, turned = real("zoom", zoom, 0.1, 10), yes("turned", turned)
    steps = zoom * np.arange(-PATCH, PATCH + 1)
    angle = (directions(image, places) if turned else np.zeros(len(places)))[:, None, None]
    along, aside = steps[None, None, :], steps[None, :, None]
    x = places[:, 0, None, None] + np.cos(angle) * along - np.sin(angle) * aside
    y = places[:, 1, None, None] + np.sin(angle) * along + np.cos(angle) * aside
    found = sample(gaussian_filter(image, 0.7 * zoom), x, y, edge="nearest").reshape(len(places), -1)
    found = found - found.mean(axis=1, keepdims=True)
    return found / np.maximum(np.sqrt((found**2).sum(axis=1, keepdims=True)), 1e-12)


def matched_places(
    view, screen, ratio: float = RATIO, turned: bool = True, zooms: tuple = ZOOMS
) -> tuple[np.ndarray, np.ndarray]:
    """Places of a grey `view` and of a grey `screen` that look alike, (N, 2) each; N may be 0.

    Two corners match if each is the other's best by NCC and the best is `ratio` times as far as the second best or nearer.
    The screen's patches are tried at each of `zooms`.
    """
    ratio, zooms = real("ratio", ratio, 0, 1), numbers("zooms", zooms, (None,), 0.1, 10)
    for name, image in (("view", view), ("screen", screen)):
        _large(name, numbers(name, image, (None, None), -1e6, 1e6))
    here, there = corners(view), corners(screen)
    if min(len(here), len(there)) < 2:
        return np.zeros((0, 2)), np.zeros((0, 2))
    mine = patches(view, here, turned)
    likeness = np.max([mine @ patches(screen, there, turned, zoom).T for zoom in zooms], axis=0)
    best = likeness.argmax(axis=1)
    apart = np.sqrt(np.maximum(2 - 2 * np.sort(likeness, axis=1)[:, -2:], 0))  # of unit vectors: second best, best
    mutual = likeness.argmax(axis=0)[best] == np.arange(len(here))
    kept = mutual & (apart[:, 1] <= ratio * apart[:, 0])
    return here[kept], there[best[kept]]


def matches_of(
    view, screen, pose: Pose, within: float = 3.0, ratio: float = RATIO, turned: bool = True, zooms: tuple = ZOOMS
) -> Matches:
    """The matches of a colour `view` with a colour `screen`, and which are right: within `within` pixels of the true place."""
    within = real("within", within, 0, 1000)
    view, screen = numbers("view", view, (None, None, 3), 0, 1), numbers("screen", screen, (None, None, 3), 0, 1)
    places, screen_places = matched_places(grey(view), grey(screen), ratio, turned, zooms)
    truth = view_to_screen(pose)
    apart = np.hypot(*(apply_homography(truth, places) - screen_places).T) if len(places) else np.zeros(0)
    return Matches(places, screen_places, apart <= within, truth)
