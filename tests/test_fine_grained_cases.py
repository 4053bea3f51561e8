"""The chapter's cases: stored accuracies come back, and each thing that the page says of them is so."""

from dataclasses import replace

import fine_grained as script
import numpy as np
import pytest
from miniatures import fine_grained_cases as cases
from miniatures.comparisons import paired
from miniatures.fine_grained_cases import FRESH_SEEDS, SCENARIOS, Setting, scenario, stored
from sklearn.datasets import load_iris

ONE_BIRD = 1 / 300 + 1e-6  # another machine's rounding may turn one doubtful bird


def mean(**changes):
    return stored(**changes).mean()


@pytest.mark.parametrize(
    ("setting", "seed"),
    [(Setting(), 100), (Setting("average", "white", contrast=0.1), 101), (Setting(contrast=0.1, gap=0.1), 102), (Setting(noise=0.4), 103),
     (Setting(control="shuffled"), 104), (Setting(control="plain"), 105), (Setting("average", control="forest"), 106),
     (Setting("raw pixels", contrast=0.4), 107), (Setting("raw pixels", pose="leaking"), 108), (Setting(control="skewed, EM"), 109)],
)  # fmt: skip
def test_a_stored_training_comes_back(setting, seed):
    assert script.accuracy(setting, seed) == pytest.approx(stored(setting, [seed])[0], abs=ONE_BIRD)


def test_the_table_holds_exactly_what_the_script_trains():
    assert set(cases._table()) == {(setting, seed) for setting in script.settings() for seed in FRESH_SEEDS}


def test_what_is_not_stored_is_named():
    with pytest.raises(ValueError, match=r"contrast=0\.33.*not in data/fine_grained_birds\.csv"):
        stored(contrast=0.33)
    with pytest.raises(ValueError, match="seed=7 "):
        stored(seeds=[7])


# ---- what the page says of the birds


def test_the_central_effect_in_every_seed():
    for contrast in (0.1, 0.4, 1.0):
        gain = paired(stored(contrast=contrast), stored(pooling="average", contrast=contrast))
        assert gain.wins == len(FRESH_SEEDS)
        assert gain.difference > 0.5
    assert stored().min() > 0.98
    assert 0.25 < mean(pooling="average") < 0.4
    assert 0.2 < mean(pooling="average", contrast=0.1) < 0.32
    assert 0.15 < mean(pooling="raw pixels") < 0.35
    assert all(0.2 < mean(pooling=p, contrast=0.0) < 0.3 for p in cases.POOLINGS)


def test_leaks_and_controls():
    assert mean(pooling="average", paint="white") > 0.6
    assert mean(pooling="average", paint="white", contrast=0.1) > 0.4
    assert mean(pooling="average") < mean(control="shuffled") < 0.5
    right_pair, within = cases.pairs_apart(Setting(control="shuffled")).mean(axis=0)
    assert right_pair > 0.8
    assert within == pytest.approx(0.5, abs=0.05)  # the argument of the page: A and D, B and C cannot be told apart
    assert cases.pairs_apart(Setting("average")).mean(axis=0)[1] == pytest.approx(0.5, abs=0.05)
    assert abs(mean(pooling="average", control="forest") - mean(pooling="average")) < 0.06
    assert mean(control="plain") > 0.97
    assert mean(pooling="raw pixels", pose="leaking") > 0.85
    assert mean(pooling="average", pose="leaking") < 0.42
    assert mean(noise=0.2) > mean(noise=0.6)
    assert mean(control="skewed") > 0.98
    assert abs(mean(control="skewed, EM") - mean(control="skewed")) < 0.01


def test_the_averages_row_is_pale_with_balanced_paint_only():
    for pair in ((0, 1), (0, 2), (0, 3)):
        apart = np.abs(cases.separation(*pair, "balanced", 0.4))
        assert apart[0].max() < 1
        assert apart[1:, 1:].max() > 4
    assert np.abs(cases.separation(0, 1, "white", 1.0)[0]).max() > 1.5
    assert cases.separation(0, 1, "white") == pytest.approx(-cases.separation(1, 0, "white"), abs=1.5)


# ---- priors


def test_em_gains_in_every_seed_and_stays_below_the_truth():
    accuracy, _, error, gap = scenario("as trained")
    assert ((accuracy[:, 1] - accuracy[:, 0]) > 0).sum() >= 9
    assert 0.03 < (accuracy[:, 1] - accuracy[:, 0]).mean() < (accuracy[:, 2] - accuracy[:, 0]).mean()
    assert error.mean() < 0.1
    assert abs(gap.mean()) < 0.05
    still = scenario("nothing has moved")[0]
    assert abs((still[:, 1] - still[:, 0]).mean()) < 0.01


def test_em_does_harm_where_the_page_says():
    change = {name: np.diff(scenario(name)[0])[:, 0].mean() for name in SCENARIOS}
    assert change["not sure enough: temperature 2"] < -0.08
    assert change["not sure enough: penalty 10"] < -0.03
    assert change["moved by half a pixel"] < -0.05
    assert 0 < change["too sure: temperature 0.25"] < change["as trained"]
    # tempering moves no guess
    assert scenario("not sure enough: temperature 2")[0][:, 0] == pytest.approx(scenario("as trained")[0][:, 0])
    assert scenario("not sure enough: penalty 10")[3].mean() < -0.15
    plain, em, _ = scenario("not sure enough: penalty 3")[1].mean(axis=0)
    assert em < plain - 0.1  # macro F1
    assert (np.diff(scenario("as trained")[1])[:, 0] < 0).any()


def test_a_case_uses_no_image_twice_and_has_the_shares_it_promises():
    case = cases.shifted_digits(1.0, 5)
    assert case.true_prior == pytest.approx(cases.SKEWED, abs=0.01)
    assert len(case.labels) == len(case.posteriors)
    assert cases.SKEWED.sum() == pytest.approx(1)
    blind = replace(case, labels=np.roll(case.labels, 7))
    assert cases.corrected(blind).prior == pytest.approx(cases.corrected(case).prior)  # EM sees no label


# ---- irises


def test_the_irises_are_scikit_learns():
    flowers = load_iris()
    measurements, species = cases.irises()
    assert measurements == pytest.approx(flowers.data)
    assert (species == flowers.target).all()


def test_coarse_is_easier_than_fine_and_noise_hurts_the_fine_first():
    by = {(level, part, noise): cases.iris_accuracies(level, part, noise).mean()
          for level in cases.LEVELS for part in cases.MEASURES for noise in (0.0, 0.2)}  # fmt: skip
    coarse, fine = cases.LEVELS
    assert by[coarse, "petals", 0.0] > 0.99
    assert by[coarse, "sepals", 0.0] > 0.97
    assert 0.9 < by[fine, "petals", 0.0] < 0.98
    assert by[fine, "sepals", 0.0] < 0.8
    assert by[fine, "petals", 0.0] - by[fine, "petals", 0.2] > by[coarse, "petals", 0.0] - by[coarse, "petals", 0.2]


def test_flipped_labels_are_as_many_as_asked_and_never_the_same():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 4, 200)
    assert (cases.flipped(labels, 0.35, 4, rng) != labels).sum() == 70
    assert (cases.flipped(labels, 0.0, 4, rng) == labels).all()


@pytest.mark.parametrize(
    ("call", "name"),
    [(lambda: cases.shifted_digits(1.5, 0), "skew"), (lambda: cases.shifted_digits(0.5, -1), "seed"), (lambda: cases.iris_pair("genus", "petals"), "level"),
     (lambda: cases.iris_pair(cases.LEVELS[0], "leaves"), "measured"), (lambda: cases.iris_accuracies(cases.LEVELS[0], "petals", 0.6), "noise"),
     (lambda: cases.separation(0, 4, "white"), "second"), (lambda: scenario("magic"), "name"), (lambda: cases.described(np.zeros((1, 8, 8, 3)), "max"), "pooling")],
)  # fmt: skip
def test_cases_refuse(call, name):
    with pytest.raises(ValueError, match=name):
        call()
