"""Exercises on the sum that says minus one, from reading a plot to changing a cell."""

from fractions import Fraction

from miniatures import geometric_series as gs
from miniatures.exact import whole
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

_half, _fifth = Fraction(1, 2), Fraction(1, 5)
_gap = gs.closed_form(_fifth) - gs.partial_sum(_fifth, 4)
_threes = gs.partial_sum(3, 7, first=2) + 1
_fours = gs.partial_sum(4, 8)
_log_three = gs.continue_along_arc("log", "upper", 3.0)
_NEAR = (3, 17, 22, 31, 39)  # whole numbers, to be ordered by their 2-adic distance from -1
_ordered = tuple(str(number) for number in sorted(_NEAR, key=lambda number: gs.p_adic_distance(number, -1, 2)))


def _least_euler_weight(ratio):
    """The q above which (E,q) sums a ratio below 1: |ratio + q| < 1 + q means -ratio - q < 1 + q."""
    return Fraction(-ratio - 1, 2)


def cesaro(ratio, terms):
    """The mean of S_1 … S_n by the miniature: the closed form with the mean of the boundary terms in place of ratio**n.

    >>> round(cesaro(-1, 3), 4)  # of 1, 0 and 1
    0.6667
    """
    terms = whole("terms", terms, 1, gs.MOST_TERMS)
    return (1 - gs.averaged_boundary("Cesàro", ratio, terms)) * float(gs.closed_form(ratio))


_CESARO = """def cesaro(ratio, terms):
    total, term, means = 0, 1, 0
    for _ in range(terms):
        total, term = total + term, term * ratio
        means = means + total
    return means / terms
"""


EXERCISES = (
    MultipleChoice(
        id="geometric_series-1",
        question="Set the first view to $r = -1$. What do you see?",
        options=(
            "The boundary term dies, and the partial sums settle at the dashed line.",
            "The boundary term keeps its size, and the partial sums jump to and fro around the dashed line.",
            "The boundary term grows, and the partial sums leave the picture on both sides.",
            "There is no dashed line, because the closed form divides by zero.",
        ),
        answer="The boundary term keeps its size, and the partial sums jump to and fro around the dashed line.",
        mistakes=(
            Mistake(
                "The boundary term dies, and the partial sums settle at the dashed line.",
                "That is the picture for a ratio between −1 and 1. Look at the right panel: the points lie on a level line.",
            ),
            Mistake(
                "The boundary term grows, and the partial sums leave the picture on both sides.",
                "That is the picture for a ratio below −1, such as −2.",
            ),
            Mistake(
                "There is no dashed line, because the closed form divides by zero.",
                "That happens at r = +1. At r = −1 the closed form is 1/(1 + 1).",
            ),
        ),
        hint="The right panel shows the size of $r^n$. What is the size of $(-1)^n$?",
        solution="$|(-1)^n| = 1$ for every $n$: the boundary term neither dies nor grows. "
        f"The partial sums are {gs.partial_sum(-1, 1)}, {gs.partial_sum(-1, 2)}, {gs.partial_sum(-1, 3)}, "
        f"{gs.partial_sum(-1, 4)} …, and the dashed line lies half-way, at {gs.closed_form(-1)}. Their mean settles there, "
        "and that is what Cesàro's method takes.",
    ),
    Number(
        id="geometric_series-2",
        question="Take $r = 0.2$ and four terms. How far is $S_4$ from $1/(1-r) = 1.25$?",
        answer=float(_gap),
        tolerance=1e-4,
        mistakes=(
            Mistake(
                float(gs.boundary_term(_fifth, 4)),
                "That is the boundary term r⁴ itself. In the distance it is divided by 1 − r.",
            ),
            Mistake(
                float(gs.closed_form(_fifth) - gs.partial_sum(_fifth, 5)),
                "That is the distance after five terms: the first term is r⁰, so the fourth is r³.",
            ),
            Mistake(0.0, "Two decimals hide it. The distance is small, and it is not zero."),
        ),
        hint="Solve $(r-1)\\,S_n = r^n - 1$ for $S_n$ and subtract.",
        solution="$\\frac{1}{1-r} - S_n = \\frac{r^n}{1-r}$, and with $r = 1/5$, $n = 4$ that is "
        f"$\\frac{{5}}{{4}} \\cdot 5^{{-4}} = {_gap} = {float(_gap)}$. The boundary term dies, and the distance with it.",
    ),
    MultipleChoice(
        id="geometric_series-3",
        question="Write $T$ for $1 + 2 + 4 + \\dots$ Which step of the riddle is the one that fails for real numbers?",
        options=(
            "Multiplying T by 1.",
            "Writing 2 − 1 for 1.",
            "Cancelling the terms of 2T against those of T, shifted by one place.",
            "A division by zero at the end.",
        ),
        answer="Cancelling the terms of 2T against those of T, shifted by one place.",
        mistakes=(
            Mistake("Multiplying T by 1.", "Every finite sum survives that, and infinity does too."),
            Mistake("Writing 2 − 1 for 1.", "The number 1 is 2 − 1. Nothing infinite is touched yet."),
            Mistake(
                "A division by zero at the end.",
                "The divisor would be r − 1 = 1. The article is right that no zero is divided by.",
            ),
        ),
        hint="Which step cannot be carried out with ten terms without something left over?",
        solution="With $n$ terms in each row, $2^n$ is left over; cutting the second row one term later makes it disappear, "
        f"cutting it two terms later leaves {gs.shifted_difference(2, 3, 2)} for $n = 3$ instead of "
        f"{gs.shifted_difference(2, 3, 1)}. A result that depends on where one stops is no limit. "
        "Splitting $(2-1)T$ into $2T - T$ is already $\\infty - \\infty$; the shifted cancelling gives it one of many values.",
    ),
    Number(
        id="geometric_series-4",
        question="How many times does 3 divide $1 + \\sum_{i=0}^{6} 2\\cdot 3^i$?",
        answer=gs.p_adic_valuation(_threes, 3),
        tolerance=0.4,
        mistakes=(
            Mistake(6, "That is the exponent of the last term. There are seven terms, from i = 0 to i = 6."),
            Mistake(_threes, "That is the number itself. How often can you divide it by 3?"),
            Mistake(0, "Each term from i = 1 on is divisible by 3, and the rest, 1 + 2, is too."),
        ),
        hint="In base 3 the sum is written 2222222. What happens when you add 1?",
        solution=f"The sum is ${_threes - 1} = 3^7 - 1$, so the number is ${_threes} = 3^7$ and 3 divides it 7 times: "
        "$2 + 6 + 18 + \\dots$ is $-1$ by the 3-adic ruler.",
    ),
    Number(
        id="geometric_series-5",
        question="A linear and stable method gives $3 + 15 + 75 + \\dots$ a finite value. Which?",
        answer=float(gs.closed_form(5, first=3)),
        tolerance=0.005,
        mistakes=(
            Mistake(0.75, "Mind the sign: 1 − 5 is negative."),
            Mistake(-0.25, "That is the value of 1 + 5 + 25 + …; this series starts with 3."),
            Mistake(0.5, "From S = 3 + 5S the term 5S goes to the left with a minus sign: S − 5S = 3."),
        ),
        hint="Take off the first term. What is left is 5 times the same series.",
        solution="Stable: $S = 3 + S'$ where $S'$ is the value of $15 + 75 + \\dots$ Linear: $S' = 5S$. "
        f"So $S = 3 + 5S$ and $S = {gs.closed_form(5, first=3)}$.",
    ),
    Ordering(
        id="geometric_series-6",
        question="Order these numbers by their 2-adic distance from $-1$, the nearest first.",
        answer=_ordered,
        mistakes=(
            Mistake(
                tuple(str(number) for number in sorted(_NEAR)),
                "That is the order on the ordinary ruler. Add 1 to each number and ask how often 2 divides it.",
            ),
            Mistake(
                tuple(reversed(_ordered)),
                "Turned round: many factors 2 in N + 1 mean a small distance.",
            ),
        ),
        hint="$|N + 1|_2 = 2^{-v}$, where $v$ counts the factors 2 in $N + 1$.",
        solution="$N + 1$ is "
        + ", ".join(f"{int(n) + 1} (distance {gs.p_adic_distance(int(n), -1, 2)})" for n in _ordered)
        + ".",
    ),
    MultipleChoice(
        id="geometric_series-7",
        question="Euler's method $(E,1)$: does it sum the geometric series at $z = -2.9$, and at $z = 2$?",
        options=("At both.", "Only at z = −2.9.", "Only at z = 2.", "At neither."),
        answer="Only at z = −2.9.",
        mistakes=(
            Mistake("At both.", "At z = 2 the averaged boundary term is the m-th power of 3/2."),
            Mistake("Only at z = 2.", "Draw the disc: its centre is −1 and its radius 2. It reaches from −3 to 1."),
            Mistake("At neither.", "|−2.9 + 1| = 1.9, which is below 2. Outside the unit disc is not outside Euler's."),
        ),
        hint="What is $|z + 1|$ in the two cases?",
        solution="The disc is $|z + 1| < 2$. At $-2.9$ the averaged boundary term is $(-0.95)^m$ and dies slowly: "
        f"stage 30 gives {gs.euler_partial_sum(-2.9, 30):.3f}, the limit is {float(gs.closed_form(Fraction(-29, 10))):.3f}. "
        f"At 2, stage 30 gives {float(gs.euler_partial_sum(2, 30)):,.0f}.",
    ),
    Number(
        id="geometric_series-8",
        question="Above which $q$ does $(E,q)$ sum $1 - 8 + 64 - 512 + \\dots$?",
        answer=float(_least_euler_weight(-8)),
        tolerance=0.05,
        mistakes=(
            Mistake(7, "That is the answer for a disc around 0, |z| < 1 + q. Euler's disc is centred at −q."),
            Mistake(4.5, "Check the circle: at q = 4.5 its leftmost point is −q − (1 + q) = −10, further than needed."),
        ),
        hint="The disc $|z + q| < 1 + q$ always passes through $1$. Where is its leftmost point?",
        solution=f"The leftmost point is $-q - (1+q) = -1 - 2q$, and $-8$ lies right of it for $q > {float(_least_euler_weight(-8))}$. "
        "Every ratio below 1 can be reached with some $q$; no ratio above 1 can.",
    ),
    Number(
        id="geometric_series-9",
        question="A register of 8 bits adds up $1 + 4 + 16 + 64 + 256 + \\dots$ Which signed number does it settle at?",
        answer=gs.twos_complement(_fours, 8),
        tolerance=0.4,
        mistakes=(
            Mistake(-1, "That is the register for the ratio 2, with all bits set. Here only every second bit is 1."),
            Mistake(gs.partial_sum(4, 5), "256 does not fit into 8 bits: its place is the ninth."),
            Mistake(gs.twos_complement(gs.partial_sum(-2, 8), 8), "That is the register for 1 − 2 + 4 − 8 + …"),
        ),
        hint="Write the partial sums in binary. Which bits are 1?",
        solution=f"The bits are 01010101, which is {gs.twos_complement(_fours, 8)}; the top bit is 0, so it is positive. "
        f"The register's arithmetic knows what it stands for: $(1 - 4)\\cdot {gs.twos_complement(_fours, 8)} = "
        f"{-3 * gs.twos_complement(_fours, 8)} = 1 - 256$, which is 1 in 8 bits. It is the register's $-1/3$.",
    ),
    Number(
        id="geometric_series-10",
        question="Change the cell that follows the logarithm around the pole so that it ends at $z = 3$ instead of $2$, above the pole. "
        "Which real part does it arrive with?",
        answer=_log_three.real,
        tolerance=0.002,
        mistakes=(
            Mistake(float(gs.continue_along_arc("log", "upper", 4.0).real), "That is ln 3. The function is log(1 − z): how large is 1 − z at z = 3?"),
            Mistake(_log_three.imag, "That is the imaginary part, −π; it depends on the side, the real part does not."),
            Mistake(0.0, "That is the real part at z = 2, where |1 − z| = 1. Did the third argument change?"),
        ),
        hint='The third argument of `continue_along_arc("log", "upper", 2.0)` is where the half circle ends.',
        solution=f"`continue_along_arc(\"log\", \"upper\", 3.0)` gives ${_log_three.real:.4f} - {-_log_three.imag:.4f}i$: "
        "the real part is $\\ln|1 - 3| = \\ln 2$, the imaginary part $-\\pi$ as before.",
    ),
    Number(
        id="geometric_series-11",
        question="With $q = -2$, which our function refuses, $(q + r)/(1 + q)$ is $0$ at $r = 2$: Euler's recipe would give $-1$ at once. "
        "What is the price? Give the factor by which the size of the averaged boundary term changes from stage to stage at $r = 1/2$, "
        "where the series converges.",
        answer=float(abs((-2 + _half) / (1 - 2))),
        tolerance=0.005,
        mistakes=(
            Mistake(0.75, "That is the factor for q = +1: (1 + 1/2)/2."),
            Mistake(0.5, "That is the factor of ordinary summation, q = 0."),
            Mistake(-1.5, "The size is asked for, so without the sign. The other sign would be wrong too: both parts are negative."),
        ),
        hint="Put $q = -2$ and $r = 1/2$ into $(q + r)/(1 + q)$.",
        solution="$(-2 + 1/2)/(1 - 2) = 3/2$. The boundary term grows where the series converges: with negative weights the method "
        "reaches $r = 2$ and loses $r = 1/2$. It is no longer regular, and its binomial weights are no longer a mean. "
        "That is the bargain everywhere in this chapter: no mean of partial sums reaches $-1$.",
    ),
    Code(
        id="geometric_series-12",
        question="Write Cesàro's mean: `cesaro(ratio, terms)` returns the mean of the partial sums $S_1, S_2, \\dots, S_n$ of "
        "$1 + r + r^2 + \\dots$, where $n$ is `terms`. Then try it on the ratio 2: does this mean know that the sum is $-1$?",
        function="cesaro",
        starter="def cesaro(ratio, terms):\n    # S_1 is 1, S_2 is 1 + ratio, …\n    return 0\n",
        reference=cesaro,
        cases=((-1, 4), (-1, 5), (0.5, 10), (2, 5)),
        hidden=((3, 1), (0, 3), (-0.9, 100), (-2, 7)),
        answer=_CESARO,
        mistakes=(
            Mistake("def cesaro(ratio, terms):\n    return sum(ratio**n for n in range(terms)) / terms\n",
                    "That is the mean of the terms. Cesàro takes the mean of the partial sums, each of which adds up all terms so far."),
            Mistake("def cesaro(ratio, terms):\n    return sum(ratio**n for n in range(terms))\n",
                    "That is the last partial sum, Sₙ. Cesàro takes the mean of all of them."),
            Mistake("def cesaro(ratio, terms):\n    return sum(sum(ratio**i for i in range(n)) for n in range(terms)) / terms\n",
                    "Your first partial sum is empty. The mean runs from S₁ = 1 to Sₙ, which has n terms."),
            Mistake("def cesaro(ratio, terms):\n    return sum(sum(ratio**i for i in range(n)) for n in range(terms + 1)) / (terms + 1)\n",
                    "You counted the empty sum S₀ = 0 as well and divided by n + 1. It makes no difference in the limit, but it does here."),
        ),
        hint="Keep two running totals: the partial sum, and the sum of the partial sums.",
        solution=f"For $r = -1$ the partial sums jump between 1 and 0, and their mean settles at {gs.closed_form(-1)}. For $r = 2$ five terms give "
        f"{cesaro(2, 5):g} and ten give {cesaro(2, 10):g}: the mean of numbers that grow without end grows without end. No mean of positive numbers is negative.\n\n"
        f"```python\n{_CESARO}```",
    ),
)  # fmt: skip
