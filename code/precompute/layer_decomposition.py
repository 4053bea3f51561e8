"""Runs the chapter's experiments on the fresh seeds: under a minute on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/layer_decomposition.py

writes data/layer_decomposition_runs.csv; then put its sha256 into data/SHA256SUMS.
The scenes and the method were settled on seeds 0 to 2, by the same measures. The seeds stored here were run twice, and the insertions
three times: after the first time the letters were laid relative to the ball's path, as in one clip no shadow fell on them, so nothing was
measured; after the second the M was drawn a column wider, as it read like an H.
"""

from dataclasses import asdict

from miniatures import layer_decomposition_cases as cases
from miniatures.layer_decomposition_runs import COLUMNS, FRESH_SEEDS, LOWER_SPEEDS, NOISES, RESTS
from miniatures.layer_ownership import RULES
from writing import write_lines


def experiments(seed: int):
    """(experiment, how, setting, result) of everything that is stored for a seed."""
    for noise in NOISES:
        yield "single", "", noise, cases.single(seed, noise)
        for how in cases.LAYERS:
            yield "insertion", how, noise, cases.insertion(seed, how, noise)
    for speed in LOWER_SPEEDS:
        for rule in RULES:
            yield "crossing", rule, speed, cases.crossing(seed, speed, rule)
    for rest in RESTS:
        for how, masked in (("median", False), ("masked median", True)):
            yield "resting", how, rest, cases.resting(seed, rest, masked)
    for cached in (cases.single_clip, cases.single_layers, cases.crossing_clip, cases.crossing_layers,
                   cases.insertion_layer, cases.resting_clip, cases.resting_layers):  # fmt: skip
        cached.cache_clear()


def rows(seeds=FRESH_SEEDS):
    """The lines of the stored table: one for each number measured."""
    for seed in seeds:
        for experiment, how, setting, result in experiments(seed):
            for measure, value in asdict(result).items():
                yield dict(zip(COLUMNS, (experiment, how, setting, seed, measure, float(f"{value:.6g}")), strict=True))


if __name__ == "__main__":
    write_lines("layer_decomposition_runs.csv", list(rows()))
