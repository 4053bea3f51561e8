"""A mesh on a moving face: smoothing takes noise away and puts lag in its place.

A miniature of the smoothing that follows a face mesh from frame to frame: what averages of the last frames cost, where the
best of them lies, and two filters that change their width with the face. Every filter here but one is causal: it knows the
past only. `centred_average` looks ahead and is here to show what that would buy. `miniatures.face_model` has the face,
`miniatures.mesh_regression` finds it in pictures.

Source: "Real-Time AR Self-Expression with Machine Learning" (2019), Google AI Blog. The 1€ filter: G. Casiez, N. Roussel
and D. Vogel, "1€ Filter" (2012), doi:10.1145/2207676.2208639.

n, window         how many of the last frames are averaged, frames
σ, noise          standard deviation of the noise in one frame, pixels
v, speed          how far the face moves from one frame to the next, pixels
α, alpha          weight of the newest frame in exponential smoothing, no unit
lag               how far the filtered value runs behind a steadily moving face, pixels
rate              frames a second
f_c, min_cutoff   cutoff frequency of the 1€ filter at rest, hertz
β, beta           by how much its cutoff rises with speed, hertz for one pixel a second
f_d, derivative_cutoff  cutoff frequency of its estimate of the speed, hertz
"""

from bisect import bisect_left
from dataclasses import dataclass
from math import pi, sqrt

import numpy as np

from miniatures.checks import not_negative, numbers, positive, real, whole

MOST_FRAMES, MOST_SIZE = 1_000_000, 1e12


@dataclass(frozen=True)
class Errors:
    """Root mean squared errors of a filtered track, pixels: at rest, in motion, over all frames."""

    rest: float
    motion: float
    whole: float


def moving_average_effect(window: int, speed: float) -> tuple[float, float]:
    """What an average of the last `window` frames does: (noise_factor, lag).

    noise_factor = 1/sqrt(window): what is left of the noise's standard deviation. lag = speed*(window - 1)/2, pixels.

    >>> moving_average_effect(4, 2)
    (0.5, 3.0)
    """
    window = whole("window", window, 1, MOST_FRAMES)
    return 1 / sqrt(window), not_negative("speed", speed) * (window - 1) / 2


def expected_error(window: int, noise: float, speed: float) -> float:
    """The mean squared error of an average of the last `window` frames behind a steadily moving face, pixels squared.

    noise**2/window + speed**2*((window - 1)/2)**2: independent noise shrinks with the window, lag grows.

    >>> round(expected_error(6, 1, 0.1), 4)
    0.2292
    """
    factor, lag = moving_average_effect(window, speed)
    return (not_negative("noise", noise) * factor) ** 2 + lag**2


def best_window(noise: float, speed: float) -> int:
    """The window of the smallest expected error; of two equal ones the shorter.

    One frame more pays as long as n*(n + 1)*(2*n - 1) < 4*noise**2/speed**2. ValueError where the speed is 0 and the noise
    is not: then every frame more pays.

    >>> best_window(1, 0.1), best_window(1.5, 0.2), best_window(0, 1)
    (6, 5, 1)
    """
    noise, speed = not_negative("noise", noise), not_negative("speed", speed)
    if noise == 0:
        return 1
    if speed < noise * 1e-9:
        raise ValueError(f"speed={speed!r} must be at least 1e-9 of noise={noise!r}: at rest no window is too long")
    ratio = 4 * (noise / speed) ** 2 * (1 - 1e-12)  # equal errors: the shorter window, whatever the rounding
    return bisect_left(range(1, 10**7), ratio, key=lambda n: n * (n + 1) * (2 * n - 1)) + 1


def exponential_lag(alpha: float, speed: float) -> float:
    """How far exponential smoothing, y += alpha*(x - y), ends up behind a steadily moving face: speed*(1 - alpha)/alpha.

    alpha: above 0, up to 1.

    >>> exponential_lag(0.25, 2)
    6.0
    """
    alpha = _weight(alpha)
    return not_negative("speed", speed) * (1 - alpha) / alpha


def _weight(alpha):
    return positive("alpha", alpha, 1.0)


def _track(signal, name="signal"):
    track = numbers(name, signal, low=-MOST_SIZE, high=MOST_SIZE)
    if track.ndim < 1 or not track.size or len(track) > MOST_FRAMES:
        raise ValueError(f"{name} of shape {track.shape} must be of shape (T, ...), T from 1 to {MOST_FRAMES}")
    return track


def moving_average(signal, window: int) -> np.ndarray:
    """Each frame replaced by the mean of the last `window` frames up to it; at the start, of those there are.

    signal: (T, ...), averaged along the first axis.

    >>> moving_average([0.0, 2, 4, 6], 2).tolist()
    [0.0, 1.0, 3.0, 5.0]
    """
    track, window = _track(signal), whole("window", window, 1, MOST_FRAMES)
    total = track.copy()
    for back in range(1, min(window, len(track))):
        total[back:] += track[:-back]
    held = np.minimum(np.arange(len(track)) + 1, window)
    return total / held.reshape(-1, *[1] * (track.ndim - 1))


def centred_average(signal, window: int) -> np.ndarray:
    """The mean of an odd `window` of frames around each frame, fewer at both ends. Not causal: it needs frames to come.

    >>> centred_average([0.0, 2, 4, 6], 3).tolist()
    [1.0, 2.0, 4.0, 5.0]
    """
    track, window = _track(signal), whole("window", window, 1, MOST_FRAMES)
    if window % 2 == 0:
        raise ValueError(f"window={window} must be odd, so that it has a middle")
    return np.stack([track[max(t - window // 2, 0) : t + window // 2 + 1].mean(axis=0) for t in range(len(track))])


def exponential_smoothing(signal, alpha: float) -> np.ndarray:
    """y[0] = x[0], then y[t] = alpha*x[t] + (1 - alpha)*y[t-1]; signal (T, ...), alpha above 0, up to 1.

    >>> exponential_smoothing([0.0, 4, 4], 0.5).tolist()
    [0.0, 2.0, 3.0]
    """
    track, alpha = _track(signal), _weight(alpha)
    found = track.copy()
    for t in range(1, len(track)):
        found[t] = alpha * track[t] + (1 - alpha) * found[t - 1]
    return found


def one_euro(signal, rate: float, min_cutoff: float, beta: float, derivative_cutoff: float = 1.0) -> np.ndarray:
    """The 1€ filter: exponential smoothing whose weight rises with the speed; signal (T, ...), each coordinate by itself.

    A cutoff f gives the weight 1/(1 + rate/(2*pi*f)). The speed is the newest value less the last filtered one, times the
    rate, smoothed with the cutoff `derivative_cutoff`; the cutoff of the value is min_cutoff + beta*|speed|. At the first
    frame the value is the signal's and the speed is 0.

    >>> one_euro([0.0, 1.0], 2 * pi, 1.0, 0.0).tolist()
    [0.0, 0.5]
    """
    track, rate = _track(signal), positive("rate", rate, 1e6)
    min_cutoff, beta = positive("min_cutoff", min_cutoff), not_negative("beta", beta)
    of_speed = 1 / (1 + rate / (2 * pi * positive("derivative_cutoff", derivative_cutoff)))
    found, speed = track.copy(), np.zeros(track.shape[1:])
    for t in range(1, len(track)):
        speed = of_speed * (track[t] - found[t - 1]) * rate + (1 - of_speed) * speed
        weight = 1 / (1 + rate / (2 * pi * (min_cutoff + beta * np.abs(speed))))
        found[t] = weight * track[t] + (1 - weight) * found[t - 1]
    return found


def one_euro_lag(speed: float, rate: float, min_cutoff: float, beta: float) -> float:
    """How far the 1€ filter ends up behind a steadily moving signal, in the signal's unit; speed: from frame to frame.

    The positive root L of 2*pi*L*(min_cutoff + beta*rate*(speed + L)) = speed*rate. It stays below 1/(2*pi*beta).

    >>> round(one_euro_lag(1.5, 30, 1.0, 0.2), 3)
    0.541
    """
    speed, rate = real("speed", speed, 0, MOST_SIZE), positive("rate", rate, 1e6)
    min_cutoff, beta = positive("min_cutoff", min_cutoff, 1e12), real("beta", beta, 0, 1e12)
    constant, linear = speed * rate / (2 * pi), min_cutoff + beta * rate * speed
    return 2 * constant / (linear + sqrt(linear**2 + 4 * beta * rate * constant))


def adaptive_window(signal, widest: int, noise: float, tolerance: float = 2.0) -> np.ndarray:
    """The mean of as many of the last frames as look alike; signal (T, ...), each coordinate by itself.

    A window of 2h frames looks alike when the means of its newer and its older half differ by at most `tolerance` times
    noise*sqrt(2/h), the standard deviation of that difference at rest, and all shorter windows do too. Else one frame.
    """
    track, widest = _track(signal), whole("widest", widest, 1, 1000)
    noise, tolerance = not_negative("noise", noise), not_negative("tolerance", tolerance)
    found, alike = track.copy(), np.ones(track.shape, bool)
    for half in range(1, min(widest, len(track)) // 2 + 1):
        newer = moving_average(track, half)
        apart = np.abs(newer[half:] - newer[:-half])
        alike[half:] &= apart <= tolerance * noise * sqrt(2 / half) + 1e-9 * np.abs(newer[half:])
        alike[: 2 * half - 1] = False
        found = np.where(alike, moving_average(track, 2 * half), found)
    return found


def stop_and_go(frames: int, speed: float, rest: int = 50, motion: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """A face that rests, moves at `speed`, rests, moves back …: (places (frames,), moving (frames,) of bools).

    >>> [one.tolist() for one in stop_and_go(6, 2, 2, 2)]
    [[0.0, 0.0, 2.0, 4.0, 4.0, 4.0], [False, False, True, True, False, False]]
    """
    frames, speed = whole("frames", frames, 1, MOST_FRAMES), not_negative("speed", speed)
    rest, motion = whole("rest", rest, 1, MOST_FRAMES), whole("motion", motion, 1, MOST_FRAMES)
    turn, within = np.divmod(np.arange(frames), rest + motion)
    moving = within >= rest
    return np.cumsum(np.where(moving, speed * (1 - 2 * (turn % 2)), 0.0)), moving


def errors(filtered, truth, moving) -> Errors:
    """The errors of `filtered` (T, ...) against `truth` (T, ...), apart for the frames that `moving` (T,) names.

    >>> errors([0.0, 3.0], [0.0, 0.0], [False, True])
    Errors(rest=0.0, motion=3.0, whole=2.1213203435596424)
    """
    truth = _track(truth, "truth")
    filtered = numbers("filtered", filtered, truth.shape, -MOST_SIZE, MOST_SIZE)
    moving = np.asarray(moving)
    if moving.dtype != bool or moving.shape != truth.shape[:1] or moving.all() or not moving.any():
        raise ValueError(f"moving of shape {moving.shape} must be {len(truth)} bools, not all of them alike")
    squares = ((filtered - truth) ** 2).reshape(len(truth), -1).mean(axis=1)
    parts = squares[~moving], squares[moving], squares
    return Errors(*(float(np.sqrt(part.mean())) for part in parts))


def jitter(filtered, moving) -> float:
    """The root mean squared step from one frame at rest to the next, pixels: what the eye sees tremble. filtered: (T, ...).

    >>> jitter([0.0, 2.0, 0.0, 9.0], [False, False, False, True])
    2.0
    """
    track, moving = _track(filtered, "filtered"), np.asarray(moving)
    if moving.dtype != bool or moving.shape != track.shape[:1] or moving[1:].all():
        raise ValueError(
            f"moving of shape {moving.shape} must be {len(track)} bools, some of them false after the first"
        )
    steps = np.diff(track, axis=0)[~moving[1:]]
    return float(np.sqrt((steps**2).mean()))


def simulated_error(window: int, noise: float, speed: float, frames: int, rng: np.random.Generator) -> float:
    """The mean squared error of a moving average over `frames` frames of a steadily moving, noisy face, pixels squared."""
    window, frames = whole("window", window, 1, 1000), whole("frames", frames, 1, MOST_FRAMES)
    noise, speed = real("noise", noise, 0, 1e9), real("speed", speed, 0, 1e3)
    truth = speed * np.arange(frames + window - 1.0)
    filtered = moving_average(truth + noise * rng.normal(size=truth.shape), window)
    return float(((filtered - truth)[window - 1 :] ** 2).mean())
