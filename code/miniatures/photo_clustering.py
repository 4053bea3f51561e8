"""Who is in the picture? Faces and clothes of a photo library, put together in two passes.

Source: Apple, "Recognizing people in photos through private on-device machine learning" (2021); its thresholds are not published, ours are
chosen on libraries that no result uses. A representative face vector for each first group: US patent application 2020/0380299.

F           distance of two faces, 1 less the cosine of their embeddings, from 0 to 2
T           distance of two upper bodies (clothes), the same; it means something only within one moment
alpha       weight of the face where the body is used too
beta        weight of the body
D           combined distance, min(F, alpha F + beta T)
first       threshold of the first pass: within a moment, average linkage of D
second      threshold of the second pass: groups of the first pass, by faces alone
precision   share of the pairs put together that are one person
recall      share of the pairs of one person that are put together
"""

from dataclasses import dataclass

import numpy as np

from miniatures.average_linkage import MOST, cut, merged, renumbered
from miniatures.average_linkage import average_linkage_heights as average_linkage_heights  # one of this chapter's names
from miniatures.checks import numbers, one_of, real, whole_numbers

ALPHA = BETA = 0.5
FIRST, SECOND = 0.6, 0.66  # chosen on other libraries: photo_clustering_runs.TUNING_SEEDS, without twins
FAINT = 1e-9  # largest number of a row: below, it has no direction
SUMMARIES = ("centroid", "median")


@dataclass(frozen=True)
class Observations:
    """N people seen in photographs: `face` (N, d) and `torso` (N, e), embeddings; `photo` and `moment` (N,), whole numbers that name them.

    Who they are is not in it. ValueError where lengths differ, an embedding is zero, or a photo lies in two moments.
    """

    face: np.ndarray
    torso: np.ndarray
    photo: np.ndarray
    moment: np.ndarray

    def __post_init__(self):
        found = {name: numbers(name, getattr(self, name), (None, None)) for name in ("face", "torso")}
        count = len(found["face"])
        if count > MOST:
            raise ValueError(f"face of {count} rows: at most {MOST:,} observations are clustered")
        if len(found["torso"]) != count:
            raise ValueError(f"torso of {len(found['torso'])} rows must have one for each of the {count} of face")
        found |= {name: whole_numbers(name, getattr(self, name), (count,)) for name in ("photo", "moment")}
        for name in ("face", "torso"):
            if not (np.abs(found[name]).max(axis=1) > 1e-9).all():
                raise ValueError(f"{name} holds a row of zeros: it has no direction")
        of_photo = dict(zip(found["photo"].tolist(), found["moment"].tolist(), strict=True))
        split = [photo for photo, moment in zip(found["photo"].tolist(), found["moment"].tolist(), strict=True)
                 if of_photo[photo] != moment]  # fmt: skip
        if split:
            raise ValueError(f"moment: photo {split[0]} lies in two moments; it must lie in one")
        for name, array in found.items():
            object.__setattr__(self, name, array)

    def __len__(self):
        return len(self.photo)

    def take(self, rows) -> "Observations":
        """The observations `rows`."""
        return Observations(self.face[rows], self.torso[rows], self.photo[rows], self.moment[rows])


def cosine_distance(embeddings) -> np.ndarray:
    """1 less the cosine of each two rows of (N, d): (N, N), from 0 to 2, symmetric, 0 on the diagonal.

    >>> cosine_distance([[1, 0], [0, 2], [3, 0]]).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    rows = numbers("embeddings", embeddings, (None, None))
    size = np.abs(rows).max(axis=1, keepdims=True)
    if not (size > FAINT).all():
        raise ValueError("embeddings holds a row of zeros: it has no direction")
    unit = rows / size
    unit = unit / np.sqrt((unit**2).sum(axis=1, keepdims=True))
    distance = np.clip(1 - unit @ unit.T, 0, 2)
    distance = (distance + distance.T) / 2
    np.fill_diagonal(distance, 0)
    return distance


def combined_distance(face, torso, alpha: float = ALPHA, beta: float = BETA) -> np.ndarray:
    """D = min(F, alpha F + beta T) of distances `face` F and `torso` T, two arrays of one shape, none negative; never above F.

    Clothes can bring two observations together, they cannot push them apart.

    >>> combined_distance([[0, 0.8], [0.8, 0]], [[0, 0.2], [0.2, 0]])[0].tolist()
    [0.0, 0.5]
    >>> combined_distance([[0, 0.8], [0.8, 0]], [[0, 1.5], [1.5, 0]])[0].tolist()
    [0.0, 0.8]
    """
    far = numbers("face", face, low=0)
    body = numbers("torso", torso, low=0)
    if body.shape != far.shape:
        raise ValueError(f"torso of shape {body.shape} must have the shape {far.shape} of face")
    alpha, beta = real("alpha", alpha, 0, 10), real("beta", beta, 0, 10)
    return np.minimum(far, alpha * far + beta * body)


def first_pass(observations: Observations, first: float = FIRST, alpha: float = ALPHA, beta: float = BETA,
               same_photo_rule: bool = True, parting: bool = False) -> np.ndarray:  # fmt: skip
    """Many small, safe groups (N,): within each moment average linkage of D, cut at `first`.

    With `parting`, alpha F + beta T takes the place of D: other clothes may then hold apart what the faces would put together.
    """
    first, alpha, beta = real("first", first, 0, 2), real("alpha", alpha, 0, 10), real("beta", beta, 0, 10)
    groups = np.arange(len(observations))
    for moment in np.unique(observations.moment):
        rows = np.flatnonzero(observations.moment == moment)
        far, body = cosine_distance(observations.face[rows]), cosine_distance(observations.torso[rows])
        apart = alpha * far + beta * body if parting else combined_distance(far, body, alpha, beta)
        if same_photo_rule:
            apart = apart_in_one_photo(apart, observations.photo[rows], rows)
        groups[rows] = rows[cut(merged(apart, np.ones(len(rows))), first)]
    return renumbered(groups)


def apart_in_one_photo(distance, photo, groups) -> np.ndarray:
    """The distances of groups (G, G), infinite between two that were seen in one photo: nobody is in a photo twice.

    `photo` (N,) and `groups` (N,) are of the observations; the groups are numbered as their rows in `distance`, in ascending order.
    """
    photo = whole_numbers("photo", photo, (None,))
    names, groups = np.unique(whole_numbers("groups", groups, (len(photo),)), return_inverse=True)
    distance = numbers("distance", distance, (len(names), len(names)), 0, np.inf)
    seen = np.zeros((len(distance), len(photo)))
    seen[groups, np.unique(photo, return_inverse=True)[1]] = 1
    shared = seen @ seen.T > 0
    np.fill_diagonal(shared, False)
    return np.where(shared, np.inf, distance)


def group_distance(face, groups, summary: str = "centroid") -> np.ndarray:
    """Distance of groups (G, G) numbered from 0, from faces (N, d): of their mean faces, or the median over their members' pairs."""
    face = numbers("face", face, (None, None))
    groups = whole_numbers("groups", groups, (len(face),), 0, len(face) - 1)
    count = int(groups.max()) + 1
    if not np.bincount(groups).all():
        raise ValueError(f"groups holds no {np.bincount(groups).argmin()}: they must be numbered from 0 without a gap")
    if not (np.abs(face).max(axis=1) > FAINT).all():
        raise ValueError("face holds a row of zeros: it has no direction")
    if one_of("summary", summary, SUMMARIES) == "centroid":
        member = np.zeros((count, len(groups)))
        member[groups, np.arange(len(groups))] = 1
        unit = face / np.sqrt((face**2).sum(axis=1, keepdims=True))
        sums = member @ unit
        if not (np.abs(sums).max(axis=1) > FAINT).all():
            raise ValueError("face: those of a group cancel, so that their mean has no direction")
        return cosine_distance(sums)
    one, other = np.triu_indices(len(groups), 1)
    far, between = cosine_distance(face)[one, other], count * np.maximum(groups[one], groups[other])
    between = between + np.minimum(groups[one], groups[other])
    order = np.lexsort((far, between))  # (pairs,): by pair of groups, and there by distance
    pair, start, size = np.unique(between[order], return_index=True, return_counts=True)
    middle = (far[order][start + (size - 1) // 2] + far[order][start + size // 2]) / 2
    apart = np.zeros((count, count))
    apart[pair // count, pair % count] = apart[pair % count, pair // count] = middle
    np.fill_diagonal(apart, 0)
    return apart


def second_pass(
    observations: Observations, groups, summary: str = "centroid", same_photo_rule: bool = True
) -> np.ndarray:
    """Distances (G, G) of the first pass's `groups` for the second pass, across all moments; infinite where the rule forbids."""
    apart = group_distance(observations.face, groups, summary)
    return apart_in_one_photo(apart, observations.photo, groups) if same_photo_rule else apart


def cluster_photos(observations: Observations, first: float = FIRST, second: float = SECOND, alpha: float = ALPHA,
                   beta: float = BETA, summary: str = "centroid", same_photo_rule: bool = True,
                   parting: bool = False) -> np.ndarray:  # fmt: skip
    """The people (N,), numbered as they first appear: both passes. The second never splits what the first put together.

    `summary` says how two groups are compared in the second pass; the groups then merge by average linkage, each counted once.
    Thresholds lie from 0 to 2; merges below them are made, so that 0 leaves everybody alone.
    """
    first, second = real("first", first, 0, 2), real("second", second, 0, 2)
    groups = first_pass(observations, first, alpha, beta, same_photo_rule, parting)
    apart = second_pass(observations, groups, summary, same_photo_rule)
    return renumbered(cut(merged(apart, np.ones(len(apart))), second)[groups])


def one_stage_distance(observations: Observations, body: bool, same_photo_rule: bool = False,
                       alpha: float = ALPHA, beta: float = BETA) -> np.ndarray:  # fmt: skip
    """Distances (N, N) for a single pass over the library: F, or with `body` D within moments and F across them.

    >>> seen = Observations([[1, 0], [0, 1]], [[1, 0], [1, 0]], photo=[0, 1], moment=[0, 0])
    >>> one_stage_distance(seen, body=True).tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    alpha, beta = real("alpha", alpha, 0, 10), real("beta", beta, 0, 10)
    far = cosine_distance(observations.face)
    if body:
        together = observations.moment[:, None] == observations.moment
        far = np.where(together, combined_distance(far, cosine_distance(observations.torso), alpha, beta), far)
    return apart_in_one_photo(far, observations.photo, np.arange(len(far))) if same_photo_rule else far


def pair_precision_recall(labels, clusters) -> tuple[float, float]:
    """Precision and recall of the pairs that `clusters` (N,) puts together, by the true `labels` (N,).

    With no pair put together the precision is 1, for nothing is wrong; with no true pair the recall is 1.

    >>> pair_precision_recall([0, 0, 1, 1], [0, 0, 0, 1])
    (0.3333333333333333, 0.5)
    """
    truth = whole_numbers("labels", labels, (None,))
    found = whole_numbers("clusters", clusters, (len(truth),))
    table = _table(truth, found)  # (labels, clusters)
    right, claimed, true = (_pairs(counts) for counts in (table, table.sum(axis=0), table.sum(axis=1)))
    return float(right / claimed if claimed else 1.0), float(right / true if true else 1.0)


def _table(truth, found):
    """How many observations of each label are in each cluster, as floats."""
    rows, columns = (np.unique(one, return_inverse=True)[1] for one in (truth, found))
    table = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(table, (rows, columns), 1.0)
    return table


def _pairs(counts):
    return (counts * (counts - 1)).sum() / 2
