"""The stored measurements computed again in part, and what the chapter says of them."""

import clip_and_drop as script
import numpy as np
import pytest
from miniatures import clip_runs as r
from miniatures.clip_and_drop import iterations_needed, success_probability

MIDDLE = 0.4  # share of wrong matches


@pytest.mark.parametrize(("seed", "trial", "share"), [(200, 0, 0.0), (201, 7, 0.4), (203, 39, 0.6)])
def test_fits_computed_again(seed, trial, share):
    again = script.fits(seed, trial, share)
    stored = [r.corner_errors(fit, share)[seed - 200, trial] for fit in r.FITS]
    assert stored == pytest.approx(again[:4], rel=1e-3)
    assert r.right_found(share)[seed - 200, trial] == pytest.approx(again[4], abs=1e-6)


def test_success_tolerance_and_normalising_computed_again():
    again = np.mean([script.success(202, t, 0.5) for t in range(r.TRIALS)], axis=0)
    for place, steps in enumerate(r.STEPS):
        found = r.success(0.5, steps)
        assert found.clean[2] == pytest.approx(again[place, 0], abs=1e-6)
        assert found.found[2] == pytest.approx(again[place, 1], abs=0.026)  # one trial
    again = script.tolerance(200, 3, 0.4)[4]
    found = r.tolerated(0.4, 2.0)
    assert [x[0, 3] for x in (found.corner_error, found.inliers, found.rms)] == pytest.approx(again, rel=1e-3)
    again = script.normalising(204, 5, 60, *r.WHERE["both 1,000 off"])
    assert [x[4, 5] for x in r.normalising(60, "both 1,000 off")] == pytest.approx(again, rel=1e-3)


@pytest.mark.parametrize(("sweep", "value"), [("tilt", 20), ("mesh", 0.2), ("object, old screenshot", 80)])
def test_pictures_measured_again(sweep, value):
    again = script.picture(201, 1, sweep, value)
    stored = [r.seen(sweep, one)[1, r.SWEEPS[sweep].index(value), 1] for one in r.PICTURE]
    assert stored[:2] == pytest.approx(again[:2], abs=0.02)
    assert stored[2:4] == pytest.approx(again[2:4], rel=0.02)


# claims --------------------------------------------------------------------------------------


def by_seed(values):
    return np.median(values, axis=-1)


def test_ransac_against_plain_fitting_on_five_fresh_seeds():
    plain, ransac, told = (by_seed(r.corner_errors(fit, MIDDLE)) for fit in (r.FITS[0], *r.FITS[2:]))
    assert plain.min() > 500
    assert ransac.max() < 1
    assert ransac == pytest.approx(told, rel=0.02)
    assert r.corner_errors("RANSAC", MIDDLE).max() < 4
    assert r.right_found(MIDDLE).mean() > 0.999


def test_one_wrong_match_in_ten_is_enough_to_ruin_the_plain_fit():
    assert by_seed(r.corner_errors("plain", 0.0)).max() < 1
    assert by_seed(r.corner_errors("plain", 0.1)).min() > 50


def test_ransac_fails_in_its_turn():
    within = [(r.corner_errors("RANSAC", share) < 5).mean() for share in r.SHARES]
    assert min(within[:7]) >= 0.98
    assert 0.5 < within[7] < 0.85
    assert within[8] < 0.4
    assert by_seed(r.corner_errors(r.FITS[3], 0.8)).max() < 3  # the right ones would do


def test_the_formula_promises_too_much():
    for share in r.SHARES[4:]:
        for steps in r.STEPS:
            found = r.success(share, steps)
            promised = success_probability(1 - share, 4, steps)
            assert found.clean.mean() <= promised + 0.03
            assert (found.found <= found.clean + 0.03).all()
    assert iterations_needed(0.5, 4, 0.99) == 72
    assert 0.93 <= r.success(0.5, 72).found.mean() < 0.99
    assert success_probability(0.3, 4, 500) == pytest.approx(0.983, abs=1e-3)
    assert r.success(0.7, 500).found.mean() < 0.92


def test_a_wide_tolerance_costs_little_and_a_narrow_one_much():
    errors = {one: np.median(r.tolerated(0.4, one).corner_error) for one in r.TOLERANCES}
    assert errors[10.0] < 1.15 * errors[2.0]
    assert errors[0.25] > 3 * errors[2.0]


def test_the_residual_of_the_inliers_says_nothing():
    """With nothing to find the inliers fit better than where all is well; their number tells."""
    nothing, well = r.tolerated(1.0, 2.0), r.tolerated(0.4, 2.0)
    assert np.median(nothing.rms) < np.median(well.rms)
    assert np.median(nothing.corner_error) > 200
    assert np.median(nothing.inliers) <= 6 < 30 < np.median(well.inliers)


def test_normalising_matters_where_both_pictures_lie_far_from_their_origins():
    for count in r.COUNTS:
        ours, theirs = (by_seed(one) for one in r.normalising(count, "second monitor"))
        assert theirs / ours == pytest.approx(1, abs=0.05)
        ours, theirs = (by_seed(one) for one in r.normalising(count, "both 1,000 off"))
        assert (theirs / ours).min() > 1.2
    ours, theirs = (by_seed(one) for one in r.normalising(60, "as it is"))
    assert 1 < (theirs / ours).mean() < 1.3


def test_the_place_is_found_long_after_the_corners_are_lost():
    for sweep, value in (("tilt", 50), ("distance", 1.6)):
        at = r.SWEEPS[sweep].index(value)
        place = (r.seen(sweep, "pointing error")[:, at] < 3).mean()
        corners = (r.seen(sweep, "corner error")[:, at] < 5).mean()
        assert place >= corners + 0.5


def test_turned_patches_bear_a_roll_and_cost_matches_without():
    upright, turned = (r.seen(f"roll, patches {one}", "right share").mean(axis=(0, 2)) for one in ("upright", "turned"))
    assert upright[0] > turned[0] + 0.1
    assert upright[2:].max() < 0.1
    assert turned.min() > 0.6


def test_a_strict_ratio_test_does_without_ransac_here():
    plain = np.median(r.seen("ratio", "plain pointing error"), axis=(0, 2))
    ransac = np.median(r.seen("ratio", "pointing error"), axis=(0, 2))
    assert plain[0] < 0.5
    assert plain[-1] > 20
    assert ransac.max() < 0.3
    assert (r.seen("ratio", "matches")[:, 0] < 0.6 * r.seen("ratio", "matches")[:, -1]).all()


def test_moire_breaks_it_and_a_dropped_object_does_not():
    share = r.seen("mesh", "right share").mean(axis=(0, 2))
    assert (np.diff(share) < 0.02).all()
    assert np.median(r.seen("mesh", "pointing error")[:, -1]) > 20
    assert r.seen("object, old screenshot", "corner error").max() < 20
    old, fresh = (r.seen(f"object, {one} screenshot", "right share").mean(axis=(0, 2)) for one in ("old", "fresh"))
    assert old[-1] < fresh[-1] - 0.1
    assert (r.seen("object, old screenshot", "pointing error") < 3).all()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: r.corner_errors("best", 0.4), "fit"), (lambda: r.corner_errors("plain", 0.45), "outlier_share"), (lambda: r.right_found(True), "outlier_share"),
    (lambda: r.success(0.5, 73), "iterations"), (lambda: r.tolerated(0.5, 2.0), "outlier_share"), (lambda: r.tolerated(0.4, 4.0), "tolerance"),
    (lambda: r.normalising(9, "as it is"), "count"), (lambda: r.normalising(8, "there"), "where"), (lambda: r.seen("yaw", "rms"), "sweep"),
    (lambda: r.seen("tilt", "luck"), "measure"), (lambda: r.setting("yaw", 3), "sweep"),
])  # fmt: skip
def test_what_is_not_stored_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


# the film ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "iterations", "number"), [(204, 300, 12), (201, 1000, 3), (200, 300, 20)])
def test_a_frame_points_where_it_is_stored(seed, iterations, number):
    again = script.track(seed, iterations, number)
    found = r.track(seed, iterations)
    assert found.H[number].ravel() == pytest.approx(again[:9], rel=1e-6, abs=1e-9)
    assert [found.matches[number], found.right[number], found.inliers[number]] == again[9:]


def test_of_120_frames_two_point_astray_and_one_is_the_drop():
    errors = np.array([r.film_errors(seed, 300)[0] for seed in r.FRESH_SEEDS])
    assert [tuple(one) for one in np.argwhere(errors >= 3).tolist()] == [(4, 12), (4, 23)]
    assert (r.landings(300), r.landings(1000)) == (4, 5)


def test_a_clean_edge_needs_the_matte_first():
    best, tinted, guess = (r.edge_errors(*how) for how in (("true matte", "plate taken off"), ("true matte", "as photographed"), ("by difference", "plate taken off")))  # fmt: skip
    assert best.max() < 0.5 * tinted.min()
    assert tinted.max() < 0.5 * guess.min()


@pytest.mark.parametrize(("call", "named"), [
    (lambda: r.track(7, 300), "seed"), (lambda: r.track(204, 500), "iterations"), (lambda: r.seen_at("tilt", 7, "rms"), "value"),
    (lambda: r.edge_errors("guessed", "plate taken off"), "kind"), (lambda: r.median_errors("best", 0.4), "fit"),
])  # fmt: skip
def test_what_is_not_stored_of_the_film_is_named_too(call, named):
    with pytest.raises(ValueError, match=named):
        call()
