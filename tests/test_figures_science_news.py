"""The views of the way from paper to headline: their numbers, their axes, their words."""

from pathlib import Path

import numpy as np
import pytest
from miniatures import science_news as sn
from miniatures.explore import Explorer
from miniatures.figures import science_news as views
from miniatures_book import contract
from reading import trace

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/numbers/science_news"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"flow", "odds", "chain", "winner", "budget"}


def test_ribbons_are_the_cells_of_the_table():
    view = views.flow(0.81, 0.18, 0.33)
    both = trace(view, "both exaggerate")
    assert max(both["y"][:13]) == 0  # its lower edge
    assert both["y"][13] == pytest.approx(26.73)
    alone = np.array(trace(view, "the news alone")["y"])
    assert (alone[12], alone[13]) == pytest.approx((26.73, 26.73 + 12.06))
    neither = trace(view, "neither")["y"]
    assert 100 - neither[0] == pytest.approx(54.94)
    assert "38.8 of 100 news stories exaggerate" in view.description
    assert "odds ratio is 19.42, the risk ratio 4.5" in view.description
    assert "0.276 bit" in view.description


def test_flow_at_the_ends():
    assert "no exaggerated news" in views.flow(0.0, 0.0, 0.33).description
    assert "no finite odds ratio" in views.flow(1.0, 0.18, 0.33).description
    assert "tells 0 bit" in views.flow(0.4, 0.4, 0.33).description


def test_odds_draws_the_printed_intervals():
    view = views.odds("exaggerations")
    lines = [one for one in view.figure["data"] if one["mode"] == "lines"]
    assert [one["x"] for one in lines][:3] == [[3.5, 12], [7.6, 51], [15, 211]]
    assert trace(view, "from the printed rates")["x"] == pytest.approx([6.742, 19.421, 55.286], abs=1e-3)
    assert "in 5 of the 5" in view.description
    assert "in 4 of the 6" in views.odds("a randomised trial").description


def test_chain_shows_loss_and_distortion():
    view = views.chain("stronger", 1)
    assert "keeps 1.44 of 1.44 bits, a loss of 0, and gains 1 levels" in view.description
    assert "invented" in view.description
    shown = next(one for one in view.figure["data"] if one["type"] == "heatmap")
    assert np.array(shown["z"]).shape == (3, 4)
    assert shown["z"][-1] == [0, 1, 0, 0]  # the first level stands on top
    path = trace(views.chain("hyped", 3), "hyped")
    assert (path["x"][3], path["y"][3]) == pytest.approx((1.4406 - 0.1521, 1.026), abs=1e-3)


@pytest.mark.parametrize(("studies", "noise", "spread"), [(1, 1.0, 0.5), (20, 0.5, 1.0), (100, 2.0, 0.5)])
def test_winner_densities_have_area_one_and_the_stated_means(studies, noise, spread):
    found = sn.strongest_of(studies, noise, spread)
    x = np.linspace(-30, 40, 4001)
    density = views._true_density(x, studies, noise, spread)
    step = x[1] - x[0]
    assert density.sum() * step == pytest.approx(1, abs=1e-4)
    assert (x * density).sum() * step == pytest.approx(found.true, abs=1e-3)
    words = views.winner(studies, noise, spread).description
    assert f"shows {found.measured:.3g} on average and is truly {found.true:.3g}" in words


def test_winner_without_effects():
    view = views.winner(20, 1.0, 0.0)
    assert "truly 0; its own 95 % interval holds the truth with probability 0.603" in view.description
    assert max(trace(view, "true")["y"]) == 0
    assert views.winner(20, 1.0, 1e-300) == view


def test_budget_reads_the_headline():
    catchy, careful = views.budget(8, "catchy", 6), views.budget(8, "careful", 6)
    assert "“Tea linked to sleep by two minutes”" in catchy.description
    assert "species (mice)" in catchy.description
    assert "“Tea linked to sleep in mice" in careful.description
    assert "mislead 22 times" in catchy.description
    assert "mislead 17 times" in careful.description
    assert sum(careful.figure["data"][1]["y"]) == pytest.approx(1)
