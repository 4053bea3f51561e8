"""A real clip without truth: a hand drags a sheet with a cube and a tube over a table, before a fixed camera whose exposure drifts.

Source: the example mbt/cube of ViSP (Inria), from Debian's visp-images-data 3.5.0-1, GPL-2; halved by
code/precompute/cube_clip.py. Where the table is bare, and when, was read off the frames by eye.

gain   a frame's mean on a piece of bare table, over the mean of all frames there
place  rows and columns of a part of the picture, two slices
plate  the picture without what passes over it, grey from 0 to 1
"""

from functools import cache, cached_property

import numpy as np

from miniatures.checks import as_array, numbers, one_of, whole
from miniatures.data import load

COUNT, SHAPE = 73, (80, 107)
PLACES = {  # in the whole picture
    "bare table": (slice(16, 24), slice(81, 89)),  # always bare
    "where the cube ends": (slice(16, 31), slice(49, 60)),
    "where the cube starts": (slice(48, 58), slice(54, 72)),
    "beside the cube at the start": (slice(46, 56), slice(46, 53)),  # in its shadow in frames 4 to 11
}
BARE = {  # the first and the last frame in which a place is bare
    "where the cube ends": (4, 11),
    "where the cube starts": (56, COUNT - 1),
    "beside the cube at the start": (56, COUNT - 1),
}


@cache
def whole_clip() -> np.ndarray:
    """The clip as the camera saw it, (73, 80, 107), grey from 0 to 1.

    >>> whole_clip().shape
    (73, 80, 107)
    """
    return np.cumsum(load("cube_clip.npz")["changes"].astype(float), axis=0) % 256 / 255


def moved(place, top: int, left: int) -> tuple[slice, slice]:
    """A place (rows, columns) as it is counted in a part of the picture that begins at row `top` and column `left`.

    >>> moved((slice(16, 24), slice(81, 89)), 10, 44)
    (slice(6, 14, None), slice(37, 45, None))
    """
    place = _place("place", place)
    ends = {"top": (place[0], whole("top", top, 0, SHAPE[0])), "left": (place[1], whole("left", left, 0, SHAPE[1]))}
    for name, (side, start) in ends.items():
        if side.start < start:
            raise ValueError(f"{name}={start} leaves out the place's beginning, {side.start}")
    return tuple(slice(side.start - start, side.stop - start) for side, start in ends.values())


def _place(name, place):
    if not isinstance(place, (list, tuple)) or len(place) != 2 or not all(isinstance(side, slice) for side in place):
        raise ValueError(f"{name}={place!r:.60} must be two slices, rows and columns")
    return tuple(place)


def bare_in(place: str, frames) -> np.ndarray:
    """Which of the `frames`, numbers (T,) from 0 to 72, show a place of BARE bare: (T,) of True and False.

    >>> bare_in("where the cube ends", [3, 4, 11, 12]).tolist()
    [False, True, True, False]
    """
    first, last = BARE[one_of("place", place, tuple(BARE))]
    frames = numbers("frames", frames, (None,), 0, COUNT - 1)
    return (frames >= first) & (frames <= last)


def gains(frames, table) -> np.ndarray:
    """The gain of each of the `frames` (T, H, W), (T,), mean 1: its brightness at the place `table`, which is always bare.

    >>> gains([[[0.2]], [[0.6]]], (slice(0, 1), slice(0, 1))).round(6).tolist()
    [0.5, 1.5]
    """
    frames = numbers("frames", frames, (None, None, None), 0, 1)
    means = frames[:, *_place("table", table)].mean(axis=(1, 2))
    if means.min() < 0.01:
        raise ValueError(f"frames: the bare table of frame {int(means.argmin())} is black, so its gain is unknown")
    return means / means.mean()


def steadied(frames, table) -> np.ndarray:
    """`frames` (T, H, W) with their gains taken out; at most 1, where the correction would exceed it."""
    return np.minimum(as_array("frames", frames) / gains(frames, table)[:, None, None], 1)


def larger_of_two_medians(early, late) -> np.ndarray:
    """Pixel by pixel the larger of the medians of two sets of frames (T, H, W): the plate, where each is bare in one of them
    and what passes is darker.

    >>> larger_of_two_medians([[[0.2, 0.6]]], [[[0.5, 0.1]]]).tolist()
    [[0.5, 0.6]]
    """
    early = numbers("early", early, (None, None, None), 0, 1)
    late = numbers("late", late, (None, *early.shape[1:]), 0, 1)
    return np.maximum(np.median(early, axis=0), np.median(late, axis=0))


def error_at(place, picture, bare) -> float:
    """RMSE of a plate `picture` (H, W) at a place against the median of frames (T, H, W) in which it is `bare`, in levels of 255.

    >>> round(error_at((slice(0, 1), slice(0, 1)), [[0.5]], [[[0.2]], [[0.3]], [[0.4]]]), 6)
    51.0
    """
    place, bare = _place("place", place), numbers("bare", bare, (None, None, None), 0, 1)
    picture = numbers("picture", picture, bare.shape[1:], 0, 1)
    return 255 * float(np.sqrt(((picture[place] - np.median(bare, axis=0)[place]) ** 2).mean()))


PERCENTILES = {"median": 50, "75th percentile": 75, "90th percentile": 90}
TWO_MEDIANS = "larger of two medians"


class Part:
    """Some frames of the clip, `numbers` (T,) from 0 to 72, in a part of the picture of `shape` (H, W) whose first pixel is `corner`.

    `names` tells what the places of PLACES are called there. "bare table" must be among them: the gain is taken from it.
    `places` and `bare` hold their rows and columns, and which of the frames show them bare.

    >>> part = Part(range(0, 73, 2), (10, 44), (58, 63), {"bare table": "bare table", "end": "where the cube ends"})
    >>> part.frames().shape, int(part.bare["end"].sum())
    ((37, 58, 63), 4)
    """

    def __init__(self, numbers, corner, shape, names):
        self.numbers, self.corner, self.shape = np.asarray(numbers), corner, shape
        self.places = {name: moved(PLACES[place], *corner) for name, place in names.items()}
        self.bare = {name: bare_in(place, self.numbers) for name, place in names.items() if place in BARE}

    @cached_property
    def _raw(self):
        (top, left), (high, wide) = self.corner, self.shape
        return whole_clip()[self.numbers, top : top + high, left : left + wide]

    @cached_property
    def _steady(self):
        return steadied(self._raw, self.places["bare table"])

    def frames(self, steady: bool = True) -> np.ndarray:
        """The frames (T, H, W), grey from 0 to 1, with the gain taken out or as the camera saw them."""
        if not isinstance(steady, (bool, np.bool_)):
            raise ValueError(f"steady={steady!r} must be True or False")
        return self._steady if steady else self._raw

    def gains(self, frames) -> np.ndarray:
        """The gain of each of the `frames` (T, H, W), (T,), mean 1: its brightness on the bare table."""
        return gains(numbers("frames", frames, (None, *self.shape), 0, 1), self.places["bare table"])

    def brightness(self, steady: bool = False) -> np.ndarray:
        """The mean of each frame on the bare table, (T,), in levels of 255."""
        return 255 * self.frames(steady)[:, *self.places["bare table"]].mean(axis=(1, 2))

    def plate(self, kind: str = "median", count: int | None = None, steady: bool = True) -> np.ndarray:
        """The background (H, W) of the first `count` frames, all by default, by one of PERCENTILES or TWO_MEDIANS.

        A percentile above the median presumes that what passes is darker than the table. The larger of two medians, of frames 4 to
        11 and 60 to 72, knows when the table was bare, so it takes all frames.
        """
        most = len(self.numbers)
        one_of("kind", kind, (*PERCENTILES, TWO_MEDIANS))
        count, clip = most if count is None else whole("count", count, 1, most), self.frames(steady)
        if kind == TWO_MEDIANS:
            if count < most:
                raise ValueError(f"count={count}: the larger of two medians needs all {most} frames")
            return larger_of_two_medians(clip[bare_in("where the cube ends", self.numbers)], clip[self.numbers >= 60])
        return np.percentile(clip[:count], PERCENTILES[kind], axis=0)

    def plate_error(self, place: str, picture, steady: bool = True) -> float:
        """RMSE of a plate (H, W) at a place that is bare at some time, against the median of the frames that show it so, in levels of 255."""
        one_of("place", place, tuple(self.bare))
        return error_at(self.places[place], picture, self.frames(steady)[self.bare[place]])
