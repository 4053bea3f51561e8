"""A real clip without truth: a hand drags a sheet with a cube and a tube over a table, before a fixed camera whose exposure drifts.

Source: the example mbt/cube of ViSP (Inria), from Debian's visp-images-data 3.5.0-1, GPL-2, as
`miniatures.cube_clip` keeps it; here every second of its frames. Where things are was read off the frames by eye.

gain    a frame's mean on a piece of bare table, over the mean of all frames there
plate   the estimated background, (80, 107), grey from 0 to 1
levels  grey levels of 255
"""

import numpy as np

from miniatures import cube_clip
from miniatures.checks import as_array, numbers, one_of, real
from miniatures.cube_clip import SHAPE

NUMBERS = np.arange(0, cube_clip.COUNT, 2)  # of the kept frames in the stored clip
COUNT = len(NUMBERS)
_PART = cube_clip.Part(NUMBERS, (0, 0), SHAPE, {
    "bare table": "bare table", "where the cube ends": "where the cube ends", "where the cube starts": "where the cube starts",
    "shadow at the start": "beside the cube at the start",
})  # fmt: skip
frames, gains, brightness, plate, plate_error = (
    _PART.frames, _PART.gains, _PART.brightness, _PART.plate, _PART.plate_error,
)  # fmt: skip
PLACES = _PART.places | {  # rows and columns
    "cube at the start": (slice(38, 54), slice(59, 69)),  # inside the cube in frames 4 to 11
    "always tube": (slice(14, 34), slice(36, 41)),  # inside the tube in every frame
}
BARE = _PART.bare
PLATES = (*cube_clip.PERCENTILES, cube_clip.TWO_MEDIANS)


def masks(picture, levels: float = 10.0, steady: bool = True) -> np.ndarray:
    """The hard cut of every frame, bool (37, 80, 107): where it differs from the plate `picture` by more than `levels`, 0 to 255."""
    away = np.abs(frames(steady) - numbers("picture", picture, SHAPE, 0, 1))
    return away > real("levels", levels, 0, 255) / 255


def flagged(place: str, cut, among=None) -> float:
    """The share of the pixels of one of PLACES that a mask `cut` (37, 80, 107) holds, over all frames or `among` a mask (37,) of them."""
    one_of("place", place, tuple(PLACES))
    cut = as_array("cut", cut)
    if cut.dtype != bool or cut.shape != (COUNT, *SHAPE):
        raise ValueError(f"cut of {cut.dtype} and shape {cut.shape} must be a mask of shape {(COUNT, *SHAPE)}")
    chosen = np.ones(COUNT, bool) if among is None else as_array("among", among)
    if chosen.dtype != bool or chosen.shape != (COUNT,) or not chosen.any():
        raise ValueError(f"among must be a mask of True and False of shape ({COUNT},), some of it True")
    return float(cut[chosen][:, *PLACES[place]].mean())
