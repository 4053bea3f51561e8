"""The views of the activation atlas: their numbers and what their descriptions claim."""

from pathlib import Path

import numpy as np
import pytest
from miniatures import activation_atlas as atlas
from miniatures.atlas_network import logits
from miniatures.atlas_runs import CELLS, LEAST, flip_table, stored_angles, stored_atlas, stored_network
from miniatures.explore import Explorer
from miniatures.figures import activation_atlas as views
from miniatures.sea_scenes import DISCS
from miniatures_book import contract
from reading import numbers, trace

ROOT = Path(__file__).parents[1]
SHOWN = contract.shown_by(contract.Page.of(ROOT, "chapters/inside/activation_atlas"))
EXPLORERS = {one.view.__name__: one for one in SHOWN if isinstance(one, Explorer)}


def test_the_page_shows_every_view():
    assert set(EXPLORERS) == {"patched", "flips", "layout", "the_atlas", "angle"}


@pytest.mark.parametrize("name", ["patched", "flips", "layout", "the_atlas", "angle"])
def test_axes_stay_put(name):
    frames = set()
    for setting in EXPLORERS[name].settings()[::7]:
        shown = EXPLORERS[name].view(**setting).figure["layout"]
        frames.add(str(sorted((key, value.get("range")) for key, value in shown.items() if key[1:].startswith("axis"))))
    assert len(frames) == 1


def test_patched_says_what_the_network_says():
    view = views.patched("baseball", 4, 25)
    pictures = views._whale("baseball", 4, 25)
    z = logits(stored_network(), pictures)
    share = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert trace(view, "with the disc")["y"] == pytest.approx(share[1].tolist())
    assert trace(view, "without the disc")["y"] == pytest.approx(share[0].tolist())
    assert f"white shark is {share[1, atlas.SHARK]:.2f}" in view.description
    assert share[0].argmax() == atlas.WHALE


def test_patched_draws_the_disc_where_it_is():
    view = views.patched("red", 5, 16)
    base, disc = view.figure["layout"]["images"]
    assert (base["sizex"], base["sizey"]) == (32, 32)
    assert (disc["x"], disc["sizex"]) == (10, 13)
    assert disc["y"] == 32 - 2  # its upper edge: row 2


def test_flips_prints_the_stored_means():
    view, table = views.flips("plain", 4), flip_table("plain", 4)
    assert trace(view, "mean of five networks")["y"] == pytest.approx([table[kind].mean() for kind in DISCS])
    assert len(trace(view, "each network")["y"]) == 25
    assert f"red disc {table['red'].mean():.1f}" in view.description


@pytest.mark.parametrize(("cells", "least"), [(4, 1), (14, 3), (24, 5)])
def test_layout_counts_its_cells(cells, least):
    view, one = views.layout("seed 201", cells, least), stored_atlas()
    counts, _ = atlas.grid_means(one.layouts[201], one.h, cells)
    assert f"{int((counts >= least).sum())} hold at least {least}" in view.description
    shown = next(mark for mark in view.figure["data"] if mark["type"] == "heatmap")["z"]
    assert sum(value for row in shown for value in row if value is not None) == counts[counts >= least].sum()


def test_the_atlas_shows_the_support_of_its_cells():
    view, one = views.the_atlas("conv3", "average of what was seen", "baseball"), stored_atlas()
    counts, means = atlas.grid_means(one.layouts[200], one.support, CELLS)
    kept = counts >= LEAST
    best = means[..., 2][kept].max()
    assert f"the strongest, {best:.1f} in units" in view.description
    assert f"of {int(kept.sum())} cells support baseball" in view.description
    assert "pictures of the class baseball" in view.description
    shown = np.array(next(mark for mark in view.figure["data"] if mark["type"] == "heatmap")["z"], float)
    assert np.nanmax(shown) == pytest.approx(best, rel=0.05)
    assert np.array_equal(~np.isnan(shown.T), kept)


def test_angle_shows_the_stored_cosines():
    _, cosines = stored_angles()
    for power in (1, 4):
        for place, whitened in ((0, True), (1, False)):
            words = views.angle(power, whitened).description
            found = numbers(words, r"-?\d\.\d\d")
            assert found == pytest.approx([cosines[place, power].min(), cosines[place, power].max()], abs=0.006)


def test_the_contrast_leads_to_baseballs_and_the_support_does_not():
    one = stored_atlas()
    rest = one.classes != atlas.SHARK
    raw = atlas.classes_of_strongest(one.support[rest][:, atlas.SHARK], one.classes[rest])
    against = atlas.classes_of_strongest((one.support[:, 1] - one.support[:, 0])[rest], one.classes[rest])
    assert raw[2] == 0
    assert raw[atlas.WHALE] > 0.5
    assert against[2] > 0.5
    assert (
        "support white shark less grey whale"
        in views.the_atlas("conv3", "made by inversion", views.CONTRAST).description
    )
