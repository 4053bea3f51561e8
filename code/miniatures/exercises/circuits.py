"""Exercises on circuits: from reading strokes and closed forms to turning weights and to the control that was missing."""

import numpy as np

from miniatures.checks import numbers, real
from miniatures.circuit_images import TESTS, first_layer, random_curves
from miniatures.circuits import accuracy, handwritten_circuit, off_tangent, superposition_loss
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.superposition import dedicated_loss_with_bias

_third = 2 * np.pi * np.arange(3) / 3
_cosine = float(np.cos(_third[1] - _third[0]))
_meeting = next(
    p for p in (0.25, 0.5, 4 / 7, 1.0) if abs(superposition_loss(p, True) - superposition_loss(p, False)) < 1e-12
)
_bias_meeting = 4 / 7
_at_top = 22.5 * next(j for j in range(8) if abs(off_tangent(2, j)[1][off_tangent(2, 0)[0][:, 2].argmin(), 2]) < 1e-9)
_pictures, _units = random_curves(TESTS, np.random.default_rng(300))
_turned_share = 100 * accuracy(handwritten_circuit(turn=22.5), first_layer(_pictures), _units)


def quarter_turn(weights):
    """The weights (G, n, n) of one unit after a quarter turn anticlockwise; Gabor j's normal lies at 180 j / G degrees.

    >>> quarter_turn([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])[1].tolist()
    [[2.0, 4.0], [1.0, 3.0]]
    """
    weights = numbers("weights", weights, (None, None, None))
    if weights.shape[1] != weights.shape[2]:
        raise ValueError(f"weights of shape {weights.shape} must be of shape (G, n, n)")
    weights = np.asarray(weights, float)
    return np.roll(np.rot90(weights, 1, (1, 2)), len(weights) // 2, axis=0)


def permutation_p(observed, shuffled):
    """The share of results as large as the observed one, that one counted among them.

    >>> float(permutation_p(3.0, [1.0, 2.0, 4.0]))
    0.5
    """
    observed, shuffled = real("observed", observed), numbers("shuffled", shuffled, (None,))
    return (1 + sum(value >= observed for value in shuffled)) / (1 + len(shuffled))


_TURN = """import numpy as np

def quarter_turn(weights):
    weights = np.asarray(weights, float)
    sites = np.rot90(weights, 1, axes=(1, 2))
    return np.roll(sites, len(weights) // 2, axis=0)
"""
_TURN_START = """import numpy as np

def quarter_turn(weights):
    weights = np.asarray(weights, float)
    return weights
"""
_P = """def permutation_p(observed, shuffled):
    as_large = sum(value >= observed for value in shuffled)
    return (1 + as_large) / (1 + len(shuffled))
"""


def _read():
    return (
        Number(
            "circuits-1",
            "In the figure in which you edit the circuit, turn the Gabors 22.5° off the tangent and leave the rest as it was. What percentage of the arcs is answered by its own unit?",
            answer=_turned_share, tolerance=0.03,
            mistakes=(
                Mistake(100 * accuracy(handwritten_circuit(), first_layer(_pictures), _units), "That is the circuit before it is edited, at 0°."),
                Mistake(100 * accuracy(handwritten_circuit(turn=45), first_layer(_pictures), _units), "That is at 45°, one step further."),
            ),
            hint="The sentence below the figure has the number.",
            solution=f"{_turned_share:.0f} %: one step of the Gabors off, and the circuit answers with the neighbouring unit about as often as with its own.",
        ),
        Number(
            "circuits-2",
            "Unit 2 is to detect arcs that bulge upwards (90°). At the top of the arc, which Gabor should excite it? Give the angle of the normal of the Gabor's stripes, in degrees.",
            answer=_at_top, tolerance=0.001,
            mistakes=(
                Mistake(0.0, "The normal at 0° belongs to upright stripes. At its top the arc lies level."),
                Mistake(45.0, "Unit 2 stands for 2 · 45°: units are 45° apart, Gabors 22.5°."),
                Mistake(180.0, "That is the same Gabor as 0°: stripes look the same after half a turn, and these are upright."),
            ),
            hint="The tangent at the top is level. The normal stands at a right angle to it.",
            solution="The arc lies level there, so its normal points up, 90°: Gabor $j = 4$, whose stripes are level.",
        ),
        Number(
            "circuits-3",
            "Three features share two dimensions: three vectors of length 1, spread evenly. What is the cosine between two of them?",
            answer=_cosine, tolerance=0.01,
            mistakes=(
                Mistake(0.5, "The angle is 120°, not 60°: the three directions go all around."),
                Mistake(0.0, "Three vectors at right angles would need three dimensions."),
                Mistake(-1.0, "Two features that are opposite; a third one has to fit in as well."),
            ),
            hint="All around is 360°.",
            solution="$\\cos 120^\\circ = -\\frac12$. A negative product does no harm when one feature is present alone: the rectifier cuts it off.",
        ),
        Number(
            "circuits-4",
            "Two features, one dimension, no biases: $p/3$ when it is dedicated to one, $p^2/3$ when both share it. For which $p$ above 0 do the two cost the same?",
            answer=_meeting, tolerance=0.005,
            mistakes=(
                Mistake(_bias_meeting, "That is where they meet when the dropped feature is answered with its mean. Here there are no biases."),
                Mistake(0.5, "At one half sharing costs half of what dedicating costs."),
                Mistake(0.0, "There both cost nothing, because nothing is ever present. Look for a p above 0."),
            ),
            hint="$p/3 = p^2/3$.",
            solution="At $p = 1$, when both are always present. Below it sharing is cheaper, by the factor $p$.",
        ),
        Ordering(
            "circuits-5",
            "A feature is present with probability 0.1. Order three ways to put two features into one dimension by their loss, the smallest first.",
            answer=tuple(name for _, name in sorted((
                (superposition_loss(0.1, False), "share it, opposite signs"),
                (dedicated_loss_with_bias(0.1), "dedicate it, answer the other's mean"),
                (superposition_loss(0.1, True), "dedicate it, answer 0 for the other"),
            ))),
            mistakes=(
                Mistake(("dedicate it, answer the other's mean", "dedicate it, answer 0 for the other", "share it, opposite signs"),
                        "Sharing costs something only when both are present, which happens in one case of a hundred."),
                Mistake(("share it, opposite signs", "dedicate it, answer 0 for the other", "dedicate it, answer the other's mean"),
                        "The mean is the best constant answer: it cannot be worse than 0."),
            ),
            hint="$p^2/3$, $p/3$ and $p/3 - p^2/4$ at $p = 0.1$.",
            solution="0.0033, 0.0308 and 0.0333. The bias helps little; sharing helps tenfold.",
        ),
        MultipleChoice(
            "circuits-6",
            "Of the channels of a layer, 97 % are tuned to orientation, and their angles follow from the weights. Which control tells whether the layer's *weights* have anything to do with it?",
            options=("the same measures with the layer's weights shuffled", "more photographs", "a stricter threshold for being tuned", "the same measures for another layer of the network"),
            answer="the same measures with the layer's weights shuffled",
            mistakes=(
                Mistake("more photographs", "They make the numbers more exact, and leave open what they would be without any learning."),
                Mistake("a stricter threshold for being tuned", "Any threshold has some rate at which weights without meaning pass it. You need to know that rate."),
                Mistake("the same measures for another layer of the network", "Another trained layer is no control: you would not know what to expect of it either."),
            ),
            hint="Which numbers would you get if nothing had been learned in this layer?",
            solution="A sum of oriented inputs is tuned whatever the weights are, and a formula that uses the weights predicts it, since the sum is linear. Shuffling keeps both and removes what was learned.",
        ),
    )  # fmt: skip


def _code():
    slip = _TURN.replace
    return (
        Code(
            "circuits-7",
            "Write `quarter_turn(weights)`: the weights (G, n, n) of one unit after a quarter turn anticlockwise. Gabor $j$ of $G$ (an even number) has its normal at $180^\\circ j/G$, and the sites lie as in a picture, the first row on top.",
            function="quarter_turn", starter=_TURN_START, reference=quarter_turn,
            cases=(([[[1, 2], [3, 4]], [[5, 6], [7, 8]]],), ([[[1, 0], [0, 0]], [[0, 0], [0, 0]], [[0, 0], [0, 0]], [[0, 2], [0, 0]]],)),
            hidden=(([[[1, 2, 3], [4, 5, 6], [7, 8, 9]], [[0, 0, 0], [0, 1, 0], [0, 0, 2]], [[9, 0, 0], [0, 0, 0], [0, 0, 0]], [[0, 3, 0], [0, 0, 0], [0, 0, 0]]],),),
            answer=_TURN,
            mistakes=(
                Mistake(slip("return np.roll(sites, len(weights) // 2, axis=0)", "return sites"), "The sites have turned, but at each of them the weights still speak of the old Gabors: stripes turn, too."),
                Mistake(slip("np.rot90(weights, 1,", "np.rot90(weights, -1,"), "That is a quarter turn clockwise. np.rot90 turns anticlockwise with 1."),
                Mistake(slip("len(weights) // 2", "1"), "One Gabor further is a turn of 180°/G. A quarter turn is G/2 Gabors."),
                Mistake(slip("sites = np.rot90(weights, 1, axes=(1, 2))", "sites = weights"), "The Gabors have turned, but stay where they were."),
            ),
            hint="`np.rot90` for the sites, `np.roll` for the Gabors.",
            solution=f"Two things turn: where the weights stand, and which stripes they speak of.\n\n```python\n{_TURN}```",
        ),
        Code(
            "circuits-8",
            "Write `permutation_p(observed, shuffled)`: how often chance does as well. Of the values from shuffled networks, count those that are at least as large as the observed one, count the observed one as one of them, and divide by the number of all values, the observed one included.",
            function="permutation_p", starter="def permutation_p(observed, shuffled):\n    return 0.0\n", reference=permutation_p,
            cases=((0.35, [0.02, -0.04, 0.03, 0.01]), (26, [22, 26, 26, 23, 30])),
            hidden=((1.0, [0.0] * 9), (0.1, [0.1, 0.2, 0.05])),
            answer=_P,
            mistakes=(
                Mistake(_P.replace("(1 + as_large) / (1 + len(shuffled))", "as_large / len(shuffled)"), "With four shuffles this can give 0, as if chance could never do it. Count the observed value among the others."),
                Mistake(_P.replace(">=", ">"), "A shuffle that does just as well is as good as the observed one: count ties."),
                Mistake(_P.replace(">=", "<="), "Those are the shuffles that do worse."),
                Mistake(_P.replace("/ (1 + len(shuffled))", "/ len(shuffled)"), "The observed value counts above and below the line."),
            ),
            hint="`sum(value >= observed for value in shuffled)` counts.",
            solution=f"With five shuffles the smallest possible value is 1/6.\n\n```python\n{_P}```",
        ),
    )  # fmt: skip


EXERCISES = (*_read(), *_code())
