"""The answers to the exercises on circuits, by another way."""

import numpy as np
import pytest
from miniatures.circuits import turned
from miniatures.exercises import circuits as exercises

BY_ID = {exercise.id: exercise for exercise in exercises.EXERCISES}


def test_answers_of_the_brief():
    assert BY_ID["circuits-2"].answer == 90
    assert BY_ID["circuits-3"].answer == pytest.approx(-0.5)
    assert BY_ID["circuits-4"].answer == 1
    assert 40 < BY_ID["circuits-1"].answer < 60


def test_order_of_losses_by_hand():
    p = 0.1
    cost = {
        "share it, opposite signs": p * p / 3,
        "dedicate it, answer the other's mean": p * (1 / 3 - p / 4),
        "dedicate it, answer 0 for the other": p / 3,
    }
    assert list(BY_ID["circuits-5"].answer) == sorted(cost, key=cost.get)


def test_the_reference_turns_as_the_circuit_does():
    w = np.random.default_rng(0).normal(size=(8, 8, 5, 5))
    assert exercises.quarter_turn(w[3]) == pytest.approx(turned(w, 1)[3])


def test_permutation_p_never_is_zero():
    assert exercises.permutation_p(9.0, [0.0] * 4) == pytest.approx(0.2)
    assert exercises.permutation_p(0.0, [0.0] * 4) == 1
