"""The views of talking_face: the numbers in their sentences computed from the modules, films whose frames are what they say."""

import re

import numpy as np
import pytest
from miniatures import draw, mouths
from miniatures import rater_study as study
from miniatures import spoken_sentence as said
from miniatures import talking_face as face
from miniatures import talking_face_runs as runs
from miniatures.figures import talking_face as views
from reading import numbers, trace


def pictures(view):
    return [one["source"] for one in view.figure["layout"]["images"]]


# -- films --------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", list(views.SOURCES))
def test_a_frame_of_the_sentence_says_what_its_lips_do(source):
    way = views.SOURCES[source]
    lips = said.mouth_of_phones() if way is None else said.sentence_guesses(views.SEED, *way)[0]
    for frame in (1, 19, 50, 77):
        view = views.speech(frame, source)
        at = frame - 1
        assert f"Frame {frame}, {(frame - 0.5) / 25:.2f} s" in view.description
        found = numbers(view.description, r"(?:open to|round to|hears|and) (-?\d\.\d\d)")
        expected = [*said.mouth_of_phones()[at], *([] if way is None else lips[at])]
        assert found == pytest.approx(expected, abs=0.0051)
        if way is not None:
            off = mouths.landmark_error(said.mouth_of_phones()[[at]], lips[[at]])
            assert float(re.search(r"which is ([\d.]+) %", view.description)[1]) == pytest.approx(off, abs=0.051)


def test_the_film_of_the_sentence_has_a_picture_for_each_frame_and_the_targets_own_blink():
    assert len(said.frame_times()) == views.FRAMES
    frames = [pictures(views.speech(frame, "the phone times"))[0] for frame in range(1, views.FRAMES + 1)]
    assert len(set(frames)) > 70
    pose, expression = mouths.target_clip(views.FRAMES, 4)
    shut = int(expression[:, 3].argmin())
    same_head = mouths.draw_mouths(
        said.mouth_of_phones()[[shut]], None, pose[[shut]], 0 * expression[[shut]], views.FACE
    )[0]
    assert frames[shut] != draw.png(draw.stepped(same_head))


def test_words_and_phones_are_named():
    assert "in “sharply”, phone aa" in views.speech(19, "the phone times").description
    assert "in the silence" in views.speech(1, "the phone times").description
    assert "silence" in str(views.speech(77, "the phone times").figure["layout"]["annotations"])


@pytest.mark.parametrize("speaker", [1, 2, 3])
def test_a_toy_frame_shows_three_mouths_and_states_two_errors(speaker):
    truth, raw = face.guesses(views.SEED, "none", 1.0)
    clean = face.guesses(views.SEED, "clip", 1.0)[1]
    view = views.toy_lips(30, speaker, 1.0)
    found = [float(one) for one in re.findall(r"([\d.]+) %", view.description)]
    expected = [mouths.landmark_error(truth[speaker - 1, [29]], one[speaker - 1, [29]]) for one in (raw, clean)]
    assert found == pytest.approx(expected, abs=0.051)
    assert len(set(pictures(view))) == 3
    assert trace(view, "true")["y"] == pytest.approx(truth[speaker - 1, : views.TOY_FRAMES, 0], abs=6e-4)


def test_the_crosses_are_the_true_mouths_and_lie_within_the_close_up():
    truth = face.guesses(views.SEED, "none", 1.0)[0][1, 11]
    view = views.toy_lips(12, 2, 1.0)
    crosses = [one for one in view.figure["data"] if one.get("marker", {}).get("symbol") == "x"]
    assert len(crosses) == 3
    for one in crosses:
        shown = np.array([one["x"], one["y"]]).T
        assert shown == pytest.approx(mouths.landmarks([truth])[0], abs=6e-4)
    for frame in range(1, views.TOY_FRAMES + 1):
        x, y = mouths.landmarks([face.guesses(views.SEED, "none", 1.0)[0][0, frame - 1]])[0].T
        assert abs(x).max() < views.RIGHT / 64 - 1
        assert 1 - views.BOTTOM / 64 < y.min() < y.max() < 1 - views.TOP / 64


def test_with_alike_speakers_only_the_raw_picture_changes():
    apart, alike = (pictures(views.toy_lips(20, 2, spread)) for spread in (1.0, 0.0))
    assert apart[0] == alike[0]
    assert apart[1] != alike[1]
    assert apart[2] == alike[2]


# -- errors -------------------------------------------------------------------------------------


def test_heard_says_what_normalizing_does():
    assert (
        "between 0.00 and 0.00, and the standard deviations between 1.00 and 1.00" in views.heard(4, True).description
    )
    plain = said.voices(views.SEED)[3]
    low, high = plain.std(axis=0).min(), plain.std(axis=0).max()
    assert f"between {low:.2f} and {high:.2f}." in views.heard(4, False).description
    assert np.array(trace_of_heat(views.heard(4, False))) == pytest.approx(plain.T, abs=0.006)


def trace_of_heat(view):
    return next(one for one in view.figure["data"] if one["type"] == "heatmap")["z"]


def test_no_cell_of_a_heat_map_is_beyond_its_colours():
    for voice in (1, 4, 7, 10):
        for normalised in (False, True):
            view = views.heard(voice, normalised)
            heat = next(one for one in view.figure["data"] if one["type"] == "heatmap")
            z = np.array(heat["z"])
            assert (np.abs(z) > heat["zmax"]).mean() < 0.02


@pytest.mark.parametrize("tenths", [0, 3, 10, 15])
def test_setting_states_the_stored_means_and_the_way_they_change(tenths):
    view = views.setting(tenths, 3)
    raw, clean = (runs.stored("window", n, runs.SPREADS[tenths], 3) for n in runs.NORMALIZE)
    found = [float(one) for one in re.findall(r"is ([\d.]+) ±.*?and ([\d.]+) ±", view.description)[0]]
    assert found == pytest.approx([raw.mean(), clean.mean()], abs=0.0051)
    assert ("lowers" in view.description) == (clean.mean() < raw.mean())
    assert trace(view, "raw")["y"][tenths] == pytest.approx(raw.mean(), abs=6e-4)


def test_every_mark_of_an_error_lies_on_its_axes():
    for view in (views.setting(15, 0), views.setting(0, 6), views.teachers(1.5, 1), views.accent(10), views.lengths()):
        layout = view.figure["layout"]
        for one in view.figure["data"]:
            axis = layout["yaxis" + one.get("yaxis", "y")[1:]]
            reach = np.array(one.get("error_y", {"array": np.zeros(len(one["y"]))})["array"])
            low, high = axis["range"]
            assert low <= (np.array(one["y"]) - reach).min() <= (np.array(one["y"]) + reach).max() <= high, one


def test_teachers_and_accent_state_their_own_setting():
    assert "Of 1 speaker and a spread of 1.5" in views.teachers(1.5, 1).description
    clean = runs.stored("teachers", True, 0.5, 4)
    assert f"{clean.mean():.2f} ± {clean.std(ddof=1):.2f} % normalised" in views.teachers(0.5, 4).description
    drops = 100 * runs.drop(runs.stored("accent", False, 0.7), runs.stored("accent", True, 0.7))
    assert f"the drop is {drops.mean():.0f} ± {drops.std(ddof=1):.0f} %" in views.accent(7).description
    assert "reported were 22.6 %" in views.accent(7).description
    with pytest.raises(ValueError, match="tenths=11"):
        views.accent(11)
    with pytest.raises(ValueError, match="is not stored"):
        views.teachers(0.55, 3)


def test_lengths_cross():
    """With a second the clip's statistics do harm, with half a minute they help most."""
    found = [float(one) for one in re.findall(r"(\d\.\d\d)", views.lengths().description)]
    assert found[1] > found[0] > found[4] < found[5] < found[3]


# -- viewers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("d_prime", "criterion"), [(0.338, -0.576), (0.0, 0.0), (3.0, 1.5), (1.0, -1.5)])
def test_a_viewer_is_drawn_and_counted_by_the_same_two_numbers(d_prime, criterion):
    view = views.viewer(d_prime, criterion)
    hits, alarms = study.judged_real(d_prime, criterion)
    found = [float(one) for one in re.findall(r"([\d.]+) %", view.description)]
    expected = 100 * np.array([hits, alarms, study.share_right(hits, alarms), study.forced_choice_accuracy(d_prime)])
    assert found == pytest.approx(expected, abs=0.051)
    assert next(one for one in view.figure["data"] if one["type"] == "bar")["x"][::-1] == pytest.approx(
        expected, abs=0.0051
    )
    filled = next(one for one in view.figure["data"] if one.get("fill"))
    area = np.trapezoid(filled["y"], filled["x"])
    assert area == pytest.approx(alarms, abs=0.02)  # what lies right of the line is what the bar says


def test_raters_marks_the_border_and_the_coin():
    view = views.raters(121)
    assert "p = 0.049" in view.description
    assert "probability 0.50" in view.description
    assert "p = 0.050" in views.raters(120).description
    lines = [one for one in view.figure["data"] if one["mode"] == "lines"]
    assert all(before > after for before, after in zip(lines[0]["y"], lines[0]["y"][1:], strict=False))
    assert lines[1]["y"][-1] > 0.98
    with pytest.raises(ValueError, match="n=19"):
        views.raters(19)


def test_clusters_state_both_tests():
    naive, by_clip = (runs.stored("clusters", test, 0.1)[-1] for test in ("naive", "by clip"))
    words = views.clusters(0.1).description
    assert f"gives {100 * naive:.0f} % false alarms, counting each clip once {100 * by_clip:.0f} %" in words
    assert "design effect is 5.90" in words
    for correlation in runs.CORRELATIONS:
        assert max(trace(views.clusters(correlation), "all ratings independent")["y"]) < 75
