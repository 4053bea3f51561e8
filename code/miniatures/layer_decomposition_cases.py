"""The chapter's experiments on rendered clips, each measured against the truth of the renderer.

Source: ours; the clips are those of `miniatures.layer_scenes`, the method that of `miniatures.layer_decomposition`.

RMSE      root of the mean squared error over all pixels, frames and colours, in units of the brightest grey
rest      share of the frames in which the subject stands still at the end of the clip, from 0 to 1
coverage  share of the pixels with a true alpha above 0.1 that a mask or a layer above SEEN holds
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import cached, numbers, one_of, real, several, whole
from miniatures.layer_decomposition import decompose, eroded, median_background, minimal_alpha, raised, recompose
from miniatures.layer_ownership import owners
from miniatures.layer_scenes import NOISE, Clip, lettering, one_subject, painted, resting_subject, shown, two_subjects

SEEN = 0.05  # an alpha that the eye and the measure of coverage take for something
KEPT = 12  # clips and layers remembered, some 2 MB each
SPEED, FASTEST = 1.6, 1.7  # of the upper ball and of any, pixels a frame
LAYERS = ("pasted on top", "mask only", "smallest alpha", "solid core", "true alpha")


@dataclass(frozen=True)
class Single:
    """One subject with shadow and dust, from one rough mask; alphas are means over the pixels of that part alone."""

    background_error: float  # RMSE
    reconstruction: float  # largest error
    shadow: float  # found alpha where there is shadow and nothing else
    shadow_true: float
    dust: float
    dust_true: float
    body: float  # found where the body is opaque: 1 is true
    elsewhere: float  # found where nothing is
    covered_by_mask: float
    covered_by_layer: float
    false_alarms: float  # share of the empty pixels whose alpha is above SEEN
    removed_by_mask: float  # RMSE of the clip without the subject
    removed_by_layer: float


@dataclass(frozen=True)
class Crossing:
    """Two subjects: how many of the pixels of one shadow alone, and of one body alone, went to their owner."""

    shadows: float
    bodies: float
    pixels: int  # of shadow
    removed: float  # RMSE without the one or the other subject, both together
    removed_by_mask: float


@dataclass(frozen=True)
class Insertion:
    """A logo painted on the ground, behind the subject: RMSE on the letters, where shadow, dust or body lie over them."""

    shadow: float
    dust: float
    body: float
    letters: float  # on all of them


@dataclass(frozen=True)
class Resting:
    """The last frame of a clip in which the subject came to rest, and what its absence left behind."""

    body: float  # found alpha over true alpha
    shadow: float
    ghost: float  # mean alpha found in the first frame where the body will stand: 0 is true


def rmse(first, second) -> float:
    """Root of the mean squared difference of two arrays of one shape.

    >>> rmse([0.0, 0.0], [3.0, 4.0])
    3.5355339059327378
    """
    first = numbers("first", several("first", first))
    return float(np.sqrt(((first - numbers("second", second, first.shape)) ** 2).mean()))


@cached(KEPT)
def single_clip(seed: int, noise: float = NOISE) -> Clip:
    """The clip of one subject that `seed` draws."""
    return one_subject(np.random.default_rng(whole("seed", seed, 0, 2**32 - 1)), noise)


@cached(KEPT)
def single_layers(seed: int, noise: float = NOISE) -> tuple[np.ndarray, np.ndarray]:
    """(background, layers) of that clip: (48, 48, 3) and (1, 30, 48, 48, 4)."""
    clip = single_clip(seed, noise)
    return decompose(clip.frames, clip.masks)


@cached(KEPT)
def crossing_clip(seed: int, lower: float = -SPEED) -> Clip:
    """The clip of two subjects, the upper at SPEED and the `lower` at its own, pixels a frame to the right."""
    lower = real("lower", lower, -FASTEST, FASTEST)
    return two_subjects(np.random.default_rng(whole("seed", seed, 0, 2**32 - 1)), (SPEED, lower))


@cached(KEPT)
def crossing_layers(seed: int, lower: float = -SPEED, rule: str = "motion") -> tuple[np.ndarray, np.ndarray]:
    """(background, layers) of that clip: (48, 48, 3) and (2, 30, 48, 48, 4)."""
    clip = crossing_clip(seed, lower)
    return decompose(clip.frames, clip.masks, rule)


def parts(clip: Clip) -> dict[str, np.ndarray]:
    """Where the first subject's shadow, dust and body (opaque) lie alone, and where nothing is: booleans (T, H, W)."""
    shadow, dust, body = clip.shadow[0], clip.dust[0], clip.body[0]
    return {
        "shadow": (shadow > 0.1) & (dust == 0) & (body == 0),
        "dust": (dust > 0.1) & (shadow == 0) & (body == 0),
        "body": body == 1,
        "elsewhere": clip.alpha[0] == 0,
    }


def single(seed: int, noise: float = NOISE) -> Single:
    """The first experiment: everything that one rough mask brings in."""
    clip = single_clip(seed, noise)
    background, layers = single_layers(seed, noise)
    found, true, where = layers[0, ..., -1], clip.alpha[0], parts(clip)
    effects = true > 0.1
    means = {name: float(found[place].mean()) for name, place in where.items()}
    return Single(
        rmse(background, clip.background), float(np.abs(recompose(background, layers) - clip.frames).max()),
        means["shadow"], float(true[where["shadow"]].mean()), means["dust"], float(true[where["dust"]].mean()),
        means["body"], means["elsewhere"], float(clip.masks[0][effects].mean()), float((found[effects] > SEEN).mean()),
        float((found[where["elsewhere"]] > SEEN).mean()),
        rmse(without_masked(clip, background), shown(clip, [])), rmse(recompose(background, layers[:0]), shown(clip, [])),
    )  # fmt: skip


def without_masked(clip: Clip, background, subject: int = 0) -> np.ndarray:
    """The frames with the background in place of what `subject`'s mask covers, and nothing else changed."""
    mask = clip.masks[whole("subject", subject, 0, len(clip.masks) - 1)]
    return np.where(mask[..., None], numbers("background", background, clip.frames.shape[1:], 0, 1), clip.frames)


def crossing(seed: int, lower: float = -SPEED, rule: str = "motion") -> Crossing:
    """The second experiment: two subjects, and the shadows given to one of them by `rule`."""
    clip = crossing_clip(seed, lower)
    background = median_background(clip.frames)
    owner = owners(minimal_alpha(clip.frames, background), clip.masks, rule)
    shadow = ((clip.shadow > 0.1).sum(axis=0) == 1) & (clip.body.max(axis=0) == 0)
    body = (clip.body == 1).sum(axis=0) == 1
    _, layers = crossing_layers(seed, lower, rule)
    truths = [shown(clip, [kept]) for kept in (0, 1)]
    return Crossing(
        float((owner == clip.shadow.argmax(axis=0))[shadow].mean()), float((owner == clip.body.argmax(axis=0))[body].mean()),
        int(shadow.sum()), rmse([recompose(background, layers[k : k + 1]) for k in (0, 1)], truths),
        rmse([without_masked(clip, background, 1 - k) for k in (0, 1)], truths),
    )  # fmt: skip


@cached(KEPT)
def insertion_layer(seed: int, how: str, noise: float = NOISE) -> np.ndarray:
    """The subject's layer (30, 48, 48, 4) for an insertion: its mask alone, smallest alphas, those with alpha 1 in the mask
    less two pixels all round ("solid core"), or the true alphas; "pasted on top" has none."""
    how, clip = one_of("how", how, LAYERS[1:]), single_clip(seed, noise)
    background, layers = single_layers(seed, noise)
    if how == "mask only":
        cut = clip.masks[0][..., None].astype(float)
        return np.concatenate([clip.frames * cut, cut], axis=-1)
    alpha = {
        "smallest alpha": 0 * clip.alpha,
        "solid core": eroded(clip.masks, 2).astype(float),
        "true alpha": clip.alpha,
    }[how]
    return raised(background, layers[0], alpha[0])


def logo(clip: Clip) -> np.ndarray:
    """The letters ML DRIFT (48, 48), laid so that shadow, dust and body all pass over them: just below the middle of the path."""
    return lettering(round(float(clip.centres[0, :, 0].mean())) + 1)


def inserted(seed: int, how: str = "smallest alpha", noise: float = NOISE) -> np.ndarray:
    """The clip (30, 48, 48, 3) with the letters ML DRIFT on the ground and the subject's layer over them."""
    letters = logo(single_clip(seed, noise))
    if one_of("how", how, LAYERS) == "pasted on top":
        return np.stack([painted(frame, letters) for frame in single_clip(seed, noise).frames])
    return recompose(painted(single_layers(seed, noise)[0], letters), insertion_layer(seed, how, noise)[None])


def insertion(seed: int, how: str = "smallest alpha", noise: float = NOISE) -> Insertion:
    """The third experiment: the error of `inserted` against the scene rendered with letters on its ground."""
    clip = single_clip(seed, noise)
    letters = logo(clip)
    squares = ((inserted(seed, how, noise) - shown(clip, None, painted(clip.background, letters))) ** 2).mean(axis=-1)
    here, where = letters > 0, parts(clip)
    errors = [float(np.sqrt(squares[where[part] & here].mean())) for part in ("shadow", "dust", "body")]
    return Insertion(*errors, float(np.sqrt(squares[:, here].mean())))


@cached(KEPT)
def resting_clip(seed: int, rest: float) -> Clip:
    """The clip of a subject that stands still for the last share `rest` of its frames."""
    return resting_subject(np.random.default_rng(whole("seed", seed, 0, 2**32 - 1)), rest)


@cached(KEPT)
def resting_layers(seed: int, rest: float, masked: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(background, layers) of that clip; with `masked`, the median leaves out what the rough mask covers."""
    clip = resting_clip(seed, real("rest", rest, 0, 1))
    background = median_background(clip.frames, clip.masks if masked else None)
    return decompose(clip.frames, clip.masks, background=background)


def resting(seed: int, rest: float, masked: bool = False) -> Resting:
    """The fourth experiment: what is left of the layer when the subject stops."""
    clip, (_, layers) = resting_clip(seed, rest), resting_layers(seed, rest, masked)
    found, body, shadow = layers[0, ..., -1], clip.body[0, -1] == 1, clip.shadow[0, -1] > 0.1
    return Resting(
        float(found[-1][body].mean()), float(found[-1][shadow].mean() / clip.shadow[0, -1][shadow].mean()),
        float(found[0][body].mean()),
    )  # fmt: skip
