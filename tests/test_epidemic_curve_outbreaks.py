"""Reproduction numbers of three outbreaks, and SIR fits that do not know theirs."""

import math

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import data
from miniatures import epidemic_reproduction as er
from miniatures import epidemic_sir_fit as fit
from miniatures.epidemic_curve import simulate_sir

WEEKLY = {  # day -> R_t, windows of 7 days
    "SARS 2003": {10: 4.8, 20: 3.8, 30: 1.9, 40: 2.6, 60: 0.55},
    "influenza 1918": {10: 1.0, 20: 1.3, 30: 2.4, 40: 1.04, 60: 0.84},
    "measles 1861": {10: 11.4, 20: 3.2, 30: 5.5, 40: 1.5},
}
GROWTH = {"SARS 2003": 2.44, "influenza 1918": 1.27, "measles 1861": 5.64}


def interval_of(name, scale=1.0):
    mean, sd = er.SERIAL_INTERVALS[name]
    return er.serial_interval(scale * mean, scale * sd, 120)


# ---- the serial interval


def test_the_interval_is_the_one_that_the_package_prints():  # EpiEstim's Flu2009$si_distr, gamma 2.6 +- 1.5 shifted by 1
    printed = [0, 0.233, 0.359, 0.198, 0.103, 0.053, 0.027, 0.014, 0.007, 0.003, 0.002, 0.001]
    assert er.serial_interval(2.6, 1.5, 12) == pytest.approx(printed, abs=6e-4)


@pytest.mark.parametrize(("mean", "sd"), [(8.4, 3.8), (2.6, 1.5), (14.9, 3.9)])
def test_the_interval_is_an_integral(mean, sd):
    density = scipy.stats.gamma(((mean - 1) / sd) ** 2, 1, sd**2 / (mean - 1))
    w = er.serial_interval(mean, sd, 200)
    for k in (1, 2, 5, 12):
        pieces = [
            scipy.integrate.quad(lambda u, k=k: (1 - abs(k - u)) * density.pdf(u), a, a + 1)[0] for a in (k - 1, k)
        ]
        assert w[k] == pytest.approx(sum(pieces), rel=1e-5)
    days = np.arange(200)
    assert w @ days == pytest.approx(mean, rel=1e-6)
    assert w[0] == 0


@settings(max_examples=50)
@given(st.floats(1.1, 40), st.floats(0.2, 15))
def test_intervals_are_distributions(mean, sd):
    w = er.serial_interval(mean, sd, 400)
    assert w.min() >= 0
    assert w[0] == pytest.approx(0, abs=1e-12)
    assert w.sum() == pytest.approx(1)


# ---- reproduction numbers


@pytest.mark.parametrize("name", er.OUTBREAKS)
def test_weekly_numbers_of_the_outbreaks(name):
    found = er.reproduction(er.outbreak(name), interval_of(name))
    for day, expected in WEEKLY[name].items():
        assert found.mean[found.day == day] == pytest.approx(expected, rel=0.03)


@pytest.mark.parametrize("name", er.OUTBREAKS)
def test_the_posterior_is_scipys_gamma(name):
    y, w = er.outbreak(name), interval_of(name)
    found = er.reproduction(y, w, 7)
    for day in (12, 25, 33):
        pressure = sum(w[k] * y[t - k] for t in range(day - 6, day + 1) for k in range(1, t + 1))
        posterior = scipy.stats.gamma(1 + y[day - 6 : day + 1].sum(), scale=1 / (0.2 + pressure))
        place = int(np.flatnonzero(found.day == day)[0])
        assert found.mean[place] == pytest.approx(posterior.mean())
        assert (found.low[place], found.high[place]) == pytest.approx(posterior.ppf([0.025, 0.975]))


def test_a_constant_r_is_found_again():
    w, r, rng = er.serial_interval(5, 2, 30), 1.6, np.random.default_rng(100)
    y = [20.0] * 5
    while len(y) < 60:
        y.append(float(rng.poisson(r * er.pressure([*y, 0], w)[-1])))
    found = er.reproduction(y, w)
    late = found.day > 20
    assert ((found.low < r) & (r < found.high))[late].mean() > 0.8
    assert found.mean[late].mean() == pytest.approx(r, rel=0.05)
    assert np.nanmean(er.cohort_reproduction(y, w)[20:45]) == pytest.approx(r, rel=0.1)
    rate = np.polyfit(np.arange(30), np.log(y[30:]), 1)[0]
    assert er.growth_reproduction(rate, w) == pytest.approx(r, rel=0.05)


@settings(max_examples=40)
@given(st.lists(st.integers(0, 50), min_size=12, max_size=40), st.floats(2, 8))
def test_every_later_case_has_one_infector(y, mean):
    y = np.array([5, *y], float)
    w = er.serial_interval(mean, 1.5, 80)
    infected = np.nansum(er.cohort_reproduction(y, w) * y)
    later = y[er.pressure(y, w) > 1e-12].sum()
    assert infected == pytest.approx(later, rel=1e-6)


@given(st.floats(-0.2, 0.5), st.floats(2, 20))
def test_growth_and_reproduction_pass_one_together(rate, mean):
    r = er.growth_reproduction(rate, er.serial_interval(mean, 1, 200))
    assert (r > 1) == (rate > 0) or abs(rate) < 1e-12


@pytest.mark.parametrize("name", er.OUTBREAKS)
def test_growth_to_the_peak(name):
    growth = er.growth_to_peak(er.outbreak(name))
    assert er.growth_reproduction(growth.rate, interval_of(name)) == pytest.approx(GROWTH[name], abs=0.02)


def test_when_r_falls_below_one():
    days = {name: er.below_one(er.reproduction(er.outbreak(name), interval_of(name))) for name in er.OUTBREAKS}
    assert days == {"SARS 2003": 46, "influenza 1918": 41, "measles 1861": 42}


@pytest.mark.parametrize("name", er.OUTBREAKS)
def test_a_longer_interval_makes_the_largest_r_larger_and_leaves_the_crossing(name):
    found = [er.reproduction(er.outbreak(name), interval_of(name, scale)) for scale in (0.7, 1, 1.3)]
    peaks = [one.mean.max() for one in found]
    assert peaks == sorted(peaks)
    assert peaks[2] > 1.05 * peaks[0]
    crossings = [er.below_one(one) for one in found]
    assert max(crossings) - min(crossings) <= 4


@pytest.mark.parametrize(("name", "elapsed"), [("SARS 2003", 37), ("measles 1861", 32)])
def test_seen_in_real_time_r_is_too_low(name, elapsed):
    y, w = er.outbreak(name), interval_of(name)
    back = elapsed - round(er.SERIAL_INTERVALS[name][0])
    back = int(np.flatnonzero(y[: back + 1])[-1])
    then, final = er.cohort_reproduction(y[: elapsed + 1], w), er.cohort_reproduction(y, w)
    assert then[back] < 0.85 * final[back]
    assert then[elapsed] == 0
    assert np.all(np.nan_to_num(then) <= np.nan_to_num(final[: elapsed + 1]) + 1e-9)


# ---- SIR fits


def test_the_orbit_is_the_solution_of_the_equations():
    day, c = fit.orbit(2.2, 0.1)
    run = simulate_sir(0.22, 0.1, 1 - 1e-6, 1e-6, 400)
    ever = 1 - run.susceptible
    middle = np.interp(fit.final_size(2.2) / 2, ever, run.time)
    assert np.interp(run.time - middle, day, c)[60:] == pytest.approx(ever[60:], abs=2e-4)


@pytest.mark.parametrize(("r0", "gamma"), [(1.6, 0.2), (3.0, 0.08), (8.0, 0.05)])
def test_with_the_right_gamma_the_fit_finds_r0(r0, gamma):
    run = simulate_sir(r0 * gamma, gamma, 9_999, 1, 160)
    counts = -np.diff(run.susceptible)
    found = fit.sir_fit(counts, gamma)
    assert found.r0 == pytest.approx(r0, rel=0.03)
    assert found.fitted == pytest.approx(counts, abs=0.03 * counts.max())


def test_stored_profiles_are_computed_again():
    for name in er.OUTBREAKS:
        found = fit.profile(name)
        for place in (0, 17, 33):
            again = fit.sir_fit(er.outbreak(name), fit.GAMMAS[place])
            assert found.gamma[place] == fit.GAMMAS[place]
            assert (again.r0, again.deviance) == pytest.approx((found.r0[place], found.deviance[place]), rel=1e-5)


def test_measles_fits_any_gamma_and_nearly_any_r0():
    found = fit.profile("measles 1861")
    assert found.acceptable.all()
    assert found.r0.max() > 100 * found.r0.min()
    smaller = fit.sir_fit(er.outbreak("measles 1861"), 1e-5)
    assert smaller.r0 > 10_000
    assert smaller.deviance == pytest.approx(found.deviance.min(), rel=0.01)


@pytest.mark.parametrize(("name", "factor"), [("SARS 2003", 2), ("influenza 1918", 8), ("measles 1861", 100)])
def test_growth_is_identified_and_r0_is_not(name, factor):
    found = fit.profile(name)
    growth = (found.gamma * (found.r0 - 1))[found.acceptable]
    r0 = found.r0[found.acceptable]
    assert growth.max() < 1.25 * growth.min()
    assert r0.max() > factor * r0.min()
    assert found.dispersion.min() > 2  # even the best fit is bad


def test_sars_r0_depends_on_gamma():
    one, other = (fit.sir_fit(er.outbreak("SARS 2003"), gamma).r0 for gamma in (0.06, 0.12))
    assert one > 1.4 * other


def test_the_search_finds_the_minimum():
    from scipy.optimize import minimize

    y, gamma = er.outbreak("SARS 2003"), 0.1
    found = fit.sir_fit(y, gamma)
    other = minimize(
        lambda p: fit._deviances(y, gamma, math.exp(p[0]), np.array([p[1]]))[0][0],
        (math.log(0.15), 38),
        method="Nelder-Mead",
    )
    assert found.deviance == pytest.approx(other.fun, rel=1e-4)
    assert found.deviance == pytest.approx(fit.deviance(y, found.fitted), rel=1e-9)


# ---- data and bad arguments


def test_the_table_holds_the_three_series():
    table = data.load("outbreaks.csv")
    assert {name: int(table["cases"][table["outbreak"] == name].sum()) for name in er.OUTBREAKS} == {
        "SARS 2003": 1467,
        "influenza 1918": 6202,
        "measles 1861": 187,
    }
    sars = er.outbreak("SARS 2003")
    assert (sars.max(), sars.argmax()) == (103, 37)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: er.outbreak("plague"), "name"),
        (lambda: er.serial_interval(1, 1, 30), "mean"),
        (lambda: er.serial_interval(5, 0, 30), "sd"),
        (lambda: er.serial_interval(50, 1, 10), "days"),
        (lambda: er.reproduction([1, 2, 3], [0, 1.0], 3), "window"),
        (lambda: er.reproduction([1, math.nan, 3], [0, 1.0], 1), "counts"),
        (lambda: er.growth_reproduction(math.inf, [0, 1.0]), "rate"),
        (lambda: fit.sir_fit([0, 0, 0], 0.1), "counts"),
        (lambda: fit.sir_fit([1, 2, 1], 0), "gamma"),
        (lambda: fit.sir_fit([1, 2, 1], 1e-12), "gamma"),
        (lambda: fit.orbit(0.9, 0.1), "r0"),
        (lambda: fit.profile("plague"), "name"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
