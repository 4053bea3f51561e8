"""The views of the chapter on moving people state the numbers that the functions give, and draw what they say."""

import re

import numpy as np
import pytest
from miniatures import moving_depth_runs as runs
from miniatures import moving_depth_walk as film
from miniatures.figures import moving_depth as views
from miniatures.moving_depth import parallax_depth
from miniatures.moving_depth_runs import stored
from miniatures.person_depth import METHODS, stored_lessons
from reading import numbers, trace


def heat(view):
    return np.array(next(one for one in view.figure["data"] if one["type"] == "heatmap")["z"])


@pytest.mark.parametrize("number", [0, 16, 31])
@pytest.mark.parametrize("kind", views.MAPS)
def test_the_film_states_the_depths_of_that_very_frame(number, kind):
    view = views.walk(number, kind)
    found = numbers(view.description)
    assert found[0] == number
    assert found[1] == pytest.approx(0.3 * film.moment(number), abs=0.006)
    assert found[2:5] == pytest.approx(film.depths_in(number)[views.MAPS.index(kind)], abs=0.051)
    assert found[5:] == [6.0, 4.5, 4.0]


def test_the_film_shows_frame_and_map():
    first, second = views.walk(4, views.MAPS[0]), views.walk(5, views.MAPS[0])
    sources = [view.figure["layout"]["images"][0]["source"] for view in (first, second)]
    assert sources[0] != sources[1]
    assert sources[0] == views.walk(4, views.TRUE).figure["layout"]["images"][0]["source"]
    shown = heat(first)
    assert shown.shape == (48, 64)
    assert shown == pytest.approx(np.clip(film.walk_map(4, views.MAPS[0]), 2, 14)[::2, ::2], abs=0.051)
    with pytest.raises(ValueError, match="number"):
        views.walk(32, views.TRUE)
    with pytest.raises(ValueError, match="kind"):
        views.walk(3, "mean of the rest")


def test_from_above_people_lie_on_their_lines_of_sight():
    view = views.walk(16, views.MAPS[0])
    true, seen = trace(view, views.TRUE), trace(view, "on the map")
    assert true["y"] == [6.0, 4.5, 4.0]
    assert np.divide(seen["x"], seen["y"]) == pytest.approx(np.divide(true["x"], true["y"]), abs=0.01)


@pytest.mark.parametrize("ratio", [-1.0, -0.5, 0.0, 0.35, 0.5])
def test_the_walk_states_formula_and_measurement(ratio):
    found = numbers(views.speed(ratio).description)
    assert found[:2] == [4, ratio]
    assert found[2] == pytest.approx(parallax_depth(4, 0.3, 0.3 * ratio), abs=0.051)
    assert found[3] == pytest.approx(found[2], rel=0.05)


def test_at_the_pole_no_depth_is_claimed():
    description = views.speed(1.0).description
    assert "no finite depth" in description
    assert "40 m or more" in description
    with pytest.raises(ValueError, match="ratio"):
        views.speed(1.5)


def test_baseline_states_the_stored_means():
    found = numbers(views.baseline(0.8).description)
    assert found[1] == pytest.approx(100 * stored("baselines", 0.8, "median error").mean(), abs=0.051)
    assert found[3] == pytest.approx(100 * stored("baselines", 0.8, "wrong by a quarter").mean(), abs=0.051)
    assert "not stored" in views.baseline(0.4).description


@pytest.mark.parametrize("method", METHODS)
def test_fills_state_the_error_of_frame_and_worlds(method):
    view = views.fills(method, 4)
    found = numbers(view.description)
    assert found[1] == pytest.approx(100 * film.walk(16).error(method), abs=0.51)
    assert found[2] == pytest.approx(100 * stored("masks", f"4 {method}", "error").mean(), abs=0.051)
    assert "widened by 1 pixel:" in views.fills(method, 1).description
    assert "narrowed by 2 pixels" in views.fills(method, -2).description
    assert views.fills(method, 0.0).description == views.fills(method, 0).description
    assert "not stored" in views.fills(method, 5).description


def test_lessons_count_their_people():
    found = numbers(views.lessons().description)
    assert found[0] == len(stored_lessons().depths) == len(stored_lessons(False).depths)
    taught = stored_lessons(False)
    assert found[3] == pytest.approx(100 * np.abs(taught.depths / taught.true_depths - 1).mean(), abs=0.51)


def test_cases_state_the_errors_drawn():
    view = views.cases("child", 0.0)
    drawn = next(one for one in view.figure["data"] if one["type"] == "bar")["y"]
    assert numbers(view.description)[3:] == pytest.approx(drawn, abs=0.51)
    assert "parallax 0 %" in view.description
    walking = views.cases("child", 0.5)
    assert float(re.search(r"parallax \+(\d+) %", walking.description)[1]) == pytest.approx(100, abs=5)
    assert re.search(r"learned \+\d+ %", walking.description)[0] == re.search(r"learned \+\d+ %", view.description)[0]
    with pytest.raises(ValueError, match="ratio"):
        views.cases("child", 0.6)


def test_the_pull_states_the_blurs():
    view = views.pull(8, 0.35, views.MAPS[0])
    found = numbers(view.description)
    assert found[2:5] == pytest.approx(film.blurs(views.MAPS[0], 8, 0.35), abs=0.051)
    assert found[5:] == pytest.approx(film.blurs(views.TRUE, 8, 0.35), abs=0.051)


def test_photographs_state_the_matchers_errors():
    for block in (3, 7, 15):
        found = numbers(views.photographs(block).description)
        assert found[2] == pytest.approx(np.nanmedian(runs.motorcycle_match(block).errors), abs=0.0051)
        assert found[3] == pytest.approx(100 * runs.motorcycle_match(block).wrong(), abs=0.051)
    with pytest.raises(ValueError, match="block"):
        views.photographs(2)
