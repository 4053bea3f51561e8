"""What the cells of an assignment notebook call: is an exercise answered, and is the answer right?

`make assignments` writes the notebooks; the checks are those of the page. In a notebook the answer to a
choice or an order is written as numbers of its items, counted from 1 as the question lists them.

>>> graded("gaussian_window-5", 0)
Traceback (most recent call last):
    ...
miniatures.assignment.Missed: Not yet. The hint may help.
"""

from miniatures import judge
from miniatures.checks import several
from miniatures.exercises import find


class Missed(AssertionError, ValueError):
    """That an answer is missing or wrong; a notebook shows its sentence alone, without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


def options_at(exercise, places):
    """The option, or for an order the tuple of items, at these places counted from 0; ValueError for anything else.

    >>> options_at(find("gaussian_window-8"), ["0", "2", "9"])
    Traceback (most recent call last):
        ...
    ValueError: 0, 2, 9 are not the places of 4 items, each once
    """
    count = len(exercise.options)
    found = [int(place) for place in several("places", places) if str(place).isdecimal() and int(place) < count]
    if exercise.kind == "choice":
        if len(found) != 1 or len(places) != 1:
            raise ValueError(f"{', '.join(map(str, places))} is not the place of one of {count} options")
        return exercise.options[found[0]]
    if sorted(found) != list(range(count)) or len(places) != count:
        raise ValueError(f"{', '.join(map(str, places))} are not the places of {count} items, each once")
    return tuple(exercise.options[place] for place in found)


def answered(id: str, answer) -> None:
    """Missed unless there is an answer of the form that the exercise asks for; whether it is right is not said.

    >>> answered("gaussian_window-5", "0")
    """
    _given(find(id), answer)


def graded(id: str, answer) -> None:
    """Missed, with the sentence that the page would say, unless the answer is right."""
    exercise = find(id)
    feedback = exercise.feedback(_given(exercise, answer))
    if not feedback.correct:
        raise Missed(repr(feedback))


def _given(exercise, answer):
    """The answer as `check` takes it."""
    if answer is None or (isinstance(answer, list) and not answer):
        raise Missed(f"{exercise.id} has no answer yet.")
    try:
        if exercise.kind == "number":
            exercise.feedback(answer)
        elif exercise.kind == "choice":
            answer = options_at(exercise, [_place(answer)])
        elif exercise.kind == "order":
            answer = options_at(exercise, [_place(one) for one in answer])
        else:
            judge.fits(judge.function_of(answer, exercise.function), exercise.function, exercise.cases[0])
    except (ValueError, TypeError, judge.Refused) as reason:
        raise Missed(f"{exercise.id}: {_asked(exercise) or reason}") from None
    return answer


def _place(number):
    """The place counted from 0, as text; what is no number stays, and is refused by its name."""
    return str(number - 1) if type(number) is int else repr(number)


def _asked(exercise) -> str:
    """The form of an answer in words; "" where the refusal itself says it."""
    count = len(getattr(exercise, "options", ()))
    return {
        "choice": f"the answer is the number of an option, from 1 to {count}.",
        "order": f"the answer is a list of the numbers 1 to {count}, each once.",
    }.get(exercise.kind, "")
