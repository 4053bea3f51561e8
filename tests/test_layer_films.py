"""The films frame by frame: against the experiments over whole clips, and what must hold exactly without grain or by construction."""

import numpy as np
import pytest
from miniatures import layer_clip, layer_films
from miniatures import layer_decomposition_cases as cases
from miniatures.layer_scenes import FRAMES

SEED = 3


def test_erased_frames_add_up_to_the_experiment():
    squares = [layer_films.erased(SEED, frame, "the mask alone").error ** 2 for frame in range(FRAMES)]
    assert np.sqrt(np.mean(squares)) == pytest.approx(cases.single(SEED).removed_by_mask, rel=1e-9)


def test_what_is_erased_is_replaced_and_the_rest_stays():
    clip, (background, _) = cases.single_clip(SEED), cases.single_layers(SEED)
    for what in layer_films.ERASED:
        found = layer_films.erased(SEED, 14, what)
        assert (found.frame[found.taken > 0] == background[found.taken > 0]).all()
        assert (found.frame[found.taken == 0] == clip.frames[14][found.taken == 0]).all()
        assert 0 <= found.empty <= 1
        assert 0 <= found.covered <= 1


def test_a_lower_threshold_covers_more_and_leaves_less():
    found = [layer_films.erased(SEED, 14, what) for what in layer_films.ERASED if what != "the mask alone"]
    covered, errors = [one.covered for one in found], [one.error for one in found]
    assert covered == sorted(covered)
    assert errors == sorted(errors, reverse=True)
    assert covered[-1] == 1
    assert found[1].empty < 0.001


def test_letter_errors_add_up_to_the_experiment():
    for how in cases.LAYERS:
        whole = np.sqrt((layer_films.letter_errors(SEED, how) ** 2).mean())
        assert whole == pytest.approx(cases.insertion(SEED, how).letters, rel=1e-9)


@pytest.mark.parametrize("rule", ["motion", "nearest mask"])
def test_owned_pixels_add_up_to_the_experiment(rule):
    found = [layer_films.owned(SEED, frame, 0.8, rule) for frame in range(FRAMES)]
    whole = cases.crossing(SEED, 0.8, rule)
    assert sum(one.shadows for one in found) == whole.pixels
    assert sum(one.right for one in found) / whole.pixels == pytest.approx(whole.shadows, abs=1e-12)
    assert set(np.unique([one.owner for one in found])) == {-1, 0, 1}


def test_edits_leave_the_blue_ball_alone():
    clip = cases.crossing_clip(SEED)
    blue = (clip.body[1] == 1) & (clip.body[0] == 0)
    filmed = layer_films.edited(SEED, "as filmed")
    assert filmed == pytest.approx(clip.frames, abs=1e-12)
    gone = layer_films.edited(SEED, "red is gone")
    assert np.abs(gone - filmed)[blue].mean() < 0.01


def test_a_frozen_ball_stands_where_it_stood():
    red = cases.crossing_clip(SEED).body[0, layer_films.STILL] == 1
    frozen = layer_films.edited(SEED, "red stands still")
    assert np.ptp(frozen[:, red], axis=0).max() < 0.6  # of shades; the blue shadow may pass
    assert layer_films.edit_errors(SEED, "red stands still").mean() < 0.02
    first, last = layer_films.edited(SEED, "red runs backwards")[0], layer_films.edited(SEED, "as filmed")[-1]
    ended = cases.crossing_clip(SEED).body[0, -1] == 1
    assert np.abs(first - last)[ended].max() < 0.05  # the grain of another frame shines through


def test_edits_are_nearer_to_the_edited_scene_than_to_the_filmed_one():
    clip = cases.crossing_clip(SEED)
    for edit in layer_films.EDITS[1:]:
        far = np.sqrt(((layer_films.edited(SEED, edit) - clip.frames) ** 2).mean())
        assert np.sqrt((layer_films.edit_errors(SEED, edit) ** 2).mean()) < far / 4


@pytest.mark.parametrize("masked", [False, True])
def test_rested_is_the_last_frame_of_the_experiment(masked):
    background, alpha = layer_films.rested(SEED, 0.4, masked)
    whole_background, layers = cases.resting_layers(SEED, 0.4, masked)
    assert (background == whole_background).all()
    assert alpha == pytest.approx(layers[0, -1, ..., -1], abs=1e-12)


def test_the_real_clip_is_erased_by_box_and_by_layer():
    assert (layer_films.cube(8, "erased by the box") == layer_clip.removed(8, "mask")).all()
    assert (layer_films.cube(8, "erased by the layer") == layer_clip.plate("larger of two medians")).all()
    assert layer_films.cube(8, "the layer's alpha")[layer_clip.PLACES["bare table"]].max() < 0.05


@pytest.mark.parametrize(("call", "named"), [
    (lambda: layer_films.erased(SEED, 30, "the mask alone"), "frame"), (lambda: layer_films.erased(SEED, 0, "all"), "what"),
    (lambda: layer_films.erased(-1, 0, "the mask alone"), "seed"), (lambda: layer_films.letter_errors(SEED, "glued"), "how"),
    (lambda: layer_films.owned(SEED, 1.5), "frame"), (lambda: layer_films.owned(SEED, 0, 0.8, "size"), "rule"),
    (lambda: layer_films.edited(SEED, "faster"), "edit"), (lambda: layer_films.edit_errors(SEED, "faster"), "edit"),
    (lambda: layer_films.rested(SEED, 1.5, False), "rest"), (lambda: layer_films.cube(73, layer_films.SHOWS[0]), "frame"),
    (lambda: layer_films.cube(0, "all"), "show"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
