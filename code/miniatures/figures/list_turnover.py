"""Views of a yearly list: who stays, what the share of new names can mean, and what its counts can tell apart.

Blue is who stays and what noise alone gives, red who is new, grey who left; orange is what the article prints, green a world in
which the startups themselves change. The map of turnover has no colour at what is printed, blue above it, red below.
"""

from functools import cache
from math import log10

import numpy as np

from miniatures import draw
from miniatures import list_turnover as lt
from miniatures.checks import count
from miniatures.explore import View
from miniatures.list_counts import clear_counts, difference_interval, proportion_test, wilson

PRINTED, ROUNDED = 0.8, (0.75, 0.85)  # "around 80 percent", and what may hide behind it
WORLDS = {"noise": ("only the scores err", "blue"), "change": ("only the startups change", "green")}
MOST_YEARS = 8
ARROWS = {"Aurora": (30, -28), "Graphcore": (25, -32), "Lemonade": (60, -16)}  # pixels, from a point to its label


def years(correlation: float, population: int, list_size: int) -> View:
    """The scores of two years of the startups on either list, and the share of new names for every correlation."""
    found = lt.two_years(correlation, population, list_size, np.random.default_rng(0))
    first, second = set(found.listed_first.tolist()), set(found.listed_second.tolist())
    groups = (
        ("stay", "blue", first & second),
        ("are new", "red", second - first),
        ("have left", "grey", first - second),
    )
    marks = []
    for name, colour, rows in groups:
        rows = sorted(rows)
        marks.append(draw.points(found.first[rows].round(2), found.second[rows].round(2), name=f"{len(rows)} {name}", colour=colour, size=6))  # fmt: skip
    edges = [float(scores[listed].min().round(2)) for scores, listed in ((found.first, found.listed_first), (found.second, found.listed_second))]  # fmt: skip
    axis = {"range": (-3, 5.5)}
    left = draw.figure(
        *marks, draw.vertical(edges[0]), draw.horizontal(edges[1]), title="nobody has changed",
        x=draw.axis("score, first year", **axis), y=draw.axis("score, second year", **axis),
    )  # fmt: skip
    mean = lt.expected_turnover(correlation, population, list_size)
    right = draw.figure(
        *_curve(population, list_size), draw.points([correlation], [round(mean, 4)], colour="blue", size=11), title="share of new names",
        x=draw.axis("correlation ρ of the scores", range=(0, 1)), y=draw.axis("turnover u", range=(0, 1.02)),
    )  # fmt: skip
    words = (
        f"Of {population} startups that do not change, scored in two years with a correlation of {correlation:.3g}, {len(second - first)} of the {list_size} on the second list are new in this draw, "
        f"a share of {found.turnover:.2g}; {mean:.3g} is expected, and {lt.expected_overlap(list_size, population):.3g} {'name' if lt.expected_overlap(list_size, population) == 1 else 'names'} in common if the lists were drawn by lot."
    )
    return View(draw.panels(left, right, height=420), words)


@cache
def _values(population, list_size):
    at = np.sin(np.linspace(0, np.pi / 2, 25))  # closer together where the curve falls steeply
    return at.round(4), lt.expected_turnover(at, population, list_size).round(4)


def _curve(population, list_size):
    at, values = _values(population, list_size)
    return (
        draw.box(0, ROUNDED[0], 1, ROUNDED[1], "wash-orange"), draw.line(at, values, name="noise alone"),
        draw.horizontal(PRINTED, "orange", words="printed: around 80 %"),
    )  # fmt: skip


def eligible(correlation: float, excluded: float) -> View:
    """Turnover for every correlation and share of excluded alumni, and all pairs that give what was printed."""
    at, shares = np.linspace(0, 1, 21), np.linspace(0, 1, 21)
    table, line, low, high = _table()
    here = lt.expected_turnover(correlation, 5000, 100, excluded)
    figure = draw.figure(
        draw.heatmap(table, x=at, y=shares, scale="diverging", low=0.6, high=1, bar="turnover u"),
        draw.line(*line, name="80 % are new", colour="orange", width=4), draw.line(*low, name="75 and 85 %", colour="orange", dash="dot"),
        draw.line(*high, colour="orange", dash="dot"), draw.points([correlation], [excluded], colour="ink", size=13),
        x=draw.axis("correlation ρ of the scores", range=(-0.025, 1.025)), y=draw.axis("excluded share e of the alumni", range=(-0.025, 1.025)), height=430,
    )  # fmt: skip
    inside = ROUNDED[0] <= here <= ROUNDED[1]
    return View(
        figure,
        f"With a correlation of {correlation:.3g}, and {100 * excluded:.3g} % of last year's list barred from this year's, {100 * here:.3g} % of the names are new, which {'would' if inside else 'would not'} be printed as around 80 %.",
    )


@cache
def _table():
    at = np.linspace(0, 1, 21)
    table = lt.expected_turnover(at[None, :] * np.ones((21, 1)), 5000, 100, at[:, None] * np.ones((1, 21))).round(3)
    lines = []
    for level in (PRINTED, *ROUNDED):
        least = lt.correlation_for(level, 5000, 100)
        rhos = least + (1 - least) * np.sin(np.linspace(1e-4, np.pi / 2, 33))  # closer together at the steep end
        lines.append((rhos.round(4), lt.excluded_for(level, np.minimum(rhos, 1), 5000, 100).round(4)))
    return table, *lines


def later(turnover: float) -> View:
    """The share of a list that is gone after some years, in a world of noise and in a world of change."""
    rho = lt.correlation_for(turnover, 5000, 100)
    marks, told = [], []
    at = list(range(1, MOST_YEARS + 1))
    for kind, (name, colour) in WORLDS.items():
        gone = [lt.later_turnover(year, rho, 5000, 100, kind) for year in at]
        marks += [draw.line(at, gone, name=name, colour=colour), draw.points(at, gone, colour=colour, size=7)]
        told.append(f"{100 * gone[2]:.3g} % if {name}")
    figure = draw.figure(
        *marks, draw.horizontal(0.98, "grey", words="two lists drawn by lot"), x=draw.axis("years between the lists", range=(0.5, MOST_YEARS + 0.5)),
        y=draw.axis("share of new names", range=(0, 1.03)), height=380,
    )  # fmt: skip
    return View(
        figure,
        f"Where {100 * turnover:.3g} % of the names are new after one year, a correlation of {rho:.3g}, the share that is new after three is {' and '.join(told)}: one pair of lists cannot tell the worlds apart, three lists can.",
    )


def counts(this_year: int, last_year: int) -> View:
    """Two counts among 100 with their intervals, and the p-value for every count of this year."""
    this_year, last_year = count("this_year", this_year, 100), count("last_year", last_year, 100)
    p = proportion_test(this_year, 100, last_year, 100)
    rows = (("this year", this_year, 2, "red"), ("last year", last_year, 1, "grey"))
    marks = []
    for name, found, height, colour in rows:
        marks.append(draw.line([100 * end for end in wilson(found, 100)], [height] * 2, colour=colour, width=4))
        marks.append(draw.points([found], [height], name=name, colour=colour, size=11))
    left = draw.figure(
        *marks, title="counts and 95 % intervals", x=draw.axis("companies of 100", range=(-1, 52)),
        y=draw.axis(range=(0.3, 2.7), ticks=[2, 1], labels=["this year", "last year"]),
    )  # fmt: skip
    others = np.arange(41)
    chances = [proportion_test(int(one), 100, last_year, 100) for one in others]
    right = draw.figure(
        draw.line(others, chances, colour="grey"), draw.points([this_year], [p], colour="red", size=11), draw.horizontal(0.05, "orange", words="0.05"),
        title="p for every count this year", x=draw.axis("companies this year", range=(-0.5, 40.5)), y=draw.axis("p", range=(0, 1.03)),
    )  # fmt: skip
    low, high = (100 * end for end in difference_interval(this_year, 100, last_year, 100))
    fewer, more = clear_counts(last_year, 100)
    needed = " or ".join(([f"{fewer} or fewer"] if fewer is not None else []) + ([f"{more} or more"] if more is not None else []))  # fmt: skip
    words = (
        f"{this_year} of 100 this year against {last_year} of 100 last year: p = {p:.3g}, and the difference lies between {low:+.3g} and {high:+.3g} of 100; "
        f"against {last_year}, it takes {needed} for a p below 0.05."
    )
    return View(draw.panels(left, right, height=360), words)


def funding(exponent: float) -> View:
    """An invented law of funding by rank that sums to the printed total, with the printed raises."""
    raises = lt.zipf_raises(exponent)
    ranks = np.arange(1, lt.LISTED + 1)
    shown = np.unique(np.geomspace(1, 100, 34).round()).astype(int)
    printed = list(lt.LARGEST.values())
    figure = draw.figure(
        draw.line(shown, raises[shown - 1], name="invented law", colour="grey"), draw.points(range(1, 4), printed, name="printed", colour="orange"),
        *(draw.text(log10(rank), log10(lt.LARGEST[name]), name, "orange", arrow=arrow) for rank, (name, arrow) in enumerate(ARROWS.items(), 1)),
        draw.horizontal(lt.TOTAL_RAISED / lt.LISTED, "blue", words="mean"),
        x=draw.axis("rank", range=(0.8, 130), log=True, ticks=[1, 2, 5, 10, 20, 50, 100]), y=draw.axis("raised, million dollars", range=(3, 3000), log=True, ticks=[10, 30, 100, 300, 1000]), height=400,
    )  # fmt: skip
    above = int((raises > lt.TOTAL_RAISED / lt.LISTED).sum())
    words = (
        f"With the exponent {exponent:.3g} the first three of 100 raise {raises[0]:.3g}, {raises[1]:.3g} and {raises[2]:.3g} million dollars where {printed[0]:g}, {printed[1]:g} and {printed[2]:g} are printed; "
        f"the mean is {lt.TOTAL_RAISED / lt.LISTED:.3g}, the median {np.median(raises):.3g}, and {above} of {ranks[-1]} raise more than the mean."
    )
    return View(figure, words)
