"""The exercises on ranking votes: right answers by another way, and a sentence of its own for each mistake."""

import pytest
import scipy.stats
from miniatures.exercises import WRONG, check

KNOWN = {2: scipy.stats.binomtest(9, 10).proportion_ci(0.95, "wilson").low, 3: 16, 4: 7, 7: 4151.8, 8: 0.09}


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"ranking_votes-{number}", answer).correct
    assert check(f"ranking_votes-{number}", answer * 1.31).message == WRONG


def test_choices_and_order():
    assert check("ranking_votes-1", "net votes").correct
    assert check("ranking_votes-5", "the ratio").correct
    assert check(
        "ranking_votes-6", ("net votes", "Wilson's cautious end, q₋", "Beta(5, 3) mean", "Wilson's hopeful end, q₊")
    ).correct


def test_seven_upvotes_pass_and_six_do_not():
    assert (5 + 7) / (8 + 7) > 85 / 108 > (5 + 6) / (8 + 6)
