"""Each exercise accepts its answer and explains each mistake; the answers by another way."""

import pytest
from miniatures.exercises import fine_grained
from miniatures.fine_grained_cases import corrected, shifted_digits, stored
from sklearn.metrics import fbeta_score

EXERCISES = {exercise.id: exercise for exercise in fine_grained.EXERCISES}


def test_the_answers_by_another_way():
    assert EXERCISES["fine_grained-2"].answer == sum(1 for i in range(7) for j in range(i, 7))
    truth, said = [1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 1, 1]
    assert EXERCISES["fine_grained-3"].answer == pytest.approx(fbeta_score(truth, said, beta=2))
    assert EXERCISES["fine_grained-4"].answer == pytest.approx((1.35 / 1.4 + 0.9 / 1.1) / 2)
    before, after, _ = corrected(shifted_digits(0.0, 100)).accuracy
    assert EXERCISES["fine_grained-6"].answer == pytest.approx(100 * (after - before))


def test_what_the_choices_say_is_measured():
    white, balanced = (stored(pooling="average", paint=paint) for paint in ("white", "balanced"))
    assert (white - balanced).min() > 0.2  # exercise 1
    assert stored(control="shuffled").max() < 0.55  # exercise 5: at most the right pair, and then a coin
