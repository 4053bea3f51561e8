"""Exercises on pointing while talking: boxes, words a second, the best lag, what a wrong lag does, and two functions."""

from functools import cache

import numpy as np

from miniatures.exercises import Code, Mistake, MultipleChoice, Number, slip
from miniatures.localized_narratives import accuracy, best_lag, box_iou, words_per_second
from miniatures.narrative_runs import FINE, shipped, stored
from miniatures.narrative_trace import areas

A, B = (0, 0, 2, 2), (1, 1, 3, 3)
WORDS = [(0.0, 0.4), (0.5, 0.75), (1.0, 2.0)]
COARSE = np.array([-0.8, -0.4, 0.0, 0.4, 0.8, 1.2, 1.6])
_size = float(areas(np.array(A, float)))
_iou = box_iou(A, B)
_speaking = sum(end - start for start, end in WORDS)


@cache
def _found():
    """Best lags of the shipped set, on a fine and on a coarse grid, and its accuracy at the fine one and at 0."""
    told = list(shipped())
    fine = best_lag(told, FINE)
    return fine, best_lag(told, COARSE), *accuracy(told, [fine, 0.0])


_fine, _coarse, _right, _none = _found()

_IOU = """def iou(a, b):
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    shared = width * height
    area_a = (a[2] - a[0]) * (a[3] - a[1])
    area_b = (b[2] - b[0]) * (b[3] - b[1])
    return shared / (area_a + area_b - shared)
"""
_IOU_START = """def iou(a, b):
    return 0.0
"""
_SCORE = """import numpy as np

def held_out(right, fit):
    right = np.asarray(right, float)
    best = right[:fit].mean(axis=0).argmax()
    return right[fit:, best].mean()
"""
_SCORE_START = """import numpy as np

def held_out(right, fit):
    right = np.asarray(right, float)
    return 0.0
"""


def _held_out(right, fit) -> float:
    """Mean of the later rows of `right` (narratives, lags) at the column, the first of equals, whose mean of the first `fit` rows is largest."""
    columns = list(zip(*right, strict=True))
    sums = [sum(column[:fit]) for column in columns]
    chosen = columns[sums.index(max(sums))][fit:]
    return sum(chosen) / len(chosen)


EXERCISES = (
    Number(
        id="localized_narratives-1",
        question="Two boxes are $(0, 0, 2, 2)$ and $(1, 1, 3, 3)$, each $(x_0, y_0, x_1, y_1)$. What is their IoU? A fraction will do.",
        answer=_iou,
        tolerance=0.004,
        mistakes=(
            Mistake(1 / (2 * _size), "You divided by the sum of both areas: what they share is counted twice in it."),
            Mistake(1 / _size, "That is the share of one box that the other covers. The union is larger than one box."),
            Mistake(1.0, "That is the area that they share. Divide it by the area that they cover together."),
        ),
        hint="They share a square with sides of 1. Each has an area of 4.",
        solution="They share 1 and cover $4 + 4 - 1 = 7$: the IoU is $1/7 = 0.143$.",
    ),
    Number(
        id="localized_narratives-2",
        question="Three words are spoken from 0 to 0.4 s, from 0.5 to 0.75 s and from 1 to 2 s. How many words a second is that, from the start of the first to the end of the last?",
        answer=words_per_second(WORDS),
        tolerance=0.02,
        unit="words/s",
        mistakes=(
            Mistake(
                len(WORDS) / _speaking,
                "You divided by the time in which there is speech, 1.65 s. The pauses belong to the two seconds as well.",
            ),
            Mistake(
                (len(WORDS) - 1) / (WORDS[-1][0] - WORDS[0][0]),
                "That counts the steps from one start to the next. Three words take two seconds.",
            ),
            Mistake(2 / len(WORDS), "That is seconds for a word: turn it over."),
        ),
        hint="The pauses count.",
        solution="Three words in two seconds: 1.5 a second.",
    ),
    Number(
        id="localized_narratives-3",
        question="The set of 64 narratives that comes with the book is `shipped()` in `miniatures.narrative_runs`. Which lag does `best_lag` find for it among the lags from −1 to 2 s in steps of 0.05 s? Change a cell of the page to find out.",
        answer=_fine,
        tolerance=0.024,
        unit="s",
        mistakes=(
            Mistake(_coarse, "That is what a grid in steps of 0.4 s gives. Take steps of 0.05 s."),
            Mistake(
                -_fine,
                "The sign: the voice is behind the pointer here, so words are looked up earlier, and that is a positive lag.",
            ),
            Mistake(0.0, f"At 0 s only {100 * _none:.0f} % of the nouns are right."),
        ),
        hint="best_lag(list(shipped()), np.arange(-20, 41) / 20).",
        solution=f"{_fine:.2f} s. With it {100 * _right:.1f} % of the nouns are right, at 0 s {100 * _none:.1f} %. That is the same set that it was fitted on, so the first number is a little too good.",
    ),
    MultipleChoice(
        id="localized_narratives-4",
        question=f"The voice is 0.5 s behind the pointer, and the pointer stays for 0.5 s with each shape. With an assumed lag of 1.5 s, {100 * stored('accuracy', 0.5, '1.5').mean():.0f} % of the nouns are grounded right. Guessing among six shapes would give 17 %. Why is a wrong lag worse than guessing?",
        options=(
            "the trace does not reach back so far",
            "with six shapes chance is not one in six",
            "each word lands on the shape that was named before, which is never its own",
            "the pointer is between the shapes then, and in no box",
        ),
        answer="each word lands on the shape that was named before, which is never its own",
        mistakes=(
            Mistake(
                "the trace does not reach back so far",
                "It does: the pointer rests for a second before the first shape. At most the first word is lost.",
            ),
            Mistake(
                "with six shapes chance is not one in six",
                "It is: each shape is named once, so a guess is right in one of six cases.",
            ),
            Mistake(
                "the pointer is between the shapes then, and in no box",
                "Then the nearest box is taken, which would still be right now and then.",
            ),
        ),
        hint="Set the lag to 1.5 s in the first figure and look at the rows.",
        solution="One second too far back the pointer is with the shape before. It is a shape, but each is named once, so it is a wrong one. Errors of a wrong lag are systematic.",
    ),
    Code(
        id="localized_narratives-5",
        question="Write `iou(a, b)`: the intersection over union of two boxes $(x_0, y_0, x_1, y_1)$.",
        function="iou",
        starter=_IOU_START,
        reference=box_iou,
        cases=(((0, 0, 2, 2), (1, 1, 3, 3)), ((0, 0, 4, 1), (2, 0, 6, 1)), ((0, 0, 1, 1), (2, 3, 3, 5))),
        hidden=(
            ((0, 0, 4, 4), (1, 1, 3, 3)),
            ((0.2, 0.1, 0.6, 0.7), (0.5, 0.6, 0.9, 0.8)),
            ((0, 0, 1, 1), (0, 2, 1, 3)),
        ),
        answer=_IOU,
        mistakes=(
            Mistake(
                slip(
                    slip(_IOU, "max(0, min(a[2], b[2]) - max(a[0], b[0]))", "min(a[2], b[2]) - max(a[0], b[0])"),
                    "max(0, min(a[3], b[3]) - max(a[1], b[1]))",
                    "min(a[3], b[3]) - max(a[1], b[1])",
                ),
                "Boxes that do not meet have a negative width and a negative height in common, and minus times minus is plus. Cut both off at 0.",
            ),
            Mistake(
                slip(_IOU, "area_a + area_b - shared", "area_a + area_b"),
                "What both share is counted twice in the sum of the areas: subtract it once.",
            ),
            Mistake(
                slip(_IOU, "area_a + area_b - shared", "min(area_a, area_b)"),
                "That is the share of the smaller box. A small box in a large one would get 1.",
            ),
        ),
        hint="The shared rectangle begins at the larger of the two beginnings and ends at the smaller of the two ends.",
        solution=f"```python\n{_IOU}```",
    ),
    Code(
        id="localized_narratives-6",
        question="`right[n][k]` is the share of nouns of narrative `n` that are grounded right at the `k`-th lag. Write `held_out(right, fit)`: choose the lag at which the first `fit` narratives have the largest mean (the first one, where several have), and return the mean of all the other narratives at this lag.",
        function="held_out",
        starter=_SCORE_START,
        reference=_held_out,
        cases=(
            ([[0.5, 1.0, 0.0], [0.5, 0.5, 1.0], [0.0, 0.5, 1.0]], 1),
            ([[0.2, 0.9, 0.4], [0.2, 0.1, 0.8], [0.7, 0.3, 0.5], [1.0, 0.4, 0.1]], 2),
        ),
        hidden=(([[1.0, 1.0], [0.25, 0.75]], 1), ([[0.0, 0.5, 0.25], [1.0, 0.25, 0.5], [0.5, 0.25, 1.0]], 2)),
        answer=_SCORE,
        mistakes=(
            Mistake(
                slip(_SCORE, "right[fit:, best]", "right[:fit, best]"),
                "You scored the lag on the narratives that it was chosen by. That number is too good.",
            ),
            Mistake(
                slip(_SCORE, "right[:fit].mean", "right.mean"),
                "You chose by all narratives, so those that are scored had a say. Choose by the first ones only.",
            ),
            Mistake(
                slip(_SCORE, "right[fit:, best].mean()", "right[fit:].mean(axis=0).max()"),
                "You chose anew on the narratives that are scored: the best of their own means is too good, too.",
            ),
            Mistake(
                slip(_SCORE, "right[fit:, best]", "right[:, best]"),
                "The narratives that the lag was chosen by are in the mean as well. Leave them out.",
            ),
        ),
        hint="Two steps: argmax over the mean of right[:fit], then the mean of right[fit:] in that column.",
        solution=f"```python\n{_SCORE}```\nIt is what `calibrate` does, which refuses a narrative that is on both sides.",
    ),
)
