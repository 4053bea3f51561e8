"""What the shared checks let through and what they refuse."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import checks


@given(st.floats(-1e70, 1e70))
def test_real_is_the_number_itself(value):
    assert checks.real("a", value) == value
    assert type(checks.real("a", np.float64(value))) is float


@pytest.mark.parametrize(
    "value", [True, np.False_, None, "1", 1j, [1], np.array(1.0), math.nan, math.inf, -math.inf, 10**400, 2e70]
)
def test_real_refuses(value):
    with pytest.raises(ValueError, match="a="):
        checks.real("a", value)


def test_edges_of_the_ranges():
    assert checks.positive("a", 1e-70) == 1e-70
    assert checks.not_negative("a", 0) == 0
    assert checks.share("a", 1 - 1e-16) < 1
    assert checks.count("a", 2.0) == 2
    assert checks.count("a", Fraction(4, 2)) == 2
    assert type(checks.count("a", np.int8(3))) is int
    for check, value in (
        (checks.positive, 9e-71),
        (checks.not_negative, -1e-9),
        (checks.share, 1),
        (checks.share, 0),
        (checks.count, 0.5),
        (checks.count, -1),
    ):
        with pytest.raises(ValueError, match="a="):
            check("a", value)
    with pytest.raises(ValueError, match="to 5"):
        checks.positive("a", 6, most=5)
    with pytest.raises(ValueError, match="to 5"):
        checks.count("a", 6, most=5)


def test_numbers_keep_their_shape():
    assert checks.numbers("a", [[1, 2], [3, 4]]).dtype == float
    assert checks.numbers("a", [[1, 2], [3, 4]]).shape == (2, 2)
    assert checks.numbers("a", []).size == 0
    for values in ([1, math.nan], [math.inf], ["x"], [None], [True], [1j], [[1], [2, 3]], [1e71]):
        with pytest.raises(ValueError, match=r"^a (must|of type|holds)"):
            checks.numbers("a", values)


def test_what_no_answer_is_kept_by_is_told_by_name():
    calls = []

    @checks.cached(2)
    def half(number, name="n"):
        calls.append(number)
        return checks.real(name, number) / len(name)

    assert [half(3), half(3), half(3, "n")] == [3, 3, 3]
    assert calls == [3, 3]
    with pytest.raises(ValueError, match=r"^number=\[3\] must be a single value, no list"):
        half([3])
    with pytest.raises(ValueError, match=r"^name=\{\} must be"):
        half(3, name={})
    with pytest.raises(TypeError, match="no len"):
        half(3, 4)
    with pytest.raises(TypeError, match="multiple values"):
        half([3], number=4)
    half.cache_clear()
    assert half.cache_info().currsize == 0


def test_rows_of_unequal_length_are_told_by_name():
    with pytest.raises(ValueError, match=r"^mask must be an array, not rows of unequal length"):
        checks.as_array("mask", [[True], []])


def test_a_list_of_arrays_is_held_against_its_shapes():
    weights = [np.ones((2, 3), np.float32), [0, 0, 0]]
    found = checks.arrays("weights", weights, [(2, None), (3,)])
    assert found[0] is weights[0]
    assert found[1].tolist() == [0, 0, 0]
    for wrong, told in (([weights[0]], "weights="), ([weights[0], [0, 0]], r"weights\[1\]"), ([[[np.nan] * 3] * 2, [0] * 3], r"weights\[0\]")):  # fmt: skip
        with pytest.raises(ValueError, match=f"^{told}"):
            checks.arrays("weights", wrong, [(2, None), (3,)])


def test_a_square_table_has_as_many_columns_as_rows():
    for wrong in ([[1, 2]], [1, 2], 3, [], [[1, math.nan], [0, 1]], [[1], [2, 3]]):
        with pytest.raises(ValueError, match=r"^table "):
            checks.square("table", wrong)
