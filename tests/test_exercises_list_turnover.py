"""The exercises on a yearly list: right answers, and a sentence of its own for each mistake."""

import pytest
from miniatures import list_turnover as lt
from miniatures.exercises import WRONG, check, exercises
from miniatures.list_counts import proportion_test

KNOWN = {1: 74, 2: 5691 / 97, 3: 2, 5: 0.134217728}  # worked out apart from the miniature
EXERCISES = exercises("list_turnover")


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"list_turnover-{number}", answer).correct
    assert check(f"list_turnover-{number}", answer * 1.11).message == WRONG


def test_five_unicorns_would_be_clear_and_six_not():
    assert proportion_test(5, 100, 15, 100) < 0.05 < proportion_test(6, 100, 15, 100)
    assert check("list_turnover-6", "5 or fewer").correct


def test_order_of_the_worlds():
    worlds = [(1.0, 0), (1.0, 0.5), (0.8, 0), (0.0, 0)]
    shares = [lt.expected_turnover(rho, 5000, 100, excluded) for rho, excluded in worlds]
    assert shares == sorted(shares)
    assert EXERCISES[6].answer[0] == "exact scores, nobody excluded"
    assert EXERCISES[6].answer[2] == "scores correlated 0.8, nobody excluded"
