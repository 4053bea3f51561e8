"""An SIR epidemic fitted to real counts, and why its R₀ must not be believed.

Source: A. A. King, M. Domenech de Cellès, F. M. G. Magpantay, P. Rohani, "Avoidable errors in the modelling of outbreaks of
emerging pathogens, with special reference to Ebola", arXiv:1412.0968 (2014).

γ, gamma  recovery rate, 1/day
r, rate   growth rate of the early epidemic, R₀ = 1 + r/γ, 1/day
c         share infected so far, from 0 to the final size z
D         deviance: twice the log-likelihood that the fit falls short of a perfect one by
φ         dispersion, D over its degrees of freedom, no unit
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy

from miniatures.checks import cached, numbers, one_of, positive, real
from miniatures.data import load
from miniatures.epidemic_counts import MOST_CASES
from miniatures.epidemic_curve import final_size
from miniatures.epidemic_reproduction import OUTBREAKS
from miniatures.epidemic_runs import RECOVERY, runs

GAMMAS = tuple(np.geomspace(1e-3, 2, 34).round(5).tolist())  # 1/day, at which the fits are stored
POINTS, ZOOMS = 20, 7  # of the search: POINTS rates by POINTS dates, each zoom on a third of the last
REACH = 16.0  # of the curve, in logits of c/z: from 1e-7 of the epidemic to the last 1e-7
CHI_SQUARE = 3.841  # 95 % of one degree of freedom


@dataclass(frozen=True)
class SirFit:
    """The best SIR epidemic for one gamma: four numbers are fitted, rate, date, size, and with gamma given R₀."""

    gamma: float
    r0: float
    deviance: float
    dispersion: float
    fitted: np.ndarray  # (days,), expected new cases


def orbit(r0: float, gamma: float) -> tuple[np.ndarray, np.ndarray]:
    """Days since the middle of the epidemic, and the share c infected by then, both (points,).

    On the orbit from a first case I = c + ln(1 - c)/r0, so the time is an integral, the sum of dc/(beta*(1 - c)*I), and
    needs no differential equation. The middle is where c is half of the final size.

    >>> day, c = orbit(2, 0.1)
    >>> bool(np.all(np.diff(day) > 0)), round(float(c[-1]), 4)
    (True, 0.7968)
    """
    gamma, z = positive("gamma", gamma, 1e3), final_size(positive("r0", r0, 1e9))
    if z == 0:
        raise ValueError(f"r0={r0!r} must be above 1: below it there is no epidemic")
    logit = np.linspace(-REACH, REACH, 641)
    c = z / (1 + np.exp(-logit))
    slope = c * (1 - c / z) / (r0 * gamma * (1 - c) * (c + np.log1p(-c) / r0))  # days for each unit of the logit
    day = np.concatenate([[0.0], np.cumsum((slope[1:] + slope[:-1]) / 2 * (logit[1] - logit[0]))])
    return day - day[len(day) // 2], c


def deviance(counts, fitted) -> float:
    """Poisson's deviance of `fitted` expectations, both (days,): 2*sum of y*ln(y/mu) - (y - mu).

    >>> deviance([1, 2], [1, 2])
    0.0
    """
    y = numbers("counts", counts, (None,), 0, MOST_CASES)
    mu = np.maximum(numbers("fitted", fitted, y.shape, 0), 1e-12)
    return float(2 * (xlogy(y, y / mu) - (y - mu)).sum())


def sir_fit(counts, gamma: float) -> SirFit:
    """The SIR epidemic with recovery rate `gamma` whose daily new cases fit `counts`, (days,), best, by deviance.

    Searched over the early growth rate and the date of the middle on a grid that zooms in; the epidemic's size, that is
    population times share reported, follows from the total.
    """
    y = numbers("counts", counts, (None,), 0, MOST_CASES)
    gamma = real("gamma", gamma, 1e-8, 1e3)  # below it R0 passes 1e9
    if y.sum() == 0:
        raise ValueError("counts holds no cases: nothing to fit")
    peak = float(y.argmax())
    low, high = np.array([np.log(0.02), peak - 40]), np.array([np.log(1.5), peak + 40])
    for _ in range(ZOOMS):
        rates, dates = np.exp(np.linspace(low[0], high[0], POINTS)), np.linspace(low[1], high[1], POINTS)
        table = np.array([_deviances(y, gamma, rate, dates)[0] for rate in rates])
        best = np.unravel_index(int(table.argmin()), table.shape)
        reach = (high - low) / 6
        centre = np.array([np.log(rates[best[0]]), dates[best[1]]])
        low, high = centre - reach, centre + reach
    found, fitted = _deviances(y, gamma, np.exp(centre[0]), centre[1:])
    free = max(1, len(y) - 3)
    return SirFit(gamma, float(1 + np.exp(centre[0]) / gamma), float(found[0]), float(found[0]) / free, fitted[0])


def _deviances(y, gamma, rate, dates):
    """Deviances for each date of the middle, (dates,), and the expected cases, (dates, days)."""
    day, c = orbit(1 + rate / gamma, gamma)
    edges = np.arange(len(y) + 1) - dates[:, None]  # (dates, days + 1), days from the middle
    cases = np.maximum(np.diff(np.interp(edges, day, c), axis=1), 1e-12)
    cases *= y.sum() / cases.sum(axis=1, keepdims=True)
    return 2 * (xlogy(y, y / cases) - (y - cases)).sum(axis=1), cases


@dataclass(frozen=True)
class Profile:
    """The stored fits to one outbreak over GAMMAS, arrays (gammas,)."""

    gamma: np.ndarray
    r0: np.ndarray
    deviance: np.ndarray
    dispersion: np.ndarray

    @property
    def acceptable(self) -> np.ndarray:
        """True where the deviance, over the best fit's dispersion, is within CHI_SQUARE of the best, (gammas,)."""
        best = int(self.deviance.argmin())
        return (self.deviance - self.deviance[best]) / max(1.0, self.dispersion[best]) <= CHI_SQUARE


@cached()
def profile(name: str) -> Profile:
    """The fits of `sir_fit` to an outbreak for each of GAMMAS, from data/sir_profiles.csv.

    >>> profile("SARS 2003").r0.shape
    (34,)
    """
    table = load("sir_profiles.csv")
    rows = table[table["outbreak"] == one_of("name", name, OUTBREAKS)]
    return Profile(*(rows[key].astype(float) for key in Profile.__dataclass_fields__))


BIN = 10  # steps that make one day of a town of balls


@cached()
def towns_r0(scenario: str) -> np.ndarray:
    """R0 by an SIR fit to the new cases of each stored town that took off, (towns,), its recovery rate being known.

    >>> towns_r0("moderate distancing").shape
    (20,)
    """
    found, fits = runs(scenario), []
    for caught in found.caught[found.took_off]:
        ill = np.sort(caught[caught >= 0])
        new = np.bincount(ill // BIN, minlength=int(ill[-1]) // BIN + 2)
        fits.append(sir_fit(new, BIN / RECOVERY).r0)
    return np.array(fits)
