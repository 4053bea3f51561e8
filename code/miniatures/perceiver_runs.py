"""The chapter's experiments on digits: trainings and timings from store, and frozen random latents, which run here.

Source: the stored results come from code/precompute/perceiver.py.

M  latents, no unit
h  patches of 16 that are hidden, no unit
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import as_mask, cached, numbers, one_of, whole
from miniatures.data import load
from miniatures.digits import LARGEST_SEED, digits, split
from miniatures.perceiver import Perceiver, softmax
from miniatures.perceiver_digits import (
    CHANNELS,
    CLASS_LOGITS,
    GREY,
    OUTPUTS,
    PATCHES,
    QUERY_CHANNELS,
    SIDE,
    class_query,
    patches,
    pixel_queries,
    tokens,
)

FRESH_SEEDS = tuple(range(200, 205))  # looked at once, after every choice was made on seeds 0 and 1
TRAINED_SEEDS = tuple(range(205, 210))  # of the careful trainings: 200 to 204 had shown that they must be careful
TRAINED_LATENTS = (2, 4, 8)
FROZEN_LATENTS = (1, 2, 4, 8, 16, 32, 64)
KINDS = ("frozen latents", "frozen latents, no positions", "random rectified units")
FROZEN_SPREAD = 3.0  # standard deviation of the frozen latents
RIDGE = 1e-4  # of the mean square of a feature
HIDDEN = (0, 4, 8, 12)
MOVES = 10  # ways to move the patches, for the mean


def parts() -> tuple[np.ndarray, np.ndarray]:
    """Indices of the 1297 training and the 500 test digits: the same in every experiment.

    >>> [len(part) for part in parts()]
    [1297, 500]
    """
    test = split(1, 0)[2]
    return np.setdiff1d(np.arange(len(digits()[0])), test), test


# trained networks ------------------------------------------------------------------------------


def rounded(network: Perceiver) -> Perceiver:
    """The network with its weights rounded to 16 bits, as they are stored.

    >>> rounded(trained()).parameters
    23819
    """
    return network.with_arrays([array.astype(np.float16).astype(float) for array in network.arrays])


@cache
def trained() -> Perceiver:
    """The stored network: 8 latents, trained from seed 205.

    >>> trained().parameters
    23819
    """
    shape = Perceiver.random(CHANNELS, QUERY_CHANNELS, OUTPUTS, np.random.default_rng(0))
    values, arrays, start = load("perceiver_weights.npz")["weights"].astype(float), [], 0
    for array in shape.arrays:
        arrays.append(values[start : start + array.size].reshape(array.shape))
        start += array.size
    return shape.with_arrays(arrays)


def ask_class(network: Perceiver, inputs) -> np.ndarray:
    """The probabilities of the ten classes (B, 10) for token sets (B, N, 14)."""
    return softmax(network(inputs, class_query())[:, 0, CLASS_LOGITS])


def ask_pixels(network: Perceiver, inputs) -> np.ndarray:
    """The answers for all 64 pixels, (B, 64), for token sets (B, N, 14)."""
    return network(inputs, pixel_queries())[:, :, GREY]


def hidden(inputs, count: int, rng: np.random.Generator):
    """Token sets (B, 16, 14) less `count` random tokens of each, (B, 16 - count, 14), and which were kept, (B, 16) bools."""
    numbers("inputs", inputs, (None, PATCHES, None))
    order = np.argsort(rng.random(inputs.shape[:2]), axis=1)[:, : PATCHES - whole("count", count, 0, PATCHES - 1)]
    kept = np.zeros(inputs.shape[:2], bool)
    np.put_along_axis(kept, order, True, axis=1)
    return np.take_along_axis(inputs, order[:, :, None], axis=1), kept


def pixels_of(kept) -> np.ndarray:
    """Which of the 64 pixels lie in the patches (B, 16) that are kept: (B, 64) bools."""
    square = as_mask("kept", kept, (None, PATCHES)).reshape(-1, 4, 4)
    return square.repeat(2, axis=1).repeat(2, axis=2).reshape(len(square), -1)


def measured(network: Perceiver, seed: int) -> dict[str, float]:
    """What one network does on the 500 test digits: a line of data/perceiver_runs.csv without its key.

    Its "hidden_error_0" is nan: no pixel is hidden there.
    """
    images, classes = digits()
    test = parts()[1]
    inputs, right, greys = tokens(images[test]), classes[test], images[test].reshape(len(test), -1)
    rng, found = np.random.default_rng([whole("seed", seed, 0, 2**31 - 1), 1]), {}
    for count in HIDDEN:
        seen, kept = hidden(inputs, count, rng)
        found[f"accuracy_{count}"] = (ask_class(network, seen).argmax(axis=1) == right).mean()
        error, shown = (ask_pixels(network, seen) - greys) ** 2, pixels_of(kept)
        found[f"seen_error_{count}"] = error[shown].mean()
        found[f"hidden_error_{count}"] = error[~shown].mean() if count else np.nan
    moved = [tokens(images[test], rng.permutation(PATCHES)) for _ in range(MOVES)]
    found["accuracy_moved"] = np.mean([(ask_class(network, one).argmax(axis=1) == right).mean() for one in moved])
    return found


@cache
def _runs():
    return load("perceiver_runs.csv")


def stored(name: str, latents: int = 8, careful: bool = True) -> np.ndarray:
    """One column of data/perceiver_runs.csv for the five trainings with `latents` (2, 4 or 8; not careful: 8), (5,).

    >>> stored("accuracy_0").shape
    (5,)
    """
    table = _runs()
    names = [column for column in table.dtype.names if column not in ("careful", "latents", "seed")]
    if latents not in (TRAINED_LATENTS if careful else TRAINED_LATENTS[-1:]):
        raise ValueError(
            f"latents={latents!r} must be one of {', '.join(map(str, TRAINED_LATENTS))}, or 8 where not careful"
        )
    rows = (table["latents"] == latents) & (table["careful"] == bool(careful))
    return table[one_of("name", name, names)][rows].astype(float)


@cache
def readings() -> np.ndarray:
    """The weights with which the stored network's latents read the 500 test digits, (500, 8, 16).

    >>> readings().shape
    (500, 8, 16)
    """
    return trained().reading(tokens(digits()[0][parts()[1]]))


@dataclass(frozen=True)
class Coverage:
    """What the latents of the stored network read of the 500 test digits, and what they answer there."""

    fixed: int  # latents with more than 0.8 of their weight on one patch, on average
    weights: np.ndarray  # (16,), what a patch gets of all latents together, on average; they add up to 8
    errors: np.ndarray  # (16,), mean squared error of its four pixels
    guesses: np.ndarray  # (16,), the same where the mean training image answers


def coverage() -> Coverage:
    """Which patches the stored network reads at all, and how well it answers for them."""
    images, (train, test) = digits()[0].reshape(-1, 64), parts()
    miss = (ask_pixels(trained(), tokens(digits()[0][test])) - images[test]) ** 2
    guess = (images[test] - images[train].mean(axis=0)) ** 2
    means = readings().mean(axis=0)  # (8, 16)
    of_patches = [patches(one.mean(axis=0).reshape(1, SIDE, SIDE)).mean(axis=2)[0] for one in (miss, guess)]
    return Coverage(int((means.max(axis=1) > 0.8).sum()), means.sum(axis=0), *of_patches)


def reference_errors() -> dict[str, float]:
    """Mean squared errors on the test digits of pictures that need no network, learnt from the 1297 training digits.

    >>> list(reference_errors())
    ['mean image', 'mean image of the true class', '8 principal components']
    """
    pixels, classes = digits()[0].reshape(-1, 64), digits()[1]
    train, test = parts()
    mean = pixels[train].mean(axis=0)
    by_class = np.array([pixels[train][classes[train] == c].mean(axis=0) for c in range(10)])
    axes = np.linalg.svd(pixels[train] - mean, full_matrices=False)[2][:8]
    off = pixels[test] - mean
    guesses = (mean, by_class[classes[test]], mean + off @ axes.T @ axes)
    names = ("mean image", "mean image of the true class", "8 principal components")
    return {name: float(((pixels[test] - guess) ** 2).mean()) for name, guess in zip(names, guesses, strict=True)}


# frozen random latents -------------------------------------------------------------------------


@cache
def _features(kind, seed):
    """Features of all 1797 digits, ordered so that those of M latents are the first 14 M (or 4 M) of those of 64."""
    images, rng = digits()[0], np.random.default_rng([seed, KINDS.index(kind)])
    if kind == "random rectified units":
        weights = rng.normal(0, 1 / 8, (64, CHANNELS * FROZEN_LATENTS[-1]))
        return np.maximum(images.reshape(-1, 64) @ weights + rng.normal(0, 0.5, weights.shape[1]), 0)
    inputs = tokens(images) if kind == "frozen latents" else patches(images)
    latents = rng.normal(0, FROZEN_SPREAD, (FROZEN_LATENTS[-1], inputs.shape[2]))
    scores = latents @ inputs.swapaxes(1, 2) / np.sqrt(inputs.shape[2])  # (64, d), (1797, d, 16) -> (1797, 64, 16)
    return (softmax(scores) @ inputs).reshape(len(images), -1)


def frozen_features(latents: int, seed: int, kind: str = "frozen latents") -> np.ndarray:
    """What M random latents that nobody trains read of each of the 1797 digits: (1797, 14 M); see KINDS for the others.

    "frozen latents": `cross_attention` of M normal latents of standard deviation 3 with the 16 tokens; without positions
    (1797, 4 M); or 14 M random rectified units of the 64 pixels, which know no attention.
    """
    kind, latents = one_of("kind", kind, KINDS), whole("latents", latents, 1, FROZEN_LATENTS[-1])
    found = _features(kind, whole("seed", seed, 0, LARGEST_SEED))
    return found[:, : latents * found.shape[1] // FROZEN_LATENTS[-1]]


@cached()
def frozen_accuracy(latents: int, seed: int, kind: str = "frozen latents") -> float:
    """The share of the 500 test digits that a ridge regression on `frozen_features` names rightly; 1297 train it."""
    return linear_accuracy(frozen_features(latents, seed, kind))


def linear_accuracy(features) -> float:
    """Accuracy on the test digits of a ridge regression on features (1797, F) of all digits."""
    features = numbers("features", features, (len(digits()[0]), None))
    train, test = parts()
    classes, centre = digits()[1], features[train].mean(axis=0)
    known, targets = features[train] - centre, np.eye(10)[classes[train]] - 0.1
    gram = known.T @ known
    if not np.trace(gram):
        raise ValueError("features holds the same for every digit to learn from: a regression needs a spread")
    gram[np.diag_indices(len(gram))] += RIDGE * np.trace(gram) / len(gram)
    scores = (features[test] - centre) @ np.linalg.solve(gram, known.T @ targets)
    return float((scores.argmax(axis=1) == classes[test]).mean())


def frozen_stored(latents: int, kind: str = "frozen latents") -> np.ndarray:
    """The stored `frozen_accuracy` of the five seeds, (5,).

    >>> frozen_stored(8).shape
    (5,)
    """
    table = load("perceiver_frozen.csv")
    if latents not in FROZEN_LATENTS:
        raise ValueError(f"latents={latents!r} must be one of {', '.join(map(str, FROZEN_LATENTS))}")
    return table["accuracy"][(table["kind"] == one_of("kind", kind, KINDS)) & (table["latents"] == latents)]


# timings ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Timings:
    """Milliseconds of one attention among N inputs and of M = 32 latents with them, each (sizes,), from one run."""

    inputs: np.ndarray
    self_attention: np.ndarray
    cross_attention: np.ndarray

    @property
    def ratio(self) -> np.ndarray:
        """How many times as long self attention takes as cross attention, for each number of inputs."""
        return self.self_attention / self.cross_attention


def timings(projections: bool) -> Timings:
    """The stored times, with or without the four projections of 32 x 32 numbers.

    >>> timings(False).inputs.tolist()
    [256, 512, 1024, 2048, 4096]
    """
    if not isinstance(projections, bool):
        raise ValueError(f"projections={projections!r} must be True or False")
    table = load("perceiver_timings.csv")
    table = table[table["projections"] == projections]
    return Timings(table["inputs"], table["self_attention"], table["cross_attention"])
