"""The chapter's experiments: one rendered clip, cut out in several ways, scored against the truth.

Source: ours, on `miniatures.matting_clips`. What a method is given beyond the frames is in its name.

seed    draws wall, hair and grain
method  one of METHODS
"""

import numpy as np

from miniatures.background_matting import alpha_closed_form, alpha_two_backgrounds, composite
from miniatures.checks import as_array, cached, numbers, one_of, real, whole
from miniatures.matting_clips import Clip, rendered_clip
from miniatures.matting_pipeline import THRESHOLD, cut_out, difference_mask, median_background
from miniatures.matting_scores import Scores, mean_squared_error, scores, trimap_from_mask, trimap_of, unknown_band

METHODS = (
    "hard", "hard, best threshold", "soft", "soft, true background", "soft, true colours",
    "closed form, drawn trimap", "closed form, own trimap", "best binary",
)  # fmt: skip
TRIMAPS = ("drawn", "own")
MIDDLE = 12  # the frame that single pictures show
DRAWN_WIDTH, OWN_WIDTH = 2, 4  # of the trimaps, pixels
CANDIDATES = (
    0.05,
    0.1,
    0.15,
    0.2,
    0.25,
    0.3,
    0.35,
    0.4,
    0.5,
)  # thresholds that "best threshold" chooses from, by the truth


@cached(3)
def clip_of(seed: int, motion: str = "crossing", distance: float = 0.6, rest: float = 0.0, shake: float = 0.0,
            noise: float = 0.02) -> Clip:  # fmt: skip
    """The rendered clip of a seed, from 0 to 2**31 - 1; settings as in `rendered_clip`."""
    rng = np.random.default_rng(whole("seed", seed, 0, 2**31 - 1))
    return rendered_clip(rng, motion, distance=distance, rest=rest, shake=shake, noise=noise)


def cut_by(method: str, clip: Clip, threshold: float = THRESHOLD) -> np.ndarray:
    """The alpha (T, H, W) that a method gives to a clip; binary for the hard ones. ValueError as in `cut_out`."""
    if one_of("method", method, METHODS) == "best binary":
        return np.round(clip.alpha)
    if method.startswith("hard"):
        masks = (1.0 * hard_cut(clip, one) for one in (CANDIDATES if "best" in method else (threshold,)))
        return min(masks, key=lambda mask: mean_squared_error(mask, clip.alpha))
    if method == "soft, true background":
        return cut_out(clip.frames, threshold, background=clip.background).alpha
    if method == "soft, true colours":
        return cut_out(clip.frames, threshold, background=clip.background, foreground=clip.foreground).alpha
    if method == "soft":
        return cut_out(clip.frames, threshold).alpha
    drawn = "drawn" in method
    trimaps = trimap_of(clip.alpha, DRAWN_WIDTH) if drawn else trimap_from_mask(hard_cut(clip, threshold), OWN_WIDTH)
    return np.stack([_closed_form(frame, trimap) for frame, trimap in zip(clip.frames, trimaps, strict=True)])


def scored(method: str, clip: Clip, threshold: float = THRESHOLD) -> Scores:
    """All errors of a method on a clip; the band reaches two pixels beyond the mixed ones."""
    return scores(cut_by(method, clip, threshold), clip.alpha)


def hard_cut(clip: Clip, threshold: float = THRESHOLD) -> np.ndarray:
    """The hard mask (T, H, W) of a clip, over the median of its frames."""
    return difference_mask(clip.frames, median_background(clip.frames), threshold)


def plate_error(clip: Clip, plate) -> float:
    """RMSE of an estimated background (H, W, 3) against the true one (of each frame, where the camera shakes), in units of brightness.

    >>> plate_error(clip_of(0), clip_of(0).background[0])
    0.0
    """
    plate = numbers("plate", plate, clip.background.shape[1:], 0, 1)
    return float(np.sqrt(((plate - clip.background) ** 2).mean()))


def false_alarms(clip: Clip, mask) -> float:
    """The share of the pixels that hold no subject at all and are cut out all the same, by a mask (T, H, W).

    >>> false_alarms(clip_of(0), np.ones(clip_of(0).alpha.shape, bool))
    1.0
    """
    return float(_mask(mask, clip)[clip.alpha == 0].mean())


def missed(clip: Clip, mask) -> float:
    """The share of the subject, summed over alpha, that a mask (T, H, W) leaves behind.

    >>> missed(clip_of(0), np.ones(clip_of(0).alpha.shape, bool))
    0.0
    """
    return float(clip.alpha[~_mask(mask, clip)].sum() / clip.alpha.sum())


def trimap_for(kind: str, clip: Clip, width: int, frame: int = MIDDLE) -> np.ndarray:
    """The trimap (H, W) of a frame: "drawn" round the truth or its "own" round the hard mask, `width` pixels either way."""
    frame = whole("frame", frame, 0, len(clip.frames) - 1)
    if one_of("kind", kind, TRIMAPS) == "drawn":
        return trimap_of(clip.alpha[frame], width)
    return trimap_from_mask(hard_cut(clip)[frame], width)


def closed_form_of(kind: str, clip: Clip, width: int, frame: int = MIDDLE) -> np.ndarray:
    """The closed-form alpha (H, W) of one frame, from that frame and `trimap_for` alone."""
    frame = whole("frame", frame, 0, len(clip.frames) - 1)
    return _closed_form(clip.frames[frame], trimap_for(kind, clip, width, frame))


def band_error(alpha, clip: Clip, frame: int = MIDDLE) -> float:
    """MSE of one frame's alpha (H, W) in its unknown band.

    >>> band_error(clip_of(0).alpha[MIDDLE], clip_of(0))
    0.0
    """
    truth = clip.alpha[whole("frame", frame, 0, len(clip.frames) - 1)]
    return mean_squared_error(numbers("alpha", alpha, truth.shape, 0, 1), truth, unknown_band(truth))


def before_two_backgrounds(seed: int, difference: float, noise: float = 0.02, frame: int = MIDDLE) -> np.ndarray:
    """The alpha (H, W) of a frame's subject pictured twice: before the wall, and before the wall darker by `difference` (0.01 to 0.4).

    Both pictures have a grain of their own, of standard deviation `noise`; the two backgrounds are known exactly.
    """
    clip, rng = clip_of(seed, noise=0.0), np.random.default_rng([whole("seed", seed, 0, 2**31 - 1), 1])
    frame = whole("frame", frame, 0, len(clip.frames) - 1)
    walls = [clip.background[frame], np.clip(clip.background[frame] - real("difference", difference, 0.01, 0.4), 0, 1)]
    noise = real("noise", noise, 0, 0.5)
    pictures = [composite(clip.foreground[frame], wall, clip.alpha[frame]) for wall in walls]
    grain = noise * rng.normal(size=(2, *walls[0].shape))
    return alpha_two_backgrounds(*np.clip(np.stack(pictures) + grain, 0, 1), *walls)


def recomposed(clip: Clip, alpha, backdrop, colour=None, frame: int = MIDDLE) -> np.ndarray:
    """A frame's subject over a new `backdrop` (H, W, 3): in `colour` where given, else in the frame's own, old background and all.

    >>> seen = recomposed(clip_of(0), clip_of(0).alpha[MIDDLE], np.full((64, 64, 3), 0.7), [0.1, 0.2, 0.3])
    >>> seen[clip_of(0).alpha[MIDDLE] == 0].max(axis=0).tolist()
    [0.7, 0.7, 0.7]
    """
    frame = whole("frame", frame, 0, len(clip.frames) - 1)
    old = clip.frames[frame]
    backdrop = numbers("backdrop", backdrop, old.shape, -1e6, 1e6)
    alpha = numbers("alpha", alpha, old.shape[:2], 0, 1)
    return composite(old if colour is None else _colour(colour, old), backdrop, alpha)


def _colour(colour, frame):
    """`colour`, one for all (3,) or of each pixel (H, W, 3)."""
    return numbers("colour", colour, (3,) if as_array("colour", colour).ndim == 1 else frame.shape, -1e6, 1e6)


def _mask(mask, clip):
    mask = as_array("mask", mask)
    if mask.dtype != bool or mask.shape != clip.alpha.shape:
        raise ValueError(
            f"mask of {mask.dtype} and shape {mask.shape} must be True and False of shape {clip.alpha.shape}"
        )
    return mask


def _closed_form(frame, trimap):
    """Where the subject is out of sight and all is known, the trimap itself; where all is unknown, undecided."""
    if not ((trimap == 0) | (trimap == 1)).any():
        return np.full(trimap.shape, 0.5)
    return alpha_closed_form(frame, trimap)
