"""The chapter's stored runs: accuracies, errors and images for ten splits, six code sizes, four classifiers and controls.

Source: computed by code/precompute/network_reconstruction.py, which trains everything with miniatures.network_reconstruction.

signal  what the classifiers read: originals, raw reconstructions, or those of a decoder tuned for one of them
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import numbers, one_of, several, whole, whole_numbers
from miniatures.data import load
from miniatures.digits import LARGEST_SEED, PIXELS
from miniatures.network_reconstruction import CLASSIFIERS, LEVELS, TRAIN
from miniatures.signal_order import lets_in_more, total_order
from miniatures.wording import minus

FRESH_SEEDS = tuple(range(200, 210))  # run once, when every setting was fixed
DEVELOPMENT_SEEDS = tuple(range(5))
CODE_SIZES = (2, 4, 8, 12, 16, 32)
MAIN_SIZE = 12  # the default of `run`; controls are stored for it alone
KINDS = tuple(CLASSIFIERS)
NAMES = {"linear": "linear", "mlp32": "32 units", "mlp128": "128 units", "2x64": "2 × 64 units"}
TEST = 1797 - TRAIN
CONTROLS = ("retrained", "more epochs", "shuffled change", "code", *(f"untrained {kind}" for kind in KINDS))
SIGNALS = ("original", "raw", *KINDS, *CONTROLS)
DIFFERENCE_STEP = 1e-4
REFERENCES = {"original": "the originals", "raw": "raw reconstructions", "own": "each reader's own images"}


@dataclass(frozen=True)
class Stored:
    """What S seeds measured of one signal, on their 597 test images."""

    accuracy: np.ndarray  # (S, 4), shares that each classifier of KINDS gets right, nan for "code", which is no image
    own: np.ndarray  # (S,), … and the classifier that the decoder was tuned for, or that reads the code; else nan
    error: np.ndarray  # (S,), MSE against the originals
    information: np.ndarray  # (S,), NMI of grey levels, image against its own original
    between: np.ndarray  # (S,), NMI of grey levels, image against another image of the same signal


@cache
def _table():
    rows = load("network_reconstruction_runs.csv")
    return {(str(row["signal"]), int(row["code_size"]), int(row["seed"])): row for row in rows}


def stored(signal: str, code_size: int = MAIN_SIZE, seeds=FRESH_SEEDS) -> Stored:
    """The stored measurements of `signal` (one of SIGNALS) at `code_size` (one of CODE_SIZES) for each of `seeds`.

    Its `own` is nan where there is no classifier that the signal was made for.

    >>> stored("mlp32").accuracy.shape
    (10, 4)
    """
    one_of("signal", signal, SIGNALS)
    code_size = whole("code_size", code_size, 1, PIXELS)
    size = 0 if signal == "original" else code_size
    rows = []
    for seed in whole_numbers("seeds", seeds, (None,), 0, LARGEST_SEED).tolist():
        if (signal, size, seed) not in _table():
            raise ValueError(
                f"signal={signal!r}, code_size={code_size!r}, seed={seed!r} of seeds is not stored: code sizes are {CODE_SIZES}, "
                f"controls at {MAIN_SIZE} only, seeds {FRESH_SEEDS[0]} to {FRESH_SEEDS[-1]}"
            )
        rows.append(_table()[signal, size, seed])
    right = np.array([[row[kind] for kind in KINDS] for row in rows], float) / TEST
    own, error, information, between = (
        np.array([row[name] for row in rows], float) for name in ("own", "error", "information", "between")
    )
    return Stored(right, own / TEST, error, information, between)


def drops(signal: str, code_size: int = MAIN_SIZE, seeds=FRESH_SEEDS) -> np.ndarray:
    """Accuracy on `signal` minus accuracy on the originals, (S, 4), percentage points.

    >>> bool((drops("original") == 0).all())
    True
    """
    return 100 * (stored(signal, code_size, seeds).accuracy - stored("original", seeds=seeds).accuracy)


def transfer(code_size: int = MAIN_SIZE, seeds=FRESH_SEEDS) -> np.ndarray:
    """Shares right, (S, 4, 4): for each seed a row for the classifier a decoder was tuned for, a column for the reader.

    >>> transfer().shape
    (10, 4, 4)
    """
    return np.stack([stored(kind, code_size, seeds).accuracy for kind in KINDS], axis=1)


def compared_with(against: str, code_size: int = MAIN_SIZE, seeds=FRESH_SEEDS) -> np.ndarray:
    """The accuracy that each reader is compared with, (S, 4) shares; `against` is one of REFERENCES."""
    if one_of("against", against, REFERENCES) == "own":
        return np.diagonal(transfer(code_size, seeds), axis1=1, axis2=2)
    return stored(against, code_size, seeds).accuracy


def orders(code_size: int = MAIN_SIZE, against: str = "original", seeds=FRESH_SEEDS) -> list[tuple[int, ...] | None]:
    """For each seed the total order of KINDS by what they let in, from most to least, or None where there is none.

    >>> len(orders())
    10
    """
    pairs = zip(transfer(code_size, seeds), compared_with(against, code_size, seeds), strict=True)
    return [total_order(lets_in_more(table, reference)) for table, reference in pairs]


def seed_table(kind: str = "mlp32", code_size: int = MAIN_SIZE, seeds=FRESH_SEEDS) -> list[dict]:
    """A row for each seed: what `kind` gets right of originals, raw and tuned images, in %, and the two errors.

    >>> list(seed_table()[0])
    ['split', 'originals, %', 'raw, %', 'tuned, %', 'MSE raw', 'MSE tuned']
    """
    column = KINDS.index(one_of("kind", kind, KINDS))
    seeds = whole_numbers("seeds", seeds, (None,), 0, LARGEST_SEED).tolist()
    right = [100 * stored(signal, code_size, seeds).accuracy[:, column] for signal in ("original", "raw", kind)]
    errors = [stored(signal, code_size, seeds).error for signal in ("raw", kind)]
    names = ("originals, %", "raw, %", "tuned, %", "MSE raw", "MSE tuned")
    rows = zip(seeds, *right, *errors, strict=True)
    return [
        {"split": seed} | {n: f"{v:.{4 if 'MSE' in n else 1}f}" for n, v in zip(names, row, strict=True)}
        for seed, *row in rows
    ]


def size_table() -> list[dict]:
    """A row for each of CODE_SIZES: the raw reconstructions' error and NMI, and the change of each reader's accuracy, in points.

    >>> [row["k"] for row in size_table()]
    [2, 4, 8, 12, 16, 32]
    """
    rows = []
    for size in CODE_SIZES:
        found, fall = stored("raw", size), drops("raw", size)
        changes = {
            NAMES[kind]: minus(f"{fall[:, column].mean():+.1f} ± {fall[:, column].std(ddof=1):.1f}")
            for column, kind in enumerate(KINDS)
        }
        rows.append({"k": size, "MSE": f"{found.error.mean():.4f}", "NMI": f"{found.information.mean():.2f}"} | changes)
    return rows


@dataclass(frozen=True)
class Pictures:
    """Ten test images of seed 200, the first of each class, and what the decoders make of them; grey values in [0, 1]."""

    originals: np.ndarray  # (10, 64)
    raw: np.ndarray  # (6, 10, 64), a row for each of CODE_SIZES
    tuned: np.ndarray  # (6, 4, 10, 64), … and each of KINDS
    frames: np.ndarray  # (4, 41, 10, 64), after 0 … 40 epochs of tuning at MAIN_SIZE


@dataclass(frozen=True)
class Courses:
    """The tuning at MAIN_SIZE, epoch by epoch, and how it changes the mean image of each class."""

    accuracy: np.ndarray  # (S, 4, 41), shares of the test images right for the classifier that is tuned for
    error: np.ndarray  # (S, 4, 41)
    difference: np.ndarray  # (S, 4, 10, 64), mean of tuned minus raw over the test images of each class


@cache
def pictures() -> Pictures:
    """The stored images, in the 17 grey levels of the originals."""
    data = load("network_reconstruction_images.npz")
    return Pictures(*(data[name] / LEVELS for name in Pictures.__dataclass_fields__))


@cache
def courses() -> Courses:
    """The stored courses of tuning for FRESH_SEEDS."""
    data = load("network_reconstruction_images.npz")
    return Courses(data["right"] / TEST, data["course_error"].astype(float), data["difference"] * DIFFERENCE_STEP)


def likeness(first, second) -> float:
    """The correlation of two sets of mean differences, each (10, 64) or any equal shape: 1 where they are alike.

    >>> round(likeness([1.0, 2.0, 4.0], [2.0, 4.0, 8.0]), 6)
    1.0
    """
    first = numbers("first", several("first", first))
    second = numbers("second", second, first.shape)
    for name, values in (("first", first), ("second", second)):
        if not np.ptp(values) > 0:
            raise ValueError(f"{name} holds one value only: nothing correlates with it")
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])
