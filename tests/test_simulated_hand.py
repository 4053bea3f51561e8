"""The simulated hand: what its signals must be, and what the stored runs say computed again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import simulated_hand as hand
from miniatures.hand_results import stored
from miniatures.prosthetic_control import fit_decoder


def test_the_mixing_keeps_the_sum_and_the_share():
    for crosstalk in (0.0, 0.15, 1.0):
        mixed = hand.mixing(crosstalk)
        assert mixed.sum(axis=1) == pytest.approx(np.ones(4))
        assert np.diag(mixed) == pytest.approx(np.full(4, 1 - crosstalk))


def test_log_amplitude_of_known_noise():
    rng = np.random.default_rng(0)
    found = hand.log_amplitude(hand.emg(np.full((4000, 50, 4), 0.4), rng, crosstalk=0.0))
    strength = np.hypot(0.4, hand.SENSOR_NOISE)
    # the mean of a logarithm lies half a variance below the logarithm of the mean
    variance = (np.pi / 2 - 1) / 50
    assert found.mean(axis=0) == pytest.approx(
        np.full(4, np.log(strength * np.sqrt(2 / np.pi)) - variance / 2), abs=0.005
    )
    assert found.std(axis=0) == pytest.approx(np.full(4, np.sqrt(variance)), rel=0.05)


@given(st.lists(st.floats(0.1, 10), min_size=4, max_size=4))
def test_a_gain_is_a_shift(gains):
    activation = np.full((3, 40, 4), 2.0)
    plain, louder = (hand.log_amplitude(hand.emg(activation, np.random.default_rng(5), gains=g)) for g in (None, gains))
    assert louder - plain == pytest.approx(np.tile(np.log(gains), (3, 1)), abs=0.2)  # but for the sensor's own noise


def test_crosstalk_blurs_the_features():
    apart = []
    for crosstalk in (0.0, 0.5):
        signals = hand.emg(
            np.tile([1.0, 0.05, 0.05, 0.05], (50, 200, 1)), np.random.default_rng(1), crosstalk=crosstalk
        )
        level = hand.log_amplitude(signals).mean(axis=0)
        apart.append(level[0] - level[1])
    assert apart[1] < 0.6 * apart[0]


def test_velocity_is_the_derivative_of_position():
    moved = hand.thumb_session(20, np.random.default_rng(2))
    position, velocity = moved.states.T
    assert moved.features.shape == (400, 4)
    assert np.abs(position).max() <= 1
    assert (position[2:] - position[:-2]) / 0.1 == pytest.approx(velocity[1:-1], abs=0.02)


def test_drift_grows_with_the_root_of_time():
    draws = {
        days: np.log([hand.drifted_gains(days, np.random.default_rng(seed)) for seed in range(3000)])
        for days in (30, 120)
    }
    assert draws[30].std() == pytest.approx(hand.DRIFT * np.sqrt(30), rel=0.05)
    assert draws[120].std() == pytest.approx(2 * draws[30].std(), rel=1e-9)
    assert (hand.drifted_gains(0, np.random.default_rng(0)) == 1).all()


def test_recentring_undoes_gains_exactly_and_moves_a_changed_mixture():
    calibration, test = hand.sessions(4)
    shifted = test.features + np.log([2.0, 0.5, 3.0, 1.0])
    assert hand.recentred(shifted, calibration.features) == pytest.approx(
        hand.recentred(test.features, calibration.features)
    )
    resting = test.features[test.postures == 4]
    asked = hand.Trials(hand.recentred(resting, calibration.features), test.postures[test.postures == 4])
    assert hand.accuracy(calibration, asked) < 0.5  # who only rests is decoded as somebody else
    assert hand.accuracy(calibration, hand.Trials(resting, asked.postures)) > 0.9


@pytest.mark.parametrize("seed", hand.FRESH_SEEDS[:2])
def test_stored_runs_are_what_the_code_computes(seed):
    place = hand.FRESH_SEEDS.index(seed)
    for key, values in hand.postures_run(seed).items():
        assert stored("hand", "postures", key)[place] == pytest.approx(values, rel=1e-4)
    for run, found in hand.thumb_run(seed).items():
        for key, value in found.items():
            assert stored("hand", "thumb", run, key)[place] == pytest.approx(value, rel=1e-4), (run, key)


def test_a_stored_sweep_is_what_the_code_computes():
    training, test = hand.thumb_sessions(hand.DEVELOPMENT_SEEDS[1])
    found = hand.kalman_scores(fit_decoder(training.states, training.features).scaled(1, 0.1), test)
    for key, value in found.items():
        assert stored("hand", "development", "0.1", key)[1] == pytest.approx(value, rel=1e-4)


def test_what_the_page_says_of_windows_and_electrodes():
    delay, held = (stored("hand", "postures", key).mean(axis=0) for key in ("delay", "windows"))
    best = int(delay.argmin())
    assert 0 < best < len(hand.WINDOWS) - 1  # too short flickers, too long waits
    assert held[-1] - held[hand.WINDOWS.index(50)] < 0.02
    dead, left = (stored("hand", "postures", key).mean(axis=0) for key in ("dead", "left out"))
    assert (left - dead > 0.2).all()
    assert left.argmax() == 0
    assert left[0] > stored("hand", "postures", "days")[:, 0].mean() - 0.01


def test_a_switch_is_decided_late_and_by_way_of_other_postures():
    one = hand.switches(100, 100)[0]
    assert one.decisions.shape == one.signal.shape == (400,)
    assert (one.decisions[:100] == -1).all()
    assert (one.decisions[200 + one.delay : 250 + one.delay] == 0).all()
    assert 0 <= one.others <= one.delay
    never = hand.Switch(np.zeros(400), np.full(400, 4))
    assert (never.delay, never.others) == (400, 0)


def test_lateness_and_jerk_of_known_curves():
    curve = np.sin(np.arange(300) / 9)
    assert hand.lateness(curve, np.concatenate([np.zeros(7), curve[:-7]])) == 7
    assert hand.jerk(np.arange(10.0) ** 3) == pytest.approx(6)
    assert hand.jerk(np.arange(10.0) ** 2) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: hand.mixing(1.5), "crosstalk="), (lambda: hand.mixing(0.1, 1), "muscles="), (lambda: hand.emg([[-1.0, 0, 0, 0]], np.random.default_rng(0)), "activation"),
    (lambda: hand.emg([[1.0, 0, 0, 0]], np.random.default_rng(0), gains=[1.0]), "gains"), (lambda: hand.log_amplitude(np.zeros((5, 4))), "signals"),
    (lambda: hand.log_amplitude([[np.nan]]), "signals"), (lambda: hand.postures_session(0, np.random.default_rng(0)), "trials="),
    (lambda: hand.postures_session(2, np.random.default_rng(0), 2), "window="), (lambda: hand.drifted_gains(-1, np.random.default_rng(0)), "days="),
    (lambda: hand.thumb_session(1, np.random.default_rng(0)), "seconds="), (lambda: hand.thumb_session(3, np.random.default_rng(0), rates=[0.0]), "rates"),
    (lambda: hand.sessions(0, dead=4), "dead="), (lambda: hand.sessions(-1), "seed="), (lambda: hand.without(4), "channel="), (lambda: hand.jerk([]), "positions"),
    (lambda: hand.lateness([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], 5), "most="), (lambda: hand.recentred([[1.0]], [[1.0, 2.0]]), "reference"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
