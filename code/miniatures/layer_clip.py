"""A real clip: a hand drags a sheet with a cube and a tube over a table, before a fixed camera; the part around the cube.

Source: the example mbt/cube of ViSP (Inria), from Debian's visp-images-data 3.5.0-1, GPL-2, as `miniatures.cube_clip` keeps it.
The boxes round the cube are ours, drawn by hand on ten frames.

gain   a frame's mean on a piece of bare table, over the mean of all frames there: the camera's exposure drifts
plate  the picture without cube and shadow, (58, 63), from 0 to 1
"""

from functools import cache

import numpy as np

from miniatures import cube_clip
from miniatures.checks import numbers, one_of, real, whole
from miniatures.cube_clip import COUNT  # frames, every third of the original
from miniatures.layer_decomposition import decompose, median_background

TOP, LEFT, SHAPE = 10, 44, (58, 63)  # of the part in the whole picture
_NAMES = {name: name for name in ("bare table", "where the cube ends", "where the cube starts")} | {
    "where the shadow starts": "beside the cube at the start"
}
PLACES = {name: cube_clip.moved(cube_clip.PLACES[place], TOP, LEFT) for name, place in _NAMES.items()}
BARE = {  # which frames show a place bare
    name: cube_clip.bare_in(place, range(COUNT)) for name, place in _NAMES.items() if place in cube_clip.BARE
}
PLATES = ("median", "masked median", "75th percentile", "larger of two medians")
BOXES = {  # frame: top, left, bottom, right, pixels
    0: (23, 8, 49, 31), 12: (23, 8, 49, 31), 20: (16, 9, 39, 29), 30: (12, 6, 34, 25), 40: (7, 4, 26, 22),
    50: (6, 3, 24, 20), 56: (6, 4, 23, 18), 60: (6, 4, 23, 18), 66: (5, 2, 22, 17), 72: (5, 1, 22, 16),
}  # fmt: skip


@cache
def raw_frames() -> np.ndarray:
    """The clip as the camera saw it, (73, 58, 63), grey from 0 to 1.

    >>> raw_frames().shape
    (73, 58, 63)
    """
    return cube_clip.whole_clip()[:, TOP : TOP + SHAPE[0], LEFT : LEFT + SHAPE[1]]


def gains(frames) -> np.ndarray:
    """The gain of each of the `frames` (T, 58, 63), (T,), mean 1: its brightness on the bare table.

    >>> round(float(gains(raw_frames()).mean()), 9)
    1.0
    """
    return cube_clip.gains(numbers("frames", frames, (None, *SHAPE), 0, 1), PLACES["bare table"])


@cache
def steady_frames() -> np.ndarray:
    """The clip with its gain taken out, (73, 58, 63); at most 1, where the correction would exceed it."""
    return cube_clip.steadied(raw_frames(), PLACES["bare table"])


@cache
def cube_masks() -> np.ndarray:
    """The one rough mask that is given: a box round the cube, (1, 73, 58, 63), between drawn ones on straight lines."""
    drawn, times = np.array(list(BOXES.values()), float), np.arange(COUNT)
    boxes = np.stack([np.interp(times, list(BOXES), side) for side in drawn.T], axis=1)  # (73, 4)
    rows, columns = np.mgrid[:58, :63]
    top, left, bottom, right = boxes.T[..., None, None]
    return ((rows >= top) & (rows < bottom) & (columns >= left) & (columns < right))[None]


def plate(kind: str = "median", count: int = COUNT, steady: bool = True) -> np.ndarray:
    """The background (58, 63) of the first `count` frames, by one of PLATES; with or without the gain taken out (`steady`).

    The 75th percentile presumes that what passes is darker than the table; the larger of two medians, of frames 4 to 11 and 60
    to 72, knows when the table was bare, so it takes all frames.
    """
    one_of("kind", kind, PLATES)
    count, frames = whole("count", count, 1, COUNT), steady_frames() if steady else raw_frames()
    if kind == "larger of two medians":
        if count < COUNT:
            raise ValueError(f"count={count}: the larger of two medians needs all {COUNT} frames")
        return cube_clip.larger_of_two_medians(frames[BARE["where the cube ends"]], frames[60:])
    if kind == "75th percentile":
        return np.percentile(frames[:count], 75, axis=0)
    return median_background(frames[:count], cube_masks()[:, :count] if kind == "masked median" else None)


def plate_error(place: str, picture, steady: bool = True) -> float:
    """RMSE of a plate (58, 63) at one of the places known to be bare at some time, in grey levels of 255."""
    one_of("place", place, tuple(BARE))
    frames = steady_frames() if steady else raw_frames()
    return cube_clip.error_at(PLACES[place], picture, frames[BARE[place]])


@cache
def cube_layers(kind: str = "larger of two medians") -> tuple[np.ndarray, np.ndarray]:
    """(background, layers) of the steady clip over one of the PLATES: (58, 63) and (1, 73, 58, 63, 2)."""
    return decompose(steady_frames(), cube_masks(), background=plate(kind))


def removed(frame: int, how: str, kind: str = "larger of two medians") -> np.ndarray:
    """A frame (58, 63) without the cube: the plate in place of its "mask", or of all that its "layer" holds."""
    background, _ = cube_layers(kind)
    frame = whole("frame", frame, 0, COUNT - 1)
    if one_of("how", how, ("mask", "layer")) == "layer":
        return background
    return np.where(cube_masks()[0, frame], background, steady_frames()[frame])


def removal_error(how: str, place: str = "where the shadow starts", kind: str = "median") -> float:
    """RMSE of `removed` at a place in frames 4 to 11, with the cube on or beside it, against the same place bare, in levels of 255.

    Over the plain median by default: the larger of two medians is made of the very frames in which the place is bare.
    """
    errors = [plate_error(place, removed(frame, how, kind)) for frame in range(4, 12)]
    return float(np.sqrt((np.array(errors) ** 2).mean()))


def flagged(levels: float, steady: bool = True) -> float:
    """The share of pixels of the bare table that differ from their median by more than `levels` of 255: false alarms."""
    frames = steady_frames() if steady else raw_frames()
    table = frames[:, *PLACES["bare table"]]
    return float((np.abs(table - np.median(table, axis=0)) > real("levels", levels, 0, 255) / 255).mean())
