"""Fits and tries every regressor that the chapter on the face mesh shows from store: about two minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/face_mesh.py

writes data/face_mesh_runs.csv and data/face_mesh_models.npz; then put their sha256 into data/SHA256SUMS. Ridges and filters
were chosen on the seeds 0 to 4. With a folder that holds canonical_face_model.obj, astronaut.jpg (320 x 320) and
astronaut_landmarks468.npz it writes data/canonical_face.npz and data/astronaut_face.npz instead.
"""

import sys
from functools import cache
from pathlib import Path

import numpy as np
from miniatures import face_film as film
from miniatures import mesh_regression as m
from miniatures.face_mesh_runs import COUNTS, FRESH_SEEDS, JITTERS, RANK, TEST, TRAINED_JITTERS, TRAINING
from miniatures.face_model import interocular_distance, interocular_error
from writing import DATA, write_table


@cache
def world(seed: int, part: str, background: str = "plain"):
    """Scenes, frames and true points of the "training" or "test" faces of a seed; backgrounds share the faces."""
    scenes = m.random_scenes(TRAINING if part == "training" else TEST, stream(seed, part))
    rng = stream(seed, part + background)
    frames = np.array([m.frame(scene, rng, background) for scene in scenes])
    return scenes, frames, np.array([m.true_points(scene) for scene in scenes])


def stream(seed: int, name: str) -> np.random.Generator:
    """Random numbers of a seed for a purpose."""
    return np.random.default_rng((seed, *name.encode()))


@cache
def boxes_and_crops(seed: int, part: str, background: str, jitter: float):
    """What a detector of that jitter finds, and its crops of 32 pixels."""
    scenes, frames, _ = world(seed, part, background)
    boxes = m.jittered(scenes[:, 5:8], jitter, stream(seed, f"{part} jitter {jitter}"))
    return boxes, m.crops_of(frames, boxes)


@cache
def mesh_model(seed: int, side: int = 32, background: str = "plain", jitter: float = m.JITTER, count: int = TRAINING):
    """The regressor from crops."""
    boxes, crops = boxes_and_crops(seed, "training", background, jitter)
    return m.fit_crop(m.block_mean(crops[:count], side), world(seed, "training", background)[2][:count], boxes[:count])


@cache
def rival(seed: int, side: int = 32, background: str = "plain", count: int = TRAINING):
    """The regressor from whole frames."""
    _, frames, points = world(seed, "training", background)
    return m.fit_frame(frames[:count], points[:count], side)


def found(model, seed: int, side: int = 32, background: str = "plain", jitter: float = m.JITTER):
    """The test faces' points as the crops' regressor finds them, in the frame."""
    boxes, crops = boxes_and_crops(seed, "test", background, jitter)
    return m.into_frame(model(m.block_mean(crops, side)), boxes)


def found_whole(model, seed: int, side: int = 32, background: str = "plain"):
    """The test faces' points as the rival finds them."""
    return model(m.block_mean(world(seed, "test", background)[1], side)).reshape(-1, 468, 3)


def gap(points):
    """Between the lips, percent of the interocular distance."""
    return 100 * (points[:, 14, 1] - points[:, 13, 1])


def scores(of: str, points, truth):
    """The rows of one set of found points."""
    unit = interocular_distance(truth)
    yield "error", of, interocular_error(points, truth).mean()
    yield "depth error", of, interocular_error(points, truth, 3).mean()
    yield "lips", of, (np.abs(gap(points) - gap(truth)) / unit).mean()


def resolutions(seed: int):
    """Whole frame against crop, each at its resolutions, with the mean face of each."""
    truth = world(seed, "test")[2]
    for side in (64, 32):
        yield from scores(f"frame {side}", found_whole(rival(seed, side), seed, side), truth)
    yield from scores(
        "mean face in the frame", np.broadcast_to(world(seed, "training")[2].mean(axis=0), truth.shape), truth
    )
    for side in m.SIDES:
        yield from scores(f"crop {side}", found(mesh_model(seed, side), seed, side), truth)
        yield "trembling", f"crop {side}", trembling(seed, side)
    boxes, _ = boxes_and_crops(seed, "test", "plain", m.JITTER)
    mean = np.broadcast_to(mesh_model(seed).mean, (TEST, 1404))
    yield from scores("mean face in the crop", m.into_frame(mean, boxes), truth)


def trembling(seed: int, side: int, faces: int = 40) -> float:
    """Root mean squared step of the mesh between two frames that differ in their grain only."""
    scenes, rng = world(seed, "test")[0][:faces], stream(seed, "trembling")
    boxes, pair = scenes[:, 5:8], []
    grey = rng.integers(10**6, size=faces)
    for _ in range(2):
        frames = [m.frame(one, np.random.default_rng(g), grain=0) for one, g in zip(scenes, grey, strict=True)]
        frames = np.clip(frames + m.GRAIN * rng.normal(size=(faces, m.FRAME, m.FRAME)), 0, 1)
        pair.append(m.into_frame(mesh_model(seed, side)(m.crops_of(frames, boxes, side)), boxes)[..., :2])
    steps = (pair[1] - pair[0]) / interocular_distance(world(seed, "test")[2][:faces])[:, None, None]
    return 100 * np.sqrt((steps**2).mean())


def detectors(seed: int):
    """What the detector's jitter costs, what evaluation through true boxes hides, and a detector as simple as the rest."""
    scenes, frames, truth = world(seed, "test")
    for trained in TRAINED_JITTERS:
        for jitter in JITTERS:
            points = found(mesh_model(seed, jitter=trained), seed, jitter=jitter)
            yield "jitter", f"{trained:g} tried at {jitter:g}", interocular_error(points, truth).mean()
    training = world(seed, "training")
    detector = m.fit_detector(training[1], training[0][:, 5:8])
    boxes = detector(m.block_mean(frames, 32))
    off = (boxes - scenes[:, 5:8]) / scenes[:, 7:8]
    for name, column in zip(("x", "y", "scale"), off.T, strict=True):
        yield "detector", name, column.std()
    points = m.into_frame(mesh_model(seed, jitter=0.12)(m.crops_of(frames, boxes)), boxes)
    yield "error", "detector and crop 32", interocular_error(points, truth).mean()
    true_boxes = found(mesh_model(seed, jitter=0.12), seed, jitter=0.0)
    yield "error", "true box and crop 32", interocular_error(true_boxes, truth).mean()


def backgrounds(seed: int):
    """Trained before one background, tried before another."""
    truth = world(seed, "test")[2]
    for here in m.BACKGROUNDS:
        for there in m.BACKGROUNDS:
            points = found(mesh_model(seed, background=here), seed, background=there)
            yield "background", f"crop, {here} tried on {there}", interocular_error(points, truth).mean()
            points = found_whole(rival(seed, background=here), seed, background=there)
            yield "background", f"frame, {here} tried on {there}", interocular_error(points, truth).mean()


def counts(seed: int):
    """Errors by the number of training faces."""
    truth = world(seed, "test")[2]
    for count in COUNTS:
        yield "faces", f"crop {count}", interocular_error(found(mesh_model(seed, count=count), seed), truth).mean()
        yield "faces", f"frame {count}", interocular_error(found_whole(rival(seed, count=count), seed), truth).mean()


def film_outputs(seed: int, side: int):
    """What the regressor gives for each frame of the film, (160, 1404)."""
    frames = np.array([film.film_frame(number, seed) for number in range(film.FRAMES)])
    return mesh_model(seed, side)(m.crops_of(frames, film.film_boxes(seed), side))


def films(seed: int):
    """The film smoothed by each filter."""
    scenes, moving = film.film()
    truth = np.array([m.true_points(scene) for scene in scenes])
    track = m.into_frame(film_outputs(seed, 32), film.film_boxes(seed))
    for name in film.FILTERS:
        for measure, value in vars(film.quality(film.smoothed(track, name), truth, moving)).items():
            yield f"film {measure}", name, value


def of_seed(seed: int):
    """All rows (measure, of, value) of a seed."""
    for part in (resolutions, detectors, backgrounds, counts, films):
        yield from part(seed)


def directions(targets) -> np.ndarray:
    """The orthonormal directions (16, 1404) that hold all of the targets' differences."""
    return np.linalg.svd(targets - targets.mean(axis=0), full_matrices=False)[2][:RANK]


def models(seed: int) -> dict[str, np.ndarray]:
    """The arrays of data/face_mesh_models.npz."""
    points = world(seed, "training")[2]
    boxes, _ = boxes_and_crops(seed, "training", "plain", m.JITTER)
    basis, whole = directions(m.into_crop(points, boxes)), directions(points.reshape(len(points), -1))
    arrays = {
        "crop_basis": basis,
        "crop_mean": mesh_model(seed).mean,
        "crop_centre": mesh_model(seed).centre.reshape(32, 32),
    }
    for side in m.SIDES:
        arrays[f"crop_{side}"] = mesh_model(seed, side).weights @ basis.T
    arrays |= {"frame_basis": whole, "frame_mean": rival(seed).mean, "frame_centre": rival(seed).centre.reshape(32, 32)}
    arrays["frame_32"] = rival(seed).weights @ whole.T
    for side in (32, 8):
        arrays[f"film_{side}"] = (film_outputs(seed, side) - mesh_model(seed, side).mean) @ basis.T
    return {name: array.astype(np.float16 if array.ndim == 2 else np.float32) for name, array in arrays.items()}


def canonical_face(text: str) -> dict[str, np.ndarray]:
    """The arrays of data/canonical_face.npz from the lines of canonical_face_model.obj, whose vertices count from 1."""
    lines = [line.split() for line in text.splitlines()]
    vertices = [[float(x) for x in line[1:]] for line in lines if line[:1] == ["v"]]
    triangles = [[int(x.split("/")[0]) - 1 for x in line[1:]] for line in lines if line[:1] == ["f"]]
    return {"vertices": np.array(vertices), "triangles": np.array(triangles, np.int16)}


def astronaut_face(picture: np.ndarray, points: np.ndarray) -> dict[str, np.ndarray]:
    """The arrays of data/astronaut_face.npz: 96 pixels around the face, and its points, found at 512 pixels, moved there."""
    moved = (points * 320 / 512 - [92, 28, 0]) * [1, 1, -1]  # MediaPipe's z points away from the camera
    return {"grey": picture[28:124, 92:188], "points": moved.astype(np.float32)}


def write_faces(folder: Path) -> None:
    """The two files of faces from the folder of their sources."""
    from PIL import Image

    text = (folder / "canonical_face_model.obj").read_text("utf8")
    np.savez_compressed(DATA / "canonical_face.npz", **canonical_face(text))
    with Image.open(folder / "astronaut.jpg") as picture, np.load(folder / "astronaut_landmarks468.npz") as stored:
        arrays = astronaut_face(np.asarray(picture.convert("L")), stored["points"].astype(float))
    np.savez_compressed(DATA / "astronaut_face.npz", **arrays)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        write_faces(Path(sys.argv[1]))
        sys.exit()
    rows = []
    for seed in FRESH_SEEDS:
        rows += [(seed, measure, of, f"{value:.6g}") for measure, of, value in of_seed(seed)]
        print(f"seed {seed} done", file=sys.stderr, flush=True)
        if seed == FRESH_SEEDS[0]:
            np.savez_compressed(DATA / "face_mesh_models.npz", **models(seed))
        for cached in (world, boxes_and_crops, mesh_model, rival):
            cached.cache_clear()
    write_table("face_mesh_runs.csv", ("seed", "measure", "of", "value"), rows)
