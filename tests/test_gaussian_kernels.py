"""Kernels at whole pixels and the blur, held against scipy, and what cutting costs a real image."""

import math

import gaussian_window as script
import numpy as np
import pytest
import scipy.ndimage
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from miniatures import data
from miniatures import gaussian_kernels as gk
from miniatures import gaussian_window as gw

SIGMAS = st.floats(0.1, 30)


# ---- kernels


@given(SIGMAS)
def test_integrated_kernel_is_scipys_difference_and_sums_to_one(sigma):
    radius = gk.full_radius(sigma)
    n = np.arange(-radius, radius + 1)
    kernel = gk.integrated_kernel(sigma, radius)
    assert kernel == pytest.approx(
        scipy.stats.norm.cdf(n + 0.5, scale=sigma) - scipy.stats.norm.cdf(n - 0.5, scale=sigma), abs=1e-15
    )
    assert kernel.sum() == pytest.approx(1, abs=1e-14)
    assert np.array_equal(kernel, kernel[::-1])
    assert kernel[0] > 0  # no cancellation far out


@given(st.floats(0.1, 20))
def test_discrete_kernel_sums_to_one_with_variance_sigma_squared(sigma):
    kernel = gk.discrete_kernel(sigma, 60 + gk.full_radius(sigma))
    assert kernel.sum() == pytest.approx(1, abs=1e-12)
    assert gk.kernel_variance(kernel) == pytest.approx(sigma**2, rel=1e-9)


def test_discrete_kernels_form_a_family():
    once = gk.discrete_kernel(0.7, 40)
    twice = np.convolve(once, once)
    assert twice[20:-20] == pytest.approx(gk.discrete_kernel(0.7 * math.sqrt(2), 60), abs=1e-13)
    sampled = gw.sampled_kernel(0.7, 40) / gw.sampled_sum(0.7)
    again = np.convolve(sampled, sampled)[20:-20] - gw.sampled_kernel(0.7 * math.sqrt(2), 60) / gw.sampled_sum(
        0.7 * math.sqrt(2)
    )
    assert np.abs(again).max() > 1e-4  # the sampled ones do not


@pytest.mark.parametrize(("sigma", "share"), [(0.3, 0.0853), (0.4, 0.505), (0.5, 0.860), (0.8, 0.9998)])
def test_known_variances_of_sampled_kernels(sigma, share):
    assert gk.kernel_variance(gw.sampled_kernel(sigma, 20)) / sigma**2 == pytest.approx(share, abs=5e-4)


@given(st.floats(0.9, 10))
def test_integrated_kernel_is_broader_by_a_twelfth(sigma):
    radius = gk.full_radius(sigma) + 3
    assert gk.kernel_variance(gk.integrated_kernel(sigma, radius)) - sigma**2 == pytest.approx(1 / 12, abs=1e-5)


# ---- blur


@pytest.mark.parametrize("truncate", [1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("sigma", [0.6, 1.0, 2.3, 6.0])
def test_blur_is_scipys_gaussian_filter(sigma, truncate):
    image = np.random.default_rng(7).random((23, 31))
    radius = int(truncate * sigma + 0.5)  # scipy's rule
    theirs = scipy.ndimage.gaussian_filter(image, sigma, truncate=truncate, mode="reflect")
    assert gk.blur(image, gw.sampled_kernel(sigma, radius)) == pytest.approx(theirs, abs=1e-14)


def test_blur_is_the_two_dimensional_convolution():
    image = np.random.default_rng(3).random((12, 9))
    kernel = gw.sampled_kernel(1.3, 4)
    square = np.outer(kernel, kernel) / kernel.sum() ** 2
    assert gk.blur(image, kernel) == pytest.approx(scipy.ndimage.correlate(image, square, mode="reflect"), abs=1e-14)


@given(st.integers(1, 9), st.integers(1, 9), st.floats(0.2, 4), st.integers(0, 12), st.integers(0, 2**32 - 1))
def test_blur_keeps_mean_and_range_whatever_the_size(height, width, sigma, radius, seed):
    image = np.random.default_rng(seed).random((height, width))
    blurred = gk.blur(image, gw.sampled_kernel(sigma, radius))
    assert blurred.shape == image.shape
    assert image.min() - 1e-12 <= blurred.min()
    assert blurred.max() <= image.max() + 1e-12
    assert blurred.mean() == pytest.approx(image.mean(), abs=1e-12)  # the mirror at the edge loses no light


def test_blur_at_radius_zero_and_of_the_smallest_image():
    image = np.random.default_rng(0).random((4, 5))
    assert np.array_equal(gk.blur(image, [3.0]), image)
    assert gk.blur([[0.25]], gw.sampled_kernel(2, 5)) == pytest.approx(0.25)


# ---- what the cut costs


@pytest.mark.parametrize("seed", range(5))
def test_random_images_stay_within_the_two_dimensional_bound(seed):
    rng = np.random.default_rng(seed)
    for image in (rng.random((48, 48)), rng.integers(0, 2, (48, 48))):
        for sigma, radius in ((1, 2), (2, 4), (3, 6)):
            error = np.abs(gk.cut_error(image, sigma, radius)).max()
            assert 0 < error <= gw.worst_pixel_error(sigma, radius)


def test_largest_changes_are_those_of_the_cut_errors():
    image = np.random.default_rng(5).random((20, 30))
    found = gk.largest_changes(image, 1.7, range(6))
    assert found == pytest.approx([np.abs(gk.cut_error(image, 1.7, radius)).max() for radius in range(6)], abs=1e-15)
    assert gk.largest_changes(image, 1.7, []).shape == (0,)


def test_a_bright_window_on_black_attains_the_bound():
    image = np.zeros((81, 81))
    image[36:45, 36:45] = 1  # the 9 x 9 window of radius 4 about the middle
    error = gk.cut_error(image, 2, 4)
    assert error[40, 40] == pytest.approx(gw.worst_pixel_error(2, 4), rel=1e-9)
    assert np.abs(error).max() == pytest.approx(error[40, 40])


def photograph():
    return data.load("camera_crop.npz")["image"] / 255


def test_the_photograph_is_the_crop_that_the_script_cuts():
    rows, columns = np.divmod(np.arange(320 * 320).reshape(320, 320), 320)
    for numbered, first in ((rows, 60), (columns, 168)):
        assert np.unique(script.crop((numbered - first).astype(np.uint8))).tolist() == list(range(144))
    stored = data.load("camera_crop.npz")["image"]
    assert (stored.shape, stored.dtype, stored.min(), stored.max()) == ((144, 144), np.uint8, 0, 255)
    with pytest.raises(ValueError, match="320"):
        script.crop(stored)


def test_the_photograph_loses_far_less_than_the_bound():
    errors = {r: 255 * np.abs(gk.cut_error(photograph(), 3, r)).max() for r in (3, 6, 9, 12)}
    bounds = {r: 255 * gw.worst_pixel_error(3, r) for r in errors}
    assert all(errors[r] < bounds[r] / 2 for r in errors)
    assert errors[3] > 10 > errors[6] > 1 > errors[9] > errors[12]


def test_without_division_by_the_sum_the_picture_darkens():
    sigma, radius = 3, 4
    kernel, whole = gw.sampled_kernel(sigma, radius), gw.sampled_kernel(sigma, gk.full_radius(sigma))
    cut, full = gk.blur(photograph(), kernel), gk.blur(photograph(), whole)
    dark = cut * kernel.sum() ** 2
    assert np.all(dark <= cut)
    assert dark.mean() / full.mean() == pytest.approx(1 - gw.worst_pixel_error(sigma, radius), abs=1e-9)
    assert np.abs(dark - full).max() > 1.5 * np.abs(cut - full).max()


# ---- bad input


@pytest.mark.parametrize("call", [gk.integrated_kernel, gk.discrete_kernel])
def test_kernels_refuse(call):
    for sigma in (0, -1, math.nan, math.inf, True, "1", None, [1]):
        with pytest.raises(ValueError, match="sigma="):
            call(sigma, 2)
    for radius in (-1, 1.5, math.nan, True, 10**9, None):
        with pytest.raises(ValueError, match="radius="):
            call(1.0, radius)


def test_discrete_kernel_refuses_a_sigma_that_the_bessel_function_cannot_take():
    assert np.all(np.isfinite(gk.discrete_kernel(1e4, 5)))
    with pytest.raises(ValueError, match="sigma="):
        gk.discrete_kernel(10_001, 5)


@pytest.mark.parametrize(
    "kernel",
    [[], [1, 1], [[1.0]], [0, 0, 0], [1, -2, 1], [1, math.nan, 1], [math.inf], "abc", [True], 3.0, [[1, 2], [3]]],
    ids=repr,
)
def test_weights_that_are_refused(kernel):
    for call in (gk.kernel_variance, lambda weights: gk.blur([[1.0]], weights)):
        with pytest.raises(ValueError, match="kernel"):
            call(kernel)


def test_blur_refuses():
    with pytest.raises(ValueError, match="symmetric"):
        gk.blur([[1.0]], [1, 2, 3])
    for image in ([], [1.0, 2.0], np.zeros((0, 3)), np.zeros((2, 2, 3)), [[math.nan]], [["a"]], None, 5, [[1], [1, 2]]):
        with pytest.raises(ValueError, match="image"):
            gk.blur(image, [1.0])
        with pytest.raises(ValueError, match="image"):
            gk.cut_error(image, 1, 1)
