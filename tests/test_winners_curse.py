"""The winner's curse: exact expectations against drawing, splits of variance, brushes against trying all."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import winners_curse as wc
from miniatures.parallel_tables import sweep, sweep_accuracy

ACCURACY = sweep_accuracy()
COLUMNS = np.stack([sweep().column(name) for name in ("rate", "width", "alpha")], axis=1)


# ---- the expectation over the draw


@given(st.lists(st.floats(0, 1), min_size=1, max_size=9), st.data())
def test_weights_are_those_of_all_draws(scores, data):
    m = data.draw(st.integers(1, len(scores)))
    counts = np.zeros(len(scores))
    for chosen in itertools.combinations(range(len(scores)), m):
        counts[max(chosen, key=lambda i: (scores[i], -i))] += 1
    assert wc.pick_weights(scores, m) == pytest.approx(counts / counts.sum(), abs=1e-12)


def test_weights_at_the_ends():
    assert wc.pick_weights([3, 1, 2], 1) == pytest.approx([1 / 3] * 3)
    assert wc.pick_weights([3, 1, 2], 3).tolist() == [1, 0, 0]
    assert wc.pick_weights([0.9, 0.5, 0.1], 2) == pytest.approx([2 / 3, 1 / 3, 0])


def test_expectation_is_the_mean_of_many_draws():
    rng = np.random.default_rng(100)
    by, other = ACCURACY[:, 0], ACCURACY[:, 1:].mean(axis=1)
    picks = [chosen[by[chosen].argmax()] for chosen in (rng.choice(1500, 50, replace=False) for _ in range(4000))]
    found = wc.curse(ACCURACY, 50, 1)
    assert by[picks].mean() == pytest.approx(found.claimed[0], abs=6e-4)
    assert other[picks].mean() == pytest.approx(found.rerun[0], abs=1.5e-3)


@given(st.integers(1, 40), st.integers(1, 3))
def test_no_optimism_without_choice_or_without_noise(m, s):
    rng = np.random.default_rng(m)
    noise = rng.normal(size=(40, 4))
    assert wc.curse(noise, 1, s).optimism == pytest.approx(0, abs=1e-12)
    exact = np.repeat(rng.normal(size=(40, 1)), 4, axis=1)
    assert wc.curse(exact, m, s).optimism == pytest.approx(0, abs=1e-12)
    shifted = exact + rng.normal(size=4)  # an easier seed is easier for all
    assert wc.curse(shifted, m, s).optimism == pytest.approx(0, abs=1e-12)


def test_pure_noise_is_worth_the_expected_maximum():
    noise = np.random.default_rng(7).normal(size=(20_000, 2))
    assert wc.curse(noise, 2, 1).optimism == pytest.approx(1 / math.sqrt(math.pi), abs=0.02)


# ---- the sweep, as the page says


@pytest.mark.parametrize(
    ("m", "optimism", "kept"),
    [(5, 0.0062, 0.9185), (20, 0.0124, 0.9363), (100, 0.0201, 0.9354), (400, 0.0249, 0.9351), (1500, 0.0288, 0.9367)],
)
def test_claim_5_the_best_by_one_seed(m, optimism, kept):
    found = wc.curse(ACCURACY, m, 1)
    assert found.optimism == pytest.approx(optimism, abs=5e-5)
    assert found.rerun.mean() == pytest.approx(kept, abs=5e-5)


def test_claim_5_the_winner_falls_with_each_seed_and_more_seeds_help():
    found = wc.curse(ACCURACY, 1500, 1)
    assert (found.claimed > found.rerun).all()
    for m in (5, 20, 100, 400):
        optimism = [wc.curse(ACCURACY, m, s).optimism for s in (1, 2, 3, 4)]
        assert optimism == sorted(optimism, reverse=True)
    assert wc.curse(ACCURACY, 1500, 1).rerun.mean() - wc.curse(ACCURACY, 20, 1).rerun.mean() < 0.001
    plans = [wc.curse(ACCURACY, m, s).rerun.mean() for m, s in ((100, 1), (50, 2), (25, 4))]
    assert plans == sorted(plans)


def test_claim_5_a_region_is_not_cursed():
    found = wc.brush_curse(COLUMNS, ACCURACY, 30)
    assert abs(found.optimism) < 1e-3
    assert found.rerun.mean() == pytest.approx(0.9399, abs=5e-5)
    assert found.rerun.mean() > wc.curse(ACCURACY, 1500, 1).rerun.mean()
    boxes = {wc.best_brush(COLUMNS, scores, 30) for scores in ACCURACY.T}
    assert len(boxes) == 1


def test_claim_2_a_brush_holds_for_the_other_half():
    scores = ACCURACY.mean(axis=1)
    for seed in range(100, 110):
        rng = np.random.default_rng(seed)
        claimed, found = wc.brush_transfer(COLUMNS, scores, 30, rng)
        assert claimed > 0.93
        assert found > 0.915
    rngs = [np.random.default_rng(seed) for seed in range(100, 110)]
    control = np.array([wc.brush_transfer(COLUMNS, rng.permutation(scores), 30, rng) for rng in rngs])
    assert control[:, 0].mean() > 0.79
    assert control[:, 1].mean() == pytest.approx(scores.mean(), abs=0.04)


# ---- brushes


@pytest.mark.parametrize("seed", range(5))
def test_the_best_brush_by_trying_all(seed):
    rng = np.random.default_rng(seed)
    columns, scores = rng.integers(0, 4, (40, 3)), rng.normal(size=40)
    box, best = wc.best_brush(columns, scores, 6), -np.inf
    for low, high, least, most in itertools.product(range(4), repeat=4):
        inside = wc.Box(low, high, least, most).holds(columns)
        if low <= high and inside.sum() >= 6:
            best = max(best, scores[inside].mean())
    assert box.holds(columns).sum() >= 6
    assert scores[box.holds(columns)].mean() == pytest.approx(best)


def test_a_brush_too_small_for_the_other_half_says_so():
    columns = np.arange(12).reshape(4, 3)
    with pytest.raises(ValueError, match="rows=1 is too few"):
        wc.brush_transfer(columns, [0.0, 1.0, 2.0, 3.0], 1, np.random.default_rng(0))


# ---- variances and error bars


@pytest.mark.parametrize("seed", range(5))
def test_variances_are_found_again(seed):
    rng = np.random.default_rng(seed)
    scores = 3 * rng.normal(size=(400, 1)) + 2 * rng.normal(size=400)[None, :] + rng.normal(size=(400, 400))
    parts = wc.variance_parts(scores)
    assert (parts.configuration, parts.seed, parts.rest) == pytest.approx((9, 4, 1), rel=0.2)


def test_most_of_the_spread_is_shared_by_all_configurations():
    means = ACCURACY.mean(axis=1)
    quarter = ACCURACY[means >= np.quantile(means, 0.75)]
    parts = wc.variance_parts(quarter)
    assert parts.seed / (parts.seed + parts.rest) == pytest.approx(0.58, abs=0.005)
    assert quarter.mean(axis=1).var(ddof=1) == pytest.approx(6.87e-5, rel=0.01)
    assert quarter.var(axis=1).mean() / 5 == pytest.approx(6.13e-5, rel=0.01)


def test_rivals_of_the_best():
    assert wc.rivals(ACCURACY) == wc.Rivals(own_error=117, paired_error=15, paired_t=143)
    shifted = ACCURACY + np.linspace(-0.3, 0.3, 5)  # moves the error bars, and no ranking
    found = wc.rivals(shifted)
    assert (found.paired_error, found.paired_t) == (15, 143)
    assert found.own_error > 300


# ---- simulated noise


@pytest.mark.parametrize("noise", ["beta", "gaussian"])
def test_noise_has_the_mean_and_deviation_that_it_is_given(noise):
    means, sds = np.full(40_000, 0.9), np.full(40_000, 0.05)
    drawn = wc.noisy(means, sds, noise, 1, np.random.default_rng(1))
    assert drawn.mean() == pytest.approx(0.9, abs=2e-3)
    assert drawn.std() == pytest.approx(0.05, abs=2e-3)
    four = wc.noisy(means, sds, noise, 4, np.random.default_rng(1))
    assert four.std() == pytest.approx(0.025, abs=1e-3)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 99))
def test_beta_noise_stays_an_accuracy(mean, sd, seed):
    drawn = wc.noisy([mean] * 50, [sd] * 50, "beta", 2, np.random.default_rng(seed))
    assert np.isfinite(drawn).all()
    assert drawn.min() >= 0
    assert drawn.max() <= 1 + 1e-12


def test_simulated_curses_are_larger_than_the_measured_one():
    for m in (20, 100, 1500):
        measured = wc.curse(ACCURACY, m, 1).optimism
        beta, gaussian = (
            np.mean([wc.simulated_optimism(noise, m, 1, seed, 8) for seed in range(100, 105)])
            for noise in ("beta", "gaussian")
        )
        assert 1.3 * measured < beta < 1.8 * measured
        assert beta < gaussian < 4 * measured
    assert gaussian > 0.09


# ---- bad input


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: wc.pick_weights([1, 2], 3), "m=3"),
        (lambda: wc.pick_weights([1, 2], 0), "m=0"),
        (lambda: wc.pick_weights([], 1), "scores"),
        (lambda: wc.pick_weights([1, math.nan], 1), "scores"),
        (lambda: wc.curse([[1, 2]], 1, 2), "s=2"),
        (lambda: wc.curse([1, 2], 1), "accuracy"),
        (lambda: wc.variance_parts([[1, 2]]), "configurations=1"),
        (lambda: wc.variance_parts([[1], [2]]), "seeds=1"),
        (lambda: wc.rivals([[1], [2]]), "seeds=1"),
        (lambda: wc.best_brush([[1, 2]], [1], 1), "columns"),
        (lambda: wc.best_brush([[1, 2, 3]], [1, 2], 1), "scores"),
        (lambda: wc.best_brush([[1, 2, 3]], [1], 2), "rows=2"),
        (lambda: wc.brush_curse([[1, 2, 3]], [[1]], 1), "accuracy of shape"),
        (lambda: wc.noisy([0.5], [0.1], "uniform", 1, np.random.default_rng(0)), "noise='uniform'"),
        (lambda: wc.noisy([1.5], [0.1], "beta", 1, np.random.default_rng(0)), "means"),
        (lambda: wc.noisy([0.5], [-0.1], "beta", 1, np.random.default_rng(0)), "sds"),
        (lambda: wc.simulated_optimism("beta", 2000, 1, 0), "m=2000"),
    ],
)
def test_what_is_refused_and_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
