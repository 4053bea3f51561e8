"""A pointer's trace over a picture with boxes, and a narrative: a trace with the words that were spoken during it.

box        (x0, y0, x1, y1), x to the right, y downwards
word       (start, end) of the time in which it is spoken, seconds on the trace's clock
box index  row of the box that a word is about; -1 for none
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from miniatures.checks import numbers, whole_numbers

FARTHEST = 1e6  # seconds, and units of the picture
SHORTEST = 1e-3  # seconds that a trace lasts at least
LONGEST_TRACE = 100_000  # samples
TIED = 1e-9


@dataclass(frozen=True)
class Trace:
    """A pointer over a picture: times (N,) in seconds, never falling, xs and ys (N,), and the picture's boxes (B, 4).

    The pointer rests at a sample until the next one comes, as a browser sends no event while nothing moves; the last
    sample ends the trace. Coordinates may lie outside the picture. ValueError for times that fall or all are equal.
    """

    times: np.ndarray
    xs: np.ndarray
    ys: np.ndarray
    boxes: np.ndarray

    def __post_init__(self):
        times = numbers("times", self.times, (None,), -FARTHEST, FARTHEST)
        if not 2 <= len(times) <= LONGEST_TRACE or (np.diff(times) < 0).any() or times[-1] - times[0] < SHORTEST:
            raise ValueError(
                f"times of length {len(times)} must be 2 to {LONGEST_TRACE:,} seconds that never fall, "
                f"the last {SHORTEST:g} or more after the first"
            )
        for name, value in (("times", times), ("boxes", boxes_of(self.boxes))):
            object.__setattr__(self, name, value)
        for name in ("xs", "ys"):
            object.__setattr__(self, name, numbers(name, getattr(self, name), times.shape, -FARTHEST, FARTHEST))

    @cached_property
    def sums(self) -> tuple:
        """Distinct times (D,) and, up to each of them, the seconds in each box and the integrals of x and of y, (D, B + 2)."""
        last = np.append(np.diff(self.times) > TIED, True)  # of samples at one time the last holds
        times, xs, ys = self.times[last], self.xs[last], self.ys[last]
        held = np.column_stack([inside(xs, ys, self.boxes), xs, ys])[:-1] * np.diff(times)[:, None]
        return times, np.vstack([np.zeros(held.shape[1]), np.cumsum(held, axis=0)])

    def between(self, starts, ends) -> tuple:
        """Seconds in each box (..., B), mean position (..., 2) and seconds of trace (...) between starts and ends (...)."""
        times, sums = self.sums
        first, final = (np.clip(edge, times[0], times[-1]) for edge in (starts, ends))
        spent = np.stack([np.interp(final, times, s) - np.interp(first, times, s) for s in sums.T], axis=-1)
        covered = final - first
        mean = spent[..., -2:] / np.maximum(covered, TIED)[..., None]
        return np.maximum(spent[..., :-2], 0), mean, covered


@dataclass(frozen=True)
class Narrative:
    """A trace with what was said: words (M, 2), start and end in seconds, and the box index (M,) that each is about, or -1.

    `texts` are the words themselves, M of them, or none.
    """

    trace: Trace
    words: np.ndarray
    about: np.ndarray
    texts: tuple = ()

    def __post_init__(self):
        if not isinstance(self.trace, Trace):
            raise ValueError(f"trace={self.trace!r:.60} must be a Trace")
        words = spans_of(self.words)
        about = whole_numbers("about", self.about, (len(words),), -1, len(self.trace.boxes) - 1)  # -1 for none
        if not isinstance(self.texts, (tuple, list)) or len(self.texts) not in (0, len(words)):
            raise ValueError(
                f"texts={self.texts!r:.60} must be a tuple of {len(words)} texts, one for each word, or empty"
            )
        for name, value in (("words", words), ("about", about.astype(int)), ("texts", tuple(self.texts))):
            object.__setattr__(self, name, value)

    @property
    def named(self) -> np.ndarray:
        """Which words (M,) are about a box."""
        return self.about >= 0


def shuffled(told: Narrative, rng) -> Narrative:
    """The same narrative with the boxes of its words exchanged by chance: there is nothing left to fit.

    >>> told = Narrative(Trace([0, 1], [0, 0], [0, 0], [(0, 0, 1, 1), (1, 0, 2, 1)]), [(0, 1), (1, 2)], [0, -1])
    >>> shuffled(told, np.random.default_rng(0)).named.tolist()
    [True, False]
    """
    return replace(told, about=np.where(told.named, rng.permutation(len(told.trace.boxes))[told.about], -1))


def inside(xs, ys, boxes) -> np.ndarray:
    """Whether each point (N,) lies in each box (B, 4), its edge included, (N, B)."""
    x, y = numbers("xs", xs, None, -FARTHEST, FARTHEST), numbers("ys", ys, None, -FARTHEST, FARTHEST)
    if x.ndim != 1 or y.shape != x.shape:
        raise ValueError(f"xs of shape {x.shape} and ys of shape {y.shape} must both be (N,)")
    x, y = x[:, None], y[:, None]
    boxes = numbers("boxes", boxes, (None, 4), -FARTHEST, FARTHEST)
    return (x >= boxes[:, 0]) & (y >= boxes[:, 1]) & (x <= boxes[:, 2]) & (y <= boxes[:, 3])


def areas(boxes) -> np.ndarray:
    """Areas (...) of boxes (..., 4)."""
    boxes = numbers("boxes", boxes, None, -FARTHEST, FARTHEST)
    if boxes.shape[-1:] != (4,):
        raise ValueError(f"boxes of shape {boxes.shape} must be (..., 4): x0, y0, x1 and y1 of each")
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def spans_of(words) -> np.ndarray:
    """`words` as an array (M, 2) of start and end in seconds; ValueError where one ends before its start.

    >>> spans_of([(0, 1), (1, 1.5)]).tolist()
    [[0.0, 1.0], [1.0, 1.5]]
    """
    found = numbers("words", words, (None, 2), -FARTHEST, FARTHEST)
    if (found[:, 1] < found[:, 0]).any():
        raise ValueError(
            f"words holds {found[found[:, 1] < found[:, 0]][0].tolist()}: a word must not end before its start"
        )
    return found


def boxes_of(boxes, name: str = "boxes") -> np.ndarray:
    """`boxes` as an array (B, 4); ValueError names one whose sides are not positive."""
    found = numbers(name, boxes, (None, 4), -FARTHEST, FARTHEST)
    flat = (found[:, 2:] - found[:, :2]).min(axis=1) < TIED
    if flat.any():
        raise ValueError(
            f"{name} holds {found[flat][0].tolist()}: a box is (x0, y0, x1, y1) with x1 - x0 and y1 - y0 of {TIED:g} or more"
        )
    return found
