"""Views of a small Perceiver IO: what it answers, what it reads, what attention costs, what frozen latents can do.

Blue is the Perceiver and its few latents, orange the Transformer, in which every input asks every other; grey are controls
and single seeds, ink is what was put in or the truth. Red rings the pixel in question; among frozen latents it is those without positions.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures import perceiver_published as published
from miniatures.checks import one_of, whole
from miniatures.digits import digits
from miniatures.explore import View
from miniatures.perceiver import attention_multiply_adds, perceiver_multiply_adds, projection_multiply_adds
from miniatures.perceiver_digits import PATCHES, SIDE, tokens
from miniatures.perceiver_runs import (
    FRESH_SEEDS,
    FROZEN_LATENTS,
    KINDS,
    ask_class,
    ask_pixels,
    frozen_accuracy,
    frozen_stored,
    parts,
    pixels_of,
    readings,
    timings,
    trained,
)

QUESTIONS = ("the class", "one pixel", "one row", "every pixel")
ORDERS = ("at random", "from the top", "from the left")
WIDTH, LAYERS = 32, 6  # of the networks whose cost is drawn
INPUTS = (64, 128, 256, 512, 1024, 2048, 4096)
AXES = {"cost": "cost, 10⁹ FLOPs", "size": "size, 10⁶ parameters", "speed": "training steps a second"}


# what is asked and what is answered ------------------------------------------------------------


@cache
def shown() -> tuple[int, ...]:
    """The digits of the views: of each class the first test image."""
    classes, test = digits()[1], parts()[1]
    return tuple(int(test[classes[test] == c][0]) for c in range(10))


@cache
def _answers(digit, kept):
    """What the trained network says of one shown digit from the patches `kept`: pixels (8, 8), classes (10,), reading (8, N)."""
    inputs = tokens(digits()[0][[shown()[digit]]])[:, list(kept)]
    network = trained()
    return ask_pixels(network, inputs).reshape(SIDE, SIDE), ask_class(network, inputs)[0], network.reading(inputs)[0]


ALL = tuple(range(PATCHES))


def _digit(value):
    return whole("digit", value, 0, 9)


def _square(pixels, title, low=0, high=1, bar=None, marks=()):
    """An 8 x 8 or 4 x 4 field as a heat map with rows and columns counted from 1; None is left open."""
    side = len(pixels)
    count = list(range(1, side + 1))
    field = [[None if v is None or np.isnan(v) else round(float(v), 3) for v in row] for row in pixels]
    ends = {"range": (0.5, side + 0.5), "ticks": count}
    return draw.figure(
        draw.heatmap(field, count, count, low=low, high=high, bar=bar),
        *marks,
        title=title,
        equal=True,
        x=draw.axis("column", **ends),
        y=draw.axis("row", **ends | {"range": (side + 0.5, 0.5)}),
    )


def _class_bars(shares, truth):
    places = list(range(10))
    marks = [draw.text(4.5, 0.5, "not asked", "grey") if shares is None else draw.vertical(truth, "ink", "dot")]
    values = [0] * 10 if shares is None else [round(float(s), 3) for s in shares]
    return draw.figure(
        draw.bars(places, values, colour="blue"), *marks, title="the class", legend=False,
        x=draw.axis("class", range=(-0.6, 9.6), ticks=places), y=draw.axis("probability", range=(0, 1.05)),
    )  # fmt: skip


def answers(digit: int, question: str, row: int, column: int) -> View:
    """One digit, and the trained network's answers to the queries that are put to it."""
    one_of("question", question, QUESTIONS)
    row, column = whole("row", row, 1, SIDE) - 1, whole("column", column, 1, SIDE) - 1
    image = digits()[0][shown()[_digit(digit)]]
    pixels, shares, _ = _answers(digit, ALL)
    asked = np.zeros((SIDE, SIDE), bool)
    if question == "one pixel":
        asked[row, column] = True
    elif question != "the class":
        asked[row if question == "one row" else slice(None)] = True
    ring = draw.points([column + 1], [row + 1], colour="red", size=14, symbol="circle-open")
    marks = [draw.text(4.5, 4.5, "not asked", "grey")] if question == "the class" else [ring]
    figure = draw.panels(
        _square(image, "read: ink", marks=[ring]),
        _square(np.where(asked, np.clip(pixels, 0, 1), np.nan), "answered: ink", marks=marks),
        _class_bars(shares if question == "the class" else None, digit),
        columns=3, height=330, gap=0.1,
    )  # fmt: skip
    return View(figure, _answer_words(question, image, pixels, shares, asked, row, column, digit))


def _answer_words(question, image, pixels, shares, asked, row, column, digit):
    count = {"the class": 1, "one pixel": 1, "one row": 8, "every pixel": 64}[question]
    start = (
        f"One query to the latents of a digit {digit}:"
        if count == 1
        else f"{count} queries to the latents of a digit {digit}:"
    )
    place, ink = f"the ringed pixel in row {row + 1}, column {column + 1}", image[row, column]
    if question == "the class":
        guess = int(shares.argmax())
        return (
            f"{start} which class is it? The answer is {guess}, with a probability of {shares[guess]:.2f}. "
            f"Nothing was asked about {place}, whose ink is {ink:.2f}."
        )
    said = f"answers {pixels[row, column]:.2f} for {place}, whose ink is {ink:.2f}, from 0, white, to 1, black"
    if question == "one pixel":
        return f"{start} how dark is it there? The network {said}."
    what, miss = (
        f"row {row + 1}" if question == "one row" else "the whole image",
        np.sqrt(((pixels - image)[asked] ** 2).mean()),
    )
    return f"{start} how dark is {what}? The network {said}; its answers are {miss:.2f} off (root mean square)."


# a smaller set ---------------------------------------------------------------------------------


@cache
def _order(order, digit):
    if order == "at random":
        return np.random.default_rng([FRESH_SEEDS[0], digit]).permutation(PATCHES)
    square = np.arange(PATCHES).reshape(4, 4)
    return (square if order == "from the top" else square.T).ravel()


def hide(digit: int, order: str, hidden: int) -> View:
    """The trained network on a digit some of whose patches it does not get."""
    sequence = _order(one_of("order", order, ORDERS), _digit(digit))
    kept = tuple(sorted(int(p) for p in sequence[whole("hidden", hidden, 0, PATCHES - 1) :]))
    pixels, shares, _ = _answers(digit, kept)
    image, seen = digits()[0][shown()[digit]], pixels_of(np.isin(np.arange(PATCHES), kept)[None])[0].reshape(SIDE, SIDE)
    figure = draw.panels(
        _square(np.where(seen, image, np.nan), "read: ink"),
        _square(np.clip(pixels, 0, 1), "answered: ink"),
        _class_bars(shares, digit),
        columns=3, height=330, gap=0.1,
    )  # fmt: skip
    guess = int(shares.argmax())
    there = f"the shown pixels are {np.sqrt(((pixels - image)[seen] ** 2).mean()):.2f} off"
    gone = "" if seen.all() else f", the hidden ones {np.sqrt(((pixels - image)[~seen] ** 2).mean()):.2f}"
    words = f"Of a digit {digit} the network reads {len(kept)} of 16 patches and answers {guess}, with a probability of {shares[guess]:.2f}; {there}{gone} (root mean square)."
    return View(figure, words)


# what a latent reads ---------------------------------------------------------------------------


def reading(digit: int, latent: int) -> View:
    """Where one trained latent looks: on one digit, and on average over the 500 test digits."""
    latent = whole("latent", latent, 1, 8) - 1
    here, everywhere = _answers(_digit(digit), ALL)[2][latent], readings()[:, latent]
    mean = everywhere.mean(axis=0)
    moved = np.abs(everywhere - mean).sum(axis=1).mean() / 2
    figure = draw.panels(
        _square(digits()[0][shown()[digit]], "digit: ink"),
        _square(here.reshape(4, 4), "weights here", high=1),
        _square(mean.reshape(4, 4), "mean weights", high=1),
        columns=3, height=330, gap=0.1,
    )  # fmt: skip
    row, column = divmod(int(mean.argmax()), 4)
    words = (
        f"Latent {latent + 1} reads most of all the patch in row {row + 1}, column {column + 1}: with a weight of {here[4 * row + column]:.2f} on this {digit} and of {mean.max():.2f} "
        f"on average over 500 test digits (even weights would be 0.06). On average {moved:.2f} of its weight lies elsewhere than in the mean, because of what is in the image."
    )
    return View(figure, words)


# costs -----------------------------------------------------------------------------------------


def _costs(asking, asked, projections):
    return attention_multiply_adds(asking, asked, WIDTH) + (
        projection_multiply_adds(asking, asked, WIDTH) if projections else 0
    )


def _network_costs(latents, inputs, projections):
    stages = perceiver_multiply_adds(latents, inputs, 1, LAYERS, WIDTH)
    return sum(count for stage, count in stages.items() if projections or stage.endswith("attention"))


def costs(latents: int, inputs: int, projections: bool) -> View:
    """Multiply-adds by the number of inputs: of one attention, and of a whole network of six layers."""
    latents, inputs = whole("latents", latents, 1, 64), whole("inputs", inputs, 64, 4096)
    one = [(_costs(n, n, projections), _costs(latents, n, projections)) for n in (*INPUTS, inputs)]
    whole_ = [(LAYERS * _costs(n, n, projections), _network_costs(latents, n, projections)) for n in (*INPUTS, inputs)]
    names = (
        ("inputs ask inputs", "latents ask inputs"),
        (f"Transformer, {LAYERS} layers", f"Perceiver, {LAYERS} layers"),
    )
    ticks = [10.0**n for n in range(3, 11)]
    raised = ["10" + str(n).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")) for n in range(3, 11)]
    figures = []
    for title, (dear, cheap), counts in zip(("one attention", "a network"), names, (one, whole_), strict=True):
        pairs = np.array(counts, float)
        figures.append(draw.figure(
            draw.line(INPUTS, pairs[:-1, 0], dear, "orange"), draw.line(INPUTS, pairs[:-1, 1], cheap, "blue"),
            draw.points([inputs] * 2, pairs[-1], colour=["orange", "blue"], size=11), draw.vertical(inputs, "grey", "dot"), title=title,
            x=draw.axis("inputs N", log=True, range=(55, 4800), ticks=list(INPUTS)),
            y=draw.axis("multiply-adds", log=True, range=(2e3, 2e10), ticks=ticks, labels=raised),
        ))  # fmt: skip
    what = "with the four projections" if projections else "scores and weighted means alone"
    ratios = one[-1][0] / one[-1][1], whole_[-1][0] / whole_[-1][1]
    words = (
        f"For N = {inputs} inputs of width {WIDTH}, {what}: self-attention takes {_count(one[-1][0])} multiply-adds, M = {latents} latents reading the inputs "
        f"{_count(one[-1][1])}: the ratio is {ratios[0]:.3g}. With {LAYERS} layers the Transformer costs {ratios[1]:.3g} times the whole Perceiver."
    )
    return View(draw.panels(*figures, height=390), words)


def _count(n):
    return f"{n / 1e6:.4g} million" if n >= 1e6 else f"{n:,}"


def times(projections: bool) -> View:
    """Stored milliseconds of one attention by the number of inputs, and the ratio beside that of the counts."""
    found = timings(bool(projections))
    counted = [_costs(int(n), int(n), projections) / _costs(32, int(n), projections) for n in found.inputs]
    ends = draw.axis("inputs N", log=True, range=(215, 4900), ticks=found.inputs.tolist())
    left = draw.figure(
        draw.line(found.inputs, found.self_attention, "inputs ask inputs", "orange"),
        draw.points(found.inputs, found.self_attention, colour="orange", size=7),
        draw.line(found.inputs, found.cross_attention, "32 latents ask inputs", "blue"),
        draw.points(found.inputs, found.cross_attention, colour="blue", size=7),
        title="time of one attention", x=ends, y=draw.axis("milliseconds", log=True, range=(0.01, 1000), ticks=[0.01, 0.1, 1, 10, 100, 1000]),
    )  # fmt: skip
    right = draw.figure(
        draw.line(found.inputs, found.ratio, "measured", "ink"),
        draw.points(found.inputs, found.ratio, colour="ink", size=7),
        draw.line(found.inputs, counted, "counted", "grey", "dash"),
        title="self-attention over reading",
        x=ends, y=draw.axis("ratio", log=True, range=(3, 400), ticks=[4, 8, 16, 32, 64, 128, 256]),
    )  # fmt: skip
    what = "with the four projections" if projections else "without projections"
    words = (
        f"Measured once {what}, width 32, 32-bit numbers, one thread: among {found.inputs[-1]} inputs self-attention took {found.ratio[-1]:.0f} times as long as 32 latents reading them, "
        f"where the counts say {counted[-1]:.0f}; among {found.inputs[0]}, {found.ratio[0]:.1f} times, where they say {counted[0]:.1f}."
    )
    return View(draw.panels(left, right, height=380), words)


# frozen latents --------------------------------------------------------------------------------


SHADES = {KINDS[0]: "blue", KINDS[1]: "red", KINDS[2]: "grey"}


def bottleneck(latents: int, seed: int, kind: str) -> View:
    """Frozen random latents with a ridge regression on what they read: accuracy by their number, one of them computed here."""
    latents = whole("latents", latents, 1, FROZEN_LATENTS[-1])
    found = frozen_accuracy(latents, seed, one_of("kind", kind, KINDS))
    marks = []
    for name, colour in SHADES.items():
        every = np.array([frozen_stored(m, name) for m in FROZEN_LATENTS])
        if name == kind:
            marks += [draw.line(FROZEN_LATENTS, one, colour="grey", width=0.8) for one in every.T]
        marks.append(
            draw.line(FROZEN_LATENTS, every.mean(axis=1), name, colour, "dash" if name == KINDS[2] else "solid")
        )
    numbers = latents * (4 if kind == KINDS[1] else 14)
    figure = draw.figure(
        *marks,
        draw.points([latents], [found], colour="orange", size=13),
        x=draw.axis("latents M (units: 14 for each)", log=True, range=(0.9, 72), ticks=list(FROZEN_LATENTS)),
        y=draw.axis("accuracy on 500 digits", range=(0.25, 1.02)),
        height=400,
    )
    what = {
        KINDS[0]: f"M = {latents} random latents that nobody trained",
        KINDS[1]: f"M = {latents} random latents that see no positions",
        KINDS[2]: f"{numbers} random rectified units, as many numbers as M = {latents} latents read",
    }[kind]
    return View(
        figure,
        f"{what}, seed {seed}: a linear read-out of {numbers} numbers names {100 * found:.1f} % of 500 test digits. Nothing but the read-out is fitted.",
    )


# what was published ----------------------------------------------------------------------------


def glue_scores(axis: str) -> View:
    """The paper's six language models: mean GLUE score by cost, size or speed."""
    one_of("axis", axis, AXES)
    value = {"cost": lambda r: r.flops, "size": lambda r: r.parameters, "speed": lambda r: r.speed}[axis]
    rows = [row for row in published.table() if value(row) is not None]
    marks = []
    for name, colour in (("BERT", "orange"), ("Perceiver", "blue")):
        for reads, symbol in (("tokens", "circle"), ("bytes", "diamond")):
            these = [row for row in rows if row.model.startswith(name) and row.reads == reads]
            marks.append(draw.points([value(r) for r in these], [r.glue for r in these], f"{name}{' IO' if name == 'Perceiver' else ''} on {reads}", colour, 12, symbol,
                                     hover="%{x}: %{y}"))  # fmt: skip
    spans = {"cost": (80, 270), "size": (0, 460), "speed": (2, 8.5)}
    bert, ours = published.line("BERT of matching FLOPs"), published.line("Perceiver IO")
    marks.append(draw.line([value(bert), value(ours)], [bert.glue, ours.glue], colour="grey", dash="dot", width=1.5))
    figure = draw.figure(
        *marks, x=draw.axis(AXES[axis], range=spans[axis]), y=draw.axis("mean of GLUE", range=(70, 83.5)), height=380
    )
    unit = {"cost": "billion FLOPs", "size": "million parameters", "speed": "training steps a second"}[axis]
    best = published.line("Perceiver IO++")
    words = (
        f"On bytes Perceiver IO scores {ours.glue:.1f} with {value(ours)} {unit} and BERT {bert.glue:.1f} with {value(bert)} {unit}, "
        f"{ours.glue - bert.glue:.1f} points less. Perceiver IO++ scores {best.glue:.1f} with {value(best)} {unit}."
    )
    return View(figure, words)
