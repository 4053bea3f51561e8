"""Boxes, grounding and the lag: cases by hand, an independent computation, invariants, what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures.localized_narratives import (
    accuracy,
    agreement,
    best_lag,
    box_iou,
    calibrate,
    concentration,
    ground_words,
    middle_of_best,
    words_per_second,
)
from miniatures.narrative_record import read_record
from miniatures.narrative_scenes import Speaker, narratives
from miniatures.narrative_trace import Narrative, Trace, areas, inside

LAGS = np.arange(-20, 41) / 20
BOXES = [(0, 0, 0.4, 1), (0.6, 0, 1, 1)]
TRACE = Trace([0, 1, 2, 3], [0.2, 0.8, 0.2, 0.2], [0.5] * 4, BOXES)  # left, right, left: a second each
TOLD = Narrative(TRACE, [(0.5, 0.9), (1.5, 1.9), (2.0, 2.1)], [0, 1, -1], ("left", "right", "and"))


def told(seed=7, count=5, **how):
    return narratives(count, Speaker(**how), np.random.default_rng(seed))


# ---- boxes


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ((0, 0, 2, 2), (1, 1, 3, 3), 1 / 7),
        ((0, 0, 1, 1), (0, 0, 1, 1), 1),
        ((0, 0, 1, 1), (1, 0, 2, 1), 0),  # they touch
        ((0, 0, 1, 1), (5, 5, 6, 6), 0),
        ((0, 0, 4, 4), (1, 1, 3, 3), 1 / 4),  # one in the other
        ((-2, -1, 0, 1), (-1, -1, 1, 1), 1 / 3),
        ((0, 0, 640, 480), (320, 0, 640, 480), 1 / 2),  # pixels
    ],
)
def test_iou_by_hand(a, b, expected):
    assert box_iou(a, b) == pytest.approx(expected)


sides = st.tuples(*[st.floats(-5, 5)] * 2, *[st.floats(0.01, 4)] * 2)


@given(sides, sides, st.floats(-3, 3), st.floats(0.1, 10))
def test_iou_is_symmetric_shifts_scales_and_counts_points(one, other, shift, scale):
    a, b = (np.array([x, y, x + w, y + h]) for x, y, w, h in (one, other))
    found = box_iou(a, b)
    assert 0 <= found <= 1
    assert box_iou(b, a) == pytest.approx(found)
    assert box_iou(scale * a + shift, scale * b + shift) == pytest.approx(found, abs=1e-9)
    grid = (np.arange(200) + 0.5) / 200  # the share of points of the smallest box about both
    low, high = np.minimum(a[:2], b[:2]), np.maximum(a[2:], b[2:])
    x, y = (axis.ravel() for axis in np.meshgrid(*(low + grid[:, None] * (high - low)).T))
    both = inside(x, y, np.array([a, b]))
    counted = max(both.any(axis=1).sum(), 1)  # two slivers may lie between the points
    assert both.all(axis=1).sum() / counted == pytest.approx(found, abs=0.04 + 0.02 / min(areas(a), areas(b)))


# ---- grounding


def test_a_word_is_looked_up_lag_earlier():
    words = [(0.5, 0.9), (1.5, 1.9), (2.5, 2.9)]
    assert ground_words(TRACE, words, 0).tolist() == [0, 1, 0]
    assert ground_words(TRACE, words, 1).tolist() == [-1, 0, 1]  # the first falls before the trace
    assert ground_words(TRACE, words, -1).tolist() == [1, 0, -1]


def test_the_box_with_most_of_the_time_wins():
    assert ground_words(TRACE, [(0.7, 1.2), (0.8, 1.3)], 0).tolist() == [0, 1]


def test_the_pointer_rests_until_it_moves():
    """Few samples, at uneven times, as a browser sends them, ground like many."""
    times = np.arange(0, 3.001, 0.01)
    often = Trace(times, np.where((times >= 1) & (times < 2), 0.8, 0.2), np.full(len(times), 0.5), BOXES)
    words = [(s, s + 0.3) for s in np.arange(0, 2.7, 0.17)]
    assert ground_words(TRACE, words, 0.1).tolist() == ground_words(often, words, 0.1).tolist()


def test_of_samples_at_one_time_the_last_holds():
    double = Trace([0, 1, 1, 2], [0.2, 0.2, 0.8, 0.8], [0.5] * 4, BOXES)
    assert ground_words(double, [(1.1, 1.3)], 0).tolist() == [1]


def test_in_no_box_the_nearest_and_of_equals_the_smaller():
    between = Trace([0, 1], [0.45, 0.45], [0.5, 0.5], BOXES)
    assert ground_words(between, [(0.2, 0.8)], 0).tolist() == [0]
    nested = Trace([0, 1], [0.5, 0.5], [0.5, 0.5], [(0, 0, 1, 1), (0.4, 0.4, 0.6, 0.6)])
    assert ground_words(nested, [(0.2, 0.8)], 0).tolist() == [1]


def test_a_word_without_length_is_grounded():
    assert ground_words(TRACE, [(1.5, 1.5)], 0).tolist() == [1]


def test_every_word_gets_a_box_even_and():
    assert ground_words(TRACE, TOLD.words, 0).tolist() == [0, 1, 0]


def slow(trace, word, lag):
    """The box that holds the pointer for most of 4,000 moments of the word."""
    start, end = np.array(word) - lag
    moments = start + (end - start) * (np.arange(4000) + 0.5) / 4000
    moments = moments[(moments >= trace.times[0]) & (moments < trace.times[-1])]
    held = np.searchsorted(trace.times, moments, side="right") - 1
    return inside(trace.xs[held], trace.ys[held], trace.boxes).sum(axis=0)


@pytest.mark.parametrize("lag", [-0.4, 0.0, 0.5, 1.3])
def test_grounding_agrees_with_counting_moments(lag):
    for one in told(count=3):
        found = ground_words(one.trace, one.words, lag)
        for word, box in zip(one.words, found, strict=True):
            counts = slow(one.trace, word, lag)
            assert counts.max() - counts[box] <= 2  # moments


@given(st.integers(0, 10_000), st.floats(-500, 500), st.floats(-2, 2))
def test_shifting_both_clocks_changes_nothing_and_shifting_one_is_a_lag(seed, shift, lag):
    (one,) = told(seed, 1)
    found = ground_words(one.trace, one.words, lag)
    moved = replace(one.trace, times=one.trace.times + shift)
    both = ground_words(moved, one.words + shift, lag)
    # a word's time may part evenly between two boxes: then rounding decides
    close = np.sort([slow(one.trace, word, lag) for word in one.words], axis=1)
    clear = close[:, -1] - close[:, -2] > 2
    assert (both == found)[clear].all()
    assert (ground_words(moved, one.words, lag - shift) == found)[clear].all()


def test_the_order_of_boxes_and_of_words_is_only_a_name():
    (one,) = told(3, 1)
    order = np.random.default_rng(0).permutation(6)
    found = ground_words(one.trace, one.words, 0.5)
    assert (order[ground_words(replace(one.trace, boxes=one.trace.boxes[order]), one.words, 0.5)] == found).all()
    assert (ground_words(one.trace, one.words[::-1], 0.5)[::-1] == found).all()


# ---- the lag


@pytest.mark.parametrize("seed", range(200, 205))
@pytest.mark.parametrize("lag", [-0.7, 0.0, 0.25, 0.5, 1.1])
def test_a_planted_lag_is_recovered(seed, lag):
    assert best_lag(told(seed, 30, lag=lag), LAGS) == pytest.approx(lag, abs=0.125)


def test_a_planted_lag_is_recovered_without_noise_within_the_grid():
    assert best_lag(told(200, 20, lag=0.5, unsteady=0, jitter=0), LAGS) == pytest.approx(0.5, abs=0.05)


def test_the_lag_moves_with_the_words():
    for shift in (-0.4, 0.3):
        some = told(5, 10)
        moved = [replace(one, words=one.words + shift) for one in some]
        assert best_lag(moved, LAGS + shift) == pytest.approx(best_lag(some, LAGS) + shift)


def test_of_lags_that_tie_the_middle():
    one = Narrative(TRACE, [(0.7, 1.1), (1.5, 1.9)], [0, 1])
    assert best_lag([one], [-0.2, 0, 0.2, 0.4, 0.6, 0.8]) == pytest.approx(0.3)
    assert best_lag([one], [0.8, 0.4, 0.2, 0.6, 0, -0.2]) == pytest.approx(0.3)
    assert middle_of_best([1, 0, 1, 1, 1, 0, 1], range(7)) == 3
    assert middle_of_best([0.1, 0.9, 1, 0.85, 0.2], range(5), 0.8) == 2


def test_accuracy_and_agreement_by_hand():
    assert accuracy([TOLD], [0, 1, -1]).tolist() == [1, 0, 0]
    half = Narrative(TRACE, [(0.8, 1.2)], [0])
    assert agreement([half], [0, 0.1, 0.2]) == pytest.approx([0.5, 0.75, 1])
    assert concentration([half], [0, 0.2]) == pytest.approx([0.5, 1])
    assert agreement([TOLD, half], [0]) == pytest.approx([2.5 / 3])  # words count alike, not narratives


@given(st.integers(0, 10_000), st.floats(-1, 2))
def test_accuracy_is_the_share_of_words_grounded_right(seed, lag):
    some = told(seed, 2)
    right = np.concatenate([(ground_words(one.trace, one.words, lag) == one.about)[one.named] for one in some])
    assert accuracy(some, [lag])[0] == pytest.approx(right.mean())
    assert agreement(some, [lag])[0] <= concentration(some, [lag])[0] + 1e-12 <= 1 + 1e-9


def test_calibration_keeps_the_narratives_apart():
    some = told(11, 8, unsteady=0.3)
    found = calibrate(some[:4], some[4:], LAGS)
    assert found.lag == best_lag(some[:4], LAGS)
    assert found.accuracy == accuracy(some[4:], [found.lag])[0]
    assert found.own_lag == best_lag(some[4:], LAGS)
    with pytest.raises(ValueError, match="scored holds a narrative of others"):
        calibrate(some[:5], some[4:], LAGS)


def test_words_per_second():
    assert words_per_second([(0, 0.4), (0.5, 0.75), (1, 2)]) == 1.5
    assert words_per_second([(10, 12)]) == 0.5


# ---- a published line


def test_the_published_example_is_read():
    line = {
        "timed_caption": [{"utterance": "In this", "start_time": 0.0, "end_time": 0.4}],
        "traces": [[{"x": 0.2086, "y": -0.0533, "t": 0.022}, {"x": 0.3, "y": 0.1, "t": 0.5}]],
    }
    found = read_record(line, [(0, 0, 1, 1)], [0])
    assert found.texts == ("In this",)
    assert ground_words(found.trace, found.words, 0).tolist() == [0]
    for broken in ({}, None, {"timed_caption": 3, "traces": []}, {"timed_caption": [{}], "traces": []}):
        with pytest.raises(ValueError, match="record must be"):
            read_record(broken, [(0, 0, 1, 1)])
    with pytest.raises(ValueError, match="times"):
        read_record(line | {"traces": []}, [(0, 0, 1, 1)])


# ---- what is refused


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: box_iou((0, 0, 0, 1), (0, 0, 1, 1)), "box_a"),
        (lambda: box_iou((0, 0, 1, 1), (1, 1, 0, 0)), "box_b"),
        (lambda: box_iou((0, 0, 1), (0, 0, 1, 1)), "box_a"),
        (lambda: box_iou((0, 0, 1, np.nan), (0, 0, 1, 1)), "box_a"),
        (lambda: box_iou("box", (0, 0, 1, 1)), "box_a"),
        (lambda: box_iou((0, 0, np.inf, 1), (0, 0, 1, 1)), "box_a"),
        (lambda: ground_words(TRACE, [(1, 0)], 0), "words"),
        (lambda: ground_words(TRACE, [], 0), "words"),
        (lambda: ground_words(TRACE, [(0, np.nan)], 0), "words"),
        (lambda: ground_words(TRACE, [(0, 1)], np.inf), "lag"),
        (lambda: ground_words(TRACE, [(0, 1)], "late"), "lag"),
        (lambda: ground_words([[0, 1]], [(0, 1)], 0), "trace"),
        (lambda: best_lag([], LAGS), "narratives"),
        (lambda: best_lag(TOLD, LAGS), "narratives"),
        (lambda: best_lag([TRACE], LAGS), "narratives"),
        (lambda: best_lag([TOLD], []), "lags"),
        (lambda: best_lag([TOLD], [0, np.nan]), "lags"),
        (lambda: best_lag([TOLD], [50, 60]), "lags"),
        (lambda: best_lag([replace(TOLD, about=[-1, -1, -1])], LAGS), "narratives"),
        (lambda: calibrate([TOLD], [], LAGS), "scored"),
        (lambda: middle_of_best([1, 2], [0]), "values"),
        (lambda: middle_of_best([1], [0], 2), "near"),
        (lambda: words_per_second([(1, 1)]), "words"),
        (lambda: Trace([0, 2, 1], [0] * 3, [0] * 3, BOXES), "times"),
        (lambda: Trace([1, 1], [0] * 2, [0] * 2, BOXES), "times"),
        (lambda: Trace([0], [0], [0], BOXES), "times"),
        (lambda: Trace([0, 1], [0], [0, 0], BOXES), "xs"),
        (lambda: Trace([0, 1], [0, 0], [0, np.nan], BOXES), "ys"),
        (lambda: Trace([0, 1], [0, 0], [0, 0], []), "boxes"),
        (lambda: Trace([0, 1], [0, 0], [0, 0], [(0, 0, 0, 1)]), "boxes"),
        (lambda: Narrative(TRACE, [(0, 1)], [2]), "about"),
        (lambda: Narrative(TRACE, [(0, 1)], [0.5]), "about"),
        (lambda: Narrative(TRACE, [(0, 1)], [0, 1]), "about"),
        (lambda: Narrative(TRACE, [(0, 1)], [0], ("a", "b")), "texts"),
        (lambda: Narrative(None, [(0, 1)], [0]), "trace"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


junk = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3) | st.floats() | st.integers(-9, 9) | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=12,
)
TIMES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=6).map(sorted)


@given(junk, junk, junk, junk)
def test_junk_gives_an_answer_or_a_named_refusal(a, b, c, d):
    for call in (
        lambda: box_iou(a, b),
        lambda: ground_words(TRACE, a, b),
        lambda: ground_words(a, b, c),
        lambda: best_lag(a, b),
        lambda: best_lag([TOLD], a),
        lambda: calibrate(a, b, c),
        lambda: middle_of_best(a, b),
        lambda: words_per_second(a),
        lambda: Trace(a, b, c, d).between(0, 1),
        lambda: Narrative(TRACE, a, b, c),
        lambda: read_record(a, b, c),
    ):
        try:
            found = call()
        except ValueError:
            continue
        assert not isinstance(found, float) or np.isfinite(found)


@given(TIMES, st.data())
def test_any_times_that_rise_give_a_box_or_none(times, data):
    if times[-1] - times[0] < 1e-3:
        return
    xs, ys = (data.draw(st.lists(st.floats(-2, 2), min_size=len(times), max_size=len(times))) for _ in "xy")
    start, length, lag = data.draw(st.tuples(st.floats(-1e5, 1e5), st.floats(0, 1e4), st.floats(-1e5, 1e5)))
    trace = Trace(times, xs, ys, BOXES)
    (found,) = ground_words(trace, [(start, start + length)], lag)
    spent, mean, covered = trace.between(start - lag, start + length - lag)
    assert found in (-1, 0, 1)
    assert np.isfinite(mean).all()
    assert spent.sum() <= covered + 1e-6
