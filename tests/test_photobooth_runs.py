"""The stored runs computed again in part, and what the page says of them."""

import numpy as np
import photobooth as script
import pytest
from miniatures import photobooth_runs as r
from miniatures import photobooth_video as v
from miniatures.photobooth import hysteresis, total_variation
from miniatures.results import spread


def test_a_part_computed_again():
    film = r.film(200, 3)
    judged = v.judge(film, v.seen(film, r.network()))
    assert r.quality(200, 3) == pytest.approx(judged.quality, abs=1e-6)
    assert r.stored()["passed"][0, 3].tolist() == judged.passed.tolist()
    assert r.held_quality(200, 0.6) == pytest.approx(script.held_quality(200, 0.6, r.network()), abs=1e-6)
    assert r.group_scores("front")[0] == pytest.approx(script.group_scores(200, "front", r.network()), abs=1e-6)
    again = script.classified(200, r.network())
    assert r.stored()["confusion"][0].tolist() == again["confusion"].tolist()
    assert r.stored()["graded"][0] == pytest.approx(again["graded"], abs=1e-6)


def test_the_network_trained_again():
    """Another machine's rounding may lead the descent a little aside."""
    again = r.network().layers, script.trained(200).layers
    for one, two in zip(*again, strict=True):
        for a, b in zip(one, two, strict=True):
            assert np.abs(a - b).mean() < 0.1 * np.abs(a).mean() + 1e-3


@pytest.mark.parametrize(
    ("rule", "buffer", "threshold"), [("literal", 7, 0.0), ("refractory", 15, 0.3), ("two-sided", 33, 0.7)]
)
def test_the_tallies_computed_again(rule, buffer, threshold):
    again, stored = r.tally(rule, buffer, threshold), r.tallied(rule, buffer, threshold)
    for name in r.COUNTED:
        assert getattr(stored, name) == pytest.approx(getattr(again, name), abs=1e-6), name


def test_travels_and_blinks_computed_again():
    assert r.travelled("scores", 0.075) == pytest.approx(r.travels("hysteresis", "scores", 0.075), abs=1e-5)
    assert r.travelled("quality", 0.0, -0.2) == pytest.approx(r.travels("plain", "quality", 0, -0.2), abs=1e-5)
    assert r.load_tallies()["raw"][1] == pytest.approx(r.travels("raw", "quality"), abs=1e-5)
    again = script.blinking(10, (203,))[..., 0]
    assert r.load_tallies()["blinking"][r.BLINK_RATES.index(10), ..., 3] == pytest.approx(again, abs=1e-6)


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
    plain = r.plain_mean("front")
    assert plain.min() > 0.5  # two of three
    assert r.attended("front", 0) == pytest.approx(plain)
    assert (r.attended("front", 8) - plain > 0.25).all()
    assert np.abs(r.attended("front", 8) - r.attended("behind", 8)).max() < 0.03


def test_a_bar_of_quarters_is_calmer_than_the_score_and_one_of_thirds_is_not():
    assert (r.travelled("scores", 0.0) > r.travels("raw")).all()
    assert (0.75 * r.travelled("scores", 0.0) < r.travels("raw")).all()
    assert (
        0.75 * r.travelled("quality", 0.0, -0.2) > r.travels("raw", "quality")
    ).all()  # where the thresholds lie decides


def test_a_margin_wider_than_the_lowest_threshold_never_lets_the_bar_empty():
    levels = hysteresis(r.quality(200, 5), np.array(r.RANGES) - 0.2, 0.2)
    assert (np.diff((levels > 0).astype(int)) >= 0).all()
    assert levels[-1] == 1


def test_ranges_keep_the_travel_on_average_over_where_they_lie():
    """Banach: with thresholds at every multiple of d and steps of d."""
    values, d = r.quality(201, 2), 0.25
    places = np.linspace(0, d, 150, endpoint=False)
    travels = [d * total_variation(hysteresis(values, np.arange(-1, 6) * d + place, 0.0)) for place in places]
    assert np.mean(travels) == pytest.approx(total_variation(values), rel=0.02)
    assert np.ptp(travels) > 0.2 * np.mean(travels)


def test_blinking_hardly_matters():
    for rule in r.RULES:
        caught = np.array([r.blinking(rule, 15, rate)[1] for rate in r.BLINK_RATES])
        assert (caught > 0.9).all()
        assert np.ptp(caught, axis=0).max() < 0.05


def test_the_median_over_five_frames_steadies_the_presence():
    single, median = r.presence_switches(1), r.presence_switches(5)
    assert (median < single / 2).all()
    assert (median >= 6).all()  # three moments come and go


def test_attention_lets_an_unready_person_in_front_pass():
    assert (r.passing("front", 0, 0.7) < 0.15).all()
    assert (r.passing("front", 4, 0.7) > 0.9).all()


def test_a_shot_is_saved_a_buffer_later():
    values = r.scores(200, 5)
    found = r.taken("literal", values, 15)
    for now in (0, 52, 53, 60, 299):
        assert r.saved_by(now, "literal", values, 15).tolist() == [s for s in found.tolist() if s + 15 <= now]


def test_the_examples_are_the_stored_groups():
    for third in r.THIRDS:
        assert r.example_groups(third)[1] == pytest.approx(r.group_scores(third)[0], abs=1e-6)
        assert r.example_course(third)[4] == pytest.approx(r.attended(third, 4)[0], abs=1e-6)
    assert r.example_course("far behind")[0] > r.example_course("behind")[0]


def test_tables_have_the_numbers_of_the_runs():
    rows = {(row["L"], row["rule"]): row for row in r.rule_rows()}
    assert rows[15, "both sides"]["shots"] == spread(r.tally("two-sided", 15).shots, digits=1)
    behind, front = r.attention_rows()
    assert (behind["third face"], front["β = 4"]) == ("behind", spread(r.attended("front", 4)))
    assert behind["plain mean"] == spread([one.max(axis=2).mean() for one in r.group_scores("behind")])
    travels = {row["following"]: row for row in r.travel_rows()}
    held = np.array([r.travel("plain", r.held_quality(seed, 0.6)) for seed in r.FRESH_SEEDS])
    assert travels["an expression held at 0.6"]["quarters"] == spread(0.75 * held, digits=1)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: r.tallied("literal", 41), "buffer"), (lambda: r.tallied("literal", 4, 0.2), "threshold"), (lambda: r.travelled("scores", 0.01), "margin"),
    (lambda: r.travelled("scores", 0.0, 0.1), "shift"), (lambda: r.blinking("literal", 15, 3), "rate"), (lambda: r.presence_switches(0), "count"),
    (lambda: r.saved_by(300, "literal", r.scores(200, 0), 5), "now"), (lambda: r.passing("front", 1, 2), "threshold"), (lambda: r.example_groups("left"), "third"),
    (lambda: r.film(7, 0), "seed"), (lambda: r.film(200, 8), "number"), (lambda: r.taken("first", [1.0], 1), "rule"), (lambda: r.quality(200, 0.5), "number"),
    (lambda: r.held_quality(200, 0.55), "strength"), (lambda: r.travel("bent", [1.0]), "bar"), (lambda: r.travels("raw", "all"), "of"),
    (lambda: r.group_scores("left"), "third"), (lambda: r.attended("front", -1), "sharpness"), (lambda: r.tally("literal", 0), "buffer"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
