"""Evidence counted twice: the factor against the definition, the posterior against scipy."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from miniatures import correlated_channels as cc
from miniatures.hand_results import between, spread, stored
from miniatures.prosthetic_control import GaussianNaiveBayes


@given(st.floats(0, 0.95), st.integers(1, 8), st.floats(-3, 3))
def test_naive_bayes_exaggerates_the_log_odds_by_this_factor(rho, m, level):
    covariance = (1 - rho) * np.eye(m) + rho
    x = level + np.linspace(-0.3, 0.3, m)
    full = scipy.stats.multivariate_normal(np.full(m, 0.5), covariance).logpdf(x) - scipy.stats.multivariate_normal(
        np.full(m, -0.5), covariance
    ).logpdf(x)
    naive = scipy.stats.norm(0.5).logpdf(x).sum() - scipy.stats.norm(-0.5).logpdf(x).sum()
    assert naive == pytest.approx(cc.overcount(rho, m) * full, abs=1e-7)


def test_the_naive_model_of_a_world_is_over_confident_by_about_that_factor():
    made = cc.world(-1.4, -1.4, 0.6)
    two = made.classes != 1
    naive = GaussianNaiveBayes().fit(made.samples[two], made.classes[two]).log_joint(made.samples[two])
    true = np.log(made.true_posterior(made.samples[two]))
    slope = np.polyfit(true[:, 0] - true[:, 2], naive[:, 0] - naive[:, 1], 1)[0]
    assert slope == pytest.approx(cc.overcount(0.6, 2), rel=0.08)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_the_posterior_is_scipys(rho):
    made, X = cc.world(-1.2, -0.9, rho), np.random.default_rng(0).normal(-1.5, 1, (40, 2))
    joint = np.column_stack([scipy.stats.multivariate_normal(mean, made.covariance).pdf(X) for mean in made.means])
    assert made.true_posterior(X) == pytest.approx(joint / joint.sum(axis=1, keepdims=True), rel=1e-6)


def test_on_the_diagonal_the_class_survives_and_off_it_does_not():
    def shares(x, y, rho):
        made = cc.world(x, y, rho)
        return [
            (p.argmax(axis=1) == made.classes).mean()
            for p in (made.model.predict_proba(made.samples), made.true_posterior(made.samples))
        ]

    naive, true = shares(-1.4, -1.4, 0.6)
    assert true - naive < 0.02
    naive, true = shares(-1.4, -0.8, 0.9)
    assert true - naive > 0.03


def test_reliability_counts_every_row_and_is_a_mean_within_its_bin():
    made = cc.world(-1.4, -1.4, 0.6)
    edges = [0.3, 0.6, 0.9, 1.0]
    sure, right, count = cc.reliability(made.model.predict_proba(made.samples), made.classes, edges)
    assert count.sum() == len(made.classes)
    assert all(low <= value <= high for low, value, high in zip(edges, sure, edges[1:], strict=False))
    assert (right < sure).all()  # over-confident in every bin
    true_sure, true_right, _ = cc.reliability(made.true_posterior(made.samples), made.classes, edges)
    assert true_right == pytest.approx(true_sure, abs=0.04)


def test_an_ellipse_lies_at_its_distance():
    covariance = cc.covariance(0.7)
    away = cc.ellipse([1.0, -2.0], covariance, 2.0) - [1, -2]
    assert np.einsum("ni,ij,nj->n", away, np.linalg.inv(covariance), away) == pytest.approx(np.full(40, 4.0))


@pytest.mark.parametrize(("call", "named"), [
    (lambda: cc.overcount(-0.1, 2), "correlation="), (lambda: cc.overcount(0.5, 0), "channels="), (lambda: cc.world(-5.0, 0.0, 0.0), "x="), (lambda: cc.world(0.0, 2.0, 0.0), "y="),
    (lambda: cc.world(0.0, 0.0, 0.99), "correlation="), (lambda: cc.ellipse([0.0], np.eye(2)), "mean"), (lambda: cc.reliability([[2.0]], [0], [0, 1]), "probabilities"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()


def test_stored_results_name_what_is_missing():
    with pytest.raises(ValueError, match="'foot' is not stored under the root: hand, watch, ear"):
        stored("foot")
    with pytest.raises(ValueError, match=r"under hand\.postures: days, recentred"):
        stored("hand", "postures", "nights")
    with pytest.raises(ValueError, match="no more keys"):
        stored("ear", "ridge", "more")
    assert spread([1.0, 3.0], digits=2) == "2.00 ± 1.41"
    assert between(2, 8, 0, 10, 10) == pytest.approx((8, 8))
    with pytest.raises(ValueError, match="start=3 must lie before"):
        between(1, 2, 3, 3, 3)
