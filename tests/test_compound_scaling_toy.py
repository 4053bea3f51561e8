"""The toy network: its cost by hand, its gradient by differences, its readout by scikit-learn, its results again."""

from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import compound_scaling_toy as toy
from PIL import Image
from scipy.signal import correlate2d
from sklearn.linear_model import Ridge

BAD = [nan, inf, -inf, -1, 0.5, "3", None, True, 1j, [3], 10**400]


# --- the images


def test_images_have_the_stated_shapes():
    for name, shape in (("digits", (1797, 8, 8)), ("clothes", (2000, 28, 28))):
        pixels, labels = toy.images(name)
        assert pixels.shape == shape
        assert labels.shape == shape[:1]
        assert (pixels.min(), pixels.max()) == (0, 1)
        assert sorted(set(labels.tolist())) == list(range(10))


@given(st.integers(1, 40), st.integers(1, 40))
def test_resampling_keeps_a_constant_image(before, after):
    matrix = toy.resampling(before, after)
    assert matrix.shape == (after, before)
    assert matrix.sum(1) == pytest.approx(np.ones(after), abs=1e-5)
    assert matrix.min() >= 0


@pytest.mark.parametrize("side", [4, 7, 10, 14, 20, 28])
def test_shrinking_takes_means_over_overlaps(side):
    picture = toy.images("clothes")[0][3]
    fine = np.repeat(np.repeat(picture, side, axis=0), side, axis=1)  # 28 side x 28 side
    expected = fine.reshape(side, 28, side, 28).mean((1, 3))
    assert toy.resampled(picture[None], side)[0] == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("side", [11, 16])
def test_growing_is_pillows_bilinear(side):
    picture = toy.images("digits")[0][3]
    expected = np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR))
    assert toy.resampled(picture[None], side)[0] == pytest.approx(expected, abs=1e-5)


# --- the cost


def test_the_cost_by_hand():
    assert toy.multiply_adds(1, 6, 4) == 16 * 9 * 6  # 16 positions, 9 products, 6 channels
    assert toy.multiply_adds(3, 6, 4) == 16 * 9 * (6 + 36 + 36)
    assert toy.multiply_adds(3, 6, 8) == 4 * toy.multiply_adds(3, 6, 4)


@pytest.mark.parametrize("dataset", toy.BASE_SIDE)
def test_every_allocation_spends_81_to_105_per_cent(dataset):
    base = toy.multiply_adds(*toy.allocation(dataset, 0, 0, 0))
    for doublings in (0, 2, 4):
        for in_width in range(doublings + 1):
            for in_resolution in range(doublings - in_width + 1):
                spent = toy.multiply_adds(*toy.allocation(dataset, doublings, in_width, in_resolution)) / base
                assert 0.8 < spent / 2**doublings <= 1.05


def test_the_corners_grow_one_dimension():
    assert toy.allocation("digits", 4, 0, 0) == (20, 6, 4)
    assert toy.allocation("digits", 4, 4, 0) == (2, 24, 4)
    assert toy.allocation("digits", 4, 0, 4) == (2, 6, 16)
    assert toy.allocation("clothes", 4, 0, 4) == (2, 6, 28)
    assert toy.allocation("digits", 4, 1, 2) == (3, 8, 8)


# --- the network


def small(skips, depth=3, dtype=float):
    network = toy.Network(depth, 4, 5, np.random.default_rng(1), skips=skips, classes=3)
    rng = np.random.default_rng(2)
    network.weights = [w.astype(dtype) for w in network.weights]
    network.weights[-2] = rng.normal(size=network.weights[-2].shape)  # the readout starts at 0
    return network, rng.normal(size=(6, 5, 5)), rng.integers(0, 3, 6)


@pytest.mark.parametrize("skips", [True, False])
def test_features_equal_those_of_scipys_correlation(skips):
    network, x, _ = small(skips)
    expected = []
    for image in x:
        maps = [image]
        for layer, weights in enumerate(network.weights[:3]):
            seen = [np.maximum(m, 0) for m in maps] if layer else maps
            kernels = weights.reshape(4, 3, 3, len(seen))
            out = [sum(correlate2d(m, kernels[o, :, :, i], mode="same") for i, m in enumerate(seen)) for o in range(4)]
            maps = [a + b for a, b in zip(maps, out, strict=True)] if layer and skips else out
        cells = [toy.resampling(5, 2) @ np.maximum(m, 0) @ toy.resampling(5, 2).T for m in maps]
        expected.append(np.stack(cells).ravel())
    assert network.features(x) == pytest.approx(np.array(expected), rel=1e-5)


@pytest.mark.parametrize("skips", [True, False])
def test_the_gradient_equals_finite_differences(skips):
    network, x, labels = small(skips)
    network.fields = network.fields.astype(float)
    _, gradients = network.gradient(x, labels)
    rng = np.random.default_rng(3)
    for w, g in zip(network.weights, gradients, strict=True):
        for _ in range(4):
            at = tuple(rng.integers(0, n) for n in w.shape)
            kept, step = w[at], 1e-6
            w[at] = kept + step
            above = network.gradient(x, labels)[0]
            w[at] = kept - step
            below = network.gradient(x, labels)[0]
            w[at] = kept
            assert g[at] == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-8)


def test_add_patches_is_the_transpose_of_patches():
    rng = np.random.default_rng(4)
    x, g = rng.normal(size=(3, 2, 5, 5)), rng.normal(size=(27, 2 * 25))
    assert (toy.patches(x) * g).sum() == pytest.approx((x * toy.add_patches(g, 2, 5)).sum())


def test_the_loss_of_an_untrained_readout_is_that_of_guessing():
    network = toy.Network(2, 6, 4, np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(50, 4, 4)).astype(np.float32)
    loss, gradients = network.gradient(x, np.arange(50) % 10)
    assert loss == pytest.approx(np.log(10), rel=1e-6)
    assert [g.shape for g in gradients] == [w.shape for w in network.weights]


def test_training_lowers_the_loss_and_repeats_itself():
    pixels, labels = toy.images("digits")
    x, y = toy.resampled(pixels[:200], 4), labels[:200]
    losses = []
    for _ in range(2):
        network = toy.Network(3, 6, 4, np.random.default_rng(0))
        network.fit(x, y, np.random.default_rng(1), epochs=10)
        losses.append(network.gradient(x, y)[0])
    assert losses[0] == losses[1] < 0.9 * np.log(10)


def test_random_branches_add_up_to_one_layer():
    x = np.random.default_rng(5).normal(size=(20, 16, 16)).astype(np.float32)
    sizes = {}
    for depth in (2, 20):
        network = toy.Network(depth, 24, 16, np.random.default_rng(6))
        network.features(x)
        sizes[depth] = network.sums[-1].std() / network.sums[0].std()
    assert 1.2 < sizes[2] < 1.6
    assert 1.2 < sizes[20] < 2.0


# --- the readout


def test_ridge_labels_equal_those_of_scikit_learn_at_the_best_left_out_strength():
    rng = np.random.default_rng(7)
    features, others = rng.normal(size=(60, 8)), rng.normal(size=(40, 8))
    labels = (features @ rng.normal(size=(8, 3)) + rng.normal(size=(60, 3))).argmax(1)
    mean, spread = features.mean(0), features.std(0)
    standard, targets = (features - mean) / spread, np.eye(3)[labels]

    def left_out(strength):
        keep = [np.delete(np.arange(60), i) for i in range(60)]
        centred, held = targets - targets.mean(0), []
        for i in range(60):  # the column means stay those of all images, as in the closed form
            a = np.vstack([standard[keep[i]], np.sqrt(strength) * np.eye(8)])
            a = np.hstack([a, np.r_[np.ones(59), np.zeros(8)][:, None]])
            b = np.vstack([centred[keep[i]], np.zeros((8, 3))])
            w = np.linalg.lstsq(a, b, rcond=None)[0]
            held.append(centred[i] - np.r_[standard[i], 1] @ w)
        return (np.array(held) ** 2).mean()

    best = min(10.0 ** np.arange(-3, 4), key=left_out)
    expected = Ridge(alpha=best).fit(standard, targets).predict((others - mean) / spread).argmax(1)
    assert (toy.ridge_labels(features, labels, others) == expected).all()


# --- the stored results


@pytest.mark.parametrize(
    ("dataset", "kind", "size", "doublings"),
    [("digits", "plain", (20, 6, 4), 4), ("digits", "skips", (2, 6, 4), 0), ("digits", "trained", (2, 6, 4), 0),
     ("digits", "trained", (3, 8, 8), 4), ("clothes", "plain", (2, 6, 7), 0), ("clothes", "skips", (2, 12, 7), 2),
     ("clothes", "trained", (2, 6, 7), 0)],
)  # fmt: skip
def test_a_part_of_the_stored_results_again(dataset, kind, size, doublings):
    stored = next(r for r in toy.results(dataset, kind, doublings, 0.01) if (r.depth, r.width, r.side) == size)
    found = toy.accuracy(dataset, kind, *size, seed=1)
    assert found == pytest.approx(stored.accuracies[1], abs=0.02)  # sums differ in their last bits between machines


@pytest.mark.parametrize("dataset", toy.BASE_SIDE)
@pytest.mark.parametrize("kind", toy.KINDS)
@pytest.mark.parametrize(("doublings", "many"), [(0, 1), (2, 6), (4, 15)])
def test_the_stored_results_are_complete(dataset, kind, doublings, many):
    found = toy.results(dataset, kind, doublings)
    assert len(found) == many
    for result in found:
        assert (result.depth, result.width, result.side) == toy.allocation(dataset, doublings, result.in_width, result.in_resolution)  # fmt: skip
        assert result.in_depth + result.in_width + result.in_resolution == doublings
        assert len(result.accuracies) == 5
        assert all(0.1 < accuracy < 1 for accuracy in result.accuracies)


def test_what_the_page_says_of_the_budget():
    found = {
        (d, k): {(r.in_depth, r.in_width, r.in_resolution): r for r in toy.results(d, k, 4)}
        for d in toy.BASE_SIDE
        for k in toy.KINDS
    }
    base = {(d, k): toy.results(d, k, 0)[0].mean for d in toy.BASE_SIDE for k in toy.KINDS}
    best = {
        (d, handles): max((r for r in found[d, "trained"].values() if r.dimensions == handles), key=lambda r: r.mean)
        for d in toy.BASE_SIDE
        for handles in (1, 2, 3)
    }
    # digits: one handle is not enough, two are, all three are no better
    assert best["digits", 3].mean - best["digits", 1].mean > 0.04
    assert all(a > b for a, b in zip(best["digits", 3].accuracies, best["digits", 1].accuracies, strict=True))
    assert abs(best["digits", 3].mean - best["digits", 2].mean) < best["digits", 2].spread
    # clothes: width alone is as good as any mixture, and 16 times the budget gains little
    assert best["clothes", 1].in_width == 4
    assert abs(best["clothes", 3].mean - best["clothes", 1].mean) < best["clothes", 1].spread
    assert max(r.mean for r in found["clothes", "trained"].values()) - base["clothes", "trained"] < 0.03
    # the mixture that leans on width is near the best on both, each handle alone far from it on one at least
    regret = {
        split: max(
            best_of.mean - found[d, "trained"][split].mean
            for d, best_of in (("digits", best["digits", 2]), ("clothes", best["clothes", 1]))
        )
        for split in found["digits", "trained"]
    }
    assert regret[1, 2, 1] < 0.005
    assert min(regret[4, 0, 0], regret[0, 4, 0], regret[0, 0, 4]) > 0.04
    # untrained, depth harms without skips and does nothing with them; trained, it pays where the image is large enough
    for d in toy.BASE_SIDE:
        assert found[d, "plain"][4, 0, 0].mean < base[d, "plain"] - 0.2
        assert abs(found[d, "skips"][4, 0, 0].mean - base[d, "skips"]) < 0.02
    at_8 = next(r.mean for r in toy.results("digits", "trained", 2) if r.in_resolution == 2)
    assert found["digits", "trained"][2, 0, 2].mean > at_8
    assert found["digits", "trained"][0, 2, 2].mean > at_8


def test_mean_and_spread_by_hand():
    result = toy.Result(0.01, 0, 0, 0, 2, 6, 4, (0.8, 0.9, 0.8, 0.9, 0.85))
    assert result.mean == pytest.approx(0.85)
    assert result.spread == pytest.approx(0.05)
    assert result.dimensions == 0
    assert [toy.Result(0.01, *shares, 2, 6, 4, (0.8,)).dimensions for shares in ((4, 0, 0), (0, 2, 2), (1, 1, 2))] == [
        1,
        2,
        3,
    ]


# --- bad input


@pytest.mark.parametrize("value", BAD)
@pytest.mark.parametrize("name", ["doublings", "in_width", "in_resolution"])
def test_allocation_names_what_it_refuses(name, value):
    good = {"doublings": 4, "in_width": 0, "in_resolution": 0}
    with pytest.raises(ValueError, match=name):
        toy.allocation("digits", **good | {name: value})


def test_allocation_refuses_more_than_there_is():
    with pytest.raises(ValueError, match="exceed doublings=2"):
        toy.allocation("digits", 2, 2, 1)
    with pytest.raises(ValueError, match=r"dataset='cats' must be one of: digits, clothes"):
        toy.allocation("cats", 2, 2, 0)


@pytest.mark.parametrize("value", [*BAD, 0])
@pytest.mark.parametrize("name", ["depth", "width", "side"])
def test_accuracy_names_what_it_refuses(name, value):
    good = {"depth": 2, "width": 6, "side": 4}
    with pytest.raises(ValueError, match=name):
        toy.accuracy("digits", "plain", **good | {name: value}, seed=0)


@pytest.mark.parametrize(
    ("name", "value"), [("seed", -1), ("seed", 0.5), ("seed", None), ("rate", 0), ("rate", nan), ("rate", "1")]
)
def test_accuracy_names_a_bad_seed_or_rate(name, value):
    with pytest.raises(ValueError, match=name):
        toy.accuracy("digits", "plain", 2, 6, 4, **{"seed": 0} | {name: value})


@pytest.mark.parametrize("setting", [("cats", "plain", 0), ("digits", "deep", 0), ("digits", "plain", 1), (["digits"], "plain", 0)])  # fmt: skip
def test_results_refuse_what_is_not_stored(setting):
    with pytest.raises(ValueError, match=r"dataset|kind|doublings"):
        toy.results(*setting)


def test_a_bad_kind_or_dataset_is_named():
    with pytest.raises(ValueError, match="kind='deep' must be one of: plain, skips, trained"):
        toy.accuracy("digits", "deep", 2, 6, 4, 0)
    with pytest.raises(ValueError, match="dataset=None"):
        toy.images(None)
