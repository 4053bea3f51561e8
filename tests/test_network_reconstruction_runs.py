"""The stored runs: some are run again; what the page says about them."""

import network_reconstruction as script
import numpy as np
import pytest
from miniatures import network_reconstruction as nr
from miniatures import network_reconstruction_runs as runs
from miniatures.comparisons import paired
from miniatures.digits import digits
from miniatures.network_reconstruction_runs import (
    CODE_SIZES,
    CONTROLS,
    FRESH_SEEDS,
    KINDS,
    drops,
    orders,
    stored,
    transfer,
)
from miniatures.parallel_coordinates import kendall_tau_b

ONE_IMAGE = 1 + 1e-9  # of 597: another machine's rounding may turn an image whose two best classes are that close


def same(line, signal, size, seed):
    """A computed line of the table agrees with the stored one."""
    found = stored(signal, size, [seed])
    for column, kind in enumerate(KINDS):
        if line[kind] != "":
            assert abs(line[kind] - 597 * found.accuracy[0, column]) < ONE_IMAGE
    if line["own"] != "":
        assert abs(line["own"] - 597 * found.own[0]) < ONE_IMAGE
    for name in ("error", "information", "between"):
        if line[name] != "":
            assert float(line[name]) == pytest.approx(getattr(found, name)[0], rel=1e-4)


def test_stored_lines_of_one_split_come_back():
    seed, size = 207, 8
    base = nr.prepared(seed, size)
    readers = script.classifiers(base, seed)
    same(script.row(seed, 0, "original", base.test_images, base, readers), "original", size, seed)
    lines, _ = script.size_rows(seed, size, base, readers)
    assert [line["signal"] for line in lines] == ["raw", *KINDS]
    for line in lines:
        same(line, line["signal"], size, seed)


def test_stored_controls_of_one_split_come_back():
    seed, size = 203, runs.MAIN_SIZE
    base = nr.prepared(seed, size)
    readers = script.classifiers(base, seed)
    lines, shown = script.size_rows(seed, size, base, readers)
    same(lines[2], "mlp32", size, seed)
    for name in CONTROLS:
        if name not in ("untrained mlp128", "untrained 2x64"):
            same(script.control(name, seed, base, readers, shown), name, size, seed)
    assert np.abs(script.differences(base, shown) * runs.DIFFERENCE_STEP - runs.courses().difference[3]).max() < 2e-4


def test_a_run_is_the_stored_one():
    result = nr.run(200)
    found, raw = stored("mlp32", seeds=[200]), stored("raw", seeds=[200])
    assert result.accuracy_tuned == pytest.approx(found.own[0], abs=1 / 597 + 1e-9)
    assert result.accuracy_original == pytest.approx(stored("original", seeds=[200]).accuracy[0, 1], abs=1 / 597 + 1e-9)
    assert [result.error_reconstructed, result.error_tuned] == pytest.approx([raw.error[0], found.error[0]], rel=1e-4)
    course = runs.courses()
    assert result.errors == pytest.approx(course.error[0, 1], rel=1e-4)
    assert np.abs(np.array(result.accuracies) - course.accuracy[0, 1]).max() < 1 / 597 + 1e-9


def test_stored_pictures_are_the_split_of_seed_200():
    seen, (_, test) = runs.pictures(), nr.split(200)
    classes = digits()[1][test]
    first = [np.flatnonzero(classes == c)[0] for c in range(10)]
    assert (seen.originals == digits()[0].reshape(-1, 64)[test][first]).all()
    at = CODE_SIZES.index(runs.MAIN_SIZE)
    for number in range(4):
        assert (seen.frames[number, 0] == seen.raw[at]).all()
        assert (seen.frames[number, -1] == seen.tuned[at, number]).all()
    assert seen.raw.min() >= 0
    assert seen.raw.max() <= 1


def test_courses_begin_raw_and_end_tuned():
    course = runs.courses()
    for number, kind in enumerate(KINDS):
        assert course.accuracy[:, number, 0] == pytest.approx(stored("raw").accuracy[:, number])
        assert course.accuracy[:, number, -1] == pytest.approx(stored(kind).own)
        assert course.error[:, number, -1] == pytest.approx(stored(kind).error, rel=1e-4)


# what the page says ----------------------------------------------------------------------------


def test_the_central_effect_in_every_split():
    raw, tuned, original = (stored(signal) for signal in ("raw", "mlp32", "original"))
    assert (tuned.accuracy[:, 1] > raw.accuracy[:, 1]).all()
    assert (original.accuracy[:, 1] > raw.accuracy[:, 1]).all()
    assert (tuned.error > 2 * raw.error).all()
    assert (tuned.information < raw.information).all()
    assert paired(tuned.accuracy[:, 1], raw.accuracy[:, 1]).p < 1e-4
    assert paired(tuned.accuracy[:, 1], original.accuracy[:, 1]).p > 0.05
    assert 1.5 < -drops("raw")[:, 1].mean() < 2.5


def test_claim_1_the_fall_shrinks_with_the_code():
    falls = [-drops("raw", size).mean() for size in CODE_SIZES]
    assert falls == sorted(falls, reverse=True)
    assert falls[0] > 20
    assert 0 < falls[-1] < 1.2
    errors = [stored("raw", size).error.mean() for size in CODE_SIZES]
    assert errors == sorted(errors, reverse=True)
    for size, found in zip(CODE_SIZES, errors, strict=True):
        assert (found < nr.linear_autoencoder_error(digits()[0], size)) == (size <= 16)  # at 32 the linear code wins


def test_claim_2_controls():
    mean = {
        name: stored(name).accuracy[:, 1].mean()
        for name in ("original", "raw", "mlp32", "more epochs", "retrained", "shuffled change")
    }
    assert mean["shuffled change"] < mean["raw"] - 0.02
    assert abs(mean["more epochs"] - mean["raw"]) < 0.004
    assert mean["raw"] < mean["retrained"] < mean["mlp32"]
    assert 0.95 < stored("code").own.mean() < mean["mlp32"]
    assert np.isnan(stored("code").accuracy).all()


def test_claim_3_a_classifier_that_never_learnt():
    for kind in KINDS:
        stranger = stored(f"untrained {kind}")
        assert stranger.own.mean() > 0.85
        assert stranger.information.max() < 0.06
        assert np.delete(stranger.accuracy, KINDS.index(kind), axis=1).mean() < 0.45
        assert (stored(kind).own > stranger.own).all()
    assert stored("untrained linear").own.mean() > 0.93
    assert (stored("linear").own > stored("original").accuracy[:, 0]).all()


def test_claim_4_orders():
    complete = {
        (size, against): sum(order is not None for order in orders(size, against))
        for size in (12, 32)
        for against in runs.REFERENCES
    }
    assert complete[32, "original"] >= 8
    assert all(order is None or order[-1] == 0 for order in orders(32, "original"))
    assert complete[32, "own"] <= 5
    assert complete[12, "original"] <= 7
    assert len({order for order in orders(12, "own") if order}) >= 3


def test_claims_5_and_6_information():
    spoken = np.stack([stored(kind).information for kind in KINDS], axis=1)
    assert (spoken.argmin(axis=1) == 0).all()
    assert kendall_tau_b(stored("original").accuracy.mean(axis=0), spoken.mean(axis=0)) == 1
    assert sum(tuple(np.argsort(-row)) == (3, 2, 1, 0) for row in spoken) >= 6
    assert (spoken < stored("raw").information[:, None]).all()


def test_each_reader_reads_its_own_images_best_and_profits_from_others():
    table = transfer().mean(axis=0)
    assert table.argmax(axis=0).tolist() == [0, 1, 2, 3]
    gains = transfer() - stored("raw").accuracy[:, None, :]
    assert gains[:, ~np.eye(4, dtype=bool)].mean() > 0.002
    assert gains[:, 1][:, [0, 2, 3]].mean() > 0.004


# reading ---------------------------------------------------------------------------------------


def test_everything_that_the_script_makes_is_stored():
    expected = {("original", 0, seed) for seed in FRESH_SEEDS}
    expected |= {(signal, size, seed) for signal in ("raw", *KINDS) for size in CODE_SIZES for seed in FRESH_SEEDS}
    expected |= {(signal, runs.MAIN_SIZE, seed) for signal in CONTROLS for seed in FRESH_SEEDS}
    assert set(runs._table()) == expected


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: stored("nothing"), "signal='nothing'"), (lambda: stored("raw", 5), "code_size=5"), (lambda: stored("retrained", 8), "code_size=8"),
        (lambda: stored("raw", seeds=[3]), "seed=3"), (lambda: runs.compared_with("best"), "against='best'"), (lambda: runs.seed_table("raw"), "kind='raw'"),
        (lambda: orders(12, "nobody"), "against"),
    ],
)  # fmt: skip
def test_refuses(call, word):
    with pytest.raises(ValueError, match=word):
        call()
