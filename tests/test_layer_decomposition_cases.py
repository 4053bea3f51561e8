"""The experiments: a part of the stored runs again, the claims on five fresh seeds, what must hold exactly without grain."""

import layer_decomposition as script
import numpy as np
import pytest
from miniatures import layer_decomposition_cases as cases
from miniatures.layer_decomposition import raised, recompose, retimed
from miniatures.layer_decomposition_runs import (
    FRESH_SEEDS,
    LOWER_SPEEDS,
    NOISES,
    RESTS,
    crossing_rows,
    insertion_rows,
    single_rows,
    stored,
)
from miniatures.layer_scenes import painted, shown


@pytest.mark.parametrize(("experiment", "how", "setting", "again"), [
    ("single", "", 0.004, lambda seed: cases.single(seed)), ("single", "", 0.0, lambda seed: cases.single(seed, 0.0)),
    ("insertion", "solid core", 0.004, lambda seed: cases.insertion(seed, "solid core")),
    ("crossing", "motion", -1.6, lambda seed: cases.crossing(seed)), ("crossing", "nearest mask", 1.6, lambda seed: cases.crossing(seed, 1.6, "nearest mask")),
    ("resting", "masked median", 0.6, lambda seed: cases.resting(seed, 0.6, True)),
])  # fmt: skip
def test_a_part_computed_again(experiment, how, setting, again):
    place = 3
    for measure, value in vars(again(FRESH_SEEDS[place])).items():
        assert stored(experiment, measure, how, setting)[place] == pytest.approx(value, rel=1e-4, abs=2e-4), measure


def test_everything_is_stored():
    assert len(FRESH_SEEDS) == 5
    for experiment, measure, how, settings in (
        ("single", "dust", "", NOISES), ("insertion", "letters", "mask only", NOISES),
        ("crossing", "shadows", "nearest mask", LOWER_SPEEDS), ("resting", "shadow", "masked median", RESTS),
    ):  # fmt: skip
        for setting in settings:
            found = stored(experiment, measure, how, setting)
            assert found.shape == (5,)
            assert np.isfinite(found).all()
    for bad in (
        ("double", "dust"),
        ("single", "fog"),
        ("single", "dust", "x"),
        ("single", "dust", "", 0.3),
        ("single", "dust", "", "0"),
    ):
        with pytest.raises(ValueError, match=r"experiment|stored|setting"):
            stored(*bad)


# claims, each in every fresh seed -------------------------------------------------------------


def test_one_rough_mask_brings_shadow_and_dust_along():
    assert (stored("single", "covered_by_mask") < 0.45).all()
    assert (stored("single", "covered_by_layer") > 0.97).all()
    assert (stored("single", "false_alarms") < 0.001).all()
    assert (stored("single", "reconstruction") < 1e-12).all()


def test_the_shadow_is_right_and_the_dust_a_lower_bound():
    shadow = stored("single", "shadow") / stored("single", "shadow_true")
    assert (np.abs(shadow - 1) < 0.04).all()
    dust = stored("single", "dust") / stored("single", "dust_true")
    assert (dust < 0.8).all()
    assert (dust > 0.6).all()
    assert (stored("single", "body") < 0.8).all()  # and the opaque ball comes out translucent


def test_without_grain_shadow_and_background_are_exact():
    assert stored("single", "shadow", "", 0.0) == pytest.approx(stored("single", "shadow_true", "", 0.0), rel=1e-5)
    for measure in ("background_error", "elsewhere", "removed_by_layer", "false_alarms"):
        assert (stored("single", measure, "", 0.0) < 1e-9).all()


def test_removal_leaves_a_tenth_of_what_a_mask_leaves():
    assert (stored("single", "removed_by_layer") < 0.1 * stored("single", "removed_by_mask")).all()


def test_motion_owns_shadows_better_until_the_speeds_are_alike():
    motion, nearest = (
        np.array([stored("crossing", "shadows", rule, v) for v in LOWER_SPEEDS]) for rule in ("motion", "nearest mask")
    )
    assert (motion[0] > 0.98).all()
    assert ((nearest[0] > 0.85) & (nearest[0] < 0.95)).all()
    apart = np.array(LOWER_SPEEDS) <= 1.2  # differences of 0.4 pixels a frame, 12 over the clip, and more
    assert (motion[apart] > nearest[apart]).all()
    assert (motion[-1] < nearest[-1]).all()  # at equal speed it guesses
    assert (np.abs(motion[-1] - 0.5) < 0.06).all()
    assert (stored("crossing", "removed") < stored("crossing", "removed", "nearest mask")).all()
    assert (stored("crossing", "removed", "motion", 1.6) > stored("crossing", "removed_by_mask", "motion", 1.6)).all()


def test_a_logo_needs_the_true_alpha_where_a_removal_does_not():
    letters = {how: stored("insertion", "letters", how) for how in cases.LAYERS}
    assert (letters["pasted on top"] > letters["mask only"]).all()
    assert (letters["mask only"] > 3 * letters["smallest alpha"]).all()
    assert (letters["smallest alpha"] > 3 * letters["true alpha"]).all()
    body = {how: stored("insertion", "body", how) for how in cases.LAYERS}
    assert (body["solid core"] < 0.6 * body["smallest alpha"]).all()
    assert (stored("insertion", "dust", "solid core") < 1.15 * stored("insertion", "dust")).all()
    assert (stored("insertion", "shadow", "smallest alpha", 0.0) < 1e-9).all()


def test_a_resting_subject_is_absorbed_and_its_mask_saves_the_body_alone():
    body, shadow = ({rest: stored("resting", part, "median", rest) for rest in RESTS} for part in ("body", "shadow"))
    for part in (body, shadow):
        assert (part[0.6] < 0.1 * part[0.0]).all()
    ghost = stored("resting", "ghost", "median", 0.6)
    assert (ghost > 0.3).all()
    assert (stored("resting", "body", "masked median", 0.6) > 0.95 * body[0.0]).all()
    assert (stored("resting", "shadow", "masked median", 0.6) < 0.1).all()
    assert (stored("resting", "shadow", "median", 0.2) > 0.95).all()


def test_a_frozen_layer_takes_its_shadow_along():
    """Without grain: the layer of frame 15 over the whole clip is the scene in which everything stands still from there."""
    clip, (background, layers) = cases.single_clip(200, 0.0), cases.single_layers(200, 0.0)
    frozen = recompose(background, retimed(layers[0], [15] * 30)[None])
    assert frozen == pytest.approx(np.repeat(shown(clip)[15:16], 30, axis=0), abs=1e-12)
    reversed_ = recompose(background, layers[:, ::-1])
    assert reversed_ == pytest.approx(shown(clip)[::-1], abs=1e-12)


def test_with_the_true_alpha_the_logo_is_exact():
    """Noise-free, the error of the insertion is (true alpha - alpha) (L - B), pixel by pixel."""
    clip, (background, layers) = cases.single_clip(201, 0.0), cases.single_layers(201, 0.0)
    assert background == pytest.approx(clip.background, abs=1e-12)
    ground = painted(clip.background, cases.logo(clip))
    truth = shown(clip, None, ground)
    for how in ("smallest alpha", "solid core", "true alpha"):
        alpha = cases.insertion_layer(201, how, 0.0)[..., -1]
        if how == "true alpha":
            assert alpha == pytest.approx(clip.alpha[0], abs=1e-9)
        expected = (clip.alpha[0] - alpha)[..., None] * (ground - clip.background)
        assert cases.inserted(201, how, 0.0) - truth == pytest.approx(expected, abs=1e-12)
    assert raised(background, layers[0], 0 * alpha) == pytest.approx(layers[0], abs=1e-12)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: cases.single(-1), "seed"), (lambda: cases.single(0.5), "seed"), (lambda: cases.single(0, -1), "noise"),
    (lambda: cases.crossing(0, 5.0), "^lower="), (lambda: cases.crossing(0, rule="size"), "rule"), (lambda: cases.insertion(0, "glued"), "how"),
    (lambda: cases.insertion_layer(0, "pasted on top"), "how"), (lambda: cases.resting(0, 2.0), "rest"), (lambda: cases.resting("a", 0.5), "seed"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_the_precompute_writes_what_is_read():
    first = next(script.rows((FRESH_SEEDS[0],)))
    assert first["measure"] == "background_error"
    assert stored("single", "background_error", "", first["setting"])[0] == pytest.approx(first["value"], abs=1e-9)


def test_the_pages_tables_hold_what_is_stored():
    found = {row["where"]: row for row in single_rows()}
    assert found["dust alone"]["found"].startswith(f"{stored('single', 'dust').mean():.3f} ± ")
    assert found["shadow alone"]["found, no grain"] == found["shadow alone"]["true alpha"]
    letters = {row["layer"]: row for row in insertion_rows()}
    assert set(letters) == set(cases.LAYERS)
    assert letters["solid core"]["body"].startswith(f"{255 * stored('insertion', 'body', 'solid core').mean():.1f} ± ")
    assert [float(row["lower ball, px/frame"]) for row in crossing_rows()] == list(LOWER_SPEEDS)


def test_bright_letters_gain_little_under_bright_dust():
    """The page's honest negative: under the dust alone the smallest alpha is hardly better than nothing."""
    least, pasted = stored("insertion", "dust"), stored("insertion", "dust", "pasted on top")
    assert (least < pasted).all()
    assert (least > 0.8 * pasted).all()
    assert (stored("insertion", "dust", "true alpha") < 0.2 * least).all()
