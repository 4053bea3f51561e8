"""Mouths: two numbers a frame move a drawn face's lips, and the distance between lips says how wrong a guess is.

Source: ours; the face is that of `miniatures.drawn_faces`.

mouth      what the lips do, (T, 2): columns as in MOUTH, opening from 0 to 1, rounding from -1 to 1
identity   whose face it is, (12,), as in `miniatures.drawn_faces`
landmarks  eight points on the lips, (T, 8, 2), x to the right and y up, faces: half a picture is 1
e          landmark error: mean distance of guessed landmarks from true ones, per cent of the distance of the eyes
"""

import numpy as np

from miniatures.checks import numbers, whole
from miniatures.drawn_faces import IDENTITY, LARGEST_SIDE, MOST_FACES, PURSING, SMALLEST_SIDE, draw_faces

MOUTH = ("opening", "rounding")
LOWEST, HIGHEST = np.array([0.0, -1.0]), np.array([1.0, 1.0])
ALONG = np.array([-0.5, 0.0, 0.5])  # where on the lip, in halves of the mouth's width
FARTHEST = 1e6  # of a guess: a bad model may say anything, but a number
EYES = 0.25, 0.05  # half the distance of the eyes, and what the identity adds to it


def drawable(mouth) -> np.ndarray:
    """`mouth` (T, 2) cut to what lips can do: opening from 0 to 1, rounding from -1 to 1.

    >>> drawable([[1.5, -3.0]]).tolist()
    [[1.0, -1.0]]
    """
    return np.clip(numbers("mouth", mouth, (None, 2), -FARTHEST, FARTHEST), LOWEST, HIGHEST)


def eye_distance(identity=None) -> float:
    """How far apart the eyes of `identity` (12,) are, where half a picture is 1.

    >>> eye_distance()
    0.5
    """
    return float(2 * (EYES[0] + EYES[1] * _person(identity)[IDENTITY.index("eye distance")]))


def landmarks(mouth, identity=None) -> np.ndarray:
    """Eight points (T, 8, 2) on the lips as `draw_mouths` draws them: two corners, three above, three below.

    Linear in the mouth, so a guess beyond what lips can do is placed beyond it too.

    >>> landmarks([[0.0, 0.0]])[0, :2].round(2).tolist()
    [[-0.22, -0.37], [0.22, -0.37]]
    """
    opening, rounding = numbers("mouth", mouth, (None, 2), -FARTHEST, FARTHEST).T[:, :, None]
    person = dict(zip(IDENTITY, _person(identity), strict=True))
    half = 0.22 + 0.06 * person["mouth width"] - PURSING * rounding  # (T, 1)
    gap = 0.04 + 0.14 * opening * (1 - ALONG**2)  # (T, 3)
    x = np.hstack([-half, half, half * ALONG, half * ALONG])
    y = -0.37 - 0.05 * person["mouth height"] + np.hstack([0 * half, 0 * half, gap, -gap])
    return np.stack([x, y], axis=2)


def landmark_error(truth, guess, identity=None) -> float:
    """Mean distance of the landmarks of the mouths `guess` (T, 2) from those of `truth` (T, 2), per cent of the eyes' distance.

    >>> round(landmark_error([[0.0, 0.0]], [[1.0, 0.0]]), 2)  # a shut mouth taken for an open one
    17.5
    """
    points = landmarks(numbers("truth", truth, (None, 2), -FARTHEST, FARTHEST), identity)
    other = landmarks(numbers("guess", guess, (len(points), 2), -FARTHEST, FARTHEST), identity)
    away = np.hypot(*np.moveaxis(points - other, 2, 0))  # (T, 8)
    return float(100 * away.mean() / eye_distance(identity))


def pixels(error: float, side: int) -> float:
    """A landmark error in per cent of the eyes' distance as pixels of a picture `side` wide, for the average face.

    >>> pixels(4.0, 100)
    1.0
    """
    error = float(numbers("error", error, (), 0, FARTHEST))
    return error / 100 * eye_distance() * whole("side", side, 1, 10_000) / 2


def draw_mouths(mouth, identity=None, pose=None, expression=None, side: int = 48) -> np.ndarray:
    """A film (T, side, side) in [0, 1] of the face `identity` (12,) saying `mouth` (T, 2), which is cut to what lips can do.

    `pose` (T, 5) and `expression` (T, 4), the target's own, are kept but for the mouth, as `miniatures.drawn_faces` names them;
    None holds the head still and the face at rest.

    >>> draw_mouths([[0.0, 0.0], [1.0, 0.5]], side=24).shape
    (2, 24, 24)
    """
    lips = drawable(mouth)
    if len(lips) > MOST_FACES:
        raise ValueError(f"mouth of {len(lips)} rows: at most {MOST_FACES} faces are drawn at once")
    whole("side", side, SMALLEST_SIDE, LARGEST_SIDE)
    face = np.zeros((len(lips), 4)) if expression is None else numbers("expression", expression, (len(lips), 4), -9, 9)
    face[:, 1] = lips[:, 0]
    return draw_faces(np.tile(_person(identity), (len(lips), 1)), pose, None, face, side, rounded=lips[:, 1])


def target_clip(frames: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """(pose (T, 5), expression (T, 4)) of a target who sways, turns and blinks: what new words in its mouth must leave alone.

    >>> [part.shape for part in target_clip(77)]
    [(77, 5), (77, 4)]
    """
    rng = np.random.default_rng(whole("seed", seed, 0, 2**32 - 1))
    frame = np.arange(whole("frames", frames, 1, MOST_FACES))[:, None]
    period, start = rng.uniform(60, 120, 5), rng.uniform(0, 2 * np.pi, 5)
    pose = np.array([0.03, 0.015, 0.3, 0.04, 0.02]) * np.sin(2 * np.pi * frame / period + start)
    face = np.zeros((frames, 4))
    apart = np.abs((frame[:, 0] - rng.integers(0, 50)) % 50 - 25)  # a blink of five frames every two seconds
    face[:, 3] = -np.clip(1.2 - 0.4 * apart, 0, 1)
    return pose, face


def _person(identity):
    return np.zeros(len(IDENTITY)) if identity is None else numbers("identity", identity, (len(IDENTITY),), -1, 1)
