"""The exercises of the way from paper to headline: right answers, and a sentence of its own for each mistake."""

import pytest
from miniatures.exercises import WRONG, check, exercises

KNOWN = {2: 0.81 / 0.19 / (0.18 / 0.82), 3: 0.2673 / 0.3879, 5: 0.2, 7: 5}  # worked out apart from the miniature
EXERCISES = exercises("science_news")


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"science_news-{number}", answer).correct
    assert check(f"science_news-{number}", answer * 1.3).message == WRONG


def test_order_of_the_losses_is_not_that_of_the_distortions():
    assert check("science_news-6", ("faithful", "stronger", "vague", "hyped")).correct
    assert "order of the distortion" in check("science_news-6", ("faithful", "vague", "hyped", "stronger")).message


def test_no_reader_gets_bits_back():
    answer = next(option for option in EXERCISES[3].options if "at most 0.152 bit" in option)
    assert check("science_news-4", answer).correct
