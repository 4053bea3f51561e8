"""Trains everything that the fashion chapter shows from store: about four minutes on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/fashion_gan.py

writes data/fashion_gan_runs.csv, data/fashion_gan_jackets.csv and data/fashion_gan_pictures.npz; then put their sha256 into
data/SHA256SUMS. The recipe was settled on other seeds, by the same measures; the seeds stored here were run once.
"""

import sys
import time

import numpy as np
from miniatures.fashion_gan import Recipe, generate, latent_noise, train_gan
from miniatures.fashion_gan_runs import (
    CHOSEN,
    COLLAPSE_STEPS,
    COLUMNS,
    CONDITIONAL,
    FAKES,
    FRESH_SEEDS,
    GAN,
    JACKET_STEPS,
    MEMORISER,
    MODELS,
    POOLS,
    RATIOS,
    REAL,
    STEPS,
    TASTES,
    choose,
    judge,
    ratio_name,
)  # fmt: skip
from miniatures.fashion_jackets import attributes, jackets
from miniatures.fashion_metrics import nearest
from miniatures.fashion_models import classify, fit_classifier, fit_mixture, principal
from miniatures.garments import KINDS, SIDE, held_out, training
from writing import DATA, write_lines

SEED = FRESH_SEEDS[0]
MAIN_STEPS = (*COLLAPSE_STEPS, 1000, 1500, 2000, STEPS)
CONDITIONAL_STEPS = (500, 1000, 1500, 2000, STEPS)
CONDITIONAL_RECIPE = Recipe(penalty=0.1)
MISSHAPEN = {"G 1 : 5 D": Recipe(discriminator_steps=5), "G ten times as fast": Recipe(generator_rate=5e-3)}
JACKETS = 1600


def noise(seed: int, classes: int = 0) -> np.ndarray:
    """The noise that a run is judged by."""
    return latent_noise(FAKES, Recipe(), np.random.default_rng([seed, 1]), classes)


def train(seed: int, recipe: Recipe, steps, labels=None):
    """The training of one seed on the garments."""
    return train_gan(training()[0], steps[-1], np.random.default_rng([seed, 0]), recipe, labels, steps, count=1)


def pixels(generator, z) -> np.ndarray:
    """Pictures (N, 196) in [0, 1]."""
    return (generate(generator, z) + 1) / 2


def cas(pictures, kinds) -> float:
    """Accuracy on the held-out pictures of a classifier trained on `pictures`."""
    real, truth = held_out()
    return float((classify(fit_classifier(pictures, kinds, np.random.default_rng(0)), real) == truth).mean())


def baseline(model: str, seed: int) -> dict:
    """Report and pictures of a model that is no GAN."""
    rng, (real, kinds), started = np.random.default_rng([seed, 2]), training(), time.process_time()
    more = {}
    if model == REAL:
        rows = np.concatenate([rng.permutation(np.flatnonzero(kinds == kind))[:40] for kind in range(10)])
        rows = rng.permutation(rows)
        return judge().report(real[rows], rows) | {"cas": cas(real, kinds), "pictures": real[rows]}
    if model == MEMORISER:
        asked = np.arange(4 * FAKES) % len(KINDS)
        pictures = real[[rng.choice(np.flatnonzero(kinds == kind)) for kind in asked]]
        pictures = np.clip(pictures + 0.05 * rng.normal(size=pictures.shape), 0, 1)
    elif model == "a Gaussian a kind":
        components, asked = principal(real, 40), np.arange(4 * FAKES) % len(KINDS)
        points = np.empty((4 * FAKES, 40))
        for kind in range(len(KINDS)):
            fitted = fit_mixture(components.project(real[kinds == kind]), 1, rng)
            points[asked == kind] = fitted.sample(int((asked == kind).sum()), rng)
        pictures = np.clip(components.rebuild(points), 0, 1)
    else:
        axes, count = {"one Gaussian": (64, 1), "mixture of 10": (40, 10), "mixture of 20": (40, 20)}[model]
        components = principal(real, axes)
        fitted = fit_mixture(components.project(real), count, rng)
        pictures, asked = np.clip(components.rebuild(fitted.sample(FAKES, rng)), 0, 1), None
    more["seconds"] = time.process_time() - started
    if asked is not None:
        more["cas"] = cas(pictures, asked)
    return judge().report(pictures[:FAKES]) | more | {"pictures": pictures[:FAKES]}


def garment_lines(kept: dict) -> list[dict]:
    """All lines of the table; pictures and the generator that are stored go to `kept`."""
    lines = []

    def add(run, seed, step, found):
        pictures = found.pop("pictures", None)
        lines.append(
            {"run": run, "seed": seed, "step": step} | {n: f"{found[n]:.5g}" if n in found else "" for n in COLUMNS}
        )
        if pictures is not None and seed == SEED and run in MODELS:
            kept["models"][MODELS.index(run)] = bytes_of(pictures[:CHOSEN])

    def course(run, seed, recipe, steps, z, labels=None):
        started = time.process_time()
        gan = train(seed, recipe, steps, labels)
        spent = time.process_time() - started
        for step, layers in zip(steps, gan.snapshots, strict=True):
            pictures = pixels(layers, z)
            scores = gan.scores[max(step - 50, 0) : step].mean(axis=0)
            more = {"score_real": scores[0], "score_fake": scores[1], "seconds": spent * step / steps[-1]}
            if labels is not None:
                more["asked"] = (classify(judge().classifier, pictures) == np.arange(FAKES) % len(KINDS)).mean()
                if step == steps[-1]:
                    more["cas"] = cas(
                        pixels(layers, latent_noise(4 * FAKES, recipe, np.random.default_rng([seed, 3]), 10)),
                        np.arange(4 * FAKES) % 10,
                    )
            add(run, seed, step, judge().report(pictures) | more | ({"pictures": pictures} if step == STEPS else {}))
            if seed == SEED and step in COLLAPSE_STEPS and run in map(ratio_name, RATIOS):
                kept["course"][[ratio_name(r) for r in RATIOS].index(run), COLLAPSE_STEPS.index(step)] = bytes_of(
                    pictures[:CHOSEN]
                )
        say(f"{run} {seed}: {spent:.1f} s")
        return gan

    for seed in FRESH_SEEDS:
        for model in MODELS[:6]:
            add(model, seed, 0, baseline(model, seed))
        gan = course(GAN, seed, Recipe(), MAIN_STEPS, noise(seed))
        add("GAN, not averaged", seed, STEPS, judge().report(pixels(gan.last, noise(seed))))
        if seed == SEED:
            for n, (w, b) in enumerate(gan.generator):
                kept |= {f"w{n}": w.astype(np.float16), f"b{n}": b.astype(np.float16)}
        for ratio in RATIOS[1:]:
            course(ratio_name(ratio), seed, Recipe(generator_steps=ratio), COLLAPSE_STEPS, noise(seed))
    for seed in FRESH_SEEDS[:3]:
        course(CONDITIONAL, seed, CONDITIONAL_RECIPE, CONDITIONAL_STEPS, noise(seed, len(KINDS)), training()[1])
    for run, recipe in MISSHAPEN.items():
        course(run, SEED, recipe, COLLAPSE_STEPS, noise(SEED))
    return lines


def jacket_lines(kept: dict) -> list[dict]:
    """Shares of conflated jackets, and for the view what was chosen from the pool of one seed."""
    lines = []

    def add(model, seed, pictures, drawn_from):
        found, distance = (
            attributes(pictures.reshape(-1, SIDE, SIDE)),
            nearest(pictures, drawn_from)[0].astype(np.float32),
        )
        shares = {"all": found.conflated.mean()} | {
            taste: found.conflated[choose(distance, taste)].mean() for taste in TASTES
        }
        lines.extend(
            {"model": model, "seed": seed, "which": which, "share": f"{share:.5g}"} for which, share in shares.items()
        )
        return found.conflated, distance

    for seed in FRESH_SEEDS:
        rng = np.random.default_rng([seed, 4])
        real = jackets(JACKETS, rng)
        flat = real.reshape(JACKETS, -1)
        components = principal(flat, 40)
        fitted = fit_mixture(components.project(flat), 10, rng)
        add("mixture of 10", seed, np.clip(components.rebuild(fitted.sample(POOLS[-1], rng)), 0, 1), flat)
        add("rendered", seed, jackets(POOLS[-1], rng).reshape(POOLS[-1], -1), flat)
        gan = train_gan(real, JACKET_STEPS[-1], rng, snapshots=JACKET_STEPS, count=1)
        z = rng.normal(size=(POOLS[-1], 32))
        for number, (step, layers) in enumerate(zip(JACKET_STEPS, gan.snapshots, strict=True)):
            # (tanh + 1) / 2 of a picture, on the scale of the real ones
            made = pixels(layers, z) * real.max()
            conflated, distance = add(f"GAN, {step} steps", seed, made, flat)
            if seed == SEED:
                kept["distance"][number], kept["conflated"][number] = distance, conflated
                rows = sorted(
                    {int(row) for pool in POOLS for taste in TASTES for row in choose(distance[:pool], taste)}
                )
                kept |= {f"rows_{step}": np.array(rows, np.int16), f"jackets_{step}": bytes_of(made[rows])}
        say(f"jackets {seed}")
    return lines


def bytes_of(pictures) -> np.ndarray:
    """Pictures in 16 levels of grey, (N, 14, 14) uint8: what the eye needs, and a smaller file."""
    return (17 * np.round(15 * np.clip(pictures, 0, 1))).astype(np.uint8).reshape(-1, SIDE, SIDE)


def say(words: str) -> None:
    """Progress, to the terminal."""
    print(f"{time.process_time():6.0f} s  {words}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    kept = {
        "course": np.zeros((len(RATIOS), len(COLLAPSE_STEPS), CHOSEN, SIDE, SIDE), np.uint8),
        "models": np.zeros((len(MODELS), CHOSEN, SIDE, SIDE), np.uint8),
        "distance": np.zeros((len(JACKET_STEPS), POOLS[-1]), np.float32),
        "conflated": np.zeros((len(JACKET_STEPS), POOLS[-1]), bool),
    }
    write_lines("fashion_gan_jackets.csv", jacket_lines(kept))
    write_lines("fashion_gan_runs.csv", garment_lines(kept))
    np.savez_compressed(DATA / "fashion_gan_pictures.npz", **kept)
