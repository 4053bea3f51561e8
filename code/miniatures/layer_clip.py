"""A real clip: a hand drags a sheet with a cube and a tube over a table, before a fixed camera; the part around the cube.

Source: the example mbt/cube of ViSP (Inria), from Debian's visp-images-data 3.5.0-1, GPL-2, as `miniatures.cube_clip` keeps it.
The boxes round the cube are ours, drawn by hand on ten frames.

gain   a frame's mean on a piece of bare table, over the mean of all frames there: the camera's exposure drifts
plate  the picture without cube and shadow, (58, 63), from 0 to 1
"""

from functools import cache

import numpy as np

from miniatures import cube_clip
from miniatures.checks import one_of, real, whole
from miniatures.cube_clip import COUNT  # frames, every third of the original
from miniatures.layer_decomposition import decompose, median_background

SHAPE = (58, 63)
_PART = cube_clip.Part(range(COUNT), (10, 44), SHAPE, {
    "bare table": "bare table", "where the cube ends": "where the cube ends", "where the cube starts": "where the cube starts",
    "where the shadow starts": "beside the cube at the start",
})  # fmt: skip
frames, gains, brightness, plate_error = _PART.frames, _PART.gains, _PART.brightness, _PART.plate_error
PLACES, BARE = _PART.places, _PART.bare
PLATES = ("median", "masked median", "75th percentile", "larger of two medians")
BOXES = {  # frame: top, left, bottom, right, pixels
    0: (23, 8, 49, 31), 12: (23, 8, 49, 31), 20: (16, 9, 39, 29), 30: (12, 6, 34, 25), 40: (7, 4, 26, 22),
    50: (6, 3, 24, 20), 56: (6, 4, 23, 18), 60: (6, 4, 23, 18), 66: (5, 2, 22, 17), 72: (5, 1, 22, 16),
}  # fmt: skip


@cache
def cube_masks() -> np.ndarray:
    """The one rough mask that is given: a box round the cube, (1, 73, 58, 63), between drawn ones on straight lines."""
    drawn, times = np.array(list(BOXES.values()), float), np.arange(COUNT)
    boxes = np.stack([np.interp(times, list(BOXES), side) for side in drawn.T], axis=1)  # (73, 4)
    rows, columns = np.mgrid[:58, :63]
    top, left, bottom, right = boxes.T[..., None, None]
    return ((rows >= top) & (rows < bottom) & (columns >= left) & (columns < right))[None]


def plate(kind: str = "median", count: int = COUNT, steady: bool = True) -> np.ndarray:
    """The background (58, 63) of the first `count` frames, by one of PLATES, as `cube_clip.Part.plate` has it; the masked median
    leaves the cube's box out."""
    if one_of("kind", kind, PLATES) != "masked median":
        return _PART.plate(kind, count, steady)
    count = whole("count", count, 1, COUNT)
    return median_background(frames(steady)[:count], cube_masks()[:, :count])


@cache
def cube_layers(kind: str = "larger of two medians") -> tuple[np.ndarray, np.ndarray]:
    """(background, layers) of the steady clip over one of the PLATES: (58, 63) and (1, 73, 58, 63, 2)."""
    return decompose(frames(), cube_masks(), background=plate(kind))


def removed(frame: int, how: str, kind: str = "larger of two medians") -> np.ndarray:
    """A frame (58, 63) without the cube: the plate in place of its "mask", or of all that its "layer" holds."""
    background, _ = cube_layers(kind)
    frame = whole("frame", frame, 0, COUNT - 1)
    if one_of("how", how, ("mask", "layer")) == "layer":
        return background
    return np.where(cube_masks()[0, frame], background, frames()[frame])


def removal_error(how: str, place: str = "where the shadow starts", kind: str = "median") -> float:
    """RMSE of `removed` at a place in frames 4 to 11, with the cube on or beside it, against the same place bare, in levels of 255.

    Over the plain median by default: the larger of two medians is made of the very frames in which the place is bare.
    """
    errors = [plate_error(place, removed(frame, how, kind)) for frame in range(4, 12)]
    return float(np.sqrt((np.array(errors) ** 2).mean()))


def flagged(levels: float, steady: bool = True) -> float:
    """The share of pixels of the bare table that differ from their median by more than `levels` of 255: false alarms."""
    table = frames(steady)[:, *PLACES["bare table"]]
    return float((np.abs(table - np.median(table, axis=0)) > real("levels", levels, 0, 255) / 255).mean())
