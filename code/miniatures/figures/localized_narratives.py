"""Views of the chapter on pointing while talking: the lag, the words one by one, sloppy pointing, fitting, the reader's rounds.

Grey is the pointer's trace, purple what an assumed lag picks from it; green is a word grounded right, red one grounded wrong.
Green is also a word's own object, ink a planted lag. Blue is a share of words grounded right, orange what it is held against.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures import narrative_rounds as rounds_of
from miniatures import narrative_runs as runs
from miniatures.checks import cached, numbers, one_of, several, whole
from miniatures.explore import View
from miniatures.localized_narratives import accuracy, agreement, best_lag, box_iou, ground_words
from miniatures.narrative_regions import bounding_box, densest_box, density, phrase, segment
from miniatures.narrative_scenes import Speaker, narrate, narratives, picture, scene
from miniatures.narrative_trace import areas, inside, shuffled
from miniatures.results import spread_percent

SEED = 200
LAG = 0.5  # seconds, of the simulated speakers
SIDE = 96  # pixels of a picture
MAP = 24  # cells to the side of a density that is drawn
SPANS = ("the word", "the phrase")
COARSE = np.arange(-5, 16) / 10  # lags of the curves under `pointing`, seconds
FEW = 10  # narratives under `pointing`


# what the pictures share ----------------------------------------------------------------------------


@cache
def _scene():
    return scene(np.random.default_rng(SEED))


@cached()
def _told(dwell: float):
    """The narrative that the first views show: one picture, one order, whatever the dwell."""
    return narrate(_scene(), Speaker(dwell=dwell), np.random.default_rng([SEED, 1]))


@cache
def _pixels(place_key):
    return draw.stepped(_washed(picture(place_key(), SIDE)))


def _washed(pixels):
    """Half as strong, so that a trace on it can be seen."""
    return 0.45 + 0.55 * pixels


def _up(xs, ys):
    """Places as they are drawn: y counted upwards, to a thousandth."""
    return np.asarray(xs).round(3), (1 - np.asarray(ys)).round(3)


def _outline(box, name, colour, dash="solid", width=2.0):
    x0, y0, x1, y1 = box
    return draw.line(*_up([x0, x1, x1, x0, x0], [y0, y0, y1, y1, y0]), name, colour, dash, width)


def _picture(place_key, *marks, title, low=0.0, height=360):
    return draw.figure(
        draw.image(_pixels(place_key), 0, 0, 1, 1), *marks, title=title, equal=True, height=height,
        x=draw.axis(hidden=True, range=(0, 1)), y=draw.axis(hidden=True, range=(low, 1)),
    )  # fmt: skip


def _trace(trace, every=2):
    return draw.line(*_up(trace.xs[::every], trace.ys[::every]), "pointer", "grey", width=1)


def _parts(told, lag, which):
    """The trace's segments for the words `which`, one line with breaks."""
    xs, ys = [], []
    for number in np.flatnonzero(which):
        start, end = told.words[number] - lag
        held = np.flatnonzero((told.trace.times >= start) & (told.trace.times <= end))
        xs += [*told.trace.xs[held], np.nan]
        ys += [*told.trace.ys[held], np.nan]
    return _up(xs, ys)


def _grounded_marks(told, grounded, lag):
    """The segments of the named words, green where they fall to their own box and red where not."""
    right = np.zeros(len(told.words), bool)
    right[told.named] = grounded == told.about[told.named]
    return [
        draw.line(*_parts(told, lag, told.named & which), name, colour, width=4)
        for which, name, colour in ((right, "right", "green"), (~right, "wrong", "red"))
    ]


def _timeline(told, grounded, lag, low, high, title):
    """When the pointer was in which shape, and from when on that clock each noun takes its segment."""
    order = told.about[told.named]
    rows = {int(box): len(order) - 1 - number for number, box in enumerate(order)}
    within = inside(told.trace.xs, told.trace.ys, told.trace.boxes)
    stays_x, stays_y = [], []
    for box, row in rows.items():
        edges = np.flatnonzero(np.diff(np.concatenate([[0], within[:, box], [0]])))
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            stays_x += [told.trace.times[first], told.trace.times[min(last, len(within) - 1)], np.nan]
            stays_y += [row, row, np.nan]
    spans = (told.words[told.named] - lag).round(2)
    right = grounded == order
    marks = [draw.line(np.round(stays_x, 2), stays_y, "pointer in the shape", "grey", width=7)]
    for which, name, colour in ((right, "right", "green"), (~right, "wrong", "red")):
        xs, ys = [], []
        for (start, end), box in zip(spans[which], order[which], strict=True):
            xs, ys = [*xs, start, end, np.nan], [*ys, rows[int(box)], rows[int(box)], np.nan]
        marks.append(draw.line(np.array(xs), ys, name, colour, width=4))
    names = [_name(told, box) for box in rows]
    return draw.figure(
        *marks, title=title, height=360,
        x=draw.axis("pointer's clock, s", range=(low, high)), y=draw.axis(range=(-0.6, len(rows) - 0.4), ticks=list(rows.values()), labels=names),
    )  # fmt: skip


def _name(told, box):
    """The noun that is about a box."""
    return told.texts[int(np.flatnonzero(told.about == box)[0])]


# the lag --------------------------------------------------------------------------------------------


def timing(lag: float, dwell: float) -> View:
    """One narrative, its nouns looked up an assumed lag earlier: on the picture and on the pointer's clock."""
    told = _told(dwell)
    grounded = ground_words(told.trace, told.words[told.named], lag)
    right = int((grounded == told.about[told.named]).sum())
    end = np.ceil(told.words.max() + 1.2)
    left = _picture(_scene, _trace(told.trace), *_grounded_marks(told, grounded, lag), title="trace and nouns")
    near, found = runs.accuracy_near(dwell, lag)
    return View(
        draw.panels(left, _timeline(told, grounded, lag, 0, float(end), "when"), height=380),
        f"Looked up {abs(lag):.2f} s {'later' if lag < 0 else 'earlier'}, {right} of this narrative's 6 nouns fall to their own shape. "
        f"Over sixty narratives of each of five seeds, {dwell:g} s about a shape, it is {spread_percent(found)} at {near:.1f} s.",
    )


def curves() -> View:
    """Accuracy by assumed lag, five seeds, for each dwell."""
    marks = []
    for dwell, dash in zip(runs.DWELLS, ("dot", "solid", "dash", "longdash"), strict=True):
        found = 100 * runs.curve(dwell)
        band = np.concatenate([found.min(axis=0), found.max(axis=0)[::-1]])
        lags = np.concatenate([runs.LAGS, runs.LAGS[::-1]])
        marks.append(draw.line(lags, band.round(2), None, "grey", width=0.5))
        marks.append(draw.line(runs.LAGS, found.mean(axis=0).round(2), f"{dwell:g} s about a shape", "blue", dash))
    figure = draw.figure(
        *marks, draw.vertical(LAG, "ink", "dot"), draw.horizontal(100 / 6, "grey", "dot"),
        x=draw.axis("assumed lag, s", range=(-1, 2)), y=draw.axis("nouns grounded right, %", range=(0, 103)), height=380,
    )  # fmt: skip
    at = [f"{spread_percent(runs.stored('accuracy', dwell, '0.0'))} with {dwell:g} s" for dwell in runs.DWELLS]
    return View(
        figure,
        f"The voice is 0.5 s behind the pointer. With no lag assumed, nouns grounded right: {', '.join(at)} about a shape. Chance is one in six, the dotted level. Thin lines are the lowest and the highest of five seeds.",
    )


# word by word ---------------------------------------------------------------------------------------


def words(number: int, lag: float, span: str) -> View:
    """One word after the other, counted from 1: its segment of the trace, and what could be drawn about it."""
    told = _told(0.5)
    number = whole("number", number, 1, len(told.words)) - 1
    taken = told.words[number] if one_of("span", span, SPANS) == SPANS[0] else phrase(told.words, number)
    part = segment(told.trace, taken, lag)
    grid = density(part)
    boxes = {"bounding box": bounding_box(part), "densest part": densest_box(grid)}
    (got,) = ground_words(told.trace, [taken], lag)
    about = told.about[number]
    own = [] if about < 0 else [_outline(told.trace.boxes[about], "its object", "green", width=2)]
    left = _picture(
        _scene, _trace(told.trace), draw.line(*_up(part.xs, part.ys), "segment", "purple", width=5), *own,
        *_transcript(told, number), title="the segment", low=-0.3, height=420,
    )  # fmt: skip
    right = draw.figure(
        _heat(part), *own, _outline(boxes["bounding box"], "bounding box", "orange"), _outline(boxes["densest part"], "densest part", "blue", "dash"),
        title="its density", equal=True, height=420, x=draw.axis(hidden=True, range=(0, 1)), y=draw.axis(hidden=True, range=(-0.3, 1)),
    )  # fmt: skip
    shape = _name(told, got)
    said = f"“{told.texts[number]}”, word {number + 1} of {len(told.words)}, from {taken[0]:.2f} to {taken[1]:.2f} s, looked up {lag:g} s earlier: "
    if about < 0:
        return View(
            draw.panels(left, right, height=420),
            f"{said}it names nothing in the picture and gets the {shape} all the same.",
        )
    fit = ", ".join(f"{_iou(box, told.trace.boxes[about])} for its {name}" for name, box in boxes.items())
    verdict = "right" if got == about else "wrong"
    return View(
        draw.panels(left, right, height=420),
        f"{said}it gets the {shape}, {verdict}. The bounding box is {areas(boxes['bounding box']) / areas(told.trace.boxes[about]):.2f} times as large as the object's; IoU {fit}.",
    )


def _iou(box, other):
    return f"{box_iou(box, other):.2f}" if (box[2:] - box[:2]).min() > 1e-6 else "0.00"


def _heat(part):
    middles = ((np.arange(MAP) + 0.5) / MAP).round(3)
    grid = density(part, MAP)
    return draw.heatmap(np.round(9 * grid / grid.max())[::-1].astype(int), middles, middles, low=0, high=9)


def _transcript(told, number):
    """The eighteen words in three lines under the picture, the present one set off."""
    marks = []
    for k, text in enumerate(told.texts):
        now = k == number
        marks.append(
            draw.text(0.08 + 0.168 * (k % 6), -0.07 - 0.09 * (k // 6), f"<b>{text}</b>" if now else text, "purple" if now else "grey", size=12)
        )  # fmt: skip
    return marks


# sloppy pointing ------------------------------------------------------------------------------------


def pointing(jitter: float, radius: float) -> View:
    """A pointer that trembles or circles widely: one trace, and two ways to count, by lag."""
    speaker = Speaker(jitter=jitter, radius=radius)
    told = narratives(FEW, speaker, np.random.default_rng([SEED, 2]))
    counted, timed = 100 * accuracy(told, COARSE), 100 * agreement(told, COARSE)
    one = narrate(_scene(), speaker, np.random.default_rng([SEED, 1]))
    grounded = ground_words(one.trace, one.words[one.named], LAG)
    left = _picture(_scene, _trace(one.trace), *_grounded_marks(one, grounded, LAG), title="one trace, true lag")
    right = draw.figure(
        draw.line(COARSE, counted.round(1), "nouns grounded right", "blue"), draw.line(COARSE, timed.round(1), "their time in the right box", "orange", "dash"),
        draw.vertical(LAG, "ink", "dot"), title="ten narratives",
        x=draw.axis("assumed lag, s", range=(-0.5, 1.5)), y=draw.axis("share, %", range=(0, 103)),
    )  # fmt: skip
    at = int(np.argmin(np.abs(COARSE - LAG)))
    return View(
        draw.panels(left, right, height=380),
        f"Jitter {jitter:g} and radius {radius:g}: at the true lag {counted[at]:.1f} % of the nouns of ten narratives are grounded right, and the pointer is in their box for {timed[at]:.1f} % of their time.",
    )


# fitting and scoring --------------------------------------------------------------------------------


@cached()
def _pairs(count, mixed):
    """Narratives to fit a lag on and others to score it on, perhaps with their labels exchanged by chance."""
    rng = np.random.default_rng([SEED, 3])
    both = [narratives(count, Speaker(unsteady=runs.UNSTEADY), rng) for _ in range(2)]
    return [[shuffled(one, rng) for one in told] for told in both] if mixed else both


def fitted(count: int, mixed: bool) -> View:
    """Accuracy by lag on the narratives that a lag is fitted on and on others; what fitting promised, five seeds."""
    own, others = _pairs(count, mixed)
    here, there = (100 * accuracy(told, runs.FINE) for told in (own, others))
    lag = best_lag(own, runs.FINE)
    promised, kept = (100 * accuracy(told, [lag])[0] for told in (own, others))
    left = draw.figure(
        draw.line(runs.FINE, here.round(1), "where it was fitted", "orange"), draw.line(runs.FINE, there.round(1), "on others", "blue"),
        draw.points([lag, lag], [promised.round(1), kept.round(1)], colour=["orange", "blue"], size=11, symbol="diamond"), draw.vertical(LAG, "ink", "dot"),
        title="one draw", x=draw.axis("assumed lag, s", range=(-1, 2)), y=draw.axis("nouns grounded right, %", range=(0, 103)),
    )  # fmt: skip
    marks, ending = [], ", shuffled" if mixed else ""
    for of, colour in (("own", "orange"), ("others", "blue")):
        found = np.array([100 * runs.stored("optimism", n, of + ending) for n in runs.COUNTS])
        places = np.arange(len(runs.COUNTS)) + (0.12 if of == "others" else -0.12)
        marks.append(draw.line(places.round(2), found.mean(axis=1).round(2), colour=colour))
        marks.append(draw.points(np.repeat(places, 5).round(2), found.ravel().round(2), colour=colour, size=5))
    right = draw.figure(
        *marks, draw.horizontal(100 / 6, "grey", "dot"), draw.vertical(runs.COUNTS.index(count), "grey", "dash"), title="means, five seeds",
        x=draw.axis("narratives", range=(-0.5, 3.5), ticks=[0, 1, 2, 3], labels=[str(n) for n in runs.COUNTS]), y=draw.axis("%", range=(0, 103)),
    )  # fmt: skip
    mean = [spread_percent(runs.stored("optimism", count, of + ending)) for of in ("own", "others")]
    what = "With labels exchanged by chance, a" if mixed else "A"
    return View(
        draw.panels(left, right, height=380),
        f"{what} lag fitted on {count} narrative{'s' * (count > 1)}, here {lag:.2f} s, is right for {promised:.0f} % of the nouns it was fitted on and for {kept:.0f} % of those of as many others. "
        f"Means of five seeds: {mean[0]} and {mean[1]}.",
    )


# the reader's rounds --------------------------------------------------------------------------------


def rounds(first: tuple, second: tuple) -> View:
    """The reader's two rounds: a lag from the first, the accuracy on the second."""
    for name, trace in (("first", first), ("second", second)):
        numbers(name, trace, (None, 3) if len(several(name, trace)) else None)
    one, two = (rounds_of.narrative_of(trace, number) for number, trace in enumerate((first, second)))
    shown = two or one
    end = rounds_of.seconds()
    stops = rounds_of.stops()
    digits = [draw.points(*zip(*stops, strict=True), colour="wash-grey", size=21)]
    digits += [draw.text(x, y, str(number + 1), size=15) for number, (x, y) in enumerate(stops)]
    if shown is None:
        return View(
            draw.panels(_picture(rounds_of.shown, *digits, title="your picture"), _waiting(end), height=380),
            "Nothing is recorded yet. Press Record, read the 6 nouns as they come, and go to each shape with the pointer, or by its digit key.",
        )
    found = rounds_of.outcome(shown, one if two else None)
    trace = [_trace(shown.trace, 1), *_places(shown, found)]
    right = int(found.correct.sum())
    view = draw.panels(
        _picture(rounds_of.shown, *trace, *digits, title=f"round {2 if two else 1}"),
        _timeline(shown, found.grounded, found.lag, 0, end, "when"), height=380,
    )  # fmt: skip
    return View(view, _said(found, right, one, two))


def _waiting(end):
    """When the nouns of round 1 will come, and not which: that would take the surprise from them."""
    told = rounds_of.prompted(0)
    spans = told.words[told.named].round(2)
    rows = np.arange(len(spans))[::-1]
    return draw.figure(
        draw.line(np.insert(spans, 2, np.nan, axis=1).ravel(), np.repeat(rows, 3), "nouns to come", "grey", width=4), title="when", height=360,
        x=draw.axis("pointer's clock, s", range=(0, end)), y=draw.axis(range=(-0.6, len(rows) - 0.4), ticks=rows, labels=[f"noun {k + 1}" for k in range(len(rows))]),
    )  # fmt: skip


def _places(told, found):
    """The mean place of the pointer for each noun, green where that makes it right and red where not: a pointer that rests leaves no line."""
    _, mean, covered = told.trace.between(*(told.words[told.named] - found.lag).T)
    return [
        draw.points(*_up(*mean[which & (covered > 0)].T), colour=colour, size=29)
        for which, colour in ((found.correct, "green"), (~found.correct, "red"))
    ]


def _said(found, right, one, two):
    if two is None:
        good = rounds_of.good_lags(one)
        return f"Round 1 at a lag of 0 s: {right} of 6 nouns right. Its best lags go from {good[0]:.2f} to {good[1]:.2f} s, but a lag is not scored where it was fitted: record round 2."
    if one is None:
        return f"Round 2 at a lag of 0 s: {right} of 6 nouns right. Round 1 is missing, from which a lag would come: record it."
    if not found.fitted:
        return f"No lag makes a noun of round 1 right, so round 2 is grounded at 0 s: {right} of 6 nouns right. Record round 1 again."
    at_zero = int(rounds_of.outcome(two).correct.sum())
    return f"Round 1 gives a lag of {found.lag:.2f} s. With it {right} of the 6 nouns of round 2 are right; with a lag of 0 it would be {at_zero}."
