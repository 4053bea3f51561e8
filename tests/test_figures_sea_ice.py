"""The sea-ice views: numbers in figure and description, Plotly's schema, budgets, settings that are refused."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from miniatures import draw
from miniatures import sea_ice_extent as extent
from miniatures.figures import sea_ice as views
from miniatures.sea_ice import class_probabilities, forecast_variance
from miniatures.sea_ice_ocean import NOISE, TRANSITION, active_cells, simple_forecasts, truth
from miniatures.sea_ice_runs import stored


def heat(view, place):
    return np.array([trace for trace in view.figure["data"] if trace["type"] == "heatmap"][place]["z"], float)


@pytest.mark.parametrize("by", views.FORECASTERS)
def test_the_map_counts_its_cells(by):
    view = views.forecast(4, by, "March")
    month = 12 * views.SHOWN_YEAR + 2
    classes = truth(views.SEED, [month + 4])[0]
    assert (heat(view, 1) == classes / 2).all()
    right = (heat(view, 0) > 0.5) == (classes > 0)
    cells = active_cells(views.SEED)[(month + 4) % 12]
    numbers = [int(n) for n in re.findall(r"in (\d+) of (?:the )?(\d+)", view.description) for n in n]
    assert numbers == pytest.approx(
        [right.sum(), 256, (right & cells).sum(), cells.sum()], abs=1
    )  # the map rounds to 0.01
    assert "for July" in view.description


def test_rules_are_certain_and_the_best_forecast_is_not():
    rule = heat(views.forecast(6, "linear trend", "June"), 0)
    month = 12 * views.SHOWN_YEAR + 5
    assert (rule == (simple_forecasts(views.SEED, [month], 6)["linear trend"][0] > 0.15)).all()
    best = heat(views.forecast(6, "best possible", "June"), 0)
    assert ((best > 0.1) & (best < 0.9)).sum() > 30


def test_the_edge_is_drawn_where_ice_meets_water():
    ice = np.zeros((16, 16), bool)
    ice[10:] = True
    line = views._edge(ice)
    assert len(line["x"]) == 3 * 16
    assert {y for y in line["y"] if y is not None} == {9.5}


def test_classes_state_the_closed_form():
    view = views.classes(0.4, 2, 0.15)
    deviation = np.sqrt(forecast_variance(TRANSITION, NOISE, 2)[0, 0])
    expected = class_probabilities(0.4, deviation)
    assert view.figure["data"][-1]["y"] == pytest.approx(expected)
    for share in expected:
        assert f"{share:.3f}" in view.description
    assert "would have" not in view.description
    moved = views.classes(0.4, 2, 0.5)
    assert f"With the line at 0.15 ice would have {1 - expected[0]:.3f}" in moved.description
    assert moved.figure["data"][-1]["y"][2] == pytest.approx(expected[2])


def test_calibration_states_the_stored_numbers():
    view = views.calibration(4, 1, 3, 1)
    kept = {name: stored("U-Net", name, 3)[0, 3] for name in ("nll", "ece", "temperature")}
    assert f"NLL {kept['nll']:.3f}, calibration error {kept['ece']:.3f}" in view.description
    assert f"choose T = {kept['temperature']:.2f}" in view.description
    at_best = views.calibration(4, float(kept["temperature"]), 3, 1)
    assert f"NLL {stored('U-Net', 'nll_scaled', 3)[0, 3]:.3f}" in at_best.description
    curve = at_best.figure["data"][-2]["y"]
    assert min(curve) > 0
    with pytest.raises(ValueError, match="years=10"):
        views.calibration(1, 1.0, 10, 1)


def test_skill_states_the_stored_means():
    view = views.skill(20, "active cells")
    for name in ("U-Net", "linear trend", "best possible"):
        for lead in (0, 5):
            assert f"{100 * stored(name)[:, lead].mean():.1f} %" in view.description
    assert f"{100 * stored('U-Net', 'all_cells', 10)[:, 0].mean():.1f} %" in views.skill(10, "all cells").description
    assert "not stored" in views.skill(4, "all cells").description
    with pytest.raises(ValueError, match="cells"):
        views.skill(20, "some cells")


def test_edge_states_the_stored_region_at_a_tenth():
    view = views.edge(3, 0.1, "U-Net, 3 years")
    for metric in ("edge_share", "edge_coverage"):
        assert f"{100 * stored('U-Net', metric, 3, 3)[0, 2]:.1f} %" in view.description
    assert set(heat(view, 0).ravel()) == {0.0, 0.5, 1.0}
    wider, narrower = (
        float(re.search(r"that is ([\d.]+) %", views.edge(3, b, "best possible").description)[1]) for b in (0.02, 0.4)
    )
    assert wider > narrower


def test_september_states_its_interval():
    view = views.september(2011, "straight line")
    assert "expects 5.12 for 2012" in view.description
    assert "It was 3.63, outside." in view.description
    assert "inside" in views.september(2014, "straight line").description
    assert "It was" not in views.september(2015, "parabola").description
    assert "no extent can be negative" in views.september(2015, "parabola").description
    years, seen = extent.september()
    points = [trace for trace in view.figure["data"] if trace.get("mode") == "markers"]
    assert points[0]["y"] == seen[years <= 2011].tolist()
    assert points[1]["y"] == seen[years > 2011].tolist()


def test_the_wrong_divisor_loses_all_full_ice():
    right, wrong = views.model_grid("March", 200), views.model_grid("March", 255)
    assert right.figure["data"][-1]["y"][1] > 300
    assert wrong.figure["data"][-1]["y"][1] == 0
    assert "no cell can ever reach 80 %" in wrong.description
    assert "200 or 255" in views.model_grid("March", 100).description


def test_gains_have_their_intervals():
    view = views.grid_gains()
    go.Figure(draw.plain(view.figure))
    points = [trace for trace in view.figure["data"] if trace.get("mode") == "markers"]
    assert [len(trace["y"]) for trace in points] == [6, 6]
    assert "at lead 6" in view.description


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: views.forecast(7, "persistence", "June"), "lead"), (lambda: views.forecast(1, "magic", "June"), "by"), (lambda: views.forecast(1, "persistence", "May"), "start"),
        (lambda: views.edge(1, 0.6, "best possible"), "bound"), (lambda: views.classes(0.3, 0, 0.15), "lead"), (lambda: views.september(1980, "straight line"), "last_year"),
        (lambda: views.september(2000, "cubic"), "curve"), (lambda: views.model_grid("May", 200), "month"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()
