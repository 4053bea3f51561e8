"""Structural similarity of two grey pictures: how alike they look, from local means, contrasts and correlation.

Source: Z. Wang, A. C. Bovik, H. R. Sheikh and E. P. Simoncelli, "Image quality assessment: from error visibility to
structural similarity", IEEE Transactions on Image Processing 13 (2004), doi:10.1109/TIP.2003.819861.

SSIM   structural similarity, 1 where the pictures are equal, from -1 to 1
DSSIM  structural dissimilarity, (1 - SSIM) / 2, from 0 to 1
"""

import numpy as np

from miniatures.checks import numbers

RADIUS, SIGMA = 5, 1.5  # the paper's window: 11 pixels, a Gaussian of 1.5
C1, C2 = 0.01**2, 0.03**2  # the paper's constants for values from 0 to 1
MOST_SIDE = 512


def ssim(first, second) -> np.ndarray:
    """The mean SSIM of each pair of pictures with values from 0 to 1: (N, H, W), (N, H, W) -> (N,).

    Only windows that lie wholly inside count, so a side has at least 11 pixels.

    >>> ssim(np.full((1, 12, 12), 0.5), np.full((1, 12, 12), 0.5)).tolist()
    [1.0]
    """
    a = numbers("first", first, (None, None, None), 0, 1)
    b = numbers("second", second, a.shape, 0, 1)
    if not 2 * RADIUS + 1 <= min(a.shape[1:]) <= max(a.shape[1:]) <= MOST_SIDE:
        raise ValueError(f"first of shape {a.shape} must have sides from {2 * RADIUS + 1} to {MOST_SIDE} pixels")
    down, across = (_windows(side) for side in a.shape[1:])

    def local(picture):
        return down @ picture @ across.T  # (N, H, W) -> (N, H - 10, W - 10)

    mean_a, mean_b = local(a), local(b)
    power = local(a * a) - mean_a**2 + local(b * b) - mean_b**2
    shared = local(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + C1) * (2 * shared + C2)
    return (alike / ((mean_a**2 + mean_b**2 + C1) * (power + C2))).mean(axis=(1, 2))


def dssim(first, second) -> np.ndarray:
    """(1 - SSIM) / 2 of each pair of pictures, (N, H, W), (N, H, W) -> (N,): 0 where they are equal.

    >>> dssim(np.zeros((1, 12, 12)), np.ones((1, 12, 12))).round(3).tolist()
    [0.5]
    """
    return (1 - ssim(first, second)) / 2


def _windows(side):
    """Row i holds the weights of the window that starts at pixel i, (side - 10, side)."""
    weights = np.exp(-(np.arange(-RADIUS, RADIUS + 1) ** 2) / (2 * SIGMA**2))
    found = np.zeros((side - 2 * RADIUS, side))
    for start, row in enumerate(found):
        row[start : start + 2 * RADIUS + 1] = weights / weights.sum()
    return found
