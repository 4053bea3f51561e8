"""Scores, ranks, distances and boards, held against scipy, closed forms and by hand."""

import itertools
import math
import re

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from miniatures import ranking_votes as rv

VOTES = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SOME = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
LATITUDE, LONGITUDE = st.floats(-90, 90), st.floats(-180, 180)


# ---- Wilson


@given(SOME, st.floats(0.01, 0.999))
def test_wilson_is_scipys_interval(votes, confidence):
    k, n = votes
    theirs = scipy.stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
    ours = rv.wilson_bounds(k, n, rv.reach(confidence))
    assert [float(end) for end in ours] == pytest.approx([theirs.low, theirs.high], abs=1e-12)
    assert rv.wilson_lower(k, n, confidence) == float(ours[0])


@pytest.mark.parametrize("z", [0.3, 1.0, 1.96, 3.0])
def test_the_ends_solve_the_inequality_with_equality(z):
    k, n = np.array([0, 3, 9, 80, 50]), np.array([4, 7, 10, 100, 50])
    for end in rv.wilson_bounds(k, n, z):
        assert (k / n - end) ** 2 == pytest.approx(z * z * end * (1 - end) / n, abs=1e-14)


def test_by_hand():
    z = rv.reach(0.95)
    assert z == pytest.approx(scipy.stats.norm.ppf(0.975), rel=1e-12)
    assert rv.wilson_lower(9, 10) == pytest.approx(0.5958, abs=5e-5)
    assert rv.wilson_lower(1, 1) == pytest.approx(1 / (1 + z * z))
    assert rv.wilson_lower(16, 16) >= 0.8 > rv.wilson_lower(15, 15)
    assert 4 * z * z == pytest.approx(15.37, abs=0.01)
    assert [float(end) for end in rv.wilson_bounds(0, 0, 2)] == [0.0, 1.0]
    assert rv.shrunken_mean(1, 1, (5, 3)) == pytest.approx(2 / 3)
    assert rv.shrunken_mean(80, 100, (5, 3)) == pytest.approx(85 / 108)
    assert pytest.approx(scipy.stats.norm.cdf(1) - scipy.stats.norm.cdf(-1)) == rv.ONE_SIGMA


@given(SOME, st.floats(0.1, 0.99))
def test_wilson_lies_below_the_ratio_and_one_more_upvote_never_lowers_it(votes, confidence):
    k, n = votes
    low = rv.wilson_lower(k, n, confidence)
    assert low < k / n or k == low == 0
    assert rv.wilson_lower(k + 1, n + 1, confidence) > low
    assert rv.wilson_lower(k, n + 1, confidence) <= low


def test_wilson_tends_to_the_ratio():
    gaps = [0.7 - rv.wilson_lower(7 * 10**i, 10 ** (i + 1)) for i in range(6)]
    assert all(b < a for a, b in itertools.pairwise(gaps))
    assert gaps[-1] < 0.001


def test_large_z_sorts_by_upvotes_times_ratio_and_not_by_volume():
    rng = np.random.default_rng(0)
    n = rng.integers(1, 50, 60)
    k = rng.binomial(n, 0.6)
    assert rv.wilson_bounds(k, n, 100)[0] * 100**2 == pytest.approx(k * k / n, rel=0.02)
    low = rv.wilson_bounds([40, 30], [80, 40], 100)[0]
    assert low[1] > low[0]  # half the votes, and ahead


@given(VOTES, st.floats(0.2, 40), st.floats(0.2, 40))
def test_the_posterior_mean_is_scipys(votes, a, b):
    k, n = votes
    assert rv.shrunken_mean(k, n, (a, b)) == pytest.approx(scipy.stats.beta(a + k, b + n - k).mean(), rel=1e-12)


# ---- ranks


def test_each_method_on_three_questions():
    k, n = [1, 55, 9, 0], [1, 100, 10, 0]
    assert rv.rank(k, n, "net").tolist() == [1, 2, 0, 3]  # 10, 8, 1, 0
    assert rv.rank(k, n, "ratio").tolist() == [0, 2, 1, 3]  # no vote comes last
    assert rv.rank(k, n, "wilson").tolist() == [2, 1, 0, 3]
    assert rv.rank(k, n, "beta", prior=(5, 3)).tolist() == [2, 0, 3, 1]  # 14/18, 6/9, 5/8, 60/108


def test_equal_scores_keep_their_order():
    assert rv.rank([2, 1, 2, 0], [2, 1, 2, 0], "ratio").tolist() == [0, 1, 2, 3]
    assert rv.rank([3, 3, 4], [4, 4, 5], "net").tolist() == [2, 0, 1]


@given(st.lists(VOTES, min_size=2, max_size=20), st.sampled_from(rv.METHODS), st.randoms())
def test_a_rank_is_a_permutation_by_falling_score_and_follows_the_questions(questions, method, random):
    k, n = map(np.array, zip(*questions, strict=True))
    order, score = rv.rank(k, n, method), rv.scores(k, n, method)
    assert sorted(order.tolist()) == list(range(len(k)))
    assert (np.diff(score[order]) <= 0).all()
    moved = list(range(len(k)))
    random.shuffle(moved)
    assert score[moved][rv.rank(k[moved], n[moved], method)] == pytest.approx(score[order])


@given(SOME, st.sampled_from(rv.METHODS))
def test_one_more_upvote_never_lowers_a_score(votes, method):
    k, n = votes
    now, after = (float(rv.scores(k + up, n + up, method)) for up in (0, 1))
    assert after >= now


def test_z_zero_is_the_ratio():
    k, n = np.array([0, 3, 9, 80]), np.array([4, 7, 10, 100])
    for end in rv.wilson_bounds(k, n, 0):
        assert end == pytest.approx(k / n)


# ---- who is better


@pytest.mark.parametrize(
    "counts", [(9, 10, 80, 100), (0, 0, 0, 1), (3, 3, 30, 40), (12, 40, 5, 20), (0, 0, 0, 0), (0, 9, 7, 7)]
)
def test_probability_better_is_the_integral(counts):
    ka, na, kb, nb = counts
    mine, other = scipy.stats.beta(1 + ka, 1 + na - ka), scipy.stats.beta(1 + kb, 1 + nb - kb)
    integral = scipy.integrate.quad(lambda q: mine.pdf(q) * other.cdf(q), 0, 1, limit=200)[0]
    assert rv.probability_better(*counts) == pytest.approx(integral, abs=1e-8)


@given(VOTES, VOTES)
def test_the_two_probabilities_sum_to_one(a, b):
    assert rv.probability_better(*a, *b) + rv.probability_better(*b, *a) == pytest.approx(1, abs=1e-8)


def test_probability_better_holds_for_many_votes():
    spread = math.sqrt(2 * 0.5 * 0.5 / 10**6)
    normal = scipy.stats.norm.cdf(0.001 / spread)
    assert rv.probability_better(501_000, 10**6, 500_000, 10**6) == pytest.approx(normal, abs=1e-4)


# ---- distances


@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE)
def test_great_circle_is_the_angle_of_the_cross_product(a, b, c, d):
    def direction(latitude, longitude):
        north, east = math.radians(latitude), math.radians(longitude)
        return np.array([math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)])

    one, other = direction(a, b), direction(c, d)
    angle = math.atan2(np.linalg.norm(np.cross(one, other)), one @ other)
    assert rv.great_circle_km(a, b, c, d) == pytest.approx(rv.EARTH_RADIUS_KM * angle, abs=1e-3)


@given(LATITUDE, LONGITUDE, LATITUDE, LONGITUDE, LATITUDE, LONGITUDE)
def test_distances_are_symmetric_and_keep_the_triangle(a, b, c, d, e, f):
    assert rv.great_circle_km(a, b, c, d) == pytest.approx(rv.great_circle_km(c, d, a, b), abs=1e-6)
    assert rv.great_circle_km(a, b, e, f) <= rv.great_circle_km(a, b, c, d) + rv.great_circle_km(c, d, e, f) + 1e-6


def test_distances_by_hand():
    quarter = math.pi * rv.EARTH_RADIUS_KM / 2
    assert rv.great_circle_km(0, 7, 90, -100) == pytest.approx(quarter)
    assert rv.great_circle_km(0, 0, 0, 90) == pytest.approx(quarter)
    assert rv.great_circle_km(37.61900194, -122.3748433, 40.63975111, -73.77892556) == pytest.approx(4151.8, abs=0.05)
    assert rv.great_circle_km(50, 8, 50, 8 + 1e-7) == pytest.approx(
        rv.EARTH_RADIUS_KM * math.radians(1e-7) * math.cos(math.radians(50))
    )
    assert rv.great_circle_km([0, 10], 0, 0, 0).tolist() == pytest.approx([0, quarter / 9])


# ---- boards


def test_boards_are_what_their_law_says():
    board = rv.boards(2000, 500, np.random.default_rng(11))
    assert (board.votes.sum(axis=1) == 2000).all()
    assert (board.upvotes <= board.votes).all()
    assert scipy.stats.kstest(board.quality.ravel(), scipy.stats.beta(5, 3).cdf).pvalue > 1e-3
    seen = board.votes > 200
    assert (board.upvotes / np.maximum(board.votes, 1))[seen] == pytest.approx(board.quality[seen], abs=0.2)
    assert abs(np.corrcoef(board.quality.ravel(), board.votes.ravel())[0, 1]) < 0.03  # exposure knows no quality


def test_a_smaller_exponent_is_more_unequal():
    largest = [
        rv.boards(10_000, 200, np.random.default_rng(5), skew).votes.max(axis=1).mean() for skew in (0.6, 1.2, 4.8)
    ]
    assert largest[0] > 1.5 * largest[1] > 2 * largest[2]


def test_more_votes_change_neither_the_questions_nor_their_views():
    few, many = (rv.boards(votes, 3, np.random.default_rng(2)) for votes in (100, 10_000))
    assert np.array_equal(few.quality, many.quality)
    assert few.votes.argmax(axis=1).tolist() == many.votes.argmax(axis=1).tolist()


def test_judge_by_hand():
    quality = np.linspace(0.1, 0.98, 12)[None]
    votes = np.full((1, 12), 100.0)
    right = rv.judge(rv.Board(quality, np.floor(100 * quality), votes), method="ratio")
    assert (right.first_quality[0], right.first_votes[0], right.precision[0]) == (quality[0, -1], 100, 1)
    wrong = rv.judge(rv.Board(quality, np.floor(100 * quality[:, ::-1]), votes), method="ratio")
    assert (wrong.first_quality[0], wrong.precision[0]) == (quality[0, 0], 0.8)  # of 12 questions 8 are in both tens


def test_no_ranker_beats_the_mean_with_the_true_prior_at_the_top():
    for votes in (150, 2000):
        found = rv.simulate_ranking(votes, 3000, np.random.default_rng(21))
        assert max(found, key=found.get) == "Beta(5, 3) mean"
        assert set(found) == set(rv.RANKERS)


def test_a_prior_is_found_again_where_votes_are_many():
    rng = np.random.default_rng(8)
    quality = rng.beta(5, 3, 4000)
    a, b = rv.fitted_prior(rng.binomial(40, quality), np.full(4000, 40))
    assert (a, b) == pytest.approx((5, 3), rel=0.1)
    alike = rv.fitted_prior(rng.binomial(40, 0.6, 4000), np.full(4000, 40))
    assert sum(alike) > 200  # chance explains all of the spread


def test_quiet_boards_lose_downvotes_only():
    pressed, seen = rv.quiet_boards(3000, 20, np.random.default_rng(3))
    assert np.array_equal(pressed.upvotes, seen.upvotes)
    assert (pressed.votes <= seen.votes).all()
    missing = (seen.votes - pressed.votes).sum() / (seen.votes - seen.upvotes).sum()
    assert missing == pytest.approx(0.5, abs=0.06)


# ---- bad input


@pytest.mark.parametrize("bad", [-1, 1.5, math.nan, math.inf, None, "3", True, 10**9])
def test_votes_are_whole_numbers(bad):
    for call in (
        lambda v: rv.wilson_lower(0, v),
        lambda v: rv.rank([0], [v], "net"),
        lambda v: rv.shrunken_mean(0, v),
        lambda v: rv.wilson_bounds(0, v, 2),
    ):
        with pytest.raises(ValueError, match="votes"):
            call(bad)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rv.wilson_lower(3, 2), "upvotes=3 must not exceed votes=2"),
        (lambda: rv.wilson_lower([1, 2], [3, 4, 5]), "upvotes of shape"),
        (lambda: rv.wilson_lower(1, 2, 1.0), "confidence=1.0"),
        (lambda: rv.wilson_lower(1, 2, 0), "confidence=0"),
        (lambda: rv.wilson_bounds(1, 2, -1), "z=-1"),
        (lambda: rv.rank([1], [2], "best"), "method='best' must be one of: net, ratio, wilson, beta"),
        (lambda: rv.rank(1, 2, "net"), "cannot be ranked"),
        (lambda: rv.shrunken_mean(1, 2, (0, 1)), "prior=0"),
        (lambda: rv.shrunken_mean(1, 2, 3), "prior=3 must be two positive numbers"),
        (lambda: rv.probability_better(3, 2, 1, 1), "upvotes_a=3"),
        (lambda: rv.probability_better(1, 2, 1, 10**7), "votes_b=10000000"),
        (lambda: rv.great_circle_km(91, 0, 0, 0), "latitude_a holds 91"),
        (lambda: rv.great_circle_km(0, 0, 0, 361), "longitude_b holds 361"),
        (lambda: rv.great_circle_km([0, 1], 0, [0, 1, 2], 0), "must fit each other"),
        (lambda: rv.boards(0, 1, np.random.default_rng(0)), "votes=0"),
        (lambda: rv.boards(10, 1, np.random.default_rng(0), 0.1), "skew=0.1"),
        (lambda: rv.boards(10, 1, np.random.default_rng(0), questions=1), "questions=1"),
        (lambda: rv.simulate_ranking(10, 0, np.random.default_rng(0)), "repeats=0"),
        (lambda: rv.fitted_prior([1, 0], [1, 5]), "two votes or more"),
    ],
)
def test_refusals_name_the_argument(call, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


@given(
    st.one_of(st.integers(), st.floats(), st.none(), st.text(max_size=3)),
    st.one_of(st.integers(), st.floats()),
    st.one_of(st.floats(), st.integers()),
)
def test_never_nan(k, n, confidence):
    assert outcome(k, n, confidence) == "refused" or 0 <= outcome(k, n, confidence) <= 1


def outcome(k, n, confidence):
    try:
        return rv.wilson_lower(k, n, confidence)
    except ValueError as reason:
        return "refused" if re.search("upvotes|votes|confidence", str(reason)) else str(reason)


def test_plain_results():
    assert type(rv.wilson_lower(np.int64(3), 4)) is float
    assert type(rv.shrunken_mean(3, 4)) is float
    assert type(rv.great_circle_km(0, 0, 1, 1)) is float
    assert type(rv.probability_better(1, 2, 3, 4)) is float
    assert rv.wilson_lower([3, 1], 4).shape == (2,)
