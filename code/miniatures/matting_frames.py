"""One frame at a time: the errors of a cut-out in each frame, what a threshold sees of a frame, a frame before a new background.

Source: ours, on `miniatures.matting_cases`, for the chapter's films and close-ups.

error    root mean squared error of alpha in a frame's unknown band
flicker  root mean squared change of that error since the frame before, in the same band
spill    the share of the subject's light that comes from the screen behind it
"""

from dataclasses import dataclass

import numpy as np

from miniatures.background_matting import alpha_closed_form, alpha_known_background, composite
from miniatures.checks import cached, numbers, one_of, whole
from miniatures.matting_cases import METHODS, MIDDLE, clip_of, cut_by, hard_cut, recomposed
from miniatures.matting_clips import SIDE, Clip, spilled
from miniatures.matting_pipeline import THRESHOLD, core_colour, median_background
from miniatures.matting_scores import unknown_band

CASES = {  # what happens in front of the camera: settings of `clip_of`
    "crosses": {},
    "rests for a third": {"rest": 0.35},
    "rests for half": {"rest": 0.5},
    "sways": {"motion": "swaying"},
    "camera shakes": {"shake": 2.0},
}


@dataclass(frozen=True)
class Course:
    """A cut-out clip, frame by frame; nan where a frame has no unknown band, and for the flicker of the first."""

    alpha: np.ndarray  # (T, H, W)
    error: np.ndarray  # (T,)
    flicker: np.ndarray  # (T,)


@cached(16)
def course(seed: int, case: str, method: str) -> Course:
    """The Course of a method of METHODS on the clip of a seed, in one of CASES; the first frame has no flicker, nan."""
    one_of("method", method, METHODS)
    clip = clip_of(seed, **CASES[one_of("case", case, CASES)])
    alpha = cut_by(method, clip)
    off, band = alpha - clip.alpha, unknown_band(clip.alpha)
    change = np.concatenate([np.full((1, *off.shape[1:]), np.nan), np.diff(off, axis=0)])
    return Course(alpha, *(_root_mean(squares, band) for squares in (off**2, change**2)))


def distance_from_plate(clip: Clip, frame: int = MIDDLE) -> np.ndarray:
    """How far each colour of a frame lies from the median background, (H, W), in units of the brightest grey.

    >>> distance_from_plate(clip_of(0)).shape
    (64, 64)
    """
    frame = whole("frame", frame, 0, len(clip.frames) - 1)
    return np.sqrt(((clip.frames[frame] - median_background(clip.frames)) ** 2).sum(axis=2))


def colour_of(clip: Clip, threshold: float = THRESHOLD) -> np.ndarray:
    """The subject's one colour (3,), from the core of the hard cut; ValueError where there is no core."""
    return core_colour(clip.frames, hard_cut(clip, threshold))


def soft_frame(clip: Clip, threshold: float = THRESHOLD, frame: int = MIDDLE) -> np.ndarray:
    """The soft cut (H, W) of one frame, without those of all others; ValueError where the mask has no core."""
    frame = whole("frame", frame, 0, len(clip.frames) - 1)
    return alpha_known_background(clip.frames[frame], colour_of(clip, threshold), median_background(clip.frames))


def strokes() -> np.ndarray:
    """What a hand marks in a second, as a trimap (64, 64): two short strokes through the subject, and three of the picture's edges.

    >>> [int((strokes() == value).sum()) for value in (0, 1)]
    [558, 75]
    """
    marked = np.full((SIDE, SIDE), 0.5)
    marked[:3] = marked[:, :3] = marked[:, -3:] = 0
    marked[24:29, 31:34] = marked[44:, 31:34] = 1
    return marked


def stroked(clip: Clip) -> np.ndarray:
    """The closed-form alpha (H, W) of the middle frame, from it and `strokes` alone."""
    return alpha_closed_form(clip.frames[MIDDLE], strokes())


def before_new(clip: Clip, alpha, backdrop, own_colour: bool, frame: int = MIDDLE) -> tuple[np.ndarray, float]:
    """A frame's subject before a new `backdrop`, (H, W, 3), and its RMSE in the unknown band against what the truth would give there.

    In the frame's own colours, or else in the one colour of the core.
    """
    if not isinstance(own_colour, (bool, np.bool_)):
        raise ValueError(f"own_colour={own_colour!r} must be True or False")
    found = recomposed(clip, alpha, backdrop, None if own_colour else colour_of(clip), frame)
    true = recomposed(clip, clip.alpha[frame], backdrop, clip.foreground[frame], frame)
    return found, float(np.sqrt(((found - true) ** 2)[unknown_band(clip.alpha[frame])].mean()))


def alpha_under_spill(foreground, screen, spill: float) -> np.ndarray:
    """The alpha that a solid subject gets before a known `screen` whose light falls on it, if its colour is taken to be `foreground`.

    >>> alpha_under_spill([0.6, 0.4, 0.2], [0.1, 0.7, 0.2], 0.25).round(12).item()
    0.75
    """
    foreground, screen = (
        numbers(name, values, (3,), 0, 1) for name, values in (("foreground", foreground), ("screen", screen))
    )
    seen = composite(spilled(foreground, screen, spill), screen, 1.0)
    return alpha_known_background(seen[None, None], foreground, screen)[0, 0]


def _root_mean(squares, band):
    """The root of the mean over each frame's band, (T,); nan where it is empty."""
    counts = band.sum(axis=(1, 2))
    sums = np.where(band, squares, 0.0).sum(axis=(1, 2))
    return np.sqrt(np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0))
