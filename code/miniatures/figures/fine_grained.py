"""Views of fine-grained recognition: birds and what pooling keeps of them, irises, and priors learnt without labels.

Purple is what the chapter teaches (bilinear pooling, EM's prior), grey the ordinary way (averages, the training prior),
yellow raw pixels, ink the truth. Of the irises, setosa is green, versicolor blue, virginica orange.
"""

from dataclasses import replace
from functools import cache

import numpy as np

from miniatures import draw
from miniatures.birds import FEATURES, PAINTS, SPECIES, birds
from miniatures.checks import numbers, one_of, real
from miniatures.explore import View, refusal
from miniatures.fine_grained import tempered
from miniatures.fine_grained_cases import (
    CONTRASTS,
    FRESH_SEEDS,
    GAPS,
    LEVELS,
    POOLINGS,
    Setting,
    corrected,
    flipped,
    iris_accuracies,
    iris_pair,
    separation,
    shifted_digits,
    stored,
)
from miniatures.logistic import fit
from miniatures.results import spread_percent
from miniatures.wording import percent

COLOURS = {"average": "grey", "bilinear": "purple", "raw pixels": "yellow"}
PAIRS = {"A and B: the stripes move": (0, 1), "A and C: the spots move": (0, 2), "A and D: both move": (0, 3)}
SHORT = ("const.", "blue", "rust", "light", "stripes", "light sp.", "dark sp.")
TEMPERATURES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
NAMES = {"setosa": "green", "versicolor": "blue", "virginica": "orange"}
SPANS = {"petals": ((0.5, 7.5), (-0.2, 2.8)), "sepals": ((4, 8.2), (1.8, 4.6))}


# birds -----------------------------------------------------------------------------------------


@cache
def _portraits(gap, contrast, paint):
    """One bird of each species without noise, four uint8 pictures (32, 32, 3)."""
    four = birds(np.arange(4), np.random.default_rng(3), gap, contrast, paint, noise=0.0)
    return (np.round(np.clip(four, 0, 1) * 51) * 5).astype(np.uint8)  # few grey values, so that they weigh little


def recognised(gap: float, contrast: float, paint: str, pooling: str) -> View:
    """The four species as drawn, and how often each description of a picture tells them apart."""
    gap, contrast = real("gap", gap), real("contrast", contrast)
    if gap not in GAPS or contrast not in CONTRASTS:
        return refusal(f"A gap of {gap:g} and a contrast of {contrast:g} are not stored: gaps are {GAPS}, contrasts {CONTRASTS}.")  # fmt: skip
    one_of("pooling", pooling, POOLINGS)
    marks = []
    for kind, picture in enumerate(_portraits(gap, contrast, one_of("paint", paint, PAINTS))):
        x, y = kind % 2, 1.35 * (1 - kind // 2)
        carried = [("rust" if kind >> bit & 1 else "blue") for bit in (0, 1)]
        marks.append(draw.image(picture, x + 0.03, y, 0.94, 1))
        marks.append(
            draw.text(
                x + 0.5,
                y + 1.17,
                f"<b>{SPECIES[kind]}</b>: stripes {carried[0]},<br>spots {carried[1]}",
                "ink",
                size=11,
            )
        )
    left = draw.figure(*marks, x=draw.axis(range=(0, 2), hidden=True), y=draw.axis(range=(0, 2.7), hidden=True))
    return View(
        draw.panels(left, _accuracies(gap, contrast, paint, pooling), height=400),
        _recognised_words(gap, contrast, paint, pooling),
    )


def _accuracies(gap, contrast, paint, pooling):
    places, marks = np.arange(len(CONTRASTS)), []
    for name in POOLINGS:
        found = [stored(pooling=name, paint=paint, gap=gap, contrast=c) for c in CONTRASTS]
        means = [f.mean() for f in found]
        marks.append(draw.line(places, means, name, COLOURS[name], width=4 if name == pooling else 1.5))
        if name == pooling:
            at = CONTRASTS.index(contrast)
            spread = [found[at].std(ddof=1)]
            marks.append(draw.points([at], [means[at]], colour=COLOURS[name], size=13, error=spread))
    marks.append(draw.line([-0.3, 5.3], [0.25, 0.25], "guessing", "ink", "dot", width=1.5))
    return draw.figure(
        *marks, title="accuracy on 300 new birds",
        x=draw.axis("contrast of the patterns", range=(-0.3, 5.3), ticks=places.tolist(), labels=[f"{c:g}" for c in CONTRASTS]),
        y=draw.axis("accuracy", range=(0, 1.05)),
    )  # fmt: skip


def _recognised_words(gap, contrast, paint, pooling):
    here = {name: stored(pooling=name, paint=paint, gap=gap, contrast=contrast) for name in POOLINGS}
    others = " and ".join(f"{name} {spread_percent(here[name])}" for name in POOLINGS if name != pooling)
    return (
        f"With {paint} paint, a colour gap of {gap:g} and a contrast of {contrast:g}, logistic regression on {_named(pooling)} names {spread_percent(here[pooling])} of new birds "
        f"(ten seeds); {others}. Guessing gives 25 %."
    )


def _named(pooling):
    return {"average": "the averages", "bilinear": "the bilinear vector", "raw pixels": "raw pixels"}[pooling]


def met(pair: str, paint: str, contrast: float) -> View:
    """For each pair of features, how far two species lie apart in how often the two meet in a pixel."""
    if pair not in PAIRS:
        raise ValueError(f"pair={pair!r} must be one of: {', '.join(PAIRS)}")
    apart = separation(*PAIRS[pair], paint, contrast)
    shown = np.where(np.tri(len(SHORT), k=0).T > 0, apart, np.nan)  # the upper triangle: the lower repeats it
    labels = [[f"{v:+.1f}" if np.isfinite(v) else "" for v in row] for row in shown]
    row, column = np.unravel_index(np.abs(np.triu(apart)).argmax(), apart.shape)
    average = np.abs(apart[0]).argmax()
    figure = draw.figure(
        draw.heatmap(np.clip(shown, -10, 10), list(SHORT), list(SHORT), "diverging", -10, 10, bar="standard deviations", labels=labels),
        x=draw.axis("feature"), y=draw.axis("feature, top row: averages", reverse=True), height=420,
    )  # fmt: skip
    return View(
        figure,
        f"Species {pair[0]} and {pair[6]} in {paint} paint at contrast {contrast:g}: the averages (top row) differ by at most {abs(apart[0, average]):.1f} standard deviations "
        f"({FEATURES[average]}); the mean product of {FEATURES[row]} and {FEATURES[column]} differs by {abs(apart[row, column]):.1f}.",
    )


# irises ----------------------------------------------------------------------------------------


def flowers(level: str, measured: str, noise: float) -> View:
    """Half of Fisher's irises, as they were labelled for training, the line that was learnt, and its accuracy."""
    measurements, truth = iris_pair(level, measured)
    accuracies = iris_accuracies(level, measured, real("noise", noise, 0, 0.5))
    rng = np.random.default_rng(FRESH_SEEDS[0])
    train = rng.permutation(len(truth))[: len(truth) // 2]
    said = flipped(truth[train], noise, 2, rng)
    model = fit(measurements[train], said, 2, 1.0)
    names = ("setosa", "not setosa") if level == LEVELS[0] else ("versicolor", "virginica")
    hues = ("green", "grey") if level == LEVELS[0] else ("blue", "orange")
    marks = []
    for answer in (0, 1):
        one = measurements[train][said == answer]
        marks.append(draw.points(one[:, 0], one[:, 1], f"labelled {names[answer]}", hues[answer], size=8))
    wrong = measurements[train][said != truth[train]]
    marks.append(
        draw.points(wrong[:, 0], wrong[:, 1], "wrong label", "ink", size=11, symbol="x") if len(wrong) else None
    )
    spans = SPANS[measured]
    marks.append(draw.line(*_boundary(model, spans), "learnt border", "ink", "dash"))
    thing = measured[:-1]
    figure = draw.figure(
        *[mark for mark in marks if mark], x=draw.axis(f"{thing} length, cm", range=spans[0]), y=draw.axis(f"{thing} width, cm", range=spans[1]), height=400,
    )  # fmt: skip
    count = len(wrong)
    return View(
        figure,
        f"“{level[0].upper()}{level[1:]}?” by {measured}, {count} of {len(train)} training labels wrong: the border learnt from them names {spread_percent(accuracies)} of the other flowers "
        f"correctly (ten random halves, lowest {percent(accuracies.min())}).",
    )


def _boundary(model, spans):
    """The line of equal posteriors within the frame, as its two ends."""
    slope = (model.weights[:2, 1] - model.weights[:2, 0]) / model.scale
    offset = model.weights[2, 1] - model.weights[2, 0] - slope @ model.mean
    if abs(slope[1]) > 1e-9 * abs(slope[0]):
        x = np.linspace(*spans[0], 141)
        y = -(offset + slope[0] * x) / slope[1]
    else:
        y = np.linspace(*spans[1], 141)
        x = np.full_like(y, -offset / slope[0])
    inside = (y >= spans[1][0]) & (y <= spans[1][1])
    return (x[inside], y[inside]) if inside.any() else ([None], [None])


# priors ----------------------------------------------------------------------------------------


@cache
def _answers(skew, temperature, seed=FRESH_SEEDS[0]):
    case = shifted_digits(skew, seed)
    return replace(case, posteriors=tempered(case.posteriors, temperature))


def priors(skew: float, iterations: int, temperature: float) -> View:
    """The class shares that EM finds in an unlabelled test set, beside the true ones, and what they are good for."""
    case = _answers(real("skew", skew, 0, 1), real("temperature", temperature, 0.05, 20))
    outcome = corrected(case, iterations)
    digits = np.arange(10)
    left = draw.figure(
        draw.bars(digits, outcome.prior, "EM's estimate", "purple"),
        draw.points(digits, case.train_prior, "training", "grey", symbol="circle-open", size=9),
        draw.points(digits, case.true_prior, "test, true", "ink", symbol="diamond", size=8),
        title="share of each digit",
        x=draw.axis("digit", range=(-0.6, 9.6), ticks=digits.tolist()), y=draw.axis("share", range=(0, 0.55)),
    )  # fmt: skip
    places, names = [0, 1, 2], ["uncorrected", "EM's prior", "true prior"]
    right = draw.figure(
        draw.bars(places, outcome.accuracy, colour=["grey", "purple", "ink"], width=0.6),
        *[draw.text(x, y + 0.03, f"{100 * y:.1f} %", "ink", size=12) for x, y in enumerate(outcome.accuracy)],
        title="accuracy", x=draw.axis(range=(-0.6, 2.6), ticks=places, labels=names), y=draw.axis("accuracy", range=(0, 1.02)), legend=False,
    )  # fmt: skip
    plain, ours, oracle = outcome.accuracy
    return View(
        draw.panels(left, right, height=390),
        f"At skew {skew:g} and temperature {temperature:g}, after {iterations} iterations EM's prior is {percent(outcome.prior_error)} away from the true one; "
        f"accuracy goes from {percent(plain)} to {percent(ours)} ({100 * (ours - plain):+.1f} points), the true prior would give {percent(oracle)}.",
    )


@cache
def temperature_sweep():
    """Accuracies (9 temperatures, 10 seeds, 3): uncorrected, with EM's prior, with the true one, at skew 1."""
    found = [
        [corrected(_answers(1.0, temperature, seed), 100).accuracy for seed in FRESH_SEEDS]
        for temperature in TEMPERATURES
    ]
    return numbers("accuracies", found, (len(TEMPERATURES), len(FRESH_SEEDS), 3))


def temperatures() -> View:
    """What EM's correction does to the accuracy when the posteriors are too sure or not sure enough."""
    found = temperature_sweep()
    marks = [draw.vertical(1, "grey", "dot", words="as trained")]
    for which, (name, colour) in enumerate((("uncorrected", "grey"), ("EM's prior", "purple"), ("true prior", "ink"))):
        means, spread = found[:, :, which].mean(axis=1), found[:, :, which].std(axis=1, ddof=1)
        marks.append(draw.line(TEMPERATURES, means, name, colour))
        marks.append(draw.points(TEMPERATURES, means, colour=colour, size=7, error=spread))
    at = [TEMPERATURES.index(t) for t in (0.25, 1.0, 2.0)]
    gains = [100 * (found[i, :, 1] - found[i, :, 0]).mean() for i in at]
    figure = draw.figure(
        *marks,
        x=draw.axis("temperature: below 1 too sure, above 1 not sure enough", log=True, range=(0.22, 4.5), ticks=list(TEMPERATURES), labels=[f"{t:g}" for t in TEMPERATURES]),
        y=draw.axis("accuracy", range=(0.3, 1)), height=380,
    )  # fmt: skip
    return View(
        figure,
        f"Over ten seeds EM's correction changes the accuracy by {gains[0]:+.1f} points at temperature 0.25 (too sure), {gains[1]:+.1f} as trained, and "
        f"{gains[2]:+.1f} at temperature 2 (not sure enough).",
    )


def shares(setting: Setting) -> str:
    """The stored accuracies of a setting as mean ± standard deviation, for a table.

    >>> shares(Setting())
    '100.0 ± 0.0 %'
    """
    return spread_percent(stored(setting))
