"""The rule, its inverse and the bound, held against closed forms and other people's code."""

import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from miniatures import gaussian_window as gw

SIGMAS = st.floats(1e-3, 1e4)
EPSILONS = st.floats(1e-12, 1.0)
NOT_NUMBERS = (None, "3", b"3", True, np.True_, 1 + 2j, [3.0], np.array([3.0, 4.0]), np.array(3.0), Ellipsis)
NOT_FINITE = (math.nan, math.inf, -math.inf, np.float64("nan"), 10**400, -(10**400), 1e71)
NOT_POSITIVE = (0, -1, 0.0, -0.0, -1e-300, 5e-324)


# ---- by hand


@pytest.mark.parametrize(
    ("sigma", "epsilon", "half", "size"),
    [(1, 1e-3, 3.4609, 9), (2, 1e-3, 6.5089, 15), (3, 1e-3, 9.3821, 21), (5, 1e-4, 18.2784, 39), (100, 1e-3, 166.35, 335), (390, 1e-3, 83.04, 169)],
)  # fmt: skip
def test_known_windows(sigma, epsilon, half, size):
    assert gw.half_width(sigma, epsilon) == pytest.approx(half, rel=5e-5)
    assert gw.window_size(sigma, epsilon) == size


def test_a_peak_of_one_half_that_falls_to_an_eighth():
    sigma = 2 / math.sqrt(2 * math.pi)  # peak 1/2; 1/8 is a quarter of it: x = sigma*sqrt(2*ln 4)
    assert gw.half_width(sigma, 1 / 8) == pytest.approx(sigma * math.sqrt(2 * math.log(4)), rel=1e-14)


def test_a_half_width_of_whole_pixels_is_not_rounded_up():
    assert [gw.window_of(r) for r in (0, 1, 1.0001, 2.9999, 3, 3.0001)] == [1, 3, 5, 7, 7, 9]
    sigma = 3 / math.sqrt(2 * math.log(2))  # falls to half of its peak at 3 pixels
    below, above = (gw.window_size(sigma, gw.density(0, sigma) / 2 * shift) for shift in (1 + 1e-9, 1 - 1e-9))
    assert (below, above) == (7, 9)


# ---- independent implementations


@given(SIGMAS, EPSILONS)
def test_half_width_is_the_root_of_scipys_density(sigma, epsilon):
    peak = scipy.stats.norm.pdf(0, scale=sigma)
    if epsilon >= peak * (1 - 1e-9):
        return
    root = scipy.optimize.brentq(
        lambda x: scipy.stats.norm.logpdf(x, scale=sigma) - math.log(epsilon),
        0,
        60 * sigma,
        xtol=1e-14 * sigma,
        rtol=1e-14,
    )
    assert gw.half_width(sigma, epsilon) == pytest.approx(root, rel=1e-6)


@given(st.floats(-60, 60), st.floats(0.1, 50))
def test_density_is_scipys(x, sigma):
    assert gw.density(x, sigma) == pytest.approx(scipy.stats.norm.pdf(x, scale=sigma), rel=1e-12, abs=1e-300)


@given(SIGMAS, st.floats(0, 8))
def test_lost_mass_is_twice_scipys_tail(sigma, k):
    assert gw.lost_mass(sigma, k * sigma) == pytest.approx(2 * scipy.stats.norm.sf(k), rel=1e-9)


def test_lost_in_two_dimensions_is_the_integral_outside():
    inside_square, _ = scipy.integrate.dblquad(
        lambda y, x: scipy.stats.norm.pdf(x) * scipy.stats.norm.pdf(y), -1.5, 1.5, -1.5, 1.5
    )
    inside_disc, _ = scipy.integrate.quad(lambda r: r * math.exp(-r * r / 2), 0, 1.5)
    square, disc = gw.lost_in_two_dimensions(2, 3)
    assert (square, disc) == pytest.approx((1 - inside_square, 1 - inside_disc), abs=1e-9)
    assert gw.lost_in_two_dimensions(1, 3) == pytest.approx((1 - (1 - 0.0026997961) ** 2, math.exp(-4.5)), rel=1e-6)


@pytest.mark.parametrize("sigma", [0.1, 0.3, 0.39, 0.4, 0.41, 0.7, 1, 3, 50])
def test_both_sides_of_the_theta_identity(sigma):
    direct = gw.sampled_kernel(sigma, math.ceil(40 * sigma)).sum()
    k = np.arange(1, 200)
    series = 1 + 2 * np.exp(-2 * (np.pi * sigma * k) ** 2).sum()
    assert gw.sampled_sum(sigma) == pytest.approx(direct, rel=1e-13)
    assert gw.sampled_sum(sigma) == pytest.approx(series, rel=1e-13)


# ---- the inverse


@given(EPSILONS, st.floats(1e-6, 0.999_999))
def test_both_inverse_sigmas_give_the_half_width_back(epsilon, share):
    half = share * gw.widest_sigma(epsilon)
    narrow, broad = gw.sigmas_for_half_width(half, epsilon)
    assert 0 < narrow < gw.widest_sigma(epsilon) < broad < gw.largest_sigma(epsilon)
    assert half < broad
    assert narrow < half  # on the usual branch the window is wider than sigma
    assert gw.half_width(narrow, epsilon) == pytest.approx(half, rel=1e-9)
    assert gw.density(half, broad) == pytest.approx(epsilon, rel=1e-9)


@given(SIGMAS, EPSILONS)
def test_every_sigma_is_among_the_solutions_for_its_own_window(sigma, epsilon):
    largest = gw.largest_sigma(epsilon)
    if sigma >= 0.999 * largest or abs(sigma / gw.widest_sigma(epsilon) - 1) < 1e-3:
        return  # the root is double there: its place is known to half of the digits
    solutions = gw.sigmas_for_half_width(gw.half_width(sigma, epsilon), epsilon)
    assert any(s == pytest.approx(sigma, rel=1e-7) for s in solutions)


def test_inverse_by_hand_and_by_root_finding():
    assert gw.sigmas_for_half_width(10, 1e-3) == pytest.approx((3.2211, 398.817), rel=1e-5)
    widest = gw.widest_sigma(1e-3)
    roots = [
        scipy.optimize.brentq(lambda s: scipy.stats.norm.pdf(10, scale=s) - 1e-3, *ends)
        for ends in ((0.5, widest), (widest, 1e4))
    ]
    assert gw.sigmas_for_half_width(10, 1e-3) == pytest.approx(roots, rel=1e-9)


def test_no_sigma_beyond_the_widest_window_and_one_at_it():
    assert gw.sigmas_for_half_width(243, 1e-3) == ()
    for epsilon in (1e-9, 1e-3, 0.05, 0.3):
        widest = gw.widest_sigma(epsilon)
        assert gw.sigmas_for_half_width(widest, epsilon) == (widest,)
        assert gw.sigmas_for_half_width(gw.half_width(widest, epsilon), epsilon) == (widest,)
        assert gw.sigmas_for_half_width(widest * 1.0001, epsilon) == ()
        assert len(gw.sigmas_for_half_width(widest * 0.9999, epsilon)) == 2


def test_extreme_inverses_stay_finite():
    for half, epsilon in ((1e-70, 1e-70), (1e-70, 1.0), (1e60, 1e-70), (1e-12, 1e-3)):
        narrow, broad = gw.sigmas_for_half_width(half, epsilon)
        assert 0 < narrow < broad <= gw.largest_sigma(epsilon)
        assert broad == pytest.approx(gw.largest_sigma(epsilon))


# ---- not monotone, and where it ends


@given(EPSILONS)
def test_the_widest_window_is_where_the_slope_vanishes(epsilon):
    widest = gw.widest_sigma(epsilon)
    assert gw.half_width(widest, epsilon) == pytest.approx(widest, rel=1e-9)
    around = [gw.half_width(widest * step, epsilon) for step in (0.9, 1, 1.1)]
    assert around[0] < around[1] > around[2]
    assert widest * math.sqrt(math.e) == pytest.approx(gw.largest_sigma(epsilon))


def test_a_broader_gaussian_gets_a_narrower_window():
    halves = [gw.half_width(sigma, 1e-3) for sigma in (100, 241.97, 300, 390, 398.9)]
    assert halves[0] < halves[1] > halves[2] > halves[3] > halves[4]
    assert 1 - gw.lost_mass(390, halves[3]) == pytest.approx(0.1686, abs=5e-5)  # the window keeps a sixth


@given(EPSILONS, st.floats(1, 1e6))
def test_no_window_from_the_largest_sigma_on(epsilon, factor):
    with pytest.raises(ValueError, match="no window: the peak"):
        gw.half_width(gw.largest_sigma(epsilon) * factor, epsilon)
    with pytest.raises(ValueError, match="no window"):
        gw.window_size(gw.largest_sigma(epsilon) * factor, epsilon)
    assert gw.half_width(gw.largest_sigma(epsilon) / (1 + 1e-9), epsilon) > 0


@given(SIGMAS)
def test_no_window_at_the_peak_however_it_is_computed(sigma):
    peaks = (1 / (sigma * math.sqrt(2 * math.pi)), scipy.stats.norm.pdf(0, scale=sigma), gw.density(0, sigma))
    for peak in peaks:
        with pytest.raises(ValueError, match="no window"):
            gw.half_width(sigma, peak)


@given(st.floats(0.1, 100), st.floats(1e-9, 1e-4), st.floats(0.01, 0.99))
def test_a_smaller_epsilon_gives_a_wider_window(sigma, epsilon, factor):
    assert gw.half_width(sigma, epsilon * factor) > gw.half_width(sigma, epsilon)


@given(st.floats(0.1, 10), st.floats(1e-9, 1e-3), st.floats(0.1, 10))
def test_epsilon_is_a_density_and_scales_with_the_pixel(sigma, epsilon, pixel):
    halves = gw.half_width(sigma, epsilon), gw.half_width(sigma / pixel, epsilon * pixel)
    assert halves[0] == pytest.approx(halves[1] * pixel, rel=1e-9)


# ---- the sign


@given(st.floats(0.1, 50), st.floats(1e-12, 5e-3))
def test_the_printed_sign_turns_epsilon_upside_down(sigma, epsilon):
    value = gw.printed_formula(gw.half_width(sigma, epsilon), sigma)
    assert value == pytest.approx(1 / (2 * math.pi * sigma**2 * epsilon), rel=1e-9)


def test_the_printed_formula_is_lowest_at_the_centre_and_never_falls_to_epsilon():
    x = np.linspace(-9, 9, 181)
    printed = gw.printed_formula(x, 3)
    assert printed.shape == x.shape
    assert printed.argmin() == 90
    assert printed.min() == pytest.approx(gw.density(0, 3))
    assert np.all(printed * gw.density(x, 3) == pytest.approx(gw.density(0, 3) ** 2))


def test_the_printed_formula_refuses_to_overflow():
    assert gw.printed_formula(37, 1) > 1e290
    for x in (38, -38.0, np.array([0, 38.0])):
        with pytest.raises(ValueError, match="too far out"):
            gw.printed_formula(x, 1)


# ---- the other rules


@given(SIGMAS, st.floats(1e-12, 0.999))
def test_each_rule_keeps_its_own_promise(sigma, share):
    at = gw.radius_for_height(sigma, share)
    assert gw.density(at, sigma) == pytest.approx(share * gw.density(0, sigma), rel=1e-9)
    assert gw.lost_mass(sigma, gw.radius_for_lost_mass(sigma, share)) == pytest.approx(share, rel=1e-9)


@given(SIGMAS, st.floats(1e-12, 0.999), st.floats(1.01, 100), st.sampled_from(("height", "mass", "3 sigma")))
def test_the_scale_free_rules_are_monotone(sigma, share, factor, rule):
    radius = gw.cut_radius(rule, sigma, share)
    assert gw.cut_radius(rule, sigma * factor, share) == pytest.approx(radius * factor, rel=1e-9)


def test_cut_radius_calls_the_rule_it_names():
    assert gw.cut_radius("density", 3, 1e-3) == gw.half_width(3, 1e-3)
    assert gw.cut_radius("height", 3, 1e-3) == gw.radius_for_height(3, 1e-3)
    assert gw.cut_radius("mass", 3, 1e-3) == gw.radius_for_lost_mass(3, 1e-3)
    assert gw.cut_radius("3 sigma", 3, 1e-3) == 9
    for rule in ("sigma", "", None, 3):
        with pytest.raises(ValueError, match="rule="):
            gw.cut_radius(rule, 3, 1e-3)


def test_opencvs_sigma():
    assert [gw.opencv_sigma(w) for w in (3, 5, 7, 21)] == pytest.approx([0.8, 1.1, 1.4, 3.5])
    for window in (0, 4, 20):
        with pytest.raises(ValueError, match="odd"):
            gw.opencv_sigma(window)


# ---- samples and the bound


@given(st.floats(0.05, 20), st.integers(0, 60))
def test_sampled_kernel_is_the_density_at_whole_pixels(sigma, radius):
    kernel = gw.sampled_kernel(sigma, radius)
    assert kernel.shape == (2 * radius + 1,)
    assert np.array_equal(kernel, kernel[::-1])
    assert kernel == pytest.approx(
        scipy.stats.norm.pdf(np.arange(-radius, radius + 1), scale=sigma), rel=1e-12, abs=1e-300
    )


def whole_and_cut(sigma, radius):
    """Kernels p (all of the Gaussian) and q (its window), both summing to one, over the same pixels."""
    reach = max(radius, math.ceil(10 * sigma)) + 2
    p = scipy.stats.norm.pdf(np.arange(-reach, reach + 1), scale=sigma)
    q = np.where(np.abs(np.arange(-reach, reach + 1)) <= radius, p, 0)
    return p / p.sum(), q / q.sum()


@given(st.floats(0.2, 20), st.integers(0, 60))
def test_bound_is_half_the_distance_of_the_kernels_and_is_attained(sigma, radius):
    p, q = whole_and_cut(sigma, radius)
    bound = gw.worst_case_error(sigma, radius)
    assert bound == pytest.approx(np.abs(p - q).sum() / 2, rel=1e-9, abs=1e-14)
    window_alone = (q > 0).astype(float)  # the image that attains it
    if bound > 1e-12:
        assert (q - p) @ window_alone == pytest.approx(bound, rel=1e-3)


@pytest.mark.parametrize(("sigma", "radius", "bound"), [(2, 4, 0.022984), (1, 0, 1 - 0.3989422804)])
def test_known_bounds(sigma, radius, bound):
    assert gw.worst_case_error(sigma, radius) == pytest.approx(bound, abs=5e-7)


@pytest.mark.parametrize("seed", range(5))
def test_random_signals_stay_within_the_bound(seed):
    rng = np.random.default_rng(seed)
    for sigma, radius in ((1, 2), (2, 4), (3, 6), (5, 9)):
        p, q = whole_and_cut(sigma, radius)
        signals = np.concatenate([rng.random((200, p.size)), rng.integers(0, 2, (200, p.size))])
        assert np.abs(signals @ (q - p)).max() <= gw.worst_case_error(sigma, radius)


def test_a_tail_too_small_to_see_beside_one_keeps_its_digits():
    tail = 2 * scipy.stats.norm.pdf(np.arange(13, 50)).sum()
    assert gw.worst_case_error(1, 12) == pytest.approx(tail, rel=1e-12)
    assert 0 < gw.worst_case_error(1, 12) < 1e-36
    assert gw.worst_case_error(1, 60) == 0


@given(st.floats(0.3, 50), st.integers(0, 60))
def test_bound_falls_with_the_radius_and_lies_between_two_integrals(sigma, radius):
    now, wider = gw.worst_case_error(sigma, radius), gw.worst_case_error(sigma, radius + 1)
    assert wider < now < 1 or now == 0
    if sigma >= 1:
        assert gw.lost_mass(sigma, radius + 1) * (1 - 1e-8) <= now <= gw.lost_mass(sigma, radius) * (1 + 1e-8)


def test_bound_in_two_dimensions():
    delta = gw.worst_case_error(2, 4)
    assert gw.worst_pixel_error(2, 4) == pytest.approx(1 - (1 - delta) ** 2)
    assert delta < gw.worst_pixel_error(2, 4) < 2 * delta


@given(st.floats(0.1, 40), st.floats(1e-9, 0.9))
def test_safe_radius_is_the_first_that_is_safe(sigma, error):
    radius = gw.safe_radius(sigma, error)
    assert gw.worst_pixel_error(sigma, radius) <= error
    assert radius == 0 or gw.worst_pixel_error(sigma, radius - 1) > error


# ---- bad input


ONE_NUMBER = {
    "sigma": [
        lambda v: gw.density(1.0, v), lambda v: gw.printed_formula(1.0, v), lambda v: gw.half_width(v, 1e-3), lambda v: gw.window_size(v, 1e-3),
        lambda v: gw.radius_for_height(v, 0.1), lambda v: gw.lost_mass(v, 1), lambda v: gw.radius_for_lost_mass(v, 0.1),
        lambda v: gw.lost_in_two_dimensions(v, 1), lambda v: gw.cut_radius("3 sigma", v, 0.1), lambda v: gw.sampled_kernel(v, 2),
        lambda v: gw.sampled_sum(v), lambda v: gw.worst_case_error(v, 2), lambda v: gw.worst_pixel_error(v, 2), lambda v: gw.safe_radius(v, 0.1),
    ],
    "epsilon": [
        lambda v: gw.half_width(1.0, v), lambda v: gw.window_size(1.0, v), lambda v: gw.largest_sigma(v), lambda v: gw.widest_sigma(v),
        lambda v: gw.sigmas_for_half_width(1.0, v),
    ],
    "half_width": [lambda v: gw.sigmas_for_half_width(v, 1e-3)],
    "tau": [lambda v: gw.radius_for_height(1, v)],
    "lost_mass": [lambda v: gw.radius_for_lost_mass(1, v)],
    "error": [lambda v: gw.safe_radius(1, v)],
}  # fmt: skip


@pytest.mark.parametrize("value", NOT_NUMBERS + NOT_FINITE + NOT_POSITIVE, ids=repr)
@pytest.mark.parametrize(("name", "call"), [(name, call) for name, calls in ONE_NUMBER.items() for call in calls])
def test_numbers_that_are_refused(name, call, value):
    with pytest.raises(ValueError, match=f"{name}="):
        call(value)


@pytest.mark.parametrize(
    "call",
    [lambda v: gw.radius_for_height(1, v), lambda v: gw.radius_for_lost_mass(1, v), lambda v: gw.safe_radius(1, v)],
)
def test_shares_lie_below_one(call):
    for value in (1, 1.0, 1.5, 100):
        with pytest.raises(ValueError, match="below 1"):
            call(value)


@pytest.mark.parametrize("value", [*NOT_NUMBERS, *NOT_FINITE, -1, 2.5, -0.5, 10**7, Fraction(1, 2)], ids=repr)
def test_radii_that_are_refused(value):
    for call in (gw.sampled_kernel, gw.worst_case_error, gw.worst_pixel_error):
        with pytest.raises(ValueError, match="radius="):
            call(1.0, value)


@pytest.mark.parametrize("value", [*NOT_NUMBERS, *NOT_FINITE, -1, -1e-9], ids=repr)
def test_lengths_that_are_refused(value):
    for call in (gw.window_of, lambda v: gw.lost_mass(1.0, v)):
        with pytest.raises(ValueError, match="radius="):
            call(value)


@pytest.mark.parametrize(
    "x",
    [None, "3", True, math.nan, [math.nan], np.array([1, np.inf]), ["a"], [[1], [1, 2]], [1 + 1j], [True], 1e80],
    ids=repr,
)
def test_places_that_are_refused(x):
    for call in (gw.density, gw.printed_formula):
        with pytest.raises(ValueError, match="x"):
            call(x, 1.0)


def outcome(call, *arguments):
    """What `call` returns, or the text of its ValueError."""
    try:
        return call(*arguments)
    except ValueError as reason:
        return str(reason)


@given(
    st.one_of(st.floats(), st.integers(), st.text(), st.booleans(), st.none(), st.complex_numbers()),
    st.one_of(st.floats(), st.none()),
)
def test_half_width_is_positive_and_finite_or_says_why_not(sigma, epsilon):
    found = outcome(gw.half_width, sigma, epsilon)
    if isinstance(found, str):
        assert any(word in found for word in ("sigma=", "epsilon=", "no window"))
    else:
        assert 0 < found < math.inf


@given(st.one_of(st.floats(), st.integers()), st.one_of(st.floats(), st.integers()))
def test_inverse_is_a_tuple_of_finite_numbers_or_says_why_not(half, epsilon):
    found = outcome(gw.sigmas_for_half_width, half, epsilon)
    if isinstance(found, str):
        assert any(word in found for word in ("half_width=", "epsilon="))
    else:
        assert isinstance(found, tuple)
        assert list(found) == sorted(found)
        assert all(0 < s < math.inf for s in found)


def test_plain_results():
    assert type(gw.half_width(np.float32(3), Fraction(1, 1000))) is float
    assert type(gw.window_size(np.int64(3), 1e-3)) is int
    assert type(gw.density(1, 1)) is float
    assert type(gw.radius_for_lost_mass(1, 0.5)) is float
    assert type(gw.worst_case_error(np.float64(2), np.int32(4))) is float
    assert gw.density([0, 1], 1).shape == (2,)
    assert all(type(s) is float for s in gw.sigmas_for_half_width(10, 1e-3))


# ---- the article's claims, as the page records them


def test_claim_1_the_printed_formula_is_no_gaussian():
    edge = gw.half_width(3, 1e-3)
    assert gw.printed_formula(edge, 3) == pytest.approx(17.68, abs=0.005)
    areas = [scipy.integrate.quad(lambda x: gw.printed_formula(x, 3), -reach, reach)[0] for reach in (9, 18, 36)]
    assert areas[0] > 10
    assert areas[1] > 1e3 * areas[0]
    assert areas[2] > 1e3 * areas[1]


def test_claim_2_the_solution_solves_the_correct_formula_where_there_is_one():
    pairs = [(s, e) for s in np.geomspace(0.2, 300, 30) for e in np.geomspace(1e-8, 0.1, 30)]
    solvable = [(s, e) for s, e in pairs if s < gw.largest_sigma(e)]
    assert (len(pairs), len(solvable)) == (900, 821)
    for sigma, epsilon in solvable:
        x = gw.half_width(sigma, epsilon)
        article = sigma * math.sqrt(-2 * (math.log(epsilon * sigma) + math.log(math.sqrt(2 * math.pi))))
        assert x == pytest.approx(article, rel=1e-9)
        assert gw.density(x, sigma) == pytest.approx(epsilon, rel=1e-13)


def test_claim_3_a_fixed_range_fits_few():
    assert 41 - gw.window_size(1, 1e-3) == 32
    assert gw.lost_mass(20, 20) == pytest.approx(0.3173, abs=5e-5)


def test_claim_4_is_the_test_of_a_smaller_epsilon():
    assert gw.half_width(3, 1e-8) == pytest.approx(17.18, abs=0.005)
    assert gw.half_width(3, 0.01) == pytest.approx(6.82, abs=0.005)


def test_claim_5_the_window_keeps_less_and_less_of_a_broad_gaussian():
    kept = [1 - gw.lost_mass(s, gw.half_width(s, 1e-3)) for s in (1, 3, 20, 100, 390)]
    assert kept == pytest.approx([0.9995, 0.9982, 0.9856, 0.9038, 0.1686], abs=5e-5)


def test_claim_6_half_widths_have_a_largest_value():
    sigmas = np.geomspace(1e-3, gw.largest_sigma(1e-3) * (1 - 1e-9), 2000)
    halves = [gw.half_width(s, 1e-3) for s in sigmas]
    assert max(halves) <= gw.half_width(gw.widest_sigma(1e-3), 1e-3) * (1 + 1e-12)
    assert max(halves) == pytest.approx(241.97, abs=0.01)
    assert -2 * math.log(1e-3 * 400 * math.sqrt(2 * math.pi)) < 0


def test_what_the_page_says_of_windows_and_pixels():
    assert gw.half_width(6, 1e-3) / 2 == pytest.approx(8.69, abs=0.005)
    assert gw.half_width(6, 5e-4) / 2 == pytest.approx(gw.half_width(3, 1e-3))
    assert gw.safe_radius(3, 0.5 / 255) == gw.window_size(3, 1e-3) // 2 == 10
    assert 255 * gw.worst_pixel_error(3, 10) == pytest.approx(0.22, abs=0.005)
    assert 255 * gw.worst_pixel_error(3, 12) == pytest.approx(0.014, abs=0.0005)
    low, high = gw.sigmas_for_half_width(9, 1e-3)[0], gw.sigmas_for_half_width(10, 1e-3)[0]
    assert (low, high) == pytest.approx((2.864, 3.221), abs=5e-4)
    assert {gw.window_size(s, 1e-3) for s in (low * 1.0001, 3, high * 0.9999)} == {21}
    assert not low < gw.opencv_sigma(21) < high
