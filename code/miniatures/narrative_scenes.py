"""Scenes of six shapes and simulated speakers who circle each with the pointer while they name it.

The model's times are the book's own choice, not measured on people: see Speaker.
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import classes_of, numbers, real, whole, whole_numbers
from miniatures.narrative_trace import FARTHEST, Narrative, Trace, boxes_of

SHAPES = ("disc", "square", "triangle", "ring", "cross", "diamond")
COLOURS = (
    (0.84, 0.33, 0.23),
    (0.20, 0.47, 0.72),
    (0.93, 0.69, 0.13),
    (0.35, 0.62, 0.35),
    (0.55, 0.37, 0.66),
    (0.45, 0.45, 0.45),
)
JOINTS = ("and", "beside", "near", "then", "over", "with")
COLUMNS, ROWS = 3, 2
RATE = 30.0  # samples of the pointer a second
NOUN, LEAST_NOUN = 0.35, 0.12  # seconds that a noun takes, and takes at least
FILLED = 0.4  # seconds before a noun in which its joint and article are spoken, where there is room
BEFORE, AFTER = 1.0, 1.5  # seconds that the pointer rests before the first shape and after the last
TURN = 0.8  # seconds for a turn about a shape
START = (0.5, 0.5)


@dataclass(frozen=True)
class Scene:
    """Six boxes (6, 4) in the unit square; the shape of box k is SHAPES[kinds[k]]."""

    boxes: np.ndarray
    kinds: np.ndarray

    def __post_init__(self):
        boxes = boxes_of(self.boxes)
        kinds = classes_of("kinds", self.kinds, len(SHAPES), len(SHAPES))
        if boxes.shape != (len(SHAPES), 4) or len(set(kinds.tolist())) != len(SHAPES):
            raise ValueError(
                f"boxes of shape {boxes.shape} and kinds {kinds.tolist()} must be six boxes, each kind once"
            )
        object.__setattr__(self, "boxes", boxes)
        object.__setattr__(self, "kinds", kinds)

    @property
    def names(self) -> tuple:
        """What stands in each box, a word each."""
        return tuple(SHAPES[kind] for kind in self.kinds)


@dataclass(frozen=True)
class Speaker:
    """How somebody points and talks: seconds, and for `jitter` a share of the picture's side.

    lag         the voice is this far behind the pointer; negative: it names first and points then
    unsteady    standard deviation of that lag from word to word
    dwell       mean time about a shape, a quarter of it the spread
    transit     time from shape to shape
    jitter      standard deviation of the pointer about its path, and of the path's centre about the shape's
    radius      of the path about a shape, 1 where it touches the middles of the box's sides
    """

    lag: float = 0.5
    unsteady: float = 0.1
    dwell: float = 0.5
    transit: float = 0.3
    jitter: float = 0.02
    radius: float = 0.8

    def __post_init__(self):
        spans = {"lag": (-5, 5), "unsteady": (0, 2), "dwell": (0.1, 10), "transit": (0.05, 10), "jitter": (0, 0.5)}
        for name, (low, high) in (spans | {"radius": (0, 4)}).items():
            object.__setattr__(self, name, real(name, getattr(self, name), low, high))


def scene(rng) -> Scene:
    """Six shapes, one of each kind, none overlapping: one in each cell of a grid of two rows, where in it is drawn."""
    check_generator(rng)
    cell = np.array([1 / COLUMNS, 1 / ROWS])
    places = np.array([(column, row) for row in range(ROWS) for column in range(COLUMNS)])
    sides = rng.uniform((0.16, 0.2), (0.26, 0.36), (len(SHAPES), 2))
    corners = places * cell + 0.02 + rng.random((len(SHAPES), 2)) * (cell - sides - 0.04)
    return Scene(np.hstack([corners, corners + sides]), rng.permutation(len(SHAPES)))


def narrate(scene: Scene, speaker: Speaker, rng) -> Narrative:
    """`speaker` names all six shapes in an order that is drawn: for each a joint, the article "a" and the noun."""
    if not isinstance(speaker, Speaker):
        raise ValueError(f"speaker={speaker!r:.60} must be a Speaker")
    check_scene(scene)
    check_generator(rng)
    order = rng.permutation(len(SHAPES))
    dwells = speaker.dwell * np.exp(0.25 * rng.normal(size=len(order)))
    arrivals = BEFORE + speaker.transit + np.append(0, np.cumsum(dwells + speaker.transit)[:-1])
    trace = _traced(scene.boxes[order], arrivals, dwells, speaker, rng)
    lags = speaker.lag + speaker.unsteady * rng.normal(size=len(order))
    return spoken(Trace(*trace, scene.boxes), scene, order, arrivals + dwells / 2 + lags, dwells + speaker.transit)


def narratives(count: int, speaker: Speaker, rng) -> list[Narrative]:
    """`count` narratives of one speaker, each about a scene of its own.

    >>> len(narratives(2, Speaker(), np.random.default_rng(0)))
    2
    """
    return [narrate(scene(rng), speaker, rng) for _ in range(whole("count", count, 1, 1000))]


def picture(scene: Scene, side: int = 96) -> np.ndarray:
    """The scene as colours (side, side, 3), 0 to 1: each shape fills its box."""
    check_scene(scene)
    side = whole("side", side, 8, 1000)
    grid = (np.arange(side) + 0.5) / side
    found = np.full((side, side, 3), 0.95)
    for box, kind in zip(scene.boxes, scene.kinds, strict=True):
        u = (2 * grid[None, :] - box[0] - box[2]) / (box[2] - box[0])  # -1 to 1 in the box
        v = (2 * grid[:, None] - box[1] - box[3]) / (box[3] - box[1])
        found[_filled(SHAPES[kind], u, v)] = COLOURS[kind]
    return found


def _filled(shape, u, v):
    within = np.maximum(np.abs(u), np.abs(v)) <= 1
    radius = np.hypot(u, v)
    return (
        within
        & {
            "disc": radius <= 1,
            "square": np.abs(u) <= 1,
            "triangle": 2 * np.abs(u) <= 1 + v,
            "ring": (radius <= 1) & (radius >= 0.55),
            "cross": np.minimum(np.abs(u), np.abs(v)) <= 0.3,
            "diamond": np.abs(u) + np.abs(v) <= 1,
        }[shape]
    )


def _traced(boxes, arrivals, dwells, speaker, rng):
    """times, xs, ys (N,): rests at START, turns about each box in its time, straight and smooth between them, and rests."""
    times = np.arange(0, arrivals[-1] + dwells[-1] + AFTER + max(speaker.lag, 0), 1 / RATE)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2 + speaker.jitter * rng.normal(size=(len(boxes), 2))
    radii = speaker.radius * (boxes[:, 2:] - boxes[:, :2]) / 2
    angles = rng.uniform(0, 2 * np.pi, len(boxes))

    def turning(number, t):
        angle = angles[number] + 2 * np.pi * np.clip(t - arrivals[number], 0, dwells[number]) / TURN
        return middles[number] + radii[number] * np.column_stack([np.cos(angle), np.sin(angle)])

    number = np.searchsorted(arrivals, times, side="right") - 1  # the shape last arrived at, -1 before the first
    here = np.where((number < 0)[:, None], START, turning(np.maximum(number, 0), times))
    following = np.minimum(number + 1, len(boxes) - 1)
    there = turning(following, arrivals[following])
    way = np.clip((times - arrivals[following]) / speaker.transit + 1, 0, 1) * (number + 1 < len(boxes))
    way = (way**2 * (3 - 2 * way))[:, None]
    path = (1 - way) * here + way * there + speaker.jitter * rng.normal(size=(len(times), 2))
    return times, path[:, 0], path[:, 1]


def spoken(trace, scene, order, middles, rhythm) -> Narrative:
    """The Narrative whose nouns, of at most NOUN seconds, are spoken about `middles` (6,), none before the last has ended."""
    order = whole_numbers("order", order, (len(SHAPES),), 0, len(scene.names) - 1).tolist()
    middles = numbers("middles", middles, (len(order),), -FARTHEST / 2, FARTHEST / 2)
    rhythm = numbers("rhythm", rhythm, (len(order),), -FARTHEST, FARTHEST)
    lengths = np.clip(0.5 * rhythm, LEAST_NOUN, NOUN)
    words, about, texts, free = [], [], [], middles[0] - FILLED - NOUN
    for number, (middle, length) in enumerate(zip(middles, lengths, strict=True)):
        start = max(middle - length / 2, free + 0.06)
        opening = max(free, start - FILLED)
        split = opening + 0.7 * (start - opening)
        words += [(opening, split), (split, start), (start, start + length)]
        about += [-1, -1, order[number]]
        texts += [JOINTS[number], "a", scene.names[order[number]]]
        free = start + length
    return Narrative(trace, np.array(words), np.array(about), tuple(texts))


def check_scene(found) -> None:
    """ValueError unless it is a Scene."""
    if not isinstance(found, Scene):
        raise ValueError(f"scene={found!r:.60} must be a Scene")


def check_generator(rng) -> None:
    """ValueError unless it is a numpy Generator."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng={rng!r:.60} must be a numpy.random.Generator")
