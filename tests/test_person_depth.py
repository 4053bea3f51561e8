"""The prior against scikit-learn, its lessons, and what each method makes of people."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import person_depth as pd
from miniatures.frozen_scenes import CAMERA_HEIGHT, FOCAL, Person, Scene, scene, truth
from miniatures.moving_depth import lone_person
from sklearn.linear_model import LinearRegression

RAW, MEAN, SMOOTH, PRIOR = pd.METHODS


# ---- the prior


def test_measures_by_hand():
    mask = np.zeros((96, 128), bool)
    mask[27:82, 60:64] = True  # 55 rows tall, feet 50 below the horizon
    assert pd.measures(mask) == pytest.approx([FOCAL / 55, FOCAL / 49.5])
    assert pd.person_depth(mask, "height alone") == pytest.approx(3.4)
    assert pd.person_depth(mask, "feet alone") == pytest.approx(CAMERA_HEIGHT * FOCAL / 49.5)
    for bad in (np.zeros((96, 128), bool), np.arange(96)[:, None] < 20, mask.astype(int)):
        with pytest.raises(ValueError, match="mask"):
            pd.measures(bad * np.ones((96, 128), bool) if bad.shape[1] == 1 else bad)
    with pytest.raises(ValueError, match="kind"):
        pd.person_depth(mask, "shoe size")


@given(st.integers(0, 1000))
def test_the_fit_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    features, depths = rng.uniform(1, 5, (20, 2)), rng.uniform(1, 9, 20)
    other = LinearRegression().fit(features, depths)
    assert pd.fit_prior(features, depths).weights == pytest.approx([*other.coef_, other.intercept_])


def test_a_fit_needs_enough_people():
    for features, depths in (
        ([[1, 2]], [3]),
        ([[1, 2], [2, 4], [3, 6]], [1, 2, 3]),
        ([[1, 2], [2, 3], [1, 0]], [1, 2]),
    ):
        with pytest.raises(ValueError, match=r"features|depths"):
            pd.fit_prior(features, depths)


def test_lessons_come_from_pixels_of_frozen_people():
    """What is taught is near the truth for people who stand still, and far from it for people who walk."""
    frozen, walking = pd.stored_lessons(), pd.stored_lessons(False)
    assert np.median(np.abs(frozen.depths / frozen.true_depths - 1)) < 0.02
    assert (frozen.depths != frozen.true_depths).all()
    assert np.median(np.abs(walking.depths / walking.true_depths - 1)) > 0.2
    assert (frozen.true_depths == walking.true_depths).all()


def test_a_part_of_the_lessons_comes_back():
    for frozen in (True, False):
        again, kept = pd.lessons((100,), 2, frozen), pd.stored_lessons(frozen)
        n = len(again.depths)
        assert again.features == pytest.approx(kept.features[:n], abs=1e-5)
        assert again.depths == pytest.approx(kept.depths[:n], abs=1e-4)


def test_the_learned_prior_weighs_height_above_feet():
    """A hand-held camera's height varies more than people's, so that mostly the height is believed."""
    by_height, by_feet, constant = pd.learned().weights
    assert by_height > 3 * by_feet > 0
    assert by_height + by_feet * CAMERA_HEIGHT / 1.7 == pytest.approx(1.6, abs=0.15)
    assert abs(constant) < 0.4


# ---- the fills on people


def test_the_methods_do_what_their_names_say():
    pair = scene(3)
    found = pd.estimates(pair)
    people, margin = found.labels > 0, pd.grown(found.labels > 0, pd.MARGIN)
    raw = pd.parallax_map(pair)
    assert (found.maps[RAW] == raw).all()
    assert (found.maps[MEAN][people] == raw[~margin].mean()).all()
    assert found.maps[SMOOTH] == pytest.approx(pd.harmonic_filled(raw, margin))
    for method in pd.METHODS:
        assert (found.maps[method][~margin] == raw[~margin]).all()
    assert (found.maps[PRIOR][margin & ~people] == found.maps[SMOOTH][margin & ~people]).all()
    assert len(np.unique(found.maps[PRIOR][people])) == len(pair.people)


def test_the_nearer_person_is_laid_over():
    pair = Scene((Person(0.1, 6), Person(0, 3.2)), 10)
    labels = truth(pair).labels
    filled = pd.prior_filled(np.full((96, 128), 9.0), labels)
    assert filled[labels == 2] == pytest.approx(3.2, rel=0.1)
    with pytest.raises(ValueError, match="labels above 0"):
        pd.prior_filled(np.full((96, 128), 9.0), np.ones((96, 128)))


def test_what_the_outline_lacks_spoils_the_smooth_fill():
    """Windows carry a walker's disparity over the outline: without a margin the fill puts it back."""
    pair = lone_person(4, 0.3, -0.15, 3)
    tight, wide = (pd.estimates(pair, grow) for grow in (0, pd.MARGIN))
    assert tight.error(SMOOTH) == pytest.approx(tight.error(RAW), rel=0.1)
    assert wide.error(SMOOTH) > 2 * wide.error(RAW)


def test_an_empty_street_has_no_error():
    found = pd.estimates(Scene((), 10))
    for call in (lambda: found.error(RAW), lambda: found.si_rmse(RAW, "people")):
        with pytest.raises(ValueError, match="labels"):
            call()


def test_names_are_checked():
    found = pd.estimates(scene(3))
    with pytest.raises(ValueError, match="method"):
        found.error("guess")
    with pytest.raises(ValueError, match="region"):
        found.si_rmse(RAW, "sky")
    with pytest.raises(ValueError, match="case"):
        pd.unusual("giraffe", 1)
    with pytest.raises(ValueError, match="shift"):
        pd.unusual("child", 1, 7)


def test_the_height_prior_fails_for_a_child():
    """1.7 m / 1.1 m: a child is put 1.55 times as far away; parallax sees a frozen child right."""
    errors = pd.case_errors("child", 3)
    assert errors["height alone"] == pytest.approx(1.7 / 1.1 - 1, abs=0.05)
    assert errors["learned"] > 0.3
    assert abs(errors["parallax"]) < 0.03
    walking = pd.case_errors("child", 3, 0.15)
    assert walking["parallax"] == pytest.approx(1, abs=0.05)
    assert walking["height alone"] == errors["height alone"]
