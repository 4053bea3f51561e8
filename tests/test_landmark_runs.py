"""The stored searches: parts are computed again; what the page says about them, over the fresh seeds 200 to 204."""

import landmark_retrieval as script
import numpy as np
import pytest
from miniatures import landmark_retrieval as m
from miniatures import landmark_runs as runs
from miniatures.landmark_world import scene

SEEDS = runs.FRESH_SEEDS


def gap(study, value, first, second, kernel):
    """Points of mean average precision, seed by seed."""
    return 100 * (runs.stored(study, value, first, kernel) - runs.stored(study, value, second, kernel))


# ---- parts are computed again


@pytest.mark.parametrize(
    ("study", "value", "settings"),
    [
        ("recall", 1.0, {}),
        ("recall", 0.5, {"recall": 0.5}),
        ("jitter", 0.5, {"jitter": 0.5}),
        ("false positives", 3, {"false_positives": 3}),
        ("true boxes", 1, {"jitter": 0, "false_positives": 0}),
    ],
)
@pytest.mark.parametrize("mode", ["aggregated", "crop", "index"])
def test_a_stored_search_comes_back(study, value, settings, mode):
    for kernel in m.KERNELS:
        assert m.run(201, kernel, mode, **settings) == pytest.approx(
            runs.stored(study, value, mode, kernel)[1], abs=2e-3
        )


@pytest.mark.parametrize(("study", "value"), [("alpha", 1), ("alpha", 6), ("threshold", 0.3)])
def test_a_stored_selectivity_comes_back(study, value):
    assert m.run(201, "asmk", "aggregated", **{study: value}) == pytest.approx(
        runs.stored(study, value, "aggregated", "asmk")[1], abs=2e-3
    )


def test_a_stored_clutter_comes_back():
    assert m.run(202, "vlad", "global", clutter=0) == pytest.approx(
        runs.stored("clutter", 0, "global", "vlad")[2], abs=2e-3
    )


def test_the_shown_town_comes_back():
    found = script.searched(runs.SHOWN, m.town_of(runs.SHOWN), "aggregated", recall=1.0)
    visible = m.town_of(runs.SHOWN).visible
    for kernel, scores in found.items():
        for number in (0, 7, 19):
            assert np.allclose(scores[number], runs.scores(number, "aggregated", kernel), atol=1e-5)
            assert (m.ranking(scores[number])[:8] == runs.top(number, "aggregated", kernel)).all()
            assert m.judged(scores[number], visible, number) == pytest.approx(
                runs.query_precision(number, "aggregated", kernel), abs=1e-3
            )
    with pytest.raises(ValueError, match="visible: every scene of landmark 7"):
        m.judged(scores[7], 0 * visible, 7)


@pytest.mark.parametrize("mode", m.MODES)
def test_the_detectors_own_boxes_give_the_stored_similarity(mode):
    for kernel in m.KERNELS:
        found = runs.moved(4, 33, runs.shown_boxes(33), mode, kernel)
        assert found.similarity == pytest.approx(runs.scores(4, mode, kernel)[33], abs=2e-3)


# ---- what the page says


@pytest.mark.parametrize("kernel", m.KERNELS)
def test_regional_aggregation_beats_the_global_vector_in_every_town(kernel):
    assert gap("recall", 1.0, "aggregated", "global", kernel).min() > 0


@pytest.mark.parametrize("kernel", m.KERNELS)
def test_crop_wins_with_a_perfect_detector_and_loses_with_one_that_misses_half(kernel):
    assert gap("recall", 1.0, "crop", "aggregated", kernel).min() > 0
    assert gap("recall", 0.5, "aggregated", "crop", kernel).min() > 0
    assert (
        gap("recall", 0.2, "aggregated", "crop", kernel).min() > gap("recall", 0.5, "aggregated", "crop", kernel).mean()
    )


@pytest.mark.parametrize("kernel", m.KERNELS)
def test_the_regional_index_wins_here(kernel):
    for mode in ("global", "aggregated", "crop"):
        assert gap("recall", 1.0, "index", mode, kernel).mean() > 0
    assert gap("recall", 1.0, "index", "aggregated", kernel).min() > 0


def test_only_crop_falls_far_below_the_global_vector_without_a_detector():
    for kernel in m.KERNELS:
        assert gap("recall", 0.0, "crop", "global", kernel).max() < -5
        assert abs(gap("recall", 0.0, "aggregated", "global", kernel).mean()) < 3


@pytest.mark.parametrize("mode", m.MODES)
def test_match_kernels_beat_vlad_on_average(mode):
    assert runs.stored("recall", 1.0, mode, "asmk").mean() > runs.stored("recall", 1.0, mode, "vlad").mean()


def test_clutter_hurts_the_global_vector_most():
    def fall(mode):
        return runs.stored("clutter", 0, mode, "vlad").mean() - runs.stored("clutter", 8, mode, "vlad").mean()

    assert fall("global") > fall("index") > 0
    assert fall("global") > fall("crop")


def test_junk_that_counts_lowers_every_mode():
    for mode in m.MODES:
        for kernel in m.KERNELS:
            assert (runs.stored("junk below", 0.0, mode, kernel) < runs.stored("junk below", 0.5, mode, kernel)).all()


@pytest.mark.parametrize("kernel", m.KERNELS)
def test_loose_boxes_turn_the_ranking_round_as_missing_ones_do(kernel):
    assert gap("jitter", 0.0, "crop", "aggregated", kernel).min() > 0
    assert gap("jitter", 0.5, "aggregated", "crop", kernel).min() > 0
    assert gap("jitter", 1.0, "aggregated", "crop", kernel).mean() > 8


def test_with_true_boxes_the_crop_beats_even_the_index():
    for kernel in m.KERNELS:
        assert gap("true boxes", 1, "crop", "index", kernel).mean() > 0
        assert gap("true boxes", 0, "index", "crop", kernel).mean() > 0


@pytest.mark.parametrize("kernel", m.KERNELS)
def test_false_boxes_cost_the_crop_more_than_the_sum(kernel):
    def cost(mode):
        return (
            runs.stored("false positives", 0, mode, kernel) - runs.stored("false positives", 4, mode, kernel)
        ).mean()

    assert cost("crop") > cost("aggregated") > 0
    assert gap("false positives", 4, "index", "aggregated", kernel).min() > 0


def test_regions_of_length_one_help_where_the_detector_is_good_and_hurt_vlad_where_it_is_not():
    for kernel in m.KERNELS:
        assert gap("recall", 1.0, "unit sum", "aggregated", kernel).min() > 0
        assert gap("recall", 1.0, "index", "unit sum", kernel).min() > 0
    assert gap("recall", 0.2, "unit sum", "aggregated", "vlad").max() < 0


def test_more_words_help_and_leave_the_index_less_of_its_lead():
    for kernel in m.KERNELS:
        for mode in m.MODES:
            assert (np.diff(runs.curve("words", mode, kernel).mean(axis=1)) > 0).all()
        leads = [gap("words", count, "index", "aggregated", kernel).mean() for count in (16, 64, 256)]
        assert leads[0] > leads[1] > leads[2] > 0


def test_what_a_codebook_of_the_searched_scenes_adds_five_towns_cannot_tell_from_luck():
    for mode in m.MODES:
        for kernel in m.KERNELS:
            rise = runs.stored("own codebook", 1, mode, kernel) - runs.stored("own codebook", 0, mode, kernel)
            assert 0 < rise.mean() < 0.03
    for kernel in m.KERNELS:
        rise = runs.stored("own codebook", 1, "aggregated", kernel) - runs.stored(
            "own codebook", 0, "aggregated", kernel
        )
        assert rise.mean() < 2 * rise.std(ddof=1) / np.sqrt(len(rise))


@pytest.mark.parametrize("mode", m.MODES)
def test_selectivity_helps_up_to_alpha_3_and_the_threshold_does_not(mode):
    alphas = runs.curve("alpha", mode, "asmk").mean(axis=1)
    assert alphas[0] < alphas[1] > alphas[4] > alphas[5]
    thresholds = runs.curve("threshold", mode, "asmk").mean(axis=1)
    assert thresholds.max() - thresholds[0] < 0.002
    assert thresholds[0] - thresholds[5] > 0.01


# ---- small things


def test_the_default_is_the_same_in_every_study():
    usual = runs.stored("recall", 1.0, "aggregated", "asmk")
    for study, value in (
        ("jitter", 0.1),
        ("false positives", 1),
        ("clutter", 5),
        ("alpha", 3),
        ("words", 64),
        ("threshold", 0),
    ):
        assert runs.stored(study, value, "aggregated", "asmk") == pytest.approx(usual, abs=1e-3)


def test_curves_have_all_values_and_the_text_its_spread():
    for study, values in runs.STUDIES.items():
        assert runs.curve(study, "crop", "asmk").shape == (len(values), 5)
    usual = 100 * runs.stored("recall", 1.0, "crop", "asmk")
    assert runs.points("recall", 1.0, "crop", "asmk") == f"{usual.mean():.1f} ± {usual.std(ddof=1):.1f}"


def test_a_box_on_the_landmark_helps_and_one_on_the_sky_does_not():
    numbers = [n for n in range(0, 40) if scene(runs.SHOWN, n).visible > 0.9]
    on = [runs.moved(n // 8, n, [scene(runs.SHOWN, n).box], "aggregated", "asmk").similarity for n in numbers]
    off = [runs.moved(n // 8, n, [], "aggregated", "asmk").similarity for n in numbers]
    assert np.mean(np.array(on) > off) > 0.9
    assert runs.moved(0, 3, [], "crop", "asmk").similarity == -1
    assert runs.moved(0, 3, [], "crop", "asmk").rank == 160
    assert runs.moved(0, 3, [(60, 50, 20, 10)], "crop", "asmk") == runs.moved(0, 3, [(20, 10, 60, 50)], "crop", "asmk")


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: runs.stored("weather", 1, "crop", "asmk"), "study"),
        (lambda: runs.stored("recall", 0.3, "crop", "asmk"), "value=0.3"),
        (lambda: runs.stored("recall", 1.0, "zoom", "asmk"), "mode"),
        (lambda: runs.stored("alpha", 3, "crop", "vlad"), "kernel"),
        (lambda: runs.curve("weather", "crop", "asmk"), "study"),
        (lambda: runs.top(20, "crop", "asmk"), "number"),
        (lambda: runs.top(0, "crop", "asmk", 0.3), "recall"),
        (lambda: runs.scores(0, "crop", "bag"), "kernel"),
        (lambda: runs.moved(0, 160, [], "crop", "asmk"), "scene_number"),
        (lambda: runs.moved(0, 0, [(0, 0, 97, 9)], "crop", "asmk"), "boxes"),
        (lambda: runs.moved(0, 0, [(0, 0, 9)], "crop", "asmk"), "boxes"),
        (lambda: runs.moved(0, 0, [(0, 0, 9, 9)] * 7, "crop", "asmk"), "boxes"),
    ],
)
def test_runs_refuse(call, name):
    with pytest.raises(ValueError, match=name):
        call()


# ---- what the page's tables and sentences rest on


def test_gaps_are_taken_town_by_town():
    found = runs.gap("recall", 0.5, "aggregated", "crop", "vlad")
    assert found == pytest.approx(gap("recall", 0.5, "aggregated", "crop", "vlad"))
    rows = runs.gap_rows("aggregated", "crop")
    assert [row["recall"] for row in rows] == [1.0, 0.8, 0.5, 0.2, 0.0]
    assert rows[2]["VLAD"] == f"{found.mean():.1f} ± {found.std(ddof=1):.1f}"
    assert rows[0]["VLAD"] == runs.lead("recall", 1.0, "aggregated", "crop", "vlad") == "−2.1 ± 1.1"
    assert [row["towns, ASMK"] for row in rows] == ["0 of 5"] + ["5 of 5"] * 4
    assert [row["towns, VLAD"] for row in rows][:2] == ["0 of 5", "4 of 5"]


def test_vectors_stored():
    assert [runs.vectors(mode) for mode in m.MODES] == [160, 160, 160, 160, 480]
    assert runs.vectors("index", 0.0) == 320  # the false boxes are left
    found = sum(len(runs.shown_boxes(number, 0.5)) for number in range(160))
    assert runs.vectors("index", 0.5) == 160 + found
    rows = runs.summary_rows({mode: mode.upper() for mode in m.MODES})
    assert rows[0] == {"stored": "GLOBAL", "vectors": 160} | {
        kernel.upper(): runs.points("recall", 1.0, "global", kernel) for kernel in m.KERNELS
    }


def test_words_compared_add_up_to_the_similarity():
    cosines, root = runs.compared(4, 38)
    assert cosines.shape == (64,)
    similarity = np.where(cosines > 0, cosines, 0) ** 3
    assert similarity.sum() / root == pytest.approx(runs.scores(4, "aggregated", "asmk")[38], abs=2e-3)
    assert similarity.sum() / root == pytest.approx(
        runs.moved(4, 38, runs.shown_boxes(38), "aggregated", "asmk").similarity
    )
    with pytest.raises(ValueError, match="mode"):
        runs.compared(4, 38, "index")


def test_mistakes_lean_towards_look_alikes():
    windows = [one.windows for one in runs.town(runs.SHOWN, 0, 20)]
    pairs = [(a, b) for a in range(20) for b in range(20) if a != b]
    for kernel in m.KERNELS:
        found = runs.likeness("aggregated", kernel)
        assert found.among_all == pytest.approx(np.mean([windows[a] == windows[b] for a, b in pairs]))
        assert found.share > found.among_all
        assert found.wrong == sum((runs.top(n, "aggregated", kernel) // 8 != n).sum() for n in range(20))


def test_junk_costs_five_points():
    for kernel in m.KERNELS:
        junk = runs.stored("junk below", 0.0, "aggregated", kernel) - runs.stored(
            "junk below", 0.5, "aggregated", kernel
        )
        assert -7 < 100 * junk.mean() < -3


def test_the_two_releases_grew_as_the_article_says():
    first, second = runs.RELEASES["Google-Landmarks"], runs.RELEASES["Google-Landmarks-v2"]
    assert int(second.images / first.images) == 2
    assert round(second.landmarks / first.landmarks) == 7
