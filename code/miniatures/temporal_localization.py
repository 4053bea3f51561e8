"""When did it happen? Anchors of ten lengths over a signal, scored by towers that see as far as the anchor, or further.

Source: Y.-W. Chao, S. Vijayanarasimhan, B. Seybold, D. A. Ross, J. Deng, R. Sukthankar, "Rethinking the Faster R-CNN
Architecture for Temporal Action Localization" (2018), arXiv:1804.07667, told by the Google AI blog in 2019.

s        scale: the length of an anchor, frames
a, b     dilations of a tower's first and second convolution, frames
RF       receptive field: from the first to the last frame that a score depends on, frames
tIoU     temporal intersection over union of two segments, 0 to 1
AR@N     average recall of the N best proposals a video, over tIoU thresholds .5, .55 … .95
AP, mAP  area under precision over recall; its mean over the classes
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from miniatures.checks import one_of, positive, whole
from miniatures.logistic import LogOdds, fit_two
from miniatures.segments import average_precision as average_precision
from miniatures.segments import non_maximum_suppression, overlaps, recalled
from miniatures.segments import temporal_iou as temporal_iou
from miniatures.temporal_towers import dilated_convolution as dilated_convolution
from miniatures.temporal_towers import receptive_field as receptive_field
from miniatures.temporal_towers import tower

FRAMES = 384  # of a video
SCALES = (6, 8, 12, 16, 22, 30, 40, 54, 74, 100)
FIXED = 26  # the scale of the one tower that all anchors share where receptive fields are not aligned: the middle of the scales
SHORTEST, LONGEST = 6, 120  # actions, frames
AMPLITUDE = 2.0  # of an action, standard deviations of the noise
TRAINING, TESTING = 60, 30  # videos
POSITIVE, NEGATIVE = 0.75, 0.5  # tIoU of anchors to learn from
KEPT = {True: 500, False: 1000}  # anchors of a scale to learn from, at most: with an action, without
PENALTY = 3.0
SUPPRESSED = 0.7
MOST_PROPOSALS = 1000
MOST_SEED = 2**31


@dataclass(frozen=True)
class Videos:
    """Signals (V, 3, FRAMES): what happens, what leads to it, what follows; segments (M, 2) in frames; the video of each (M,)."""

    signals: np.ndarray
    segments: np.ndarray
    video: np.ndarray


def videos(count: int, rng: np.random.Generator, amplitude: float = AMPLITUDE) -> Videos:
    """`count` videos of unit noise in which actions raise the first channel by `amplitude`; the quarter of an action's
    length before it raises the second, the quarter after it the third."""
    count, amplitude = whole("count", count, 1, 10_000), positive("amplitude", amplitude, 1e6)
    signals, found = rng.normal(size=(count, 3, FRAMES)), []
    for number, signal in enumerate(signals):
        for start, end in _programme(rng):
            margin = _margin(end - start)
            for channel, (first, last) in enumerate(((start, end), (start - margin, start), (end, end + margin))):
                signal[channel, first:last] += amplitude
            found.append((number, start, end))
    table = np.array(found)
    return Videos(signals, table[:, 1:].astype(float), table[:, 0])


def _margin(length):
    return max(2, (length + 2) // 4)


def _programme(rng):
    """Start and end of the actions of one video: log-uniform lengths, until one does not fit."""
    places, now = [], int(rng.integers(8, 40))
    while True:
        length = round(np.exp(rng.uniform(np.log(SHORTEST), np.log(LONGEST))))
        start = now + _margin(length)
        now = start + length + _margin(length)
        if now > FRAMES:
            return places
        places.append((start, start + length))
        now += int(rng.integers(4, 40))


def anchors(scale: int):
    """The anchors (P, 2) of one scale around the middle of each frame that lie inside the video, and these frames (P,)."""
    middles = np.arange(FRAMES) + 0.5
    frames = np.flatnonzero((middles >= scale / 2) & (middles + scale / 2 <= FRAMES))
    return middles[frames, None] + np.array([-scale / 2, scale / 2]), frames


def quadratic(taps):
    """The taps and all their products of two, (N, d) -> (N, d + d(d+1)/2)."""
    i, j = np.triu_indices(taps.shape[1])
    return np.hstack([taps, taps[:, i] * taps[:, j]])


def fit_scorers(made: Videos, aligned: bool, context: bool, rng, pooled: bool = True) -> list[LogOdds]:
    """For each scale a logistic regression that tells anchors with a tIoU of POSITIVE or more from those below NEGATIVE."""
    scorers, shared = [], None if aligned else tower(made.signals, FIXED, context, pooled)
    for scale in SCALES:
        taps = tower(made.signals, scale, context, pooled) if aligned else shared
        places, frames = anchors(scale)
        best = np.zeros((len(made.signals), len(places)))  # (V, P)
        for number in range(len(best)):
            best[number] = overlaps(places, made.segments[made.video == number]).max(axis=1)
        rows, shares = [], []
        for wanted, mask in ((True, best >= POSITIVE), (False, best < NEGATIVE)):
            chosen = np.argwhere(mask)
            shares.append(len(chosen))
            rows.append(chosen[rng.permutation(len(chosen))[: KEPT[wanted]]])
        truth = np.repeat([1, 0], [len(part) for part in rows])
        video, place = np.vstack(rows).T
        scorer = fit_two(quadratic(taps[video, frames[place]]), truth, PENALTY)
        # as many more of each kind there were than were learnt from
        scorers.append(scorer.shifted(np.log(shares[0] * len(rows[1]) / (shares[1] * len(rows[0])))))
    return scorers


def scored(signal, scorers, aligned: bool, context: bool, pooled: bool = True):
    """Every anchor (A, 2) of one video (3, FRAMES), its log-odds (A,) and the number of its scale (A,)."""
    shared, found = None if aligned else tower(signal[None], FIXED, context, pooled)[0], []
    for number, (scale, scorer) in enumerate(zip(SCALES, scorers, strict=True)):
        taps = tower(signal[None], scale, context, pooled)[0] if aligned else shared
        places, frames = anchors(scale)
        found.append((places, scorer.log_odds(quadratic(taps[frames])), np.full(len(frames), number)))
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


@dataclass(frozen=True)
class Ranked:
    """The test videos of a seed and, for each, the scored anchors as `scored` returns them."""

    made: Videos
    anchors: tuple


@lru_cache(maxsize=8)
def ranked(seed: int, aligned: bool, context: bool, pooled: bool = True) -> Ranked:
    """Train on TRAINING videos drawn from `seed`, score the anchors of TESTING others."""
    rng = np.random.default_rng(seed)
    training, test = videos(TRAINING, rng), videos(TESTING, rng)
    scorers = fit_scorers(training, aligned, context, rng, pooled)
    return Ranked(test, tuple(scored(signal, scorers, aligned, context, pooled) for signal in test.signals))


def found_actions(seed: int, aligned: bool, context: bool, proposals: int, pooled: bool = True):
    """Which true segment (M,) of the test videos the `proposals` best of its video find at each threshold, (M, 10) of bools."""
    run = ranked(seed, aligned, context, pooled)
    hits = np.zeros((len(run.made.segments), 10), bool)
    for number, (places, scores, _) in enumerate(run.anchors):
        kept = non_maximum_suppression(places, scores, SUPPRESSED, proposals)
        mine = run.made.video == number
        hits[mine] = recalled(run.made.segments[mine], places[kept])
    return hits


def average_recall(seed, aligned, context, proposals=10) -> float:
    """AR@`proposals` on test videos, 0 to 1, of towers trained on other videos of the same seed.

    `aligned`: each scale has a tower that sees as far as its anchors are long, else all share one of 26 frames.
    `context`: the tower sees half of its length more on both sides. Proposals are counted after suppression.
    """
    seed = whole("seed", seed, 0, MOST_SEED)
    aligned, context = (_flag(*pair) for pair in (("aligned", aligned), ("context", context)))
    proposals = whole("proposals", proposals, 1, MOST_PROPOSALS)
    return float(found_actions(seed, aligned, context, proposals).mean())


def _flag(name, value):
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}={value!r} must be True or False")
    return bool(value)
