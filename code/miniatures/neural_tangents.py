"""Infinitely wide networks of rectified units: their two kernels in closed form, and what they predict.

Source: R. Novak, L. Xiao, J. Hron, J. Lee, A. Alemi, J. Sohl-Dickstein, S. Schoenholz, "Neural Tangents" (2020),
arXiv:1912.02803; the Gaussian expectations from Y. Cho and L. Saul, "Kernel Methods for Deep Learning" (2009); the
trained networks from J. Lee et al. (2019), arXiv:1902.06720.

K    NNGP kernel, the covariance of a random network's outputs
Θ    neural tangent kernel, the inner product of the output's gradients by all weights
L    depth, number of hidden layers
n    width, units of each hidden layer
σ²w  variance that the weights of a layer have in sum over its inputs
σ²b  variance of the biases
θ    angle between two inputs, as a layer sees them, radians
t    training time, learning rate times steps
"""

import numpy as np

from miniatures.checks import fitting, not_negative, numbers, positive, whole
from miniatures.wide_networks import MOST_DEPTH, random_network, tangent_kernel

DEEPEST = 100_000


def rectified(variance, other, covariance):
    """Two Gaussian expectations for rectified units: of the product of their outputs and of that of their slopes.

    For (u, v) of mean 0 with the variances and the covariance given (arrays that broadcast): E[relu(u) relu(v)] and
    E[step(u) step(v)]. A variance of 0 gives a product of 0.

    >>> [round(float(part), 4) for part in rectified(1.0, 1.0, 0.0)]
    [0.1592, 0.25]
    """
    variance, other = numbers("variance", variance, None, 0), numbers("other", other, None, 0)
    return _rectified(*fitting({"variance": variance, "other": other, "covariance": covariance}))


def _rectified(variance, other, covariance):
    """E[relu(u) relu(v)] and E[step(u) step(v)] for Gaussian (u, v), as `rectified` says."""
    size = np.sqrt(variance * other)
    cosine = np.clip(covariance / np.where(size > 0, size, 1.0), -1, 1)
    theta = np.arccos(cosine)
    outputs = size * (np.sqrt(1 - cosine**2) + (np.pi - theta) * cosine) / (2 * np.pi)
    return outputs, (np.pi - theta) / (2 * np.pi)


def kernels(X, Z, depth: int, weight_variance=2.0, bias_variance=0.0):
    """The NNGP kernel and the NTK of an infinitely wide network between the rows of X (N, d) and of Z (M, d).

    `depth` hidden layers of rectified units and a linear output, NTK parametrisation. Returns two arrays (N, M).

    >>> nngp, ntk = kernels([[1.0, 0.0]], [[1.0, 0.0]], depth=3)
    >>> round(float(ntk[0, 0] / nngp[0, 0]), 6)
    4.0
    """
    first, second, between, w, b = _first_layer(X, Z, weight_variance, bias_variance)
    tangent = between
    for _ in range(whole("depth", depth, 0, DEEPEST)):
        outputs, slopes = _rectified(first[:, None], second[None, :], between)  # (N, M)
        between = w * outputs + b
        tangent = between + w * slopes * tangent
        first, second = w * first / 2 + b, w * second / 2 + b  # E[relu(u)^2] is half the variance
    return between, tangent


def standard_kernel(X, Z, depth: int, weight_variance=2.0):
    """What the tangent kernel of a standard network without biases tends to, divided by its width: (N, M).

    The share of the first layer's weights is missing: its gradients do not grow with the width.

    >>> float(standard_kernel([[1.0, 0.0]], [[1.0, 0.0]], depth=1)[0, 0])
    0.5
    """
    first, second, between, w, _ = _first_layer(X, Z, weight_variance, 0.0)
    tangent = np.zeros_like(between)
    for _ in range(whole("depth", depth, 1, DEEPEST)):
        outputs, slopes = _rectified(first[:, None], second[None, :], between)
        between = w * outputs
        tangent = between + w * slopes * tangent
        first, second = w * first / 2, w * second / 2
    return tangent / w


def _first_layer(X, Z, weight_variance, bias_variance):
    X = numbers("X", X, (None, None), -1e6, 1e6)
    Z = numbers("Z", Z, (None, X.shape[1]), -1e6, 1e6)
    w, b = positive("weight_variance", weight_variance, 1e6), not_negative("bias_variance", bias_variance)
    scale = w / X.shape[1]
    return scale * (X**2).sum(axis=1) + b, scale * (Z**2).sum(axis=1) + b, scale * (X @ Z.T) + b, w, b


def finite_width_ntk(x, z, width: int, depth: int, rng: np.random.Generator) -> float:
    """The tangent kernel between x and z, both (d,), of one random network; its limit is `kernels(...)[1]`.

    >>> rng = np.random.default_rng(0)
    >>> finite_width_ntk([1.0, 0.0], [1.0, 0.0], 4096, 1, rng) / 2 > 0.9
    True
    """
    x = numbers("x", x, (None,), -1e6, 1e6)
    z = numbers("z", z, (len(x),), -1e6, 1e6)
    network = random_network(len(x), width, whole("depth", depth, 0, MOST_DEPTH), rng)
    return float(tangent_kernel(network, x[None], z[None])[0, 0])


def predict(kernel_train, kernel_test, targets, noise=0.0):
    """Mean (m,) and covariance (m, m) of a Gaussian process at m test points, given n noisy targets (n,).

    `kernel_train` (n, n) is the kernel among the training points. `kernel_test` is that of the test points with the
    training points, (m, n), or with training and test points, in this order, (m, n + m); without the second part
    the covariance is None. `noise` is the variance of the targets' errors. With the NTK the mean is what an
    infinitely wide network predicts, on average over its initial weights, after training to the end.

    Raises ValueError where kernel_train + noise is singular: nothing is added to it behind your back.

    >>> mean, covariance = predict([[2.0]], [[1.0, 2.0]], [3.0])
    >>> mean.tolist(), covariance.tolist()
    ([1.5], [[1.5]])
    """
    train = _symmetric("kernel_train", kernel_train)
    n = len(train)
    targets = numbers("targets", targets, (n,), -1e30, 1e30)
    test = numbers("kernel_test", kernel_test, (None, None), -1e30, 1e30)
    m = len(test)
    if test.shape[1] not in (n, n + m):
        raise ValueError(f"kernel_test of shape {test.shape} must be of shape ({m}, {n}) or ({m}, {n + m})")
    values, vectors = np.linalg.eigh(train)
    values = values + not_negative("noise", noise)
    floor = 10 * n * np.finfo(float).eps * np.abs(values).max()
    if values.min() <= floor:
        rank = int((values > floor).sum())
        raise ValueError(
            f"kernel_train has rank {rank} of {n} with noise={noise:g}: take out what repeats, or give noise"
        )
    seen = test[:, :n] @ vectors  # (m, n)
    mean = (seen / values) @ (vectors.T @ targets)
    return mean, None if test.shape[1] == n else test[:, n:] - (seen / values) @ seen.T


def flow(nngp, ntk, targets, time: float):
    """Mean (m,) and covariance (m, m) of infinitely wide networks' outputs at m test points, after training for `time`.

    `nngp` and `ntk` are the kernels (n + m, n + m) of training and test points, in this order; `targets` (n,).
    Gradient flow on half the summed squared error from random weights; at time 0 the mean is 0, the covariance the NNGP.

    >>> mean, covariance = flow(np.eye(2), [[2.0, 1.0], [1.0, 2.0]], [3.0], 1e9)
    >>> mean.tolist(), covariance.tolist()
    ([1.5], [[1.25]])
    """
    nngp, ntk = _symmetric("nngp", nngp), _symmetric("ntk", ntk)
    targets = numbers("targets", targets, (None,), -1e30, 1e30)
    n = len(targets)
    if nngp.shape != ntk.shape or len(ntk) <= n:
        raise ValueError(
            f"nngp of shape {nngp.shape} and ntk of shape {ntk.shape} must be alike, with more than {n} rows"
        )
    values, vectors = np.linalg.eigh(ntk[:n, :n])
    values = np.maximum(values, 0.0)  # below zero by rounding only
    time = not_negative("time", time)
    shares = np.where(values * time > 1e-12, -np.expm1(-values * time) / np.where(values > 0, values, 1.0), time)
    pull = ntk[n:, :n] @ (vectors * shares) @ vectors.T  # (m, n): what each error at the start has become
    cross = pull @ nngp[:n, n:]
    return pull @ targets, nngp[n:, n:] + pull @ nngp[:n, :n] @ pull.T - cross - cross.T


def _symmetric(name, values):
    values = numbers(name, values, (None, None), -1e30, 1e30)
    if values.shape[0] != values.shape[1] or np.abs(values - values.T).max() > 1e-8 * max(np.abs(values).max(), 1e-30):
        raise ValueError(f"{name} of shape {values.shape} must be a symmetric matrix")
    return (values + values.T) / 2
