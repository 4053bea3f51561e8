"""Exercises on clipping and dropping: counting numbers and samples, telling a failed fit, edges, and two functions."""

from functools import cache
from math import log

import numpy as np

from miniatures import clip_runs as runs
from miniatures.clip_and_drop import (
    SAMPLE,
    apply_homography,
    design_matrix,
    iterations_needed,
    success_probability,
)
from miniatures.clip_matte import over, premultiply
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, slip

_generic = np.array([[0.0, 0], [9, 1], [7, 8], [1, 6], [4, 3]])
_freedom = int(np.linalg.matrix_rank(design_matrix(_generic, _generic @ [[1.0, 0.2], [0.1, 0.9]]), tol=1e-6))
_half = iterations_needed(0.5, SAMPLE, 0.99)
_three = iterations_needed(0.3, SAMPLE, 0.99)
_four_from_eight = iterations_needed(0.5, 8, 0.99)


@cache
def _drop():
    """Right matches and matches at the drop of the film that misses."""
    track = runs.track(204, 300)
    return int(track.right[12]), int(track.matches[12])


_right, _matches = _drop()
_film = iterations_needed(_right / _matches, SAMPLE, 0.99)
_missed = 100 * (1 - success_probability(_right / _matches, SAMPLE, 300))
_pixel = float(over(premultiply([[[0.9] * 3]], [[0.5]]), [[[0.2] * 3]])[0, 0, 0])

_APPLY = """import numpy as np

def move(H, points):
    H, points = np.asarray(H, float), np.asarray(points, float)
    x, y = points[:, 0], points[:, 1]
    depth = H[2, 0] * x + H[2, 1] * y + H[2, 2]
    u = (H[0, 0] * x + H[0, 1] * y + H[0, 2]) / depth
    v = (H[1, 0] * x + H[1, 1] * y + H[1, 2]) / depth
    return np.column_stack([u, v])
"""
_APPLY_START = """import numpy as np

def move(H, points):
    H, points = np.asarray(H, float), np.asarray(points, float)
    return points
"""
_NEEDED = """from math import ceil, log

def samples(inlier_share, points, success):
    clean = inlier_share ** points
    if clean == 1:
        return 1
    return max(1, ceil(log(1 - success) / log(1 - clean)))
"""
_NEEDED_START = """from math import ceil, log

def samples(inlier_share, points, success):
    return 1
"""


EXERCISES = (
    Number(
        id="clip_and_drop-1",
        question="How many degrees of freedom has a homography? That is, of its nine numbers, how many can be chosen freely without two choices giving the same map?",
        answer=_freedom,
        tolerance=0.1,
        mistakes=(
            Mistake(
                9,
                "Twice the matrix gives the same places, since the factor cancels in the division. One number does not count.",
            ),
            Mistake(6, "That is an affine map, whose last row is 0, 0, 1. A tilted phone needs the last row too."),
            Mistake(4, "That is the number of matches. Each of them gives two equations."),
            Mistake(
                3,
                "Three angles, or three places, are not all: the phone can be turned, moved and held nearer, and the eight numbers count even more than that.",
            ),
        ),
        hint="What is the rank of the matrix of five exact matches, in the first cell?",
        solution=f"Nine numbers less the common factor: {_freedom}. The rank of $A$ stops at {_freedom}, however many exact matches there are.",
    ),
    Number(
        id="clip_and_drop-2",
        question="How many matches at least determine a homography, if no three of them lie on a line?",
        answer=SAMPLE,
        tolerance=0.1,
        mistakes=(
            Mistake(
                8,
                "That is the number of unknowns. A match gives two equations, one for its column and one for its row.",
            ),
            Mistake(3, "Three matches determine an affine map; two of the eight numbers stay open."),
            Mistake(5, "A fifth match is welcome against noise, and not needed."),
        ),
        hint="Eight unknowns, two equations for each match.",
        solution=f"$8 / 2 = {SAMPLE}$. With three of the four on a line the equations no longer settle $H$, as the corners at the top show.",
    ),
    Number(
        id="clip_and_drop-3",
        question="Half of the matches are right. How many samples of four must RANSAC draw for a clean one with 99 % certainty?",
        answer=_half,
        tolerance=0.4,
        mistakes=(
            Mistake(_half - 1, "The quotient is 71.4, and 71 samples fall just short: round up."),
            Mistake(
                _four_from_eight,
                "That is for samples of eight. Four matches settle a homography, though it has eight numbers.",
            ),
            Mistake(iterations_needed(0.5, 1, 0.99), "That is for a sample of one. All four must be right at once."),
            Mistake(
                16,
                "After 16 samples one clean sample is to be expected, but in a third of the cases there is none yet.",
            ),
        ),
        hint="With which probability is one sample clean? And with which are k samples all unclean?",
        solution=f"$\\log 0.01 / \\log(1 - \\tfrac1{{16}}) = {log(0.01) / log(15 / 16):.1f}$, so {_half}.",
    ),
    Number(
        id="clip_and_drop-4",
        question=f"Play the film with 300 iterations. At the drop {_right} of {_matches} matches are right. With which probability, in percent, did 300 samples of four hold no clean one, by the formula of the chapter? Give one decimal.",
        answer=_missed,
        tolerance=0.06,
        unit="%",
        mistakes=(
            Mistake(100 - _missed, "That is the probability that at least one sample is clean."),
            Mistake(
                100 * (1 - success_probability(_right / _matches, 3, 300)),
                "That is for samples of three; a homography takes four.",
            ),
            Mistake(100 * (_right / _matches) ** 4, "That is the probability that a single sample is clean."),
        ),
        hint="(1 − w⁴)³⁰⁰, with w the share of right matches.",
        solution=f"$w = {_right}/{_matches} = {_right / _matches:.3f}$, $w^4 = {(_right / _matches) ** 4:.4f}$ and $(1 - w^4)^{{300}} = {_missed / 100:.4f}$: {_missed:.1f} %. "
        f"That is unlikely and not rare, about one drop in {100 / _missed:.0f}. For 99 % it takes {_film} samples.",
    ),
    MultipleChoice(
        id="clip_and_drop-5",
        question="A program has run RANSAC and got a matrix. Which number tells it that there was nothing to find?",
        options=(
            "the number of inliers",
            "the mean error of the inliers",
            "the determinant of the matrix",
            "the number of iterations that were run",
        ),
        answer="the number of inliers",
        mistakes=(
            Mistake(
                "the mean error of the inliers",
                "With nothing to find it is even smaller than in a good fit: the inliers are those that agree, by definition, and four agree exactly.",
            ),
            Mistake(
                "the determinant of the matrix",
                "Wrong matches give matrices as good as any, with a determinant that is not 0.",
            ),
            Mistake(
                "the number of iterations that were run",
                "It says how long the program searched, not whether it found anything. How long is enough depends on the share of right matches, which is not known.",
            ),
        ),
        hint="The table of fits to matches that are all wrong has the answer.",
        solution=f"Their number: a median of {np.median(runs.tolerated(1.0, 2.0).inliers):.0f} of 60 with nothing to find, {np.median(runs.tolerated(0.4, 2.0).inliers):.0f} with 40 % wrong. "
        f"Their error is {np.median(runs.tolerated(1.0, 2.0).rms):.2f} px and {np.median(runs.tolerated(0.4, 2.0).rms):.2f} px, the wrong way round.",
    ),
    Number(
        id="clip_and_drop-6",
        question="A pixel at the edge of a layer has the colour $F = 0.9$ and the coverage $\\alpha = 0.5$; it is stored premultiplied, as $P = 0.45$. It is laid over a background of $B = 0.2$. How bright is the result?",
        answer=_pixel,
        tolerance=0.004,
        mistakes=(
            Mistake(
                0.5 * 0.45 + 0.5 * 0.2, "You multiplied by α once more: P holds it already. This is the dark fringe."
            ),
            Mistake(0.9 + 0.5 * 0.2, "That adds the whole colour of the object; only the share α of it is there."),
            Mistake(0.45 + 0.2, "The background is covered by half: it counts with 1 − α."),
            Mistake(0.9, "That is the object alone. Half of the pixel shows the background."),
        ),
        hint="P + (1 − α) B.",
        solution=f"$0.45 + 0.5 \\cdot 0.2 = {_pixel:.2f}$, half way between 0.9 and 0.2, as half a coverage should be.",
    ),
    Code(
        id="clip_and_drop-7",
        question="Write `move(H, points)`: the places to which the homography `H`, three by three, takes `points`, an array of rows $(x, y)$. The last entry of `H` need not be 1.",
        function="move",
        starter=_APPLY_START,
        reference=apply_homography,
        cases=(
            ([[2, 0, 5], [0, 2, 1], [0, 0, 1]], [[1.0, 3.0]]),
            ([[1, 0.2, 3], [0, 1, 0], [0.01, 0, 1]], [[0.0, 0.0], [100.0, 50.0]]),
        ),
        hidden=(
            ([[1, 0, 0], [0, 1, 0], [0, 0.02, 2]], [[10.0, 20.0], [30.0, 0.0]]),
            ([[0, -1, 4], [1, 0, 2], [0.001, 0.002, 0.5]], [[7.0, 5.0]]),
        ),
        answer=_APPLY,
        mistakes=(
            Mistake(
                slip(slip(_APPLY, "H[0, 2]) / depth", "H[0, 2])"), "H[1, 2]) / depth", "H[1, 2])"),
                "The division by the third number is missing: without it there is no perspective, only an affine map.",
            ),
            Mistake(
                slip(_APPLY, "H, points = np.asarray(H, float)", "H, points = np.asarray(H, float).T"),
                "The matrix is transposed: its rows multiply (x, y, 1), not its columns. With points as rows that is points @ H.T.",
            ),
            Mistake(
                slip(_APPLY, "return np.column_stack([u, v])", "return np.column_stack([v, u])"),
                "Column and row have changed places.",
            ),
            Mistake(
                slip(_APPLY, "H[2, 1] * y + H[2, 2]", "H[2, 1] * y + 1"),
                "The last entry of H need not be 1; use it as it is.",
            ),
        ),
        hint="Put a 1 under each place, multiply by the matrix, and divide by the third number.",
        solution=f"```python\n{_APPLY}```",
    ),
    Code(
        id="clip_and_drop-8",
        question="Write `samples(inlier_share, points, success)`: the fewest samples of `points` matches of which one is clean with at least the probability `success`. A share of 1 takes one sample.",
        function="samples",
        starter=_NEEDED_START,
        reference=iterations_needed,
        cases=((0.5, 4, 0.99), (0.3, 4, 0.9)),
        hidden=((0.8, 2, 0.999), (1, 4, 0.99), (0.95, 4, 0.5), (0.4, 8, 0.95)),
        answer=_NEEDED,
        mistakes=(
            Mistake(
                slip(
                    _NEEDED,
                    "max(1, ceil(log(1 - success) / log(1 - clean)))",
                    "max(1, round(log(1 - success) / log(1 - clean)))",
                ),
                "Rounded to the nearest it may fall short of the certainty: round up.",
            ),
            Mistake(
                slip(_NEEDED, "inlier_share ** points", "inlier_share"),
                "All the matches of a sample must be right at once: the share to the power of their number.",
            ),
            Mistake(
                slip(_NEEDED, "log(1 - success) / log(1 - clean)", "log(success) / log(1 - clean)"),
                "The k samples all fail with probability 1 − p: it is 1 − success that stands in the logarithm.",
            ),
            Mistake(
                slip(_NEEDED, "inlier_share ** points", "1 - (1 - inlier_share) ** points"),
                "That is the probability that at least one match of the sample is right. All must be.",
            ),
        ),
        hint="k samples all fail with probability (1 − wⁿ)ᵏ. Set that equal to 1 − p and solve for k.",
        solution=f"```python\n{_NEEDED}```\nAt $w = 0.3$ it takes {_three} samples of four for 99 %.",
    ),
)
