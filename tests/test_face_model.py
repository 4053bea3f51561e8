"""The canonical face: its counts and symmetry, how it moves and is drawn, errors and alignment, and bad input."""

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import face_model as f

REST = f.canonical().vertices
angles = st.tuples(st.floats(-60, 60), st.floats(-30, 30))


def in_picture(yaw=0.0, pitch=0.0, mouth=0.0, brow=0.0, width=1.0):
    return f.placed(f.turned(f.deformed(mouth, brow, width), yaw, pitch), 64, 64, 40)


# the mesh ------------------------------------------------------------------------------------


def test_a_disc_of_468_vertices():
    corners, edges = f.canonical().triangles, f.edges()
    assert (REST.shape, corners.shape, edges.shape) == ((468, 3), (898, 3), (1365, 2))
    assert sorted({*corners.ravel().tolist()}) == list(range(468))
    assert 468 - len(edges) + len(corners) == 1  # Euler's number of a disc: one outline, no holes at eyes or mouth
    sides = np.sort(corners[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    assert np.bincount(np.unique(sides, axis=0, return_counts=True)[1]).tolist() == [0, 36, 1329]


def test_trails_run_along_each_edge_once():
    pairs = [tuple(sorted(pair)) for line in f.trails() for pair in itertools.pairwise(line)]
    assert sorted(pairs) == [tuple(edge) for edge in f.edges().tolist()]


def test_outlines_are_closed_mirrored_and_where_they_are_named():
    loops = f.outlines()
    edge = loops["face"][0]
    assert (len(edge), edge[0]) == (37, edge[-1])
    assert REST[list(edge), 0].max() == pytest.approx(f.HALF_WIDTH)
    for name in ("eye", "brow"):
        left, right = loops[name]
        assert REST[list(right)] == pytest.approx(REST[list(left)] * [-1, 1, 1])
    lips, mouth = (REST[list(loops[name][0])] for name in ("lips", "mouth"))
    assert np.ptp(lips[:, 0]) > np.ptp(mouth[:, 0])
    assert REST[list(loops["brow"][0]), 1].min() > REST[list(loops["eye"][0]), 1].mean() > lips[:, 1].max()
    for loop in (lips, mouth):  # around, and not across: no step is wider than a quarter of the loop
        steps = np.abs(np.diff(np.vstack([loop, loop[:1]])[:, 0]))
        assert steps.max() < np.ptp(loop[:, 0]) / 4


def test_a_turned_face_hides_its_far_cheek():
    ahead, aside, away = (f.facing(in_picture(yaw)) for yaw in (0, 60, 85))
    assert ahead.all()
    assert aside.sum() > away.sum() > 200
    hidden = REST[~aside, 0]
    assert hidden.mean() > 2  # turned to the picture's right: what lies there goes behind


def test_the_face_is_symmetric_and_its_eyes_are_where_we_say():
    assert REST[f.mirror()] == pytest.approx(REST * [-1, 1, 1])
    assert (f.mirror()[f.mirror()] == np.arange(468)).all()
    (outer, inner), (other_outer, other_inner) = f.EYES
    assert [f.mirror()[outer], f.mirror()[inner]] == [other_outer, other_inner]
    assert np.abs(REST[:, 0]).max() == pytest.approx(f.HALF_WIDTH)
    left = (REST[33] + REST[133]) / 2
    assert f.interocular_distance(REST) == pytest.approx(-2 * left[0])


def test_parts_are_symmetric_and_few():
    names = f.parts()
    middles = REST[f.canonical().triangles].mean(axis=1)
    assert {name: int((names == name).sum()) for name in f.TONES} == {
        "skin": 718,
        "brow": 14,
        "eye": 28,
        "lips": 108,
        "mouth": 30,
    }
    for name in ("eye", "brow", "lips", "mouth"):
        assert abs(middles[names == name, 0].mean()) < 0.05
    assert middles[names == "eye", 1].mean() > middles[names == "lips", 1].mean()


def test_stored_arrays_are_those_of_the_source():
    assert hashlib.sha256(np.round(REST * 1e6).astype("<i8").tobytes()).hexdigest() == VERTICES_DIGEST
    assert REST[1].tolist() == [0.0, -1.126865, 7.475604]


VERTICES_DIGEST = "717380870f4614dab7511ea18798b4b86f215d93bdb3edc80b90206e20b34419"


# deforming, turning, placing -------------------------------------------------------------------


def test_the_mouth_opens_below_its_line_only():
    fall = (REST - f.deformed(mouth=1))[:, 1]
    assert fall.min() == 0
    assert fall[14] == pytest.approx(f.OPENING, rel=0.02)  # lower lip
    assert fall[152] == pytest.approx(f.OPENING, rel=0.02)  # chin
    assert fall[[13, 4, 33, 105]].tolist() == [0, 0, 0, 0]  # upper lip, nose, eye, brow
    assert fall[61] < 0.2  # corner of the mouth
    assert f.deformed(mouth=0.5) == pytest.approx((REST + f.deformed(mouth=1)) / 2)


def test_brows_rise_and_width_widens():
    rise = (f.deformed(brow=1) - REST)[:, 1]
    assert rise[105] > 0.7
    assert np.abs(rise[[14, 152, 61]]).max() < 1e-6
    assert f.deformed(width=1.1)[:, 0] == pytest.approx(1.1 * REST[:, 0])


def test_every_deformation_is_symmetric():
    moved = f.deformed(0.7, -0.4, 1.1)
    assert moved[f.mirror()] == pytest.approx(moved * [-1, 1, 1])


@settings(max_examples=25)
@given(angles)
def test_turning_keeps_distances(angle):
    moved = f.turned(REST, *angle)
    assert np.linalg.norm(moved[:40, None] - moved[None, :40], axis=2) == pytest.approx(
        np.linalg.norm(REST[:40, None] - REST[None, :40], axis=2)
    )
    assert f.turned(f.turned(REST, angle[0]), -angle[0]) == pytest.approx(REST)


def test_which_way_it_turns():
    nose = f.turned(REST, 30)[4]
    assert nose[0] > 3  # positive yaw: to the image's right
    assert f.turned(REST, 0, 20)[4, 1] > REST[4, 1]  # positive pitch: up
    assert in_picture(pitch=20)[4, 1] < in_picture()[4, 1]  # y of a picture points down
    assert in_picture()[[234, 454], 0] == pytest.approx([24, 104], abs=0.5)  # ears, 40 px on each side of 64


# drawing ---------------------------------------------------------------------------------------


def by_hand(points, side):
    """Every pixel against every triangle, with a depth buffer: slow and plain."""
    depth, which = np.full((side, side), -np.inf), np.full((side, side), -1)
    for number, (a, b, c) in enumerate(points[f.canonical().triangles]):
        basis = np.array([b[:2] - a[:2], c[:2] - a[:2]]).T
        if np.linalg.det(basis) >= -1e-9:
            continue
        for row in range(max(int(min(a[1], b[1], c[1])), 0), min(int(max(a[1], b[1], c[1])) + 1, side)):
            for column in range(max(int(min(a[0], b[0], c[0])), 0), min(int(max(a[0], b[0], c[0])) + 1, side)):
                v, w = np.linalg.solve(basis, [column + 0.5 - a[0], row + 0.5 - a[1]])
                z = a[2] + v * (b[2] - a[2]) + w * (c[2] - a[2])
                if min(v, w, 1 - v - w) >= 0 and z > depth[row, column]:
                    depth[row, column], which[row, column] = z, number
    return which


@pytest.mark.parametrize("pose", [(0, 0, 0), (35, 10, 1), (-60, -15, 0.4)])
def test_drawn_as_by_a_depth_buffer(pose):
    points = f.placed(f.turned(f.deformed(pose[2]), *pose[:2]), 24, 24, 14)
    which, drawn = by_hand(points, 48), f.draw(points, 48)
    assert (drawn.cover == (which >= 0)).mean() > 0.999
    tones = np.array([f.TONES[name] for name in f.parts()])
    both = drawn.cover & (which >= 0)
    share = drawn.grey[both] / tones[which[both]]  # shading alone, if the same triangle is on top
    assert ((share >= 0.8 * 0.35 - 1e-9) & (share <= 0.8 + 1e-9)).mean() > 0.995


def test_brightness_stays_between_ambient_and_skin():
    drawn = f.draw(in_picture(20, 5, 0.5, 0.5), 128, skin=0.9)
    skin_only = drawn.grey[drawn.cover]
    assert skin_only.max() <= 0.9 + 1e-12
    assert skin_only.min() >= 0.9 * 0.35 * f.TONES["mouth"] - 1e-12
    assert (drawn.grey[~drawn.cover] == 0).all()


def test_light_from_one_side_brightens_that_side():
    left, right = (f.draw(in_picture(), 128, light=(x, 0, 1)).grey for x in (-1, 1))
    assert left[:, :64].mean() > left[:, 64:].mean() + 0.02
    assert np.abs(left[:, ::-1] - right).mean() < 0.003  # a pixel may show the triangle's neighbour


def test_the_open_mouth_is_dark():
    closed, opened = (f.draw(in_picture(mouth=mouth), 128).grey[84:100, 54:74].mean() for mouth in (0, 1))
    assert opened < closed - 0.1


def test_a_larger_picture_is_the_same_picture():
    large = f.draw(f.placed(REST, 128, 128, 80), 256).grey.reshape(128, 2, 128, 2).mean(axis=(1, 3))
    assert np.abs(large - f.draw(f.placed(REST, 64, 64, 40), 128).grey).mean() < 0.006


def test_what_lies_outside_is_left_out():
    assert not f.draw(f.placed(REST, 500, 500, 20), 64).cover.any()
    assert 0.1 < f.draw(f.placed(REST, 0, 32, 20), 64).cover.mean() < 0.4


# errors and alignment ----------------------------------------------------------------------------


def test_a_known_error():
    truth = in_picture()
    unit = f.interocular_distance(truth)
    assert f.interocular_error(truth + unit * np.array([0.03, 0.04, 9]), truth) == pytest.approx(5)
    assert f.interocular_error(truth + unit * np.array([0, 0, 0.1]), truth, 3) == pytest.approx(10)
    two = f.interocular_error(np.stack([truth, truth + unit * np.array([1, 0, 0])]), np.stack([truth, truth]))
    assert two == pytest.approx([0, 100])
    assert f.interocular_error(truth[:, :2] * 3 + 5, (truth * 3 + 5)[:, :2]) == pytest.approx(0)


@settings(max_examples=25)
@given(angles, st.floats(0.1, 50), st.floats(-100, 100))
def test_procrustes_undoes_any_similarity(angle, scale, shift):
    moved = scale * f.turned(REST, *angle) + shift
    found = f.procrustes(moved, REST)
    assert found.aligned == pytest.approx(REST, abs=1e-8)
    assert found.scale == pytest.approx(1 / scale)
    assert found.rotation @ found.rotation.T == pytest.approx(np.eye(3), abs=1e-9)
    assert np.linalg.det(found.rotation) == pytest.approx(1)
    rng = np.random.default_rng(0)
    target = REST + rng.normal(size=REST.shape)
    plain, from_moved = f.procrustes(REST, target).aligned, f.procrustes(moved, target).aligned
    assert plain == pytest.approx(from_moved, abs=1e-6)  # the pose of the source does not matter


def test_procrustes_by_scipy_and_no_reflection():
    from scipy.spatial.transform import Rotation

    target = f.astronaut()[1] * [1, -1, 1]
    a, b = REST - REST.mean(axis=0), target - target.mean(axis=0)
    turn, _ = Rotation.align_vectors(b, a)
    assert f.procrustes(REST, target).rotation == pytest.approx(turn.as_matrix(), abs=1e-6)
    mirrored = f.procrustes(REST * [-1, 1, 1] + [3, 0, 0] * (REST[:, :1] ** 2), REST)
    assert np.linalg.det(mirrored.rotation) == pytest.approx(1)


def test_a_real_face_lies_near_the_canonical_one():
    grey, points = f.astronaut()
    assert grey.shape == (96, 96)
    assert points[:, :2].min() > 0
    assert points[:, :2].max() < 96
    fitted = f.procrustes(points * [1, -1, 1], REST).aligned
    assert f.interocular_error(fitted, REST, 3) == pytest.approx(8.86, abs=0.02)
    upside_down = f.procrustes(points, REST).aligned  # y still down: a reflection, which no turn undoes
    assert f.interocular_error(upside_down, REST, 3) > 30


# bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("call", "named"), [
    (lambda: f.deformed(mouth=1.2), "mouth"), (lambda: f.deformed(brow=float("nan")), "brow"), (lambda: f.deformed(width=0), "width"),
    (lambda: f.turned(REST, 91), "yaw"), (lambda: f.turned(REST, 0, "up"), "pitch"), (lambda: f.turned(REST[:, :2], 0), "vertices"),
    (lambda: f.placed(REST, 0, 0, 0), "scale"), (lambda: f.placed(REST, float("inf"), 0, 1), "x"), (lambda: f.placed(REST, 0, None, 1), "y"),
    (lambda: f.draw(REST[:9]), "points"), (lambda: f.draw(in_picture(), 3), "side"), (lambda: f.draw(in_picture(), 64.0), "side"),
    (lambda: f.draw(in_picture(), light=(0, 0, 0)), "light"), (lambda: f.draw(in_picture(), light=(1, 2)), "light"), (lambda: f.draw(in_picture(), skin=1.1), "skin"),
    (lambda: f.draw(np.zeros((468, 3))), "points"), (lambda: f.interocular_error(REST[:5], REST), "predicted"),
    (lambda: f.interocular_error(REST, np.zeros((468, 3))), "truth"), (lambda: f.interocular_error(REST, REST[:5]), "truth"),
    (lambda: f.interocular_error(REST, REST, 4), "axes"), (lambda: f.interocular_error(REST, REST, 0), "axes"), (lambda: f.interocular_distance(REST.T), "points"),
    (lambda: f.procrustes(REST, REST[:4]), "target"), (lambda: f.procrustes(np.ones((5, 2)), np.ones((5, 2))), "source"), (lambda: f.procrustes([], []), "source"),
])  # fmt: skip
def test_a_bad_argument_is_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


@settings(max_examples=15)
@given(angles, st.floats(0, 1), st.floats(-1, 1), st.floats(0.7, 1.4), st.integers(8, 40), st.floats(-10, 60))
def test_any_face_can_be_drawn(angle, mouth, brow, width, side, x):
    drawn = f.draw(f.placed(f.turned(f.deformed(mouth, brow, width), *angle), x, side / 2, side / 3), side)
    assert drawn.grey.shape == drawn.cover.shape == (side, side)
    assert 0 <= drawn.grey.min() <= drawn.grey.max() <= 0.8 + 1e-9
