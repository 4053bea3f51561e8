"""Does a reader's function return what it should? Used by the code exercises.

>>> judged("def double(x):\\n    return x + x", "double", [((3,), 6)], 1e-6)
[Outcome(call='double(3)', got='6', expected='6', right=True)]
"""

import ast
import copy
import inspect
import math
import warnings
from dataclasses import dataclass
from numbers import Number

import numpy as np

from miniatures import reader
from miniatures.checks import positive, several

FILE = "your code"
LONGEST = 200  # characters of a value that is shown


@dataclass(frozen=True)
class Outcome:
    """One case: what was called, what it gave, what was expected."""

    call: str
    got: str
    expected: str
    right: bool


class Raised:
    """That a call raises an error of this kind; equal to another of the same kind."""

    def __init__(self, error: BaseException):
        self.kind = type(error).__name__
        self.words = f"{self.kind}: {error}" if str(error) else self.kind
        line = reader.line_of(error, FILE)
        self.place = f" (line {line})" if line else ""


class Refused(ValueError):
    """The code cannot be judged; its text says why."""


def function_of(code, name: str):
    """The function `name` that `code`, a text or the function itself, defines; Refused says why there is none."""
    if callable(code):
        return code
    if not isinstance(code, str):
        raise Refused(f"Give the function itself, or its code as a text, not {type(code).__name__}.")
    space = reader.namespace()
    try:
        reader.run(code, FILE, space)
    except (Exception, SystemExit) as error:  # whatever the reader's code raises, the page says it
        told = reader.told(error, FILE)
        place = f"line {told['line']}: " if told["line"] else ""
        raise Refused(f"Your code stops before it is tried. {place}{told['name']}: {told['message']}") from None
    if name not in space:
        made = [key for key, value in space.items() if inspect.isfunction(value)]
        instead = f", it defines {', '.join(made)}" if made else ""
        raise Refused(f"Your code defines no function named {name}{instead}.")
    if not callable(space[name]):
        raise Refused(f"{name} must be a function: write “def {name}(…):”. In your code it is {shown(space[name])}.")
    return space[name]


def fits(function, name: str, arguments: tuple) -> None:
    """Refused unless the function takes as many arguments; what they are, nan say, does not matter."""
    several("arguments", arguments)
    try:
        signature = inspect.signature(function)
        signature.bind(*arguments)
    except ValueError:  # a function of C tells no signature; the call will say
        return
    except TypeError:
        count = "one argument" if len(arguments) == 1 else f"{len(arguments)} arguments"
        raise Refused(f"{name} is called with {count}; yours takes {signature}.") from None


def result(function, arguments: tuple):
    """What the function returns, or that it raises; it gets copies of the arguments, nan too, and nothing warns."""
    try:
        with warnings.catch_warnings(action="ignore"), np.errstate(all="ignore"):
            return function(*copy.deepcopy(arguments))
    except (Exception, SystemExit) as error:  # a wrong function may raise anything; that is its result
        return Raised(error)


def judged(code, name: str, cases: list[tuple[tuple, object]], tolerance: float) -> list[Outcome]:
    """The outcome of each case (arguments, expected) for the function `name` of `code`; Refused says why there is none.

    An argument or what is expected may be nan: a result that is nan too is right then.
    """
    if not len(several("cases", cases)):
        raise ValueError("cases hold none: give at least one pair (arguments, expected)")
    for number, case in enumerate(cases):
        if not isinstance(case, (tuple, list)) or len(case) != 2:
            raise ValueError(f"cases[{number}]={shown(case)} must be a pair (arguments, expected)")
        several(f"cases[{number}][0]", case[0])
    tolerance = positive("tolerance", tolerance)
    function = function_of(code, name)
    fits(function, name, cases[0][0])
    found = [(arguments, result(function, arguments), expected) for arguments, expected in cases]
    return [
        Outcome(called(name, arguments), shown(got), shown(expected), _same(got, expected, tolerance))
        for arguments, got, expected in found
    ]


def called(name: str, arguments: tuple) -> str:
    """The call as a reader would write it; an argument may be nan.

    >>> called("share", (3, 20))
    'share(3, 20)'
    """
    return f"{name}({', '.join(shown(one) for one in several('arguments', arguments))})"


def same(got, expected, tolerance: float) -> bool:
    """Whether a result is the expected one: numbers within `tolerance` of it (relative), arrays and tuples item by item; nan is nan.

    >>> same(np.array([1.0, 2.0000001]), (1, 2), 1e-6), same(True, 1, 1e-6), same([1], 1, 1e-6)
    (True, False, False)
    """
    return _same(got, expected, positive("tolerance", tolerance))


def _same(got, expected, tolerance):
    if isinstance(expected, Raised) or isinstance(got, Raised):
        return isinstance(expected, Raised) and isinstance(got, Raised) and got.kind == expected.kind
    got, expected = _plain(got), _plain(expected)
    if isinstance(expected, list):
        fit = isinstance(got, list) and len(got) == len(expected)
        return fit and all(_same(one, other, tolerance) for one, other in zip(got, expected, strict=True))
    if isinstance(expected, bool) or isinstance(got, bool) or not isinstance(expected, Number):
        return type(got) is type(expected) and got == expected
    if not isinstance(got, Number):
        return False
    return _close(got, expected, tolerance)


def _close(got, expected, tolerance):
    if isinstance(got, complex) or isinstance(expected, complex):
        return abs(complex(got) - complex(expected)) <= max(tolerance * abs(expected), 1e-12)
    try:
        got = float(got)
    except OverflowError:
        return got == expected
    return math.isclose(got, float(expected), rel_tol=tolerance, abs_tol=1e-12) or (
        math.isnan(got) and expected != expected
    )


def _plain(value):
    """Arrays, tuples and ranges as lists, numpy's scalars as Python's."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return list(value) if isinstance(value, (tuple, range)) else value


def shown(value) -> str:
    """A value as the reader sees it: numbers to eight digits, nan too, arrays as lists, errors by name, long ones cut.

    >>> shown(np.array([0.1 + 0.2, 1])), shown(None), shown("a")
    ('[0.3, 1]', 'None', "'a'")
    """
    if isinstance(value, Raised):
        return value.words + value.place
    words = _words(_plain(value))
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 2]} …"


def _words(value):
    value = _plain(value)
    if isinstance(value, list):
        return f"[{', '.join(_words(one) for one in value[:LONGEST])}{', …' if len(value) > LONGEST else ''}]"
    return f"{value:.8g}" if isinstance(value, float) else repr(value)


def signature_of(code: str, name: str) -> str | None:
    """The line `name(arguments)` that the code defines `name` by; None where it does not, ValueError where it is no Python.

    >>> signature_of("def f(x, y=2):\\n    pass", "f")
    'f(x, y=2)'
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, TypeError) as error:
        raise ValueError(f"code is no Python: {error}") from None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return f"{name}({ast.unparse(node.args)})"
    return None
