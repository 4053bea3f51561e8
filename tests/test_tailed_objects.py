"""The objects: drawn from a seed, whole, with room round them; the real ones as stored."""

import instance_segmentation as script
import numpy as np
import pytest
from miniatures.tailed_objects import (
    MARGIN,
    batch,
    box_mask,
    drawn_object,
    horse,
    real_object,
    textured,
    thin_part,
    tight_box,
)
from scipy.ndimage import binary_opening, label


@pytest.mark.parametrize("seed", [0, 7, *batch(200), *batch(204)])
def test_a_drawn_object_is_one_piece_with_a_tail_and_room(seed):
    it = drawn_object(seed)
    assert it.image.min() >= 0
    assert it.image.max() <= 1
    assert label(it.mask)[1] == 1
    top, left, bottom, right = it.box
    assert min(top, left) >= MARGIN
    assert max(bottom, right) <= 64 - MARGIN
    assert np.array_equal(it.mask & box_mask(it.box), it.mask)
    tail = it.mask & ~binary_opening(it.mask, np.ones((5, 5)))  # what is thinner than five pixels
    assert np.bincount(label(tail)[0].ravel())[1:].max() >= 12
    assert it.image[it.mask].mean() > it.image[~it.mask].mean() + 0.2


def test_a_seed_is_one_object_and_a_batch_shares_none():
    assert np.array_equal(drawn_object(3).image, drawn_object.__wrapped__(3).image)
    assert not np.array_equal(drawn_object(3).mask, drawn_object(4).mask)
    assert not set(batch(200)) & set(batch(201))
    with pytest.raises(ValueError, match="read-only"):
        drawn_object(3).mask[0, 0] = True


def test_the_stored_horse_and_coin():
    assert horse().shape == (164, 200)
    assert horse().sum() == 11033
    assert [real_object(name).mask.sum() for name in ("horse", "coin")] == [1051, 1739]
    coin = real_object("coin")
    assert coin.image[coin.mask].mean() > coin.image[~coin.mask].mean() + 0.2
    small, shrunk = real_object("horse").mask, horse()
    assert small[6:57, 1:63].mean() == pytest.approx(shrunk.mean(), abs=0.01)


def test_the_script_cuts_what_it_says():
    picture = np.full((328, 400), 255, np.uint8)
    picture[100:200, 100:300] = 0
    found = script.real(picture, np.arange(303 * 384).reshape(303, 384) % 251)
    assert np.unpackbits(found["horse"])[: 164 * 200].sum() == 50 * 100
    assert found["coin"].shape == (64, 64)
    assert found["coin"][0, 0] == (161 * 384 + 180) % 251


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: drawn_object(-1), "seed=-1"),
        (lambda: drawn_object(1.0), "seed=1.0"),
        (lambda: real_object("cow"), "name='cow'"),
        (lambda: tight_box(np.zeros((3, 3))), "mask is empty"),
        (lambda: tight_box([1, 0]), "mask of shape"),
        (lambda: box_mask((0, 0, 0, 4)), "box="),
        (lambda: box_mask((0, 0, 65, 4)), "box="),
        (lambda: box_mask((0, 0, 4)), "box="),
        (lambda: box_mask(None), "box=None"),
        (lambda: textured(np.ones((3, 3)), np.random.default_rng(0)), "mask of shape"),
        (lambda: batch(-1), "seed=-1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_thin_parts_are_what_no_disc_reaches():
    mask = np.zeros((40, 60), bool)
    mask[5:35, 5:35] = True
    mask[19:21, 35:55] = True  # a tail, two pixels thick
    thin = thin_part(mask)
    assert thin[19:21, 36:55].all()
    assert thin[:, :35].sum() == 4 * 3  # the square's corners
    assert not thin[~mask].any()
    assert not thin_part(np.pad(np.ones((3, 3)), 1), 1.0)[2, 2]
    with pytest.raises(ValueError, match="radius=0"):
        thin_part(mask, 0)
