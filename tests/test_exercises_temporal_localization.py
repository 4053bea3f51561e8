"""The answers of the exercises by another way."""

import numpy as np
import pytest
from miniatures.exercises import temporal_localization
from miniatures.temporal_runs import recall, stored

EXERCISES = {exercise.id: exercise for exercise in temporal_localization.EXERCISES}


def answer(number):
    return EXERCISES[f"temporal_localization-{number}"].answer


def test_the_answers_by_another_way():
    for number, a, b in ((2, 3, 6), (3, 6, 12)):
        seen = {first + second for first in (-a, 0, a) for second in (-b, 0, b)}
        assert answer(number) == max(seen) - min(seen) + 1
    grid = np.arange(0, 12, 0.001)
    a, b = ((grid >= s) & (grid < e) for s, e in ((2, 7.5), (4, 10)))
    assert answer(4) == pytest.approx((a & b).sum() / (a | b).sum(), abs=1e-3)
    assert answer(5) == "A, E, C, D"
    assert answer(6) == pytest.approx((1 + 2 / 3) / 2)


def test_the_order_holds_in_every_seed():
    names = [temporal_localization._NAMES[name] for name in answer(7)]
    assert names == ["aligned", "fixed", "fixed + context", "aligned + context"]
    table = np.array([recall(name, 10) for name in names])
    assert (np.diff(table, axis=0) > 0).all()


def test_long_actions_gain_what_short_ones_lose():
    table = {
        name: stored("proposals", "pooled", name) for name in ("aligned", "fixed")
    }  # (seeds, counts, groups, thresholds)
    assert answer(8) == pytest.approx(100 * (table["aligned"] - table["fixed"])[:, 3, 3].mean())
    assert answer(8) > 3


def test_with_half_of_the_tests_shaken_leaving_out_is_best():
    means = stored("fusion", "classes", "1000", "0.5").mean(axis=0)
    assert means[0] > max(means[1:]) + 0.05
    assert abs(means[2] - means[3]) < 0.01
