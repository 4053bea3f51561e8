"""The epidemic curve: how high it rises, how many it reaches, and whether it rises at all.

A miniature of the mathematics behind "flatten the curve": the SIR equations, the same town with chance in it, and the
closed forms that both are held to. The bouncing balls of the newspaper's simulator are in `miniatures.epidemic_balls`, real
counts in `miniatures.epidemic_counts` and `miniatures.epidemic_reproduction`.

Source: W. O. Kermack and A. G. McKendrick, "A contribution to the mathematical theory of epidemics", Proceedings of the
Royal Society A 115 (1927) 700-721.

S, I, R  susceptible, infected and recovered persons, counts or shares; S + I + R = N stays as it is
β, beta  contacts of an infected person that infect, while everybody is susceptible, 1/day
γ, gamma  recovery rate, 1/day; the mean infectious period is 1/γ days
R₀, r0   reproduction number: infections by one case among susceptible people, β/γ in this model, no unit
z        final size: share of the population ever infected, no unit
r        growth rate of the early epidemic, β − γ in this model, 1/day
T₂       doubling time, ln 2/r, days
w_k      serial interval: share of the cases that fall ill k days after their infector, no unit
R_t      reproduction number on day t, estimated from counts, no unit
φ        dispersion: variance of a count over its expectation, 1 for Poisson, no unit
"""

from dataclasses import dataclass
from math import ceil, log, log1p

import numpy as np

from miniatures.checks import count, not_negative, positive, real
from miniatures.epidemic_balls import simulate_balls as simulate_balls  # the third model of the chapter

MOST_DAYS, MOST_PEOPLE, MOST_RUNS = 5000.0, 100_000, 20_000
STEP = 0.1  # of the ODE solver, in units of 1/(beta + gamma)
MOST_RATE = 1000.0  # 1/day


def final_size(r0: float) -> float:
    """The share of a large population that an SIR epidemic infects, z = 1 - exp(-r0*z); 0 where r0 is 1 or less.

    r0: 0 or more, no unit. For r0 > 1 the result lies strictly between 0 and 1. Solved as r0 = -ln(1 - z)/z, whose
    right side grows with z.

    >>> [round(final_size(r0), 4) for r0 in (0.8, 1.5, 2, 3)]
    [0.0, 0.5828, 0.7968, 0.9405]
    """
    r0, low, high = not_negative("r0", r0), 0.0, 1.0
    if r0 <= 1:
        return 0.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if middle < 1 and -log1p(-middle) < r0 * middle else (low, middle)
    return max(low, 2.0**-60)


def peak_prevalence(r0: float) -> float:
    """The largest share infected at one time, 1 - (1 + ln r0)/r0, when everybody is susceptible at first; 0 for r0 <= 1.

    >>> [round(peak_prevalence(r0), 4) for r0 in (0.8, 2, 3)]
    [0.0, 0.1534, 0.3005]
    """
    r0 = not_negative("r0", r0)
    return 1 - (1 + log(r0)) / r0 if r0 > 1 else 0.0


def herd_threshold(r0: float) -> float:
    """The immune share from which on the infected become fewer, 1 - 1/r0; 0 for r0 <= 1.

    >>> round(herd_threshold(2.5), 4)
    0.6
    """
    r0 = not_negative("r0", r0)
    return 1 - 1 / r0 if r0 > 1 else 0.0


def overshoot(r0: float) -> float:
    """The share infected after the threshold is passed, final_size - herd_threshold.

    >>> round(overshoot(2.5), 4)
    0.2926
    """
    return final_size(r0) - herd_threshold(r0)


def extinction_probability(r0: float, cases: int = 1) -> float:
    """The probability that an epidemic dies out by chance before it is large, (1/r0)**cases; 1 for r0 <= 1.

    For infectious periods of exponential length, `cases` infected at first, in a large population.
    Source: W. Tritch and L. J. S. Allen (2018), doi:10.1016/j.idm.2018.03.002, after P. Whittle (1955).

    >>> extinction_probability(2), extinction_probability(2, 3), extinction_probability(0.7)
    (0.5, 0.125, 1.0)
    """
    return min(1.0, 1 / max(1.0, not_negative("r0", r0))) ** count("cases", cases, MOST_PEOPLE, 1)


def r0_from_doubling_time(days: float, recovery_rate: float) -> float:
    """R0 of an SIR epidemic whose early cases double every `days`, 1 + ln(2)/(days*recovery_rate).

    days: above 0; recovery_rate: 1/day. Without the recovery rate a doubling time says nothing of R0.

    >>> round(r0_from_doubling_time(3, 0.1), 3), round(r0_from_doubling_time(3, 0.2), 3)
    (3.31, 2.155)
    """
    return 1 + log(2) / (positive("days", days, 1e35) * positive("recovery_rate", recovery_rate, 1e35))


@dataclass(frozen=True)
class SirRun:
    """An SIR epidemic over time: arrays (times,), time in days, the others in the unit of `susceptible`."""

    time: np.ndarray
    susceptible: np.ndarray
    infected: np.ndarray
    recovered: np.ndarray


def simulate_sir(
    beta: float,
    gamma: float,
    susceptible: float,
    infected: float,
    days: float,
    change_day: float | None = None,
    beta_after: float | None = None,
    lift_day: float | None = None,
) -> SirRun:
    """The SIR equations dS = -beta*S*I/N, dI = beta*S*I/N - gamma*I, dR = gamma*I, from R = 0, at every whole day.

    beta, gamma: 1/day, up to 1000; susceptible, infected: counts or shares; days: up to 5000. From `change_day` on
    beta is `beta_after`; from `lift_day` on it is `beta` again. Runge and Kutta's method of order 4.

    >>> run = simulate_sir(0.5, 0.2, 999, 1, 200)
    >>> round(float(run.recovered[-1]) / 1000, 3), round(final_size(2.5), 3)
    (0.893, 0.893)
    """
    beta, gamma = real("beta", beta, 0, MOST_RATE), real("gamma", gamma, 0, MOST_RATE)
    state = np.array([real("susceptible", susceptible, 0, 1e12), real("infected", infected, 0, 1e12), 0.0])
    if not state.sum() > 1e-12:
        raise ValueError(f"susceptible={susceptible!r} and infected={infected!r} must have a positive sum")
    time, rates = _plan(beta, real("days", days, 0, MOST_DAYS), change_day, beta_after, lift_day)
    states = [state]
    for span, rate in zip(np.diff(time), rates, strict=True):
        states.append(_forward(states[-1], span, rate, gamma))
    return SirRun(time, *np.array(states).T)


def _plan(beta, days, change_day, beta_after, lift_day):
    """The times to stop at, (times,), and the contact rate in force from each to the next, (times - 1,)."""
    if (change_day is None) != (beta_after is None) or (change_day is None and lift_day is not None):
        raise ValueError(
            f"change_day={change_day!r}, beta_after={beta_after!r}, lift_day={lift_day!r}: give the first two together, and lift_day only with them"
        )
    change = days if change_day is None else real("change_day", change_day, 0, MOST_DAYS)
    after = beta if beta_after is None else real("beta_after", beta_after, 0, MOST_RATE)
    lift = max(days, change) if lift_day is None else real("lift_day", lift_day, change, 2 * MOST_DAYS)
    stops = np.concatenate([np.arange(0, days + 1e-9), [days], [d for d in (change, lift) if d < days]])
    time = np.unique(stops)
    return time, [after if change <= start < lift else beta for start in time[:-1]]


def _forward(state, span, beta, gamma):
    """The state (3,) after `span` days at constant rates, in steps of STEP/(beta + gamma) or less."""
    s, i, n = float(state[0]), float(state[1]), float(state.sum())
    steps = ceil(span * (beta + gamma) / STEP) or 1
    h, b = span / steps, beta / n
    for _ in range(steps):
        s1, i1 = -b * s * i, b * s * i - gamma * i
        s2, i2 = _slope(s + h * s1 / 2, i + h * i1 / 2, b, gamma)
        s3, i3 = _slope(s + h * s2 / 2, i + h * i2 / 2, b, gamma)
        s4, i4 = _slope(s + h * s3, i + h * i3, b, gamma)
        s, i = s + h * (s1 + 2 * s2 + 2 * s3 + s4) / 6, i + h * (i1 + 2 * i2 + 2 * i3 + i4) / 6
    return np.array([s, i, max(0.0, n - s - i)])


def _slope(s, i, b, gamma):
    return -b * s * i, b * s * i - gamma * i


@dataclass(frozen=True)
class ChanceRun:
    """One epidemic by chance: arrays (events + 1,); time in days, the others in persons."""

    time: np.ndarray
    susceptible: np.ndarray
    infected: np.ndarray


def simulate_gillespie(
    beta: float, gamma: float, susceptible: int, infected: int, rng: np.random.Generator
) -> ChanceRun:
    """The same town with chance in it, event by event until nobody is infected (D. T. Gillespie's direct method).

    An infection comes at the rate beta*S*I/N, a recovery at gamma*I; the wait for either is exponential. gamma: above
    0, or the epidemic might never end.

    >>> run = simulate_gillespie(0.3, 0.1, 199, 1, np.random.default_rng(1))
    >>> int(run.infected[-1]), bool(run.time[-1] > 0)
    (0, True)
    """
    beta, gamma = real("beta", beta, 0, MOST_RATE), positive("gamma", gamma, MOST_RATE)
    s, i = count("susceptible", susceptible, MOST_PEOPLE), count("infected", infected, MOST_PEOPLE, 1)
    n, now, path = s + i, 0.0, [(0.0, s, i)]
    while i:
        infection, recovery = beta * s * i / n, gamma * i
        now -= log(1 - rng.random()) / (infection + recovery)
        s, i = (s - 1, i + 1) if rng.random() * (infection + recovery) < infection else (s, i - 1)
        path.append((now, s, i))
    time, left, ill = np.array(path).T
    return ChanceRun(time, left.astype(int), ill.astype(int))


def outbreak_sizes(r0: float, susceptible: int, infected: int, runs: int, rng: np.random.Generator) -> np.ndarray:
    """How many of the `susceptible` are infected in each of `runs` epidemics by chance, (runs,), whole numbers.

    Only the order of the events counts for this, not their times: the next one is an infection with probability
    r0*S/(r0*S + N).

    >>> outbreak_sizes(2, 199, 1, 4, np.random.default_rng(0)).shape
    (4,)
    """
    r0, runs = not_negative("r0", r0), count("runs", runs, MOST_RUNS, 1)
    first, ill = count("susceptible", susceptible, MOST_PEOPLE), count("infected", infected, MOST_PEOPLE, 1)
    s, i, n = np.full(runs, float(first)), np.full(runs, float(ill)), float(first + ill)
    going = np.arange(runs)  # the epidemics that are not over
    while len(going):
        infects = rng.random(len(going)) * (r0 * s[going] + n) < r0 * s[going]
        s[going] -= infects
        i[going] += np.where(infects, 1, -1)
        going = going[i[going] > 0]
    return (first - s).astype(int)


def r0_from_attack(attack: float) -> float:
    """The R0 whose final size is `attack`, -ln(1 - attack)/attack: what an SIR model would read off the survivors.

    attack: above 0 and below 1.

    >>> round(r0_from_attack(0.7968), 3)
    2.0
    """
    attack = real("attack", attack, 1e-12, 1 - 1e-12)
    return -log1p(-attack) / attack
