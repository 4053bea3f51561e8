"""Trains five classifiers of drawn faces and judges eight videos with each: about two minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/photobooth.py

writes data/photobooth_network.npz, data/photobooth_runs.npz and data/photobooth_tallies.npz; then put their sha256 into data/SHA256SUMS. The recipe was chosen
with networks of seed 0 and videos of the seeds 0 to 11.
"""

import sys

import numpy as np
from miniatures import photobooth_faces as f
from miniatures import photobooth_runs as runs
from miniatures import photobooth_video as v
from miniatures.photobooth import catch
from miniatures.photobooth_runs import FRESH_SEEDS, GROUPS, HELD, THIRDS, VIDEOS, held_film
from miniatures.photobooth_runs import film as film_of
from writing import DATA

TESTED, BINS = 1400, 5


def trained(seed: int) -> f.Network:
    """The network of a seed, its weights rounded as they are stored."""
    return f.train(np.random.default_rng([seed, 1])).rounded()


def of_seed(seed: int, network: f.Network) -> dict[str, np.ndarray]:
    """One seed's row of each array of data/photobooth_runs.npz."""
    films = [film_of(seed, number) for number in range(VIDEOS)]
    judged = [v.judge(film, v.seen(film, network)) for film in films]
    return {
        "quality": np.array([one.quality for one in judged], np.float32),
        "passed": np.array([one.passed for one in judged]),
        "held": np.array([held_quality(seed, strength, network) for strength in HELD], np.float32),
        "groups": np.array([group_scores(seed, third, network) for third in THIRDS], np.float32),
        **classified(seed, network),
    }


def held_quality(seed: int, strength: float, network: f.Network) -> np.ndarray:
    """The quality of each frame of a held expression."""
    film = held_film(seed, strength)
    return v.judge(film, v.seen(film, network)).quality


def group_scores(seed: int, third: str, network: f.Network) -> np.ndarray:
    """Probabilities of the key expressions, (40, 3, 5)."""
    pictures = f.groups(GROUPS, np.random.default_rng([seed, 4]), third)
    return network(pictures.reshape(-1, 24, 24))[0][:, 2:].reshape(GROUPS, 3, -1)


def classified(seed: int, network: f.Network) -> dict[str, np.ndarray]:
    """How new faces are classified, near and far, and how the probability follows the strength."""
    near, far = (f.faces(TESTED, np.random.default_rng([seed, 2]), 1.0, share) for share in (0.0, 1.0))
    graded = f.faces(2 * TESTED, np.random.default_rng([seed, 3]), None, 0.0)
    own = network(graded.pictures)[0][np.arange(2 * TESTED), graded.mouths]
    bins = np.minimum((BINS * graded.strength).astype(int), BINS - 1)
    rows = [[own[(graded.mouths == m) & (bins == b)].mean() for b in range(BINS)] for m in range(1, len(f.MOUTHS))]
    return {
        "accuracy": np.array([f.accuracy(network, near), f.accuracy(network, far)], np.float32),
        "confusion": f.confusion(network, near).astype(np.int16),
        "graded": np.array(rows, np.float32),
    }


def tallies() -> dict[str, np.ndarray]:
    """The arrays of data/photobooth_tallies.npz, from the judgements that are stored."""
    rows = [
        [[runs.tally(rule, buffer, threshold) for threshold in runs.TRIED] for buffer in runs.BUFFERS]
        for rule in runs.RULES
    ]
    found = {
        name: np.array([[[getattr(one, name) for one in row] for row in rule] for rule in rows], np.float32)
        for name in runs.COUNTED
    }
    found["travel"] = np.array(
        [
            [[runs.travels("hysteresis", of, margin, shift) for margin in runs.MARGINS] for shift in runs.SHIFTS]
            for of in runs.FOLLOWED
        ],
        np.float32,
    )
    found["raw"] = np.array([runs.travels("raw", of) for of in runs.FOLLOWED], np.float32)
    found["blinking"] = np.array([blinking(rate) for rate in runs.BLINK_RATES], np.float32)
    return found


def blinking(rate: float, seeds=FRESH_SEEDS) -> np.ndarray:
    """Shots a video and share of moments caught, (rules, buffers, 2, seeds), when people blink `rate` times in ten seconds.

    The network of seed 200 judges the videos of every seed.
    """
    found = np.zeros((len(runs.RULES), len(runs.BLINK_BUFFERS), 2, len(seeds)))
    for place, seed in enumerate(seeds):
        films = [v.video(100 * seed + number, blinks=rate) for number in range(VIDEOS)]
        judged = [v.judge(film, v.seen(film, runs.network())).scores for film in films]
        for r, rule in enumerate(runs.RULES):
            for b, buffer in enumerate(runs.BLINK_BUFFERS):
                caught = [
                    catch(runs.taken(rule, scores, buffer), film.moments, film.quality)
                    for film, scores in zip(films, judged, strict=True)
                ]
                found[r, b, :, place] = np.mean([(one.shots, one.caught.mean()) for one in caught], axis=0)
    return found


if __name__ == "__main__":
    seeds = []
    for seed in FRESH_SEEDS:
        network = trained(seed)
        if seed == FRESH_SEEDS[0]:
            parts = {
                f"{name}{n}": part
                for n, layer in enumerate(network.layers)
                for name, part in zip("wb", layer, strict=True)
            }
            small = {name: part.astype(np.float16) for name, part in parts.items()}
            np.savez_compressed(DATA / "photobooth_network.npz", **small)
        seeds.append(of_seed(seed, network))
        print(f"seed {seed} done", file=sys.stderr, flush=True)
    np.savez_compressed(
        DATA / "photobooth_runs.npz", **{name: np.array([one[name] for one in seeds]) for name in seeds[0]}
    )
    np.savez_compressed(DATA / "photobooth_tallies.npz", **tallies())
