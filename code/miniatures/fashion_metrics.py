"""Judging generated pictures: precision and recall by neighbours, the Fréchet distance, and how near the training set lies.

Source: precision and recall after T. Kynkäänniemi et al. (2019), arXiv:1904.06991; the Fréchet distance of two Gaussians
as M. Heusel et al. (2017), arXiv:1706.08500, use it, here on principal components instead of a large network's features.

k  neighbours that set the radius of a ball: a ball reaches from a point to its k-th nearest neighbour of the same kind
"""

import numpy as np

from miniatures.checks import numbers, whole

ROUNDING = 1e-9  # of a radius: distances from unlike means differ so little where they are the same


def distances(first, second) -> np.ndarray:
    """Euclidean distances between the rows of `first` (N, d) and of `second` (M, d), (N, M).

    >>> distances([[0.0, 0.0]], [[3.0, 4.0]])
    array([[5.]])
    """
    first = numbers("first", first, (None, None))
    second = numbers("second", second, (None, first.shape[1]))
    return _distances(first, second)


def _distances(first, second):
    middle = second.mean(axis=0)  # so that squares stay small beside their differences
    a, b = first - middle, second - middle
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1) - 2 * a @ b.T
    return np.sqrt(np.maximum(squares, 0))


def radii(points, k: int = 3) -> np.ndarray:
    """The distance from each of `points` (N, d) to its k-th nearest other one, (N,)."""
    points = numbers("points", points, (None, None))
    k = whole("k", k, 1, max(len(points) - 1, 0))
    apart = _distances(points, points)
    np.fill_diagonal(apart, np.inf)
    return np.partition(apart, k - 1, axis=1)[:, k - 1]


def precision_recall(real, fake, k: int = 3) -> tuple[float, float]:
    """Precision: the share of fakes inside the ball of some real point, its edge included. Recall: the converse.

    Both are rows of features, k + 1 or more; take as many of the one as of the other.

    >>> precision_recall([[0.0], [1.0], [2.0]], [[0.4], [0.5], [0.6]], k=1)
    (1.0, 0.0)
    """
    real = numbers("real", real, (None, None))
    fake = numbers("fake", fake, (None, real.shape[1]))
    apart = _distances(real, fake)
    around, about = ((1 + ROUNDING) * radii(points, k) for points in (real, fake))  # a ball's edge is included
    precision = (apart <= around[:, None]).any(axis=0).mean()
    recall = (apart <= about[None]).any(axis=1).mean()
    return float(precision), float(recall)


def frechet_distance(real, fake) -> float:
    """|m1 - m2|² + tr(C1 + C2 - 2 (C1 C2)^½) of the means and covariances of two sets of rows.

    >>> round(frechet_distance([[-1.0], [1.0]], [[2.0], [4.0]]), 6)
    9.0
    """
    real = numbers("real", real, (None, None))
    fake = numbers("fake", fake, (None, real.shape[1]))
    if min(len(real), len(fake)) < 2:
        raise ValueError(f"real and fake of {len(real)} and {len(fake)} rows must have at least 2 for a covariance")
    first, second = (np.atleast_2d(np.cov(one, rowvar=False)) for one in (real, fake))
    values, axes = np.linalg.eigh(first)
    root = axes * np.sqrt(np.maximum(values, 0)) @ axes.T
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0)).sum()  # (C1 C2)^½ has the same trace
    apart = ((real.mean(axis=0) - fake.mean(axis=0)) ** 2).sum()
    return float(max(apart + np.trace(first) + np.trace(second) - 2 * cross, 0.0))


def nearest(fake, training) -> tuple[np.ndarray, np.ndarray]:
    """For each row of `fake` (N, d) the distance to the nearest row of `training` (M, d), (N,), and which it is, (N,).

    >>> nearest([[0.0, 0.0]], [[9.0, 9.0], [3.0, 4.0]])
    (array([5.]), array([1]))
    """
    fake = numbers("fake", fake, (None, None))
    apart = _distances(fake, numbers("training", training, (None, fake.shape[1])))
    which = apart.argmin(axis=1)
    return apart[np.arange(len(which)), which], which


def told_apart(real, fake) -> float:
    """The share of fakes whose nearest neighbour, among all real points and the other fakes, is a fake: ½ would be perfect."""
    real = numbers("real", real, (None, None))
    fake = numbers("fake", fake, (None, real.shape[1]))
    if len(fake) < 2:
        raise ValueError(f"fake of {len(fake)} rows must have at least 2: each needs another to be near to")
    among = _distances(fake, fake)
    np.fill_diagonal(among, np.inf)
    return float((among.min(axis=1) < _distances(fake, real).min(axis=1)).mean())


def evenness_loss(shares) -> float:
    """Kullback-Leibler divergence of class shares (K,) from even ones, nats: 0 where all are equal, log K for one class.

    >>> round(evenness_loss([0.5, 0.5, 0.0, 0.0]), 4)
    0.6931
    """
    shares = numbers("shares", shares, (None,), 0, 1)
    if abs(shares.sum() - 1) > 1e-9:
        raise ValueError(f"shares={shares.tolist()} must sum to 1, not to {shares.sum():g}")
    some = shares[shares > 0]
    return float(max((some * np.log(some * len(shares))).sum(), 0.0))
