"""The views in a notebook: a Plotly bundle, and ipywidgets whose move changes the figure and its words."""

import html
import json

import ipywidgets
import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import draw, notebook
from miniatures.explore import Choice, Slider, Toggle, View, explore

PLOTLY = "application/vnd.plotly.v1+json"


def ramp(height: float, shape: str = "line", shown: bool = True, steps: int = 3) -> View:
    """A ramp up to `height`."""
    y = height * np.linspace(0, 1, steps) ** (1 if shape == "line" else 2)
    marks = [draw.line(np.arange(steps), y)] if shown else []
    return View(
        draw.figure(*marks),
        f"A {shape} & its <height> of {height:.6g} in {steps} steps, {'shown' if shown else 'hidden'}.",
    )


def strict(a: float) -> View:
    """Refuses what lies outside 0.3 to 20, by however little."""
    if not 0.3 <= a <= 20:
        raise ValueError(f"a={a!r} must lie from 0.3 to 20")
    return View(draw.figure(draw.line([0, 1], [0, a])), f"It ends at {a}.")


@pytest.fixture
def box():
    return notebook.widget(
        explore(ramp, height=Slider(0, 2, 1, unit="m", label="height"), shape=Choice({"straight": "line", "bent": "curve"}, "line"),
                shown=Toggle(True), steps=Slider(2, 9, 3, integer=True))
    )  # fmt: skip


def state(box):
    """(figure, description, words) that the box shows."""
    *_, output, words = box.children
    (shown,) = output.outputs
    return shown["data"][PLOTLY], shown["data"]["text/plain"], words.value


def test_a_figure_bundle_is_plotlys_with_the_description_as_its_text():
    figure = draw.figure(
        draw.line(np.arange(3), [1, np.nan, np.inf]), draw.vertical(1), draw.image(np.zeros((2, 2), np.uint8))
    )
    bundle = json.loads(json.dumps(notebook.figure_bundle(figure, "Three points, 1 m."), allow_nan=False))
    assert bundle["text/plain"] == "Three points, 1 m."
    assert bundle[PLOTLY]["data"][0]["y"] == [1, None, None]
    assert bundle[PLOTLY]["layout"]["height"] == 360
    assert bundle[PLOTLY]["layout"]["template"]["layout"]["colorway"]
    go.Figure(bundle[PLOTLY])


def test_a_view_shows_itself_as_that_bundle(monkeypatch):
    monkeypatch.delenv("MINIATURES_BOOK", raising=False)
    view = ramp(2)
    assert view._repr_mimebundle_() == notebook.figure_bundle(view.figure, view.description)


def test_each_control_has_its_widget_at_its_default(box):
    height, shape, shown, steps, *_ = box.children
    assert [type(one) for one in (height, shape, shown, steps)] == [
        ipywidgets.FloatSlider,
        ipywidgets.Dropdown,
        ipywidgets.Checkbox,
        ipywidgets.IntSlider,
    ]
    assert (height.min, height.max, height.value, height.description) == (0, 2, 1, "height (m)")
    assert (shape.options, shape.value, shape.description) == (
        (("straight", "line"), ("bent", "curve")),
        "line",
        "shape",
    )
    assert shown.value is True
    assert (steps.min, steps.max, steps.value) == (2, 9, 3)


def test_moving_each_widget_changes_figure_and_words(box):
    height, shape, shown, steps, *_ = box.children
    setting = {"height": 1.0, "shape": "line", "shown": True, "steps": 3}
    for widget, name, value in (
        (height, "height", 1.37),
        (shape, "shape", "curve"),
        (steps, "steps", 5),
        (shown, "shown", False),
    ):
        before = state(box)
        widget.value = value
        setting[name] = value
        figure, description, words = state(box)
        expected = ramp(**setting)
        assert figure["data"] == draw.plain(expected.figure)["data"]
        assert description == expected.description
        assert words == html.escape(expected.description)
        assert (figure, words) != (before[0], before[2])


def test_the_output_is_replaced_as_a_whole(box):
    output, seen = box.children[-2], []
    output.observe(lambda change: seen.append(len(change["new"])), "outputs")
    box.children[0].value = 0.5
    assert seen == [1], "a slow kernel would show half of a state"


def test_the_bundle_of_an_explorer_is_the_widgets(monkeypatch):
    monkeypatch.delenv("MINIATURES_BOOK", raising=False)
    found = explore(strict, a=Slider(0.3, 20, 3))._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in (found[0] if isinstance(found, tuple) else found)


@given(st.floats(-30, 30), st.floats(0.1, 10))
def test_a_logarithmic_slider_stays_within_its_ends_and_keeps_its_default(exponent, decades):
    low, high = 10.0**exponent, 10.0 ** (exponent + decades)
    seen = []

    def inside(a):
        seen.append(a)
        return View(draw.figure(), f"{a}")

    explorer = explore(strict, a=Slider(0.3, 20, 3))
    explorer = type(explorer)(inside, {"a": Slider(low, high, (low * high) ** 0.5, scale="log")}, "x")
    slider = notebook.widget(explorer).children[0]
    assert isinstance(slider, ipywidgets.FloatLogSlider)
    assert seen[0] == pytest.approx((low * high) ** 0.5, rel=1e-12)
    slider.value = 10.0**slider.max
    slider.value = 10.0**slider.min
    assert len(seen) >= 3
    assert all(low <= a <= high for a in seen)


@pytest.mark.parametrize("value", [0.3, 20, 3])
def test_a_view_that_is_strict_about_its_ends_can_start_there(value):
    slider = notebook.widget(explore(strict, a=Slider(0.3, 20, value, scale="log"))).children[0]
    assert slider.value == pytest.approx(value, rel=1e-12)


def test_a_view_that_fails_is_named_with_its_setting():
    from miniatures.explore import Explorer

    with pytest.raises(ValueError, match=r"strict cannot draw a=0.1: ValueError: a=0.1 must lie"):
        notebook.widget(Explorer(strict, {"a": Slider(0.1, 20, 0.1)}, "x"))
