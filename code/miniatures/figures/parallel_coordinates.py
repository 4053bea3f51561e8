"""Views of parallel coordinates: lines across axes, their crossings, and what the best line is worth.

Blue is a line that is shown, orange a good configuration (balanced accuracy of 0.93 or more) and what a search claims,
grey what is brushed away; green and purple tell groups apart, red is a warning.
"""

import itertools
from functools import cache

import numpy as np

from miniatures import draw
from miniatures import parallel_coordinates as pc
from miniatures import parallel_tables as tables
from miniatures import winners_curse as wc
from miniatures.checks import cached, numbers, one_of, real, several, whole, whole_numbers
from miniatures.explore import View

PIXELS = 1000  # heights of lines are drawn in whole thousandths of an axis
MOST_POINTS = 60  # of the normal distribution
SAMPLE = 6  # every sixth configuration is drawn, 250 of 1,500; every number is computed from all
FEW = 100  # where a brush leaves no more, all of them are drawn
DRAWN = (*tables.PARAMETERS, "accuracy")
KINDS, GOOD_OR_NOT = ("blue", "green", "purple"), ("blue", "orange")
TABLES = {"13 measurements of 178 wines": "wine", "7 columns of 392 cars": "cars",
          "8 columns of the sweep": "sweep", "7 columns of the FixMatch trainings": "trainings"}  # fmt: skip
ORDERS = ("as in the file", "fewest crossings", "fewest, axes turned", "most crossings")
IN_WORDS = (
    "In the file's order",
    "In the order with the fewest crossings found",
    "With axes turned as well",
    "In the order with the most crossings found",
)
TRIED = (5, 7, 10, 15, 20, 50, 100, 200, 500, 1000, 1500)
COLOURS = {
    "wine": " Colours: three cultivars.",
    "cars": " Colours: three regions of origin.",
    "sweep": " Orange: good configurations.",
    "trainings": "",
}
SHORT = {
    "wine": ("alc", "mal", "ash", "alk", "mag", "phe", "flav", "non", "pro", "int", "hue", "od", "prl")
}  # below thirteen axes


def polylines(
    table, colour="blue", names=None, order=None, turned=(), ends=None, title=None, above=(), height=420, legend=None
) -> dict:
    """A figure with one line for each row of `table` (n, k); see `miniatures.parallel_coordinates.parallel_coordinates_figure`.

    `ends` (k) are the texts (below, above) of each axis, `above` texts over the gaps; `legend` names the colours, which are
    drawn in its order. One trace holds all the lines of a colour, with a gap after each.
    """
    table = numbers("table", table, (None, None))
    if names is not None and len(several("names", names)) != table.shape[1]:
        raise ValueError(f"names holds {len(names)} names: give one for each of {table.shape[1]} columns")
    order = tuple(range(table.shape[1])) if order is None else order
    low, high = table.min(axis=0), table.max(axis=0)
    scaled = (table - low) / np.where(high > low, high - low, 1)
    turned = whole_numbers("turned", list(several("turned", turned)), None, 0, table.shape[1] - 1).ravel().tolist()
    scaled[:, turned] = 1 - scaled[:, turned]
    colours = [colour] * len(table) if isinstance(colour, str) else list(map(str, several("colour", colour)))
    colours = np.array(colours, object)
    if len(colours) != len(table):
        raise ValueError(f"colour holds {len(colours)} colours: give one, or one for each of {len(table)} rows")
    legend = legend or {}
    marks = [
        _lines(scaled[colours == one][:, order], one, legend.get(one))
        for one in dict.fromkeys([*legend, *colours])
        if (colours == one).any()
    ]
    return _across(
        marks,
        [_turned_name(names, c, turned) for c in order],
        None if ends is None else [ends[c][:: -1 if c in turned else 1] for c in order],
        title,
        several("above", above),
        height,
    )


def _lines(heights, colour, name=None, width=1.2, dash="solid"):
    """One trace: the rows of `heights` (n, k) as lines with gaps between them; without rows one that draws nothing.

    A figure has the same traces at every setting: the page's plot library loses lines where their number changes.
    """
    heights = heights if len(heights) else np.full((1, heights.shape[1]), np.nan)
    n, k = heights.shape
    y = np.full((n, k + 1), np.nan)
    y[:, :k] = np.round(heights * PIXELS)
    x = np.tile([*map(float, range(k)), np.nan], n)
    return draw.line(x, y.ravel(), name=name, colour=colour, width=width, dash=dash, hover="%{y}")


def _across(marks, names, ends, title, above, height):
    """`marks` on upright axes at 0, 1, 2 …, with `names` below them."""
    k = len(names)
    upright = draw.line(
        [x for place in range(k) for x in (place, place, None)],
        [0, PIXELS, None] * k,
        colour="ink",
        width=1.5,
        hover="",
    )
    words = [draw.text(place + 0.5, 1170, text, "ink", size=11) for place, text in enumerate(above)]
    for place, (bottom, top) in enumerate(ends or ()):
        words += [draw.text(place, -60, bottom, "ink", size=11), draw.text(place, 1060, top, "ink", size=11)]
    x = draw.axis(range=(-0.4, k - 0.6), ticks=list(range(k)), labels=names)
    y = draw.axis(range=(-120, 1230 if above else 1120), hidden=True)
    return draw.figure(*marks, upright, *words, x=x, y=y, title=title, height=height)


def _turned_name(names, column, turned):
    name = str(column + 1) if names is None else names[column]
    return f"{name}<br>↓" if column in turned else name


# ---- the sweep, brushed


@cache
def _sweep():
    """Heights (1500, 6) of the drawn columns, their ends, and the good rows."""
    table = tables.sweep()
    places = [table.names.index(name) for name in DRAWN]
    columns = table.values[:, places]
    ends = [(f"{low:.4g}", f"{high:.4g}") for low, high in zip(columns.min(axis=0), columns.max(axis=0), strict=True)]
    return tables.heights(table)[:, places], columns, ends


def brushed(one_end: float, other_end: float, width: float, alpha: float, accuracy: float) -> View:
    """The sweep with a brush on four of its axes: what passes all of them is drawn in colour. The rate's ends may be swapped."""
    low, high = sorted((real("one_end", one_end), real("other_end", other_end)))
    width, alpha, accuracy = real("width", width), real("alpha", alpha), real("accuracy", accuracy)
    heights, columns, ends = _sweep()
    good = columns[:, -1] >= tables.GOOD
    slack = 1 + 1e-3  # the control's steps have four digits, and so has the file
    ranges = {0: (low / slack, high * slack), 1: (width, 1e9), 4: (0, alpha * slack), 5: (accuracy, 1)}
    kept = pc.brush(columns, ranges)
    sample = np.arange(len(kept)) % SAMPLE == 0
    drawn = kept if kept.sum() <= FEW else kept & sample
    marks = [_lines(heights[sample], "wash-grey", width=1)]
    for colour, name, chosen in (("blue", "passes the brush", ~good), ("orange", "and is good, 0.93 or more", good)):
        marks.append(_lines(heights[drawn & chosen], colour, name, 1.6))
    figure = _across(marks, list(DRAWN), ends, None, (), 430)
    return View(figure, _brush_words(columns[:, -1], kept, good, (low, high, width, alpha, accuracy)))


def _brush_words(scores, kept, good, setting):
    low, high, width, alpha, accuracy = setting
    where = f"rate from {low:.4g} to {high:.4g}, width from {width:.4g}, alpha up to {alpha:.4g}, accuracy from {accuracy:.4g}"
    if not kept.any():
        return f"With {where} none of the 1,500 configurations is left."
    count = "1 configuration is left" if kept.sum() == 1 else f"{kept.sum():,} of 1,500 configurations are left"
    return (
        f"With {where}, {count}; mean accuracy {scores[kept].mean():.3f} (all: {scores.mean():.3f}), best {scores[kept].max():.4f}, "
        f"and {100 * good[kept].mean():.0f} % of them reach 0.93 (all: {100 * good.mean():.0f} %)."
    )


def overplotted(lines: int, jitter: bool) -> View:
    """The first `lines` configurations of a shuffled sweep: how many different lines there are to see."""
    heights, columns, ends = _sweep()
    lines, rng = whole("lines", lines, 1, len(heights)), np.random.default_rng(11)
    chosen = rng.permutation(len(heights))[:lines]
    shifts = rng.uniform(-0.035, 0.035, heights.shape)
    shifts[:, -1] = 0  # accuracy is no grid
    rows = heights[chosen]
    colours = np.where(columns[chosen, -1] >= tables.GOOD, "orange", "blue")
    moved = rows + jitter * shifts[chosen]
    marks = [
        _lines(moved[colours == colour], colour, name, 0.7)
        for colour, name in (("blue", "below 0.93"), ("orange", "0.93 or more"))
    ]
    seen = [len(np.unique(rows[:, [a, a + 1]], axis=0)) for a in range(4)]
    words = (
        "Spread within their level, all of them can be seen." if jitter else "The others lie exactly on top of these."
    )
    if jitter:
        words = f"{lines:,} lines, each shifted at random within its levels by up to 3.5 % of the axis: the {seen[0]} segments between rate and width, and the {seen[1]} between width and depth, show how many lines they hold."
    else:
        words = f"{lines:,} lines: between rate and width they draw {seen[0]} different segments, between width and depth {seen[1]}. The others lie exactly on top of these."
    return View(_across(marks, list(DRAWN), ends, None, (), 400), words)


# ---- crossings


def crossing_lines(rho: float, n: int, turned: bool) -> View:
    """n points of a normal distribution with correlation rho, as lines between two axes and as points."""
    rng = np.random.default_rng(5)
    rho, n = real("rho", rho, -1, 1), whole("n", n, 2, MOST_POINTS)
    x, noise = rng.normal(size=(2, MOST_POINTS))
    y = (rho * x + (1 - rho**2) ** 0.5 * noise)[:n]
    x = x[:n]
    y = -y if turned else y
    count = pc.crossings(x, y)
    tau = pc.kendall_tau(count, n)
    both = np.stack([x, y], axis=1)
    left = polylines(both, "blue", ["x", "y"], title=f"{count} crossings")
    scaled = np.round(PIXELS * (both - both.min(axis=0)) / np.ptp(both, axis=0))
    frame = [draw.axis(name, range=(-60, 1060), ticks=[], labels=[]) for name in "xy"]
    right = draw.figure(
        draw.points(scaled[:, 0], scaled[:, 1], colour="blue", size=7), x=frame[0], y=frame[1], title=f"τ = {tau:.2f}"
    )
    turn = ", the second axis turned over" if turned else ""
    return View(
        draw.panels(left, right, height=380),
        f"{n} lines of points with correlation {rho:.3g}{turn}: {count:,} of {pc.pairs(n):,} pairs cross, so τ = 1 − 2·{count}/{pc.pairs(n)} = {tau:.3f}.",
    )


def arranged(axis: str, place: int, turned: bool) -> View:
    """The cars with one axis taken out and put at another place, upright or turned over."""
    table = tables.cars()
    taken = table.names.index(one_of("axis", axis, table.names))
    place = whole("place", place, 1, len(table.names))
    rest = [column for column in range(len(table.names)) if column != taken]
    order = (*rest[: place - 1], taken, *rest[place - 1 :])
    flipped = (taken,) if turned else ()
    gaps = _gaps(order, flipped)
    heights = tables.heights(table)[::8]
    figure = polylines(heights, "blue", table.names, order, flipped, above=[f"{gap:,}" for gap in gaps])
    file, best = _total("cars", ORDERS[0]), _total("cars", ORDERS[1])
    return View(
        figure,
        f"With {axis} as axis {place}{', turned over' if turned else ''}, the lines of the 392 cars cross {sum(gaps):,} times "
        f"({file:,} in the file's order; {best:,} is the fewest without turning an axis). The numbers above the gaps add up to it.",
    )


def _gaps(order, turned):
    """The crossings of the cars between neighbours, from a table made once: the view is quick."""
    crossed, untied = _car_pairs()
    return [
        int(untied[a, b] - crossed[a, b]) if (a in turned) != (b in turned) else int(crossed[a, b])
        for a, b in itertools.pairwise(order)
    ]


@cache
def _car_pairs():
    values = tables.cars().values
    k = values.shape[1]
    untied = [[0 if a == b else pc.untied_pairs(values[:, a], values[:, b]) for a in range(k)] for b in range(k)]
    return pc.crossing_matrix(values), np.array(untied)


@cache
def _chosen(table, order):
    """(order, turned columns) of a table by one of ORDERS."""
    values = getattr(tables, table)().values
    if order == ORDERS[0]:
        return tuple(range(values.shape[1])), ()
    if order == ORDERS[1]:
        return pc.order_axes(values), ()
    if order == ORDERS[2]:
        best = pc.order_axes(values, flips=True)
        return best, pc.best_turns(values, best)
    if order == ORDERS[3]:
        return pc.order_axes(values, most=True), ()
    raise ValueError(f"order={order!r} must be one of: {', '.join(ORDERS)}")


@cache
def _total(table, order):
    return pc.total_crossings(getattr(tables, table)().values, *_chosen(table, order))


def ordered(table: str, order: str) -> View:
    """A table's axes in the file's order, in the order with the fewest crossings, and others."""
    found = getattr(tables, one_of("table", table, TABLES.values()))()
    chosen, turned = _chosen(table, order)
    total, file = _total(table, order), _total(table, ORDERS[0])
    n, k = found.values.shape
    step = -(-n // 60)
    kinds = found.kind[::step] - found.kind.min()
    colours = [(KINDS if kinds.max() > 1 else GOOD_OR_NOT)[kind] for kind in kinds]
    figure = polylines(tables.heights(found)[::step], colours, SHORT.get(table, found.names), chosen, turned)
    names = ", ".join(found.names[c] + (" (turned)" if c in turned else "") for c in chosen)
    change = "" if order == ORDERS[0] else f", {100 * (total / file - 1):+.0f} % against the file's {file:,}"
    return View(
        figure,
        f"{IN_WORDS[ORDERS.index(order)]}, {total:,} of {(k - 1) * pc.pairs(n):,} pairs of lines between neighbours cross{change}. "
        f"From left to right: {names}. {len(colours)} of the {n:,} lines are drawn.{COLOURS[table]}",
    )


# ---- the hump


def hump(parameter: str, top: bool) -> View:
    """One hyper-parameter beside the accuracy, as lines and level by level."""
    table = tables.sweep()
    values, scores = table.column(one_of("parameter", parameter, tables.PARAMETERS)), table.column("accuracy")
    kept = scores >= np.quantile(scores, 0.9) if top else np.ones(len(scores), bool)
    x, y = values[kept], scores[kept]
    found, tau = pc.by_level(x, y), pc.kendall_tau_b(x, y)
    ends = (0.93, 0.955) if top else (0.2, 1.0)
    level = np.unique(values, return_inverse=True)[1][kept] / (len(np.unique(values)) - 1)
    both = np.stack([level, (y - ends[0]) / (ends[1] - ends[0])], axis=1)
    shown, good = np.arange(len(x)) % (2 if top else SAMPLE) == 0, y >= tables.GOOD
    marks = [
        _lines(both[shown & ~good], "blue", "below 0.93", 1),
        _lines(both[shown & good], "orange", "0.93 or more", 1),
    ]
    corners = [(f"{values.min():.4g}", f"{values.max():.4g}"), tuple(map("{:g}".format, ends))]
    left = _across(marks, [parameter, "accuracy"], corners, f"τ_b = {tau:.2f}", (), 400)
    places = [int(np.searchsorted(np.unique(values), one)) for one in found.levels]
    right = draw.figure(
        draw.line(places, found.means, name="mean of the level", colour="blue"),
        draw.points(places, found.best, name="best of the level", colour="orange", size=8),
        title=f"η² = {found.eta_squared:.2f}", height=400,
        x=draw.axis(parameter, range=(-0.5, 9.5 if parameter != "depth" else 2.5), ticks=_spread(values)[0], labels=_spread(values)[1]),
        y=draw.axis("accuracy", range=ends),
    )  # fmt: skip
    group = "the best tenth" if top else "all 1,500 configurations"
    return View(
        draw.panels(left, right, height=400),
        f"In {group}, {parameter} and accuracy have {pc.crossings(x, y):,} crossings, τ_b = {tau:.2f}, but {parameter}'s levels explain "
        f"{100 * found.eta_squared:.0f} % of the variance; their means run from {found.means.min():.3f} to {found.means.max():.3f}, the best of each level from {found.best.min():.3f} to {found.best.max():.3f}.",
    )


def _spread(values):
    levels = np.unique(values)
    places = list(range(0, len(levels), 3 if len(levels) > 3 else 1))
    return places, [f"{levels[place]:.2g}" if levels[place] < 1 else f"{levels[place]:.4g}" for place in places]


# ---- the winner's curse


@cached()
def _curse(m, s):
    return wc.curse(tables.sweep_accuracy(), m, s)


def cursed(m: int, s: int) -> View:
    """The expected score of the best of m random configurations, chosen by s seeds and run again with the others."""
    found = _curse(m, s)
    curves = [_curse(tried, s) for tried in TRIED]
    left = draw.figure(
        draw.line(TRIED, [one.claimed.mean() for one in curves], name="claimed", colour="orange"),
        draw.line(TRIED, [one.rerun.mean() for one in curves], name="run again", colour="blue"),
        draw.points([m], [found.claimed.mean()], colour="orange", size=11),
        draw.points([m], [found.rerun.mean()], colour="blue", size=11),
        title=f"optimism {found.optimism:.4f}",
        x=draw.axis("configurations tried, m", range=(4, 1900), log=True, ticks=[5, 20, 100, 400, 1500], labels=["5", "20", "100", "400", "1500"]),
        y=draw.axis("accuracy of the winner", range=(0.9, 0.99)),
    )  # fmt: skip
    both = np.stack([found.claimed, found.rerun, np.full(len(found.claimed), np.nan)], axis=1)
    pairs = [draw.line([0, 1, None] * len(both), both.ravel(), colour="grey", width=1)]
    ends = [
        draw.points([place] * len(one), one, colour=colour, size=7)
        for place, one, colour in ((0, found.claimed, "orange"), (1, found.rerun, "blue"))
    ]
    right = draw.figure(
        *pairs, *ends, title=f"{len(found.claimed)} choices of the seeds",
        x=draw.axis(range=(-0.3, 1.3), ticks=[0, 1], labels=["claimed", "run again"]), y=draw.axis(range=(0.9, 0.99)),
    )  # fmt: skip
    seeds = "one seed" if s == 1 else f"the mean of {s} seeds"
    fall = int((found.claimed > found.rerun).sum())
    return View(
        draw.panels(left, right, height=400),
        f"The best of {m:,} random configurations by {seeds} claims {found.claimed.mean():.4f} and gets {found.rerun.mean():.4f} when it is run again with the other "
        f"seeds: optimism {found.optimism:.4f}. It falls in {fall} of {len(found.claimed)} choices of the seeds.",
    )
