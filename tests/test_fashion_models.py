"""The baselines against scikit-learn's, the classifier, and the garments they are given."""

import numpy as np
import pytest
from miniatures.data import load
from miniatures.fashion_models import (
    classify,
    fit_classifier,
    fit_mixture,
    hidden_features,
    principal,
)
from miniatures.garments import KINDS, garments, held_out, split, training
from scipy.stats import multivariate_normal
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture


def clusters(seed):
    rng = np.random.default_rng(seed)
    return np.vstack([rng.normal(size=(200, 3)), rng.normal(6, 0.5, (100, 3)), rng.normal((-6, 0, 3), 1.5, (300, 3))])


def test_principal_components_by_scikit_learn():
    points = clusters(0)
    found, wanted = principal(points, 2), PCA(2, svd_solver="full").fit(points)
    assert np.abs(found.axes @ wanted.components_.T) == pytest.approx(np.eye(2), abs=1e-9)
    assert found.rebuild(found.project(points)) == pytest.approx(wanted.inverse_transform(wanted.transform(points)))


def test_all_components_rebuild_the_points():
    points = clusters(1)
    found = principal(points, 3)
    assert found.rebuild(found.project(points)) == pytest.approx(points)


@pytest.mark.parametrize("seed", range(3))
def test_a_mixture_by_scikit_learn(seed):
    points = clusters(seed)
    found = fit_mixture(points, 3, np.random.default_rng(seed))
    wanted = GaussianMixture(3, reg_covar=1e-3, random_state=seed, n_init=2).fit(points)
    assert found.log_density(points).mean() == pytest.approx(wanted.score(points), abs=2e-3)
    assert sorted(found.weights) == pytest.approx(sorted(wanted.weights_), abs=2e-3)


def test_one_component_is_the_mean_and_the_covariance():
    points = clusters(2)
    found = fit_mixture(points, 1, np.random.default_rng(0), ridge=1e-9)
    assert found.means[0] == pytest.approx(points.mean(axis=0))
    assert found.roots[0] @ found.roots[0].T == pytest.approx(np.cov(points.T, bias=True), abs=1e-8)
    wanted = multivariate_normal(points.mean(axis=0), np.cov(points.T, bias=True)).logpdf(points)
    assert found.log_density(points) == pytest.approx(wanted, abs=1e-6)


def test_samples_have_the_moments_of_the_mixture():
    points = clusters(0)
    found = fit_mixture(points, 3, np.random.default_rng(0))
    drawn = found.sample(40_000, np.random.default_rng(1))
    assert drawn.mean(axis=0) == pytest.approx(points.mean(axis=0), abs=0.1)
    assert np.cov(drawn.T) == pytest.approx(np.cov(points.T), abs=0.5)


def test_equal_points_are_no_obstacle():
    found = fit_mixture(np.ones((6, 2)), 3, np.random.default_rng(0))
    assert np.isfinite(found.log_density(np.ones((2, 2)))).all()


def test_the_classifier_tells_held_out_garments():
    pixels, kinds = training()
    layers = fit_classifier(pixels, kinds, np.random.default_rng(0))
    real, truth = held_out()
    assert (classify(layers, real) == truth).mean() > 0.75
    assert hidden_features(layers, real).shape == (400, 64)
    assert hidden_features(layers, real).min() >= 0


def test_garments_are_halved_and_split_evenly():
    pictures, kinds = garments()
    original = load("fashion_mnist_2000.npz")["x"]
    assert pictures[7, 3, 5] == pytest.approx(original[7, 6:8, 10:12].mean() / 255)
    trained, held = split()
    assert len(set(trained) | set(held)) == 2000
    assert np.bincount(kinds[trained]).tolist() == [160] * len(KINDS)
    assert np.bincount(kinds[held]).tolist() == [40] * len(KINDS)
    apart = ((training()[0][:, None, ::7] - held_out()[0][None, :, ::7]) ** 2).sum(axis=2)
    assert apart.min() > 0  # no held-out picture is among the training ones


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: principal([[1.0, 2.0]], 2), "k=2"),
        (lambda: fit_mixture([[1.0]], 2, np.random.default_rng(0)), "components=2"),
        (lambda: fit_mixture([[float("inf")]], 1, np.random.default_rng(0)), "points"),
        (lambda: fit_mixture([[1.0], [2.0]], 1, np.random.default_rng(0), ridge=0), "ridge"),
        (lambda: fit_classifier([[1.0]], [0.5], np.random.default_rng(0)), "kinds"),
        (lambda: principal([[1.0, 2.0], [2.0, 1.0]], 1).project([[1.0]]), "points"),
    ],
)
def test_models_refuse(call, name):
    with pytest.raises(ValueError, match=name):
        call()
