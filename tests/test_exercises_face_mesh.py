"""The answers to the exercises on the face mesh, by another way."""

import numpy as np
import pytest
from miniatures import face_mesh as m
from miniatures.exercises import face_mesh as exercises
from miniatures.face_model import EYES, canonical, interocular_error

BY_ID = {exercise.id: exercise for exercise in exercises.EXERCISES}


def test_answers_of_the_brief():
    assert BY_ID["face_mesh-1"].answer == 5
    assert BY_ID["face_mesh-2"].answer == 6
    assert BY_ID["face_mesh-3"].answer == pytest.approx(10)


def test_the_bound_is_where_a_fast_ramp_ends():
    assert m.one_euro_lag(1e6, 30, 1.0, 0.05) == pytest.approx(BY_ID["face_mesh-4"].answer, rel=1e-3)


def test_heatmaps_cost_the_same_for_each_point():
    from miniatures.mesh_regression import output_values

    assert np.divide(*output_values(17, 64)) == pytest.approx(np.divide(*output_values(468, 64)))


def test_the_readers_error_is_the_chapters():
    truth = canonical().vertices[:, :2]
    found = truth + np.random.default_rng(0).normal(size=truth.shape)
    assert exercises.normalised_error(found, truth, *EYES) == pytest.approx(float(interocular_error(found, truth)))
