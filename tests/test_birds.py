"""The rendered birds are what the chapter says of them, and their features what their names say."""

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import birds as module
from miniatures.birds import birds, box_mean, local_features


def one_look(species, **look):
    """The birds of `species`, all with the same random numbers."""
    return np.concatenate([birds([kind], np.random.default_rng(5), **look) for kind in species])


def test_exchanging_red_and_blue_makes_a_d_of_an_a_and_a_c_of_a_b():
    """The page's argument: balanced paint, the same random numbers, channels exchanged."""
    a, b, c, d = one_look([0, 1, 2, 3], noise=0.0)
    assert a[..., ::-1] != pytest.approx(a)
    # the exchange turns the halves' colours round; the pattern stays where it was, so mirror the bird's length too
    for one, other in ((a, d), (b, c)):
        means = [local_features(picture[None])[0].mean(axis=0) for picture in (one, other)]
        swapped = local_features(one[None, ..., ::-1])[0].mean(axis=0)
        assert swapped[[1, 2]] == pytest.approx(means[0][[2, 1]])
        assert swapped[[0, 3, 4, 5, 6]] == pytest.approx(means[0][[0, 3, 4, 5, 6]])
        assert means[0][[1, 2]] == pytest.approx(means[1][[1, 2]])  # the halves are as large as before


@pytest.mark.parametrize("contrast", [0.0, 0.3, 1.0])
def test_balanced_paint_leaves_blue_minus_red_alone_and_white_paint_does_not(contrast):
    plain = one_look([0], contrast=0.0, noise=0.0)
    lean = lambda p: p[..., 2] - p[..., 0]  # noqa: E731
    assert lean(one_look([0], contrast=contrast, noise=0.0)) == pytest.approx(lean(plain))
    white = lean(one_look([0], contrast=contrast, noise=0.0, paint="white"))
    assert (np.abs(white - lean(plain)).max() > 0.01) == (contrast > 0)


def test_no_pixel_of_a_balanced_bird_is_cut_off():
    pictures = birds(np.arange(200) % 4, np.random.default_rng(0), noise=0.0)
    assert pictures.min() > 0
    assert pictures.max() < 1


def test_without_patterns_the_species_are_the_same_picture():
    assert np.ptp(one_look([0, 1, 2, 3], contrast=0.0), axis=0).max() == 0
    assert np.ptp(one_look([0, 1], contrast=0.5), axis=0).max() > 0.1


def test_patterns_lie_where_the_species_says():
    a, b, c, _ = one_look([0, 1, 2, 3], noise=0.0)
    plain = one_look([0], contrast=0.0, noise=0.0)[0]
    blue = plain[..., 2] > plain[..., 0] + 0.1
    rust = plain[..., 0] > plain[..., 2] + 0.1
    stripes, spots = np.abs(a - b).max(axis=2) > 0.01, np.abs(a - c).max(axis=2) > 0.01
    changed = np.abs(a - plain).max(axis=2) > 0.01
    assert not (changed & ~blue).any()  # species A carries both on blue
    assert (stripes & blue).any()
    assert (stripes & rust).any()
    assert not (stripes & spots).any()  # back and belly do not overlap


def test_leaking_poses_keep_to_a_quarter_turn():
    kinds = np.repeat(np.arange(4), 100)
    down, right = np.mgrid[:32, :32]
    for pose in ("leaking", "free"):
        pictures = birds(kinds, np.random.default_rng(1), contrast=0.0, noise=0.0, pose=pose)
        lean = pictures[..., 2] - pictures[..., 0]
        angle = np.arctan2((lean * down).sum(axis=(1, 2)), (lean * right).sum(axis=(1, 2)))
        off = np.degrees((angle - (kinds + 0.5) * np.pi / 2 + np.pi) % (2 * np.pi) - np.pi)
        assert (np.abs(off).max() < 60) == (pose == "leaking")


@given(st.integers(0, 1000), st.sampled_from([1, 3, 5, 7]))
@settings(max_examples=20)
def test_box_mean_is_scipys(seed, side):
    values = np.random.default_rng(seed).normal(size=(2, 9, 12))
    expected = scipy.ndimage.uniform_filter(values, (0, side, side), mode="nearest")
    assert box_mean(values, side) == pytest.approx(expected)


def test_features_respond_to_what_they_are_named_after():
    grey = np.full((16, 16, 3), 0.5)
    blue, rust, striped, spotted = grey.copy(), grey.copy(), grey.copy(), grey.copy()
    blue[..., 2] += 0.3
    rust[..., 0] += 0.3
    striped[::2] += 0.2
    spotted[6:10, 6:10] -= 0.4
    means = local_features(np.stack([grey, blue, rust, striped, spotted])).mean(axis=1)
    assert means[:, 0].tolist() == [1] * 5
    assert (means[:, 1] > 0).tolist() == [False, True, False, False, False]
    assert (means[:, 2] > 0).tolist() == [False, False, True, False, False]
    assert means[:, 4].argmax() == 3
    assert means[:, 6].argmax() == 4
    assert means[0, 4:].max() == 0


@pytest.mark.parametrize(
    ("change", "name"),
    [({"species": [4]}, "species"), ({"species": []}, "species"), ({"species": [0.5]}, "species"), ({"species": 2}, "species"),
     ({"gap": 1.1}, "gap"), ({"gap": np.nan}, "gap"), ({"contrast": -0.1}, "contrast"), ({"paint": "red"}, "paint"), ({"pose": None}, "pose"),
     ({"noise": -1}, "noise"), ({"species": [0] * 5001}, "species")],
)  # fmt: skip
def test_birds_refuse(change, name):
    with pytest.raises(ValueError, match=name):
        birds(**{"species": [0], "rng": np.random.default_rng(0)} | change)


def test_features_refuse_what_is_no_stack_of_pictures():
    for pictures in (np.zeros((4, 4, 3)), np.zeros((1, 4, 4, 4)), np.full((1, 4, 4, 3), np.nan)):
        with pytest.raises(ValueError, match="pictures"):
            local_features(pictures)
    assert module.FEATURES[4] == "stripes"
