"""The answers of talking_face's exercises are those of the article's numbers and of the chapter's figures."""

import itertools
import re

import pytest
from miniatures import talking_face_runs as runs
from miniatures.exercises.talking_face import EXERCISES
from miniatures.figures import talking_face as views

BY_ID = {exercise.id.rpartition("-")[2]: exercise for exercise in EXERCISES}


def test_the_articles_numbers():
    assert BY_ID["1"].answer == pytest.approx(22.6, abs=0.05)
    assert BY_ID["5"].answer == pytest.approx(0.852, abs=5e-4)
    assert BY_ID["6"].answer == 121
    assert BY_ID["7"].answer == pytest.approx(43.3, abs=0.05)


def test_the_figure_gives_the_answer_that_is_asked_for():
    changes = [bool(re.search("lowers the mean", views.setting(tenths, 3).description)) for tenths in range(16)]
    assert BY_ID["2"].answer == changes.index(True)
    assert all(changes[changes.index(True) :])
    assert f"and {BY_ID['7'].answer:.1f} % of generated" in views.viewer(0.338, 0.0).description


def test_the_order_is_that_of_the_table():
    errors = [
        runs.stored("own", 3),
        runs.stored("central", True)[:5],
        runs.stored("central", False)[:5],
        runs.stored("mean"),
    ]
    assert all((one < other).all() for one, other in itertools.pairwise(errors))
    assert f"{errors[2].mean():.2f}" in BY_ID["4"].solution
