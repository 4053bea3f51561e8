"""The same views behind ipywidgets, for JupyterLab, Binder and JupyterLite."""

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
    """Show the MIME bundle `data` below the cell that runs now."""
    from IPython.display import display

    display(data, metadata=metadata, raw=True)


def figure_bundle(figure: dict, description: str) -> dict:
    """A figure as the MIME bundle that a notebook draws."""
    figure = plain(figure)
    layout = {"template": TEMPLATE, "margin": {"t": 40, "r": 20}, "font": {"size": 13}} | figure["layout"]
    return {"application/vnd.plotly.v1+json": {"data": figure["data"], "layout": layout}, "text/plain": description}


def widget(explorer):
    """An ipywidgets box: one control a parameter, the figure, its description.

    The figure is assigned to the output as a whole (no captured display), so a slow kernel
    never shows half of a state.
    """
    import ipywidgets

    shown = ipywidgets.Output()
    words = ipywidgets.HTML()
    made = {name: _control(control, name) for name, control in explorer.controls.items()}

    def redraw(_=None):
        view = explorer.at(**{name: _within(explorer.controls[name], one.value) for name, one in made.items()})
        bundle = figure_bundle(view.figure, view.description)
        shown.outputs = ({"output_type": "display_data", "data": bundle, "metadata": {}},)
        words.value = view.description.replace("&", "&amp;").replace("<", "&lt;")

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


def _within(control, value):
    """A logarithmic widget computes 10 ** exponent, which can end a rounding error beyond the slider's ends."""
    return min(max(value, control.low), control.high) if control.kind == "slider" else value


def _control(control, name):
    import ipywidgets

    label = (control.label or name) + (f" ({control.unit})" if control.unit else "")
    common = {"description": label, "value": control.value, "style": {"description_width": "initial"}}
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
