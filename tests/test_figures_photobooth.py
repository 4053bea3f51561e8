"""The views of the photobooth state the numbers that the functions give, and draw what they say."""

import re

import numpy as np
import pytest
from miniatures import photobooth_runs as runs
from miniatures.figures import photobooth as views
from miniatures.photobooth import attend_faces, hysteresis
from miniatures.results import spread, spread_percent
from reading import plain, trace


@pytest.mark.parametrize("rule", runs.RULES)
@pytest.mark.parametrize("buffer", [5, 15, 30])
def test_the_film_shows_what_is_saved_and_nothing_of_the_future(rule, buffer):
    for number in (views.FIRST, 52, 60, views.LAST):
        view = views.shutter(number, rule, buffer)
        saved = runs.saved_by(number, rule, runs.scores(200, 5), buffer)
        assert f"has saved {len(saved)} picture" in view.description
        assert f"judges frame {number - buffer}." in plain(view.description)
        assert len(view.figure["layout"]["images"]) == 1 + min(len(saved), views.COLUMNS * views.ROWS)
        curve, dots = view.figure["data"][-2:]
        assert max(curve["x"]) == number
        assert dots["x"] == saved.tolist()


def test_the_film_has_room_for_every_picture_and_a_peak_within():
    most = max(len(runs.saved_by(views.LAST, rule, runs.scores(200, 5), 5)) for rule in runs.RULES)
    assert most == views.COLUMNS * views.ROWS
    first, last = runs.film(200, 5).moments[0]
    assert views.FIRST < first < last < views.LAST - 30  # with the longest buffer too the whole moment is judged


def test_waiting_states_the_tallies():
    view = views.waiting(20, 0.5)
    for rule in runs.RULES:
        assert f"{views.NAMES[rule]} {spread(runs.tally(rule, 20, 0.5).shots, digits=1)}" in view.description
    assert "667 ms" in view.description
    assert f"Each of them catches {spread_percent(runs.tally('literal', 20, 0.5).caught)}" in view.description
    assert trace(view, "as printed")["y"][19] == pytest.approx(runs.tally("literal", 20, 0.5).shots.mean(), abs=0.006)


def test_blinks_state_the_shots():
    assert f"both sides {spread(runs.blinking('two-sided', 5, 10)[0], digits=1)}" in views.blinks(10, 5).description


def test_expressions_are_probabilities_that_grow_with_the_strength():
    found = [re.findall(r"(?:rest|talking|smile|out|face|cheeks|surprise) ([\d.]+)[,.]", views.expressions(s, "looking").description) for s in (0.2, 1.0)]  # fmt: skip
    weak, full = np.array(found, float)
    assert (full[1:] > weak[1:]).all()
    z = np.array(views.expressions(0.7, "closed").figure["data"][-1]["z"])
    assert z.sum(axis=1) == pytest.approx(np.ones(7), abs=0.003)
    assert "count as closed with 0.99" in views.expressions(0.0, "closed").description


def test_attention_states_weights_and_scores():
    view = views.attention(8, "front")
    weights = attend_faces(runs.group_scores("front")[0, 0], [1, 1, 1], 8)
    assert f"the weights {weights[0]:.2f} and {weights[1]:.2f}" in view.description
    assert f"the mean of 40 groups {runs.attended('front', 8)[0]:.2f}" in view.description
    bars = next(one for one in view.figure["data"] if one["type"] == "bar")
    assert sum(bars["y"]) == pytest.approx(1, abs=0.002)


def test_tipping_follows_the_rounds_and_ends_on_the_curve():
    view = views.tipping(3, 1.1)
    course = view.figure["data"][0]["y"]
    assert course[0] == pytest.approx(1.1 / 2.1, abs=1e-4)
    assert course[3] == pytest.approx(attend_faces(np.eye(2), [1.1, 1], 3)[0], abs=1e-4)
    curve = next(one for one in view.figure["data"] if one["line"]["color"] == views.draw.colour("grey"))
    near = [
        (x, y) for x, y in zip(curve["x"], curve["y"], strict=True) if x is not None and abs(x - 3) < 0.05 and y > 0.8
    ]
    assert near
    assert course[-1] == pytest.approx(np.mean([y for _, y in near]), abs=0.02)
    assert "0.500 after 30" in views.tipping(5, 1).description


def test_the_bar_film_states_what_has_been_travelled():
    view = views.bar(40, 0.6)
    values = runs.held_quality(200, 0.6)[:41]
    assert f"the score is {values[-1]:.2f}." in view.description
    for kind, words in (("raw", "lengths (the score)"), ("plain", "(plain ranges)"), ("hysteresis", "(margin 0.1)")):
        assert f"{runs.travel(kind, values, views.HELD_MARGIN):.1f} {words}" in view.description
    assert trace(view, "in plain ranges")["y"] == pytest.approx((hysteresis(values, runs.RANGES, 0) / 3).round(3))
    assert "travelled 0.0 lengths (the score)" in views.bar(0, 0.6).description


def test_calm_counts_the_seeds_in_which_ranges_are_worse():
    assert "In 5 of 5 seeds" in views.calm(0.0, "scores", 0.0).description
    between = spread(runs.travels("hysteresis", "scores", 0.085), digits=1)
    assert f"travels {between} lengths" in views.calm(0.085, "scores", 0.0).description  # not one of those stored
    assert "In 0 of 5 seeds" in views.calm(0.1, "scores", 0.0).description
    assert (
        f"travels {spread(runs.travels('hysteresis', 'quality', 0.05, -0.2), digits=1)} lengths"
        in views.calm(0.05, "quality", -0.2).description
    )
