"""The exercises of the geometric series: right answers, and a sentence of its own for each mistake."""

import math

import pytest
from miniatures.exercises import WRONG, check, exercises

KNOWN = {2: 1 / 500, 4: 7, 5: -0.75, 8: 3.5, 9: 85, 10: math.log(2), 11: 1.5}  # worked out apart from the miniature
EXERCISES = exercises("geometric_series")


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"geometric_series-{number}", answer).correct
    assert check(f"geometric_series-{number}", answer * 1.2).message == WRONG


def test_choices_and_order():
    assert check("geometric_series-1", EXERCISES[0].options[1]).correct
    assert check("geometric_series-3", EXERCISES[2].options[2]).correct
    assert check("geometric_series-7", "Only at z = −2.9.").correct
    assert check("geometric_series-6", ("31", "39", "3", "17", "22")).correct
    assert check("geometric_series-6", ("3", "17", "22", "31", "39")).message.startswith(
        "That is the order on the ordinary"
    )


def test_fractions_may_be_typed():
    assert check("geometric_series-5", "-3/4").correct
    assert check("geometric_series-5", "\u2212 3/4".replace(" ", "")).correct
    assert check("geometric_series-2", "1/500").correct
