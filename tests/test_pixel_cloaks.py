"""Cloaks of single pictures: closed forms, an independent solver, exact budgets, gradients by finite differences."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.cloaking import cloak, cloak_linear
from miniatures.face_extractor import Extractor, LinearExtractor, train_extractor
from miniatures.pixel_cloaks import noise_cloak
from miniatures.training import initial_layers
from scipy.optimize import check_grad, minimize

SEEDS = st.integers(0, 2**32 - 1)


def problem(seed, k=3, n=8):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(k, n)), rng.uniform(size=n), rng.normal(size=k) * 3


# the linear case -----------------------------------------------------------------------------


def test_by_hand_one_row():
    """One feature, the mean direction: δ points along M and is as long as the budget."""
    assert cloak_linear([[3.0, 4.0]], [0.0, 0.0], [100.0], 2.0) == pytest.approx([1.2, 1.6])
    assert cloak_linear([[3.0, 4.0]], [0.0, 0.0], [5.0], 2.0) == pytest.approx([0.6, 0.8])  # M δ = 5, budget to spare


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("budget", [0.05, 0.3, 1.0])
def test_an_independent_solver_finds_no_better_cloak(seed, budget):
    matrix, image, target = problem(seed)
    ours = cloak_linear(matrix, image, target, budget)

    def loss(delta):
        return ((matrix @ (image + delta) - target) ** 2).sum()

    found = minimize(
        loss, np.zeros(8), jac=lambda d: 2 * matrix.T @ (matrix @ (image + d) - target), method="SLSQP", tol=1e-12,
        constraints={"type": "ineq", "fun": lambda d: budget**2 - d @ d, "jac": lambda d: -2 * d}, options={"maxiter": 500},
    )  # fmt: skip
    assert loss(ours) <= loss(found.x) * (1 + 1e-6)
    assert ours == pytest.approx(found.x, abs=2e-4)


@settings(max_examples=60)
@given(SEEDS, st.integers(1, 5), st.integers(1, 8), st.floats(0, 50))
def test_within_the_budget_and_optimal(seed, k, n, budget):
    """The conditions of optimality: Mᵀ(t - Mx - Mδ) = λ δ with λ >= 0, and λ = 0 unless the budget binds."""
    matrix, image, target = problem(seed, k, n)
    delta = cloak_linear(matrix, image, target, budget)
    assert np.linalg.norm(delta) <= budget
    pull = matrix.T @ (target - matrix @ (image + delta))
    if budget < 1e-60:  # too small to count: nothing is done, or all that is allowed
        spent = np.linalg.norm(delta)
        assert not spent or np.linalg.norm(pull) < 1e-7 or (spent == pytest.approx(budget) and pull @ delta >= 0)
    elif np.linalg.norm(delta) < budget * (1 - 1e-9):
        assert np.abs(pull).max() < 1e-7 * (1 + np.abs(target).max() * np.abs(matrix).max())
    elif budget > 1e-6:
        along = pull @ delta / (delta @ delta)
        assert along >= -1e-9
        assert pull == pytest.approx(along * delta, abs=1e-6 * (1 + np.linalg.norm(pull)))


@settings(max_examples=40)
@given(SEEDS, st.floats(0.01, 3), st.floats(1.01, 3))
def test_a_larger_budget_comes_at_least_as_close(seed, budget, factor):
    matrix, image, target = problem(seed)
    small, large = (
        np.linalg.norm(matrix @ (image + cloak_linear(matrix, image, target, b)) - target)
        for b in (budget, factor * budget)
    )
    assert large <= small + 1e-9


def test_a_matrix_of_low_rank_and_one_of_zeros():
    matrix = np.array([[1.0, 0, 0], [2.0, 0, 0]])
    assert cloak_linear(matrix, [0, 0, 0], [1, 2], 5.0) == pytest.approx([1, 0, 0])
    assert cloak_linear(np.zeros((2, 3)), [1, 1, 1], [4, 4], 2.0).tolist() == [0, 0, 0]
    assert cloak_linear(matrix, [0, 0, 0], [1, 2], 0).tolist() == [0, 0, 0]


# cloaks of pictures --------------------------------------------------------------------------


@settings(max_examples=60)
@given(SEEDS, st.floats(0, 1), st.integers(1, 7), st.sampled_from([(3, 8), (3, 2, 4), (8,)]))
def test_every_pixel_keeps_to_the_budget_exactly(seed, budget, steps, shape):
    rng = np.random.default_rng(seed)
    images = rng.choice([0.0, 0.1, 0.7, 1.0, rng.uniform()], size=shape)
    changed = cloak(rng.normal(size=(2, 8)), images, rng.normal(size=2) * 9, budget, steps)
    for found in (changed, noise_cloak(images, budget, rng)):
        assert found.shape == images.shape
        assert np.abs(found - images).max() <= budget
        assert 0 <= found.min() <= found.max() <= 1


def test_no_budget_changes_nothing():
    matrix, image, target = problem(1)
    assert (cloak(matrix, image, target, 0, 10) == image).all()
    assert (noise_cloak(image, 0, np.random.default_rng(0)) == image).all()


@settings(max_examples=40)
@given(SEEDS, st.floats(0, 0.3), st.integers(1, 30))
def test_no_picture_ends_farther_from_its_target(seed, budget, steps):
    rng = np.random.default_rng(seed)
    model = Extractor(tuple(initial_layers((8, 6, 4), rng)))
    images, target = rng.uniform(size=(5, 8)), rng.normal(size=(5, 4)) * 3
    before, after = (model.pull(x, target)[0] for x in (images, cloak(model, images, target, budget, steps)))
    assert (after <= before).all()


@pytest.mark.parametrize("seed", range(5))
def test_a_small_linear_cloak_moves_every_pixel_by_the_whole_budget(seed):
    """Exercise 2: where the budget binds everywhere the answer is budget * sign(Mᵀ (t - M x))."""
    matrix, image, target = problem(seed)
    image = 0.2 + 0.6 * image
    expected = image + 0.001 * np.sign(matrix.T @ (target - matrix @ image))
    assert cloak(matrix, image, target, 0.001, 20) == pytest.approx(expected, abs=1e-15)


def test_close_to_the_best_that_a_box_allows():
    """Against a solver of bounded least squares."""
    matrix, image, target = problem(3, 4, 12)
    bounds = list(zip(np.maximum(image - 0.2, 0), np.minimum(image + 0.2, 1), strict=True))
    best = minimize(lambda x: ((matrix @ x - target) ** 2).sum(), image, bounds=bounds, method="L-BFGS-B").fun
    ours = ((matrix @ cloak(matrix, image, target, 0.2, 200) - target) ** 2).sum()
    assert best * (1 - 1e-9) <= ours <= best * 1.01


def test_gradients_by_the_pixels_are_those_of_finite_differences():
    rng = np.random.default_rng(7)
    target, x = rng.normal(size=(1, 4)), rng.uniform(size=10)
    for model in (Extractor(tuple(initial_layers((10, 6, 4), rng))), LinearExtractor(rng.normal(size=(4, 10)))):
        error = check_grad(
            lambda row, m=model: m.pull(row[None], target)[0][0],
            lambda row, m=model: m.pull(row[None], target)[1][0],
            x,
        )
        assert error < 1e-5


def test_noise_moves_every_inner_pixel_by_the_budget_either_way():
    images = np.full((50, 100), 0.5)
    moved = noise_cloak(images, 0.06, np.random.default_rng(1)) - images
    assert np.abs(moved) == pytest.approx(0.06)
    assert (moved > 0).mean() == pytest.approx(0.5, abs=0.03)


def test_an_extractor_learns_and_a_robust_one_resists():
    """Two people of eight pixels: both are told apart, and within ε the robust one's answer moves less."""
    rng = np.random.default_rng(0)
    people = np.arange(200) % 2
    photos = np.clip(
        0.5 + 0.25 * (people[:, None] - 0.5) * np.array([1.0] * 4 + [0.2] * 4) + 0.02 * rng.normal(size=(200, 8)), 0, 1
    )
    plain, robust = (train_extractor(photos, people, np.random.default_rng(1), 150, eps) for eps in (0.0, 0.08))
    for model in (plain, robust):
        found = model.features(photos)
        centres = np.array([found[people == one].mean(axis=0) for one in (0, 1)])
        assert (((found[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1) == people).mean() > 0.95

    def moved(model):
        found, goal = model.features(photos), model.features(photos[::-1])
        gap = np.linalg.norm(found - goal, axis=1)
        return (np.linalg.norm(model.features(cloak(model, photos, goal, 0.08, 10)) - found, axis=1) / gap).mean()

    assert moved(robust) < moved(plain)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: cloak_linear([[1.0]], [0.0, 1.0], [1.0], 1.0), "image"), (lambda: cloak_linear([[1.0]], [0.0], [1.0, 2.0], 1.0), "target"),
    (lambda: cloak_linear([1.0], [0.0], [1.0], 1.0), "extractor"), (lambda: cloak_linear([[1e-300]], [0.0], [1.0], 1.0), "extractor"), (lambda: cloak_linear([[1.0]], [0.0], [1.0], -1), "budget"),
    (lambda: cloak_linear([[np.nan]], [0.0], [1.0], 1.0), "extractor"), (lambda: cloak_linear([[1.0]], [0.0], [1.0], np.inf), "budget"),
    (lambda: cloak([[1.0]], [1.5], [1.0], 0.1, 3), "images"), (lambda: cloak([[1.0]], [0.5], [1.0, 2.0], 0.1, 3), "target_features"),
    (lambda: cloak([[1.0]], [0.5], [1.0], 1.1, 3), "budget"), (lambda: cloak([[1.0]], [0.5], [1.0], 0.1, 0), "steps"),
    (lambda: cloak([[1.0]], [0.5], [1.0], 0.1, 2.5), "steps"), (lambda: cloak([[1.0]], [0.5, 0.5], [1.0], 0.1, 3), "images"),
    (lambda: cloak([[1.0]], 0.5, [1.0], 0.1, 3), "images"), (lambda: cloak("Φ", [0.5], [1.0], 0.1, 3), "extractor"),
    (lambda: cloak([[1.0]], np.zeros((0, 1)), [1.0], 0.1, 3), "images"), (lambda: noise_cloak([2.0], 0.1, np.random.default_rng(0)), "images"),
    (lambda: noise_cloak([0.5], None, np.random.default_rng(0)), "budget"),
    (lambda: train_extractor([[0.5]], [0, 1], np.random.default_rng(0)), "people"),
    (lambda: train_extractor([[0.5]], ["a"], np.random.default_rng(0)), "people"),
    (lambda: train_extractor([[0.5], [0.2]], [0, 1], np.random.default_rng(0), 0), "steps"),
    (lambda: train_extractor([[0.5], [0.2]], [0, 1], np.random.default_rng(0), 5, -0.1), "epsilon"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
