"""Gaussian windows: how wide must a sampled Gaussian be?

A miniature of the rule that cuts a Gaussian where its density falls to epsilon, of the rule's
inverse, of the rules that libraries use in its place, and of what the cut can cost.
`miniatures.gaussian_kernels` applies the windows to images.

Source: S. Palacio, "From the sigma of a Gaussian to the size in pixels" (2013). The bound on the
error follows P. Getreuer, "A Survey of Gaussian Convolution Algorithms" (2013).

x           distance from the centre, pixels
σ, sigma    standard deviation of the Gaussian, pixels
G           density of the Gaussian, 1/pixels
ε, epsilon  density at which the Gaussian is cut, 1/pixels
c           short for `epsilon*sqrt(2*pi)`, 1/pixels
τ, tau      height at which the Gaussian is cut, as a share of its peak, no unit
r, radius   what the window keeps on each side of the centre, pixels
δ, delta    lost mass: the share of the Gaussian outside the window, no unit
w           size of the window (the article's |w|), `2*ceil(r) + 1`, pixels
W_k         Lambert's function, `W*exp(W) = z`: on branch k = 0 it is -1 or more, on branch k = -1
            it is -1 or less, no unit
p, q        kernels that sum to one: all of the Gaussian, and the window's part of it, no unit
f           values of a row of the picture, from 0 (black) to 1 (white)
"""

from bisect import bisect_left
from math import ceil, erfc, exp, log, pi, sqrt

import numpy as np
from scipy.special import erfcinv, lambertw

from miniatures.checks import count, not_negative, numbers, one_of, positive, real, share

ROUNDING = 1e-14  # quotients that differ from 1 by less are 1 here
REACH = 39  # exp(-39**2/2) is 0 in double precision
MOST_SIGMA = 100_000  # for sums over whole pixels, which take 39*sigma terms


def density(x, sigma: float):
    """The Gaussian density at x, in 1/pixels.

    G(x) = exp(-x**2/(2*sigma**2)) / (sigma*sqrt(2*pi)). x: a number or an
    array, pixels; sigma: pixels. Returns a float or an array of x's shape.

    >>> round(density(0, 1), 4), round(density(3.4609, 1), 6)
    (0.3989, 0.001)
    """
    x, sigma = _places(x), positive("sigma", sigma)
    return _like(x, np.exp(-((x / sigma) ** 2) / 2) / (sigma * sqrt(2 * pi)))


def printed_formula(x, sigma: float):
    """The formula with the article's sign at x, in 1/pixels.

    exp(+x**2/(2*sigma**2)) / (sigma*sqrt(2*pi)). x: a number or an array,
    pixels. ValueError where the value is too large for a float.

    >>> round(printed_formula(0, 1), 4), round(printed_formula(3.4609, 1), 2)
    (0.3989, 159.17)
    """
    x, sigma = _places(x), positive("sigma", sigma)
    exponent = (x / sigma) ** 2 / 2 - log(sigma * sqrt(2 * pi))
    if np.any(exponent > 709):
        raise ValueError(f"x={x} is too far out: the value passes 1e308")
    return _like(x, np.exp(exponent))


def half_width(sigma: float, epsilon: float) -> float:
    """Distance x > 0 at which the density has fallen to epsilon, in pixels.

    x = sigma*sqrt(-2*ln(epsilon*sigma*sqrt(2*pi))). sigma: pixels;
    epsilon: 1/pixels. ValueError when the peak is not above epsilon.

    >>> round(half_width(3, 1e-3), 4)
    9.3821
    >>> half_width(400, 1e-3)
    Traceback (most recent call last):
    ValueError: no window: the peak 0.000997 is not above epsilon = 0.001, sigma = 400 is too large
    """
    sigma, epsilon = positive("sigma", sigma), positive("epsilon", epsilon)
    fall = -log(epsilon * sigma * sqrt(2 * pi))  # ln(peak/epsilon)
    if fall <= ROUNDING:
        peak = 1 / (sigma * sqrt(2 * pi))
        level = f"not above epsilon = {epsilon:.3g}"
        raise ValueError(f"no window: the peak {peak:.3g} is {level}, sigma = {sigma:.3g} is too large")
    return sigma * sqrt(2 * fall)


def window_of(radius: float) -> int:
    """The odd number of pixels 2*ceil(radius) + 1 that covers `radius` pixels on each side of the centre.

    >>> window_of(9.3821), window_of(9), window_of(0)
    (21, 19, 1)
    """
    return 2 * ceil(not_negative("radius", radius)) + 1


def window_size(sigma: float, epsilon: float) -> int:
    """Whole pixels of the window, 2*ceil(half_width) + 1.

    The number is odd, so that the window has a centre. Errors as half_width.

    >>> window_size(3, 1e-3)
    21
    """
    return window_of(half_width(sigma, epsilon))


def largest_sigma(epsilon: float) -> float:
    """The sigma whose peak is epsilon itself, in pixels.

    It is 1/(epsilon*sqrt(2*pi)). For this sigma and every larger one no window exists.

    >>> round(largest_sigma(1e-3), 3)
    398.942
    """
    return 1 / (positive("epsilon", epsilon) * sqrt(2 * pi))


def widest_sigma(epsilon: float) -> float:
    """The sigma whose window is the widest, in pixels: largest_sigma/sqrt(e).

    Its half width equals itself.

    >>> widest = widest_sigma(1e-3)
    >>> round(widest, 3), round(half_width(widest, 1e-3), 3)
    (241.971, 241.971)
    """
    return largest_sigma(epsilon) / sqrt(exp(1))


def sigmas_for_half_width(half_width: float, epsilon: float) -> tuple[float, ...]:
    """Every sigma whose density falls to epsilon at `half_width`, in pixels.

    Two, ascending: x/sqrt(-W_k(-(c*x)**2)) with c = epsilon*sqrt(2*pi), for
    k = -1 and k = 0. One where they meet, at the widest window, which has
    x = 1/(c*sqrt(e)). None beyond it.

    >>> [round(s, 4) for s in sigmas_for_half_width(10, 1e-3)]
    [3.2211, 398.8169]
    >>> sigmas_for_half_width(243, 1e-3)
    ()
    """
    x, widest = positive("half_width", half_width), widest_sigma(epsilon)
    if abs(x - widest) <= ROUNDING * widest:
        return (widest,)
    if x > widest:
        return ()
    z = -((x / widest) ** 2) * exp(-1)
    return tuple(x / sqrt(-lambertw(z, branch).real) for branch in (-1, 0))


def radius_for_height(sigma: float, tau: float) -> float:
    """Radius at which the density has fallen to the share `tau` of its peak, sigma*sqrt(2*ln(1/tau)), in pixels.

    >>> round(radius_for_height(3, 1e-3), 4)
    11.1508
    """
    return positive("sigma", sigma) * sqrt(-2 * log(share("tau", tau)))


def lost_mass(sigma: float, radius: float) -> float:
    """The share of a Gaussian farther than `radius` from its centre, erfc(radius/(sigma*sqrt(2))).

    >>> round(lost_mass(1, 3), 4)
    0.0027
    """
    return erfc(not_negative("radius", radius) / positive("sigma", sigma) / sqrt(2))


def radius_for_lost_mass(sigma: float, lost_mass: float) -> float:
    """Radius outside which the share `lost_mass` lies, in pixels.

    r = sigma*sqrt(2)*erfcinv(lost_mass). lost_mass: above 0 and below 1.

    >>> round(radius_for_lost_mass(3, 1e-3), 4)
    9.8716
    """
    sigma, delta = positive("sigma", sigma), share("lost_mass", lost_mass)
    return float(sigma * sqrt(2) * erfcinv(delta))


def cut_radius(rule: str, sigma: float, threshold: float) -> float:
    """Radius of the window by one of four rules, in pixels: "density" cuts at epsilon = threshold, "height" at
    tau = threshold, "mass" at delta = threshold, and "3 sigma" at 3*sigma whatever the threshold.

    >>> [round(cut_radius(rule, 3, 1e-3), 2) for rule in ("density", "height", "mass", "3 sigma")]
    [9.38, 11.15, 9.87, 9.0]
    """
    rules = {"density": half_width, "height": radius_for_height, "mass": radius_for_lost_mass}
    one_of("rule", rule, (*rules, "3 sigma"))
    sigma = positive("sigma", sigma)
    if rule == "3 sigma":
        return 3 * sigma
    try:
        return rules[rule](sigma, threshold)
    except ValueError as reason:
        raise ValueError(f"threshold={threshold!r}: {reason}") from None


def lost_in_two_dimensions(sigma: float, radius: float) -> tuple[float, float]:
    """Shares of a round 2-D Gaussian outside a square of half side `radius`, and outside a disc of that radius.

    With delta of one axis, the square loses 1 - (1 - delta)**2, the disc exp(-radius**2/(2*sigma**2)).

    >>> [round(share, 4) for share in lost_in_two_dimensions(1, 3)]
    [0.0054, 0.0111]
    """
    delta = lost_mass(sigma, radius)
    return delta * (2 - delta), exp(-((radius / sigma) ** 2) / 2)


def opencv_sigma(window: int) -> float:
    """The sigma that OpenCV gives to a window of odd size, 0.3*((window - 1)/2 - 1) + 0.8, in pixels.

    Source: the documentation of OpenCV's getGaussianKernel.

    >>> round(opencv_sigma(21), 4)
    3.5
    """
    if count("window", window) % 2 == 0:
        raise ValueError(f"window={window} must be odd: an even window has no centre pixel")
    return 0.3 * ((window - 1) / 2 - 1) + 0.8


def sampled_kernel(sigma: float, radius: int) -> np.ndarray:
    """The density at the whole pixels -radius..radius, (2*radius + 1,), in 1/pixels; its sum is not one.

    >>> sampled_kernel(1, 2).round(4).tolist()
    [0.054, 0.242, 0.3989, 0.242, 0.054]
    """
    return density(pixels_of(radius), sigma)


def sampled_sum(sigma: float) -> float:
    """The sum of the density over all whole pixels, 1 + 2*sum_k exp(-2*(pi*sigma*k)**2), no unit.

    Poisson's summation formula makes both sums equal; for small sigma the one over pixels is the shorter.

    >>> round(sampled_sum(0.3), 5), sampled_sum(2)
    (1.34009, 1.0)
    """
    sigma = positive("sigma", sigma)
    if sigma < 0.4:
        return float(sampled_kernel(sigma, ceil(REACH * sigma)).sum())
    k = np.arange(1, 1 + ceil(REACH / (2 * pi * sigma)))
    return float(1 + 2 * np.exp(-2 * (pi * sigma * k) ** 2).sum())


def worst_case_error(sigma: float, radius: int) -> float:
    """Largest change of a pixel, from 0 to 1, when a 1-D blur is cut at `radius`.

    For images in [0, 1]. The cut kernel is divided by its sum. The bound is the lost mass of the
    sampled Gaussian; the image that is 1 inside the window and 0 outside
    attains it. sigma: at most 100,000 pixels.

    >>> round(worst_case_error(2, 4), 6)
    0.022984
    """
    sigma = positive("sigma", sigma, MOST_SIGMA)
    radius = count("radius", radius)
    n = np.arange(radius + 1.0, radius + 1 + ceil(REACH * sigma))
    return float(2 * density(n, sigma).sum() / sampled_sum(sigma))


def worst_pixel_error(sigma: float, radius: int) -> float:
    """The same bound for a 2-D image blurred along both axes: 1 - (1 - delta)**2, delta = worst_case_error.

    >>> round(worst_pixel_error(2, 4), 6)
    0.04544
    """
    delta = worst_case_error(sigma, radius)
    return delta * (2 - delta)


def safe_radius(sigma: float, error: float) -> int:
    """Smallest radius for which no pixel of any image in [0, 1], blurred along both axes, changes by more than `error`.

    error: above 0 and below 1, in the image's unit; sigma: at most 100,000 pixels.

    >>> safe_radius(3, 0.5 / 255), worst_pixel_error(3, 9) > 0.5 / 255 > worst_pixel_error(3, 10)
    (10, True)
    """
    sigma, error = positive("sigma", sigma, MOST_SIGMA), share("error", error)
    radii = range(ceil(REACH * sigma))  # the error falls with the radius: search by halves
    return bisect_left(radii, -error, key=lambda radius: -worst_pixel_error(sigma, radius))


def pixels_of(radius: int) -> np.ndarray:
    """The whole pixels -radius..radius, (2*radius + 1,), floats."""
    radius = count("radius", radius)
    return np.arange(-radius, radius + 1.0)


def _places(x):
    return numbers("x", x) if isinstance(x, (np.ndarray, list, tuple)) else real("x", x)


def _like(x, result):
    return result if isinstance(x, np.ndarray) else float(result)
