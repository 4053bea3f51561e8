"""The cases of the chapter on infinite width: inputs on a circle, measured errors, trained networks, digits.

Source: the stored numbers come from code/precompute/neural_tangents.py, the digits from E. Alpaydin and C. Kaynak (1998).

t  training time, learning rate times steps
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import SMALLEST, cached, numbers, one_of, real, whole, whole_numbers
from miniatures.data import load
from miniatures.neural_tangents import flow, kernels, predict

LARGEST_SEED = 2**31 - 1
FRESH_SEEDS = tuple(range(100, 110))  # looked at once, after every choice was made
POINTS = 12  # on the circle, for kernels
KERNEL_WIDTHS = (8, 16, 32, 64, 128, 256, 512, 1024, 2048)
KERNEL_DEPTHS = (1, 2, 4)
TRAINED_WIDTHS = (32, 128, 512, 2048, 8192)
TRAINED_INPUTS = ("circle", "line")
BIAS_VARIANCE = 0.1  # of the networks that are trained
STEPS = 1000
SHOWN_STEPS = (0, 1, 3, 10, 30, 100, 300, 1000)
GRID = 64  # places where trained networks are compared
ERRORS = ("to the infinite network", "to its own tangent", "of its tangent to the infinite network", "moved")
DIGIT_METHODS = ("NNGP 1", "NTK 1", "NTK 3", "RBF", "linear, plain", "linear, ridge", "network 128")
DIGIT_COUNTS = (50, 200, 1000)
DEEP = (1, 3, 10, 30, 100, 300, 1000)


def circle(angles):
    """Points of the unit circle, (N,) radians -> (N, 2).

    >>> circle([0.0]).tolist()
    [[1.0, 0.0]]
    """
    angles = numbers("angles", angles, (None,), -1e6, 1e6)
    return np.column_stack([np.cos(angles), np.sin(angles)])


def even_circle(points: int = POINTS):
    """Evenly spaced points of the unit circle, (points, 2)."""
    return circle(2 * np.pi * np.arange(whole("points", points, 1, 1000)) / points)


@dataclass(frozen=True)
class Task:
    """Eight points to learn from, and a grid of places to be asked."""

    x: np.ndarray  # (8, d)
    targets: np.ndarray  # (8,)
    grid: np.ndarray  # (64, d)
    places: np.ndarray  # (64,), what the grid is drawn over: angles or positions
    trained_places: np.ndarray  # (8,)
    truth: np.ndarray  # (64,)


@cache
def task(inputs: str = "circle") -> Task:
    """sin(a) + sin(2a)/2 at eight angles a of a circle, or sin(x) at eight points of a line.

    >>> task("circle").x.shape, task("line").x.shape
    ((8, 2), (8, 1))
    """
    if one_of("inputs", inputs, TRAINED_INPUTS) == "line":
        at, places = np.linspace(-3, 3, 8), np.linspace(-4, 4, GRID)
        return Task(at[:, None], np.sin(at), places[:, None], places, at, np.sin(places))
    at = 2 * np.pi * np.arange(8) / 8 - np.pi + np.array([0.1, -0.15, 0.2, 0, -0.1, 0.15, -0.2, 0.05])
    places = 2 * np.pi * np.arange(GRID) / GRID - np.pi
    curve = lambda a: np.sin(a) + np.sin(2 * a) / 2  # noqa: E731
    return Task(circle(at), curve(at), circle(places), places, at, curve(places))


@cached()
def task_kernels(inputs: str = "circle", depth: int = 1):
    """NNGP and NTK of training and grid points of a task, each (72, 72)."""
    every = np.vstack([task(inputs).x, task(inputs).grid])
    return kernels(every, every, depth, bias_variance=BIAS_VARIANCE)


@cache
def rate(inputs: str = "circle") -> float:
    """The learning rate of the trained networks: one over the largest eigenvalue of the infinite network's NTK.

    >>> 0.1 < rate("circle") < 0.2
    True
    """
    return float(1 / np.linalg.eigvalsh(task_kernels(inputs)[1][:8, :8])[-1])


@cached()
def band(time: float):
    """Mean and standard deviation (64,) of infinitely wide networks on the circle, trained for `time`."""
    mean, covariance = flow(*task_kernels("circle"), task("circle").targets, time)
    return mean, np.sqrt(np.maximum(np.diag(covariance), 0))


@cache
def _kernel_table():
    rows = load("neural_tangents_kernels.csv")
    return {
        (str(r["parametrisation"]), int(r["depth"]), int(r["width"]), int(r["seed"])): float(r["error"]) for r in rows
    }


def kernel_errors(depth: int, width: int, parametrisation: str = "ntk", seeds=FRESH_SEEDS):
    """Relative distances (n,) of single networks' tangent kernels to the closed form, on 12 points of the circle.

    >>> kernel_errors(1, 64).shape
    (10,)
    """
    depth, width = whole("depth", depth, 0, 10**6), whole("width", width, 1, 10**6)
    table, found = _kernel_table(), []
    for seed in whole_numbers("seeds", seeds, (None,), 0, LARGEST_SEED).tolist():
        if (parametrisation, depth, width, seed) not in table:
            raise ValueError(
                f"parametrisation={parametrisation!r}, depth={depth}, width={width}, seed={seed} of seeds is not stored"
            )
        found.append(table[parametrisation, depth, width, seed])
    return np.array(found)


def slope(widths, errors) -> float:
    """The slope of log error over log width by least squares; -0.5 means one over the root of the width.

    >>> round(slope([1, 4, 16], [8.0, 4.0, 2.0]), 6)
    -0.5
    """
    x = np.log(numbers("widths", widths, (None,), SMALLEST))
    y = np.log(numbers("errors", errors, (len(x),), SMALLEST))
    if not np.ptp(x) > 0:
        raise ValueError(f"widths={widths!r} must hold two different widths: one alone has no slope")
    return float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum())


@cache
def _trained():
    return load("neural_tangents_trained.npz")


def trained_errors(inputs: str, width: int):
    """The four ERRORS of trained networks, (10 seeds, 4), each relative; see `ERRORS`.

    >>> trained_errors("circle", 128).shape
    (10, 4)
    """
    one_of("inputs", inputs, TRAINED_INPUTS)
    if width not in TRAINED_WIDTHS:
        raise ValueError(f"width={width} is not stored: one of {TRAINED_WIDTHS}")
    return _trained()[f"errors_{inputs}"][TRAINED_WIDTHS.index(width)].astype(float)


def kink_shifts(width: int):
    """How far training moved the kinks of networks on the line, (10 seeds, 2): the median of those that lay between 1 and
    3 from 0, and of those that lay within 1/2.

    >>> kink_shifts(512).shape
    (10, 2)
    """
    if width not in TRAINED_WIDTHS:
        raise ValueError(f"width={width} is not stored: one of {TRAINED_WIDTHS}")
    return _trained()["kinks"][TRAINED_WIDTHS.index(width)].astype(float)


def trained_outputs(width: int, step: int):
    """Outputs of ten trained networks on the circle's grid after `step` steps, (10, 64).

    >>> trained_outputs(128, 100).shape
    (10, 64)
    """
    if width not in TRAINED_WIDTHS or step not in SHOWN_STEPS:
        raise ValueError(f"width={width}, step={step} is not stored: widths {TRAINED_WIDTHS}, steps {SHOWN_STEPS}")
    return _trained()["outputs"][TRAINED_WIDTHS.index(width), SHOWN_STEPS.index(step)].astype(float)


@cache
def _digit_table():
    rows = load("neural_tangents_digits.csv")
    return {(str(r["method"]), int(r["count"]), int(r["seed"])): float(r["accuracy"]) for r in rows}


def digit_accuracies(method: str, count: int, seeds=FRESH_SEEDS):
    """Accuracies (n,) on 500 test digits after training on `count` others.

    >>> digit_accuracies("NTK 1", 200).shape
    (10,)
    """
    table, count = _digit_table(), whole("count", count, 1, 10**6)
    seeds = whole_numbers("seeds", seeds, (None,), 0, LARGEST_SEED).tolist()
    for seed in seeds:
        if (method, count, seed) not in table:
            raise ValueError(f"method={method!r}, count={count}, seed={seed} of seeds is not stored")
    return np.array([table[method, count, seed] for seed in seeds])


# what is computed on the page --------------------------------------------------------------------


def output_statistics(width: int, networks: int, rng: np.random.Generator):
    """Covariance (12, 12) of the outputs on the circle of random networks of depth 1 without biases, and their mean
    excess kurtosis, 0 for a Gaussian.

    >>> output_statistics(4, 50, np.random.default_rng(0))[0].shape
    (12, 12)
    """
    width, networks = whole("width", width, 1, 4096), whole("networks", networks, 2, 10_000)
    if width * networks > 2**21:
        raise ValueError(f"width={width} times networks={networks} must not exceed {2**21:,}")
    hidden = rng.standard_normal((networks, width, 2)) @ even_circle().T  # (networks, width, 12), variance 1
    readout = rng.standard_normal((networks, 1, width)) * np.sqrt(2 / width)
    drawn = (readout @ np.maximum(hidden, 0))[:, 0]  # (networks, 12)
    kurtosis = (drawn**4).mean(axis=0) / (drawn**2).mean(axis=0) ** 2 - 3
    return drawn.T @ drawn / networks, float(kurtosis.mean())


def posterior(depth: int, noise: float, kind: str, seed: int = FRESH_SEEDS[0]):
    """Noisy targets (8,) on the circle, and mean and standard deviation (64,) by "NNGP" or "NTK", told of the noise.

    `noise` is the standard deviation of the targets' errors, 0 to 1.

    >>> [part.shape for part in posterior(1, 0.1, "NNGP")]
    [(8,), (64,), (64,)]
    """
    one_of("kind", kind, ("NNGP", "NTK"))
    noise = real("noise", noise, 0, 1)
    here = task("circle")
    targets = here.targets + noise * np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED)).standard_normal(8)
    kernel = task_kernels("circle", depth)[kind == "NTK"]
    mean, covariance = predict(kernel[:8, :8], np.hstack([kernel[8:, :8], kernel[8:, 8:]]), targets, noise**2)
    return targets, mean, np.sqrt(np.maximum(np.diag(covariance), 0))


def angle_kernels(depth: int, angles):
    """NNGP and NTK of unit vectors at the given angles (N,), each divided by its value at angle 0; two (N,).

    >>> [part.round(4).tolist() for part in angle_kernels(1, [np.pi])]
    [[0.0], [0.0]]
    """
    angles = numbers("angles", angles, (None,), -1e6, 1e6)
    nngp, ntk = kernels(circle([0.0]), circle(np.concatenate([[0.0], angles])), depth)
    return nngp[0, 1:] / nngp[0, 0], ntk[0, 1:] / ntk[0, 0]
