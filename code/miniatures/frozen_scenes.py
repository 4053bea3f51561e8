"""A street of cardboard people before a wall, seen by a camera that moves sideways: frames and true depth of any moment.

Source: the book's own; pinhole camera and ground contact as in A. Criminisi, I. Reid and A. Zisserman, "Single view
metrology", International Journal of Computer Vision 40 (2000), doi:10.1023/A:1026598000963.

f    focal length, 110 pixels
t_x  the camera's way to the right between two frames, metres
v    a person's way to the right between two frames, metres
Z    depth, metres along the camera's axis
H    a person's height, metres
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from miniatures.checks import numbers, real, whole

ROWS, COLUMNS = 96, 128
FOCAL = 110.0  # pixels
CENTRE, HORIZON = 63.5, 32.0  # column and row of the camera's axis
CAMERA_HEIGHT = 1.5  # metres above the ground; a hand-held camera of a drawn scene is up to HAND higher or lower
HAND = 0.25
BASELINE = 0.3  # metres
FASTEST = 0.6  # of a drawn person, in baselines
MEAN_HEIGHT, HEIGHT_SPREAD = 1.7, 0.07  # metres
LATTICE = 64
CELLS = 0.04 * 2.0 ** np.arange(6)  # metres: sizes of the textures' patches
SENSOR_NOISE = 0.01
MOST_TIME = 1000.0
HEIGHTS = (0.2, 10)  # metres, within which a camera is held
# (lowest, highest, half width), in heights: legs, trunk; the head is an ellipse
BOXES = ((0.0, 0.5, 0.1), (0.45, 0.85, 0.14))
HEAD = (0.92, 0.08, 0.065)


@dataclass(frozen=True)
class Person:
    """A flat figure that faces the camera; lengths in metres, `shift` a unit of time."""

    x: float  # at time 0, to the right of the camera's first place
    depth: float
    height: float = MEAN_HEIGHT
    shift: float = 0.0  # way to the right in a unit of time; 0 is frozen
    lift: float = 0.0  # of the feet above the ground
    shade: float = 0.3  # of the trunk; the legs are darker

    def __post_init__(self):
        spans = {
            "x": (-100, 100),
            "depth": (1, 100),
            "height": (0.3, 3),
            "shift": (-10, 10),
            "lift": (-1, 3),
            "shade": (0, 1),
        }
        for name, span in spans.items():
            real(name, getattr(self, name), *span)


@dataclass(frozen=True)
class Scene:
    """What `frame` and `truth` draw: people before a wall; the camera moves `baseline` metres in a unit of time."""

    people: tuple[Person, ...]
    wall: float = 10.0  # depth, metres
    baseline: float = BASELINE
    seed: int = 0  # of textures and noise
    camera_height: float = CAMERA_HEIGHT

    def __post_init__(self):
        for name, span in {"wall": (2, 1000), "baseline": (0.001, 10), "camera_height": HEIGHTS}.items():
            real(name, getattr(self, name), *span)
        whole("seed", self.seed, 0, 10**9)
        for person in self.people:
            if not isinstance(person, Person) or person.depth >= self.wall:
                raise ValueError(f"people holds {person!r}: each must be a Person before the wall at {self.wall:g} m")

    def frozen(self) -> "Scene":
        """The same scene with everybody standing still, as in the Mannequin Challenge."""
        return replace(self, people=tuple(replace(one, shift=0.0) for one in self.people))


@dataclass(frozen=True)
class Truth:
    """What no estimator sees: depth (H, W) in metres and labels (H, W), 0 for the street, k for person k - 1."""

    depth: np.ndarray
    labels: np.ndarray


def scene(seed: int, number: int = 0, baseline: float = BASELINE) -> Scene:
    """Scene `number` of world `seed`: one to three people of N(1.7, 0.07) m at 3 to 7 m, in columns that do not overlap.

    Their speeds are even between -0.6 and 0.6 baselines; the camera is held 1.25 to 1.75 m above the ground.

    >>> [round(one.depth, 2) for one in scene(3).people]
    [6.21, 3.64, 4.72]
    """
    rng = np.random.default_rng([whole("seed", seed, 0, 10**9), whole("number", number, 0, 10**6)])
    count = int(rng.integers(1, 4))
    baseline, people = real("baseline", baseline, 0.01, 2), []
    for place in range(count):
        column = 28 + 84 * (place + 0.5) / count + rng.uniform(-4, 4)
        depth, height = rng.uniform(3, 7), MEAN_HEIGHT + HEIGHT_SPREAD * rng.normal()
        shift = baseline * rng.uniform(-FASTEST, FASTEST)
        people.append(Person((column - CENTRE) * depth / FOCAL, depth, height, shift, shade=rng.uniform(0.15, 0.4)))
    held = CAMERA_HEIGHT + rng.uniform(-HAND, HAND)
    return Scene(tuple(people), rng.uniform(8.5, 13), baseline, int(rng.integers(10**9)), held)


@cache
def _lattices(seed: int) -> np.ndarray:
    return np.random.default_rng([seed, 77]).uniform(-1, 1, (len(CELLS), LATTICE, LATTICE))


def _noise(lattice, u, v):
    """Value noise, smooth between the points of a lattice that repeats: (N,), (N,) -> (N,)."""
    down, across = np.floor(v), np.floor(u)
    fall, step = ((part * part * (3 - 2 * part)) for part in (v - down, u - across))
    i, j = (np.mod(part, LATTICE).astype(int) for part in (down, across))
    below, right = (i + 1) % LATTICE, (j + 1) % LATTICE
    upper = lattice[i, j] * (1 - step) + lattice[i, right] * step
    lower = lattice[below, j] * (1 - step) + lattice[below, right] * step
    return upper * (1 - fall) + lower * fall


def _texture(seed, across, down, pixels_per_metre):
    """Noise of patches about 3.5 pixels wide: (N,) of metres, metres or rows of patches -> (N,), about -1 to 1.

    Weights depend on the place in the world alone, so that both frames see one texture."""
    total, power = np.zeros_like(across), np.zeros_like(across)
    for number, (lattice, cell) in enumerate(zip(_lattices(seed), CELLS, strict=True)):
        weight = np.exp(-1.2 * np.log2(cell * pixels_per_metre / 3.5) ** 2)
        near = weight > 0.02
        if near.any():
            rows = down(cell)[near] + 7.3 * number
            total[near] += weight[near] * _noise(lattice, across[near] / cell + 3.1 * number, rows)
            power[near] += weight[near] ** 2
    return total / np.sqrt(power)


def _street(scene, camera):
    """Grey (ROWS, COLUMNS) of ground and wall, from a camera at `camera` metres."""
    rows = np.repeat(np.arange(ROWS) - HORIZON, COLUMNS)
    wall, depth = scene.wall, street_depth(scene.wall, scene.camera_height).ravel()
    across = (np.tile(np.arange(COLUMNS), ROWS) - CENTRE) * depth / FOCAL + camera
    ground = depth < wall

    def down(cell):  # the wall's patches are square, the ground's three rows deep
        return np.where(ground, rows / 3, rows * wall / FOCAL / cell)

    grey = np.where(ground, 0.5, 0.72) + 0.15 * _texture(scene.seed, across, down, FOCAL / depth)
    return grey.reshape(ROWS, COLUMNS)


def street_depth(wall: float, camera_height: float = CAMERA_HEIGHT) -> np.ndarray:
    """Depth (ROWS, COLUMNS) of the street without people: the ground up to the wall, metres."""
    wall, camera_height = real("wall", wall, 2, 1000), real("camera_height", camera_height, 0.2, 10)
    below = np.maximum(np.arange(ROWS) - HORIZON, 1e-9)
    return np.repeat(np.minimum(camera_height * FOCAL / below, wall)[:, None], COLUMNS, axis=1)


def outline(person: Person, camera: float = 0.0, time: float = 0.0, camera_height: float = CAMERA_HEIGHT) -> np.ndarray:
    """How much of each pixel the person covers, (ROWS, COLUMNS) from 0 to 1, with edges one pixel soft."""
    camera, time = real("camera", camera), real("time", time, -MOST_TIME, MOST_TIME)
    camera_height = real("camera_height", camera_height, *HEIGHTS)
    scale = FOCAL * person.height / person.depth  # pixels a height
    across = np.arange(COLUMNS) - CENTRE - FOCAL * (person.x + person.shift * time - camera) / person.depth
    feet = HORIZON + FOCAL * (camera_height - person.lift) / person.depth
    up = (feet - np.arange(ROWS))[:, None]  # pixels above the feet
    covered = np.zeros((ROWS, COLUMNS))
    for low, high, half in BOXES:
        inside = np.minimum(np.minimum(up - low * scale, high * scale - up), half * scale - np.abs(across))
        covered = np.maximum(covered, np.clip(inside + 0.5, 0, 1))
    middle, tall, wide = (scale * part for part in HEAD)
    radius = np.hypot(across / wide, (up - middle) / tall)
    return np.maximum(covered, np.clip((1 - radius) * wide + 0.5, 0, 1))


def _clothes(scene, number, camera, time, where):
    """Grey (n,) of the person's texture at the pixels `where`."""
    person, (rows, columns) = scene.people[number], np.nonzero(where)
    metre = person.depth / FOCAL
    across = (columns - CENTRE) * metre + camera - person.x - person.shift * time + 11.7 * (number + 1)
    down = (rows - HORIZON) * metre + 5.3 * number
    up = (scene.camera_height - person.lift - (rows - HORIZON) * metre) / person.height  # in heights above the feet
    part = np.select([up < BOXES[1][0], up < BOXES[1][1]], [0.6 * person.shade, person.shade], 0.47)
    return part + 0.15 * _texture(scene.seed, across, lambda cell: down / cell, np.full(len(rows), 1 / metre))


def _moment(scene, time):
    if not isinstance(scene, Scene):
        raise ValueError(f"scene={scene!r} must be a Scene, as scene(seed) gives")
    time = real("time", time, -MOST_TIME, MOST_TIME)
    order = sorted(range(len(scene.people)), key=lambda number: -scene.people[number].depth)  # far ones first
    return time, scene.baseline * time, order


def frame(scene: Scene, time: float = 0.0) -> np.ndarray:
    """What the camera sees at `time`, grey (96, 128) in [0, 1], with noise of 0.01; each frame is drawn on its own.

    >>> frame(scene(1)).shape
    (96, 128)
    """
    time, camera, order = _moment(scene, time)
    grey = _street(scene, camera)
    for number in order:
        covered = outline(scene.people[number], camera, time, scene.camera_height)
        where = covered > 0
        clothes = _clothes(scene, number, camera, time, where)
        grey[where] += covered[where] * (clothes - grey[where])
    key = [scene.seed, round(1000 * (time + MOST_TIME))]
    return np.clip(grey + SENSOR_NOISE * np.random.default_rng(key).normal(size=grey.shape), 0, 1)


def frames(scene: Scene, times) -> np.ndarray:
    """The frames of a film, (T, 96, 128) in [0, 1], at `times` (T,).

    >>> frames(scene(3), [0, 0.5]).shape
    (2, 96, 128)
    """
    return np.stack([frame(scene, float(time)) for time in numbers("times", times, (None,), -MOST_TIME, MOST_TIME)])


def truth(scene: Scene, time: float = 0.0) -> Truth:
    """True depth and labels at `time`; a pixel is a person's where it is covered by more than half."""
    time, camera, order = _moment(scene, time)
    depth, labels = street_depth(scene.wall, scene.camera_height), np.zeros((ROWS, COLUMNS), int)
    for number in order:
        covered = outline(scene.people[number], camera, time, scene.camera_height) > 0.5
        depth[covered], labels[covered] = scene.people[number].depth, number + 1
    return Truth(depth, labels)
