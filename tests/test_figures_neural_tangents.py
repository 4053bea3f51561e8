"""The views of infinite width: numbers in figure and description, Plotly's schema, budgets, settings that are refused."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from miniatures import draw
from miniatures.explore import Choice, Slider, explore
from miniatures.figures import neural_tangents as views
from miniatures.neural_tangents import kernels
from miniatures.neural_tangents_cases import (
    band,
    even_circle,
    kernel_errors,
    posterior,
    rate,
    task,
    trained_errors,
    trained_outputs,
)

EXPLORERS = {
    "training": explore(views.training, moment=Slider(1, 8, 6, steps=8, integer=True), width=Choice(list(views.TRAINED_WIDTHS), 128)),
    "widths": explore(views.widths, width=Slider(8, 2048, 64, steps=9, scale="log", integer=True), network=Slider(1, 3, 1, steps=3, integer=True)),
    "regression": explore(views.regression, kind=Choice(["NNGP", "NTK"], "NNGP"), depth=Choice([1, 3, 8], 1), noise=Slider(0, 1, 0.2, steps=6)),
    "depths": explore(views.depths, depth=Slider(1, 8, 1, steps=8, integer=True)),
    "parametrised": explore(views.parametrised, width=Slider(8, 2048, 128, steps=9, scale="log", integer=True),
                            parametrisation=Choice({"NTK": "ntk", "standard": "standard"}, "standard")),
}  # fmt: skip


def test_sliders_stop_at_the_widths_that_are_stored():
    assert EXPLORERS["widths"].controls["width"].values == views.KERNEL_WIDTHS


def test_training_shows_band_and_networks():
    view = views.training(5, 128)
    mean, spread = band(30 * rate())
    curve = next(trace for trace in view.figure["data"] if trace.get("name") == "mean, infinite")
    assert curve["y"] == pytest.approx(mean)
    loop = view.figure["data"][0]["y"]
    assert loop[:64] == pytest.approx(mean + 2 * spread)
    inside = (np.abs(trained_outputs(128, 30) - mean) <= 2 * spread).mean()
    assert f"{100 * inside:.0f} % of what ten networks of width 128" in view.description
    assert f"mean squared error of {((mean - task().truth) ** 2).mean():.3f}" in view.description
    assert len([t for t in view.figure["data"] if t.get("line", {}).get("color") == draw.colour("orange")]) == 4
    assert "not stored" in views.training(5, 77).description


def test_widths_state_this_networks_error_and_that_of_ten():
    view = views.widths(256, 3)
    found = kernel_errors(1, 256)
    assert f"{100 * found[2]:.1f} % away from that of the infinite network" in view.description
    assert f"{100 * found.mean():.1f} ± {100 * found.std(ddof=1):.1f} % away" in view.description
    maps = [trace for trace in view.figure["data"] if trace["type"] == "heatmap"]
    assert np.array(maps[1]["z"]) == pytest.approx(kernels(even_circle(), even_circle(), 1)[1])
    assert "ten networks" not in views.widths(100, 1).description


def test_depths_give_the_closed_forms():
    nngp, ntk = kernels([[1.0, 0.0]], [[0.0, 1.0]], 4)
    view = views.depths(4)
    assert f"NNGP kernel of {nngp[0, 0]:.3f} and an NTK of {ntk[0, 0] / 5:.3f}" in view.description
    assert view.figure["data"][0]["y"][0] == pytest.approx(1)


def test_regression_states_its_distance_to_the_truth():
    targets, mean, spread = posterior(3, 0.3, "NNGP")
    view = views.regression("NNGP", 3, 0.3)
    assert f"{np.sqrt(((mean - task().truth) ** 2).mean()):.3f} (root mean square)" in view.description
    assert f"deviation of {spread.mean():.2f} on average" in view.description
    marks = next(trace for trace in view.figure["data"] if trace.get("name") == "training points")
    assert marks["y"] == pytest.approx(targets)
    assert "no band" in views.regression("NTK", 3, 0.3).description
    assert not [t for t in views.regression("NTK", 3, 0.3).figure["data"] if "fill" in t]


def test_parametrised_tells_the_limits_apart():
    shape = {}
    for name in ("ntk", "standard"):
        words = views.parametrised(2048, name).description
        shape[name] = [int(n) for n in re.findall(r"(\d+) % (?:away from the NTK|from the other)", words)]
    assert shape["ntk"][0] < 8 < shape["ntk"][1]
    assert shape["standard"][1] < 8 < shape["standard"][0]


def test_trained_against_infinite_states_the_stored_means():
    for inputs in ("circle", "line"):
        view = views.trained_against_infinite(inputs)
        first, last = (100 * trained_errors(inputs, n)[:, 0].mean() for n in (32, 8192))
        assert f"falls from {first:.1f} to {last:.1f} %" in view.description
        go.Figure(draw.plain(view.figure))


def test_views_refuse():
    for call in (lambda: views.training(9, 128), lambda: views.widths(0, 1), lambda: views.widths(64, 11), lambda: views.depths(0),
                 lambda: views.regression("GP", 1, 0.1), lambda: views.parametrised(64, "mup"), lambda: views.regression("NTK", 1, 1.5)):  # fmt: skip
        with pytest.raises(ValueError, match="="):
            call()
