"""Segments, towers and proposals: hand-worked cases, brute force, impulse responses, and what the page claims of ten seeds."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import temporal_localization as tl
from miniatures.comparisons import paired
from miniatures.segments import TIOUS, recalled
from miniatures.temporal_runs import FEW_SEEDS, LOOKS, SEEDS, grouped, recall, shown_anchors, shown_videos, stored
from miniatures.temporal_towers import dilations, first_layer, impulse_response, tower

TIMES = st.integers(0, 40)
SEGMENTS = st.tuples(TIMES, TIMES).filter(lambda p: p[0] != p[1]).map(lambda p: (min(p), max(p)))
LISTS = st.lists(SEGMENTS, min_size=1, max_size=12)


def by_frames(a, b):
    """tIoU of whole-numbered segments, by counting frames."""
    one, other = set(range(*a)), set(range(*b))
    return len(one & other) / len(one | other)


# ---- segments


def test_iou_by_hand():
    assert tl.temporal_iou((2, 7.5), (4, 10)) == pytest.approx(3.5 / 8)
    assert tl.temporal_iou((0, 1), (1, 2)) == 0
    assert tl.temporal_iou((0, 10), (2, 7)) == 0.5
    assert tl.temporal_iou((-3, -1), (-3, -1)) == 1


@given(SEGMENTS, SEGMENTS, st.integers(-50, 50), st.floats(0.01, 100))
def test_iou_counts_frames_and_knows_neither_order_nor_units(a, b, shift, unit):
    expected = by_frames(a, b)
    assert tl.temporal_iou(a, b) == pytest.approx(expected, abs=1e-12)
    assert tl.temporal_iou(b, a) == tl.temporal_iou(a, b)
    moved = [tuple(unit * (t + shift) for t in one) for one in (a, b)]
    assert tl.temporal_iou(*moved) == pytest.approx(expected, abs=1e-9)


def suppress_slowly(segments, scores, threshold):
    kept = []
    for i in sorted(range(len(segments)), key=lambda i: (-scores[i], i)):
        if all(by_frames(segments[i], segments[k]) <= threshold for k in kept):
            kept.append(i)
    return kept


@given(st.data(), LISTS, st.sampled_from((0.0, 0.3, 0.5, 0.7, 1.0)))
def test_suppression_is_the_slow_one(data, segments, threshold):
    scores = data.draw(st.lists(st.integers(0, 5), min_size=len(segments), max_size=len(segments)))
    kept = tl.non_maximum_suppression(segments, scores, threshold).tolist()
    assert kept == suppress_slowly(segments, scores, threshold)
    assert tl.non_maximum_suppression(segments, scores, threshold, 2).tolist() == kept[:2]


def test_suppression_at_its_ends():
    segments = [(0, 10), (1, 11), (0, 10), (20, 30)]
    assert tl.non_maximum_suppression(segments, [1, 2, 3, 4], 1).tolist() == [3, 2, 1, 0]
    assert tl.non_maximum_suppression(segments, [1, 2, 3, 4], 0).tolist() == [3, 2]
    assert tl.non_maximum_suppression([], [], 0.5).tolist() == []


def precision_slowly(truth, detections, scores, threshold):
    """AP by its definition: for each recall that is reached, the best precision from there on."""
    order, free, hits = sorted(range(len(scores)), key=lambda i: (-scores[i], i)), set(range(len(truth))), []
    for i in order:
        found = [(by_frames(detections[i], truth[k]), -k) for k in free]
        best, k = max(found, default=(0, 0))
        hits.append(best >= threshold - 1e-9)
        if hits[-1]:
            free.remove(-k)
    points = [(sum(hits[: n + 1]) / len(truth), sum(hits[: n + 1]) / (n + 1)) for n in range(len(hits))]
    levels = [k / len(truth) for k in range(1, len(truth) + 1)]
    return sum(max((p for r, p in points if r >= level - 1e-12), default=0) for level in levels) / len(truth)


@given(st.data(), LISTS, LISTS, st.sampled_from((0.1, 0.3, 0.5, 0.75, 1.0)))
def test_precision_is_the_slow_one(data, truth, detections, threshold):
    scores = data.draw(st.lists(st.integers(0, 4), min_size=len(detections), max_size=len(detections)))
    found = tl.average_precision(truth, detections, scores, threshold)
    assert found == pytest.approx(precision_slowly(truth, detections, scores, threshold), abs=1e-12)


def test_precision_by_hand():
    truth = [(0, 10), (20, 30)]
    assert tl.average_precision(truth, [(0, 9), (50, 60), (21, 30)], [0.9, 0.8, 0.7], 0.5) == pytest.approx(
        (1 + 2 / 3) / 2
    )
    assert tl.average_precision(truth, [(0, 10), (0, 10), (20, 30)], [0.9, 0.8, 0.7], 0.5) == pytest.approx(
        (1 + 2 / 3) / 2
    )  # a copy is wrong
    assert tl.average_precision(truth, truth, [1, 1], 1) == 1
    assert tl.average_precision(truth, [(0, 9)], [1], 0.95) == 0
    assert tl.average_precision(truth, [], [], 0.5) == 0


@given(LISTS, LISTS)
def test_recall_counts_actions_with_a_proposal_near(truth, ranked):
    slow = [[max(by_frames(a, b) for b in ranked) >= t - 1e-9 for t in TIOUS] for a in truth]
    assert recalled(np.array(truth, float), np.array(ranked, float)).tolist() == slow
    assert not recalled(np.array(truth, float), np.zeros((0, 2))).any()


# ---- towers


@pytest.mark.parametrize("scale", [4, 6, 10, 14, 18, 20, 34, 60, 120, 1000])
def test_the_impulse_response_is_as_long_as_the_receptive_field(scale):
    for context, frames in ((False, 1 + scale), (True, 1 + 2 * scale)):
        assert tl.receptive_field(scale, context) == frames
        a, b = dilations(scale, context)
        impulse = np.zeros(4 * scale + 9)
        impulse[len(impulse) // 2] = 1
        response = tl.dilated_convolution(tl.dilated_convolution(impulse, [1, 1, 1], a), [1, 1, 1], b)
        where = np.flatnonzero(response)
        assert where[-1] - where[0] + 1 == frames
        assert len(where) <= 9  # it skims
        places, pooled = impulse_response(scale, context, pooled=True)
        seen = places[np.abs(pooled) > 1e-12]
        assert seen[-1] - seen[0] + 1 == frames
    assert (np.abs(impulse_response(scale, False, pooled=True)[1]) > 1e-12).sum() == 1 + scale  # it leaves nothing out


def test_only_even_scales_have_a_tower_of_their_own():
    assert (tl.receptive_field(18), tl.receptive_field(18, context=True), tl.receptive_field(18, 0.5)) == (19, 37, 29)
    for scale in (7, 19, 2, 0, -6, 6.0, True, None, "6"):
        with pytest.raises(ValueError, match=f"scale={scale!r}"):
            tl.receptive_field(scale)
    for context in (-0.1, 1.5, "yes", None, math.nan):
        with pytest.raises(ValueError, match="context="):
            tl.receptive_field(18, context)


@given(st.integers(1, 60), st.integers(0, 4), st.integers(1, 70), st.integers(0, 10**6))
def test_the_dilated_convolution_is_numpys_with_a_spread_kernel(length, half, dilation, seed):
    rng = np.random.default_rng(seed)
    signal, kernel = rng.normal(size=length), rng.normal(size=2 * half + 1)
    wide = np.zeros(2 * half * dilation + 1)
    wide[::dilation] = kernel
    middle = half * dilation
    expected = np.convolve(signal, wide)[middle : middle + length]
    assert tl.dilated_convolution(signal, kernel, dilation) == pytest.approx(expected, abs=1e-12)
    both = np.stack([signal, 2 * signal])
    assert tl.dilated_convolution(both, kernel, dilation) == pytest.approx(
        np.stack([expected, 2 * expected]), abs=1e-12
    )


def test_the_dilated_convolution_refuses():
    for signal, kernel, dilation, named in (
        ([1.0], [1, 2], 1, "kernel"), ([1.0], [], 1, "kernel"), ([], [1], 1, "signal"), (3.0, [1], 1, "signal"),
        ([1.0, math.nan], [1], 1, "signal"), ([1.0], [1], 0, "dilation"), ([1.0], [1], 1.5, "dilation"), ([[1.0], [1.0, 2.0]], [1], 1, "signal"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=f"^{named}"):
            tl.dilated_convolution(signal, kernel, dilation)


@pytest.mark.parametrize("pooled", [True, False])
@pytest.mark.parametrize("context", [0.0, 0.5, 1.0])
def test_a_tower_sees_its_receptive_field_and_nothing_else(context, pooled):
    signal = np.random.default_rng(0).normal(size=(1, 1, 201))
    before = tower(signal, 24, context, pooled)[0, 100]
    half = tl.receptive_field(24, context) // 2
    for at, seen in ((100 - half, True), (100 + half, True), (100 - half - 1, False), (100 + half + 1, False)):
        changed = signal.copy()
        changed[0, 0, at] += 1
        assert (np.abs(tower(changed, 24, context, pooled)[0, 100] - before).max() > 1e-6) == seen


def test_taps_by_hand():
    signal = np.arange(41.0)[None, None]  # a ramp: the mean around t is t
    assert tower(signal, 12, True)[0, 20] == pytest.approx([16, 20, 24, 11, 29])
    assert first_layer(signal[0, 0], 2, pooled=False)[20] == pytest.approx(20)


# ---- videos and proposals


def test_videos_are_what_they_say():
    made = tl.videos(300, np.random.default_rng(1), 50.0)
    lengths = np.diff(made.segments)[:, 0]
    assert made.signals.shape == (300, 3, tl.FRAMES)
    assert set(made.video) == set(range(300))
    assert 6 == lengths.min() < 110 < lengths.max() <= 120
    for (start, end), video in zip(made.segments.astype(int)[:50], made.video[:50], strict=True):
        what, before, after = made.signals[video] > 25
        margin = max(2, math.floor((end - start) / 4 + 0.5))
        assert np.flatnonzero(what[start - margin : end + margin]).tolist() == list(range(margin, margin + end - start))
        assert np.flatnonzero(before[start - margin : end + margin]).tolist() == list(range(margin))
        assert np.flatnonzero(after[start : end + margin]).tolist() == list(range(end - start, end - start + margin))
    two = tl.videos(3, np.random.default_rng(1), 50.0, streams=2)
    assert np.array_equal(two.signals[:, :3] > 25, two.signals[:, 3:] > 25)
    assert not np.array_equal(two.signals[:, :3], two.signals[:, 3:])


def test_no_anchor_is_the_truth():
    """Anchors lie half a frame beside every action, so that no choice of scales can equal the grid of the truth."""
    for scale in tl.SCALES:
        places, frames = tl.anchors(scale)
        assert places.min() >= 0
        assert places.max() <= tl.FRAMES
        assert ((places * 2) % 2 == 1).all()
        assert len(frames) == tl.FRAMES - scale


def test_average_recall_is_the_brute_force_one():
    run = tl.ranked(31, LOOKS["aligned + context"])
    shares = []
    for number in range(6):
        places, scores, _ = run.anchors[number]
        order, kept = np.argsort(-scores, kind="stable"), []
        for i in order:
            if all(tl.temporal_iou(places[i], places[k]) <= 0.7 for k in kept):
                kept.append(i)
            if len(kept) == 10:
                break
        for one in run.made.segments[run.made.video == number]:
            best = max(tl.temporal_iou(one, places[k]) for k in kept)
            shares.append(np.mean([best >= t - 1e-9 for t in TIOUS]))
    assert run.found(10)[np.isin(run.made.video, range(6))].mean() == pytest.approx(np.mean(shares))
    assert tl.average_recall(31, True, True) == pytest.approx(run.found(10).mean())


def test_average_recall_grows_with_proposals_and_is_a_share():
    shares = [tl.average_recall(31, True, True, n) for n in (1, 5, 10, 50, 1000)]
    assert 0 < shares[0] < shares[1] < shares[2] <= shares[3] <= shares[4] <= 1


def test_training_and_test_videos_differ():
    rng = np.random.default_rng(200)
    training, test = tl.videos(tl.TRAINING, rng), tl.videos(tl.TESTING, rng)
    assert np.array_equal(test.signals, tl.ranked(200, LOOKS["fixed"]).made.signals)
    assert not np.isin(test.signals, training.signals).any()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: tl.temporal_iou((1, 1), (0, 1)), "segment_a"), (lambda: tl.temporal_iou((0, 1), (3, 2)), "segment_b"),
    (lambda: tl.temporal_iou((0, 1, 2), (0, 1)), "segment_a"), (lambda: tl.temporal_iou((0, math.inf), (0, 1)), "segment_a"),
    (lambda: tl.temporal_iou("ab", (0, 1)), "segment_a"), (lambda: tl.non_maximum_suppression([(0, 1)], [1, 2], 0.5), "scores"),
    (lambda: tl.non_maximum_suppression([(0, 1)], [math.nan], 0.5), "scores"), (lambda: tl.non_maximum_suppression([(0, 1)], [1], 1.5), "threshold"),
    (lambda: tl.non_maximum_suppression([(1, 0)], [1], 0.5), "segments"), (lambda: tl.non_maximum_suppression([(0, 1)], [1], 0.5, 0), "most"),
    (lambda: tl.average_precision([], [(0, 1)], [1], 0.5), "ground_truth"), (lambda: tl.average_precision([(0, 1)], [(0, 1)], [], 0.5), "scores"),
    (lambda: tl.average_precision([(0, 1)], [(2, 1)], [1], 0.5), "detections"), (lambda: tl.average_precision([(0, 1)], [(0, 1)], [1], 0), "threshold"),
    (lambda: tl.average_recall(-1, True, True), "seed="), (lambda: tl.average_recall(1.5, True, True), "seed="),
    (lambda: tl.average_recall(1, "yes", True), "aligned="), (lambda: tl.average_recall(1, 1, True), "aligned="),
    (lambda: tl.average_recall(1, True, None), "context="), (lambda: tl.average_recall(1, True, 2), "context="),
    (lambda: tl.average_recall(1, True, True, 0), "proposals="), (lambda: tl.average_recall(1, True, True, 10.0), "proposals="),
    (lambda: tl.videos(0, np.random.default_rng(0)), "count="), (lambda: tl.videos(1, np.random.default_rng(0), 0.0), "amplitude="),
    (lambda: recall("fixed", 10, layer="none"), "layer="),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()


# ---- what the page says of ten seeds


def test_stored_recalls_are_what_the_code_computes():
    for name, look in LOOKS.items():
        assert recall(name, 10)[3] == pytest.approx(tl.average_recall(SEEDS[3], look.aligned, look.context), abs=0.002)
    run = tl.ranked(SEEDS[1], LOOKS["aligned"])
    short = grouped(run.made) == "short"
    assert recall("aligned", 20, "short", 0.5)[1] == pytest.approx(run.found(20)[short][:, 0].mean(), abs=0.002)


def test_stored_scorers_are_those_of_the_seed():
    run = tl.ranked(SEEDS[0], LOOKS["aligned + context"])
    assert np.array_equal(run.made.segments, shown_videos().segments)
    assert shown_anchors("aligned + context", 4)[1] == pytest.approx(run.anchors[4][1], abs=2e-3)


def test_aligned_alone_is_worse_and_with_context_the_best_in_each_seed():
    fixed, wide, aligned, both = (recall(name, 10) for name in LOOKS)
    assert (fixed > aligned).all()
    assert (wide > fixed).all()
    assert (both > wide).all()
    assert (both - wide).mean() > 0.05
    assert paired(fixed, aligned).p < 0.01
    # the two ideas need each other: together they gain more than one by one
    assert ((both - fixed) > (wide - fixed) + (aligned - fixed)).all()


def test_what_alignment_costs_is_short_actions():
    short, long = (
        recall("aligned", 10, group).mean() - recall("fixed", 10, group).mean() for group in ("short", "long")
    )
    assert short < -0.2
    assert long > 0.05


def test_a_world_of_a_new_seed_agrees():
    fixed, wide, aligned, both = (tl.average_recall(977, look.aligned, look.context) for look in LOOKS.values())
    assert aligned < fixed < wide < both


def test_without_suppression_ten_proposals_are_ten_copies():
    assert (stored("proposals", "unsuppressed") < recall("aligned + context", 10)[: len(FEW_SEEDS)] - 0.3).all()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, tl.MOST_SEED))
def test_every_seed_makes_videos(seed):
    made = tl.videos(20, np.random.default_rng(seed))
    assert set(made.video) == set(range(20))
    for number in range(20):
        mine = made.segments[made.video == number]
        assert all(a[1] < b[0] for a, b in itertools.pairwise(mine))
