"""The still picture of a figure: valid, the same each time, and drawn where the figure says."""

import base64
import contextlib
import gzip
import io
import re
import subprocess
import sys
import warnings
from xml.etree import ElementTree

import numpy as np
import pytest
from miniatures import draw, still
from miniatures.categories import numbered
from PIL import Image

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
X, Y = [0, 1, 2], [3.0, 1.0, 2.0]
MARKS = {
    "line": draw.line(X, Y, name="cost", dash="longdash"),
    "washed line": draw.line(X, Y, fill="tozeroy"),
    "band": draw.line([0, 1, 1, 0], [0, 0, 1, 1], fill="toself"),
    "empty line": draw.line([], []),
    "line of gaps": draw.line(X, [None, np.nan, np.inf]),
    "points": draw.points(X, Y, name="trials", error=[0.1, None, 0], labels=["a", "b", "c"]),
    "bars": draw.bars(["a", "b", "c"], [1, None, 2], name="share", error=[0.1, None, 0.2], labels=["1", "2", "3"]),
    "one bar": draw.bars(["a"], [1]),
    "empty bars": draw.bars([], []),
    "horizontal bars": draw.bars(Y, ["a", "b", "c"], horizontal=True, error=[0.1, 0, 0.2]),
    "heat map": draw.heatmap([[1, 2], [3, np.nan]], x=["a", "b"], y=[0, 1], low=0, high=3, bar="loss", labels=[["1", "2"], ["3", ""]]),
    "flat heat map": draw.heatmap([[1, 1]], scale="grey"),
    "empty heat map": draw.heatmap([[None]], labels=[["none"]]),
    "large heat map": draw.heatmap(np.arange(900).reshape(30, 30)),
    "image": draw.image(np.arange(24, dtype=np.uint8).reshape(4, 6)),
    "colour image": draw.image(np.zeros((2, 2, 3), np.uint8)),
    "text": draw.text(0.5, 0.5, "here", anchor="left"),
    "pointing text": draw.text(1, 2, "there", arrow=(20, -30)),
    "vertical": draw.vertical(1, words="the end"),
    "horizontal": draw.horizontal(2, "red", "dot", words="the level"),
    "box": draw.box(0, 0, 1, 2, outline="blue"),
}  # fmt: skip


def pictured(*marks, **options):
    """The still picture of a figure, as an XML tree."""
    return ElementTree.fromstring(still.svg(draw.figure(*marks, **options), digits=6).encode())


def texts(tree):
    return ["".join(one.itertext()) for one in tree.iter(f"{SVG}text")]


def in_data(tree, x, y, panel=1):
    """A function from the picture's coordinates to the data's, for an axes box with the ranges `x` and `y`."""
    axes = next(group for group in tree.iter(f"{SVG}g") if group.get("id") == f"axes_{panel}")
    box = np.array(numbers(axes.find(f"{SVG}g/{SVG}path").get("d")))
    (left, top), (right, bottom) = box.min(0), box.max(0)

    def place(points):
        across, down = np.array(points).T
        return np.column_stack([
            x[0] + (across - left) / (right - left) * (x[1] - x[0]),
            y[1] + (down - top) / (bottom - top) * (y[0] - y[1]),
        ])  # fmt: skip

    return place


def numbers(path):
    return [tuple(map(float, pair)) for pair in re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path)]


def drawn(tree, style):
    """The outline of each path whose style holds `style`."""
    return [numbers(path.get("d")) for path in tree.iter(f"{SVG}path") if style in path.get("style", "")]


def levels(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def rectangles(tree, colour, x, y, panel=1):
    """(left, bottom, right, top) of each filled rectangle, in the data's units."""
    place = in_data(tree, x, y, panel)
    corners = [place(outline) for outline in drawn(tree, f"fill: {draw.colour(colour)}")]
    return [tuple(np.round([*one.min(0), *one.max(0)], 4)) for one in corners]


# -- valid, self-contained, the same each time --------------------------------------------------


@pytest.mark.parametrize("name", MARKS)
def test_every_mark_has_a_valid_still_picture(name):
    tree = pictured(MARKS[name], title="A title", x=draw.axis("x"), y="y")
    assert tree.tag == f"{SVG}svg"
    assert (tree.get("width"), tree.get("height")) == ("518.4pt", "259.2pt")
    assert {"A title", "x", "y"} <= set(texts(tree))
    for element in tree.iter():
        assert element.get(LINK, "#").startswith(("#", "data:")), "the picture asks for another file"


@pytest.mark.parametrize("symbol", draw.SYMBOLS)
def test_every_symbol_can_be_drawn(symbol):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pictured(draw.points(X, Y, symbol=symbol, size=[3, 6, 9], colour=["blue", "red", "ink"]))


def test_symbols_and_dashes_are_those_of_draw():
    assert set(still.MARKERS) == set(draw.SYMBOLS)
    assert set(still.DASHES) == set(draw.DASHES)


def test_the_same_bytes_each_time_and_in_another_process():
    program = (
        "from miniatures import draw, still; import hashlib; "
        "f = draw.panels(draw.figure(draw.line([0, 1], [1, 2], name='a', fill='tozeroy'), draw.vertical(0.5)), draw.figure(draw.heatmap([[1, 2]], bar='z'))); "
        "print(hashlib.sha256(still.svg(f).encode()).hexdigest())"
    )
    elsewhere = {
        "PYTHONHASHSEED": "2",
        "TZ": "Asia/Tokyo",
        "PYTHONPATH": ":".join(sys.path),
        "HOME": "/tmp",
        "LC_ALL": "C.UTF-8",
    }
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True, env=elsewhere
    )
    here = io.StringIO()
    with contextlib.redirect_stdout(here):
        exec(program, {})
    assert run.stdout == here.getvalue()
    assert len(run.stdout.strip()) == 64
    figure = draw.figure(*(MARKS[name] for name in ("line", "points", "box", "large heat map")))
    assert still.svg(figure) == still.svg(figure)


def test_the_page_gets_the_same_picture_in_fewer_bytes():
    figure = draw.figure(
        draw.points(np.linspace(0, 1, 40), np.sin(np.arange(40))), draw.text(0.5, 0.123456, "0.123456 of d"), y="y"
    )
    exact, short = (ElementTree.fromstring(still.svg(figure, digits).encode()) for digits in (6, 1))
    assert texts(short) == texts(exact)
    assert "0.123456 of d" in texts(short)
    for one, other in zip(exact.iter(), short.iter(), strict=True):
        assert one.attrib.keys() == other.attrib.keys()
        for place in {"d", "x", "y"} & one.attrib.keys():
            both = [
                np.array(re.findall(r"-?\d+(?:\.\d+)?", node.get(place).rpartition("px")[2]), float)
                for node in (one, other)
            ]
            assert np.abs(both[0] - both[1]).max() <= 0.0501
    sizes = [len(gzip.compress(still.svg(figure, digits).encode())) for digits in (6, 1)]
    assert sizes[1] < 0.75 * sizes[0]
    assert "<metadata>" not in still.svg(figure)


def test_drawing_leaves_the_figure_and_matplotlib_as_they_were():
    import matplotlib

    before, figure = dict(matplotlib.rcParams), draw.figure(MARKS["bars"], MARKS["text"])
    copy = repr(figure)
    still.svg(figure)
    assert dict(matplotlib.rcParams) == before
    assert repr(figure) == copy


# -- words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<b>bold</b> and <i>slant</i>", "bold and slant"),
        ("x<sub>12</sub><sup>3</sup>", "x₁₂³"),
        ("10<sup>\u22123</sup>", "10⁻³"),
        ("a < b and c > d", "a < b and c > d"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("bell\x07, null\x00, half\ud800", "bell, null, half"),
        (3.5, "3.5"),
    ],
)
def test_words_are_plotlys_html_as_plain_text(given, shown):
    assert still.words(given) == shown


@pytest.mark.parametrize(
    "words", ["</text><script>", "a & b < c", "$x^2$ and \\alpha", "中文 \U0001d4b3 עברית", "quotes \"'", "bell\x07"]
)
def test_hostile_texts_stay_texts(words):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would fail the page's cell
        tree = pictured(
            draw.text(0.5, 0.5, f"0 {words}"),
            draw.bars([f"1 {words}"], [1], name=f"2 {words}"),
            title=f"3 {words}",
            x=f"4 {words}",
        )
    assert not [one for one in tree.iter() if "script" in str(one.tag)]
    found = " ".join(texts(tree))
    for number in range(5):
        assert f"{number} {still.words(words)}".strip() in found


# -- drawn where the figure says ----------------------------------------------------------------


def test_a_line_goes_through_its_points():
    tree = pictured(
        draw.line(X, [3, None, 2], colour="red"),
        draw.line(X, Y, colour="green"),
        x=draw.axis(range=[-1, 3]),
        y=draw.axis(range=[0, 4]),
    )
    place = in_data(tree, (-1, 3), (0, 4))
    (green,) = drawn(tree, f"fill: none; stroke: {draw.colour('green')}")
    assert place(green) == pytest.approx(np.column_stack([X, Y]), abs=1e-3)
    (red,) = drawn(tree, f"fill: none; stroke: {draw.colour('red')}")
    assert place(red) == pytest.approx(np.array([[0, 3], [2, 2]]), abs=1e-3)


def test_logarithmic_and_reversed_axes():
    tree = pictured(
        draw.line([1, 10, 100], [0, 1, 2], colour="red"),
        x=draw.axis(range=[1, 100], log=True),
        y=draw.axis(range=[2, 0]),
    )
    (line,) = drawn(tree, f"fill: none; stroke: {draw.colour('red')}")
    assert in_data(tree, (0, 2), (2, 0))(line) == pytest.approx(np.array([[0, 0], [1, 1], [2, 2]]), abs=1e-3)
    heights = []
    for reverse in (False, True):
        turned = pictured(draw.line([0, 1], [0, 1], colour="red"), y=draw.axis(reverse=reverse))
        heights.append([y for _, y in drawn(turned, f"fill: none; stroke: {draw.colour('red')}")[0]])
    assert heights[0][0] > heights[0][1], "larger values stand higher, at a smaller y of the picture"
    assert heights[1][0] < heights[1][1]


def test_bars_stand_at_their_places_with_their_heights():
    ends = {"x": draw.axis(range=[-1, 3]), "y": draw.axis(range=[0, 5])}
    single = pictured(draw.bars(X, Y), **ends)
    assert rectangles(single, "blue", (-1, 3), (0, 5)) == [(-0.4, 0, 0.4, 3), (0.6, 0, 1.4, 1), (1.6, 0, 2.4, 2)]
    both = pictured(draw.bars(X, Y), draw.bars(X, [1, 1, 1], colour="red"), **ends)
    assert rectangles(both, "blue", (-1, 3), (0, 5))[0] == (-0.4, 0, 0, 3)
    assert rectangles(both, "red", (-1, 3), (0, 5))[0] == (0, 0, 0.4, 1)
    thin = pictured(draw.bars(X, Y, width=0.2, base=[1, 1, 1]), **ends)
    assert rectangles(thin, "blue", (-1, 3), (0, 5))[0] == (-0.1, 1, 0.1, 4)


def test_bars_are_as_thick_as_their_spacing_allows_in_every_mode():
    for mode in draw.BAR_MODES:
        tree = pictured(draw.bars([0, 0.1, 0.2], Y), bars=mode, x=draw.axis(range=[-1, 1]), y=draw.axis(range=[0, 5]))
        assert rectangles(tree, "blue", (-1, 1), (0, 5))[0] == (-0.04, 0, 0.04, 3), mode


def test_stacked_bars_start_where_the_others_end_up_and_down_apart():
    tree = pictured(
        draw.bars(["a", "b"], [1, -1]), draw.bars(["b", "c"], [-2, 1], colour="red"), draw.bars(["a", "b"], [2, 3], colour="green"),
        bars="stack", x=draw.axis(range=[-1, 3]), y=draw.axis(range=[-4, 4]),
    )  # fmt: skip
    assert rectangles(tree, "blue", (-1, 3), (-4, 4)) == [(-0.4, 0, 0.4, 1), (0.6, -1, 1.4, 0)]
    assert rectangles(tree, "red", (-1, 3), (-4, 4)) == [(0.6, -3, 1.4, -1), (1.6, 0, 2.4, 1)]
    assert rectangles(tree, "green", (-1, 3), (-4, 4)) == [(-0.4, 1, 0.4, 3), (0.6, 0, 1.4, 3)]


def test_horizontal_bars_lie():
    tree = pictured(
        draw.bars(Y, ["a", "b", "c"], horizontal=True), x=draw.axis(range=[0, 5]), y=draw.axis(range=[-1, 3])
    )
    assert rectangles(tree, "blue", (0, 5), (-1, 3)) == [(0, -0.4, 3, 0.4), (0, 0.6, 1, 1.4), (0, 1.6, 2, 2.4)]
    assert {"a", "b", "c"} <= set(texts(tree))


def test_categories_keep_the_order_of_their_appearance_and_lines_find_them():
    tree = pictured(
        draw.bars(["b", "a"], [1, 2]), draw.bars(["c", "a"], [1, 1], colour="red"), draw.box("a", 0, "c", 1, colour="wash-green"),
        bars="overlay", x=draw.axis(range=[-1, 3]), y=draw.axis(range=[0, 3]),
    )  # fmt: skip
    assert rectangles(tree, "blue", (-1, 3), (0, 3)) == [(-0.4, 0, 0.4, 1), (0.6, 0, 1.4, 2)]
    assert rectangles(tree, "red", (-1, 3), (0, 3)) == [(1.6, 0, 2.4, 1), (0.6, 0, 1.4, 1)]
    assert rectangles(tree, "wash-green", (-1, 3), (0, 3)) == [(1, 0, 2, 1)]
    assert [text for text in texts(tree) if text in "abc"] == ["b", "a", "c"]
    with pytest.raises(ValueError, match="x='d' is not a category of the figure: one of a, b"):
        numbered(draw.figure(draw.bars(["a", "b"], [1, 2]), draw.vertical("d")))
    with pytest.raises(ValueError, match="y='d' is not a category of the figure: one of none"):
        numbered(draw.figure(draw.bars(["a", "b"], [1, 2]), draw.horizontal("d")))


def test_numbered_keeps_panels_apart_and_given_ticks():
    ticks = draw.axis(ticks=["b"], labels=["only b"])
    figure = numbered(
        draw.panels(draw.figure(draw.bars(["a", "b"], [1, 2]), x=ticks), draw.figure(draw.bars(["b", "c"], [1, 2])))
    )
    assert [trace["x"] for trace in figure["data"]] == [[0, 1], [0, 1]]
    assert (figure["layout"]["xaxis"]["tickvals"], figure["layout"]["xaxis"]["ticktext"]) == ([1], ["only b"])
    assert figure["layout"]["xaxis2"]["ticktext"] == ["b", "c"]
    assert "ticktext" not in figure["layout"]["yaxis"]


def test_a_heat_map_paints_each_cell_in_the_colour_of_its_value():
    tree = pictured(
        draw.heatmap([[0, 4], [2, None]], low=0, high=4), x=draw.axis(range=[-0.5, 1.5]), y=draw.axis(range=[-0.5, 1.5])
    )
    place = in_data(tree, (-0.5, 1.5), (-0.5, 1.5))
    low, middle, high = (draw.PALETTE["light"][f"sequential-{i}"] for i in (0, 2, 4))
    found = {}
    for path in tree.iter(f"{SVG}path"):
        fill = re.search(r"fill: (#\w+)", path.get("style", ""))
        if fill and len(numbers(path.get("d"))) >= 4:
            centre = place(numbers(path.get("d"))).min(0) + 0.5
            found[tuple(np.round(centre, 3))] = levels(fill[1])
    assert found.keys() == {(0, 0), (1, 0), (0, 1)}
    for cell, colour in (((0, 0), low), ((1, 0), high), ((0, 1), middle)):
        assert found[cell] == pytest.approx(levels(colour), abs=1)


def test_a_picture_holds_the_pixels():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    tree = pictured(draw.image(pixels, width=7, height=5), x=draw.axis(range=[0, 7]), y=draw.axis(range=[0, 5]))
    (image,) = tree.iter(f"{SVG}image")
    with Image.open(io.BytesIO(base64.b64decode(image.get(LINK).partition(",")[2]))) as picture:
        seen = np.asarray(picture.convert("RGB").resize((7, 5), Image.Resampling.NEAREST))
    if "scale(1 -1)" in image.get("transform", ""):
        seen = seen[::-1]
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert seen[corner].tolist() == pixels[corner].tolist(), "the picture is turned or recoloured"


def test_straight_lines_cross_the_plot_and_boxes_fill_their_rectangle():
    tree = pictured(
        draw.vertical(1, "red"),
        draw.horizontal(2, "green"),
        draw.box(0, 1, 2, 3, "wash-orange"),
        x=draw.axis(range=[0, 4]),
        y=draw.axis(range=[0, 4]),
    )
    place = in_data(tree, (0, 4), (0, 4))
    ends = {}
    for colour in ("red", "green"):
        (line,) = [
            path for path in tree.iter(f"{SVG}path") if f"stroke: {draw.colour(colour)}" in path.get("style", "")
        ]
        ends[colour] = place(numbers(line.get("d")))
    assert ends["red"] == pytest.approx(np.array([[1, 0], [1, 4]]), abs=1e-3)
    assert ends["green"] == pytest.approx(np.array([[0, 2], [4, 2]]), abs=1e-3)
    assert rectangles(tree, "wash-orange", (0, 4), (0, 4)) == [(0, 1, 2, 3)]


def test_a_text_stands_where_it_says_on_a_logarithmic_axis_too():
    tree = pictured(draw.text(2, 1, "here"), x=draw.axis(range=[1, 1000], log=True), y=draw.axis(range=[0, 2]))
    (text,) = [one for one in tree.iter(f"{SVG}text") if "".join(one.itertext()) == "here"]
    x, y = in_data(tree, (0, 3), (0, 2))([(float(text.get("x")), float(text.get("y")))])[0]
    assert x == pytest.approx(2, abs=0.01)
    assert y == pytest.approx(1, abs=0.05)  # the baseline lies below the middle


def test_legends_name_what_is_named():
    tree = pictured(draw.line(X, Y, name="cost &lt; 3"), draw.points(X, Y), draw.bars(X, Y, name="n<sub>2</sub>"))
    assert {"cost < 3", "n₂"} <= set(texts(tree))
    assert "cost < 3" not in texts(pictured(draw.line(X, Y, name="cost &lt; 3"), legend=False))


@pytest.mark.parametrize(
    ("panels", "names"), [(1, ["a", "b"]), (3, ["a"]), (2, [f"curve number {n} of many" for n in range(8)])]
)
def test_the_legend_stands_below_the_panels_in_rows_that_fit(panels, names):
    marks = [draw.line(X, Y, name=name) for name in names]
    one = draw.figure(*marks, title="one", x=draw.axis("time"))
    figure = draw.panels(*[one] * panels) if panels > 1 else one
    tree = ElementTree.fromstring(still.svg(figure, digits=6).encode())
    width, height = (float(size) for size in tree.get("viewBox").split()[2:])
    places = {"".join(one.itertext()): (float(one.get("x")), float(one.get("y"))) for one in tree.iter(f"{SVG}text")}
    legend = [places[name] for name in names]
    lowest = places["time"][1]
    assert all(
        lowest < y < height and 0 < x < width - 5 * len(name) for name, (x, y) in zip(names, legend, strict=True)
    )
    assert legend == sorted(legend, key=lambda place: (round(place[1]), place[0])), "read by rows"
    assert len({round(y) for _, y in legend}) == (1 if len(names) < 3 else 3)


def test_hidden_axes_are_not_drawn():
    hidden = draw.axis("secret", hidden=True, range=[0, 1])
    assert texts(pictured(x=hidden, y=hidden)) == []


@pytest.mark.parametrize(("many", "columns"), [(1, 1), (2, 2), (3, 2), (5, 3)])
def test_each_panel_holds_its_own_marks(many, columns):
    figures = [
        draw.figure(draw.bars([0], [n + 1]), x=draw.axis(range=[-1, 1]), y=draw.axis(range=[0, 9]), title=f"Panel {n}")
        for n in range(many)
    ]
    tree = ElementTree.fromstring(still.svg(draw.panels(*figures, columns=columns), digits=6).encode())
    assert [text for text in texts(tree) if text.startswith("Panel")] == [f"Panel {n}" for n in range(many)]
    for number in range(many):
        axes = next(group for group in tree.iter(f"{SVG}g") if group.get("id") == f"axes_{number + 1}")
        assert rectangles(axes, "blue", (-1, 1), (0, 9), panel=number + 1) == [(-0.4, 0, 0.4, number + 1)]
    assert sum(1 for group in tree.iter(f"{SVG}g") if re.fullmatch(r"axes_\d+", group.get("id", ""))) == many
