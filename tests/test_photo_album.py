"""Tests of miniatures.photo_album: sheets by hand, pairs and trees against the clustering itself, new faces, refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import photo_album as album_of
from miniatures.photo_clustering import cluster_photos, combined_distance, cosine_distance, first_pass
from miniatures.photo_clustering_runs import FREE, FRESH_SEEDS, KINDS, RULE, library_of
from miniatures.photo_library import HARD_NOISE, NOISE, TWIN_DISTANCE, expected_distance


@pytest.mark.parametrize("rule", [True, False])
def test_the_album_is_clustered_as_cluster_photos_does(rule):
    for second in (0.3, 0.66, 0.9):
        expected = cluster_photos(album_of.shipped().observations, second=second, same_photo_rule=rule)
        assert np.array_equal(album_of.clustered(second, rule), expected)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 5), st.integers(1, 5))
def test_a_sheet_shows_members_of_its_clusters_and_flags_the_odd_ones(seed, most, columns):
    rng = np.random.default_rng(seed)
    clusters, person = rng.integers(0, 5, 30), rng.integers(0, 3, 30)
    found = album_of.sheet(clusters, person, most, columns)
    assert (np.diff(found.size) <= 0).all()
    for shown, odd, size in zip(found.rows, found.odd, found.size, strict=True):
        rows = shown[shown >= 0]
        assert len(rows) == len(set(rows.tolist())) == min(columns, size)
        assert len(set(clusters[rows].tolist())) == 1
        members = person[clusters == clusters[rows[0]]]
        majority = np.bincount(members).argmax()
        assert (odd[: len(rows)] == (person[rows] != majority)).all()
        assert not odd[len(rows) :].any()


def test_pairs_are_of_one_moment_and_joined_below_the_threshold():
    far, body, kind = album_of.moment_pairs()
    sizes = np.bincount(album_of.shipped().observations.moment)
    assert len(far) == (sizes * (sizes - 1) // 2).sum()
    assert np.array_equal(album_of.joined(0.6, 0.3), combined_distance(far, body, 0.7, 0.3) < 0.6)
    for beta in (0.0, 0.5, 1.0):
        assert (album_of.joined(0.6, beta)[far < 0.6]).all()  # clothes part nobody
        assert not (album_of.joined(0.6, beta, True) & ~album_of.joined(0.6, beta)).any()
    twins = kind == 2
    assert album_of.joined(0.6, 0.5, True)[twins].sum() < album_of.joined(0.6, 0.5)[twins].sum() / 2


def test_the_small_tree_knows_what_is_mixed():
    free, rule = album_of.small_tree(FREE), album_of.small_tree(RULE)
    assert free.mixed.sum() > rule.mixed.sum()
    for one in (free, rule):
        assert one.size.sum() == (album_of.shipped().observations.moment < album_of.FIRST_MOMENTS).sum()
        assert len(one.wrong) == len(one.tree.pairs)
        for merge, pair in enumerate(one.tree.pairs.tolist()):
            parts = [one.mixed[node] if node < one.tree.leaves else one.wrong[node - one.tree.leaves] for node in pair]
            assert one.wrong[merge] >= max(parts)  # what is mixed stays mixed


def test_the_formula_of_distances_holds_for_drawn_faces():
    """Mean over all pairs of a kind, five libraries: within 0.03."""
    found = {"good": [], "mixed": [], "hard": [], "twins": []}
    for seed in FRESH_SEEDS:
        library = library_of(seed)
        far, hard, person = cosine_distance(library.observations.face), library.hard, library.person
        one, other = np.triu_indices(len(person), 1)
        same, bad = person[one] == person[other], hard[one].astype(int) + hard[other]
        for name, number in (("good", 0), ("mixed", 1), ("hard", 2)):
            found[name].append(far[one, other][same & (bad == number)].mean())
        twins = (person[one] < 2) & (person[other] < 2) & ~same & (bad == 0)
        found["twins"].append(far[one, other][twins].mean())
    expected = {
        "good": expected_distance(NOISE, NOISE),
        "mixed": expected_distance(NOISE, HARD_NOISE),
        "hard": expected_distance(HARD_NOISE, HARD_NOISE),
        "twins": expected_distance(NOISE, NOISE, TWIN_DISTANCE),
    }
    for name, value in expected.items():
        assert np.mean(found[name]) == pytest.approx(value, abs=0.03), name
    assert expected["twins"] < expected["mixed"]  # as the page says


def test_a_mean_of_four_has_half_the_noise():
    rng = np.random.default_rng(0)
    true = np.eye(64)[0]
    groups = (true + HARD_NOISE * rng.normal(size=(2, 500, 4, 64))).mean(axis=2)
    unit = groups / np.sqrt((groups**2).sum(axis=-1, keepdims=True))
    found = 1 - (unit[0] * unit[1]).sum(axis=1).mean()
    assert found == pytest.approx(expected_distance(HARD_NOISE / 2, HARD_NOISE / 2), abs=0.02)


def test_sparse_coding_recognises_and_is_no_gain_over_the_nearest_face_or_mean():
    """Here the noise is alike in all directions, which is when means are best."""
    for kind in KINDS:
        found = album_of.new_face_shares(kind)
        sparse, nearest, mean = found.mean(axis=0)
        assert found[:, [0, 2]].min() > 0.85
        assert sparse < nearest + 0.005
        assert nearest < mean + 0.005
        assert 0.01 < mean - sparse < 0.05


def test_with_small_groups_and_several_of_one_person_sparse_coding_loses_in_every_library():
    """The case that Apple makes its claim for."""
    for seed in FRESH_SEEDS:
        old = library_of(seed, KINDS[0]).observations
        old = old.take(np.flatnonzero(old.moment < album_of.KNOWN_MOMENTS))
        assert np.median(np.bincount(first_pass(old))) <= 3
    sparse, nearest, mean = album_of.new_face_shares(named=False).T
    assert (sparse < nearest - 0.01).all()
    assert mean.mean() > nearest.mean()
    assert np.array_equal(nearest, album_of.new_face_shares()[:, 1])  # its group is never another person's here


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: album_of.clustered(3.0), "second=3"),
        (lambda: album_of.clustered(0.5, first=-1), "first=-1"),
        (lambda: album_of.sheet([0, 1], [0]), "person of shape"),
        (lambda: album_of.sheet([0, 1], [0, 1], 0), "most=0"),
        (lambda: album_of.sheet([0, 1], [0, 1], 1, 1.5), "columns=1.5"),
        (lambda: album_of.joined(0.5, 1.2), "beta=1.2"),
        (lambda: album_of.joined(np.nan, 0.5), "first=nan"),
        (lambda: album_of.small_tree(RULE, 0), "moments=0"),
        (lambda: expected_distance(-1, 0), "one=-1"),
        (lambda: expected_distance(0, 0, 3), "apart=3"),
        (lambda: expected_distance(0, 0, 0, 0), "size=0"),
    ],
)
def test_bad_arguments_are_refused(call, word):
    with pytest.raises(ValueError, match=word):
        call()
