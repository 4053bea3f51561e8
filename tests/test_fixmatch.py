"""FixMatch's losses, schedule, network and training: closed forms, second implementations, invariants, bad input."""

import itertools
from math import cos, exp, log, pi

import numpy as np
import pytest
import scipy.special
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import digits as data
from miniatures import fixmatch as fm
from miniatures import perceptron as net
from reading import refused
from sklearn.metrics import log_loss

WEAK = [[2.0, 0.0, 0.0], [1.0, 0.9, 0.0], [0.0, 3.0, 0.0], [-1.0, -1.0, 4.0]]
STRONG = [[0.5, 0.0, 0.0], [0.0, 1.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]]

logits = arrays(float, st.tuples(st.integers(1, 6), st.integers(2, 5)), elements=st.floats(-30, 30))


def by_hand(weak, strong, threshold):
    """The loss with Python's own numbers, row by row."""
    total, kept = 0.0, []
    for w, s in zip(weak, strong, strict=True):
        powers = [exp(v) for v in w]
        q = [v / sum(powers) for v in powers]
        label = q.index(max(q))
        kept.append(max(q) >= threshold)
        if kept[-1]:
            total += log(sum(exp(v) for v in s)) - s[label]
    return total / len(weak), kept


def test_the_loss_of_four_rows_worked_by_hand():
    loss, kept = fm.unlabelled_loss(WEAK, STRONG, 0.7)
    # 0.7944 for class 0; dropped, 0.397 < 0.7; 1.4076 for class 1; 0.5514 for class 2; over 4 rows
    assert kept.tolist() == [True, False, True, True]
    assert loss == pytest.approx((0.794377 + 1.407606 + 0.551445) / 4, abs=1e-6)
    expected, passed = by_hand(WEAK, STRONG, 0.7)
    assert loss == pytest.approx(expected)
    assert kept.tolist() == passed


def test_the_two_rows_of_the_exercise():
    loss, kept = fm.unlabelled_loss(WEAK[:2], STRONG[:2], 0.7)
    assert loss == pytest.approx(0.397188, abs=5e-7)
    assert kept.dtype == bool
    assert kept.tolist() == [True, False]
    assert fm.softmax(WEAK)[0, 0] == pytest.approx(0.786986, abs=1e-6)


@given(logits, st.floats(0, 1.2), st.randoms(use_true_random=False))
def test_the_loss_equals_a_plain_loop_and_ignores_order_and_shifts(weak, threshold, random):
    strong = weak[::-1] * 0.5
    loss, kept = fm.unlabelled_loss(weak, strong, threshold)
    ranked = np.sort(fm.softmax(weak), axis=1)
    near = np.abs(ranked[:, -1] - threshold) < 1e-9
    tied = (ranked[:, -1] - ranked[:, -2] < 1e-9) & (weak.max(axis=1) != np.sort(weak, axis=1)[:, -2])
    assume(not near.any() and not tied.any())  # what rounding decides may change with a shift
    expected, passed = by_hand(weak.tolist(), strong.tolist(), threshold)
    assert loss == pytest.approx(expected, abs=1e-9)
    assert kept.tolist() == passed
    order = list(range(len(weak)))
    random.shuffle(order)
    assert fm.unlabelled_loss(weak[order], strong[order], threshold)[0] == pytest.approx(loss, abs=1e-9)
    assert fm.unlabelled_loss(weak + 7, strong - 3, threshold)[0] == pytest.approx(loss, abs=1e-8)


def test_the_mean_is_over_all_rows_not_over_the_kept_ones():
    loss, _ = fm.unlabelled_loss(WEAK, STRONG, 0.7)
    unsure = [[0.0, 0.0, 0.0]] * 4
    doubled, kept = fm.unlabelled_loss(WEAK + unsure, STRONG + STRONG, 0.7)
    assert kept.sum() == 3
    assert doubled == pytest.approx(loss / 2)


def test_threshold_zero_is_plain_cross_entropy_and_above_one_is_nothing():
    loss, kept = fm.unlabelled_loss(WEAK, STRONG, 0)
    labels = np.argmax(WEAK, axis=1)
    assert kept.all()
    assert loss == pytest.approx(log_loss(labels, scipy.special.softmax(STRONG, axis=1), labels=[0, 1, 2]))
    loss, kept = fm.unlabelled_loss(WEAK, STRONG, 1.0000001)
    assert loss == 0
    assert not kept.any()


def test_a_confidence_on_the_threshold_is_kept():
    assert fm.unlabelled_loss([[0.0, 0.0]], [[0.0, 0.0]], 0.5)[1].tolist() == [True]
    assert fm.unlabelled_loss([[1000.0, 0.0]], [[0.0, 0.0]], 1.0)[1].tolist() == [True]


@given(logits)
def test_a_higher_threshold_keeps_a_subset_and_never_more_loss(weak):
    runs = [fm.unlabelled_loss(weak, -weak, t) for t in (0, 0.3, 0.5, 0.8, 0.95, 1.01)]
    for (loss, kept), (higher_loss, higher_kept) in itertools.pairwise(runs):
        assert higher_loss <= loss
        assert not (higher_kept & ~kept).any()


def test_huge_logits_stay_finite():
    loss, kept = fm.unlabelled_loss([[1e100, -1e100]], [[-1e100, 1e100]], 0.9)
    assert kept.all()
    assert loss == pytest.approx(2e100)


@pytest.mark.parametrize("bad", [
    [[np.nan, 0.0]], [[np.inf, 0.0]], [], [[]], [1.0, 2.0], [[True, False]], [["a", "b"]], [[1.0], [1.0, 2.0]], [[1j, 0]], None,
    [[1e101, 0.0]], np.zeros((0, 3)), np.zeros((2, 3, 4)),
])  # fmt: skip
def test_bad_logits_are_named(bad):
    good = [[1.0, 0.0]]
    with pytest.raises(ValueError, match="weak_logits"):
        fm.unlabelled_loss(bad, good, 0.5)
    with pytest.raises(ValueError, match="strong_logits"):
        fm.unlabelled_loss(good, bad, 0.5)
    with pytest.raises(ValueError, match="logits"):
        fm.softmax(bad)


def test_views_of_different_shape_are_refused():
    with pytest.raises(ValueError, match=r"strong_logits of shape \(1, 2\) must be of shape \(2, 2\)"):
        fm.unlabelled_loss(np.zeros((2, 2)), np.zeros((1, 2)), 0.5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -0.1, True, "0.5", None, 1j, [0.5]])
def test_bad_thresholds_are_named(bad):
    for call in (lambda: fm.unlabelled_loss(WEAK, STRONG, bad), lambda: fm.pseudo_labels(WEAK, bad),
                 lambda: fm.train("fixmatch", 4, bad, 0, 5)):  # fmt: skip
        with pytest.raises(ValueError, match="threshold"):
            call()


@given(
    arrays(
        float, st.tuples(st.integers(0, 3), st.integers(0, 3)), elements=st.floats(allow_nan=True, allow_infinity=True)
    )
)
def test_any_array_gives_a_finite_loss_or_a_named_error(weak):
    message = refused(lambda: fm.unlabelled_loss(weak, np.zeros_like(weak), 0.6))
    if message:
        assert "weak_logits" in message
        return
    loss, kept = fm.unlabelled_loss(weak, np.zeros_like(weak), 0.6)
    assert np.isfinite(loss)
    assert kept.shape == (len(weak),)


def test_cross_entropy_refuses_labels_outside_the_classes():
    assert fm.cross_entropy([1, 2], STRONG[:2]) == pytest.approx(
        -scipy.special.log_softmax(STRONG[:2], axis=1)[[0, 1], [1, 2]]
    )
    for bad in ([3, 0], [-1, 0], [0.5, 0], [0], [True, False], [[0, 1]]):
        with pytest.raises(ValueError, match="labels"):
            fm.cross_entropy(bad, STRONG[:2])


def test_the_cosine_rate_at_its_ends_and_in_the_middle():
    assert fm.cosine_rate(0, 10, 0.03) == 0.03
    assert fm.cosine_rate(10, 10, 1.0) == pytest.approx(cos(7 * pi / 16)) == pytest.approx(0.19509, abs=1e-5)
    assert fm.cosine_rate(8, 14, 0.1) == pytest.approx(0.1 * cos(pi / 4))
    rates = [fm.cosine_rate(k, 50, 0.1) for k in range(51)]
    assert all(a > b > 0 for a, b in itertools.pairwise(rates))
    assert isinstance(fm.cosine_rate(np.int64(3), np.int32(5), np.float32(0.5)), float)


@pytest.mark.parametrize(("step", "total", "rate", "named"), [
    (-1, 10, 0.1, "step"), (11, 10, 0.1, "step"), (1.5, 10, 0.1, "step"), (True, 10, 0.1, "step"), (0, 0, 0.1, "total_steps"),
    (0, -5, 0.1, "total_steps"), (0, 10.0, 0.1, "total_steps"), (0, 10, 0, "initial_rate"), (0, 10, -1, "initial_rate"),
    (0, 10, np.nan, "initial_rate"), (0, 10, np.inf, "initial_rate"), (0, 10, "0.1", "initial_rate"), (None, 10, 0.1, "step"),
])  # fmt: skip
def test_bad_schedules_are_named(step, total, rate, named):
    with pytest.raises(ValueError, match=named):
        fm.cosine_rate(step, total, rate)


def test_alignment_moves_the_mean_to_the_prior():
    q = np.random.default_rng(0).dirichlet([5, 1, 1], 400)
    even = np.full(3, 1 / 3)
    assert fm.aligned(q, even, even) == pytest.approx(q)
    moved = fm.aligned(q, even, q.mean(axis=0))
    assert np.abs(moved.mean(axis=0) - even).max() < 0.3 * np.abs(q.mean(axis=0) - even).max()
    assert moved.sum(axis=1) == pytest.approx(np.ones(400))
    with pytest.raises(ValueError, match="marginal"):
        fm.aligned(q, even, [1.0, 0.0, 0.0])
    with pytest.raises(ValueError, match="prior"):
        fm.aligned(q, [0.5, 0.5], even)
    with pytest.raises(ValueError, match="q holds a row of zeros"):
        fm.aligned([[0.5, 0.5], [0, 0]], [0.5, 0.5], [0.5, 0.5])


# the network ---------------------------------------------------------------------------------


def a_batch(rows=6, seed=0):
    rng = np.random.default_rng(seed)
    weights = net.initial_weights(rng)
    weights[1] += rng.normal(0, 0.1, weights[1].shape)
    return weights, rng.random((rows, 64)), rng.integers(0, 10, rows)


def test_the_gradient_equals_finite_differences():
    weights, pixels, labels = a_batch()
    _, gradient = net.loss_and_gradient(weights, pixels, labels, 9)
    rng, h = np.random.default_rng(1), 1e-6
    for w, g in zip(weights, gradient, strict=True):
        for _ in range(12):
            at = tuple(rng.integers(0, n) for n in w.shape)
            ends = []
            for sign in (1, -1):
                w[at] += sign * h
                ends.append(net.loss_and_gradient(weights, pixels, labels, 9)[0])
                w[at] -= sign * h
            assert g[at] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-7)


def test_the_networks_loss_is_the_modules_cross_entropy():
    weights, pixels, labels = a_batch()
    loss, _ = net.loss_and_gradient(weights, pixels, labels, 4)
    assert loss == pytest.approx(fm.cross_entropy(labels, net.predict(weights, pixels)).sum() / 4)


def test_no_row_gives_no_loss_and_no_gradient():
    weights, pixels, labels = a_batch()
    loss, gradient = net.loss_and_gradient(weights, pixels[:0], labels[:0], 5)
    assert loss == 0
    assert all(not g.any() for g in gradient)


def test_no_gradient_flows_through_the_weak_view():
    weights, weak, _ = a_batch(40)
    weights[2] *= 6  # confident enough that some rows pass and some do not
    strong = weak[::-1].copy()
    loss, gradient, kept = fm.unlabelled_step(weights, weak, strong, 0.8)
    moved = np.clip(weak + 1e-6, 0, 1)
    assert 0 < kept.sum() < 40
    assert (net.predict(weights, moved) != net.predict(weights, weak)).any()
    again = fm.unlabelled_step(weights, moved, strong, 0.8)
    assert again[0] == loss
    assert all((a == b).all() for a, b in zip(again[1], gradient, strict=True))
    # by finite differences: with the mask and the labels held, moving a weight changes the strong branch only
    labels = net.predict(weights, weak).argmax(axis=1)
    weights[2][5, 3] += 1e-6
    up = net.loss_and_gradient(weights, strong[kept], labels[kept], 40)[0]
    weights[2][5, 3] -= 2e-6
    down = net.loss_and_gradient(weights, strong[kept], labels[kept], 40)[0]
    assert gradient[2][5, 3] == pytest.approx((up - down) / 2e-6, abs=1e-6)


def test_the_unlabelled_step_is_the_unlabelled_loss():
    weights, weak, _ = a_batch(30)
    weights[2] *= 6
    strong = weak[::-1].copy()
    loss, _, kept = fm.unlabelled_step(weights, weak, strong, 0.8)
    expected, passed = fm.unlabelled_loss(net.predict(weights, weak), net.predict(weights, strong), 0.8)
    assert loss == pytest.approx(expected)
    assert (kept == passed).all()


def test_descend_is_nesterovs_momentum_with_decay_and_an_average():
    weights, _, _ = a_batch()
    start = [w.copy() for w in weights]
    velocity, averaged = [np.zeros_like(w) for w in weights], [w.copy() for w in weights]
    gradient = [np.ones_like(w) for w in weights]
    for _ in range(2):
        net.descend(weights, velocity, averaged, gradient, 0.1)
    # a bias: v = 1, then 1.9; steps 0.1 * (1 + 0.9 * 1), then 0.1 * (1 + 0.9 * 1.9)
    assert weights[1] == pytest.approx(start[1] - 0.19 - 0.271)
    assert averaged[1] == pytest.approx(start[1] - 0.98 * 0.02 * 0.19 - 0.02 * (0.19 + 0.271))
    once = start[0] - 0.1 * 1.9 * (1 + 5e-4 * start[0])
    v = 0.9 * (1 + 5e-4 * start[0]) + 1 + 5e-4 * once
    assert weights[0] == pytest.approx(once - 0.1 * (1 + 5e-4 * once + 0.9 * v))


# training ------------------------------------------------------------------------------------


def same(first, second):
    return all((a == b).all() for a, b in zip(first.weights, second.weights, strict=True))


@pytest.mark.parametrize("method", ["fixmatch", "pseudo_label"])
@pytest.mark.parametrize("view", ["weak", "strong"])
def test_a_threshold_above_one_is_supervised_training_bit_for_bit(method, view):
    without = fm.train("supervised_augmented", 4, 0.8, 3, 60, labelled_view=view)
    run = fm.train(method, 4, 1.001, 3, 60, labelled_view=view)
    assert same(run, without)
    assert run.accuracy == without.accuracy
    assert run.mask_rate == 0
    assert run.pseudo_label_accuracy is None
    assert not run.unlabelled_losses.any()
    assert not same(fm.train(method, 4, 0.2, 3, 60, labelled_view=view), without)


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    first, again, other = (fm.train("fixmatch", 4, 0.8, seed, 40) for seed in (5, 5, 6))
    assert same(first, again)
    assert first == again
    assert not same(first, other)


def test_rounding_stays_rounding(monkeypatch):
    """A last-digit change of the start moves no image: another machine's arithmetic gives the same results."""
    run, start = fm.train("fixmatch", 4, 0.8, 100, 600), net.initial_weights
    noise = np.random.default_rng(0)
    monkeypatch.setattr(
        fm, "initial_weights", lambda rng: [w * (1 + 1e-15 * noise.normal(size=w.shape)) for w in start(rng)]
    )
    nudged = fm.train("fixmatch", 4, 0.8, 100, 600)
    assert not same(run, nudged)
    assert max(np.abs(a - b).max() for a, b in zip(run.weights, nudged.weights, strict=True)) < 1e-10
    assert run == nudged


def test_what_a_run_holds():
    run = fm.train("fixmatch", 4, 0.8, 0, 30, snapshots=(10, 30))
    assert run.labelled_losses.shape == run.unlabelled_losses.shape == run.mask_rates.shape == (30,)
    assert {step: kept.shape for step, kept in run.snapshots.items()} == {10: (1257, 10), 30: (1257, 10)}
    _labelled, unlabelled, test = data.split(4, 0)
    images, classes = data.digits()
    right = net.predict(run.weights, images[test].reshape(-1, 64)).argmax(axis=1) == classes[test]
    assert run.accuracy == right.mean()
    assert (run.mask_rate, run.pseudo_label_accuracy) == fm.pseudo_label_quality(
        run.snapshots[30], classes[unlabelled], 0.8
    )
    with pytest.raises(AttributeError):
        run.accuracy = 1.0


def test_supervised_methods_make_no_pseudo_labels():
    for method in ("supervised", "supervised_augmented"):
        run = fm.train(method, 4, 0.5, 0, 10)
        assert (run.mask_rate, run.pseudo_label_accuracy) == (0.0, None)
    assert same(fm.train("supervised", 4, 0.1, 0, 10), fm.train("supervised", 4, 0.9, 0, 10))


def test_magnitude_zero_makes_the_strong_view_the_image():
    assert (data.labelled_views(2, 1, "strong", 0.0) == data.labelled_views(2, 1, "none")).all()


def test_the_unlabelled_loss_starts_small_and_grows_with_confidence():
    """The curriculum: few rows are kept at first."""
    run = fm.train("fixmatch", 4, 0.95, 0, 400)
    assert run.mask_rates[:5].mean() < 0.05 < 0.2 < run.mask_rates[-50:].mean()


@pytest.mark.parametrize(("arguments", "named"), [
    (("FixMatch", 4, 0.8, 0, 5), "method"), ((None, 4, 0.8, 0, 5), "method"), ((["fixmatch"], 4, 0.8, 0, 5), "method"),
    (("fixmatch", 0, 0.8, 0, 5), "labels_per_class"), (("fixmatch", 121, 0.8, 0, 5), "labels_per_class"),
    (("fixmatch", 4.0, 0.8, 0, 5), "labels_per_class"), (("fixmatch", True, 0.8, 0, 5), "labels_per_class"),
    (("fixmatch", 4, 0.8, -1, 5), "seed"), (("fixmatch", 4, 0.8, 1.5, 5), "seed"), (("fixmatch", 4, 0.8, None, 5), "seed"),
    (("fixmatch", 4, 0.8, 2**64, 5), "seed"), (("fixmatch", 4, 0.8, 0, 0), "steps"), (("fixmatch", 4, 0.8, 0, -3), "steps"),
    (("fixmatch", 4, 0.8, 0, 1e3), "steps"), (("fixmatch", 4, 0.8, 0, 10**9), "steps"),
    (("supervised", 4, np.nan, 0, 5), "threshold"), (("supervised", 4, -0.5, 0, 5), "threshold"),
])  # fmt: skip
def test_bad_arguments_of_train_are_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        fm.train(*arguments)


@pytest.mark.parametrize(("option", "value"), [
    ("labelled_view", "none"), ("labelled_view", None), ("magnitude", -0.1), ("magnitude", 2.1), ("magnitude", np.nan),
    ("initial_rate", 0), ("initial_rate", 1.01), ("initial_rate", np.nan), ("initial_rate", True), ("align", 1), ("align", "yes"),
    ("snapshots", (0,)), ("snapshots", (6,)), ("snapshots", 3), ("snapshots", (1.5,)),
])  # fmt: skip
def test_bad_options_of_train_are_named(option, value):
    with pytest.raises(ValueError, match=option):
        fm.train("fixmatch", 4, 0.8, 0, 5, **{option: value})


def test_snapshots_need_pseudo_labels():
    with pytest.raises(ValueError, match="snapshots"):
        fm.train("supervised", 4, 0.8, 0, 5, snapshots=(1,))


def test_the_largest_rate_stays_finite():
    run = fm.train("fixmatch", 4, 0.0, 0, 300, initial_rate=1.0)
    assert np.isfinite(run.labelled_losses).all()
    assert all(np.isfinite(w).all() for w in run.weights)


@settings(max_examples=8)
@given(st.sampled_from(fm.METHODS), st.integers(1, 120), st.floats(0, 2), st.integers(0, 2**63), st.integers(1, 3))
def test_any_good_argument_gives_shares(method, labels, threshold, seed, steps):
    run = fm.train(method, labels, threshold, seed, steps)
    assert 0 <= run.accuracy <= 1
    assert 0 <= run.mask_rate <= 1
    assert run.pseudo_label_accuracy is None or 0 <= run.pseudo_label_accuracy <= 1
    assert (run.pseudo_label_accuracy is None) == (run.mask_rate == 0)
