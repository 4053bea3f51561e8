"""Filters on the walk: the sweep against single runs, and what the page says of smoothing."""

import numpy as np
import pytest
from miniatures import face_mesh as m
from miniatures import face_trials as t


def test_the_walk_is_the_stop_and_go_with_noise_of_each_seed():
    truth, moving, seen = t.walk()
    assert (truth, moving) == (pytest.approx(m.stop_and_go(1000, 1.5)[0]), pytest.approx(m.stop_and_go(1000, 1.5)[1]))
    assert seen[:, 2] - truth == pytest.approx(np.random.default_rng(202).normal(size=1000))


def test_one_sweep_gives_each_filter():
    for k in (0, 7, 15):
        alone = m.one_euro(t.walk()[2], t.RATE, 0.5, t.BETAS[k])
        assert t.euro_tracks(0.5)[:, k] == pytest.approx(alone, abs=1e-9)
        assert t.euro_trials(0.5)[k].whole == pytest.approx(t.judged(alone).whole)


def test_a_trial_by_the_errors_of_one_seed():
    truth, moving, seen = t.walk()
    errors = m.errors(m.moving_average(seen[:, 3], 3), truth, moving)
    found = t.trial("average of 3")
    assert (found.rest[3], found.motion[3], found.whole[3]) == pytest.approx((errors.rest, errors.motion, errors.whole))
    assert found.jitter[3] == pytest.approx(m.jitter(m.moving_average(seen[:, 3], 3), moving))


def test_the_best_beta_hardly_moves_with_the_cutoff_at_rest():
    best = [t.BETAS[int(np.argmin([one.whole.mean() for one in t.euro_trials(cutoff)]))] for cutoff in (0.5, 1.0, 2.0)]
    assert max(best) < 2 * min(best)
    for cutoff in (0.5, 1.0, 2.0):
        rest, motion = ([getattr(one, part).mean() for one in t.euro_trials(cutoff)] for part in ("rest", "motion"))
        assert rest[0] > 1.1 * min(rest)  # still catching up when the face has stopped
        assert motion[0] > 3 * min(motion)
        assert rest[-1] > 0.95  # noise opens the filter


def test_the_1_euro_filter_leads_a_little_in_error_and_much_in_trembling():
    euro, two, none, three = (t.trial(name) for name in ("1€ filter", "average of 2", "none", "average of 3"))
    assert (two.whole - euro.whole > 0.05).all()
    assert (two.whole - euro.whole < 0.15).all()
    assert (euro.jitter < 0.7 * two.jitter).all()
    assert (three.whole > none.whole).all()
    causal = [t.trial(name).whole for name in t.FILTERS if "not causal" not in name]
    assert (np.min(causal, axis=0) == euro.whole).all()
    assert (t.trial("centred, not causal").whole < euro.whole).all()


def test_the_table_has_each_filter_once():
    rows = t.rows()
    assert [row["filter"] for row in rows] == list(t.FILTERS)
    assert rows[0]["at rest"].startswith("1.0")


@pytest.mark.parametrize(("call", "named"), [
    (lambda: t.trial("best"), "name"), (lambda: t.trial("none", -1.0), "speed"), (lambda: t.judged(np.zeros((10, 5))), "filtered"),
    (lambda: t.judged(np.full((1000, 5), np.nan)), "filtered"), (lambda: t.euro_tracks(0.0), "min_cutoff"), (lambda: t.rows(float("inf")), "speed"),
])  # fmt: skip
def test_a_bad_argument_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
