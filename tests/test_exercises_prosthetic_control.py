"""Each exercise accepts its answer and explains each mistake; the answers by another way."""

import numpy as np
import pytest
import scipy.linalg
from miniatures import simulated_hand as hand
from miniatures.exercises import prosthetic_control
from miniatures.hand_results import stored

EXERCISES = {exercise.id: exercise for exercise in prosthetic_control.EXERCISES}


def test_the_answers_by_another_way():
    variance = scipy.linalg.solve_discrete_are([[1.0]], [[1.0]], [[1.0]], [[1.0]])[0, 0]
    assert EXERCISES["prosthetic_control-2"].answer == pytest.approx(variance / (variance + 1))
    assert EXERCISES["prosthetic_control-3"].answer == 5 * 4 * 2 + 4
    assert EXERCISES["prosthetic_control-5"].answer == pytest.approx(99**0.4 / (1 + 99**0.4))
    vectors = np.random.default_rng(0).normal(size=(2, 3))
    flip = np.diag([1, -1, 1])
    turned = np.cross(*(vectors @ flip)) / np.cross(*vectors)
    signs = ["−" if sign < 0 else "+" for sign in (1, -1, 1, *turned)]
    assert EXERCISES["prosthetic_control-7"].answer == f"({', '.join(signs[:3])} | {', '.join(signs[3:])})"
    curve = stored("ear", "ridge")[:, 0]
    answer = EXERCISES["prosthetic_control-8"].answer
    assert curve[answer] >= curve.max() / 2 > curve[answer - 1]


def test_only_one_electrode_helps_by_its_absence():
    training, test = hand.sessions(200, days=300)
    gains = [hand.accuracy(training, test, hand.without(n)) - hand.accuracy(training, test) for n in range(4)]
    assert hand.MUSCLES[int(np.argmax(gains))] == EXERCISES["prosthetic_control-4"].answer == "index"
    assert sorted(gains)[-2] < 0 < 0.02 < max(gains)
    with pytest.raises(ValueError, match="electrodes help by being left out"):
        prosthetic_control.helping_electrode(0, 300)


def test_the_order_of_the_splits():
    shares = [
        stored("watch", "leak", "nearest neighbour", by, "accuracy").mean()
        for by in ("window", "subject", "recording", "other arm")
    ]
    assert shares == sorted(shares, reverse=True)
    names = prosthetic_control._SPLITS
    assert [names[one] for one in EXERCISES["prosthetic_control-6"].answer] == [
        "window",
        "subject",
        "recording",
        "other arm",
    ]
