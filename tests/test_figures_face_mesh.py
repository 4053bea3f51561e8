"""The views of the face mesh state the numbers that the functions give, and draw what they say."""

import re

import numpy as np
import pytest
from miniatures import draw, face_film
from miniatures import face_mesh as m
from miniatures import face_mesh_runs as runs
from miniatures import face_model as face
from miniatures import mesh_regression as regression
from miniatures.figures import face_mesh as views
from reading import trace


def points_of(line):
    """The coordinates of a line without its gaps, (N, 2)."""
    return np.array([pair for pair in zip(line["x"], line["y"], strict=True) if None not in pair], float)


def test_turned_draws_each_edge_and_says_how_far_apart_the_eyes_look():
    ahead = views.turned(0, 0, 0)
    x, y = ahead.figure["data"][0]["x"], ahead.figure["data"][0]["y"]
    drawn = sum(None not in four for four in zip(x, x[1:], y, y[1:], strict=False))
    assert drawn == 1365
    assert "468 of 468" in ahead.description
    aside = views.turned(-15, 0, 1)
    assert "Yaw −45°" in aside.description
    between, seen = (float(one) for one in re.findall(r"([\d.]+) cm", aside.description))
    assert between == pytest.approx(6.30)
    assert seen < 0.75 * between
    assert len(points_of(aside.figure["data"][0])) < len(points_of(ahead.figure["data"][0]))


def test_the_turned_face_stays_in_its_picture():
    for turn in (-15, 0, 15):
        for pitch in (-15, 0, 15):
            drawn = points_of(views.turned(turn, pitch, 1).figure["data"][0])
            assert drawn.min() > 0
            assert drawn.max() < views.TURNED_SIDE


def test_turned_moves_to_the_side_it_is_turned_to():
    tips = []
    for turn in (-10, 0, 10):
        line = views.turned(turn, 0, 0).figure["data"][0]
        order = [vertex for trail in face.trails() for vertex in (*trail, None)][:-1]
        tips.append(line["x"][order.index(4)])  # the tip of the nose
    assert tips == sorted(tips)


def test_detector_states_the_errors_of_its_face_and_of_the_runs():
    view = views.detector(0.12, 2)
    scene, picture, truth = views._seen(2)
    found = runs.found_in_crop(picture, views._box_of(scene, 0.12, 2))
    assert f"face 2 is {face.interocular_error(found, truth):.1f} %" in view.description
    assert f"{runs.stored('jitter', '0.06 tried at 0.12').mean():.1f} ±" in view.description
    assert points_of(trace(view, "true"))[:, 0].mean() == pytest.approx(truth[:, 0].mean(), abs=6)
    exact = views.detector(0.0, 2)
    near, far = (float(re.search(r"is ([\d.]+) %", one.description)[1]) for one in (exact, views.detector(0.18, 2)))
    assert near < far


def test_outlines_lie_on_the_drawn_face():
    """The true outline of the face is the border of what is drawn."""
    scene, _, truth = views._seen(1)
    edge = points_of(views._outlined(truth, regression.FRAME, "blue"))
    cover = face.draw(truth, regression.FRAME).cover
    rows, columns = np.flatnonzero(cover.any(axis=1)), np.flatnonzero(cover.any(axis=0))
    assert edge[:, 0].min() == pytest.approx(columns[0], abs=2)
    assert edge[:, 0].max() == pytest.approx(columns[-1] + 1, abs=2)
    assert regression.FRAME - edge[:, 1].max() == pytest.approx(rows[0], abs=2)
    assert scene[7] > 0


def test_ladder_counts_and_states_its_measure():
    view = views.ladder(8, "lips", 2)
    assert "89,856 multiply-adds" in view.description
    assert f"{runs.stored('lips', 'crop 8').mean():.2f} ±" in view.description
    line = next(one for one in view.figure["data"] if one["mode"] == "lines" and one["x"][0] == 1_437_696)
    assert line["y"] == pytest.approx(
        [runs.stored("lips", f"crop {side}").mean() for side in regression.SIDES], abs=1e-3
    )
    assert "guessing" in str(view.figure["layout"]["shapes"])
    assert "guessing" not in str(views.ladder(8, "trembling", 2).figure["layout"]["shapes"])


def test_heatmaps_are_counted():
    assert "1,404 numbers" in views.heatmaps().description
    assert "1,916,928, 1,365 times" in views.heatmaps().description


def test_smoothing_marks_the_best_window():
    view = views.smoothing(10, 0.1)
    star = trace(view, "best")
    assert (star["x"], star["y"][0]) == ([6], pytest.approx(m.expected_error(6, 1, 0.1) ** 0.5, abs=1e-3))
    assert star["y"][0] == min(y for y in trace(view, "error")["y"] if y is not None)
    assert "an error of 0.55 px. The best window is 6 frames, with 0.48 px." in view.description
    assert "At rest every frame more pays." in views.smoothing(10, 0).description
    slow = views.smoothing(30, 0.005)  # typed by the reader: the best lies beyond the axis
    assert f"best window is {m.best_window(1, 0.005)} frames" in slow.description
    assert not any(one.get("name") == "best" for one in slow.figure["data"])
    assert "every frame more pays" in views.smoothing(3, 1e-12).description
    average = trace(views.smoothing(7, 0.5), "average")["y"]
    assert np.mean(average) == pytest.approx(-1.5, abs=0.3)  # three frames of half a pixel


def test_euro_states_its_errors_and_marks_them_on_the_curve():
    view = views.euro(0.2, 1)
    assert "0.54 ± 0.02 px at rest, 0.97 ± 0.04 px in motion and 0.78 ± 0.02 px over all" in view.description
    curve, now = trace(view, "1€ filter, all β"), view.figure["data"][-1]
    assert now["x"][0] in curve["x"]
    assert now["y"][0] in curve["y"]
    between = views.euro(0.3, 1).figure["data"][-1]  # not stored: computed for itself
    assert min(curve["y"]) <= between["y"][0] <= curve["y"][0]


def test_the_player_shows_frame_and_filter():
    view = views.player(30, "average of 5")
    error, aside = runs.film_errors("average of 5")
    assert view.description.startswith("Frame 30, in motion")
    assert (
        f"After an average of 5 frames it is {error[30]:.1f} % off, on average {-aside[30]:.1f} % to the left."
        in view.description
    )
    raw, smooth = (points_of(trace(view, name)) for name in ("as found", "after the filter"))
    assert (smooth - raw)[:, 0].mean() < -1.5  # two pixels behind
    assert "at rest" in views.player(5, "none").description
    moving = face_film.film()[1]
    shaded = [shape for shape in view.figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert [(one["x0"], one["x1"]) for one in shaded] == [(20, 40), (60, 80)]
    assert moving[:80].tolist() == [any(one["x0"] <= t < one["x1"] for one in shaded) for t in range(80)]


def test_the_face_stays_in_the_films_window():
    left, top, right, bottom = views.WINDOW
    truth = runs.film_truth()[: views.FILM_FRAMES]
    assert truth[..., 0].min() > left
    assert truth[..., 0].max() < right
    assert truth[..., 1].min() > top
    assert truth[..., 1].max() < bottom


def test_the_portrait_has_its_points_on_the_face():
    view = views.portrait()
    assert "lie 8.9 % of IOD" in view.description
    assert len(view.figure["data"][0]["x"]) == 468
    assert view.figure["data"][0]["marker"]["color"] == draw.colour("orange")


@pytest.mark.parametrize(("call", "named"), [
    (lambda: views.turned(16, 0, 0), "turn"), (lambda: views.turned(0, 99, 0), "pitch"), (lambda: views.detector(0.07, 1), "jitter"), (lambda: views.detector(0.06, 5), "number"),
    (lambda: views.ladder(64, "error", 1), "side"), (lambda: views.ladder(8, "beauty", 1), "measure"), (lambda: views.smoothing(0, 1), "window"), (lambda: views.smoothing(3, 9), "speed"),
    (lambda: views.euro(-1, 1), "beta"), (lambda: views.euro(0.1, 0), "min_cutoff"), (lambda: views.player(80, "none"), "number"), (lambda: views.player(1, "best"), "name"),
])  # fmt: skip
def test_what_is_not_drawn_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
