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

import numpy as np

from miniatures.checks import arrays, as_array, cached, numbers, positive, several, whole, whole_numbers
from miniatures.logistic import LogOdds, fit_two
from miniatures.segments import average_precision as average_precision
from miniatures.segments import non_maximum_suppression, overlaps, recalled
from miniatures.segments import temporal_iou as temporal_iou
from miniatures.temporal_towers import context_share, tower
from miniatures.temporal_towers import dilated_convolution as dilated_convolution
from miniatures.temporal_towers import receptive_field as receptive_field

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
    """Signals (V, C, FRAMES), C = 3: what happens, what leads to it, what follows; segments (M, 2) in frames; the video of each (M,)."""

    signals: np.ndarray
    segments: np.ndarray
    video: np.ndarray


def videos(count: int, rng: np.random.Generator, amplitude: float = AMPLITUDE, streams: int = 1) -> Videos:
    """`count` videos of unit noise in which actions raise the first channel by `amplitude`; the quarter of an action's
    length before it raises the second, the quarter after it the third. With two streams, six channels, all of it twice."""
    count, amplitude = whole("count", count, 1, 10_000), positive("amplitude", amplitude, 1e6)
    signals, found = rng.normal(size=(count, 3 * whole("streams", streams, 1, 2), FRAMES)), []
    for number, signal in enumerate(signals):
        for start, end in _programme(rng):
            margin = _margin(end - start)
            for channel, (first, last) in enumerate(((start, end), (start - margin, start), (end, end + margin))):
                signal[channel::3, first:last] += amplitude
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
    scale, middles = whole("scale", scale, 1, FRAMES), np.arange(FRAMES) + 0.5
    frames = np.flatnonzero((middles >= scale / 2) & (middles + scale / 2 <= FRAMES))
    return middles[frames, None] + np.array([-scale / 2, scale / 2]), frames


@dataclass(frozen=True)
class Look:
    """How anchors look at a signal: `aligned` receptive fields or one of `fixed` frames for all, the share of `context`,
    and a first layer that averages all frames (`pooled`) or three."""

    aligned: bool
    context: float
    pooled: bool = True
    fixed: int = FIXED

    def taps(self, signals, scale: int) -> list:
        """What an anchor of `scale` around each frame is given, for each stream of three channels (V, FRAMES, d)."""
        own = scale if self.aligned else self.fixed
        return [tower(signals[:, k : k + 3], own, self.context, self.pooled) for k in range(0, signals.shape[1], 3)]


def described(taps: list, rows):
    """The rows of each stream's taps with all their products of two, side by side, (N, streams · (d + d(d+1)/2)).

    `rows` are the numbers of the videos and those of the frames in them, (N,) each.

    >>> described([np.array([[[2.0, 3.0], [4.0, 5.0]]])], ([0, 0], [0, 1])).tolist()
    [[2.0, 3.0, 4.0, 6.0, 9.0], [4.0, 5.0, 16.0, 20.0, 25.0]]
    """
    if not len(several("taps", taps)):
        raise ValueError("taps=[] must hold what the anchors of one stream or more are given")
    taps = arrays("taps", taps, [(*as_array("taps[0]", taps[0]).shape[:2], None)] * len(taps))
    rows = tuple(whole_numbers("rows", rows, (2, None), 0))
    if not all(row.max() < side for row, side in zip(rows, taps[0].shape, strict=False)):
        raise ValueError(f"rows must be numbers of videos and of frames, of {taps[0].shape[:2]} that there are")
    return _described(taps, rows)


def _described(taps, rows):
    i, j = np.triu_indices(taps[0].shape[2])
    return np.hstack([np.hstack([t[rows], t[rows][:, i] * t[rows][:, j]]) for t in taps])


def fit_scorers(made: Videos, look: Look, rng: np.random.Generator) -> list[LogOdds]:
    """For each scale a logistic regression that tells anchors with a tIoU of POSITIVE or more from those below NEGATIVE."""
    scorers = []
    for scale in SCALES:
        taps, (places, frames) = look.taps(made.signals, scale), anchors(scale)
        best = np.stack(
            [overlaps(places, made.segments[made.video == v]).max(axis=1) for v in range(len(made.signals))]
        )
        rows, shares = [], []
        for wanted, mask in ((True, best >= POSITIVE), (False, best < NEGATIVE)):  # (V, P)
            chosen = np.argwhere(mask)
            shares.append(len(chosen))
            rows.append(chosen[rng.permutation(len(chosen))[: KEPT[wanted]]])
        truth = np.repeat([1, 0], [len(part) for part in rows])
        video, place = np.vstack(rows).T
        scorer = fit_two(_described(taps, (video, frames[place])), truth, PENALTY)
        # both kinds count as often as they occur, however many were learnt from
        scorers.append(scorer.shifted(np.log(shares[0] * len(rows[1]) / (shares[1] * len(rows[0])))))
    return scorers


def scored(signal, scorers: list[LogOdds], look: Look):
    """Every anchor (A, 2) of one video (C, FRAMES), its log-odds (A,) and the number of its scale (A,)."""
    signal, found = numbers("signal", signal, (None, FRAMES)), []
    if len(signal) % 3 or len(several("scorers", scorers)) != len(SCALES):
        raise ValueError(
            f"signal of {len(signal)} channels and scorers, {len(scorers)}: give three channels a stream, a scorer for each of {len(SCALES)} scales"
        )
    for number, (scale, scorer) in enumerate(zip(SCALES, scorers, strict=True)):
        places, frames = anchors(scale)
        features = _described(look.taps(signal[None], scale), (np.zeros(len(frames), int), frames))
        found.append((places, scorer.log_odds(features), np.full(len(frames), number)))
    return tuple(np.concatenate(part) for part in zip(*found, strict=True))


@dataclass(frozen=True)
class Ranked:
    """The test videos of a seed and, for each, the scored anchors as `scored` returns them."""

    made: Videos
    anchors: tuple

    def found(self, proposals: int, suppressed: float = SUPPRESSED):
        """Which true segment (M,) the `proposals` best of its video find at each of the ten thresholds, (M, 10) of bools."""
        hits = np.zeros((len(self.made.segments), 10), bool)
        for number, (places, scores, _) in enumerate(self.anchors):
            kept = non_maximum_suppression(places, scores, suppressed, proposals)
            mine = self.made.video == number
            hits[mine] = recalled(self.made.segments[mine], places[kept])
        return hits


@cached(8)
def ranked(seed: int, look: Look, amplitude: float = AMPLITUDE) -> Ranked:
    """Train on TRAINING videos drawn from `seed`, score the anchors of TESTING others."""
    rng = np.random.default_rng(whole("seed", seed, 0, MOST_SEED))
    training, test = (videos(count, rng, amplitude) for count in (TRAINING, TESTING))
    scorers = fit_scorers(training, look, rng)
    return Ranked(test, tuple(scored(signal, scorers, look) for signal in test.signals))


def average_recall(seed, aligned, context, proposals=10) -> float:
    """AR@`proposals` on test videos, 0 to 1, of scorers trained on other videos drawn from the same seed.

    `aligned`: each scale has a tower that sees as far as its anchors are long, else all share one of 26 frames.
    `context`: the tower sees half of its length more on both sides (or a share of that, 0 to 1). Proposals are
    counted after suppression. Raises ValueError for other arguments than seed 0 to 2³¹, bool, bool, 1 to 1000.
    """
    seed, proposals = whole("seed", seed, 0, MOST_SEED), whole("proposals", proposals, 1, MOST_PROPOSALS)
    if not isinstance(aligned, (bool, np.bool_)):
        raise ValueError(f"aligned={aligned!r} must be True or False")
    look = Look(bool(aligned), context_share(context))
    return float(ranked(seed, look).found(proposals).mean())
