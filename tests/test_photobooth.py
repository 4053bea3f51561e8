"""The shutter against brute force, combinatorics and scipy; attention against its closed form; the bar against two theorems."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import photobooth as p
from scipy.optimize import brentq
from scipy.signal import find_peaks

COURSES = st.lists(st.integers(0, 6), min_size=1, max_size=40)
FRESH_SEEDS = (200, 201, 202, 203, 204)


def brute(scores, buffer, threshold=None):
    return [
        t for t in range(len(scores) - buffer)
        if all(scores[t] > scores[t + k] for k in range(1, buffer + 1)) and (threshold is None or scores[t] >= threshold)
    ]  # fmt: skip


# the shutter ---------------------------------------------------------------------------------


@given(COURSES, st.integers(1, 45), st.one_of(st.none(), st.integers(0, 6)))
def test_the_rules_against_loops(scores, buffer, threshold):
    literal = brute(scores, buffer, threshold)
    assert p.literal_shots(scores, buffer, threshold).tolist() == literal
    both = [t for t in literal if all(scores[t] > s for s in scores[max(0, t - buffer) : t])]
    assert p.two_sided_shots(scores, buffer, threshold).tolist() == both


@given(COURSES, st.integers(1, 9), st.integers(0, 12))
def test_the_pause_keeps_the_first_and_parts_the_rest(scores, buffer, refractory):
    literal, taken = p.literal_shots(scores, buffer), p.shots(scores, buffer, refractory)
    assert set(taken) <= set(literal)
    assert (np.diff(taken) > refractory).all()
    assert taken[:1].tolist() == literal[:1].tolist()
    for frame in set(literal) - set(taken):  # whatever was left out had a shot in the pause before it
        assert ((taken < frame) & (frame <= taken + refractory)).any()
    assert p.shots(scores, buffer, 0).tolist() == literal.tolist()


@given(COURSES, st.integers(1, 9), st.data())
def test_a_rule_does_not_look_beyond_its_buffer(scores, buffer, data):
    """Causal but for the buffer: other frames later change nothing that was already saved."""
    cut = data.draw(st.integers(1, len(scores)))
    for rule in (p.literal_shots, p.two_sided_shots, lambda s, b: p.shots(s, b, b)):
        known, all_ = rule(scores[:cut], buffer), rule(scores, buffer)
        assert known.tolist() == all_[all_ < cut - buffer].tolist()


@pytest.mark.parametrize("seed", FRESH_SEEDS)
@pytest.mark.parametrize("buffer", [1, 3, 6, 15])
def test_of_independent_scores_one_in_buffer_plus_one_is_saved(seed, buffer):
    scores = np.random.default_rng(seed).random(40_000)
    rate, both = len(p.literal_shots(scores, buffer)) / 40_000, len(p.two_sided_shots(scores, buffer)) / 40_000
    assert rate == pytest.approx(1 / (buffer + 1), abs=0.01)
    assert both == pytest.approx(1 / (2 * buffer + 1), abs=0.01)


def test_two_sided_shots_are_the_peaks_of_scipy():
    scores = np.random.default_rng(200).random(3000)
    ours = p.two_sided_shots(scores, 1)
    assert ours[ours > 0].tolist() == find_peaks(scores)[0].tolist()
    wide = p.two_sided_shots(scores, 12)
    assert set(wide[wide > 0]) <= set(find_peaks(scores, distance=13)[0])
    assert len(wide) < len(
        find_peaks(scores, distance=13)[0]
    )  # greedy by height: it also keeps what a removed peak had hidden


@pytest.mark.parametrize("buffer", [1, 5, 20])
def test_the_literal_rule_saves_every_frame_of_a_decay(buffer):
    scores = np.concatenate([np.linspace(0, 1, 11), np.linspace(1, 0, 21)[1:], np.zeros(40)])
    assert p.literal_shots(scores, buffer).tolist() == list(range(10, 30))
    assert p.shots(scores, buffer, 20).tolist() == [10]
    assert p.two_sided_shots(scores, buffer).tolist() == [10]
    assert p.shots(scores, buffer, 5).tolist() == [10, 16, 22, 28]  # a pause shorter than the decay repeats itself


def test_the_pause_can_miss_a_better_moment_and_the_window_cannot():
    scores = [0, 3, 1, 1, 0, 9, 1, 0, 0, 0, 0]
    assert p.shots(scores, 3, 5).tolist() == [1]
    assert p.two_sided_shots(scores, 3).tolist() == [1, 5]


def test_a_plateau_is_saved_at_its_end_and_a_tie_not():
    assert p.literal_shots([2, 2, 1, 1], 1).tolist() == [1]
    assert p.two_sided_shots([2, 2, 1, 1], 1).tolist() == []


def test_latency():
    assert p.latency(15) == 500
    assert p.latency(6, 60) == 100


def test_a_catch_by_hand():
    found = p.catch([2, 3, 5, 9], [(1, 4), (6, 8)], [0, 0, 8, 7, 9, 0, 5, 5, 0, 0])
    assert (found.shots, found.caught.tolist(), found.duplicates, found.outside) == (4, [True, False], 1, 2)
    assert found.regret[0] == 1
    assert np.isnan(found.regret[1])
    none = p.catch([], [(1, 4)], [0, 0, 8, 7, 9])
    assert (none.shots, none.caught.tolist(), none.outside) == (0, [False], 0)


# attention -----------------------------------------------------------------------------------

SCENE = np.array([[0.9, 0, 0, 0, 0], [0.9, 0, 0, 0, 0], [0, 0, 0, 0, 0.0]])


@settings(max_examples=50)
@given(st.integers(1, 6), st.integers(0, 2**32 - 1), st.floats(0, 100), st.integers(0, 6))
def test_weights_sum_to_one_and_follow_the_faces(count, seed, sharpness, iterations):
    rng = np.random.default_rng(seed)
    scores, sizes = rng.random((count, 5)), rng.uniform(0.1, 9, count)
    weights = p.attend_faces(scores, sizes, sharpness, iterations)
    assert weights.sum() == pytest.approx(1)
    assert weights.min() >= 0
    order = rng.permutation(count)
    assert p.attend_faces(scores[order], sizes[order], sharpness, iterations) == pytest.approx(weights[order], abs=1e-7)
    assert p.attend_faces(scores, 3 * sizes, sharpness, iterations) == pytest.approx(weights, abs=1e-7)


@pytest.mark.parametrize(("sharpness", "iterations"), [(0, 3), (7, 0)])
def test_without_sharpness_or_iterations_only_sizes_count(sharpness, iterations):
    weights = p.attend_faces(SCENE, [4, 4, 1], sharpness, iterations)
    assert weights == pytest.approx([4 / 9, 4 / 9, 1 / 9])


def test_one_round_by_hand():
    weights = p.attend_faces([[1.0, 0.0], [0.0, 1.0]], [3, 1], 2, 1)  # r = (3/4, 1/4)
    assert weights[0] / weights[1] == pytest.approx(3 * np.exp(2 * (0.75 - 0.25)))


def test_a_blank_face_in_the_back_counts_less_the_sharper_the_attention():
    found = [p.group_score(SCENE, p.attend_faces(SCENE, [4, 4, 1], beta)) for beta in (0, 2, 8)]
    assert SCENE.max(axis=1).mean() == pytest.approx(0.6)
    assert found[0] == pytest.approx(0.8)
    assert 0.8 < found[1] < found[2] < 0.9


@pytest.mark.parametrize("beta", [0.5, 1.5, 2.5, 4.0])
def test_two_faces_that_disagree_tip_over_above_sharpness_two(beta):
    """Two different full expressions: logit w = log(size ratio) + beta (2w - 1), whose middle solution is stable up to 2."""
    ratio = 1.02
    w = p.attend_faces(np.eye(2), [ratio, 1.0], beta, 5000)[0]
    assert np.log(w / (1 - w)) == pytest.approx(np.log(ratio) + beta * (2 * w - 1), abs=1e-6)
    assert (w > 0.7) == (beta > 2)
    assert p.attend_faces(np.eye(2), [1, 1], beta, 500).tolist() == [0.5, 0.5]
    if beta > 2:
        upper = brentq(lambda x: np.log(x / (1 - x)) - np.log(ratio) - beta * (2 * x - 1), 0.55, 1 - 1e-12)
        assert w == pytest.approx(upper, abs=1e-6)


@pytest.mark.parametrize("ratio", [1.0, 1.02, 3.0])
def test_a_weight_at_its_sharpness_stays(ratio):
    weights = np.array([0.6, 0.77, 0.93])
    for w, beta in zip(weights, p.tipping_sharpness(weights, ratio), strict=True):
        if beta >= 0:
            again = ratio * np.exp(beta * w) / (ratio * np.exp(beta * w) + np.exp(beta * (1 - w)))
            assert again == pytest.approx(w)
        else:
            assert w < ratio / (1 + ratio)  # less than by size alone
    assert p.tipping_sharpness([0.5])[0] == 2
    assert np.isnan(p.tipping_sharpness([0.5], 1.5)[0])


def test_the_final_score_is_the_weighted_mean():
    assert p.final_score(0.5, 1.0, 0.25) == 0.625
    assert p.final_score(np.array([0.0, 1.0]), np.array([1.0, 1.0]), 0.5).tolist() == [0.5, 1]


# the bar -------------------------------------------------------------------------------------


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=60), st.integers(0, 12))
def test_each_threshold_is_a_switch_of_its_own(values, margin):
    thresholds, total = [-7, 0, 6, 11], np.zeros(len(values), int)
    for threshold in thresholds:
        on, course = values[0] >= threshold, []
        for t, value in enumerate(values):
            if t and value >= threshold + margin:
                on = True
            elif t and value < threshold - margin:
                on = False
            course.append(on)
        total += np.array(course, int)
    assert p.hysteresis(values, thresholds, margin).tolist() == total.tolist()
    if margin == 0:
        assert total.tolist() == np.digitize(values, thresholds).tolist()


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=60), st.integers(0, 12))
def test_a_wider_margin_switches_a_threshold_no_more_often_after_the_start(values, margin):
    """One threshold, from below it: what crosses a wider band crosses the narrower one."""
    values = [-40, *values]
    narrow, wide = (p.total_variation(p.hysteresis(values, [0], m)) for m in (margin, margin + 1))
    assert wide <= narrow


@pytest.mark.parametrize("seed", FRESH_SEEDS)
def test_binning_alone_keeps_the_travel_on_the_mean_over_all_thresholds(seed):
    """Banach: the total variation is the integral of the crossings; Łochowski: with a band it is the truncated one."""
    values = np.concatenate([[0.0], np.cumsum(np.random.default_rng(seed).normal(size=90)) * 0.05])
    grid = np.linspace(values.min() - 0.3, values.max() + 0.3, 301)
    for margin in (0.0, 0.05, 0.15):
        switches = np.array([p.total_variation(p.hysteresis(values, [place], margin)) for place in grid])
        integral = switches.mean() * (grid[-1] - grid[0])
        assert integral == pytest.approx(p.truncated_variation(values, margin), abs=margin + 0.15)
    assert p.truncated_variation(values, 0) == pytest.approx(p.total_variation(values))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8), st.integers(0, 3))
def test_the_truncated_variation_against_every_selection(values, accuracy):
    best = max(
        sum(max(abs(b - a) - 2 * accuracy, 0) for a, b in pairwise(chosen))
        for n in range(1, len(values) + 1)
        for chosen in combinations(values, n)
    )
    assert p.truncated_variation(values, accuracy) == pytest.approx(best)


# bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "named"), [
    (lambda: p.literal_shots([], 1), "scores"), (lambda: p.literal_shots([1, np.nan], 1), "scores"), (lambda: p.literal_shots([[1.0]], 1), "scores"),
    (lambda: p.literal_shots([1, 2], 0), "buffer"), (lambda: p.literal_shots([1, 2], 1.0), "buffer"), (lambda: p.literal_shots([1], 1, np.inf), "threshold"),
    (lambda: p.shots([1, 2], 1, -1), "refractory"), (lambda: p.shots([1, 2], True, 1), "buffer"), (lambda: p.two_sided_shots(["a"], 1), "scores"),
    (lambda: p.latency(3, 0), "rate"), (lambda: p.catch([9], [(0, 1)], [0, 1]), "taken"), (lambda: p.catch([0], [(1, 0)], [0, 1]), "moments"),
    (lambda: p.catch([0], [(0, 2), (2, 3)], [0, 1, 2, 3]), "moments"),
    (lambda: p.attend_faces([[1.5]], [1], 1), "scores"), (lambda: p.attend_faces([[1.0]], [0], 1), "sizes"), (lambda: p.attend_faces([[1.0]], [1, 2], 1), "sizes"),
    (lambda: p.attend_faces([[1.0]], [1], -1), "sharpness"), (lambda: p.attend_faces([[1.0]], [1], 1, -1), "iterations"), (lambda: p.attend_faces([], [], 1), "scores"),
    (lambda: p.group_score([[1.0], [0.0]], [0.9, 0.9]), "weights"), (lambda: p.final_score(2.0, 0.5), "faces"), (lambda: p.final_score(0.5, 0.5, 2), "kiss_share"),
    (lambda: p.hysteresis([1.0], [], 0), "thresholds"), (lambda: p.hysteresis([1.0], np.arange(101), 0), "thresholds"), (lambda: p.hysteresis([1.0], [2, 1], 0), "thresholds"), (lambda: p.hysteresis([1.0], [1, 1], 0), "thresholds"),
    (lambda: p.hysteresis([1.0], [1], -0.1), "margin"), (lambda: p.hysteresis([], [1], 0), "values"), (lambda: p.hysteresis([1.0], [1], np.nan), "margin"),
    (lambda: p.tipping_sharpness([1.0]), "weight"), (lambda: p.tipping_sharpness([0.5], 0), "ratio"), (lambda: p.truncated_variation([1.0], -1), "accuracy"), (lambda: p.total_variation([np.inf]), "values"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
