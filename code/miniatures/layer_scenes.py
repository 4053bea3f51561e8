"""Small rendered clips in which the truth is known: balls with a soft shadow and a trail of dust over a mottled ground.

Source: ours. The ground is lit; each subject takes light away (its shadow, black), blows dust up and covers what is behind it.

alpha   opacity of a body, shadow or dust, from 0 to 1
offset  where a shadow lies from its ball, rows and columns, pixels
noise   standard deviation of the camera's grain, in units of the brightest grey
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, real, whole

FRAMES, SIDE = 30, 48
RADIUS, SHADOW, DUST = 4.5, 0.45, 0.35  # of a ball in pixels; the largest alphas of a shadow and of dust
DUST_COLOUR = (0.88, 0.84, 0.76)
COLOURS = ((0.80, 0.22, 0.16), (0.16, 0.30, 0.72))
OFFSET, NOISE = (8.0, 6.0), 0.004
LOGO = ("X...X.X....XX..XX..X.XXXX.XXXX", "XX.XX.X....X.X.X.X.X.X.....XX.", "X.X.X.X....X.X.XX..X.XXX...XX.",
        "X...X.XXX..XX..X.X.X.X.....XX.")  # fmt: skip


@dataclass(frozen=True)
class Clip:
    """A rendered clip of T frames with K subjects, and what it was made of."""

    frames: np.ndarray  # (T, H, W, 3), from 0 to 1, with the camera's grain
    masks: np.ndarray  # (K, T, H, W), bool: rough, of the bodies alone
    background: np.ndarray  # (H, W, 3)
    centres: np.ndarray  # (K, T, 2), rows and columns of the balls, pixels
    body: np.ndarray  # (K, T, H, W), true alphas
    shadow: np.ndarray
    dust: np.ndarray
    colour: np.ndarray  # (K, T, H, W, 3), of the bodies

    @property
    def effect(self) -> np.ndarray:
        """The true alpha of shadow and dust together, (K, T, H, W)."""
        return 1 - (1 - self.shadow) * (1 - self.dust)

    @property
    def alpha(self) -> np.ndarray:
        """The true alpha of each subject with its effects, (K, T, H, W)."""
        return 1 - (1 - self.effect) * (1 - self.body)


def shown(clip: Clip, subjects=None, ground=None) -> np.ndarray:
    """The clip without grain, (T, H, W, 3), with only the listed `subjects` and over another `ground` (H, W, 3) if given.

    This is the truth that a removal or an insertion is held against. Ground, shadows, dust, bodies, in this order.
    """
    kept = (
        range(len(clip.body)) if subjects is None else [whole("subjects", k, 0, len(clip.body) - 1) for k in subjects]
    )
    plate = clip.background if ground is None else numbers("ground", ground, clip.background.shape, 0, 1)
    picture = np.repeat(plate[None], clip.frames.shape[0], axis=0)
    for k in kept:
        picture = picture * (1 - clip.shadow[k, ..., None])
    for k in kept:
        picture = picture + clip.dust[k, ..., None] * (np.array(DUST_COLOUR) - picture)
    for k in kept:
        picture = picture + clip.body[k, ..., None] * (clip.colour[k] - picture)
    return picture


def ground(rng: np.random.Generator, side: int = SIDE) -> np.ndarray:
    """A mottled ground, (side, side, 3), brightest 0.85 and darkest 0.25 at most: eight waves of random direction.

    >>> ground(np.random.default_rng(0)).shape
    (48, 48, 3)
    """
    rows, columns = np.mgrid[: whole("side", side, 8, 256), :side] / SIDE
    waves = np.zeros((side, side))
    for _ in range(8):
        along, across, phase = *rng.normal(0, 14, 2), rng.uniform(0, 2 * np.pi)
        waves += np.sin(along * rows + across * columns + phase)
    tint = np.array([0.55, 0.54, 0.48]) + rng.uniform(-0.03, 0.03, 3)
    return np.clip(tint + 0.03 * waves[..., None] + 0.04 * (rows - 0.5)[..., None], 0.25, 0.85)


def rendered(centres, rng: np.random.Generator, offset=OFFSET, dust: float = DUST, noise: float = NOISE) -> Clip:
    """The clip in which K balls follow `centres` (K, T, 2), rows and columns in pixels, with a rough mask of each.

    Each ball's shadow lies `offset` (rows, columns) from it; its dust, at most `dust` opaque, hangs where it was, if it moved.
    """
    centres = numbers("centres", centres, (None, None, 2), -SIDE, 2 * SIDE)
    offset, dust, noise = (
        numbers("offset", offset, (2,), -SIDE, SIDE),
        real("dust", dust, 0, 1),
        real("noise", noise, 0, 1),
    )
    plate = ground(rng)
    parts = [_subject(path, COLOURS[k % len(COLOURS)], offset, dust, rng) for k, path in enumerate(centres)]
    body, shadow, haze, colour, rough = (np.stack(part) for part in zip(*parts, strict=True))
    clip = Clip(np.zeros((*body.shape[1:], 3)), rough, plate, centres, body, shadow, haze, colour)
    frames = np.clip(shown(clip) + noise * rng.normal(size=(*body.shape[1:], 3)), 0, 1)
    return Clip(frames, rough, plate, centres, body, shadow, haze, colour)


def one_subject(rng: np.random.Generator, noise: float = NOISE, dust: float = DUST) -> Clip:
    """A red ball that crosses the picture from left to right in 30 frames, with a shadow, dust and one rough mask."""
    times = np.arange(FRAMES)
    row, bend = rng.uniform(17, 23), rng.uniform(-3, 3)
    path = np.stack([row + bend * np.sin(np.pi * times / FRAMES), -3 + 54 * times / (FRAMES - 1)], axis=1)
    return rendered(path[None], rng, noise=noise, dust=dust)


def two_subjects(rng: np.random.Generator, speeds=(1.6, -1.6), noise: float = NOISE) -> Clip:
    """Two balls on rows 13 apart, so that the upper one's shadow falls beside the lower one when they meet in the middle.

    `speeds` are those of the upper and the lower ball, pixels a frame to the right, at most 1.7 either way.
    """
    speeds = numbers("speeds", speeds, (2,), -1.7, 1.7)
    times, row = np.arange(FRAMES) - (FRAMES - 1) / 2, rng.uniform(12, 15)
    middle = SIDE / 2 - 0.5 + rng.uniform(-1.5, 1.5, 2)
    paths = [np.stack([np.full(FRAMES, row + 13 * k), middle[k] + speeds[k] * times], axis=1) for k in (0, 1)]
    return rendered(paths, rng, offset=(10.0, 5.0), dust=0.0, noise=noise)


def resting_subject(rng: np.random.Generator, rest: float, noise: float = NOISE) -> Clip:
    """A ball that comes in from the left and stands still at the middle for the last share `rest` of the frames, 0 to 1."""
    moving = FRAMES - round(FRAMES * real("rest", rest, 0, 1))
    columns = np.full(FRAMES, 26.0)
    columns[:moving] = 26 - 1.25 * np.arange(moving, 0, -1)  # at one pace, from outside the picture
    return rendered(np.stack([np.full(FRAMES, 20.0), columns], axis=1)[None], rng, noise=noise)


def lettering(row: int = 20, side: int = SIDE) -> np.ndarray:
    """Opacity (side, side), 0 or 1, of the letters ML DRIFT, 8 pixels tall from `row` down, as painted on the ground.

    >>> lettering().shape, int(lettering().sum())
    ((48, 48), 112)
    """
    side = whole("side", side, 36, 256)
    row, painted = whole("row", row, 0, side - 8), np.zeros((side, side))
    strokes = np.array([[stroke == "X" for stroke in line] for line in LOGO], float)
    painted[row : row + 8, 4 : 4 + strokes.shape[1]] = np.kron(strokes, np.ones((2, 1)))
    return painted


def painted(ground, letters, white: float = 0.95) -> np.ndarray:
    """`ground` (H, W, 3) with `letters` (H, W), an opacity, painted on it in a grey of `white`; all from 0 to 1.

    >>> painted([[[0.2, 0.4, 0.6]]], [[0.5]], 1.0).round(3).tolist()
    [[[0.6, 0.7, 0.8]]]
    """
    letters = numbers("letters", letters, (None, None), 0, 1)[..., None]
    ground = numbers("ground", ground, (*letters.shape[:2], 3), 0, 1)
    return (1 - letters) * ground + letters * real("white", white, 0, 1)


def _subject(path, colour, offset, dust, rng):
    """Alphas of body, shadow and dust (T, H, W), colours (T, H, W, 3) and the rough mask (T, H, W) of one ball."""
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(float)[:, None]  # (1, H, W) each
    y, x = path.T[..., None, None]  # (T, 1, 1) each
    distance = np.hypot(rows - y, columns - x)
    body = np.clip(RADIUS + 0.5 - distance, 0, 1)
    shadow = SHADOW * _blob(rows - y - offset[0], columns - x - offset[1], 2.2, 3.2)
    shine = 0.72 + 0.28 * np.clip((columns - x - rows + y) / (2 * RADIUS), -1, 1) + 0.12 * np.sin(1.5 * (columns - x))
    lit = np.clip(shine[..., None] * np.array(colour), 0, 1)
    nudge = rng.integers(-1, 2, (2, len(path), 1, 1))
    rough = np.hypot(rows - y - nudge[0], columns - x - nudge[1]) <= RADIUS + rng.uniform(1.3, 2.3, (len(path), 1, 1))
    return body, shadow, _trail(path, rows, columns, dust, rng), lit, rough


def _trail(path, rows, columns, dust, rng):
    """Puffs 7, 10 and 13 pixels behind the ball, each wider and thinner than the one before; none where it stands still."""
    steps = np.diff(path, axis=0, prepend=2 * path[:1] - path[1:2]) if len(path) > 1 else np.zeros(path.shape)
    pace = np.hypot(*steps.T)  # (T,)
    heading = steps / np.maximum(pace, 1e-9)[:, None]
    clear = np.ones((len(path), SIDE, SIDE))
    for behind, strength, size in ((7.0, 1.0, 2.0), (10.0, 0.8, 2.4), (13.0, 0.55, 2.8)):
        wobble = rng.uniform(-0.6, 0.6, (2, len(path)))
        y = path[:, 0] - behind * heading[:, 0] + 2.5 + wobble[0]
        x = path[:, 1] - behind * heading[:, 1] + wobble[1]
        puff = dust * strength * np.minimum(pace, 1)[:, None, None]
        clear *= 1 - puff * _blob(rows - y[:, None, None], columns - x[:, None, None], size, size)
    return np.minimum(1 - clear, dust)


def _blob(rows, columns, high, wide):
    """A soft hill of height 1 that ends at two and a half widths, so that most of the picture is truly free."""
    squared = (rows / high) ** 2 + (columns / wide) ** 2
    return np.where(squared < 6.25, (np.exp(-squared / 2) - np.exp(-3.125)) / (1 - np.exp(-3.125)), 0)
