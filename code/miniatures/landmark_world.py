"""A town of drawn facades: landmarks that are searched for, others that stand about, and a detector that errs as it is told.

Nothing is learnt here and no photograph is used. Each part of a scene has its own random stream, so that one more building
in the way, or a detector of another recall, changes nothing else.

box      (top, left, bottom, right), pixels, the lower and right edges excluded
clutter  other facades in a scene
visible  share of the landmark that no other facade covers
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from miniatures.checks import numbers, real, several, whole, whole_numbers

SIDE = 96  # pixels of a scene
LANDMARKS, VIEWS = 20, 8
SCENES = LANDMARKS * VIEWS
POOL = 12  # facades that stand about
MOST_CLUTTER, MOST_FALSE = 8, 4
IN_FRONT = 0.1  # chance that a facade of the clutter is drawn in front of the landmark, not behind it
JUNK_BELOW = 0.5  # a landmark of which less is visible is junk: neither right nor wrong
LATEST_SEED = 2**31 - 1
MOST_FACADES, MOST_PIXELS = 10_000, 1000  # of a town; of a facade's side
WINDOWS, ROOFS = ("grid", "arches", "diamonds"), ("flat", "gable", "battlements")


@dataclass(frozen=True)
class Facade:
    """What a facade looks like; lengths as shares of a window's field or of the facade, tones from 0 to 1."""

    windows: str
    roof: str
    columns: int
    rows: int
    width: float
    height: float
    wall: float
    glass: float
    stripes: int
    upright: bool
    strength: float
    aspect: float  # width over height


@dataclass(frozen=True)
class Scene:
    """picture (SIDE, SIDE) in [0, 1]; box of the landmark; the visible share of it."""

    picture: np.ndarray
    box: tuple
    visible: float


def new_facade(rng: np.random.Generator) -> Facade:
    """A facade drawn by lot."""
    wall = rng.uniform(0.3, 0.8)
    return Facade(
        windows=WINDOWS[rng.integers(3)],
        roof=ROOFS[rng.integers(3)],
        columns=int(rng.integers(3, 7)),
        rows=int(rng.integers(3, 7)),
        width=rng.uniform(0.35, 0.75),
        height=rng.uniform(0.4, 0.8),
        wall=wall,
        glass=wall + rng.uniform(0.25, 0.5) * (-1 if wall > 0.45 else 1),
        stripes=int(rng.integers(0, 10)),
        upright=bool(rng.integers(2)),
        strength=rng.uniform(0.05, 0.2),
        aspect=rng.uniform(0.8, 1.25),
    )


def town(seed: int, part: int, count: int) -> tuple[Facade, ...]:
    """`count` facades: part 0 those searched for, 1 those that stand about, 2 and 3 the same of another town, for the codebook."""
    rng = np.random.default_rng([whole("seed", seed, 0, LATEST_SEED), whole("part", part, 0, 3)])
    return tuple(new_facade(rng) for _ in range(whole("count", count, 0, MOST_FACADES)))


def draw_facade(facade: Facade, high: int, wide: int) -> tuple[np.ndarray, np.ndarray]:
    """Its picture (high, wide) in [0, 1] and its mask, True where there is wall or roof; 2 x 2 samples a pixel."""
    sides = whole("high", high, 1, MOST_PIXELS), whole("wide", wide, 1, MOST_PIXELS)
    v, u = (np.arange(2 * n)[:, None] / (2 * n) for n in sides)
    u = u.T
    a, b = (u * facade.columns) % 1 - 0.5, (v * facade.rows) % 1 - 0.5
    across, down = 2 * np.abs(a) / facade.width, 2 * b / facade.height
    glass = {
        "grid": (across < 1) & (np.abs(down) < 1) & (across > 0.15),
        "arches": (across < 1) & (down < 1) & ((down > -0.2) | (across**2 + ((down + 0.2) / 0.8) ** 2 < 1)),
        "diamonds": across + np.abs(down) < 1,
    }[facade.windows]
    bands = np.sign(np.sin(2 * np.pi * facade.stripes * (u if facade.upright else v)))
    tones = np.where(glass & (v > 0.15), facade.glass, facade.wall + facade.strength * bands * (v > 0.15))
    edge = {
        "flat": np.where(v > 0.05, 1, 0) * np.ones_like(u),
        "gable": (v > 0.3 * np.abs(2 * u - 1)) * 1,
        "battlements": ((v > 0.1) | ((u * 6) % 1 < 0.5)) * 1,
    }[facade.roof]
    return _halved(tones * np.ones_like(u)), _halved(edge.astype(float)) >= 0.5


def halved(samples) -> np.ndarray:
    """Means of 2 x 2 samples, (H, W) -> (H // 2, W // 2); an odd last row or column is left out.

    >>> halved([[0.0, 1.0], [1.0, 2.0]]).tolist()
    [[1.0]]
    """
    return _halved(numbers("samples", samples, (None, None)))


def _halved(samples):
    high, wide = (side // 2 for side in samples.shape)
    return samples[: 2 * high, : 2 * wide].reshape(high, 2, wide, 2).mean(axis=(1, 3))


def _placed(facade, rng):
    """A facade's size and place, and how it is lit: box of whole numbers, gain, shade."""
    high = int(rng.integers(34, 54))
    wide = int(np.clip(round(high * facade.aspect), 30, 60))
    top, left = int(rng.integers(SIDE - high + 1)), int(rng.integers(SIDE - wide + 1))
    return (top, left, top + high, left + wide), rng.uniform(0.5, 1.1), rng.uniform(-0.05, 0.15)


def _paste(picture, facade, box, gain, shade):
    tones, mask = draw_facade(facade, box[2] - box[0], box[3] - box[1])
    window = picture[box[0] : box[2], box[1] : box[3]]
    window[mask] = (gain * (tones - 0.5) + 0.5 + shade)[mask]
    return mask


def new_scene(facade: Facade, others, clutter: int, seeds) -> Scene:
    """A scene with `facade` and `clutter` of the facades `others`; `seeds` is the list that its random streams start from."""
    for number, other in enumerate(several("others", others)):
        if not isinstance(other, Facade):
            raise ValueError(f"others[{number}]={other!r:.60} must be a Facade")
    if not others and clutter:
        raise ValueError(f"others are empty: clutter={clutter} must be drawn from one facade or more")
    clutter, seeds = whole("clutter", clutter, 0, MOST_CLUTTER), _seeds(seeds)
    rng, noise = np.random.default_rng([*seeds, 0]), np.random.default_rng([*seeds, 1])
    box, gain, shade = _placed(facade, rng)
    sky = rng.uniform(0.4, 0.9) + rng.uniform(-0.2, 0.2) * np.arange(SIDE)[:, None] / SIDE
    picture = sky * np.ones((1, SIDE))
    chosen = []
    for _ in range(clutter):
        other = others[rng.integers(len(others))]
        chosen.append((other, *_placed(other, rng), rng.random() < IN_FRONT))
    for other, *how, front in chosen:
        if not front:
            _paste(picture, other, *how)
    mine = np.zeros((SIDE, SIDE), bool)
    mine[box[0] : box[2], box[1] : box[3]] = _paste(picture, facade, box, gain, shade)
    whole_of_it = mine.sum()
    for other, place, *how, front in chosen:
        if front:
            mask = _paste(picture, other, place, *how)
            mine[place[0] : place[2], place[1] : place[3]] &= ~mask
    picture = np.clip(picture + 0.02 * noise.standard_normal(picture.shape), 0, 1)
    return Scene(picture, box, float(mine.sum() / whole_of_it))


def _seeds(seeds):
    return whole_numbers("seeds", seeds, (None,), 0, LATEST_SEED).tolist()


def scene(seed: int, number: int, clutter: int = 5) -> Scene:
    """Scene `number` (0 to 159) of the town `seed`: view `number` % 8 of landmark `number` // 8.

    >>> found = scene(0, 9)
    >>> found.picture.shape, found.box, round(found.visible, 2)
    ((96, 96), (36, 7, 73, 46), 1.0)
    """
    number, clutter = whole("number", number, 0, SCENES - 1), whole("clutter", clutter, 0, MOST_CLUTTER)
    seed = whole("seed", seed, 0, LATEST_SEED)
    return new_scene(_landmarks(seed)[number // VIEWS], _pool(seed), clutter, (seed, 4, number))


@lru_cache(maxsize=16)
def _landmarks(seed):
    return town(seed, 0, LANDMARKS)


@lru_cache(maxsize=16)
def _pool(seed):
    return town(seed, 1, POOL)


def query(seed: int, number: int) -> np.ndarray:
    """A clean picture (h, w) of landmark `number` (0 to 19) alone, before grey, in a size and light of its own."""
    facade = _landmarks(whole("seed", seed, 0, LATEST_SEED))[whole("number", number, 0, LANDMARKS - 1)]
    rng = np.random.default_rng([seed, 5, number])
    high = int(rng.integers(44, 60))
    wide = round(high * facade.aspect)
    picture = np.full((high, wide), 0.6)
    _paste(picture, facade, (0, 0, high, wide), rng.uniform(0.7, 1.1), rng.uniform(-0.05, 0.1))
    return np.clip(picture + 0.02 * rng.standard_normal(picture.shape), 0, 1)


def detected(box, seeds, recall: float = 1.0, jitter: float = 0.1, false_positives: int = 1) -> list[tuple]:
    """The boxes that a detector reports: the landmark's with probability `recall`, its edges moved, and false ones.

    jitter: standard deviation of an edge's move, in sides of the box. false_positives: boxes (0 to 4) put anywhere.
    A higher recall finds what a lower one found, and one more false box leaves the others as they were.
    """
    recall, jitter, seeds = real("recall", recall, 0, 1), real("jitter", jitter, 0, 1), _seeds(seeds)
    numbers("box", box, (4,))
    rng = np.random.default_rng([*seeds, 2])
    lot, moves = rng.random(), jitter * rng.standard_normal(4)
    sizes, places = rng.uniform(30, 54, (MOST_FALSE, 2)), rng.random((MOST_FALSE, 2))
    top, left, bottom, right = box
    high, wide = bottom - top, right - left
    edges = np.array(box, float) + moves * (high, wide, high, wide)
    edges = (*np.minimum(edges[:2], edges[2:]), *np.maximum(edges[:2], edges[2:]))  # a box turned over is turned back
    found = [tuple(float(edge) for edge in np.clip(edges, 0, SIDE))] if lot < recall else []
    for size, place in list(zip(sizes, places, strict=True))[
        : whole("false_positives", false_positives, 0, MOST_FALSE)
    ]:
        start = place * (SIDE - size)
        found.append(tuple(float(edge) for edge in (*start, *(start + size))))
    return found
