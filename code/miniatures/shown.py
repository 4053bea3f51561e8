"""How a page shows a value: its MIME bundle, as a notebook would make it, and matplotlib's open figures.

Nothing of matplotlib, pandas or sympy is imported here; a value brings its own representations.
"""

import base64
import io
import pprint
import re
import sys

METHODS = {
    "text/html": "_repr_html_",
    "text/latex": "_repr_latex_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
}
BACKEND = "module://miniatures.page_backend"  # what matplotlib draws with in a page
MOST_ITEMS = 1000  # of a list, a set or a dict
MOST_TEXT = 100_000  # characters of one representation
HEAVY_POINTS = 20_000  # of a figure, above which it becomes a PNG
HEAVY_BYTES = 400_000  # of an SVG
WIDTH = 79

_colours: dict = {}  # the theme of the page, as matplotlib's settings


def bundle(value) -> dict:
    """The representations of `value`, by MIME type; "text/plain" is always among them.

    A figure of matplotlib's is closed, so that the cell's end does not show it again. A nan is shown like any value.

    >>> bundle([1, 2])
    {'text/plain': '[1, 2]'}
    """
    own = getattr(value, "_repr_mimebundle_", None)
    if own is not None and not isinstance(value, type):
        made = own(include=None, exclude=None)
        made = made[0] if isinstance(made, tuple) else made
        if made:
            return {"text/plain": text(value)} | made if "text/plain" not in made else dict(made)
    data = {"text/plain": text(value)}
    for mime, name in METHODS.items():
        method = getattr(value, name, None)
        made = method() if callable(method) and not isinstance(value, type) else None
        if made is not None:
            data[mime] = base64.b64encode(made).decode() if isinstance(made, bytes) else str(made)
    if _is_figure(value):
        data |= picture(value)
        _close(value)
    return data


def text(value) -> str:
    """What `value` looks like as text, nan too: containers of more than a thousand items and texts beyond 100 kB are cut, with a word on it."""
    kind = type(value)
    if kind in (list, tuple, set, frozenset, dict):
        size, shown = len(value), value
        if size > MOST_ITEMS:
            first = [item for item, _ in zip(value.items() if kind is dict else value, range(MOST_ITEMS), strict=False)]
            shown = kind(first)
        words = repr(shown)
        if WIDTH < len(words) < MOST_TEXT:
            words = pprint.pformat(shown, width=WIDTH, sort_dicts=False)
        words += f"\n… and {size - MOST_ITEMS:,} more" if size > MOST_ITEMS else ""
    else:
        words = repr(value)
    left = len(words) - MOST_TEXT
    return words if left <= 0 else f"{words[:MOST_TEXT]}\n… {left:,} more characters are left out"


def _is_figure(value):
    figure = sys.modules.get("matplotlib.figure")
    return figure is not None and isinstance(value, figure.Figure)


def _close(figure):
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def picture(figure) -> dict:
    """A matplotlib figure as SVG, or as PNG where that would be heavy.

    >>> from matplotlib.figure import Figure
    >>> list(picture(Figure()))
    ['image/svg+xml']
    """
    if _points(figure) <= HEAVY_POINTS:
        drawn = _saved(figure, format="svg").decode("utf8")
        if len(drawn) <= HEAVY_BYTES:
            return {"image/svg+xml": drawn[drawn.index("<svg") :]}
    return {"image/png": base64.b64encode(_saved(figure, format="png", dpi=160)).decode()}


def _saved(figure, **how):
    target = io.BytesIO()
    metadata = {"metadata": {"Date": None}} if how["format"] == "svg" else {}
    figure.savefig(target, bbox_inches="tight", **how, **metadata)
    return target.getvalue()


def _points(figure):
    """How many points an SVG of the figure would hold, roughly."""
    counted = 0
    for axes in figure.axes:
        counted += sum(len(line.get_xdata()) for line in axes.lines) + 10 * len(axes.patches)
        for marks in axes.collections:
            filled = marks.get_array()
            counted += max(len(marks.get_offsets()), 0 if filled is None else 4 * filled.size)
            counted += sum(len(path.vertices) for path in marks.get_paths()[:HEAVY_POINTS])
    return counted


def figures() -> list[dict]:
    """The bundles of the figures that a cell left open, in order; they are closed."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    made = []
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        made.append({"text/plain": text(figure)} | picture(figure))
        pyplot.close(figure)
    return made


def theme(colours: dict) -> None:
    """Draw in the page's colours from now on: "ink", "paper", "muted", "line" and "font", each optional.

    >>> theme("dark")
    Traceback (most recent call last):
    ValueError: colours='dark' must be a dict, such as {"ink": "#22272e"}
    """
    if not isinstance(colours, dict):
        raise ValueError(f'colours={colours!r} must be a dict, such as {{"ink": "#22272e"}}')
    _colours.clear()
    ink, paper, muted, line = (_hex(colours.get(name)) for name in ("ink", "paper", "muted", "line"))
    chosen = dict.fromkeys(("figure.facecolor", "axes.facecolor", "savefig.facecolor", "legend.facecolor"), paper)
    chosen |= dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.titlecolor", "xtick.labelcolor", "ytick.labelcolor"), ink
    )
    chosen |= dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color"), muted)
    chosen |= dict.fromkeys(("grid.color", "legend.edgecolor"), line)
    _colours.update({name: colour for name, colour in chosen.items() if colour})
    paint()


def _hex(colour):
    """A colour as the browser computes it, "rgb(…)" or "#…", as matplotlib reads it; None for any other."""
    found = re.fullmatch(r"rgba?\((\d+)[, ]+(\d+)[, ]+(\d+)(?:[,/ ].*)?\)", colour or "")
    if found:
        return "#" + "".join(f"{min(int(part), 255):02x}" for part in found.groups())
    return colour if re.fullmatch(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", colour or "") else None


def paint() -> None:
    """Give matplotlib, where it is imported, the page's backend and colours, once for each change of them."""
    matplotlib = sys.modules.get("matplotlib")
    if hasattr(matplotlib, "rcParams") and getattr(matplotlib, "_miniatures", None) != _colours:
        matplotlib._miniatures = dict(_colours)
        matplotlib.rcParams.update(_colours | {"svg.hashsalt": "miniatures"})
        matplotlib.use(BACKEND)
