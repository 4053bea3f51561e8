"""Reported counts: how fast they grow, how sure that is, and what a forecast from them is worth.

Source of the counts: data/covid3month.csv, new confirmed cases of COVID-19 in 201 countries without names on 84 days to
about 1 April 2020. Their source is the WHO's database. The fit is a Poisson regression whose errors are widened by the
dispersion (a quasi-Poisson fit). The stretched ranges follow A. N. Angelopoulos and S. Bates, arXiv:2107.07511.

y        new cases a day
μ, mean  expected new cases a day, exp(level + rate*t)
rate     growth rate, 1/day; ln(2)/rate is the doubling time, days
φ        dispersion: variance of a count over its mean, no unit
"""

from dataclasses import dataclass
from functools import cache
from math import exp, inf, log, sqrt

import numpy as np
from scipy.special import stdtrit

from miniatures.checks import SMALLEST, count, numbers, real, several, share, whole
from miniatures.data import load

START, WINDOW, AHEAD = 100, 14, 7  # cases before the window, its days, the days that are forecast
MOST_CASES = 1e9


@cache
def countries() -> np.ndarray:
    """New confirmed cases, (201 countries, 84 days), floats; the rows have no names.

    >>> countries().shape, int(countries().sum())
    ((201, 84), 754210)
    """
    table = load("covid3month.csv")
    return np.array([table[f"d{day}"] for day in range(84)], float).T


@cache
def held_back() -> np.ndarray:
    """True for the rows that the file sets apart for testing, (201,)."""
    return load("covid3month.csv")["split"] == "test"


@dataclass(frozen=True)
class GrowthFit:
    """Exponential growth fitted to counts of `days` days: log of the mean = level + rate*t, t = 0 on the first day."""

    level: float
    rate: float  # 1/day
    covariance: np.ndarray  # (2, 2), of level and rate, the dispersion included
    dispersion: float  # no unit
    days: int

    @property
    def quantile(self) -> float:
        """Student's t at 97.5 % with days - 2 degrees of freedom."""
        return float(stdtrit(self.days - 2, 0.975))

    @property
    def rate_range(self) -> tuple[float, float]:
        """The 95 % range of the rate, 1/day."""
        reach = self.quantile * sqrt(self.covariance[1, 1])
        return self.rate - reach, self.rate + reach

    @property
    def doubling_range(self) -> tuple[float, float]:
        """The 95 % range of the doubling time, days; it ends at infinity where no growth is in the range."""
        low, high = self.rate_range
        return doubling_time(high), doubling_time(low)

    def mean(self, t) -> np.ndarray:
        """Expected counts on the days `t`, an array counted from the window's first day."""
        return np.exp(self.level + self.rate * np.asarray(t, float))


def doubling_time(rate: float) -> float:
    """ln(2)/rate, days; infinite where the rate, 1/day, is not above 0.

    >>> round(doubling_time(0.231), 2), doubling_time(-0.1)
    (3.0, inf)
    """
    rate = real("rate", rate)
    return log(2) / rate if rate > 1e-12 else inf


def growth_fit(counts) -> GrowthFit:
    """The quasi-Poisson fit of exponential growth to `counts`, (days,), one value for each day in a row.

    At least three days and cases on two of them; less than 1e-12 of the largest count is none. The errors of a count have
    the variance phi*mu: phi is estimated, and widens the ranges where the counts jump about more than Poisson's law allows.
    A phi below 1 counts as 1.

    >>> fit = growth_fit([1, 2, 4, 8, 16])
    >>> round(fit.rate, 4), round(doubling_time(fit.rate), 4)
    (0.6931, 1.0)
    """
    y = numbers("counts", counts, (None,), 0, MOST_CASES)
    if len(y) < 3 or np.count_nonzero(y >= max(SMALLEST, 1e-12 * y.max())) < 2:  # less is none: rate without end
        raise ValueError(f"counts={y.tolist()[:9]} must hold three days or more, two of them with cases")
    design = np.stack([np.ones(len(y)), np.arange(len(y)) - (len(y) - 1) / 2], axis=1)  # (days, 2)
    level, rate = _newton(design, y)
    mean = np.exp(design @ (level, rate))
    phi = max(1.0, float(((y - mean) ** 2 / mean).sum() / (len(y) - 2)))
    covariance = phi * _inverse(design.T @ (mean[:, None] * design))
    shift = np.array([[1, design[0, 1]], [0, 1]])  # from the middle of the window to its first day
    return GrowthFit(float(level + design[0, 1] * rate), float(rate), shift @ covariance @ shift.T, phi, len(y))


def _newton(design, y):
    """Level and rate of the largest Poisson likelihood, which has one maximum; each step is halved until it climbs."""
    at, best = np.array([log(y.mean()), 0.0]), -inf
    for _ in range(60):
        mean = np.exp(design @ at)
        step = _inverse(design.T @ (mean[:, None] * design)) @ (design.T @ (y - mean))
        best = _likelihood(design, y, at)
        while _likelihood(design, y, at + step) < best and np.abs(step).max() > 1e-12:
            step /= 2
        at = at + step
        if np.abs(step).max() <= 1e-12:
            break
    return at


def _likelihood(design, y, at):
    linear = design @ at
    return float(y @ linear - np.exp(np.minimum(linear, 700)).sum())


def _inverse(m):
    """The inverse of a symmetric matrix (2, 2)."""
    return np.array([[m[1, 1], -m[0, 1]], [-m[1, 0], m[0, 0]]]) / (m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0])


@dataclass(frozen=True)
class Forecast:
    """Cases expected in the days after a window, their sum, with the range that the fit itself states."""

    fit: GrowthFit
    expected: float
    deviation: float  # standard deviation of the log of the sum, by the fit
    low: float
    high: float


def forecast(counts, ahead: int = AHEAD, stretch: float = 1.0) -> Forecast:
    """What the growth fit to `counts`, (days,), expects of the next `ahead` days together, with a 95 % range.

    The range holds the uncertainty of level and rate and the spread of the counts, on the logarithm. `stretch`
    multiplies its width: see `calibrated_stretch`.

    >>> made = forecast([1, 2, 4, 8, 16], 1)
    >>> round(made.expected, 6), made.low < 32 < made.high
    (32.0, True)
    """
    fit, ahead = growth_fit(counts), whole("ahead", ahead, 1, 60)
    stretch = real("stretch", stretch, 0, 1e3)
    means = fit.mean(fit.days + np.arange(ahead))
    slope = np.array([1.0, float(means @ (fit.days + np.arange(ahead)) / means.sum())])  # of the log of the sum
    deviation = sqrt(float(slope @ fit.covariance @ slope) + fit.dispersion / float(means.sum()))
    reach = min(600.0, stretch * fit.quantile * deviation)
    expected = float(means.sum())
    return Forecast(fit, expected, deviation, expected * exp(-reach), min(1e300, expected * exp(reach)))


def window_start(counts, total: int = START) -> int | None:
    """The day on which the cumulative count reaches `total`; None where it never does.

    >>> window_start([60, 50, 10]), window_start([1, 2])
    (1, None)
    """
    y = numbers("counts", counts, (None,), 0, MOST_CASES)
    reached = np.flatnonzero(np.cumsum(y) >= count("total", total, 10**9))
    return int(reached[0]) if len(reached) else None


@dataclass(frozen=True)
class Trials:
    """Forecasts with what came: arrays (trials,)."""

    row: np.ndarray
    start: np.ndarray  # first day of the window
    expected: np.ndarray
    actual: np.ndarray
    score: np.ndarray  # distance of the logs over the range's reach on that side: at most 1 means inside
    reach: np.ndarray  # log of the range's upper end over the forecast; the lower end is as far


def trials(rows, total: int = START, stretch: float = 1.0) -> Trials:
    """A forecast for each of the `rows` of the file that has a whole week after its window of 14 days.

    The window begins on the day on which the cumulative count reaches `total`. An actual sum of 0 counts as half a case.
    `stretch` lies above 0 here, from 1e-9 on, for a score is a distance over the range's reach.

    >>> len(trials(range(201)).row)
    22
    """
    found, stretch = [], real("stretch", stretch, 1e-9, 1e3)
    for row in several("rows", rows):
        y = countries()[whole("rows", row, 0, 200)]
        start = window_start(y, total)
        if start is None or start + WINDOW + AHEAD > len(y) or np.count_nonzero(y[start : start + WINDOW]) < 2:
            continue
        made = forecast(y[start : start + WINDOW], stretch=stretch)
        actual = max(0.5, float(y[start + WINDOW : start + WINDOW + AHEAD].sum()))
        reach = log(made.high / made.expected)
        found.append((row, start, made.expected, actual, abs(log(actual / made.expected)) / reach, reach))
    columns = np.array(found, float).reshape(-1, 6).T
    return Trials(columns[0].astype(int), columns[1].astype(int), *columns[2:])


def calibrated_stretch(scores, level: float = 0.95) -> float:
    """The factor on the stated range that would have held the share `level` of past forecasts: a conformal quantile.

    scores: (n,), as in Trials. It is the ceil((n + 1)*level)-th smallest score, the largest where n is too small.

    >>> calibrated_stretch([0.5, 3.0, 1.0, 2.0], 0.6)
    2.0
    """
    scores = np.sort(numbers("scores", scores, (None,), 0, 1e12))
    rank = int(np.ceil((len(scores) + 1) * share("level", level) - 1e-9))
    return float(scores[min(rank, len(scores)) - 1])


def table_doubling_time(counts) -> float:
    """Days since the cumulative count was half of today's, as growth tables of March 2020 counted; (days,) of new cases.

    Interpolated between days. ValueError where there are no cases.

    >>> table_doubling_time([1, 1, 2, 4, 8]), table_doubling_time([8, 0, 0, 0])
    (1.0, 3.5)
    """
    y = numbers("counts", counts, (None,), 0, MOST_CASES)
    cumulative = np.concatenate([[0.0], np.cumsum(y)])
    if cumulative[-1] == 0:
        raise ValueError("counts holds no cases: nothing has doubled")
    half = cumulative[-1] / 2
    after = int(np.searchsorted(cumulative, half, side="left"))  # the first day's end with at least half
    within = (half - cumulative[after - 1]) / (cumulative[after] - cumulative[after - 1])
    return float(len(y) - (after - 1 + within))


def reported(infections, first_share: float, testing_rate: float, delay: float, rng: np.random.Generator) -> np.ndarray:
    """Counts as they would be reported, (days,): of each day's `infections` a growing share, late, and by chance.

    The share found by tests is first_share*exp(testing_rate*day), at most 1; each found case waits a geometric time of
    mean `delay` days, 0 or more, before it is counted; the count is drawn by Poisson's law. Simulated, not real.

    >>> reported([100, 200, 400], 0.1, 0.0, 0.0, np.random.default_rng(0)).shape
    (3,)
    """
    y = numbers("infections", infections, (None,), 0, MOST_CASES)
    grows = share("first_share", first_share) * np.exp(real("testing_rate", testing_rate, -5, 5) * np.arange(len(y)))
    stop = 1 / (1 + real("delay", delay, 0, 1000))
    waits = stop * (1 - stop) ** np.arange(len(y))  # probability of each number of days
    expected = np.convolve(y * np.minimum(1.0, grows), waits)[: len(y)]
    return rng.poisson(expected).astype(float)


@dataclass(frozen=True)
class GrowthRow:
    """Doubling times of one row of the file by several rules, days."""

    row: int
    cases: int  # in all
    fortnight: float  # growth fit to the 14 days from 100 cases on
    low: float  # its 95 % range
    high: float
    dispersion: float
    next_day: float  # the same fit, its window a day later
    three_days: float  # growth fit to the last three days of the window; nan where two of them have no cases
    table: float  # days since the cumulative count was half, on the last day of the window
    last_week: bool  # is growth in the file's last week distinguishable from none?


def growth_row(row: int) -> GrowthRow:
    """The doubling times of a row that reaches 100 cases two weeks or more before the file ends.

    >>> found = growth_row(164)
    >>> round(found.fortnight, 1), round(found.low, 1), round(found.high, 1)
    (3.5, 2.9, 4.4)
    """
    y = countries()[whole("row", row, 0, 200)]
    start = window_start(y)
    if start is None or start + WINDOW >= len(y):
        raise ValueError(f"row={row} has no 14 days after its first {START} cases")
    window = y[start : start + WINDOW]
    fit, later = growth_fit(window), growth_fit(y[start + 1 : start + 1 + WINDOW])
    three = doubling_time(growth_fit(window[-3:]).rate) if np.count_nonzero(window[-3:]) > 1 else float("nan")
    low, high = growth_fit(y[-AHEAD:]).rate_range
    table = table_doubling_time(y[: start + WINDOW])
    return GrowthRow(
        row, int(y.sum()), doubling_time(fit.rate), *fit.doubling_range, fit.dispersion, doubling_time(later.rate), three, table, low > 0 or high < 0
    )  # fmt: skip


def largest_rows(count_of: int) -> list[int]:
    """The rows with the most cases, the largest first.

    >>> largest_rows(3)
    [35, 164, 31]
    """
    return np.argsort(-countries().sum(axis=1), kind="stable")[: whole("count_of", count_of, 1, 201)].tolist()
