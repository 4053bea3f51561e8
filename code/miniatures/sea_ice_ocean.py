"""A toy ocean of 16 x 16 cells whose best possible forecast is known, and the simple forecasts of it.

Source: our own construction, after the set-up of T. R. Andersson et al. (2021), doi:10.1038/s41467-021-25257-4. Rows go
from south to north; columns run once around the pole, so the last is beside the first.

a  ice anomaly, ice index less its climatology; the index cut to 0 ... 1 is the concentration
h  ocean heat anomaly, standard deviations
A  transition of (a, h) from month to month, besides a drift of half a column to the east
Q  covariance of the monthly noise at a cell
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import as_array, cached, numbers, real, whole, whole_numbers
from miniatures.sea_ice import LEADS, LOWER, class_probabilities, forecast_variance, ice_class
from miniatures.wording import plural

SIDE, YEARS = 16, 60
MONTHS = 12 * YEARS
TRANSITION = np.array([[0.75, -0.09], [0.0, 0.93]])  # ice forgets within months, ocean heat within years
NOISE = np.diag([0.12**2, 1 - 0.93**2])  # makes the heat's variance 1
DRIFT = 0.5  # columns a month, to the east
AMPLITUDE, DECLINE = 0.45, 0.08  # of the season, and a decade's loss, in units of concentration
VALIDATION, TEST = (40, 50), (50, 60)  # years, first included, last not
FIRST_YEAR = 10  # before it there are too few years for a trend
LARGEST_SEED = 2**32 - 1


def climatology(months) -> np.ndarray:
    """The ice index that is normal for each month, (len(months), 16, 16): south to north, season, falling trend.

    `months` (M,) counts from January of year 0. Most ice comes in March. The decline is twice as fast at one side.

    >>> climatology([2, 8])[:, 8, 0].round(2).tolist()
    [1.43, 0.52]
    """
    t = numbers("months", months, (None,), 0, 12 * 1000)[:, None, None]
    row, column = np.mgrid[:SIDE, :SIDE].astype(float)
    around = 2 * np.pi * column / SIDE
    base = -0.8 + 2.6 * row / (SIDE - 1) + 0.15 * np.cos(around)
    season = AMPLITUDE * np.cos(2 * np.pi * (t - 2) / 12)
    return base + season - DECLINE * (1 + np.sin(around) / 3) * (t / 120 - 3)


def smooth_noise(rng: np.random.Generator, count: int) -> np.ndarray:
    """`count` fields (count, 16, 16) of standard normal numbers that neighbours share: correlation 0.80 at one cell.

    The correlation runs around the pole, but stops at the northern and southern ends.
    """
    passes, kernel = 4, np.array([1.0])
    for _ in range(passes // 2):
        kernel = np.convolve(kernel, [1, 2, 1])
    kernel /= np.sqrt((kernel**2).sum())
    reach = len(kernel) // 2
    white = rng.normal(size=(whole("count", count, 1, 100_000), SIDE + 2 * reach, SIDE))
    along = sum(weight * np.roll(white, shift - reach, axis=2) for shift, weight in enumerate(kernel))
    return sum(weight * along[:, shift : shift + SIDE] for shift, weight in enumerate(kernel))


def drifted(fields, columns: float) -> np.ndarray:
    """`fields` (..., 16) carried `columns` to the east around the pole; a part of a column by their Fourier sum.

    >>> drifted([0.0, 1, 0, 0] * 4, 1)[:4].round(6) + 0.0
    array([0., 0., 1., 0.])
    """
    columns, fields = real("columns", columns, -1000, 1000), numbers("fields", fields)
    if fields.shape[-1:] != (SIDE,):
        raise ValueError(f"fields of shape {fields.shape} must be of shape (..., {SIDE})")
    waves = np.fft.rfft(fields, axis=-1)
    turn = np.exp(-2j * np.pi * np.arange(SIDE // 2 + 1) * columns / SIDE)
    return np.fft.irfft(waves * turn, SIDE, axis=-1)


def stationary_variance() -> np.ndarray:
    """The covariance (2, 2) of (a, h) at a cell in the long run.

    >>> stationary_variance().round(3).tolist()
    [[0.137, -0.277], [-0.277, 1.0]]
    """
    return forecast_variance(TRANSITION, NOISE, 2000)


@dataclass(frozen=True)
class Ocean:
    """One history of the toy ocean."""

    index: np.ndarray  # (720, 16, 16) ice index, its climatology plus the ice anomaly
    heat: np.ndarray  # (720, 16, 16) ocean heat anomaly, standard deviations


@cached()
def ocean(seed: int) -> Ocean:
    """The sixty years of `seed` (0 to 2**32 - 1); arrays are read-only, every caller gets the same."""
    rng = np.random.default_rng([20210912, whole("seed", seed, 0, LARGEST_SEED)])
    spread = np.linalg.cholesky(NOISE)
    state = np.einsum("ij,jrc->irc", np.linalg.cholesky(stationary_variance()), smooth_noise(rng, 2))
    noise = smooth_noise(rng, 2 * MONTHS).reshape(MONTHS, 2, SIDE, SIDE)
    history = np.empty((MONTHS, 2, SIDE, SIDE))
    for month in range(MONTHS):
        history[month] = state
        state = np.einsum("ij,jrc->irc", TRANSITION, drifted(state, DRIFT))
        state = state + np.einsum("ij,jrc->irc", spread, noise[month])
    found = Ocean(climatology(np.arange(MONTHS)) + history[:, 0], history[:, 1])
    found.index.flags.writeable = found.heat.flags.writeable = False
    return found


def bayes_forecast(index, heat, months, lead: int) -> np.ndarray:
    """The best possible forecast: class probabilities (3, M, 16, 16) for `lead` months after `months`.

    `index` and `heat` (M, 16, 16) are the state in `months` (M,). It knows the climatology, A, Q and the drift: the
    mean of the anomaly is the first row of A^L (a, h), carried east by the drift of `lead` months, its variance that of `forecast_variance`.
    """
    months = numbers("months", months, (None,), 0, 12 * 1000)
    index, heat = (numbers(name, v, (len(months), SIDE, SIDE)) for name, v in (("index", index), ("heat", heat)))
    weights = np.linalg.matrix_power(TRANSITION, whole("lead", lead, 1, 1000))[0]
    anomaly = drifted(weights[0] * (index - climatology(months)) + weights[1] * heat, DRIFT * lead)
    deviation = np.sqrt(forecast_variance(TRANSITION, NOISE, lead)[0, 0])
    return class_probabilities(climatology(months + lead) + anomaly, deviation)


def linear_trend(series) -> np.ndarray:
    """The next value of each cell's least-squares line through its past values, (Y, ...) -> (...), Y of 2 or more.

    >>> linear_trend([[1.0], [2.0], [2.0], [3.0]]).round(6).tolist()
    [3.5]
    """
    y = numbers("series", series)
    if y.ndim < 1 or len(y) < 2:
        raise ValueError(f"series of shape {y.shape} must have two years or more along its first axis")
    t = np.arange(len(y)) - (len(y) - 1) / 2
    slope = np.tensordot(t, y, 1) / (t**2).sum()
    return y.mean(axis=0) + slope * (len(y) + 1) / 2


@cached()
def trend_forecasts(seed: int) -> np.ndarray:
    """(720, 16, 16): for each month from year 2 on the linear trend of the same month in all earlier years, else nan.

    A forecast up to 6 months ahead knows all of these years, so one array serves all leads.
    """
    index = ocean(seed).index.reshape(YEARS, 12, SIDE, SIDE)
    found = np.full((YEARS, 12, SIDE, SIDE), np.nan)
    for year in range(2, YEARS):
        found[year] = linear_trend(index[:year])
    found.flags.writeable = False
    return found.reshape(MONTHS, SIDE, SIDE)


def start_months(first_year: int, last_year: int) -> np.ndarray:
    """The months from which all six leads fall into years `first_year` ... `last_year` - 1, themselves included.

    >>> start_months(50, 60)[[0, -1]].tolist()
    [600, 713]
    """
    first_year, last_year = whole("first_year", first_year, 0, YEARS - 1), whole("last_year", last_year, 1, YEARS)
    if last_year <= first_year:
        raise ValueError(f"last_year={last_year} must be after first_year={first_year}")
    return np.arange(12 * first_year, 12 * last_year - LEADS)


@cached()
def active_cells(seed: int) -> np.ndarray:
    """(12, 16, 16) bool: where, in years 10 to 39, this calendar month has seen both ice and open water.

    >>> active_cells(0).shape, int(active_cells(0)[8].sum())
    ((12, 16, 16), 133)
    """
    ice = ocean(seed).index.reshape(YEARS, 12, SIDE, SIDE)[FIRST_YEAR : VALIDATION[0]] > LOWER
    found = ice.any(axis=0) & ~ice.all(axis=0)
    found.flags.writeable = False
    return found


def truth(seed: int, months) -> np.ndarray:
    """The class (M, 16, 16) in each of `months` (M,), or (..., 16, 16) of months (...).

    >>> truth(0, [600]).shape
    (1, 16, 16)
    """
    return ice_class(ocean(seed).index[whole_numbers("months", months, None, 0, MONTHS - 1)])


def channels(seed: int, months) -> np.ndarray:
    """What the network sees in each of `months`: (M, 16, 16, 11), named by `CHANNELS`; each of size about one.

    >>> channels(0, [600, 601]).shape
    (2, 16, 16, 11)
    """
    months = numbers("months", months, (None,), 24, MONTHS - LEADS - 1).astype(int)
    index, trend = ocean(seed).index, trend_forecasts(seed)
    angle = 2 * np.pi * months / 12
    fields = [index[months], 3 * (index[months] - trend[months]), ocean(seed).heat[months]]
    fields += [trend[months + lead] for lead in range(1, LEADS + 1)]
    fields += [np.broadcast_to(wave(angle)[:, None, None], fields[0].shape) for wave in (np.cos, np.sin)]
    return np.stack(fields, axis=-1)


CHANNELS = (
    "ice index now", "ice anomaly now, against the trend", "ocean heat anomaly now",
    *(f"linear trend {plural(lead, 'month')} ahead" for lead in range(1, LEADS + 1)),
    "month of the year, cosine", "month of the year, sine",
)  # fmt: skip


# forecasts by simple rules ---------------------------------------------------------------------


@dataclass(frozen=True)
class Regression:
    """Normal forecasts whose mean is the trend plus a weighted sum of anomalies, one row for each lead."""

    weights: np.ndarray  # (6, 2): of the ice anomaly and of the heat anomaly
    drift: float  # columns a month by which the anomalies are carried east
    deviation: np.ndarray  # (6,) root mean square of what is left over


def fit_regression(seed: int, years: int, drift: float = 0.0, heat: bool = True) -> Regression:
    """Least squares on the `years` (1 to 30) before year 40: index L months ahead less trend, by anomalies now.

    Without `heat` it is damped anomaly persistence. `drift`, columns a month, carries what is seen now.
    """
    months = start_months(VALIDATION[0] - whole("years", years, 1, 30), VALIDATION[0])
    drift = real("drift", drift, 0, SIDE)
    seen = _anomalies(seed, months)
    seen[1] *= bool(heat)
    rows = []
    for lead in range(1, LEADS + 1):
        left = ocean(seed).index[months + lead] - trend_forecasts(seed)[months + lead]
        x = drifted(seen, drift * lead).reshape(2, -1)
        weights = np.linalg.lstsq(x.T, left.ravel(), rcond=None)[0]
        rows.append((weights, np.sqrt(((left.ravel() - weights @ x) ** 2).mean())))
    return Regression(np.array([w for w, _ in rows]), drift, np.array([s for _, s in rows]))


def regression_forecast(fitted: Regression, seed: int, months, lead: int) -> np.ndarray:
    """Class probabilities (3, M, 16, 16) of a fitted regression, `lead` months (1 to 6) after `months`.

    >>> chances = regression_forecast(fit_regression(0, 3), 0, [600], 2)
    >>> chances.shape, bool(np.allclose(chances.sum(axis=0), 1))
    ((3, 1, 16, 16), True)
    """
    months = numbers("months", months, (None,), 24, MONTHS - LEADS - 1).astype(int)
    lead = whole("lead", lead, 1, LEADS)
    seen = drifted(_anomalies(seed, months), fitted.drift * lead)
    mean = trend_forecasts(seed)[months + lead] + np.einsum("i,imrc->mrc", fitted.weights[lead - 1], seen)
    return class_probabilities(mean, fitted.deviation[lead - 1])


def _anomalies(seed, months):
    return np.stack([ocean(seed).index[months] - trend_forecasts(seed)[months], ocean(seed).heat[months]])


def simple_forecasts(seed: int, months, lead: int) -> dict[str, np.ndarray]:
    """Indices (M, 16, 16) that three rules expect `lead` months (1 to 6) after `months`; `ice_class` makes classes.

    >>> list(simple_forecasts(0, [600], 3))
    ['persistence', 'linear trend', 'anomaly persistence']
    """
    months = numbers("months", months, (None,), 24, MONTHS - LEADS - 1).astype(int)
    index, trend = ocean(seed).index, trend_forecasts(seed)
    ahead = trend[months + whole("lead", lead, 1, LEADS)]
    return {
        "persistence": index[months],
        "linear trend": ahead,
        "anomaly persistence": ahead + index[months] - trend[months],
    }


def edge_cells(ice) -> np.ndarray:
    """Which cells of maps (..., 16, 16), bool, lie at the ice edge: a neighbour in row or column is of the other kind.

    >>> int(edge_cells(np.arange(16)[:, None] * np.ones(16) > 9.5).sum())
    32
    """
    ice = as_array("ice", ice)
    if ice.dtype != bool or ice.shape[-2:] != (SIDE, SIDE):
        raise ValueError(f"ice of shape {ice.shape} and type {ice.dtype} must be bool, its last axes ({SIDE}, {SIDE})")
    east = ice != np.roll(ice, -1, axis=-1)
    north = ice[..., :-1, :] != ice[..., 1:, :]
    found = east | np.roll(east, 1, axis=-1)
    found[..., :-1, :] |= north
    found[..., 1:, :] |= north
    return found


@dataclass(frozen=True)
class EdgeRegion:
    """How a region of undecided cells does."""

    share: float  # of all cells that it holds
    coverage: float  # share of the true edge's cells that lie in it
    wrong: float  # share of the cells outside it on which the forecast is on the wrong side
    promised: float  # that share as the probabilities themselves foretell it


def edge_region(probability, ice, bound: float = 0.1) -> EdgeRegion:
    """The region where the probability of ice lies from `bound` to 1 - `bound`; maps (..., 16, 16), bound in [0.001, 0.5).

    Where every cell lies inside, nothing outside can be wrong: `wrong` and `promised` are 0.

    >>> rising = np.arange(16)[:, None] / 15 * np.ones(16)  # from 0 in the south to 1 in the north
    >>> found = edge_region(rising, rising > 0.5)
    >>> found.share, found.coverage, found.wrong, round(found.promised, 4)
    (0.75, 1.0, 0.0, 0.0333)
    """
    p = numbers("probability", probability, None, 0, 1)
    edges = edge_cells(ice)
    if edges.shape != p.shape or not edges.any():
        raise ValueError(f"ice of shape {edges.shape} must be of the shape {p.shape} of probability, with an ice edge")
    inside = np.abs(p - 0.5) <= 0.5 - real("bound", bound, 0.001, 0.499)
    outside = max((~inside).sum(), 1)
    wrong = (((p > 0.5) != ice) & ~inside).sum() / outside
    promised = np.where(inside, 0, np.minimum(p, 1 - p)).sum() / outside
    return EdgeRegion(float(inside.mean()), float(inside[edges].mean()), float(wrong), float(promised))
