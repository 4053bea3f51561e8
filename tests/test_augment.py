"""Augmentation and the digits: second implementations (scipy, scikit-learn), exact counts, invariants."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import augment, checks
from miniatures import digits as data
from reading import refused
from scipy.ndimage import affine_transform
from sklearn.datasets import load_digits

IMAGES = np.random.default_rng(0).random((5, 8, 8))


def test_warp_equals_scipys_linear_interpolation():
    rng = np.random.default_rng(1)
    matrices = np.eye(2) + rng.uniform(-0.4, 0.4, (5, 2, 2))
    shifts = rng.uniform(-2, 2, (5, 2))
    centre = np.array([3.5, 3.5])
    for image, matrix, shift, warped in zip(
        IMAGES, matrices, shifts, augment.warp(IMAGES, matrices, shifts), strict=True
    ):
        padded = np.pad(
            image, 4
        )  # scipy cuts off half a pixel earlier at the rim; with a margin both are linear down to 0
        expected = affine_transform(padded, matrix, centre + 4 + shift - matrix @ (centre + 4), order=1)[4:-4, 4:-4]
        assert warped == pytest.approx(expected)


def test_warp_does_whole_shifts_and_quarter_turns_exactly():
    same = np.broadcast_to(np.eye(2), (5, 2, 2))
    assert (augment.warp(IMAGES, same, np.zeros((5, 2))) == IMAGES).all()
    down = augment.warp(IMAGES, same, np.tile([-1.0, 0.0], (5, 1)))
    assert (down[:, 1:] == IMAGES[:, :-1]).all()
    assert not down[:, 0].any()
    turned = augment.warp(IMAGES, np.tile([[0.0, 1.0], [-1.0, 0.0]], (5, 1, 1)), np.zeros((5, 2)))
    assert turned == pytest.approx(np.rot90(IMAGES, axes=(1, 2)))
    assert not augment.warp(IMAGES, same, np.full((5, 2), 1000.0)).any()


def test_affine_has_the_stated_determinant_and_parts():
    rng = np.random.default_rng(2)
    rotation, scale, shear = rng.uniform(-0.3, 0.3, (3, 20))
    assert np.linalg.det(augment.affine(rotation, scale, shear)) == pytest.approx(np.exp(-2 * scale))
    zero = np.zeros(1)
    turn = augment.affine(np.array([0.3]), zero, zero)[0]
    assert turn @ turn.T == pytest.approx(np.eye(2))
    assert turn[1, 0] == pytest.approx(np.sin(0.3))


@given(st.integers(0, 8), st.integers(0, 1000))
def test_cutout_sets_exactly_one_square_to_zero(side, seed):
    cut = augment.cutout(np.ones((6, 8, 8)), side, np.random.default_rng(seed))
    for image in cut:
        rows, columns = np.nonzero(image == 0)
        assert len(rows) == side**2
        assert set(np.unique(image)) <= {0.0, 1.0}
        assert side == 0 or (np.ptp(rows), np.ptp(columns)) == (side - 1, side - 1)


def test_cutout_reaches_every_place():
    cut = augment.cutout(np.ones((4000, 8, 8)), 3, np.random.default_rng(0))
    places = {tuple(np.argwhere(image == 0)[0]) for image in cut}
    assert places == {(row, column) for row in range(6) for column in range(6)}


def test_weak_views_move_by_less_than_a_pixel_and_nothing_else():
    dot = np.zeros((300, 8, 8))
    dot[:, 4, 4] = 1
    views = augment.weak_view(dot, np.random.default_rng(0))
    assert views.sum(axis=(1, 2)) == pytest.approx(np.ones(300))
    centre = np.einsum("nij,ij->n", views, np.mgrid[:8, :8][0])
    assert 0.6 < np.abs(centre - 4).max() <= 0.7
    assert abs(centre.mean() - 4) < 0.1


@given(st.floats(0, 2), st.integers(0, 100))
def test_strong_views_stay_grey_and_grow_with_magnitude(magnitude, seed):
    views = augment.strong_view(IMAGES, np.random.default_rng(seed), magnitude)
    assert views.shape == IMAGES.shape
    assert views.min() >= 0
    assert views.max() <= 1
    again = augment.strong_view(IMAGES, np.random.default_rng(seed), magnitude)
    assert (views == again).all()


def test_strong_views_change_more_than_weak_ones_and_more_with_magnitude():
    images, rng = data.digits()[0][:500], np.random.default_rng(0)
    change = [np.abs(augment.strong_view(images, rng, m) - images).mean() for m in (0.0, 0.5, 1.0, 2.0)]
    assert change[0] == 0
    assert all(a < b for a, b in itertools.pairwise(change))
    assert change[2] > 1.3 * np.abs(augment.weak_view(images, rng) - images).mean()
    blank = np.zeros((3, 8, 8))
    assert not augment.strong_view(blank, rng).any()  # the background stays 0


@pytest.mark.parametrize("bad", [np.nan, 2.01, -0.1, "1", True, None, np.inf])
def test_bad_magnitudes_are_named(bad):
    with pytest.raises(ValueError, match="magnitude"):
        augment.strong_view(IMAGES, np.random.default_rng(0), bad)


@given(arrays(float, st.lists(st.integers(0, 3), max_size=4).map(tuple), elements=st.floats()))
def test_any_array_gives_grey_values_or_a_named_error(images):
    message = refused(lambda: augment.strong_view(images, np.random.default_rng(0)))
    if message:
        assert "images" in message
        return
    views = augment.strong_view(images, np.random.default_rng(0))
    assert views.shape == images.shape
    assert views.min() >= 0
    assert views.max() <= 1


def test_bad_sides_and_matrices_are_named():
    rng = np.random.default_rng(0)
    for side in (-1, 9, 2.0, True, None):
        with pytest.raises(ValueError, match="side"):
            augment.cutout(IMAGES, side, rng)
    with pytest.raises(ValueError, match="matrices"):
        augment.warp(IMAGES, np.eye(2), np.zeros((5, 2)))
    with pytest.raises(ValueError, match="shifts"):
        augment.warp(IMAGES, np.tile(np.eye(2), (5, 1, 1)), np.full((5, 2), np.nan))


def test_the_stored_digits_are_scikit_learns():
    bundle, (images, classes) = load_digits(), data.digits()
    assert (images * 16 == bundle.images).all()
    assert (classes == bundle.target).all()
    assert not images.flags.writeable


@given(st.integers(1, 120), st.integers(0, 2**63))
def test_every_split_is_whole_stratified_and_free_of_leaks(labels, seed):
    labelled, unlabelled, test = data.split(labels, seed)
    classes = data.digits()[1]
    assert sorted(np.concatenate([labelled, unlabelled, test])) == list(range(1797))
    assert np.bincount(classes[labelled], minlength=10).tolist() == [labels] * 10
    assert np.bincount(classes[test], minlength=10).tolist() == [50] * 10
    assert (test == data.split(1, 0)[2]).all()


def test_seeds_draw_different_labels_and_views_follow_their_images():
    assert set(data.split(4, 0)[0]) != set(data.split(4, 1)[0])
    weak, strong = data.unlabelled_views(2, 3)
    order = np.concatenate(data.split(2, 3)[:2])
    images = data.digits()[0][order].reshape(-1, 64)
    distance = ((weak[:60, 0][:, None] - images[None]) ** 2).sum(axis=2)  # (60, 1297)
    closer = (distance < np.diag(distance[:, :60])[:, None]).mean(axis=1)  # share of images closer than the view's own
    assert np.median(closer) < 0.01
    assert closer.max() < 0.5
    assert weak.shape == strong.shape == (1297, 12, 64)
    assert data.labelled_views(2, 3, "none").shape == (20, 1, 64)


def test_bad_splits_are_named():
    for bad in (0, 121, 1.0, True, None, "4"):
        with pytest.raises(ValueError, match="labels_per_class"):
            data.split(bad, 0)
    for bad in (-1, 2**63 + 1, 0.0, False):
        with pytest.raises(ValueError, match="seed"):
            data.split(4, bad)
    with pytest.raises(ValueError, match="kind"):
        data.labelled_views(4, 0, "medium")
    with pytest.raises(ValueError, match="purpose"):
        data.stream(0, "luck")


def test_checks_name_the_argument_and_what_is_accepted():
    with pytest.raises(ValueError, match=r"x=10{400} must be a finite number from 0 to 1"):
        checks.real("x", 10**400, 0, 1)
    with pytest.raises(ValueError, match=r"x holds 2\.0: every number must lie from 0 to 1"):
        checks.numbers("x", [0.5, 2.0], (None,), 0, 1)
    with pytest.raises(ValueError, match="whole numbers from 0 to 2"):
        checks.classes_of("x", [0.5], 1, 3)
