"""Exercises on forecasts of sea ice, from a boundary to a climatology that leaves its own year out."""

from math import log, sqrt

from miniatures import checks
from miniatures import sea_ice as ice
from miniatures import sea_ice_extent as extent
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.sea_ice_runs import stored

_channels = len(ice.input_channels())
_variance = ice.forecast_variance([[0.8]], [[0.09]], 3).item()
_temperature = ice.fit_temperature([[3.0, 0.0]] * 10, [0] * 8 + [1] * 2)
_years, _extent = extent.september()
_until = _years <= 2011
_line, _half = (float(v[0]) for v in extent.predicted(extent.fit_curve(_years[_until], _extent[_until]), [2012]))
_RULES = {"persistence": "persistence", "the linear trend": "linear trend", "the U-Net of 20 years": "U-Net", "the best possible forecast": "best possible"}  # fmt: skip


def _ranked(lead):
    return tuple(sorted(_RULES, key=lambda name: stored(_RULES[name])[:, lead - 1].mean()))


def others_mean(values):
    """For each of n values, n of 2 or more, the mean of the other n - 1: what a year may know of its climatology.

    >>> others_mean([1, 2, 6]).tolist()
    [4.0, 3.5, 1.5]
    """
    values = checks.numbers("values", values, (None,))
    if len(values) < 2:
        raise ValueError(f"values={values.tolist()} must be two or more")
    return (values.sum() - values) / (len(values) - 1)


def tempered(logits, temperature):
    """The probabilities (K,) of one row of logits (K,) at a temperature.

    >>> tempered([2.0, 0.0], 2).round(4).tolist()
    [0.7311, 0.2689]
    """
    return ice.softmax([logits], temperature)[0]


_OTHERS = """import numpy as np

def others_mean(values):
    values = np.asarray(values, float)
    return (values.sum() - values) / (len(values) - 1)
"""
_TEMPERED = """import numpy as np

def tempered(logits, temperature):
    z = np.asarray(logits, float) / temperature
    powers = np.exp(z - z.max())
    return powers / powers.sum()
"""

EXERCISES = (
    MultipleChoice(
        id="sea_ice-1",
        question="A cell has a concentration of exactly 15 %. To which class does it belong?",
        options=("open water", "marginal ice", "full ice", "It lies between two classes."),
        answer="open water",
        mistakes=(
            Mistake("marginal ice", "Marginal ice begins above 15 %. The boundary itself belongs to the class below."),
            Mistake("full ice", "Full ice begins at 80 %."),
            Mistake("It lies between two classes.", "Each concentration has one class: the boundary has to go somewhere, and it goes down."),
        ),
        hint="Read the source of `ice_class`, or call it with 0.15.",
        solution=f"The first class is $c \\le 0.15$: `ice_class(0.15)` is {int(ice.ice_class(0.15))}. At the other boundary it is the other way round: "
        f"`ice_class(0.8)` is {int(ice.ice_class(0.8))}, full ice.",
    ),
    Number(
        id="sea_ice-2",
        question="Add up IceNet's input channels: 12 months of ice; 6 months of linear trend; eight anomaly variables at three lags; "
        "the high wind at three lags; two surface winds; the land mask; the month as a cosine and a sine.",
        answer=_channels,
        tolerance=0.4,
        unit="channels",
        mistakes=(
            Mistake(12, "That is the number of physical variables behind the channels."),
            Mistake(_channels - 16, "The eight anomalies come at three lags each: 24 channels."),
            Mistake(_channels - 1, "The month needs two channels, a cosine and a sine, so that December is beside January."),
            Mistake(_channels - 2, "The high wind comes at three lags."),
        ),
        hint="`len(input_channels())`, or the sum by hand.",
        solution=f"$12 + 6 + 8\\cdot 3 + 3 + 2 + 1 + 2 = {_channels}$.",
    ),
    MultipleChoice(
        id="sea_ice-3",
        question="Move $T$ in the view of calibration from 0.3 to 4. What can a temperature *not* change?",
        options=(
            "the most probable of the three classes",
            "the negative log-likelihood",
            "whether the chance of ice lies above one half",
            "the confidence",
        ),
        answer="the most probable of the three classes",
        mistakes=(
            Mistake("the negative log-likelihood", "The right panel shows it changing with T."),
            Mistake(
                "whether the chance of ice lies above one half",
                "It can: the chance of ice is the sum of two classes. With 0.45, 0.30 and 0.25 ice has the chance 0.55; sharpened, water takes over.",
            ),
            Mistake("the confidence", "That is just what it changes: at a high T all classes become alike."),
        ),
        hint="Dividing all logits of a row by one positive number keeps their order.",
        solution="The order of the logits stays, and with it the largest. The chance of ice adds up two classes, and a sum can cross one half. "
        f"In the five oceans that happens to {100 * stored('U-Net', 'flipped', 3).mean():.1f} % of the active cells of the networks of three years.",
    ),
    Number(
        id="sea_ice-4",
        question="A forecast of two classes has the logits $(3, 0)$ in each of ten cells, and the first class comes in eight of them. "
        "Which temperature has the least negative log-likelihood? Two decimals.",
        answer=_temperature,
        tolerance=0.011,
        mistakes=(
            Mistake(log(4) / 3, "That is 1/T. The logits are divided by T."),
            Mistake(3 / log(0.8 / 0.2 + 1), "The odds are 8 to 2, which is 4, not 5."),
            Mistake(3 * 0.8, "The probability is a softmax of the logits, not proportional to them."),
        ),
        hint="At the best temperature the softmax gives the first class the probability 0.8. What is the difference of the logits then?",
        solution=f"The odds must be $0.8/0.2 = 4 = e^{{3/T}}$, so $T = 3/\\ln 4 = {_temperature:.3f}$. The forecast was over-confident: at $T = 1$ it says "
        f"{ice.softmax([[3.0, 0.0]])[0, 0]:.3f}.",
    ),
    Number(
        id="sea_ice-5",
        question="An anomaly keeps 0.8 of itself each month and gets noise with a standard deviation of 0.3. What is the standard deviation of a "
        "forecast three months ahead, if today's anomaly is known? Three decimals.",
        answer=sqrt(_variance),
        tolerance=0.0006,
        mistakes=(
            Mistake(_variance, "That is the variance. Take its root."),
            Mistake(0.3 * sqrt(3), "That adds three variances in full; the older noise has faded since."),
            Mistake(0.3 * 0.8**3 / 0.8, "The noise of all three months counts, not of the oldest alone."),
            Mistake(0.3 * (1 + 0.8 + 0.64), "Independent noises add in variance, not in standard deviation."),
        ),
        hint="$s^2 = 0.09\\,(1 + 0.8^2 + 0.8^4)$; or `forecast_variance([[0.8]], [[0.09]], 3)`.",
        solution=f"$s^2 = 0.09\\,(1 + 0.64 + 0.4096) = {_variance:.4f}$, $s = {sqrt(_variance):.4f}$.",
    ),
    Ordering(
        id="sea_ice-6",
        question="Order these forecasters of the toy ocean by their mean accuracy six months ahead, in active cells, the worst first.",
        answer=_ranked(6),
        mistakes=(
            Mistake(_ranked(1), "That is the order one month ahead: there persistence is far from the worst."),
            Mistake(tuple(reversed(_ranked(6))), "Those are the right neighbours, but with the best first."),
        ),
        hint="Look at the right end of the curves in the view of accuracy by lead.",
        solution="The accuracies are " + ", ".join(f"{stored(_RULES[name])[:, 5].mean():.3f} ({name})" for name in _ranked(6)) + ".",
    ),
    Number(
        id="sea_ice-7",
        question="Set the view of September to the straight line and 2011. Which extent does it expect for 2012, the year of the record low? Two decimals.",
        answer=_line,
        tolerance=0.006,
        unit="million km²",
        mistakes=(
            Mistake(_line - _half, "That is the lower end of the interval."),
            Mistake(float(_extent[_years == 2012][0]), "That is what came."),
            Mistake(float(_extent[_years == 2011][0]), "That is the extent of 2011, the forecast of persistence."),
        ),
        hint="The sentence below the view says it.",
        solution=f"{_line:.2f} million km², with 95 % between {_line - _half:.2f} and {_line + _half:.2f}. It was {_extent[_years == 2012][0]:.2f}, outside.",
    ),
    Code(
        id="sea_ice-8",
        question="Write `others_mean(values)`: for each year's value the mean of all *other* years, as an array. That is the climatology that a training month may be shown.",
        function="others_mean",
        starter="import numpy as np\n\ndef others_mean(values):\n    values = np.asarray(values, float)\n    return values\n",
        reference=others_mean,
        cases=(([0.2, 0.4, 0.9],), ([1.0, 0.0],)),
        hidden=(([0.5, 0.5, 0.5, 0.1],), ([3.0, -1.0, 2.0, 2.0, 0.25],)),
        answer=_OTHERS,
        mistakes=(
            Mistake(
                _OTHERS.replace("(values.sum() - values) / (len(values) - 1)", "np.full(len(values), values.mean())"),
                "That is the mean of all years: each knows a part of its own answer.",
            ),
            Mistake(
                _OTHERS.replace("/ (len(values) - 1)", "/ len(values)"),
                "One value is left out, so divide by one less.",
            ),
            Mistake(
                _OTHERS.replace(
                    "(values.sum() - values) / (len(values) - 1)",
                    "np.array([values[:i].mean() if i else values[1:].mean() for i in range(len(values))])",
                ),
                "That is the mean of the years before, with what follows for the first alone. All other years were asked for.",
            ),
        ),
        hint="The sum of the others is the whole sum less the value itself.",
        solution=f"```python\n{_OTHERS}```",
    ),
    Code(
        id="sea_ice-9",
        question="Write `tempered(logits, temperature)`: the probabilities of one row of logits at a temperature. They must not overflow for logits of 1000.",
        function="tempered",
        starter="import numpy as np\n\ndef tempered(logits, temperature):\n    return np.asarray(logits, float)\n",
        reference=tempered,
        cases=(([2.0, 0.0, -1.0], 2.0), ([0.0, 0.0, 0.0], 0.5)),
        hidden=(([1000.0, 990.0, 0.0], 5.0), ([0.3, 0.1, 0.2], 0.1)),
        answer=_TEMPERED,
        mistakes=(
            Mistake(_TEMPERED.replace("/ temperature", "* temperature"), "The logits are divided by T, not multiplied: a high temperature must make the classes alike."),
            Mistake(_TEMPERED.replace("float) / temperature", "float)"), "The temperature is not used yet."),
            Mistake(
                _TEMPERED.replace("return powers / powers.sum()", "return powers"),
                "The largest is 1 and the rest are shares of it. Divide by the sum, so that all add up to 1.",
            ),
        ),
        hint="Divide, subtract the largest, take exponentials, divide by their sum.",
        solution=f"Subtracting the largest logit changes no probability and keeps every exponential at one or below.\n\n```python\n{_TEMPERED}```",
    ),
)  # fmt: skip
