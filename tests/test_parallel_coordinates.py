"""Crossings, tau, orders and brushes, held against scipy, brute force and dynamic programming."""

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import parallel_coordinates as pc
from miniatures.parallel_tables import PARAMETERS, cars, heights, importances, sweep, sweep_accuracy, trainings, wine

NUMBERS = st.integers(-4, 4) | st.floats(-1e6, 1e6)
COLUMNS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=60)
TABLES = {"wine": wine, "cars": cars, "sweep": sweep, "trainings": trainings}


def by_pairs(x, y):
    return sum((x[i] - x[j]) * (y[i] - y[j]) < 0 for i in range(len(x)) for j in range(i))


# ---- crossings


@given(st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=60))
def test_crossings_are_the_pairs_that_disagree(rows):
    x, y = zip(*rows, strict=True)
    assert pc.crossings(x, y) == by_pairs(x, y)
    assert pc.crossings(y, x) == pc.crossings(x, y)


@given(COLUMNS)
def test_inversions_by_brute_force(rows):
    values = [float(a) for a, _ in rows]
    assert pc.inversions(values) == sum(a > b for a, b in itertools.combinations(values, 2))


def test_by_hand():
    assert pc.inversions([3, 1, 4, 2]) == 3
    assert pc.kendall_tau(3, 4) == 0
    assert pc.crossings(range(20), range(20, 0, -1)) == 190
    assert pc.kendall_tau(10, 10) == pytest.approx(0.5556, abs=5e-5)
    assert pc.crossings([7], [1]) == 0


@given(arrays(float, st.integers(2, 50), elements=st.floats(-1e3, 1e3), unique=True), st.randoms(use_true_random=False))
def test_tau_without_ties_is_scipys(x, random):
    y = list(range(len(x)))
    random.shuffle(y)
    count = pc.crossings(x, y)
    assert pc.kendall_tau(count, len(x)) == pytest.approx(scipy.stats.kendalltau(x, y).statistic, abs=1e-12)
    assert pc.kendall_tau(count, len(x)) == pytest.approx(pc.kendall_tau_b(x, y), abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=2, max_size=80))
def test_tau_b_is_scipys_where_values_are_tied(rows):
    x, y = zip(*rows, strict=True)
    if len(set(x)) == 1 or len(set(y)) == 1:
        with pytest.raises(ValueError, match="holds one value only"):
            pc.kendall_tau_b(x, y)
        return
    assert pc.kendall_tau_b(x, y) == pytest.approx(scipy.stats.kendalltau(x, y).statistic, abs=1e-12)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=60))
def test_a_turned_axis_swaps_what_crosses(rows):
    x, y = map(np.array, zip(*rows, strict=True))
    untied = sum(a[0] != b[0] and a[1] != b[1] for a, b in itertools.combinations(rows, 2))
    assert pc.untied_pairs(x, y) == untied
    assert pc.crossings(x, -y) == untied - pc.crossings(x, y)


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=40))
def test_rising_functions_change_no_crossing(rows):
    x, y = map(np.array, zip(*rows, strict=True))
    assert pc.crossings(np.exp(x), y**3) == pc.crossings(x, y)


def test_the_work_grows_like_n_log_n():
    """Rounds of merging, not pairs: 60,000 lines would take minutes pair by pair."""
    rng = np.random.default_rng(0)
    x = rng.permutation(60_000)
    assert pc.crossings(x, np.arange(60_000)) == pc.inversions(x)
    assert pc.crossings(np.arange(60_000), -np.arange(60_000)) == 60_000 * 59_999 // 2


def test_a_symmetric_hump_has_no_tau():
    x = np.arange(-30, 31)
    assert pc.kendall_tau_b(x, -(x**2)) == 0
    assert pc.by_level(x, -(x**2.0)).eta_squared == pytest.approx(1)


# ---- tables with known numbers


@pytest.mark.parametrize(
    ("one", "other", "count", "tau"),
    [("phenols", "flavanoids", 2277, 0.702), ("alcohol", "proline", 4271, 0.449), ("flavanoids", "od280", 3728, 0.520)],
)
def test_known_crossings_of_the_wines(one, other, count, tau):
    x, y = wine().column(one), wine().column(other)
    assert pc.crossings(x, y) == count == by_pairs(x, y)
    assert pc.kendall_tau_b(x, y) == pytest.approx(tau, abs=5e-4)


def test_known_orders_of_the_wines():
    values = wine().values
    assert pc.pairs(178) == 15_753
    assert pc.total_crossings(values) == 85_898
    assert pc.total_crossings(values, pc.order_axes(values)) == 58_355
    free = pc.order_axes(values, flips=True)
    assert pc.total_crossings(values, free, pc.best_turns(values, free)) == 54_917


def shortest_path(costs):
    """Held and Karp's dynamic programming: the exact cost of the shortest path through all columns."""
    k = len(costs)
    best = np.full((1 << k, k), np.inf)
    best[[1 << j for j in range(k)], range(k)] = 0
    for seen in range(1 << k):
        for j in range(k):
            if best[seen, j] < np.inf:
                for i in (i for i in range(k) if not seen >> i & 1):
                    best[seen | 1 << i, i] = min(best[seen | 1 << i, i], best[seen, j] + costs[j, i])
    return best[-1].min()


@pytest.mark.parametrize("flips", [False, True])
@pytest.mark.parametrize("name", TABLES)
def test_the_order_found_is_the_best_there_is(name, flips):
    values = TABLES[name]().values
    order = pc.order_axes(values, flips)
    turned = pc.best_turns(values, order) if flips else ()
    assert sorted(order) == list(range(values.shape[1]))
    assert pc.total_crossings(values, order, turned) == shortest_path(pc.crossing_matrix(values, flips))


@pytest.mark.parametrize("seed", range(5))
def test_orders_of_few_axes_by_trying_all(seed):
    values = np.random.default_rng(seed).normal(size=(25, 4))
    all_orders = list(itertools.permutations(range(4)))
    assert pc.total_crossings(values, pc.order_axes(values)) == min(pc.total_crossings(values, o) for o in all_orders)
    assert pc.total_crossings(values, pc.order_axes(values, most=True)) == max(
        pc.total_crossings(values, o) for o in all_orders
    )
    turns = [t for n in range(5) for t in itertools.combinations(range(4), n)]
    free = pc.order_axes(values, flips=True)
    assert pc.total_crossings(values, free, pc.best_turns(values, free)) == min(
        pc.total_crossings(values, o, t) for o in all_orders for t in turns
    )


@pytest.mark.parametrize("seed", range(5))
def test_best_turns_by_trying_all(seed):
    values = np.random.default_rng(seed).integers(0, 5, (30, 5))
    turns = [t for n in range(6) for t in itertools.combinations(range(5), n)]
    order = (3, 1, 0, 4, 2)
    assert pc.total_crossings(values, order, pc.best_turns(values, order)) == min(
        pc.total_crossings(values, order, t) for t in turns
    )


@pytest.mark.parametrize("k", range(2, 22))
def test_covering_orders_show_every_pair(k):
    orders = pc.covering_orders(k)
    assert len(orders) == math.ceil(k / 2)
    assert all(sorted(order) == list(range(k)) for order in orders)
    assert {frozenset(p) for order in orders for p in itertools.pairwise(order)} == {
        frozenset(p) for p in itertools.combinations(range(k), 2)
    }


# ---- brushes and levels


@given(
    arrays(float, (20, 3), elements=st.floats(0, 9)),
    st.dictionaries(st.integers(0, 2), st.tuples(st.floats(0, 9), st.floats(0, 9))),
)
def test_a_brush_is_a_conjunction(table, ranges):
    expected = [all(low <= row[column] <= high for column, (low, high) in ranges.items()) for row in table]
    assert pc.brush(table, ranges).tolist() == expected


def test_levels_share_out_the_variance():
    rng = np.random.default_rng(3)
    groups, values = rng.integers(0, 4, 200), rng.normal(size=200)
    found = pc.by_level(groups, values)
    within = sum(((values[groups == level] - values[groups == level].mean()) ** 2).sum() for level in range(4))
    assert found.eta_squared == pytest.approx(1 - within / ((values - values.mean()) ** 2).sum())
    assert found.counts.sum() == 200
    assert found.best.max() == values.max()


# ---- the data


def test_the_sweep_is_a_part_of_the_grid():
    table, accuracy = sweep(), sweep_accuracy()
    assert table.values.shape == (1500, 8)
    assert accuracy.shape == (1500, 5)
    assert [len(np.unique(table.column(name))) for name in PARAMETERS] == [10, 10, 3, 10, 10]
    assert len(np.unique(table.values[:, :5], axis=0)) == 1500
    assert accuracy.min() > 0
    assert accuracy.max() < 1
    assert (accuracy == 0.25).all(axis=1).sum() == 98


def test_the_wines_are_scikit_learns():
    datasets = pytest.importorskip("sklearn.datasets")
    bunch = datasets.load_wine()
    assert wine().values == pytest.approx(bunch.data)
    assert wine().kind.tolist() == bunch.target.tolist()


def test_the_forests_importances_come_again():
    pytest.importorskip("sklearn")
    import parallel_coordinates as script
    from miniatures import data

    found = script.forest(102, *script.sweep_of(data.path("vehicle_sweep.csv")))
    stored = importances()
    assert found[0] == pytest.approx(stored["r2"][2], abs=1e-4)
    for name, value in zip(script.GRID, found[1:], strict=True):
        assert value == pytest.approx(stored[name][2], abs=1e-3)


@pytest.mark.parametrize("name", TABLES)
def test_heights_run_from_zero_to_one_and_keep_every_crossing(name):
    table = TABLES[name]()
    scaled = heights(table)
    assert scaled.min(axis=0) == pytest.approx(0)
    assert scaled.max(axis=0) == pytest.approx(1)
    for a, b in ((0, 1), (2, 3)):
        assert pc.crossings(scaled[:, a], scaled[:, b]) == pc.crossings(table.values[:, a], table.values[:, b])


def test_a_column_is_asked_for_by_name():
    with pytest.raises(ValueError, match="name='speed'"):
        cars().column("speed")


# ---- bad input


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: pc.crossings([1, 2], [1]), "y"),
        (lambda: pc.crossings([], []), "x"),
        (lambda: pc.crossings([1, math.nan], [1, 2]), "x"),
        (lambda: pc.crossings([[1, 2]], [1, 2]), "x"),
        (lambda: pc.crossings(["a", "b"], [1, 2]), "x"),
        (lambda: pc.inversions([1, math.inf]), "values"),
        (lambda: pc.tied_pairs(3), "values"),
        (lambda: pc.kendall_tau(4, 3), "crossings=4"),
        (lambda: pc.kendall_tau(-1, 3), "crossings=-1"),
        (lambda: pc.kendall_tau(0, 1), "n=1"),
        (lambda: pc.kendall_tau(0.5, 3), "crossings=0.5"),
        (lambda: pc.kendall_tau_b([1, 1], [1, 2]), "x holds one value"),
        (lambda: pc.kendall_tau_b([1, 2], [1, 1]), "y holds one value"),
        (lambda: pc.pairs(-1), "n=-1"),
        (lambda: pc.order_axes([1, 2, 3]), "table"),
        (lambda: pc.total_crossings([[1, 2]], [0, 0]), "order="),
        (lambda: pc.total_crossings([[1, 2]], [0, 2]), "order=2"),
        (lambda: pc.total_crossings([[1, 2]], turned=[5]), "turned=5"),
        (lambda: pc.covering_orders(1), "k=1"),
        (lambda: pc.brush([[1, 2]], {2: (0, 1)}), "ranges=2"),
        (lambda: pc.by_level([1, 2], [3, 3]), "values hold 3"),
        (lambda: pc.by_level([1, 2], [3]), "values"),
        (lambda: pc.inversions(np.zeros(60_001)), "the number of rows=60001"),
        (lambda: pc.parallel_coordinates_figure([[1, 2]], ["blue", "red"]), "colour holds 2"),
        (lambda: pc.parallel_coordinates_figure([[1, 2]], "pink"), "colour='pink'"),
    ],
)
def test_what_is_refused_and_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def outcome(x, y):
    try:
        return pc.crossings(x, y)
    except ValueError as reason:
        return str(reason)


@given(st.lists(st.floats() | st.none() | st.text(max_size=2), max_size=6), st.lists(st.floats(), max_size=6))
def test_crossings_count_or_say_why_not(x, y):
    found = outcome(x, y)
    if isinstance(found, str):
        assert found.startswith(("x ", "y "))
    else:
        assert type(found) is int
        assert 0 <= found <= pc.pairs(len(x))


def test_plain_results():
    assert type(pc.crossings(np.float32([1, 2]), [2, 1])) is int
    assert type(pc.kendall_tau(np.int64(1), 4)) is float
    assert type(pc.kendall_tau_b([1, 2], [1, 2])) is float
    assert all(type(column) is int for column in pc.order_axes(cars().values))


# ---- what the page says


def test_claim_1_a_hump_hides_from_crossings():
    scores = sweep().column("accuracy")
    found = {name: pc.by_level(sweep().column(name), scores).eta_squared for name in PARAMETERS}
    taus = {name: pc.kendall_tau_b(sweep().column(name), scores) for name in PARAMETERS}
    assert found["rate"] == pytest.approx(0.57, abs=0.005)
    assert max(value for name, value in found.items() if name != "rate") < 0.05
    assert taus["rate"] == pytest.approx(-0.22, abs=0.005)
    for seed in sweep_accuracy().T:  # in each of the five seeds
        assert 0.5 < pc.by_level(sweep().column("rate"), seed).eta_squared < 0.6
        assert -0.25 < pc.kendall_tau_b(sweep().column("rate"), seed) < -0.18
    rate = pc.by_level(sweep().column("rate"), scores)
    assert rate.means.round(2).tolist() == [0.65, 0.76, 0.86, 0.88, 0.90, 0.89, 0.83, 0.61, 0.41, 0.39]
    assert rate.best.min() > 0.9
    important = importances()
    assert all(important["rate"].min() > 3 * important[name].max() for name in PARAMETERS if name != "rate")
    assert important["r2"].min() > 0.93


def test_the_best_tenth_asks_for_width_and_not_for_the_rate():
    scores = sweep().column("accuracy")
    top = scores >= np.quantile(scores, 0.9)
    width, rate = (pc.kendall_tau_b(sweep().column(name)[top], scores[top]) for name in ("width", "rate"))
    assert width > 0.25
    assert abs(rate) < 0.15


def test_claim_2_brushes_on_three_axes():
    table, scores = sweep(), sweep().column("accuracy")
    place = table.names.index
    one = pc.brush(table.values, {place("rate"): (1e-4, 1e-2)})
    three = one & pc.brush(table.values, {place("width"): (64, 1024), place("alpha"): (0, 0.02)})
    assert (one.sum(), three.sum()) == (587, 328)
    assert (scores[one].mean(), scores[~one].mean(), scores[three].mean()) == pytest.approx(
        (0.882, 0.616, 0.923), abs=5e-4
    )
    assert (100 * (scores[three] >= 0.93).mean(), 100 * (scores >= 0.93).mean()) == pytest.approx((61, 19), abs=0.5)


def test_claim_3_a_grid_hides_lines_behind_lines():
    assert len(np.unique(sweep().values[:, :2], axis=0)) == 100


def test_the_best_configurations_and_their_seconds():
    order = np.argsort(-sweep().column("accuracy"))[:2]
    assert sweep().column("accuracy")[order] == pytest.approx([0.9506, 0.9500], abs=5e-5)
    assert sweep().column("seconds")[order] == pytest.approx([96, 16], abs=0.5)
