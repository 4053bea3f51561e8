"""The U-Net: gradients against finite differences, layers against scipy, invariants, training."""

import numpy as np
import pytest
from miniatures import sea_ice_unet as u
from miniatures.sea_ice import negative_log_likelihood
from miniatures.sea_ice_ocean import start_months
from scipy.ndimage import correlate

RNG = np.random.default_rng


@pytest.mark.parametrize("kind", u.KINDS)
def test_the_gradient_is_that_of_finite_differences(kind):
    rng = RNG(7)
    weights = u.initial_weights(rng, kind)
    for one in weights[1::2]:
        one += rng.normal(0, 0.1, one.shape)
    x, classes, counted = u.examples(0, np.array([400, 431]))
    _, gradient = u.loss_and_gradient(weights, x, classes, counted)
    for w, g in zip(weights, gradient, strict=True):
        assert w.shape == g.shape
        for place in rng.integers(0, w.size, 3):
            flat, kept = w.reshape(-1), w.reshape(-1)[place]
            values = []
            for step in (1e-6, -1e-6):
                flat[place] = kept + step
                values.append(u.loss_and_gradient(weights, x, classes, counted)[0])
            flat[place] = kept
            assert g.reshape(-1)[place] == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-4, abs=1e-8)


def test_a_convolution_is_scipys():
    x, w = RNG(0).normal(size=(2, 6, 8, 3)), RNG(1).normal(size=(27, 2))
    found = u._patches(x) @ w
    kernel = w.reshape(3, 3, 3, 2)
    for picture in range(2):
        for out in range(2):
            expected = sum(
                correlate(np.pad(x[picture, :, :, c], ((1, 1), (0, 0))), kernel[:, :, c, out], mode="wrap")[1:-1]
                for c in range(3)
            )
            assert found[picture, :, :, out] == pytest.approx(expected)


def test_the_way_back_is_the_transpose():
    x, y = RNG(0).normal(size=(2, 4, 6, 3)), RNG(1).normal(size=(2, 4, 6, 27))
    assert (u._patches(x) * y).sum() == pytest.approx((x * u._unpatched(y)).sum())


def test_pooling_takes_the_largest_and_enlarging_repeats():
    x = np.arange(16.0).reshape(1, 4, 4, 1)
    assert u._pooled(x)[0, :, :, 0].tolist() == [[5, 7], [13, 15]]
    assert (u._pooled(u._enlarged(x)) == x).all()


def test_turning_the_ocean_by_two_columns_turns_the_forecast():
    weights, x = u.initial_weights(RNG(0)), u.channels(0, [500])
    turned = u.forward(weights, np.roll(x, 2, axis=2))[0]
    assert turned == pytest.approx(np.roll(u.forward(weights, x)[0], 2, axis=2))


def test_how_far_the_network_sees():
    """A change in one cell reaches no further than nine columns, and the one-cell network's only its own block."""
    for kind, most in (("U-Net", 9), ("own block", 1)):
        weights, x = u.initial_weights(RNG(3), kind), u.channels(0, [500])
        moved = x.copy()
        moved[0, :, 0, 0] += 5
        changed = np.abs(u.forward(weights, moved)[0] - u.forward(weights, x)[0]).max(axis=(0, 1, 3, 4)) > 1e-12
        distance = np.minimum(np.arange(16), 16 - np.arange(16))
        assert distance[changed].max() <= most
    assert changed.sum() <= 2


def test_the_loss_is_the_nll_of_the_counted_cells():
    weights = u.initial_weights(RNG(1))
    x, classes, counted = u.examples(0, np.array([300, 305, 311]))
    loss, _ = u.loss_and_gradient(weights, x, classes, counted)
    logits = u.forward(weights, x)[0]
    assert loss == pytest.approx(negative_log_likelihood(logits[counted], classes[counted]))


def test_what_is_not_counted_does_not_count():
    weights = u.initial_weights(RNG(1))
    x, classes, counted = u.examples(0, np.array([300]))
    other = np.where(counted, classes, 2 - classes)
    first, second = (u.loss_and_gradient(weights, x, y, counted) for y in (classes, other))
    assert first[0] == second[0]
    assert all((a == b).all() for a, b in zip(first[1], second[1], strict=True))


def test_examples_line_up_with_the_leads():
    months = start_months(37, 40)
    x, classes, counted = u.examples(1, months)
    assert x.shape == (30, 16, 16, 11)
    assert classes.shape == counted.shape == (30, 16, 16, 6)
    assert (classes[:, :, :, 5] == u.truth(1, months + 6)).all()
    assert (counted[4, :, :, 2] == u.active_cells(1)[(months[4] + 3) % 12]).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_short_training_learns(seed):
    run = u.train(seed, 20, steps=60)
    assert run.losses[:5].mean() > run.losses[-10:].mean() + 0.15
    again = u.train(seed, 20, steps=60)
    assert all((a == b).all() for a, b in zip(run.weights, again.weights, strict=True))
    assert (u.train(seed, 20, 1, steps=2).weights[0] != u.train(seed, 20, 0, steps=2).weights[0]).any()


def test_without_the_leak_a_network_can_die(monkeypatch):
    """What the page tells of the first version: ocean 102, three years, its last rectifiers all silent."""
    months = start_months(37, 40)
    shares = []
    for leak in (0.0, 0.1):
        monkeypatch.setattr(u, "LEAK", leak)
        weights = u.train(102, 3, steps=400).weights
        _, (_, hidden) = u.forward(weights, u.channels(102, months))
        shares.append((hidden[5] > 0).mean())
    assert shares[0] < 0.001
    assert shares[1] > 0.1


def test_predictions_do_not_depend_on_their_batch():
    weights, months = u.initial_weights(RNG(0)), np.arange(600, 620)
    together = u.predict(weights, 0, months)
    assert together.shape == (20, 16, 16, 6, 3)
    assert together[17] == pytest.approx(u.predict(weights, 0, months[17:18])[0])


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: u.train(0, 0), "years"), (lambda: u.train(0, 31), "years"), (lambda: u.train(-1), "seed"), (lambda: u.train(0, 3, -1), "member"),
        (lambda: u.train(0, 3, steps=0), "steps"), (lambda: u.train(0, 3, steps=1, rate=0), "rate"), (lambda: u.train(0, 3, steps=1, batch=0), "batch"),
        (lambda: u.initial_weights(RNG(0), "wide"), "kind"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()
