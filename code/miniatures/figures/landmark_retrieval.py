"""Views of the chapter on landmarks: a box of the reader's, words, rankings, and what detectors of all kinds do to them.

Orange are boxes, and the vector that sums over them. Ink is the whole picture, yellow and dashed the sum of unit vectors, green the
boxes alone, purple the index of regions. A right scene is blue, a wrong one red, junk grey. Pictures have 16 tones or fewer.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures import landmark_runs as runs
from miniatures.checks import one_of, positive, real, whole
from miniatures.explore import View
from miniatures.landmark_kernels import MOST_ALPHA, selectivity
from miniatures.landmark_retrieval import MODES
from miniatures.landmark_world import JUNK_BELOW, SCENES, SIDE, VIEWS, halved, query

COLOURS = {"global": "ink", "aggregated": "orange", "unit sum": "yellow", "crop": "green", "index": "purple"}
DASHED = {"unit sum": "dash"}  # in the light theme yellow is near orange
CALLED = {
    "global": "whole picture", "aggregated": "aggregated", "unit sum": "unit sum", "crop": "boxes alone", "index": "index",
}  # fmt: skip
ASKED, BOXED = 4, 39  # the query of the first view, and the scene that its reader boxes
RIGHT, WRONG = 38, 69  # two scenes of the second
GAP = 8  # pixels between pictures
MOST_RANK = 230  # the poor end of the axis of ranks


def _edges(box):
    """A box of rows and columns as a closed line, its y counted from below; ends with a gap."""
    top, left, bottom, right = box
    x, y = [left, right, right, left, left, None], [top, top, bottom, bottom, top, None]
    return x, [None if one is None else SIDE - one for one in y]


# a box of the reader's -----------------------------------------------------------------------------


def _wanted():
    """The query's picture at half its size, to the right of the scene, with its name."""
    picture = query(runs.SHOWN, ASKED)
    high, wide = (side / 2 for side in picture.shape)
    left = SIDE + GAP
    return draw.image(draw.stepped(picture), left, SIDE - high, wide, high), draw.text(
        left, SIDE - high - 4, "asked for", anchor="left", size=12
    )


@cache
def _unboxed(kernel):
    return {mode: runs.moved(ASKED, BOXED, [], mode, kernel).rank for mode in MODES}


def _box(left, low, right, high):
    """The box (top, left, bottom, right) between two corners whose heights are counted from below."""
    return SIDE - max(low, high), min(left, right), SIDE - min(low, high), max(left, right)


def _corners(**named):
    for name, value in named.items():
        real(name, value, 0, SIDE)


def rank(left: float, low: float, right: float, high: float, mode: str, kernel: str) -> int:
    """The rank of the first view's scene with this box, 1 is best."""
    _corners(left=left, low=low, right=right, high=high)
    return runs.moved(ASKED, BOXED, [_box(left, low, right, high)], mode, kernel).rank


def boxed(left: float, low: float, right: float, high: float, kernel: str) -> View:
    """One scene with a box between two corners, heights from below, and the scene's rank in each mode."""
    _corners(left=left, low=low, right=right, high=high)
    box = _box(left, low, right, high)
    ranks = {mode: rank(left, low, right, high, mode, kernel) for mode in MODES}
    x, y = _edges(box)
    scene = draw.figure(
        draw.image(draw.stepped(runs.shown_scene(BOXED).picture), 0, 0, SIDE, SIDE), *_wanted(),
        draw.line(x, y, colour="orange", width=3), title="a picture of the town", equal=True, legend=False,
        x=draw.axis(hidden=True, range=(0, SIDE + GAP + 32)), y=draw.axis(hidden=True, range=(0, SIDE)),
    )  # fmt: skip
    rows = list(range(len(MODES)))[::-1]
    found = draw.figure(
        draw.points([_unboxed(kernel)[mode] for mode in MODES], rows, "without a box", "grey", 9, "circle-open"),
        draw.points(list(ranks.values()), rows, "with your box", [COLOURS[mode] for mode in MODES], 12, "diamond"),
        *(draw.text(np.log10(MOST_RANK), row + 0.36, CALLED[mode], COLOURS[mode], "left", size=12) for mode, row in zip(MODES, rows, strict=True)),
        title="its rank among 160, 1 is best", x=draw.axis("rank", range=(MOST_RANK, 0.8), log=True, ticks=[1, 3, 10, 30, 100]),
        y=draw.axis(hidden=True, range=(-0.4, len(MODES) - 0.4)),
    )  # fmt: skip
    return View(
        draw.panels(scene, found, height=340),
        f"By {kernel.upper()} this picture has rank {ranks['global']} as a whole, {ranks['aggregated']} aggregated with your box, "
        f"{ranks['unit sum']} as a unit sum, {ranks['crop']} by your box alone and {ranks['index']} in the index. The box holds {_share(box)} % of the building asked for and is {_size(box)} px wide and high.",
    )


def _share(box):
    """How much of the landmark's box lies in this one, in whole percent."""
    mine = runs.shown_scene(BOXED).box
    sides = [max(0.0, min(a, b) - max(c, d)) for a, b, c, d in zip(mine[2:], box[2:], mine[:2], box[:2], strict=True)]
    return f"{100 * sides[0] * sides[1] / ((mine[2] - mine[0]) * (mine[3] - mine[1])) + 1e-6:.0f}"


def _size(box):
    return f"{box[3] - box[1]:.0f} by {box[2] - box[0]:.0f}"


# word by word --------------------------------------------------------------------------------------


def words(alpha: float, threshold: float) -> View:
    """What the selectivity makes of the cosines of two scenes with one query, and how they add up."""
    positive("alpha", alpha, MOST_ALPHA), real("threshold", threshold, 0, 0.99)
    u = np.linspace(-1, 1, 101)
    curve = draw.line(u, np.round(selectivity(u, alpha, threshold), 4), colour="ink", width=1.5)
    left, right, totals, most = [], [], {}, {}
    for number, name, colour in ((RIGHT, "the right scene", "blue"), (WRONG, "a wrong scene", "red")):
        cosines, root = runs.compared(ASKED, number)
        cosines = np.sort(cosines[cosines != 0])[::-1]
        share = selectivity(cosines, alpha, threshold)
        left.append(draw.points(cosines.round(3), share.round(4), name, colour, 7))
        totals[name] = share.sum() / root
        most[name] = 100 * share[:3].sum() / share.sum() if share.sum() else 0.0
        right.append((name, colour, np.cumsum(share) / root))
    unit = max(totals["the right scene"], 1e-9)
    curves = [
        draw.line(np.arange(1, len(sums) + 1), (sums / unit).round(4), name, colour) for name, colour, sums in right
    ]
    panels = draw.panels(
        draw.figure(curve, *left[::-1], title="what a word is worth", x=draw.axis("cosine u", range=(-1, 1)), y=draw.axis("σ(u)", range=(-0.03, 1))),
        draw.figure(
            *curves, title="added up, best words first", x=draw.axis("words", range=(0, 30)), y=draw.axis("similarity, right scene = 1", range=(0, 1.2)),
        ),
        height=340,
    )  # fmt: skip
    first, second = totals.values()
    return View(
        panels,
        f"At α = {alpha:g} and τ = {threshold:g} the right scene gets {first:.4f} and the wrong one {second:.4f}, so the {'right' if first > second else 'wrong'} one ranks higher. "
        f"Its three best words bring the right scene {most['the right scene']:.0f} % of what it gets, and {most['a wrong scene']:.0f} % the wrong one.{_searched(alpha, threshold)}",
    )


def _searched(alpha, threshold):
    """What five towns say of this setting, where it is stored."""
    known = {"alpha": alpha if threshold == 0 else None, "threshold": threshold if alpha == 3 else None}
    for study, value in known.items():
        if value in runs.STUDIES[study]:
            return f" Over five towns the aggregated search reaches {runs.points(study, value, 'aggregated', 'asmk')} points of mAP with it."
    return ""


# first eight ---------------------------------------------------------------------------------------


@cache
def _results(number):
    """All scenes that any setting of `first_eight` ranks among its first eight for this query."""
    found = {int(one) for mode in MODES for recall in runs.RECALLS for one in runs.top(number, mode, "asmk", recall)}
    return tuple(sorted(found))


@cache
def _small(number):
    return draw.stepped(halved(runs.shown_scene(number).picture), 8)


def verdict(number: int, scene_number: int) -> str:
    """Whether a scene answers a query: right, wrong or junk."""
    number = whole("number", number, 0, SCENES // VIEWS - 1)
    scene_number = whole("scene_number", scene_number, 0, SCENES - 1)
    if scene_number // VIEWS != number:
        return "wrong"
    return "right" if runs.shown_scene(scene_number).visible >= JUNK_BELOW else "junk"


def first_eight(number: int, mode: str, recall: float) -> View:
    """The eight scenes that ASMK ranks first, framed by whether they are right, with what the detector reported."""
    ranked = [int(one) for one in runs.top(number, mode, "asmk", recall)]
    verdicts = [verdict(number, one) for one in ranked]
    step = SIDE + GAP
    cells = [((place % 3) * step, (2 - place // 3) * step) for place in range(9)]
    (x, y), *corners = cells  # the first is the query's
    picture = query(runs.SHOWN, number)
    high, wide = picture.shape
    marks = [draw.image(draw.stepped(halved(picture), 8), x, y + 2 * GAP, wide, high)]
    for one in _results(number):  # those not ranked lie outside the axes: so each picture is stored once
        at = corners[ranked.index(one)] if one in ranked else (-9 * step, 0)
        marks.append(draw.image(_small(one), *at, SIDE, SIDE))
    for kind, colour in (("right", "blue"), ("wrong", "red"), ("junk", "grey")):
        frames = [_frame(*at) for at, said in zip(corners, verdicts, strict=True) if said == kind]
        if frames or kind != "junk":  # which is rare
            marks.append(_outlines(frames, kind, colour))
    seen = [(at, box) for at, one in zip(corners, ranked, strict=True) for box in runs.shown_boxes(one, recall)]
    marks.append(
        _outlines([_moved(box, *at) for at, box in seen if mode != "global"], "detected", "orange", 1.5, "dot")
    )
    figure = draw.figure(
        *marks, draw.text(x, y + GAP, "asked for", anchor="left", size=12), equal=True, height=480,
        x=draw.axis(hidden=True, range=(-4, 3 * step)), y=draw.axis(hidden=True, range=(-4, 3 * step)),
    )  # fmt: skip
    right, all_right = (
        verdicts.count("right"),
        sum(verdict(number, VIEWS * number + view) == "right" for view in range(VIEWS)),
    )
    precision = runs.query_precision(number, mode, "asmk", recall)
    return View(
        figure,
        f"Landmark {number}, {CALLED[mode]}, detector recall {recall:g}: {right} of the first eight {'is' if right == 1 else 'are'} right, where {all_right} could be{_junk(verdicts)}; the average precision over all {SCENES} is {precision:.2f}.",
    )


def _junk(verdicts):
    found = verdicts.count("junk")
    return f", and {found} {'is' if found == 1 else 'are'} junk" if found else ""


def _frame(x, y):
    return _moved((-2, -2, SIDE + 2, SIDE + 2), x, y)


def _moved(box, x, y):
    across, up = _edges([round(edge, 1) for edge in box])
    return [None if one is None else x + one for one in across], [None if one is None else y + one for one in up]


def _outlines(pieces, name, colour, width=3, dash="solid"):
    """Closed lines as one line with gaps; a place outside the axes where there is none, so that its name stays."""
    x, y = ([one for piece in pieces for one in piece[side]] for side in (0, 1))
    return draw.line(x or [-900, -901], y or [-900, -901], name, colour, dash, width)


# what changes the ranking --------------------------------------------------------------------------

STUDIES = {
    "recall": ("recall of the detector", (-0.05, 1.05), False),
    "jitter": ("jitter of its boxes, sides", (-0.05, 1.05), False),
    "false positives": ("false boxes a picture", (-0.2, 4.2), False),
    "clutter": ("other facades in a picture", (-0.4, 8.4), False),
    "words": ("words in the codebook", (13, 320), True),
}
SAID = {"false positives": "false boxes a picture", "clutter": "other facades", "words": "words"}
USUAL = {"recall": 1.0, "jitter": 0.1, "false positives": 1, "clutter": 5, "words": 64}


def studies(study: str, kernel: str) -> View:
    """Mean average precision of each mode as one thing changes, and each mode's lead over the aggregated vector, town by town."""
    label, span, log = STUDIES[one_of("study", study, tuple(STUDIES))]
    values = runs.STUDIES[study]
    left, right = [], [draw.horizontal(0, "orange", "solid")]
    for mode, colour in COLOURS.items():
        found = 100 * runs.curve(study, mode, kernel)
        left.append(draw.line(values, found.mean(axis=1).round(2), CALLED[mode], colour, DASHED.get(mode, "solid")))
        if mode != "aggregated":
            leads = np.array([runs.gap(study, value, mode, "aggregated", kernel) for value in values])
            right.append(
                draw.line(values, leads.mean(axis=1).round(2), CALLED[mode], colour, DASHED.get(mode, "solid"), 2)
            )
            right += [draw.points(values, one.round(2), colour=colour, size=4) for one in leads.T]
    ticks = list(values)
    panels = draw.panels(
        draw.figure(*left, title="five towns, mean", x=draw.axis(label, range=span, log=log, ticks=ticks), y=draw.axis("mAP, points", range=(38, 82))),
        draw.figure(*right, title="lead over aggregated", x=draw.axis(label, range=span, log=log, ticks=ticks), y=draw.axis("points of mAP", range=(-24, 10))),
        height=380,
    )  # fmt: skip
    return View(panels, _told(study, kernel, values))


def _told(study, kernel, values):
    crop = {value: runs.gap(study, value, "crop", "aggregated", kernel).mean() for value in values}
    first, last = values[0], values[-1]
    index = runs.gap(study, USUAL[study], "index", "aggregated", kernel)
    return (
        f"{kernel.upper()}, {SAID.get(study, study)} from {first:g} to {last:g}: the lead of boxes alone over the aggregated vector goes from {crop[first]:+.1f} to {crop[last]:+.1f} points; "
        f"at {USUAL[study]:g} the index leads by {index.mean():+.1f}, and {_sign(index)}."
    )


def _sign(leads):
    ahead = int((leads > 0).sum())
    return "all five towns agree" if ahead in (0, len(leads)) else f"{ahead} of {len(leads)} towns agree"
