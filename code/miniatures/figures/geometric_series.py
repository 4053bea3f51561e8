"""Views of the sum that says minus one."""

from fractions import Fraction
from functools import lru_cache

import numpy as np

from miniatures import draw, exact
from miniatures.checks import one_of, real, whole
from miniatures.continuation import continuation
from miniatures.explore import View, refusal
from miniatures.geometric_series import (
    METHODS,
    aitken,
    averaged_boundary,
    boundary_term,
    closed_form,
    p_adic_distance,
    p_adic_valuation,
    partial_sum,
    shift_factor,
    shifted_difference,
    summation_table,
    twos_complement,
)
from miniatures.wording import minus, plural

BARE = {"zeroline": False, "showgrid": False}  # an axis whose lines would cross the cells
MOST_TERMS, MOST_SHORT = 30, 8  # terms that `sums` and `cancellation` have room for
FLOATS_END = 1.7e308
WINDOW = 12  # height of the window on partial sums; what leaves it is marked at its edge
NEAR = 6  # the same for the values of an averaging method
SERIES = {"2 by 2": (1, 2, 2), "3 by 3": (2, 3, 3), "2 by 3": (1, 2, 3)}  # first, ratio, prime
SERIES_NAMES = {"2 by 2": "1 + 2 + 4 + …", "3 by 3": "2 + 6 + 18 + …", "2 by 3": "1 + 2 + 4 + …"}
GRID = [Fraction(tenth, 10) for tenth in range(-30, 31)]
REGIONS = ("ordinary", "Cesàro", "Abel", "Euler (E,1)", "Borel", "Aitken")
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
FUNCTIONS = {"reciprocal": "1/(1 − z)", "log": "log(1 − z)"}


def decimal(ratio) -> Fraction:
    """A slider's decimal as the fraction it shows: 0.4 is 2/5, not its binary rounding."""
    return Fraction(str(round(real("ratio", ratio), 6)))


def said(value) -> str:
    """A number for a reader: whole numbers in full up to a million, others to 4 digits."""
    number = real("value", value, -FLOATS_END, FLOATS_END)
    if number == round(number) and abs(number) < 1e6:
        text = f"{int(number):,}"
    elif 1e-3 <= abs(number) < 1e6:
        text = f"{number:,.4g}" if abs(number) < 1e4 else f"{number:,.0f}"
    else:
        digits, power = f"{number:.3e}".split("e")
        text = f"{digits} × 10{str(int(power)).translate(RAISED)}"
    return text.replace("-", "−")


def _windowed(values, window=WINDOW):
    """Values inside the window, and the places (1, 2, …) of those beyond its upper and lower edge."""
    inside = [float(v) if v is not None and abs(v) <= window else None for v in values]
    above = [n for n, v in enumerate(values, 1) if v is not None and v > window]
    below = [n for n, v in enumerate(values, 1) if v is not None and v < -window]
    return inside, above, below


def _leaving(above, below, window=WINDOW):
    """Triangles at the edges of the window, where values leave it."""
    edge = 0.93 * window
    up = draw.points(above, [edge] * len(above), colour="blue", symbol="triangle-up", size=8)
    down = draw.points(below, [-edge] * len(below), colour="blue", symbol="triangle-down", size=8)
    return [up, down]


def sums(ratio: float, terms: int = 12) -> View:
    """Partial sums up to S_n with the closed form, and the boundary terms r^n that part them."""
    r, terms = decimal(ratio), whole("terms", terms, 1, MOST_TERMS)
    values = [partial_sum(r, k) for k in range(1, terms + 1)]
    powers = [float(abs(boundary_term(r, k))) for k in range(1, terms + 1)]
    small = [k for k, power in enumerate(powers, 1) if power < 1e-16]
    inside, above, below = _windowed(values)
    ends = [None] * (MOST_TERMS - terms)  # 30 places in every state, so that the page can store differences
    places = list(range(1, MOST_TERMS + 1))
    marks = [draw.bars(places, [*inside, *ends]), *_leaving(above, below)]
    if r != 1:
        closed = float(closed_form(r))
        label = draw.text(30.8, -8.4, f"1/(1 − r) = {said(closed)}", colour="green", anchor="right")
        marks += [draw.horizontal(closed, colour="green"), label]
    sizes = draw.points(places, [*(power if power >= 1e-16 else None for power in powers), *ends], size=6)
    gone = draw.points(small, [3e-16] * len(small), symbol="triangle-down", size=8)
    count = draw.axis("number of terms n", range=[0, 31])
    size = draw.axis("", range=[1e-16, 1e16], log=True)
    figure = draw.panels(
        draw.figure(*marks, x=count, y=draw.axis("", range=[-WINDOW, WINDOW]), title="Partial sums Sₙ", legend=False),
        draw.figure(sizes, gone, draw.horizontal(1), x=count, y=size, title="Boundary term |rⁿ|", legend=False),
    )  # fmt: skip
    return View(figure, _sums_said(r, terms, values[-1]))


def _sums_said(r, terms, total):
    at = f"At r = {said(r)}, n = {terms}: Sₙ = {said(total)}, boundary term rⁿ = {said(boundary_term(r, terms))}"
    if r == 1:
        return f"{at}; 1/(1 − r) would divide by zero."
    fate = "dies" if abs(r) < 1 else "keeps its size" if abs(r) == 1 else "grows"
    return f"{at}, closed form 1/(1 − r) = {said(closed_form(r))}. The boundary term {fate}."


def cancellation(shift: int, terms: int, ratio: str) -> View:
    """The riddle's two rows, r S_n above and S_(n+shift) below, with what their cancelling leaves over."""
    r, shift, terms = _fraction(ratio), whole("shift", shift, 0, 2), whole("terms", terms, 1, MOST_SHORT)
    top, bottom = range(1, terms + 1), range(terms + shift)
    marks = []
    for place in range(max(terms, terms + shift - 1) + 1):
        pair = place in top and place in bottom
        for row, there, sign in ((1, place in top, 1), (0, place in bottom, -1)):
            if there:
                wash, ink = ("wash-grey", "grey") if pair else ("wash-orange", "ink")
                marks.append(draw.box(place - 0.46, row - 0.4, place + 0.46, row + 0.4, colour=wash))
                marks.append(draw.text(place, row, _short(sign * boundary_term(r, place)), colour=ink, size=11))
    rows = draw.figure(
        *marks, x=draw.axis("power of r", range=[-0.6, 6.6], ticks=list(range(7))) | BARE,
        y=draw.axis("", range=[-0.6, 1.6], ticks=[0, 1], labels=["−S" + ("ₙ", "ₙ₊₁", "ₙ₊₂")[shift], "r Sₙ"]) | BARE,
        title="What cancels (grey) and what is left (orange)", legend=False,
    )  # fmt: skip
    differences = [shifted_difference(r, n, shift) for n in range(1, 9)]
    inside, above, below = _windowed(differences)
    trend = draw.figure(
        draw.line(list(range(1, 9)), inside, colour="blue"), draw.points(list(range(1, 9)), inside, colour="blue", size=7),
        *_leaving(above, below), draw.points([terms], [np.clip(float(differences[terms - 1]), -0.85 * WINDOW, 0.85 * WINDOW)], size=12),
        draw.horizontal(-1, colour="green", words="−1"),
        x=draw.axis("number of terms n", range=[0.5, 8.5]), y=draw.axis("", range=[-WINDOW, WINDOW]),
        title="Their difference", legend=False,
    )  # fmt: skip
    return View(draw.panels(rows, trend, columns=1, height=470, gap=0.2), _cancellation_said(r, terms, shift))


def _fraction(ratio):
    try:
        return Fraction(ratio)
    except (ValueError, TypeError, ArithmeticError):
        raise ValueError(f"ratio={ratio!r} must be a number, or a text such as 1/2") from None


def _cancellation_said(r, terms, shift):
    found = shifted_difference(r, terms, shift)
    ways = {0: "as many terms", 1: "one term more", 2: "two terms more"}
    factor = shift_factor(r, shift)
    if factor == 0:
        trend = "stays −1"
    elif abs(r) < 1:
        trend = "tends to −1"
    elif r == -1:
        trend = f"jumps between {said(-1 - factor)} and {said(-1 + factor)}"
    else:
        trend = "rises without bound" if factor > 0 else "falls without bound"
    return (
        f"r = {_short(r)}, n = {terms}, and {ways[shift]} in the lower row: "
        f"the difference of the rows is {_short(found)}. As n grows it {trend}."
    )


@lru_cache(maxsize=1)
def _grid():
    return [summation_table(r) for r in GRID]


def _runs(works):
    """(first, last) index of each run of True."""
    edges = np.flatnonzero(np.diff([False, *works, False]))
    return [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def table(ratio: float) -> View:
    """Each summation method's ratios (green: it gives a value, red: it diverges) and its value at one ratio."""
    r = decimal(ratio)
    found, marks, last = summation_table(r), [], len(METHODS) - 1
    for place, method in enumerate(METHODS):
        y = last - place
        marks.append(draw.box(-3.05, y - 0.4, 3.05, y + 0.4, colour="wash-red"))
        for start, stop in _runs([row[method.name] is not None for row in _grid()]):
            marks.append(draw.box(float(GRID[start]) - 0.05, y - 0.4, float(GRID[stop]) + 0.05, y + 0.4, colour="wash-green", outline="green"))  # fmt: skip
        value = found[method.name]
        words = _silence(method, r) if value is None else f"= {_short(value)}"
        marks.append(draw.text(3.2, y, words, colour="red" if value is None else "green", anchor="left"))
    regular = sum(method.regular for method in METHODS)
    marks += [draw.horizontal(last - regular + 0.5, dash="dot"), draw.vertical(float(r), colour="ink", dash="solid")]
    figure = draw.figure(
        *marks, x=draw.axis("ratio r", range=[-3.1, 4.8], ticks=list(range(-3, 4)), labels=[minus(f"{tick}") for tick in range(-3, 4)]) | BARE,
        y=draw.axis("", range=[-0.6, last + 0.6], ticks=list(range(last, -1, -1)), labels=[m.name for m in METHODS]) | BARE,
        height=420, legend=False,
    )  # fmt: skip
    return View(figure, _table_said(r, found))


def _silence(method, r):
    if method.name == "8-bit register" and r.denominator > 1:
        return "not whole"
    return "pole" if method.name in ("Aitken", "Padé [0/1]", "continuation") else "diverges"


def _short(value):
    return said(value) if value.denominator == 1 else minus(f"{value}")


def _table_said(r, found):
    by_value = {}
    for name, value in found.items():
        by_value.setdefault(value, []).append(name)
    parts = [f"{_short(value)} from {', '.join(names)}" for value, names in by_value.items() if value is not None]
    silent = by_value.get(None, [])
    parts += [f"nothing from {', '.join(silent)}"] if silent else []
    return f"At r = {said(r)}: " + "; ".join(parts) + "."


def _region(method):
    """The green marks of a method's region in the complex plane."""
    angle = np.linspace(0, 2 * np.pi, 91)
    if method in ("Borel", "Aitken"):
        return [draw.box(-4.2, -2.6, 1 if method == "Borel" else 3.2, 2.6, colour="wash-green")]
    centre, radius = (-1, 2) if method == "Euler (E,1)" else (0, 1)
    edge = "solid" if method in ("Cesàro", "Abel") else "dot"  # dotted: the circle itself does not belong
    return [draw.line(centre + radius * np.cos(angle), radius * np.sin(angle), colour="green", dash=edge, width=1.5, fill="tozeroy")]  # fmt: skip


def _approximant(method, r, stage):
    """The method's value at a stage, None where it has none."""
    if method == "Aitken":
        return float(aitken([partial_sum(r, stage + i) for i in range(3)]))
    try:
        return (1 - averaged_boundary(method, float(r), stage)) / (1 - float(r))
    except ValueError:
        return None


def region(method: str, ratio: float) -> View:
    """Where in the complex plane a method sums the geometric series, and its values stage by stage at one ratio.

    >>> region("Borel", -2).description[-35:]
    '24: it tends to 1/(1 − r) = 0.3333.'
    """
    r, method = decimal(ratio), one_of("method", method, REGIONS)
    if r == 1:
        return refusal("At r = 1 every term is 1: 1/(1 − r) would divide by zero, and no method here gives a value.")
    values = [_approximant(method, r, stage) for stage in range(1, 25)]
    inside, above, below = _windowed(values, NEAR)
    plane = draw.figure(
        draw.box(-4.2, -2.6, 3.2, 2.6, colour="wash-red"), *_region(method),
        draw.points([1], [0], colour="red", symbol="x", size=10), draw.text(1, -0.45, "pole", colour="red"),
        draw.points([2], [0], colour="ink", symbol="star", size=11), draw.text(2, -0.45, "z = 2"),
        draw.points([float(r)], [0], colour="orange", size=12), draw.text(float(r), 0.45, "r"),
        x=draw.axis("Re z", range=[-4.2, 3.2]) | BARE, y=draw.axis("Im z", range=[-2.6, 2.6]) | BARE, equal=True,
        title="Where it works", legend=False,
    )  # fmt: skip
    stages = list(range(1, 25))
    run = draw.figure(
        draw.line(stages, inside, colour="blue"), draw.points(stages, inside, colour="blue", size=6), *_leaving(above, below, NEAR),
        draw.horizontal(float(closed_form(r)), colour="green"), draw.text(24.5, -0.7 * NEAR, f"1/(1 − r) = {said(closed_form(r))}", colour="green", anchor="right"),
        x=draw.axis("stage m", range=[0, 25]), y=draw.axis("", range=[-NEAR, NEAR]), title="Its values at r", legend=False,
    )  # fmt: skip
    return View(draw.panels(plane, run), _region_said(method, r, values))


def _region_said(method, r, values):
    works = next(m for m in METHODS if m.name == method).sums(r)
    closed = f"1/(1 − r) = {said(closed_form(r))}"
    kept = [v for v in values if v is not None]
    if len(kept) < len(values):
        return f"{method} at r = {said(r)} has no value from stage {len(kept) + 1} on: the damped series diverges."
    verdict = f"it tends to {closed}" if works else f"it diverges, while {closed}"
    last = f"{said(kept[-2])} at stage 23 and {said(kept[-1])} at stage 24"
    return f"{method} at r = {said(r)} gives {last}: {verdict}."


def ruler(series: str, terms: int) -> View:
    """The partial sums on the ordinary ruler, where they leave, and on the p-adic one, where they arrive.

    >>> ruler("2 by 2", 3).description[-60:]
    '8 away from −1 on the ordinary ruler, 1/8 on the 2-adic one.'
    """
    first, ratio, prime = SERIES[one_of("series", series, SERIES)]
    terms = whole("terms", terms, 0, MOST_SHORT)
    goal = int(closed_form(ratio, first))
    numbers = [partial_sum(ratio, n, first) for n in range(terms + 1)]
    places = [p_adic_valuation(number - goal, prime) for number in numbers]
    off = [draw.text(258, 0.6, f"{numbers[-1]:,} →", anchor="right")] if numbers[-1] > 262 else []
    far = draw.figure(
        draw.points(numbers, [0] * len(numbers), colour="blue", size=8), draw.points(numbers[-1:], [0], size=14),
        draw.points([goal], [0], colour="green", symbol="star", size=13), draw.text(goal, 0.6, "−1", colour="green"), *off,
        x=draw.axis("ordinary ruler", range=[-12, 262]), y=draw.axis(range=[-1, 1], hidden=True), legend=False,
    )  # fmt: skip
    marks = []
    for m in range(7):  # column m: whole numbers N with |N + 1|_p = p^-m; the ball: every column from places[-1] on
        right = 7.6 if m == 6 else m + 0.46
        marks.append(draw.box(m - 0.46, -0.6, right, 4.6, colour="wash-green" if m >= places[-1] else "wash-grey"))
        units = [u for u in range(1, 8) if u % prime][:4]
        marks += [draw.text(m, 4 - row, f"{goal + u * prime**m}", size=11) for row, u in enumerate(units)]
    marks += [
        draw.text(7.1, 2, "−1", colour="green", size=15),
        draw.points(places, [0] * len(places), colour="blue", size=8),
    ]
    marks += [draw.points(places[-1:], [0], size=14)]
    near = draw.figure(
        *marks, x=draw.axis(f"{prime}-adic ruler: |N + 1|<sub>{prime}</sub>", range=[-0.6, 7.7], ticks=list(range(7)), labels=["1", *(f"1/{prime**m}" for m in range(1, 7))]) | BARE,
        y=draw.axis("", range=[-0.6, 4.6], ticks=[0], labels=["Sₙ"]) | BARE, legend=False,
    )  # fmt: skip
    distance = p_adic_distance(numbers[-1], goal, prime)
    words = (
        f"The sum of {plural(terms, 'term')} of {SERIES_NAMES[series]} is {numbers[-1]:,}: {abs(numbers[-1] - goal):,} away from −1 "
        f"on the ordinary ruler, {distance} on the {prime}-adic one."
    )
    return View(draw.panels(far, near, columns=1, height=460, gap=0.24), words)


def register(bits: int, terms: int) -> View:
    """A register of `bits` bits after `terms` powers of two have been added to it."""
    total = partial_sum(2, terms)
    shown = twos_complement(total, bits)
    columns, rows, used = 16, 4, -(-bits // 16)
    z = [[None] * columns for _ in range(rows)]
    for place in range(bits):  # place 0 is worth 1 and stands at the right end of the lowest row in use
        z[rows - used + place // columns][columns - 1 - place % columns] = total >> place & 1
    words = [["" if one is None else str(one) for one in line] for line in z]
    cells = draw.heatmap(z, x=list(range(columns)), y=list(range(rows)), low=-0.6, high=1.6, labels=words)
    figure = draw.figure(
        cells, draw.text(15.5, 4.1, f"{bits} bits show {said(shown)}", anchor="right", size=16), x=draw.axis(range=[-0.6, 15.6], hidden=True), y=draw.axis(range=[-0.6, 4.6], hidden=True),
        height=230, legend=False,
    )  # fmt: skip
    lost = f" Of the powers, {terms - bits} did not fit and left no trace." if terms > bits else ""
    return View(
        figure,
        f"The sum of the first {plural(terms, 'power')} of two is {said(total)}; the register of {bits} bits "
        f"holds {plural(min(terms, bits), 'one')} and shows {said(shown)}.{lost}",
    )


def paths(function: str, side: str, progress: float) -> View:
    """A function continued from 0 to 2 around the pole, on the side that is chosen (bold) and on the other (thin)."""
    name = FUNCTIONS[one_of("function", function, FUNCTIONS)]
    side, progress = one_of("side", side, ("upper", "lower")), real("progress", progress, 0, 1)
    ways = {one: continuation(function, one) for one in ("upper", "lower")}
    last = round(progress * 60)
    angle = np.linspace(0, 2 * np.pi, 73)
    left = [
        draw.line(np.cos(angle), np.sin(angle), colour="green", width=1.5, fill="tozeroy"),
        draw.points([1], [0], colour="red", symbol="x", size=11), draw.text(1, -0.3, "pole", colour="red"),
        draw.text(-0.15, -0.22, "0"), draw.text(2.15, -0.22, "2"),
    ]  # fmt: skip
    right = []
    for one in ("lower", "upper") if side == "upper" else ("upper", "lower"):
        stop = last + 1 if one == side else 61
        for marks, track in ((left, ways[one].path), (right, ways[one].values)):
            bold = {"colour": "blue", "width": 4} if one == side else {"colour": "grey", "width": 1.5, "dash": "dot"}
            padded = np.where(np.arange(61) < stop, track, np.nan)
            marks.append(draw.line(padded.real, padded.imag, **bold))
            if one == side:
                marks.append(draw.points([track[last].real], [track[last].imag], size=11))
    view = draw.panels(
        draw.figure(*left, x=draw.axis("Re z", range=[-1.6, 2.8]), y=draw.axis("Im z", range=[-1.6, 1.6]), equal=True, title="Where we walk", legend=False),
        draw.figure(*right, x=draw.axis("real part", range=[-4.6, 4.6]), y=draw.axis("imaginary part", range=[-3.6, 3.6]), equal=True, title=f"What {name} says", legend=False),
    )  # fmt: skip
    return View(view, _paths_said(name, side, ways, last))


def complex_said(value, digits=3) -> str:
    """A complex number with `digits` decimals, and no sign before a zero."""
    value, digits = exact.number("value", value), whole("digits", digits, 0, 15)
    across, up = (round(part, digits) + 0.0 for part in (value.real, value.imag))
    return minus(f"{across:.{digits}f} {'−' if up < 0 else '+'} {abs(up):.{digits}f}i")


def _paths_said(name, side, ways, last):
    way, other = ways[side], ways["lower" if side == "upper" else "upper"]
    where = "above" if side == "upper" else "below"
    said_here = f"{last / 0.6:.0f} % of the way {where} the pole, at z = {complex_said(way.path[last].item())}: {name} = {complex_said(way.values[last].item())}."
    if last < 60:
        return said_here
    gap = abs(way.values[-1] - other.values[-1])
    verdict = "the same" if gap < 1e-6 else f"{gap:.4f} apart, which is 2π"
    return f"{said_here} The other way round arrives with {complex_said(other.values[-1].item())}: {verdict}."
