"""Mouths: the landmarks lie on the drawn lips, the error is a distance, and bad input is named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import drawn_faces as df
from miniatures import mouths

SHAPES = st.tuples(st.floats(0, 1), st.floats(-1, 1))


@pytest.mark.parametrize("mouth", [(0.0, 0.0), (1.0, 0.0), (0.5, -1.0), (0.6, 0.8)])
def test_the_landmarks_lie_on_the_drawn_edge_of_the_lips(mouth):
    """Just inside each point the drawing is darker than just outside."""
    side = 128
    picture = mouths.draw_mouths([mouth], side=side)[0]
    points = mouths.landmarks([mouth])[0]
    middle = points.mean(axis=0)
    for point in points:
        inside, outside = (
            picture[int((1 - y) * side / 2), int((x + 1) * side / 2)]
            for x, y in (point + share * (middle - point) / np.hypot(*(middle - point)) for share in (0.05, -0.05))
        )
        assert inside < outside - 0.05, point


def test_an_error_by_hand():
    """Rounding moves eight points sideways: two by 0.08, two by 0 and four by 0.04, over a distance of the eyes of 0.5."""
    assert mouths.landmark_error([[0.0, 0.0]], [[0.0, 1.0]]) == pytest.approx(100 * (2 * 0.08 + 4 * 0.04) / 8 / 0.5)
    assert mouths.pixels(4.0, 100) == pytest.approx(1.0)


@settings(max_examples=40)
@given(st.lists(SHAPES, min_size=1, max_size=5), st.lists(SHAPES, min_size=5, max_size=5), st.integers(0, 99))
def test_the_error_is_a_distance(some, others, seed):
    one, other = np.array(some), np.array(others)[: len(some)]
    who = df.identities(1, np.random.default_rng(seed))[0]
    error = mouths.landmark_error(one, other, who)
    assert error == pytest.approx(mouths.landmark_error(other, one, who), abs=1e-12)
    assert mouths.landmark_error(one, one, who) == 0 <= error < 100
    middle = (one + other) / 2
    assert error <= mouths.landmark_error(one, middle, who) + mouths.landmark_error(middle, other, who) + 1e-9


def test_each_of_the_targets_own_things_stays():
    """New words: nothing above the nose changes, the head's pose and the blink remain."""
    rng = np.random.default_rng(3)
    own = df.shots(4, rng)
    who = df.identities(1, rng)[0]
    first, second = (
        mouths.draw_mouths(np.tile(lips, (4, 1)), who, 0 * own.pose, own.expression)
        for lips in ((0.0, 0.0), (1.0, 0.6))
    )
    assert np.abs(first - second)[:, :24].max() < 1e-3 < np.abs(first - second)[:, 26:].max()
    assert np.abs(mouths.draw_mouths(np.zeros((4, 2)), who, own.pose) - first).max() > 0.05


def test_a_target_blinks_and_turns_whatever_it_says():
    pose, face = mouths.target_clip(150, 4)
    assert (face[:, 3] < -0.7).sum() == 3 * 3
    assert np.ptp(pose[:, 2]) > 0.4
    film = mouths.draw_mouths(np.zeros((150, 2)), None, pose, face)
    eyes = (film[:, 18:24] > 0.74).sum(axis=(1, 2))  # their whites, while they can be seen
    assert eyes[face[:, 3] == 0].min() > eyes[face[:, 3] < -0.9].max() + 3


def test_a_wild_guess_is_drawn_as_far_as_lips_go():
    assert (mouths.draw_mouths([[9.0, -9.0]]) == mouths.draw_mouths([[1.0, -1.0]])).all()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: mouths.landmarks([[0.0]]), "mouth"), (lambda: mouths.landmarks([[np.nan, 0.0]]), "mouth"), (lambda: mouths.landmarks([]), "mouth"),
    (lambda: mouths.landmark_error([[0.0, 0.0]], [[0.0, 0.0]] * 2), "guess"), (lambda: mouths.draw_mouths([[0.0, 0.0]], side=7), "side="),
    (lambda: mouths.draw_mouths([[0.0, 0.0]], identity=np.full(12, 2.0)), "identity"), (lambda: mouths.draw_mouths([[0.0, 0.0]], pose=[[0.0]]), "pose"),
    (lambda: mouths.draw_mouths([[0.0, 0.0]], expression=[[0.0]]), "expression"), (lambda: mouths.pixels(-1, 24), "error"), (lambda: mouths.pixels(1, 0), "side="),
    (lambda: mouths.target_clip(0), "frames="), (lambda: mouths.target_clip(5, -1), "seed="),
    (lambda: mouths.draw_mouths(np.zeros((20_001, 2)), side=8), "mouth of 20001 rows"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
