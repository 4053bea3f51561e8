"""The stored runs computed again in part, and what the page says of them."""

import re
from itertools import pairwise

import numpy as np
import photobooth as script
import pytest
from miniatures import photobooth_runs as r
from miniatures import photobooth_video as v
from miniatures.photobooth import catch, hysteresis, literal_shots, shots, total_variation, two_sided_shots
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


# what is looked up and what is computed --------------------------------------------------------


def test_films_are_those_of_their_seeds():
    for found, wanted in ((r.film(203, 7), v.video(20_307)), (r.held_film(201, 0.3), v.held(20_100, 0.3))):
        assert found.quality.tolist() == wanted.quality.tolist()
        assert found.moments.tolist() == wanted.moments.tolist()


def test_the_shutter_sees_the_quality_of_what_passed():
    passed = r.stored()["passed"][2, 5].astype(bool)
    assert r.quality(202, 5).tolist() == r.stored()["quality"][2, 5].astype(float).tolist()
    assert (r.scores(202, 5)[passed] == r.quality(202, 5)[passed]).all()
    assert (r.scores(202, 5)[~passed] == 0).all()
    assert 0 < passed.sum() < 300


def test_each_rule_is_the_one_of_its_name():
    values = r.scores(201, 4)
    assert r.taken("literal", values, 9).tolist() == literal_shots(values, 9, 0.3).tolist()
    assert r.taken("refractory", values, 9).tolist() == shots(values, 9, 9, 0.3).tolist()
    assert r.taken("two-sided", values, 9).tolist() == two_sided_shots(values, 9, 0.3).tolist()
    assert len({len(r.taken(rule, values, 9)) for rule in r.RULES}) == 3
    # a single peak, taken unless the threshold forbids it
    assert r.taken("literal", [0, 0.29, 0, 0], 1).tolist() == []
    assert r.taken("literal", [0, 0.31, 0, 0], 1).tolist() == [1]
    assert r.saved_by(2, "literal", [0, 0.29, 0, 0], 1).tolist() == []
    assert r.saved_by(2, "literal", [0, 0.29, 0, 0], 1, 0.2).tolist() == [1]


def test_a_tally_is_the_mean_of_its_videos():
    found = r.tally("refractory", 12)
    for place, seed in enumerate(r.FRESH_SEEDS):
        films = [r.film(seed, n) for n in range(8)]
        each = [
            catch(shots(r.scores(seed, n), 12, 12, 0.3), film.moments, film.quality) for n, film in enumerate(films)
        ]
        for name in ("shots", "caught", "duplicates", "outside"):
            wanted = np.mean([np.mean(getattr(one, name)) for one in each])
            assert getattr(found, name)[place] == pytest.approx(wanted)
        assert found.regret[place] == pytest.approx(np.nanmean([one.regret for one in each]))


def test_without_a_moment_caught_there_is_no_regret():
    found = r.tally("literal", 5, 2.0)  # no score reaches it
    assert np.isnan(found.regret).all()
    assert (found.shots == 0).all()


def test_a_bar_by_hand():
    """Up past all three thresholds and back: one length each way. Half the way and back: one threshold of three, or two."""
    assert r.travel("raw", [0, 1, 0]) == 2
    assert r.travel("plain", [0, 1, 0]) == 2
    assert r.travel("plain", [0, 0.4, 0]) == pytest.approx(2 / 3)
    assert r.travel("plain", [0, 0.4, 0], thresholds=[0.1, 0.3]) == 2
    # a wobble of 0.04 about a threshold: the margin of 0.05 holds still, one of 0.03 does not
    wobble = [0.6, *[0.48, 0.52] * 4]
    assert r.travel("plain", wobble) == pytest.approx(8 / 3)
    assert r.travel("hysteresis", wobble) == 0
    assert r.travel("hysteresis", wobble, 0.01) == pytest.approx(8 / 3)
    assert r.travel("hysteresis", [0.6, 0.44, 0.56]) == pytest.approx(2 / 3)


def test_travels_are_means_over_videos_and_move_the_thresholds():
    seed = 204
    for of, values in (("scores", r.scores), ("quality", r.quality)):
        for shift in (0.0, -0.1):
            places = np.array([0.25, 0.5, 0.75]) + shift
            wanted = np.mean([total_variation(hysteresis(values(seed, n), places, 0.05)) / 3 for n in range(8)])
            assert r.travels("hysteresis", of, 0.05, shift)[4] == pytest.approx(wanted)
    assert (r.travels("hysteresis") == r.travels("hysteresis", "scores", 0.05, 0)).all()
    assert (r.travelled("quality", 0.05) == r.travelled("quality", 0.05, 0.0)).all()
    assert r.travelled("quality", 0.05, -0.2) == pytest.approx(r.travels("hysteresis", "quality", 0.05, -0.2), abs=1e-5)


def test_a_held_expression_travels_as_far_as_its_bar_goes():
    for bar, margin in (("raw", 0), ("plain", 0), ("hysteresis", 0.05)):
        wanted = [r.travel(bar, r.held_quality(seed, 0.6), margin) for seed in r.FRESH_SEEDS]
        assert r.held_travel(bar).tolist() == wanted
    assert r.held_travel("raw", strength=0.2).tolist() == [
        total_variation(r.held_quality(s, 0.2)) for s in range(200, 205)
    ]
    assert r.held_travel("hysteresis", 0.1)[0] == r.travel("hysteresis", r.held_quality(200, 0.6), 0.1)


def test_presence_switches_are_counted():
    def switches(quality):
        early = [0, 0, *quality]
        there = [sorted(early[t : t + 3])[1] >= 0.25 for t in range(300)]
        return sum(one != other for one, other in pairwise(there))

    assert v.PRESENT == 0.25
    found = r.presence_switches(3)
    assert found[3] == pytest.approx(np.mean([switches(r.quality(203, n)) for n in range(8)]))


def test_attention_by_hand_and_over_groups():
    assert r.group_sizes("front") == [576, 576, 576]
    assert r.group_sizes("behind") == [576, 576, 144]
    assert r.group_sizes("far behind") == [576, 576, 64]
    groups = r.group_scores("behind")
    assert groups.tolist() == r.stored()["groups"][:, 0].astype(float).tolist()
    # without sharpness only the areas count: 4 to 4 to 1
    best = groups.max(axis=3)
    assert r.attended("behind", 0) == pytest.approx((best @ [4 / 9, 4 / 9, 1 / 9]).mean(axis=1))
    assert (r.attended("behind", 4) == r.attended("behind", 4, 3)).all()
    assert r.attended("behind", 4, 0) == pytest.approx(r.attended("behind", 0))
    assert np.abs(r.attended("behind", 4, 1) - r.attended("behind", 4)).min() > 0
    assert r.plain_mean("behind") == pytest.approx(best.mean(axis=(1, 2)))


def test_who_passes_reaches_the_threshold():
    best = r.group_scores("front").max(axis=3).mean(axis=2)  # (5, 40): alike in front, without sharpness
    for threshold in (0.6, 0.65, 0.7):
        assert r.passing("front", 0, threshold) == pytest.approx((best >= threshold).mean(axis=1))
    assert (r.passing("front", 0, 0) == 1).all()
    assert (r.passing("front", 0, 1) == 0).all()


def test_the_course_of_the_examples_has_every_sharpness():
    assert r.example_course("front").shape == (11,)
    assert r.example_course("front")[[0, 10]] == pytest.approx([r.attended("front", b)[0] for b in (0, 10)], abs=1e-6)


# tables, cell by cell --------------------------------------------------------------------------


def text(values, scale=1.0, digits=3):
    values = scale * np.asarray(values)
    return f"{values.mean():.{digits}f} ± {values.std(ddof=1):.{digits}f}"


def test_every_cell_of_the_table_of_rules():
    names = {"literal": "as printed", "refractory": "with a pause", "two-sided": "both sides"}
    wanted = []
    for buffer in (5, 10, 15, 20, 30):
        for rule, name in names.items():
            one = r.tallied(rule, buffer)
            wanted.append({
                "L": buffer, "rule": name, "shots": text(one.shots, 1, 1), "repeats": text(one.duplicates, 1, 1), "elsewhere": text(one.outside, 1, 1),
                "caught, %": text(one.caught, 100, 1), "regret": round(float(one.regret.mean()), 3),
            })  # fmt: skip
    assert r.rule_rows() == wanted
    assert r.rule_rows([10]) == wanted[3:6]
    assert r.rule_rows([1, 40])[-1]["L"] == 40


def test_every_cell_of_the_table_of_attention():
    assert r.attention_rows() == [
        {"third face": third, "plain mean": text(r.plain_mean(third))} | {f"β = {b}": text(r.attended(third, b)) for b in (0, 2, 4, 8)}
        for third in ("behind", "front")
    ]  # fmt: skip
    assert r.attention_rows([100])[0]["β = 100"] == text(r.attended("behind", 100))


def test_every_cell_of_the_table_of_travels():
    followed = {
        "the score that the shutter sees": ("scores", 0.0), "the quality of every frame": ("quality", 0.0),
        "the same, thresholds 0.2 lower": ("quality", -0.2),
    }  # fmt: skip
    held = [r.held_travel("hysteresis", margin) for margin in (0.0, 0.05, 0.1)]
    courses = {
        name: (r.travels("raw", of), *(r.travelled(of, margin, shift) for margin in (0.0, 0.05, 0.1)))
        for name, (of, shift) in followed.items()
    } | {"an expression held at 0.6": (r.held_travel("raw"), *held)}
    assert r.travel_rows() == [
        {"following": name, "score": text(raw, 1, 1), "plain": text(plain, 1, 1), "quarters": text(0.75 * plain, 1, 1),
         "margin 0.05": text(small, 1, 1), "margin 0.1": text(large, 1, 1)}
        for name, (raw, plain, small, large) in courses.items()
    ]  # fmt: skip


SEEDS = "one of 200, 201, 202, 203, 204"
THREE = "one of: literal, refractory, two-sided"


@pytest.mark.parametrize(("call", "message"), [
    (lambda: r.film(7, 0), f"seed=7 is not stored: {SEEDS}"), (lambda: r.film(200, 8), "number=8 must be a whole number from 0 to 7"),
    (lambda: r.held_film(7, 0.5), f"seed=7 is not stored: {SEEDS}"), (lambda: r.scores(7, 0), f"seed=7 is not stored: {SEEDS}"),
    (lambda: r.scores(200, -1), "number=-1 must be a whole number from 0 to 7"), (lambda: r.quality(7, 0), f"seed=7 is not stored: {SEEDS}"),
    (lambda: r.quality(200, 8), "number=8 must be a whole number from 0 to 7"), (lambda: r.taken("first", [1.0], 1), f"rule='first' must be {THREE}"),
    (lambda: r.taken("literal", [1.0], 0), "buffer=0 must be a whole number from 1 to 100000"), (lambda: r.taken("literal", [[1.0]], 1), "values of shape (1, 1) must be of shape (any), with no empty axis"),
    (lambda: r.taken("literal", [1e9], 1), "values holds 1000000000.0: every number must lie from -1e+06 to 1e+06"), (lambda: r.taken("literal", [-1e9], 1), "values holds -1000000000.0: every number must lie from -1e+06 to 1e+06"),
    (lambda: r.saved_by(3, "literal", [1.0, 2, 3], 1), "now=3 must be a whole number from 0 to 2"), (lambda: r.saved_by(-1, "literal", [1.0, 2, 3], 1), "now=-1 must be a whole number from 0 to 2"),
    (lambda: r.tallied("first", 1), f"rule='first' must be {THREE}"), (lambda: r.tallied("literal", 41), f"buffer=41 is not stored: one of {', '.join(map(str, range(1, 41)))}"),
    (lambda: r.tallied("literal", 4, 0.2), "threshold=0.2 is not stored: one of 0.0, 0.1, 0.3, 0.5, 0.7"),
    (lambda: r.travelled("all", 0.0), "of='all' must be one of: scores, quality"), (lambda: r.travelled("scores", 0.0, 0.1), "shift=0.1 is not stored: one of -0.2, 0.0"),
    (lambda: r.travelled("scores", 0.01), "margin=0.01 is not stored: one of 0.0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2"),
    (lambda: r.blinking("literal", 15, 3), "rate=3 is not stored: one of 0, 2, 5, 10, 20"), (lambda: r.blinking("first", 15, 2), f"rule='first' must be {THREE}"),
    (lambda: r.blinking("literal", 6, 2), "buffer=6 is not stored: one of 5, 15, 30"), (lambda: r.travel("bent", [1.0]), "bar='bent' must be one of: raw, plain, hysteresis"),
    (lambda: r.travel("plain", [1.0], thresholds=[[0.5]]), "thresholds of shape (1, 1) must be of shape (any), with no empty axis"),
    (lambda: r.travel("raw", [1.0], -1), "margin=-1 must be a finite number from 0 to 1e+06"), (lambda: r.travel("raw", [1.0], 1e9), "margin=1000000000.0 must be a finite number from 0 to 1e+06"),
    (lambda: r.travels("raw", "all"), "of='all' must be one of: scores, quality"), (lambda: r.travels("raw", "scores", 0.05, -2), "shift=-2 must be a finite number from -1 to 1"),
    (lambda: r.travels("raw", "scores", 0.05, 2), "shift=2 must be a finite number from -1 to 1"), (lambda: r.held_quality(7, 0.5), f"seed=7 is not stored: {SEEDS}"),
    (lambda: r.held_quality(200, 0.55), f"strength=0.55 is not stored: one of {', '.join(f'{n / 10}' for n in range(11))}"),
    (lambda: r.group_scores("left"), "third='left' must be one of: behind, front"), (lambda: r.group_sizes("left"), "third='left' must be one of: front, behind, far behind"),
    (lambda: r.passing("front", 0, -0.1), "threshold=-0.1 must be a finite number from 0 to 1"), (lambda: r.passing("front", 0, 1.1), "threshold=1.1 must be a finite number from 0 to 1"),
    (lambda: r.rule_rows([0]), "buffers holds 0.0: every number must lie from 1 to 40"), (lambda: r.rule_rows([41]), "buffers holds 41.0: every number must lie from 1 to 40"),
    (lambda: r.rule_rows(5), "buffers of shape () must be of shape (any), with no empty axis"), (lambda: r.attention_rows([-1]), "sharpnesses holds -1.0: every number must lie from 0 to 100"),
    (lambda: r.attention_rows([101]), "sharpnesses holds 101.0: every number must lie from 0 to 100"), (lambda: r.attention_rows(1), "sharpnesses of shape () must be of shape (any), with no empty axis"),
])  # fmt: skip
def test_what_is_accepted_is_told(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()


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
