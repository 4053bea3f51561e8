"""Measures everything that the chapter on moving people shows from store: about a minute on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/moving_depth.py [folder with the Motorcycle pair]

writes data/moving_depth_lessons.csv, data/moving_depth_runs.csv and data/moving_depth_walk.npz, and with the folder (motorcycle_left.png,
motorcycle_right.png, motorcycle_disp.npz, from skimage/data of the scikit-image 0.16.2 wheel) also
data/moving_depth_motorcycle.npz; then put their sha256 into data/SHA256SUMS. The runs read the lessons, so that after a
change of the lessons the script runs twice, with their new sha256 in between.
Textures, the margin of 4 pixels and the ranges of the scenes were chosen on the seeds 0 to 4.
"""

import sys
from pathlib import Path

import numpy as np
from miniatures import moving_depth_runs as runs
from miniatures import moving_depth_walk as film
from miniatures.person_depth import lessons
from PIL import Image
from writing import DATA, write_lines


def lesson_lines(frozen: bool) -> list[dict]:
    taught = lessons(frozen=frozen)
    return [
        {"frozen": int(frozen), "by_height": f"{a:.6f}", "by_feet": f"{b:.6f}", "depth": f"{d:.5f}", "true_depth": f"{t:.5f}"}
        for (a, b), d, t in zip(taught.features, taught.depths, taught.true_depths, strict=True)
    ]  # fmt: skip


def run_lines(seed: int) -> list[dict]:
    parts = (
        runs.method_lines, runs.speed_lines, runs.baseline_lines, runs.mask_lines,
        runs.case_lines, runs.defocus_lines, runs.check_lines, runs.training_lines, runs.picture_lines,
    )  # fmt: skip
    return [{"seed": seed} | line | {"value": f"{line['value']:.6g}"} for part in parts for line in part(seed)]


def motorcycle_arrays(folder: Path) -> dict:
    """Grey pictures, the means of 3 x 3 pixels; the disparity in the middle of each, in 1/2000 of a pixel, 0 unknown."""
    arrays = {}
    for side in ("left", "right"):
        grey = np.asarray(Image.open(folder / f"motorcycle_{side}.png").convert("L"), float)[:498, :741]
        arrays[side] = np.round(grey.reshape(166, 3, 247, 3).mean(axis=(1, 3))).astype(np.uint8)
    with np.load(folder / "motorcycle_disp.npz") as file:
        middle = file["arr_0"][1:498:3, 1:741:3].astype(float) / 3
    arrays["disparity"] = np.round(np.where(np.isfinite(middle), middle, 0) * 2000).astype(np.uint16)
    return arrays


def walk_depths() -> np.ndarray:
    """The people's depths in each frame of the film, (32, 4, 3), in hundredths of a metre's precision."""
    return np.round([film.depths_in(number) for number in range(film.FRAMES)], 2).astype(np.float32)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        np.savez_compressed(DATA / "moving_depth_motorcycle.npz", **motorcycle_arrays(Path(sys.argv[1])))
    write_lines("moving_depth_lessons.csv", lesson_lines(True) + lesson_lines(False))
    write_lines("moving_depth_runs.csv", [line for seed in runs.FRESH_SEEDS for line in run_lines(seed)])
    np.savez_compressed(DATA / "moving_depth_walk.npz", depths=walk_depths())
