"""The drawn street: where things land in the picture, and that each frame stands on its own."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import frozen_scenes as fs
from miniatures.frozen_scenes import CENTRE, FOCAL, HORIZON, Person, Scene


def test_the_ground_is_a_plane():
    depth = fs.street_depth(10, 1.5)
    rows = np.arange(fs.ROWS)
    ground = depth[:, 0] < 10
    assert (rows[ground] - HORIZON) * depth[ground, 0] / FOCAL == pytest.approx(1.5)  # 1.5 m below the camera
    assert (depth[~ground] == 10).all()
    assert (depth == depth[:, :1]).all()


@given(st.floats(-1, 1), st.floats(2.6, 9), st.floats(-0.3, 0.3), st.floats(0, 2))
def test_a_person_lands_where_the_pinhole_says(x, depth, shift, time):
    shown = fs.truth(Scene((Person(x, depth, 1.7, shift),), 12, 0.3), time).labels > 0
    rows, columns = np.nonzero(shown)
    expected = CENTRE + FOCAL * (x + shift * time - 0.3 * time) / depth
    if not 15 < expected < 112:
        return
    assert abs((columns.min() + columns.max()) / 2 - expected) <= 0.6
    assert abs(rows.max() + 0.5 - (HORIZON + FOCAL * 1.5 / depth)) <= 0.6


def test_who_keeps_up_with_the_camera_stays_in_the_picture():
    pair = Scene((Person(0, 4, shift=0.3),), 10, 0.3, 7)
    first, second = fs.frame(pair, 0), fs.frame(pair, 1)
    inside = fs.outline(pair.people[0]) == 1
    assert np.abs(first - second)[inside].mean() < 0.02  # noise alone
    assert np.abs(first - second)[~inside].mean() > 0.02


def test_a_frozen_scene_shifts_by_its_disparity():
    """The wall moves by f t_x / Z: a whole pixel here."""
    scene = Scene((), 11, 0.1, 3)
    first, second = fs.frame(scene, 0), fs.frame(scene, 1)
    assert np.abs(first[:40, 1:] - second[:40, :-1]).mean() < 0.013
    assert np.abs(first - second)[:40].mean() > 0.02


def test_nearer_people_hide_farther_ones():
    people = (Person(0, 3), Person(0.1, 6))
    for order in (people, people[::-1]):
        shown = fs.truth(Scene(order, 10))
        assert shown.depth[40, 63] == 3
        assert set(np.unique(shown.depth[shown.labels > 0])) == {3, 6}


def test_frames_are_reproducible_and_in_range():
    scene = fs.scene(5, 2)
    film = fs.frames(scene, [0, 0.25, 1])
    assert film.shape == (3, 96, 128)
    assert film.min() >= 0
    assert film.max() <= 1
    assert (film[2] == fs.frame(scene, 1)).all()
    assert (film[0] != film[1]).mean() > 0.9


def test_scenes_are_what_they_say():
    people = [one for seed in range(30) for one in fs.scene(seed).people]
    assert {len(fs.scene(seed).people) for seed in range(30)} == {1, 2, 3}
    assert all(3 <= one.depth <= 7 and abs(one.shift) <= 0.18 for one in people)
    assert np.mean([one.height for one in people]) == pytest.approx(1.7, abs=0.03)
    assert np.std([one.height for one in people]) == pytest.approx(0.07, abs=0.025)
    assert all(one.shift == 0 for one in fs.scene(1).frozen().people)
    for seed in range(30):  # nobody hides another
        masks = [fs.outline(one, camera_height=fs.scene(seed).camera_height) > 0.5 for one in fs.scene(seed).people]
        assert np.sum(masks, axis=0).max() == 1


@pytest.mark.parametrize("bad", [None, "3", True, math.nan, math.inf, 1e9, -1e9])
def test_bad_people_and_scenes_are_refused(bad):
    for name in ("x", "depth", "height", "shift", "lift", "shade"):
        with pytest.raises(ValueError, match=name):
            Person(**{"x": 0, "depth": 4} | {name: bad})
    for name in ("wall", "baseline", "camera_height", "seed"):
        with pytest.raises(ValueError, match=name):
            Scene((), **{name: bad})
    with pytest.raises(ValueError, match="time"):
        fs.frame(fs.scene(1), bad)
    with pytest.raises(ValueError, match="times"):
        fs.frames(fs.scene(1), bad)


def test_other_refusals():
    with pytest.raises(ValueError, match="before the wall"):
        Scene((Person(0, 12),), 10)
    with pytest.raises(ValueError, match="people"):
        Scene(("Ann",), 10)
    for bad in (-1, 1.5, None, True, 10**12):
        with pytest.raises(ValueError, match="seed"):
            fs.scene(bad)
    with pytest.raises(ValueError, match="baseline"):
        fs.scene(1, 0, -0.3)
    for call in (fs.frame, fs.truth):
        with pytest.raises(ValueError, match="scene"):
            call("street")
