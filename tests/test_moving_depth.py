"""The closed form against rays that are intersected, block matching against loops, and both against each other."""

import math

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import example, given
from hypothesis import strategies as st
from miniatures import moving_depth as md
from miniatures.frozen_scenes import CENTRE, FOCAL, Person, Scene, frame, scene, truth

FRESH_SEEDS = tuple(range(200, 205))
NOT_NUMBERS = (None, "3", True, math.nan, math.inf, 1 + 2j, 10**400)
METRES = st.floats(0.1, 100)


# ---- the closed form


def triangulated(depth, baseline, shift):
    """Where the rays of the two frames cross, by least squares in the plane of camera path and axis."""
    place = 0.7
    slopes = [place / depth, (place + shift - baseline) / depth]  # X / Z seen by each camera
    # X - slope * Z = camera
    matrix = np.array([[1, -slopes[0]], [1, -slopes[1]]])
    return np.linalg.lstsq(matrix, np.array([0, baseline]), rcond=None)[0][1]


@given(METRES, st.floats(0.05, 2), st.floats(-3, 3))
def test_the_closed_form_is_where_the_rays_cross(depth, baseline, ratio):
    if abs(1 - ratio) < 0.05:
        return
    found = md.parallax_depth(depth, baseline, ratio * baseline)
    assert found == pytest.approx(triangulated(depth, baseline, ratio * baseline), rel=1e-6)


def test_the_brief_cases():
    assert md.parallax_depth(5, 0.25, 0.1) == pytest.approx(25 / 3)
    assert [md.parallax_depth(4, 0.3, v) for v in (0, 0.15, -0.15, -0.3)] == pytest.approx([4, 8, 8 / 3, 2])
    assert md.parallax_depth(4, 0.3, 0.3) == md.parallax_depth(4, 0.3, 0.1 * 3) == math.inf
    assert md.parallax_depth(4, 0.3, 0.45) == pytest.approx(-8)


def test_arrays_go_through():
    found = md.parallax_depth([[2.0], [4.0]], 0.5, np.array([0.0, 0.25, 0.5]))
    assert found.tolist() == [[2, 4, math.inf], [4, 8, math.inf]]
    assert isinstance(md.parallax_depth(4, 0.3, 0), float)


@given(METRES, st.floats(0.05, 2), st.floats(-0.9, 0.9))
def test_the_sign_of_the_error_is_the_sign_of_the_motion(depth, baseline, ratio):
    found = md.parallax_depth(depth, baseline, ratio * baseline)
    assert (found > depth) == (ratio > 0) or abs(ratio) < 1e-12
    assert found == pytest.approx(depth / (1 - ratio), rel=1e-9)


@pytest.mark.parametrize("bad", NOT_NUMBERS)
@pytest.mark.parametrize("name", ["true_depth", "baseline", "object_shift"])
def test_the_closed_form_refuses(name, bad):
    with pytest.raises(ValueError, match=name):
        md.parallax_depth(**{"true_depth": 4, "baseline": 0.3, "object_shift": 0.1} | {name: bad})


@pytest.mark.parametrize("bad", [0, -1, -0.0, 1e-300])
def test_depth_and_baseline_are_above_zero(bad):
    for call in (lambda: md.parallax_depth(bad, 0.3, 0.1), lambda: md.parallax_depth(4, bad, 0.1)):
        with pytest.raises(ValueError, match="above 0"):
            call()
    with pytest.raises(ValueError, match="must fit"):
        md.parallax_depth([1, 2, 3], [0.3, 0.3], 0)


# ---- height


def test_depth_from_height():
    assert md.depth_from_height(1.7, 55, 110) == pytest.approx(3.4)
    assert md.depth_from_height(1.7, [55, 110], 110) == pytest.approx([3.4, 1.7])
    for bad in ((0, 55, 110), (1.7, 0, 110), (1.7, 55, -1), (1.7, math.nan, 110), ("1", 55, 110)):
        with pytest.raises(ValueError, match=r"person_height|height_pixels|focal_pixels"):
            md.depth_from_height(*bad)


@given(st.floats(2, 9), st.floats(1.4, 2.0))
def test_a_drawn_person_is_as_tall_as_the_pinhole_says(depth, height):
    mask = truth(Scene((Person(0, depth, height),), 12)).labels
    visible = mask.any(axis=1).sum()
    if mask[-1].any():  # cut off
        return
    assert abs(visible - FOCAL * height / depth) <= 1.2
    assert md.depth_from_height(height, visible, FOCAL) == pytest.approx(depth, rel=1.5 / visible)


# ---- the error measure


@given(st.lists(st.floats(0.1, 50), min_size=2, max_size=30), st.floats(1e-3, 1e3))
def test_si_rmse_ignores_a_common_factor(depths, factor):
    true = np.linspace(1, 9, len(depths))
    assert md.si_rmse(np.array(depths) * factor, true) == pytest.approx(md.si_rmse(depths, true), abs=1e-9)
    assert md.si_rmse(3 * true, true) < 1e-12


def test_si_rmse_is_eigens_formula():
    rng = np.random.default_rng(1)
    predicted, true = rng.uniform(1, 9, (4, 5)), rng.uniform(1, 9, (4, 5))
    gap = np.log(predicted) - np.log(true)
    pairs = (gap[:, :, None, None] - gap) ** 2  # half the mean over all pairs of pixels
    assert md.si_rmse(predicted, true) ** 2 == pytest.approx(pairs.mean() / 2)
    assert md.si_rmse([1, math.e], [1, 1]) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("predicted", "true"),
    [([1, 2], [1, 2, 3]), ([], []), ([1, 0], [1, 1]), ([1, -2], [1, 1]), ([1, math.nan], [1, 1]), ([1, 1], [math.inf, 1]), ("ab", [1, 1]), (2.0, [1, 2])],
)  # fmt: skip
def test_si_rmse_refuses(predicted, true):
    with pytest.raises(ValueError, match=r"predicted|true"):
        md.si_rmse(predicted, true)


# ---- block matching


def matched_by_loops(left, right, largest, block):
    """Whole disparities of the lowest mean squared difference, one pixel at a time."""
    high, wide = left.shape
    half, found = block // 2, np.zeros(left.shape, int)
    for r in range(high):
        for c in range(wide):
            costs = []
            for d in range(min(largest, c) + 1):
                rows = range(max(r - half, 0), min(r + half + 1, high))
                columns = range(max(c - half, d), min(c + half + 1, wide))
                costs.append(np.mean([(left[i, j] - right[i, j - d]) ** 2 for i in rows for j in columns]))
            found[r, c] = int(np.argmin(costs))
    return found


def test_matching_agrees_with_loops():
    rng = np.random.default_rng(2)
    left, right = rng.random((9, 14)), rng.random((9, 14))
    for largest, block in ((5, 3), (13, 5), (0, 1), (4, 9)):
        found = md.match_blocks(left, right, largest, block)
        assert (np.abs(found - matched_by_loops(left, right, largest, block)) <= 0.5).all()


def test_costs_agree_with_scipys_filter():
    rng = np.random.default_rng(3)
    left, right = rng.random((20, 40)), rng.random((20, 40))
    costs = md.block_costs(left, right, [4], 7)[0]
    expected = scipy.ndimage.uniform_filter((left[:, 4:] - right[:, :-4]) ** 2, 7)
    assert costs[3:-3, 7:-3] == pytest.approx(expected[3:-3, 3:-3])
    assert np.isinf(costs[:, :4]).all()


@given(st.integers(0, 10), st.integers(0, 1000), st.sampled_from([3, 5, 7]))
def test_a_whole_shift_is_found(shift, seed, block):
    picture = np.random.default_rng(seed).random((12, 50))
    left, right = picture[:, :38], picture[:, shift : 38 + shift]
    assert (md.match_blocks(left, right, 12, block)[:, shift:] == shift).all()


@pytest.mark.parametrize("shift", [2.25, 3.5, 6.8])
def test_parts_of_a_pixel_are_found(shift):
    x = np.arange(60)[None] + 0.3 * np.arange(15)[:, None] ** 2
    wave = [sum(np.sin(w * (x + s) + w * 5) for w in (0.3, 0.71, 1.13)) for s in (0, shift)]
    assert np.median(md.match_blocks(*wave, 10)[:, 10:]) == pytest.approx(shift, abs=0.06)


def test_shifts_to_the_other_side():
    picture = np.random.default_rng(4).random((12, 50))
    found = md.match_blocks(picture[:, 5:45], picture[:, :40], 8, smallest_disparity=-8)
    assert np.median(found) == pytest.approx(-5, abs=0.1)
    assert md.match_blocks(picture, picture, 8, smallest_disparity=-8) == pytest.approx(0, abs=0.25)


def test_without_texture_the_smallest_is_taken():
    assert (md.match_blocks(np.full((9, 20), 0.5), np.full((9, 20), 0.5), 6) == 0).all()


@given(st.floats(0.2, 5), st.floats(-3, 3))
def test_brightness_and_contrast_of_both_pictures_change_nothing(gain, offset):
    rng = np.random.default_rng(5)
    left, right = rng.random((9, 20)), rng.random((9, 20))
    assert md.match_blocks(gain * left + offset, gain * right + offset, 6) == pytest.approx(
        md.match_blocks(left, right, 6), abs=1e-6
    )


PICTURE = np.zeros((9, 20))


@pytest.mark.parametrize(
    "arguments",
    [
        (PICTURE, np.zeros((9, 21)), 5), (PICTURE[0], PICTURE[0], 5), (np.zeros((9, 20, 3)), np.zeros((9, 20, 3)), 5), (PICTURE, PICTURE, 20),
        (PICTURE, PICTURE, -1), (PICTURE, PICTURE, 2.5), (PICTURE, PICTURE, True), (PICTURE, PICTURE, 5, 4), (PICTURE, PICTURE, 5, 0),
        (PICTURE, PICTURE, 5, 11), (PICTURE, PICTURE, 5, 3, 1), (PICTURE, PICTURE, 5, 3, -20), (PICTURE + math.nan, PICTURE, 5), ([], [], 1),
        (np.zeros((0, 5)), np.zeros((0, 5)), 1), (PICTURE > 0, PICTURE > 0, 2), (np.zeros((1000, 1000)), np.zeros((1000, 1000)), 500),
    ],
)  # fmt: skip
def test_matching_refuses(arguments):
    with pytest.raises(ValueError, match=r"left|right|largest_disparity|smallest_disparity|block"):
        md.match_blocks(*arguments)


# ---- what is made of a disparity


@given(st.floats(0.5, 40), st.floats(0.05, 1))
def test_disparity_and_depth_are_inverse(depth, baseline):
    assert md.depth_of([FOCAL * baseline / depth], baseline)[0] == pytest.approx(depth)


def test_depths_are_capped_and_checked():
    assert md.depth_of([0, -3, 1e-9], 0.3).tolist() == [50, 50, 50]
    for bad in (([1, math.nan], 0.3), ([1.0], 0), ([1.0], 0.3, -1), ([1.0], 0.3, 110, 0)):
        with pytest.raises(ValueError, match=r"disparity|baseline|focal|farthest"):
            md.depth_of(*bad)


def test_what_one_frame_hides_fails_the_check():
    rng = np.random.default_rng(6)
    back, front = rng.random((20, 60)), rng.random((20, 14))
    left, right = back.copy()[:, :50], back.copy()[:, :50]
    left[:, 24:38], right[:, 18:32] = front, front  # the front moves by 6, the back stands still
    disparity, valid = md.checked_match(left, right, 10, 5)
    assert valid[:, 27:35].mean() > 0.95  # front
    assert valid[:, 40:].mean() > 0.95  # back
    assert valid[:, 18:22].mean() < 0.5  # the back that only the left picture shows
    assert np.median(disparity[:, 27:35]) == pytest.approx(6, abs=0.1)


def test_filling_along_rows():
    values = [[9.0, 2.0, 9.0, 5.0, 9.0], [1.0, 2.0, 3.0, 4.0, 5.0]]
    valid = [[False, True, False, True, False], [False] * 5]
    assert md.filled_along_rows(values, valid).tolist() == [[2, 2, 2, 5, 5], [1, 2, 3, 4, 5]]
    with pytest.raises(ValueError, match="valid"):
        md.filled_along_rows(values, [True])
    with pytest.raises(ValueError, match="tolerance"):
        md.checked_match(PICTURE, PICTURE, 3, tolerance=-1)


def test_core_and_eroded():
    mask = np.zeros((12, 12), bool)
    mask[2:11, 3:12] = True
    expected = scipy.ndimage.binary_erosion(mask, np.ones((5, 5)))
    assert (md.eroded(mask, 2) == expected).all()
    assert md.core(mask, 7, 9).sum() == 9  # 3 x 3 are left of 9 x 9
    assert md.core(mask, 7, 10).sum() == 25  # too few: one pixel less is cut
    assert md.core(mask, 7, 1000).sum() == mask.sum()


# ---- a walking person, from pixels


@pytest.mark.parametrize("seed", FRESH_SEEDS)
@pytest.mark.parametrize(("shift", "apparent"), [(0, 4), (0.15, 8), (-0.15, 2.6667), (-0.3, 2), (0.45, -8)])
def test_the_measured_depth_is_the_closed_form(seed, shift, apparent):
    assert md.parallax_depth(4, 0.3, shift) == pytest.approx(apparent, rel=1e-4)
    assert md.apparent_person_depth(4, 0.3, shift, seed) == pytest.approx(apparent, rel=0.03)


def test_near_the_pole_it_runs_away():
    for seed in FRESH_SEEDS:
        assert md.apparent_person_depth(4, 0.3, 0.3, seed) == math.inf
        assert md.apparent_person_depth(4, 0.3, 0.27, seed) == pytest.approx(40, rel=0.1)


@pytest.mark.parametrize("seed", FRESH_SEEDS)
@pytest.mark.parametrize(
    ("depth", "baseline", "ratio"), [(2, 0.1, 0.5), (3, 0.8, -0.4), (6, 0.3, -0.5), (8, 0.5, 0.3), (5, 1.0, 1.5)]
)
def test_it_is_so_at_other_depths_and_baselines(depth, baseline, ratio, seed):
    measured = md.apparent_person_depth(depth, baseline, ratio * baseline, seed)
    assert measured == pytest.approx(md.parallax_depth(depth, baseline, ratio * baseline), rel=0.06)


def test_it_is_measured_and_not_computed():
    """Seeds give different pictures, and so depths that differ a little: no closed form is behind them."""
    found = {md.apparent_person_depth(4, 0.3, 0.15, seed) for seed in range(4)}
    assert len(found) == 4
    assert max(found) - min(found) < 0.5


def test_the_direction_is_found():
    """Everything in the picture moves to the left but the person, who overtakes the camera."""
    pair = md.lone_person(4, 0.3, 0.6, 3)
    assert md.person_disparity(pair) == pytest.approx(-8.25, abs=0.2)


@pytest.mark.parametrize("bad", [*NOT_NUMBERS, -1])
@pytest.mark.parametrize("name", ["true_depth", "baseline", "seed"])
def test_the_measurement_refuses(name, bad):
    with pytest.raises(ValueError, match=name):
        md.apparent_person_depth(**{"true_depth": 4, "baseline": 0.3, "object_shift": 0.1, "seed": 1} | {name: bad})


@given(st.floats(-50, 50), st.floats(-5, 5), st.floats(-20, 20))
@example(1.5, 2.0, -10.0)
def test_a_finite_number_or_a_reason(depth, baseline, shift):
    try:
        pair = md.lone_person(depth, baseline, shift, 1)
    except ValueError:
        accepted = 1.5 <= depth <= 12 and 0.02 <= baseline <= 2 and abs(shift) <= 10
        assert not accepted or abs(FOCAL * (baseline - shift) / depth) > 90
    else:
        columns = [np.nonzero(truth(pair, time).labels.any(axis=0))[0] for time in (0, 1)]
        assert all(len(one) and abs(one.mean() - CENTRE) < 50 for one in columns)  # both frames show the person


def test_a_walker_along_the_baseline_is_no_outlier():
    """The left-right check, which rejects what is hidden, lets the wrong depth of a walker pass."""
    pair = md.lone_person(4, 0.3, 0.15, 5)
    disparity, valid = md.checked_match(frame(pair, 0), frame(pair, 1), 24)
    inside = md.core(truth(pair).labels > 0)
    assert valid[inside].mean() > 0.9
    assert np.median(FOCAL * 0.3 / disparity[inside]) == pytest.approx(8, rel=0.05)


def test_more_frames_do_not_help_at_constant_speed():
    """Frames 0, 1 and 2 suggest the same wrong depth: a point at rest there would look the same in all of them."""
    pair = md.lone_person(4, 0.3, 0.12, 5)
    inside = md.core(truth(pair).labels > 0)
    first = frame(pair, 0)
    depths = [0.3 * gap * FOCAL / np.median(md.match_blocks(first, frame(pair, gap), 24)[inside]) for gap in (1, 2)]
    assert depths == pytest.approx([4 / 0.6] * 2, rel=0.03)


def test_static_depths_are_right():
    errors = []
    for seed in range(3):
        pair = scene(seed).frozen()
        found = md.depth_of(md.match_blocks(frame(pair, 0), frame(pair, 1), 24), 0.3)
        errors.append(np.median(np.abs(found / truth(pair).depth - 1)))
    assert max(errors) < 0.03
