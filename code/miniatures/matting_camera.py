"""A real clip without truth: a hand drags a sheet with a cube and a tube over a table, before a fixed camera whose exposure drifts.

Source: the example mbt/cube of ViSP (Inria), from Debian's visp-images-data 3.5.0-1, GPL-2, as
`miniatures.cube_clip` keeps it; here every second of its frames. Where things are was read off the frames by eye.

gain    a frame's mean on a piece of bare table, over the mean of all frames there
plate   the estimated background, (80, 107), grey from 0 to 1
levels  grey levels of 255
"""

from functools import cache

import numpy as np

from miniatures import cube_clip
from miniatures.checks import numbers, one_of, real, whole
from miniatures.cube_clip import SHAPE

NUMBERS = np.arange(0, cube_clip.COUNT, 2)  # of the kept frames in the stored clip
COUNT = len(NUMBERS)
_NAMES = {name: name for name in ("bare table", "where the cube ends", "where the cube starts")} | {
    "shadow at the start": "beside the cube at the start"
}
PLACES = {name: cube_clip.PLACES[place] for name, place in _NAMES.items()} | {  # rows and columns
    "cube at the start": (slice(38, 54), slice(59, 69)),  # inside the cube in frames 4 to 11
    "always tube": (slice(14, 34), slice(36, 41)),  # inside the tube in every frame
}
BARE = {name: cube_clip.bare_in(place, NUMBERS) for name, place in _NAMES.items() if place in cube_clip.BARE}
PLATES = ("median", "75th percentile", "90th percentile", "larger of two medians")


@cache
def raw_frames() -> np.ndarray:
    """The clip as the camera saw it, (37, 80, 107), grey from 0 to 1.

    >>> raw_frames().shape
    (37, 80, 107)
    """
    return cube_clip.whole_clip()[NUMBERS]


def gains(frames) -> np.ndarray:
    """The gain of each of the `frames` (T, 80, 107), (T,), mean 1: its brightness on the bare table.

    >>> round(float(gains(raw_frames()).mean()), 9)
    1.0
    """
    return cube_clip.gains(numbers("frames", frames, (None, *SHAPE), 0, 1), PLACES["bare table"])


@cache
def steady_frames() -> np.ndarray:
    """The clip with its gain taken out, (37, 80, 107); at most 1, where the correction would exceed it."""
    return cube_clip.steadied(raw_frames(), PLACES["bare table"])


def frames(steady: bool = True) -> np.ndarray:
    """The clip (37, 80, 107), with or without the gain taken out."""
    if not isinstance(steady, (bool, np.bool_)):
        raise ValueError(f"steady={steady!r} must be True or False")
    return steady_frames() if steady else raw_frames()


def plate(kind: str = "median", count: int = COUNT, steady: bool = True) -> np.ndarray:
    """The background (80, 107) of the first `count` kept frames, 1 to 37, by one of PLATES.

    A percentile above the median presumes that what passes is darker than the table. The larger of two medians, of frames 4 to 11 and
    from 60 on, knows when the table was bare, so it takes all frames.
    """
    one_of("kind", kind, PLATES)
    count, clip = whole("count", count, 1, COUNT), frames(steady)
    if kind == "larger of two medians":
        if count < COUNT:
            raise ValueError(f"count={count}: the larger of two medians needs all {COUNT} frames")
        return cube_clip.larger_of_two_medians(clip[BARE["where the cube ends"]], clip[NUMBERS >= 60])
    level = {"median": 50, "75th percentile": 75, "90th percentile": 90}[kind]
    return np.percentile(clip[:count], level, axis=0)


def plate_error(place: str, picture, steady: bool = True) -> float:
    """RMSE of a plate (80, 107) at a place of BARE against the median of the frames in which it is bare, in grey levels."""
    one_of("place", place, tuple(BARE))
    return cube_clip.error_at(PLACES[place], picture, frames(steady)[BARE[place]])


def masks(picture, levels: float = 10.0, steady: bool = True) -> np.ndarray:
    """The hard cut of every frame, bool (37, 80, 107): where it differs from the plate `picture` by more than `levels`, 0 to 255."""
    away = np.abs(frames(steady) - numbers("picture", picture, SHAPE, 0, 1))
    return away > real("levels", levels, 0, 255) / 255


def flagged(place: str, cut, among=None) -> float:
    """The share of the pixels of one of PLACES that a mask `cut` (37, 80, 107) holds, over all frames or `among` a mask (37,) of them."""
    one_of("place", place, tuple(PLACES))
    cut = np.asarray(cut)
    if cut.dtype != bool or cut.shape != (COUNT, *SHAPE):
        raise ValueError(f"cut of {cut.dtype} and shape {cut.shape} must be a mask of shape {(COUNT, *SHAPE)}")
    chosen = np.ones(COUNT, bool) if among is None else np.asarray(among)
    if chosen.dtype != bool or chosen.shape != (COUNT,) or not chosen.any():
        raise ValueError(f"among must be a mask of True and False of shape ({COUNT},), some of it True")
    return float(cut[chosen][:, *PLACES[place]].mean())
