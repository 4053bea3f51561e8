"""Exercises: declared once, asked in the page and checked in a notebook.

`miniatures.exercises.<stem>` holds a tuple EXERCISES. Question, hint and solution are MyST
Markdown; the answer is computed by the miniature, never typed.

>>> from miniatures.exercises import Mistake, Number
>>> sum_of_angles = Number("demo-1", "Sum of the angles of a triangle?", answer=180, tolerance=0.5, unit="degrees",
...     mistakes=(Mistake(360, "That is a quadrilateral."),), hint="Tear off the corners.", solution="180.")
>>> sum_of_angles.feedback(180.2).correct
True
>>> sum_of_angles.feedback(360).message
'That is a quadrilateral.'
"""

import importlib
import math
import random
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from miniatures import judge
from miniatures.checks import scalar, text

RIGHT = "Right."
WRONG = "Not yet. The hint may help."
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")  # as the page reads it
MOST = 1e100  # size of an answer
FINEST = 1e-9  # tolerance, as a share of the answer


@dataclass(frozen=True)
class Feedback:
    """The verdict on one answer."""

    correct: bool
    message: str
    cases: tuple[dict, ...] = ()  # of a code exercise: {"call", "got", "expected", "right"}

    def __repr__(self):
        failed = next((case for case in self.cases if not case["right"]), None)
        if failed is None or failed["call"] in self.message:
            return self.message
        return f"{self.message}\n{failed['call']} gives {failed['got']}, expected is {failed['expected']}."


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people give, and the sentence that explains it."""

    answer: object
    message: str

    def __post_init__(self):
        if not isinstance(self.message, str) or not self.message.strip():
            raise ValueError(f"message={self.message!r} must be a sentence that explains the mistake")


@dataclass(frozen=True)
class Number:
    """A numeric answer, right within `tolerance` (absolute, in `unit`).

    A page knows answers in steps of a fifth of the tolerance, so a mistake's value lies further
    from the answer than 1.2 times the tolerance.
    """

    id: str
    question: str
    answer: float
    tolerance: float
    hint: str
    solution: str
    unit: str = ""
    mistakes: tuple[Mistake, ...] = ()
    kind = "number"

    def __post_init__(self):
        _declared(self, self.unit)
        scalar(f"{self.id}: answer", self.answer, -MOST, MOST)
        scalar(f"{self.id}: tolerance", self.tolerance)
        if not self.tolerance > 0 or self.tolerance < FINEST * abs(self.answer):
            raise ValueError(
                f"tolerance={self.tolerance} of {self.id} must be positive, and {FINEST:g} of the answer or more"
            )
        for mistake in self.mistakes:
            scalar(f"{self.id}: a mistake's answer", mistake.answer, -MOST, MOST)
            if abs(mistake.answer - self.answer) <= 1.2 * self.tolerance:
                raise ValueError(f"{self.id}: the mistake {mistake.answer} lies within the tolerance of the answer")

    def feedback(self, answer) -> Feedback:
        """Feedback on a number, or on a text such as "0.5", "1e-3" or "1/3"."""
        value = number(answer)
        if abs(value - self.answer) <= self.tolerance:
            return Feedback(True, RIGHT)
        for mistake in self.mistakes:
            if abs(value - mistake.answer) <= self.tolerance:
                return Feedback(False, mistake.message)
        return Feedback(False, WRONG)


@dataclass(frozen=True)
class MultipleChoice:
    """One right option; each wrong one has its sentence."""

    id: str
    question: str
    options: tuple[str, ...]
    answer: str
    hint: str
    solution: str
    mistakes: tuple[Mistake, ...] = ()
    kind = "choice"

    def __post_init__(self):
        _declared(self)
        _different(self, "options", self.options)
        for option in (self.answer, *(mistake.answer for mistake in self.mistakes)):
            if option not in self.options:
                raise ValueError(f"{self.id}: {option!r} is not one of its options {self.options}")
        _wrong(self)

    def feedback(self, answer: str) -> Feedback:
        if not isinstance(answer, str) or answer not in self.options:
            raise ValueError(f"answer={answer!r} is not one of {self.options}")
        return _exact(self, answer)


@dataclass(frozen=True)
class Ordering:
    """Items to be put in order; `answer` is the right order, the page shuffles it."""

    id: str
    question: str
    answer: tuple[str, ...]
    hint: str
    solution: str
    mistakes: tuple[Mistake, ...] = ()
    kind = "order"

    def __post_init__(self):
        _declared(self)
        _different(self, "answer", self.answer)
        for mistake in self.mistakes:
            if not isinstance(mistake.answer, tuple) or sorted(map(str, mistake.answer)) != sorted(self.answer):
                raise ValueError(
                    f"{self.id}: the mistake {mistake.answer!r} must hold each of {sorted(self.answer)} once"
                )
        _wrong(self)

    @property
    def options(self) -> tuple[str, ...]:
        """The items as first shown: shuffled, the same way each time, never in the right order."""
        items, shuffle = list(self.answer), random.Random(self.id).shuffle
        while tuple(items) == tuple(self.answer):
            shuffle(items)
        return tuple(items)

    def feedback(self, answer) -> Feedback:
        if not isinstance(answer, (tuple, list)) or sorted(map(str, answer)) != sorted(self.answer):
            raise ValueError(f"answer={answer!r} must hold each of {sorted(self.answer)} once")
        return _exact(self, tuple(answer))


@dataclass(frozen=True)
class Code:
    """A function to write, judged by what it returns.

    `reference` computes what is expected of each of the `cases` (tuples of arguments), which the
    reader sees, and of the `hidden` ones, of which the reader sees the first that fails; where it
    raises ValueError, the function must too. `answer` is the code of a solution, `starter` what
    the page offers to begin with, and a mistake's answer the code of a function as people write
    it, recognised by what it returns. Numbers are right within `tolerance`, a share of their size.
    """

    id: str
    question: str
    function: str
    starter: str
    reference: Callable
    cases: tuple[tuple, ...]
    hidden: tuple[tuple, ...]
    answer: str
    hint: str
    solution: str
    mistakes: tuple[Mistake, ...] = ()
    tolerance: float = 1e-6
    kind = "code"

    def __post_init__(self):
        _declared(self)
        _runnable(self)
        scalar(f"{self.id}: tolerance", self.tolerance, FINEST, 0.5)
        if not self._judged(self.answer).correct:
            raise ValueError(f"{self.id}: its answer is not right: {self._judged(self.answer)!r}")
        for mistake in self.mistakes:
            if self._judged(mistake.answer).correct:
                raise ValueError(f"{self.id}: the mistake “{mistake.message}” returns what is right in every case")
        for number, mistake in enumerate(self.mistakes):
            if self._recognised(self._results(mistake.answer)) is not self.mistakes[number]:
                raise ValueError(
                    f"{self.id}: the mistake “{mistake.message}” returns what an earlier one does: add a case"
                )

    def __reduce__(self):
        """Pickled by its id, as the book's pages keep it: a function need not have a name of its own."""
        return find, (self.id,)

    @cached_property
    def tried(self) -> tuple[tuple[tuple, object], ...]:
        """(arguments, expected) of each case, the hidden ones last."""
        return tuple((arguments, judge.result(self.reference, arguments)) for arguments in self.cases + self.hidden)

    def feedback(self, answer) -> Feedback:
        """Feedback on the code of a function, a text, or on the function itself."""
        found = self._judged(answer)
        if found.correct or not found.cases:
            return found
        mistake = self._recognised(self._results(answer))
        return replace(found, message=mistake.message) if mistake else found

    def _judged(self, answer):
        try:
            outcomes = judge.judged(answer, self.function, list(self.tried), self.tolerance)
        except judge.Refused as reason:
            return Feedback(False, str(reason))
        visible, hidden = outcomes[: len(self.cases)], outcomes[len(self.cases) :]
        failed = [outcome for outcome in outcomes if not outcome.right]
        told = visible + [outcome for outcome in hidden if not outcome.right][:1]
        return Feedback(not failed, _verdict(failed), tuple(asdict(outcome) for outcome in told))

    def _results(self, answer):
        function = judge.function_of(answer, self.function)
        return [judge.result(function, arguments) for arguments, _ in self.tried]

    def _recognised(self, results):
        """The first mistake that returns `results`."""
        for mistake, known in zip(self.mistakes, self._known, strict=True):
            if all(judge.same(one, other, self.tolerance) for one, other in zip(results, known, strict=True)):
                return mistake
        return None

    @cached_property
    def _known(self):
        return [self._results(mistake.answer) for mistake in self.mistakes]


def _verdict(failed):
    if not failed:
        return RIGHT
    first = failed[0]
    if first.got == "None":
        return f"{first.call} returns nothing: end the function with return. Expected: {first.expected}."
    return f"Not yet: {first.call} gives {first.got}, expected is {first.expected}."


def _runnable(exercise):
    """ValueError unless the parts of a code exercise fit together."""
    for name in ("cases", "hidden"):
        cases = getattr(exercise, name)
        if not isinstance(cases, tuple) or not cases or not all(isinstance(case, tuple) for case in cases):
            raise ValueError(f"{exercise.id}: {name}={cases!r} must be a tuple of one or more tuples of arguments")
    if not callable(exercise.reference):
        raise ValueError(
            f"{exercise.id}: reference={exercise.reference!r} must be the function that computes what is expected"
        )
    for code in (exercise.starter, exercise.answer, *(mistake.answer for mistake in exercise.mistakes)):
        if not isinstance(code, str) or not judge.signature_of(code, exercise.function):
            raise ValueError(f"{exercise.id}: the code {code!r} must define {exercise.function}")
    odd = [
        expected.words
        for _, expected in exercise.tried
        if isinstance(expected, judge.Raised) and expected.kind != "ValueError"
    ]
    if odd:
        raise ValueError(f"{exercise.id}: its reference cannot compute a case: {odd[0]}")


Exercise = Number | MultipleChoice | Ordering | Code


def _exact(exercise, answer):
    if answer == exercise.answer:
        return Feedback(True, RIGHT)
    for mistake in exercise.mistakes:
        if answer == mistake.answer:
            return Feedback(False, mistake.message)
    return Feedback(False, WRONG)


def _declared(exercise, *texts):
    """ValueError unless the exercise has an id, its texts and a tuple of mistakes."""
    if not isinstance(exercise.id, str) or not re.fullmatch(r"[a-z][a-z0-9_]*-[1-9][0-9]*", exercise.id):
        raise ValueError(f"id={exercise.id!r} must read like 'fixmatch-1'")
    for name in ("question", "hint", "solution"):
        if not isinstance(getattr(exercise, name), str) or not getattr(exercise, name).strip():
            raise ValueError(f"{exercise.id}: {name}={getattr(exercise, name)!r} must be a text")
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{exercise.id}: unit={texts[0]!r} must be a text")
    if not isinstance(exercise.mistakes, tuple) or not all(isinstance(one, Mistake) for one in exercise.mistakes):
        raise ValueError(f"{exercise.id}: mistakes={exercise.mistakes!r} must be a tuple of Mistake(answer, message)")


def _different(exercise, name, items):
    """ValueError unless `items` are two or more different texts."""
    if (
        not isinstance(items, tuple)
        or not all(isinstance(item, str) and item.strip() for item in items)
        or len(set(items)) != len(items)
        or len(items) < 2
    ):
        raise ValueError(f"{exercise.id}: {name}={items!r} must be a tuple of two or more different texts")


def _wrong(exercise):
    """ValueError where a mistake is the right answer, or stands twice."""
    answers = [mistake.answer for mistake in exercise.mistakes]
    if exercise.answer in answers or len(set(answers)) < len(answers):
        raise ValueError(f"{exercise.id}: its mistakes {answers} must differ from the answer and from each other")


def number(answer) -> float:
    """`answer` as a float; texts may be written "0.5", "1e-3", "1/3" or with a decimal comma.

    >>> number("1/4"), number("0,5"), number(3)
    (0.25, 0.5, 3.0)
    """
    refused = f"answer={answer!r} is not a number: write it like 0.5, 1e-3 or 1/3"
    if isinstance(answer, str):
        parts = [part.strip() for part in answer.strip().replace("\u2212", "-").split("/")]
        if len(parts) > 2 or not all(NUMBER.fullmatch(part) for part in parts):
            raise ValueError(refused)
        above, below = (float(part.replace(",", ".")) for part in (*parts, "1")[:2])
        answer = above / below if below else math.nan
    try:
        return float(scalar("answer", answer))
    except ValueError:
        raise ValueError(refused) from None


def slip(code: str, right: str, wrong: str) -> str:
    """`code` with `wrong` in the place of `right`: an answer as a typical mistake would write it.

    >>> slip("return a / b", "a / b", "b / a")
    'return b / a'
    """
    code, right, wrong = (text(*given) for given in (("code", code), ("right", right), ("wrong", wrong)))
    if right not in code:
        raise ValueError(f"right={right!r} is not in the code {code!r}")
    return code.replace(right, wrong)


def exercises(stem: str) -> tuple[Exercise, ...]:
    """The exercises of a chapter, in order; ValueError where there are none, or one has another's id."""
    module = f"miniatures.exercises.{stem}"
    if not isinstance(stem, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", stem):
        raise ValueError(f"stem={stem!r} must be a chapter's name, like 'gaussian_window'")
    try:
        declared = importlib.import_module(module).EXERCISES
    except ModuleNotFoundError as error:
        if error.name != module:
            raise  # the exercises themselves import something that is missing
        raise ValueError(f"stem={stem!r} has no exercises: there is no miniatures/exercises/{stem}.py") from None
    ids = [exercise.id for exercise in declared]
    if len(set(ids)) < len(ids) or any(id.rpartition("-")[0] != stem for id in ids):
        raise ValueError(
            f"stem={stem!r}: its exercises are {', '.join(ids)}; each id is {stem}- and a number of its own"
        )
    return declared


def find(id: str) -> Exercise:
    """The exercise "<stem>-<number>"."""
    if not isinstance(id, str) or not re.fullmatch(r"[a-z][a-z0-9_]*-[0-9]+", id):
        raise ValueError(f"id={id!r} must read like 'gaussian_window-1'")
    declared = exercises(id.rpartition("-")[0])
    for exercise in declared:
        if exercise.id == id:
            return exercise
    raise ValueError(f"id={id!r} is not an exercise: one of {', '.join(e.id for e in declared)}")


def check(id: str, answer) -> Feedback:
    """Feedback on `answer` to the exercise `id`, as the page gives it: check("gaussian_window-1", 23)."""
    return find(id).feedback(answer)
