"""Tests of miniatures.fashion_gan: the exact game against quadrature, the GAN's gradients against finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.fashion_gan import (
    Recipe,
    adversarial_losses,
    game_value,
    generate,
    input_gradient,
    jensen_shannon,
    latent_noise,
    log_ratio,
    optimal_discriminator,
    slope_penalty,
    train_gan,
)
from miniatures.training import backward, flat, forward, initial_layers
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

SHIFTS, SPREADS = st.floats(-6, 6), st.floats(0.2, 5)


# ---- the exact game


def by_quadrature(shift, spread):
    p, g = norm(0, 1).pdf, norm(shift, spread).pdf

    def half(density):
        return lambda x: density(x) * np.log(2 * density(x) / (p(x) + g(x))) if density(x) > 0 else 0.0

    places = sorted({-1.0, 0.0, 1.0, shift - spread, shift, shift + spread})
    span = max(10, 10 * spread) + abs(shift)
    return sum(quad(half(one), -span, span, points=places, limit=400)[0] for one in (p, g)) / 2


@pytest.mark.parametrize(
    ("shift", "spread"), [(0, 1), (0.1, 1), (1.5, 1), (-1.5, 1), (4, 1), (0, 0.3), (2, 0.5), (1, 3), (3, 0.1)]
)
def test_jensen_shannon_by_quadrature(shift, spread):
    assert jensen_shannon(shift, spread) == pytest.approx(by_quadrature(shift, spread), abs=1e-8)


def test_the_numbers_of_the_page():
    assert jensen_shannon(1.5) == pytest.approx(0.2212, abs=5e-5)
    assert game_value(1.5) == pytest.approx(-0.9440, abs=5e-5)
    assert game_value(0) == pytest.approx(-1.386294, abs=1e-6)
    assert jensen_shannon(1e6) == pytest.approx(np.log(2), abs=1e-15)
    assert optimal_discriminator(0.75, 1.5) == 0.5


@given(SHIFTS, SPREADS)
def test_jensen_shannon_lies_between_0_and_log_2(shift, spread):
    found = jensen_shannon(shift, spread)
    assert 0 <= found <= np.log(2) + 1e-12
    assert found == pytest.approx(jensen_shannon(-shift, spread), abs=1e-13)  # a mirror changes nothing
    assert found == pytest.approx(jensen_shannon(shift / spread, 1 / spread), abs=1e-9)  # nor do names and units


@given(st.floats(1e-12, 1e-3))
def test_small_shifts_keep_their_digits(shift):
    assert jensen_shannon(shift) == pytest.approx(shift**2 / 8, rel=1e-5)


@given(st.floats(-20, 20), SHIFTS, SPREADS)
def test_the_optimal_discriminator_is_the_share_of_the_real_density(x, shift, spread):
    odds = norm.logpdf(x) - norm.logpdf(x, shift, spread)
    assert log_ratio(x, shift, spread) == pytest.approx(odds, abs=1e-9)
    assert optimal_discriminator(x, shift, spread) == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-12)


def test_arrays_go_in_and_come_out():
    found = optimal_discriminator(np.array([[0.0, 0.75], [1.5, -1.0]]), 1.5)
    assert found.shape == (2, 2)
    assert found[0, 1] == 0.5
    assert isinstance(optimal_discriminator(0, 1), float)
    assert isinstance(jensen_shannon(1), float)
    assert isinstance(game_value(1), float)


def test_no_other_discriminator_reaches_the_value():
    x = np.linspace(-9, 11, 20001)
    p, g = norm.pdf(x), norm.pdf(x, 1.5)
    best = optimal_discriminator(x, 1.5)

    def value(d):
        return ((p * np.log(d) + g * np.log(1 - d)).sum() * (x[1] - x[0])).item()

    assert value(best) == pytest.approx(game_value(1.5), abs=1e-6)
    for wrong in (best**1.1, 0.02 + 0.96 * best, np.full_like(x, 0.5)):
        assert value(wrong) < game_value(1.5) - 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_logistic_regression_finds_the_optimal_discriminator(seed):
    rng = np.random.default_rng(seed)
    x = np.concatenate([rng.normal(size=40_000), rng.normal(1.5, 1, 40_000)])[:, None]
    fitted = LogisticRegression(C=1e6).fit(x, np.repeat([1, 0], 40_000))
    assert fitted.coef_[0, 0] == pytest.approx(-1.5, abs=0.05)
    assert fitted.intercept_[0] == pytest.approx(1.125, abs=0.05)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: jensen_shannon(float("nan")), "shift"),
        (lambda: jensen_shannon(1e9), "shift"),
        (lambda: jensen_shannon("1"), "shift"),
        (lambda: jensen_shannon(True), "shift"),
        (lambda: game_value(None), "shift"),
        (lambda: jensen_shannon(1, 0), "spread"),
        (lambda: optimal_discriminator(float("inf"), 1), "x"),
        (lambda: optimal_discriminator("a", 1), "x"),
        (lambda: optimal_discriminator(0, float("nan")), "shift"),
        (lambda: optimal_discriminator([[1], [1, 2]], 1), "x"),
    ],
)
def test_the_game_refuses(call, name):
    with pytest.raises(ValueError, match=name):
        call()


# ---- gradients by hand


def networks(seed):
    rng = np.random.default_rng(seed)
    layers = [(w, rng.normal(size=b.shape)) for w, b in initial_layers((7, 6, 5, 1), rng)]
    return layers, rng.normal(size=(9, 7))


def by_differences(layers, loss, width=1e-6):
    found = []
    for array in flat(layers):
        by = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            ends = []
            for sign in (1, -1):
                array[place] = kept + sign * width
                ends.append(loss())
            array[place] = kept
            by[place] = (ends[0] - ends[1]) / (2 * width)
        found.append(by)
    return found


@pytest.mark.parametrize("columns", [7, 4])
def test_the_penalty_and_its_gradient_by_finite_differences(columns):
    layers, x = networks(3)
    value, gradients = slope_penalty(layers, forward(layers, x, 0.2), 0.7, columns)
    steps = np.eye(7)[:columns] * 1e-6
    slopes = [(forward(layers, x + one, 0.2)[-1] - forward(layers, x - one, 0.2)[-1])[:, 0] / 2e-6 for one in steps]
    assert value == pytest.approx(0.35 * (np.array(slopes) ** 2).sum(axis=0).mean(), rel=1e-6)
    wanted = by_differences(layers, lambda: slope_penalty(layers, forward(layers, x, 0.2), 0.7, columns)[0])
    for found, by in zip(flat(gradients), wanted, strict=True):
        assert found == pytest.approx(by, abs=1e-8)
    assert any(np.abs(by).max() > 1e-2 for by in wanted)


def test_the_losses_and_their_gradients():
    rng = np.random.default_rng(0)
    true, fake = rng.normal(size=(2, 5, 1))
    d_loss, g_loss, by_true, by_fake, for_g = adversarial_losses(true, fake, 0.9)
    d = 1 / (1 + np.exp(-np.array([true, fake])))
    assert d_loss == pytest.approx((-0.9 * np.log(d[0]) - 0.1 * np.log(1 - d[0]) - np.log(1 - d[1])).mean())
    assert g_loss == pytest.approx(-np.log(d[1]).mean())
    for number, (by, which) in enumerate(((by_true, 0), (by_fake, 1), (for_g, 1))):
        for n in range(5):
            step = np.zeros((5, 1))
            step[n] = 1e-6
            ends = [
                adversarial_losses(true + s * step * (which == 0), fake + s * step * (which == 1))[number == 2]
                for s in (1, -1)
            ]
            assert by[n, 0] == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)


def test_losses_of_extreme_logits_stay_numbers():
    found = adversarial_losses(np.array([[900.0]]), np.array([[-900.0]]))
    assert np.isfinite(np.hstack([np.ravel(one) for one in found])).all()


def test_the_gradient_by_the_input_is_that_of_the_whole_pass():
    layers, x = networks(1)
    states, gradient = forward(layers, x, 0.2), np.ones((9, 1)) / 9
    by_output, by_input = input_gradient(layers, states, gradient)
    wanted, whole = backward(layers, states, gradient, 0.2)
    assert by_input == pytest.approx(whole)
    for number, by in enumerate(by_output):
        assert states[number].T @ by == pytest.approx(wanted[number][0])


def test_the_generators_gradient_goes_through_the_discriminator():
    rng = np.random.default_rng(5)
    g, d, z = initial_layers((3, 6, 4), rng), initial_layers((4, 6, 1), rng), rng.normal(size=(8, 3))

    def loss():
        return adversarial_losses(np.zeros((8, 1)), forward(d, generate(g, z), 0.2)[-1])[1]

    made = forward(g, z, 0.2)
    pictures = np.tanh(made[-1])
    judged = forward(d, pictures, 0.2)
    by_picture = input_gradient(d, judged, adversarial_losses(judged[-1], judged[-1])[4])[1]
    found = backward(g, made, by_picture * (1 - pictures**2), 0.2)[0]
    for one, by in zip(flat(found), by_differences(g, loss), strict=True):
        assert one == pytest.approx(by, abs=1e-8)


# ---- the GAN


def test_a_result_has_the_shapes_and_the_range_of_the_images():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (30, 5, 3))
    gan = train_gan(images, 4, rng, count=7, snapshots=(0, 2, 4))
    assert gan.samples.shape == (7, 5, 3)
    assert gan.losses.shape == gan.scores.shape == (4, 2)
    assert images.min() <= gan.samples.min() <= gan.samples.max() <= images.max()
    assert len(gan.snapshots) == 3
    assert all((a == b).all() for a, b in zip(flat(gan.snapshots[-1]), flat(gan.generator), strict=True))
    assert not np.allclose(gan.snapshots[0][0][0], gan.snapshots[1][0][0])


def test_the_same_rng_gives_the_same_training_and_another_gives_another():
    images = np.random.default_rng(0).random((20, 4, 4))
    first, again, other = (train_gan(images, 3, np.random.default_rng(s)) for s in (1, 1, 2))
    assert (first.samples == again.samples).all()
    assert not np.allclose(first.samples, other.samples)


@pytest.mark.parametrize("seed", range(3))
def test_a_gan_learns_two_pictures(seed):
    images = np.zeros((2, 3, 3))
    images[0, :, 0], images[1, 0] = 1, 1
    small = Recipe(width=32, latent=4, batch=32)
    gan = train_gan(images, 800, np.random.default_rng(seed), small, count=200)
    apart = np.abs(gan.samples.reshape(200, 1, 9) - images.reshape(1, 2, 9)).mean(axis=2)
    assert np.median(apart.min(axis=1)) < 0.12
    assert 0.15 < (apart.argmin(axis=1) == 0).mean() < 0.85  # of both kinds
    untrained = train_gan(images, 0, np.random.default_rng(seed), small, count=200)
    before = np.abs(untrained.samples.reshape(200, 1, 9) - images.reshape(1, 2, 9)).mean(axis=2)
    assert np.median(before.min(axis=1)) > 0.25


def test_the_units_of_the_images_do_not_matter():
    images = np.random.default_rng(0).random((20, 4, 4))
    first, second = (train_gan(one, 3, np.random.default_rng(1)).samples for one in (images, 255 * images - 7))
    assert 255 * first - 7 == pytest.approx(second, abs=1e-8)


def test_labels_are_told_to_both_networks():
    rng = np.random.default_rng(0)
    images, labels = rng.random((20, 4, 4)), np.arange(20) % 3
    gan = train_gan(images, 2, rng, labels=labels)
    assert gan.generator[0][0].shape[0] == 32 + 3
    noise = latent_noise(6, Recipe(), rng, 3)
    assert noise[:, 32:].tolist() == np.eye(3)[[0, 1, 2, 0, 1, 2]].tolist()


def test_more_steps_of_one_player_cost_it_more_steps():
    images = np.random.default_rng(0).random((20, 4, 4))

    def moved(**changes):
        gan = train_gan(images, 1, np.random.default_rng(1), Recipe(average=0.0, **changes), snapshots=(0, 1))
        return np.abs(gan.snapshots[1][0][0] - gan.snapshots[0][0][0]).max()

    assert moved(generator_steps=3) > 2 * moved()  # Adam moves each weight by about the rate
    assert moved() == pytest.approx(5e-4, rel=1e-3)


@given(
    st.integers(1, 6),
    st.integers(1, 5),
    st.integers(1, 5),
    st.integers(0, 2),
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
)
@settings(max_examples=25, deadline=None)
def test_any_images_give_numbers(count, height, width, steps, low, high):
    images = low + high * np.random.default_rng(0).random((count, height, width))
    images.flat[0] = low + 2 * high
    if images.min() == images.max():
        return
    gan = train_gan(images, steps, np.random.default_rng(0), count=2)
    assert np.isfinite(gan.samples).all()
    assert np.isfinite(gan.losses).all()


GOOD = np.random.default_rng(0).random((6, 3, 3))
RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: train_gan(GOOD, -1, RNG), "steps=-1"),
        (lambda: train_gan(GOOD, 2.0, RNG), "steps=2.0"),
        (lambda: train_gan(GOOD, 1, 0), "rng=0"),
        (lambda: train_gan(GOOD, 1, None), "rng=None"),
        (lambda: train_gan(np.ones((4, 3, 3)), 1, RNG), "images hold 1 everywhere"),
        (lambda: train_gan(np.zeros((0, 3, 3)), 1, RNG), "images of shape"),
        (lambda: train_gan(np.zeros(3), 1, RNG), "images of shape"),
        (lambda: train_gan([[1, 2], [3]], 1, RNG), "images"),
        (lambda: train_gan(GOOD * np.nan, 1, RNG), "images"),
        (lambda: train_gan(GOOD, 1, RNG, labels=[0, 1]), "labels"),
        (lambda: train_gan(GOOD, 1, RNG, labels=[-1] * 6), "labels"),
        (lambda: train_gan(GOOD, 1, RNG, snapshots=(2,)), "snapshots=2"),
        (lambda: train_gan(GOOD, 1, RNG, count=0), "count=0"),
        (lambda: Recipe(width=0), "width=0"),
        (lambda: Recipe(penalty=-1), "penalty=-1"),
        (lambda: Recipe(rate=float("nan")), "rate=nan"),
    ],
)
def test_training_refuses(call, name):
    with pytest.raises(ValueError, match=name):
        call()
