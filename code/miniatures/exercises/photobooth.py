"""Exercises on the photobooth: chance and peaks, time, attention, and a bar that trembles."""

import numpy as np

from miniatures import photobooth_runs as runs
from miniatures.exercises import Code, Mistake, MultipleChoice, Number
from miniatures.photobooth import (
    attend_faces,
    hysteresis,
    latency,
    literal_shots,
    shots,
    tipping_sharpness,
    total_variation,
    two_sided_shots,
)

BUFFER, LONG = 6, 15
COURSE, THRESHOLDS, MARGIN = (0.1, 0.52, 0.48, 0.57, 0.48, 0.4), (0.25, 0.5, 0.75), 0.05
SCORES = (0, 2, 6, 9, 8, 6, 5, 3, 1, 0, 0, 0)
TREMBLING = (0.4, 0.52, 0.46, 0.53, 0.47, 0.55)

_ANSWER = """def two_sided_shots(scores, buffer):
    found = []
    for t in range(len(scores) - buffer):
        after = scores[t + 1 : t + 1 + buffer]
        before = scores[max(0, t - buffer) : t]
        if all(scores[t] > s for s in after) and all(scores[t] > s for s in before):
            found.append(t)
    return found
"""
_START = """def two_sided_shots(scores, buffer):
    # scores is a list of numbers, one a frame; return the list of the frames that are saved
    return []
"""
_ARGMAX = """def two_sided_shots(scores, buffer):
    if len(scores) <= buffer:
        return []
    return [max(range(len(scores)), key=lambda t: scores[t])]
"""


def _saved(scores, buffer):
    return two_sided_shots(scores, buffer).tolist()


def _code():
    slip = _ANSWER.replace
    return Code(
        "photobooth-8",
        "Write the rule that looks to both sides: `two_sided_shots(scores, buffer)` returns the list of the frames that score more than each of the `buffer` frames after them *and* more than each of the "
        "`buffer` frames before them. At the start of the video fewer frames lie before, and that is enough. A frame whose buffer is not full yet, as the last ones, is not judged.",
        function="two_sided_shots",
        starter=_START,
        reference=_saved,
        cases=(([1, 5, 4, 3, 2, 2, 2], 2), ([0, 3, 1, 1, 0, 9, 1, 0, 0, 0, 0], 3), ([7, 1, 2, 1, 1], 1)),
        hidden=(([2, 2, 1, 1], 1), ([1, 2, 3], 1), ([4, 1, 1, 3, 0, 0, 0, 5, 0, 0, 0], 3), ([1, 2], 5)),
        answer=_ANSWER,
        mistakes=(
            Mistake(_ARGMAX, "That is the best frame of the whole video, which no camera knows before the end. It has one shot however many moments there are."),
            Mistake(slip("if all(scores[t] > s for s in after) and all(scores[t] > s for s in before):", "if all(scores[t] > s for s in after):"),
                    "That is the rule as printed: it also saves the frames of a decay. Compare with the frames before, too."),
            Mistake(slip("range(len(scores) - buffer)", "range(len(scores))"), "The last frames have no full buffer: what comes after them is not known yet."),
            Mistake(slip("scores[t] > s for s in before", "scores[t] >= s for s in before"), "A frame that only ties with an earlier one does not beat it."),
            Mistake(slip("range(len(scores) - buffer)", "range(buffer, len(scores) - buffer)"), "At the start of the video fewer frames lie before. The first frames may be saved as well."),
        ),
        hint="The slice of the frames before must not begin below 0: max(0, t - buffer).",
        solution=f"All of the past is known, so looking back costs no time: the frame is judged when its buffer is full, as before.\n\n```python\n{_ANSWER}```",
    )  # fmt: skip


def _levels(margin, values=COURSE):
    return ", ".join(map(str, hysteresis(values, THRESHOLDS, margin).tolist()))


def _exercises():
    pause, window = runs.tallied("refractory", 5), runs.tallied("two-sided", 5)
    plain = total_variation(hysteresis(TREMBLING, (0.5,), 0.0))
    raw = total_variation(TREMBLING)
    one_round = attend_faces(np.eye(2), [1, 3], 2, 1)[1].item()
    return (
        Number(
            "photobooth-1",
            f"The scores are pure noise, independent from frame to frame, and the buffer holds $L = {BUFFER}$ later frames. Which share of the frames does the rule as printed save?",
            answer=1 / (BUFFER + 1),
            tolerance=0.01,
            mistakes=(
                Mistake(1 / BUFFER, "The frame itself is a candidate as well: it must be the largest of seven."),
                Mistake(1 / (2 * BUFFER + 1), "That is the share of the window to both sides, where a frame must be the largest of thirteen."),
                Mistake(0.5**BUFFER, "Beating six frames is not six independent coin tosses: who has beaten five is probably high, and likely to beat the sixth."),
            ),
            hint="Each of the seven frames is equally likely to be the largest.",
            solution="One seventh. Nothing about the noise matters except that ties have probability 0.",
        ),
        Number(
            "photobooth-2",
            f"At 30 frames a second, how long after the moment is a shot saved if the buffer holds {LONG} later frames, in milliseconds?",
            answer=latency(LONG),
            tolerance=0.005,
            unit="ms",
            mistakes=(
                Mistake(latency(LONG) / 1000, "That is in seconds."),
                Mistake(1000 / 30, "That is one frame. The camera waits for fifteen."),
                Mistake(latency(2 * LONG), "Frames before the moment cost no time: they are known already."),
            ),
            hint="A frame takes a thirtieth of a second.",
            solution="$15 \\cdot 1000/30 = 500$. The window to both sides waits no longer.",
        ),
        Number(
            "photobooth-3",
            f"The scores are {', '.join(map(str, SCORES))}, and $L = 3$. How many pictures does the rule as printed save?",
            answer=float(len(literal_shots(SCORES, 3))),
            tolerance=0.001,
            mistakes=(
                Mistake(1.0, "That would be the peak alone. Try the 8 after it: is anything in its buffer higher?"),
                Mistake(float(len(shots(SCORES, 3, 3))), "That is with a pause of three frames."),
                Mistake(float(len(literal_shots(SCORES, 3)) - 1), "Nearly: the peak itself counts, too, and so does the 1 at the foot of the slope."),
            ),
            hint="Go along the slope: each frame has to beat the three after it.",
            solution="9, 8, 6, 5, 3 and 1: the peak and the whole way down. The zeros tie, or have no full buffer.",
        ),
        Number(
            "photobooth-4",
            "In the figure with the three rules, set the buffer to 5 frames and the threshold to 0.3. How many shots a video does the rule with a pause take, as a mean over the seeds?",
            answer=pause.shots.mean(),
            tolerance=0.02,
            mistakes=(
                Mistake(window.shots.mean(), "That is the window to both sides. The pause is the blue line."),
                Mistake(pause.duplicates.mean(), "That is how many of them repeat a moment, the panel on the right."),
                Mistake(runs.tallied("literal", 5).shots.mean(), "That is the rule as printed, the red line."),
            ),
            hint="The sentence below the figure has it.",
            solution=f"{pause.shots.mean():.1f}. A pause of five frames ends half way down the slope, and the rule saves the next frame of it.",
        ),
        MultipleChoice(
            "photobooth-5",
            f"Thresholds lie at {', '.join(map(str, THRESHOLDS))}, the margin is {MARGIN}. The score goes {', '.join(map(str, COURSE))}. Which levels does the bar show?",
            options=(_levels(MARGIN), _levels(0.0), "0, 1, 1, 1, 1, 1", "0, 2, 2, 2, 2, 1"),
            answer=_levels(MARGIN),
            mistakes=(
                Mistake(_levels(0.0), "That is without a margin: each value by itself."),
                Mistake("0, 1, 1, 1, 1, 1", "0.57 has passed 0.5 + 0.05, so the second threshold is on then."),
                Mistake("0, 2, 2, 2, 2, 1", "0.52 is above 0.5 but not above 0.55, so the second threshold stays off at first."),
            ),
            hint="Each threshold is a switch: on at the threshold plus the margin, off below the threshold less the margin.",
            solution="0.52 and 0.48 lie within the margin round 0.5 and change nothing; 0.57 switches it on; 0.48 leaves it on, and 0.4 switches it off.",
        ),
        Number(
            "photobooth-6",
            f"A bar follows the scores {', '.join(map(str, TREMBLING))}. It has one threshold, at 0.5: below it is empty, above full. How much further does it travel than one that follows the score itself? Give the ratio of the two travels.",
            answer=plain / raw,
            tolerance=0.01,
            mistakes=(
                Mistake(plain, "That is the travel of the bar with a threshold, in lengths. Divide it by that of the score."),
                Mistake(raw, "That is the travel of the score. Divide the other one by it."),
                Mistake(raw / plain, "The other way round: the bar with the threshold travels further here."),
            ),
            hint="The score crosses 0.5 at each of its five steps.",
            solution=f"Five full lengths against {raw:.2f}: {plain / raw:.1f} times as far. The threshold lies where the score trembles. Averaged over all places of the threshold from 0 to 1 the two would be equal.",
        ),
        Number(
            "photobooth-7",
            "Two faces with different full expressions, the second three times as large as the first, $\\beta = 2$. Which weight does the second one have after one round of attention?",
            answer=one_round,
            tolerance=0.005,
            mistakes=(
                Mistake(0.75, "That is the weight by area, before the first round."),
                Mistake(1 - one_round, "That is the first face's."),
                Mistake(float(np.exp(1.5) / (np.exp(1.5) + np.exp(0.5))), "The area counts in every round: multiply by it."),
            ),
            hint="The group is at (1/4, 3/4), so the second face's agreement is 3/4 and the first one's 1/4.",
            solution=f"$3e^{{1.5}} / (3e^{{1.5}} + e^{{0.5}}) = 3e/(3e + 1) = {one_round:.3f}$.",
        ),
        _code(),
        Number(
            "photobooth-9",
            "Change code. In a cell, import `tipping_sharpness` from `miniatures.photobooth`. With faces of equal size, at which sharpness is a weight of 0.99 for one of them a fixed point? To two decimals.",
            answer=tipping_sharpness([0.99])[0].item(),
            tolerance=0.003,
            mistakes=(
                Mistake(2.0, "At 2 the middle starts to tip over. To reach 0.99 it takes more."),
                Mistake(float(np.log(99)), "That is the logit of 0.99. Divide it by 2w − 1."),
                Mistake(tipping_sharpness([0.9])[0].item(), "That is for a weight of 0.9."),
            ),
            hint="Solve log(w / (1 − w)) = β (2w − 1) for β, or call the function with [0.99].",
            solution="$\\beta = \\log 99 / 0.98 = 4.689$. A little more than twice the tipping point, and one face has the whole say.",
        ),
    )  # fmt: skip


EXERCISES = _exercises()
