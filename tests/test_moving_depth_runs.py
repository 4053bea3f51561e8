"""The stored measurements over five fresh worlds: parts are measured again; what the page says about them."""

import moving_depth as script
import numpy as np
import pytest
from miniatures import moving_depth_runs as runs
from miniatures.data import load
from miniatures.frozen_scenes import scene
from miniatures.moving_depth import parallax_depth
from miniatures.moving_depth_runs import stored
from miniatures.person_depth import METHODS, PRIORS, stored_lessons

RAW, MEAN, SMOOTH, PRIOR = METHODS


# ---- a part comes back


@pytest.mark.parametrize(
    ("seed", "lines"),
    [
        (200, lambda: runs.method_lines(200)), (201, lambda: runs.speed_lines(201, (-0.5, 0.9, 1.0))), (202, lambda: runs.baseline_lines(202, (0.1,))),
        (203, lambda: runs.case_lines(203)), (204, lambda: runs.mask_lines(204, (2,))), (200, lambda: runs.defocus_lines(200)),
        (201, lambda: runs.check_lines(201)), (202, lambda: runs.training_lines(202)), (203, lambda: runs.picture_lines(203)),
    ],
)  # fmt: skip
def test_measured_again(seed, lines):
    for line in lines():
        kept = stored(line["part"], line["setting"], line["measure"])[seed - 200]
        assert line["value"] == pytest.approx(kept, rel=1e-4, abs=1e-5), line


def test_the_script_writes_what_is_stored(monkeypatch):
    monkeypatch.setattr(script, "lessons", stored_lessons)
    rows = load("moving_depth_lessons.csv")
    lines = script.lesson_lines(True) + script.lesson_lines(False)
    assert [tuple(float(value) for value in line.values()) for line in lines] == [
        tuple(map(float, row)) for row in rows
    ]


def test_what_is_not_stored_is_said():
    with pytest.raises(ValueError, match="is not stored for methods"):
        stored("methods", "a guess", "error")
    with pytest.raises(ValueError, match="part"):
        stored("method", RAW, "error")


# ---- what the page says


def test_naive_fills_are_worse_than_no_fill_and_the_prior_is_best():
    error = {method: stored("methods", method, "error") for method in METHODS}
    assert (error[MEAN] > 1.4 * error[RAW]).all()
    assert (error[SMOOTH] > 1.6 * error[RAW]).all()
    assert (error[PRIOR] < 0.2 * error[RAW]).all()
    assert error[PRIOR].max() < 0.05


def test_the_scale_invariant_error_says_less():
    """Over everything the fills look no worse than parallax: they also wipe out the wrong rim around each walker."""
    everything, people = (
        {method: stored("methods", method, f"si-RMSE, {region}") for method in METHODS}
        for region in ("everything", "people")
    )
    assert (everything[SMOOTH] < everything[RAW]).all()
    assert (np.abs(everything[MEAN] / everything[RAW] - 1) < 0.12).all()
    assert (everything[PRIOR] < 0.5 * everything[SMOOTH]).all()
    assert (people[PRIOR] < 0.3 * people[MEAN]).all()


def test_measured_depth_follows_the_closed_form():
    for speed in runs.SPEEDS[:-1]:
        measured = stored("speeds", speed, "depth")
        # a disparity is right to about 0.1 pixels: its share grows towards the pole
        share = 0.01 + 0.1 / (runs.FOCAL * 0.3 * (1 - speed) / 4)
        assert measured == pytest.approx(np.full(5, parallax_depth(4, 0.3, 0.3 * speed)), rel=share), speed
    assert np.isinf(stored("speeds", 1.0, "depth")).all()


def test_beyond_half_the_cameras_speed_the_fills_win():
    for speed in (-1.0, -0.5, 0.0, 0.3):
        assert (stored("speeds", speed, RAW) < stored("speeds", speed, MEAN)).all()
    for speed in (0.6, 0.8, 1.0):
        assert (stored("speeds", speed, RAW) > stored("speeds", speed, MEAN)).all()
    assert max(stored("speeds", speed, PRIOR).max() for speed in runs.SPEEDS) < 0.1


def test_a_longer_baseline_trades_noise_for_blunders():
    median = [stored("baselines", baseline, "median error").mean() for baseline in runs.BASELINES]
    wrong = [stored("baselines", baseline, "wrong by a quarter").mean() for baseline in runs.BASELINES]
    assert median[:5] == sorted(median[:5], reverse=True)
    assert median[0] > 4 * median[4]
    assert wrong[1:] == sorted(wrong[1:])
    assert wrong[5] > 2.5 * wrong[1]
    for baseline in (0.2, 0.3, 0.5):  # Z^2 sigma / (f t_x), with one sigma for the whole picture
        assert stored("baselines", baseline, "median error") == pytest.approx(
            stored("baselines", baseline, "expected"), rel=0.35
        )


def test_the_margin_decides_what_a_smooth_fill_gives():
    tight, wide = (stored("masks", f"{grow} {SMOOTH}", "error") for grow in (0, 4))
    assert (wide > 1.4 * tight).all()
    prior = [stored("masks", f"{grow} {PRIOR}", "error").mean() for grow in (-2, 0, 4)]
    assert prior[0] > 4 * prior[1] == 4 * prior[2]


def test_where_the_priors_fail():
    def errors(case, kind):
        return stored("cases", case, kind)

    assert all(np.abs(errors("adult", kind)).mean() < 0.06 for kind in PRIORS)
    assert (errors("child", "height alone") > 0.5).all()
    assert (errors("child", "learned") > 0.35).all()
    assert (errors("seated", "learned") > 0.2).all()
    assert (errors("cut off by the picture", "learned") > 0.3).all()
    assert np.abs(errors("child", "feet alone")).mean() < 0.1
    assert (errors("on a step", "feet alone") > 0.3).all()
    assert np.abs(errors("on a step", "height alone")).max() < 0.03
    for case in ("child", "seated", "on a step", "cut off by the picture"):  # they stand still
        assert np.abs(errors(case, "parallax")).max() < 0.03


def test_walkers_must_not_teach():
    frozen, walking = (stored("training", name, "error") for name in ("frozen people", "walking people"))
    assert (walking > 3 * frozen).all()


def test_the_usual_check_does_not_filter_walkers():
    assert stored("check", "walking people", "rejected").max() < 0.06
    assert (stored("check", "street", "rejected") > stored("check", "walking people", "rejected")).all()


def test_defocus_needs_the_prior():
    gap = {method: stored("defocus", method, "difference") for method in METHODS}
    assert (gap[PRIOR] < 0.15 * gap[RAW]).all()
    assert min(gap[RAW].min(), gap[MEAN].min(), gap[SMOOTH].min()) > 0.03


def test_a_second_frame_pays_where_streets_are_unlike_the_taught_ones():
    one, two = (stored("pictures", "walls twice as far", measure) for measure in ("one picture", "two frames"))
    assert (one > 2 * two).all()
    one, two = (stored("pictures", "alike", measure) for measure in ("one picture", "two frames"))
    assert abs(one.mean() - two.mean()) < 0.01  # no gain where the average street is as good as a measurement


def test_the_average_street_is_made_of_training_scenes():
    street = runs.average_street()
    assert street.max() == pytest.approx(np.mean([scene(seed, n).wall for seed in range(100, 105) for n in range(12)]))
    assert street[32 + 30, 0] == pytest.approx(1.52 * 110 / 30, rel=0.01)


def test_tables_of_the_page():
    assert [row["v / t_x"] for row in runs.speed_rows()] == [-1.0, -0.5, 0.0, 0.5, 0.8, 0.9]
    assert runs.speed_rows()[3]["formula, m"] == "8.00"
    with pytest.raises(ValueError, match="speeds holds 1"):
        runs.speed_rows([1.0])
    assert runs.method_rows()[3]["relative error, people"].startswith("0.033 ± ")
    assert [row["person"] for row in runs.case_rows()] == list(runs.CASES)
    assert not any(str(value).startswith("-0 ") for row in runs.case_rows() for value in row.values())
    assert len(runs.baseline_rows()) == len(runs.BASELINES)


# ---- the photographs


def test_the_motorcycle():
    pair, match = runs.motorcycle(), runs.motorcycle_match()
    assert pair.left.shape == pair.right.shape == pair.disparity.shape == (166, 247)
    known = np.isfinite(match.errors)
    assert known.mean() == pytest.approx(0.93, abs=0.01)
    assert np.nanmedian(match.errors) == pytest.approx(0.27, abs=0.02)
    assert match.wrong() == pytest.approx(0.237, abs=0.01)
    assert match.wrong(match.valid) < 0.7 * match.wrong()
    assert match.wrong(~match.valid) > 0.6
    depth = pair.depth(pair.disparity)
    assert np.nanmin(depth) == pytest.approx(2.11, abs=0.02)
    assert np.nanmax(depth) == pytest.approx(4.99, abs=0.02)


def test_block_sizes_trade_detail_for_certainty():
    wrong = [runs.motorcycle_match(block).wrong() for block in (3, 7, 15)]
    assert wrong[0] > wrong[1] + 0.05
    medians = [np.nanmedian(runs.motorcycle_match(block).errors) for block in (7, 15)]
    assert medians[1] > medians[0]
