"""Runs every tracker that the chapter on cloaks shows from store: about three minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/cloaking.py

writes data/cloaking_runs.npz and data/cloaking_example.npz; then put their sha256 into data/SHA256SUMS. Budget, penalty and
trainings were chosen on the seeds 0 to 2.
"""

import sys
from itertools import product

import numpy as np
from miniatures import cloaking as c
from miniatures import cloaking_world as w
from miniatures.cloaking_runs import BUDGETS, FRESH_SEEDS, LEAK_BUDGETS, LEAKS, SHOWN_USERS, STANDARD, SYBIL_LEAKS
from miniatures.drawn_faces import SIDE
from miniatures.structural_similarity import dssim
from writing import DATA


def of_seed(seed: int) -> dict[str, np.ndarray]:
    """One seed's row of each array of data/cloaking_runs.npz."""
    shape = len(c.EXTRACTORS), len(c.TRACKERS)
    found = {
        "missed": np.zeros((len(BUDGETS), *shape, len(c.CLOAKS), c.USERS), np.uint8),
        "bystanders": np.zeros((len(BUDGETS), *shape, len(c.CLOAKS)), np.float32),
        "leaks": np.zeros((len(LEAK_BUDGETS), len(LEAKS), *shape, c.USERS), np.uint8),
        "sybil": np.zeros((len(SYBIL_LEAKS), *shape, c.USERS), np.uint8),
        "shown": np.zeros((2, *shape, c.USERS), np.uint8),
        "dssim": np.zeros((len(BUDGETS), len(c.CLOAKS)), np.float32),
    }
    pairs = list(product(enumerate(c.EXTRACTORS), enumerate(c.TRACKERS)))
    for (b, budget), (k, by) in product(enumerate(BUDGETS), enumerate(c.CLOAKS)):
        found["dssim"][b, k] = visible(seed, budget, by)
        for (e, extractor), (t, tracker) in pairs:
            one = c.outcome(tracker, c.PHOTOS, 0, budget, seed, extractor, by)
            found["missed"][b, e, t, k], found["bystanders"][b, e, t, k] = one.missed, one.bystanders
    for (e, extractor), (t, tracker) in pairs:
        for (b, budget), leaked in product(enumerate(LEAK_BUDGETS), LEAKS):
            found["leaks"][b, leaked, e, t] = c.outcome(tracker, c.PHOTOS, leaked, budget, seed, extractor).missed
        for place, leaked in enumerate(SYBIL_LEAKS):
            found["sybil"][place, e, t] = c.outcome(
                tracker, c.PHOTOS, leaked, STANDARD, seed, extractor, sybil=True
            ).missed
        for place, leaked in enumerate((c.PHOTOS, 0)):
            found["shown"][place, e, t] = c.outcome(
                tracker, c.PHOTOS, leaked, STANDARD, seed, extractor, shown="cloaked"
            ).missed
    return found


def visible(seed: int, budget: float, by: str) -> float:
    """The mean DSSIM of the users' photographs and their cloaked selves."""
    before, after = c.world(seed).training[: c.USERS], c.cloaked_users(seed, budget, by)
    return dssim(before.reshape(-1, SIDE, SIDE), after.reshape(-1, SIDE, SIDE)).mean()


def example(seed: int) -> dict[str, np.ndarray]:
    """The arrays of data/cloaking_example.npz: one photograph of each shown user with its cloaks, and the feature maps."""
    here, users = c.world(seed), list(SHOWN_USERS)
    cloaked = {by: [c.cloaked_users(seed, budget, by)[users, 0] for budget in BUDGETS] for by in ("plain", "noise")}
    arrays = {by: np.round(255 * np.array(one)).astype(np.uint8) for by, one in cloaked.items()}  # (11, 3, n)
    public = here.public["user's"].reshape(w.PUBLIC, w.PUBLIC_PHOTOS, -1)
    goals = public[w.targets(seed)[users], : c.PHOTOS]
    arrays["goal"] = np.round(255 * goals[:, 0]).astype(np.uint8)
    maps = [maps_of(seed, which, goals) for which in c.EXTRACTORS]
    return arrays | {name: np.array([one[name] for one in maps]) for name in maps[0]}


def maps_of(seed: int, which: str, goals) -> dict[str, np.ndarray]:
    """What an extractor of the tracker sees, on the two directions of largest spread of all clean photographs and the goals."""
    model, here = c.extractor(seed, which), c.world(seed)
    seen = [model.features(p.reshape(-1, p.shape[-1])) for p in (here.training, here.validation, goals)]
    centre = np.concatenate(seen).mean(axis=0)
    _, sizes, axes = np.linalg.svd(np.concatenate(seen) - centre, full_matrices=False)
    axes[:2] *= np.sign(axes[:2, np.abs(axes[:2]).argmax(axis=1)].diagonal())[
        :, None
    ]  # one of two signs, always the same
    groups = {
        "map_published": np.array([c.cloaked_users(seed, budget) for budget in BUDGETS]),
        "map_bystanders": here.training[c.USERS :], "map_new": here.validation[: c.USERS], "map_target": goals,
    }  # fmt: skip
    flat = {name: (model.features(p.reshape(-1, p.shape[-1])) - centre) @ axes[:2].T for name, p in groups.items()}
    scale = max(np.abs(points).max() for points in flat.values()) / 30_000
    found = {
        name: np.round(points / scale).astype(np.int16).reshape(*groups[name].shape[:-1], 2)
        for name, points in flat.items()
    }
    return found | {"map_scale": scale, "map_share": (sizes[:2] ** 2).sum() / (sizes**2).sum()}


if __name__ == "__main__":
    seeds = []
    for seed in FRESH_SEEDS:
        seeds.append(of_seed(seed))
        print(f"seed {seed} done", file=sys.stderr, flush=True)
    np.savez_compressed(
        DATA / "cloaking_runs.npz", **{name: np.array([one[name] for one in seeds]) for name in seeds[0]}
    )
    np.savez_compressed(DATA / "cloaking_example.npz", **example(FRESH_SEEDS[0]))
