"""The answers to the exercises on pointing while talking, by another way."""

import pytest
from miniatures.exercises import localized_narratives as exercises
from miniatures.localized_narratives import accuracy, best_lag, calibrate
from miniatures.narrative_runs import FINE, shipped, stored

BY_ID = {exercise.id: exercise for exercise in exercises.EXERCISES}


def test_answers_by_hand():
    assert BY_ID["localized_narratives-1"].answer == pytest.approx(1 / 7)
    assert BY_ID["localized_narratives-2"].answer == 1.5
    assert BY_ID["localized_narratives-3"].answer == pytest.approx(0.45)


def test_no_other_lag_of_the_grid_beats_the_best():
    found = accuracy(list(shipped()), FINE)
    assert found.max() == pytest.approx(exercises._right, abs=1e-9)
    assert FINE[found.argmax()] == pytest.approx(exercises._fine, abs=0.051)
    assert exercises._none < 2 / 3


def test_a_wrong_lag_is_worse_than_guessing_as_the_question_says():
    assert 100 * stored("accuracy", 0.5, "1.5").mean() == pytest.approx(3, abs=0.5)
    assert "3 % of the nouns" in BY_ID["localized_narratives-4"].question


def test_scoring_on_the_others_is_what_calibrate_does():
    told = list(shipped(2))
    right = [accuracy([one], FINE).tolist() for one in told]
    kept = exercises._held_out(right, 4)
    first = accuracy(told[:4], FINE)
    assert kept == pytest.approx(accuracy(told[4:], [FINE[first.argmax()]])[0])
    middle = best_lag(told[:4], FINE)  # calibrate takes the middle of equals, held_out the first
    assert first.max() == pytest.approx(accuracy(told[:4], [middle])[0])
    assert calibrate(told[:4], told[4:], FINE).accuracy == pytest.approx(accuracy(told[4:], [middle])[0])
