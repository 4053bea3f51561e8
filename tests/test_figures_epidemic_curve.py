"""The views of the epidemic curve: their numbers, their words, their frames."""

import re
from pathlib import Path

import numpy as np
import pytest
from miniatures import epidemic_counts as ec
from miniatures import epidemic_curve as sir
from miniatures import epidemic_reproduction as er
from miniatures import epidemic_runs as stored
from miniatures.explore import Explorer
from miniatures.figures import epidemic_curve as views
from miniatures_book import contract
from reading import trace

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/numbers/epidemic_curve"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {
        "town",
        "towns",
        "curve",
        "intervention",
        "chance",
        "country",
        "testing",
        "forecasts",
        "outbreak",
        "seen_on",
        "sir_fits",
    }


@pytest.mark.parametrize("name", EXPLORERS)
def test_descriptions_are_sentences_that_name_their_setting(name):
    for setting in EXPLORERS[name].settings():
        words = EXPLORERS[name].view(**setting).description
        assert words.endswith(".")
        assert not re.search(r"\bnan\b|\binf\b|None|\b1 cases|\b1 towns", words), words
        for key, value in setting.items():
            if isinstance(value, bool) or key in ("seed", "elapsed") or (key, value) == ("doubling", 0):
                continue
            number = 100 * value if key == "capacity" else value
            shown = [value.casefold()] if isinstance(value, str) else [f"{number:{form}}" for form in ("g", ".3g")]
            assert any(one in words.casefold() for one in shown), (key, value, words)


# ---- balls


def test_town_draws_every_ball_once():
    for step in (0, 240, 700):
        view = views.town("moderate distancing", 101, step)
        parts = [trace(view, name) for name in ("healthy", "ill", "recovered")]
        shown = np.array([[x is not None for x in part["x"]] for part in parts])
        assert np.all(shown.sum(axis=0) == 1)
        ill = int(stored.runs("moderate distancing").infected[1, step])
        assert shown[1].sum() == ill
        assert f"{ill} ill" in view.description
        assert f"at step {step}," in view.description


def test_town_opens_its_wall():
    shut = trace(views.town("attempted quarantine", 100, 0), "wall")["y"]
    open_ = trace(views.town("attempted quarantine", 100, 600), "wall")["y"]
    assert shut == [0, 50, None, 50, 100]
    assert open_ == [0, 25, None, 75, 100]
    assert all(one.get("name") != "wall" for one in views.town("free-for-all", 100, 0).figure["data"])


def test_town_takes_steps_between_its_frames():
    assert "at step 240," in views.town("free-for-all", 100, 247).description
    assert "at step 1000," in views.town("free-for-all", 100, 5000).description


def test_towns_say_the_table():
    found = stored.runs("moderate distancing")
    words = views.towns("moderate distancing").description
    assert f"{found.peak.mean():.0f} ± {found.peak.std(ddof=1):.0f} of 200 balls" in words
    assert "takes 36 steps on average, from 10 to 20 49, from 20 to 40 68" in words


# ---- equations and chance


def test_curve_states_peak_and_doubling_time():
    words = views.curve(2.5, 0.1, False).description
    assert "doubles every 4.62 days" in words  # ln 2 / 0.15
    assert "23.4 % are infected at one time" in words  # formula: 23.35 %, a thousandth infected at first
    assert "halves every 34.7 days" in views.curve(0.8, 0.1, False).description
    assert "stays level" in views.curve(1.0, 0.1, False).description
    axis = views.curve(2.5, 0.1, True).figure["layout"]["yaxis"]
    assert axis["type"] == "log"


def test_intervention_warns_of_a_second_wave():
    early = views.intervention(0, 90, 60).description
    assert "a second wave follows with a peak of 23.3 %" in early
    late = views.intervention(90, 60, 240).description
    assert "no second wave follows" in late
    assert views.intervention(30, 0, 60).figure["data"][0]["y"][:8] == pytest.approx(
        views.intervention(30, 0, 60).figure["data"][1]["y"][:8], abs=1e-6
    )


def test_chance_shows_two_heaps_and_a_mean_between():
    view = views.chance(2, 1)
    share = float(re.search(r"([\d.]+) % end below", view.description)[1])
    assert share == pytest.approx(50, abs=5)
    counts = trace(view, "epidemics")["y"]
    assert sum(counts) == 1000
    (mean,) = trace(view, "mean of all")["x"]
    assert counts[int(mean * 40)] < 10
    assert "12.5 %" in views.chance(2, 3).description  # (1/2)**3
    assert views.chance(0.8, 1).description.endswith("on average.")


# ---- counts


def test_country_shows_holes_and_fit():
    view = views.country(35, 55)
    assert "double in 5.9 days (95 % range 2.4 days to infinity)" in view.description
    assert "29,859 came" in view.description
    y = ec.countries()[35]
    assert len(trace(view, "reported: none")["x"]) == ((y == 0) & (np.cumsum(y) > 0)).sum()
    assert "2.2 days" in views.country(35, 56).description
    assert "fewer than two days" in views.country(164, 7).description


def test_testing_adds_rates():
    found = re.search(r"cases double every ([\d.]+) days", views.testing(6, 4).description)
    assert float(found[1]) == pytest.approx(3, abs=0.2)
    assert "always find the same share" in views.testing(0, 4).description
    with pytest.raises(ValueError, match="doubling=1e-12 must be 0"):
        views.testing(1e-12, 4)


def test_forecasts_count_what_their_ranges_hold():
    assert "15 of 22 ranges, 68.2 %" in views.forecasts(100, 1).description
    held = [int(re.search(r"(\d+) of 50 ranges", views.forecasts(20, s).description)[1]) for s in (1, 2, 3)]
    assert held == sorted(held)
    assert held[0] < held[-1]
    with pytest.raises(ValueError, match="stretch=0 must"):
        views.forecasts(100, 0)


# ---- outbreaks


def test_outbreak_states_r():
    found = er.reproduction(er.outbreak("SARS 2003"), er.serial_interval(8.4, 3.8, 107))
    view = views.outbreak("SARS 2003", 1.0, 7)
    assert f"{found.mean.max():.3g}" in view.description
    assert "first falls below 1 on day 46" in view.description
    line = trace(view, "R_t")
    assert line["y"][line["x"].index(40)] == pytest.approx(2.61, abs=0.01)


def test_seen_on_falls_to_zero_today():
    view = views.seen_on("SARS 2003", 35)
    assert trace(view, "R_t, known today")["y"][-1] == 0
    then, final = map(
        float, re.search(r"infected ([\d.]+) each; in the end they had infected ([\d.]+),", view.description).groups()
    )
    assert then < 0.8 * final


def test_sir_fits_mark_what_fits_as_well():
    view = views.sir_fits("measles 1861", 0.1)
    assert "from 1.11 to 219" in view.description
    assert all(v is not None for v in trace(view, "fits as well as the best")["y"])
    sars = trace(views.sir_fits("SARS 2003", 0.1), "fits as well as the best")["y"]
    assert any(v is None for v in sars)
    assert sir.final_size(2) == pytest.approx(0.7968, abs=1e-4)  # the page's other route to R0
