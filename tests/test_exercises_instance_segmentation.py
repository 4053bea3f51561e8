"""The answers to the exercises on masks, by another way."""

import numpy as np
import pytest
from miniatures.exercises import instance_segmentation as exercises

BY_ID = {exercise.id: exercise for exercise in exercises.EXERCISES}


def answer(number):
    return BY_ID[f"instance_segmentation-{number}"].answer


def test_overlaps_by_counting_points():
    """Of a fine grid over two discs of radius 10, and over a disc of 20 with the one drawn 1.5 inside it."""
    far = np.hypot(*np.mgrid[-20:20:800j, -20:20:800j])
    aside = np.hypot(*(np.mgrid[-20:20:800j, -20:20:800j] - np.array([3, 0])[:, None, None]))
    assert answer(1) == pytest.approx(
        ((far <= 10) & (aside <= 10)).sum() / ((far <= 10) | (aside <= 10)).sum(), abs=1e-3
    )
    assert answer(3) == pytest.approx((far <= 18.5).sum() / (far <= 20).sum(), abs=1e-3)


def test_the_fewest_corners_by_the_areas_of_triangles():
    shares = {n: n * np.sin(2 * np.pi / n) / 2 / np.pi for n in range(3, 12)}
    assert answer(2) == min(n for n, share in shares.items() if share >= 0.84)


def test_what_is_wrong_of_the_picture_by_counting():
    shared = 84 / (100 + 84) * 2  # of an object's area, for IoU 0.84 of two equal areas
    assert answer(4) == pytest.approx(10 * 2 * (1 - shared))


def test_a_row_by_walking():
    rng, at, ended = np.random.default_rng(3), np.ones(40_000, int), 0
    up = np.array([0, 0.2 / 1.2, 1 / 1.2, 0])
    while ((at > 0) & (at < 3)).any():
        free = (at > 0) & (at < 3)
        at[free] += np.where(rng.random(free.sum()) < up[at[free]], 1, -1)
        ended += 1
        assert ended < 1000
    assert answer(5) == pytest.approx((at == 3).mean(), abs=0.008)
    assert exercises.in_a_row([3.0, 1.0]) == pytest.approx([0, 0.25, 1])
