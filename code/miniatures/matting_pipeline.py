"""From a clip alone to a cut-out: the median is the background, what differs is the subject, its core gives its colour.

Source: ours, of standard parts. Nothing is given but the frames; only that what moves is the subject is presumed.

threshold  how far a pixel's colour must lie from the background's to count as subject, in units of the brightest grey
erosion    how far from the mask's edge a pixel must lie to count as core, pixels
"""

from dataclasses import dataclass

import numpy as np

from miniatures.background_matting import alpha_known_background
from miniatures.checks import MOST_SAMPLES, numbers, real, whole
from miniatures.matting_scores import narrowed

THRESHOLD, EROSION = 0.15, 3


@dataclass(frozen=True)
class CutOut:
    """A clip cut out, and on what grounds."""

    background: np.ndarray  # (H, W, 3) or (T, H, W, 3), as estimated or given
    mask: np.ndarray  # (T, H, W), bool: the hard cut
    foreground: np.ndarray  # (3,) or (T, H, W, 3), as estimated or given
    alpha: np.ndarray  # (T, H, W), from 0 to 1: the soft cut


def median_background(frames) -> np.ndarray:
    """The median of each pixel and colour over the frames (T, H, W, 3): what is there more than half of the time.

    >>> median_background([[[[0.2] * 3]], [[[0.9] * 3]], [[[0.9] * 3]]]).tolist()
    [[[0.9, 0.9, 0.9]]]
    """
    return np.median(_clip(frames), axis=0)


def difference_mask(frames, background, threshold: float = THRESHOLD) -> np.ndarray:
    """The hard cut, bool (T, H, W): where a frame's colour lies more than `threshold`, from 0 to 2, from the background's."""
    frames, threshold = _clip(frames), real("threshold", threshold, 0, 2)
    away = frames - _fits("background", background, frames)
    return (away**2).sum(axis=3) > threshold**2


def core_colour(frames, mask, erosion: int = EROSION) -> np.ndarray:
    """The median colour (3,) of the mask's core, `erosion` pixels from its edge, over the whole clip; ValueError where there is none."""
    frames = _clip(frames)
    core = narrowed(mask, whole("erosion", erosion, 0, 20))
    if core.shape != frames.shape[:3]:
        raise ValueError(f"mask of shape {core.shape} must be of shape {frames.shape[:3]}")
    if not core.any():
        raise ValueError(f"erosion={erosion} leaves nothing of the mask: no core to take the subject's colour from")
    return np.median(frames[core], axis=0)


def cut_out(frames, threshold: float = THRESHOLD, erosion: int = EROSION, background=None, foreground=None) -> CutOut:
    """The clip (T, H, W, 3) cut out. A `background` or `foreground` that is given is used in place of the estimate.

    ValueError where the mask has no core, or where the subject's colour equals the background's.
    """
    frames = _clip(frames)
    plate = median_background(frames) if background is None else numbers("background", background, low=0, high=1)
    mask = difference_mask(frames, plate, threshold)
    colour = (
        core_colour(frames, mask, erosion) if foreground is None else numbers("foreground", foreground, low=0, high=1)
    )
    return CutOut(plate, mask, colour, alpha_known_background(frames, colour, plate))


def _clip(frames):
    frames = numbers("frames", frames, (None, None, None, 3), 0, 1)
    if frames.size > MOST_SAMPLES:
        raise ValueError(f"frames of shape {frames.shape} hold more than {MOST_SAMPLES:,} values: take a smaller clip")
    return frames


def _fits(name, values, frames):
    array = numbers(name, values, low=0, high=1)
    if array.shape not in (frames.shape, frames.shape[1:]):
        raise ValueError(f"{name} of shape {array.shape} must be {frames.shape[1:]}, or {frames.shape}, one a frame")
    return array
