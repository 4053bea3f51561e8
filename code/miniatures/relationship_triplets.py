"""Who does what to what: triplets of a subject, a predicate and an object, scored from classes and from where two boxes lie.

After the visual relationship track of the Open Images Challenge, in which a triplet such as "beer on table" is right if its three
words are and both of its boxes overlap the true ones by an IoU of 1/2 or more. Rooms with three things are drawn here.

box       top, left, bottom, right; rows grow downwards, the room is 1 high
geometry  five numbers of two boxes: how far the subject's centre lies to a side and below the object's, in widths and heights of the
          object; the logarithms of the ratios of their widths and heights; and their IoU
score     P(subject) P(object) P(predicate | geometry), the last by a Gaussian for each predicate (quadratic discriminant analysis)
mAP       mean over the kinds of triplets of the average precision
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import cached, classes_of, fitting, numbers, one_of, real, whole
from miniatures.segments import ranked_precision
from miniatures.softmax import softmax

THINGS = ("cup", "book", "cat", "table", "chair", "crate")
SIZES = np.array([(0.12, 0.1), (0.08, 0.2), (0.2, 0.28), (0.35, 0.7), (0.5, 0.4), (0.35, 0.4)])  # heights, widths
PREDICATES = ("on", "under", "beside", "inside")
NONE = len(PREDICATES)  # the class of two things that have nothing to do with each other
HABITS = {  # how often things are found on, under, beside and inside each other
    ("cup", "table"): (8, 1, 1, 0),
    ("book", "table"): (6, 1, 2, 0),
    ("cat", "table"): (2, 4, 3, 0),
    ("cat", "chair"): (4, 3, 3, 0),
    ("book", "chair"): (4, 2, 1, 0),
    ("chair", "table"): (0, 2, 6, 0),
    ("cup", "crate"): (3, 0, 2, 4),
    ("book", "crate"): (3, 0, 2, 5),
    ("cat", "crate"): (3, 0, 4, 4),
}
SCORERS = ("classes", "geometry", "geometry and none", "geometry, none and classes")
ROOMS = 375  # to learn from: a thousandth of the challenge's samples
JITTER = 0.04  # sd of a detected box's sides, in shares of its size
CLARITY = 2.5  # how far the true class stands out among the detector's logits, whose noise has an sd of 1
RIDGE = 1e-3  # added to the variances of the geometry


@dataclass(frozen=True)
class Rooms:
    """N rooms with three things; the first two are related.

    `boxes` (N, 3, 4) and `things` (N, 3) are true, `predicates` (N,) is what the first is to the second; a detector's `seen` boxes
    (N, 3, 4) and `chances` (N, 3, 6) of the classes.
    """

    boxes: np.ndarray
    things: np.ndarray
    predicates: np.ndarray
    seen: np.ndarray
    chances: np.ndarray


@dataclass(frozen=True)
class Predictor:
    """A Gaussian of the geometry for each of K predicates: `means` (K, 5), `precisions` (K, 5, 5), log of weight and scale (K,)."""

    means: np.ndarray
    precisions: np.ndarray
    offsets: np.ndarray


def box_ious(one, other) -> np.ndarray:
    """The IoU of boxes (..., 4) of top, left, bottom, right with other ones, each with each where the shapes broadcast.

    >>> box_ious([0, 0, 2, 2], [0, 1, 2, 3]).round(3).item()
    0.333
    """
    one, other = boxes_of("one", one), boxes_of("other", other)
    fitting({"one": one, "other": other})
    shared = np.minimum(one[..., 2:], other[..., 2:]) - np.maximum(one[..., :2], other[..., :2])
    shared = np.maximum(shared, 0).prod(axis=-1)
    return shared / (_sizes(one).prod(axis=-1) + _sizes(other).prod(axis=-1) - shared)


def boxes_of(name: str, boxes) -> np.ndarray:
    """`boxes` (..., 4) as floats, each with top above bottom and left before right, sides from 1e-3 to 1e3."""
    boxes = numbers(name, boxes, low=-1e3, high=1e3)
    if boxes.ndim == 0 or boxes.shape[-1] != 4 or not boxes.size:
        raise ValueError(f"{name} of shape {boxes.shape} must hold boxes of top, left, bottom, right: (..., 4)")
    small = (_sizes(boxes) < 1e-3 - 1e-12).any(axis=-1)
    if small.any():
        raise ValueError(
            f"{name} holds the box {boxes[small][0].tolist()}: bottom must lie 0.001 or more below top, and right of left"
        )
    return boxes


def geometry(subjects, objects) -> np.ndarray:
    """The five numbers (..., 5) of each pair of boxes (..., 4): aside, below, log widths, log heights, IoU.

    >>> geometry([0, 0, 1, 1], [1, 0, 2, 1]).tolist()
    [0.0, -1.0, 0.0, 0.0, 0.0]
    """
    subjects, objects = boxes_of("subjects", subjects), boxes_of("objects", objects)
    fitting({"subjects": subjects, "objects": objects})
    (height, width), (tall, wide) = (np.moveaxis(_sizes(b), -1, 0) for b in (subjects, objects))
    offset = (subjects[..., :2] + subjects[..., 2:] - objects[..., :2] - objects[..., 2:]) / 2
    return np.stack(
        [
            np.abs(offset[..., 1]) / wide,
            offset[..., 0] / tall,
            np.log(width / wide),
            np.log(height / tall),
            box_ious(subjects, objects),
        ],
        axis=-1,
    )


def fit_predictor(features, predicates, classes: int = len(PREDICATES)) -> Predictor:
    """A Gaussian with a covariance of its own for each predicate, from `features` (N, 5) and `predicates` (N,); three or more of each.

    >>> rng = np.random.default_rng(0)
    >>> fit_predictor(rng.normal(size=(40, 5)), np.arange(40) % 4).means.shape
    (4, 5)
    """
    features = numbers("features", features, (None, 5))
    predicates = classes_of("predicates", predicates, len(features), whole("classes", classes, 1, 100))
    counts = np.bincount(predicates, minlength=classes)
    if counts.min() < 3:
        raise ValueError(f"predicates holds {counts.tolist()} of the classes: three or more are needed of each")
    parts = [features[predicates == k] for k in range(classes)]
    spreads = np.stack([np.cov(p.T, bias=True) + RIDGE * np.eye(5) for p in parts])
    offsets = np.log(counts / len(features)) - np.linalg.slogdet(spreads)[1] / 2
    return Predictor(np.stack([p.mean(axis=0) for p in parts]), np.linalg.inv(spreads), offsets)


def predicate_probabilities(predictor: Predictor, subjects, objects) -> np.ndarray:
    """P(predicate | geometry) (..., K) of pairs of boxes (..., 4), by Bayes.

    >>> p = predicate_probabilities(learnt(), [0.28, 0.4, 0.4, 0.5], [0.4, 0.1, 0.8, 0.8])  # a cup's box on top of a table's
    >>> PREDICATES[p.argmax()]
    'on'
    """
    away = geometry(subjects, objects)[..., None, :] - predictor.means  # (..., K, 5)
    logits = predictor.offsets - np.einsum("...ki,kij,...kj->...k", away, predictor.precisions, away) / 2
    return softmax(logits)


@cache
def _taught(seed):
    return drawn_rooms(ROOMS, np.random.default_rng([whole("seed", seed, 0, 10**9), 41]))


@cached()
def learnt(none: bool = True, seed: int = 0) -> Predictor:
    """The predictor from 375 true rooms of a seed; with `none`, a class more for two things that are not related."""
    rooms = _taught(seed)
    features = geometry(rooms.boxes[:, 0], rooms.boxes[:, 1])
    if not none:
        return fit_predictor(features, rooms.predicates)
    strangers = [geometry(rooms.boxes[:, a], rooms.boxes[:, b]) for a, b in ((0, 2), (2, 0), (1, 2), (2, 1), (1, 0))]
    classes = np.r_[rooms.predicates, np.full(5 * ROOMS, NONE)]
    return fit_predictor(np.concatenate([features, *strangers]), classes, NONE + 1)


def drawn_rooms(count: int, rng: np.random.Generator) -> Rooms:
    """`count` rooms, 1 to 5000: two things as their habits place them, a third somewhere, and what a detector sees of them.

    >>> drawn_rooms(3, np.random.default_rng(0)).chances.shape
    (3, 3, 6)
    """
    count = whole("count", count, 1, 5000)
    kinds = np.array(
        [(*map(THINGS.index, pair), k) for pair, often in HABITS.items() for k in range(4) for _ in range(often[k])]
    )
    picked = kinds[rng.integers(0, len(kinds), count)]
    things = np.column_stack([picked[:, :2], rng.integers(0, len(THINGS), count)])
    sizes = SIZES[things] * np.exp(0.15 * rng.normal(size=(count, 3, 2)))
    centres = np.zeros((count, 3, 2))
    for room in range(count):
        centres[room, 0] = _placed(PREDICATES[picked[room, 2]], sizes[room, 0], sizes[room, 1], rng)
        centres[room, 2] = _placed("", sizes[room, 2], sizes[room, 1], rng)
    boxes = np.concatenate([centres - sizes / 2, centres + sizes / 2], axis=-1)
    seen = boxes + JITTER * np.tile(sizes, 2) * rng.normal(size=boxes.shape)
    logits = CLARITY * np.eye(len(THINGS))[things] + rng.normal(size=(count, 3, len(THINGS)))
    return Rooms(boxes, things, picked[:, 2], seen, softmax(logits))


def _placed(predicate, size, ground, rng):
    """The centre of a thing of `size` relative to one of size `ground` whose centre is 0: rows down, columns right."""
    (height, width), (tall, wide) = size, ground
    side = rng.choice([-1, 1])
    if predicate == "on":
        return rng.uniform(-0.05, 0.15) * tall - (tall + height) / 2, 0.4 * wide * rng.uniform(-1, 1)
    if predicate == "under":
        return (tall - height) / 2 + 0.08 * tall * rng.normal(), 0.35 * wide * rng.uniform(-1, 1)
    if predicate == "inside":
        return 0.1 * tall * rng.normal(), 0.15 * wide * rng.normal()
    reach = (1.0, 1.4) if predicate == "beside" else (1.2, 3.0)
    row = (tall - height) / 2 + (0.08 if predicate == "beside" else 0.6) * tall * rng.normal()
    return row, side * rng.uniform(*reach) * (wide + width) / 2


def habits(rooms: Rooms) -> np.ndarray:
    """P(predicate | the two classes) (6, 6, 4) as counted in rooms, with a quarter of a count more for each.

    >>> bool(np.allclose(habits(drawn_rooms(9, np.random.default_rng(0))).sum(axis=2), 1))
    True
    """
    counts = np.full((len(THINGS), len(THINGS), NONE), 0.25)
    np.add.at(counts, (rooms.things[:, 0], rooms.things[:, 1], rooms.predicates), 1)
    return counts / counts.sum(axis=2, keepdims=True)


def triplet_scores(rooms: Rooms, scorer: str, seed: int = 0) -> np.ndarray:
    """The scores (N, 6, 4) of each predicate for each ordered pair of a room's things, the pairs as in `PAIRS`.

    `scorer`, each times the chances of the two classes that look likeliest: how often these are so related ("classes"),
    P(predicate | geometry), the same where "none" is a class too, or that times the first. `seed`: of the rooms to learn from.
    """
    one_of("scorer", scorer, SCORERS)
    seed = whole("seed", seed, 0, 10**9)
    subject, thing = np.array(PAIRS).T
    classes, chance = rooms.chances.argmax(axis=2), rooms.chances.max(axis=2)
    scores = (chance[:, subject] * chance[:, thing])[..., None] * np.ones(NONE)
    if scorer in (SCORERS[0], SCORERS[3]):
        scores = scores * habits(_taught(seed))[classes[:, subject], classes[:, thing]]
    if scorer != SCORERS[0]:
        found = predicate_probabilities(
            learnt(scorer != SCORERS[1], seed), rooms.seen[:, subject], rooms.seen[:, thing]
        )
        scores = scores * found[..., :NONE]
    return scores


PAIRS = ((0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1))


def mean_average_precision(rooms: Rooms, scores, overlap: float = 0.5) -> float:
    """The mAP of `scores` (N, 6, 4) over the kinds of triplets that the rooms hold, 0 to 1.

    A triplet of a room counts as right if subject, predicate and object are, and both seen boxes reach `overlap`. Each room has one
    true triplet, so none is found twice: a triplet's three words name one pair, or the better scored of two.
    """
    scores = numbers("scores", scores, (len(rooms.things), len(PAIRS), NONE), 0, 1)
    near = _near(rooms, overlap)
    classes, (subject, thing) = rooms.chances.argmax(axis=2), np.array(PAIRS).T
    kind = (classes[:, subject] * 6 + classes[:, thing])[..., None] * NONE + np.arange(NONE)  # (N, 6, 4)
    true = (rooms.things[:, 0] * 6 + rooms.things[:, 1]) * NONE + rooms.predicates  # (N,)
    right = np.zeros(kind.shape, bool)
    right[:, 0] = (kind[:, 0] == true[:, None]) & near[:, None]
    found = []
    for one in np.unique(true):
        asked = kind == one
        order = np.argsort(-scores[asked], kind="stable")
        found.append(ranked_precision(right[asked][order], int((true == one).sum())))
    return float(np.mean(found))


def found_first(rooms: Rooms, scores, overlap: float = 0.5) -> float:
    """The share of rooms whose best scored triplet is the true one, 0 to 1: unlike the mAP it compares triplets of different kinds."""
    scores = numbers("scores", scores, (len(rooms.things), len(PAIRS), NONE), 0, 1)
    near = _near(rooms, overlap)
    named = (rooms.chances.argmax(axis=2)[:, :2] == rooms.things[:, :2]).all(axis=1)
    return float((near & named & (scores.reshape(len(scores), -1).argmax(axis=1) == rooms.predicates)).mean())


def _near(rooms, overlap):
    """In which rooms both related things are seen where they are, (N,)."""
    return (box_ious(rooms.seen[:, :2], rooms.boxes[:, :2]) >= real("overlap", overlap, 1e-9, 1) - 1e-9).all(axis=1)


def _sizes(boxes):
    return boxes[..., 2:] - boxes[..., :2]
