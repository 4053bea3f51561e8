"""A miniature of landmark retrieval: find all pictures of a building, with one vector a picture and boxes of a detector.

Source: M. Teichmann, A. Araujo, M. Zhu and J. Sim, "Detect-to-Retrieve: Efficient Regional Aggregation for Image Search",
CVPR (2019), arXiv:1812.01584.

x           a local descriptor, 72 numbers
c_k         visual word k, a row of the codebook (64, 72)
V_k         the residuals x - c_k of the descriptors nearest to c_k, added up: row k of a VLAD
R           regions of a picture: itself and the detected boxes
u_k         cosine between row k of two VLADs
sigma(u)    selectivity: sign(u) |u|^alpha where u is above the threshold tau, else 0
n_a, n_b    words that each of two pictures has, one descriptor or more
mode        what is stored of a picture: global, aggregated, unit sum, crop or index
global      the whole picture, one vector
aggregated  the mean over the whole picture and each detected box, one vector
unit sum    the same, each region's VLAD brought to length 1 first, as in the released code; one vector
crop        boxes alone: the mean over the detected boxes, one vector; none where nothing was detected
index       the whole picture and each box for itself, compared by the best of them: 1 + boxes vectors
kernel      vlad (cosine of whole vectors) or asmk
mAP         mean average precision over the queries, 0 to 1, junk taken out
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import cached, numbers, one_of, positive, real, several, whole, whole_numbers
from miniatures.landmark_features import DIMENSIONS, WORDS, codebook, described, inside
from miniatures.landmark_kernels import (
    MOST_ALPHA,
    MOST_WORDS,
    cosine,
    match_kernel,
    nearest_word,
    pooled,
    region_weights,
    unit,
)
from miniatures.landmark_kernels import asmk_similarity as asmk_similarity
from miniatures.landmark_kernels import average_precision as average_precision
from miniatures.landmark_kernels import regional_vlad as regional_vlad
from miniatures.landmark_kernels import vlad as vlad
from miniatures.landmark_world import (
    JUNK_BELOW,
    LANDMARKS,
    LATEST_SEED,
    MOST_CLUTTER,
    SCENES,
    VIEWS,
    detected,
    query,
    scene,
)

KERNELS = ("vlad", "asmk")
MODES = ("global", "aggregated", "unit sum", "crop", "index")


@dataclass(frozen=True)
class Assigned:
    """A picture's descriptors by their words: words (N,), residuals (N, 72), centres (N, 2)."""

    words: np.ndarray
    residuals: np.ndarray
    centres: np.ndarray


@dataclass(frozen=True)
class Town:
    """Everything of a seed that no detector and no kernel changes.

    queries (20, 64, 72); scenes, 160 of Assigned; boxes, of the landmarks; visible (160,)."""

    queries: np.ndarray
    scenes: tuple
    boxes: tuple
    visible: np.ndarray


@dataclass(frozen=True)
class Index:
    """Stored vectors (M, 64, 72) and the number of the scene (M,) that each belongs to."""

    vectors: np.ndarray
    owners: np.ndarray


def assigned(picture, words) -> Assigned:
    """The descriptors of a picture (H, W) and their residuals from the codebook `words` (K, 72)."""
    found, words = described(picture), numbers("words", words, (None, DIMENSIONS))
    nearest = nearest_word(found.descriptors, words)
    return Assigned(nearest, found.descriptors - words[nearest], found.centres)


def built(seed: int, clutter: int, words) -> Town:
    """The town with the codebook `words` (K, 72), from 0 to 1 as descriptors are.

    >>> built(0, 0, np.zeros((1, 72))).queries.shape
    (20, 1, 72)
    """
    words = numbers("words", words, (None, DIMENSIONS), 0, 1)
    scenes = [scene(seed, number, clutter) for number in range(SCENES)]
    queries = np.stack(
        [represented(assigned(query(seed, n), words), [], "global", len(words))[0] for n in range(LANDMARKS)]
    )
    return Town(
        queries,
        tuple(assigned(one.picture, words) for one in scenes),
        tuple(one.box for one in scenes),
        np.array([one.visible for one in scenes]),
    )


@cached(2)
def town_of(seed: int, clutter: int = 5) -> Town:
    """The town with the codebook that was learnt in another town, kept for the next call: about 50 MB each."""
    seed, clutter = whole("seed", seed, 0, LATEST_SEED), whole("clutter", clutter, 0, MOST_CLUTTER)
    return built(seed, clutter, codebook(seed))


def represented(picture: Assigned, boxes, mode: str, count: int = WORDS) -> np.ndarray:
    """What a mode stores of a picture with these detected boxes, (M, K, 72); M is 1 but for index (1 + boxes) and may be 0 for crop."""
    count = whole("count", count, 1 + int(picture.words.max(initial=0)), MOST_WORDS)
    boxes, everything = _boxes(boxes), np.arange(len(picture.words))
    regions = [inside(picture.centres, box) for box in boxes]
    regions = regions if mode == "crop" else [everything, *regions]
    regions = regions[:1] if mode == "global" else regions

    def of(*some):
        return pooled(picture.words, picture.residuals, region_weights(some, len(everything)), count)

    if not regions:
        return np.zeros((0, count, DIMENSIONS))
    if mode in ("index", "unit sum"):
        apart = np.stack([of(region) for region in regions])
        return apart if mode == "index" else unit(apart).mean(axis=0)[None]
    return of(*regions)[None]


def _boxes(boxes):
    return numbers("boxes", boxes, (None, 4)) if len(several("boxes", boxes)) else []


def boxes_of(seed: int, number: int, box, recall=1.0, jitter=0.1, false_positives=1) -> list[tuple]:
    """What the detector reports in scene `number`, whose landmark lies in `box`.

    >>> boxes_of(0, 9, (36, 7, 73, 46), jitter=0.0, false_positives=0)
    [(36.0, 7.0, 73.0, 46.0)]
    """
    seed, number = whole("seed", seed, 0, LATEST_SEED), whole("number", number, 0, SCENES - 1)
    return detected(box, (seed, 4, number), recall, jitter, false_positives)


def indexed(seed: int, town: Town, mode: str, recall=1.0, jitter=0.1, false_positives=1) -> Index:
    """All that is stored of the town's 160 scenes.

    >>> picture = Assigned(np.zeros(3, int), np.ones((3, 72)), np.full((3, 2), 6.0))
    >>> town = Town(np.zeros((20, 1, 72)), (picture,) * 160, ((0, 0, 40, 40),) * 160, np.ones(160))
    >>> indexed(0, town, "index", recall=0.0).vectors.shape  # the picture and a false box of each
    (320, 1, 72)
    """
    mode = one_of("mode", mode, MODES)
    stored = [
        represented(one, boxes_of(seed, n, box, recall, jitter, false_positives), mode, town.queries.shape[1])
        for n, (one, box) in enumerate(zip(town.scenes, town.boxes, strict=True))
    ]
    return Index(np.concatenate(stored), np.repeat(np.arange(SCENES), [len(one) for one in stored]))


def best_of(found, owners) -> np.ndarray:
    """Similarities (Q, M) with stored vectors -> (Q, 160) with scenes: of its best vector, -1 where it has none.

    >>> best_of([[0.2, 0.9, 0.4]], [0, 0, 2])[0, :4].tolist()
    [0.9, -1.0, 0.4, -1.0]
    """
    if not len(several("owners", owners)):
        if np.size(found):
            raise ValueError(f"found of shape {np.shape(found)} must have no column: owners are none")
        return np.full((len(found), SCENES), -1.0)
    owners = whole_numbers("owners", owners, (None,), 0, SCENES - 1)
    found = numbers("found", found, (None, len(owners)))
    best = np.full((SCENES, len(found)), -1.0)
    np.maximum.at(best, owners, found.T)
    return best.T


def similarities(queries, index: Index, kernel: str, alpha: float = 3.0, threshold: float = 0.0) -> np.ndarray:
    """The similarity of the queries (Q, K, 72) with each scene, (Q, 160).

    >>> similarities(np.ones((1, 2, 72)), Index(-np.ones((1, 2, 72)), np.array([7])), "vlad")[0, 7].round(6)
    np.float64(-1.0)
    """
    kernel, queries = one_of("kernel", kernel, KERNELS), numbers("queries", queries, (None, *index.vectors.shape[1:]))
    if not len(index.owners):
        return best_of(np.zeros((len(queries), 0)), index.owners)
    if kernel == "vlad":
        return best_of(cosine(queries, index.vectors), index.owners)
    return best_of(match_kernel(queries, index.vectors, alpha, threshold), index.owners)


def ranking(scores) -> np.ndarray:
    """Scenes by falling score (160,), equal ones by number; scores are compared to nine digits."""
    return np.argsort(-np.round(numbers("scores", scores, (None,)), 9), kind="stable")


def judged(scores, visible, number: int, junk_below: float = JUNK_BELOW) -> float:
    """Average precision of the scores (160,) for landmark `number`; its scenes less visible than `junk_below` are junk.

    >>> judged(-np.arange(160.0), np.ones(160), 0), round(judged(-np.arange(160.0), np.ones(160), 1), 3)
    (1.0, 0.337)
    """
    scores, visible = numbers("scores", scores, (SCENES,)), numbers("visible", visible, (SCENES,), 0, 1)
    number, junk_below = whole("number", number, 0, LANDMARKS - 1), real("junk_below", junk_below, 0, 1)
    order = ranking(scores)
    relevant = order // VIEWS == number
    junk = relevant & (visible[order] < junk_below)
    if (junk == relevant).all():
        raise ValueError(
            f"visible: every scene of landmark {number} lies below junk_below={junk_below}, so none is to be found"
        )
    return average_precision(relevant, np.flatnonzero(junk))


def mean_average_precision(scores, visible, junk_below: float = JUNK_BELOW) -> float:
    """The mean over the 20 queries of scores (20, 160), 0 to 1.

    >>> round(mean_average_precision(np.kron(np.eye(20), np.ones((1, 8))), np.ones(160)), 3)
    1.0
    """
    scores = numbers("scores", scores, (LANDMARKS, SCENES))
    return float(np.mean([judged(row, visible, number, junk_below) for number, row in enumerate(scores)]))


def run(
    seed: int,
    kernel: str = "asmk",
    mode: str = "aggregated",
    clutter: int = 5,
    recall: float = 1.0,
    jitter: float = 0.1,
    false_positives: int = 1,
    alpha: float = 3.0,
    threshold: float = 0.0,
) -> float:
    """The mean average precision, 0 to 1, of searching the town `seed` for its 20 landmarks; about a second at first.

    kernel: vlad or asmk. mode: global, aggregated, unit sum, crop or index, as above. clutter from 0 to 8 facades;
    recall and jitter of the detector from 0 to 1, false boxes from 0 to 4; alpha above 0 up to 100 and threshold from 0
    to 0.99 are of asmk alone.

    >>> 0.5 < run(0) < 0.9
    True
    """
    seed, clutter = whole("seed", seed, 0, LATEST_SEED), whole("clutter", clutter, 0, MOST_CLUTTER)
    kernel, mode = one_of("kernel", kernel, KERNELS), one_of("mode", mode, MODES)
    alpha, threshold = positive("alpha", alpha, MOST_ALPHA), real("threshold", threshold, 0, 0.99)
    boxes_of(seed, 0, (0, 0, 40, 40), recall, jitter, false_positives)  # refuses before anything is drawn
    town = town_of(seed, clutter)
    index = indexed(seed, town, mode, recall, jitter, false_positives)
    return mean_average_precision(similarities(town.queries, index, kernel, alpha, threshold), town.visible)
