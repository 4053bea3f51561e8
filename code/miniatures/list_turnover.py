"""A list that changes every year: how much of it is noise, how much is choice?

A miniature of a yearly list of the best, drawn from scores that are partly noise. `miniatures.list_counts` tests and
bounds the counts that are printed about such a list.

Source: DeepLearning.AI, "Machine Learning Churning", The Batch (2020), on CB Insights' AI 100.

N, population             number of startups that are scored
L, list_size              number of startups on the list
q                         share of the startups on the list, `L/N`, no unit
ρ, correlation            correlation of a startup's scores in two years, no unit
Q, quality                what stays of a startup, standard normal, no unit
S₁, S₂                    scores of two years, standard normal, no unit
t₁, t₂                    scores from which a startup is on the list of the first or second year, no unit
e, excluded               share of last year's list that may not return, no unit
u                         turnover: share of this year's list that was not on last year's, no unit
p                         probability of counts at least as far apart, were the chances equal, no unit
s                         exponent of the invented law of funding, `raise ~ rank**-s`, no unit
"""

from dataclasses import dataclass
from functools import cache
from math import erfc, exp, lgamma, pi, sqrt

import numpy as np

from miniatures.checks import count, numbers, one_of, positive, real
from miniatures.list_counts import proportion_test as proportion_test  # a part of this chapter's names

MOST = 1_000_000  # startups

# What the article prints, in millions of dollars and in companies
TOTAL_RAISED, LISTED = 7400.0, 100
LARGEST = {"Aurora": 693.0, "Graphcore": 536.0, "Lemonade": 480.0}
UNICORNS, UNICORNS_BEFORE = 10, 15
RETAIL, HEALTHCARE = 9, 13


@dataclass(frozen=True)
class TwoYears:
    """Scores of two years, each (N,), and the rows on each year's list, each (L,), the best first."""

    first: np.ndarray
    second: np.ndarray
    listed_first: np.ndarray
    listed_second: np.ndarray

    @property
    def turnover(self) -> float:
        """Share of the second list that was not on the first."""
        return float(1 - np.isin(self.listed_second, self.listed_first).mean())


def expected_overlap(list_size: int, population: int) -> float:
    """Mean number of names that two independent lists share, L**2/N.

    Each of the L names of one list is on the other with probability L/N.

    >>> expected_overlap(100, 5000)
    2.0
    """
    size, population = _sizes(list_size, population)
    return size * size / population


def overlap_probabilities(list_size: int, population: int) -> np.ndarray:
    """P(k names in common), k = 0..L, (L + 1,): the hypergeometric law of two independent lists.

    >>> overlap_probabilities(2, 4).round(4).tolist()
    [0.1667, 0.6667, 0.1667]
    """
    size, population = _sizes(list_size, population)
    total = _log_choose(population, size)
    return np.array(
        [
            0.0
            if 2 * size - k > population
            else exp(_log_choose(size, k) + _log_choose(population - size, size - k) - total)
            for k in range(size + 1)
        ]
    )


def two_years(correlation: float, population: int, list_size: int, rng, excluded: float = 0.0) -> TwoYears:
    """Scores and lists of two years in which no startup changes.

    score = sqrt(rho)*quality + sqrt(1 - rho)*noise, with the same quality and
    fresh noise in both years. A share `excluded` of the first list, drawn at
    random, may not be on the second. correlation, excluded: 0 to 1.

    >>> years = two_years(1.0, 50, 5, np.random.default_rng(0))
    >>> years.turnover
    0.0
    """
    rho, excluded = real("correlation", correlation, 0, 1), real("excluded", excluded, 0, 1)
    size, population = _sizes(list_size, population)
    quality, *noise = rng.standard_normal((3, population))  # (N,) each
    first, second = (sqrt(rho) * quality + sqrt(1 - rho) * one for one in noise)
    listed = _best(first, size)
    barred = rng.permutation(listed)[: round(excluded * size)]
    if len(barred) + size > population:
        raise ValueError(f"excluded={excluded:g} leaves {population - len(barred)} startups for a list of {size}")
    eligible = second.copy()
    eligible[barred] = -np.inf
    return TwoYears(first, second, listed, _best(eligible, size))


def turnover(
    year_to_year_correlation: float, population: int, list_size: int, rng, repeats: int, excluded: float = 0.0
) -> float:
    """Mean share of new names over `repeats` simulated pairs of years; see `turnovers` for each of them.

    >>> turnover(1.0, 500, 20, np.random.default_rng(0), 3)
    0.0
    """
    return float(turnovers(year_to_year_correlation, population, list_size, rng, repeats, excluded).mean())


def turnovers(
    year_to_year_correlation: float, population: int, list_size: int, rng, repeats: int, excluded: float = 0.0
) -> np.ndarray:
    """Share of new names in each of `repeats` simulated pairs of years, (repeats,); N*repeats up to 20,000,000.

    >>> turnovers(0.0, 500, 500, np.random.default_rng(0), 2).tolist()
    [0.0, 0.0]
    """
    rho = real("year_to_year_correlation", year_to_year_correlation, 0, 1)
    repeats = count("repeats", repeats, 100_000, 1)
    size, population = _sizes(list_size, population)
    if population * repeats > 20_000_000:
        raise ValueError(f"population={population} times repeats={repeats} must not exceed 20,000,000")
    return np.array([two_years(rho, population, size, rng, excluded).turnover for _ in range(repeats)])


def both_above(first, second, correlation):
    """P(S1 > first, S2 > second) of two standard normal scores, as an array.

    Its derivative by the correlation is the joint density at the corner, so
    it is the product of both tails plus an integral over the correlation.
    Put r = sin(a): the integrand is smooth. Arguments: numbers or arrays that
    fit together, thresholds from -38 to 38, correlations from 0 to 1.

    >>> round(float(both_above(0, 0, 0.5)), 4)  # 1/4 + asin(1/2)/(2*pi)
    0.3333
    """
    h, k = numbers("first", first, None, -38, 38), numbers("second", second, None, -38, 38)
    r = numbers("correlation", correlation, None, 0, 1)
    nodes, weights = _nodes()
    h, k, top = (one[..., None] for one in np.broadcast_arrays(h, k, np.arcsin(r)))
    angle = top * (nodes + 1) / 2  # (..., 64)
    far = (h - k) ** 2 / 2 + h * k * (1 - np.sin(angle))
    corner = np.exp(-np.minimum(far / np.maximum(np.cos(angle) ** 2, 1e-300), 700))
    added = (corner * weights).sum(-1) * top[..., 0] / (4 * pi)
    return np.where(r == 1, _tail(np.maximum(h, k)[..., 0]), _tail(h[..., 0]) * _tail(k[..., 0]) + added)


def expected_turnover(correlation, population: int, list_size: int, excluded=0.0):
    """Share of new names for large lists: 1 - (1 - e)*P(S1 > t1, S2 > t2)/q.

    t1 cuts off the share q = L/N; t2 is lower where alumni are excluded, so
    that the second list is full again. correlation, excluded: numbers or
    arrays that fit together, 0 to 1; returns a float or an array.

    >>> [round(expected_turnover(rho, 5000, 100), 2) for rho in (0, 0.5, 0.8, 0.9, 0.95, 1)]
    [0.98, 0.83, 0.58, 0.42, 0.3, 0.0]
    """
    rho, e = _shares("correlation", correlation), _shares("excluded", excluded)
    q, t1 = _threshold(population, list_size)
    if np.max(e) * q + q > 1:
        raise ValueError(f"excluded={np.max(e):g} leaves too few of {population} startups for a list of {list_size}")
    t2 = _second_threshold(*np.broadcast_arrays(rho, e), q, t1)
    found = 1 - (1 - e) * both_above(t1, t2, rho) / q
    found = np.clip(found, 0, 1)  # against rounding
    return found if found.ndim else float(found)


def _second_threshold(rho, e, q, t1):
    """t2 with P(S2 > t2) - e*P(S1 > t1, S2 > t2) = q, by Newton's steps from below, which do not pass it; arrays alike."""
    if not e.any():
        return np.full(e.shape, t1)
    t2 = np.vectorize(lambda share: _quantile(min(q * (1 + share), 1.0)))(e)  # as if nobody would return
    wide = np.sqrt(np.maximum(1 - rho**2, 1e-24))
    for _ in range(60):
        excess = _tail(t2) - e * both_above(t1, t2, rho) - q
        slope = np.exp(-(t2**2) / 2) / sqrt(2 * pi) * (1 - e * _tail((t1 - rho * t2) / wide))
        step = np.where(excess > 1e-14 * q, excess / np.maximum(slope, 1e-300), 0.0)
        t2 = np.minimum(t2 + step, t1)
        if np.max(step) < 1e-13:
            break
    return np.where(e == 0, t1, t2)


def excluded_for(turnover: float, correlations, population: int, list_size: int) -> np.ndarray:
    """The share e of barred alumni that gives `turnover` at each of `correlations` (K,), (K,).

    With u*q = P(S2 > t2) - P(S1 > t1, S2 > t2), t2 follows by halving, and e from it. ValueError where the turnover is
    larger without anybody barred.

    >>> excluded_for(0.8, [0.6, 0.9, 1.0], 5000, 100).round(3).tolist()
    [0.16, 0.718, 0.8]
    """
    u, rho = real("turnover", turnover, 0, 1), numbers("correlations", correlations, (None,), 0, 1)
    q, t1 = _threshold(population, list_size)
    low, high = np.full(rho.shape, -8.0), np.full(rho.shape, t1)
    most = _tail(high) - both_above(t1, high, rho)
    if most.max() > u * q * (1 + 1e-9):
        raise ValueError(f"turnover={u:g} is out of reach: without anybody barred it is {most.max() / q:.4g}")
    for _ in range(60):
        middle = (low + high) / 2
        above = _tail(middle) - both_above(t1, middle, rho) > u * q
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.clip((_tail(high) - q) / both_above(t1, high, rho), 0, 1)


def correlation_for(turnover: float, population: int, list_size: int, excluded: float = 0.0) -> float:
    """The correlation at which `expected_turnover` is `turnover`, by halving, to 1e-9.

    ValueError where no correlation from 0 to 1 gives it.

    >>> round(correlation_for(0.8, 5000, 100), 3)
    0.552
    """
    wanted = real("turnover", turnover, 0, 1)
    least, most = (expected_turnover(rho, population, list_size, excluded) for rho in (1, 0))
    if not least <= wanted <= most:
        raise ValueError(f"turnover={wanted:g} is out of reach: from {least:.4g} to {most:.4g} are possible here")
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        above = expected_turnover(middle, population, list_size, excluded) > wanted
        low, high = (middle, high) if above else (low, middle)
    return (low + high) / 2


def later_turnover(years: int, correlation: float, population: int, list_size: int, kind: str) -> float:
    """Share of the list `years` later that is not on the first one, for two worlds with the same first year.

    "noise": the startups stay as they are and the scores err anew each year, so the correlation stays rho. "change":
    the scores are exact and the startups drift, so it falls to rho**years.

    >>> [round(later_turnover(3, 0.56, 5000, 100, kind), 3) for kind in ("noise", "change")]
    [0.795, 0.951]
    """
    years = count("years", years, 1000, 1)
    rho = real("correlation", correlation, 0, 1)
    lasting = one_of("kind", kind, ("noise", "change")) == "noise"
    return expected_turnover(rho if lasting else rho**years, population, list_size)


def all_new(turnover: float, size: int) -> float:
    """Probability that all `size` names of a category are new, each with probability `turnover`, independently.

    >>> round(all_new(0.8, 9), 3)
    0.134
    """
    return real("turnover", turnover, 0, 1) ** count("size", size, MOST, 1)


def zipf_raises(exponent: float, total: float = TOTAL_RAISED, names: int = LISTED) -> np.ndarray:
    """Money raised by rank, (names,), proportional to rank**-exponent and summing to `total`.

    exponent: 0 to 5; total: millions of dollars. An invented law: three raises and the sum are printed.

    >>> zipf_raises(0.0)[:2].tolist(), round(float(zipf_raises(0.7)[0]), 1)
    ([74.0, 74.0], 704.0)
    """
    s, names = real("exponent", exponent, 0, 5), count("names", names, MOST, 1)
    raw = np.arange(1, names + 1.0) ** -s
    return raw * (positive("total", total, 1e12) / raw.sum())


def _best(scores, size):
    rows = np.argpartition(-scores, size - 1)[:size]  # the best, in no order
    return rows[np.argsort(-scores[rows], kind="stable")]


def _sizes(list_size, population):
    population = count("population", population, MOST, 2)
    return count("list_size", list_size, population, 1), population


def _threshold(population, list_size):
    size, population = _sizes(list_size, population)
    if size == population:
        raise ValueError(f"list_size={size} is the whole population: nobody can be new")
    t1 = _quantile(size / population)
    return float(_tail(t1)), t1  # the share to the last bit that goes with t1


def _shares(name, values):
    if isinstance(values, np.ndarray):
        return numbers(name, values, None, 0, 1)
    return np.array(real(name, values, 0, 1))


def _log_choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _tail(x):
    """P(S > x) of a standard normal score, an array like x."""
    return np.array([erfc(one / sqrt(2)) / 2 for one in np.ravel(x)]).reshape(np.shape(x))


def _quantile(share):
    """The score that the share `share` of all scores passes, by halving."""
    low, high = -38.0, 38.0
    for _ in range(64):
        middle = (low + high) / 2
        low, high = (middle, high) if erfc(middle / sqrt(2)) / 2 > share else (low, middle)
    return high


@cache
def _nodes():
    """Gauss and Legendre's 64 nodes and weights on -1..1."""
    return np.polynomial.legendre.leggauss(64)
