"""The marks and figures of miniatures.draw: what they hold, Plotly's schema, what they refuse."""

import base64
import io
import json

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import draw
from miniatures.checks import MOST_VALUES, scalar, series, table, whole
from miniatures.plain import plain
from PIL import Image
from plotly.validator_cache import ValidatorCache

X, Y = [0, 1, 2], [3.0, 1.0, 2.0]
PIXELS = np.arange(24, dtype=np.uint8).reshape(4, 6)
MARKS = {
    "line": draw.line(X, Y, name="cost", colour="green", dash="dash", width=2, hover="%{y:.2f}"),
    "washed line": draw.line(X, Y, fill="tozeroy"),
    "band": draw.line([0, 1, 1, 0], [0, 0, 1, 1], fill="toself"),
    "broken line": draw.line(X, [1.0, np.nan, np.inf]),
    "points": draw.points(X, Y, name="trials", error=[0.1, 0.2, 0], labels=["a", "b", "c"]),
    "coloured points": draw.points(X, Y, colour=["blue", "red", "ink"], size=[3, 4.5, 6], symbol="line-ns"),
    "bars": draw.bars(["a", "b", "c"], Y, name="share", error=[0.1, 0, 0.2], labels=["3", "1", "2"]),
    "horizontal bars": draw.bars(Y, ["a", "b", "c"], horizontal=True, error=[0.1, 0, 0.2], base=[0, 1, 2], width=0.4),
    "heat map": draw.heatmap([[1, 2], [3, np.nan]], x=["a", "b"], y=[0, 1], low=0, high=3, bar="loss", scale="diverging"),
    "labelled heat map": draw.heatmap(np.eye(2), labels=[["1", "0"], ["0", "1"]], scale="grey"),
    "image": draw.image(PIXELS, 1, 2, 3, 4),
    "text": draw.text(0.5, 0.5, "here", anchor="left", size=11),
    "pointing text": draw.text(1, 2, "there", arrow=(20, -30)),
    "vertical": draw.vertical(1, words="the end"),
    "horizontal": draw.horizontal(2, "red", "dot"),
    "box": draw.box(0, 0, 1, 2, outline="blue"),
}  # fmt: skip
AXES = {
    "plain": draw.axis("time, s"),
    "logarithmic": draw.axis("p", range=(1e-3, 10), log=True),
    "labelled": draw.axis(ticks=[0, 1], labels=["none", "all"]),
    "hidden": draw.axis(hidden=True, range=[0, 1]),
    "reversed": draw.axis(reverse=True),
}


def valid(figure):
    """`figure` as Plotly reads it; Plotly's own ValueError where it breaks the schema."""
    return go.Figure(json.loads(json.dumps(figure, allow_nan=False)))


# -- the schema ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MARKS)
def test_every_mark_follows_plotlys_schema(name):
    figure = draw.figure(MARKS[name], x="x", y=draw.axis("y"), title="A title")
    assert len(valid(figure).data) + len(figure["layout"].keys() & {"annotations", "shapes", "images"}) == 1


@pytest.mark.parametrize("name", AXES)
def test_every_axis_follows_plotlys_schema(name):
    valid(draw.figure(MARKS["line"], x=AXES[name], y=AXES[name]))


def test_the_schema_check_can_fail():
    with pytest.raises(ValueError, match="dashes"):
        valid({"data": [MARKS["line"] | {"dashes": "dot"}], "layout": {}})


@pytest.mark.parametrize(
    ("accepted", "parent", "property"),
    [
        (draw.DASHES, "scatter.line", "dash"),
        (draw.SYMBOLS, "scatter.marker", "symbol"),
        (draw.FILLS, "scatter", "fill"),
        (draw.ANCHORS, "layout.annotation", "xanchor"),
        (draw.BAR_MODES, "layout", "barmode"),
    ],
)
def test_each_accepted_word_is_plotlys(accepted, parent, property):
    validator = ValidatorCache.get_validator(parent, property)
    for word in accepted:
        assert validator.validate_coerce(word) == word


@pytest.mark.parametrize("name", draw.PALETTE["light"])
def test_each_colour_is_a_hex_value_in_both_themes(name):
    for theme in ("light", "dark"):
        number = draw.PALETTE[theme][name]
        assert len(number) == 7
        assert number == f"#{int(number[1:], 16):06x}"
    assert draw.colour(name) == draw.PALETTE["light"][name]


def test_themes_have_the_same_colours_and_none_twice():
    light, dark = draw.PALETTE["light"], draw.PALETTE["dark"]
    assert light.keys() == dark.keys()
    assert len(set(light.values())) == len(light), "the page swaps themes by value: two names must not share one"


# -- what marks hold ----------------------------------------------------------------------------


def test_a_line_holds_its_points_colour_and_gaps():
    mark = MARKS["line"]
    assert (mark["x"], mark["y"], mark["mode"], mark["type"]) == (X, Y, "lines", "scatter")
    assert mark["line"] == {"color": draw.PALETTE["light"]["green"], "dash": "dash", "width": 2}
    assert mark["showlegend"] is True
    assert draw.line(X, Y)["showlegend"] is False
    assert MARKS["broken line"]["y"] == [1.0, None, None]
    assert MARKS["washed line"]["fillcolor"] == draw.PALETTE["light"]["wash-blue"]


def test_points_hold_one_size_and_colour_or_one_for_each():
    assert MARKS["points"]["marker"]["color"] == draw.colour("orange")
    assert MARKS["coloured points"]["marker"]["color"] == [draw.colour(name) for name in ("blue", "red", "ink")]
    assert MARKS["coloured points"]["marker"]["size"] == [3, 4.5, 6]
    assert MARKS["points"]["error_y"]["array"] == [0.1, 0.2, 0]
    assert "error_y" not in MARKS["coloured points"]


def test_bars_put_their_error_along_their_length():
    assert "error_y" in MARKS["bars"]
    assert "error_x" in MARKS["horizontal bars"]
    assert "error_y" not in MARKS["horizontal bars"]
    assert (MARKS["bars"]["orientation"], MARKS["horizontal bars"]["orientation"]) == ("v", "h")


def test_a_heat_map_holds_its_cells_and_shows_a_bar_only_with_a_title():
    mark = MARKS["heat map"]
    assert mark["z"] == [[1, 2], [3, None]]
    assert (mark["zmin"], mark["zmax"], mark["showscale"]) == (0, 3, True)
    assert draw.heatmap([[1]])["showscale"] is False
    assert draw.heatmap([[1]], bar="")["showscale"] is True


def test_an_image_hangs_from_its_upper_left_corner():
    mark = MARKS["image"]
    assert (mark["x"], mark["y"], mark["sizex"], mark["sizey"]) == (1, 6, 3, 4)


def test_straight_lines_cross_the_whole_plot():
    upright, level = MARKS["vertical"], MARKS["horizontal"]
    assert (upright["x0"], upright["x1"], upright["y0"], upright["y1"], upright["yref"]) == (1, 1, 0, 1, "y domain")
    assert (level["y0"], level["y1"], level["x0"], level["x1"], level["xref"]) == (2, 2, 0, 1, "x domain")
    assert upright["label"]["text"] == "the end"
    assert "label" not in level


def test_a_text_stands_at_its_place_or_points_to_it():
    assert MARKS["text"]["showarrow"] is False
    assert (MARKS["pointing text"]["ax"], MARKS["pointing text"]["ay"]) == (20, -30)


def test_a_logarithmic_range_is_given_in_the_datas_own_units():
    assert AXES["logarithmic"]["range"] == pytest.approx([-3, 1])
    assert draw.axis(range=[2, 1])["range"] == [2, 1]


def test_figure_sorts_marks_and_keeps_its_arguments_unchanged():
    given_axis, mark = draw.axis("x"), draw.line(X, Y)
    before = json.dumps([given_axis, mark])
    figure = draw.figure(
        mark, MARKS["text"], MARKS["box"], x=given_axis, y="y", height=200, equal=True, bars="stack", legend=False
    )
    layout = figure["layout"]
    assert figure["data"] == [mark]
    assert [len(layout[kind]) for kind in ("annotations", "shapes")] == [1, 1]
    assert "mark" not in layout["annotations"][0]
    assert (layout["height"], layout["barmode"], layout["showlegend"]) == (200, "stack", False)
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert layout["yaxis"]["title"] == {"text": "y"}
    assert json.dumps([given_axis, mark]) == before


def test_texts_are_categories_even_where_they_look_like_numbers_or_dates():
    figure = draw.figure(draw.bars(["2015", "2016-01-01"], [1, 2]))
    assert figure["layout"]["xaxis"]["type"] == "category"
    assert "type" not in figure["layout"]["yaxis"]
    lying = draw.figure(draw.bars([1, 2], ["1", "2"], horizontal=True), draw.line([0, 1], [0, 1]))
    assert (lying["layout"]["yaxis"]["type"], "type" in lying["layout"]["xaxis"]) == ("category", False)
    valid(figure)
    with pytest.raises(ValueError, match="x is a logarithmic axis, the marks have texts there"):
        draw.figure(MARKS["bars"], x=draw.axis(log=True))


# -- panels -------------------------------------------------------------------------------------


def panel(number=0, **options):
    return draw.figure(
        draw.line(X, Y, name=f"line {number}"),
        MARKS["text"],
        MARKS["box"],
        MARKS["vertical"],
        MARKS["image"],
        **options,
    )


@pytest.mark.parametrize("columns", [1, 2, 3, 5])
@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 6])
def test_panels_in_all_shapes(many, columns):
    figure = draw.panels(*(panel(i, title=f"Panel {i}", height=200 + i) for i in range(many)), columns=columns)
    layout, rows = figure["layout"], -(-many // min(many, columns))
    valid(figure)
    assert layout["height"] == rows * (199 + many)
    assert layout["meta"] == {"panels": many, "columns": min(many, columns), "gap": 0.12}
    spans = []
    for number, trace in enumerate(figure["data"]):
        tag = str(number + 1) if number else ""
        assert (trace["xaxis"], trace["yaxis"]) == ("x" + tag, "y" + tag)
        across, up = layout["xaxis" + tag], layout["yaxis" + tag]
        assert (across["anchor"], up["anchor"]) == ("y" + tag, "x" + tag)
        spans.append((*across["domain"], *up["domain"]))
        for kind, each in (("annotations", 2), ("shapes", 2), ("images", 1)):
            own = [mark for mark in layout[kind] if mark["xref"].split()[0] == "x" + tag]
            assert len(own) == each, kind
            assert all(mark["yref"].split()[0] == "y" + tag for mark in own)
    assert all(
        0 <= low < high <= 1 for left, right, bottom, top in spans for low, high in ((left, right), (bottom, top))
    )
    assert spans[0][3] == 1
    for i, (left, right, bottom, top) in enumerate(spans):
        for other in spans[i + 1 :]:
            assert right <= other[0] or other[1] <= left or top <= other[2] or other[3] <= bottom, "panels overlap"
    assert sum("<b>Panel" in one["text"] for one in layout["annotations"]) == many


def test_panels_read_from_left_to_right_and_downwards():
    layout = draw.panels(*(panel(i) for i in range(4)))["layout"]
    assert layout["xaxis2"]["domain"][0] > layout["xaxis"]["domain"][1]
    assert layout["yaxis3"]["domain"][1] < layout["yaxis"]["domain"][0]
    assert layout["yaxis2"]["domain"] == layout["yaxis"]["domain"]


def test_panels_name_a_repeated_mark_once_in_the_legend():
    figure = draw.panels(panel(1), panel(1), panel(2))
    assert [trace["showlegend"] for trace in figure["data"]] == [True, False, True]


def test_panels_keep_equal_scales_within_each_panel():
    layout = draw.panels(panel(equal=True), panel(equal=True))["layout"]
    assert (layout["yaxis"]["scaleanchor"], layout["yaxis2"]["scaleanchor"]) == ("x", "x2")


def test_panels_put_each_colour_bar_beside_its_own_panel():
    maps = [draw.figure(draw.heatmap([[i, 1]], bar=f"loss {i}")) for i in range(3)]
    figure = draw.panels(*maps)
    valid(figure)
    places = []
    for number, trace in enumerate(figure["data"]):
        tag = str(number + 1) if number else ""
        right, (bottom, top) = figure["layout"]["xaxis" + tag]["domain"][1], figure["layout"]["yaxis" + tag]["domain"]
        bar = trace["colorbar"]
        assert right < bar["x"] < right + 0.05
        assert bar["y"] == pytest.approx((bottom + top) / 2, abs=1e-3)
        assert bar["len"] == pytest.approx(top - bottom, abs=1e-3)
        places.append((bar["x"], bar["y"]))
    assert len(set(places)) == 3
    assert figure["layout"]["xaxis2"]["domain"][0] - places[0][0] > 0.1, "no room for the colour bar's numbers"


def test_panels_refuse_what_they_cannot_lay_out():
    with pytest.raises(ValueError, match="figures is empty"):
        draw.panels()
    with pytest.raises(ValueError, match="panel 2 must be a figure"):
        draw.panels(panel(), draw.panels(panel(), panel()))
    with pytest.raises(ValueError, match="panel 1 must be a figure"):
        draw.panels(draw.line(X, Y))
    with pytest.raises(ValueError, match=r"bars=\['group', 'stack'\]"):
        draw.panels(*(draw.figure(MARKS["bars"], bars=mode) for mode in ("stack", "group")))
    assert draw.panels(draw.figure(bars="stack"), draw.figure(MARKS["bars"]))["layout"]["barmode"] == "group"
    for columns in (0, -1, 2.0, True, None, "2"):
        with pytest.raises(ValueError, match="columns="):
            draw.panels(panel(), panel(), columns=columns)
    for gap in (-0.1, 1, 1.5, np.nan, np.inf, True, "0.1"):
        with pytest.raises(ValueError, match="gap="):
            draw.panels(panel(), panel(), gap=gap)
    with pytest.raises(ValueError, match=r"gap=0.5 .* 3 panels"):
        draw.panels(panel(), panel(), panel(), columns=1, gap=0.5)
    for height in (0, -5, 1e6, np.nan, "200", True):
        with pytest.raises(ValueError, match="height="):
            draw.panels(panel(), height=height)


# -- bad input ----------------------------------------------------------------------------------

BAD = [
    ("x", lambda: draw.line(None, Y), "list or array"),
    ("x", lambda: draw.line("abc", Y), "list or array"),
    ("x", lambda: draw.points(np.zeros((3, 1)), Y), "list or array"),
    ("x", lambda: draw.points(np.float64(3), Y), "list or array"),
    ("y", lambda: draw.line(X, [1, 2]), "one for each"),
    ("y", lambda: draw.line(X, []), "one for each"),
    ("y", lambda: draw.bars(X, [1, True, 0]), "numbers or texts"),
    ("y", lambda: draw.bars(X, np.array([True, False, True])), "numbers or texts"),
    ("y", lambda: draw.line(X, [[1], [2], [3]]), "numbers or texts"),
    ("x", lambda: draw.line(range(MOST_VALUES + 1), range(MOST_VALUES + 1)), "at most"),
    ("value", lambda: draw.line(X, [1, 2, 3j]), "numbers, texts"),
    ("value", lambda: draw.line(X, [1, 2, {3}]), "numbers, texts"),
    ("array", lambda: draw.line(X, np.array([1, 2, 3j])), "numbers or texts"),
    ("colour", lambda: draw.line(X, Y, colour="pink"), "blue, orange"),
    ("colour", lambda: draw.line(X, Y, colour=None), "blue, orange"),
    ("colour", lambda: draw.line(X, Y, colour="purple", fill="tozeroy"), "wash-blue"),
    ("colour", lambda: draw.points(X, Y, colour=["blue", "red"]), "one for each"),
    ("colour", lambda: draw.points(X, Y, colour=["blue", "red", 3]), "blue, orange"),
    ("dash", lambda: draw.line(X, Y, dash="dotted"), "solid, dot"),
    ("dash", lambda: draw.vertical(1, dash=["dot"]), "solid, dot"),
    ("width", lambda: draw.line(X, Y, width=-1), "from 0"),
    ("width", lambda: draw.line(X, Y, width=np.nan), "finite"),
    ("width", lambda: draw.line(X, Y, width=True), "finite"),
    ("fill", lambda: draw.line(X, Y, fill="tonexty"), "tozeroy, toself"),
    ("fill", lambda: draw.line(X, Y, fill=True), "tozeroy, toself"),
    ("name", lambda: draw.line(X, Y, name=3), "text"),
    ("hover", lambda: draw.line(X, Y, hover=False), "text"),
    ("symbol", lambda: draw.points(X, Y, symbol="heart"), "circle, circle-open"),
    ("size", lambda: draw.points(X, Y, size=-2), "from 0"),
    ("size", lambda: draw.points(X, Y, size=[1, 2]), "one for each"),
    ("size", lambda: draw.points(X, Y, size=[1, 2, None]), "finite"),
    ("size", lambda: draw.points(X, Y, size="big"), "finite"),
    ("error", lambda: draw.points(X, Y, error=[1, 2]), "one for each"),
    ("error", lambda: draw.points(X, Y, error=[1, 2, -3]), "0 or more"),
    ("error", lambda: draw.bars(X, Y, error=["a", "b", "c"]), "numbers are accepted"),
    ("labels", lambda: draw.points(X, Y, labels=["a"]), "one for each"),
    ("base", lambda: draw.bars(X, Y, base=np.inf), "finite"),
    ("width", lambda: draw.bars(X, Y, width=[1, 2, -1]), "from 0"),
    ("z", lambda: draw.heatmap([]), "not empty"),
    ("z", lambda: draw.heatmap([[]]), "not empty"),
    ("z", lambda: draw.heatmap([[1, 2], [3]]), "equally long"),
    ("z", lambda: draw.heatmap([1, 2]), "list or array"),
    ("z", lambda: draw.heatmap(None), "table"),
    ("z", lambda: draw.heatmap(np.zeros((2, 2, 2))), "table"),
    ("z", lambda: draw.heatmap([["a"]]), "numbers are accepted"),
    ("z", lambda: draw.heatmap(np.eye(2) > 0), "numbers are accepted"),
    ("z", lambda: draw.heatmap(np.zeros((600, 600))), "at most"),
    ("x", lambda: draw.heatmap([[1, 2]], x=[1]), "one for each"),
    ("y", lambda: draw.heatmap([[1, 2]], y=[1, 2]), "one for each"),
    ("scale", lambda: draw.heatmap([[1]], scale="jet"), "sequential, diverging"),
    ("low", lambda: draw.heatmap([[1]], low=2, high=1), "below"),
    ("low", lambda: draw.heatmap([[1]], low=np.nan), "finite"),
    ("high", lambda: draw.heatmap([[1]], low=0, high=np.inf), "finite"),
    ("bar", lambda: draw.heatmap([[1]], bar=True), "text"),
    ("labels", lambda: draw.heatmap([[1, 2]], labels=[["a"]]), "shape"),
    ("x", lambda: draw.text(np.nan, 0, "a"), "finite"),
    ("y", lambda: draw.text(0, None, "a"), "finite"),
    ("words", lambda: draw.text(0, 0, 5), "text"),
    ("words", lambda: draw.text(0, 0, ""), "text"),
    ("anchor", lambda: draw.text(0, 0, "a", anchor="middle"), "left, center"),
    ("arrow", lambda: draw.text(0, 0, "a", arrow=(1,)), "one for each"),
    ("arrow", lambda: draw.text(0, 0, "a", arrow=(1, np.nan)), "finite"),
    ("arrow", lambda: draw.text(0, 0, "a", arrow=True), "list or array"),
    ("size", lambda: draw.text(0, 0, "a", size=0), "from 1"),
    ("x", lambda: draw.vertical(np.inf), "finite"),
    ("y", lambda: draw.horizontal(True), "finite"),
    ("words", lambda: draw.vertical(1, words=1), "text"),
    ("y1", lambda: draw.box(0, 0, 1, np.nan), "finite"),
    ("colour", lambda: draw.box(0, 0, 1, 1, outline="pink"), "blue, orange"),
    ("width", lambda: draw.image(PIXELS, width=0), "positive"),
    ("height", lambda: draw.image(PIXELS, height=np.nan), "finite"),
    ("x", lambda: draw.image(PIXELS, x="a"), "finite"),
    ("title", lambda: draw.axis(None), "text"),
    ("range", lambda: draw.axis(range=[0, 0]), "different"),
    ("range", lambda: draw.axis(range=[0, np.nan]), "finite"),
    ("range", lambda: draw.axis(range=[0]), "one for each"),
    ("range", lambda: draw.axis(range=[0, 1], log=True), "positive on a logarithmic axis"),
    ("range", lambda: draw.axis(range=[0, 1], reverse=True), "larger end"),
    ("labels", lambda: draw.axis(labels=["a"]), "need ticks"),
    ("labels", lambda: draw.axis(ticks=[1, 2], labels=["a"]), "one for each"),
    ("x", lambda: draw.figure(x=5), "axis"),
    ("y", lambda: draw.figure(y={}), "axis"),
    ("height", lambda: draw.figure(height=0), "from 50"),
    ("height", lambda: draw.figure(height=300.5), "whole number"),
    ("height", lambda: draw.figure(height=np.nan), "whole number"),
    ("bars", lambda: draw.figure(bars="grouped"), "group, stack"),
    ("title", lambda: draw.figure(title=3), "text"),
    ("mark 2", lambda: draw.figure(MARKS["line"], None), "use line"),
    ("mark 1", lambda: draw.figure([MARKS["line"]]), "use line"),
    ("mark 1", lambda: draw.figure({}), "use line"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "call", "accepted"), BAD, ids=[f"{i}-{bad[0]}" for i, bad in enumerate(BAD)])
def test_bad_input_is_refused_by_name_with_what_is_accepted(name, call, accepted):
    with pytest.raises(ValueError, match=accepted) as refusal:
        call()
    assert name in str(refusal.value)
    assert len(str(refusal.value)) < 500, "a message that nobody can read"


@pytest.mark.parametrize("name", ["nope", 5, None, [], np.nan, True, b"blue"])
def test_colour_refuses_what_is_not_in_the_palette(name):
    with pytest.raises(ValueError, match="is not in the palette: one of blue"):
        draw.colour(name)


# -- plain values -------------------------------------------------------------------------------

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
NESTED = st.recursive(
    SCALARS, lambda one: st.lists(one, max_size=4) | st.dictionaries(st.text(max_size=3), one, max_size=3)
)


@given(NESTED)
def test_plain_values_are_json_and_stay_as_they_are(value):
    once = plain(value)
    assert plain(once) == once
    assert json.loads(json.dumps(once, allow_nan=False)) == once


@given(
    st.lists(st.floats(width=32), max_size=20),
    st.sampled_from([np.float16, np.float32, np.float64, np.longdouble, object]),
)
def test_plain_reads_every_float_type_alike(values, dtype):
    with np.errstate(over="ignore"):
        array = np.array(values, dtype=dtype)
    found = plain(array)
    for item, value in zip(found, array, strict=True):
        assert item == (float(value) if np.isfinite(float(value)) else None)
        assert item is None or type(item) is float


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.array(2.5), 2.5),
        (np.array(np.nan), None),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ((1, (2, range(2))), [1, [2, [0, 1]]]),
        (np.array([], float), []),
        (np.array([1, "a", None], object), [1, "a", None]),
    ],
)
def test_plain_by_hand(value, expected):
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "value", [1j, {1}, b"a", Ellipsis, print, np.array([1j]), np.datetime64("2020-01-01"), np.array([b"a"])]
)
def test_plain_refuses_what_json_cannot_hold(value):
    with pytest.raises(ValueError, match="cannot stand in a figure"):
        plain(value)


@given(st.one_of(SCALARS, st.complex_numbers(), st.binary(max_size=3)))
def test_real_returns_finite_numbers_and_refuses_the_rest(value):
    good = isinstance(value, (int, float)) and not isinstance(value, bool) and -5 <= value <= 5
    if good:
        assert scalar("size", value, -5, 5) is value
    else:
        with pytest.raises(ValueError, match=r"size=.* must be a finite number from -5 to 5"):
            scalar("size", value, -5, 5)


@given(st.one_of(SCALARS, st.floats()))
def test_whole_returns_ints_and_refuses_the_rest(value):
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9:
        assert whole("steps", value, 0, 9) == value
    else:
        with pytest.raises(ValueError, match=r"steps=.* must be a whole number from 0 to 9"):
            whole("steps", value, 0, 9)


def test_numbers_beyond_every_float_are_refused():
    with pytest.raises(ValueError, match="finite"):
        scalar("x", 10**400)


def test_a_large_numeric_array_is_listed_quickly():
    import time

    start = time.process_time()
    assert len(series("y", np.linspace(0, 1, 200_000))) == 200_000
    assert len(table("z", np.zeros((400, 400)))) == 400
    assert time.process_time() - start < 2


# -- pictures -----------------------------------------------------------------------------------


def decoded(address):
    kind, _, text = address.partition(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(text, validate=True))) as picture:
        assert picture.format == "PNG"
        picture.load()
        return np.asarray(picture)


@given(st.integers(1, 9), st.integers(1, 9), st.booleans(), st.integers(0, 2**32 - 1))
def test_a_png_decoded_by_pillow_equals_the_pixels(height, width, coloured, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3) if coloured else (height, width), np.uint8)
    assert np.array_equal(decoded(draw.png(pixels)), pixels)
    assert draw.png(pixels) == draw.png(pixels.copy())
    turned = pixels.swapaxes(0, 1)  # not contiguous
    assert np.array_equal(decoded(draw.png(turned)), turned)


def test_float_pixels_are_rounded_to_the_nearest_level():
    levels = np.array([[0, 1, 0.5, 1 / 255, 0.4999 / 255, 0.5001 / 255]])
    assert decoded(draw.png(levels)).tolist() == [[0, 255, 128, 1, 0, 1]]
    assert decoded(draw.png([[0.0, 1.0]])).tolist() == [[0, 255]]


@pytest.mark.parametrize(
    "pixels",
    [
        None, "abc", 5, [], [[]], np.zeros((0, 3), np.uint8), np.zeros((3, 0, 3), np.uint8), np.zeros(5, np.uint8),
        np.zeros((2, 2, 4), np.uint8), np.zeros((2, 2, 1), np.uint8), np.zeros((2, 2, 3, 1), np.uint8), [[1, 2], [3, 4]],
        np.eye(2) > 0, np.zeros((2, 2), np.uint16), [[1j]], [[0.5, np.nan]], [[0.5, np.inf]], [[-0.1]], [[1.1]], [[0.1, 0.2], [0.3]],
        np.zeros((4097, 1), np.uint8), [[None]],
    ],
)  # fmt: skip
def test_png_refuses_what_is_no_picture(pixels):
    with pytest.raises(ValueError, match=r"pixels.*must be \(H, W\) or \(H, W, 3\) of 1 to 4096 pixels"):
        draw.png(pixels)


@pytest.mark.parametrize("levels", [2, 3, 16, 32, 256])
def test_stepped_pictures_have_so_many_even_levels(levels):
    ramp = draw.stepped(np.linspace(-0.1, 1.1, 3001), levels)
    found = np.unique(ramp)
    assert ramp.dtype == np.uint8
    assert len(found) == levels
    assert len(set(np.diff(found.astype(int)))) == 1
    assert (ramp[0], ramp[-1]) == (0, found[-1])
    assert found[-1] > 255 - levels
    for bad in (1, 257, 2.5):
        with pytest.raises(ValueError, match="levels"):
            draw.stepped([0.5], bad)
