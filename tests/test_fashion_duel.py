"""The game played by gradient steps, and rendered jackets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures.fashion_duel import play, value_gradient
from miniatures.fashion_gan import game_value
from miniatures.fashion_jackets import BODY, FABRIC_BETWEEN, HEMS, POCKETS, attributes, jackets, opened
from scipy.integrate import quad
from scipy.stats import norm

# ---- the duel


def value(shift, a, b, spread=1.0):
    p, g = norm(0, spread).pdf, norm(shift, spread).pdf
    first = quad(lambda x: -p(x) * np.logaddexp(0, -(a * x + b)), -12, 12)[0]
    return first + quad(lambda x: -g(x) * np.logaddexp(0, a * x + b), -12, 14)[0]


@pytest.mark.parametrize(
    ("shift", "a", "b", "spread"), [(1.5, -0.4, 0.2, 1.0), (-2.0, 0.7, -1.0, 0.6), (0.3, 1.5, 0.1, 1.3)]
)
def test_the_gradient_is_that_of_the_value(shift, a, b, spread):
    found = value_gradient(shift, a, b, spread)
    wanted = [
        (value(shift, a + da, b + db, spread) - value(shift, a - da, b - db, spread)) / 2e-4
        for da, db in ((1e-4, 0), (0, 1e-4))
    ]
    assert found == pytest.approx(wanted, abs=1e-5)


def test_the_best_logistic_curve_is_the_optimal_discriminator():
    assert value_gradient(1.5, -1.5, 1.125) == pytest.approx((0, 0), abs=1e-5)
    assert value(1.5, -1.5, 1.125) == pytest.approx(game_value(1.5), abs=1e-9)


def test_a_patient_discriminator_comes_to_the_optimum():
    duel = play(1.5, 1000, 1.0, steps=1)  # the generator moves only then
    assert (duel.slope[1], duel.constant[1]) == pytest.approx((-1.5, 1.125), abs=0.02)


def sign_changes(duel):
    return int((np.diff(np.sign(duel.shift)) != 0).sum())


def test_points_circle_and_a_penalty_stops_them():
    free, damped = play(2, 1, 0.1, spread=0, steps=400), play(2, 1, 0.1, 0.5, spread=0, steps=400)
    assert sign_changes(free) >= 5
    assert np.abs(free.shift[-100:]).max() > 0.25
    assert np.abs(damped.shift[-100:]).max() < 0.01


def test_broad_gaussians_settle_and_narrow_ones_take_longer():
    ends = [np.abs(play(2, 1, 0.1, spread=s, steps=300).shift[-50:]).max() for s in (0.2, 0.5, 1.0)]
    assert ends[0] > ends[1] > ends[2]


def test_more_steps_of_the_discriminator_stop_broad_gaussians_from_overshooting():
    assert play(2, 1, 0.1).shift.min() < -0.2
    assert play(2, 5, 0.1).shift.min() > -0.01


def test_the_minimax_loss_starts_slowly_once_the_discriminator_is_sure():
    far = {loss: play(5, 50, 0.3, loss=loss, steps=5).shift[-1] for loss in ("non-saturating", "minimax")}
    assert far["minimax"] > 4.7
    assert far["non-saturating"] < 4


@given(
    st.floats(-5, 5), st.integers(1, 6), st.floats(0.01, 0.5), st.floats(0, 1), st.sampled_from(["non-saturating", "minimax"]), st.floats(0, 2)
)  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_the_mirror_image_plays_the_mirror_game(start, climbs, rate, penalty, loss, spread):
    one, other = (play(s * start, climbs, rate, penalty, loss, spread, 20) for s in (1, -1))
    assert np.isfinite(one.shift).all()
    assert one.shift == pytest.approx(-other.shift, abs=1e-6)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"start": 99}, "start"), ({"discriminator_steps": 0}, "discriminator_steps"), ({"rate": 0}, "rate"), ({"rate": 3}, "rate"),
        ({"penalty": -1}, "penalty"), ({"penalty": 9}, "penalty"), ({"loss": "hinge"}, "loss"), ({"spread": -1}, "spread"), ({"steps": 0}, "steps"),
    ],
)  # fmt: skip
def test_the_duel_refuses(options, name):
    with pytest.raises(ValueError, match=name):
        play(**options)


# ---- jackets


def test_no_rendered_jacket_breaks_the_rule():
    pictures = jackets(500, np.random.default_rng(0))
    found = attributes(pictures)
    assert found.pocket.all()
    assert not found.conflated.any()
    assert set(found.hem) == set(range(HEMS[0], HEMS[1] + 1))
    for picture, hem in zip(pictures[:100], found.hem, strict=False):  # by hand
        below = picture[hem + 1 - FABRIC_BETWEEN : hem + 1, BODY.start : BODY.stop]
        assert below.min() > 0.6
        assert picture[hem + 1 :].max() == 0
        assert (picture[4 : hem - 1, POCKETS[0]] == 0).any()


def test_rows_of_pockets_in_some_jackets_are_rows_of_hems_in_others():
    pictures = jackets(500, np.random.default_rng(1))
    lowest_pocket = max(np.flatnonzero(one[4:11, POCKETS[0]] == 0).max() + 4 for one in pictures if one[11, 3] > 0)
    assert lowest_pocket >= HEMS[0] - 1


def test_a_jacket_that_is_cut_open_is_conflated():
    assert attributes(opened(jackets(200, np.random.default_rng(2)))).conflated.all()


def test_one_pocket_that_touches_the_hem_is_enough():
    picture = np.zeros((14, 14))
    picture[2:12, 3:11] = 0.9
    assert not attributes([picture]).conflated[0]
    touching = picture.copy()
    touching[9:11, 8:10] = 0.1  # one row of cloth is left below
    assert attributes([touching]).conflated[0]
    grain = picture.copy()
    grain[10, 8] = 0.1  # one dark pixel is no pocket
    assert not attributes([grain]).conflated[0]


def test_jackets_refuse():
    with pytest.raises(ValueError, match="count=0"):
        jackets(0, np.random.default_rng(0))
    with pytest.raises(ValueError, match="pictures"):
        attributes(np.zeros((2, 5, 5)))
