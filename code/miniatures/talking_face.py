"""A talking face: from anybody's voice to the movements of a mouth, with the speaker's own way of sounding taken out.

Source: L. Song et al., "Everybody's Talkin': Let Me Talk as You Want" (2020), arXiv:2001.05201. Its idea in a world of our own:
ten sounds, twelve speakers, ridge regression in place of the recurrent network, standardising in place of the learned ID removal.

mouth     opening and rounding of the lips at each of T frames, (T, 2), as in `miniatures.mouths`
features  what is heard at each frame, (T, 12), no unit
spread    how different the speakers' gains and offsets are: 0 all alike, 1 the usual
accent    share of a speaker's map from mouth to sound that is the speaker's own, 0 to 1
r         reach of the window: r frames before and r after are heard too
e         landmark error on speakers never heard, per cent of the distance of the eyes
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np

from miniatures.checks import numbers, one_of, real, whole
from miniatures.mouths import landmark_error
from miniatures.prosthetic_control import decode_linearly, linear_decoder
from miniatures.rater_study import (  # noqa: F401  (three of this chapter's names)
    detectability,
    forced_choice_accuracy,
    raters_needed,
)

SOUNDS = np.array([  # (10, 2): opening, rounding
    (0.0, 0.0), (0.1, -0.2), (0.95, -0.1), (0.6, -0.7), (0.25, -0.9),
    (0.35, 0.9), (0.65, 0.6), (0.2, 0.3), (0.15, -0.5), (0.4, 0.0),
])  # fmt: skip
FPS = 25  # frames per second
SPEAKERS, SEEN, UNSEEN, FEATURES = 12, 9, 3, 12
FRAMES = 300  # of each clip: twelve seconds
SHORTEST, LONGEST = 20, 3000
REACH, PENALTY, NOISE = 3, 10.0, 0.25
GAIN_SPREAD, OFFSET_SPREAD = (
    0.4,
    0.5,
)  # of the logarithm of a gain; of an offset, where a feature's own spread is about 1
GLIDE = np.array([0.05, 0.25, 0.4, 0.25, 0.05])  # lips are slow: a frame's mouth has a part of its neighbours' sounds
WAYS = ("none", "clip", "live")


@dataclass(frozen=True)
class World:
    """Two clips of each speaker, one to learn from and one to be tested on: mouths (12, 2, T, 2) and features (12, 2, T, 12)."""

    mouth: np.ndarray
    features: np.ndarray


def make_world(seed: int, spread: float = 1.0, accent: float = 0.0, frames: int = FRAMES) -> World:
    """The speakers of `seed`; what differs between two values of `spread` or `accent` is that alone, draws are the same.

    >>> make_world(0).features.shape
    (12, 2, 300, 12)
    """
    return _world(
        whole("seed", seed, 0, 2**32 - 1),
        real("spread", spread, 0, 3),
        real("accent", accent, 0, 1),
        whole("frames", frames, SHORTEST, LONGEST),
    )


@lru_cache(maxsize=8)
def _world(seed, spread, accent, frames):
    rng = np.random.default_rng(seed)
    common, own = rng.normal(size=(2, FEATURES)), rng.normal(size=(SPEAKERS, 2, FEATURES))
    log_gain, offset = rng.normal(size=(2, SPEAKERS, 1, 1, FEATURES))
    aims = SOUNDS[np.array([_speech(frames, rng) for _ in range(2 * SPEAKERS)])].reshape(SPEAKERS, 2, frames, 2)
    mouth = glide(aims)
    maps = sqrt(1 - accent) * common + sqrt(accent) * own  # (S, 2, F), of one size whatever the accent
    heard = ((aims - SOUNDS.mean(axis=0)) / SOUNDS.std(axis=0) / sqrt(2)) @ maps[:, None]
    heard += NOISE * rng.normal(size=heard.shape)
    features = np.exp(spread * GAIN_SPREAD * log_gain) * heard + spread * OFFSET_SPREAD * offset
    mouth.flags.writeable = features.flags.writeable = False
    return World(mouth, features)


def _speech(frames, rng):
    """Which sound is made at each frame, (frames,): each lasts two to five frames, 80 to 200 milliseconds."""
    lengths = rng.integers(2, 6, frames // 2 + 1)
    sounds = rng.integers(0, len(SOUNDS), len(lengths))
    return np.repeat(sounds, lengths.astype(np.intp))[:frames]  # 32 bits in the browser


def glide(aims) -> np.ndarray:
    """Mouths (..., T, 2) that lag behind and anticipate the sounds' own mouths `aims` (..., T, 2).

    >>> glide(np.array([[0.0, 0], [0, 0], [0, 0], [1, 0], [1, 0], [1, 0]]))[:, 0].round(2).tolist()
    [0.0, 0.05, 0.3, 0.7, 0.95, 1.0]
    """
    aims = numbers("aims", aims)
    if aims.ndim < 2 or not aims.size:
        raise ValueError(f"aims of shape {aims.shape} must be of shape (..., T, 2), with no empty axis")
    return sum(weight * part for weight, part in zip(GLIDE, _shifted(aims, 2), strict=True))


def _shifted(array, reach):
    """`array` (..., T, n) as it was `reach` frames ago, ..., and will be in `reach` frames; the ends are held."""
    last = array.shape[-2] - 1
    return [array[..., np.clip(np.arange(last + 1) + k, 0, last), :] for k in range(-reach, reach + 1)]


def normalize_speaker(features) -> np.ndarray:
    """Features (T, F) of one speaker, or (..., T, F) of several, with mean 0 and standard deviation 1 over each one's T frames.

    Whatever gain above 0 and offset a speaker's features have is gone; so is what sets two texts apart. ValueError for a
    feature that never changes, or for fewer than two frames.

    >>> normalize_speaker([[1.0, 50.0], [3.0, 70.0]]).round(9).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """
    values = numbers("features", features)
    if values.ndim < 2 or values.shape[-2] < 2 or not values.size:
        raise ValueError(f"features of shape {values.shape} must be (..., frames, features) with two frames or more")
    size = np.abs(values).max(axis=-2, keepdims=True)
    scaled = values / np.where(size > 0, size, 1)  # so that no square overflows or vanishes
    centred = scaled - scaled.mean(axis=-2, keepdims=True)
    deviation = np.sqrt((centred**2).mean(axis=-2, keepdims=True))
    if (deviation < 1e-12).any():
        place = int(np.argwhere(deviation < 1e-12)[0, -1])
        raise ValueError(f"features[..., {place}] is the same in every frame: it has no spread to divide by")
    return centred / deviation


def normalize_live(features, prior: float = 10.0) -> np.ndarray:
    """Features (..., T, F) standardised by the frames up to each one alone, as a live system must.

    At the start mean 0 and variance 1 count as `prior` frames, above 0."""
    values = numbers("features", features, None, -1e12, 1e12)
    if values.ndim < 2 or not values.size:
        raise ValueError(f"features of shape {values.shape} must be (..., frames, features)")
    heard = real("prior", prior, 1e-3, 1e6) + np.arange(1, values.shape[-2] + 1)[:, None]
    mean = values.cumsum(axis=-2) / heard
    variance = (prior + (values**2).cumsum(axis=-2)) / heard - mean**2
    return (values - mean) / np.sqrt(np.maximum(variance, 1e-12))


NORMALIZERS = {"none": np.asarray, "clip": normalize_speaker, "live": normalize_live}


def windowed(features, reach: int = REACH) -> np.ndarray:
    """Each frame with `reach` frames before and after it, (T, F) -> (T, F · (2 · reach + 1)); the ends are repeated.

    >>> windowed([[1.0], [2.0], [3.0]], 1).tolist()
    [[1.0, 1.0, 2.0], [1.0, 2.0, 3.0], [2.0, 3.0, 3.0]]
    """
    values = numbers("features", features)
    if values.ndim < 2 or not values.size:
        raise ValueError(f"features of shape {values.shape} must be (..., frames, features)")
    return np.concatenate(_shifted(values, whole("reach", reach, 0, 25)), axis=-1)


def fit(features, mouth, reach: int = REACH, penalty: float = PENALTY) -> np.ndarray:
    """Ridge weights (F · (2 · reach + 1) + 1, 2) from clips (S, T, F) and their mouths (S, T, 2); predict with `guess`."""
    features = numbers("features", features, (None, None, None))
    mouth = numbers("mouth", mouth, (*features.shape[:2], 2))
    heard = windowed(features, reach)
    return linear_decoder(heard.reshape(-1, heard.shape[-1]), mouth.reshape(-1, 2), penalty)


def guess(weights, features, reach: int = REACH) -> np.ndarray:
    """The mouth (T, 2) that `weights` from `fit` hear in `features` (T, F)."""
    return decode_linearly(weights, windowed(numbers("features", features, (None, None)), reach))


def guesses(
    seed: int, way: str = "clip", spread: float = 1.0, reach: int = REACH, seen: int = SEEN, accent: float = 0.0,
    frames: int = FRAMES,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(truth, guess), both (3, T, 2): the mouths of the three speakers that the model of the first `seen` speakers never heard.

    `way` of normalising the tested speaker: "none", "clip" by the whole clip, "live" by the frames so far; the speakers
    learned from are normalised by their whole clips unless it is "none".
    """
    way, seen = one_of("way", way, WAYS), whole("seen", seen, 1, SEEN)
    world = make_world(seed, spread, accent, frames)
    learned = NORMALIZERS["none" if way == "none" else "clip"](world.features[:seen, 0])
    weights = fit(learned, world.mouth[:seen, 0], reach)
    tested = NORMALIZERS[way](world.features[SEEN:, 1])
    return world.mouth[SEEN:, 1], np.array([guess(weights, one, reach) for one in tested])


def run(
    seed: int, normalize: bool, spread: float = 1.0, reach: int = REACH, seen: int = SEEN, accent: float = 0.0,
    frames: int = FRAMES,
) -> float:  # fmt: skip
    """e, the landmark error on three unseen speakers of a model that heard `seen` others, with or without `normalize_speaker`.

    >>> run(0, True) < run(0, False) / 2
    True
    """
    if not isinstance(normalize, (bool, np.bool_)):
        raise ValueError(f"normalize={normalize!r} must be True or False")
    return _error(*guesses(seed, "clip" if normalize else "none", spread, reach, seen, accent, frames))


def run_live(seed: int, spread: float = 1.0, reach: int = REACH, accent: float = 0.0, frames: int = FRAMES) -> float:
    """e where the tested speaker is normalised by the frames heard so far only (the window still looks `reach` ahead)."""
    return _error(*guesses(seed, "live", spread, reach, SEEN, accent, frames))


def mean_face_error(seed: int, frames: int = FRAMES) -> float:
    """e of a model that does not listen: the mean mouth of the nine speakers, at every frame."""
    world = make_world(seed, 1.0, 0.0, frames)
    truth = world.mouth[SEEN:, 1]
    return _error(truth, np.broadcast_to(world.mouth[:SEEN, 0].mean(axis=(0, 1)), truth.shape))


def own_speaker_error(
    seed: int, spread: float = 1.0, reach: int = REACH, accent: float = 0.0, frames: int = FRAMES
) -> float:
    """e of three models, each learned from the tested speaker's own other clip: what it is worth to have heard the speaker."""
    world = make_world(seed, spread, accent, frames)
    found = [
        guess(fit(heard[:1], mouth[:1], reach), heard[1], reach)
        for heard, mouth in zip(world.features[SEEN:], world.mouth[SEEN:], strict=True)
    ]
    return _error(world.mouth[SEEN:, 1], np.array(found))


def _error(truth, found):
    return landmark_error(truth.reshape(-1, 2), found.reshape(-1, 2))
