"""Measures what the chapter on infinite width shows from store: about three minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/neural_tangents.py

writes data/neural_tangents_kernels.csv, _trained.npz and _digits.csv; then put their sha256 into data/SHA256SUMS.
Everything was tried out on seeds 0 to 4; the stored seeds are 100 to 109. The test digits chose nothing but where said.
"""

import numpy as np
from miniatures.digits import digits, split
from miniatures.neural_tangents import kernels, standard_kernel
from miniatures.neural_tangents_cases import (
    BIAS_VARIANCE,
    DEEP,
    DIGIT_COUNTS,
    DIGIT_METHODS,
    FRESH_SEEDS,
    KERNEL_DEPTHS,
    KERNEL_WIDTHS,
    SHOWN_STEPS,
    STEPS,
    TRAINED_INPUTS,
    TRAINED_WIDTHS,
    even_circle,
    rate,
    task,
    task_kernels,
)
from miniatures.sweep import each, on_all_cores, sweep
from miniatures.wide_networks import descend, movement, outputs, random_network, tangent_kernel
from scipy.spatial.distance import pdist
from sklearn.gaussian_process.kernels import RBF
from sklearn.linear_model import RidgeCV
from sklearn.neural_network import MLPClassifier
from writing import DATA, write_table


def relative(found, wanted) -> float:
    return float(np.linalg.norm(found - wanted) / np.linalg.norm(wanted))


def kernel_error(parametrisation: str, depth: int, width: int, seed: int) -> float:
    """How far one network's tangent kernel lies from its closed form."""
    network = random_network(2, width, depth, np.random.default_rng(seed), parametrisation=parametrisation)
    found = tangent_kernel(network, even_circle(), even_circle())
    if parametrisation == "standard":
        return relative(found / width, standard_kernel(even_circle(), even_circle(), depth))
    return relative(found, kernels(even_circle(), even_circle(), depth)[1])


def after_descent(kernel, targets, step: float, steps: int):
    """What gradient descent with a fixed tangent kernel (8 + m, 8 + m) predicts at the m points after `steps` steps."""
    values, vectors = np.linalg.eigh(kernel[:8, :8])
    values = np.maximum(values, 0)
    learnt = np.where(values > 1e-12, (1 - (1 - step * values) ** steps) / np.maximum(values, 1e-12), step * steps)
    return kernel[8:, :8] @ (vectors * learnt) @ vectors.T @ targets


def trained(inputs: str, width: int, seed: int):
    """The four errors of one network trained from its own start, and, on the circle, the outputs of one trained plainly;
    on the line, how far its kinks moved: the median of those between 1 and 3 from 0, and of those within 1/2."""
    here, rng = task(inputs), np.random.default_rng(seed)
    network = random_network(here.x.shape[1], width, 1, rng, bias_variance=BIAS_VARIANCE)
    start, grid = outputs(network, here.x), outputs(network, here.grid)
    every = np.vstack([here.x, here.grid])
    own = after_descent(tangent_kernel(network, every, every), here.targets, rate(inputs), STEPS)
    infinite = after_descent(task_kernels(inputs)[1], here.targets, rate(inputs), STEPS)
    *_, last = descend(network, here.x, here.targets + start, rate(inputs), STEPS)
    learnt = outputs(last, here.grid) - grid
    errors = relative(learnt, infinite), relative(learnt, own), relative(own, infinite), movement(network, last)
    shown = []
    if inputs == "line":
        before, after = kinks(network), kinks(last)
        outer, inner = (np.abs(before) > 1) & (np.abs(before) < 3), np.abs(before) < 0.5
        shown = [np.median(np.abs(after - before)[which]) for which in (outer, inner)]
    if inputs == "circle":
        for step, now in enumerate(descend(network, here.x, here.targets, rate(inputs), STEPS)):
            if step in SHOWN_STEPS:
                shown.append(outputs(now, here.grid))
    return errors, np.array(shown)


def kinks(network):
    """Where each unit of a network with one input and one hidden layer turns on or off, (n,)."""
    return -network.bias_scale * network.biases[0] / (network.scales[0] * network.weights[0][:, 0])


def digit_accuracy(method: str, count: int, seed: int) -> float:
    """Accuracy on 500 test digits, after training on `count` others that the seed draws."""
    images, classes = digits()
    rows, (_, _, test) = images.reshape(len(images), -1), split(1, 0)
    pool = np.setdiff1d(np.arange(len(classes)), test)
    train = np.random.default_rng(seed).permutation(pool)[:count]
    x, z, y = rows[train], rows[test], classes[train]
    targets = np.eye(10)[y] - 0.1
    if method.startswith("network"):
        model = MLPClassifier((int(method.split()[1]),), max_iter=1000, random_state=seed)
        return float((model.fit(x, y).predict(z) == classes[test]).mean())
    if method == "linear, plain":
        weights = np.linalg.lstsq(np.column_stack([x, np.ones(count)]), targets, rcond=None)[0]
        guess = np.column_stack([z, np.ones(len(z))]) @ weights
    elif method == "linear, ridge":
        guess = RidgeCV(np.geomspace(1e-3, 1e3, 13)).fit(x, targets).predict(z)
    else:
        guess = kernel_scores(method, x, z, targets)
    return float((guess.argmax(axis=1) == classes[test]).mean())


def kernel_scores(method: str, x, z, targets):
    if method == "RBF":
        kernel = RBF(np.median(pdist(x)))
        among, across = kernel(x), kernel(z, x)
    else:
        kind, depth = method.split()
        among, across = (kernels(points, x, int(depth))[kind == "NTK"] for points in (x, z))
    ridge = 1e-3 * np.trace(among) / len(among)
    return across @ np.linalg.solve(among + ridge * np.eye(len(among)), targets)


def main():
    runs = each(["ntk"], KERNEL_DEPTHS, KERNEL_WIDTHS, FRESH_SEEDS)
    runs += each(["standard"], [1], KERNEL_WIDTHS, FRESH_SEEDS)
    write_table("neural_tangents_kernels.csv", ["parametrisation", "depth", "width", "seed", "error"],
          [[*run, f"{error:.6f}"] for run, error in zip(runs, sweep(kernel_error, runs), strict=True)])  # fmt: skip
    methods = [*DIGIT_METHODS, *(f"{kind} {depth}" for depth in DEEP for kind in ("NNGP", "NTK"))]
    runs = [run for method in dict.fromkeys(methods)
            for run in each([method], DIGIT_COUNTS if method in DIGIT_METHODS else [200], FRESH_SEEDS)]  # fmt: skip
    write_table("neural_tangents_digits.csv", ["method", "count", "seed", "accuracy"],
          [[*run, f"{accuracy:.4f}"] for run, accuracy in zip(runs, sweep(digit_accuracy, runs), strict=True)])  # fmt: skip
    found = {f"errors_{inputs}": [] for inputs in TRAINED_INPUTS} | {"outputs": [], "kinks": []}
    for inputs in TRAINED_INPUTS:
        for width in TRAINED_WIDTHS:
            runs = sweep(trained, each([inputs], [width], FRESH_SEEDS))
            found[f"errors_{inputs}"].append([errors for errors, _ in runs])
            if inputs == "circle":
                found["outputs"].append(np.swapaxes([shown for _, shown in runs], 0, 1))
            else:
                found["kinks"].append([moved for _, moved in runs])
            print(inputs, width, flush=True)
    np.savez_compressed(
        DATA / "neural_tangents_trained.npz",
        **{name: np.array(values, np.float16 if name == "outputs" else np.float32) for name, values in found.items()},
    )


if __name__ == "__main__":
    with on_all_cores():
        main()
