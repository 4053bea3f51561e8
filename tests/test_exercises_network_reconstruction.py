"""The right answers of the exercises by another way."""

import numpy as np
import pytest
from miniatures.exercises import network_reconstruction as asked
from miniatures.network_reconstruction_runs import stored
from sklearn.metrics import normalized_mutual_info_score

EXERCISES = {exercise.id.rpartition("-")[2]: exercise for exercise in asked.EXERCISES}


def test_answers_by_another_way():
    fall = 100 * (stored("original").accuracy - stored("raw").accuracy)[:, 1]
    assert EXERCISES["1"].answer == pytest.approx(fall.mean())
    assert EXERCISES["2"].answer == "linear"
    assert stored("mlp32").error.mean() > 2 * stored("raw").error.mean()
    assert "rises" in EXERCISES["3"].answer
    assert EXERCISES["4"].answer == pytest.approx(normalized_mutual_info_score([0, 0, 0, 1], [0, 0, 1, 1]))
    assert EXERCISES["5"].answer == 37.5


def test_the_gradient_of_the_page_and_finite_differences():
    weights, image = np.array([[1.0, -1.0], [0.0, 2.0]]), np.array([0.5, 0.5])
    assert asked._image_gradient(weights, np.zeros(2), image, 0) == pytest.approx([-1, 1])

    def loss(x):
        logits = x @ weights
        return np.log(np.exp(logits).sum()) - logits[0]

    for pixel in range(2):
        step = 1e-6 * np.eye(2)[pixel]
        slope = (loss(image + step) - loss(image - step)) / 2e-6
        assert asked._image_gradient(weights, np.zeros(2), image, 0)[pixel] == pytest.approx(slope, abs=1e-6)
