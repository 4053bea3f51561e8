"""The toy ocean: its law, its best possible forecast, the simple forecasts."""

import numpy as np
import pytest
from miniatures import sea_ice_ocean as o
from miniatures.sea_ice import class_probabilities, expected_calibration_error, forecast_variance, ice_class


def test_noise_has_variance_one_and_the_correlation_that_is_said():
    z = o.smooth_noise(np.random.default_rng(3), 4000)
    assert z.var(axis=(0, 2)) == pytest.approx(np.ones(16), abs=0.06)
    assert (z[..., 1:] * z[..., :-1]).mean() == pytest.approx(0.8, abs=0.01)
    assert (z[..., 0] * z[..., -1]).mean() == pytest.approx(0.8, abs=0.03)  # around the pole
    assert abs((z[:, 0] * z[:, -1]).mean()) < 0.05  # not from the northern to the southern end


def test_a_drift_of_whole_columns_is_a_roll_and_halves_add_up():
    z = o.smooth_noise(np.random.default_rng(0), 3)
    assert o.drifted(z, 3) == pytest.approx(np.roll(z, 3, axis=-1))
    assert o.drifted(o.drifted(z, 0.5), 0.5) == pytest.approx(np.roll(z, 1, axis=-1))
    assert o.drifted(z, 0.5).var() == pytest.approx(z.var())  # the noise has no wave that half a column would lose


def test_the_ocean_follows_its_law():
    found = o.ocean(0)
    anomaly = found.index - o.climatology(np.arange(o.MONTHS))
    state = np.stack([anomaly, found.heat])
    step = np.einsum("ij,jmrc->imrc", o.TRANSITION, o.drifted(state[:, :-1], o.DRIFT))
    noise = (state[:, 1:] - step).reshape(2, -1)
    assert np.cov(noise) == pytest.approx(o.NOISE, abs=0.003)
    long_run = np.cov(
        np.stack(
            [np.stack([o.ocean(s).index - o.climatology(np.arange(o.MONTHS)), o.ocean(s).heat]) for s in range(4)], 1
        ).reshape(2, -1)
    )
    assert long_run == pytest.approx(o.stationary_variance(), rel=0.25, abs=0.01)


def test_climatology_is_highest_in_march_falls_and_rises_northwards():
    year = o.climatology(np.arange(12))
    assert year[:, 8, 0].argmax() == 2
    assert (np.diff(year, axis=1) > 0).all()
    assert o.climatology([125])[0, 8, 0] - o.climatology([5])[0, 8, 0] == pytest.approx(-o.DECLINE)
    fall = o.climatology([5])[0, 0] - o.climatology([125])[0, 0]
    assert fall.max() / fall.min() == pytest.approx(2)


@pytest.mark.parametrize("lead", [1, 3, 6])
def test_the_best_possible_forecast_is_that_of_a_thousand_futures(lead):
    """Ensembles of the real equation from one state, against the closed form."""
    seed, month, members = 1, 640, 1500
    rng = np.random.default_rng(lead)
    anomaly = o.ocean(seed).index[month] - o.climatology([month])[0]
    state = np.broadcast_to(np.stack([anomaly, o.ocean(seed).heat[month]])[:, None], (2, members, 16, 16))
    for _ in range(lead):
        noise = np.sqrt(np.diag(o.NOISE))[:, None, None, None] * np.stack(
            [o.smooth_noise(rng, members), o.smooth_noise(rng, members)]
        )
        state = np.einsum("ij,jmrc->imrc", o.TRANSITION, o.drifted(state, o.DRIFT)) + noise
    classes = ice_class(o.climatology([month + lead])[0] + state[0])
    shares = np.stack([(classes == k).mean(axis=0) for k in range(3)])
    found = o.bayes_forecast(o.ocean(seed).index[[month]], o.ocean(seed).heat[[month]], [month], lead)[:, 0]
    assert np.abs(found - shares).max() < 0.06
    assert np.abs(found - shares).mean() < 0.008


@pytest.mark.parametrize("lead", [1, 6])
def test_the_best_possible_forecast_is_calibrated_and_no_other_beats_it(lead):
    nll, errors, others = [], [], []
    for seed in range(4):
        months = o.start_months(30, 60)
        cells = o.active_cells(seed)[(months + lead) % 12]
        p = o.bayes_forecast(o.ocean(seed).index[months], o.ocean(seed).heat[months], months, lead)[:, cells]
        y = o.truth(seed, months + lead)[cells]
        errors.append(expected_calibration_error(np.clip(p[1:].sum(axis=0), 0, 1), y > 0, 10))
        nll.append(-np.log(p[y, np.arange(len(y))]).mean())
        other = o.regression_forecast(o.fit_regression(seed, 20, o.DRIFT), seed, months, lead)[:, cells]
        others.append(-np.log(np.maximum(other[y, np.arange(len(y))], 1e-300)).mean())
    assert np.mean(errors) < 0.012
    assert (np.array(nll) < np.array(others)).all()


def test_the_trend_is_polyfits():
    series = np.random.default_rng(0).normal(size=(17, 3, 2))
    for row in range(3):
        for column in range(2):
            line = np.polyfit(np.arange(17), series[:, row, column], 1)
            assert o.linear_trend(series)[row, column] == pytest.approx(np.polyval(line, 17))


def test_trend_forecasts_know_only_the_years_before():
    found = o.trend_forecasts(0)
    month = 12 * 30 + 5
    past = o.ocean(0).index[5:month:12]
    assert found[month, 4, 7] == pytest.approx(np.polyval(np.polyfit(range(30), past[:, 4, 7], 1), 30))
    assert np.isnan(found[:24]).all()
    assert np.isfinite(found[24:]).all()


def test_the_splits_do_not_touch():
    train, validation, test = o.start_months(10, 40), o.start_months(*o.VALIDATION), o.start_months(*o.TEST)
    assert train[-1] + o.LEADS < validation[0]
    assert validation[-1] + o.LEADS < test[0]
    assert test[-1] + o.LEADS == o.MONTHS - 1


def test_simple_forecasts_are_what_their_names_say():
    months, lead = np.array([605, 650]), 4
    found = o.simple_forecasts(0, months, lead)
    index, trend = o.ocean(0).index, o.trend_forecasts(0)
    assert (found["persistence"] == index[months]).all()
    assert (found["linear trend"] == trend[months + lead]).all()
    assert found["anomaly persistence"] == pytest.approx(trend[months + lead] + index[months] - trend[months])


def test_regression_recovers_the_law_of_motion():
    fitted = o.fit_regression(0, 30, o.DRIFT)
    for lead in (1, 3, 6):
        law = np.linalg.matrix_power(o.TRANSITION, lead)[0]
        # anomalies are taken from the estimated trend, not from the true climatology, which blurs the first weight
        assert np.abs(fitted.weights[lead - 1] - law) == pytest.approx([0, 0], abs=0.12)
        ideal = np.sqrt(forecast_variance(o.TRANSITION, o.NOISE, lead)[0, 0])
        assert ideal < fitted.deviation[lead - 1] < 1.25 * ideal
    still = o.fit_regression(0, 30)
    assert (still.deviation[1:] > fitted.deviation[1:]).all()  # the drift is worth knowing
    assert (o.fit_regression(0, 30, 0.0, heat=False).weights[:, 1] == 0).all()


def test_channels_are_named_and_of_size_one():
    x = o.channels(0, o.start_months(20, 40))
    assert x.shape == (234, 16, 16, 11)
    assert len(o.CHANNELS) == 11
    assert (np.abs(x).mean(axis=(0, 1, 2)) > 0.3).all()
    assert (np.abs(x).mean(axis=(0, 1, 2)) < 2).all()
    assert (x[..., 3] == o.trend_forecasts(0)[o.start_months(20, 40) + 1]).all()


def test_active_cells_have_seen_both():
    ice = o.ocean(0).index.reshape(60, 12, 16, 16)[10:40] > 0.15
    cells = o.active_cells(0)
    assert ice.any(axis=0)[cells].all()
    assert not ice.all(axis=0)[cells].any()
    assert (ice.all(axis=0) | ~ice.any(axis=0))[~cells].all()


def test_edge_cells_and_regions_by_hand():
    ice = np.zeros((16, 16), bool)
    ice[8:] = True
    assert o.edge_cells(ice).sum() == 32
    corner = np.zeros((16, 16), bool)
    corner[0, 0] = True
    assert np.argwhere(o.edge_cells(corner)).tolist() == [[0, 0], [0, 1], [0, 15], [1, 0]]
    p = np.where(ice, 0.97, 0.02)
    p[8] = 0.4
    found = o.edge_region(p, ice, 0.1)
    assert found.share == 1 / 16
    assert found.coverage == 0.5
    assert found.wrong == 0
    assert found.promised == pytest.approx((7 * 0.03 + 8 * 0.02) / 15)


def test_the_edge_region_of_the_best_forecast_keeps_its_promise():
    for seed in range(3):
        months = o.start_months(*o.TEST)
        p = o.bayes_forecast(o.ocean(seed).index[months], o.ocean(seed).heat[months], months, 3)
        found = o.edge_region(np.clip(1 - p[0], 0, 1), o.truth(seed, months + 3) > 0, 0.1)
        assert found.wrong == pytest.approx(found.promised, abs=0.003)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: o.ocean(-1), "seed"), (lambda: o.ocean(1.0), "seed"), (lambda: o.start_months(5, 5), "last_year"), (lambda: o.start_months(-1, 5), "first_year"),
        (lambda: o.fit_regression(0, 0), "years"), (lambda: o.fit_regression(0, 31), "years"), (lambda: o.simple_forecasts(0, [600], 7), "lead"),
        (lambda: o.simple_forecasts(0, [3], 1), "months"), (lambda: o.linear_trend([1.0]), "series"), (lambda: o.linear_trend(3.0), "series"),
        (lambda: o.channels(0, [719]), "months"), (lambda: o.bayes_forecast(np.zeros((1, 4, 4)), np.zeros((1, 16, 16)), [600], 1), "index"),
        (lambda: o.edge_cells(np.zeros((16, 16))), "ice"), (lambda: o.edge_region(np.full((16, 16), 0.5), np.ones((16, 16), bool)), "edge"),
        (lambda: o.edge_region(np.full((16, 16), 0.5), np.eye(16, dtype=bool), 0.5), "bound"), (lambda: o.drifted([0.0], np.inf), "columns"),
        (lambda: o.smooth_noise(np.random.default_rng(0), 0), "count"), (lambda: o.climatology([]), "months"), (lambda: o.climatology([np.nan]), "months"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, word):
    with pytest.raises(ValueError, match=word):
        call()


def test_probabilities_stay_probabilities():
    months = o.start_months(*o.TEST)
    for seed in range(2):
        p = o.bayes_forecast(o.ocean(seed).index[months], o.ocean(seed).heat[months], months, 2)
        assert p.sum(axis=0) == pytest.approx(np.ones(p.shape[1:]))
        assert (p >= 0).all()
        q = class_probabilities(o.ocean(seed).index[months], 0.2)
        assert q.shape == p.shape
