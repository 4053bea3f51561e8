"""Clicks that correct a mask: the simulated annotator by hand-made cases, and what may and may not be seen."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import instance_segmentation as seg
from miniatures.instance_segmentation import annotate, chances, clicks_needed, next_click, segment, session
from miniatures.overlap_measures import mask_iou
from miniatures.random_walk import edge_weights, random_walker
from miniatures.tailed_objects import Pictured, batch, box_mask, drawn_object, real_object, thin_part
from scipy.ndimage import binary_erosion, label

FRESH = (200, 201, 202, 203, 204)


def test_what_the_chapter_is_about_is_at_hand_in_one_module():
    for name in ("mask_iou", "disc_iou", "polygon_disc_iou", "random_walker", "random_walker_weights", "annotate"):
        assert callable(getattr(seg, name))


def test_the_click_is_at_the_centre_of_the_largest_error():
    truth = np.zeros((20, 20))
    truth[2:9, 2:9] = 1  # 7 x 7
    mask = np.zeros((20, 20))
    mask[12:15, 12:19] = 1  # 3 x 7
    assert next_click(mask, truth) == (5, 5, 1)
    assert next_click(np.maximum(mask, truth), truth) == (13, 13, 0)  # of the deepest ones the first
    assert next_click(truth, truth) is None
    border = np.zeros((5, 9))
    border[:, :4] = 1
    assert next_click(np.zeros((5, 9)), border)[:2] == (1, 1)  # outside the picture nothing is wrong


@given(arrays(bool, (7, 8)), arrays(bool, (7, 8)), st.integers(0, 99))
@settings(deadline=None)
def test_an_exact_hand_clicks_on_an_error_of_the_largest_region(mask, truth, seed):
    wrong = mask != truth
    sizes = np.bincount(label(wrong)[0].ravel())[1:]
    for place in seg.PLACES:
        found = next_click(mask, truth, place, rng=np.random.default_rng(seed))
        if not wrong.any():
            assert found is None
            continue
        row, column, value = found
        assert wrong[row, column]
        assert value == truth[row, column]
        assert (label(wrong)[0] == label(wrong)[0][row, column]).sum() == sizes.max()
        if place == "edge":
            assert not binary_erosion(wrong)[row, column]


def test_a_shaking_hand_is_off_by_its_jitter():
    truth, rng = np.zeros((61, 61)), np.random.default_rng(0)
    truth[20:41, 20:41] = 1
    found = np.array([next_click(np.zeros((61, 61)), truth, jitter=1.5, rng=rng) for _ in range(600)])
    assert found[:, :2].mean(axis=0) == pytest.approx([30, 30], abs=0.2)
    assert found[:, :2].std(axis=0) == pytest.approx([1.53, 1.53], abs=0.15)  # 1.5, and rounding to a pixel
    assert (found[:, 2] == 1).all()


def test_outside_the_box_nothing_is_object_and_a_click_on_it_has_its_label():
    it = drawn_object(batch(200)[0])
    clicks = session(batch(200)[0], 4).clicks
    for count in range(1, 5):
        mask = segment(it.image, it.box, clicks[:count])
        assert not mask[~box_mask(it.box)].any()
        assert (mask[tuple(clicks[:count, :2].T)] == clicks[:count, 2]).all()
    row, column, value = clicks[0]
    assert not segment(it.image, it.box, [*clicks[:1], (row, column, 1 - value)])[row, column]  # the later click counts


def test_the_box_is_the_mask_until_the_object_is_clicked():
    it = drawn_object(5)
    assert np.array_equal(segment(it.image, it.box, []), box_mask(it.box))
    row, column = it.box[:2]
    mask = segment(it.image, it.box, [(row, column, 0)])
    assert (box_mask(it.box) & ~mask).sum() == 4  # the ink of a click, three by three pixels, at the corner
    assert chances(it.image, (0, 0, 64, 64), [(30, 30, 1)]).min() == 1  # no background seed at all


def test_the_part_that_is_solved_gives_what_the_whole_picture_would():
    it = drawn_object(batch(201)[3])
    clicks = session(batch(201)[3], 3).clicks
    seeds = np.where(box_mask(it.box), -1, 0)
    for row, column, value in clicks:
        seeds[row - 1 : row + 2, column - 1 : column + 2] = value
    whole = random_walker(it.image / it.image.std(), seeds)
    assert chances(it.image, it.box, clicks) == pytest.approx(whole, abs=1e-10)
    assert chances(255 * it.image, it.box, clicks) == pytest.approx(whole, abs=1e-9)


def test_the_overlap_is_that_of_the_whole_picture_and_only_clicks_are_learnt_from():
    made = session(batch(200)[1], 5)
    it = drawn_object(batch(200)[1])
    assert made.masks.shape == (6, 64, 64)
    assert made.ious == pytest.approx([mask_iou(mask, it.mask) for mask in made.masks])
    again = session(batch(200)[1], made.clicks)  # the same clicks from a reader: nothing else went in
    assert np.array_equal(again.masks, made.masks)
    assert np.array_equal(annotate(batch(200)[1], made.clicks.tolist()), annotate(batch(200)[1], 5))
    assert annotate(3, 0).shape == (0,)
    assert annotate(3, []).shape == (0,)


def test_an_annotator_who_has_nothing_left_to_correct_stops(monkeypatch):
    mask = box_mask((20, 20, 40, 44))
    monkeypatch.setattr(seg, "pictured", lambda seed: Pictured(mask * 1.0, mask, (18, 18, 41, 50)))
    seg._replayed.cache_clear()
    made = session(0, 4, beta=5.0)
    seg._replayed.cache_clear()
    assert made.clicks.tolist() == [[29, 29, 1]]
    assert made.ious[1:].tolist() == [1, 1, 1, 1]


def test_many_clicks_do_not_make_a_mask_perfect():
    """The ink of a click is three pixels wide and a few errors are smaller: what a click mends beside an edge it spoils there too."""
    last = [session(one, 40).ious[-1] for one in batch(200)[:4]]
    assert 0.93 < np.mean(last) < 0.995


@pytest.mark.parametrize("seed", FRESH)
def test_the_overlap_rises_with_the_clicks_and_reaches_84_percent(seed):
    ious = np.array([session(one, 6).ious for one in batch(seed)])
    mean = ious.mean(axis=0)
    assert mean[0] == pytest.approx(0.5, abs=0.05)
    assert (ious[:, 1] < ious[:, 0]).mean() >= 0.25  # the first click lowers it for many objects
    assert np.all(np.diff(mean[1:]) > -0.01)
    assert mean[4] > 0.85
    assert 2 <= np.mean([clicks_needed(one[1:]) or 7 for one in ious]) <= 4


@pytest.mark.parametrize("seed", FRESH)
def test_edges_that_hinder_the_walker_more_need_fewer_clicks(seed):
    after = [np.mean([annotate(one, 1, beta=beta)[0] for one in batch(seed)]) for beta in (0.1, 1.0, 5.0)]
    assert after[0] < 0.2 < after[1] < 0.7 < after[2]


def test_the_horse_and_the_coin_take_more_clicks():
    for name in ("horse", "coin"):
        ious = session(name, 12).ious
        assert ious[1] < ious[0] - 0.2
        assert 7 <= clicks_needed(ious[1:]) <= 12
    assert mask_iou(box_mask(real_object("horse").box), real_object("horse").mask) == pytest.approx(0.39, abs=0.01)


def test_a_click_is_judged_by_the_first_and_not_by_the_best():
    assert clicks_needed([0.9, 0.7, 0.9]) == 1
    assert clicks_needed([0.1, 0.84]) == 2
    assert clicks_needed([0.1, 0.8399]) is None
    assert clicks_needed([0.1, 0.5], 0.5) == 2


IMAGE = np.zeros((8, 9))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: annotate("dog", 3), "seed='dog'"),
        (lambda: annotate(-1, 3), "seed=-1"),
        (lambda: annotate(1, -1), "clicks=-1"),
        (lambda: annotate(1, 61), "clicks=61"),
        (lambda: annotate(1, 2.0), "clicks=2.0"),
        (lambda: annotate(1, None), "clicks=None"),
        (lambda: annotate(1, np.array(3)), "clicks"),
        (lambda: annotate(1, [(1, 2, 1), (1, 2)]), "unequal length"),
        (lambda: annotate(1, [(64, 0, 1)]), r"clicks holds \(64, 0, 1\)"),
        (lambda: annotate(1, [(1, 0.5, 1)]), "clicks holds"),
        (lambda: annotate(1, [(1, 5, 2)]), "clicks holds"),
        (lambda: annotate(1, [(1, 5)]), "clicks of shape"),
        (lambda: annotate(1, [(-1, 5, 0)]), "clicks holds -1"),
        (lambda: annotate(1, 3, beta=np.nan), "beta"),
        (lambda: annotate(1, 3, jitter=-1), "jitter"),
        (lambda: annotate(1, 3, place="middle"), "place='middle'"),
        (lambda: segment(IMAGE, (0, 0, 9, 9), []), "box="),
        (lambda: segment(IMAGE[0], (0, 0, 1, 1), []), "image of shape"),
        (lambda: segment(IMAGE, (0, 0, 8, 9), [(8, 0, 1)]), "clicks holds"),
        (lambda: next_click(IMAGE, IMAGE[:3]), "one shape"),
        (lambda: next_click(IMAGE, 1 - IMAGE, "anywhere"), "rng=None"),
        (lambda: clicks_needed([1.2]), "ious holds 1.2"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("seed", FRESH)
def test_84_percent_is_reached_without_the_tail(seed):
    masks = [drawn_object(one).mask for one in batch(seed)]
    assert min(mask_iou(mask & ~thin_part(mask), mask) for mask in masks) > 0.84
    thin, rest = np.mean([seg.tail_found(one) for one in batch(seed)], axis=0)
    assert thin < 0.4
    assert rest > 0.9


def test_a_walker_who_trusts_edges_leaps_over_84_percent_and_takes_tails_along():
    thin = {beta: np.mean([seg.tail_found(one, beta=beta)[0] for one in batch(200)]) for beta in (1.0, 2.0, 5.0)}
    assert thin[1.0] < 0.3
    assert thin[2.0] < 0.4
    assert thin[5.0] > 0.5


def test_the_usual_beta_gives_the_weights_of_scikit_image():
    """As its source has them: exp(-130 / (10 sd) times the squared difference); its floor is another."""
    image = drawn_object(batch(200)[0]).image
    ours = edge_weights(image / image.std(), seg.usual_beta(batch(200)[0]))
    for axis, weights in zip((1, 0), ours, strict=True):
        assert weights - 1e-4 == pytest.approx(
            np.exp(-130 / (10 * image.std()) * np.diff(image, axis=axis) ** 2), abs=1e-9
        )


@pytest.mark.parametrize("seed", FRESH)
def test_with_the_usual_beta_the_first_click_lowers_few(seed):
    ious = np.array([session(one, 1, beta=seg.usual_beta(one)).ious for one in batch(seed)])
    assert ious[:, 1].mean() > ious[:, 0].mean() + 0.1
    assert (ious[:, 1] < ious[:, 0]).mean() < 0.4


def test_a_tail_is_asked_of_an_object_that_has_one(monkeypatch):
    monkeypatch.setattr(seg, "thin_part", lambda truth: np.zeros_like(truth))
    with pytest.raises(ValueError, match="seed=3: its object must have thin parts"):
        seg.tail_found(3)
    with pytest.raises(ValueError, match="clicks=0"):
        seg.tail_found(3, clicks=0)
