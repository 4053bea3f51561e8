"""Kernels and average precision against brute force and scikit-learn; the drawn town, its detector, its descriptors."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import landmark_features as features
from miniatures import landmark_retrieval as m
from miniatures import landmark_world as world
from miniatures.landmark_kernels import cosine, match_kernel
from sklearn.metrics import average_precision_score

RNG = np.random.default_rng(5)
FEATURES, CODEBOOK = RNG.normal(size=(30, 4)), RNG.normal(size=(6, 4))


def brute_vlad(rows, codebook):
    found = np.zeros_like(codebook)
    for row in rows:
        word = min(range(len(codebook)), key=lambda k: ((row - codebook[k]) ** 2).sum())
        found[word] += row - codebook[word]
    return found


# ---- average precision


def test_average_precision_by_hand():
    assert m.average_precision([1, 0, 1, 1, 0, 0, 1]) == pytest.approx((1 + 2 / 3 + 3 / 4 + 4 / 7) / 4)
    assert round(m.average_precision([1, 0, 1, 1, 0, 0, 1]), 4) == 0.747


@given(st.lists(st.booleans(), min_size=1, max_size=40).filter(any))
def test_average_precision_is_scikit_learns(relevance):
    scores = -np.arange(len(relevance))
    assert m.average_precision(relevance) == pytest.approx(average_precision_score(relevance, scores))


@given(st.lists(st.sampled_from("rnj"), min_size=1, max_size=30).filter(lambda kinds: "r" in kinds))
def test_junk_is_as_if_it_had_never_been_there(kinds):
    junk = [place for place, kind in enumerate(kinds) if kind == "j"]
    without = m.average_precision([kind == "r" for kind in kinds if kind != "j"])
    for called in (0, 1):  # whatever the list says of it
        assert m.average_precision([{"r": 1, "n": 0, "j": called}[kind] for kind in kinds], junk) == pytest.approx(
            without
        )


# ---- aggregates


@given(arrays(float, st.tuples(st.integers(0, 12), st.just(3)), elements=st.floats(-100, 100)), st.integers(0, 99))
def test_vlad_is_the_sum_of_residuals(rows, seed):
    codebook = np.random.default_rng(seed).normal(0, 50, (5, 3))
    assert np.allclose(m.vlad(rows, codebook), brute_vlad(rows, codebook))


def test_vlad_does_not_know_the_order_of_the_descriptors():
    assert np.allclose(m.vlad(RNG.permutation(FEATURES), CODEBOOK), m.vlad(FEATURES, CODEBOOK))


@given(st.lists(st.lists(st.integers(0, 29), max_size=15), min_size=1, max_size=5))
def test_regional_vlad_is_the_mean_of_the_regions(regions):
    expected = np.mean([brute_vlad(FEATURES[region], CODEBOOK) for region in regions], axis=0)
    assert np.allclose(m.regional_vlad(FEATURES, regions, CODEBOOK), expected)


def test_one_region_of_everything_is_plain_vlad():
    assert np.array_equal(m.regional_vlad(FEATURES, [range(30)], CODEBOOK), m.vlad(FEATURES, CODEBOOK))
    assert m.vlad([], CODEBOOK).tolist() == np.zeros_like(CODEBOOK).tolist()


def test_the_match_kernel_word_by_word():
    a, b = m.vlad(FEATURES[:15], CODEBOOK), m.vlad(FEATURES[15:], CODEBOOK)
    a[2] = 0
    for alpha, threshold in ((1.0, 0.0), (3.0, 0.0), (2.5, 0.4)):
        total, words = 0.0, [0, 0]
        for x, y in zip(a, b, strict=True):
            words = [n + bool(row.any()) for n, row in zip(words, (x, y), strict=True)]
            u = x @ y / (np.linalg.norm(x) * np.linalg.norm(y)) if x.any() and y.any() else 0
            total += u**alpha if u > threshold else 0
        expected = total / np.sqrt(words[0] * words[1])
        assert m.asmk_similarity(a, b, alpha, threshold) == pytest.approx(expected)
        assert match_kernel(np.stack([b, a]), np.stack([a, b, a]), alpha, threshold)[0, 0] == pytest.approx(expected)


@given(
    arrays(float, (5, 3), elements=st.floats(-1e6, 1e6)).filter(lambda a: np.abs(a).max() > 1e-3),
    st.floats(0.1, 20),
    st.floats(0, 0.98),
    st.floats(1e-3, 1e3),
)
def test_a_picture_is_as_similar_to_itself_as_can_be(aggregate, alpha, threshold, scale):
    assert m.asmk_similarity(aggregate, scale * aggregate, alpha, threshold) == pytest.approx(1)
    assert cosine(aggregate[None], aggregate[None])[0, 0] == pytest.approx(1)


@given(arrays(float, (2, 4, 3), elements=st.floats(-9, 9)), st.floats(0.1, 9), st.floats(0, 0.99))
def test_the_kernel_is_symmetric_and_between_0_and_1(pair, alpha, threshold):
    found = m.asmk_similarity(*pair, alpha, threshold)
    assert found == pytest.approx(m.asmk_similarity(pair[1], pair[0], alpha, threshold))
    assert -1e-12 <= found <= 1 + 1e-12


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e-9, 1e29])
def test_the_kernel_does_not_know_the_size_of_the_numbers(size):
    a, b = m.vlad(FEATURES[:15], CODEBOOK), m.vlad(FEATURES[15:], CODEBOOK)
    assert m.asmk_similarity(size * a, size * a) == pytest.approx(1)
    assert m.asmk_similarity(size * a, b) == pytest.approx(m.asmk_similarity(a, b))


def test_no_word_no_similarity():
    assert m.asmk_similarity(np.zeros((3, 2)), np.ones((3, 2))) == 0
    assert m.asmk_similarity(np.zeros((3, 2)), np.zeros((3, 2))) == 0


# ---- the town


def test_one_more_building_leaves_the_landmark_where_it_was():
    boxes = {world.scene(3, 17, clutter).box for clutter in range(9)}
    assert len(boxes) == 1
    assert world.scene(3, 17, 0).visible == 1
    assert not np.array_equal(world.scene(3, 17, 5).picture, world.scene(3, 17, 6).picture)


def test_views_of_a_landmark_differ_and_come_back():
    assert np.array_equal(world.scene(3, 8).picture, world.scene(3, 8).picture)
    assert world.scene(3, 8).box != world.scene(3, 9).box


def test_no_facade_stands_in_two_parts_of_the_town():
    parts = [world.town(3, part, 20) for part in range(4)]
    assert len({facade for part in parts for facade in part}) == 80


def test_the_detector_errs_as_it_is_told():
    box = (10, 20, 50, 60)
    found = [world.detected(box, (3, 4, n), 0.3, 0.0, 2) for n in range(400)]
    hits = np.array([boxes[0] == box for boxes in found])
    assert hits.mean() == pytest.approx(0.3, abs=0.07)
    assert all(len(boxes) == 2 + hit for boxes, hit in zip(found, hits, strict=True))
    more = [world.detected(box, (3, 4, n), 0.8, 0.0, 2) for n in range(400)]
    assert all(some == many for some, many, hit in zip(found, more, hits, strict=True) if hit)
    moves = [world.detected(box, (3, 4, n), 1, 0.1, 0)[0][0] - 10 for n in range(400)]
    assert np.std(moves) == pytest.approx(4, rel=0.15)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 4), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_boxes_lie_in_the_picture(recall, jitter, false_positives, number):
    for top, left, bottom, right in world.detected((10, 20, 50, 60), (3, 4, number), recall, jitter, false_positives):
        assert 0 <= top <= bottom <= world.SIDE
        assert 0 <= left <= right <= world.SIDE


# ---- descriptors


def test_a_ramp_fills_the_bin_of_its_direction():
    rows, columns = np.mgrid[:24, :24] / 40
    for picture, direction in ((columns, 0), (rows, 2), (-columns + 1, 4), (-rows + 1, 6), (rows + columns, 1)):
        assert (features.cell_histograms(picture).argmax(axis=-1) == direction).all()


def test_descriptors_shift_with_the_picture_and_ignore_brightness():
    picture = world.scene(3, 0).picture * 0.8
    found = features.described(picture)
    brighter = features.described(picture + 0.2)
    assert np.allclose(found.descriptors, brighter.descriptors)
    cut = features.described(picture[8:, 4:])
    inner = found.descriptors.reshape(22, 22, 72)[3:, 2:]
    assert np.allclose(cut.descriptors.reshape(20, 21, 72)[1:, 1:], inner)
    assert np.linalg.norm(found.descriptors, axis=1).max() < 1


def test_patches_in_a_box():
    centres = features.described(np.zeros((96, 96))).centres
    assert len(features.inside(centres, (0, 0, 96, 96))) == 484
    assert centres[features.inside(centres, (10, 10, 15, 19))].tolist() == [
        [10, 10],
        [10, 14],
        [10, 18],
        [14, 10],
        [14, 14],
        [14, 18],
    ]
    assert len(features.inside(centres, (10, 10, 10, 10))) == 0


def test_k_means_finds_clusters_and_never_gets_worse():
    rng = np.random.default_rng(0)
    rows = np.concatenate([rng.normal(place, 0.1, (50, 2)) for place in ((0, 0), (5, 0), (0, 5))])
    costs = []
    for rounds in range(6):
        centres = features.k_means(rows, 3, rounds, np.random.default_rng(2))
        costs.append(((rows[:, None] - centres) ** 2).sum(axis=2).min(axis=1).sum())
    assert all(b <= a + 1e-9 for a, b in pairwise(costs))


# ---- what is stored of a picture


def a_picture(seed=3, number=9):
    return m.assigned(world.scene(seed, number).picture, RNG.normal(0, 0.2, (16, 72)))


def test_modes_are_what_they_say():
    picture, boxes = a_picture(), [(20.0, 20.0, 60.0, 70.0), (0.0, 0.0, 30.0, 30.0)]
    of = {mode: m.represented(picture, boxes, mode, 16) for mode in m.MODES}
    assert [len(of[mode]) for mode in m.MODES] == [1, 1, 1, 1, 3]
    assert np.allclose(of["index"][0], of["global"][0])
    assert np.allclose(of["index"].mean(axis=0), of["aggregated"][0])
    assert np.allclose(of["index"][1:].mean(axis=0), of["crop"][0])
    lengths = np.linalg.norm(of["index"], axis=(1, 2), keepdims=True)
    assert np.allclose((of["index"] / lengths).mean(axis=0), of["unit sum"][0])
    assert len(m.represented(picture, [], "crop", 16)) == 0
    assert np.allclose(m.represented(picture, [], "aggregated", 16), of["global"])


def test_without_boxes_three_modes_are_the_global_one():
    values = [m.run(3, "asmk", mode, recall=0, false_positives=0) for mode in ("global", "aggregated", "index")]
    assert values[0] == pytest.approx(values[1]) == pytest.approx(values[2])


def test_two_boxes_in_the_index_take_three_times_the_memory():
    town = m.town_of(3)
    sizes = {mode: len(m.indexed(3, town, mode).owners) for mode in m.MODES}  # recall 1 and one false box: two boxes
    assert sizes == {"global": 160, "aggregated": 160, "unit sum": 160, "crop": 160, "index": 480}


def test_a_scene_of_which_nothing_is_stored_is_found_last():
    town = m.town_of(3)
    index = m.indexed(3, town, "crop", recall=0.5, false_positives=0)
    missing = np.setdiff1d(np.arange(160), index.owners)
    scores = m.similarities(town.queries, index, "asmk")
    assert 50 < len(missing) < 110
    assert set(m.ranking(scores[0])[-len(missing) :]) == set(missing)
    assert 0 < m.run(3, "vlad", "crop", recall=0, false_positives=0) < 0.2


# ---- refusals


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: m.average_precision([0, 0]), "nothing to average"),
        (lambda: m.average_precision([1, 0], [0]), "nothing to average"),
        (lambda: m.average_precision([1, 0.5]), "relevance"),
        (lambda: m.average_precision([1, float("nan")]), "relevance"),
        (lambda: m.average_precision([]), "relevance"),
        (lambda: m.average_precision([1, 0], [2]), "junk"),
        (lambda: m.average_precision([1, 0], [0.5]), "junk"),
        (lambda: m.average_precision([1, 0], 1), "junk"),
        (lambda: m.vlad([[1.0, 2.0]], [[1.0]]), "features"),
        (lambda: m.vlad([[float("nan")]], [[1.0]]), "features"),
        (lambda: m.vlad([[1.0]], []), "codebook"),
        (lambda: m.regional_vlad([[1.0]], [], [[1.0]]), "regions"),
        (lambda: m.regional_vlad([[1.0]], None, [[1.0]]), "regions"),
        (lambda: m.regional_vlad([[1.0]], [None], [[1.0]]), r"regions\[0\]"),
        (lambda: m.average_precision([1, 0], None), "junk"),
        (lambda: m.regional_vlad([[1.0]], [[0], [1]], [[1.0]]), r"regions\[1\]"),
        (lambda: m.regional_vlad([[1.0]], [0], [[1.0]]), r"regions\[0\]"),
        (lambda: m.regional_vlad([[1.0]], [[-1]], [[1.0]]), r"regions\[0\]"),
        (lambda: m.asmk_similarity([[1.0]], [[1.0, 2.0]]), "aggregate_b"),
        (lambda: m.asmk_similarity([[1.0]], [[1.0]], alpha=0), "alpha"),
        (lambda: m.asmk_similarity([[1.0]], [[1.0]], alpha=float("inf")), "alpha"),
        (lambda: m.asmk_similarity([[1.0]], [[1.0]], threshold=1), "threshold"),
        (lambda: m.run(-1, "vlad", "global"), "seed"),
        (lambda: m.run(1.5, "vlad", "global"), "seed"),
        (lambda: m.run(3, "bag", "global"), "kernel"),
        (lambda: m.run(3, "vlad", "local"), "mode"),
        (lambda: m.run(3, "vlad", "global", clutter=9), "clutter"),
        (lambda: m.run(3, "vlad", "crop", recall=1.1), "recall"),
        (lambda: m.run(3, "vlad", "crop", jitter=-0.1), "jitter"),
        (lambda: m.run(3, "vlad", "crop", false_positives=5), "false_positives"),
        (lambda: world.scene(3, 160), "number"),
        (lambda: world.query(3, 20), "number"),
        (lambda: features.described(np.zeros((8, 20))), "picture"),
        (lambda: features.described(np.full((20, 20), 2.0)), "picture"),
        (lambda: features.k_means([[1.0]], 2, 1, RNG), "words"),
    ],
)
def test_refuses(call, name):
    with pytest.raises(ValueError, match=name):
        call()
