"""Tests of miniatures.photo_questions: what an answer changes, what a budget buys, what is refused."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.photo_clustering import Observations, cluster_photos, first_pass, pair_precision_recall
from miniatures.photo_library import make_library
from miniatures.photo_questions import (
    STRATEGIES,
    Session,
    answered,
    ask,
    correct,
    questions_to_separate,
    together,
)

FRESH_SEEDS = range(200, 205)


@cache
def library(seed, moments=24):
    return make_library(np.random.default_rng(seed), moments=moments)


def plane(*degrees):
    """Observations with faces at these angles, each in its own photo and moment, and no help from clothes."""
    angle = np.deg2rad(degrees)
    count = np.arange(len(degrees))
    return Observations(np.stack([np.cos(angle), np.sin(angle)], axis=1), np.eye(len(degrees)), count, count)


def recalls(found, person):
    return np.array([pair_precision_recall(person, clusters) for clusters in found.clusters])


# ---- by hand: faces at 0, 10, 60 and 70 degrees; means are 60 degrees apart, 1 - cos 60° = 0.5


def test_the_next_question_is_about_the_two_clusters():
    session = Session(plane(0, 10, 60, 70), second=0.3)
    assert session.clusters.tolist() == [0, 0, 1, 1]
    asked = session.choose("next")
    assert {asked.one, asked.other} & {0, 1}
    assert {asked.one, asked.other} & {2, 3}
    far = 1 - np.cos(np.deg2rad([60, 70, 50, 60]))
    assert asked.height == pytest.approx(far.mean())
    assert not asked.made
    session.answer(asked, True)
    assert session.clusters.tolist() == [0, 0, 0, 0]
    assert session.choose("next") is None


def test_not_the_same_holds_for_good():
    session = Session(plane(0, 10, 60, 70), second=2.0)
    assert session.clusters.tolist() == [0, 0, 0, 0]
    asked = session.choose("closest")
    assert asked.made
    session.answer(asked, False)
    assert session.clusters.tolist() == [0, 0, 1, 1]


def test_pointing_splits_where_the_two_came_together():
    session = Session(plane(0, 10, 60, 70), second=2.0)
    asked = session.about(3, 0)
    assert asked.made
    assert sorted(asked.sides[0].tolist()) == [2, 3]
    session.answer(asked, False)
    assert session.clusters.tolist() == [0, 0, 1, 1]


def test_pointing_across_clusters_is_about_both_of_them():
    session = Session(plane(0, 10, 60, 70), second=0.3)
    asked, following = session.about(0, 3), session.choose("next")
    assert (asked.height, asked.made) == (pytest.approx(following.height), False)
    session.answer(asked, True)
    assert session.clusters.tolist() == [0, 0, 0, 0]


def test_at_a_threshold_of_zero_single_observations_are_asked_about():
    for asked in Session(plane(0, 10, 60, 70), first=0, second=0).questions():
        assert [len(side) for side in asked.sides] == [1, 1]
        assert not asked.made


def test_a_yes_makes_one_block_of_which_nothing_more_is_asked():
    session = Session(plane(0, 10, 60, 70), second=0.3)
    session.answer(session.choose(), True)  # the merge at 0.5 is closest to 0.3
    assert session.block.tolist() == [0, 0, 0, 0]
    assert session.choose() is None


# ---- any library


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_without_questions_it_is_the_clustering(strategy):
    for settings_of in ({}, {"second": 0.45}, {"summary": "median"}, {"same_photo_rule": False, "parting": True}):
        found = ask(library(0).observations, library(0).person, 0, strategy, np.random.default_rng(0), **settings_of)
        assert np.array_equal(found.clusters[0], cluster_photos(library(0).observations, **settings_of))
        assert found.pairs.shape == (0, 2)


@settings(max_examples=8, deadline=None)
@given(st.sampled_from(STRATEGIES), st.integers(0, 50), st.floats(0, 1), st.booleans())
def test_answers_are_kept_and_first_groups_stay_whole(strategy, seed, second, rule):
    seen, person = library(seed % 5, 8).observations, library(seed % 5, 8).person
    found = ask(seen, person, 12, strategy, np.random.default_rng(seed), second=second, same_photo_rule=rule)
    groups = first_pass(seen, same_photo_rule=rule)
    for clusters in found.clusters:
        assert len(set(zip(groups.tolist(), clusters.tolist(), strict=True))) == groups.max() + 1
    for number, ((one, other), same) in enumerate(zip(found.pairs.tolist(), found.same.tolist(), strict=True)):
        assert same == (person[one] == person[other])
        after = found.clusters[number + 1 :, [one, other]]
        assert ((after[:, 0] == after[:, 1]) == same).all()


def test_with_pure_groups_and_enough_questions_recall_only_grows():
    found = library(1, 8)
    seen, person = found.observations, found.person
    done = ask(seen, person, 200, "next", second=0.2, first=0.2)
    scores = recalls(done, person)
    assert scores[-1, 1] > 0.99
    assert scores[-1, 1] > scores[0, 1] + 0.1


def test_a_reader_who_answers_as_the_user_does_sees_the_same():
    found = library(200)
    done = ask(found.observations, found.person, 5, "largest")
    same = answered(found.observations, done.same.tolist(), "largest")
    assert np.array_equal(done.clusters, same.clusters)
    lied = answered(found.observations, (~done.same).tolist(), "largest")
    assert np.array_equal(lied.pairs[0], done.pairs[0])
    assert lied.same.tolist() == (~done.same[: len(lied.same)]).tolist()
    assert answered(found.observations, []).clusters.shape == (1, len(found.person))


# ---- claims, on fresh seeds


def asked_with(strategy, seed, second, budget=10):
    found = library(seed)
    scores = recalls(ask(found.observations, found.person, budget, strategy, second=second), found.person)
    return scores[-1] - scores[0]


def test_ten_questions_win_recall_at_no_cost_of_precision():
    for seed in FRESH_SEEDS:
        precision, recall = asked_with("next", seed, 0.45)
        assert recall > 0.02
        assert precision > -0.002


def test_only_asking_about_merges_made_repairs_a_bold_threshold():
    closest, following = (
        np.array([asked_with(one, seed, 0.84)[0] for seed in FRESH_SEEDS]) for one in ("closest", "next")
    )
    assert closest.mean() > 0.02
    assert (closest >= 0).all()
    assert (following < 0.001).all()


def test_doubt_never_reaches_the_twins_and_pointing_does():
    """Without the rule the twins merge far below the threshold: a confident mistake, which no doubtful pair leads to."""
    for seed in (*FRESH_SEEDS, *range(300, 310)):  # first=0.2 was settled after a look at the former
        found = library(seed)
        settings_of = {"first": 0.2, "same_photo_rule": False}
        doubtful = ask(found.observations, found.person, 30, "closest", **settings_of)
        assert questions_to_separate(doubtful, found.person) is None
        assert together(doubtful.clusters, found.person)[-1] > 500
        pointed = correct(found.observations, found.person, 30, **settings_of)
        assert 1 <= questions_to_separate(pointed, found.person) <= 14
        assert pair_precision_recall(found.person, pointed.clusters[-1])[0] > 0.97


def test_not_even_all_questions_reach_the_twins():
    """The first pass mixes none of them; a yes to two faces of one twin fixes the other one who is in the groups."""
    for seed in (200, 203):
        found = library(seed)
        settings_of = {"first": 0.2, "same_photo_rule": False}
        assert together(first_pass(found.observations, **settings_of)[None], found.person)[0] == 0
        done = ask(found.observations, found.person, 200, "closest", **settings_of)
        assert len(done.same) < 200  # nothing is left to ask
        mixed = together(done.clusters, found.person)
        assert mixed[-1] > mixed[0]
        assert questions_to_separate(done, found.person) is None


def test_half_of_the_doubtful_questions_are_about_merges_made_rightly():
    for seed in FRESH_SEEDS:
        done = ask(library(seed).observations, library(seed).person, 10, "closest", second=0.45)
        assert 4 <= (done.made & done.same).sum() <= 5


def test_no_question_parts_what_the_first_pass_put_together():
    for seed in FRESH_SEEDS:
        found = library(seed)
        assert together(first_pass(found.observations)[None], found.person)[0] > 0
        assert questions_to_separate(correct(found.observations, found.person, 200), found.person) is None


def test_together_and_separate_by_hand():
    clusters, person = np.array([[0, 0, 0, 1], [0, 1, 0, 1]]), [0, 1, 1, 2]
    assert together(clusters, person).tolist() == [2, 1]


# ---- what is refused


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda seen, person: ask(seen, person[:-1], 3), "person of shape"),
        (lambda seen, person: ask(seen, person, -1), "budget=-1"),
        (lambda seen, person: ask(seen, person, 201), "budget=201"),
        (lambda seen, person: ask(seen, person, 2.0), "budget=2.0"),
        (lambda seen, person: ask(seen, person, 3, "boldest"), "strategy"),
        (lambda seen, person: ask(seen, person, 3, "random"), "rng=None"),
        (lambda seen, person: ask(seen, person, 3, second=np.nan), "second=nan"),
        (lambda seen, person: ask(seen, person, 3, first=3), "first=3"),
        (lambda seen, person: answered(seen, [True, 1]), "answers holds 1"),
        (lambda seen, person: answered(seen, [True], "boldest"), "strategy"),
        (lambda seen, person: correct(seen, person, True), "budget=True"),
        (lambda seen, person: Session(seen).about(3, 3), "one group already"),
        (lambda seen, person: Session(seen).about(-1, 3), "one=-1"),
        (lambda seen, person: Session(seen).answer(Session(seen).choose(), 1), "same=1"),
    ],
)
def test_bad_arguments_are_refused(call, word):
    found = library(0, 8)
    with pytest.raises(ValueError, match=word):
        call(found.observations, found.person)
