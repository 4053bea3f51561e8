"""What the chapter on activation atlases shows from store: five networks, one atlas, measured tables.

Source: computed by code/precompute/activation_atlas.py.

network  seed of a network, 200 to 204
diet     what a network was trained on, of miniatures.atlas_network.DIETS
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.atlas_network import DIETS, LAYERS, SHAPES_OF_WEIGHTS
from miniatures.checks import cached, one_of, whole, whole_numbers
from miniatures.data import load
from miniatures.sea_scenes import CLASSES, DISCS, LARGEST_SEED

FRESH_SEEDS = tuple(range(200, 205))  # chosen before anything was seen of them; 0 to 2 were for development
NETWORK = FRESH_SEEDS[0]  # the one that the atlas is made of
RADII = {"plain": (2, 3, 4, 5, 6, 8)} | dict.fromkeys(tuple(DIETS)[1:], (3, 4, 5))
CELLS, LEAST = 14, 3  # cells along an axis of the stored atlas; activations that a cell must hold to be shown
NEIGHBOURS, MIN_DISTANCE = 20, 0.5
POWERS = (0, 1, 2, 3, 4)


@cached()
def stored_network(network: int = NETWORK) -> tuple[np.ndarray, ...]:
    """The weights of a network trained on the plain diet, in the order of `initial_weights`, as float64.

    >>> [array.shape for array in stored_network(204)][:2]
    [(75, 16), (16,)]
    """
    flat = load("activation_atlas_networks.npz")[
        f"network_{whole('network', network, FRESH_SEEDS[0], FRESH_SEEDS[-1])}"
    ]
    ends = np.cumsum([np.prod(shape) for shape in SHAPES_OF_WEIGHTS])
    return tuple(
        part.astype(float).reshape(shape)
        for part, shape in zip(np.split(flat, ends[:-1]), SHAPES_OF_WEIGHTS, strict=True)
    )


@dataclass(frozen=True)
class StoredAtlas:
    """N = 1200 activations of one layer of network 200, one from each of 200 pictures of a class, in the order of CLASSES."""

    h: np.ndarray  # (N, 32)
    support: np.ndarray  # (N, 6), attribution times the number of places
    classes: np.ndarray  # (N,)
    layouts: dict  # seed, or "principal" where there is one -> (N, 2)
    kept: np.ndarray  # (M, 2), cells of layout 200 that hold enough
    icons: np.ndarray  # (M, 8, 8, 3) in [0, 1], made for each kept cell's mean
    averages: np.ndarray  # (M, 8, 8, 3) in [0, 1], the mean of the pixels that the cell's activations saw


@cached()
def stored_atlas(layer: str = "conv3") -> StoredAtlas:
    """The stored atlas of conv2 or conv3.

    >>> stored_atlas("conv3").h.shape
    (1200, 32)
    """
    one_of("layer", layer, LAYERS[1:])
    found, pictures = load("activation_atlas_map.npz"), load("activation_atlas_icons.npz")
    h = found[f"{layer}_h"].astype(float)
    support = h @ stored_network()[6] if layer == "conv3" else found["conv2_support"].astype(float)
    names = [name for name in found if name.startswith(f"{layer}_layout_")]
    layouts = {name.rpartition("_")[2]: found[name].astype(float) for name in names}
    layouts = {int(name) if name.isdigit() else name: places for name, places in layouts.items()}
    classes = np.repeat(np.arange(len(CLASSES)), len(h) // len(CLASSES))
    rest = [pictures[f"{layer}_{name}"] for name in ("kept", "icons", "averages")]
    return StoredAtlas(h, support, classes, layouts, rest[0].astype(int), rest[1] / 255, rest[2] / 255)


@cache
def stored_angles() -> tuple[np.ndarray, np.ndarray]:
    """Pictures made with and without whitening for POWERS, (2, 5, 6, 17, 17, 3), one for the strongest cell of each class;
    and the whitened cosine that each reached, (2, 5, 6)."""
    found = load("activation_atlas_icons.npz")
    return found["angle_pictures"] / 255, found["angle_cosines"].astype(float)


@cache
def _table():
    found: dict = {}
    for diet, network, measure, of, value in load("activation_atlas_runs.csv").tolist():
        found[diet, int(network), measure, str(of)] = float(value)
    return found


def measured(measure: str, of: str = "", diet: str = "plain", networks=FRESH_SEEDS) -> np.ndarray:
    """One measured value for each of the networks, (n,); ValueError names what is not stored.

    >>> measured("flips", "red 3").shape
    (5,)
    """
    one_of("diet", diet, tuple(DIETS))
    networks = [n.item() for n in whole_numbers("networks", networks, (None,), 0, LARGEST_SEED)]
    missing = [n for n in networks if (diet, n, measure, of) not in _table()]
    if missing:
        raise ValueError(f"measure={measure!r} of {of!r} is not stored for diet={diet!r}, networks: {missing[0]}")
    return np.array([_table()[diet, n, measure, of] for n in networks])


def pairs(measure: str) -> np.ndarray:
    """The values of a measure that compares the layouts of two seeds, one for each pair.

    >>> pairs("shared random").shape
    (10,)
    """
    one_of("measure", measure, sorted({name for _, _, name, _ in _table()}))
    return np.array([value for (_, _, name, _), value in _table().items() if name == measure])


def flip_table(diet: str, radius: int) -> dict[str, np.ndarray]:
    """Disc -> whales of 200 that became sharks, for each of the five networks (5,)."""
    if radius not in RADII[one_of("diet", diet, tuple(DIETS))]:
        raise ValueError(f"radius={radius!r} is not stored for diet={diet!r}: one of {RADII[diet]}")
    return {kind: measured("flips", f"{kind} {radius}", diet) for kind in DISCS}
