"""Filters tried where the truth is known: a point that stops and goes, seen with noise, 30 frames a second.

Source: G. Casiez, N. Roussel and D. Vogel, "1€ Filter" (2012), doi:10.1145/2207676.2208639, who tune the cutoff at rest and
the speed coefficient one after the other. The filters are those of `miniatures.face_mesh`.

noise   one standard deviation in every frame, 1 pixel, of its own in each of the five seeds
"""

from dataclasses import dataclass

import numpy as np

from miniatures import face_mesh as m
from miniatures.checks import cached, numbers, one_of, positive, real
from miniatures.results import spread

RATE, FRAMES, SPEED, SEEDS = 30, 1000, 1.5, (200, 201, 202, 203, 204)
FILTERS = {  # chosen on the seeds 0 to 4
    "none": lambda x: x,
    "average of 2": lambda x: m.moving_average(x, 2),
    "average of 3": lambda x: m.moving_average(x, 3),
    "average of 10": lambda x: m.moving_average(x, 10),
    "adaptive window": lambda x: m.adaptive_window(x, 16, 1.0, 3.0),
    "1€ filter": lambda x: m.one_euro(x, RATE, 1.0, 0.2),
    "centred, not causal": lambda x: m.centred_average(x, 5),
}
BETAS = tuple(round(0.002 * 10 ** (k / 4), 4) for k in range(16))  # hertz for a pixel a second: 0.002 to 11


@dataclass(frozen=True)
class Trial:
    """One filter in each seed, (5,) each, pixels: errors at rest, in motion and over all frames, and the trembling at rest."""

    rest: np.ndarray
    motion: np.ndarray
    whole: np.ndarray
    jitter: np.ndarray


@cached()
def walk(speed: float = SPEED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places (1000,), which frames move (1000,), and what is seen in each seed (1000, 5); rests and motions of 50 frames."""
    speed = real("speed", speed, 0, 100)
    truth, moving = m.stop_and_go(FRAMES, speed)
    noise = [np.random.default_rng(seed).normal(size=FRAMES) for seed in SEEDS]
    return truth, moving, truth[:, None] + np.array(noise).T


def judged(filtered, speed: float = SPEED) -> Trial:
    """Filtered tracks (1000, 5) of the walk against its truth."""
    filtered = numbers("filtered", filtered, (FRAMES, len(SEEDS)), -m.MOST_SIZE, m.MOST_SIZE)
    truth, moving, _ = walk(speed)
    errors = [m.errors(one, truth, moving) for one in filtered.T]
    parts = [np.array([getattr(one, part) for one in errors]) for part in ("rest", "motion", "whole")]
    return Trial(*parts, np.array([m.jitter(one, moving) for one in filtered.T]))


@cached()
def trial(name: str, speed: float = SPEED) -> Trial:
    """The filter of that name in FILTERS on the walk.

    >>> bool(trial("average of 3").rest.max() < 0.65)
    True
    """
    return judged(FILTERS[one_of("name", name, tuple(FILTERS))](walk(real("speed", speed, 0, 100))[2]), speed)


@cached()
def euro_tracks(min_cutoff: float) -> np.ndarray:
    """The walk behind the 1€ filter at each of BETAS, (1000, 16, 5).

    One run gives them all: a track b times as large, filtered with coefficient 1, is b times the track filtered with
    coefficient b, since only coefficient times speed enters the filter.
    """
    scale = np.array(BETAS)[:, None]
    return m.one_euro(walk()[2][:, None] * scale, RATE, positive("min_cutoff", min_cutoff), 1.0) / scale


@cached()
def euro_trials(min_cutoff: float) -> tuple[Trial, ...]:
    """The 1€ filter on the walk, one trial for each of BETAS."""
    return tuple(judged(tracks) for tracks in euro_tracks(min_cutoff).transpose(1, 0, 2))


def rows(speed: float = SPEED) -> list[dict]:
    """The table of all FILTERS: mean and standard deviation over the seeds, pixels."""
    names = {"rest": "at rest", "motion": "in motion", "whole": "over all", "jitter": "trembling"}
    return [{"filter": name} | {words: spread(getattr(trial(name, speed), part), 1, 2) for part, words in names.items()}
            for name in FILTERS]  # fmt: skip
