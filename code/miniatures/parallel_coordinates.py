"""Parallel coordinates: a table as lines across upright axes, and what the crossings of the lines count.

A miniature of what HiPlot draws: axes side by side, one line for each row of a table, axes that can be
moved, turned over and brushed. `miniatures.parallel_tables` holds the tables, `miniatures.winners_curse` what
happens to the best line.

Source: facebookresearch/hiplot (2020). The crossings are counted with the merge sort of W. R. Knight, "A computer
method for calculating Kendall's tau with ungrouped data" (1966), doi:10.2307/2282833.

n       number of rows of the table, each a line
k       number of columns, each an axis
c       crossings: pairs of lines that change places between two neighbouring axes
u       pairs of lines that are tied on neither of two axes
τ, tau  Kendall's rank correlation of two columns, from -1 to 1, no unit
τ_b     the same where values are tied, no unit
η²      share of a column's variance that lies between the levels of another, no unit
S       number of seeds with which each configuration was trained
m       number of configurations that a search tries
s       number of seeds whose mean accuracy chooses the winner
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from miniatures.checks import numbers, several, whole, whole_numbers

MOST_ROWS = 60_000  # so that all pairs, about 1.8 billion, are counted in 32 bits too
MOST_AXES = 60


def inversions(values) -> int:
    """Pairs of `values` (n,) whose earlier one is larger, in O(n log n).

    They are counted while sorted halves are merged.

    >>> inversions([3, 1, 2]), inversions([1, 1, 1])
    (2, 0)
    """
    values = numbers("values", values, (None,))
    size = 1 << (_rows(values) - 1).bit_length()  # the next power of two
    runs = np.full((size, 1), np.inf)
    runs[: len(values), 0] = values
    found = 0
    while len(runs) > 1:
        half = runs.shape[1]
        runs = runs.reshape(-1, 2 * half)  # two sorted runs in each row
        order = np.argsort(runs, axis=1, kind="stable")  # merges them
        from_left = order < half
        waiting = half - np.cumsum(from_left, axis=1)  # items of the left run
        found += int(waiting[~from_left].sum(dtype=np.int64))  # passed
        runs = np.take_along_axis(runs, order, axis=1)
    return found


def crossings(x, y) -> int:
    """Crossings c of n lines between two axes, x and y (n,), in O(n log n).

    Two lines cross where the one is above on the first axis and the other on
    the second. Lines that meet at an end, tied in x or in y, do not cross.

    >>> crossings([1, 2, 3], [1, 2, 3]), crossings([1, 2, 3], [3, 2, 1])
    (0, 3)
    """
    x, y = _pair(x, y)
    return inversions(y[np.lexsort((y, x))])  # by x, and by y where x is tied


def pairs(n: int) -> int:
    """The number of pairs of n things, n*(n - 1)/2.

    >>> pairs(1500)
    1124250
    """
    n = whole("n", n, 0, MOST_ROWS)
    return n * (n - 1) // 2


def tied_pairs(values) -> int:
    """Pairs of equal `values`, an array (n,) or rows (n, d) that are equal in every column.

    >>> tied_pairs([5, 7, 5, 5])
    3
    """
    values = numbers("values", values)
    if values.ndim not in (1, 2):
        raise ValueError(f"values of shape {values.shape} must be of shape (n,) or (n, d)")
    if not values.size:
        raise ValueError(f"values of shape {values.shape} must hold at least one number")
    _rows(values)
    return sum(pairs(int(count)) for count in np.unique(values, axis=0, return_counts=True)[1])


def untied_pairs(x, y) -> int:
    """Pairs of lines u that are tied neither in x nor in y, both (n,): those that cross now or when one axis is turned.

    >>> untied_pairs([1, 1, 2], [1, 2, 3])
    2
    """
    x, y = _pair(x, y)
    return pairs(len(x)) - tied_pairs(x) - tied_pairs(y) + tied_pairs(np.stack([x, y], axis=1))


def kendall_tau(crossings: int, n: int) -> float:
    """Kendall's tau of n lines without ties: 1 - 4*c/(n*(n - 1)).

    ValueError unless n is 2 or more and c from 0 to the number of pairs.

    >>> round(kendall_tau(10, 10), 4)
    0.5556
    """
    n = whole("n", n, 2, MOST_ROWS)
    c = whole("crossings", crossings, 0, pairs(n))
    return 1 - 2 * c / pairs(n)


def kendall_tau_b(x, y) -> float:
    """Kendall's tau_b of x and y, both (n,), which allows for ties.

    (u - 2*c) over the geometric mean of the pairs untied in x and in y. Without
    ties it is `kendall_tau`. ValueError where a column holds one value only.

    >>> round(kendall_tau_b([1, 1, 2], [1, 2, 3]), 4)
    0.8165
    """
    x, y = _pair(x, y)
    in_x, in_y = (float(pairs(len(x)) - tied_pairs(column)) for column in (x, y))
    if in_x == 0 or in_y == 0:
        alike = "x" if in_x == 0 else "y"
        raise ValueError(f"{alike} holds one value only: no order, no correlation")
    return (untied_pairs(x, y) - 2 * crossings(x, y)) / (in_x * in_y) ** 0.5


def crossing_matrix(table, flips: bool = False) -> np.ndarray:
    """Crossings between each two columns of `table` (n, k), as a symmetric array (k, k) of whole numbers in floats.

    With `flips` the fewer of the crossings as they are and with one of the two axes turned over, u - c.

    >>> crossing_matrix([[1, 3], [2, 2], [3, 1]]).tolist(), crossing_matrix([[1, 3], [2, 2], [3, 1]], flips=True).tolist()
    ([[0.0, 3.0], [3.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]])
    """
    table = _table(table)
    found = np.zeros((table.shape[1],) * 2)
    for i in range(table.shape[1]):
        for j in range(i):
            crossed = crossings(table[:, i], table[:, j])
            turned = untied_pairs(table[:, i], table[:, j]) - crossed if flips else crossed
            found[i, j] = found[j, i] = min(crossed, turned)
    return found


def total_crossings(table, order=None, turned=()) -> int:
    """Crossings of all neighbouring axes of `table` (n, k) in `order`, with the columns in `turned` upside down.

    >>> total_crossings([[1, 3, 1], [2, 2, 2], [3, 1, 3]]), total_crossings([[1, 3, 1], [2, 2, 2], [3, 1, 3]], turned=[1])
    (6, 0)
    """
    table = _table(table).copy()
    order = _order(order, table.shape[1])
    for column in _columns("turned", turned, table.shape[1]):
        table[:, column] *= -1
    return sum(crossings(table[:, a], table[:, b]) for a, b in itertools.pairwise(order))


def order_axes(table, flips: bool = False, most: bool = False) -> tuple[int, ...]:
    """The order of the columns of `table` (n, k) with the fewest crossings found.

    A short path through all columns, not proven to be the shortest: a greedy
    walk from each start, improved by 2-opt. With `flips` axes may be turned
    over; with `most` it is the order with the most crossings, for contrast.

    >>> order_axes([[1, 9, 2], [2, 1, 1], [3, 4, 3], [4, 6, 4]])
    (0, 2, 1)
    """
    costs = crossing_matrix(table, flips) * (-1 if most else 1)
    starts = range(len(costs))
    walks = [improved(costs, greedy_order(costs, start)) for start in starts]
    best = min(walks, key=lambda walk: (path_cost(costs, walk), walk))
    return min(best, best[::-1])


def path_cost(costs: np.ndarray, order) -> float:
    """The sum of `costs` (k, k) between neighbours in `order`."""
    costs = _costs(costs)
    return _path_cost(costs, whole_numbers("order", order, (None,), 0, len(costs) - 1).tolist())


def _path_cost(costs, order):
    return float(sum(costs[a, b] for a, b in itertools.pairwise(order)))


def _costs(costs):
    costs = numbers("costs", costs, (None, None), -1e12, 1e12)
    if len(costs) != costs.shape[1]:
        raise ValueError(f"costs of shape {costs.shape} must be square: of each two columns")
    return costs


def greedy_order(costs: np.ndarray, start: int) -> tuple[int, ...]:
    """From `start` always on to the nearest column not yet visited."""
    costs = _costs(costs)
    order, left = [whole("start", start, 0, len(costs) - 1)], set(range(len(costs))) - {start}
    while left:
        order.append(min(left, key=lambda column: (costs[order[-1], column], column)))
        left.remove(order[-1])
    return tuple(order)


def improved(costs: np.ndarray, order) -> tuple[int, ...]:
    """2-opt: turn stretches of the order round as long as that saves."""
    costs = _costs(costs)
    order, better = tuple(whole_numbers("order", order, (None,), 0, len(costs) - 1).tolist()), True
    while better:
        better = False
        for i, j in combinations(range(len(order) + 1), 2):
            turned = order[:i] + order[i:j][::-1] + order[j:]
            if _path_cost(costs, turned) < _path_cost(costs, order):
                order, better = turned, True
    return order


def best_turns(table, order=None) -> tuple[int, ...]:
    """The columns to turn over so that `table` (n, k) in this order has the fewest crossings; the first axis stays.

    >>> best_turns([[1, 3, 1], [2, 2, 2], [3, 1, 3]])
    (1,)
    """
    table = _table(table)
    order, turned = _order(order, table.shape[1]), []
    for a, b in itertools.pairwise(order):
        crossed = crossings(table[:, a], table[:, b])
        opposite = 2 * crossed > untied_pairs(table[:, a], table[:, b])
        if opposite != (a in turned):  # turned against its neighbour, which may be turned itself
            turned.append(b)
    return tuple(sorted(turned))


def covering_orders(k: int) -> list[tuple[int, ...]]:
    """Orders of k axes in which each two axes are neighbours at least once: ceil(k/2) of them, for k of 2 or more.

    A zigzag 0, k-1, 1, k-2, … and the same shifted by one, two … steps; for an odd k the zigzag of k + 1 without its last.

    >>> covering_orders(4)
    [(0, 3, 1, 2), (1, 0, 2, 3)]
    """
    k = whole("k", k, 2, MOST_AXES)
    even = k + k % 2
    zigzag = [(i // 2) if i % 2 == 0 else (even - (i + 1) // 2) for i in range(even)]
    shifted = [[(axis + shift) % even for axis in zigzag] for shift in range(even // 2)]
    return [tuple(axis for axis in order if axis < k) for order in shifted]


def brush(table, ranges: Mapping[int, tuple[float, float]]) -> np.ndarray:
    """Which rows of `table` (n, k) lie in every range: a mask (n,).

    `ranges`: column -> (low, high), both included.

    >>> brush([[1, 5], [2, 6], [3, 7]], {0: (2, 9), 1: (0, 6)}).tolist()
    [False, True, False]
    """
    table = _table(table)
    kept = np.ones(len(table), bool)
    for column, (low, high) in ranges.items():
        values = table[:, whole("ranges", column, 0, table.shape[1] - 1)]
        kept &= (values >= low) & (values <= high)
    return kept


@dataclass(frozen=True)
class Levels:
    """What a column does at each level of another: arrays (L,), ascending by level, and eta squared."""

    levels: np.ndarray
    counts: np.ndarray
    means: np.ndarray
    best: np.ndarray
    eta_squared: float


def by_level(groups, values) -> Levels:
    """`values` (n,) at each level of `groups` (n,). ValueError where all values are alike.

    >>> found = by_level([1, 1, 2, 2], [0, 2, 10, 12])
    >>> found.means.tolist(), found.best.tolist(), round(found.eta_squared, 3)
    ([1.0, 11.0], [2.0, 12.0], 0.962)
    """
    groups, values = _pair(groups, values, ("groups", "values"))
    levels, place, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if not np.ptp(values) > 0:
        raise ValueError(f"values hold {values[0]:g} only: no variance to share out")
    means = np.bincount(place, values) / counts
    best = np.array([values[place == level].max() for level in range(len(levels))])
    between = (counts * (means - values.mean()) ** 2).sum()
    return Levels(levels, counts, means, best, float(between / ((values - values.mean()) ** 2).sum()))


def parallel_coordinates_figure(table, colour="blue", names=None, order=None, turned=(), **options) -> dict:
    """The rows of `table` (n, k) as lines across k axes: a figure of `draw`.

    `colour` is one of the palette or n of them. `names` (k) stand below the
    axes, each of which runs from its column's smallest value to its largest.
    `figures.parallel_coordinates.polylines` draws, and takes the `options`.
    """
    from miniatures.figures.parallel_coordinates import polylines

    table = _table(table)
    if not isinstance(colour, str):
        several("colour", colour)
    columns = table.shape[1]
    return polylines(table, colour, names, _order(order, columns), _columns("turned", turned, columns), **options)


def _columns(name, values, count):
    return tuple(whole(name, column, 0, count - 1) for column in several(name, values))


def _rows(values):
    return whole("the number of rows", len(values), 1, MOST_ROWS)


def _pair(x, y, names=("x", "y")):
    x = numbers(names[0], x, (None,))
    _rows(x)
    return x, numbers(names[1], y, x.shape)


def _table(table):
    table = numbers("table", table, (None, None))
    _rows(table)
    whole("the number of columns", table.shape[1], 1, MOST_AXES)
    return table


def _order(order, k):
    if order is None:
        return tuple(range(k))
    order = tuple(whole("order", column, 0, k - 1) for column in order)
    if len(set(order)) < len(order) or len(order) < 1:
        raise ValueError(f"order={order} must name each column once at most, and one at least")
    return order
