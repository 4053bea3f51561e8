"""The chapter's stored trackers: who was missed how often, what the cloaks cost, and one world's pictures and features.

Source: code/precompute/cloaking.py, which runs `miniatures.cloaking` on the fresh seeds.

P      protection: share of a person's new, uncloaked photographs that the tracker does not give to that person
DSSIM  structural dissimilarity of a photograph and its cloaked self, from 0 to 1
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import one_of, real, whole
from miniatures.cloaking import CLOAKS, EXTRACTORS, PHOTOS, TRACKERS
from miniatures.data import load
from miniatures.results import place

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made
BUDGETS = tuple(round(0.01 * step, 2) for step in range(11))
LEAK_BUDGETS = (0.02, 0.04, 0.06, 0.1)
LEAKS = tuple(range(PHOTOS + 1))
SYBIL_LEAKS = (0, 1, 2, 4, 8, 16)
STANDARD = 0.06
PUBLISHED_DSSIM = 0.007  # the default threshold of the authors' published code
SHOWN_USERS = (0, 1, 2)


@cache
def _arrays():
    return load("cloaking_runs.npz")


@cache
def pictures() -> dict[str, np.ndarray]:
    """The stored pictures and feature maps of the first fresh seed, as code/precompute/cloaking.py wrote them."""
    return load("cloaking_example.npz")


def missed(tracker: str, budget: float, leaked: int = 0, extractor_of: str = "same", by: str = "plain") -> np.ndarray:
    """Of each user's 16 new photographs, how many the tracker missed: (5 seeds, 8 users), whole numbers as floats.

    Leaks are stored for plain cloaks and the budgets LEAK_BUDGETS; everything else with no leak, for BUDGETS.

    >>> missed("nearest", 0.06).shape
    (5, 8)
    """
    at = (
        EXTRACTORS.index(one_of("extractor_of", extractor_of, EXTRACTORS)),
        TRACKERS.index(one_of("tracker", tracker, TRACKERS)),
    )
    one_of("by", by, CLOAKS)
    if not whole("leaked", leaked, 0, PHOTOS):
        return _arrays()["missed"][:, place("budget", budget, BUDGETS), *at, CLOAKS.index(by)].astype(float)
    if by != "plain":
        raise ValueError(f"by={by!r} is not stored with leaked={leaked}: 'plain' is")
    return _arrays()["leaks"][:, place("budget", budget, LEAK_BUDGETS), leaked, *at].astype(float)


def stored(tracker: str, budget: float, leaked: int = 0, extractor_of: str = "same", by: str = "plain") -> np.ndarray:
    """The protection in each fresh seed, (5,), from 0 to 1; arguments as in `missed`.

    >>> stored("nearest", 0.06).shape
    (5,)
    """
    return missed(tracker, budget, leaked, extractor_of, by).mean(axis=1) / PHOTOS


def bystanders(tracker: str, budget: float, extractor_of: str = "same", by: str = "plain") -> np.ndarray:
    """The share of the bystanders' new photographs that the tracker recognises, in each fresh seed, (5,), with no leak.

    >>> bystanders("nearest", 0.06).shape
    (5,)
    """
    at = (
        EXTRACTORS.index(one_of("extractor_of", extractor_of, EXTRACTORS)),
        TRACKERS.index(one_of("tracker", tracker, TRACKERS)),
    )
    return _arrays()["bystanders"][:, place("budget", budget, BUDGETS), *at, CLOAKS.index(one_of("by", by, CLOAKS))]


def with_sybil(tracker: str, leaked: int, extractor_of: str = "same") -> np.ndarray:
    """The protection in each fresh seed at the standard budget when each user has a sybil account, (5,)."""
    at = (
        EXTRACTORS.index(one_of("extractor_of", extractor_of, EXTRACTORS)),
        TRACKERS.index(one_of("tracker", tracker, TRACKERS)),
    )
    return _arrays()["sybil"][:, place("leaked", leaked, SYBIL_LEAKS), *at].mean(axis=1) / PHOTOS


def shown_cloaked(tracker: str, published: str, extractor_of: str = "same") -> np.ndarray:
    """The share of *cloaked* new photographs that are missed, (5,), after "clean" or "cloaked" photographs were `published`.

    >>> shown_cloaked("nearest", "clean").shape
    (5,)
    """
    at = (
        EXTRACTORS.index(one_of("extractor_of", extractor_of, EXTRACTORS)),
        TRACKERS.index(one_of("tracker", tracker, TRACKERS)),
    )
    which = ("clean", "cloaked").index(one_of("published", published, ("clean", "cloaked")))
    return _arrays()["shown"][:, which, *at].mean(axis=1) / PHOTOS


def visible(budget: float, by: str = "plain") -> np.ndarray:
    """The mean DSSIM between the users' photographs and their cloaked selves, in each fresh seed, (5,)."""
    return _arrays()["dssim"][:, place("budget", budget, BUDGETS), CLOAKS.index(one_of("by", by, CLOAKS))]


def at_dssim(wanted: float, tracker: str, extractor_of: str = "same", by: str = "plain") -> float:
    """The mean protection at a mean DSSIM of `wanted`, between the stored budgets by straight lines.

    >>> 0 <= at_dssim(0.007, "nearest") <= 1
    True
    """
    wanted = real("wanted", wanted)
    cost = [visible(budget, by).mean() for budget in BUDGETS]
    if not 0 <= wanted <= cost[-1]:
        raise ValueError(f"wanted={wanted!r} must be a DSSIM from 0 to {cost[-1]:.4f}")
    return float(np.interp(wanted, cost, [stored(tracker, budget, 0, extractor_of, by).mean() for budget in BUDGETS]))


@dataclass(frozen=True)
class FeatureMap:
    """Features of one world on the two directions of largest spread, all (…, 2)."""

    others: np.ndarray  # (15 * 16, 2): published, clean photographs of everybody else
    target: np.ndarray  # (16, 2): photographs of the public person that the cloak aims at
    new: np.ndarray  # (16, 2): the user's new, clean photographs
    published: np.ndarray  # (16, 2): what the user published, cloaked within the budget
    share: float  # of the variance that the two directions hold


def feature_map(user: int, budget: float, extractor_of: str = "same") -> FeatureMap:
    """The map of a shown user in the first fresh seed, as an extractor of the tracker sees it."""
    which, e = place("user", user, SHOWN_USERS), EXTRACTORS.index(one_of("extractor_of", extractor_of, EXTRACTORS))
    user, found, scale = SHOWN_USERS[which], pictures(), pictures()["map_scale"]
    clean = found["map_published"][e, 0] * scale[e]  # (8, 16, 2)
    others = np.concatenate([np.delete(clean, user, axis=0), found["map_bystanders"][e] * scale[e]])
    return FeatureMap(
        others.reshape(-1, 2), found["map_target"][e, which] * scale[e], found["map_new"][e, user] * scale[e],
        found["map_published"][e, place("budget", budget, BUDGETS), user] * scale[e], float(found["map_share"][e]),
    )  # fmt: skip


def least_leak(tracker: str, budget: float = STANDARD, extractor_of: str = "same") -> int:
    """The fewest leaked photographs of 16 at which the tracker identifies more than half of the users' new photographs.

    >>> least_leak("nearest") <= least_leak("centroid")
    True
    """
    for leaked in LEAKS:
        if stored(tracker, budget, leaked, extractor_of).mean() < 0.5:
            return leaked
    raise ValueError(f"tracker={tracker!r} identifies no half at budget={budget}, not even with all photographs leaked")


def all_missed(tracker: str, budget: float, extractor_of: str = "same") -> tuple[int, int]:
    """Of how many users all 16 new photographs were missed, and of how many there are in the five seeds.

    >>> all_missed("nearest", 0.0)
    (0, 40)
    """
    found = missed(tracker, budget, 0, extractor_of)
    return int((found == PHOTOS).sum()), found.size
