"""Exercises on a list that changes every year, from two divisions to writing the turnover."""

import numpy as np

from miniatures import list_turnover as lt
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.list_counts import proportion_test

_mean = lt.TOTAL_RAISED / lt.LISTED
_three = sum(lt.LARGEST.values())
_rest = (lt.TOTAL_RAISED - _three) / (lt.LISTED - len(lt.LARGEST))
_p = proportion_test(lt.UNICORNS, 100, lt.UNICORNS_BEFORE, 100)
_worlds = {
    "exact scores, nobody excluded": lt.expected_turnover(1.0, 5000, 100),
    "exact scores, half of the alumni excluded": lt.expected_turnover(1.0, 5000, 100, 0.5),
    "scores correlated 0.8, nobody excluded": lt.expected_turnover(0.8, 5000, 100),
    "two lists drawn by lot": lt.expected_turnover(0.0, 5000, 100),
}
_ordered = tuple(sorted(_worlds, key=_worlds.get))


def _new_share(first, second, size):
    """Share of the `size` best by `second` that are not among the `size` best by `first`."""
    one, other = (
        set(np.argsort(-np.array(scores, float), kind="stable")[:size].tolist()) for scores in (first, second)
    )
    return len(other - one) / size


_NEW_SHARE = """import numpy as np

def new_share(first, second, size):
    before = np.argsort(-np.array(first))[:size]
    now = np.argsort(-np.array(second))[:size]
    return sum(name not in before for name in now) / size
"""
_slip = _NEW_SHARE.replace

EXERCISES = (
    Number(
        id="list_turnover-1",
        question="The hundred startups have raised 7.4 billion dollars together. How much is that for each, on average?",
        answer=_mean,
        tolerance=0.05,
        unit="million dollars",
        mistakes=(
            Mistake(7.4, "That is the total in billions. Divide it by the number of startups."),
            Mistake(0.074, "That is in billions of dollars."),
            Mistake(_rest, "That is the mean without the three that the article names."),
        ),
        hint="A billion is a thousand millions.",
        solution=f"$7400 / 100 = {_mean:.1f}$ million dollars.",
    ),
    Number(
        id="list_turnover-2",
        question="The article names three: 693, 536 and 480 million dollars. How much have the other 97 raised on average? Give two decimals.",
        answer=_rest,
        tolerance=0.02,
        unit="million dollars",
        mistakes=(
            Mistake(_mean, "That is the mean of all hundred, the three included."),
            Mistake((lt.TOTAL_RAISED - _three) / 100, "You took the three sums off and still divided by a hundred."),
            Mistake(_three / 3, "That is the mean of the three."),
        ),
        hint="What is left of the total, and for how many?",
        solution=f"$(7400 - 1709) / 97 = {_rest:.2f}$ million dollars. Three of a hundred hold {100 * _three / lt.TOTAL_RAISED:.0f} % of the money.",
    ),
    Number(
        id="list_turnover-3",
        question="Two lists of 100 are drawn by lot from the same 5000 startups. How many names do you expect on both?",
        answer=lt.expected_overlap(100, 5000),
        tolerance=0.0001,
        unit="names",
        mistakes=(
            Mistake(0.02, "That is the probability of one name to be on the other list. There are a hundred names."),
            Mistake(0.0004, "That is the probability of one startup to be on both. There are 5000 startups."),
            Mistake(50, "That is 5000/100, how many startups there are for each place."),
            Mistake(98, "Those are the new ones."),
        ),
        hint="Take one name of the first list. How probable is it on the second?",
        solution="Each of 100 names is on the other list with probability $100/5000 = 0.02$, so two are expected: $L^2/N$.",
    ),
    MultipleChoice(
        id="list_turnover-4",
        question="In the view of what the printed share can mean, stay on the thick orange line. What can you conclude from *around 80 percent are new*?",
        options=(
            "The scores of two years correlate by 0.55.",
            "Four fifths of last year's startups have failed.",
            "Any correlation up to 1 fits, if a suitable share of the alumni may not return.",
            "At least 80 % of the alumni were excluded.",
        ),
        answer="Any correlation up to 1 fits, if a suitable share of the alumni may not return.",
        mistakes=(
            Mistake("The scores of two years correlate by 0.55.", "That is one point of the line, the one where everybody may return. Nothing printed says so."),
            Mistake("Four fifths of last year's startups have failed.", "In the view no startup fails, or even changes."),
            Mistake("At least 80 % of the alumni were excluded.", "That is the other end of the line, at most: there the scores are exact."),
        ),
        hint="Where does the line begin, and where does it end?",
        solution="The line runs from a correlation of about 0.55 with nobody excluded to a correlation of 1 with 80 % of the alumni excluded. One number cannot fix two unknowns.",
    ),
    Number(
        id="list_turnover-5",
        question="If each name is new with probability 0.8, independently, how probable is it that all nine companies of a category are new? Give three decimals.",
        answer=lt.all_new(0.8, 9),
        tolerance=0.002,
        mistakes=(
            Mistake(0.8, "That is one company. All nine must be new."),
            Mistake(lt.all_new(0.2, 9), "That is the probability that none is new."),
            Mistake(0.8 / 9, "Independent probabilities are multiplied: 0.8 nine times."),
            Mistake(1 - lt.all_new(0.8, 9), "That is the probability that somebody has stayed."),
        ),
        hint="Multiply.",
        solution=f"$0.8^9 = {lt.all_new(0.8, 9):.3f}$. With several categories it will happen to one or other of them.",
    ),
    MultipleChoice(
        id="list_turnover-6",
        question="Unicorns went from 15 to 10 of a hundred. In the view of the counts, what does it take this year for a p-value below 0.05 against last year's 15?",
        options=("10 or fewer", "8 or fewer", "5 or fewer", "0"),
        answer="5 or fewer",
        mistakes=(
            Mistake("10 or fewer", f"At 10 p is {_p:.2f}."),
            Mistake("8 or fewer", f"At 8 p is {proportion_test(8, 100, 15, 100):.2f}."),
            Mistake("0", f"Far less is needed: at 0 p is {proportion_test(0, 100, 15, 100):.0e}."),
        ),
        hint="Lower this year's count until the red point falls below the orange line.",
        solution=f"At 5 p is {proportion_test(5, 100, 15, 100):.3f}, at 6 it is {proportion_test(6, 100, 15, 100):.3f}.",
    ),
    Ordering(
        id="list_turnover-7",
        question="Order these worlds by the share of new names that they give on a list of 100 out of 5000, the smallest first.",
        answer=_ordered,
        mistakes=(
            Mistake(tuple(reversed(_ordered)), "Those are the right neighbours, with the largest share first."),
            Mistake(
                (_ordered[0], _ordered[2], _ordered[1], _ordered[3]),
                "A correlation of 0.8 sounds high. At the top of a long list it keeps fewer than half of the names.",
            ),
        ),
        hint="`expected_turnover(correlation, 5000, 100, excluded)` for each.",
        solution=", ".join(f"{_worlds[one]:.2f} ({one})" for one in _ordered) + ".",
    ),
    Code(
        id="list_turnover-8",
        question="Write `new_share(first, second, size)`: two lists of scores, one for each year and the same startups in the same order; which share of the `size` best of the second year was not among the `size` best of the first?",
        function="new_share",
        starter="import numpy as np\n\ndef new_share(first, second, size):\n    return 0.0\n",
        reference=_new_share,
        cases=(([6, 5, 4, 3, 2, 1], [6, 1, 5, 2, 3, 4], 2), ([7, 6, 5, 4, 3, 2, 1], [7, 6, 1, 2, 5, 3, 4], 3)),
        hidden=(
            ([1.5, 0.2, 0.9, 2.1], [2.3, 1.9, 0.8, 2.2], 2),
            ([9, 8, 1, 2, 3, 4, 0], [0, 1, 9, 8, 7, 5, 6], 2),
            ([4, 3, 2, 1, 0], [1, 2, 3, 4, 0.5], 3),
        ),
        answer=_NEW_SHARE,
        mistakes=(
            Mistake(_slip("name not in before", "name in before"), "That is the share that stayed."),
            Mistake(_slip("np.argsort(-np.array(", "np.argsort(np.array("), "np.argsort goes from the smallest up: those are the worst startups."),
            Mistake(_slip("for name in now) / size", "for name in now) / len(first)"), "Divide by the length of the list, not by the number of all startups."),
            Mistake(_slip("for name in now) / size", "for name in now)"), "That is the number of new names. A share is divided by the length of the list."),
            Mistake(
                _slip("sum(name not in before for name in now)", "sum(before != now)"),
                "That counts changed places. A startup that fell from first to second is still on the list.",
            ),
        ),
        hint="`np.argsort(-scores)[:size]` names the best. Being on a list does not depend on the place there.",
        solution=f"Names are positions in the lists of scores.\n\n```python\n{_NEW_SHARE}```",
    ),
)  # fmt: skip
