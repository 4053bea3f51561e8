"""The chapter's clips frame by frame: what was erased, inserted, owned or retimed in each, and how far from the truth it is.

Source: ours; the clips are those of `miniatures.layer_scenes` and `miniatures.layer_clip`, the experiments those of
`miniatures.layer_decomposition_cases`.

RMSE       root of the mean squared error, in units of the brightest grey
threshold  least alpha that is erased, from 0 to 1
"""

from dataclasses import dataclass, replace

import numpy as np

from miniatures import layer_clip
from miniatures import layer_decomposition_cases as cases
from miniatures.checks import cached, one_of, real, whole
from miniatures.layer_decomposition import median_background, minimal_alpha, recompose, retimed
from miniatures.layer_scenes import FRAMES, painted, shown

ERASED = {"the mask alone": None, "alpha of 0.2 or more": 0.2, "alpha of 0.05 or more": 0.05, "the whole layer": 0.0}
EDITS = ("as filmed", "red stands still", "red runs backwards", "red is gone")
STILL = 15  # the frame whose red layer stands still
SHOWS = ("the layer's alpha", "erased by the box", "erased by the layer")


@dataclass(frozen=True)
class Erased:
    """A frame from which something was taken, and what was: shares of the pixels that the subject really changes, and of the others."""

    taken: np.ndarray  # (H, W), alpha of what was erased, 0 elsewhere
    frame: np.ndarray  # (H, W, 3), without it
    covered: float  # share of the pixels with a true alpha above 0.1
    empty: float  # share of the pixels with a true alpha of 0
    error: float  # RMSE of the frame against the scene without the subject


@dataclass(frozen=True)
class Owned:
    """Who owns what in a frame of two subjects."""

    owner: np.ndarray  # (H, W), 0 or 1, and -1 where there is too little alpha to see
    right: int  # shadow pixels that went to their owner
    shadows: int  # all of them: under one shadow and no body


def erased(seed: int, frame: int, what: str) -> Erased:
    """A frame of the single subject's clip from which one of ERASED was taken, the background put in its place."""
    clip, (background, layers) = cases.single_clip(seed), cases.single_layers(seed)
    frame, threshold = whole("frame", frame, 0, FRAMES - 1), ERASED[one_of("what", what, tuple(ERASED))]
    if threshold is None:
        taken = clip.masks[0, frame].astype(float)
    else:
        alpha = layers[0, frame, ..., -1]
        taken = np.where(alpha >= threshold, alpha, 0)
    left = np.where(taken[..., None] > 0, background, clip.frames[frame])
    true, held = clip.alpha[0, frame], taken > 0
    return Erased(
        taken, left, float(held[true > 0.1].mean()), float(held[true == 0].mean()), cases.rmse(left, clip.background)
    )


@cached(cases.KEPT)
def letter_errors(seed: int, how: str) -> np.ndarray:
    """RMSE on the letters ML DRIFT in each frame of `cases.inserted`, (30,)."""
    clip = cases.single_clip(seed)
    letters = cases.logo(clip)
    true = shown(clip, None, painted(clip.background, letters))
    squares = ((cases.inserted(seed, how) - true) ** 2).mean(axis=-1)
    return np.sqrt(squares[:, letters > 0].mean(axis=1))


@cached(cases.KEPT)
def _crossing(seed, lower, rule):
    clip, (_, layers) = cases.crossing_clip(seed, lower), cases.crossing_layers(seed, lower, rule)
    alpha = layers[..., -1]
    owner = np.where(alpha.max(axis=0) > cases.SEEN, alpha.argmax(axis=0), -1)
    shadow = ((clip.shadow > 0.1).sum(axis=0) == 1) & (clip.body.max(axis=0) == 0)
    hit = shadow & (alpha.argmax(axis=0) == clip.shadow.argmax(axis=0))
    return owner, hit.sum(axis=(1, 2)), shadow.sum(axis=(1, 2))


def owned(seed: int, frame: int, lower: float = -cases.SPEED, rule: str = "motion") -> Owned:
    """A frame of the clip of two subjects, divided between them by `rule`."""
    frame = whole("frame", frame, 0, FRAMES - 1)
    owner, right, shadows = _crossing(seed, lower, rule)
    return Owned(owner[frame], int(right[frame]), int(shadows[frame]))


def _times(edit):
    times = {
        "as filmed": range(FRAMES),
        "red stands still": [STILL] * FRAMES,
        "red runs backwards": range(FRAMES)[::-1],
    }
    return list(times[edit])


@cached(cases.KEPT)
def edited(seed: int, edit: str) -> np.ndarray:
    """The clip of two subjects (30, 48, 48, 3), its red layer treated by one of EDITS and the blue one left alone."""
    background, (red, blue) = cases.crossing_layers(seed)
    if one_of("edit", edit, EDITS) == "red is gone":
        return recompose(background, blue[None])
    return recompose(background, np.stack([retimed(red, _times(edit)), blue]))


@cached(cases.KEPT)
def edit_errors(seed: int, edit: str) -> np.ndarray:
    """RMSE of each frame of `edited` against the scene rendered that way, (30,)."""
    clip, edit = cases.crossing_clip(seed), one_of("edit", edit, EDITS)
    if edit == "red is gone":
        true = shown(clip, [1])
    else:
        parts = {name: np.array(getattr(clip, name)) for name in ("body", "shadow", "dust", "colour")}
        for part in parts.values():
            part[0] = part[0][_times(edit)]
        true = shown(replace(clip, **parts))
    return np.sqrt(((edited(seed, edit) - true) ** 2).mean(axis=(1, 2, 3)))


def rested(seed: int, rest: float, masked: bool) -> tuple[np.ndarray, np.ndarray]:
    """(background, alpha) of a ball that came to rest: (48, 48, 3) and that of the last frame, (48, 48)."""
    clip = cases.resting_clip(seed, real("rest", rest, 0, 1))
    background = median_background(clip.frames, clip.masks if masked else None)
    return background, minimal_alpha(clip.frames[-1], background)


def cube(frame: int, show: str) -> np.ndarray:
    """A frame of the real clip (58, 63): the cube's alpha, or what is left when its box or its layer is erased."""
    frame = whole("frame", frame, 0, layer_clip.COUNT - 1)
    if one_of("show", show, SHOWS) == SHOWS[0]:
        return layer_clip.cube_layers()[1][0, frame, ..., 1]
    return layer_clip.removed(frame, "mask" if show == SHOWS[1] else "layer")
