"""Who gets there first: on a graph of pixels a walker's chance to reach a seed of the object before one of the background, solved exactly.

Source: L. Grady, "Random Walks for Image Segmentation", IEEE TPAMI 28(11), 2006, pp. 1768-1783, doi:10.1109/TPAMI.2006.233.

w     weight of the edge between two neighbours: exp(-beta (I_i - I_j)^2 / sd(I)) + 1e-4
beta  how much an edge in the picture hinders the walker
p     the chance to reach an object's seed first: harmonic, each free pixel is the weighted mean of its neighbours
L     the graph's Laplacian: (L p)_i = sum_j w_ij (p_i - p_j) = 0 at each pixel that is no seed
"""

from numbers import Integral

import numpy as np
from scipy.linalg import solveh_banded
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from miniatures.checks import numbers, real, several, whole

FLOOR = 1e-4  # no edge closes altogether, so every pixel is reached
BETA = 1.0
MOST_PIXELS = 256 * 256
WIDEST = 1e8  # the largest weight over the smallest: beyond it the small ones would be lost in rounding
UNKNOWN = -1


def random_walker(image, seeds, beta=BETA) -> np.ndarray:
    """The chance p (H, W), 0 to 1, that a walker from each pixel of `image` (H, W) reaches an object's seed first.

    `seeds`: a dict {(row, column): 0 or 1}, or an array (H, W) of 1 for the object, 0 for the background, -1 for neither.

    >>> random_walker([[0.2, 0.2, 0.8, 0.8]], {(0, 0): 0, (0, 3): 1}).round(2).tolist()
    [[0.0, 0.19, 0.81, 1.0]]
    """
    return random_walker_weights(*edge_weights(image, beta), seeds)


def edge_weights(image, beta=BETA) -> tuple[np.ndarray, np.ndarray]:
    """Weights of the edges to the right (H, W-1) and down (H-1, W) of `image` (H, W): exp(-beta (difference)^2 / sd) + 1e-4.

    `beta` from 0 to 1e6. A picture of one grey has no sd and all its weights are 1.0001.

    >>> [w.round(3).tolist() for w in edge_weights([[0.0, 1.0], [0.0, 1.0]])]
    [[[0.135], [0.135]], [[1.0, 1.0]]]
    """
    image, beta = numbers("image", image, (None, None), -1e6, 1e6), real("beta", beta, 0, 1e6)
    spread = image.std()
    scale = beta / spread if spread > 1e-12 else 0.0
    return tuple(np.exp(-scale * np.diff(image, axis=axis) ** 2) + FLOOR for axis in (1, 0))


def random_walker_weights(horizontal, vertical, seeds) -> np.ndarray:
    """The same chance p (H, W) on a grid whose edges have the weights `horizontal` (H, W-1) and `vertical` (H-1, W).

    Weights are conductances, 0 or more; the largest is at most 1e8 times the smallest that is not 0. ValueError where weights
    of 0 cut pixels off from every seed: there no walker arrives.

    >>> random_walker_weights([[1.0, 3.0]], np.zeros((0, 3)), {(0, 0): 0, (0, 2): 1})[0, 1].item()
    0.75
    """
    horizontal, vertical = _weights(horizontal, vertical)
    labels = seed_labels(seeds, (vertical.shape[0] + 1, horizontal.shape[1] + 1))
    _reached(horizontal, vertical, labels)
    if (labels != UNKNOWN).all():
        return labels.astype(float)
    if labels.shape[1] > labels.shape[0]:  # the band is as wide as a row is long: take the shorter side
        return _solved(vertical.T, horizontal.T, labels.T).T
    return _solved(horizontal, vertical, labels)


def seed_labels(seeds, shape) -> np.ndarray:
    """`seeds`, a dict {(row, column): 0 or 1} or already an array, as an array of `shape` with -1 where no seed is.

    >>> seed_labels({(0, 1): 1}, (1, 3)).tolist()
    [[-1, 1, -1]]
    """
    shape = tuple(whole("shape", side, 1, MOST_PIXELS) for side in several("shape", shape))
    if len(shape) != 2:
        raise ValueError(f"shape={shape} must be (rows, columns)")
    labels = np.full(shape, UNKNOWN)
    if isinstance(seeds, dict):
        for place, label in seeds.items():
            labels[_place(place, shape)] = _label(place, label)
    else:
        array = numbers("seeds", seeds, shape, -1, 1)
        if not np.isin(array, (UNKNOWN, 0, 1)).all():
            raise ValueError("seeds: an array must hold only 1 (object), 0 (background) and -1 (neither)")
        labels = array.astype(int)
    if (labels == UNKNOWN).all():
        raise ValueError("seeds holds none: at least one pixel must be 0 or 1")
    return labels


def _solved(horizontal, vertical, labels):
    """L p = 0 off the seeds, by Cholesky on the band that a grid's Laplacian is."""
    (height, width), free = labels.shape, labels == UNKNOWN
    known = np.where(free, 0.0, labels)
    degree, pull = np.zeros(labels.shape), np.zeros(labels.shape)
    band = np.zeros((width + 1, height, width))  # band[k, i] couples pixel i with the one k before it, in reading order
    for weights, one, other, step in (
        (horizontal, np.s_[:, :-1], np.s_[:, 1:], 1),
        (vertical, np.s_[:-1], np.s_[1:], width),
    ):
        degree[one] += weights
        degree[other] += weights
        pull[one] += weights * known[other]
        pull[other] += weights * known[one]
        band[width - step][other] -= np.where(free[one] & free[other], weights, 0)
    band[width] = np.where(free, degree, 1)
    p = solveh_banded(band.reshape(width + 1, -1), np.where(free, pull, known).ravel(), check_finite=False)
    return np.where(free, np.clip(p.reshape(labels.shape), 0, 1), known)


def _weights(horizontal, vertical):
    """Both arrays, checked against each other, the largest weight scaled to 1."""
    horizontal, vertical = (_grid(n, w) for n, w in (("horizontal", horizontal), ("vertical", vertical)))
    height, width = horizontal.shape[0], vertical.shape[1]
    if horizontal.shape != (height, width - 1) or vertical.shape != (height - 1, width) or not height * width:
        raise ValueError(
            f"horizontal of shape {horizontal.shape} and vertical of shape {vertical.shape} fit no grid: "
            "they must be (H, W-1) and (H-1, W)"
        )
    if height * width > MOST_PIXELS:
        raise ValueError(f"a grid of {height} x {width} pixels is too large: at most {MOST_PIXELS:,} pixels")
    every = np.concatenate([horizontal.ravel(), vertical.ravel()])
    used = every[every > 0]
    if not used.size:
        return horizontal, vertical
    if used.max() / used.min() > WIDEST:
        raise ValueError(
            f"horizontal and vertical hold weights from {used.min():g} to {used.max():g}: the largest must be at most {WIDEST:g} times the smallest above 0"
        )
    return horizontal / used.max(), vertical / used.max()


def _grid(name, weights):
    weights = numbers(name, weights, low=0, high=1e12)
    if weights.ndim != 2:
        raise ValueError(f"{name} of shape {weights.shape} must be of two axes, (H, W-1) or (H-1, W)")
    return weights


def _reached(horizontal, vertical, labels):
    """ValueError unless each pixel is joined to some seed by edges above 0."""
    if horizontal.all() and vertical.all():
        return
    pixel = np.arange(labels.size).reshape(labels.shape)
    ends = [
        (one[weights > 0], other[weights > 0])
        for weights, one, other in ((horizontal, pixel[:, :-1], pixel[:, 1:]), (vertical, pixel[:-1], pixel[1:]))
    ]
    rows, columns = (np.concatenate(side) for side in zip(*ends, strict=True))
    graph = coo_array((np.ones(rows.size), (rows, columns)), shape=(labels.size, labels.size))
    part = connected_components(graph, directed=False)[1].reshape(labels.shape)
    lost = ~np.isin(part, part[labels != UNKNOWN])
    if lost.any():
        row, column = (int(i) for i in np.argwhere(lost)[0])
        raise ValueError(f"seeds: no walker from ({row}, {column}) reaches one, weights of 0 cut it off")


def _place(place, shape):
    inside = (
        isinstance(place, tuple)
        and len(place) == 2
        and all(
            isinstance(i, Integral) and not isinstance(i, (bool, np.bool_)) and 0 <= i < n
            for i, n in zip(place, shape, strict=True)
        )
    )
    if not inside:
        raise ValueError(f"seeds holds the pixel {place!r}: it must be (row, column) inside {shape[0]} x {shape[1]}")
    return tuple(int(i) for i in place)


def _label(place, label):
    if (
        isinstance(label, (bool, np.bool_))
        or not isinstance(label, (Integral, float, np.floating))
        or label not in (0, 1)
    ):
        raise ValueError(f"seeds[{place}]={label!r} must be 0 (background) or 1 (object)")
    return int(label)
