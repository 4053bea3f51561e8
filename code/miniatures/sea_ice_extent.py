"""The Arctic's September sea ice extent, 1979 to 2015: a trend, and intervals that say what it is worth.

Source: the NSIDC Sea Ice Index, as the R package Stat2Data ships its September values; data/README.md says more.

t  year
E  extent of sea ice in September, million square kilometres
s  standard deviation of the residuals of a fitted curve, million square kilometres
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import stdtr, stdtrit

from miniatures.checks import numbers, real, whole
from miniatures.data import load


@cache
def september() -> tuple[np.ndarray, np.ndarray]:
    """Years (37,) and extents (37,), million square kilometres.

    >>> years, extent = september()
    >>> int(years[-4]), float(extent[-4])
    (2012, 3.63)
    """
    table = load("arctic_september_1979_2015.csv")
    years, extent = table["Year"].astype(float), table["Extent"].astype(float)
    years.flags.writeable = extent.flags.writeable = False
    return years, extent


@dataclass(frozen=True)
class Curve:
    """A polynomial in the year, fitted by least squares."""

    coefficients: np.ndarray  # (degree + 1,), of powers of (t - centre) / 10, the constant first
    covariance: np.ndarray  # of the coefficients
    centre: float  # year
    deviation: float  # s, of the residuals, with n - degree - 1 in the divisor
    freedom: int  # n - degree - 1
    r_squared: float
    residuals: np.ndarray  # (n,)


def fit_curve(years, values, degree: int = 1) -> Curve:
    """The least-squares polynomial of `values` (n,) over `years` (n,); n is at least degree + 3, degree 1 to 3."""
    t = numbers("years", years, (None,), -1e5, 1e5)
    y = numbers("values", values, t.shape, -1e6, 1e6)
    degree = whole("degree", degree, 1, 3)
    if len(np.unique(t)) < degree + 3:
        raise ValueError(
            f"years holds {len(np.unique(t))} different years: a fit of degree {degree} and its spread need {degree + 3}"
        )
    centre = float(t.mean())
    x = _powers(t, centre, degree)
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ (x.T @ y)
    residuals = y - x @ coefficients
    freedom = len(t) - degree - 1
    variance = float(residuals @ residuals) / freedom
    total = float(((y - y.mean()) ** 2).sum())
    share = 1 - float(residuals @ residuals) / total if total > 0 else 0.0
    return Curve(coefficients, variance * inverse, centre, variance**0.5, freedom, share, residuals)


def _powers(t, centre, degree):
    return ((t[:, None] - centre) / 10) ** np.arange(degree + 1)


def predicted(curve: Curve, years, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """The curve at `years` (n,), and the half width (n,) of the interval that holds one new value with chance `level`.

    Two errors add up: that of the fitted curve and that of a single year about it.
    """
    t = numbers("years", years, (None,), -1e5, 1e5)
    x = _powers(t, curve.centre, len(curve.coefficients) - 1)
    of_curve = np.einsum("ni,ij,nj->n", x, curve.covariance, x)
    quantile = float(stdtrit(curve.freedom, (1 + real("level", level, 0.01, 0.9999)) / 2))
    return x @ curve.coefficients, quantile * np.sqrt(of_curve + curve.deviation**2)


def slope_interval(curve: Curve, level: float = 0.95) -> tuple[float, float]:
    """The slope at the centre, a year, and the half width of its interval.

    >>> [round(number, 3) for number in slope_interval(fit_curve(*september()))]
    [-0.087, 0.018]
    """
    quantile = float(stdtrit(curve.freedom, (1 + real("level", level, 0.01, 0.9999)) / 2))
    return float(curve.coefficients[1]) / 10, quantile * float(np.sqrt(curve.covariance[1, 1])) / 10


def last_term_p(curve: Curve) -> float:
    """The two-sided p of the highest power's coefficient, were it 0 in truth."""
    t = abs(curve.coefficients[-1]) / np.sqrt(curve.covariance[-1, -1])
    return float(2 * stdtr(curve.freedom, -t))


def reaches(curve: Curve, level: float) -> float:
    """The first year from the curve's centre on in which it comes down to `level`; ValueError if it never does.

    >>> int(reaches(fit_curve(*september()), 1.0))  # were the trend a straight line
    2058
    """
    level = real("level", level, -1e6, 1e6)
    roots = np.roots((curve.coefficients - np.eye(len(curve.coefficients))[0] * level)[::-1])
    later = [float(root.real) for root in roots if abs(root.imag) < 1e-9 and root.real >= 0]
    if not later:
        raise ValueError(f"level={level:g} is never reached by the curve after {curve.centre:g}")
    return curve.centre + 10 * min(later)


@dataclass(frozen=True)
class Rolling:
    """Forecasts one year ahead, each from the years before alone; arrays (n,)."""

    years: np.ndarray
    actual: np.ndarray
    trend: np.ndarray
    half: np.ndarray  # half width of the trend's 95 % interval
    last: np.ndarray  # last year's value
    mean: np.ndarray  # mean of all years before


def rolling(least: int = 15, degree: int = 1) -> Rolling:
    """Every September's extent forecast from all before it, as soon as there are `least` (5 to 36) of them."""
    years, extent = september()
    places = range(whole("least", least, 5, len(years) - 1), len(years))
    fits = [predicted(fit_curve(years[:i], extent[:i], degree), years[i : i + 1]) for i in places]
    return Rolling(
        years[places.start :], extent[places.start :], np.array([f[0][0] for f in fits]), np.array([f[1][0] for f in fits]),
        extent[places.start - 1 : -1], np.array([extent[:i].mean() for i in places]),
    )  # fmt: skip
