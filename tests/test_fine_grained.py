"""Pooling, the test set's prior and the scores, against closed forms and other people's code."""

import inspect
import math

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import fine_grained as fg
from sklearn.metrics import f1_score, fbeta_score

SEEDS = st.integers(0, 10_000)


def cases(seed, rows=40, classes=4):
    rng = np.random.default_rng(seed)
    return rng.dirichlet(np.full(classes, 0.6), rows), rng.dirichlet(np.full(classes, 5.0))


# ---- pooling


@given(SEEDS, st.integers(1, 9), st.integers(1, 30))
def test_outer_mean_is_the_mean_of_the_outer_products(seed, d, n):
    features = np.random.default_rng(seed).normal(size=(n, d))
    by_hand = sum(np.outer(row, row) for row in features) / n
    assert fg.outer_mean(features) == pytest.approx(by_hand)
    assert fg.outer_mean(features) == pytest.approx(features.T @ features / n)


@given(SEEDS)
def test_bilinear_vector_by_hand(seed):
    features = np.random.default_rng(seed).normal(size=(12, 3))
    b = features.T @ features / 12
    upper = [b[0, 0], b[0, 1], b[0, 2], b[1, 1], b[1, 2], b[2, 2]]
    rooted = np.array([math.copysign(math.sqrt(abs(v)), v) for v in upper])
    found = fg.bilinear_pool(features)
    assert found == pytest.approx(rooted / math.sqrt(sum(rooted**2)))
    assert np.linalg.norm(found) == pytest.approx(1)


@given(SEEDS, st.floats(1e-6, 1e6))
def test_pooling_knows_neither_places_nor_scale(seed, scale):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(20, 5))
    moved = rng.permutation(features)
    assert fg.bilinear_pool(moved) == pytest.approx(fg.bilinear_pool(features))
    assert fg.average_pool(moved) == pytest.approx(fg.average_pool(features))
    assert fg.bilinear_pool(scale * features) == pytest.approx(fg.bilinear_pool(features))


def test_a_constant_feature_keeps_the_average_in_the_products():
    features = np.random.default_rng(1).random((50, 4))
    features[:, 0] = 1
    assert fg.outer_mean(features)[0] == pytest.approx(fg.average_pool(features))


def test_seven_features_make_28_numbers_and_huge_ones_stay_finite():
    assert len(fg.bilinear_pool(np.eye(7))) == 28
    for size in (1e-90, 1e29):
        assert fg.bilinear_pool(np.full((3, 7), size)) == pytest.approx(np.full(28, 28**-0.5))


@pytest.mark.parametrize(
    "features", [[], [[]], [1, 2], [[1, np.nan]], [[np.inf]], [["a"]], [[1], [2, 3]], [[True]], [[1e31]], None]
)
@pytest.mark.parametrize("pool", [fg.average_pool, fg.bilinear_pool, fg.outer_mean])
def test_pooling_refuses(pool, features):
    with pytest.raises(ValueError, match="features"):
        pool(features)


def test_nothing_has_no_direction():
    with pytest.raises(ValueError, match="features are 0 in all 3 rows"):
        fg.bilinear_pool(np.zeros((3, 2)))


# ---- the prior


def test_em_takes_no_labels():
    assert list(inspect.signature(fg.estimate_test_prior).parameters) == ["posteriors", "train_prior", "iterations"]


@settings(max_examples=8, deadline=None)
@given(SEEDS)
def test_em_finds_what_an_optimiser_finds(seed):
    posteriors, train = cases(seed, rows=80, classes=3)
    found = fg.estimate_test_prior(posteriors, train, 3000)
    direct = scipy.optimize.minimize(
        lambda z: -fg.log_likelihood(posteriors, train, np.exp(z) / np.exp(z).sum()), np.zeros(3), method="BFGS", options={"gtol": 1e-9}
    )  # fmt: skip
    optimum = np.exp(direct.x) / np.exp(direct.x).sum()
    assert found == pytest.approx(optimum, abs=2e-4)
    assert fg.log_likelihood(posteriors, train, found) >= -direct.fun - 1e-9


@given(SEEDS, st.integers(0, 20))
def test_each_step_climbs_and_stays_a_prior(seed, iterations):
    posteriors, train = cases(seed)
    here, there = (fg.estimate_test_prior(posteriors, train, n) for n in (iterations, iterations + 1))
    assert there.sum() == pytest.approx(1)
    assert there.min() >= 0
    assert fg.log_likelihood(posteriors, train, there) >= fg.log_likelihood(posteriors, train, here) - 1e-12


@given(SEEDS)
def test_the_likelihood_is_concave(seed):
    posteriors, train = cases(seed)
    one, other = np.random.default_rng(seed + 1).dirichlet(np.ones(4), 2)
    middle = fg.log_likelihood(posteriors, train, (one + other) / 2)
    assert (
        middle >= (fg.log_likelihood(posteriors, train, one) + fg.log_likelihood(posteriors, train, other)) / 2 - 1e-12
    )


@given(SEEDS)
def test_em_follows_a_permutation_of_classes_and_ignores_one_of_images(seed):
    posteriors, train = cases(seed)
    order = np.random.default_rng(seed).permutation(4)
    rows = np.random.default_rng(seed).permutation(len(posteriors))
    plain = fg.estimate_test_prior(posteriors, train, 30)
    assert fg.estimate_test_prior(posteriors[:, order], train[order], 30) == pytest.approx(plain[order])
    assert fg.estimate_test_prior(posteriors[rows], train, 30) == pytest.approx(plain)


def test_em_by_hand():
    first = fg.estimate_test_prior([[0.9, 0.1], [0.6, 0.4]], [0.5, 0.5], 1)
    second = fg.estimate_test_prior([[0.9, 0.1], [0.6, 0.4]], [0.5, 0.5], 2)
    assert first == pytest.approx([0.75, 0.25])
    assert second[0] == pytest.approx((1.35 / 1.4 + 0.9 / 1.1) / 2)
    assert fg.estimate_test_prior([[0.9, 0.1]], [0.3, 0.7], 0) == pytest.approx([0.3, 0.7])


@pytest.mark.parametrize("seed", range(5))
def test_em_and_the_truth_on_two_gaussians(seed):
    """Calibrated posteriors: EM comes near the true share, and the corrected accuracy near the best possible."""
    rng = np.random.default_rng(seed)
    labels = (rng.random(4000) < 0.9).astype(int)
    x = rng.normal(size=4000) + labels
    one = 1 / (1 + np.exp(-(x - 0.5)))  # the posterior for N(0, 1) and N(1, 1) in equal shares
    posteriors = np.column_stack([1 - one, one])
    prior = fg.estimate_test_prior(posteriors, [0.5, 0.5], 500)
    assert prior[1] == pytest.approx(0.9, abs=0.04)
    before, after, best = ((p.argmax(axis=1) == labels).mean() for p in (
        posteriors, fg.adjusted(posteriors, prior, [0.5, 0.5]), fg.adjusted(posteriors, [0.1, 0.9], [0.5, 0.5])))  # fmt: skip
    assert before < 0.75
    assert after > before + 0.1
    assert after == pytest.approx(best, abs=0.01)


def test_adjusting_twice_is_adjusting_once_and_back_is_back():
    posteriors, train = cases(3)
    new = np.array([0.4, 0.3, 0.2, 0.1])
    there = fg.adjusted(posteriors, new, train)
    assert fg.adjusted(there, train, new) == pytest.approx(posteriors)
    with pytest.raises(ValueError, match="excludes every class"):
        fg.adjusted([[1.0, 0.0]], [0.0, 1.0], [0.5, 0.5])
    assert fg.log_likelihood([[1.0, 0.0]], [0.5, 0.5], [0.0, 1.0]) == -np.inf


@pytest.mark.parametrize(
    ("posteriors", "train", "iterations", "name"),
    [
        ([[0.5, 0.6]], [0.5, 0.5], 1, "posteriors"), ([[1.5, -0.5]], [0.5, 0.5], 1, "posteriors"), ([0.5, 0.5], [0.5, 0.5], 1, "posteriors"),
        ([[np.nan, 1]], [0.5, 0.5], 1, "posteriors"), ([], [0.5, 0.5], 1, "posteriors"), ([[0.5, 0.5]], [1.0, 0.0], 1, "train_prior"),
        ([[0.5, 0.5]], [0.5, 0.4], 1, "train_prior"), ([[0.5, 0.5]], [1.0], 1, "train_prior"), ([[0.5, 0.5]], [0.5, 0.5], -1, "iterations"),
        ([[0.5, 0.5]], [0.5, 0.5], 1.5, "iterations"), ([[0.5, 0.5]], [0.5, 0.5], True, "iterations"), ([[0.5, 0.5]], [0.5, 0.5], 10**9, "iterations"),
    ],
)  # fmt: skip
def test_em_refuses(posteriors, train, iterations, name):
    with pytest.raises(ValueError, match=name):
        fg.estimate_test_prior(posteriors, train, iterations)


@given(SEEDS, st.floats(0.05, 20))
def test_temperature_moves_no_guess_and_can_be_undone(seed, temperature):
    posteriors, _ = cases(seed)
    found = fg.tempered(posteriors, temperature)
    assert found.sum(axis=1) == pytest.approx(1)
    top = found[np.arange(len(found)), posteriors.argmax(axis=1)]
    assert top == pytest.approx(found.max(axis=1))
    if 0.5 <= temperature <= 2:
        assert fg.tempered(found, 1 / temperature) == pytest.approx(posteriors, abs=1e-6)


def test_temperature_and_gap_by_hand():
    assert fg.tempered([[0.8, 0.2]], 0.5) == pytest.approx(np.array([[0.64, 0.04]]) / 0.68)
    assert fg.confidence_gap([[0.9, 0.1], [0.7, 0.3]], [0, 1]) == pytest.approx(0.8 - 0.5)
    for bad in (0, -1, 21, math.nan, "1"):
        with pytest.raises(ValueError, match="temperature"):
            fg.tempered([[0.8, 0.2]], bad)


# ---- scores


@given(SEEDS, st.sampled_from([0.5, 1, 2, 3]))
def test_f_beta_is_scikit_learns(seed, beta):
    truth, said = np.random.default_rng(seed).integers(0, 2, (2, 30))
    tp, fp, fn = (truth & said).sum(), ((1 - truth) & said).sum(), (truth & (1 - said)).sum()
    if tp + fp + fn:
        assert fg.f_beta(tp, fp, fn, beta) == pytest.approx(fbeta_score(truth, said, beta=beta, zero_division=0))


@given(SEEDS)
def test_macro_f1_is_scikit_learns(seed):
    truth, said = np.random.default_rng(seed).integers(0, 6, (2, 25))
    assert fg.macro_f1(truth, said, 8) == pytest.approx(f1_score(truth, said, average="macro", zero_division=0))


def test_f_beta_by_hand_and_at_its_ends():
    assert fg.f_beta(3, 2, 1, 2) == pytest.approx(15 / 21)
    assert fg.f_beta(3, 2, 1, 1) == pytest.approx(2 / (1 / 0.6 + 1 / 0.75))  # the harmonic mean
    assert fg.f_beta(0, 5, 5, 2) == 0
    assert fg.f_beta(4, 0, 0, 2) == 1
    assert fg.f_beta(3, 2, 1, 1e6) == pytest.approx(3 / 4)  # recall alone
    assert fg.f_beta(3, 2, 1, 1e-6) == pytest.approx(3 / 5)  # precision alone
    assert fg.f_beta(1e70, 1e70, 0, 2) == pytest.approx(5 / 6)


@pytest.mark.parametrize(
    ("given", "name"),
    [((0, 0, 0, 1), "true_positives=0"), ((-1, 0, 0, 1), "true_positives"), ((1, math.nan, 0, 1), "false_positives"),
     ((1, 0, "2", 1), "false_negatives"), ((1, 0, 0, 0), "beta"), ((1, 0, 0, -2), "beta"), ((1, 0, 0, math.inf), "beta")],
)  # fmt: skip
def test_f_beta_refuses(given, name):
    with pytest.raises(ValueError, match=name):
        fg.f_beta(*given)


def test_macro_f1_refuses():
    for labels, guesses, classes, name in (([0, 1], [0], 2, "guesses"), ([0, 2], [0, 1], 2, "labels"), ([0], [0], 0, "classes"), ([], [], 2, "labels")):  # fmt: skip
        with pytest.raises(ValueError, match=name):
            fg.macro_f1(labels, guesses, classes)
