"""Counts of two lists: could they differ by chance, and by how much do they differ?

Source: R. A. Fisher's exact test; E. B. Wilson's interval of a proportion and R. G. Newcombe's of a difference.
"""

from math import sqrt

import numpy as np

from miniatures.checks import count, share
from miniatures.proportions import wilson_interval

MOST = 1_000_000
CONFIDENT = 1.959963984540054  # of a standard normal number: two-sided 5 %


def proportion_test(count_a: int, size_a: int, count_b: int, size_b: int) -> float:
    """Fisher's two-sided p-value for `count_a` of `size_a` against `count_b`
    of `size_b`.

    Given all counts together, the first is hypergeometric if both groups have
    the same chances; p adds up all tables that are no more probable.

    >>> round(proportion_test(10, 100, 15, 100), 3)
    0.393
    """
    a, size_a = _pair("count_a", count_a, "size_a", size_a)
    b, size_b = _pair("count_b", count_b, "size_b", size_b)
    found = np.arange(max(0, a + b - size_b), min(size_a, a + b) + 1)
    logs = _log_choose(size_a, found) + _log_choose(size_b, a + b - found)
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    held = chances <= chances[a - found[0]] * (1 + 1e-7)  # equal up to rounding
    return min(float(chances[held].sum()), 1.0)


def wilson(found: int, size: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a proportion, `found` of `size`.

    All chances from which the count is less than 1.96 standard errors away.

    >>> [round(end, 3) for end in wilson(10, 100)]
    [0.055, 0.174]
    """
    found, size = _pair("found", found, "size", size)
    low, high = wilson_interval(found, size, CONFIDENT)
    return float(low), float(high)


def difference_interval(count_a: int, size_a: int, count_b: int, size_b: int) -> tuple[float, float]:
    """Newcombe's 95 % interval of the difference of two proportions, a - b,
    from their Wilson intervals.

    >>> [round(end, 3) for end in difference_interval(10, 100, 15, 100)]
    [-0.144, 0.044]
    """
    a, size_a = _pair("count_a", count_a, "size_a", size_a)
    b, size_b = _pair("count_b", count_b, "size_b", size_b)
    (low_a, high_a), (low_b, high_b) = wilson(a, size_a), wilson(b, size_b)
    p, r = a / size_a, b / size_b
    return p - r - sqrt((p - low_a) ** 2 + (high_b - r) ** 2), p - r + sqrt((high_a - p) ** 2 + (r - low_b) ** 2)


def clear_counts(count_b: int, size: int, level: float = 0.05) -> tuple[int | None, int | None]:
    """The largest smaller and the smallest larger count of another list of `size` with p below `level`; None where there is none.

    >>> clear_counts(15, 100)
    (5, 28)
    """
    b, size = _pair("count_b", count_b, "size", size)
    level, size = share("level", level), count("size", size, 2000, 1)
    clear = [n for n in range(size + 1) if proportion_test(n, size, b, size) < level]
    below, above = [n for n in clear if n < b], [n for n in clear if n > b]
    return max(below, default=None), min(above, default=None)


def jump_somewhere(categories: int, size: int, low: int, high: int) -> float:
    """Probability that at least one of `categories` equally probable categories has `low` or fewer of `size` names in one
    year and `high` or more in the next, both years drawn by chance alone, categories and years taken as independent.

    >>> round(jump_somewhere(15, 100, 5, 9), 2)
    0.69
    """
    categories, size = count("categories", categories, 1000, 1), count("size", size, 10_000, 1)
    low, high = count("low", low, size), count("high", high, size)
    n = np.arange(size + 1)
    if categories == 1:
        return float(low >= size)
    chances = np.exp(_log_choose(size, n) - n * np.log(categories) + (size - n) * np.log1p(-1 / categories))
    once = chances[: low + 1].sum() * chances[high:].sum()
    return float(1 - (1 - min(once, 1.0)) ** categories)


def _pair(name, found, size_name, size):
    size = count(size_name, size, MOST, 1)
    return count(name, found, size), size


def _log_choose(n, k):
    logs = _log_factorials(n)
    return logs[n] - logs[k] - logs[n - k]


def _log_factorials(n):
    """log(k!) for k = 0..n, (n + 1,)."""
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1.0)))])
