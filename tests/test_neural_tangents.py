"""The kernels against quadrature, random numbers, networks and invariants; the predictions against scikit-learn."""

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.neural_tangents import finite_width_ntk, flow, kernels, predict, rectified, standard_kernel
from miniatures.wide_networks import outputs, random_network, tangent_kernel
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Kernel
from sklearn.kernel_ridge import KernelRidge

SEEDS = st.integers(0, 10_000)
DEPTHS = st.integers(0, 6)


def points(seed, n=7, d=3):
    return np.random.default_rng(seed).normal(size=(n, d))


# ---- the Gaussian expectations, without the arc-cosine formulas


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(-0.999, 0.999))
def test_expectations_are_the_angular_integrals(first, second, cosine):
    theta = np.arccos(cosine)
    # in polar coordinates E[r^2] = 2 and the angle is uniform; u > 0 and v > 0 for phi within these ends
    ends = (theta - np.pi / 2, np.pi / 2)
    product, _ = scipy.integrate.quad(lambda phi: np.cos(phi) * np.cos(phi - theta), *ends)
    arc = ends[1] - ends[0]
    found = rectified(first, second, cosine * np.sqrt(first * second))
    assert found[0] == pytest.approx(np.sqrt(first * second) * 2 * product / (2 * np.pi), rel=1e-8, abs=1e-12)
    assert found[1] == pytest.approx(arc / (2 * np.pi), rel=1e-8)


def test_expectations_are_those_of_random_numbers():
    rng = np.random.default_rng(0)
    covariance = np.array([[2.0, -0.7], [-0.7, 1.0]])
    u, v = rng.multivariate_normal([0, 0], covariance, 400_000).T
    found = rectified(2.0, 1.0, -0.7)
    assert found[0] == pytest.approx((np.maximum(u, 0) * np.maximum(v, 0)).mean(), rel=0.03)
    assert found[1] == pytest.approx(((u > 0) & (v > 0)).mean(), rel=0.02)
    assert [float(part) for part in rectified(0.0, 1.0, 0.0)] == [0.0, 0.25]


def test_by_hand():
    nngp, _ = kernels([[1.0, 0.0]], [[0.0, 1.0]], 1)
    assert nngp[0, 0] == pytest.approx(1 / np.pi)
    linear, same = kernels([[1.0, 2.0]], [[3.0, 4.0]], 0, 2.0, 0.5)
    assert linear[0, 0] == same[0, 0] == pytest.approx(2 * 11 / 2 + 0.5)


# ---- invariants


@given(SEEDS, st.integers(0, 50))
def test_the_diagonal_grows_by_one_with_each_layer(seed, depth):
    x = points(seed)
    nngp, ntk = kernels(x, x, depth)
    assert np.diag(ntk) == pytest.approx((depth + 1) * np.diag(nngp), rel=1e-5)
    assert np.diag(nngp) == pytest.approx(2 * (x**2).sum(axis=1) / 3, rel=1e-6)


@given(SEEDS, DEPTHS, st.floats(0, 1))
def test_kernels_are_symmetric_and_positive(seed, depth, bias):
    x = points(seed)
    for kernel in kernels(x, x, depth, 1.7, bias):
        assert kernel == pytest.approx(kernel.T)
        assert np.linalg.eigvalsh(kernel).min() > -1e-6 * np.abs(kernel).max()
    for kernel, turned in zip(kernels(x, x[:2], depth, 1.7, bias), kernels(x[:2], x, depth, 1.7, bias), strict=True):
        assert kernel == pytest.approx(turned.T)


@given(SEEDS, DEPTHS, st.floats(0.1, 10))
def test_without_biases_the_kernels_scale_with_both_inputs_and_turn_with_them(seed, depth, size):
    x, z = points(seed), points(seed + 1)
    turn = scipy.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))[0]
    for kernel, scaled, turned in zip(
        kernels(x, z, depth), kernels(size * x, z, depth), kernels(x @ turn, z @ turn, depth), strict=True
    ):
        assert scaled == pytest.approx(size * kernel, rel=1e-6, abs=1e-9)
        assert turned == pytest.approx(kernel, rel=1e-6, abs=1e-7)


def test_depth_flattens_the_kernels_to_one_and_to_a_quarter():
    angles = np.array([0.5, 1.5, 3.0])
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    nngp, ntk = kernels([[1.0, 0.0]], circle, 20_000)
    assert nngp[0] == pytest.approx(np.ones(3), abs=1e-4)
    assert ntk[0] / 20_001 == pytest.approx(np.full(3, 0.25), abs=1e-3)
    spans = [np.ptp(kernels([[1.0, 0.0]], circle, depth)[0]) for depth in (1, 2, 4, 8, 16)]
    assert (np.diff(spans) < 0).all()


def test_an_input_of_zero_has_no_kernel_and_no_nan():
    nngp, ntk = kernels([[0.0, 0.0], [1.0, 0.0]], [[0.0, 0.0]], 3)
    assert nngp[:, 0].tolist() == ntk[:, 0].tolist() == [0, 0]


# ---- networks


@pytest.mark.parametrize(("depth", "bias"), [(1, 0.0), (1, 0.4), (2, 0.2), (3, 0.0)])
def test_many_networks_have_the_covariance_and_the_tangent_kernel_in_the_mean(depth, bias):
    x = points(1, 4)
    nngp, ntk = kernels(x, x, depth, 2.0, bias)
    drawn, tangents = [], []
    rng = np.random.default_rng(0)
    for _ in range(600):
        network = random_network(3, 60, depth, rng, 2.0, bias)
        drawn.append(outputs(network, x))
        tangents.append(tangent_kernel(network, x, x))
    assert np.linalg.norm(np.cov(np.array(drawn).T) - nngp) < 0.15 * np.linalg.norm(nngp)
    assert np.linalg.norm(np.mean(tangents, axis=0) - ntk) < 0.05 * np.linalg.norm(ntk)


def test_a_wide_network_comes_near_and_a_wider_one_nearer():
    x, z = [1.0, 0.5, -0.3], [0.2, 1.0, 0.7]
    wanted = kernels([x], [z], 2)[1][0, 0]
    errors = []
    for width in (16, 128, 512):
        found = [finite_width_ntk(x, z, width, 2, np.random.default_rng(seed)) for seed in range(40)]
        errors.append(np.abs(np.array(found) - wanted).mean())
    assert errors[0] > 1.8 * errors[1]
    assert errors[1] > 1.3 * errors[2]
    assert errors[2] < 0.2 * wanted


@pytest.mark.parametrize("depth", [1, 2])
def test_a_standard_network_tends_to_another_kernel(depth):
    x = points(2, 5)
    wanted, ntk = standard_kernel(x, x, depth), kernels(x, x, depth)[1]
    found = np.mean(
        [
            tangent_kernel(random_network(3, 512, depth, np.random.default_rng(s), parametrisation="standard"), x, x)
            / 512
            for s in range(10)
        ],
        axis=0,
    )
    assert np.linalg.norm(found - wanted) < 0.08 * np.linalg.norm(wanted)
    assert np.linalg.norm(found - ntk / 2) > 0.2 * np.linalg.norm(ntk / 2)
    if depth == 1:
        assert wanted == pytest.approx(kernels(x, x, 1)[0] / 2)


# ---- predictions


class Given(Kernel):
    """scikit-learn's regressor with a kernel of this book."""

    def __init__(self, depth=1):
        self.depth = depth

    def __call__(self, X, Y=None, eval_gradient=False):
        return kernels(X, X if Y is None else Y, self.depth, 2.0, 0.2)[0]

    def diag(self, X):
        return np.diag(self(X)).copy()

    def is_stationary(self):
        return False


@pytest.mark.parametrize("noise", [1e-3, 0.1, 2.0])
def test_predictions_are_scikit_learns(noise):
    x, z, y = points(3), points(4, 5), np.random.default_rng(5).normal(size=7)
    train, _ = kernels(x, x, 1, 2.0, 0.2)
    test, _ = kernels(z, np.vstack([x, z]), 1, 2.0, 0.2)
    mean, covariance = predict(train, test, y, noise)
    theirs = GaussianProcessRegressor(Given(), alpha=noise, optimizer=None).fit(x, y).predict(z, return_cov=True)
    assert mean == pytest.approx(theirs[0])
    assert covariance == pytest.approx(theirs[1], abs=1e-8)
    ridge = KernelRidge(alpha=noise, kernel="precomputed").fit(train, y).predict(test[:, :7])
    again, nothing = predict(train, test[:, :7], y, noise)
    assert again == pytest.approx(ridge)
    assert nothing is None


def test_a_rank_defect_is_told_and_not_papered_over():
    with pytest.raises(ValueError, match="rank 1 of 2 with noise=0"):
        predict([[1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0]], [1.0, 2.0])
    assert predict([[1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0]], [1.0, 2.0], 1e-6)[0] == pytest.approx([1.5])


@given(SEEDS, st.floats(0.01, 30))
@settings(max_examples=20)
def test_flow_is_the_matrix_exponential(seed, time):
    x, z = points(seed, 4), points(seed + 1, 3)
    every = np.vstack([x, z])
    nngp, ntk = kernels(every, every, 2, 2.0, 0.3)
    y = np.random.default_rng(seed).normal(size=4)
    mean, covariance = flow(nngp, ntk, y, time)
    pull = ntk[4:, :4] @ np.linalg.inv(ntk[:4, :4]) @ (np.eye(4) - scipy.linalg.expm(-ntk[:4, :4] * time))
    assert mean == pytest.approx(pull @ y, rel=1e-5, abs=1e-7)
    difference = np.hstack([-pull, np.eye(3)])
    assert covariance == pytest.approx(difference @ nngp @ difference.T, rel=1e-5, abs=1e-7)
    assert np.linalg.eigvalsh(covariance).min() > -1e-8


def test_flow_begins_with_the_nngp_kernel_and_ends_with_the_prediction():
    x, z = points(8, 4), points(9, 3)
    every = np.vstack([x, z])
    nngp, ntk = kernels(every, every, 1, 2.0, 0.3)
    y = np.arange(4.0)
    start, spread = flow(nngp, ntk, y, 0.0)
    assert start.tolist() == [0, 0, 0]
    assert spread == pytest.approx(nngp[4:, 4:])
    assert flow(nngp, ntk, y, 1e9)[0] == pytest.approx(predict(ntk[:4, :4], ntk[4:, :4], y)[0], rel=1e-6)
    flat = np.ones((3, 3))
    assert np.isfinite(flow(flat, flat, [1.0, 2.0], 5.0)[0]).all()  # a singular kernel is no obstacle to training


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: kernels([1.0], [[1.0]], 1), "X"), (lambda: kernels([[1.0]], [[1.0, 2.0]], 1), "Z"), (lambda: kernels([[np.nan]], [[1.0]], 1), "X"),
        (lambda: kernels([[1.0]], [[1.0]], -1), "depth"), (lambda: kernels([[1.0]], [[1.0]], 1.5), "depth"), (lambda: kernels([[1.0]], [[1.0]], True), "depth"),
        (lambda: kernels([[1.0]], [[1.0]], 1, 0), "weight_variance"), (lambda: kernels([[1.0]], [[1.0]], 1, 2, -1), "bias_variance"),
        (lambda: standard_kernel([[1.0]], [[1.0]], 0), "depth"), (lambda: finite_width_ntk([1.0], [1.0, 2.0], 4, 1, np.random.default_rng(0)), "z"),
        (lambda: finite_width_ntk([1.0], [1.0], 0, 1, np.random.default_rng(0)), "width"),
        (lambda: predict([[1.0, 2.0], [3.0, 4.0]], [[1.0, 1.0]], [1.0, 2.0]), "kernel_train"), (lambda: predict([[1.0]], [[1.0, 1.0, 1.0]], [1.0]), "kernel_test"),
        (lambda: predict([[1.0]], [[1.0]], [1.0, 2.0]), "targets"), (lambda: predict([[1.0]], [[1.0]], [1.0], -0.1), "noise"),
        (lambda: predict([[1.0]], [[1.0]], [1.0], np.nan), "noise"), (lambda: flow(np.eye(2), np.eye(3), [1.0], 1.0), "nngp"),
        (lambda: flow(np.eye(1), np.eye(1), [1.0], 1.0), "rows"), (lambda: flow(np.eye(2), np.eye(2), [1.0], -1.0), "time"),
    ],
)  # fmt: skip
def test_refusals_name_the_argument(call, name):
    with pytest.raises(ValueError, match=name):
        call()
