"""The views of the matting chapter state the numbers that the functions give, and draw what they say."""

import re

import numpy as np
import pytest
from miniatures import background_matting_runs as runs
from miniatures import matting_camera as camera
from miniatures import matting_cases as cases
from miniatures.figures import background_matting as views
from miniatures.png import png


def numbers(view):
    return [float(one) for one in re.findall(r"\d+\.\d+", view.description)]


def sources(view):
    return [one["source"] for one in view.figure["layout"]["images"]]


def test_the_film_states_its_own_frames_errors():
    found = {name: views.single.course(views.SEED, "crosses", full) for name, full in views.METHODS.items()}
    view = views.film(13, "hard", "dusk")
    assert numbers(view) == pytest.approx(
        [found["hard"].error[12], found["soft"].error[12], found["closed form"].error[12], found["hard"].flicker[12]],
        abs=6e-4,
    )
    assert "changed" not in views.film(1, "hard", "dusk").description
    assert sources(view)[0] == sources(views.film(13, "soft", "white"))[0]  # the camera's frame is stored once
    assert len(set(sources(view) + sources(views.film(14, "hard", "dusk")))) == 6


def test_a_picture_holds_the_pixels_that_it_was_given():
    gradient = np.tile(np.linspace(0, 1, 16), (3, 1))
    image = views.picture(gradient, "steps")["layout"]["images"][0]
    assert image["source"] == png((np.arange(16, dtype=np.uint8) * 17)[None].repeat(3, axis=0))
    assert (image["sizex"], image["sizey"]) == (16, 3)


def test_knobs_state_what_the_threshold_keeps_and_both_errors():
    clip = cases.clip_of(views.SEED, distance=0.4)
    view = views.knobs(0.4, 0.02, 0.2)
    assert "more than 50 % of a pixel" in view.description
    hard, soft = numbers(view)[-2:]
    assert hard == pytest.approx(cases.band_error(1.0 * cases.hard_cut(clip, 0.2)[12], clip), abs=6e-5)
    assert soft == pytest.approx(cases.band_error(cases.cut_by("soft", clip, 0.2)[12], clip), abs=6e-5)
    assert "core" in views.knobs(0.1, 0.0, 0.4).description  # a refusal, in words
    assert views.knobs(0.1, 0.0, 0.4).figure["data"] == []


def test_trimap_states_the_stored_errors():
    found = numbers(views.trimap("own", 4))
    assert found[-2] == pytest.approx(runs.stored("trimap", "own", "band_mse", 4)[0], abs=2e-4)  # stored in 256 steps
    assert found[-1] == pytest.approx(runs.stored("trimap", "own", "band_mse", 4).mean(), abs=6e-5)
    wide, narrow = (int(re.search(r"(\d+) % of the picture", views.trimap("drawn", w).description)[1]) for w in (10, 1))
    assert wide > 2 * narrow


def test_zoom_draws_the_bars_it_states():
    for colours in ("the frame's own", "one, from the core"):
        view = views.zoom("soft", colours, "white")
        assert view.figure["data"][0]["y"][1] == pytest.approx(numbers(view)[0], abs=6e-4)
    with pytest.raises(ValueError, match="colours"):
        views.zoom("soft", "red", "white")


def test_presumed_shows_one_plate_for_all_frames_of_a_case():
    first, later = (views.presumed(frame, "sways") for frame in (1, 20))
    assert sources(first)[1] == sources(later)[1]
    assert sources(first)[0] != sources(later)[0]
    assert numbers(first)[0] == numbers(later)[0] > 0.1
    assert "sways in the middle" in first.description


def test_presumptions_and_two_backgrounds_state_stored_means():
    found = numbers(views.presumptions())
    assert found[:2] == pytest.approx([runs.stored("rest", "soft", "mse", s).mean() for s in (0, 0.4)], abs=6e-4)
    assert found[2:] == pytest.approx([runs.stored("shake", "soft", "mse", s).mean() for s in (1, 2)], abs=6e-5)
    assert (
        f"{runs.stored('two backgrounds', 'with grain', 'band_mse', 0.02).mean():.3f}"
        in views.two_backgrounds().description
    )


def test_strokes_count_what_they_mark():
    assert "75 of 4096 pixels" in views.strokes().description


def test_the_real_clip_states_what_is_flagged():
    raw, steady = (views.real(1, "median", on).description for on in (False, True))
    assert int(re.search(r"are (\d+) % of the bare", raw)[1]) > 90
    assert " 0 % of the bare" in steady
    mask = camera.masks(camera.plate("75th percentile"), 6.0)
    share = camera.flagged("always tube", mask, np.arange(camera.COUNT) == 19)
    assert f"and {100 * share:.0f} % of the inside of the tube" in views.real(20, "75th percentile", True).description


def test_resting_states_and_draws_the_plates_errors():
    view = views.resting(25, "median")
    wanted = [camera.plate_error(f"where the cube {what}", camera.plate("median", 25)) for what in ("ends", "starts")]
    assert numbers(view) == pytest.approx(wanted, abs=0.06)
    ends, starts = (
        next(one for one in view.figure["data"] if one.get("name") == name)["y"]
        for name in ("where the cube ends", "where it started")
    )
    assert (ends[24], starts[24]) == pytest.approx(wanted, abs=0.006)
    assert "1 frame is" not in view.description
    assert "first 1 frame is off" in views.resting(1, "median").description


@pytest.mark.parametrize(("call", "named"), [
    (lambda: views.film(25, "hard", "dusk"), "frame"), (lambda: views.film(1, "green", "dusk"), "method"), (lambda: views.film(1, "hard", "sea"), "behind"),
    (lambda: views.presumed(0, "sways"), "frame"), (lambda: views.presumed(1, "flies"), "case"), (lambda: views.zoom("truth", "the frame's own", "white"), "method"),
    (lambda: views.real(38, "median", True), "frame"), (lambda: views.real(1, "mode", True), "plate"), (lambda: views.resting(0, "median"), "count"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
