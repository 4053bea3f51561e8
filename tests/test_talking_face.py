"""A talking face: normalising takes gain and offset away and nothing else, and what that is worth on speakers never heard."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import talking_face as face
from miniatures import talking_face_runs as runs
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

FRESH = runs.SEEDS
CLIPS = arrays(float, (6, 3), elements=st.floats(-1e6, 1e6))


def errors(normalize, **setting):
    return np.array([face.run(seed, normalize, **setting) for seed in FRESH])


# -- normalising --------------------------------------------------------------------------------


def test_normalizing_is_scikit_learns_speaker_by_speaker():
    features = face.make_world(3).features[:, 0]
    theirs = [StandardScaler().fit_transform(one) for one in features]
    assert np.abs(face.normalize_speaker(features) - theirs).max() < 1e-12


@settings(max_examples=60)
@given(CLIPS, arrays(float, 3, elements=st.floats(1e-3, 1e3)), arrays(float, 3, elements=st.floats(-1e6, 1e6)))
def test_gain_and_offset_are_gone(features, gain, offset):
    if (features.std(axis=0) < 1).any():
        return
    one, other = face.normalize_speaker(features), face.normalize_speaker(features * gain + offset)
    assert np.abs(one - other).max() < 1e-3  # an offset of 1e9 deviations costs digits
    assert np.abs(one.mean(axis=0)).max() < 1e-9
    assert np.abs(one.std(axis=0) - 1).max() < 1e-9


@pytest.mark.parametrize("seed", FRESH)
def test_predictions_do_not_notice_a_rescaled_speaker(seed):
    world = face.make_world(seed)
    weights = face.fit(face.normalize_speaker(world.features[:9, 0]), world.mouth[:9, 0])
    loud = world.features[10, 1] * np.linspace(0.2, 9, 12) + np.linspace(-30, 50, 12)
    one, other = (face.guess(weights, face.normalize_speaker(heard)) for heard in (world.features[10, 1], loud))
    assert np.abs(one - other).max() < 1e-9
    raw = face.fit(world.features[:9, 0], world.mouth[:9, 0])
    assert np.abs(face.guess(raw, loud) - face.guess(raw, world.features[10, 1])).max() > 1


@pytest.mark.parametrize("factor", [1e-60, 1e60])
def test_extreme_scales_do_not_overflow(factor):
    clip = np.arange(12.0).reshape(4, 3) ** 2
    assert face.normalize_speaker(factor * clip) == pytest.approx(face.normalize_speaker(clip), abs=1e-12)


def test_live_knows_the_past_only_and_forgets_its_prior():
    rng = np.random.default_rng(0)
    clip = 3 + 2 * rng.normal(size=(2000, 4))
    live = face.normalize_live(clip)
    changed = clip.copy()
    changed[1000:] += 50
    assert (face.normalize_live(changed)[:1000] == live[:1000]).all()
    assert np.abs(live[-1] - face.normalize_speaker(clip)[-1]).max() < 0.1
    assert np.abs(face.normalize_speaker(changed)[:1000] - face.normalize_speaker(clip)[:1000]).max() > 0.5


# -- the world and the model --------------------------------------------------------------------


def test_a_windows_columns():
    clip = np.arange(10.0).reshape(5, 2)
    found = face.windowed(clip, 2)
    assert found[2].tolist() == clip.ravel().tolist()
    assert found[0].tolist() == [0, 1, 0, 1, 0, 1, 2, 3, 4, 5]
    assert (face.windowed(clip, 0) == clip).all()


def test_ridge_is_scikit_learns():
    world = face.make_world(5)
    features, mouth = face.normalize_speaker(world.features[:4, 0]), world.mouth[:4, 0]
    rows = np.concatenate([face.windowed(one) for one in features])
    theirs = Ridge(alpha=face.PENALTY).fit(rows, mouth.reshape(-1, 2))
    found = face.guess(face.fit(features, mouth), features[1])
    assert found == pytest.approx(theirs.predict(face.windowed(features[1])), abs=1e-9)


def test_speakers_differ_in_gain_and_offset_alone():
    """Without spread and accent all speakers share one map; spread changes each one's features linearly."""
    plain, spread = face.make_world(4, 0.0).features, face.make_world(4, 1.5).features
    for speaker in (0, 11):
        for feature in (0, 5):
            one, other = plain[speaker, :, :, feature].ravel(), spread[speaker, :, :, feature].ravel()
            assert np.corrcoef(one, other)[0, 1] == pytest.approx(1, abs=1e-9)
    assert (face.make_world(4, 0.0).mouth == face.make_world(4, 1.5, 0.7).mouth).all()
    assert not face.make_world(4).mouth.flags.writeable


def test_a_glide_keeps_a_held_mouth_and_sums_to_one():
    assert face.GLIDE.sum() == pytest.approx(1)
    held = np.full((7, 2), 0.3)
    assert face.glide(held) == pytest.approx(held)
    assert face.make_world(1).mouth[..., 0].min() >= 0
    assert np.abs(face.make_world(1).mouth).max() <= 1


# -- claims over fresh seeds --------------------------------------------------------------------


def test_normalizing_helps_on_speakers_never_heard():
    raw, clean = errors(False), errors(True)
    assert (clean < raw).all()
    drop = runs.drop(raw, clean)
    assert 0.45 < drop.mean() < 0.65
    mean = np.array([face.mean_face_error(seed) for seed in FRESH])
    own = np.array([face.own_speaker_error(seed) for seed in FRESH])
    assert (raw < mean).all()
    assert (own < clean / 2).all()  # to have heard the speaker is worth more still
    assert runs.stored("central", False)[:5] == pytest.approx(raw, rel=1e-5)
    assert runs.stored("mean") == pytest.approx(mean, rel=1e-5)


def test_it_costs_where_speakers_are_alike():
    """A clip's own mean and deviation depend on its text: with no spread normalising doubles the error and more."""
    alike_raw, alike_clean = errors(False, spread=0.0), errors(True, spread=0.0)
    assert (alike_clean > 2 * alike_raw).all()
    assert errors(True, spread=1.5) == pytest.approx(alike_clean, rel=1e-9)
    assert (errors(False, spread=1.5) > errors(False, spread=0.3)).all()
    gap = runs.stored("window", False)[:, 3].mean(axis=-1) - runs.stored("window", True)[:, 3].mean(axis=-1)
    assert (gap[:5] < 0).all()  # spread up to 0.4
    assert (gap[5:] > 0).all()


def test_a_longer_clip_pays_and_live_pays_less():
    short, long = errors(True, frames=50), errors(True, frames=750)
    assert (long < short / 1.5).all()
    live = np.array([face.run_live(seed) for seed in FRESH])
    assert live.mean() > 1.1 * errors(True).mean()
    assert live.mean() < errors(False).mean()
    assert (
        errors(True, frames=25).mean() > errors(False, frames=25).mean()
    )  # one second is too little to know a voice by


def test_an_accent_is_not_taken_away():
    clean = [errors(True, accent=share).mean() for share in (0.0, 0.3, 0.7)]
    assert clean[0] * 1.5 < clean[1] < clean[2] / 1.5
    own = [np.mean([face.own_speaker_error(seed, accent=share) for seed in FRESH]) for share in (0.0, 0.7)]
    assert own[1] == pytest.approx(own[0], rel=0.1)
    drop = runs.drop(errors(False, accent=0.7), errors(True, accent=0.7)).mean()
    assert 0.15 < drop < 0.35  # the article's 22.6 % lies in here


def test_the_window_is_needed_once_the_speaker_is_gone():
    clean = [errors(True, reach=reach).mean() for reach in (0, 2, 6)]
    assert clean[0] > 1.7 * clean[1]
    assert clean[2] == pytest.approx(clean[1], rel=0.05)
    raw = [errors(False, reach=reach).mean() for reach in (0, 2)]
    assert raw[0] < 1.2 * raw[1]


def test_one_teacher_is_nearly_enough_after_normalizing_and_nine_are_not_without():
    clean = [errors(True, seen=count).mean() for count in (1, 2, 9)]
    assert clean[0] < 1.25 * clean[2]
    assert clean[1] == pytest.approx(clean[2], rel=0.1)
    assert errors(False, seen=9).mean() > 0.85 * errors(False, seen=1).mean()


# -- stored runs --------------------------------------------------------------------------------


def test_stored_numbers_are_computed_again():
    rng = np.random.default_rng(7)
    for name, axes in runs.AXES.items():
        for _ in range(1 if name == "clusters" else 3):
            at = tuple(axis[rng.integers(len(axis))] for axis in axes)
            assert runs.stored(name, *at) == pytest.approx(runs.entry(name, *at), rel=1e-5, abs=1e-6), (name, at)
    assert runs.stored("teachers", True, 1.0, 9) == pytest.approx(runs.stored("window", True, 1.0, 3))


def test_twenty_seeds():
    raw, clean = runs.stored("central", False), runs.stored("central", True)
    assert len(raw) == 20
    assert (clean < raw).all()
    assert 0.5 < runs.drop(raw, clean).mean() < 0.75


# -- bad input ----------------------------------------------------------------------------------


@settings(max_examples=60)
@given(arrays(float, (4, 2), elements=st.floats()))
def test_any_features_are_normalized_or_refused(features):
    for normalize in (face.normalize_speaker, face.normalize_live):
        try:
            found = normalize(features)
        except ValueError:
            continue
        assert np.isfinite(found).all()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: face.run(-1, True), "seed="), (lambda: (face.run(1, True), face.run(1.0, True)), "seed="), (lambda: (face.run(1, True), face.run(True, True)), "seed="), (lambda: face.run(0, 1), "normalize="), (lambda: face.run(0, "clip"), "normalize="),
    (lambda: face.run(0, True, spread=4), "spread="), (lambda: face.run(0, True, reach=-1), "reach="), (lambda: face.run(0, True, seen=10), "seen="),
    (lambda: face.run(0, True, accent=1.5), "accent="), (lambda: face.run(0, True, frames=5), "frames="), (lambda: face.guesses(0, "z"), "way="),
    (lambda: face.normalize_speaker([1.0, 2.0]), "features"), (lambda: face.normalize_speaker([[1.0, 2.0]]), "features"), (lambda: face.normalize_speaker([[1.0], [1.0]]), r"features\[\.\.\., 0\]"),
    (lambda: face.normalize_speaker([[1.0], [np.nan]]), "features"), (lambda: face.normalize_live([[1.0]], 0), "prior="), (lambda: face.windowed([[1.0]], 30), "reach="),
    (lambda: face.fit(np.zeros((1, 5, 2)), np.zeros((1, 4, 2))), "mouth"), (lambda: face.guess(np.zeros((3, 2)), np.zeros((5, 2)), 1), "features"),
    (lambda: runs.stored("nothing"), "name="), (lambda: runs.stored("mean", 7), r"at\[0\]=7"), (lambda: runs.stored("accent", 1), r"at\[0\]=1"), (lambda: runs.stored("mean", 200, 1), "at="),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
