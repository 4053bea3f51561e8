"""Venues, hubs and seats at home, by exhaustive search and by hand; the published count."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures import data
from miniatures import ranking_votes_travel as travel

ROW = {str(code): i for i, code in enumerate(travel.airports().code)}


def test_the_airports():
    here = travel.airports()
    assert len(here.code) == len(set(here.code.tolist())) == 50
    assert np.bincount(here.region).tolist() == [18, 8, 10, 14]
    assert (np.abs(here.latitude) <= 90).all()
    assert travel.distances()[ROW["SFO"], ROW["JFK"]] == pytest.approx(4151.8, abs=0.05)
    assert travel.distances()[ROW["LHR"], ROW["SYD"]] == pytest.approx(17_020, rel=0.01)  # published route length


def test_the_shares_of_the_regions():
    weight = travel.shares("AGU 2019")
    by_region = np.bincount(travel.airports().region, weight)
    assert by_region == pytest.approx([0.63, 0.17, 0.14, 0.06])
    assert travel.shares("even") == pytest.approx(np.full(50, 0.02))


@pytest.mark.parametrize("community", travel.COMMUNITIES)
@pytest.mark.parametrize("count", [1, 2])
def test_best_hubs_are_the_best_of_all(community, count):
    weight, ways = travel.shares(community), travel.distances()
    cost = {pair: float((ways[list(pair)].min(axis=0) * weight).sum()) for pair in combinations(range(50), count)}
    found = tuple(ROW[code] for code in travel.best_hubs(community, count))
    assert cost[found] == pytest.approx(min(cost.values()))


def test_three_hubs_beat_any_exchange():
    weight, ways = travel.shares("AGU 2019"), travel.distances()
    hubs = [ROW[code] for code in travel.best_hubs("AGU 2019", 3)]
    best = (ways[hubs].min(axis=0) * weight).sum()
    for place in range(3):
        for other in range(50):
            assert (ways[[*hubs[:place], other, *hubs[place + 1 :]]].min(axis=0) * weight).sum() >= best - 1e-9


@given(st.floats(0, 1), st.sampled_from(travel.ONLINE))
def test_those_at_home_are_as_many_as_asked_and_never_too_many(online, who):
    weight, way = travel.shares("AGU 2019"), travel.distances()[0]
    left = travel.stay_home(weight, way, online, who)
    assert left.sum() == pytest.approx(1 - online, abs=1e-12)
    assert (left >= 0).all()
    assert (left <= weight + 1e-15).all()
    if who == "farthest":
        partly = (left > 1e-12) & (left < weight - 1e-12)
        assert partly.sum() <= 1
        assert not left.min() < 0
        stays, goes = way[left < 1e-12], way[left > weight - 1e-12]
        assert not len(stays) or not len(goes) or stays.min() >= goes.max()


@given(st.floats(0, 1))
def test_the_farthest_save_more_than_anyone(online):
    far, anyone = (travel.plan("AGU 2019", ("SFO",), online, who).kilometres for who in ("farthest", "anyone"))
    assert far <= anyone + 1e-9
    assert anyone == pytest.approx((1 - online) * travel.plan("AGU 2019", ("SFO",)).kilometres)


def test_kilograms_are_kilometres_times_the_factor():
    for factor in (0.05, 0.25, 0.3):
        made = travel.plan("even", ("ORD", "CDG"), 0.2, "farthest", factor)
        assert made.kilograms == pytest.approx(made.kilometres * factor)
    by_hand = 2 * sum(w * d for w, d in zip(travel.shares("even"), travel.distances()[ROW["SFO"]], strict=True))
    assert travel.plan("even", ("SFO",)).kilometres == pytest.approx(by_hand)


def test_the_published_count_comes_back():
    found = travel.rebuilt()
    for name, tolerance in {
        "thousand km a head": 0.05,
        "t CO₂e a head": 0.05,
        "Chicago, %": 0.05,
        "three hubs, %": 0.08,
        "17 % online, %": 0.05,
        "36 % online, %": 0.1,
    }.items():
        assert found[name] == pytest.approx(travel.PUBLISHED[name], rel=tolerance), name
    assert travel.best_hubs("AGU 2019", 1) == ("MSP",)


def test_claims_1_and_3():
    whole = travel.plan("AGU 2019", ("SFO",)).kilometres
    one, three = (travel.plan("AGU 2019", travel.best_hubs("AGU 2019", count)).kilometres / whole for count in (1, 3))
    assert (one, three) == pytest.approx((0.860, 0.312), abs=5e-4)
    assert travel.plan("AGU 2019", ("SFO",), 0.36).kilometres / whole == pytest.approx(0.323, abs=5e-4)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: travel.plan("NeurIPS", ("SFO",)), "community='NeurIPS'"),
        (lambda: travel.plan("even", ("XXX",)), "hubs='XXX'"),
        (lambda: travel.plan("even", ()), "hubs="),
        (lambda: travel.plan("even", ("SFO",), 1.1), "online=1.1"),
        (lambda: travel.plan("even", ("SFO",), 0.1, "nobody"), "who='nobody'"),
        (lambda: travel.plan("even", ("SFO",), factor=-1), "factor=-1"),
        (lambda: travel.best_hubs("even", 4), "count=4"),
        (lambda: travel.graded_factor([-1]), "way holds -1"),
    ],
)
def test_refusals_name_the_argument(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_coast_is_a_map():
    longitude, latitude = travel.coast()
    gaps = np.isnan(longitude)
    assert np.array_equal(gaps, np.isnan(latitude))
    assert gaps.sum() > 20
    assert np.nanmax(np.abs(longitude)) <= 180
    assert len(data.load("ranking_votes_coast.csv")) < 1000
