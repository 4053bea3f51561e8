"""Digits as a Perceiver sees them: a set of 16 patches that say where they lie, and queries that say what is asked.

Source: A. Jaegle et al. (2021), arXiv:2107.14795, section 3.2 and appendix G, for positions and queries.

x, y  place from left to right and from top to bottom, -1 at one edge of the image and 1 at the other, no unit
f     frequency of a position feature, half oscillations over the image
"""

import numpy as np

from miniatures.checks import numbers, whole

SIDE, PATCH = 8, 2  # pixels
PATCHES = (SIDE // PATCH) ** 2
PATCH_FREQUENCIES, PIXEL_FREQUENCIES = (1, 2), (1, 2, 4)  # up to half the number of places in a line
CHANNELS = PATCH * PATCH + 2 + 4 * len(PATCH_FREQUENCIES)  # of a token
QUERY_CHANNELS = 2 + 4 * len(PIXEL_FREQUENCIES) + 2  # of an output query
CLASS_LOGITS, GREY = slice(0, 10), 10  # where an answer holds what
OUTPUTS = 11


def positions(side: int, frequencies) -> np.ndarray:
    """Features (side^2, 2 + 4 F) of the places of a square grid, row by row: x, y and, for each f, sin and cos of pi f x, pi f y.

    >>> positions(4, (1, 2)).shape
    (16, 10)
    """
    side = whole("side", side, 1, 1000)
    f = numbers("frequencies", frequencies, (None,), 0, side / 2)
    line = (np.arange(side) + 0.5) * 2 / side - 1
    place = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)  # (side^2, 2): x, y
    phase = np.pi * place[:, None, :] * f[:, None]  # (side^2, 1, 2), (F, 1) -> (side^2, F, 2)
    return np.concatenate([place, np.sin(phase).reshape(side**2, -1), np.cos(phase).reshape(side**2, -1)], axis=1)


def patches(images) -> np.ndarray:
    """The 16 patches of 2 x 2 pixels of each image, row by row: (B, 8, 8) -> (B, 16, 4)."""
    images = numbers("images", images, (None, SIDE, SIDE), 0, 1)
    blocks = images.reshape(-1, SIDE // PATCH, PATCH, SIDE // PATCH, PATCH)
    return blocks.swapaxes(2, 3).reshape(-1, PATCHES, PATCH * PATCH)


def tokens(images, places=None) -> np.ndarray:
    """Each patch with the features of its place: (B, 8, 8) -> (B, 16, 14).

    `places` (16,) gives the patches other places than their own: patch i is said to lie where patch places[i] does.

    >>> tokens(np.zeros((3, 8, 8))).shape
    (3, 16, 14)
    """
    where = positions(SIDE // PATCH, PATCH_FREQUENCIES)
    content = patches(images)
    if places is not None:
        where = where[_order(places)]
    return np.concatenate([content, np.broadcast_to(where, (len(content), *where.shape))], axis=2)


def _order(places):
    order = numbers("places", places, (PATCHES,), 0, PATCHES - 1)
    if sorted(order.tolist()) != list(range(PATCHES)):
        raise ValueError(f"places={order.tolist()} must hold each of 0 to {PATCHES - 1} once")
    return order.astype(int)


def pixel_queries() -> np.ndarray:
    """One query for each of the 64 pixels, row by row, (64, 16): where it lies, and that a grey value is asked."""
    where = positions(SIDE, PIXEL_FREQUENCIES)
    return np.hstack([where, np.tile([1.0, 0.0], (len(where), 1))])


def class_query() -> np.ndarray:
    """The one query that asks for the class, (1, 16): the same for every image."""
    return np.hstack([np.zeros((1, QUERY_CHANNELS - 2)), [[0.0, 1.0]]])
