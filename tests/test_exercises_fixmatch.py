"""Each exercise accepts its answer and explains each mistake; the answers by another way."""

import numpy as np
import pytest
from miniatures.exercises import fixmatch
from miniatures.fixmatch import softmax
from miniatures.fixmatch_runs import snapshots
from scipy.stats import ttest_ind_from_stats

EXERCISES = {exercise.id: exercise for exercise in fixmatch.EXERCISES}


def test_the_answers_by_another_way():
    q = np.exp(snapshots(4).logits[-1])
    q /= q.sum(axis=1, keepdims=True)
    assert EXERCISES["fixmatch-1"].answer == pytest.approx(100 * (q.max(axis=1) >= 0.95).mean())
    assert EXERCISES["fixmatch-3"].answer == pytest.approx((np.log(np.exp(0.5) + 2) - 0.5) / 2)
    assert EXERCISES["fixmatch-3"].answer == pytest.approx(0.397188, abs=1e-6)
    assert EXERCISES["fixmatch-5"].answer == pytest.approx(1.383, abs=1e-3)
    assert EXERCISES["fixmatch-6"].answer == pytest.approx(
        ttest_ind_from_stats(19.10, 9.64, 5, 13.81, 3.37, 5, equal_var=False).statistic
    )
    assert EXERCISES["fixmatch-7"].answer == pytest.approx((0.4 / 0.25) / (0.5 / 0.6 + 0.4 / 0.25 + 0.1 / 0.15))


def test_the_search_finds_the_first_threshold():
    taken, answer = snapshots(4), EXERCISES["fixmatch-8"].answer
    q = softmax(taken.logits[-1])
    right, confidence = q.argmax(axis=1) == taken.classes, q.max(axis=1)
    assert right[confidence >= answer].mean() >= 0.99
    assert right[confidence >= answer - 0.01].mean() < 0.99
    with pytest.raises(ValueError, match="wanted"):
        fixmatch.smallest_threshold(1.1, 1500)
