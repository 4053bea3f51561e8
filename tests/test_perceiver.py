"""Attention against mpmath and against counted products; the network against what sets and queries promise."""

import itertools
from dataclasses import fields, replace

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import perceiver as pc

SEEDS = range(200, 205)


def a_network(seed=0, **sizes):
    return pc.Perceiver.random(5, 4, 3, np.random.default_rng(seed), **{"latents": 6, "width": 8, "layers": 2} | sizes)


def a_set(seed=1, count=7, channels=5):
    return np.random.default_rng(seed).normal(size=(count, channels))


# ---- attention


def by_mpmath(queries, inputs):
    with mpmath.workdps(40):
        q, x = mpmath.matrix(queries.tolist()), mpmath.matrix(inputs.tolist())
        rows = []
        for i in range(q.rows):
            scores = [
                mpmath.fsum(q[i, c] * x[j, c] for c in range(q.cols)) / mpmath.sqrt(q.cols) for j in range(x.rows)
            ]
            powers = [mpmath.exp(s) for s in scores]
            total = mpmath.fsum(powers)
            rows.append([float(mpmath.fsum(p * x[j, c] for j, p in enumerate(powers)) / total) for c in range(x.cols)])
    return np.array(rows)


@pytest.mark.parametrize(("m", "n", "d"), [(1, 1, 1), (3, 5, 2), (4, 2, 7), (2, 30, 3)])
def test_cross_attention_agrees_with_forty_digits(m, n, d):
    rng = np.random.default_rng(m * n * d)
    queries, inputs = rng.normal(0, 3, (m, d)), rng.normal(0, 3, (n, d))
    assert pc.cross_attention(queries, inputs) == pytest.approx(by_mpmath(queries, inputs), rel=1e-12, abs=1e-12)


def test_by_hand():
    # scores of q = (1, 0) with (ln 2, 0), (ln 2, 0) over sqrt 2 are alike; with (0, 9) the score is 0
    x = [[np.sqrt(2) * np.log(2), 0.0], [0.0, 9.0]]
    assert pc.attention_weights([[1.0, 0.0]], x) == pytest.approx(np.array([[2 / 3, 1 / 3]]))
    assert pc.cross_attention([[1.0, 0.0]], x) == pytest.approx(np.array([[2 / 3 * x[0][0], 3.0]]))


matrices = st.tuples(st.integers(1, 4), st.integers(1, 6), st.integers(1, 3)).flatmap(
    lambda s: st.tuples(
        arrays(float, (s[0], s[2]), elements=st.floats(-50, 50)),
        arrays(float, (s[1], s[2]), elements=st.floats(-50, 50)),
    )
)


@given(matrices)
def test_rows_add_up_to_one_and_answers_lie_among_the_inputs(pair):
    queries, inputs = pair
    weights = pc.attention_weights(queries, inputs)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(queries)))
    answers = pc.cross_attention(queries, inputs)
    assert answers.shape == queries.shape
    assert (answers <= inputs.max(axis=0) + 1e-9).all()
    assert (answers >= inputs.min(axis=0) - 1e-9).all()


@given(matrices, st.randoms(use_true_random=False))
def test_the_order_of_inputs_does_not_matter_and_that_of_queries_is_kept(pair, random):
    queries, inputs = pair
    answers = pc.cross_attention(queries, inputs)
    order, other = list(range(len(inputs))), list(range(len(queries)))
    random.shuffle(order)
    random.shuffle(other)
    assert pc.cross_attention(queries, inputs[order]) == pytest.approx(answers, abs=1e-9)
    assert pc.cross_attention(queries[other], inputs) == pytest.approx(answers[other], abs=1e-9)


def test_a_query_of_zeros_takes_the_mean_and_a_large_one_the_best_match():
    inputs = a_set()
    assert pc.cross_attention(np.zeros((1, 5)), inputs)[0] == pytest.approx(inputs.mean(axis=0))
    best = np.argmax(inputs @ inputs[3])
    assert pc.cross_attention(1e6 * inputs[3:4], inputs)[0] == pytest.approx(inputs[best])


def test_huge_numbers_stay_finite():
    answers = pc.cross_attention([[1e70, -1e70]], [[1e70, 1.0], [-1e70, 2.0]])
    assert answers.tolist() == [[1e70, 1.0]]


@pytest.mark.parametrize("bad", [
    [[np.nan, 0.0]], [[np.inf, 0.0]], [[1e71, 0.0]], [], [[]], [1.0, 2.0], 3.0, [[True, False]], [["a", "b"]], [[1.0, 2.0], [1.0]],
    [[1j, 0]], None, np.zeros((0, 2)), np.zeros((1, 2, 2)),
])  # fmt: skip
def test_bad_arrays_are_named(bad):
    good = [[1.0, 2.0]]
    for call in (pc.cross_attention, pc.attention_weights):
        with pytest.raises(ValueError, match="queries"):
            call(bad, good)
        with pytest.raises(ValueError, match="inputs"):
            call(good, bad)


def test_different_widths_are_refused_with_both():
    with pytest.raises(ValueError, match=r"inputs of shape \(4, 3\) must be of shape \(any, 2\)"):
        pc.cross_attention(np.zeros((2, 2)), np.zeros((4, 3)))


def test_arguments_are_left_alone():
    queries, inputs = a_set(2), a_set(3)
    before = queries.copy(), inputs.copy()
    pc.cross_attention(queries, inputs)
    a_network()(inputs, a_set(4, 3, 4))
    assert (queries == before[0]).all()
    assert (inputs == before[1]).all()


# ---- counts


class Counted(float):
    """A number that counts in how many products it took part."""

    products = 0

    def __mul__(self, other):
        Counted.products += 1
        return Counted(float(self) * float(other))


@pytest.mark.parametrize(("m", "n", "d"), [(1, 1, 1), (3, 7, 2), (5, 4, 6)])
def test_the_formula_equals_a_counted_attention(m, n, d):
    Counted.products = 0
    q, x = [[Counted(1)] * d for _ in range(m)], [[Counted(1)] * d for _ in range(n)]
    for row, other in itertools.product(q, x):
        for a, b in zip(row, other, strict=True):
            a * b
    assert pc.attention_multiply_adds(m, n, d) == 2 * Counted.products  # the values: as many weights times numbers
    assert pc.attention_multiply_adds(m, n, d) == m * n * d + m * n * d


def test_self_over_cross_is_inputs_over_latents():
    assert pc.attention_multiply_adds(1024, 1024, 32) == 32 * pc.attention_multiply_adds(32, 1024, 32)
    assert pc.attention_multiply_adds(4096, 4096, 64) / pc.attention_multiply_adds(64, 4096, 64) == 64


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(1, 10**9))
def test_counts_are_whole_and_symmetric(m, n, d):
    count = pc.attention_multiply_adds(m, n, d)
    assert type(count) is int
    assert count == 2 * m * n * d == pc.attention_multiply_adds(np.int64(n), m, d)


def test_scores_overtake_projections_at_twice_the_width():
    for width in (8, 32, 100):
        assert pc.attention_multiply_adds(2 * width, 2 * width, width) == pc.projection_multiply_adds(
            2 * width, 2 * width, width
        )


def test_a_perceivers_stages():
    found = pc.perceiver_multiply_adds(32, 1024, 64, 6, 16)
    assert found["read: attention"] == 2 * 32 * 1024 * 16
    assert found["process: attention"] == 6 * 2 * 32 * 32 * 16
    assert found["answer: attention"] == 2 * 64 * 32 * 16
    assert found["process: projections"] == 6 * 4 * 32 * 16 * 16
    assert found["read: projections"] == 2 * (32 + 1024) * 256
    twice = pc.perceiver_multiply_adds(32, 2048, 64, 6, 16)
    assert twice["read: attention"] == 2 * found["read: attention"]
    assert twice["process: attention"] == found["process: attention"]
    assert pc.perceiver_multiply_adds(32, 1024, 64, 0, 16)["process: attention"] == 0


@pytest.mark.parametrize("bad", [0, -1, 2.0, 10**9 + 1, True, None, "3", np.nan, [1]])
def test_bad_counts_are_named(bad):
    for name, call in {
        "queries": lambda v: (v, 1, 1),
        "inputs": lambda v: (1, v, 1),
        "width": lambda v: (1, 1, v),
    }.items():
        for count in (pc.attention_multiply_adds, pc.projection_multiply_adds):
            with pytest.raises(ValueError, match=f"{name}="):
                count(*call(bad))
    if bad != 0:
        with pytest.raises(ValueError, match="layers="):
            pc.perceiver_multiply_adds(1, 1, 1, bad, 1)


# ---- the network


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_of_the_inputs_does_not_matter(seed):
    network, inputs, queries = a_network(seed), a_set(seed), a_set(seed, 3, 4)
    order = np.random.default_rng(seed).permutation(len(inputs))
    assert np.abs(network.encoded(inputs) - network.encoded(inputs[order])).max() < 1e-12
    assert network(inputs, queries) == pytest.approx(network(inputs[order], queries), abs=1e-12)
    assert network.reading(inputs[order]) == pytest.approx(network.reading(inputs)[:, order], abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_does_not_know_the_other_queries(seed):
    network, inputs, queries = a_network(seed), a_set(seed), a_set(seed, 9, 4)
    answers = network(inputs, queries)
    for kept in ([0], [8], [2, 5], [7, 1, 0, 3], list(range(8, -1, -1))):
        assert (network(inputs, queries[kept]) == answers[kept]).all()  # in every digit


def test_equal_queries_get_equal_answers():
    queries = a_set(5, 4, 4)[[0, 1, 0, 2]]
    answers = a_network()(a_set(), queries)
    assert (answers[0] == answers[2]).all()
    assert np.abs(answers[0] - answers[1]).max() > 1e-3


def test_one_latent_answers_every_question_alike():
    """Attention over one latent has the weight 1, whatever is asked."""
    network = a_network(latents=1)
    answers = network(a_set(), a_set(5, 6, 4))
    assert np.abs(answers - answers[0]).max() < 1e-12
    assert np.abs(a_network(latents=2)(a_set(), a_set(5, 6, 4)) - answers).max() > 1e-3


def test_a_stack_of_sets_is_each_set():
    network, queries = a_network(), a_set(5, 3, 4)
    stack = np.stack([a_set(seed) for seed in range(4)])
    assert network(stack, queries).shape == (4, 3, 3)
    for one, answers in zip(stack, network(stack, queries), strict=True):
        assert answers == pytest.approx(network(one, queries), abs=1e-12)
    assert network.reading(stack).sum(axis=-1) == pytest.approx(np.ones((4, 6)))


def test_sets_of_any_size_are_read():
    network, queries = a_network(), a_set(5, 3, 4)
    assert [network(a_set(count=n), queries).shape for n in (1, 2, 50)] == [(3, 3)] * 3
    assert network.encoded(a_set(count=50)).shape == network.latents.shape


def test_without_the_projections_a_module_reads_by_cross_attention():
    eye, none = np.eye(8), np.zeros((8, 8))
    module = pc.Attention(eye, eye, eye, eye, none, np.zeros(8), none, np.zeros(8))
    asking, asked = pc.normalised(a_set(1, 4, 8)), pc.normalised(a_set(2, 9, 8))
    answer, memory = pc.attend(module, asking, asked, residual=False)
    assert answer == pytest.approx(pc.cross_attention(asking, asked), abs=1e-4)  # normalised twice, up to TINY
    assert memory[7] == pytest.approx(pc.attention_weights(asking, asked), abs=1e-4)
    assert pc.attend(module, asking, asked)[0] == pytest.approx(answer + asking)


def test_normalised_vectors():
    x = pc.normalised(a_set(3, 6, 50))
    assert x.mean(axis=1) == pytest.approx(np.zeros(6), abs=1e-12)
    assert x.var(axis=1) == pytest.approx(np.ones(6), abs=1e-4)
    assert not pc.normalised(np.full((2, 4), 3.0)).any()


def test_arrays_there_and_back():
    network = a_network()
    again = network.with_arrays(network.arrays)
    assert again.parameters == network.parameters == sum(array.size for array in network.arrays)
    assert (again(a_set(), a_set(5, 2, 4)) == network(a_set(), a_set(5, 2, 4))).all()
    with pytest.raises(ValueError, match="arrays of shapes"):
        network.with_arrays(network.arrays[:-1])
    # latents 6 x 8; read 8 + 5 + 5 + 8 rows of 8; two modules of 4 x 64; answer 4 + 8 + 8 + 8 rows; all MLPs 8 x 16 x 2 + 24
    assert network.parameters == 48 + 26 * 8 + 2 * 256 + 28 * 8 + 4 * (256 + 24) + 8 * 3 + 3


@pytest.mark.parametrize(("inputs", "queries", "named"), [
    (np.zeros((3, 4)), np.zeros((2, 4)), "inputs"), (np.zeros(5), np.zeros((2, 4)), "inputs"), ([[np.nan] * 5], np.zeros((2, 4)), "inputs"),
    (np.zeros((0, 5)), np.zeros((2, 4)), "inputs"), (np.zeros((2, 3, 4)), np.zeros((2, 4)), "inputs"), (None, np.zeros((2, 4)), "inputs"),
    (np.zeros((3, 5)), np.zeros((2, 5)), "output_queries"), (np.zeros((3, 5)), np.zeros(4), "output_queries"),
    (np.zeros((3, 5)), np.zeros((0, 4)), "output_queries"), (np.zeros((3, 5)), [[np.inf] * 4], "output_queries"),
])  # fmt: skip
def test_what_a_network_cannot_read_is_named(inputs, queries, named):
    with pytest.raises(ValueError, match=named):
        a_network()(inputs, queries)


@pytest.mark.parametrize("name", [field.name for field in fields(pc.Attention)])
def test_arrays_that_do_not_fit_are_named(name):
    network = a_network()
    wrong = replace(network.answer, **{name: np.zeros((*getattr(network.answer, name).shape, 1))})
    with pytest.raises(ValueError, match=r"answer\."):
        replace(network, answer=wrong)
    with pytest.raises(ValueError, match=r"process\[1\]\."):
        replace(
            network,
            process=(
                network.process[0],
                replace(network.process[1], **{name: np.full_like(getattr(network.process[1], name), np.nan)}),
            ),
        )


@pytest.mark.parametrize("name", ["inputs", "queries", "outputs", "latents", "width", "layers"])
@pytest.mark.parametrize("bad", [-1, 1.5, None, True, 10**6])
def test_bad_sizes_are_named(name, bad):
    sizes = {"inputs": 2, "queries": 2, "outputs": 2} | {name: bad}
    with pytest.raises(ValueError, match=f"{name}="):
        pc.Perceiver.random(rng=np.random.default_rng(0), **sizes)


@settings(max_examples=25)
@given(
    arrays(
        float, st.tuples(st.integers(0, 3), st.integers(0, 6)), elements=st.floats(allow_nan=True, allow_infinity=True)
    )
)
def test_any_array_gives_finite_answers_or_a_named_error(inputs):
    fits = inputs.ndim == 2 and inputs.shape[0] > 0 and inputs.shape[1] == 5 and (np.abs(inputs) <= 1e70).all()
    if fits:
        assert np.isfinite(a_network()(inputs, np.ones((2, 4)))).all()
        return
    with pytest.raises(ValueError, match="inputs"):
        a_network()(inputs, np.ones((2, 4)))
