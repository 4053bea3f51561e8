"""The atlas's parts: against scipy, closed forms, finite differences; the patches and the attribution on the stored networks."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from miniatures import activation_atlas as atlas
from miniatures import atlas_network as net
from miniatures import feature_inversion as inversion
from miniatures.atlas_runs import FRESH_SEEDS, stored_network
from miniatures.sea_scenes import CLASSES, DISCS, labelled_scenes, scenes

# ---- the grid


@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 24))
def test_grid_means_are_scipys_binned_statistics(seed, n, cells):
    rng = np.random.default_rng(seed)
    points, values = rng.normal(0, 3, (n, 2)), rng.normal(0, 1, (n, 2))
    counts, means = atlas.grid_means(points, values, cells)
    expected = scipy.stats.binned_statistic_2d(*points.T, None, "count", bins=cells)[0]
    assert np.array_equal(counts, expected)
    for column in range(2):
        wanted = scipy.stats.binned_statistic_2d(*points.T, values[:, column], "mean", bins=cells)[0]
        assert means[..., column] == pytest.approx(np.nan_to_num(wanted))


def test_a_grid_by_hand():
    counts, means = atlas.grid_means([[0, 0], [4, 0], [4, 4], [3.9, 4]], [[1.0, 0], [2, 1], [3, 1], [5, 3]], 4)
    assert counts.sum() == 4
    assert (counts[0, 0], counts[3, 0], counts[3, 3]) == (1, 1, 2)
    assert means[3, 3].tolist() == [4.0, 2.0]
    assert not means[1, 1].any()  # an empty cell


def test_points_on_one_spot_or_line():
    counts, means = atlas.grid_means([[2, 5]] * 3, [[1.0], [2.0], [6.0]], 4)
    assert counts.sum() == 3
    assert means[counts == 3].tolist() == [[3.0]]
    counts, _ = atlas.grid_means([[1, 0], [1, 9]], [[0.0], [0.0]], 3)
    assert counts.sum() == 2


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("points", ([[0, 0, 0]], [[1]], 2)), ("points", ([], [], 2)), ("points", ([[0, math.nan]], [[1]], 2)), ("values", ([[0, 0]], [[1], [2]], 2)),
     ("values", ([[0, 0]], [[math.inf]], 2)), ("cells", ([[0, 0]], [[1]], 0)), ("cells", ([[0, 0]], [[1]], 2.0)), ("cells", ([[0, 0]], [[1]], 201)),
     ("cells", ([[0, 0]], [[1]], True)), ("values", ([[0, 0]], [1], 2))],
)  # fmt: skip
def test_grids_that_are_refused(name, arguments):
    with pytest.raises(ValueError, match=name):
        atlas.grid_means(*arguments)


# ---- whitening and objective


def test_a_whitened_sample_has_covariance_one():
    rng = np.random.default_rng(0)
    sample = np.maximum(rng.normal(0, 1, (500, 6)) @ rng.normal(0, 1, (6, 6)), 0)
    mu, k = inversion.whitening(sample)
    assert np.cov(((sample - mu) @ k).T, bias=True) == pytest.approx(np.eye(6), abs=1e-9)
    with_silent = np.hstack([sample, np.zeros((500, 1))])  # a unit that never fires
    mu, k = inversion.whitening(with_silent)
    expected = np.diag([1.0] * 6 + [0.0])
    assert np.cov(((with_silent - mu) @ k).T, bias=True) == pytest.approx(expected, abs=1e-9)


def test_the_objective_by_hand():
    assert atlas.inversion_objective([3, 4], [1, 0], 0) == 3.0
    assert atlas.inversion_objective([3, 4], [1, 0], 1) == pytest.approx(9 / 5)
    assert atlas.inversion_objective([3, 4], [1, 0], 2) == pytest.approx(27 / 25)
    assert atlas.inversion_objective([-2, 0], [2, 0], 1) == pytest.approx(4)  # an odd power cannot tell v from -v
    assert atlas.inversion_objective([-2, 0], [2, 0], 2) == pytest.approx(-4)
    assert atlas.inversion_objective([0, 0], [2, 0], 3) == 0.0
    assert atlas.inversion_objective([0, 1], [2, 0], 2.5) == 0.0
    assert type(atlas.inversion_objective([1, 1], [2, 0], 2)) is float


def outcome(call, *arguments):
    """What `call` returns, or the text of its ValueError."""
    try:
        return call(*arguments)
    except ValueError as reason:
        return str(reason)


VECTORS = st.lists(st.floats(-100, 100), min_size=3, max_size=3)


@given(VECTORS, VECTORS, st.integers(0, 6))
def test_the_objective_is_the_articles_corrected_formula(h, v, n):
    h, v = np.array(h), np.array(v)
    sizes = np.linalg.norm(h) * np.linalg.norm(v)
    if sizes < 1e-3:
        return
    expected = (h @ v) ** (n + 1) / sizes**n
    assert atlas.inversion_objective(h, v, n) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(st.one_of(st.floats(), st.text(), st.none(), st.booleans()), VECTORS, VECTORS)
def test_objectives_are_numbers_or_say_why_not(power, h, v):
    found = outcome(atlas.inversion_objective, h, v, power)
    if isinstance(found, str):
        assert any(word in found for word in ("power=", "direction"))
    else:
        assert math.isfinite(found)


@pytest.mark.parametrize(("name", "arguments"), [("direction", ([1, 2], [0, 0], 1)), ("direction", ([1, 2], [1], 1)), ("activation", ([], [], 1)),
                                                 ("power", ([-1, 0], [1, 0], 1.5)), ("power", ([1, 0], [1, 0], -1)), ("power", ([1, 0], [1, 0], 21))])  # fmt: skip
def test_objectives_that_are_refused(name, arguments):
    with pytest.raises(ValueError, match=name):
        atlas.inversion_objective(*arguments)


def test_the_objectives_gradient_against_differences():
    rng = np.random.default_rng(1)
    z, v, step = rng.normal(0, 1, (3, 5)), rng.normal(0, 1, (3, 5)), 1e-6
    for power in (0, 1, 2, 4):
        gradient = inversion.objective_gradient(z, v, power)
        for row in range(3):
            for axis in range(5):
                ends = []
                for sign in (1, -1):
                    moved = z[row].copy()
                    moved[axis] += sign * step
                    ends.append(atlas.inversion_objective(moved, v[row], power))
                assert gradient[row, axis] == pytest.approx((ends[0] - ends[1]) / (2 * step), rel=1e-5, abs=1e-7)
        assert not inversion.objective_gradient(z, 0 * v, power).any()


def test_the_printed_denominator_does_not_depend_on_the_length_of_h():
    """|h.v| |v| in place of |h| |v|: then the factor is 1/|v|^n, whatever the angle."""
    v = np.array([1.0, 1.0])
    for h in ([1.0, 0.5], [3.0, -1.0], [0.2, 2.0]):
        dot = np.array(h) @ v
        for n in (1, 2, 4):
            printed = dot ** (n + 1) / (abs(dot) * np.linalg.norm(v)) ** n
            assert printed == pytest.approx(dot / np.linalg.norm(v) ** n)


# ---- inversion


def test_inversion_raises_the_cosine_and_finds_its_own():
    weights = stored_network()
    one = atlas.sample(weights, "conv2", each=20)
    whitener, colours = inversion.whitening(one.h), inversion.colour_statistics(one.squares)
    targets = one.h[::20]
    icons = inversion.invert(weights, "conv2", targets, whitener, colours)
    assert icons.pictures.shape == (6, 9, 9, 3)
    assert 0 <= icons.pictures.min() <= icons.pictures.max() <= 1
    assert np.median(icons.reached) > np.median(icons.started) + 0.5
    assert inversion.finds_its_own(weights, "conv2", icons.pictures, targets, whitener).mean() > 0.8
    assert inversion.finds_its_own(
        weights, "conv2", one.squares[::20], targets, whitener
    ).all()  # the pixels themselves


def test_a_square_gives_the_activation_that_was_sampled():
    weights = stored_network()
    for layer in net.LAYERS:
        one = atlas.sample(weights, layer, each=3)
        h = net.layer_of(weights, one.pictures, layer)[np.arange(18), one.places[0], one.places[1]]
        assert one.h == pytest.approx(h, abs=1e-12)


# ---- attribution


@pytest.mark.parametrize("seed", FRESH_SEEDS)
def test_attribution_adds_up_at_the_last_layer(seed):
    weights = stored_network(seed)
    pictures, _ = labelled_scenes(2, np.random.default_rng(0))
    found = atlas.attribution(weights, pictures)
    assert found.shape == (12, 8, 8, 6)
    assert found.sum(axis=(1, 2)) + weights[7] == pytest.approx(net.logits(weights, pictures), abs=1e-9)


@pytest.mark.parametrize("layer", ["conv1", "conv2"])
def test_attribution_of_an_earlier_layer_lacks_the_later_biases(layer):
    """A rectified network is linear around a picture: the logit is the attribution and what the later biases pass on."""
    weights = [array.copy() for array in stored_network()]
    pictures, _ = labelled_scenes(2, np.random.default_rng(0))
    gap = np.abs(atlas.attribution(weights, pictures, layer).sum(axis=(1, 2)) - net.logits(weights, pictures)).max()
    assert gap > 0.1
    for number in range(net.LAYERS.index(layer) + 1, 3):
        weights[2 * number + 1][:] = 0
    weights[7][:] = 0
    found = atlas.attribution(weights, pictures, layer)
    assert found.sum(axis=(1, 2)) == pytest.approx(net.logits(weights, pictures), abs=1e-9)


def test_support_is_the_attribution_of_the_sampled_place():
    weights = stored_network()
    for layer in ("conv2", "conv3"):
        one = atlas.sample(weights, layer, each=2)
        every = atlas.attribution(weights, one.pictures, layer)
        expected = every.shape[1] * every.shape[2] * every[np.arange(12), one.places[0], one.places[1]]
        assert atlas.support(weights, layer, one) == pytest.approx(expected, abs=1e-9)


def test_contrast_adds_up_to_the_difference_of_two_logits():
    weights = stored_network()
    whales = scenes("grey whale", 3, np.random.default_rng(0))
    z = net.logits(weights, whales)
    expected = z[:, atlas.SHARK] - z[:, atlas.WHALE] - weights[7][atlas.SHARK] + weights[7][atlas.WHALE]
    assert atlas.contrast(weights, whales).mean(axis=(1, 2)) == pytest.approx(expected)


# ---- patches


@pytest.mark.parametrize("seed", [3, 11, 57])
def test_the_red_disc_does_it_too(seed):
    ball, red, white, cabbage = (
        atlas.patch_flips(kind, 4, seed, 60) for kind in ("baseball", "red", "white", "cabbage")
    )
    assert ball > 45
    assert red > 45
    assert cabbage < ball / 2
    assert white < ball
    assert atlas.patch_flips("red", 3, seed, 60) > atlas.patch_flips("baseball", 3, seed, 60) + 20


def test_flips_come_back_and_are_counted_by_hand():
    whales, after = atlas.patched("baseball", 4, 5, 30)
    weights = stored_network(203)
    was, became = (net.logits(weights, pictures).argmax(axis=1) for pictures in (whales, after))
    expected = sum(CLASSES[a] == "grey whale" and CLASSES[b] == "white shark" for a, b in zip(was, became, strict=True))
    assert atlas.patch_flips("baseball", 4, 5, 30, network=203) == expected
    assert type(atlas.patch_flips("baseball", 4, 5, 5)) is int


@pytest.mark.parametrize("network", FRESH_SEEDS)
def test_a_disc_speaks_against_the_whale_not_for_the_shark(network):
    for kind, radius in (("baseball", 4), ("red", 3)):
        change = atlas.logit_changes(kind, radius, 31, 20, network)
        assert change[atlas.WHALE] < -4
        assert abs(change[atlas.SHARK]) < 2
        assert abs(change.mean()) < 1.5
    whales, after = atlas.patched("red", 3, 31, 20)
    weights = stored_network(network)
    assert change == pytest.approx((net.logits(weights, after) - net.logits(weights, whales)).mean(axis=0))


def test_a_large_red_disc_is_a_sandbar_to_most_networks():
    after = atlas.patched("red", 6, 31, 20)[1]
    named = [
        np.bincount(net.logits(stored_network(seed), after).argmax(axis=1), minlength=6).argmax()
        for seed in FRESH_SEEDS
    ]
    assert [CLASSES[one] for one in named].count("sandbar") >= 3


@pytest.mark.parametrize("kind", DISCS)
def test_no_disc_no_flip(kind):
    assert atlas.patch_flips(kind, 0, 9, 40) == 0


@pytest.mark.parametrize(
    ("name", "call"),
    [("kind", lambda: atlas.patch_flips("blue", 4, 0)), ("kind", lambda: atlas.patch_flips(None, 4, 0)), ("radius", lambda: atlas.patch_flips("red", -1, 0)),
     ("radius", lambda: atlas.patch_flips("red", 20, 0)), ("radius", lambda: atlas.patch_flips("red", math.nan, 0)), ("seed", lambda: atlas.patch_flips("red", 4, -1)),
     ("seed", lambda: atlas.patch_flips("red", 4, 0.5)), ("images", lambda: atlas.patch_flips("red", 4, 0, 0)), ("images", lambda: atlas.patch_flips("red", 4, 0, 2.5)),
     ("network", lambda: atlas.patch_flips("red", 4, 0, 5, 199)), ("layer", lambda: atlas.sample(stored_network(), "conv9")),
     ("power", lambda: inversion.invert(stored_network(), "conv2", np.ones((1, 32)), (np.zeros(32), np.eye(32)), (np.zeros(3), np.eye(3)), power=1.5))],
)  # fmt: skip
def test_what_is_refused(name, call):
    with pytest.raises(ValueError, match=f"{name}="):
        call()
