"""What a study of viewers says: against scipy's tests, against simulation, and back again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import rater_study as study
from scipy import stats

FAKE, REAL = 0.658, 0.772
RATES = st.floats(0.01, 0.99)


def test_the_articles_numbers():
    d_prime, criterion = study.detectability(REAL, FAKE)
    assert d_prime == pytest.approx(stats.norm.ppf(REAL) - stats.norm.ppf(FAKE), abs=1e-12)
    assert (round(d_prime, 3), round(criterion, 3)) == (0.338, -0.576)
    assert study.forced_choice_accuracy(d_prime) == pytest.approx(0.5946, abs=1e-4)
    assert [study.two_proportion_p(FAKE, REAL, n) for n in (50, 100, 200, 500)] == pytest.approx(
        [0.2078, 0.0742, 0.01157, 6.48e-5], rel=0.01
    )
    assert study.raters_needed(FAKE, REAL) == study.raters_needed(REAL, FAKE) == 121
    assert study.relative_drop(0.84, 0.65) == pytest.approx(0.226, abs=5e-4)


@pytest.mark.parametrize("n", [50, 121, 500, 1000])
def test_p_is_that_of_the_chi_squared_test_and_below_fishers(n):
    table = [[round(FAKE * n), n - round(FAKE * n)], [round(REAL * n), n - round(REAL * n)]]
    mine = study.two_proportion_p(table[0][0] / n, table[1][0] / n, n)
    assert mine == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, rel=1e-9)
    assert mine < stats.fisher_exact(table).pvalue < 2.2 * mine


@settings(max_examples=60)
@given(RATES, RATES, st.floats(0.001, 0.5))
def test_raters_needed_is_the_first_that_suffices(a, b, significance):
    if abs(a - b) < 1e-3:
        return
    n = study.raters_needed(a, b, significance)
    assert study.two_proportion_p(a, b, n) < significance
    assert n == 1 or study.two_proportion_p(a, b, n - 1) >= significance * (1 - 1e-6)


@settings(max_examples=60)
@given(RATES, RATES)
def test_judged_real_and_detectability_undo_each_other(hits, alarms):
    assert study.judged_real(*study.detectability(hits, alarms)) == pytest.approx((hits, alarms), abs=1e-12)


def test_the_criterion_alone_moves_judged_real_and_not_the_choice_between_two():
    d_prime, _ = study.detectability(REAL, FAKE)
    fakes = [study.judged_real(d_prime, criterion)[1] for criterion in (1.0, 0.0, -0.576, -1.5)]
    assert fakes == sorted(fakes)
    assert fakes[1] == pytest.approx(0.433, abs=1e-3)
    assert fakes[0] < 0.13 < 0.9 < fakes[3]
    rng = np.random.default_rng(200)
    assert (rng.normal(d_prime, 1, 10**5) > rng.normal(0, 1, 10**5)).mean() == pytest.approx(
        study.forced_choice_accuracy(d_prime), abs=0.006
    )


@pytest.mark.parametrize("seed", range(200, 205))
def test_121_raters_find_it_only_every_other_time(seed):
    """The power behind the two sample sizes, by simulated studies."""
    rng = np.random.default_rng(seed)
    for n, low, high in (
        (study.raters_needed(FAKE, REAL), 0.45, 0.56),
        (study.raters_for_power(FAKE, REAL), 0.77, 0.84),
    ):
        found = rng.binomial(n, [FAKE, REAL], (2000, 2)) / n
        assert low < np.mean([study.two_proportion_p(a, b, n) < 0.05 for a, b in found]) < high


@settings(max_examples=60)
@given(RATES, RATES, st.floats(0.3, 0.99))
def test_power_and_the_raters_for_it_are_one_formula(a, b, power):
    if abs(a - b) < 0.02:
        return
    n = study.raters_for_power(a, b, power=power)
    assert study.study_power(a, b, n) >= power - 1e-7
    assert n == 1 or study.study_power(a, b, n - 1) < power + 1e-7


def test_right_answers_of_a_neutral_viewer_are_the_most():
    """At one d' a bias costs right answers in yes-or-no questions, and none between two clips."""
    d_prime, criterion = study.detectability(REAL, FAKE)
    right = [study.share_right(*study.judged_real(d_prime, c)) for c in (-1.5, criterion, 0.0, 1.0)]
    assert right[0] < right[1] < right[2] > right[3]
    assert right[1] == pytest.approx((REAL + 1 - FAKE) / 2)
    assert right[2] < study.forced_choice_accuracy(d_prime)


@pytest.mark.parametrize("seed", range(200, 205))
def test_ratings_of_one_clip_are_not_so_many_raters(seed):
    """Twenty ratings of each of ten clips, ρ = 0.1: 2.9 times the variance, so a false alarm every fourth time."""
    naive, by_clip = study.false_alarms(10, 20, 0.1, 0.715, np.random.default_rng(seed), 2000)
    expected = 2 * stats.norm.sf(1.96 / np.sqrt(study.design_effect(20, 0.1)))
    assert naive == pytest.approx(expected, abs=0.035)
    assert naive > 0.2 > 0.075 > by_clip
    alone, _ = study.false_alarms(10, 20, 0.0, 0.715, np.random.default_rng(seed), 2000)
    assert alone < 0.075


def test_false_alarms_variance_is_the_design_effects():
    """The beta distribution's clips: the variance of a share is rate (1 - rate) deff / ratings."""
    rng, rho, rate, times = np.random.default_rng(1), 0.2, 0.7, 5
    sure = 1 / rho - 1
    shares = rng.binomial(times, rng.beta(rate * sure, (1 - rate) * sure, 200_000)) / times
    assert shares.var() == pytest.approx(rate * (1 - rate) / times * study.design_effect(times, rho), rel=0.02)


def test_everybody_says_the_same():
    assert study.two_proportion_p(1, 1, 50) == study.two_proportion_p(0, 0, 50) == 1.0
    assert study.two_proportion_p(0, 1, 50) < 1e-20


@settings(max_examples=60)
@given(st.floats(), st.floats(), st.floats())
def test_any_numbers_give_an_answer_or_a_value_error(a, b, significance):
    for call in (study.detectability, study.judged_real, study.raters_needed):
        try:
            found = call(a, b, significance) if call is study.raters_needed else call(a, b)
        except ValueError:
            continue
        assert np.isfinite(found).all()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: study.detectability(1.0, 0.5), "hit_rate="), (lambda: study.detectability(0.5, 0.0), "false_alarm_rate="), (lambda: study.detectability("a", 0.1), "hit_rate="),
    (lambda: study.forced_choice_accuracy(float("nan")), "d_prime="), (lambda: study.judged_real(0.3, 11), "criterion="), (lambda: study.raters_needed(0.5, 0.5), "rate_a="),
    (lambda: study.raters_needed(1.2, 0.5), "rate_a="), (lambda: study.raters_needed(0.2, 0.5, 0), "significance="), (lambda: study.raters_for_power(0.2, 0.5, 0.05, 1), "power="),
    (lambda: study.raters_for_power(0.2, 0.5, 0.9, 0.01), "power="), (lambda: study.two_proportion_p(0.2, 0.5, 0), "n="), (lambda: study.design_effect(0, 0.1), "ratings_per_clip="),
    (lambda: study.design_effect(2, 1.1), "correlation="), (lambda: study.false_alarms(1, 2, 0.1, 0.5, None), "clips="), (lambda: study.false_alarms(2, 2, 1.0, 0.5, None), "correlation="),
    (lambda: study.study_power(0.3, 0.3, 5), "rate_a="),
    (lambda: study.study_power(0.3, 0.4, 0), "n="), (lambda: study.share_right(1.1, 0.2), "hit_rate="), (lambda: study.share_right(0.5, -1), "false_alarm_rate="),
    (lambda: study.relative_drop(0, 1), "before"), (lambda: study.relative_drop(1, -1), "after"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
