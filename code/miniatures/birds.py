"""Rendered birds of four species that differ only in which colour carries which pattern, and their local features.

Source: this book's own renderer. The task follows what T.-Y. Lin, A. RoyChowdhury and S. Maji, "Bilinear CNN Models for
Fine-grained Visual Recognition" (2015), pool their features for: local pairs, wherever in the image they are.

species   0, 1, 2 or 3: bit 0 is set if the stripes are on the rust half, bit 1 if the spots are
gap       distance of the two colours, 0 (both grey) to 1
contrast  strength of stripes and spots, 0 to 1
"""

import numpy as np

from miniatures.checks import as_array, classes_of, numbers, one_of, real, whole

SIDE = 32  # pixels
SPECIES = ("A", "B", "C", "D")
PAINTS = ("balanced", "white")
POSES = ("free", "leaking")
FEATURES = ("constant", "blue", "rust", "light", "stripes", "light spots", "dark spots")
BLUE, RUST, GREY = np.array([0.32, 0.5, 0.68]), np.array([0.68, 0.5, 0.32]), 0.5
SWING, NOISE = 0.22, 0.03  # of grey values, so that no pixel of a balanced bird is cut off at 0 or 1
STRIPE_PERIOD, SPOT_PERIOD = 3.2, 5.0  # pixels
MOST_BIRDS = 5000


def birds(species, rng: np.random.Generator, gap=1.0, contrast=1.0, paint="balanced", pose="free", noise=NOISE):
    """One picture of each bird, (n, 32, 32, 3) float, from the array `species` (n,) of 0 to 3.

    Half of a bird is blue and half is rust. Its back carries stripes on one of the halves, its belly spots on one of
    them. Place, angle, size, mirror image, the patterns' phases, light and noise are random. "balanced" paint
    adds as much light as it takes away, "white" paint covers the colour. A "leaking" pose keeps each species to a
    quarter turn of its own. `noise` is the standard deviation of each grey value, 0 to 1.

    >>> birds([0, 3], np.random.default_rng(0)).shape
    (2, 32, 32, 3)
    """
    species = classes_of("species", species, _count(species), len(SPECIES))
    gap, contrast = real("gap", gap, 0, 1), real("contrast", contrast, 0, 1)
    noise = real("noise", noise, 0, 1)
    one_of("paint", paint, PAINTS)
    along, across, body = _placed(species, rng, one_of("pose", pose, POSES))
    is_blue = along > 0
    striped = body & (across > 0) & (is_blue == _wide(species & 1 == 0))
    spotted = body & (across <= 0) & (is_blue == _wide(species >> 1 == 0))
    stripes, spots = _patterns(along, across, rng)
    colour = np.where(is_blue[..., None], 1.0, -1.0) * (BLUE - RUST) / 2 * gap
    pictures = GREY + body[..., None] * colour
    pictures = _painted(pictures, striped * stripes, spotted * spots, contrast, paint)
    light = rng.uniform(0.9, 1.1, len(species))
    return pictures * light[:, None, None, None] + noise * rng.standard_normal(pictures.shape)


def _count(species):
    shape = as_array("species", species).shape
    if len(shape) != 1 or not 1 <= shape[0] <= MOST_BIRDS:
        raise ValueError(f"species of shape {shape} must be of shape (n,), n from 1 to {MOST_BIRDS}")
    return shape[0]


def _wide(values):
    return values[:, None, None]


def _placed(species, rng, pose):
    """Each pixel's place along and across its bird, in pixels, and whether it lies on the body; each (n, 32, 32)."""
    n = len(species)
    angle = rng.uniform(0, 2 * np.pi, n)
    if pose == "leaking":
        angle = (species + angle / (2 * np.pi)) * np.pi / 2
    down, right = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    x, y = (_wide(shift) for shift in rng.uniform(-2.5, 2.5, (2, n)))
    length, width, mirror = rng.uniform(11, 13, n), rng.uniform(7.5, 9, n), rng.choice([-1.0, 1.0], n)
    cos, sin = _wide(np.cos(angle)), _wide(np.sin(angle))
    along = (right - x) * cos + (down - y) * sin
    across = _wide(mirror) * ((down - y) * cos - (right - x) * sin)
    return along, across, (along / _wide(length)) ** 2 + (across / _wide(width)) ** 2 < 1


def _patterns(along, across, rng):
    """Stripes and spots over the whole picture, +1 where light and -1 where dark, each (n, 32, 32)."""
    phases = [_wide(phase) for phase in rng.random((3, len(along)))]
    stripes = np.where((along / STRIPE_PERIOD + phases[0]) % 1 < 0.5, 1.0, -1.0)
    u, v = ((place / SPOT_PERIOD + phase) % 1 - 0.5 for place, phase in ((along, phases[1]), (across, phases[2])))
    return stripes, np.where(u**2 + v**2 < 1 / (2 * np.pi), -1.0, 1.0)  # the dark discs cover half of the area


def _painted(pictures, stripes, spots, contrast, paint):
    if paint == "balanced":
        return pictures + (contrast * SWING * (stripes + spots))[..., None]
    for cover, grey in ((stripes > 0, 0.95), (spots < 0, 0.1)):
        share = (0.8 * contrast * cover)[..., None]
        pictures = (1 - share) * pictures + share * grey
    return pictures


def local_features(pictures):
    """Seven features of each pixel, in the order of FEATURES: (n, h, w, 3) -> (n, h*w, 7), all of them 0 or more
    but "light", which is so for pictures in [0, 1].

    Blue and rust are the parts above zero of blue minus red and of red minus blue; "stripes" is the distance of the
    lightness from its mean over 3 x 3 pixels, the spots that mean above and below its mean over 7 x 7.

    >>> local_features(np.full((1, 8, 8, 3), 0.25))[0, 0].tolist()
    [1.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0]
    """
    pictures = numbers("pictures", pictures, (None, None, None, 3), -1e3, 1e3)
    light, lean = pictures.mean(axis=3), pictures[..., 2] - pictures[..., 0]  # (n, h, w)
    near, far = box_mean(light, 3), box_mean(light, 7)
    found = (np.ones_like(light), np.maximum(lean, 0), np.maximum(-lean, 0), light, np.abs(light - near),
             np.maximum(near - far, 0), np.maximum(far - near, 0))  # fmt: skip
    return np.stack(found, axis=-1).reshape(len(pictures), -1, len(FEATURES))


def box_mean(values, side: int):
    """The mean over the `side` x `side` pixels (an odd number) around each, (n, h, w) -> (n, h, w); the edge is repeated.

    >>> box_mean(np.eye(3)[None], 3)[0, 1, 1].round(4)
    np.float64(0.3333)
    """
    values, side = numbers("values", values, (None, None, None)), whole("side", side, 1, 99)
    reach = side // 2
    padded = np.pad(values, ((0, 0), (reach, reach), (reach, reach)), mode="edge")
    rows = sum(padded[:, shift : shift + values.shape[1]] for shift in range(side))
    return sum(rows[:, :, shift : shift + values.shape[2]] for shift in range(side)) / side**2
