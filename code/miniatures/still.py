"""svg(figure): the still picture of a figure, for print, e-books and readers without JavaScript.

Matplotlib draws the marks of `miniatures.draw`. The look follows the page's Plotly drawing; the
text is neutral enough for both themes.
"""

import base64
import html
import io
import re
import warnings
from collections import Counter

import numpy as np

from miniatures.categories import numbered
from miniatures.checks import whole

WIDTH = 7.2  # inches
DPI = 100
DASHES = {"solid": "-", "dot": ":", "dash": "--", "longdash": (0, (8, 3)), "dashdot": "-."}
MARKERS = {"circle": "o", "square": "s", "diamond": "D", "cross": "P", "x": "X", "triangle-up": "^", "triangle-down": "v", "star": "*",
           "circle-open": "o", "line-ns": "|", "line-ew": "_"}  # fmt: skip
INK = "#5b6470"


def svg(figure: dict, digits: int = 1) -> str:
    """`figure`, a dict built by miniatures.draw, as SVG text; the same text each time.

    Coordinates are points with so many `digits`, 0 to 9: a tenth is a seventh of a pixel in the page.

    >>> from miniatures import draw
    >>> svg(draw.figure(draw.line([0, 1], [0, 1]))).count("<svg")
    1
    """
    digits = whole("digits", digits, 0, 9)
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.style import context

    figure = numbered(figure)
    layout = figure["layout"]
    style = {"svg.hashsalt": "miniatures", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10, "axes.edgecolor": INK, "axes.labelcolor": INK,
             "text.color": INK, "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False, "text.parse_math": False}  # fmt: skip
    with context(style):
        drawing = Figure(figsize=(WIDTH, layout.get("height", 360) / DPI), dpi=DPI)
        FigureCanvasSVG(drawing)
        axes = _axes(drawing, layout)
        layout = layout | {
            "bar traces": Counter(trace.get("xaxis", "x") for trace in figure["data"] if trace["type"] == "bar")
        }
        for trace in figure["data"]:
            _trace(axes[trace.get("xaxis", "x")], trace, layout)
        for kind, draw in (("images", _image), ("shapes", _shape), ("annotations", _annotation)):
            for mark in layout.get(kind, ()):
                draw(axes[mark["xref"].split()[0]], mark)
        buffer = io.StringIO()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Glyph")  # the text stays text: the reader's fonts draw it
            _finish(axes, layout)
            drawing.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _shorter(buffer.getvalue(), digits)


def _shorter(text, digits):
    """The SVG with coordinates of so many digits, and without what describes the file: half the bytes, for some."""
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    return re.sub(
        r'(?<= d=")[^"]+|(?<= [xy]=")[-\d.]+(?=")',
        lambda place: re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.{digits}f}", place[0]),
        text,
    )


def words(text) -> str:
    """Plotly's little HTML as plain text, without what XML cannot hold.

    >>> words("<b>x<sub>1</sub></b> &lt; 2")
    'x₁ < 2'
    """
    text = re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "", str(text))
    text = re.sub(r"<br\s*/?>", "\n", text)
    for tag, digits in (("sub", "₀₁₂₃₄₅₆₇₈₉"), ("sup", "⁰¹²³⁴⁵⁶⁷⁸⁹")):
        text = re.sub(
            rf"<{tag}>(.*?)</{tag}>",
            lambda m, d=digits: m[1].translate({48 + i: c for i, c in enumerate(d)} | {0x2212: "⁻"}),
            text,
        )
    return html.unescape(re.sub(r"</?\w[^>]*>", "", text))


def _axes(drawing, layout):
    grid = layout.get("meta", {}).get("panels", 1)
    columns = layout.get("meta", {}).get("columns", 1)
    made = drawing.subplots(-(-grid // columns), columns, squeeze=False).ravel()
    for unused in made[grid:]:
        unused.remove()
    axes = {"x" + (str(i + 1) if i else ""): ax for i, ax in enumerate(made[:grid])}
    for name, ax in axes.items():
        for letter in "xy":
            ends = layout.get(f"{letter}axis{name[1:]}", {})
            if ends.get("type") == "log":
                getattr(ax, f"set_{letter}scale")("log")
                axis = getattr(ax, f"{letter}axis")
                axis.set_major_formatter(
                    lambda value, _: _power(value)
                )  # matplotlib's own writes TeX, which no SVG reader sets
                axis.set_minor_formatter(lambda value, _: "")
    return axes


def _power(value):
    """A tick of a logarithmic axis: 0.01, 1, 1000, and 10⁻⁶ where the zeros would be many."""
    exponent = np.log10(value)
    if -3.5 < exponent < 4.5:
        return f"{value:g}"
    mantissa, tens = f"{value:.0e}".split("e")
    power = "10" + str(int(tens)).translate({48 + i: c for i, c in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")} | {45: "⁻"})
    return power if mantissa == "1" else f"{mantissa}·{power}"


def _trace(ax, trace, layout):
    name = words(trace["name"]) if trace.get("name") and trace.get("showlegend") else None
    if trace["type"] == "heatmap":
        return _heatmap(ax, trace)
    x, y = _gaps(trace["x"]), _gaps(trace["y"])
    if trace["type"] == "bar":
        return _bars(ax, trace, x, y, name, layout)
    if "lines" in trace["mode"]:
        line = trace["line"]
        ax.plot(x, y, color=line["color"], ls=DASHES[line["dash"]], lw=line["width"], label=name)
        if trace.get("fill") == "toself":
            ax.fill(x, y, color=trace["fillcolor"], lw=0, zorder=0)
        elif trace.get("fill"):
            ax.fill_between(x, y, color=trace["fillcolor"], lw=0, zorder=0)
    if "markers" in trace["mode"]:
        marker = trace["marker"]
        size = np.broadcast_to(np.asarray(marker["size"], float) * 0.72, (len(x),)) ** 2
        hollow = (
            {"facecolors": "none", "edgecolors": marker["color"]}
            if "open" in marker["symbol"]
            else {"c": marker["color"]}
        )
        ax.scatter(x, y, s=size, marker=MARKERS[marker["symbol"]], label=name, zorder=3, **hollow)
        if "error_y" in trace:
            ax.errorbar(x, y, _gaps(trace["error_y"]["array"]), fmt="none", ecolor=INK, elinewidth=1.2)
        for at_x, at_y, text in zip(x, y, trace.get("text", ()), strict=False):
            ax.annotate(words(text), (at_x, at_y), (0, 6), textcoords="offset points", ha="center", fontsize=9)


def _gaps(values):
    return [np.nan if v is None else v for v in values]


def _bars(ax, trace, x, y, name, layout):
    if not x:
        return
    flat = trace["orientation"] == "h"
    lengths = np.asarray(x if flat else y, float)
    places = np.asarray(y if flat else x, float)
    room = 0.8 * min(np.diff(np.unique(places)), default=1.0)
    thickness, base = np.asarray(trace.get("width", room)), trace.get("base", 0)
    if layout.get("barmode") == "group" and "width" not in trace:
        many = layout["bar traces"][trace.get("xaxis", "x")]
        ax.bar_traces = getattr(ax, "bar_traces", -1) + 1
        places, thickness = places + (ax.bar_traces - (many - 1) / 2) * room / many, room / many
    if layout.get("barmode") == "stack" and "base" not in trace:
        base = _stacked(ax, places, lengths)
    (ax.barh if flat else ax.bar)(places, lengths, thickness, base, color=trace["marker"]["color"], label=name)
    ends = np.nan_to_num(lengths) + base
    for axis in ("error_x", "error_y"):
        if axis in trace:
            reach = {axis[-1] + "err": _gaps(trace[axis]["array"])}
            ax.errorbar(*((ends, places) if flat else (places, ends)), **reach, fmt="none", ecolor=INK, elinewidth=1.2)


def _stacked(ax, places, lengths):
    """Where each bar starts: at the end of those before it at its place, up and down apart."""
    ends = ax.__dict__.setdefault("stacked", {})
    base = [ends.get((place, length < 0), 0.0) for place, length in zip(places, lengths, strict=True)]
    ends |= {
        (place, length < 0): start + length
        for place, length, start in zip(places, np.nan_to_num(lengths), base, strict=True)
    }
    return np.array(base)


def _heatmap(ax, trace):
    from matplotlib.colors import LinearSegmentedColormap

    z = np.array([[np.nan if v is None else v for v in row] for row in trace["z"]], float)
    scale = LinearSegmentedColormap.from_list("scale", [tuple(stop) for stop in trace["colorscale"]])
    x, y = (np.asarray(trace.get(letter, range(many)), float) for letter, many in zip("xy", z.shape[::-1], strict=True))
    mesh = ax.pcolormesh(
        _edges(x), _edges(y), z, cmap=scale, vmin=trace.get("zmin"), vmax=trace.get("zmax"), rasterized=z.size > 400
    )
    if trace.get("showscale"):
        ax.figure.colorbar(mesh, ax=ax, label=words(trace["colorbar"]["title"]["text"]))
    for row, line in enumerate(trace.get("text", ())):
        for column, text in enumerate(line):
            bright = sum(mesh.cmap(mesh.norm(z[row, column]))[:3]) > 1.6 if np.isfinite(z[row, column]) else True
            ax.text(
                x[column],
                y[row],
                words(text),
                ha="center",
                va="center",
                fontsize=8,
                color="#22272e" if bright else "#ffffff",
            )


def _edges(centres):
    if len(centres) == 1:
        return np.array([centres[0] - 0.5, centres[0] + 0.5])
    middle = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[2 * centres[0] - middle[0]], middle, [2 * centres[-1] - middle[-1]]])


def _image(ax, mark):
    from PIL import Image

    pixels = Image.open(io.BytesIO(base64.b64decode(mark["source"].partition(",")[2])))
    left, top = mark["x"], mark["y"]
    shown = np.asarray(pixels)
    extent = (left, left + mark["sizex"], top - mark["sizey"], top)
    ax.imshow(
        shown,
        cmap="gray" if shown.ndim == 2 else None,
        vmin=0,
        vmax=255,
        extent=extent,
        aspect="auto",
        interpolation="none",
    )


def _shape(ax, mark):
    line = mark["line"]
    if mark["type"] == "rect":
        edge = line.get("color", "none") if line["width"] else "none"
        ax.fill_between(
            [mark["x0"], mark["x1"]],
            mark["y0"],
            mark["y1"],
            facecolor=mark["fillcolor"],
            edgecolor=edge,
            lw=line["width"],
            zorder=-1,  # below the washes of the lines too, as in the page
        )
        return
    upright = mark["x0"] == mark["x1"] and "domain" in mark["yref"]
    (ax.axvline if upright else ax.axhline)(
        mark["x0"] if upright else mark["y0"], color=line["color"], ls=DASHES[line["dash"]], lw=line["width"]
    )
    if "label" in mark:
        at = (mark["x0"], 1.0) if upright else (0.0, mark["y0"])
        ax.annotate(words(mark["label"]["text"]), at, (3, -10) if upright else (3, 3), xycoords=("data", "axes fraction") if upright else ("axes fraction", "data"),
                    textcoords="offset points", color=line["color"], fontsize=9)  # fmt: skip


def _annotation(ax, mark):
    if "domain" in mark["xref"]:
        ax.set_title(words(mark["text"]), loc="left", fontsize=10.5, fontweight="bold")
        return
    place = [10 ** mark[k] if getattr(ax, f"get_{k}scale")() == "log" else mark[k] for k in "xy"]
    options = {
        "color": mark["font"]["color"],
        "fontsize": mark["font"]["size"] * 0.75,
        "ha": mark["xanchor"],
        "va": "center",
    }
    if mark.get("showarrow"):
        offset = (mark["ax"] * 0.72, -mark["ay"] * 0.72)
        ax.annotate(
            words(mark["text"]),
            place,
            offset,
            textcoords="offset points",
            arrowprops={"arrowstyle": "->", "color": mark["arrowcolor"]},
            **options,
        )
    else:
        ax.text(*place, words(mark["text"]), **options)


def _finish(axes, layout):
    figure = next(iter(axes.values())).figure
    if "title" in layout:
        axes["x"].set_title(words(layout["title"]["text"]), loc="left", fontsize=10.5, fontweight="bold")
    for name, ax in axes.items():
        for letter in "xy":
            ends = layout.get(f"{letter}axis{name[1:]}", {})
            getattr(ax, f"set_{letter}label")(words(ends.get("title", {}).get("text", "")))
            if "tickvals" in ends:
                getattr(ax, f"set_{letter}ticks")(
                    ends["tickvals"], [words(t) for t in ends.get("ticktext", ends["tickvals"])], minor=False
                )
            if "range" in ends:
                low, high = (10**end if ends.get("type") == "log" else end for end in ends["range"])
                getattr(ax, f"set_{letter}lim")(low, high)
            elif ends.get("autorange") == "reversed":
                getattr(ax, f"invert_{letter}axis")()
            if ends.get("visible") is False:
                getattr(ax, f"{letter}axis").set_visible(False)
                for side in ("bottom", "top") if letter == "x" else ("left", "right"):
                    ax.spines[side].set_visible(False)
            if ends.get("scaleanchor"):
                ax.set_aspect("equal")
    figure.tight_layout(rect=(0, _legend(figure) if layout.get("showlegend") else 0, 1, 1))


def _legend(figure):
    """Name the marks below the panels, in as few rows as fit; the share of the figure's height that they take."""
    entries = [entry for ax in figure.axes for entry in zip(*ax.get_legend_handles_labels(), strict=True)]
    for columns in range(len(entries), 0, -1):
        by_rows = [entry for column in range(columns) for entry in entries[column::columns]]  # matplotlib fills columns
        handles, labels = zip(*by_rows, strict=True)
        legend = figure.legend(
            handles, labels, loc="lower left", ncols=columns, frameon=False, fontsize=9, borderaxespad=0.2
        )
        share = legend.get_window_extent().transformed(figure.transFigure.inverted())
        if share.width <= 1 or columns == 1:
            return share.height
        legend.remove()
    return 0
