"""The views of the chapter on masks state the numbers that the functions give."""

import re

import numpy as np
import pytest
from miniatures.figures import instance_segmentation as views
from miniatures.instance_segmentation import annotate, session
from miniatures.instance_segmentation_runs import stored
from miniatures.outline_polygons import polygon_ious
from miniatures.overlap_measures import offset_disc_iou, wobbling_disc_iou
from miniatures.relationship_triplets import learnt, predicate_probabilities
from miniatures.tailed_objects import drawn_object, horse, real_object


def first(pattern, view):
    return float(re.search(pattern, view.description)[1].rstrip("."))


@pytest.mark.parametrize(("view", "seed"), [(views.object_clicks, views.OBJECT), (views.horse_clicks, "horse")])
def test_the_prepared_clicks_are_the_annotators_and_fall_before_they_rise(view, seed):
    script, ious = views.clicks_of(seed, 4), annotate(seed, 4)
    found = [first(r"IoU ([\d.]+)", view(script[:k])) for k in range(5)]
    assert found[1:] == pytest.approx(ious, abs=6e-4)
    assert "lowers it by" in view(script[:1]).description
    assert found[1] < found[0] < found[2]
    assert "simulated annotator has" not in view(script).description


def test_a_readers_click_is_where_it_was_set():
    """x is the column; y counts from below, as the picture's axis does."""
    mine = ((40, 10, 1), (20, 50, 0))
    made = session(views.OBJECT, [(53, 40, 1), (13, 20, 0)])
    view = views.object_clicks(mine)
    assert first(r"IoU ([\d.]+)", view) == pytest.approx(made.ious[-1], abs=6e-4)
    assert "The simulated annotator has" in view.description
    placed = [(one["x"], one["y"]) for one in view.figure["data"] if one["mode"] == "markers"]
    assert ([40], [10]) in placed
    assert ([20], [50]) in placed


def test_the_count_of_errors_is_that_of_the_pixels():
    view, made, truth = views.object_clicks(views.clicks_of(5, 3)), session(5, 3), drawn_object(5).mask
    assert first(r"misses (\d+)", view) == (truth & ~made.masks[-1]).sum()
    assert first(r"has (\d+) too many", view) == (made.masks[-1] & ~truth).sum()


def test_colours_say_what_is_right_missed_and_too_much():
    mask, truth = np.array([[1, 0], [1, 0]]) > 0, np.array([[1, 1], [0, 0]]) > 0
    shown = views._tinted(np.full((2, 2), 0.5), mask, truth).astype(int)
    assert shown[0, 0].argmax() == 2  # blue
    assert shown[1, 0].argmax() == 0  # red
    assert shown[0, 1, :2].min() > shown[0, 1, 2] + 50  # yellow
    assert np.ptp(shown[1, 1]) == 0


def test_the_walker_states_the_overlap_of_its_mask():
    for beta in (0.05, 1.0, 5.0):
        assert first(r"IoU ([\d.]+)", views.walker(beta, 2)) == pytest.approx(annotate(5, 2, beta=beta)[-1], abs=6e-4)
    assert "beta" in views.walker(-1.0, 1).description  # refused in words


def test_hands_state_the_stored_means():
    view = views.hands("mean IoU")
    for hand in ("centre", "anywhere", "edge"):
        assert f"{stored('clicks', hand, 3).mean():.3f} ({hand})" in view.description
    levels = [views.hands(measure).figure["layout"].get("shapes") for measure in views.MEASURES]
    assert levels[0]
    assert not levels[1]  # 0.84 is an overlap, and no share of objects
    with pytest.raises(ValueError, match="measure"):
        views.hands("loss")


def test_four_masks_near_84_percent():
    found = [float(one) for one in re.findall(r"0\.\d{3}", views.eighty_four().description)]
    assert len(found) == 4
    assert found == pytest.approx([0.84, 0.84, 0.871, 0.84], abs=3e-3)


def test_polygons_state_their_overlap():
    assert first(r"IoU of ([\d.]+)", views.polygon(17, "horse")) == pytest.approx(
        polygon_ious(horse(), [17])[0], abs=6e-4
    )
    with pytest.raises(ValueError, match="shape"):
        views.polygon(8, "cow")


def test_sizes_state_both_closed_forms():
    view = views.size(20.0, 1.5)
    assert first(r"IoU of ([\d.]+)", view) == pytest.approx(offset_disc_iou(20, 1.5), abs=6e-4)
    assert first(r"as much ([\d.]+)", view) == pytest.approx(wobbling_disc_iou(20, 1.5), abs=6e-4)
    assert "wobbles" not in views.size(3.0, 1.5).description


def test_a_box_is_the_same_from_any_two_opposite_corners():
    view = views.relation(0.75, 0.52, 0.85, 0.4)
    p = predicate_probabilities(learnt(), [0.48, 0.75, 0.6, 0.85], views.TABLE)
    assert f"on with probability {p[0]:.3f}" in view.description
    assert views.relation(0.85, 0.52, 0.75, 0.4).description == view.description
    assert "none with" in views.relation(0.0, 1.0, 0.1, 0.9).description
    thin = views.relation(0.75, 0.52, 0.76, 0.4)
    assert "0.02 or more" in thin.description
    assert thin.figure["layout"]["xaxis"] == view.figure["layout"]["xaxis"]


def test_the_small_horse_is_the_one_that_is_clicked():
    assert f"{real_object('horse').mask.sum()} pixels" in views.horse_clicks(views.clicks_of("horse", 1)).description
