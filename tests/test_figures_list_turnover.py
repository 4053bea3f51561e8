"""The views of a yearly list: their numbers, their axes, their words."""

from pathlib import Path

import numpy as np
import pytest
from miniatures import list_turnover as lt
from miniatures.explore import Explorer
from miniatures.figures import list_turnover as views
from miniatures_book import contract

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/numbers/list_turnover"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"years", "eligible", "later", "counts", "funding"}


def trace(view, name):
    return next(one for one in view.figure["data"] if (one.get("name") or "").endswith(name))


def test_years_draws_who_stays_and_who_leaves():
    view = views.years(0.55, 5000, 100)
    found = lt.two_years(0.55, 5000, 100, np.random.default_rng(0))
    new = round(100 * found.turnover)
    assert len(trace(view, "are new")["x"]) == len(trace(view, "have left")["x"]) == new
    assert len(trace(view, "stay")["x"]) == 100 - new
    assert f"{new} of the 100 on the second list are new" in view.description
    assert "2 names in common if the lists were drawn by lot" in view.description
    assert "0.801 is expected" in view.description
    assert min(trace(view, "have left")["x"]) >= found.first[found.listed_first].min() - 0.005


def test_years_at_the_ends():
    same = views.years(1.0, 1000, 50)
    assert "0 of the 50 on the second list are new" in same.description
    assert trace(same, "are new")["x"] == []
    assert "0.98 is expected" in views.years(0.0, 5000, 100).description


def test_every_point_of_the_thick_line_has_80_percent_new():
    line = trace(views.eligible(0.9, 0.5), "80 % are new")
    for rho, excluded in list(zip(line["x"], line["y"], strict=True))[::4]:
        assert lt.expected_turnover(rho, 5000, 100, excluded) == pytest.approx(0.8, abs=1e-3)
    assert (line["x"][0], line["y"][0]) == pytest.approx((0.552, 0), abs=1e-3)
    assert (line["x"][-1], line["y"][-1]) == pytest.approx((1, 0.8), abs=1e-3)


def test_eligible_says_whether_it_would_be_printed_so():
    assert "would be printed" in views.eligible(1.0, 0.8).description
    assert "66.4 % of the names are new, which would not be printed" in views.eligible(0.9, 0.5).description


def test_later_parts_the_worlds_after_the_first_year():
    view = views.later(0.8)
    noise, change = (trace(view, name)["y"] for name, _ in views.WORLDS.values())
    assert noise[0] == pytest.approx(change[0]) == pytest.approx(0.8, abs=1e-6)
    assert np.ptp(noise) < 1e-9
    assert change[1] == pytest.approx(0.915, abs=1e-3)
    assert "new after three is 80 % if only the scores err and 95.2 % if only the startups change" in view.description


def test_counts_of_unicorns():
    view = views.counts(10, 15)
    assert "p = 0.393" in view.description
    assert "between −14.4 and +4.37 of 100" in view.description
    assert "5 or fewer or 28 or more" in view.description
    assert "it takes 13 or more" in views.counts(9, 4).description


def test_funding_sums_to_what_is_printed():
    view = views.funding(0.7)
    assert "704, 433 and 326 million dollars where 693, 536 and 480 are printed" in view.description
    assert "the mean is 74" in view.description
    assert trace(view, "printed")["y"] == [693, 536, 480]
