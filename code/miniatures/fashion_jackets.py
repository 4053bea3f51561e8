"""Rendered jackets: pictures whose hem and pockets are known, to count how often a model runs one into the other.

Source: built for this book. The rule is that at least two rows of cloth lie between a pocket and the hem.

hem       the last row of cloth of the body
opening   a dark place in the body: a pocket where cloth surrounds it, a notch where it is open to below
conflated a picture with a notch: an opening at the waist, which no rendered jacket has
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, whole

SIDE = 14
TOP, BODY, POCKETS = 2, range(3, 11), (4, 5, 8, 9)  # first row; columns of the body, and of the pockets in it
HEMS = (9, 12)
FABRIC_BETWEEN = 2


def jackets(count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` pictures (count, 14, 14) in [0, 1] of jackets: hem, pockets, sleeves, collar and shade are drawn at random.

    >>> jackets(2, np.random.default_rng(0)).shape
    (2, 14, 14)
    """
    return np.array([_jacket(rng) for _ in range(whole("count", count, 1, 100_000))])


def _jacket(rng):
    picture = np.zeros((SIDE, SIDE))
    hem, shade = rng.integers(HEMS[0], HEMS[1] + 1), rng.uniform(0.65, 1.0)
    high = rng.integers(1, 3)  # rows of a pocket
    below = rng.integers(4 + high, hem - FABRIC_BETWEEN + 1)  # first row under it
    picture[TOP : hem + 1, BODY.start : BODY.stop] = shade
    sleeve = rng.integers(7, 11)
    picture[TOP:sleeve, [1, 2, 11, 12]] = shade * rng.uniform(0.75, 1.0)
    picture[TOP : TOP + rng.integers(1, 3), 6:8] = 0  # collar
    picture[below - high : below, POCKETS] = 0
    return picture


@dataclass(frozen=True)
class Attributes:
    """What can be read off pictures of jackets, (N,) each: the hem's row, whether a pocket and whether a notch shows."""

    hem: np.ndarray
    pocket: np.ndarray
    conflated: np.ndarray


def attributes(pictures) -> Attributes:
    """Hem, pockets and notches of pictures (N, 14, 14). Cloth is what is brighter than half of the picture's 80th percentile of the body.

    >>> found = attributes(jackets(50, np.random.default_rng(0)))
    >>> bool(found.pocket.all()), bool(found.conflated.any())
    (True, False)
    """
    pictures = numbers("pictures", pictures, (None, SIDE, SIDE))
    rows = [_attributes(one) for one in pictures]
    return Attributes(*(np.array(column) for column in zip(*rows, strict=True)))


def _attributes(picture):
    body = picture[TOP:, BODY.start : BODY.stop]
    cloth = picture > np.percentile(body, 80) / 2
    hem = int(np.median([np.flatnonzero(cloth[:, column]).max(initial=TOP) for column in BODY]))
    dark = ~cloth[:, POCKETS].reshape(SIDE, 2, 2).any(axis=2)  # (rows, left and right pocket): dark in both columns
    strip = dark[max(hem + 1 - FABRIC_BETWEEN, 0) : hem + 1]
    return hem, bool(dark[4 : hem + 1 - FABRIC_BETWEEN].any()), bool(strip.any())


def opened(pictures) -> np.ndarray:
    """The pictures with the cloth below each left pocket taken away: what a conflation looks like, for trying `attributes`."""
    cut = numbers("pictures", pictures, (None, SIDE, SIDE)).copy()
    cut[:, HEMS[0] - FABRIC_BETWEEN :, list(POCKETS[:2])] = 0
    return cut
