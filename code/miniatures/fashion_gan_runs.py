"""The chapter's stored trainings: how each model was judged, some of its pictures, and one generator to draw from.

Source: computed by code/precompute/fashion_gan.py from the pictures of `miniatures.garments` and `miniatures.fashion_jackets`.

precision, recall  by neighbours (k = 3) among 32 principal components; `_hidden`: among a classifier's hidden units
frechet            Fréchet distance among the principal components
nearest            median distance to the nearest training picture, pixels in [0, 1]
told_apart         share of fakes whose nearest neighbour is a fake
evenness           divergence of the shares of the ten kinds from even ones, nats
CAS                accuracy on real pictures of a classifier that was trained on fakes
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import numbers, one_of, whole, whole_numbers
from miniatures.data import load
from miniatures.fashion_gan import between, generate
from miniatures.fashion_metrics import (
    distances,
    evenness_loss,
    frechet_distance,
    nearest,
    precision_recall,
    told_apart,
)
from miniatures.fashion_models import classify, fit_classifier, hidden_features, principal
from miniatures.garments import KINDS, SIDE, held_out, training
from miniatures.results import spread

FRESH_SEEDS = tuple(range(200, 205))  # chosen before they were looked at
FAKES = 400  # as many as there are held-out pictures
LARGEST_SEED = 2**32 - 1
STEPS = 2500
COLLAPSE_STEPS = (25, 50, 100, 200, 300, 400, 500)
RATIOS = (1, 2, 3, 4, 5)  # steps of the generator for one of the discriminator
MEASURES = (
    "precision",
    "recall",
    "precision_hidden",
    "recall_hidden",
    "frechet",
    "nearest",
    "told_apart",
    "evenness",
    "largest",
)
COLUMNS = (*MEASURES, "score_real", "score_fake", "asked", "cas", "seconds")
GAN, CONDITIONAL, MIXTURE, MEMORISER, REAL = (
    "GAN",
    "conditional GAN",
    "mixture of 10",
    "memoriser",
    "other real pictures",
)
MODELS = (REAL, "one Gaussian", MIXTURE, "mixture of 20", "a Gaussian a kind", MEMORISER, GAN, CONDITIONAL)
POOLS = (12, 48, 192, 768, 3072)
TASTES = ("the first", "the most typical", "the strangest")
JACKET_STEPS = (300, 1500)
CHOSEN = 12
NOISE = 32  # numbers that the stored generator draws a picture from
# the Portrait of Edmond de Belamy: dollars and year, as hyperallergic.com/468060 reports the sale; the article's year
SOLD_FOR, SOLD_IN, SAID_IN = 432_500, 2018, 2017


@dataclass(frozen=True)
class Judge:
    """What pictures are judged by: principal components and a classifier of the training pictures."""

    components: object
    classifier: list

    def report(self, pictures, own=None) -> dict[str, float]:
        """The MEASURES of pictures (N, 196) in [0, 1] against the held-out ones; `own` are their training rows, if they are such."""
        real = held_out()[0]
        plain = [self.components.project(one) for one in (real, pictures)]
        hidden = [hidden_features(self.classifier, one) for one in (real, pictures)]
        shares = np.bincount(classify(self.classifier, pictures), minlength=len(KINDS)) / len(pictures)
        found = [*precision_recall(*plain), *precision_recall(*hidden), frechet_distance(*plain), self.distance(pictures, own),
                 told_apart(real, pictures), evenness_loss(shares), shares.max()]  # fmt: skip
        return dict(zip(MEASURES, map(float, found), strict=True))

    @staticmethod
    def distance(pictures, own=None):
        """The median distance to the nearest training picture; a training picture's own row (N,) does not count."""
        apart = distances(pictures, training()[0])
        if own is not None:
            apart[np.arange(len(apart)), own] = np.inf
        return np.median(apart.min(axis=1))


@cache
def judge() -> Judge:
    """The one judge of all models."""
    pixels, kinds = training()
    return Judge(principal(pixels, 32), fit_classifier(pixels, kinds, np.random.default_rng(0)))


def ratio_name(ratio: int) -> str:
    """The stored name of a training with `ratio` steps of G for one of D.

    >>> ratio_name(1), ratio_name(3)
    ('GAN', 'G 3 : 1 D')
    """
    return GAN if whole("ratio", ratio, 1, 1000) == 1 else f"G {ratio} : 1 D"


@cache
def _table():
    rows = load("fashion_gan_runs.csv")
    return {
        (str(row["run"]), int(row["seed"]), int(row["step"])): {name: float(row[name]) for name in COLUMNS}
        for row in rows
    }


def stored(run: str, measure: str, step: int | None = None, seeds=FRESH_SEEDS) -> np.ndarray:
    """A measure of a run for each seed, (n,); of a training after `step` steps, its last ones unless given.

    >>> stored("GAN", "precision").shape
    (5,)
    """
    one_of("measure", measure, COLUMNS)
    one_of("run", run, sorted({key[0] for key in _table()}))
    if step is None:
        step = max(key[2] for key in _table() if key[0] == run)
    step, seeds = whole("step", step, 0, 10**6), whole_numbers("seeds", seeds, (None,), 0, LARGEST_SEED).tolist()
    missing = [seed for seed in seeds if (run, seed, step) not in _table()]
    if missing:
        raise ValueError(f"seeds={missing} of run={run!r} at step={step} are not in data/fashion_gan_runs.csv")
    return np.array([_table()[run, seed, step][measure] for seed in seeds])


def seeds_of(run: str) -> tuple[int, ...]:
    """The seeds that a run was stored for.

    >>> seeds_of("conditional GAN")
    (200, 201, 202)
    """
    one_of("run", run, sorted({key[0] for key in _table()}))
    return tuple(sorted({key[1] for key in _table() if key[0] == run}))


def spread_of(values, digits: int = 2) -> str:
    """Mean and standard deviation over seeds.

    >>> spread_of(np.array([0.5, 0.7]))
    '0.60 ± 0.14'
    """
    return spread(values, 1, digits)


def _cell(values, digits=2):
    """As `spread_of`, with narrow spaces that do not break."""
    return spread_of(values, digits).replace(" ", "\u202f")


def model_rows() -> list[dict[str, str]]:
    """A row of measures for each of the MODELS, mean and deviation over its seeds."""
    columns = {
        "precision": "precision",
        "recall": "recall",
        "Fréchet": "frechet",
        "nearest": "nearest",
        "told apart": "told_apart",
    }
    return [
        {"model": one} | {words: _cell(stored(one, name, seeds=seeds_of(one))) for words, name in columns.items()}
        for one in MODELS
    ]


def collapse_rows(step: int = COLLAPSE_STEPS[-1]) -> list[dict[str, str]]:
    """A row of measures for each of the RATIOS after `step` steps of the discriminator."""
    columns = {"precision": "precision", "recall": "recall", "Fréchet": "frechet",
               "D(real)": "score_real", "D(fake)": "score_fake"}  # fmt: skip
    return [
        {"G:D": f"{r}:1"} | {words: _cell(stored(ratio_name(r), name, step)) for words, name in columns.items()}
        for r in RATIOS
    ]


def jacket_rows() -> list[dict[str, str]]:
    """A row of shares of conflated jackets, percent, for each model."""
    columns = {"of all, %": "all", "of the most typical 12, %": TASTES[1], "of the strangest 12, %": TASTES[2]}
    models = ("rendered", MIXTURE, *(f"GAN, {step} steps" for step in JACKET_STEPS))
    return [
        {"model": one} | {words: _cell(100 * conflation()[one, which], 1) for words, which in columns.items()}
        for one in models
    ]


@cache
def _pictures():
    return load("fashion_gan_pictures.npz")


def course_pictures(ratio: int, step: int) -> np.ndarray:
    """Twelve pictures (12, 14, 14) in [0, 1] of the training with `ratio` and seed 200 after `step` steps, from the same noise.

    >>> course_pictures(3, 200).shape
    (12, 14, 14)
    """
    if ratio not in RATIOS or step not in COLLAPSE_STEPS:
        raise ValueError(f"ratio={ratio!r}, step={step!r} must be among {RATIOS} and {COLLAPSE_STEPS}")
    return _pictures()["course"][RATIOS.index(ratio), COLLAPSE_STEPS.index(step)] / 255


def model_pictures(model: str) -> np.ndarray:
    """The first twelve pictures (12, 14, 14) in [0, 1] of a model at seed 200.

    >>> model_pictures(REAL).shape
    (12, 14, 14)
    """
    return _pictures()["models"][MODELS.index(one_of("model", model, MODELS))] / 255


@cache
def generator() -> list:
    """The stored generator of seed 200, its layers in double precision."""
    arrays = _pictures()
    return [(arrays[f"w{n}"].astype(float), arrays[f"b{n}"].astype(float)) for n in range(3)]


def drawn(noise) -> np.ndarray:
    """Pictures (N, 14, 14) in [0, 1] that the stored generator makes of noise (N, 32)."""
    return (generate(generator(), numbers("noise", noise, (None, NOISE))).reshape(-1, SIDE, SIDE) + 1) / 2


def halfway(seed: int, pairs: int = 200) -> dict[str, float]:
    """Median distances to the nearest training picture: of the generator's pictures at one end of `pairs` random ways, of those half
    way through the latent space, and of the means of the pictures at both ends.

    >>> found = halfway(200, 20)
    >>> found["faded"] < found["ends"]  # a mean of two pictures is smoother than either
    True
    """
    rng = np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED))
    noise = rng.normal(size=(2, whole("pairs", pairs, 1, 10_000), NOISE))
    ends = [drawn(one).reshape(pairs, -1) for one in noise]
    middle = drawn(between(*noise, np.full(pairs, 0.5))).reshape(pairs, -1)
    sets = {"ends": ends[0], "latent": middle, "faded": (ends[0] + ends[1]) / 2}
    return {name: float(np.median(nearest(one, training()[0])[0])) for name, one in sets.items()}


@dataclass(frozen=True)
class Selection:
    """Twelve of a pool: their pictures (12, 14, 14), which are conflated (12,), and how far the training set lies (12,)."""

    pictures: np.ndarray
    conflated: np.ndarray
    distance: np.ndarray
    share: float  # of conflated pictures in the whole pool


def choose(distance, taste: str) -> np.ndarray:
    """Indices of the twelve of a pool that a taste picks, by the distance of each to the nearest training picture (N,).

    >>> choose(np.arange(20.0), "the strangest")[:3].tolist()
    [19, 18, 17]
    """
    distance = numbers("distance", distance, (None,))
    if len(distance) < CHOSEN:
        raise ValueError(f"distance of shape {distance.shape} must be (N,) with N at least {CHOSEN}")
    order = {"the first": np.arange(len(distance)), "the most typical": np.argsort(distance, kind="stable"),
             "the strangest": np.argsort(-distance, kind="stable")}  # fmt: skip
    return order[one_of("taste", taste, TASTES)][:CHOSEN]


def selected(pool: int, taste: str, step: int = JACKET_STEPS[-1]) -> Selection:
    """The twelve jackets that a taste picks from the first `pool` of the GAN of seed 200, trained for `step` steps.

    >>> selected(48, "the strangest").pictures.shape
    (12, 14, 14)
    """
    pool, arrays = whole("pool", pool, CHOSEN, POOLS[-1]), _pictures()
    if pool not in POOLS or step not in JACKET_STEPS:
        raise ValueError(f"pool={pool}, step={step!r} must be among {POOLS} and {JACKET_STEPS}")
    number = JACKET_STEPS.index(step)
    distance, conflated = arrays["distance"][number, :pool], arrays["conflated"][number, :pool]
    rows = choose(distance, taste)
    place = {int(row): n for n, row in enumerate(arrays[f"rows_{step}"])}
    pictures = arrays[f"jackets_{step}"][[place[int(row)] for row in rows]] / 255
    return Selection(pictures, conflated[rows], distance[rows].astype(float), float(conflated.mean()))


@cache
def conflation() -> dict[tuple[str, str], np.ndarray]:
    """(model, which) -> share of conflated jackets for each fresh seed, (5,); which is "all" or a taste's twelve of 3072."""
    rows = load("fashion_gan_jackets.csv")
    keys = dict.fromkeys((str(row["model"]), str(row["which"])) for row in rows)
    return {key: np.array([row["share"] for row in rows if (row["model"], row["which"]) == key]) for key in keys}
