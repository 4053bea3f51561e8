"""Tokens, queries and training: gradients against finite differences, and the stored run started again."""

import numpy as np
import pytest
from miniatures import perceiver_digits as pd
from miniatures import perceiver_training as pt
from miniatures.data import load
from miniatures.digits import digits
from miniatures.perceiver import Perceiver, attend

# ---- tokens and queries


def test_a_token_is_its_patch_and_its_place():
    image = np.arange(64).reshape(1, 8, 8) / 64
    found = pd.tokens(image)[0]
    assert found.shape == (16, 14)
    assert found[0, :4].tolist() == [0, 1 / 64, 8 / 64, 9 / 64]
    assert found[5, :4] == pytest.approx(image[0, 2:4, 2:4].ravel())
    assert found[0, 4:6].tolist() == [-0.75, -0.75]  # x, y of the centre of the first patch
    assert found[3, 4:6].tolist() == [0.75, -0.75]
    x, y = found[7, 4:6]
    assert found[7, 6:10] == pytest.approx(np.sin(np.pi * np.array([x, y, 2 * x, 2 * y])), abs=1e-15)
    assert found[7, 10:] == pytest.approx(np.cos(np.pi * np.array([x, y, 2 * x, 2 * y])), abs=1e-15)


def test_every_place_has_its_own_features():
    for side, frequencies in ((4, (1, 2)), (8, (1, 2, 4))):
        features = pd.positions(side, frequencies)
        gaps = np.linalg.norm(features[:, None] - features[None], axis=-1) + 9 * np.eye(len(features))
        assert gaps.min() > 0.2


def test_a_query_knows_no_image_and_the_class_query_no_place():
    queries = np.vstack([pd.class_query(), pd.pixel_queries()])
    assert queries.shape == (65, 16)
    assert queries[0].tolist() == [0.0] * 15 + [1.0]
    assert (queries[1:, 14] == 1).all()
    assert not queries[1:, 15].any()
    assert len(np.unique(queries.round(9), axis=0)) == 65


def test_other_places_move_the_features_and_not_the_patches():
    images, order = digits()[0][:3], np.random.default_rng(0).permutation(16)
    plain, moved = pd.tokens(images), pd.tokens(images, order)
    assert (plain[:, :, :4] == moved[:, :, :4]).all()
    assert (plain[:, order, 4:] == moved[:, :, 4:]).all()
    assert (pd.tokens(images, range(16)) == plain).all()


@pytest.mark.parametrize("bad", [range(15), [0] * 16, range(1, 17), [0.5, *range(1, 16)], None, "3"])
def test_places_must_be_a_permutation(bad):
    if bad is None:
        return
    with pytest.raises(ValueError, match="places"):
        pd.tokens(np.zeros((1, 8, 8)), bad)


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros((8, 8)),
        np.zeros((1, 4, 16)),
        np.full((1, 8, 8), 16.0),
        np.full((1, 8, 8), np.nan),
        np.zeros((0, 8, 8)),
        None,
    ],
)
def test_images_that_are_no_digits_are_named(bad):
    for call in (pd.tokens, pd.patches):
        with pytest.raises(ValueError, match="images"):
            call(bad)


def test_frequencies_beyond_the_grid_are_refused():
    for bad in ([3], [-1], [], [np.nan]):
        with pytest.raises(ValueError, match="frequencies"):
            pd.positions(4, bad)
    with pytest.raises(ValueError, match="side"):
        pd.positions(0, [1])


# ---- the gradient


def a_batch(seed=0, latents=3, layers=2, tokens=5, asked=4):
    rng = np.random.default_rng(seed)
    network = Perceiver.random(14, 16, 11, rng, latents, width=6, layers=layers)
    shaken = [array + rng.normal(0, 0.1, array.shape) for array in network.arrays]  # no bias stays 0
    inputs, queries = rng.normal(size=(3, tokens, 14)), rng.normal(size=(1 + asked, 16))
    return network.with_arrays(shaken), inputs, queries, rng.integers(0, 10, 3), rng.random((3, asked))


@pytest.mark.parametrize(("seed", "latents", "layers"), [(0, 3, 2), (1, 1, 0), (2, 4, 1)])
def test_the_gradient_equals_finite_differences(seed, latents, layers):
    network, *batch = a_batch(seed, latents, layers)
    _, _, gradient = pt.loss_and_gradient(network, *batch)
    rng, h = np.random.default_rng(9), 1e-6
    for number, found in enumerate(gradient):
        for _ in range(4):
            at, ends = tuple(rng.integers(0, n) for n in found.shape), []
            for sign in (1, -1):
                arrays = [array.copy() for array in network.arrays]
                arrays[number][at] += sign * h
                ends.append(pt.loss_and_gradient(network.with_arrays(arrays), *batch)[0])
            assert found[at] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-5, abs=2e-7), (number, at)


@pytest.mark.parametrize("residual", [True, False])
def test_the_gradient_by_what_asks_and_what_is_asked(residual):
    rng = np.random.default_rng(3)
    module = Perceiver.random(4, 4, 2, rng, width=4, layers=1).process[0]
    asking, asked, weights = rng.normal(size=(1, 2, 4)), rng.normal(size=(1, 3, 4)), rng.normal(size=(1, 2, 4))
    _, memory = attend(module, asking, asked, residual)
    _, by_asking, by_asked = pt.attention_gradient(module, memory, weights, residual)
    for x, found in ((asking, by_asking), (asked, by_asked)):
        for at in np.ndindex(x.shape):
            ends = []
            for sign in (1, -1):
                x[at] += sign * 1e-6
                ends.append((attend(module, asking, asked, residual)[0] * weights).sum())
                x[at] -= sign * 1e-6
            assert found[at] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-7)


def test_the_batch_and_the_call_are_one_network():
    network, inputs, queries, labels, greys = a_batch()
    loss, (cross_entropy, squared), _ = pt.loss_and_gradient(network, inputs, queries, labels, greys, 7.0)
    outputs = network(inputs, queries)
    logits = outputs[:, 0, :10]
    wanted = np.mean([np.log(np.exp(row).sum()) - row[label] for row, label in zip(logits, labels, strict=True)])
    assert cross_entropy == pytest.approx(wanted)
    assert squared == pytest.approx(((outputs[:, 1:, 10] - greys) ** 2).mean())
    assert loss == pytest.approx(cross_entropy + 7 * squared)


# ---- training


def test_the_stored_run_starts_as_it_did():
    """The first steps of the shipped training, computed again."""
    kept = load("perceiver_weights.npz")["losses"]
    run = pt.train(205, 8, stop=25)
    assert kept.shape == (2, 2000)
    assert run.cross_entropies == pytest.approx(kept[0, :25], rel=1e-5)
    assert run.squared_errors == pytest.approx(kept[1, :25], rel=1e-5)


def test_a_long_gradient_is_shortened_and_a_short_one_is_not():
    long, short = [np.full(9, 2.0), np.full((2, 8), -1.0)], [np.full(4, 1.0)]
    found = pt.shortened(long)
    assert np.sqrt(sum((array**2).sum() for array in found)) == pytest.approx(3)
    assert found[0] / found[1].ravel()[:9] == pytest.approx(np.full(9, -2.0))
    assert pt.shortened(short)[0].tolist() == [1.0] * 4
    careful, plain = (pt.train(7, 2, stop=2, careful=careful) for careful in (True, False))
    assert careful.cross_entropies[0] == plain.cross_entropies[0]
    assert careful.cross_entropies[1] != plain.cross_entropies[1]


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    first, again, other = (pt.train(seed, 2, stop=3) for seed in (7, 7, 8))
    assert (first.cross_entropies == again.cross_entropies).all()
    assert all((a == b).all() for a, b in zip(first.network.arrays, again.network.arrays, strict=True))
    assert (first.cross_entropies != other.cross_entropies).any()


def test_patches_are_left_out_in_half_of_the_steps():
    rng = np.random.default_rng(0)
    counts = np.array([pt.kept_patches(rng).shape[1] for _ in range(2000)])
    assert counts.min() == 8
    assert 0.46 < (counts == 16).mean() < 0.54
    assert all(len(set(row)) == len(row) for row in pt.kept_patches(rng))


@pytest.mark.parametrize(("arguments", "named"), [
    ({"seed": -1}, "seed"), ({"seed": 1.5}, "seed"), ({"latents": 0}, "latents"), ({"latents": 65}, "latents"), ({"steps": 0}, "steps"),
    ({"stop": 0}, "stop"), ({"stop": 2001}, "stop"), ({"rate": 0}, "rate"), ({"rate": np.nan}, "rate"), ({"steps": 10.0}, "steps"),
])  # fmt: skip
def test_bad_arguments_are_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        pt.train(**{"seed": 0, "stop": 1} | arguments)
