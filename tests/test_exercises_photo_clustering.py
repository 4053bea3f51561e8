"""Right answers by another way than the module's."""

from itertools import combinations

import numpy as np
import pytest
from miniatures.exercises.photo_clustering import CLUSTERS, EXERCISES, FREE_DISTANCES, LABELS
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform
from sklearn.metrics.cluster import pair_confusion_matrix

BY_ID = {one.id: one for one in EXERCISES}


def test_pairs_counted_one_by_one():
    claimed = [(i, j) for i, j in combinations(range(6), 2) if CLUSTERS[i] == CLUSTERS[j]]
    right = sum(LABELS[i] == LABELS[j] for i, j in claimed)
    assert BY_ID["photo_clustering-1"].answer == pytest.approx(right / len(claimed)) == 2 / 6
    (_, wrong), (_, both) = pair_confusion_matrix(LABELS, CLUSTERS)
    assert both / (both + wrong) == pytest.approx(2 / 6)


def test_the_combined_distance_by_hand():
    assert BY_ID["photo_clustering-3"].answer == pytest.approx(0.5 * 0.7 + 0.5 * 0.3)


def test_the_mean_of_four_by_hand():
    assert BY_ID["photo_clustering-4"].answer == pytest.approx(1 - 1 / np.sqrt((1 + 64 * 0.0325**2) * (1 + 64 * 0.09)))


def test_heights_without_the_rule_are_scipys():
    heights = linkage(squareform(np.array(FREE_DISTANCES)), "average")[:, 2]
    assert BY_ID["photo_clustering-5"].answer == pytest.approx(heights[1]) == 0.3
    assert f"{heights[2]:.3f}" in BY_ID["photo_clustering-5"].solution


def test_eleven_questions_in_the_other_library_and_four_in_the_shipped_one():
    assert BY_ID["photo_clustering-8"].answer == 11
    assert 4 in [one.answer for one in BY_ID["photo_clustering-8"].mistakes]
