"""Localized narratives: a word is grounded where the pointer was while it was spoken.

A miniature of J. Pont-Tuset, J. Uijlings, S. Changpinyo, R. Soricut and V. Ferrari, "Connecting Vision and Language with
Localized Narratives", ECCV 2020, arXiv:1912.03098. Voice and pointer share a clock, so each word has a segment of the trace.

box     (x0, y0, x1, y1), x to the right, y downwards, as in the published data
word    (start, end) of the time in which it is spoken, seconds
lag     how far the voice is behind the pointer, seconds: a word spoken from s to e is looked up from s - lag to e - lag
        (where that is shorter than a millisecond, in the millisecond about its middle)
box index   row of the box that a word is about; -1 for none (words like "and")
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, real
from miniatures.narrative_trace import FARTHEST, SHORTEST, TIED, Narrative, Trace, areas, boxes_of, spans_of


@dataclass(frozen=True)
class Calibration:
    """A lag fitted on some narratives and its accuracy on others; `own_...` were fitted on the ones they are scored on."""

    lag: float
    accuracy: float
    own_lag: float
    own_accuracy: float


def box_iou(box_a, box_b) -> float:
    """Intersection over union of two boxes (x0, y0, x1, y1), 0 to 1.

    Raises ValueError for a box without area.

    >>> round(box_iou((0, 0, 2, 2), (1, 1, 3, 3)), 4)  # 1 of 7
    0.1429
    """
    (a,), (b,) = (boxes_of([box], name) for name, box in (("box_a", box_a), ("box_b", box_b)))
    width, height = np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])
    shared = max(width, 0.0) * max(height, 0.0)
    return float(shared / (areas(a) + areas(b) - shared))


def ground_words(trace, words, lag) -> np.ndarray:
    """For each of the words (M, 2) the index (M,) of the box in which the pointer was longest, `lag` seconds before.

    Where it was in no box: the box nearest to its mean position. Equally long or near: the smaller box. Where the trace
    does not reach: -1. `trace` is a Trace, `lag` is in seconds, positive where the voice is behind the pointer.

    >>> trace = Trace([0, 1, 2], [0.2, 0.8, 0.8], [0.5, 0.5, 0.5], [(0, 0, 0.4, 1), (0.6, 0, 1, 1)])
    >>> ground_words(trace, [(0.6, 1.0), (1.6, 2.0), (5, 6)], 0.5).tolist()
    [0, 1, -1]
    """
    if not isinstance(trace, Trace):
        raise ValueError(f"trace={trace!r:.60} must be a Trace(times, xs, ys, boxes)")
    starts, ends = _windows(spans_of(words), real("lag", lag, -FARTHEST, FARTHEST))
    return _grounded(trace, starts, ends)


def best_lag(narratives, lags) -> float:
    """The lag, in seconds, at which most named words of the Narratives are grounded right, sought among `lags` (L,).

    Where neighbouring lags tie, the middle between the first and the last of them (of the longest such run), for accuracy
    is flat while words stay within a dwell. ValueError where no word is about a box, or none is right at any lag.

    >>> trace = Trace([0, 1, 2], [0.2, 0.8, 0.8], [0.5, 0.5, 0.5], [(0, 0, 0.4, 1), (0.6, 0, 1, 1)])
    >>> both = Narrative(trace, [(0.7, 1.1), (1.5, 1.9)], [0, 1])
    >>> best_lag([both], [-0.2, 0, 0.2, 0.4, 0.6, 0.8])
    0.3
    """
    lags = _lags(lags)
    found = accuracy(narratives, lags)
    if found.max() <= TIED:
        raise ValueError(f"lags from {lags.min():g} to {lags.max():g}: at none of them is a word grounded right")
    return middle_of_best(found, lags)


def middle_of_best(values, lags, near: float = 1.0) -> float:
    """The middle of the longest run of neighbouring `lags` (L,) whose `values` (L,) are at least `near` times the largest.

    >>> middle_of_best([0.1, 0.9, 1.0, 1.0, 0.2], [0, 1, 2, 3, 4]), middle_of_best([0.1, 0.9, 1, 1, 0.2], range(5), 0.8)
    (2.5, 2.0)
    """
    lags = _lags(lags)
    order = np.argsort(lags, kind="stable")
    values, lags = numbers("values", values, lags.shape)[order], lags[order]
    good = values >= real("near", near, 0, 1) * values.max() - TIED
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good, [0]])))  # of runs: first, one after the last, first ...
    longest = np.argmax(lags[edges[1::2] - 1] - lags[edges[::2]])
    return float((lags[edges[2 * longest]] + lags[edges[2 * longest + 1] - 1]) / 2)


def agreement(narratives, lags) -> np.ndarray:
    """Share of the named words' time in which the pointer is in the word's box, for each of `lags` (L,), 0 to 1, (L,)."""
    return _averaged(narratives, lags, _share_of_time)


def accuracy(narratives, lags) -> np.ndarray:
    """Share of named words that `ground_words` gives the right box, for each of `lags` (L,), 0 to 1, (L,)."""
    return _averaged(narratives, lags, _share_right)


def concentration(narratives, lags) -> np.ndarray:
    """Share of the words' time that the pointer spends in one box, whichever it is, (L,): it needs no labels."""
    return _averaged(narratives, lags, _share_in_one)


def calibrate(others, scored, lags) -> Calibration:
    """The best of `lags` (L,) on the narratives `others`, and what it gives on `scored`.

    ValueError where a narrative is in both: a lag is not to be scored on what it was fitted on.
    """
    others, scored = _narratives("others", others), _narratives("scored", scored)
    if any(one is other for one in scored for other in others):
        raise ValueError(
            "scored holds a narrative of others: score a lag on other narratives than those it was fitted on"
        )
    lag, own = best_lag(others, lags), best_lag(scored, lags)
    found = accuracy(scored, [lag, own])
    return Calibration(lag, float(found[0]), own, float(found[1]))


def words_per_second(words) -> float:
    """How many of `words` (M, 2) are spoken a second, from the first one's start to the last one's end.

    >>> words_per_second([(0.0, 0.4), (0.5, 0.75), (1.0, 2.0)])
    1.5
    """
    words = spans_of(words)
    spoken = words[:, 1].max() - words[:, 0].min()
    if spoken < SHORTEST:
        raise ValueError(f"words last {spoken:g} s altogether: they must last {SHORTEST:g} s or more")
    return float(len(words) / spoken)


def _grounded(trace, starts, ends):
    spent, mean, covered = trace.between(starts, ends)  # (..., B), (..., 2), (...)
    gaps = np.maximum(trace.boxes[:, :2] - mean[..., None, :], mean[..., None, :] - trace.boxes[:, 2:])
    distance = np.hypot(*np.moveaxis(np.maximum(gaps, 0), -1, 0))  # (..., B)
    score = np.where(spent.max(axis=-1, keepdims=True) > TIED, spent, -distance)
    tied = score >= score.max(axis=-1, keepdims=True) - TIED
    found = np.where(tied, areas(trace.boxes), np.inf).argmin(axis=-1)
    return np.where(covered > 0, found, -1)


def _share_of_time(narrative, starts, ends):
    spent = narrative.trace.between(starts, ends)[0]  # (L, M, B)
    return np.take_along_axis(spent, narrative.about[narrative.named][None, :, None], 2)[..., 0] / (ends - starts)


def _share_right(narrative, starts, ends):
    return _grounded(narrative.trace, starts, ends) == narrative.about[narrative.named]


def _share_in_one(narrative, starts, ends):
    return narrative.trace.between(starts, ends)[0].max(axis=-1) / (ends - starts)


def _averaged(narratives, lags, share):
    lags = _lags(lags)
    shares = []
    for narrative in _narratives("narratives", narratives):
        if narrative.named.any():
            shares.append(share(narrative, *_windows(narrative.words[narrative.named], lags[:, None])))  # (L, M)
    if not shares:
        raise ValueError("narratives: none of their words is about a box, so there is nothing to agree with")
    return np.concatenate(shares, axis=1).mean(axis=1)


def _windows(words, lag):
    middle = words.mean(axis=1) - lag
    half = np.maximum(words[:, 1] - words[:, 0], SHORTEST) / 2
    return middle - half, middle + half


def _lags(lags):
    return numbers("lags", lags, (None,), -FARTHEST, FARTHEST)


def _narratives(name, narratives):
    listed = list(narratives) if isinstance(narratives, (list, tuple)) else []
    if not listed or not all(isinstance(one, Narrative) for one in listed):
        raise ValueError(f"{name}={narratives!r:.60} must be a list of one or more Narratives")
    return listed
