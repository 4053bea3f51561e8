"""Weak and strong augmentation of small grey images, as whole batches in numpy.

Source: K. Sohn et al., "FixMatch" (2020), arXiv:2001.07685, uses flips and shifts as weak augmentation and
RandAugment with Cutout as strong; T. DeVries and G. W. Taylor, "Cutout" (2017), arXiv:1708.04552.
This is a small relative of both: every geometric change is one affine warp, and nothing is flipped,
because a mirrored digit is another sign.

images     grey values in [0, 1], 0 is the background, shape (N, H, W)
magnitude  scale of every range of the strong augmentation, no unit; 1 is the chapter's own
"""

import numpy as np

from miniatures.checks import fitting, numbers, real, whole

WEAK_SHIFT = 0.7  # pixels
STRONG = {"shift": 1.0, "rotation": 0.35, "log_scale": 0.2, "shear": 0.25, "log_gamma": 0.3, "brightness": 0.3}
CUTOUT_SIDE = 3  # pixels
LARGEST_MAGNITUDE = 2


def warp(images, matrices, shifts):
    """The images resampled: output pixel p shows input position A p + s, bilinear, 0 outside; (N, H, W).

    `matrices` A (N, 2, 2) acts on (row, column) measured from the image's centre; `shifts` s (N, 2) in pixels.
    ValueError for other shapes, grey values outside [0, 1] or positions more than 1e6 pixels away.

    >>> one = np.zeros((1, 3, 3)); one[0, 1, 1] = 1
    >>> warp(one, np.eye(2)[None], [[0.0, 0.25]])[0, 1].tolist()
    [0.25, 0.75, 0.0]
    """
    images = numbers("images", images, (None, None, None), 0, 1)
    count, _height, _width = images.shape
    matrices = numbers("matrices", matrices, (count, 2, 2), -1e3, 1e3)
    shifts = numbers("shifts", shifts, (count, 2), -1e3, 1e3)
    return _warp(images, matrices, shifts)


def _warp(images, matrices, shifts):
    count, height, width = images.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    grid = np.stack(np.mgrid[:height, :width], axis=-1).reshape(-1, 2) - centre  # (H*W, 2)
    source = grid @ matrices.transpose(0, 2, 1) + (shifts[:, None] + centre)  # (N, H*W, 2)
    corner = np.floor(source)
    part = source - corner
    # two pixels of margin hold every neighbour of a position that lies outside
    corner = np.clip(corner.astype(int), -2, [height, width]) + 2
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2))).reshape(count, -1)
    first = corner[..., 0] * (width + 4) + corner[..., 1]  # (N, H*W), the upper left neighbour
    down, right = part[..., 0], part[..., 1]
    out = np.zeros((count, height * width))
    for step, weight in (
        (0, (1 - down) * (1 - right)), (1, (1 - down) * right),
        (width + 4, down * (1 - right)), (width + 5, down * right),
    ):  # fmt: skip
        out += weight * np.take_along_axis(padded, first + step, axis=1)
    return out.reshape(images.shape)


def weak_view(images, rng: np.random.Generator):
    """Each image moved by up to 0.7 pixels along each axis, at random; (N, H, W).

    >>> blank = np.zeros((2, 8, 8))
    >>> bool((weak_view(blank, np.random.default_rng(0)) == 0).all())
    True
    """
    images = numbers("images", images, (None, None, None), 0, 1)
    shifts = rng.uniform(-WEAK_SHIFT, WEAK_SHIFT, (len(images), 2))
    return _warp(images, np.broadcast_to(np.eye(2), (len(images), 2, 2)), shifts)


def strong_view(images, rng: np.random.Generator, magnitude: float = 1.0):
    """Each image shifted, turned, scaled, sheared, its contrast and brightness changed, a square cut out; (N, H, W).

    At magnitude 1: shift to 1 pixel, rotation to 0.35 rad, log scale to 0.2, shear to 0.25, log gamma to 0.3,
    brightness to 0.3 of itself, a square of 3 x 3 pixels. Every range grows in proportion to `magnitude`, from 0 (the
    image itself) to 2; grey values stay in [0, 1].

    >>> digit = np.full((1, 8, 8), 0.5)
    >>> bool(np.allclose(strong_view(digit, np.random.default_rng(0), 0.0), digit))
    True
    """
    images = numbers("images", images, (None, None, None), 0, 1)
    magnitude = real("magnitude", magnitude, 0, LARGEST_MAGNITUDE)
    drawn = {name: magnitude * reach * rng.uniform(-1, 1, (len(images), 2)) for name, reach in STRONG.items()}
    out = _warp(images, affine(drawn["rotation"][:, 0], drawn["log_scale"][:, 0], drawn["shear"][:, 0]), drawn["shift"])
    gamma, brightness = np.exp(drawn["log_gamma"][:, :1, None]), 1 + drawn["brightness"][:, :1, None]
    # the background stays 0: on scanned ink a grey background would be a mark of its own
    out = np.clip(brightness * out**gamma, 0, 1)
    side = min(round(CUTOUT_SIDE * magnitude), *images.shape[1:])
    return cutout(out, side, rng)


def affine(rotation, log_scale, shear):
    """The matrices of a rotation after a shear after a scaling, (N, 2, 2); angles in radians, each argument (N,).

    The determinant is exp(-2 log_scale), because `warp` asks where a pixel comes from: growing looks inwards.

    >>> affine(np.array([0.0]), np.array([0.0]), np.array([0.5]))[0].tolist()
    [[1.0, 0.5], [0.0, 1.0]]
    """
    rotation, log_scale, shear = fitting({"rotation": rotation, "log_scale": log_scale, "shear": shear}, -1e3, 1e3)
    cos, sin, ones, zeros = np.cos(rotation), np.sin(rotation), np.ones_like(shear), np.zeros_like(shear)
    turn = np.stack([cos, -sin, sin, cos], axis=-1).reshape(-1, 2, 2)
    slant = np.stack([ones, shear, zeros, ones], axis=-1).reshape(-1, 2, 2)
    return np.exp(-log_scale)[:, None, None] * (turn @ slant)


def cutout(images, side: int, rng: np.random.Generator):
    """Each image with a square of exactly `side` x `side` pixels, wholly inside, set to the background 0; (N, H, W).

    `side` runs from 0 (nothing is cut) to the image's shorter side.

    >>> int((cutout(np.ones((1, 8, 8)), 3, np.random.default_rng(0)) == 0).sum())
    9
    """
    images = numbers("images", images, (None, None, None), 0, 1)
    height, width = images.shape[1:]
    side = whole("side", side, 0, min(height, width))
    top = rng.integers(0, height - side + 1, (len(images), 1, 1))
    left = rng.integers(0, width - side + 1, (len(images), 1, 1))
    rows, columns = np.arange(height)[:, None], np.arange(width)[None]
    inside = (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side)
    return np.where(inside, 0.0, images)
