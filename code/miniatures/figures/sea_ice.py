"""Views of the sea-ice chapter: forecasts, their calibration, and how far ahead they reach.

On maps blue is ice and brown is water. Among forecasters, ink is the best possible one, purple the U-Net, green the
regression, yellow the linear trend, orange anomaly persistence, grey persistence.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures import sea_ice_extent as extent
from miniatures import sea_ice_grid as model
from miniatures.checks import one_of, real, whole
from miniatures.explore import View, refusal
from miniatures.sea_ice import (
    CLASSES,
    LEADS,
    LOWER,
    UPPER,
    class_probabilities,
    expected_calibration_error,
    forecast_variance,
    ice_probability,
    negative_log_likelihood,
    reliability,
    softmax,
)
from miniatures.sea_ice_ocean import (
    NOISE,
    SIDE,
    TEST,
    TRANSITION,
    active_cells,
    edge_region,
    simple_forecasts,
    start_months,
    truth,
)
from miniatures.sea_ice_runs import (
    FEW,
    FRESH_SEEDS,
    MANY,
    MEMBERS,
    YEARS,
    case,
    held_out_logits,
    rule_logits,
    stored,
)
from miniatures.wording import percent, plural

SEED = FRESH_SEEDS[0]
SHOWN_YEAR = 54  # the year whose forecasts the maps show
STARTS = {"March": 2, "June": 5, "September": 8}
NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
COLOURS = {
    "persistence": "grey", "linear trend": "yellow", "anomaly persistence": "orange", "damped anomaly": "orange",
    "regression": "green", "own block": "red", "U-Net": "purple", "best possible": "ink",
}  # fmt: skip
RULES = ("persistence", "linear trend", "anomaly persistence")
NETWORKS = {f"U-Net, {MANY} years": MANY, f"U-Net, {FEW} years": FEW}
FORECASTERS = (*RULES, *NETWORKS, "best possible")
EDGE_FORECASTERS = ("best possible", *NETWORKS)
TEMPERATURES = np.geomspace(0.3, 4, 25)
BINS = 10
LEAD_RANGE = list(range(1, LEADS + 1))


# maps ------------------------------------------------------------------------------------------


@cache
def _logits(by):
    """Logits (114, 16, 16, 6, 3) of a probabilistic forecaster; of networks, the mean of all members."""
    if by in NETWORKS:
        return held_out_logits(NETWORKS[by], MEMBERS)
    return rule_logits(by, SEED, start_months(*TEST))


@cache
def _temperature(by, lead):
    return float(stored("U-Net", "temperature", NETWORKS[by], MEMBERS)[0, lead - 1]) if by in NETWORKS else 1.0


@cache
def _chances(by, lead):
    """P(ice), (114, 16, 16), at its fitted temperature."""
    z = _logits(by)[..., lead - 1, :]
    p = softmax(z.reshape(-1, 3), _temperature(by, lead))[:, 0]
    return np.clip(1 - p, 0, 1).reshape(z.shape[:-1])


def _start(start):
    return 12 * SHOWN_YEAR + STARTS[one_of("start", start, STARTS)]


def _edge(ice, colour="ink"):
    """The line between ice and water on a map, as segments along the cells' sides."""
    x, y = [], []
    for row in range(SIDE):
        for column in range(SIDE):
            if column < SIDE - 1 and ice[row, column] != ice[row, column + 1]:
                x += [column + 0.5, column + 0.5, None]
                y += [row - 0.5, row + 0.5, None]
            if row < SIDE - 1 and ice[row, column] != ice[row + 1, column]:
                x += [column - 0.5, column + 0.5, None]
                y += [row + 0.5, row + 0.5, None]
    return draw.line(x, y, name="true ice edge", colour=colour, width=2.5)


def _map(field, ice, title, bar=None, hover="%{z}"):
    ends = draw.axis("column, around the pole", range=(-0.5, SIDE - 0.5), ticks=[0, 5, 10, 15])
    return draw.figure(
        draw.heatmap(field, scale="diverging", low=0, high=1, bar=bar, hover=hover), _edge(ice), title=title, x=ends,
        y=draw.axis("row, to the north", range=(-0.5, SIDE - 0.5), ticks=[0, 5, 10, 15]), height=400,
    )  # fmt: skip


def forecast(lead: int, by: str, start: str) -> View:
    """The chance of ice that a forecaster gives each cell, and what came."""
    lead, month = whole("lead", lead, 1, LEADS), _start(start)
    one_of("by", by, FORECASTERS)
    classes = truth(SEED, [month + lead])[0]
    if by in RULES:
        chance = (simple_forecasts(SEED, [month], lead)[by][0] > LOWER).astype(float)
    else:
        chance = _chances(by, lead)[month - start_months(*TEST)[0]]
    ice = classes > 0
    right, cells = (chance > 0.5) == ice, active_cells(SEED)[(month + lead) % 12]
    figure = draw.panels(
        _map(np.round(chance, 2), ice, f"forecast: {by}", "chance of ice", "chance of ice %{z}"),
        _map(classes / 2, ice, "what came", None, "class %{z}"),
        height=400,
    )
    target = NAMES[(month + lead) % 12]
    months = f"{plural(lead, 'month')} ahead, for {target}"
    words = (
        f"From {start}, {months}: {by} is on the right side of 15 % in {int(right.sum())} of {right.size} cells, and in {int((right & cells).sum())} "
        f"of the {int(cells.sum())} active ones, where {target} has known both ice and water."
    )
    return View(figure, words)


def edge(lead: int, bound: float, by: str) -> View:
    """The region that a forecaster leaves undecided, on one map and over all test months."""
    lead, bound, month = whole("lead", lead, 1, LEADS), real("bound", bound, 0.001, 0.499), _start("June")
    chance = _chances(one_of("by", by, EDGE_FORECASTERS), lead)
    months = start_months(*TEST)
    ice = truth(SEED, months + lead) > 0
    one = chance[month - months[0]]
    levels = np.where(one > 1 - bound, 1.0, np.where(one < bound, 0.0, 0.5))
    found = edge_region(chance, ice, bound)
    bounds, shares, coverages = _edge_curve(by, lead)
    right = draw.figure(
        draw.line(bounds, coverages, "edge cells inside", COLOURS[by.partition(",")[0]]),
        draw.line(bounds, shares, "all cells inside", "grey", "dash"),
        draw.points([bound] * 2, [found.coverage, found.share], colour=[COLOURS[by.partition(",")[0]], "grey"], size=11),
        draw.vertical(bound, "grey", "dot"),
        title="all test months", x=draw.axis("bound", range=(0, 0.42)), y=draw.axis("share", range=(0, 1.02)), height=400,
    )  # fmt: skip
    left = _map(levels, ice[month - months[0]], f"June, {plural(lead, 'month')} ahead", None, "%{z}")
    words = (
        f"{by}, lead {lead}, chances from {bound:.3g} to {1 - bound:.3g} count as undecided: that is {percent(found.share)} of all cells, and it holds "
        f"{percent(found.coverage)} of the cells at the true ice edge. Outside, {percent(found.wrong, 2)} of the cells are on the wrong side; "
        f"the chances themselves promise {percent(found.promised, 2)}."
    )
    return View(draw.panels(left, right, height=400), words)


@cache
def _edge_curve(by, lead):
    ice = truth(SEED, start_months(*TEST) + lead) > 0
    bounds = [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4]
    found = [edge_region(_chances(by, lead), ice, bound) for bound in bounds]
    return bounds, [one.share for one in found], [one.coverage for one in found]


# one cell --------------------------------------------------------------------------------------


def classes(mean: float, lead: int, threshold: float) -> View:
    """The normal forecast of one cell, cut into three classes; the lower boundary can be moved."""
    mean, threshold = real("mean", mean, -10, 10), real("threshold", threshold, -10, 10)
    deviation = float(np.sqrt(forecast_variance(TRANSITION, NOISE, whole("lead", lead, 1, LEADS))[0, 0]))
    ice, full = (float(ice_probability(mean, deviation, level)) for level in (threshold, UPPER))
    shares = [1 - ice, ice - full, full]
    x = np.linspace(-0.6, 1.6, 111)
    spans = ((-0.6, threshold), (threshold, UPPER), (UPPER, 1.6))
    colours = ("orange", "grey", "blue")
    areas = []
    for (low, high), colour, name in zip(spans, colours, CLASSES, strict=True):
        inside = np.concatenate([[low], x[(x > low) & (x < high)], [high]])
        areas.append(draw.line(inside, _density(inside, mean, deviation), name, colour, fill="tozeroy"))
    left = draw.figure(
        *areas, draw.vertical(threshold, "ink"), draw.vertical(UPPER, "ink", "dot"), title="the forecast of one cell",
        x=draw.axis("ice index", range=(-0.6, 1.6)),
        y=draw.axis("density", range=(0, 3.5)), height=360,
    )  # fmt: skip
    right = draw.figure(
        draw.bars(list(CLASSES), shares, colour=list(colours), labels=[f"{share:.2f}" for share in shares]),
        title="probability of each class", y=draw.axis("probability", range=(0, 1)), height=360,
    )  # fmt: skip
    moved = (
        ""
        if abs(threshold - LOWER) < 1e-9
        else f" With the line at 0.15 ice would have {class_probabilities(mean, deviation)[1:].sum():.3f}."
    )
    words = (
        f"Mean {mean:.3g}, {plural(lead, 'month')} ahead, so a deviation of {deviation:.3f}: open water {shares[0]:.3f}, marginal ice {shares[1]:.3f}, "
        f"full ice {shares[2]:.3f}; more than {percent(threshold, 0)} ice has the chance {ice:.3f}.{moved}"
    )
    return View(draw.panels(left, right, height=360), words)


def _density(x, mean, deviation):
    return np.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * np.sqrt(2 * np.pi))


# calibration -----------------------------------------------------------------------------------


@cache
def _case(years, members, lead):
    found = case(held_out_logits(years, members), SEED, lead)
    curve = [negative_log_likelihood(found.logits, found.classes, t) for t in TEMPERATURES]
    return found, curve


def calibration(lead: int, temperature: float, years: int, members: int) -> View:
    """The reliability diagram of stored U-Nets at a temperature, and the likelihood over all temperatures."""
    found, curve = _case(_trained(years), whole("members", members, 1, MEMBERS), whole("lead", lead, 1, LEADS))
    chance, ice = np.clip(1 - softmax(found.logits, temperature)[:, 0], 0, 1), found.classes > 0
    diagram = reliability(chance, ice, BINS)
    fitted = float(stored("U-Net", "temperature", years, members)[0, lead - 1])
    nll, ece = (
        negative_log_likelihood(found.logits, found.classes, temperature),
        expected_calibration_error(chance, ice, BINS),
    )
    sizes = 5 + 22 * np.sqrt(diagram.count / len(ice))
    left = draw.figure(
        draw.line([0, 1], [0, 1], "calibrated", "ink", "dash", 1.5),
        draw.line(diagram.probability, diagram.frequency, "U-Net", "purple"),
        draw.points(diagram.probability, diagram.frequency, colour="purple", size=[float(f"{s:.3g}") for s in sizes]),
        title="reliability", x=draw.axis("chance of ice", range=(0, 1)),
        y=draw.axis("how often there was ice", range=(0, 1.02)), height=390,
    )  # fmt: skip
    right = draw.figure(
        draw.line(TEMPERATURES, curve, colour="purple"), draw.vertical(fitted, "grey", "dot"),
        draw.points([temperature], [min(nll, 2.9)], colour="purple", size=11),
        title="NLL; dotted: fitted T", height=390,
        x=draw.axis("temperature T", range=(0.28, 4.2), log=True, ticks=[0.3, 0.5, 1, 2, 4], labels=["0.3", "0.5", "1", "2", "4"]),
        y=draw.axis("NLL of the test years, nats", range=(0, 3)),
    )  # fmt: skip
    networks = "one network" if members == 1 else f"mean of {members} networks"
    words = (
        f"{networks.capitalize()} trained on {years} years, lead {lead}, T = {temperature:.3g}: NLL {nll:.3f}, calibration error {ece:.3f}; at T = 1 the NLL is "
        f"{_at_one(years, members, lead):.3f}. The earlier years choose T = {fitted:.2f}."
    )
    return View(draw.panels(left, right, height=390), words)


def _trained(years):
    if years not in (FEW, MANY):
        raise ValueError(f"years={years!r} must be {FEW} or {MANY}: networks of no other training are stored")
    return years


def _at_one(years, members, lead):
    found, _ = _case(years, members, lead)
    return negative_log_likelihood(found.logits, found.classes)


# skill -----------------------------------------------------------------------------------------


def skill(years: int, cells: str) -> View:
    """Accuracy by lead over five oceans, and the temperatures that the U-Nets of so many training years need."""
    if real("years", years) not in YEARS:
        return refusal(f"Networks trained on {years} years are not stored: one of {', '.join(map(str, YEARS))}.")
    metric = {"active cells": "accuracy", "all cells": "all_cells"}[
        one_of("cells", cells, ("active cells", "all cells"))
    ]
    marks, means = [], {}
    for name in ("persistence", "linear trend", "damped anomaly", "regression", "U-Net", "best possible"):
        found = stored(name, metric, years)
        means[name] = found.mean(axis=0)
        label = "damped anomaly persistence" if name == "damped anomaly" else name
        marks.append(
            draw.line(LEAD_RANGE, means[name], label, COLOURS[name], "dash" if name == "best possible" else "solid")
        )
        marks.append(
            draw.points(LEAD_RANGE, means[name], colour=COLOURS[name], size=6, error=found.std(axis=0, ddof=1))
        )
    left = draw.figure(
        *marks, title=f"accuracy, {cells}", x=draw.axis("lead, months", range=(0.7, 6.3)),
        y=draw.axis("share right", range=(0.55, 1.0)), height=430,
    )  # fmt: skip
    heat = stored("U-Net", "temperature", years)
    right = draw.figure(
        draw.horizontal(1, "ink"),
        draw.points(np.tile(LEAD_RANGE, len(heat)), heat.ravel(), "one ocean", "grey", size=6),
        draw.line(LEAD_RANGE, heat.mean(axis=0), "U-Net", "purple"), title="fitted temperature",
        x=draw.axis("lead, months", range=(0.7, 6.3)), y=draw.axis("T", range=(0.3, 6), log=True, ticks=[0.5, 1, 2, 4], labels=["0.5", "1", "2", "4"]), height=430,
    )  # fmt: skip
    gain = stored("U-Net", metric, years) - stored("linear trend", metric)
    words = (
        f"Trained on {years} years, {cells}: the U-Net is right in {percent(means['U-Net'][0])} at lead 1 and {percent(means['U-Net'][5])} at lead 6, the linear trend in "
        f"{percent(means['linear trend'][0])} and {percent(means['linear trend'][5])}, the best possible forecast in {percent(means['best possible'][0])} and "
        f"{percent(means['best possible'][5])}. The U-Net is ahead of the trend at lead 1 in {int((gain[:, 0] > 0).sum())} of {len(gain)} oceans and at lead 6 in {int((gain[:, 5] > 0).sum())}; "
        f"its temperatures run from {heat.min():.2f} to {heat.max():.2f}."
    )
    return View(draw.panels(left, right, height=430), words)


# real ice --------------------------------------------------------------------------------------


DEGREES = {"straight line": 1, "parabola": 2}


def september(last_year: int, curve: str) -> View:
    """The September extent, a curve fitted up to a year, and the interval in which it expects each later year."""
    years, seen = extent.september()
    last_year = whole("last_year", last_year, 1985, 2015)
    used = years <= last_year
    fit = extent.fit_curve(years[used], seen[used], DEGREES[one_of("curve", curve, DEGREES)])
    ahead = np.arange(1979, 2041, 1.0)
    line, half = extent.predicted(fit, ahead)
    after = ahead >= last_year
    figure = draw.figure(
        draw.line([*ahead[after], *ahead[after][::-1]], [*(line + half)[after], *(line - half)[after][::-1]], "95 % of single years", "blue", width=0, fill="toself"),
        draw.line(ahead, line, curve, "blue"),
        draw.points(years[used], seen[used], "used", "ink", size=7),
        draw.points(years[~used], seen[~used], "came later", "orange", size=7),
        draw.vertical(last_year + 0.5, "grey", "dot"),
        x=draw.axis("year", range=(1978, 2041)), y=draw.axis("September extent, million km²", range=(0, 9)), height=400,
    )  # fmt: skip
    next_year = last_year + 1
    middle, reach = (float(v[0]) for v in extent.predicted(fit, [next_year]))
    came = seen[years == next_year]
    verdict = (
        "" if not len(came) else f" It was {came[0]:.2f}, {'inside' if abs(came[0] - middle) <= reach else 'outside'}."
    )
    inside = [
        abs(a - b) <= h
        for a, b, h in zip(
            seen[~used], line[len(seen[used]) : len(seen)], half[len(seen[used]) : len(seen)], strict=True
        )
    ]
    later = f" Of the {len(inside)} years known since, {sum(inside)} lie in the band." if len(inside) > 1 else ""
    far, far_reach = (float(v[0]) for v in extent.predicted(fit, [2040]))
    return View(
        figure,
        f"The {curve} through 1979 to {last_year} expects {middle:.2f} for {next_year}, 95 % between {middle - reach:.2f} and {middle + reach:.2f} million km².{verdict}{later} "
        f"For 2040 it says {far:.2f}, between {far - far_reach:.2f} and {far + far_reach:.2f}{', and no extent can be negative' if far < 0 else ''}.",
    )


GRID_MONTHS = {"March": 110, "June": 113, "September": 116, "December": 119}


def model_grid(month: str, divisor: int) -> View:
    """One month of the climate model's ice, its bytes divided by 200 or, wrongly, by 255."""
    number = GRID_MONTHS[one_of("month", month, GRID_MONTHS)]
    if real("divisor", divisor) not in (200, 255):
        return refusal(
            f"The bytes were written as 200 times the concentration; divided by {divisor} they mean nothing. Choose 200 or 255."
        )
    c = model.concentrations(divisor)[number]
    left = draw.figure(
        draw.heatmap(np.round(c, 2), [round(1.8 + 3.6 * i, 1) for i in range(100)], _latitudes(), scale="diverging", low=0, high=1, bar="concentration", hover="%{z}"),
        title=f"{month} of year 10", x=draw.axis("longitude, degrees east", range=(0, 360), ticks=[0, 90, 180, 270, 360]),
        y=draw.axis("latitude, degrees north", range=(35, 91)), height=380,
    )  # fmt: skip
    counts = [int(((c > LOWER) & (c < UPPER)).sum()), int((c >= UPPER).sum())]
    right = draw.figure(
        draw.bars(list(CLASSES[1:]), counts, colour=["grey", "blue"], labels=[str(n) for n in counts]),
        title="cells by class", y=draw.axis("cells", range=(0, 1200)), height=380,
    )  # fmt: skip
    largest = f"The largest value is {c.max():.3f}"
    words = f"{month} of the model's tenth year, bytes divided by {divisor}: {counts[0]} cells of marginal ice, {counts[1]} of full ice. {largest}{', so no cell can ever reach 80 %' if divisor == 255 else ''}."
    return View(draw.panels(left, right, height=380), words)


@cache
def _latitudes():
    from miniatures.data import load

    return [round(float(lat), 1) for lat in load("csm_fice_north_120m_uint8.npz")["lat"]]


def grid_gains() -> View:
    """Gain in accuracy over the model's climatology, with 95 % intervals from drawing whole months."""
    split, marks, words = model.chronological(), [draw.horizontal(0, "ink")], []
    for shift, (name, rule, colour) in enumerate(
        (("anomaly persistence", "anomaly persistence", "orange"), ("logistic regression", "", "green"))
    ):
        found = [model.gain_interval(split, lead, rule=rule) for lead in LEAD_RANGE]
        x = [lead + 0.16 * shift - 0.08 for lead in LEAD_RANGE]
        for place, (_, low, high) in zip(x, found, strict=True):
            marks.append(draw.line([place, place], [100 * low, 100 * high], colour=colour, width=2))
        marks.append(draw.points(x, [100 * middle for middle, _, _ in found], name, colour, size=9))
        words.append(
            f"{name} "
            + ", ".join(
                f"{100 * found[lead - 1][0]:+.1f} ({100 * found[lead - 1][1]:+.1f} to {100 * found[lead - 1][2]:+.1f}) at lead {lead}"
                for lead in model.SHOWN_LEADS
            )
        )
    figure = draw.figure(
        *marks, x=draw.axis("lead, months", range=(0.6, 6.4)), y=draw.axis("gain over climatology, points", range=(-5, 14)), height=380,
    )  # fmt: skip
    return View(
        figure,
        "Gain in accuracy over climatology, in points, with the interval from drawing whole test months: "
        + "; ".join(words)
        + ".",
    )
