"""Each exercise accepts its answer and explains each mistake; the answers by another way."""

import numpy as np
import pytest
from miniatures.exercises import neural_tangents
from miniatures.neural_tangents import kernels
from miniatures.neural_tangents_cases import even_circle

EXERCISES = {exercise.id: exercise for exercise in neural_tangents.EXERCISES}


def test_the_answers_by_another_way():
    assert EXERCISES["neural_tangents-1"].answer == pytest.approx(4 + 1)
    u, v = np.random.default_rng(0).standard_normal((2, 400_000))
    assert EXERCISES["neural_tangents-2"].answer == pytest.approx(
        2 * (np.maximum(u, 0) * np.maximum(v, 0)).mean(), rel=0.02
    )
    assert EXERCISES["neural_tangents-3"].answer == 500 * (8 / 4) ** 2
    assert np.exp(-2 * EXERCISES["neural_tangents-5"].answer) == pytest.approx(0.5)
    smallest = np.linalg.eigvalsh(kernels(even_circle(), even_circle(), 2)[1])[0]
    assert EXERCISES["neural_tangents-6"].answer == 12
    assert smallest > 0.01
