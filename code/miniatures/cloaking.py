"""A mask that only machines see: photographs changed a little, so that whoever trains on them learns a wrong face.

Source: S. Shan, E. Wenger, J. Zhang, H. Li, H. Zheng and B. Y. Zhao, "Fawkes: protecting privacy against unauthorized deep
learning models", USENIX Security Symposium (2020), arXiv:2002.08327. The people are drawn; the trackers are ours.

x  photograph as a row of n pixels, from 0 (black) to 1 (white)
δ  cloak: what is added to a photograph, (n,)
ε  budget: largest change of a pixel, share of the range from black to white
ρ  budget of the linear case: largest Euclidean length of the cloak
Φ  feature extractor, (n,) -> (k,)
M  matrix of a linear extractor, Φ(x) = M x, (k, n)
t  features of the person whom the cloaked photographs shall resemble to a machine, (k,)
λ  multiplier of the budget: 0 where it does not bind
P  protection: share of a person's new, uncloaked photographs that the tracker does not give to that person
"""

from dataclasses import dataclass

import numpy as np

from miniatures import logistic
from miniatures.checks import numbers, one_of, real, whole
from miniatures.cloaking_world import (
    BYSTANDERS,
    CLOAKS,
    EXTRACTORS,
    MOST_SEED,
    PHOTOS,
    USERS,
    cloaked_users,
    extractor,
    sybil_photos,
    world,
)
from miniatures.pixel_cloaks import cloak as cloak
from miniatures.pixel_cloaks import cloak_linear as cloak_linear

TRACKERS = ("centroid", "nearest", "logistic")
PENALTY = 1.0
SHOWN = ("clean", "cloaked")


def recognise(tracker: str, features, people, new_features) -> np.ndarray:
    """To whom a tracker gives each new photograph, (M,): it knows `features` (N, k) of `people` (N,) and sees `new_features` (M, k).

    "centroid": the nearest mean; "nearest": the owner of the nearest photograph; "logistic": the most probable class.

    >>> recognise("nearest", [[0.0], [1.0], [9.0]], [0, 0, 1], [[4.0], [6.0]]).tolist()
    [0, 1]
    """
    tracker, features = one_of("tracker", tracker, TRACKERS), numbers("features", features, (None, None))
    new = numbers("new_features", new_features, (None, features.shape[1]))
    people = np.asarray(numbers("people", people, (len(features),), 0, 10_000), int)
    names = np.unique(people)
    if tracker == "logistic":
        model = logistic.fit(features, np.searchsorted(names, people), len(names), PENALTY)
        return names[model.posteriors(new).argmax(axis=1)]
    known = features if tracker == "nearest" else np.array([features[people == one].mean(axis=0) for one in names])
    squares = (new**2).sum(axis=1)[:, None] - 2 * new @ known.T + (known**2).sum(axis=1)  # (M, N)
    return (people if tracker == "nearest" else names)[squares.argmin(axis=1)]


@dataclass(frozen=True)
class Outcome:
    """What one tracker makes of the new photographs of everybody."""

    missed: np.ndarray  # (8,): of each user's 16 new photographs, how many are not given to the user
    bystanders: float  # the share of the bystanders' new photographs that are recognised

    @property
    def protection(self) -> float:
        """The share of the users' new photographs that are not given to them."""
        return float(self.missed.mean() / PHOTOS)


def outcome(tracker: str, cloaked_photos: int, leaked: int, budget: float, seed: int, extractor_of: str = "same",
            by: str = "plain", sybil: bool = False, shown: str = "clean") -> Outcome:  # fmt: skip
    """Trains a tracker on what is published and shows it 16 new photographs of each person.

    Of each person `cloaked_photos` (1 to 16) are published; of a user's, the first `leaked` (0 to all) are not cloaked.
    The tracker's extractor is the "same" as the user's, an "other" or a "robust" one; the cloaks are made `by` the user's
    "plain" or "robust" extractor or are "noise". With `sybil` there are eight more accounts, one for each user. What is
    `shown` of the users is "clean", as it should be, or "cloaked", as it should not.

    >>> outcome("nearest", 2, 0, 0.0, 1).missed.shape
    (8,)
    """
    count, seed = whole("cloaked_photos", cloaked_photos, 1, PHOTOS), whole("seed", seed, 0, MOST_SEED)
    leaked, budget = whole("leaked", leaked, 0, count), real("budget", budget, 0, 1)
    one_of("tracker", tracker, TRACKERS)
    one_of("by", by, CLOAKS)
    model = extractor(seed, one_of("extractor_of", extractor_of, EXTRACTORS))
    found = _published(seed, budget, by, sybil)[:, :count].copy()
    found[:USERS, :leaked] = world(seed).training[:USERS, :leaked]
    new = world(seed).validation
    if one_of("shown", shown, SHOWN) == "cloaked":
        new = np.concatenate([cloaked_users(seed, budget, by, True), new[USERS:]])
    people = np.repeat(np.arange(len(found)), count)
    rows, new = (photos.reshape(-1, photos.shape[-1]) for photos in (found, new))
    given = recognise(tracker, model.features(rows), people, model.features(new))
    wrong = given.reshape(-1, PHOTOS) != np.arange(USERS + BYSTANDERS)[:, None]
    return Outcome(wrong[:USERS].sum(axis=1), float(1 - wrong[USERS:].mean()))


def _published(seed, budget, by, sybil):
    """The photographs of every account with no leak: the users' cloaked ones, the bystanders' clean ones, the sybils'."""
    parts = [cloaked_users(seed, budget, by), world(seed).training[USERS:]]
    return np.concatenate([*parts, sybil_photos(seed, budget)] if sybil else parts)


def protection(tracker: str, cloaked_photos: int, leaked: int, budget: float, seed: int, extractor_of: str = "same",
               by: str = "plain", sybil: bool = False, shown: str = "clean") -> float:  # fmt: skip
    """The share of the users' clean, new photographs that a tracker does not give to them: P, from 0 to 1.

    `tracker` is "centroid", "nearest" or "logistic". Of each user `cloaked_photos` are published, 1 to 16, all cloaked within
    `budget` but the first `leaked`, which are clean. A seed draws all people and trains all extractors. The rest as in `outcome`.

    >>> 0 <= protection("centroid", 2, 2, 0.0, 1) <= 1
    True
    """
    return outcome(tracker, cloaked_photos, leaked, budget, seed, extractor_of, by, sybil, shown).protection
