"""Ten years of a climate model's northern sea ice: what can be forecast from seven of them.

Source: fice.nc of the NCAR Command Language (libncarg-data 6.6.2): a run of a climate model, not observations.

c  concentration, share of a cell covered by ice: the stored byte divided by 200
L  lead time, months
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import SMALLEST, cached, numbers, one_of, real, whole
from miniatures.data import load
from miniatures.sea_ice import LEADS, LOWER, fit_temperature, ice_class, negative_log_likelihood

DIVISOR = 200  # the largest byte
SHAPE = (28, 100)  # latitudes from 36 to 90 degrees north, longitudes
MONTHS, TRAINED, VALIDATED = 120, 84, 96
SHOWN_LEADS = (1, 3, 6)
MOST = 2**32 - 1


@cached()
def concentrations(divisor: int = DIVISOR) -> np.ndarray:
    """(120, 28, 100), January first; a `divisor` of 255 is the mistake that loses all full ice.

    >>> float(concentrations().max()), float(concentrations(255).max().round(3))
    (1.0, 0.784)
    """
    c = load("csm_fice_north_120m_uint8.npz")["fice"].astype(float) / whole("divisor", divisor, DIVISOR, 255)
    c.flags.writeable = False
    return c


@dataclass(frozen=True)
class Split:
    """Which months train, validate and test, int arrays; and the tables that the training months give."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    years: np.ndarray  # (12,) how many training months each calendar month has
    total: np.ndarray  # (12, 28, 100) their sum of concentrations
    frozen: np.ndarray  # (12, 28, 100) in how many of them there was ice


def _split(months) -> Split:
    train, validation, test = (np.sort(part) for part in np.split(months, [TRAINED, VALIDATED]))
    c = concentrations()
    parts = [c[train[train % 12 == month]] for month in range(12)]
    return Split(
        train, validation, test, np.array([float(len(part)) for part in parts]), np.stack([part.sum(axis=0) for part in parts]),
        np.stack([(part > LOWER).sum(axis=0).astype(float) for part in parts]),
    )  # fmt: skip


@cache
def chronological() -> Split:
    """Seven years train, the eighth validates, the last two test.

    >>> [len(part) for part in (chronological().train, chronological().validation, chronological().test)]
    [84, 12, 24]
    """
    return _split(np.arange(MONTHS))


@cached()
def shuffled(seed: int) -> Split:
    """As many months of each kind, but drawn at random: the mistake that lets neighbours of a test month train.

    >>> shuffled(0).test[:3].tolist(), chronological().test[:3].tolist()
    ([7, 14, 29], [96, 97, 98])
    """
    return _split(np.random.default_rng(whole("seed", seed, 0, MOST)).permutation(MONTHS))


@dataclass(frozen=True)
class Known:
    """What the training months say about some months, each (M, 28, 100)."""

    mean: np.ndarray  # climatological concentration
    frequency: np.ndarray  # share of years with ice, half a year of each kind added
    active: np.ndarray  # bool: both ice and open water have occurred


def known(split: Split, months, own_year: bool = False) -> Known:
    """The climatology of `months` (M,), from the training months of the same calendar month.

    A training month is left out of its own climatology, as a test month is by itself; `own_year` keeps it in, which
    is a mistake.
    """
    months = numbers("months", months, (None,), 0, MONTHS - 1).astype(int)
    c = concentrations()[months]
    out = (np.isin(months, split.train) & (not own_year)).astype(float)[:, None, None]
    years = split.years[months % 12][:, None, None] - out
    if (years < 1).any():
        raise ValueError(f"months holds {months[years.ravel() < 1][0]}: no other training month of its calendar month")
    frozen = split.frozen[months % 12] - out * (c > LOWER)
    return Known(
        (split.total[months % 12] - out * c) / years, (frozen + 0.5) / (years + 1), (frozen > 0) & (frozen < years)
    )


def features(split: Split, months, lead: int, own_year: bool = False):
    """(n, 12) for the active cells of the target `months`, and whether there was ice, (n,) bool.

    The columns: one; the climatological mean and the logit of its frequency of ice; the 3 x 3 anomalies `lead` months
    before. Which cells are active never depends on `own_year`, so that the two can be compared.
    """
    months = numbers("months", months, (None,), whole("lead", lead, 1, LEADS), MONTHS - 1).astype(int)
    anomaly = concentrations()[months - lead] - known(split, months - lead, own_year).mean
    wide = np.pad(np.pad(anomaly, ((0, 0), (0, 0), (1, 1)), mode="wrap"), ((0, 0), (1, 1), (0, 0)), mode="edge")
    near = [wide[:, i : i + SHAPE[0], j : j + SHAPE[1]] for i in range(3) for j in range(3)]
    expected, cells = known(split, months, own_year), known(split, months).active
    share = expected.frequency
    columns = (np.ones(share.shape), expected.mean, np.log(share / (1 - share)), *near)
    return np.stack([column[cells] for column in columns], axis=1), (concentrations()[months] > LOWER)[cells]


def fit_logistic(x, came, ridge: float = 1.0, steps: int = 30) -> np.ndarray:
    """Weights (k,) of the logistic regression of `came` (n,) bool on `x` (n, k), by Newton's method.

    `ridge` / 2 times the squared weights but the first is added to the summed loss, so that the weights stay finite.
    """
    x = numbers("x", x, (None, None), -1e6, 1e6)
    if np.abs(x[:, 0]).max() < SMALLEST:
        raise ValueError("x holds nothing but 0 in its first column, whose weight no ridge holds: give it a constant")
    y = np.asarray(came)
    if y.shape != x.shape[:1] or y.dtype != bool or y.all() or not y.any():
        raise ValueError(
            f"came of shape {y.shape} and type {y.dtype} must be bool of shape {x.shape[:1]}, with both values"
        )
    penalty = np.diag([0.0] + [real("ridge", ridge, 1e-6, 1e6)] * (x.shape[1] - 1))
    weights = np.zeros(x.shape[1])
    for _ in range(whole("steps", steps, 1, 1000)):
        p = sigmoid(x @ weights)
        slope = x.T @ (p - y) + penalty @ weights
        weights = weights - np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, slope)
    return weights


def sigmoid(x) -> np.ndarray:
    """1 / (1 + exp(-x)), for any finite x."""
    return 0.5 * (1 + np.tanh(0.5 * numbers("x", x)))


def simple(split: Split, months, lead: int) -> dict[str, np.ndarray]:
    """Concentrations that four rules expect in the active cells of the target `months`, each (n,).

    The damping of the last is fitted to the active cells of the training months.
    """
    lead = whole("lead", lead, 1, LEADS)
    months = numbers("months", months, (None,), lead, MONTHS - 1).astype(int)
    train = split.train[split.train >= lead]
    x, _ = features(split, train, lead)
    expected = known(split, train)
    gone = (concentrations()[train] - expected.mean)[expected.active]
    seen = x[:, 7]  # the anomaly of the cell itself: the fifth of the nine
    damping = (seen @ gone) / (seen @ seen)
    now, _ = features(split, months, lead)
    cells = known(split, months).active
    return {
        "persistence": concentrations()[months - lead][cells],
        "climatology": now[:, 1],
        "anomaly persistence": now[:, 1] + now[:, 7],
        "damped anomaly": now[:, 1] + damping * now[:, 7],
    }


@dataclass(frozen=True)
class Logistic:
    """The logistic regression at one lead, on the test months."""

    logits: np.ndarray  # (n, 2): of open water and of ice
    ice: np.ndarray  # (n,) bool
    temperature: float  # fitted on the validation months
    accuracy: float
    nll: float  # nats
    nll_scaled: float
    climatology_nll: float  # of the frequencies of the training years


def logistic(split: Split, lead: int, own_year: bool = False) -> Logistic:
    """Trained on `split.train`, its temperature on `split.validation`, measured on `split.test`; `lead` 1 to 6."""
    lead = whole("lead", lead, 1, LEADS)
    weights = fit_logistic(*features(split, split.train[split.train >= lead], lead, own_year))
    pairs = []
    for months in (split.validation, split.test):
        x, came = features(split, months[months >= lead], lead, own_year)
        pairs.append((_two(x @ weights), came.astype(int), _two(x[:, 2])))
    temperature = fit_temperature(*pairs[0][:2])
    logits, came, frequency = pairs[1]
    return Logistic(
        logits, came > 0, temperature, float(((logits[:, 1] > 0) == (came > 0)).mean()), negative_log_likelihood(logits, came),
        negative_log_likelihood(logits, came, temperature), negative_log_likelihood(frequency, came),
    )  # fmt: skip


def _two(logit):
    return np.stack([np.zeros(len(logit)), logit], axis=1)


def gain_interval(
    split: Split, lead: int, draws: int = 2000, seed: int = 0, rule: str = ""
) -> tuple[float, float, float]:
    """Gain in accuracy over climatology, with the ends of its 95 % interval from drawing whole test months anew.

    Of the logistic regression, or of a `rule` of `simple`. Cells of one month are not independent: months are drawn.
    """
    months = split.test[split.test >= whole("lead", lead, 1, LEADS)]
    expected = simple(split, months, lead)
    one_of("rule", rule, ("", *expected))
    ice = features(split, months, lead)[1]
    ours = (expected[rule] > LOWER if rule else logistic(split, lead).logits[:, 1] > 0) == ice
    better = ours.astype(float) - ((expected["climatology"] > LOWER) == ice)
    place = np.nonzero(known(split, months).active)[0]
    gains, counts = np.bincount(place, better, len(months)), np.bincount(place, minlength=len(months)).astype(float)
    rng = np.random.default_rng(whole("seed", seed, 0, MOST))
    drawn = rng.integers(0, len(months), (whole("draws", draws, 100, 100_000), len(months)))
    found = gains[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return float(gains.sum() / counts.sum()), *(float(q) for q in np.quantile(found, (0.025, 0.975)))


def three_class(split: Split, lead: int) -> dict[str, float]:
    """Share of the active cells of the test months whose class of three each rule gets right."""
    cells = known(split, split.test).active
    classes = ice_class(concentrations()[split.test])[cells]
    return {name: float((ice_class(c) == classes).mean()) for name, c in simple(split, split.test, lead).items()}


def everywhere(split: Split) -> float:
    """The accuracy of climatology at the 15 % line over all cells of the test months, land and open ocean included.

    >>> round(everywhere(chronological()), 2)
    0.99
    """
    return float(((known(split, split.test).mean > LOWER) == (concentrations()[split.test] > LOWER)).mean())


@cached()
def stored_network(lead: int, metric: str = "accuracy") -> np.ndarray:
    """(5,) the stored metric of the network of 24 units over five seeds, at lead 1, 3 or 6."""
    rows = load("sea_ice_grid.csv")
    found = rows[one_of("metric", metric, rows.dtype.names)][rows["lead"] == whole("lead", lead, 1, LEADS)].astype(
        float
    )
    if not len(found):
        raise ValueError(f"lead={lead} is not stored: one of {', '.join(map(str, SHOWN_LEADS))}")
    return found
