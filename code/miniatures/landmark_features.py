"""Dense local descriptors in the manner of SIFT, and a codebook of visual words by k-means.

Sources: D. G. Lowe, "Distinctive image features from scale-invariant keypoints", IJCV 60 (2004); S. P. Lloyd, "Least
squares quantization in PCM", IEEE Transactions on Information Theory 28 (1982).

cell   4 x 4 pixels: a histogram of gradient directions, 8 bins, each pixel weighted by its gradient's length
patch  3 x 3 cells, 12 x 12 pixels, one every 4 pixels: a descriptor of 72 numbers, of length below 1
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, several, whole
from miniatures.landmark_kernels import nearest_word
from miniatures.landmark_world import LANDMARKS, LATEST_SEED, POOL, new_scene, town

CELL, CELLS, BINS = 4, 3, 8
PATCH = CELL * CELLS
DIMENSIONS = CELLS * CELLS * BINS
WORDS, SAMPLE, ROUNDS, CODEBOOK_SCENES = 64, 5000, 12, 40
FLAT = 0.15  # added to a descriptor's length: a patch without contrast stays near 0
PEAK = 0.2  # of a descriptor of length 1: more is cut off, as in SIFT


@dataclass(frozen=True)
class Described:
    """The descriptors (N, 72) of a picture and the centres (N, 2) of their patches, row and column in pixels."""

    descriptors: np.ndarray
    centres: np.ndarray


def cell_histograms(picture) -> np.ndarray:
    """Gradient directions of each 4 x 4 cell, (H, W) -> (H // 4, W // 4, 8); a direction is shared by its two nearest bins."""
    picture = numbers("picture", picture, (None, None))
    if min(picture.shape) < CELL:
        raise ValueError(f"picture of shape {picture.shape} must be at least {CELL} pixels wide and high")
    down, across = np.gradient(picture)
    length, place = np.hypot(down, across), np.arctan2(down, across) / (2 * np.pi) * BINS
    low = np.floor(place)
    share, low = place - low, low.astype(int) % BINS
    bins = np.arange(BINS)
    split = (low[..., None] == bins) * (1 - share)[..., None] + ((low[..., None] + 1) % BINS == bins) * share[..., None]
    split *= length[..., None]
    high, wide = (side // CELL for side in picture.shape)
    return split[: high * CELL, : wide * CELL].reshape(high, CELL, wide, CELL, BINS).sum(axis=(1, 3))


def described(picture) -> Described:
    """All patches of a picture (H, W) in [0, 1], each side from 12 to 512 pixels, row by row.

    >>> described(np.zeros((96, 96))).descriptors.shape
    (484, 72)
    """
    picture = numbers("picture", picture, (None, None), 0, 1)
    if not (min(picture.shape) >= PATCH and max(picture.shape) <= 512):
        raise ValueError(f"picture of shape {picture.shape} must have sides from {PATCH} to 512 pixels")
    cells = cell_histograms(picture)
    high, wide = (side - CELLS + 1 for side in cells.shape[:2])
    parts = [cells[i : i + high, j : j + wide] for i in range(CELLS) for j in range(CELLS)]
    found = np.concatenate(parts, axis=-1).reshape(-1, DIMENSIONS)
    found = found / (np.linalg.norm(found, axis=1, keepdims=True) + FLAT)
    found = np.minimum(found, PEAK)
    found = found / (np.linalg.norm(found, axis=1, keepdims=True) + FLAT)
    rows, columns = np.divmod(np.arange(high * wide), wide)
    return Described(found, CELL * np.stack([rows, columns], axis=1) + PATCH / 2)


def inside(centres, box) -> np.ndarray:
    """The patches whose centre (N, 2) lies in the box (top, left, bottom, right), as a list of rows.

    >>> inside([[6.0, 6.0], [6.0, 10.0]], (0, 8, 12, 20)).tolist()
    [1]
    """
    centres, (top, left, bottom, right) = numbers("centres", centres, (None, 2)), numbers("box", box, (4,))
    return np.flatnonzero(((centres >= (top, left)) & (centres < (bottom, right))).all(axis=1))


def k_means(features, words: int, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """`words` centres (K, d) of `features` (N, d) after so many rounds of Lloyd's steps, started from K rows by lot.

    A centre that loses all its rows stays where it was.
    """
    features = numbers("features", features, (None, None), -1e30, 1e30)
    words = whole("words", words, 1, len(features))
    centres = features[rng.choice(len(features), words, replace=False)]
    for _ in range(whole("rounds", rounds, 0, 1000)):
        nearest = nearest_word(features, centres)
        counts = np.bincount(nearest, minlength=words)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, features)
        centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
    return centres


def codebook(seed: int, words: int = WORDS) -> np.ndarray:
    """Visual words (`words`, 72) learnt from scenes of another town: none of its facades is searched for or stands about here.

    >>> codebook(0, 2).shape
    (2, 72)
    """
    seed, words = whole("seed", seed, 0, LATEST_SEED), whole("words", words, 1, SAMPLE)
    landmarks, others = town(seed, 2, LANDMARKS), town(seed, 3, POOL)
    scenes = (new_scene(landmarks[n % LANDMARKS], others, 5, (seed, 6, n)) for n in range(CODEBOOK_SCENES))
    return learnt([one.picture for one in scenes], words, np.random.default_rng([seed, 7]))


def learnt(pictures, words: int, rng: np.random.Generator) -> np.ndarray:
    """The codebook of 5000 of the pictures' descriptors.

    >>> learnt([np.eye(16), np.ones((12, 20))], 2, np.random.default_rng(0)).shape
    (2, 72)
    """
    words = whole("words", words, 1, SAMPLE)
    if not len(several("pictures", pictures)):
        raise ValueError("pictures are none: give at least one to learn words from")
    pictures = [numbers(f"pictures[{number}]", one, (None, None), 0, 1) for number, one in enumerate(pictures)]
    found = np.concatenate([described(picture).descriptors for picture in pictures])
    return k_means(found[rng.choice(len(found), min(SAMPLE, len(found)), replace=False)], words, ROUNDS, rng)
