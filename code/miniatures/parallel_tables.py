"""The tables of the parallel-coordinates chapter: a hyper-parameter sweep, wines, cars, and the FixMatch chapter's trainings.

Source: the sweep is a part of HPOBench (K. Eggensperger et al., 2021, arXiv:2109.06716); data/README.md has the others.

balanced accuracy  the mean over the classes of the share that is recognised, from 0 to 1
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import one_of
from miniatures.data import load

PARAMETERS = ("rate", "width", "depth", "batch", "alpha")
LOGARITHMIC = ("rate", "width", "batch", "alpha", "seconds")
SEEDS = 5
GOOD = 0.93  # balanced accuracy from which the chapter calls a configuration good


@dataclass(frozen=True)
class Table:
    """Named columns: `values` (n, k); `kind` (n,) is a whole number for each row, by which lines may be coloured."""

    names: tuple[str, ...]
    values: np.ndarray
    kind: np.ndarray

    def column(self, name: str) -> np.ndarray:
        """The column `name`, (n,)."""
        return self.values[:, self.names.index(one_of("name", name, self.names))]


@cache
def sweep() -> Table:
    """1,500 configurations of a small network: five hyper-parameters, and mean accuracy, F1 and seconds over five seeds.

    `kind` is 1 where the mean accuracy is GOOD or more.

    >>> sweep().values.shape, round(float(sweep().column("accuracy").max()), 4)
    ((1500, 8), 0.9506)
    """
    rows = load("vehicle_sweep.csv")
    accuracy = sweep_accuracy().mean(axis=1)
    columns = [rows[name] for name in PARAMETERS] + [accuracy, rows["f1"], rows["seconds"]]
    values = np.stack([np.asarray(column, float) for column in columns], axis=1)
    return Table((*PARAMETERS, "accuracy", "F1", "seconds"), values, (accuracy >= GOOD).astype(int))


@cache
def sweep_accuracy() -> np.ndarray:
    """The balanced accuracy of each configuration with each seed, (1500, 5)."""
    rows = load("vehicle_sweep.csv")
    return np.stack([np.asarray(rows[f"accuracy_{seed}"], float) for seed in range(SEEDS)], axis=1)


@cache
def importances() -> dict[str, np.ndarray]:
    """Of five random forests on the sweep: held-out R2 ("r2") and each parameter's permutation importance, (5,).

    >>> round(float(importances()["rate"].mean()), 2)
    1.68
    """
    rows = load("vehicle_importance.csv")
    return {name: np.asarray(rows[name], float) for name in ("r2", *PARAMETERS)}


@cache
def wine() -> Table:
    """178 wines, 13 measurements; `kind` is the cultivar, 0 to 2."""
    rows = load("wine.csv")
    names = tuple(name for name in rows.dtype.names if name != "cultivar")
    return Table(names, _columns(rows, names), rows["cultivar"].astype(int))


@cache
def cars() -> Table:
    """392 cars of the years 1970 to 1982, 7 columns; `kind` is the origin, 1 to 3."""
    rows = load("auto_mpg.csv")
    names = ("mpg", "cyl", "displ", "hp", "weight", "accel", "yr")
    return Table(names, _columns(rows, names), rows["origin"].astype(int))


@cache
def trainings() -> Table:
    """The FixMatch chapter's trainings with four labels a class and weak labelled views; `kind` is 0 throughout."""
    rows = load("fixmatch_runs.csv")
    chosen = (rows["method"] == "fixmatch") & (rows["labels_per_class"] == 4) & (rows["labelled_view"] == "weak")
    chosen &= ~np.isnan(rows["pseudo_label_accuracy"])
    rows = rows[chosen]
    names = ("threshold", "magnitude", "initial_rate", "steps", "mask_rate", "pseudo_label_accuracy", "accuracy")
    short = ("τ", "magnitude", "rate", "steps", "kept", "right", "accuracy")
    return Table(short, _columns(rows, names), np.zeros(len(rows), int))


def heights(table: Table) -> np.ndarray:
    """Each column of the table scaled to run from 0 to 1, (n, k); positive columns in LOGARITHMIC by their logarithm.

    >>> heights(sweep()).min(), heights(sweep()).max()
    (np.float64(0.0), np.float64(1.0))
    """
    values = table.values.copy()
    for place, name in enumerate(table.names):
        if name in LOGARITHMIC and values[:, place].min() > 0:
            values[:, place] = np.log(values[:, place])
    low, high = values.min(axis=0), values.max(axis=0)
    return (values - low) / np.where(high > low, high - low, 1)


def _columns(rows, names):
    return np.stack([np.asarray(rows[name], float) for name in names], axis=1)
