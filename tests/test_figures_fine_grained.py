"""The fine-grained views: numbers in figure and description, Plotly's schema, budgets, settings that are refused."""

import numpy as np
import plotly.graph_objects as go
import pytest
from miniatures import draw
from miniatures.figures import fine_grained as views
from miniatures.fine_grained import tempered
from miniatures.fine_grained_cases import corrected, iris_accuracies, separation, shifted_digits, stored
from reading import numbers


def test_recognised_states_the_stored_means():
    view = views.recognised(0.3, 0.1, "white", "average")
    found = {pooling: stored(pooling=pooling, paint="white", gap=0.3, contrast=0.1) for pooling in views.POOLINGS}
    for accuracies in found.values():
        assert f"{100 * accuracies.mean():.1f} ± {100 * accuracies.std(ddof=1):.1f} %" in view.description
    line = next(trace for trace in view.figure["data"] if trace.get("name") == "average")
    assert line["y"][2] == pytest.approx(found["average"].mean())
    assert "not stored" in views.recognised(0.5, 0.1, "white", "average").description
    for bad in (("red", "average"), ("white", "max")):
        with pytest.raises(ValueError, match="="):
            views.recognised(1.0, 0.1, *bad)


def test_met_shows_the_upper_triangle_and_names_its_largest_cell():
    view = views.met("A and B: the stripes move", "balanced", 1.0)
    apart = separation(0, 1, "balanced", 1.0)
    shown = view.figure["data"][0]["z"]
    for row in range(7):
        for column in range(7):
            if column < row:
                assert shown[row][column] is None
            else:
                assert shown[row][column] == pytest.approx(np.clip(apart[row, column], -10, 10))
    assert f"{np.abs(apart).max():.1f}." in view.description
    assert "rust and stripes" in view.description
    assert f"at most {np.abs(apart[0]).max():.1f} standard deviations" in view.description
    with pytest.raises(ValueError, match="pair"):
        views.met("A and E", "balanced", 1.0)


def test_flowers_count_wrong_labels_and_draw_the_border():
    view = views.flowers("versicolor or virginica", "petals", 0.2)
    accuracies = iris_accuracies("versicolor or virginica", "petals", 0.2)
    assert "10 of 50 training labels wrong" in view.description
    assert f"{100 * accuracies.mean():.1f} ± {100 * accuracies.std(ddof=1):.1f} %" in view.description
    crosses = next(trace for trace in view.figure["data"] if trace.get("name") == "wrong label")
    assert len(crosses["x"]) == 10
    assert not [
        t for t in views.flowers("setosa or not", "petals", 0.0).figure["data"] if t.get("name") == "wrong label"
    ]
    border = next(trace for trace in view.figure["data"] if trace.get("name") == "learnt border")
    assert len(border["x"]) > 20


def test_priors_show_em_on_the_case_itself():
    view = views.priors(0.6, 10, 1.5)
    case = shifted_digits(0.6, 100)
    from dataclasses import replace

    outcome = corrected(replace(case, posteriors=tempered(case.posteriors, 1.5)), 10)
    assert view.figure["data"][0]["y"] == pytest.approx(outcome.prior)
    found = numbers(view.description, r"[+-]?[\d.]+(?= %| points)")
    wanted = (100 * outcome.prior_error, 100 * outcome.accuracy[0], 100 * outcome.accuracy[1],
              100 * (outcome.accuracy[1] - outcome.accuracy[0]), 100 * outcome.accuracy[2])  # fmt: skip
    assert found == pytest.approx(wanted, abs=0.051)
    start = views.priors(0.6, 0, 1.0)
    assert start.figure["data"][0]["y"] == pytest.approx(case.train_prior)
    assert "(+0.0 points)" in start.description


def test_temperatures_are_lopsided():
    view = views.temperatures()
    change = np.diff(views.temperature_sweep(), axis=2)[:, :, 0].mean(axis=1)
    assert change[views.TEMPERATURES.index(0.25)] > 0
    assert change[views.TEMPERATURES.index(4.0)] < -0.15
    assert f"{100 * change[views.TEMPERATURES.index(1.0)]:+.1f} as trained" in view.description
    go.Figure(draw.plain(view.figure))
