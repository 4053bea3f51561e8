"""The rendered clips: their own composition, what the truth looks like, bad arguments."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import layer_scenes as s
from miniatures.layer_decomposition import recompose

CLIPS = {
    "one": lambda rng, noise: s.one_subject(rng, noise),
    "two": lambda rng, noise: s.two_subjects(rng, (1.6, -1.6), noise),
    "resting": lambda rng, noise: s.resting_subject(rng, 0.5, noise),
}


@pytest.mark.parametrize("kind", CLIPS)
@pytest.mark.parametrize("seed", [0, 200])
def test_a_clip_is_what_its_parts_say(kind, seed):
    clip = CLIPS[kind](np.random.default_rng(seed), 0.0)
    assert clip.frames.shape == (30, 48, 48, 3)
    assert clip.frames == pytest.approx(s.shown(clip), abs=1e-12)
    assert (s.shown(clip, []) == clip.background).all()
    for alpha in (clip.body, clip.shadow, clip.dust, clip.alpha, clip.effect):
        assert 0 <= alpha.min() <= alpha.max() <= 1
    untouched = clip.alpha.max(axis=0) == 0
    assert clip.frames[untouched] == pytest.approx(np.broadcast_to(clip.background, clip.frames.shape)[untouched])


def test_one_subject_composed_by_the_same_over():
    """The renderer against `recompose`: ground, shadow (black), dust, body."""
    clip = s.one_subject(np.random.default_rng(1), 0.0)
    colours = (0 * clip.colour[0], np.broadcast_to(s.DUST_COLOUR, clip.colour[0].shape), clip.colour[0])
    alphas = (clip.shadow[0], clip.dust[0], clip.body[0])
    layers = [np.concatenate([c, a[..., None]], axis=-1) for c, a in zip(colours, alphas, strict=True)]
    assert recompose(clip.background, layers) == pytest.approx(clip.frames, abs=1e-12)


def test_masks_are_rough_and_hold_the_body_alone():
    for seed in range(200, 205):
        clip = s.one_subject(np.random.default_rng(seed))
        solid = clip.body[0] == 1
        assert clip.masks[0][solid].mean() > 0.98
        assert 1.2 < clip.masks[0].sum() / (clip.body[0] > 0.5).sum() < 2.5  # too large, in no frame the same
        far = (clip.shadow[0] > 0.1) & (clip.body[0] == 0)
        assert clip.masks[0][far].mean() < 0.2


def test_a_resting_subject_raises_no_dust_and_two_subjects_none():
    clip = s.resting_subject(np.random.default_rng(3), 0.5)
    assert clip.dust[0, :15].max() > 0.3
    assert not clip.dust[0, 16:].any()
    assert (clip.centres[0, 15:] == clip.centres[0, 15]).all()
    assert not s.two_subjects(np.random.default_rng(3)).dust.any()


def test_grain_is_as_loud_as_it_says():
    clip = s.one_subject(np.random.default_rng(2), 0.01)
    assert (clip.frames - s.shown(clip)).std() == pytest.approx(0.01, rel=0.02)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_any_seed_and_rest_gives_a_clip(seed, rest):
    clip = s.resting_subject(np.random.default_rng(seed), rest)
    assert np.isfinite(clip.frames).all()
    assert clip.masks.any(axis=(2, 3))[:, -1].all()


def test_letters_painted():
    letters = s.lettering(20)
    assert not letters[:20].any()
    assert not letters[28:].any()
    ground = s.ground(np.random.default_rng(0))
    found = s.painted(ground, letters, 0.9)
    assert (found[letters == 1] == 0.9).all()
    assert (found[letters == 0] == ground[letters == 0]).all()


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: s.ground(RNG, 2), "side"), (lambda: s.rendered([[1, 2]], RNG), "centres"), (lambda: s.rendered([[[np.inf, 2]]], RNG), "centres"),
    (lambda: s.rendered([[[1, 2]]], RNG, (1, 2, 3)), "offset"), (lambda: s.rendered([[[1, 2]]], RNG, dust=1.5), "dust"),
    (lambda: s.rendered([[[1, 2]]], RNG, noise=-1), "noise"), (lambda: s.two_subjects(RNG, (2, 0)), "speeds"),
    (lambda: s.resting_subject(RNG, 1.1), "rest"), (lambda: s.lettering(41), "row"), (lambda: s.lettering(0, 20), "side"),
    (lambda: s.painted(np.zeros((4, 4, 3)), np.full((4, 4), 2)), "letters"), (lambda: s.painted(np.zeros((4, 5, 3)), np.zeros((4, 4))), "ground"),
    (lambda: s.painted(np.zeros((4, 4, 3)), np.zeros((4, 4)), 2), "white"), (lambda: s.shown(s.one_subject(RNG), [1]), "subjects"),
    (lambda: s.shown(s.one_subject(RNG), ground=np.zeros((3, 3, 3))), "ground"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
