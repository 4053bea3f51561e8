"""Exercises on the prosthetic hand: from reading a filter's track to writing a step of it."""

from math import exp, log

import numpy as np

from miniatures import checks
from miniatures import simulated_hand as hand
from miniatures.correlated_channels import overcount
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.hand_results import stored
from miniatures.prosthetic_control import KalmanFilter, with_history

WALK = KalmanFilter([[1.0]], [[1.0]], [[1.0]], [[1.0]], [0.0], [[1.0]])
SPARE_SEED, LATE = 200, 300
CLAIMED, CORRELATION, CHANNELS = 0.99, 0.5, 4


def helping_electrode(seed: int, days: float) -> str:
    """The one electrode without which naive Bayes recognises more postures, `days` after calibration.

    >>> helping_electrode(200, 300)
    'index'
    """
    training, test = hand.sessions(seed, days=days)
    all_four = hand.accuracy(training, test)
    better = [
        name
        for number, name in enumerate(hand.MUSCLES)
        if hand.accuracy(training, test, hand.without(number)) > all_four
    ]
    if len(better) != 1:
        raise ValueError(f"seed={seed}, days={days}: {len(better)} electrodes help by being left out, not one")
    return better[0]


def reflection(axis: int) -> tuple[int, ...]:
    """The signs (6,) of acceleration and rotation rate in a mirror that turns this axis, 0 to 2, round.

    >>> reflection(0)
    (-1, 1, 1, 1, -1, -1)
    """
    axis = checks.whole("axis", axis, 0, 2)
    vector = [-1 if k == axis else 1 for k in range(3)]
    return tuple(vector + [-sign for sign in vector])


def kalman_step(mean, variance, y, a, w, c, q):
    """The filtered mean and variance of a scalar state after one observation, by the tested filter.

    >>> [round(found, 9) for found in kalman_step(0, 1, 2, a=1, w=1, c=1, q=2)]  # half of the way to the observation
    [1.0, 1.0]
    """
    mean, y, a, c = (checks.real(name, value) for name, value in (("mean", mean), ("y", y), ("a", a), ("c", c)))
    variance, w, q = checks.not_negative("variance", variance), checks.not_negative("w", w), checks.positive("q", q)
    means, covariances = KalmanFilter([[a]], [[w]], [[c]], [[q]], [mean], [[variance]]).filter([[y]])
    return float(means[0, 0]), float(covariances[0, 0, 0])


def history(y, bins):
    """Row t: y[t], y[t-1] … back to y[t-bins+1], zeros before the start, (T, bins).

    >>> history([1.0, 2.0], 2).tolist()
    [[1.0, 0.0], [2.0, 1.0]]
    """
    return with_history(checks.numbers("y", y, (None,))[:, None], bins)


_STEP = """def kalman_step(mean, variance, y, a, w, c, q):
    predicted = a * mean
    p = a * variance * a + w
    s = c * p * c + q
    k = p * c / s
    return predicted + k * (y - c * predicted), (1 - k * c) * p
"""
_HISTORY = """import numpy as np

def history(y, bins):
    rows = np.zeros((len(y), bins))
    for back in range(bins):
        rows[back:, back] = y[: len(y) - back]
    return rows
"""


def _signs(signs):
    return (
        "("
        + ", ".join("−" if sign < 0 else "+" for sign in signs[:3])
        + " | "
        + ", ".join("−" if sign < 0 else "+" for sign in signs[3:])
        + ")"
    )


def _first_wait():
    curve = stored("ear", "ridge")[:, 0]
    return int(np.argmax(curve >= curve.max() / 2))


def _by_split():
    found = {
        name: stored("watch", "leak", "nearest neighbour", split, "accuracy").mean() for name, split in _SPLITS.items()
    }
    return tuple(sorted(found, key=found.get, reverse=True))


_SPLITS = {
    "windows, dealt out at random": "window",
    "recordings, dealt out at random": "recording",
    "people": "subject",
    "the arm that was not trained on": "other arm",
}


def _exercises():
    predicted = WALK.steady_state_covariance()[0, 0]
    gain = predicted / (predicted + 1)
    factor, odds = overcount(CORRELATION, CHANNELS), log(CLAIMED / (1 - CLAIMED))
    honest = 1 / (1 + exp(-odds / factor))
    helper, ordered, wait = helping_electrode(SPARE_SEED, LATE), _by_split(), _first_wait()
    y_mirror = reflection(1)
    step = _STEP.replace
    return (
        MultipleChoice(
            "prosthetic_control-1",
            "In the first view set the factor of $Q$ to its highest value and that of $W$ to its lowest. What does the Kalman filter do, and what does it say of itself?",
            options=(
                "It hardly listens to the signal, misses the thumb, and its band is far too narrow.",
                "It hardly listens to the signal, misses the thumb, and its band is wide enough to admit it.",
                "It follows every tremor of the signal.",
                "It is the best of all settings: smooth and right.",
            ),
            answer="It hardly listens to the signal, misses the thumb, and its band is far too narrow.",
            mistakes=(
                Mistake("It hardly listens to the signal, misses the thumb, and its band is wide enough to admit it.", "Look at the NEES in the sentence below the figure: 2 would be honest. The band is computed from the model, which was told that the thumb hardly ever leaves its predicted path."),
                Mistake("It follows every tremor of the signal.", "That is the opposite corner: a small Q says that the signal is exact."),
                Mistake("It is the best of all settings: smooth and right.", "Smooth it is. Compare the error in the right panel with that of the default."),
            ),
            hint="The right panel has the ratio of the two factors; the sentence has the NEES.",
            solution="A large $Q$ says that the signal is poor, a small $W$ that the motion model is nearly exact. The filter goes its own way, and since its covariance follows from $W$ and $Q$ and never from its errors, it does not notice.",
        ),
        Number(
            "prosthetic_control-2",
            "A scalar state walks at random: $x_t = x_{t-1} + w$, $y_t = x_t + q$, and both noises have variance 1. Towards which gain $K$ does the Kalman filter tend? Give four decimals.",
            answer=gain, tolerance=0.0006,
            mistakes=(
                Mistake(predicted, "That is the predicted variance in the steady state. The gain is P/(P + 1)."),
                Mistake(0.5, "That is the gain at the first step of a filter that starts with variance 0. After it, the state is uncertain before the noise is added."),
                Mistake(2 / 3, "That is the first gain from a prior of variance 1, 2/3. Go on: it falls a little."),
            ),
            hint="In the steady state $P = P - P^2/(P+1) + 1$, so $P^2 = P + 1$.",
            solution=f"$P^2 = P + 1$ has the positive root $P = (1 + \\sqrt 5)/2 = {predicted:.4f}$, the golden ratio, and $K = P/(P + 1) = 1/P = {gain:.4f}$.",
        ),
        Number(
            "prosthetic_control-3",
            "How many free parameters has a Gaussian naive Bayes classifier with 5 classes and 4 features?",
            answer=44, tolerance=0.4,
            mistakes=(
                Mistake(45, "The shares of the classes sum to 1: the fifth follows from the other four."),
                Mistake(40, "Those are the means and variances. The shares of the classes are estimated too."),
                Mistake(20 + 50 + 4, "That is a full covariance for each class. Naive Bayes has one variance for each feature of each class, and no correlations."),
                Mistake(24, "Each class has a variance for each feature as well."),
            ),
            hint="Means, variances, shares.",
            solution="$5\\cdot 4 = 20$ means, as many variances, and $5 - 1 = 4$ shares: 44. With full covariances it would be $20 + 5\\cdot 10 + 4 = 74$, for a hundred training examples.",
        ),
        MultipleChoice(
            "prosthetic_control-4",
            f"In the view of days and electrodes, all four electrodes work and {LATE} days have passed, without re-centring. Which electrode, left out, raises the accuracy?",
            options=hand.MUSCLES,
            answer=helper,
            mistakes=tuple(
                Mistake(name, f"Without the {name} electrode {100 * share:.1f} % are recognised, with all four {100 * hand.accuracy(*hand.sessions(SPARE_SEED, days=LATE)):.1f} %.")
                for number, name in enumerate(hand.MUSCLES)
                if name != helper
                for share in [hand.accuracy(*hand.sessions(SPARE_SEED, days=LATE), hand.without(number))]
            ),
            hint="Try all four settings “… left out”. Which gain has drifted the farthest?",
            solution=f"The {helper} electrode. Its gain has drifted by a factor of {hand.drifted_gains(LATE, np.random.default_rng([SPARE_SEED, 2]))[hand.MUSCLES.index(helper)]:.2f}, the farthest of the four, "
            "and it misleads more than it tells. Naive Bayes can drop a feature without being trained again.",
        ),
        Number(
            "prosthetic_control-5",
            f"Four channels have pairwise correlation {CORRELATION:g} and tell two equally frequent classes apart equally well. Naive Bayes claims a probability of {CLAIMED:g}. Which one would be honest? Give three decimals.",
            answer=honest, tolerance=0.0015,
            mistakes=(
                Mistake(CLAIMED / factor, "The factor divides the log-odds, not the probability."),
                Mistake(CLAIMED, "Correlated channels repeat one another. Naive Bayes counts each as news."),
                Mistake(1 / (1 + exp(-odds / overcount(CORRELATION, 2))), "That is for two channels. Each of the three other channels adds ρ."),
                Mistake(1 / (1 + exp(-odds / CHANNELS)), "That would be so if the four were copies of one, ρ = 1."),
            ),
            hint="Log-odds $\\ln(0.99/0.01)$, divided by $1 + 3\\rho$.",
            solution=f"$\\ln 99 = {odds:.3f}$, over $1 + 3\\cdot 0.5 = {factor:g}$ gives ${odds / factor:.3f}$, a probability of ${honest:.3f}$. The class stays the same.",
        ),
        Ordering(
            "prosthetic_control-6",
            "The nearest neighbour classifies windows of the watch. Order what it is tested on by the accuracy, the highest first.",
            answer=ordered,
            mistakes=(
                Mistake(tuple(reversed(ordered)), "The lowest first."),
                Mistake((ordered[0], ordered[2], ordered[1], ordered[3]), "So one expects. But a person whose recording is left out leaves six other exercises behind, all with the wrong label, and they lie nearest. Leaving out the whole person removes these too."),
            ),
            hint="The view of the four classifiers, the line of the nearest neighbour.",
            solution=", ".join(f"{name} {100 * stored('watch', 'leak', 'nearest neighbour', _SPLITS[name], 'accuracy').mean():.1f} %" for name in ordered) + ".",
        ),
        MultipleChoice(
            "prosthetic_control-7",
            "Another watch is built so that left and right are mirrored in its $y$ axis. Which signs does a reflection in $y$ give to (acceleration x, y, z | rotation rate x, y, z)?",
            options=tuple(_signs(signs) for signs in (y_mirror, (1, -1, 1, 1, -1, 1), (-1, 1, -1, 1, -1, 1), (1, -1, 1, 1, 1, 1))),
            answer=_signs(y_mirror),
            mistakes=(
                Mistake(_signs((1, -1, 1, 1, -1, 1)), "That treats the rotation rate as a vector. A wheel that rolls away from you, seen in a mirror beside it, still rolls away: its axis, parallel to the mirror's normal, is unchanged."),
                Mistake(_signs((-1, 1, -1, 1, -1, 1)), "That is a half turn about y for the acceleration. A mirror turns one axis round, not two."),
                Mistake(_signs((1, -1, 1, 1, 1, 1)), "A rotation seen in a mirror does change: a screw becomes left-handed."),
            ),
            hint="In $x$ it was (−, +, + | +, −, −). The axis of a rotation keeps the component that a vector loses.",
            solution=f"{_signs(y_mirror)}. A vector's component along the mirror's normal changes its sign; a rotation is a cross product of two vectors, and there the other two components do.",
        ),
        Number(
            "prosthetic_control-8",
            "How many milliseconds must ridge regression wait until it explains at least half of what it explains at best?",
            answer=wait, tolerance=0.4, unit="ms",
            mistakes=(
                Mistake(wait - 1, f"One more: a wait of {wait - 1} ms explains {100 * stored('ear', 'ridge')[wait - 1, 0]:.1f} %."),
                Mistake(int(np.argmax(stored("ear", "ridge")[:, 0])), "There the curve has its maximum. Half of it comes much earlier."),
                Mistake(0, "With no wait it explains nothing: the spikes that a sound causes have not come yet."),
            ),
            hint="Move the wait and read the sentence: half of the highest value.",
            solution=f"{wait} ms: the ear's answer comes {wait} ms after the sound, and before it there is nothing to decode.",
        ),
        Code(
            "prosthetic_control-9",
            "Write one step of the Kalman filter for a scalar state: `kalman_step(mean, variance, y, a, w, c, q)` predicts with the transition `a` and the process variance `w`, "
            "then takes in the observation `y` with factor `c` and variance `q`. It returns the new mean and the new variance.",
            function="kalman_step",
            starter="def kalman_step(mean, variance, y, a, w, c, q):\n    predicted = a * mean\n    return predicted, variance\n",
            reference=kalman_step,
            cases=((0.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0), (1.0, 0.5, 2.0, 0.9, 0.2, 2.0, 0.4)),
            hidden=((-2.0, 3.0, 0.5, 0.5, 0.0, -1.5, 2.0), (0.3, 0.0, 1.0, 1.1, 0.7, 0.5, 0.1), (4.0, 2.0, 9.0, 1.0, 0.3, 0.0, 1.0)),
            answer=_STEP,
            mistakes=(
                Mistake(step(" * a + w", " * a"), "The state moves between observations: add w to the predicted variance."),
                Mistake(step("p = a * variance * a + w", "p = variance + w"), "The transition stretches the uncertainty too: a² times the variance."),
                Mistake(step("k * (y - c * predicted)", "k * (y - predicted)"), "Compare the observation with the observation that was predicted, c times the state."),
                Mistake(step("k = p * c / s", "k = q / s"), "That is the weight of the prediction. The gain grows with the uncertainty of the state, p c / s."),
                Mistake(step("(1 - k * c) * p", "p"), "The mean is right. An observation also makes the state more certain: the variance falls by the factor 1 − k c."),
                Mistake(step("c * p * c + q", "p + q"), "The observation is c times the state, so its predicted variance is c² p + q."),
            ),
            hint="Predict mean and variance; $s = c^2 p + q$; $k = p c/s$; correct both.",
            solution=f"```python\n{_STEP}```\n\nWith `w = 0` the state can only become more certain; with `c = 0` the observation tells nothing and the gain is 0.",
        ),
        Code(
            "prosthetic_control-10",
            "Give a decoder a memory without letting it see the future: `history(y, bins)` takes an array $(T,)$ and returns $(T, bins)$, whose row $t$ holds `y[t]`, `y[t-1]` and so on. "
            "Where there is nothing yet, it holds 0.",
            function="history",
            starter="import numpy as np\n\ndef history(y, bins):\n    return np.zeros((len(y), bins))\n",
            reference=history,
            cases=((np.array([1.0, 2.0, 3.0]), 2), (np.array([4.0, -1.0, 0.5, 2.0]), 3)),
            hidden=((np.arange(1.0, 9.0), 1), (np.arange(1.0, 9.0), 5), (np.array([2.0, 7.0, 1.0]), 3)),
            answer=_HISTORY,
            mistakes=(
                Mistake("import numpy as np\n\ndef history(y, bins):\n    return np.stack([np.roll(y, k) for k in range(bins)], axis=1)\n", "np.roll wraps round: the first rows hold the end of the recording, the future."),
                Mistake("import numpy as np\n\ndef history(y, bins):\n    padded = np.concatenate([y, np.zeros(bins - 1)])\n    return np.stack([padded[k : k + len(y)] for k in range(bins)], axis=1)\n", "Those are the next values, not the last: the decoder would look ahead."),
                Mistake("import numpy as np\n\ndef history(y, bins):\n    padded = np.concatenate([np.zeros(bins - 1), y])\n    return np.stack([padded[k : k + len(y)] for k in range(bins)], axis=1)\n", "The right values, with the oldest first. The newest comes first."),
            ),
            hint="Put zeros in front, and take slices; or fill column $k$ from row $k$ on.",
            solution=f"```python\n{_HISTORY}```\n\nThe starter is the trap itself. With a long recording it hardly shows in the error, and it is still a leak.",
        ),
    )  # fmt: skip


EXERCISES = _exercises()
