"""Views of the chapter on moving people: a film with its depth maps, a walker's depth, fills, priors and defocus.

Ink is the truth, orange parallax, grey the mean of the rest, purple the smooth fill, blue the prior that frozen people
taught; beside it green is a person's height alone and yellow the feet alone. Maps have a bar: what is near is as light as the page.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures import moving_depth_walk as film
from miniatures.checks import numbers, one_of, real, whole
from miniatures.defocus import blur_diameter
from miniatures.explore import View, refusal
from miniatures.frozen_scenes import BASELINE, COLUMNS, ROWS, frame, scene, truth
from miniatures.moving_depth import core, lone_person, parallax_depth
from miniatures.moving_depth_runs import (
    BASELINES,
    DEPTH,
    FRESH_SEEDS,
    GROWTHS,
    SPEEDS,
    motorcycle,
    motorcycle_match,
    stored,
)
from miniatures.moving_depth_walk import MAPS, PEOPLE, TRUE, WALK
from miniatures.person_depth import CASES, METHODS, case_errors, learned, parallax_map, stored_lessons, unusual
from miniatures.results import spread_percent
from miniatures.wording import minus, plural

SEED = FRESH_SEEDS[0]
NEAR, FAR = 2.0, 14.0  # metres, the ends of the maps' colours
COLOURS = dict(zip(METHODS, ("orange", "grey", "purple", "blue"), strict=True)) | {TRUE: "ink"}
HUES = {"parallax": "orange", "learned": "blue", "height alone": "green", "feet alone": "yellow"}
DASHES = ("dot", "dash", "solid")  # of PEOPLE
SHORT = ("other way", "still", "along")
SHUTTER = {"small, 0.1 m": 0.1, "large, 0.35 m": 0.35}
CUT = 16.0  # metres, the highest depth on the curve of a walker's depth


def metres(depth: float) -> str:
    """A depth as text; what is far away is not told apart.

    >>> metres(4.0), metres(49.99)
    ('4.0 m', '40 m or more')
    """
    depth = float(numbers("depth", depth, (), -np.inf, np.inf))
    return f"{depth:.1f} m" if depth < 40 else "40 m or more"


def _sized(title, *marks, wide=COLUMNS, high=ROWS, height=300):
    """A picture's axes count its pixels, from the lower left."""
    return draw.figure(
        *marks, title=title, equal=True, height=height,
        x=draw.axis(hidden=True, range=(0, wide)), y=draw.axis(hidden=True, range=(0, high)),
    )  # fmt: skip


def _frame(picture, title, *marks):
    high, wide = np.shape(picture)
    return _sized(title, draw.image(draw.stepped(picture), 0, 0, wide, high), *marks, wide=wide, high=high)


def _map(depth, title, low=NEAR, high=FAR, bar="depth, m", digits=1, hover="%{z} m", step=2):
    """A map (H, W) as a heat map of every second row and column, or of every `step`-th."""
    rows, columns = np.shape(depth)
    cells = np.round(np.clip(depth, low, high), digits)[::step, ::step]
    heat = draw.heatmap(
        cells,
        x=np.arange(0, columns, step) + step / 2,
        y=rows - step / 2 - np.arange(0, rows, step),
        low=low,
        high=high,
        bar=bar,
        hover=hover,
    )
    return _sized(title, heat, wide=columns, high=rows)


# the film --------------------------------------------------------------------------------------


def walk(number: int, kind: str) -> View:
    """A frame of the walk past three people, its depth map, where the map puts them, and that through the film."""
    number = whole("number", number, 0, film.FRAMES - 1)
    column, hue = MAPS.index(one_of("kind", kind, MAPS)), COLOURS[kind]
    depths = film.stored_depths()
    now, true = depths[number, column], depths[number, -1]
    figure = draw.panels(
        _frame(film.walk(number).first, "what the camera sees"), _map(film.walk_map(number, kind), kind),
        _plan(number, now, hue), _course(depths[:, column], number, hue), height=540, gap=0.13,
    )  # fmt: skip
    placed = ", ".join(f"{who} {depth:.1f} m" for who, depth in zip(PEOPLE, now, strict=True))
    gone = BASELINE * film.moment(number)
    return View(
        figure,
        f"Frame {number}, after {gone:.2f} m of the camera's way. {kind.capitalize()}: {placed}. "
        f"In truth it is {true[0]:.1f}, {true[1]:.1f} and {true[2]:.1f} m.",
    )


def _plan(number, depths, hue):
    """People and camera from above: true places, and where the map puts them on the same line of sight."""
    time = film.moment(number)
    true = np.array([one.depth for one in WALK.people])
    slope = np.array([(one.x + (one.shift - WALK.baseline) * time) / one.depth for one in WALK.people])
    rays = [draw.line([0, 14 * one], [0, 14], colour="grey", width=1) for one in slope]
    return draw.figure(
        *rays, draw.points(slope * true, true, TRUE, "ink", size=11, symbol="circle-open"),
        draw.points((slope * depths).round(2), depths, "on the map", hue, size=8),
        draw.points([0], [0.3], colour="grey", size=13, symbol="triangle-up"),
        title="from above", x=draw.axis("to the right of the camera, m", range=(-4.5, 4.5)), y=draw.axis("depth, m", range=(0, 12)), height=300,
    )  # fmt: skip


def _course(depths, number, hue):
    """The three depths through the film."""
    frames, marks, above = np.arange(film.FRAMES), [], 0.0
    for person in np.argsort(depths[-1]):
        above = max(float(depths[-1, person].round(1)), above + 1.1)  # labels keep apart
        marks.append(draw.line(frames, depths[:, person].round(2), colour=hue, dash=DASHES[person], width=2))
        marks.append(draw.text(31.6, above, SHORT[person], hue, "left", size=11))
    return draw.figure(
        *marks, draw.points([number] * 3, depths[number].round(2), colour=hue, size=8), draw.vertical(number, "grey", "dot"),
        title="through the film", x=draw.axis("frame", range=(-0.5, 44), ticks=[0, 10, 20, 30]), y=draw.axis("depth, m", range=(0, 12)), height=300,
    )  # fmt: skip


# the closed form -------------------------------------------------------------------------------


def speed(ratio: float) -> View:
    """The depth map with one person at 4 m who walks, and the closed form with what block matching measured."""
    ratio = real("ratio", ratio, -1, 1)
    pair = lone_person(DEPTH, BASELINE, BASELINE * ratio, SEED)
    depth = parallax_map(pair)
    measured = float(np.median(depth[core(truth(pair).labels > 0)]))
    formula = parallax_depth(DEPTH, BASELINE, BASELINE * ratio)
    ratios = np.linspace(-1, 0.75, 36)
    means = [stored("speeds", one, "depth").mean() for one in SPEEDS]
    shown = [(one, mean) for one, mean in zip(SPEEDS, means, strict=True) if mean < CUT]
    right = draw.figure(
        draw.horizontal(DEPTH, "ink", "dot"), draw.vertical(1, "grey", "dot"), draw.text(0.97, 0.9, "pole", "grey", "right", size=12),
        draw.line(ratios, parallax_depth(DEPTH, 1, ratios).round(3), "Z tₓ / (tₓ − v)", "grey"),
        draw.points(*np.transpose(shown).round(3), "matched, mean of five worlds", "orange", size=6),
        draw.points([ratio], [min(measured, CUT)], "this walk", "orange", size=13, symbol="diamond"),
        title="a person at 4 m", x=draw.axis("v / tₓ", range=(-1.08, 1.12)), y=draw.axis("suggested depth, m", range=(0, 1.03 * CUT)), height=310,
    )  # fmt: skip
    says = f"the formula says {metres(formula)}" if formula < 1e6 else "the formula has no finite depth"
    return View(
        draw.panels(_map(depth, "depth from two frames"), right, height=310),
        f"The person at {DEPTH:.0f} m walks {ratio:+.2f} of the camera's way between the frames; "
        f"{says}, block matching finds {metres(measured)}.",
    )


def baseline(metres_apart: float) -> View:
    """The depth map of a street where everybody stands still, by baseline, and how its errors change."""
    value = next((one for one in BASELINES if abs(one - real("metres_apart", metres_apart, 0, 2)) < 1e-9), None)
    if value is None:
        return refusal(f"A baseline of {metres_apart:g} m is not stored: one of {', '.join(map(str, BASELINES))}.")
    median, wrong = (
        [stored("baselines", one, measure).mean() for one in BASELINES]
        for measure in ("median error", "wrong by a quarter")
    )
    here = BASELINES.index(value)
    right = draw.figure(
        draw.line(BASELINES, np.round(median, 4), "median error", "orange"), draw.line(BASELINES, np.round(wrong, 4), "wrong by over a quarter", "red", "dash"),
        draw.points([value], [round(median[here], 4)], colour="orange", size=12), draw.points([value], [round(wrong[here], 4)], colour="red", size=12),
        title="five worlds", height=310, y=draw.axis("share", range=(0, 0.34)),
        x=draw.axis("baseline tₓ, m", range=(0.045, 0.9), log=True, ticks=list(BASELINES), labels=[str(one) for one in BASELINES]),
    )  # fmt: skip
    words = (
        f"With a baseline of {value:g} m the median error of a depth is {spread_percent(stored('baselines', value, 'median error'))}, "
        f"and {spread_percent(stored('baselines', value, 'wrong by a quarter'))} of the pixels are wrong by more than a quarter (five worlds, people who stand still)."
    )
    return View(draw.panels(_map(_still_map(value), "depth from two frames"), right, height=310), words)


@cache
def _still_map(value):
    return parallax_map(scene(SEED, 0, value).frozen())


# filling the mask ------------------------------------------------------------------------------


def fills(method: str, grow: int) -> View:
    """The depth map of the film's frame 16 with the people filled in, and the errors by margin."""
    hue = COLOURS[one_of("method", method, METHODS)]
    if real("grow", grow) not in GROWTHS:
        return refusal(f"A margin of {grow} pixels is not stored: one of {', '.join(map(str, GROWTHS))}.")
    grow = int(grow)
    found = film.walk(film.STILL, grow)
    marks = []
    for name in METHODS:
        errors = [stored("masks", f"{one} {name}", "error").mean() for one in GROWTHS]
        marks.append(draw.line(GROWTHS, np.round(errors, 3), name, COLOURS[name], width=4 if name == method else 2))
        if name == method:
            marks.append(draw.points([grow], [round(errors[GROWTHS.index(grow)], 3)], colour=hue, size=13))
    right = draw.figure(
        *marks, title="error on people, five worlds", height=340,
        x=draw.axis("margin of the mask, px", range=(-2.4, 8.4)), y=draw.axis("mean of |estimate − Z| / Z", range=(0, 1.25)),
    )  # fmt: skip
    return View(
        draw.panels(_map(found.maps[method], method), right, height=340),
        f"{method.capitalize()}, with the mask {_margin(grow)}: on this frame people are wrong by {100 * found.error(method):.0f} %, "
        f"in the five worlds by {spread_percent(stored('masks', f'{grow} {method}', 'error'))}.",
    )


def _margin(grow):
    if grow == 0:
        return "as it is"
    return f"{'widened' if grow > 0 else 'narrowed'} by {plural(abs(grow), 'pixel')}"


# the prior -------------------------------------------------------------------------------------


def lessons() -> View:
    """What frozen and what walking people teach: the depth that block matching gave, against the height in the picture."""
    figures, spans = [], []
    for frozen, title in ((True, "people who stand still"), (False, "people who walk")):
        taught, prior = stored_lessons(frozen), learned(frozen)
        tall = taught.features[:, 0]
        learnt = np.column_stack([taught.features, np.ones(len(tall))]) @ prior.weights
        spans.append(np.abs(taught.depths / taught.true_depths - 1).mean())
        figures.append(draw.figure(
            draw.line([1.5, 4.7], [1.7 * 1.5, 1.7 * 4.7], "1.7 m · f / h", "green", "dash"),
            draw.points(tall.round(3), np.minimum(taught.depths, 16).round(2), "depth taught", "orange", size=6),
            draw.points(tall.round(3), learnt.round(2), "what the prior makes of it", "blue", size=5, symbol="circle-open"),
            title=title, x=draw.axis("f / h, 1/m", range=(1.4, 4.8)), y=draw.axis("depth, m", range=(0, 16.5)), height=360,
        ))  # fmt: skip
    weights = [learned(frozen).weights for frozen in (True, False)]
    return View(
        draw.panels(*figures, height=360),
        f"The {len(stored_lessons().depths)} people who stand still teach depths that are {100 * spans[0]:.1f} % off on average, and a weight of {weights[0][0]:.2f} m for f / h; "
        f"the same people walking teach depths {100 * spans[1]:.0f} % off, and a weight of {weights[1][0]:.2f} m.",
    )


def cases(case: str, ratio: float) -> View:
    """A person whom the prior was not taught, and the signed errors of parallax and of the priors while they walk."""
    one_of("case", case, CASES)
    shift = BASELINE * real("ratio", ratio, -0.5, 0.5)
    pair = unusual(case, SEED, shift)
    found = {name: 100 * value for name, value in case_errors(case, SEED, shift).items()}
    rows = np.nonzero((truth(pair).labels > 0).any(axis=1))[0]
    right = draw.figure(
        draw.bars(list(found), [round(one, 1) for one in found.values()], colour=[HUES[name] for name in found], labels=[f"{_signed(one)} %" for one in found.values()]),
        draw.horizontal(0, "ink", "solid"), title="error of the depth", y=draw.axis("(estimate − Z) / Z, %", range=(-45, 118)), height=320,
    )  # fmt: skip
    listed = ", ".join(f"{name} {_signed(value)} %" for name, value in found.items())
    person = pair.people[0]
    return View(
        draw.panels(_frame(frame(pair), f"{case}, at {person.depth:g} m"), right, height=320),
        f"{case.capitalize()}, at {person.depth:g} m, {rows[-1] - rows[0] + 1} pixels tall, walks {ratio:+.2f} of the camera's way: {listed}.",
    )


def _signed(value):
    """A rounded number with its sign, 0 without one.

    >>> _signed(-0.2), _signed(3.4)
    ('0', '+3')
    """
    return "0" if round(value) == 0 else minus(f"{value:+.0f}")


# defocus ---------------------------------------------------------------------------------------


def pull(sharp: int, aperture: float, kind: str) -> View:
    """The film's frame 16 through a wide lens whose sharp depth is pulled through the street, by a depth map."""
    sharp = whole("sharp", sharp, 1, 50)
    one_of("kind", kind, MAPS)
    aperture = real("aperture", aperture, 0, 0.5)
    depths = np.linspace(2, 14, 61)
    curve = np.abs(blur_diameter(depths, sharp, aperture))
    here, true = (film.stored_depths()[film.STILL, MAPS.index(name)] for name in (kind, TRUE))
    wide, wanted = film.blurs(kind, sharp, aperture), film.blurs(TRUE, sharp, aperture)
    right = draw.figure(
        draw.line(depths, curve.round(2), "f A |1/Z − 1/Z_s|", "grey"),
        draw.points(true.round(2), wanted.round(2), TRUE, "ink", size=12, symbol="circle-open"),
        draw.points(here.round(2), wide.round(2), "on the map", COLOURS[kind], size=8),
        draw.vertical(sharp, "grey", "dot"), title="blur of the three", height=320,
        x=draw.axis("depth, m", range=(1.8, 14.2)), y=draw.axis("diameter, px", range=(-0.5, 17)),
    )  # fmt: skip
    listed = ", ".join(f"{who} by {blur:.1f} px" for who, blur in zip(PEOPLE, wide, strict=True))
    return View(
        draw.panels(_frame(film.refocused(kind, sharp, aperture), f"sharp at {sharp} m, by {kind}"), right, height=320),
        f"Sharp at {sharp} m with a lens {aperture:g} m wide, by {kind}: blurred are {listed}. "
        f"By their true depths it would be {wanted[0]:.1f}, {wanted[1]:.1f} and {wanted[2]:.1f} px.",
    )


# photographs -----------------------------------------------------------------------------------


def photographs(block: int) -> View:
    """Block matching of a real pair whose true disparities are known."""
    block = whole("block", block, 3, 15)
    pair, found = motorcycle(), motorcycle_match(block)
    known = np.isfinite(found.errors)
    options = {"low": 0, "digits": 0, "step": 3}
    disparities = options | {"high": 22, "bar": "px", "hover": "%{z} px"}
    wrong = np.where(known, np.where(found.errors > 1, 2.0, 1.0), 0.0)
    figure = draw.panels(
        _frame(pair.left[::3, ::3], "left photograph"), _map(np.nan_to_num(pair.disparity), "true disparity", **disparities),
        _map(found.disparity, f"matched, {block} × {block} pixels", **disparities),
        _map(wrong, "strong: off by over a pixel", high=2.4, bar=None, hover="%{z}", **options), height=500, gap=0.1,
    )  # fmt: skip
    return View(
        figure,
        f"With windows of {block} by {block} pixels the median error is {np.nanmedian(found.errors):.2f} px and {100 * found.wrong():.1f} % of the pixels are off by more than one; "
        f"of those that pass the left-right check {100 * found.wrong(found.valid):.1f} %, of the others {100 * found.wrong(~found.valid):.1f} %.",
    )


__all__ = ["baseline", "cases", "fills", "lessons", "photographs", "pull", "speed", "walk"]
