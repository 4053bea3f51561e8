"""Marks and figures in the book's look, as plain dicts that follow Plotly's schema.

A *mark* is one line, set of points, heat map, label …; `figure` puts marks on axes. Nothing
here imports Plotly: the page draws the dict with its own bundle, a notebook with plotly.py.

Colours are named after `palette.json` ("blue", "orange", "wash-green" …). The figure holds the
light theme's value; the page swaps it for the dark theme's.
"""

import json
from importlib import resources

import numpy as np

from miniatures.checks import TALLEST, numbers, one_of, scalar, series, table, whole, words
from miniatures.panels import panels as panels  # a figure of figures, drawn as this module's figures are
from miniatures.plain import plain
from miniatures.png import png as png
from miniatures.wording import minus

PALETTE = json.loads(resources.files("miniatures").joinpath("palette.json").read_text("utf8"))
DASHES = ("solid", "dot", "dash", "longdash", "dashdot")
SYMBOLS = ("circle", "circle-open", "square", "diamond", "cross", "x", "triangle-up", "triangle-down", "star", "line-ns",
           "line-ew")  # fmt: skip
FILLS = ("tozeroy", "toself")
ANCHORS = ("left", "center", "right")
BAR_MODES = ("group", "stack", "overlay")
SCALES = {
    "sequential": [[i / 4, PALETTE["light"][f"sequential-{i}"]] for i in range(5)],
    "diverging": [[i / 4, PALETTE["light"][f"diverging-{i}"]] for i in range(5)],
    "grey": [[0, "#000000"], [1, "#ffffff"]],
}


def colour(name: str) -> str:
    """The light theme's hex value of a palette colour.

    >>> colour("blue")
    '#1f6fb2'
    """
    if not isinstance(name, str) or name not in PALETTE["light"]:
        raise ValueError(f"colour={name!r} is not in the palette: one of {', '.join(PALETTE['light'])}")
    return PALETTE["light"][name]


def _given(**options) -> dict:
    return {key: plain(value) for key, value in options.items() if value is not None}


def _each(name, value, length, one):
    """`value` checked by `one`: a single value, or one for each of `length` marks."""
    if value is None or isinstance(value, str) or np.ndim(value) == 0:
        return None if value is None else one(name, value)
    return [one(name, item) for item in series(name, value, length)]


def _colours(names, length=None):
    return colour(names) if length is None else _each("colour", names, length, lambda _, name: colour(name))


def _sizes(name, value, length):
    return _each(name, value, length, lambda _, one: scalar(name, one, 0))


def _points(x, y):
    x = series("x", x)
    return x, series("y", y, len(x))


def _error(error, length):
    if error is None:
        return None
    reach = series("error", error, length, texts=False)
    if any(one is not None and one < 0 for one in reach):
        raise ValueError(f"error holds {min(one for one in reach if one is not None)}: lengths of bars are 0 or more")
    return {"type": "data", "array": reach, "thickness": 1.5}


def line(x, y, name=None, colour="blue", dash="solid", width=2.5, fill=None, hover=None) -> dict:
    """A curve through (x, y), both (N,); None, nan and infinities break it. `fill="tozeroy"` washes the
    area between curve and zero, `fill="toself"` the area that the curve encloses (a band).

    >>> line([0, 1], [2, 3], name="cost")["y"]
    [2, 3]
    """
    x, y = _points(x, y)
    wash = {"fill": one_of("fill", fill, FILLS), "fillcolor": _colours(f"wash-{colour}")} if fill is not None else {}
    return _given(
        type="scatter", mode="lines", x=x, y=y, name=words("name", name), showlegend=name is not None, hovertemplate=words("hover", hover),
        line={"color": _colours(colour), "dash": one_of("dash", dash, DASHES), "width": scalar("width", width, 0, 50)}, **wash,
    )  # fmt: skip


def points(x, y, name=None, colour="orange", size=9, symbol="circle", error=None, labels=None, hover=None) -> dict:
    """Markers at (x, y), both (N,). `colour` and `size` (pixels) are one or N; `error` (N,) draws bars of
    +- error in y; `labels` (N,) writes a text beside each marker. None or nan leaves a marker out.

    >>> points([1, 2], [3, 4])["mode"]
    'markers'
    """
    x, y = _points(x, y)
    return _given(
        type="scatter", mode="markers+text" if labels is not None else "markers", x=x, y=y, name=words("name", name),
        showlegend=name is not None, text=None if labels is None else series("labels", labels, len(x)),
        textposition="top center" if labels is not None else None, error_y=_error(error, len(x)), hovertemplate=words("hover", hover),
        marker={"color": _colours(colour, len(x)), "size": _sizes("size", size, len(x)), "symbol": one_of("symbol", symbol, SYMBOLS)},
    )  # fmt: skip


def bars(
    x, y, name=None, colour="blue", base=None, width=None, horizontal=False, error=None, labels=None, hover=None
) -> dict:
    """Bars of height y at x, both (N,); `horizontal=True` makes y the categories and x the lengths. None or nan leaves a bar out.

    >>> bars(["a", "b"], [3, 4])["y"]
    [3, 4]
    """
    x, y = _points(x, y)
    reach = _error(error, len(x))
    return _given(
        type="bar", x=x, y=y, name=words("name", name), showlegend=name is not None, orientation="h" if horizontal else "v",
        base=_each("base", base, len(x), scalar), width=_sizes("width", width, len(x)), marker={"color": _colours(colour, len(x))},
        text=None if labels is None else series("labels", labels, len(x)), textposition="auto" if labels is not None else None,
        hovertemplate=words("hover", hover), **({"error_x" if horizontal else "error_y": reach} if reach else {}),
    )  # fmt: skip


def heatmap(z, x=None, y=None, scale="sequential", low=None, high=None, bar=None, labels=None, hover=None) -> dict:
    """Cells coloured by z (rows, columns), from `low` to `high`. `bar` is the title of the colour bar, None
    for no bar; `labels` (rows, columns) writes a text into each cell. A cell of None or nan stays empty."""
    z = table("z", z)
    shape = (len(z), len(z[0]))
    if low is not None and high is not None and not scalar("low", low) < scalar("high", high):
        raise ValueError(f"low={low} must lie below high={high}")
    return _given(
        type="heatmap", z=z, x=None if x is None else series("x", x, shape[1]), y=None if y is None else series("y", y, shape[0]),
        colorscale=SCALES[one_of("scale", scale, SCALES)], zmin=None if low is None else scalar("low", low),
        zmax=None if high is None else scalar("high", high), showscale=bar is not None,
        colorbar={"title": {"text": words("bar", bar), "side": "right"}, "thickness": 12, "outlinewidth": 0} if bar is not None else None,
        text=None if labels is None else table("labels", labels, shape, texts=True),
        texttemplate="%{text}" if labels is not None else None, hovertemplate=words("hover", hover),
    )  # fmt: skip


def image(pixels, x=0.0, y=0.0, width=1.0, height=1.0) -> dict:
    """A picture whose lower left corner lies at (x, y) in axis units; see `png` for the pixels, `text`
    for logarithmic axes."""
    if not (scalar("width", width) > 0 and scalar("height", height) > 0):
        raise ValueError(f"width={width} and height={height} of an image must be positive")
    return {"mark": "images", "source": png(pixels), "xref": "x", "yref": "y", "x": plain(scalar("x", x)), "y": plain(scalar("y", y) + height),
            "sizex": plain(width), "sizey": plain(height), "sizing": "stretch", "layer": "below"}  # fmt: skip


def stepped(pixels, levels: int = 16) -> np.ndarray:
    """Pixels from 0 to 1, what lies beyond cut off, as uint8 in so many even `levels`, 2 to 256: few weigh little in a page.

    >>> stepped([0.0, 0.5, 1.2], 3).tolist()
    [0, 127, 254]
    """
    numbers("pixels", pixels)
    steps = whole("levels", levels, 2, 256) - 1
    return (np.round(np.clip(pixels, 0, 1) * steps) * (255 // steps)).astype(np.uint8)


def _place(name, value):
    """A position on an axis: a number, or a category's text."""
    return value if isinstance(value, str) else plain(scalar(name, value))


def text(x, y, words, colour="ink", anchor="center", arrow=None, size=13) -> dict:
    """A label at (x, y); `arrow=(dx, dy)` in pixels sets it apart and points from there.

    On a logarithmic axis the position is its base-10 logarithm, as in Plotly: `text(log10(20), …)`.

    >>> text(1, 2, "here")["text"]
    'here'
    """
    if not isinstance(words, str) or not words:
        raise ValueError(f"words={words!r} must be a text")
    pointer = {"showarrow": False}
    if arrow is not None:
        across, down = series("arrow", arrow, 2, texts=False)
        pointer = {
            "showarrow": True,
            "ax": scalar("arrow", across),
            "ay": scalar("arrow", down),
            "arrowhead": 2,
            "arrowcolor": _colours(colour),
        }
    return {"mark": "annotations", "x": _place("x", x), "y": _place("y", y), "xref": "x", "yref": "y", "text": minus(words),
            "xanchor": one_of("anchor", anchor, ANCHORS), "font": {"color": _colours(colour), "size": scalar("size", size, 1, 100)}, **pointer}  # fmt: skip


def vertical(x, colour="grey", dash="dash", words=None) -> dict:
    """A vertical line across the plot at x, in the data's own units on a logarithmic axis too."""
    return _straight("x", x, colour, dash, words)


def horizontal(y, colour="grey", dash="dash", words=None) -> dict:
    """A horizontal line across the plot at y, in the data's own units on a logarithmic axis too.

    >>> horizontal(0.5)["y0"]
    0.5
    """
    return _straight("y", y, colour, dash, words)


def _straight(axis, at, name, dash, label):
    other = "y" if axis == "x" else "x"
    at, hue = _place(axis, at), colour(name)
    mark = {"mark": "shapes", "type": "line", f"{axis}0": at, f"{axis}1": at, f"{other}0": 0, f"{other}1": 1, f"{axis}ref": axis,
            f"{other}ref": f"{other} domain", "line": {"color": hue, "dash": one_of("dash", dash, DASHES), "width": 1.5}}  # fmt: skip
    if words("words", label):
        mark["label"] = {
            "text": label,
            "textposition": "end" if axis == "x" else "start",
            "font": {"color": hue, "size": 12},
        }
    return mark


def box(x0, y0, x1, y1, colour="wash-grey", outline=None) -> dict:
    """A filled rectangle behind the marks, in axis units.

    >>> box(0, 0, 2, 1)["x1"]
    2
    """
    corners = {name: _place(name, at) for name, at in (("x0", x0), ("y0", y0), ("x1", x1), ("y1", y1))}
    edge = {"color": _colours(outline), "width": 1.5} if outline is not None else {"width": 0}
    return {"mark": "shapes", "type": "rect", **corners, "xref": "x", "yref": "y",
            "fillcolor": _colours(colour), "line": edge, "layer": "below"}  # fmt: skip


def axis(title="", range=None, log=False, ticks=None, labels=None, hidden=False, reverse=False) -> dict:
    """An axis; `range` is in the data's own units on a logarithmic axis too, and runs backwards where its
    first end is the larger one. `reverse=True` turns an axis without a range."""
    if not isinstance(title, str):
        raise ValueError(f"title={title!r} must be a text")
    if range is not None:
        range = [scalar("range", end) for end in series("range", range, 2, texts=False)]
        if range[0] == range[1] or (log and min(range) <= 0):
            raise ValueError(
                f"range={range} must have two different ends{', both positive on a logarithmic axis' if log else ''}"
            )
        if reverse:
            raise ValueError(f"range={range} of a reversed axis: give the range from its larger end, without reverse")
        range = [float(np.log10(end)) for end in range] if log else range
    if labels is not None and ticks is None:
        raise ValueError(f"labels={labels!r} need ticks to stand at")
    ticks = None if ticks is None else series("ticks", ticks)
    return _given(
        title={"text": title}, range=range, type="log" if log else None, tickvals=ticks,
        ticktext=None if labels is None else series("labels", labels, len(ticks)),
        visible=False if hidden else None, autorange="reversed" if reverse else None,
    )  # fmt: skip


def _axis(name, given):
    if isinstance(given, str):
        return axis(given)
    if not isinstance(given, dict) or "title" not in given:
        raise ValueError(f"{name}={given!r} must be an axis title or made by axis")
    return dict(given)


def figure(*marks, x="", y="", height=360, title=None, bars="group", equal=False, legend=True) -> dict:
    """`marks` on one pair of axes. `x`, `y`: an axis title or an `axis(...)`; `height` in pixels;
    `bars`: "group", "stack" or "overlay"; `equal=True` gives both axes the same scale."""
    layout = {
        "xaxis": _axis("x", x), "yaxis": _axis("y", y),
        "height": whole("height", height, 50, TALLEST), "barmode": one_of("bars", bars, BAR_MODES), "showlegend": bool(legend),
    }  # fmt: skip
    if words("title", title):
        layout["title"] = {"text": minus(title)}
    if equal:
        layout["yaxis"] |= {"scaleanchor": "x", "constrain": "domain"}
    data = []
    for number, mark in enumerate(marks, 1):
        if not isinstance(mark, dict) or not {"mark", "type"} & set(mark):
            raise ValueError(
                f"mark {number} of the figure is {mark!r}: use line, points, bars, heatmap, image, text, vertical, horizontal, box"
            )
        if "mark" in mark:
            layout.setdefault(mark["mark"], []).append({key: value for key, value in mark.items() if key != "mark"})
        else:
            data.append(dict(mark))
    for letter in "xy":
        if any(isinstance(value, str) for trace in data for value in trace.get(letter, ())):
            _make_category(layout[f"{letter}axis"], letter)
    return {"data": data, "layout": layout}


def _make_category(ends, letter):
    """Texts are categories; Plotly would read "2015" as a number and "2015-01" as a date."""
    if ends.get("type") == "log":
        raise ValueError(f"{letter} is a logarithmic axis, the marks have texts there: numbers are accepted")
    ends["type"] = "category"
