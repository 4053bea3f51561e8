"""The chapter's stored trainings, and the error rates that the FixMatch paper printed.

Source: the trainings come from code/precompute/fixmatch.py; the printed error rates from K. Sohn et al.,
"FixMatch" (2020), arXiv:2001.07685, tables of section 4: mean and standard deviation over 5 folds.

RA, CTA  the two strong augmentations of the paper: RandAugment, CTAugment
"""

from dataclasses import asdict, dataclass, replace
from functools import cache

import numpy as np

from miniatures.checks import cached, real, whole_numbers
from miniatures.comparisons import paired, welch
from miniatures.data import load
from miniatures.digits import LARGEST_SEED, digits, split
from miniatures.fixmatch import Run, train

FRESH_SEEDS = tuple(range(100, 110))  # looked at once, after every choice was made
DEVELOPMENT_SEEDS = tuple(range(5))
SUPERVISED = ("supervised", "supervised_augmented")
LOGIT_STEP = 1 / 32
PRINTED = """
CIFAR-10    40     FixMatch (RA)   13.81  3.37
CIFAR-10    40     FixMatch (CTA)  11.39  3.35
CIFAR-10    40     ReMixMatch      19.10  9.64
CIFAR-10    40     UDA             29.05  5.93
CIFAR-10    40     MixMatch        47.54  11.50
CIFAR-10    250    FixMatch (RA)   5.07   0.65
CIFAR-10    250    FixMatch (CTA)  5.07   0.33
CIFAR-10    250    ReMixMatch      5.44   0.05
CIFAR-10    250    UDA             8.82   1.08
CIFAR-10    250    MixMatch        11.05  0.86
CIFAR-10    4000   FixMatch (RA)   4.26   0.05
CIFAR-10    4000   FixMatch (CTA)  4.31   0.15
CIFAR-10    4000   ReMixMatch      4.72   0.13
CIFAR-10    4000   UDA             4.88   0.18
CIFAR-10    4000   MixMatch        6.42   0.10
CIFAR-100   400    FixMatch (RA)   48.85  1.75
CIFAR-100   400    FixMatch (CTA)  49.95  3.01
CIFAR-100   400    ReMixMatch      44.28  2.06
CIFAR-100   2500   FixMatch (RA)   28.29  0.11
CIFAR-100   2500   FixMatch (CTA)  28.64  0.24
CIFAR-100   2500   ReMixMatch      27.43  0.31
CIFAR-100   10000  FixMatch (RA)   22.60  0.12
CIFAR-100   10000  FixMatch (CTA)  23.18  0.11
CIFAR-100   10000  ReMixMatch      23.03  0.56
SVHN        40     FixMatch (RA)   3.96   2.17
SVHN        40     FixMatch (CTA)  7.65   7.65
SVHN        40     ReMixMatch      3.34   0.20
SVHN        250    FixMatch (RA)   2.48   0.38
SVHN        250    FixMatch (CTA)  2.64   0.64
SVHN        250    ReMixMatch      2.92   0.48
SVHN        1000   FixMatch (RA)   2.28   0.11
SVHN        1000   FixMatch (CTA)  2.36   0.19
SVHN        1000   ReMixMatch      2.65   0.08
STL-10      1000   FixMatch (RA)   7.98   1.50
STL-10      1000   FixMatch (CTA)  5.17   0.63
STL-10      1000   ReMixMatch      5.23   0.45
"""
FOLDS = 5
CLASSES_OF = {"CIFAR-10": 10, "CIFAR-100": 100, "SVHN": 10, "STL-10": 10}


@dataclass(frozen=True)
class Setting:
    """Everything that `train` takes but the seed."""

    method: str = "fixmatch"
    labels_per_class: int = 4
    threshold: float = 0.8
    labelled_view: str = "weak"
    magnitude: float = 1.0
    initial_rate: float = 0.1
    align: bool = False
    steps: int = 1500

    def run(self, seed: int, **more) -> Run:
        """The training itself, as `miniatures.fixmatch.train` gives it."""
        options = asdict(self)
        first = [options.pop(name) for name in ("method", "labels_per_class", "threshold")]
        return train(*first, seed, options.pop("steps"), **options, **more)

    def plain(self) -> "Setting":
        """The same setting with what its method ignores at one fixed value, so that equals compare equal.

        >>> Setting("supervised", threshold=0.3).plain() == Setting("supervised", threshold=0.9).plain()
        True
        """
        if self.method not in SUPERVISED:
            return self
        strong = self.method == "supervised_augmented" and self.labelled_view == "strong"
        view = self.labelled_view if self.method == "supervised_augmented" else "weak"
        return replace(
            self, threshold=0.0, align=False, labelled_view=view, magnitude=self.magnitude if strong else 1.0
        )


SUPERVISED_WEAK = Setting("supervised_augmented")
SUPERVISED_STRONG = Setting("supervised_augmented", labelled_view="strong")
# the magnitude that suits supervised training best, of eight: seen on the test images, in the baseline's favour
SUPERVISED_BEST = replace(SUPERVISED_STRONG, magnitude=0.75)
# every view strong, the paper's rate and threshold, a thousand steps: what one tries first
NAIVE = Setting(threshold=0.95, labelled_view="strong", initial_rate=0.03, steps=1000)
NAIVE_SUPERVISED = replace(NAIVE, method="supervised_augmented")
CHANGES = (
    ("weak labelled views", {"labelled_view": "weak"}),
    ("learning rate 0.1", {"initial_rate": 0.1}),
    ("threshold 0.8", {"threshold": 0.8}),
    ("1500 steps", {"steps": 1500}),
)


def naive_variants(together: bool) -> dict[str, Setting]:
    """The naive setting and each of the four CHANGES, alone or, `together`, on top of those before it.

    >>> list(naive_variants(True).values())[-1] == Setting()
    True
    """
    found, setting = {"naive": NAIVE}, NAIVE
    for words, change in CHANGES:
        setting = replace(setting if together else NAIVE, **change)
        found["+ " + words if together else "only " + words] = setting
    return found


@dataclass(frozen=True)
class Stored:
    """Results of one setting over seeds, each (n,): shares in [0, 1], nan where no pseudo-label was kept."""

    accuracy: np.ndarray
    mask_rate: np.ndarray
    pseudo_label_accuracy: np.ndarray
    pool_accuracy: np.ndarray  # on the unlabelled training images: what choices were made by


@cache
def _table():
    rows = load("fixmatch_runs.csv")
    names = ("method", "labels_per_class", "threshold", "labelled_view", "magnitude", "initial_rate", "align", "steps")
    kinds = (str, int, float, str, float, float, bool, int)
    keys = [
        (Setting(*(kind(row[name]) for name, kind in zip(names, kinds, strict=True))), int(row["seed"])) for row in rows
    ]
    return {
        key: tuple(float(row[name]) for name in Stored.__dataclass_fields__)
        for key, row in zip(keys, rows, strict=True)
    }


def stored(setting: Setting, seeds=FRESH_SEEDS) -> Stored:
    """The stored results of `setting` for each seed; ValueError names what is not stored.

    >>> stored(Setting()).accuracy.shape
    (10,)
    """
    setting, found = setting.plain(), []
    for seed in whole_numbers("seeds", seeds, (None,), 0, LARGEST_SEED).tolist():
        if (setting, seed) not in _table():
            raise ValueError(
                f"setting={setting}, seed={seed} is not in data/fixmatch_runs.csv: train it with setting.run(seed)"
            )
        found.append(_table()[setting, seed])
    return Stored(*np.array(found, float).reshape(-1, len(Stored.__dataclass_fields__)).T)


def compared(settings: dict[str, Setting], reference: Setting, seeds=FRESH_SEEDS) -> list[dict]:
    """Table rows: accuracy of each named setting, and its gain over `reference` on the same seeds, in points.

    >>> row = compared({"ours": Setting()}, SUPERVISED_WEAK)[0]
    >>> list(row)
    ['setting', 'accuracy, %', 'lowest', 'highest', 'kept, %', 'gain, points', 'seeds ahead', 'p']
    """
    base, rows = stored(reference, seeds).accuracy, []
    if len(np.unique(seeds)) < len(base) or len(base) < 2:
        raise ValueError(f"seeds={list(seeds)} must be two seeds or more, each of them once")
    for name, setting in settings.items():
        found = stored(setting, seeds)
        spread = f"{100 * found.accuracy.mean():.1f} ± {100 * found.accuracy.std(ddof=1):.1f}"
        row = {"setting": name, "accuracy, %": spread, "lowest": f"{100 * found.accuracy.min():.1f}"}
        row |= {"highest": f"{100 * found.accuracy.max():.1f}", "kept, %": f"{100 * found.mask_rate.mean():.1f}"}
        if (found.accuracy == base).all():
            rows.append(row | {"gain, points": "", "seeds ahead": "", "p": ""})
            continue
        gain = paired(found.accuracy, base)
        rows.append(
            row
            | {
                "gain, points": f"{100 * gain.difference:+.1f}",
                "seeds ahead": f"{gain.wins} of {len(base)}",
                "p": f"{gain.p:.2g}",
            }
        )
    return rows


@dataclass(frozen=True)
class Snapshots:
    """The pseudo-label givers of one training: seed 100, threshold 0.8, at some of its steps."""

    steps: np.ndarray  # (S,)
    logits: np.ndarray  # (S, N, 10), of one weak view of each unlabelled image
    classes: np.ndarray  # (N,), the truth, which training never saw
    shown: np.ndarray  # (M,), rows whose pixels are stored
    weak: np.ndarray  # (M, 8, 8) in [0, 1], the view that `logits` belongs to
    strong: np.ndarray  # (M, 8, 8) in [0, 1], one strong view of the same image


@cached()
def snapshots(labels_per_class: int = 4) -> Snapshots:
    """The stored snapshots of the training with 1 or 4 labels a class.

    >>> snapshots(4).logits.shape[1:]
    (1257, 10)
    """
    if isinstance(labels_per_class, bool) or labels_per_class not in (1, 4):
        raise ValueError(
            f"labels_per_class={labels_per_class!r} must be 1 or 4: snapshots of no other training are stored"
        )
    data = load("fixmatch_snapshots.npz")
    part = {name: data[f"{name}_{labels_per_class}"] for name in ("steps", "logits", "shown", "weak", "strong")}
    classes = digits()[1][split(int(labels_per_class), FRESH_SEEDS[0])[1]]
    return Snapshots(
        part["steps"], part["logits"] * LOGIT_STEP, classes, part["shown"], part["weak"] / 255, part["strong"] / 255
    )


@dataclass(frozen=True)
class Printed:
    """A printed error rate, percent, mean and standard deviation over 5 folds."""

    dataset: str
    labels: int
    method: str
    error: float
    sd: float


@cache
def printed() -> tuple[Printed, ...]:
    """The 36 printed error rates, in the order of PRINTED.

    >>> printed()[0]
    Printed(dataset='CIFAR-10', labels=40, method='FixMatch (RA)', error=13.81, sd=3.37)
    """
    rows = [line.replace(" (", "_(").split() for line in PRINTED.strip().splitlines()]
    return tuple(Printed(d, int(n), method.replace("_", " "), float(e), float(s)) for d, n, method, e, s in rows)


def benchmarks() -> dict[tuple[str, int], dict[str, Printed]]:
    """(dataset, labels) -> method -> printed error rate, for the ten benchmarks.

    >>> len(benchmarks()), benchmarks()["CIFAR-100", 400]["ReMixMatch"].error
    (10, 44.28)
    """
    table: dict = {}
    for row in printed():
        table.setdefault((row.dataset, row.labels), {})[row.method] = row
    return table


def ahead_of_remixmatch(variant: str) -> int:
    """In how many of the ten benchmarks `variant` has the lower printed error: "RA", "CTA", or "best" of the two.

    >>> [ahead_of_remixmatch(variant) for variant in ("RA", "CTA", "best")]
    [6, 6, 7]
    """
    if variant not in ("RA", "CTA", "best"):
        raise ValueError(f"variant={variant!r} must be 'RA', 'CTA' or 'best'")
    chosen = ("RA", "CTA") if variant == "best" else (variant,)
    errors = [
        (min(row[f"FixMatch ({one})"].error for one in chosen), row["ReMixMatch"].error)
        for row in benchmarks().values()
    ]
    return sum(ours < theirs for ours, theirs in errors)


def clear_cut(level: float = 0.05) -> tuple[int, int, int]:
    """In how many benchmarks the better FixMatch variant is ahead of ReMixMatch, behind it, or too close to say.

    Ahead and behind count where Welch's p is below `level`, from 0 to 1.

    >>> clear_cut()
    (2, 2, 6)
    """
    level, ahead, behind = real("level", level, 0, 1), 0, 0
    for row in benchmarks().values():
        ours, theirs = min((row["FixMatch (RA)"], row["FixMatch (CTA)"]), key=lambda one: one.error), row["ReMixMatch"]
        test = welch(theirs.error, theirs.sd, FOLDS, ours.error, ours.sd, FOLDS)
        ahead += test.p < level and test.difference > 0
        behind += test.p < level and test.difference < 0
    return ahead, behind, len(benchmarks()) - ahead - behind


def printed_label_counts() -> tuple[float, float]:
    """The smallest and the largest number of labels for each class in the ten benchmarks.

    >>> printed_label_counts()
    (4.0, 400.0)
    """
    counts = [labels / CLASSES_OF[dataset] for dataset, labels in benchmarks()]
    return min(counts), max(counts)
