"""Searches five towns of drawn landmarks under every setting of the chapter: about two minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/landmark_retrieval.py

writes data/landmark_retrieval_runs.csv and data/landmark_retrieval_town.npz; then put their sha256 into data/SHA256SUMS.
The drawing was settled on seeds 3 and 4; the seeds stored here were run once.
"""

import sys
import time

import numpy as np
from miniatures.landmark_features import WORDS, codebook, learnt
from miniatures.landmark_kernels import selectivity, word_cosines
from miniatures.landmark_retrieval import (
    KERNELS,
    MODES,
    best_of,
    built,
    indexed,
    judged,
    mean_average_precision,
    ranking,
    similarities,
    town_of,
)
from miniatures.landmark_runs import FILE, FRESH_SEEDS, RECALLS, SHOWN, STUDIES, TOP
from miniatures.landmark_world import scene
from writing import DATA, write_lines

DEFAULTS = {"recall": 1.0, "jitter": 0.1, "false positives": 1, "clutter": 5}


def searched(seed, town, mode, kernels=KERNELS, **detector):
    """Scores (20, 160) by kernel."""
    index = indexed(seed, town, mode, **detector)
    return {kernel: similarities(town.queries, index, kernel) for kernel in kernels}


def lines_of(seed: int, kept: dict) -> list[dict]:
    """All lines of one seed; what the page shows of the town goes to `kept`."""
    lines, words, town = [], codebook(seed), town_of(seed)

    def add(study, value, mode, kernel, precision):
        lines.append(
            {"study": study, "value": value, "mode": mode, "kernel": kernel, "seed": seed, "map": f"{precision:.5f}"}
        )

    def search(study, value, mode, where=town, **detector):
        for kernel, found in searched(seed, where, mode, **detector).items():
            add(study, value, mode, kernel, mean_average_precision(found, where.visible))
            if study == "recall" and seed == SHOWN:
                keep(kept, RECALLS.index(value), mode, kernel, found, town.visible)
            if study == "recall" and value == 1.0:
                add("junk below", 0.0, mode, kernel, mean_average_precision(found, town.visible, 0.0))
                for same in ("jitter", "false positives", "clutter"):
                    add(same, DEFAULTS[same], mode, kernel, mean_average_precision(found, town.visible))
                for same, usual in (("words", WORDS), ("own codebook", 0), ("junk below", 0.5), ("true boxes", 0)):
                    add(same, usual, mode, kernel, mean_average_precision(found, town.visible))

    other = built(
        seed, 5, learnt([scene(seed, n).picture for n in range(0, 160, 4)], WORDS, np.random.default_rng([seed, 8]))
    )
    sizes = {count: built(seed, 5, codebook(seed, count)) for count in STUDIES["words"] if count != WORDS}
    for mode in MODES:
        for recall in RECALLS:
            search("recall", recall, mode, recall=recall)
        for study, name in (("jitter", "jitter"), ("false positives", "false_positives")):
            for value in STUDIES[study]:
                if value != DEFAULTS[study]:
                    search(study, value, mode, **{name: value})
        search("true boxes", 1, mode, jitter=0.0, false_positives=0)
        search("own codebook", 1, mode, other)
        for count, where in sizes.items():
            search("words", count, mode, where)
        index = indexed(seed, town, mode)
        cosines, norms = word_cosines(town.queries, index.vectors)
        for study in ("alpha", "threshold"):
            for value in STUDIES[study]:
                alpha, threshold = (value, 0.0) if study == "alpha" else (3.0, value)
                found = best_of(selectivity(cosines, alpha, threshold).sum(axis=-1) / norms, index.owners)
                add(study, value, mode, "asmk", mean_average_precision(found, town.visible))
    for clutter in STUDIES["clutter"]:
        if clutter != DEFAULTS["clutter"]:
            where = built(seed, clutter, words)
            for mode in MODES:
                search("clutter", clutter, mode, where)
    print(f"{time.process_time():6.0f} s  town {seed}", file=sys.stderr, flush=True)
    return lines


def keep(kept, recall, mode, kernel, found, visible):
    """The rankings of the shown town."""
    place = MODES.index(mode), KERNELS.index(kernel)
    kept["top"][(recall, *place)] = [ranking(row)[:TOP] for row in found]
    kept["precision"][(recall, *place)] = [round(1e4 * judged(row, visible, n)) for n, row in enumerate(found)]
    if RECALLS[recall] == 1.0:
        kept["scores"][place] = found


if __name__ == "__main__":
    shape = len(RECALLS), len(MODES), len(KERNELS), 20
    kept = {
        "top": np.zeros((*shape, TOP), np.uint8),
        "precision": np.zeros(shape, np.uint16),
        "scores": np.zeros((*shape[1:], 160), np.float32),
        "codebook": codebook(SHOWN).astype(np.float32),
    }
    write_lines("landmark_retrieval_runs.csv", [line for seed in FRESH_SEEDS for line in lines_of(seed, kept)])
    np.savez_compressed(DATA / FILE, **kept)
