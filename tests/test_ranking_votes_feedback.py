"""The session whose list feeds back: its rules, its bookkeeping, its limits."""

import numpy as np
import pytest
from miniatures import ranking_votes as rv
from miniatures import ranking_votes_feedback as feedback
from miniatures import ranking_votes_runs as runs


def test_the_rules_are_the_chapters_scores():
    k, n = np.array([0.0, 3, 9, 0]), np.array([4.0, 3, 10, 0])
    for rule, given in {
        "net": {"method": "net"},
        "ratio": {"method": "ratio"},
        "wilson": {"method": "wilson"},
        "beta": rv.RANKERS["Beta(5, 3) mean"],
    }.items():
        assert feedback.shown_scores(rule, k, n, None) == pytest.approx(rv.scores(k, n, **given), abs=1e-9)
    assert feedback.shown_scores("upper", k, n, None) == pytest.approx(
        rv.wilson_bounds(k, n, rv.reach(0.95))[1], abs=1e-9
    )
    assert feedback.shown_scores("upper", k, n, None)[3] == 1  # nothing known, all hoped


@pytest.mark.parametrize("rule", feedback.RULES)
def test_votes_are_counted_and_go_to_posted_questions(rule):
    s = feedback.session(rule, 7, np.random.default_rng(1))
    assert s.votes.shape == (60, 7, 50)
    assert (s.votes.sum(axis=2) == feedback.VOTES_A_MINUTE * np.arange(1, 61)[:, None]).all()
    assert (np.diff(s.votes, axis=0) >= 0).all()
    assert (s.upvotes <= s.votes).all()
    for minute in (1, 11, 40):
        assert (s.votes[minute - 1][:, s.posted >= minute] == 0).all()
    assert s.posted[0] == 0
    assert s.posted[-1] == 39


def test_without_attention_to_place_the_rule_makes_no_difference():
    one, other = (feedback.session(rule, 5, np.random.default_rng(4), 0.0) for rule in ("net", "upper"))
    assert np.array_equal(one.votes, other.votes)


def test_attention_falls_with_the_place():
    s = feedback.session("net", 400, np.random.default_rng(0), 1.0, minutes=1)
    share = s.votes[0].sum(axis=0) / s.votes[0].sum()
    there = int((s.posted <= 0).sum())
    weight = 1 / np.arange(1, there + 1)
    assert share[:there] == pytest.approx(weight / weight.sum(), abs=0.02)  # no votes yet: the order of posting


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda rng: feedback.session("best", 1, rng), "rule='best'"),
        (lambda rng: feedback.session("net", 0, rng), "worlds=0"),
        (lambda rng: feedback.session("net", 1, rng, -1), "steepness=-1"),
        (lambda rng: feedback.session("net", 1, rng, minutes=0), "minutes=0"),
        (lambda rng: runs.on_top(feedback.session("net", 1, rng, minutes=3), 4, "net"), "minute=4"),
    ],
)
def test_refusals_name_the_argument(call, words):
    with pytest.raises(ValueError, match=words):
        call(np.random.default_rng(0))


def test_on_top_is_a_posted_question():
    s = feedback.session("upper", 50, np.random.default_rng(9))
    for minute in (2, 10, 30):
        assert (s.posted[runs.on_top(s, minute, "upper")] < minute).all()
