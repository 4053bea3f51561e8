"""Exercises on talking faces: what normalising does, and what a study with viewers says."""

import numpy as np
from scipy.special import ndtri

from miniatures import rater_study as study
from miniatures import talking_face as face
from miniatures import talking_face_runs as runs
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

FAKE, REAL = 0.658, 0.772

_NORMALIZE = """import numpy as np

def normalize_speaker(features):
    values = np.array(features, float)
    return (values - values.mean(axis=0)) / values.std(axis=0)
"""
_NORMALIZE_START = """import numpy as np

def normalize_speaker(features):
    values = np.array(features, float)  # (frames, features)
    return values
"""
_RATERS = """from math import sqrt
from statistics import NormalDist

def raters_needed(rate_a, rate_b, significance):
    limit = NormalDist().inv_cdf(1 - significance / 2)
    pooled = (rate_a + rate_b) / 2
    n = 1
    while abs(rate_a - rate_b) / sqrt(2 * pooled * (1 - pooled) / n) <= limit:
        n += 1
    return n
"""
_RATERS_START = """from math import sqrt
from statistics import NormalDist

def raters_needed(rate_a, rate_b, significance):
    limit = NormalDist().inv_cdf(1 - significance / 2)  # 1.96 for 0.05
    return 1
"""


def _reads():
    raw, clean = (runs.stored("window", normalise)[:, 3].mean(axis=1) for normalise in runs.NORMALIZE)
    pays, own, mean = int(np.argmax(clean < raw)), runs.stored("own", 3).mean(), runs.stored("mean").mean()
    return (
        Number(
            "talking_face-1",
            "The article reports an error of 0.65 where the baseline has 0.84. By how many per cent is it lower?",
            answer=100 * study.relative_drop(0.84, 0.65), tolerance=0.1, unit="%",
            mistakes=(
                Mistake(19.0, "That is the difference, 0.19, read as a percentage. A relative drop is measured from the baseline."),
                Mistake(100 * 0.19 / 0.65, "That is measured from the smaller error. The drop starts from the baseline, 0.84."),
                Mistake(100 * 0.65 / 0.84, "That is what is left of the error, not what is gone."),
            ),
            hint="$1 - 0.65 / 0.84$.",
            solution=f"$0.19 / 0.84 = {100 * study.relative_drop(0.84, 0.65):.1f}$ %. It has no unit, so it can be compared where 0.84 and 0.65 cannot.",
        ),
        Number(
            "talking_face-2",
            "In the figure with the spread of the speakers, leave the window at three frames before and after. What is the smallest spread, in tenths, at which the normalised model is the better one?",
            answer=pays, tolerance=0.4,
            mistakes=(
                Mistake(0, "At 0 all speakers sound alike. Look which curve is the lower one there."),
                Mistake(pays - 1, "There the raw model is still a little better: read the numbers below the figure."),
                Mistake(pays / 10, "That is the spread itself. The question asks for tenths."),
            ),
            hint="Move the first slider until the sentence says that normalising lowers the mean.",
            solution=f"{pays} tenths: {raw[pays]:.2f} % raw against {clean[pays]:.2f} % normalised. At {pays - 1} it is {raw[pays - 1]:.2f} against {clean[pays - 1]:.2f} %.",
        ),
        MultipleChoice(
            "talking_face-3",
            "All speakers sound exactly alike, and still the model that normalises each clip is more than twice as wrong as the one that does not. Why?",
            options=(
                "a clip's mean and deviation also depend on what is said in it",
                "the penalty of the ridge regression suits raw features better",
                "dividing by a standard deviation makes the noise larger",
                "the mean of the whole clip uses the future",
            ),
            answer="a clip's mean and deviation also depend on what is said in it",
            mistakes=(
                Mistake("the penalty of the ridge regression suits raw features better", "The raw features have a deviation of about 1 here as well, so the penalty weighs the same."),
                Mistake("dividing by a standard deviation makes the noise larger", "Signal and noise are divided by the same number: their ratio stays."),
                Mistake("the mean of the whole clip uses the future", "It does, but to know more cannot make the guess worse here."),
            ),
            hint="Two clips of one speaker have different texts. Which of their numbers differ?",
            solution="A text with many open sounds has another mean than one with few. Subtracting it takes away something true about the mouth. Long clips have more similar means: in half a minute the error falls.",
        ),
        Ordering(
            "talking_face-4",
            "Order four ways to guess the mouth of a stranger by their error in the toy world at a spread of 1, the smallest first.",
            answer=(
                "a model of the stranger's own other clip",
                "a model of nine others, normalised",
                "a model of nine others, raw",
                "the mean mouth",
            ),
            mistakes=(
                Mistake(
                    ("a model of nine others, normalised", "a model of the stranger's own other clip", "a model of nine others, raw", "the mean mouth"),
                    "Nine teachers are more data, but none of them is the stranger. Who has heard the very speaker need not guess gain and offset from one clip.",
                ),
                Mistake(
                    ("a model of the stranger's own other clip", "a model of nine others, normalised", "the mean mouth", "a model of nine others, raw"),
                    "At a spread of 1 raw listening is still better than not listening. With an accent of 1 it would be as you say.",
                ),
            ),
            hint="The table of five seeds has one column for each.",
            solution=f"{own:.2f}, {clean[10]:.2f}, {raw[10]:.2f} and {mean:.2f} % of the eyes' distance, as means of five seeds.",
        ),
    )  # fmt: skip


def _viewers():
    d_prime, _ = study.detectability(REAL, FAKE)
    needed, enough = study.raters_needed(FAKE, REAL), study.raters_for_power(FAKE, REAL)
    pooled = (FAKE + REAL) / 2
    z, one_sided = -float(ndtri(0.025)), -float(ndtri(0.05))
    spread = 2 * pooled * (1 - pooled) / (REAL - FAKE) ** 2
    return (
        Number(
            "talking_face-5",
            "Generated clips were judged real in 65.8 % of all cases, real ones in 77.2 %. What is the first share as a fraction of the second?",
            answer=FAKE / REAL, tolerance=0.002,
            mistakes=(
                Mistake(FAKE, "That is the share itself. Divide it by what real clips reach."),
                Mistake(REAL / FAKE, "That is the other way round."),
                Mistake(REAL - FAKE, "That is the difference."),
            ),
            hint="0.658 / 0.772.",
            solution=f"{FAKE / REAL:.3f}. Generated clips pass {100 * FAKE / REAL:.0f} % as often as real ones. With another criterion and the same eyes the ratio would be another.",
        ),
        Number(
            "talking_face-6",
            "How many independent ratings per arm are the fewest at which 65.8 against 77.2 % has p below 0.05 in the pooled z test?",
            answer=needed, tolerance=0.4,
            mistakes=(
                Mistake(needed - 1, "Nearly: the formula gives a number a little above that, and at the whole number below it p is still above 0.05."),
                Mistake(2 * needed, "That is both arms together. The question asks for one."),
                Mistake(enough, "That many find such a difference in 80 % of all studies. Here the shares are given, and just their p is asked for."),
                Mistake(float(np.floor(one_sided**2 * spread) + 1), "That is the one-sided test, with 1.645 in place of 1.96."),
            ),
            hint="Equation with $\\bar p = 0.715$, $z = 1.96$ and a difference of $0.114$.",
            solution=f"$1.96^2 \\cdot 2 \\cdot 0.715 \\cdot 0.285 / 0.114^2 = {z**2 * spread:.1f}$, so {needed}. A study of that size finds a difference in only half of all cases.",
        ),
        Number(
            "talking_face-7",
            "A neutral viewer ($c = 0$) has the detectability of the article's viewers, $d' = 0.338$. How many per cent of the generated clips does this viewer call real?",
            answer=100 * study.judged_real(d_prime, 0)[1], tolerance=0.15, unit="%",
            mistakes=(
                Mistake(100 * study.judged_real(d_prime, 0)[0], "That is the share of the real clips. Generated ones lie on the other side of 0."),
                Mistake(50.0, "That would be so at d' = 0. The generated clips look a little less real."),
                Mistake(100 * FAKE, "That is what the article's viewers said, who were inclined to say real."),
                Mistake(100 * study.forced_choice_accuracy(d_prime), "That is how often the real clip of a pair is picked."),
            ),
            hint="Set the criterion in the figure to 0, or compute $\\Phi(-0.338 / 2)$.",
            solution=f"$\\Phi(-0.169) = {100 * study.judged_real(d_prime, 0)[1]:.1f}$ %. Nothing about the clips or the eyes has changed.",
        ),
        Number(
            "talking_face-8",
            "Ten clips are rated by twenty viewers each, 200 ratings. Two ratings of one clip correlate by 0.1. How many independent ratings are they worth?",
            answer=200 / study.design_effect(20, 0.1), tolerance=0.6,
            mistakes=(
                Mistake(200.0, "Ratings of one clip are alike: the second tells less than the first."),
                Mistake(10.0, "That would be so if all ratings of a clip were the same, at a correlation of 1."),
                Mistake(20.0, "That is what is left if one multiplies by 0.1. The design effect is what to divide by."),
                Mistake(200 / 3, "The design effect has m − 1 in it: the first rating of a clip correlates with none before it."),
            ),
            hint="Divide by $1 + (m - 1)\\rho$ with $m = 20$.",
            solution=f"$200 / (1 + 19 \\cdot 0.1) = 200 / 2.9 = {200 / study.design_effect(20, 0.1):.0f}$. More raters of the same ten clips would not help much: the limit is 10 / 0.1 = 100.",
        ),
    )  # fmt: skip


def _codes():
    slip, fewer = _NORMALIZE.replace, _RATERS.replace
    return (
        Code(
            "talking_face-9",
            "Write `normalize_speaker(features)` from scratch: features (T, F) of one clip in, the same with mean 0 and standard deviation 1 of each feature over the T frames out. No feature is the same in all frames.",
            function="normalize_speaker", starter=_NORMALIZE_START, reference=face.normalize_speaker,
            cases=(([[1.0, 50.0], [3.0, 70.0], [8.0, 60.0]],), ([[0.0], [1.0], [5.0], [2.0]],)),
            hidden=(([[2.0, 1.0, 7.0], [4.0, 1.5, -7.0], [9.0, -3.0, 0.5], [4.0, 4.0, 4.0]],), ([[1e6, 1.0], [1e6 + 2, 3.0]],)),
            answer=_NORMALIZE,
            mistakes=(
                Mistake(slip("axis=0", "axis=1, keepdims=True"), "That takes the mean over the features of one frame. A speaker's gain and offset belong to a feature, over all frames."),
                Mistake(slip("std(axis=0)", "std(axis=0, ddof=1)"), "Divide by the standard deviation of these T frames, not by the estimate with T − 1."),
                Mistake(slip(" / values.std(axis=0)", ""), "The offset is gone, the gain is still there."),
                Mistake(slip("(values - values.mean(axis=0))", "values"), "The gain is gone, the offset is still there."),
                Mistake(slip("values.mean(axis=0)", "values.mean()").replace("values.std(axis=0)", "values.std()"), "One mean for everything leaves each feature its own offset. Take a mean for each feature."),
                Mistake(slip("values.std(axis=0)", "values.var(axis=0)"), "That divides by the variance, which changes with the square of the gain."),
            ),
            hint="`values.mean(axis=0)` is the mean of each column.",
            solution=f"```python\n{_NORMALIZE}```\nTry it on `3 * features + 7`: nothing changes.",
        ),
        Code(
            "talking_face-10",
            "Write `raters_needed(rate_a, rate_b, significance)`: the smallest number n of ratings per arm at which the difference of the shares is larger than the two-sided limit times its standard error $\\sqrt{2 \\bar p (1 - \\bar p) / n}$, with $\\bar p$ the mean of both.",
            function="raters_needed", starter=_RATERS_START, reference=study.raters_needed,
            cases=((FAKE, REAL, 0.05), (0.5, 0.9, 0.05)),
            hidden=((FAKE, REAL, 0.01), (0.8, 0.3, 0.05), (0.45, 0.55, 0.1)),
            answer=_RATERS,
            mistakes=(
                Mistake(fewer("2 * pooled * (1 - pooled) / n", "pooled * (1 - pooled) / n"), "That is the variance of one share. The difference of two has twice as much."),
                Mistake(fewer("1 - significance / 2", "1 - significance"), "That is the one-sided limit. Half of the significance lies on either side."),
                Mistake(fewer("abs(rate_a - rate_b)", "(rate_b - rate_a)").replace("n += 1", "n += 1\n        if n > 100000:\n            return n"), "The sign of the difference should not matter: take its absolute value."),
                Mistake(fewer("return n", "return 2 * n"), "That counts both arms. One arm is asked for."),
                Mistake(fewer("return n", "return n - 1"), "With one rating fewer the difference is not larger than the limit."),
            ),
            hint="Count n up from 1 until the difference is large enough; or solve the inequality for n.",
            solution=f"```python\n{_RATERS}```\nFor the article's shares 121 at 0.05, and {study.raters_needed(FAKE, REAL, 0.01)} at 0.01.",
        ),
    )  # fmt: skip


EXERCISES = (*_reads(), *_viewers(), *_codes())
