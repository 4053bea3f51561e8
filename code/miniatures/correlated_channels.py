"""Two channels that share noise: what naive Bayes makes of evidence that it counts twice.

Source: the setting is this book's; that the classification can survive where the probabilities do not is the theme of
P. Domingos and M. Pazzani, "On the optimality of the simple Bayesian classifier under zero-one loss" (1997).

ρ  correlation of two channels within a class
c  confidence, the probability that a classifier gives to the class it chooses
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import numbers, real, whole, whole_numbers
from miniatures.prosthetic_control import GaussianNaiveBayes
from miniatures.softmax import softmax

NAMES = ("fist", "pinch", "rest")
SPREAD = 0.35
FIST, REST = (-0.7, -0.8), (-2.1, -2.0)  # log amplitudes of two channels
SAMPLES = 1500  # of each class


def overcount(correlation: float, channels: int) -> float:
    """By which factor naive Bayes exaggerates the log-odds of two classes whose means differ alike in all `channels`.

    Every pair of channels has this correlation, from 0 to 1, and every channel the same variance. The true log-odds
    divide by 1 + (channels - 1) ρ, naive Bayes by 1.

    >>> overcount(0.5, 2), overcount(1.0, 8)
    (1.5, 8.0)
    """
    return 1 + (whole("channels", channels, 1, 10_000) - 1) * real("correlation", correlation, 0, 1)


def covariance(correlation: float) -> np.ndarray:
    """Covariance (2, 2) of the two channels within every class."""
    rho = real("correlation", correlation, -0.95, 0.95)
    return SPREAD**2 * np.array([[1, rho], [rho, 1]])


@cache
def _normals():
    return np.random.default_rng(7).normal(size=(3, SAMPLES, 2))


@dataclass(frozen=True)
class World:
    """Three classes with their means (3, 2) and one covariance (2, 2), samples (N, 2) with classes (N,), and naive Bayes' model."""

    means: np.ndarray
    covariance: np.ndarray
    samples: np.ndarray
    classes: np.ndarray
    model: GaussianNaiveBayes

    def true_posterior(self, X) -> np.ndarray:
        """The probability of each class (N, 3), by somebody who knows means and covariance."""
        away = numbers("X", X, (None, 2))[:, None, :] - self.means  # (N, 3, 2)
        joint = -0.5 * (away * np.linalg.solve(self.covariance, away[..., None])[..., 0]).sum(axis=2)
        return softmax(joint)


def world(x: float, y: float, correlation: float) -> World:
    """The three classes of NAMES; the pinch has its mean at (x, y), log amplitudes from -4 to 1."""
    means = np.array([FIST, (real("x", x, -4, 1), real("y", y, -4, 1)), REST])
    shared = covariance(correlation)
    samples = (means[:, None] + _normals() @ np.linalg.cholesky(shared).T).reshape(-1, 2)
    classes = np.repeat(np.arange(3), SAMPLES)
    return World(means, shared, samples, classes, GaussianNaiveBayes().fit(samples, classes))


def reliability(probabilities, classes, edges) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each bin of confidence: its mean confidence, the share that is right and how many fall into it, each (bins,); nan for none.

    probabilities (N, K), classes (N,) whole numbers, edges (bins + 1,) ascending.

    >>> [part.tolist() for part in reliability([[0.9, 0.1], [0.7, 0.3]], [0, 1], [0.5, 0.8, 1.0])]
    [[0.7, 0.9], [0.0, 1.0], [1, 1]]
    """
    probabilities, edges = (
        numbers("probabilities", probabilities, (None, None), 0, 1),
        numbers("edges", edges, (None,), 0, 1),
    )
    classes = whole_numbers("classes", classes, (len(probabilities),), 0, probabilities.shape[1] - 1)
    if len(edges) < 2 or (np.diff(edges) <= 0).any():
        raise ValueError("edges must ascend, at least two of them")
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == classes
    bins = np.clip(np.searchsorted(edges, sure, side="right") - 1, 0, len(edges) - 2)
    count = np.bincount(bins, minlength=len(edges) - 1)
    empty = np.where(count == 0, np.nan, 1.0) / np.maximum(count, 1)
    sums = [np.bincount(bins, weights=w, minlength=len(edges) - 1) for w in (sure, right)]
    return sums[0] * empty, sums[1] * empty, count


def ellipse(mean, covariance, deviations: float = 2.0, points: int = 40) -> np.ndarray:
    """Points (points, 2) at `deviations` standard deviations around `mean` (2,)."""
    covariance = numbers("covariance", covariance, (2, 2))
    if covariance[0, 0] <= 0 or np.linalg.det(covariance) <= 0:
        raise ValueError(f"covariance={covariance.tolist()} must be positive definite")
    root = np.linalg.cholesky(covariance)
    angle = np.linspace(0, 2 * np.pi, whole("points", points, 4, 1000))
    return (
        numbers("mean", mean, (2,))
        + real("deviations", deviations, 0, 100) * np.column_stack([np.cos(angle), np.sin(angle)]) @ root.T
    )
