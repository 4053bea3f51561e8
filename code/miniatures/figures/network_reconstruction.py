"""Views of what classifiers want to see: reconstructions, a decoder being tuned, mean changes, and who reads whose images.

Ink is the originals, orange the raw reconstructions, blue those of a decoder tuned for a trained classifier, red those of
one tuned for a classifier that never learnt, green the best linear code.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures.checks import one_of, whole
from miniatures.digits import digits
from miniatures.explore import View
from miniatures.network_reconstruction import Result, linear_autoencoder_error
from miniatures.network_reconstruction_runs import (
    CODE_SIZES,
    FRESH_SEEDS,
    KINDS,
    MAIN_SIZE,
    NAMES,
    REFERENCES,
    compared_with,
    courses,
    drops,
    likeness,
    orders,
    pictures,
    stored,
    transfer,
)
from miniatures.results import spread
from miniatures.signal_order import changes, lets_in_more
from miniatures.wording import minus

ACROSS, ZOOM, SIDE, CELL = 5, 6, 8, 9
EVERY = "all"
SEEDS = len(FRESH_SEEDS)
READERS = [NAMES[kind] for kind in KINDS]
SHORT = ["linear", "32", "128", "2 × 64"]  # the same, on a narrow axis


def _kind(name, value):
    return KINDS.index(one_of(name, value, KINDS))


def _size(code_size):
    if code_size not in CODE_SIZES:
        raise ValueError(f"code_size={code_size!r} must be one of the stored {', '.join(map(str, CODE_SIZES))}")
    return CODE_SIZES.index(code_size)


def _spread(values, unit=" %", digits=1):
    return spread(values, 1, digits) + unit


def _points_of(change):
    return minus(f"{change:+.1f} points")


# pictures --------------------------------------------------------------------------------------


def _montage(*rows):
    """`rows` of ten digits (10, 64) each, as two blocks of five digits: dark ink on light paper."""
    sheet = np.zeros((2 * len(rows) * CELL + 3, ACROSS * CELL + 1))
    for number, digits_ in enumerate(rows):
        for place, one in enumerate(digits_):
            block, column = divmod(place, ACROSS)
            top, left = (block * len(rows) + number) * CELL + 3 * block, column * CELL + 1
            sheet[top : top + SIDE, left : left + SIDE] = one.reshape(SIDE, SIDE)
    return _enlarged(sheet)


def _strip(title, names, *rows):
    """A panel: the montage, with the name and the colour of each row at its left."""
    height = 2 * len(rows) * CELL + 3
    marks = [draw.image(_montage(*rows), 0, 0, ACROSS * CELL + 1, height)]
    for block in range(2):
        for number, (words, colour) in enumerate(names):
            at = height - (block * len(rows) + number + 0.5) * CELL - 3 * block + 0.5
            marks.append(draw.text(-1, at, words, colour, "right", size=12))
    return draw.figure(
        *marks,
        title=title,
        equal=True,
        x=draw.axis(range=(-15, ACROSS * CELL + 1), hidden=True),
        y=draw.axis(range=(0, height), hidden=True),
    )


def _columns(title, names, *columns):
    """A panel: ten digits (10, 64) of each signal as two blocks of five rows, with each column's name and colour on top."""
    block, height = len(columns) * CELL + 3, ACROSS * CELL
    sheet = np.zeros((height, 2 * block - 2))
    marks = []
    for number, (digits_, (words, colour)) in enumerate(zip(columns, names, strict=True)):
        for place, one in enumerate(digits_):
            half, row = divmod(place, ACROSS)
            left = half * block + number * CELL + 1
            sheet[row * CELL : row * CELL + SIDE, left : left + SIDE] = one.reshape(SIDE, SIDE)
            if row == 0:
                marks.append(draw.text(left + SIDE / 2, height + 2, words, colour, size=11))
    marks.append(draw.image(_enlarged(sheet), 0, 0, sheet.shape[1], height))
    x, y = (draw.axis(range=span, hidden=True) for span in ((0, sheet.shape[1]), (0, height + 4)))
    return draw.figure(*marks, title=title, equal=True, x=x, y=y)


def _enlarged(sheet):
    """Ink in [0, 1] as dark pixels on light paper, each ZOOM wide."""
    return np.kron(np.round(255 * (1 - sheet)).astype(np.uint8), np.ones((ZOOM, ZOOM), np.uint8))


def _signal_marks(rows):
    """Points with the spread of ten seeds over the four readers; `rows` are (name, colour, shift, values (S, 4))."""
    return [
        draw.points(np.arange(4) + shift, values.mean(axis=0), name, colour, size=10, error=values.std(axis=0, ddof=1))
        for name, colour, shift, values in rows
    ]


def reconstructions(code_size: int, tuned_for: str) -> View:
    """Originals, raw and tuned reconstructions of ten test images, and how many of all test images each reader gets wrong."""
    size, kind = _size(code_size), _kind("tuned_for", tuned_for)
    seen = pictures()
    left = _strip(
        "test images of one split", (("original", "ink"), ("raw", "orange"), ("tuned", "blue")),
        seen.originals, seen.raw[size], seen.tuned[size, kind],
    )  # fmt: skip
    wrong = {signal: 100 * (1 - stored(signal, code_size).accuracy) for signal in ("original", "raw", tuned_for)}
    right = draw.figure(
        *_signal_marks(
            [("original", "ink", -0.2, wrong["original"]), ("raw", "orange", 0.0, wrong["raw"]), (f"tuned for {NAMES[tuned_for]}", "blue", 0.2, wrong[tuned_for])]
        ),
        title="wrong, % of 597",
        x=draw.axis("reader", range=(-0.5, 3.5), ticks=[0, 1, 2, 3], labels=SHORT),
        y=draw.axis("wrong, %", range=(1, 100), log=True, ticks=[1, 2, 5, 10, 20, 50, 100], labels=["1", "2", "5", "10", "20", "50", "100"]),
    )  # fmt: skip
    fell, rose = (
        drops("raw", code_size)[:, kind],
        drops(tuned_for, code_size)[:, kind] - drops("raw", code_size)[:, kind],
    )
    return View(
        draw.panels(left, right, height=420),
        f"With {code_size} numbers for an image, the accuracy of “{NAMES[tuned_for]}” changes by {_points_of(fell.mean())} (± {fell.std(ddof=1):.1f} over {SEEDS} splits) from originals to "
        f"raw reconstructions, and by {_points_of(rose.mean())} (± {rose.std(ddof=1):.1f}) from raw to tuned ones; the squared error for each pixel goes from "
        f"{stored('raw', code_size).error.mean():.4f} to {stored(tuned_for, code_size).error.mean():.4f}.",
    )


# tuning, epoch by epoch ------------------------------------------------------------------------


def tuning(classifier: str, epoch: int) -> View:
    """The decoder while it is tuned: its images, the accuracy of the classifier it is tuned for, and its error."""
    kind, epoch = _kind("classifier", classifier), whole("epoch", epoch, 0, 40)
    seen, found = pictures(), courses()
    left = _columns("images", (("orig.", "ink"), ("tuned", "blue")), seen.originals, seen.frames[kind, epoch])
    right, errors = 100 * found.accuracy[:, kind], found.error[:, kind]
    original = 100 * stored("original").accuracy[:, kind]
    middle = draw.figure(
        *_course(right, epoch), draw.horizontal(original.mean(), "ink", words="originals"),
        title="accuracy, %", x=draw.axis("epochs of tuning", range=(-1, 41)), y=draw.axis(range=(91, 100)), legend=False,
    )  # fmt: skip
    last = draw.figure(
        *_course(errors, epoch), title="squared error",
        x=draw.axis("epochs of tuning", range=(-1, 41)), y=draw.axis(range=(0, 0.13)), legend=False,
    )  # fmt: skip
    return View(
        draw.panels(left, middle, last, columns=3, height=330, gap=0.09),
        f"After {epoch} epochs of tuning for “{NAMES[classifier]}” it gets {_spread(right[:, epoch])} of the test images right over {SEEDS} splits "
        f"({_spread(right[:, 0])} before tuning, {_spread(original)} of the originals); the squared error is {errors[:, epoch].mean():.4f}, "
        f"{errors[:, epoch].mean() / errors[:, 0].mean():.1f} times that of the raw reconstructions.",
    )


def _course(values, epoch):
    """Mean over the seeds with a band of one standard deviation, orange before the tuning, blue after it."""
    x, mean, spread = np.arange(values.shape[1]), values.mean(axis=0), values.std(axis=0, ddof=1)
    band = draw.line(
        np.concatenate([x, x[::-1]]),
        np.concatenate([mean + spread, (mean - spread)[::-1]]),
        colour="blue",
        width=0,
        fill="toself",
    )
    at = draw.points([0, epoch], [mean[0], mean[epoch]], colour=["orange", "blue"] if epoch else "orange", size=11)
    return [band, draw.line(x, mean), at]


# whose eyes ------------------------------------------------------------------------------------


@cache
def _change(kind, digit):
    """Mean of tuned minus raw for ten seeds, (S, 8, 8); `digit` 0 … 9 or EVERY."""
    found = courses().difference[:, kind]  # (S, 10, 64)
    chosen = found.mean(axis=1) if digit == EVERY else found[:, int(digit)]
    return chosen.reshape(-1, SIDE, SIDE)


def likenesses(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Correlations of mean changes by class: of one classifier's between two seeds, (45,), and with the other three's in one seed, (30,)."""
    found, own = courses().difference, _kind("kind", kind)
    seeds = [likeness(found[a, own], found[b, own]) for a in range(SEEDS) for b in range(a)]
    others = [
        likeness(found[a, own], found[a, other]) for a in range(SEEDS) for other in range(len(KINDS)) if other != own
    ]
    return np.array(seeds), np.array(others)


def eyes(classifier: str, digit: str) -> View:
    """Where a tuned decoder puts more ink (blue) or less (red) than the raw one: two splits, and the mean of ten."""
    kind = _kind("classifier", classifier)
    if digit != EVERY and digit not in tuple("0123456789"):
        raise ValueError(f"digit={digit!r} must be one of '0' … '9' or {EVERY!r}")
    change = _change(kind, digit)
    titles = {"split 200": change[0], "split 201": change[1], "mean of ten splits": change.mean(axis=0)}
    figures = [
        draw.figure(
            draw.heatmap(one[::-1], scale="diverging", low=-0.4, high=0.4, bar="ink added" if number == 2 else None, hover="%{z:.2f}<extra></extra>"),
            title=title, equal=True, x=draw.axis(range=(-0.5, 7.5), hidden=True), y=draw.axis(range=(-0.5, 7.5), hidden=True),
        )
        for number, (title, one) in enumerate(titles.items())
    ]  # fmt: skip
    seeds, others = likenesses(classifier)
    what = "all digits" if digit == EVERY else f"digit {digit}"
    return View(
        draw.panels(*figures, columns=3, height=300, gap=0.05),
        f"Tuning for “{NAMES[classifier]}” changes the mean image of {what} by {np.abs(change[0]).mean():.3f} for each pixel in split 200; of the mean over ten splits "
        f"{np.abs(change.mean(axis=0)).mean():.3f} is left. Over all digits the changes of two splits have a correlation of {seeds.mean():.2f}, those for two classifiers "
        f"in one split {others.mean():.2f}.",
    )


# who reads whose -------------------------------------------------------------------------------


def _exchange_words(code_size, against, won):
    found = orders(code_size, against)
    often = max((found.count(order) for order in found if order), default=0)
    own = int((transfer(code_size).mean(axis=0).argmax(axis=0) == np.arange(4)).sum())
    return (
        f"With {code_size} numbers for an image, {own} of 4 classifiers read the images tuned for them best (means of ten splits). Compared with {REFERENCES[against]}, "
        f"the four stand in a total order in {sum(order is not None for order in found)} of {SEEDS} splits, in the same one at most {often} times; the linear classifier lets in more than the other three in "
        f"{won[0, 1:].sum():.0f} of {3 * SEEDS} comparisons."
    )


def exchange(code_size: int, against: str) -> View:
    """What each classifier makes of the images tuned for each, against its accuracy on other images, and who lets in more than whom."""
    _size(code_size)
    tables, references = 100 * transfer(code_size), compared_with(one_of("against", against, REFERENCES), code_size)
    change = np.mean([changes(table, 100 * r) for table, r in zip(tables, references, strict=True)], axis=0)
    won = np.sum([lets_in_more(t, 100 * r) for t, r in zip(tables, references, strict=True)], axis=0)
    places, ends = [0, 1, 2, 3], {"ticks": [0, 1, 2, 3], "range": (-0.5, 3.5)}
    left = draw.figure(
        draw.heatmap(change[::-1], places, places, "diverging", -5, 5, labels=[[f"{v:.1f}" for v in row] for row in tables.mean(axis=0)[::-1]], hover="%{text} %, change %{z:.1f} points<extra></extra>"),
        title="right, % (colour: change)", x=draw.axis("reader", labels=SHORT, **ends), y=draw.axis("tuned for", labels=SHORT[::-1], **ends),
    )  # fmt: skip
    shown = [[None if a == c else float(won[a, c]) for c in range(4)] for a in range(4)]
    right = draw.figure(
        draw.heatmap(shown[::-1], places, places, "sequential", 0, SEEDS, labels=[["" if v is None else f"{v:.0f}" for v in row] for row in shown[::-1]], hover="%{z} of 10<extra></extra>"),
        title="lets in more, of 10 splits", x=draw.axis("than", labels=SHORT, **ends), y=draw.axis(labels=SHORT[::-1], **ends),
    )  # fmt: skip
    return View(draw.panels(left, right, height=380, gap=0.16), _exchange_words(code_size, against, won))


# a classifier that never learnt ----------------------------------------------------------------


def strangers(classifier: str) -> View:
    """A decoder tuned for a trained classifier, and one tuned for the same network before any training: who can read them?"""
    kind = _kind("classifier", classifier)
    trained, stranger = stored(classifier), stored(f"untrained {classifier}")
    rows = (
        ("tuned for the trained one", "blue", -0.18, trained),
        ("tuned for the untrained one", "red", 0.18, stranger),
    )
    marks = []
    for name, colour, shift, found in rows:
        values = 100 * np.column_stack([found.own, found.accuracy])
        marks.append(
            draw.bars(
                np.arange(5) + shift, values.mean(axis=0), name, colour, width=0.34, error=values.std(axis=0, ddof=1)
            )
        )
    figure = draw.figure(
        *marks, draw.horizontal(10, "grey"), draw.text(5.02, 14, "guessing", "grey", size=12), height=380,
        x=draw.axis("reader", range=(-0.5, 5.5), ticks=list(range(5)), labels=["itself", *READERS]), y=draw.axis("right, %", range=(0, 104)),
    )  # fmt: skip
    others = [100 * np.delete(found.accuracy, kind, axis=1).mean() for found in (trained, stranger)]
    return View(
        figure,
        f"A decoder tuned for “{NAMES[classifier]}” before its training, with random weights, lets that network get {_spread(100 * stranger.own)} of the test images right "
        f"(trained: {_spread(100 * trained.own)}); but the other trained classifiers read {others[1]:.1f} % of those images (of the trained one's: {others[0]:.1f} %), "
        f"and the NMI with the originals is {stranger.information.mean():.3f} (trained: {trained.information.mean():.3f}).",
    )


# without a control -----------------------------------------------------------------------------


@cache
def _linear_errors():
    return [linear_autoencoder_error(digits()[0], size) for size in CODE_SIZES]


def sizes() -> View:
    """Error and information of raw and tuned reconstructions for each code size, beside the best linear code."""
    axis = {"range": (1.7, 38), "log": True, "ticks": list(CODE_SIZES), "labels": [str(size) for size in CODE_SIZES]}
    raw = [stored("raw", size) for size in CODE_SIZES]
    tuned = [stored("mlp32", size) for size in CODE_SIZES]
    left = draw.figure(
        draw.line(CODE_SIZES, _linear_errors(), "best linear code", "green", "dash"),
        draw.line(CODE_SIZES, [one.error.mean() for one in raw], "raw", "orange"),
        draw.line(CODE_SIZES, [one.error.mean() for one in tuned], "tuned for 32 units", "blue"),
        title="squared error for each pixel", x=draw.axis("code size k", **axis), y=draw.axis(range=(0, 0.08)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(CODE_SIZES, [one.information.mean() for one in raw], "raw", "orange"),
        draw.line(CODE_SIZES, [one.information.mean() for one in tuned], "tuned for 32 units", "blue"),
        title="NMI with the originals", x=draw.axis("code size k", **axis), y=draw.axis(range=(0, 0.6)),
    )  # fmt: skip
    at = CODE_SIZES.index(MAIN_SIZE)
    return View(
        draw.panels(left, right, height=360),
        f"At k = {MAIN_SIZE} the raw autoencoder errs by {raw[at].error.mean():.4f} for each pixel (best linear code {_linear_errors()[at]:.4f}), the one tuned for 32 units by "
        f"{tuned[at].error.mean():.4f}; the NMI falls from {raw[at].information.mean():.3f} to {tuned[at].information.mean():.3f}.",
    )


def information() -> View:
    """NMI of each tuned decoder's images with the originals: ten splits and their means, by accuracy on originals."""
    marks, labels = [], []
    for place, kind in enumerate(KINDS):
        found, right = stored(kind).information, 100 * stored("original").accuracy[:, place].mean()
        marks += [
            draw.points([place] * SEEDS, found, colour="grey", size=6),
            draw.points([place + 0.15], [found.mean()], colour="blue", size=11, error=[found.std(ddof=1)]),
        ]
        labels.append(f"{SHORT[place]}<br>{right:.1f} %")
    raw = stored("raw").information.mean()
    figure = draw.figure(
        *marks, draw.horizontal(raw, "orange", words="raw"), height=380, legend=False,
        x=draw.axis("tuned for, and its accuracy on originals", range=(-0.5, 3.5), ticks=[0, 1, 2, 3], labels=labels), y=draw.axis("NMI with the originals", range=(0.1, 0.5)),
    )  # fmt: skip
    words = ", ".join(f"{NAMES[kind]} {stored(kind).information.mean():.3f}" for kind in KINDS)
    return View(
        figure,
        f"NMI of the tuned images with the originals at k = {MAIN_SIZE}, means of ten splits: {words}; raw reconstructions {raw:.3f}.",
    )


def course(result: Result) -> View:
    """Accuracy and error of one run made on the page, epoch by epoch.

    >>> course(Result(*[0.9] * 7, *"abcd", (0.5, 0.9), (0.01, 0.02))).description[:40]
    'The accuracy moves from 50.00 to 90.00 %'
    """
    epochs = np.arange(len(result.errors))
    shares = 100 * np.array(result.accuracies)
    floor = 10 * int(min(shares.min(), 99) // 10)
    left = draw.figure(
        draw.line(epochs, shares), draw.points([0], [shares[0]], colour="orange", size=11),
        draw.horizontal(100 * result.accuracy_original, "ink", words="originals"),
        title="accuracy, %", x=draw.axis("epochs of tuning", range=(-1, 41)), y=draw.axis(range=(floor, 100)), legend=False,
    )  # fmt: skip
    right = draw.figure(
        draw.line(epochs, result.errors), draw.points([0], [result.errors[0]], colour="orange", size=11),
        title="squared error for each pixel", x=draw.axis("epochs of tuning", range=(-1, 41)), y=draw.axis(range=(0, 0.13)), legend=False,
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=320),
        f"The accuracy moves from {shares[0]:.2f} to {shares[-1]:.2f} % while the squared error grows from {result.errors[0]:.4f} to {result.errors[-1]:.4f}; "
        f"of the originals {100 * result.accuracy_original:.2f} % are right.",
    )
