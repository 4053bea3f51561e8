"""The stored runs computed again in part, and what the page says of them."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from miniatures import photobooth_runs as r
from miniatures import photobooth_video as v

PRECOMPUTE = runpy.run_path(str(Path(__file__).parents[1] / "code" / "precompute" / "photobooth.py"))


def test_a_part_computed_again():
    film = r.film(200, 3)
    judged = v.judge(film, v.seen(film, r.network()))
    assert r.quality(200, 3) == pytest.approx(judged.quality, abs=1e-6)
    assert r.stored()["passed"][0, 3].tolist() == judged.passed.tolist()
    assert r.held_quality(200, 0.6) == pytest.approx(PRECOMPUTE["held_quality"](200, 0.6, r.network()), abs=1e-6)
    assert r.group_scores("front")[0] == pytest.approx(PRECOMPUTE["group_scores"](200, "front", r.network()), abs=1e-6)
    again = PRECOMPUTE["classified"](200, r.network())
    assert r.stored()["confusion"][0].tolist() == again["confusion"].tolist()
    assert r.stored()["graded"][0] == pytest.approx(again["graded"], abs=1e-6)


def test_the_network_trained_again():
    """Another machine's rounding may lead the descent a little aside."""
    again = r.network().layers, PRECOMPUTE["trained"](200).layers
    for one, two in zip(*again, strict=True):
        for a, b in zip(one, two, strict=True):
            assert np.abs(a - b).mean() < 0.1 * np.abs(a).mean() + 1e-3


# claims --------------------------------------------------------------------------------------


def test_the_expressions_are_told_apart_and_the_probability_follows_the_strength():
    accuracy = r.stored()["accuracy"]  # seeds, near and far, mouth and eyes
    assert (accuracy[:, 0, 0] > 0.8).all()
    assert (accuracy[:, 1, 0] < accuracy[:, 0, 0]).all()
    graded = r.stored()["graded"]
    assert (np.diff(graded.mean(axis=0), axis=1) > 0).all()


@pytest.mark.parametrize("buffer", [5, 10, 20, 30])
def test_no_buffer_cures_the_literal_rule_and_a_pause_does(buffer):
    literal, pausing = r.tally("literal", buffer), r.tally("refractory", buffer)
    assert (literal.shots > 18).all()
    assert (pausing.shots < literal.shots / 2).all()
    assert pausing.caught == pytest.approx(literal.caught)


def test_with_half_a_second_to_a_second_the_pause_comes_to_one_shot_a_moment():
    assert (r.tally("refractory", 20).duplicates < 1).all()
    assert (r.tally("refractory", 30).duplicates == 0).all()
    assert (r.tally("two-sided", 15).duplicates == 0).all()  # the window needs half the wait
    assert (r.tally("two-sided", 15).duplicates < r.tally("refractory", 15).duplicates).all()
    assert (r.tally("refractory", 30).caught > 0.9).all()
    assert (r.tally("refractory", 30).regret < 0.05).all()


def test_a_longer_buffer_costs_only_time():
    shots = [r.tally("refractory", buffer).shots.mean() for buffer in (1, 2, 5, 10, 20, 40)]
    assert (np.diff(shots) < 0).all()


def test_ranges_alone_make_the_gated_bar_travel_further_and_a_margin_less():
    raw, plain, margin = (r.travels(bar) for bar in r.BARS)
    assert (plain > raw).all()
    assert (margin < plain).all()
    wide = r.travels("hysteresis", margin=0.1)
    assert (wide < raw).all()


def test_the_ungated_bar_is_calmer_in_ranges_and_other_places_make_it_worse():
    raw, plain = r.travels("raw", "quality"), r.travels("plain", "quality")
    assert (plain < raw).all()
    assert (r.travels("plain", "quality", 0, -0.2) > raw).all()  # thresholds at 0.05, 0.3 and 0.55


def test_an_expression_held_halfway_makes_the_ranges_chatter():
    raw, plain, margin = (
        np.array([r.travel(bar, r.held_quality(seed, 0.6)) for seed in r.FRESH_SEEDS]) for bar in r.BARS
    )
    assert (plain > raw).sum() >= 4
    assert plain.mean() > 1.2 * raw.mean()
    assert (margin < plain).all()


def test_attention_drops_whoever_does_not_join_wherever_they_stand():
    for third in r.THIRDS:
        rising = np.array([r.attended(third, sharpness) for sharpness in (0, 2, 8)])
        assert (np.diff(rising, axis=0) > 0).all()
    plain = r.group_scores("front").max(axis=-1).mean(axis=(1, 2))
    assert r.attended("front", 0) == pytest.approx(plain)
    assert (r.attended("front", 8) - plain > 0.25).all()
    assert np.abs(r.attended("front", 8) - r.attended("behind", 8)).max() < 0.03


@pytest.mark.parametrize(("call", "named"), [
    (lambda: r.film(7, 0), "seed"), (lambda: r.film(200, 8), "number"), (lambda: r.taken("first", [1.0], 1), "rule"), (lambda: r.quality(200, 0.5), "number"),
    (lambda: r.held_quality(200, 0.55), "strength"), (lambda: r.travel("bent", [1.0]), "bar"), (lambda: r.travels("raw", "all"), "of"),
    (lambda: r.group_scores("left"), "third"), (lambda: r.attended("front", -1), "sharpness"), (lambda: r.tally("literal", 0), "buffer"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
