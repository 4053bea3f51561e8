"""Garments: 2000 small pictures of clothes, of ten kinds, and who sees which.

Source: test images of Fashion-MNIST, H. Xiao, K. Rasul and R. Vollgraf (2017), arXiv:1708.07747, halved to 14 x 14.
"""

from functools import cache

import numpy as np

from miniatures.data import load

SIDE = 14
PIXELS = SIDE * SIDE
KINDS = ("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "trainer", "bag", "ankle boot")
TRAINED_OF_EACH = 160  # of 200; the other 40 are held out


@cache
def garments() -> tuple[np.ndarray, np.ndarray]:
    """(pixels (2000, 14, 14) in [0, 1], kinds (2000,) from 0 to 9); each pixel is the mean of 2 x 2 of the original's.

    >>> garments()[0].shape
    (2000, 14, 14)
    """
    stored = load("fashion_mnist_2000.npz")
    halved = stored["x"].astype(float).reshape(-1, SIDE, 2, SIDE, 2).mean(axis=(2, 4)) / 255
    return halved, stored["y"].astype(int)


@cache
def split() -> tuple[np.ndarray, np.ndarray]:
    """Rows of the 1600 training pictures and of the 400 held out, 160 and 40 of each kind, kind after kind.

    >>> [len(rows) for rows in split()]
    [1600, 400]
    """
    kinds = garments()[1]
    rows = [np.flatnonzero(kinds == kind) for kind in range(len(KINDS))]
    return np.concatenate([one[:TRAINED_OF_EACH] for one in rows]), np.concatenate(
        [one[TRAINED_OF_EACH:] for one in rows]
    )


def training() -> tuple[np.ndarray, np.ndarray]:
    """The training pictures as rows of pixels, (1600, 196), and their kinds (1600,)."""
    rows = split()[0]
    return garments()[0][rows].reshape(-1, PIXELS), garments()[1][rows]


def held_out() -> tuple[np.ndarray, np.ndarray]:
    """The held-out pictures as rows of pixels, (400, 196), and their kinds (400,)."""
    rows = split()[1]
    return garments()[0][rows].reshape(-1, PIXELS), garments()[1][rows]
