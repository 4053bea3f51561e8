"""Trains everything that the FixMatch chapter shows from store: about 15 minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/fixmatch.py

writes data/fixmatch_snapshots.npz and adds to data/fixmatch_runs.csv the trainings that it does not hold yet (delete it to
train all again); then put their sha256 into data/SHA256SUMS.
The choices (threshold, rate, steps) were made on the development seeds by `pool_accuracy`, never by `accuracy`.
"""

import csv
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from miniatures.digits import PIXELS, digits, split, unlabelled_views
from miniatures.fixmatch import softmax
from miniatures.fixmatch_runs import (
    DEVELOPMENT_SEEDS,
    FRESH_SEEDS,
    LOGIT_STEP,
    NAIVE_SUPERVISED,
    SUPERVISED_STRONG,
    SUPERVISED_WEAK,
    Setting,
    naive_variants,
)
from miniatures.perceptron import accuracy
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading
from writing import DATA, write_lines

THRESHOLDS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
LABELS = (1, 2, 4, 10, 20, 40)
MAGNITUDES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
SNAPSHOT_STEPS = (10, 25, 50, 100, 200, 300, 400, 600, 800, 1000, 1250, 1500)
SNAPSHOT_LABELS = (1, 4)
SHOWN = 20
BASELINES = ("nearest_neighbour", "label_spreading")


def settings() -> list[Setting]:
    """Every setting that is trained for the ten fresh seeds, each once."""
    plain, strong = SUPERVISED_WEAK, SUPERVISED_STRONG
    found = [Setting("supervised"), plain, strong, *(Setting(name) for name in BASELINES)]
    found += [Setting(method, threshold=t) for method in ("fixmatch", "pseudo_label") for t in (0.0, 0.8, 0.95)]
    found += [Setting(threshold=t) for t in THRESHOLDS]
    for n in LABELS:
        found += [
            replace(s, labels_per_class=n) for s in (plain, strong, *(Setting(threshold=t) for t in (0.0, 0.8, 0.95)))
        ]
    found += [Setting(labels_per_class=n, align=True) for n in (1, 2, 4)]
    found += [replace(s, magnitude=m) for m in MAGNITUDES for s in (strong, Setting())]
    found += [*naive_variants(False).values(), *naive_variants(True).values()]
    found += [replace(NAIVE_SUPERVISED, labelled_view=view) for view in ("weak", "strong")]
    return list(dict.fromkeys(setting.plain() for setting in found))


def development() -> list[Setting]:
    """What was compared on the development seeds."""
    supervised = [SUPERVISED_WEAK, SUPERVISED_STRONG]
    rates = [Setting(initial_rate=rate) for rate in (0.03, 0.2)]
    return [
        s.plain()
        for s in (*supervised, *(Setting(threshold=t) for t in THRESHOLDS), *rates, Setting(labelled_view="strong"))
    ]


def row(setting: Setting, seed: int) -> dict:
    """One line of the table."""
    _, unlabelled, test = split(setting.labels_per_class, seed)
    pixels, classes = digits()[0].reshape(-1, PIXELS), digits()[1]
    if setting.method in BASELINES:
        guess = baseline(setting, seed)
        results = [(guess[part] == classes[part]).mean() for part in (test, unlabelled)]
        share, right = 0.0, None
    else:
        run = setting.run(seed)
        results = [run.accuracy, accuracy(run.weights, pixels[unlabelled], classes[unlabelled])]
        share, right = run.mask_rate, run.pseudo_label_accuracy
    shares = {"accuracy": results[0], "mask_rate": share, "pseudo_label_accuracy": right, "pool_accuracy": results[1]}
    written = {name: "" if value is None else f"{value:.6g}" for name, value in shares.items()}
    return asdict(setting) | {"align": int(setting.align), "seed": seed} | written


def baseline(setting: Setting, seed: int) -> np.ndarray:
    """The class that a method without a network gives to each of the 1797 images."""
    labelled, unlabelled, _ = split(setting.labels_per_class, seed)
    pixels, classes = digits()[0].reshape(-1, PIXELS), digits()[1]
    nearest = KNeighborsClassifier(1).fit(pixels[labelled], classes[labelled]).predict(pixels)
    if setting.method == "nearest_neighbour":
        return nearest
    seen = np.concatenate([labelled, unlabelled])  # the test images take no part
    known = np.concatenate([classes[labelled], np.full(len(unlabelled), -1)])
    with np.errstate(invalid="ignore"):  # images that no label reaches get 0 / 0
        shares = LabelSpreading(kernel="knn", n_neighbors=7).fit(pixels[seen], known).predict_proba(pixels)
    return np.where(np.isnan(shares).any(axis=1), nearest, np.nan_to_num(shares).argmax(axis=1))


def jobs() -> list[tuple[Setting, int]]:
    """Every training that the table holds, in its order."""
    fresh = [(setting, seed) for setting in settings() for seed in FRESH_SEEDS]
    return fresh + [(setting, seed) for setting in development() for seed in DEVELOPMENT_SEEDS]


def key(line: dict) -> tuple:
    """What tells one line of the table from another."""
    return tuple(str(line[name]) for name in (*Setting.__dataclass_fields__, "seed"))


def write_runs(path: Path) -> None:
    """data/fixmatch_runs.csv: what is there stays, what is missing is trained."""
    known = {}
    if path.exists():
        with path.open(newline="", encoding="utf8") as file:
            known = {key(line): line for line in csv.DictReader(file)}
    lines = []
    for number, (setting, seed) in enumerate(jobs()):
        there = known.get(key(asdict(setting) | {"align": int(setting.align), "seed": seed}))
        lines.append(there or row(setting, seed))
        if number % 50 == 0:
            print(f"{number} of {len(jobs())} trainings", file=sys.stderr, flush=True)
    write_lines(path.name, lines)


def snapshot(labels_per_class: int) -> dict:
    """The arrays of one training: logits in steps of 1/32, and the views of the images that a figure shows."""
    seed = FRESH_SEEDS[0]
    run = Setting(labels_per_class=labels_per_class).run(seed, snapshots=SNAPSHOT_STEPS)
    logits = np.stack([np.round(run.snapshots[step] / LOGIT_STEP) for step in SNAPSHOT_STEPS]).astype(np.int16)
    labelled, unlabelled, _ = split(labels_per_class, seed)
    truth = digits()[1][unlabelled]
    sample = np.random.default_rng(seed).permutation(len(unlabelled))[:SHOWN]
    shown = np.unique(np.concatenate([sample, *(surest_wrong(one * LOGIT_STEP, truth) for one in logits)]))
    views = [
        np.round(255 * v[len(labelled) + shown, 0]).astype(np.uint8).reshape(-1, 8, 8)
        for v in unlabelled_views(labels_per_class, seed)
    ]
    arrays = {
        "steps": np.array(SNAPSHOT_STEPS),
        "logits": logits,
        "sample": sample,
        "shown": shown,
        "weak": views[0],
        "strong": views[1],
    }
    return {f"{name}_{labels_per_class}": array for name, array in arrays.items()}


def surest_wrong(logits, truth) -> np.ndarray:
    """The rows of the most confident wrong pseudo-labels, at most SHOWN of them, the surest first."""
    q = softmax(logits)
    wrong = np.flatnonzero(q.argmax(axis=1) != truth)
    return wrong[np.argsort(-q[wrong].max(axis=1), kind="stable")][:SHOWN]


if __name__ == "__main__":
    kept = {name: array for labels in SNAPSHOT_LABELS for name, array in snapshot(labels).items()}
    np.savez_compressed(DATA / "fixmatch_snapshots.npz", **kept)
    write_runs(DATA / "fixmatch_runs.csv")
