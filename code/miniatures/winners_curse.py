"""The winner's curse: what the best of many noisy scores is worth when it is measured again.

Source: J. E. Smith and R. L. Winkler, "The optimizer's curse: skepticism and postdecision surprise in decision
analysis" (2006), doi:10.1287/mnsc.1050.0451.

m  number of configurations that a search tries
s  number of seeds whose mean score chooses the winner
S  number of seeds with which each configuration was trained
"""

from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement

import numpy as np

from miniatures.checks import cached, numbers, one_of, whole


def pick_weights(scores, m: int) -> np.ndarray:
    """The probability of each of `scores` (N,) to be the best of m drawn, (N,).

    Drawn without replacement. Sorted from the best on, the i-th (i = 0, 1, …)
    wins if it is drawn and none before it: m/(N - i) times the probability that
    the first i are not drawn. Of equal scores the earlier one wins.

    >>> pick_weights([0.1, 0.9, 0.5], 2).round(4).tolist()
    [0.0, 0.6667, 0.3333]
    """
    scores = numbers("scores", scores, (None,))
    m = whole("m", m, 1, len(scores))
    weights, missed = np.zeros(len(scores)), 1.0
    for i, place in enumerate(np.argsort(-scores, kind="stable")):
        weights[place] = missed * m / (len(scores) - i)
        missed *= 1 - m / (len(scores) - i)
        if missed <= 0:
            break
    return weights


@dataclass(frozen=True)
class Curse:
    """Scores of the winner where it was chosen and where it was run again: an entry for each choice of seeds, (C,)."""

    claimed: np.ndarray
    rerun: np.ndarray

    @property
    def optimism(self) -> float:
        """The mean of claimed - rerun over all choices of seeds."""
        return float((self.claimed - self.rerun).mean())


def curse(accuracy, m: int, s: int = 1) -> Curse:
    """Choose the best of m random configurations by the mean of s seeds, and score it by the other seeds; `accuracy` (N, S).

    The expectation over the draw of m is exact. All C(S, s) choices of the seeds are made, so a seed that is easier for every
    configuration counts as often on the one side as on the other, and cancels from the mean.

    >>> found = curse([[0.9, 0.5], [0.6, 0.8]], 2)
    >>> found.claimed.tolist(), found.rerun.tolist(), round(found.optimism, 3)
    ([0.9, 0.8], [0.5, 0.6], 0.3)
    """
    accuracy = numbers("accuracy", accuracy, (None, None))
    seeds = set(range(accuracy.shape[1]))
    s = whole("s", s, 1, len(seeds) - 1)
    claimed, rerun = [], []
    for chosen in combinations(sorted(seeds), s):
        by, other = accuracy[:, chosen].mean(axis=1), accuracy[:, sorted(seeds - set(chosen))].mean(axis=1)
        weights = pick_weights(by, m)
        claimed.append(weights @ by)
        rerun.append(weights @ other)
    return Curse(np.array(claimed), np.array(rerun))


@dataclass(frozen=True)
class Parts:
    """Variances of scores in configurations x seeds: between configurations, between seeds, and what is left."""

    configuration: float
    seed: float
    rest: float


def variance_parts(accuracy) -> Parts:
    """The two-way analysis of variance of `accuracy` (N, S), one score a cell, N and S of 2 or more.

    `seed` is what a seed does to every configuration alike, `rest` what it does to one alone. An estimate may be negative.

    >>> variance_parts([[1.0, 2.0], [3.0, 4.0]])
    Parts(configuration=2.0, seed=0.5, rest=0.0)
    """
    accuracy = numbers("accuracy", accuracy, (None, None))
    rows, columns = accuracy.shape
    whole("the number of configurations", rows, 2, 10**7)
    whole("the number of seeds", columns, 2, 10**7)
    by_row, by_column, mean = accuracy.mean(axis=1), accuracy.mean(axis=0), accuracy.mean()
    left = accuracy - by_row[:, None] - by_column + mean  # (N, S)
    rest = (left**2).sum() / ((rows - 1) * (columns - 1))
    return Parts(float(by_row.var(ddof=1) - rest / columns), float(by_column.var(ddof=1) - rest / rows), float(rest))


@dataclass(frozen=True)
class Rivals:
    """How many configurations cannot be told from the best, by three yardsticks; the best counts too."""

    own_error: int  # mean within one standard error of the best's mean
    paired_error: int  # mean difference within one standard error of the difference, seed by seed
    paired_t: int  # not worse by a one-sided paired t test at 5 %


T_95 = {2: 6.314, 3: 2.920, 4: 2.353, 5: 2.132, 6: 2.015}  # 95 % points of Student's t for S - 1 degrees of freedom


def rivals(accuracy) -> Rivals:
    """The configurations of `accuracy` (N, S) that are close to the one with the best mean; S from 2 to 6."""
    accuracy = numbers("accuracy", accuracy, (None, None))
    seeds = whole("the number of seeds", accuracy.shape[1], 2, 6)
    means = accuracy.mean(axis=1)
    best = int(means.argmax())
    behind = accuracy[best] - accuracy  # (N, S)
    error = behind.std(axis=1, ddof=1) / seeds**0.5
    own = accuracy[best].std(ddof=1) / seeds**0.5
    gap = behind.mean(axis=1)
    return Rivals(int((gap <= own).sum()), int((gap <= error).sum()), int((gap <= T_95[seeds] * error).sum()))


def noisy(means, sds, noise: str, s: int, rng: np.random.Generator) -> np.ndarray:
    """Mean scores of s simulated seeds around `means` with standard deviations `sds`, both (N,): (N,).

    noise: "beta", which stays between 0 and 1, or "gaussian", which does not. The beta distribution has at most the variance
    mean*(1 - mean); larger deviations are cut to 0.999 of that. Means within 1e-9 of an end, and deviations below 1e-9, draw the mean itself.
    """
    means = numbers("means", means, (None,), 0, 1)
    sds = numbers("sds", sds, means.shape, 0, 1)
    shape = (whole("s", s, 1, 1000), len(means))
    if one_of("noise", noise, ("beta", "gaussian")) == "gaussian":
        return rng.normal(means, sds, shape).mean(axis=0)
    spread = means * (1 - means)
    moving = (sds > 1e-9) & (spread > 1e-9)
    variance = np.where(moving, np.minimum(sds**2, 0.999 * spread), 1)
    weight = np.where(moving, spread / variance - 1, 1)
    drawn = rng.beta(np.where(moving, means * weight, 1), np.where(moving, (1 - means) * weight, 1), shape)
    return np.where(moving, drawn, means).mean(axis=0)


@cached()
def simulated_optimism(noise: str, m: int, s: int, seed: int, repeats: int = 40) -> float:
    """Optimism of the sweep's winner among m random configurations when its stored means are called the truth.

    >>> simulated_optimism("gaussian", 1, 1, 0, 1) < simulated_optimism("gaussian", 100, 1, 0, 1)
    True

    Each of `repeats` times the scores of all configurations are drawn anew by `noisy`; the expectation over the draw of m is exact.
    """
    from miniatures.parallel_tables import sweep_accuracy

    accuracy = sweep_accuracy()
    means, sds = accuracy.mean(axis=1), accuracy.std(axis=1)
    rng = np.random.default_rng(whole("seed", seed, 0, 2**31 - 1))
    found = []
    for _ in range(whole("repeats", repeats, 1, 10_000)):
        scores = noisy(means, sds, noise, s, rng)
        found.append(pick_weights(scores, m) @ (scores - means))
    return float(np.mean(found))


@dataclass(frozen=True)
class Box:
    """A brush over three columns: low <= first <= high, second >= least, third <= most."""

    low: float
    high: float
    least: float
    most: float

    def holds(self, columns) -> np.ndarray:
        """Which rows of `columns` (N, 3) lie inside, (N,)."""
        first, second, third = numbers("columns", columns, (None, 3)).T
        return (first >= self.low) & (first <= self.high) & (second >= self.least) & (third <= self.most)


def best_brush(columns, scores, rows: int) -> Box:
    """The brush on `columns` (N, 3) with the best mean of `scores` (N,).

    It keeps at least `rows` rows. Every range of the first column's levels is
    tried, every lower bound of the second and every upper bound of the third.

    >>> best_brush([[1, 1, 1], [2, 1, 1], [2, 2, 1]], [0.1, 0.5, 0.9], 2)
    Box(low=2.0, high=2.0, least=1.0, most=1.0)
    """
    columns = numbers("columns", columns, (None, 3))
    scores = numbers("scores", scores, (len(columns),))
    rows = whole("rows", rows, 1, len(columns))
    gridded = [np.unique(column, return_inverse=True) for column in columns.T]
    (firsts, seconds, thirds), places = zip(*gridded, strict=True)
    shape = len(firsts), len(seconds), len(thirds)
    counts, sums = (_cumulated(shape, places, one) for one in (1.0, scores))
    best, box = -np.inf, None
    for low, high in combinations_with_replacement(range(len(firsts)), 2):
        count, total = (_between(one, low, high) for one in (counts, sums))
        means = np.where(count >= rows, total / np.maximum(count, 1), -np.inf)
        j, k = np.unravel_index(means.argmax(), means.shape)
        if means[j, k] > best:
            best, box = means[j, k], (firsts[low], firsts[high], seconds[j], thirds[k])
    return Box(*map(float, box))


def _cumulated(shape, places, weights):
    """Sums of `weights` over rows with the first level up to i, the second from j on, the third up to k: (I, J, K)."""
    grid = np.zeros(shape)
    np.add.at(grid, places, weights)
    return grid.cumsum(axis=0)[:, ::-1].cumsum(axis=1)[:, ::-1].cumsum(axis=2)


def _between(cumulated, low, high):
    return cumulated[high] - (cumulated[low - 1] if low else 0)


def brush_curse(columns, accuracy, rows: int) -> Curse:
    """Brush by one seed's scores with `best_brush`, and score what is inside by the other seeds: an entry for each seed.

    `columns` (N, 3), `accuracy` (N, S). The claimed and the rerun score are means over the rows inside.

    >>> found = brush_curse([[1, 1, 1], [2, 1, 1], [2, 2, 1]], [[0.1, 0.2], [0.5, 0.4], [0.9, 0.7]], 2)
    >>> found.claimed.round(2).tolist(), found.rerun.round(2).tolist()
    ([0.7, 0.55], [0.55, 0.7])
    """
    accuracy = numbers("accuracy", accuracy, (None, None))
    if not 2 <= accuracy.shape[1] <= 1000:
        raise ValueError(f"accuracy of shape {accuracy.shape} must have a column for each of 2 to 1000 seeds")
    columns, claimed, rerun = numbers("columns", columns, (len(accuracy), 3)), [], []
    for seed in range(accuracy.shape[1]):
        inside = best_brush(columns, accuracy[:, seed], rows).holds(columns)
        claimed.append(accuracy[inside, seed].mean())
        rerun.append(np.delete(accuracy[inside], seed, axis=1).mean())
    return Curse(np.array(claimed), np.array(rerun))


def brush_transfer(columns, scores, rows: int, rng: np.random.Generator) -> tuple[float, float]:
    """Brush one random half of the rows, and score the other half inside the same bounds: (claimed, found) means.

    `columns` (N, 3) and `scores` (N,) as in `best_brush`. ValueError where the brush holds no row of the other half.

    >>> levels = np.arange(24)[:, None] % (2, 3, 4)
    >>> claimed, found = brush_transfer(levels, np.arange(24) % 4 / 4, 3, np.random.default_rng(0))
    >>> round(claimed, 2), round(found, 2)
    (0.62, 0.44)
    """
    columns = numbers("columns", columns, (None, 3))
    scores = numbers("scores", scores, (len(columns),))
    order = rng.permutation(len(scores))
    first, other = order[: len(order) // 2], order[len(order) // 2 :]
    box = best_brush(columns[first], scores[first], rows)
    claimed, found = (scores[half][box.holds(columns[half])] for half in (first, other))
    if not len(found):
        raise ValueError(f"rows={rows} is too few: the brush {box} holds no row of the other half")
    return float(claimed.mean()), float(found.mean())
