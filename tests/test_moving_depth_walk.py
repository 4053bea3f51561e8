"""The film: what is stored comes back, its people stay in view, and its map turns their order round."""

import numpy as np
import pytest
from miniatures import moving_depth_walk as film
from miniatures.defocus import defocus
from miniatures.frozen_scenes import frame, truth
from miniatures.moving_depth import core, parallax_depth
from miniatures.moving_depth_walk import MAPS, TRUE, WALK
from miniatures.person_depth import estimates, parallax_map

RAW, SMOOTH, PRIOR, _ = MAPS


@pytest.mark.parametrize("number", [0, 7, 31])
def test_stored_depths_come_back(number):
    assert film.depths_in(number) == pytest.approx(film.stored_depths()[number], abs=0.006)


def test_all_three_are_whole_in_every_frame_and_in_the_one_it_is_matched_with():
    for number in range(film.FRAMES):
        for time in (film.moment(number), film.moment(number) + 1):
            labels = truth(WALK, time).labels
            for label in (1, 2, 3):
                columns = np.nonzero((labels == label).any(axis=0))[0]
                assert 0 < columns[0] <= columns[-1] < 127, (number, label)
                assert core(labels == label).sum() >= 12, (number, label)


def test_parallax_turns_the_order_round_in_every_frame():
    depths = film.stored_depths()
    assert depths.shape == (film.FRAMES, len(MAPS), 3)
    assert (np.argsort(depths[:, -1]) == [2, 1, 0]).all()
    assert (np.argsort(depths[:, 0]) == [0, 1, 2]).all()
    assert (np.argsort(depths[:, MAPS.index(PRIOR)]) == [2, 1, 0]).all()
    formula = [parallax_depth(one.depth, WALK.baseline, one.shift) for one in WALK.people]
    assert np.abs(depths[:, 0] / formula - 1).max() < 0.06
    assert np.abs(depths[:, 2] / depths[:, 3] - 1).max() < 0.05
    assert (depths[:, 1] > 1.4 * depths[:, 3]).all()  # the fill puts nobody where they are


def test_a_moment_of_a_scene_is_matched_with_the_one_a_unit_later():
    found = estimates(WALK, time=2.4)
    assert (found.first == frame(WALK, 2.4)).all()
    assert (found.second == frame(WALK, 3.4)).all()
    assert (found.maps[RAW] == parallax_map(WALK, 2.4)).all()
    assert (found.labels == truth(WALK, 2.4).labels).all()
    assert (found.maps[RAW] != estimates(WALK).maps[RAW]).any()


def test_focus_on_a_person_needs_the_right_map():
    first, labels = film.walk(film.STILL).first, truth(WALK, film.moment(film.STILL)).labels
    assert film.refocused(TRUE, 4.0, 0.35) == pytest.approx(defocus(first, truth(WALK, 3.2).depth, 4.0, 0.35))
    inside = core(labels == 3)  # at 4 m
    lost = {kind: np.abs(film.refocused(kind, 4.0, 0.35) - first)[inside].mean() for kind in MAPS}
    assert lost[TRUE] < 0.005
    assert lost[PRIOR] < 0.01
    assert min(lost[RAW], lost[SMOOTH]) > 0.015
    assert film.blurs(RAW, 8.0, 0.35)[2] < 0.2 < 1 < film.blurs(TRUE, 8.0, 0.35)[2]


@pytest.mark.parametrize(
    "call",
    [
        lambda: film.moment(32), lambda: film.moment(-1), lambda: film.moment(1.5), lambda: film.walk_map(3, "mean of the rest"),
        lambda: film.refocused("guess", 4, 0.1), lambda: film.blurs("guess", 4, 0.1), lambda: film.refocused(TRUE, 0, 0.1), lambda: film.refocused(TRUE, 4, 0.7),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call):
    with pytest.raises(ValueError, match=r"number|kind|sharp_depth|aperture"):
        call()
