"""Every exercise of every chapter: its answer is right, each typical mistake has a sentence of its own, and a page can show it."""

import pickle
from pathlib import Path

import pytest
from miniatures.exercises import RIGHT, check, exercises
from miniatures_book import chapters

ALL = [one for chapter in chapters.chapters(Path(__file__).parents[1]) for one in exercises(chapter.stem)]
OF_KIND = {kind: [one for one in ALL if one.kind == kind] for kind in ("number", "choice", "code")}


def every(exercises):
    return pytest.mark.parametrize("exercise", exercises, ids=lambda exercise: exercise.id)


@every(ALL)
def test_the_answer_is_right_and_each_mistake_has_its_own_sentence(exercise):
    assert check(exercise.id, exercise.answer).message == RIGHT
    found = [exercise.feedback(mistake.answer) for mistake in exercise.mistakes]
    assert [one.message for one in found] == [mistake.message for mistake in exercise.mistakes]
    assert len({one.message for one in found}) == len(found) >= 1
    assert not any(one.correct for one in found)


@every(ALL)
def test_options_and_feedback_are_plain_text(
    exercise,
):  # the page shows them as they are, without mathematics or emphasis
    words = [*getattr(exercise, "options", ()), *(mistake.message for mistake in exercise.mistakes)]
    assert [text for text in words if set(text) & set("$*`\\")] == []


@every(OF_KIND["number"])
def test_a_number_beyond_the_tolerance_is_wrong(exercise):
    assert not exercise.feedback(exercise.answer + 1.5 * exercise.tolerance).correct


@every(OF_KIND["choice"])
def test_each_wrong_option_is_explained(exercise):
    told = {mistake.answer for mistake in exercise.mistakes} | {exercise.answer}
    silent = sorted(set(exercise.options) - told)
    assert told == set(exercise.options), (
        f"{exercise.id} says nothing of {silent}. Write a Mistake for each wrong option."
    )


@every(OF_KIND["code"])
def test_a_code_exercise_tells_the_starter_errors_and_other_signatures_from_an_answer(exercise):
    assert not exercise.feedback(exercise.starter).correct
    assert exercise.feedback(exercise.starter).message not in {mistake.message for mistake in exercise.mistakes}
    assert len(exercise.feedback(exercise.answer).cases) == len(exercise.cases)
    raising = exercise.feedback(f"def {exercise.function}(*given):\n    return 1 / 0")
    assert "ZeroDivisionError: division by zero (line 2)" in raising.message
    assert "yours takes ()" in exercise.feedback(f"def {exercise.function}():\n    return 1").message
    assert exercise.answer in exercise.solution
    assert pickle.loads(pickle.dumps(exercise)) is exercise  # as the book's build keeps its pages
