"""The answers of the exercises, by another way."""

import numpy as np
import pytest
from miniatures.exercises import perceiver
from miniatures.perceiver import Perceiver

EXERCISES = {exercise.id: exercise for exercise in perceiver.EXERCISES}


def test_the_answers_by_another_way():
    assert EXERCISES["perceiver-1"].answer == 1024 / 32
    assert EXERCISES["perceiver-3"].answer == pytest.approx(81.0 - 71.5)
    assert EXERCISES["perceiver-4"].answer == next(n for n in range(1, 1000) if 2 * n * n * 32 >= 4 * n * 32**2)
    assert EXERCISES["perceiver-7"].answer == 2048 / 256
    assert EXERCISES["perceiver-6"].answer[0].startswith("one layer of self-attention among 32")
    assert EXERCISES["perceiver-6"].answer[-1].endswith("4096 inputs")


def test_equal_queries_and_shuffled_tokens():
    rng = np.random.default_rng(0)
    network, inputs, query = Perceiver.random(14, 16, 11, rng), rng.normal(size=(16, 14)), rng.normal(size=(1, 16))
    others = rng.normal(size=(40, 16))
    answers = network(inputs, np.vstack([others[:3], query, others[3:], query]))
    assert (answers[3] == answers[-1]).all()
    assert EXERCISES["perceiver-2"].answer == "Equal."
    assert network.encoded(inputs[::-1]) == pytest.approx(network.encoded(inputs), abs=1e-12)
    assert EXERCISES["perceiver-5"].answer == "Nothing."


def test_a_large_score_tells_the_overflow():
    large = perceiver._LARGE
    assert EXERCISES["perceiver-8"].reference(*large).tolist() == [[1.0, -1.0]]
