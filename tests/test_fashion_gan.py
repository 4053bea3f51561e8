"""Tests of miniatures.fashion_gan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures.figures import fashion_gan as views
from miniatures.fashion_gan import share


@given(st.integers(0, 1000), st.integers(1, 1000))
def test_share_of_successes_and_of_failures_sum_to_one(successes, failures):
    trials = successes + failures
    assert share(successes, trials) + share(failures, trials) == pytest.approx(1)


@pytest.mark.parametrize(("successes", "trials", "name"), [(1, 0, "trials"), (-1, 3, "successes"), (4, 3, "successes")])
def test_refuses_what_is_no_share(successes, trials, name):
    with pytest.raises(ValueError, match=f"{name}={successes if name == 'successes' else trials}"):
        share(successes, trials)


def test_claim_1_a_quarter():
    assert share(5, 20) == 0.25


def test_view_states_its_numbers():
    view = views.shares(5)
    assert view.figure["data"][0]["y"] == [0.25, 0.75]
    assert "0.25" in view.description


def test_growing_keeps_the_share():
    view = views.growing(20)
    assert view.figure["data"][0]["x"] == [4, 8, 12, 16, 20]
    assert set(view.figure["data"][0]["y"]) == {0.25}
    assert "20 trials" in view.description
