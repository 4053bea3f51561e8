"""Four corners: which of them determine a homography, what it keeps, and how its lines are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import clip_corners as c
from miniatures.clip_and_drop import apply_homography
from miniatures.clip_matches import Pose, screen_to_view, view_corners, view_to_screen

REST = np.array([[60.0, 25], [260, 25], [260, 175], [60, 175]])
BENT = np.array([[1.1, 0.1, 30], [-0.05, 0.9, 12], [2e-4, -1e-4, 1]])
BOX = ((0, 0), (320, 200))
places = st.floats(0, 300)
corners = st.lists(st.tuples(places, places), min_size=4, max_size=4)


def moved(number, place):
    found = REST.copy()
    found[number] = place
    return found


@pytest.mark.parametrize(("place", "shape"), [((60, 25), "convex"), ((150, 90), "convex"), ((190, 120), "not convex"), ((60, 190), "crossed")])  # fmt: skip
def test_the_upper_left_corner_on_its_way(place, shape):
    assert c.shape_of(moved(0, place)) == shape
    assert not c.is_mirrored(moved(0, place))


def test_swapped_corners_cross_and_a_turned_round_is_mirrored():
    assert c.shape_of(REST[[1, 0, 2, 3]]) == "crossed"
    assert c.is_mirrored(REST[::-1])
    with pytest.raises(ValueError, match="three on a line"):
        c.shape_of([[0, 0], [1, 0], [2, 0], [0, 5]])


def test_on_the_diagonal_there_is_no_homography_and_beside_it_there_is():
    with pytest.raises(ValueError, match="three lie on a line, or almost"):
        c.homography_of(moved(1, (160, 100)))
    with pytest.raises(ValueError, match="thickness"):
        c.homography_of(moved(1, (161, 100)))
    with pytest.raises(ValueError, match="three"):
        c.homography_of(np.zeros((4, 2)))
    H = c.homography_of(moved(1, (175, 90)))
    assert apply_homography(H, view_corners()) == pytest.approx(moved(1, (175, 90)), abs=1e-8)


@given(corners)
def test_any_four_corners_are_met_or_refused(four):
    try:
        H = c.homography_of(four)
    except ValueError:
        assert c.thickness(four) < c.THINNEST or c.shape_of(four) != "convex"
    else:
        assert apply_homography(H, view_corners()) == pytest.approx(np.array(four), abs=1e-5)


def test_no_convex_outline_is_folded_and_every_other_is():
    """The denominator keeps its sign over the view if and only if the outline is convex."""
    for place in ((100, 60), (150, 95), (190, 120), (230, 160)):
        depths = np.column_stack([view_corners(), np.ones(4)]) @ c.homography_of(moved(0, place))[2]
        assert (c.shape_of(moved(0, place)) == "convex") == (depths > 0).all()


def test_the_area_is_that_of_a_small_square():
    place, step = np.array([70.0, 40]), 0.1
    square = apply_homography(BENT, place + step * np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]))
    (x, y), (u, v) = square.T, np.roll(square, -1, axis=0).T
    assert c.area(BENT, place) == pytest.approx(abs((x * v - u * y).sum()) / 2 / step**2, rel=1e-5)
    with pytest.raises(ValueError, match="infinity"):
        c.area([[1, 0, 0], [0, 1, 0], [1, 0, -5]], [5, 0])
    with pytest.raises(ValueError, match="by H"):
        c.area(np.full((3, 3), 1e-300), [5, 0])


@given(st.floats(0, 1), st.floats(0.05, 1), st.floats(1.1, 3), st.floats(-2, 2))
def test_the_cross_ratio_stays(first, second, last, slope):
    at = np.array([0.0, first, 1 + second, 2 + last])
    line = np.column_stack([20 + 30 * at, 50 + 20 * slope * at])
    assert c.cross_ratio(*apply_homography(BENT, line)) == pytest.approx(c.cross_ratio(*line), rel=1e-6)


def test_the_cross_ratio_needs_a_line():
    with pytest.raises(ValueError, match="one line"):
        c.cross_ratio([0, 0], [1, 1], [2, 0], [3, 0])
    with pytest.raises(ValueError, match="one place"):
        c.cross_ratio([0, 0], [1, 0], [1, 0], [3, 0])


def test_segments_are_cut_at_the_box():
    (piece, none), (_, _) = c.mapped_segments(np.eye(3), [[-10, 50], [0, 300]], [[400, 50], [9, 300]], *BOX)
    assert piece.tolist() == [[0, 50], [320, 50]]
    assert np.isnan(none).all()
    assert np.isnan(c.mapped_segments(np.eye(3), [[0, 300]], [[9, 300]], *BOX)).all()


def test_a_folded_segment_becomes_two_rays_that_its_places_lie_on():
    H, wide = c.homography_of(moved(0, (190, 120))), ((-900, -900), (900, 900))
    start, end = np.array([[190.0, 0]]), np.array([[190.0, 149]])
    (pieces,) = c.mapped_segments(H, start, end, *wide)
    assert np.isfinite(pieces).all()
    between = apply_homography(H, start + np.linspace(0, 1, 42)[:, None] * (end - start))
    inside = between[(np.abs(between) <= 900).all(axis=1)]
    assert len(inside) > 20
    for place in inside:
        on = [np.hypot(*(place - a)) + np.hypot(*(place - b)) - np.hypot(*(a - b)) for a, b in pieces]
        assert min(on) < 1e-3
    (a, b), (p, q) = pieces
    assert min(np.hypot(*(x - y)) for x in (a, b) for y in (p, q)) > 5  # the gap between the rays is not drawn


def test_the_way_back_is_the_inverse():
    pose = Pose(20, -10, 5, 1.2)
    assert view_to_screen(pose) @ screen_to_view(pose) / (view_to_screen(pose) @ screen_to_view(pose))[2, 2] == pytest.approx(np.eye(3), abs=1e-9)  # fmt: skip


@pytest.mark.parametrize(("call", "named"), [
    (lambda: c.thickness([[0, 0]]), "corners"), (lambda: c.shape_of(np.full((4, 2), np.nan)), "corners"), (lambda: c.homography_of([[0, 0]] * 3), "corners"),
    (lambda: c.area(np.eye(2), [0, 0]), "H"), (lambda: c.area(np.eye(3), 4), "place"), (lambda: c.cross_ratio([0], [1, 0], [2, 0], [3, 0]), "a"),
    (lambda: c.mapped_segments(np.eye(3), [[0, 0]], [[1, 1], [2, 2]], *BOX), "ends"), (lambda: c.mapped_segments(np.zeros((3, 3)), [[0, 0]], [[1, 1]], *BOX), "H"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
