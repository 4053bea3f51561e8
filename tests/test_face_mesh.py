"""Smoothing: closed forms against simulation, the 1€ filter step by step, causality, and bad input that is named."""

from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import face_mesh as m

FRESH = (200, 201, 202, 203, 204)  # looked at once; filters were chosen on 0 to 4
CAUSAL = {
    "moving average": lambda x: m.moving_average(x, 5),
    "exponential": lambda x: m.exponential_smoothing(x, 0.4),
    "1€ filter": lambda x: m.one_euro(x, 30, 1.0, 0.2),
    "adaptive window": lambda x: m.adaptive_window(x, 16, 1.0, 3.0),
}
tracks = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=40).map(np.array)


# the average of the last frames --------------------------------------------------------------


def test_the_briefs_cases():
    assert m.best_window(1.5, 0.2) == 5
    assert m.best_window(1.0, 0.1) == 6
    assert m.moving_average_effect(7, 2)[1] == 6
    assert m.expected_error(6, 1, 0.1) == pytest.approx(1 / 6 + 0.01 * 2.5**2, rel=1e-12)


def test_the_formula_is_what_a_simulation_finds():
    for window, noise, speed in ((6, 1.0, 0.1), (3, 0.5, 1.0), (12, 2.0, 0.3), (1, 1.0, 2.0)):
        found = np.mean([m.simulated_error(window, noise, speed, 20_000, np.random.default_rng(s)) for s in FRESH])
        assert found == pytest.approx(m.expected_error(window, noise, speed), rel=0.02)


def test_effect_is_the_impulse_response():
    for window in (1, 4, 9):
        weights = m.moving_average(np.eye(1, 40, 20).ravel(), window)
        factor, lag = m.moving_average_effect(window, 1.5)
        assert factor == pytest.approx(np.sqrt((weights**2).sum()))
        assert lag == pytest.approx(1.5 * weights @ (np.arange(40) - 20))


@settings(max_examples=200)
@given(st.floats(0.01, 50), st.floats(0.01, 5))
def test_the_best_window_is_the_best_of_all(noise, speed):
    best = m.best_window(noise, speed)
    errors = [m.expected_error(n, noise, speed) for n in range(1, 2 * best + 3)]
    assert errors[best - 1] <= min(errors) * (1 + 1e-9)
    root = np.roots([1, -1, 0, -2 * (noise / speed) ** 2])  # where the derivative over real windows is 0
    assert abs(best - max(root.real[np.abs(root.imag) < 1e-6])) <= 1


def test_of_two_equal_windows_the_shorter():
    speed = 2 / np.sqrt(1 * 2 * 1)  # one frame and two err alike
    assert m.expected_error(1, 1, speed) == pytest.approx(m.expected_error(2, 1, speed), rel=1e-12)
    assert m.best_window(1, speed) == 1
    for n in (2, 5, 30):
        assert m.best_window(1, 2 / np.sqrt(n * (n + 1) * (2 * n - 1))) == n


def test_extremes_of_the_best_window():
    assert m.best_window(0, 3) == m.best_window(0, 0) == m.best_window(1e-60, 1e60) == 1
    assert m.best_window(1, 1e-9) == pytest.approx((2e18) ** (1 / 3), rel=1e-3)
    with pytest.raises(ValueError, match="speed"):
        m.best_window(1, 0)


def test_moving_average_by_convolution():
    x = np.random.default_rng(1).normal(size=(50, 3))
    want = np.array([np.convolve(one, np.ones(7) / 7, "valid") for one in x.T]).T
    assert m.moving_average(x, 7)[6:] == pytest.approx(want)
    assert m.moving_average(x, 7)[:6] == pytest.approx(np.cumsum(x, axis=0)[:6] / np.arange(1, 7)[:, None])
    assert m.moving_average(x, 1000)[-1] == pytest.approx(x.mean(axis=0))


# exponential smoothing and the 1€ filter -----------------------------------------------------


def test_exponential_lag_is_where_a_ramp_ends():
    for alpha, speed in ((0.1, 1.0), (0.3, 2.5), (1.0, 4.0)):
        ramp = speed * np.arange(400.0)
        assert (ramp - m.exponential_smoothing(ramp, alpha))[-1] == pytest.approx(m.exponential_lag(alpha, speed))


def test_exponential_smoothing_by_scipys_filter():
    from scipy.signal import lfilter

    x = np.random.default_rng(2).normal(size=80)
    want = lfilter([0.3], [1, -0.7], x, zi=[0.7 * x[0]])[0]
    assert m.exponential_smoothing(x, 0.3) == pytest.approx(want)


def test_one_euro_by_its_definition_step_by_step():
    """Three frames by hand: rate 30, cutoff 1 + 0.5 |speed|, derivative cutoff 2."""

    def weight(cutoff):
        return (1 / 30) / (1 / 30 + 1 / (2 * pi * cutoff))  # time step over time step and time constant

    speed = weight(2) * (1 - 0) * 30
    first = weight(1 + 0.5 * speed) * 1
    speed = weight(2) * (3 - first) * 30 + (1 - weight(2)) * speed  # against the last filtered value
    second = first + weight(1 + 0.5 * speed) * (3 - first)
    assert m.one_euro([0, 1, 3], 30, 1.0, 0.5, 2.0) == pytest.approx([0, first, second], rel=1e-12)


def test_one_euro_as_its_authors_package_gives_it():
    """Stored from OneEuroFilter 0.2.1's OneEuroFilter(30, 0.7, 0.3, 1.0), rounded to 9 digits."""
    x = [0.0, 1.0, -2.0, 5.0, 5.5, 5.25, 40.0]
    assert m.one_euro(x, 30, 0.7, 0.3) == pytest.approx(AUTHORS, abs=1e-8)


AUTHORS = [0.0, 0.321125713, -0.579807992, 2.82435099, 4.661890358, 5.055915027, 37.523523774]


def test_beta_zero_is_exponential_smoothing():
    x = np.random.default_rng(3).normal(size=60)
    alpha = 1 / (1 + 30 / (2 * pi * 1.5))
    assert m.one_euro(x, 30, 1.5, 0) == pytest.approx(m.exponential_smoothing(x, alpha))


def test_units_cancel():
    """Time in other units: rate and cutoffs together; space in other units: beta the other way."""
    x = np.random.default_rng(4).normal(size=60).cumsum()
    assert m.one_euro(x, 30, 1.0, 0.2, 1.0) == pytest.approx(m.one_euro(x, 60, 2.0, 0.2, 2.0))
    assert 10 * m.one_euro(x, 30, 1.0, 0.2) == pytest.approx(m.one_euro(10 * x, 30, 1.0, 0.02))


def test_a_larger_beta_lags_less():
    ramp = np.arange(300.0)
    lags = [ramp[-1] - m.one_euro(ramp, 30, 1.0, beta)[-1] for beta in (0, 0.02, 0.1, 0.5, 10)]
    assert lags == sorted(lags, reverse=True)
    assert lags[-1] < 0.05


@settings(max_examples=40)
@given(st.floats(0, 100), st.floats(1, 120), st.floats(0.2, 20), st.floats(0, 5))
def test_the_1_euro_filters_lag_is_where_a_ramp_ends_and_has_a_bound(speed, rate, cutoff, beta):
    lag = m.one_euro_lag(speed, rate, cutoff, beta)
    ramp = speed * np.arange(1500.0)
    assert ramp[-1] - m.one_euro(ramp, rate, cutoff, beta)[-1] == pytest.approx(lag, rel=1e-3, abs=1e-6)
    assert beta == 0 or lag <= 1 / (2 * pi * beta) * (1 + 1e-9)


def test_lag_of_the_1_euro_filter_by_hand_and_without_beta():
    assert m.one_euro_lag(1.5, 30, 1.0, 0.2) == pytest.approx((-10 + np.sqrt(100 + 24 * 45 / (2 * pi))) / 12)
    alpha = 1 / (1 + 30 / (2 * pi))
    assert m.one_euro_lag(2.0, 30, 1.0, 0.0) == pytest.approx(m.exponential_lag(alpha, 2.0))


@pytest.mark.parametrize("window", [1, 2, 7, 30])
def test_an_average_and_exponential_smoothing_of_the_same_lag_have_the_same_noise(window):
    alpha = 2 / (window + 1)
    factor, lag = m.moving_average_effect(window, 1.3)
    assert m.exponential_lag(alpha, 1.3) == pytest.approx(lag)
    impulse = m.exponential_smoothing(np.eye(1, 2000, 1).ravel(), alpha)
    assert np.sqrt((impulse**2).sum()) == pytest.approx(factor) == pytest.approx(np.sqrt(alpha / (2 - alpha)))


# what holds of all filters ---------------------------------------------------------------------


@pytest.mark.parametrize("name", CAUSAL)
@settings(max_examples=25)
@given(tracks, tracks)
def test_the_past_does_not_depend_on_the_future(name, past, future):
    with_future = CAUSAL[name](np.concatenate([past, future]))
    assert with_future[: len(past)] == pytest.approx(CAUSAL[name](past), abs=1e-9)


def test_the_centred_average_does():
    x = np.arange(9.0)
    assert m.centred_average(x, 5)[3] != m.centred_average(np.where(x > 3, 0, x), 5)[3]
    assert m.centred_average(x, 5)[2:-2] == pytest.approx(x[2:-2])  # no lag, which no causal average has


@pytest.mark.parametrize("name", [*CAUSAL, "centred"])
@settings(max_examples=25)
@given(track=tracks, shift=st.floats(-100, 100))
def test_shifted_in_shifted_out_and_within_what_was_seen(name, track, shift):
    run = CAUSAL.get(name, lambda x: m.centred_average(x, 5))
    if name != "adaptive window":  # whose thresholds may flip by rounding
        assert run(track + shift) == pytest.approx(run(track) + shift, abs=1e-8)
    assert run(track).min() >= track.min() - 1e-9
    assert run(track).max() <= track.max() + 1e-9
    assert run(np.full(30, shift)) == pytest.approx(np.full(30, shift))
    both = run(np.column_stack([track, -2 * track]))
    assert both[:, 0] == pytest.approx(run(track), abs=1e-9)


def test_the_adaptive_window_grows_at_rest_and_drops_at_a_jump():
    x = np.r_[np.zeros(20), np.full(20, 50.0)]
    assert m.adaptive_window(x, 16, 1.0) == pytest.approx(x)
    noisy = np.random.default_rng(5).normal(size=4000)
    assert m.adaptive_window(noisy, 16, 1.0, 9.0)[20:].std() == pytest.approx(0.25, rel=0.1)  # 1/sqrt(16)


# stop and go, on fresh seeds -----------------------------------------------------------------


def over_seeds(run, speed=1.5):
    truth, moving = m.stop_and_go(1000, speed)
    found = []
    for seed in FRESH:
        one = run(truth + np.random.default_rng(seed).normal(size=truth.shape))
        e = m.errors(one, truth, moving)
        found.append((e.rest, e.motion, e.whole, m.jitter(one, moving)))
    return np.array(found).T  # (4, 5)


def test_smoothing_against_lag():
    """What the page says of noise 1 and speed 1.5: each fixed window fails somewhere, the 1€ filter does least badly."""
    none, two, three, ten = (over_seeds(lambda x, n=n: m.moving_average(x, n)) for n in (1, 2, 3, 10))
    euro, window = over_seeds(lambda x: m.one_euro(x, 30, 1.0, 0.2)), over_seeds(CAUSAL["adaptive window"])
    assert none[2] == pytest.approx(1, abs=0.05)
    assert (three[0] < 0.65).all()
    assert (three[1] > 1.4).all()
    assert (ten[2] > 4).all()
    assert (euro[2] < none[2] - 0.15).all()
    assert (two[2] - euro[2] > 0.03).all()  # but the best fixed window is close behind in error
    assert (two[2] - euro[2] < 0.15).all()
    assert (euro[3] < 0.75 * two[3]).all()  # and far behind in trembling
    assert (window[2] > two[2]).all()  # the adaptive window is no gain at this speed
    ahead = over_seeds(lambda x: m.centred_average(x, 5))
    assert (ahead[2] < 0.7 * euro[2]).all()  # what looking ahead would pretend


def test_at_a_high_speed_the_adaptive_window_wins():
    window, euro = over_seeds(CAUSAL["adaptive window"], 8), over_seeds(lambda x: m.one_euro(x, 30, 1.0, 0.2), 8)
    assert (window[2] < euro[2]).all()


def test_stop_and_go_by_hand():
    truth, moving = m.stop_and_go(12, 2, 2, 3)
    assert truth.tolist() == [0, 0, 2, 4, 6, 6, 6, 4, 2, 0, 0, 0]
    assert moving.tolist() == [False, False, True, True, True] * 2 + [False, False]


# bad input -----------------------------------------------------------------------------------

BAD = {
    "window": (lambda: m.moving_average_effect(0, 1), lambda: m.moving_average_effect(2.5, 1),
               lambda: m.moving_average([1.0], True), lambda: m.centred_average([1.0], 4), lambda: m.simulated_error(0, 1, 1, 9, None)),
    "speed": (lambda: m.one_euro_lag(-1, 30, 1, 1), lambda: m.moving_average_effect(2, -1), lambda: m.best_window(1, float("nan")), lambda: m.best_window(2, -1),
              lambda: m.exponential_lag(0.5, "fast"), lambda: m.stop_and_go(9, float("inf"))),
    "noise": (lambda: m.best_window(-1, 1), lambda: m.best_window(None, 1), lambda: m.expected_error(3, float("inf"), 1),
              lambda: m.adaptive_window([1.0], 3, -1)),
    "alpha": (lambda: m.exponential_lag(0, 1), lambda: m.exponential_lag(1.01, 1), lambda: m.exponential_smoothing([1.0], float("nan"))),
    "rate": (lambda: m.one_euro_lag(1, 0, 1, 1), lambda: m.one_euro([1.0], 0, 1, 1), lambda: m.one_euro([1.0], -30, 1, 1)),
    "min_cutoff": (lambda: m.one_euro([1.0], 30, 0, 1),),
    "beta": (lambda: m.one_euro([1.0], 30, 1, -0.1), lambda: m.one_euro_lag(1, 30, 1, -1)),
    "derivative_cutoff": (lambda: m.one_euro([1.0], 30, 1, 1, 0),),
    "signal": (lambda: m.one_euro([], 30, 1, 1), lambda: m.one_euro(3.0, 30, 1, 1), lambda: m.one_euro([1, float("nan")], 30, 1, 1),
               lambda: m.moving_average(["a"], 2), lambda: m.exponential_smoothing([[1, 2], [3]], 0.5)),
    "widest": (lambda: m.adaptive_window([1.0], 0, 1),),
    "tolerance": (lambda: m.adaptive_window([1.0], 3, 1, -2),),
    "moving": (lambda: m.errors([1.0, 2], [1.0, 2], [True, True]), lambda: m.errors([1.0, 2], [1.0, 2], [0, 1]), lambda: m.jitter([1.0, 2], [False, True])),
    "filtered": (lambda: m.errors([1.0, 2, 3], [1.0, 2], [True, False]),),
    "frames": (lambda: m.stop_and_go(0, 1), lambda: m.simulated_error(2, 1, 1, 0, None)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "call"), [(name, call) for name, calls in BAD.items() for call in calls])
def test_a_bad_argument_is_named(name, call):
    with pytest.raises(ValueError, match=name):
        call()


@settings(max_examples=50)
@given(tracks, st.floats(1e-3, 1e6), st.floats(1e-70, 1e70), st.floats(0, 1e70))
def test_one_euro_is_finite_for_everything_it_accepts(track, rate, min_cutoff, beta):
    assert np.isfinite(m.one_euro(track, rate, min_cutoff, beta)).all()
