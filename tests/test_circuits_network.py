"""The real network: convolutions against scipy, symmetries of the measures, stored measurements, the chapter's findings."""

import circuits as script
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import circuit_network as net
from miniatures import circuit_runs
from scipy.signal import correlate
from scipy.stats import spearmanr


def grating_filter(angle, colours=(1.0, 1.0, 1.0)):
    """A 7 x 7 filter with stripes whose normal lies at `angle` degrees."""
    across = np.arange(7) - 3.0
    x, y = np.meshgrid(across, -across)
    t = np.radians(angle)
    wave = np.sin(2 * np.pi * 0.2 * (x * np.cos(t) + y * np.sin(t))) * np.exp(-(x**2 + y**2) / 8)
    return wave[..., None, None] * np.array(colours)[:, None]


@given(st.integers(0, 1000), st.integers(1, 2), st.integers(0, 1))
@settings(max_examples=10, deadline=None)
def test_convolve_is_scipys_correlation(seed, stride, padding):
    rng = np.random.default_rng(seed)
    x, kernel = rng.normal(size=(1, 9, 8, 2)), rng.normal(size=(3, 3, 2, 4))
    padded = np.pad(x[0], ((padding, padding), (padding, padding), (0, 0)))
    wanted = np.stack([correlate(padded, kernel[..., k], "valid")[:, :, 0] for k in range(4)], 2)[::stride, ::stride]
    assert net.convolve(x, kernel, stride, padding)[0] == pytest.approx(wanted)


def test_pool_and_shapes_by_hand():
    x = np.arange(25.0).reshape(1, 5, 5, 1)
    assert net.pool(x)[0, :, :, 0].tolist() == [[12, 14], [22, 24]]
    channels = net.first_channels(np.full((1, 150, 150, 3), 99))
    assert channels.shape == (1, 35, 35, 32)
    assert net.through_blocks(channels).shape == channels.shape
    assert np.ptp(channels, axis=(1, 2)) == pytest.approx(np.zeros((1, 32)))  # a flat picture has flat answers


def test_first_block_is_linear_in_the_first_channels():
    channels = net.first_channels(script.photos()[:2])
    empty = net.block_sums(0 * channels)
    for channel in (0, 17):
        parts = sum(net.part_of(channels, [i], channel) for i in range(32))
        assert parts == pytest.approx((net.block_sums(channels) - empty)[..., channel], abs=1e-9)


# ---- measures of filters


@given(st.floats(0, 179))
def test_orientation_finds_the_angle_of_stripes(angle):
    index, found = net.orientation(grating_filter(angle))
    assert index[0] > 0.6
    assert abs((found[0] - angle + 90) % 180 - 90) < 5
    turned = net.orientation(np.rot90(grating_filter(angle)))[1]
    assert abs((turned[0] - angle - 90 + 90) % 180 - 90) < 5


def test_measures_by_hand():
    assert net.colour_share(grating_filter(30))[0] == pytest.approx(0)
    assert net.colour_share(grating_filter(30, (1, -1, 0)))[0] == pytest.approx(1)
    share, axis = net.colour_axis(grating_filter(30, (0.6, -0.8, 0))[..., 0])
    assert share == pytest.approx(1)
    assert axis == pytest.approx([-0.6, 0.8, 0], abs=1e-6)
    both = np.concatenate([grating_filter(0), -grating_filter(0), grating_filter(90)], 3)
    assert net.relatives(both, "contrast")[0, 1] == pytest.approx(1)
    assert net.relatives(both, "quarter turn")[[0, 1], 2] == pytest.approx([1, 1])
    assert (np.diag(net.relatives(both, "mirror")) == -1).all()
    assert net.needed([[0.5, 0.95, 0.8, 0.9, 1.0]]).tolist() == [4]
    assert net.needed([[0.9, 0.95]]).tolist() == [1]


def test_rank_agreement_is_spearmans():
    rng = np.random.default_rng(0)
    first, second = (np.corrcoef(rng.normal(size=(9, 30))) for _ in range(2))
    pairs = np.triu_indices(9, 1)
    assert net.rank_agreement(first, second) == pytest.approx(spearmanr(first[pairs], second[pairs])[0])


def test_gratings_turn_anticlockwise():
    pictures = net.gratings().reshape(16, 3, 63, 63, 3)
    assert pictures[8, 0] == pytest.approx(np.rot90(pictures[0, 0]), abs=1e-9)
    assert np.ptp(pictures[0, 0], axis=0).max() == pytest.approx(
        0
    )  # the first has upright stripes: nothing changes downwards


def test_tuning_vector_of_one_peak():
    curve = np.zeros((16, 1))
    curve[4] = 1.0
    assert np.degrees(np.angle(net.tuning_vector(curve)[0])) / 2 == pytest.approx(45)
    assert net.angle_between(1.0, 1j) == pytest.approx(45)


# ---- what the chapter says of the real network


def test_first_layer_has_families_and_shuffled_pixels_have_none():
    kernels = net.filters()
    assert kernels.shape == (7, 7, 3, 32)
    assert net.oriented(kernels).sum() == 14
    assert (net.colour_share(kernels) > 0.5).sum() == 7
    assert {(i, j) for i, j, _ in net.closest_pairs("contrast", 3)} == {(29, 30), (7, 26), (10, 28)}
    assert net.closest_pairs("quarter turn", 1)[0][:2] == (7, 31)
    assert net.closest_pairs("mirror", 1)[0][:2] == (4, 10)
    turned = (net.relatives(kernels, "quarter turn").max(1) > 0.7).sum()
    assert turned == 15
    for seed in circuit_runs.SEEDS:
        shuffled = net.shuffled_pixels(kernels, np.random.default_rng(seed))
        assert np.sort(shuffled, axis=None) == pytest.approx(np.sort(kernels, axis=None))
        assert (net.relatives(shuffled, "quarter turn").max(1) > 0.7).sum() == 0
    share, axis = net.colour_axis(kernels[..., 12])
    assert share == pytest.approx(0.92, abs=0.01)
    assert axis == pytest.approx([0.74, -0.64, -0.19], abs=0.02)


def test_stored_measurements_of_the_network_and_of_a_copy():
    stored = circuit_runs.results()
    for at, network in ((0, net.network()), (3, net.shuffled_network(np.random.default_rng(202)))):
        channels = net.grating_channels(network)
        assert net.tuning_from(channels, network) == pytest.approx(stored["tuning"][at], rel=1e-4, abs=1e-5)
        assert net.predicted_vector(network, channels) == pytest.approx(circuit_runs.predicted(at), rel=1e-4, abs=1e-4)
        assert net.rank_agreement(net.alike(net.filters()), net.outgoing_alike(network)) == pytest.approx(
            stored["like"][at], abs=1e-4
        )
    assert net.curve_index(None, 0) == pytest.approx(stored["curve_index"][0, 0], abs=1e-4)


def test_stored_measurements_on_photographs():
    stored, pictures = circuit_runs.results(), script.photos()
    assert pictures.shape == (8, 150, 150, 3)
    assert net.grey_variance(pictures[3:4]) == pytest.approx(stored["grey_variance"], rel=2e-3, abs=1e-3)
    channels = net.first_channels(pictures[:1])
    group = np.flatnonzero(net.oriented(net.filters()))
    assert net.changed_energy(channels, group) == pytest.approx(stored["change_oriented"][:1], rel=1e-2)


def test_explained_shares_by_hand():
    shares = net.explained(net.first_channels(script.photos()[:1, :60, :60]))
    assert shares.shape == (32, 32)
    assert shares[:, -1] == pytest.approx(np.ones(32))
    assert shares.max() < 1.5


def test_tuned_channels_and_predicted_ones_by_hand():
    theta = np.radians(net.ANGLES)
    sharp, flat, silent = np.exp(-((np.sin(theta - np.radians(45)) / 0.2) ** 2)), np.ones(16), np.zeros(16)
    curves = np.stack([sharp, flat, silent], axis=1)
    assert net.answering(curves).tolist() == [True, True, False]
    assert net.tuned(curves).tolist() == [True, False, False]
    at = np.exp(2j * np.radians([45 + 22, 0, 45]))
    assert net.well_predicted(curves, at)[[0, 2]].tolist() == [True, False]
    assert not net.well_predicted(curves, np.exp(2j * np.radians([45 + 23, 0, 45])))[0]


def test_tuning_and_its_prediction_are_no_evidence_of_a_circuit():
    found, silenced = [circuit_runs.evidence(copy) for copy in range(6)], circuit_runs.results()["silenced"]
    tuned, right = [one.tuned / one.answer for one in found], [one.predicted / one.tuned for one in found]
    assert [[one.without_top, one.without_random] for one in found] == silenced.tolist()
    assert tuned[0] > 0.9
    assert min(tuned[1:]) > 0.75
    assert right[0] == 1
    assert min(right[1:]) > 0.8
    assert silenced[:, 0].max() < 0.02
    assert silenced[:, 1].min() > 0.9
    whole = [np.mean(net.tuned(c)[net.answering(c)]) for c in circuit_runs.results()["tuning_all"]]
    assert circuit_runs.tuned_when_all_is_shuffled() == [
        net.tuned(c).sum() for c in circuit_runs.results()["tuning_all"]
    ]
    assert max(whole) < min(tuned[1:])  # with the first layer shuffled, less is left of it


def test_like_connects_with_like_in_the_trained_network_only():
    stored = circuit_runs.results()
    assert stored["like"][0] > 2 * np.abs(stored["like_permuted"]).max()
    assert np.abs(stored["like"][1:]).max() < 0.06
    alike = net.alike(net.filters())
    assert abs(net.rank_agreement(alike, net.outgoing_alike(summed=True))) < 0.1  # the 3 x 3 places matter
    spectral = net.spectrally_alike(net.filters())
    assert net.rank_agreement(spectral, net.outgoing_alike()) > 2 * np.abs(stored["like_permuted"]).max()
    assert net.rank_agreement(spectral, net.outgoing_alike(summed=True)) > 0.25
    some = net.permutation_agreements(alike, net.outgoing_alike(), 20, np.random.default_rng(circuit_runs.SEEDS[0]))
    assert some == pytest.approx(stored["like_permuted"][:20], abs=1e-4)


def test_curves_are_a_weak_excess_only():
    counts = np.array([circuit_runs.evidence(copy).curves for copy in range(6)])  # (6, 2)
    assert counts[0, 0] <= counts[1:, 0].max()
    assert counts[1:, 1].max() < counts[0, 1] <= 16


def test_silencing_is_a_matter_of_energy():
    stored = circuit_runs.results()
    middle = {name: np.median(stored[f"change_{name}"]) for name in ("oriented", "colour")}
    random = {name: np.median(stored[f"change_random_{name}"], axis=1) for name in middle}
    assert random["oriented"].min() < middle["oriented"] < random["oriented"].max()
    assert middle["colour"] < random["colour"].min()


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: net.first_channels(np.zeros((1, 10, 40, 3))), "pictures"),
        (lambda: net.first_channels(np.zeros((1, 40, 40))), "pictures"),
        (lambda: net.first_channels(np.full((1, 40, 40, 3), 256)), "pictures"),
        (lambda: net.relatives(net.filters(), "sibling"), "relation"),
        (lambda: net.closest_pairs("mirror", 0), "count"),
        (lambda: net.through_blocks(np.zeros((1, 5, 5, 32)), blocks=4), "blocks"),
        (lambda: net.part_of(np.zeros((1, 5, 5, 32)), [0], 32), "channel"),
        (lambda: net.grey(np.zeros((1, 5, 5))), "pictures"),
        (lambda: net.colour_axis(np.zeros((7, 7))), "kernel"),
        (lambda: net.colour_axis(np.zeros((7, 7, 3))), "kernel holds nothing but zeros"),
        (lambda: net.relatives(np.full((7, 7, 3, 2), 0.1), "mirror"), "kernels holds a filter"),
        (lambda: net.alike(np.full((7, 7, 3, 2), 0.1)), "kernels holds a filter"),
        (lambda: net.explained(np.zeros((1, 5, 5, 32))), "channels hold the same numbers"),
        (lambda: net.grey_variance(np.full((1, 15, 16, 3), 0.3)), "pictures look the same"),
        (lambda: net.tuning(silent=[32]), "silent"),
        (lambda: net.needed([[1.0]], 2), "wanted"),
    ],
)
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
