"""Frame by frame: the errors against their clip's, strokes, new backgrounds, spill, bad input."""

import numpy as np
import pytest
from miniatures import background_matting_runs as runs
from miniatures import matting_cases as cases
from miniatures import matting_frames as f
from miniatures.matting_clips import backdrop
from miniatures.matting_pipeline import cut_out
from miniatures.matting_scores import mean_squared_error, scores, unknown_band


@pytest.mark.parametrize(("case", "method"), [("crosses", "soft"), ("sways", "hard"), ("camera shakes", "hard")])
def test_a_course_is_made_of_the_clips_scores(case, method):
    clip, found = cases.clip_of(200, **f.CASES[case]), f.course(200, case, method)
    band = unknown_band(clip.alpha)
    for t in (3, 12):
        assert found.error[t] ** 2 == pytest.approx(mean_squared_error(found.alpha[t], clip.alpha[t], band[t]))
    assert np.isnan(found.flicker[0])
    assert found.flicker[1:].mean() == pytest.approx(scores(found.alpha, clip.alpha).band_dtssd)


def test_a_frame_without_a_band_has_no_error():
    squares, band = np.ones((2, 3, 3)), np.zeros((2, 3, 3), bool)
    band[1, 0, 0] = True
    found = f._root_mean(squares, band)
    assert np.isnan(found[0])
    assert found[1] == 1


def test_one_soft_frame_is_the_whole_clips():
    clip = cases.clip_of(201)
    assert f.soft_frame(clip, 0.2) == pytest.approx(cut_out(clip.frames, 0.2).alpha[cases.MIDDLE])
    away = f.distance_from_plate(clip)
    assert ((away > 0.15) == cases.hard_cut(clip)[cases.MIDDLE]).all()


def test_the_distance_from_the_background_grows_with_alpha():
    """What the view's line says: without grain, alpha times the distance of the colours, and hair is a little darker still."""
    clip = cases.clip_of(200, noise=0.0)
    truth, away = clip.alpha[cases.MIDDLE], f.distance_from_plate(clip)
    mixed = (truth > 0.1) & (truth < 0.9)
    assert np.corrcoef(truth[mixed], away[mixed])[0, 1] > 0.85
    assert 0.9 < np.median(away[mixed] / truth[mixed]) / 0.6 < 1.35


def test_strokes_are_true_and_do_nearly_as_well_as_a_drawn_trimap():
    marked = f.strokes()
    errors = []
    for seed in runs.FRESH_SEEDS:
        clip = cases.clip_of(seed)
        known = marked != 0.5
        assert (marked[known] == clip.alpha[cases.MIDDLE][known]).all()
        errors.append(cases.band_error(f.stroked(clip), clip))
    assert (np.array(errors) < 2 * runs.stored("trimap", "drawn", "band_mse", 2)).all()
    assert (np.array(errors) < runs.stored("trimap", "hard", "band_mse", 2) / 8).all()


@pytest.mark.parametrize("kind", ["white", "dusk", "chequers"])
def test_one_colour_suits_the_soft_cut_and_the_truth_is_off_by_little(kind):
    new = backdrop(kind)
    for seed in runs.FRESH_SEEDS[:3]:
        clip = cases.clip_of(seed)
        own, one = (f.before_new(clip, f.course(seed, "crosses", "soft").alpha[12], new, on)[1] for on in (True, False))
        assert one < own
    hard = [
        f.before_new(clip, f.course(seed, "crosses", "hard").alpha[12], backdrop("white"), on)[1]
        for on in (True, False)
    ]
    assert hard[0] < hard[1]


def test_who_rests_for_half_is_worse_off_with_the_soft_cut():
    for seed in runs.FRESH_SEEDS:
        hard, soft = (f.course(seed, "rests for half", method).error for method in ("hard", "soft"))
        assert soft.mean() > hard.mean()


def test_spill_lets_the_screen_shine_through():
    for spill in (0, 0.3, 1):
        assert f.alpha_under_spill([0.35, 0.3, 0.4], [0.1, 0.7, 0.2], spill) == pytest.approx(1 - spill)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: f.course(200, "flies", "hard"), "case"), (lambda: f.course(200, "sways", "green"), "method"), (lambda: f.course(-1, "sways", "hard"), "seed"),
    (lambda: f.distance_from_plate(cases.clip_of(0), 24), "frame"), (lambda: f.soft_frame(cases.clip_of(0), -1), "threshold"),
    (lambda: f.soft_frame(cases.clip_of(0), 2.0), "no core"), (lambda: f.before_new(cases.clip_of(0), np.zeros((64, 64)), np.zeros((64, 64, 3)), 1), "own_colour"),
    (lambda: f.alpha_under_spill([0.3, 0.3], [0.1, 0.7, 0.2], 0.3), "foreground"), (lambda: f.alpha_under_spill([0.3] * 3, [0.1, 0.7, 0.2], 1.1), "spill"),
    (lambda: f.alpha_under_spill([0.3] * 3, [0.3] * 3, 0.1), "equals"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
