"""Logistic regression with several classes, fitted by Newton's method.

Source: the textbook model, e.g. C. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4.

W        weights, one row a feature and a last one for the constant, (d + 1, K)
penalty  what half of the squared weights counts beside the summed cross-entropy
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import classes_of, numbers, positive, whole
from miniatures.softmax import softmax

STEPS, TOLERANCE, NEARLY = 60, 1e-8, 1e-6
MOST_WEIGHTS = 600


@dataclass(frozen=True)
class Logistic:
    """A fitted model: the features' means and standard deviations (d,), and the weights (d + 1, K)."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray

    def posteriors(self, features):
        """The probability of each class for each row of features, (N, d) -> (N, K); rows sum to 1."""
        features = numbers("features", features, (None, len(self.mean)))
        return softmax(_design((features - self.mean) / self.scale) @ self.weights)


def fit(features, classes, count: int, penalty: float = 0.01) -> Logistic:
    """The penalised maximum-likelihood model of `classes` (N,), 0 to `count` - 1, by standardised `features` (N, d).

    The constants go free. With up to 600 weights in all; a feature that never changes gets no weight.

    >>> model = fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], 2, penalty=1.0)
    >>> model.posteriors([[1.5]]).round(6).tolist()
    [[0.5, 0.5]]
    """
    features = numbers("features", features, (None, None))
    count, penalty = whole("count", count, 2, 100), positive("penalty", penalty, 1e6)
    classes = classes_of("classes", classes, len(features), count)
    if (features.shape[1] + 1) * count > MOST_WEIGHTS:
        raise ValueError(f"features of shape {features.shape} and count={count} make more than {MOST_WEIGHTS} weights")
    mean, scale = _standardised(features)
    design, truth = _design((features - mean) / scale), np.eye(count)[classes]
    weights = np.zeros((design.shape[1], count))
    # the constants' penalty only picks one of the solutions that differ by a common shift
    penalties = np.append(np.full(features.shape[1], penalty), 1e-8)[:, None]
    for _ in range(STEPS):
        moved = _improved(weights, design, truth, penalties)
        if np.abs(moved - weights).max() < TOLERANCE:
            break
        weights = moved
    return Logistic(mean, scale, weights)


@dataclass(frozen=True)
class LogOdds:
    """A fitted model of two classes: the features' means and standard deviations (d,), and the weights (d + 1,)."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray

    def log_odds(self, features):
        """The logarithm of the odds of class 1 for each row of features, (N, d) -> (N,)."""
        features = numbers("features", features, (None, len(self.mean)))
        return ((features - self.mean) / self.scale) @ self.weights[:-1] + self.weights[-1]

    def shifted(self, by: float) -> "LogOdds":
        """The same model with `by` added to all log-odds, as other shares of the classes ask for."""
        return LogOdds(self.mean, self.scale, np.append(self.weights[:-1], self.weights[-1] + by))


def fit_two(features, classes, penalty: float = 0.01) -> LogOdds:
    """`fit` for the classes 0 and 1, at an eighth of the cost: one weight a feature; `penalty` on half of its square.

    >>> model = fit_two([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], 1.0)
    >>> abs(model.log_odds([[1.5]]).round(6)).tolist()
    [0.0]
    """
    features, penalty = numbers("features", features, (None, None)), positive("penalty", penalty, 1e6)
    truth = classes_of("classes", classes, len(features), 2)
    if features.shape[1] >= MOST_WEIGHTS:
        raise ValueError(f"features of shape {features.shape} make more than {MOST_WEIGHTS} weights")
    mean, scale = _standardised(features)
    design, penalties = _design((features - mean) / scale), np.append(np.full(features.shape[1], penalty), 1e-8)
    weights, before = np.zeros(design.shape[1]), np.inf
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -500, 500)))
        gradient = design.T @ (p - truth) + penalties * weights
        root = design * np.sqrt(p * (1 - p))[:, None]  # a matrix times its own transpose costs half
        curvature = root.T @ root + np.diag(penalties)
        weights, loss = _shortened(weights, np.linalg.solve(curvature, gradient), design, truth, penalties)
        if before - loss < NEARLY * max(1, loss):  # what is left is the square of it
            break
        before = loss
    return LogOdds(mean, scale, weights)


def _shortened(weights, step, design, truth, penalties):
    """Weights after a Newton step, halved until it does not raise the loss, and the loss there."""
    before = _loss_of_two(weights, design, truth, penalties)
    for halving in range(30):
        moved = weights - step / 2**halving
        loss = _loss_of_two(moved, design, truth, penalties)
        if loss <= before:
            return moved, loss
    return weights, before


def _loss_of_two(weights, design, truth, penalties):
    logits = design @ weights
    return (np.logaddexp(0, logits) - truth * logits).sum() + (penalties * weights**2).sum() / 2


def _improved(weights, design, truth, penalties):
    """One Newton step, halved until it lowers the loss."""
    p = softmax(design @ weights)
    gradient = design.T @ (p - truth) + penalties * weights
    (d, k), root = weights.shape, design[:, :, None] * p[:, None, :]  # (N, d, K)
    flat = root.reshape(len(p), -1)
    curvature = -(flat.T @ flat)
    blocks = np.einsum("nic,nj->cij", root, design, optimize=True)
    for c in range(k):
        curvature[c::k, c::k] += blocks[c]
    curvature[np.diag_indices(d * k)] += np.repeat(penalties[:, 0], k)
    step = np.linalg.solve(curvature, gradient.ravel()).reshape(d, k)
    before = _loss(weights, design, truth, penalties)
    for halving in range(30):
        moved = weights - step / 2**halving
        if _loss(moved, design, truth, penalties) <= before:
            return moved
    return weights


def _loss(weights, design, truth, penalties):
    logits = design @ weights
    top = logits.max(axis=1, keepdims=True)
    entropy = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0] - (logits * truth).sum(axis=1)
    return entropy.sum() + (penalties * weights**2).sum() / 2


def _standardised(features):
    """Mean and standard deviation of each column; an infinite deviation for one that never changes."""
    mean, scale = features.mean(axis=0), features.std(axis=0)
    return mean, np.where(scale > 1e-12 * np.maximum(np.abs(mean), 1e-100), scale, np.inf)


def _design(features):
    return np.hstack([features, np.ones((len(features), 1))])
