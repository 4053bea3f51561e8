"""An atlas of activations: what a network sees, laid out as a map, and what the map says of a patch that fools it.

Source: S. Carter, Z. Armstrong, L. Schubert, I. Johnson and C. Olah, "Exploring Neural Networks with Activation Atlases",
Distill (2019), doi:10.23915/distill.00015.

h      activation of one layer at one place of one picture, (d,), after the rectifier
mu, K  mean (d,) of a sample of activations, and whitening matrix (d, d): (h - mu) @ K has covariance 1
v      direction (d,) that a picture is made for
n      power of the cosine in the objective, no unit
V, c   readout of the network, (32, 6) and (6,)
A      attribution, of an activation to a class, in units of the logit
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.atlas_network import (
    FIELDS,
    LAYERS,
    SHAPES_OF_WEIGHTS,
    SPACING,
    activations,
    gradient_below,
    layer_of,
    logits,
)
from miniatures.atlas_runs import NETWORK, stored_network
from miniatures.checks import arrays, classes_of, numbers, one_of, real, whole
from miniatures.feature_inversion import inversion_objective as inversion_objective
from miniatures.sea_scenes import CLASSES, LARGEST_SEED, SIDE, labelled_scenes, scenes, with_disc
from miniatures.umap_layout import smooth_knn_scale as smooth_knn_scale
from miniatures.umap_layout import umap_curve as umap_curve

WHALE, SHARK = 0, 1  # places in CLASSES
MOST_CELLS = 200
EACH = 200  # pictures of a class that the atlas is made of
ATLAS_SEED, WHALE_SEED = 300, 400  # of its pictures and of the whales: no network is trained on these


def grid_means(points, values, cells: int) -> tuple[np.ndarray, np.ndarray]:
    """How many of the points (N, 2) lie in each cell of a square grid, and the mean of their values (N, d) there.

    Returns counts (cells, cells) and means (cells, cells, d), the first index along x, the second along y. The grid
    reaches from the lowest to the highest point along each axis; a cell holds its lower edge, the last one both. The mean
    of an empty cell is 0: look at its count. `cells` from 1 to 200.

    >>> counts, means = grid_means([[0, 0], [1, 1], [0.9, 1]], [[1.0], [2.0], [4.0]], 2)
    >>> counts.tolist(), means[1, 1].tolist()
    ([[1, 0], [0, 2]], [3.0])
    """
    points = numbers("points", points, (None, 2))
    values = numbers("values", values, (len(points), None))
    cells = whole("cells", cells, 1, MOST_CELLS)
    place = cell_of(points, cells)
    number = place[:, 0] * cells + place[:, 1]
    counts = np.bincount(number, minlength=cells * cells)
    sums = np.stack([np.bincount(number, column, cells * cells) for column in values.T], axis=1)
    means = sums / np.maximum(counts, 1)[:, None]
    return counts.reshape(cells, cells), means.reshape(cells, cells, -1)


def cell_of(points, cells: int) -> np.ndarray:
    """The cell (N, 2) that each of the points (N, 2) lies in, by its place along x and along y.

    >>> cell_of([[0, 0], [1, 4], [0.2, 3]], 2).tolist()
    [[0, 0], [1, 1], [0, 1]]
    """
    points, cells = numbers("points", points, (None, 2)), whole("cells", cells, 1, MOST_CELLS)
    found = []
    for axis in points.T:
        low, high = axis.min(), axis.max()
        if low == high:
            low, high = low - 0.5, high + 0.5
        edges = np.linspace(low, high, cells + 1)
        found.append(np.minimum(np.searchsorted(edges, axis, side="right") - 1, cells - 1))
    return np.stack(found, axis=1)


def attribution(weights, pictures, layer: str = "conv3") -> np.ndarray:
    """A = h . (gradient of the logit by h) at every place for every class: (N, rows, columns, 6).

    At conv3 all that follows is linear: the sum over the places, and c, is the logit. At earlier layers it is an estimate.
    """
    number = LAYERS.index(one_of("layer", layer, LAYERS))
    pictures = numbers("pictures", pictures, (None, SIDE, SIDE, 3), 0, 1)
    kept: list = []
    weights = arrays("weights", weights, SHAPES_OF_WEIGHTS)
    found = activations(weights, pictures, kept=kept)
    last, columns = found[-1], []
    for column in weights[6].T:  # one class after the other
        share = np.broadcast_to(column / (last.shape[1] * last.shape[2]), last.shape)
        gradient = gradient_below(weights, share, found, kept, len(LAYERS) - 1, number)
        columns.append((found[number] * gradient).sum(axis=-1))
    return np.stack(columns, axis=-1)


@dataclass(frozen=True)
class Sample:
    """One activation from each of N pictures, from a place whose square of pixels lies inside the picture."""

    h: np.ndarray  # (N, d)
    classes: np.ndarray  # (N,) of the picture
    squares: np.ndarray  # (N, s, s, 3), the pixels that it sees
    pictures: np.ndarray  # (N, 32, 32, 3)
    places: np.ndarray  # (2, N), row and column in the layer's map


def sample(weights, layer: str, each: int = EACH, seed: int = ATLAS_SEED) -> Sample:
    """`each` new pictures of every class and one activation of `layer` from each, its place drawn at random.

    >>> sample(stored_network(), "conv3", each=2, seed=1).h.shape
    (12, 32)
    """
    each, seed = whole("each", each, 1, 20_000), whole("seed", seed, 0, LARGEST_SEED)
    pictures, classes, rng = _atlas_pictures(each, seed)
    half, spacing = FIELDS[one_of("layer", layer, LAYERS)] // 2, SPACING[layer]
    first, last = -(-half // spacing), (SIDE - 1 - half) // spacing  # centres lie at multiples of the spacing
    places = np.random.default_rng(rng).integers(first, last + 1, (2, len(pictures)))
    corners = spacing * places.T - half
    squares = np.stack([one[i : i + 2 * half + 1, j : j + 2 * half + 1]
                        for one, (i, j) in zip(pictures, corners, strict=True)])  # fmt: skip
    h = activations(weights, squares, border=False)[LAYERS.index(layer)][:, 0, 0]
    return Sample(h, classes, squares, pictures, places)


@cache
def _atlas_pictures(each, seed):
    rng = np.random.default_rng([whole("seed", seed, 0, LARGEST_SEED), 3])
    return *labelled_scenes(each, rng), int(rng.integers(0, 2**31 - 1))


def support(weights, layer: str, one: Sample) -> np.ndarray:
    """A of each sampled activation times the number of places of its layer: what the logit would be, c apart, were every
    place like this one. (N, 6)

    >>> support(stored_network(), "conv3", sample(stored_network(), "conv3", each=2, seed=1)).shape
    (12, 6)
    """
    weights, layer = arrays("weights", weights, SHAPES_OF_WEIGHTS), one_of("layer", layer, LAYERS)
    if layer == LAYERS[-1]:
        return one.h @ weights[6]
    found = []
    for start in range(0, len(one.h), 100):
        every = attribution(weights, one.pictures[start : start + 100], layer)
        rows, columns = one.places[:, start : start + 100]
        found.append(every.shape[1] * every.shape[2] * every[np.arange(len(every)), rows, columns])
    return np.concatenate(found)


def patched(kind: str, radius: float, seed: int, images: int = 200, place=None) -> tuple[np.ndarray, np.ndarray]:
    """`images` pictures of whales, and the same with a disc on each, (images, 32, 32, 3) both; all chance from `seed`."""
    rng = np.random.default_rng([whole("seed", seed, 0, LARGEST_SEED), 7])
    whales = scenes("grey whale", whole("images", images, 1, 2000), rng)
    return whales, with_disc(whales, kind, radius, rng, **({} if place is None else {"place": place}))


def patch_flips(kind: str, radius: float, seed: int, images: int = 200, network: int = NETWORK) -> int:
    """How many of `images` whales become sharks when a disc is put on them: called whale before, white shark after.

    `kind` is "baseball", "white", "cabbage", "noise" or "red"; `radius` from 0 to 16 pixels, the centre at column 25 and
    row 8, so beyond 6 pixels the picture's edge cuts the disc. `seed` draws the whales; `network` is the seed of a stored
    network, 200 to 204.

    >>> patch_flips("red", 0, 1, images=5)
    0
    """
    weights, radius = stored_network(network), real("radius", radius, 0, SIDE / 2)
    before, after = (logits(weights, pictures).argmax(axis=1) for pictures in patched(kind, radius, seed, images))
    return int(((before == WHALE) & (after == SHARK)).sum())


def logit_changes(kind: str, radius: float, seed: int, images: int = 200, network: int = NETWORK) -> np.ndarray:
    """What a disc on a whale adds to each logit, the mean over `images` whales: (6,). Arguments as of `patch_flips`."""
    weights = stored_network(network)
    before, after = (logits(weights, pictures) for pictures in patched(kind, radius, seed, images))
    return (after - before).mean(axis=0)


def contrast(weights, pictures, one: int = SHARK, other: int = WHALE) -> np.ndarray:
    """What every place of conv3 adds to logit `one` less logit `other`, times the number of places: (N, 8, 8).

    >>> contrast(stored_network(), np.zeros((1, 32, 32, 3))).shape
    (1, 8, 8)
    """
    weights = arrays("weights", weights, SHAPES_OF_WEIGHTS)
    one, other = whole("one", one, 0, len(CLASSES) - 1), whole("other", other, 0, len(CLASSES) - 1)
    return layer_of(weights, pictures, "conv3") @ (weights[6][:, one] - weights[6][:, other])


def classes_of_strongest(values, classes, share: float = 0.03, count: int = len(CLASSES)) -> np.ndarray:
    """Of the largest of `values` (N,), a `share` of all, the share that belongs to each of `count` classes (N,): sums to 1.

    >>> classes_of_strongest([5.0, 1.0, 4.0, 3.0], [0, 0, 1, 1], 0.75, 2).round(3).tolist()
    [0.333, 0.667]
    """
    values, share = numbers("values", values, (None,)), real("share", share, 1e-6, 1)
    count = whole("count", count, 1, 10_000)
    classes = classes_of("classes", classes, len(values), count)
    most = np.argsort(-values, kind="stable")[: max(1, round(share * len(values)))]
    return np.bincount(classes[most], minlength=count) / len(most)


def strongest_places(weights, pictures, classes, share: float = 0.03) -> np.ndarray:
    """Whose pictures hold the places with the strongest shark-less-whale evidence, a `share` of all places: (6,), sums to 1.

    Pictures of whales and sharks are left out: they would be there by right.

    >>> strongest_places(stored_network(), np.zeros((2, 32, 32, 3)), [2, 3]).sum()
    np.float64(1.0)
    """
    pictures = numbers("pictures", pictures, (None, SIDE, SIDE, 3), 0, 1)
    classes = classes_of("classes", classes, len(pictures), len(CLASSES))
    if np.isin(classes, (WHALE, SHARK)).all():
        raise ValueError("classes holds whales and sharks only: another class is needed")
    others = np.flatnonzero((classes != WHALE) & (classes != SHARK))
    found = contrast(weights, pictures[others])
    return classes_of_strongest(found.ravel(), np.repeat(classes[others], found[0].size), share)
