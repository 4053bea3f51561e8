"""Right answers by another way than the module's, and what the mistakes of the code exercise have in common."""

import numpy as np
import pytest
from miniatures.exercises.photobooth import EXERCISES, SCORES, TREMBLING

BY_ID = {one.id: one for one in EXERCISES}


def test_chance_by_counting_orders():
    """One of seven in the long run, by drawing."""
    ranks = np.random.default_rng(200).random((70_000, 7)).argmax(axis=1)
    assert BY_ID["photobooth-1"].answer == pytest.approx((ranks == 0).mean(), abs=0.005)


def test_the_slope_by_hand():
    counted = sum(all(SCORES[t] > SCORES[t + k] for k in (1, 2, 3)) for t in range(len(SCORES) - 3))
    assert BY_ID["photobooth-3"].answer == counted == 6
    assert BY_ID["photobooth-2"].answer == 500


def test_the_ratio_is_one_on_average_over_places():
    """As the solution says: the threshold anywhere from 0 to 1."""
    values = np.array(TREMBLING)
    places = np.linspace(0, 1, 20_001)
    switches = [np.abs(np.diff(values >= place)).sum() for place in places]
    travel = np.abs(np.diff(values)).sum()
    assert np.mean(switches) == pytest.approx(travel, rel=0.01)
    assert BY_ID["photobooth-6"].answer == pytest.approx(5 / travel)


def test_logarithms_by_hand():
    assert BY_ID["photobooth-7"].answer == pytest.approx(3 * np.e / (3 * np.e + 1))
    assert BY_ID["photobooth-9"].answer == pytest.approx(np.log(99) / 0.98)


def test_levels_of_the_bar():
    assert BY_ID["photobooth-5"].answer == "0, 1, 1, 2, 2, 1"
