"""Streams of shoulder exercises from a watch: when does which exercise happen, by frames and by anchors?

Source: the recordings of D. M. Burns et al. (2018), doi:10.1088/1361-6579/aacfd9, cut and joined by this book; the path
of classes after A. Viterbi (1967), doi:10.1109/TIT.1967.1054010.

step      0.48 s, six samples
splice    the place where two recordings were joined, steps
cost      what each change of class costs a path, in log posterior, nats
"""

from dataclasses import dataclass

import numpy as np

from miniatures import shoulder_watch as watch
from miniatures.checks import numbers, real, several, whole, whole_numbers
from miniatures.logistic import Logistic, LogOdds, fit, fit_two
from miniatures.segments import TIOUS, average_precision, checked, non_maximum_suppression, overlaps, recalled

SAMPLES = 6  # in a step
STEP = SAMPLES / watch.RATE  # s
CLASSES = 7
PARTS, SHORT, LONG = 10, 5.0, 20.0  # recordings in a stream, s of each
STREAMS = 8  # of a person
AROUND = 2  # steps on both sides that a frame's statistics cover
SCALES = (8, 11, 14, 19, 26, 34, 45, 60)  # anchors, steps: 3.8 to 29 s
POSITIVE, NEGATIVE, SUPPRESSED = 0.7, 0.5, 0.5
KEPT = {True: 500, False: 1000}
PENALTY = 3.0
FOLDS = ((1, 2, 3), (4, 5, 6), (7, 8, 9), (10,))
CUTS = (0.3, 0.5, 0.7)
METHODS = ("frames, most probable", "frames, Viterbi", "anchors", "anchors and context")
APART = 10_000  # steps between streams on a common time axis


@dataclass(frozen=True)
class Stream:
    """Samples (T, SAMPLES, 6); segments (M, 2) in steps with their classes (M,); the steps at which recordings were joined."""

    samples: np.ndarray
    segments: np.ndarray
    classes: np.ndarray
    splices: np.ndarray


def stream(person: int, rng: np.random.Generator) -> Stream:
    """PARTS recordings of one person, 1 to 10, in random order, each cut to SHORT to LONG seconds; equal neighbours are one segment."""
    made = watch.recordings()
    mine = np.flatnonzero(made["subject"] == whole("person", person, 1, 10))
    parts, segments, now = [], [], 0
    for number in rng.permutation(mine)[:PARTS]:
        x, kind = made["x"][number], int(made["exercise"][number])
        length = min(round(rng.uniform(SHORT, LONG) / STEP), len(x) // SAMPLES)
        start = int(rng.integers(0, len(x) - length * SAMPLES + 1))
        parts.append(x[start : start + length * SAMPLES].reshape(length, SAMPLES, 6))
        if segments and segments[-1][2] == kind:
            segments[-1][1] = now + length
        else:
            segments.append([now, now + length, kind])
        now += length
    table = np.array(segments)
    return Stream(
        np.concatenate(parts), table[:, :2].astype(float), table[:, 2], np.cumsum([len(p) for p in parts])[:-1]
    )


def streams(people, seed: int) -> list[Stream]:
    """STREAMS streams of each of `people`, those of one person always the same for one seed."""
    seed = whole("seed", seed, 0, 2**31)
    people = [whole("people", person, 1, 10) for person in several("people", people)]
    return [stream(p, np.random.default_rng([seed, p, n])) for p in people for n in range(STREAMS)]


def statistics(samples, starts, ends):
    """Means and log deviations (N, 12) of the samples (T, SAMPLES, 6) in steps [starts, ends), clipped to the stream."""
    samples = numbers("samples", samples, (None, None, 6))
    starts, ends = whole_numbers("starts", starts), whole_numbers("ends", ends)
    if starts.ndim != 1 or starts.shape != ends.shape:
        raise ValueError(f"starts of shape {starts.shape} and ends of shape {ends.shape} must both be of shape (N,)")
    sums = np.stack([samples.sum(axis=1), (samples**2).sum(axis=1)])  # (2, T, 6)
    total = np.concatenate([np.zeros((2, 1, 6)), sums.cumsum(axis=1)], axis=1)
    low = np.clip(starts, 0, len(samples) - 1)
    high = np.maximum(np.clip(ends, 0, len(samples)), low + 1)
    mean, square = (total[:, high] - total[:, low]) / ((high - low) * SAMPLES)[:, None]
    return np.hstack([mean, np.log(np.maximum(square - mean**2, 1e-6)) / 2])


def frame_features(one: Stream):
    """The statistics around each step, (T, 12)."""
    steps = np.arange(len(one.samples))
    return statistics(one.samples, steps - AROUND, steps + AROUND + 1)


def frame_classes(one: Stream):
    """The class of each step, (T,)."""
    return np.repeat(one.classes, np.diff(one.segments)[:, 0].astype(int))


def viterbi(log_posteriors, cost: float):
    """The path of classes (T,) with the greatest sum of `log_posteriors` (T, K), less `cost` for each change, 0 to 1e6.

    With cost 0 it is the most probable class of each step.

    >>> viterbi([[0, -9], [-2, 0], [0, -9]], 0).tolist(), viterbi([[0, -9], [-2, 0], [0, -9]], 1.5).tolist()
    ([0, 1, 0], [0, 0, 0])
    """
    scores, cost = numbers("log_posteriors", log_posteriors, (None, None)), real("cost", cost, 0, 1e6)
    best, came = scores[0].copy(), np.zeros(scores.shape, int)
    for t in range(1, len(scores)):
        top = int(best.argmax())
        stays = best >= best[top] - cost
        came[t] = np.where(stays, np.arange(scores.shape[1]), top)
        best = np.where(stays, best, best[top] - cost) + scores[t]
    path = np.empty(len(scores), int)
    path[-1] = best.argmax()
    for t in range(len(scores) - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path


def runs(path, posteriors):
    """The runs of one class in a path (T,): segments (R, 2), classes (R,), and the mean posterior of the class in each (R,).

    >>> [part.tolist() for part in runs([0, 0, 1], [[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])]
    [[[0.0, 2.0], [2.0, 3.0]], [0, 1], [0.625, 0.75]]
    """
    posteriors = numbers("posteriors", posteriors, (None, None), 0, 1)
    path = whole_numbers("path", path, (len(posteriors),), 0, posteriors.shape[1] - 1)
    ends = np.append(np.flatnonzero(np.diff(path)) + 1, len(path))
    starts = np.append(0, ends[:-1])
    classes = path[starts]
    sure = [posteriors[a:b, k].mean() for a, b, k in zip(starts, ends, classes, strict=True)]
    return np.column_stack([starts, ends]).astype(float), classes, np.array(sure)


@dataclass(frozen=True)
class Detector:
    """Anchors: whether one fits a segment, a model for each scale; and of which class it is."""

    fits: tuple[LogOdds, ...]
    kinds: Logistic
    context: bool


def anchors(length: int, scale: int):
    """The anchors (P, 2) of one scale in a stream of `length` steps, one a step.

    >>> anchors(9, 8).tolist()
    [[0, 8], [1, 9]]
    """
    length, scale = whole("length", length, 1, 10**6), whole("scale", scale, 1, 10**6)
    starts = np.arange(max(0, length - scale + 1))
    return np.column_stack([starts, starts + scale])


def anchor_features(one: Stream, places, context: bool):
    """Statistics of each anchor (P, 12); with context how far those of a third of its length before and after are from them (P, 36)."""
    start, end = whole_numbers("places", places, (None, 2)).T
    inside = statistics(one.samples, start, end)
    if not context:
        return inside
    third = (end - start) // 3
    beside = [statistics(one.samples, *ends) for ends in ((start - third, start), (end, end + third))]
    return np.hstack([inside] + [np.abs(part - inside) for part in beside])


def fit_frames(made: list[Stream]) -> Logistic:
    """The class of a step from the statistics around it, learnt from every second step."""
    features, classes = (np.concatenate([f(one)[::2] for one in _some(made)]) for f in (frame_features, frame_classes))
    return fit(features, classes, CLASSES, PENALTY)


def fit_anchors(made: list[Stream], context: bool, rng: np.random.Generator) -> Detector:
    """Learn which anchors have a tIoU of POSITIVE or more, not below NEGATIVE, and the classes of the former.

    >>> fit_anchors(streams((1,), 0)[:2], False, np.random.default_rng(0))
    Traceback (most recent call last):
    ValueError: made: of 2 streams no anchor of 60 steps is good: give more streams
    """
    made, fits, fitting, kinds = _some(made), [], [], []
    for scale in SCALES:
        parts = {True: [], False: []}
        for one in made:
            places = anchors(len(one.samples), scale)
            found = overlaps(places.astype(float), one.segments)  # (P, M)
            features = anchor_features(one, places, context)
            for wanted, mask in ((True, found.max(axis=1) >= POSITIVE), (False, found.max(axis=1) < NEGATIVE)):
                parts[wanted].append((features[mask], one.classes[found[mask].argmax(axis=1)]))
        chosen, counts = {}, {}
        for wanted, pairs in parts.items():
            features, classes = (np.concatenate(part) for part in zip(*pairs, strict=True))
            if not len(features):
                raise ValueError(
                    f"made: of {len(made)} streams no anchor of {scale} steps is {'good' if wanted else 'bad'}: give more streams"
                )
            rows = rng.permutation(len(features))[: KEPT[wanted]]
            chosen[wanted], counts[wanted] = (features[rows], classes[rows]), len(features)
        truth = np.repeat([1, 0], [len(chosen[k][0]) for k in (True, False)])
        model = fit_two(np.vstack([chosen[k][0] for k in (True, False)]), truth, PENALTY)
        fits.append(model.shifted(np.log(counts[True] * (truth == 0).sum() / (counts[False] * truth.sum()))))
        fitting.append(chosen[True][0][:, :12])
        kinds.append(chosen[True][1])
    return Detector(tuple(fits), fit(np.vstack(fitting), np.concatenate(kinds), CLASSES, PENALTY), context)


def detect_frames(posteriors, cost: float):
    """Segments, classes and scores of the runs of the best path through posteriors (T, K)."""
    posteriors = numbers("posteriors", posteriors, (None, None), 0, 1)
    return runs(viterbi(np.log(np.maximum(posteriors, 1e-12)), cost), posteriors)


def detect_anchors(one: Stream, detector: Detector, most: int = 60):
    """Segments (R, 2), classes and scores of the anchors that survive suppression: how well one fits times how sure its class is.

    >>> made = streams((1,), 0)
    >>> no_idea = LogOdds(np.zeros(12), np.ones(12), np.zeros(13))  # every anchor fits as well as not
    >>> detector = Detector((no_idea,) * len(SCALES), fit_frames(made[:2]), context=False)
    >>> places, classes, scores = detect_anchors(made[7], detector, most=3)
    >>> places.shape, bool((np.diff(scores) <= 0).all()), bool(scores.max() <= 0.5)
    ((3, 2), True, True)
    """
    places, scores, classes = [], [], []
    for scale, model in zip(SCALES, detector.fits, strict=True):
        mine = anchors(len(one.samples), scale)
        features = anchor_features(one, mine, detector.context)
        kinds = detector.kinds.posteriors(features[:, :12])
        places.append(mine.astype(float))
        scores.append(kinds.max(axis=1) / (1 + np.exp(-np.clip(model.log_odds(features), -500, 500))))
        classes.append(kinds.argmax(axis=1))
    places, scores, classes = (np.concatenate(part) for part in (places, scores, classes))
    kept = non_maximum_suppression(places, scores, SUPPRESSED, most)
    return places[kept], classes[kept], scores[kept]


def measures(made: list[Stream], found: list) -> dict[str, float]:
    """mAP at each of CUTS and AR@10, AR@20 of what was `found`, (segments, classes, scores) a stream.

    >>> made = streams((1,), 0)
    >>> posteriors = fit_frames(made[:2]).posteriors(frame_features(made[7]))
    >>> found = [detect_frames(posteriors, changes_cost(made))]
    >>> round(measures(made[7:], found)["mAP@0.5"], 2)
    0.83
    """
    shift = [APART * number for number in range(len(_some(made)))]
    found = _checked(found, len(made))
    truth, detections = (
        [np.concatenate(part) for part in zip(*rows, strict=True)]
        for rows in (
            [(one.segments + by, one.classes) for one, by in zip(made, shift, strict=True)],
            [(one[0] + by, *one[1:]) for one, by in zip(found, shift, strict=True)],
        )
    )
    kinds = np.unique(truth[1])
    table = {}
    for cut in CUTS:
        each = [
            average_precision(
                truth[0][truth[1] == k], detections[0][detections[1] == k], detections[2][detections[1] == k], cut
            )
            for k in kinds
        ]
        table[f"mAP@{cut:g}"] = float(np.mean(each))
    for most in (10, 20):
        hits = [
            recalled(one.segments, seg[np.argsort(-score, kind="stable")[:most]], TIOUS)
            for one, (seg, _, score) in zip(made, found, strict=True)
        ]
        table[f"AR@{most}"] = float(np.concatenate(hits).mean())
    return table


def _some(made):
    if not isinstance(made, (list, tuple)) or not made:
        raise ValueError(f"made={made!r} must be a list of one stream or more")
    return made


def _checked(found, streams):
    if (
        not isinstance(found, (list, tuple))
        or len(found) != streams
        or any(len(several("found", one)) != 3 for one in found)
    ):
        raise ValueError(f"found must be a list of (segments, classes, scores), one for each of {streams} streams")
    each = []
    for number, (segments, classes, scores) in enumerate(found):
        name, segments = f"found[{number}]", checked(f"found[{number}]", segments)
        size = (len(segments),)
        each.append((segments, whole_numbers(name, classes, size, 0, CLASSES - 1), numbers(name, scores, size)))
    return each


def changes_cost(made: list[Stream]) -> float:
    """What a change of class should cost: the log odds of staying, over all other classes, from how long segments last."""
    lengths = np.concatenate([np.diff(one.segments)[:, 0] for one in _some(made)])
    leave = 1 / lengths.mean()
    return float(np.log((1 - leave) / (leave / (CLASSES - 1))))


def jumps(made: list[Stream]):
    """How far neighbouring samples lie apart, each axis in its own deviation: at splices (S,), elsewhere (O,).

    >>> [round(float(part.mean()), 1) for part in jumps(streams((1,), 0)[:7])]
    [3.3, 0.9]
    """
    flat = [one.samples.reshape(-1, 6) for one in _some(made)]
    scale = np.concatenate(flat).std(axis=0)
    at, other = [], []
    for one, x in zip(made, flat, strict=True):
        size = np.linalg.norm(np.diff(x, axis=0) / scale, axis=1)  # (samples - 1,)
        splice = np.isin(np.arange(1, len(x)), one.splices * SAMPLES)
        at.append(size[splice])
        other.append(size[~splice])
    return np.concatenate(at), np.concatenate(other)
