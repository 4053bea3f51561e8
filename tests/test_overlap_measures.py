"""Overlaps: closed forms against counted pixels, integrals and each other."""

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures.overlap_measures import (
    dice,
    disc_iou,
    disc_mask,
    disc_shift,
    fewest_sides,
    mask_iou,
    offset_disc_iou,
    polygon_disc_iou,
    radial_error,
    wobbling_disc_iou,
    wrong_share,
)

RADII = st.floats(0.1, 50)


def test_values_known_from_the_closed_forms():
    assert disc_iou(10, 10, 3) == pytest.approx(0.680, abs=5e-4)
    assert fewest_sides(0.84) == 7
    assert offset_disc_iou(20, 1.5) == pytest.approx(0.8556, abs=5e-5)
    assert polygon_disc_iou(6) == pytest.approx(0.827, abs=5e-4)
    assert polygon_disc_iou(7) == pytest.approx(0.871, abs=5e-4)


@pytest.mark.parametrize(("a", "b", "d"), [(40, 40, 12), (60, 25, 50), (30, 20, 15), (50, 10, 42), (20, 20, 39)])
def test_discs_counted_by_their_pixels(a, b, d):
    one, other = disc_mask(a, 161, 80, 60), disc_mask(b, 161, 80, 60 + d)
    assert disc_iou(a, b, d) == pytest.approx(mask_iou(one, other), abs=0.006)


@given(RADII, RADII, st.floats(0, 120), st.floats(1e-30, 1e30))
def test_disc_iou_is_symmetric_scale_free_and_from_0_to_1(a, b, d, scale):
    found = disc_iou(a, b, d)
    assert 0 <= found <= 1
    assert found == pytest.approx(disc_iou(b, a, d), abs=1e-12)
    assert found == pytest.approx(disc_iou(a * scale, b * scale, d * scale), abs=1e-9)
    assert disc_iou(a, b, d * 1.1) <= found + 1e-12


def test_disc_iou_at_its_ends():
    assert disc_iou(3, 3, 0) == disc_iou(1, 1, 5e-324) == disc_iou(1, 1, 1e-160) == 1
    assert disc_iou(4, 2, 1) == 0.25
    assert disc_iou(4, 2, 6) == 0
    assert disc_iou(4, 2, 2.0000001) == pytest.approx(0.25, abs=1e-6)
    assert 0 < disc_iou(1, 1, 1e-9) <= 1


@pytest.mark.parametrize("sides", [3, 6, 7, 12])
def test_polygons_by_integration(sides):
    """Area of the polygon from its radius in each direction."""
    turn = (np.arange(200_000) + 0.5) / 200_000 * 2 * pi / sides - pi / sides
    inner = np.cos(pi / sides) / np.cos(turn)  # the polygon's edge, corners on the circle
    assert polygon_disc_iou(sides) == pytest.approx((inner**2).mean(), abs=1e-9)
    assert polygon_disc_iou(sides, True) == pytest.approx(1 / (1 / np.cos(turn) ** 2).mean(), abs=1e-9)


def test_more_sides_overlap_more_and_reach_one():
    for around in (False, True):
        found = [polygon_disc_iou(n, around) for n in range(3, 200)]
        assert np.all(np.diff(found) > 0)
        assert polygon_disc_iou(1_000_000, around) == pytest.approx(1, abs=1e-9)
    assert polygon_disc_iou(4, True) == pytest.approx(pi / 4)  # a disc in its box


@given(RADII, st.floats(0, 1))
def test_a_disc_grown_or_shrunk_is_the_same_pair(radius, share):
    delta = share * radius * 0.9
    assert offset_disc_iou(radius, delta) == pytest.approx(offset_disc_iou(radius - delta, -delta))
    assert offset_disc_iou(radius, delta) == pytest.approx(disc_iou(radius, radius - delta, 0))
    assert radial_error(offset_disc_iou(radius, delta)) == pytest.approx(delta / radius, abs=1e-9)


@given(st.floats(0, 1))
def test_the_shift_of_a_disc_undoes_its_overlap(iou):
    assert 0 <= disc_shift(iou) <= 2
    assert disc_iou(7, 7, 7 * disc_shift(iou)) == pytest.approx(iou, abs=1e-9)


def test_the_overlap_of_one_boundary_error_depends_on_the_size():
    found = [offset_disc_iou(r, 1.5) for r in (3, 5, 10, 20, 40, 60)]
    assert found == pytest.approx([0.25, 0.49, 0.7225, 0.8556, 0.9264, 0.9506], abs=1e-4)


@pytest.mark.parametrize("sd", [0.5, 1.5, 4.0])
def test_a_wobbling_outline_by_drawing_its_errors(sd):
    radius = 20 + sd * np.random.default_rng(5).normal(size=400_000)
    found = (np.minimum(radius, 20) ** 2).mean() / (np.maximum(radius, 20) ** 2).mean()
    assert wobbling_disc_iou(20, sd) == pytest.approx(found, abs=2e-3)
    assert wobbling_disc_iou(20, sd) > offset_disc_iou(20, sd)


def test_what_84_percent_leaves_wrong():
    """Two masks of one size that share 84 percent: 8.7 percent of each is not in the other, 16 percent only of their union."""
    assert dice(0.84) == pytest.approx(0.913, abs=5e-4)
    truth, mask = np.zeros(1000, bool), np.zeros(1000, bool)
    truth[:100], mask[9:109] = True, True
    iou = mask_iou(truth, mask)
    assert wrong_share(iou, 0.1) == pytest.approx((truth != mask).mean())
    assert wrong_share(0.84, 0.01) < 0.002


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.randoms())
def test_mask_iou_is_sklearns_jaccard(bits, random):
    from sklearn.metrics import jaccard_score

    other = [random.random() < 0.5 for _ in bits]
    if not any(bits) and not any(other):
        with pytest.raises(ValueError, match="empty"):
            mask_iou(bits, other)
        return
    assert mask_iou(bits, other) == pytest.approx(jaccard_score(bits, other))
    assert mask_iou(np.array(bits), np.array(other, int)) == mask_iou(other, bits)
    assert isinstance(mask_iou(bits, other), float)


def test_void_counts_for_neither():
    assert mask_iou([1, 1, 0], [1, 0, 1]) == pytest.approx(1 / 3)
    assert mask_iou([1, 1, 0], [1, 0, 1], void=[0, 0, 1]) == 0.5
    with pytest.raises(ValueError, match="empty"):
        mask_iou([1, 0], [1, 0], void=[1, 1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mask_iou([0.5], [1]), "mask_a holds 0.5"),
        (lambda: mask_iou([1, 0], [1]), "one shape"),
        (lambda: mask_iou([], []), "at least one pixel"),
        (lambda: mask_iou([[1], [1, 0]], [1]), "unequal length"),
        (lambda: mask_iou([1], [np.nan]), "mask_b holds nan"),
        (lambda: mask_iou(["a"], [1]), "mask_a"),
        (lambda: mask_iou(1, 1), "at least one pixel"),
        (lambda: disc_iou(0, 1, 1), "radius_a=0"),
        (lambda: disc_iou(1, -1, 1), "radius_b=-1"),
        (lambda: disc_iou(1, 1, -0.1), "distance=-0.1"),
        (lambda: disc_iou(1, 1, np.inf), "distance"),
        (lambda: polygon_disc_iou(2), "sides=2"),
        (lambda: polygon_disc_iou(6.0), "sides=6.0"),
        (lambda: polygon_disc_iou(6, "yes"), "circumscribed"),
        (lambda: fewest_sides(1), "iou=1"),
        (lambda: offset_disc_iou(3, 4), "delta=4"),
        (lambda: wobbling_disc_iou(3, 1.5), "sd=1.5"),
        (lambda: wobbling_disc_iou(3, -1), "sd=-1"),
        (lambda: radial_error(0), "iou=0"),
        (lambda: disc_shift(-0.1), "iou=-0.1"),
        (lambda: dice(1.1), "iou=1.1"),
        (lambda: wrong_share(0.5, 0.9), "object_share=0.9"),
        (lambda: disc_mask(3, 0), "side=0"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
