"""The same views behind ipywidgets, for JupyterLab, Binder and JupyterLite."""

import html

from miniatures.draw import PALETTE, plain

_LINES = {"gridcolor": "#e6e8eb", "linecolor": "#c9cdd2", "zerolinecolor": "#c9cdd2", "automargin": True}
_COLOURS = [PALETTE["light"][name] for name in ("blue", "orange", "green", "red", "purple", "yellow", "grey")]
# What plotly.py's "plotly_white" says, as far as a view does not say it itself: importing plotly takes seconds in a browser.
TEMPLATE = {
    "layout": {
        "colorway": _COLOURS,
        "font": {"color": PALETTE["light"]["ink"]},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "hovermode": "closest",
        "xaxis": _LINES,
        "yaxis": _LINES,
    }
}


def publish(data: dict, metadata: dict) -> None:
    """Show the MIME bundle `data` below the cell that runs now; outside a notebook it is printed.

    >>> publish({"text/plain": "4"}, {})
    {'text/plain': '4'}
    """
    from IPython.display import display

    display(data, metadata=metadata, raw=True)


def figure_bundle(figure: dict, description: str) -> dict:
    """A figure as the MIME bundle that a notebook draws.

    >>> figure_bundle({"data": [], "layout": {"height": 99}}, "Nothing is drawn.")["text/plain"]
    'Nothing is drawn.'
    """
    figure = plain(figure)
    layout = {"template": TEMPLATE, "margin": {"t": 40, "r": 20}, "font": {"size": 13}} | figure["layout"]
    return {"application/vnd.plotly.v1+json": {"data": figure["data"], "layout": layout}, "text/plain": description}


def widget(explorer):
    """An ipywidgets box: one control a parameter, the figure, its description.

    The figure is assigned to the output as a whole (no captured display), so a slow kernel
    never shows half of a state.

    >>> from miniatures.explore import Slider, explore
    >>> from miniatures.figures.list_turnover import later
    >>> [type(part).__name__ for part in widget(explore(later, turnover=Slider(0, 1, 0.5))).children]
    ['FloatSlider', 'Output', 'HTML']
    """
    import ipywidgets

    shown = ipywidgets.Output()
    words = ipywidgets.HTML()
    made = {name: _control(control, name) for name, control in explorer.controls.items()}

    def redraw(_=None):
        try:
            setting = {name: _given(explorer.controls[name], one.value) for name, one in made.items()}
        except ValueError as refused:
            words.value = html.escape(str(refused))
            return
        view = explorer.at(**setting)
        bundle = figure_bundle(view.figure, view.description)
        shown.outputs = ({"output_type": "display_data", "data": bundle, "metadata": {}},)
        words.value = html.escape(view.description)

    for one in made.values():
        one.observe(redraw, "value")
    redraw()
    rows = [_playable(explorer.controls[name], one) for name, one in made.items()]
    return ipywidgets.VBox([*rows, shown, words])


def _playable(control, slider):
    """The slider with a play button before it where it can be played."""
    if not getattr(control, "play", 0):
        return slider
    import ipywidgets

    button = ipywidgets.Play(
        min=control.low, max=control.high, value=control.value, interval=round(1000 / control.play)
    )
    ipywidgets.jslink((button, "value"), (slider, "value"))
    return ipywidgets.HBox([button, slider])


def _given(control, value):
    """What the view receives for a widget's value; ValueError for a text that names no marks."""
    if (
        control.kind == "slider"
    ):  # a logarithmic one computes 10 ** exponent, which can end a rounding error beyond its ends
        return min(max(value, control.low), control.high)
    return _marks(control, value) if control.kind == "marks" else value


def _marks(control, text):
    """The marks of a text such as "31 30 object; 12 40 background"."""
    rows = [row.split(maxsplit=2) for row in text.split(";") if row.strip()]
    try:
        marks = tuple((_number(x), _number(y), control.kinds[kind.strip()]) for x, y, kind in rows)
    except (ValueError, KeyError):
        marks = None
    if marks is None or not control.admits(marks):
        raise ValueError(
            f"{control.label}={text!r}: x, y and one of {', '.join(control.kinds)} for each, as in '{_example(control)}', "
            f"are accepted, from {control.low} to {control.high}, {control.most} at most"
        )
    return marks


def _number(text):
    value = float(text)
    return int(value) if value.is_integer() else value


def _example(control):
    return _written(control, control.script[:1] or ((*control.low, next(iter(control.kinds.values()))),))


def _written(control, marks):
    names = {value: name for name, value in control.kinds.items()}
    return "; ".join(f"{x:g} {y:g} {names[kind]}" for x, y, kind in marks)


def _control(control, name):
    import ipywidgets

    label = (control.label or name) + (f" ({control.unit})" if control.unit else "")
    common = {"description": label, "value": control.value, "style": {"description_width": "initial"}}
    if control.kind == "marks":
        text = {"value": _written(control, control.value), "placeholder": _example(control)}
        return ipywidgets.Text(**common | text, continuous_update=False, layout=ipywidgets.Layout(width="40em"))
    if control.kind == "trace":  # recording takes the book's page
        options = [("none", ()), ("the example", control.script)][: len(control.values)]
        return ipywidgets.ToggleButtons(options=options, **common)
    if control.kind == "toggle":
        return ipywidgets.Checkbox(**common)
    if control.kind == "choice":
        return ipywidgets.Dropdown(options=list(zip(control.names, control.values, strict=True)), **common)
    wide = {"layout": ipywidgets.Layout(width="32em"), "continuous_update": True}
    if control.integer:
        return ipywidgets.IntSlider(min=round(control.low), max=round(control.high), **common, **wide)
    if control.scale == "log":
        import math

        low, high = math.log10(control.low), math.log10(control.high)
        return ipywidgets.FloatLogSlider(
            base=10, min=low, max=high, step=(high - low) / 200, readout_format=".4g", **common, **wide
        )
    return ipywidgets.FloatSlider(
        min=control.low,
        max=control.high,
        step=(control.high - control.low) / 200,
        readout_format=".4g",
        **common,
        **wide,
    )
