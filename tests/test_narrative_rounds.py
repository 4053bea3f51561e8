"""The reader's two rounds: what is recorded, what is missing, the lag from one round and the accuracy on the other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import narrative_rounds as r
from miniatures.localized_narratives import accuracy, best_lag
from miniatures.narrative_trace import shuffled
from miniatures.placed import Trace as Recording


def narrative(number, recording=None):
    return r.narrative_of(r.example(number) if recording is None else recording, number)


def test_the_rounds_share_the_picture_and_not_the_order():
    one, two = (r.cues(number) for number in range(2))
    assert sorted(noun for _, noun in one) == sorted(noun for _, noun in two)
    assert all(a != b for (_, a), (_, b) in zip(one, two, strict=True))
    assert np.diff([time for time, _ in one]) == pytest.approx(r.PACE, abs=0.011)
    assert one[-1][0] < r.seconds() < one[-1][0] + 3


def test_the_page_takes_what_the_rounds_offer():
    for number in range(2):
        control = Recording(r.seconds(), r.cues(number), r.stops(), step=r.STEP, script=r.example(number))
        assert control.values == ((), control.script)
        held = narrative(number, control.script)
        assert np.abs(held.trace.xs[:-1] - [x for _, x, _ in r.example(number)]).max() <= r.STEP / 2 + 1e-9


def test_stops_lie_in_their_boxes_counted_upwards():
    for (x, y), (x0, y0, x1, y1) in zip(r.stops(), r.shown().boxes, strict=True):
        assert x0 < x < x1
        assert y0 < 1 - y < y1


def test_the_example_is_lost_at_lag_0_and_found_by_the_other_rounds_lag():
    one, two = narrative(0), narrative(1)
    found = r.outcome(two, one)
    assert found.fitted
    assert found.lag == best_lag([one], r.LAGS) < -r.REACTION
    assert (found.right, r.outcome(two).right) == (1, 0)
    assert found.correct.all()
    least, most = r.good_lags(one)
    assert least < found.lag < most < 0
    assert accuracy([one], [least, most]) == pytest.approx([1, 1])
    assert accuracy([one], [least - 0.1, most + 0.1]).max() < 1
    assert -most == pytest.approx(r.REACTION, abs=0.2)  # the edge tells the reaction, the middle does not


def test_keys_do_as_well_as_a_pointer():
    def pressed(number):
        places = dict(zip(r.shown().names, r.stops(), strict=True))
        return tuple((round(time + 0.7, 2), *places[noun]) for time, noun in r.cues(number))

    one, two = (narrative(number, pressed(number)) for number in range(2))
    assert r.outcome(two, one).right == 1


def test_nothing_one_place_and_a_still_pointer():
    assert r.narrative_of((), 0) is None
    still = narrative(0, ((0.0, 0.5, 0.5),))
    assert r.outcome(still).right <= 1 / 6
    elsewhere = tuple((0.1 * k, 0.0, 0.0) for k in range(5))
    other = r.outcome(narrative(1), narrative(0, elsewhere))  # whatever its lag, it is one of those that were tried
    assert r.LAGS.min() <= other.lag <= r.LAGS.max()


@given(st.lists(st.tuples(st.integers(0, 1090), st.integers(0, 200), st.integers(0, 200)), max_size=40))
def test_any_recording_gives_an_outcome(places):
    rows = {t: (t / 100, x * r.STEP, y * r.STEP) for t, x, y in sorted(places)}
    told = r.narrative_of(tuple(rows.values()), 0)
    assert (told is None) == (not rows)
    if told:
        found = r.outcome(narrative(1), told)
        assert 0 <= found.right <= 1
        least, most = r.good_lags(told)
        assert r.LAGS.min() <= least <= most <= r.LAGS.max()


def test_shuffling_exchanges_the_boxes_and_keeps_the_words():
    told = narrative(0)
    mixed = shuffled(told, np.random.default_rng(3))
    assert (mixed.words == told.words).all()
    assert (mixed.named == told.named).all()
    assert sorted(mixed.about) == sorted(told.about)
    assert (mixed.about != told.about).any()


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: r.prompted(2), "number"),
        (lambda: r.narrative_of(((0.1, 0.2),), 0), "recording"),
        (lambda: r.narrative_of(((0.1, 0.2, float("nan")),), 0), "recording"),
        (lambda: r.narrative_of(((0.2, 0.2, 0.2), (0.1, 0.2, 0.2)), 0), "times"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()
