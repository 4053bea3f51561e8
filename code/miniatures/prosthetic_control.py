"""Prosthetic control: a naive Bayes classifier for the shape of a hand, a Kalman filter for a moving thumb.

Source: P. P. Vu et al., "A regenerative peripheral nerve interface allows real-time control of an artificial hand in
upper limb amputees" (2020), doi:10.1126/scitranslmed.aay2857, which uses both; the equations are the textbook ones.

x       state of the thumb, position and velocity, shares of its range and shares per second
y       observation, the logarithms of the muscles' amplitudes in one window, no unit
A       transition: the state that the state before predicts, no unit
W       process noise: covariance of what the transition misses
C       observation matrix: the observation that a state predicts
Q       observation noise: covariance of what the state does not explain
P       covariance of the state, predicted or filtered: the filter's own error bars
S       covariance of the predicted observation, C P Cᵀ + Q
K       gain: how far an observation moves the state
μ       mean of a feature within a class
σ²      variance of a feature within a class
π       share of a class among the training examples
NEES    mean of (x − x̂)ᵀ P⁻¹ (x − x̂): as many as the state has numbers where the error bars are honest
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import as_array, classes_of, not_negative, numbers, real, several, whole
from miniatures.softmax import softmax

LARGEST = 1e12
SMALLEST_VARIANCE = 1e-60
LEAST_NOISE = 1e-12  # of the observations, in any direction, to the largest
DOUBLINGS = 60


class GaussianNaiveBayes:
    """A classifier that takes each feature as a Gaussian of its own within each class.

    `smoothing` times the largest variance of a feature is added to every variance, so that none is zero.

    >>> model = GaussianNaiveBayes().fit([[0.0], [2.0], [10.0], [14.0]], ["rest", "rest", "fist", "fist"])
    >>> model.predict([[3.0], [9.0]]).tolist()
    ['rest', 'fist']
    """

    def __init__(self, smoothing: float = 1e-9):
        self.smoothing = real("smoothing", smoothing, 1e-12, 1)

    def fit(self, X, y) -> "GaussianNaiveBayes":
        """Means and variances (K, F) of each class and the classes' shares (K,), from X (N, F) and labels y (N,).

        Returns itself. ValueError where no feature varies."""
        X = numbers("X", X, (None, None), -LARGEST, LARGEST)
        self.classes, members = _labels(y, len(X))
        floor = self.smoothing * X.var(axis=0).max()
        if floor < self.smoothing * SMALLEST_VARIANCE:
            raise ValueError(f"X of shape {X.shape} holds the same row everywhere: no feature tells classes apart")
        groups = [X[members == k] for k in range(len(self.classes))]
        self.means = np.array([rows.mean(axis=0) for rows in groups])  # (K, F)
        self.variances = np.array([rows.var(axis=0) for rows in groups]) + floor  # (K, F)
        self.shares = np.array([len(rows) for rows in groups]) / len(X)  # (K,)
        return self

    def log_joint(self, X) -> np.ndarray:
        """log π + the sum over features of log N(feature; μ, σ²), (N, K)."""
        if not hasattr(self, "means"):
            raise ValueError("this GaussianNaiveBayes has learnt nothing yet: call fit(X, y) first")
        X = numbers("X", X, (None, self.means.shape[1]), -LARGEST, LARGEST)
        distance = (X[:, None, :] - self.means) ** 2 / self.variances  # (N, K, F)
        return np.log(self.shares) - 0.5 * (distance + np.log(2 * np.pi * self.variances)).sum(axis=2)

    def predict(self, X) -> np.ndarray:
        """The most probable class of each row of X (N, F), as the labels given to fit, (N,)."""
        best = self.log_joint(X).argmax(axis=1)
        return self.classes[best]

    def predict_proba(self, X) -> np.ndarray:
        """The probability of each class, (N, K), in the order of `classes`; each row sums to 1."""
        return softmax(self.log_joint(X))


def confusion(asked, decided, classes: int) -> np.ndarray:
    """How often class a was decided as b, (classes, classes), from two arrays (N,) of whole numbers.

    >>> confusion([0, 0, 1], [0, 1, 1], 2).tolist()
    [[1, 1], [0, 1]]
    """
    count = whole("classes", classes, 1, 1000)
    asked = classes_of("asked", asked, as_array("asked", asked).size, count)
    table = np.zeros((count, count), int)
    np.add.at(table, (asked, classes_of("decided", decided, len(asked), count)), 1)
    return table


def _labels(y, count):
    """The different labels, sorted (K,), and the number of each example's, (N,)."""
    y = np.asarray(y)
    if y.shape != (count,) or y.dtype.kind not in "iuUS":
        raise ValueError(
            f"y of shape {y.shape} and type {y.dtype} must be ({count},) whole numbers or texts, as many as X has rows"
        )
    return np.unique(y, return_inverse=True)


@dataclass(frozen=True)
class _Steps:
    """What the filter needs at each step, whatever is observed: gains (T, n, m) and covariances."""

    gains: np.ndarray
    predicted: np.ndarray  # (T, n, n)
    filtered: np.ndarray  # (T, n, n)
    innovation: np.ndarray  # (T, m, m)


class KalmanFilter:
    """x(t) = A x(t-1) + noise of covariance W; y(t) = C x(t) + noise of covariance Q; x(0) ~ N(mean, covariance).

    `transition` A (n, n), `process_noise` W (n, n), `observation` C (m, n), `observation_noise` Q (m, m), `mean` (n,),
    `covariance` (n, n). The first observation belongs to step 1: a prediction comes before it. W and `covariance`
    may be singular, Q must not.

    >>> walk = KalmanFilter([[1.0]], [[1.0]], [[1.0]], [[1.0]], [0.0], [[1.0]])
    >>> means, covariances = walk.filter([[3.0]])
    >>> round(float(means[0, 0]), 4), round(float(covariances[0, 0, 0]), 4)
    (2.0, 0.6667)
    """

    def __init__(self, transition, process_noise, observation, observation_noise, mean, covariance):
        self.transition = numbers("transition", transition, (None, None), -LARGEST, LARGEST)
        n = len(self.transition)
        numbers("transition", self.transition, (n, n))
        self.process_noise = _covariance("process_noise", process_noise, n)
        self.observation = numbers("observation", observation, (None, n), -LARGEST, LARGEST)
        self.observation_noise = _covariance("observation_noise", observation_noise, len(self.observation), LEAST_NOISE)
        self.mean = numbers("mean", mean, (n,), -LARGEST, LARGEST)
        self.covariance = _covariance("covariance", covariance, n)

    def _update(self, predicted):
        """Gain (n, m), filtered covariance (n, n) and S (m, m) for a predicted covariance."""
        C, Q = self.observation, self.observation_noise
        S = C @ predicted @ C.T + Q
        gain = np.linalg.solve(S, C @ predicted).T  # P Cᵀ S⁻¹
        keep = np.eye(len(predicted)) - gain @ C
        return gain, keep @ predicted @ keep.T + gain @ Q @ gain.T, S  # Joseph's form stays positive

    def _steps(self, count) -> _Steps:
        """Gains and covariances of `count` steps; once they stand still, the last is repeated."""
        A, W, P, rows = self.transition, self.process_noise, self.covariance, []
        for _ in range(count):
            predicted = A @ P @ A.T + W
            if not np.abs(predicted).max() < 1e100:
                raise ValueError(
                    f"transition lets the state grow beyond 1e50 within {count} steps, unseen by any observation"
                )
            gain, filtered, S = self._update(predicted)
            rows.append((gain, predicted, filtered, S))
            if np.abs(filtered - P).max() <= 1e-15 * np.abs(filtered).max():
                break
            P = filtered
        rows += rows[-1:] * (count - len(rows))
        return _Steps(*(np.array(part) for part in zip(*rows, strict=True)))

    def _run(self, observations):
        """The steps, the filtered means (T, n) and the innovations y - C A x (T, m)."""
        observations = numbers("observations", observations, (None, len(self.observation)), -LARGEST, LARGEST)
        steps, mean = self._steps(len(observations)), self.mean
        means, surprises = [], []
        for gain, y in zip(steps.gains, observations, strict=True):
            predicted = self.transition @ mean
            surprises.append(y - self.observation @ predicted)
            mean = predicted + gain @ surprises[-1]
            means.append(mean)
        return steps, np.array(means), np.array(surprises)

    def filter(self, observations) -> tuple[np.ndarray, np.ndarray]:
        """Mean (T, n) and covariance (T, n, n) of each state, given the observations (T, m) up to it."""
        steps, means, _ = self._run(observations)
        return means, steps.filtered

    def smooth(self, observations) -> tuple[np.ndarray, np.ndarray]:
        """Mean (T, n) and covariance (T, n, n) of each state, given all observations (T, m).

        The backward sweep is Bryson and Frazier's: it divides by S only, so W may be singular."""
        steps, means, surprises = self._run(observations)
        A, C, covariances = self.transition, self.observation, steps.filtered.copy()
        pull, weight = np.zeros(len(A)), np.zeros((len(A), len(A)))
        for t in reversed(range(len(means))):
            means[t] += steps.filtered[t] @ pull
            covariances[t] -= steps.filtered[t] @ weight @ steps.filtered[t]
            keep, scaled = np.eye(len(A)) - steps.gains[t] @ C, np.linalg.solve(steps.innovation[t], C)
            pull = A.T @ (keep.T @ pull + scaled.T @ surprises[t])
            weight = A.T @ (keep.T @ weight @ keep + C.T @ scaled) @ A
        return means, covariances

    def log_likelihood(self, observations) -> float:
        """log p(observations): the sum of log N(y; C A x, S) over the steps."""
        steps, _, surprises = self._run(observations)
        scaled = np.linalg.solve(steps.innovation, surprises[:, :, None])[:, :, 0]
        _, logs = np.linalg.slogdet(2 * np.pi * steps.innovation)
        return float(-0.5 * (logs + (surprises * scaled).sum(axis=1)).sum())

    def steady_state_covariance(self) -> np.ndarray:
        """The predicted covariance (n, n) that no longer changes: P = A (P - P Cᵀ S⁻¹ C P) Aᵀ + W.

        Found by doubling: round k is the covariance after 2ᵏ steps. ValueError where none keeps the errors bounded."""
        power, P = self.transition.T, self.process_noise
        seen = self.observation.T @ np.linalg.solve(self.observation_noise, self.observation)
        for _ in range(DOUBLINGS):
            half = np.linalg.solve(np.eye(len(P)) + seen @ P, np.hstack([power, seen]))
            power, seen, added = (
                power @ half[:, : len(P)],
                seen + power @ half[:, len(P) :] @ power.T,
                power.T @ P @ half[:, : len(P)],
            )
            if not np.abs(added).max() < 1e100:
                break
            P = P + (added + added.T) / 2
            if np.abs(added).max() <= 1e-15 * np.abs(P).max():
                break
        return self._held(P)

    def _held(self, P):
        """P itself, if it solves the equation and the errors die out under its gain."""
        gain, filtered, _ = self._update(P)
        again = self.transition @ filtered @ self.transition.T + self.process_noise
        radius = np.abs(np.linalg.eigvals(self.transition @ (np.eye(len(P)) - gain @ self.observation))).max()
        if not (np.abs(again - P).max() <= 1e-7 * max(np.abs(P).max(), 1e-300) and radius < 1 - 1e-9):
            raise ValueError(
                "no steady state: a part of the state grows or stands still, and no observation or noise bounds its error"
            )
        return P


def _covariance(name, matrix, n, least=0.0):
    """`matrix` as a symmetric array (n, n) without negative eigenvalues; `least` of the largest is the smallest allowed."""
    found = numbers(name, matrix, (n, n), -LARGEST, LARGEST)
    scale = np.abs(found).max()
    if not np.abs(found - found.T).max() <= 1e-9 * scale:
        raise ValueError(f"{name} must be symmetric, as a covariance is")
    found = (found + found.T) / 2
    smallest = np.linalg.eigvalsh(found)[0]
    if smallest < least * scale - 1e-9 * scale * (least == 0) or (least > 0 and scale < SMALLEST_VARIANCE):
        kind = "positive definite" if least else "without negative eigenvalues"
        raise ValueError(f"{name} has the eigenvalue {smallest:.3g}: a covariance {kind} is accepted")
    return found


@dataclass(frozen=True)
class Decoder:
    """A Kalman filter with the means that it takes away from states (n,) and observations (m,) first."""

    kalman: KalmanFilter
    state_mean: np.ndarray
    observation_mean: np.ndarray

    def decode(self, observations, smooth: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Means (T, n) and covariances (T, n, n) of the states behind `observations` (T, m)."""
        centred = (
            numbers("observations", observations, (None, len(self.observation_mean)), -LARGEST, LARGEST)
            - self.observation_mean
        )
        means, covariances = self.kalman.smooth(centred) if smooth else self.kalman.filter(centred)
        return means + self.state_mean, covariances

    def scaled(self, observation_noise: float = 1.0, process_noise: float = 1.0) -> "Decoder":
        """The same decoder with Q and W multiplied by these factors, from 1e-6 to 1e6."""
        q, w = real("observation_noise", observation_noise, 1e-6, 1e6), real("process_noise", process_noise, 1e-6, 1e6)
        k = self.kalman
        kalman = KalmanFilter(
            k.transition, w * k.process_noise, k.observation, q * k.observation_noise, k.mean, k.covariance
        )
        return Decoder(kalman, self.state_mean, self.observation_mean)

    def without(self, channel: int) -> "Decoder":
        """The same decoder, told not to look at one channel: its row of C and its row and column of Q are gone."""
        k, left = (
            self.kalman,
            np.delete(
                np.arange(len(self.observation_mean)), whole("channel", channel, 0, len(self.observation_mean) - 1)
            ),
        )
        kalman = KalmanFilter(
            k.transition,
            k.process_noise,
            k.observation[left],
            k.observation_noise[np.ix_(left, left)],
            k.mean,
            k.covariance,
        )
        return Decoder(kalman, self.state_mean, self.observation_mean[left])


def fit_decoder(states, observations) -> Decoder:
    """A, W, C and Q by least squares from a training session: states (T, n) with their observations (T, m).

    W and Q are the mean squares of what the lines leave over. ValueError for a session too short to determine them.

    >>> states = np.sin(np.arange(40.0))[:, None]
    >>> decoder = fit_decoder(states, 3 * states + np.cos(9.0 * np.arange(40.0))[:, None])
    >>> round(decoder.kalman.observation[0, 0].item(), 1)
    3.0
    """
    states = numbers("states", states, (None, None), -LARGEST, LARGEST)
    observations = numbers("observations", observations, (len(states), None), -LARGEST, LARGEST)
    if len(states) < 2 * (states.shape[1] + observations.shape[1]) + 2:
        raise ValueError(f"states of shape {states.shape} are too few steps to learn from")
    x, y = states - states.mean(axis=0), observations - observations.mean(axis=0)
    A, C = (np.linalg.lstsq(before, after, rcond=None)[0].T for before, after in ((x[:-1], x[1:]), (x, y)))
    w, q = x[1:] - x[:-1] @ A.T, y - x @ C.T
    noise = _covariance("what the states leave over of observations", q.T @ q / len(q), q.shape[1], LEAST_NOISE)
    kalman = KalmanFilter(A, w.T @ w / len(w), C, noise, np.zeros(x.shape[1]), x.T @ x / len(x))
    return Decoder(kalman, states.mean(axis=0), observations.mean(axis=0))


def with_history(observations, bins: int, later: int = 0) -> np.ndarray:
    """Each observation (T, m) with those of the `bins` - 1 steps before and the `later` steps after it, (T, (bins + later) m).

    Before the first and after the last observation stand zeros: nothing wraps round, as it would with numpy.roll.

    >>> with_history([[1.0], [2.0], [3.0]], 2).tolist()
    [[1.0, 0.0], [2.0, 1.0], [3.0, 2.0]]
    """
    y = numbers("observations", observations, (None, None), -LARGEST, LARGEST)
    bins, later = whole("bins", bins, 1, 10_000), whole("later", later, 0, 10_000)
    padded = np.vstack([np.zeros((bins - 1, y.shape[1])), y, np.zeros((later, y.shape[1]))])
    return np.hstack([padded[start : start + len(y)] for start in range(bins + later - 1, -1, -1)])


def linear_decoder(features, targets, penalty: float = 0.0) -> np.ndarray:
    """Weights (F + 1, n), the last row the constant, that least squares gives features (T, F) and targets (T, n).

    `penalty`, 0 or more, times the sum of squared weights (not of the constant) is added: ridge regression.

    >>> linear_decoder([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]]).round(9).tolist()
    [[2.0], [1.0]]
    """
    features = numbers("features", features, (None, None), -LARGEST, LARGEST)
    targets, penalty = (
        numbers("targets", targets, (len(features), None), -LARGEST, LARGEST),
        not_negative("penalty", penalty),
    )
    centre, level = features.mean(axis=0), targets.mean(axis=0)
    x, goal = features - centre, targets - level
    if penalty > 0:
        weights = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ goal)
    else:
        weights = np.linalg.lstsq(x, goal, rcond=None)[0]
    return np.vstack([weights, level - centre @ weights])


def decode_linearly(weights, features) -> np.ndarray:
    """The targets (T, n) that `weights` (F + 1, n) give for features (T, F).

    >>> decode_linearly([[2.0], [1.0]], [[0.0], [5.0]]).tolist()
    [[1.0], [11.0]]
    """
    weights = numbers("weights", weights, (None, None))
    return numbers("features", features, (None, len(weights) - 1), -LARGEST, LARGEST) @ weights[:-1] + weights[-1]


def nees(truth, means, covariances) -> float:
    """Normalised estimation error squared: the mean over T steps of (x − x̂)ᵀ P⁻¹ (x − x̂).

    truth and means (T, n), covariances (T, n, n). It is n where the error bars are honest, more where they are too small.

    >>> nees([[1.0, 0.0]], [[0.0, 0.0]], [[[0.5, 0.0], [0.0, 1.0]]])
    2.0
    """
    truth = numbers("truth", truth, (None, None), -LARGEST, LARGEST)
    error = truth - numbers("means", means, truth.shape, -LARGEST, LARGEST)
    covariances = numbers("covariances", covariances, (len(truth), truth.shape[1], truth.shape[1]), -LARGEST, LARGEST)
    if not np.linalg.eigvalsh(covariances).min() > 0:
        raise ValueError("covariances must be positive definite: an error bar of zero cannot be honest")
    return float((error * np.linalg.solve(covariances, error[:, :, None])[:, :, 0]).sum(axis=1).mean())


def rmse(truth, guess) -> float:
    """Root of the mean squared difference of two arrays of one shape.

    >>> rmse([0.0, 0.0], [1.0, 7.0])
    5.0
    """
    truth = numbers("truth", several("truth", truth), None, -LARGEST, LARGEST)
    return float(np.sqrt(((truth - numbers("guess", guess, truth.shape, -LARGEST, LARGEST)) ** 2).mean()))
