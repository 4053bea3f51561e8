"""The classifier learns what it should, faces and videos are what they say, and bad input is named."""

import numpy as np
import pytest
from miniatures import photobooth_faces as f
from miniatures import photobooth_video as v
from miniatures.photobooth_runs import network


def test_every_expression_shows_and_rest_does_not():
    columns = f.features_of(np.arange(7), np.ones(7), np.zeros(7))
    pictures = f.draw_faces(np.zeros((7, 12)), expression=columns[0], grimace=columns[1])
    gaps = np.abs(pictures[:, None] - pictures[None]).max(axis=(2, 3))
    assert (gaps[~np.eye(7, dtype=bool)] > 0.15).all()
    assert (pictures[0] == f.draw_faces(np.zeros((1, 12)))[0]).all()


def test_a_short_training_beats_chance():
    trained = f.train(np.random.default_rng(200), 250, 1500)
    mouths, eyes = f.accuracy(trained, f.faces(600, np.random.default_rng(201), 1.0, 0.0))
    assert mouths > 2 / 7
    assert eyes > 0.65  # "looking" alone is 0.6


def test_the_same_seed_trains_the_same_network():
    one, two = (f.train(np.random.default_rng(3), 5, 40) for _ in range(2))
    assert all((a == b).all() for x, y in zip(one.layers, two.layers, strict=True) for a, b in zip(x, y, strict=True))


def test_probabilities_sum_to_one_and_light_hardly_matters():
    seen = f.faces(40, np.random.default_rng(5), 1.0)
    mouths, eyes = network()(seen.pictures)
    assert mouths.sum(axis=1) == pytest.approx(np.ones(40))
    assert eyes.sum(axis=1) == pytest.approx(np.ones(40))
    darker = network()(0.2 + 0.5 * seen.pictures)[0]
    assert np.abs(darker - mouths).max() < 0.2
    assert (darker.argmax(axis=1) == mouths.argmax(axis=1)).mean() > 0.9


def test_confusion_counts_every_face():
    seen = f.faces(80, np.random.default_rng(6), 1.0)
    counts = f.confusion(network(), seen)
    assert counts.sum(axis=1).tolist() == np.bincount(seen.mouths, minlength=7).tolist()
    assert counts.trace() / 80 == f.accuracy(network(), seen)[0]


def test_a_group_differs_only_in_its_third_face():
    behind, front = (f.groups(3, np.random.default_rng(7), third) for third in ("behind", "front"))
    assert behind[:, :2] == pytest.approx(front[:, :2])
    assert np.abs(behind[:, 2] - front[:, 2]).max() > 0.1


def test_drawing_in_parts_changes_no_pixel():
    """More faces than a part holds, near and far, against each drawn by itself."""
    for far, side in ((0.0, f.SIDE), (1.0, f.FAR)):
        seen = f.faces(450, np.random.default_rng(8), 1.0, far)
        assert seen.pictures.shape == (450, 24, 24)
        assert len(np.unique(seen.pictures.mean(axis=(1, 2)))) == 450
        steps = np.abs(np.diff(seen.pictures, axis=2)).mean(axis=(0, 1))
        assert (steps[::2].mean() < 0.8 * steps[1::2].mean()) == (side == f.FAR)  # pairs of pixels, but for the grain


def test_portraits_are_read_as_what_they_make():
    mouths, eyes = network()(f.portraits(np.zeros(12), 1.0))
    assert mouths.argmax(axis=1).tolist() == list(range(7))
    assert (eyes.argmax(axis=1) == 0).all()
    for n, look in enumerate(f.EYES):
        assert (network()(f.portraits(np.zeros(12), 0.0, look))[1].argmax(axis=1) == n).all()
    assert (f.portraits(np.zeros(12), 0.0) == f.portraits(np.zeros(12), 0.0)[0]).all()


def test_a_median_bridges_and_delays():
    quality = np.array([0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0.0])
    assert np.flatnonzero(v.present(quality, 0.5, 5)).tolist() == [4, 5, 6, 7, 8]
    assert v.present(quality, 0.5, 1).tolist() == (quality >= 0.5).tolist()


# videos --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [200, 201, 202, 203, 204])
def test_a_video_holds_three_moments_apart(seed):
    film = v.video(seed)
    assert film.moments.shape == (3, 2)
    assert (film.moments[1:, 0] - film.moments[:-1, 1] > 5).all()
    assert film.moments[-1, 1] < 300
    assert 1 <= len(film.sides) <= 5
    assert ((film.moments[:, 0] <= film.peaks) & (film.peaks <= film.moments[:, 1])).all()
    outside = np.ones(300, bool)
    for first, last in film.moments:
        outside[first : last + 1] = False
    assert film.quality[outside].max() == 0
    assert film.quality.max() > 0.5


def test_each_frame_is_drawn_by_itself():
    film = v.video(202, 2, 1)
    together = v.frames(film, [0, 77, 299])
    assert together.shape == (3, 40, 80)
    assert 0 <= together.min() <= together.max() <= 1
    assert (v.frame(film, 77) == together[1]).all()
    assert v.crops(film, together).shape == (3, 3, 24, 24)
    assert (
        v.crops(film, together)[1, 0].tolist()
        == together[1, 16:40, film.corners[0, 1] : film.corners[0, 1] + 24].tolist()
    )


def test_a_jolt_moves_and_blurs():
    film = v.video(203, 1, 0)
    pictures = v.frames(film)
    motion = np.abs(np.diff(pictures, axis=0)).mean(axis=(1, 2))
    assert motion[film.blur[1:] > 0.9].min() > np.median(motion)
    assert film.quality[film.blur > v.NOT_STEADY].max() == 0


def test_the_first_stage_refuses_closed_eyes_talking_and_jolts():
    film = v.video(204, 1, 0, 0.0)
    mouths, eyes = np.zeros((300, 1, 7)), np.zeros((300, 1, 3))
    mouths[..., 2], eyes[..., 0] = 0.9, 1.0
    plain = v.judge(film, v.Seen(mouths, eyes, np.zeros(300)))
    assert plain.passed.tolist() == [False] * 2 + [True] * 298  # the median of five needs three
    eyes[50], motion = (0, 1, 0), np.zeros(300)
    mouths[60], motion[70] = np.eye(7)[1], 0.1
    mouths[80, 0, 2] = 0.0  # one frame without the expression is bridged, but scores nothing
    found = v.judge(film, v.Seen(mouths, eyes, motion))
    assert np.flatnonzero(plain.passed & ~found.passed).tolist() == [50, 60, 70]
    assert found.scores[[50, 60, 70, 80]].tolist() == [0, 0, 0, 0]


def test_a_held_expression_does_not_change():
    film = v.held(201, 0.4)
    assert (film.strength == 0.4).all()
    assert len(np.unique(film.quality)) == 1


@pytest.mark.parametrize(("call", "named"), [
    (lambda: f.features_of([7], [1.0], [0.0]), "mouths"), (lambda: f.features_of([1], [2.0], [0.0]), "strength"), (lambda: f.features_of([1], [1.0], [1.1]), "closed"),
    (lambda: f.faces(0, np.random.default_rng(0)), "count"), (lambda: f.faces(3, np.random.default_rng(0), -1), "strength"), (lambda: f.faces(3, np.random.default_rng(0), 1, 2), "far"),
    (lambda: f.groups(2, np.random.default_rng(0), "left"), "third"), (lambda: f.portraits(np.zeros(11), 1.0), "person"), (lambda: f.portraits(np.zeros(12), 1.0, "shut"), "eyes"), (lambda: v.present([2.0]), "quality"), (lambda: v.present([0.5], count=0), "count"), (lambda: f.train(np.random.default_rng(0), 0), "steps"), (lambda: network()(np.zeros((2, 23, 24))), "pictures"),
    (lambda: v.video(-1), "seed"), (lambda: v.video(1, 4), "front"), (lambda: v.video(1, 1, 3), "behind"), (lambda: v.video(1, blinks=21), "blinks"),
    (lambda: v.frame(v.video(1), 300), "t"), (lambda: v.frames(v.video(1), [0, 301]), "which"), (lambda: v.held(1, 1.5), "strength"), (lambda: v.crops(v.video(1), np.zeros((1, 24, 24))), "pictures"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
