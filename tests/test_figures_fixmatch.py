"""The FixMatch views: numbers in figure and description, Plotly's schema, budgets, settings that are refused."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest
from miniatures import draw
from miniatures.figures import fixmatch as views
from miniatures.fixmatch import softmax, train
from miniatures.fixmatch_runs import Setting, snapshots, stored
from reading import numbers


def test_kept_counts_what_the_logits_say():
    taken = snapshots(4)
    q = softmax(taken.logits[3])
    confidence, right = q.max(axis=1), q.argmax(axis=1) == taken.classes
    passes = confidence >= 0.8
    view = views.kept(4, 4, 0.8)
    numbers = re.findall(r"[\d.]+", view.description)
    assert numbers[:6] == ["4", "100", "0.8", str(passes.sum()), str(len(passes)), f"{100 * passes.mean():.1f}"]
    assert (
        f"{100 * right[passes].mean():.1f} % of their pseudo-labels are right, {(passes & ~right).sum()} are wrong"
        in view.description
    )
    first, second = view.figure["data"][:2]
    assert sum(first["y"]) == right.sum()
    assert sum(second["y"]) == (~right).sum()
    dots = [trace for trace in view.figure["data"] if trace.get("mode") == "markers"]
    assert [dot["y"][0] for dot in dots] == pytest.approx([passes.mean(), right[passes].mean()])


def test_kept_says_when_nothing_is_kept():
    taken = snapshots(1)
    assert softmax(taken.logits[0]).max() < 1
    assert "keeps none of 1287" in views.kept(1, 1, 1.0).description


def test_one_label_a_class_can_be_sure_and_wrong():
    """What the page says of seed 100: most of the surest mistakes call a nine a zero."""
    taken = snapshots(1)
    q = softmax(taken.logits[-1])
    confidence, guess = q.max(axis=1), q.argmax(axis=1)
    sure_and_wrong = (guess != taken.classes) & (confidence >= 0.95)
    nines = sure_and_wrong & (taken.classes == 9) & (guess == 0)
    assert sure_and_wrong.sum() > 100
    assert nines.sum() > 0.5 * sure_and_wrong.sum()


def test_pairs_colour_right_wrong_and_dropped():
    view = views.pairs(1, 12, 0.8, "surest mistakes")
    texts = view.figure["layout"]["annotations"][:-1]
    assert len(texts) == 12
    assert {t["font"]["color"] for t in texts} == {draw.colour("orange")}
    assert all("wrong, is" in t["text"] for t in texts)
    sample = views.pairs(4, 4, 0.8, "a random sample").figure["layout"]["annotations"][:-1]
    dropped = [t for t in sample if "dropped" in t["text"]]
    assert {t["font"]["color"] for t in dropped} == {draw.colour("grey")}
    assert all(float(re.search(r"[\d.]{4}", t["text"])[0]) < 0.8 for t in dropped)
    none_dropped = views.pairs(4, 4, 0.0, "a random sample").figure["layout"]["annotations"][:-1]
    assert not [t for t in none_dropped if "dropped" in t["text"]]
    # the pictures do not depend on the threshold
    assert (
        views.pairs(4, 4, 0.0, "a random sample").figure["layout"]["images"]
        == views.pairs(4, 4, 0.95, "a random sample").figure["layout"]["images"]
    )


def test_sweeps_state_the_stored_means():
    ours, base = stored(Setting()).accuracy, stored(Setting("supervised_augmented")).accuracy
    words = f"{100 * ours.mean():.1f} ± {100 * ours.std(ddof=1):.1f} %"
    assert words in views.thresholds(0.8).description
    assert f"{100 * (ours - base).mean():+.1f} points" in views.thresholds(0.8).description
    assert words in views.label_counts(4, 0.8).description
    assert words in views.magnitudes(1.0).description
    assert words in views.duel("supervised, weak views", "FixMatch, τ = 0.8").description
    assert (
        f"ahead in {(ours > base).sum()} of 10 seeds"
        in views.duel("supervised, weak views", "FixMatch, τ = 0.8").description
    )


def test_duels_turn_round():
    one, other = "supervised, plain", "label spreading"
    there, back = (
        numbers(views.duel(*names).description, r"([+-][\d.]+) points")[0] for names in ((one, other), (other, one))
    )
    assert there == -back
    assert "Choose two different methods" in views.duel(one, one).description


def test_what_is_not_stored_is_explained_not_drawn():
    for view in (views.thresholds(0.42), views.label_counts(7, 0.8), views.magnitudes(0.33)):
        assert "not stored" in view.description
        assert not view.figure["data"]
    for call in (lambda: views.duel("magic", "label spreading"), lambda: views.published("MNIST"), lambda: views.kept(4, 13, 0.5),
                 lambda: views.kept(2, 1, 0.5), lambda: views.pairs(4, 1, 0.5, "all"), lambda: views.kept(4, 0, 0.5)):  # fmt: skip
        with pytest.raises(ValueError, match="="):
            call()


def test_published_marks_where_remixmatch_is_ahead():
    view = views.published("CIFAR-100")
    assert view.description.count("so ReMixMatch is ahead") == 2
    rival = next(t for t in view.figure["data"] if t.get("name") == "ReMixMatch")
    assert rival["y"] == pytest.approx([1] * 10)
    ra = next(t for t in view.figure["data"] if t.get("name") == "FixMatch (RA)")
    assert ra["y"][3] == pytest.approx(48.85 / 44.28)


def test_the_course_of_a_training_is_the_trainings():
    run = train("fixmatch", 4, 0.8, 0, 50)
    view = views.course(run)
    assert f"{100 * run.accuracy:.1f} % of the test images" in view.description
    assert view.figure["data"][2]["y"] == pytest.approx([run.mask_rates[:25].mean(), run.mask_rates[25:].mean()])
    go.Figure(draw.plain(view.figure))
    assert np.isfinite(view.figure["data"][1]["y"]).all()
