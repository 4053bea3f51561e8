"""Measures everything that the chapter on photo libraries shows from store: about a minute and a half on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/photo_clustering.py

writes data/photo_clustering_curves.npz and data/photo_clustering_runs.csv; then put their sha256 into data/SHA256SUMS.
The second file needs the first one's digest, for its thresholds are chosen from it: with `curves` or `runs` only one is made.
"""

import sys

import numpy as np
from miniatures.photo_clustering import FIRST, SECOND, cluster_photos, cut
from miniatures.photo_clustering_runs import (
    ASKED,
    BOLD,
    BOTH,
    CAUTIOUS,
    FACES,
    FIRSTS,
    FREE,
    FRESH_SEEDS,
    KINDS,
    MEASURES,
    METHODS,
    ONE_STAGE,
    PARTING,
    PARTING_FREE,
    RULE,
    SEEDS,
    THRESHOLDS,
    chosen,
    curve,
    grouped,
    library_of,
    score,
)  # fmt: skip
from miniatures.photo_library import never_together
from miniatures.photo_questions import STRATEGIES, ask
from writing import DATA, write_table

WITHOUT, WITH = KINDS
# name -> what changes (an argument of make_library), its values, the kind of library, the methods
EXPERIMENTS = {
    "hard": ("hard", (0.0, 0.15, 0.3, 0.45, 0.6, 0.75), WITHOUT, (FACES, BOTH, RULE)),
    "uniform": ("uniform", (0.0, 0.25, 0.5, 1.0), WITHOUT, (BOTH, FREE, RULE, PARTING)),
    "uniform, twins": ("uniform", (0.0, 0.25, 0.5, 1.0), WITH, (FREE, RULE, PARTING)),
    "coats": ("coats", (0.0, 0.25, 0.5), WITHOUT, (FREE, RULE, PARTING)),
    "coats, twins": ("coats", (0.0, 0.25, 0.5), WITH, (FREE, RULE, PARTING)),
    "both": ("both", (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), WITH, (FREE, RULE, PARTING)),
    "twin distance": ("twin_distance", (0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8), WITH, (FACES, FREE, RULE, PARTING)),
}
BETAS = (0.0, 0.25, 0.5, 0.75, 1.0)  # with alpha = 1 - beta
HARDER = 0.6


def curves() -> np.ndarray:
    """The measures in ten-thousandths: (methods, kinds, seeds, firsts, thresholds, measures), uint16."""
    found = np.zeros((len(METHODS), len(KINDS), len(SEEDS), len(FIRSTS), len(THRESHOLDS), len(MEASURES)), np.uint16)
    for kind in KINDS:
        for seed in SEEDS:
            library = library_of(seed, kind)
            for number, method in enumerate(METHODS):
                for place, first in enumerate(FIRSTS[:1] if method in ONE_STAGE else FIRSTS):
                    found[number, KINDS.index(kind), SEEDS.index(seed), place] = in_ten_thousandths(
                        library, method, first
                    )
        print(kind, file=sys.stderr, flush=True)
    return found


def in_ten_thousandths(library, method, first) -> np.ndarray:
    """A curve as it is stored; rounded down, so that no precision is stored above what it is."""
    return np.floor(10_000 * curve(library, method, first) + 1e-6).astype(np.uint16)


def measured(library, method) -> tuple[float, float, float]:
    """The measures of a method with thresholds that were chosen on tuning libraries without twins."""
    found = chosen(method, WITHOUT)
    groups, tree = grouped(library.observations, method, found.first)
    return score(library, cut(tree, found.threshold)[groups])


def dialogue_rows(experiment, library, seed, second):
    """Lines of each strategy after each of ASKED questions; where a dialogue ends early its last state stands."""
    for strategy in STRATEGIES:
        found = ask(
            library.observations, library.person, ASKED[-1], strategy, np.random.default_rng([seed, 9]), second=second
        )
        for asked in ASKED:
            yield (
                experiment,
                strategy,
                second,
                seed,
                asked,
                *score(library, found.clusters[min(asked, len(found.same))]),
            )


def rows():
    """The lines of photo_clustering_runs.csv: experiment, method, setting, seed, questions, measures."""
    for seed in FRESH_SEEDS:
        for name, (argument, values, kind, methods) in EXPERIMENTS.items():
            for value in values:
                library = library_of(seed, kind, **{argument: value})
                yield from ((name, method, value, seed, 0, *measured(library, method)) for method in methods)
        for method in (FREE, RULE, PARTING_FREE, PARTING):
            yield "never together", method, 0, seed, 0, *measured(never_together(library_of(seed)), method)
        for beta in BETAS:
            clusters = cluster_photos(library_of(seed).observations, FIRST, SECOND, 1 - beta, beta)
            yield "beta", RULE, beta, seed, 0, *score(library_of(seed), clusters)
        for second in (CAUTIOUS, SECOND, BOLD):
            yield from dialogue_rows("questions", library_of(seed), seed, second)
            yield from dialogue_rows("questions, hard faces", library_of(seed, hard=HARDER), seed, second)
        print(seed, file=sys.stderr, flush=True)


if __name__ == "__main__":
    if "runs" not in sys.argv:
        np.savez_compressed(DATA / "photo_clustering_curves.npz", curves=curves())
    if "curves" not in sys.argv:
        table = [(*row[:-3], *(f"{value:.5g}" for value in row[-3:])) for row in rows()]
        write_table(
            "photo_clustering_runs.csv", ("experiment", "method", "setting", "seed", "questions", *MEASURES), table
        )
