"""A face of 468 vertices: the canonical mesh that phones use, made to move, turned, drawn and compared.

The vertices and triangles are MediaPipe's canonical face; how it opens its mouth, raises its brows and how it is lit
is ours, and much simpler than a face.

Source: Y. Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs" (2019),
arXiv:1907.06724; the canonical face: MediaPipe (Apache-2.0). Alignment: S. Umeyama, "Least-squares estimation of
transformation parameters between two point patterns" (1991), doi:10.1109/34.88573.

vertices   points of the face at rest or deformed, (468, 3): x to the image's right, y up, z to the camera, centimetres
points     the same in a picture, (468, 3): x to the right and y down from the upper left corner, z to the camera, pixels
scale      half the width of the canonical face in a picture, pixels
yaw        turn of the head about the vertical axis, positive to the image's right, degrees
pitch      turn about the axis through the ears, positive is up, degrees
IOD        interocular distance: between the centres of the two eyes, each halfway between its corners
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import numbers, positive, real, whole
from miniatures.data import load

VERTICES, TRIANGLES = 468, 898
HALF_WIDTH = 7.743095  # of the canonical face, centimetres
EYES = ((33, 133), (263, 362))  # corners of the eye on the image's left and right
MOST_YAW, MOST_PITCH, MOST_SIDE = 90.0, 60.0, 512
OUTLINES = {  # vertex numbers of the lower and the upper edge, on the image's left; the right is their mirror image
    "eye": ((33, 7, 163, 144, 145, 153, 154, 155, 133), (33, 246, 161, 160, 159, 158, 157, 173, 133)),
    "brow": ((70, 46, 53, 52, 65, 55, 107), (70, 63, 105, 66, 107)),
    "lips": ((61, 146, 91, 181, 84, 17), (61, 185, 40, 39, 37, 0)),
    "mouth": ((78, 95, 88, 178, 87, 14), (78, 191, 80, 81, 82, 13)),
}
TONES = {"skin": 1.0, "brow": 0.45, "eye": 0.3, "lips": 0.65, "mouth": 0.15}  # shares of the skin's brightness
AMBIENT = 0.35
MOUTH_LINE, OPENING, RAISE = -4.27, 2.2, 0.9  # centimetres


@dataclass(frozen=True)
class Mesh:
    """A surface: vertices (468, 3) and triangles (898, 3) of vertex numbers, counterclockwise seen from the camera."""

    vertices: np.ndarray
    triangles: np.ndarray


@dataclass(frozen=True)
class Drawn:
    """A drawn face: grey (side, side) in [0, 1], 0 where there is none, and cover (side, side), true where there is."""

    grey: np.ndarray
    cover: np.ndarray


@dataclass(frozen=True)
class Alignment:
    """The similarity target ≈ scale * source @ rotation.T + shift, and `aligned`, the source so moved."""

    scale: float
    rotation: np.ndarray
    shift: np.ndarray
    aligned: np.ndarray


@cache
def canonical() -> Mesh:
    """The canonical face, 15.5 cm wide, looking at the camera.

    >>> canonical().vertices.shape, canonical().triangles.shape
    ((468, 3), (898, 3))
    """
    stored = load("canonical_face.npz")
    return Mesh(stored["vertices"].astype(float), stored["triangles"].astype(int))


@cache
def edges() -> np.ndarray:
    """The edges of the triangles, (1365, 2) vertex numbers, each once, the smaller number first."""
    corners = canonical().triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    return np.unique(np.sort(corners, axis=1), axis=0)


@cache
def mirror() -> np.ndarray:
    """For each vertex the number of its mirror image, (468,); the canonical face is symmetric.

    >>> mirror()[[33, 263]].tolist()
    [263, 33]
    """
    rest = canonical().vertices
    return np.abs(rest[:, None] * [-1, 1, 1] - rest[None]).sum(axis=2).argmin(axis=1)


@cache
def parts() -> np.ndarray:
    """What each triangle shows, (898,) of the names in TONES: that between whose outlines its middle lies at rest."""
    x, y = canonical().vertices[canonical().triangles].mean(axis=1)[:, :2].T
    found = np.full(TRIANGLES, "skin", dtype="<U5")
    for name, (lower, upper) in OUTLINES.items():
        low, high = (np.interp(np.abs(x), *_outline(edge), left=np.nan, right=np.nan) for edge in (lower, upper))
        found[(low < y) & (y < high)] = name  # nan outside, where nothing is between
    return found


def _outline(numbers_of):
    """Distances from the middle, ascending, and heights of an outline's vertices."""
    x, y, _ = canonical().vertices[list(numbers_of)].T
    order = np.argsort(np.abs(x))
    return np.abs(x)[order], y[order]


@cache
def outlines() -> dict[str, tuple[tuple[int, ...], ...]]:
    """Closed lines of vertex numbers: both eyes, both brows, lips, mouth, and the face's edge, whose 36 edges have one triangle.

    >>> {name: len(loops) for name, loops in outlines().items()}
    {'eye': 2, 'brow': 2, 'lips': 1, 'mouth': 1, 'face': 1}
    """
    found = {}
    for name, (lower, upper) in OUTLINES.items():
        here = (*lower, *upper[::-1])  # from the outer corner along the lower edge, back along the upper one
        there = tuple(int(mirror()[vertex]) for vertex in here)
        found[name] = (here, there) if name in ("eye", "brow") else ((*lower, *(int(mirror()[v]) for v in lower[::-1]),
                       *(int(mirror()[v]) for v in upper), *upper[::-1]),)  # fmt: skip
    sides = np.sort(canonical().triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    single, times = np.unique(sides, axis=0, return_counts=True)
    return found | {"face": tuple(tuple(line) for line in _lines(single[times == 1].tolist()))}


@cache
def trails() -> tuple[tuple[int, ...], ...]:
    """Lines of vertex numbers that run along each of the 1365 edges once: the mesh in few strokes of a pen.

    >>> sum(len(line) - 1 for line in trails())
    1365
    """
    return tuple(tuple(line) for line in _lines(edges().tolist()))


def _lines(pairs):
    """Lines that together run along each pair of `pairs` once; where an odd number meet, a line ends."""
    left: dict = {}
    for one, other in pairs:
        left.setdefault(one, set()).add(other)
        left.setdefault(other, set()).add(one)
    while open_ends := [v for v in left if len(left[v]) % 2] or [v for v in left if left[v]]:
        line = [open_ends[0]]
        while left[line[-1]]:
            following = min(left[line[-1]])
            left[line[-1]].discard(following)
            left[following].discard(line[-1])
            line.append(following)
        yield line


def facing(points) -> np.ndarray:
    """Which vertices of a face in a picture, (468, 3), have a triangle that faces the camera: (468,) of bools.

    >>> int(facing(placed(canonical().vertices, 64, 64, 40)).sum())
    468
    """
    corners = numbers("points", points, (VERTICES, 3), -1e6, 1e6)[canonical().triangles, :2]
    towards = _cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) < 0  # y points down
    found = np.zeros(VERTICES, bool)
    found[canonical().triangles[towards].ravel()] = True
    return found


def deformed(mouth: float = 0.0, brow: float = 0.0, width: float = 1.0) -> np.ndarray:
    """Vertices (468, 3) with the mouth opened (0 to 1), the brows raised (-1 to 1) and the face widened (0.7 to 1.4).

    >>> bool((deformed() == canonical().vertices).all())
    True
    """
    mouth, brow, width = real("mouth", mouth, 0, 1), real("brow", brow, -1, 1), real("width", width, 0.7, 1.4)
    found = canonical().vertices.copy()
    x, y, _ = canonical().vertices.T
    below = np.maximum(MOUTH_LINE - y, 0)
    falls = np.maximum(1 - (x / (2.2 + 0.9 * below)) ** 2, 0) * np.minimum(below / 0.25, 1)  # the jaw is wider below
    rises = np.exp(-(((y - 4.7) / 1.2) ** 2)) * np.minimum(np.abs(x) / 1.5, 1)
    found[:, 1] += RAISE * brow * rises - OPENING * mouth * falls
    found[:, 0] *= width
    return found


def turned(vertices, yaw: float, pitch: float = 0.0) -> np.ndarray:
    """Vertices (N, 3) turned by `yaw`, then by `pitch`, degrees, about the origin.

    >>> turned([[0.0, 0.0, 1.0]], 90).round(3).tolist()
    [[1.0, 0.0, 0.0]]
    """
    vertices = numbers("vertices", vertices, (None, 3), -1e6, 1e6)
    a, b = np.radians([real("yaw", yaw, -MOST_YAW, MOST_YAW), real("pitch", pitch, -MOST_PITCH, MOST_PITCH)])
    about_y = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    return vertices @ (about_x @ about_y).T


def placed(vertices, x: float, y: float, scale: float) -> np.ndarray:
    """Points (N, 3) of the vertices in a picture, seen from far away: the origin at pixel place (x, y), half a face `scale` wide."""
    vertices = numbers("vertices", vertices, (None, 3), -1e6, 1e6)
    places = real("x", x, -1e4, 1e4), real("y", y, -1e4, 1e4), 0.0
    return vertices * np.array([1, -1, 1]) * (positive("scale", scale, 1e4) / HALF_WIDTH) + places


def draw(points, side: int = 128, light=(0.3, 0.4, 1.0), skin: float = 0.8) -> Drawn:
    """The face drawn with shading and hidden surfaces left out; light points from the face to the lamp, y up.

    points: (468, 3). A pixel shows the nearest triangle over its centre; its brightness is that of its part, times `skin`,
    times 0.35 + 0.65 of the cosine between surface and light.
    """
    points = numbers("points", points, (VERTICES, 3), -1e6, 1e6)
    side, skin = whole("side", side, 4, MOST_SIDE), real("skin", skin, 0, 1)
    shades = skin * (AMBIENT + (1 - AMBIENT) * _cosines(points, numbers("light", light, (3,), -1e6, 1e6)))
    corners = points[canonical().triangles]  # (898, 3, 3)
    triangle, row, column, weights = _covered(corners, side)
    depth = (weights * corners[triangle, :, 2]).sum(axis=1)
    value = (weights * shades[canonical().triangles][triangle]).sum(axis=1) * _tones()[triangle]
    order = np.argsort(depth, kind="stable")  # far to near: the nearest is written last
    grey, cover = np.zeros((side, side)), np.zeros((side, side), bool)
    grey[row[order], column[order]] = value[order]
    cover[row, column] = True
    return Drawn(grey, cover)


@cache
def _tones():
    return np.array([TONES[part] for part in parts().tolist()])


def _cosines(points, light):
    """The cosine between the light and the surface at each vertex, (468,), 0 where it faces away."""
    corners = (points * np.array([1, -1, 1]))[canonical().triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros((VERTICES, 3))
    for place in range(3):
        np.add.at(normals, canonical().triangles[:, place], facing)
    length = np.linalg.norm(normals, axis=1) * np.linalg.norm(light)
    if length.min() < 1e-12:
        raise ValueError(f"light={light.tolist()} must have a direction, and points a surface")
    return np.maximum(normals @ light / length, 0)


def _covered(corners, side):
    """Which triangle covers which pixel's centre, row and column, with its barycentric weights (M, 3)."""
    a, b, c = (corners[:, place, :2] for place in range(3))
    area = _cross(b - a, c - a)
    first = np.maximum(np.floor(corners[..., :2].min(axis=1)), 0).astype(int)
    last = np.minimum(np.ceil(corners[..., :2].max(axis=1)), side).astype(int)
    seen = np.flatnonzero((area < -1e-9) & (last > first).all(axis=1))  # y points down, so these face the camera
    wide, high = (last - first)[seen].T
    repeated = np.repeat(seen, wide * high)
    within = np.arange(len(repeated)) - np.repeat(np.cumsum(wide * high) - wide * high, wide * high)
    breadth = np.repeat(wide, wide * high)
    column, row = first[repeated, 0] + within % breadth, first[repeated, 1] + within // breadth
    centre = np.column_stack([column, row]) + 0.5
    v = _cross(centre - a[repeated], (c - a)[repeated]) / area[repeated]
    w = _cross((b - a)[repeated], centre - a[repeated]) / area[repeated]
    inside = (v >= 0) & (w >= 0) & (v + w <= 1)
    weights = np.column_stack([1 - v - w, v, w])[inside]
    return repeated[inside], row[inside], column[inside], weights


def _cross(one, other):
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


def interocular_distance(points) -> np.ndarray:
    """The distance between the eyes' centres of faces (..., 468, D), D of 2 or 3, in the points' unit.

    >>> round(float(interocular_distance(canonical().vertices)), 3)
    6.302
    """
    points = _faces("points", points)
    left, right = (points[..., list(corners), :].mean(axis=-2) for corners in EYES)
    return np.linalg.norm(left - right, axis=-1)


def interocular_error(predicted, truth, axes: int = 2) -> np.ndarray:
    """Mean distance of predicted and true vertices over the true interocular distance, percent, one for each face.

    predicted, truth: (..., 468, D), D of 2 or 3; the distance is over the first `axes` coordinates, 2 for the picture's
    plane; the interocular distance is over all D. ValueError where the eyes' centres coincide.
    """
    truth = _faces("truth", truth)
    axes = whole("axes", axes, 1, truth.shape[-1])
    predicted = numbers("predicted", predicted, truth.shape, -1e9, 1e9)
    between = interocular_distance(truth)
    if between.min() <= 1e-9:
        raise ValueError("truth has a face whose eyes' centres coincide: the error has no unit")
    away = np.linalg.norm((predicted - truth)[..., :axes], axis=-1)
    return 100 * away.mean(axis=-1) / between


def _faces(name, points):
    array = numbers(name, points, low=-1e9, high=1e9)
    if array.ndim < 2 or array.shape[-2] != VERTICES or array.shape[-1] not in (2, 3) or not array.size:
        raise ValueError(f"{name} of shape {array.shape} must be of shape (..., {VERTICES}, 2 or 3)")
    return array


def procrustes(source, target) -> Alignment:
    """The similarity (turn, scale, shift, no reflection) that brings `source` (N, D) nearest to `target` (N, D).

    ValueError where the source's points are all alike.

    >>> found = procrustes([[0.0, 0], [1, 0], [0, 1]], [[3.0, 2], [3, 4], [1, 2]])
    >>> round(found.scale, 6), found.aligned.round(6).tolist()
    (2.0, [[3.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    """
    source = numbers("source", source, (None, None), -1e6, 1e6)
    target = numbers("target", target, source.shape, -1e6, 1e6)
    here, there = source.mean(axis=0), target.mean(axis=0)
    spread = ((source - here) ** 2).sum()
    if spread <= 1e-18:
        raise ValueError("source has all its points in one place: no turn or scale can be found")
    left, sizes, right = np.linalg.svd((target - there).T @ (source - here))
    signs = np.ones(len(sizes))
    signs[-1] = np.sign(np.linalg.det(left) * np.linalg.det(right))
    rotation = (left * signs) @ right
    scale = float((sizes * signs).sum() / spread)
    shift = there - scale * rotation @ here
    return Alignment(scale, rotation, shift, scale * source @ rotation.T + shift)


@cache
def astronaut() -> tuple[np.ndarray, np.ndarray]:
    """A real face: a grey portrait (H, W) in [0, 1] of NASA's and the points (468, 3) that MediaPipe found in it."""
    stored = load("astronaut_face.npz")
    return stored["grey"] / 255, stored["points"].astype(float)
