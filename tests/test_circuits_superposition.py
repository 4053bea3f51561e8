"""Superposition against closed forms, finite differences, random numbers and the stored runs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import circuit_runs
from miniatures.circuits import superposition_loss, train_superposition
from miniatures.superposition import dedicated_loss_with_bias, draw_features, loss_and_gradients


@given(st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_closed_forms_are_the_losses_of_random_features(p):
    x = draw_features(100_000, 2, min(1 - p, 0.9999), np.random.default_rng(3))
    ones = np.ones(2)
    dedicated = loss_and_gradients(np.array([[1.0, 0.0]]), np.zeros(2), x, ones)[0]
    shared = loss_and_gradients(np.array([[1.0, -1.0]]), np.zeros(2), x, ones)[0]
    with_bias = loss_and_gradients(np.array([[1.0, 0.0]]), np.array([0, p / 2]), x, ones)[0]
    assert superposition_loss(p, True) == pytest.approx(dedicated, abs=0.006)
    assert superposition_loss(p, False) == pytest.approx(shared, abs=0.006)
    assert dedicated_loss_with_bias(p) == pytest.approx(with_bias, abs=0.006)


@given(st.floats() | st.integers() | st.text(max_size=2))
def test_any_probability_has_a_loss_or_is_refused(p):
    if isinstance(p, (int, float)) and 0 <= p <= 1:
        assert 0 <= superposition_loss(p, False) <= superposition_loss(p, True) <= 1 / 3
    else:
        with pytest.raises(ValueError, match="probability"):
            superposition_loss(p, True)


def test_where_the_losses_meet():
    assert superposition_loss(1, True) == superposition_loss(1, False) == pytest.approx(1 / 3)
    assert superposition_loss(4 / 7, False) == pytest.approx(dedicated_loss_with_bias(4 / 7))
    assert superposition_loss(0.5, False) < dedicated_loss_with_bias(0.5)
    assert superposition_loss(0.6, False) > dedicated_loss_with_bias(0.6)
    assert superposition_loss(0, True) == superposition_loss(0.0, False) == 0


@given(st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_gradients_are_finite_differences(seed):
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=(2, 4)), rng.normal(size=4) / 4
    x, weight = draw_features(5, 4, 0.3, rng), 0.7 ** np.arange(4)
    _, by_w, by_b = loss_and_gradients(w, b, x, weight)
    for array, gradient in ((w, by_w), (b, by_b)):
        at, step = tuple(rng.integers(side) for side in array.shape), 1e-6
        kept = array[at]
        ends = []
        for sign in (1, -1):
            array[at] = kept + sign * step
            ends.append(loss_and_gradients(w, b, x, weight)[0])
        array[at] = kept
        assert gradient[at] == pytest.approx((ends[0] - ends[1]) / (2 * step), abs=1e-5)


def test_without_sparsity_the_most_important_features_are_kept_as_in_pca():
    runs = circuit_runs.results()["large"][0]  # (5 runs, 5, 20)
    for w in runs:
        lengths = np.sqrt((w**2).sum(0))
        assert lengths[:5] == pytest.approx(np.ones(5), abs=0.02)
        assert lengths[5:].max() < 0.1
        # the principal components of independent features of these importances are the first five axes
        scaled = draw_features(4000, 20, 0, np.random.default_rng(0)) * np.sqrt(0.8 ** np.arange(20))
        axes = np.linalg.eigh(np.cov(scaled.T))[1][:, -5:]
        span = w.T / lengths.max()
        assert np.linalg.svd(axes.T @ np.linalg.qr(span)[0])[1].min() > 0.97


def test_more_features_are_kept_the_sparser_they_are():
    lengths = np.sqrt((circuit_runs.results()["large"] ** 2).sum(2))  # (9, 5, 20)
    kept = (lengths > 0.5).sum(2)
    assert (kept[0] == 5).all()
    assert (np.diff(kept.mean(1)) > -0.5).all()
    assert kept[-2].mean() > 2 * kept[0].mean()
    assert (kept[circuit_runs.SPARSITIES.index(0.9)] >= 9).all()


def test_five_features_in_a_plane_become_a_pentagon():
    for w in circuit_runs.results()["planar"][circuit_runs.SPARSITIES.index(0.95)]:
        angles = np.sort(np.degrees(np.arctan2(w[1], w[0])))
        gaps = np.append(np.diff(angles), angles[0] + 360 - angles[-1])
        assert gaps == pytest.approx(np.full(5, 72), abs=8)


def test_stored_runs_are_those_of_training():
    found = train_superposition(5, 2, 0.8, np.random.default_rng(202), 0.9)
    stored = circuit_runs.vectors("planar", 0.8, 202)
    assert found.weights == pytest.approx(stored, abs=5e-3)
    assert found.kept == (np.sqrt((stored**2).sum(0)) > 0.5).sum()
    assert found.loss == pytest.approx(circuit_runs.results()["planar_loss"][4, 2], rel=1e-3)


def test_one_dimension_is_shared_with_opposite_signs_where_training_finds_it():
    runs = [train_superposition(2, 1, 0.9, np.random.default_rng(seed), 1.0, steps=800) for seed in range(8)]
    shared = [run for run in runs if run.kept == 2]
    assert 1 <= len(shared) < len(runs)  # two vectors that start on the same side do not pass each other
    for run in shared:
        assert run.weights.prod() < 0
        assert run.loss < 1.6 * superposition_loss(0.1, False)
    assert min(run.loss for run in runs if run.kept < 2) > 5 * superposition_loss(0.1, False)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: superposition_loss(1.1, True), "probability"),
        (lambda: superposition_loss(np.nan, True), "probability"),
        (lambda: superposition_loss(0.5, 1), "dedicated"),
        (lambda: superposition_loss(0.5, "no"), "dedicated"),
        (lambda: train_superposition(0, 1, 0.5, np.random.default_rng(0)), "features"),
        (lambda: train_superposition(3, 1.5, 0.5, np.random.default_rng(0)), "dimensions"),
        (lambda: train_superposition(3, 1, 1.0, np.random.default_rng(0)), "sparsity"),
        (lambda: train_superposition(3, 1, 0.5, np.random.default_rng(0), 0), "importance"),
        (lambda: train_superposition(3, 1, 0.5, np.random.default_rng(0), steps=0), "steps"),
        (lambda: draw_features(3, 1, -0.1, np.random.default_rng(0)), "sparsity"),
    ],
)
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
