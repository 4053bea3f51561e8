"""The views of ranking votes: their numbers, their axes, their words."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from miniatures import ranking_votes as rv
from miniatures import ranking_votes_runs as runs
from miniatures import ranking_votes_travel as travel
from miniatures.explore import Explorer
from miniatures.figures import ranking_votes as views
from miniatures_book import contract
from reading import trace

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/numbers/ranking_votes"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"board", "caution", "prior", "volume", "duel", "loop", "journey"}


@pytest.mark.parametrize("ranker", rv.RANKERS)
def test_the_lines_of_the_board_have_equal_score(ranker):
    given, score = rv.RANKERS[ranker], 7.0 if ranker == "net" else 0.62
    share = np.array([np.nan if one is None else one for one in views._level(given, score)])
    n, share = views.COUNTS[~np.isnan(share)], share[~np.isnan(share)]
    assert len(n) > 20
    if ranker == "net":
        found = 2 * share * n - n
    elif ranker == "ratio":
        found = share
    elif ranker == "Beta(5, 3) mean":
        found = (5 + share * n) / (8 + n)
    else:
        z = {"Wilson 95 %": 1.959964, "Wilson z = 1": 1.0}[ranker]
        half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        found = (share + z * z / (2 * n) - half) / (1 + z * z / n)
    tolerance = 1.1e-4 * n if ranker == "net" else 2e-4  # shares are kept to four decimals
    assert (np.abs(found - score) <= tolerance).all()


def test_the_line_of_the_first_passes_through_the_first():
    for ranker, given in rv.RANKERS.items():
        _, k, n = views._board(1, 1000)
        first = rv.rank(k, n, **given)[0]
        line = trace(views.board(ranker, 1000, 1), "score of the 1st")
        known = [(x, y) for x, y in zip(line["x"], line["y"], strict=True) if y is not None]
        at = np.interp(np.log(n[first]), np.log([x for x, _ in known]), [y for _, y in known])
        assert at == pytest.approx(k[first] / n[first], abs=0.02)


def test_board_states_who_is_first():
    quality, k, n = views._board(1, 1000)
    first = int(np.argmax([rv.wilson_lower(a, b) for a, b in zip(k, n, strict=True)]))
    words = views.board("Wilson 95 %", 1000, 1).description
    assert f"{k[first]:.0f} of {n[first]:.0f} votes up" in words
    assert f"true quality is {quality[first]:.3f}" in words
    ring = trace(views.board("Wilson 95 %", 1000, 1), "ranked first")
    assert ring["y"] == pytest.approx([k[first] / n[first]])


def test_caution_and_prior_read_the_stored_runs():
    table = runs.stored().caution[2].mean(axis=0)
    assert f"{table[runs.REACHES.index(2.0), 0]:.3f}" in views.caution(2.0, 2000).description
    assert "z = 0 (the ratio)" in views.caution(0.0, 500).description
    assert (
        views.caution(1.3, 2000).description == views.caution(1.25, 2000).description
    )  # what is stored, and it says so
    table = runs.stored().prior[2].mean(axis=0)
    assert f"{table[runs.STRENGTHS.index(8), 1]:.3f}" in views.prior(8, 2000).description
    assert "a + b = 0 votes (the ratio)" in views.prior(0, 2000).description


def test_volume_lists_all_five():
    words = views.volume("quality", 1.2, 2000).description
    for name in rv.RANKERS:
        assert f"{name} {runs.by_ranker(name, 2000).mean():.3f}" in words
    assert "0.700" in views.volume("precision", 1.2, 10_000).description


def test_duel_states_three_verdicts():
    words = views.duel(9, 1).description
    assert "probability 0.681" in words
    assert "Wilson's lower end 0.596" in words
    assert "Wilson 0.711" in words
    area = np.trapezoid(trace(views.duel(9, 1), "your question")["y"], dx=0.01)
    assert area == pytest.approx(1, abs=0.01)
    assert "ratio none" in views.duel(0, 0).description


def test_loop_shows_posted_questions_and_the_early_share():
    view = views.loop("net", 1.0, 30)
    assert max(trace(view, "a question, by its votes")["x"]) < 30
    assert "100 % of the questions asked at the end were posted in the first 10 minutes" in view.description
    assert "of 1020 votes" in view.description
    curve = trace(view, "net votes")["y"]
    assert curve == pytest.approx(runs.stored().curve[1, 2].mean(axis=0))


def test_journey_names_its_factor():
    for factor in (0.05, 0.25):
        made = travel.plan("AGU 2019", ("SFO",), 0.4, "farthest", factor)
        words = views.journey("AGU 2019", "San Francisco", "farthest", 40, factor).description
        assert f"{made.kilometres:,.0f} km there and back" in words
        assert f"At {factor:g} kg of CO₂e for each passenger-kilometre that is {made.kilograms:,.0f} kg" in words
    empty = views.journey("even", "best three hubs", "anyone", 100, 0.3).description
    assert "0 km there and back" in empty


def test_arcs_are_great_circles():
    x, y = views._arc(travel.index_of("SFO"), travel.index_of("HND"))
    whole = travel.distances()[travel.index_of("SFO"), travel.index_of("HND")]
    points = [(a, b) for a, b in zip(x, y, strict=True) if a is not None]
    steps = [rv.great_circle_km(b, a, d, c) for (a, b), (c, d) in itertools.pairwise(points)]
    assert sum(steps) == pytest.approx(whole, rel=0.002)
    assert None in x  # the way to Tokyo leaves the map at the date line
