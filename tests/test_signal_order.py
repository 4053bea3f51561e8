"""Costs of exchange, the relation, total orders and their chance."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import signal_order as so

tables = st.integers(1, 5).flatmap(lambda n: arrays(float, (n, n), elements=st.floats(0, 1)))


def test_costs_by_hand():
    table = [[0.96, 0.90, 0.91], [0.95, 0.97, 0.96], [0.93, 0.94, 0.98]]
    assert so.changes(table) == pytest.approx(-np.array([[0, 0.07, 0.07], [0.01, 0, 0.02], [0.03, 0.03, 0]]))
    assert so.changes(table, [0.9, 1, 1])[1] == pytest.approx([0.05, -0.03, -0.04])
    assert so.lets_in_more(table).astype(int).tolist() == [[0, 0, 0], [1, 0, 1], [1, 0, 0]]
    assert so.total_order(so.lets_in_more(table)) == (1, 2, 0)


@settings(max_examples=80, deadline=None)
@given(tables)
def test_the_relation_never_holds_both_ways(table):
    more = so.lets_in_more(table)
    assert not (more & more.T).any()
    assert np.diag(so.changes(table)).tolist() == [0] * len(table)
    order = so.total_order(more)
    if order is not None:
        assert sorted(order) == list(range(len(table)))
        assert all(more[a, c] for place, a in enumerate(order) for c in order[place + 1 :])


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_every_order_is_found(order):
    more = np.zeros((4, 4))
    for place, a in enumerate(order):
        more[a, list(order[place + 1 :])] = 1
    assert so.total_order(more) == order


def test_ties_and_circles_are_no_order():
    assert so.total_order([[0, 0], [0, 0]]) is None
    assert so.total_order([[0, 1], [1, 0]]) is None
    assert so.total_order([[0, 1, 0], [0, 0, 1], [1, 0, 0]]) is None
    assert so.total_order([[0, 1, 1, 1], [0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0]]) is None


@pytest.mark.parametrize(("count", "orders"), [(2, 2), (3, 6), (4, 24), (5, 120)])
def test_chance_is_factorial_over_all_outcomes(count, orders):
    assert so.chance_of_an_order(count) == (orders, 2 ** (count * (count - 1) // 2))


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: so.changes([[1, 2]]), "table"), (lambda: so.changes([]), "table"), (lambda: so.changes([[np.nan]]), "table"), (lambda: so.changes(np.eye(2), [1]), "reference"),
        (lambda: so.total_order([[0, 2], [0, 0]]), "more"), (lambda: so.total_order([0, 1]), "more"), (lambda: so.chance_of_an_order(1), "count"),
        (lambda: so.chance_of_an_order(7), "count"), (lambda: so.chance_of_an_order(4.0), "count"),
    ],
)  # fmt: skip
def test_refuses(call, word):
    with pytest.raises(ValueError, match=word):
        call()
