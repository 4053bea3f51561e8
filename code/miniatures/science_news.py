"""From paper to headline: what a press release is associated with, what a passage loses, what a choice inflates.

A miniature of one published observational study, as a binary channel from press release to news, and of the choice
of the strongest among noisy results. `miniatures.claim_chain` passes claims on from text to text,
`miniatures.claim_records` writes headlines of a given number of words.

Source: S. Palacio, "How the fear of AI is the fear of science" (blog post); the rates are those of P. Sumner and
others, BMJ 349 (2014), doi:10.1136/bmj.g7015.

X, Y       press release and news story: 1 where it exaggerates, 0 where it does not, no unit
q₁         rate_exposed: share of the news on exaggerating press releases that exaggerates too, no unit
q₀         rate_unexposed: that share of the news on the other press releases, no unit
b          base_rate: share of the press releases that exaggerate, no unit
OR         odds ratio, `q₁/(1 - q₁)` over `q₀/(1 - q₀)`, no unit
RR         risk ratio, `q₁/q₀`, no unit
H, I       entropy and mutual information, bits
C          channel capacity: the largest I over all b, bits
n          number of studies among which the strongest is chosen
m_n        expected maximum of n standard normal numbers, no unit
σ, noise   standard error of each study, in units of the effect
τ, spread  standard deviation of the true effects, in units of the effect
θ, effect  true effect of a study, in units of the effect
W          probability that the claim's level is forgotten in one passage of the vague chain, no unit
k          number of words of a headline
"""

from dataclasses import dataclass
from functools import cache
from math import erfc, exp, log, log1p, pi, sqrt

import numpy as np

from miniatures.checks import count, not_negative, numbers, positive, real, several, share

# (share of press releases that exaggerate, q1, q0, published odds ratio, its 95 % interval): Sumner and others 2014
STUDY = {
    "advice to readers": (0.40, 0.58, 0.17, 6.5, (3.5, 12)),
    "cause from correlation": (0.33, 0.81, 0.18, 20, (7.6, 51)),
    "animals to humans": (0.36, 0.86, 0.10, 56, (15, 211)),
}
SIGNIFICANT = 1.959963984540054  # of a standard normal number: two-sided 5 %
MOST_STUDIES = 1_000_000


@dataclass(frozen=True)
class PressToNews:
    """What follows from the two rates and the base rate. `p_press_given_news` is the share of the exaggerated news
    whose press release exaggerates too; `joint` is P(X, Y), rows X = 0, 1 and columns Y = 0, 1."""

    p_news: float
    p_press_given_news: float
    mutual_information_bits: float
    joint: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Strongest:
    """Means over the strongest of n results: the effect that was measured, and the true effect behind it."""

    measured: float
    true: float


def odds_ratio(rate_exposed: float, rate_unexposed: float) -> float:
    """The odds of exaggeration at the first rate, over those at the second.

    Both rates lie above 0 and below 1: at the ends no odds are finite.

    >>> round(odds_ratio(0.81, 0.18), 2)
    19.42
    """
    exposed = _odds("rate_exposed", rate_exposed)
    return exposed / _odds("rate_unexposed", rate_unexposed)


def risk_ratio(rate_exposed: float, rate_unexposed: float) -> float:
    """How many times as likely: the quotient of the rates. `rate_unexposed` must be above 0.

    >>> round(risk_ratio(0.81, 0.18), 2)
    4.5
    """
    return real("rate_exposed", rate_exposed, 0, 1) / share("rate_unexposed", rate_unexposed)


def rounding_range(rate_exposed: float, rate_unexposed: float, step: float = 0.01) -> tuple[float, float]:
    """Lowest and highest odds ratio of rates that round to these two, to the nearest `step`.

    >>> [round(end, 2) for end in rounding_range(0.81, 0.18)]
    [18.19, 20.77]
    """
    half = positive("step", step, 0.5) / 2
    rate_exposed, rate_unexposed = (
        real("rate_exposed", rate_exposed, 0, 1),
        real("rate_unexposed", rate_unexposed, 0, 1),
    )
    low, high = (odds_ratio(rate_exposed + side, rate_unexposed - side) for side in (-half, half))
    return low, high


def press_to_news(rate_exposed: float, rate_unexposed: float, base_rate: float) -> PressToNews:
    """What P(Y=1|X=1), P(Y=1|X=0) and P(X=1) say of press release and news.

    Rates from 0 to 1. ValueError where no news exaggerates at all: there is
    then no share of it to ask for.

    >>> found = press_to_news(0.81, 0.18, 0.33)
    >>> round(found.p_news, 4), round(found.p_press_given_news, 3)
    (0.3879, 0.689)
    """
    joint = joint_table(rate_exposed, rate_unexposed, base_rate)
    p_news = float(joint[:, 1].sum())
    if p_news < 1e-70:
        rates = f"rate_exposed={rate_exposed} and rate_unexposed={rate_unexposed}"
        at = f"at base_rate={base_rate}"
        raise ValueError(f"{rates} leave no exaggerated news {at}: raise one of them")
    share_before = float(joint[1, 1]) / p_news
    rows = tuple(tuple(map(float, row)) for row in joint)
    return PressToNews(p_news, share_before, mutual_information(joint), rows)


def joint_table(rate_exposed: float, rate_unexposed: float, base_rate: float) -> np.ndarray:
    """P(X, Y), (2, 2): rows X = 0, 1 (press release), columns Y = 0, 1 (news). Rates from 0 to 1.

    >>> joint_table(0.75, 0.25, 0.5).tolist()
    [[0.375, 0.125], [0.125, 0.375]]
    """
    exposed, unexposed = real("rate_exposed", rate_exposed, 0, 1), real("rate_unexposed", rate_unexposed, 0, 1)
    b = real("base_rate", base_rate, 0, 1)
    return np.array([[(1 - b) * (1 - unexposed), (1 - b) * unexposed], [b * (1 - exposed), b * exposed]])


def entropy(probabilities) -> float:
    """H = -sum p*log2(p) of probabilities (K,) that sum to 1, in bits.

    >>> entropy([0.5, 0.25, 0.25])
    1.5
    """
    p = distribution("probabilities", probabilities, (None,))
    p = p[p > 0]
    return float(-(p * np.log2(p)).sum() + 0.0)


def mutual_information(joint) -> float:
    """I(X;Y) = sum p(x,y)*log2(p(x,y)/(p(x)*p(y))), in bits, 0 or more.

    joint: (X, Y), probabilities that sum to 1.

    >>> mutual_information([[0.5, 0], [0, 0.5]])
    1.0
    """
    joint = distribution("joint", joint, (None, None))
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0)  # (X, Y)
    held = (joint > 0) & (apart > 0)  # a product below 1e-308 is 0
    bits = float((joint[held] * np.log2(joint[held] / apart[held])).sum())
    return max(bits, 0.0)  # rounding alone can make it negative


def channel_capacity(rate_exposed: float, rate_unexposed: float) -> tuple[float, float]:
    """(C, b): the most bits that these two rates can carry, and where.

    dI/db = 0 gives P(Y=1) = 1/(1 + 2**s), s = (h(q1) - h(q0))/(q1 - q0).
    Equal rates carry nothing at any base rate: (0.0, 0.5).

    >>> [round(one, 4) for one in channel_capacity(0.81, 0.18)]
    [0.3092, 0.4986]
    """
    q1 = real("rate_exposed", rate_exposed, 0, 1)
    q0 = real("rate_unexposed", rate_unexposed, 0, 1)
    if abs(q1 - q0) <= 1e-4 * min(max(q1, q0), max(1 - q1, 1 - q0)):
        base = 0.5  # too close for the quotient; the best base rate tends to this
    else:
        s = (_coin(q1) - _coin(q0)) / (q1 - q0)
        y = 2**-s / (1 + 2**-s) if s > 0 else 1 / (1 + 2**s)
        base = min(max((y - q0) / (q1 - q0), 0.0), 1.0)  # against rounding
    return mutual_information(joint_table(q1, q0, base)), base


def expected_maximum(n: int) -> float:
    """m_n, the mean of the largest of n standard normal numbers, to 1e-9.

    The integral of x*n*phi(x)*Phi(x)**(n - 1), by the trapezoidal rule: it is
    that good for smooth functions that vanish at both ends. n: 1 to 1,000,000.

    >>> [round(expected_maximum(n), 4) for n in (1, 2, 5, 20, 100)]
    [0.0, 0.5642, 1.163, 1.8675, 2.5076]
    """
    n = count("n", n, MOST_STUDIES, 1)
    x, _, _ = _grid()
    if n == 1:
        return 0.0
    return float((x * density_of_maximum(x, n)).sum() * (x[1] - x[0]))


def density_of_maximum(x, n: int) -> np.ndarray:
    """n*phi(x)*Phi(x)**(n - 1) at x (N,): the density of the largest of n standard normal numbers.

    >>> density_of_maximum([0.0], 2).round(4).tolist()
    [0.3989]
    """
    n = count("n", n, MOST_STUDIES, 1)
    x = numbers("x", x, (None,), -1e6, 1e6)
    known, density, logs = _grid()
    if x is not known and not np.array_equal(x, known):
        density, logs = np.exp(-(x**2) / 2) / sqrt(2 * pi), _log_cdf(x)
    return n * density * np.exp((n - 1) * logs)


def strongest_of(n: int, noise: float, spread: float, effect: float = 0.0) -> Strongest:
    """Mean measured and mean true effect of the strongest of n studies.

    Each true effect is normal around `effect` with standard deviation `spread`, each study adds normal noise of
    standard error `noise`. The largest result lies at effect + m_n*sqrt(spread**2 + noise**2); of the excess, only
    the share spread**2/(spread**2 + noise**2) is true. noise, spread: 0 or more, up to 1e6.

    >>> found = strongest_of(20, noise=1.0, spread=0.5)
    >>> round(found.measured, 3), round(found.true, 3)
    (2.088, 0.418)
    """
    noise, spread, effect = _up_to("noise", noise), _up_to("spread", spread), real("effect", effect, -1e6, 1e6)
    total = sqrt(spread**2 + noise**2)
    excess = expected_maximum(n) * total
    return Strongest(effect + excess, effect + (excess * (spread / total) ** 2 if total > 0 else 0.0))


def coverage_of_strongest(n: int) -> float:
    """Probability that the 95 % interval of the strongest of n results holds its true effect, all true effects equal.

    The largest z must lie between -1.96 and 1.96: Phi(1.96)**n - Phi(-1.96)**n.

    >>> [round(coverage_of_strongest(n), 3) for n in (1, 20, 100)]
    [0.95, 0.603, 0.08]
    """
    n = count("n", n, MOST_STUDIES, 1)
    tail = erfc(SIGNIFICANT / sqrt(2)) / 2
    return exp(n * log1p(-tail)) - tail**n


def published_effect(effect: float, noise: float) -> tuple[float, float]:
    """(mean, power): the mean estimate among the studies whose estimate passes 1.96 standard errors, and their share.

    The estimate is normal around `effect` with standard error `noise`; the mean beyond the cut is
    effect + noise*phi(z)/Phi(-z) with z = 1.96 - effect/noise. effect: 0 or more; noise: above 0.

    >>> [round(one, 3) for one in published_effect(1.0, 1.0)]
    [2.493, 0.169]
    """
    effect, noise = _up_to("effect", effect), positive("noise", noise, 1e6)
    z = SIGNIFICANT - effect / noise
    if z < -38:
        return effect, 1.0
    power = erfc(z / sqrt(2)) / 2
    return effect + noise * exp(-(z**2) / 2) / sqrt(2 * pi) / power, power


def simulate_strongest(n: int, noise: float, spread: float, rng: np.random.Generator, repeats: int = 2000):
    """Measured and true effects of the strongest of n studies around an effect of 0, each (repeats,).

    >>> measured, true = simulate_strongest(20, 1.0, 0.5, np.random.default_rng(0))
    >>> measured.shape, bool(measured.mean() > true.mean() > 0)
    ((2000,), True)
    """
    n, repeats = count("n", n, 10_000, 1), count("repeats", repeats, 100_000, 1)
    if n * repeats > 2_000_000:
        raise ValueError(f"n={n} times repeats={repeats} must not exceed 2,000,000 studies")
    true = _up_to("spread", spread) * rng.standard_normal((repeats, n))  # (R, n)
    measured = true + _up_to("noise", noise) * rng.standard_normal((repeats, n))  # (R, n)
    best = measured.argmax(axis=1)[:, None]  # (R, 1)
    return np.take_along_axis(measured, best, 1)[:, 0], np.take_along_axis(true, best, 1)[:, 0]


def distribution(name: str, values, shape: tuple) -> np.ndarray:
    """`values` as an array of probabilities of `shape` (None for any length) that sum to 1.

    >>> distribution("p", [0.25, 0.75], (None,)).tolist()
    [0.25, 0.75]
    """
    shape = None if shape is None else tuple(several("shape", shape))
    p = numbers(name, values, shape, 0, 1 + 1e-9)  # a certainty that was summed up may be a rounding above 1
    if abs(p.sum() - 1) > 1e-9:
        raise ValueError(f"{name} sums to {p.sum():.12g}: probabilities must sum to 1")
    return p


@cache
def _grid():
    """Places from -10 to 12, the normal density there and the logarithm of the distribution function, each (441,)."""
    x = np.linspace(-10, 12, 441)
    return x, np.exp(-(x**2) / 2) / sqrt(2 * pi), _log_cdf(x)


def _log_cdf(x):
    """log Phi(x), (N,): with log1p on the right, where Phi is close to 1."""
    return np.array([log1p(-erfc(one / sqrt(2)) / 2) if one > -1 else _log(erfc(-one / sqrt(2)) / 2) for one in x])


def _log(value):
    return log(value) if value > 0 else -1e6


def _coin(q):
    """h(q), the entropy of a coin in bits, with all digits for q near 0."""
    return -sum(p * log(p) + (1 - p) * log1p(-p) for p in (min(q, 1 - q),) if p > 0) / log(2)


def _odds(name, rate):
    rate = share(name, rate)
    return rate / (1 - rate)


def _up_to(name, value):
    found = not_negative(name, value)
    if found > 1e6:
        raise ValueError(f"{name}={value!r} must be a number from 0 to 1e6")
    return found
