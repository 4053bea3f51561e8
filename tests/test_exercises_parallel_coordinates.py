"""The exercises of parallel coordinates: right answers, and a sentence of its own for each mistake."""

import pytest
from miniatures.exercises import WRONG, check

KNOWN = {1: 190, 2: 5 / 9, 4: 0.8824, 6: 7}  # worked out apart from the miniature


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"parallel_coordinates-{number}", answer).correct
    assert check(f"parallel_coordinates-{number}", answer * 1.3).message == WRONG


def test_choices_and_orders():
    assert check("parallel_coordinates-3", "mpg").correct
    assert check("parallel_coordinates-5", ("batch", "width", "depth", "alpha", "rate")).correct
    assert check("parallel_coordinates-7", "25 configurations, four seeds each").correct


def test_a_fast_count_is_right_too():
    def crossings(x, y):
        ys = [b for _, b in sorted(zip(x, y, strict=True))]
        return sum(ys[i] > ys[j] for j in range(len(ys)) for i in range(j))

    assert check("parallel_coordinates-8", crossings).correct
