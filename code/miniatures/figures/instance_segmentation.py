"""Views of the chapter on masks: clicks that correct one, the walker behind them, what 84 percent looks like, and how two boxes are related.

In pictures blue is the part of a mask that is right, yellow what it misses, red what it has too much. In curves orange is what is shown
on the left, grey what it is compared with, and the dashed line an IoU of 0.84.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures.checks import numbers, one_of, real, several, whole
from miniatures.explore import View, refusal
from miniatures.instance_segmentation import MOST_CLICKS, chances, pictured, session
from miniatures.instance_segmentation_runs import BETAS, HANDS, curve
from miniatures.outline_polygons import filled, outline, polygon_ious, vertex_order, vertices_needed
from miniatures.overlap_measures import (
    disc_mask,
    disc_shift,
    mask_iou,
    offset_disc_iou,
    polygon_disc_iou,
    radial_error,
    wobbling_disc_iou,
)
from miniatures.relationship_triplets import PREDICATES, learnt, predicate_probabilities
from miniatures.tailed_objects import SIDE, drawn_object, horse
from miniatures.wording import percent, plural

LEVEL = 0.84
OBJECT, MOST = 5, 20  # the drawn object of the first view, and how many clicks a reader has
TINTS = {name: np.array([int(draw.PALETTE["dark"][name][i : i + 2], 16) for i in (1, 3, 5)]) / 255 for name in ("blue", "yellow", "red")}  # fmt: skip
PARTS = {"right": "blue", "missed": "yellow", "too much": "red"}


def clicks_of(seed, count: int) -> tuple:
    """The simulated annotator's clicks on an object as a reader would place them: (x, y, label), y counted from below."""
    return _as_placed(session(seed, whole("count", count, 0, MOST_CLICKS)).clicks)


def _as_placed(clicks):
    return tuple((int(column), SIDE - 1 - int(row), int(label)) for row, column, label in clicks)


def object_clicks(clicks: tuple) -> View:
    """A drawn object, the mask that the clicks make, and its IoU after each of them."""
    return _clicked(OBJECT, "object", clicks)


def horse_clicks(clicks: tuple) -> View:
    """The same on a horse's outline."""
    return _clicked("horse", "horse", clicks)


def _clicked(seed, name, clicks):
    numbers("clicks", clicks, (None, 3) if len(several("clicks", clicks)) else None)
    try:
        made = session(seed, [(SIDE - 1 - y, x, label) for x, y, label in clicks])
    except ValueError as reason:
        return refusal(str(reason))
    it, mask = pictured(seed), made.masks[-1]
    left = _picture(it.image, mask, it.mask, *_marks(clicks), title=f"the {name}")
    theirs = _annotators(seed)
    right = draw.figure(
        *_key(), draw.points([-9], [-9], "click: object", "ink", 11), draw.points([-9], [-9], "click: background", "ink", 11, "x"),
        draw.line(range(len(theirs)), theirs, "simulated annotator", "grey", "dot"), draw.horizontal(LEVEL, "grey", "dash"),
        draw.line(range(len(made.ious)), made.ious.round(3), "these clicks", "orange"),
        draw.points(range(len(made.ious)), made.ious.round(3), colour="orange", size=7), title="overlap with the truth",
        x=draw.axis("clicks", range=(-0.5, MOST + 0.5)), y=draw.axis("IoU", range=(0, 1.02)),
    )  # fmt: skip
    return View(draw.panels(left, right, height=400), _click_words(made, it, name, theirs))


def _marks(clicks):
    """A reader's clicks, (x, y, label) each: discs on the object, crosses on background."""
    return [
        draw.points([x for x, _, label in clicks if label == kind], [y for _, y, label in clicks if label == kind], colour="ink", size=11, symbol=symbol)
        for kind, symbol in ((1, "circle"), (0, "x"))
    ]  # fmt: skip


@cache
def _annotators(seed):
    return session(seed, MOST).ious.round(3).tolist()


def _click_words(made, it, name, theirs):
    count, iou = len(made.clicks), made.ious[-1]
    if not count:
        return f"The mask is the box round the {name}: IoU {iou:.3f}. Click on the {name} to say that it is the object."
    change = iou - made.ious[-2]
    moved = (
        "leaves it there" if abs(change) < 5e-4 else f"{'raises' if change > 0 else 'lowers'} it by {abs(change):.3f}"
    )
    missed, extra = int((it.mask & ~made.masks[-1]).sum()), int((made.masks[-1] & ~it.mask).sum())
    apart = count < len(theirs) and abs(theirs[count] - iou) > 5e-4
    rival = f" The simulated annotator has {theirs[count]:.3f} after as many." if apart else ""
    return (
        f"IoU {iou:.3f} after {plural(count, 'click')}; the last one {moved}. "
        f"The mask misses {missed} of the {name}'s {int(it.mask.sum())} pixels and has {extra} too many.{rival}"
    )


def _tinted(image, mask, truth):
    """A grey picture (H, W) in 16 tones, its right, missed and surplus pixels coloured: uint8 (H, W, 3)."""
    shown = np.repeat(draw.stepped(image)[..., None] / 255, 3, axis=2)
    for part, name in zip((mask & truth, truth & ~mask, mask & ~truth), PARTS.values(), strict=True):
        shown[part] = 0.4 * shown[part] + 0.6 * TINTS[name]
    return np.round(255 * shown).astype(np.uint8)


def _key():
    """What the colours mean, for a figure's legend: points outside its axes."""
    return [draw.points([-9], [-9], part, colour, 10, "square") for part, colour in PARTS.items()]


def _picture(image, mask, truth, *marks, title, keyed=False, height=400):
    """The tinted picture with marks on it, whose y is the row counted from below; with `keyed`, the colours' names."""
    high, wide = truth.shape
    return draw.figure(
        draw.image(_tinted(image, mask, truth), -0.5, -0.5, wide, high), *(_key() if keyed else ()), *marks, title=title, equal=True, height=height,
        x=draw.axis(hidden=True, range=(-0.5, wide - 0.5)), y=draw.axis(hidden=True, range=(-0.5, high - 0.5)),
    )  # fmt: skip


# the walker --------------------------------------------------------------------------------------


def walker(beta: float, clicks: int) -> View:
    """The walker's chances on the drawn object after so many of the annotator's clicks; and the mean IoU over beta."""
    real("beta", beta), real("clicks", clicks)
    try:
        made = session(OBJECT, clicks, beta=beta)
    except ValueError as reason:
        return refusal(str(reason))
    it = pictured(OBJECT)
    p = chances(it.image, it.box, made.clicks, beta)
    top, before, bottom, after = it.box
    edge = outline(made.masks[-1])
    left = draw.figure(
        draw.heatmap((20 * p[top:bottom, before:after] + 1e-6).round() / 20, np.arange(before, after), SIDE - 1 - np.arange(top, bottom), low=0, high=1, bar="p"),
        _around(outline(it.mask), SIDE, "the object", "ink", "dot", 1.5), _around(edge, SIDE, "mask, p > ½", "orange"),
        *_marks(_as_placed(made.clicks)), title="chance to reach the object first", equal=True, height=380,
        x=draw.axis(hidden=True, range=(before - 2, after + 2)), y=draw.axis(hidden=True, range=(SIDE - bottom - 2, SIDE - top + 2)),
    )  # fmt: skip
    marks = []
    for number, dash in ((1, "dot"), (4, "solid")):
        name = plural(number, "click")
        settings, found = curve("beta", name)
        marks.append(draw.line(settings, found.mean(axis=1).round(3), f"60 objects, {name}", "grey", dash))
        marks += [draw.points(settings, one.round(3), colour="grey", size=4) for one in found.T]
    right = draw.figure(
        *marks, draw.horizontal(LEVEL, "grey", "dash"), draw.points([beta], [made.ious[-1].round(3)], "this object", "orange", 13, "diamond"),
        title="overlap, five seeds", x=draw.axis("β", range=(BETAS[0] / 1.2, BETAS[-1] * 1.2), log=True), y=draw.axis("IoU", range=(0, 1.02)), height=380,
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=400),
        f"At β = {beta:g} the mask after {plural(clicks, 'click')} has {int(made.masks[-1].sum())} pixels, the object {int(it.mask.sum())}: IoU {made.ious[-1]:.3f}.",
    )


def _around(points, high, name, colour, dash="solid", width=2.5, scale=1.0, shift=(0.0, 0.0)):
    """An outline (N, 2) of corners of pixels as a closed line in a picture of `high` rows, y counted from below."""
    rows, columns = np.vstack([points, points[:1]]).T
    x, y = columns - 0.5, high - 0.5 - rows
    return draw.line(
        (scale * x + shift[0]).round(1), (scale * y + shift[1]).round(1), name, colour, dash=dash, width=width
    )


# hands -------------------------------------------------------------------------------------------

MEASURES = {"mean IoU": "clicks", "share of objects at 0.84": "reached"}
HAND_COLOURS = ("orange", "purple", "green", "blue")


def hands(measure: str) -> View:
    """What a click more brings to four simulated hands, 12 objects on each of five seeds.

    >>> hands("mean IoU").description[:31]
    'After 3 clicks the mean IoU is '
    """
    experiment = MEASURES[one_of("measure", measure, tuple(MEASURES))]
    marks, said = [], []
    for hand, colour in zip(HANDS, HAND_COLOURS, strict=True):
        settings, found = curve(experiment, hand)
        marks.append(draw.line(settings, found.mean(axis=1).round(4), hand, colour))
        marks.append(
            draw.points(
                settings, found.mean(axis=1).round(4), colour=colour, size=6, error=found.std(axis=1, ddof=1).round(4)
            )
        )
        said.append(f"{found[3].mean():.3f} ({hand})")
    if experiment == "clicks":
        marks.append(draw.horizontal(LEVEL, "grey", "dash"))
    figure = draw.figure(
        *marks, x=draw.axis("clicks", range=(-0.3, 8.3)), y=draw.axis(measure, range=(0, 1.02))
    )  # fmt: skip
    return View(figure, f"After 3 clicks the {measure} is {'; '.join(said)}.")


# what 84 percent looks like -----------------------------------------------------------------------

SHAPES = ("disc", "drawn object", "horse")
FRAME = (200, 164)
COUNTS = tuple(range(3, 33))


def eighty_four() -> View:
    """Four masks near an IoU of 0.84."""
    side, radius = 164, 62
    disc = disc_mask(radius, side)
    middle, moved = (side - 1) / 2, disc_shift(LEVEL) * radius
    turn = 2 * np.pi * np.arange(7) / 7
    heptagon = filled(side / 2 + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1), disc.shape)
    smaller = disc_mask(radius * (1 - radial_error(LEVEL)), side)
    animal, count = horse(), vertices_needed(horse(), LEVEL)
    drawn = filled(_ordered("horse", count), animal.shape)
    wide = [_widened(mask) for mask in (disc, smaller, disc_mask(radius, side, middle, middle + moved), heptagon)]
    pairs = (
        (wide[1], wide[0], "shrunk disc"), (wide[2], wide[0], "shifted disc"), (wide[3], wide[0], "heptagon"), (drawn, animal, "horse"),
    )  # fmt: skip
    found = [mask_iou(mask, truth) for mask, truth, _ in pairs]
    figures = [
        _picture(
            np.full(FRAME[::-1], 0.62),
            mask,
            truth,
            title=f"{name}, {iou:.3f}",
            keyed=number == 0,
            height=200,
        )
        for number, ((mask, truth, name), iou) in enumerate(zip(pairs, found, strict=True))
    ]
    return View(
        draw.panels(*figures, columns=2, height=420, gap=0.08),
        f"A disc whose outline lies {percent(radial_error(LEVEL))} of its radius too far in has an IoU of {found[0]:.3f}, one shifted by {percent(disc_shift(LEVEL))} of it {found[1]:.3f}, "
        f"a heptagon {found[2]:.3f}, a horse drawn with {count} vertices {found[3]:.3f}.",
    )


def _widened(mask):
    wide = np.zeros(FRAME[::-1], bool)
    left = (FRAME[0] - mask.shape[1]) // 2
    wide[:, left : left + mask.shape[1]] = mask
    return wide


@cache
def _shape(name):
    """The true mask, and the scale and shift that fit it into the frame."""
    if name == "horse":
        return horse(), 1.0, (0.0, 0.0)
    mask = disc_mask(31, SIDE) if name == "disc" else drawn_object(OBJECT).mask
    scale = 2.5
    return mask, scale, ((FRAME[0] - scale * SIDE) / 2, 2.0)


@cache
def _order(name):
    points = outline(_shape(name)[0])
    return points, vertex_order(points, COUNTS[-1])


def _ordered(name, vertices):
    points, order = _order(name)
    return points[np.sort(order[:vertices])]


@cache
def _ious(name):
    return polygon_ious(_shape(name)[0], COUNTS).round(4)


def polygon(vertices: int, shape: str) -> View:
    """A shape with the polygon of so many of its outline's points; and the IoU of all such polygons."""
    mask, scale, shift = _shape(one_of("shape", shape, SHAPES))
    count = whole("vertices", vertices, 3, COUNTS[-1])
    points = _ordered(shape, count)
    high = mask.shape[0]
    left = draw.figure(
        draw.image(np.where(mask, 190, 110).astype(np.uint8), shift[0] - scale / 2, shift[1] - scale / 2, scale * mask.shape[1], scale * high),
        _around(points, high, None, "orange", scale=scale, shift=shift), title=f"the {shape}", equal=True,
        x=draw.axis(hidden=True, range=(-0.5, FRAME[0] - 0.5)), y=draw.axis(hidden=True, range=(-0.5, FRAME[1] - 0.5)),
    )  # fmt: skip
    ious = {name: _ious(name) for name in SHAPES}
    others = [one for one in ious.items() if one[0] != shape]
    here = float(ious[shape][count - 3])
    right = draw.figure(
        draw.line(COUNTS, [round(polygon_disc_iou(n), 4) for n in COUNTS], "n-gon in a circle", "grey", "dot"),
        *(draw.line(COUNTS, found, f"the {name}", "grey", dash, 1.5) for (name, found), dash in zip(others, ("solid", "dash"), strict=True)),
        draw.line(COUNTS, ious[shape], f"the {shape}", "orange"), draw.horizontal(LEVEL, "grey", "dash"), draw.points([count], [here], colour="orange", size=12, symbol="diamond"),
        title="overlap", x=draw.axis("vertices", range=(2, 33)), y=draw.axis("IoU", range=(0, 1.02)),
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=380),
        f"With {count} vertices the polygon of the {shape} has an IoU of {here:.3f}; a regular polygon in a circle would have {polygon_disc_iou(count):.3f}.",
    )


# size --------------------------------------------------------------------------------------------

RADII = np.geomspace(3, 60, 40).round(2)


def size(radius: float, error: float) -> View:
    """A disc and its outline drawn by a fixed error too far in; and the IoU of such an error over the disc's radius."""
    real("radius", radius), real("error", error, 0)
    try:
        inside = offset_disc_iou(radius, error)
    except ValueError as reason:
        return refusal(str(reason))
    turn = np.linspace(0, 2 * np.pi, 73)
    rings = [
        draw.line((r * np.cos(turn)).round(2), (r * np.sin(turn)).round(2), name, colour, dash, 2)
        for r, name, colour, dash in (
            (radius, "truth", "ink", "dot"),
            (radius - error, f"{error:g} px inside", "orange", "solid"),
        )
    ]
    frame = draw.axis("px", range=(-62, 62))
    left = draw.figure(*rings, title="a disc", equal=True, x=frame, y=frame)
    wobbly = [(r, wobbling_disc_iou(r, error)) for r in RADII if error <= r / 3]
    right = draw.figure(
        draw.line(RADII, [round(offset_disc_iou(r, error), 4) for r in RADII], "outline inside", "orange"),
        draw.line([r for r, _ in wobbly], [round(iou, 4) for _, iou in wobbly], "outline wobbles", "purple"), draw.horizontal(LEVEL, "grey", "dash"),
        draw.points([radius], [round(inside, 4)], colour="orange", size=12, symbol="diamond"),
        title="overlap", x=draw.axis("radius, px", range=(2.8, 64), log=True), y=draw.axis("IoU", range=(0, 1.02)),
    )  # fmt: skip
    wobble = f"; one that wobbles by as much {wobbling_disc_iou(radius, error):.3f}" if error <= radius / 3 else ""
    return View(
        draw.panels(left, right, height=380),
        f"A disc of radius {radius:.3g} px whose outline lies {error:g} px too far in has an IoU of {inside:.3f}{wobble}.",
    )


# relationships -----------------------------------------------------------------------------------

TABLE = (0.6, 0.45, 1.0, 1.15)
ROOM = (1.6, 1.0)
LEAST = 0.02  # of a box's sides


def relation(across_1: float, height_1: float, across_2: float, height_2: float) -> View:
    """What a box, given by two opposite corners, is to a table's, by their geometry alone."""
    real("across_1", across_1, 0, ROOM[0]), real("across_2", across_2, 0, ROOM[0])
    real("height_1", height_1, 0, ROOM[1]), real("height_2", height_2, 0, ROOM[1])
    (left, right), (low, high) = sorted((across_1, across_2)), sorted((height_1, height_2))
    corners = draw.points([across_1, across_2], [height_1, height_2], colour="orange", size=10)
    words = [*PREDICATES, "none"]
    if right - left < LEAST or high - low < LEAST:
        figure = _room([corners], words, [0.0] * len(words))
        return View(figure, f"The two corners must lie {LEAST:g} or more apart, across and in height.")
    p = predicate_probabilities(learnt(), [1 - high, left, 1 - low, right], TABLE).round(3)
    box = draw.line([left, right, right, left, left], [low, low, high, high, low], "the box", "orange")
    best = int(np.argmax(p))
    others = ", ".join(
        f"{word} {one:.3f}" for number, (word, one) in enumerate(zip(words, p, strict=True)) if number != best
    )
    return View(
        _room([box, corners], words, p),
        f"A box {right - left:.2f} wide and {high - low:.2f} high: {words[best]} with probability {p[best]:.3f}; {others}.",
    )


def _room(marks, words, p):
    top, left, bottom, right = TABLE
    table = draw.line(
        np.array([left, right, right, left, left]), 1 - np.array([bottom, bottom, top, top, bottom]), "the table", "ink"
    )
    room = draw.figure(
        table, *marks, title="a room", equal=True, x=draw.axis("across", range=(-0.03, ROOM[0] + 0.03)), y=draw.axis("height", range=(-0.03, ROOM[1] + 0.03)),
    )  # fmt: skip
    bars = draw.figure(
        draw.bars(words, p, colour="blue"), title="given where both lie", y=draw.axis("probability", range=(0, 1.02))
    )
    return draw.panels(room, bars, height=340)
