"""The random walker: against a dense solve, values of scikit-image, walkers that really walk, and what a harmonic function must be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.instance_segmentation import random_walker, random_walker_weights
from miniatures.random_walk import edge_weights, seed_labels

# of skimage.segmentation.random_walker 0.26.0, beta=30, mode "bf", return_full_prob; networkx 3.7's Laplacian gives the same to 1e-15
PUBLISHED = [
    [1.0, 0.79022591, 0.73556494, 0.43612927, 0.41599706, 0.39193645],
    [0.80052802, 0.70689798, 0.7006978, 0.43095475, 0.37524113, 0.31140426],
    [0.65628076, 0.62650242, 0.49635922, 0.0, 0.17633589, 0.19537059],
    [0.56954655, 0.55570583, 0.47240676, 0.05995034, 0.18088076, 0.18769496],
    [0.54614117, 0.49726132, 0.43398367, 0.35694025, 0.2892317, 0.0],
]


def dense(horizontal, vertical, seeds):
    """L p = 0 with the whole Laplacian written out."""
    height, width = horizontal.shape[0], vertical.shape[1]
    pixel, laplacian = np.arange(height * width).reshape(height, width), np.zeros((height * width,) * 2)
    for weights, one, other in ((horizontal, pixel[:, :-1], pixel[:, 1:]), (vertical, pixel[:-1], pixel[1:])):
        for w, i, j in zip(weights.ravel(), one.ravel(), other.ravel(), strict=True):
            laplacian[[i, j], [i, j]] += w
            laplacian[[i, j], [j, i]] -= w
    known = [pixel[place] for place in seeds]
    free = np.setdiff1d(pixel, known)
    p = np.zeros(height * width)
    p[known] = list(seeds.values())
    p[free] = np.linalg.solve(laplacian[np.ix_(free, free)], -laplacian[np.ix_(free, known)] @ p[known])
    return p.reshape(height, width)


@st.composite
def grids(draw):
    height, width = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    horizontal, vertical = rng.uniform(1e-4, 1, (height, width - 1)), rng.uniform(1e-4, 1, (height - 1, width))
    count = draw(st.integers(1, min(4, height * width)))
    places = rng.permutation(height * width)[:count]
    return horizontal, vertical, {(int(k // width), int(k % width)): int(rng.integers(2)) for k in places}


@given(grids())
@settings(deadline=None)
def test_the_solution_is_the_dense_one(grid):
    horizontal, vertical, seeds = grid
    if len(seeds) == horizontal.shape[0] * vertical.shape[1]:
        return
    assert random_walker_weights(*grid) == pytest.approx(dense(horizontal, vertical, seeds), abs=1e-10)


@given(grids(), st.floats(1e-3, 1e3))
@settings(deadline=None)
def test_probabilities_are_harmonic_and_complementary_and_do_not_depend_on_the_unit(grid, unit):
    horizontal, vertical, seeds = grid
    p = random_walker_weights(*grid)
    assert p.min() >= 0
    assert p.max() <= 1
    flipped = random_walker_weights(horizontal, vertical, {place: 1 - label for place, label in seeds.items()})
    assert p + flipped == pytest.approx(np.ones(p.shape), abs=1e-10)
    assert random_walker_weights(unit * horizontal, unit * vertical, seeds) == pytest.approx(p, abs=1e-9)
    turned = random_walker_weights(vertical.T, horizontal.T, {place[::-1]: label for place, label in seeds.items()})
    assert np.abs(turned.T - p).max() < 1e-10
    across, down = np.diff(p, axis=1) * horizontal, np.diff(p, axis=0) * vertical
    flow = np.zeros(p.shape)
    flow[:, :-1] += across
    flow[:, 1:] -= across
    flow[:-1] += down
    flow[1:] -= down
    free = np.ones(p.shape, bool)
    free[tuple(np.array(list(seeds)).T)] = False
    assert np.abs(flow[free]).max(initial=0) < 1e-12


def test_scikit_image_and_networkx_find_the_same():
    image = np.round(0.5 + 0.3 * np.sin(np.arange(30.0).reshape(5, 6) ** 1.3), 3)
    weights = [np.exp(-3 * np.diff(image, axis=axis) ** 2 / image.std()) + 1e-10 for axis in (1, 0)]
    seeds = {(0, 0): 1, (4, 5): 0, (2, 3): 0}
    assert random_walker_weights(*weights, seeds) == pytest.approx(np.array(PUBLISHED), abs=6e-9)
    assert random_walker(image, seeds, 3.0) == pytest.approx(np.array(PUBLISHED), abs=1e-3)  # the floor is 1e-4 there


def test_a_line_is_a_chain_of_resistors():
    resistances = np.array([1.0, 4.0, 2.0, 3.0])
    p = random_walker_weights((1 / resistances)[None], np.zeros((0, 5)), {(0, 0): 0, (0, 4): 1})
    assert p[0] == pytest.approx(np.r_[0, np.cumsum(resistances)] / 10)


def test_walkers_who_walk_arrive_as_often():
    rng = np.random.default_rng(3)
    horizontal, vertical = rng.uniform(0.2, 1, (4, 3)), rng.uniform(0.2, 1, (3, 4))
    seeds = {(0, 0): 1, (3, 3): 0, (0, 3): 0}
    steps = np.zeros((4, 4, 5))  # up, down, left, right, in shares that add up
    steps[1:, :, 0], steps[:-1, :, 1], steps[:, 1:, 2], steps[:, :-1, 3] = vertical, vertical, horizontal, horizontal
    shares = np.cumsum(steps, axis=2) / steps.sum(axis=2, keepdims=True)
    at = np.full((20_000, 2), 2)
    labels = seed_labels(seeds, (4, 4))
    while (going := np.flatnonzero(labels[tuple(at.T)] < 0)).size:
        way = (rng.random((going.size, 1)) > shares[tuple(at[going].T)]).sum(axis=1)
        at[going] += np.array([(-1, 0), (1, 0), (0, -1), (0, 1)])[way]
    assert random_walker_weights(horizontal, vertical, seeds)[2, 2] == pytest.approx(
        labels[tuple(at.T)].mean(), abs=0.012
    )


def test_weights_say_how_alike_two_neighbours_are():
    image = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 1.0]])
    across, down = edge_weights(image, 2.0)
    assert across[0].tolist() == pytest.approx([1.0001, np.exp(-2 / image.std()) + 1e-4])
    assert down == pytest.approx(np.full((1, 3), 1.0001))
    assert np.all(edge_weights(np.full((3, 3), 7.0), 5)[0] == 1.0001)


def test_seeds_may_be_an_array_and_a_wall_divides():
    image = np.zeros((5, 8))
    image[:, 4:] = 1
    labels = np.full((5, 8), -1)
    labels[2, 0], labels[2, 7] = 0, 1
    p = random_walker(image, labels, 10)
    assert np.array_equal(p > 0.5, image > 0)
    assert np.array_equal(p, random_walker(image, {(2, 0): 0, (2, 7): 1}, 10))


def test_pixels_without_a_way_to_a_seed_are_refused():
    with pytest.raises(ValueError, match=r"no walker from \(0, 2\)"):
        random_walker_weights([[1.0, 0.0, 1.0]], np.zeros((0, 4)), {(0, 0): 1})
    p = random_walker_weights([[1.0, 0.0, 1.0]], np.zeros((0, 4)), {(0, 0): 1, (0, 3): 0})
    assert p.tolist() == [[1, 1, 0, 0]]
    assert random_walker_weights(np.zeros((1, 0)), np.zeros((0, 1)), {(0, 0): 1}).tolist() == [[1]]


SMALL = np.ones((2, 2)), np.ones((1, 3))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: random_walker_weights(*SMALL, {}), "seeds holds none"),
        (lambda: random_walker_weights(*SMALL, {(2, 0): 1}), r"pixel \(2, 0\)"),
        (lambda: random_walker_weights(*SMALL, {(0, -1): 1}), "pixel"),
        (lambda: random_walker_weights(*SMALL, {(0, 1.0): 1}), "pixel"),
        (lambda: random_walker_weights(*SMALL, {"a": 1}), "pixel 'a'"),
        (lambda: random_walker_weights(*SMALL, {(0, 0): 0.5}), "0.5 must be 0"),
        (lambda: random_walker_weights(*SMALL, {(0, 0): None}), "None must be 0"),
        (lambda: random_walker_weights(*SMALL, {(0, 0): True}), "True must be 0"),
        (lambda: random_walker_weights(*SMALL, [[2]]), "seeds"),
        (lambda: random_walker_weights(np.ones((2, 2)), np.ones((1, 2)), {(0, 0): 1}), "fit no grid"),
        (lambda: random_walker_weights(-np.ones((2, 2)), np.ones((1, 3)), {(0, 0): 1}), "horizontal holds -1"),
        (lambda: random_walker_weights(np.full((2, 2), np.nan), np.ones((1, 3)), {(0, 0): 1}), "horizontal holds nan"),
        (lambda: random_walker_weights(np.full((2, 2), 1e-9), np.ones((1, 3)), {(0, 0): 1}), "largest"),
        (lambda: random_walker_weights(np.ones(2), np.ones((1, 3)), {(0, 0): 1}), "two axes"),
        (lambda: random_walker(np.zeros((300, 300)), {(0, 0): 1}), "too large"),
        (lambda: random_walker([[0, np.inf]], {(0, 0): 1}), "image holds inf"),
        (lambda: random_walker([[0, 1]], {(0, 0): 1}, -1), "beta=-1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
