"""The views of cloaks: what descriptions and marks say is what the store and the miniature say."""

import base64
import io

import numpy as np
import pytest
from miniatures import cloaking_runs as r
from miniatures.cloaking import TRACKERS, cloak_linear
from miniatures.figures import cloaking as views
from miniatures.list_counts import wilson
from miniatures.results import spread_percent
from PIL import Image
from reading import numbers


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(image["source"].split(",")[1]))), float)


@pytest.mark.parametrize("change", ["cloak", "noise"])
@pytest.mark.parametrize("epsilon", [0.0, 0.03, 0.1])
def test_the_three_pictures_are_a_photograph_its_change_and_five_times_the_difference(change, epsilon):
    before, after, apart, _goal = map(pixels, views.masked(epsilon, change).figure["layout"]["images"])
    assert np.abs(after - before).max() <= 255 * epsilon + 1  # rounded to a byte
    assert (apart == np.clip(128 + 5 * (after - before), 0, 255)).all()
    assert (apart == 128).all() == (epsilon == 0)


def test_masked_states_the_stored_shares():
    words = views.masked(0.06, "noise").description
    assert spread_percent(r.stored("nearest", 0.06, by="noise")) in words
    assert spread_percent(r.stored("nearest", 0.0)) in words
    curves = [t for t in views.masked(0.02, "cloak").figure["data"] if t["mode"] == "lines"]
    assert curves[0]["y"] == pytest.approx([r.stored("nearest", b).mean() for b in r.BUDGETS])


def test_two_pixels_shows_the_closed_form():
    view = views.two_pixels(0.6)
    best = cloak_linear(*views.TWO_PIXELS.values(), 0.6)
    point = view.figure["data"][-1]
    assert [point["x"][0], point["y"][0]] == pytest.approx(best)
    assert "The budget binds" in view.description
    assert "does not bind" in views.two_pixels(2.0).description
    ring = next(t for t in view.figure["data"] if t.get("name") == "equal distance from the target")
    matrix, image, target = views.TWO_PIXELS.values()
    away = matrix @ (image[:, None] + np.array([ring["x"], ring["y"]])) - target[:, None]
    assert np.linalg.norm(away, axis=0) == pytest.approx(0.3)


@pytest.mark.parametrize("extractor_of", ["same", "other", "robust"])
@pytest.mark.parametrize("person", [1, 2, 3])
def test_the_cloud_moves_towards_the_target_and_the_rest_stays(extractor_of, person):
    def groups(epsilon):
        return {
            t["name"]: np.array([t["x"], t["y"]]) for t in views.moved(epsilon, extractor_of, person).figure["data"]
        }

    still, far = groups(0.0), groups(0.1)
    for name in ("others, published", "public person aimed at", "user, new and clean"):
        assert (still[name] == far[name]).all()
    goal = still["public person aimed at"].mean(axis=1)
    gaps = [np.linalg.norm(g["user, published"].mean(axis=1) - goal) for g in (still, far)]
    assert gaps[1] < gaps[0]
    assert max(np.abs(one).max() for one in (*still.values(), *far.values())) <= 1


def test_the_way_gone_is_nothing_without_a_budget():
    gone = numbers(views.moved(0.0, "same", 1).description, r"gone (-?[\d.]+) %")[0]
    assert abs(gone) < 15


def test_trackers_and_leaks_state_the_stored_shares():
    words = views.trackers(0.06, "robust").description
    for tracker in TRACKERS:
        assert spread_percent(r.stored(tracker, 0.06, extractor_of="robust")) in words
        assert spread_percent(r.stored(tracker, 0.06, 2)) in views.leaks(2, 0.06, "same").description
    curves = [t for t in views.leaks(0, 0.04, "other").figure["data"] if t["mode"] == "lines"]
    assert curves[1]["y"] == pytest.approx([r.stored("nearest", 0.04, n, "other").mean() for n in range(17)])


def test_visibility_marks_the_published_budget():
    view = views.visibility("logistic")
    diamond = view.figure["data"][-1]
    assert (diamond["x"][0], diamond["y"][0]) == (0.007, pytest.approx(r.at_dssim(0.007, "logistic")))


def test_one_person_is_wilsons_interval_and_forty_users():
    view = views.one_person(32, 0.03)
    assert f"{100 * wilson(32, 32)[0]:.1f} %" in view.description
    assert "for 21 of our 40 users" in view.description
    curve, bars = view.figure["data"][0], view.figure["data"][-1]
    assert curve["y"][31] == pytest.approx(32 / (32 + 1.959964**2))
    assert sum(bars["y"]) == 40
    assert bars["y"][16] == 21


def test_what_is_not_stored_is_explained():
    for view in (
        views.masked(0.055, "cloak"),
        views.moved(0.033, "same", 1),
        views.trackers(0.5, "same"),
        views.leaks(2, 0.03, "same"),
        views.one_person(9, 0.041),
    ):
        assert "not stored" in view.description
        assert not view.figure["data"]


@pytest.mark.parametrize(("call", "named"), [
    (lambda: views.masked(0.06, "paint"), "change"), (lambda: views.masked(-1, "cloak"), "epsilon"), (lambda: views.two_pixels(-0.1), "budget"),
    (lambda: views.moved(0.06, "best", 1), "extractor_of"), (lambda: views.moved(0.06, "same", 4), "person"), (lambda: views.leaks(17, 0.06, "same"), "leaked"),
    (lambda: views.leaks(2, 0.06, "best"), "extractor_of"), (lambda: views.one_person(0, 0.06), "photos"), (lambda: views.visibility("svm"), "tracker"),
])  # fmt: skip
def test_bad_settings_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
