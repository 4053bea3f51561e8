"""Exercises on the face mesh: windows and lags by hand, errors in units of a face, and two functions to write."""

import numpy as np

from miniatures.checks import numbers, several, whole_numbers
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.face_mesh import best_window, moving_average_effect, one_euro, one_euro_lag
from miniatures.face_trials import trial
from miniatures.mesh_regression import output_values

_filters = ("none", "average of 3", "average of 10", "1€ filter")
_bound = 1 / (2 * np.pi * 0.05)


def normalised_error(predicted, truth, left, right):
    """Mean distance of predicted and true points, (N, 2) each, in percent of the distance between two eyes.

    left, right: the numbers of the two corners of each eye, whose middles are the eyes' centres.

    >>> float(normalised_error([[0, 1], [10, 1]], [[0, 0], [10, 0]], [0], [1]))
    10.0
    """
    truth = numbers("truth", truth, (None, 2))
    predicted = numbers("predicted", predicted, truth.shape)
    left, right = (
        whole_numbers(name, several(name, eye), (None,), 0, len(truth) - 1)
        for name, eye in (("left", left), ("right", right))
    )
    predicted, truth = np.asarray(predicted, float), np.asarray(truth, float)
    between = np.linalg.norm(truth[list(left)].mean(axis=0) - truth[list(right)].mean(axis=0))
    return 100 * np.linalg.norm(predicted - truth, axis=1).mean() / between


_hand = normalised_error([[40, 51], [60, 52], [50, 62], [50, 73]], [[40, 50], [60, 50], [50, 60], [50, 70]], [0], [1])


def one_euro_filter(signal, rate, min_cutoff, beta):
    """The 1€ filter with its speed smoothed at 1 hertz.

    >>> one_euro_filter([0.0, 1.0], 30, 1.0, 0.0).round(3).tolist()
    [0.0, 0.173]
    """
    return one_euro(numbers("signal", signal), rate, min_cutoff, beta)


_ERROR_START = """import numpy as np

def normalised_error(predicted, truth, left, right):
    return 0.0
"""
_ERROR = """import numpy as np

def normalised_error(predicted, truth, left, right):
    predicted, truth = np.asarray(predicted, float), np.asarray(truth, float)
    one = truth[list(left)].mean(axis=0)
    other = truth[list(right)].mean(axis=0)
    away = np.sqrt(((predicted - truth) ** 2).sum(axis=1))
    return 100 * away.mean() / np.sqrt(((one - other) ** 2).sum())
"""
_EURO_START = """import numpy as np

def one_euro_filter(signal, rate, min_cutoff, beta):
    found = np.array(signal, float)
    speed = 0.0
    for t in range(1, len(found)):
        found[t] = signal[t]
    return found
"""
_EURO = """import numpy as np

def weight(cutoff, rate):
    return 1 / (1 + rate / (2 * np.pi * cutoff))

def one_euro_filter(signal, rate, min_cutoff, beta):
    found = np.array(signal, float)
    speed = 0.0
    for t in range(1, len(found)):
        newest = (signal[t] - found[t - 1]) * rate
        a = weight(1.0, rate)
        speed = a * newest + (1 - a) * speed
        a = weight(min_cutoff + beta * abs(speed), rate)
        found[t] = a * signal[t] + (1 - a) * found[t - 1]
    return found
"""


def _by_hand():
    return (
        Number(
            "face_mesh-1",
            "A face moves by 0.2 px a frame and is seen with a noise of 1.5 px. How many of the last frames should an average take?",
            answer=best_window(1.5, 0.2), tolerance=0.4, unit="frames",
            mistakes=(
                Mistake(best_window(1.5, 0.2) - 1, "At this window one frame more still pays. The best window is the first at which it does not."),
                Mistake(7.5, "That is noise over speed. Both enter squared, and against a cube."),
                Mistake(best_window(1.5, 0.1), "That is the window for half this speed."),
            ),
            hint="$4\\sigma^2/v^2 = 225$. Try $n(n+1)(2n-1)$ for $n = 1, 2, \\dots$",
            solution="$4\\cdot5\\cdot7 = 140 < 225$, so five frames are better than four; $5\\cdot6\\cdot9 = 270 > 225$, so six are worse than five.",
        ),
        Number(
            "face_mesh-2",
            "A face moves by 2 px a frame. How far behind it does an average of the last 7 frames run?",
            answer=moving_average_effect(7, 2)[1], tolerance=0.1, unit="px",
            mistakes=(
                Mistake(3.0, "Those are frames. At 2 px a frame it is twice as many pixels."),
                Mistake(7.0, "The newest of the seven frames has age 0, the oldest age 6: on average they are 3 frames old."),
                Mistake(12.0, "So far behind is the oldest of the seven frames; the average is nearer."),
            ),
            hint="How old are the seven frames on average?",
            solution="The ages 0, 1, …, 6 have the mean 3, and 3 frames are 6 px.",
        ),
        Number(
            "face_mesh-3",
            "The centres of two eyes lie at (40, 50) and (60, 50). Four vertices were found 1, 2, 2 and 3 px from where they belong. What is the error in percent of the interocular distance?",
            answer=_hand, tolerance=0.2, unit="%",
            mistakes=(
                Mistake(2.0, "That is the mean distance in pixels. How many pixels lie between the eyes?"),
                Mistake(0.1, "Right as a share; the question is for percent."),
                Mistake(40.0, "That is the sum over the four vertices. Take their mean."),
            ),
            hint="The mean distance over the distance of the eyes.",
            solution="2 px of 20 px: 10 %. In a picture twice as large both double, and the error stays.",
        ),
        Number(
            "face_mesh-4",
            "In a chat, faces move as fast as they like. Someone sets $\\beta = 0.05$ Hz per pixel a second in a 1€ filter. How far behind a steadily moving face can it run at most?",
            answer=_bound, tolerance=0.05, unit="px",
            mistakes=(
                Mistake(20.0, "That is 1/β. A cutoff is a frequency: the time constant has a 2π in it."),
                Mistake(0.796, "That is the bound for β = 0.2."),
                Mistake(one_euro_lag(1.5, 30, 1.0, 0.05), "That is the lag at 1.5 px a frame. What happens for faster faces?"),
            ),
            hint="Let $v$ grow in the equation for the lag. What does $2\\pi L\\beta\\,(v + L)$ approach?",
            solution="$L < \\frac{1}{2\\pi\\beta} = 3.18$ px, at any speed and any frame rate.",
        ),
        MultipleChoice(
            "face_mesh-5",
            "Coordinates of 468 points in three dimensions, or a heatmap of 64 × 64 pixels for each. Heatmaps are 1365 times as many numbers. How many times as many are they for 17 points of a body?",
            options=("1365 times as well", "about 50 times", "about 37,600 times", "fewer numbers than the coordinates"),
            answer="1365 times as well",
            mistakes=(
                Mistake("about 50 times", "You divided by 468/17 = 27.5. But the coordinates become fewer, too."),
                Mistake("about 37,600 times", "You multiplied by 468/17. Both ways need fewer numbers for fewer points."),
                Mistake("fewer numbers than the coordinates", f"17 heatmaps are {output_values(17, 64)[1]:,} numbers and 17 points {output_values(17, 64)[0]}."),
            ),
            hint="What does each point cost, one way and the other?",
            solution="A point costs 4096 numbers or 3, however many points there are. What is special about 468 of them is the sum: two million numbers for each frame.",
        ),
    )  # fmt: skip


def _filters_and_tests():
    return (
        Ordering(
            "face_mesh-6",
            "A face stops and goes at 1.5 px a frame, with a noise of 1 px. Order these by their error over all frames, the smallest first: 1€ filter ($f_c = 1$ Hz, $\\beta = 0.2$), no filter, averages of 3 and of 10 frames.",
            answer=tuple(sorted(_filters, key=lambda name: trial(name).whole.mean())),
            mistakes=(
                Mistake(("1€ filter", "average of 3", "none", "average of 10"), "At rest three frames are better than one. In motion they lag by 1.5 px, more than the noise that they take away."),
                Mistake(("average of 10", "1€ filter", "average of 3", "none"), "That is the order of their trembling at rest, which says nothing of lag."),
            ),
            hint="Half of the frames are in motion. How far does an average of $n$ frames lag there?",
            solution="An average of 3 lags by 1.5 px and is worse than no filter at all, one of 10 by 6.75 px.",
        ),
        MultipleChoice(
            "face_mesh-7",
            "A paper smooths recorded videos with the mean of the two frames before, the frame, and the two frames after. Noise falls, and there is no lag. Why does this say little about a mirror that draws glasses on a face?",
            options=("it needs frames that have not been seen yet", "five frames are too many", "the mean is not robust", "a recorded video has less noise"),
            answer="it needs frames that have not been seen yet",
            mistakes=(
                Mistake("five frames are too many", "An average of five past frames is too long, too, but it could be computed. This one could not."),
                Mistake("the mean is not robust", "True of the mean, but a median around the frame would have the same flaw."),
                Mistake("a recorded video has less noise", "The recording is the same. What differs is when each frame is known."),
            ),
            hint="Which frames are known when this one is shown?",
            solution="Only causal filters count. To wait for two frames is a lag of two frames by another name.",
        ),
        Code(
            "face_mesh-8",
            "Write `normalised_error(predicted, truth, left, right)`: the mean distance of predicted from true points, (N, 2) each, in percent of the distance between the eyes. `left` and `right` hold the numbers of each eye's two corners; a centre is halfway between them.",
            function="normalised_error", starter=_ERROR_START, reference=normalised_error,
            cases=(
                ([[0, 0], [2, 0], [10, 0], [12, 3]], [[0, 0], [2, 0], [10, 0], [12, 0]], [0, 1], [2, 3]),
                ([[1, 0], [0, 5], [8, 6]], [[0, 0], [0, 4], [8, 6]], [0, 0], [2, 2]),
            ),
            hidden=(([[3, 1], [2, 2], [7, 4], [0, 9], [5, 5]], [[2, 1], [2, 5], [4, 0], [0, 9], [4, 5]], [1, 0], [3, 2]),),
            answer=_ERROR,
            mistakes=(
                Mistake(_ERROR.replace("100 * ", ""), "That is a share. Give percent."),
                Mistake(_ERROR.replace("one = truth", "one = predicted").replace("other = truth", "other = predicted"), "You measure the eyes where they were found. A wrong mesh would then choose its own ruler: take the true eyes."),
                Mistake(_ERROR.replace("away.mean()", "np.sqrt((away ** 2).mean())"), "That is the root mean square, which weighs large errors more. Asked is the mean distance."),
                Mistake(_ERROR.replace("[list(left)].mean(axis=0)", "[left[0]]").replace("[list(right)].mean(axis=0)", "[right[0]]"), "You took one corner of each eye. Its centre is halfway between both."),
            ),
            hint="`np.sqrt((difference ** 2).sum(axis=1))` is a distance for each point.",
            solution=f"```python\n{_ERROR}```",
        ),
        Code(
            "face_mesh-9",
            "Write `one_euro_filter(signal, rate, min_cutoff, beta)`. A cutoff $f$ gives the weight $\\alpha(f) = 1/(1 + \\text{rate}/(2\\pi f))$. The newest speed is the new value less the last *filtered* one, times the rate; smooth it with the cutoff 1 Hz. The value's cutoff is min_cutoff + beta·|speed|. Start with the signal's first value and a speed of 0.",
            function="one_euro_filter", starter=_EURO_START, reference=one_euro_filter,
            cases=(([0.0, 1.0, 1.0], 30, 1.0, 0.0), ([0.0, 3.0, 5.0, 4.0], 30, 1.0, 0.2)),
            hidden=(([2.0, -1.0, -4.0, -4.0, -3.0], 60, 0.5, 0.05), ([7.0], 30, 1.0, 1.0)),
            answer=_EURO, tolerance=1e-6,
            mistakes=(
                Mistake(_EURO.replace("signal[t] - found[t - 1]) * rate", "signal[t] - signal[t - 1]) * rate"), "You took the difference to the last value that was seen. Some older programs do; the definition asks for the last filtered one."),
                Mistake(_EURO.replace("abs(speed)", "speed"), "To the left the speed is negative, and the cutoff falls instead of rising. Take its size."),
                Mistake(_EURO.replace(" * rate\n", "\n"), "Without the rate that is a way from frame to frame, not a speed."),
                Mistake(_EURO.replace("2 * np.pi * cutoff", "cutoff"), "A cutoff in hertz becomes a time constant by 2π."),
                Mistake(_EURO.replace("        speed = a * newest + (1 - a) * speed\n", "        speed = newest\n"), "The speed itself has to be smoothed, or each grain of noise opens the filter."),
                Mistake(_EURO.replace("        a = weight(min_cutoff + beta * abs(speed), rate)\n", "        a = weight(min_cutoff, rate)\n"), "That is exponential smoothing: the cutoff does not rise with the speed yet."),
            ),
            hint="Two exponential smoothings in one loop: first of the speed, with a fixed weight, then of the value, with a weight that follows from the speed.",
            solution=f"```python\n{_EURO}```",
        ),
    )  # fmt: skip


EXERCISES = (*_by_hand(), *_filters_and_tests())
