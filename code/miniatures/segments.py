"""Segments of time: how much two of them overlap, which of many to keep, and how well a ranking of them finds the truth.

Source: the usual measures of temporal action localization, as the ActivityNet challenge defines them
(http://activity-net.org/challenges/2017/proposals.html); average precision with the envelope of M. Everingham et al.,
"The Pascal Visual Object Classes (VOC) Challenge" (2010), doi:10.1007/s11263-009-0275-4, over all points.

tIoU   temporal intersection over union: shared time over covered time, 0 to 1
AR@N   recall of the N best proposals a video, averaged over the ten tIoU thresholds .5, .55 … .95
AP     area under the curve of precision over recall, precision made to fall
"""

import numpy as np

from miniatures.checks import as_array, numbers, real, whole

LATEST = 1e9  # the latest time that a segment may have
TIOUS = np.arange(50, 100, 5) / 100


def temporal_iou(segment_a, segment_b) -> float:
    """Shared time of two segments (start, end) over the time that they cover together, 0 to 1.

    Raises ValueError for a segment that does not end after its start.

    >>> temporal_iou((2, 7.5), (4, 10))
    0.4375
    """
    a, b = (checked(name, [one])[0] for name, one in (("segment_a", segment_a), ("segment_b", segment_b)))
    return float(_overlaps(a[None], b[None])[0, 0])


def overlaps(one, other):
    """The temporal IoU of each segment of `one` (M, 2) with each of `other` (N, 2), (M, N); both have positive lengths.

    >>> overlaps([(0, 4)], [(2, 4), (4, 6)]).tolist()
    [[0.5, 0.0]]
    """
    return _overlaps(checked("one", one, empty=True), checked("other", other, empty=True))


def _overlaps(one, other):
    """The tIoU of each of `one` (M, 2) with each of `other` (N, 2), (M, N)."""
    shared = np.minimum(one[:, None, 1], other[None, :, 1]) - np.maximum(one[:, None, 0], other[None, :, 0])
    shared = np.maximum(shared, 0)  # (M, N)
    covered = (one[:, 1] - one[:, 0])[:, None] + (other[:, 1] - other[:, 0])[None] - shared
    return shared / covered


def non_maximum_suppression(segments, scores, threshold, most=None):
    """Indices of the segments (N, 2) that no better kept one overlaps by a tIoU above `threshold`, best first, (K,).

    Equal scores: the earlier row is the better. With `most`, only the first so many.

    >>> non_maximum_suppression([(0, 10), (1, 11), (20, 30)], [0.7, 0.9, 0.8], 0.5).tolist()
    [1, 2]
    """
    segments = checked("segments", segments, empty=True)
    scores = numbers("scores", scores) if len(segments) else np.zeros(0)
    if scores.shape != (len(segments),):
        raise ValueError(f"scores of shape {scores.shape} must be of shape ({len(segments)},), one for each segment")
    threshold = real("threshold", threshold, 0, 1)
    most = len(segments) if most is None else whole("most", most, 1, 10**9)
    left, kept = np.argsort(-scores, kind="stable"), []
    while len(left) and len(kept) < most:
        kept.append(left[0])
        left = left[1:][_overlaps(segments[left[:1]], segments[left[1:]])[0] <= threshold]
    return np.array(kept, int)


def recalled(truth, ranked, thresholds=TIOUS):
    """Which of the true segments (M, 2) some segment of `ranked` (N, 2) overlaps by each threshold or more, (M, H) of bools.

    >>> recalled([(0, 4), (6, 8)], [(0, 3)], [0.5, 0.75, 0.8]).tolist()
    [[True, True, False], [False, False, False]]
    """
    truth, ranked = checked("truth", truth, empty=True), checked("ranked", ranked, empty=True)
    best = _overlaps(truth, ranked).max(axis=1) if len(ranked) else np.zeros(len(truth))
    return best[:, None] >= numbers("thresholds", thresholds, (None,), 0, 1) - 1e-9  # (M, 1) against (H,)


def average_precision(ground_truth, detections, scores, threshold) -> float:
    """The area under precision over recall of `detections` (N, 2), best score first, 0 to 1.

    A detection is right if a true segment (M, 2) that no better detection has taken overlaps it by a tIoU of
    `threshold` or more; it takes the one that it overlaps most. Precision at a recall is the best at that recall or
    a higher one. Equal scores: the earlier row first. Streams of several videos: shift each to a time of its own.

    >>> round(average_precision([(0, 10), (20, 30)], [(0, 9), (50, 60), (21, 30)], [0.9, 0.8, 0.7], 0.5), 4)
    0.8333
    """
    truth, found = checked("ground_truth", ground_truth), checked("detections", detections, empty=True)
    threshold = real("threshold", threshold, 1e-9, 1)
    if not len(found):
        return 0.0
    order = np.argsort(-numbers("scores", scores, (len(found),)), kind="stable")
    return ranked_precision(matched(truth, found[order], threshold), len(truth))


def ranked_precision(right, truths: int) -> float:
    """The average precision of a ranking of which `right` (N,) says, best first, what is right, out of so many `truths`.

    >>> round(ranked_precision(np.array([True, False, True]), 2), 4)
    0.8333
    """
    truths, right = whole("truths", truths, 1, 10**9), as_array("right", right)
    if right.ndim != 1 or right.dtype != bool:
        raise ValueError(f"right of shape {right.shape} and type {right.dtype} must be bools (N,)")
    hits = np.cumsum(right)
    precision = np.maximum.accumulate((hits / np.arange(1, len(hits) + 1))[::-1])[::-1]
    return float(precision[right].sum() / truths)  # recall rises by 1/truths at each hit


def matched(truth, ranked, threshold):
    """Which of `ranked` (N, 2), best first, take a true segment (M, 2) of their own, (N,) of bools."""
    truth, ranked = checked("truth", truth), checked("ranked", ranked, empty=True)
    threshold = real("threshold", threshold, 0, 1)
    found, free, right = _overlaps(ranked, truth), np.ones(len(truth), bool), np.zeros(len(ranked), bool)
    for row, one in enumerate(found):
        best = int(np.where(free, one, -1).argmax())
        if free[best] and one[best] >= threshold - 1e-9:
            free[best], right[row] = False, True
    return right


def checked(name, segments, empty=False):
    """`segments` as floats (N, 2), each with its end after its start; none of them only with `empty`."""
    segments = as_array(name, segments)
    if empty and segments.size == 0:
        return np.zeros((0, 2))
    segments = numbers(name, segments, (None, 2), -LATEST, LATEST)
    if not (segments[:, 1] > segments[:, 0]).all():
        wrong = segments[segments[:, 1] <= segments[:, 0]][0]
        raise ValueError(f"{name} holds ({wrong[0]:g}, {wrong[1]:g}): a segment must end after its start")
    return segments
