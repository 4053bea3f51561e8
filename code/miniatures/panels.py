"""panels(figure, figure, …): several figures of `miniatures.draw` as one."""

from miniatures.checks import TALLEST, scalar, whole

BAR_ROOM = 0.16  # of a panel's width, for its colour bar


def panels(*figures, columns=2, height=None, gap=0.12) -> dict:
    """Several figures as one, `columns` side by side; the page stacks them on a narrow screen.

    Each figure's title becomes its panel's heading. `height` in pixels is the whole figure's; `gap`
    between panels is a share of the whole."""
    columns = _grid(figures, columns, gap)
    rows = -(-len(figures) // columns)
    tallest = max(one["layout"]["height"] for one in figures)
    layout = {"height": rows * tallest if height is None else whole("height", height, 50, TALLEST), "annotations": [], "shapes": [], "images": [],
              "barmode": _bar_mode(figures), "showlegend": any(one["layout"]["showlegend"] for one in figures),
              "meta": {"panels": len(figures), "columns": columns, "gap": gap}}  # fmt: skip
    data, named = [], set()
    wide, high = (1 - gap * (columns - 1)) / columns, (1 - gap * (rows - 1)) / rows
    scaled = columns > 1 and any(trace.get("showscale") for one in figures for trace in one["data"])
    for number, one in enumerate(figures):
        tag = "" if number == 0 else str(number + 1)
        left, bottom = (number % columns) * (wide + gap), 1 - (number // columns) * (high + gap) - high
        spans = {"x": (left, left + wide - (BAR_ROOM * wide if scaled else 0)), "y": (bottom, bottom + high)}
        for letter, across in (("x", "y"), ("y", "x")):
            ends = one["layout"][f"{letter}axis"] | {
                "domain": [round(end, 4) for end in spans[letter]],
                "anchor": across + tag,
            }
            if ends.get("scaleanchor"):
                ends["scaleanchor"] = "x" + tag
            layout[f"{letter}axis{tag}"] = ends
        for trace in one["data"]:
            repeat = trace.get("name") in named
            named.add(trace.get("name"))
            moved = trace | {"xaxis": "x" + tag, "yaxis": "y" + tag} | ({"showlegend": False} if repeat else {})
            data.append(_with_bar(moved, spans) if trace.get("showscale") else moved)
        for kind in ("annotations", "shapes", "images"):
            layout[kind] += [mark | _moved(mark, tag) for mark in one["layout"].get(kind, ())]
        if "title" in one["layout"]:
            layout["annotations"].append({"text": f"<b>{one['layout']['title']['text']}</b>", "xref": f"x{tag} domain", "yref": f"y{tag} domain", "x": 0, "y": 1,
                                          "yanchor": "bottom", "xanchor": "left", "yshift": 6, "showarrow": False})  # fmt: skip
    return {"data": data, "layout": layout}


def _grid(figures, columns, gap):
    """The number of columns of `panels`, its arguments checked."""
    for number, one in enumerate(figures, 1):
        if not isinstance(one, dict) or not {"data", "layout"} <= set(one) or "meta" in one["layout"]:
            raise ValueError(f"figures: panel {number} must be a figure(...), not panels of its own nor {type(one)}")
    if not figures:
        raise ValueError("figures is empty: panels needs at least one figure")
    columns = min(whole("columns", columns, 1, 12), len(figures))
    most = max(columns, -(-len(figures) // columns)) - 1
    if scalar("gap", gap) < 0 or gap * most >= 1:
        raise ValueError(f"gap={gap} must be 0 or more, and leave room for {most + 1} panels in a line")
    return columns


def _bar_mode(figures):
    """The mode that all panels with bars share."""
    modes = {one["layout"]["barmode"] for one in figures if any(trace["type"] == "bar" for trace in one["data"])}
    if len(modes) > 1:
        raise ValueError(f"bars={sorted(modes)} of the panels differ: one figure has one mode")
    return modes.pop() if modes else figures[0]["layout"]["barmode"]


def _with_bar(trace, spans):
    """A heat map whose colour bar stands beside its own panel: Plotly would put every bar at the figure's right."""
    (_, right), (bottom, top) = spans["x"], spans["y"]
    beside = {"x": round(right + 0.01, 4), "y": round((bottom + top) / 2, 4), "len": round(top - bottom, 4)}
    return trace | {"colorbar": trace["colorbar"] | beside}


def _moved(mark, tag):
    return {ref: mark[ref].replace(mark[ref][0], mark[ref][0] + tag, 1) for ref in ("xref", "yref")}
