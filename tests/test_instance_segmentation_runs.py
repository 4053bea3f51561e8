"""The stored runs: a seed is computed again in part; what the page says about them."""

import instance_segmentation as script
import numpy as np
import pytest
from miniatures.comparisons import paired
from miniatures.instance_segmentation_runs import (
    BETAS,
    FRESH_SEEDS,
    HANDS,
    SETTINGS,
    curve,
    methods,
    stored,
)
from miniatures.relationship_triplets import SCORERS


def mean(experiment, method, setting=0.0):
    return stored(experiment, method, setting).mean()


# ---- parts are computed again


@pytest.mark.parametrize("seed", [200, 203])
def test_what_is_stored_of_polygons_and_triplets_comes_back(seed):
    for experiment, method, setting, value in (*script.polygons(seed), *script.triplets(seed)):
        assert value == pytest.approx(stored(experiment, method, setting)[FRESH_SEEDS.index(seed)], abs=2e-6)


def test_what_is_stored_of_clicks_comes_back():
    for name in HANDS:
        ious = np.array([made.ious for made in script.hand(name, 202)])
        for clicks in SETTINGS["clicks"]:
            assert ious[:, clicks].mean() == pytest.approx(stored("clicks", name, clicks)[2], abs=2e-6)
        if name == "centre":
            for experiment, method, setting, value in script.summaries(202, ious):
                assert value == pytest.approx(stored(experiment, method, setting)[2], abs=2e-5)


def test_all_that_is_named_is_stored():
    for experiment, settings in SETTINGS.items():
        for method in methods(experiment):
            assert curve(experiment, method)[1].shape == (len(settings), 5)
    for call, words in (
        (lambda: stored("clicks", "foot", 1), "method='foot', setting=1 "),
        (lambda: stored("kicks", "centre"), "experiment='kicks'"),
        (lambda: stored("clicks", "centre", np.nan), "setting"),
        (lambda: methods("kicks"), "experiment"),
    ):
        with pytest.raises(ValueError, match=words):
            call()


# ---- what the page says


def test_three_clicks_bring_most_objects_to_84_percent_and_the_first_lowers_many():
    assert mean("clicks", "centre", 0) == pytest.approx(0.50, abs=0.01)
    found = curve("clicks", "centre")[1].mean(axis=1)
    assert found[1] < found[0]
    assert found[1:5] == pytest.approx([0.456, 0.740, 0.873, 0.920], abs=2e-3)
    assert mean("session", "clicks to 0.84") == pytest.approx(2.9, abs=0.05)
    assert mean("session", "first click lowers") == pytest.approx(0.6, abs=0.01)
    assert (stored("session", "first click lowers") >= 0.4).all()


def test_the_first_click_lowers_the_mean_in_most_seeds_only():
    lowered = stored("session", "fallen by") > 0
    assert 3 <= lowered.sum() <= 5


def test_a_hand_that_is_off_costs_little_at_first_and_more_at_the_end():
    loss = stored("clicks", HANDS[0], 6) - stored("clicks", HANDS[1], 6)
    assert loss.min() > 0.02
    assert abs(mean("clicks", HANDS[0], 2) - mean("clicks", HANDS[1], 2)) < 0.02


def test_clicks_in_the_middle_of_an_error_beat_clicks_at_its_edge_and_anywhere():
    for other in HANDS[2:]:
        for clicks in (3, 5):
            assert paired(stored("clicks", "centre", clicks), stored("clicks", other, clicks)).wins == 5


def test_one_number_decides_how_far_a_click_reaches():
    found = curve("beta", "1 click")[1]
    assert (np.diff(found.mean(axis=1)) > 0).all()
    assert found[0].mean() < 0.15
    assert found[BETAS.index(2.0)].mean() > 0.8


def test_the_best_click_flatters():
    assert (stored("session", "best of 8 clicks") > stored("session", "last of 8 clicks")).all()


def test_eight_vertices_bring_the_drawn_objects_to_84_percent():
    assert mean("polygon", "vertices", 7) < 0.84 < mean("polygon", "vertices", 8)
    assert mean("session", "vertices to 0.84") == pytest.approx(8.3, abs=0.05)


def test_a_class_for_no_relation_is_what_the_triplets_need():
    found = {scorer: stored("triplets", f"mAP, {scorer}") for scorer in SCORERS}
    assert paired(found["geometry and none"], found["geometry"]).wins == 5
    assert paired(found["geometry"], found["classes"]).wins == 5
    assert found[SCORERS[3]] == pytest.approx(found[SCORERS[2]])
    first = [stored("triplets", f"found first, {scorer}").mean() for scorer in SCORERS]
    assert first[1] < 0.1
    assert first[3] > first[2] > 0.6
