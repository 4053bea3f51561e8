"""Trackers against scikit-learn, a world that keeps its people apart, and stored runs computed again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import cloaking as c
from miniatures import cloaking_world as w
from miniatures.pixel_cloaks import cloak
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
from sklearn.preprocessing import StandardScaler

SEED = 200  # a fresh seed, stored: what is computed here is compared with the store


# trackers ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_trackers_are_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    people = np.repeat([3, 5, 9], 12)
    known = rng.normal(size=(36, 4)) + people[:, None] / 3
    new = rng.normal(size=(40, 4)) + rng.choice([3, 5, 9], 40)[:, None] / 3
    assert (c.recognise("centroid", known, people, new) == NearestCentroid().fit(known, people).predict(new)).all()
    assert (c.recognise("nearest", known, people, new) == KNeighborsClassifier(1).fit(known, people).predict(new)).all()
    scale = StandardScaler().fit(known)
    model = LogisticRegression(C=1 / c.PENALTY, tol=1e-8, max_iter=1000).fit(scale.transform(known), people)
    assert (c.recognise("logistic", known, people, new) == model.predict(scale.transform(new))).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from(c.TRACKERS))
@settings(max_examples=20)
def test_the_order_of_photographs_does_not_matter(seed, tracker):
    rng = np.random.default_rng(seed)
    known, people, new = rng.normal(size=(20, 3)), np.arange(20) % 4, rng.normal(size=(9, 3))
    order = rng.permutation(20)
    again = c.recognise(tracker, known[order], people[order], new)
    assert (c.recognise(tracker, known, people, new) == again).all()


def test_by_hand_one_leaked_photograph():
    """A cloaked cloud at 10, one leaked photograph at 0, a stranger at 4; the true face is at 0."""
    known, people, new = [[10.0], [10.2], [9.8], [0.0], [4.0]], [0, 0, 0, 0, 1], [[0.1]]
    assert c.recognise("nearest", known, people, new).tolist() == [0]  # one is enough
    assert c.recognise("centroid", known, people, new).tolist() == [1]  # the mean of user 0 is 7.5


# the world -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [SEED, 1, 2**32 - 1])
def test_no_extractor_has_seen_a_tracked_person(seed):
    who = w.world(seed).identities
    everybody = np.concatenate(list(who.values()))
    assert len(np.unique(everybody.round(9), axis=0)) == len(everybody) == 48 + 48 + 16 + 8
    gaps = np.linalg.norm(
        who["people"][:, None] - np.concatenate([who["user's public"], who["tracker's public"]]), axis=2
    )
    assert gaps.min() > 0.5


def test_published_and_new_photographs_differ():
    here = w.world(SEED)
    assert here.training.shape == here.validation.shape == (16, 16, 576)
    assert np.abs(here.training - here.validation).mean() > 0.02


def test_a_seed_is_a_world():
    assert (w.world(3).training == w._world.__wrapped__(3).training).all()
    assert not (w.world(3).training == w.world(4).training).all()


def test_farthest_is_not_nearest():
    centres = w.public_centres(SEED)
    features = w.extractor(SEED, "same").features(w.world(SEED).training[0])
    gaps = np.linalg.norm(centres - features.mean(axis=0), axis=1)
    assert w.targets(SEED)[0] == gaps.argmax() == w.farthest(features, centres)


@pytest.mark.parametrize("by", w.CLOAKS)
@pytest.mark.parametrize("budget", [0.03, 0.1])
def test_cloaks_keep_to_the_budget_and_go_to_the_target(by, budget):
    clean, cloaked = w.world(SEED).training[:8], w.cloaked_users(SEED, budget, by)
    assert np.abs(cloaked - clean).max() <= budget
    assert 0 <= cloaked.min() <= cloaked.max() <= 1
    if by == "plain":
        model, goal = w.extractor(SEED, "same"), w.public_centres(SEED)[w.targets(SEED)]
        before, after = (
            np.linalg.norm(model.features(x.reshape(128, -1)) - np.repeat(goal, 16, axis=0), axis=1)
            for x in (clean, cloaked)
        )
        assert (after < before).all()
        assert after.mean() < 0.75 * before.mean()
    assert (w.cloaked_users(SEED, 0.0, by) == clean).all()


def test_more_budget_brings_the_features_closer():
    model, photos = w.extractor(SEED, "same"), w.world(SEED).training[0]
    goal = w.public_centres(SEED)[w.targets(SEED)[0]]
    gaps = [
        np.linalg.norm(model.features(cloak(model, photos, goal, e, 40)) - goal, axis=1).mean()
        for e in (0, 0.02, 0.06, 0.1)
    ]
    assert gaps == sorted(gaps, reverse=True)


# protection ----------------------------------------------------------------------------------


def test_protection_is_the_share_of_missed_photographs():
    found = c.outcome("nearest", 16, 2, 0.06, SEED)
    assert found.missed.shape == (8,)
    assert c.protection("nearest", 16, 2, 0.06, SEED) == found.missed.sum() / 128
    with pytest.raises(AttributeError):
        found.bystanders = 1.0


def test_all_leaked_or_no_budget_is_no_cloak():
    clean = c.protection("centroid", 16, 0, 0.0, SEED)
    assert c.protection("centroid", 16, 16, 0.1, SEED) == clean
    assert c.protection("centroid", 16, 0, 0.0, SEED, by="noise") == clean < 0.2


@pytest.mark.parametrize("seed", [31, 32])
def test_the_effect_on_seeds_that_nobody_looked_at(seed):
    """Protection at 0.06 is nearly full, that of noise is nothing, and the robust tracker misses many without a cloak."""
    for tracker in c.TRACKERS:
        base = c.protection(tracker, 16, 0, 0.0, seed)
        assert base < 0.25
        assert c.protection(tracker, 16, 0, 0.06, seed) > base + 0.6
        assert abs(c.protection(tracker, 16, 0, 0.06, seed, by="noise") - base) < 0.1


def test_showing_cloaked_photographs_gives_the_opposite_answer():
    """A tracker that learnt cloaked photographs knows cloaked photographs: the protection is not one against them."""
    assert c.protection("nearest", 16, 0, 0.06, SEED, shown="cloaked") < 0.2
    assert c.protection("nearest", 16, 0, 0.06, SEED) > 0.8


def test_fewer_photographs_are_enough_to_run():
    for count in (1, 3):
        assert 0 <= c.protection("logistic", count, 1, 0.05, SEED) <= 1


GOOD = {"tracker": "nearest", "cloaked_photos": 16, "leaked": 0, "budget": 0.06, "seed": SEED}


@pytest.mark.parametrize(("name", "value"), [
    ("tracker", "svm"), ("tracker", None), ("tracker", ["nearest"]), ("cloaked_photos", 0), ("cloaked_photos", 17), ("cloaked_photos", 2.0),
    ("leaked", -1), ("leaked", 17), ("leaked", 1.5), ("leaked", True), ("budget", -0.1), ("budget", 1.1), ("budget", np.nan), ("budget", "x"),
    ("seed", -1), ("seed", 2**32), ("seed", 1.0), ("seed", [1]), ("seed", None), ("seed", True), ("extractor_of", "robuster"),
    ("by", "nobody"), ("by", ["noise"]), ("shown", "dark"),
])  # fmt: skip
def test_bad_arguments_are_named(name, value):
    with pytest.raises(ValueError, match=name):
        c.protection(**GOOD | {name: value})


@pytest.mark.parametrize(("call", "named"), [
    (lambda: w.world([1]), "seed"), (lambda: w.extractor(1, "best"), "which"), (lambda: w.extractor(1, ["same"]), "which"),
    (lambda: w.cloaked_users(1, 2.0), "budget"), (lambda: w.cloaked_users(1, 0.1, "me"), "by"), (lambda: w.farthest([[0.0]], [[0.0, 1.0]]), "public_features"),
    (lambda: c.recognise("nearest", [[0.0]], [0, 1], [[0.0]]), "people"), (lambda: c.recognise("nearest", [[0.0]], [0], [[0.0, 1.0]]), "new_features"),
    (lambda: c.recognise("best", [[0.0]], [0], [[0.0]]), "tracker"),
])  # fmt: skip
def test_bad_arguments_of_the_parts_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
