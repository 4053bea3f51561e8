"""The views of the fashion chapter state the numbers that the functions give, and draw what they say."""

import re

import numpy as np
import pytest
from miniatures import fashion_gan_runs as runs
from miniatures.fashion_gan import between, game_value, jensen_shannon, train_gan
from miniatures.figures import fashion_gan as views
from reading import plain, trace


def test_game_states_divergence_and_value():
    view = views.game(1.5, 1.0)
    assert f"{jensen_shannon(1.5):.4f} nats" in view.description
    assert f"{game_value(1.5):.4f}" in plain(view.description)
    assert "best D is 0.500" in view.description
    judge = trace(view, "best D")
    assert judge["y"][judge["x"].index(0.8)] == pytest.approx(0.5, abs=0.03)
    assert max(trace(views.game(0, 1.0), "best D")["y"]) == 0.5  # nothing to tell
    assert "best D is 0.500" not in views.game(1.5, 0.5).description


def test_duel_counts_how_often_the_generator_overshoots():
    settled, circling = views.duel(5, 1.0, False), views.duel(1, 0.0, False)
    assert "0 times" in settled.description
    assert int(re.search(r"real mean (\d+) time", circling.description)[1]) >= 3
    away = [float(re.search(r"at most ([\d.]+) away", views.duel(1, 0.0, p).description)[1]) for p in (False, True)]
    assert away[0] > 0.4 > 0.1 > away[1]
    assert circling.figure["data"][0]["y"][0] == 2.0


def test_collapse_states_the_stored_means():
    view = views.collapse(3, 500)
    found = re.search(r"precision is ([\d.]+) ± ([\d.]+) and recall ([\d.]+) ±", view.description)
    assert float(found[1]) == pytest.approx(runs.stored("G 3 : 1 D", "precision", 500).mean(), abs=0.006)
    assert float(found[3]) == pytest.approx(runs.stored("G 3 : 1 D", "recall", 500).mean(), abs=0.006)
    assert trace(view, "recall")["y"][-1] == pytest.approx(float(found[3]), abs=0.006)
    with pytest.raises(ValueError, match="ratio=6"):
        views.collapse(6, 500)


def test_collapsed_pictures_are_alike_and_ordinary_ones_are_not():
    def spread(ratio):
        pictures = runs.course_pictures(ratio, 500).reshape(12, -1)
        return np.sqrt(((pictures[:, None] - pictures) ** 2).sum(axis=2)).sum() / (12 * 11)

    assert spread(5) < 0.6 * spread(1)


def test_models_state_precision_recall_and_distance():
    view = views.models(runs.MEMORISER, "principal components")
    assert f"recall {runs.spread_of(runs.stored(runs.MEMORISER, 'recall'))}" in view.description
    near = float(re.search(r"training picture is ([\d.]+),", view.description)[1])
    assert near == pytest.approx(0.60, abs=0.02)
    assert len(views.models(runs.GAN, "a classifier's hidden units").figure["data"]) == len(runs.MODELS)
    with pytest.raises(ValueError, match="features"):
        views.models(runs.GAN, "looks")


def test_a_training_picture_is_not_shown_as_its_own_neighbour():
    pictures = runs.model_pictures(runs.REAL).reshape(12, -1)
    real_pixels = views.training()[0]
    own = views._nearest_others(runs.MEMORISER, pictures, real_pixels)
    other = views._nearest_others(runs.REAL, pictures, real_pixels)
    assert not set(own) & set(other)
    assert np.abs(real_pixels[own] - pictures).max() < 1 / 15  # 16 greys


def test_the_way_through_the_latent_space_starts_and_ends_at_its_ends():
    first, second = views._ends("first")
    assert between(first, second, [0.0, 1.0]) == pytest.approx(np.array([first, second]))
    lengths = np.linalg.norm(between(first, second, np.linspace(0, 1, 9)), axis=1)
    assert lengths.min() > 0.7 * min(np.linalg.norm(first), np.linalg.norm(second))  # never near the empty middle
    start = views.interpolation("first", 0.0)
    assert trace(start, "latent space")["y"][0] == trace(start, "cross-fade")["y"][0]
    with pytest.raises(ValueError, match="t=2"):
        views.interpolation("first", 2)


@pytest.mark.parametrize("taste", runs.TASTES)
def test_selection_frames_and_counts_the_conflated(taste):
    view = views.selection(1500, 3072, taste)
    red = views.draw.colour("red")
    frames = [one for one in view.figure["data"] if one.get("line", {}).get("color") == red]
    count = int(re.search(r"chosen as .*, (\d+) (is|are)\.", view.description)[1])
    assert len(frames) == count == runs.selected(3072, taste).conflated.sum()


def test_a_training_is_shown_with_its_losses():
    gan = train_gan(np.random.default_rng(0).random((30, 14, 14)), 12, np.random.default_rng(0))
    view = views.training_course(gan)
    assert f"{gan.losses[-10:, 0].mean():.2f} nats" in view.description
    assert len(trace(view, "loss of G")["y"]) == 12
