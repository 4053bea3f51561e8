"""The cases of the fine-grained chapter: skewed digits, irises, and the stored accuracies on rendered birds.

Source: the accuracies come from code/precompute/fine_grained.py; the digits from E. Alpaydin and C. Kaynak (1998), the
irises from R. A. Fisher, "The Use of Multiple Measurements in Taxonomic Problems" (1936), both as scikit-learn ships them.

skew     0: every digit equally often in the test set; 1: in the shares of SKEWED
noise    share of the training labels that name the other species of the pair
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from miniatures.birds import SIDE, birds, local_features
from miniatures.checks import cached, numbers, one_of, real, whole, whole_numbers
from miniatures.data import load
from miniatures.digits import digits
from miniatures.fine_grained import (
    adjusted,
    average_pool,
    bilinear_pool,
    confidence_gap,
    estimate_test_prior,
    macro_f1,
    tempered,
)
from miniatures.logistic import fit

FRESH_SEEDS = tuple(range(100, 110))  # looked at once, after every choice was made
SKEWED = np.array([0.3, *[0.2 / 6] * 6, 0.2, 0.2, 0.1])
DIGITS_TRAINED, DIGITS_TESTED, DIMENSIONS = 700, 330, 4
BIRDS_TRAINED, BIRDS_TESTED = 500, 300
GAPS, CONTRASTS = (0.1, 0.3, 1.0), (0.0, 0.05, 0.1, 0.2, 0.4, 1.0)
SKEWED_BIRDS = np.array([0.7, 0.1, 0.1, 0.1])
POOLINGS = ("average", "bilinear", "raw pixels")
LEVELS = ("setosa or not", "versicolor or virginica")
MEASURES = ("petals", "sepals")
LARGEST_SEED = 2**31 - 1

# priors that move --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shifted:
    """A classifier's answers on a test set whose class shares are not those of its training."""

    posteriors: np.ndarray  # (N, K)
    labels: np.ndarray  # (N,), which no estimate sees
    train_prior: np.ndarray  # (K,)
    true_prior: np.ndarray  # (K,), the shares of `labels`
    gap: float  # mean confidence minus accuracy on held-out images with the training set's shares


def skewed_prior(skew: float):
    """The class shares of the ten digits in a test set, from uniform at `skew` 0 to SKEWED at 1.

    >>> skewed_prior(0.5)[[0, 1]].round(4).tolist()
    [0.2, 0.0667]
    """
    skew = real("skew", skew, 0, 1)
    return (1 - skew) / 10 + skew * SKEWED


@cached()
def shifted_digits(skew: float, seed: int, penalty: float = 0.01, damage: bool = False) -> Shifted:
    """Digits, seen through four principal components and logistic regression, and a skewed test set of about 330.

    `seed` draws 700 training images and the test images, none of them twice. `penalty` is that of `logistic.fit`;
    `damage` moves each test image half a pixel to the right, so that the classes look different from training.

    >>> shifted_digits(1.0, 0).posteriors.shape
    (330, 10)
    """
    rng = np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED))
    images, classes = digits()
    order = rng.permutation(len(classes))
    train, rest = order[:DIGITS_TRAINED], order[DIGITS_TRAINED:]
    wanted = np.round(DIGITS_TESTED * skewed_prior(skew)).astype(int)
    chosen = [rng.permutation(rest[classes[rest] == c])[: wanted[c]] for c in range(10)]
    held_out = rest[~np.isin(rest, np.concatenate(chosen))]
    test = np.concatenate(chosen)
    project = _projection(images[train])
    model = fit(project(images[train]), classes[train], 10, penalty)
    seen = (images[test] + np.roll(images[test], 1, axis=2)) / 2 if damage else images[test]
    gap = confidence_gap(model.posteriors(project(images[held_out])), classes[held_out])
    shares = [np.bincount(classes[part], minlength=10) / len(part) for part in (train, test)]
    return Shifted(model.posteriors(project(seen)), classes[test], *shares, float(gap))


def _projection(images):
    """The map of images (n, 8, 8) to their first principal components (n, 4), learnt from `images`."""
    rows = images.reshape(len(images), -1)
    mean = rows.mean(axis=0)
    axes = np.linalg.svd(rows - mean, full_matrices=False)[2][:DIMENSIONS]
    axes = axes * np.sign(axes[np.arange(DIMENSIONS), np.abs(axes).argmax(axis=1)])[:, None]
    return lambda some: (some.reshape(len(some), -1) - mean) @ axes.T


@dataclass(frozen=True)
class Outcome:
    """What correcting the posteriors does: accuracy and macro F1 as they are, with EM's prior, with the true one."""

    prior: np.ndarray  # (K,), EM's
    prior_error: float  # half the summed distance between EM's prior and the true one, 0 to 1
    accuracy: tuple[float, float, float]
    macro: tuple[float, float, float]


def corrected(case: Shifted, iterations: int = 200) -> Outcome:
    """EM on the unlabelled posteriors of `case`, and its effect, judged by the labels afterwards.

    >>> outcome = corrected(shifted_digits(1.0, 0))
    >>> outcome.accuracy[0] < outcome.accuracy[1] < outcome.accuracy[2]
    True
    """
    prior = estimate_test_prior(case.posteriors, case.train_prior, iterations)
    answers = [case.posteriors, *(adjusted(case.posteriors, p, case.train_prior) for p in (prior, case.true_prior))]
    guesses = [answer.argmax(axis=1) for answer in answers]
    return Outcome(
        prior,
        float(np.abs(prior - case.true_prior).sum() / 2),
        tuple(float((guess == case.labels).mean()) for guess in guesses),
        tuple(macro_f1(case.labels, guess, case.posteriors.shape[1]) for guess in guesses),
    )


SCENARIOS = {  # skew, penalty of the training, temperature, damage
    "as trained": (1.0, 0.01, 1.0, False),
    "nothing has moved": (0.0, 0.01, 1.0, False),
    "too sure: temperature 0.25": (1.0, 0.01, 0.25, False),
    "not sure enough: temperature 2": (1.0, 0.01, 2.0, False),
    "not sure enough: penalty 3": (1.0, 3.0, 1.0, False),
    "not sure enough: penalty 10": (1.0, 10.0, 1.0, False),
    "moved by half a pixel": (1.0, 0.01, 1.0, True),
}


def scenario(name: str, seeds=FRESH_SEEDS) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Accuracies (n, 3), macro F1 (n, 3), errors of EM's prior (n,) and confidence gaps (n,) of one of SCENARIOS.

    >>> [part.shape for part in scenario("as trained", (0, 1))]
    [(2, 3), (2, 3), (2,), (2,)]
    """
    return _scenario(one_of("name", name, SCENARIOS), _seeds(seeds))


@cache
def _scenario(name, seeds):
    skew, penalty, temperature, damage = SCENARIOS[name]
    cases = [shifted_digits(skew, seed, penalty, damage) for seed in seeds]
    cases = [replace(case, posteriors=tempered(case.posteriors, temperature)) for case in cases]
    found = [corrected(case) for case in cases]
    return (
        np.array([one.accuracy for one in found]),
        np.array([one.macro for one in found]),
        np.array([one.prior_error for one in found]),
        np.array([case.gap for case in cases]),
    )


def _seeds(seeds):
    return tuple(whole_numbers("seeds", seeds, (None,), 0, LARGEST_SEED).tolist())


def scenario_table() -> list[dict]:
    """One row for each of SCENARIOS, over the fresh seeds: accuracies in percent and what EM changes, in points.

    >>> list(scenario_table()[0])
    ['posteriors', 'uncorrected, %', "EM's prior, %", 'true prior, %', 'EM changes, points', 'prior off by, %']
    """
    rows = []
    for name in SCENARIOS:
        accuracy, _, error, _ = scenario(name)
        change = 100 * (accuracy[:, 1] - accuracy[:, 0])
        means = (f"{100 * mean:.1f}" for mean in accuracy.mean(axis=0))
        row = {
            "posteriors": name,
            **dict(zip(("uncorrected, %", "EM's prior, %", "true prior, %"), means, strict=True)),
        }
        row["EM changes, points"] = f"{change.mean():+.1f} ± {change.std(ddof=1):.1f}"
        rows.append(row | {"prior off by, %": f"{100 * error.mean():.1f}"})
    return rows


# irises ------------------------------------------------------------------------------------------


@cache
def irises():
    """Fisher's measurements (150, 4) in cm (length and width of sepals, then of petals) and the species (150,), 0 to 2.

    >>> irises()[0].shape, irises()[1][[0, 50, 100]].tolist()
    ((150, 4), [0, 1, 2])
    """
    rows = load("iris.csv")
    return np.column_stack([rows[name] for name in rows.dtype.names[:4]]).astype(float), rows["species"].astype(int)


def iris_pair(level: str, measured: str):
    """The rows of one question: two measurements (N, 2) in cm and the answer (N,), 0 or 1."""
    measurements, species = irises()
    columns = [2, 3] if one_of("measured", measured, MEASURES) == "petals" else [0, 1]
    if one_of("level", level, LEVELS) == LEVELS[0]:
        return measurements[:, columns], (species > 0).astype(int)
    return measurements[species > 0][:, columns], species[species > 0] - 1


def iris_accuracies(level: str, measured: str, noise: float, seeds=FRESH_SEEDS):
    """Accuracy on the clean half of the flowers, (len(seeds),), after training on the other half with wrong labels.

    A share `noise` (0 to 0.5) of the training labels is turned into the other answer; each seed draws halves and noise.

    >>> iris_accuracies("setosa or not", "petals", 0.0, (0, 1)).tolist()
    [1.0, 1.0]
    """
    measurements, truth = iris_pair(level, measured)
    noise, found = real("noise", noise, 0, 0.5), []
    for seed in _seeds(seeds):
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(truth))
        train, test = order[: len(order) // 2], order[len(order) // 2 :]
        model = fit(measurements[train], flipped(truth[train], noise, 2, rng), 2, 1.0)
        found.append((model.posteriors(measurements[test]).argmax(axis=1) == truth[test]).mean())
    return np.array(found)


def flipped(labels, noise: float, classes: int, rng: np.random.Generator):
    """`labels` (N,) with round(noise * N) of them, drawn at random, turned into another class.

    >>> int((flipped(np.zeros(10, int), 0.3, 4, np.random.default_rng(0)) > 0).sum())
    3
    """
    classes = whole("classes", classes, 2, 10_000)
    whole_numbers("labels", labels, (None,), 0, classes - 1)
    labels = np.array(labels)
    rows = rng.permutation(len(labels))[: round(real("noise", noise, 0, 1) * len(labels))]
    labels[rows] = (labels[rows] + rng.integers(1, classes, len(rows))) % classes
    return labels


# birds -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """Everything that an accuracy on birds depends on, but its seed."""

    pooling: str = "bilinear"
    paint: str = "balanced"
    pose: str = "free"
    gap: float = 1.0
    contrast: float = 1.0
    noise: float = 0.0
    control: str = "none"


CONTROLS = ("none", "shuffled", "forest", "plain", "skewed", "skewed, EM")


def described(pictures, pooling: str, shuffle=None, plain: bool = False):
    """One row of numbers for each picture: its pooled local features, or for "raw pixels" its pixels.

    `shuffle`, a random generator, first deals each local feature anew to the pixels of its image, so that every average
    stays and every meeting is by chance. `plain` leaves out bilinear pooling's square roots and its division.

    >>> [described(np.full((2, 8, 8, 3), 0.5), pooling).shape for pooling in ("average", "bilinear")]
    [(2, 7), (2, 28)]
    """
    if one_of("pooling", pooling, POOLINGS) == "raw pixels":
        return numbers("pictures", pictures, (None, None, None, 3)).reshape(len(pictures), -1)
    features = local_features(pictures)  # (n, pixels, 7)
    if shuffle is not None:
        features = shuffle.permuted(features, axis=1)
    if pooling == "average":
        return np.array([average_pool(one) for one in features])
    if plain:
        upper = np.triu_indices(features.shape[2])
        return np.array([(one.T @ one / len(one))[upper] for one in features])
    return np.array([bilinear_pool(one) for one in features])


def bird_sets(setting: Setting, seed: int):
    """Training and test birds of a seed: pictures, species, pictures, species; 500 and 300, a quarter each."""
    rng = np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED))
    species = [np.arange(n) % 4 for n in (BIRDS_TRAINED, BIRDS_TESTED)]
    look = {name: getattr(setting, name) for name in ("gap", "contrast", "paint", "pose")}
    pictures = [birds(kind, rng, **look) for kind in species]
    return pictures[0], flipped(species[0], setting.noise, 4, rng), pictures[1], species[1]


def bird_answers(setting: Setting, seed: int):
    """Posteriors (300, 4) of logistic regression on the test birds of a seed, and their species (300,)."""
    train, said, test, truth = bird_sets(setting, seed)
    rng = np.random.default_rng(seed + 1) if setting.control == "shuffled" else None
    plain = setting.control == "plain"
    model = fit(described(train, setting.pooling, rng, plain), said, 4)
    return model.posteriors(described(test, setting.pooling, rng, plain)), truth


def pairs_apart(setting: Setting, seeds=FRESH_SEEDS[:5]):
    """Of the guesses, the share in the right pair, A and D or B and C, and of those the share of right species; (n, 2).

    In a pair of one kind stripes and spots are on the same half, in the other on different ones.

    >>> pairs_apart(Setting(), (100,)).tolist()
    [[1.0, 1.0]]
    """
    return _pairs_apart(setting, _seeds(seeds))


@cache
def _pairs_apart(setting, seeds):
    found = []
    for seed in seeds:
        posteriors, truth = bird_answers(setting, seed)
        guess = posteriors.argmax(axis=1)
        paired = np.isin(guess, (1, 2)) == np.isin(truth, (1, 2))
        found.append((paired.mean(), (guess == truth)[paired].mean()))
    return np.array(found)


@cache
def _table():
    rows = load("fine_grained_birds.csv")
    kinds = (str, str, str, float, float, float, str)
    names = tuple(Setting.__dataclass_fields__)
    keys = [
        (Setting(*(kind(row[name]) for name, kind in zip(names, kinds, strict=True))), int(row["seed"])) for row in rows
    ]
    return dict(zip(keys, (float(row["accuracy"]) for row in rows), strict=True))


def stored(setting: Setting = Setting(), seeds=FRESH_SEEDS, **changes):
    """The stored accuracies (len(seeds),) of `setting` with `changes`; ValueError names what is not stored.

    >>> stored(pooling="average").shape
    (10,)
    """
    seeds = _seeds(seeds)
    for name in changes:
        one_of("changes", name, Setting.__dataclass_fields__)
    setting = replace(setting, **changes)
    for seed in seeds:
        if (setting, seed) not in _table():
            raise ValueError(f"setting={setting}, seed={seed} is not in data/fine_grained_birds.csv")
    return np.array([_table()[setting, seed] for seed in seeds])


def separation(first: int, second: int, paint: str, contrast: float = 1.0, count: int = 60, seed: int = 100):
    """How far two species lie apart in each mean product of two features, (7, 7), in standard deviations.

    Row and column 0 belong to the constant feature: they are the averages. From `count` birds of each species.

    >>> separation(0, 1, "balanced", count=20).shape
    (7, 7)
    """
    count = whole("count", count, 5, 1000)
    rng = np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED))
    kinds = np.repeat([whole("first", first, 0, 3), whole("second", second, 0, 3)], count)
    features = local_features(birds(kinds, rng, contrast=contrast, paint=paint))
    products = np.einsum("npi,npj->nij", features, features, optimize=True) / SIDE**2
    one, other = products[:count], products[count:]
    spread = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 2)
    safe = np.where(spread > 1e-12, spread, np.inf)  # the constant never changes
    return (one.mean(axis=0) - other.mean(axis=0)) / safe
