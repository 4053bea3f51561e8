"""The views of Perceiver IO: what their figures and sentences claim."""

import re
from pathlib import Path

import numpy as np
import pytest
from miniatures import perceiver_runs as runs
from miniatures.digits import digits
from miniatures.explore import Explorer
from miniatures.figures import perceiver as views
from miniatures_book import contract

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/architectures/perceiver"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"answers", "costs", "reading", "hide", "times", "bottleneck", "glue_scores"}


@pytest.mark.parametrize("name", ["answers", "costs", "reading", "hide", "times", "bottleneck"])
def test_axes_stay_put_while_the_controls_move(name):
    explorer, frames = EXPLORERS[name], set()
    for setting in explorer.settings()[:: max(1, len(explorer.settings()) // 40)]:
        layout = explorer.view(**setting).figure["layout"]
        axes = {key: value.get("range") for key, value in layout.items() if key[1:].startswith("axis")}
        assert all(axes.values())
        frames.add(str(sorted(axes.items())))
    assert len(frames) == 1


def fields(view):
    return [np.array(one["z"], float) for one in view.figure["data"] if one["type"] == "heatmap"]


def bars(view):
    return next(one["y"] for one in view.figure["data"] if one["type"] == "bar")


def test_answers_show_what_is_asked_and_nothing_else():
    asked = {"the class": 0, "one pixel": 1, "one row": 8, "every pixel": 64}
    full = fields(views.answers(3, "every pixel", 1, 1))[1]
    for question, count in asked.items():
        view = views.answers(3, question, 3, 5)
        put_in, answered = fields(view)
        assert put_in == pytest.approx(digits()[0][views.shown()[3]], abs=1e-3)
        assert np.isfinite(answered).sum() == count
        assert answered[np.isfinite(answered)] == pytest.approx(full[np.isfinite(answered)])
        assert (sum(bars(view)) > 0.99) == (question == "the class")
    assert np.isfinite(fields(views.answers(3, "one pixel", 3, 5))[1])[2, 4]
    assert "row 3, column 5" in views.answers(3, "one pixel", 3, 5).description
    assert views.answers(3, "one row", 3, 5).description.startswith("8 queries to the latents of a digit 3")


def test_the_shown_digits_are_the_first_test_images_of_each_class():
    assert [int(digits()[1][one]) for one in views.shown()] == list(range(10))
    assert set(views.shown()) <= set(runs.parts()[1].tolist())


def test_hidden_patches_are_open_cells():
    for order, cells in (("from the top", np.s_[:4]), ("from the left", np.s_[:, :4])):
        view = views.hide(6, order, 8)
        put_in, answered = fields(view)
        assert np.isnan(put_in[cells]).all()
        assert np.isfinite(put_in).sum() == 32
        assert np.isfinite(answered).all()
        assert "8 of 16 patches" in view.description
        assert "the hidden ones" in view.description
    assert "hidden" not in views.hide(6, "at random", 0).description
    assert np.isfinite(fields(views.hide(6, "at random", 15))[0]).sum() == 4


def test_reading_weights_add_up_to_one():
    for latent in (1, 5, 8):
        _, here, mean = fields(views.reading(4, latent))
        assert here.sum() == pytest.approx(1, abs=0.01)
        assert mean.sum() == pytest.approx(1, abs=0.01)
    assert fields(views.reading(4, 1))[2] != pytest.approx(fields(views.reading(4, 2))[2], abs=0.02)


def test_costs_say_the_ratio():
    view = views.costs(32, 1024, False)
    assert "67.11 million" in view.description
    assert "2.097 million" in view.description
    assert "the ratio is 32." in view.description
    assert float(re.search(r"costs ([\d.]+) times", views.costs(64, 64, False).description)[1]) < 1
    assert 60 < float(re.search(r"ratio is ([\d.]+)\.", views.costs(32, 4096, True).description)[1]) < 70


def test_times_draw_the_store():
    view = views.times(False)
    assert f"{runs.timings(False).ratio[-1]:.0f} times as long" in view.description
    assert "the counts say 128" in view.description
    assert "32-bit" in view.description
    assert "one thread" in view.description


def test_bottleneck_computes_its_point():
    view = views.bottleneck(3, 202, runs.KINDS[0])
    found = runs.frozen_accuracy(3, 202)
    assert f"{100 * found:.1f} %" in view.description
    assert "42 numbers" in view.description
    assert "nobody trained" in view.description
    point = view.figure["data"][-1]
    assert (point["x"], point["y"]) == ([3], [found])
    assert "12 numbers" in views.bottleneck(3, 202, runs.KINDS[1]).description
    assert "random rectified units" in views.bottleneck(3, 202, runs.KINDS[2]).description


def test_glue_scores_name_the_sizes():
    view = views.glue_scores("size")
    assert "201 million parameters" in view.description
    assert "BERT 71.5 with 20 million parameters, 9.5 points less" in view.description
    assert len([x for one in view.figure["data"] if one.get("mode") == "markers" for x in one["x"]]) == 6
    assert (
        len([x for one in views.glue_scores("speed").figure["data"] if one.get("mode") == "markers" for x in one["x"]])
        == 5
    )


@pytest.mark.parametrize(("call", "named"), [
    (lambda: views.answers(10, "one row", 1, 1), "digit"), (lambda: views.answers(3, "why", 1, 1), "question"), (lambda: views.answers(3, "one row", 0, 1), "row"),
    (lambda: views.answers(3, "one row", 1, 9), "column"), (lambda: views.hide(3, "at will", 1), "order"), (lambda: views.hide(3, "at random", 16), "hidden"),
    (lambda: views.reading(3, 9), "latent"), (lambda: views.costs(65, 64, False), "latents"), (lambda: views.costs(1, 63, False), "inputs"),
    (lambda: views.bottleneck(0, 200, runs.KINDS[0]), "latents"), (lambda: views.bottleneck(1, 200, "trained"), "kind"), (lambda: views.glue_scores("price"), "axis"),
])  # fmt: skip
def test_what_a_view_cannot_show_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
