"""The views of photo clustering state the numbers that the functions give, and draw what they say."""

import re

import numpy as np
import pytest
from miniatures import photo_album as album_of
from miniatures import photo_clustering_runs as runs
from miniatures.draw import colour
from miniatures.figures import photo_clustering as views
from miniatures.photo_clustering import cluster_photos, pair_precision_recall
from miniatures.photo_clustering_runs import BOTH, FACES, FREE, RULE
from miniatures.photo_questions import answered
from miniatures.results import spread
from reading import numbers


def test_the_album_shows_the_twins_mixed_only_without_the_rule():
    library = album_of.shipped()
    for rule, odd in ((True, 0), (False, 1)):
        view = views.album(0.66, rule)
        precision, recall = pair_precision_recall(
            library.person, cluster_photos(library.observations, second=0.66, same_photo_rule=rule)
        )
        assert f"Precision is {precision:.3f}, recall {recall:.3f}" in view.description
        frames = next(one for one in view.figure["data"] if one["line"]["color"] == colour("red"))
        assert (len(frames["x"]) > 0) == odd
        assert len(view.figure["layout"]["images"]) == views.ROWS * views.COLUMNS
    assert (
        views.album(0.67, True).description != views.album(0.66, True).description
    )  # computed between the stored ones


@pytest.mark.parametrize("parting", [True, False])
@pytest.mark.parametrize("beta", [0, 0.25, 0.5, 1])
def test_the_region_holds_the_pairs_that_are_joined(beta, parting):
    """By the even-odd rule, drawn corner by corner."""
    x, y = views._region(0.6, beta, parting)
    far, body, kind = album_of.moment_pairs()
    inside = np.zeros(len(far), bool)
    for a, b, c, d in zip(x[:-1], y[:-1], x[1:], y[1:], strict=True):
        if b != d:
            inside ^= ((b > body) != (d > body)) & (far < (c - a) * (body - b) / (d - b) + a)
    off_edge = np.abs(inside.astype(int) - album_of.joined(0.6, beta, parting))
    assert off_edge.sum() <= 1
    found = numbers(views.pairs(0.6, beta, parting).description)
    assert found[-2:] == [album_of.joined(0.6, beta, parting)[kind == 2].sum(), (kind == 2).sum()]


def test_thresholds_state_precision_and_recall_of_the_place():
    view = views.thresholds(runs.KINDS[1], 0.6, 0.66)
    found = runs.transferred(RULE, runs.KINDS[1], runs.KINDS[0])
    assert f"{views.NAMES[RULE]} {spread(found[:, 0])} and {spread(found[:, 1])}" in view.description
    dots = [one for one in view.figure["data"] if one["mode"] == "markers"]
    assert dots[list(views.COLOURS).index(RULE)]["x"][0] == pytest.approx(found[:, 1].mean(), abs=1e-4)


def test_hard_states_the_recalls_and_draws_twelve():
    view = views.hard(0.6)
    for method in (FACES, BOTH, RULE):
        assert spread(runs.run("hard", method, 0.6)) in view.description
    assert len(view.figure["layout"]["images"]) == 12
    counted = [int(re.search(r"(\d+) of these twelve", views.hard(share).description)[1]) for share in views.SHARES]
    assert counted[0] == 0
    assert counted == sorted(counted)
    assert 6 <= counted[-1] <= 12


def test_the_tree_draws_each_merge_and_counts_the_wrong_ones():
    for rule, method in ((True, RULE), (False, FREE)):
        small, view = album_of.small_tree(method), views.tree(0.9, rule)
        assert len(view.figure["data"]) == len(small.tree.pairs)
        made = small.tree.heights < 0.9
        assert f"makes {made.sum()} merges, {(made & small.wrong).sum()} of them" in view.description
        assert len(view.figure["layout"]["images"]) == small.tree.leaves <= 19


def test_twins_state_both_ends():
    view = views.twins("precision")
    for one in (0.0, 1.0):
        assert spread(runs.run("both", RULE, one, "precision")) in view.description
    assert spread(runs.run("twin distance", FREE, 0.05, "precision")) in view.description


def test_questions_start_where_no_question_was_asked_and_keep_their_course():
    start, later = views.questions(0, "next", 0.45), views.questions(20, "next", 0.45)
    assert "images" not in start.figure["layout"] or not start.figure["layout"]["images"]
    before = re.search(r"they were ([\d.]+) and ([\d.]+)\.", later.description).groups()
    assert f"precision is {before[0]} and recall {before[1]};" in start.description
    assert len(later.figure["layout"]["images"]) == 2
    yes, no = re.search(r"yes (\d+) and no (\d+) times", later.description).groups()
    assert int(yes) + int(no) == 20


def test_answers_that_are_right_win_recall_and_a_wrong_yes_costs_precision():
    library = album_of.shipped()

    def measured(*said):
        found = answered(library.observations, list(said), "largest")
        return np.array([pair_precision_recall(library.person, one) for one in found.clusters])

    right, yes, no = (
        measured(True, False, True, False),
        measured(True, True, True, False),
        measured(False, False, True, False),
    )
    assert right[-1, 1] > right[0, 1] + 0.005
    assert yes[-1, 0] < right[-1, 0] - 0.002
    assert no[-1, 1] < right[-1, 1] - 0.005
    assert "0 of them wrong" in views.your_answers(True, False, True, False).description
    assert "1 of them wrong" in views.your_answers(True, True, True, False).description
