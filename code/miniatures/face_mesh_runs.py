"""The chapter's stored runs: errors of fitted regressors on fresh seeds, and the regressors of the first seed themselves.

Source: code/precompute/face_mesh.py, which fits `miniatures.mesh_regression` on 800 drawn faces a seed and tries it on 300 others.

error, depth error  of a mesh, percent of the interocular distance: in the picture's plane, and in space
lips                mean error of the gap between the lips, percent of the interocular distance
trembling           step from frame to frame of a face at rest, percent of the interocular distance
"""

from functools import cache

import numpy as np

from miniatures.checks import one_of, whole
from miniatures.data import load
from miniatures.face_film import FRAMES, film_boxes
from miniatures.mesh_regression import CROP_SIDE, SIDES, Regressor, block_mean, crop, into_frame

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made
TRAINING, TEST = 800, 300
JITTERS = (0.0, 0.03, 0.06, 0.09, 0.12, 0.18)  # of the detector in the test: 0 to 3 times the standard 0.06
TRAINED_JITTERS = (0.0, 0.06, 0.12)
COUNTS = (100, 200, 400, 800)
RANK = 16  # of the drawn faces' points: no regressor fitted to them can leave these directions


@cache
def _table():
    found: dict = {}
    for row in load("face_mesh_runs.csv"):
        found.setdefault((str(row["measure"]), str(row["of"])), {})[int(row["seed"])] = float(row["value"])
    return found


def stored(measure: str, of: str) -> np.ndarray:
    """The values of a measure in the five fresh seeds, (5,); ValueError names what is stored.

    >>> stored("error", "crop 32").shape
    (5,)
    """
    one_of("measure", measure, sorted({name for name, _ in _table()}))
    one_of("of", of, [thing for name, thing in _table() if name == measure])
    return np.array([_table()[measure, of][seed] for seed in FRESH_SEEDS])


@cache
def _models():
    return {name: array.astype(float) for name, array in load("face_mesh_models.npz").items()}


@cache
def crop_regressor(side: int = CROP_SIDE) -> Regressor:
    """The mesh model of seed 200 for crops of 32, 16, 8 or 4 pixels, fitted with a detector of jitter 0.06."""
    if isinstance(side, bool) or side not in SIDES:
        raise ValueError(f"side={side!r} is not stored: one of {', '.join(map(str, SIDES))}")
    centre = block_mean(_models()["crop_centre"], side).ravel()
    return Regressor(centre, _models()[f"crop_{side}"] @ _models()["crop_basis"], _models()["crop_mean"])


@cache
def frame_regressor() -> Regressor:
    """The rival of seed 200, from whole frames of 32 x 32 pixels."""
    centre, weights = _models()["frame_centre"].ravel(), _models()["frame_32"]
    return Regressor(centre, weights @ _models()["frame_basis"], _models()["frame_mean"])


def found_in_crop(picture, box, side: int = CROP_SIDE) -> np.ndarray:
    """The mesh (468, 3), pixels of the frame, that the stored model finds in a frame (128, 128) through the box (3,)."""
    return into_frame(crop_regressor(side)(crop(picture, box, side)[None]), np.asarray(box, float)[None])[0]


def found_in_frame(picture) -> np.ndarray:
    """The mesh (468, 3), pixels, that the stored rival finds in the whole frame (128, 128)."""
    return frame_regressor()(block_mean(picture, CROP_SIDE)[None]).reshape(-1, 3)


@cache
def film_track(side: int = CROP_SIDE) -> np.ndarray:
    """The vertices (160, 468, 3), pixels, found in each frame of the film of seed 200, from crops of 32 or 8 pixels."""
    if isinstance(side, bool) or side not in (32, 8):
        raise ValueError(f"side={side!r} is not stored: 32 or 8")
    outputs = _models()[f"film_{side}"] @ _models()["crop_basis"] + _models()["crop_mean"]
    return into_frame(outputs, film_boxes(FRESH_SEEDS[0]))


def film_mesh(number: int, side: int = CROP_SIDE) -> np.ndarray:
    """The vertices (468, 3) of one frame of `film_track`."""
    return film_track(side)[whole("number", number, 0, FRAMES - 1)]
