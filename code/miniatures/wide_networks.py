"""Networks of finite width with rectified units and one output: random ones, their tangent kernels, their training.

Source: A. Jacot, F. Gabriel and C. Hongler, "Neural Tangent Kernel" (2018), arXiv:1806.07572, remark 1 on the two
parametrisations.

n    width, units of each hidden layer
L    depth, number of hidden layers
σ²w  variance that the weights of a layer have in sum over its inputs
σ²b  variance of the biases
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from miniatures.checks import arrays, as_array, not_negative, numbers, one_of, positive, several, whole

MOST_WIDTH, MOST_DEPTH, MOST_INPUTS = 16_384, 64, 4096
MOST_WEIGHTS = 2**25  # 268 MB
PARAMETRISATIONS = ("ntk", "standard")


@dataclass(frozen=True)
class Network:
    """Weights (outputs, inputs) and biases (outputs,) of each layer; a layer computes scale * W a + bias_scale * b."""

    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    scales: tuple[float, ...]
    bias_scale: float


def random_network(
    inputs: int, width: int, depth: int, rng: np.random.Generator, weight_variance=2.0, bias_variance=0.0,
    parametrisation="ntk",
) -> Network:  # fmt: skip
    """A network with `depth` hidden layers of `width` units, drawn at random.

    "ntk": weights of variance 1, and a factor sqrt(σ²w / fan-in) in the forward pass. "standard": that factor is in the
    weights. Both compute the same distribution of functions; by gradient descent they learn differently.

    >>> [w.shape for w in random_network(3, 8, 2, np.random.default_rng(0)).weights]
    [(8, 3), (8, 8), (1, 8)]
    """
    inputs, width = whole("inputs", inputs, 1, MOST_INPUTS), whole("width", width, 1, MOST_WIDTH)
    sides = [inputs, *[width] * whole("depth", depth, 0, MOST_DEPTH), 1]
    if sum(a * b for a, b in pairwise(sides)) > MOST_WEIGHTS:
        raise ValueError(f"width={width} and depth={depth} make more than {MOST_WEIGHTS:,} weights")
    spread = [np.sqrt(positive("weight_variance", weight_variance, 1e6) / side) for side in sides[:-1]]
    shift = np.sqrt(not_negative("bias_variance", bias_variance))
    drawn = one_of("parametrisation", parametrisation, PARAMETRISATIONS) == "standard"
    weights = [rng.standard_normal((b, a)) * (s if drawn else 1.0) for a, b, s in zip(sides, sides[1:], spread, strict=False)]  # fmt: skip
    biases = [rng.standard_normal(b) * (shift if drawn else 1.0) for b in sides[1:]]
    return Network(tuple(weights), tuple(biases), (1.0,) * len(spread) if drawn else tuple(spread), 1.0 if drawn else float(shift))  # fmt: skip


def activations(network: Network, x) -> list[np.ndarray]:
    """The inputs of each layer and, last, the output: x (N, d), then (N, n) for each hidden layer, then (N, 1)."""
    layers = [numbers("x", x, (None, network.weights[0].shape[1]), -1e6, 1e6)]
    for number, (w, b, scale) in enumerate(zip(network.weights, network.biases, network.scales, strict=True)):
        before = scale * (layers[-1] @ w.T) + network.bias_scale * b
        layers.append(np.maximum(before, 0) if number < len(network.weights) - 1 else before)
    return layers


def outputs(network: Network, x):
    """What the network computes, (N, d) -> (N,)."""
    return activations(network, x)[-1][:, 0]


def sensitivities(network: Network, layers) -> list[np.ndarray]:
    """The derivative of the output by what enters each layer's units, (N, n) for each hidden layer, then (N, 1).

    `layers` are what `activations` gives.

    >>> network = random_network(2, 4, 1, np.random.default_rng(0))
    >>> [one.shape for one in sensitivities(network, activations(network, [[1.0, 0.0]]))]
    [(1, 4), (1, 1)]
    """
    rows = len(np.atleast_1d(as_array("layers[0]", layers[0]))) if len(several("layers", layers)) else 0
    sides = [network.weights[0].shape[1], *(len(w) for w in network.weights)]
    return _sensitivities(network, arrays("layers", layers, [(rows, side) for side in sides]))


def _sensitivities(network, layers):
    found = [np.ones_like(layers[-1])]
    for number in range(len(network.weights) - 1, 0, -1):
        back = network.scales[number] * (found[0] @ network.weights[number])  # (N, n_l) -> (N, n_l-1)
        found.insert(0, back * (layers[number] > 0))
    return found


def tangent_kernel(network: Network, x, z):
    """The inner products of the output's gradients by all weights and biases at x (N, d) and at z (M, d): (N, M).

    No gradient is written out: a layer's share is the product of two small matrices.

    >>> network = random_network(2, 4, 1, np.random.default_rng(0))
    >>> tangent_kernel(network, [[1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]]).shape
    (1, 2)
    """
    z = numbers("z", z, (None, network.weights[0].shape[1]), -1e6, 1e6)
    first, second = (activations(network, points) for points in (x, z))
    total = 0.0
    for a, c, da, dc, scale in zip(first, second, _sensitivities(network, first), _sensitivities(network, second), network.scales, strict=False):  # fmt: skip
        total = total + (da @ dc.T) * (scale**2 * (a @ c.T) + network.bias_scale**2)
    return total


def descend(network: Network, x, targets, rate: float, steps: int):
    """Networks after 0, 1, …, `steps` steps of gradient descent on half the summed squared error, one after another."""
    x = numbers("x", x, (None, network.weights[0].shape[1]), -1e6, 1e6)
    targets = numbers("targets", targets, (len(x),), -1e6, 1e6)
    return _descent(network, x, targets, positive("rate", rate), whole("steps", steps, 0, 1_000_000))


def _descent(network, x, targets, rate, steps):
    weights, biases = list(network.weights), list(network.biases)
    for step in range(steps + 1):
        now = Network(tuple(weights), tuple(biases), network.scales, network.bias_scale)
        yield now
        if step == steps:
            return
        layers = activations(now, x)
        error = (layers[-1][:, 0] - targets)[:, None]
        for number, back in enumerate(_sensitivities(now, layers)):
            push = error * back  # (N, n)
            weights[number] = weights[number] - rate * network.scales[number] * (push.T @ layers[number])
            biases[number] = biases[number] - rate * network.bias_scale * push.sum(axis=0)


def movement(before: Network, after: Network) -> float:
    """How far the weights have moved, as a share of their size: the norm of the difference over the norm.

    >>> before = random_network(2, 8, 1, np.random.default_rng(0))
    >>> *_, after = descend(before, [[1.0, 0.0]], [3.0], 0.1, 5)
    >>> 0 < movement(before, after) < 1
    True
    """
    pairs = [*zip(before.weights, after.weights, strict=True)]
    return float(np.sqrt(sum(((b - a) ** 2).sum() for a, b in pairs) / sum((a**2).sum() for a, _ in pairs)))
