"""Checks of numbers for exact arithmetic: int, Fraction and sympy stay exact, bad input gets a ValueError.

Nothing here imports sympy: who passes a sympy number has imported it, others need not wait for it.
"""

import cmath
import math
import operator
import sys
from fractions import Fraction
from numbers import Rational

import numpy as np


def symbolic(value) -> bool:
    """True for a sympy expression; False for anything else, nan too.

    >>> symbolic(3)
    False
    """
    sympy = sys.modules.get("sympy")
    return sympy is not None and isinstance(value, sympy.Expr)


def number(name: str, value):
    """`value` as a finite int, Fraction, float, complex or sympy expression;
    numpy scalars become Python's.

    Raises ValueError, naming the argument `name`, for anything else.

    >>> number("ratio", np.int64(3))
    3
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool) or not (isinstance(value, (int, float, complex, Fraction)) or symbolic(value)):
        raise ValueError(f"{name}={value!r} must be a number: int, Fraction, float, complex or a sympy expression")
    return finite(value, f"{name}={value!r}" if isinstance(value, (float, complex)) else name)


def finite(value, name: str):
    """`value` itself; ValueError, naming it as `name`, where it is nan,
    infinite or holds an infinity.

    >>> finite(2.5, "the sum")
    2.5
    """
    if isinstance(value, (float, complex)) and not cmath.isfinite(value):
        raise ValueError(f"{name} is not finite: floats end at 1.8e308, a Fraction has no end")
    if symbolic(value) and value.has(*(getattr(sys.modules["sympy"], name) for name in ("oo", "zoo", "nan"))):
        raise ValueError(f"{name} is not finite")
    return value


def whole(name: str, value, low=-math.inf, high=math.inf) -> int:
    """`value` as an int from `low` to `high`; ValueError, naming the argument
    `name`, for anything else.

    >>> whole("terms", np.int64(5), 0, 10)
    5
    """
    try:
        found = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        found = None
    for limit, bound in (("low", low), ("high", high)):
        if isinstance(bound, bool) or not isinstance(bound, (int, float)):
            raise ValueError(f"{limit}={bound!r} must be a number")
    if found is None or not low <= found <= high:
        shown = repr(value) if found is None or abs(found) < 10**30 else f"a number of {found.bit_length()} bits"
        bounds = "" if high == math.inf else f" from {low:,} to {high:,}"
        raise ValueError(f"{name}={shown} must be a whole number{bounds}")
    return found


def rational(name: str, value) -> Fraction:
    """`value`, an int, Fraction or sympy Rational, as a Fraction; ValueError
    for anything else.

    >>> rational("ratio", 3)
    Fraction(3, 1)
    """
    if isinstance(value, bool) or not isinstance(value, Rational):
        raise ValueError(f"{name}={value!r} must be a whole number or a Fraction (a float is a binary rounding)")
    return Fraction(int(value.numerator), int(value.denominator))


def bits(value) -> int:
    """By how many bits an exact product grows with each factor `value`; 0 for
    floats, which do not grow, and for nan.

    A symbolic expression counts 500: each power of it is one more term, at a
    term's cost.

    >>> bits(2), bits(Fraction(1, 3)), bits(0.1)
    (3, 3, 0)
    """
    if isinstance(value, (float, complex)):
        return 0
    if isinstance(value, Rational):
        return int(value.numerator).bit_length() + int(value.denominator).bit_length()
    return 500


def divisible(value):
    """`value` in a type whose division is exact: an int becomes a Fraction,
    other numbers, nan too, stay as they are.

    >>> divisible(1) / 3
    Fraction(1, 3)
    """
    return Fraction(value) if isinstance(value, int) else value


def tidy(value):
    """`value`, a sympy expression brought to one cancelled fraction, other
    numbers as they are.

    >>> tidy(Fraction(1, 2))
    Fraction(1, 2)
    """
    return sys.modules["sympy"].cancel(value) if symbolic(value) else value
