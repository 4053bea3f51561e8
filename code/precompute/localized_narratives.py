"""Writes data/localized_narratives_runs.csv, what was measured on fresh seeds, and data/localized_narratives_set.npz.

The settings were chosen on other seeds (5, 9, 1000 to 1039, 2000 to 2029). Two minutes on one core.
"""

import numpy as np
from miniatures import narrative_runs as runs
from miniatures.localized_narratives import (
    accuracy,
    agreement,
    best_lag,
    box_iou,
    calibrate,
    concentration,
    ground_words,
    middle_of_best,
)
from miniatures.narrative_regions import bounding_box, densest_box, density, phrase, segment
from miniatures.narrative_scenes import SHAPES, Speaker, narratives
from miniatures.narrative_trace import Narrative, areas, shuffled
from writing import DATA, write_lines

MANY = 60  # narratives of a curve
TRIALS = 20
SET_SEED = 100


def curve(seed: int, dwell: float) -> dict:
    """Accuracy by assumed lag."""
    told = narratives(MANY, Speaker(dwell=dwell), np.random.default_rng([seed, 0]))
    return dict(zip(map(str, runs.LAGS), accuracy(told, runs.LAGS), strict=True))


def planted(seed: int, lag: float) -> dict:
    """What best_lag finds, where `lag` was planted."""
    return {"found": best_lag(narratives(MANY, Speaker(lag=lag), np.random.default_rng([seed, 1])), runs.FINE)}


def lag_errors(seed: int, dwell: float, count: int) -> dict:
    """Root mean square error of the lag by estimator, seconds, over trials with a lag of their own."""
    rng, errors = np.random.default_rng([seed, 2]), []
    for _ in range(TRIALS):
        lag = rng.uniform(0.2, 0.8)
        told = narratives(count, Speaker(lag=lag, dwell=dwell), rng)
        right = accuracy(told, runs.FINE)
        found = [
            best_lag(told, runs.FINE),
            middle_of_best(right, runs.FINE, 0.8),
            middle_of_best(agreement(told, runs.FINE), runs.FINE),
            middle_of_best(concentration(told, runs.FINE), runs.FINE),
        ]
        errors.append(np.array(found) - lag)
    names = ("best lag", "middle of 80 %", "share of time", "without labels")
    return {
        f"{name}, {count}": rms for name, rms in zip(names, np.sqrt(np.mean(np.square(errors), axis=0)), strict=True)
    }


def optimism(seed: int, count: int, unsteady: float = runs.UNSTEADY) -> dict:
    """Mean accuracy of a lag scored where it was fitted and on other narratives, also with labels shuffled."""
    rng, found = np.random.default_rng([seed, 3]), []
    for _ in range(TRIALS):
        fitted, scored = (narratives(count, Speaker(unsteady=unsteady), rng) for _ in range(2))
        true = calibrate(fitted, scored, runs.FINE)
        null = calibrate([shuffled(one, rng) for one in fitted], [shuffled(one, rng) for one in scored], runs.FINE)
        found.append([true.own_accuracy, true.accuracy, null.own_accuracy, null.accuracy])
    return dict(zip(("own", "others", "own, shuffled", "others, shuffled"), np.mean(found, axis=0), strict=True))


def annotators(seed: int, spread: float) -> dict:
    """Accuracy on twenty annotators' narratives with no lag, one for all and each one's own, from earlier narratives."""
    rng = np.random.default_rng([seed, 4])
    speakers = [Speaker(lag=lag, unsteady=0.15) for lag in 0.5 + spread * rng.normal(size=20)]
    earlier, later = ([narratives(count, one, rng) for one in speakers] for count in (5, 5))
    pooled = best_lag([one for told in earlier for one in told], runs.FINE)

    def mean(lags):
        return np.mean([accuracy(told, [lag])[0] for told, lag in zip(later, lags, strict=True)])

    return {
        "no lag": mean([0.0] * 20),
        "one lag for all": mean([pooled] * 20),
        "own lag, from 1": mean([best_lag(told[:1], runs.FINE) for told in earlier]),
        "own lag, from 5": mean([best_lag(told, runs.FINE) for told in earlier]),
        "true lag": mean([one.lag for one in speakers]),
    }


def regions(seed: int, dwell: float) -> dict:
    """IoU with the object's box, and size as a multiple of it, of a segment's bounding box and of its densest part's."""
    speaker, found = Speaker(dwell=dwell), {}
    told = narratives(MANY, speaker, np.random.default_rng([seed, 5]))
    for span in ("noun", "phrase"):
        measured = [
            measure(
                one,
                one.words[k] if span == "noun" else phrase(one.words, k),
                one.trace.boxes[one.about[k]],
                speaker.lag,
            )
            for one in told
            for k in np.flatnonzero(one.named)
        ]
        names = ("IoU, bounding", "IoU, densest", "size, bounding", "size, densest")
        found |= {f"{span}, {name}": mean for name, mean in zip(names, np.mean(measured, axis=0), strict=True)}
    return found


def measure(told: Narrative, span, box, lag: float) -> list[float]:
    """The four measures of `regions` for one word."""
    part = segment(told.trace, span, lag)
    boxes = bounding_box(part), densest_box(density(part))
    flat = [(one[2:] - one[:2]).min() <= 0 for one in boxes]
    return [0.0 if f else box_iou(one, box) for f, one in zip(flat, boxes, strict=True)] + [
        areas(one) / areas(box) for one in boxes
    ]


def other_words(seed: int) -> dict:
    """What the words get that are about no box: nearly all get one."""
    told = narratives(MANY, Speaker(), np.random.default_rng([seed, 6]))
    grounded = np.concatenate([ground_words(one.trace, one.words, 0.5) for one in told])
    about = np.concatenate([one.about for one in told])
    return {
        "given a box": (grounded[about < 0] >= 0).mean(),
        "share of all words": (about < 0).mean(),
        "right, of all words given one": (grounded == about)[grounded >= 0].mean(),
    }


def sloppy(seed: int, **how) -> dict:
    """Accuracy and share of time at the true lag for a pointer that circles widely or trembles."""
    told = narratives(MANY, Speaker(**how), np.random.default_rng([seed, 7]))
    return {"accuracy": accuracy(told, [0.5])[0], "share of time": agreement(told, [0.5])[0]}


def lines(seed: int) -> list[dict]:
    """All that is measured with one seed."""
    found = {("accuracy", dwell): curve(seed, dwell) for dwell in runs.DWELLS}
    found |= {("planted", lag): planted(seed, lag) for lag in runs.PLANTED}
    for dwell in runs.DWELLS:
        found["lag error", dwell] = {k: v for count in runs.COUNTS for k, v in lag_errors(seed, dwell, count).items()}
    found |= {("optimism", count): optimism(seed, count) for count in runs.COUNTS}
    found |= {("annotators", spread): annotators(seed, spread) for spread in runs.SPREADS}
    found |= {("regions", dwell): regions(seed, dwell) for dwell in runs.DWELLS}
    found["other words", 0] = other_words(seed)
    found |= {("radius", radius): sloppy(seed, radius=radius) for radius in runs.RADII}
    found |= {("jitter", jitter): sloppy(seed, jitter=jitter) for jitter in runs.JITTERS}
    return [
        {"measure": measure, "setting": setting, "of": of, "seed": seed, "value": f"{value:.5g}"}
        for (measure, setting), values in found.items()
        for of, value in values.items()
    ]


def shipped_set() -> dict:
    """Eight annotators with lags of their own, eight narratives of each: whole thousandths of a second and of a side."""
    rng = np.random.default_rng(SET_SEED)
    lags = np.round(0.4 + 0.25 * rng.normal(size=runs.ANNOTATORS), 2)
    dwells = rng.uniform(0.4, 0.8, runs.ANNOTATORS)
    told = [
        one
        for lag, dwell in zip(lags, dwells, strict=True)
        for one in narratives(runs.EACH, Speaker(lag=lag, dwell=dwell, unsteady=0.12), rng)
    ]

    def whole(values):
        return np.round(runs.PLACES * np.asarray(values)).astype(np.int16)

    kinds = [
        [SHAPES.index(one.texts[np.flatnonzero(one.about == box)[0]]) for box in range(len(SHAPES))] for one in told
    ]
    return {
        "lags": lags,
        "samples": np.array([len(one.trace.times) for one in told]),
        "trace": whole(
            np.concatenate([np.column_stack([one.trace.times, one.trace.xs, one.trace.ys]) for one in told])
        ),
        "boxes": whole([one.trace.boxes for one in told]),
        "kinds": np.array(kinds, np.int8),
        "words": whole([one.words for one in told]),
        "about": np.array([one.about for one in told], np.int8),
        "texts": np.array([one.texts for one in told]),
    }


if __name__ == "__main__":
    np.savez_compressed(DATA / "localized_narratives_set.npz", **shipped_set())
    write_lines("localized_narratives_runs.csv", [line for seed in runs.FRESH_SEEDS for line in lines(seed)])
