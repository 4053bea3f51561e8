"""Finite networks: their gradients by finite differences, their tangent kernel by written-out gradients, their training."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.wide_networks import Network, descend, movement, outputs, random_network, tangent_kernel

SEEDS = st.integers(0, 10_000)


def some(seed, depth=2, parametrisation="ntk", bias=0.3):
    rng = np.random.default_rng(seed)
    network = random_network(3, 5, depth, rng, 1.7, bias, parametrisation)
    return network, rng.normal(size=(4, 3)), rng.normal(size=(2, 3))


def gradients(network, x, step=1e-6):
    """The output's derivative by every weight and bias, by central differences, (N, parameters)."""
    found = []
    for kind in ("weights", "biases"):
        for layer, values in enumerate(getattr(network, kind)):
            for place in np.ndindex(values.shape):
                ends = []
                for sign in (1, -1):
                    moved = [array.copy() for array in getattr(network, kind)]
                    moved[layer][place] += sign * step
                    ends.append(outputs(replace(network, **{kind: tuple(moved)}), x))
                found.append((ends[0] - ends[1]) / (2 * step))
    return np.array(found).T


@settings(max_examples=8, deadline=None)
@given(SEEDS, st.sampled_from([0, 1, 2, 3]), st.sampled_from(["ntk", "standard"]))
def test_the_tangent_kernel_is_the_product_of_the_gradients(seed, depth, parametrisation):
    network, x, z = some(seed, depth, parametrisation)
    assert tangent_kernel(network, x, z) == pytest.approx(
        gradients(network, x) @ gradients(network, z).T, abs=1e-4, rel=1e-4
    )


@given(SEEDS)
def test_both_parametrisations_compute_the_same_function(seed):
    one, x, _ = some(seed, 2, "ntk")
    other, _, _ = some(seed, 2, "standard")
    assert outputs(one, x) == pytest.approx(outputs(other, x))


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_one_small_step_moves_the_output_as_the_kernel_says(seed):
    network, x, z = some(seed)
    targets, step = np.ones(4), 1e-7
    *_, last = descend(network, x, targets, step, 1)
    moved = (outputs(last, z) - outputs(network, z)) / step
    assert moved == pytest.approx(-tangent_kernel(network, z, x) @ (outputs(network, x) - targets), rel=1e-3, abs=1e-4)


def test_training_reaches_its_targets_and_starts_where_it_started():
    network, x, _ = some(3, 1)
    network = random_network(3, 200, 1, np.random.default_rng(0), bias_variance=0.1)
    runs = list(descend(network, x, [1.0, -1, 0.5, 0], 0.05, 600))
    assert len(runs) == 601
    assert outputs(runs[0], x) == pytest.approx(outputs(network, x))
    assert outputs(runs[-1], x) == pytest.approx([1.0, -1, 0.5, 0], abs=1e-2)
    assert movement(network, runs[0]) == 0
    assert 0 < movement(network, runs[-1]) < 0.3


def test_movement_by_hand():
    def net(value):
        return Network((np.array([[3.0, value]]),), (np.zeros(1),), (1.0,), 0.0)

    assert movement(net(4.0), net(5.0)) == pytest.approx(1 / 5)


@pytest.mark.parametrize(
    ("change", "name"),
    [({"inputs": 0}, "inputs"), ({"width": 0}, "width"), ({"width": 2.5}, "width"), ({"depth": -1}, "depth"), ({"depth": 65}, "depth"),
     ({"weight_variance": 0}, "weight_variance"), ({"bias_variance": -1}, "bias_variance"), ({"parametrisation": "mup"}, "parametrisation"),
     ({"width": 16_000, "depth": 3}, "weights")],
)  # fmt: skip
def test_networks_refuse(change, name):
    with pytest.raises(ValueError, match=name):
        random_network(**{"inputs": 2, "width": 3, "depth": 1, "rng": np.random.default_rng(0)} | change)


def test_inputs_and_targets_are_checked():
    network = random_network(2, 3, 1, np.random.default_rng(0))
    for x in ([[1.0]], [1.0, 2.0], [[np.nan, 1]]):
        with pytest.raises(ValueError, match="x"):
            outputs(network, x)
    for targets, rate, steps, name in (([1.0, 2], 0.1, 1, "targets"), ([1.0], 0, 1, "rate"), ([1.0], 0.1, -1, "steps")):
        with pytest.raises(ValueError, match=name):
            list(descend(network, [[1.0, 2.0]], targets, rate, steps))
