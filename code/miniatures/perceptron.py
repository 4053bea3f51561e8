"""A network of one hidden layer for the digits: 64 inputs, 128 rectified units, 10 logits, gradients by hand.

Source: the optimiser (Nesterov's momentum, weight decay on the matrices, averaged weights) as in the published code
of K. Sohn et al., "FixMatch" (2020), arXiv:2001.07685; initial weights after K. He et al. (2015), arXiv:1502.01852.

W1, b1  weights (64, 128) and biases (128,) of the hidden layer
W2, b2  weights (128, 10) and biases (10,) of the output
"""

import numpy as np

from miniatures.checks import as_array, numbers, positive, real, several

INPUTS, HIDDEN, OUTPUTS = 64, 128, 10
MOMENTUM, WEIGHT_DECAY, AVERAGING = 0.9, 5e-4, 0.98


def initial_weights(rng: np.random.Generator):
    """W1, b1, W2, b2: normal with variance 2 / inputs, the biases 0."""
    return [
        rng.normal(0, np.sqrt(2 / INPUTS), (INPUTS, HIDDEN)), np.zeros(HIDDEN),
        rng.normal(0, np.sqrt(2 / HIDDEN), (HIDDEN, OUTPUTS)), np.zeros(OUTPUTS),
    ]  # fmt: skip


def predict(weights, pixels):
    """The logits of images given as rows of 64 grey values, (N, 64) -> (N, 10).

    >>> predict([np.eye(2), np.zeros(2), np.eye(2), np.array([0.0, 1.0])], np.array([[3.0, -1.0]])).tolist()
    [[3.0, 1.0]]
    """
    _check_shapes(weights, pixels)
    w1, b1, w2, b2 = weights
    logits = np.maximum(pixels @ w1 + b1, 0) @ w2 + b2
    if not np.isfinite(logits.sum()):
        _tell(weights, pixels)
    return logits


def _check_shapes(weights, pixels):
    """ValueError unless they hold numbers in shapes that fit: no number is looked at, training calls for it at every step."""
    if len(several("weights", weights)) != 4:
        raise ValueError(f"weights holds {len(weights)} arrays: W1, b1, W2 and b2 are needed")
    for number, one in enumerate(weights):
        _check_kind(f"weights[{number}]", one)
    _check_kind("pixels", pixels)
    w1, b1, w2, b2 = shapes = [np.shape(one) for one in weights]
    if not (len(w1) == len(w2) == 2 and b1 == w1[1:] == w2[:1] and b2 == w2[1:]):
        raise ValueError(f"weights of shapes {shapes} must be W1 (P, H), b1 (H,), W2 (H, K) and b2 (K,)")
    if np.ndim(pixels) != 2 or np.shape(pixels)[1] != w1[0]:
        raise ValueError(f"pixels of shape {np.shape(pixels)} must be rows of {w1[0]} grey values")


def _check_kind(name, values):
    """ValueError unless an array, or what becomes one, is of numbers."""
    if as_array(name, values).dtype.kind not in "biuf":
        numbers(name, values)


def _tell(weights, pixels):
    """ValueError with the reason why an answer is no finite number."""
    for number, one in enumerate(weights):
        numbers(f"weights[{number}]", one)
    numbers("pixels", pixels)
    raise ValueError("weights and pixels are too large: what they give is no finite number")


def accuracy(weights, pixels, classes) -> float:
    """The share of the rows of `pixels` (N, 64) whose most probable class is the one in `classes` (N,).

    >>> accuracy([np.eye(2), np.zeros(2), np.eye(2), np.zeros(2)], np.array([[3.0, 1.0], [2.0, 1.0]]), [0, 1])
    0.5
    """
    logits = predict(weights, pixels)
    return float((logits.argmax(axis=1) == _labels("classes", classes, *logits.shape)).mean())


def _labels(name, labels, count, classes):
    """`labels` as an array (`count`,) of whole numbers from 0 to `classes` - 1, told cheaply."""
    found = as_array(name, labels)
    if found.shape != (count,) or (
        count and (found.dtype.kind not in "iu" or found.min() < 0 or found.max() >= classes)
    ):
        raise ValueError(
            f"{name} of type {found.dtype} and shape {found.shape} must hold {count} whole numbers from 0 to {classes - 1}"
        )
    return found


def loss_and_gradient(weights, pixels, labels, divisor: int):
    """The rows' cross-entropies, summed and divided by `divisor`, and the gradient by each weight array.

    `pixels` (N, 64), `labels` (N,) int. The divisor is N for a plain mean; for pseudo-labels it is the number of
    unlabelled rows in the batch, kept or not. Without any row both are 0.

    >>> weights = [np.zeros((64, 128)), np.zeros(128), np.zeros((128, 10)), np.zeros(10)]
    >>> loss, gradient = loss_and_gradient(weights, np.ones((1, 64)), [3], 1)
    >>> round(loss, 4), gradient[3].round(1).tolist()
    (2.3026, [0.1, 0.1, 0.1, -0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1])
    """
    _check_shapes(weights, pixels)
    divisor = positive("divisor", divisor)
    w1, b1, w2, b2 = weights
    labels = _labels("labels", labels, len(pixels), w2.shape[1])
    before = pixels @ w1 + b1  # (N, 64) -> (N, 128)
    hidden = np.maximum(before, 0)
    logits = hidden @ w2 + b2  # (N, 128) -> (N, 10)
    rows = np.arange(len(labels))
    shifted = logits - logits.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1)
    loss = (np.log(total) - shifted[rows, labels]).sum() / divisor
    error = np.exp(shifted) / total[:, None]
    error[rows, labels] -= 1  # the gradient of H by the logits is p - onehot(label)
    error /= divisor
    back = (error @ w2.T) * (before > 0)  # (N, 10) -> (N, 128)
    gradient = [pixels.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
    if not np.isfinite(loss + gradient[0].sum() + gradient[2].sum()):
        _tell(weights, pixels)
    return float(loss), gradient


def descend(weights, velocity, averaged, gradient, rate: float) -> None:
    """One step of Nesterov's momentum with weight decay on W1 and W2, then of the running average; all in place.

    Four lists of arrays of equal shapes. ValueError names the one that holds what is no finite number.

    >>> weights, velocity, averaged = [np.array([1.0])], [np.array([0.0])], [np.array([1.0])]
    >>> descend(weights, velocity, averaged, [np.array([2.0])], 0.1)
    >>> weights[0].round(3).tolist(), averaged[0].round(4).tolist()
    ([0.62], [0.9924])
    """
    rate, lists = real("rate", rate, 0), {"velocity": velocity, "averaged": averaged, "gradient": gradient}
    for name, arrays in {"weights": weights, **lists}.items():
        for number, one in enumerate(several(name, arrays)):
            if not isinstance(one, np.ndarray) or one.dtype.kind != "f":
                raise ValueError(f"{name}[{number}]={one!r:.60} must be an array of floats")
    shapes = [one.shape for one in weights]
    for name, arrays in lists.items():
        if [np.shape(one) for one in arrays] != shapes:
            raise ValueError(
                f"{name} of shapes {[np.shape(one) for one in arrays]} must have those of weights, {shapes}"
            )
    for w, v, mean, g in zip(weights, velocity, averaged, gradient, strict=True):
        if w.ndim == 2:
            g = g + WEIGHT_DECAY * w
        v *= MOMENTUM
        v += g
        w -= rate * (g + MOMENTUM * v)
        mean += (1 - AVERAGING) * (w - mean)
        if not np.isfinite(mean.sum()):  # it takes in all of them, each the ones before it
            for name, one in (("gradient", g), ("velocity", v), ("weights", w), ("averaged", mean)):
                numbers(name, one)
