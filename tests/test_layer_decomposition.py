"""Layers by closed forms: cases by hand, a linear programme as oracle, identities of compositing, bad arguments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures.layer_decomposition import (
    cleaned,
    decompose,
    eroded,
    layer_colour,
    median_background,
    minimal_alpha,
    raised,
    recompose,
    retimed,
)
from miniatures.layer_ownership import RULES
from scipy import ndimage
from scipy.optimize import linprog

UNIT = st.floats(0, 1)
SEEDS = st.integers(0, 2**32 - 1)


def random_clip(seed, colours=True, subjects=2, frames=5):
    rng = np.random.default_rng(seed)
    shape = (frames, 6, 7, 3) if colours else (frames, 6, 7)
    masks = rng.random((subjects, frames, 6, 7)) < 0.2
    masks[:, 0, 0, 0] = True
    return rng.choice([0.0, 1.0, *rng.random(5)], shape), masks


# the smallest alpha --------------------------------------------------------------------------


def test_by_hand():
    """Exercise 1: half of the light is missing, so a black layer must be half opaque; white and the background itself."""
    assert minimal_alpha(0.3, 0.6) == pytest.approx(0.5)
    assert minimal_alpha(1.0, 0.6) == 1
    assert minimal_alpha(0.6, 0.6) == 0
    assert minimal_alpha([[[0.3, 0.6, 0.7]]], [[[0.6, 0.6, 0.6]]]).tolist() == [[0.5]]  # the neediest colour decides
    assert minimal_alpha([0.0, 1.0], [1.0, 0.0]).tolist() == [1, 1]
    assert minimal_alpha([0.0, 1.0], [0.0, 1.0]).tolist() == [0, 0]


@settings(max_examples=40)
@given(arrays(float, 3, elements=UNIT), arrays(float, 3, elements=UNIT))
def test_a_linear_programme_finds_no_smaller_alpha(image, background):
    """The least alpha with a premultiplied colour p from 0 to alpha and (1 - alpha) B + p = I, by another method."""
    image, background = image.round(4), background.round(4)
    found = linprog(
        [1, 0, 0, 0], A_eq=np.column_stack([-background, np.eye(3)]), b_eq=image - background,
        A_ub=np.column_stack([-np.ones(3), np.eye(3)]), b_ub=np.zeros(3), bounds=[(0, 1)] * 4,
    )  # fmt: skip
    assert minimal_alpha(image[None, None], background[None, None])[0, 0] == pytest.approx(found.fun, abs=1e-6)


@given(UNIT, st.floats(0, 1, allow_subnormal=False), UNIT)
def test_never_more_than_the_true_alpha(colour, background, alpha):
    """A lower bound: whatever colour and alpha made the pixel, the answer is not above that alpha."""
    image = (1 - alpha) * background + alpha * colour
    assert minimal_alpha(min(image, 1), background) <= alpha + 1e-15 / max(1 - background, 1e-15)


@given(st.floats(0.01, 1), UNIT)
def test_a_black_shadow_and_a_white_glare_are_found_exactly(background, alpha):
    assert minimal_alpha((1 - alpha) * background, background) == pytest.approx(alpha, abs=1e-12)
    ground = 1 - background
    assert minimal_alpha(min(1, (1 - alpha) * ground + alpha), ground) == pytest.approx(alpha, abs=1e-12)


def test_effects_of_the_background_colour_cannot_be_seen():
    background = np.full((4, 4, 3), 0.5)
    for alpha in (0.1, 0.5, 0.9):
        assert not minimal_alpha((1 - alpha) * background + alpha * background, background).any()


@given(UNIT, UNIT, UNIT)
def test_every_larger_alpha_is_as_good(image, background, share):
    """alpha is not unique: between the smallest and 1 there is always a colour from 0 to 1."""
    least = minimal_alpha(image, background)
    alpha = least + share * (1 - least)
    colour = layer_colour(image, background, alpha)
    assert 0 <= colour <= 1
    assert (1 - alpha) * background + alpha * colour == pytest.approx(image, abs=1e-12)


def test_a_grey_clip_three_pixels_wide_is_not_a_colour_picture():
    frames = np.array([[[0.3, 0.6, 0.9]]] * 3)
    frames[0] = [[0.3, 0.1, 0.9]]
    background, layers = decompose(frames, np.ones((3, 1, 3)))
    assert layers.shape == (1, 3, 1, 3, 2)
    assert recompose(background, layers) == pytest.approx(frames, abs=1e-12)


# background ----------------------------------------------------------------------------------


def test_masked_median_against_numpy():
    frames, masks = random_clip(3, subjects=1, frames=9)
    hidden = np.broadcast_to(masks[0][..., None], frames.shape)
    expected = np.ma.median(np.ma.masked_array(frames, hidden), axis=0).filled(np.nan)
    always = masks[0].all(axis=0)
    assert not always.any()
    assert median_background(frames, masks) == pytest.approx(expected)
    masks[0, :, 2, 2] = True
    assert (median_background(frames, masks)[2, 2] == np.median(frames, axis=0)[2, 2]).all()


@pytest.mark.parametrize("covered", range(1, 9))
def test_what_rests_longer_than_half_of_the_time_becomes_background(covered):
    """A pixel under a body in n of 9 frames: free of it up to n = 4; from n = 5 on the body has alpha 0 and its absence shows."""
    frames = np.full((9, 1, 1), 0.6)
    frames[9 - covered :] = 0.3
    background, layers = decompose(frames, frames < 0.5)
    absorbed = covered > 4
    assert background[0, 0] == (0.3 if absorbed else 0.6)
    assert layers[0, -1, 0, 0, 1] == pytest.approx(0 if absorbed else 0.5)
    assert layers[0, 0, 0, 0, 1] == pytest.approx((0.3 / 0.7 if absorbed else 0) if covered < 9 else 0)


# decompose and recompose ---------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.booleans(), st.integers(1, 3), st.integers(1, 6), st.sampled_from(RULES))
def test_layers_give_the_frames_again(seed, colours, subjects, frames, rule):
    clip, masks = random_clip(seed, colours, subjects, frames)
    background, layers = decompose(clip, masks, rule)
    assert layers.shape == (subjects, *clip.shape[:3], 4 if colours else 2)
    assert 0 <= layers.min() <= layers.max() <= 1
    assert recompose(background, layers) == pytest.approx(clip, abs=1e-12)
    alphas = layers[..., -1]
    assert ((alphas > 0).sum(axis=0) <= 1).all()  # one owner a pixel: the order of the layers does not count
    assert recompose(background, layers[::-1]) == pytest.approx(clip, abs=1e-12)
    assert alphas.sum(axis=0) == pytest.approx(
        minimal_alpha(clip, background) if colours else minimal_alpha(clip[..., None], background[..., None])[..., 0]
    )


def test_without_layers_the_background_is_left():
    clip, masks = random_clip(1)
    background, layers = decompose(clip, masks)
    assert (recompose(background, layers[:0]) == background).all()
    assert recompose(background, layers[:0]).shape == clip.shape
    assert (recompose(background, []) == background[None]).all()
    empty = layers.copy()
    empty[..., -1] = 0
    assert (recompose(background, empty) == background).all()


def test_over_by_hand_and_in_order():
    """Exercise 2: a logo on the ground, then dust, then the car; another order is another picture."""
    logo, dust, car = [[[[0.9, 1.0]]]], [[[[0.5, 0.4]]]], [[[[0.1, 0.5]]]]
    assert recompose([[0.2]], [logo, dust, car])[0, 0, 0] == pytest.approx(0.5 * (0.6 * 0.9 + 0.4 * 0.5) + 0.5 * 0.1)
    assert recompose([[0.2]], [dust, car, logo])[0, 0, 0] == pytest.approx(0.9)  # pasted on top, it hides the dust


@given(SEEDS, UNIT)
def test_compositing_is_linear_in_background_and_colours(seed, share):
    rng = np.random.default_rng(seed)
    first, second = rng.random((2, 2, 3, 4, 5, 4))
    second[..., -1] = first[..., -1]
    plates = rng.random((2, 4, 5, 3))
    mixed = recompose(share * plates[0] + (1 - share) * plates[1], share * first + (1 - share) * second)
    assert mixed == pytest.approx(
        share * recompose(plates[0], first) + (1 - share) * recompose(plates[1], second), abs=1e-12
    )


@given(SEEDS)
def test_over_is_associative(seed):
    """Two layers may be merged beforehand, premultiplied as Porter and Duff do."""
    rng = np.random.default_rng(seed)
    layers, plate = rng.random((2, 3, 4, 5, 2)), rng.random((4, 5))
    (below, low), (above, high) = (np.moveaxis(layer, -1, 0) for layer in layers)
    alpha = high + (1 - high) * low
    colour = (high * above + (1 - high) * low * below) / alpha
    merged = np.stack([colour, alpha], axis=-1)[None]
    assert recompose(plate, merged) == pytest.approx(recompose(plate, layers), abs=1e-12)


@given(SEEDS, UNIT)
def test_an_insertion_errs_by_the_alphas_difference_times_the_grounds(seed, share):
    """(true alpha - alpha) (L - B): removal, where L = B, is blind to a wrong alpha; an insertion is not."""
    rng = np.random.default_rng(seed)
    ground, logo, colour = rng.random((3, 4, 5, 3))
    true = rng.random((1, 4, 5))
    frames = (1 - true[..., None]) * ground + true[..., None] * colour
    least = minimal_alpha(frames, ground)
    background, layers = decompose(frames, np.ones((1, 4, 5)), background=ground)
    layer = raised(background, layers[0], least + share * (1 - least))
    error = recompose(logo, layer[None]) - ((1 - true[..., None]) * logo + true[..., None] * colour)
    assert error == pytest.approx((true - layer[..., -1])[..., None] * (logo - ground), abs=1e-9)
    assert recompose(background, layer[None]) == pytest.approx(frames, abs=1e-12)


def test_everything_that_moves_goes_to_somebody():
    """A bystander without a mask lands in the one subject's layer, whatever moves it."""
    frames = np.full((5, 3, 9), 0.6)
    masks = np.zeros((5, 3, 9), bool)
    for t in range(5):
        frames[t, 0, t], frames[t, 2, 8 - t], masks[t, 0, t] = 0.1, 0.9, True
    _, layers = decompose(frames, masks)
    assert all(layers[0, t, 2, 8 - t, 1] > 0.7 for t in range(5))


def test_retimed_cleaned_and_eroded():
    rng = np.random.default_rng(5)
    layer = rng.random((4, 3, 5, 4))
    assert (retimed(layer, [2] * 6) == layer[2]).all()
    assert (retimed(retimed(layer, [3, 2, 1, 0]), [3, 2, 1, 0]) == layer).all()
    kept = cleaned(layer[None], 0.5)[0]
    assert ((kept[..., -1] == 0) == (layer[..., -1] < 0.5)).all()
    assert (kept[kept[..., -1] > 0] == layer[kept[..., -1] > 0]).all()
    masks = rng.random((1, 2, 12, 13)) < 0.9
    expected = [[ndimage.binary_erosion(m, np.ones((3, 3)), border_value=1) for m in masks[0]]]
    assert (eroded(masks, 1) == expected).all()
    assert (eroded(masks, 0) == masks).all()


CLIP, MASK = np.full((3, 4, 5), 0.5), np.ones((3, 4, 5))
LAYER = np.full((3, 4, 5, 2), 0.5)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: minimal_alpha([1.2], [0.5]), "image"), (lambda: minimal_alpha([0.5], [-0.1]), "background"),
    (lambda: minimal_alpha([np.nan], [0.5]), "image"), (lambda: minimal_alpha([0.5, 0.5], [0.5, 0.5, 0.5]), "background"),
    (lambda: minimal_alpha("x", 0.5), "image"), (lambda: minimal_alpha([True], [0.5]), "image"),
    (lambda: layer_colour(0.3, 0.6, 0.4), "alpha"), (lambda: layer_colour([0.3], [0.6], [1.1]), "alpha"),
    (lambda: layer_colour([0.3], [0.6], [0.6, 0.6]), "alpha"), (lambda: median_background(CLIP[0]), "frames"),
    (lambda: median_background(CLIP, MASK[:2]), "masks"), (lambda: decompose(CLIP[:0], MASK[:0]), "frames"),
    (lambda: decompose(CLIP, 0 * MASK), "masks"), (lambda: decompose(CLIP, MASK * 0.5), "masks"),
    (lambda: decompose(CLIP, MASK[:, :3]), "masks"), (lambda: decompose(CLIP * 2.1, MASK), "frames"),
    (lambda: decompose(np.full((3, 4, 5, 2), 0.5), MASK), "frames"), (lambda: decompose(CLIP, MASK, "size"), "rule"),
    (lambda: decompose(CLIP, MASK, background=CLIP), "background"), (lambda: decompose(CLIP, MASK, background=[[0.5]]), "background"),
    (lambda: decompose([[[0.5], [0.5, 0.5]]], MASK), "frames"), (lambda: recompose(CLIP[0], LAYER), "layers"),
    (lambda: recompose(CLIP[0], LAYER[None, ..., :1]), "layers"), (lambda: recompose(CLIP[0, :2], LAYER[None]), "background"),
    (lambda: recompose(CLIP[0] * 3, LAYER[None]), "background"), (lambda: recompose(CLIP[0], [LAYER, LAYER[:2]]), "layers"),
    (lambda: recompose(CLIP[0], LAYER[None] + 1), "layers"), (lambda: recompose([0.5], []), "background"),
    (lambda: raised(CLIP[0], LAYER, MASK[:2]), "alpha"), (lambda: raised(CLIP[0], LAYER[None], MASK), "layer"),
    (lambda: cleaned(LAYER, 1.5), "threshold"), (lambda: cleaned(LAYER[0], 0.5), "layers"), (lambda: retimed(LAYER, [3]), "times"),
    (lambda: retimed(LAYER, [0.5]), "times"), (lambda: retimed(LAYER, []), "times"), (lambda: eroded(MASK, -1), "radius"),
    (lambda: decompose(np.zeros((5000, 30, 30)), np.ones((5000, 30, 30))), "frames"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
