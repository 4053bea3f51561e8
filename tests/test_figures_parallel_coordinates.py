"""The views of parallel coordinates: their numbers, their frames, their budgets."""

import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from miniatures import draw
from miniatures import parallel_coordinates as pc
from miniatures.explore import Explorer, View
from miniatures.figures import parallel_coordinates as views
from miniatures.parallel_tables import cars, sweep
from miniatures_book import contract
from reading import plain, trace

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/numbers/parallel_coordinates"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}  # with the page's own controls


def lines_of(trace):
    """How many lines a trace holds: its gaps."""
    return sum(value is None or np.isnan(value) for value in trace["y"])


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"brushed", "crossing_lines", "arranged", "ordered", "hump", "overplotted", "cursed"}
    assert sum(isinstance(one, View) for one in SHOWN) == 1  # the table of three rows


@pytest.mark.parametrize("name", EXPLORERS)
def test_descriptions_are_sentences_that_name_their_setting(name):
    for setting in EXPLORERS[name].settings()[:: 13 if name == "brushed" else 1]:
        words = EXPLORERS[name].view(**setting).description
        assert words.endswith(".")
        words = plain(words)
        assert not re.search(r"\bnan\b|\binf\b|None|\b1 configurations", words)
        for value in setting.values():
            if not isinstance(value, (bool, str)):
                assert any(f"{value:{form}}" in words for form in (".4g", ".3g", ",", "g")) or (
                    value == 1 and "one seed" in words
                ), (value, words)


@pytest.mark.parametrize("name", [name for name in EXPLORERS if name != "ordered"])
def test_the_traces_are_the_same_at_every_setting(name):  # Plotly.react loses lines where their number changes
    settings = EXPLORERS[name].settings()[:: 13 if name == "brushed" else 1]
    figures = [EXPLORERS[name].view(**setting).figure for setting in settings]
    kinds = {str([(t.get("name"), t["mode"], t.get("xaxis")) for t in figure["data"]]) for figure in figures}
    assert len(kinds) == 1


# ---- the figure


def test_a_table_becomes_lines():
    figure = pc.parallel_coordinates_figure([[1, 9], [3, 5], [2, 1]], "blue", ["a", "b"])
    trace, upright = figure["data"]
    assert trace["x"] == [0, 1, None] * 3
    assert trace["y"] == [0, 1000, None, 1000, 500, None, 500, 0, None]
    assert upright["x"] == [0, 0, None, 1, 1, None]
    assert figure["layout"]["xaxis"]["ticktext"] == ["a", "b"]
    go.Figure(draw.plain(figure))


def test_lines_of_a_colour_share_a_trace_and_axes_can_be_moved_and_turned():
    figure = pc.parallel_coordinates_figure(
        [[1, 9, 0], [3, 5, 4], [2, 1, 2]], ["red", "blue", "red"], ["a", "b", "c"], order=[2, 0], turned=[0]
    )
    red, blue, _ = figure["data"]
    assert red["line"]["color"] == draw.colour("red")
    assert red["y"] == [0, 1000, None, 500, 500, None]
    assert blue["y"] == [1000, 0, None]
    assert figure["layout"]["xaxis"]["ticktext"] == ["c", "a<br>↓"]


def test_a_column_of_one_value_lies_at_the_bottom():
    trace, _ = pc.parallel_coordinates_figure([[1, 5], [2, 5]])["data"]
    assert trace["y"] == [0, 0, None, 1000, 0, None]


# ---- brushed


def test_brushed_counts_all_rows_and_draws_a_sample():
    view = views.brushed(1e-4, 1e-2, 64, 0.017, 0.0)
    assert "328 of 1,500 configurations are left; mean accuracy 0.923 (all: 0.720)" in view.description
    assert "61 % of them reach 0.93 (all: 19 %)" in view.description
    grey, blue, orange, _ = view.figure["data"]
    assert lines_of(grey) == 250
    scores = sweep().column("accuracy")
    kept = pc.brush(sweep().values, {0: (1e-4, 1e-2), 1: (64, 1e9), 4: (0, 0.02)})
    for mark, good in ((blue, False), (orange, True)):
        assert lines_of(mark) == (kept & ((scores >= 0.93) == good))[::6].sum()
        assert mark["x"][:7] == [0, 1, 2, 3, 4, 5, None]


def test_brushed_down_to_the_best_line():
    best = views.brushed(1e-5, 1, 16, 1.0, 0.9504)
    assert "1 configuration is left; mean accuracy 0.951" in best.description
    assert lines_of(trace(best, "and is good, 0.93 or more")) == 1  # drawn, though it is not in the sample
    assert views.brushed(1e-2, 1e-4, 16, 1.0, 0.0) == views.brushed(1e-4, 1e-2, 16, 1.0, 0.0)
    view = views.brushed(1.0, 1.0, 16, 1.0, 0.95)
    assert "none of the 1,500 configurations is left" in view.description
    assert all(value is None or np.isnan(value) for value in trace(view, "passes the brush")["y"])


def test_a_wider_brush_keeps_more():
    counts = [
        int(re.search(r"([\d,]+) of 1,500", views.brushed(1e-5, high, 16, 1.0, 0.0).description)[1].replace(",", ""))
        for high in (1e-4, 1e-3, 1e-2, 1)
    ]
    assert counts == sorted(counts)
    assert counts[-1] == 1500


# ---- the other views


def test_crossing_lines_count_themselves():
    view = views.crossing_lines(0.75, 20, False)
    y = np.array([v for v in view.figure["data"][0]["y"] if v is not None and not np.isnan(v)]).reshape(20, 2)
    count = int(re.search(r"(\d+) of 190 pairs cross", view.description)[1])
    assert abs(pc.crossings(y[:, 0], y[:, 1]) - count) <= 2  # heights are rounded to a thousandth, which may tie
    turned = views.crossing_lines(0.75, 20, True).description
    assert f"turned over: {190 - count} of 190" in turned
    assert "τ = 1 − 2·0/45 = 1.000" in views.crossing_lines(1, 10, False).description
    assert (
        "1,770 of 1,770 pairs cross, so τ = 1 − 2·1770/1770 = −1.000" in views.crossing_lines(-1, 60, False).description
    )


def test_arranged_counts_as_the_module_does():
    for axis, place, turned in (("mpg", 1, False), ("mpg", 1, True), ("accel", 3, True), ("hp", 7, False)):
        names = [name for name in cars().names if name != axis]
        names.insert(place - 1, axis)
        order = [cars().names.index(name) for name in names]
        total = pc.total_crossings(cars().values, order, [cars().names.index(axis)] if turned else [])
        view = views.arranged(axis, place, turned)
        assert f"cross {total:,} times" in view.description
        above = [
            int(note["text"].replace(",", "")) for note in view.figure["layout"]["annotations"] if note["y"] == 1170
        ]
        assert sum(above) == total
        assert [name.removesuffix("<br>↓") for name in view.figure["layout"]["xaxis"]["ticktext"]] == names


def test_ordered_states_the_known_totals():
    assert (
        "85,898 of 189,036 pairs of lines between neighbours cross."
        in views.ordered("wine", views.ORDERS[0]).description
    )
    assert (
        "58,355 of 189,036 pairs of lines between neighbours cross, −32 % against"
        in views.ordered("wine", views.ORDERS[1]).description
    )
    assert "54,917 of 189,036" in views.ordered("wine", views.ORDERS[2]).description
    assert "(turned)" in views.ordered("cars", views.ORDERS[2]).description
    for name in views.TABLES.values():
        totals = [
            int(re.search(r"([\d,]+) of [\d,]+ pairs", views.ordered(name, order).description)[1].replace(",", ""))
            for order in views.ORDERS
        ]
        assert totals[2] <= totals[1] <= totals[0] <= totals[3]
    with pytest.raises(ValueError, match="order='best'"):
        views.ordered("wine", "best")
    with pytest.raises(ValueError, match="table='fish'"):
        views.ordered("fish", views.ORDERS[0])


def test_overplotted_counts_what_can_be_seen():
    assert (
        "1,500 lines: between rate and width they draw 100 different segments"
        in views.overplotted(1500, False).description
    )
    assert lines_of(trace(views.overplotted(1500, False), "below 0.93")) == 1216
    plain, spread = (trace(views.overplotted(500, jitter), "below 0.93")["y"] for jitter in (False, True))
    assert len(set(np.array(plain, float)[0::7])) <= 10 < len(set(np.array(spread, float)[0::7]))
    assert plain[5::7] == spread[5::7]  # accuracy is not moved


def test_hump_shows_means_that_rise_and_fall():
    view = views.hump("rate", False)
    means = trace(view, "mean of the level")["y"]
    assert means[0] < means[4] > means[9]
    assert "621,777 crossings, τ_b = −0.22" in view.description
    assert "explain 57 % of the variance" in view.description
    assert min(trace(view, "best of the level")["y"]) > 0.9
    assert "In the best tenth, width" in views.hump("width", True).description


def test_cursed_draws_each_choice_of_the_seeds():
    view = views.cursed(1500, 1)
    assert "claims 0.9655 and gets 0.9367" in view.description
    assert "optimism 0.0288" in view.description
    assert "falls in 5 of 5" in view.description
    assert "of 10 choices" in views.cursed(20, 2).description
    curve = trace(view, "claimed")["y"]
    assert list(curve) == sorted(curve)
    assert all(a >= b - 1e-12 for a, b in zip(curve, trace(view, "run again")["y"], strict=True))
