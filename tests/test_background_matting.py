"""Alphas and the matting Laplacian: closed forms, a second implementation, invariants, bad input."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from miniatures import background_matting as bm

unit = st.floats(0, 1)
shapes = st.tuples(st.integers(1, 4), st.integers(1, 5), st.just(3))
drawn = st.integers(0, 2**31 - 1)


def picture(seed, *shape):
    return np.random.default_rng(seed).uniform(size=shape)


# -- alphas ---------------------------------------------------------------------------------------


def test_the_exercises():
    assert bm.alpha_known_background(0.5, 0.8, 0.2) == pytest.approx(0.5)
    assert bm.composite(0.9, 1.0, 0.25) == pytest.approx(0.975)


@given(drawn, shapes)
def test_known_colours_give_the_alpha_back(seed, shape):
    foreground, background, alpha = (
        picture(seed, *shape) / 2,
        0.55 + picture(seed + 1, *shape) / 3,
        picture(seed + 2, *shape[:2]),
    )
    image = bm.composite(foreground, background, alpha)
    found = bm.alpha_known_background(image, foreground, background)
    assert found == pytest.approx(alpha, abs=1e-12)
    assert bm.composite(foreground, background, found) == pytest.approx(image, abs=1e-12)  # back on the same background


def test_pure_pixels_have_alpha_0_and_1():
    foreground, background = picture(1, 5, 6, 3), picture(2, 5, 6, 3)
    assert (bm.alpha_known_background(foreground, foreground, background) == 1).all()
    assert (bm.alpha_known_background(background, foreground, background) == 0).all()
    assert bm.alpha_two_backgrounds(foreground, foreground, background, 1 - background) == pytest.approx(1)
    assert bm.alpha_two_backgrounds(background, 1 - background, background, 1 - background) == pytest.approx(
        0, abs=1e-15
    )


def test_the_least_squares_alpha_is_the_best_of_all():
    image, foreground, background = (picture(seed, 4, 5, 3) for seed in (3, 4, 5))
    found = bm.alpha_known_background(image, foreground, background)
    cost = ((bm.composite(foreground, background, found) - image) ** 2).sum(axis=2)
    for other in np.linspace(0, 1, 101):
        assert (
            cost <= ((bm.composite(foreground, background, np.full((4, 5), other)) - image) ** 2).sum(axis=2) + 1e-12
        ).all()


@given(drawn, shapes)
def test_two_backgrounds_need_no_foreground(seed, shape):
    foreground, alpha, first = picture(seed, *shape), picture(seed + 1, *shape[:2]), picture(seed + 2, *shape)
    second = np.where(first > 0.5, first - 0.3, first + 0.3)
    images = [bm.composite(foreground, one, alpha) for one in (first, second)]
    assert bm.alpha_two_backgrounds(*images, first, second) == pytest.approx(alpha, abs=1e-12)
    assert bm.alpha_two_backgrounds(*images[::-1], second, first) == pytest.approx(alpha, abs=1e-12)


def test_two_backgrounds_are_exact_to_the_last_bits():
    foreground, alpha, first, second = (
        picture(1, 64, 64, 3),
        picture(2, 64, 64),
        np.full(3, 0.1),
        np.array([0.9, 0.8, 0.7]),
    )
    images = [bm.composite(foreground, one, alpha) for one in (first, second)]
    assert np.abs(bm.alpha_two_backgrounds(*images, first, second) - alpha).max() < 1e-15


def test_two_backgrounds_that_differ_in_one_colour_only():
    foreground, alpha = picture(1, 3, 4, 3), picture(2, 3, 4)
    first, second = [0.2, 0.5, 0.5], [0.2, 0.5, 0.9]
    images = [bm.composite(foreground, one, alpha) for one in (first, second)]
    assert bm.alpha_two_backgrounds(*images, first, second) == pytest.approx(alpha, abs=1e-12)


def test_spill_makes_the_subject_translucent_by_as_much():
    """Light of the screen on the subject: C = F' = (1 - s) F + s B, so the alpha of a solid subject is 1 - s."""
    own, screen = np.array([0.6, 0.4, 0.3]), np.array([0.1, 0.7, 0.2])
    for spill in (0.0, 0.1, 0.4):
        seen = np.broadcast_to((1 - spill) * own + spill * screen, (2, 2, 3))
        assert bm.alpha_known_background(seen, own, screen) == pytest.approx(1 - spill)


def test_grey_clips_and_colours_have_their_shapes():
    assert bm.alpha_known_background(picture(1, 6, 7), 2.0, -1.0).shape == (6, 7)
    assert bm.alpha_known_background(picture(1, 2, 6, 7, 3), [2.0, 2, 2], np.full((6, 7, 3), -1.0)).shape == (2, 6, 7)
    assert bm.alpha_known_background(picture(1, 2, 6, 7), 2.0, -1.0).shape == (2, 6, 7)
    assert bm.composite([1.0, 0, 0], [0, 1.0, 0], picture(1, 6, 7)).shape == (6, 7, 3)
    assert bm.composite(picture(1, 2, 6, 7, 3), picture(1, 6, 7, 3), picture(1, 2, 6, 7)).shape == (2, 6, 7, 3)
    assert bm.composite(picture(1, 6, 7, 3), 0.0, 0.5).shape == (6, 7, 3)


def test_where_no_alpha_exists_the_pixel_is_named():
    image, background = np.full((3, 4, 3), 0.5), picture(1, 3, 4, 3)
    with pytest.raises(ValueError, match=r"foreground equals background at \(0, 0\)"):
        bm.alpha_known_background(image, background, background)
    second = background + 0.1
    second[1, 2] = background[1, 2]
    with pytest.raises(ValueError, match=r"background_1 equals background_2 at \(1, 2\)"):
        bm.alpha_two_backgrounds(image, image, background, second)
    with pytest.raises(ValueError, match="every alpha is right"):
        bm.alpha_known_background(0.5, 1e-200, 0.0)


BAD = [np.nan, np.inf, [[0.1, np.nan]], [], None, "white", [[True, False]], 1j, [[1.0], [1.0, 2.0]], 1e7]


@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_bad_pictures_are_named(bad):
    for name, call in (
        ("image", lambda: bm.alpha_known_background(bad, 0.9, 0.1)), ("foreground", lambda: bm.alpha_known_background(0.5, bad, 0.1)),
        ("background", lambda: bm.alpha_known_background(0.5, 0.9, bad)), ("image_1", lambda: bm.alpha_two_backgrounds(bad, 1, 0, 1)),
        ("image_2", lambda: bm.alpha_two_backgrounds(1, bad, 0, 1)), ("background_1", lambda: bm.alpha_two_backgrounds(1, 1, bad, 1)),
        ("background_2", lambda: bm.alpha_two_backgrounds(1, 1, 0, bad)), ("foreground", lambda: bm.composite(bad, 1, 0.5)),
        ("background", lambda: bm.composite(1, bad, 0.5)), ("alpha", lambda: bm.composite(1, 1, bad)),
        ("image", lambda: bm.matting_laplacian(bad)), ("image", lambda: bm.alpha_closed_form(bad, np.zeros((4, 4)))),
    ):  # fmt: skip
        if not (
            name == "alpha" and isinstance(bad, list) and bad == []
        ):  # an empty alpha of nothing is refused by no shape
            with pytest.raises(ValueError, match=name):
                call()


@pytest.mark.parametrize(("call", "words"), [
    (lambda: bm.alpha_known_background(np.zeros((4, 5, 3)), np.zeros((4, 6, 3)), 1.0), "do not fit"),
    (lambda: bm.alpha_known_background(np.zeros((4, 5)), np.zeros((2, 4, 5)), 1.0), "does not fit"),
    (lambda: bm.alpha_two_backgrounds(np.zeros((4, 5)), np.zeros((4, 4)), 0.0, 1.0), "image_2"),
    (lambda: bm.composite(np.zeros((4, 5, 3)), 0.0, np.zeros((4, 4))), "alpha"),
    (lambda: bm.composite(0.1, 0.2, 1.01), "alpha"), (lambda: bm.composite(0.1, 0.2, -0.01), "alpha"),
    (lambda: bm.matting_laplacian(np.zeros((2, 9))), "radius"), (lambda: bm.matting_laplacian(np.zeros((4, 4)), radius=2), "radius"),
    (lambda: bm.matting_laplacian(np.zeros((9, 9)), radius=0), "radius"), (lambda: bm.matting_laplacian(np.zeros((9, 9)), radius=1.0), "radius"),
    (lambda: bm.matting_laplacian(np.zeros((9, 9)), 0.0), "epsilon"), (lambda: bm.matting_laplacian(np.zeros((9, 9)), -1), "epsilon"),
    (lambda: bm.matting_laplacian(np.zeros((9, 9)), np.nan), "epsilon"), (lambda: bm.matting_laplacian(np.zeros((9, 9, 4))), "image"),
    (lambda: bm.matting_laplacian(np.zeros((300, 300))), "too large"), (lambda: bm.matting_laplacian(np.zeros(9)), "image"),
    (lambda: bm.alpha_closed_form(np.zeros((5, 5)), np.full((5, 5), 0.5)), "no pixel is known"),
    (lambda: bm.alpha_closed_form(np.zeros((5, 5)), np.zeros((5, 4))), "trimap"),
    (lambda: bm.alpha_closed_form(np.zeros((5, 5)), np.full((5, 5), 2.0)), "trimap"),
])  # fmt: skip
def test_bad_shapes_and_numbers_are_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@given(
    arrays(
        float, st.tuples(st.integers(0, 3), st.integers(0, 3)), elements=st.floats(allow_nan=True, allow_infinity=True)
    ),
    unit,
    unit,
)
def test_any_array_gives_an_alpha_from_0_to_1_or_an_error(image, foreground, background):
    try:
        found = bm.alpha_known_background(image, foreground, background)
    except ValueError:
        return
    assert found.shape == image.shape
    assert ((found >= 0) & (found <= 1)).all()


# -- the matting Laplacian ------------------------------------------------------------------------


def by_loops(image, epsilon, radius):
    """The published formula, window by window and pixel by pixel."""
    height, width = image.shape[:2]
    colours = image.reshape(height, width, -1)
    found = np.zeros((height * width, height * width))
    for row in range(radius, height - radius):
        for column in range(radius, width - radius):
            members = [
                (y, x)
                for y in range(row - radius, row + radius + 1)
                for x in range(column - radius, column + radius + 1)
            ]
            values = np.array([colours[one] for one in members])
            mean, n = values.mean(axis=0), len(members)
            spread = np.cov(values.T, bias=True).reshape(values.shape[1], -1) + epsilon / n * np.eye(values.shape[1])
            for i, (y, x) in enumerate(members):
                for j, (v, u) in enumerate(members):
                    likeness = (1 + (values[i] - mean) @ np.linalg.inv(spread) @ (values[j] - mean)) / n
                    found[y * width + x, v * width + u] += (i == j) - likeness
    return found


@pytest.mark.parametrize(("shape", "radius"), [((5, 6, 3), 1), ((6, 5), 1), ((6, 7, 3), 2)])
def test_the_laplacian_equals_the_published_sum(shape, radius):
    image = picture(7, *shape)
    assert bm.matting_laplacian(image, 1e-4, radius).toarray() == pytest.approx(by_loops(image, 1e-4, radius), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(drawn, st.sampled_from([(4, 5), (5, 4, 3), (7, 6, 3)]), st.floats(-7, 0), st.sampled_from([1, 1.5, 0.01]))
def test_rows_sum_to_zero_and_no_eigenvalue_is_negative(seed, shape, exponent, contrast):
    found = bm.matting_laplacian(contrast * picture(seed, *shape), 10**exponent)
    assert scipy.sparse.issparse(found)
    assert np.abs(np.asarray(found.sum(axis=1))).max() < 1e-9
    assert np.abs((found - found.T).toarray()).max() == 0
    assert np.linalg.eigvalsh(found.toarray()).min() > -1e-9


def test_a_window_reaches_no_further_than_itself():
    found = bm.matting_laplacian(picture(1, 8, 9, 3)).toarray().reshape(8, 9, 8, 9)
    rows, columns = np.nonzero(np.abs(found[4, 4]) > 0)
    assert rows.min() == columns.min() == 2
    assert rows.max() == columns.max() == 6


def test_an_alpha_that_is_linear_in_the_colours_costs_nothing():
    """The colour-line model: wherever alpha is one linear function of the colours, the cost vanishes with epsilon."""
    image = picture(3, 9, 9, 3)
    alpha = (image @ [0.5, -0.2, 0.3] + 0.1).ravel()
    costs = [alpha @ (bm.matting_laplacian(image, epsilon) @ alpha) for epsilon in (1e-9, 1e-5, 1e-1)]
    assert costs[0] < 1e-6
    assert costs[0] < costs[1] < costs[2]
    rough = picture(4, 81)
    assert rough @ (bm.matting_laplacian(image, 1e-9) @ rough) > 1


def test_colours_may_be_turned_stretched_and_shifted():
    """With epsilon out of the way, an invertible affine map of all colours leaves the Laplacian as it was."""
    image, turn = picture(5, 7, 8, 3), np.array([[0.9, 0.3, 0.0], [-0.2, 1.1, 0.4], [0.1, 0.0, 0.7]])
    before, after = (bm.matting_laplacian(one, 1e-10).toarray() for one in (image, image @ turn + [0.2, -1.0, 3.0]))
    assert after == pytest.approx(before, abs=1e-5)
    grey = picture(6, 7, 8)
    assert bm.matting_laplacian(5 * grey - 2, 1e-10).toarray() == pytest.approx(
        bm.matting_laplacian(grey, 1e-10).toarray(), abs=1e-5
    )


def test_closed_form_recovers_what_two_colours_make():
    """Where subject and background have one colour each, alpha is linear in the colour and comes back, whatever the trimap leaves open."""
    rows, columns = np.mgrid[:12, :16]
    alpha = np.clip((columns - 3 - 0.3 * rows) / 6, 0, 1)
    image = bm.composite([0.1, 0.2, 0.4], [0.8, 0.7, 0.5], alpha)
    trimap = np.where((alpha > 0) & (alpha < 1), 0.5, alpha)
    assert bm.alpha_closed_form(image, trimap, 1e-9) == pytest.approx(alpha, abs=1e-4)
    sparse = np.full(alpha.shape, 0.5)
    sparse[:, 0], sparse[:, -1] = 0, 1
    assert bm.alpha_closed_form(image, sparse, 1e-9) == pytest.approx(alpha, abs=1e-3)


def test_closed_form_solves_the_normal_equations_and_keeps_what_is_known():
    image, trimap = picture(8, 10, 10, 3), np.full((10, 10), 0.5)
    trimap[:, :3], trimap[:, 7:] = 0, 1
    alpha, laplacian = bm.alpha_closed_form(image, trimap, 1e-2), bm.matting_laplacian(image, 1e-2).toarray()
    unknown = (trimap == 0.5).ravel()
    exact = np.linalg.solve(
        laplacian[np.ix_(unknown, unknown)], -laplacian[np.ix_(unknown, ~unknown)] @ trimap.ravel()[~unknown]
    )
    assert alpha.ravel()[unknown] == pytest.approx(np.clip(exact, 0, 1), abs=1e-9)
    assert (alpha[trimap != 0.5] == trimap[trimap != 0.5]).all()
    assert (bm.alpha_closed_form(image, np.ones((10, 10))) == 1).all()
    one_sided = np.where(trimap == 1, 1, 0.5)
    assert bm.alpha_closed_form(image, one_sided) == pytest.approx(1, abs=1e-6)


def test_closed_form_takes_grey_pictures():
    columns = np.tile(np.clip((np.arange(12) - 3) / 5, 0, 1), (6, 1))
    found = bm.alpha_closed_form(0.8 - 0.6 * columns, np.where((columns > 0) & (columns < 1), 0.5, columns), 1e-9)
    assert found == pytest.approx(columns, abs=1e-4)
