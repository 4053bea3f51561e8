"""Average linkage with merges that are forbidden: the two closest groups, again and again, until a threshold.

Source: R. R. Sokal, C. D. Michener, "A statistical method for evaluating systematic relationships", Univ. Kansas Sci. Bull. 38 (1958).

distance   matrix (N, N), symmetric, 0 on its diagonal, infinite where two must never be merged
height     mean distance of the members of two groups when they merge
threshold  merges below it are made
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import as_array, numbers, real

MOST = 2000  # rows: the matrix is then 32 MB


@dataclass(frozen=True)
class Tree:
    """Merges in the order they were made: `pairs` (m, 2), the numbers of the two nodes, and `heights` (m,), ascending.

    Nodes 0 to `leaves` - 1 are what was merged; merge k makes node `leaves` + k, as in scipy. What must not be merged never is:
    then m is smaller than `leaves` - 1.
    """

    pairs: np.ndarray
    heights: np.ndarray
    leaves: int


def _matrix(distance):
    """A square matrix, 0 where it is infinite, and where that is: there two must not be merged."""
    array = as_array("distance", distance)
    never = np.isposinf(array) if array.dtype.kind == "f" else np.zeros(array.shape, bool)
    matrix = numbers("distance", np.where(never, 0, array) if never.any() else array, (None, None), 0)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"distance of shape {matrix.shape} must be square")
    if len(matrix) > MOST:
        raise ValueError(f"distance of {len(matrix)} rows: at most {MOST:,} are merged")
    return matrix, never


def _square(distance):
    """A symmetric matrix with a diagonal of 0; infinite where two must not be merged."""
    matrix, never = _matrix(distance)
    if (never != never.T).any() or np.abs(matrix - matrix.T).max() > 1e-9 * (1 + matrix.max()):
        raise ValueError("distance must be symmetric")
    if np.diag(never).any() or np.abs(np.diag(matrix)).max() > 1e-9 * (1 + matrix.max()):
        raise ValueError("distance must be 0 on its diagonal")
    return np.where(never, np.inf, (matrix + matrix.T) / 2)


def merge_tree(distance) -> Tree:
    """Average linkage of a distance matrix (N, N): always the two closest groups, by the mean distance of their members.

    An infinite distance forbids a merge for good: the mean of any two groups that hold such a pair is infinite too.
    """
    return merged(_square(distance), np.ones(len(distance)))


def merged(distance, size, complete: bool = False) -> Tree:
    """The same for a matrix that is symmetric but for rounding, whatever its diagonal; `size` (N,) is how many members each row stands for. `complete`: by the largest distance instead."""
    matrix, never = _matrix(distance)
    distance, size = np.where(never, np.inf, matrix), numbers("size", size, (len(matrix),), 1e-9)
    apart, node = distance.copy(), np.arange(len(distance))
    np.fill_diagonal(apart, np.inf)
    pairs, heights = [], []
    for made in range(len(apart), 2 * len(apart) - 1):
        one, other = divmod(int(apart.argmin()), len(apart))  # one < other: the matrix is symmetric
        if apart[one, other] == np.inf:
            break
        pairs.append((node[one], node[other]))
        heights.append(apart[one, other])
        row = (size[one] * apart[one] + size[other] * apart[other]) / (size[one] + size[other])
        if complete:
            row = np.maximum(apart[one], apart[other])
        row[[one, other]] = np.inf
        apart[one], apart[:, one] = row, row
        apart[other], apart[:, other] = np.inf, np.inf
        size[one] += size[other]
        node[one] = made
    heights = np.maximum.accumulate(np.array(heights, float)) if heights else np.empty(0)  # against rounding
    return Tree(np.array(pairs, int).reshape(-1, 2), heights, len(apart))


def average_linkage_heights(distance) -> np.ndarray:
    """At which distances average linkage merges a matrix (N, N): (N - 1,), ascending; fewer where infinite entries forbid a merge.

    >>> average_linkage_heights([[0, 1, 4], [1, 0, 6], [4, 6, 0]]).tolist()
    [1.0, 5.0]
    """
    return merge_tree(distance).heights


def cut(tree: Tree, threshold: float) -> np.ndarray:
    """The groups (leaves,) when only merges below `threshold` are made, numbered as they first appear.

    >>> cut(merge_tree([[0, 1, 4], [1, 0, 6], [4, 6, 0]]), 2.0).tolist()
    [0, 0, 1]
    """
    below = int(np.searchsorted(tree.heights, real("threshold", threshold, 0, 1e9), side="left"))
    parent = np.arange(tree.leaves + below)
    for made, pair in enumerate(tree.pairs[:below]):
        parent[pair] = tree.leaves + made
    for node in range(len(parent) - 1, -1, -1):  # a parent has a higher number than its child
        parent[node] = parent[parent[node]]
    return renumbered(parent[: tree.leaves])


def branches(tree: Tree) -> tuple[np.ndarray, np.ndarray]:
    """What a dendrogram draws: `order` (leaves,), the leaves from left to right, and `corners` (m, 4, 2), each merge's x and height.

    A merge is a bracket: up from one child, across, down to the other. Leaves stand at x = 0, 1, … and height 0; parts of the tree
    that are never joined stand side by side, the largest first.

    >>> order, corners = branches(merge_tree([[0, 1, 4], [1, 0, 6], [4, 6, 0]]))
    >>> order.tolist(), corners[1].tolist()
    ([0, 1, 2], [[0.5, 1.0], [0.5, 5.0], [2.0, 5.0], [2.0, 0.0]])
    """
    inside = [[leaf] for leaf in range(tree.leaves)]
    whole = dict.fromkeys(range(tree.leaves))
    for one, other in tree.pairs.tolist():
        one, other = sorted((one, other), key=lambda node: (-len(inside[node]), inside[node][0]))
        whole.pop(one), whole.pop(other)
        whole[len(inside)] = None
        inside.append(inside[one] + inside[other])
    order = np.array([leaf for node in sorted(whole, key=lambda node: -len(inside[node])) for leaf in inside[node]])
    place = np.zeros((tree.leaves + len(tree.pairs), 2))
    place[order, 0] = np.arange(tree.leaves)
    corners = np.zeros((len(tree.pairs), 4, 2))
    for made, (pair, height) in enumerate(zip(tree.pairs, tree.heights, strict=True)):
        one, other = sorted(place[pair].tolist())
        corners[made] = one, (one[0], height), (other[0], height), other
        place[tree.leaves + made] = (one[0] + other[0]) / 2, height
    return order, corners


def renumbered(groups) -> np.ndarray:
    """The same groups (N,), numbered 0, 1, … in the order in which they first appear.

    >>> renumbered([7, 7, 2, 7, 0]).tolist()
    [0, 0, 1, 0, 2]
    """
    numbers("groups", groups, (None,))
    _, first, which = np.unique(groups, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[which]
