"""The exercises of the Gaussian window: right answers, and a sentence of its own for each mistake."""

import math

import pytest
from miniatures.exercises import WRONG, check

KNOWN = {  # worked out apart from the miniature
    2: 23,
    3: 1000 / math.sqrt(2 * math.pi),
    4: 3.2211,
    5: 0.0027,
    6: 1 - 0.9973002**2,
    7: 0.0005,
    9: 12,
}


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"gaussian_window-{number}", answer).correct
    assert check(f"gaussian_window-{number}", answer * 1.2).message == WRONG


def test_order_of_the_rules():
    order = ("the density rule", "the lost-mass rule", "3σ", "the height rule")
    assert check("gaussian_window-8", order).correct
    assert check("gaussian_window-8", (order[1], order[0], *order[2:])).message.startswith(
        "That is the order for a narrow"
    )


def test_numbers_may_be_written_as_texts():
    assert check("gaussian_window-7", "1/2000").correct
    assert check("gaussian_window-5", "0,0027").correct
    with pytest.raises(ValueError, match="not a number"):
        check("gaussian_window-2", "many")
