"""The chapter's stored errors: toy speakers over spread, window, teachers, accent and length; the sentence in other voices.

Source: code/precompute/talking_face.py, which calls `entry` for each number.

e       landmark error on speakers never heard, per cent of the distance of the eyes
drop    share by which normalising lowers e
"""

from functools import cache

import numpy as np

from miniatures import spoken_sentence as sentence
from miniatures import talking_face as face
from miniatures.checks import fitting, numbers, one_of
from miniatures.data import load
from miniatures.rater_study import false_alarms

SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made
MORE_SEEDS = tuple(range(200, 220))  # for the central effect: with three unseen speakers a seed, five seeds say little
NORMALIZE = (False, True)
SPREADS = tuple(round(0.1 * step, 1) for step in range(16))
REACHES = tuple(range(7))
TEACHERS = tuple(range(1, face.SEEN + 1))
ACCENTS = tuple(round(0.1 * step, 1) for step in range(11))
LENGTHS = (25, 50, 75, 150, 300, 750)  # frames: one second to half a minute
DIFFERENCES = (0.0, 0.5, 1.0, 1.5, 2.0)  # of the sentence's voices
CORRELATIONS, RATINGS = (0.0, 0.05, 0.1, 0.2, 0.3), (1, 5, 10, 20, 50)
CLIPS, STUDIES, RATE = 10, 4000, (0.658 + 0.772) / 2
AXES = {  # array -> what each of its axes runs over
    "central": (NORMALIZE, MORE_SEEDS),
    "window": (NORMALIZE, SPREADS, REACHES, SEEDS),
    "teachers": (NORMALIZE, SPREADS, TEACHERS, SEEDS),
    "accent": (NORMALIZE, ACCENTS, SEEDS),
    "length": (face.WAYS, LENGTHS, SEEDS),
    "own": (REACHES, SEEDS),
    "own accent": (ACCENTS, SEEDS),
    "mean": (SEEDS,),
    "sentence": (face.WAYS, sentence.TESTS, DIFFERENCES, DIFFERENCES, SEEDS),  # way, test, warping, colouring
    "clusters": (
        ("naive", "by clip"),
        CORRELATIONS,
        RATINGS,
    ),  # share of studies called significant with nothing to find
}


def entry(name: str, *at) -> float:
    """The number of the array `name` at the values `at` of its axes, one of AXES for each, computed anew.

    >>> 0 < entry("mean", 200) < 10
    True
    """
    axes = AXES[one_of("name", name, tuple(AXES))]
    if len(at) != len(axes):
        raise ValueError(f"at={at!r} holds {len(at)} values: {name!r} has {len(axes)} axes")
    for number, value in enumerate(at):
        _place(name, number, value)
    return float(_COMPUTE[name](*at))


def _place(name, number, value):
    """Where `value` stands on an axis of the array `name`; True is not 1 there."""
    axis = AXES[name][number]
    for place, one in enumerate(axis):
        if np.ndim(value) == 0 and one == value and isinstance(one, bool) == isinstance(value, bool):
            return place
    raise ValueError(f"at[{number}]={value!r} is not stored in {name!r}: one of {axis}")


def _length(way, frames, seed):
    return face.run_live(seed, frames=frames) if way == "live" else face.run(seed, way == "clip", frames=frames)


def _clusters(test, correlation, ratings):
    return false_alarms(CLIPS, ratings, correlation, RATE, np.random.default_rng(SEEDS[0]), STUDIES)[test == "by clip"]


_COMPUTE = {
    "central": lambda normalize, seed: face.run(seed, normalize),
    "window": lambda normalize, spread, reach, seed: face.run(seed, normalize, spread, reach),
    "teachers": lambda normalize, spread, seen, seed: face.run(seed, normalize, spread, seen=seen),
    "accent": lambda normalize, accent, seed: face.run(seed, normalize, accent=accent),
    "length": _length,
    "own": lambda reach, seed: face.own_speaker_error(seed, reach=reach),
    "own accent": lambda accent, seed: face.own_speaker_error(seed, accent=accent),
    "mean": face.mean_face_error,
    "sentence": lambda way, test, warping, colouring, seed: sentence.sentence_error(
        seed, way, test, warping, colouring
    ),
    "clusters": _clusters,
}


def computed(name: str) -> np.ndarray:
    """All of the array `name`, as code/precompute/talking_face.py stores it, float32.

    >>> np.allclose(computed("mean"), stored("mean"))
    True
    """
    axes = AXES[one_of("name", name, tuple(AXES))]
    found = np.zeros([len(axis) for axis in axes], np.float32)
    for place in np.ndindex(found.shape):
        found[place] = entry(name, *(axis[i] for axis, i in zip(axes, place, strict=True)))
    return found


@cache
def _arrays():
    return load("talking_face_runs.npz")


def stored(name: str, *at) -> np.ndarray:
    """The array `name` at the values `at` of its first axes; what is left of its axes is left, the last one mostly the five seeds.

    >>> stored("window", True, 1.0, 3).shape
    (5,)
    """
    axes = AXES[one_of("name", name, tuple(AXES))]
    if len(at) > len(axes):
        raise ValueError(f"at={at!r} holds {len(at)} values: {name!r} has {len(axes)} axes")
    found = _arrays()[name]
    for number, value in enumerate(at):
        found = found[_place(name, number, value)]
    return np.array(found, float)


def drop(without, with_) -> np.ndarray:
    """The share by which each error of `with_` lies below that of `without`, arrays (5,) of the same seeds.

    >>> drop([0.84], [0.65]).round(3).tolist()
    [0.226]
    """
    without, with_ = fitting({"without": numbers("without", without, None, 1e-9), "with_": with_}, 0)
    return 1 - with_ / without
