"""What is stored comes back where it is computed again; what the page says of it holds."""

import activation_atlas as script
import numpy as np
import pytest
from miniatures import activation_atlas as atlas
from miniatures import atlas_runs as runs
from miniatures import feature_inversion as inversion
from miniatures.atlas_network import DIETS, LAYERS, logits
from miniatures.sea_scenes import CLASSES, DISCS
from miniatures.umap_layout import cosine_distances, trustworthiness


@pytest.fixture
def precompute(monkeypatch):
    monkeypatch.setattr(script, "network", lambda diet, seed: runs.stored_network(seed))  # not trained again
    return script


def test_a_stored_network_comes_back():
    """Trained in float32, so another machine may round otherwise: the answers must be alike, the weights nearly."""
    weights, _ = script.train(203)
    stored = runs.stored_network(203)
    assert (
        np.corrcoef(np.concatenate([a.ravel() for a in weights]), np.concatenate([a.ravel() for a in stored]))[0, 1]
        > 0.98
    )
    whales, after = atlas.patched("red", 4, 12, 40)
    for pictures in (whales, after):
        same = logits(weights, pictures).argmax(axis=1) == logits(stored, pictures).argmax(axis=1)
        assert same.mean() > 0.9


def test_stored_flips_are_counted_again():
    for network, kind, radius in ((200, "baseball", 4), (202, "red", 3), (204, "white", 6)):
        found = atlas.patch_flips(kind, radius, atlas.WHALE_SEED, network=network)
        assert abs(found - runs.measured("flips", f"{kind} {radius}", networks=[network])[0]) <= 1  # a tie may round


def test_the_stored_map_is_made_of_the_stored_network(precompute):
    one = atlas.sample(runs.stored_network(), "conv3")
    stored = runs.stored_atlas("conv3")
    assert stored.h == pytest.approx(one.h, rel=1e-3, abs=1e-3)  # float16
    assert np.array_equal(stored.classes, one.classes)
    trust = trustworthiness(cosine_distances(stored.h), stored.layouts[200])
    assert trust == pytest.approx(runs._table()["plain", 200, "trust random", "200"], abs=2e-3)
    assert set(stored.layouts) == {*runs.FRESH_SEEDS, "principal"}


def test_stored_icons_are_the_averages_and_inversions_of_their_cells(precompute):
    for layer in LAYERS[1:]:
        stored = runs.stored_atlas(layer)
        counts, _ = atlas.grid_means(stored.layouts[200], stored.h, runs.CELLS)
        assert np.array_equal(np.argwhere(counts >= runs.LEAST), stored.kept)
    one = atlas.sample(runs.stored_network(), "conv3")
    inside = (atlas.cell_of(stored.layouts[200], runs.CELLS) == stored.kept[7]).all(axis=1)
    expected = precompute.eighths(one.squares[inside].mean(axis=0)[None])[0] / 255
    assert stored.averages[7] == pytest.approx(expected, abs=0.005)
    _, means = atlas.grid_means(stored.layouts[200], one.h, runs.CELLS)
    targets = means[tuple(stored.kept[:3].T)]
    icons = inversion.invert(
        runs.stored_network(), "conv3", targets, inversion.whitening(one.h), inversion.colour_statistics(one.squares)
    )
    assert np.median(icons.reached - icons.started) > 0.4


def test_stored_evidence_is_measured_again(precompute):
    for row in precompute.evidence_rows("plain", 201):
        assert runs.measured(*row[2:4], networks=[201])[0] == pytest.approx(row[4], rel=1e-4, abs=1e-3)


def test_the_attribution_of_conv2_is_stored(precompute):
    one = atlas.sample(runs.stored_network(), "conv2")
    part = slice(0, 100)
    few = atlas.Sample(one.h[part], one.classes[part], one.squares[part], one.pictures[part], one.places[:, part])
    assert runs.stored_atlas("conv2").support[part] == pytest.approx(
        atlas.support(runs.stored_network(), "conv2", few), rel=2e-3, abs=0.02
    )


def test_what_is_not_stored_is_named():
    with pytest.raises(ValueError, match="diet="):
        runs.flip_table("plankton", 4)
    with pytest.raises(ValueError, match="radius=7"):
        runs.flip_table("plain", 7)
    with pytest.raises(ValueError, match="network=199"):
        runs.stored_network(199)
    with pytest.raises(ValueError, match="layer="):
        runs.stored_atlas("conv1")
    with pytest.raises(ValueError, match="measure='weight'"):
        runs.measured("weight")


# ---- what the page says


def flips(kind, radius, diet="plain"):
    return runs.measured("flips", f"{kind} {radius}", diet)


def test_networks_tell_their_classes_apart():
    for diet in DIETS:
        assert runs.measured("accuracy", diet=diet).min() > 0.95
    assert runs.measured("accuracy").min() > 0.98


def test_the_ball_flips_most_whales_in_every_network_and_its_controls_fewer():
    assert flips("baseball", 4).min() > 150
    for control in ("white", "cabbage", "noise"):
        assert (flips(control, 4) < flips("baseball", 4)).all()
    assert flips("cabbage", 4).mean() < flips("white", 4).mean()


def test_a_red_disc_does_it_better_at_three_pixels():
    assert (flips("red", 3) > flips("baseball", 3) + 50).all()


def test_the_cause_is_red_in_the_sea():
    seamless, trucks, buoys = "plain ball for baseball", "fire truck for lawn", "buoys near whales"
    assert flips("baseball", 4, seamless).min() > 150  # who never saw a seam
    assert flips("white", 4, seamless).max() < 100
    assert flips("baseball", 4, trucks).min() > 150
    assert flips("red", 3).min() == flips("red", 3, seamless).min() == 200
    assert flips("red", 3, buoys).max() == flips("red", 4, buoys).max() == 0
    assert flips("baseball", 4, buoys).mean() < 80


def test_the_map_points_to_whatever_red_is_there():
    assert runs.measured("strongest", "baseball").min() > 0.3
    assert runs.measured("strongest", "fire truck", "fire truck for lawn").min() > 0.9
    assert runs.measured("strongest", "baseball", "fire truck for lawn").max() < 0.02
    assert (runs.measured("evidence", "cabbage") > runs.measured("evidence", "baseball")).all()


def test_a_larger_square_sees_both_anyway():
    assert runs.measured("mixed", "conv3").min() > 0.85
    assert (runs.measured("mixed strong", "conv2") > runs.measured("mixed", "conv2")).all()
    assert (runs.measured("mixed strong", "conv3") > runs.measured("mixed", "conv3")).all()
    assert runs.measured("mixed strong", "conv2").min() > 0.6


def test_large_discs_flip_nearly_everything():
    assert flips("white", 6).mean() > 150
    assert flips("noise", 6).mean() > flips("noise", 4).mean() + 50


def test_neighbours_stay_and_islands_move():
    assert runs.measured("trust UMAP", "conv3").min() > runs.measured("trust PCA", "conv3").max()
    assert runs.pairs("shared random").min() > 0.6
    assert runs.pairs("islands random").min() < runs.pairs("islands principal").min()
    assert runs.pairs("true random").mean() < runs.pairs("true principal").min()


def test_labels_rise_from_layer_to_layer():
    found = [runs.measured("labels", layer) for layer in LAYERS]
    assert (found[0] < found[1]).all()
    assert (found[1] < found[2]).all()
    before = [runs.measured("labels untrained", layer) for layer in LAYERS]
    assert (before[2] < found[2] - 0.1).all()
    assert (before[2] - before[0]).mean() > 0.5 * (found[2] - found[0]).mean()  # more than half of the rise


def test_odd_powers_and_no_whitening_fail():
    own = {
        (how, n): runs.measured(f"own {how}", str(n), networks=[200])[0]
        for how in ("whitened", "plain")
        for n in runs.POWERS
    }
    assert min(own["whitened", n] for n in (2, 4)) > 0.2 + max(own["whitened", n] for n in (0, 1, 3))
    assert max(own["plain", n] for n in runs.POWERS) < 0.1


def test_tables_are_complete():
    for diet in DIETS:
        for radius in runs.RADII[diet]:
            table = runs.flip_table(diet, radius)
            assert set(table) == set(DISCS)
            assert all(0 <= values.min() <= values.max() <= 200 for values in table.values())
        assert sum(runs.measured("strongest", name, diet).mean() for name in DIETS[diet]) == pytest.approx(1, abs=1e-4)
    assert len(CLASSES) == 6
