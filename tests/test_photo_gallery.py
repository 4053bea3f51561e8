"""Tests of miniatures.photo_gallery: scikit-learn's Lasso as oracle, a case by hand, what it is worth on fresh libraries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.photo_clustering import cosine_distance
from miniatures.photo_clustering_runs import FRESH_SEEDS, library_of
from miniatures.photo_gallery import NOBODY, nearest_mean, recognise, shares, sparse_codes
from sklearn.linear_model import Lasso

CUT = 18  # moments in the gallery; the other six are new


def drawn(seed, count, size):
    rows = np.random.default_rng(seed).normal(size=(count, size))
    return rows / np.sqrt((rows**2).sum(axis=1, keepdims=True))


def objective(code, face, gallery, penalty):
    return ((face - code @ gallery) ** 2).sum() / 2 + penalty * np.abs(code).sum()


@pytest.mark.parametrize("penalty", [0.02, 0.1, 0.3])
def test_codes_are_the_lassos(penalty):
    gallery, faces = drawn(0, 30, 20), drawn(1, 4, 20)
    found = sparse_codes(faces, gallery, penalty, 10_000)
    for face, code in zip(faces, found, strict=True):
        expected = Lasso(penalty / 20, fit_intercept=False, tol=1e-12, max_iter=100_000).fit(gallery.T, face).coef_
        assert objective(code, face, gallery, penalty) <= objective(expected, face, gallery, penalty) + 1e-8
        np.testing.assert_allclose(code, expected, atol=1e-4)


def test_a_single_known_face_is_shrunk_by_the_penalty():
    """Of one unit face the code is the soft-thresholded cosine."""
    cosine = np.array([0.9, 0.05, -0.6])
    faces = np.stack([cosine, np.sqrt(1 - cosine**2)], axis=1)
    assert sparse_codes(faces, [[5, 0]], 0.1)[:, 0] == pytest.approx([0.8, 0, -0.5])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 2), st.integers(1, 12))
def test_codes_shrink_with_size_and_order_and_scale_do_not_matter(seed, penalty, count):
    gallery, faces = drawn(seed, count, 5), drawn([seed, 1], 3, 5)
    order = np.random.default_rng(seed).permutation(count)
    code = sparse_codes(faces, gallery, penalty, 2000)
    np.testing.assert_allclose(sparse_codes(7 * faces, 0.1 * gallery[order], penalty, 2000), code[:, order], atol=1e-6)
    assert (np.abs(code).sum(axis=1) <= 1 / (2 * penalty) + 1e-9).all()  # no worse than a code of zeros
    if penalty >= 1:
        assert not code.any()


def test_shares_by_hand():
    names, found = shares([[0.3, 0.1, -0.5, 0.0], [-1, 0, 0, 0]], [7, 4, 4, 7])
    assert names.tolist() == [4, 7]
    np.testing.assert_allclose(found, [[0.25, 0.75], [0, 0]])


def test_nobody_where_nothing_is_sure():
    gallery, person = np.eye(3), [5, 6, 7]
    faces = [[1, 0, 0], [1, 1, 1], [0, -1, 0]]
    assert recognise(faces, gallery, person).tolist() == [5, NOBODY, NOBODY]
    assert recognise(faces, gallery, person, least=0.0).tolist() == [5, 5, NOBODY]
    assert nearest_mean(faces, gallery, person).tolist() == [5, 5, 5]
    assert nearest_mean(faces, gallery, person, 0.2).tolist() == [5, NOBODY, NOBODY]


def test_the_nearest_mean_is_the_nearest():
    gallery, faces, person = drawn(0, 20, 8), drawn(1, 9, 8), np.arange(20) % 4
    means = np.array([gallery[person == one].mean(axis=0) for one in range(4)])
    expected = cosine_distance(np.concatenate([faces, means]))[:9, 9:].argmin(axis=1)
    assert nearest_mean(faces, gallery, person).tolist() == expected.tolist()


def strangers_told(seed):
    """How often a known person's new face scores above a stranger's, by the largest share and by the cosine of the nearest mean.

    A stranger is a person whom the gallery is made to forget."""
    library = library_of(seed, "without twins")
    face, person, old = library.observations.face, library.person, library.observations.moment < CUT
    scored = {True: [], False: []}
    for forgotten in (None, *range(16)):
        kept = old & (person != forgotten)
        rows = ~old & (np.isin(person, person[old]) if forgotten is None else person == forgotten)
        if rows.any():
            share = shares(sparse_codes(face[rows], face[kept], steps=200), person[kept])[1].max(axis=1)
            means = np.array([face[kept & (person == one)].mean(axis=0) for one in np.unique(person[kept])])
            near = 1 - cosine_distance(np.concatenate([face[rows], means]))[: rows.sum(), rows.sum() :]
            scored[forgotten is None].append(np.stack([share, near.max(axis=1)]))
    known, strange = (np.concatenate(scored[one], axis=1) for one in (True, False))
    return (known[:, :, None] > strange[:, None, :]).mean(axis=(1, 2))


def test_strangers_are_told_better_by_the_nearest_mean():
    found = np.array([strangers_told(seed) for seed in FRESH_SEEDS[:3]])
    assert (found > 0.85).all()
    assert (found[:, 1] > found[:, 0] + 0.02).all()


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: sparse_codes([[1, 0]], [[1, 0, 0]]), "gallery of 3"),
        (lambda: sparse_codes([[0, 0]], [[1, 0]]), "faces holds a row of zeros"),
        (lambda: sparse_codes([[1, 0]], [[0, 0]]), "gallery holds a row of zeros"),
        (lambda: sparse_codes([[np.nan, 0]], [[1, 0]]), "faces holds nan"),
        (lambda: sparse_codes([1, 0], [[1, 0]]), "faces of shape"),
        (lambda: sparse_codes([[1, 0]], [[1, 0]], 0), "penalty=0"),
        (lambda: sparse_codes([[1, 0]], [[1, 0]], 0.1, 0), "steps=0"),
        (lambda: shares([[1, 0]], [1]), "person of shape"),
        (lambda: recognise([[1, 0]], [[1, 0]], [1], least=1.5), "least=1.5"),
        (lambda: recognise([[1, 0]], [[1, 0]], [0.5]), "person holds 0.5"),
        (lambda: nearest_mean([[1, 0]], [[1, 0]], [1, 2]), "person of shape"),
        (lambda: nearest_mean([[1, 0]], [[1, 0, 0]], [1]), "gallery of 3"),
        (lambda: nearest_mean([[1, 0]], [[1, 0]], [1], -1), "farthest=-1"),
    ],
)
def test_bad_arguments_are_refused(call, word):
    with pytest.raises(ValueError, match=word):
        call()
