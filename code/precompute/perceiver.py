"""Trains and measures what the Perceiver chapter shows from store: about three and a half minutes of computing on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python code/precompute/perceiver.py

writes data/perceiver_runs.csv, _weights.npz, _frozen.csv and _timings.csv; then put their sha256 into data/SHA256SUMS.
Rate, steps, weights and the frozen latents' spread were chosen on seeds 0 to 2 and 300 of the training digits. Lines of
perceiver_runs.csv that are there already stay; delete it to train all again (then five minutes).
"""

import csv
import time

import numpy as np
from miniatures.perceiver import softmax
from miniatures.perceiver_runs import (
    FRESH_SEEDS,
    FROZEN_LATENTS,
    KINDS,
    TRAINED_LATENTS,
    TRAINED_SEEDS,
    frozen_accuracy,
    measured,
    rounded,
)
from miniatures.perceiver_training import train
from miniatures.sweep import each, on_all_cores, sweep
from writing import DATA, write_lines, write_table

SIZES, LATENTS, WIDTH, ROUNDS = (256, 512, 1024, 2048, 4096), 32, 32, 5


def jobs():
    """Careful or not, latents and seed of each training, in the table's order."""
    first = [(0, TRAINED_LATENTS[-1], seed) for seed in FRESH_SEEDS]
    return first + [(1, latents, seed) for latents in TRAINED_LATENTS for seed in TRAINED_SEEDS]


def runs():
    """A line for each training, and the arrays of the one that is stored. Lines that the table holds stay, but for that one's."""
    known, lines, kept = {}, [], {}
    if (DATA / "perceiver_runs.csv").exists():
        with (DATA / "perceiver_runs.csv").open(newline="", encoding="utf8") as file:
            known = {(int(row["careful"]), int(row["latents"]), int(row["seed"])): row for row in csv.DictReader(file)}
    for careful, latents, seed in jobs():
        stored = (careful, latents, seed) == (1, TRAINED_LATENTS[-1], TRAINED_SEEDS[0])
        if (careful, latents, seed) in known and not stored:
            lines.append(known[careful, latents, seed])
            continue
        training = train(seed, latents, careful=bool(careful))
        network = rounded(training.network)
        found = {name: "" if np.isnan(v) else f"{v:.6g}" for name, v in measured(network, seed).items()}
        print(careful, latents, seed, found["accuracy_0"], found["seen_error_0"], flush=True)
        lines.append({"careful": careful, "latents": latents, "seed": seed} | found)
        if stored:
            weights = np.concatenate([array.ravel() for array in network.arrays])
            losses = np.stack([training.cross_entropies, training.squared_errors])
            kept = {"weights": weights.astype(np.float16), "losses": losses.astype(np.float32)}
    return lines, kept


def attention(queries, inputs, projections):
    """One attention in 32 bits; `projections` four matrices or None."""
    if projections is None:
        return softmax(queries @ inputs.T / np.float32(np.sqrt(WIDTH))) @ inputs
    query, key, value, out = projections
    scores = (queries @ query) @ (inputs @ key).T / np.float32(np.sqrt(WIDTH))
    return softmax(scores) @ (inputs @ value) @ out


def timing(inputs, projections):
    """Milliseconds of CPU of self-attention and of cross-attention: the shortest of several rounds, taken in turns."""
    rng = np.random.default_rng(inputs)
    x, latents = (rng.normal(size=(n, WIDTH)).astype(np.float32) for n in (inputs, LATENTS))
    weights = [rng.normal(0, WIDTH**-0.5, (WIDTH, WIDTH)).astype(np.float32) for _ in range(4)] if projections else None
    times = []
    for _ in range(ROUNDS):
        times.append([])
        for asking in (x.copy(), latents):  # of x and itself numpy would compute one half of the scores alone
            repeats = max(1, 4_000_000 // (len(asking) * inputs))
            start = time.process_time()
            for _ in range(repeats):
                attention(asking, x, weights)
            times[-1].append(1000 * (time.process_time() - start) / repeats)
    return np.min(times[1:], axis=0)


def timed():
    """Lines of the table of times, without projections and with them."""
    big = np.zeros((SIZES[-1] // 2, WIDTH), np.float32)
    attention(big.copy(), big, None)  # from here on the allocator keeps the memory that all but the largest size need
    return [[int(p), n, *(f"{t:.4g}" for t in timing(n, p))] for p in (False, True) for n in SIZES]


def main():
    write_table("perceiver_timings.csv", ["projections", "inputs", "self_attention", "cross_attention"], timed())
    frozen = each(KINDS, FROZEN_LATENTS, FRESH_SEEDS)
    with on_all_cores():
        found = sweep(frozen_accuracy, [(latents, seed, kind) for kind, latents, seed in frozen])
    write_table("perceiver_frozen.csv", ["kind", "latents", "seed", "accuracy"],
          [[*run, f"{accuracy:.4f}"] for run, accuracy in zip(frozen, found, strict=True)])  # fmt: skip
    lines, kept = runs()  # those that are not stored yet, one after the other
    write_lines("perceiver_runs.csv", lines)
    np.savez_compressed(DATA / "perceiver_weights.npz", **kept)


if __name__ == "__main__":
    main()
