"""Rendered pictures of 32 x 32 pixels: whales, sharks, baseballs, lawns, cabbages, sandbars, and discs to put on them.

Source: drawn for this book; the classes follow the example in S. Carter et al., "Exploring Neural Networks with Activation
Atlases" (2019), doi:10.23915/distill.00015.

u, v    place within a disc or an ellipse, from -1 to 1 across it, no unit
radius  of a disc, pixels
"""

import numpy as np

from miniatures.checks import SMALLEST, numbers, one_of, real, several, whole

SIDE, FINE = 32, 3  # pixels a side; samples a pixel along each axis where edges are drawn
CLASSES = ("grey whale", "white shark", "baseball", "lawn", "cabbage", "sandbar")
EXTRA = ("fire truck", "whale with buoy", "plain ball")  # for the controls
DISCS = ("baseball", "white", "cabbage", "noise", "red")
PLACE = (25, 8)  # of a patch's centre: column, row
LARGEST_SEED = 2**31 - 1
WHITE, RED, SOIL = (0.93, 0.93, 0.90), (0.82, 0.12, 0.12), (0.36, 0.26, 0.18)
SEA, GRASS, SAND = (0.12, 0.33, 0.50), (0.26, 0.50, 0.18), (0.82, 0.73, 0.52)


def scenes(kind: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` pictures of one class, (count, 32, 32, 3) in [0, 1].

    >>> scenes("sandbar", 2, np.random.default_rng(0)).shape
    (2, 32, 32, 3)
    """
    count = whole("count", count, 1, 20_000)
    draw = _DRAWN[one_of("kind", kind, tuple(_DRAWN))]
    pictures = draw(count, rng) + rng.normal(0, 0.02, (count, SIDE, SIDE, 3))
    return np.clip(pictures, 0, 1)


def labelled_scenes(each: int, rng: np.random.Generator, kinds=CLASSES) -> tuple[np.ndarray, np.ndarray]:
    """`each` pictures of every class of `kinds`, (N, 32, 32, 3), and their classes (N,), one class after the other.

    >>> pictures, classes = labelled_scenes(2, np.random.default_rng(0), ("lawn", "sandbar"))
    >>> pictures.shape, classes.tolist()
    ((4, 32, 32, 3), [0, 0, 1, 1])
    """
    each = whole("each", each, 1, 20_000)
    kinds = [one_of("kinds", kind, tuple(_DRAWN)) for kind in several("kinds", kinds)]
    if not kinds:
        raise ValueError(f"kinds=() must hold one or more of: {', '.join(_DRAWN)}")
    pictures = np.concatenate([scenes(kind, each, rng) for kind in kinds])
    return pictures, np.repeat(np.arange(len(kinds)), each)


def with_disc(pictures, kind: str, radius: float, rng: np.random.Generator, place=PLACE) -> np.ndarray:
    """`pictures` (N, 32, 32, 3) with a disc drawn over each, its centre at `place` = (column, row), `radius` from 0 to 16.

    Beyond the edge of the picture the disc is not seen. Each picture gets a disc of its own: turned, or other noise.
    """
    one_of("kind", kind, DISCS)
    radius = real("radius", radius, 0, SIDE / 2)
    column, row = numbers("place", place, (2,), 0, SIDE - 1).tolist()
    pictures = numbers("pictures", pictures, (None, SIDE, SIDE, 3), -1e6, 1e6)
    count = len(pictures)
    if radius < SMALLEST:
        return pictures.copy()
    turn = rng.uniform(0, 2 * np.pi, count)
    cover, texture = _disc(kind, np.full(count, column), np.full(count, row), np.full(count, radius), turn, rng)
    return pictures * (1 - cover) + texture * cover


def _fine():
    """Column and row of every sample, (96, 96) each, in pixels."""
    at = (np.arange(SIDE * FINE) + 0.5) / FINE - 0.5
    return np.meshgrid(at, at)


def _coarse(samples):
    """The mean over each pixel's samples: (N, 96, 96, …) -> (N, 32, 32, …)."""
    return samples.reshape(len(samples), SIDE, FINE, SIDE, FINE, *samples.shape[3:]).mean(axis=(2, 4))


def _disc(kind, column, row, radius, turn, rng):
    """Cover (N, 32, 32, 1) and texture (N, 32, 32, 3) of one disc for each picture."""
    x, y = _fine()
    dx, dy = x - column[:, None, None], y - row[:, None, None]
    inside = (np.hypot(dx, dy) <= radius[:, None, None]).astype(float)
    cover = _coarse(inside)[..., None]
    if kind in ("white", "red"):
        return cover, np.broadcast_to(WHITE if kind == "white" else RED, (*cover.shape[:3], 3))
    if kind == "noise":
        return cover, rng.random((*cover.shape[:3], 3))
    c, s = np.cos(turn)[:, None, None], np.sin(turn)[:, None, None]
    u, v = (c * dx + s * dy) / radius[:, None, None], (c * dy - s * dx) / radius[:, None, None]
    texture = {"baseball": _ball, "cabbage": _leaves}[kind](u, v)
    return cover, _coarse(texture * inside[..., None]) / np.maximum(cover, 1e-9)


def _ball(u, v):
    """White leather with two seams of red stitches."""
    seam = np.abs(np.hypot(np.abs(u) - 1.3, v) - 0.85)
    angle = np.arctan2(v, np.abs(u) - 1.3)
    red = (seam < 0.06) | ((seam < 0.16) & (np.sin(28 * angle) > 0.2))
    shade = 1 - 0.12 * (u**2 + v**2)
    return np.where(red[..., None], RED, np.multiply.outer(shade, WHITE))


def _leaves(u, v):
    """A head of pale leaves with lighter veins and darker rims."""
    r, angle = np.hypot(u, v), np.arctan2(v, u)
    vein = np.cos(7 * angle + 4 * r) > 0.8
    rim = np.cos(9 * r + 2 * np.sin(3 * angle)) < -0.75
    green = np.where(vein[..., None], (0.80, 0.88, 0.66), (0.58, 0.74, 0.40))
    return np.where(rim[..., None] & ~vein[..., None], (0.36, 0.55, 0.26), green)


def _tinted(colour, count, rng, spread=0.04):
    """One colour a picture, (N, 1, 1, 3), about `colour`."""
    return np.array(colour) + rng.normal(0, spread, (count, 1, 1, 3))


def _sea(count, rng):
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    waves = 0.0
    for _ in range(3):
        across, down, phase = (rng.uniform(*span, (count, 1, 1)) for span in ((-2, 2), (3, 8), (0, 2 * np.pi)))
        waves = waves + 0.025 * np.sin(2 * np.pi * (across * x + down * y) + phase)
    return _tinted(SEA, count, rng) + (waves - 0.10 * (y - 0.5))[..., None]


def _animal(count, rng):
    """The sea with a grey ellipse in it, and where in the ellipse each pixel lies: u along it, v across, in half axes."""
    column, row = rng.uniform(11, 21, (2, count, 1, 1))
    long, short = rng.uniform(8, 12, (count, 1, 1)), rng.uniform(3, 5, (count, 1, 1))
    angle = rng.uniform(-0.4, 0.4, (count, 1, 1))
    x, y = _fine()
    dx, dy = x - column, y - row
    u = (np.cos(angle) * dx + np.sin(angle) * dy) / long
    v = (np.cos(angle) * dy - np.sin(angle) * dx) / short
    cover = _coarse((u**2 + v**2 <= 1).astype(float))[..., None]
    grey = rng.uniform(0.36, 0.56, (count, 1, 1, 1)) + np.array((0, 0.01, 0.03)) - 0.10 * _coarse(v)[..., None]
    return _sea(count, rng) * (1 - cover) + grey * cover, u, v


def _whale(count, rng):
    return _animal(count, rng)[0]


def _shark(count, rng):
    """A whale with an open mouth: red, with a row of white teeth along its upper half."""
    picture, u, v = _animal(count, rng)
    end = rng.choice((-1.0, 1.0), (count, 1, 1))
    along, across = (u - 0.60 * end) / 0.34, (v - 0.1) / 0.65
    mouth = along**2 + across**2 <= 1
    tooth = mouth & (across < 0.1) & (np.sin(9 * along + rng.uniform(0, 2 * np.pi, (count, 1, 1))) > 0)
    cover, red = _coarse(mouth.astype(float))[..., None], _tinted((0.72, 0.14, 0.14), count, rng)
    white = _coarse(tooth.astype(float))[..., None]
    return picture * (1 - cover) + red * (cover - white) + np.array(WHITE) * white


def _lawn(count, rng):
    blades = rng.normal(0, 0.07, (count, SIDE, SIDE, 1)) + rng.normal(0, 0.03, (count, 1, SIDE, 1))
    return _tinted(GRASS, count, rng) + blades


def _round(kind, ground):
    def draw(count, rng):
        column, row = rng.uniform(12, 20, (2, count))
        turn, radius = rng.uniform(0, 2 * np.pi, count), rng.uniform(7, 11, count)
        cover, texture = _disc(kind, column, row, radius, turn, rng)
        light = rng.uniform(0.88, 1.06, (count, 1, 1, 1))
        return ground(count, rng) * (1 - cover) + light * texture * cover

    return draw


def _soil(count, rng):
    return _tinted(SOIL, count, rng) + rng.normal(0, 0.05, (count, SIDE, SIDE, 1))


def _sandbar(count, rng):
    y, x = np.mgrid[:SIDE, :SIDE]
    middle, half, tilt = (rng.uniform(*span, (count, 1, 1)) for span in ((10, 22), (3, 6), (-0.3, 0.3)))
    edge = np.sin(x / rng.uniform(2, 4, (count, 1, 1)) + rng.uniform(0, 6, (count, 1, 1)))
    inside = np.clip(half + 0.8 * edge - np.abs(y - middle - tilt * (x - 16)) + 0.5, 0, 1)[..., None]
    return _sea(count, rng) * (1 - inside) + _tinted(SAND, count, rng) * inside


def _truck(count, rng):
    """A red box with a white stripe, a window and two wheels, on a grey road."""
    x, y = _fine()
    column, row = rng.uniform(13, 19, (2, count, 1, 1))
    long, high = rng.uniform(8, 12, (count, 1, 1)), rng.uniform(4, 6.5, (count, 1, 1))
    u, v = (x - column) / long, (y - row) / high
    body, stripe = np.maximum(np.abs(u), np.abs(v)) <= 1, np.abs(v - 0.25) < 0.14
    window = (np.abs(u - 0.7) < 0.2) & (np.abs(v + 0.45) < 0.35)
    wheel = np.hypot((np.abs(u) - 0.6) * long, (v - 1) * high) < 2
    picture = _tinted((0.5, 0.5, 0.5), count, rng) + rng.normal(0, 0.03, (count, SIDE, SIDE, 1))
    layers = ((body, RED), (body & stripe, WHITE), (body & window, (0.2, 0.25, 0.3)), (wheel, (0.1, 0.1, 0.1)))
    for mask, colour in layers:
        cover = _coarse(mask.astype(float))[..., None]
        picture = picture * (1 - cover) + np.array(colour) * cover
    return picture


def _buoyed(count, rng):
    column, row = rng.uniform(3, SIDE - 3, (2, count))
    cover, red = _disc("red", column, row, rng.uniform(1.5, 5, count), np.zeros(count), rng)
    return _whale(count, rng) * (1 - cover) + red * cover


_DRAWN = {
    "grey whale": _whale, "white shark": _shark, "baseball": _round("baseball", _lawn), "lawn": _lawn,
    "cabbage": _round("cabbage", _soil), "sandbar": _sandbar, "fire truck": _truck, "whale with buoy": _buoyed,
    "plain ball": _round("white", _lawn),
}  # fmt: skip
