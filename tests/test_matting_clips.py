"""The rendered clip: it is mixed from what it says, the settings turn what they name, hair is thinner than a pixel, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import matting_clips as mc
from miniatures.background_matting import alpha_known_background, alpha_two_backgrounds, composite


def clip(seed=3, motion="crossing", **more):
    return mc.rendered_clip(np.random.default_rng(seed), motion, **more)


def test_a_clip_is_mixed_from_its_parts():
    found = clip(noise=0.0)
    assert found.frames.shape == (24, 64, 64, 3)
    assert found.frames == pytest.approx(composite(found.foreground, found.background, found.alpha), abs=1e-12)
    assert alpha_known_background(found.frames, found.foreground, found.background) == pytest.approx(
        found.alpha, abs=1e-9
    )
    other = np.clip(found.background - 0.3, 0, 1)
    second = composite(found.foreground, other, found.alpha)
    assert np.abs(alpha_two_backgrounds(found.frames, second, found.background, other) - found.alpha).max() < 1e-12


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**31 - 1), st.sampled_from(mc.MOTIONS), st.floats(0.05, 0.8), st.floats(0, 8), st.floats(0, 0.5))
def test_every_value_lies_from_0_to_1(seed, motion, distance, shake, noise):
    found = clip(seed, motion, distance=distance, shake=shake, noise=noise)
    for part in (found.frames, found.alpha, found.foreground, found.background):
        assert ((part >= 0) & (part <= 1)).all()
    assert found.alpha.max() == 1
    assert found.alpha.min() == 0


def test_the_settings_turn_what_they_name():
    plain = clip(noise=0.0)
    assert (clip(noise=0.0).frames == plain.frames).all()
    grain = clip(noise=0.02).frames - plain.frames
    assert grain.std() == pytest.approx(0.02, rel=0.02)
    assert (clip(noise=0.02).alpha == plain.alpha).all()
    assert np.ptp(plain.background, axis=0).max() == 0
    assert np.ptp(clip(shake=1.0).background, axis=0).max() > 0.05
    near, far = (np.linalg.norm(clip(distance=d).foreground[12, 50, 32] - mc.WALL) for d in (0.2, 0.6))
    assert (near, far) == (pytest.approx(0.2, abs=0.03), pytest.approx(0.6, abs=0.05))


def test_the_hair_is_thinner_than_a_pixel():
    found = clip()
    hair = found.alpha[12, 4:26][:, 4:60]
    mixed = (hair > 0.02) & (hair < 0.98)
    assert mixed.sum() > 200
    assert np.median(hair[mixed]) < 0.6
    assert 0.1 < ((found.alpha > 0) & (found.alpha < 1)).mean(axis=(1, 2)).max() < 0.25


def test_positions_cross_stop_and_sway():
    for rest in (0, 0.25, 0.5, 0.8):
        columns = mc.positions("crossing", rest)
        assert len(columns) == 24
        assert (columns == 32).sum() in (round(24 * rest), round(24 * rest) + 1)
        assert (np.diff(columns) >= 0).all()
        assert columns[0] < (-10 if rest < 0.8 else -4)  # so fast that it starts half in view
    assert (mc.positions("crossing", 1.0) == 32).all()
    assert np.abs(mc.positions("swaying") - 32).max() == 9


def test_backdrops_and_spill():
    for kind in mc.BACKDROPS:
        found = mc.backdrop(kind, (9, 11))
        assert found.shape == (9, 11, 3)
        assert ((found >= 0) & (found <= 1)).all()
    assert mc.spilled([0.6, 0.4, 0.2], [0.1, 0.7, 0.2], 0.5) == pytest.approx([0.35, 0.55, 0.2])


@pytest.mark.parametrize(("call", "named"), [
    (lambda: clip(motion="flying"), "motion"), (lambda: clip(distance=0.0), "distance"), (lambda: clip(distance=np.nan), "distance"),
    (lambda: clip(shake=-1), "shake"), (lambda: clip(noise=0.6), "noise"), (lambda: clip(rest=1.1), "rest"), (lambda: clip(rest=True), "rest"),
    (lambda: clip(motion="swaying", rest=0.5), "rest"), (lambda: mc.backdrop("blue"), "kind"), (lambda: mc.backdrop("green", (0, 3)), "shape"),
    (lambda: mc.spilled([2.0], 0.5, 0.5), "foreground"), (lambda: mc.spilled([0.2], 0.5, 2), "spill"), (lambda: mc.spilled([0.2], np.nan, 1), "screen"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
