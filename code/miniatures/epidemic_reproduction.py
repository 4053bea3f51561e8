"""How many does one case infect? Reproduction numbers from the counts of three real outbreaks.

Source: A. Cori, N. M. Ferguson, C. Fraser, S. Cauchemez, "A New Framework and Software to Estimate Time-Varying
Reproduction Numbers During Epidemics" (2013), doi:10.1093/aje/kwt133; J. Wallinga and P. Teunis (2004),
doi:10.1093/aje/kwh255; J. Wallinga and M. Lipsitch (2007), doi:10.1098/rspb.2006.3754.

I_t      new cases on day t
w_k      serial interval: share of the cases that fall ill k days after their infector, no unit
Λ_t      infection pressure on day t: sum over k of w_k*I_(t-k), cases
R_t      reproduction number: mean number that one case infects, no unit
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import gammainc, gammaincinv

from miniatures.checks import numbers, one_of, positive, real, whole
from miniatures.data import load
from miniatures.epidemic_counts import MOST_CASES, GrowthFit, growth_fit

PRIOR_SHAPE, PRIOR_SCALE = 1.0, 5.0  # of R_t, as in the source: mean 5, standard deviation 5
OUTBREAKS = ("SARS 2003", "influenza 1918", "measles 1861")
SERIAL_INTERVALS = {  # mean and standard deviation, days: the help pages of the package that the counts come from
    "SARS 2003": (8.4, 3.8),
    "influenza 1918": (2.6, 1.5),
    "measles 1861": (14.9, 3.9),
}


@cache
def outbreak(name: str) -> np.ndarray:
    """New cases of an outbreak by day of onset, (days,), floats.

    >>> [(len(outbreak(name)), int(outbreak(name).sum())) for name in OUTBREAKS]
    [(107, 1467), (92, 6202), (48, 187)]
    """
    table = load("outbreaks.csv")
    return table["cases"][table["outbreak"] == one_of("name", name, OUTBREAKS)].astype(float)


def serial_interval(mean: float, sd: float, days: int) -> np.ndarray:
    """w_0 … w_(days-1), (days,): the share of serial intervals of each whole number of days; w_0 = 0; sum 1.

    The interval is 1 day plus a gamma variable, with `mean` above 1 and `sd` in days. Cases are counted by the day, so
    an interval of 3.4 days counts to 0.6 as 3 and to 0.4 as 4: w_k is the mean of max(0, 1 - |k - interval|). The
    shares of `days` days and more are dropped and the rest divided by its sum.

    >>> serial_interval(2.6, 1.5, 12).round(3).tolist()[:5]
    [0.0, 0.233, 0.359, 0.198, 0.103]
    """
    mean, sd = real("mean", mean, 1.001, 1000), positive("sd", sd, 1000)
    days = whole("days", days, 3, 2000)
    shape, scale = ((mean - 1) / sd) ** 2, sd**2 / (mean - 1)
    at = np.maximum(0.0, np.arange(-2.0, days)) / scale  # (k - 1)/scale for k = -1 … days
    # E max(0, k - interval), whose second difference is w_k
    below = scale * (at * gammainc(shape, at) - shape * gammainc(shape + 1, at))
    shares = np.maximum(0.0, below[2:] - 2 * below[1:-1] + below[:-2])
    if not shares.sum() > 1e-3:
        raise ValueError(f"days={days} is too short for a serial interval of mean {mean:g} and sd {sd:g} days")
    return shares / shares.sum()


def pressure(counts, interval) -> np.ndarray:
    """Λ_t, (days,): on each day the cases before it, weighted by the serial interval, (intervals,).

    >>> pressure([1, 0, 0], [0, 0.25, 0.75]).tolist()
    [0.0, 0.25, 0.75]
    """
    y, w = numbers("counts", counts, (None,), 0, MOST_CASES), numbers("interval", interval, (None,), 0, 1)
    return np.convolve(y, w)[: len(y)]


@dataclass(frozen=True)
class Reproduction:
    """R_t on each `day`, all arrays (windows,), with its 95 % range."""

    day: np.ndarray
    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def reproduction(counts, interval, window: int = 7) -> Reproduction:
    """R_t by Cori and others: new cases over infection pressure, both summed over the `window` days that end on day t.

    If R is the same all through a window, the posterior is a gamma distribution of shape 1 + cases and rate
    1/5 + pressure. Days whose window holds no pressure are left out.

    >>> found = reproduction([1, 2, 4, 8, 16, 32], [0, 1.0], 3)
    >>> [round(float(r), 2) for r in found.mean]
    [2.08, 2.04, 2.02]
    """
    y, force = numbers("counts", counts, (None,), 0, MOST_CASES), pressure(counts, interval)
    window = whole("window", window, 1, max(1, len(y) - 1))
    ones = np.ones(window)
    cases, pushed = np.convolve(y, ones, "valid")[1:], np.convolve(force, ones, "valid")[1:]
    day = np.arange(window, len(y))[pushed > 1e-12]
    shape, rate = PRIOR_SHAPE + cases[pushed > 1e-12], 1 / PRIOR_SCALE + pushed[pushed > 1e-12]
    low, high = (gammaincinv(shape, level) / rate for level in (0.025, 0.975))
    return Reproduction(day, shape / rate, low, high)


def cohort_reproduction(counts, interval) -> np.ndarray:
    """R_t by Wallinga and Teunis, (days,): how many later cases each case of day t infected, on average.

    A case of day u was infected by the cases of the days before it, in shares proportional to the serial interval. Cut
    `counts` at day d to see what could be known on day d. nan on days without cases.

    >>> cohort_reproduction([1, 2, 6], [0, 1.0]).tolist()
    [2.0, 3.0, 0.0]
    """
    y, force = numbers("counts", counts, (None,), 0, MOST_CASES), pressure(counts, interval)
    shares = np.divide(y, force, out=np.zeros(len(y)), where=force > 1e-12)  # new cases for each unit of pressure
    infected = np.convolve(shares[::-1], numbers("interval", interval, (None,), 0, 1))[: len(y)][::-1]
    return np.where(y > 0, infected, np.nan)


def growth_reproduction(rate: float, interval) -> float:
    """R of an epidemic that grows at `rate`, 1/day: 1/sum of w_k*exp(-rate*k), by Wallinga and Lipsitch.

    >>> round(growth_reproduction(0.0, [0, 0.5, 0.5]), 6), round(growth_reproduction(np.log(2), [0, 1.0]), 6)
    (1.0, 2.0)
    """
    w = numbers("interval", interval, (None,), 0, 1)
    return float(1 / (w @ np.exp(-real("rate", rate, -0.3, 3) * np.arange(len(w)))))


def growth_to_peak(counts) -> GrowthFit:
    """The growth fit to `counts` up to their largest value, that day included.

    >>> round(growth_to_peak([1, 2, 4, 8, 3, 1]).rate, 3)
    0.693
    """
    y = numbers("counts", counts, (None,), 0, MOST_CASES)
    return growth_fit(y[: int(y.argmax()) + 1])


def below_one(found: Reproduction) -> int | None:
    """The first day after R_t's largest value on which R_t lies below 1; None where there is none.

    >>> below_one(reproduction(outbreak("SARS 2003"), serial_interval(8.4, 3.8, 30)))
    46
    """
    top = int(found.mean.argmax())
    below = np.flatnonzero(found.mean[top:] < 1)
    return int(found.day[top + below[0]]) if len(below) else None
