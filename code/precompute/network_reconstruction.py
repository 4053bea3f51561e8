"""Trains everything that the chapter on reconstructions shows from store: about three minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/network_reconstruction.py

writes data/network_reconstruction_runs.csv and data/network_reconstruction_images.npz; then put their sha256 into
data/SHA256SUMS. Rates, epochs and sizes were chosen on the development seeds 0 to 4; the fresh seeds were run once.
"""

import sys

import numpy as np
from miniatures import network_reconstruction as nr
from miniatures.network_reconstruction_runs import (
    CODE_SIZES,
    CONTROLS,
    DIFFERENCE_STEP,
    FRESH_SEEDS,
    KINDS,
    MAIN_SIZE,
)
from miniatures.training import Adam, flat
from writing import DATA, write_lines


def classifiers(base: nr.Prepared, seed: int) -> dict:
    """The four classifiers, trained on the originals of the split `base`."""
    return {kind: nr.train_classifier(kind, base.images, base.classes, seed) for kind in KINDS}


def row(seed, size, signal, shown, base, readers, own=None) -> dict:
    """One line of the table: what each of `readers` gets right of the test images `shown` (597, 64)."""
    right = {
        kind: round(nr.accuracy(reader, shown, base.test_classes) * len(shown)) for kind, reader in readers.items()
    }
    mine = "" if own is None else round(nr.accuracy(own, shown, base.test_classes) * len(shown))
    measured = {
        "error": nr.error(base.test_images, shown),
        "information": nr.pixel_information(base.test_images, shown),
        "between": nr.pixel_information(shown, np.roll(shown, 1, axis=0)),
    }
    return (
        {"seed": seed, "code_size": size, "signal": signal}
        | right
        | {"own": mine}
        | {k: f"{v:.6g}" for k, v in measured.items()}
    )


def size_rows(
    seed: int, size: int, base: nr.Prepared, readers: dict, looks: dict | None = None
) -> tuple[list[dict], dict]:
    """Raw and tuned lines for one split and code size, and the images of each signal (597, 64)."""
    shown = {"raw": nr.decode(base.decoder, base.test_codes)}
    for kind, reader in readers.items():
        tuned = nr.tune_decoder(base.decoder, base.codes, base.classes, reader, seed, after=(looks or {}).get(kind))
        shown[kind] = nr.decode(tuned, base.test_codes)
    return [row(seed, size, name, one, base, readers, readers.get(name)) for name, one in shown.items()], shown


def control(name: str, seed: int, base: nr.Prepared, readers: dict, shown: dict) -> dict:
    """The line of one of CONTROLS."""
    if name == "retrained":  # fresh classifiers that have learnt on raw reconstructions read raw reconstructions
        images = nr.decode(base.decoder, base.codes)
        again = {kind: nr.train_classifier(kind, images, base.classes, seed) for kind in KINDS}
        return row(seed, MAIN_SIZE, name, shown["raw"], base, again)
    if name == "more epochs":  # the decoder goes on with MSE for as long as the others are tuned
        return row(seed, MAIN_SIZE, name, nr.decode(more_epochs(base, seed), base.test_codes), base, readers)
    if name == "shuffled change":  # what tuning for mlp32 changes, with each image's pixels in random order
        change = np.random.default_rng(seed).permuted(shown["mlp32"] - shown["raw"], axis=1)
        return row(seed, MAIN_SIZE, name, np.clip(shown["raw"] + change, 0, 1), base, readers)
    if name == "code":  # a classifier that reads the code itself
        right = nr.accuracy(nr.train_on_codes(base.codes, base.classes, seed), base.test_codes, base.test_classes)
        blank = dict.fromkeys((*KINDS, "own", "error", "information", "between"), "")
        return (
            {"seed": seed, "code_size": MAIN_SIZE, "signal": name}
            | blank
            | {"own": round(right * len(base.test_codes))}
        )
    own = nr.untrained_classifier(name.removeprefix("untrained "), seed)
    tuned = nr.tune_decoder(base.decoder, base.codes, base.classes, own, seed)
    return row(seed, MAIN_SIZE, name, nr.decode(tuned, base.test_codes), base, readers, own)


def more_epochs(base: nr.Prepared, seed: int):
    """The decoder after 40 more epochs of MSE, the encoder frozen, at the rate of tuning."""
    decoder = [(w.copy(), b.copy()) for w, b in base.decoder]
    optimiser, rng = Adam(flat(decoder), nr.TUNING_RATE), nr.stream(seed, "tuning")
    for _ in range(nr.TUNING_EPOCHS):
        order = rng.permutation(len(base.images))
        for start in range(0, len(order), nr.BATCH):
            _, gradients = nr.reconstruction_gradient(
                base.encoder, decoder, base.images[order[start : start + nr.BATCH]]
            )
            optimiser.step(gradients[-len(flat(decoder)) :])
    return decoder


def levels(images):
    """Grey values in [0, 1] as whole numbers from 0 to 16."""
    return np.round(nr.LEVELS * images).astype(np.uint8)


def watched(base, readers, chosen):
    """Lookers for `tune_decoder`, one for each kind, and the lists they fill: right, error, frames."""
    found = {kind: ([], [], []) for kind in KINDS}

    def look(kind, decoder):
        shown = nr.decode(decoder, base.test_codes)
        right, errors, frames = found[kind]
        right.append(round(nr.accuracy(readers[kind], shown, base.test_classes) * len(shown)))
        errors.append(nr.error(base.test_images, shown))
        frames.append(levels(shown[chosen]))

    for kind in KINDS:
        look(kind, base.decoder)
    return {kind: lambda _, tuned, kind=kind: look(kind, tuned) for kind in KINDS}, found


def differences(base, shown):
    """Mean of tuned minus raw over the test images of each class: (4, 10, 64), in units of DIFFERENCE_STEP."""
    means = [[(shown[kind] - shown["raw"])[base.test_classes == c].mean(axis=0) for c in range(10)] for kind in KINDS]
    return np.round(np.array(means) / DIFFERENCE_STEP).astype(np.int16)


def main() -> None:
    """Both files."""
    lines, arrays = [], {name: [] for name in ("right", "course_error", "difference", "raw", "tuned")}
    for seed in FRESH_SEEDS:
        for size in CODE_SIZES:
            base = nr.prepared(seed, size)
            if size == CODE_SIZES[0]:
                readers = classifiers(base, seed)
                lines.append(row(seed, 0, "original", base.test_images, base, readers))
            chosen = [np.flatnonzero(base.test_classes == c)[0] for c in range(10)]
            looks, found = watched(base, readers, chosen) if size == MAIN_SIZE else (None, None)
            made, shown = size_rows(seed, size, base, readers, looks)
            lines += made
            if size == MAIN_SIZE:
                lines += [control(name, seed, base, readers, shown) for name in CONTROLS]
                arrays["right"].append([found[kind][0] for kind in KINDS])
                arrays["course_error"].append([found[kind][1] for kind in KINDS])
                arrays["difference"].append(differences(base, shown))
            if seed == FRESH_SEEDS[0]:
                arrays["raw"].append(levels(shown["raw"][chosen]))
                arrays["tuned"].append([levels(shown[kind][chosen]) for kind in KINDS])
                arrays["originals"] = levels(base.test_images[chosen])
                if size == MAIN_SIZE:
                    arrays["frames"] = np.array([found[kind][2] for kind in KINDS])
        print(f"seed {seed}", file=sys.stderr, flush=True)
    write_lines("network_reconstruction_runs.csv", lines)
    kinds = {"right": np.int16, "course_error": np.float32}
    kept = {name: np.array(values, kinds.get(name)) for name, values in arrays.items()}
    np.savez_compressed(DATA / "network_reconstruction_images.npz", **kept)


if __name__ == "__main__":
    main()
