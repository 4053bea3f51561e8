"""Recompute data/temporal_localization.json and data/temporal_localization_page.npz (about three minutes of one core):

    OMP_NUM_THREADS=1 .venv/bin/python code/precompute/temporal_localization.py

The JSON holds results over seeds that were used for nothing else (200 to 209), the archive what the views draw live:
the scorers of seed 200 and, of the watch, frame posteriors and detections in one stream of each fold.
"""

import json

import numpy as np
from miniatures import temporal_fusion as fusion
from miniatures import temporal_localization as tl
from miniatures import temporal_streams as streams
from miniatures.logistic import LogOdds
from miniatures.temporal_runs import CORRUPTIONS, COUNTS, FEW_SEEDS, GROUPS, LOOKS, SEEDS, SHOWN_SEED, grouped
from writing import DATA


def recall_table(look: tl.Look, seeds=SEEDS, counts=COUNTS) -> list:
    """Recall, (seeds, COUNTS, GROUPS, thresholds), of all actions, short, middling and long ones."""
    table = []
    for seed in seeds:
        run = tl.ranked(seed, look)
        parts = [grouped(run.made) == name for name in GROUPS[1:]]
        hits = [run.found(count) for count in counts]
        table.append([[hit.mean(axis=0)] + [hit[part].mean(axis=0) for part in parts] for hit in hits])
    return np.array(table).round(4).tolist()


def at_ten(look: tl.Look, amplitude: float = tl.AMPLITUDE) -> list:
    """AR@10 for each of a few seeds."""
    return [round(float(tl.ranked(seed, look, amplitude).found(10).mean()), 4) for seed in FEW_SEEDS]


def proposals() -> dict:
    """The ten-seed tables of the four looks, pooled and skimming, and what happens when a choice is another."""
    four = {name: recall_table(look) for name, look in LOOKS.items()}
    skim = {name: recall_table(tl.Look(look.aligned, look.context, pooled=False)) for name, look in LOOKS.items()}
    return {
        "pooled": four,
        "skimmed": skim,
        "context": {
            f"{c:g}": [at_ten(tl.Look(aligned, c)) for aligned in (False, True)] for c in (0, 0.25, 0.5, 0.75, 1)
        },
        "fixed": {str(f): [at_ten(tl.Look(False, c, fixed=f)) for c in (0, 1)] for f in (12, 18, 26, 40)},
        "amplitude": {f"{a:g}": [at_ten(look, a) for look in LOOKS.values()] for a in (1.5, 2, 3)},
        "unsuppressed": [float(tl.ranked(s, tl.Look(True, 1.0)).found(10, 1.0).mean().round(4)) for s in FEW_SEEDS],
        "ceiling": [ceiling(seed) for seed in FEW_SEEDS],
        "regressed": [regressed(seed) for seed in FEW_SEEDS],
    }


def ceiling(seed: int) -> float:
    """Average recall if every anchor were a proposal: what the grid of anchors allows."""
    run = tl.ranked(seed, tl.Look(False, 0.0))
    places = run.anchors[0][0]
    return float(tl.recalled(run.made.segments, places).mean().round(4))


def regressed(seed: int) -> list:
    """AR@10 of all and of short actions when least squares predicts the tIoU of an anchor, aligned with context."""
    rng, look = np.random.default_rng(seed), tl.Look(True, 1.0)
    training, test = (tl.videos(count, rng) for count in (tl.TRAINING, tl.TESTING))
    scorers = []
    for scale in tl.SCALES:
        places, frames = tl.anchors(scale)
        video, place = rng.integers(0, tl.TRAINING, 1500), rng.integers(0, len(places), 1500)
        features = tl.described(look.taps(training.signals, scale), (video, frames[place]))
        wanted = [
            tl.overlaps(places[[p]], training.segments[training.video == v]).max()
            for v, p in zip(video, place, strict=True)
        ]
        mean, deviation = features.mean(axis=0), features.std(axis=0)
        design = np.column_stack([(features - mean) / deviation, np.ones(len(features))])
        weights = np.linalg.solve(design.T @ design + tl.PENALTY * np.eye(design.shape[1]), design.T @ np.array(wanted))
        scorers.append(LogOdds(mean, deviation, weights))
    run = tl.Ranked(test, tuple(tl.scored(signal, scorers, look) for signal in test.signals))
    hits = run.found(10)
    return [float(hits.mean().round(4)), float(hits[grouped(test) == "short"].mean().round(4))]


def fused() -> dict:
    """Accuracy, (seeds, streams), for each number of examples and each corruption; AR@10 of proposals, (seeds, streams)."""
    table = {
        str(n): {f"{c:g}": [list(fusion.fused(seed, n, c).values()) for seed in SEEDS] for c in CORRUPTIONS}
        for n in (60, 200, 1000)
    }
    return {
        "classes": table,
        "proposals": [[round(v, 4) for v in fusion.proposals(seed).values()] for seed in SEEDS],
    }


def watch_fold(fold, seed: int, leak: bool = False, keep: dict | None = None) -> list:
    """mAP@.3, .5, .7, AR@10 and AR@20 of each method for held-out people (with `leak`, other streams of theirs are learnt from)."""
    people = range(1, 11) if leak else [p for p in range(1, 11) if p not in fold]
    training, test = streams.streams(people, seed + 1000 if leak else seed), streams.streams(fold, seed)
    frames, cost = streams.fit_frames(training), streams.changes_cost(training)
    posteriors = [frames.posteriors(streams.frame_features(one)) for one in test]
    found = [[streams.detect_frames(p, price) for p in posteriors] for price in (0, cost)]
    for context in (False, True):
        detector = streams.fit_anchors(training, context, np.random.default_rng(seed))
        found.append([streams.detect_anchors(one, detector) for one in test])
    if keep is not None:
        name = f"fold{streams.FOLDS.index(fold)}"
        keep[f"{name}_posteriors"] = posteriors[0].astype(np.float16)
        keep[f"{name}_segments"] = np.column_stack([test[0].segments, test[0].classes]).astype(np.int16)
        for word, one in zip(("plain", "context"), found[2:], strict=True):
            keep[f"{name}_{word}"] = np.column_stack([one[0][0], one[0][1], one[0][2]])[:30].astype(np.float32)
    return [[round(v, 4) for v in streams.measures(test, one).values()] for one in found]


def watch(keep: dict) -> dict:
    """(folds, seeds, methods, measures), the same with a leak for one seed, and the jumps at the splices."""
    honest = [
        [watch_fold(fold, seed, keep=keep if seed == SHOWN_SEED else None) for seed in FEW_SEEDS]
        for fold in streams.FOLDS
    ]
    every = streams.streams(range(1, 11), SHOWN_SEED)
    at, other = streams.jumps(every)
    lengths = np.concatenate([np.diff(one.segments)[:, 0] for one in every])
    return {
        "folds": honest,
        "leak": [watch_fold(fold, SHOWN_SEED, leak=True) for fold in streams.FOLDS],
        "jumps": {f"{q:g}": round(float((at > np.quantile(other, q)).mean()), 4) for q in (0.5, 0.9, 0.95, 0.99)},
        "segments": [
            len(lengths),
            float((lengths.mean() * streams.STEP).round(2)),
            float((lengths.max() * streams.STEP).round(2)),
        ],
    }


def scorers(keep: dict) -> None:
    """The scorers of the seed that the views show: means, deviations and weights, a row a scale."""
    for number, look in enumerate(LOOKS.values()):
        rng = np.random.default_rng(SHOWN_SEED)
        training, _ = (tl.videos(count, rng) for count in (tl.TRAINING, tl.TESTING))
        made = tl.fit_scorers(training, look, rng)
        for part in ("mean", "scale", "weights"):
            keep[f"look{number}_{part}"] = np.array([getattr(one, part) for one in made], np.float32)


if __name__ == "__main__":
    kept: dict = {}
    results = {"proposals": proposals(), "fusion": fused(), "watch": watch(kept)}
    scorers(kept)
    (DATA / "temporal_localization.json").write_text(json.dumps(results, separators=(",", ":")) + "\n")
    np.savez_compressed(DATA / "temporal_localization_page.npz", **kept)
