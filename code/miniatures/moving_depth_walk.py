"""The film of the chapter on moving people: a camera goes past three of them, and each frame gets a depth map.

Source: the book's own street; estimates as in Z. Li et al., "Learning the Depths of Moving People by Watching Frozen
People" (2019), arXiv:1904.11111. The people's depths in each frame are stored by code/precompute/moving_depth.py.

v    a person's way to the right between two frames that are matched, metres
t_x  the camera's way between them, 0.3 metres
Z    depth, metres
"""

from functools import cache

import numpy as np

from miniatures.checks import cached, one_of, whole
from miniatures.data import load
from miniatures.defocus import blur_diameter, defocus
from miniatures.frozen_scenes import BASELINE, CENTRE, FOCAL, Person, Scene, truth
from miniatures.moving_depth import core
from miniatures.person_depth import METHODS, Estimates, estimates

FRAMES, STEP = 32, 0.2  # a frame is 0.2 units of time later than the one before; matched are frames 1 unit apart
TRUE = "true depth"
MAPS = (METHODS[0], METHODS[2], METHODS[3], TRUE)
PEOPLE = ("who walks the other way", "who stands still", "who walks along")
STILL = 16  # the frame for the figures without a film


def _person(column, depth, speed, height, shade):
    """Somebody who starts in `column` of the first frame; `speed` in baselines."""
    return Person((column - CENTRE) * depth / FOCAL, depth, height, speed * BASELINE, shade=shade)


WALK = Scene(
    (_person(76, 6.0, -0.5, 1.72, 0.2), _person(98, 4.5, 0.0, 1.66, 0.35), _person(119, 4.0, 0.5, 1.74, 0.25)),
    wall=12.0,
    seed=11,
)


def moment(number: int) -> float:
    """The time of frame `number`, 0 to 31.

    >>> moment(16)
    3.2
    """
    return round(STEP * whole("number", number, 0, FRAMES - 1), 6)


@cached()
def walk(number: int, grow: int = 4) -> Estimates:
    """Frame `number` of the film with its depth maps; masks grown by `grow` pixels.

    >>> walk(16).first.shape, sorted(walk(16).maps) == sorted(METHODS)
    ((96, 128), True)
    """
    return estimates(WALK, grow, time=moment(number))


def walk_map(number: int, kind: str) -> np.ndarray:
    """The depth map (96, 128) of frame `number` by one of MAPS, metres."""
    one_of("kind", kind, MAPS)
    return walk(number).depth if kind == TRUE else walk(number).maps[kind]


def depths_in(number: int) -> np.ndarray:
    """Median depth over each person's body by the MAPS, (4, 3), measured on frame `number`."""
    labels = truth(WALK, moment(number)).labels
    inside = [core(labels == label) for label in range(1, len(PEOPLE) + 1)]
    return np.array([[np.median(walk_map(number, kind)[one]) for one in inside] for kind in MAPS])


@cache
def stored_depths() -> np.ndarray:
    """`depths_in` every frame of the film, (32, 4, 3), as stored.

    >>> stored_depths().shape
    (32, 4, 3)
    """
    return load("moving_depth_walk.npz")["depths"].astype(float)


def refocused(kind: str, sharp_depth: float, aperture: float) -> np.ndarray:
    """The film's frame 16, (96, 128), out of focus by its map of `kind` but at `sharp_depth`; metres.

    >>> refocused(TRUE, 4.0, 0.2).shape
    (96, 128)
    """
    return defocus(walk(STILL).first, walk_map(STILL, kind), sharp_depth, aperture)


def blurs(kind: str, sharp_depth: float, aperture: float) -> np.ndarray:
    """How wide each person of that frame is blurred, pixels, (3,); absolute values.

    >>> blurs(TRUE, 4.0, 0.2).round(2).tolist()
    [1.83, 0.61, 0.0]
    """
    depths = stored_depths()[STILL, MAPS.index(one_of("kind", kind, MAPS))]
    return np.abs(blur_diameter(depths, sharp_depth, aperture))
