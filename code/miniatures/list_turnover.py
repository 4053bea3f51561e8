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
from math import asin, erfc, exp, lgamma, pi, sqrt
from statistics import NormalDist

import numpy as np

from miniatures.checks import count, one_of, positive, real
from miniatures.list_counts import proportion_test as proportion_test  # a part of this chapter's names

MOST = 1_000_000  # startups
NORMAL = NormalDist()

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


def both_above(first: float, second: float, correlation: float) -> float:
    """P(S1 > first, S2 > second) of two standard normal scores.

    Its derivative by the correlation is the joint density at the corner, so
    it is the product of both tails plus an integral over the correlation.
    Put r = sin(a): the integrand is smooth up to r = 1. correlation: 0 to 1.

    >>> round(both_above(0, 0, 0.5), 4)  # 1/4 + asin(1/2)/(2*pi)
    0.3333
    """
    h, k = real("first", first, -38, 38), real("second", second, -38, 38)
    top = asin(real("correlation", correlation, 0, 1))
    if correlation == 1:
        return _tail(max(h, k))
    nodes, weights = _nodes()
    angle = top * (nodes + 1) / 2  # (K,)
    far = (h - k) ** 2 / 2 + h * k * (1 - np.sin(angle))  # (h**2 - 2*h*k*r + k**2)/2
    with_cos = np.maximum(np.cos(angle) ** 2, 1e-300)
    corner = np.exp(-np.minimum(far / with_cos, 700)) / (2 * pi)
    return _tail(h) * _tail(k) + float(weights @ corner) * top / 2


def expected_turnover(correlation: float, population: int, list_size: int, excluded: float = 0.0) -> float:
    """Share of new names for large lists: 1 - (1 - e)*P(S1 > t1, S2 > t2)/q.

    t1 cuts off the share q = L/N; t2 is lower where alumni are excluded, so
    that the second list is full again. 0 up to 1.

    >>> [round(expected_turnover(rho, 5000, 100), 2) for rho in (0, 0.5, 0.8, 0.9, 0.95, 1)]
    [0.98, 0.83, 0.58, 0.42, 0.3, 0.0]
    """
    rho, excluded = real("correlation", correlation, 0, 1), real("excluded", excluded, 0, 1)
    size, population = _sizes(list_size, population)
    if size == population:
        raise ValueError(f"list_size={size} is the whole population: nobody can be new")
    q = size / population
    if excluded * q + q > 1:
        raise ValueError(f"excluded={excluded:g} leaves too few of {population} startups for a list of {size}")
    t1 = NORMAL.inv_cdf(1 - q)
    low, high = -38.0, t1
    while excluded and high - low > 1e-12:  # the second list holds q: it falls with t2
        middle = (low + high) / 2
        held = _tail(middle) - excluded * both_above(t1, middle, rho)
        low, high = (middle, high) if held > q else (low, middle)
    return min(max(1 - (1 - excluded) * both_above(t1, high, rho) / q, 0.0), 1.0)  # against rounding


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
    return np.argsort(-scores, kind="stable")[:size]


def _sizes(list_size, population):
    population = count("population", population, MOST, 2)
    return count("list_size", list_size, population, 1), population


def _log_choose(n, k):
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def _tail(x):
    return erfc(x / sqrt(2)) / 2


@cache
def _nodes():
    """Gauss and Legendre's 64 nodes and weights on -1..1."""
    return np.polynomial.legendre.leggauss(64)
