"""Crops, regressors and counted costs: closed forms, scikit-learn as the oracle, and bad input that is named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import mesh_regression as m

SCENES = m.random_scenes(40, np.random.default_rng(0))


def frames_and_points(count, seed):
    rng = np.random.default_rng(seed)
    scenes = m.random_scenes(count, rng)
    return (
        scenes,
        np.array([m.frame(one, rng) for one in scenes]),
        np.array([m.true_points(one) for one in scenes]),
        rng,
    )


def test_costs():
    assert [m.multiply_adds(side) for side in (32, 16, 8, 4)] == [1_437_696, 359_424, 89_856, 22_464]
    assert [m.multiply_adds(side, 180) for side in (32, 16, 8, 4)] == [184_320, 46_080, 11_520, 2_880]  # a mesh of 60
    assert m.output_values(468, 64) == (3 * 468, 468 * 64 * 64)
    model = m.fit(np.eye(9)[:5].reshape(5, 3, 3), np.arange(10.0).reshape(5, 2), 1.0)
    assert model.weights.size == m.multiply_adds(3, 2)  # what is counted is what is done


def test_scenes_lie_between_their_ends():
    scenes = m.random_scenes(500, np.random.default_rng(1))
    assert (scenes >= m.LOWEST).all()
    assert (scenes <= m.HIGHEST).all()
    assert scenes.mean(axis=0) == pytest.approx((m.LOWEST + m.HIGHEST) / 2, rel=0.2, abs=3)


def test_a_frame_shows_the_face_where_its_points_are():
    for scene in SCENES[:5]:
        picture, points = m.frame(scene, np.random.default_rng(2), grain=0.0), m.true_points(scene)
        wall = m.plain(np.random.default_rng(2))[0, 0]
        row, column = np.nonzero(np.abs(picture - wall) > 1e-9)
        assert column.min() == pytest.approx(points[:, 0].min(), abs=2)
        assert column.max() == pytest.approx(points[:, 0].max(), abs=2)
        assert row.min() == pytest.approx(points[:, 1].min(), abs=2)
        assert row.max() == pytest.approx(points[:, 1].max(), abs=2)


def test_grain_and_background():
    scene = SCENES[0]
    smooth, grainy = (m.frame(scene, np.random.default_rng(3), grain=grain) for grain in (0, 0.02))
    assert (grainy - smooth).std() == pytest.approx(0.02, rel=0.1)
    cluttered = m.frame(scene, np.random.default_rng(3), "cluttered", 0.0)
    from miniatures.face_model import draw

    cover = draw(m.true_points(scene), 128).cover
    assert (cluttered[cover] == smooth[cover]).all()  # the same face before another wall
    assert cluttered[~cover].std() > 0.1 > smooth[~cover].std()


def test_block_mean_by_hand_and_its_mean():
    rng = np.random.default_rng(4)
    pictures = rng.normal(size=(3, 8, 8))
    assert m.block_mean(pictures, 2)[1, 0, 1] == pytest.approx(pictures[1, :4, 4:].mean())
    for side in (1, 2, 4, 8):
        assert m.block_mean(pictures, side).mean(axis=(1, 2)) == pytest.approx(pictures.mean(axis=(1, 2)))


def test_a_crop_of_a_slope_is_the_slope():
    """Straight-line reading is exact on a plane, so the crop of x is where the crop looks."""
    x = np.tile(np.arange(128) + 0.5, (128, 1))
    seen = m.crop(x, (60, 70, 20), 32)
    middles = 60 + 2.8 * 20 * ((np.arange(32) + 0.5) / 32 - 0.5)
    assert seen == pytest.approx(np.tile(middles, (32, 1)))
    assert m.crop(x.T, (60, 70, 20), 32) == pytest.approx(np.tile(middles + 10, (32, 1)).T)


def test_crops_follow_the_face():
    """Moved and enlarged together with its box, the face looks the same in the crop."""
    scene = SCENES[1].copy()
    scene[5:8] = 60, 60, 26
    moved = scene.copy()
    moved[5:8] = 70, 64, 36
    crops = [m.crop(m.frame(one, np.random.default_rng(5), grain=0.0), one[5:8], 16) for one in (scene, moved)]
    assert np.abs(crops[0] - crops[1]).mean() < 0.01
    assert m.block_mean(m.crop(m.plain(np.random.default_rng(1)), (9, 9, 30), 32), 8) == pytest.approx(
        m.crop(m.plain(np.random.default_rng(1)), (9, 9, 30), 8)
    )


@settings(max_examples=25)
@given(st.integers(0, 39), st.floats(-500, 500), st.floats(0.1, 100))
def test_into_the_crop_and_back(number, x, scale):
    points, boxes = m.true_points(SCENES[number])[None], np.array([[x, -x / 2, scale]])
    assert m.into_frame(m.into_crop(points, boxes), boxes) == pytest.approx(points, abs=1e-8)


def test_a_box_is_where_the_origin_goes():
    boxes = SCENES[:1, 5:8]
    outputs = m.into_crop(m.true_points(SCENES[0])[None], boxes).reshape(468, 3)
    assert np.abs(outputs[:, 0]).max() < 1.4  # half a face, widened and turned, in boxes


def test_jitter_has_its_deviation():
    boxes = np.tile([64.0, 64, 30], (20_000, 1))
    away = (m.jittered(boxes, 0.06, np.random.default_rng(6)) - boxes) / 30
    assert away.std(axis=0) == pytest.approx([0.06] * 3, rel=0.03)
    assert m.jittered(boxes, 0, np.random.default_rng(6)) == pytest.approx(boxes)
    assert m.jittered(boxes, 0.5, np.random.default_rng(6))[:, 2].min() >= 15


@pytest.mark.parametrize("shape", [(20, 50), (60, 9)])
def test_ridge_by_scikit_learn(shape):
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(7)
    x, y, new = rng.normal(size=shape), rng.normal(size=(shape[0], 4)), rng.normal(size=(5, shape[1]))
    assert m.fit(x, y, 0.7)(new) == pytest.approx(Ridge(0.7).fit(x, y).predict(new))


def test_ridge_has_no_slope_left():
    """The gradient of the penalised squares is 0: x'(y - prediction) = ridge * weights."""
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(30, 12)), rng.normal(size=(30, 2))
    model = m.fit(x, y, 2.0)
    assert (x - model.centre).T @ (y - model(x)) == pytest.approx(2.0 * model.weights)


def test_the_outputs_live_in_few_directions():
    points = m.into_crop(np.array([m.true_points(one) for one in SCENES]), SCENES[:, 5:8])
    sizes = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    assert sizes[16:].max() < 1e-9 * sizes[0]  # 1404 numbers, 16 directions: four shapes, turned


def test_a_small_run_shows_the_effect():
    from miniatures.face_model import interocular_error

    _, frames, points, rng = world = frames_and_points(120, 9)
    scenes, new, truth, _ = frames_and_points(40, 10)
    boxes, new_boxes = m.jittered(world[0][:, 5:8], 0.06, rng), m.jittered(scenes[:, 5:8], 0.06, rng)
    rival = m.fit_frame(frames, points)(m.block_mean(new, 32)).reshape(-1, 468, 3)
    model = m.fit_crop(m.crops_of(frames, boxes), points, boxes)
    crop = m.into_frame(model(m.crops_of(new, new_boxes)), new_boxes)
    assert interocular_error(crop, truth).mean() < 12
    assert interocular_error(rival, truth).mean() > 22
    detector = m.fit_detector(frames, world[0][:, 5:8])(m.block_mean(new, 32))
    assert np.abs(detector - scenes[:, 5:8])[:, 2].mean() < np.abs(scenes[:, 7] - scenes[:, 7].mean()).mean()


FRAME = np.zeros((128, 128))
POINTS = np.zeros((2, 468, 3))


@pytest.mark.parametrize(("call", "named"), [
    (lambda: m.random_scenes(0, np.random.default_rng(0)), "count"), (lambda: m.true_points(np.zeros(10)), "scene"),
    (lambda: m.true_points(np.zeros(11)), "width"), (lambda: m.frame(SCENES[0], np.random.default_rng(0), "forest"), "background"),
    (lambda: m.frame(SCENES[0], np.random.default_rng(0), grain=-1), "grain"), (lambda: m.frame(SCENES[0] * np.nan, np.random.default_rng(0)), "scene"),
    (lambda: m.clutter(np.random.default_rng(0), waves=-1), "waves"), (lambda: m.clutter(np.random.default_rng(0), discs=0.5), "discs"),
    (lambda: m.block_mean(FRAME, 3), "side"), (lambda: m.block_mean(FRAME[:3], 1), "side"), (lambda: m.block_mean("x", 1), "pictures"),
    (lambda: m.crop(FRAME[1:], (1, 1, 1)), "picture"), (lambda: m.crop(FRAME, (1, 1)), "box"), (lambda: m.crop(FRAME, (1, 1, 0)), "box"), (lambda: m.crop(FRAME, (1, 1, 9), 24), "side"),
    (lambda: m.jittered([[1, 1, 1]], -0.1, np.random.default_rng(0)), "jitter"), (lambda: m.jittered([1, 1, 1], 0.1, np.random.default_rng(0)), "boxes"),
    (lambda: m.into_crop(POINTS, np.zeros((2, 3))), "boxes"), (lambda: m.into_crop(POINTS, np.ones((3, 3))), "boxes"), (lambda: m.into_frame(POINTS, np.ones((2, 3))), "outputs"),
    (lambda: m.fit(np.eye(3), np.eye(3), 0), "ridge"), (lambda: m.fit(np.eye(3), np.eye(2), 1), "targets"), (lambda: m.fit(np.zeros(3), np.eye(3), 1), "pictures"),
    (lambda: m.fit_frame(FRAME[None], POINTS), "points"), (lambda: m.fit_crop(FRAME[None], POINTS[:1], [[1, 1, -1]]), "boxes"),
    (lambda: m.crops_of([FRAME], np.ones((2, 3))), "boxes"), (lambda: m.crops_of([FRAME], [[1, 1, 1e-300]]), "boxes"), (lambda: m.multiply_adds(0), "side"), (lambda: m.output_values(0, 3), "landmarks"),
    (lambda: m.fit(np.eye(3), np.eye(3), 1)(np.eye(4)), "pictures"),
])  # fmt: skip
def test_a_bad_argument_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
