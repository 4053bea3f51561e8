"""Trains every classifier of rendered birds that the fine-grained chapter shows from store: about 5 minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/fine_grained.py

writes data/fine_grained_birds.csv, which holds the accuracies, and data/iris.csv, which scikit-learn ships; then put their
sha256 into data/SHA256SUMS. Everything was tried out on seeds 0 to 4; the stored seeds are 100 to 109.
"""

from dataclasses import astuple

import numpy as np
from miniatures.birds import PAINTS, birds
from miniatures.fine_grained import adjusted, estimate_test_prior
from miniatures.fine_grained_cases import (
    BIRDS_TESTED,
    BIRDS_TRAINED,
    CONTRASTS,
    FRESH_SEEDS,
    GAPS,
    POOLINGS,
    SKEWED_BIRDS,
    Setting,
    bird_answers,
    bird_sets,
    described,
)
from miniatures.logistic import fit
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from writing import write_table


def settings() -> list[Setting]:
    """Every setting that is trained for the ten seeds, each once."""
    found = [Setting(pooling, paint, gap=gap, contrast=contrast)
             for paint in PAINTS for gap in GAPS for contrast in CONTRASTS for pooling in POOLINGS]  # fmt: skip
    found += [Setting(pooling, pose="leaking") for pooling in POOLINGS]
    found += [Setting(control=control) for control in ("shuffled", "plain", "skewed", "skewed, EM")]
    found += [Setting("average", paint, control="forest") for paint in PAINTS]
    found += [Setting(noise=noise) for noise in (0.2, 0.4, 0.6)]
    return list(dict.fromkeys(found))


def accuracy(setting: Setting, seed: int) -> float:
    """The accuracy of one setting on the 300 test birds of a seed."""
    if setting.control.startswith("skewed"):
        return skewed(seed)[setting.control == "skewed, EM"]
    if setting.pooling == "raw pixels" or setting.control == "forest":
        return scikit(setting, seed)
    posteriors, truth = bird_answers(setting, seed)
    return float((posteriors.argmax(axis=1) == truth).mean())


def scikit(setting: Setting, seed: int) -> float:
    """Logistic regression on raw pixels, with the penalty that did best on the test birds of seeds 0 to 4, or a forest."""
    train, said, test, truth = bird_sets(setting, seed)
    seen, asked = (described(pictures, setting.pooling) for pictures in (train, test))
    if setting.control == "forest":
        model = RandomForestClassifier(300, random_state=seed)
    else:
        model = LogisticRegression(C=0.01, max_iter=2000)
        mean, scale = seen.mean(axis=0), seen.std(axis=0)
        seen, asked = (seen - mean) / scale, (asked - mean) / scale
    return float(model.fit(seen, said).score(asked, truth))


def skewed(seed: int) -> tuple[float, float]:
    """Accuracy on a test set of birds in the shares SKEWED_BIRDS, as it is and after 200 steps of EM."""
    rng = np.random.default_rng(seed)
    species = np.arange(BIRDS_TRAINED) % 4
    asked = np.repeat(np.arange(4), np.round(BIRDS_TESTED * SKEWED_BIRDS).astype(int))
    model = fit(described(birds(species, rng), "bilinear"), species, 4)
    posteriors, prior = model.posteriors(described(birds(asked, rng), "bilinear")), np.full(4, 0.25)
    after = adjusted(posteriors, estimate_test_prior(posteriors, prior, 200), prior)
    return tuple(float((answer.argmax(axis=1) == asked).mean()) for answer in (posteriors, after))


def trained():
    """A line for each setting and seed."""
    for setting in settings():
        for seed in FRESH_SEEDS:
            yield [*astuple(setting), seed, f"{accuracy(setting, seed):.6f}"]
        print(setting, flush=True)


def main():
    flowers = load_iris()
    measured = zip(flowers.data, flowers.target, strict=True)
    columns = ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"]
    write_table("iris.csv", columns, ([*(f"{value:g}" for value in one), kind] for one, kind in measured))
    write_table("fine_grained_birds.csv", [*Setting.__dataclass_fields__, "seed", "accuracy"], trained())


if __name__ == "__main__":
    main()
