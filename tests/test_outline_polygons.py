"""Outlines walked, vertices chosen, polygons filled: against areas by the shoelace formula and other ways to fill."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.path import Path
from miniatures.outline_polygons import (
    filled,
    outline,
    polygon_ious,
    polygon_of,
    vertex_order,
    vertices_needed,
)
from miniatures.overlap_measures import disc_mask, mask_iou, polygon_disc_iou
from miniatures.tailed_objects import batch, box_mask, drawn_object, horse, tight_box
from scipy.ndimage import binary_fill_holes, label


def shoelace(points):
    row, column = points.T
    return abs((row * np.roll(column, -1) - np.roll(row, -1) * column).sum()) / 2


@given(arrays(bool, (6, 7)))
@settings(deadline=None)
def test_an_outline_encloses_the_largest_part_without_its_holes(mask):
    assume(mask.any())
    parts = label(mask)[0]
    part = binary_fill_holes(parts == 1 + np.bincount(parts.ravel())[1:].argmax())
    walk = outline(mask)
    assert (np.abs(walk - np.roll(walk, -1, axis=0)).sum(axis=1) == 1).all()
    assert shoelace(walk) == part.sum()
    assert np.array_equal(filled(walk, mask.shape), part)


def test_vertices_are_the_farthest_points_and_in_the_end_all():
    points = np.array([(0, 0), (0, 3), (1, 10), (5, 10), (10, 10), (10, 0), (5, -1)])
    order = vertex_order(points)
    assert order[:2].tolist() == [0, 4]
    assert sorted(order.tolist()) == list(range(7))
    away = np.abs(points[:, 0] - points[:, 1]) / np.sqrt(2)  # from the diagonal
    assert away[order[2]] == away.max()
    assert np.array_equal(vertex_order(points, 4), order[:4])
    assert np.array_equal(vertex_order(points + 100), order)


@given(st.integers(0, 500), st.integers(3, 9))
@settings(deadline=None)
def test_polygons_are_filled_as_matplotlib_fills_them(seed, count):
    vertices = np.random.default_rng(seed).uniform(-2, 14, (count, 2))
    turn = np.arctan2(*(vertices - vertices.mean(axis=0)).T)
    vertices = vertices[np.argsort(turn)]  # a star: no edge crosses another
    centres = np.stack(np.mgrid[:12, :10], axis=-1).reshape(-1, 2) + 0.5
    assert np.array_equal(filled(vertices, (12, 10)).ravel(), Path(vertices).contains_points(centres))


def test_regular_polygons_overlap_a_disc_as_their_closed_form_says():
    disc = disc_mask(90, 201)
    for sides in (3, 6, 7, 12):
        turn = 2 * np.pi * np.arange(sides) / sides + 0.1
        corners = 100.5 + 90 * np.column_stack([np.sin(turn), np.cos(turn)])
        assert mask_iou(filled(corners, disc.shape), disc) == pytest.approx(polygon_disc_iou(sides), abs=0.006)


def test_a_rectangle_needs_four_vertices():
    mask = np.zeros((20, 30))
    mask[3:15, 4:22] = 1
    assert polygon_of(mask, 4).tolist() == [[3, 4], [3, 22], [15, 22], [15, 4]]
    assert polygon_ious(mask, [3, 4, 50])[1:].tolist() == [1, 1]
    assert vertices_needed(mask, 0.99) == 4


def test_the_horse_needs_twenty_two_vertices_for_84_percent():
    """And its box shares 39 percent with it."""
    assert mask_iou(box_mask(tight_box(horse()), horse().shape), horse()) == pytest.approx(0.390, abs=5e-4)
    found = polygon_ious(horse(), (11, 17, 21, 22, 32, 48, 72))
    assert found == pytest.approx([0.669, 0.776, 0.818, 0.841, 0.89, 0.949, 0.966], abs=6e-3)
    assert vertices_needed(horse()) == 22


@pytest.mark.parametrize("seed", [200, 201, 202, 203, 204])
def test_the_drawn_objects_need_more_vertices_than_a_disc(seed):
    needed = [vertices_needed(drawn_object(one).mask) for one in batch(seed)]
    assert 7 < np.mean(needed) < 11


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: outline(np.zeros((3, 3))), "mask is empty"),
        (lambda: outline([1, 1]), "mask of shape"),
        (lambda: vertex_order([(0, 0), (1, 1)]), "at least 3"),
        (lambda: vertex_order([(0, 0), (1, 1), (np.nan, 2)]), "points holds nan"),
        (lambda: polygon_of(np.ones((3, 3)), 2), "vertices=2"),
        (lambda: filled([(0, 0), (1, 1)], (3, 3)), "at least 3"),
        (lambda: filled([(0, 0), (1, 1), (0, 1)], (0, 3)), "shape=0"),
        (lambda: polygon_ious(np.ones((3, 3)), [2.5]), "counts=2.5"),
        (lambda: vertices_needed(np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]]), 1.0), "level=1 is not reached"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
