"""The views of the chapter on pointing while talking state the numbers that the functions give."""

import re

import numpy as np
import pytest
from miniatures import draw
from miniatures import narrative_rounds as reader
from miniatures.figures import localized_narratives as views
from miniatures.localized_narratives import accuracy, box_iou, ground_words
from miniatures.narrative_regions import bounding_box, phrase, segment
from miniatures.narrative_runs import stored
from miniatures.results import spread_percent
from reading import plain


def first(pattern, view):
    return float(re.search(pattern, view.description)[1])


def lines(view, name):
    return [trace for trace in view.figure["data"] if trace.get("name") == name]


def test_the_lag_view_counts_this_narratives_nouns_and_quotes_the_seeds():
    told = views._told(0.5)
    for lag in (0.0, 0.5, 1.5):
        view = views.timing(lag, 0.5)
        assert first(r"earlier, (\d)", view) == round(6 * accuracy([told], [lag])[0])
        assert f"{spread_percent(stored('accuracy', 0.5, str(lag)))} at {lag:.1f} s" in view.description
    between = views.timing(0.04, 0.5)
    assert between.description.endswith("at 0.0 s.")
    assert views.timing(-0.5, 0.5).description.startswith("Looked up 0.50 s later, ")


def test_green_and_red_share_the_nouns_and_the_clock_moves_with_the_lag():
    for lag in (0.0, 0.5):
        view = views.timing(lag, 0.5)
        right, wrong = (lines(view, name) for name in ("right", "wrong"))
        counts = [sum(y is not None for y in trace[1]["y"]) // 2 for trace in (right, wrong)]
        assert counts == [first(r"earlier, (\d)", view), 6 - counts[0]]
    starts = [
        np.sort(
            [x for name in ("right", "wrong") for x in lines(views.timing(lag, 0.5), name)[1]["x"] if x is not None]
        )
        for lag in (0.0, 0.5)
    ]
    assert starts[0] - starts[1] == pytest.approx(0.5, abs=0.011)


def test_each_word_lights_its_segment_and_the_numbers_are_its_own():
    told = views._told(0.5)
    seen = set()
    for number in np.flatnonzero(told.named):
        view = views.words(int(number) + 1, 0.5, "the phrase")
        part = segment(told.trace, phrase(told.words, int(number)), 0.5)
        iou = box_iou(bounding_box(part), told.trace.boxes[told.about[number]])
        assert first(r"IoU ([\d.]+) for its bounding box", view) == pytest.approx(iou, abs=0.006)
        seen.add(str(lines(view, "segment")[0]["x"]))
        bold = [
            mark["text"]
            for mark in view.figure["layout"]["annotations"]
            if mark["text"] == f"<b>{told.texts[number]}</b>"
        ]
        assert bold
    assert len(seen) == 6
    assert "names nothing" in views.words(1, 0.5, "the word").description
    (got,) = ground_words(told.trace, [told.words[2]], 0.0)
    assert (
        views._told(0.5).texts[int(np.flatnonzero(told.about == got)[0])] in views.words(3, 0.0, "the word").description
    )


def test_the_fit_is_worse_on_others_and_shuffled_it_is_chance():
    view = views.fitted(1, False)
    promised, kept = (first(pattern, view) for pattern in (r"right for (\d+) %", r"and for (\d+) %"))
    assert promised > kept
    assert spread_percent(stored("optimism", 1, "others, shuffled")) in views.fitted(1, True).description


def test_sloppy_pointing_states_what_its_curves_show():
    view = views.pointing(0.02, 1.2)
    counted, timed = (lines(view, name)[0]["y"][10] for name in ("nouns grounded right", "their time in the right box"))
    assert f"{counted:.1f} % of the nouns" in view.description
    assert f"{timed:.1f} % of their time" in view.description
    assert counted > 95 > 50 > timed


def test_rounds_say_what_is_missing_and_score_the_second_by_the_first():
    one, two = (reader.example(number) for number in range(2))
    nothing, first_only, second_only, both = (
        views.rounds(a, b) for a, b in (((), ()), (one, ()), ((), two), (one, two))
    )
    assert "Press Record" in nothing.description
    assert "record round 2" in first_only.description
    assert "Round 1 is missing" in second_only.description
    assert "lag of 0 s: 0 of 6" in first_only.description
    lag = reader.outcome(reader.narrative_of(two, 1), reader.narrative_of(one, 0)).lag
    assert f"lag of {lag:.2f} s" in plain(both.description)
    assert "6 of the 6 nouns of round 2 are right" in both.description
    assert len({str(draw.plain(view.figure["data"])) for view in (nothing, first_only, second_only, both)}) == 4
    for view in (nothing, first_only, both):  # a pointer finds the picture at the same place
        assert view.figure["layout"]["xaxis"]["range"] == [0, 1]
        assert view.figure["layout"]["images"] == nothing.figure["layout"]["images"]


def test_what_waits_does_not_give_the_nouns_away():
    nothing = str(draw.plain(views.rounds((), ()).figure))
    assert not [noun for _, noun in reader.cues(0) if noun in nothing]
    assert "noun 6" in nothing


def test_no_lag_of_a_wrong_round_is_used():
    """A reader who goes to the shape of three words before is never right at a lag of less than two words."""
    places = dict(zip(reader.shown().names, reader.stops(), strict=True))
    cues = reader.cues(0)
    lost = tuple((time, *places[cues[k - 3][1]]) for k, (time, _) in enumerate(cues))
    view = views.rounds(lost, reader.example(1))
    assert view.description.startswith("No lag makes a noun of round 1 right")


def test_each_noun_has_a_disc_where_the_pointer_was_though_it_rested():
    """Keys leave one place a noun, so a segment of places has no line: the disc is the mean over time."""
    pressed = [
        tuple((time + 0.4, *dict(zip(reader.shown().names, reader.stops(), strict=True))[noun]) for time, noun in cues)
        for cues in (reader.cues(0), reader.cues(1))
    ]
    view = views.rounds(*pressed)
    green = [mark for mark in view.figure["data"] if mark.get("marker", {}).get("color") == draw.colour("green")]
    assert "6 of the 6" in view.description
    assert sorted(zip(green[0]["x"], green[0]["y"], strict=True)) == sorted(reader.stops())


def test_the_curves_quote_all_dwells():
    view = views.curves()
    for dwell in (0.3, 0.5, 1.0, 2.0):
        assert f"{spread_percent(stored('accuracy', dwell, '0.0'))} with {dwell:g} s" in view.description
