"""A camera that waits for a smile: whom it looks at, when it takes the picture, and what its bar shows.

Source: N. Shiee and A. Agarwala, "Take Your Best Selfie Automatically, with Photobooth on Pixel 3", Google AI Blog (2019). The post
describes rules and prints no number; the refractory pause, the two-sided window and the hysteresis are ours.

L  buffer: how many later frames a frame is compared with, so also how late a shot is saved, frames
R  refractory pause: how many frames after a shot none is taken
s  confidence of each key expression on each face, from 0 to 1, (F, K)
a  size of each face in the picture, (F,); only the ratios count
w  weight of each face, sums to 1, (F,)
r  expression of the whole group, the weighted mean of s, (K,)
β  sharpness: how strongly a face that agrees with the group is preferred
θ  thresholds between the levels of the bar, increasing, (J,)
m  margin of the hysteresis, in units of the values
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import as_array, numbers, real, scalar, whole

MOST_FRAMES, MOST_FACES, MOST_THRESHOLDS, MOST_SHARPNESS = 100_000, 100, 100, 100.0
LARGEST_SCORE = 1e6


def literal_shots(scores, buffer: int, threshold: float | None = None) -> np.ndarray:
    """The frames (S,) that the rule as printed saves: those that score more than each of the `buffer` frames after them.

    `scores` (T,), most recent last; below `threshold` nothing is saved. A frame is judged when its buffer is full, so the last
    `buffer` frames never are; a frame that only ties with a later one is not saved.

    >>> literal_shots([1, 5, 4, 3, 2, 2, 2], 2).tolist()
    [1, 2, 3]
    """
    scores, buffer = _scores(scores), _buffer(buffer)
    return np.flatnonzero(_beats_later(scores, buffer) & _high_enough(scores, threshold))


def shots(scores, buffer: int, refractory: int, threshold: float | None = None) -> np.ndarray:
    """The frames (S,) of `literal_shots` that are left when none is taken in the `refractory` frames after a shot.

    >>> shots([1, 5, 4, 3, 2, 2, 2], 2, 2).tolist()
    [1]
    """
    refractory = whole("refractory", refractory, 0, MOST_FRAMES)
    taken: list[int] = []
    for frame in literal_shots(scores, buffer, threshold).tolist():
        if not taken or frame > taken[-1] + refractory:
            taken.append(frame)
    return np.array(taken, int)


def two_sided_shots(scores, buffer: int, threshold: float | None = None) -> np.ndarray:
    """The frames (S,) that score more than each of the `buffer` frames after them and each of those before them.

    At the start of the video fewer frames lie before. Two shots are more than `buffer` frames apart by themselves.

    >>> two_sided_shots([1, 5, 4, 3, 2, 2, 2], 2).tolist()
    [1]
    """
    scores, buffer = _scores(scores), _buffer(buffer)
    after, before = _beats_later(scores, buffer), _beats_earlier(scores, buffer)
    return np.flatnonzero(after & before & _high_enough(scores, threshold))


def latency(buffer: int, rate: float = 30.0) -> float:
    """How long after the moment a shot is saved, milliseconds, at `rate` frames a second.

    >>> latency(15)
    500.0
    """
    return 1000 * _buffer(buffer) / real("rate", rate, 1e-3, 1e6)


@dataclass(frozen=True)
class Catch:
    """What a rule made of a video with known moments, M of them."""

    shots: int  # how many were taken
    caught: np.ndarray  # (M,): whether a shot lies within the moment
    duplicates: int  # shots beyond the first within a moment
    outside: int  # shots within no moment
    regret: np.ndarray  # (M,): best quality of the moment less that of its best shot; nan where there is none


def catch(taken, moments, quality) -> Catch:
    """How the frames `taken` (S,) fall on `moments` (M, 2), first and last frame of each, disjoint, and what `quality` (T,) they have.

    The regret of a moment that no frame caught is nan.

    >>> catch([2, 3, 9], [(1, 4), (6, 7)], [0, 0, 8, 9, 7, 0, 5, 5, 0, 0]).duplicates
    1
    """
    quality = _scores(quality, "quality")
    moments = np.asarray(numbers("moments", moments, (None, 2), 0, len(quality) - 1), int)
    taken = as_array("taken", taken)
    taken = (
        np.zeros(0, int) if taken.size == 0 else np.asarray(numbers("taken", taken, (None,), 0, len(quality) - 1), int)
    )
    if (moments[:, 0] > moments[:, 1]).any():
        raise ValueError(
            f"moments={moments.tolist()} must each give a first frame and a last one that is not before it"
        )
    ordered = moments[np.argsort(moments[:, 0], kind="stable")]
    if (ordered[1:, 0] <= ordered[:-1, 1]).any():
        raise ValueError(f"moments={moments.tolist()} must not overlap")
    inside = (moments[:, :1] <= taken) & (taken <= moments[:, 1:])  # (M, S)
    best = np.array([quality[first : last + 1].max() for first, last in moments.tolist()])
    got = np.where(inside, quality[taken], -np.inf).max(axis=1, initial=-np.inf)
    caught = inside.any(axis=1)
    regret = np.where(caught, best - np.where(caught, got, 0), np.nan)
    return Catch(len(taken), caught, int(inside.sum() - caught.sum()), int((~inside.any(axis=0)).sum()), regret)


def attend_faces(scores, sizes, sharpness: float, iterations: int = 3) -> np.ndarray:
    """How much each face counts, (F,), summing to 1: first by its size, then `iterations` times by size * exp(β s·r).

    `scores` (F, K) from 0 to 1, `sizes` (F,) positive; r is the mean of the scores under the weights of the last round.

    >>> attend_faces([[1.0], [1.0], [0.0]], [2, 2, 1], 0).tolist()
    [0.4, 0.4, 0.2]
    """
    scores = numbers("scores", scores, (None, None), 0, 1)
    if len(scores) > MOST_FACES:
        raise ValueError(f"scores of {len(scores)} rows: at most {MOST_FACES} faces")
    sizes = numbers("sizes", sizes, (len(scores),), 1e-6, 1e6)
    sharpness = real("sharpness", sharpness, 0, MOST_SHARPNESS)
    weights = sizes / sizes.sum()
    for _ in range(whole("iterations", iterations, 0, 10_000)):
        group = weights @ scores  # (F,), (F, K) -> (K,)
        agreement = scores @ group  # (F,)
        weights = sizes * np.exp(sharpness * (agreement - agreement.max()))
        weights = weights / weights.sum()
    return weights


def tipping_sharpness(weight, ratio: float = 1.0) -> np.ndarray:
    """The sharpness at which `weight` (N,) of the first of two faces is a fixed point, (N,), when each makes another full expression.

    With sizes in the `ratio` first to second, log(w / (1 - w)) = log(ratio) + β (2w - 1); below 0 there is no such sharpness, and
    at w = ½ it is the limit, 2, for equal sizes, and nan for others.

    >>> tipping_sharpness([0.5, 0.9]).round(3).tolist()
    [2.0, 2.747]
    """
    weight = numbers("weight", weight, (None,), 1e-9, 1 - 1e-9)
    ratio = real("ratio", ratio, 1e-6, 1e6)
    middle = np.abs(2 * weight - 1) < 1e-9
    apart = np.where(middle, 1.0, 2 * weight - 1)
    found = (np.log(weight / (1 - weight)) - np.log(ratio)) / apart
    return np.where(middle, 2.0 if ratio == 1 else np.nan, found)


def group_score(scores, weights) -> float:
    """The one number for all faces, from 0 to 1: the weighted mean of each face's best expression.

    >>> group_score([[1.0, 0.0], [0.0, 0.5]], [0.5, 0.5])
    0.75
    """
    scores = numbers("scores", scores, (None, None), 0, 1)
    weights = numbers("weights", weights, (len(scores),), 0, 1)
    if abs(weights.sum() - 1) > 1e-6:
        raise ValueError(f"weights={weights.tolist()} must sum to 1, not to {weights.sum():g}")
    return float(weights @ scores.max(axis=1))


def final_score(faces, kiss, kiss_share: float = 0.5):
    """The frame's score, from 0 to 1: `kiss_share` of the kiss score and the rest of the faces' score; numbers or arrays alike.

    >>> final_score(0.75, 0.25, 0.5)
    0.5
    """
    share = real("kiss_share", kiss_share, 0, 1)
    faces = numbers("faces", faces, low=0, high=1)
    found = (1 - share) * faces + share * numbers("kiss", kiss, faces.shape if faces.ndim else (), 0, 1)
    return found if found.ndim else float(found)


def hysteresis(values, thresholds, margin: float) -> np.ndarray:
    """The level (T,) of each value, 0 to J, where a threshold θ is passed upward at θ + `margin` and downward below θ - `margin`.

    `values` (T,), `thresholds` (J,) increasing. The first value is binned plainly; margin 0 bins all of them plainly: the level
    is then how many thresholds a value reaches. Each threshold switches for itself, so a leap passes several at once.

    >>> hysteresis([0.1, 0.52, 0.48, 0.57, 0.48, 0.4], [0.25, 0.5, 0.75], 0.05).tolist()
    [0, 1, 1, 2, 2, 1]
    """
    values, thresholds = (
        _scores(values, "values"),
        numbers("thresholds", thresholds, (None,), -LARGEST_SCORE, LARGEST_SCORE),
    )
    margin = real("margin", margin, 0, LARGEST_SCORE)
    if len(thresholds) > MOST_THRESHOLDS:
        raise ValueError(f"thresholds of {len(thresholds)} numbers: at most {MOST_THRESHOLDS} are accepted")
    if (np.diff(thresholds) <= 0).any():
        raise ValueError(f"thresholds={thresholds.tolist()} must increase")
    up, down = values[:, None] >= thresholds + margin, values[:, None] < thresholds - margin  # (T, J)
    up[0], down[0] = values[0] >= thresholds, values[0] < thresholds
    last = np.maximum.accumulate(
        np.where(up | down, np.arange(len(values))[:, None], 0)
    )  # frame that last set a switch
    return np.take_along_axis(up, last, axis=0).sum(axis=1)


def total_variation(values) -> float:
    """How far a bar travels in all, up and down: the sum of |v[t + 1] - v[t]| over `values` (T,).

    >>> total_variation([0, 2, 1])
    3.0
    """
    return float(np.abs(np.diff(_scores(values, "values"))).sum())


def truncated_variation(values, accuracy: float) -> float:
    """The least total variation of any course that stays within `accuracy` of `values` (T,), a number of 0 or more.

    It is the largest sum of max(|step| - 2 accuracy, 0) over a selection of frames (R. M. Łochowski, 2015, arXiv:1503.01746, where
    it is proved to be the integral over all θ of how often a hysteresis with margin `accuracy` round θ switches, but for the start).

    >>> truncated_variation([0.0, 1.0, 0.9, 2.0], 0.25)
    1.5
    """
    values, accuracy = _scores(values, "values"), real("accuracy", accuracy, 0, LARGEST_SCORE)
    best_low, best_high, best = -values[0], values[0], 0.0  # sums of steps so far, less or plus the value they stand at
    for value in values[1:]:
        best = max(best, best_low + value - 2 * accuracy, best_high - value - 2 * accuracy)
        best_low, best_high = max(best_low, best - value), max(best_high, best + value)
    return float(best)


def _scores(scores, name="scores"):
    scores = numbers(name, scores, (None,), -LARGEST_SCORE, LARGEST_SCORE)
    if len(scores) > MOST_FRAMES:
        raise ValueError(f"{name} of {len(scores)} frames: at most {MOST_FRAMES} are accepted")
    return scores


def _buffer(buffer):
    return whole("buffer", buffer, 1, MOST_FRAMES)


def _beats_later(scores, buffer):
    """(T,): whether a frame scores more than the `buffer` frames after it, all of which exist."""
    wins = np.zeros(len(scores), bool)
    if buffer < len(scores):
        later = np.lib.stride_tricks.sliding_window_view(scores[1:], buffer).max(axis=1)
        wins[: len(later)] = scores[: len(later)] > later
    return wins


def _beats_earlier(scores, buffer):
    """(T,): whether a frame scores more than the up to `buffer` frames before it."""
    padded = np.concatenate([np.full(min(buffer, len(scores)), -np.inf), scores[:-1]])
    return (
        scores > np.lib.stride_tricks.sliding_window_view(padded, min(buffer, len(scores))).max(axis=1)[: len(scores)]
    )


def _high_enough(scores, threshold):
    return np.ones(len(scores), bool) if threshold is None else scores >= scalar("threshold", threshold)
