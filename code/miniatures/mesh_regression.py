"""From pixels to 468 vertices in one step: the whole camera frame against a detector's crop, at several resolutions.

A linear map stands for the article's network. It is fitted by ridge regression, and so are the detector, which finds where
the face is and how large, and the rival that reads the whole frame.

Source: "Real-Time AR Self-Expression with Machine Learning" (2019), Google AI Blog; Y. Kartynnik et al. (2019),
arXiv:1907.06724. The faces are drawn by `miniatures.face_model`.

frame     a camera picture, (128, 128) in [0, 1]
box       x, y and scale of a face: where its middle lies and half its width, pixels of the frame
crop      the square of 2.8 scales around a box's middle, brought to `side` x `side` pixels
points    vertices in pixels of the frame, (468, 3); in a crop they are measured in boxes: less x, y, 0 and over scale
λ, ridge  penalty on the squared weights
jitter    standard deviation of a simulated detector's box: of x and y in scales, of the scale in its own shares
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from miniatures.checks import SMALLEST, numbers, one_of, positive, real, whole
from miniatures.face_model import VERTICES, deformed, draw, placed, turned

FRAME, CROP, CROP_SIDE = 128, 2.8, 32
COLUMNS = (
    "yaw",
    "pitch",
    "mouth",
    "brow",
    "width",
    "x",
    "y",
    "scale",
    "light from the side",
    "light from above",
    "skin",
)
LOWEST = np.array([-30, -15, 0, -1, 0.9, 48, 48, 24, -0.8, -0.2, 0.6])
HIGHEST = np.array([30, 15, 1, 1, 1.1, 80, 80, 40, 0.8, 0.8, 1.0])
BACKGROUNDS = ("plain", "cluttered")
GRAIN = 0.02  # of the camera, standard deviation of a pixel
SIDES = (32, 16, 8, 4)
FINE = 64  # crops are read on this grid and then averaged
MOST_IMAGES = 20_000
JITTER = 0.06  # of the standard detector
RIDGES = {
    "frame": 5.0,
    "crop": 2.0,
    "detector": 10.0,
}  # for 32 x 32 pixels, chosen on seeds 0 to 3; in proportion to pixels


@dataclass(frozen=True)
class Regressor:
    """The linear map of flat pictures (N, pixels) to (N, outputs): (x - centre) @ weights + mean."""

    centre: np.ndarray
    weights: np.ndarray
    mean: np.ndarray

    def __call__(self, pictures) -> np.ndarray:
        """Pictures (N, H, W) or (N, pixels) to outputs (N, outputs)."""
        pictures = numbers("pictures", pictures, low=-1e6, high=1e6)
        if pictures.ndim < 2 or prod(pictures.shape[1:]) != len(self.centre):
            raise ValueError(f"pictures of shape {pictures.shape} must hold {len(self.centre)} pixels each")
        return (pictures.reshape(len(pictures), -1) - self.centre) @ self.weights + self.mean


def random_scenes(count: int, rng: np.random.Generator) -> np.ndarray:
    """Faces before a camera, (count, 11), each number uniform between LOWEST and HIGHEST; columns as in COLUMNS.

    >>> random_scenes(3, np.random.default_rng(0)).shape
    (3, 11)
    """
    return rng.uniform(LOWEST, HIGHEST, (whole("count", count, 1, MOST_IMAGES), len(COLUMNS)))


def true_points(scene) -> np.ndarray:
    """Where the vertices of the face `scene` (11,) lie in its frame, (468, 3), pixels."""
    yaw, pitch, mouth, brow, width, x, y, scale, *_ = _scene(scene)
    try:
        return placed(turned(deformed(mouth, brow, width), yaw, pitch), x, y, scale)
    except ValueError as error:  # names the number, not where it came from
        raise ValueError(f"scene: {error}") from None


def frame(scene, rng: np.random.Generator, background: str = "plain", grain: float = GRAIN) -> np.ndarray:
    """The camera's picture (128, 128) in [0, 1] of the face `scene` (11,)."""
    side, above, skin = _scene(scene)[8:]
    drawn = draw(true_points(scene), FRAME, (side, above, 1.0), real("scene's skin", float(skin), 0, 1))
    behind = plain(rng) if one_of("background", background, BACKGROUNDS) == "plain" else clutter(rng)
    noise = real("grain", grain, 0, 1) * rng.normal(size=behind.shape)
    return np.clip(np.where(drawn.cover, drawn.grey, behind) + noise, 0, 1)


def _scene(scene):
    return numbers("scene", scene, (len(COLUMNS),), -1e4, 1e4)


def plain(rng: np.random.Generator) -> np.ndarray:
    """A wall (128, 128) of one grey, from 0.2 to 0.5.

    >>> plain(np.random.default_rng(0)).shape
    (128, 128)
    """
    return np.full((FRAME, FRAME), rng.uniform(0.2, 0.5))


def clutter(rng: np.random.Generator, waves: int = 8, discs: int = 6) -> np.ndarray:
    """A room (128, 128) in [0, 1] of random waves and of discs, some of them of a face's size and brightness."""
    place = np.arange(FRAME) + 0.5
    x, y = place[None, :], place[:, None]
    room = np.full((FRAME, FRAME), 0.45)
    for _ in range(whole("waves", waves, 0, 100)):
        across, up = rng.normal(0, 0.1, 2)
        room = room + 0.08 * np.cos(across * x + up * y + rng.uniform(0, 2 * np.pi))
    for _ in range(whole("discs", discs, 0, 100)):
        middle, radius, tone = rng.uniform(0, FRAME, 2), rng.uniform(6, 32), rng.uniform(0.1, 0.9)
        room = np.where((x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2, tone, room)
    return np.clip(room, 0, 1)


def block_mean(pictures, side: int) -> np.ndarray:
    """Pictures (..., S, S) brought to (..., side, side) by the means of square blocks; `side` must divide S.

    >>> block_mean([[0.0, 2.0], [4.0, 6.0]], 1).tolist()
    [[3.0]]
    """
    pictures = numbers("pictures", pictures, low=-1e6, high=1e6)
    side = whole("side", side, 1, 4096)
    if pictures.ndim < 2 or pictures.shape[-1] != pictures.shape[-2] or pictures.shape[-1] % side:
        raise ValueError(
            f"side={side} must divide the sides of pictures of shape {pictures.shape}, which must be equal"
        )
    block = pictures.shape[-1] // side
    return pictures.reshape(*pictures.shape[:-2], side, block, side, block).mean(axis=(-3, -1))


def crop(picture, box, side: int = CROP_SIDE) -> np.ndarray:
    """The crop (side, side) of a frame around `box` (3,); what lies outside of the frame repeats its edge.

    Read between the pixels by straight lines on 64 x 64 places, then averaged; `side` divides 64.
    """
    picture, (x, y, scale) = numbers("picture", picture, (FRAME, FRAME), -1e6, 1e6), _box(box)
    steps = CROP * scale * ((np.arange(FINE) + 0.5) / FINE - 0.5) - 0.5  # pixel centres lie at halves
    across, down = (np.clip(steps + middle, 0, FRAME - 1.001) for middle in (x, y))
    left, top = across.astype(int), down.astype(int)
    u, v = (across - left)[None, :], (down - top)[:, None]
    rows = picture[top] * (1 - v) + picture[top + 1] * v  # (64, 128)
    return block_mean(rows[:, left] * (1 - u) + rows[:, left + 1] * u, side)


def _box(box):
    x, y, scale = numbers("box", box, (3,), -1e4, 1e4)
    return x, y, positive("box's scale", float(scale), 1e4)


def jittered(boxes, jitter: float, rng: np.random.Generator) -> np.ndarray:
    """Boxes (N, 3) as a detector of that jitter would find them; no scale shrinks below half."""
    boxes, jitter = numbers("boxes", boxes, (None, 3), -1e4, 1e4), real("jitter", jitter, 0, 0.5)
    away = jitter * rng.normal(size=boxes.shape)
    return np.column_stack([boxes[:, :2] + away[:, :2] * boxes[:, 2:], boxes[:, 2] * np.maximum(1 + away[:, 2], 0.5)])


def into_crop(points, boxes) -> np.ndarray:
    """Points (N, 468, 3) of the frame as a crop's regressor gives them, (N, 1404): from the box's middle, in its scales.

    >>> into_crop(np.zeros((1, VERTICES, 3)), [[64, 48, 32]])[0, :3].tolist()
    [-2.0, -1.5, 0.0]
    """
    points, boxes = _both(points, boxes)
    return ((points - _middles(boxes)) / boxes[:, None, 2:]).reshape(len(points), -1)


def into_frame(outputs, boxes) -> np.ndarray:
    """The inverse of `into_crop`: outputs (N, 1404) to points of the frame (N, 468, 3), pixels.

    >>> into_frame(np.ones((1, 3 * VERTICES)), [[64, 48, 32]])[0, 0].tolist()
    [96.0, 80.0, 32.0]
    """
    points, boxes = _both(numbers("outputs", outputs, (None, 3 * VERTICES), -1e9, 1e9).reshape(-1, VERTICES, 3), boxes)
    return points * boxes[:, None, 2:] + _middles(boxes)


def _middles(boxes):
    return np.column_stack([boxes[:, :2], np.zeros(len(boxes))])[:, None]


def _both(points, boxes):
    points = numbers("points", points, (None, VERTICES, 3), -1e9, 1e9)
    return points, _boxes(boxes, len(points), 1e9)


def _boxes(boxes, count, most=1e4):
    boxes = numbers("boxes", boxes, (count, 3), -most, most)
    if boxes[:, 2].min() < SMALLEST:
        raise ValueError(f"boxes holds the scale {boxes[:, 2].min()}: scales must be above 0 (from {SMALLEST:g})")
    return boxes


def _frames(frames):
    return numbers("frames", frames, (None, FRAME, FRAME), -1e6, 1e6)


def fit(pictures, targets, ridge: float) -> Regressor:
    """Ridge regression of targets (N, outputs) on pictures (N, ...), both taken from their means; `ridge` above 0.

    Solved over pictures or over pixels, whichever are fewer: both give the same weights.
    """
    pictures = numbers("pictures", pictures, low=-1e6, high=1e6)
    if pictures.ndim < 2 or not pictures.size:
        raise ValueError(f"pictures of shape {pictures.shape} must be (N, ...) with no empty axis")
    targets, ridge = numbers("targets", targets, (len(pictures), None), -1e9, 1e9), positive("ridge", ridge)
    x = pictures.reshape(len(pictures), -1)
    centre, mean = x.mean(axis=0), targets.mean(axis=0)
    x, y = x - centre, targets - mean
    if len(x) <= x.shape[1]:
        weights = x.T @ np.linalg.solve(x @ x.T + ridge * np.eye(len(x)), y)
    else:
        weights = np.linalg.solve(x.T @ x + ridge * np.eye(x.shape[1]), x.T @ y)
    return Regressor(centre, weights, mean)


def fit_frame(frames, points, side: int = CROP_SIDE) -> Regressor:
    """The rival: from whole frames (N, 128, 128), brought to side x side pixels, to their points (N, 468, 3).

    >>> fit_frame(np.zeros((1, FRAME, FRAME)), np.ones((1, VERTICES, 3)), 4)(np.ones((1, 4, 4)))[0, :2].tolist()
    [1.0, 1.0]
    """
    frames = _frames(frames)
    points = numbers("points", points, (len(frames), VERTICES, 3), -1e9, 1e9)
    return fit(block_mean(frames, side), points.reshape(len(points), -1), RIDGES["frame"] * (side / CROP_SIDE) ** 2)


def fit_crop(crops, points, boxes) -> Regressor:
    """The mesh model: from crops (N, side, side) around boxes (N, 3) to points (N, 468, 3), as `into_crop` measures them.

    >>> fit_crop(np.zeros((1, 4, 4)), np.zeros((1, VERTICES, 3)), [[64, 48, 32]])(np.ones((1, 4, 4)))[0, :3].tolist()
    [-2.0, -1.5, 0.0]
    """
    crops = numbers("crops", crops, (None, None, None), -1e6, 1e6)
    points = numbers("points", points, (len(crops), VERTICES, 3), -1e9, 1e9)
    return fit(crops, into_crop(points, boxes), RIDGES["crop"] * (crops.shape[1] / CROP_SIDE) ** 2)


def fit_detector(frames, boxes) -> Regressor:
    """A detector as simple as the rest: from whole frames (N, 128, 128), brought to 32 x 32 pixels, to boxes (N, 3).

    >>> fit_detector(np.zeros((1, FRAME, FRAME)), [[64, 48, 32]])(np.ones((1, CROP_SIDE, CROP_SIDE))).tolist()
    [[64.0, 48.0, 32.0]]
    """
    frames = _frames(frames)
    boxes = numbers("boxes", boxes, (len(frames), 3), -1e4, 1e4)
    return fit(block_mean(frames, CROP_SIDE), boxes, RIDGES["detector"])


def crops_of(frames, boxes, side: int = CROP_SIDE) -> np.ndarray:
    """The crops (N, side, side) of frames (N, 128, 128) around boxes (N, 3).

    >>> crops_of(np.zeros((1, FRAME, FRAME)), [[64, 48, 32]], 8).shape
    (1, 8, 8)
    """
    frames = _frames(frames)
    boxes = _boxes(boxes, len(frames))
    return np.array([crop(one, box, side) for one, box in zip(frames, boxes, strict=True)])


def multiply_adds(side: int, outputs: int = 3 * VERTICES) -> int:
    """Multiplications with addition of a linear map from side x side pixels: side**2 * outputs.

    >>> [multiply_adds(side) for side in SIDES]
    [1437696, 359424, 89856, 22464]
    """
    return whole("side", side, 1, 10**6) ** 2 * whole("outputs", outputs, 1, 10**9)


def output_values(landmarks: int, side: int) -> tuple[int, int]:
    """Numbers that a network must give: (coordinates, heatmaps), 3 for each landmark or a side x side map for each.

    >>> output_values(468, 64)
    (1404, 1916928)
    """
    landmarks, side = whole("landmarks", landmarks, 1, 10**6), whole("side", side, 1, 10**5)
    return 3 * landmarks, landmarks * side**2
