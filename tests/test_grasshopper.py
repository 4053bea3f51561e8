"""The grasshopper's ear: the recording, the wait, two decoders that tie."""

import numpy as np
import pytest
from miniatures import grasshopper as ear
from miniatures.hand_results import stored
from sklearn.linear_model import Ridge

HEARD = ear.recording()


def test_the_recording():
    assert HEARD.spikes.sum() == len(HEARD.times) == 929
    assert HEARD.envelope.mean() == pytest.approx(0, abs=1e-9)
    assert HEARD.envelope.std() == pytest.approx(1)
    assert np.diff(HEARD.times).min() == pytest.approx(3.2)
    assert [np.corrcoef(HEARD.envelope[k:], HEARD.envelope[:-k])[0, 1].round(2) for k in (1, 2, 3)] == [
        0.72,
        0.21,
        -0.11,
    ]


def test_a_spike_means_a_loud_sound_six_milliseconds_ago():
    average = ear.spike_triggered_average(HEARD.envelope, HEARD.spikes)
    assert average.argmax() - 25 == -6
    assert average.max() == pytest.approx(0.91, abs=0.01)
    assert average.argmin() - 25 == -9
    assert average.min() == pytest.approx(-0.46, abs=0.01)
    # each half of the recording says so by itself
    for half in (slice(0, 5000), slice(5000, 10000)):
        assert ear.spike_triggered_average(HEARD.envelope[half], HEARD.spikes[half]).argmax() - 25 in (-6, -5)


def test_the_average_of_a_known_stimulus():
    sound = np.zeros(100)
    sound[[20, 50]] = 1
    spikes = np.zeros(100)
    spikes[[24, 54]] = 1
    average = ear.spike_triggered_average(sound, spikes, 10, 5)
    assert average.tolist() == [1.0 if place == -4 else 0.0 for place in range(-10, 6)]
    with pytest.raises(ValueError, match="spikes hold none"):
        ear.spike_triggered_average(sound, np.zeros(100))


def test_halves_do_not_touch():
    for training, test in ear.halves(10_000):
        a, b = (set(range(*part.indices(10_000))) for part in (training, test))
        assert min(abs(x - y) for x in (min(a), max(a)) for y in (min(b), max(b))) > ear.GAP
        assert len(a) + len(b) == 10_000 - ear.GAP


@pytest.mark.parametrize("lag", [0, 6])
def test_ridge_is_scikit_learns_half_by_half(lag):
    rows = np.column_stack(
        [
            np.concatenate([np.zeros(max(k, 0)), HEARD.spikes, np.zeros(max(-k, 0))])[max(-k, 0) : max(-k, 0) + 10_000]
            for k in range(-lag, ear.PAST + 1)
        ]
    )
    guess = ear.wait(lag)
    for training, test in ear.halves(10_000):
        theirs = Ridge(alpha=ear.PENALTY).fit(rows[training], HEARD.envelope[training]).predict(rows[test])
        assert guess[test] == pytest.approx(theirs, abs=1e-9)


def test_nothing_before_six_milliseconds_and_a_quarter_after():
    curve = {lag: ear.scores(ear.wait(lag))[0] for lag in (0, 4, 5, 6, 10, 20)}
    assert max(curve[0], curve[4]) < 0.02
    assert curve[5] < 0.1 < 0.17 < curve[6]
    assert 0.24 < curve[20] < 0.27
    for lag, value in curve.items():
        assert stored("ear", "ridge")[lag, 0] == pytest.approx(value, abs=1e-5)


def test_kalman_and_ridge_tie_and_its_bars_are_honest():
    guess, variance = ear.kalman_lags(20)
    found = ear.scores(guess[20])
    assert found[0] == pytest.approx(ear.scores(ear.wait(20))[0], abs=0.01)
    assert abs(ear.scores(guess[0])[0]) < 0.01
    assert found == pytest.approx(stored("ear", "kalman")[20], abs=0.002)
    tested = np.concatenate([np.arange(10_000)[test] for _, test in ear.halves(10_000)])
    assert ((HEARD.envelope - guess[20]) ** 2 / variance[20])[tested].mean() == pytest.approx(1, abs=0.1)


def test_a_rate_carries_nothing_and_shuffling_hardly_leaks():
    assert max(ear.scores(ear.rate(width))[0] for width in (5, 10, 20, 40)) < 0.005
    shuffled = ear.scores(ear.wait(20, shuffle=np.random.default_rng(0).permutation(10_000)))[0]
    assert stored("ear", "shuffled")[0] == pytest.approx(shuffled, abs=1e-5)
    assert shuffled == pytest.approx(stored("ear", "ridge")[20, 0], abs=0.01)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: ear.wait(-1), "lag="), (lambda: ear.wait(2.0), "lag="), (lambda: ear.rate(0), "width="), (lambda: ear.halves(10), "count="), (lambda: ear.scores([1.0]), "guess"),
    (lambda: ear.explained([1.0, 1.0], [1.0, 2.0]), "truth"), (lambda: ear.kalman_lags(3), "longest="), (lambda: ear.spike_triggered_average([1.0], [1.0], -1), "before="),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
