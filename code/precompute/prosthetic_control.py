"""Computes what the chapter on the prosthetic hand shows from store: about three minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/prosthetic_control.py

writes data/prosthetic_control.json; then put its sha256 into data/SHA256SUMS. The simulated hand's numbers were chosen on
the development seeds; the fresh seeds were run once, when everything was fixed.
"""

import json
from itertools import combinations

import numpy as np
from miniatures import grasshopper as ear
from miniatures import shoulder_watch as watch
from miniatures import simulated_hand as hand
from miniatures.prosthetic_control import GaussianNaiveBayes, confusion, fit_decoder
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from writing import DATA

PEOPLE = range(1, 11)
SPLITS = ("window", "recording", "subject")


def logistic(train, labels, test):
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000)).fit(train, labels).predict(test)


MODELS = {
    "naive Bayes, 12 features": (watch.naive_bayes, watch.SIMPLE),
    "naive Bayes": (watch.naive_bayes, watch.ALL),
    "logistic regression": (logistic, watch.ALL),
    "nearest neighbour": (watch.nearest_neighbour, watch.ALL),
}


def transposed(runs: list[dict]) -> dict:
    """Runs of one form each -> for each key the runs' values, nested keys likewise."""
    return {
        key: transposed([run[key] for run in runs]) if isinstance(runs[0][key], dict) else [run[key] for run in runs]
        for key in runs[0]
    }


def simulated() -> dict:
    sweep = {}
    for seed in hand.DEVELOPMENT_SEEDS:
        training, test = hand.thumb_sessions(seed)
        decoder = fit_decoder(training.states, training.features)
        for scale in hand.SCALES:
            sweep.setdefault(f"{scale:g}", []).append(hand.kalman_scores(decoder.scaled(1, scale), test))
    return {
        "postures": transposed([hand.postures_run(seed) for seed in hand.FRESH_SEEDS]),
        "thumb": transposed([hand.thumb_run(seed) for seed in hand.FRESH_SEEDS]),
        "development": {scale: transposed(runs) for scale, runs in sweep.items()},
    }


def leak() -> dict:
    """For each model and each way to make folds: accuracies over five shuffles, and the confusions of the first."""
    made, found = watch.windows(), {}
    for name, (classifier, count) in MODELS.items():
        features = made.features[:, :count]
        for by in SPLITS:
            runs = [
                watch.cross_validated(classifier, features, made.exercise, watch.folds(by, np.random.default_rng(seed)))
                for seed in range(1 if by == "subject" else 5)
            ]
            found.setdefault(name, {})[by] = {
                "accuracy": [float((guess == made.exercise).mean()) for guess in runs],
                "confusion": confusion(made.exercise, runs[0], 7).tolist(),
            }
        guess = np.empty(len(features), int)
        for arm in (0, 1):
            out = made.arm == arm
            guess[out] = classifier(features[~out], made.exercise[~out], features[out])
        found[name]["other arm"] = {
            "accuracy": [float((guess == made.exercise).mean())],
            "confusion": confusion(made.exercise, guess, 7).tolist(),
        }
    return found


def overlap() -> dict:
    """The nearest neighbour, folds of windows at random, by the hop between windows of 4 s; and by whole recordings."""
    found = {}
    for hop in (4.0, 2.0, 1.0, 0.4):
        made = watch.windows(4.0, hop)
        for by in ("window", "recording"):
            guess = watch.cross_validated(
                watch.nearest_neighbour,
                made.features,
                made.exercise,
                watch.folds(by, np.random.default_rng(0), 4.0, hop),
            )
            found.setdefault(by, {})[f"{hop:g}"] = float((guess == made.exercise).mean())
    return found


def neighbours() -> dict:
    """Where nearest neighbours come from, five shuffles each."""
    made = watch.windows()
    return {
        by: transposed(
            [
                watch.neighbourhood(made.features, made, watch.folds(by, np.random.default_rng(seed)))
                for seed in range(5)
            ]
        )
        for by in SPLITS[:2]
    }


def people() -> dict:
    """Naive Bayes, each person left out once: accuracy of each, confidence, and what the two confused pairs and the mirror do."""
    made, found = watch.windows(), {}
    for name, features in {
        "12": made.features[:, : watch.SIMPLE],
        "27": made.features,
        "27 mirrored": watch.reflected(made, watch.MIRROR),
    }.items():
        guess = watch.cross_validated(watch.naive_bayes, features, made.exercise, made.subject)
        sure = np.empty(len(guess))
        for one in PEOPLE:
            out = made.subject == one
            model = GaussianNaiveBayes().fit(features[~out], made.exercise[~out])
            sure[out] = model.predict_proba(features[out]).max(axis=1)
        right, merged = guess == made.exercise, np.array([0, 1, 1, 2, 2, 3, 4])
        found[name] = {
            "accuracy": float(right.mean()), "confidence": float(sure.mean()), "merged": float((merged[guess] == merged[made.exercise]).mean()),
            "each": [float(right[made.subject == one].mean()) for one in PEOPLE],
        }  # fmt: skip
    rng = np.random.default_rng(0)
    means = np.array(found["27"]["each"])[rng.integers(0, 10, (10_000, 10))].mean(axis=1)
    return found | {"interval": np.quantile(means, [0.025, 0.975]).tolist()}


def greedy(count: int = 2) -> list:
    """The features that leave-one-person-out likes best, one after the other (chosen and scored on the same people)."""
    made, chosen = watch.windows(), []
    for _ in range(count):
        tried = {
            f: watch.cross_validated(
                watch.naive_bayes, made.features[:, [*(c for c, _ in chosen), f]], made.exercise, made.subject
            )
            for f in range(watch.SIMPLE)
        }
        best = max(tried, key=lambda f: (tried[f] == made.exercise).mean())
        chosen.append((best, float((tried[best] == made.exercise).mean())))
    return chosen


def mirror() -> dict:
    """All sign patterns, searched on people 1 to 5 and tried on 6 to 10; and the same for every way to choose five people."""
    made, patterns = watch.windows(), watch.sign_patterns()
    flipped = [watch.reflected(made, signs) for signs in patterns]
    table = [
        [float(watch.other_arm(features, made, group).mean()) for group in (range(1, 6), range(6, 11))]
        for features in flipped
    ]
    chosen, tried = [], []
    for five in combinations(PEOPLE, 5):
        best = int(np.argmax([watch.other_arm(features, made, five).mean() for features in flipped]))
        rest = sorted(set(PEOPLE) - set(five))
        chosen.append(patterns[best] == watch.MIRROR)
        tried.append([float(watch.other_arm(flipped[k], made, rest).mean()) for k in (0, best)])
    return {"patterns": table, "found": int(sum(chosen)), "ways": len(chosen), "rest": np.round(tried, 4).tolist()}


def lengths() -> dict:
    """Naive Bayes with 12 features, each person left out once, by the length of the window; hop is half of it."""
    found = {}
    for window in (0.5, 1.0, 2.0, 4.0, 8.0, 16.0):
        made = watch.windows(window, window / 2)
        guess = watch.cross_validated(watch.naive_bayes, made.features[:, : watch.SIMPLE], made.exercise, made.subject)
        found[f"{window:g}"] = float((guess == made.exercise).mean())
    return found


def waiting(longest: int = 30) -> dict:
    """R² and correlation of ridge regression and of the Kalman filter, by how late they answer, and the filter's NEES."""
    guess, variance = ear.kalman_lags(longest)
    truth = ear.recording().envelope
    tested = np.concatenate([np.arange(len(truth))[test] for _, test in ear.halves(len(truth))])
    honest = [float((((truth - g) ** 2 / v)[tested]).mean()) for g, v in zip(guess, variance, strict=True)]
    shuffle = np.random.default_rng(0).permutation(len(truth))
    return {
        "ridge": [ear.scores(ear.wait(lag)) for lag in range(longest + 1)], "kalman": [ear.scores(row) for row in guess], "nees": honest,
        "rate": {str(width): ear.scores(ear.rate(width)) for width in (5, 10, 20, 40)}, "shuffled": ear.scores(ear.wait(20, shuffle=shuffle)),
    }  # fmt: skip


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(part) for part in value]
    return value if isinstance(value, int) else float(f"{value:.5g}")


if __name__ == "__main__":
    results = {"hand": simulated()}
    results["watch"] = {
        "leak": leak(),
        "overlap": overlap(),
        "neighbours": neighbours(),
        "people": people(),
        "greedy": greedy(),
        "mirror": mirror(),
        "lengths": lengths(),
    }
    results["ear"] = waiting()
    (DATA / "prosthetic_control.json").write_text(
        json.dumps(rounded(results), indent=None, separators=(",", ":")) + "\n"
    )
