"""September extent and the model grid: oracles, the traps as numbers, bad input."""

import numpy as np
import pytest
import sea_ice as script
from miniatures import sea_ice_extent as e
from miniatures import sea_ice_grid as g
from miniatures.checks import numbers
from miniatures.sea_ice import expected_calibration_error
from scipy.stats import linregress, t
from sklearn.linear_model import LogisticRegression

YEARS, EXTENT = e.september()


# September -------------------------------------------------------------------------------------


def test_the_line_is_scipys():
    fit, other = e.fit_curve(YEARS, EXTENT), linregress(YEARS, EXTENT)
    slope, half = e.slope_interval(fit)
    assert slope == pytest.approx(other.slope)
    assert half == pytest.approx(t.ppf(0.975, 35) * other.stderr)
    assert fit.r_squared == pytest.approx(other.rvalue**2)
    assert e.predicted(fit, [2000.0])[0][0] == pytest.approx(other.slope * 2000 + other.intercept)
    assert e.last_term_p(fit) == pytest.approx(other.pvalue, rel=1e-6)


def test_the_prediction_interval_is_the_textbooks():
    fit = e.fit_curve(YEARS, EXTENT)
    centred = YEARS - YEARS.mean()
    for year in (2016.0, 2030.0):
        half = t.ppf(0.975, 35) * fit.deviation * np.sqrt(1 + 1 / 37 + (year - YEARS.mean()) ** 2 / (centred**2).sum())
        assert e.predicted(fit, [year])[1][0] == pytest.approx(half)


@pytest.mark.parametrize("degree", [2, 3])
def test_curves_are_polyfits(degree):
    fit = e.fit_curve(YEARS, EXTENT, degree)
    expected = np.polyval(np.polyfit(YEARS - 2000, EXTENT, degree), YEARS - 2000)
    assert EXTENT - fit.residuals == pytest.approx(expected)
    assert e.predicted(fit, YEARS)[0] == pytest.approx(expected)


def test_the_interval_holds_what_it_says_for_data_of_its_kind():
    rng, inside = np.random.default_rng(0), []
    for _ in range(2000):
        y = 5 - 0.1 * np.arange(20) + rng.normal(0, 0.5, 20)
        middle, half = e.predicted(e.fit_curve(np.arange(19.0), y[:19]), [19.0])
        inside.append(abs(y[19] - middle[0]) <= half[0])
    assert np.mean(inside) == pytest.approx(0.95, abs=0.015)


def test_claims_of_the_page_on_september():
    line, parabola = e.fit_curve(YEARS, EXTENT), e.fit_curve(YEARS, EXTENT, 2)
    slope, half = e.slope_interval(line)
    assert (round(slope, 4), round(half, 4)) == (-0.0873, 0.0177)
    middle, reach = e.predicted(line, [2016.0])
    assert (round(middle[0], 2), round(middle[0] - reach[0], 2), round(middle[0] + reach[0], 2)) == (4.69, 3.48, 5.90)
    assert int(e.reaches(line, 1.0)) == 2058
    assert e.reaches(parabola, 0.0) == pytest.approx(2035.5, abs=0.1)
    assert e.last_term_p(parabola) == pytest.approx(0.015, abs=0.001)
    rolled = e.rolling()
    errors = {
        name: np.sqrt(((getattr(rolled, name) - rolled.actual) ** 2).mean()) for name in ("trend", "last", "mean")
    }
    assert errors["trend"] < errors["last"] < errors["mean"]
    assert (np.abs(rolled.actual - rolled.trend) <= rolled.half).sum() == 19
    assert len(rolled.years) == 22
    missed = rolled.years[np.abs(rolled.actual - rolled.trend) > rolled.half].astype(int).tolist()
    assert {2007, 2012} <= set(missed)


def test_rolling_uses_the_past_alone():
    rolled = e.rolling(20)
    place = 5
    known = rolled.years[place] > YEARS
    assert rolled.trend[place] == pytest.approx(
        np.polyval(np.polyfit(YEARS[known] - 2000, EXTENT[known], 1), rolled.years[place] - 2000)
    )
    assert rolled.last[place] == EXTENT[known][-1]
    assert rolled.mean[place] == pytest.approx(EXTENT[known].mean())


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: e.fit_curve([1, 2, 3], [1, 2, 3]), "years"), (lambda: e.fit_curve([1, 1, 1, 1, 2], [1, 2, 3, 4, 5]), "years"), (lambda: e.fit_curve(YEARS, EXTENT[:5]), "values"),
        (lambda: e.fit_curve(YEARS, EXTENT, 0), "degree"), (lambda: e.predicted(e.fit_curve(YEARS, EXTENT), [np.nan]), "years"),
        (lambda: e.predicted(e.fit_curve(YEARS, EXTENT), [2000], 1.0), "level"), (lambda: e.reaches(e.fit_curve(YEARS, EXTENT), 100.0), "never reached"),
        (lambda: e.rolling(4), "least"), (lambda: e.rolling(37), "least"),
    ],
)  # fmt: skip
def test_bad_fits_are_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()


# the model grid --------------------------------------------------------------------------------


def right(name, lead, split=None):
    split = split or g.chronological()
    ice = g.features(split, split.test, lead)[1]
    return ((g.simple(split, split.test, lead)[name] > 0.15) == ice).mean()


def test_two_hundred_is_one_and_255_loses_all_full_ice():
    assert g.concentrations().max() == 1
    assert (g.concentrations() >= 0.8).sum() > 30_000
    assert (g.concentrations(255) >= 0.8).sum() == 0


def test_climatology_leaves_its_own_year_out():
    split, c = g.chronological(), g.concentrations()
    month = 29  # June of year 2
    others = [m for m in range(5, 84, 12) if m != month]
    found = g.known(split, [month])
    assert found.mean[0] == pytest.approx(c[others].mean(axis=0))
    assert found.frequency[0] == pytest.approx(((c[others] > 0.15).sum(axis=0) + 0.5) / 7)
    assert g.known(split, [month], own_year=True).mean[0] == pytest.approx(c[5:84:12].mean(axis=0))
    assert g.known(split, [101]).mean[0] == pytest.approx(c[5:84:12].mean(axis=0))  # a test month: all seven


def test_a_training_month_does_not_see_itself():
    """Changing a month's own concentrations changes nothing of what its climatology says."""
    split = g.chronological()
    x, _ = g.features(split, np.array([40]), 1)
    others = (g.known(split, [40]).mean * 6 + 0)[0]
    total = g.known(split, [40], own_year=True).mean[0] * 7
    assert total - g.concentrations()[40] == pytest.approx(others)
    assert x[:, 1] == pytest.approx((others / 6)[g.known(split, [40]).active[0]])


def test_features_are_the_cell_and_its_eight_neighbours():
    split = g.chronological()
    x, came = g.features(split, np.array([98]), 2)
    cells = np.argwhere(g.known(split, [98]).active[0])
    anomaly = g.concentrations()[96] - g.known(split, [96]).mean[0]
    for place in (0, len(cells) // 2, -1):
        row, column = cells[place]
        expected = [anomaly[min(max(row + i, 0), 27), (column + j) % 100] for i in (-1, 0, 1) for j in (-1, 0, 1)]
        assert x[place, 3:] == pytest.approx(expected)
        assert came[place] == (g.concentrations()[98][row, column] > 0.15)


def test_the_regression_is_scikit_learns():
    split = g.chronological()
    x, came = g.features(split, split.train[split.train >= 3], 3)
    other = LogisticRegression(C=1.0, tol=1e-10, max_iter=5000).fit(x[:, 1:], came)
    assert g.fit_logistic(x, came) == pytest.approx([*other.intercept_, *other.coef_[0]], abs=1e-3)


def test_the_scored_cells_and_the_simple_rules():
    split = g.chronological()
    assert g.known(split, split.test).active.sum() == 1746
    assert [round(right("persistence", lead), 3) for lead in (1, 3, 6)] == [0.692, 0.569, 0.521]
    assert round(right("climatology", 6), 3) == 0.767
    assert [round(right("anomaly persistence", lead), 3) for lead in (1, 3, 6)] == [0.833, 0.765, 0.758]
    assert g.everywhere(split) > 0.99


def test_nothing_beats_climatology_at_six_months():
    split = g.chronological()
    intervals = {lead: g.gain_interval(split, lead) for lead in (1, 3, 6)}
    assert intervals[1][1] > 0.03
    assert intervals[6][1] < 0 < intervals[6][2]
    assert abs(intervals[6][0]) < 0.02
    again = [g.gain_interval(split, 1, seed=seed)[1] for seed in range(1, 4)]
    assert again == pytest.approx([intervals[1][1]] * 3, abs=0.01)


@pytest.mark.parametrize("lead", [1, 3, 6])
def test_the_own_year_makes_the_regression_trust_its_climatology(lead):
    split = g.chronological()
    honest, wrong = g.logistic(split, lead), g.logistic(split, lead, own_year=True)
    assert honest.temperature < 1.1 < 1.3 < wrong.temperature
    assert honest.nll < wrong.nll
    assert honest.nll < honest.climatology_nll
    assert wrong.accuracy < honest.accuracy + 0.005
    assert expected_calibration_error(g.sigmoid(honest.logits[:, 1]), honest.ice, 10) < 0.08


def test_shuffled_months_flatter():
    gains = []
    for seed in range(10):
        split = g.shuffled(seed)
        test = split.test[split.test >= 1]
        x, ice = g.features(split, test, 1)
        gains.append(((g.logistic(split, 1).logits[:, 1] > 0) == ice).mean() - ((x[:, 1] > 0.15) == ice).mean())
    assert np.mean(gains) > g.gain_interval(g.chronological(), 1)[0] + 0.015


def test_three_classes_are_harder():
    found = g.three_class(g.chronological(), 1)
    assert found["persistence"] < found["climatology"] < found["anomaly persistence"] < right("anomaly persistence", 1)


@pytest.mark.parametrize("lead", g.SHOWN_LEADS)
def test_the_stored_network_finds_nothing_more(lead):
    assert len(g.stored_network(lead)) == 5
    assert g.stored_network(lead).mean() == pytest.approx(g.logistic(g.chronological(), lead).accuracy, abs=0.02)


def test_a_stored_network_comes_back():
    line = script.grid_line(3, 1)
    assert float(line["accuracy"]) == pytest.approx(g.stored_network(3)[1], abs=0.01)
    assert float(line["nll"]) == pytest.approx(g.stored_network(3, "nll")[1], abs=0.01)


def test_the_logistic_curve_stays_a_probability():
    assert g.sigmoid([-1e6, 0.0, 1e6]).tolist() == [0.0, 0.5, 1.0]
    assert numbers("p", g.sigmoid(np.linspace(-50, 50, 11)), None, 0, 1).shape == (11,)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: g.concentrations(100), "divisor"), (lambda: g.shuffled(-1), "seed"), (lambda: g.known(g.chronological(), [120]), "months"),
        (lambda: g.features(g.chronological(), [0], 1), "months"), (lambda: g.features(g.chronological(), [50], 7), "lead"),
        (lambda: g.fit_logistic([[0.0, 1.0]] * 2, np.array([True, False])), "x holds nothing but 0 in its first column"),
        (lambda: g.fit_logistic([[1.0]], [True]), "came"), (lambda: g.fit_logistic([[1.0], [2.0]], [1, 0]), "came"), (lambda: g.stored_network(2), "lead"),
        (lambda: g.fit_logistic([[1.0], [2.0]], np.array([True, False]), 0), "ridge"), (lambda: g.gain_interval(g.chronological(), 1, draws=1), "draws"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()
