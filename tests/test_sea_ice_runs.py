"""The stored results of the toy ocean: a part is computed again; what the page says about them."""

import numpy as np
import pytest
import sea_ice as script
from miniatures import sea_ice_runs as runs
from miniatures.sea_ice import fit_temperature, negative_log_likelihood, softmax
from miniatures.sea_ice_ocean import TEST, VALIDATION, start_months
from miniatures.sea_ice_runs import FRESH_SEEDS, METRICS, stored
from miniatures.sea_ice_unet import initial_weights, predict, train


@pytest.fixture(scope="module")
def retrained():
    """The first network of ocean 200 of three years, trained again: a few seconds."""
    return train(FRESH_SEEDS[0], runs.FEW).weights


# -- a part comes back ---------------------------------------------------------------------------


def test_a_stored_network_is_trained_again(retrained):
    """float64 rounding grows in 400 steps of training, but stays far below the weights' 16 bits."""
    for again, kept in zip(retrained, runs.network(runs.FEW, 0), strict=True):
        assert np.abs(again - kept).max() < 2e-3


def test_its_stored_results_come_back(retrained):
    pair = script.logits_of(retrained, FRESH_SEEDS[0])
    for lead in (1, 4, 6):
        found = runs.measured(FRESH_SEEDS[0], lead, *pair)
        for name in METRICS:
            kept = stored("U-Net", name, runs.FEW)[0, lead - 1]
            assert found[name] == pytest.approx(kept, rel=0.02, abs=0.003), name


def test_another_training_comes_back():
    seed = FRESH_SEEDS[2]
    pair = script.logits_of(train(seed, runs.MANY, kind="own block").weights, seed)
    found = runs.measured(seed, 2, *pair)
    assert found["accuracy"] == pytest.approx(stored("own block")[2, 1], abs=0.003)
    assert found["nll"] == pytest.approx(stored("own block", "nll")[2, 1], rel=0.01)


def test_the_rules_come_back():
    lines = {(line["forecaster"], line["lead"]): line for line in script.rule_lines(FRESH_SEEDS[4])}
    for name in (*runs.RULES, *runs.PROBABILISTIC[:3]):
        for lead in (1, 5):
            assert float(lines[name, lead]["accuracy"]) == pytest.approx(stored(name)[4, lead - 1], abs=1e-4)
    for lead in (1, 5):
        assert float(lines["best possible", lead]["nll"]) == pytest.approx(
            stored("best possible", "nll")[4, lead - 1], abs=1e-4
        )


def test_the_stored_networks_give_the_stored_results():
    for years in (runs.FEW, runs.MANY):
        for members in (1, 3):
            found = runs.case(runs.held_out_logits(years, members), FRESH_SEEDS[0], 3)
            nll = stored("U-Net", "nll", years, members)[0, 2]
            assert negative_log_likelihood(found.logits, found.classes) == pytest.approx(nll, abs=1e-5)


# -- what the page says --------------------------------------------------------------------------


def ahead(first, second, lead):
    """In how many of the five oceans the first forecaster is more accurate."""
    return int((stored(first)[:, lead - 1] > stored(second)[:, lead - 1]).sum())


def test_nobody_beats_the_best_possible_forecast():
    for name in runs.PROBABILISTIC:
        if name != "best possible":
            assert (stored(name, "nll") > stored("best possible", "nll")).all(), name
    for name in (*runs.RULES, *runs.PROBABILISTIC):
        assert (stored(name).mean(axis=0) <= stored("best possible").mean(axis=0)).all()
    assert stored("best possible", "temperature") == pytest.approx(np.ones((5, 6)), abs=0.12)
    assert stored("best possible", "ece").max() < 0.02


def test_few_years_make_over_confident_networks_in_every_ocean():
    few, many = (stored("U-Net", "temperature", years) for years in (runs.FEW, runs.MANY))
    assert (few > 1.1).all()
    assert (few > many).all()
    assert (stored("U-Net", "nll_scaled", runs.FEW) < stored("U-Net", "nll", runs.FEW)).all()
    assert (stored("U-Net", "ece_scaled", runs.FEW).mean(axis=0) < stored("U-Net", "ece", runs.FEW).mean(axis=0)).all()
    assert many.min() < 1 < many.max()


def test_a_temperature_fitted_on_the_test_flatters():
    for years in (runs.FEW, runs.MANY):
        assert (stored("U-Net", "nll_cheat", years) <= stored("U-Net", "nll_scaled", years) + 1e-9).all()


def test_ensembles_help_most_where_networks_are_over_confident():
    for years in (runs.FEW, runs.MANY):
        assert (stored("U-Net", "nll", years, 3).mean(axis=0) < stored("U-Net", "nll", years).mean(axis=0)).all()
    gain = {
        years: (stored("U-Net", "nll", years) - stored("U-Net", "nll", years, 3)).mean()
        for years in (runs.FEW, runs.MANY)
    }
    assert gain[runs.FEW] > gain[runs.MANY]


def test_all_cells_flatter_everybody():
    for name in (*runs.RULES, *runs.PROBABILISTIC):
        assert (stored(name, "all_cells") > stored(name)).all()


# -- small things --------------------------------------------------------------------------------


def test_an_ensemble_averages_probabilities():
    z = np.random.default_rng(0).normal(size=(3, 5, 4, 3))
    mean = np.stack([softmax(one.reshape(-1, 3)) for one in z]).mean(axis=0)
    assert softmax(runs.ensemble(z).reshape(-1, 3)) == pytest.approx(mean)
    assert runs.ensemble(z[:1]) == pytest.approx(z[0] - np.log(np.exp(z[0]).sum(axis=-1, keepdims=True)))


def test_weights_survive_the_store():
    weights = initial_weights(np.random.default_rng(0))
    flat, start = runs.flattened(weights), 0
    for one, back in zip(weights, runs.rounded(weights), strict=True):
        assert (flat[start : start + one.size].reshape(one.shape) == back).all()
        start += one.size
    assert start == len(flat)


def test_a_case_is_made_of_active_cells():
    logits = predict(initial_weights(np.random.default_rng(0)), 0, start_months(*VALIDATION))
    found = runs.case(logits, 0, 6, VALIDATION)
    assert found.logits.shape == (len(found.classes), 3)
    assert 0 < len(found.classes) < 114 * 256
    assert np.isfinite(fit_temperature(found.logits, found.classes))
    assert len(start_months(*TEST)) == len(start_months(*VALIDATION))


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: stored("magic"), "forecaster"), (lambda: stored("U-Net", "speed"), "metric"), (lambda: stored("U-Net", "nll", 4), "years=4"),
        (lambda: stored("U-Net", "nll", 10, 3), "members=3"), (lambda: stored("persistence", "nll"), "probabilities"), (lambda: runs.network(5, 0), "years=5"),
        (lambda: runs.network(3, 3), "member=3"), (lambda: runs.held_out_logits(3, 4), "members"), (lambda: runs.rule_logits("U-Net", 0, [600]), "name"),
        (lambda: runs.measured_rule("regression", 0, 1), "name"), (lambda: runs.case([], 0, 1, (5, 5)), "years"),
        (lambda: runs.measured(0, 1, *np.zeros((2, 114, 16, 16, 6, 3))), "validation holds three equal logits"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()
