"""The exercises of parallel coordinates: right answers, and a sentence of its own for each mistake."""

import pytest
from miniatures.exercises import RIGHT, WRONG, check, exercises

KNOWN = {1: 190, 2: 5 / 9, 4: 0.8824, 6: 7}  # worked out apart from the miniature
EXERCISES = exercises("parallel_coordinates")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_the_answer_is_right_and_each_mistake_has_its_own_sentence(exercise):
    assert exercise.feedback(exercise.answer).message == RIGHT
    sentences = [exercise.feedback(mistake.answer).message for mistake in exercise.mistakes]
    assert sentences == [mistake.message for mistake in exercise.mistakes]
    assert len(set(sentences)) == len(sentences)
    assert not any(exercise.feedback(mistake.answer).correct for mistake in exercise.mistakes)


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


def test_feedback_is_plain_text():  # the page shows it as it is, without mathematics or emphasis
    for exercise in EXERCISES:
        for mistake in exercise.mistakes:
            assert not set(mistake.message) & set("$*`\\"), mistake.message
