"""A feature extractor for faces: a small network trained to tell public people apart, whose second layer is kept.

Sources: the networks and their training are `miniatures.training`'s; training on perturbed pictures after A. Madry et al.,
"Towards deep learning models resistant to adversarial attacks" (2018), arXiv:1706.06083, here with the single
step from a random start of E. Wong et al., "Fast is better than free" (2020), arXiv:2001.03994.

Φ  features of a picture, (n,) -> (k,), with n pixels and k = 24
ε  largest change of a pixel that the training itself makes, share of the range from black to white
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import classes_of, numbers, real, whole
from miniatures.training import Adam, backward, flat, forward, initial_layers, softmax_cross_entropy

HIDDEN, FEATURES = 96, 24
BATCH, RATE = 96, 2e-3
MOST_PEOPLE = 10_000
CENTRE = 0.5  # taken from each pixel, so that grey is 0


@dataclass(frozen=True)
class Extractor:
    """The trained layers (n, 96) and (96, 24), each (W, b)."""

    layers: tuple

    @property
    def pixels(self) -> int:
        """n, how many pixels a picture must have."""
        return len(self.layers[0][0])

    def features(self, pictures) -> np.ndarray:
        """Φ of each picture, values from 0 to 1: (N, n) or (N, H, W) -> (N, 24)."""
        return forward(self.layers, self._rows(pictures))[-1]

    def pull(self, pictures, target) -> tuple[np.ndarray, np.ndarray]:
        """Half of the squared distance of Φ from `target` (N, 24), and its gradient by the pixels: (N,), (N, n)."""
        activations = forward(self.layers, self._rows(pictures))
        gap = activations[-1] - target
        return (gap**2).sum(axis=1) / 2, backward(self.layers, activations, gap)[1]

    def _rows(self, pictures):
        pictures = np.asarray(pictures, float)
        return pictures.reshape(len(pictures), -1) - CENTRE


@dataclass(frozen=True)
class LinearExtractor:
    """Φ(x) = M x with a matrix M (k, n), for what can be solved by hand."""

    matrix: np.ndarray

    @property
    def pixels(self) -> int:
        """n, how many pixels a picture must have."""
        return self.matrix.shape[1]

    def features(self, pictures) -> np.ndarray:
        """Φ of each picture, (N, n) or (N, H, W) -> (N, k)."""
        pictures = np.asarray(pictures, float)
        return pictures.reshape(len(pictures), -1) @ self.matrix.T

    def pull(self, pictures, target) -> tuple[np.ndarray, np.ndarray]:
        """Half of the squared distance of Φ from `target` (N, k), and its gradient by the pixels: (N,), (N, n)."""
        gap = self.features(pictures) - target
        return (gap**2).sum(axis=1) / 2, gap @ self.matrix


def train_extractor(photos, people, rng: np.random.Generator, steps: int = 400, epsilon: float = 0.0) -> Extractor:
    """The extractor that a classifier of `people` (N,), 0 to P - 1, by `photos` (N, n) holds after `steps` steps of Adam.

    With `epsilon` above 0 every batch is first changed, within `epsilon` a pixel, so as to be misread: a robust extractor.
    """
    photos = numbers("photos", photos, (None, None), 0, 1)
    people = classes_of("people", people, len(photos), MOST_PEOPLE)
    steps, epsilon = whole("steps", steps, 1, 10_000), real("epsilon", epsilon, 0, 1)
    layers = initial_layers((photos.shape[1], HIDDEN, FEATURES), rng)
    head = initial_layers((FEATURES, people.max() + 1), rng)
    descent = Adam(flat([*layers, *head]), RATE)
    for step in range(1, steps + 1):
        rows = rng.integers(0, len(photos), BATCH)
        batch = photos[rows]
        if epsilon:
            batch = _misread(layers, head, batch, people[rows], epsilon, rng)
        gradients, _ = _gradients(layers, head, batch, people[rows])
        descent.step(flat(gradients), RATE * (1 + np.cos(np.pi * step / steps)) / 2)
    return Extractor(tuple(layers))


def _gradients(layers, head, photos, people):
    """The cross-entropy's gradients by each layer's (W, b), the head's last, and by the pixels (N, n)."""
    inner = forward(layers, photos - CENTRE)
    outer = forward(head, inner[-1])
    by_head, by_features = backward(head, outer, softmax_cross_entropy(outer[-1], people)[1])
    by_layers, by_pixels = backward(layers, inner, by_features)
    return [*by_layers, *by_head], by_pixels


def _misread(layers, head, photos, people, epsilon, rng):
    """One signed step of 1.25 epsilon up the loss from a random start, clipped to within `epsilon` and to [0, 1]."""
    start = np.clip(photos + rng.uniform(-epsilon, epsilon, photos.shape), 0, 1)
    uphill = np.sign(_gradients(layers, head, start, people)[1])
    return np.clip(np.clip(start + 1.25 * epsilon * uphill, photos - epsilon, photos + epsilon), 0, 1)
