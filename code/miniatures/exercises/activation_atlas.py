"""Exercises on the activation atlas: from reading controls to writing the objective and an attribution that adds up."""

import numpy as np

from miniatures import activation_atlas as atlas
from miniatures.atlas_runs import CELLS, LEAST, NETWORK, stored_atlas
from miniatures.checks import numbers
from miniatures.exercises import Code, Mistake, MultipleChoice, Number

_A, _B = atlas.umap_curve(0.1)
_SIGMA = atlas.smooth_knn_scale([1, 2, 3], 1.5)
_ONE = stored_atlas()
_COUNTS = atlas.grid_means(_ONE.layouts[NETWORK], _ONE.h, CELLS)[0]

_OBJECTIVE = """import numpy as np

def inversion_objective(activation, direction, power):
    h, v = np.asarray(activation, float), np.asarray(direction, float)
    dot = h @ v
    cosine = dot / (np.linalg.norm(h) * np.linalg.norm(v))
    return dot * cosine**power
"""
_slip = _OBJECTIVE.replace


def attributions(h, readout):
    """What each place adds to each logit: h (rows, columns, d), readout (d, K) -> (rows, columns, K).

    >>> attributions([[[1.0, 2.0]]], [[1.0], [0.5]]).tolist()
    [[[2.0]]]
    """
    h = numbers("h", h, (None, None, None))
    readout = numbers("readout", readout, (h.shape[2], None))
    h, readout = np.asarray(h, float), np.asarray(readout, float)
    return h @ readout / (h.shape[0] * h.shape[1])


_ATTRIBUTIONS = """import numpy as np

def attributions(h, readout):
    h, readout = np.asarray(h, float), np.asarray(readout, float)
    places = h.shape[0] * h.shape[1]
    return h @ readout / places
"""
_other = _ATTRIBUTIONS.replace
_H = (((1.0, 2.0), (0.0, 4.0)), ((2.0, 0.0), (1.0, 0.0)))
_V = ((1.0, -1.0, 0.5), (0.5, 2.0, 0.0))

EXERCISES = (
    MultipleChoice(
        "activation_atlas-1",
        "Which control in the view of the five networks shows that the stitching of the baseball is not needed to turn a whale into a shark?",
        options=("the white disc", "the cabbage", "the red disc", "the noise"),
        answer="the red disc",
        mistakes=(
            Mistake(
                "the white disc",
                "It shows that white alone does something, and less than the ball. It cannot say what the red lines add by being lines.",
            ),
            Mistake("the cabbage", "It asks whether any round object does it. Its few flips say no, for small radii."),
            Mistake("the noise", "It asks whether any disturbance does it. That is a control of another kind."),
        ),
        hint="You need a disc that shares the colour with the stitches and has no stitches.",
        solution="The red disc has no seam, no white leather and no edge inside, and at a radius of 3 px it flips more whales than the ball. What the networks took from sharks is mostly a colour.",
    ),
    Number(
        "activation_atlas-2",
        "UMAP reads distances in the plane with $1/(1 + a d^{2b})$. What is $a$ for a minimum distance of 0.1 and a spread of 1? Give three decimals.",
        answer=_A,
        tolerance=0.002,
        mistakes=(
            Mistake(_B, "That is b, the exponent."),
            Mistake(
                atlas.umap_curve(0.5)[0], "That is a for a minimum distance of 0.5, which this chapter's atlas uses."
            ),
            Mistake(
                atlas.umap_curve(0.01)[0],
                "That is a for a minimum distance of 0.01, which the article's notebook uses.",
            ),
        ),
        hint="`umap_curve(0.1)` returns a and b.",
        solution=f"The least squares fit to 300 distances from 0 to 3 gives $a = {_A:.4f}$ and $b = {_B:.4f}$.",
    ),
    Number(
        "activation_atlas-3",
        "A point has three neighbours at the distances 1, 2 and 3. On which scale $\\sigma$ do the three weights $e^{-(d - \\rho)/\\sigma}$ add up to 1.5? Give three decimals.",
        answer=_SIGMA,
        tolerance=0.002,
        mistakes=(
            Mistake(
                float(np.round(1 / np.log(2), 6)),
                "With that scale the second weight alone is one half. The third counts too.",
            ),
            Mistake(2.7099, "You left out ρ: the distances are counted from the nearest neighbour on."),
            Mistake(
                atlas.smooth_knn_scale([1, 2, 3], np.log2(3)),
                "That is the target log2(3) of UMAP itself. Here it is 1.5.",
            ),
        ),
        hint="$\\rho$ is 1. With $z = e^{-1/\\sigma}$ the sum is $1 + z + z^2$.",
        solution=f"$z = (\\sqrt 3 - 1)/2$, so $\\sigma = -1/\\ln z = {_SIGMA:.4f}$.",
    ),
    Number(
        "activation_atlas-4",
        f"Lay a grid of {CELLS} by {CELLS} cells over the stored layout of seed {NETWORK} and keep the cells with at least {LEAST} activations. How many are kept?",
        answer=int((_COUNTS >= LEAST).sum()),
        tolerance=0.4,
        unit="cells",
        mistakes=(
            Mistake(
                int((_COUNTS > 0).sum()), "Those are all the cells that hold anything, single activations among them."
            ),
            Mistake(int((_COUNTS > LEAST).sum()), f"At least {LEAST} means {LEAST} or more."),
            Mistake(CELLS * CELLS, "That is the whole grid; most of it is empty."),
        ),
        hint="`counts, means = grid_means(one.layouts[200], one.h, 14)`, with `one = stored_atlas()`; then count with numpy. The view of the layouts says it too.",
        solution=f"`(counts >= {LEAST}).sum()` is {int((_COUNTS >= LEAST).sum())}; {int((_COUNTS > 0).sum())} cells hold something.",
    ),
    MultipleChoice(
        "activation_atlas-5",
        "In the layout of one seed the lawn lies far from the cabbages, in that of another close to them. What follows for the network?",
        options=(
            "Nothing: distances between islands come from the random start; only neighbourhoods are to be read.",
            "In the second run the network confuses lawns with cabbages.",
            "One of the runs has not converged and must be thrown away.",
            "The activations of the two runs differ.",
        ),
        answer="Nothing: distances between islands come from the random start; only neighbourhoods are to be read.",
        mistakes=(
            Mistake(
                "In the second run the network confuses lawns with cabbages.",
                "The network is the same in both, weight by weight. Only the drawing differs.",
            ),
            Mistake(
                "One of the runs has not converged and must be thrown away.",
                "Both keep the neighbourhoods equally well. There is no better one to keep.",
            ),
            Mistake(
                "The activations of the two runs differ.",
                "They are the same 1200 vectors. The seed of the layout is all that changed.",
            ),
        ),
        hint="What is equal in the two runs, and what is drawn anew?",
        solution="UMAP pulls neighbours together and pushes a few random others away. How far apart two groups end that have no neighbours in common is hardly constrained; it is inherited from the start.",
    ),
    Number(
        "activation_atlas-6",
        "A direction is $v = (2, 0)$ and the activation is $h = (-2, 0)$, straight against it. What does the article's objective $(h\\cdot v)^{n+1}/(|h||v|)^n$ give for $n = 1$?",
        answer=atlas.inversion_objective([-2, 0], [2, 0], 1),
        tolerance=0.01,
        mistakes=(
            Mistake(-4, "The dot product is −4, but here it is squared, and divided by 4."),
            Mistake(16, "Divide by |h||v|, which is 4."),
            Mistake(1, "That is the cosine squared; the dot product counts too."),
        ),
        hint="The numerator is $(-4)^2$.",
        solution="$16/4 = 4$, as much as for $h = v$ itself. With an odd $n$ the objective cannot tell a direction from its opposite, and a picture may run the wrong way.",
    ),
    Code(
        "activation_atlas-7",
        "Write `inversion_objective(activation, direction, power)`: the dot product of two vectors times the `power`-th power of their cosine.",
        function="inversion_objective",
        starter="import numpy as np\n\ndef inversion_objective(activation, direction, power):\n    h, v = np.asarray(activation, float), np.asarray(direction, float)\n    return h @ v\n",
        reference=atlas.inversion_objective,
        cases=(([3.0, 4.0], [1.0, 0.0], 1), ([1.0, 2.0, 2.0], [2.0, 0.0, 1.0], 2)),
        hidden=(
            ([1.0, 2.0], [3.0, 1.0], 0),
            ([-1.0, 0.5], [2.0, 1.0], 4),
            ([-1.0, 0.5], [2.0, 1.0], 3),
            ([0.5, 4.0], [3.0, 2.0], 2.5),
        ),
        answer=_OBJECTIVE,
        mistakes=(
            Mistake(
                _slip("(np.linalg.norm(h) * np.linalg.norm(v))", "(np.linalg.norm(dot) * np.linalg.norm(v))"),
                "That is the formula as the article prints it, with |h·v| where |h| belongs: the first factor of the cosine cancels, and what is left does not depend on the angle's size.",
            ),
            Mistake(
                _slip("dot * cosine**power", "cosine**power"),
                "That is the cosine alone. The dot product is missing, which asks for a strong activation.",
            ),
            Mistake(
                _slip("dot * cosine**power", "dot * cosine**(power + 1)"),
                "One cosine too many: the dot product brings its own.",
            ),
            Mistake(
                _slip("dot * cosine**power", "dot * np.maximum(cosine, 0.1)**power"),
                "That is what the authors' library computes, with a floor of 0.1 under the cosine. It is the better objective, but not the article's formula.",
            ),
        ),
        hint="First the cosine, then `dot * cosine**power`.",
        solution=f"```python\n{_OBJECTIVE}```",
    ),
    Code(
        "activation_atlas-8",
        "Write `attributions(h, readout)`: what each place of a map `h` (rows, columns, d) adds to each logit, when the logits are the mean of `h` over the places times `readout` (d, K). "
        "Added up over all places it must give the logits.",
        function="attributions",
        starter="import numpy as np\n\ndef attributions(h, readout):\n    h, readout = np.asarray(h, float), np.asarray(readout, float)\n    return h\n",
        reference=attributions,
        cases=((_H, _V),),
        hidden=(((((1.0, 0.0), (3.0, 1.0), (0.0, 2.0)),), ((2.0,), (-1.0,))), (_H, ((0.0,), (1.0,)))),
        answer=_ATTRIBUTIONS,
        mistakes=(
            Mistake(
                _other(" / places", ""),
                "They add up to the logits times the number of places: each place has only its share in the mean.",
            ),
            Mistake(
                _other("h @ readout / places", "h.mean(axis=(0, 1)) @ readout"),
                "Those are the logits. Do not average: say what each place adds.",
            ),
            Mistake(_other("/ places", "/ h.shape[0]"), "Divide by all the places, rows times columns."),
            Mistake(
                _other("h @ readout / places", "np.maximum(h @ readout, 0) / places"),
                "A place can speak against a class. Cut off, the numbers no longer add up.",
            ),
        ),
        hint="A mean is a sum of shares. `h @ readout` multiplies the last axis.",
        solution=f"```python\n{_ATTRIBUTIONS}```",
    ),
)
