"""How good is a cut-out: errors of alpha against the truth, over a frame, in its unknown band, and from frame to frame.

Source: mean squared error and sum of absolute differences as alpha mattes are usually scored; the temporal one is dtSSD of
M. Erofeev et al., "Perceptually Motivated Benchmark for Video Matting" (2015, videomatting.com), taken per pixel.

MSE    mean squared error of alpha
SAD    sum of absolute differences of alpha over a frame, pixels
dtSSD  root of the mean squared error of alpha's change from one frame to the next
band   the pixels that are neither wholly subject nor wholly background, and those near them
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import as_array, numbers, whole


@dataclass(frozen=True)
class Scores:
    """Errors of one cut-out clip; all 0 at best."""

    mse: float  # over all pixels
    sad: float  # pixels, mean over the frames
    dtssd: float  # over all pixels
    band_mse: float  # in the unknown band
    band_dtssd: float


def mean_squared_error(alpha, truth, where=None) -> float:
    """Mean of (alpha - truth)^2 over all pixels, or over those of the mask `where`, of the same shape.

    >>> mean_squared_error([[0.5, 1.0]], [[1.0, 1.0]])
    0.125
    """
    alpha, truth, where = _pair(alpha, truth, where)
    return float(((alpha - truth)[where] ** 2).mean())


def absolute_difference(alpha, truth) -> float:
    """Sum of |alpha - truth| over a frame (H, W), in pixels; over a clip (T, H, W) the mean of the frames' sums.

    >>> absolute_difference([[0.5, 1.0]], [[1.0, 1.0]])
    0.5
    """
    alpha, truth, _ = _pair(alpha, truth, None)
    return float(np.abs(alpha - truth).sum() / (len(alpha) if alpha.ndim == 3 else 1))


def dtssd(alpha, truth, where=None) -> float:
    """The flicker of a clip (T, H, W), T of 2 or more: for each two frames the root mean squared error of alpha's change; their mean.

    With a mask `where` over its pixels in the later frame; a pair of frames without any is left out. A constant error does not flicker:

    >>> dtssd(np.full((3, 2, 2), 0.4), np.ones((3, 2, 2)))
    0.0
    """
    alpha, truth, where = _pair(alpha, truth, where)
    if alpha.ndim != 3 or len(alpha) < 2:
        raise ValueError(f"alpha of shape {alpha.shape} must be a clip (T, H, W) of two frames or more")
    change = np.diff(alpha - truth, axis=0) ** 2
    used = [(squares, mask) for squares, mask in zip(change, where[1:], strict=True) if mask.any()]
    if not used:
        raise ValueError("where holds no pixel after the first frame")
    return float(np.mean([np.sqrt(squares[mask].mean()) for squares, mask in used]))


def unknown_band(truth, width: int = 2) -> np.ndarray:
    """Where a score is worth something, bool (H, W) or (T, H, W): alpha between 0 and 1, and all within `width` pixels, 0 to 32.

    >>> unknown_band([[0, 0, 0, 0.5, 1, 1]], 1).astype(int).tolist()
    [[0, 0, 1, 1, 1, 0]]
    """
    truth = numbers("truth", truth, low=0, high=1)
    if truth.ndim not in (2, 3) or not truth.size:
        raise ValueError(f"truth of shape {truth.shape} must be (H, W) or (T, H, W)")
    mixed = (truth > 0) & (truth < 1)
    for axis in (-1, -2):  # an edge that falls between two pixels has no mixed ones
        step = np.abs(np.diff(truth, axis=axis)) == 1
        ahead = np.zeros(truth.shape, bool)
        _part(ahead, axis, slice(None, -1))[...] = step
        _part(mixed, axis, slice(None))[...] |= ahead
        _part(mixed, axis, slice(1, None))[...] |= step
    return widened(mixed, width) if width else mixed


def widened(mask, width: int) -> np.ndarray:
    """`mask` (..., H, W), and every pixel at most `width` rows and columns away from it, `width` from 0 to 32.

    >>> widened(np.array([[0, 0, 1, 0, 0]], bool), 1).astype(int).tolist()
    [[0, 1, 1, 1, 0]]
    """
    mask = _mask(mask)
    for _ in range(whole("width", width, 0, 32)):
        for axis in (-1, -2):
            grown = mask.copy()
            _part(grown, axis, slice(1, None))[...] |= _part(mask, axis, slice(None, -1))
            _part(grown, axis, slice(None, -1))[...] |= _part(mask, axis, slice(1, None))
            mask = grown
    return mask


def narrowed(mask, width: int) -> np.ndarray:
    """`mask` without every pixel at most `width` rows and columns away from a place outside; beyond the picture counts as inside.

    >>> narrowed(np.array([[0, 1, 1, 1, 1]], bool), 1).astype(int).tolist()
    [[0, 0, 1, 1, 1]]
    """
    return ~widened(~_mask(mask), width)


def trimap_of(truth, width: int) -> np.ndarray:
    """The trimap that a careful hand draws round the true alpha: 0.5 in the unknown band of `width` pixels, else 0 or 1.

    >>> trimap_of([[0, 0, 0, 0.5, 1, 1]], 1).tolist()
    [[0.0, 0.0, 0.5, 0.5, 0.5, 1.0]]
    """
    band = unknown_band(truth, width)
    return np.where(band, 0.5, np.round(np.asarray(truth, float)))


def trimap_from_mask(mask, width: int) -> np.ndarray:
    """The trimap that needs no hand: 0.5 within `width` pixels of the edge of a binary mask (H, W) or (T, H, W), on either side.

    >>> trimap_from_mask(np.array([[0, 0, 0, 1, 1, 1]], bool), 1).tolist()
    [[0.0, 0.0, 0.5, 0.5, 1.0, 1.0]]
    """
    return (narrowed(mask, width) * 1.0 + widened(mask, width)) / 2


def scores(alpha, truth, width: int = 2) -> Scores:
    """All Scores of a clip's alpha (T, H, W); the band's from the truth, `width` pixels beyond the mixed ones."""
    band = unknown_band(truth, width)
    if not band.any():
        raise ValueError("truth has no pixel between 0 and 1: there is no unknown band to score in")
    return Scores(
        mean_squared_error(alpha, truth), absolute_difference(alpha, truth), dtssd(alpha, truth),
        mean_squared_error(alpha, truth, band), dtssd(alpha, truth, band),
    )  # fmt: skip


def _mask(mask):
    mask = as_array("mask", mask)
    if mask.dtype != bool or mask.ndim not in (2, 3):
        raise ValueError(f"mask of {mask.dtype} and shape {mask.shape} must be True and False, (H, W) or (T, H, W)")
    return mask


def _part(array, axis, part):
    return array[(..., part) if axis == -1 else (..., part, slice(None))]


def _pair(alpha, truth, where):
    alpha = numbers("alpha", alpha, low=0, high=1)
    if alpha.ndim not in (2, 3) or not alpha.size:
        raise ValueError(f"alpha of shape {alpha.shape} must be (H, W) or (T, H, W), with no empty axis")
    truth = numbers("truth", truth, alpha.shape, 0, 1)
    if where is None:
        return alpha, truth, np.ones(alpha.shape, bool)
    where = as_array("where", where)
    if where.dtype != bool or where.shape != alpha.shape or not where.any():
        raise ValueError(f"where must be a mask of True and False of shape {alpha.shape}, some of it True")
    return alpha, truth, where
