"""Dense networks of any depth with (leaky) rectified units: forward pass, gradients by hand, and Adam.

Sources: initial weights after K. He et al. (2015), arXiv:1502.01852; the optimiser after D. P. Kingma and J. Ba, "Adam"
(2015), arXiv:1412.6980, algorithm 1.

layers  a list of (W, b), one for each layer: W (inputs, outputs), b (outputs,); the last layer has no rectifier
slope   what a unit passes on of a negative sum: 0 for rectified units, 0.2 for leaky ones
"""

from itertools import pairwise

import numpy as np

from miniatures.checks import LARGEST, as_array, classes_of, numbers, real, several, share, whole

MOST_SIDE = 65_536


def initial_layers(sizes, rng: np.random.Generator) -> list[tuple[np.ndarray, np.ndarray]]:
    """Layers between `sizes` = (inputs, hidden, …, outputs): normal weights of variance 2 / inputs, biases 0.

    >>> [w.shape for w, b in initial_layers((64, 32, 10), np.random.default_rng(0))]
    [(64, 32), (32, 10)]
    """
    sizes = [whole("sizes", size, 1, MOST_SIDE) for size in several("sizes", sizes)]
    if len(sizes) < 2:
        raise ValueError(f"sizes={sizes} must name at least the inputs and the outputs")
    return [(rng.normal(0, np.sqrt(2 / a), (a, b)), np.zeros(b)) for a, b in pairwise(sizes)]


def forward(layers, x, slope: float = 0.0) -> list[np.ndarray]:
    """The inputs of each layer and, last, the output: x (N, inputs), then (N, units) for each layer.

    >>> forward([(np.array([[1.0, -1.0]]), np.zeros(2)), (np.ones((2, 1)), np.zeros(1))], [[3.0]], 0.5)[-1]
    array([[1.5]])
    """
    layers, slope = _fitting("layers", layers), real("slope", slope, -1, 1)
    found = [numbers("x", x, (None, len(layers[0][0])))]
    for number, (w, b) in enumerate(layers):
        before = found[-1] @ w + b  # (N, inputs) -> (N, outputs)
        found.append(before if number == len(layers) - 1 else np.where(before > 0, before, slope * before))
    return found


def backward(layers, activations, gradient, slope: float = 0.0):
    """From the loss's gradient by the output (N, outputs): a list of (by W, by b), and the gradient by x (N, inputs).

    `activations` is what `forward` returned. With 0 < slope a unit's sign is that of its sum, so no sum is kept.
    """
    layers, slope = _fitting("layers", layers), real("slope", slope, -1, 1)
    back = numbers("gradient", gradient, (None, len(layers[-1][1])))
    widths = [*(len(w) for w, _ in layers), back.shape[1]]
    if len(several("activations", activations)) != len(widths):
        raise ValueError(f"activations holds {len(activations)} arrays: {len(layers)} layers have {len(widths)}")
    activations = [_finite("activations", a, (len(back), n)) for a, n in zip(activations, widths, strict=True)]
    found = []
    for number in range(len(layers) - 1, -1, -1):
        found.append((activations[number].T @ back, back.sum(axis=0)))
        back = back @ layers[number][0].T  # (N, outputs) -> (N, inputs)
        if number:
            back = np.where(activations[number] > 0, back, slope * back)
    return found[::-1], back


def softmax_cross_entropy(logits, labels) -> tuple[float, np.ndarray]:
    """The mean over the rows of -log p(label), in nats, and its gradient by the logits: (N, K), (N,) -> float, (N, K).

    >>> loss, gradient = softmax_cross_entropy([[0.0, 0.0]], [1])
    >>> round(loss, 4), gradient.tolist()
    (0.6931, [[0.5, -0.5]])
    """
    logits = numbers("logits", logits, (None, None))
    labels = classes_of("labels", labels, len(logits), logits.shape[1])
    shifted = logits - logits.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = (np.log(total[:, 0]) - shifted[rows, labels]).mean()
    gradient = np.exp(shifted) / total
    gradient[rows, labels] -= 1  # p - onehot(label)
    return float(loss), gradient / len(labels)


class Adam:
    """Adam's state for a fixed list of arrays, which `step` changes in place.

    >>> weights = [np.array([1.0])]
    >>> Adam(weights, rate=0.1).step([np.array([5.0])])
    >>> weights[0].round(6).tolist()
    [0.9]
    """

    def __init__(self, arrays, rate: float, betas=(0.9, 0.999), epsilon: float = 1e-8):
        self.arrays = list(arrays)
        self.rate = real("rate", rate, 0, 1e3)
        self.betas = tuple(share("betas", beta) for beta in betas)
        self.epsilon = real("epsilon", epsilon, 0, 1)
        self.steps = 0
        self.means = [np.zeros_like(array) for array in self.arrays]
        self.squares = [np.zeros_like(array) for array in self.arrays]

    def step(self, gradients, rate: float | None = None) -> None:
        """One step against `gradients`, an array for each array, at `rate` (that of the start unless given)."""
        self.steps += 1
        first, second = self.betas
        rate = (self.rate if rate is None else rate) / (1 - first**self.steps)
        for array, g, mean, square in zip(self.arrays, gradients, self.means, self.squares, strict=True):
            mean *= first
            mean += (1 - first) * g
            square *= second
            square += (1 - second) * g * g
            array -= rate * mean / (np.sqrt(square / (1 - second**self.steps)) + self.epsilon)


def flat(pairs) -> list[np.ndarray]:
    """The arrays of layers or of their gradients in one list: W, b, W, b, …; whatever they hold, nan too, stays.

    >>> [array.shape for array in flat([(np.ones((2, 3)), np.zeros(3)), (np.ones((3, 1)), np.zeros(1))])]
    [(2, 3), (3,), (3, 1), (1,)]
    """
    return [array for pair in several("pairs", pairs) for array in several("pairs", pair)]


def checked_layers(name: str, layers, inputs: int | None = None, outputs: int | None = None) -> list[tuple]:
    """A copy of `layers`, (W, b) of finite numbers that fit one another, from `inputs` to `outputs` where these are given.

    >>> [w.shape for w, b in checked_layers("decoder", [([[1, 2]], [0, 0]), ([[3], [4]], [0])], 1, 1)]
    [(1, 2), (2, 1)]
    """
    return [(w.copy(), b.copy()) for w, b in _fitting(name, layers, inputs, outputs)]


def _fitting(name, layers, inputs=None, outputs=None):
    """The same without the copy, which a step of a training has no time for."""
    if not isinstance(layers, (list, tuple)) or not layers:
        raise ValueError(f"{name}={layers!r} must be a list of at least one pair (W, b)")
    found = []
    for number, layer in enumerate(layers):
        at, wanted = f"{name}[{number}]", outputs if number == len(layers) - 1 else None
        shape = as_array(at, layer[0]).shape if isinstance(layer, (list, tuple)) and len(layer) == 2 else ()
        if len(shape) != 2 or inputs not in (None, shape[0]) or wanted not in (None, shape[1]):
            raise ValueError(f"{at} must be (W, b), W of shape ({inputs or 'any'}, {wanted or 'any'}), not of {shape}")
        found.append((_finite(at, layer[0], shape), _finite(at, layer[1], shape[1:])))
        inputs = shape[1]
    return found


def _finite(name, values, shape):
    """`values` as floats, of `shape` and finite: one sum tells it, which a step of a training has time for."""
    array = as_array(name, values)
    if array.dtype.kind not in "iuf" or array.shape != shape or not array.size or not abs(array.sum()) <= LARGEST:
        array = numbers(name, array, shape)
    return array.astype(float, copy=False)
