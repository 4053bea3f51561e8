"""Synthetic defocus: a picture and its depth map give the picture of a wide lens, sharp at one depth.

Source: M. Potmesil and I. Chakravarty, "A Lens and Aperture Camera Model for Synthetic Image Generation", SIGGRAPH 1981,
doi:10.1145/800224.806818: a disc for each depth; drawn in layers from far to near.

f    focal length, pixels
A    width of the lens, metres
Z    depth, metres
Z_s  the sharp depth, metres
c    diameter of the blur, f * A * |1/Z - 1/Z_s|, pixels
"""

import numpy as np

from miniatures.checks import numbers, real
from miniatures.frozen_scenes import FOCAL

WIDEST = 0.5  # metres
MOST_BLUR = 40.0  # pixels, a diameter
LAYER = 1.5  # pixels of diameter within a layer
NEAREST = 0.5  # metres
MOST_SIDE = 512


def blur_diameter(depth, sharp_depth: float, aperture: float, focal: float = FOCAL) -> np.ndarray:
    """f * A * (1/Z - 1/Z_s), pixels, for an array of depths: above 0 in front of the sharp depth, below 0 behind it.

    It is the disparity of the lens's two edges: a lens A wide sees with a baseline of A.

    >>> blur_diameter([2.0, 4.0, 8.0], 4.0, 0.1).round(3).tolist()
    [2.75, 0.0, -1.375]
    """
    depth = numbers("depth", depth, None, NEAREST, 1e6)
    sharp = real("sharp_depth", sharp_depth, NEAREST, 1e6)
    return real("focal", focal, 1, 1e5) * real("aperture", aperture, 0, WIDEST) * (1 / depth - 1 / sharp)


def disc(diameter: float) -> np.ndarray:
    """Weights (n, n) of a disc with an edge one pixel soft, n odd, their sum 1; a single 1 below a pixel.

    >>> disc(0.0).tolist(), disc(3.0).shape
    ([[1.0]], (5, 5))
    """
    radius = real("diameter", diameter, 0, MOST_BLUR) / 2
    reach = int(np.ceil(radius))
    away = np.arange(-reach, reach + 1)
    weights = np.clip(radius + 0.5 - np.hypot(away[:, None], away), 0, 1)
    return weights / weights.sum()


def _smear(parts, weights):
    """Each of `parts` (K, H, W) spread by `weights` (n, n), zeros around: (K, H, W)."""
    if weights.size == 1:
        return parts
    reach, (high, wide) = len(weights) // 2, parts.shape[1:]
    size = (high + 2 * reach, wide + 2 * reach)
    spectrum = np.fft.rfft2(parts, size) * np.fft.rfft2(weights, size)
    return np.fft.irfft2(spectrum, size)[:, reach : reach + high, reach : reach + wide]


def defocus(picture, depth, sharp_depth: float, aperture: float, focal: float = FOCAL) -> np.ndarray:
    """The picture (H, W) in [0, 1] as a lens `aperture` metres wide sees it that is sharp at `sharp_depth` metres.

    Layers of nearly one blur are spread and laid over each other from far to near; what a near thing hides is unknown,
    so that the weights are made to sum to 1.

    >>> defocus(np.full((9, 9), 0.5), np.full((9, 9), 2.0), 8.0, 0.1).round(6).max()
    np.float64(0.5)
    """
    picture = numbers("picture", picture, (None, None), 0, 1)
    if max(picture.shape) > MOST_SIDE:
        raise ValueError(f"picture of shape {picture.shape} must have sides of at most {MOST_SIDE} pixels")
    blur = blur_diameter(numbers("depth", depth, picture.shape, NEAREST, 1e6), sharp_depth, aperture, focal)
    if np.abs(blur).max() > MOST_BLUR:
        raise ValueError(
            f"aperture={aperture:g} blurs a depth by {np.abs(blur).max():.0f} pixels: at most {MOST_BLUR:g} are drawn"
        )
    layers = np.round(blur / LAYER)
    grey, weight = np.zeros_like(picture), np.zeros_like(picture)
    for layer in np.unique(layers):  # the farthest, most negative, first
        inside = (layers == layer).astype(float)
        spread, cover = _smear(np.stack([picture * inside, inside]), disc(abs(layer) * LAYER))
        cover = np.clip(cover, 0, 1)
        grey, weight = grey * (1 - cover) + spread, weight * (1 - cover) + cover
    return np.clip(grey / weight, 0, 1)
