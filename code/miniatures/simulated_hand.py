"""A simulated hand: four muscles, the electrodes in them, five postures and a moving thumb.

Everything here is simulated; the signals of the paper's patients are not public in a package. Amplitude-modulated white
noise is the usual simple picture of an electromyogram.

Source: the setting after P. P. Vu et al. (2020), doi:10.1126/scitranslmed.aay2857; all numbers are this book's choice.

activation  how strongly a muscle contracts, 1 for full, no unit
gain        what an electrode multiplies its signal by, 1 on the day of calibration, no unit
drift       standard deviation of the logarithm of a gain after one day; it grows with the root of time
window      time over which an amplitude is averaged, ms
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import cached, numbers, real, whole
from miniatures.prosthetic_control import (
    Decoder,
    GaussianNaiveBayes,
    decode_linearly,
    fit_decoder,
    linear_decoder,
    nees,
    rmse,
    with_history,
)

RATE = 1000  # samples a second
CROSSTALK = 0.15
SENSOR_NOISE = 0.03
EFFORT, UNEVEN = 0.3, 0.25  # how much trials differ in strength, and muscles within a trial
DRIFT = 0.025
BIN = 50  # ms
MUSCLES = ("thumb", "index", "fingers", "extensor")
POSTURES = ("fist", "point", "pinch", "spread", "rest")
ACTIVATION = np.array(
    [
        [0.60, 0.60, 0.70, 0.20],
        [0.50, 0.15, 0.60, 0.30],
        [0.55, 0.50, 0.15, 0.15],
        [0.15, 0.12, 0.12, 0.60],
        [0.06, 0.06, 0.06, 0.06],
    ]
)  # (postures, muscles)
PULL = np.array(
    [[0.9, 0.2], [0.25, 0.1], [-0.25, 0.04], [-0.9, -0.16]]
)  # of the thumb's position and velocity, (muscles, 2)
OTHER_PROGRAMME = (0.27, 0.52, 0.83)  # Hz, motions that no decoder was trained on
DEVELOPMENT_SEEDS, FRESH_SEEDS = tuple(range(5)), tuple(range(100, 110))
DAYS, WINDOWS = (0, 10, 30, 60, 100, 150, 200, 300), (10, 20, 35, 50, 75, 100, 150, 200)
SCALES = (1e-4, 1e-3, 0.01, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 100.0, 1e3, 1e4)
WARM_UP = 24  # bins at the start that no error counts: the longest memory must be full
STRETCH = 5.0  # by how much W is multiplied; chosen on the development seeds
PROGRAMME = (0.17, 0.37, 0.61)  # Hz, the motions of the avatar that the thumb follows
EASE = np.log([0.3, 0.25, 0.25, 0.3])  # log activation with the thumb in the middle


def mixing(crosstalk: float = CROSSTALK, muscles: int = len(MUSCLES)) -> np.ndarray:
    """What each electrode picks up of each muscle, (M, M): its own and, to a share of `crosstalk`, the others in equal parts.

    >>> mixing(0.3, 3)[0].round(2).tolist()
    [0.7, 0.15, 0.15]
    """
    share, count = real("crosstalk", crosstalk, 0, 1), whole("muscles", muscles, 2, 64)
    return (1 - share) * np.eye(count) + share / (count - 1) * (1 - np.eye(count))


def emg(activation, rng: np.random.Generator, gains=None, crosstalk: float = CROSSTALK) -> np.ndarray:
    """Signals (..., T, M) of electrodes in muscles of `activation` (..., T, M), one sample a millisecond.

    Each muscle is white noise times its activation; electrodes mix muscles, multiply by `gains` (M,) and add their own noise."""
    activation = numbers("activation", activation, None, 0, 1e3)
    if activation.ndim < 2:
        raise ValueError(f"activation of shape {activation.shape} must be of shape (..., T, M)")
    muscles = activation.shape[-1]
    gains = np.ones(muscles) if gains is None else numbers("gains", gains, (muscles,), 0, 1e6)
    sources = activation * rng.normal(size=activation.shape)
    return sources @ mixing(crosstalk, muscles).T * gains + SENSOR_NOISE * rng.normal(size=activation.shape)


def log_amplitude(signals) -> np.ndarray:
    """The logarithm of the mean absolute value over the samples, (..., T, M) -> (..., M). A gain becomes a shift."""
    signals = numbers("signals", signals, None)
    if signals.ndim < 2 or not signals.size:
        raise ValueError(f"signals of shape {signals.shape} must be of shape (..., T, M), with no empty axis")
    level = np.abs(signals).mean(axis=-2)
    if not level.min() >= 1e-70:
        raise ValueError("signals hold a channel that is zero throughout: its logarithm does not exist")
    return np.log(level)


@dataclass(frozen=True)
class Trials:
    """Features (N, M) of N windows and the posture (N,) that was asked for, a number into POSTURES."""

    features: np.ndarray
    postures: np.ndarray


def postures_session(trials: int, rng: np.random.Generator, window: int = BIN, gains=None) -> Trials:
    """`trials` windows of each posture, `window` ms long; strength differs from trial to trial and muscle to muscle."""
    count, length = whole("trials", trials, 1, 2000), whole("window", window, 5, 2000)
    asked = np.repeat(np.arange(len(POSTURES)), count)
    strength = np.exp(rng.normal(0, EFFORT, (len(asked), 1)) + rng.normal(0, UNEVEN, (len(asked), len(MUSCLES))))
    activation = np.minimum(ACTIVATION[asked] * strength, 1)  # (N, M)
    held = np.repeat(activation[:, None, :], length, axis=1)  # (N, T, M)
    return Trials(log_amplitude(emg(held, rng, gains)), asked)


def drifted_gains(days: float, rng: np.random.Generator, drift: float = DRIFT) -> np.ndarray:
    """Gains (M,) after `days`: each logarithm has walked at random, independently, `drift` times the root of the days."""
    return np.exp(real("drift", drift, 0, 1) * np.sqrt(real("days", days, 0, 10_000)) * rng.normal(size=len(MUSCLES)))


@dataclass(frozen=True)
class Movement:
    """A thumb's states (T, 2), position and velocity, one each BIN ms, and the features (T, M) beside them."""

    states: np.ndarray
    features: np.ndarray


def thumb_session(seconds: int, rng: np.random.Generator, gains=None, rates=PROGRAMME) -> Movement:
    """A thumb that follows sinusoids of `rates` (R,) in Hz, of random phase, and the log amplitudes of its muscles in bins of BIN ms.

    The position is in shares of the range, within -1 and 1; the state is that in the middle of each bin."""
    length = whole("seconds", seconds, 2, 3600) * RATE
    rates = 2 * np.pi * numbers("rates", rates, (None,), 0.01, 5)
    phases = rng.uniform(0, 2 * np.pi, len(rates))
    time = np.arange(length)[:, None] / RATE
    position = np.sin(rates * time + phases).mean(axis=1)
    velocity = (rates * np.cos(rates * time + phases)).mean(axis=1)
    states = np.column_stack([position, velocity])  # (length, 2)
    signals = emg(np.exp(EASE + states @ PULL.T), rng, gains)
    return Movement(states[BIN // 2 :: BIN], log_amplitude(signals.reshape(-1, BIN, len(MUSCLES))))


def recentred(features, reference) -> np.ndarray:
    """`features` (N, M) shifted so that their mean is that of `reference`: it undoes any change of gains, and needs no labels.

    Only where both sessions hold the postures in the same proportions: the mean of a posture is moved too.

    >>> recentred([[0.0], [2.0]], [[5.0], [5.0]]).tolist()
    [[4.0], [6.0]]
    """
    features = numbers("features", features, (None, None), -1e12, 1e12)
    reference = numbers("reference", reference, (None, features.shape[1]), -1e12, 1e12)
    return features - features.mean(axis=0) + reference.mean(axis=0)


def accuracy(training: Trials, test: Trials, channels=None) -> float:
    """The share of `test` that naive Bayes, taught by `training`, gets right; from `channels` only, where they are given."""
    kept = slice(None) if channels is None else list(channels)
    model = GaussianNaiveBayes().fit(training.features[:, kept], training.postures)
    return float((model.predict(test.features[:, kept]) == test.postures).mean())


def without(channel: int) -> list[int]:
    """The channels but one.

    >>> without(1)
    [0, 2, 3]
    """
    return [other for other in range(len(MUSCLES)) if other != whole("channel", channel, 0, len(MUSCLES) - 1)]


def sessions(seed: int, window: int = BIN, days: float = 0, dead: int | None = None) -> tuple[Trials, Trials]:
    """A day of calibration (20 trials a posture) and, `days` later, a test (40 a posture), perhaps with a `dead` electrode.

    The same seed and day draw the same gains and the same noise."""
    rng = [np.random.default_rng([whole("seed", seed, 0, 10**6), part]) for part in range(3)]
    gains = drifted_gains(days, rng[2])
    if dead is not None:
        gains[whole("dead", dead, 0, len(MUSCLES) - 1)] = 0
    return postures_session(20, rng[0], window), postures_session(40, rng[1], window, gains)


@cached()
def decided(
    seed: int, days: float, dead: int | None = None, left_out: int | None = None, shifted: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """The postures (N,) asked for and decided, `days` after calibration: perhaps with an electrode dead, one left out, or re-centred.

    >>> [float(np.equal(*decided(200, 300, shifted=shifted)).mean().round(2)) for shifted in (False, True)]
    [0.82, 0.98]
    """
    training, test = sessions(seed, days=days, dead=dead)
    features = recentred(test.features, training.features) if shifted else test.features
    kept = list(range(len(MUSCLES))) if left_out is None else without(left_out)
    model = GaussianNaiveBayes().fit(training.features[:, kept], training.postures)
    return test.postures, model.predict(features[:, kept])


def postures_run(seed: int) -> dict:
    """Shares of postures recognised with one seed: by days since calibration, by window, with an electrode dead.

    >>> postures_run(-1)
    Traceback (most recent call last):
    ValueError: seed=-1 must be a whole number from 0 to 1000000
    """
    later = [sessions(seed, days=days) for days in DAYS]
    broken = [sessions(seed, dead=channel) for channel in range(len(MUSCLES))]
    return {
        "days": [accuracy(*pair) for pair in later],
        "recentred": [accuracy(a, Trials(recentred(b.features, a.features), b.postures)) for a, b in later],
        "windows": [accuracy(*sessions(seed, window)) for window in WINDOWS],
        "delay": [float(np.mean([one.delay for one in switches(seed, window)])) for window in WINDOWS],
        "others": [float(np.mean([one.others for one in switches(seed, window)])) for window in WINDOWS],
        "dead": [accuracy(*pair) for pair in broken],
        "left out": [accuracy(*pair, without(channel)) for channel, pair in enumerate(broken)],
    }


SETTLED = 50  # ms that a decision must last to count


@dataclass(frozen=True)
class Switch:
    """A hand at rest that makes a fist at 200 ms: one electrode's signal (T,) and the posture decided at each ms (T,), -1 before the first window is full."""

    signal: np.ndarray
    decisions: np.ndarray

    @property
    def delay(self) -> int:
        """Milliseconds from the switch until the decision has become a fist and stays one for SETTLED ms; T if never."""
        right = np.convolve(self.decisions == 0, np.ones(SETTLED), "valid")[len(self.signal) // 2 :]
        return int(np.argmax(right > SETTLED - 0.5)) if (right > SETTLED - 0.5).any() else len(self.signal)

    @property
    def others(self) -> int:
        """Milliseconds after the switch, up to its delay, in which the decision was neither rest nor fist."""
        after = self.decisions[len(self.signal) // 2 :][: self.delay]
        return int(((after != 0) & (after != len(POSTURES) - 1)).sum())


def switches(seed: int, window: int = BIN, count: int = 20) -> list[Switch]:
    """`count` switches from rest to a fist, decided each ms by naive Bayes from the last `window` ms."""
    training, rng = sessions(seed, window)[0], np.random.default_rng([seed, 3])
    model = GaussianNaiveBayes().fit(training.features, training.postures)
    strength = np.exp(
        rng.normal(0, EFFORT, (whole("count", count, 1, 200), 1, 1)) + rng.normal(0, UNEVEN, (count, 1, len(MUSCLES)))
    )
    activation = np.repeat(ACTIVATION[[-1, 0]], 200, axis=0) * strength  # (count, 400, M)
    signals = emg(np.minimum(activation, 1), rng)
    total = np.cumsum(np.abs(signals), axis=1)
    level = (total[:, window:] - total[:, :-window]) / window  # from ms `window` on
    decided = model.predict(np.log(level.reshape(-1, len(MUSCLES)))).reshape(count, -1)
    early = np.full((count, window), -1)
    return [
        Switch(signal[:, 0], np.concatenate(pair))
        for signal, pair in zip(signals, zip(early, decided, strict=True), strict=True)
    ]


def jerk(positions) -> float:
    """Root mean square of the third difference of positions (T,), four or more: how much a movement trembles.

    >>> jerk([0.0, 1.0, 8.0, 27.0, 64.0])  # t³
    6.0
    """
    positions = numbers("positions", positions, (None,))
    if len(positions) < 4:
        raise ValueError(f"positions of shape {positions.shape} must be four or more")
    return float(np.sqrt((np.diff(positions, 3) ** 2).mean()))


def lateness(truth, guess, most: int = 40) -> int:
    """By how many steps `guess` (T,) trails `truth` (T,): the shift, 0 to `most`, at which they correlate best.

    >>> lateness(np.sin(np.arange(60.0) / 4), np.sin((np.arange(60.0) - 3) / 4), 9)
    3
    """
    truth = numbers("truth", truth, (None,))
    guess, most = numbers("guess", guess, truth.shape), whole("most", most, 0, len(truth) - 3)
    return int(np.argmax([np.corrcoef(truth[: len(truth) - k], guess[k:])[0, 1] for k in range(most + 1)]))


def thumb_sessions(seed: int, rates=PROGRAMME) -> tuple[Movement, Movement]:
    """A minute of calibration with PROGRAMME and a minute of test with `rates`."""
    rng = [np.random.default_rng([whole("seed", seed, 0, 10**6), part]) for part in (10, 11)]
    return thumb_session(60, rng[0]), thumb_session(60, rng[1], rates=rates)


def linear_positions(training: Movement, test: Movement, bins: int) -> np.ndarray:
    """The thumb's position (T,) by least squares from the last `bins` windows: bins = 1 has no memory, more is a Wiener filter.

    >>> training, test = thumb_sessions(100)
    >>> [round(scores(test, linear_positions(training, test, bins))["rmse"], 2) for bins in (1, 12)]
    [0.16, 0.03]
    """
    middle = training.features.mean(axis=0)
    past, now = (with_history(session.features - middle, bins) for session in (training, test))
    return decode_linearly(linear_decoder(past[WARM_UP:], training.states[WARM_UP:]), now)[:, 0]


def scores(test: Movement, positions) -> dict:
    """RMSE of positions (T,), their jerk in units of the thumb's, and how late they are in steps, all after WARM_UP."""
    truth = test.states[WARM_UP:, 0]
    guess = numbers("positions", positions, (len(test.states),))[WARM_UP:]
    return {"rmse": rmse(truth, guess), "jerk": jerk(guess) / jerk(truth), "late": lateness(truth, guess)}


def kalman_scores(decoder: Decoder, test: Movement) -> dict:
    """The `scores` of the Kalman filter's position, and its NEES after WARM_UP.

    >>> training, test = thumb_sessions(100)
    >>> round(kalman_scores(fit_decoder(training.states, training.features), test)["rmse"], 2)
    0.03
    """
    means, covariances = decoder.decode(test.features)
    honest = nees(test.states[WARM_UP:], means[WARM_UP:], covariances[WARM_UP:])
    return scores(test, means[:, 0]) | {"nees": honest}


def thumb_run(seed: int) -> dict:
    """Errors of the position with one seed: each decoder on the calibrated programme and on another.

    >>> thumb_run(-1)
    Traceback (most recent call last):
    ValueError: seed=-1 must be a whole number from 0 to 1000000
    """
    found = {}
    for name, rates in (("same", PROGRAMME), ("other", OTHER_PROGRAMME)):
        training, test = thumb_sessions(seed, rates)
        decoder = fit_decoder(training.states, training.features)
        linear = {f"linear {bins}": scores(test, linear_positions(training, test, bins)) for bins in (1, 6, 12, 24)}
        kalman = {"kalman": kalman_scores(decoder, test), "stretched": kalman_scores(decoder.scaled(1, STRETCH), test)}
        smoothed = decoder.scaled(1, STRETCH).decode(test.features, smooth=True)[0][:, 0]
        every = linear | kalman | {"smoothed": scores(test, smoothed)}
        found[name] = {key: one["rmse"] for key, one in every.items()}
        found[name] |= {f"{key} jerk": one["jerk"] for key, one in every.items()}
        found[name] |= {f"{key} nees": one["nees"] for key, one in kalman.items()}
        found[name] |= {"echo": motion_echo(training, decoder)}
    return found


def motion_echo(session: Movement, decoder: Decoder) -> float:
    """Correlation of what the transition misses in one step with what it misses in the next; the filter takes it as 0.

    >>> session = thumb_sessions(100)[0]
    >>> round(motion_echo(session, fit_decoder(session.states, session.features)), 2)
    0.99
    """
    x = session.states - decoder.state_mean
    missed = x[1:] - x[:-1] @ decoder.kalman.transition.T
    return float(np.mean([np.corrcoef(column[:-1], column[1:])[0, 1] for column in missed.T]))
