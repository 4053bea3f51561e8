"""A reader's own narratives: two rounds over one picture, the lag from the first, the accuracy on the second.

A recording is what the page's control gives, a tuple of (time, x, y): seconds since Record, and the place in the picture as
shares of its sides, counted from its lower left corner, upwards. The words are nouns that are shown one after the other.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import cached, numbers, several, whole
from miniatures.localized_narratives import accuracy, best_lag, ground_words, middle_of_best
from miniatures.narrative_reader import follow, prompt, recorded
from miniatures.narrative_scenes import AFTER, Scene, scene
from miniatures.narrative_trace import FARTHEST, Narrative

ROUNDS = 2
PACE = 1.5  # seconds from word to word
LAGS = np.arange(-50, 31) / 20  # seconds
SEED = 17  # of the picture and of the two orders
REACTION = 0.4  # seconds, of the example
LEAST = 1  # places of a recording
STEP = 0.005  # of places, shares of a side
EVERY = 0.06  # seconds between two places of the example


@dataclass(frozen=True)
class Outcome:
    """One recorded round: its `narrative`, the `lag` it was grounded at and where each noun went (6,), -1 for nowhere.

    `fitted` says that the lag comes from the other round; else it is 0.
    """

    narrative: Narrative
    lag: float
    grounded: np.ndarray
    fitted: bool

    @property
    def right(self) -> float:
        """The share of nouns grounded right."""
        return float(self.correct.mean())

    @property
    def correct(self) -> np.ndarray:
        """Which nouns (6,) were grounded right."""
        return self.grounded == self.narrative.about[self.narrative.named]


@cache
def shown() -> Scene:
    """The picture of both rounds."""
    return scene(np.random.default_rng(SEED))


@cached()
def prompted(number: int) -> Narrative:
    """What is shown in round `number`, 0 or 1, each in an order of its own; its trace is a pointer at rest.

    >>> sorted(prompted(0).about[prompted(0).named].tolist())
    [0, 1, 2, 3, 4, 5]
    """
    number = whole("number", number, 0, ROUNDS - 1)
    return prompt(shown(), np.random.default_rng([SEED, number]), PACE)


def cues(number: int) -> tuple:
    """(time, noun) of each of the six words of round `number`.

    >>> len(cues(0)), cues(0)[0][0] < cues(0)[1][0]
    (6, True)
    """
    told = prompted(number)
    return tuple((round(float(told.words[k, 0]), 2), told.texts[k]) for k in np.flatnonzero(told.named))


def seconds() -> float:
    """How long a recording takes: until a second and a half after the last word."""
    return round(float(max(prompted(number).words.max() for number in range(ROUNDS)) + AFTER), 1)


def stops() -> tuple:
    """The middle (x, y) of each of the six boxes, counted upwards, for keys to jump to."""
    boxes = shown().boxes
    return tuple(
        (round(round(float(x) / STEP) * STEP, 3), round(round(float(1 - y) / STEP) * STEP, 3))
        for x, y in (boxes[:, :2] + boxes[:, 2:]) / 2
    )


def example(number: int) -> tuple:
    """A recording of round `number` by somebody who sets out for each shape REACTION seconds after its noun is shown."""
    times, xs, ys = follow(prompted(number), REACTION, np.random.default_rng([SEED, 10 + number]))
    kept = np.searchsorted(times, np.arange(0, seconds(), EVERY))
    kept = kept[kept < len(times)]
    return tuple(
        (round(float(t), 2), round(float(np.clip(x, 0, 1)), 3), round(float(np.clip(1 - y, 0, 1)), 3))
        for t, x, y in zip(times[kept], xs[kept], ys[kept], strict=True)
    )


def narrative_of(recording, number: int) -> Narrative | None:
    """Round `number` with the reader's trace in the place of the pointer at rest; None where there are under LEAST places."""
    told = prompted(number)
    if len(several("recording", recording)) < LEAST:
        return None
    times, xs, ups = numbers("recording", recording, (None, 3), -FARTHEST / 2, FARTHEST / 2).T
    if (np.diff(times) < 0).any():
        raise ValueError("recording must hold (time, x, y) in the order of time: its times fall")
    return recorded(told, times, xs, 1 - ups)


def outcome(scored: Narrative, other: Narrative | None = None) -> Outcome:
    """`scored` grounded at the best lag of the `other` round, or at 0 where there is none or none of its lags is right."""
    lag = None
    if other is not None and accuracy([other], LAGS).max() > 0:
        lag = best_lag([other], LAGS)
    words = scored.words[scored.named]
    used = 0.0 if lag is None else lag
    return Outcome(scored, used, ground_words(scored.trace, words, used), lag is not None)


def good_lags(told: Narrative) -> tuple:
    """(first, last) of the run of lags about the best one at which as many nouns are right, in seconds."""
    values = accuracy([told], LAGS)
    middle = middle_of_best(values, LAGS)
    good = np.flatnonzero(values >= values.max() - 1e-9)
    runs = np.split(good, np.flatnonzero(np.diff(good) > 1) + 1)
    chosen = min(runs, key=lambda run: abs(LAGS[run].mean() - middle))
    return float(LAGS[chosen[0]]), float(LAGS[chosen[-1]])
