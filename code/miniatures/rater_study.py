"""A study of viewers: what their answers say about a forgery, about their habits, and about luck.

Source: signal detection for yes/no and paired questions, D. M. Green and J. A. Swets, "Signal Detection Theory and Psychophysics"
(1966); the pooled two-proportion z test; the design effect 1 + (m − 1)ρ, L. Kish, "Survey Sampling" (1965).

H    hit rate: share of real clips that are judged real
F    false-alarm rate: share of generated clips that are judged real
d'   detectability: distance between what real and generated clips look like to a viewer, standard deviations
c    criterion: below 0 where a viewer says "real" more readily than is neutral, standard deviations
n    ratings per arm, one arm of real and one of generated clips
p    two-sided probability of a difference this large where real and generated clips are judged alike
m    ratings of one clip
ρ    share of a rating's variance that all ratings of its clip have in common
"""

from math import ceil, sqrt

import numpy as np
from scipy.special import ndtr, ndtri, stdtrit

from miniatures.checks import count, numbers, real, share, whole

LARGEST_D = 20.0
MOST_RATERS = 10**9
SURE = 1e-9  # of a count before it is rounded: no answer hangs on the last bit


def detectability(hit_rate: float, false_alarm_rate: float) -> tuple[float, float]:
    """(d', c) of a viewer who calls the share `hit_rate` of real and `false_alarm_rate` of generated clips real.

    Both lie above 0 and below 1, where the normal quantile is finite.

    >>> d_prime, criterion = detectability(0.772, 0.658)
    >>> round(d_prime, 3), round(criterion, 3)
    (0.338, -0.576)
    """
    hits, alarms = (
        float(ndtri(share(name, rate)))
        for name, rate in (("hit_rate", hit_rate), ("false_alarm_rate", false_alarm_rate))
    )
    return hits - alarms, -(hits + alarms) / 2


def judged_real(d_prime: float, criterion: float) -> tuple[float, float]:
    """(H, F): how often real and generated clips are judged real; what `detectability` takes apart, put together.

    >>> [round(rate, 3) for rate in judged_real(0.338, 0)]
    [0.567, 0.433]
    """
    d_prime, criterion = real("d_prime", d_prime, -LARGEST_D, LARGEST_D), real("criterion", criterion, -10, 10)
    return float(ndtr(d_prime / 2 - criterion)), float(ndtr(-d_prime / 2 - criterion))


def share_right(hit_rate: float, false_alarm_rate: float) -> float:
    """The share of right answers where half of the clips are real: real called real, generated called generated.

    >>> round(share_right(0.772, 0.658), 3)
    0.557
    """
    return (real("hit_rate", hit_rate, 0, 1) + 1 - real("false_alarm_rate", false_alarm_rate, 0, 1)) / 2


def forced_choice_accuracy(d_prime: float) -> float:
    """How often a viewer who sees a real and a generated clip side by side picks the real one, Φ(d'/√2).

    >>> round(forced_choice_accuracy(0.338), 3)
    0.594
    """
    return float(ndtr(real("d_prime", d_prime, -LARGEST_D, LARGEST_D) / sqrt(2)))


def two_proportion_p(rate_a: float, rate_b: float, n: int) -> float:
    """p of the pooled z test of two shares, each of `n` independent ratings.

    >>> round(two_proportion_p(0.658, 0.772, 100), 3)
    0.074
    """
    low, high = _rates(rate_a, rate_b)
    pooled = (low + high) / 2
    if pooled in (0, 1):  # everybody said the same
        return 1.0
    z = (high - low) / sqrt(2 * pooled * (1 - pooled) / count("n", n, MOST_RATERS, 1))
    return float(2 * ndtr(-z))


def raters_needed(rate_a: float, rate_b: float, significance: float = 0.05) -> int:
    """The fewest independent ratings per arm at which just these shares have a p below `significance`.

    ValueError where the shares are alike: no number of ratings tells them apart.

    >>> raters_needed(0.658, 0.772)
    121
    """
    spread, gap = _variance(rate_a, rate_b)
    return _next(float(ndtri(share("significance", significance) / 2)) ** 2 * spread / gap)


def raters_for_power(rate_a: float, rate_b: float, significance: float = 0.05, power: float = 0.8) -> int:
    """The ratings per arm with which a study finds p below `significance` with probability `power`, if these are the true shares.

    The normal approximation (z√(2p̄q̄) + z'√(pₐqₐ + p_b q_b))² / gap².

    >>> raters_for_power(0.658, 0.772)
    245
    """
    spread, gap = _variance(rate_a, rate_b)
    own = rate_a * (1 - rate_a) + rate_b * (1 - rate_b)
    wanted = -float(ndtri(share("significance", significance) / 2)) * sqrt(spread)
    wanted += float(ndtri(share("power", power))) * sqrt(own)
    if wanted <= 0:
        raise ValueError(f"power={power!r} is reached with no ratings at significance={significance!r}: ask for more")
    found = ceil(wanted**2 / gap - SURE)
    return _few(max(found, 1))


def study_power(rate_a: float, rate_b: float, n: int, significance: float = 0.05) -> float:
    """How often a study of `n` independent ratings per arm finds p below `significance`, if these are the true shares.

    The normal approximation that `raters_for_power` turns round.

    >>> round(study_power(0.658, 0.772, 245), 2)
    0.8
    """
    spread, gap = _variance(rate_a, rate_b)
    own = rate_a * (1 - rate_a) + rate_b * (1 - rate_b)
    wanted = -float(ndtri(share("significance", significance) / 2)) * sqrt(spread)
    reached = sqrt(gap * count("n", n, MOST_RATERS, 1)) - wanted
    return float(ndtr(reached / sqrt(own))) if own > 0 else float(reached > 0)


def design_effect(ratings_per_clip: int, correlation: float) -> float:
    """By how much the variance of a share grows when each clip is rated `ratings_per_clip` times, 1 + (m − 1)ρ.

    >>> design_effect(21, 0.1)
    3.0
    """
    return 1 + (whole("ratings_per_clip", ratings_per_clip, 1, 10**6) - 1) * real("correlation", correlation, 0, 1)


def false_alarms(
    clips: int, ratings_per_clip: int, correlation: float, rate, rng: np.random.Generator, studies: int = 1000
):
    """(naive, by clip): the share of `studies` with no true difference that two tests call significant at 0.05.

    Each arm has `clips` clips, and each clip a share of its own, beta distributed about `rate` so that two ratings of it correlate
    by `correlation`. The naive test takes all ratings as independent; the other, Welch's t, counts each clip once.
    """
    clips, times = whole("clips", clips, 2, 1000), whole("ratings_per_clip", ratings_per_clip, 1, 1000)
    rho, rate = real("correlation", correlation, 0, 0.99), share("rate", rate)
    shape = whole("studies", studies, 1, 20_000), 2, clips
    sure = 1 / rho - 1 if rho > 0 else 0.0  # α + β of the beta distribution
    own = rng.beta(rate * sure, (1 - rate) * sure, shape) if rho > 0 else np.full(shape, rate)
    shares = rng.binomial(times, np.clip(own, 0, 1), shape) / times  # (studies, 2, clips)
    means = shares.mean(axis=2)
    gap, pooled = means[:, 1] - means[:, 0], means.mean(axis=1)
    naive = _beyond(gap, 2 * pooled * (1 - pooled) / (clips * times), float(ndtri(0.975)))
    by_clip = _beyond(gap, shares.var(axis=2, ddof=1).sum(axis=1) / clips, float(stdtrit(2 * clips - 2, 0.975)))
    return float(naive.mean()), float(by_clip.mean())


def _beyond(gap, variance, limit):
    """Where a gap exceeds `limit` of its standard errors, with nothing hanging on the last bit."""
    return gap**2 > limit**2 * variance * (1 + SURE) + 1e-18


def _rates(rate_a, rate_b):
    return sorted((real("rate_a", rate_a, 0, 1), real("rate_b", rate_b, 0, 1)))


def _variance(rate_a, rate_b):
    """(2p̄q̄, gap²) of two shares that differ."""
    low, high = _rates(rate_a, rate_b)
    if high - low < 1e-8:
        raise ValueError(
            f"rate_a={rate_a!r} and rate_b={rate_b!r} must differ: no number of raters tells like from like"
        )
    pooled = (low + high) / 2
    return 2 * pooled * (1 - pooled), (high - low) ** 2


def _next(wanted):
    """The smallest whole number above `wanted`, where a number within SURE of a whole one counts as that."""
    return _few(int(np.floor(wanted + SURE)) + 1)


def _few(found):
    if found > 10**18:
        raise ValueError(f"rate_a and rate_b are so close that {found:.1e} raters would be needed")
    return found


def relative_drop(before, after) -> float:
    """By which share an error fell, from `before`, above 0, to `after`.

    >>> round(relative_drop(0.84, 0.65), 3)
    0.226
    """
    before = float(numbers("before", before, (), 1e-12, 1e12))
    return 1 - float(numbers("after", after, (), 0, 1e12)) / before
