"""Exercises on landmark retrieval: average precision and junk, what is stored, what a sum weights, when it pays."""

import numpy as np

from miniatures import landmark_runs as runs
from miniatures.checks import whole_numbers
from miniatures.exercises import Code, Mistake, MultipleChoice, Number
from miniatures.landmark_retrieval import asmk_similarity, average_precision, regional_vlad

RESULTS = (1, 0, 1, 1, 0, 0, 1)
FEATURES, WORDS, REGIONS = ([2.0], [3.0], [8.0]), ([0.0], [10.0]), ((0, 1, 2), (1,), (1, 2))


def trapezoids(relevance) -> float:
    """Average precision as the benchmark of Oxford and Paris integrates it: the mean of the precisions before and at each hit.

    >>> round(trapezoids([1, 0, 1]), 4)  # of 1 and (1/2 + 2/3) / 2
    0.7917
    """
    ranks = np.flatnonzero(whole_numbers("relevance", relevance, (None,), 0, 1))
    if not len(ranks):
        raise ValueError("relevance holds no 1: nothing to average")
    found = np.arange(len(ranks))
    before = np.where(ranks == 0, 1, found / np.maximum(ranks, 1))
    return float(((before + (found + 1) / (ranks + 1)) / 2).mean())


_ANSWER = """def average_precision(relevance, junk):
    hits, place, total = 0, 0, 0.0
    for rank, right in enumerate(relevance):
        if rank in junk:
            continue
        place += 1
        if right:
            hits += 1
            total += hits / place
    return total / hits
"""
_START = """def average_precision(relevance, junk):
    # relevance: 1 right, 0 wrong, best first
    # junk: ranks, from 0, to be left out
    total = 0.0
    for rank, right in enumerate(relevance):
        pass
    return total
"""


def _code():
    slip = _ANSWER.replace
    return Code(
        "landmark_retrieval-9",
        "Write `average_precision(relevance, junk)` yourself. `relevance` is a list of 1 and 0, the best result first. `junk` is a list of ranks, counted from 0, that are left out before anything is counted, "
        "whether right or wrong. At least one right result remains.",
        function="average_precision",
        starter=_START,
        reference=average_precision,
        cases=(([1, 0, 1, 1, 0, 0, 1], []), ([0, 1, 1], [0]), ([1, 0, 1, 0, 1, 1], [2, 3])),
        hidden=(([0, 0, 1], []), ([1, 1, 0, 1], [0, 2]), ([0, 1, 0, 0, 1, 0], [4]), ([0] * 9 + [1], [1, 3, 5])),
        answer=_ANSWER,
        mistakes=(
            Mistake(slip("            continue\n        place += 1\n", "            place += 1\n            continue\n        place += 1\n"),
                    "Junk still takes up a place here, as if it were a wrong result. Those behind it must move up."),
            Mistake(slip("        if rank in junk:\n            continue\n", ""), "Junk is counted like any other result."),
            Mistake(slip("total / hits", "total / place"), "The mean is over the right results, not over all of them."),
            Mistake(slip("total += hits / place", "total += 1 / place"), "That adds up one over the rank. The precision at a rank is the number of right results so far over the number of results so far."),
            Mistake(slip("return total / hits", "return hits / place"), "That is the precision of the whole list: it does not care about the order."),
        ),
        hint="Keep two counters, of results so far and of right results so far, and let junk raise neither.",
        solution="A junk result is passed over before the counters move.\n\n"
        f"```python\n{_ANSWER}```",
    )  # fmt: skip


def _exercises():
    precision = average_precision(RESULTS)
    junked = average_precision(RESULTS, junk=[1])
    halves = {kernel: runs.gap("recall", 0.5, "aggregated", "crop", kernel).mean() for kernel in ("vlad", "asmk")}
    index, global_ = runs.vectors("index"), runs.vectors("global")
    calm = {mode: 100 * runs.stored("clutter", 0, mode, "asmk")[0] for mode in ("global", "aggregated")}
    usual = 100 * runs.stored("recall", 1.0, "global", "asmk")[0]
    summed = regional_vlad(FEATURES, REGIONS, WORDS)
    first = asmk_similarity([[1.0, 0.0], [0.0, 1.0]], [[4.0, 3.0], [0.0, 2.0]], alpha=3)
    return (
        Number(
            "landmark_retrieval-1",
            "A ranking is right, wrong, right, right, wrong, wrong, right, and no right picture is missing. What is its average precision?",
            answer=precision,
            tolerance=0.002,
            mistakes=(
                Mistake(4 / 7, "That is the precision of the whole list, whatever its order. Average the precisions at the four right results."),
                Mistake(trapezoids(RESULTS), "That is the area by trapezoids, as the revisited benchmarks of Oxford and Paris have it. The finite sum takes the precision at each right result alone."),
                Mistake((1 + 1 / 3 + 1 / 4 + 1 / 7) / 4, "Those are reciprocal ranks. At the second right result two of three are right, not one."),
            ),
            hint="At the third rank two of three results are right.",
            solution=f"$(1/1 + 2/3 + 3/4 + 4/7) / 4 = {precision:.4f}$.",
        ),
        Number(
            "landmark_retrieval-2",
            "In the same ranking the second result turns out to be junk: the landmark is there, behind a bus. What is the average precision now?",
            answer=junked,
            tolerance=0.002,
            mistakes=(
                Mistake(precision, "That counts the junk as wrong. It must leave the list, and those behind it move up by one."),
                Mistake(average_precision([1, 1, 1, 1, 0, 0, 1]), "That counts the junk as right. It is neither right nor wrong."),
            ),
            hint="Strike the second result out and score the six that are left.",
            solution=f"$(1/1 + 2/2 + 3/3 + 4/6) / 4 = {junked:.4f}$. The search has not become better by that; the question has become fairer.",
        ),
        Number(
            "landmark_retrieval-3",
            "A detector reports two boxes in each picture. How many times the memory of the whole pictures does the index of regions take?",
            answer=index / global_,
            tolerance=0.001,
            mistakes=(
                Mistake(2.0, "Those are the boxes. The whole picture is in the index as well."),
                Mistake(1.0, "That is the aggregated vector: a sum is as long as its terms."),
            ),
            hint="What is stored for one picture?",
            solution=f"Each box has a vector of its own, and so has the picture: {index} vectors for {global_} pictures.",
        ),
        Number(
            "landmark_retrieval-4",
            "The words are the numbers 0 and 10, the descriptors 2, 3 and 8. The regions are everything, a box with the 3 alone, and a box with the 3 and the 8. "
            "What stands at the first word of the regional VLAD, the mean over the three regions?",
            answer=float(summed[0, 0]),
            tolerance=0.002,
            mistakes=(
                Mistake(float(3 * summed[0, 0]), "That is the sum over the regions. Divide by their number."),
                Mistake(5.0, "That is the VLAD of the whole picture. The 3 lies in all three regions, the 2 in one."),
                Mistake(float(summed[0, 0] + summed[1, 0]), "The 8 belongs to the second word: it is nearer to 10."),
            ),
            hint="Count for each descriptor in how many regions it lies.",
            solution=f"The 2 lies in one region and the 3 in three: $(1 \\cdot 2 + 3 \\cdot 3) / 3 = {summed[0, 0]:.4f}$. At the second word the 8 lies in two of three regions, which gives ${summed[1, 0]:.4f}$.",
        ),
        MultipleChoice(
            "landmark_retrieval-5",
            "Someone leaves out the division by the number of regions. What changes in the ranking?",
            options=("nothing", "pictures with many boxes rise", "pictures with many boxes fall", "it depends on the exponent α"),
            answer="nothing",
            mistakes=(
                Mistake("pictures with many boxes rise", "Their vectors become longer, but VLADs are compared by the cosine, and ASMK brings each row to length 1."),
                Mistake("pictures with many boxes fall", "Neither kernel sees the length of a vector."),
                Mistake("it depends on the exponent α", "The exponent is applied to cosines, and those do not change when a vector is stretched."),
            ),
            hint="What do both kernels do with the length of a vector or of its rows?",
            solution="A common factor of all rows disappears when they are normalised. What does not disappear is a factor that differs between the regions of one picture, as in the unit sum.",
        ),
        Number(
            "landmark_retrieval-6",
            "One picture has the rows $(1, 0)$ and $(0, 1)$, the other $(4, 3)$ and $(0, 2)$. What is their ASMK similarity at $\\alpha = 3$ and $\\tau = 0$?",
            answer=first,
            tolerance=0.002,
            mistakes=(
                Mistake((0.8 + 1) / 2, "That is at α = 1. Raise each cosine to the third power before you add."),
                Mistake(0.8**3 + 1, "Divide by the root of the product of the numbers of words, which is 2."),
                Mistake(((0.8 + 1) / 2) ** 3, "The power belongs to each word's cosine, not to their mean."),
                Mistake((4**3 + 2**3) / 2, "The rows must be brought to length 1 first."),
            ),
            hint="The cosines are 4/5 and 1.",
            solution=f"$(0.8^3 + 1^3) / \\sqrt{{2 \\cdot 2}} = {first:.4f}$.",
        ),
        MultipleChoice(
            "landmark_retrieval-7",
            "A detector finds half of the landmarks. Which stores the pictures better, the boxes alone or the aggregated vector?",
            options=("aggregated, by about 9 points of mAP", "aggregated, by about 2 points", "boxes alone, by about 2 points", "they are equal"),
            answer="aggregated, by about 9 points of mAP",
            mistakes=(
                Mistake("boxes alone, by about 2 points", "That is at recall 1, where no landmark is missed."),
                Mistake("aggregated, by about 2 points", "At a recall of 0.8 the lead is two to three points. At one half it has grown."),
                Mistake("they are equal", "They are where the curves cross, at a recall between 0.8 and 1."),
            ),
            hint="Look at the view of the studies, recall, at one half.",
            solution=f"By {halves['vlad']:.1f} points by VLAD and {halves['asmk']:.1f} by ASMK, in every town. Where the landmark is missed, boxes alone describe something else.",
        ),
        Number(
            "landmark_retrieval-8",
            "Change code. In a cell, import `run` from `miniatures.landmark_retrieval`, and search town 200 by ASMK with whole pictures and no clutter: `run(200, \"asmk\", \"global\", clutter=0)`. What is the mAP in points?",
            answer=float(calm["global"]),
            tolerance=0.006,
            unit="points",
            mistakes=(
                Mistake(float(usual), "That is with five other facades, as everywhere in the chapter: set clutter to 0."),
                Mistake(float(calm["aggregated"]), "That is the aggregated vector. The mode of whole pictures is global."),
                Mistake(float(calm["global"] / 100), "In points: times 100."),
            ),
            hint="It takes a few seconds: 160 scenes are drawn and described.",
            solution=f"{calm['global']:.1f} points, where the same town has {usual:.1f} with clutter. The aggregated vector reaches {calm['aggregated']:.1f}: with nothing to weight down, weights bring little.",
        ),
        _code(),
    )  # fmt: skip


EXERCISES = _exercises()
