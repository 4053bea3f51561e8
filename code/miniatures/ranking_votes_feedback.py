"""When the list decides who is seen: a session in which each minute's votes follow the order that the votes before made.

The companion of `ranking_votes`. Questions are posted one after another; viewers read from the top of the list and vote;
the list is sorted anew every minute; at the end the question on top is asked.

Source: the model is ours. That the place in a list steers attention: K. Lerman and T. Hogg (2014).

p      place in the list, 1 at the top
η      steepness: the question in place p is looked at in proportion to 1/p^η
"""

from dataclasses import dataclass

import numpy as np

from miniatures import checks
from miniatures.ranking_votes import QUALITY, QUESTIONS, counted, wilson_bounds

MINUTES, POSTING, VOTES_A_MINUTE = 60, 40, 34  # about 2000 votes in all; questions are posted in the first 40 minutes
Z = 1.959963984540054
NAMES = {
    "random": "chance",
    "net": "net votes",
    "ratio": "ratio",
    "wilson": "Wilson, lower end",
    "beta": "Beta(5, 3) mean",
    "upper": "Wilson, upper end",
}
RULES = tuple(NAMES)


def shown_scores(rule: str, upvotes, votes, rng: np.random.Generator) -> np.ndarray:
    """What the list is sorted by, an array of the votes' shape: the scores of the chapter, chance, or Wilson's upper end.

    >>> shown_scores("upper", [0, 3], [0, 4], np.random.default_rng(0)).round(2).tolist()  # who has no votes is shown first
    [1.0, 0.95]
    """
    return _shown_scores(checks.one_of("rule", rule, RULES), *counted(upvotes, votes), rng)


def _shown_scores(rule, k, n, rng):
    if rule == "random":
        return rng.random(n.shape)
    if rule == "net":
        return 2 * k - n
    if rule == "ratio":
        return np.where(n > 0, k / np.maximum(n, 1), -1.0)
    if rule == "beta":
        return (k + QUALITY[0]) / (n + sum(QUALITY))
    return wilson_bounds(k, n, Z)[rule == "upper"]


@dataclass(frozen=True)
class Session:
    """`worlds` sessions, arrays (worlds, questions): true `quality`, the minute `posted`, and after each minute
    `upvotes` and `votes`, (minutes, worlds, questions)."""

    quality: np.ndarray
    posted: np.ndarray
    upvotes: np.ndarray
    votes: np.ndarray


def session(
    rule: str, worlds: int, rng: np.random.Generator, steepness: float = 1.0, minutes: int = MINUTES
) -> Session:
    """Sessions whose list is sorted by `rule`; `worlds` 1 to 1000, `steepness` 0 to 5, `minutes` 1 to 600.

    Question i of 50 is posted in minute 40 i/50. Each minute brings 34 votes: a vote goes to the question in place p
    with a probability in proportion to 1/p^steepness, and is up with the question's quality. Equal scores keep the
    order in which they were posted.
    """
    worlds, minutes = checks.count("worlds", worlds, 1000, 1), checks.count("minutes", minutes, 600, 1)
    rule, steepness = checks.one_of("rule", rule, RULES), checks.real("steepness", steepness, 0, 5)
    posted = np.floor(np.arange(QUESTIONS) * POSTING / QUESTIONS)
    quality = rng.beta(*QUALITY, (worlds, QUESTIONS))
    k, n = np.zeros((2, worlds, QUESTIONS))
    attention = np.arange(1.0, QUESTIONS + 1) ** -steepness
    history = np.zeros((2, minutes, worlds, QUESTIONS))
    for minute in range(minutes):
        there = posted <= minute
        score = np.where(there, _shown_scores(rule, k, n, rng), -np.inf)
        order = np.argsort(-score, axis=1, kind="stable")
        looked = np.empty_like(quality)
        np.put_along_axis(looked, order, np.broadcast_to(attention, quality.shape), 1)
        looked = looked * there
        new = rng.multinomial(VOTES_A_MINUTE, looked / looked.sum(axis=1, keepdims=True))
        k, n = k + rng.binomial(new, quality), n + new
        history[:, minute] = k, n
    return Session(quality, posted, *history)
