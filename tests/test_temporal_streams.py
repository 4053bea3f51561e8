"""Streams of the watch: what they are cut from, paths by brute force, measures by hand, and who wins in each fold."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import shoulder_watch as watch
from miniatures import temporal_streams as ts
from miniatures.temporal_runs import FEW_SEEDS, page, stored

RNG = np.random.default_rng


def test_streams_are_cut_from_one_persons_recordings():
    one = ts.stream(4, RNG(3))
    made, at = watch.recordings(), 0
    mine = [made["x"][k] for k in np.flatnonzero(made["subject"] == 4)]
    for length in np.diff([0, *one.splices, len(one.samples)]):
        part = one.samples[at : at + length].reshape(-1, 6)
        starts = [np.flatnonzero(x[: len(x) - len(part) + 1, 0] == part[0, 0]) for x in mine]
        assert any(
            np.array_equal(x[s : s + len(part)], part) for x, places in zip(mine, starts, strict=True) for s in places
        )
        assert 5 - ts.STEP <= length * ts.STEP <= 20
        at += length


def test_segments_cover_a_stream_and_neighbours_differ():
    for one in ts.streams((1, 9), 5):
        assert one.segments[0, 0] == 0
        assert one.segments[-1, 1] == len(one.samples)
        assert np.array_equal(one.segments[1:, 0], one.segments[:-1, 1])
        assert (np.diff(one.classes) != 0).all()
        assert len(ts.frame_classes(one)) == len(one.samples)
        assert set(one.segments[1:, 0]) <= set(one.splices)
    first, again = ts.streams((2,), 5)[3], ts.streams((1, 2), 5)[11]
    assert np.array_equal(first.samples, again.samples)


def test_statistics_are_numpys():
    one = ts.stream(2, RNG(0))
    for start, end in ((0, 5), (3, 40), (-4, 2), (len(one.samples) - 3, len(one.samples) + 9)):
        part = one.samples[max(start, 0) : end].reshape(-1, 6)
        found = ts.statistics(one.samples, np.array([start]), np.array([end]))[0]
        assert found == pytest.approx(np.concatenate([part.mean(axis=0), np.log(part.std(axis=0))]), abs=1e-6)


@given(st.integers(0, 10**6), st.floats(0, 6))
def test_viterbi_finds_the_best_of_all_paths(seed, cost):
    scores = RNG(seed).normal(size=(6, 3)) * 2

    def worth(path):
        return sum(scores[t, k] for t, k in enumerate(path)) - cost * sum(a != b for a, b in pairwise(path))

    assert worth(ts.viterbi(scores, cost)) == pytest.approx(max(map(worth, product(range(3), repeat=6))))


def test_viterbi_at_its_ends():
    scores = RNG(1).normal(size=(50, 4))
    assert np.array_equal(ts.viterbi(scores, 0), scores.argmax(axis=1))
    assert len(set(ts.viterbi(scores, 1e6))) == 1
    for bad, cost, named in (([[1.0]], -1, "cost"), ([1.0], 1, "log_posteriors"), ([[np.nan]], 1, "log_posteriors")):
        with pytest.raises(ValueError, match=f"^{named}"):
            ts.viterbi(bad, cost)


def test_runs_by_hand():
    posteriors = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8]])
    segments, classes, sure = ts.runs(np.array([0, 0, 1]), posteriors)
    assert segments.tolist() == [[0, 2], [2, 3]]
    assert classes.tolist() == [0, 1]
    assert sure == pytest.approx([0.8, 0.8])


def test_who_finds_all_is_measured_as_one():
    made = ts.streams((3,), 8)
    found = ts.measures(made, [(one.segments, one.classes, np.ones(len(one.classes))) for one in made])
    assert found == {"mAP@0.3": 1, "mAP@0.5": 1, "mAP@0.7": 1, "AR@10": 1, "AR@20": 1}
    wrong = ts.measures(made, [(one.segments, (one.classes + 1) % 7, np.ones(len(one.classes))) for one in made])
    assert wrong["AR@10"] == 1
    assert wrong["mAP@0.5"] < 0.2


def test_context_is_what_lies_beside():
    one = ts.stream(5, RNG(2))
    places = np.array([[30, 60]])
    plain, wide = (ts.anchor_features(one, places, c) for c in (False, True))
    assert np.array_equal(wide[:, :12], plain)
    left = ts.statistics(one.samples, np.array([20]), np.array([30]))
    assert wide[:, 12:24] == pytest.approx(np.abs(left - plain))


def test_stored_measures_are_what_the_code_computes():
    fold, seed = ts.FOLDS[3], FEW_SEEDS[0]
    training, test = ts.streams(range(1, 10), seed), ts.streams(fold, seed)
    model, cost = ts.fit_frames(training), ts.changes_cost(training)
    posteriors = [model.posteriors(ts.frame_features(one)) for one in test]
    table = stored("watch", "folds")[3, 0]
    for row, price in enumerate((0, cost)):
        found = ts.measures(test, [ts.detect_frames(p, price) for p in posteriors])
        assert list(found.values()) == pytest.approx(table[row], abs=0.01)
    assert page()["fold3_posteriors"].astype(float) == pytest.approx(posteriors[0], abs=1e-3)
    detector = ts.fit_anchors(training, True, RNG(seed))
    found = ts.measures(test, [ts.detect_anchors(one, detector) for one in test])
    assert list(found.values()) == pytest.approx(table[3], abs=0.01)


def test_viterbi_wins_and_context_helps_anchors_in_each_fold():
    table = stored("watch", "folds").mean(axis=1)  # (folds, methods, measures)
    frames, path, plain, context = table.transpose(1, 0, 2)
    assert (path[:, :4] > context[:, :4]).all()  # mAP and AR@10
    assert (path[:, :4] > frames[:, :4]).all()
    assert (context > plain).all()


def test_training_on_the_people_of_the_test_flatters():
    table, leak = stored("watch", "folds")[:, 0], stored("watch", "leak")
    assert (leak[:, 3, 1] - table[:, 3, 1]).mean() > 0.05


def test_splices_can_be_seen():
    shares = stored("watch", "jumps")
    at, other = ts.jumps(ts.streams(range(1, 11), FEW_SEEDS[0]))
    assert shares["0.99"] == pytest.approx((at > np.quantile(other, 0.99)).mean(), abs=1e-3)
    assert shares["0.99"] > 0.1
