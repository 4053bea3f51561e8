"""Tests of miniatures.average_linkage: against scipy and scikit-learn, and what a forbidden merge does."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures.average_linkage import average_linkage_heights, branches, cut, merge_tree, merged, renumbered
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from sklearn.cluster import AgglomerativeClustering


def matrix(seed, count=30):
    return squareform(np.random.default_rng(seed).uniform(0.1, 2, count * (count - 1) // 2))


def same_groups(one, other):
    return np.array_equal(renumbered(one), renumbered(other))


@pytest.mark.parametrize("seed", range(5))
def test_heights_and_groups_are_scipys(seed):
    distance = matrix(seed)
    found, expected = merge_tree(distance), linkage(squareform(distance), "average")
    np.testing.assert_allclose(found.heights, expected[:, 2], atol=1e-12)
    np.testing.assert_array_equal(np.sort(found.pairs, axis=1), expected[:, :2])
    for threshold in (0.2, 0.7, 0.9, 1.1, 3):
        assert same_groups(cut(found, threshold), fcluster(expected, threshold, "distance"))


@pytest.mark.parametrize("seed", range(3))
def test_complete_linkage_and_sizes_are_right_too(seed):
    distance = matrix(seed)
    complete = merged(distance, np.ones(30), complete=True)
    np.testing.assert_allclose(complete.heights, linkage(squareform(distance), "complete")[:, 2])
    # two identical rows of size 1 and one row of size 2 are the same thing
    twice = np.insert(np.insert(distance, 0, distance[0], axis=0), 0, np.insert(distance[0], 0, 0), axis=1)
    sizes = np.ones(30)
    sizes[0] = 2
    np.testing.assert_allclose(merge_tree(twice).heights[1:], merged(distance, sizes).heights)


def test_groups_are_scikit_learns():
    distance = matrix(9)
    expected = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=0.8)
    assert same_groups(cut(merge_tree(distance), 0.8), expected.fit_predict(distance))


def test_a_case_by_hand():
    distance = [[0, 1, 4], [1, 0, 6], [4, 6, 0]]
    assert average_linkage_heights(distance).tolist() == [1, 5]
    assert cut(merge_tree(distance), 5).tolist() == [0, 0, 1]  # merges below the threshold, not at it
    assert cut(merge_tree(distance), 5.001).tolist() == [0, 0, 0]


def test_an_infinite_distance_forbids_a_merge_for_good():
    distance = np.array([[0, 1, 2.0], [1, 0, np.inf], [2, np.inf, 0]])
    tree = merge_tree(distance)
    assert tree.heights.tolist() == [1]
    assert cut(tree, 1e9).tolist() == [0, 0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_forbidden_pairs_are_never_together(seed):
    distance, rng = matrix(seed), np.random.default_rng([seed, 1])
    never = np.triu(rng.random(distance.shape) < 0.1, 1)
    distance[never | never.T] = np.inf
    groups = cut(merge_tree(distance), 1e9)
    assert not (groups[:, None] == groups)[never].any()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 25), st.floats(0, 2))
def test_order_does_not_matter(seed, count, threshold):
    rng = np.random.default_rng(seed)
    distance, order = matrix(seed, count) if count > 1 else np.zeros((1, 1)), rng.permutation(count)
    shuffled = distance[np.ix_(order, order)]
    np.testing.assert_allclose(average_linkage_heights(shuffled), average_linkage_heights(distance), atol=1e-12)
    assert same_groups(cut(merge_tree(shuffled), threshold), cut(merge_tree(distance), threshold)[order])


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, (4, 4), elements=st.floats(allow_nan=True, allow_infinity=True)))
def test_any_matrix_gives_ascending_heights_or_a_reason(distance):
    try:
        heights = average_linkage_heights(distance)
    except ValueError as reason:
        heights, refused = np.empty(0), str(reason)
    else:
        refused = "distance"
    assert "distance" in refused
    assert np.isfinite(heights).all()
    assert (np.diff(heights) >= 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_branches_do_not_cross(seed):
    distance, rng = matrix(seed), np.random.default_rng([seed, 1])
    never = np.triu(rng.random(distance.shape) < 0.05 * (seed > 0), 1)
    distance[never | never.T] = np.inf
    tree = merge_tree(distance)
    order, corners = branches(tree)
    assert sorted(order.tolist()) == list(range(30))
    np.testing.assert_array_equal(corners[:, 1, 1], tree.heights)
    assert (corners[:, 1, 1] >= corners[:, [0, 3], 1].max(axis=1)).all()
    assert (corners[:, 0, 0] < corners[:, 3, 0]).all()
    for threshold in (0.5, 0.9, 3):  # whatever lies in one group stands in one piece
        groups = cut(tree, threshold)[order]
        assert (np.diff(groups) != 0).sum() == groups.max()


@pytest.mark.parametrize(
    ("distance", "word"),
    [
        ([[0, 1], [2, 0]], "symmetric"),
        ([[1, 2], [2, 0]], "diagonal"),
        ([[0, -1], [-1, 0]], "-1"),
        ([[0, 1, 2], [1, 0, 3]], "square"),
        ([0, 1], "shape"),
        ([[np.nan]], "nan"),
        ([[np.inf]], "diagonal"),
        ([[0, np.inf], [1, 0]], "symmetric"),
        ([[0, 1], [1]], "unequal"),
        ([["a"]], "real numbers"),
        (np.zeros((0, 0)), "empty"),
        (np.zeros((2001, 2001)), "2,000"),
    ],
)
def test_bad_matrices_are_refused(distance, word):
    with pytest.raises(ValueError, match=word):
        average_linkage_heights(distance)


@pytest.mark.parametrize("threshold", [-0.1, np.nan, np.inf, True, "a"])
def test_bad_thresholds_are_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        cut(merge_tree([[0.0]]), threshold)
