"""The views of the geometric series: their numbers, their extremes, axes that stay put."""

import math
import re
from fractions import Fraction
from pathlib import Path

import pytest
from miniatures import draw
from miniatures.explore import Explorer
from miniatures.figures import geometric_series as views
from miniatures.geometric_series import METHODS, partial_sum, summation_table
from miniatures_book import contract

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/numbers/geometric_series"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}  # with the page's own controls


def traces(view, kind=None):
    return [trace for trace in view.figure["data"] if kind in (None, trace["type"], trace.get("mode"))]


def texts(view):
    return [mark["text"] for mark in view.figure["layout"].get("annotations", [])]


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"sums", "cancellation", "table", "region", "ruler", "register", "paths"}


@pytest.mark.parametrize("name", EXPLORERS)
def test_descriptions_are_sentences_with_their_numbers(name):
    for setting in EXPLORERS[name].settings()[::3]:
        words = EXPLORERS[name].view(**setting).description
        assert words.endswith(".")
        assert not re.search(r"\bnan\b|\binf\b|None|\b1 (terms|powers|ones)|-\d", words), words
        for value in setting.values():
            if isinstance(value, int) and not isinstance(value, bool) and name != "cancellation":
                assert re.search(rf"(?<!\d){value}(?!\d)", words), (value, words)


@pytest.mark.parametrize("name", EXPLORERS)
def test_views_take_values_between_the_stored_steps(name):
    explorer = EXPLORERS[name]
    for control, slider in explorer.controls.items():
        if slider.kind == "slider" and not slider.integer:
            for value in (slider.low + (slider.high - slider.low) * part for part in (0.0131, 0.4567, 0.98765)):
                assert explorer.view(**explorer.defaults | {control: value}).description


def test_decimals_are_read_as_written():
    assert views.decimal(0.4) == Fraction(2, 5)
    assert views.decimal(-2.9) == Fraction(-29, 10)
    assert views.decimal(1) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [(2, "2"), (-1, "−1"), (0.25, "0.25"), (999_999, "999,999"), (2**40, "1.100 × 10¹²"), (1e-9, "1.000 × 10⁻⁹"),
     (Fraction(10, 39), "0.2564"), (-16833.2, "−16,833"), (0, "0")],
)  # fmt: skip
def test_numbers_in_words(number, words):
    assert views.said(number) == words


def test_sums_show_each_partial_sum_or_mark_that_it_left():
    for ratio in (-3, -1, 0.5, 1, 2):
        view = views.sums(ratio, 30)
        bars, up, down, *_ = traces(view)
        for k in range(1, 31):
            value = partial_sum(views.decimal(ratio), k)
            if abs(value) <= views.WINDOW:
                assert bars["y"][k - 1] == float(value)
            else:
                assert bars["y"][k - 1] is None
                assert k in (up if value > 0 else down)["x"]
    assert bars["y"][:3] == [1, 3, 7]
    assert "closed form 1/(1 − r) = −1" in view.description
    assert "1/(1 − r) = −1" in texts(view)
    assert "divide by zero" in views.sums(1, 4).description
    assert "rⁿ = 9.313 × 10⁻¹⁰" in views.sums(0.5, 30).description


def test_sums_show_the_boundary_term_on_its_own_scale():
    points, gone = traces(views.sums(0.1, 20))[-2:]
    assert points["y"][:3] == pytest.approx([0.1, 0.01, 0.001])
    assert gone["x"] == [17, 18, 19, 20]
    assert points["y"][16:] == [None] * 14


@pytest.mark.parametrize(
    ("shift", "ratio", "left", "words"),
    [
        (1, "2", {"−1"}, "stays −1"),
        (0, "2", {"−1", "16"}, "rises without bound"),
        (2, "2", {"−1", "−32"}, "falls without bound"),
        (0, "1/2", {"−1", "1/16"}, "tends to −1"),
        (2, "1/2", {"−1", "−1/32"}, "tends to −1"),
        (0, "-1", {"−1", "1"}, "jumps between −2 and 0"),
    ],
)
def test_cancellation_leaves_what_has_no_partner(shift, ratio, left, words):
    view = views.cancellation(shift, 4, ratio)
    inks = {draw.colour("ink"): set(), draw.colour("grey"): set()}
    for mark in view.figure["layout"]["annotations"]:
        if mark["text"].lstrip("−")[0].isdigit() and mark["font"]["color"] in inks and "font" in mark:
            inks[mark["font"]["color"]].add(mark["text"])
    assert inks[draw.colour("ink")] == left
    assert words in view.description


def test_table_says_what_the_table_holds():
    for ratio in (-3, -2, -1, 0.4, 1, 2, 3):
        view, found = views.table(ratio), summation_table(views.decimal(ratio))
        shown = texts(view)
        assert len(shown) == len(METHODS)
        for words, value in zip(shown, found.values(), strict=True):
            assert words == ("= " + str(value).replace("-", "−") if value is not None else words)
            assert (value is None) == (words in ("diverges", "pole", "not whole"))
    assert views.table(2).description.startswith("At r = 2: −1 from Aitken, Padé [0/1], continuation, 2-adic limit")
    assert "nothing from ordinary, Cesàro, Abel, Euler (E,1), Borel." in views.table(2).description


def test_table_is_green_where_methods_work():
    boxes = [mark for mark in views.table(0).figure["layout"]["shapes"] if mark["type"] == "rect"]
    green = [(b["x0"], b["x1"], round(b["y0"] + 0.4)) for b in boxes if b["fillcolor"] == draw.colour("wash-green")]
    rows = {m.name: len(METHODS) - 1 - i for i, m in enumerate(METHODS)}
    assert (pytest.approx(-0.95), pytest.approx(0.95), rows["ordinary"]) in green
    assert (pytest.approx(-1.05), pytest.approx(0.95), rows["Cesàro"]) in green
    assert (pytest.approx(-2.95), pytest.approx(0.95), rows["Euler (E,1)"]) in green
    assert (pytest.approx(-3.05), pytest.approx(0.95), rows["Borel"]) in green
    assert sum(y == rows["2-adic limit"] for *_, y in green) == 15
    assert sum(y == rows["8-bit register"] for *_, y in green) == 3


def test_regions_have_the_shape_of_their_rule():
    for method, centre, radius in (("ordinary", 0, 1), ("Abel", 0, 1), ("Euler (E,1)", -1, 2)):
        circle = traces(views.region(method, 2), "lines")[0]
        assert all(
            math.hypot(x - centre, y) == pytest.approx(radius) for x, y in zip(circle["x"], circle["y"], strict=True)
        )
        rule = next(m for m in METHODS if m.name == method).sums
        assert rule(centre + 0.99 * radius * 1j)
        assert not rule(centre + 1.01 * radius * 1j)
    half_plane = views.region("Borel", 2).figure["layout"]["shapes"][1]
    assert (half_plane["x1"], half_plane["fillcolor"]) == (1, draw.colour("wash-green"))
    assert "16,833 at stage 24: it diverges, while 1/(1 − r) = −1" in views.region("Euler (E,1)", 2).description
    assert "from stage 3 on" in views.region("Abel", -1.5).description
    assert "tends to 1/(1 − r) = 0.25" in views.region("Borel", -3).description
    assert "divide by zero" in views.region("Borel", 1).description


def test_ruler_puts_each_number_at_its_distance():
    for series, (_, _, prime) in views.SERIES.items():
        for mark in views.ruler(series, 3).figure["layout"]["annotations"]:
            if mark["text"].isdigit():
                assert (int(mark["text"]) + 1) % prime ** mark["x"] == 0
                assert (int(mark["text"]) + 1) % prime ** (mark["x"] + 1) != 0
    assert (
        "is 63: 64 away from −1 on the ordinary ruler, 1/64 on the 2-adic one" in views.ruler("2 by 2", 6).description
    )
    assert "1 on the 3-adic one" in views.ruler("2 by 3", 6).description
    assert "728 →" in texts(views.ruler("3 by 3", 6))


def test_register_shows_the_bits_of_the_sum():
    for bits, terms in ((8, 7), (8, 8), (8, 9), (64, 64), (20, 3)):
        view = views.register(bits, terms)
        z = view.figure["data"][0]["z"]
        flat = [one for row in z for one in reversed(row) if one is not None]
        assert len(flat) == bits
        assert sum(one << place for place, one in enumerate(flat)) == (2**terms - 1) % 2**bits
    assert "shows 127." in views.register(8, 7).description
    assert views.register(8, 9).description.endswith("shows −1. Of the powers, 1 did not fit and left no trace.")


def test_paths_end_where_the_continuation_ends():
    view = views.paths("log", "upper", 1.0)
    assert "log(1 − z) = 0.000 − 3.142i" in view.description
    assert "6.2832 apart, which is 2π" in view.description
    assert "−1.000 + 0.000i: the same" in views.paths("reciprocal", "lower", 1.0).description
    here = views.paths("reciprocal", "lower", 0.5)
    assert "50 % of the way below the pole, at z = 1.000 − 1.000i: 1/(1 − z) = 0.000 − 1.000i" in here.description
    ends = [trace for trace in traces(here, "markers") if trace["marker"]["color"] == draw.colour("orange")]
    assert [(e["x"][0], e["y"][0]) for e in ends] == [
        (pytest.approx(1), pytest.approx(-1)),
        (pytest.approx(0, abs=1e-6), pytest.approx(-1)),
    ]
