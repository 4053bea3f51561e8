"""A mask as a polygon: its outline walked pixel by pixel, then kept at a few vertices, and what overlap those leave.

Source: which vertex comes next after U. Ramer (1972, doi:10.1016/S0146-664X(72)80017-0) and D. Douglas and T. Peucker (1973,
doi:10.3138/FM57-6770-U75U-7727): the point farthest from the outline drawn so far; here the number of vertices is given, not the
distance.

outline   corners of pixels in walking order, (N, 2) of row and column: pixel (r, c) spans r to r + 1 and c to c + 1
vertices  of the polygon, (K, 2), some of the outline's points
"""

from heapq import heappop, heappush

import numpy as np
from scipy.ndimage import binary_fill_holes, label

from miniatures.checks import numbers, several, whole
from miniatures.overlap_measures import as_mask, mask_iou

MOST_VERTICES = 2000
TURNS = ((0, 1), (1, 0), (0, -1), (-1, 0))  # right, down, left, up: the object lies to the right of the walk


def outline(mask) -> np.ndarray:
    """The outer outline (N, 2) of the largest connected part of `mask` (H, W), clockwise from its first pixel; holes are passed over.

    >>> outline([[1, 1]]).tolist()
    [[0, 0], [0, 1], [0, 2], [1, 2], [1, 1], [1, 0]]
    """
    mask = as_mask("mask", mask, (None, None))
    parts, count = label(mask)
    if not count:
        raise ValueError("mask is empty: it has no outline")
    part = np.pad(binary_fill_holes(parts == 1 + np.bincount(parts.ravel())[1:].argmax()), 1)
    row, column = (int(i) for i in np.argwhere(part)[0])
    first, heading, walk = (row, column), 0, []
    while not walk or (row, column) != first or heading != 0:
        walk.append((row - 1, column - 1))
        row, column = row + TURNS[heading][0], column + TURNS[heading][1]
        heading = _next_heading(part, row, column, heading)
    return np.array(walk)


def _next_heading(part, row, column, heading):
    """Right, straight on or left at a corner: the sharpest right turn that keeps the part's pixels on the right."""
    ahead = {0: ((0, 0), (-1, 0)), 1: ((0, -1), (0, 0)), 2: ((-1, -1), (0, -1)), 3: ((-1, 0), (-1, -1))}
    right, left = (part[row + r, column + c] for r, c in ahead[heading])
    if not right:
        return (heading + 1) % 4
    return (heading + 3) % 4 if left else heading


def vertex_order(points, most: int | None = None) -> np.ndarray:
    """The order (N,) in which an outline (N, 2) gives up its points: two that lie far apart, then always the farthest from the polygon so far.

    The first K of them, put back in walking order, are the polygon of K vertices; equal distances: the earlier point first. With
    `most`, 3 or more, only the first so many.

    >>> vertex_order([(0, 0), (0, 4), (3, 4), (3, 0)])[:2].tolist()
    [0, 2]
    """
    points = numbers("points", points, (None, 2), -1e6, 1e6)
    count = len(points)
    most = count if most is None else whole("most", most, 3, MOST_VERTICES)
    if count < 3:
        raise ValueError(f"points of shape {points.shape} must hold at least 3: fewer enclose nothing")
    second = int(((points - points[0]) ** 2).sum(axis=1).argmax())
    order, spans = [0, second or 1], []
    for span in ((0, order[1]), (order[1], count)):
        _push(spans, points, *span)
    while spans and len(order) < most:
        _, at, start, end = heappop(spans)
        order.append(at)
        _push(spans, points, start, at)
        _push(spans, points, at, end)
    return np.array(order)


def _push(spans, points, start, end):
    """Adds (-distance, index, start, end) of the point between two that lies farthest from their chord, if there is one."""
    if end - start < 2:
        return
    a, b, between = points[start], points[end % len(points)], points[start + 1 : end]
    along, away = b - a, between - a
    length = float(along @ along)
    if length:
        away = away - np.clip(away @ along / length, 0, 1)[:, None] * along
    far = np.round((away * away).sum(axis=1), 6)  # rounded: equal distances stay equal
    at = int(far.argmax())
    heappush(spans, (-float(far[at]), start + 1 + at, start, end))


def polygon_of(mask, vertices: int) -> np.ndarray:
    """The polygon (K, 2) with `vertices` of the outline's points, 3 or more; all of them where the outline has fewer.

    >>> polygon_of(np.ones((3, 4)), 4).tolist()
    [[0, 0], [0, 4], [3, 4], [3, 0]]
    """
    points = outline(mask)
    return points[np.sort(vertex_order(points, whole("vertices", vertices, 3, MOST_VERTICES)))]


def filled(vertices, shape) -> np.ndarray:
    """The pixels, bools of `shape`, whose centres a polygon (K, 2) of rows and columns encloses an odd number of times.

    >>> filled([(0, 0), (0, 2), (3, 2), (3, 0)], (3, 4)).astype(int).tolist()
    [[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 0, 0]]
    """
    vertices = numbers("vertices", vertices, (None, 2), -1e6, 1e6)
    if len(vertices) < 3:
        raise ValueError(f"vertices of shape {vertices.shape} must hold at least 3: fewer enclose nothing")
    if len(several("shape", shape)) != 2:
        raise ValueError(f"shape={shape!r} must be (rows, columns)")
    height, width = (whole("shape", n, 1, 4000) for n in shape)
    (row, column), (next_row, next_column) = vertices.T, np.roll(vertices, -1, axis=0).T
    centre = np.arange(height)[:, None] + 0.5
    crossed = (row <= centre) != (next_row <= centre)  # (H, K)
    level = np.where(next_row == row, 1, next_row - row)
    at = column + (centre - row) / level * (next_column - column)
    toggles = np.zeros((height, width + 1), int)
    first = np.clip(np.ceil(at - 0.5), 0, width).astype(int)  # the first pixel whose centre lies right of the crossing
    np.add.at(toggles, (np.nonzero(crossed)[0], first[crossed]), 1)
    return (np.cumsum(toggles, axis=1)[:, :width] % 2).astype(bool)


def polygon_ious(mask, counts) -> np.ndarray:
    """The IoU with `mask` of its polygons of so many vertices, (N,).

    >>> polygon_ious(np.ones((6, 6)), [3, 4]).round(2).tolist()
    [0.58, 1.0]
    """
    mask = as_mask("mask", mask, (None, None))
    points = outline(mask)
    counts = [whole("counts", n, 3, MOST_VERTICES) for n in several("counts", counts)]
    order = vertex_order(points, max(counts, default=3))
    return np.array([mask_iou(mask, filled(points[np.sort(order[:n])], mask.shape)) for n in counts])


def vertices_needed(mask, level: float = 0.84) -> int:
    """The fewest vertices, 3 or more, with which the polygon of `mask` reaches an IoU of `level`; ValueError if none does.

    >>> vertices_needed(np.ones((6, 6)))
    4
    """
    mask, level = as_mask("mask", mask, (None, None)), float(numbers("level", level, (), 0, 1))
    points = outline(mask)
    order = vertex_order(points)
    for count in range(3, len(order) + 1):
        if mask_iou(mask, filled(points[np.sort(order[:count])], mask.shape)) >= level:
            return count
    raise ValueError(
        f"level={level:g} is not reached: holes and further parts of the mask are outside its outer outline"
    )
