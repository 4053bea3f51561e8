"""Trains the networks of the chapter on activation atlases, makes its atlas, measures its tables: about four CPU minutes.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/activation_atlas.py

writes data/activation_atlas_networks.npz, _map.npz, _icons.npz and _runs.csv; then put their sha256 into data/SHA256SUMS.
Scenes, rates and steps were chosen on networks with the seeds 0 to 2.
"""

import sys
from functools import cache
from itertools import combinations

import numpy as np
from miniatures import activation_atlas as atlas
from miniatures import atlas_runs as runs
from miniatures import feature_inversion as inversion
from miniatures.atlas_network import DIETS, LAYERS, initial_weights, logits, train
from miniatures.sea_scenes import CLASSES, DISCS, labelled_scenes
from miniatures.umap_layout import (
    cosine_distances,
    nearest,
    plane_distances,
    principal_places,
    shared_neighbours,
    trustworthiness,
    umap_layout,
)
from writing import DATA, write_table

TEST_SEED, TEST_EACH = 301, 100  # pictures that the accuracy and the evidence are measured on
CLOSE = 10  # neighbours that vote for a label


@cache
def network(diet, seed):
    print(f"network {seed}: {diet}", file=sys.stderr, flush=True)
    return train(seed, diet)[0]


def layout(distances, seed, start="random"):
    return umap_layout(distances, np.random.default_rng(seed), runs.NEIGHBOURS, runs.MIN_DISTANCE, start=start)


def label_share(distances, classes):
    """The share of points whose class is the most frequent one among their nearest others."""
    named = classes[nearest(distances, CLOSE)[0]]
    votes = np.stack([(named == one).sum(axis=1) for one in range(len(CLASSES))], axis=1)
    return (votes.argmax(axis=1) == classes).mean()


patched = cache(atlas.patched)
test_scenes = cache(lambda diet: labelled_scenes(TEST_EACH, np.random.default_rng(TEST_SEED), DIETS[diet]))


def flip_rows(diet, seed):
    """Flips of every stored disc, as `patch_flips` counts them."""
    rows, weights = [], network(diet, seed)
    whales = logits(weights, patched("red", 0, atlas.WHALE_SEED)[0]).argmax(axis=1) == atlas.WHALE
    for radius in runs.RADII[diet]:
        for kind in DISCS:
            after = logits(weights, patched(kind, radius, atlas.WHALE_SEED)[1]).argmax(axis=1)
            rows.append((diet, seed, "flips", f"{kind} {radius}", int((whales & (after == atlas.SHARK)).sum())))
    return rows


def evidence_rows(diet, seed):
    """Accuracy, and where the evidence for shark rather than whale lies."""
    weights = network(diet, seed)
    pictures, classes = test_scenes(diet)
    rows = [(diet, seed, "accuracy", "", (logits(weights, pictures).argmax(axis=1) == classes).mean())]
    every = atlas.contrast(weights, pictures).reshape(len(classes), -1)
    rows += [(diet, seed, "evidence", name, every[classes == i].mean()) for i, name in enumerate(DIETS[diet])]
    shares = atlas.strongest_places(weights, pictures, classes)
    return rows + [(diet, seed, "strongest", name, share) for name, share in zip(DIETS[diet], shares, strict=True)]


def layer_rows(seed):
    """How the layers differ: labels among neighbours, and what the plane keeps."""
    rows, weights = [], network("plain", seed)
    for layer in LAYERS:
        one = atlas.sample(weights, layer)
        distances = cosine_distances(one.h)
        plane, flat = layout(distances, seed), principal_places(distances)
        values = {"labels": label_share(distances, one.classes), "labels UMAP": label_share(plane_distances(plane), one.classes),
                  "labels PCA": label_share(plane_distances(flat), one.classes),
                  "trust UMAP": trustworthiness(distances, plane), "trust PCA": trustworthiness(distances, flat)}  # fmt: skip
        values |= fusion(weights, layer, one)
        untrained = atlas.sample(initial_weights(np.random.default_rng(seed)), layer)
        values["labels untrained"] = label_share(cosine_distances(untrained.h), untrained.classes)
        rows += [("plain", seed, name, layer, value) for name, value in values.items()]
    return rows


def fusion(weights, layer, one):
    """Of the activations in sandbar pictures: the share that sees both sand and water, of all and of the most supportive."""
    bar = CLASSES.index("sandbar")
    inside = np.flatnonzero(one.classes == bar)
    sandy = (one.squares[inside, :, :, 0] > one.squares[inside, :, :, 2]).mean(axis=(1, 2))
    mixed = (sandy > 0.1) & (sandy < 0.9)
    part = atlas.Sample(
        one.h[inside], one.classes[inside], one.squares[inside], one.pictures[inside], one.places[:, inside]
    )
    strong = np.argsort(-atlas.support(weights, layer, part)[:, bar], kind="stable")[: len(inside) // 4]
    return {"mixed": mixed.mean(), "mixed strong": mixed[strong].mean()}


def seed_rows(one, layouts):
    """What two layouts of the same activations share, for every pair of seeds."""
    rows, high = [], cosine_distances(one.h)

    def centres(distances):
        return [
            distances[np.ix_(one.classes == i, one.classes == j)].mean()
            for i, j in combinations(range(len(CLASSES)), 2)
        ]

    for start, places in layouts.items():
        planes = {seed: plane_distances(place) for seed, place in places.items()}
        for a, b in combinations(planes, 2):
            values = shared_neighbours(planes[a], planes[b]), np.corrcoef(centres(planes[a]), centres(planes[b]))[0, 1]
            rows += [("plain", runs.NETWORK, f"{name} {start}", f"{a} {b}", value)
                     for name, value in zip(("shared", "islands"), values, strict=True)]  # fmt: skip
        for seed, plane in planes.items():
            rows.append(
                ("plain", runs.NETWORK, f"true {start}", str(seed), np.corrcoef(centres(plane), centres(high))[0, 1])
            )
            rows.append(("plain", runs.NETWORK, f"trust {start}", str(seed), trustworthiness(high, places[seed])))
    return rows


def eighths(pictures):
    """(M, s, s, 3) as uint8 of 8 x 8 pixels, the last row and column left out."""
    side = pictures.shape[1] // 8
    cut = pictures[:, : 8 * side, : 8 * side].reshape(len(pictures), 8, side, 8, side, 3).mean(axis=(2, 4))
    return np.round(255 * cut).astype(np.uint8)


def atlas_of(layer, seeds):
    """Arrays of the map and of the icons of one layer, and measured rows."""
    weights = network("plain", runs.NETWORK)
    one = atlas.sample(weights, layer)
    distances = cosine_distances(one.h)
    places = {seed: layout(distances, seed).astype(np.float16).astype(float) for seed in seeds}
    cells = atlas.cell_of(places[runs.NETWORK], runs.CELLS)
    counts, means = atlas.grid_means(places[runs.NETWORK], one.h, runs.CELLS)
    kept = np.argwhere(counts >= runs.LEAST)
    targets, whitener, colours = (
        means[counts >= runs.LEAST],
        inversion.whitening(one.h),
        inversion.colour_statistics(one.squares),
    )
    icons = inversion.invert(weights, layer, targets, whitener, colours)
    own = inversion.finds_its_own(weights, layer, icons.pictures, targets, whitener)
    averages = np.stack([one.squares[(cells == cell).all(axis=1)].mean(axis=0) for cell in kept])
    values = {"icons": len(kept), "icon start": np.median(icons.started), "icon cosine": np.median(icons.reached),
              "icon own": own.mean(),
              "average own": inversion.finds_its_own(weights, layer, averages, targets, whitener).mean()}  # fmt: skip
    rows = [("plain", runs.NETWORK, name, layer, value) for name, value in values.items()]
    maps = {f"{layer}_h": one.h.astype(np.float16)}
    if layer == "conv2":
        maps["conv2_support"] = atlas.support(weights, layer, one).astype(np.float16)
    maps |= {f"{layer}_layout_{seed}": place.astype(np.float16) for seed, place in places.items()}
    pictures = {"kept": kept.astype(np.uint8), "icons": eighths(icons.pictures), "averages": eighths(averages)}
    if layer == "conv3":
        start = {seed: layout(distances, seed, "principal") for seed in seeds}
        rows += seed_rows(one, {"random": places, "principal": start})
        maps["conv3_layout_principal"] = start[runs.NETWORK].astype(np.float16)
    return maps, {f"{layer}_{name}": array for name, array in pictures.items()}, rows


def angles():
    """Pictures for the strongest cell of each class, for every power, whitened and not; the whitened cosines; rows."""
    weights = network("plain", runs.NETWORK)
    one = atlas.sample(weights, "conv3")
    places = layout(cosine_distances(one.h), runs.NETWORK).astype(np.float16).astype(float)
    counts, means = atlas.grid_means(places, np.hstack([one.h, atlas.support(weights, "conv3", one)]), runs.CELLS)
    kept = means[counts >= runs.LEAST]
    targets, colours = (
        kept[kept[:, -len(CLASSES) :].argmax(axis=0), : one.h.shape[1]],
        inversion.colour_statistics(one.squares),
    )
    white, plain = inversion.whitening(one.h), (np.zeros(one.h.shape[1]), np.eye(one.h.shape[1]))
    pictures, cosines, rows = [], [], []
    for name, whitener in (("whitened", white), ("plain", plain)):
        for power in runs.POWERS:
            some = kept[::2, : one.h.shape[1]]  # every second cell
            every = inversion.invert(weights, "conv3", some, whitener, colours, power).pictures
            close = inversion.cosines_with(weights, "conv3", every, some, white)
            own = inversion.finds_its_own(weights, "conv3", every, some, white).mean()
            rows += [("plain", runs.NETWORK, f"own {name}", str(power), own),
                     ("plain", runs.NETWORK, f"cosine {name}", str(power), np.median(close))]  # fmt: skip
            found = inversion.invert(weights, "conv3", targets, whitener, colours, power).pictures
            pictures.append(np.round(255 * found).astype(np.uint8))
            cosines.append(inversion.cosines_with(weights, "conv3", found, targets, white))
    shape = (2, len(runs.POWERS))
    return {"angle_pictures": np.stack(pictures).reshape(*shape, *pictures[0].shape),
            "angle_cosines": np.stack(cosines).reshape(*shape, -1).astype(np.float32)}, rows  # fmt: skip


def main():
    flat = {seed: np.concatenate([array.ravel() for array in network("plain", seed)]) for seed in runs.FRESH_SEEDS}
    np.savez_compressed(
        DATA / "activation_atlas_networks.npz",
        **{f"network_{seed}": array.astype(np.float16) for seed, array in flat.items()},
    )
    maps, icons, rows = {}, {}, []
    for layer, seeds in (("conv2", runs.FRESH_SEEDS[:1]), ("conv3", runs.FRESH_SEEDS)):
        found = atlas_of(layer, seeds)
        maps, icons, rows = maps | found[0], icons | found[1], rows + found[2]
    more, angle_rows = angles()
    np.savez_compressed(DATA / "activation_atlas_map.npz", **maps)
    np.savez_compressed(DATA / "activation_atlas_icons.npz", **icons, **more)
    rows += angle_rows
    for diet in DIETS:
        for seed in runs.FRESH_SEEDS:
            rows += flip_rows(diet, seed) + evidence_rows(diet, seed)
    for seed in runs.FRESH_SEEDS:
        rows += layer_rows(seed)
    write_table(
        "activation_atlas_runs.csv",
        ("diet", "network", "measure", "of", "value"),
        ((*row[:4], f"{row[4]:.6g}") for row in rows),
    )


if __name__ == "__main__":
    main()
