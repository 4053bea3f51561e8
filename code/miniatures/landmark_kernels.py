"""Many local descriptors become one vector of a fixed size, and two such vectors become a similarity.

Sources: H. Jégou, M. Douze, C. Schmid and P. Pérez, "Aggregating local descriptors into a compact image representation",
CVPR (2010), for VLAD; G. Tolias, Y. Avrithis and H. Jégou, "Image search with selective match kernels", IJCV 116 (2016),
for ASMK; M. Teichmann, A. Araujo, M. Zhu and J. Sim, "Detect-to-Retrieve", CVPR (2019), arXiv:1812.01584, for the sum
over regions.

x         a local descriptor (d,)
c_k       visual word k, a row of the codebook (K, d)
V_k       sum of x - c_k over the descriptors nearest to c_k: row k of the aggregate (K, d)
u_k       cosine between row k of two aggregates
sigma(u)  sign(u) |u|^alpha where u > tau, else 0: the selectivity
"""

import numpy as np
from scipy.spatial.distance import cdist

from miniatures.checks import as_array, classes_of, numbers, positive, real, several, whole

FAINT = 1e-9  # of the longest row: a shorter one is rounding, its word counts as absent
LARGE = 1e30  # of a coordinate
LARGEST_SUM = 2 * LARGE * 10**6  # of as many residuals
MOST_ALPHA = 100.0
MOST_DESCRIPTORS, MOST_WORDS = 10**6, 10**5


def average_precision(relevance, junk=()) -> float:
    """The mean, over the relevant results, of the precision at their rank, 0 to 1.

    relevance: (N,) of 0 and 1, best result first. junk: 0-based ranks that are taken out before anything is counted,
    relevant or not. ValueError where no relevant result is left, for there is nothing to average.

    >>> round(average_precision([1, 0, 1, 1, 0, 0, 1]), 4), average_precision([0, 1, 1], junk=[0])
    (0.747, 1.0)
    """
    found = as_array("relevance", relevance)
    found = numbers("relevance", found.astype(int) if found.dtype == bool else found, (None,), 0, 1)
    if not np.isin(found, (0, 1)).all():
        raise ValueError(f"relevance holds {found[~np.isin(found, (0, 1))][0]:g}: only 0 and 1 are accepted")
    keep = np.ones(len(found), bool)
    keep[_indices("junk", junk, len(found))] = False
    hits = np.flatnonzero(found[keep])
    if not len(hits):
        raise ValueError(
            f"relevance of {len(found)} results holds no relevant one that is not junk: nothing to average"
        )
    return float((np.arange(1, len(hits) + 1) / (hits + 1)).mean())


def _indices(name, values, count):
    """`values` as an int array (n,) of places from 0 to `count` - 1; it may be empty."""
    if isinstance(values, (set, frozenset)):
        values = sorted(values)
    if not isinstance(values, (list, tuple, range, np.ndarray)) or getattr(values, "ndim", 1) != 1:
        raise ValueError(f"{name}={values!r} must be a list of places from 0 to {count - 1}")
    if len(values) and not count:
        raise ValueError(f"{name} holds {len(values)} places where count=0 leaves none")
    return classes_of(name, values, len(values), count) if len(values) else np.zeros(0, int)


def checked(features, codebook) -> tuple[np.ndarray, np.ndarray]:
    """`features` (N, d), which may be none, and `codebook` (K, d) as floats."""
    codebook = numbers("codebook", codebook, (None, None), -LARGE, LARGE)
    dimensions, features = codebook.shape[1], as_array("features", features)
    if features.shape in ((0,), (0, dimensions)):
        return np.zeros((0, dimensions)), codebook
    return numbers("features", features, (None, dimensions), -LARGE, LARGE), codebook


def nearest_word(features, codebook) -> np.ndarray:
    """The number of each descriptor's nearest visual word, (N, d) -> (N,); of equally near ones the first."""
    features, codebook = checked(features, codebook)
    return cdist(features, codebook, "sqeuclidean").argmin(axis=1)


def pooled(words, residuals, weights, count: int) -> np.ndarray:
    """Weighted sums of `residuals` (N, d) by their word (N,), (`count`, d); `weights` is one number or (N,).

    >>> pooled([0, 1, 1], [[1.0], [2.0], [5.0]], 1.0, 3).tolist()
    [[1.0], [7.0], [0.0]]
    """
    count, size = whole("count", count, 1, MOST_WORDS), len(several("words", words))
    if not size:
        if np.size(residuals):
            raise ValueError(f"residuals of shape {np.shape(residuals)} must be none, as words are")
        return np.zeros((count, np.shape(residuals)[-1]))
    members = np.zeros((count, size))
    members[classes_of("words", words, size, count), np.arange(size)] = numbers(
        "weights", weights, (size,) if np.ndim(weights) else None
    )
    return members @ numbers("residuals", residuals, (size, None), -2 * LARGE, 2 * LARGE)


def vlad(features, codebook) -> np.ndarray:
    """The VLAD of a set of descriptors (N, d), (K, d): for each visual word the sum of its descriptors' residuals, not normalised.

    No descriptor: zeros.

    >>> vlad([[1.0, 0.0], [0.0, 1.0], [9.0, 9.0]], [[0.0, 0.0], [10.0, 10.0]]).tolist()
    [[1.0, 1.0], [-1.0, -1.0]]
    """
    features, codebook = checked(features, codebook)
    words = nearest_word(features, codebook)
    return pooled(words, features - codebook[words], 1.0, len(codebook))


def region_weights(regions, count: int) -> np.ndarray:
    """How often each of `count` descriptors counts in the mean over `regions`: in how many it lies over how many there are."""
    if not isinstance(regions, (list, tuple, np.ndarray)) or not len(regions):
        raise ValueError(f"regions={regions!r} must hold one region or more")
    count = whole("count", count, 0, MOST_DESCRIPTORS)
    listed = [_indices(f"regions[{number}]", region, count) for number, region in enumerate(regions)]
    return np.bincount(np.concatenate(listed), minlength=count) / len(listed)


def regional_vlad(features, regions, codebook) -> np.ndarray:
    """The mean of the regions' VLADs, (K, d), none of them normalised.

    regions: lists of rows of `features` (N, d); one or more, and one without rows counts as zeros. Regions overlap: the
    sum weights a descriptor by the number of regions that it lies in.

    >>> regional_vlad([[1.0], [3.0], [9.0]], [[0, 1, 2], [1]], [[0.0], [10.0]]).tolist()
    [[3.5], [-0.5]]
    """
    features, codebook = checked(numbers("features", features, (None, None)), codebook)
    weights = region_weights(regions, len(features))
    words = nearest_word(features, codebook)
    return pooled(words, features - codebook[words], weights, len(codebook))


def _aggregates(name, values, shape=None):
    """`values` (..., K, d) as floats, of `shape` where it is given; there may be none of them."""
    values = as_array(name, values)
    if shape is not None and values.shape == (0, *shape[1:]):
        return np.zeros(values.shape)
    found = numbers(name, values, shape, -LARGEST_SUM, LARGEST_SUM)
    if found.ndim < 2 or 0 in found.shape[-2:]:
        raise ValueError(f"{name} of shape {found.shape} must be (..., K, d): a row for each visual word")
    return found


def _unit_rows(aggregates):
    """Each row of length 1, (..., K, d); rows of length 0, up to rounding, become 0: their word is absent."""
    largest = np.abs(aggregates).max(axis=(-2, -1), keepdims=True)
    aggregates = aggregates / np.where(largest > 0, largest, 1)  # so that no square is too small for a float
    lengths = np.linalg.norm(aggregates, axis=-1, keepdims=True)
    present = lengths > FAINT * lengths.max(axis=-2, keepdims=True)
    return np.where(present, aggregates / np.where(present, lengths, 1), 0)


def unit(aggregates) -> np.ndarray:
    """Each aggregate (..., K, d) of length 1 as a whole; zeros stay zeros.

    >>> unit([[3.0, 0.0], [0.0, 4.0]]).tolist()
    [[0.6, 0.0], [0.0, 0.8]]
    """
    return _unit(_aggregates("aggregates", aggregates))


def _unit(aggregates):
    lengths = np.linalg.norm(aggregates, axis=(-2, -1), keepdims=True)
    return aggregates / np.where(lengths > 0, lengths, 1)


def selectivity(u, alpha: float, threshold: float) -> np.ndarray:
    """sign(u) |u|^alpha where u, from -1 to 1, is above the threshold, else 0."""
    u = numbers("u", u, None, -1, 1)
    positive("alpha", alpha, MOST_ALPHA), real("threshold", threshold, -1, 1)
    return np.where(u > threshold, np.sign(u) * np.abs(u) ** alpha, 0)


def cosine(queries, aggregates) -> np.ndarray:
    """The VLAD similarity of queries (Q, K, d) with aggregates (N, K, d), (Q, N): the cosine between whole vectors."""
    queries, aggregates = _pair(queries, aggregates)
    size = queries.shape[1] * queries.shape[2]  # named: there may be no aggregate to tell it from
    return _unit(queries).reshape(len(queries), size) @ _unit(aggregates).reshape(len(aggregates), size).T


def _pair(queries, aggregates):
    queries = _aggregates("queries", queries, (None, None, None))
    return queries, _aggregates("aggregates", aggregates, (None, *queries.shape[1:]))


def word_cosines(queries, aggregates) -> tuple[np.ndarray, np.ndarray]:
    """What every selectivity starts from: the cosines word by word (Q, N, K), 0 where a word is absent, and the root
    of the product of the numbers of words (Q, N)."""
    queries, aggregates = map(_unit_rows, _pair(queries, aggregates))
    cosines = np.einsum("qkd,nkd->kqn", queries, aggregates, optimize=True).transpose(1, 2, 0)
    counts = np.outer(*(each.any(axis=-1).sum(axis=-1) for each in (queries, aggregates)))
    return np.clip(cosines, -1, 1), np.sqrt(np.maximum(counts, 1))


def match_kernel(queries, aggregates, alpha: float = 3.0, threshold: float = 0.0) -> np.ndarray:
    """The ASMK similarity of queries (Q, K, d) with aggregates (N, K, d), (Q, N); 0 where either has no word."""
    cosines, norms = word_cosines(queries, aggregates)
    return selectivity(cosines, alpha, threshold).sum(axis=-1) / norms


def asmk_similarity(aggregate_a, aggregate_b, alpha=3.0, threshold=0.0) -> float:
    """The aggregated selective match kernel of two aggregates (K, d): 1 for identical ones, 0 where either has no word.

    Rows are brought to length 1; the selectivities of the cosines of common words are added up and divided by the
    root of the product of the numbers of words. alpha above 0 up to 100; threshold from 0 to 0.99.

    >>> asmk_similarity([[3.0, 0.0], [0.0, 2.0]], [[3.0, 4.0], [0.0, 0.0]], alpha=2)
    0.2545584412271571
    """
    first = numbers("aggregate_a", aggregate_a, (None, None), -LARGE, LARGE)
    second = numbers("aggregate_b", aggregate_b, first.shape, -LARGE, LARGE)
    alpha, threshold = positive("alpha", alpha, MOST_ALPHA), real("threshold", threshold, 0, 0.99)
    return float(match_kernel(first[None], second[None], alpha, threshold)[0, 0])
