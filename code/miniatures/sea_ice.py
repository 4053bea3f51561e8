"""Forecasts of sea ice as probabilities: classes, closed forms, calibration.

Source: T. R. Andersson et al., "Seasonal Arctic sea ice forecasting with probabilistic deep learning" (2021),
doi:10.1038/s41467-021-25257-4; temperature and calibration error after C. Guo et al. (2017), arXiv:1706.04599.

c    sea ice concentration, share of a cell's area covered by ice
L    lead time, months from the last month that is known to the month that is forecast
p    probability of ice, of a concentration above 0.15
m    mean of a forecast's normal distribution, concentration
s    standard deviation of that distribution, concentration
a    ice anomaly, the ice index less its climatology, concentration
h    ocean heat anomaly, standard deviations
A    transition of the state (a, h) from month to month
Q    covariance of the noise that a month adds to the state
z    logits, the outputs of a network before the softmax
T    temperature, by which logits are divided
NLL  negative log-likelihood, mean of -log p(class that came), nats
ECE  expected calibration error, mean distance between probability and frequency
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from miniatures.checks import as_array, classes_of, numbers, positive, share, whole
from miniatures.wording import plural

OPEN_WATER, MARGINAL_ICE, FULL_ICE = range(3)
CLASSES = ("open water", "marginal ice", "full ice")
LOWER, UPPER = 0.15, 0.80  # concentrations: up to LOWER is open water, from UPPER on full ice
LEADS = 6
ANOMALIES = {
    "tas": "air temperature at the surface",
    "ta500": "air temperature at 500 hPa",
    "tos": "sea surface temperature",
    "rsds": "sunlight down to the surface",
    "rsus": "sunlight up from the surface",
    "psl": "pressure at sea level",
    "zg500": "height of the 500 hPa surface",
    "zg250": "height of the 250 hPa surface",
}
LARGEST_LOGIT = 1e6


def input_channels() -> list[str]:
    """The names of the 50 input channels of IceNet, as its published configuration lists them.

    >>> names = input_channels()
    >>> len(names), names[0], names[-1]
    (50, 'siconca, 1 month back', 'month of the year, sine')
    """
    backs = [f"{plural(n, 'month')} back" for n in range(1, 13)]
    ice = [f"siconca, {back}" for back in backs]
    trend = [f"siconca, linear trend {plural(lead, 'month')} ahead" for lead in range(1, LEADS + 1)]
    anomalies = [f"{name} anomaly, {back}" for name in ANOMALIES for back in backs[:3]]
    winds = [f"ua10, {back}" for back in backs[:3]] + [f"{name}, {backs[0]}" for name in ("uas", "vas")]
    return [*ice, *trend, *anomalies, *winds, "land mask", "month of the year, cosine", "month of the year, sine"]


def ice_class(concentration) -> np.ndarray:
    """The class of each concentration, an int array of its shape: 0 up to 0.15, 2 from 0.80 on, 1 between.

    An index below 0 or above 1 counts as the concentration 0 or 1.

    >>> ice_class([0.0, 0.15, 0.16, 0.8, 1.0]).tolist()
    [0, 0, 1, 2, 2]
    """
    c = numbers("concentration", concentration)
    return (c > LOWER).astype(int) + (c >= UPPER)


def class_probabilities(mean, deviation) -> np.ndarray:
    """P(open water), P(marginal ice), P(full ice) of a normal forecast, stacked: (3, *shape of the arguments).

    The concentration is `mean` + `deviation` times a standard normal number; what lies below 0 or above 1 is cut
    off, which moves no class. `deviation` is positive.

    >>> class_probabilities(0.15, 0.1).round(4).tolist()
    [0.5, 0.5, 0.0]
    """
    mean, deviation = _normal(mean, deviation)
    water = ndtr(_standardised(LOWER - mean, deviation))
    full = ndtr(_standardised(mean - UPPER, deviation))
    # both from tails: 1 - Phi(x) would lose the digits of a small probability
    marginal = np.where(
        mean < (LOWER + UPPER) / 2,
        ndtr(_standardised(mean - LOWER, deviation)) - full,
        ndtr(_standardised(UPPER - mean, deviation)) - water,
    )
    return np.stack(np.broadcast_arrays(water, np.maximum(marginal, 0), full))


def ice_probability(mean, deviation, threshold: float = LOWER) -> np.ndarray:
    """P(concentration above `threshold`) of a normal forecast, of the arguments' common shape; threshold in (0, 1).

    >>> float(ice_probability(0.15, 0.1))
    0.5
    """
    mean, deviation = _normal(mean, deviation)
    threshold = share("threshold", threshold)
    return ndtr(_standardised(mean - threshold, deviation))


def _normal(mean, deviation):
    mean, deviation = numbers("mean", mean), numbers("deviation", deviation)
    if not (deviation >= 1e-70).all():
        raise ValueError(f"deviation holds {deviation.min():g}: every deviation must be positive, 1e-70 or more")
    if mean.shape and deviation.shape and mean.shape != deviation.shape:
        raise ValueError(
            f"deviation of shape {deviation.shape} must be one number or of the shape {mean.shape} of mean"
        )
    return mean, deviation


def _standardised(distance, deviation):
    """distance / deviation, cut at 40 deviations, where a normal tail is 0 in floating point."""
    return np.where(
        np.abs(distance) >= 40 * deviation,
        40 * np.sign(distance),
        distance / np.maximum(deviation, np.abs(distance) / 40 + 1e-300),
    )


def forecast_variance(transition, noise, steps: int) -> np.ndarray:
    """The covariance (n, n) of the state after `steps` steps from a known one: sum of A^k Q (A^k)' for k < steps.

    `transition` A and `noise` Q are (n, n), entries up to 1e6; Q is symmetric without negative variance. 0 steps give 0.
    ValueError where the state of an unstable A leaves the floating-point numbers.

    >>> forecast_variance([[0.5]], [[1.0]], 3).item()
    1.3125
    """
    a = numbers("transition", transition, (None, None), -1e6, 1e6)
    if a.shape[0] != a.shape[1]:
        raise ValueError(f"transition of shape {a.shape} must be square")
    q = numbers("noise", noise, a.shape, -1e6, 1e6)
    if not np.allclose(q, q.T, rtol=1e-9, atol=1e-12) or np.linalg.eigvalsh(q).min() < -1e-9 * max(1, np.abs(q).max()):
        raise ValueError(f"noise={q.tolist()} must be a covariance: symmetric, and no variance below 0")
    total = np.zeros_like(q)
    for _ in range(whole("steps", steps, 0, 10_000)):
        total = a @ total @ a.T + q  # Lyapunov's recursion
        if not np.abs(total).max() <= 1e200:  # before it overflows, which the browser would not tell
            raise ValueError(f"transition={a.tolist()} is unstable: its variance passes 1e200 within {steps} steps")
    return total


def softmax(logits, temperature: float = 1.0) -> np.ndarray:
    """Probabilities (N, K) of logits (N, K) divided by a temperature; each row sums to one.

    >>> softmax([[2.0, 0.0]], 2).round(4).tolist()
    [[0.7311, 0.2689]]
    """
    z = _logits(logits) / positive("temperature", temperature, 1e6)
    powers = np.exp(np.maximum(z - z.max(axis=1, keepdims=True), -700))
    return powers / powers.sum(axis=1, keepdims=True)


def negative_log_likelihood(logits, labels, temperature: float = 1.0) -> float:
    """The mean of -log(probability of the class that came), in nats; logits (N, K), labels (N,) from 0 to K - 1.

    >>> round(negative_log_likelihood([[0.0, 0.0]], [1]), 4)
    0.6931
    """
    z, labels = _labelled(logits, labels)
    z = z / positive("temperature", temperature, 1e6)
    shifted = z - z.max(axis=1, keepdims=True)
    total = np.log(np.exp(np.maximum(shifted, -700)).sum(axis=1))
    return float((total - shifted[np.arange(len(z)), labels]).mean())


def fit_temperature(logits, labels) -> float:
    """The temperature with the least negative log-likelihood; below 1 it sharpens, above 1 it softens.

    The NLL is convex in 1/T, so the zero of its slope is sought by bisection. There is no best temperature, and a
    ValueError says so, where every label has its row's largest logit (T would fall to 0) and where the labels'
    logits do not lie above their rows' means (T would grow without end).

    >>> round(fit_temperature([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [2.0, 0.0]], [0, 0, 0, 1]), 3)  # 2 / log 3
    1.82
    """
    z, labels = _labelled(logits, labels)
    chosen = z[np.arange(len(z)), labels]
    if (chosen == z.max(axis=1)).all():
        raise ValueError("labels hold each row's largest logit throughout: no best temperature, T = 0 would be certain")
    scale = np.ptp(z, axis=1).max()
    shifted, chosen = (z - z.max(axis=1, keepdims=True)) / scale, (chosen - z.max(axis=1)) / scale
    if chosen.mean() - shifted.mean() <= 1e-9:
        raise ValueError(
            "labels have no larger logits than chance would give: no best temperature, T grows without end"
        )
    low, high = 0.0, 1.0
    while _slope(shifted, chosen, high) < 0:
        low, high = high, 2 * high
        if high > 1e12:
            raise ValueError("labels hold a row's largest logit but for ties below 1e-12: no best temperature")
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:  # no float lies between
            break
        low, high = (middle, high) if _slope(shifted, chosen, middle) < 0 else (low, middle)
    return float(scale / high)


def _slope(z, chosen, beta):
    """The derivative of the NLL by beta = 1/T: mean logit under the softmax less that of the label."""
    powers = np.exp(np.maximum(beta * z, -700))
    return ((powers * z).sum(axis=1) / powers.sum(axis=1) - chosen).mean()


@dataclass(frozen=True)
class Reliability:
    """A reliability diagram: one entry for each bin that holds a forecast."""

    probability: np.ndarray  # mean probability in the bin
    frequency: np.ndarray  # share of the bin's cases in which it came true
    count: np.ndarray  # cases, floats


def reliability(probabilities, labels, bins: int = 10) -> Reliability:
    """Forecasts sorted into `bins` equal bins of probability, and how often they came true.

    `probabilities` is (N,) for an event, with `labels` (N,) of 0 and 1, or bools; or (N, K), rows that sum to one, with labels
    from 0 to K - 1: then the event is that the most probable class comes, and its probability is the confidence.

    >>> reliability([0.2, 0.3, 0.9], [0, 1, 1], 2).frequency.tolist()
    [0.5, 1.0]
    """
    p = numbers("probabilities", probabilities, None, 0, 1)
    if p.ndim == 2:
        p = numbers("probabilities", p, (None, None), 0, 1)
        if np.abs(p.sum(axis=1) - 1).max() > 1e-6:
            raise ValueError(
                f"probabilities has a row that sums to {p.sum(axis=1)[np.abs(p.sum(axis=1) - 1).argmax()]:g}, not to 1"
            )
        came = p.argmax(axis=1) == classes_of("labels", labels, len(p), p.shape[1])
        p = p.max(axis=1)
    else:
        p = numbers("probabilities", p, (None,), 0, 1)
        labels = as_array("labels", labels)
        came = classes_of("labels", labels.astype(int) if labels.dtype == bool else labels, len(p), 2)
    bins = whole("bins", bins, 1, 10_000)
    place = np.minimum((p * bins).astype(int), bins - 1)  # a bin holds its lower end, the last one both
    count, chance, hits = (np.bincount(place, w, bins).astype(float) for w in (np.ones(len(p)), p, came.astype(float)))
    held = count > 0
    return Reliability(chance[held] / count[held], hits[held] / count[held], count[held])


def expected_calibration_error(probabilities, labels, bins: int = 10) -> float:
    """The mean distance between probability and frequency over the bins of `reliability`, weighted by their counts.

    >>> round(expected_calibration_error([0.9, 0.9, 0.9, 0.9], [1, 1, 0, 0], 10), 4)
    0.4
    """
    found = reliability(probabilities, labels, bins)
    return float((found.count * np.abs(found.probability - found.frequency)).sum() / found.count.sum())


def _logits(logits):
    z = numbers("logits", logits, (None, None), -LARGEST_LOGIT, LARGEST_LOGIT)
    if z.shape[1] < 2:
        raise ValueError(f"logits of shape {z.shape} must have two classes or more")
    return z


def _labelled(logits, labels):
    z = _logits(logits)
    return z, classes_of("labels", labels, *z.shape)
