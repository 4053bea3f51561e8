"""A classifier of drawn faces: which of five key expressions a face makes, and whether its eyes look, are closed or turned away.

Source: the five expressions are those of N. Shiee and A. Agarwala, Google AI Blog (2019), whose network was a MobileNet on photographs;
ours is a dense network of `miniatures.training` on faces of `miniatures.drawn_faces`, which are of nobody.

strength  how far an expression is made, 0 at rest, 1 in full; also the share of raters who would call it by its name
closed    how far the eyes are closed, from 0 to 1
turn      how far the head is turned, as in `miniatures.drawn_faces`; beyond 0.8 it looks away
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import classes_of, numbers, one_of, real, whole
from miniatures.drawn_faces import EXPRESSION, GRIMACE, SIDE, SPREADS, draw_faces, identities
from miniatures.softmax import softmax
from miniatures.training import Adam, backward, flat, forward, initial_layers, softmax_cross_entropy

KEY = ("smile", "tongue out", "duck face", "puffed cheeks", "surprise")  # the expressions that may trigger a shot
MOUTHS = ("rest", "talking", *KEY)
EYES = ("looking", "closed", "away")
FULL = {  # what a face does at strength 1; the rest is 0
    "rest": {},
    "talking": {"open mouth": 0.7},
    "smile": {"smile": 3.0},
    "tongue out": {"tongue": 1.0, "open mouth": 0.5},
    "duck face": {"pout": 1.5},
    "puffed cheeks": {"puffed cheeks": 1.0},
    "surprise": {"open mouth": 1.0, "raised brows": 1.0, "wide eyes": 0.6},
}
AWAY, GRAIN = 0.8, 0.03
FAR = SIDE // 2  # height of a face in the background, pixels
HEIGHTS = {"front": SIDE, "behind": FAR, "far behind": SIDE // 3}  # of a third face in a group
HIDDEN, BATCH, RATE, STEPS, FACES = 48, 96, 2e-3, 2500, 16_000
COLUMNS = EXPRESSION + GRIMACE
_FULL = np.array([[FULL[mouth].get(column, 0.0) for column in COLUMNS] for mouth in MOUTHS])  # (7, 7)


def features_of(mouths, strength, closed) -> tuple[np.ndarray, np.ndarray]:
    """The columns `expression` (N, 4) and `grimace` (N, 3) of faces that make `mouths` (N,), numbers of MOUTHS, at `strength` (N,).

    >>> features_of([2], [0.5], [1.0])[0].tolist()
    [[1.5, 0.0, 0.0, -1.0]]
    """
    strength = numbers("strength", strength, (None,), 0, 1.5)
    made = _FULL[classes_of("mouths", mouths, len(strength), len(MOUTHS))] * strength[:, None]
    closed = numbers("closed", closed, (len(strength),), 0, 1)
    made[:, 3] = (1 - closed) * made[:, 3] - closed
    return made[:, :4], made[:, 4:]


@dataclass(frozen=True)
class Faces:
    """Drawn faces with what they do: pictures (N, 24, 24) in [0, 1], mouths (N,), strength (N,), eyes (N,)."""

    pictures: np.ndarray
    mouths: np.ndarray  # numbers of MOUTHS
    strength: np.ndarray
    eyes: np.ndarray  # numbers of EYES


def faces(count: int, rng: np.random.Generator, strength: float | None = None, far: float = 0.25) -> Faces:
    """Photographs of `count` new people, each mouth and each state of the eyes equally often in the long run.

    At a fixed `strength` or at one from 0 to 1 each, 0 and 1 more often; a share `far` stands in the background, 12 pixels high, enlarged to 24.
    """
    count, far = whole("count", count, 1, 20_000), real("far", far, 0, 1)
    given = None if strength is None else real("strength", strength, 0, 1.5)
    mouths, eyes = rng.integers(0, len(MOUTHS), count), rng.choice(len(EYES), count, p=(0.6, 0.2, 0.2))
    strengths = np.clip(rng.uniform(-0.15, 1.15, count), 0, 1) if given is None else np.full(count, given)
    expression, grimace = features_of(mouths, strengths, (eyes == 1).astype(float))
    expression = expression + np.clip(rng.normal(size=(count, 4)), -2.5, 2.5) * (0.08, 0.04, 0.1, 0)
    pose = np.clip(rng.normal(size=(count, 5)), -2.5, 2.5) * SPREADS["pose"] / 2
    pose[:, 2] = np.where(
        eyes == 2, rng.choice((-1, 1), count) * rng.uniform(1, 1.8, count), rng.uniform(-0.5, 0.5, count)
    )
    light = np.clip(rng.normal(size=(count, 3)), -2.5, 2.5) * (0.15, 0.1, 0.15)
    people, distant = identities(count, rng), rng.random(count) < far
    pictures = np.empty((count, SIDE, SIDE))
    for apart, side in ((distant, FAR), (~distant, SIDE)):
        for part in _parts(np.flatnonzero(apart)):
            drawn = draw_faces(people[part], pose[part], light[part], expression[part], side, grimace[part])
            pictures[part] = enlarged(drawn) if side == FAR else drawn
    return Faces(np.clip(pictures + GRAIN * rng.normal(size=pictures.shape), 0, 1), mouths, strengths, eyes)


def groups(count: int, rng: np.random.Generator, third: str = "behind") -> np.ndarray:
    """`count` groups of three new people (count, 3, 24, 24): two in front in the same expression in full, and one at rest.

    The `third`, at rest, stands "behind", 12 pixels high and enlarged, "far behind", 8 pixels high, or in "front".
    """
    count, height = whole("count", count, 1, 5000), HEIGHTS[one_of("third", third, tuple(HEIGHTS))]
    kind = rng.integers(2, len(MOUTHS), count)
    mouths = np.stack([kind, kind, 0 * kind], axis=1).ravel()
    columns = features_of(mouths, np.ones(3 * count), np.zeros(3 * count))
    people = identities(3 * count, rng)
    pictures = draw_faces(people, None, None, columns[0], SIDE, columns[1])
    if height < SIDE:
        pictures[2::3] = enlarged(draw_faces(people[2::3], side=height))
    return np.clip(pictures + GRAIN * rng.normal(size=pictures.shape), 0, 1).reshape(count, 3, SIDE, SIDE)


def enlarged(pictures) -> np.ndarray:
    """Each pixel as often in both directions as makes 24, (N, 12, 12) or (N, 8, 8) -> (N, 24, 24)."""
    side = numbers("pictures", pictures, (None, None, None)).shape[-1]
    if pictures.shape[1] != side or SIDE % side:
        raise ValueError(f"pictures of shape {pictures.shape} must be square, with sides that divide {SIDE}")
    times = SIDE // side
    return np.repeat(np.repeat(pictures, times, axis=-2), times, axis=-1)


def portraits(person, strength: float, eyes: str = "looking") -> np.ndarray:
    """One `person` (12,) making each of MOUTHS at a `strength`, with the eyes in a state of EYES, (7, 24, 24), without grain.

    >>> portraits(np.zeros(12), 1.0).shape
    (7, 24, 24)
    """
    person, eyes = numbers("person", person, (12,), -1, 1), one_of("eyes", eyes, EYES)
    strengths = np.full(len(MOUTHS), real("strength", strength, 0, 1.5))
    expression, grimace = features_of(np.arange(len(MOUTHS)), strengths, np.full(len(MOUTHS), float(eyes == "closed")))
    pose = np.zeros((len(MOUTHS), 5))
    pose[:, 2] = 1.4 if eyes == "away" else 0.0
    return draw_faces(np.repeat(person[None], len(MOUTHS), axis=0), pose, None, expression, SIDE, grimace)


@dataclass(frozen=True)
class Network:
    """The trained layers (576, 48) and (48, 10), each (W, b): seven outputs for the mouth and three for the eyes."""

    layers: tuple

    def rounded(self) -> "Network":
        """The network with its weights rounded to 16 bits, as it is stored."""
        return Network(tuple(tuple(part.astype(np.float16).astype(float) for part in layer) for layer in self.layers))

    def __call__(self, pictures) -> tuple[np.ndarray, np.ndarray]:
        """The probability of each mouth (N, 7) and of each state of the eyes (N, 3), for pictures (N, 24, 24) in [0, 1]."""
        pictures = numbers("pictures", pictures, (None, SIDE, SIDE), 0, 1)
        logits = forward(self.layers, _rows(pictures))[-1]
        return softmax(logits[:, : len(MOUTHS)]), softmax(logits[:, len(MOUTHS) :])


def train(rng: np.random.Generator, steps: int = STEPS, count: int = FACES) -> Network:
    """A network after `steps` steps of Adam on `count` drawn faces of every strength.

    Of a face of strength q a share q of the raters names the expression and the others say "rest"; the network learns these
    shares, so its probability estimates the strength.
    """
    steps, seen = whole("steps", steps, 1, 100_000), faces(count, rng)
    layers = initial_layers((SIDE * SIDE, HIDDEN, len(MOUTHS) + len(EYES)), rng)
    descent, rows = Adam(flat(layers), RATE), _rows(seen.pictures)
    for step in range(steps):
        chosen = rng.integers(0, count, BATCH)
        activations, agreed = forward(layers, rows[chosen]), seen.strength[chosen, None]
        mouths, eyes = np.split(activations[-1], [len(MOUTHS)], axis=1)
        named = softmax_cross_entropy(mouths, seen.mouths[chosen])[1]
        at_rest = softmax_cross_entropy(mouths, np.zeros(BATCH, int))[1]
        by_eyes = softmax_cross_entropy(eyes, seen.eyes[chosen])[1]
        gradient = np.hstack([agreed * named + (1 - agreed) * at_rest, by_eyes])
        descent.step(flat(backward(layers, activations, gradient)[0]), RATE * (1 + np.cos(np.pi * step / steps)) / 2)
    return Network(tuple(layers))


def accuracy(network: Network, seen: Faces) -> tuple[float, float]:
    """The share of faces whose mouth, and whose eyes, get the highest probability where they should.

    >>> blind = Network(((np.zeros((SIDE * SIDE, 10)), np.zeros(10)),))  # gives all mouths, and all eyes, one probability
    >>> accuracy(blind, Faces(np.zeros((2, SIDE, SIDE)), np.array([0, 3]), np.ones(2), np.array([0, 0])))
    (0.5, 1.0)
    """
    mouths, eyes = network(seen.pictures)
    return float((mouths.argmax(axis=1) == seen.mouths).mean()), float((eyes.argmax(axis=1) == seen.eyes).mean())


def confusion(network: Network, seen: Faces) -> np.ndarray:
    """How many faces that make the mouth of a row are given the mouth of a column, (7, 7).

    >>> blind = Network(((np.zeros((SIDE * SIDE, 10)), np.zeros(10)),))
    >>> confusion(blind, Faces(np.zeros((2, SIDE, SIDE)), np.array([0, 3]), np.ones(2), np.array([0, 0])))[:, 0].tolist()
    [1, 0, 0, 1, 0, 0, 0]
    """
    given = network(seen.pictures)[0].argmax(axis=1)
    counts = np.zeros((len(MOUTHS), len(MOUTHS)), int)
    np.add.at(counts, (seen.mouths, given), 1)
    return counts


def _parts(places, size=200):
    """The places (N,) in parts that a processor's cache holds when they are drawn; none of none."""
    return [places[first : first + size] for first in range(0, len(places), size)]


def _rows(pictures):
    """The face without the light: each picture's pixels less their mean, by their standard deviation, (N, 24, 24) -> (N, 576)."""
    rows = pictures.reshape(len(pictures), -1)
    rows = rows - rows.mean(axis=1, keepdims=True)
    return rows / (rows.std(axis=1, keepdims=True) + 0.01)
