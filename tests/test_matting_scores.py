"""Errors of a cut-out: worked by hand, what they do not see, band and trimaps, bad input."""

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import matting_scores as ms

clips = arrays(float, st.tuples(st.integers(2, 4), st.integers(1, 4), st.integers(1, 4)), elements=st.floats(0, 1))


def test_three_errors_by_hand():
    truth = np.array([[[0.0, 1.0]], [[0.0, 1.0]], [[0.5, 1.0]]])
    alpha = np.array([[[0.2, 1.0]], [[0.0, 0.6]], [[0.5, 1.0]]])
    assert ms.mean_squared_error(alpha, truth) == pytest.approx((0.04 + 0.16) / 6)
    assert ms.absolute_difference(alpha, truth) == pytest.approx((0.2 + 0.4) / 3)
    # errors change by -0.2, -0.4, then by 0, 0.4
    assert ms.dtssd(alpha, truth) == pytest.approx((np.sqrt((0.04 + 0.16) / 2) + np.sqrt(0.16 / 2)) / 2)


def test_a_constant_wrong_alpha_does_not_flicker():
    truth = np.random.default_rng(0).uniform(0.3, 0.6, (5, 8, 8))
    assert ms.dtssd(truth + 0.4, truth) == pytest.approx(0, abs=1e-12)
    assert ms.mean_squared_error(truth + 0.4, truth) == pytest.approx(0.16)
    assert ms.dtssd(np.full(truth.shape, 0.7), np.repeat(truth[:1], 5, axis=0)) == 0


@given(clips)
def test_errors_are_zero_only_at_the_truth(truth):
    assert ms.mean_squared_error(truth, truth) == ms.absolute_difference(truth, truth) == ms.dtssd(truth, truth) == 0
    alpha = truth.copy()
    alpha[-1, 0, 0] = 1 - round(alpha[-1, 0, 0])
    assert ms.mean_squared_error(alpha, truth) > 0
    assert ms.dtssd(alpha, truth) > 0


@given(clips)
def test_errors_within_a_mask_are_those_of_its_pixels(alpha):
    truth = alpha[::-1]
    where = np.zeros(alpha.shape, bool)
    where[1, 0, 0] = True
    assert ms.mean_squared_error(alpha, truth, where) == pytest.approx((alpha[1, 0, 0] - truth[1, 0, 0]) ** 2)
    change = (alpha[1, 0, 0] - truth[1, 0, 0]) - (alpha[0, 0, 0] - truth[0, 0, 0])
    assert ms.dtssd(alpha, truth, where) == pytest.approx(abs(change))


@given(arrays(bool, st.tuples(st.integers(1, 7), st.integers(1, 7))), st.integers(0, 4))
def test_widening_and_narrowing_equal_scipys(mask, width):
    square = np.ones((2 * width + 1,) * 2)
    assert (ms.widened(mask, width) == scipy.ndimage.binary_dilation(mask, square)).all()
    assert (ms.narrowed(mask, width) == scipy.ndimage.binary_erosion(mask, square, border_value=1)).all()
    trimap = ms.trimap_from_mask(mask, width)
    assert (trimap[mask] >= 0.5).all()
    assert (trimap[~mask] <= 0.5).all()


def test_the_band_holds_all_that_is_mixed_and_every_sharp_edge():
    truth = np.zeros((2, 12, 12))
    truth[:, 3:6, 3:6], truth[0, 8, 8] = 1, 0.5
    assert ms.unknown_band(truth, 0)[0, 8, 8]
    assert ms.unknown_band(truth, 0).sum() == 2 * (8 + 12) + 1  # the square's rim within and without, and the spot
    assert not ms.unknown_band(np.ones((4, 4))).any()
    trimap = ms.trimap_of(truth, 1)
    assert set(np.unique(trimap)) <= {0.0, 0.5, 1.0}
    assert (trimap[trimap != 0.5] == truth[trimap != 0.5]).all()


def test_scores_are_the_single_ones():
    rng = np.random.default_rng(1)
    truth = np.zeros((3, 9, 9))
    truth[:, :, 4], truth[:, :, 5:] = 0.5, 1
    alpha = np.clip(truth + rng.normal(0, 0.1, truth.shape), 0, 1)
    found, band = ms.scores(alpha, truth), ms.unknown_band(truth)
    assert found.mse == ms.mean_squared_error(alpha, truth)
    assert found.sad == ms.absolute_difference(alpha, truth)
    assert found.dtssd == ms.dtssd(alpha, truth)
    assert found.band_mse == ms.mean_squared_error(alpha, truth, band)
    assert found.band_dtssd == ms.dtssd(alpha, truth, band)


GOOD = np.full((2, 3, 4), 0.5)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: ms.mean_squared_error(GOOD, GOOD[0]), "truth"), (lambda: ms.mean_squared_error(GOOD + 1, GOOD), "alpha"),
    (lambda: ms.mean_squared_error(GOOD, GOOD * np.nan), "truth"), (lambda: ms.mean_squared_error(GOOD, GOOD, GOOD), "where"),
    (lambda: ms.mean_squared_error(GOOD, GOOD, np.zeros(GOOD.shape, bool)), "where"), (lambda: ms.mean_squared_error(0.5, 0.5), "alpha"),
    (lambda: ms.absolute_difference(GOOD[:0], GOOD[:0]), "alpha"), (lambda: ms.dtssd(GOOD[0], GOOD[0]), "alpha"),
    (lambda: ms.dtssd(GOOD[:1], GOOD[:1]), "alpha"), (lambda: ms.dtssd(GOOD, GOOD, np.arange(2)[:, None, None] + np.zeros((2, 3, 4)) < 1), "where"),
    (lambda: ms.unknown_band(GOOD, 1.5), "width"), (lambda: ms.unknown_band(GOOD, -1), "width"), (lambda: ms.unknown_band([0.5]), "truth"),
    (lambda: ms.widened([True], 1), "mask"), (lambda: ms.widened(GOOD > 0, 33), "width"), (lambda: ms.widened([[np.nan]], 1), "mask"), (lambda: ms.widened([[1, 0]], 1), "mask"),
    (lambda: ms.narrowed("no", 1), "mask"), (lambda: ms.scores(GOOD, GOOD[:, :2]), "truth"),
    (lambda: ms.scores(GOOD, np.ones(GOOD.shape)), "truth has no pixel between 0 and 1"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
