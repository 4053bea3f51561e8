"""What the forecasters of the toy ocean reached: stored results over five oceans, and the networks of the first.

Source: computed by code/precompute/sea_ice.py.

NLL  negative log-likelihood over the active cells, nats
ECE  expected calibration error of the probability of ice, ten bins
T    temperature, fitted on the validation years
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures import results
from miniatures.checks import cached, numbers, one_of, whole, whole_numbers
from miniatures.data import load
from miniatures.sea_ice import (
    LEADS,
    expected_calibration_error,
    fit_temperature,
    ice_class,
    negative_log_likelihood,
    softmax,
)
from miniatures.sea_ice_ocean import (
    DRIFT,
    MONTHS,
    SIDE,
    TEST,
    VALIDATION,
    active_cells,
    bayes_forecast,
    edge_region,
    fit_regression,
    ocean,
    regression_forecast,
    simple_forecasts,
    start_months,
    truth,
)
from miniatures.sea_ice_unet import SHAPES, checked_weights, predict

FRESH_SEEDS = tuple(range(200, 205))  # looked at once, after every choice was made
DEVELOPMENT_SEEDS = (0, 1)
YEARS = (3, 10, 20, 30)
FEW, MANY = 3, 20  # the training years with an ensemble of MEMBERS networks
MEMBERS = 3
RULES = ("persistence", "linear trend", "anomaly persistence")
PROBABILISTIC = ("damped anomaly", "regression", "best possible", "own block", "U-Net")
METRICS = (
    "accuracy", "all_cells", "three_class", "temperature", "nll", "nll_scaled", "nll_cheat", "ece", "ece_scaled", "flipped",
    "edge_share", "edge_coverage", "edge_wrong", "edge_promised",
)  # fmt: skip


def ensemble(logits) -> np.ndarray:
    """The logits of the mean probability of several networks, (K, ..., 3) -> (..., 3): its logarithm.

    >>> np.exp(ensemble([[0.0, 0.0, -900.0], [0.0, -900.0, -900.0]])).round(3).tolist()
    [0.75, 0.25, 0.0]
    """
    logits = numbers("logits", logits)
    shape = logits.shape
    if len(shape) < 2 or not logits.size:
        raise ValueError(f"logits of shape {shape} must be of shape (K, ..., 3), with no empty axis")
    return logarithm(softmax(logits.reshape(-1, shape[-1])).reshape(shape).mean(axis=0))


def logarithm(probabilities) -> np.ndarray:
    """log p, where p below 1e-300 counts as that, so that the result is a finite logit."""
    return np.log(np.maximum(numbers("probabilities", probabilities, None, -1e-9, 1 + 1e-9), 1e-300))


def rule_logits(name: str, seed: int, months) -> np.ndarray:
    """Logits (M, 16, 16, 6, 3) of "damped anomaly", "regression" (both fitted on 20 years) or "best possible".

    >>> rule_logits("best possible", 0, [600]).shape
    (1, 16, 16, 6, 3)
    """
    one_of("name", name, PROBABILISTIC[:3])
    months = whole_numbers("months", months, (None,), 24, MONTHS - LEADS - 1)
    if name == "best possible":
        index, heat = ocean(seed).index[months], ocean(seed).heat[months]
        found = [bayes_forecast(index, heat, months, lead) for lead in range(1, LEADS + 1)]
    else:
        told = name == "regression"
        fitted = fit_regression(seed, MANY, DRIFT if told else 0.0, heat=told)
        found = [regression_forecast(fitted, seed, months, lead) for lead in range(1, LEADS + 1)]
    return logarithm(np.moveaxis(np.stack(found), (0, 1), (-2, -1)))  # (6, 3, M, 16, 16) ->


@dataclass(frozen=True)
class Case:
    """The active cells of some years at one lead."""

    logits: np.ndarray  # (n, 3)
    classes: np.ndarray  # (n,)


def case(logits, seed: int, lead: int, years=TEST) -> Case:
    """The active cells of `logits` (M, 16, 16, 6, 3), which start in `years`, at `lead` (1 to 6).

    >>> logits = rule_logits("best possible", 0, start_months(50, 51))
    >>> found = case(logits, 0, 1, (50, 51))
    >>> found.logits.shape, found.classes.shape
    ((771, 3), (771,))
    """
    first, last = whole_numbers("years", years, (2,), 0, MONTHS // 12)
    if first >= last:
        raise ValueError(f"years=({first}, {last}) must be a first year and a later one, where they end")
    months = start_months(first, last) + whole("lead", lead, 1, LEADS)
    numbers("logits", logits, (len(months), SIDE, SIDE, LEADS, 3))
    cells = active_cells(seed)[months % 12]
    return Case(logits[..., lead - 1, :][cells], truth(seed, months)[cells])


def measured(seed: int, lead: int, validation, test) -> dict[str, float]:
    """METRICS of a probabilistic forecaster at `lead`, from its logits (M, 16, 16, 6, 3) in the two spans of years.

    >>> before, after = (rule_logits("damped anomaly", 0, start_months(*span)) for span in (VALIDATION, TEST))
    >>> round(float(measured(0, 3, before, after)["accuracy"]), 2)
    0.84
    """
    for name, logits in (("validation", validation), ("test", test)):
        numbers(name, logits, (len(start_months(*TEST)), SIDE, SIDE, LEADS, 3))
    before, after = case(validation, seed, lead, VALIDATION), case(test, seed, lead, TEST)
    for name, found in (("validation", before), ("test", after)):
        if not np.ptp(found.logits, axis=1).any():
            raise ValueError(f"{name} holds three equal logits in every active cell: no temperature is the best")
    temperature = fit_temperature(before.logits, before.classes)
    raw, scaled = softmax(after.logits), softmax(after.logits, temperature)
    ice = after.classes > 0
    right = (1 - raw[:, 0] > 0.5) == ice
    classes = truth(seed, start_months(*TEST) + lead)
    everywhere = 1 - softmax(test[..., lead - 1, :].reshape(-1, 3), temperature)[:, 0].reshape(classes.shape)
    region = edge_region(np.clip(everywhere, 0, 1), classes > 0, 0.1)
    return {
        "accuracy": right.mean(),
        "all_cells": ((everywhere > 0.5) == (classes > 0)).mean(),
        "three_class": (after.logits.argmax(axis=1) == after.classes).mean(),
        "temperature": temperature,
        "nll": negative_log_likelihood(after.logits, after.classes),
        "nll_scaled": negative_log_likelihood(after.logits, after.classes, temperature),
        "nll_cheat": negative_log_likelihood(after.logits, after.classes, fit_temperature(after.logits, after.classes)),
        "ece": expected_calibration_error(np.clip(1 - raw[:, 0], 0, 1), ice, 10),
        "ece_scaled": expected_calibration_error(np.clip(1 - scaled[:, 0], 0, 1), ice, 10),
        "flipped": ((raw[:, 0] < 0.5) != (scaled[:, 0] < 0.5)).mean(),
        "edge_share": region.share,
        "edge_coverage": region.coverage,
        "edge_wrong": region.wrong,
        "edge_promised": region.promised,
    }


def measured_rule(name: str, seed: int, lead: int) -> dict[str, float]:
    """The METRICS that a rule without probabilities has: its three accuracies."""
    months = start_months(*TEST)
    expected = ice_class(simple_forecasts(seed, months, lead)[one_of("name", name, RULES)])
    classes, cells = truth(seed, months + lead), active_cells(seed)[(months + lead) % 12]
    same = (expected > 0) == (classes > 0)
    return {
        "accuracy": same[cells].mean(),
        "all_cells": same.mean(),
        "three_class": (expected == classes)[cells].mean(),
    }


@cache
def _table():
    rows = load("sea_ice_runs.csv")
    return {
        (str(row["forecaster"]), int(row["years"]), int(row["members"]), int(row["seed"]), int(row["lead"])): row
        for row in rows
    }


def stored(forecaster: str, metric: str = "accuracy", years: int = MANY, members: int = 1) -> np.ndarray:
    """The stored `metric` (5 oceans, 6 leads) of a forecaster; ValueError names what is not stored.

    `years` and `members` matter for the networks alone; "members" of 1 is the first network.

    >>> stored("best possible").shape
    (5, 6)
    """
    one_of("metric", metric, METRICS)
    one_of("forecaster", forecaster, RULES + PROBABILISTIC)
    years, members = whole("years", years, 1, 30), whole("members", members, 1, MEMBERS)
    if forecaster not in ("U-Net", "own block"):
        years, members = MANY, 1
    keys = [[(forecaster, years, members, seed, lead) for lead in range(1, LEADS + 1)] for seed in FRESH_SEEDS]
    if keys[0][0] not in _table():
        raise ValueError(
            f"years={years}, members={members} of {forecaster} are not stored: see code/precompute/sea_ice.py"
        )
    found = np.array([[_table()[key][metric] for key in row] for row in keys], float)
    if np.isnan(found).any():
        raise ValueError(f"metric={metric!r} is not defined for {forecaster}: it gives no probabilities")
    return found


def spread(values, digits: int = 3) -> str:
    """Mean and standard deviation over seeds, "0.871 ± 0.009", with spaces that do not break.

    >>> spread([1.0, 2.0]).split()
    ['1.500', '±', '0.707']
    """
    digits = whole("digits", digits, 0, 9)
    return results.spread(values, 1, digits).replace(" ", "\N{NO-BREAK SPACE}")


@cached()
def network(years: int, member: int) -> list[np.ndarray]:
    """The stored weights of ocean 200: trained on 3 or 20 `years`, `member` 0, 1 or 2."""
    if years not in (FEW, MANY) or member not in range(MEMBERS):
        raise ValueError(
            f"years={years!r}, member={member!r} is not stored: years {FEW} or {MANY}, members 0 to {MEMBERS - 1}"
        )
    flat = load("sea_ice_nets.npz")[f"years_{years}"][member].astype(float)
    found, start = [], 0
    for reach, inputs, outputs in SHAPES:
        size = inputs * (2 * reach + 1) ** 2
        for shape in ((size, outputs), (outputs,)):
            found.append(flat[start : start + int(np.prod(shape))].reshape(shape))
            start += found[-1].size
    return found


def flattened(weights) -> np.ndarray:
    """The weights one after another, rounded to 16 bits, as they are stored.

    >>> flattened(network(20, 0)).shape
    (7354,)
    """
    return np.concatenate([w.ravel() for w in checked_weights(weights)]).astype(np.float16)


def rounded(weights) -> list[np.ndarray]:
    """The weights as they come back from the store.

    >>> all(np.array_equal(a, b) for a, b in zip(network(20, 0), rounded(network(20, 0)), strict=True))
    True
    """
    return [w.astype(np.float16).astype(float) for w in checked_weights(weights)]


@cached()
def held_out_logits(years: int, members: int) -> np.ndarray:
    """Logits (114, 16, 16, 6, 3) of ocean 200's test years by the mean of the first `members` stored networks.

    >>> held_out_logits(3, 1).shape
    (114, 16, 16, 6, 3)
    """
    parts = [_member_logits(years, member) for member in range(whole("members", members, 1, MEMBERS))]
    return parts[0] if members == 1 else ensemble(parts)


@cache
def _member_logits(years, member):
    return predict(network(years, member), FRESH_SEEDS[0], start_months(*TEST))
