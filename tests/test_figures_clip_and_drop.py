"""The views of the chapter on clipping and dropping state the numbers that the functions give."""

import re

import numpy as np
import pytest
from miniatures import clip_corners as quad
from miniatures import clip_runs as runs
from miniatures.clip_and_drop import fit_homography, iterations_needed
from miniatures.clip_matches import corner_error
from miniatures.clip_matte import clip_error, fringe, shrunk
from miniatures.figures import clip_and_drop as views
from reading import plain

REST = (60, 25, 260, 25, 260, 175, 60, 175)


def at(**places):
    names = ("left_1", "top_1", "right_2", "top_2", "right_3", "low_3", "left_4", "low_4")
    return views.corners(**dict(zip(names, REST, strict=True)) | places)


def first(pattern, view):
    return float(re.search(pattern, view.description)[1].replace(",", ""))


def test_corners_at_rest_have_no_perspective_and_pulled_in_they_do():
    assert "No perspective" in at().description
    pulled = at(top_2=100, low_3=140)
    H = quad.homography_of([[60, 25], [260, 100], [260, 140], [60, 175]])
    assert f"({1000 * H[2, 0]:.1f}, {1000 * H[2, 1]:.1f}, 1)" in pulled.description
    assert first(r"becomes ([\d.]+) pixels", pulled) == pytest.approx(quad.area(H, [199, 0]), abs=0.006)
    assert "stays 1.333" in pulled.description


def test_a_corner_on_the_diagonal_is_refused_in_words_on_the_same_axes():
    refused = at(right_2=160, top_2=100)
    assert "lie on a line" in refused.description
    assert "no homography" in str(refused.figure["layout"]["annotations"])
    assert refused.figure["layout"]["xaxis"] == at().figure["layout"]["xaxis"]
    assert "dent" in at(left_1=190, top_1=120).description
    assert "crosses itself" in at(left_1=190, right_2=160).description


def test_the_letter_stays_a_letter_of_straight_lines():
    letter = at().figure["data"][1]
    assert len(letter["x"]) == 3 * 2 * len(views.LETTER)
    assert letter["x"][0] == pytest.approx(60 + 80 * 200 / 199, abs=0.06)


def test_outliers_state_what_both_fits_miss_by():
    view = views.outliers(0.4, 300, 2.0)
    m = views._drawn(0.4)
    plain = corner_error(fit_homography(m.view, m.screen), m.truth)
    assert f"by {views.size(plain)} when all" in view.description
    assert plain > 2000
    assert first(r"by ([\d.]+) px with RANSAC", view) < 2
    assert "36 of 60 matches, none of them wrong" in view.description
    assert first(r"by ([\d.]+) px when all", views.outliers(0.0, 300, 2.0)) < 2


def test_success_states_the_samples_and_what_was_measured():
    view = views.success(0.5, 4, 0.99)
    assert f"takes {iterations_needed(0.5, 4, 0.99)} iterations" in view.description
    assert f"Measured at 72 iterations: {100 * runs.success(0.5, 72).found.mean():.1f} %" in view.description
    assert "Measured" not in views.success(0.5, 8, 0.99).description
    assert "Measured" not in views.success(0.55, 4, 0.99).description


def test_a_visible_mesh_costs_right_matches():
    clean, meshed = (first(r": (\d+) of \d+ matches are right", views.held(20.0, mesh)) for mesh in (0.0, 0.4))
    assert clean > meshed
    with pytest.raises(ValueError, match="tilt"):
        views.held(80.0, 0.0)


def test_sweeps_state_the_stored_shares():
    view = views.sweep("mesh")
    shares = 100 * runs.seen("mesh", "right share").mean(axis=(0, 2))
    assert f"from {shares[0]:.0f} to {shares[-1]:.0f} %" in view.description
    with pytest.raises(ValueError, match="name"):
        views.sweep("yaw")


def test_fringes_and_mattes_state_the_errors_of_their_edges():
    assert "no fringe" in views.fringes("premultiplied", "white").description
    straight = views.fringes("straight", "white")
    assert f"{fringe(*shrunk('straight', 1.0)):+.3f}" in plain(straight.description)
    assert straight.figure["data"][1]["y"] != straight.figure["data"][2]["y"]
    matted = views.mattes(0.3, "as photographed")
    assert f"by {clip_error(views.SEED, 'by difference', 'as photographed'):.3f}" in matted.description
    assert f"would be {clip_error(views.SEED, 'true matte', 'as photographed'):.3f}" in matted.description


def test_the_film_states_the_numbers_of_its_frame():
    missed, landed = views.journey(12, 300), views.journey(12, 1000)
    assert "dropped now: 12 of 35 matches are right" in missed.description
    place, worst = (one[12] for one in runs.film_errors(204, 300))
    assert f"off by {views.size(place)}, the worst corner by {views.size(worst)}" in missed.description
    assert place > 20 > 1 > runs.film_errors(204, 1000)[0][12]
    images = [
        one.figure["layout"]["images"] for one in (missed, landed, views.journey(11, 300), views.journey(11, 1000))
    ]
    assert images[0] != images[1]  # after the drop the screens differ, before it they do not
    assert images[2] == images[3]
    with pytest.raises(ValueError, match="number"):
        views.journey(24, 300)


def test_pasted_as_seen_is_larger_from_further_away():
    upright, seen = re.findall(r"(\d+) by (\d+)", views.pasted().description)
    assert np.prod([int(n) for n in seen]) > np.prod([int(n) for n in upright])
