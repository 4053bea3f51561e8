"""Tests of miniatures.photo_clustering: scikit-learn and scipy as oracles, what must hold for any library, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.average_linkage import renumbered
from miniatures.photo_clustering import (
    Observations,
    apart_in_one_photo,
    cluster_photos,
    combined_distance,
    cosine_distance,
    first_pass,
    group_distance,
    one_stage_distance,
    pair_precision_recall,
    second_pass,
)
from miniatures.photo_library import make_library
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist, squareform
from sklearn.metrics.cluster import pair_confusion_matrix

LIBRARY = make_library(np.random.default_rng(0), moments=8)
SEEN = LIBRARY.observations


def refines(fine, coarse):
    return len(set(zip(fine.tolist(), coarse.tolist(), strict=True))) == fine.max() + 1


# ---- distances


def test_cosine_distance_is_scipys():
    rows = np.random.default_rng(0).normal(size=(9, 4)) * 10.0 ** np.arange(-4, 5)[:, None]
    np.testing.assert_allclose(cosine_distance(rows), cdist(rows, rows, "cosine"), atol=1e-12)


@given(st.floats(0, 2), st.floats(0, 2), st.floats(0, 10), st.floats(0, 10))
def test_the_combined_distance_never_exceeds_that_of_the_faces(face, torso, alpha, beta):
    found = combined_distance([[face]], [[torso]], alpha, beta)[0, 0]
    assert found == min(face, alpha * face + beta * torso)
    assert 0 <= found <= face


def test_clothes_decide_only_where_they_are_closer_than_the_faces():
    assert combined_distance([0.8, 0.2], [0.1, 0.9]).tolist() == pytest.approx([0.45, 0.2])


def test_group_distances_by_hand():
    face, groups = np.array([[1.0, 0], [0, 1], [-1, 0]]), np.array([0, 0, 1])
    assert group_distance(face, groups)[0, 1] == pytest.approx(1 + np.sqrt(0.5))
    assert group_distance(face, groups, "median")[0, 1] == pytest.approx(1.5)  # of 2 and 1


def test_medians_are_numpys():
    groups = first_pass(SEEN)
    found, far = group_distance(SEEN.face, groups, "median"), cosine_distance(SEEN.face)
    for one, other in ((0, 1), (3, 2), (5, 9)):
        assert found[one, other] == pytest.approx(np.median(far[groups == one][:, groups == other]))


# ---- the metric


def test_precision_and_recall_by_hand():
    assert pair_precision_recall([0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 1, 1]) == pytest.approx((2 / 6, 2 / 3))


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 4)), min_size=1, max_size=40))
def test_precision_and_recall_are_scikit_learns(rows):
    labels, clusters = np.array(rows).T
    precision, recall = pair_precision_recall(labels, clusters)
    (_, wrong), (missed, right) = pair_confusion_matrix(labels, clusters)
    assert precision == pytest.approx(right / (right + wrong) if right + wrong else 1)
    assert recall == pytest.approx(right / (right + missed) if right + missed else 1)


def test_nobody_put_together_is_nothing_wrong():
    assert pair_precision_recall([0, 0, 1], [0, 1, 2]) == (1, 0)
    assert pair_precision_recall([0, 1, 2], [0, 0, 1]) == (0, 1)
    assert pair_precision_recall([4], [7]) == (1, 1)


# ---- both passes


@pytest.mark.parametrize("seed", range(3))
def test_without_the_rule_both_passes_are_scipys(seed):
    seen = make_library(np.random.default_rng(seed), moments=6).observations
    groups = first_pass(seen, 0.5, same_photo_rule=False)
    for moment in range(6):
        rows = np.flatnonzero(seen.moment == moment)
        faces, clothes = (
            cdist(seen.face[rows], seen.face[rows], "cosine"),
            cdist(seen.torso[rows], seen.torso[rows], "cosine"),
        )
        distance = np.minimum(faces, (faces + clothes) / 2)
        np.fill_diagonal(distance, 0)
        expected = fcluster(linkage(squareform(distance, checks=False), "average"), 0.5, "distance")
        assert np.array_equal(renumbered(groups[rows]), renumbered(expected))
    means = np.array([seen.face[groups == group].mean(axis=0) for group in range(groups.max() + 1)])
    expected = fcluster(linkage(means, "average", "cosine"), 0.7, "distance")[groups]
    assert np.array_equal(cluster_photos(seen, 0.5, 0.7, same_photo_rule=False), renumbered(expected))


def test_groups_of_the_first_pass_lie_within_moments():
    groups = first_pass(SEEN, 2.0)
    assert refines(groups, SEEN.moment)


@pytest.mark.parametrize("rule", [True, False])
@pytest.mark.parametrize("summary", ["centroid", "median"])
@settings(max_examples=10, deadline=None)
@given(first=st.floats(0, 2), second=st.floats(0, 2), higher=st.floats(0, 2))
def test_the_second_pass_never_splits(rule, summary, first, second, higher):
    groups = first_pass(SEEN, first, same_photo_rule=rule)
    found = cluster_photos(SEEN, first, second, summary=summary, same_photo_rule=rule)
    assert refines(groups, found)
    more = cluster_photos(SEEN, first, max(second, higher), summary=summary, same_photo_rule=rule)
    assert refines(found, more)  # and a higher threshold neither


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.1, 1), st.floats(0.1, 1), st.booleans(), st.booleans())
def test_the_order_of_the_observations_does_not_matter(seed, first, second, rule, parting):
    order = np.random.default_rng(seed).permutation(len(SEEN))
    one = cluster_photos(SEEN, first, second, same_photo_rule=rule, parting=parting)
    other = cluster_photos(SEEN.take(order), first, second, same_photo_rule=rule, parting=parting)
    assert np.array_equal(renumbered(one[order]), other)


@settings(max_examples=10, deadline=None)
@given(st.floats(0, 2), st.floats(0, 2), st.floats(0, 2), st.floats(0, 2))
def test_with_the_rule_nobody_is_twice_in_a_photo(first, second, alpha, beta):
    found = cluster_photos(SEEN, first, second, alpha, beta)
    assert len(set(zip(SEEN.photo.tolist(), found.tolist(), strict=True))) == len(SEEN)


def test_names_of_photos_and_moments_do_not_matter():
    renamed = Observations(3 * SEEN.face, SEEN.torso, 7 - 3 * SEEN.photo, 100 - SEEN.moment)
    assert np.array_equal(cluster_photos(renamed), cluster_photos(SEEN))


def test_thresholds_of_zero_leave_everybody_alone():
    same = Observations(np.ones((4, 3)), np.ones((4, 2)), np.arange(4), np.zeros(4))
    assert cluster_photos(same, 0, 0).tolist() == [0, 1, 2, 3]
    assert cluster_photos(same, 0, 0.1).tolist() == [0, 0, 0, 0]
    assert cluster_photos(SEEN, 0, 0).tolist() == list(range(len(SEEN)))


def test_one_observation_is_one_person():
    assert cluster_photos(SEEN.take([3])).tolist() == [0]


def test_the_rule_is_infinite_where_a_photo_is_shared():
    found = apart_in_one_photo(np.zeros((3, 3)), np.array([5, 5, 6, 6]), np.array([0, 1, 1, 2]))
    assert found.tolist() == [[0, np.inf, 0], [np.inf, 0, np.inf], [0, np.inf, 0]]
    assert np.isinf(second_pass(SEEN, first_pass(SEEN))).any()


def test_clothes_count_only_within_a_moment():
    faces, both = one_stage_distance(SEEN, False), one_stage_distance(SEEN, True)
    within = SEEN.moment[:, None] == SEEN.moment
    assert np.array_equal(faces[~within], both[~within])
    assert (both <= faces).all()
    assert (both < faces)[within].any()


# ---- what is refused

GOOD = {"face": np.eye(3), "torso": np.ones((3, 2)), "photo": [0, 0, 1], "moment": [4, 4, 5]}


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"face": np.eye(3)[:2]}, "torso of 3 rows"),
        ({"face": np.zeros((3, 2))}, "face holds a row of zeros"),
        ({"torso": np.zeros((3, 2))}, "torso holds a row of zeros"),
        ({"face": [[np.nan]] * 3}, "face holds nan"),
        ({"face": np.ones(3)}, "face of shape"),
        ({"photo": [0, 0]}, "photo of shape"),
        ({"photo": [0, 0.5, 1]}, "photo holds 0.5"),
        ({"moment": [4, 5, 5]}, "photo 0 lies in two moments"),
        ({"moment": ["a", "b", "c"]}, "moment of type"),
        ({"face": np.ones((2001, 1)), "torso": np.ones((2001, 1))}, "2,000"),
    ],
)
def test_bad_observations_are_refused(changed, word):
    with pytest.raises(ValueError, match=word):
        Observations(**(GOOD | changed))


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: combined_distance([[0, 1]], [[0], [1]]), "torso of shape"),
        (lambda: combined_distance([-1.0], [1.0]), "face holds -1"),
        (lambda: combined_distance([1.0], [np.nan]), "torso holds nan"),
        (lambda: combined_distance([1.0], [1.0], alpha=-0.1), "alpha=-0.1"),
        (lambda: combined_distance([1.0], [1.0], beta=np.inf), "beta=inf"),
        (lambda: cosine_distance([[0, 0]]), "zeros"),
        (lambda: group_distance([[0, 0], [1, 0]], [0, 1]), "face holds a row of zeros"),
        (lambda: group_distance([[-1, 0], [1, 0]], [0, 0]), "face: those of a group cancel"),
        (lambda: group_distance([[1, 0], [1, 0]], [1, 1], "median"), "groups holds no 0"),
        (lambda: cluster_photos(SEEN, first=-0.1), "first=-0.1"),
        (lambda: cluster_photos(SEEN, second=2.1), "second=2.1"),
        (lambda: cluster_photos(SEEN, second=np.nan), "second=nan"),
        (lambda: cluster_photos(SEEN, beta=True), "beta=True"),
        (lambda: cluster_photos(SEEN, summary="mode"), "summary"),
        (lambda: pair_precision_recall([0, 1], [0]), "clusters of shape"),
        (lambda: pair_precision_recall([], []), "labels of shape"),
        (lambda: pair_precision_recall([0, 1.5], [0, 1]), "labels holds 1.5"),
    ],
)
def test_bad_arguments_are_refused(call, word):
    with pytest.raises(ValueError, match=word):
        call()
