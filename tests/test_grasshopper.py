"""The grasshopper's ear: the recording, the wait, two decoders that tie."""

import re

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


def test_only_spikes_with_all_of_their_surroundings_count_each_as_often_as_it_is():
    """Around 2 and around 7 of the squares, which are counted three times and once; 1 and 8 lie too near to an end."""
    spikes = np.zeros(10)
    spikes[[1, 2, 7, 8]] = 5, 3, 1, 5
    squares = np.arange(10.0) ** 2
    assert ear.spike_triggered_average(squares, spikes, 2, 2) == pytest.approx(
        [(3 * (2 + k) ** 2 + (7 + k) ** 2) / 4 for k in range(-2, 3)]
    )
    assert ear.spike_triggered_average(squares, spikes, 0, 0) == pytest.approx([(5 + 12 + 49 + 320) / 14])
    assert len(ear.spike_triggered_average(HEARD.envelope, HEARD.spikes)) == 25 + 1 + 10


def test_halves_by_hand():
    assert ear.halves(1001) == [(slice(0, 400), slice(600, 1001)), (slice(600, 1001), slice(0, 400))]
    assert ear.halves(800)[0] == (slice(0, 300), slice(500, 800))


def test_explained_by_hand():
    assert ear.explained([0.0, 1.0, 2.0], [0.0, 1.0, 1.0]) == pytest.approx(0.5)
    assert ear.explained([0.0, 1.0, 5.0], [2.0, 2.0, 2.0]) == pytest.approx(0, abs=1e-12)
    assert ear.explained([0.0, 2e-30], [0.0, 0.0]) == pytest.approx(-1)  # tiny, but it varies
    with pytest.raises(ValueError, match=r"^truth is constant: it has no variance to explain$"):
        ear.explained([0.0, 1e-30], [0.0, 0.0])


def test_scores_count_the_tested_halves_alone():
    tested = np.ones(10_000, bool)
    tested[4900:5100] = False
    truth = HEARD.envelope
    assert ear.scores(np.where(tested, truth, 9)) == pytest.approx((1, 1))
    assert ear.scores(3 * truth) == pytest.approx((1 - 4 * (truth[tested] ** 2).mean() / truth[tested].var(), 1))
    assert ear.scores(-truth)[1] == pytest.approx(-1)
    level = np.full(10_000, 0.5)
    error = (truth[tested] - 0.5) ** 2
    assert ear.scores(level) == (pytest.approx(1 - error.mean() / truth[tested].var()), 0)
    level[7] += 1e-9  # as good as constant, but there is a correlation
    assert ear.scores(level)[1] == pytest.approx(np.corrcoef(truth[tested], level[tested])[0, 1])


def test_a_rate_is_a_straight_line_of_a_count():
    counts = np.cumsum(HEARD.spikes)
    counts[7:] -= counts[:-7].copy()
    guess = ear.rate(7)
    for training, test in ear.halves(10_000):
        line = np.polyfit(counts[training], HEARD.envelope[training], 1)
        assert guess[test] == pytest.approx(np.polyval(line, counts[test]), abs=1e-9)
    assert (guess[4900:5100] == 0).all()


def test_the_gap_is_left_at_the_mean_unless_it_was_shuffled_away():
    assert (ear.wait(6)[4900:5100] == 0).all()
    order = np.random.default_rng(1).permutation(10_000)
    assert np.flatnonzero(ear.wait(6, shuffle=order) == 0).tolist() == sorted(order[4900:5100])


def answering(sound, weights, own, constant, noise):
    """Numbers that follow `weights` of the last values of `sound` and `own` of their own last ones."""
    found = np.zeros(len(sound))
    for t in range(len(sound)):
        past = [sound[t - k] if t >= k else 0 for k in range(len(weights))]
        before = [found[t - k] if t >= k else 0 for k in range(1, len(own) + 1)]
        found[t] = np.dot(weights, past) + np.dot(own, before) + constant + noise[t]
    return found


def test_the_encoder_finds_how_a_known_ear_answers():
    rng = np.random.default_rng(4)
    sound = rng.normal(size=400)
    weights, own = [0.5, -1.0, 2.0], [0.3, -0.2]
    heard = answering(sound, weights, own, 0.7, np.zeros(400))
    found, history, left = ear.encoder(sound, heard, 3, 2)
    assert found == pytest.approx([*weights, *own, 0.7])
    assert history[2:] == pytest.approx(np.column_stack([heard[1:-1], heard[:-2]]))
    assert left == pytest.approx(0, abs=1e-20)
    noisy = answering(sound, weights, own, 0.7, rng.normal(0, 0.5, 400))
    assert ear.encoder(sound, noisy, 3, 2)[2] == pytest.approx(0.25, rel=0.25)
    assert ear.encoder(sound, noisy, 3)[1].shape == (400, 10)


def test_the_filter_of_a_known_sound():
    """s follows two of its last values; the ear answers what it hears now and two steps ago, and its own last value."""
    rng = np.random.default_rng(5)
    sound = answering(np.zeros(20_000), [], [0.5, -0.3], 0, rng.normal(0, 2, 20_000))
    spikes = answering(sound, [1.0, 0, -0.5], [0.4], 0.2, rng.normal(0, 0.5, 20_000))
    found = ear.kalman(sound, spikes, 3, 2)
    assert found.transition == pytest.approx(np.array([[0.5, -0.3, 0, 0], *np.eye(4)[:3]]), abs=0.03)
    assert found.transition[0, 2:].tolist() == [0, 0]
    assert found.transition[1:].tolist() == np.eye(4)[:3].tolist()
    assert found.process_noise[0, 0] == pytest.approx(4, rel=0.03)
    assert np.count_nonzero(found.process_noise) == 1
    assert found.observation == pytest.approx(np.array([[1, 0, -0.5, 0]]), abs=0.03)
    assert found.observation_noise[0, 0] == pytest.approx(0.25, rel=0.05)
    assert (found.mean.tolist(), found.covariance.tolist()) == ([0] * 4, np.eye(4).tolist())
    assert np.count_nonzero(ear.kalman(sound, spikes, 12).transition[0]) == 10


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
    assert guess.shape == variance.shape == (21, 10_000)
    # what would be known after a half has ended, and what lies between them, is left at the mean
    for lag in (0, 1, 20):
        blank = np.r_[4900 - lag : 5100, 10_000 - lag : 10_000]
        assert np.flatnonzero(guess[lag] == 0).tolist() == blank.tolist()
        assert (variance[lag, blank] == 1).all()
        assert variance[lag, 1000:4800].max() < 1
    assert (np.diff(variance[:, 2000]) < 1e-9).all()  # who waits knows more
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


SOME = np.random.default_rng(0).normal(size=300)


@pytest.mark.parametrize(("call", "message"), [
    (lambda: ear.wait(-1), "lag=-1 must be a whole number from 0 to 500"), (lambda: ear.wait(0, -1), "past=-1 must be a whole number from 0 to 500"),
    (lambda: ear.rate(0), "width=0 must be a whole number from 1 to 1000"), (lambda: ear.halves(799), "count=799 must be a whole number from 800 to 10000000"),
    (lambda: ear.encoder(SOME, SOME, 0), "lags=0 must be a whole number from 1 to 200"), (lambda: ear.encoder(SOME, SOME, 1, 0), "history=0 must be a whole number from 1 to 200"),
    (lambda: ear.kalman(SOME, SOME, 9), "longest=9 must be a whole number from 10 to 200"), (lambda: ear.kalman(SOME, SOME, 9, 0), "order=0 must be a whole number from 1 to 200"),
    (lambda: ear.kalman_lags(9), "longest=9 must be a whole number from 10 to 100"), (lambda: ear.spike_triggered_average(SOME, SOME**2, 0, -1), "after=-1 must be a whole number from 0 to 1000"),
    (lambda: ear.spike_triggered_average(SOME, -np.ones(300)), "spikes holds -1.0: every number must lie from 0 to 1e+06"),
    (lambda: ear.spike_triggered_average([SOME], SOME), "envelope of shape (1, 300) must be of shape (any), with no empty axis"),
    (lambda: ear.encoder(SOME, SOME[:9], 1), "spikes of shape (9,) must be of shape (300), with no empty axis"), (lambda: ear.encoder([SOME], SOME, 1), "envelope of shape (1, 300) must be of shape (any), with no empty axis"),
    (lambda: ear.kalman(SOME, np.ones(300), 10), "spikes holds 1 throughout: a filter needs spikes, and times without one"),
    (lambda: ear.kalman([SOME], SOME, 10), "envelope of shape (1, 300) must be of shape (any), with no empty axis"),
    (lambda: ear.explained([[1.0]], [1.0]), "truth of shape (1, 1) must be of shape (any), with no empty axis"), (lambda: ear.explained([1.0, 2.0], [1.0]), "guess of shape (1,) must be of shape (2), with no empty axis"),
    (lambda: ear.spike_triggered_average(SOME, np.zeros(300)), "spikes hold none that is far enough from both ends"),
])  # fmt: skip
def test_what_is_accepted_is_told(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
