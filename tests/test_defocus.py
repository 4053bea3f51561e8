"""Blur by depth: lens formula, discs, and pictures that must not change."""

import math

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from miniatures import defocus as df

PICTURE = np.random.default_rng(1).random((30, 40))


@given(st.floats(0.5, 50), st.floats(0.5, 50), st.floats(0, 0.5))
def test_the_blur_is_the_disparity_across_the_lens(depth, sharp, aperture):
    """Seen from the lens's two edges, with the sharp depth held in place."""
    edges = [110 * place / depth - 110 * place / sharp for place in (-aperture / 2, aperture / 2)]
    assert df.blur_diameter([depth], sharp, aperture)[0] == pytest.approx(edges[1] - edges[0], abs=1e-9)


@given(st.floats(0, 40))
def test_a_disc_weighs_one(diameter):
    weights = df.disc(diameter)
    assert weights.sum() == pytest.approx(1)
    assert (weights == weights.T).all()
    assert (weights == weights[::-1]).all()
    if diameter > 4:
        assert weights.max() == pytest.approx(1 / (math.pi * diameter**2 / 4), rel=0.25)


@given(st.floats(0.5, 20), st.floats(0, 0.4))
def test_what_is_in_focus_stays(depth, aperture):
    assert df.defocus(PICTURE, np.full(PICTURE.shape, depth), depth, aperture) == pytest.approx(PICTURE)


@given(st.integers(0, 1000), st.floats(0, 0.3))
def test_an_even_picture_stays_even(seed, aperture):
    depth = np.random.default_rng(seed).uniform(2, 12, (20, 30))
    assert df.defocus(np.full((20, 30), 0.3), depth, 4, aperture) == pytest.approx(0.3)


def test_one_depth_is_a_convolution():
    depth, sharp, aperture = 2.0, 8.0, 6 / (110 * 0.375)  # 6 pixels, a whole number of layers
    weights = df.disc(6.0)
    blurred = scipy.signal.convolve2d(PICTURE, weights, "same")
    cover = scipy.signal.convolve2d(np.ones_like(PICTURE), weights, "same")
    assert df.defocus(PICTURE, np.full(PICTURE.shape, depth), sharp, aperture) == pytest.approx(blurred / cover)


def test_a_sharp_front_keeps_its_edge_and_a_blurred_one_spreads():
    picture, depth = np.zeros((30, 40)), np.full((30, 40), 8.0)
    picture[:, 15:25], depth[:, 15:25] = 1, 2.0
    sharp_front = df.defocus(picture, depth, 2.0, 0.2)
    assert sharp_front[:, 15:25] == pytest.approx(1)
    assert sharp_front[:, :15].max() < 1e-9  # what is behind does not take on the front's grey
    blurred_front = df.defocus(picture, depth, 8.0, 0.2)
    assert 0.2 < blurred_front[15, 14] < 0.8


@pytest.mark.parametrize(
    "arguments",
    [
        (PICTURE + 1, np.ones((30, 40)), 4, 0.1), (PICTURE, np.ones((30, 41)), 4, 0.1), (PICTURE, np.zeros((30, 40)), 4, 0.1),
        (PICTURE, np.ones((30, 40)), 0, 0.1), (PICTURE, np.ones((30, 40)), 4, -0.1), (PICTURE, np.ones((30, 40)), 4, 0.6),
        (PICTURE, np.ones((30, 40)), math.nan, 0.1), (PICTURE[0], np.ones(40), 4, 0.1), (PICTURE, np.full((30, 40), 0.5), 50, 0.5),
        (np.zeros((600, 3)), np.ones((600, 3)), 4, 0.1), (PICTURE, np.ones((30, 40)), 4, 0.1, 0),
    ],
)  # fmt: skip
def test_defocus_refuses(arguments):
    with pytest.raises(ValueError, match=r"picture|depth|sharp_depth|aperture|focal"):
        df.defocus(*arguments)
