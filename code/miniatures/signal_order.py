"""Is there an order among classifiers? From a table of who reads whose images to "who lets in more".

Source: the question is that of S. Palacio et al., "What do Deep Networks Like to See?" (CVPR 2018), arXiv:1803.08337; its
abstract says "a relation of total order" without the definition, so the one below is this book's own.

M       table of accuracies, shares: row a for the decoder tuned for classifier a, column c for the reader c
r       the accuracy that a reader is compared with: on its own images, on the originals or on raw reconstructions, shares
change  M[a, c] - r[c]: what reader c gains or loses by getting a's images, shares
"""

from itertools import pairwise, product

import numpy as np

from miniatures.checks import as_array, not_negative, numbers, square, whole

MOST = 6  # classifiers, for counting every outcome


def changes(table, reference=None) -> np.ndarray:
    """change[a, c] = M[a, c] - r[c], (n, n): what reader c gains or loses when it gets the images tuned for a.

    `table` (n, n); `reference` (n,), by default what each reader makes of its own images, the diagonal.

    >>> changes([[0.9, 0.7], [0.8, 0.95]]).round(2).tolist()
    [[0.0, -0.25], [-0.1, 0.0]]
    """
    table = square("table", table)
    return table - (np.diag(table) if reference is None else numbers("reference", reference, (len(table),)))


def lets_in_more(table, reference=None, tolerance: float = 1e-9) -> np.ndarray:
    """Bools (n, n): a lets in more than c where c fares better with a's images than a with c's; ties are False both ways.

    A lead of up to `tolerance` is a tie.

    >>> lets_in_more([[0.9, 0.7], [0.8, 0.95]]).tolist(), lets_in_more([[0.9, 0.7], [0.8, 0.95]], [0.95, 0.7]).tolist()
    ([[False, False], [True, False]], [[False, True], [False, False]])
    """
    change = changes(table, reference)
    return change > change.T + not_negative("tolerance", tolerance)


def total_order(more) -> tuple[int, ...] | None:
    """The items from most to least, where `more` (n, n) is a total order; None where a pair is tied or a circle closes.

    >>> total_order([[0, 1, 1], [0, 0, 0], [0, 1, 0]]), total_order([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    ((0, 2, 1), None)
    """
    more = as_array("more", more)
    more = square("more", more.astype(float) if more.dtype == bool else more, 0, 1) > 0
    wins = more.sum(axis=1)
    ranked = np.argsort(-wins, kind="stable")
    clear = all(wins[a] == wins[b] + 1 for a, b in pairwise(ranked)) and not (more & more.T).any()
    return tuple(int(item) for item in ranked) if clear and wins[ranked[0]] == len(more) - 1 else None


def chance_of_an_order(count: int) -> tuple[int, int]:
    """In how many of all outcomes between `count` (2 to 6) items, each pair won by one of the two, there is a total order.

    >>> chance_of_an_order(3), chance_of_an_order(4)
    ((6, 8), (24, 64))
    """
    count = whole("count", count, 2, MOST)
    pairs = [(a, b) for a in range(count) for b in range(a)]
    ordered = 0
    for outcome in product((0, 1), repeat=len(pairs)):
        wins = [0] * count
        for (a, b), first in zip(pairs, outcome, strict=True):
            wins[a if first else b] += 1
        ordered += sorted(wins) == list(range(count))  # a tournament is transitive where all numbers of wins differ
    return ordered, 2 ** len(pairs)
