"""The views of temporal localization: the numbers in their sentences, and what they refuse."""

import re

import numpy as np
import pytest
from miniatures import temporal_fusion as fusion
from miniatures import temporal_localization as tl
from miniatures.figures import temporal_localization as views
from miniatures.temporal_runs import LOOKS, page, recall, shown_anchors, shown_videos, stored
from reading import trace


def test_the_drawn_video_has_short_and_long_actions():
    made = shown_videos()
    lengths = np.diff(made.segments[made.video == views.VIDEO])[:, 0]
    assert lengths.min() < 16
    assert lengths.max() >= 45


def test_anchor_states_its_field_and_its_best():
    for aligned, context, seen in ((True, False, 13), (True, True, 25), (False, False, 27), (False, True, 53)):
        view = views.anchor(12, aligned, context)
        places, scores, number = shown_anchors(views._look(aligned, context), views.VIDEO)
        mine = number == tl.SCALES.index(12)
        assert f"sees {seen} frames" in view.description
        assert f"log-odds of {scores[mine].max():.1f}" in view.description
        start = float(trace(view, "best anchor of this length")["x"][0])
        assert places[mine][scores[mine].argmax()][0] == start
        field = trace(view, "what its tower sees")["x"]
        assert field[1] - field[0] == seen
    assert "not one of the ten" in views.anchor(13, True, False).description


def test_short_aligned_anchors_are_as_sure_in_long_actions():
    """What the first view is there to show, and exercise 1 asks for."""
    (_, truth), long = views._shown(), []
    for name in ("aligned", "aligned + context"):
        places, scores, number = shown_anchors(name, views.VIDEO)
        mine = number == tl.SCALES.index(12)
        places, scores = places[mine], scores[mine]
        a, b = truth[np.diff(truth)[:, 0].argmax()]
        inside = (places[:, 0] >= a) & (places[:, 1] <= b)
        nothing = tl.overlaps(places, truth).max(axis=1) == 0
        long.append(scores[inside].mean() - scores[nothing].mean())
    assert long[0] > 2
    assert long[1] < long[0]


def test_dilation_counts_what_is_seen():
    assert "= 37 frames, of which 7 are looked at; it fits" in views.dilation(6, 12, False).description
    assert "= 37 frames, of which 37 are looked at; it fits" in views.dilation(6, 12, True).description
    assert "would need 37" in views.dilation(6, 13, True).description


def test_surroundings_states_the_stored_recall():
    rows = stored("proposals", "context", "0.5")
    assert f"AR@10 is {100 * np.mean(rows[1]):.1f} ± " in views.surroundings(0.5, True).description
    assert "sees 61 frames" in views.surroundings(0.5, True).description
    assert "is not stored" in views.surroundings(0.3, True).description


def test_proposals_counts_what_is_found():
    view = views.proposals("aligned + context", 1.0, 10)
    made = shown_videos()
    truth = made.segments[made.video == views.VIDEO]
    places, scores, _ = shown_anchors("aligned + context", views.VIDEO)
    kept = places[np.argsort(-scores, kind="stable")[:10]]
    assert f"find {int((tl.overlaps(truth, kept).max(axis=1) >= 0.5).sum())} at a tIoU of 0.5" in view.description
    with pytest.raises(ValueError, match="look="):
        views.proposals("both", 0.7, 10)


def test_recall_curves_state_the_stored_means():
    view = views.recall_curves(0.8, 20, True)
    for name in LOOKS:
        values = recall(name, 20, "all", 0.8)
        assert f"{name} {100 * values.mean():.1f} ± {100 * values.std(ddof=1):.1f} %" in view.description
    assert trace(view, "aligned")["y"][4] == pytest.approx(recall("aligned", 20, "all", 0.8).mean())
    assert "average recall" in views.recall_curves(0.0, 1, False).description


def test_fusion_states_one_seed_and_draws_ten():
    view = views.fusion(0.3, 1000, True)
    found = fusion.fused(200, 1000, 0.3)
    late, early, alone = (float(x) for x in re.findall(r"([\d.]+) %[ ,.]", view.description.split("seed 200:")[1]))
    assert (late, early, alone) == pytest.approx(
        (100 * found["late"], 100 * found["early"], 100 * found["appearance alone"]), abs=0.06
    )
    assert trace(view, "late")["y"][3] == pytest.approx(stored("fusion", "classes", "1000", "0.3")[:, 3].mean())
    assert "not stored" in views.fusion(0.3, 70, True).description


def test_watch_counts_segments():
    cheap, dear = (int(re.search(r"give (\d+) segments", views.watch(2, c, True).description)[1]) for c in (0.0, 6.0))
    assert dear < cheap
    view = views.watch(1, 4.0, False)
    shown = np.array(trace(view, "ten best anchors")["x"], float)
    assert np.isfinite(shown).sum() == 20
    truth, rows = page()["fold0_segments"].astype(float), page()["fold0_plain"].astype(float)[:10]
    found = sum(any(k == c and tl.temporal_iou((a, b), (x, y)) >= 0.5 for x, y, c, *_ in rows) for a, b, k in truth)
    assert f"without context find {found}." in view.description
    assert "is not stored" in views.watch(5, 0.0, True).description
