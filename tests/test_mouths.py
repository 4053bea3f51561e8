"""Mouths: the landmarks lie on the drawn lips, the error is a distance, and bad input is named."""

import re

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


def person(**numbers):
    """The average face but for the named numbers."""
    return np.array([numbers.get(name.replace(" ", "_"), 0.0) for name in df.IDENTITY])


def test_eight_points_by_hand():
    """A wide mouth set high, open and drawn half wide: half its width is 0.22 + 0.06 + 0.04, its middle at -0.37 + 0.05."""
    points = mouths.landmarks([[1.0, -0.5]], person(mouth_width=1, mouth_height=-1))[0]
    above, below = ([(-0.16, gap), (0, wide), (0.16, gap)] for gap, wide in ((0.145, 0.18), (-0.145, -0.18)))
    assert points == pytest.approx(np.array([(-0.32, 0), (0.32, 0), *above, *below]) - [0, 0.32])


@pytest.mark.parametrize(("set_apart", "distance"), [(-1, 0.4), (0, 0.5), (1, 0.6)])
def test_an_error_is_measured_by_the_persons_own_eyes(set_apart, distance):
    who = person(eye_distance=set_apart)
    assert mouths.eye_distance(who) == pytest.approx(distance)
    # six of eight points move up or down: 0.14 in the middle, three quarters of it half way to a corner
    moved = (2 * 0.14 + 4 * 0.105) / 8
    assert mouths.landmark_error([[0.0, 0.0]], [[1.0, 0.0]], who) == pytest.approx(100 * moved / distance)


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


def test_a_blink_takes_five_frames_and_comes_every_two_seconds():
    starts = set()
    for seed in range(400):
        shut = -mouths.target_clip(100, seed)[1][:, 3]
        at = (int(shut[:50].argmax()) - np.arange(-2, 3)) % 50
        assert shut[at] == pytest.approx(np.array([0.4, 0.8, 1, 0.8, 0.4]))
        assert np.delete(shut[:50], at) == pytest.approx(0, abs=1e-12)
        assert (shut[:50] == shut[50:]).all()
        starts.add(int(at[2]))
    assert starts == set(range(50))  # anywhere


def test_a_target_sways_in_sines_of_60_to_120_frames_that_start_anywhere():
    """x(t + 1) + x(t - 1) = 2 cos(2 pi / period) x(t) of a sine; its value and its slope give size and phase."""
    periods, phases, sizes = [], [], []
    for seed in range(400):
        pose, face = mouths.target_clip(121, seed)
        assert (face[:, :3] == 0).all()
        middle, beside = pose[1:-1], pose[2:] + pose[:-2]
        step = np.arccos((middle * beside).sum(axis=0) / (middle**2).sum(axis=0) / 2)
        cosine = (pose[1] - pose[0] * np.cos(step)) / np.sin(step)
        periods.append(2 * np.pi / step)
        phases.append(np.arctan2(pose[0], cosine) % (2 * np.pi))
        sizes.append(np.hypot(pose[0], cosine))
    assert np.array(sizes) == pytest.approx(np.tile([0.03, 0.015, 0.3, 0.04, 0.02], (400, 1)))
    for found in (periods, phases):  # each part of the pose moves by itself
        assert np.diff(np.sort(found, axis=1), axis=1).min() > 0
    assert 60 <= np.min(periods) < 60.3 < 119.7 < np.max(periods) <= 120
    for found, low, high in ((periods, 60, 120), (phases, 0, 2 * np.pi)):
        eighths = np.histogram(found, 8, (low, high))[0]
        assert eighths.sum() == 2000
        assert np.abs(eighths - 250).max() < 60  # four deviations


def test_a_clip_is_seed_0_unless_told():
    for named, default in zip(mouths.target_clip(60, 0), mouths.target_clip(60), strict=True):
        assert (named == default).all()


def test_the_mouth_is_the_words_whatever_the_target_did_with_it():
    own = np.array([[0.5, 0.9, 1.0, -1.0]])
    film = mouths.draw_mouths([[0.3, 0.2]], expression=own)
    assert film.shape == (1, 48, 48)
    assert (film == mouths.draw_mouths([[0.3, 0.2]], expression=[[0.5, 0.0, 1.0, -1.0]])).all()
    assert own.tolist() == [[0.5, 0.9, 1.0, -1.0]]


def test_a_wild_guess_is_drawn_as_far_as_lips_go():
    assert (mouths.draw_mouths([[9.0, -9.0]]) == mouths.draw_mouths([[1.0, -1.0]])).all()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: mouths.landmarks([[0.0]]), "mouth"), (lambda: mouths.landmarks([[np.nan, 0.0]]), "mouth"), (lambda: mouths.landmarks([]), "mouth"),
    (lambda: mouths.landmark_error([[0.0, 0.0]], [[0.0, 0.0]] * 2), "guess"), (lambda: mouths.draw_mouths([[0.0, 0.0]], side=7), "side="),
    (lambda: mouths.draw_mouths([[0.0, 0.0]], identity=np.full(12, 2.0)), "identity"), (lambda: mouths.draw_mouths([[0.0, 0.0]], pose=[[0.0]]), "pose"),
    (lambda: mouths.draw_mouths([[0.0, 0.0]], expression=[[0.0]]), "expression"), (lambda: mouths.pixels(-1, 24), "error"), (lambda: mouths.pixels(1, 0), "side="),
    (lambda: mouths.target_clip(0), "frames="), (lambda: mouths.target_clip(5, -1), "seed="),
    (lambda: mouths.draw_mouths(np.zeros((20_001, 2)), side=8), "mouth of 20001 rows: at most 20000 faces"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()


@pytest.mark.parametrize("far", [2e6, -2e6])
@pytest.mark.parametrize(("call", "named"), [
    (lambda far: mouths.drawable([[0.0, far]]), "mouth"), (lambda far: mouths.landmarks([[far, 0.0]]), "mouth"),
    (lambda far: mouths.landmark_error([[0.0, far]], [[0.0, 0.0]]), "truth"), (lambda far: mouths.landmark_error([[0.0, 0.0]], [[far, 0.0]]), "guess"),
])  # fmt: skip
def test_a_guess_may_be_a_million_and_no_more(call, named, far):
    call(far / 2)
    with pytest.raises(ValueError, match=rf"^{named} holds {far}: every number must lie from -1e\+06 to 1e\+06$"):
        call(far)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: mouths.target_clip(0), "frames=0 must be a whole number from 1 to 20000"), (lambda: mouths.target_clip(9, -1), "seed=-1 must be a whole number from 0 to 4294967295"),
    (lambda: mouths.pixels(1, 0), "side=0 must be a whole number from 1 to 10000"), (lambda: mouths.pixels(-1, 24), "error holds -1.0: every number must lie from 0 to 1e+06"),
    (lambda: mouths.pixels([4.0], 24), "error of shape (1,) must be of shape (), with no empty axis"),
    (lambda: mouths.landmark_error([[0.0]], [[0.0, 0.0]]), "truth of shape (1, 1) must be of shape (any, 2), with no empty axis"),
    (lambda: mouths.draw_mouths([[0.0, 0.0]], side=7), "side=7 must be a whole number from 8 to 128"),
    (lambda: mouths.draw_mouths([[0.0, 0.0]], expression=[[0, 10, 0, 0]]), "expression holds 10.0: every number must lie from -9 to 9"),
    (lambda: mouths.eye_distance(np.full(12, 2.0)), "identity holds 2.0: every number must lie from -1 to 1"),
    (lambda: mouths.eye_distance([0.0]), "identity of shape (1,) must be of shape (12), with no empty axis"),
    (lambda: mouths.drawable([[0.0]]), "mouth of shape (1, 1) must be of shape (any, 2), with no empty axis"),
])  # fmt: skip
def test_what_is_accepted_is_told(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
