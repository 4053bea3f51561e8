"""A short film of a drawn face that rests and moves, the mesh found in each frame by itself, and the track smoothed.

Source: "Real-Time AR Self-Expression with Machine Learning" (2019), Google AI Blog: the mesh model sees one frame at a time,
a windowed smoothing follows. Faces by `miniatures.face_model`, regressors by `miniatures.mesh_regression`, filters by
`miniatures.face_mesh`.

film    scenes of a face, (T, 11), columns as in miniatures.mesh_regression.COLUMNS, 30 frames a second
track   vertices found in each frame, (T, 468, 3), pixels of the frame
"""

from dataclasses import dataclass

import numpy as np

from miniatures import face_mesh as smoothing
from miniatures.checks import as_array, cached, numbers, one_of, real, whole
from miniatures.face_model import interocular_distance
from miniatures.mesh_regression import GRAIN, frame, jittered

RATE, FRAMES, REST, MOTION = 30, 160, 20, 20
TRACK_JITTER = 0.03  # of the detector in a film, standard deviation from frame to frame
NOISE = 0.35  # pixels, about what the mesh trembles by; the adaptive window must be told it
FILTERS = {  # chosen on the film of seed 0
    "none": lambda track: track,
    "average of 2": lambda track: smoothing.moving_average(track, 2),
    "average of 5": lambda track: smoothing.moving_average(track, 5),
    "average of 10": lambda track: smoothing.moving_average(track, 10),
    "exponential": lambda track: smoothing.exponential_smoothing(track, 0.5),
    "adaptive window": lambda track: smoothing.adaptive_window(track, 16, NOISE, 3.0),
    "1€ filter": lambda track: smoothing.one_euro(track, RATE, 0.5, 0.3),
    "centred, not causal": lambda track: smoothing.centred_average(track, 5),
}


@dataclass(frozen=True)
class Quality:
    """A track against the truth, percent of the interocular distance.

    rest, motion: root mean squared error of x and y; wobble: what is left at rest of it without each stop's mean error, which
    no smoothing touches; trembling: root mean squared step between frames at rest."""

    rest: float
    motion: float
    wobble: float
    trembling: float


@cached()
def film(speed: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """The film's scenes (160, 11) and which frames move (160,): rests of 20 frames, motions of 20 at `speed` px a frame.

    The face moves to the right and back, turns with it, and opens its mouth the more the farther it is.

    >>> film()[0].shape, int(film()[1].sum())
    ((160, 11), 80)
    """
    away, moving = smoothing.stop_and_go(FRAMES, real("speed", speed, 0, 1.5), REST, MOTION)
    share = away / 30
    still = np.ones(FRAMES)
    columns = (30 * share - 10, 5 * still, 0.9 * share, 0.5 * share, still, 50 + away, 64 * still, 30 * still,
               0.3 * still, 0.4 * still, 0.8 * still)  # fmt: skip
    return np.column_stack(columns), moving


def film_frame(number: int, seed: int, speed: float = 1.0) -> np.ndarray:
    """Frame `number` (from 0) of the film, (128, 128) in [0, 1]; grain and grey of the wall follow from the seed and the number."""
    scenes, number = film(speed)[0], whole("number", number, 0, FRAMES - 1)
    still = frame(scenes[number], np.random.default_rng((whole("seed", seed, 0, 10**6), 7)), grain=0.0)
    return np.clip(still + GRAIN * np.random.default_rng((seed, 8, number)).normal(size=still.shape), 0, 1)


def film_boxes(seed: int, jitter: float = TRACK_JITTER, speed: float = 1.0) -> np.ndarray:
    """The detector's boxes (160, 3) in the film: the true ones with an error of its own in each frame."""
    rng = np.random.default_rng((whole("seed", seed, 0, 10**6), 9))
    return jittered(film(speed)[0][:, 5:8], jitter, rng)


def smoothed(track, name: str) -> np.ndarray:
    """The track (T, ...) after the filter of that name in FILTERS."""
    shape = as_array("track", track).shape
    if not shape or not shape[0]:
        raise ValueError(f"track of shape {shape} must be of shape (T, ...), T from 1 on")
    numbers("track", track, None, -smoothing.MOST_SIZE, smoothing.MOST_SIZE)
    return FILTERS[one_of("name", name, tuple(FILTERS))](track)


def quality(track, truth, moving) -> Quality:
    """How good a track (T, 468, 3) is against `truth` (T, 468, 3); `moving` (T,) as `film` gives it, rests of 20 frames."""
    truth = numbers("truth", truth, (None, 468, 3), -1e6, 1e6)
    unit = 100 / interocular_distance(truth).mean()
    flat, true = numbers("track", track, truth.shape, -1e6, 1e6)[..., :2], truth[..., :2]
    found = smoothing.errors(flat, true, moving)
    stops = np.cumsum(np.diff(np.asarray(moving).astype(int), prepend=0) != 0)
    away = flat - true
    wobbles = [(away[stops == stop] - away[stops == stop].mean(axis=0)) ** 2 for stop in np.unique(stops[~moving])]
    wobble = np.sqrt(np.concatenate(wobbles).mean())
    return Quality(*(float(unit * part) for part in (found.rest, found.motion, wobble, smoothing.jitter(flat, moving))))
