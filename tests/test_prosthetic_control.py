"""Naive Bayes and the Kalman filter against scikit-learn, the joint normal distribution and scipy; bad input; the claims."""

import numpy as np
import pytest
import scipy.linalg
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import prosthetic_control as pc
from miniatures import simulated_hand as hand
from miniatures.hand_results import stored
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB

# naive Bayes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_naive_bayes_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    y = rng.permutation(np.repeat([3, 5, 9], [4, 30, 17]))
    X = rng.normal(size=(51, 6)) * rng.uniform(0.01, 50, 6) + y[:, None]
    X[:, 5] = y  # a feature without variance within a class
    new = np.vstack([X, 40 * rng.normal(size=(20, 6))])
    ours, theirs = pc.GaussianNaiveBayes().fit(X, y), GaussianNB().fit(X, y)
    assert ours.log_joint(new) == pytest.approx(theirs.predict_joint_log_proba(new), rel=1e-6)
    assert ours.predict(new).tolist() == theirs.predict(new).tolist()
    assert ours.predict_proba(new) == pytest.approx(theirs.predict_proba(new), abs=1e-9)
    assert ours.predict_proba(new).sum(axis=1) == pytest.approx(np.ones(71))


def test_naive_bayes_by_hand():
    model = pc.GaussianNaiveBayes().fit([[0.0], [2.0], [10.0], [14.0]], ["rest", "rest", "fist", "fist"])
    assert model.classes.tolist() == ["fist", "rest"]
    assert model.means.ravel().tolist() == [12, 1]
    assert model.variances.ravel() == pytest.approx([4, 1], abs=1e-6)
    odds = np.exp(-36 / 8 - np.log(2) + 25 / 2)
    assert model.predict_proba([[6.0]])[0] == pytest.approx([odds / (1 + odds), 1 / (1 + odds)], rel=1e-6)


@given(arrays(float, (12, 3), elements=st.floats(-1e3, 1e3)), st.permutations(range(12)))
def test_naive_bayes_ignores_order_and_units(X, order):
    y = np.repeat([0, 1, 2], 4)
    assume(X.var(axis=0).max() > 1e-6)
    model = pc.GaussianNaiveBayes().fit(X, y)
    shuffled = pc.GaussianNaiveBayes().fit(X[order], y[order])
    assert shuffled.predict_proba(X) == pytest.approx(model.predict_proba(X), abs=1e-6)
    scaled = pc.GaussianNaiveBayes().fit(1000 * X, y)
    assert scaled.predict_proba(1000 * X) == pytest.approx(model.predict_proba(X), abs=1e-6)


def test_a_far_point_gets_a_probability_and_not_nan():
    model = pc.GaussianNaiveBayes().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    assert model.predict_proba([[1e12], [-1e12]]).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(("X", "y", "named"), [
    ([[np.nan], [1.0]], [0, 1], "X"), ([[np.inf], [1.0]], [0, 1], "X"), ([], [], "X"), ([1.0, 2.0], [0, 1], "X"), ([[1.0], [1.0, 2.0]], [0, 1], "X"),
    ([["a"], ["b"]], [0, 1], "X"), ([[True], [False]], [0, 1], "X"), ([[1e13], [0.0]], [0, 1], "X"), ([[2.0], [2.0]], [0, 1], "X"),
    ([[1.0], [2.0]], [0], "y"), ([[1.0], [2.0]], [0.5, 1.5], "y"), ([[1.0], [2.0]], [[0], [1]], "y"), ([[1.0], [2.0]], None, "y"), ([[1.0], [2.0]], [True, False], "y"),
])  # fmt: skip
def test_naive_bayes_names_what_it_refuses(X, y, named):
    with pytest.raises(ValueError, match=f"^{named} "):
        pc.GaussianNaiveBayes().fit(X, y)


def test_naive_bayes_refuses_to_guess():
    with pytest.raises(ValueError, match="call fit"):
        pc.GaussianNaiveBayes().predict([[1.0]])
    model = pc.GaussianNaiveBayes().fit([[0.0, 1.0], [1.0, 3.0]], [0, 1])
    for bad in ([[1.0]], [[np.nan, 1.0]], [1.0, 2.0], [[1.0, 1e13]]):
        with pytest.raises(ValueError, match="X "):
            model.predict(bad)
    for bad in (0, -1, np.nan, "a", None, 2):
        with pytest.raises(ValueError, match="smoothing="):
            pc.GaussianNaiveBayes(bad)


# the Kalman filter ---------------------------------------------------------------------------


def a_system(seed, n=3, m=2, singular=False):
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(n, n))
    A *= 0.95 / np.abs(np.linalg.eigvals(A)).max()
    W, Q, P = (
        root @ root.T
        for root in (rng.normal(size=(n, 1 if singular else n)), rng.normal(size=(m, m)), rng.normal(size=(n, n)))
    )
    return pc.KalmanFilter(A, W, rng.normal(size=(m, n)), Q + 0.1 * np.eye(m), rng.normal(size=n), P)


def brute_force(k, steps):
    """Mean and covariance of all states x1 … xT and all observations, built step by step."""
    n, m = len(k.mean), len(k.observation)
    total = n * (steps + 1) + n * steps  # x0, w1 … wT
    root = np.zeros((total, total))
    root[:n, :n] = k.covariance
    for t in range(steps):
        at = n * (1 + t)
        root[at : at + n, at : at + n] = k.process_noise
    root = root[: n * (steps + 1), : n * (steps + 1)]
    states, noise = [], np.eye(n * (steps + 1))
    current = noise[:n]
    mean, means = k.mean, []
    for t in range(steps):
        current = k.transition @ current + noise[n * (1 + t) : n * (2 + t)]
        mean = k.transition @ mean
        states.append(current)
        means.append(mean)
    X = np.vstack(states)
    state_mean, state_cov = np.concatenate(means), X @ root @ X.T
    C = np.kron(np.eye(steps), k.observation)
    cov = C @ state_cov @ C.T + np.kron(np.eye(steps), k.observation_noise)
    return state_mean, state_cov, C, cov, m


@pytest.mark.parametrize("singular", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_filter_smoother_and_likelihood_are_those_of_the_joint_normal(seed, singular):
    steps, k = 6, a_system(seed, singular=singular)
    y = 3 * np.random.default_rng(seed + 100).normal(size=(steps, 2))
    mean, states, C, cov, m = brute_force(k, steps)
    filtered, filtered_cov = k.filter(y)
    n = len(k.mean)
    for t in range(steps):
        seen, me = slice(0, m * (t + 1)), slice(n * t, n * (t + 1))
        gain = (states @ C.T)[me, seen] @ np.linalg.inv(cov[seen, seen])
        assert filtered[t] == pytest.approx(mean[me] + gain @ (y.ravel()[seen] - (C @ mean)[seen]), abs=1e-9)
        assert filtered_cov[t] == pytest.approx(states[me, me] - gain @ (C @ states)[seen, me], abs=1e-9)
    gain = states @ C.T @ np.linalg.inv(cov)
    smoothed, smoothed_cov = k.smooth(y)
    after = states - gain @ C @ states
    assert smoothed.ravel() == pytest.approx(mean + gain @ (y.ravel() - C @ mean), abs=1e-9)
    for t in range(steps):
        assert smoothed_cov[t] == pytest.approx(after[n * t : n * (t + 1), n * t : n * (t + 1)], abs=1e-9)
    assert k.log_likelihood(y) == pytest.approx(
        scipy.stats.multivariate_normal(C @ mean, cov).logpdf(y.ravel()), rel=1e-9
    )


@pytest.mark.parametrize("seed", range(5))
def test_long_runs_and_repeated_gains_are_the_rauch_tung_striebel_smoother(seed):
    k = a_system(seed)
    y = np.random.default_rng(seed).normal(size=(400, 2))
    mean, P, rows = k.mean, k.covariance, []
    for one in y:
        before, predicted = k.transition @ mean, k.transition @ P @ k.transition.T + k.process_noise
        S = k.observation @ predicted @ k.observation.T + k.observation_noise
        gain = predicted @ k.observation.T @ np.linalg.inv(S)
        mean, P = before + gain @ (one - k.observation @ before), predicted - gain @ S @ gain.T
        rows.append((before, predicted, mean, P))
    means, covariances = k.filter(y)
    assert means == pytest.approx(np.array([row[2] for row in rows]), abs=1e-9)
    assert covariances == pytest.approx(np.array([row[3] for row in rows]), abs=1e-9)
    smoothed, smoothed_cov = k.smooth(y)
    mean, P = rows[-1][2:]
    for t in reversed(range(399)):
        back = rows[t][3] @ k.transition.T @ np.linalg.inv(rows[t + 1][1])
        mean, P = rows[t][2] + back @ (mean - rows[t + 1][0]), rows[t][3] + back @ (P - rows[t + 1][1]) @ back.T
        assert smoothed[t] == pytest.approx(mean, abs=1e-7)
        assert smoothed_cov[t] == pytest.approx(P, abs=1e-7)


@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("seed", range(6))
def test_the_steady_state_is_scipys_and_the_end_of_the_recursion(seed, n):
    k = a_system(seed, n, 2, singular=n > 1 and seed % 2)
    steady = k.steady_state_covariance()
    expected = scipy.linalg.solve_discrete_are(k.transition.T, k.observation.T, k.process_noise, k.observation_noise)
    assert steady == pytest.approx(expected, rel=1e-7, abs=1e-9)
    assert k._steps(2000).predicted[-1] == pytest.approx(steady, rel=1e-6, abs=1e-9)


def test_the_random_walk_tends_to_the_golden_ratio():
    walk = pc.KalmanFilter([[1.0]], [[1.0]], [[1.0]], [[1.0]], [0.0], [[0.0]])
    assert walk.steady_state_covariance()[0, 0] == pytest.approx((1 + np.sqrt(5)) / 2, rel=1e-12)
    assert walk._steps(60).gains[-1, 0, 0] == pytest.approx(0.6180, abs=5e-5)
    assert walk._steps(1).gains[0, 0, 0] == 0.5  # a prediction comes before the first observation


def test_an_unstable_but_observed_state_has_a_steady_state():
    grows = pc.KalmanFilter([[1.5]], [[1.0]], [[1.0]], [[1.0]], [0.0], [[1.0]])
    expected = scipy.linalg.solve_discrete_are([[1.5]], [[1.0]], [[1.0]], [[1.0]])
    assert grows.steady_state_covariance() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("a", "w", "c"), [(1.0, 1.0, 0.0), (1.5, 1.0, 0.0), (1.0, 0.0, 1.0), (2.0, 0.0, 1.0)])
def test_where_no_steady_state_bounds_the_errors_it_says_so(a, w, c):
    with pytest.raises(ValueError, match="no steady state"):
        pc.KalmanFilter([[a]], [[w]], [[c]], [[1.0]], [0.0], [[1.0]]).steady_state_covariance()


def test_an_unseen_growing_state_is_refused_and_not_nan():
    k = pc.KalmanFilter([[1e6]], [[1.0]], [[0.0]], [[1.0]], [0.0], [[1.0]])
    assert np.isfinite(k.filter(np.zeros((5, 1)))[1]).all()
    with pytest.raises(ValueError, match="transition lets the state grow"):
        k.filter(np.zeros((100, 1)))


@pytest.mark.parametrize("seed", range(5))
def test_nees_is_honest_where_the_data_come_from_the_model(seed):
    rng, k = np.random.default_rng(seed), a_system(seed, 2, 2)
    x, states, observations = rng.multivariate_normal(k.mean, k.covariance), [], []
    roots = [np.linalg.cholesky(noise + 1e-12 * np.eye(2)) for noise in (k.process_noise, k.observation_noise)]
    for _ in range(4000):
        x = k.transition @ x + roots[0] @ rng.normal(size=2)
        states.append(x)
        observations.append(k.observation @ x + roots[1] @ rng.normal(size=2))
    found = pc.nees(states, *k.filter(observations))
    # a mean of 4000 chi-squared(2), correlated over a few steps: within 0.2 of 2
    assert found == pytest.approx(2, abs=0.2)
    assert pc.nees(states, *k.smooth(observations)) == pytest.approx(2, abs=0.2)


@given(st.floats(1e-3, 1e3))
def test_only_the_ratio_of_q_and_w_matters_for_the_track(factor):
    k, y = a_system(3), np.random.default_rng(0).normal(size=(20, 2))
    scaled = pc.KalmanFilter(
        k.transition,
        factor * k.process_noise,
        k.observation,
        factor * k.observation_noise,
        k.mean,
        factor * k.covariance,
    )
    (means, covariances), (again, larger) = k.filter(y), scaled.filter(y)
    assert again == pytest.approx(means, rel=1e-6, abs=1e-9)
    assert larger == pytest.approx(factor * covariances, rel=1e-6, abs=1e-12)


def test_the_error_bars_never_see_an_observation():
    k, rng = a_system(1), np.random.default_rng(0)
    first, second = (k.filter(scale * rng.normal(size=(30, 2)))[1] for scale in (1, 1e6))
    assert (first == second).all()


GOOD = {
    "transition": np.eye(2),
    "process_noise": np.eye(2),
    "observation": np.ones((1, 2)),
    "observation_noise": [[1.0]],
    "mean": [0.0, 0.0],
    "covariance": np.eye(2),
}


@pytest.mark.parametrize(("name", "bad"), [
    ("transition", np.ones((2, 3))), ("transition", [[np.nan]]), ("transition", []), ("transition", "a"), ("process_noise", [[1.0, 2.0], [0.0, 1.0]]),
    ("process_noise", [[1.0, 2.0], [2.0, 1.0]]), ("process_noise", -np.eye(2)), ("process_noise", np.eye(3)), ("process_noise", [[np.inf, 0], [0, 1]]),
    ("observation", np.ones((1, 3))), ("observation", [1.0, 1.0]), ("observation_noise", [[0.0]]), ("observation_noise", [[-1.0]]), ("observation_noise", np.eye(2)),
    ("mean", [0.0]), ("mean", [[0.0, 0.0]]), ("mean", [None, 0.0]), ("covariance", [[1.0, 0.0], [0.0, -1.0]]), ("covariance", [[1e13, 0], [0, 1]]),
])  # fmt: skip
def test_the_filter_names_what_it_refuses(name, bad):
    with pytest.raises(ValueError, match=f"^{name} "):
        pc.KalmanFilter(**GOOD | {name: bad})


@pytest.mark.parametrize("bad", [[], [[1.0, 2.0]], [1.0], [[np.nan]], [["a"]], None])
def test_bad_observations_are_named(bad):
    for call in (
        pc.KalmanFilter(**GOOD).filter,
        pc.KalmanFilter(**GOOD).smooth,
        pc.KalmanFilter(**GOOD).log_likelihood,
    ):
        with pytest.raises(ValueError, match=r"^observations "):
            call(bad)


@settings(max_examples=60)
@given(
    arrays(float, (2, 2), elements=st.floats(-1e12, 1e12)), arrays(float, (2, 2), elements=st.floats(-1e12, 1e12)),
    arrays(float, (1, 2), elements=st.floats(-1e12, 1e12)), st.floats(1e-12, 1e12), arrays(float, (4, 1), elements=st.floats(-1e12, 1e12)),
)  # fmt: skip
def test_any_system_gives_finite_answers_or_a_named_error(A, root, C, q, y):
    try:
        k = pc.KalmanFilter(A, root @ root.T / 1e13, C, [[q]], [0.0, 0.0], np.eye(2))
        answers = (*k.filter(y), *k.smooth(y), k.log_likelihood(y))
    except ValueError as reason:
        message, answers = str(reason), ()
    assert all(np.isfinite(one).all() for one in answers)
    assert answers or message.startswith(("process_noise", "transition", "observation"))


# decoders ------------------------------------------------------------------------------------


def test_fit_decoder_finds_the_matrices_of_its_data():
    k, rng = a_system(2, 2, 3), np.random.default_rng(0)
    x, states, observations = np.zeros(2), [], []
    roots = [np.linalg.cholesky(noise + 1e-12 * np.eye(len(noise))) for noise in (k.process_noise, k.observation_noise)]
    for _ in range(20000):
        x = k.transition @ x + roots[0] @ rng.normal(size=2)
        states.append(x + np.array([5, -1]))
        observations.append(k.observation @ x + roots[1] @ rng.normal(size=3) + 7)
    decoder = pc.fit_decoder(states, observations)
    for name, tolerance in (
        ("transition", 0.03),
        ("process_noise", 0.1),
        ("observation", 0.05),
        ("observation_noise", 0.15),
    ):
        assert getattr(decoder.kalman, name) == pytest.approx(getattr(k, name), abs=tolerance)
    assert decoder.state_mean == pytest.approx([5, -1], abs=0.5)
    with pytest.raises(ValueError, match="too few"):
        pc.fit_decoder(states[:8], observations[:8])
    with pytest.raises(ValueError, match="leave over of observations has the eigenvalue 0"):
        pc.fit_decoder(states, np.zeros((len(states), 3)))


def test_leaving_a_channel_out_is_giving_it_no_voice():
    training, test = hand.thumb_sessions(3)
    decoder = pc.fit_decoder(training.states, training.features)
    shorter, _ = decoder.without(2).decode(np.delete(test.features, 2, axis=1))
    k = decoder.kalman
    deaf = pc.KalmanFilter(
        k.transition,
        k.process_noise,
        k.observation,
        k.observation_noise + np.diag([0, 0, 1e9, 0]),
        k.mean,
        k.covariance,
    )
    silent, _ = pc.Decoder(deaf, decoder.state_mean, decoder.observation_mean).decode(test.features)
    assert shorter == pytest.approx(silent, abs=1e-4)
    for bad in (-1, 4, 1.0, None):
        with pytest.raises(ValueError, match="channel="):
            decoder.without(bad)
    for bad in (0, -1, np.nan, 1e7, "a"):
        with pytest.raises(ValueError, match="observation_noise="):
            decoder.scaled(bad)
        with pytest.raises(ValueError, match="process_noise="):
            decoder.scaled(1.0, bad)


@given(st.integers(1, 12), st.integers(1, 8), st.integers(0, 5))
def test_history_never_wraps_round(length, bins, later):
    y = np.arange(1.0, length + 1)
    rows = pc.with_history(y[:, None], bins, later)
    assert rows.shape == (length, bins + later)
    for t in range(length):
        wanted = [t + later - k for k in range(bins + later)]
        assert rows[t].tolist() == [y[at] if 0 <= at < length else 0 for at in wanted]


@pytest.mark.parametrize("penalty", [0.0, 0.3, 50.0])
def test_the_linear_decoder_is_scikit_learns_ridge(penalty):
    rng = np.random.default_rng(4)
    x, y = rng.normal(size=(60, 7)) + 3, rng.normal(size=(60, 2)) - 1
    weights = pc.linear_decoder(x, y, penalty)
    assert pc.decode_linearly(weights, x) == pytest.approx(Ridge(alpha=penalty).fit(x, y).predict(x), abs=1e-9)
    for bad in (-1, np.nan, "a"):
        with pytest.raises(ValueError, match="penalty="):
            pc.linear_decoder(x, y, bad)
    with pytest.raises(ValueError, match="features"):
        pc.decode_linearly(weights, x[:, :3])


def test_nees_and_rmse_by_hand_and_refused():
    assert pc.nees([[1.0, 2.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 3.0]], [np.eye(2), 9 * np.eye(2)]) == pytest.approx(
        (5 + 1) / 2
    )
    assert pc.rmse([0.0, 3.0], [4.0, 3.0]) == pytest.approx(np.sqrt(8))
    for covariances in ([np.zeros((2, 2))], [-np.eye(2)], [[[1.0, 2.0], [2.0, 1.0]]]):
        with pytest.raises(ValueError, match="covariances"):
            pc.nees([[1.0, 2.0]], [[0.0, 0.0]], covariances)
    with pytest.raises(ValueError, match="guess"):
        pc.rmse([1.0, 2.0], [1.0])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40))
def test_confusion_counts_pairs(pairs):
    asked, decided = zip(*pairs, strict=True)
    table = pc.confusion(asked, decided, 4)
    assert table.sum() == len(pairs)
    assert all(table[a, b] == pairs.count((a, b)) for a in range(4) for b in range(4))
    with pytest.raises(ValueError, match="decided"):
        pc.confusion(asked, [4] * len(asked), 4)


# what the page says --------------------------------------------------------------------------


def test_claim_1_five_postures_are_told_apart():
    assert stored("hand", "postures", "days")[:, 0].min() > 0.9
    assert (
        0.8 < stored("hand", "postures", "days")[:, -1].mean() < stored("hand", "postures", "days")[:, 0].mean() - 0.04
    )


def test_claim_2_better_than_no_memory_but_not_than_a_long_one():
    for run in ("same", "other"):
        found = {key: np.array(values) for key, values in stored("hand", "thumb", run).items()}
        assert (found["kalman"] < 0.3 * found["linear 1"]).all()
        assert (found["kalman"] < found["linear 6"]).all()
        assert (found["linear 12"] < found["kalman"]).all()
        assert (found["stretched"] < found["linear 12"]).all()
        assert found["kalman jerk"].mean() < 0.8 * found["linear 12 jerk"].mean()
        assert (found["smoothed"] < found["kalman"]).all()
        assert found["echo"].min() > 0.98
    assert stored("hand", "thumb", "same", "kalman nees").min() > 3.5
    assert stored("hand", "thumb", "other", "kalman nees").min() > 10
    assert stored("hand", "thumb", "same", "stretched nees").max() < 2.2


def test_claim_3_days_without_calibration_cost_and_recentring_repays():
    late = stored("hand", "postures", "recentred")[:, -1] - stored("hand", "postures", "days")[:, -1]
    assert late.mean() > 0.05
    assert (late >= 0).all()


def test_claim_5_nearly_two_million():
    from miniatures.hand_results import between

    low, high = between(1.6, 3.6, 2005, 2050, 2018)
    assert 1.9 < low < high < 2.3


def test_the_scale_of_w_is_among_the_best_on_the_development_seeds():
    sweep = stored("hand", "development")
    mean = {float(scale): np.mean(found["rmse"]) for scale, found in sweep.items()}
    assert mean[hand.STRETCH] <= 1.005 * min(mean.values())
