"""Views of the prosthetic hand: a thumb between signal and motion, postures, a watch in the mirror, a grasshopper's spikes.

Ink is the truth, grey what has no memory, yellow linear regression with memory (Wiener filter, ridge), blue the Kalman
filter, purple naive Bayes, red logistic regression, green the nearest neighbour, orange the setting that is chosen.
"""

from functools import cache

import numpy as np

from miniatures import correlated_channels as channels
from miniatures import draw
from miniatures import grasshopper as ear
from miniatures import shoulder_watch as watch
from miniatures import simulated_hand as hand
from miniatures.checks import one_of, real
from miniatures.explore import View, refusal
from miniatures.hand_results import stored
from miniatures.prosthetic_control import confusion, fit_decoder

SEED = 100
SPARE_SEED = 200  # of the hand whose drift an exercise asks about
SHOWN = slice(100, 240)  # 7 s of the minute
FACTORS = (0.01, 0.1, 1, 10, 100)
MODELS = {
    "naive Bayes, 12 features": "purple",
    "naive Bayes": "purple",
    "logistic regression": "red",
    "nearest neighbour": "green",
}
SPLITS = {
    "window": "windows at random",
    "recording": "whole recordings",
    "subject": "whole people",
    "other arm": "the other arm",
}
ELECTRODES = {"all four": (None, None)} | {
    f"{name} {state}": (number if state == "dead" else None, number if state == "left out" else None)
    for state in ("dead", "left out")
    for number, name in enumerate(hand.MUSCLES)
}
LAGS = 30
HEARD = slice(7000, 7120)  # ms


# the thumb -------------------------------------------------------------------------------------


@cache
def _thumb():
    training, test = hand.thumb_sessions(SEED)
    return (
        fit_decoder(training.states, training.features),
        test,
        {bins: hand.linear_positions(training, test, bins) for bins in (1, 12)},
    )


def thumb(observation_noise: float, process_noise: float) -> View:
    """Seven seconds of a thumb, decoded with Q and W multiplied by these factors; the error for every ratio of the two."""
    decoder, test, linear = _thumb()
    decoder = decoder.scaled(observation_noise, process_noise)
    means, covariances = decoder.decode(test.features)
    found, guess = hand.kalman_scores(decoder, test), means[:, 0]
    plain, wiener = (hand.scores(test, linear[bins])["rmse"] for bins in (1, 12))
    return View(
        draw.panels(
            _track(test.states[:, 0], guess, 2 * np.sqrt(covariances[:, 0, 0]), linear[1]),
            _ratios(process_noise / observation_noise, found["rmse"], wiener),
            height=400,
        ),
        f"With Q × {observation_noise:g} and W × {process_noise:g} the Kalman filter is wrong by {found['rmse']:.3f} of the range (no memory {plain:.3f}, "
        f"12-window Wiener filter {wiener:.3f}) and trembles {found['jerk']:.1f} times as much as the thumb; its NEES is {found['nees']:.3g}, where 2 is honest.",
    )


def _track(truth, guess, reach, linear):
    time = np.arange(len(truth)) * hand.BIN / 1000
    t, x, half = (values[SHOWN] for values in (time, guess, np.minimum(reach, 2)))
    band = draw.line(
        np.concatenate([t[::2], t[::-2]]),
        np.concatenate([(x + half)[::2], (x - half)[::-2]]),
        "± 2 of its own deviations",
        "blue",
        width=0,
        fill="toself",
    )
    return draw.figure(
        band,
        draw.line(t, linear[SHOWN], "no memory", "grey", width=1),
        draw.line(t, truth[SHOWN], "thumb", "ink"),
        draw.line(t, x, "Kalman filter", "blue"),
        title="position of the thumb", x=draw.axis("time, s", range=(t[0], t[-1])), y=draw.axis("share of its range", range=(-1.25, 1.25)),
    )  # fmt: skip


def _ratios(ratio, error, wiener):
    sweep = {float(scale): np.mean(found["rmse"]) for scale, found in stored("hand", "development").items()}
    ticks = [1e-4, 1e-2, 1, 1e2, 1e4]
    return draw.figure(
        draw.horizontal(wiener, "yellow", words="12-window Wiener"),
        draw.line(list(sweep), list(sweep.values()), "mean of five other seeds", "blue", "dash"),
        draw.points([ratio], [error], "this minute", "orange", size=12),
        title="error of the position",
        x=draw.axis("factor of W ÷ factor of Q", log=True, range=(5e-5, 2e4), ticks=ticks, labels=["1/10,000", "1/100", "1", "100", "10,000"]),
        y=draw.axis("RMSE, share of the range", log=True, range=(0.015, 0.6), ticks=[0.02, 0.05, 0.1, 0.2, 0.5], labels=["0.02", "0.05", "0.1", "0.2", "0.5"]),
    )  # fmt: skip


# naive Bayes -----------------------------------------------------------------------------------

GRID = np.linspace(-3.4, 0.4, 39)
EDGES = np.array([0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0])


def regions(x: float, y: float, correlation: float) -> View:
    """Where naive Bayes decides for which of three postures, and how often it is right when it is so sure."""
    x, y, correlation = real("x", x), real("y", y), real("correlation", correlation)
    try:
        made = channels.world(x, y, correlation)
    except ValueError as reason:
        return refusal(str(reason))
    grid = np.array([(a, b) for b in GRID for a in GRID])
    decided = made.model.predict(grid).reshape(len(GRID), len(GRID))
    naive, true = made.model.predict_proba(made.samples), made.true_posterior(made.samples)
    right = [float((p.argmax(axis=1) == made.classes).mean()) for p in (naive, true)]
    return View(
        draw.panels(_plane(made, decided), _reliability(made, naive, true), height=420),
        f"With a correlation of {correlation:g} naive Bayes gets {100 * right[0]:.1f} % right and claims {100 * naive.max(axis=1).mean():.1f} %; "
        f"whoever knows the correlation gets {100 * right[1]:.1f} % and claims {100 * true.max(axis=1).mean():.1f} %.",
    )


def _plane(made, decided):
    marks = [draw.heatmap(np.array([0.5, 1, 1.5])[decided], GRID, GRID, "diverging", 0, 2)]
    for number, (mean, name) in enumerate(zip(made.means, channels.NAMES, strict=True)):
        tilted = channels.ellipse(mean, made.covariance)
        upright = channels.ellipse(made.model.means[number], np.diag(made.model.variances[number]))
        first = number == 0
        marks.append(draw.line(tilted[:, 0], tilted[:, 1], "two deviations, true" if first else None, "ink", width=2))
        marks.append(
            draw.line(
                upright[:, 0], upright[:, 1], "as naive Bayes sees it" if first else None, "purple", "dash", width=2
            )
        )
        marks.append(draw.text(mean[0], mean[1], name))
    return draw.figure(
        *marks,
        title="who decides what where",
        equal=True,
        x=draw.axis("log amplitude, channel 1", range=(-3.4, 0.4)),
        y=draw.axis("channel 2", range=(-3.4, 0.4)),
    )


def _reliability(made, naive, true):
    marks = [draw.line([0, 1], [0, 1], "honest", "grey", "dot")]
    for probabilities, name, colour in ((true, "knows the correlation", "ink"), (naive, "naive Bayes", "purple")):
        sure, right, count = channels.reliability(probabilities, made.classes, EDGES)
        enough = count >= 30
        marks.append(draw.line(np.where(enough, sure, np.nan), np.where(enough, right, np.nan), name, colour))
        marks.append(draw.points(sure[enough], right[enough], colour=colour, size=8))
    return draw.figure(
        *marks,
        title="how sure, how often right",
        x=draw.axis("confidence", range=(0.3, 1.02)),
        y=draw.axis("share right", range=(0.3, 1.05)),
    )


# days and electrodes ---------------------------------------------------------------------------


def calibration(days: float, electrodes: str, recentred: bool) -> View:
    """Which posture is taken for which, days after the calibration; and the accuracy for all days."""
    days = real("days", days, 0, 10_000)
    setting = (*ELECTRODES[one_of("electrodes", electrodes, ELECTRODES)], recentred)
    asked, guess = hand.decided(SPARE_SEED, days, *setting)
    curve = [np.equal(*hand.decided(SPARE_SEED, day, *setting)).mean() for day in hand.DAYS]
    right, table = float((asked == guess).mean()), confusion(asked, guess, len(hand.POSTURES))
    mean = stored("hand", "postures", "recentred" if recentred else "days")
    curves = draw.figure(
        draw.line(hand.DAYS, mean.mean(axis=0), "ten seeds, all four", "grey", "dash"),
        draw.line(hand.DAYS, curve, "this hand", "purple"),
        draw.points([days], [right], colour="orange", size=12),
        title="share recognised", x=draw.axis("days since calibration", range=(-8, 308)), y=draw.axis("share", range=(0.3, 1.02)),
    )  # fmt: skip
    worst = (table - np.diag(np.diag(table))).argmax()
    a, b = divmod(int(worst), len(hand.POSTURES))
    return View(
        draw.panels(_confusion(table, hand.POSTURES, 40, "decided, by what was asked"), curves, height=400, gap=0.16),
        f"{days:g} days after calibration, electrodes: {electrodes}{', re-centred' if recentred else ''}: naive Bayes recognises {100 * right:.1f} % of 200 postures; "
        f"its most frequent mistake calls {hand.POSTURES[a]} {hand.POSTURES[b]}, {table[a, b]} of 40 times.",
    )


def _confusion(table, names, most, title, truth="asked"):
    table = np.asarray(table)
    labels = [[str(n) if n else "" for n in row] for row in table]
    return draw.figure(
        draw.heatmap(table, list(names), list(names), low=0, high=most, labels=labels), title=title,
        x=draw.axis("decided"), y=draw.axis(truth, reverse=True),
    )  # fmt: skip


# windows ---------------------------------------------------------------------------------------


def window_length(window: int) -> View:
    """One switch from rest to a fist, decided each millisecond; accuracy and delay for every stored window."""
    if real("window", window) not in hand.WINDOWS:
        return refusal(f"a window of {window} ms is not stored: one of {', '.join(map(str, hand.WINDOWS))} ms.")
    one = hand.switches(SEED, window)[1]
    time = np.arange(len(one.signal)) - len(one.signal) // 2
    seen = one.decisions >= 0
    names = list(reversed(hand.POSTURES))
    left = draw.figure(
        draw.line(time[::2], 0.6 * one.signal[::2] + 5.2, "signal of the thumb's electrode", "grey", width=1),
        draw.points(time[seen][::2], [names.index(hand.POSTURES[n]) for n in one.decisions[seen][::2]], "decision", "purple", size=5),
        draw.vertical(0, "ink", "dot"),
        title="from rest to a fist", x=draw.axis("ms after the switch", range=(-200, 200)), y=draw.axis(range=(-0.6, 6.8), ticks=list(range(5)), labels=names),
    )  # fmt: skip
    found = {key: stored("hand", "postures", key) for key in ("windows", "delay", "others")}
    chosen = hand.WINDOWS.index(window)
    delay, share, third = (found[key].mean(axis=0) for key in ("delay", "windows", "others"))
    right = draw.figure(
        draw.line(delay, share, "window of 10 to 200 ms", "purple", width=1.5),
        draw.points(delay, share, colour="purple", size=7, error=found["windows"].std(axis=0, ddof=1)),
        draw.points([delay[chosen]], [share[chosen]], "this window", "orange", size=13),
        draw.text(delay[0] + 4, share[0], "10 ms", "purple", "left"),
        draw.text(delay[-1], share[-1] + 0.022, "200 ms", "purple"),
        title="ten seeds", x=draw.axis("ms until the fist is decided to stay", range=(0, 200)), y=draw.axis("share of held postures right", range=(0.86, 1)),
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=400, gap=0.14),
        f"Windows of {window} ms recognise {100 * share[chosen]:.1f} % of held postures; after a switch it takes {delay[chosen]:.0f} ms until the fist is decided for good, "
        f"and for {third[chosen]:.0f} ms of these the decision is a third posture.",
    )


# the watch -------------------------------------------------------------------------------------


def leak(model: str, split: str) -> View:
    """Four classifiers under four ways to choose what is tested, and the confusions of one of them."""
    one_of("model", model, MODELS)
    one_of("split", split, SPLITS)
    marks, places = [], list(range(len(SPLITS)))
    for name, colour in MODELS.items():
        means = [stored("watch", "leak", name, by, "accuracy").mean() for by in SPLITS]
        marks.append(draw.line(places, means, name, colour, "dot" if "12" in name else "solid"))
    accuracy = stored("watch", "leak", model, split, "accuracy")
    marks.append(draw.points([list(SPLITS).index(split)], [accuracy.mean()], colour="orange", size=13))
    left = draw.figure(
        *marks, title="share of windows right", y=draw.axis("share", range=(0.15, 1.02)),
        x=draw.axis("tested on", range=(-0.4, 3.4), ticks=places, labels=["windows", "recordings", "people", "other arm"]),
    )  # fmt: skip
    table = stored("watch", "leak", model, split, "confusion")
    apart = np.array([0, 1, 1, 2, 2, 3, 4])
    pairs = table[apart[:, None] == apart].sum() - np.trace(table)
    wrong = table.sum() - np.trace(table)
    return View(
        draw.panels(
            left,
            _confusion(table, watch.recordings()["names"], 180, "decided, by what was done", "done"),
            height=430,
            gap=0.16,
        ),
        f"{model[0].upper() + model[1:]}, tested on {SPLITS[split]} that it was not trained on, gets {100 * accuracy.mean():.1f} % of the windows right"
        + (f" (± {100 * accuracy.std(ddof=1):.1f} over five shuffles)" if len(accuracy) > 1 else "")
        + f"; of the {wrong} wrong ones shown, {pairs} confuse ABD with FEL or IR with ER.",
    )


def mirror(
    acceleration_x: bool,
    acceleration_y: bool,
    acceleration_z: bool,
    rotation_x: bool,
    rotation_y: bool,
    rotation_z: bool,
) -> View:
    """Turn round axes of one arm, and see what naive Bayes, taught with the other arm, makes of it."""
    flips = (acceleration_x, acceleration_y, acceleration_z, rotation_x, rotation_y, rotation_z)
    signs = tuple(-1 if flip else 1 for flip in flips)
    table, patterns = stored("watch", "mirror", "patterns"), watch.sign_patterns()
    here, raw = (table[patterns.index(one)] for one in (signs, (1,) * 6))
    left = draw.figure(
        draw.points(table[:, 0], table[:, 1], "each of 64 patterns", "grey", size=6),
        draw.points([here[0]], [here[1]], "this pattern", "orange", size=13),
        draw.text(raw[0], raw[1], "none turned", arrow=(50, 30)),
        title="share right on the other arm", x=draw.axis("people 1 to 5", range=(0, 1)), y=draw.axis("people 6 to 10", range=(0, 1)), equal=True,
    )  # fmt: skip
    turned = " and ".join(axis for axis, flip in zip(watch.AXES, flips, strict=True) if flip) or "no axis"
    better = int((table[:, 0] > here[0] + 1e-9).sum())
    return View(
        draw.panels(
            left,
            _confusion(
                watch.other_arm_confusion(signs, (6, 7, 8, 9, 10)),
                watch.recordings()["names"],
                90,
                "people 6 to 10, other arm",
                "done",
            ),
            height=430,
            gap=0.16,
        ),
        f"With {turned} of one arm turned round, naive Bayes gets {100 * here[0]:.1f} % right on people 1 to 5 and {100 * here[1]:.1f} % on people 6 to 10 (none turned "
        f"{100 * raw[1]:.1f} %); {better} of 63 other patterns {'does' if better == 1 else 'do'} better on the first five.",
    )


# the grasshopper -------------------------------------------------------------------------------


def triggered() -> View:
    """The sound around a spike, on average."""
    heard = ear.recording()
    average = ear.spike_triggered_average(heard.envelope, heard.spikes)
    place = np.arange(-25, 11)
    top, low = int(place[average.argmax()]), int(place[average.argmin()])
    return View(
        draw.figure(
            draw.box(-25, -1, 0, 1.2, "wash-grey"), draw.line(place, average, "mean envelope", "ink"), draw.vertical(0, "grey", words="spike"),
            draw.points([top], [average.max()], colour="orange", size=11), x=draw.axis("ms from the spike", range=(-25, 10)),
            y=draw.axis("envelope, standard deviations", range=(-0.8, 1.2)), height=320, legend=False,
        ),
        f"On average over {int(heard.spikes.sum())} spikes the sound is loudest {-top} ms before a spike, {average.max():.2f} standard deviations above its mean, and quietest "
        f"{-low} ms before it, {-average.min():.2f} below.",
    )  # fmt: skip


@cache
def _decoded(lag):
    return ear.wait(lag)


def waiting(lag: int) -> View:
    """A stretch of sound as ridge regression decodes it `lag` ms late, and what is explained for every lag."""
    if not 0 <= real("lag", lag) <= LAGS:
        return refusal(f"a wait of {lag} ms is not stored: from 0 to {LAGS} ms.")
    ridge, kalman = (stored("ear", name)[:, 0] for name in ("ridge", "kalman"))
    truth, time = ear.recording().envelope[HEARD], np.arange(HEARD.start, HEARD.stop) - HEARD.start
    spikes = ear.recording().times - HEARD.start
    spikes = spikes[(spikes >= 0) & (spikes < len(time))]
    left = draw.figure(
        draw.line(time, truth, "sound", "ink", width=1.5),
        draw.line(time, _decoded(lag)[HEARD], "ridge regression", "yellow"),
        draw.points(spikes, np.full(len(spikes), -2.75), "spikes", "orange", size=7, symbol="triangle-up"),
        title="120 ms of sound", x=draw.axis("ms", range=(0, 120)), y=draw.axis("envelope, standard deviations", range=(-3, 4)),
    )  # fmt: skip
    lags = list(range(LAGS + 1))
    right = draw.figure(
        draw.box(0, -0.1, lag, 1, "wash-orange"), draw.horizontal(0, "grey"),
        draw.line(lags, ridge, "ridge regression", "yellow"), draw.line(lags, kalman, "Kalman filter", "blue", "dash"),
        draw.points([lag], [ridge[lag]], colour="orange", size=12),
        title="share of the variance explained", x=draw.axis("wait, ms", range=(-0.5, 30.5)), y=draw.axis("R²", range=(-0.03, 0.35)),
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=390),
        f"A decoder that waits {lag} ms explains {100 * ridge[lag]:.1f} % of the sound's variance by ridge regression and {100 * kalman[lag]:.1f} % by the Kalman filter; "
        f"the most that any wait up to {LAGS} ms gives ridge regression is {100 * ridge.max():.1f} %.",
    )
