"""Rates, bits and the strongest of n, held against closed forms, the study's printed results and scipy."""

import math

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats
import sympy
from hypothesis import given
from hypothesis import strategies as st
from miniatures import claim_chain, claim_records
from miniatures import science_news as sn
from miniatures.science_news_published import PRINTED, Row, printed

RATES = st.floats(0.001, 0.999)
STUDY = [("advice to readers", 6.74, 0.334, 0.695, 0.132), ("cause from correlation", 19.42, 0.388, 0.689, 0.276), ("animals to humans", 55.29, 0.374, 0.829, 0.443)]  # fmt: skip


# ---- the published rates


@pytest.mark.parametrize(("name", "odds", "news", "share", "bits"), STUDY)
def test_known_results_of_the_study(name, odds, news, share, bits):
    base, q1, q0, published, interval = sn.STUDY[name]
    assert sn.odds_ratio(q1, q0) == pytest.approx(odds, abs=0.005)
    found = sn.press_to_news(q1, q0, base)
    assert (found.p_news, found.p_press_given_news, found.mutual_information_bits) == pytest.approx(
        (news, share, bits), abs=5e-4
    )
    low, high = sn.rounding_range(q1, q0)
    assert low < published < high  # as printed, or within the rounding of what is printed
    assert interval[0] < published < interval[1]


def test_by_hand():
    easy = sn.press_to_news(0.75, 0.25, 0.5)
    assert (easy.p_news, easy.p_press_given_news) == (0.5, 0.75)
    assert easy.mutual_information_bits == pytest.approx(1 - sn.entropy([0.75, 0.25]))
    assert sn.odds_ratio(0.75, 0.25) == pytest.approx(9)
    assert sn.risk_ratio(0.86, 0.10) == pytest.approx(8.6)


@given(RATES, RATES, st.floats(0.01, 0.99))
def test_odds_ratio_is_that_of_the_joint_table_whatever_the_base_rate(q1, q0, base):
    (a, b), (c, d) = sn.press_to_news(q1, q0, base).joint
    assert sn.odds_ratio(q1, q0) == pytest.approx(a * d / (b * c), rel=1e-9)
    assert sn.odds_ratio(q1, q0) * sn.odds_ratio(q0, q1) == pytest.approx(1)
    assert sn.odds_ratio(1 - q1, 1 - q0) == pytest.approx(1 / sn.odds_ratio(q1, q0))


@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_odds_ratio_is_farther_from_one_than_the_risk_ratio(q1, q0):
    assert abs(math.log(sn.odds_ratio(q1, q0))) >= abs(math.log(sn.risk_ratio(q1, q0))) - 1e-12


def test_rounding_range_holds_every_pair_that_rounds_to_the_rates():
    low, high = sn.rounding_range(0.81, 0.18)
    inside = [sn.odds_ratio(a, b) for a in np.linspace(0.805, 0.815, 11) for b in np.linspace(0.175, 0.185, 11)]
    assert (min(inside), max(inside)) == pytest.approx((low, high))


@given(RATES, RATES, st.floats(0.01, 0.99))
def test_bayes_by_counting_and_information_by_entropies(q1, q0, base):
    found = sn.press_to_news(q1, q0, base)
    joint = np.array(found.joint)
    assert found.p_press_given_news * found.p_news == pytest.approx(base * q1)
    by_entropies = sn.entropy([base, 1 - base]) + sn.entropy(joint.sum(0)) - sn.entropy(joint.ravel())
    assert found.mutual_information_bits == pytest.approx(by_entropies, abs=1e-12)


def test_the_information_is_sympys():
    q1, q0, b = sympy.Rational(81, 100), sympy.Rational(18, 100), sympy.Rational(33, 100)
    cells = [[(1 - b) * (1 - q0), (1 - b) * q0], [b * (1 - q1), b * q1]]
    total = sum(
        cells[x][y] * sympy.log(cells[x][y] / (sum(cells[x]) * (cells[0][y] + cells[1][y])), 2)
        for x in (0, 1)
        for y in (0, 1)
    )
    assert sn.press_to_news(0.81, 0.18, 0.33).mutual_information_bits == pytest.approx(float(total), abs=1e-14)


def test_few_bits_are_no_fault_the_sober_and_the_shrill_newspaper_tell_none():
    assert sn.press_to_news(1, 1, 0.33).mutual_information_bits == 0
    assert sn.mutual_information(sn.joint_table(0, 0, 0.33)) == 0


# ---- capacity


@given(st.floats(0, 1), st.floats(0, 1))
def test_capacity_is_the_largest_information_over_base_rates(q1, q0):
    bits, base = sn.channel_capacity(q1, q0)
    assert 0 <= bits <= 1 + 1e-12
    grid = [sn.mutual_information(sn.joint_table(q1, q0, b)) for b in np.linspace(0, 1, 101)]
    assert bits >= max(grid) - 1e-10
    assert sn.mutual_information(sn.joint_table(q1, q0, base)) == pytest.approx(bits, abs=1e-9)


def test_known_capacities():
    assert sn.channel_capacity(1, 0) == pytest.approx((1, 0.5))
    symmetric = sn.channel_capacity(0.89, 0.11)  # the binary symmetric channel: 1 - h(0.11)
    assert symmetric == pytest.approx((1 - sn.entropy([0.11, 0.89]), 0.5))
    assert sn.channel_capacity(0.5, 0)[0] == pytest.approx(math.log2(1.25))  # the Z channel
    assert sn.channel_capacity(0.3, 0.3) == (0, 0.5)
    found = scipy.optimize.minimize_scalar(lambda b: -sn.mutual_information(sn.joint_table(0.86, 0.1, b)), bounds=(0, 1), method="bounded", options={"xatol": 1e-10})  # fmt: skip
    assert sn.channel_capacity(0.86, 0.1) == pytest.approx((-found.fun, found.x), abs=1e-6)


# ---- information in general


tables = st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=2, max_size=4).filter(lambda t: sum(map(sum, t)) > 0.01)  # fmt: skip


def test_a_certainty_may_be_a_rounding_above_one():
    assert sn.entropy([0.0, 1.0000000000000002]) == pytest.approx(0, abs=1e-15)


@given(tables)
def test_information_is_symmetric_and_at_most_either_entropy(table):
    joint = np.array(table) / np.sum(table)
    bits = sn.mutual_information(joint)
    assert bits == pytest.approx(sn.mutual_information(joint.T), abs=1e-12)
    assert -1e-15 <= bits <= min(sn.entropy(joint.sum(0)), sn.entropy(joint.sum(1))) + 1e-9
    assert sn.mutual_information(np.outer(joint.sum(1), joint.sum(0))) == pytest.approx(0, abs=1e-12)


@given(tables, st.integers(0, 2**32 - 1))
def test_data_processing_inequality_for_random_tables(table, seed):
    joint = np.array(table) / np.sum(table)
    matrix = np.random.default_rng(seed).dirichlet(np.ones(4) * 0.5, 3)
    after = joint @ matrix
    assert sn.mutual_information(after / after.sum()) <= sn.mutual_information(joint) + 1e-12


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda p: sum(p) > 0.01))
def test_entropy_is_scipys(values):
    p = np.array(values) / np.sum(values)
    assert sn.entropy(p) == pytest.approx(scipy.stats.entropy(p, base=2), abs=1e-12)
    assert sn.entropy(p) <= math.log2(len(p)) + 1e-12


# ---- the strongest of n


@pytest.mark.parametrize("n", [1, 2, 3, 5, 20, 100, 1000, 10**6])
def test_expected_maximum_is_scipys_integral(n):
    value, _ = scipy.integrate.quad(
        lambda x: x * n * scipy.stats.norm.pdf(x) * scipy.stats.norm.cdf(x) ** (n - 1),
        -10,
        12,
        epsabs=1e-12,
        limit=500,
        points=[0, 2, 4, 6],
    )
    assert sn.expected_maximum(n) == pytest.approx(value, abs=1e-9)


def test_expected_maximum_in_closed_form_up_to_five():
    third = 3 / (2 * math.sqrt(math.pi))
    assert [sn.expected_maximum(n) for n in (1, 2, 3)] == pytest.approx([0, 1 / math.sqrt(math.pi), third], abs=1e-12)
    five = 5 / (4 * math.sqrt(math.pi)) + 15 / (2 * math.pi**1.5) * math.asin(1 / 3)
    assert sn.expected_maximum(5) == pytest.approx(five, abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_density_of_the_maximum_is_the_slope_of_its_distribution(n):
    x = np.linspace(-3, 5, 33)
    slope = (scipy.stats.norm.cdf(x + 1e-5) ** n - scipy.stats.norm.cdf(x - 1e-5) ** n) / 2e-5
    assert sn.density_of_maximum(x, n) == pytest.approx(slope, abs=1e-8)


@given(st.integers(1, 200), st.floats(0.01, 10), st.floats(0, 10), st.floats(-5, 5))
def test_the_true_share_of_the_excess_does_not_depend_on_n(n, noise, spread, effect):
    found = sn.strongest_of(n, noise, spread, effect)
    assert found.true - effect == pytest.approx((found.measured - effect) * spread**2 / (spread**2 + noise**2), abs=1e-9)  # fmt: skip
    assert found.measured >= found.true - 1e-12


@pytest.mark.parametrize("seed", range(100, 105))
def test_simulated_winners_agree_with_the_closed_form(seed):
    measured, true = sn.simulate_strongest(20, 1.0, 0.5, np.random.default_rng(seed))
    found = sn.strongest_of(20, 1.0, 0.5)
    assert measured.mean() == pytest.approx(found.measured, abs=4 * measured.std() / math.sqrt(2000))
    assert true.mean() == pytest.approx(found.true, abs=4 * true.std() / math.sqrt(2000))
    assert true.mean() < 0.3 * measured.mean()


@pytest.mark.parametrize("n", [1, 5, 20, 100])
def test_coverage_counted(n):
    z = np.random.default_rng(7).standard_normal((20_000, n)).max(1)
    assert sn.coverage_of_strongest(n) == pytest.approx(np.mean(np.abs(z) < 1.96), abs=0.015)


@given(st.floats(0, 30), st.floats(0.05, 10))
def test_published_effect_is_scipys_truncated_mean(effect, noise):
    mean, power = sn.published_effect(effect, noise)
    cut = sn.SIGNIFICANT - effect / noise
    assert power == pytest.approx(scipy.stats.norm.sf(cut), rel=1e-9)
    if cut > -7:
        assert mean == pytest.approx(scipy.stats.truncnorm.mean(cut, math.inf, loc=effect, scale=noise), rel=1e-6)
    assert mean >= effect


# ---- the chain, invented


def test_chain_keeps_loss_and_distortion_apart():
    bits = {way: [claim_chain.passed_on(matrix, n).bits for n in range(7)] for way, matrix in claim_chain.WAYS.items()}
    shift = {way: [claim_chain.passed_on(matrix, n).shift for n in range(7)] for way, matrix in claim_chain.WAYS.items()}  # fmt: skip
    assert all(np.diff(values).max() <= 1e-12 for values in bits.values())
    assert bits["hyped"][:4] == pytest.approx([1.4406, 0.4812, 0.2501, 0.1521], abs=5e-5)
    assert bits["stronger"][1] == pytest.approx(bits["stronger"][0])  # distortion without loss
    assert shift["stronger"][1] == pytest.approx(1)
    assert np.abs(shift["vague"]).max() < 1e-12  # loss without distortion
    assert bits["vague"][3] < 0.15
    assert bits["stronger"][3] == pytest.approx(0, abs=1e-12)


def test_vague_headlines_are_as_strong_as_the_papers_in_every_share():
    assert claim_chain.PAPERS @ claim_chain.WAYS["vague"] == pytest.approx(claim_chain.PAPERS)


@given(st.integers(0, 2**32 - 1), st.integers(0, 6))
def test_passing_on_never_brings_bits_back(seed, n):
    rng = np.random.default_rng(seed)
    matrix, papers = rng.dirichlet(np.ones(3) * 0.4, 3), rng.dirichlet(np.ones(3))
    here, there = (claim_chain.passed_on(matrix, passages, papers) for passages in (n, n + 1))
    assert there.bits <= here.bits + 1e-12
    assert papers.max() - 1e-12 <= there.best_guess <= here.best_guess + 1e-12


def test_no_reading_of_the_headline_tells_more_than_the_headline():
    joint = claim_chain.PAPERS[:, None] * claim_chain.passed_on(claim_chain.WAYS["hyped"], 3).given
    whole = sn.mutual_information(joint)
    for seed in range(20):
        reading = np.random.default_rng(seed).dirichlet(np.ones(5) * 0.3, 4)
        assert sn.mutual_information(joint @ reading) <= whole + 1e-12


# ---- the headlines, invented


@pytest.mark.parametrize("way", claim_records.WAYS)
def test_headlines_keep_to_their_words_and_mislead_only_by_what_is_missing(way):
    for study in claim_records.RECORDS:
        for words in range(4, 26):
            made = claim_records.headline(study, words, way)
            assert len(made.text.split()) <= words
            assert not set(made.fields) & set(made.mislead)
            assert made.text.startswith(claim_records.CORE)
        assert made.mislead == ()
        assert made.fields == claim_records.FIELDS


def test_bits_are_the_information_of_study_and_headline():
    for way in claim_records.WAYS:
        for words in (4, 8, 13, 30):
            found = claim_records.budget(words, way)
            texts = sorted({one.text for one in found.headlines})
            joint = np.array([[(one.text == text) / 12 for text in texts] for one in found.headlines])
            assert found.bits == pytest.approx(sn.mutual_information(joint))
            assert found.posterior.sum(1) == pytest.approx(1)
            assert found.survivors.sum() == sum(len(one.fields) for one in found.headlines)
    assert claim_records.budget(30, "careful").bits == pytest.approx(math.log2(12))


def test_careful_headlines_mislead_less_at_every_length():
    for words in range(4, 26):
        catchy, careful = (claim_records.budget(words, way) for way in ("catchy", "careful"))
        assert careful.misled.sum() <= catchy.misled.sum()
        assert careful.bits >= catchy.bits - 1e-12
    assert (claim_records.budget(8, "catchy").misled.sum(), claim_records.budget(8, "careful").misled.sum()) == (22, 17)


def test_twelve_different_studies():
    assert len(set(claim_records.RECORDS)) == 12


# ---- what was printed


def test_printed_rows():
    assert [len(printed(topic)) for topic in PRINTED] == [5, 2, 6]
    lot = printed("a randomised trial")[0]
    assert lot.from_rates == pytest.approx(1.175, abs=5e-4)
    assert lot.from_rates_range[1] == pytest.approx(1.22, abs=0.005)
    assert Row("a rate of zero", (16, 156), None, (0.2, 0.0)).from_rates is None
    with pytest.raises(ValueError, match="topic="):
        printed("gossip")


# ---- bad input

NOT_NUMBERS = (None, "0.5", True, math.nan, math.inf, [0.5], 1j)


@pytest.mark.parametrize("value", [*NOT_NUMBERS, -0.1, 1.1, 0, 1], ids=repr)
@pytest.mark.parametrize("name", ["rate_exposed", "rate_unexposed"])
def test_rates_without_odds_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name}="):
        sn.odds_ratio(**{"rate_exposed": 0.5, "rate_unexposed": 0.5, name: value})


@pytest.mark.parametrize("value", [*NOT_NUMBERS, -0.1, 1.1], ids=repr)
@pytest.mark.parametrize("name", ["rate_exposed", "rate_unexposed", "base_rate"])
def test_rates_outside_0_to_1_are_refused(name, value):
    with pytest.raises(ValueError, match=f"{name}="):
        sn.press_to_news(**{"rate_exposed": 0.5, "rate_unexposed": 0.5, "base_rate": 0.5, name: value})
    if name != "base_rate":
        with pytest.raises(ValueError, match=f"{name}="):
            sn.channel_capacity(**{"rate_exposed": 0.5, "rate_unexposed": 0.5, name: value})


@pytest.mark.parametrize("rates", [(0, 0, 0.3), (0, 0.3, 1), (0.3, 0, 0)])
def test_no_exaggerated_news_no_share_of_it(rates):
    with pytest.raises(ValueError, match="no exaggerated news at base_rate="):
        sn.press_to_news(*rates)


@pytest.mark.parametrize("joint", [[[0.5, 0.6], [0, 0]], [[0.5, -0.5], [0.5, 0.5]], [0.5, 0.5], [[math.nan, 1], [0, 0]], [["a"]], [[]], None], ids=repr)  # fmt: skip
def test_tables_that_are_no_distribution_are_refused(joint):
    with pytest.raises(ValueError, match="joint"):
        sn.mutual_information(joint)


@pytest.mark.parametrize("n", [0, -1, 2.5, None, "3", True, math.nan, 10**7], ids=repr)
def test_numbers_of_studies_that_are_refused(n):
    for call in (sn.expected_maximum, sn.coverage_of_strongest, lambda n: sn.strongest_of(n, 1, 1)):
        with pytest.raises(ValueError, match="n="):
            call(n)
    with pytest.raises(ValueError, match="n="):
        sn.simulate_strongest(n, 1, 1, np.random.default_rng(0))


@pytest.mark.parametrize("value", [*NOT_NUMBERS, -1, 1e7], ids=repr)
def test_noise_and_spread_that_are_refused(value):
    for name in ("noise", "spread"):
        with pytest.raises(ValueError, match=f"{name}="):
            sn.strongest_of(3, **{"noise": 1, "spread": 1, name: value})
        with pytest.raises(ValueError, match=f"{name}="):
            sn.simulate_strongest(3, **{"noise": 1, "spread": 1, "rng": np.random.default_rng(0), name: value})
    with pytest.raises(ValueError, match="noise="):
        sn.published_effect(1, value)
    with pytest.raises(ValueError, match="effect="):
        sn.published_effect(value, 1)


def test_other_refusals():
    with pytest.raises(ValueError, match="step="):
        sn.rounding_range(0.5, 0.5, 0)
    with pytest.raises(ValueError, match="rate_"):
        sn.rounding_range(0.999, 0.5)
    with pytest.raises(ValueError, match="2,000,000"):
        sn.simulate_strongest(10_000, 1, 1, np.random.default_rng(0), 100_000)
    with pytest.raises(ValueError, match="rows must sum to 1"):
        claim_chain.passed_on([[0.5, 0.4], [0, 1]], 1, [0.5, 0.5])
    with pytest.raises(ValueError, match="passages="):
        claim_chain.passed_on(np.eye(2), -1, [0.5, 0.5])
    with pytest.raises(ValueError, match="papers"):
        claim_chain.passed_on(np.eye(2), 1, [0.5, 0.4])
    with pytest.raises(ValueError, match="words="):
        claim_records.budget(3, "catchy")
    with pytest.raises(ValueError, match="way="):
        claim_records.budget(8, "shrill")


@given(*[st.one_of(st.floats(), st.integers(), st.none())] * 3)
def test_results_are_finite_or_the_argument_is_named(q1, q0, b):
    try:
        found = sn.press_to_news(q1, q0, b)
    except ValueError as reason:
        assert any(name in str(reason) for name in ("rate_exposed=", "rate_unexposed=", "base_rate="))  # noqa: PT017
    else:
        assert all(0 <= one <= 1 for one in (found.p_news, found.p_press_given_news, found.mutual_information_bits))


# ---- the claims, as the page records them


def test_claims_1_and_2_from_the_rates():
    found = [sn.press_to_news(q1, q0, b) for b, q1, q0, _, _ in sn.STUDY.values()]
    assert all(1 / 3 < one.p_news < 0.4 for one in found)  # more than a third, less than half
    assert min(one.p_press_given_news for one in found) > 2 / 3


def test_claim_4_the_winner():
    assert [sn.expected_maximum(n) for n in (5, 20, 100)] == pytest.approx([1.16296, 1.86748, 2.50759], abs=5e-6)
    assert sn.coverage_of_strongest(20) == pytest.approx(0.603, abs=5e-4)


def test_claim_5_published_effects():
    assert sn.published_effect(1, 1)[0] == pytest.approx(2.49, abs=0.005)
    assert sn.published_effect(3, 1)[0] / 3 == pytest.approx(1.10, abs=0.02)
