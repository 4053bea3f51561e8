"""What to put into a hole of a depth map: the mean of the rest, or the smoothest surface over it.

Source: P. Pérez, M. Gangnet and A. Blake, "Poisson image editing", ACM Transactions on Graphics 22 (2003),
doi:10.1145/882262.882269: without a guide, the membrane that solves Laplace's equation.

H, W  rows and columns of a depth map
n     number of masked pixels
"""

import numpy as np

from miniatures.checks import as_array, numbers, several, whole
from miniatures.moving_depth import eroded

MOST_GROWTH = 12


def grown(mask, pixels: int) -> np.ndarray:
    """The mask (H, W) widened by `pixels` rows and columns on each side, or narrowed where `pixels` is negative.

    >>> grown([[False, False, False, True]], 1).tolist(), grown(np.ones((3, 3), bool), -1).sum()
    ([[False, False, True, True]], np.int64(1))
    """
    mask = mask_of(mask)
    pixels = whole("pixels", pixels, -MOST_GROWTH, MOST_GROWTH)
    if pixels < 0:
        return eroded(mask, -pixels)
    outside = np.pad(~mask, pixels, constant_values=True)
    return ~eroded(outside, pixels)[pixels : pixels + mask.shape[0], pixels : pixels + mask.shape[1]]


def mask_of(mask, shape: tuple | None = None) -> np.ndarray:
    """`mask` as an array (H, W) of bools, of `shape` where given; ValueError otherwise."""
    if shape is not None:
        shape = tuple(whole("shape", side, 1, 10**6) for side in several("shape", shape))
    array = as_array("mask", mask)
    if array.dtype != bool or array.ndim != 2 or 0 in array.shape or (shape and array.shape != shape):
        wanted = "(H, W)" if shape is None else str(shape)
        raise ValueError(f"mask of type {array.dtype} and shape {array.shape} must hold bools in the shape {wanted}")
    return array


def _depths(depth, mask):
    depth = numbers("depth", depth, (None, None), 1e-9, 1e9)
    mask = mask_of(mask, depth.shape)
    if mask.all():
        raise ValueError("mask covers every pixel: nothing is left to fill from")
    return depth, mask


def mean_filled(depth, mask) -> np.ndarray:
    """The depth map (H, W) with the mean of what is not masked in the place of the masked.

    >>> mean_filled([[1.0, 3.0, 9.0]], [[False, False, True]]).tolist()
    [[1.0, 3.0, 2.0]]
    """
    depth, mask = _depths(depth, mask)
    return np.where(mask, depth[~mask].mean(), depth)


def harmonic_filled(depth, mask) -> np.ndarray:
    """The depth map (H, W) where each masked pixel is the mean of its neighbours: the smoothest surface over the hole.

    Solves Laplace's equation with the rim as its boundary; at the picture's border a pixel has fewer neighbours.

    >>> harmonic_filled([[1.0, 5.0, 5.0, 4.0]], [[False, True, True, False]]).round(3).tolist()
    [[1.0, 2.0, 3.0, 4.0]]
    """
    depth, mask = _depths(depth, mask)
    if not mask.any():
        return depth
    inside, (high, wide) = mask.ravel(), mask.shape
    place = np.arange(inside.size)
    row, column = place // wide, place % wide
    steps = ((row > 0, -wide), (row < high - 1, wide), (column > 0, -1), (column < wide - 1, 1))
    hidden = np.flatnonzero(inside)
    exists = np.stack([there[hidden] for there, _ in steps])  # (4, n)
    beside = np.where(exists, hidden + np.array([step for _, step in steps])[:, None], hidden)
    linked = exists & inside[beside]
    known = np.where(exists & ~linked, depth.ravel()[beside], 0).sum(axis=0)
    number = np.cumsum(inside) - 1  # of each masked pixel among them
    filled = depth.copy()
    filled[mask] = _relaxed(exists.sum(axis=0), np.where(linked, number[beside], 0), linked, known)
    return filled


def _relaxed(count, beside, linked, known):
    """x (n,) with count * x - the sum of x over the linked neighbours (4, n) = known, by conjugate gradients."""
    x = np.full(len(known), known.sum() / (count - linked.sum(axis=0)).sum())

    def applied(values):
        return count * values - np.where(linked, values[beside], 0).sum(axis=0)

    rest = known - applied(x)
    way, power, small = rest, rest @ rest, (1e-13 * np.abs(known).max()) ** 2
    for _ in range(4 * len(x)):
        if power <= small:
            break
        turned = applied(way)
        length = power / (way @ turned)
        x, rest = x + length * way, rest - length * turned
        power, before = rest @ rest, power
        way = rest + power / before * way
    return x
