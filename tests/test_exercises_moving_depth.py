"""Answers of the chapter on moving people, worked out another way than the exercises do."""

import math

import numpy as np
import pytest
from miniatures.exercises.moving_depth import EXERCISES
from miniatures.moving_depth_runs import stored
from miniatures.person_depth import METHODS

ASKED = {one.id.rpartition("-")[2]: one for one in EXERCISES}


def test_the_briefs_answers():
    assert ASKED["1"].answer == pytest.approx(25 / 3)
    assert ASKED["2"].answer == pytest.approx(3.4)
    assert ASKED["3"].answer == pytest.approx(0, abs=1e-12)
    assert ASKED["5"].answer == pytest.approx(0.6)
    assert ASKED["6"].answer == pytest.approx(100 * 6 / 11)
    assert "log 3" in ASKED["3"].feedback(math.log(3)).message


def test_the_ranking_holds_in_every_world():
    order = ASKED["8"].answer
    assert order[0] == METHODS[3]
    assert order[-1] == METHODS[0]
    errors = np.array([stored("speeds", 0.8, method) for method in order])
    assert (np.diff(errors, axis=0) > 0).all()
    slow = np.array([stored("speeds", 0.2, method).mean() for method in ASKED["8"].mistakes[0].answer])
    assert slow[0] < slow[1] < slow[2:].min()


def test_the_matcher_finds_the_shifts_that_were_made():
    code = ASKED["9"]
    assert [code.reference(*case) for case in code.cases] == [4, 0, 7]
    assert [code.reference(*case) for case in code.hidden] == [2, 5, 0, 3]
