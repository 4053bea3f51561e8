"""The measures of generated pictures: by hand, and against scikit-learn and scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures.fashion_metrics import (
    distances,
    evenness_loss,
    frechet_distance,
    nearest,
    precision_recall,
    radii,
    told_apart,
)
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist
from scipy.stats import entropy
from sklearn.neighbors import NearestNeighbors


def clouds(seed, real=60, fake=50, d=4):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(real, d)), rng.normal(0.3, 0.8, (fake, d))


def test_distances_by_scipy_far_from_the_origin_too():
    real, fake = clouds(0)
    assert distances(real, fake) == pytest.approx(cdist(real, fake))
    assert distances(real + 1e5, fake + 1e5) == pytest.approx(cdist(real, fake), abs=1e-6)


@pytest.mark.parametrize("k", [1, 3, 7])
def test_precision_and_recall_by_scikit_learn(k):
    real, fake = clouds(1)

    def covered(balls, points):
        reach = NearestNeighbors(n_neighbors=k + 1).fit(balls).kneighbors(balls)[0][:, -1]
        return (cdist(points, balls) <= reach).any(axis=1).mean()

    assert radii(real, k) == pytest.approx(NearestNeighbors(n_neighbors=k + 1).fit(real).kneighbors(real)[0][:, -1])
    assert precision_recall(real, fake, k) == pytest.approx((covered(real, fake), covered(fake, real)))


def test_precision_and_recall_by_hand():
    real = [[0.0], [1.0], [3.0]]  # radii for k = 1: 1, 1, 2
    fake = [[-0.5], [6.0], [4.9]]  # radii: 5.4, 1.1, 1.1
    assert precision_recall(real, fake, 1) == pytest.approx((2 / 3, 1.0))


@given(st.integers(0, 50))
def test_equal_sets_cover_each_other_and_roles_swap(seed):
    real, fake = clouds(seed, 20, 20)
    assert precision_recall(real, real) == (1.0, 1.0)
    edge = [[0.0], [1.0], [3.0]], [[-1.0], [-0.5], [4.9], [6.0]]
    assert precision_recall(*edge, k=1) == pytest.approx((3 / 4, 1 / 3))  # 0 lies on the edge of the ball about -0.5
    assert precision_recall(real, fake) == precision_recall(fake, real)[::-1]


def test_one_outlier_can_lift_precision_to_one():
    """The trap of the page: the ball around an outlying real point holds a blob that resembles nothing."""
    rng = np.random.default_rng(0)
    real = np.vstack([rng.normal(0, 1, (99, 8)), 12 * np.ones((1, 8))])
    blob = 6 + rng.normal(0, 0.01, (100, 8))
    assert precision_recall(real, blob) == (1.0, 0.0)
    assert precision_recall(real[:99], blob) == (0.0, 0.0)


def test_the_frechet_distance_by_scipys_square_root():
    real, fake = clouds(2)
    first, second = np.cov(real.T), np.cov(fake.T)
    wanted = ((real.mean(0) - fake.mean(0)) ** 2).sum() + np.trace(first + second - 2 * np.real(sqrtm(first @ second)))
    assert frechet_distance(real, fake) == pytest.approx(wanted)
    assert frechet_distance(real, real) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(fake, real) == pytest.approx(wanted)


def test_the_frechet_distance_of_few_points_is_larger():
    rng = np.random.default_rng(0)
    few, many = (
        np.mean([frechet_distance(rng.normal(size=(n, 16)), rng.normal(size=(n, 16))) for _ in range(5)])
        for n in (50, 800)
    )
    assert few > 5 * many


def test_nearest_and_told_apart():
    real, fake = clouds(3)
    distance, which = nearest(fake, real)
    assert distance == pytest.approx(cdist(fake, real).min(axis=1))
    assert which.tolist() == cdist(fake, real).argmin(axis=1).tolist()
    own = cdist(fake, fake) + np.diag(np.full(len(fake), np.inf))
    assert told_apart(real, fake) == pytest.approx((own.min(axis=1) < distance).mean())
    assert told_apart([[0.0], [9.0]], [[4.0], [4.1]]) == 1.0


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=12))
def test_evenness_loss_by_scipy(weights):
    shares = np.array(weights) / sum(weights)
    shares[-1] = 1 - shares[:-1].sum()
    assert evenness_loss(shares) == pytest.approx(entropy(shares, np.full(len(shares), 1 / len(shares))), abs=1e-9)


def test_evenness_loss_of_one_class():
    assert evenness_loss(np.eye(10)[3]) == pytest.approx(np.log(10))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: distances([[1.0]], [[1.0, 2.0]]), "second"),
        (lambda: distances([1.0], [[1.0]]), "first"),
        (lambda: radii([[1.0], [2.0]], 2), "k=2"),
        (lambda: radii([[1.0], [2.0]], 0), "k=0"),
        (lambda: precision_recall([[float("nan")]] * 5, [[1.0]] * 5), "real"),
        (lambda: precision_recall([[1.0]] * 5, [[1.0]] * 3), "k=3"),
        (lambda: frechet_distance([[1.0]], [[1.0], [2.0]]), "at least 2"),
        (lambda: told_apart([[1.0]], [[1.0]]), "fake"),
        (lambda: evenness_loss([0.5, 0.6]), "shares"),
        (lambda: evenness_loss([-0.5, 1.5]), "shares"),
    ],
)
def test_measures_refuse(call, name):
    with pytest.raises(ValueError, match=name):
        call()
