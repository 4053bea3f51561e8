"""Seven shoulder exercises, recorded by a watch: windows, features, honest folds and a mirror.

Source: D. M. Burns et al., "Shoulder physiotherapy exercise recognition: machine learning the inertial signals from a
smartwatch" (2018), doi:10.1088/1361-6579/aacfd9; the part of the recordings that seglearn 1.2.5 carries.

recording  one person doing one exercise with one arm, about 20 s at 12.5 samples a second
window     a stretch of a recording that is classified by itself, s
hop        from the start of one window to that of the next, s
sign       -1 for a sensor's axis that is turned round, 1 for one that is not
"""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from miniatures.checks import cached, classes_of, numbers, one_of, real, whole, whole_numbers
from miniatures.data import load
from miniatures.prosthetic_control import GaussianNaiveBayes, confusion

RATE = 12.5  # samples a second
AXES = ("acceleration x", "acceleration y", "acceleration z", "rotation x", "rotation y", "rotation z")
PAIRS = ((0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (0, 3), (1, 4), (2, 5))  # axes whose correlation is a feature
MIRROR = (-1, 1, 1, 1, -1, -1)  # what a reflection in x does to a vector and to an axial vector
SIMPLE, ALL = 12, 27  # features


@dataclass(frozen=True)
class Windows:
    """Features (N, 27) of N windows: 6 means, 6 log deviations, 9 correlations, 6 spectral centroids; and whose they are."""

    features: np.ndarray
    exercise: np.ndarray  # (N,), a number into EXERCISES
    recording: np.ndarray  # (N,), 0 to 139
    subject: np.ndarray  # (N,), 1 to 10
    arm: np.ndarray  # (N,), 0 or 1


@cache
def recordings() -> dict:
    """x: list of 140 arrays (T, 6), accelerations in g and rotation rates in rad/s; exercise, subject, arm: (140,); names (7,)."""
    stored = load("watch_140_first20s_f16.npz")
    parts = np.split(stored["x"].astype(float), np.cumsum(stored["lengths"])[:-1])
    whose = {new: stored[old].astype(int) for new, old in (("exercise", "y"), ("subject", "subject"), ("arm", "side"))}
    return {"x": parts, "names": tuple(str(name) for name in stored["labels"]), **whose}


def describe(samples) -> np.ndarray:
    """The 27 features (N, 27) of windows (N, T, 6): means, log deviations, correlations of PAIRS, spectral centroids in Hz."""
    samples = numbers("samples", samples, (None, None, len(AXES)), -1e6, 1e6)
    mean, deviation = samples.mean(axis=1), np.maximum(samples.std(axis=1), 1e-6)
    scaled = (samples - mean[:, None]) / deviation[:, None]
    correlations = [(scaled[:, :, a] * scaled[:, :, b]).mean(axis=1) for a, b in PAIRS]
    power = np.abs(np.fft.rfft(scaled, axis=1)) ** 2 + 1e-12
    rates = np.fft.rfftfreq(samples.shape[1], 1 / RATE)
    centroid = (rates[:, None] * power).sum(axis=1) / power.sum(axis=1)
    return np.hstack([mean, np.log(deviation), np.column_stack(correlations), centroid])


@cached()
def windows(window: float = 4.0, hop: float = 2.0) -> Windows:
    """Every window of `window` seconds, 0.5 to 16, one each `hop` seconds, 0.1 to 16.

    >>> windows().features.shape
    (1255, 27)
    """
    length, step = (
        round(RATE * real(name, value, low, 16)) for name, value, low in (("window", window, 0.5), ("hop", hop, 0.1))
    )
    found, cut = recordings(), []
    for number, x in enumerate(found["x"]):
        cut += [(number, x[start : start + length]) for start in range(0, len(x) - length + 1, step)]
    which = np.array([number for number, _ in cut])
    return Windows(
        describe(np.array([x for _, x in cut])),
        found["exercise"][which],
        which,
        found["subject"][which],
        found["arm"][which],
    )


def mirrored(features, signs) -> np.ndarray:
    """What the features (N, 27) would be, were each axis multiplied by its sign, -1 or 1 (6,).

    Means change their sign, correlations that of the product; deviations and centroids stay."""
    features, signs = numbers("features", features, (None, ALL)).copy(), numbers("signs", signs, (len(AXES),), -1, 1)
    if not (np.abs(signs) == 1).all():
        raise ValueError(f"signs={signs.tolist()} must each be -1 or 1")
    features[:, : len(AXES)] *= signs
    features[:, SIMPLE : SIMPLE + len(PAIRS)] *= [signs[a] * signs[b] for a, b in PAIRS]
    return features


def folds(by: str, rng: np.random.Generator, window: float = 4.0, hop: float = 2.0) -> np.ndarray:
    """A fold of ten, 0 to 9, for each window (N,): by "window" (at random), "recording" (whole ones at random) or "subject"."""
    made, kind = windows(window, hop), one_of("by", by, ("window", "recording", "subject"))
    if kind == "subject":
        return made.subject - 1
    items = np.arange(len(made.recording)) if kind == "window" else made.recording
    count = items.max() + 1
    return (rng.permutation(count) % 10)[items]


def nearest_neighbour(train, labels, test) -> np.ndarray:
    """The label of the nearest row of train (N, F) for each row of test (M, F), features scaled to unit deviation, (M,).

    >>> nearest_neighbour([[0.0], [9.0]], [3, 5], [[1.0], [8.0]]).tolist()
    [3, 5]
    """
    train = numbers("train", train, (None, None))
    test, scale = numbers("test", test, (None, train.shape[1])), np.maximum(train.std(axis=0), 1e-12)
    labels = classes_of("labels", labels, len(train), 1_000_000)
    a, b = train / scale, test / scale
    return labels[((a**2).sum(axis=1) - 2 * b @ a.T).argmin(axis=1)]  # |b|² is the same for every candidate


def neighbourhood(features, made: Windows, fold) -> dict[str, float]:
    """Where the nearest neighbour of a window comes from, when the windows of its own fold are left out, and whether it is right:
    shares from the same recording and the same person, and shares right among those with a neighbour from the same and another person.

    >>> neighbourhood(windows().features, windows(), windows().subject)["same person"]  # each person was left out whole
    0.0
    """
    features = numbers("features", features, (len(made.exercise), None))
    near = cross_validated(nearest_neighbour, features, np.arange(len(features)), fold)
    right, own = made.exercise[near] == made.exercise, made.subject[near] == made.subject
    return {
        "same recording": float((made.recording[near] == made.recording).mean()), "same person": float(own.mean()),
        "right beside the same": float(right[own].mean()) if own.any() else 0.0,
        "right beside another": float(right[~own].mean()) if (~own).any() else 0.0,
    }  # fmt: skip


def naive_bayes(train, labels, test) -> np.ndarray:
    """The label that Gaussian naive Bayes gives each row of test, (M,)."""
    train = numbers("train", train, (None, None), -1e12, 1e12)
    labels = classes_of("labels", labels, len(train), 1_000_000)
    test = numbers("test", test, (None, train.shape[1]), -1e12, 1e12)
    _varied("train", train)
    return GaussianNaiveBayes().fit(train, labels).predict(test)


CLASSIFIERS = {"naive Bayes": naive_bayes, "nearest neighbour": nearest_neighbour}


def _varied(name, rows):
    """ValueError where all rows are the same."""
    if (rows == rows[0]).all():
        raise ValueError(f"{name} holds the same row throughout: no feature tells classes apart")


def cross_validated(classifier, features, labels, fold) -> np.ndarray:
    """The label that each row (N,) gets from `classifier(train, labels, test)` when its own fold is left out of training."""
    features = numbers("features", features, (None, None))
    _varied("features", features)
    labels = classes_of("labels", labels, len(features), 1_000_000)
    fold, guess = whole_numbers("fold", fold, (len(features),)), np.empty(len(features), int)
    if (fold == fold[0]).all():
        raise ValueError(f"fold={fold[0]} for every row leaves nothing to train on: there must be two folds or more")
    for one in np.unique(fold):
        out = fold == one
        guess[out] = classifier(features[~out], labels[~out], features[out])
    return guess


def other_arm(features, made: Windows, people, classifier=naive_bayes) -> np.ndarray:
    """Whether each window (N,) of `people` is right: trained on their arm 1 and tested on arm 0, then the other way round.

    `features` are those of all windows; rows of other people are ignored.

    >>> made = windows()
    >>> [round(float(other_arm(features, made, range(1, 11)).mean()), 2) for features in (made.features, reflected(made, MIRROR))]
    [0.23, 0.89]
    """
    people = whole_numbers("people", people, (None,), 1, 10)
    features = numbers("features", features, (len(made.subject), None))
    chosen, right = np.isin(made.subject, people), []
    _varied("features", features[chosen])
    for trained in (1, 0):
        a, b = chosen & (made.arm == trained), chosen & (made.arm != trained)
        right.append(classifier(features[a], made.exercise[a], features[b]) == made.exercise[b])
    return np.concatenate(right)


@cached()
def other_arm_confusion(signs: tuple[int, ...], people: tuple[int, ...]) -> np.ndarray:
    """The confusions (7, 7) of naive Bayes on the arm that it was not trained on, with `signs` applied to arm 0."""
    made, table, people = windows(), np.zeros((7, 7), int), whole_numbers("people", people, (None,), 1, 10)
    features, chosen = reflected(made, signs), np.isin(made.subject, people)
    for trained in (1, 0):
        a, b = chosen & (made.arm == trained), chosen & (made.arm != trained)
        table += confusion(made.exercise[b], naive_bayes(features[a], made.exercise[a], features[b]), 7)
    return table


def reflected(made: Windows, signs, count: int = ALL) -> np.ndarray:
    """The first `count` features (N, count), those of arm 0 with `signs` applied."""
    count, turned = whole("count", count, 1, ALL), mirrored(made.features, signs)
    return np.where((made.arm == 0)[:, None], turned, made.features)[:, :count]


def sign_patterns() -> list[tuple[int, ...]]:
    """The 64 ways to give six axes a sign, (1, 1, 1, 1, 1, 1) first."""
    return list(product((1, -1), repeat=len(AXES)))
