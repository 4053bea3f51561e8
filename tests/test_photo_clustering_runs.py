"""The stored measurements of photo clustering: parts are computed again; what the page may say about them, on seeds 200 to 204."""

import numpy as np
import photo_clustering as script
import pytest
from miniatures import photo_clustering_runs as runs
from miniatures.average_linkage import cut
from miniatures.comparisons import paired
from miniatures.photo_clustering import FIRST, SECOND, cluster_photos
from miniatures.photo_clustering_runs import (
    BOLD,
    BOTH,
    BOTH_RULE,
    CAUTIOUS,
    FACES,
    FACES_RULE,
    FREE,
    FRESH_SEEDS,
    KINDS,
    MEDIAN,
    METHODS,
    NAIVE,
    PARTING,
    PARTING_FREE,
    RULE,
    THRESHOLDS,
    TUNING_SEEDS,
    chosen,
    curve,
    library_of,
    own,
    run,
    stored,
    transferred,
)

WITHOUT, WITH = KINDS


# ---- parts are computed again


@pytest.mark.parametrize(
    ("method", "kind", "seed", "first"),
    [(FACES, WITHOUT, 200, 0.1), (BOTH_RULE, WITH, 104, 0.7), (NAIVE, WITHOUT, 203, 0.2), (RULE, WITH, 204, 0.6),
     (MEDIAN, WITH, 201, 0.4), (PARTING, WITHOUT, 100, 0.6), (PARTING_FREE, WITH, 202, 0.5)],
)  # fmt: skip
def test_a_stored_curve_comes_back(method, kind, seed, first):
    found = curve(library_of(seed, kind), method, first)
    np.testing.assert_allclose(found, stored(method, kind, seed, first), atol=1.01e-4)


def test_the_method_with_the_rule_is_cluster_photos():
    place = THRESHOLDS.index(SECOND)
    for seed in FRESH_SEEDS:
        library = library_of(seed)
        found = runs.score(library, cluster_photos(library.observations))
        np.testing.assert_allclose(found, stored(RULE, WITH, seed, FIRST)[place], atol=1.01e-4)


@pytest.mark.parametrize(
    ("experiment", "method", "setting"),
    [
        ("hard", BOTH, 0.6),
        ("uniform", RULE, 0.5),
        ("coats, twins", PARTING, 0.25),
        ("both", FREE, 0.2),
        ("twin distance", FACES, 0.3),
    ],
)
def test_a_stored_experiment_comes_back(experiment, method, setting):
    argument, values, kind, methods = script.EXPERIMENTS[experiment]
    assert setting in values
    assert method in methods
    found = script.measured(library_of(202, kind, **{argument: setting}), method)
    expected = [run(experiment, method, setting, measure)[2] for measure in runs.MEASURES]
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_a_stored_dialogue_comes_back():
    rows = list(script.dialogue_rows("questions", library_of(203), 203, CAUTIOUS))
    for _, strategy, second, _, asked, *measures in rows:
        expected = [run("questions", strategy, second, measure, asked)[3] for measure in runs.MEASURES]
        np.testing.assert_allclose(measures, expected, rtol=1e-4)


def test_the_defaults_are_what_was_chosen_on_other_libraries():
    assert (chosen(RULE).first, chosen(RULE).threshold) == (FIRST, SECOND)
    assert not set(TUNING_SEEDS) & set(FRESH_SEEDS)
    assert CAUTIOUS < SECOND < BOLD


def test_the_choice_is_the_best_that_keeps_the_precision():
    found = chosen(BOTH)
    curves = np.array([stored(BOTH, WITHOUT, seed) for seed in TUNING_SEEDS])
    kept = (curves[..., 0] >= 0.98).all(axis=0)
    assert kept[THRESHOLDS.index(found.threshold)]
    assert found.recall == pytest.approx(curves[:, kept, 1].mean(axis=0).max())
    assert found.precision >= 0.98


# ---- what the page says: no twins


def test_clothes_and_then_two_stages_win_recall_in_every_library():
    faces, both, two = (transferred(method, WITHOUT) for method in (FACES, BOTH, RULE))
    assert min(found[:, 0].min() for found in (faces, both, two)) > 0.98
    assert (faces[:, 1] + 0.1 < both[:, 1]).all()
    assert (both[:, 1] + 0.03 < two[:, 1]).all()
    assert two[:, 1].min() > 0.95


def test_the_gain_is_there_too_with_each_librarys_own_best_threshold():
    assert (own(FACES, WITHOUT) < own(BOTH, WITHOUT)).all()
    assert (own(BOTH, WITHOUT) < own(RULE, WITHOUT)).all()


def test_a_first_pass_across_moments_is_worse_than_one_stage():
    assert (own(NAIVE, WITHOUT) < own(BOTH, WITHOUT)).all()


def test_the_first_pass_is_precise_and_finds_little():
    for seed in FRESH_SEEDS:
        library = library_of(seed, WITHOUT)
        groups, tree = runs.grouped(library.observations, RULE)
        precision, recall, _ = runs.score(library, cut(tree, 0)[groups])
        assert precision == 1
        assert recall < 0.12
        assert 70 < groups.max() + 1 < 130


def test_the_more_hard_faces_the_more_clothes_are_worth():
    gain = [run("hard", RULE, share) - run("hard", FACES, share) for share in (0.0, 0.15, 0.3, 0.45, 0.6)]
    assert (np.diff([one.mean() for one in gain]) > 0).all()
    assert (gain[-1] > 0.4).all()


def test_two_stages_need_far_fewer_distances():
    for seed in FRESH_SEEDS:
        one, two = runs.distances_needed(library_of(seed).observations)
        assert 4 < one / two < 8


# ---- twins


def test_without_the_rule_twins_cost_precision_or_half_the_recall():
    for method in (FACES, BOTH, FREE):
        assert (transferred(method, WITH, tuned_on=WITHOUT)[:, 0] < 0.7).all()
        careful = transferred(method, WITH, tuned_on=WITH)
        assert (careful[:, 0] > 0.98).all()
        assert (careful[:, 1] < 0.6).all()
    assert (own(FREE, WITH, first=0.6) == 0).all()  # the first pass has mixed them already


def test_the_rule_brings_the_precision_back_in_every_library():
    free, rule = (transferred(method, WITH, tuned_on=WITHOUT) for method in (FREE, RULE))
    assert paired(rule[:, 0], free[:, 0]).wins == 5
    assert (rule[:, 0] > 0.96).all()
    assert (rule[:, 0] < 0.98).sum() == 1  # falls short of what was asked for
    assert (rule[:, 1] > 0.94).all()
    assert (rule[:, 2] < 0.05).all()
    assert (free[:, 2] > 0.85).all()


def test_the_rule_helps_one_stage_as_well():
    """So that the twins are not the two stages' merit."""
    free, rule = (transferred(method, WITH, tuned_on=WITHOUT) for method in (FACES, FACES_RULE))
    assert (rule[:, 0] > free[:, 0] + 0.2).all()


def test_the_rule_leaves_a_few_mixed_in_the_first_pass_and_clothes_that_may_part_do_not():
    assert (transferred(RULE, WITH, tuned_on=WITHOUT)[:, 2] > 0).all()
    parting = transferred(PARTING, WITH, tuned_on=WITHOUT)
    assert (parting[:, 0] == 1).all()
    assert (parting[:, 2] == 0).all()
    assert np.array_equal(parting[:, 1], transferred(RULE, WITHOUT)[:, 1])  # as if there were no twins


def test_clothes_alone_do_not_keep_twins_apart():
    assert (transferred(PARTING_FREE, WITH, tuned_on=WITHOUT)[:, 0] < 0.7).all()


def test_the_median_is_weaker_with_twins():
    rule, median = (transferred(method, WITH, tuned_on=WITHOUT)[:, 0] for method in (RULE, MEDIAN))
    assert median.mean() < rule.mean()
    assert own(MEDIAN, WITH).mean() < own(RULE, WITH).mean()


def test_twins_who_are_never_in_one_photo_are_mixed_with_or_without_the_rule():
    free, rule = (run("never together", method, 0, "mixed") for method in (FREE, RULE))
    assert np.array_equal(free, rule)
    assert rule.mean() > 0.8


def test_the_more_photos_of_both_the_better_the_rule():
    mixed = [run("both", RULE, share, "mixed").mean() for share in (0.0, 0.2, 0.4, 1.0)]
    assert (np.diff(mixed) < 0).all()
    assert mixed[0] > 0.15


def test_without_the_rule_no_likeness_below_half_is_kept_apart():
    assert (run("twin distance", FREE, 0.5, "mixed") > 0.9).all()
    assert (run("twin distance", FREE, 0.8, "mixed") == 0).all()
    assert (run("twin distance", RULE, 0.5, "mixed") == 0).all()


# ---- traps


def test_f1_takes_thresholds_that_mix_the_twins():
    careful, f1 = (transferred(FACES, WITH, tuned_on=WITH, by=by) for by in ("worst", "F1"))
    assert (f1[:, 0] < 0.65).all()
    assert (careful[:, 0] == 1).all()
    score = [2 * p * r / (p + r) for p, r in (careful.mean(axis=0)[:2], f1.mean(axis=0)[:2])]
    assert score[1] > score[0]


def test_thresholds_of_the_same_library_promise_too_much():
    promised = own(BOTH, WITHOUT)
    kept = transferred(BOTH, WITHOUT)[:, 1]
    assert (promised >= kept - 1e-9).all()
    assert (promised - kept).mean() > 0.03


def test_uniforms_are_worse_than_no_clothes_at_all():
    assert (run("uniform", FREE, 0.5, "precision") < 0.7).all()
    assert (run("uniform", RULE, 0.5, "precision") < 0.95).all()
    assert run("uniform", RULE, 0.5, "precision").mean() > run("uniform", FREE, 0.5, "precision").mean() + 0.3
    assert (transferred(FACES, WITHOUT)[:, 0] > 0.99).all()


def test_with_twins_and_coats_parting_is_no_better_than_the_minimum():
    rule, parting = (run("coats, twins", method, 0.5, "precision") for method in (RULE, PARTING))
    assert (parting < 0.99).all()
    assert abs(parting.mean() - rule.mean()) < 0.01


def test_coats_cost_recall_and_parting_does_not_make_it_worse():
    """The minimum in D is there for changed clothes; here it does not pay."""
    rule, parting = (run("coats", method, 0.5) for method in (RULE, PARTING))
    assert (rule < run("coats", RULE, 0.0) - 0.03).all()
    assert parting.mean() > rule.mean() - 0.01


def test_the_weight_of_the_body():
    recall = [run("beta", RULE, beta).mean() for beta in (0.0, 0.25, 0.5, 0.75)]
    assert (np.diff(recall) > 0).all()


# ---- questions


def test_questions_win_recall_at_a_cautious_threshold_and_asking_next_wins_more_than_asking_closest():
    start = run("questions", "next", CAUTIOUS)
    closest, following = (run("questions", strategy, CAUTIOUS, questions=10) for strategy in ("closest", "next"))
    assert (closest >= start).all()
    assert (following > start + 0.02).all()
    assert (following > closest).sum() >= 4


def test_with_many_hard_faces_large_groups_first_is_best():
    recall = {
        strategy: run("questions, hard faces", strategy, CAUTIOUS, questions=10).mean()
        for strategy in script.STRATEGIES
    }
    assert recall["largest"] == max(recall.values())
    assert recall["largest"] > recall["random"] + 0.05


def test_only_closest_mends_the_precision_of_a_bold_threshold():
    start = run("questions", "closest", BOLD, "precision")
    assert (run("questions", "closest", BOLD, "precision", 20) - start).mean() > 0.02
    for strategy in ("next", "largest", "random"):
        assert np.abs(run("questions", strategy, BOLD, "precision", 20) - start).max() < 0.001


# ---- what is refused


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: stored("magic", WITH, 200), "method"),
        (lambda: stored(RULE, "with triplets", 200), "kind"),
        (lambda: stored(RULE, WITH, 7), "seed=7"),
        (lambda: stored(RULE, WITH, 200, 0.55), "first=0.55"),
        (lambda: chosen(RULE, WITH, 1.5), "precision=1.5"),
        (lambda: chosen(RULE, WITH, by="accuracy"), "by="),
        (lambda: run("weather", RULE, 0.3), "experiment"),
        (lambda: run("hard", MEDIAN, 0.3), "method"),
        (lambda: run("hard", RULE, 0.31), "setting=0.31"),
        (lambda: run("hard", RULE, 0.3, "beauty"), "measure"),
        (lambda: run("questions", "next", CAUTIOUS, questions=4), "questions=4"),
        (lambda: library_of(-1), "seed=-1"),
        (lambda: runs.grouped(library_of(200).observations, "magic"), "method"),
    ],
)
def test_bad_arguments_are_refused(call, word):
    with pytest.raises(ValueError, match=word):
        call()


def test_all_methods_are_stored():
    assert all(
        stored(method, kind, seed).shape == (40, 3) for method in METHODS for kind in KINDS for seed in runs.SEEDS
    )
