"""The answers to the exercises on landmarks, by another way."""

import numpy as np
import pytest
from miniatures import landmark_runs as runs
from miniatures.exercises import landmark_retrieval as exercises
from miniatures.landmark_retrieval import run
from sklearn.metrics import average_precision_score

BY_ID = {exercise.id: exercise for exercise in exercises.EXERCISES}


def answer(number):
    return BY_ID[f"landmark_retrieval-{number}"].answer


def test_answers_as_numbers():
    assert answer(1) == pytest.approx(0.7470, abs=5e-5)
    assert answer(3) == 3
    assert answer(7).startswith("aggregated, by about 9")
    for kernel, least in (("vlad", 5), ("asmk", 7)):
        assert runs.gap("recall", 0.5, "aggregated", "crop", kernel).min() > least


def test_precision_with_and_without_junk_by_scikit_learn():
    scores = -np.arange(7)
    assert answer(1) == pytest.approx(average_precision_score(exercises.RESULTS, scores))
    kept = [0, 2, 3, 4, 5, 6]
    assert answer(2) == pytest.approx(average_precision_score(np.array(exercises.RESULTS)[kept], scores[kept]))


def test_trapezoids_by_hand():
    assert exercises.trapezoids([1, 0, 1]) == pytest.approx(((1 + 1) / 2 + (1 / 2 + 2 / 3) / 2) / 2)
    assert exercises.trapezoids([0, 1]) == pytest.approx((0 + 1 / 2) / 2)
    assert exercises.trapezoids(exercises.RESULTS) == pytest.approx(0.707, abs=5e-4)  # as the page says


def test_sums_by_hand():
    assert answer(4) == pytest.approx((2 + 3 * 3) / 3)
    assert answer(6) == pytest.approx((0.8**3 + 1) / 2)


def test_a_factor_of_all_rows_changes_no_ranking():
    assert answer(5) == "nothing"
    aggregate = np.random.default_rng(0).normal(size=(4, 3))
    other = np.random.default_rng(1).normal(size=(4, 3))
    assert exercises.asmk_similarity(7 * aggregate, other) == pytest.approx(exercises.asmk_similarity(aggregate, other))


def test_the_cell_of_the_eighth_exercise_gives_its_answer():
    assert 100 * run(200, "asmk", "global", clutter=0) == pytest.approx(answer(8), abs=0.2)
