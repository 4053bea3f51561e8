"""Drawn faces: every number changes what it is named after, nothing else leaks in, and bad input is named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import drawn_faces as df

AVERAGE = np.zeros((1, 12))
GROUPS = {"pose": df.POSE, "light": df.LIGHT, "expression": df.EXPRESSION}


def changed(side=48, **given_):
    """Which pixels differ from the average face, straight ahead."""
    who = given_.pop("identity", AVERAGE)
    return np.abs(df.draw_faces(who, side=side, **given_) - df.draw_faces(AVERAGE, side=side))[0]


@pytest.mark.parametrize("column", range(12))
def test_each_number_of_a_person_shows(column):
    who = AVERAGE.copy()
    who[0, column] = 1
    assert changed(identity=who).max() > 0.05


@pytest.mark.parametrize(("group", "column"), [(g, i) for g, names in GROUPS.items() for i in range(len(names))])
def test_each_number_of_a_photograph_shows(group, column):
    number = np.zeros((1, len(GROUPS[group])))
    number[0, column] = 0.5
    assert changed(**{group: number}).max() > 0.05


@pytest.mark.parametrize("column", range(3))
def test_each_grimace_shows_below_the_eyes_only(column):
    made = changed(grimace=[[1.0 if i == column else 0 for i in range(3)]])
    assert made[:18].max() < 0.02 < 0.1 < made[26:].max()


def test_a_grimace_of_nothing_changes_no_bit():
    rng = np.random.default_rng(7)
    who, taken = df.identities(50, rng), df.shots(50, rng, 2.0)
    plain = df.draw_faces(who, taken.pose, taken.light, taken.expression)
    again = df.draw_faces(who, taken.pose, taken.light, taken.expression, grimace=np.zeros((50, 3)))
    assert plain.tobytes() == again.tobytes()


def test_closed_eyes_show_less_of_the_pupil_and_of_the_white():
    rows, columns = slice(38, 47), slice(29, 67)  # round the eyes
    closed = df.draw_faces(AVERAGE, expression=[[0, 0, 0, -1.0]], side=96)[0, rows, columns]
    open_ = df.draw_faces(AVERAGE, side=96)[0, rows, columns]
    assert (closed < 0.4).sum() < (open_ < 0.4).sum() / 2
    assert (closed > 0.7).sum() < (open_ > 0.7).sum()


def test_an_expression_leaves_hair_and_neck_alone():
    """A smile moves the mouth only, raised brows and wide eyes the upper half only."""
    lips = changed(expression=[[1.0, 1.0, 0, 0]])
    assert lips[:26].max() < 1e-3 < 0.1 < lips[26:].max()
    above = changed(expression=[[0, 0, 1.0, 1.0]])
    assert above[28:].max() < 1e-3 < 0.1 < above[:28].max()


def test_a_face_ahead_in_even_light_is_its_own_mirror_image():
    faces = df.draw_faces(df.identities(5, np.random.default_rng(1)))
    assert np.abs(faces - faces[:, :, ::-1]).max() < 1e-12


def test_a_turn_to_the_other_side_mirrors_the_picture():
    who = df.identities(3, np.random.default_rng(2))
    pose = np.zeros((3, 5))
    pose[:, [0, 2, 3]] = 0.1, 0.5, 0.1
    one, other = df.draw_faces(who, pose), df.draw_faces(who, pose * [-1, 1, -1, -1, 1])
    assert np.abs(one - other[:, :, ::-1]).max() < 1e-12


def test_moving_a_face_by_a_pixel_moves_the_picture_by_a_pixel():
    still, moved = df.draw_faces(AVERAGE), df.draw_faces(AVERAGE, [[2 / 24, 0, 0, 0, 0]])
    assert np.abs(moved[0, :, 1:] - still[0, :, :-1]).max() < 1e-12


def test_a_larger_picture_shows_the_same_face():
    who = df.identities(4, np.random.default_rng(3))
    fine = df.draw_faces(who, side=96).reshape(4, 24, 4, 24, 4).mean(axis=(2, 4))
    assert np.abs(fine - df.draw_faces(who)).mean() < 0.02


def test_light_from_the_right_makes_the_right_brighter():
    picture = df.draw_faces(AVERAGE, light=[[1.0, 0, 0]])[0]
    assert picture[:, 12:].mean() > picture[:, :12].mean() + 0.1


def test_photographs_of_two_people_differ_more_than_two_of_one():
    rng = np.random.default_rng(4)
    rows = df.photographs(np.repeat(df.identities(30, rng), 10, axis=0), rng).reshape(30, 10, -1)
    within = rows.var(axis=1).mean()
    between = rows.mean(axis=1).var(axis=0).mean()
    assert between > 0.3 * within


def test_spread_zero_and_no_grain_is_the_drawing():
    who = df.identities(2, np.random.default_rng(5))
    assert (df.photographs(who, np.random.default_rng(6), 0.0, 0.0) == df.draw_faces(who)).all()


@settings(max_examples=25)
@given(st.integers(1, 4), st.integers(0, 2**32 - 1), st.floats(0, 2), st.floats(0, 1), st.integers(8, 40))
def test_any_photograph_lies_between_black_and_white(count, seed, spread, noise, side):
    rng = np.random.default_rng(seed)
    rows = df.photographs(df.identities(count, rng), rng, spread, noise, side)
    assert rows.shape == (count, side, side)
    assert 0 <= rows.min() <= rows.max() <= 1


@pytest.mark.parametrize(("call", "named"), [
    (lambda: df.draw_faces(np.zeros((2, 11))), "identity"), (lambda: df.draw_faces(np.full((1, 12), 1.5)), "identity"),
    (lambda: df.draw_faces(AVERAGE, pose=np.zeros((2, 5))), "pose"), (lambda: df.draw_faces(AVERAGE, light=np.full((1, 3), np.nan)), "light"),
    (lambda: df.draw_faces(AVERAGE, expression=np.zeros((1, 3))), "expression"), (lambda: df.draw_faces(AVERAGE, side=7), "side"),
    (lambda: df.draw_faces(AVERAGE, grimace=[[0, 0, -0.1]]), "grimace"), (lambda: df.draw_faces(AVERAGE, grimace=np.zeros((1, 4))), "grimace"),
    (lambda: df.draw_faces(AVERAGE, side=24.0), "side"), (lambda: df.draw_faces(np.zeros((20_001, 12)), side=8), "identity"),
    (lambda: df.identities(0, np.random.default_rng(0)), "count"), (lambda: df.shots(1, np.random.default_rng(0), -1), "spread"),
    (lambda: df.photographs(AVERAGE, np.random.default_rng(0), noise=-0.1), "noise"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_rounded_lips_are_narrower_and_rest_is_as_it_was():
    lips = [df.draw_faces(AVERAGE, side=48, rounded=[round_])[0, 30:36].min(axis=0) for round_ in (-1.0, 0.0, 1.0)]
    widths = [(one < 0.4).sum() for one in lips]
    assert widths[0] > widths[1] > widths[2] > 0
    assert changed(rounded=[1.0])[:26].max() < 1e-3
    who = df.identities(5, np.random.default_rng(7))
    assert df.draw_faces(who).tobytes() == df.draw_faces(who, rounded=np.zeros(5)).tobytes()
    for bad in ([1.5], [np.nan], [0.0, 0.0]):
        with pytest.raises(ValueError, match="rounded"):
            df.draw_faces(AVERAGE, rounded=bad)
