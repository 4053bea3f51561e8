"""Do curve detectors form when the labels do not name directions? Networks with 16 hidden units on three tasks.

Source: the claim of universality in C. Olah et al., "Zoom In" (2020); the experiment is this book's own.

TASKS  "direction": which of eight directions an arc bulges; "curved": whether a stroke is an arc or a line;
       "random labels": the same strokes, the labels in random order; "untrained": the random start
"""

import numpy as np

from miniatures.checks import one_of, whole
from miniatures.circuit_images import (
    ORIENTATIONS,
    SITES,
    UNITS,
    arc,
    first_layer,
    random_curves,
    random_curves_and_lines,
)
from miniatures.circuits import handwritten_circuit
from miniatures.training import Adam, backward, checked_layers, flat, forward, initial_layers, softmax_cross_entropy

TASKS = ("direction", "curved", "random labels", "untrained")
HIDDEN, COUNT, STEPS = 16, 1600, 300
INPUTS = ORIENTATIONS * SITES**2
MEAN_ENERGY = 0.94  # of a random curve's picture, subtracted so that the inputs lie about 0
ANGLES = 5.0 * np.arange(72)
DIRECTED, CURVED = 0.3, 0.1  # a curve detector's direction index and curve index, at least


def inputs(pictures) -> np.ndarray:
    """First-layer energies in rows, less their mean: (N, 16, 16) -> (N, 200)."""
    return first_layer(pictures).reshape(len(pictures), -1) - MEAN_ENERGY


def task_data(task: str, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows (count, 200) and labels (count,) of a task."""
    if one_of("task", task, TASKS) == "direction":
        pictures, labels = random_curves(count, rng)
    else:
        pictures, labels = random_curves_and_lines(count, rng)
    return inputs(pictures), rng.permutation(labels) if task == "random labels" else labels


def train_hidden(task: str, rng: np.random.Generator, steps: int = STEPS):
    """Layers 200 -> 16 -> classes, trained by Adam on 1600 pictures of `task` for `steps`, 0 to 10,000."""
    steps = whole("steps", steps, 0, 10_000)
    x, labels = task_data(task, COUNT, rng)
    layers = initial_layers((x.shape[1], HIDDEN, UNITS if task == "direction" else 2), rng)
    adam = Adam(flat(layers), 0.01)
    for step in range(0 if task == "untrained" else steps):
        found = forward(layers, x)
        gradients, _ = backward(layers, found, softmax_cross_entropy(found[-1], labels)[1])
        pairs = [(dw + 1e-3 * w, db) for (dw, db), (w, _) in zip(gradients, layers, strict=True)]
        adam.step(flat(pairs), 0.01 * (1 - step / steps))
    return layers


def task_accuracy(layers, task: str, rng: np.random.Generator, count: int = 1000) -> float:
    """The share of `count` fresh pictures of `task` that the network classifies rightly.

    >>> rng = np.random.default_rng(0)
    >>> 0 <= task_accuracy(train_hidden("untrained", rng), "curved", rng, 20) <= 1
    True
    """
    layers = checked_layers("layers", layers, INPUTS)
    x, labels = task_data(task, count, rng)
    return float((forward(layers, x)[-1].argmax(1) == labels).mean())


def hidden_indices(layers) -> tuple[np.ndarray, np.ndarray]:
    """Of each hidden unit, (16,): direction index over 72 arcs, and curve index, best arc against best of 72 lines.

    The direction index is 0 for a unit that cannot tell an arc from the opposite one, as a line detector cannot; both are 0
    for a unit that answers nothing.
    """
    layers = checked_layers("layers", layers, INPUTS)
    arcs, lines = (forward(layers, inputs([arc(a, radius) for a in ANGLES]))[1] for radius in (5.5, 1e6))
    total = arcs.sum(0)
    directed = np.abs((arcs * np.exp(1j * np.radians(ANGLES))[:, None]).sum(0)) / np.maximum(total, 1e-9)
    best_arc, best_line = arcs.max(0), lines.max(0)
    both = best_arc + best_line
    curved = np.where(both > 1e-9, (best_arc - best_line) / np.maximum(both, 1e-9), 0.0)
    return np.where(total > 1e-9, directed, 0.0), curved


def curve_units(layers) -> int:
    """The number of hidden units that are curve detectors: directed, and more of arcs than of lines.

    >>> curve_units(train_hidden("untrained", np.random.default_rng(0)))
    6
    """
    directed, curved = hidden_indices(layers)
    return int(((directed > DIRECTED) & (curved > CURVED)).sum())


def hand_likeness(layers) -> np.ndarray:
    """Each hidden unit's largest correlation with one of the eight circuits written by hand, over the 200 weights, (16,).

    Whatever sign a unit needs is up to the layer above: an arc detector has a positive one.
    """
    layers = checked_layers("layers", layers, INPUTS)
    if (np.ptp(layers[0][0], axis=0) == 0).any():
        raise ValueError("layers: a hidden unit with equal weights correlates with nothing")
    wanted = handwritten_circuit().reshape(UNITS, -1)
    return np.corrcoef(wanted, layers[0][0].T)[:UNITS, UNITS:].max(0)
