"""Marks and traces: what a reader can place, what a page stores, what a view receives."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import draw, explore, live, notebook
from miniatures.explore import View
from miniatures.placed import Marks, Trace, from_page

KINDS = {"object": 1, "background": 0}
MARKS = Marks(
    KINDS,
    low=(-2, 0),
    high=(2, 1),
    step=0.5,
    script=((0.5, 1, 1), (-2, 0, 0), (2, 0.5, 0)),
    start=1,
    most=5,
    label="clicks",
)
TRACE = Trace(2, ((0, "one"), (1.5, "two")), stops=((0.1, 0.9),), step=0.01, script=((0, 0.5, 0.5), (0.45, 0.1, 0.2)))


def counted(clicks: tuple, mirrored: bool = False) -> View:
    """How many clicks there are, and their mean."""
    x, y, kinds = zip(*clicks, strict=True) if clicks else ((), (), ())
    return View(
        draw.figure(draw.points([-one for one in x] if mirrored else x, y)),
        f"{len(clicks)} clicks, {sum(kinds)} on the object, {mirrored}.",
    )


def seen(trace: tuple) -> View:
    """Where the pointer was."""
    return View(draw.figure(draw.points([one[1] for one in trace], [one[2] for one in trace])), f"{len(trace)} places.")


def test_the_beginnings_of_the_script_are_stored_and_one_is_shown_first():
    assert MARKS.values == ((), ((0.5, 1, 1),), ((0.5, 1, 1), (-2, 0, 0)), MARKS.script)
    assert MARKS.value == MARKS.values[1]
    explorer = explore.explore(counted, clicks=MARKS)
    assert [one["clicks"] for one in explorer.settings()] == list(MARKS.values)
    assert explorer.stored()["count"] == 4


def test_a_trace_is_stored_as_none_and_its_example():
    assert TRACE.values == ((), ((0.0, 0.5, 0.5), (0.45, 0.1, 0.2)))
    assert TRACE.value == ()
    assert Trace(2, ((0, "one"),)).values == ((),)


def test_a_page_keeps_values_as_places_on_the_grid():
    page = explore._specification("clicks", MARKS)
    assert page["values"] == ["", "5.2.0", "5.2.0-0.0.1", "5.2.0-0.0.1-8.1.1"]
    assert (page["value"], page["last"], page["low"], page["step"], page["most"]) == (
        "5.2.0",
        [8, 2, 1],
        [-2, 0],
        0.5,
        5,
    )
    assert page["kinds"] == [["object", 1], ["background", 0]]
    page = json.loads(json.dumps(explore._specification("trace", TRACE)))
    assert page["values"] == ["", "0.50.50-45.10.20"]
    assert (page["last"], page["prompts"], page["stops"]) == ([200, 100, 100], [[0, "one"], [1.5, "two"]], [[0.1, 0.9]])


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 2), st.integers(0, 1)), max_size=5))
def test_what_a_reader_places_is_admitted_and_written_as_the_page_does(places):
    value = tuple((-2 + 0.5 * x, 0.5 * y, (1, 0)[kind]) for x, y, kind in places)
    assert MARKS.admits(value)
    assert MARKS.text(value) == "-".join(".".join(map(str, one)) for one in places)


@pytest.mark.parametrize(
    "value",
    [
        ((0.3, 0, 1),),
        ((0, 0, 2),),
        ((3, 0, 1),),
        ((0, 0),),
        [(0, 0, 1)],
        ((0, 0, True),),
        ((0, 0, 1),) * 6,
        "0.0.1",
        None,
    ],
)
def test_marks_that_nobody_can_place_are_not_admitted(value):
    assert not MARKS.admits(value)


@pytest.mark.parametrize(
    "value", [((0.5, 0, 0), (0.5, 1, 1)), ((0.5, 0, 0), (0.4, 1, 1)), ((2.5, 0, 0),), ((0.005, 0, 0),), ((0, 1.2, 0),)]
)
def test_traces_that_nobody_can_record_are_not_admitted(value):
    assert not TRACE.admits(value)


def test_a_script_off_by_rounding_is_put_on_the_grid():
    trace = Trace(2, ((0, "one"),), step=0.01, script=((0.001, 0.1 + 0.2, 0.7000000001), (0.4999, 1 / 3, 2 / 3)))
    assert trace.script == ((0.0, 0.3, 0.7), (0.5, 0.33, 0.67))
    with pytest.raises(ValueError, match=r"script=.*triples that a reader can give"):
        Trace(2, ((0, "one"),), script=((0, 1.2, 0),))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"kinds": {}}, "kinds="), ({"kinds": {"a": "b"}}, "a finite number"), ({"kinds": {"a": 1, "b": 1}}, "of its own"), ({"kinds": ["a"]}, "a dict"),
        ({"low": (0, 0), "high": (0, 5)}, "must lie below"), ({"step": 0}, "step=0"), ({"step": 1e-6}, "steps of step"), ({"high": (9,)}, "high of shape"),
        ({"script": ((9.5, 1, 1),)}, "script="), ({"script": ((1, 1, 0.4),)}, "script="), ({"script": ((1, 1),)}, "script="), ({"start": 1}, "start=1"), ({"most": 0}, "most=0"), ({"label": 3}, "label=3"),
        ({"script": ((1, 1, 1),) * 3, "most": 2}, "2 at most"),
    ],
)  # fmt: skip
def test_marks_that_cannot_be_are_named(given, named):
    with pytest.raises(ValueError, match=named):
        Marks(**{"kinds": KINDS, "high": (9, 9)} | given)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"seconds": 0}, "seconds=0"), ({"prompts": ()}, "one at least"), ({"prompts": ((0, " "),)}, "prompts="), ({"prompts": ((3, "late"),)}, "prompts=3"),
        ({"prompts": ((1, "b"), (0, "a"))}, "in order of time"), ({"stops": ((2, 0),)}, "stops="), ({"stops": ((0, 0),) * 10}, "nine at most"),
        ({"script": ((0, 0, 0), (0, 1, 1))}, "script="),
    ],
)  # fmt: skip
def test_a_trace_that_cannot_be_is_named(given, named):
    with pytest.raises(ValueError, match=named):
        Trace(**{"seconds": 2, "prompts": ((0, "one"),)} | given)


def test_the_pages_python_hands_triples_to_the_view(monkeypatch):
    monkeypatch.setitem(live._space, "counted", counted)
    monkeypatch.setenv("MINIATURES_PAGE", "1")
    sent = {"clicks": [[0.5, 1, 1], [-2, 0, 0]], "mirrored": True}
    answer = json.loads(live.view("__main__:counted", json.dumps(sent)))
    assert answer["description"] == "2 clicks, 1 on the object, True."
    assert from_page("text") == "text"


def test_a_notebook_takes_marks_as_text_and_names_what_it_does_not_accept():
    box = notebook.widget(explore.explore(counted, clicks=MARKS))
    text, *_, words = box.children
    assert text.value == "0.5 1 object"
    text.value = "0.5 1 object; -2 0 background;"
    assert words.value == "2 clicks, 1 on the object, False."
    for wrong in ("0.5 1", "0.5 1 dog", "0.3 1 object", "a b object"):
        text.value = wrong
        assert "are accepted, from (-2, 0) to (2, 1), 5 at most" in words.value
        assert "&#x27;0.5 1 object&#x27;" in words.value


def test_a_notebook_shows_the_example_of_a_trace():
    box = notebook.widget(explore.explore(seen, trace=TRACE))
    buttons, *_, words = box.children
    buttons.value = TRACE.script
    assert words.value == "2 places."
