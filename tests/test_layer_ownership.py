"""Whose pixel it is: SciPy's distance transform and shifts as oracles, symmetry, what no motion can tell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.layer_ownership import (
    centroids,
    effect_templates,
    mask_distances,
    motion_scores,
    owners,
    subject_masks,
)
from scipy import ndimage

SEEDS = st.integers(0, 2**32 - 1)


def random_masks(seed, subjects=2, frames=4):
    masks = np.random.default_rng(seed).random((subjects, frames, 9, 11)) < 0.15
    masks[:, 0, 4, 5] = True
    return masks


@settings(max_examples=30)
@given(SEEDS)
def test_distances_against_scipy(seed):
    masks = random_masks(seed)
    masks[..., 2, 3] = True
    expected = [[ndimage.distance_transform_edt(~mask) for mask in subject] for subject in masks]
    assert mask_distances(masks) == pytest.approx(np.array(expected), abs=1e-9)


def test_centres_against_scipy_and_where_a_mask_is_missing():
    masks = random_masks(1)
    masks[0, 2] = False
    found = centroids(masks)
    for k, t in np.ndindex(2, 4):
        if masks[k, t].any():
            assert found[k, t] == pytest.approx(ndimage.center_of_mass(masks[k, t]))
    assert found[0, 2] == pytest.approx((found[0, 1] + found[0, 3]) / 2)
    row, column = np.floor(found[0, 2] + 0.5).astype(int)
    assert mask_distances(masks)[0, 2, row, column] == 0


def test_templates_against_shifted_pictures():
    rng = np.random.default_rng(3)
    alpha, masks = rng.random((5, 9, 11)), np.zeros((1, 5, 9, 11), bool)
    path = [(4, 2), (4, 3), (5, 5), (3, 6), (4, 9)]
    for t, place in enumerate(path):
        masks[0, t, *place] = True
    big = np.zeros((5, 17, 21))
    for t, (row, column) in enumerate(path):
        big[t] = ndimage.shift(np.pad(alpha[t], ((0, 8), (0, 10))), (8 - row, 10 - column), order=0)
    template = effect_templates(alpha, masks)[0]
    assert template == pytest.approx(big.mean(axis=0), abs=1e-12)
    for t, (row, column) in enumerate(path):
        assert motion_scores(alpha, masks)[0, t, row, column] == pytest.approx(template[8, 10])


def moving(speeds, seed=0):
    """Two dots a row apart with one shadow pixel each, the first's beside the second when they meet."""
    alpha, masks = np.zeros((9, 8, 24)), np.zeros((2, 9, 8, 24), bool)
    shadows = np.zeros(masks.shape, bool)
    for k, (row, start) in enumerate(((1, 8), (4, 12 - 4 * int(speeds[1])))):
        for t in range(9):
            column = start + speeds[k] * t if k else start + speeds[0] * (t - 4) + 4
            masks[k, t, row, column] = True
            shadows[k, t, row + 2, column + 1] = True
    alpha[masks.any(axis=0)] = 0.8
    alpha[shadows.any(axis=0)] = 0.4
    return alpha, masks, shadows


def test_motion_finds_the_shadow_that_the_nearest_mask_misses():
    alpha, masks, shadows = moving((1, -1))
    assert (shadows.sum(axis=0) <= 1).all()
    right = {}
    for rule in ("motion", "nearest mask"):
        owner = owners(alpha, masks, rule)
        right[rule] = np.mean([(owner[shadows[k]] == k).mean() for k in (0, 1)])
    assert right["motion"] == 1
    assert right["nearest mask"] < 0.9


def test_at_equal_speed_motion_says_nothing():
    """Whatever keeps its place beside the one keeps it beside the other: the scores are the same, and the nearest mask decides."""
    alpha, masks, shadows = moving((1, 1))
    scores = motion_scores(alpha, masks)
    inside = shadows.any(axis=0)
    assert scores[0][inside] == pytest.approx(scores[1][inside])
    assert (owners(alpha, masks) == owners(alpha, masks, "nearest mask"))[inside].all()


@settings(max_examples=25)
@given(SEEDS)
def test_subjects_may_be_listed_in_any_order(seed):
    masks = random_masks(seed)
    alpha = np.random.default_rng(seed).random(masks.shape[1:])
    assert (motion_scores(alpha, masks[::-1]) == motion_scores(alpha, masks)[::-1]).all()
    scores = motion_scores(alpha, masks)
    clear = np.abs(scores[0] - scores[1]) > 1e-6
    assert (owners(alpha, masks[::-1])[clear] == 1 - owners(alpha, masks)[clear]).all()


def test_one_subject_owns_everything():
    masks = random_masks(2, 1)
    for rule in ("motion", "nearest mask"):
        assert not owners(np.full(masks.shape[1:], 0.5), masks, rule).any()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: subject_masks(np.zeros((2, 3, 4, 5))), "masks"), (lambda: subject_masks([[1, 0]]), "masks"),
    (lambda: subject_masks(np.full((1, 2, 3), 0.5)), "masks"), (lambda: subject_masks(np.full((1, 2, 3), np.nan)), "masks"),
    (lambda: subject_masks("mask"), "masks"), (lambda: subject_masks(np.ones((1, 2, 0))), "masks"),
    (lambda: subject_masks(np.ones((5, 1000, 1000))), "masks"), (lambda: owners(np.ones((2, 3)), np.ones((2, 3, 4))), "alpha"),
    (lambda: owners(np.full((2, 3, 4), 2.0), np.ones((2, 3, 4))), "alpha"), (lambda: owners(np.ones((2, 3, 4)), np.ones((2, 3, 5))), "masks"),
    (lambda: owners(np.ones((2, 3, 4)), np.ones((2, 3, 4)), None), "rule"), (lambda: effect_templates([[0.5]], np.ones((2, 3, 4))), "alpha"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
