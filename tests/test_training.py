"""Gradients against finite differences, Adam against its paper's recurrence, and scikit-learn as an oracle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures.training import Adam, backward, flat, forward, initial_layers, softmax_cross_entropy
from scipy.optimize import check_grad
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.2]), st.lists(st.integers(1, 5), min_size=2, max_size=4))
def test_gradients_are_those_of_finite_differences(seed, slope, sizes):
    rng = np.random.default_rng(seed)
    layers, x = initial_layers(sizes, rng), rng.normal(size=(3, sizes[0]))
    layers = [(w, rng.normal(size=b.shape)) for w, b in layers]
    labels = rng.integers(0, sizes[-1], 3)
    shapes = [array.shape for array in flat(layers)]

    def packed(arrays):
        return np.concatenate([array.ravel() for array in arrays])

    def at(vector):
        cuts = np.cumsum([np.prod(shape) for shape in shapes])
        parts = [part.reshape(s) for part, s in zip(np.split(vector, cuts), [*shapes, x.shape], strict=True)]
        return list(zip(parts[:-1:2], parts[1:-1:2], strict=True)), parts[-1]

    def loss(vector):
        now, inputs = at(vector)
        return softmax_cross_entropy(forward(now, inputs, slope)[-1], labels)[0]

    def gradient(vector):
        now, inputs = at(vector)
        activations = forward(now, inputs, slope)
        by_layer, by_x = backward(now, activations, softmax_cross_entropy(activations[-1], labels)[1], slope)
        return packed([*flat(by_layer), by_x])

    point = packed([*flat(layers), x])
    assert check_grad(loss, gradient, point) < 1e-5 * (1 + np.abs(gradient(point)).max())


def test_outputs_and_loss_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    x, labels = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    fitted = MLPClassifier((7, 5), random_state=0).partial_fit(x, labels, classes=[0, 1, 2])
    logits = forward(list(zip(fitted.coefs_, fitted.intercepts_, strict=True)), x)[-1]
    assert np.isclose(softmax_cross_entropy(logits, labels)[0], log_loss(labels, fitted.predict_proba(x)))


def test_adam_is_the_recurrence_of_its_paper():
    gradients = np.random.default_rng(0).normal(size=(20, 3))
    w, m, v = np.ones(3), np.zeros(3), np.zeros(3)
    arrays = [np.ones(3)]
    adam = Adam(arrays, 0.01, (0.8, 0.95))
    for t, g in enumerate(gradients, 1):
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g**2
        w = w - 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-8)
        adam.step([g])
        assert np.allclose(arrays[0], w, rtol=1e-13)


def test_initial_weights_keep_the_size_of_what_passes_through():
    rng = np.random.default_rng(1)
    layers = initial_layers((400, 400, 400, 400), rng)
    passed = forward(layers, rng.normal(size=(50, 400)))
    assert [0.8 < np.mean(a**2) < 1.25 for a in passed[:-1]] == [True] * 3


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: initial_layers((3,), np.random.default_rng(0)), "sizes"),
        (lambda: initial_layers((3, 0), np.random.default_rng(0)), "sizes"),
        (lambda: forward(initial_layers((3, 2), np.random.default_rng(0)), [[1.0, 2.0]]), "x of shape"),
        (lambda: softmax_cross_entropy([[0.0, np.nan]], [0]), "logits"),
        (lambda: softmax_cross_entropy([[0.0, 1.0]], [2]), "labels"),
        (lambda: Adam([np.ones(2)], -1), "rate"),
        (lambda: Adam([np.ones(2)], 0.1, (0.9, 1)), "betas"),
    ],
)
def test_bad_input_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
