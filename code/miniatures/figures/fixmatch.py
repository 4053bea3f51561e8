"""Views of FixMatch: what a threshold keeps, which pseudo-labels are wrong, and what it all gains.

Blue is a right pseudo-label, orange a wrong one, grey a dropped one. Among methods, purple is FixMatch,
ink is supervised training, yellow is pseudo-labels alone, green is ReMixMatch.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures.augment import LARGEST_MAGNITUDE, strong_view, weak_view
from miniatures.checks import real, whole
from miniatures.comparisons import paired, welch
from miniatures.digits import MOST_LABELS, digits, split
from miniatures.explore import View, refusal
from miniatures.fixmatch import Run, softmax
from miniatures.fixmatch_runs import (
    FOLDS,
    FRESH_SEEDS,
    SUPERVISED_BEST,
    SUPERVISED_STRONG,
    SUPERVISED_WEAK,
    Setting,
    benchmarks,
    snapshots,
    stored,
)
from miniatures.results import spread_percent
from miniatures.wording import percent, plural

BINS = np.linspace(0.1, 1, 19)
GRID = np.linspace(0, 1, 51)
SNAPSHOTS = 12
SWEPT = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
COUNTS = (1, 2, 4, 10, 20, 40)
MAGNITUDES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)
ACROSS, DOWN, ZOOM = 4, 3, 4
METHODS = {
    "supervised, plain": Setting("supervised"),
    "supervised, weak views": SUPERVISED_WEAK,
    "supervised, strong views": SUPERVISED_STRONG,
    "supervised, best magnitude": SUPERVISED_BEST,
    "nearest neighbour": Setting("nearest_neighbour"),
    "label spreading": Setting("label_spreading"),
    "pseudo-labels only": Setting("pseudo_label"),
    "FixMatch, τ = 0.95": Setting(threshold=0.95),
    "FixMatch, τ = 0.8": Setting(),
    "FixMatch, τ = 0": Setting(threshold=0.0),
}
COLOURS = {"supervised": "ink", "nearest": "grey", "label": "grey", "pseudo-labels": "yellow", "FixMatch": "purple"}


# what the threshold keeps ----------------------------------------------------------------------


@cache
def _confidences(labels_per_class, number):
    """The confidence of each pseudo-label (N,) and whether it is right (N,), at one snapshot, counted from 1."""
    taken = snapshots(labels_per_class)
    q = softmax(taken.logits[number - 1])
    return q.max(axis=1), q.argmax(axis=1) == taken.classes


def _checked(labels_per_class, snapshot, threshold):
    """`_confidences` of a moment; ValueError names what is none."""
    snapshots(labels_per_class)
    real("threshold", threshold, 0, 1)
    return _confidences(labels_per_class, whole("snapshot", snapshot, 1, SNAPSHOTS))


@cache
def _curves(labels_per_class, number):
    confidence, right = _confidences(labels_per_class, number)
    kept = [confidence >= t for t in GRID]
    return [k.mean() for k in kept], [right[k].mean() if k.sum() >= 5 else None for k in kept]


def kept(labels_per_class: int, snapshot: int, threshold: float) -> View:
    """The confidences of the pseudo-labels of one training, and what a threshold keeps of them."""
    confidence, right = _checked(labels_per_class, snapshot, threshold)
    passes = confidence >= threshold
    middles, width = (BINS[1:] + BINS[:-1]) / 2, BINS[1] - BINS[0]
    counts = [np.histogram(confidence[which], BINS)[0] for which in (right, ~right)]
    left = draw.figure(
        draw.box(0, 0, threshold, 1000, "wash-grey"),
        draw.bars(middles, counts[0], "right", "blue", width=0.9 * width),
        draw.bars(middles, counts[1], "wrong", "orange", width=0.9 * width),
        draw.vertical(threshold, "ink"),
        title="confidence of each pseudo-label", bars="stack",
        x=draw.axis("confidence max q", range=(0, 1.02)), y=draw.axis("unlabelled images", range=(0, 900)),
    )  # fmt: skip
    return View(
        draw.panels(left, _trade(labels_per_class, snapshot, threshold, passes, right), height=380),
        _kept_words(labels_per_class, snapshot, threshold, passes, right),
    )


def _trade(labels_per_class, snapshot, threshold, passes, right):
    shares, precision = _curves(labels_per_class, snapshot)
    marks = [
        draw.line(GRID, shares, "kept", "grey", "dash"),
        draw.line(GRID, precision, "right among the kept", "blue"),
        draw.vertical(threshold, "ink"),
        draw.points([threshold], [passes.mean()], colour="grey", size=11),
    ]
    if passes.any():
        marks.append(draw.points([threshold], [right[passes].mean()], colour="blue", size=11))
    return draw.figure(
        *marks,
        title="for every threshold",
        x=draw.axis("threshold τ", range=(0, 1.02)),
        y=draw.axis("share", range=(0, 1.05)),
    )


def _labels(count):
    return f"{plural(count, 'label')} a class"


def _moment(labels_per_class, snapshot):
    return f"With {_labels(labels_per_class)}, after {snapshots(labels_per_class).steps[snapshot - 1]} steps,"


def _kept_words(labels_per_class, snapshot, threshold, passes, right):
    setting = f"{_moment(labels_per_class, snapshot)} a threshold of {threshold:.4g}"
    if not passes.any():
        return f"{setting} keeps none of {len(passes)} unlabelled images: training goes on from the labels alone."
    wrong = int((passes & ~right).sum())
    return (
        f"{setting} keeps {int(passes.sum())} of {len(passes)} unlabelled images ({percent(passes.mean())}); {percent(right[passes].mean())} "
        f"of their pseudo-labels are right, {wrong} {'is' if wrong == 1 else 'are'} wrong. Of all pseudo-labels {percent(right.mean())} are right."
    )


# the images ------------------------------------------------------------------------------------


def pairs(labels_per_class: int, snapshot: int, threshold: float, show: str) -> View:
    """Weak and strong views side by side, with the pseudo-label that the weak one gave.

    `show` is "a random sample", or "surest mistakes": the wrong pseudo-labels of highest confidence.

    >>> pairs(4, 12, 0.8, "surest mistakes").description[:53]
    'With 4 labels a class, after 1500 steps, at τ = 0.8: '
    """
    confidence, right = _checked(labels_per_class, snapshot, threshold)
    taken = snapshots(labels_per_class)
    logits = taken.logits[snapshot - 1]
    if show == "a random sample":
        rows = np.random.default_rng(FRESH_SEEDS[0]).permutation(len(right))[: ACROSS * DOWN]
    elif show == "surest mistakes":
        wrong = np.flatnonzero(~right)
        rows = wrong[np.argsort(-confidence[wrong], kind="stable")][: ACROSS * DOWN]
    else:
        raise ValueError(f"show={show!r} must be 'a random sample' or 'surest mistakes'")
    if not len(rows):
        return refusal(f"After {taken.steps[snapshot - 1]} steps none of {len(right)} pseudo-labels is wrong.")
    place = np.searchsorted(taken.shown, rows)
    marks = [draw.image(_montage(taken.weak[place], taken.strong[place]), 0, 0, ACROSS, DOWN)]
    for number, (row, label) in enumerate(zip(rows, logits[rows].argmax(axis=1), strict=True)):
        colour = "grey" if confidence[row] < threshold else "blue" if right[row] else "orange"
        sign = (
            "dropped" if confidence[row] < threshold else "right" if right[row] else f"wrong, is {taken.classes[row]}"
        )
        at = (number % ACROSS + 0.43, DOWN - number // ACROSS - 0.86)
        marks.append(draw.text(*at, f"“{label}” {confidence[row]:.2f}<br>{sign}", colour, size=12))
    marks.append(
        draw.text(0.05, DOWN + 0.12, "each pair: weak view, strong view of the same image", "ink", "left", size=12)
    )
    figure = draw.figure(
        *marks,
        x=draw.axis(range=(0, ACROSS), hidden=True),
        y=draw.axis(range=(0, DOWN + 0.25), hidden=True),
        height=450,
    )
    return View(figure, _pairs_words(labels_per_class, snapshot, threshold, show, rows, confidence, right))


def _montage(weak, strong):
    """Pairs of 8 x 8 images as one picture of ACROSS x DOWN cells, dark ink on light paper, each pixel ZOOM wide."""
    sheet = np.ones((12 * DOWN, 22 * ACROSS))
    for number, (left, right) in enumerate(zip(weak, strong, strict=True)):
        row, column = 12 * (number // ACROSS), 22 * (number % ACROSS)
        sheet[row : row + 8, column + 1 : column + 9] = 1 - left
        sheet[row : row + 8, column + 10 : column + 18] = 1 - right
    return np.kron(np.round(255 * sheet).astype(np.uint8), np.ones((ZOOM, ZOOM), np.uint8))


def _pairs_words(labels_per_class, snapshot, threshold, show, rows, confidence, right):
    passes = confidence[rows] >= threshold
    wrong = int((passes & ~right[rows]).sum())
    setting = f"{_moment(labels_per_class, snapshot)} at τ = {threshold:.4g}"
    if show == "a random sample":
        return (
            f"{setting}: of these {len(rows)} random images {int(passes.sum())} are kept, {wrong} of them with a wrong pseudo-label. "
            "Each pair is a weak view, which gives the label, and a strong view, which learns it."
        )
    return (
        f"{setting}: of the {len(rows)} surest wrong pseudo-labels {wrong} pass the threshold; the surest has a confidence of "
        f"{confidence[rows[0]]:.3f}. In all {int((~right).sum())} of {len(right)} pseudo-labels are wrong."
    )


# stored sweeps ---------------------------------------------------------------------------------


def thresholds(threshold: float) -> View:
    """Final test accuracy, and the pseudo-labels behind it, for nine stored thresholds."""
    real("threshold", threshold, 0, 1)
    if threshold not in SWEPT:
        return refusal(f"τ = {threshold:.4g} is not stored: one of {', '.join(f'{t:g}' for t in SWEPT)}.")
    runs = [stored(Setting(threshold=t)) for t in SWEPT]
    base, chosen = stored(SUPERVISED_WEAK).accuracy, runs[SWEPT.index(threshold)]
    left = draw.figure(
        draw.box(-0.05, base.mean() - base.std(ddof=1), 1.05, base.mean() + base.std(ddof=1), "wash-grey"),
        draw.horizontal(base.mean(), "ink", words="supervised, weak augmentation"),
        draw.points(np.repeat(SWEPT, 10), np.concatenate([r.accuracy for r in runs]), "one seed", "grey", size=5),
        draw.line(SWEPT, [r.accuracy.mean() for r in runs], "mean of ten", "purple"),
        draw.points([threshold], [chosen.accuracy.mean()], colour="purple", size=12),
        title="test accuracy", x=draw.axis("threshold τ", range=(-0.03, 1.03)), y=draw.axis("accuracy", range=(0.76, 1)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(SWEPT, [r.mask_rate.mean() for r in runs], "kept at the end", "grey", "dash"),
        draw.line(SWEPT, [r.pseudo_label_accuracy.mean() for r in runs], "right among the kept", "blue"),
        draw.points([threshold] * 2, [chosen.mask_rate.mean(), chosen.pseudo_label_accuracy.mean()], colour=["grey", "blue"], size=11),
        title="pseudo-labels", x=draw.axis("threshold τ", range=(-0.03, 1.03)), y=draw.axis("share", range=(0, 1.05)),
    )  # fmt: skip
    gain = paired(chosen.accuracy, base)
    return View(
        draw.panels(left, right, height=390),
        f"At τ = {threshold:g} ten seeds reach {spread_percent(chosen.accuracy)} on the test images, {100 * gain.difference:+.1f} points over supervised training with weak "
        f"augmentation ({gain.wins} of 10 seeds above it); at the end {percent(chosen.mask_rate.mean())} of the unlabelled images are kept and "
        f"{percent(chosen.pseudo_label_accuracy.mean())} of those are right.",
    )


def label_counts(labels_per_class: int, threshold: float) -> View:
    """Test accuracy by the number of labels, with and without the unlabelled images, and the ten seeds of one number.

    >>> label_counts(4, 0.8).description[:48]
    'With 4 labels a class, FixMatch at τ = 0.8 reach'
    """
    whole("labels_per_class", labels_per_class, 1, MOST_LABELS)
    real("threshold", threshold, 0, 1)
    if labels_per_class not in COUNTS:
        return refusal(f"{labels_per_class} labels a class are not stored: one of {', '.join(map(str, COUNTS))}.")
    teams = {
        "supervised, weak": ("ink", [stored(Setting("supervised_augmented", n)).accuracy for n in COUNTS]),
        "supervised, strong": (
            "grey",
            [stored(Setting("supervised_augmented", n, labelled_view="strong")).accuracy for n in COUNTS],
        ),
        f"FixMatch, τ = {threshold:g}": (
            "purple",
            [stored(Setting(labels_per_class=n, threshold=threshold)).accuracy for n in COUNTS],
        ),
    }
    chosen = COUNTS.index(labels_per_class)
    marks = [draw.vertical(labels_per_class, "grey", "dot")]
    for name, (colour, found) in teams.items():
        marks.append(draw.line(COUNTS, [f.mean() for f in found], name, colour))
        marks.append(
            draw.points(COUNTS, [f.mean() for f in found], colour=colour, size=7, error=[f.std(ddof=1) for f in found])
        )
    left = draw.figure(
        *marks, title="mean and spread of ten seeds",
        x=draw.axis("labels a class", log=True, range=(0.85, 48), ticks=list(COUNTS), labels=[str(n) for n in COUNTS]),
        y=draw.axis("test accuracy", range=(0.5, 1.01)),
    )  # fmt: skip
    ours, theirs = (found[chosen] for _, found in (teams[f"FixMatch, τ = {threshold:g}"], teams["supervised, weak"]))
    words = _labels(labels_per_class)
    return View(
        draw.panels(
            left,
            _matches(theirs, ours, "supervised, weak", "FixMatch", f"{words}, seed by seed", (0.5, 1.01)),
            height=400,
        ),
        f"With {words}, FixMatch at τ = {threshold:g} reaches {spread_percent(ours)} on the test images and supervised training with weak augmentation {spread_percent(theirs)}: "
        f"{_gain_words(paired(ours, theirs))}.",
    )


def _matches(first, second, first_name, second_name, title, span):
    """Ten seeds as ten lines from one method to the other: blue where the second is ahead, orange where it is not."""
    marks = [
        draw.line([0, 1], [a, b], colour="blue" if b > a else "orange", width=1.5)
        for a, b in zip(first, second, strict=True)
    ]
    marks += [draw.points([x] * len(y), y, colour="ink", size=6) for x, y in ((0, first), (1, second))]
    names = [first_name, second_name]
    return draw.figure(
        *marks,
        title=title,
        legend=False,
        x=draw.axis(range=(-0.4, 1.4), ticks=[0, 1], labels=names),
        y=draw.axis("test accuracy", range=span),
    )


def _gain_words(gain):
    wins = f"{gain.wins} of 10 seeds"
    return f"{100 * gain.difference:+.1f} points on average, ahead in {wins}, paired t = {gain.t:.2f}, p = {gain.p:.2g}"


def duel(first: str, second: str) -> View:
    """Two methods on the same ten seeds: the same labelled images, the same test images.

    >>> duel("supervised, plain", "label spreading").description[:22]
    'label spreading reache'
    """
    for name, value in (("first", first), ("second", second)):
        if value not in METHODS:
            raise ValueError(f"{name}={value!r} must be one of: {', '.join(METHODS)}")
    one, other = stored(METHODS[first]).accuracy, stored(METHODS[second]).accuracy
    if first == second:
        return refusal(
            f"{first} against itself: {spread_percent(one)} on ten seeds. Choose two different methods.", height=380
        )
    everyone = {name: stored(setting).accuracy for name, setting in METHODS.items()}
    places = np.arange(len(METHODS))[::-1]
    marks = []
    for place, (name, found) in zip(places, everyone.items(), strict=True):
        colour = next(c for start, c in COLOURS.items() if name.startswith(start))
        marks.append(draw.points(found, [place] * 10, colour="grey", size=5))
        marks.append(
            draw.points(
                [found.mean()], [place], colour=colour, size=13 if name in (first, second) else 8, symbol="diamond"
            )
        )
    left = draw.figure(
        *marks, title="ten seeds and their mean", legend=False, x=draw.axis("test accuracy", range=(0.74, 0.98)),
        y=draw.axis(range=(-0.6, len(METHODS) - 0.4), ticks=places, labels=list(METHODS)),
    )  # fmt: skip
    gain = paired(other, one)
    return View(
        draw.panels(left, _matches(one, other, "first", "second", "seed by seed", (0.74, 0.98)), height=420, gap=0.14),
        f"{second} reaches {spread_percent(other)}, {first} {spread_percent(one)} (mean and standard deviation of ten fresh seeds): {_gain_words(gain)}.",
    )


def magnitudes(magnitude: float) -> View:
    """Ten digits and a strong view of each at one magnitude, and the accuracy for eight stored magnitudes.

    >>> magnitudes(0.5).description[:51]
    'With strong views of magnitude 0.5, FixMatch reache'
    """
    real("magnitude", magnitude, 0, LARGEST_MAGNITUDE)
    if magnitude not in MAGNITUDES:
        return refusal(f"magnitude {magnitude:.4g} is not stored: one of {', '.join(f'{m:g}' for m in MAGNITUDES)}.")
    images = digits()[0][split(1, FRESH_SEEDS[0])[0]]
    ours = [stored(Setting(magnitude=m)).accuracy for m in MAGNITUDES]
    base = [stored(Setting("supervised_augmented", labelled_view="strong", magnitude=m)).accuracy for m in MAGNITUDES]
    chosen = MAGNITUDES.index(magnitude)
    sheet = _rows(
        images, weak_view(images, np.random.default_rng(1)), strong_view(images, np.random.default_rng(1), magnitude)
    )
    left = draw.figure(
        draw.image(sheet, 0, 0, 50, 62), title="image, weak view, strong view", equal=True,
        x=draw.axis(hidden=True, range=(0, 50)), y=draw.axis(hidden=True, range=(0, 62)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(MAGNITUDES, [f.mean() for f in ours], "FixMatch, τ = 0.8", "purple"),
        draw.points(MAGNITUDES, [f.mean() for f in ours], colour="purple", size=7, error=[f.std(ddof=1) for f in ours]),
        draw.line(MAGNITUDES, [f.mean() for f in base], "supervised, strong", "grey"),
        draw.line([0, 2], [stored(SUPERVISED_WEAK).accuracy.mean()] * 2, "supervised, weak", "ink", "dash"),
        draw.points([magnitude], [ours[chosen].mean()], colour="purple", size=14),
        title="test accuracy", x=draw.axis("magnitude", range=(-0.08, 2.08)), y=draw.axis("accuracy", range=(0.2, 1)),
    )  # fmt: skip
    gain = paired(ours[chosen], base[chosen])
    return View(
        draw.panels(left, right, height=380),
        f"With strong views of magnitude {magnitude:g}, FixMatch reaches {spread_percent(ours[chosen])}; supervised training on labelled views of the same magnitude "
        f"reaches {spread_percent(base[chosen])}, a gain of {100 * gain.difference:+.1f} points in {gain.wins} of 10 seeds.",
    )


def _rows(*kinds):
    """Ten images in two blocks of five columns; in each block a row for each kind. 62 x 50 pixels, ZOOM times."""
    sheet = np.ones((62, 50))
    for number in range(10):
        for row, kind in enumerate(kinds):
            down, across = 32 * (number // 5) + 10 * row + 1, 10 * (number % 5) + 1
            sheet[down : down + 8, across : across + 8] = 1 - kind[number]
    return np.kron(np.round(255 * sheet).astype(np.uint8), np.ones((ZOOM, ZOOM), np.uint8))


# what was printed ------------------------------------------------------------------------------


def published(dataset: str) -> View:
    """The paper's printed error rates, each divided by ReMixMatch's on the same benchmark; one data set in words."""
    table = benchmarks()
    names = list(dict.fromkeys(name for name, _ in table))
    if dataset not in names:
        raise ValueError(f"dataset={dataset!r} must be one of: {', '.join(names)}")
    first = [place for place, (name, _) in enumerate(table) if name == dataset]
    marks = [draw.box(first[0] - 0.5, 0, first[-1] + 0.5, 3, "wash-blue"), draw.horizontal(1, "green")]
    for shift, (method, colour) in zip(
        (-0.22, 0, 0.22),
        {"FixMatch (RA)": "purple", "FixMatch (CTA)": "blue", "ReMixMatch": "green"}.items(),
        strict=True,
    ):
        scale = np.array([row["ReMixMatch"].error for row in table.values()])
        ratio, spread = (
            np.array([getattr(row[method], part) for row in table.values()]) / scale for part in ("error", "sd")
        )
        marks.append(draw.points(np.arange(len(table)) + shift, ratio, method, colour, size=9, error=spread))
    for name in names:
        places = [place for place, (other, _) in enumerate(table) if other == name]
        marks.append(draw.text(np.mean(places), 2.85, name, "ink", size=12))
    figure = draw.figure(
        *marks, y=draw.axis("error ÷ ReMixMatch's error", range=(0, 3)), height=400,
        x=draw.axis("labelled images", range=(-0.5, len(table) - 0.5), ticks=list(range(len(table))), labels=[str(n) for _, n in table]),
    )  # fmt: skip
    rows = {labels: row for (name, labels), row in table.items() if name == dataset}
    return View(figure, f"{dataset}: " + "; ".join(_verdict(labels, row) for labels, row in rows.items()) + ".")


def _verdict(labels, row):
    ours = min((row["FixMatch (RA)"], row["FixMatch (CTA)"]), key=lambda one: one.error)
    theirs = row["ReMixMatch"]
    test = welch(theirs.error, theirs.sd, FOLDS, ours.error, ours.sd, FOLDS)
    winner = ours.method if test.difference > 0 else theirs.method
    return (
        f"at {labels} labels {ours.method} errs in {ours.error:.2f} ± {ours.sd:.2f} %, ReMixMatch in {theirs.error:.2f} ± {theirs.sd:.2f} %, "
        f"so {winner} is ahead (Welch's p = {test.p:.2g})"
    )


# a training made on the page -------------------------------------------------------------------


def course(run: Run, window: int = 25) -> View:
    """The losses and the share of kept rows of one training, each the mean of `window` steps.

    >>> course(Setting(steps=20).run(0), 10).description[:44]
    'In 20 steps the share of kept rows moves fro'
    """
    window = whole("window", window, 1, len(run.mask_rates))
    starts = np.arange(0, len(run.mask_rates) - window + 1, window)
    smooth = [
        np.array([h[s : s + window].mean() for s in starts])
        for h in (run.labelled_losses, run.unlabelled_losses, run.mask_rates)
    ]
    x = starts + window / 2
    last = len(run.mask_rates)
    losses = draw.figure(
        draw.line(x, smooth[0], "labelled", "ink"), draw.line(x, smooth[1], "unlabelled", "purple"),
        title="loss, nats", x=draw.axis("step", range=(0, last)), y=draw.axis("loss", range=(0, 2.4)),
    )  # fmt: skip
    share = draw.figure(
        draw.line(x, smooth[2], colour="grey", dash="dash"),
        title="share of rows kept", x=draw.axis("step", range=(0, last)), y=draw.axis("share", range=(0, 1.02)),
    )  # fmt: skip
    quality = (
        "no pseudo-label is kept"
        if run.pseudo_label_accuracy is None
        else f"{percent(run.pseudo_label_accuracy)} of the kept pseudo-labels are right"
    )
    return View(
        draw.panels(losses, share, height=340),
        f"In {last} steps the share of kept rows moves from {percent(smooth[2][0])} to {percent(smooth[2][-1])}, the labelled loss from {smooth[0][0]:.2f} to "
        f"{smooth[0][-1]:.3f} nats, the unlabelled loss from {smooth[1][0]:.3f} to {smooth[1][-1]:.3f}; at the end {quality}, and {percent(run.accuracy)} of the "
        "test images are.",
    )
