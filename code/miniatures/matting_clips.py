"""A rendered clip in which the truth is known: somebody with loose hair crosses the picture before a patterned wall.

Source: ours. Each of the 60 hairs is thinner than a pixel, so hardly any pixel is hair alone; the alpha that is kept is the very one
that the frames are mixed with.

alpha     the share of a pixel that the subject covers, from 0 to 1
distance  of the subject's colour from the wall's mean colour, in units of the brightest grey
rest      the share of the frames in which the subject stands still in the middle
shake     the camera is off by up to this much in rows and in columns, pixels
noise     standard deviation of the camera's grain, in units of the brightest grey
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import fitting, numbers, one_of, real

FRAMES, SIDE = 24, 64
HAIRS, HAIR_WIDTH = 60, 0.4  # pixels
MOTIONS = ("crossing", "swaying")
WALL = np.array([0.64, 0.60, 0.50])
TOWARDS = np.array([-0.72, -0.62, -0.30])  # from the wall's colour to the subject's, of length 1 within 0.4 percent
BACKDROPS = ("green", "white", "dusk", "chequers")


@dataclass(frozen=True)
class Clip:
    """A rendered clip of T frames and what it was mixed from; all values from 0 to 1."""

    frames: np.ndarray  # (T, H, W, 3), with grain
    alpha: np.ndarray  # (T, H, W)
    foreground: np.ndarray  # (T, H, W, 3), the subject's colour, of account where alpha is above 0
    background: np.ndarray  # (T, H, W, 3), the wall as this frame's camera would see it


def rendered_clip(
    rng: np.random.Generator, motion: str = "crossing", *, distance: float = 0.6, rest: float = 0.0,
    shake: float = 0.0, noise: float = 0.02,
) -> Clip:  # fmt: skip
    """A clip of 24 frames, 64 x 64 pixels. "swaying" stays in the middle all the time; "crossing" stops there for the share `rest`.

    `distance` from 0.05 to 0.8, `rest` from 0 to 1, `shake` from 0 to 8 pixels, `noise` from 0 to 0.5. The same `rng` draws the same
    wall, hair and grain whatever the settings.
    """
    columns = positions(motion, rest)
    distance, shake = real("distance", distance, 0.05, 0.8), real("shake", shake, 0, 8)
    noise = real("noise", noise, 0, 0.5)
    waves, hairs = _wave_numbers(rng), _hairs(rng)
    off = shake * rng.uniform(-1, 1, (FRAMES, 2))
    grain = noise * rng.normal(size=(FRAMES, SIDE, SIDE, 3))
    wall = np.stack([_wall(waves, *one) for one in off])
    body = np.stack([_body(33 - row, column - 0.5 - side) for (row, side), column in zip(off, columns, strict=True)])
    hair = np.stack([
        _hair(hairs, t, 33 - row, column - 0.5 - side) for t, ((row, side), column) in enumerate(zip(off, columns, strict=True))
    ])  # fmt: skip
    alpha = 1 - (1 - body) * (1 - hair)
    foreground = _colours(body, alpha, columns - off[:, 1], distance)
    mixed = alpha[..., None] * foreground + (1 - alpha[..., None]) * wall
    return Clip(np.clip(mixed + grain, 0, 1), alpha, foreground, wall)


def positions(motion: str = "crossing", rest: float = 0.0) -> np.ndarray:
    """The column of the subject's middle in each frame, (T,), pixels.

    >>> positions("crossing", 0.5)[:3].round(1).tolist(), int((positions("crossing", 0.5) == 32).sum())
    ([-14.0, -6.3, 1.3], 13)
    """
    rest = real("rest", rest, 0, 1)
    times = np.arange(FRAMES)
    if one_of("motion", motion, MOTIONS) == "swaying":
        if rest:
            raise ValueError(f"rest={rest:g}: a swaying subject never rests, so rest must be 0")
        return 32 + 9 * np.sin(2 * np.pi * times / FRAMES)
    still = round(FRAMES * rest)
    before = (FRAMES - still) // 2
    pace = 46 / max(FRAMES - still, 1) * (2 if still < FRAMES else 0)
    steps = np.concatenate([np.arange(-before, 0), np.zeros(still), np.arange(FRAMES - still - before)])
    return 32 + steps * pace


def backdrop(kind: str, shape=(SIDE, SIDE)) -> np.ndarray:
    """A new background of rows and columns `shape`, (H, W, 3): one of BACKDROPS.

    >>> backdrop("green")[0, 0].tolist()
    [0.1, 0.7, 0.2]
    """
    height, width = (int(n) for n in numbers("shape", shape, (2,), 1, 2000))
    rows, columns = np.mgrid[:height, :width].astype(float)
    if one_of("kind", kind, BACKDROPS) == "chequers":
        return np.repeat(np.where((rows // 8 + columns // 8) % 2 == 0, 0.9, 0.25)[..., None], 3, axis=2)
    down = (rows / max(height - 1, 1))[..., None]
    top, bottom = {
        "green": ([0.1, 0.7, 0.2], [0.1, 0.7, 0.2]), "white": ([1, 1, 1], [1, 1, 1]), "dusk": ([0.2, 0.2, 0.45], [0.95, 0.6, 0.35]),
    }[kind]  # fmt: skip
    return (1 - down) * np.array(top, float) + down * np.array(bottom, float)


def spilled(foreground, screen, spill: float) -> np.ndarray:
    """The subject's colour when the light of a coloured `screen` falls on it: the share `spill`, from 0 to 1, comes from there.

    `foreground` and `screen`: arrays from 0 to 1 that fit each other, such as (H, W, 3) and (3,).

    >>> spilled([0.6, 0.4, 0.2], [0.1, 0.7, 0.2], 0.5).round(3).tolist()
    [0.35, 0.55, 0.2]
    """
    spill = real("spill", spill, 0, 1)
    foreground, screen = fitting({"foreground": foreground, "screen": screen}, 0, 1)
    return (1 - spill) * foreground + spill * screen


def _wave_numbers(rng):
    """Twelve waves: cycles along rows and columns and phase; from broad folds to a fine weave."""
    length, heading = rng.uniform(5, 22, 12), rng.uniform(0, np.pi, 12)
    number = 2 * np.pi / length
    return np.stack([number * np.cos(heading), number * np.sin(heading), rng.uniform(0, 2 * np.pi, 12)], axis=1)


def _wall(waves, row, column):
    """(H, W, 3) as seen by a camera that is off by (row, column)."""
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(float)
    folds = sum(np.sin(down * (rows + row) + along * (columns + column) + phase) for down, along, phase in waves)
    return np.clip(WALL + 0.028 * folds[..., None] * np.array([1.0, 0.9, 0.8]), 0, 1)


def _hairs(rng):
    """For each hair: where it leaves the head and how it goes on: angle, length, curl, phase of its swing."""
    angle = rng.uniform(-0.25 * np.pi, 1.25 * np.pi, HAIRS)  # all round but the chin
    return np.stack([angle, rng.uniform(5, 13, HAIRS), rng.normal(0, 0.12, HAIRS), rng.uniform(0, 2 * np.pi, HAIRS)], 1)


def _body(row, column):
    """Alpha (H, W) of head and shoulders, the head's middle 7 rows above `row`; edges a good pixel soft."""
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(float)
    head = 8.5 - np.hypot(rows - row + 7, columns - column)
    shoulders = 14 * (1 - np.hypot((rows - row - 31) / 28, (columns - column) / 14))
    return np.clip(np.maximum(head, shoulders) / 1.4 + 0.5, 0, 1)


def _hair(hairs, t, row, column):
    """Alpha (H, W) of the hairs: each lays its width along its path, and what falls into a pixel overlaps at random there."""
    angle, length, curl, phase = hairs.T[..., None]  # (HAIRS, 1) each
    along = np.arange(0, 13, 0.25)  # (S,), pixels from the head
    swing = 0.25 * np.sin(2 * np.pi * t / 12 + phase)
    heading = angle + (curl + swing / 13) * along
    y = row - 7 - 8 * np.sin(angle) - np.cumsum(np.sin(heading), axis=1) / 4
    x = column + 8 * np.cos(angle) + np.cumsum(np.cos(heading), axis=1) / 4
    laid = np.where(along < length, HAIR_WIDTH / 4, 0.0)
    area = np.zeros((SIDE + 2, SIDE + 2))  # a margin catches what leaves the picture
    top, left = np.floor(y), np.floor(x)
    for down in (0, 1):
        for right in (0, 1):
            share = laid * np.abs(1 - down - (y - top)) * np.abs(1 - right - (x - left))
            at = np.clip(top + down, -1, SIDE).astype(int) + 1, np.clip(left + right, -1, SIDE).astype(int) + 1
            np.add.at(area, at, share)
    return 1 - np.exp(-area[1:-1, 1:-1])


def _colours(body, alpha, columns, distance):
    """(T, H, W, 3): the body lit from the left, the hair a little darker."""
    across = np.arange(SIDE) - columns[:, None, None]  # (T, 1, W)
    light = 1 - 0.12 * np.clip(across / 14, -1, 1)
    own = np.clip(WALL + distance * TOWARDS, 0, 1)
    share = np.divide(body, alpha, out=np.ones(alpha.shape), where=alpha > 0)  # of the body in what is seen
    return np.clip((0.8 + 0.2 * share) * light, 0, 1.2)[..., None] * own
