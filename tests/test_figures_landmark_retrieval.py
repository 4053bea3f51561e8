"""The views of the chapter on landmarks state the numbers that the stored searches and the functions give."""

import re

import numpy as np
import pytest
from miniatures import landmark_runs as runs
from miniatures.figures import landmark_retrieval as views
from miniatures.landmark_features import inside
from miniatures.landmark_retrieval import MODES, asmk_similarity, represented
from miniatures.landmark_world import JUNK_BELOW

TRUE = {"left": 11, "low": 2, "right": 46, "high": 36}  # the building's own box in the first view, heights from below


def first(pattern, view):
    return float(re.search(pattern, view.description)[1])


def named(view, name):
    return next(one for one in view.figure["data"] if one.get("name") == name)


def test_the_true_box_is_the_landmarks_and_lifts_the_scene():
    top, left, bottom, right = runs.shown_scene(views.BOXED).box
    assert (left, 96 - bottom, right, 96 - top) == tuple(TRUE.values())
    view = views.boxed(**TRUE, kernel="asmk")
    assert "holds 100 % of the building" in view.description
    assert first(r"rank (\d+) as a whole", view) == 89
    assert first(r"(\d+) by your box alone", view) <= 10
    assert first(r"(\d+) aggregated", view) < 89
    assert first(r"(\d+) as a unit sum", view) == views.rank(**TRUE, mode="unit sum", kernel="asmk")


def test_corners_may_be_given_in_any_order():
    turned = views.boxed(left=46, low=36, right=11, high=2, kernel="vlad")
    assert turned.description == views.boxed(**TRUE, kernel="vlad").description


def test_the_view_starts_from_a_box_that_is_worse_than_none():
    view = views.boxed(48, 36, 84, 72, "asmk")
    assert "holds 0 %" in view.description
    assert first(r"(\d+) by your box alone", view) > 89


def test_a_stored_setting_finds_the_building():
    view = views.boxed(2, 2, 49, 35.33, "asmk")
    assert first(r"holds (\d+) %", view) >= 95
    assert first(r"(\d+) by your box alone", view) <= 10


def test_a_strip_of_sky_beside_the_wrong_building_lifts_the_scene_too():
    """As the page says: a tight box on that building does not."""
    assert views.rank(60, 36, 81, 75, "crop", "asmk") > 89
    assert views.rank(60, 36, 92, 75, "crop", "asmk") < 20
    view = views.boxed(50, 62, 90, 94, "asmk")
    assert "holds 0 %" in view.description
    assert first(r"(\d+) by your box alone", view) <= 15


def test_a_piece_of_that_strip_agrees_by_chance():
    picture = runs.shown_words(views.BOXED)
    held = inside(picture.centres, (24, 84, 34, 92))
    assert (len(held), len(np.unique(picture.words[held]))) == (4, 2)
    assert first(r"(\d+) by your box alone", views.boxed(92, 62, 84, 72, "asmk")) <= 5


def test_a_rank_is_drawn_for_each_mode():
    view = views.boxed(**TRUE, kernel="asmk")
    names = {
        one["y"]: one["text"] for one in view.figure["layout"]["annotations"] if one["text"] in views.CALLED.values()
    }
    places = [round(y - 0.36, 6) for y in names]
    points = named(view, "with your box")
    drawn = dict(zip(names.values(), [points["x"][points["y"].index(place)] for place in places], strict=True))
    box = runs.shown_scene(views.BOXED).box
    assert drawn == {views.CALLED[m]: runs.moved(views.ASKED, views.BOXED, [box], m, "asmk").rank for m in MODES}


@pytest.mark.parametrize(("alpha", "winner"), [(1, "wrong"), (2, "right"), (3, "right"), (6, "right")])
def test_an_exponent_puts_the_right_scene_first(alpha, winner):
    view = views.words(alpha, 0.0)
    assert f"so the {winner} one ranks higher" in view.description
    query = runs.asked(views.ASKED)[0]
    for pattern, number in (("right scene gets", views.RIGHT), ("wrong one", views.WRONG)):
        stored = represented(runs.shown_words(number), runs.shown_boxes(number), "aggregated")[0]
        said = first(pattern + r" ([\d.]+)", view)
        assert said == pytest.approx(asmk_similarity(query, stored, alpha), abs=6e-5)


def test_the_added_words_end_at_the_ratio_of_the_similarities():
    view = views.words(3, 0.2)
    right, wrong = (named_last(view, name) for name in ("the right scene", "a wrong scene"))
    assert right == pytest.approx(1, abs=1e-3)
    said = first(r"wrong one ([\d.]+)", view) / first(r"right scene gets ([\d.]+)", view)
    assert wrong == pytest.approx(said, abs=0.01)


def named_last(view, name):
    return [one for one in view.figure["data"] if one.get("name") == name][-1]["y"][-1]


def test_stored_searches_are_quoted_only_where_they_are_stored():
    assert runs.points("alpha", 2, "aggregated", "asmk") in views.words(2, 0.0).description
    assert runs.points("threshold", 0.4, "aggregated", "asmk") in views.words(3, 0.4).description
    assert "towns" not in views.words(2, 0.4).description
    assert "towns" not in views.words(2.5, 0.0).description


@pytest.mark.parametrize(
    ("number", "mode", "recall"), [(5, "global", 1.0), (4, "aggregated", 1.0), (5, "index", 0.5), (11, "crop", 0.0)]
)
def test_first_eight_counts_what_it_frames(number, mode, recall):
    view = views.first_eight(number, mode, recall)
    ranked = runs.top(number, mode, "asmk", recall)
    right = sum(one // 8 == number and runs.shown_scene(int(one)).visible >= JUNK_BELOW for one in ranked)
    assert first(r"(\d+) of the first eight (?:is|are) right", view) == right
    assert f"is {runs.query_precision(number, mode, 'asmk', recall):.2f}." in view.description
    known = [runs.shown_scene(8 * number + one).visible >= JUNK_BELOW for one in range(8)]
    assert first(r"where (\d+) could be", view) == sum(known)
    frames = {one["name"]: one["x"] for one in view.figure["data"] if one["name"] in ("right", "wrong", "junk")}
    drawn = {name: x.count(None) for name, x in frames.items()}
    assert sum(drawn.values()) == 8
    assert drawn["right"] == right
    boxes = sum(len(runs.shown_boxes(int(one), recall)) for one in ranked) if mode != "global" else 0
    assert named(view, "detected")["x"].count(None) == boxes


def test_pictures_that_are_not_ranked_lie_outside_the_axes():
    view = views.first_eight(4, "aggregated", 1.0)
    low, high = view.figure["layout"]["xaxis"]["range"]
    places = [one["x"] for one in view.figure["layout"]["images"]]
    assert sum(low <= x <= high for x in places) == 9  # with the query's
    assert all(x + 96 < low for x in places if x < low)


def test_studies_draw_stored_means_and_say_who_leads():
    view = views.studies("recall", "asmk")
    assert named(view, "boxes alone")["y"] == pytest.approx(
        100 * runs.curve("recall", "crop", "asmk").mean(axis=1), abs=0.01
    )
    assert first(r"index leads by \+([\d.]+)", view) == pytest.approx(
        runs.gap("recall", 1.0, "index", "aggregated", "asmk").mean(), abs=0.06
    )
    assert "all five towns agree" in view.description
    with pytest.raises(ValueError, match="study"):
        views.studies("weather", "asmk")


def test_all_points_of_the_studies_lie_on_their_axes():
    for study in views.STUDIES:
        for kernel in ("vlad", "asmk"):
            layout = views.studies(study, kernel).figure["layout"]
            for mode in MODES:
                means = 100 * runs.curve(study, mode, kernel).mean(axis=1)
                assert (np.array(layout["yaxis"]["range"])[[0]] < means).all()
                assert (means < layout["yaxis"]["range"][1]).all()
                leads = [runs.gap(study, value, mode, "aggregated", kernel) for value in runs.STUDIES[study]]
                assert layout["yaxis2"]["range"][0] < np.min(leads)
                assert np.max(leads) < layout["yaxis2"]["range"][1]


def test_only_the_detector_keeps_one_query_of_the_page_from_a_mistake():
    for mode in MODES:
        assert runs.query_precision(12, mode, "asmk", 1.0) == 1
    assert runs.query_precision(12, "crop", "asmk", 0.5) < 0.5
    assert "7 of the first eight are right, where 7 could be" in views.first_eight(12, "index", 1.0).description
