"""The stored runs of the chapter on circuits: learned weights, superpositions, hidden units, the real network's measurements.

Source: code/precompute/circuits.py, which wrote data/circuits_runs.npz; the seeds are 200 to 204 throughout.

TRAINED  the real network comes first in its tables; one row for each shuffled copy, seeds 200 to 204, follows
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures import circuit_network as real
from miniatures import data
from miniatures.checks import one_of, whole
from miniatures.circuit_hidden import TASKS

SEEDS = (200, 201, 202, 203, 204)
SPARSITIES = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99)
PLANES = {"large": (20, 5, 0.8), "planar": (5, 2, 0.9)}  # features, dimensions, importance


@cache
def results() -> dict[str, np.ndarray]:
    """Every stored array, floats in double precision."""
    return {k: v.astype(float) if v.dtype.kind == "f" else v for k, v in data.load("circuits_runs.npz").items()}


def learned(seed: int = SEEDS[0]) -> np.ndarray:
    """The learned weights (8, 8, 5, 5) of one of SEEDS."""
    return results()["learned"][SEEDS.index(_seed(seed))]


def vectors(size: str, sparsity: float, seed: int = SEEDS[0]) -> np.ndarray:
    """Feature vectors W of one of PLANES, "large" (5, 20) or "planar" (2, 5), at one of SPARSITIES."""
    if sparsity not in SPARSITIES:
        raise ValueError(f"sparsity={sparsity!r} must be one of: {', '.join(map(str, SPARSITIES))}")
    return results()[one_of("size", size, PLANES)][SPARSITIES.index(sparsity), SEEDS.index(_seed(seed))]


def hidden(task: str) -> dict[str, np.ndarray]:
    """For each of the five seeds of a task: `accuracy`, number of `curve_units`, of `alike` units (0.3 or more with a circuit
    written by hand) and of units that are `both`, each (5,)."""
    row = results()["hidden"][TASKS.index(one_of("task", task, TASKS))]
    return dict(zip(("accuracy", "curve_units", "alike", "both"), row.T, strict=True))


def tuning_curves(copy: int) -> np.ndarray:
    """Tuning (16, 32) of block 1's channels in the real network, `copy` 0, or in its shuffled copies, 1 to 5."""
    return results()["tuning"][whole("copy", copy, 0, len(SEEDS))]


def predicted(copy: int) -> np.ndarray:
    """The vectors (32,) complex that the weights of this copy predict."""
    found = results()["predicted"][whole("copy", copy, 0, len(SEEDS))]
    return found[0] + 1j * found[1]


@dataclass(frozen=True)
class Evidence:
    """What speaks for circuits in the real network's first block: counts of its 32 channels, and what deletion leaves."""

    answer: int
    tuned: int
    predicted: int  # of the tuned, to within 22.5 degrees
    without_top: float  # share of the best answer left without the three largest contributors, median
    without_random: float  # … without three at random
    curves: tuple[int, int]  # units of block 1 and of block 3 with a curve index above 0.2


def evidence(copy: int) -> Evidence:
    """The evidence of the real network, `copy` 0, or of its shuffled copies, 1 to 5.

    >>> evidence(0).answer
    32
    """
    curves = tuning_curves(copy)
    tuned = real.tuned(curves)
    right = tuned & real.well_predicted(curves, predicted(copy))
    arcs = (results()["curve_index"][copy] > real.CURVED).sum(axis=1)
    return Evidence(int(real.answering(curves).sum()), int(tuned.sum()), int(right.sum()), *map(float, results()["silenced"][copy]), tuple(map(int, arcs)))  # fmt: skip


def tuned_when_all_is_shuffled() -> list[int]:
    """How many channels are tuned where the first layer's pixels are shuffled too, for each of SEEDS."""
    return [int(real.tuned(curves).sum()) for curves in results()["tuning_all"]]


def _seed(seed):
    if seed not in SEEDS:
        raise ValueError(f"seed={seed!r} must be one of: {', '.join(map(str, SEEDS))}")
    return seed
