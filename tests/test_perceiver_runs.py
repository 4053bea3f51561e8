"""What the chapter says of its trainings, its frozen latents and its timings, from store and computed again."""

import numpy as np
import pytest
from miniatures import perceiver_runs as runs
from miniatures.data import load
from miniatures.digits import digits
from miniatures.perceiver import cross_attention
from miniatures.perceiver_digits import tokens
from sklearn.linear_model import Ridge

# ---- the shipped network


def test_the_shipped_weights_give_the_stored_line():
    table = load("perceiver_runs.csv")
    line = table[(table["latents"] == 8) & (table["seed"] == 205)][0]
    found = runs.measured(runs.trained(), 205)
    assert set(found) == set(table.dtype.names) - {"careful", "latents", "seed"}
    for name, value in found.items():
        assert value == pytest.approx(line[name], rel=1e-4, abs=2.1e-3, nan_ok=True), (
            name
        )  # of 500 images, one may tip over


def test_moving_patches_with_their_places_changes_nothing():
    inputs = tokens(digits()[0][runs.parts()[1][:40]])
    order = np.random.default_rng(1).permutation(16)
    network = runs.trained()
    assert np.abs(network.encoded(inputs) - network.encoded(inputs[:, order])).max() < 1e-12


def test_positions_are_part_of_the_input():
    for latents in runs.TRAINED_LATENTS:
        assert (runs.stored("accuracy_moved", latents) < 0.25).all()
    assert (runs.stored("accuracy_0") > 0.92).all()


def test_more_latents_answer_better():
    two, four, eight = (runs.stored("seen_error_0", m) for m in runs.TRAINED_LATENTS)
    assert eight.max() < four.min() < four.max() < two.min()  # of the pixels, whatever the seed
    accuracies = [runs.stored("accuracy_0", m).mean() for m in runs.TRAINED_LATENTS]
    assert accuracies == sorted(accuracies)


def test_eight_latents_hold_more_than_eight_components():
    errors = runs.reference_errors()
    assert errors["8 principal components"] < errors["mean image of the true class"] < errors["mean image"]
    assert (runs.stored("seen_error_0") < errors["8 principal components"]).all()
    assert (runs.stored("seen_error_0", 2) > errors["mean image of the true class"]).all()


def test_answers_beat_the_mean_image_and_hidden_patches_are_harder():
    images = digits()[0].reshape(-1, 64)
    train, test = runs.parts()
    mean_error = ((images[test] - images[train].mean(axis=0)) ** 2).mean()
    assert (runs.stored("seen_error_0") < 0.45 * mean_error).all()
    for count in (4, 8, 12):
        assert (runs.stored(f"hidden_error_{count}") > runs.stored(f"seen_error_{count}")).all()
    accuracies = [runs.stored(f"accuracy_{count}").mean() for count in runs.HIDDEN]
    assert accuracies == sorted(accuracies, reverse=True)
    assert accuracies[1] > 0.8


def test_most_latents_point_at_one_patch_and_little_is_known_elsewhere():
    found = runs.coverage()
    assert found.fixed == 6
    assert found.weights.sum() == pytest.approx(8)
    saved, little = 1 - found.errors / found.guesses, found.weights < 0.2
    assert 5 <= little.sum() <= 9
    assert saved[little].mean() < 0.5 < 0.7 < saved[~little].mean()
    greys = digits()[0].reshape(-1, 64)[runs.parts()[1]]
    answers = runs.ask_pixels(runs.trained(), tokens(digits()[0][runs.parts()[1]]))
    assert found.errors.mean() == pytest.approx(((answers - greys) ** 2).mean())
    assert found.guesses.mean() == pytest.approx(runs.reference_errors()["mean image"])


def test_training_pays_where_the_bottleneck_is_narrow():
    gaps = [runs.stored("accuracy_0", m).mean() - runs.frozen_stored(m).mean() for m in (2, 8)]
    assert gaps[0] > 0.1 > 0.03 > gaps[1] > 0


def test_hidden_patches_are_left_out_not_blanked():
    inputs = tokens(digits()[0][:5])
    seen, kept = runs.hidden(inputs, 6, np.random.default_rng(0))
    assert seen.shape == (5, 10, 14)
    assert kept.sum(axis=1).tolist() == [10] * 5
    for one, rows, which in zip(inputs, seen, kept, strict=True):
        assert {tuple(row) for row in rows} == {tuple(row) for row in one[which]}
    assert runs.pixels_of(kept).sum(axis=1).tolist() == [40] * 5
    assert runs.pixels_of(np.arange(16)[None] == 6)[0].reshape(8, 8).nonzero()[0].tolist() == [2, 2, 3, 3]
    assert runs.pixels_of(np.arange(16)[None] == 6)[0].reshape(8, 8).nonzero()[1].tolist() == [4, 5, 4, 5]
    with pytest.raises(ValueError, match="count"):
        runs.hidden(inputs, 16, np.random.default_rng(0))


# ---- frozen latents


def test_frozen_latents_read_by_cross_attention():
    features = runs.frozen_features(4, 200)
    rng = np.random.default_rng([200, 0])
    latents = rng.normal(0, runs.FROZEN_SPREAD, (64, 14))[:4]
    assert features.shape == (1797, 56)
    assert features[3] == pytest.approx(cross_attention(latents, tokens(digits()[0][3:4])[0]).ravel())
    assert (runs.frozen_features(2, 200) == features[:, :28]).all()
    assert runs.frozen_features(4, 200, runs.KINDS[1]).shape == (1797, 16)
    assert runs.frozen_features(4, 200, runs.KINDS[2]).shape == (1797, 56)


@pytest.mark.parametrize(("latents", "seed", "kind"), [(1, 200, 0), (8, 203, 0), (4, 201, 1), (16, 204, 2)])
def test_stored_frozen_accuracies_computed_again(latents, seed, kind):
    kept = runs.frozen_stored(latents, runs.KINDS[kind])[runs.FRESH_SEEDS.index(seed)]
    assert runs.frozen_accuracy(latents, seed, runs.KINDS[kind]) == pytest.approx(kept, abs=2.1e-3)


def test_the_read_out_is_a_ridge_regression():
    features = runs.frozen_features(2, 200)
    train, test = runs.parts()
    known = features[train] - features[train].mean(axis=0)
    ridge = Ridge(alpha=runs.RIDGE * (known**2).sum() / known.shape[1]).fit(
        features[train], np.eye(10)[digits()[1][train]]
    )
    right = ridge.predict(features[test]).argmax(axis=1) == digits()[1][test]
    assert runs.frozen_accuracy(2, 200) == pytest.approx(right.mean(), abs=2.1e-3)


def test_the_bottleneck_curve_rises_on_every_seed():
    curve = np.array([runs.frozen_stored(m) for m in runs.FROZEN_LATENTS])
    assert curve.shape == (7, 5)
    assert (np.diff(curve[:5], axis=0) > 0).all()
    assert (curve[0] < 0.7).all()
    assert (curve[-1] > 0.95).all()


def test_random_units_do_as_well_and_no_positions_do_not():
    """The curve measures how many numbers are read, and what they hold; it is no merit of attention."""
    for latents in (8, 16, 32, 64):
        frozen, bare, units = (runs.frozen_stored(latents, kind).mean() for kind in runs.KINDS)
        assert abs(frozen - units) < 0.03
        assert bare < frozen - 0.12


@pytest.mark.parametrize(("call", "named"), [
    (lambda: runs.frozen_accuracy(0, 200), "latents"), (lambda: runs.frozen_accuracy(65, 200), "latents"), (lambda: runs.frozen_accuracy(2, -1), "seed"),
    (lambda: runs.frozen_accuracy(2, 200, "trained"), "kind"), (lambda: runs.frozen_stored(3), "latents"), (lambda: runs.stored("accuracy_0", 3), "latents"),
    (lambda: runs.stored("loss"), "name"), (lambda: runs.timings(1), "projections"), (lambda: runs.timings(None), "projections"),
])  # fmt: skip
def test_what_is_not_stored_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_features_without_a_spread_are_refused():
    with pytest.raises(ValueError, match="features holds the same"):
        runs.linear_accuracy(np.ones((len(digits()[0]), 3)))


# ---- timings: only their shape, for times are a machine's


def test_stored_timings_are_two_series_of_five_sizes():
    for projections in (False, True):
        found = runs.timings(projections)
        assert found.inputs.tolist() == [256, 512, 1024, 2048, 4096]
        assert (found.self_attention > found.cross_attention).all()
        assert found.ratio == pytest.approx(found.self_attention / found.cross_attention)
        assert (np.diff(found.self_attention) > 0).all()
