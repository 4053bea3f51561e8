"""Superposition: more features than dimensions, and what it costs.

Source: N. Elhage et al., "Toy Models of Superposition" (2022), arXiv:2209.10652; two years after the article of this chapter.

n, m     numbers of features and of dimensions
p        probability that a feature is present; its value is then uniform from 0 to 1
W, b     feature vectors (m, n) and biases (n,); the model answers max(0, W^T W x + b)
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, real, whole
from miniatures.training import Adam

BATCH = 512


@dataclass(frozen=True)
class Superposition:
    """A trained model: feature vectors, biases and the mean loss over the last tenth of the steps."""

    weights: np.ndarray  # (m, n), a column for each feature
    biases: np.ndarray  # (n,)
    loss: float

    @property
    def norms(self) -> np.ndarray:
        """Length of each feature's vector, (n,): about 1 where it is kept, 0 where it is dropped."""
        return np.sqrt((self.weights**2).sum(0))

    @property
    def kept(self) -> int:
        """The number of features whose vector is longer than 1/2."""
        return int((self.norms > 0.5).sum())


def superposition_loss(probability: float, dedicated: bool) -> float:
    """Expected squared error of two features in one dimension, without biases: p/3 dedicated, p^2/3 antipodal.

    `dedicated` gives the dimension to one feature and drops the other; else the two share it with opposite signs.

    >>> [superposition_loss(0.5, dedicated).__round__(4) for dedicated in (True, False)]
    [0.1667, 0.0833]
    """
    p = real("probability", probability, 0, 1)
    if not isinstance(dedicated, (bool, np.bool_)):
        raise ValueError(f"dedicated={dedicated!r} must be True or False")
    return p / 3 if dedicated else p**2 / 3


def dedicated_loss_with_bias(probability: float) -> float:
    """The same for the dedicated dimension when the dropped feature is answered with its mean p/2: p/3 - p^2/4."""
    p = real("probability", probability, 0, 1)
    return p / 3 - p**2 / 4


def draw_features(count: int, features: int, sparsity: float, rng: np.random.Generator) -> np.ndarray:
    """`count` rows of features (count, features): each is 0 with probability `sparsity`, else uniform from 0 to 1."""
    shape = whole("count", count, 1, 10**6), whole("features", features, 1, 1000)
    return rng.random(shape) * (rng.random(shape) >= real("sparsity", sparsity, 0, 0.9999))


def loss_and_gradients(weights, biases, x, importance):
    """Mean over the rows of sum_i importance_i (x_i - x'_i)^2, and its gradients by W (m, n) and b (n,).

    >>> one = loss_and_gradients([[1, -1]], [0, 0], [[0.5, 0], [0.5, 0.5]], [1, 1])  # an antipodal pair
    >>> one[0], one[1].tolist(), one[2].tolist()
    (0.25, [[0.0, 0.0]], [0.0, 0.0])
    """
    weights, x = numbers("weights", weights, (None, None), -1e9, 1e9), numbers("x", x, (None, None), -1e9, 1e9)
    n = weights.shape[1]
    if x.shape[1] != n:
        raise ValueError(f"x of shape {x.shape} must have a column for each of the {n} columns of weights")
    biases, importance = numbers("biases", biases, (n,), -1e9, 1e9), numbers("importance", importance, (n,), 0, 1e9)
    return _loss_and_gradients(weights, biases, x, importance)


def _loss_and_gradients(weights, biases, x, importance):
    hidden = x @ weights.T  # (N, n) -> (N, m)
    sums = hidden @ weights + biases  # (N, m) -> (N, n)
    error = np.maximum(sums, 0) - x
    back = 2 * importance * error * (sums > 0) / len(x)
    by_weights = hidden.T @ back + (back @ weights.T).T @ x  # W stands in both factors of W^T W
    return float((importance * error**2).sum(1).mean()), by_weights, back.sum(0)


def train_superposition(
    features: int,
    dimensions: int,
    sparsity: float,
    rng: np.random.Generator,
    importance: float = 0.8,
    steps: int = 3000,
) -> Superposition:
    """Trains the model by Adam on fresh batches; feature i has the weight `importance` to the power i in the loss.

    `sparsity` from 0 to 0.9999 is the probability that a feature is absent; `importance` from 0.01 to 1.
    """
    n, m = whole("features", features, 1, 1000), whole("dimensions", dimensions, 1, 1000)
    sparsity = real("sparsity", sparsity, 0, 0.9999)
    weight = real("importance", importance, 0.01, 1) ** np.arange(n)
    steps = whole("steps", steps, 1, 100_000)
    w, b = rng.normal(0, np.sqrt(1 / n), (m, n)), np.zeros(n)
    adam, losses = Adam([w, b], 0.01), []
    for step in range(steps):
        loss, *gradients = _loss_and_gradients(w, b, draw_features(BATCH, n, sparsity, rng), weight)
        adam.step(gradients, 0.01 * (1 - step / steps))
        losses.append(loss)
    return Superposition(w, b, float(np.mean(losses[-max(1, steps // 10) :])))
