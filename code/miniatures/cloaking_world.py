"""A small world for cloaks: drawn people, their photographs, extractors trained on others, and the users' cloaked photographs.

Source: ours, after the set-up of S. Shan et al., "Fawkes" (2020), arXiv:2002.08327: the user and the tracker have extractors
that were trained on public people; the tracker then learns the people whose photographs it finds.

n  pixels of a photograph, 24 * 24
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from miniatures.checks import numbers, one_of, real, whole
from miniatures.drawn_faces import identities, photographs
from miniatures.face_extractor import Extractor, train_extractor
from miniatures.pixel_cloaks import cloak, noise_cloak

PUBLIC, PUBLIC_PHOTOS = 48, 40
USERS, BYSTANDERS, PHOTOS = 8, 8, 16
EXTRACTORS = ("same", "other", "robust")  # of the tracker
TRAINED = (*EXTRACTORS, "own robust")
CLOAKS = ("plain", "robust", "noise")
STEPS, PLAIN_STEPS, ROBUST_STEPS, ROBUST_EPSILON = 40, 400, 600, 0.06
MOST_SEED = 2**32 - 1


@dataclass(frozen=True)
class World:
    """The drawn people of one seed and their photographs, rows of pixels from 0 to 1.

    `people` are 8 users, who cloak, then 8 bystanders, who do not; extractors are trained on other, public people.
    """

    identities: dict  # "user's public", "tracker's public", "people", "sybils" -> (count, 12)
    public: dict  # "user's", "tracker's" -> (48 * 40, n)
    training: np.ndarray  # (16, 16, n): what the tracker finds of each person
    validation: np.ndarray  # (16, 16, n): new photographs, never cloaked
    sybil: np.ndarray  # (8, 16, n): photographs of one more drawn person for each user


def world(seed: int) -> World:
    """The people and photographs of a seed, 0 to 2^32 - 1.

    >>> world(1).training.shape
    (16, 16, 576)
    """
    return _world(whole("seed", seed, 0, MOST_SEED))


@lru_cache(maxsize=8)
def _world(seed):
    rng = np.random.default_rng([seed, 0])
    sizes = {"user's public": PUBLIC, "tracker's public": PUBLIC, "people": USERS + BYSTANDERS, "sybils": USERS}
    drawn = {name: identities(count, rng) for name, count in sizes.items()}

    def taken(name, photos):
        rows = photographs(np.repeat(drawn[name], photos, axis=0), rng)
        return rows.reshape(len(rows), -1)  # (people * photos, 24, 24) -> (people * photos, n)

    public = {who: taken(f"{who} public", PUBLIC_PHOTOS) for who in ("user's", "tracker's")}
    training, validation, sybil = (taken(name, PHOTOS) for name in ("people", "people", "sybils"))
    return World(drawn, public, *(rows.reshape(-1, PHOTOS, rows.shape[1]) for rows in (training, validation, sybil)))


def extractor(seed: int, which: str) -> Extractor:
    """A trained extractor of a seed: the "same" as the user's, an "other" or a "robust" one of the tracker, or the user's "own robust".

    The tracker's have other starting weights and other public people than the user's; nobody's has seen a tracked person.

    >>> extractor(1, "same").features(world(1).training[0]).shape
    (16, 24)
    """
    return _extractor(whole("seed", seed, 0, MOST_SEED), one_of("which", which, TRAINED))


@lru_cache(maxsize=32)
def _extractor(seed, which):
    whose = "user's" if which in ("same", "own robust") else "tracker's"
    people = np.repeat(np.arange(PUBLIC), PUBLIC_PHOTOS)
    steps, epsilon = (ROBUST_STEPS, ROBUST_EPSILON) if which.endswith("robust") else (PLAIN_STEPS, 0.0)
    rng = np.random.default_rng([seed, 1 + TRAINED.index(which)])
    return train_extractor(world(seed).public[whose], people, rng, steps, epsilon)


def farthest(features, public_features) -> int:
    """Which public person's mean features (P, k) lie farthest from the mean of a user's `features` (N, k).

    >>> farthest([[0.0, 0.0], [2.0, 0.0]], [[1.0, 1.0], [-9.0, 0.0], [5.0, 0.0]])
    1
    """
    features = numbers("features", features, (None, None))
    public_features = numbers("public_features", public_features, (None, features.shape[1]))
    return int(((public_features - features.mean(axis=0)) ** 2).sum(axis=1).argmax())


def targets(seed: int, which: str = "same") -> np.ndarray:
    """For each user of a seed the number of the farthest public person, (8,), as the user's own extractor sees it.

    >>> targets(1).shape
    (8,)
    """
    model, here = extractor(seed, which), world(seed)
    centres = public_centres(seed, which)
    return np.array([farthest(model.features(photos), centres) for photos in here.training[:USERS]])


def public_centres(seed: int, which: str = "same") -> np.ndarray:
    """The mean features of each of the user's public people, (48, 24).

    >>> public_centres(1).shape
    (48, 24)
    """
    found = extractor(seed, which).features(world(seed).public["user's"])
    return found.reshape(PUBLIC, PUBLIC_PHOTOS, -1).mean(axis=1)


def cloaked_users(seed: int, budget: float, by: str = "plain", new: bool = False) -> np.ndarray:
    """The users' published photographs, or with `new` the new ones, with their cloaks, (8, 16, n).

    `by`: made on the user's "plain" or "robust" extractor, or "noise".
    """
    seed, by, budget = whole("seed", seed, 0, MOST_SEED), one_of("by", by, CLOAKS), real("budget", budget, 0, 1)
    return _cloaked_users(seed, budget, by, bool(new))


@lru_cache(maxsize=32)
def _cloaked_users(seed, budget, by, new):
    here = world(seed)
    photos = (here.validation if new else here.training)[:USERS]
    if by == "noise":
        return noise_cloak(photos, budget, np.random.default_rng([seed, 9, int(new)]))
    which = "same" if by == "plain" else "own robust"
    wanted = np.repeat(public_centres(seed, which)[targets(seed, which)], PHOTOS, axis=0)
    rows = photos.reshape(-1, photos.shape[-1])
    return cloak(extractor(seed, which), rows, wanted, budget, STEPS).reshape(photos.shape)


def sybil_photos(seed: int, budget: float) -> np.ndarray:
    """Photographs of one more person for each user, (8, 16, n), cloaked so that their features come close to the user's clean ones.

    >>> sybil_photos(1, 0.0).shape
    (8, 16, 576)
    """
    return _sybil_photos(whole("seed", seed, 0, MOST_SEED), real("budget", budget, 0, 1))


@lru_cache(maxsize=8)
def _sybil_photos(seed, budget):
    here, model = world(seed), extractor(seed, "same")
    rows = here.sybil.reshape(-1, here.sybil.shape[-1])
    wanted = model.features(here.training[:USERS].reshape(rows.shape))
    return cloak(model, rows, wanted, budget, STEPS).reshape(here.sybil.shape)
