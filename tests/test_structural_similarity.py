"""SSIM against a window-by-window loop, SciPy's Gaussian filter and what a formula says of simple pictures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures.structural_similarity import dssim, ssim
from scipy.ndimage import gaussian_filter

PICTURES = arrays(float, (2, 13, 15), elements=st.floats(0, 1))


def by_loop(a, b):
    """Wang's formula, one window after the other."""
    reach = np.arange(-5, 6)
    weights = np.exp(-(reach[:, None] ** 2 + reach[None, :] ** 2) / 4.5)
    weights /= weights.sum()
    found = []
    for i in range(a.shape[0] - 10):
        for j in range(a.shape[1] - 10):
            p, q = a[i : i + 11, j : j + 11], b[i : i + 11, j : j + 11]
            mp, mq = (weights * p).sum(), (weights * q).sum()
            vp, vq = (weights * (p - mp) ** 2).sum(), (weights * (q - mq) ** 2).sum()
            shared = (weights * (p - mp) * (q - mq)).sum()
            top = (2 * mp * mq + 0.0001) * (2 * shared + 0.0009)
            found.append(top / ((mp**2 + mq**2 + 0.0001) * (vp + vq + 0.0009)))
    return np.mean(found)


def test_agrees_with_a_loop_over_windows():
    rng = np.random.default_rng(1)
    a, b = rng.uniform(size=(2, 3, 24, 20))
    assert ssim(a, b) == pytest.approx([by_loop(*pair) for pair in zip(a, b, strict=True)], rel=1e-10)


def test_agrees_with_scipys_gaussian_filter():
    rng = np.random.default_rng(2)
    a, b = rng.uniform(size=(2, 24, 24))

    def local(picture):
        return gaussian_filter(picture, 1.5, truncate=5 / 1.5)[5:-5, 5:-5]

    power = local(a * a) - local(a) ** 2 + local(b * b) - local(b) ** 2
    shared = local(a * b) - local(a) * local(b)
    top = (2 * local(a) * local(b) + 1e-4) * (2 * shared + 9e-4)
    assert ssim(a[None], b[None])[0] == pytest.approx(
        (top / ((local(a) ** 2 + local(b) ** 2 + 1e-4) * (power + 9e-4))).mean()
    )


def test_flat_pictures_by_hand():
    """No contrast, so only the means count: 2 * 0.2 * 0.6 over 0.04 + 0.36."""
    a, b = np.full((1, 11, 11), 0.2), np.full((1, 11, 11), 0.6)
    assert ssim(a, b)[0] == pytest.approx((0.24 + 1e-4) / (0.4 + 1e-4))
    assert dssim(a, b)[0] == pytest.approx(0.16 / (0.4 + 1e-4) / 2)


def test_a_negative_is_unlike():
    a = np.random.default_rng(3).uniform(size=(1, 24, 24))
    assert ssim(a, 1 - a)[0] < -0.8


@settings(max_examples=40)
@given(PICTURES, PICTURES)
def test_equal_pictures_give_one_and_the_order_does_not_matter(a, b):
    assert ssim(a, a) == pytest.approx([1, 1])
    assert dssim(a, a) == pytest.approx([0, 0], abs=1e-12)
    assert dssim(a, b) == pytest.approx(dssim(b, a))
    assert (dssim(a, b) >= -1e-12).all()
    assert (dssim(a, b) <= 1).all()


@pytest.mark.parametrize(("a", "b", "named"), [
    (np.zeros((1, 10, 12)), np.zeros((1, 10, 12)), "first"), (np.zeros((12, 12)), np.zeros((12, 12)), "first"),
    (np.zeros((1, 12, 12)), np.zeros((1, 12, 13)), "second"), (np.full((1, 12, 12), 1.1), np.zeros((1, 12, 12)), "first"),
    (np.zeros((1, 12, 12)), np.full((1, 12, 12), np.nan), "second"), (np.zeros((1, 12, 12)), np.full((1, 12, 12), 1.1), "second"),
])  # fmt: skip
def test_bad_pictures_are_named(a, b, named):
    with pytest.raises(ValueError, match=f"^{named} "):
        ssim(a, b)


@pytest.mark.parametrize(("shape", "fits"), [((11, 512), True), ((512, 11), True), ((10, 11), False), ((11, 10), False), ((11, 513), False), ((513, 11), False)])  # fmt: skip
def test_sides_have_from_11_to_512_pixels(shape, fits):
    picture = np.zeros((1, *shape))
    if fits:
        assert ssim(picture, picture).tolist() == [1]
    else:
        with pytest.raises(ValueError, match=r"sides from 11 to 512 pixels$"):
            ssim(picture, picture)
