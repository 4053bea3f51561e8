"""What a GAN is compared with, and what it is judged by: principal components, a Gaussian mixture, a small classifier.

Source: the textbook models, e.g. C. Bishop, "Pattern Recognition and Machine Learning" (2006), sections 9.2 and 12.1.

components  Gaussians of a mixture
ridge       what is added to each variance, so that no Gaussian shrinks to a point
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, solve_triangular
from scipy.special import logsumexp

from miniatures.checks import classes_of, numbers, positive, whole
from miniatures.training import Adam, backward, checked_layers, flat, forward, initial_layers, softmax_cross_entropy

MOST_HIDDEN = 10_000  # units of the small classifier


@dataclass(frozen=True)
class Principal:
    """Principal components of rows of points: their mean (d,) and the axes (k, d), each of length 1."""

    mean: np.ndarray
    axes: np.ndarray

    def project(self, points) -> np.ndarray:
        """Coordinates of points along the axes: (N, d) -> (N, k)."""
        return (numbers("points", points, (None, len(self.mean))) - self.mean) @ self.axes.T

    def rebuild(self, coordinates) -> np.ndarray:
        """The points of given coordinates: (N, k) -> (N, d)."""
        return numbers("coordinates", coordinates, (None, len(self.axes))) @ self.axes + self.mean


def principal(points, k: int) -> Principal:
    """The k directions in which the rows of `points` (N, d) vary most."""
    points = numbers("points", points, (None, None))
    k = whole("k", k, 1, min(points.shape))
    axes = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)[2][:k]
    signs = np.sign(axes[np.arange(k), np.abs(axes).argmax(axis=1)])  # the same on every machine
    return Principal(points.mean(axis=0), axes * signs[:, None])


@dataclass(frozen=True)
class Mixture:
    """A Gaussian mixture: weights (K,), means (K, d), lower triangular roots of the covariances (K, d, d)."""

    weights: np.ndarray
    means: np.ndarray
    roots: np.ndarray

    def log_density(self, points) -> np.ndarray:
        """log p of each row, nats: (N, d) -> (N,)."""
        return logsumexp(_log_joint(self, numbers("points", points, (None, self.means.shape[1]))), axis=1)

    def sample(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """`count` draws, (count, d)."""
        which = rng.choice(len(self.weights), whole("count", count, 1, 10**6), p=self.weights)
        return self.means[which] + np.einsum(
            "nij,nj->ni", self.roots[which], rng.normal(size=(count, self.means.shape[1]))
        )


def fit_mixture(points, components: int, rng: np.random.Generator, steps: int = 60, ridge: float = 1e-3) -> Mixture:
    """Expectation-maximisation from k-means: `components` Gaussians with full covariances for `points` (N, d).

    >>> found = fit_mixture([[0.0], [0.1], [9.0], [9.1]], 2, np.random.default_rng(0))
    >>> sorted(found.means.ravel().round(2).tolist())
    [0.05, 9.05]
    """
    points = numbers("points", points, (None, None))
    components = whole("components", components, 1, len(points))
    ridge, steps = positive("ridge", ridge), whole("steps", steps, 1, 10_000)
    shares = np.eye(components)[_clusters(points, components, rng)]
    before = -np.inf
    for _ in range(steps):
        model = _maximised(points, shares, ridge)
        joint = _log_joint(model, points)
        total = logsumexp(joint, axis=1)
        shares = np.exp(joint - total[:, None])
        if total.mean() - before < 1e-4:
            break
        before = total.mean()
    return model


def _maximised(points, shares, ridge):
    """The mixture that fits best when point n belongs to component k by `shares` (N, K)."""
    sizes = np.maximum(shares.sum(axis=0), 1e-10)
    means, roots = shares.T @ points / sizes[:, None], []
    for mean, share, size in zip(means, shares.T, sizes, strict=True):
        away = points - mean
        roots.append(cholesky((away * share[:, None]).T @ away / size + ridge * np.eye(points.shape[1]), lower=True))
    return Mixture(sizes / sizes.sum(), means, np.array(roots))


def _log_joint(model, points):
    """log of weight times density of each component: (N, d) -> (N, K)."""
    found = []
    for weight, mean, root in zip(model.weights, model.means, model.roots, strict=True):
        white = solve_triangular(root, (points - mean).T, lower=True)
        found.append(np.log(weight) - np.log(np.diag(root)).sum() - (white**2).sum(axis=0) / 2)
    return np.array(found).T - points.shape[1] / 2 * np.log(2 * np.pi)


def _clusters(points, count, rng):
    """k-means: the cluster of each point; first centres far apart with k-means++."""
    centres = points[[rng.integers(len(points))]]
    while len(centres) < count:
        squares = ((points[:, None] - centres) ** 2).sum(axis=2).min(axis=1)
        chances = squares / squares.sum() if squares.sum() > 0 else np.full(len(points), 1 / len(points))
        centres = np.vstack([centres, points[rng.choice(len(points), p=chances)]])
    for _ in range(30):
        nearest = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        moved = np.array(
            [points[nearest == k].mean(axis=0) if (nearest == k).any() else centres[k] for k in range(count)]
        )
        if np.allclose(moved, centres):
            break
        centres = moved
    return nearest


def fit_classifier(pixels, kinds, rng: np.random.Generator, hidden: int = 64, epochs: int = 20) -> list:
    """Layers of a network with one hidden layer that tells `kinds` (N,) by `pixels` (N, d)."""
    pixels = numbers("pixels", pixels, (None, None))
    kinds = classes_of("kinds", kinds, len(pixels), 1000)
    hidden = whole("hidden", hidden, 1, MOST_HIDDEN)
    layers = initial_layers((pixels.shape[1], hidden, int(kinds.max()) + 1), rng)
    optimiser = Adam(flat(layers), 2e-3)
    for _ in range(whole("epochs", epochs, 1, 10_000)):
        order = rng.permutation(len(pixels))
        for rows in np.array_split(order, max(len(pixels) // 64, 1)):
            states = forward(layers, pixels[rows])
            gradient = softmax_cross_entropy(states[-1], kinds[rows])[1]
            optimiser.step(flat(backward(layers, states, gradient)[0]))
    return layers


def hidden_features(layers, pixels) -> np.ndarray:
    """What the classifier's hidden units say of pictures, (N, hidden).

    >>> hidden_features([([[1.0, 2.0]], [0.0, -1.0]), ([[1.0], [1.0]], [0.0])], [[3.0]])
    array([[3., 5.]])
    """
    return _passed(layers, pixels)[1]


def classify(layers, pixels) -> np.ndarray:
    """The kind that the classifier gives to each picture, (N,).

    >>> classify(fit_classifier([[0.0], [1.0]], [0, 1], np.random.default_rng(0), 8, 200), [[0.1], [0.9]])
    array([0, 1])
    """
    return _passed(layers, pixels)[-1].argmax(axis=1)


def _passed(layers, pixels):
    layers = checked_layers("layers", layers)
    return forward(layers, numbers("pixels", pixels, (None, len(layers[0][0]))))
