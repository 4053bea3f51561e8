"""Simulates the towns of balls and fits SIR epidemics to the real outbreaks, for the chapter on the epidemic curve.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/epidemic_curve.py

writes data/epidemic_balls.npz (about a minute and a half) and data/sir_profiles.csv (two seconds); then put their sha256 into
data/SHA256SUMS. Nothing was chosen on the seeds that are stored.
"""

import numpy as np
from miniatures.epidemic_reproduction import OUTBREAKS, outbreak
from miniatures.epidemic_runs import EVERY, LAST, LEVELS, SCENARIOS, SEEDS, SHOWN, simulate
from miniatures.epidemic_sir_fit import GAMMAS, sir_fit
from writing import DATA, write_table


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


def profiles():
    """One line for each outbreak and recovery rate."""
    for name in OUTBREAKS:
        for fit in (sir_fit(outbreak(name), gamma) for gamma in GAMMAS):
            yield name, fit.gamma, f"{fit.r0:.8g}", f"{fit.deviance:.8g}", f"{fit.dispersion:.8g}"


if __name__ == "__main__":
    write_table("sir_profiles.csv", ["outbreak", "gamma", "r0", "deviance", "dispersion"], profiles())
    np.savez_compressed(DATA / "epidemic_balls.npz", **balls())
