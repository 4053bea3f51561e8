"""Exercises on parallel coordinates, from counting crossings by hand to writing the count and the rerun."""

import numpy as np

from miniatures import parallel_coordinates as pc
from miniatures import parallel_tables as tables
from miniatures import winners_curse as wc
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

_cars, _sweep = tables.cars(), tables.sweep()
_turned = {name: pc.total_crossings(_cars.values, turned=[j]) for j, name in enumerate(_cars.names)}
_as_is = pc.total_crossings(_cars.values)
_scores = _sweep.column("accuracy")
_passes = pc.brush(_sweep.values, {0: (1e-4, 1e-2)})
_eta = {name: pc.by_level(_sweep.column(name), _scores).eta_squared for name in tables.PARAMETERS}
_tau = {name: abs(pc.kendall_tau_b(_sweep.column(name), _scores)) for name in tables.PARAMETERS}
_SPENT = {"100 configurations, one seed each": (100, 1), "50 configurations, two seeds each": (50, 2),
          "25 configurations, four seeds each": (25, 4)}  # fmt: skip
_rerun = {words: wc.curse(tables.sweep_accuracy(), m, s).rerun.mean() for words, (m, s) in _SPENT.items()}
_ONE, _TWO, _FOUR = _SPENT


def _rerun_of(accuracy, seed):
    """The mean score, with all other seeds, of the configuration that is best with `seed`; accuracy (N, S)."""
    accuracy = np.asarray(accuracy, float)
    winner = accuracy[:, seed].argmax()
    return float(np.delete(accuracy[winner], seed).mean())


_CROSSINGS = """def crossings(x, y):
    found = 0
    for i in range(len(x)):
        for j in range(i):
            if (x[i] - x[j]) * (y[i] - y[j]) < 0:
                found += 1
    return found
"""
_RERUN = """import numpy as np

def rerun(accuracy, seed):
    accuracy = np.array(accuracy, float)
    winner = accuracy[:, seed].argmax()
    return np.delete(accuracy[winner], seed).mean()
"""
_slip, _error = _CROSSINGS.replace, _RERUN.replace
_TABLE = [[0.9, 0.6, 0.7], [0.8, 0.9, 0.8], [0.7, 0.7, 0.9]]
_LONGER = [[0.5, 0.4, 0.9, 0.6], [0.8, 0.3, 0.2, 0.4], [0.6, 0.7, 0.5, 0.8], [0.2, 0.6, 0.4, 0.1]]

EXERCISES = (
    Number(
        "parallel_coordinates-1",
        "Twenty lines run between two axes, and the second axis has them in exactly the opposite order. How many crossings are there?",
        answer=pc.crossings(range(20), range(20, 0, -1)),
        tolerance=0.4,
        mistakes=(
            Mistake(20 * 19, "You counted each pair twice, once from either line."),
            Mistake(20 * 20 / 2, "A line does not cross itself: n·(n − 1)/2, not n²/2."),
            Mistake(10, "Each line crosses all others, not only the one that takes its place."),
            Mistake(19, "That is the number of lines that one line crosses."),
        ),
        hint="Every two lines change places.",
        solution=f"Every pair crosses: $20\\cdot 19/2 = {pc.pairs(20)}$, and $\\tau = -1$.",
    ),
    Number(
        "parallel_coordinates-2",
        "Ten lines without ties cross 10 times. What is Kendall's $\\tau$? Give four decimals.",
        answer=pc.kendall_tau(10, 10),
        tolerance=0.0006,
        mistakes=(
            Mistake(
                1 - 10 / 45, "A crossing is one pair less that agrees and one more that disagrees: it counts twice."
            ),
            Mistake(10 / 45, "That is the share of the pairs that cross."),
            Mistake(1 - 4 * 10 / 100, "There are n·(n − 1)/2 pairs, not n²/2."),
            Mistake(0, "Ten crossings of ten lines are few: 45 pairs could cross."),
        ),
        hint="$\\tau = 1 - 4c/\\bigl(n(n-1)\\bigr)$.",
        solution=f"$1 - 4\\cdot 10/(10\\cdot 9) = {pc.kendall_tau(10, 10):.4f}$.",
    ),
    MultipleChoice(
        "parallel_coordinates-3",
        "The seven axes of the cars stand in the file's order. You may turn one axis over. Which one removes the most crossings?",
        options=tuple(_cars.names),
        answer=min(_turned, key=_turned.get),
        mistakes=(
            Mistake(
                "hp",
                f"Its neighbours displ and weight rise with it: turned over, it crosses both, {_turned['hp']:,} crossings in all.",
            ),
            Mistake(
                "weight",
                f"That helps beside accel and hurts beside hp: {_turned['weight']:,} crossings in all, more than before.",
            ),
            Mistake("accel", f"A good second: {_turned['accel']:,} crossings remain. Look at the left end."),
            Mistake("displ", f"Both its neighbours rise with it: {_turned['displ']:,} crossings in all."),
            Mistake("cyl", f"That helps beside mpg and hurts beside displ: {_turned['cyl']:,} crossings in all."),
            Mistake(
                "yr",
                f"It has one neighbour only, and turned over it crosses that one more often: {_turned['yr']:,} crossings in all, more than before.",
            ),
        ),
        hint="In the view of the cars leave each axis at its own place and turn it over. An axis at an end has one neighbour only.",
        solution=f"Upright there are {_as_is:,} crossings. With mpg turned over {_turned['mpg']:,} remain: a car that goes far on a gallon has few cylinders.",
    ),
    Number(
        "parallel_coordinates-4",
        "Brush the rate from 0.000129 to 0.00599 in the first view and leave all else open. What is the mean accuracy of the configurations that pass?",
        answer=float(_scores[_passes].mean()),
        tolerance=0.0015,
        mistakes=(
            Mistake(float(_scores[~_passes].mean()), "That is the mean of those that do not pass."),
            Mistake(float(_scores.mean()), "That is the mean of all 1,500."),
            Mistake(float((_scores[_passes] >= tables.GOOD).mean()), "That is the share that reaches 0.93."),
            Mistake(float(_scores[_passes].max()), "That is the best of them."),
        ),
        hint="The sentence below the figure has the number.",
        solution=f"{_passes.sum()} configurations pass, with a mean of {_scores[_passes].mean():.3f}; the others have {_scores[~_passes].mean():.3f}.",
    ),
    Ordering(
        "parallel_coordinates-5",
        "Order the five hyper-parameters by the share $\\eta^2$ of the accuracy's variance that lies between their levels, the smallest first.",
        answer=tuple(sorted(_eta, key=_eta.get)),
        mistakes=(
            Mistake(tuple(sorted(_tau, key=_tau.get)), "That is the order by the size of τ_b, which counts crossings."),
            Mistake(
                tuple(sorted(_eta, key=_eta.get, reverse=True)),
                "Those are the right neighbours, but with the largest first.",
            ),
        ),
        hint="The right panel of the view of the hump has it in its title.",
        solution=", ".join(f"{name} {_eta[name]:.3f}" for name in sorted(_eta, key=_eta.get)) + ".",
    ),
    Number(
        "parallel_coordinates-6",
        "A table has 13 columns. One plot shows 12 pairs of neighbours. How many plots does it take at least until every two columns have stood side by side?",
        answer=len(pc.covering_orders(13)),
        tolerance=0.4,
        unit="plots",
        mistakes=(
            Mistake(pc.pairs(13), "That is the number of pairs, and each plot shows twelve of them."),
            Mistake(6, "Six plots show 72 pairs, and there are 78."),
            Mistake(13, "That would do, but a clever choice takes about half as many."),
            Mistake(12, "That is the number of pairs in one plot."),
        ),
        hint="How many pairs are there, and how many of them fit into a plot?",
        solution=f"There are {pc.pairs(13)} pairs, so 12 a plot need $78/12 = 6.5$, seven at least, and `covering_orders(13)` shows that seven are enough.",
    ),
    MultipleChoice(
        "parallel_coordinates-7",
        "You can pay for 100 trainings. You draw configurations at random, take the best by its mean, and run it again with fresh seeds. "
        "Which plan gets the highest score in the end?",
        options=(_ONE, _TWO, _FOUR),
        answer=max(_rerun, key=_rerun.get),
        mistakes=(
            Mistake(_ONE, f"Its winner claims most and keeps {_rerun[_ONE]:.4f}. It was chosen by one noisy number."),
            Mistake(_TWO, f"Better than one seed each: {_rerun[_TWO]:.4f}. One plan does better still."),
        ),
        hint="Change the cell that calls `curse(sweep_accuracy(), m, s)`, or move both controls of the last view, and read what is kept.",
        solution="Run again, the winners keep "
        + ", ".join(f"{value:.4f} ({words})" for words, value in _rerun.items())
        + ".",
    ),
    Code(
        "parallel_coordinates-8",
        "Write `crossings(x, y)`: the number of pairs of lines that cross between two axes. Pairs with equal values in `x` or in `y` do not cross. "
        "It may be slow.",
        function="crossings",
        starter="def crossings(x, y):\n    return 0\n",
        reference=pc.crossings,
        cases=(([1, 2, 3], [3, 2, 1]), ([1, 1, 2], [2, 1, 1])),
        hidden=(([2, 1, 3, 4], [1, 2, 4, 3]), ([3, 1, 2], [3, 1, 2]), ([1, 2, 2, 3, 3], [5, 4, 4, 4, 6])),
        answer=_CROSSINGS,
        mistakes=(
            Mistake(
                _slip("< 0", "<= 0"),
                "Ties are counted too. Lines that meet on an axis do not change places: the product must be negative.",
            ),
            Mistake(_slip("range(i)", "range(len(x))"), "Each pair is counted twice, as (i, j) and as (j, i)."),
            Mistake(
                _slip("(x[i] - x[j]) * (y[i] - y[j]) < 0", "y[i] < y[j]"),
                "Those are the inversions of y as it stands. Lines need not come sorted by x.",
            ),
            Mistake(_slip("< 0", "> 0"), "Those are the pairs that agree."),
        ),
        hint="Two lines cross if $x_i - x_j$ and $y_i - y_j$ have opposite signs.",
        solution="The product of the two differences is negative exactly if the lines change places, and zero where they meet.\n\n"
        f"```python\n{_CROSSINGS}```",
    ),
    Code(
        "parallel_coordinates-9",
        "Write `rerun(accuracy, seed)`. `accuracy` has a row for each configuration and a column for each seed. Choose the configuration that is best "
        "with `seed`, and return its mean accuracy with all the *other* seeds.",
        function="rerun",
        starter="import numpy as np\n\ndef rerun(accuracy, seed):\n    accuracy = np.array(accuracy, float)\n    return 0.0\n",
        reference=_rerun_of,
        cases=((_TABLE, 0), (_TABLE, 2)),
        hidden=((_LONGER, 1), (_LONGER, 0), (_LONGER, 3)),
        answer=_RERUN,
        mistakes=(
            Mistake(
                _error("np.delete(accuracy[winner], seed).mean()", "accuracy[winner].mean()"),
                "The seed that chose is among those that judge: the winner's luck is counted again.",
            ),
            Mistake(
                _error("np.delete(accuracy[winner], seed).mean()", "accuracy[winner, seed]"),
                "That is what the winner claims, not what it gets when it is run again.",
            ),
            Mistake(
                _error("accuracy[:, seed].argmax()", "accuracy.mean(axis=1).argmax()"),
                "You chose by all seeds. Then none is left to judge.",
            ),
            Mistake(
                _error(
                    "np.delete(accuracy[winner], seed).mean()", "np.delete(accuracy, seed, axis=1).mean(axis=1).max()"
                ),
                "That is the best by the other seeds: they choose and judge at once.",
            ),
        ),
        hint="`accuracy[:, seed].argmax()` chooses. `np.delete(row, seed)` leaves one entry out.",
        solution=f"```python\n{_RERUN}```",
    ),
)
