"""The chapter's stored runs: errors of fitted regressors on fresh seeds, and the regressors of the first seed themselves.

Source: code/precompute/face_mesh.py, which fits `miniatures.mesh_regression` on 800 drawn faces a seed and tries it on 300 others.

error, depth error  of a mesh, percent of the interocular distance: in the picture's plane, and in space
lips                mean error of the gap between the lips, percent of the interocular distance
trembling           step from frame to frame of a face at rest, percent of the interocular distance
"""

from functools import cache

import numpy as np

from miniatures.checks import cached, numbers, one_of, whole
from miniatures.data import load
from miniatures.face_film import FILTERS as FILM_FILTERS
from miniatures.face_film import FRAMES, film, film_boxes, smoothed
from miniatures.face_model import interocular_distance, interocular_error
from miniatures.mesh_regression import CROP_SIDE, FRAME, SIDES, Regressor, block_mean, crop, into_frame, true_points
from miniatures.results import by_key, place, spread

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made
TRAINING, TEST = 800, 300
JITTERS = (0.0, 0.03, 0.06, 0.09, 0.12, 0.18)  # of the detector in the test: 0 to 3 times the standard 0.06
TRAINED_JITTERS = (0.0, 0.06, 0.12)
COUNTS = (100, 200, 400, 800)
RANK = 16  # of the drawn faces' points: no regressor fitted to them can leave these directions


def _table():
    return by_key("face_mesh_runs.csv", "measure", "of")


def stored(measure: str, of: str) -> np.ndarray:
    """The values of a measure in the five fresh seeds, (5,); ValueError names what is stored.

    >>> stored("error", "crop 32").shape
    (5,)
    """
    one_of("measure", measure, sorted({name for name, _ in _table()}))
    one_of("of", of, [thing for name, thing in _table() if name == measure])
    return _table()[measure, of]


@cache
def _models():
    return {name: array.astype(float) for name, array in load("face_mesh_models.npz").items()}


@cached()
def crop_regressor(side: int = CROP_SIDE) -> Regressor:
    """The mesh model of seed 200 for crops of 32, 16, 8 or 4 pixels, fitted with a detector of jitter 0.06."""
    place("side", side, SIDES)
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
    picture = numbers("picture", picture, (FRAME, FRAME), -1e6, 1e6)
    return frame_regressor()(block_mean(picture, CROP_SIDE)[None]).reshape(-1, 3)


@cached()
def film_track(side: int = CROP_SIDE) -> np.ndarray:
    """The vertices (160, 468, 3), pixels, found in each frame of the film of seed 200, from crops of 32 or 8 pixels."""
    place("side", side, (32, 8))
    outputs = _models()[f"film_{side}"] @ _models()["crop_basis"] + _models()["crop_mean"]
    return into_frame(outputs, film_boxes(FRESH_SEEDS[0]))


def film_mesh(number: int, side: int = CROP_SIDE) -> np.ndarray:
    """The vertices (468, 3) of one frame of `film_track`."""
    return film_track(side)[whole("number", number, 0, FRAMES - 1)]


@cache
def film_truth() -> np.ndarray:
    """Where the vertices lie in the film, (160, 468, 3), pixels."""
    return np.array([true_points(scene) for scene in film()[0]])


@cached()
def smoothed_track(name: str) -> np.ndarray:
    """`film_track` after the filter of that name in face_film.FILTERS, (160, 468, 3)."""
    return smoothed(film_track(), name)


@cached()
def film_errors(name: str) -> tuple[np.ndarray, np.ndarray]:
    """In each frame of the smoothed film: the mesh's error, and how far it lies to the right of the truth on average.

    Both (160,), percent of the interocular distance. Behind a face that moves to the right, the second is below zero.
    """
    found, truth = smoothed_track(name), film_truth()
    aside = (found - truth)[..., 0].mean(axis=1)
    return interocular_error(found, truth), 100 * aside / interocular_distance(truth)


def rows(called: str, places: dict[str, str], measures: dict[str, str]) -> list[dict]:
    """A table of what is stored, mean and standard deviation over the five seeds: a line for each of `places`, in a column `called` so.

    places: what a line is called to what is stored of it; measures: a column's name to its measure.

    >>> rows("crop", {"32 px": "crop 32"}, {"error, % of IOD": "error"})
    [{'crop': '32 px', 'error, % of IOD': '6.44 ± 0.27'}]
    """
    return [{called: words} | {column: spread(stored(measure, of), 1, 2) for column, measure in measures.items()}
            for words, of in places.items()]  # fmt: skip


def film_rows() -> list[dict]:
    """The table of the film behind each filter, percent of the interocular distance."""
    names = {"at rest": "film rest", "wobble": "film wobble", "trembling": "film trembling", "in motion": "film motion"}
    return rows("filter", {name: name for name in FILM_FILTERS}, names)


def halved(measure: str, side: int) -> np.ndarray:
    """How much a measure grows, seed by seed (5,), from a crop of `side` pixels to one of half the side.

    >>> bool((halved("error", 32) > 0).all())
    True
    """
    return stored(measure, f"crop {whole('side', side, 2, 64) // 2}") - stored(measure, f"crop {side}")
