"""Two streams, one decision: put their features together early, or average their probabilities late.

Source: the question of Y.-W. Chao et al. (2018), arXiv:1804.07667, whose abstract says that fusing motion late matters;
the four kinds of action and all numbers are this book's.

n           examples to learn from
corruption  share of the test examples whose motion stream holds nothing but strong noise
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from miniatures.checks import numbers, real, whole
from miniatures.logistic import fit
from miniatures.temporal_localization import TESTING, TRAINING, Look, Ranked, fit_scorers, scored, videos

CLASSES, FEATURES = 4, 12  # kinds of action; features of each stream
SPREAD = 0.5  # of the classes' means, standard deviations of the noise
SHAKEN = 3.0  # standard deviation of a corrupted stream
TESTED = 1000
PENALTY = 1.0
FAINT = 1.4  # of an action in each of two streams of video, standard deviations
STREAMS = ("appearance alone", "motion alone", "early", "late")


def examples(count: int, means, rng: np.random.Generator):
    """Features (N, 2, FEATURES) of two streams and classes (N,): unit noise around each class's means (CLASSES, 2, FEATURES)."""
    means = numbers("means", means, (None, 2, None))
    classes = rng.integers(0, len(means), whole("count", count, 1, 1_000_000))
    return means[classes] + rng.normal(size=(len(classes), *means.shape[1:])), classes


def average_late(posteriors):
    """The mean of the streams' posteriors, (S, N, K) -> (N, K)."""
    return numbers("posteriors", posteriors, (None, None, None), 0, 1).mean(axis=0)


@lru_cache(maxsize=64)
def _trained(seed, n):
    rng = np.random.default_rng(seed)
    means = SPREAD * rng.normal(size=(CLASSES, 2, FEATURES))
    features, classes = examples(n, means, rng)
    models = [fit(features[:, k], classes, CLASSES, PENALTY) for k in (0, 1)]
    both = fit(features.reshape(n, -1), classes, CLASSES, PENALTY)
    test, truth = examples(TESTED, means, rng)
    # one order and one noise for all shares: more corruption keeps what was corrupted
    return models, both, test, truth, rng.permutation(TESTED), SHAKEN * rng.normal(size=(TESTED, FEATURES))


def posteriors(seed: int, n: int, corruption: float) -> dict:
    """For each of STREAMS the posteriors (TESTED, CLASSES) of clean-trained models on partly corrupted tests; and "truth" (TESTED,)."""
    seed, n = whole("seed", seed, 0, 2**31), whole("n", n, 20, 10_000)
    models, both, test, truth, order, noise = _trained(seed, n)
    shaken = order < round(real("corruption", corruption, 0, 1) * TESTED)
    motion = np.where(shaken[:, None], noise, test[:, 1])
    alone = [models[0].posteriors(test[:, 0]), models[1].posteriors(motion)]
    found = (*alone, both.posteriors(np.hstack([test[:, 0], motion])), average_late(alone))
    return dict(zip(STREAMS, found, strict=True)) | {"truth": truth}


def fused(seed: int, n: int, corruption: float) -> dict[str, float]:
    """The accuracy, 0 to 1, of each of STREAMS."""
    found = posteriors(seed, n, corruption)
    return {name: float((found[name].argmax(axis=1) == found["truth"]).mean()) for name in STREAMS}


def proposals(seed: int) -> dict[str, float]:
    """AR@10 of aligned anchors with context on videos of two equally faint streams, for each of STREAMS; late averages
    the probabilities of the two streams' scorers. Trains 30 scorers.

    >>> proposals(-1)
    Traceback (most recent call last):
    ValueError: seed=-1 must be a whole number from 0 to 2147483648
    """
    rng, look = np.random.default_rng(whole("seed", seed, 0, 2**31)), Look(True, 1.0)
    training, test = (videos(count, rng, FAINT, streams=2) for count in (TRAINING, TESTING))
    halves = (slice(0, 3), slice(3, 6))
    scorers = [fit_scorers(replace(training, signals=training.signals[:, half]), look, rng) for half in halves]
    alone = [
        [scored(signal[half], those, look) for signal in test.signals]
        for half, those in zip(halves, scorers, strict=True)
    ]
    both = fit_scorers(training, look, rng)
    late = [(a, (_sigmoid(p) + _sigmoid(q)) / 2, k) for (a, p, k), (_, q, _) in zip(*alone, strict=True)]
    ranks = (*alone, [scored(signal, both, look) for signal in test.signals], late)
    return {name: float(Ranked(test, tuple(one)).found(10).mean()) for name, one in zip(STREAMS, ranks, strict=True)}


def _sigmoid(log_odds):
    return 1 / (1 + np.exp(-np.clip(log_odds, -500, 500)))
