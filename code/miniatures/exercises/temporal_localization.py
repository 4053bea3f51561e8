"""Exercises on temporal localization: receptive fields, overlaps, what survives suppression, who needs context."""

from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.temporal_localization import average_precision, non_maximum_suppression, receptive_field, temporal_iou
from miniatures.temporal_runs import LOOKS, recall

_SEGMENTS = {"A": (0, 10), "B": (1, 11), "C": (4, 14), "D": (20, 30), "E": (12, 24)}
_SCORES = {"A": 0.9, "B": 0.8, "C": 0.7, "D": 0.6, "E": 0.85}
_kept = [list(_SEGMENTS)[k] for k in non_maximum_suppression(list(_SEGMENTS.values()), list(_SCORES.values()), 0.5)]
_TRUTH, _FOUND, _SURE = [(0, 10), (20, 30)], [(0, 9), (1, 10), (21, 31)], [0.9, 0.8, 0.7]
_precision = average_precision(_TRUTH, _FOUND, _SURE, 0.5)
_long = 100 * (recall("aligned", 10, "long").mean() - recall("fixed", 10, "long").mean())
_short = 100 * (recall("aligned", 10, "short").mean() - recall("fixed", 10, "short").mean())
_NAMES = {
    "aligned towers": "aligned", "the shared tower": "fixed", "the shared tower with context": "fixed + context", "aligned towers with context": "aligned + context",
}  # fmt: skip
_order = sorted(_NAMES, key=lambda name: recall(_NAMES[name], 10).mean())
assert set(_NAMES.values()) == set(LOOKS)

_NMS = """import numpy as np

def tiou(a, b):
    shared = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return shared / (a[1] - a[0] + b[1] - b[0] - shared)

def suppress(segments, scores, threshold):
    order = np.argsort(-np.array(scores), kind="stable")
    kept = []
    for i in order:
        if all(tiou(segments[i], segments[k]) <= threshold for k in kept):
            kept.append(int(i))
    return kept
"""
_START = """import numpy as np

def tiou(a, b):
    shared = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return shared / (a[1] - a[0] + b[1] - b[0] - shared)

def suppress(segments, scores, threshold):
    kept = []
    return kept
"""


def suppress(segments, scores, threshold):
    """The indices that survive, best first, as a list.

    >>> suppress([(0, 10), (1, 11), (20, 30)], [0.7, 0.9, 0.8], 0.5)
    [1, 2]
    """
    return non_maximum_suppression(segments, scores, threshold).tolist()


def _exercises():
    return (
        MultipleChoice(
            "temporal_localization-1",
            "In the first figure choose anchors of 22 frames, aligned, without context. Where are the log-odds high?",
            options=("all along every action, long or short", "only at actions of about 22 frames", "only at the ends of actions", "nowhere"),
            answer="all along every action, long or short",
            mistakes=(
                Mistake("only at actions of about 22 frames", "That is what one would wish for. It needs context: switch it on and compare."),
                Mistake("only at the ends of actions", "At an end the anchor holds half of an action and half of nothing, which is worse than all of it."),
                Mistake("nowhere", "They are seldom above zero, but look at the shape of the curve against the grey boxes."),
            ),
            hint="Compare the curve above a long grey box with that above a short one.",
            solution="An anchor that sees only itself sees the same thing in the middle of a long action as on a short one that it fits: something happens in all of it. "
            "Whether the action goes on outside can only be told by looking outside.",
        ),
        Number(
            "temporal_localization-2",
            "Two convolutions of three taps have the dilations $s/6$ and $s/3$. How many frames does the receptive field of the second hold for $s = 18$?",
            answer=receptive_field(18), tolerance=0.4, unit="frames",
            mistakes=(
                Mistake(18, "Count the frame in the middle, too."),
                Mistake(receptive_field(18, True), "That is with context."),
                Mistake(1 + 3 + 6, "Each convolution reaches to both sides."),
                Mistake(9, "Those are the taps, three times three. They lie apart."),
            ),
            hint="A tap at distance $d$ on both sides adds $2d$ frames.",
            solution="$1 + 2\\cdot 3 + 2\\cdot 6 = 19$: the anchor's length and the frame in the middle.",
        ),
        Number(
            "temporal_localization-3",
            "And with context, when both dilations are doubled?",
            answer=receptive_field(18, True), tolerance=0.4, unit="frames",
            mistakes=(
                Mistake(2 * receptive_field(18), "The middle frame is not doubled."),
                Mistake(receptive_field(18), "That is without context."),
                Mistake(receptive_field(18, 0.5), "That is half of the context: each side gets half of the anchor's length."),
            ),
            hint="$1 + 2\\cdot 6 + 2\\cdot 12$.",
            solution="$1 + 2s = 37$: half of the anchor's length more on each side.",
        ),
        Number(
            "temporal_localization-4",
            "What is the tIoU of the segments $(2, 7.5)$ and $(4, 10)$? Give four decimals.",
            answer=temporal_iou((2, 7.5), (4, 10)), tolerance=0.0004,
            mistakes=(
                Mistake(3.5 / 11.5, "You divided by the sum of the lengths. What both cover counts once."),
                Mistake(3.5 / 5.5, "That is the share of the first segment. The union is longer."),
                Mistake(3.5 / 6, "That is the share of the second segment."),
                Mistake(3.5, "That is the time they share. Divide by the time that they cover together."),
            ),
            hint="They share 4 to 7.5 and cover 2 to 10.",
            solution="$3.5/8 = 0.4375$, below the usual threshold of 0.5: this proposal would not count.",
        ),
        MultipleChoice(
            "temporal_localization-5",
            "Five proposals: A (0, 10) with score 0.9, E (12, 24) with 0.85, B (1, 11) with 0.8, C (4, 14) with 0.7, D (20, 30) with 0.6. Which survive non-maximum suppression at a tIoU of 0.5?",
            options=("A, E, C, D", "A, E, D", "A, E", "A, E, B, C, D"),
            answer=", ".join(_kept),
            mistakes=(
                Mistake("A, E, D", "C overlaps B by 7/13, but B was suppressed by A, and who is gone suppresses nobody. With A, C shares 6 of 14."),
                Mistake("A, E", "D shares 4 frames of 18 with E. That is not enough to go."),
                Mistake("A, E, B, C, D", "B shares 9 frames of 11 with A."),
            ),
            hint="Go down the scores. Compare each with those that are *kept*.",
            solution="A stays. E touches nothing. B shares 9 of 11 with A and goes. C shares 6 of 14 with A, $0.43$, and stays: B is gone and cannot suppress it. D stays.",
        ),
        Number(
            "temporal_localization-6",
            "The truth is (0, 10) and (20, 30). A detector says (0, 9) with score 0.9, (1, 10) with 0.8 and (21, 31) with 0.7. What is its average precision at a tIoU of 0.5? Give four decimals.",
            answer=_precision, tolerance=0.0006,
            mistakes=(
                Mistake(1.0, "The second detection finds an action that is already taken. A copy is a wrong detection."),
                Mistake(2 / 3, "That is the precision at the end. Average over the recalls that are reached."),
                Mistake(0.5, "The second action is found as well, by the third detection."),
            ),
            hint="At recall 1/2 the precision is 1, at recall 1 it is 2/3.",
            solution=f"$\\tfrac12\\cdot 1 + \\tfrac12\\cdot\\tfrac23 = {_precision:.4f}$. Without the copy it would be 1, which is what suppression is for.",
        ),
        Ordering(
            "temporal_localization-7",
            "Order the four by their average recall with ten proposals, the worst first.",
            answer=tuple(_order),
            mistakes=(
                Mistake(tuple(reversed(_order)), "Those are the right neighbours, with the best first."),
                Mistake(
                    ("the shared tower", "aligned towers", "the shared tower with context", "aligned towers with context"),
                    "That each idea helps by itself is what one expects. Look again at the first two.",
                ),
                Mistake(
                    ("the shared tower", "the shared tower with context", "aligned towers", "aligned towers with context"),
                    "That each idea helps by itself is what one expects. Look at aligned towers alone.",
                ),
            ),
            hint="The figure with recall by proposals, at ten.",
            solution="Alignment alone is the worst: it takes away what the shared tower happened to see around short actions. With context it is the best.",
        ),
        Number(
            "temporal_localization-8",
            "Change code. For *short* actions aligned towers lose "
            f"{-_short:.1f} points of AR@10 against the shared one. By how many points does AR@10 change for *long* actions? Use `recall(\"aligned\", 10, \"long\")` of `miniatures.temporal_runs`; "
            "give one decimal, with its sign.",
            answer=_long, tolerance=0.06, unit="points",
            mistakes=(
                Mistake(-_long, "The sign: aligned minus shared."),
                Mistake(_short, "That is for short actions."),
                Mistake(_long / 100, "That is a share. Multiply by 100 for points."),
            ),
            hint="`100 * (recall(\"aligned\", 10, \"long\").mean() - recall(\"fixed\", 10, \"long\").mean())`",
            solution=f"${_long:+.1f}$ points. A tower of 26 frames does not see a long action from end to end; an aligned one does. The average over all actions hides that alignment does two opposite things.",
        ),
        MultipleChoice(
            "temporal_localization-9",
            "You have a thousand examples, two streams, and a camera that shakes half of the time when your model is used. No training example shakes. In the figure of two streams, which is best?",
            options=("appearance alone", "early fusion", "late fusion, clearly", "motion alone"),
            answer="appearance alone",
            mistakes=(
                Mistake("early fusion", "It and late fusion are almost the same here, and both are pulled along by the shaken stream."),
                Mistake("late fusion, clearly", "Late fusion gains on early fusion with shaking, but at one half the two are still almost equal, and the dotted line lies above both."),
                Mistake("motion alone", "That is the stream that breaks."),
            ),
            hint="Set 1000 examples and a share of 0.5, and read all four lines.",
            solution="Neither way of adding knows which stream to believe today. When a stream breaks often enough, leaving it out is better than any fixed way to fuse it.",
        ),
    )  # fmt: skip


def _code():
    slip = _NMS.replace
    return Code(
        "temporal_localization-10",
        "Write `suppress(segments, scores, threshold)`: the indices of the segments that survive non-maximum suppression, best first, as a list. A segment goes if a *kept* one overlaps it by a tIoU above the threshold.",
        function="suppress", starter=_START, reference=suppress,
        cases=(([(0, 10), (1, 11), (20, 30)], [0.7, 0.9, 0.8], 0.5), (list(_SEGMENTS.values()), list(_SCORES.values()), 0.5)),
        hidden=(([(0, 2), (1, 3), (2, 4), (3, 5)], [1, 2, 3, 4], 0.3), ([(0, 4), (0, 2), (5, 6)], [3, 2, 1], 0.5), ([(0, 1)], [0.1], 0.0)),
        answer=_NMS,
        mistakes=(
            Mistake(slip("for k in kept)", "for k in order if scores[k] > scores[i])"), "You compare with all better segments. One that was suppressed itself suppresses nobody."),
            Mistake(slip("-np.array(scores)", "np.array(scores)"), "You begin with the worst. Sort by score, the best first."),
            Mistake(slip("<= threshold", "< threshold"), "A tIoU of exactly the threshold may stay; only one above it goes."),
            Mistake(slip("    return kept\n", "    return sorted(kept)\n"), "The right ones, but in the order of the list. Best first."),
            Mistake(slip("        if all(tiou(segments[i], segments[k]) <= threshold for k in kept):\n            kept.append(int(i))", "        kept.append(int(i))"),
                    "That only sorts. A segment that overlaps a kept one too much must go."),
        ),
        hint="Sort by score; keep a list; each next one must overlap none of the list by more than the threshold.",
        solution=f"```python\n{_NMS}```\n\nIt is greedy: what is kept early is never given up again.",
    )  # fmt: skip


EXERCISES = (*_exercises(), _code())
