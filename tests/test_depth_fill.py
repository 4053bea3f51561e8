"""Fills of holes against Laplace's equation solved by scipy, growing of masks against scipy's morphology."""

import math

import numpy as np
import pytest
import scipy.ndimage
import scipy.sparse
import scipy.sparse.linalg
from hypothesis import given
from hypothesis import strategies as st
from miniatures import depth_fill as df


def laplace_by_scipy(depth, mask):
    """Each masked pixel is the mean of its neighbours: the sparse system, solved directly."""
    high, wide = depth.shape
    matrix, known = scipy.sparse.lil_array((depth.size, depth.size)), np.zeros(depth.size)
    for r in range(high):
        for c in range(wide):
            here = r * wide + c
            near = [
                (r + i, c + j) for i, j in ((1, 0), (-1, 0), (0, 1), (0, -1)) if 0 <= r + i < high and 0 <= c + j < wide
            ]
            if not mask[r, c]:
                matrix[here, here], known[here] = 1, depth[r, c]
                continue
            matrix[here, here] = len(near)
            for i, j in near:
                matrix[here, i * wide + j] = -1
    return scipy.sparse.linalg.spsolve(matrix.tocsc(), known).reshape(depth.shape)


@given(st.integers(0, 10**6), st.floats(0.1, 0.95))
def test_the_smooth_fill_solves_laplaces_equation(seed, share):
    rng = np.random.default_rng(seed)
    depth, mask = rng.uniform(1, 20, (7, 9)), rng.random((7, 9)) < share
    if mask.all():
        return
    found = df.harmonic_filled(depth, mask)
    assert found == pytest.approx(laplace_by_scipy(depth, mask), rel=1e-8)
    assert (found[~mask] == depth[~mask]).all()
    assert depth[~mask].min() - 1e-9 <= found.min() <= found.max() <= depth[~mask].max() + 1e-9


def test_a_slope_is_continued_over_a_hole():
    slope = 3 + 0.2 * np.arange(12)[:, None] + 0.5 * np.arange(15)
    mask = np.zeros(slope.shape, bool)
    mask[2:9, 3:12] = True
    assert df.harmonic_filled(np.where(mask, 50, slope), mask) == pytest.approx(slope)
    assert (df.harmonic_filled(slope, ~mask | mask & False)[mask] == slope[mask]).all()
    assert (df.harmonic_filled(slope, np.zeros_like(mask)) == slope).all()


def test_the_mean_fill():
    depth, mask = np.arange(1.0, 13).reshape(3, 4), np.eye(3, 4, dtype=bool)
    found = df.mean_filled(depth, mask)
    assert (found[mask] == depth[~mask].mean()).all()
    assert (found[~mask] == depth[~mask]).all()


@pytest.mark.parametrize("fill", [df.mean_filled, df.harmonic_filled])
@pytest.mark.parametrize(
    ("depth", "mask"),
    [
        (np.ones((3, 4)), np.ones((3, 4), bool)), (np.ones((3, 4)), np.ones((3, 5), bool)), (np.ones((3, 4)), np.ones((3, 4))),
        (np.zeros((3, 4)), np.zeros((3, 4), bool)), (np.full((3, 4), math.nan), np.zeros((3, 4), bool)), (np.ones(4), np.zeros(4, bool)),
        (np.ones((0, 4)), np.zeros((0, 4), bool)), ("x", None),
    ],
)  # fmt: skip
def test_fills_refuse(fill, depth, mask):
    with pytest.raises(ValueError, match=r"depth|mask"):
        fill(depth, mask)


@given(st.integers(0, 10**6), st.integers(-3, 3))
def test_growing_is_scipys_morphology(seed, pixels):
    mask = np.random.default_rng(seed).random((12, 15)) < 0.5
    square = np.ones((2 * abs(pixels) + 1,) * 2)
    morph = scipy.ndimage.binary_erosion if pixels < 0 else scipy.ndimage.binary_dilation
    assert (df.grown(mask, pixels) == morph(mask, square)).all()


def test_growth_is_checked():
    for bad in (1.5, True, None, 13, -13):
        with pytest.raises(ValueError, match="pixels"):
            df.grown(np.ones((3, 3), bool), bad)
