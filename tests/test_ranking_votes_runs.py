"""The stored runs: a part is computed again; what the page says about them."""

import numpy as np
import pytest
from miniatures import ranking_votes as rv
from miniatures import ranking_votes_feedback as feedback
from miniatures import ranking_votes_runs as runs
from miniatures.comparisons import paired

TOLERANCE = 2e-6  # float32, of means over 400 boards of which none may differ


def test_board_runs_come_back():
    for skew, votes, seed in ((1.2, 2000, 100), (0.6, 150, 105), (9.6, 30_000, 109)):
        stored = runs.stored().board[runs.SKEWS.index(skew), runs.VOTES.index(votes), seed - 100]
        assert runs.board_run(skew, votes, seed) == pytest.approx(stored, rel=TOLERANCE)


def test_knob_runs_come_back():
    assert runs.caution_run(500, 103) == pytest.approx(runs.stored().caution[1, 3], rel=TOLERANCE)
    assert runs.prior_run(150, 107) == pytest.approx(runs.stored().prior[0, 7], rel=TOLERANCE)
    assert runs.fitted_run(2000, 101) == pytest.approx(runs.stored().fitted[2, 1], rel=TOLERANCE)


@pytest.mark.parametrize(("rule", "steepness", "seed"), [("net", 1.0, 100), ("upper", 2.0, 104), ("random", 0.5, 109)])
def test_sessions_come_back(rule, steepness, seed):
    end, curve = runs.session_run(rule, steepness, seed)
    place = (feedback.RULES.index(rule), runs.STEEPNESS.index(steepness), seed - 100)
    assert end == pytest.approx(runs.stored().end[place], rel=TOLERANCE)
    assert curve == pytest.approx(runs.stored().curve[place], rel=TOLERANCE)


def mean(ranker, votes, metric="quality"):
    return runs.by_ranker(ranker, votes, metric).mean()


# ---- the page's sentences


def test_z_zero_and_strength_zero_are_the_ratio():
    for i, votes in enumerate(runs.KNOB_VOTES):
        ratio = runs.stored().board[1, runs.VOTES.index(votes), :, 1]
        assert runs.stored().caution[i, :, 0] == pytest.approx(ratio)
        assert runs.stored().prior[i, :, 0] == pytest.approx(ratio)
    assert runs.stored().prior[2, :, runs.STRENGTHS.index(8)] == pytest.approx(
        runs.stored().board[1, runs.VOTES.index(2000), :, 4]
    )


def test_net_votes_do_not_improve():
    assert mean("net", 30_000) - mean("net", 500) < 0.01
    assert mean("Wilson 95 %", 30_000) - mean("Wilson 95 %", 500) > 0.07


@pytest.mark.parametrize("votes", [500, 1000, 2000])
def test_the_ratio_asks_a_lucky_question(votes):
    gap = paired(runs.by_ranker("net", votes), runs.by_ranker("ratio", votes))
    assert gap.wins == 10
    assert runs.by_ranker("ratio", votes, "votes").max() <= 3


@pytest.mark.parametrize("votes", runs.VOTES)
def test_wilson_protects_the_first_place_and_the_true_prior_is_the_ceiling(votes):
    assert paired(runs.by_ranker("Wilson 95 %", votes), runs.by_ranker("ratio", votes)).wins == 10
    assert max(rv.RANKERS, key=lambda name: mean(name, votes)) == "Beta(5, 3) mean"


@pytest.mark.parametrize("votes", [1000, 2000, 5000, 10_000, 30_000])
def test_claim_5_and_6_the_ratio_finds_more_of_the_true_ten(votes):
    ratio, cautious, milder = (
        runs.by_ranker(name, votes, "precision") for name in ("ratio", "Wilson 95 %", "Wilson z = 1")
    )
    assert paired(ratio, cautious).difference > 0
    assert paired(milder, cautious).wins == 10
    if votes >= 2000:
        assert paired(ratio, cautious).wins >= 9


def test_the_two_yardsticks_of_the_table():
    assert mean("ratio", 10_000, "precision") == pytest.approx(0.700, abs=0.0006)
    assert mean("Wilson 95 %", 10_000, "precision") == pytest.approx(0.659, abs=0.0006)
    assert mean("Wilson 95 %", 2000) == pytest.approx(0.860, abs=0.0006)
    assert mean("Beta(5, 3) mean", 2000) == pytest.approx(0.865, abs=0.0006)
    assert abs(mean("ratio", 500, "precision") - mean("Wilson 95 %", 500, "precision")) < 0.005


def test_without_the_answer_all_are_within_a_hundredth_at_the_top():
    ceiling = mean("Beta(5, 3) mean", 2000)
    flat, fitted = runs.stored().fitted[2].mean(axis=0)
    for quality in (flat[0], fitted[0], mean("Wilson 95 %", 2000)):
        assert ceiling - 0.01 < quality < ceiling
    by_z = runs.stored().caution[2].mean(axis=0)
    assert min(flat[1], fitted[1], mean("Beta(5, 3) mean", 2000, "precision")) > by_z[by_z[:, 0].argmax(), 1]


def test_claim_7_the_early_keep_half_of_their_advantage():
    early = {rule: runs.at_end(rule, 1.0, "early") for rule in feedback.RULES}
    assert early["net"].min() > 0.99
    assert 0.48 < early["wilson"].mean() < 0.6
    assert early["upper"].mean() == pytest.approx(0.25, abs=0.04)
    assert runs.at_end("wilson", 1.0, "late").mean() < 0.06
    assert runs.at_end("wilson", 2.0, "early").mean() > 0.7
    assert paired(runs.at_end("wilson", 1.0), runs.at_end("net", 1.0)).wins == 10


def test_show_the_upper_end_and_ask_by_the_mean():
    for steepness in (1.0, 2.0):
        shown = runs.at_end("upper", steepness, "beta")
        for rule in feedback.RULES:
            if rule != "upper":
                assert shown.mean() > runs.at_end(rule, steepness, "beta").mean()
                assert shown.mean() > runs.at_end(rule, steepness).mean()
    assert paired(runs.at_end("upper", 2.0, "beta"), runs.at_end("wilson", 2.0)).wins == 10
    assert runs.at_end("upper", 2.0, "beta").mean() >= runs.at_end("upper", 1.0, "beta").mean()


def test_feedback_helps_all_but_net_votes():
    chance = runs.at_end("random", 1.0, "beta").mean()
    for rule in ("ratio", "wilson", "beta", "upper"):
        assert runs.at_end(rule, 1.0).mean() > chance
    assert runs.at_end("net", 1.0).mean() < chance - 0.05
    assert runs.at_end("net", 1.0, "beta").mean() > runs.at_end("net", 1.0).mean() + 0.08


def test_silence_costs_what_no_interval_knows():
    by_votes, by_views = (np.array([runs.quiet_run(10_000, seed) for seed in runs.SEEDS[:5]])[:, i] for i in (0, 1))
    assert (by_views[:, :2] > by_votes[:, :2] + 0.08).all()


def test_what_is_not_stored_is_refused():
    for call, words in (
        (lambda: runs.by_ranker("ratio", 123), "votes=123 is not stored"),
        (lambda: runs.by_ranker("best", 150), "ranker='best'"),
        (lambda: runs.at_end("net", 0.3), "steepness=0.3 is not stored"),
        (lambda: runs.at_end("net", 1.0, "worst"), "what='worst'"),
        (lambda: runs.wilson_ranker(-1), "z=-1"),
        (lambda: runs.prior_ranker(-1), "strength=-1"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
