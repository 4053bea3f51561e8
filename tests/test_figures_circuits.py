"""The views of circuits: the numbers in their sentences, computed from the module; colours and claims of the figures."""

import re

import numpy as np
import pytest
from miniatures import circuit_network, circuit_runs, circuits, draw
from miniatures.circuit_images import arc, first_layer, two_gratings
from miniatures.figures import circuits as views
from reading import plain


def bars_of(view):
    return next(trace for trace in view.figure["data"] if trace["type"] == "bar")


@pytest.mark.parametrize("circuit", circuits.CIRCUITS)
def test_probe_names_the_unit_that_answers_most(circuit):
    for angle in (0, 60, 195):
        view = views.probe(angle, circuit)
        answers = circuits.respond(views.weights_of(circuit), first_layer([arc(angle)]))[0]
        best = int(answers.round(6).argmax())
        assert f"makes unit {45 * best}° of the circuit" in view.description
        shown = bars_of(view)
        assert np.corrcoef(shown["y"], answers)[0, 1] == pytest.approx(1, abs=1e-3)
        assert shown["marker"]["color"].count(draw.colour("orange")) == 1
        assert max(shown["y"]) <= 1.1


def test_strokes_lie_along_the_arc_and_are_excitatory_there():
    figure = views.strokes(circuits.handwritten_circuit(), 2, "unit")
    blue = next(trace for trace in figure["data"] if trace.get("name") == "excites")
    x, y = (np.array(blue[axis], float).reshape(25, 3)[:, :2] for axis in "xy")
    length = np.hypot(np.ptp(x, axis=1), np.ptp(y, axis=1))
    longest = np.nanargmax(length)
    assert np.ptp(y[longest]) < 0.3 * np.ptp(x[longest])  # the strongest stroke of the upward arc lies nearly level
    assert y[longest].mean() >= 0


def test_edit_says_what_the_edited_circuit_does():
    right = [int(re.search(r"(\d+) % of 240", views.edit(turn, 0.5, 7).description)[1]) for turn in (0, 22.5, 45, 90)]
    assert right[0] > 93 > 70 > right[1] > 20 > 3 > right[2]
    assert right[3] == 0
    assert "most often" not in views.edit(0, 0.5, 7).description
    assert "° away" in views.edit(45, 0.5, 7).description
    heat = next(trace for trace in views.edit(0, 0.5, 7).figure["data"] if trace["type"] == "heatmap")
    assert np.sum(heat["z"], axis=1) == pytest.approx(np.ones(8), abs=0.05)


def test_high_low_states_the_four_answers():
    view = views.high_low(0.3, 0.1)
    answer = circuits.high_low(two_gratings(0.3, 0.1))
    assert f"answers {answer:+.1f} and its opposite {-answer:+.1f}" in plain(view.description)
    assert bars_of(view)["y"][0] == pytest.approx(answer, abs=0.06)
    assert "−0.0" not in views.high_low(0.2, 0.2).description


def test_superposed_counts_what_is_kept():
    for sparsity, run in ((0.0, 1), (0.9, 3), (0.97, 5)):
        lengths = np.sqrt((circuit_runs.vectors("large", sparsity, 199 + run) ** 2).sum(0))
        assert f"keeps {(lengths > 0.5).sum()} of 20 features" in views.superposed(sparsity, run).description
    heat = next(trace for trace in views.superposed(0.0, 1).figure["data"] if trace["type"] == "heatmap")
    assert np.diag(heat["z"])[:5] == pytest.approx(np.ones(5), abs=0.05)


def test_one_of_the_six_networks_is_the_trained_one():
    assert sorted(views.ORDER) == list(range(6))
    assert views.ORDER[4 - 1] == 0  # the page says that it is number 4
    said = [views.which_is_trained(copy, 0).description for copy in range(1, 7)]
    counts = [
        [int(n) for n in re.search(r"its (\d+) answering channels .* of (\d+) to within", text).groups()]
        for text in said
    ]
    assert counts[3][0] == 32
    assert all(right / total > 0.8 for total, right in counts)
    silent = np.flatnonzero(~circuit_network.answering(circuit_runs.tuning_curves(views.ORDER[0])))
    assert "answers no grating" in views.which_is_trained(1, int(silent[0])).description


def test_still_views_state_their_numbers():
    assert f"at {circuits.rotation_agreement(circuit_runs.learned(), 1):.3f}" in views.rotation(0).description
    assert "14 are grey and oriented" in views.filters().description
    for i, j, r in circuit_network.closest_pairs("mirror", 3):
        assert f"{i} and {j} ({r:.2f})" in views.pairs().description
    assert "untrained: 6.4 and 0.0" in views.hidden().description
    assert "0.0033" in views.losses().description


def test_views_refuse():
    for call in (lambda: views.probe(60, "guessed"), lambda: views.probe(np.nan, "learned"), lambda: views.edit(0, 0.5, 0), lambda: views.high_low(0.7, 0.1),
                 lambda: views.superposed(0.41, 1), lambda: views.superposed(0.9, 6), lambda: views.which_is_trained(7, 0), lambda: views.which_is_trained(1, 32),
                 lambda: views.rotation(8)):  # fmt: skip
        with pytest.raises(ValueError, match="="):
            call()
