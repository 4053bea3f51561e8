"""Triplets: the predictor against scikit-learn's, average precision by hand, and what a ranking within a kind cannot see."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.relationship_triplets import (
    HABITS,
    NONE,
    PAIRS,
    PREDICATES,
    RIDGE,
    SCORERS,
    THINGS,
    Rooms,
    box_ious,
    drawn_rooms,
    fit_predictor,
    found_first,
    geometry,
    habits,
    learnt,
    mean_average_precision,
    predicate_probabilities,
    triplet_scores,
)
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis

TABLE, CUP = (0.4, 0.1, 0.8, 0.8), (0.28, 0.4, 0.4, 0.5)
FRESH = (200, 201, 202, 203, 204)


def rooms(count, seed, key=42):
    return drawn_rooms(count, np.random.default_rng([seed, key]))


def predicted(subject, thing):
    p = predicate_probabilities(learnt(), subject, thing)
    return [*PREDICATES, "none"][int(p.argmax())], p.max()


def test_geometry_by_hand():
    found = geometry([1, 1, 3, 5], [[2, 3, 6, 5], [2, -1, 6, 1]])
    assert found[0] == pytest.approx([0.5, -0.5, np.log(2), -np.log(2), 2 / 14])
    assert found[1] == pytest.approx([1.5, -0.5, np.log(2), -np.log(2), 0])


@given(st.integers(0, 10**6))
def test_box_ious_are_those_of_counted_cells(seed):
    rng = np.random.default_rng(seed)
    one, other = (np.concatenate([c, c + rng.integers(1, 6, 2)]) for c in rng.integers(0, 6, (2, 2)))
    masks = np.zeros((2, 12, 12), bool)
    for mask, (top, left, bottom, right) in zip(masks, (one, other), strict=True):
        mask[top:bottom, left:right] = True
    assert box_ious(one, other) == pytest.approx((masks[0] & masks[1]).sum() / (masks[0] | masks[1]).sum())


def test_the_predictor_is_quadratic_discriminant_analysis():
    rng = np.random.default_rng(1)
    classes = rng.integers(0, 4, 400)
    features = rng.normal(size=(400, 5)) * (1 + classes[:, None]) + classes[:, None]
    ours = fit_predictor(features, classes)
    for k in range(4):
        part = features[classes == k]
        assert np.linalg.inv(ours.precisions[k]) - RIDGE * np.eye(5) == pytest.approx(np.cov(part.T, bias=True))
    theirs = QuadraticDiscriminantAnalysis().fit(features, classes)
    away = features[:, None] - ours.means
    score = ours.offsets - np.einsum("nki,kij,nkj->nk", away, ours.precisions, away) / 2
    assert (score.argmax(axis=1) == theirs.predict(features)).mean() > 0.99


def test_a_dragged_box_changes_its_predicate():
    assert predicted(CUP, TABLE)[0] == "on"
    assert predicted(np.add(CUP, (0.4, 0, 0.4, 0)), TABLE)[0] == "under"
    assert predicted(np.add(CUP, (0.3, 0.48, 0.3, 0.48)), TABLE)[0] == "beside"
    assert predicted(np.add(CUP, (-0.9, 1.2, -0.9, 1.2)), TABLE)[0] == "none"
    crate = (0.4, 0.3, 0.75, 0.7)
    assert predicted((0.5, 0.45, 0.62, 0.55), crate)[0] == "inside"
    rows = np.linspace(-0.3, 0.5, 81)
    p = predicate_probabilities(learnt(), np.array(CUP) + rows[:, None] * [1, 0, 1, 0], TABLE)
    assert p.sum(axis=-1) == pytest.approx(np.ones(81))
    assert p.min() >= 0


def test_geometry_alone_finds_the_predicates_of_true_pairs():
    for seed in FRESH:
        it = rooms(200, seed)
        p = predicate_probabilities(learnt(False, seed), it.boxes[:, 0], it.boxes[:, 1])
        assert (p.argmax(axis=1) == it.predicates).mean() > 0.9


def test_rooms_keep_their_habits():
    it = rooms(2000, 3)
    for (subject, thing), often in HABITS.items():
        here = (it.things[:, 0] == THINGS.index(subject)) & (it.things[:, 1] == THINGS.index(thing))
        counts = np.bincount(it.predicates[here], minlength=4)
        assert here.mean() == pytest.approx(sum(often) / sum(map(sum, HABITS.values())), abs=0.03)
        assert (counts[np.array(often) == 0] == 0).all()
    assert it.chances.sum(axis=2) == pytest.approx(np.ones((2000, 3)))
    shares = habits(it)
    assert shares[THINGS.index("cup"), THINGS.index("table")] == pytest.approx([0.8, 0.1, 0.1, 0], abs=0.08)


def two_rooms():
    """Two rooms with a cup on a table and a far crate, seen exactly."""
    boxes = np.tile(np.array([CUP, TABLE, (0.0, 5.0, 0.4, 5.4)]), (2, 1, 1))
    things = np.tile([0, 3, 5], (2, 1))
    return Rooms(boxes, things, np.zeros(2, int), boxes, np.eye(6)[things])


def test_average_precision_by_hand():
    it, scores = two_rooms(), np.zeros((2, 6, 4))
    scores[:, 0, 0] = 0.9, 0.8
    assert mean_average_precision(it, scores) == 1
    assert found_first(it, scores) == 1
    scores[0, 0, 2] = 0.95  # "beside" first: another kind, so the mAP does not see it
    assert mean_average_precision(it, scores) == 1
    assert found_first(it, scores) == 0.5
    moved = Rooms(it.boxes, it.things, it.predicates, it.seen + np.array([[0.2], [0.0]])[:, None], it.chances)
    assert mean_average_precision(moved, scores) == 0.5 * 0.5


@pytest.mark.parametrize("seed", FRESH)
def test_a_class_for_unrelated_pairs_finds_more_triplets(seed):
    it = rooms(200, seed)
    found = [mean_average_precision(it, triplet_scores(it, scorer, seed)) for scorer in SCORERS]
    assert found[0] < found[1] - 0.2
    assert found[1] < found[2] - 0.05
    first = [found_first(it, triplet_scores(it, scorer, seed)) for scorer in SCORERS]
    assert first[1] < 0.3 < 0.55 < first[2]


@pytest.mark.parametrize("seed", FRESH)
def test_what_depends_on_the_words_alone_leaves_the_map_as_it_is(seed):
    """Within a kind of triplets every score is multiplied by the same number."""
    it = rooms(200, seed)
    plain, taught = (triplet_scores(it, scorer, seed) for scorer in SCORERS[2:])
    assert not np.allclose(plain, taught)
    assert mean_average_precision(it, plain) == pytest.approx(mean_average_precision(it, taught), abs=1e-12)


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_scores_of_both_measures_lie_from_0_to_1(seed):
    it = rooms(20, seed)
    scores = np.random.default_rng(seed).random((20, len(PAIRS), NONE))
    assert 0 <= mean_average_precision(it, scores) <= 1
    assert 0 <= found_first(it, scores) <= 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: geometry((0, 0, 0, 1), TABLE), "subjects holds the box"),
        (lambda: geometry(CUP, (0, 0, 1)), "objects of shape"),
        (lambda: geometry(CUP, (0, 0, np.nan, 1)), "objects holds nan"),
        (lambda: box_ious(CUP, (1, 1, 0, 0)), "other holds the box"),
        (lambda: fit_predictor(np.zeros((5, 5)), [0, 1, 2, 3, 3]), "three or more"),
        (lambda: fit_predictor(np.zeros((5, 4)), [0] * 5), "features of shape"),
        (lambda: fit_predictor(np.zeros((5, 5)), [4] * 5), "predicates holds 4"),
        (lambda: drawn_rooms(0, np.random.default_rng(0)), "count=0"),
        (lambda: triplet_scores(rooms(3, 0), "guess"), "scorer='guess'"),
        *((lambda scorer=scorer: triplet_scores(rooms(3, 0), scorer, -1), "seed=-1") for scorer in SCORERS),
        (lambda: mean_average_precision(rooms(3, 0), np.zeros((3, 6, 3))), "scores of shape"),
        (lambda: mean_average_precision(rooms(3, 0), np.full((3, 6, 4), 2)), "scores holds 2"),
        (lambda: found_first(rooms(3, 0), np.zeros((3, 6, 4)), 0), "overlap=0"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
