"""Exercises on the epidemic curve, from reading a plot to writing the final size and a reproduction number."""

from math import exp, log, log10

import numpy as np

from miniatures import epidemic_curve as sir
from miniatures.checks import numbers
from miniatures.epidemic_reproduction import pressure
from miniatures.epidemic_runs import SCENARIOS, runs
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

_by_peak = tuple(sorted(SCENARIOS, key=lambda name: runs(name).peak.mean()))
_z = sir.final_size(2)
_peak = sir.peak_prevalence(2)


def recent_reproduction(counts, interval):
    """New cases of the last seven days over the infection pressure of the same days.

    >>> recent_reproduction([1, 1, 1, 1, 1, 1, 1, 1], [0, 1])
    1.0
    """
    counts, interval = numbers("counts", counts, (None,), 0, 1e9), numbers("interval", interval, (None,), 0, 1)
    force = np.sum(pressure(counts, interval)[-7:])
    if not force:
        raise ValueError("counts holds no case that interval lets infect on the last seven days: nothing to divide by")
    return float(np.sum(np.asarray(counts, float)[-7:]) / force)


_FINAL_SIZE = """import math

def final_size(r0):
    z = 1.0
    for _ in range(2000):
        z = 1 - math.exp(-r0 * z)
    return z if r0 > 1 else 0.0
"""
_RECENT = """import numpy as np

def recent_reproduction(counts, interval):
    cases, force = 0.0, 0.0
    for t in range(len(counts) - 7, len(counts)):
        cases += counts[t]
        for k in range(1, min(t + 1, len(interval))):
            force += interval[k] * counts[t - k]
    return cases / force
"""
_slip, _slip_r = _FINAL_SIZE.replace, _RECENT.replace

EXERCISES = (
    MultipleChoice(
        id="epidemic_curve-1",
        question="In the view of an intervention cut contacts by 90 % from day 0, for 60 days. What happens?",
        options=(
            "The epidemic is over: hardly anybody is ever infected.",
            "The same epidemic comes later, about as high.",
            "A much lower peak comes later.",
            "The peak is as early, and lower.",
        ),
        answer="The same epidemic comes later, about as high.",
        mistakes=(
            Mistake(
                "The epidemic is over: hardly anybody is ever infected.",
                "In the equations a few infected are left after 60 days, and nearly everybody is still susceptible: it starts again.",
            ),
            Mistake(
                "A much lower peak comes later.",
                "For that some must have become immune by the end. Look at the purple peak once more, or start on day 30.",
            ),
            Mistake(
                "The peak is as early, and lower.",
                "While contacts are cut the curve falls. Nothing can peak then.",
            ),
        ),
        hint="Compare the two peaks, and the totals in the sentence below the view.",
        solution="An intervention that is early, strong and lifted leaves everybody susceptible. It buys time, which is worth much if the time is used.",
    ),
    Number(
        id="epidemic_curve-2",
        question="For $R_0 = 2.5$: which share of the people must be immune so that the infected become fewer?",
        answer=sir.herd_threshold(2.5),
        tolerance=0.005,
        mistakes=(
            Mistake(1 / 2.5, "That is the share that may still be susceptible. The rest must be immune."),
            Mistake(
                sir.final_size(2.5), "That is the final size: an epidemic that is left alone overshoots the threshold."
            ),
            Mistake(sir.peak_prevalence(2.5), "That is the share infected at the peak."),
        ),
        hint="The infected become fewer when one case meets less than one susceptible: $R_0 S < 1$.",
        solution="$1 - 1/2.5 = 0.6$.",
    ),
    Number(
        id="epidemic_curve-3",
        question="Which share of a large population does an SIR epidemic with $R_0 = 2$ infect in all? Give four decimals.",
        answer=_z,
        tolerance=0.0003,
        mistakes=(
            Mistake(
                1 - exp(-2),
                "That is one step of z = 1 − exp(−R₀z) from z = 1. Put the result in again, until it stays.",
            ),
            Mistake(0.5, "That is the threshold 1 − 1/R₀. So many are infected at the peak that it goes on."),
            Mistake(1 - _z, "That is the share that escapes."),
            Mistake(_peak, "That is the share infected at the peak, at one time."),
        ),
        hint="`final_size(2)`, or put $z$ into $1 - e^{-2z}$ again and again.",
        solution=f"$z = 1 - e^{{-2z}}$ gives $z = {_z:.4f}$: the threshold of 0.5 and an overshoot of {_z - 0.5:.4f}.",
    ),
    Number(
        id="epidemic_curve-4",
        question="Which share is infected at the peak of an SIR epidemic with $R_0 = 2$, if everybody is susceptible at first? Give four decimals.",
        answer=_peak,
        tolerance=0.0003,
        mistakes=(
            Mistake(1 - (1 + log10(2)) / 2, "The logarithm is the natural one, ln 2 = 0.6931."),
            Mistake(
                0.5,
                "You left out the logarithm: that is the share no longer susceptible at the peak, most of whom have recovered.",
            ),
            Mistake(_z, "That is the share infected in all."),
            Mistake(1 - log(2) / 2, "The 1 in the bracket is missing: 1 − (1 + ln R₀)/R₀."),
        ),
        hint="$1 - (1 + \\ln R_0)/R_0$.",
        solution=f"$1 - (1 + 0.6931)/2 = {_peak:.4f}$.",
    ),
    Number(
        id="epidemic_curve-5",
        question="Two infected people arrive in a large town, $R_0 = 3$. What is the probability that the outbreak dies out by chance?",
        answer=sir.extinction_probability(3, 2),
        tolerance=0.003,
        mistakes=(
            Mistake(1 / 3, "That is for one case. Both lines must die out."),
            Mistake(
                2 / 3,
                "That is the probability that the line of one case does not die out, or twice 1/3: probabilities of independent events are multiplied.",
            ),
            Mistake(8 / 9, "That is the probability of a large outbreak."),
        ),
        hint="One line dies out with probability $1/R_0$, and the two are independent.",
        solution="$(1/3)^2 = 1/9$.",
    ),
    Number(
        id="epidemic_curve-6",
        question="Cases double every three days, and people are infectious for ten. Which $R_0$ does the SIR model give? Two decimals.",
        answer=sir.r0_from_doubling_time(3, 0.1),
        tolerance=0.006,
        mistakes=(
            Mistake(
                sir.r0_from_doubling_time(3, 0.1) - 1,
                "That is r/γ. The infections that replace those who recover are missing: add 1.",
            ),
            Mistake(1 + 10 / 3, "You took 1/T₂ for the growth rate. It is ln 2/T₂."),
            Mistake(
                2 ** (10 / 3),
                "That is the growth in ten days. An infectious person does not wait ten days to infect others.",
            ),
        ),
        hint="$r = \\ln 2/3$ per day and $\\gamma = 0.1$ per day.",
        solution=f"$1 + \\ln 2/(3\\cdot 0.1) = {sir.r0_from_doubling_time(3, 0.1):.2f}$. With five days instead of ten it would be {sir.r0_from_doubling_time(3, 0.2):.2f}.",
    ),
    Number(
        id="epidemic_curve-7",
        question="Infections double every 6 days, and the share of them that tests find doubles every 12 days. After how many days do reported cases double?",
        answer=4,
        tolerance=0.05,
        unit="days",
        mistakes=(
            Mistake(18, "Doubling times do not add; growth rates do, which are one over them."),
            Mistake(9, "That is the mean of the two. Reported cases are a product, so their growth rates add."),
            Mistake(6, "So it would be if tests always found the same share."),
            Mistake(3, "So it would be if the share doubled every 6 days too."),
        ),
        hint="In twelve days infections grow four times. And the share?",
        solution="$1/6 + 1/12 = 1/4$. A growth table would show the epidemic half as fast again as it is.",
    ),
    Ordering(
        id="epidemic_curve-8",
        question="Order the four scenarios by the mean peak of the twenty towns, the lowest first.",
        answer=_by_peak,
        mistakes=(
            Mistake(_by_peak[::-1], "That is the highest first."),
            Mistake(
                (_by_peak[2], *_by_peak[:2], _by_peak[3]),
                "The wall helps until it opens. Look at the table: it takes a small part off the peak.",
            ),
        ),
        hint="The table at the head of *Does it hold?*",
        solution="Balls at the peak: " + ", ".join(f"{runs(name).peak.mean():.0f} ({name})" for name in _by_peak) + ".",
    ),
    MultipleChoice(
        id="epidemic_curve-9",
        question="Somebody fits the SIR model to the measles counts, reports $R_0 = 5$ and shows a curve that goes through the bars. What is missing?",
        options=(
            "Nothing: a good fit shows that the parameters are right.",
            "Where γ comes from: other values fit as well and give another R₀.",
            "More decimals of R₀.",
            "A logarithmic axis.",
        ),
        answer="Where γ comes from: other values fit as well and give another R₀.",
        mistakes=(
            Mistake(
                "Nothing: a good fit shows that the parameters are right.",
                "Move γ in the view of SIR fits: the curve stays on the bars and R₀ goes where it likes.",
            ),
            Mistake("More decimals of R₀.", "It is not known to one."),
            Mistake("A logarithmic axis.", "It would show the growth rate, which is known. R₀ needs γ as well."),
        ),
        hint="Which of the two does the curve fix, $r$ or $R_0 = 1 + r/\\gamma$?",
        solution="The counts fix the growth rate. $R_0 = 1 + r/\\gamma$ needs the infectious period, which must come from elsewhere: from cases whose contacts are known.",
    ),
    Code(
        id="epidemic_curve-10",
        question="Write `final_size(r0)`: the share $z$ that an SIR epidemic infects, $z = 1 - e^{-R_0 z}$, and 0 where $R_0 \\le 1$.",
        function="final_size",
        starter="import math\n\ndef final_size(r0):\n    z = 1.0\n    return z\n",
        reference=sir.final_size,
        cases=((2.0,), (0.7,)),
        hidden=((1.2,), (4.0,), (1.0,)),
        answer=_FINAL_SIZE,
        mistakes=(
            Mistake(
                _slip("z = 1.0", "z = 0.0"),
                "Zero solves the equation too: nobody infected. Start from 1, and the steps go to the other solution.",
            ),
            Mistake(_slip("range(2000)", "range(1)"), "That is one step. Repeat it until z stays."),
            Mistake(
                _slip("range(2000)", "range(10)"),
                "Close for a large r0. Near 1 the steps are slow: take many more, or halve an interval.",
            ),
            Mistake(
                _slip(" if r0 > 1 else 0.0", "").replace("z = 1 - math.exp(-r0 * z)", "z = 1 - 1 / r0"),
                "That is the herd immunity threshold, where the peak is. The epidemic goes on.",
            ),
            Mistake(_slip("return z", "return 1 - z"), "That is the share that escapes."),
        ),
        hint="Start with $z = 1$ and replace $z$ by $1 - e^{-R_0 z}$ many times.",
        solution=f"From $z = 1$ the steps fall to the larger solution.\n\n```python\n{_FINAL_SIZE}```",
    ),
    Code(
        id="epidemic_curve-11",
        question="Write `recent_reproduction(counts, interval)`: the new cases of the last seven days over the infection pressure of the same days, "
        "$\\sum I_t / \\sum \\Lambda_t$ with $\\Lambda_t = \\sum_{k\\ge 1} w_k I_{t-k}$. `interval[k]` is $w_k$, and `counts` holds more than seven days.",
        function="recent_reproduction",
        starter="import numpy as np\n\ndef recent_reproduction(counts, interval):\n    return sum(counts[-7:])\n",
        reference=recent_reproduction,
        cases=(([1, 2, 4, 8, 16, 32, 64, 128], [0, 1.0]), ([3, 5, 2, 8, 9, 4, 7, 6, 8, 5], [0, 0.25, 0.5, 0.25])),
        hidden=(
            ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], [0, 0.5, 0.5]),
            ([1, 0, 0, 0, 4, 0, 0, 0, 9, 0, 0], [0, 0.1, 0.2, 0.3, 0.4]),
        ),
        answer=_RECENT,
        mistakes=(
            Mistake(
                _slip_r("counts[t - k]", "counts[t]"),
                "The pressure of day t comes from the cases k days before it, counts[t - k].",
            ),
            Mistake(
                _slip_r("interval[k] * ", ""), "The weights are missing: a case k days ago counts with interval[k]."
            ),
            Mistake(
                _slip_r("return cases / force", "return force / cases"),
                "Upside down: infections over those who could infect.",
            ),
            Mistake(
                _slip_r("len(counts) - 7", "1"),
                "Only the last seven days count, above and below the line; all earlier days still press on them.",
            ),
            Mistake(
                _slip_r("interval[k] * counts[t - k]", "interval[k] * counts[t - k] * (t - k >= len(counts) - 7)"),
                "The cases before the last seven days press on them too.",
            ),
        ),
        hint="Two loops: over the last seven days t, and over k from 1 to the end of `interval`, as far as t − k is a day of `counts`.",
        solution=f"```python\n{_RECENT}```\n\nThe function on this page adds what was known before, a gamma distribution of mean 5, which matters where cases are few.",
    ),
)
