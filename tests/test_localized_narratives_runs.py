"""The stored measurements computed again in part, what the chapter says of them, and the totals."""

import localized_narratives as script
import numpy as np
import pytest
from miniatures import narrative_runs as runs
from miniatures import narrative_totals as totals
from miniatures.comparisons import paired
from miniatures.localized_narratives import accuracy, best_lag, ground_words, words_per_second
from miniatures.narrative_runs import stored
from miniatures.narrative_scenes import Speaker, narratives

FINE = runs.FINE

# ---- computed again


@pytest.mark.parametrize(
    ("seed", "measure", "setting", "again"),
    [
        (200, "accuracy", 0.5, lambda: script.curve(200, 0.5)),
        (203, "accuracy", 2.0, lambda: script.curve(203, 2.0)),
        (201, "planted", -0.3, lambda: script.planted(201, -0.3)),
        (202, "optimism", 1, lambda: script.optimism(202, 1)),
        (204, "annotators", 0.4, lambda: script.annotators(204, 0.4)),
        (202, "other words", 0, lambda: script.other_words(202)),
        (201, "radius", 1.6, lambda: script.sloppy(201, radius=1.6)),
        (200, "jitter", 0.15, lambda: script.sloppy(200, jitter=0.15)),
    ],
)
def test_stored_measurements_come_back(seed, measure, setting, again):
    for of, value in again().items():
        assert stored(measure, setting, of)[seed - 200] == pytest.approx(value, rel=1e-3, abs=1e-3)


def test_stored_errors_of_the_lag_come_back():
    for of, value in script.lag_errors(203, 1.0, 1).items():
        assert stored("lag error", 1.0, of)[3] == pytest.approx(value, rel=1e-3, abs=1e-3)


def test_the_stored_regions_come_back():
    for of, value in script.regions(200, 0.5).items():
        assert stored("regions", 0.5, of)[0] == pytest.approx(value, rel=2e-3)  # a cell more or less


def test_the_shipped_set_is_made_again():
    again, held = script.shipped_set(), runs._set()
    assert again.keys() == held.keys()
    for name in ("samples", "kinds", "about", "texts"):
        assert (again[name] == held[name]).all()
    for name in ("trace", "boxes", "words"):
        assert np.abs(again[name].astype(int) - held[name]).max() <= 1  # of a thousandth


# ---- what the page says


def test_a_dwell_shorter_than_the_lag_makes_calibration_matter():
    at = {dwell: stored("accuracy", dwell, "0.0") for dwell in runs.DWELLS}
    assert at[0.5].max() < 0.5
    assert at[0.3].max() < 0.3
    assert at[2.0].min() > 0.97  # long dwells forgive
    for dwell in runs.DWELLS:
        assert stored("accuracy", dwell, "0.5").min() > 0.98
        assert paired(stored("accuracy", dwell, "0.5"), stored("accuracy", dwell, "1.5")).wins == 5


def test_a_wrong_lag_is_worse_than_chance_because_it_points_at_the_next_shape():
    assert stored("accuracy", 0.5, "1.5").max() < 0.05 < 1 / 6


def test_a_lag_too_small_by_as_much_leaves_the_last_noun_and_only_that():
    """One of six is right, which is no chance: it is the last one, because the pointer rests on the last shape."""
    assert stored("accuracy", 0.5, "-0.5") == pytest.approx(1 / 6, abs=0.003)
    told = narratives(script.MANY, Speaker(), np.random.default_rng([200, 0]))
    right = np.array([(ground_words(one.trace, one.words, -0.5) == one.about)[one.named] for one in told])
    assert right[:, -1].all()
    assert not right[:, :-1].any()


def test_planted_lags_are_found():
    for lag in runs.PLANTED:
        assert np.abs(stored("planted", lag, "found") - lag).max() <= 0.0751


def test_the_flat_top_is_better_halved_than_climbed():
    for count in runs.COUNTS:
        assert (
            stored("lag error", 2.0, f"share of time, {count}") > 2 * stored("lag error", 2.0, f"best lag, {count}")
        ).all()
    for dwell in runs.DWELLS:
        assert (stored("lag error", dwell, "middle of 80 %, 20") < stored("lag error", dwell, "best lag, 20")).all()
        middle, share = (stored("lag error", dwell, f"{of}, 20").mean() for of in ("middle of 80 %", "share of time"))
        assert middle < share


def test_without_labels_the_rhythm_repeats_and_the_lag_is_lost():
    for dwell in (0.3, 0.5, 1.0):
        assert stored("lag error", dwell, "without labels, 20").min() > 0.2
        assert stored("lag error", dwell, "best lag, 20").max() < 0.07


def test_scored_where_it_was_fitted_a_lag_looks_better_and_even_nonsense_looks_like_skill():
    gaps = [stored("optimism", n, "own") - stored("optimism", n, "others") for n in runs.COUNTS]
    assert gaps[0].min() > 0.05
    assert all((gap > 0).all() for gap in gaps)
    assert gaps[0].mean() > gaps[2].mean() > gaps[3].mean()
    assert stored("optimism", 1, "own, shuffled").min() > 2 / 6  # twice chance
    for n in runs.COUNTS:
        assert stored("optimism", n, "others, shuffled").mean() == pytest.approx(1 / 6, abs=0.03)


@pytest.mark.parametrize("seed", runs.FRESH_SEEDS)
def test_a_steady_lag_leaves_no_gap_to_speak_of(seed):
    found = script.optimism(seed, 1, unsteady=0.1)
    assert 0 <= found["own"] - found["others"] < 0.01


def test_annotators_differ_and_one_narrative_of_each_is_enough():
    for spread, gain in ((0.2, 0.02), (0.4, 0.15)):
        one, own = stored("annotators", spread, "one lag for all"), stored("annotators", spread, "own lag, from 1")
        assert (own - one).min() > gain
    assert (
        stored("annotators", 0.0, "one lag for all") > stored("annotators", 0.0, "own lag, from 1")
    ).all()  # not free
    assert stored("annotators", 0.4, "own lag, from 5").min() > 0.97


def test_a_word_covers_too_little_a_phrase_too_much_and_density_cures_neither():
    assert stored("regions", 0.5, "noun, size, bounding").max() < 0.55
    assert stored("regions", 0.5, "phrase, size, bounding").min() > 2.5
    assert (stored("regions", 0.5, "phrase, size, densest") > stored("regions", 0.5, "phrase, size, bounding")).all()
    for span in ("noun", "phrase"):
        for dwell in (0.3, 0.5, 1.0):
            gain = stored("regions", dwell, f"{span}, IoU, densest") - stored(
                "regions", dwell, f"{span}, IoU, bounding"
            )
            assert 0 < gain.min() <= gain.max() < 0.12
    assert (
        np.abs(stored("regions", 2.0, "phrase, IoU, densest") - stored("regions", 2.0, "phrase, IoU, bounding")).max()
        < 0.02
    )


def test_a_box_right_by_index_is_still_a_poor_box():
    assert stored("accuracy", 0.5, "0.5").min() > 0.99
    assert stored("regions", 0.5, "noun, IoU, bounding").max() < 0.4


def test_every_other_word_gets_a_box_too():
    assert (stored("other words", 0, "given a box") == 1).all()
    assert stored("other words", 0, "right, of all words given one") == pytest.approx(1 / 3, abs=0.01)


def test_who_circles_outside_is_still_grounded_by_nearness():
    assert stored("radius", 1.2, "share of time").max() < 0.4
    assert stored("radius", 1.2, "accuracy").min() > 0.97
    assert stored("radius", 1.6, "accuracy").max() < 0.9
    assert (np.diff([stored("jitter", j, "accuracy").mean() for j in runs.JITTERS]) < 0).all()


# ---- the shipped set


def test_the_best_lag_of_the_shipped_set():
    assert best_lag(list(runs.shipped()), FINE) == pytest.approx(0.45, abs=1e-9)
    found = [best_lag(list(runs.shipped(one)), FINE) for one in range(runs.ANNOTATORS)]
    assert np.abs(found - runs.planted_lags()).max() <= 0.11
    assert accuracy(list(runs.shipped()), [0.0])[0] < 0.6 < 0.9 < accuracy(list(runs.shipped()), [0.45])[0]
    assert 2 < words_per_second(runs.shipped()[0].words) < 4.5


def test_the_shipped_narratives_name_what_stands_there():
    for number in (0, 17, 63):
        told, place = runs.shipped()[number], runs.shipped_scene(number)
        assert [place.names[box] for box in told.about[told.named]] == [
            text for text, named in zip(told.texts, told.named, strict=True) if named
        ]
    assert runs.shipped(3)[0] is runs.shipped()[24]


# ---- totals


def test_totals_count_different_things():
    assert sum(totals.SPLITS.values()) == 675_155
    counts = [t.count for t in totals.TOTALS]
    assert counts == [380_000, 500_000, 500_000, 504_000, 507_444, 507_000, 671_000, 675_155]
    assert counts[1] == pytest.approx(counts[0] + totals.COCO_IMAGES, abs=5000)  # that one is with COCO
    assert totals.ALL_COLLECTIONS["third version"] == pytest.approx(504_000 + totals.COCO_IMAGES, abs=1500)
    for images, descriptions in ((504_000, 507_444), (671_000, 675_155)):
        assert 0.001 < descriptions / images - 1 < 0.01  # a few images were described more than once
    assert sum(totals.COCO_NARRATIVES.values()) > 1.1 * totals.COCO_IMAGES
    assert all(t.url.startswith("https://") for t in totals.TOTALS)
    assert len(totals.rows()) == 8


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: stored("beauty", 0, "x"), "measure"),
        (lambda: stored("accuracy", 9, "0.0"), "setting"),
        (lambda: runs.shipped(8), "annotator"),
        (lambda: runs.shipped_scene(64), "number"),
        (lambda: runs.curve(0.7), "dwell"),
    ],
)
def test_runs_refuse(call, name):
    with pytest.raises(ValueError, match=name):
        call()
