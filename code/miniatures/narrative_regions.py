"""From a word's segment of the trace to a region of the picture: its bounding box, its density, the box of its densest part.

density   share of the segment's time that the pointer spent in each cell of a grid over the unit square, blurred
sigma     of the blur, in sides of the picture
mass      share of the density that the densest cells together hold
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, real, whole
from miniatures.narrative_trace import FARTHEST, SHORTEST, Trace, spans_of

STEP = 0.01  # seconds between the places that stand for a segment
MOST_SECONDS = 600  # of one segment
SIDE, SIGMA, MASS = 64, 0.04, 0.7


@dataclass(frozen=True)
class Segment:
    """Where the pointer was every hundredth of a second while a word was spoken: xs and ys (N,)."""

    xs: np.ndarray
    ys: np.ndarray


def segment(trace: Trace, word, lag: float) -> Segment:
    """The part of `trace` for a word (start, end), looked up `lag` seconds earlier; ValueError where there is none."""
    if not isinstance(trace, Trace):
        raise ValueError(f"trace={trace!r:.60} must be a Trace(times, xs, ys, boxes)")
    lag = real("lag", lag, -FARTHEST, FARTHEST)
    start, end = numbers("word", word, (2,), -FARTHEST, FARTHEST) - lag
    first, last = max(start, trace.times[0]), min(end, trace.times[-1])
    if end < start or last < first or last - first > MOST_SECONDS:
        raise ValueError(
            f"word={word!r:.60} less the lag must be a span of at most {MOST_SECONDS} s that meets the trace, "
            f"which goes from {trace.times[0]:g} to {trace.times[-1]:g} s"
        )
    steps = max(int(np.ceil((last - first) / STEP - SHORTEST)), 1)
    when = first + (last - first) * (np.arange(steps) + 0.5) / steps
    held = np.searchsorted(trace.times, when, side="right") - 1  # the last sample at or before
    return Segment(trace.xs[held], trace.ys[held])


def bounding_box(found: Segment) -> np.ndarray:
    """(x0, y0, x1, y1) of all its places; without area where the pointer did not move in one direction."""
    return np.array([found.xs.min(), found.ys.min(), found.xs.max(), found.ys.max()])


def density(found: Segment, side: int = SIDE, sigma: float = SIGMA) -> np.ndarray:
    """The segment's density (side, side), rows downwards, on the unit square: it sums to 1 where no place is far outside."""
    if not isinstance(found, Segment):
        raise ValueError(f"found={found!r:.60} must be a Segment")
    side = whole("side", side, 4, 400)
    sigma = real("sigma", sigma, 0.002, 1)
    middles = (np.arange(side) + 0.5) / side
    across, down = (np.exp(-(((middles - where[:, None]) / sigma) ** 2) / 2) for where in (found.xs, found.ys))
    for weights in (across, down):  # a place's own weights sum to 1 over the whole plane's cells
        weights /= sigma * side * np.sqrt(2 * np.pi)
    return down.T @ across / len(found.xs)


def densest_box(grid, mass: float = MASS) -> np.ndarray:
    """(x0, y0, x1, y1) about the fewest cells of a density (side, side) that hold `mass` of its sum."""
    mass = real("mass", mass, 0.01, 1)
    grid = numbers("grid", grid, (None, None), 0)
    total = grid.sum()
    if total <= 0:
        raise ValueError("grid sums to 0: the pointer was not over the picture")
    falling = np.argsort(-grid, axis=None, kind="stable")
    needed = int(np.searchsorted(np.cumsum(grid.ravel()[falling]), mass * total * (1 - 1e-9))) + 1
    rows, columns = np.divmod(falling[:needed], grid.shape[1])
    height, width = grid.shape
    return np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) / [width, height, width, height]


def phrase(words, number: int) -> tuple:
    """(start, end) of the word and of the two before it, as "and a disc" is: the span that a noun phrase takes."""
    words = spans_of(words)
    number = whole("number", number, 0, len(words) - 1)
    return float(words[max(number - 2, 0)][0]), float(words[number][1])
