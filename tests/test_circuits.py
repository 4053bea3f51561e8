"""The curve circuits against symmetries, cases worked by hand, scikit-learn and the chapter's claims."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import circuit_hidden, circuit_runs
from miniatures.circuit_images import (
    arc,
    first_layer,
    gabors,
    random_curves,
    random_curves_and_lines,
    site_places,
    two_gratings,
)
from miniatures.circuits import (
    ablated,
    accuracy,
    curve_tuning,
    handwritten_circuit,
    high_low,
    likeness,
    off_tangent,
    patched,
    respond,
    rotation_agreement,
    tangent_chance,
    tangent_sites,
    train_curves,
    turned,
    without,
)
from sklearn.linear_model import LogisticRegression

SEEDS = st.integers(0, 10_000)


@pytest.fixture(scope="module")
def tested():
    pictures, units = random_curves(1000, np.random.default_rng(300))
    return first_layer(pictures), units


def pictures(seed, n=3):
    return np.random.default_rng(seed).normal(size=(n, 16, 16))


# ---- pictures and the first layer


@given(st.floats(0, 360), st.floats(3, 12))
def test_a_quarter_turn_of_the_angle_turns_the_picture(angle, radius):
    assert arc(angle + 90, radius) == pytest.approx(np.rot90(arc(angle, radius)), abs=1e-6)


def test_arcs_by_hand():
    hill = arc(90.0, 7.0, 1.0)
    rows = hill.argmax(0)
    assert rows[7] == rows[8] == rows.min()  # the top is in the middle ...
    assert rows[1] > rows[7]
    assert rows[14] > rows[7]
    # the middle of the arc lies a quarter of the radius above the centre: y = 1.75, row 7.5 - 1.75
    assert rows[7] == 6
    assert hill[:, ::-1] == pytest.approx(hill)
    line = arc(0.0, 1e6)
    assert np.ptp(line, axis=0) == pytest.approx(np.zeros(16))
    assert line[0].argmax() in (7, 8)


def test_gabors_are_even_and_odd_without_mean_and_turn_into_each_other():
    pair = gabors()
    assert pair.sum((2, 3)) == pytest.approx(np.zeros((8, 2)), abs=1e-12)
    assert (pair**2).sum((2, 3)) == pytest.approx(np.ones((8, 2)))
    assert pair[:, 0, ::-1, ::-1] == pytest.approx(pair[:, 0])
    assert pair[:, 1, ::-1, ::-1] == pytest.approx(-pair[:, 1])
    assert np.rot90(pair[:4], 1, (2, 3))[:, 0] == pytest.approx(pair[4:, 0])


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_energies_do_not_know_the_sign_and_turn_with_the_picture(seed):
    x = pictures(seed)
    energies = first_layer(x)
    assert first_layer(-x) == pytest.approx(energies)
    assert first_layer(3 * x) == pytest.approx(3 * energies)
    turn = np.roll(np.rot90(energies, 1, (2, 3)), 4, axis=1)
    assert first_layer(np.rot90(x, 1, (1, 2))) == pytest.approx(turn)


def test_first_layer_is_a_plain_correlation():
    x, pair = pictures(3, 1), gabors()
    energy = np.array(
        [
            [[np.hypot(*((x[0, r : r + 7, c : c + 7] * pair[j]).sum((1, 2)))) for c in range(10)] for r in range(10)]
            for j in range(8)
        ]
    )
    assert first_layer(x)[0, 5, 2, 3] == pytest.approx(energy[5, 4:6, 6:8].max())
    assert first_layer(x)[0, :, 0, 0] == pytest.approx(energy[:, :2, :2].max((1, 2)))


def test_a_stripe_excites_the_gabor_across_it_most():
    for j in range(8):
        assert first_layer([arc(22.5 * j, 1e6)])[0, :, 2, 2].argmax() == j


# ---- the circuit by hand


@given(SEEDS, st.integers(-9, 9), st.integers(-9, 9))
def test_turning_is_a_group_of_four(seed, first, second):
    w = np.random.default_rng(seed).normal(size=(8, 8, 5, 5))
    assert turned(turned(w, first), second) == pytest.approx(turned(w, first + second))
    assert turned(w, 4) == pytest.approx(w)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_turned_weights_answer_turned_pictures(seed):
    w = np.random.default_rng(seed).normal(size=(8, 8, 5, 5))
    x = pictures(seed)
    after = respond(turned(w, 1), first_layer(np.rot90(x, 1, (1, 2))))
    assert after == pytest.approx(respond(w, first_layer(x)))


def test_the_circuit_by_hand_is_one_family_and_reads_as_written(tested):
    w = handwritten_circuit()
    assert w.shape == (8, 8, 5, 5)
    assert rotation_agreement(w, 1) == pytest.approx(1)
    assert rotation_agreement(w, 1 + 4) == pytest.approx(1)
    hits, total = tangent_sites(w)
    assert hits == total == 36
    # unit 2, whose arc bulges upwards: Gabor 4, whose stripes lie level, at the top of the arc
    top = off_tangent(2, 0)[0][:, 2].argmin()
    assert w[2, :, top, 2].argmax() == 4
    assert off_tangent(2, 4)[1][top, 2] == pytest.approx(0)
    assert accuracy(w, *tested) > 0.93


def test_handwritten_tuning_by_hand():
    tuning = curve_tuning(handwritten_circuit(), 45.0 * np.arange(8))
    assert tuning.shape == (8, 8)
    assert tuning.argmax(0).tolist() == list(range(8))
    assert np.roll(tuning, (2, 2), (0, 1)) == pytest.approx(tuning)  # a quarter turn
    assert (curve_tuning(handwritten_circuit(opposite=0), [10.0]) > 0).all()


def test_editing_the_circuit_does_what_reading_it_predicts(tested):
    assert accuracy(handwritten_circuit(turn=90), *tested) < 0.02
    assert accuracy(handwritten_circuit(turn=180), *tested) == accuracy(handwritten_circuit(), *tested)
    assert accuracy(handwritten_circuit(breadth=180), *tested) < 0.8  # any Gabor will do: no tangent rule


def test_chance_of_the_tangent_rule_is_what_random_weights_reach():
    found = np.array([tangent_sites(np.random.default_rng(s).normal(size=(8, 8, 5, 5))) for s in range(200)])
    assert found[:, 0].sum() / found[:, 1].sum() == pytest.approx(tangent_chance(), abs=0.02)


@pytest.mark.parametrize("where", ["arc", "rest"])
def test_patching_by_hand(where):
    w, old, new = handwritten_circuit(), arc(270.0), arc(90.0)
    mask = (off_tangent(2, 0)[0] <= 0.9) == (where == "arc")
    before, after = first_layer([old, new])
    gap = (w[2] * (after - before)).sum()
    assert patched(w, 2, old, new, where) == pytest.approx((w[2] * (after - before))[:, mask].sum() / gap)


@given(SEEDS, st.floats(0, 360))
@settings(max_examples=20, deadline=None)
def test_patched_shares_add_up(seed, angle):
    w = np.random.default_rng(seed).normal(size=(8, 8, 5, 5))
    shares = [patched(w, 3, arc(angle), arc(angle + 77), where) for where in ("arc", "rest")]
    assert sum(shares) == pytest.approx(1, abs=1e-6)


# ---- learned weights


def test_stored_weights_are_those_of_training():
    again = train_curves(np.random.default_rng(203))
    assert circuit_runs.learned(203) == pytest.approx(again, abs=2e-3)


def test_learning_agrees_with_scikit_learn(tested):
    x, units = random_curves(500, np.random.default_rng(4))
    rows = first_layer(x).reshape(500, -1)
    ours = train_curves(np.random.default_rng(4), count=500, steps=1500)
    other = LogisticRegression(C=1 / (500 * 1e-3), fit_intercept=False, max_iter=2000).fit(rows, units).coef_
    assert np.corrcoef(ours.ravel(), other.ravel())[0, 1] > 0.995


@pytest.mark.parametrize("seed", circuit_runs.SEEDS)
def test_learned_curves_are_a_family_that_follows_the_tangent_rule(seed, tested):
    w = circuit_runs.learned(seed)
    assert accuracy(w, *tested) > 0.985
    assert rotation_agreement(w, 1) > 0.9 > 0 > rotation_agreement(w, -1)
    assert rotation_agreement(w, 0) < -0.2
    hits, total = tangent_sites(w)
    assert hits / total > 0.9 > 3 * tangent_chance()
    peaks = 5.0 * curve_tuning(w, 5.0 * np.arange(72)).argmax(1)
    assert np.abs((peaks - 45 * np.arange(8) + 180) % 360 - 180).max() <= 10
    assert 0.5 < likeness(w, handwritten_circuit()) < 0.8
    assert likeness(w, handwritten_circuit() + 3.0) == pytest.approx(likeness(w, handwritten_circuit()))


def test_cutting_weights_is_no_dramatic_ablation(tested):
    energies, units = tested
    for seed in circuit_runs.SEEDS:
        w = circuit_runs.learned(seed)
        left = [accuracy(ablated(w, count), energies, units) for count in (12, 30, 50, 80)]
        random = [
            accuracy(ablated(w, count, np.random.default_rng(seed)), energies, units) for count in (12, 30, 50, 80)
        ]
        assert min(left) > 0.9
        assert min(random) > 0.85
    cut = ablated(w, 3)
    assert ((cut == 0) & (w != 0)).sum() == 24
    assert np.sort(w[1], axis=None)[-4] == cut[1].max()


def test_removing_a_gabor_hurts_little_and_the_curves_it_lies_tangent_to_most(tested):
    energies, units = tested
    lost = []
    for seed in circuit_runs.SEEDS:
        w, drops = circuit_runs.learned(seed), np.zeros((8, 8))
        for j in range(8):
            wrong = respond(w, without(energies, [j])).argmax(1) != units
            drops[j] = [wrong[units == k].mean() for k in range(8)]
        lost.append(drops)
    lost = np.mean(lost, axis=0)
    assert lost.mean() < 0.08
    own = np.array([[abs((22.5 * j - 45 * k + 90) % 180 - 90) <= 22.5 for k in range(8)] for j in range(8)])
    assert lost[own].mean() > 1.5 * lost[~own].mean()


# ---- high-low frequency detectors


def test_high_low_detectors_are_a_family():
    fine_left = two_gratings(0.3, 0.1)
    answers = [high_low(fine_left, turn) for turn in range(4)]
    assert answers[0] > 10
    assert answers[2] == pytest.approx(-answers[0])
    assert abs(answers[1]) < 0.1 * answers[0]
    turned_answers = [high_low(np.rot90(fine_left), turn) for turn in range(4)]
    assert np.roll(answers, 1) == pytest.approx(turned_answers, abs=1e-9)
    assert high_low(two_gratings(0.2, 0.2)) == pytest.approx(0, abs=0.5)


# ---- do they form without being asked for?


def test_stored_hidden_units_are_those_of_training():
    layers = circuit_hidden.train_hidden("curved", np.random.default_rng(201))
    found = circuit_runs.hidden("curved")
    assert circuit_hidden.curve_units(layers) == pytest.approx(found["curve_units"][1], abs=1)
    assert circuit_hidden.task_accuracy(layers, "curved", np.random.default_rng(1201)) == pytest.approx(
        found["accuracy"][1], abs=0.01
    )


def test_tuning_finds_curve_detectors_anywhere_and_weights_only_where_curves_were_learned():
    found = {task: circuit_runs.hidden(task) for task in circuit_hidden.TASKS}
    for task in ("random labels", "untrained"):
        assert found[task]["curve_units"].mean() > 3
        assert found[task]["both"].sum() <= 1  # of 80 units
        assert found[task]["accuracy"].mean() < 0.56
    assert found["curved"]["both"].min() >= 3
    assert found["curved"]["both"].sum() >= 0.85 * found["curved"]["curve_units"].sum()


def test_hidden_indices_by_hand():
    # one unit that is the circuit of unit 0, one that sees every stroke alike
    w = np.zeros((200, 16))
    w[:, 0], w[:, 1] = handwritten_circuit()[0].ravel(), 1.0
    layers = [(w, np.zeros(16)), (np.zeros((16, 2)), np.zeros(2))]
    directed, curved = circuit_hidden.hidden_indices(layers)
    assert directed[0] > 0.5 > 0.1 > directed[1]
    assert curved[0] > 0
    assert (directed[2:] == 0).all()
    assert (curved[2:] == 0).all()
    w[:, 1:] = np.random.default_rng(0).normal(size=(200, 15))
    assert circuit_hidden.hand_likeness(layers)[0] == pytest.approx(1)


# ---- arguments


GOOD = np.random.default_rng(0).normal(size=(8, 8, 5, 5))


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: curve_tuning(GOOD[:7], [0.0]), "weights"),
        (lambda: curve_tuning(GOOD, []), "angles"),
        (lambda: curve_tuning(GOOD, [np.nan]), "angles"),
        (lambda: curve_tuning(GOOD * np.inf, [0.0]), "weights"),
        (lambda: rotation_agreement(GOOD, 0.5), "quarter_turns"),
        (lambda: rotation_agreement(np.ones((8, 8, 5, 5)), 1), "weights"),
        (lambda: rotation_agreement(np.zeros((8, 8, 5, 5)), 1), "weights"),
        (lambda: rotation_agreement("w", 1), "weights"),
        (lambda: handwritten_circuit(turn=np.nan), "turn"),
        (lambda: handwritten_circuit(radius=0), "radius"),
        (lambda: handwritten_circuit(breadth=0), "breadth"),
        (lambda: arc("up"), "angle"),
        (lambda: arc(0, 1), "radius"),
        (lambda: arc(0, 7, 0), "width"),
        (lambda: arc(0, 7, 1, 1, (1, 2, 3)), "shift"),
        (lambda: first_layer(np.zeros((2, 15, 16))), "pictures"),
        (lambda: first_layer(np.full((2, 16, 16), np.nan)), "pictures"),
        (lambda: random_curves(0, np.random.default_rng(0)), "count"),
        (lambda: random_curves_and_lines(2.5, np.random.default_rng(0)), "count"),
        (lambda: two_gratings(0.6, 0.1), "left"),
        (lambda: high_low(np.zeros((16, 15))), "picture"),
        (lambda: off_tangent(8, 0), "unit"),
        (lambda: ablated(GOOD, 201), "count"),
        (lambda: likeness(GOOD, GOOD[:4]), "other"),
        (lambda: likeness(np.full(GOOD.shape, 0.1), GOOD), "weights are the same"),
        (lambda: likeness(GOOD, np.zeros(GOOD.shape)), "other are the same"),
        (lambda: patched(GOOD, 0, arc(0), arc(0)), "unit"),
        (lambda: patched(GOOD, 0, arc(0), arc(90), "all"), "where"),
        (lambda: without(np.ones((1, 8, 5, 5)), [8]), "gabors"),
        (lambda: accuracy(GOOD, np.ones((2, 8, 5, 5)), [0, 8]), "units"),
        (lambda: circuit_hidden.train_hidden("faces", np.random.default_rng(0)), "task"),
        (lambda: circuit_runs.learned(7), "seed"),
        (lambda: circuit_runs.vectors("large", 0.4), "sparsity"),
        (lambda: circuit_runs.tuning_curves(6), "copy"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_sites_lie_two_pixels_apart():
    x, y = site_places()
    assert (np.diff(x, axis=1) == 2).all()
    assert (np.diff(y, axis=0) == -2).all()
    assert x.sum() == y.sum() == 0
