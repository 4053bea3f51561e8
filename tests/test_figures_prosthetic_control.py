"""The views of the prosthetic hand: numbers in figure and description, Plotly's schema, budgets, axes that stay put."""

from pathlib import Path

import numpy as np
import pytest
from miniatures import grasshopper as ear
from miniatures import shoulder_watch as watch
from miniatures import simulated_hand as hand
from miniatures.explore import Explorer
from miniatures.figures import prosthetic_control as views
from miniatures.hand_results import stored
from miniatures.prosthetic_control import fit_decoder, nees, rmse
from miniatures_book import contract

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/learning/prosthetic_control"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"thumb", "regions", "calibration", "window_length", "leak", "mirror", "waiting"}


def test_thumb_states_the_errors_of_its_setting():
    training, test = hand.thumb_sessions(100)
    means, covariances = fit_decoder(training.states, training.features).scaled(0.1, 10).decode(test.features)
    late = slice(hand.WARM_UP, None)
    error, view = rmse(test.states[late, 0], means[late, 0]), views.thumb(0.1, 10)
    assert f"wrong by {error:.3f} of the range" in view.description
    assert f"NEES is {nees(test.states[late], means[late], covariances[late]):.3g}" in view.description
    (dot,) = [one for one in view.figure["data"] if one.get("name") == "this minute"]
    assert (dot["x"], dot["y"]) == ([100], [pytest.approx(error)])


def test_thumb_keeps_its_track_where_the_ratio_stays():
    tracks = [
        next(one for one in views.thumb(f, f).figure["data"] if one.get("name") == "Kalman filter")["y"]
        for f in (0.1, 10)
    ]
    assert tracks[0] == pytest.approx(tracks[1], abs=1e-6)


def test_regions_refuses_a_mean_that_is_off_the_map():
    assert "x=3" in views.regions(3.0, 0.0, 0.2).description
    assert "claims 87" in views.regions(-1.4, -1.4, 0.6).description


def test_calibration_counts_its_table():
    view = views.calibration(300, "index left out", False)
    training, test = hand.sessions(200, days=300)
    share = hand.accuracy(training, test, hand.without(1))
    assert f"recognises {100 * share:.1f} % of 200" in view.description
    table = np.array(view.figure["data"][0]["z"])
    assert table.sum() == 200
    assert np.trace(table) / 200 == pytest.approx(share)


def test_window_length_tells_delay_and_refuses_what_is_not_stored():
    place = hand.WINDOWS.index(100)
    delay = stored("hand", "postures", "delay")[:, place].mean()
    assert f"it takes {delay:.0f} ms" in views.window_length(100).description
    assert "60 ms is not stored" in views.window_length(60).description


def test_leak_and_mirror_show_what_is_stored():
    view = views.leak("nearest neighbour", "recording")
    accuracy = stored("watch", "leak", "nearest neighbour", "recording", "accuracy")
    assert f"{100 * accuracy.mean():.1f} % of the windows right (± {100 * accuracy.std(ddof=1):.1f}" in view.description
    view = views.mirror(True, False, False, False, True, True)
    best = stored("watch", "mirror", "patterns")[watch.sign_patterns().index(watch.MIRROR)]
    assert f"{100 * best[0]:.1f} % right on people 1 to 5 and {100 * best[1]:.1f} %" in view.description
    assert "0 of 63 other patterns" in view.description
    table = np.array(view.figure["data"][-1]["z"])
    assert np.trace(table) / table.sum() == pytest.approx(best[1], abs=1e-4)
    for call in (
        lambda: views.leak("oracle", "window"),
        lambda: views.leak("naive Bayes", "time"),
        lambda: views.calibration(0, "five", False),
    ):
        with pytest.raises(ValueError, match="="):
            call()


def test_waiting_and_triggered_state_their_numbers():
    assert f"waits 6 ms explains {100 * ear.scores(ear.wait(6))[0]:.1f} %" in views.waiting(6).description
    assert "31 ms is not stored" in views.waiting(31).description
    assert "loudest 6 ms before a spike, 0.91" in views.triggered().description
