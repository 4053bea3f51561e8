"""The answers to the exercises on masks, by another way."""

import numpy as np
import pytest
from miniatures.exercises import instance_segmentation as exercises

BY_ID = {exercise.id: exercise for exercise in exercises.EXERCISES}


def answer(number):
    return BY_ID[f"instance_segmentation-{number}"].answer


def test_answers_of_the_brief():
    assert answer(1) == pytest.approx(0.680, abs=5e-4)
    assert answer(2) == 7
    assert answer(3) == pytest.approx(0.8556, abs=5e-5)


def test_what_is_wrong_of_the_picture_by_counting():
    shared = 84 / (100 + 84) * 2  # of an object's area, for IoU 0.84 of two equal areas
    assert answer(4) == pytest.approx(10 * 2 * (1 - shared))


def test_a_row_by_walking():
    rng, at, ended = np.random.default_rng(3), np.ones(40_000, int), 0
    up = np.array([0, 0.2 / 1.2, 1 / 1.2, 0])
    while ((at > 0) & (at < 3)).any():
        free = (at > 0) & (at < 3)
        at[free] += np.where(rng.random(free.sum()) < up[at[free]], 1, -1)
        ended += 1
        assert ended < 1000
    assert answer(5) == pytest.approx((at == 3).mean(), abs=0.008)
    assert exercises.in_a_row([3.0, 1.0]) == pytest.approx([0, 0.25, 1])
