"""Exercises on masks: overlaps of discs and polygons, what 84 percent is not, a walker in a row, what mAP leaves out, and two functions."""

import numpy as np

from miniatures.checks import numbers
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, slip
from miniatures.overlap_measures import (
    dice,
    disc_iou,
    fewest_sides,
    mask_iou,
    offset_disc_iou,
    polygon_disc_iou,
    wrong_share,
)
from miniatures.random_walk import random_walker_weights

_lens = disc_iou(10, 10, 3)
_sides = fewest_sides(0.84)
_eroded = offset_disc_iou(20, 1.5)
_wrong = 100 * wrong_share(0.84, 0.1)


def in_a_row(weights) -> np.ndarray:
    """The chance (N + 1,) at each pixel of a row, background first and object last, whose N edges have `weights`.

    >>> in_a_row([1.0, 0.2, 1.0]).round(3).tolist()
    [0.0, 0.143, 0.857, 1.0]
    """
    weights = numbers("weights", weights, (None,), 0)
    count = len(weights) + 1
    return random_walker_weights([weights], np.zeros((0, count)), {(0, 0): 0, (0, count - 1): 1})[0]


_street = float(in_a_row([1.0, 0.2, 1.0])[1])

_IOU = """import numpy as np

def overlap(mask_a, mask_b, void):
    a, b, void = (np.asarray(mask, bool) for mask in (mask_a, mask_b, void))
    both = (a & b & ~void).sum()
    either = ((a | b) & ~void).sum()
    if either == 0:
        raise ValueError("0 / 0 has no value")
    return both / either
"""
_IOU_START = """import numpy as np

def overlap(mask_a, mask_b, void):
    a, b, void = (np.asarray(mask, bool) for mask in (mask_a, mask_b, void))
    return 0.0
"""
_ROW = """import numpy as np

def chances(weights):
    resistance = 1 / np.asarray(weights, float)
    passed = np.concatenate([[0], np.cumsum(resistance)])
    return passed / passed[-1]
"""
_ROW_START = """import numpy as np

def chances(weights):
    return np.zeros(len(weights) + 1)
"""


EXERCISES = (
    Number(
        id="instance_segmentation-1",
        question="Two discs have a radius of 10 pixels, and their centres are 3 pixels apart. What is their IoU? Guess first, then compute.",
        answer=_lens,
        tolerance=0.005,
        mistakes=(
            Mistake(
                round(dice(_lens), 4),
                "That is the Dice coefficient: the lens over the area of one disc. The union is larger than a disc.",
            ),
            Mistake(
                0.85, "3 of 20 pixels across are off, but the discs miss each other on both sides, and IoU counts both."
            ),
            Mistake(0.7, "1 − 3/10 compares lengths; here areas are compared, close to this number by accident."),
        ),
        hint="The function disc_iou of the chapter takes two radii and a distance.",
        solution=f"`disc_iou(10, 10, 3)` is {_lens:.3f}. The lens is {100 * dice(_lens):.0f} % of a disc, and the union one disc and {100 - 100 * dice(_lens):.0f} % of the other.",
    ),
    Number(
        id="instance_segmentation-2",
        question="How many corners does a regular polygon inscribed in a disc need for an IoU of 0.84 or more?",
        answer=_sides,
        tolerance=0.1,
        mistakes=(
            Mistake(_sides - 1, "The hexagon has 0.827 and falls just short."),
            Mistake(
                fewest_sides(0.84, circumscribed=True),
                "That is for a polygon whose sides touch the circle from outside. An inscribed one loses more.",
            ),
            Mistake(_sides + 1, "The octagon has 0.900; one corner fewer does as well."),
        ),
        hint="n/2π · sin(2π/n), for n = 3, 4, 5 …",
        solution=f"With 6 corners the IoU is {polygon_disc_iou(6):.3f}, with 7 it is {polygon_disc_iou(7):.3f}, so {_sides}.",
    ),
    Number(
        id="instance_segmentation-3",
        question="A disc has a radius of 20 pixels. An annotator draws its outline 1.5 pixels too far inside all the way round. What is the IoU?",
        answer=_eroded,
        tolerance=0.003,
        mistakes=(
            Mistake(18.5 / 20, "That is the ratio of the radii. Areas go with their squares."),
            Mistake(
                round((18.5 / 21.5) ** 2, 4),
                "The union is the true disc, not a larger one: everything that was drawn lies inside it.",
            ),
            Mistake(
                1 - (1.5 / 20) ** 2,
                "The error's square is not what is lost: a thin ring has its width times its length.",
            ),
        ),
        hint="What is drawn lies inside the truth, so the IoU is the ratio of the two areas.",
        solution=f"$(18.5/20)^2 = {_eroded:.4f}$. A slip of 1.5 pixels, and 14 % of the overlap is gone.",
    ),
    Number(
        id="instance_segmentation-4",
        question="An object fills 10 % of a picture. A mask is as large as the object and has an IoU of 0.84 with it. Which share of the picture's pixels does the mask get wrong, in percent?",
        answer=_wrong,
        tolerance=0.04,
        unit="%",
        mistakes=(
            Mistake(
                16,
                "That is the share of the union of the two masks, and the union is little more than a tenth of the picture.",
            ),
            Mistake(
                1.6,
                "Close: 16 % of a tenth. But the union is larger than the object, by as much as was drawn beside it.",
            ),
            Mistake(
                round(_wrong / 2, 4),
                "You counted the missed pixels or the surplus ones. There are as many of either, and both are wrong.",
            ),
        ),
        hint="If both have the area a and share s, then IoU = s / (2a − s). Find s, then what is wrong is 2a − 2s.",
        solution=f"$s = 2a \\cdot 0.84/1.84 = 0.0913$, so $2a - 2s = {_wrong / 100:.4f}$: {_wrong:.2f} % of the pixels are wrong. A mask with no pixel at all would be wrong on 10 % and have an IoU of 0.",
    ),
    Number(
        id="instance_segmentation-5",
        question="A row of four pixels has edges of the weights 1, 0.2 and 1. The first pixel is background, the last is object. What is the walker's chance at the *second* pixel to reach the object first?",
        answer=_street,
        tolerance=0.004,
        mistakes=(
            Mistake(1 / 3, "That is for equal weights. The middle street is nearly closed."),
            Mistake(round(1 - _street, 4), "That is the third pixel, on the object's side of the weak edge."),
            Mistake(
                round(1 / 2.2, 4),
                "You added weights. In a row resistances add up, and a resistance is one over a weight.",
            ),
            Mistake(
                round(0.2 / 1.2, 4),
                "That is the chance to take the middle street in the first step. From beyond it he may still come back.",
            ),
        ),
        hint="Resistances are 1, 5 and 1. Which share of the way from background to object lies behind the second pixel?",
        solution=f"$1/(1 + 5 + 1) = {_street:.3f}$. Check: $p_2 = (1\\cdot 0 + 0.2\\, p_3)/1.2$ with $p_3 = 6/7$ gives $1/7$ again.",
    ),
    MultipleChoice(
        id="instance_segmentation-6",
        question="With $\\beta = 1$ the first click on the object lowers the IoU for most objects. Why?",
        options=(
            "the background's seeds are all around and the object's is one spot",
            "the annotator clicked at a wrong place",
            "the linear system is solved only approximately",
            "the mask is compared with the truth outside the box too",
        ),
        answer="the background's seeds are all around and the object's is one spot",
        mistakes=(
            Mistake(
                "the annotator clicked at a wrong place",
                "The first click is the pixel deepest inside the object; no place says more about where the object is.",
            ),
            Mistake(
                "the linear system is solved only approximately",
                "It is solved exactly, to rounding. What is exact is the answer to the walker's question, not to yours.",
            ),
            Mistake(
                "the mask is compared with the truth outside the box too",
                "Outside the box both say background; those pixels are in neither mask and do not count.",
            ),
        ),
        hint="What does the left panel of the walker's view show for a small β, when nothing but distance counts?",
        solution="Unless an edge stops him, a walker in the box meets the long border before he meets three by three pixels of ink. A larger β, or more ink, cures it.",
    ),
    MultipleChoice(
        id="instance_segmentation-7",
        question="A detector multiplies its score of each triplet by how common its three words are. Its mean average precision over the kinds of triplets stays the same to the last digit. Why?",
        options=(
            "within a kind all scores are multiplied by one number",
            "the habits were learned from too few rooms",
            "geometry already knows how common the words are",
            "the overlap of the boxes decides alone",
        ),
        answer="within a kind all scores are multiplied by one number",
        mistakes=(
            Mistake(
                "the habits were learned from too few rooms",
                "They help to name the best triplet of a room, so they were learned well enough.",
            ),
            Mistake(
                "geometry already knows how common the words are",
                "It does not know the words at all. And then the two would be close, not equal to the last digit.",
            ),
            Mistake(
                "the overlap of the boxes decides alone",
                "The overlap decides what may count as right. The ranking is made by the scores.",
            ),
        ),
        hint="Average precision looks at the order of the scores within one kind.",
        solution="All *cup on table* get the same factor, so their order stays. Only a measure that compares different kinds, such as the best triplet of a room, can notice.",
    ),
    Code(
        id="instance_segmentation-8",
        question="Write `overlap(mask_a, mask_b, void)`: the IoU of two masks of zeros and ones, where pixels of `void` count for neither. Raise a `ValueError` where no pixel is left in either mask.",
        function="overlap",
        starter=_IOU_START,
        reference=mask_iou,
        cases=(
            ([[1, 1, 0]], [[0, 1, 1]], [[0, 0, 0]]),
            ([[1, 1, 0, 0], [1, 1, 0, 0]], [[1, 1, 1, 0], [0, 0, 0, 0]], [[0, 0, 1, 0], [0, 0, 0, 1]]),
        ),
        hidden=(
            ([[1, 1, 1, 1]], [[1, 1, 1, 0]], [[0, 1, 0, 0]]),
            ([[1, 0]], [[1, 0]], [[1, 0]]),
            ([[0, 1, 1, 1, 1]], [[1, 1, 0, 0, 0]], [[1, 0, 0, 0, 0]]),
        ),
        answer=_IOU,
        mistakes=(
            Mistake(
                slip(_IOU, "both / either", "2 * both / (both + either)"),
                "That is the Dice coefficient, 2 IoU / (1 + IoU).",
            ),
            Mistake(
                slip(slip(_IOU, "a & b & ~void", "a & b"), "(a | b) & ~void", "a | b"),
                "Pixels of the void are still counted; take them out of both sums.",
            ),
            Mistake(
                slip(_IOU, "(a | b) & ~void", "a | b"), "The void is still in the union; take it out of both sums."
            ),
            Mistake(
                slip(slip(_IOU, "a & b & ~void", "(a == b) & ~void"), "((a | b) & ~void).sum()", "(~void).sum()"),
                "That is the share of pixels on which the masks agree. Most of a picture is in neither, and would make every mask look good.",
            ),
            Mistake(
                slip(_IOU, "((a | b) & ~void)", "(b & ~void)"),
                "That is the share of the second mask that the first one has. A mask that covers everything would score 1.",
            ),
        ),
        hint="Two sums: pixels in both and pixels in either, each without the void.",
        solution=f"```python\n{_IOU}```",
    ),
    Code(
        id="instance_segmentation-9",
        question="Write `chances(weights)`: the random walker's chance at each of the $N + 1$ pixels of a row with $N$ edges of these weights, where the first pixel is background and the last is object.",
        function="chances",
        starter=_ROW_START,
        reference=in_a_row,
        cases=(([1.0, 0.2, 1.0],), ([1.0, 1.0],)),
        hidden=(([2.0, 0.5, 0.5, 4.0],), ([0.001, 1.0, 1.0],)),
        answer=_ROW,
        mistakes=(
            Mistake(
                slip(_ROW, "1 / np.asarray(weights, float)", "np.asarray(weights, float)"),
                "You added weights. What adds up in a row are resistances, one over each weight.",
            ),
            Mistake(
                slip(_ROW, "1 / np.asarray(weights, float)", "np.ones(len(weights))"),
                "That is the way for equal weights; the picture has no say in it.",
            ),
            Mistake(
                slip(_ROW, "return passed / passed[-1]", "return 1 - passed / passed[-1]"),
                "That is the chance to reach the background first.",
            ),
            Mistake(
                slip(_ROW, "return passed / passed[-1]", "return passed"),
                "The last pixel is the object: its chance is 1. Divide by the whole resistance.",
            ),
        ),
        hint="The same current flows through every edge, so the voltage rises over an edge by its resistance.",
        solution=f"```python\n{_ROW}```\nThe border at ½ lies where half of the resistance is passed: on the edge, if one is strong enough.",
    ),
)
