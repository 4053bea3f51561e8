"""The sum that says minus one: closed forms, independent implementations, invariants, bad input."""

import cmath
import math
from fractions import Fraction
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from miniatures.continuation import continuation
from miniatures.geometric_series import (
    METHODS,
    aitken,
    averaged_boundary,
    boundary_term,
    closed_form,
    continue_along_arc,
    euler_partial_sum,
    p_adic_distance,
    p_adic_valuation,
    partial_sum,
    shifted_difference,
    summation_table,
    twos_complement,
)
from scipy import integrate, stats

FRACTIONS = st.fractions(-10, 10, max_denominator=50)
AVERAGING = ("ordinary", "Cesàro", "Abel", "Euler (E,1)", "Borel")
BY_NAME = {method.name: method for method in METHODS}


# --- the finite identity -----------------------------------------------------------------------------------


@given(FRACTIONS, st.integers(0, 60), FRACTIONS)
def test_cancelling_leaves_the_boundary_term(ratio, terms, first):
    total = partial_sum(ratio, terms, first)
    assert (ratio - 1) * total == first * (boundary_term(ratio, terms) - 1)
    assert total == sum((first * ratio**i for i in range(terms)), Fraction(0))


def test_partial_sums_by_hand():
    assert [partial_sum(2, n) for n in range(7)] == [0, 1, 3, 7, 15, 31, 63]
    assert partial_sum(Fraction(1, 2), 3) == Fraction(7, 4)
    assert partial_sum(5, 3, first=3) == 3 + 15 + 75
    assert partial_sum(0, 4) == 1
    assert partial_sum(1, 10_000) == 10_000
    assert boundary_term(0, 0) == 1
    assert partial_sum(2, 10_000) == 2**10_000 - 1


def test_partial_sums_equal_sympys():
    i, n = sympy.symbols("i n", integer=True, nonnegative=True)
    formula = sympy.summation(2**i, (i, 0, n - 1))
    assert all(formula.subs(n, terms) == partial_sum(2, terms) for terms in range(1, 40))
    assert sympy.Sum(2**i, (i, 0, sympy.oo)).doit() == sympy.oo


def test_exact_types_stay_exact():
    r = sympy.Symbol("r")
    assert type(partial_sum(2, 5)) is int
    assert type(partial_sum(Fraction(1, 3), 5)) is Fraction
    assert type(partial_sum(np.int64(3), np.int64(60))) is int  # 3**60 would overflow 64 bits
    assert partial_sum(np.int64(3), 60) == (3**60 - 1) // 2
    assert sympy.expand((r - 1) * partial_sum(r, 9)) == r**9 - 1
    assert boundary_term(r, 3) == r**3
    assert partial_sum(sympy.sqrt(2), 3) == 3 + sympy.sqrt(2)
    assert sympy.simplify(closed_form(r) - 1 / (1 - r)) == 0
    assert partial_sum(0.5, 3) == 1.75
    assert partial_sum(1j, 4) == 0


@given(FRACTIONS.filter(lambda r: r != 1), st.integers(1, 30), st.integers(1, 6))
def test_every_way_of_bracketing_has_the_same_closed_form(ratio, terms, size):
    assume(ratio**size != 1)
    block = partial_sum(ratio, size)  # (1 + r) + (r^2 + r^3) + … is geometric again
    assert closed_form(ratio**size, first=block) == closed_form(ratio)
    assert partial_sum(ratio**size, terms, first=block) == partial_sum(ratio, terms * size)


def test_the_shift_decides_where_two_s_minus_s_goes():
    for n in (1, 5, 20, 100):
        assert shifted_difference(2, n, 0) == 2**n - 1  # to +infinity
        assert shifted_difference(2, n, 1) == -1  # the riddle's cut
        assert shifted_difference(2, n, 2) == -(2 ** (n + 1)) - 1  # to -infinity
    half = Fraction(1, 2)
    for shift in (-3, 0, 1, 2, 7):  # every cut agrees where the series converges
        assert abs(shifted_difference(half, 60, shift) + 1) < Fraction(1, 2**50)
    r = sympy.Symbol("r")
    assert shifted_difference(r, 4, 1) == -1


# --- one value for all linear and stable methods, and who gives it ------------------------------------------


@given(FRACTIONS.filter(lambda r: r != 1), FRACTIONS)
def test_closed_form_is_the_only_fixed_point_of_stability(ratio, first):
    value = closed_form(ratio, first)
    assert value == first + ratio * value
    assert all(first + ratio * other != other for other in (value + 1, value - Fraction(1, 3)))


@given(FRACTIONS.filter(lambda r: r not in (0, 1)), st.integers(0, 20))
def test_aitken_is_exact_from_any_three_partial_sums(ratio, start):
    assert aitken([partial_sum(ratio, start + i) for i in range(3)]) == closed_form(ratio)


def test_aitken_by_hand_and_at_the_edges():
    assert all(aitken([partial_sum(2, n + i) for i in range(3)]) == -1 for n in range(200))
    assert aitken([99, 99, 1, 3, 7]) == -1  # only the last three count
    assert aitken(np.array([1, 3, 7])) == -1
    assert type(aitken((1, 3, 7))) is Fraction
    assert aitken([5, 5, 5]) == 5
    assert aitken([1.0, 1.5, 1.75]) == 2
    r = sympy.Symbol("r")
    assert sympy.simplify(aitken([1, 1 + r, 1 + r + r**2]) - 1 / (1 - r)) == 0
    with pytest.raises(ValueError, match="equal steps"):
        aitken([1, 2, 3])


def test_aitken_is_neither_linear_nor_regular():
    twos, threes = ([partial_sum(r, n) for n in (1, 2, 3)] for r in (2, 3))
    both = [a + b for a, b in zip(twos, threes, strict=True)]
    assert aitken(twos) + aitken(threes) == Fraction(-3, 2)
    assert aitken(both) == Fraction(-9, 8)  # 2, 7, 20: 20 - 13 * 13 / 8
    # 1 + 1 + 1/2 + 1/2 + 1/4 + 1/4 + … converges to 4; every second extrapolation has the denominator 0
    sums = np.cumsum([Fraction(1, 2 ** (i // 2)) for i in range(20)]).tolist()
    assert abs(sums[-1] - 4) < Fraction(1, 200)
    with pytest.raises(ValueError, match="denominator is 0"):
        aitken(sums)


@pytest.mark.parametrize("ratio", [-3, -0.5, 0.5, 2, 5])
def test_pade_row_agrees_with_mpmaths_pade(ratio):
    numerator, denominator = mpmath.pade([1, ratio], 0, 1)  # coefficients, whose sum is the value at 1
    exact = summation_table(Fraction(ratio))["Padé [0/1]"]
    assert float(exact) == pytest.approx(float(sum(numerator) / sum(denominator)), abs=1e-12)


# --- the averaging methods -----------------------------------------------------------------------------------


@given(FRACTIONS.filter(lambda r: r != 1), st.integers(0, 25), st.fractions(0, 5, max_denominator=9))
def test_euler_means_equal_hardys_transformed_terms(ratio, terms, q):
    row, total = [ratio**n for n in range(terms)], Fraction(0)  # chapter 8: a_m = (q + E)^m a_0 / (q+1)^(m+1)
    while row:
        total += row[0] / (q + 1)
        row = [(q * left + right) / (q + 1) for left, right in pairwise(row)]
    mean = euler_partial_sum(ratio, terms, q)
    assert mean == total
    assert mean == (1 - ((q + ratio) / (q + 1)) ** terms) / (1 - ratio)


def test_euler_numbers_of_the_page():
    assert float(euler_partial_sum(-2, 30)) == pytest.approx(1 / 3, abs=1e-9)
    assert round(float(euler_partial_sum(2, 30)), 2) == 191750.06
    assert euler_partial_sum(2, 30, q=0) == partial_sum(2, 30)
    assert euler_partial_sum(1, 8, q=3) == 2
    assert euler_partial_sum(-2.9, 30) == pytest.approx((1 - (-0.95) ** 30) / 3.9, rel=1e-12)
    assert euler_partial_sum(1j, 40) == pytest.approx(1 / (1 - 1j), abs=1e-5)
    assert all(euler_partial_sum(2, 40, q=q) > 100 for q in (0, 0.5, 1, 5))  # no q rescues the ratio 2


WEIGHTS = {  # P(J = j), j = 0 … 400, from scipy's distributions
    "ordinary": lambda m: np.eye(401)[m],
    "Cesàro": lambda m: stats.randint(1, m + 1).pmf(np.arange(401)),
    "Abel": lambda m: stats.geom(1 / m).pmf(np.arange(401)),
    "Euler (E,1)": lambda m: stats.binom(m, 0.5).pmf(np.arange(401)),
    "Borel": lambda m: stats.poisson(m).pmf(np.arange(401)),
}


@pytest.mark.parametrize("method", AVERAGING)
@pytest.mark.parametrize("ratio", [-1.0, -0.6, 0.5, 0.9, 1.0, 0.3 + 0.4j])
def test_averaged_boundary_is_the_mean_over_the_stopping_distribution(method, ratio):
    for stage in (1, 2, 7):
        weights = WEIGHTS[method](stage)
        assert weights.sum() == pytest.approx(1, abs=1e-12)
        assert averaged_boundary(method, ratio, stage) == pytest.approx(weights @ ratio ** np.arange(401), abs=1e-12)


def value(method, ratio, stage):
    return (1 - averaged_boundary(method, ratio, stage)) / (1 - ratio)


def test_values_of_the_methods_against_their_usual_definitions():
    for stage in (1, 2, 5, 10):
        sums = [partial_sum(2, n) for n in range(1, stage + 1)]
        assert value("Cesàro", 2, stage) == pytest.approx(sum(sums) / stage)
        assert value("Euler (E,1)", 2, stage) == pytest.approx(float(euler_partial_sum(2, stage)))
        borel, _ = integrate.quad(lambda t: math.exp(-t) * math.exp(2 * t), 0, stage)
        assert value("Borel", 2, stage) == pytest.approx(borel)
        x = 1 - 1 / stage
        assert value("Abel", -1, stage) == pytest.approx(1 / (1 + x))  # sum of (-x)^n
    assert [round(value("Cesàro", 2, n), 1) for n in (1, 2, 5, 10)] == [1, 2, 11.4, 203.6]
    assert [round(value("Borel", 2, t), 1) for t in (1, 5, 10)] == [1.7, 147.4, 22025.5]


@given(st.sampled_from(AVERAGING), st.fractions(1, 6, max_denominator=20), st.integers(1, 40))
def test_no_average_of_partial_sums_is_negative_for_positive_ratios(method, ratio, stage):
    try:
        mean = averaged_boundary(method, float(ratio), stage)
    except ValueError:  # Abel's damped series diverges itself
        assert method == "Abel"
        assert ratio * (1 - Fraction(1, stage)) >= 1
        return
    assert mean >= 1  # ratio**J >= 1 whatever J is, so the value stays away from the closed form


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("method", ["Cesàro", "Euler (E,1)", "Borel", "ordinary"])
def test_regions_are_where_the_averaged_boundary_dies(method, seed):
    rng = np.random.default_rng(seed)
    points = rng.uniform(-4, 2.5, 60) + 1j * rng.uniform(-3, 3, 60)
    inside = 0
    for z in points:
        last = abs(averaged_boundary(method, complex(z), 300))
        edge = {"Euler (E,1)": abs(abs(z + 1) - 2), "Borel": abs(z.real - 1)}.get(method, abs(abs(z) - 1))
        if edge < 0.1:
            continue  # 300 stages do not decide there
        inside += BY_NAME[method].sums(complex(z))
        assert (last < 0.02) == BY_NAME[method].sums(complex(z)), z
    assert 0 < inside < 60


def test_abel_dies_on_the_closed_disc_and_breaks_down_outside():
    for z in (-1, 1j, cmath.exp(2j), 0.5):
        assert BY_NAME["Abel"].sums(z)
        assert abs(averaged_boundary("Abel", z, 3000)) < 2e-3
    for z in (-1.1, 1.05j, 2):
        assert not BY_NAME["Abel"].sums(z)
        with pytest.raises(ValueError, match="no mean"):
            averaged_boundary("Abel", z, 3000)


# --- the table -----------------------------------------------------------------------------------------------


def test_table_at_two_has_minus_one_from_five_methods_and_nothing_from_the_regular_ones():
    table = summation_table(2)
    assert {name for name, found in table.items() if found == -1} == {
        "Aitken", "Padé [0/1]", "continuation", "2-adic limit", "8-bit register"}  # fmt: skip
    assert all(table[method.name] is None for method in METHODS if method.regular)
    assert [method.name for method in METHODS if method.regular] == list(AVERAGING)


@given(FRACTIONS)
def test_table_gives_the_closed_form_or_nothing(ratio):
    for name, found in summation_table(ratio).items():
        if name == "8-bit register":
            if found is not None:  # r = -2: -85, and -85 * 3 = 1 modulo 256
                assert (found * (1 - ratio) - 1) % 256 == 0
        elif found is not None:
            assert found == closed_form(ratio)


def test_table_by_hand():
    assert set(summation_table(1).values()) == {None}
    minus_one = summation_table(-1)
    assert minus_one["ordinary"] is None
    assert minus_one["Cesàro"] == minus_one["Abel"] == minus_one["Euler (E,1)"] == Fraction(1, 2)
    assert summation_table(Fraction(-29, 10))["Euler (E,1)"] == Fraction(10, 39)
    assert summation_table(-3)["Euler (E,1)"] is None
    assert summation_table(-3)["Borel"] == Fraction(1, 4)
    assert summation_table(-2)["8-bit register"] == -85
    assert summation_table(Fraction(2, 5))["2-adic limit"] == Fraction(5, 3)
    assert summation_table(3)["2-adic limit"] is None
    assert summation_table(0) == {method.name: 1 for method in METHODS}


@given(st.integers(-9, 9).filter(lambda r: r % 2 == 0), st.integers(8, 40))
def test_register_row_is_what_the_register_settles_at(ratio, terms):
    assert twos_complement(partial_sum(ratio, terms), 8) == summation_table(ratio)["8-bit register"]


# --- p-adic size ---------------------------------------------------------------------------------------------


def test_valuation_of_the_partial_sums():
    assert [p_adic_valuation(partial_sum(2, n) + 1, 2) for n in range(1, 40)] == list(range(1, 40))
    assert p_adic_valuation(partial_sum(3, 7, first=2) + 1, 3) == 7
    assert [p_adic_distance(partial_sum(2, n), -1, 2) for n in (0, 1, 5)] == [1, Fraction(1, 2), Fraction(1, 32)]
    assert p_adic_distance(partial_sum(2, 30), -1, 3) == 1  # measured by 3 nothing shrinks
    assert p_adic_distance(7, 7, 2) == 0


@given(st.fractions(max_denominator=10**6).filter(bool), st.fractions(max_denominator=10**6).filter(bool))
def test_valuation_is_additive_and_ultrametric(one, other):
    for prime in (2, 3, 5, 97):
        assert p_adic_valuation(one * other, prime) == p_adic_valuation(one, prime) + p_adic_valuation(other, prime)
        if one + other:
            lower = min(p_adic_valuation(one, prime), p_adic_valuation(other, prime))
            assert p_adic_valuation(one + other, prime) >= lower


@given(st.integers(1, 10**30), st.sampled_from([2, 3, 5, 7, 9999999967]))
def test_valuation_equals_sympys_multiplicity(number, prime):
    assert p_adic_valuation(number, prime) == sympy.multiplicity(prime, number)
    assert p_adic_valuation(-number, prime) == p_adic_valuation(sympy.Integer(number), prime)


def test_valuation_of_large_numbers_is_quick():
    assert p_adic_valuation(2**150_000, 2) == 150_000
    assert p_adic_valuation(Fraction(7, 3**20_000), 3) == -20_000


# --- the register --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [8, 16, 32, 64])
def test_register_equals_numpys_integers(bits):
    rng = np.random.default_rng(bits)
    kind = np.dtype(f"i{bits // 8}")
    for number in [*rng.integers(0, 2**63, 50).tolist(), 0, 2**bits - 1, 2 ** (bits - 1), 2 ** (bits - 1) - 1]:
        raw = (number % 2**bits).to_bytes(bits // 8, "little")
        assert twos_complement(number, bits) == np.frombuffer(raw, kind.newbyteorder("<"))[0]
    assert twos_complement(partial_sum(2, bits), bits) == -1
    assert twos_complement(partial_sum(2, bits - 1), bits) == 2 ** (bits - 1) - 1


@given(st.integers(), st.integers(), st.integers(1, 70))
def test_register_is_a_ring_homomorphism(one, other, bits):
    shown = [twos_complement(value, bits) for value in (one, other)]
    assert -(2 ** (bits - 1)) <= shown[0] < 2 ** (bits - 1)
    assert (shown[0] - one) % 2**bits == 0
    assert twos_complement(sum(shown), bits) == twos_complement(one + other, bits)
    assert twos_complement(math.prod(shown), bits) == twos_complement(one * other, bits)


# --- continuation --------------------------------------------------------------------------------------------


def test_both_sides_of_the_pole_agree_for_the_reciprocal_and_differ_for_the_logarithm():
    above, below = (continue_along_arc("reciprocal", side) for side in ("upper", "lower"))
    assert above == pytest.approx(-1, abs=1e-9)
    assert abs(above - below) < 1e-9
    log_above, log_below = (continue_along_arc("log", side) for side in ("upper", "lower"))
    assert log_above == pytest.approx(-1j * math.pi, abs=1e-9)
    assert log_below == pytest.approx(+1j * math.pi, abs=1e-9)
    assert log_below - log_above == pytest.approx(2j * math.pi, abs=1e-9)


@pytest.mark.parametrize("target", [0.0, 5e-324, 9.407439348074508e-163, -1e-100, 1e-20, 0.3])
def test_a_short_way_is_followed_to_the_last_digit(target):
    assert continue_along_arc("reciprocal", "upper", target) == pytest.approx(1 / (1 - target), rel=1e-9)
    assert continue_along_arc("log", "lower", target) == pytest.approx(complex(math.log1p(-target)), rel=1e-9, abs=0)


@settings(max_examples=25)
@given(st.floats(-1000, 1000).filter(lambda target: abs(target - 1) >= 1e-3), st.sampled_from(["upper", "lower"]))
def test_continuation_equals_the_closed_forms(target, side):
    assert continue_along_arc("reciprocal", side, target) == pytest.approx(1 / (1 - target), rel=1e-6)
    turn = 0 if target < 1 else -math.pi if side == "upper" else math.pi
    assert continue_along_arc("log", side, target) == pytest.approx(complex(math.log(abs(1 - target)), turn), abs=1e-6)


def test_the_whole_way_follows_the_function():
    for side, sign in (("upper", 1), ("lower", -1)):
        way = continuation("reciprocal", side, 3)
        assert way.path.shape == way.values.shape == (61,)
        assert way.path[0] == 0
        assert way.path[-1] == pytest.approx(3)
        assert np.all(sign * way.path.imag[1:-1] > 0)
        np.testing.assert_allclose(way.values, 1 / (1 - way.path), rtol=1e-8)
        assert np.all(continuation("reciprocal", side, -3).path.imag[1:-1] * sign > 0)
    with pytest.raises(ValueError, match="read-only"):
        way.values[0] = 5


# --- bad input -----------------------------------------------------------------------------------------------

NOT_NUMBERS = st.one_of(
    st.none(), st.booleans(), st.text(max_size=3), st.lists(st.integers(), max_size=2),
    st.sampled_from([math.nan, math.inf, -math.inf, complex(math.nan, 0), sympy.oo, sympy.zoo, sympy.nan, np.bool_(True),
                     np.float64("nan"), np.arange(3)]),
)  # fmt: skip
NOT_COUNTS = st.one_of(
    st.none(), st.booleans(), st.text(max_size=3), st.floats(), st.integers(max_value=-1), st.integers(10**5 + 1),
    st.just(10**10_000), st.just([3]),
)  # fmt: skip


@given(NOT_NUMBERS)
def test_what_is_no_number_is_refused_by_name(bad):
    for call in (lambda: partial_sum(bad, 3), lambda: boundary_term(bad, 3), lambda: euler_partial_sum(bad, 3),
                 lambda: closed_form(bad), lambda: averaged_boundary("Borel", bad, 3), lambda: shifted_difference(bad, 3, 1)):  # fmt: skip
        with pytest.raises(ValueError, match="ratio"):
            call()
    with pytest.raises(ValueError, match="first"):
        partial_sum(2, 3, bad)
    with pytest.raises(ValueError, match="q="):
        euler_partial_sum(2, 3, bad) if not isinstance(bad, sympy.Expr) else euler_partial_sum(2, 3, -1)
    with pytest.raises(ValueError, match="partial_sums"):
        aitken([1, 2, bad])
    with pytest.raises(ValueError, match="partial_sums"):
        aitken(bad)
    with pytest.raises(ValueError, match="number"):
        p_adic_valuation(bad, 2)
    with pytest.raises(ValueError, match="target"):
        continue_along_arc("log", "upper", bad)
    with pytest.raises(ValueError, match="ratio"):
        summation_table(bad)


@given(NOT_COUNTS)
def test_what_is_no_count_is_refused_by_name(bad):
    for call in (lambda: partial_sum(2, bad), lambda: boundary_term(2, bad), lambda: euler_partial_sum(2, bad),
                 lambda: shifted_difference(2, bad, 1)):  # fmt: skip
        with pytest.raises(ValueError, match="terms"):
            call()
    with pytest.raises(ValueError, match="stage"):
        averaged_boundary("Borel", 0.5, bad)
    with pytest.raises(ValueError, match="bits"):
        twos_complement(3, bad)
    with pytest.raises(ValueError, match="prime"):
        p_adic_valuation(3, -1 if isinstance(bad, int) and not isinstance(bad, bool) and bad > 0 else bad)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: partial_sum(10**50, 10_000), "terms"),
        (lambda: partial_sum(sympy.Symbol("r"), 5000), "terms"),
        (lambda: partial_sum(1e300, 5), "not finite"),
        (lambda: boundary_term(10.0, 400), "too large"),
        (lambda: boundary_term(0, -1), "terms"),
        (lambda: closed_form(1), "divide by 0"),
        (lambda: closed_form(sympy.Integer(1)), "divide by 0"),
        (lambda: closed_form(1.0), "divide by 0"),
        (lambda: shifted_difference(2, 3, -4), "shift"),
        (lambda: shifted_difference(2, 3, 101), "shift"),
        (lambda: aitken([]), "three"),
        (lambda: aitken([1, 2]), "three"),
        (lambda: aitken("abc"), "three"),
        (lambda: aitken({1, 2, 3}), "three"),
        (lambda: aitken(np.eye(3)), "partial_sums"),
        (lambda: aitken([0.0, 1e308, -1e308]), "finite"),
        (lambda: euler_partial_sum(2, 30, q=-1), "q=-1"),
        (lambda: euler_partial_sum(2, 30, q=-0.5), "q=-0.5"),
        (lambda: euler_partial_sum(2, 30, q=1j), "q="),
        (lambda: euler_partial_sum(2, 30, q=sympy.Symbol("q")), "q="),
        (lambda: euler_partial_sum(2, 1001), "at most"),
        (lambda: euler_partial_sum(0.1, 600, q=0.3), "at most"),
        (lambda: averaged_boundary("Aitken", 2, 3), "averaging"),
        (lambda: averaged_boundary("Borel", 2, 5000), "too large"),
        (lambda: averaged_boundary("ordinary", 2, 5000), "too large"),
        (lambda: averaged_boundary("Abel", 2, 3), "no mean"),
        (lambda: averaged_boundary("Borel", sympy.Symbol("r"), 3), "ratio"),
        (lambda: p_adic_valuation(0, 2), "no finite valuation"),
        (lambda: p_adic_valuation(0.5, 2), "Fraction"),
        (lambda: p_adic_valuation(12, 1), "prime"),
        (lambda: p_adic_valuation(12, 4), "not a prime"),
        (lambda: p_adic_valuation(12, 10**10 + 19), "prime"),
        (lambda: p_adic_valuation(2**300_000, 2), "bits"),
        (lambda: p_adic_distance(7, 7, 4), "not a prime"),
        (lambda: summation_table(0.4), "binary rounding"),
        (lambda: summation_table(Fraction(1, 2**300)), "bits"),
        (lambda: twos_complement(1.0, 8), "value"),
        (lambda: twos_complement(1, 0), "bits"),
        (lambda: twos_complement(1, 100_001), "bits"),
        (lambda: continue_along_arc("reciprocal", "upper", 1), "target"),
        (lambda: continue_along_arc("reciprocal", "upper", 1.0001), "target"),
        (lambda: continue_along_arc("reciprocal", "upper", 2 + 1j), "target"),
        (lambda: continue_along_arc("reciprocal", "upper", 1e9), "target"),
        (lambda: continue_along_arc("reciprocal", "left"), "side"),
        (lambda: continue_along_arc("exp", "upper"), "function"),
        (lambda: continue_along_arc(None, "upper"), "function"),
        (lambda: continue_along_arc("log", ["upper"]), "side"),
    ],
)  # fmt: skip
def test_each_refusal_says_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call()
