"""Objects to cut out, 64 x 64 pixels: drawn blobs with a thin tail, whose true mask is known to the pixel; a horse's outline; a photographed coin.

All true masks are whole pixels. The drawn ones come from a seed, so that nobody has to store them.

image  grey, 0 to 1, (64, 64)
mask   the true pixels of the object, bools (64, 64)
box    the tightest box round it: first row, first column, one past the last row, one past the last column
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.ndimage import binary_opening, gaussian_filter

from miniatures.checks import cached, one_of, real, whole, whole_numbers
from miniatures.data import load
from miniatures.overlap_measures import as_mask

SIDE = 64
REAL = ("horse", "coin")
MARGIN = 3  # pixels that stay free round a drawn object
GREYS = (0.35, 0.65)  # mean brightness of the surroundings and of the object
GRAIN, NOISE = 0.04, 0.03  # sd of the texture, which is smooth over about two pixels, and of each pixel
BATCH = 12  # objects that one seed of a study stands for


@dataclass(frozen=True)
class Pictured:
    """An object in its picture: `image` (64, 64) of 0 to 1, true `mask` (64, 64) of bools, `box` (top, left, bottom, right)."""

    image: np.ndarray
    mask: np.ndarray
    box: tuple[int, int, int, int]


def tight_box(mask) -> tuple[int, int, int, int]:
    """The smallest box (top, left, bottom, right) that holds all of `mask` (H, W); bottom and right lie one past the last pixel.

    >>> tight_box([[0, 0, 0], [0, 1, 1]])
    (1, 1, 2, 3)
    """
    mask = as_mask("mask", mask, (None, None))
    if not mask.any():
        raise ValueError("mask is empty: it has no box")
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1


def box_mask(box, shape=(SIDE, SIDE)) -> np.ndarray:
    """The pixels (H, W) inside `box` (top, left, bottom, right), which must lie in the picture and hold a pixel.

    >>> int(box_mask((1, 2, 3, 5)).sum())
    6
    """
    shape = _sides(shape)
    top, left, bottom, right = checked_box("box", box, shape)
    mask = np.zeros(shape, bool)
    mask[top:bottom, left:right] = True
    return mask


def checked_box(name: str, box, shape) -> tuple[int, int, int, int]:
    """`box` as four ints; ValueError unless it lies in a picture of `shape` and holds a pixel."""
    shape = _sides(shape)
    try:
        top, left, bottom, right = (whole(name, value, 0, max(shape)) for value in box)
    except TypeError:
        raise ValueError(f"{name}={box!r} must be (top, left, bottom, right)") from None
    except ValueError as fault:
        raise ValueError(f"{name}={box!r} must be (top, left, bottom, right), whole numbers: {fault}") from None
    if not (top < bottom <= shape[0] and left < right <= shape[1]):
        raise ValueError(f"{name}={box!r} must be (top, left, bottom, right) and lie in {shape[0]} x {shape[1]} pixels")
    return top, left, bottom, right


def _sides(shape):
    """`shape` as the ints (rows, columns)."""
    return tuple(whole_numbers("shape", shape, (2,), 1, 65_536).tolist())


def thin_part(mask, radius: float = 2.0) -> np.ndarray:
    """The pixels (H, W) of `mask` that no disc of this `radius`, 1 to 20 pixels, reaches without leaving it: tails, spikes and sharp corners.

    >>> bar = np.zeros((9, 12), bool); bar[1:8, 1:7] = True; bar[4, 7:11] = True
    >>> int(thin_part(bar).sum())  # 3 of the tail and 3 at each corner
    15
    """
    mask, radius = as_mask("mask", mask, (None, None)), real("radius", radius, 1, 20)
    reach = int(radius)
    across = np.arange(-reach, reach + 1)
    disc = across[:, None] ** 2 + across**2 <= radius**2
    return mask & ~binary_opening(mask, disc)


@cached()
def drawn_object(seed: int) -> Pictured:
    """A textured blob with a thin tail on a textured ground, from `seed`, 0 to 10 million; read-only arrays.

    >>> drawn_object(7).mask.shape
    (64, 64)
    """
    rng = np.random.default_rng([whole("seed", seed, 0, 10_000_000), 28])
    mask = _outline(rng)
    return _frozen(textured(mask, rng), mask)


def textured(mask, rng: np.random.Generator) -> np.ndarray:
    """A picture of `mask` (64, 64) of 0 to 1: two greys, each under a smooth texture of its own, light from a side, and noise.

    >>> textured(np.eye(64) > 0, np.random.default_rng(0)).shape
    (64, 64)
    """
    mask = as_mask("mask", mask, (SIDE, SIDE))
    turn = rng.uniform(0, 2 * np.pi)
    across = np.linspace(-1, 1, SIDE)
    light = 0.05 * (np.cos(turn) * across + np.sin(turn) * across[:, None])
    ground, surface = (grey + _grain(rng, smooth) for grey, smooth in zip(GREYS, (2.0, 1.5), strict=True))
    image = np.where(mask, surface, ground) + light
    return np.clip(gaussian_filter(image, 0.5) + NOISE * rng.normal(size=image.shape), 0, 1)


@cache
def real_object(name: str) -> Pictured:
    """The "horse", a real outline under a drawn texture, or the "coin", a photograph whose outline is drawn as an ellipse.

    >>> real_object("horse").box
    (8, 4, 55, 61)
    """
    one_of("name", name, REAL)
    stored = load("instance_segmentation_real.npz")
    if name == "coin":
        return _frozen(stored["coin"] / 255, _ellipse(*stored["coin_ellipse"]))
    mask = unpacked(stored["horse_small"], (SIDE, SIDE))
    return _frozen(textured(mask, np.random.default_rng([0, 29])), mask)


@cache
def horse() -> np.ndarray:
    """The horse's outline at half its stored size, bools (164, 200).

    >>> horse().shape
    (164, 200)
    """
    mask = unpacked(load("instance_segmentation_real.npz")["horse"], (164, 200))
    mask.setflags(write=False)
    return mask


def unpacked(bits, shape) -> np.ndarray:
    """The mask of `shape` that numpy.packbits put into `bits`."""
    shape = _sides(shape)
    bits = whole_numbers("bits", bits, (-(-shape[0] * shape[1] // 8),), 0, 255).astype(np.uint8)
    return np.unpackbits(bits)[: shape[0] * shape[1]].reshape(shape).astype(bool)


def batch(seed: int) -> range:
    """The 12 object seeds that a `seed` of a study, 0 to 99999, stands for: no two of them share one.

    >>> batch(200)[0], len(batch(200))
    (20000, 12)
    """
    first = 100 * whole("seed", seed, 0, 99_999)
    return range(first, first + BATCH)


def _outline(rng):
    """A wavy blob and a bent tail of 2 to 3 pixels, moved to where both fit."""
    size, angle = rng.uniform(10, 14), rng.uniform(0, 2 * np.pi)
    waves = [(k, rng.uniform(0, 0.35) / k, rng.uniform(0, 2 * np.pi)) for k in (2, 3, 4, 5)]
    length, bend, thick = rng.uniform(12, 19), rng.uniform(-0.9, 0.9), rng.uniform(2.0, 3.2)
    along = np.linspace(0, 1, 60)
    heading = angle + bend * along
    start = 0.6 * size * np.array([np.sin(angle), np.cos(angle)])
    steps = np.stack([np.sin(heading), np.cos(heading)]) * (0.4 * size + length) / along.size
    tail = start[:, None] + np.cumsum(steps, axis=1)  # (2, 60): rows, columns from the blob's centre
    wide = 2 * SIDE
    row, column = np.mgrid[:wide, :wide] - wide / 2
    turn = np.arctan2(row, column)
    radius = size * (1 + sum(a * np.cos(k * turn + phase) for k, a, phase in waves))
    near = ((row[..., None] - tail[0]) ** 2 + (column[..., None] - tail[1]) ** 2).min(axis=-1)
    large = (row**2 + column**2 <= radius**2) | (near <= (thick / 2) ** 2)
    return _placed(large, rng)


def _placed(large, rng):
    """The object of a large mask at a random place of the picture."""
    top, left, bottom, right = tight_box(large)
    cut = large[top:bottom, left:right]
    room = [SIDE - 2 * MARGIN - n for n in cut.shape]
    shift = [int(rng.integers(0, n + 1)) + MARGIN for n in room]
    mask = np.zeros((SIDE, SIDE), bool)
    mask[shift[0] : shift[0] + cut.shape[0], shift[1] : shift[1] + cut.shape[1]] = cut
    return mask


def _grain(rng, smooth):
    grain = gaussian_filter(rng.normal(size=(SIDE, SIDE)), smooth, mode="wrap")
    return GRAIN * grain / grain.std()


def _ellipse(row, column, tall, wide):
    return ((np.arange(SIDE)[:, None] - row) / tall) ** 2 + ((np.arange(SIDE) - column) / wide) ** 2 <= 1


def _frozen(image, mask):
    for array in (image, mask):
        array.setflags(write=False)
    return Pictured(image, mask, tight_box(mask))
