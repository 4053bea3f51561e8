"""The views: the numbers in their sentences, and what only these figures must hold."""

import pytest
from miniatures import layer_clip, layer_films
from miniatures import layer_decomposition_cases as cases
from miniatures.figures import layer_decomposition as views
from miniatures.layer_decomposition import minimal_alpha
from reading import numbers


def test_the_smallest_alpha_is_drawn_and_said():
    for image, background, colour in ((0.3, 0.6, "black"), (0.8, 0.6, "white"), (0.6, 0.6, "nothing")):
        view = views.least(image, background)
        assert f"{float(minimal_alpha(image, background)):.3f}" in view.description
        assert colour in view.description
    curve = next(one for one in views.least(0.3, 0.6).figure["data"] if one.get("name") == "colour C")
    assert (curve["x"][0], curve["y"][0]) == (0.5, 0)
    assert (curve["x"][-1], curve["y"][-1]) == (1, pytest.approx(0.3))


def test_the_mask_alone_leaves_more_than_the_layer():
    for frame in (5, 14, 25):
        left = {what: numbers(views.erase(frame, what).description)[-1] for what in layer_films.ERASED}
        assert left["the mask alone"] > 3 * left["alpha of 0.05 or more"]
        assert left["the whole layer"] < 0.5


def test_every_way_of_insertion_has_a_line_and_the_chosen_one_is_thick():
    figure = views.insertion(12, "solid core").figure
    lines = {one["name"]: one["line"]["width"] for one in figure["data"] if one.get("name")}
    assert set(lines) == set(cases.LAYERS) == set(views.HUES)
    assert [name for name, width in lines.items() if width == max(lines.values())] == ["solid core"]


def test_owners_wear_the_colours_of_their_balls():
    """Nobody is light grey, the upper ball red, the lower one blue."""
    assert views.OWNERS[-1].min() > 200
    assert views.OWNERS[0].argmax() == 0
    assert views.OWNERS[1].argmax() == 2
    assert cases.crossing_clip(views.SEED).colour[0].mean(axis=(0, 1, 2)).argmax() == 0


def test_the_share_of_owned_pixels_is_that_of_the_frame():
    words = views.ownership(12, "nearest mask", -1.6).description
    found = layer_films.owned(views.SEED, 12, -1.6, "nearest mask")
    assert f"{found.right} of {found.shadows} shadow pixels" in words
    assert found.right < found.shadows


def test_the_box_is_drawn_round_the_masked_pixels():
    for frame in (0, 40, 72):
        box = views.cube(frame, layer_films.SHOWS[0]).figure["data"][0]
        mask = layer_clip.cube_masks()[0, frame]
        assert (max(box["x"]) - min(box["x"])) * (max(box["y"]) - min(box["y"])) == mask.sum()
        assert 58 - max(box["y"]) == mask.any(axis=1).argmax()


def test_the_plate_is_good_at_one_place_or_the_other():
    few, all_frames = (numbers(views.plate(count, "median").description)[-2:] for count in (10, 73))
    assert few[0] < 1 < 50 < few[1]
    assert all_frames[1] < 1 < 20 < all_frames[0]


def test_rest_is_told_with_and_without_the_mask():
    plain, masked = (views.resting(6, on).description for on in (False, True))
    assert "median:" in plain
    assert "masked median:" in masked
    assert numbers(plain)[1] < 0.1 < 0.7 < numbers(masked)[1]


@pytest.mark.parametrize(("call", "named"), [
    (lambda: views.erase(30, "the mask alone"), "frame"), (lambda: views.least(1.5, 0.5), "image"), (lambda: views.insertion(0, "glued"), "how"),
    (lambda: views.ownership(0, "size", -1.6), "rule"), (lambda: views.ownership(0, "motion", 0.1), "lower"), (lambda: views.retiming(0, "faster"), "edit"), (lambda: views.resting(11, False), "tenths"),
    (lambda: views.cube(99, layer_films.SHOWS[0]), "frame"), (lambda: views.plate(0, "median"), "count"),
])  # fmt: skip
def test_bad_settings_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
