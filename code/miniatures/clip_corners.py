"""Four corners dragged by hand: when do they determine a homography, and what do its numbers tell?

Source: R. Hartley and A. Zisserman, "Multiple View Geometry in Computer Vision" (2004), doi:10.1017/CBO9780511811685,
chapters 2 and 4.

corners    of the view on the screen, (4, 2), pixels: upper left, upper right, lower right, lower left
thickness  twice the smallest of the four triangles of corners, as a share of the corners' squared extent, no unit
area       how many square pixels of the screen one of the view becomes at a place, no unit
"""

import numpy as np

from miniatures.checks import numbers, positive
from miniatures.clip_and_drop import fit_homography
from miniatures.clip_matches import view_corners

THINNEST = 0.02  # thickness below which a corner that moves by a pixel moves everything
SHAPES = {4: "convex", 2: "not convex", 0: "crossed"}  # by the sum of the four turns, each +1 or -1
FAR = 1e5  # pixels


def _turns(corners):
    """Twice the signed areas (4,) of the triangles at each corner with its two neighbours."""
    back, on = np.roll(corners, 1, axis=0) - corners, np.roll(corners, -1, axis=0) - corners
    return on[:, 0] * back[:, 1] - on[:, 1] * back[:, 0]


def thickness(corners) -> float:
    """How far the four `corners` (4, 2) are from having three on a line: 1 for a square, 0 on a line.

    >>> thickness([[0, 0], [2, 0], [2, 2], [0, 2]])
    1.0
    """
    corners = numbers("corners", corners, (4, 2), -FAR, FAR)
    extent = np.ptp(corners, axis=0).max()
    return float(np.abs(_turns(corners)).min() / extent**2) if extent > 1e-9 else 0.0


def shape_of(corners) -> str:
    """ "convex", "not convex" or "crossed": what going round the four `corners` (4, 2) in their order draws.

    >>> shape_of([[0, 0], [3, 0], [1, 1], [0, 3]])
    'not convex'
    """
    turns = np.sign(_turns(numbers("corners", corners, (4, 2), -FAR, FAR)))
    if (turns == 0).any():
        raise ValueError("corners holds three on a line: not a quadrilateral")
    return SHAPES[int(abs(turns.sum()))]


def is_mirrored(corners) -> bool:
    """Whether going round the four `corners` (4, 2) turns the other way than on a screen, where rows count downwards.

    >>> is_mirrored([[0, 0], [4, 0], [4, 3], [0, 3]]), is_mirrored([[4, 0], [0, 0], [0, 3], [4, 3]])
    (False, True)
    """
    return bool(_turns(numbers("corners", corners, (4, 2), -FAR, FAR)).sum() < 0)


def homography_of(corners) -> np.ndarray:
    """The H (3, 3) that takes the view's corners to `corners` (4, 2); ValueError where three of them lie almost on a line."""
    thin = thickness(corners)
    if thin < THINNEST:
        raise ValueError(
            f"corners of which three lie on a line, or almost (thickness {thin:.3f}, at least {THINNEST:g} is wanted): "
            "a whole side of the view would shrink to it, and no such H can be undone"
        )
    return fit_homography(view_corners(), corners)


def area(H, place) -> float:
    """The area on the screen of one square pixel of the view at `place` (2,): det H / w³ with w = H[2] (x, y, 1), unsigned.

    >>> area([[2, 0, 0], [0, 3, 0], [0, 0, 1]], [5, 5])
    6.0
    """
    H = numbers("H", H, (3, 3), -1e30, 1e30)
    x, y = numbers("place", place, (2,), -FAR, FAR)
    cube = (H[2] @ [x, y, 1]) ** 3
    if not cube:
        raise ValueError(f"place={[float(x), float(y)]} is taken to infinity by H, or as good as that")
    return float(abs(np.linalg.det(H) / cube))


def cross_ratio(a, b, c, d) -> float:
    """(ac · bd) / (bc · ad) of four places (2,) on a line, in signed lengths: what a homography keeps.

    >>> round(cross_ratio([0, 0], [1, 0], [2, 0], [3, 0]), 4)
    1.3333
    """
    a, b, c, d = (numbers(name, one, (2,), -1e12, 1e12) for name, one in zip("abcd", (a, b, c, d), strict=True))
    along = d - a
    length = np.hypot(*along)
    places = [float((one - a) @ along) for one in (b, c)]
    aside = [abs(along[0] * (one - a)[1] - along[1] * (one - a)[0]) for one in (b, c)]
    if not length or max(aside) > 1e-6 * length * max(length, abs(places[0]) / length, abs(places[1]) / length):
        raise ValueError("a, b, c and d must lie on one line, a and d apart")
    at_b, at_c = (place / length for place in places)
    if abs(at_c - at_b) < 1e-12 * length:
        raise ValueError("b and c lie at one place: no cross-ratio")
    return float(at_c * (length - at_b) / ((at_c - at_b) * length))


def mapped_segments(H, starts, ends, low, high) -> np.ndarray:
    """The images of segments (N, 2), (N, 2) under H, as far as they lie in the box from `low` (2,) to `high` (2,).

    A straight line stays straight, so that ends suffice: (N, 2, 2, 2), two pieces of two ends each. A segment that H takes
    through infinity becomes two rays; else the second piece is nan, as is what lies outside the box.
    """
    H = numbers("H", H, (3, 3), -1e30, 1e30)
    starts = numbers("starts", starts, (None, 2), -FAR, FAR)
    ends = numbers("ends", ends, starts.shape, -FAR, FAR)
    low, high = numbers("low", low, (2,), -FAR, FAR), numbers("high", high, (2,), -FAR, FAR)
    (here, near), (there, far) = _divided(H, starts), _divided(H, ends)
    found = np.full((len(starts), 2, 2, 2), np.nan)
    for n, (p, q, through) in enumerate(zip(here, there, near * far < 0, strict=True)):
        if through:
            away = (p - q) / max(np.hypot(*(p - q)), 1e-12)
            found[n] = _clipped(p, p + FAR * away, low, high), _clipped(q - FAR * away, q, low, high)
        else:
            found[n, 0] = _clipped(p, q, low, high)
    return found


def _divided(H, points):
    mapped = points @ H[:, :2].T + H[:, 2]
    least = 1e-9 * positive("H", np.abs(H[2]).max(), 1e30)
    depth = np.where(np.abs(mapped[:, 2]) < least, np.where(mapped[:, 2] < 0, -least, least), mapped[:, 2])
    return mapped[:, :2] / depth[:, None], depth


def _clipped(start, end, low, high):
    """The part of a segment inside a box, (2, 2), by Liang and Barsky; nan where there is none."""
    step, first, last = end - start, 0.0, 1.0
    for axis in (0, 1):
        for sign, gap in ((-1, start[axis] - low[axis]), (1, high[axis] - start[axis])):
            speed = sign * step[axis]
            if speed == 0 and gap < 0:
                return np.full((2, 2), np.nan)
            if speed < 0:
                first = max(first, gap / speed)
            elif speed > 0:
                last = min(last, gap / speed)
    if first > last:
        return np.full((2, 2), np.nan)
    return np.array([start + first * step, start + last * step])
