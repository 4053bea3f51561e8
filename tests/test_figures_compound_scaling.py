"""The views of compound scaling: their numbers, their budgets, Plotly's schema."""

import re

import numpy as np
import pytest
from miniatures import compound_scaling as cs
from miniatures import compound_scaling_toy as toy
from miniatures.explore import Choice, Slider, Toggle, explore
from miniatures.figures import compound_scaling as views

EXPLORERS = {
    "shape": explore(
        views.shape, way=Choice(["compound", "depth", "width", "resolution"], "compound"), phi=Slider(0, 2, 1, steps=21)
    ),
    "promise": explore(views.promise, phi=Slider(0, 7, 1, steps=71)),
    "constraint": explore(
        views.constraint, alpha=Slider(1, 2, 1.2, steps=21), beta=Slider(1, 1.4, 1.1, steps=9)
    ),
    "stages": explore(views.stages, variant=Choice(list(cs.VARIANTS), "B0")),
    "size": explore(
        views.size,
        width=Slider(0.25, 2.5, 1, steps=10),
        depth=Slider(0.5, 3, 1, steps=6),
        resolution=Slider(96, 672, 224, steps=4, integer=True),
        classes=Choice([10, 100, 1000, 10000], 1000),
    ),
    "exact": explore(views.exact, variant=Choice(list(cs.VARIANTS)[1:], "B7"), phi=Slider(0, 8, 7, steps=33)),
    "imagenet": explore(views.imagenet, near=Toggle(True), edition=Choice(["2019", "2020"], "2019")),
    "budget": explore(
        views.budget,
        doublings=Choice([0, 2, 4], 4),
        dataset=Choice(["digits", "clothes"], "digits"),
        kind=Choice(["trained", "skips", "plain"], "trained"),
    ),
}  # fmt: skip


def test_shape_shows_the_counted_network():
    view = views.shape(1.0, "compound")
    network = cs.grown(*cs.compound(1))
    scaled = [trace for trace in view.figure["data"] if trace["name"] == "scaled"]
    assert max(scaled[0]["y"]) == 352
    assert scaled[0]["x"][-1] == scaled[1]["x"][-1] == network.blocks + 1
    assert scaled[1]["y"][0] == 129
    assert "23 blocks instead of 16" in view.description
    assert "2.57 times; 1.92 were meant" in view.description


def test_one_way_alone_changes_one_curve():
    base = views.shape(0.0, "depth").figure["data"]
    wide = views.shape(2.0, "width").figure["data"]
    sharp = views.shape(2.0, "resolution").figure["data"]
    assert [trace["name"] for trace in base] == ["scaled", "B0", "scaled", "B0"]
    assert wide[0]["x"] == base[0]["x"]
    assert wide[0]["y"] != base[0]["y"]
    assert wide[2]["y"] == base[2]["y"]
    assert sharp[0]["y"] == base[0]["y"]
    assert sharp[2]["y"] != base[2]["y"]


def test_promise_tells_promise_and_count():
    view = views.promise(7.0)
    assert "61 blocks" in view.description
    assert "2^φ = 128, meant 1.92^φ = 96.28, counted 102.8" in view.description
    point = view.figure["data"][-1]
    assert point["y"][0] == pytest.approx(102.8 / 128, abs=1e-3)
    counted = next(trace for trace in view.figure["data"] if trace.get("name") == "counted")
    assert max(counted["y"]) == pytest.approx(1.67, abs=0.01)
    assert max(counted["y"]) < view.figure["layout"]["yaxis2"]["range"][1]


def test_constraint_solves_the_third_and_refuses():
    view = views.constraint(1.2, 1.1)
    assert "γ = 1.1736" in view.description
    shares = [int(found) for found in re.findall(r"(\d+)%", view.description)]
    assert sum(shares) == pytest.approx(100, abs=1)
    assert shares == [26, 28, 46]
    refused = views.constraint(2.0, 1.1)
    assert "no gamma of at least 1" in refused.description
    assert not refused.figure["data"]
    grid = view.figure["data"][0]
    row, column = grid["y"].index(pytest.approx(1.1)), grid["x"].index(pytest.approx(1.2))
    assert grid["z"][row][column] == pytest.approx(1.1736, abs=1e-4)


@pytest.mark.parametrize("variant", cs.VARIANTS)
def test_shares_add_up_to_a_hundred(variant):
    view = views.stages(variant)
    assert f"{cs.efficientnet(*cs.VARIANTS[variant]).parameters:,} parameters" in view.description
    for trace in view.figure["data"]:
        assert sum(trace["y"]) == pytest.approx(100)
        assert max(trace["y"]) < 80


def test_size_shows_what_the_counter_counts():
    view = views.size(1.0, 1.0, 224, 10)
    assert "4,020,358 parameters and 0.3845 billion" in view.description
    assert "resolution=0" in views.size(1.0, 1.0, 0, 10).description
    blue = [trace["y"] for trace in view.figure["data"] if trace["name"] == "parameters"]
    assert blue == [t["y"] for t in views.size(1.0, 1.0, 600, 10).figure["data"] if t["name"] == "parameters"]


def test_exact_measures_the_release_against_the_power():
    view = views.exact("B7", 7.0)
    assert "off by −13.5 %, +2.6 % and +0.7 %" in view.description
    assert "no φ rounds to all three" in view.description
    assert view.figure["data"][-1]["y"] == pytest.approx([100 * (3.1 / 1.2**7 - 1), 100 * (2 / 1.1**7 - 1), 100 * (600 / 224 / 1.15**7 - 1)])  # fmt: skip
    assert "every φ from 0.96 to 1.18 rounds to it" in views.exact("B2", 1.0).description


def test_imagenet_puts_the_printed_accuracies_at_counted_cost():
    view = views.imagenet(False, "2019")
    assert "counted are 1.58, 1.45, 1.54 and 1.80" in view.description
    line = view.figure["data"][0]
    assert line["y"] == [76.3, 78.8, 79.8, 81.1, 82.6, 83.3, 84.0, 84.4]
    assert line["x"][0] == pytest.approx(0.3858, abs=1e-4)


@pytest.mark.parametrize("setting", EXPLORERS["budget"].settings(), ids=str)
def test_budget_shows_the_stored_means(setting):
    view = views.budget(**setting)
    grid = np.array(view.figure["data"][0]["z"], float)
    found = toy.results(setting["dataset"], setting["kind"], setting["doublings"])
    assert np.isfinite(grid).sum() == len(found)
    for result in found:
        assert grid[result.in_resolution, result.in_width] == result.mean
    best = max(result.mean for result in found)
    assert f"{best:.3f} (standard deviation" in view.description
    assert view.figure["data"][0]["zmin"] <= grid[np.isfinite(grid)].min()
