"""The right answers of the exercises on cloaks, by another way."""

import numpy as np
import pytest
from miniatures import cloaking_runs as r
from miniatures.exercises import cloaking
from scipy.optimize import linprog

EXERCISES = {exercise.id: exercise for exercise in cloaking.EXERCISES}


def test_the_answers_by_another_way():
    counts = r._arrays()
    bare = counts["missed"][:, 0, 2, 2, 0].sum() / (5 * 8 * 16)  # no budget, robust extractor, logistic, plain
    assert EXERCISES["cloaking-1"].answer == pytest.approx(100 * bare)
    assert EXERCISES["cloaking-2"].answer == pytest.approx(100 * counts["missed"][:, 6, 0, 1, 2].sum() / 640)
    assert abs(EXERCISES["cloaking-2"].answer - 100 * r.stored("nearest", 0.0).mean()) < 10  # noise is no protection
    assert EXERCISES["cloaking-3"].answer == pytest.approx(2 * np.hypot(3, 4))
    shares = [counts["leaks"][:, 2, n, 0, 1].mean() / 16 for n in range(17)]
    assert EXERCISES["cloaking-5"].answer == next(n for n, share in enumerate(shares) if share < 0.5)
    n = EXERCISES["cloaking-7"].answer
    assert n / (n + 1.959964**2) >= 0.95 > (n - 1) / (n - 1 + 1.959964**2)


@pytest.mark.parametrize("number", range(2))
def test_the_corner_is_what_a_linear_program_finds(number):
    matrix, image, target, budget = EXERCISES["cloaking-4"].hidden[number]
    slope = -matrix.T @ (target - matrix @ image)
    best = linprog(slope, bounds=[(-budget, budget)] * len(image)).x
    assert cloaking.box_cloak(matrix, image, target, budget) == pytest.approx(image + best)
