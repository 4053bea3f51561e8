"""Simulates the towns of balls and fits SIR epidemics to the real outbreaks, for the chapter on the epidemic curve.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/epidemic_curve.py

writes data/epidemic_balls.npz (about a minute and a half) and data/sir_profiles.csv (two seconds); then put their sha256 into
data/SHA256SUMS. Nothing was chosen on the seeds that are stored.
"""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
from miniatures.epidemic_reproduction import OUTBREAKS
from miniatures.epidemic_runs import EVERY, LAST, LEVELS, SCENARIOS, SEEDS, SHOWN, simulate
from miniatures.epidemic_sir_fit import compute_profile

DATA = Path(__file__).parents[2] / "data"


def balls() -> dict[str, np.ndarray]:
    """The arrays of data/epidemic_balls.npz."""
    caught, infector, arrays = [], [], {}
    for place, scenario in enumerate(SCENARIOS):
        found = [simulate(scenario, seed) for seed in SEEDS]
        caught.append([run.caught for run in found])
        infector.append([run.infector for run in found])
        for seed, run in zip(SEEDS, found, strict=True):
            if seed in SHOWN:
                shown = np.round(LEVELS * run.position[: LAST // EVERY + 1]).astype(np.uint8)
                movers = int(run.moving.sum())  # the first ones: the others stay where they are
                arrays[f"moving_{place}_{seed}"] = shown[:, :movers]
                arrays[f"still_{place}_{seed}"] = shown[0, movers:]
    return {"caught": np.array(caught, np.int16), "infector": np.array(infector, np.int16), **arrays}


def write_balls(path: Path) -> None:
    """Without times, so that equal arrays make equal bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in balls().items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, array, allow_pickle=False)
            archive.writestr(
                zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED, 9
            )


def write_profiles(path: Path) -> None:
    """One line for each outbreak and recovery rate."""
    with path.open("w", newline="", encoding="utf8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["outbreak", "gamma", "r0", "deviance", "dispersion"])
        for name in OUTBREAKS:
            for fit in compute_profile(name):
                writer.writerow([name, fit.gamma, f"{fit.r0:.8g}", f"{fit.deviance:.8g}", f"{fit.dispersion:.8g}"])


if __name__ == "__main__":
    write_profiles(DATA / "sir_profiles.csv")
    write_balls(DATA / "epidemic_balls.npz")
