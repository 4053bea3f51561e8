"""Growth fits, ranges and forecasts of reported counts, held against scikit-learn and against counts whose truth is known."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import epidemic_counts as ec
from sklearn.linear_model import PoissonRegressor

COUNTS = st.lists(st.integers(0, 5000), min_size=4, max_size=30).filter(lambda y: np.count_nonzero(y) > 1)
ALL = range(201)


# ---- the fit


@settings(max_examples=40, deadline=None)
@given(COUNTS)
def test_the_fit_solves_the_likelihood_equations(y):
    fit = ec.growth_fit(y)
    t = np.arange(len(y))
    rest = np.array(y) - fit.mean(t)
    assert rest.sum() == pytest.approx(0, abs=1e-6 * sum(y))
    assert rest @ t == pytest.approx(0, abs=1e-5 * sum(y) * len(y))
    assert fit.dispersion >= 1
    low, high = fit.doubling_range
    assert low <= ec.doubling_time(fit.rate) <= high


@pytest.mark.parametrize("row", [35, 164, 138])
def test_the_fit_is_scikit_learns(row):
    y = ec.countries()[row]
    start = ec.window_start(y)
    window, t = y[start : start + 14], np.arange(14.0)[:, None]
    other = PoissonRegressor(alpha=0, tol=1e-10, max_iter=10_000).fit(t, window)
    fit = ec.growth_fit(window)
    assert fit.rate == pytest.approx(other.coef_[0], abs=1e-4)
    assert fit.level == pytest.approx(other.intercept_, abs=2e-3)


def test_the_covariance_is_the_inverse_curvature():
    y, h = np.array([3.0, 5, 4, 9, 14, 22, 20, 41]), 1e-4
    fit, t = ec.growth_fit(y), np.arange(8)

    def likelihood(level, rate):
        return float((y * (level + rate * t) - np.exp(level + rate * t)).sum())

    at = (fit.level, fit.rate)
    curvature = np.array([[-sum(sign * likelihood(at[0] + (a == 0) * da + (b == 0) * db, at[1] + (a == 1) * da + (b == 1) * db)
                                 for sign, da, db in ((1, h, h), (-1, h, -h), (-1, -h, h), (1, -h, -h))) / (4 * h * h)
                           for b in (0, 1)] for a in (0, 1)])  # fmt: skip
    assert fit.covariance == pytest.approx(fit.dispersion * np.linalg.inv(curvature), rel=1e-3)


@pytest.mark.parametrize("phi", [1.0, 20.0])
def test_ranges_hold_the_truth_as_often_as_they_say(phi):
    t, rate, inside, spread = np.arange(14), 0.2, 0, []
    mean = 60 * np.exp(rate * t)
    rng = np.random.default_rng(100)
    for _ in range(600):
        y = rng.poisson(mean) if phi == 1 else rng.negative_binomial(mean / (phi - 1), 1 / phi)
        fit = ec.growth_fit(y)
        low, high = fit.rate_range
        inside += low < rate < high
        spread.append(fit.dispersion)
    assert inside / 600 == pytest.approx(0.95, abs=0.03)
    assert np.mean(spread) == pytest.approx(max(phi, 1.15), rel=0.15)


@pytest.mark.parametrize("ahead", [1, 7])
def test_forecast_ranges_hold_where_the_model_is_true(ahead):
    rng, inside, phi = np.random.default_rng(101), 0, 8.0
    mean = 200 * np.exp(0.12 * np.arange(14 + ahead))
    for _ in range(600):
        y = rng.negative_binomial(mean / (phi - 1), 1 / phi).astype(float)
        made = ec.forecast(y[:14], ahead)
        inside += made.low < y[14:].sum() < made.high
    assert inside / 600 == pytest.approx(0.95, abs=0.03)  # so that their failure on real counts is the model's


def test_doubling_times():
    assert ec.doubling_time(math.log(2) / 5) == pytest.approx(5)
    assert ec.doubling_time(0) == ec.doubling_time(-1) == math.inf
    flat = ec.growth_fit([5, 9, 4, 8, 5, 9, 4, 8])
    assert flat.doubling_range[1] == math.inf


@given(st.floats(0.05, 1), st.integers(4, 30))
def test_the_tables_rule_is_right_for_exponential_growth_and_late_when_it_ends(rate, days):
    y = np.exp(rate * np.minimum(0, np.arange(-400, 1)) + 0.1 * days)  # from long ago
    assert ec.table_doubling_time(y) == pytest.approx(math.log(2) / rate, rel=0.05 + 0.6 * rate)
    ended = np.concatenate([y, np.zeros(20)])
    assert ec.table_doubling_time(ended) == pytest.approx(ec.table_doubling_time(y) + 20)  # never says "over"


# ---- simulated reports


@pytest.mark.parametrize(("testing", "expected"), [(0, 6), (12, 4), (6, 3), (4, 2.4)])
def test_reported_cases_grow_with_infections_and_with_testing(testing, expected):
    infections = 500 * 2 ** (np.arange(35) / 6)
    rate = math.log(2) / testing if testing else 0.0
    found = []
    for seed in range(100, 105):
        counts = ec.reported(infections, 0.002, rate, 4, np.random.default_rng(seed))
        found.append(ec.doubling_time(ec.growth_fit(counts[-21:]).rate))
    assert np.mean(found) == pytest.approx(expected, rel=0.06)


def test_nobody_is_reported_before_they_are_found_or_twice():
    infections = np.full(300, 1000.0)
    counts = ec.reported(infections, 0.3, 0.0, 5, np.random.default_rng(100))
    assert counts[:2].sum() < 300  # still waiting
    assert counts[100:].mean() == pytest.approx(300, rel=0.01)
    capped = ec.reported(infections, 0.5, 1.0, 0, np.random.default_rng(100))
    assert capped[50:].mean() == pytest.approx(1000, rel=0.01)


# ---- the file


def test_the_file_is_what_the_page_says():
    y = ec.countries()
    assert y.shape == (201, 84)
    assert y.sum() == 754_210
    assert y.min() >= 0
    assert (y[35][-21:] == 0).sum() == 6
    assert y[35][75:79].tolist() == [16354, 20341, 0, 16420]
    assert y[138][35:38].tolist() == [2022, 15152, 4050]
    assert (~ec.held_back()).sum() == 140


def test_one_day_changes_the_largest_rows_doubling_time():
    row = ec.growth_row(35)
    assert row.fortnight == pytest.approx(5.88, abs=0.01)
    assert row.high == math.inf
    assert row.next_day == pytest.approx(2.22, abs=0.01)
    assert not row.last_week


def test_later_windows_grow_slower():
    rates = [
        [ec.doubling_time(ec.growth_fit(ec.countries()[row][d : d + 14]).rate) for d in (45, 52, 59, 66)]
        for row in (164, 31)
    ]
    assert rates[0] == pytest.approx([3.5, 4.2, 6.0, 20.0], abs=0.06)
    assert rates[1] == pytest.approx([2.0, 2.0, 3.6, 5.1], abs=0.06)


def test_counts_are_far_from_poisson_and_the_last_week_is_mostly_unclear():
    rows = [ec.growth_row(row) for row in ec.largest_rows(8)]
    assert min(row.dispersion for row in rows) > 15
    assert max(row.dispersion for row in rows) > 150
    assert sum(not row.last_week for row in rows) >= 5


def test_forecasts_are_too_high_and_their_ranges_too_narrow():
    found = ec.trials(ALL)
    ratio = found.expected / found.actual
    assert len(ratio) == 22
    assert np.median(ratio) == pytest.approx(1.45, abs=0.02)
    assert np.quantile(ratio, [0.1, 0.9]) == pytest.approx([0.21, 3.7], rel=0.1)
    assert (found.score <= 1).mean() < 0.8  # 95 % is written on them


def test_scores_say_whether_the_range_holds():
    found = ec.trials(ALL, 20)
    for row, start, actual, score in zip(found.row, found.start, found.actual, found.score, strict=True):
        made = ec.forecast(ec.countries()[row, start : start + 14])
        assert (made.low <= actual <= made.high) == (score <= 1)


@pytest.mark.parametrize(("total", "counts"), [(100, (16, 12, 6, 3, 6)), (20, (36, 31, 14, 14, 14))])
def test_the_stretch_of_past_forecasts_on_the_rows_set_apart(total, counts):
    past, future = (ec.trials([r for r in ALL if ec.held_back()[r] == held], total) for held in (False, True))
    stretch = ec.calibrated_stretch(past.score)
    found = (
        len(past.score),
        (past.score <= 1).sum(),
        len(future.score),
        (future.score <= 1).sum(),
        (future.score <= stretch).sum(),
    )
    assert found == counts
    assert 1.5 < stretch < 4


@given(st.lists(st.floats(0, 100), min_size=1, max_size=60), st.floats(0.05, 0.95))
def test_the_stretch_holds_at_least_the_level_of_what_it_was_made_from(scores, level):
    stretch = ec.calibrated_stretch(scores, level)
    assert stretch in scores
    assert (np.array(scores) <= stretch).mean() >= min(level, 1 - 1e-9) - 1e-12


def test_conformal_coverage_on_scores_that_are_alike():
    rng = np.random.default_rng(100)
    held = [rng.exponential() <= ec.calibrated_stretch(rng.exponential(size=39), 0.9) for _ in range(4000)]
    assert np.mean(held) == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: ec.growth_fit([1, 2]), "counts"),
        (lambda: ec.growth_fit([0, 0, 5]), "counts"),
        (lambda: ec.growth_fit([1, 2, math.nan]), "counts"),
        (lambda: ec.growth_fit([1, -2, 3]), "counts"),
        (lambda: ec.growth_fit([1e-300] * 5), "counts"),
        (lambda: ec.growth_fit([1, 1e-60, 0]), "counts"),
        (lambda: ec.forecast([1e-300] * 5), "counts"),
        (lambda: ec.trials([35], stretch=0), "stretch"),
        (lambda: ec.forecast([1, 2, 4], 0), "ahead"),
        (lambda: ec.forecast([1, 2, 4], 1, -1), "stretch"),
        (lambda: ec.trials([201]), "rows"),
        (lambda: ec.growth_row(0), "row"),
        (lambda: ec.table_doubling_time([0, 0]), "counts"),
        (lambda: ec.calibrated_stretch([]), "scores"),
        (lambda: ec.calibrated_stretch([1.0], 1.0), "level"),
        (lambda: ec.reported([1, 2], 1.0, 0, 0, np.random.default_rng(0)), "first_share"),
        (lambda: ec.reported([1, 2], 0.1, 0, -1, np.random.default_rng(0)), "delay"),
        (lambda: ec.largest_rows(0), "count_of"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
