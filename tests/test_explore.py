"""explore: views, controls, their stored values, the states' budget, what a page and a build need."""

import base64
import gzip
import itertools
import json
import math
import time

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import draw, explore, states
from miniatures.explore import BudgetError, Choice, Slider, Toggle, View, refusal

SEEN = []  # settings that `counted` was called with


def wave(frequency: float, phase: str = "sine", damped: bool = False) -> View:
    """A damped or undamped wave."""
    x = np.linspace(0, 1, 40)
    y = (np.sin if phase == "sine" else np.cos)(2 * np.pi * frequency * x) * (np.exp(-x) if damped else 1)
    return View(draw.figure(draw.line(x, y)), f"{frequency:g} periods of a {phase}, the last value is {y[-1]:.3f}.")


def root(a: float, b: float) -> View:
    """Fails where a < b, and alone where a is above 8."""
    if a > 8:
        raise KeyError("too large")
    return View(draw.figure(draw.line([0, 1], [0, math.sqrt(a - b)])), f"The root is {math.sqrt(a - b):.3f}.")


def slow(a: float) -> View:
    """Takes 0.15 s of CPU."""
    end = time.process_time() + 0.15
    while time.process_time() < end:
        pass
    return View(draw.figure(draw.line([0, 1], [0, a])), f"It ends at {a}.")


def heavy(a: float) -> View:
    """Noise cannot be packed."""
    y = np.random.default_rng(int(1000 * a)).random(2000)
    return View(draw.figure(draw.line(range(2000), y)), f"Noise of mean {y.mean():.3f}.")


def counted(a: float, b: float) -> View:
    """Notes its settings."""
    SEEN.append((a, b))
    return View(draw.figure(draw.line([0, 1], [a, b])), f"From {a} to {b}.")


def wanton(a: float) -> View:
    """Draws something else each time."""
    SEEN.append(a)
    return View(draw.figure(draw.line([0, 1], [a, len(SEEN)])), f"It ends at {a}.")


def careless(a: float):
    """Returns no view."""
    return {"data": [], "layout": {}} if a else View(draw.figure(), "0 marks.")


def starred(*values) -> View:
    return View(draw.figure(), f"{values}")


def positional(a, /) -> View:
    return View(draw.figure(), f"{a}")


@pytest.fixture
def book(monkeypatch):
    """As while the book's build executes a page."""
    monkeypatch.setenv("MINIATURES_BOOK", "1")


# -- View ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figure", "description", "message"),
    [
        (None, "1 line", "figure of .*NoneType.* must be a dict with 'data' and 'layout'"),
        ({"data": []}, "1 line", "must be a dict with 'data' and 'layout'"),
        ([], "1 line", "must be a dict with 'data' and 'layout'"),
        (draw.figure(), "", "description='' must say"),
        (draw.figure(), " \n", "must say"),
        (draw.figure(), None, "description=None must say"),
        (draw.figure(), 3, "description=3 must say"),
    ],
)
def test_a_view_needs_a_figure_and_a_description(figure, description, message):
    with pytest.raises(ValueError, match=message):
        View(figure, description)


def test_a_view_writes_true_minus_signs_and_leaves_words_and_spans_alone():
    assert View(draw.figure(), "From -0.5 to 3-5 of COVID-19.").description == "From −0.5 to 3-5 of COVID-19."


def test_a_refusal_gives_its_reason_in_the_picture_and_in_words():
    reason = "no window: the peak 0.0009 is below epsilon = 0.001 " * 3
    view = refusal(reason)
    assert view.description == reason
    assert view.figure["layout"]["annotations"][0]["text"].replace("<br>", " ") == reason.strip()
    assert max(map(len, view.figure["layout"]["annotations"][0]["text"].split("<br>"))) <= 48
    go.Figure(view.figure)
    for nothing in ("", "  ", None, 3):
        with pytest.raises(ValueError, match=r"reason=.* must say why"):
            refusal(nothing)


def test_a_refusal_keeps_its_comparison_signs():
    view = refusal("no root where a < b and b > 0, at a & b")
    assert view.description == "no root where a < b and b > 0, at a & b"
    assert view.figure["layout"]["annotations"][0]["text"] == "no root where a &lt; b and b &gt; 0, at a &amp; b"


# -- Slider -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slider", "values"),
    [
        (Slider(0, 2, 1, steps=5), (0, 0.5, 1, 1.5, 2)),
        (Slider(1, 1000, 10, steps=4, scale="log"), (1, 10, 100, 1000)),
        (Slider(0, 1, 0.3, steps=3), (0, 0.3, 1)),
        (Slider(0, 10, 0.1, steps=3), (0, 0.1, 10)),  # nearest to an end, which stays
        (Slider(0, 10, 10, steps=2), (0, 10)),
        (Slider(0, 4, 3, steps=25, integer=True), (0, 1, 2, 3, 4)),
        (Slider(1, 100, 7, steps=3, scale="log", integer=True), (1, 7, 100)),
        (Slider(0, 3, 3, steps=2, integer=True), (0, 3)),
        (Slider(1000.1, 1000.4, 1000.2, steps=4), (1000.1, 1000.2, 1000.3, 1000.4)),  # 4 digits are too few
        (Slider(0, 1 / 3, 0, steps=3), (0, 0.1667, 1 / 3)),  # never beyond its end
        (Slider(-0.3, 0.3, 0.1, steps=7), (-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3)),  # linspace leaves 5.55e-17
        (Slider(-1, 1, -0.5, steps=5), (-1, -0.5, 0, 0.5, 1)),
    ],
)
def test_slider_grids_by_hand(slider, values):
    assert slider.values == values


SPANS = st.tuples(st.floats(-1e9, 1e9), st.floats(1e-2, 1e9), st.floats(0, 1), st.integers(3, 60))


@given(SPANS)
def test_a_linear_grid_ascends_within_its_ends_and_holds_the_default(span):
    low, wide, share, steps = span
    value = min(max(low, low + share * wide), low + wide)
    _holds(Slider(low, low + wide, value, steps=steps), steps)


@given(st.floats(-30, 30), st.floats(0.01, 40), st.floats(0, 1), st.integers(3, 60))
def test_a_logarithmic_grid_ascends_within_its_ends_and_holds_the_default(low, decades, share, steps):
    ends = 10.0**low, 10.0 ** (low + decades)
    value = min(max(ends[0], ends[0] * 10 ** (share * decades)), ends[1])
    slider = Slider(*ends, value, steps=steps, scale="log")
    _holds(slider, steps)
    ratios = np.diff(np.log(slider.values))
    assert ratios.max() < 3 * math.log(ends[1] / ends[0]) / (steps - 1), "steps of unequal ratio"


@given(st.integers(-1000, 1000), st.integers(1, 2000), st.floats(0, 1), st.integers(3, 60))
def test_an_integer_grid_holds_whole_numbers(low, wide, share, steps):
    slider = Slider(low, low + wide, low + round(share * wide), steps=steps, integer=True)
    _holds(slider, min(steps, wide + 1))
    assert all(type(value) is int for value in slider.values)
    if wide < steps:
        assert slider.values == tuple(range(low, low + wide + 1))


def _holds(slider, count):
    values = slider.values
    assert len(values) == count
    assert all(one < other for one, other in itertools.pairwise(values))
    assert (values[0], values[-1]) == (slider.low, slider.high)
    assert slider.value in values
    assert all(map(slider.admits, values))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"low": 3}, "low=3 must lie below high=2"),
        ({"low": 2}, "low=2 must lie below high=2"),
        ({"low": math.nan}, "low=nan must be a finite number"),
        ({"high": math.inf}, "high=inf must be a finite number"),
        ({"high": 1e200}, "high=1e.200 must be a finite number"),
        ({"low": "0"}, "low='0' must be a finite number"),
        ({"low": False}, "low=False must be a finite number"),
        ({"low": None}, "low=None must be a finite number"),
        ({"value": 3}, "value=3 must lie between low=0 and high=2"),
        ({"value": math.nan}, "value=nan must be a finite number"),
        ({"value": True}, "value=True must be a finite number"),
        ({"steps": 1}, "steps=1 must be a whole number from 2 to 500"),
        ({"steps": 10**9}, "steps=1000000000 must be a whole number from 2 to 500"),
        ({"steps": 5.0}, "steps=5.0 must be a whole number"),
        ({"steps": True}, "steps=True must be a whole number"),
        ({"steps": 2}, "steps=2 has no step for value=1"),
        ({"steps": 2, "integer": True}, "steps=2 has no step for value=1"),
        ({"value": 1.5, "integer": True}, "value=1.5 of an integer slider must be a whole number"),
        ({"high": 2.5, "integer": True}, "high=2.5 of an integer slider must be a whole number"),
        ({"scale": "log"}, "low=0 must be positive on a logarithmic scale"),
        ({"scale": "logarithmic"}, "scale='logarithmic' must be one of: linear, log"),
        ({"scale": None}, "scale=None must be one of"),
        ({"unit": 3}, "unit=3 must be a text"),
        ({"label": None}, "label=None must be a text"),
    ],
)
def test_a_slider_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Slider(**{"low": 0, "high": 2, "value": 1} | arguments)


@pytest.mark.parametrize("value", [-0.1, 2.1, math.nan, math.inf, True, "1", None, [1]])
def test_a_slider_admits_only_numbers_between_its_ends(value):
    assert not Slider(0, 2, 1).admits(value)


def test_a_slider_admits_what_lies_between_its_steps():
    assert Slider(0, 2, 1, steps=3).admits(0.123)
    assert not Slider(0, 2, 1, integer=True).admits(0.5)
    assert Slider(0, 2, 1, integer=True).admits(2.0)


def test_a_slider_holds_plain_numbers():
    slider = Slider(np.float64(0), np.int64(2), np.float32(0.5), steps=np.int64(3))
    assert [type(one) for one in (slider.low, slider.high, slider.value)] == [float, int, float]
    assert json.loads(json.dumps(slider.values)) == [0, 0.5, 2]


# -- Choice, Toggle -----------------------------------------------------------------------------


def test_a_choice_shows_numbers_as_people_write_them():
    assert Choice([1e-2, 1e-3, 1e-7, 2.0, 3], 1e-3).names == ("0.01", "0.001", "1e-07", "2", "3")
    assert Choice([0.1234567, 0.1234568], 0.1234567).names == ("0.1234567", "0.1234568")
    assert Choice({"few": 10, "many": 1000}, 10).names == ("few", "many")
    assert Choice({"few": 10, "many": 1000}, 10).values == (10, 1000)
    assert Choice([None, "all", True], None).names == ("None", "all", "True")


@pytest.mark.parametrize(
    ("options", "value", "message"),
    [
        ([], 1, r"options=\[\] must be a list of values or a dict from label to value, not empty"),
        ({}, 1, "not empty"),
        ("abc", "a", "options='abc' must be a list"),
        (None, None, "options=None must be a list"),
        ({1, 2}, 1, "must be a list"),
        ([1, 2], 3, r"value=3 is not one of the options \(1, 2\)"),
        ([1, 2], True, "value=True is not one of the options"),
        ([True, False], 1, "value=1 is not one of the options"),
        ([1, 1.0], 1, "options hold 1.0 twice"),
        ([0, False], 0, "options hold False twice"),
        ([2.0, "2"], 2.0, "labels hold '2' twice"),
        ([1, math.nan], 1, "options hold nan: a text, a finite number"),
        ([1, math.inf], 1, "options hold inf"),
        ([1, [2]], 1, r"options hold \[2\]"),
        ([1, np.int64(2)], 1, "options hold"),
        ([1, 2j], 1, "options hold 2j"),
        ({1: 1}, 1, "texts as labels"),
        ({" ": 1}, 1, "texts as labels"),
        ([1, 2], np.array([1, 2]), "value=array.* is not one of the options"),
    ],
)
def test_a_choice_refuses(options, value, message):
    with pytest.raises(ValueError, match=message):
        Choice(options, value)


def test_a_choice_admits_its_options_only():
    choice = Choice([1, 0.5, "a", None], 1)
    assert all(map(choice.admits, (1, 1.0, 0.5, "a", None)))
    assert not any(map(choice.admits, (True, 2, "b", math.nan, [1], np.array([1]), {})))


@pytest.mark.parametrize("value", [0, 1, None, "on", np.bool_(True), math.nan])
def test_a_toggle_is_true_or_false(value):
    with pytest.raises(ValueError, match="of a toggle must be True or False"):
        Toggle(value)
    assert not Toggle(True).admits(value)


def test_labels_and_units_are_texts():
    with pytest.raises(ValueError, match="label=1 must be a text"):
        Toggle(True, label=1)
    with pytest.raises(ValueError, match="unit=None must be a text"):
        Choice([1], 1, unit=None)


# -- explore ------------------------------------------------------------------------------------


def test_explore_knows_its_view_settings_and_defaults():
    explorer = explore.explore(
        wave, frequency=Slider(1, 3, 2, steps=3), phase=Choice(["sine", "cosine"], "cosine"), damped=Toggle(True)
    )
    assert explorer.defaults == {"frequency": 2, "phase": "cosine", "damped": True}
    assert explorer.name == "test_explore-wave"
    assert explorer.reference == f"{wave.__module__}:wave"
    settings = explorer.settings()
    assert len(settings) == 3 * 2 * 2
    assert settings[0] == {"frequency": 1, "phase": "sine", "damped": False}
    assert settings[1] == {"frequency": 1, "phase": "sine", "damped": True}
    assert settings[-1] == {"frequency": 3, "phase": "cosine", "damped": True}
    assert explore.explore(wave, "a.second-one", frequency=Slider(1, 3, 2)).name == "a.second-one"


@pytest.mark.parametrize(
    ("view", "name", "controls", "message"),
    [
        (lambda a: None, "", {"a": Slider(0, 1, 0)}, "view=.*lambda.* must be an importable function"),
        (len, "", {"a": Slider(0, 1, 0)}, "must be an importable function"),
        ("wave", "", {"a": Slider(0, 1, 0)}, "view='wave' must be"),
        (None, "", {}, "view=None must be"),
        (wave, "", {}, "wave needs a control for 'frequency'"),
        (wave, "", {"phase": Choice(["sine"], "sine")}, "wave needs a control for 'frequency'"),
        (wave, "", {"frequency": Slider(1, 2, 1), "speed": Toggle(True)}, "wave has no parameter 'speed': it takes frequency, phase, damped"),
        (wave, "", {"frequency": 3}, "wave: frequency=3 must be a Slider, a Choice, a Toggle, Marks or a Trace"),
        (wave, "", {"frequency": (0, 1, 2)}, "must be a Slider"),
        (wave, "two words", {"frequency": Slider(1, 2, 1)}, "name='two words' must be an anchor"),
        (wave, "é", {"frequency": Slider(1, 2, 1)}, "must be an anchor"),
        (wave, '"><script>', {"frequency": Slider(1, 2, 1)}, "must be an anchor"),
        (wave, 3, {"frequency": Slider(1, 2, 1)}, "name=3 must be an anchor"),
        (starred, "", {"values": Slider(1, 2, 1)}, r"starred takes \*values"),
        (positional, "", {"a": Slider(1, 2, 1)}, "positional takes a"),
        (root, "", {"a": Slider(0, 9, 1), "b": Slider(0, 9, 4)}, "root cannot draw a=1, b=4: ValueError: .*math"),
        (careless, "", {"a": Slider(0, 1, 1)}, "careless returned .*dict.* at a=1: a view returns View"),
    ],
)  # fmt: skip
def test_explore_refuses(view, name, controls, message):
    with pytest.raises(ValueError, match=message):
        explore.explore(view, name, **controls)


def test_explore_refuses_in_a_book_what_a_page_cannot_import(book, monkeypatch):
    monkeypatch.setattr(wave, "__module__", "__main__")
    with pytest.raises(ValueError, match="must be an importable function: write it in miniatures/figures"):
        explore.explore(wave, frequency=Slider(1, 2, 1))
    monkeypatch.delenv("MINIATURES_BOOK")
    explore.explore(wave, frequency=Slider(1, 2, 1))


def test_a_control_outside_the_views_domain_is_named_with_its_value():
    too_far = explore.explore(root, a=Slider(1, 9, 5, steps=9), b=Slider(0, 1, 0, steps=2))
    with pytest.raises(
        ValueError, match=r"root cannot draw a=9.0, which its control slider allows: KeyError: 'too large'"
    ):
        too_far.stored()
    only_together = explore.explore(root, a=Slider(1, 8, 5, steps=8), b=Slider(0, 2, 0, steps=3))
    with pytest.raises(ValueError, match=r"root cannot draw a=1.0, b=2.0: ValueError"):
        only_together.stored()
    no_view = explore.explore(careless, a=Slider(0, 1, 0, steps=2))
    with pytest.raises(ValueError, match=r"careless returned .*dict.* at a=1.0"):
        no_view.stored()


# -- stored states and their budget -------------------------------------------------------------


def test_the_states_come_back_as_the_view_drew_them():
    explorer = explore.explore(wave, frequency=Slider(1, 3, 2, steps=5), damped=Toggle(False))
    decoded = states.decode(json.loads(gzip.decompress(states.pack(explorer.stored()))))
    assert len(decoded) == 10
    for (figure, description), setting in zip(decoded, explorer.settings(), strict=True):
        view = wave(**setting)
        assert description == view.description
        assert figure["data"][0]["y"] == pytest.approx(view.figure["data"][0]["y"], abs=2e-4)


def test_too_slow_a_view_is_stopped_and_told_which_control_to_coarsen():
    start = time.process_time()
    with pytest.raises(BudgetError) as refusal:
        explore.explore(slow, a=Slider(0, 1, 0, steps=20)).stored()
    assert time.process_time() - start < 2.5, "all 20 states were drawn before anyone looked at the clock"
    message = str(refusal.value)
    assert "test_explore:slow: " in message
    assert " of 20 states took 1." in message
    assert "1.0 s are allowed for all: make the view faster or coarsen 'a' (20 steps of 20 states)" in message


def test_a_second_is_allowed_for_few_states(monkeypatch):
    clock = iter(range(1000))
    monkeypatch.setattr(explore.time, "process_time", lambda: next(clock) * 0.45)
    explore.explore(wave, frequency=Slider(1, 2, 1, steps=2)).stored()
    with pytest.raises(BudgetError, match=r"3 of 3 states took 1\.\d s of CPU, 1\.0 s are allowed"):
        explore.explore(wave, frequency=Slider(1, 2, 1, steps=3)).stored()


def test_too_heavy_states_are_told_which_control_to_coarsen():
    with pytest.raises(BudgetError) as refusal:
        explore.explore(heavy, a=Slider(0, 1, 0, steps=30)).stored()
    assert "test_explore:heavy: its states weigh " in str(refusal.value)
    assert "60,000 are allowed: coarsen 'a' (30 steps of 30 states)" in str(refusal.value)
    weight = int(str(refusal.value).split(" weigh ")[1].split(" bytes")[0].replace(",", ""))
    assert weight > 60_000


def test_the_budget_counts_the_bytes_that_are_written(monkeypatch):
    explorer = explore.explore(wave, frequency=Slider(1, 3, 2, steps=5))
    weight = len(states.pack(explorer.stored()))
    monkeypatch.setattr(explore, "STATES_BYTES", weight)
    explorer.stored()
    monkeypatch.setattr(explore, "STATES_BYTES", weight - 1)
    with pytest.raises(BudgetError, match=f"weigh {weight:,} bytes in gzip, {weight - 1:,} are allowed"):
        explorer.stored()


def test_too_many_states_are_refused_before_one_is_drawn():
    explorer = explore.explore(counted, a=Slider(0, 1, 0, steps=100), b=Slider(0, 1, 0, steps=101))
    SEEN.clear()
    with pytest.raises(
        BudgetError, match=r"10,100 states are more than 5,000: coarsen 'b' \(101 steps of 10,100 states\)"
    ):
        explorer.stored()
    assert not SEEN


# -- what is shown ------------------------------------------------------------------------------


def test_a_page_gets_all_that_it_needs(book):
    controls = {
        "frequency": Slider(1, 30, 2, steps=4, scale="log", unit="Hz", label="f, frequency"),
        "phase": Choice({"a sine": "sine", "a cosine": "cosine"}, "cosine", unit="wave"),
        "damped": Toggle(False),
    }
    explorer = explore.explore(wave, **controls)
    bundle = json.loads(json.dumps(explorer._repr_mimebundle_(), allow_nan=False))
    page, default = bundle[explore.VIEW_MIME], wave(2, "cosine", False)
    assert bundle["text/plain"] == page["description"] == default.description
    assert (page["name"], page["view"]) == ("test_explore-wave", explorer.reference)
    assert page["figure"]["data"][0]["y"] == pytest.approx(default.figure["data"][0]["y"], rel=1e-4, abs=1e-9)
    assert page["controls"] == [
        {"name": "frequency", "kind": "slider", "label": "f, frequency", "unit": "Hz", "value": 2, "low": 1, "high": 30, "scale": "log",
         "integer": False, "values": list(controls["frequency"].values)},
        {"name": "phase", "kind": "choice", "label": "phase", "unit": "wave", "value": "cosine", "values": ["sine", "cosine"], "names": ["a sine", "a cosine"]},
        {"name": "damped", "kind": "toggle", "label": "damped", "unit": "", "value": False, "values": [False, True]},
    ]  # fmt: skip
    assert page["still"].lstrip().startswith("<?xml")
    decoded = states.decode(json.loads(gzip.decompress(base64.b64decode(page["states"]))))
    assert [description for _, description in decoded] == [wave(**s).description for s in explorer.settings()]
    go.Figure(page["figure"])


def test_a_page_gets_the_same_bytes_each_time(book):
    one, other = (
        json.dumps(explore.explore(wave, frequency=Slider(1, 3, 2, steps=3))._repr_mimebundle_()) for _ in range(2)
    )
    assert one == other


def test_a_view_alone_has_no_controls_and_no_states(book):
    page = wave(2)._repr_mimebundle_()[explore.VIEW_MIME]
    assert (page["name"], page["view"], page["controls"], page["states"]) == ("", "", [], None)
    assert page["still"]
    assert page["figure"]["data"]


def test_a_view_that_draws_something_else_each_time_is_refused(book):
    with pytest.raises(ValueError, match=r"wanton drew two different views at a=0: fix its seed"):
        explore.explore(wanton, a=Slider(0, 1, 0, steps=2))._repr_mimebundle_()


def test_a_book_creates_no_widget_and_a_notebook_stores_no_states(book, monkeypatch):
    from miniatures import notebook

    explorer = explore.explore(wave, frequency=Slider(1, 3, 2, steps=3))
    monkeypatch.setattr(notebook, "widget", lambda _: pytest.fail("a widget in the book"))
    explorer._repr_mimebundle_()
    monkeypatch.undo()
    assert not explore.in_book()
    monkeypatch.setattr(explore.Explorer, "stored", lambda _: pytest.fail("states in a notebook"))
    bundle, metadata = explorer._repr_mimebundle_(), None
    bundle, metadata = bundle if isinstance(bundle, tuple) else (bundle, metadata)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert explore.VIEW_MIME not in bundle


@pytest.mark.parametrize(
    ("given", "named"),
    [({"play": 31}, "play=31"), ({"play": 0.1}, "play=0.1"), ({"play": 8, "steps": 5}, "steps=11"), ({"play": 8, "integer": False}, "integer")],
)  # fmt: skip
def test_what_cannot_be_played_is_named(given, named):
    with pytest.raises(ValueError, match=named):
        Slider(0, 10, 0, **{"steps": 11, "integer": True} | given)


def test_a_film_may_weigh_more_than_a_view_that_stands(monkeypatch):
    monkeypatch.setattr("miniatures.explore.STATES_BYTES", 50)
    frame = {"steps": 3, "integer": True}
    assert explore.explore(wave, frequency=Slider(1, 3, 1, play=12, **frame)).stored()["count"] == 3
    with pytest.raises(BudgetError, match="50 are allowed"):
        explore.explore(wave, frequency=Slider(1, 3, 1, **frame)).stored()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"handle": "top"}, "handle='top'"), ({"handle": ("top", "z")}, "an axis"), ({"handle": (" ", "x")}, "a name"),
        ({"handle": ("top", "x"), "low": 1, "value": 1, "scale": "log"}, "linear"),
        ({"handle": ("top", "x"), "steps": 11, "integer": True, "play": 8}, "does not play"),
    ],
)  # fmt: skip
def test_a_handle_that_cannot_be_is_named(given, named):
    with pytest.raises(ValueError, match=named):
        Slider(**{"low": 0, "high": 10, "value": 0} | given)


def point(x: float, y: float) -> View:
    return View(draw.figure(draw.points([x], [y])), f"A point at {x:g}, {y:g}.")


def test_a_handle_takes_two_sliders():
    across, up = (Slider(0, 1, 0, steps=2, handle=("top", axis)) for axis in "xy")
    controls = explore.explore(point, x=across, y=up).controls
    assert explore._specification("x", controls["x"])["handle"] == ["top", "x"]
    assert "handle" not in explore._specification("x", Slider(0, 1, 0))
    for other in (Slider(0, 1, 0, steps=2), across, Slider(0, 1, 0, steps=2, handle=("left", "y"))):
        with pytest.raises(ValueError, match="point: the handle 'top' takes two sliders"):
            explore.explore(point, x=across, y=other)
