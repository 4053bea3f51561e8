"""The views of the Gaussian window: their numbers, their budgets, Plotly's schema."""

import math
import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest
from miniatures import draw
from miniatures import gaussian_window as gw
from miniatures.explore import Explorer, View
from miniatures.figures import gaussian_window as views
from miniatures_book import contract
from reading import trace

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/numbers/gaussian_window"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}  # with the page's own controls


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {
        "window",
        "sign",
        "inverse",
        "rules",
        "kernel_difference",
        "photograph",
        "small_kernels",
        "two_d_loss",
    }
    assert sum(isinstance(one, View) for one in SHOWN) == 1  # image_bound


@pytest.mark.parametrize("name", EXPLORERS)
def test_descriptions_are_sentences_that_name_their_setting(name):
    for setting in EXPLORERS[name].settings():
        words = EXPLORERS[name].view(**setting).description
        assert words.endswith(".")
        assert not re.search(r"\bnan\b|\binf\b|None|\b1 pixels", words)
        for value in setting.values():
            if not isinstance(value, (bool, str)):
                assert any(f"{value:{form}}" in words for form in (".4g", ".3g", "g")), (value, words)


def shapes(view, kind):
    return [one for one in view.figure["layout"]["shapes"] if one["type"] == kind]


def title(view, index=0):
    return [note["text"] for note in view.figure["layout"]["annotations"] if note["text"].startswith("<b>")][index]


# ---- window


def test_window_draws_the_half_width():
    view = views.window(3, 1e-3)
    box = shapes(view, "rect")[0]
    assert (box["x0"], box["x1"]) == pytest.approx((-9.3821, 9.3821), abs=1e-4)
    assert title(view) == "<b>w = 21 pixels</b>"
    assert "9.38 px" in view.description
    assert "21 pixels" in view.description
    assert "0.176 %" in view.description  # 2*(1 - Phi(9.3821/3))
    assert "grows the window" in view.description
    assert "242 px" in view.description


def test_window_beyond_the_widest_shrinks():
    view = views.window(3.5, 0.1)
    assert "shrinks the window" in view.description
    assert "σ = 2.42 px" in view.description
    curve = trace(view, "half width x")
    assert curve["x"][int(np.argmax(curve["y"]))] == pytest.approx(gw.widest_sigma(0.1), rel=0.06)
    assert max(curve["x"]) < gw.largest_sigma(0.1)


def test_window_says_why_there_is_none():
    view = views.window(6, 0.1)
    assert title(view) == "<b>no window</b>"
    assert "0.0665 is not above epsilon = 0.1" in view.description
    assert "none exists from σ = 3.99 px on" in view.description
    assert not shapes(view, "rect")
    assert max(v for v in view.figure["data"][0]["y"] if v is not None) < 0.1  # the whole curve lies below


# ---- rules


def test_rules_side_by_side():
    view = views.rules("mass", 3, 1e-3)
    assert "21 (density above ε), 25 (height above τ of the peak), 21 (lost mass δ), 19 (3σ)" in view.description
    assert "9.87 px, 3.29σ" in view.description
    assert "leaves out 0.1 %" in view.description
    assert "w² = 441" in view.description
    assert "2w = 42" in view.description
    flat = {name: trace(view, name)["y"] for name, _ in views.RULES.values()}
    assert all(np.ptp(flat[name]) < 1e-9 for name in flat if name != "density above ε")
    assert np.ptp(flat["density above ε"]) > 1


def test_rules_without_a_window_drop_everything():
    view = views.rules("density", 6, 0.1)
    assert title(view) == "<b>lost mass 100 %</b>"
    assert "finds no window: the peak 0.0665 is not above ε = 0.1" in view.description
    assert "none (density above ε)" in view.description
    assert all(one.get("name") != "kept" for one in view.figure["data"])


def test_rules_know_the_rules_by_name():
    with pytest.raises(ValueError, match="rule='width'"):
        views.rules("width", 3, 1e-3)


# ---- sign


def test_sign_and_kernel_difference_draw_the_narrowest_window():
    assert "lowest point, 3.99e+11, at the centre" in views.sign(1e-12, True).description
    assert "gain 0 together" in views.kernel_difference(1e-12, 2).description


def test_sign_turns_the_curve_over():
    right, wrong = views.sign(3, False), views.sign(3, True)
    assert "0.001 per px at the half width 9.38 px for ε = 0.001, which is ε itself" in right.description
    assert "17.7 per px" in wrong.description
    assert "1.77e+04 times ε" in wrong.description
    up, down = trace(wrong, "printed: exp(+x²/2σ²)")["y"], trace(right, "correct: exp(−x²/2σ²)")["y"]
    assert np.array(up) * down == pytest.approx(gw.density(0, 3) ** 2)
    assert int(np.argmin(up)) == int(np.argmax(down)) == len(up) // 2


# ---- inverse


def test_inverse_marks_both_sigmas():
    view = views.inverse(10, 1e-3)
    assert trace(view, "σ of this window")["x"] == pytest.approx([3.2211, 398.817], rel=1e-5)
    assert "σ = 3.221 px" in view.description
    assert "σ = 398.8 px, of which it keeps only 2 %" in view.description
    assert "σ = 3.5 px" in view.description  # OpenCV's


def test_inverse_without_a_solution():
    view = views.inverse(4, 0.1)
    assert "no σ has a window of 9 pixels" in view.description
    assert "2.42 px" in view.description
    assert all(one.get("name") != "σ of this window" for one in view.figure["data"])


# ---- kernels


def test_kernel_difference_adds_up_to_the_bound_on_both_sides():
    view = views.kernel_difference(2, 4)
    gained = sum(v for v in trace(view, "inside: gained")["y"] if v is not None)
    lost = sum(v for v in trace(view, "outside: lost")["y"] if v is not None)
    assert gained == pytest.approx(0.022984, abs=5e-7)
    assert lost == pytest.approx(-0.022984, abs=5e-7)
    assert "0.02298" in view.description
    assert "5.86 of 255 grey levels" in view.description


def test_small_kernels_print_the_variances():
    view = views.small_kernels(0.3)
    assert "add up to 1.34" in view.description
    assert "0.0853 (sampled)" in view.description
    assert "1 (discrete (Bessel))" in view.description
    assert "0.505 (sampled)" in views.small_kernels(0.4).description
    middle = [one["y"][3] for one in view.figure["data"] if one["type"] == "bar"]
    assert middle == pytest.approx([1.32981, math.erf(0.5 / 0.3 / math.sqrt(2)), 0.915], abs=1e-3)


# ---- images


def test_photograph_states_change_and_bound():
    view = views.photograph(3.0, 4)
    found = re.search(r"at most ([\d.]+) of 255 .* any image is ([\d.]+)\.$", view.description)
    change, bound = map(float, found.groups())
    assert change == pytest.approx(27.6, abs=0.1)
    assert bound == pytest.approx(255 * gw.worst_pixel_error(3, 4), rel=5e-3)
    shown = np.array(next(one for one in view.figure["data"] if one["type"] == "heatmap")["z"])
    assert shown.shape == (48, 48)
    assert 10 < np.abs(shown).max() <= change
    assert float(re.search(r"at most ([\d.]+) of", views.photograph(3.0, 14).description)[1]) < 0.01


def test_image_bound_lies_above_photograph_and_noise():
    view = views.image_bound(3)
    bound, photograph, noise = (np.array(one["y"], float) for one in view.figure["data"])
    assert np.all(photograph < bound)
    assert np.all(noise.reshape(5, -1) < bound)
    assert len(np.unique(noise)) == noise.size  # five different pictures
    assert bound[0] > 240
    assert "photograph's largest change is up to 0.59 of the bound" in view.description
    assert "from radius 10 px on" in view.description
    assert "from 9 px on" in view.description
    go.Figure(draw.plain(view.figure))


def test_two_d_loss_at_three_sigma():
    words = views.two_d_loss(3).description
    assert words.startswith("At 3σ an interval leaves out 0.27 %")
    assert "a square leaves out 0.539 % and a disc 1.11 %" in words
