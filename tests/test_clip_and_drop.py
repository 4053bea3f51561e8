"""Homographies from right and wrong matches: against solves by hand, invariants of projection, least squares, and chance."""

import re
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import clip_and_drop as c
from miniatures import clip_matches as cm
from scipy.optimize import least_squares

SQUARE = np.array([[0.0, 0], [9, 0], [9, 7], [0, 7]])
BENT = np.array([[1.0, 2], [12, 3], [10, 11], [2, 8]])
TILTED = np.array([[1.1, 0.1, 30], [-0.05, 0.9, 12], [2e-4, -1e-4, 1]])


def places(seed, count=12, size=300):
    return np.random.default_rng(seed).uniform(0, size, (count, 2))


# oracles -------------------------------------------------------------------------------------


def test_four_points_against_the_solve_of_eight_equations():
    rows, right = [], []
    for (x, y), (u, v) in zip(SQUARE, BENT, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    by_hand = np.append(np.linalg.solve(rows, right), 1).reshape(3, 3)
    assert c.fit_homography(SQUARE, BENT) == pytest.approx(by_hand, abs=1e-12)
    both, sound = c.four_point_homographies(SQUARE[None], BENT[None])
    assert sound.all()
    assert both[0] / both[0, 2, 2] == pytest.approx(by_hand, abs=1e-12)


@pytest.mark.parametrize("normalise", [True, False])
def test_exact_matches_give_the_homography_back(normalise):
    for count in (4, 5, 40):
        source = places(count, count)
        found = c.fit_homography(source, c.apply_homography(TILTED, source), normalise)
        assert found == pytest.approx(TILTED, abs=1e-8)


def test_a_homography_has_eight_degrees_of_freedom():
    for count, rank in ((1, 2), (2, 4), (3, 6), (4, 8)):
        assert np.linalg.matrix_rank(c.design_matrix(places(3, count), places(4, count))) == rank
    source = places(5, 50)
    assert np.linalg.matrix_rank(c.design_matrix(source, c.apply_homography(TILTED, source)), tol=1e-6) == 8


def test_one_after_the_other_is_the_product():
    first, second = TILTED, np.array([[0.8, 0.2, 5], [-0.1, 1.2, -7], [1e-4, 3e-4, 1]])
    one = c.apply_homography(second, c.apply_homography(first, places(1)))
    assert c.apply_homography(second @ first, places(1)) == pytest.approx(one, abs=1e-9)
    found = c.fit_homography(places(1), one)
    assert found == pytest.approx(second @ first / (second @ first)[2, 2], abs=1e-9)
    assert c.apply_homography(np.linalg.inv(first), c.apply_homography(first, places(1))) == pytest.approx(places(1))


def cross_ratio(points):
    along = (points - points[0]) @ (points[3] - points[0])
    return (along[2] - along[0]) * (along[3] - along[1]) / ((along[2] - along[1]) * (along[3] - along[0]))


def test_the_cross_ratio_stays_and_lengths_do_not():
    line = np.outer([0.0, 1, 4, 6], [3.0, 2]) + np.array([5, 9])
    mapped = c.apply_homography(TILTED * [[1], [1], [9]], line)
    assert cross_ratio(line) == pytest.approx((4 * 5) / (3 * 6))
    assert cross_ratio(mapped) == pytest.approx(cross_ratio(line), rel=1e-9)
    lengths = np.hypot(*np.diff(mapped, axis=0).T)
    assert lengths[1] / lengths[0] != pytest.approx(3, rel=1e-3)
    assert np.linalg.matrix_rank(mapped[1:] - mapped[0], tol=1e-9) == 1  # still a line


def test_least_squares_on_pixels_is_a_little_better_than_the_algebraic_fit():
    rng = np.random.default_rng(8)
    source = places(8, 30)
    target = c.apply_homography(TILTED, source) + rng.normal(0, 2, (30, 2))

    def apart(h):
        return (c.apply_homography(np.append(h, 1).reshape(3, 3), source) - target).ravel()

    linear = c.fit_homography(source, target)
    best = least_squares(apart, linear.ravel()[:8], x_scale="jac")
    ours = (c.reprojection_errors(linear, source, target) ** 2).sum()
    assert ours == pytest.approx((apart(linear.ravel()[:8]) ** 2).sum())
    assert 2 * best.cost <= ours <= 1.02 * 2 * best.cost


def test_normalised_points():
    T = c.normaliser(places(2, 30) + 5000)
    moved = c.apply_homography(T, places(2, 30) + 5000)
    assert moved.mean(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert np.hypot(*moved.T).mean() == pytest.approx(np.sqrt(2))


# properties ----------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 30))
def test_a_fit_does_not_depend_on_the_order_or_the_unit(seed, count):
    source = places(seed, count)
    target = c.apply_homography(TILTED, source) + np.random.default_rng(seed).normal(0, 1, (count, 2))
    H = c.fit_homography(source, target)
    order = np.random.default_rng(seed + 1).permutation(count)
    assert c.fit_homography(source[order], target[order]) == pytest.approx(H, rel=1e-5, abs=1e-7)
    metres = np.diag([0.01, 0.01, 1])
    scaled = c.fit_homography(0.01 * source, 0.01 * target)
    assert scaled == pytest.approx(metres @ H @ np.linalg.inv(metres), rel=1e-5, abs=1e-7)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 40), st.integers(1, 60))
def test_samples_are_four_different_matches_and_nest(seed, count, iterations):
    samples = c.draw_samples(count, iterations, np.random.default_rng(seed))
    assert samples.min() >= 0
    assert samples.max() < count
    assert (np.diff(np.sort(samples, axis=1), axis=1) > 0).all()
    more = c.draw_samples(count, iterations + 9, np.random.default_rng(seed))
    assert (more[:iterations] == samples).all()


def test_every_set_of_four_is_drawn_alike_often():
    samples = np.sort(c.draw_samples(6, 30_000, np.random.default_rng(0)), axis=1)
    counts = [(samples == four).all(axis=1).sum() for four in combinations(range(6), 4)]
    assert len(counts) == comb(6, 4)
    assert np.abs(np.array(counts) / 2000 - 1).max() < 0.1  # 4.6 standard deviations


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 1), st.integers(1, 8), st.floats(0.01, 0.999))
def test_iterations_needed_is_the_fewest(inlier_share, points, success):
    if inlier_share**points < 1e-8:
        return
    fewest = c.iterations_needed(inlier_share, points, success)
    assert c.success_probability(inlier_share, points, fewest) >= success * (1 - 1e-9)
    assert c.success_probability(inlier_share, points, fewest - 1) < success


def test_iterations_by_hand():
    assert c.iterations_needed(0.5, 4, 0.99) == 72  # 71.4
    assert [c.iterations_needed(w, 4, 0.99) for w in (1.0, 0.9, 0.7, 0.6, 0.2)] == [1, 5, 17, 34, 2876]
    assert [c.iterations_needed(0.5, 1, 1 - 0.5**n) for n in (1, 2, 3, 10, 20)] == [1, 2, 3, 10, 20]
    assert c.iterations_needed(0.5, 8, 0.99) == 1177  # the eight points of a fundamental matrix
    assert c.success_probability(0.5, 4, 0) == 0
    assert c.success_probability(0.0, 4, 9) == 0
    assert c.success_probability(1.0, 4, 1) == 1
    counted = (c.draw_samples(1000, 20_000, np.random.default_rng(1)) < 500).all(axis=1).mean()
    assert counted == pytest.approx(0.5**4, abs=4 * np.sqrt(0.0625 * 0.9375 / 20_000))


# RANSAC --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [31, 32, 33, 34, 35])
def test_forty_percent_wrong_ruin_the_plain_fit_and_not_ransac(seed):
    rng = np.random.default_rng(seed)
    matches = cm.simulated_matches(60, 0.4, 0.5, cm.random_pose(rng), rng)
    found = cm.compared(matches, 2.0, 300, rng)
    assert found.plain > 20
    assert found.ransac < 4
    assert found.ransac < 1.5 * found.oracle + 0.2
    assert found.inliers[matches.right].mean() > 0.95
    assert found.inliers[~matches.right].mean() < 0.1


def test_without_wrong_matches_ransac_is_the_plain_fit():
    rng = np.random.default_rng(5)
    matches = cm.simulated_matches(40, 0.0, 0.3, cm.random_pose(rng), rng)
    H, inliers = c.ransac_homography(matches.view, matches.screen, 5.0, 100, rng)
    assert inliers.all()
    assert pytest.approx(c.fit_homography(matches.view, matches.screen)) == H


def test_the_inliers_are_those_within_the_tolerance_of_the_answer():
    for seed in range(12):
        rng = np.random.default_rng(seed)
        matches = cm.simulated_matches(30, 0.5, 0.8, cm.random_pose(rng), rng)
        H, inliers = c.ransac_homography(matches.view, matches.screen, 1.5, 50, rng)
        assert H[2, 2] == 1
        apart = c.reprojection_errors(H, matches.view, matches.screen)
        assert (inliers == (apart <= 1.5)).mean() > 0.95  # the last refit may move one over the line
        assert inliers.sum() >= 4


def test_more_iterations_of_the_same_stream_never_agree_less_before_the_refit():
    rng = np.random.default_rng(9)
    matches = cm.simulated_matches(60, 0.7, 0.5, cm.random_pose(rng), rng)
    errors = []
    for iterations in (5, 50, 500, 5000):
        H, _ = c.ransac_homography(matches.view, matches.screen, 2.0, iterations, np.random.default_rng(4))
        errors.append(cm.corner_error(H, matches.truth))
    assert errors[-1] < 5 < errors[0]


def test_batches_change_nothing(monkeypatch):
    rng = np.random.default_rng(2)
    matches = cm.simulated_matches(25, 0.4, 0.5, cm.random_pose(rng), rng)
    whole = c.ransac_homography(matches.view, matches.screen, 2.0, 200, np.random.default_rng(1))
    monkeypatch.setattr(c, "BATCH", 60)
    again = c.ransac_homography(matches.view, matches.screen, 2.0, 200, np.random.default_rng(1))
    assert (whole[0] == again[0]).all()
    assert (whole[1] == again[1]).all()


# the phone -----------------------------------------------------------------------------------


def test_the_phone_points_where_it_aims():
    for pose in (cm.Pose(30, -20, 40, 1.5, (77.0, 42.0)), cm.Pose(), cm.Pose(0, 50, -170, 0.5, (300.0, 10.0))):
        H = cm.screen_to_view(pose)
        assert c.apply_homography(H, [pose.aim])[0] == pytest.approx(cm.middle_of_view(), abs=1e-9)
    near = c.apply_homography(cm.screen_to_view(cm.Pose(0, 0, 0, 1.0)), [[160, 100], [161, 100]])
    far = c.apply_homography(cm.screen_to_view(cm.Pose(0, 0, 0, 2.0)), [[160, 100], [161, 100]])
    assert np.diff(near, axis=0)[0] == pytest.approx([1, 0])
    assert np.diff(far, axis=0)[0] == pytest.approx([0.5, 0])
    rolled = c.apply_homography(cm.screen_to_view(cm.Pose(roll=90)), [[160, 100], [161, 100]])
    assert np.diff(rolled, axis=0)[0] == pytest.approx([0, 1], abs=1e-12)


def test_a_pose_is_a_rotation_and_a_distance():
    pose = cm.Pose(25, -15, 30, 1.3)
    camera = np.array([[cm.FOCAL, 0, 99.5], [0, cm.FOCAL, 74.5], [0, 0, 1]])
    columns = np.linalg.inv(camera) @ cm.screen_to_view(pose)
    a, b = columns[:, 0], columns[:, 1]
    assert a @ b == pytest.approx(0, abs=1e-12)
    assert a @ a == pytest.approx(b @ b)


def test_simulated_matches_are_what_they_say():
    rng = np.random.default_rng(3)
    m = cm.simulated_matches(1000, 0.4, 0.5, cm.Pose(20, 10), rng)
    assert m.right.sum() == 600
    apart = c.apply_homography(m.truth, m.view) - m.screen
    assert apart[m.right].std() == pytest.approx(0.5, rel=0.06)
    assert np.median(np.hypot(*apart[~m.right].T)) > 50
    assert (m.view >= 0).all()
    assert (m.view <= cm.view_corners()[2]).all()


def test_errors_by_hand():
    shifted = np.array([[1.0, 0, 3], [0, 1, 4], [0, 0, 1]])
    assert cm.corner_error(shifted, np.eye(3)) == 5
    assert cm.pointing_error(shifted, np.eye(3)) == 5
    doubled = np.diag([2.0, 2, 1])
    assert cm.corner_error(doubled, np.eye(3)) == pytest.approx(np.hypot(199, 149))
    assert cm.pointing_error(doubled, np.eye(3)) == pytest.approx(np.hypot(99.5, 74.5))
    lost = np.array([[1.0, 0, 0], [0, 1, 0], [1, 0, 0]])
    assert cm.corner_error(lost, np.eye(3)) == np.inf


# bad input -----------------------------------------------------------------------------------

LINE = np.array([[0.0, 0], [1, 1], [2, 2], [5, 1]])
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: c.fit_homography(SQUARE[:3], BENT[:3]), "source of 3 matches"), (lambda: c.fit_homography(SQUARE, BENT[:3]), "target"),
    (lambda: c.fit_homography(SQUARE.T, BENT), "source"), (lambda: c.fit_homography([], []), "source"), (lambda: c.fit_homography("no", BENT), "source"),
    (lambda: c.fit_homography(SQUARE * np.nan, BENT), "source holds nan"), (lambda: c.fit_homography(SQUARE, BENT * np.inf), "target holds inf"),
    (lambda: c.fit_homography(SQUARE, BENT, "yes"), "normalise"), (lambda: c.fit_homography(SQUARE, BENT, 1), "normalise"),
    (lambda: c.fit_homography(LINE, LINE), "line"), (lambda: c.fit_homography(LINE, BENT), "line"), (lambda: c.fit_homography(SQUARE, LINE), "line"),
    (lambda: c.fit_homography(np.ones((5, 2)), places(1, 5)), "source lie all"), (lambda: c.fit_homography(SQUARE, np.ones((4, 2))), "target lie all"),
    (lambda: c.fit_homography(SQUARE[[0, 1, 2, 2]], BENT[[0, 1, 2, 2]]), "line"), (lambda: c.fit_homography([[1, 0], [2, 0], [1, 1], [2, 1]], [[1, 0], [0.5, 0], [1, 1], [0.5, 0.5]]), "infinity"),
    (lambda: c.apply_homography(np.eye(2), SQUARE), "H"), (lambda: c.apply_homography(np.eye(3), SQUARE[0]), "points"),
    (lambda: c.apply_homography([[1, 0, 0], [0, 1, 0], [1, 0, 0]], SQUARE), r"points holds \[0.0, 0.0\]"), (lambda: c.apply_homography(np.full((3, 3), np.nan), SQUARE), "H holds nan"),
    (lambda: c.ransac_homography(SQUARE, BENT, 0, 10, RNG), "tolerance"), (lambda: c.ransac_homography(SQUARE, BENT, np.nan, 10, RNG), "tolerance"),
    (lambda: c.ransac_homography(SQUARE, BENT, 1, 0, RNG), "iterations"), (lambda: c.ransac_homography(SQUARE, BENT, 1, 10.5, RNG), "iterations"),
    (lambda: c.ransac_homography(SQUARE, BENT, 1, 10**9, RNG), "iterations"), (lambda: c.ransac_homography(SQUARE, BENT, 1, 10, 3), "rng"),
    (lambda: c.ransac_homography(SQUARE[:3], BENT[:3], 1, 10, RNG), "source"), (lambda: c.ransac_homography(LINE, BENT, 1, 10, RNG), "general position"),
    (lambda: c.iterations_needed(0, 4, 0.99), "inlier_share"), (lambda: c.iterations_needed(1.1, 4, 0.99), "inlier_share"), (lambda: c.iterations_needed(np.nan, 4, 0.99), "inlier_share"),
    (lambda: c.iterations_needed(0.5, 0, 0.99), "points"), (lambda: c.iterations_needed(0.5, 4.0, 0.99), "points"), (lambda: c.iterations_needed(0.5, 4, 1), "success"),
    (lambda: c.iterations_needed(0.5, 4, 0), "success"), (lambda: c.iterations_needed(1e-60, 9, 0.5), "probability"), (lambda: c.success_probability(0.5, 4, -1), "iterations"),
    (lambda: c.draw_samples(3, 5, RNG), "matches"), (lambda: c.four_point_homographies(SQUARE, BENT), "source"), (lambda: c.reprojection_errors(np.eye(3), SQUARE, BENT[:2]), "target"),
    (lambda: cm.screen_to_view(None), "pose"), (lambda: cm.screen_to_view(cm.Pose(60)), "tilt"), (lambda: cm.screen_to_view(cm.Pose(50, 50)), "together"),
    (lambda: cm.screen_to_view(cm.Pose(distance=0)), "distance"), (lambda: cm.screen_to_view(cm.Pose(aim=(1, 2, 3))), "aim"), (lambda: cm.screen_to_view(cm.Pose(roll=np.nan)), "roll"),
    (lambda: cm.simulated_matches(3, 0.1, 0.5, cm.Pose(), RNG), "count"), (lambda: cm.simulated_matches(9, 1.1, 0.5, cm.Pose(), RNG), "outlier_share"),
    (lambda: cm.simulated_matches(9, 0.1, -1, cm.Pose(), RNG), "noise"), (lambda: cm.simulated_matches(9, 0.1, 1, cm.Pose(aim=(900.0, 0.0)), RNG), "pose"),
    (lambda: cm.simulated_matches(9, 0.1, 1, cm.Pose(), None), "rng"), (lambda: cm.random_pose(7), "rng"), (lambda: cm.compared(None, 1, 9, RNG), "matches"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.floats(-1e3, 1e3)] * 4), min_size=4, max_size=9))
def test_any_matches_give_a_finite_answer_or_a_reason(rows):
    rows = np.array(rows)
    for call in (
        lambda: c.fit_homography(rows[:, :2], rows[:, 2:]),
        lambda: c.ransac_homography(rows[:, :2], rows[:, 2:], 1.0, 20, np.random.default_rng(0))[0],
    ):
        try:
            found = call()
        except ValueError as reason:
            found = np.zeros(len(re.findall("^source|^target|^tolerance", str(reason))))
        assert found.size
        assert np.isfinite(found).all()
