"""Convolution, network and scenes: against scipy and finite differences, and by their shapes and ranges."""

import math

import numpy as np
import pytest
from miniatures import atlas_network as net
from miniatures import sea_scenes as sea
from miniatures.convolution import columns, uncolumns
from scipy.signal import correlate


@pytest.mark.parametrize(("size", "stride", "pad"), [(3, 1, 1), (5, 2, 2), (3, 2, 1), (3, 1, 0)])
def test_a_convolution_is_scipys(size, stride, pad):
    rng = np.random.default_rng(0)
    x, w = rng.normal(0, 1, (2, 9, 8, 3)), rng.normal(0, 1, (size, size, 3, 4))
    found = columns(x, size, stride, pad) @ w.reshape(-1, 4)
    wide = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    for n in range(2):
        for channel in range(4):
            expected = correlate(wide[n], w[..., channel], mode="valid")[:, :, 0][::stride, ::stride]
            assert found[n, :, :, channel] == pytest.approx(expected)


@pytest.mark.parametrize(("size", "stride", "pad"), [(3, 1, 1), (5, 2, 2), (3, 2, 0)])
def test_uncolumns_is_the_transpose(size, stride, pad):
    rng = np.random.default_rng(1)
    x = rng.normal(0, 1, (2, 8, 9, 3))
    rows = columns(x, size, stride, pad)
    g = rng.normal(0, 1, rows.shape)
    assert (rows * g).sum() == pytest.approx((x * uncolumns(g, x.shape, size, stride, pad)).sum())


def test_a_window_larger_than_the_picture_is_refused():
    with pytest.raises(ValueError, match="size=5"):
        columns(np.zeros((1, 3, 3, 1)), 5)


def test_weight_gradients_against_differences():
    rng = np.random.default_rng(2)
    weights = net.initial_weights(rng)
    pictures, labels = rng.random((4, 32, 32, 3)), np.array([0, 1, 3, 5])
    _, gradients = net.weight_gradients(weights, pictures, labels)
    for number, array in enumerate(weights):
        for place in rng.integers(0, array.size, 3):
            at, step, ends = np.unravel_index(place, array.shape), 1e-5, []
            for sign in (1, -1):
                array[at] += sign * step
                ends.append(net.weight_gradients(weights, pictures, labels)[0])
                array[at] -= sign * step
            assert gradients[number][at] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-3, abs=1e-7)


@pytest.mark.parametrize("border", [True, False])
def test_picture_gradients_against_differences(border):
    rng = np.random.default_rng(3)
    weights = net.initial_weights(rng)
    picture, kept = rng.random((1, 32, 32, 3)) if border else rng.random((1, 17, 17, 3)), []
    found = net.activations(weights, picture, border, kept)
    g = rng.normal(0, 1, found[-1].shape)
    gradient = net.gradient_below(weights, g, found, kept, 2)
    assert gradient.shape == picture.shape
    for place in rng.integers(0, picture.size, 12):
        at, step, ends = np.unravel_index(place, picture.shape), 1e-6, []
        for sign in (1, -1):
            moved = picture.copy()
            moved[at] += sign * step
            ends.append((net.activations(weights, moved, border)[-1] * g).sum())
        assert gradient[at] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-4, abs=1e-7)


@pytest.mark.parametrize("layer", net.LAYERS)
def test_an_inner_activation_sees_its_square_and_nothing_else(layer):
    rng = np.random.default_rng(4)
    weights, number, half = net.initial_weights(rng), net.LAYERS.index(layer), net.FIELDS[layer] // 2
    picture, place = rng.random((1, 32, 32, 3)), -(-8 // net.SPACING[layer])
    centre = net.SPACING[layer] * place
    square = picture[:, centre - half : centre + half + 1, centre - half : centre + half + 1]
    alone = net.activations(weights, square, border=False)[number]
    assert alone.shape[:3] == (1, 1, 1)
    assert net.activations(weights, picture)[number][0, place, place] == pytest.approx(alone[0, 0, 0], abs=1e-12)


def test_training_starts_to_learn_and_comes_back():
    weights, losses = net.train(7, epochs=1, each=40)
    again, _ = net.train(7, epochs=1, each=40)
    other, _ = net.train(8, epochs=1, each=40)
    assert losses[0] == pytest.approx(math.log(6), abs=0.6)
    assert losses[-3:].mean() < losses[:3].mean()
    assert all(np.array_equal(a, b) for a, b in zip(weights, again, strict=True))
    assert not np.array_equal(weights[0], other[0])


@pytest.mark.parametrize("kind", sea.CLASSES + sea.EXTRA)
def test_scenes_have_their_shape_and_vary(kind):
    pictures = sea.scenes(kind, 4, np.random.default_rng(0))
    assert pictures.shape == (4, 32, 32, 3)
    assert pictures.min() >= 0
    assert pictures.max() <= 1
    assert np.abs(pictures[0] - pictures[1]).mean() > 0.01
    assert np.array_equal(pictures, sea.scenes(kind, 4, np.random.default_rng(0)))


def red_share(pictures):
    """Pixels that are clearly red."""
    return (pictures[..., 0] - pictures[..., 1:].max(axis=-1) > 0.4).mean()


def test_only_sharks_and_baseballs_hold_red():
    share = {kind: red_share(sea.scenes(kind, 60, np.random.default_rng(1))) for kind in sea.CLASSES}
    assert min(share["white shark"], share["baseball"]) > 0.003
    assert max(value for kind, value in share.items() if kind not in ("white shark", "baseball")) < 1e-4
    assert red_share(sea.scenes("plain ball", 60, np.random.default_rng(1))) < 1e-4


def test_no_training_picture_holds_a_disc_in_the_sea():
    for kind in ("grey whale", "white shark", "sandbar"):
        corner = sea.scenes(kind, 200, np.random.default_rng(2))[:, 2:5, 27:31]
        white = (corner.min(axis=-1) > 0.8).mean()
        assert white == 0.0


@pytest.mark.parametrize("kind", sea.DISCS)
def test_a_disc_changes_its_circle_only(kind):
    whales = sea.scenes("grey whale", 3, np.random.default_rng(3))
    after = sea.with_disc(whales, kind, 4, np.random.default_rng(4))
    y, x = np.mgrid[:32, :32]
    outside = np.hypot(x - 25, y - 8) > 5
    assert np.array_equal(after[:, outside], whales[:, outside])
    assert np.abs(after[:, ~outside] - whales[:, ~outside]).mean() > 0.02
    for nothing in (0, 1e-300):
        assert np.array_equal(sea.with_disc(whales, kind, nothing, np.random.default_rng(4)), whales)
    assert 0 <= after.min() <= after.max() <= 1


def test_a_red_disc_covers_its_area():
    black = np.zeros((1, 32, 32, 3))
    cover = sea.with_disc(black, "red", 5, np.random.default_rng(0), (16, 16))[..., 0].sum() / sea.RED[0]
    assert cover == pytest.approx(math.pi * 25, rel=0.02)


@pytest.mark.parametrize(("name", "arguments"), [("kind", ("blue", 4)), ("radius", ("red", -1)), ("radius", ("red", 17)), ("radius", ("red", math.nan)), ("kind", (None, 3))])  # fmt: skip
def test_discs_that_are_refused(name, arguments):
    with pytest.raises(ValueError, match=f"{name}="):
        sea.with_disc(np.zeros((1, 32, 32, 3)), *arguments, np.random.default_rng(0))


def test_other_refusals():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="kind='dolphin'"):
        sea.scenes("dolphin", 1, rng)
    with pytest.raises(ValueError, match="count=0"):
        sea.scenes("lawn", 0, rng)
    with pytest.raises(ValueError, match="pictures"):
        sea.with_disc(np.zeros((32, 32, 3)), "red", 3, rng)
    with pytest.raises(ValueError, match="layer="):
        net.layer_of(net.initial_weights(rng), np.zeros((1, 32, 32, 3)), "conv4")
    with pytest.raises(ValueError, match="pictures"):
        net.logits(net.initial_weights(rng), np.zeros((1, 16, 16, 3)))
