"""Classes, closed forms and calibration of the sea-ice chapter: oracles, invariants, bad input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import sea_ice as m
from scipy.integrate import quad
from scipy.linalg import solve_discrete_lyapunov
from scipy.optimize import minimize_scalar
from scipy.stats import norm
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

logits = arrays(float, st.tuples(st.integers(2, 8), st.integers(2, 4)), elements=st.floats(-20, 20))


def draw(seed=0, rows=400, classes=3, scale=2.0):
    """Logits and labels drawn from their softmax divided by `scale`: the true temperature."""
    rng = np.random.default_rng(seed)
    z = rng.normal(0, 3, (rows, classes))
    p = m.softmax(z, scale)
    return z, (rng.random(rows)[:, None] > p.cumsum(axis=1)).sum(axis=1).clip(0, classes - 1)


def attempt(z, y):
    """The fitted temperature, or None and the message of the ValueError."""
    try:
        return m.fit_temperature(z, y), ""
    except ValueError as error:
        return None, str(error)


# channels and classes --------------------------------------------------------------------------


def test_fifty_channels_are_twelve_variables():
    names = m.input_channels()
    assert len(names) == len(set(names)) == 50
    groups = [
        sum(n.startswith("siconca") and "back" in n for n in names),
        sum("trend" in n for n in names),
        sum("anomaly" in n for n in names),
        sum(n.startswith("ua10") for n in names),
        sum(n.startswith(("uas", "vas")) for n in names),
        sum("mask" in n for n in names),
        sum(n.startswith("month of the year") for n in names),
    ]
    assert groups == [12, 6, 24, 3, 2, 1, 2]
    variables = {n.split()[0].rstrip(",") for n in names} - {"land", "month"}
    assert len(variables) == 12


def test_the_boundaries_belong_to_the_outer_classes():
    values = [-3, 0, 0.15, np.nextafter(0.15, 1), 0.5, np.nextafter(0.8, 0), 0.8, 1, 4]
    assert m.ice_class(values).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert m.ice_class(0.15) == 0


@pytest.mark.parametrize(("mean", "deviation"), [(0.3, 0.2), (0.0, 0.1), (0.9, 0.4), (0.475, 0.05), (-0.4, 0.3)])
def test_class_probabilities_are_integrals_of_the_normal_density(mean, deviation):
    spans = ((-np.inf, 0.15), (0.15, 0.8), (0.8, np.inf))
    expected = [quad(norm(mean, deviation).pdf, *span)[0] for span in spans]
    assert m.class_probabilities(mean, deviation) == pytest.approx(expected, abs=1e-7)


def test_class_probabilities_by_sampling():
    mean, deviation = np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.3, 0.2])
    c = mean + deviation * np.random.default_rng(0).normal(size=(200_000, 3))
    shares = [(m.ice_class(c) == k).mean(axis=0) for k in range(3)]
    assert np.abs(m.class_probabilities(mean, deviation) - shares).max() < 0.004


@given(st.floats(-1e70, 1e70), st.floats(1e-70, 1e70))
def test_class_probabilities_sum_to_one_whatever_the_size(mean, deviation):
    p = m.class_probabilities(mean, deviation)
    assert p.shape == (3,)
    assert (p >= 0).all()
    assert p.sum() == pytest.approx(1)
    assert m.ice_probability(mean, deviation) == pytest.approx(p[1:].sum(), abs=1e-12)


def test_a_sure_forecast_is_its_class_and_a_small_chance_keeps_its_digits():
    assert m.class_probabilities([0.14, 0.16, 0.9], 1e-9).argmax(axis=0).tolist() == [0, 1, 2]
    assert m.class_probabilities(0.0, 0.05)[1] == pytest.approx(norm.sf(3) - norm.sf(16), rel=1e-12)
    assert m.class_probabilities(1.0, 0.02)[1] == pytest.approx(norm.sf(10) - norm.sf(42.5), rel=1e-9)
    assert m.ice_probability(0.3, 0.1, 0.3) == 0.5


# variance --------------------------------------------------------------------------------------

A, Q = np.array([[0.75, -0.09], [0.0, 0.93]]), np.diag([0.0144, 0.1351])


def test_variance_of_one_number_is_a_geometric_sum():
    assert m.forecast_variance([[0.5]], [[2.0]], 4).item() == pytest.approx(2 * (1 - 0.25**4) / (1 - 0.25))
    assert m.forecast_variance([[1.0]], [[0.3]], 7).item() == pytest.approx(2.1)
    assert (m.forecast_variance(A, Q, 0) == 0).all()
    assert m.forecast_variance(A, Q, 1) == pytest.approx(Q)


def test_variance_tends_to_the_solution_of_lyapunovs_equation():
    assert m.forecast_variance(A, Q, 2000) == pytest.approx(solve_discrete_lyapunov(A, Q), rel=1e-9)


def test_variance_by_simulation():
    rng = np.random.default_rng(1)
    state = np.zeros((2, 100_000))
    for _ in range(6):
        state = A @ state + np.sqrt(np.diag(Q))[:, None] * rng.normal(size=state.shape)
    assert np.cov(state) == pytest.approx(m.forecast_variance(A, Q, 6), abs=0.01)


@given(st.integers(0, 30), st.integers(0, 30))
def test_variance_of_two_stretches_adds_up(first, second):
    step = np.linalg.matrix_power(A, second)
    whole = m.forecast_variance(A, Q, first + second)
    assert whole == pytest.approx(m.forecast_variance(A, Q, second) + step @ m.forecast_variance(A, Q, first) @ step.T)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (([[0.5, 1]], [[1]], 1), "transition"), (([[0.5]], [[-1]], 1), "noise"), (([[0.5]], np.eye(2), 1), "noise"), ((A, [[1, 2], [0, 1]], 1), "noise"),
        ((A, Q, -1), "steps"), ((A, Q, 1.5), "steps"), (([[np.nan]], [[1]], 1), "transition"), (([[1e5]], [[1.0]], 9000), "transition"),
        (("a", Q, 1), "transition"), ((A, [[0.1, 0.9], [0.9, 0.1]], 1), "noise"),
    ],
)  # fmt: skip
def test_bad_variances_are_named(arguments, word):
    with pytest.raises(ValueError, match=word):
        m.forecast_variance(*arguments)


# temperature -----------------------------------------------------------------------------------


def test_nll_is_scikit_learns_log_loss():
    z, y = draw()
    assert m.negative_log_likelihood(z, y) == pytest.approx(log_loss(y, m.softmax(z), labels=[0, 1, 2]))
    assert m.negative_log_likelihood(z, y, 2.5) == pytest.approx(log_loss(y, m.softmax(z / 2.5), labels=[0, 1, 2]))


@pytest.mark.parametrize("scale", [0.3, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_temperature_is_the_minimum_and_near_the_true_one(scale, seed):
    z, y = draw(seed, 3000, scale=scale)
    found = m.fit_temperature(z, y)
    best = minimize_scalar(
        lambda t: m.negative_log_likelihood(z, y, t), bounds=(0.05, 20), method="bounded", options={"xatol": 1e-9}
    )
    assert found == pytest.approx(best.x, rel=1e-4)
    assert found == pytest.approx(scale, rel=0.15)


def test_a_temperature_worked_by_hand():
    # three of four right: the softmax must give 3/4, so 2 / T = log 3
    assert m.fit_temperature([[2.0, 0.0]] * 4, [0, 0, 0, 1]) == pytest.approx(2 / np.log(3))


@given(logits, st.floats(0.05, 20), st.randoms(use_true_random=False))
def test_temperature_moves_no_class_and_scales_with_the_logits(z, temperature, random):
    top = np.sort(z, axis=1)
    clear = top[:, -1] - top[:, -2] > 1e-6
    assert (m.softmax(z, temperature).argmax(axis=1) == z.argmax(axis=1))[clear].all()
    assert m.softmax(z, temperature).sum(axis=1) == pytest.approx(np.ones(len(z)))
    y = [random.randrange(z.shape[1]) for _ in z]
    found, message = attempt(z, y)
    if found is None:
        assert "no best temperature" in message
        return
    assert np.isfinite(found)
    assert found > 0
    for factor in (0.98, 1.02):
        if 1e-5 < found < 1e5:
            assert m.negative_log_likelihood(z, y, found) <= m.negative_log_likelihood(z, y, factor * found) + 1e-9
    if 1e-3 < found < 1e3:
        assert m.fit_temperature(3 * z, y) == pytest.approx(3 * found, rel=1e-6)


def test_ice_or_water_may_change_with_the_temperature_though_no_class_does():
    z = np.log([[0.45, 0.3, 0.25]])
    before, after = (m.softmax(z, t)[0] for t in (1.0, 0.3))
    assert before.argmax() == after.argmax() == 0
    assert 1 - before[0] > 0.5 > 1 - after[0]


@pytest.mark.parametrize(
    ("z", "y", "words"),
    [
        ([[1.0, 0.0]] * 3, [0, 0, 0], "T = 0"), ([[1.0, 0.0]] * 2, [0, 1], "without end"), ([[1.0, 0.0]] * 2, [1, 1], "without end"),
        ([[1.0, 1.0]], [0], "T = 0"), ([[1.0]], [0], "logits"), ([[1.0, 0.0]], [2], "labels"), ([[1.0, np.inf]], [0], "logits"), ([], [], "logits"),
        ([[1.0, 0.0]], [0, 1], "labels"), ([[1.0, 0.0]], [0.5], "labels"), ([[2e6, 0.0]], [0], "logits"),
    ],
)  # fmt: skip
def test_bad_fits_are_named(z, y, words):
    with pytest.raises(ValueError, match=words):
        m.fit_temperature(z, y)


@pytest.mark.parametrize("bad", [0, -1, np.nan, np.inf, True, None, "1", 1e7])
def test_bad_temperatures_are_named(bad):
    for call in (m.softmax, lambda z, t: m.negative_log_likelihood(z, [0], t)):
        with pytest.raises(ValueError, match="temperature"):
            call([[1.0, 0.0]], bad)


def test_huge_logits_stay_finite():
    assert m.negative_log_likelihood([[1e6, -1e6]], [1]) == pytest.approx(2e6)
    assert m.softmax([[1e6, -1e6]]).tolist() == [[1.0, pytest.approx(0)]]


# calibration error -----------------------------------------------------------------------------


def test_reliability_is_scikit_learns_curve():
    rng = np.random.default_rng(2)
    p = rng.random(5000)
    y = (rng.random(5000) < p**1.5).astype(int)
    found = m.reliability(p, y, 10)
    frequency, mean = calibration_curve(y, p, n_bins=10)
    assert found.frequency == pytest.approx(frequency)
    assert found.probability == pytest.approx(mean)
    assert found.count.sum() == 5000


def test_calibration_error_by_hand():
    # bin 0.2 ... 0.3: mean 0.25 of four, one came; bin 0.9 ... 1: mean 0.95 of two, one came
    p, y = [0.22, 0.24, 0.26, 0.28, 0.95, 0.95], [0, 1, 0, 0, 1, 0]
    assert m.expected_calibration_error(p, y, 10) == pytest.approx(2 / 6 * 0.45)
    rows = [[0.9, 0.1], [0.1, 0.9], [0.9, 0.1]]
    assert m.expected_calibration_error(rows, [0, 1, 1], 10) == pytest.approx(0.9 - 2 / 3)


@pytest.mark.parametrize("seed", range(5))
def test_true_probabilities_have_a_small_error_and_sharpened_ones_a_large_one(seed):
    rng = np.random.default_rng(seed)
    z, y = draw(seed, 20_000, scale=1.0)
    assert m.expected_calibration_error(m.softmax(z), y, 10) < 0.012
    assert m.expected_calibration_error(m.softmax(z, 0.4), y, 10) > 0.04
    assert m.expected_calibration_error(rng.random(2000), rng.random(2000) < 0.5, 10) > 0.2


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30), st.integers(1, 20))
def test_the_error_is_a_share_and_ignores_order(pairs, bins):
    p, y = [a for a, _ in pairs], [int(b) for _, b in pairs]
    found = m.expected_calibration_error(p, y, bins)
    assert 0 <= found <= 1
    assert m.expected_calibration_error(p[::-1], y[::-1], bins) == pytest.approx(found)


@pytest.mark.parametrize(
    ("p", "y", "bins", "word"),
    [
        ([0.5], [2], 10, "labels"), ([1.5], [1], 10, "probabilities"), ([0.5], [1], 0, "bins"), ([0.5], [1], 2.5, "bins"), ([], [], 10, "probabilities"),
        ([[0.5, 0.4]], [0], 10, "sums to"), ([[[0.5]]], [0], 10, "probabilities"), ([np.nan], [0], 10, "probabilities"), ([0.5, 0.5], [1], 10, "labels"),
        (["a"], [0], 10, "probabilities"),
    ],
)  # fmt: skip
def test_bad_calibration_errors_are_named(p, y, bins, word):
    with pytest.raises(ValueError, match=word):
        m.expected_calibration_error(p, y, bins)


@pytest.mark.parametrize(
    ("mean", "deviation", "word"),
    [(0.5, 0, "deviation"), (0.5, -1, "deviation"), (np.nan, 1, "mean"), ([0.1, 0.2], [0.1, 0.2, 0.3], "deviation"), ("x", 1, "mean"), (0.5, None, "deviation")],
)  # fmt: skip
def test_bad_normals_are_named(mean, deviation, word):
    for call in (m.class_probabilities, m.ice_probability):
        with pytest.raises(ValueError, match=word):
            call(mean, deviation)


def test_a_threshold_is_a_share():
    for bad in (0, 1, -0.1, np.nan):
        with pytest.raises(ValueError, match="threshold"):
            m.ice_probability(0.5, 0.1, bad)
