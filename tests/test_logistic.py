"""Logistic regression against scikit-learn's, and its first-order conditions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.logistic import fit, fit_two
from sklearn.linear_model import LogisticRegression


def data(seed, rows=90, d=4, classes=3):
    rng = np.random.default_rng(seed)
    labels = np.arange(rows) % classes
    return rng.normal(size=(rows, d)) * [1, 10, 0.1, 1][:d] + rng.normal(size=(classes, d))[labels], labels


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.01, 1.0, 30.0]), st.sampled_from([2, 3, 5]))
def test_posteriors_are_scikit_learns(seed, penalty, classes):
    features, labels = data(seed, classes=classes)
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    # with two classes scikit-learn has one weight vector w for the difference, whose two halves cost |w|^2/2
    weight = 1 / penalty if classes > 2 else 2 / penalty
    theirs = LogisticRegression(C=weight, max_iter=100_000, tol=1e-8).fit(scaled, labels).predict_proba(scaled)
    assert fit(features, labels, classes, penalty).posteriors(features) == pytest.approx(theirs, abs=2e-4)


def test_the_gradient_vanishes():
    features, labels = data(3)
    model = fit(features, labels, 3, 0.5)
    design = np.column_stack([(features - model.mean) / model.scale, np.ones(len(features))])
    gradient = (
        design.T @ (model.posteriors(features) - np.eye(3)[labels]) + np.array([0.5] * 4 + [0])[:, None] * model.weights
    )
    assert np.abs(gradient).max() < 1e-6


def test_separable_classes_and_constant_features_stay_finite():
    model = fit([[0.0, 5.0], [1.0, 5.0], [9.0, 5.0]], [0, 0, 1], 2, 1e-6)
    assert np.isfinite(model.weights).all()
    assert model.weights[1] == pytest.approx(0)
    assert model.posteriors([[9.0, 5.0]])[0, 1] > 0.99


def test_a_class_without_examples_is_improbable():
    assert fit([[0.0], [1.0]], [0, 1], 3, 1.0).posteriors([[0.5]])[0, 2] < 1e-3


@pytest.mark.parametrize(
    ("given", "name"),
    [(([[np.nan]], [0], 2, 1.0), "features"), (([1.0], [0], 2, 1.0), "features"), (([[1.0]], [2], 2, 1.0), "classes"),
     (([[1.0]], [0], 1, 1.0), "count"), (([[1.0]], [0], 2, 0), "penalty"), (([[1.0]], [0], 2, np.inf), "penalty"),
     ((np.ones((2, 400)), [0, 1], 2, 1.0), "600 weights")],
)  # fmt: skip
def test_refuses(given, name):
    with pytest.raises(ValueError, match=name):
        fit(*given)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.01, 1.0, 30.0]))
def test_two_classes_are_scikit_learns(seed, penalty):
    features, labels = data(seed, classes=2)
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    theirs = LogisticRegression(C=1 / penalty, max_iter=100_000, tol=1e-8).fit(scaled, labels).decision_function(scaled)
    model = fit_two(features, labels, penalty)
    assert model.log_odds(features) == pytest.approx(theirs, abs=2e-3)
    assert model.shifted(1.5).log_odds(features) == pytest.approx(model.log_odds(features) + 1.5)


def test_two_separable_classes_stay_finite():
    model = fit_two([[0.0, 5.0], [1.0, 5.0], [9.0, 5.0]], [0, 0, 1], 1e-6)
    assert np.isfinite(model.weights).all()
    assert (model.log_odds([[0.0, 5.0], [9.0, 5.0]]) > 0).tolist() == [False, True]


@pytest.mark.parametrize(("call", "named"), [
    (lambda: fit_two([[1.0], [2.0]], [0, 2]), "classes"), (lambda: fit_two([[1.0]], [0], 0.0), "penalty="),
    (lambda: fit_two(np.zeros((3, 600)), [0, 1, 1]), "features"), (lambda: fit_two([[1.0], [2.0]], [0, 1]).log_odds([[1.0, 2.0]]), "features"),
])  # fmt: skip
def test_two_classes_refuse(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
