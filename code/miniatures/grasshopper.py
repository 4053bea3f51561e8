"""A grasshopper's ear: what 929 spikes tell of the sound, and how long one must wait for it.

Source: the recording is from A. Rokem et al., "Spike-timing precision underlies the coding efficiency of auditory receptor
neurons" (2006), doi:10.1152/jn.00891.2005, as nitime 0.12.1 carries it.

s    envelope of the sound, in standard deviations from its mean
lag  by how much a decoder answers late, ms: it has heard the spikes up to then
R²   share of the envelope's variance that a decoder explains; below 0 it is worse than the mean
AR   autoregressive: the next value is a weighted sum of the last ones plus noise
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import numbers, whole
from miniatures.data import load
from miniatures.prosthetic_control import KalmanFilter, decode_linearly, linear_decoder, with_history

STEP = 1  # ms
GAP = 200  # ms left out between the training half and the tested half
PAST = 40  # ms
PENALTY = 10.0


@dataclass(frozen=True)
class Recording:
    """The envelope (T,) in deviations from its mean and the number of spikes (T,), one value each millisecond; spike times in ms."""

    envelope: np.ndarray
    spikes: np.ndarray
    times: np.ndarray


@cache
def recording() -> Recording:
    """Ten seconds.

    >>> int(recording().spikes.sum()), recording().envelope.shape
    (929, (10000,))
    """
    stored = load("grasshopper1.npz")
    sound, times = stored["stim"].astype(float), stored["spikes_us"] / 1000
    return Recording(
        (sound - sound.mean()) / sound.std(), np.bincount(times.astype(int), minlength=len(sound)).astype(float), times
    )


def spike_triggered_average(envelope, spikes, before: int = 25, after: int = 10) -> np.ndarray:
    """The mean envelope (before + after + 1,) around a spike, from `before` ms before to `after` ms after it."""
    envelope = numbers("envelope", envelope, (None,))
    spikes = numbers("spikes", spikes, envelope.shape, 0, 1e6)
    reach = [whole(name, value, 0, 1000) for name, value in (("before", before), ("after", after))]
    at = np.flatnonzero(spikes)
    at = at[(at >= reach[0]) & (at < len(envelope) - reach[1])]
    if not len(at):
        raise ValueError("spikes hold none that is far enough from both ends")
    around = envelope[at[:, None] + np.arange(-reach[0], reach[1] + 1)]  # (spikes, before + after + 1)
    return np.average(around, axis=0, weights=spikes[at])


def halves(count: int) -> list[tuple[slice, slice]]:
    """(training, test) both ways: the halves of `count` ms, GAP ms between them left out."""
    middle = whole("count", count, 4 * GAP, 10**7) // 2
    first, second = slice(0, middle - GAP // 2), slice(middle + GAP // 2, count)
    return [(first, second), (second, first)]


def explained(truth, guess) -> float:
    """R², 1 minus the squared error over the variance of `truth`; 0 for the constant mean of `truth`."""
    truth = numbers("truth", truth, (None,))
    error = truth - numbers("guess", guess, truth.shape)
    spread = ((truth - truth.mean()) ** 2).sum()
    if not spread >= 1e-60:
        raise ValueError("truth is constant: it has no variance to explain")
    return float(1 - (error**2).sum() / spread)


def wait(lag: int, past: int = PAST, penalty: float = PENALTY, shuffle=None) -> np.ndarray:
    """The envelope (T,) as ridge regression decodes it from the spikes of the last `past` ms and of the next `lag` ms.

    Each half is decoded by what the other half taught; 0, the mean, in the gap between. `shuffle` (T,), a permutation,
    deals the milliseconds out to the halves at random instead: a mistake, for comparison."""
    heard, found = recording(), np.zeros(len(recording().envelope))
    features = with_history(heard.spikes[:, None], whole("past", past, 0, 500) + 1, whole("lag", lag, 0, 500))
    order = np.arange(len(found)) if shuffle is None else np.asarray(shuffle)
    for training, test in halves(len(found)):
        rows, out = order[training], order[test]
        found[out] = decode_linearly(
            linear_decoder(features[rows], heard.envelope[rows, None], penalty), features[out]
        )[:, 0]
    return found


def scores(guess) -> tuple[float, float]:
    """R² and correlation of a decoded envelope (T,) over both tested halves."""
    truth = recording().envelope
    tested = np.concatenate([np.arange(len(truth))[test] for _, test in halves(len(truth))])
    guess = numbers("guess", guess, truth.shape)[tested]
    level = 0.0 if guess.std() < 1e-12 else float(np.corrcoef(truth[tested], guess)[0, 1])
    return explained(truth[tested], guess), level


def rate(width: int) -> np.ndarray:
    """The firing rate (T,), spikes over the last `width` ms, as the only feature of a linear decoder, half by half."""
    heard, count = recording(), whole("width", width, 1, 1000)
    total = with_history(heard.spikes[:, None], count).sum(axis=1, keepdims=True)
    found = np.zeros(len(total))
    for training, test in halves(len(total)):
        found[test] = decode_linearly(linear_decoder(total[training], heard.envelope[training, None]), total[test])[
            :, 0
        ]
    return found


def encoder(envelope, spikes, lags: int, history: int = 10) -> tuple[np.ndarray, np.ndarray, float]:
    """How the ear answers: weights of the last `lags` ms of envelope, of the last `history` ms of spikes, and the variance left."""
    envelope, count = numbers("envelope", envelope, (None,)), whole("lags", lags, 1, 200)
    spikes, past = numbers("spikes", spikes, envelope.shape), whole("history", history, 1, 200)
    sound, own = with_history(envelope[:, None], count), with_history(spikes[:, None], past + 1)[:, 1:]
    weights = linear_decoder(np.hstack([sound, own]), spikes[:, None])
    left = spikes - decode_linearly(weights, np.hstack([sound, own]))[:, 0]
    return weights[:, 0], own, float(left.var())


def kalman(envelope, spikes, longest: int, order: int = 10) -> KalmanFilter:
    """A filter whose state is the envelope of now and of the last `longest` ms: s follows AR(`order`), spikes follow `encoder`."""
    order = whole("order", order, 1, 200)
    count = whole("longest", longest, order, 200) + 1
    past = with_history(numbers("envelope", envelope, (None,))[:, None], order + 1)
    spikes = numbers("spikes", spikes, (len(past),))
    if (spikes == spikes[0]).all():
        raise ValueError(f"spikes holds {spikes[0]:g} throughout: a filter needs spikes, and times without one")
    weights = linear_decoder(past[order:, 1:], past[order:, :1])
    noise = (past[order:, 0] - decode_linearly(weights, past[order:, 1:])[:, 0]).var()
    A, W = np.eye(count, k=-1), np.zeros((count, count))
    A[0, :order], W[0, 0] = weights[:-1, 0], noise
    answer, _, left = encoder(envelope, spikes, count)
    return KalmanFilter(A, W, answer[None, :count], [[left]], np.zeros(count), np.eye(count))


def kalman_lags(longest: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """The envelope as the Kalman filter decodes it 0 to `longest` ms late, (longest + 1, T), and its error bars' variances, alike.

    One run gives all lags: entry j of the state is the envelope j ms ago. Half by half; 0 and 1 in the gap between."""
    heard, count = recording(), whole("longest", longest, 10, 100) + 1
    guess, variance = np.zeros((count, len(heard.spikes))), np.ones((count, len(heard.spikes)))
    for training, test in halves(len(heard.spikes)):
        filter_ = kalman(heard.envelope[training], heard.spikes[training], longest)
        answer, _, _ = encoder(heard.envelope[training], heard.spikes[training], count)
        own = with_history(heard.spikes[test][:, None], 11)[:, 1:]
        surprise = heard.spikes[test] - own @ answer[count:-1] - answer[-1]
        means, covariances = filter_.filter(surprise[:, None])
        for lag in range(count):
            late = slice(test.start, test.stop - lag)
            guess[lag, late] = means[lag:, lag]
            variance[lag, late] = covariances[lag:, lag, lag]
    return guess, variance
