"""The sum that says minus one: in which sense 1 + 2 + 4 + 8 + … is -1, and in which it is not.

A miniature of the riddle that multiplies the series by 2 - 1 and cancels everything but -1: exact
partial sums with the term that the riddle throws away, the classical summation methods with the
ratios at which each of them works, p-adic size, a register of k bits, and analytic continuation
around the pole by integrating a differential equation.

Source: S. Palacio, "Math riddle: playing with infinite series" (2013); G. H. Hardy, "Divergent Series" (1949);
M. Beeler, R. W. Gosper and R. Schroeppel, "HAKMEM", MIT AI Memo 239 (1972), item 154.

a         first term of the series, 1 where nothing else is said
r         ratio of each term to the one before it; z where it may be complex
n         number of terms that are added
S_n       partial sum of the first n terms, a + a r + … + a r^(n-1)
r^n       boundary term: what cancelling leaves over at the far end
T         the whole series, written as if it were a number
C         closed form a/(1 - r)
s         shift: how many terms later than the upper row the riddle's lower row is cut
J         random number of terms at which an averaging method stops; E[…] is a mean over it
m         stage of an averaging method: the larger, the later it stops
x         Abel's damping factor, between 0 and 1
t         Borel's mean number of terms
q         weight of Euler's method (E,q), 0 or more
p         prime by which size is measured
v_p(N)    p-adic valuation: how many times p divides N
|N|_p     p-adic absolute value, p^(-v_p(N))
k         width of a register, bits
f, g      1/(1 - z) and log(1 - z), as functions that are continued
θ         angle along the half circle from 0 to the target, radians
"""

import cmath
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from numbers import Rational

import numpy as np

from miniatures.continuation import continue_along_arc  # noqa: F401  (one of this chapter's names)
from miniatures.exact import bits, divisible, finite, number, rational, symbolic, tidy, whole
from miniatures.p_adic import p_adic_distance, p_adic_valuation, twos_complement  # noqa: F401

MOST_TERMS = 10_000
MOST_BITS = 100_000  # of an exact result: beyond it, exact arithmetic takes longer than a reader waits


def partial_sum(ratio, terms: int, first=1):
    """Sum of the first `terms` terms of first + first*ratio + first*ratio**2 +
    …, added one by one.

    `ratio` and `first` are numbers: the sum is exact for int, Fraction and
    sympy expressions, and rounded for float and complex. `terms` is a whole
    number from 0 to 10,000. Raises ValueError for anything else, for nan and
    infinities, and for a sum too large to hold.

    >>> [partial_sum(2, n) for n in range(6)]
    [0, 1, 3, 7, 15, 31]
    >>> partial_sum(Fraction(1, 2), 4, first=3)
    Fraction(45, 8)
    """
    ratio, terms, term = _checked(ratio, terms, first)
    total = 0 * term
    for _ in range(terms):
        total, term = total + term, term * ratio
    return finite(total, "the sum for this ratio")


def boundary_term(ratio, terms: int):
    """ratio**terms, the term that (ratio - 1) * partial_sum(ratio, terms) + 1
    leaves over.

    Types and ranges are those of `partial_sum`; ratio**0 is 1, also for ratio
    0.

    >>> boundary_term(2, 10) == (2 - 1) * partial_sum(2, 10) + 1
    True
    """
    ratio, terms, _ = _checked(ratio, terms, 1)
    try:
        return finite(ratio**terms, "the boundary term")
    except OverflowError:
        raise ValueError(f"ratio={ratio} to the power terms={terms} is too large for a float: use a Fraction") from None


def closed_form(ratio, first=1):
    """first / (1 - ratio), the only value that a linear and stable method can
    give; exact for exact input.

    Raises ValueError at ratio 1, where no such value exists.

    >>> closed_form(2), closed_form(5, first=3)
    (Fraction(-1, 1), Fraction(-3, 4))
    """
    ratio, _, first = _checked(ratio, 0, first)
    if ratio == 1:
        raise ValueError("ratio=1 has no closed form: first / (1 - ratio) would divide by 0")
    return finite(first / divisible(1 - ratio), "the closed form")


def shifted_difference(ratio, terms: int, shift: int):
    """ratio * S_n - S_(n+shift): the riddle's two rows, the second cut `shift`
    terms later than the first.

    The limit for many terms is -1 for every shift when |ratio| < 1. When ratio
    is 2 it is +infinity for shift 0, exactly -1 for shift 1 and -infinity for
    shift 2. `shift` runs from -terms to 100.

    >>> [shifted_difference(2, 10, shift) for shift in (0, 1, 2)]
    [1023, -1, -2049]
    """
    terms = whole("terms", terms, 0, MOST_TERMS)
    shift = whole("shift", shift, -terms, 100)
    upper = number("ratio", ratio) * partial_sum(ratio, terms)
    lower = partial_sum(ratio, terms + shift)
    return finite(tidy(upper - lower), "the difference")


def shift_factor(ratio, shift: int):
    """The factor c in shifted_difference(ratio, n, shift) = -1 + c * ratio**n;
    it is 0 for shift 1 only.

    c = (ratio**shift - ratio) / (1 - ratio); exact for exact input. `shift`
    runs from 0 to 100. Raises ValueError at ratio 1, where the difference is
    -shift for every n.

    >>> [int(shift_factor(2, shift)) for shift in (0, 1, 2)]
    [1, 0, -2]
    """
    shift = whole("shift", shift, 0, 100)
    return closed_form(ratio, first=boundary_term(ratio, shift) - number("ratio", ratio))


def aitken(partial_sums: Sequence):
    """Aitken's extrapolation s2 - (s2 - s1)**2 / ((s2 - s1) - (s1 - s0)) from
    the last three partial sums.

    Exact for int, Fraction and sympy input (a Fraction or a sympy expression),
    and exact at once for a geometric series: A. C. Aitken, Proc. Roy. Soc.
    Edinburgh 46 (1926) 289-305. Three equal sums return themselves. Raises
    ValueError for fewer than three sums and where the denominator is 0.

    >>> aitken([1, 3, 7]), aitken([511, 1023, 2047])
    (Fraction(-1, 1), Fraction(-1, 1))
    """
    if isinstance(partial_sums, np.ndarray):
        partial_sums = partial_sums.tolist()
    if isinstance(partial_sums, (str, bytes)) or not isinstance(partial_sums, Sequence) or len(partial_sums) < 3:
        raise ValueError(f"partial_sums={partial_sums!r} must be a sequence of three numbers or more")
    s0, s1, s2 = (divisible(number("partial_sums", value)) for value in partial_sums[-3:])
    last, bend = s2 - s1, (s2 - s1) - (s1 - s0)
    if tidy(last) == 0 and tidy(bend) == 0:
        return s2
    if tidy(bend) == 0:
        raise ValueError(f"partial_sums={[s0, s1, s2]} grow by equal steps: Aitken's denominator is 0")
    return finite(tidy(s2 - last * (last / bend)), "Aitken's value")


def euler_partial_sum(ratio, terms: int, q=1):
    """Euler's (E,q) partial sum: the binomial mean of S_0 … S_n, where n =
    terms counts terms of sum ratio**i.

    S_j has the weight C(n, j) q**(n-j) / (1+q)**n, so that q = 0 is ordinary
    summation. The limit is 1/(1 - ratio) where |ratio + q| < 1 + q. Exact for
    int, Fraction and sympy ratios (q is read exactly too); a float ratio is
    summed exactly and rounded once. `terms` runs from 0 to 1,000, fewer for
    long fractions; `q` is real and not negative. Source: Hardy, "Divergent
    Series", chapter 8.

    >>> euler_partial_sum(-2, 3), round(euler_partial_sum(2, 30))
    (Fraction(3, 8), 191750)
    """
    ratio, terms, _ = _checked(ratio, terms, 1)
    weight = _euler_weight(q)
    exact = Fraction(ratio) if isinstance(ratio, float) else divisible(ratio)
    most = min(1000, 50_000 // max(1, bits(exact) + bits(weight)))
    if terms > most:
        raise ValueError(f"terms={terms} is too many: exact arithmetic with this ratio and q takes at most {most}")
    powers = (exact**j for j in range(terms))
    sums = enumerate(accumulate(powers, initial=0 * exact))  # (j, S_j)
    tosses = (1 + weight) ** terms
    mean = sum(math.comb(terms, j) * weight ** (terms - j) / tosses * s for j, s in sums)
    try:
        return float(mean) if isinstance(ratio, float) else finite(tidy(mean), "the mean")
    except OverflowError:
        raise ValueError(f"ratio={ratio} makes a mean that is too large for a float: use a Fraction") from None


def averaged_boundary(method: str, ratio, stage: int) -> float | complex:
    """Mean of ratio**J, where J is the random number of terms at which
    `method` stops at `stage` 1, 2, …

    "ordinary": J = stage. "Cesàro": J uniform on 1 … stage. "Abel": J
    geometric with mean stage, damping x = 1 - 1/stage. "Euler (E,1)": J
    binomial, stage fair coins. "Borel": J Poisson with mean stage. The
    method's value is then (1 - mean) / (1 - ratio). Raises ValueError where
    the mean does not exist or overflows.

    >>> [round(averaged_boundary("Borel", 2, stage), 1) for stage in (1, 5, 10)]
    [2.7, 148.4, 22026.5]
    """
    ratio, stage = number("ratio", ratio), whole("stage", stage, 1, MOST_TERMS)
    if not isinstance(method, str) or method not in _GENERATING:
        raise ValueError(f"method={method!r} is not an averaging method: one of {', '.join(_GENERATING)}")
    if symbolic(ratio) and not ratio.is_number:
        raise ValueError(f"ratio={ratio} must be a number: a mean over stopping times is taken in floating point")
    z = complex(ratio)
    try:
        mean = finite(_GENERATING[method](z, stage), "the mean")
    except OverflowError:
        raise ValueError(f"the mean of ratio**J at ratio={ratio}, stage={stage} is too large for a float") from None
    return mean if z.imag or isinstance(ratio, complex) else mean.real


def _abel(z, stage):
    x = 1 - 1 / stage
    if abs(x * z) >= 1:
        raise ValueError(f"no mean: the damped series needs |x * ratio| < 1, and that is {abs(x * z):.4g} at x={x:.4g}")
    return (1 - x) * z / (1 - x * z)


_GENERATING: dict[str, Callable[[complex, int], complex]] = {
    "ordinary": lambda z, stage: z**stage,
    "Cesàro": lambda z, stage: sum(z**j for j in range(1, stage + 1)) / stage,
    "Abel": _abel,
    "Euler (E,1)": lambda z, stage: ((1 + z) / 2) ** stage,
    "Borel": lambda z, stage: cmath.exp((z - 1) * stage),
}


def _even(ratio):
    return ratio == 0 or p_adic_valuation(ratio, 2) > 0


@dataclass(frozen=True)
class Method:
    """A way to give a series a value: its name, whether it is regular (agrees
    with every convergent sum), where it works, and `sums(ratio)`, True where
    it gives the geometric series a value.
    """

    name: str
    regular: bool
    where: str
    sums: Callable[..., bool]


METHODS = (
    Method("ordinary", True, "|r| < 1", lambda r: abs(r) < 1),
    Method("Cesàro", True, "|r| ≤ 1, r ≠ 1", lambda r: abs(r) <= 1 and r != 1),
    Method("Abel", True, "|r| ≤ 1, r ≠ 1", lambda r: abs(r) <= 1 and r != 1),
    Method("Euler (E,1)", True, "|r + 1| < 2", lambda r: abs(r + 1) < 2),
    Method("Borel", True, "Re r < 1", lambda r: r.real < 1),
    Method("Aitken", False, "r ≠ 1", lambda r: r != 1),
    Method("Padé [0/1]", False, "r ≠ 1", lambda r: r != 1),
    Method("continuation", False, "r ≠ 1, around the pole", lambda r: r != 1),
    Method("2-adic limit", False, "r = even/odd", _even),
    Method("8-bit register", False, "r even and whole", lambda r: r.denominator == 1 and _even(r)),
)


def summation_table(ratio: Rational) -> dict[str, Fraction | None]:
    """Method name -> the value it gives 1 + r + r**2 + …, None where it
    diverges, for a rational ratio.

    The register's value is the signed number of 8 bits that its partial sums
    settle at. A float is refused: its 2-adic size is that of its binary
    rounding (0.4 is 3602879701896397 / 2**53).

    >>> {name: str(value) for name, value in summation_table(2).items() if value is not None}
    {'Aitken': '-1', 'Padé [0/1]': '-1', 'continuation': '-1', '2-adic limit': '-1', '8-bit register': '-1'}
    """
    ratio = rational("ratio", ratio)
    if bits(ratio) > 200:
        raise ValueError(f"ratio has {bits(ratio)} bits: at most 200 are accepted")
    return {method.name: _value(method, ratio) if method.sums(ratio) else None for method in METHODS}


def _value(method, ratio):
    if method.name == "Aitken":
        return Fraction(aitken([partial_sum(ratio, n) for n in (1, 2, 3)]))
    if method.name == "Padé [0/1]":
        return Fraction(aitken([0, 1, 1 + ratio]))  # c0/(1 + b z) that agrees with 1 + r z up to z, at z = 1
    if method.name == "8-bit register":
        return Fraction(twos_complement(int(partial_sum(ratio, 8)), 8))
    return closed_form(ratio)


def _checked(ratio, terms, first):
    ratio, first, terms = number("ratio", ratio), number("first", first), whole("terms", terms, 0, MOST_TERMS)
    if terms * bits(ratio) > MOST_BITS:
        raise ValueError(f"terms={terms} is too many for this ratio: its power would have {terms * bits(ratio):,} bits, "
                         f"at most {MOST_BITS:,} are accepted")  # fmt: skip
    return ratio, terms, first


def _euler_weight(q):
    weight = number("q", q)
    negative = not weight.is_nonnegative if symbolic(weight) else isinstance(weight, complex) or weight < 0
    if negative:
        raise ValueError(f"q={q!r} must be real and not negative: only then does (E,q) take a mean")
    return weight if symbolic(weight) else Fraction(weight)
