"""Trains and measures what the chapter on circuits shows from store: about four minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/circuits.py

writes data/circuits_runs.npz from data/dlib_face_resnet_first_block.npz and data/circuits_photos.npz; then put its sha256
into data/SHA256SUMS. Everything was tried out on seeds 0 to 2; the stored seeds are 200 to 204.
"""

import io

import numpy as np
from miniatures import circuit_hidden, circuit_network, data
from miniatures.circuit_runs import PLANES, SEEDS, SPARSITIES
from miniatures.circuits import train_curves, train_superposition
from PIL import Image
from writing import DATA

PERMUTATIONS = 1000


def photos() -> np.ndarray:
    """The eight photographs, (8, 150, 150, 3) uint8."""
    stored = data.load("circuits_photos.npz")
    parts = np.split(stored["jpegs"], stored["offsets"][1:-1])
    return np.array([Image.open(io.BytesIO(part.tobytes())).convert("RGB") for part in parts])


def superposition(size: str, sparsity: float, seed: int):
    features, dimensions, importance = PLANES[size]
    return train_superposition(features, dimensions, sparsity, np.random.default_rng(seed), importance)


def hidden(task: str, seed: int) -> list[float]:
    layers = circuit_hidden.train_hidden(task, np.random.default_rng(seed))
    directed, curved = circuit_hidden.hidden_indices(layers)
    curve = (directed > circuit_hidden.DIRECTED) & (curved > circuit_hidden.CURVED)
    alike = circuit_hidden.hand_likeness(layers) >= 0.3
    right = circuit_hidden.task_accuracy(layers, task, np.random.default_rng(seed + 1000))
    return [right, curve.sum(), alike.sum(), (curve & alike).sum()]


def copies() -> list[dict]:
    """The real network and its five shuffled copies."""
    return [circuit_network.network(), *(circuit_network.shuffled_network(np.random.default_rng(s)) for s in SEEDS)]


def one_copy(net, seed: int) -> dict[str, np.ndarray]:
    """What is measured of the real network and, the same way, of a shuffled copy."""
    channels = circuit_network.grating_channels(net)
    vector = circuit_network.predicted_vector(net, channels)
    top, random = circuit_network.silenced(net, channels, 3, np.random.default_rng(seed))
    return {
        "tuning": circuit_network.tuning_from(channels, net),
        "predicted": np.array([vector.real, vector.imag]),
        "silenced": np.array([np.median(top), np.median(random)]),
        "curve_index": np.array([circuit_network.curve_index(net, depth) for depth in (0, 3)]),
        "like": circuit_network.rank_agreement(
            circuit_network.alike(circuit_network.filters()), circuit_network.outgoing_alike(net)
        ),
    }


def on_photos() -> dict[str, np.ndarray]:
    """What the eight photographs say of the real network."""
    pictures, rngs = photos(), [np.random.default_rng(seed) for seed in SEEDS]
    channels = circuit_network.first_channels(pictures)
    kernels = circuit_network.filters()
    groups = {"oriented": np.flatnonzero(circuit_network.oriented(kernels)),
              "colour": np.flatnonzero(circuit_network.colour_share(kernels) > 0.5)}  # fmt: skip
    found = {
        "explained": circuit_network.explained(channels),
        "grey_variance": circuit_network.grey_variance(pictures[3:4]),
        "active": np.array((circuit_network.block_sums(channels) > 0).mean()),
    }
    for name, group in groups.items():
        found[f"change_{name}"] = circuit_network.changed_energy(channels, group)
        random = [circuit_network.changed_energy(channels, rng.permutation(32)[: len(group)]) for rng in rngs]
        found[f"change_random_{name}"] = np.array(random)
    return found


def wholly_shuffled(seed: int) -> np.ndarray:
    """Tuning (16, 32) of a copy whose first layer is shuffled as well."""
    return circuit_network.tuning(circuit_network.shuffled_network(np.random.default_rng(seed), first_layer=True))


def main():
    found = {"learned": np.array([train_curves(np.random.default_rng(seed)) for seed in SEEDS], np.float16)}
    print("learned", flush=True)
    for size in PLANES:
        runs = [[superposition(size, sparsity, seed) for seed in SEEDS] for sparsity in SPARSITIES]
        found[size] = np.array([[run.weights for run in row] for row in runs], np.float16)
        found[f"{size}_loss"] = np.array([[run.loss for run in row] for row in runs], np.float32)
        print(size, flush=True)
    found["hidden"] = np.array([[hidden(task, s) for s in SEEDS] for task in circuit_hidden.TASKS], np.float32)
    rows = [one_copy(net, seed) for net, seed in zip(copies(), (199, *SEEDS), strict=True)]
    found |= {name: np.array([row[name] for row in rows], np.float32) for name in rows[0]}
    found["tuning_all"] = np.array([wholly_shuffled(seed) for seed in SEEDS], np.float32)
    print("copies", flush=True)
    alike = circuit_network.alike(circuit_network.filters())
    found["like_permuted"] = circuit_network.permutation_agreements(
        alike, circuit_network.outgoing_alike(), PERMUTATIONS, np.random.default_rng(SEEDS[0])
    ).astype(np.float32)
    found |= {name: values.astype(np.float32) for name, values in on_photos().items()}
    np.savez_compressed(DATA / "circuits_runs.npz", **found)


if __name__ == "__main__":
    main()
