"""Trains every network that the sea-ice chapter shows from store: about five minutes of computing, over two processes.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/sea_ice.py

writes data/sea_ice_runs.csv, data/sea_ice_nets.npz and data/sea_ice_grid.csv; then put their sha256 into data/SHA256SUMS.
Rates, widths, steps and the ocean's constants were chosen on the development seeds 0 and 1.
"""

import sys
import warnings

import numpy as np
from miniatures import sea_ice_grid as grid
from miniatures.sea_ice import LEADS, fit_temperature, negative_log_likelihood
from miniatures.sea_ice_ocean import TEST, VALIDATION, start_months
from miniatures.sea_ice_runs import (
    FEW,
    FRESH_SEEDS,
    MANY,
    MEMBERS,
    METRICS,
    PROBABILISTIC,
    RULES,
    YEARS,
    ensemble,
    flattened,
    measured,
    measured_rule,
    rounded,
    rule_logits,
)
from miniatures.sea_ice_unet import predict, train
from miniatures.sweep import each, on_all_cores, sweep
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from writing import DATA, write_lines

LEAD_RANGE = range(1, LEADS + 1)
UNITS, NET_SEEDS = 24, range(5)


def line(seed, forecaster, lead, found, years=MANY, members=1) -> dict:
    values = {name: "" if name not in found else f"{found[name]:.6g}" for name in METRICS}
    return {"seed": seed, "forecaster": forecaster, "years": years, "members": members, "lead": lead} | values


def logits_of(weights, seed):
    """Validation and test logits of one network, its weights rounded as they are stored."""
    return [predict(rounded(weights), seed, start_months(*span)) for span in (VALIDATION, TEST)]


def rule_lines(seed) -> list[dict]:
    """Everything that is not trained by gradient."""
    lines = [line(seed, name, lead, measured_rule(name, seed, lead)) for name in RULES for lead in LEAD_RANGE]
    for name in PROBABILISTIC[:3]:
        pair = [rule_logits(name, seed, start_months(*span)) for span in (VALIDATION, TEST)]
        lines += [line(seed, name, lead, measured(seed, lead, *pair)) for lead in LEAD_RANGE]
    return lines


def network_lines(seed, years) -> tuple[list[dict], list]:
    """Lines of the U-Nets trained on `years`, alone and together, and their weights."""
    count = MEMBERS if years in (FEW, MANY) else 1
    weights = [train(seed, years, member).weights for member in range(count)]
    pairs, lines = [logits_of(one, seed) for one in weights], []
    for members in range(1, count + 1):
        joint = pairs[0] if members == 1 else [ensemble([pair[i] for pair in pairs[:members]]) for i in range(2)]
        lines += [line(seed, "U-Net", lead, measured(seed, lead, *joint), years, members) for lead in LEAD_RANGE]
    return lines, weights


def ocean_lines(seed) -> tuple[list[dict], dict[int, np.ndarray]]:
    """All lines of one ocean, and the weights of its ensembles by training years."""
    lines, kept = rule_lines(seed), {}
    pair = logits_of(train(seed, MANY, kind="own block").weights, seed)
    lines += [line(seed, "own block", lead, measured(seed, lead, *pair)) for lead in LEAD_RANGE]
    for years in YEARS:
        found, weights = network_lines(seed, years)
        lines += found
        if years in (FEW, MANY):
            kept[years] = np.stack([flattened(one) for one in weights])
        print(f"ocean {seed}, {years} years", file=sys.stderr, flush=True)
    return lines, kept


def write_runs() -> dict[int, np.ndarray]:
    """data/sea_ice_runs.csv; the first ocean's weights by training years are returned."""
    found = sweep(ocean_lines, each(FRESH_SEEDS))
    write_lines("sea_ice_runs.csv", [one for lines, _ in found for one in lines])
    return found[0][1]


def grid_line(lead, seed) -> dict:
    """A network of 24 hidden units on the model grid, on the features of the logistic regression."""
    split = grid.chronological()
    x, came = grid.features(split, split.train[split.train >= lead], lead)
    centre, scale = x[:, 1:].mean(axis=0), x[:, 1:].std(axis=0)
    net = MLPClassifier((UNITS,), alpha=1e-3, max_iter=60, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        net.fit((x[:, 1:] - centre) / scale, came)
    found = []
    for months in (split.validation, split.test):
        x, came = grid.features(split, months, lead)
        p = np.clip(net.predict_proba((x[:, 1:] - centre) / scale), 1e-12, 1)
        found.append((np.log(p), came.astype(int)))
    temperature = fit_temperature(*found[0])
    logits, came = found[1]
    result = {"accuracy": (logits.argmax(axis=1) == came).mean(), "temperature": temperature,
              "nll": negative_log_likelihood(logits, came), "nll_scaled": negative_log_likelihood(logits, came, temperature)}  # fmt: skip
    return {"lead": lead, "seed": seed} | {name: f"{value:.6g}" for name, value in result.items()}


def write_grid() -> None:
    """data/sea_ice_grid.csv."""
    write_lines("sea_ice_grid.csv", sweep(grid_line, each(grid.SHOWN_LEADS, NET_SEEDS)))


if __name__ == "__main__":
    with on_all_cores():
        write_grid()
        nets = {f"years_{years}": array for years, array in write_runs().items()}
    np.savez_compressed(DATA / "sea_ice_nets.npz", **nets)
