"""Clip an object out of a photograph and drop it elsewhere: soft mattes, and what becomes of their edges.

Source: T. Porter and T. Duff, "Compositing digital images", SIGGRAPH (1984), doi:10.1145/800031.808606. The object, a
cactus in a pot, and the table are drawn.

C  colour of the photograph, C = P + (1 - α) B, from 0 to 1
B  colour of the plate, the same table without the object, from 0 to 1
α  coverage of a pixel by the object, from 0 to 1
P  premultiplied colour α F, F that of the object itself, from 0 to α
"""

from functools import cache

import numpy as np
from scipy.ndimage import gaussian_filter

from miniatures.checks import numbers, one_of, real, whole
from miniatures.clip_and_drop import generator
from miniatures.clip_screen import LARGEST_SEED, warp

SIDE, FINE = 64, 6  # of the object's picture, pixels; samples a pixel along each axis
STORAGES = ("premultiplied", "straight", "multiplied twice")
COLOURS = ("plate taken off", "as photographed")
MATTES = ("true matte", "by difference")
SMALL, NOISE = 40, 0.02  # side of the picture that shows fringes, pixels; of a photograph
SHRUNK = np.array(
    [[8 / 3, 0.1, -20], [-0.08, 8 / 3, -19], [0, 0, 1]]
)  # from that picture to the object's, 24 pixels wide there
LOW, HIGH = 0.06, 0.30  # differences from the plate below which a pixel is table, above which it is object


@cache
def cactus() -> np.ndarray:
    """The object with its exact coverage, premultiplied: (64, 64, 4), red, green, blue and α in [0, 1]."""
    steps = (np.arange(SIDE * FINE) + 0.5) / (SIDE * FINE) * 2 - 1
    x, y = np.meshgrid(steps, steps)  # from -1 to 1, y down
    fine = np.zeros((*x.shape, 4))
    for turn in np.linspace(-2.3, 2.3, 27):  # spines first: they come out from behind
        along, aside = np.sin(turn) * x - np.cos(turn) * (y + 0.1), np.cos(turn) * x + np.sin(turn) * (y + 0.1)
        _paint(fine, (np.abs(aside) < 0.012) & (along > 0) & (along < 0.82), (0.93, 0.88, 0.70))
    for middle, wide in ((0.0, 0.40), (0.0, 0.24), (0.0, 0.09)):
        body = ((x - middle) / wide) ** 2 + ((y + 0.1) / 0.62) ** 2 < 1
        _paint(fine, body, (0.16 + 0.3 * (0.4 - wide), 0.45 + 0.6 * (0.4 - wide), 0.22))
    _paint(fine, (x**2 + (y + 0.72) ** 2 < 0.02), (0.93, 0.35, 0.55))
    _paint(fine, (y > 0.36) & (y < 0.95) & (np.abs(x) < 0.55 - 0.25 * y), (0.74, 0.36, 0.22))
    _paint(fine, (y > 0.30) & (y < 0.45) & (np.abs(x) < 0.52), (0.82, 0.43, 0.28))
    return fine.reshape(SIDE, FINE, SIDE, FINE, 4).mean(axis=(1, 3))


def _paint(picture, where, colour):
    picture[where] = (*colour, 1)


def tabletop(seed: int, brightness: float = 0.8) -> np.ndarray:
    """A table without anything on it, (64, 64, 3) in [0, 1]: bluish, with a grain, lit from one side.

    >>> tabletop(0).shape
    (64, 64, 3)
    """
    rng = np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED))
    brightness = real("brightness", brightness, 0, 1)
    grain = gaussian_filter(rng.normal(size=(SIDE, SIDE)), (1, 6))
    shade = 1 + 0.05 * grain / grain.std() + 0.12 * np.linspace(-1, 1, SIDE)
    return np.clip(brightness * shade[..., None] * np.array([0.85, 0.95, 1.1]), 0, 1)


def over(layer, background) -> np.ndarray:
    """`layer` (H, W, 4), premultiplied, laid over `background` (H, W, 3): P + (1 - α) B.

    >>> over([[[0.2, 0.1, 0.0, 0.25]]], [[[1.0, 1.0, 1.0]]]).round(9).tolist()
    [[[0.95, 0.85, 0.75]]]
    """
    layer = _layer(layer)
    background = numbers("background", background, (*layer.shape[:2], 3), 0, 1)
    return layer[..., :3] + (1 - layer[..., 3:]) * background


def _layer(layer):
    layer = numbers("layer", layer, (None, None, 4), 0, 1)
    if (layer[..., :3] > layer[..., 3:] + 1e-9).any():
        raise ValueError("layer holds a colour above its α: it must be premultiplied, see premultiply")
    return layer


def premultiply(colour, alpha) -> np.ndarray:
    """The layer (H, W, 4) of a straight `colour` (H, W, 3) and its `alpha` (H, W)."""
    colour = numbers("colour", colour, (None, None, 3), 0, 1)
    alpha = numbers("alpha", alpha, colour.shape[:2], 0, 1)[..., None]
    return np.concatenate([alpha * colour, alpha], axis=2)


def straight(layer) -> tuple[np.ndarray, np.ndarray]:
    """Colour (H, W, 3) and alpha (H, W) of a premultiplied `layer`; where α is 0 no colour is known, and 0 (black) stands."""
    layer = _layer(layer)
    alpha = layer[..., 3:]
    colour = np.where(alpha > 0, layer[..., :3] / np.where(alpha > 0, alpha, 1), 0)
    return np.minimum(colour, 1), alpha[..., 0]


def photograph(layer, plate, noise: float = 0.0, rng: np.random.Generator | None = None) -> np.ndarray:
    """C: the object before the `plate` (H, W, 3), with `noise` as a standard deviation, cut to [0, 1]."""
    noise, layer = real("noise", noise, 0, 1), _layer(layer)
    plate = numbers("plate", plate, (*layer.shape[:2], 3), 0, 1)
    clean = over(layer, plate)
    return np.clip(clean + generator(rng).normal(0, noise, clean.shape), 0, 1) if noise else clean


def matte(photo, plate, low: float = LOW, high: float = HIGH) -> np.ndarray:
    """α (H, W) by difference: 0 where `photo` (H, W, 3) differs from `plate` by `low` or less, 1 from `high` on, linear between.

    The difference is the largest over the three colours. Two pictures do not determine α; this is a guess that takes an
    object of the table's colour for table.

    >>> matte([[[0.5, 0.5, 0.7]]], [[[0.5, 0.5, 0.5]]], 0.1, 0.3).round(9).tolist()
    [[0.5]]
    """
    photo = numbers("photo", photo, (None, None, 3), 0, 1)
    plate = numbers("plate", plate, photo.shape, 0, 1)
    low, high = real("low", low, 0, 1), real("high", high, 0, 1)
    if high - low < 1e-6:
        raise ValueError(f"high={high:g} must exceed low={low:g}")
    return np.clip((np.abs(photo - plate).max(axis=2) - low) / (high - low), 0, 1)


def clip(photo, plate, alpha, colours: str = "plate taken off") -> np.ndarray:
    """The layer (H, W, 4) cut out by `alpha` (H, W): "plate taken off" P = C - (1 - α) B, "as photographed" P = α C.

    The first needs no division and is exact where α is; noise may take it out of 0 to α, where it is held. The second
    keeps a share of the table in every soft pixel.

    >>> clip([[[0.5, 0.5, 0.5]]], [[[1.0, 1.0, 1.0]]], [[0.75]]).tolist()
    [[[0.25, 0.25, 0.25, 0.75]]]
    """
    photo = numbers("photo", photo, (None, None, 3), 0, 1)
    plate = numbers("plate", plate, photo.shape, 0, 1)
    alpha = numbers("alpha", alpha, photo.shape[:2], 0, 1)[..., None]
    kept = one_of("colours", colours, COLOURS) == "as photographed"
    colour = alpha * photo if kept else np.clip(photo - (1 - alpha) * plate, 0, alpha)
    return np.concatenate([colour, alpha], axis=2)


def resampled(layer, H, size, storage: str = "premultiplied") -> np.ndarray:
    """`layer` on a grid of `size` (width, height), whose pixel (x, y) shows it at H (x, y); a premultiplied layer again.

    `storage` says what is interpolated: "premultiplied" colours; "straight" ones, which at the edge mix with the black of
    empty pixels; "multiplied twice" takes a premultiplied layer for a straight one.
    """
    layer, storage = _layer(layer), one_of("storage", storage, STORAGES)
    if storage != "straight":
        moved = warp(layer, H, size)
        return moved if storage == "premultiplied" else premultiply(moved[..., :3], moved[..., 3])
    colour, alpha = straight(layer)
    return premultiply(warp(colour, H, size), warp(alpha, H, size))


def fringe(picture, truth, alpha) -> float:
    """Mean of `picture` - `truth`, both (H, W, 3), over the pixels with 0 < `alpha` < 1: below 0 a dark fringe, above a bright one.

    >>> round(fringe([[[0.4] * 3, [0.0] * 3]], [[[0.5] * 3, [1.0] * 3]], [[0.5, 1.0]]), 9)
    -0.1
    """
    return float(_at_the_edge(picture, truth, alpha).mean())


def edge_error(picture, truth, alpha) -> float:
    """Root mean square of `picture` - `truth`, both (H, W, 3), over the pixels with 0 < `alpha` < 1; sees wrong hues too.

    >>> round(edge_error([[[0.4, 0.6, 0.5]]], [[[0.5, 0.5, 0.5]]], [[0.5]]), 4)
    0.0816
    """
    return float(np.sqrt((_at_the_edge(picture, truth, alpha) ** 2).mean()))


def clip_error(seed: int, kind: str, colours: str, high: float = HIGH, tone: float = 0.1) -> float:
    """The `edge_error` of an object that was photographed on the table of `seed`, clipped, and dropped on a grey of `tone`.

    `kind` is one of MATTES, `colours` one of COLOURS.

    >>> clip_error(0, "true matte", "plate taken off") < clip_error(0, "true matte", "as photographed")
    True
    """
    real("high", high, 0, 1)
    plate, alpha = tabletop(seed), cactus()[..., 3]
    photo = photograph(cactus(), plate, NOISE, np.random.default_rng(seed))
    used = alpha if one_of("kind", kind, MATTES) == MATTES[0] else matte(photo, plate, high=high)
    ground = np.full(photo.shape, real("tone", tone, 0, 1))
    return edge_error(over(clip(photo, plate, used, colours), ground), over(cactus(), ground), alpha)


def shrunk(storage: str, tone: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The object made smaller from one of STORAGES and laid over a grey of `tone`; as it should be; its α: (40, 40, 3) twice, (40, 40).

    >>> [one.shape for one in shrunk("straight", 0.5)]
    [(40, 40, 3), (40, 40, 3), (40, 40)]
    """
    ground = np.full((SMALL, SMALL, 3), real("tone", tone, 0, 1))
    layer = resampled(cactus(), SHRUNK, (SMALL, SMALL))
    return over(resampled(cactus(), SHRUNK, (SMALL, SMALL), storage), ground), over(layer, ground), layer[..., 3]


def _at_the_edge(picture, truth, alpha):
    picture = numbers("picture", picture, (None, None, 3), -1e6, 1e6)
    truth = numbers("truth", truth, picture.shape, -1e6, 1e6)
    alpha = numbers("alpha", alpha, picture.shape[:2], 0, 1)
    soft = (alpha > 1e-9) & (alpha < 1 - 1e-9)
    if not soft.any():
        raise ValueError("alpha holds no value between 0 and 1: there is no edge")
    return (picture - truth)[soft]
