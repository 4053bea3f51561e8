"""UMAP's parts against scipy, scikit-learn and the values that umap-learn prints; layouts on small clouds."""

import math

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import umap_layout as um
from sklearn.manifold import trustworthiness as sk_trustworthiness


def target_curve(d, least, spread):
    return np.where(d < least, 1.0, np.exp(-(d - least) / spread))


def test_the_curve_of_umap_learn():
    assert um.umap_curve(0.1) == pytest.approx((1.57694, 0.89506), abs=6e-6)  # printed by umap-learn for min_dist 0.1


@given(st.floats(0, 1), st.floats(0.05, 20))
@settings(deadline=None, max_examples=12)
def test_the_curve_is_scipys_least_squares_fit(share, spread):
    d = np.linspace(0, 3 * spread, 300)
    wanted = target_curve(d, share * spread, spread)
    a, b = um.umap_curve(share * spread, spread)

    def error(a, b):
        return ((1 / (1 + a * d ** (2 * b)) - wanted) ** 2).sum()

    scale = spread ** (2 * b)
    found, _ = scipy.optimize.curve_fit(
        lambda t, a, b: 1 / (1 + a * t ** (2 * b)), d / spread, wanted, p0=(1.5, 1.0), maxfev=10_000
    )
    assert error(a, b) <= error(found[0] / spread ** (2 * found[1]), found[1]) * (1 + 1e-6) + 1e-12
    assert (a * scale, b) == pytest.approx(tuple(found), rel=2e-3)


@pytest.mark.parametrize("call", [lambda: um.umap_curve(1.01), lambda: um.umap_curve(2, 1.5), lambda: um.umap_curve(-0.1),
                                  lambda: um.umap_curve(math.nan), lambda: um.umap_curve("0.1"), lambda: um.umap_curve(True)])  # fmt: skip
def test_curves_that_are_refused(call):
    with pytest.raises(ValueError, match="min_distance="):
        call()


@pytest.mark.parametrize("spread", [0, -1, math.inf, math.nan, None])
def test_spreads_that_are_refused(spread):
    with pytest.raises(ValueError, match="spread="):
        um.umap_curve(0.0, spread)


def test_a_scale_by_hand():
    # z = exp(-1/sigma): 1 + z + z**2 = 1.5, so z = (sqrt(3) - 1)/2
    assert um.smooth_knn_scale([1, 2, 3], 1.5) == pytest.approx(-1 / math.log((math.sqrt(3) - 1) / 2), rel=1e-12)
    assert um.smooth_knn_scale([3.0, 1.0, 2.0], 1.5) == pytest.approx(um.smooth_knn_scale([1, 2, 3], 1.5), rel=1e-12)
    assert um.smooth_knn_scale([10, 20, 30], 1.5) == pytest.approx(10 * um.smooth_knn_scale([1, 2, 3], 1.5), rel=1e-12)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0.5, 31))
def test_a_scale_solves_its_equation_or_says_why_not(distances, target):
    distances = np.array(distances)
    distances[distances < 1e-250] = 0  # as the function does
    if not distances.any():
        with pytest.raises(ValueError, match="distances"):
            um.smooth_knn_scale(distances, target)
        return
    rho = distances[distances > 0].min()
    beyond = np.maximum(distances - rho, 0)
    if not (beyond == 0).sum() < target < len(distances):
        with pytest.raises(ValueError, match="target="):
            um.smooth_knn_scale(distances, target)
        return
    sigma = um.smooth_knn_scale(distances, target)
    assert 0 < sigma < math.inf
    assert np.exp(-beyond / sigma).sum() == pytest.approx(target, rel=1e-9)


def test_a_scale_among_distances_of_many_sizes():
    sigma = um.smooth_knn_scale([0, 0, 1.0, 4.6e-159, 1.3e-200], 3.5)
    assert 3 + np.exp(-4.6e-159 / sigma) == pytest.approx(3.5, rel=1e-12)


def test_a_scale_is_scipys_root():
    rng = np.random.default_rng(0)
    for k in (5, 15, 40):
        distances = rng.gamma(2, 1, k)
        beyond = distances - distances.min()
        root = scipy.optimize.brentq(
            lambda s, b=beyond, k=k: np.exp(-b / s).sum() - math.log2(k), 1e-9, 1e4, xtol=1e-14, rtol=1e-14
        )
        assert um.smooth_knn_scale(distances, math.log2(k)) == pytest.approx(root, rel=1e-10)


@pytest.mark.parametrize("distances", [[], [[1.0, 2.0]], [math.nan, 1], [-1.0, 2.0], "ab", [math.inf, 1.0]])
def test_distances_that_are_refused(distances):
    with pytest.raises(ValueError, match="distances"):
        um.smooth_knn_scale(distances, 1.5)


def cloud(n=90, seed=0):
    """Three clusters of directions in eight dimensions."""
    rng = np.random.default_rng(seed)
    centres = np.abs(rng.normal(0, 1, (3, 8)))
    return np.repeat(centres, n // 3, axis=0) + rng.normal(0, 0.08, (n, 8)), np.repeat(np.arange(3), n // 3)


def test_the_graph_is_symmetric_and_its_rows_reach_the_target():
    distances = um.cosine_distances(cloud()[0])
    weights = um.graph(distances, 12)
    assert np.allclose(weights, weights.T)
    assert weights.min() >= 0
    assert weights.max() <= 1 + 1e-12
    assert np.all(np.diag(weights) == 0)
    index, near = um.nearest(distances, 12)
    row = np.exp(-np.maximum(near[0] - near[0].min(), 0) / um.smooth_knn_scale(near[0], math.log2(12)))
    assert row.sum() == pytest.approx(math.log2(12))
    assert np.all(weights[0, index[0]] >= row - 1e-12)  # joining only adds


def test_joining_is_the_chance_of_either():
    distances = np.array([[0, 1, 4, 9], [1, 0, 2, 8], [4, 2, 0, 3], [9, 8, 3, 0.0]])
    weights = um.graph(distances, 3)
    one = np.zeros((4, 4))
    for i, row in enumerate(distances):
        others = [j for j in range(4) if j != i]
        sigma = um.smooth_knn_scale(row[others], math.log2(3))
        one[i, others] = np.exp(-(row[others] - row[others].min()) / sigma)
    assert weights == pytest.approx(1 - (1 - one) * (1 - one.T))


def test_identical_points_do_no_harm():
    points = np.concatenate([np.ones((30, 4)), cloud(30)[0][:, :4]])
    place = um.umap_layout(um.cosine_distances(points), np.random.default_rng(0), 10, epochs=20)
    assert np.isfinite(place).all()


@pytest.mark.parametrize("seed", range(200, 205))
def test_a_layout_keeps_clusters_and_neighbours(seed):
    points, classes = cloud()
    distances = um.cosine_distances(points)
    place = um.umap_layout(distances, np.random.default_rng(seed), 12, epochs=100)
    plane = um.plane_distances(place)
    named = classes[um.nearest(plane, 5)[0]]
    assert (named == classes[:, None]).mean() > 0.98
    at_random = np.random.default_rng(seed).normal(0, 1, place.shape)
    assert um.trustworthiness(distances, place, 10) > um.trustworthiness(distances, at_random, 10) + 0.25


def test_a_layout_comes_back_with_its_seed_and_not_with_another():
    distances = um.cosine_distances(cloud()[0])
    first, again, other = (um.umap_layout(distances, np.random.default_rng(s), 12, epochs=30) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 1


def test_pushes_are_the_gradients_of_the_cross_entropy():
    pushes, step = um.Pushes(1.6, 0.9), 1e-6
    for d in (0.3, 1.0, 2.7):
        q = [1 / (1 + 1.6 * x ** (2 * 0.9)) for x in (d - step, d + step)]
        assert pushes.attraction(d * d) * d == pytest.approx((math.log(q[0]) - math.log(q[1])) / (2 * step), rel=1e-6)
        slope = (math.log(1 - q[1]) - math.log(1 - q[0])) / (2 * step)
        assert pushes.repulsion(d * d) * d * (1e-3 + d * d) / (d * d) == pytest.approx(slope, rel=1e-6)


def test_trustworthiness_is_scikit_learns():
    distances = um.cosine_distances(cloud()[0])
    for seed in range(3):
        place = np.random.default_rng(seed).normal(0, 1, (len(distances), 2))
        expected = sk_trustworthiness(distances, place, n_neighbors=9, metric="precomputed")
        assert um.trustworthiness(distances, place, 9) == pytest.approx(expected, abs=1e-12)


def test_principal_places_are_pca_of_directions():
    points = cloud()[0]
    units = points / np.linalg.norm(points, axis=1, keepdims=True)
    left, values, _ = np.linalg.svd(units - units.mean(axis=0), full_matrices=False)
    expected = np.abs(left[:, :2] * values[:2])
    found = np.abs(um.principal_places(um.cosine_distances(points)))[:, ::-1]
    assert found / found.max() == pytest.approx(expected / expected.max(), abs=1e-6)
    with pytest.raises(ValueError, match="distances holds the same"):
        um.principal_places(np.ones((3, 3)))


def test_cosine_distances_by_scipy_and_refusals():
    points = cloud(30)[0]
    expected = scipy.spatial.distance.squareform(scipy.spatial.distance.pdist(points, "cosine"))
    assert um.cosine_distances(points) == pytest.approx(expected, abs=1e-12)
    with pytest.raises(ValueError, match="1 rows of zeros"):
        um.cosine_distances([[0.0, 0.0], [1.0, 2.0]])
    with pytest.raises(ValueError, match="start="):
        um.umap_layout(um.cosine_distances(points), np.random.default_rng(0), 5, start="spectral")
    with pytest.raises(ValueError, match="neighbours="):
        um.umap_layout(um.cosine_distances(points), np.random.default_rng(0), 30)


def test_shared_neighbours():
    one = um.plane_distances(np.random.default_rng(0).normal(0, 1, (40, 2)))
    assert um.shared_neighbours(one, one, 6) == 1.0
    assert um.shared_neighbours(one, one.max() - one, 6) < 0.2
