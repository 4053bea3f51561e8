"""How much of two regions is shared: intersection over union of masks, and its closed forms for discs, polygons and errors of the outline.

Source: the measure is P. Jaccard's (1912, doi:10.1111/j.1469-8137.1912.tb05611.x); the closed forms follow from the areas of the
lens, the regular polygon and the annulus.

IoU    intersection over union, 0 to 1
Dice   twice the intersection over the sum of the two areas, 2 IoU / (1 + IoU)
R      radius of a disc, pixels
sd     of an outline's errors, pixels
delta  how far an outline lies inside (above 0) or outside (below 0) the true one, pixels
"""

from math import atan2, pi, sin, sqrt, tan

import numpy as np

from miniatures.checks import SMALLEST, as_mask, positive, real, whole

MOST_SIDES = 1_000_000


def mask_iou(mask_a, mask_b, void=None) -> float:
    """Pixels of both masks over pixels of either, 0 to 1; masks are arrays of bools, or of 0 and 1, of one shape.

    Pixels of the mask `void`, where nobody knows, count for neither. ValueError where no pixel is in either: 0 / 0 has no value.

    >>> mask_iou([[1, 1, 0]], [[0, 1, 1]])
    0.3333333333333333
    """
    a, b = as_mask("mask_a", mask_a), as_mask("mask_b", mask_b)
    _alike("mask_a", a, "mask_b", b)
    if void is not None:
        void = as_mask("void", void)
        _alike("mask_a", a, "void", void)
        a, b = a & ~void, b & ~void
    union = np.count_nonzero(a | b)
    if not union:
        raise ValueError("mask_a and mask_b are empty: the overlap of nothing with nothing, 0 / 0, has no value")
    return float(np.count_nonzero(a & b) / union)


def disc_iou(radius_a, radius_b, distance) -> float:
    """The IoU of two discs whose centres are `distance` apart, 0 to 1; the lens over the union.

    >>> round(disc_iou(10, 10, 3), 4)
    0.6803
    """
    a, b = positive("radius_a", radius_a), positive("radius_b", radius_b)
    distance = real("distance", distance, 0)
    largest = max(a, b)
    a, b, d = a / largest, b / largest, distance / largest
    if d >= a + b:
        return 0.0
    if d <= max(abs(a - b), SMALLEST):  # below it the squares of d would be 0
        return min(a, b) ** 2
    lens = _segment(a, b, d) + _segment(b, a, d)
    return min(lens / (pi * (a * a + b * b) - lens), 1.0)


def polygon_disc_iou(sides, circumscribed=False) -> float:
    """The IoU of a disc with a regular polygon: its corners on the circle, or (`circumscribed`) its sides touching it.

    >>> [round(polygon_disc_iou(n), 3) for n in (6, 7)]
    [0.827, 0.871]
    """
    sides = whole("sides", sides, 3, MOST_SIDES)
    if not isinstance(circumscribed, (bool, np.bool_)):
        raise ValueError(f"circumscribed={circumscribed!r} must be True or False")
    if circumscribed:
        return pi / (sides * tan(pi / sides))
    return sides * sin(2 * pi / sides) / (2 * pi)


def fewest_sides(iou, circumscribed=False) -> int:
    """The fewest sides with which a regular polygon reaches `iou`, above 0 and at most 0.9999, against its disc.

    >>> fewest_sides(0.84)
    7
    """
    iou = real("iou", iou, 1e-9, 0.9999)
    sides = 3
    while polygon_disc_iou(sides, circumscribed) < iou:
        sides += 1
    return sides


def offset_disc_iou(radius, delta) -> float:
    """The IoU of a disc with the one whose outline lies `delta` further in, or (below 0) further out; `delta` up to the radius.

    >>> round(offset_disc_iou(20, 1.5), 4)
    0.8556
    """
    radius = positive("radius", radius)
    delta = real("delta", delta)
    if delta > radius:
        raise ValueError(f"delta={delta!r} must not lie above the radius {radius:g}")
    inner, outer = sorted((radius - delta, radius))
    return (inner / outer) ** 2


def wobbling_disc_iou(radius, sd) -> float:
    """The IoU of a disc with one whose outline is off by normal errors of mean 0 and this `sd`, at most a third of the radius.

    Inside, R^2 - 2 R a + sd^2 / 2 is left of R^2, and the union is R^2 + 2 R a + sd^2 / 2, where a = sd / sqrt(2 pi) is the mean of
    the errors to one side.

    >>> round(wobbling_disc_iou(20, 1.5), 4)
    0.8874
    """
    radius, sd = positive("radius", radius), real("sd", sd, 0)
    if sd > radius / 3:
        raise ValueError(
            f"sd={sd:g} must be at most a third of the radius {radius:g}: beyond it errors reach past the centre"
        )
    off = sd / radius
    one_side = 2 * off / sqrt(2 * pi)
    return (1 - one_side + off * off / 2) / (1 + one_side + off * off / 2)


def radial_error(iou) -> float:
    """By what share of its radius a disc must shrink for this IoU, above 0 and up to 1: 1 - sqrt(IoU).

    >>> round(radial_error(0.84), 4)
    0.0835
    """
    return 1 - sqrt(real("iou", iou, 1e-9, 1))


def disc_shift(iou) -> float:
    """By what share of its radius a disc must be shifted for this IoU with itself, 0 to 2; by halving, to 1e-12.

    >>> round(disc_shift(0.84), 4)
    0.1367
    """
    iou, low, high = real("iou", iou, 0, 1), 0.0, 2.0
    for _ in range(41):
        middle = (low + high) / 2
        low, high = (middle, high) if disc_iou(1, 1, middle) > iou else (low, middle)
    return high if iou == 0 else (low + high) / 2


def dice(iou) -> float:
    """The Dice coefficient of two regions with this IoU: 2 IoU / (1 + IoU).

    >>> round(dice(0.84), 3)
    0.913
    """
    iou = real("iou", iou, 0, 1)
    return 2 * iou / (1 + iou)


def wrong_share(iou, object_share) -> float:
    """The share of a picture's pixels that a mask gets wrong, if it is as large as the object and has this IoU with it.

    Of the two masks' union 1 - IoU is wrong; the object fills `object_share` of the picture, and the union must fit into it.

    >>> round(wrong_share(0.84, 0.1), 4)
    0.0174
    """
    iou, area = real("iou", iou, 0, 1), real("object_share", object_share, 1e-9, 1)
    union = 2 * area / (1 + iou)
    if union > 1 + 1e-12:
        raise ValueError(
            f"object_share={area:g} is too large: with IoU {iou:g} the two masks would cover {union:g} of the picture"
        )
    return union * (1 - iou)


def disc_mask(radius, side: int, row=None, column=None) -> np.ndarray:
    """The pixels (side, side) whose centres lie in the disc; its centre is the picture's unless `row` and `column` say otherwise.

    >>> int(disc_mask(10, 41).sum())
    317
    """
    radius, side = positive("radius", radius), whole("side", side, 1, 2000)
    row, column = (
        (side - 1) / 2 if value is None else real(name, value) for name, value in (("row", row), ("column", column))
    )
    far = (np.arange(side)[:, None] - row) ** 2 + (np.arange(side) - column) ** 2
    return far <= radius * radius


def _segment(a, b, d):
    """What the chord of the lens cuts from the disc of radius a."""
    reach = (d + (a - b) * (a + b) / d) / 2  # from the centre of a to the chord
    half = sqrt(max((d + a + b) * (a + b - d) * (d - a + b) * (d + a - b), 0)) / (2 * d)  # Heron: half the chord
    return a * a * atan2(half, reach) - reach * half


def _alike(name, array, other, second):
    if array.shape != second.shape:
        raise ValueError(f"{name} of shape {array.shape} and {other} of shape {second.shape} must have one shape")
