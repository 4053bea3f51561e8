"""Gaussian kernels at whole pixels, and what an image loses when they are cut.

Three ways to turn a Gaussian into weights (sampled, integrated over each pixel, discrete), their
variances, and the separable blur of an image with a cut kernel.

Source: T. Lindeberg, "Discrete approximations of Gaussian smoothing and Gaussian derivatives"
(2024), doi:10.1007/s10851-024-01196-9. The letters are those of `miniatures.gaussian_window`.
"""

from math import ceil, sqrt

import numpy as np
from scipy.special import erfc, ive

from miniatures.checks import as_array, numbers, positive, whole_numbers
from miniatures.gaussian_window import pixels_of, sampled_kernel

MOST_SIGMA = 10_000  # beyond it the Bessel function's routine loses digits
MOST_RADIUS = 9 * MOST_SIGMA


def full_radius(sigma: float) -> int:
    """Radius beyond which a sampled Gaussian weighs less than double precision resolves, ceil(9*sigma), at least 1.

    >>> full_radius(3), float(sampled_kernel(3, 28)[0]) < 1e-19
    (27, True)
    """
    return max(1, ceil(9 * positive("sigma", sigma)))


def integrated_kernel(sigma: float, radius: int) -> np.ndarray:
    """The Gaussian's mass over each pixel, from n - 1/2 to n + 1/2, for n in -radius..radius: (2*radius + 1,).

    >>> integrated_kernel(1, 2).round(4).tolist()
    [0.0606, 0.2417, 0.3829, 0.2417, 0.0606]
    """
    n, scale = np.abs(pixels_of(radius)), positive("sigma", sigma) * sqrt(2)
    return (erfc((n - 0.5) / scale) - erfc((n + 0.5) / scale)) / 2  # tails: no cancellation at 1


def discrete_kernel(sigma: float, radius: int) -> np.ndarray:
    """Lindeberg's discrete Gaussian, exp(-t)*I_n(t) with t = sigma**2, for n in -radius..radius: (2*radius + 1,).

    I_n: modified Bessel function of order n. Over all n its sum is 1 and its variance sigma**2 exactly.
    sigma: at most 10,000 pixels.

    >>> discrete_kernel(1, 2).round(4).tolist()
    [0.0499, 0.2079, 0.4658, 0.2079, 0.0499]
    """
    return ive(np.abs(pixels_of(radius)), positive("sigma", sigma, MOST_SIGMA) ** 2)


def kernel_variance(kernel) -> float:
    """Variance of the distances from the centre under the weights of `kernel`, (2*r + 1,), in pixels**2.

    The weights need not sum to one. ValueError unless they are finite, not negative and not all zero.

    >>> kernel_variance([1, 2, 1])
    0.5
    """
    weights = _weights(kernel)
    n = np.arange(weights.size, dtype=float) - weights.size // 2
    return float((weights * n**2).sum())


def blur(image, kernel) -> np.ndarray:
    """`image` (H, W) weighted with `kernel` (2*r + 1,) along both axes: (H, W).

    The kernel must be symmetric and is divided by its sum. Outside, the image
    goes on as in a mirror at its edge (d c b a | a b c d).

    >>> blur([[0, 0, 4, 0, 0]], [1, 2, 1]).tolist()
    [[0.0, 1.0, 2.0, 1.0, 0.0]]
    """
    pixels, weights = _image(image), _weights(kernel)
    if not np.array_equal(weights, weights[::-1]):
        raise ValueError("kernel must be symmetric")
    return _along_rows(_along_rows(pixels, weights).T, weights).T


def cut_error(image, sigma: float, radius: int) -> np.ndarray:
    """Blur with the window minus blur with all of the Gaussian: (H, W), in the image's unit.

    >>> float(cut_error([[0, 0, 1, 0, 0]], 0.5, 0).max().round(4))
    0.2134
    """
    return blur(image, sampled_kernel(sigma, radius)) - _blurred(image, sigma)


def largest_changes(image, sigma: float, radii) -> np.ndarray:
    """The largest change of a pixel when the blur is cut, for each of `radii` (N,): (N,), in the image's unit.

    >>> largest_changes([[0, 0, 1, 0, 0]], 0.5, [0, 1]).round(5).tolist()
    [0.21343, 0.00042]
    """
    radii = as_array("radii", radii)
    radii = whole_numbers("radii", radii, (None,) if radii.size else None, 0, MOST_RADIUS)
    whole = _blurred(image, sigma)
    return np.array([np.abs(blur(image, sampled_kernel(sigma, radius)) - whole).max() for radius in radii])


def _blurred(image, sigma):
    """The blur with all of the Gaussian."""
    return blur(image, sampled_kernel(sigma, full_radius(positive("sigma", sigma, MOST_SIGMA))))


def _along_rows(pixels, weights):
    radius, width = weights.size // 2, pixels.shape[1]
    padded = np.pad(pixels, ((0, 0), (radius, radius)), mode="symmetric")  # (H, W + 2*r)
    return sum(weight * padded[:, i : i + width] for i, weight in enumerate(weights))


def _weights(kernel) -> np.ndarray:
    weights = numbers("kernel", kernel)
    if weights.ndim != 1 or weights.size % 2 == 0:
        raise ValueError(f"kernel of shape {weights.shape} must be one row with an odd number of weights")
    if np.any(weights < 0) or not weights.sum() > 0:
        raise ValueError("kernel must hold weights that are not negative and not all zero")
    return weights / weights.sum()


def _image(image) -> np.ndarray:
    pixels = numbers("image", image)
    if pixels.ndim != 2 or 0 in pixels.shape:
        raise ValueError(f"image of shape {pixels.shape} must be (H, W) with at least one pixel")
    return pixels
