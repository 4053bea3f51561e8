"""The machinery of exercises: what an answer earns, what a declaration must hold."""

import math
import re
import sys
import types

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from miniatures import exercises as machinery
from miniatures.exercises import (
    RIGHT,
    WRONG,
    Code,
    Mistake,
    MultipleChoice,
    Number,
    Ordering,
    check,
    exercises,
    find,
    number,
)

TEXTS = {"question": "How many?", "hint": "Count.", "solution": "3."}


def a_number(**changes):
    return Number(
        **{"id": "demo-1", "answer": 180.0, "tolerance": 0.5, "mistakes": (Mistake(360, "A quadrilateral."),)}
        | TEXTS
        | changes
    )


def a_choice(**changes):
    return MultipleChoice(
        **{"id": "demo-2", "options": ("a", "b", "c"), "answer": "b", "mistakes": (Mistake("a", "The first."),)}
        | TEXTS
        | changes
    )


def an_order(**changes):
    return Ordering(
        **{"id": "demo-3", "answer": ("a", "b", "c"), "mistakes": (Mistake(("c", "b", "a"), "Turned."),)}
        | TEXTS
        | changes
    )


@pytest.fixture
def demo(monkeypatch):
    """A chapter `demo` with the three exercises above; demo.EXERCISES may be changed."""
    module = types.ModuleType("miniatures.exercises.demo")
    module.EXERCISES = (a_number(), a_choice(), an_order())
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


# -- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (180, RIGHT),
        (180.5, RIGHT),
        ("179.5", RIGHT),
        ("360/2", RIGHT),
        (180.51, WRONG),
        (360.4, "A quadrilateral."),
        ("-180", WRONG),
        (361, WRONG),
    ],
)
def test_feedback_on_a_number(answer, message):
    feedback = a_number().feedback(answer)
    assert feedback.message == repr(feedback) == message
    assert feedback.correct is (message == RIGHT)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e3), st.floats(-3, 3))
def test_a_number_is_right_within_its_tolerance_and_nowhere_else(answer, tolerance, off):
    value = answer + off * tolerance
    expected = abs(value - answer) <= tolerance
    assert a_number(answer=answer, tolerance=tolerance, mistakes=()).feedback(value).correct is expected


def test_feedback_on_a_choice_and_on_an_order():
    assert [a_choice().feedback(option).message for option in "abc"] == ["The first.", RIGHT, WRONG]
    assert an_order().feedback(["a", "b", "c"]).message == RIGHT
    assert an_order().feedback(("c", "b", "a")).message == "Turned."
    assert an_order().feedback(["b", "a", "c"]).message == WRONG


@pytest.mark.parametrize("answer", ["d", "", None, 1, ["b"], True])
def test_a_choice_takes_its_options_only(answer):
    with pytest.raises(ValueError, match=r"answer=.* is not one of \('a', 'b', 'c'\)"):
        a_choice().feedback(answer)


@pytest.mark.parametrize(
    "answer", [["a", "b"], ["a", "b", "b"], [], "abc", None, 3, ["a", "b", 3], ["a", "b", None], {"a", "b", "c"}]
)
def test_an_order_takes_each_item_once(answer):
    with pytest.raises(ValueError, match=r"answer=.* must hold each of \['a', 'b', 'c'\] once"):
        an_order().feedback(answer)


@given(
    st.lists(st.text(min_size=1, max_size=3).filter(str.strip), min_size=2, max_size=6, unique=True), st.integers(1, 99)
)
def test_an_order_is_shown_shuffled_the_same_way_each_time(items, place):
    order = an_order(id=f"demo-{place}", answer=tuple(items), mistakes=())
    assert sorted(order.options) == sorted(items)
    assert order.options != order.answer
    assert order.options == an_order(id=f"demo-{place}", answer=tuple(items), mistakes=()).options


# -- numbers as people write them ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.5", 0.5), ("0,5", 0.5), (" .5 ", 0.5), ("5.", 5), ("1/3", 1 / 3), ("-1 / 4", -0.25), ("\u22122", -2), ("+2", 2), ("1e-3", 1e-3),
        ("1E3", 1000), ("1,5e2/3", 50), (3, 3), (np.float32(0.5), 0.5), (np.int64(-4), -4), ("0", 0), ("0/5", 0),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written, value):
    assert number(written) == value
    assert type(number(written)) is float


@pytest.mark.parametrize(
    "written",
    [
        "", " ", "a", "1/0", "0/0", "1/2/3", "1 2", "1,234.5", "1_000", "nan", "inf", "-infinity", "1e999", "1e999999999", "0x10", "½", "١", "--1", "1e", "e5", ".",
        "50 %", math.nan, math.inf, 10**400, None, True, np.bool_(True), [1], np.array([1.0]), 1j, b"1", {},
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError, match=r"answer=.* is not a number: write it like 0.5, 1e-3 or 1/3"):
        number(written)
    with pytest.raises(ValueError, match="is not a number"):
        a_number().feedback(written)


@given(st.floats(-1e90, 1e90))
def test_a_number_as_python_writes_it_comes_back(value):
    assert number(repr(value)) == value
    assert number(repr(value).replace(".", ",").replace("-", "\u2212")) == value


@given(st.text(max_size=12))
def test_any_text_is_a_finite_number_or_refused(text):
    try:
        found = number(text)
    except ValueError:
        return  # the test above holds the message
    assert math.isfinite(found)


# -- declarations -------------------------------------------------------------------------------

WRONG_NUMBERS = [
    ({"answer": math.nan}, "demo-1: answer=nan must be a finite number"),
    ({"answer": math.inf}, "answer=inf must be a finite number"),
    ({"answer": "180"}, "answer='180' must be a finite number"),
    ({"answer": None}, "answer=None must be"),
    ({"answer": True}, "answer=True must be"),
    ({"tolerance": 0}, "tolerance=0 of demo-1 must be positive"),
    ({"tolerance": -1}, "tolerance=-1 of demo-1 must be positive"),
    ({"tolerance": math.nan}, "tolerance=nan must be a finite number"),
    ({"tolerance": math.inf}, "tolerance=inf must be a finite number"),
    ({"tolerance": 1e-8}, "tolerance=1e-08 of demo-1 must be positive, and 1e-09 of the answer or more"),
    ({"tolerance": "0.5"}, "tolerance='0.5' must be"),
    ({"unit": None}, "demo-1: unit=None must be a text"),
    ({"mistakes": (Mistake(180.4, "Near."),)}, "demo-1: the mistake 180.4 lies within the tolerance"),
    ({"mistakes": (Mistake(179.4, "Within a step of the page."),)}, "demo-1: the mistake 179.4 lies within"),
    ({"mistakes": (Mistake("360", "Text."),)}, "demo-1: a mistake's answer='360' must be a finite number"),
    ({"mistakes": (Mistake(math.nan, "No number."),)}, "a mistake's answer=nan must be"),
]
WRONG_CHOICES = [
    ({"options": ("b",)}, r"options=\('b',\) must be a tuple of two or more different texts"),
    ({"options": ()}, "options=.* must be a tuple of two or more"),
    ({"options": ["a", "b"]}, "options=.* must be a tuple"),
    ({"options": ("a", "b", "a")}, "two or more different texts"),
    ({"options": ("a", "b", 3)}, "two or more different texts"),
    ({"options": ("a", "b", " ")}, "two or more different texts"),
    ({"answer": "d"}, r"demo-2: 'd' is not one of its options \('a', 'b', 'c'\)"),
    ({"answer": None}, "None is not one of its options"),
    ({"mistakes": (Mistake("d", "No option."),)}, "'d' is not one of its options"),
    ({"mistakes": (Mistake("b", "But it is right."),)}, "must differ from the answer and from each other"),
    ({"mistakes": (Mistake("a", "One."), Mistake("a", "Two."))}, "must differ from the answer and from each other"),
]
WRONG_ORDERS = [
    ({"answer": ("a",)}, r"demo-3: answer=\('a',\) must be a tuple of two or more different texts"),  # shuffling would never end
    ({"answer": ()}, "two or more different texts"),
    ({"answer": ("a", "a")}, "two or more different texts"),
    ({"answer": "abc"}, "answer='abc' must be a tuple"),
    ({"answer": ("a", 1)}, "two or more different texts"),
    ({"mistakes": (Mistake(("a", "b"), "Short."),)}, r"the mistake \('a', 'b'\) must hold each of \['a', 'b', 'c'\] once"),
    ({"mistakes": (Mistake("cba", "A text."),)}, "the mistake 'cba' must hold each of"),
    ({"mistakes": (Mistake(("a", "b", "c"), "But it is right."),)}, "must differ from the answer"),
]  # fmt: skip
WRONG_ALL = [
    ({"id": "demo"}, "id='demo' must read like 'fixmatch-1'"),
    ({"id": "demo-0"}, "id='demo-0' must read like"),
    ({"id": "Demo-1"}, "id='Demo-1' must read like"),
    ({"id": 1}, "id=1 must read like"),
    ({"id": '"><b>-1'}, "id=.* must read like"),
    ({"question": ""}, "question='' must be a text"),
    ({"question": None}, "question=None must be a text"),
    ({"hint": " "}, "hint=' ' must be a text"),
    ({"solution": 3}, "solution=3 must be a text"),
    ({"mistakes": [Mistake(360, "A list.")]}, "mistakes=.* must be a tuple of Mistake"),
    ({"mistakes": ((360, "No Mistake."),)}, "mistakes=.* must be a tuple of Mistake"),
    ({"mistakes": None}, "mistakes=None must be a tuple"),
]


@pytest.mark.parametrize(
    ("declare", "changes", "message"),
    [(declare, *wrong) for declare, wrongs in ((a_number, WRONG_NUMBERS), (a_choice, WRONG_CHOICES), (an_order, WRONG_ORDERS)) for wrong in wrongs + WRONG_ALL],
)  # fmt: skip
def test_a_wrong_declaration_is_refused(declare, changes, message):
    with pytest.raises(ValueError, match=message):
        declare(**changes)


@pytest.mark.parametrize("message", ["", " ", None, 3])
def test_a_mistake_explains_itself(message):
    with pytest.raises(ValueError, match=r"message=.* must be a sentence"):
        Mistake(1, message)


def test_the_declarations_above_stand_without_the_changes():
    assert [one.kind for one in (a_number(), a_choice(), an_order())] == ["number", "choice", "order"]


# -- finding ------------------------------------------------------------------------------------


def test_exercises_find_and_check(demo):
    assert exercises("demo") == demo.EXERCISES
    assert find("demo-2") is demo.EXERCISES[1]
    assert check("demo-1", "180").correct
    assert check("demo-3", ["c", "b", "a"]).message == "Turned."


@pytest.mark.parametrize("id", ["demo-4", "demo-0", "demo-01", "demo-11"])
def test_an_unknown_number_is_told_the_known_ones(demo, id):
    with pytest.raises(ValueError, match=f"id='{id}' is not an exercise: one of demo-1, demo-2, demo-3"):
        find(id)


@pytest.mark.parametrize(
    "id", ["", "demo", "-1", "demo-", "demo-x", None, 1, ["demo-1"], "os.path-1", "../demo-1", "Demo-1"]
)
def test_an_id_reads_like_an_id(demo, id):
    with pytest.raises(ValueError, match=r"id=.* must read like 'gaussian_window-1'"):
        check(id, 1)


@pytest.mark.parametrize("stem", ["", "..", "os.path", "Demo", None, 3, "a-b", "demo.x"])
def test_a_stem_is_a_chapters_name(stem):
    with pytest.raises(ValueError, match=r"stem=.* must be a chapter's name"):
        exercises(stem)


def test_a_chapter_without_exercises_is_named():
    with pytest.raises(
        ValueError,
        match=r"stem='no_such_chapter' has no exercises: there is no miniatures/exercises/no_such_chapter.py",
    ):
        exercises("no_such_chapter")


def test_a_missing_import_of_the_exercises_is_not_taken_for_missing_exercises(tmp_path, monkeypatch):
    (tmp_path / "broken.py").write_text("import no_such_module_at_all\n")
    monkeypatch.setattr(machinery, "__path__", [*machinery.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="no_such_module_at_all"):
        exercises("broken")


@pytest.mark.parametrize("ids", [("demo-1", "demo-1"), ("demo-1", "other-2")])
def test_ids_are_the_chapters_own_and_different(demo, ids):
    demo.EXERCISES = tuple(a_number(id=id) for id in ids)
    with pytest.raises(
        ValueError, match=f"its exercises are {', '.join(ids)}; each id is demo- and a number of its own"
    ):
        exercises("demo")


@given(st.floats(-1e3, 1e3), st.floats(1e-2, 10), st.floats(-1e3, 1e3))
def test_a_mistakes_own_value_always_earns_its_sentence(answer, tolerance, wrong):
    assume(abs(wrong - answer) > 1.2 * tolerance)
    feedback = a_number(answer=answer, tolerance=tolerance, mistakes=(Mistake(wrong, "Explained."),)).feedback(wrong)
    assert (feedback.correct, feedback.message) == (False, "Explained.")


# -- code ---------------------------------------------------------------------------------------

DOUBLE = "def double(x):\n    return 2 * x\n"
SQUARE = Mistake("def double(x):\n    return x * x\n", "That is the square.")


def twice(x):
    if x > 99:
        raise ValueError(f"x={x} is too large")
    return 2 * x


def a_code(**changes):
    return Code(
        **{"id": "demo-4", "function": "double", "starter": "def double(x):\n    ...\n", "reference": twice,
           "cases": ((2,), (3,)), "hidden": ((-1.5,),), "answer": DOUBLE, "mistakes": (SQUARE,)}
        | TEXTS
        | changes
    )  # fmt: skip


def test_a_right_function():
    feedback = a_code().feedback(DOUBLE)
    assert feedback.correct
    assert feedback.message == repr(feedback) == RIGHT
    assert feedback.cases == (
        {"call": "double(2)", "got": "4", "expected": "4", "right": True},
        {"call": "double(3)", "got": "6", "expected": "6", "right": True},
    )
    assert a_code().feedback(lambda x: x + x).correct  # in a notebook, the function itself


def test_a_wrong_function_is_told_the_first_case_that_fails():
    feedback = a_code().feedback("def double(x):\n    return x + 2")
    assert not feedback.correct
    assert feedback.message == "Not yet: double(3) gives 5, expected is 6."
    assert [case["right"] for case in feedback.cases] == [True, False, False]
    assert feedback.cases[2] == {"call": "double(-1.5)", "got": "0.5", "expected": "-3", "right": False}


def test_a_hidden_case_is_told_when_it_fails():
    feedback = a_code().feedback("def double(x):\n    return 2 * abs(x)")
    assert feedback.message == "Not yet: double(-1.5) gives 3, expected is -3."
    assert len(feedback.cases) == 3


def test_a_typical_mistake_gets_its_sentence():
    feedback = a_code().feedback("def double(number):\n    return number ** 2")
    assert feedback.message == "That is the square."
    assert repr(feedback) == "That is the square.\ndouble(3) gives 9, expected is 6."


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def double(x):\n    return 1 / 0", "Not yet: double(2) gives ZeroDivisionError: division by zero (line 2), expected is 4."),
        ("def double(x):\n    2 * x", "double(2) returns nothing: end the function with return. Expected: 4."),
        ("def double(x) return x", "Your code stops before it is tried. line 1: SyntaxError: expected ':'"),
        ("y = 1\nz = y / 0", "Your code stops before it is tried. line 2: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit()", "Your code stops before it is tried. line 2: SystemExit: a page has nothing to exit from: leave the call out, or press Stop"),
        ("input()", "Your code stops before it is tried. line 1: RuntimeError: a page has no input(): write the value into the code instead"),
        ("def twice(x): return 2 * x", "Your code defines no function named double, it defines twice."),
        ("", "Your code defines no function named double."),
        ("double = 4", "double must be a function: write “def double(…):”. In your code it is 4."),
        ("def double(x, y): return x", "double is called with one argument; yours takes (x, y)."),
        ("def double(): return 4", "double is called with one argument; yours takes ()."),
        ("def double(x): return double(x)", "Not yet: double(2) gives RecursionError: maximum recursion depth exceeded (line 1), expected is 4."),
        (7, "Give the function itself, or its code as a text, not int."),
    ],
)  # fmt: skip
def test_what_is_no_such_function(code, message):
    feedback = a_code().feedback(code)
    assert not feedback.correct
    assert feedback.message == message


def test_an_error_that_is_expected():
    refusing = "def double(x):\n    if x > 99:\n        raise ValueError('large')\n    return 2 * x\n"
    exercise = a_code(hidden=((100,),), answer=refusing)
    assert exercise.feedback(refusing).correct
    feedback = exercise.feedback(DOUBLE)
    assert feedback.message == "Not yet: double(100) gives 200, expected is ValueError: x=100 is too large."
    assert not exercise.feedback(refusing.replace("ValueError", "KeyError")).correct


def test_the_function_cannot_change_the_cases():
    exercise = a_code(
        reference=sum, function="total", starter="def total(x): ...", answer="def total(x): return sum(x)", mistakes=(),
        cases=(([1, 2],),), hidden=(([3],),),
    )  # fmt: skip
    assert not exercise.feedback("def total(x):\n    x.clear()\n    return 0").correct
    assert exercise.feedback(exercise.answer).correct


def test_a_page_prints_nothing_and_a_loop_of_numpy_warns_of_nothing():
    code = "import numpy as np\ndef double(x):\n    np.log(-1.0)\n    return 2 * x"
    assert a_code().feedback(code).correct


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"answer": "def double(x): return x"}, "its answer is not right"),
        ({"answer": "def other(x): return x"}, "must define double"),
        ({"starter": "x = 1"}, "must define double"),
        ({"mistakes": (Mistake(DOUBLE, "No."),)}, "returns what is right"),
        ({"mistakes": (SQUARE, Mistake(SQUARE.answer, "Again."))}, "an earlier one does"),
        ({"mistakes": (Mistake(4, "No."),)}, "must define double"),
        ({"cases": ()}, "cases=() must be"),
        ({"hidden": (1,)}, "hidden=(1,) must be"),
        ({"reference": 3}, "reference=3 must be"),
        ({"reference": lambda x: x / 0}, "its reference cannot compute a case: ZeroDivisionError"),
        ({"tolerance": 0}, "tolerance"),
    ],
)
def test_a_code_exercise_is_declared_well(changes, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        a_code(**changes)
