"""Circuits: eight curve detectors, learned and written by hand, whose weights are read as an algorithm.

Source: C. Olah et al., "Zoom In: An Introduction to Circuits", Distill (2020), doi:10.23915/distill.00024.001.
The pictures and the fixed first layer are in `miniatures.circuit_images`, superposition in `miniatures.superposition`.

w      weights, (8, 8, 5, 5): unit k, Gabor j, row and column of the site, no unit
k      unit 0 to 7; it stands for arcs that bulge towards 45 k degrees, no unit
j      Gabor 0 to 7; its stripes' normal lies at 22.5 j degrees, no unit
phi    angle of the arc's normal at the point nearest to a site, degrees
n, m   numbers of features and of dimensions, no unit
p      probability that a feature is present, no unit
S      sparsity, 1 - p, no unit
W, b   feature vectors, (m, n), and biases, (n,), no unit
"""

import numpy as np

from miniatures.checks import classes_of, numbers, one_of, real, several, whole
from miniatures.circuit_images import (
    ORIENTATIONS,
    SITES,
    UNITS,
    USUAL_RADIUS,
    arc,
    first_layer,
    nearest_on_arc,
    random_curves,
    site_places,
)
from miniatures.superposition import superposition_loss as superposition_loss
from miniatures.superposition import train_superposition as train_superposition
from miniatures.training import Adam, softmax_cross_entropy

SHAPE = (UNITS, ORIENTATIONS, SITES, SITES)
ON_ARC = 0.9  # pixels between a site and the arc, at most
TANGENT = 22.5  # degrees between a Gabor's stripes and the arc's tangent, at most: one step of the Gabors
QUARTER = ORIENTATIONS // 2  # a quarter turn takes Gabor j to j + 4
CIRCUITS = ("learned", "by hand")


def train_curves(rng: np.random.Generator, count: int = 1600, steps: int = 300, decay: float = 1e-3) -> np.ndarray:
    """Weights (8, 8, 5, 5) of multinomial logistic regression on the first layer, by Adam on `count` random arcs."""
    pictures, units = random_curves(count, rng)
    rows = first_layer(pictures).reshape(len(units), -1)
    w = np.zeros((rows.shape[1], UNITS))
    adam, steps = Adam([w], 0.02), whole("steps", steps, 1, 100_000)
    for step in range(steps):
        gradient = softmax_cross_entropy(rows @ w, units)[1]
        adam.step([rows.T @ gradient + real("decay", decay, 0, 10) * w], 0.02 * (1 - step / steps))
    return w.T.reshape(SHAPE)


def respond(weights, energies) -> np.ndarray:
    """What the eight units answer, (N, 8), to first-layer energies (N, 8, 5, 5): a weighted sum, and no more."""
    weights = numbers("weights", weights, SHAPE, -1e9, 1e9)
    energies = numbers("energies", energies, (None, *SHAPE[1:]), -1e9, 1e9)
    return np.tensordot(energies, weights, ([1, 2, 3], [1, 2, 3]))  # -> (N, 8)


def accuracy(weights, energies, units) -> float:
    """The share of rows whose largest response is that of the right unit, from 0 to 1.

    >>> accuracy(handwritten_circuit(), first_layer([arc(0.0), arc(90.0)]), [0, 2])
    1.0
    """
    found = respond(weights, energies)
    return float((found.argmax(1) == classes_of("units", units, len(found), UNITS)).mean())


def answered_off(weights, energies, units) -> np.ndarray:
    """The share of rows answered most by the right unit, by the next one, … by the one before it: (8,), they sum to 1.

    >>> answered_off(handwritten_circuit(), first_layer([arc(0.0), arc(90.0)]), [0, 1])[:2].tolist()
    [0.5, 0.5]
    """
    found = respond(weights, energies).argmax(1)
    off = (found - classes_of("units", units, len(found), UNITS)) % UNITS
    return np.bincount(off, minlength=UNITS) / len(off)


def curve_tuning(weights, angles) -> np.ndarray:
    """Responses (8, len(angles)) of the units to clean arcs of radius 7 that bulge towards `angles`, in degrees.

    >>> curve_tuning(handwritten_circuit(), [0.0, 90.0]).argmax(axis=0).tolist()
    [0, 2]
    """
    angles = numbers("angles", angles, (None,), -1e6, 1e6)
    return respond(weights, first_layer([arc(angle) for angle in angles])).T


def turned(weights, quarter_turns: int) -> np.ndarray:
    """The weights after so many quarter turns anticlockwise: the sites turn, and with them the Gabors they speak of."""
    weights = numbers("weights", weights, SHAPE, -1e9, 1e9)
    turns = whole("quarter_turns", quarter_turns, -1000, 1000)
    return np.roll(np.rot90(weights, turns, (2, 3)), QUARTER * turns, axis=1)


def rotation_agreement(weights, quarter_turns: int) -> float:
    """Correlation of unit k's turned weights with those of unit k + 2, over all k: 1 where they form one family.

    One quarter turn takes the arcs of unit k to those of unit k + 2. ValueError where all weights are alike.

    >>> round(rotation_agreement(handwritten_circuit(), 1), 6)
    1.0
    """
    first = turned(weights, quarter_turns).ravel()
    second = np.roll(numbers("weights", weights, SHAPE), -2, axis=0).ravel()
    if np.ptp(second) < 1e-12 * max(1e-300, np.abs(second).max()) or not second.any():
        raise ValueError(f"weights are all {second[0]:g}: weights that differ are needed for a correlation")
    return float(np.corrcoef(first, second)[0, 1])


def off_tangent(unit: int, gabors, radius: float = USUAL_RADIUS) -> tuple[np.ndarray, np.ndarray]:
    """For each site: distance to unit's arc in pixels, (5, 5), and degrees from -90 to 90 between `gabors` and the tangent.

    `gabors` are Gabor numbers, an array that broadcasts with (5, 5); the second result has the shape of both.
    """
    angle = np.radians(45 * whole("unit", unit, 0, UNITS - 1))
    distance, normal = nearest_on_arc(*site_places(), angle, real("radius", radius, 2, 100))
    gabors = numbers("gabors", gabors, None, 0, ORIENTATIONS - 1)
    if gabors.shape[-2:] not in ((), (5, 5), (1, 1), (1, 5), (5, 1)) and gabors.shape not in ((1,), (5,)):
        raise ValueError(f"gabors of shape {gabors.shape} must fit (5, 5)")
    own = np.pi * gabors / ORIENTATIONS
    return distance, np.degrees(np.angle(np.exp(2j * (own - normal))) / 2)  # stripes look the same after half a turn


def handwritten_circuit(
    turn: float = 0.0, opposite: float = 0.5, radius: float = USUAL_RADIUS, breadth: float = 20.0
) -> np.ndarray:
    """Weights (8, 8, 5, 5) that nobody trained: along unit's arc excite the Gabors that lie tangent to it.

    `opposite` times as strongly they inhibit what the unit of the opposite arc wants. `turn` (degrees) turns every
    Gabor off the tangent, `radius` (2 to 100 pixels) is the arc's, `breadth` (degrees) how exact the tangent must be.
    """
    turn, opposite = real("turn", turn, -360, 360), real("opposite", opposite, 0, 10)
    breadth, gabors = real("breadth", breadth, 1, 180), np.arange(ORIENTATIONS)[:, None, None]
    wanted = []
    for unit in range(UNITS):
        distance, off = off_tangent(unit, gabors, radius)
        off = (off - turn + 90) % 180 - 90
        wanted.append(np.exp(-(distance**2) / (2 * 1.2**2) - off**2 / (2 * breadth**2)))
    wanted = np.array(wanted)
    return wanted - opposite * np.roll(wanted, -UNITS // 2, axis=0)


def tangent_sites(weights) -> tuple[int, int]:
    """Over all units and the sites on their arcs: where the most excitatory Gabor lies tangent, and how many there are.

    >>> hits, there = tangent_sites(handwritten_circuit())
    >>> hits == there
    True
    """
    weights = numbers("weights", weights, SHAPE, -1e9, 1e9)
    hits = total = 0
    for unit in range(UNITS):
        distance, off = off_tangent(unit, weights[unit].argmax(0))
        on_arc = distance <= ON_ARC
        hits += int((on_arc & (np.abs(off) <= TANGENT + 1e-6)).sum())
        total += int(on_arc.sum())
    return hits, total


def tangent_chance() -> float:
    """The share of tangent sites that a Gabor picked at random would have, from 0 to 1."""
    shares = []
    for unit in range(UNITS):
        distance, off = off_tangent(unit, np.arange(ORIENTATIONS)[:, None, None])
        shares.append((np.abs(off) <= TANGENT + 1e-6).mean(0)[distance <= ON_ARC])
    return float(np.concatenate(shares).mean())


def without(energies, gabors) -> np.ndarray:
    """A copy of first-layer energies (N, 8, 5, 5) in which the Gabors of these numbers answer 0.

    >>> without(np.ones((1, 8, 5, 5)), [0, 4]).sum()
    np.float64(150.0)
    """
    left = numbers("energies", energies, (None, *SHAPE[1:]), -1e9, 1e9).copy()
    left[:, [whole("gabors", j, 0, ORIENTATIONS - 1) for j in several("gabors", gabors)]] = 0
    return left


def ablated(weights, count: int, rng: np.random.Generator | None = None) -> np.ndarray:
    """A copy in which `count` weights of each unit are 0: its most excitatory ones, or with `rng` random ones.

    >>> (ablated(handwritten_circuit(), 3) == 0).sum()
    np.int64(24)
    """
    rows = numbers("weights", weights, SHAPE, -1e9, 1e9).reshape(UNITS, -1).copy()
    count = whole("count", count, 0, rows.shape[1])
    for row in rows:
        row[(np.argsort(-row, kind="stable") if rng is None else rng.permutation(len(row)))[:count]] = 0
    return rows.reshape(SHAPE)


def likeness(weights, other) -> float:
    """Correlation of two circuits' weights, each less its mean over the units, which no comparison of units can see.

    >>> round(likeness(handwritten_circuit(), 2 * handwritten_circuit()), 6)
    1.0
    """
    return float(np.corrcoef(_off_mean("weights", weights), _off_mean("other", other))[0, 1])


def _off_mean(name, weights):
    """The weights in one row, each less its mean over the units; ValueError where nothing is left."""
    weights = numbers(name, weights, SHAPE, -1e9, 1e9)
    off = (weights - weights.mean(0)).ravel()
    if np.abs(off).max() <= max(1e-100, 1e-14 * np.abs(weights).max()):
        raise ValueError(f"{name} are the same for every unit: a correlation needs weights that differ")
    return off


def patched(weights, unit: int, picture, donor, where: str = "arc") -> float:
    """The share of unit's response to `donor` that arrives when a part of its energies is put into `picture`'s.

    Pictures are (16, 16). `where` is "arc", the sites on the unit's arc, or "rest", the others: the two shares add up
    to 1, for the response is a sum. ValueError where the unit answers both pictures alike.

    >>> one, other = arc(0.0), arc(90.0)
    >>> round(sum(patched(handwritten_circuit(), 0, one, other, where) for where in ("arc", "rest")), 6)
    1.0
    """
    unit = whole("unit", unit, 0, UNITS - 1)
    picture, donor = (
        numbers(name, given, (16, 16), -1e6, 1e6) for name, given in (("picture", picture), ("donor", donor))
    )
    on_arc = off_tangent(unit, 0)[0] <= ON_ARC
    mask = on_arc if one_of("where", where, ("arc", "rest")) == "arc" else ~on_arc
    old, new = first_layer([picture, donor])
    before, after = respond(weights, [old, new])[:, unit]
    if abs(after - before) < 1e-9:
        raise ValueError(f"unit={unit} answers both pictures with {before:.4g}: no difference to share out")
    return float((respond(weights, [np.where(mask, new, old)])[0, unit] - before) / (after - before))


def high_low(picture, turn: int = 0, low: float = 0.1, high: float = 0.3) -> float:
    """A high-low frequency detector by hand: fine stripes on the left and coarse ones on the right excite it.

    `turn` quarter turns clockwise bring another side to the left: a family of four. The energies at `high` waves a pixel,
    less those at `low`, are summed over the left two columns of sites, less the sum over the right two.
    """
    low, high = real("low", low, 0.02, 0.5), real("high", high, 0.02, 0.5)
    turned_picture = np.rot90(numbers("picture", picture, (16, 16), -1e6, 1e6), -whole("turn", turn, -1000, 1000))
    fine, coarse = (first_layer([turned_picture], waves)[0].sum(0) for waves in (high, low))  # (5, 5)
    contrast = fine - coarse
    return float(contrast[:, :2].mean() - contrast[:, 3:].mean())
