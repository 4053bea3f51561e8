"""What the chapter's figures show of one library: a sheet of its album, pairs within moments, a small tree, answers of the reader.

Source: ours; the library is the one of seed 200, with twins.

sheet      the largest clusters, a row each, with a few of their faces
odd        a face in a cluster of which most faces are somebody else's
joined     a pair whose distance is below the first pass's threshold
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.average_linkage import Tree, cut, renumbered
from miniatures.checks import cached, real, whole, whole_numbers
from miniatures.photo_clustering import FIRST, combined_distance, cosine_distance, first_pass
from miniatures.photo_clustering_runs import FREE, FRESH_SEEDS, KINDS, RULE, grouped, library_of
from miniatures.photo_gallery import nearest_face, nearest_mean, recognise
from miniatures.photo_library import Library, thumbnails

SEED = 200
PAIR_KINDS = ("one person", "two persons", "the twins")
FIRST_MOMENTS = 4  # what the dendrogram shows
KNOWN_MOMENTS = 18  # of 24: their faces are the gallery, what comes later is new


@cache
def shipped(hard: float | None = None) -> Library:
    """The library of the figures, seed 200; with another share of hard faces where one is given."""
    return library_of(SEED) if hard is None else library_of(SEED, hard=hard)


@cached()
def faces(side: int = 24) -> np.ndarray:
    """The drawings of all of its observations: (N, side, side)."""
    return thumbnails(shipped(), np.arange(len(shipped().person)), side)


@cache
def _tree(method, first):
    return grouped(shipped().observations, method, first)


def clustered(second: float, same_photo_rule: bool = True, first: float = FIRST) -> np.ndarray:
    """The people (N,) of the shipped library by both passes, as cluster_photos finds them."""
    groups, tree = _tree(RULE if same_photo_rule else FREE, real("first", first, 0, 2))
    return renumbered(cut(tree, real("second", second, 0, 2))[groups])


@dataclass(frozen=True)
class Sheet:
    """`rows` (clusters, columns), observations, -1 where there is none; `odd`, the same shape; `size` (clusters,) and how many persons, `people`."""

    rows: np.ndarray
    odd: np.ndarray
    size: np.ndarray
    people: np.ndarray


def sheet(clusters, person, most: int = 6, columns: int = 8) -> Sheet:
    """The `most` largest of `clusters` (N,), of equals the first, and of each up to `columns` faces, evenly through its members.

    >>> found = sheet([0, 0, 1, 0], [5, 5, 5, 6], 2, 2)
    >>> found.rows.tolist(), found.odd.tolist(), found.people.tolist()
    ([[0, 1], [2, -1]], [[False, False], [False, False]], [2, 1])
    """
    found = renumbered(whole_numbers("clusters", clusters, (None,)))
    truth = whole_numbers("person", person, (len(found),))
    most, columns = whole("most", most, 1, 100), whole("columns", columns, 1, 100)
    size = np.bincount(found)
    order = np.argsort(-size, kind="stable")[:most]
    rows, odd, people = np.full((len(order), columns), -1), np.zeros((len(order), columns), bool), []
    for place, cluster in enumerate(order):
        members = np.flatnonzero(found == cluster)
        names, counts = np.unique(truth[members], return_counts=True)
        strange = truth[members] != names[counts.argmax()]
        last = np.argsort(strange, kind="stable")  # the odd ones stand at the end
        shown = last[np.arange(min(columns, len(members))) * len(members) // min(columns, len(members))]
        rows[place, : len(shown)], odd[place, : len(shown)] = members[shown], strange[shown]
        people.append(len(names))
    return Sheet(rows, odd, size[order], np.array(people))


@cache
def moment_pairs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each two observations of one moment: F (n,), T (n,) and the number of its kind in PAIR_KINDS (n,)."""
    seen, person = shipped().observations, shipped().person
    one, other = np.triu_indices(len(person), 1)
    kept = seen.moment[one] == seen.moment[other]
    one, other = one[kept], other[kept]
    kind = np.where(person[one] == person[other], 0, np.where((person[one] < 2) & (person[other] < 2), 2, 1))
    return cosine_distance(seen.face)[one, other], cosine_distance(seen.torso)[one, other], kind


def joined(first: float, beta: float, parting: bool = False) -> np.ndarray:
    """Which of the moment_pairs are closer than `first`, (n,) bool, with alpha = 1 - beta; with `parting`, by alpha F + beta T instead of D."""
    far, body, _ = moment_pairs()
    beta, first = real("beta", beta, 0, 1), real("first", first, 0, 2)
    apart = (1 - beta) * far + beta * body if parting else combined_distance(far, body, 1 - beta, beta)
    return apart < first


@dataclass(frozen=True)
class SmallTree:
    """The second pass over the first moments: `tree`; of each group its `shown` observation, `size` and whether it is `mixed`, (groups,).

    `wrong` (merges,) says which merges bring different persons together.
    """

    tree: Tree
    shown: np.ndarray
    size: np.ndarray
    mixed: np.ndarray
    wrong: np.ndarray


@cached()
def small_tree(method: str = RULE, moments: int = FIRST_MOMENTS) -> SmallTree:
    """The tree of the first `moments` moments of the shipped library, by a method of two stages.

    >>> found = small_tree()
    >>> len(found.shown) == found.tree.leaves
    True
    """
    rows = np.flatnonzero(shipped().observations.moment < whole("moments", moments, 1, 60))
    seen, person = shipped().observations.take(rows), shipped().person[rows]
    groups, tree = grouped(seen, method)
    inside = [set(person[groups == group].tolist()) for group in range(tree.leaves)]
    mixed = np.array([len(one) > 1 for one in inside])
    for pair in tree.pairs.tolist():
        inside.append(inside[pair[0]] | inside[pair[1]])
    wrong = np.array([len(one) > 1 for one in inside[tree.leaves :]], bool)
    shown = rows[np.unique(groups, return_index=True)[1]]
    return SmallTree(tree, shown, np.bincount(groups), mixed, wrong)


def new_faces(seed: int, kind: str = KINDS[0], named: bool = True) -> tuple[float, float, float]:
    """Which share of the new faces of known people are recognised: by sparse coding, by the nearest face, by the nearest mean.

    The later moments are new. Where the gallery is `named` it knows its persons; else it knows the groups of the first pass, small and
    several of one person, and right is a group of which most faces are that person's.
    """
    library = library_of(seed, kind)
    face, person, old = library.observations.face, library.person, library.observations.moment < KNOWN_MOMENTS
    new = ~old & np.isin(person, person[old])
    groups = person[old] if named else first_pass(library.observations.take(np.flatnonzero(old)))
    of_group = {group: np.bincount(person[old][groups == group]).argmax() for group in groups.tolist()}
    known = face[new], face[old], groups
    found = recognise(*known, least=0.0), nearest_face(*known), nearest_mean(*known)
    return tuple(float(np.mean([of_group.get(group) == true for group, true in zip(one.tolist(), person[new], strict=True)]))
                 for one in found)  # fmt: skip


def new_face_shares(kind: str = KINDS[0], named: bool = True) -> np.ndarray:
    """The same for each fresh seed: (seeds, 3)."""
    return np.array([new_faces(seed, kind, named) for seed in FRESH_SEEDS])
