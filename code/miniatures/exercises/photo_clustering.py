"""Exercises on photo libraries: pairs, distances, forbidden merges, and what a question can find."""

from math import inf, sqrt

from miniatures.average_linkage import average_linkage_heights
from miniatures.exercises import Code, Mistake, MultipleChoice, Number
from miniatures.photo_album import shipped
from miniatures.photo_clustering import SECOND, combined_distance, pair_precision_recall
from miniatures.photo_clustering_runs import library_of
from miniatures.photo_library import FACE_SIZE, HARD_NOISE, NOISE, expected_distance
from miniatures.photo_questions import correct, questions_to_separate

LABELS, CLUSTERS = (0, 0, 1, 1, 2, 2), (0, 0, 0, 1, 1, 1)
FACES_KEPT = 4  # in the group of exercise 4
OTHER_SEED = 300  # of the library of exercise 8
DISTANCES = ((0.0, 0.2, 0.6, inf), (0.2, 0.0, 0.4, 0.9), (0.6, 0.4, 0.0, 0.3), (inf, 0.9, 0.3, 0.0))
FREE_DISTANCES = ((0.0, 0.2, 0.6, 0.8), (0.2, 0.0, 0.4, 0.9), (0.6, 0.4, 0.0, 0.3), (0.8, 0.9, 0.3, 0.0))

_ANSWER = """def pair_precision_recall(labels, clusters):
    right = claimed = true = 0
    for i in range(len(labels)):
        for j in range(i):
            same_person = labels[i] == labels[j]
            put_together = clusters[i] == clusters[j]
            right += same_person and put_together
            claimed += put_together
            true += same_person
    precision = right / claimed if claimed else 1.0
    recall = right / true if true else 1.0
    return precision, recall
"""
_START = """def pair_precision_recall(labels, clusters):
    # two lists of the same length: who each face is, and the cluster it was put into
    return 0.0, 0.0
"""


def _code():
    slip = _ANSWER.replace
    return Code(
        "photo_clustering-7",
        "Write `pair_precision_recall(labels, clusters)` for two lists: the pair of precision and recall over all pairs of faces. With no pair put together the precision is 1, with no true pair the recall is 1.",
        function="pair_precision_recall",
        starter=_START,
        reference=pair_precision_recall,
        cases=(
            ([0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 1, 1]),
            ([7, 7, 7, 4], [1, 1, 2, 2]),
            ([0, 1, 2], [0, 0, 0]),
        ),
        hidden=(([3, 3, 3], [0, 1, 2]), ([5], [0]), ([1, 1, 2, 2, 2], [8, 8, 9, 9, 9]), ([0, 1, 0, 1, 0], [0, 0, 1, 1, 1])),
        answer=_ANSWER,
        mistakes=(
            Mistake(slip("return precision, recall", "return recall, precision"), "Precision comes first: of the pairs put together, how many are right."),
            Mistake(slip("for j in range(i):", "for j in range(i + 1):"), "A face with itself is no pair. Those would always be right, and flatter both numbers."),
            Mistake(slip("if claimed else 1.0", "if claimed else 0.0"), "Who claims nothing has made no mistake: the precision is 1 there."),
            Mistake(slip("precision = right / claimed if claimed else 1.0", "precision = right / true if true else 1.0"), "Precision is a share of the pairs put together, not of the true ones."),
        ),
        hint="Two loops over i and j below i, and three counters.",
        solution=f"The module counts by a table of labels and clusters, which is faster: a cell with n faces has n(n − 1)/2 pairs. The plain way is\n\n```python\n{_ANSWER}```",
    )  # fmt: skip


def _exercises():
    precision, recall = pair_precision_recall(LABELS, CLUSTERS)
    group = expected_distance(NOISE / sqrt(FACES_KEPT), HARD_NOISE)
    single = expected_distance(NOISE, HARD_NOISE)
    heights = average_linkage_heights(DISTANCES)
    free = average_linkage_heights(FREE_DISTANCES)
    needed, here = (
        questions_to_separate(correct(one.observations, one.person, 30, first=0.2, same_photo_rule=False), one.person)
        for one in (library_of(OTHER_SEED), shipped())
    )
    together = combined_distance([0.7], [0.3]).item()
    return (
        Number(
            "photo_clustering-1",
            "Six faces of the persons 0, 0, 1, 1, 2, 2 were put into the clusters 0, 0, 0, 1, 1, 1. What is the pair precision?",
            answer=precision,
            tolerance=0.005,
            mistakes=(
                Mistake(recall, "That is the recall: two of the three true pairs are found. Precision asks about the pairs put together. (The share of faces among their own kind is 2/3 as well.)"),
                Mistake(0.5, "Three of six faces: but pairs are counted here. Six pairs are put together."),
            ),
            hint="Each cluster of three has three pairs.",
            solution="Six pairs are put together, of which 0–0 and 2–2 are right: 2/6. Of the three true pairs two are found, a recall of 2/3.",
        ),
        MultipleChoice(
            "photo_clustering-2",
            "Can $D = \\min(F, \\alpha F + \\beta T)$ exceed $F$?",
            options=("No, never.", "Yes, when the clothes differ a lot.", "Yes, when α + β is above 1.", "Only across moments."),
            answer="No, never.",
            mistakes=(
                Mistake("Yes, when the clothes differ a lot.", "Then the second term is large, and the minimum takes the first one, F."),
                Mistake("Yes, when α + β is above 1.", "The second term may then be large for alike clothes too. The minimum still takes F."),
                Mistake("Only across moments.", "Across moments clothes are not used at all, and the distance is F itself."),
            ),
            hint="A minimum is at most each of the things that it is the minimum of.",
            solution="Never. So other clothes are no evidence that two faces are different people, which is why the minimum alone cannot help with twins.",
        ),
        Number(
            "photo_clustering-3",
            "Two faces of one moment have $F = 0.7$, their clothes $T = 0.3$, and $\\alpha = \\beta = 0.5$. What is $D$?",
            answer=together,
            tolerance=0.002,
            mistakes=(
                Mistake(0.7, "That is F. The other term is smaller."),
                Mistake(0.3, "That is T alone. It enters with the weight β, beside α F."),
                Mistake(1.0, "The weights are missing: half of each."),
            ),
            hint="Compute 0.5 · 0.7 + 0.5 · 0.3 and compare it with F.",
            solution="0.35 + 0.15 = 0.5, less than 0.7. With a threshold of 0.6 the clothes have joined two faces that F alone would leave apart.",
        ),
        Number(
            "photo_clustering-4",
            f"A hard face ($\\sigma' = {HARD_NOISE}$) is compared with the mean of {FACES_KEPT} good ones of the same person ($\\sigma = {NOISE}$). Which distance do you expect, with {FACE_SIZE} numbers in an embedding?",
            answer=group,
            tolerance=0.004,
            mistakes=(
                Mistake(single, "That is for a single good face. The noise of a mean of four is half as large."),
                Mistake(expected_distance(NOISE / FACES_KEPT, HARD_NOISE), "A mean of four has the noise of one divided by the square root of four, not by four."),
                Mistake(expected_distance(HARD_NOISE, HARD_NOISE), "That is for two hard faces."),
            ),
            hint="Put σ/2 and σ' into the formula, with a = 0.",
            solution=f"$1 - 1/\\sqrt{{(1 + 64 \\cdot 0.0325^2)(1 + 64 \\cdot 0.3^2)}} = {group:.3f}$, just below the threshold of {SECOND}; a single good face would be at {single:.3f}, on the threshold. Most of the distance is the hard face's own.",
        ),
        Number(
            "photo_clustering-5",
            "Four faces have the distances $d_{01} = 0.2$, $d_{02} = 0.6$, $d_{12} = 0.4$, $d_{13} = 0.9$, $d_{23} = 0.3$. Faces 0 and 3 were seen in one photo. Average linkage with the same-photo rule runs to its end: at which distance is its *last* merge?",
            answer=heights[-1].item(),
            tolerance=0.002,
            mistakes=(
                Mistake(float((0.6 + 0.4 + 0.9) / 3), "The mean over the pairs that are left ignores the forbidden one. A mean with an infinite member is infinite: that merge is never made."),
                Mistake(heights[0].item(), "That is the first merge, of 0 and 1. One more is made."),
                Mistake(0.5, "That would be the mean of 0.6 and 0.4, for face 2 and the group of 0 and 1. But 2 and 3 are closer, and merge before."),
            ),
            hint="After the first merge, compare 2–3 with the means to the group of 0 and 1.",
            solution=f"0 and 1 merge at {heights[0]:.1f}, then 2 and 3 at {heights[1]:.1f}. The two groups hold 0 and 3, so they never merge. Had 0 and 3 a distance of 0.8 instead, they would merge at {free[-1]:.3f}.",
        ),
        MultipleChoice(
            "photo_clustering-6",
            "Thirty questions about the merge closest to the threshold do not separate the twins, when there is no same-photo rule. Why?",
            options=(
                "The twins merge far below the threshold, so nothing near it concerns them.",
                "The user cannot tell twins apart either.",
                "Thirty is too few; with some more they would be reached soon.",
                "A question cannot be about a merge that was already made.",
            ),
            answer="The twins merge far below the threshold, so nothing near it concerns them.",
            mistakes=(
                Mistake("The user cannot tell twins apart either.", "Our user always knows the answer. He is never asked."),
                Mistake("Thirty is too few; with some more they would be reached soon.", "Not even if nothing is left to ask. The user sees one face of either side, says yes where these two are one person, and that fixes who else is in the groups."),
                Mistake("A question cannot be about a merge that was already made.", "It can, with the strategy closest. That is how it mends a bold threshold."),
            ),
            hint="Two good pictures of the twins are about 0.33 apart. Where is the threshold?",
            solution="Uncertainty finds mistakes that the model half suspects. A confident mistake lies far from every threshold, whatever model you use. It takes another source: a rule, or a user who looks by himself.",
        ),
        _code(),
        Number(
            "photo_clustering-8",
            f"Change code. In the cell that calls `correct`, the user points at the twins of one library. Take another, `library = runs.library_of({OTHER_SEED})`, with its observations and its persons. How many questions separate the twins there, with `first=0.2`? Then set `first=0.3`, and see what becomes of it. Answer for 0.2.",
            answer=float(needed),
            tolerance=0.1,
            mistakes=(
                Mistake(30.0, "Thirty questions about the doubtful merges do not separate them at all. Use correct."),
                Mistake(float(here), "That is the library of the page. Take both, observations and persons, from the other one."),
                Mistake(1.0, "One no parts two groups. But the twins have come together in several places."),
            ),
            hint="seen, person = library.observations, library.person; questions_to_separate gives the number, or None.",
            solution=f"{needed}, against {here} on the page: it depends on the library, and on what the first pass has put together for good: where a group of the first pass holds both, the result is None, and no question helps.",
        ),
    )  # fmt: skip


EXERCISES = _exercises()
