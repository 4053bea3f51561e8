"""Views of the epidemic curve: towns of balls, the SIR equations, chance, and real counts.

Blue is who is healthy, red who is ill or newly reported, grey who has recovered; orange is what a model or a fit says,
green what came later, purple an intervention.
"""

from functools import cache
from math import isfinite, log, log10

import numpy as np

from miniatures import draw
from miniatures import epidemic_counts as ec
from miniatures import epidemic_curve as sir
from miniatures import epidemic_reproduction as er
from miniatures import epidemic_runs as stored
from miniatures import epidemic_sir_fit as fit
from miniatures.checks import cached, one_of, real, whole
from miniatures.epidemic_balls import BALLS, NEVER, RECOVERY
from miniatures.explore import View
from miniatures.results import place
from miniatures.wording import plural

GAMMA, SEED_SHARE = 0.1, 1e-3  # of the SIR views: ten days ill, one in a thousand at first
R0 = 2.5  # of the view of an intervention
PEOPLE, RUNS, PATHS = 200, 1000, 20  # of the view of chance
TRUE_DAYS, FIRST_SHARE, DAYS = 6.0, 0.002, 35  # of the view of testing: doubling time, share found at first, days
FASTEST = 0.14  # days in which testing can double
HORIZON, GROWING = 1000, 400  # steps of the balls' views
WEEK = ec.AHEAD
POWERS = {
    "log": True,
    "ticks": [1, 10, 100, 1e3, 1e4, 1e5],
    "labels": ["1", "10", "100", "1,000", "10,000", "100,000"],
}  # of an axis of counts


# ---- towns of balls


def town(scenario: str, seed: int, step: int) -> View:
    """The balls of one town at a step, coloured by health, and how many are ill over time."""
    one_of("scenario", scenario, tuple(stored.SCENARIOS))
    index = place("seed", seed, stored.SHOWN)
    real("step", step, -1e9, 1e9)
    frame = round(min(max(step, 0), stored.LAST) / stored.EVERY)
    found, now = stored.runs(scenario), frame * stored.EVERY
    order = np.argsort(found.caught[index] % 10**6, kind="stable")  # by the step of infection: fewer bytes in the page
    position = stored.frames(scenario, seed)[frame][order]
    caught, ill = found.caught[index][order], found.infected[index]
    was = (caught != NEVER) & (caught <= now)
    groups = {"healthy": ("blue", ~was), "ill": ("red", was & (now < caught + RECOVERY))}
    groups["recovered"] = ("grey", was & ~groups["ill"][1])
    marks = [
        draw.points(*_only(position, who), name=name, colour=colour, size=7) for name, (colour, who) in groups.items()
    ]
    square = draw.axis(hidden=True, range=(-2, 102))
    edges = [draw.line([0, 100, 100, 0, 0], [0, 0, 100, 100, 0], colour="grey", width=1.5)]
    left = draw.figure(*edges, *_wall(scenario, now), *marks, title=f"step {now}", x=square, y=square, equal=True)
    at = np.arange(0, HORIZON + 1, 10)
    ever = np.searchsorted(np.sort(caught[caught != NEVER]), at, side="right")
    right = draw.figure(
        draw.line(at, ever, name="ever ill", colour="grey", dash="dot", width=1.5),
        draw.line(at, ill[at], name="ill now", colour="red"),
        draw.vertical(now, "ink", dash="dot"),
        draw.points([now], [ill[now]], colour="red", size=9),
        title="balls ill",
        x=draw.axis("step", range=(0, HORIZON)),
        y=draw.axis("balls", range=(0, 206)),
    )
    counts = {name: int(who.sum()) for name, (_, who) in groups.items()}
    words = (
        f"{scenario.capitalize()}, town {index + 1}: at step {now}, {counts['healthy']} of {BALLS} balls are healthy, {counts['ill']} ill and {counts['recovered']} recovered. "
        f"At most {ill.max()} are ill at one time, at step {ill.argmax()}; in the end {(caught != NEVER).sum()} have been."
    )
    return View(draw.panels(left, right, height=400), words)


def _only(position, who):
    """Positions in percent of the side, None for the balls of another health: so each ball keeps its place in the list."""
    percent = np.round(100 * position)
    return [[int(v) if mine else None for v, mine in zip(percent[:, axis], who, strict=True)] for axis in (0, 1)]


def _wall(scenario, step):
    wall = stored.SCENARIOS[scenario][1]
    if wall is None:
        return []
    x, half = 100 * wall.place, 50 * wall.gate(step)
    return [draw.line([x, x, None, x, x], [0, 50 - half, None, 50 + half, 100], colour="purple", width=4, name="wall")]


def towns(scenario: str) -> View:
    """Twenty towns of one scenario: how many are ill, and how the number ever ill grows on a logarithmic axis.

    >>> towns("free-for-all").description[:57]
    'Free-for-all, 20 towns: the peak is 172 ± 9 of 200 balls,'
    """
    found = stored.runs(scenario)
    at, early = np.arange(0, HORIZON + 1, 20), np.arange(0, GROWING + 1, 20)
    r0 = stored.counted_r0(scenario)
    run = sir.simulate_sir(r0 / RECOVERY, 1 / RECOVERY, BALLS - 1, 1, HORIZON)
    left = draw.figure(
        *_bundle(at, found.infected[:, at], "red", "each of 20 towns"),
        draw.line(at, run.infected[at], name="SIR with the R₀ counted", colour="orange", width=3.5),
        title="ill now",
        x=draw.axis("step", range=(0, HORIZON)),
        y=draw.axis("balls", range=(0, 206)),
    )
    ever = np.array([np.searchsorted(np.sort(one[one != NEVER]), early, side="right") for one in found.caught])
    right = draw.figure(
        *_bundle(early, ever, "red", "each of 20 towns"),
        draw.line(early, BALLS - run.susceptible[early], name="SIR with the R₀ counted", colour="orange", width=3.5),
        title="ever ill, logarithmic",
        x=draw.axis("step", range=(0, GROWING)),
        y=draw.axis("balls", range=(0.9, 300), log=True, ticks=[1, 10, 100]),
    )
    times = stored.doubling_steps(scenario)
    words = (
        f"{scenario.capitalize()}, 20 towns: the peak is {found.peak.mean():.0f} ± {found.peak.std(ddof=1):.0f} of {BALLS} balls, {100 * found.attack.mean():.0f} % fall ill in the end. "
        f"From 5 to 10 ever ill it takes {times[0]:.0f} steps on average, from 10 to 20 {times[1]:.0f}, from 20 to 40 {times[2]:.0f}; the SIR curve has R₀ = {r0:.1f}."
    )
    return View(draw.panels(left, right, height=380), words)


def _bundle(x, rows, colour, name):
    """Many thin curves as one mark, with gaps between them."""
    across = np.concatenate([[*x, None] for _ in rows])
    up = np.concatenate([[*row, None] for row in rows])
    return [draw.line(across.tolist(), up.tolist(), name=name, colour=colour, width=0.8)]


# ---- the equations


def curve(r0: float, capacity: float, logarithmic: bool) -> View:
    """The SIR epidemic over 300 days with a line for the beds, on a linear or logarithmic axis."""
    real("r0", r0, 0, 1e3), real("capacity", capacity, 0, 1e3)
    run = sir.simulate_sir(r0 * GAMMA, GAMMA, 1 - SEED_SHARE, SEED_SHARE, 300)
    shown = slice(None, None, 3)
    over = int((run.infected > capacity).sum())
    marks = [
        draw.line(run.time[shown], run.susceptible[shown], name="susceptible", colour="blue"),
        draw.line(run.time[shown], run.infected[shown], name="infected", colour="red", width=3),
        draw.line(run.time[shown], run.recovered[shown], name="recovered", colour="grey"),
        draw.horizontal(capacity, "purple", words="beds"),
    ]
    y = (
        draw.axis("share of the population", range=(5e-4, 1.3), log=True, ticks=[1e-3, 1e-2, 1e-1, 1])
        if logarithmic
        else draw.axis("share of the population", range=(0, 1.02))
    )
    rate = (r0 - 1) * GAMMA
    pace = (
        f"doubles every {log(2) / rate:.3g} days at first"
        if rate > 1e-9
        else ("halves every " + f"{log(2) / -rate:.3g} days" if rate < -1e-9 else "stays level at first")
    )
    words = (
        f"With R₀ = {r0:.3g} and ten days of illness the number infected {pace}; at most {_percent(run.infected.max())} are infected at one time, on day {run.time[run.infected.argmax()]:.0f}, "
        f"and {_percent(1 - run.susceptible[-1])} by day 300. {over} days lie above the line of {_percent(capacity)}{' on the logarithmic axis' if logarithmic else ''}."
    )
    return View(draw.figure(*marks, x=draw.axis("day", range=(0, 300)), y=y, height=400), words)


def intervention(start: int, cut: float, length: int) -> View:
    """An epidemic of R0 = 2.5 with fewer contacts for a while, beside the one that is left alone."""
    real("start", start, 0, sir.MOST_DAYS), real("cut", cut, 0, 100), real("length", length, 0, sir.MOST_DAYS)
    beta, days = R0 * GAMMA, 365
    free = _free()
    run = sir.simulate_sir(beta, GAMMA, 1 - SEED_SHARE, SEED_SHARE, days, start, beta * (1 - cut / 100), start + length)
    end = min(start + length, days)
    marks = [
        draw.box(start, 0, end, 0.3, "wash-blue"),
        draw.line(free.time[::4], free.infected[::4], name="left alone", colour="grey", dash="dot"),
        draw.line(run.time[::4], run.infected[::4], name="with fewer contacts", colour="purple", width=3),
    ]
    before = run.infected[run.time <= end].max()
    after = run.infected[run.time >= end].max()
    second = after > 1.1 * run.infected[run.time == end][0]
    wave = (
        f"When they come back, on day {end}, a second wave follows with a peak of {_percent(after)}"
        if second
        else f"When they come back, on day {end}, no second wave follows"
    )
    words = (
        f"{cut:.3g} % fewer contacts from day {start} for {length} days: the highest share infected until they end is {_percent(before)}, where {_percent(free.infected.max())} would be the peak. "
        f"{wave}; by day 365, {_percent(1 - run.susceptible[-1])} have been infected instead of {_percent(1 - free.susceptible[-1])}."
    )
    figure = draw.figure(
        *marks, x=draw.axis("day", range=(0, 365)), y=draw.axis("share infected", range=(0, 0.3)), height=380
    )
    return View(figure, words)


@cache
def _free():
    return sir.simulate_sir(R0 * GAMMA, GAMMA, 1 - SEED_SHARE, SEED_SHARE, 365)


def chance(r0: float, cases: int) -> View:
    """Epidemics by chance among 200 people: twenty of them over time, and the sizes of a thousand.

    >>> chance(0.8, 3).description[:55]
    'Of 1000 epidemics with R₀ = 0.8 that start with 3 cases'
    """
    real("r0", r0, 0, 1e3), whole("cases", cases, 1, PEOPLE - 1)
    sizes = (outbreaks(r0, cases) + cases) / PEOPLE
    small, z, dies = sizes < 0.1, sir.final_size(r0), sir.extinction_probability(r0, cases)
    counts, edges = np.histogram(sizes, bins=40, range=(0, 1))
    marks = [
        draw.bars((edges[:-1] + edges[1:]) / 2, counts, name="epidemics", colour="red", width=0.025),
        draw.points([sizes.mean()], [500], name="mean of all", colour="ink", symbol="x", size=11),
    ]
    if z and (~small).any():
        marks.append(draw.points([sizes[~small].mean()], [500], name="mean of the large ones", colour="green", size=11))
    if z:
        marks.append(draw.vertical(z, "orange", words="z"))
    right = draw.figure(
        *marks,
        title="a thousand epidemics",
        x=draw.axis("share infected", range=(0, 1)),
        y=draw.axis("epidemics", range=(0, 1000)),
    )
    large = (
        f"The large ones infect {_percent(sizes[~small].mean())} on average (final size z = {_percent(z)}), all together {_percent(sizes.mean())}"
        if z and (~small).any()
        else f"All together infect {_percent(sizes.mean())} on average"
    )
    words = f"Of {RUNS} epidemics with R₀ = {r0:.3g} that start with {plural(cases, 'case')} among {PEOPLE} people, {_percent(small.mean())} end below a tenth of the people, where theory says {_percent(dies)}. {large}."
    return View(draw.panels(_paths(r0, cases), right, height=380), words)


def _paths(r0, cases):
    """Twenty epidemics by chance over time, and the SIR equations."""
    at, rng = np.arange(0, 201, 4), np.random.default_rng(100)
    rows = []
    for _ in range(PATHS):
        run = sir.simulate_gillespie(r0 * GAMMA, GAMMA, PEOPLE - cases, cases, rng)
        rows.append(run.infected[np.searchsorted(run.time, at, side="right") - 1])
    smooth = sir.simulate_sir(r0 * GAMMA, GAMMA, PEOPLE - cases, cases, 200)
    return draw.figure(
        *_bundle(at, rows, "red", "by chance"),
        draw.line(at, smooth.infected[at], name="SIR equations", colour="orange", width=3.5),
        title="twenty epidemics",
        x=draw.axis("day", range=(0, 200)),
        y=draw.axis("infected", range=(0, 110)),
    )


@cached()
def outbreaks(r0: float, cases: int) -> np.ndarray:
    """The sizes of a thousand epidemics, seed 100.

    >>> outbreaks(0.8, 3).shape
    (1000,)
    """
    real("r0", r0, 0, 1e3), whole("cases", cases, 1, PEOPLE - 1)
    return sir.outbreak_sizes(r0, PEOPLE - cases, cases, RUNS, np.random.default_rng(100))


# ---- counts


def country(row: int, start: int) -> View:
    """Reported cases of one row of the file, a growth fit to 14 days of it, and the week after them."""
    whole("row", row, 0, len(ec.countries()) - 1), whole("start", start, 0, 84 - ec.WINDOW - WEEK)
    y = ec.countries()[row]
    window = y[start : start + ec.WINDOW]
    days, zero = np.arange(84), (y == 0) & (np.cumsum(y) > 0)
    inside, later = np.arange(start, start + ec.WINDOW), np.arange(start + ec.WINDOW, start + ec.WINDOW + WEEK)
    marks = [
        draw.box(start - 0.5, 0.5, start + ec.WINDOW - 0.5, 1e5, "wash-grey"),
        draw.points(days, np.where(y > 0, y, np.nan), name="reported", colour="red", size=6),
        draw.points(days[zero], [0.65] * int(zero.sum()), name="reported: none", colour="red", symbol="x", size=7),
        draw.points(later, np.where(y[later] > 0, y[later], np.nan), name="the week after", colour="green", size=8),
    ]
    words = f"Row {row} of the file, 14 days from day {start}: "
    if np.count_nonzero(window) < 2:
        words += "no growth can be fitted to fewer than two days with cases"
    else:
        made = ec.forecast(window)
        line = np.concatenate([inside, later])
        marks.append(
            draw.line(line, np.clip(made.fit.mean(line - start), 0.1, 1e8), name="growth fit", colour="orange")
        )
        words += _fit_words(made, y[later].sum())
    figure = draw.figure(
        *marks,
        x=draw.axis("day of the file", range=(-1, 84)),
        y=draw.axis("new cases a day", range=(0.5, 1e5), **POWERS),
        height=400,
    )
    return View(figure, f"{words}. {int(zero.sum())} days after its first case report none.")


def _fit_words(made, came):
    low, high = made.fit.doubling_range
    mid = ec.doubling_time(made.fit.rate)
    pace = (
        f"cases double in {_days(mid)} (95 % range {_days(low)} to {_days(high)})"
        if isfinite(mid)
        else f"no growth (the fastest doubling time in the 95 % range is {_days(low)})"
    )
    return f"{pace}, dispersion φ = {_number(made.fit.dispersion)}. The fit expects {_cases(made.expected)} in the next week, from {_many(made.low)} to {_many(made.high)}; {_many(came)} came"


def testing(doubling: float, delay: float) -> View:
    """Infections that double every six days, and what is reported of them while testing grows; simulated.

    >>> testing(6, 4).description[:31]
    'Infections double every 6 days,'
    """
    real("doubling", doubling, 0, 1e3), real("delay", delay, 0, 100)
    if 0 < doubling < FASTEST:
        raise ValueError(f"doubling={doubling!r} must be 0, for no growth of testing, or {FASTEST} days or more")
    day = np.arange(DAYS)
    infections = 500 * 2 ** (day / TRUE_DAYS)
    rate = log(2) / doubling if doubling else 0.0
    counts = ec.reported(infections, FIRST_SHARE, rate, delay, np.random.default_rng(100))
    late = np.arange(DAYS - 21, DAYS)
    found = ec.growth_fit(counts[late])
    expected = 1 / (1 / TRUE_DAYS + (1 / doubling if doubling else 0))
    low, high = found.doubling_range
    marks = [
        draw.line(day, infections, name="infections (nobody sees them)", colour="blue"),
        draw.points(day, np.where(counts > 0, counts, np.nan), name="reported", colour="red", size=6),
        draw.line(late, found.mean(late - late[0]), name="growth fit", colour="orange", width=3),
    ]
    pace = f"tests find twice the share every {doubling:.3g} days" if doubling else "tests always find the same share"
    words = (
        f"Infections double every {TRUE_DAYS:.3g} days, {pace}, and a found case is counted {delay:.3g} days later on average: reported cases double every {ec.doubling_time(found.rate):.3g} days "
        f"(95 % range {_days(low)} to {_days(high)}; the two rates together give {expected:.3g} days). Simulated counts, seed 100."
    )
    return View(
        draw.figure(
            *marks,
            x=draw.axis("day", range=(-1, DAYS)),
            y=draw.axis("a day", range=(0.5, 1e5), **POWERS),
            height=380,
        ),
        words,
    )


def forecasts(total: int, stretch: float) -> View:
    """Every forecast of the week after 14 days of growth, with its range, beside what came."""
    stretch = real("stretch", stretch, 1e-9, 1e3)
    found = ec.trials(range(201), total, stretch)
    holds = found.score <= 1
    marks = [draw.line([1, 1e6], [1, 1e6], name="what came", colour="green", dash="dot", width=1.5)]
    low, high = found.expected * np.exp(-found.reach), found.expected * np.exp(found.reach)
    for name, colour, which in (("range holds it", "grey", holds), ("range misses it", "red", ~holds)):
        x = np.repeat(found.actual[which], 3)
        y = np.stack([low[which], high[which], np.full(which.sum(), np.nan)], axis=1).ravel()
        marks.append(draw.line(x, np.clip(y, 1, 1e7), name=name, colour=colour, width=2))
    marks.append(draw.points(found.actual, np.clip(found.expected, 1, 1e7), name="forecast", colour="orange", size=7))
    axis = {"range": (5, 5e5), **POWERS}
    ratio = found.expected / found.actual
    words = (
        f"Ranges × {stretch:.3g}, forecasts from the day with {total} cases on: {int(holds.sum())} of {len(holds)} ranges, {_percent(holds.mean())}, hold what came, where 95 % is written on them. "
        f"Half of the ranges reach over a factor of {_number(np.median(high / low))} or more from end to end; the middle forecast is {np.median(ratio):.2f} times what came."
    )
    figure = draw.figure(
        *marks, x=draw.axis("cases that came in the week", **axis), y=draw.axis("cases expected", **axis), height=430
    )
    return View(figure, words)


# ---- outbreaks


def outbreak(name: str, scale: float, window: int) -> View:
    """New cases of an outbreak, and the reproduction number that they imply for a serial interval."""
    one_of("name", name, tuple(er.SERIAL_INTERVALS)), real("scale", scale, 0.5, 2)
    y, (mean, sd) = er.outbreak(name), er.SERIAL_INTERVALS[name]
    found = er.reproduction(y, er.serial_interval(scale * mean, scale * sd, len(y)), window)
    day = np.arange(len(y))
    bars = draw.figure(
        draw.bars(day, y, name="new cases", colour="red", width=0.9),
        title="new cases by day of onset",
        x=draw.axis("", range=(-1, len(y))),
        y=draw.axis("cases", range=(0, 1.1 * float(y.max()))),
        height=220,
    )
    estimate = draw.figure(
        draw.line(
            np.concatenate([found.day, found.day[::-1]]),
            np.clip(np.concatenate([found.low, found.high[::-1]]), 0.05, 60),
            colour="orange",
            fill="toself",
            width=0,
            name="95 % range",
        ),
        draw.line(found.day, np.clip(found.mean, 0.05, 60), name="R_t", colour="orange"),
        draw.horizontal(1, "ink", dash="dot"),
        title="infections by each case, logarithmic",
        x=draw.axis("day", range=(-1, len(y))),
        y=draw.axis("R_t", range=(0.1, 40), log=True, ticks=[0.1, 1, 10]),
        height=220,
    )
    top, below = int(found.mean.argmax()), er.below_one(found)
    fall = "does not fall below 1" if below is None else f"first falls below 1 on day {below}"
    words = (
        f"{_first(name)}, serial interval {scale * mean:.3g} ± {scale * sd:.2g} days (published × {scale:.3g}), windows of {window} days: R_t is largest on day {found.day[top]}, {found.mean[top]:.3g} "
        f"(95 % range {found.low[top]:.2g} to {found.high[top]:.2g}), and {fall}. {int(y.sum()):,} cases in {len(y)} days."
    )
    return View(draw.panels(bars, estimate, columns=1, height=460, gap=0.2), words)


def seen_on(name: str, elapsed: float) -> View:
    """The reproduction number of each day's cases, as known when a share of the outbreak had passed and as known in the end."""
    one_of("name", name, tuple(er.SERIAL_INTERVALS)), real("elapsed", elapsed, 0, 100)
    y, (mean, sd) = er.outbreak(name), er.SERIAL_INTERVALS[name]
    today = round(elapsed / 100 * (len(y) - 1))
    interval = er.serial_interval(mean, sd, len(y))
    final, then = er.cohort_reproduction(y, interval), er.cohort_reproduction(y[: today + 1], interval)
    day = np.arange(len(y))
    marks = [
        draw.bars(
            day, np.where(day <= today, y / y.max() * 2, 0), name="new cases (no scale)", colour="wash-red", width=0.9
        ),
        draw.line(day, np.clip(final, 0, 7.9), name="R_t, known in the end", colour="green"),
        draw.line(day[: today + 1], np.clip(then, 0, 7.9), name="R_t, known today", colour="orange", width=3),
        draw.horizontal(1, "ink", dash="dot"),
        draw.vertical(today, "ink", words="today"),
    ]
    back = _last_with_cases(y, today - round(mean))
    words = f"{_first(name)}, seen on day {today}: "
    words += (
        f"the cases of day {back}, about one serial interval ago, seem to have infected {then[back]:.2f} each; in the end they had infected {final[back]:.2f}"
        if back is not None
        else "no cases lie a whole serial interval back yet"
    )
    words += f", and of today's {_cases(y[today])} nothing is known yet."
    figure = draw.figure(
        *marks,
        x=draw.axis("day", range=(-1, len(y))),
        y=draw.axis("R_t of the cases of that day", range=(0, 8)),
        height=380,
    )
    return View(figure, words)


def _last_with_cases(y, day):
    days = np.flatnonzero(y[: day + 1] > 0) if day >= 0 else []
    return int(days[-1]) if len(days) else None


def sir_fits(name: str, gamma: float) -> View:
    """The SIR epidemic that fits an outbreak best for a given recovery rate, and R0 for every recovery rate.

    >>> sir_fits("measles 1861", 0.1).description[:65]
    'Measles 1861 with γ = 0.1 per day: the best SIR fit has R₀ = 3.27'
    """
    one_of("name", name, er.OUTBREAKS), real("gamma", gamma, 1e-4, 1e3)
    y, found, all_fits = er.outbreak(name), fit.sir_fit(er.outbreak(name), gamma), fit.profile(name)
    day, fine = np.arange(len(y)), all_fits.acceptable
    left = draw.figure(
        draw.bars(day, y, name="new cases", colour="red", width=0.9),
        draw.line(day, found.fitted, name="SIR fit", colour="orange", width=3),
        title=f"γ = {gamma:.3g} per day",
        x=draw.axis("day", range=(-1, len(y))),
        y=draw.axis("cases a day", range=(0, 1.1 * float(y.max()))),
    )
    right = draw.figure(
        draw.line(all_fits.gamma, all_fits.r0, name="R₀ of the fit", colour="grey"),
        draw.line(
            all_fits.gamma,
            np.where(fine, all_fits.r0, np.nan),
            name="fits as well as the best",
            colour="green",
            width=6,
        ),
        draw.points([gamma], [found.r0], colour="orange", size=11),
        title="R₀ by γ",
        x=draw.axis("γ, 1/day", range=(8e-4, 2.5), log=True, ticks=[1e-3, 1e-2, 0.1, 1]),
        y=draw.axis("R₀", range=(0.9, 400), log=True, ticks=[1, 10, 100]),
    )
    worse = (found.deviance - all_fits.deviance.min()) / max(
        1.0, float(all_fits.dispersion[all_fits.deviance.argmin()])
    )
    words = (
        f"{_first(name)} with γ = {gamma:.3g} per day: the best SIR fit has R₀ = {found.r0:.3g} and early growth of {100 * gamma * (found.r0 - 1):.3g} % a day; over φ, its deviance is {max(0.0, worse):.2g} above that of the best γ; up to {fit.CHI_SQUARE:.3g} the two cannot be told apart. "
        f"Among the fits that are as good as the best, R₀ runs from {all_fits.r0[fine].min():.3g} to {all_fits.r0[fine].max():.3g}."
    )
    return View(draw.panels(left, right, height=380), words)


# ---- words


def _percent(share):
    return f"{100 * float(share):.3g} %"


def _days(value):
    return "infinity" if not isfinite(value) else f"{value:.2g} days" if value < 100 else "more than 100 days"


def _number(value):
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def _first(name):
    """`name` as it begins a sentence."""
    return name[0].upper() + name[1:]


def _cases(value):
    return f"{_many(value)} case" + "s" * (round(value) != 1)


def _many(value):
    return f"{value:,.0f}" if value < 1e7 else f"10^{log10(value):.0f}"
