"""Cuts the chapter's two real objects out, and clicks through its experiments on the fresh seeds: about half a minute on one core.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/instance_segmentation.py horse.png coins.png

writes data/instance_segmentation_real.npz and data/instance_segmentation_runs.csv; without the pictures (scikit-image 0.26.0,
skimage/data) only the latter. Then put their sha256 into data/SHA256SUMS. The drawn objects, the ink of a click and beta were settled
on object seeds 0 to 11, the rooms on seeds 0 to 4, by the same measures; the seeds stored here were run once, except for the hand "edge": at first it made its first click at the
edge too (0.07 after it, 0.64 after eight).
"""

import sys

import numpy as np
from miniatures.instance_segmentation import clicks_needed, session
from miniatures.instance_segmentation_runs import BETAS, COLUMNS, FRESH_SEEDS, HANDS, SETTINGS, SUMMARIES
from miniatures.outline_polygons import polygon_ious, vertices_needed
from miniatures.relationship_triplets import (
    SCORERS,
    drawn_rooms,
    found_first,
    mean_average_precision,
    triplet_scores,
)
from miniatures.tailed_objects import batch, drawn_object
from writing import DATA, write_lines

CLICKS = SETTINGS["clicks"][-1]
TEST_ROOMS = 200
COIN = np.s_[161:225, 180:244]  # one of the third row
COIN_ELLIPSE = (32.1, 32.4, 23.0, 24.1)  # centre row, column, half height, half width: laid to its rim


def real(horse: np.ndarray, coins: np.ndarray) -> dict:
    """What is stored of the horse (328, 400), dark on white, and of the coins (303, 384): masks as bits, a crop of 64 x 64 pixels."""
    from PIL import Image

    outline = horse < 128
    half = outline.reshape(164, 2, 200, 2).mean(axis=(1, 3)) >= 0.5
    small = np.zeros((64, 64), bool)
    shrunk = Image.fromarray((255 * outline).astype(np.uint8)).resize((62, 51), Image.BOX)
    small[6:57, 1:63] = np.asarray(shrunk) >= 128
    return {
        "horse": np.packbits(half),
        "horse_small": np.packbits(small),
        "coin": coins[COIN],
        "coin_ellipse": np.array(COIN_ELLIPSE),
    }


def hand(name: str, seed: int) -> list:
    """The sessions of a hand on a seed's objects."""
    options = {"jitter": 1.5} if name == HANDS[1] else {"place": name}
    return [session(one, CLICKS, draw=one, **options) for one in batch(seed)]


def clicked(seed: int):
    """(experiment, method, setting, value) of all that is clicked."""
    for name in HANDS:
        ious = np.array([made.ious for made in hand(name, seed)])  # (12, 9)
        for clicks in SETTINGS["clicks"]:
            yield "clicks", name, clicks, ious[:, clicks].mean()
            yield "reached", name, clicks, (ious[:, clicks] >= 0.84).mean()
        if name == "centre":
            yield from summaries(seed, ious)
    for beta in BETAS:
        ious = np.array([session(one, 4, beta=beta).ious for one in batch(seed)])
        yield "beta", "1 click", beta, ious[:, 1].mean()
        yield "beta", "4 clicks", beta, ious[:, 4].mean()


def summaries(seed: int, ious):
    """What the sessions (12, 9) of the exact hand come to, and how many vertices the same objects need."""
    values = (
        np.mean([clicks_needed(one[1:]) or CLICKS + 1 for one in ious]),
        (ious[:, 1] < ious[:, 0]).mean(),
        (np.diff(ious[:, 1:], axis=1) < 0).any(axis=1).mean(),
        ious[:, 1:].max(axis=1).mean(),
        ious[:, -1].mean(),
        np.mean([vertices_needed(drawn_object(one).mask) for one in batch(seed)]),
        (ious[:, 0] - ious[:, 1]).mean(),
    )
    for name, value in zip(SUMMARIES, values, strict=True):
        yield "session", name, 0.0, value


def polygons(seed: int):
    """The mean IoU of polygons of few vertices."""
    counts = SETTINGS["polygon"]
    ious = np.mean([polygon_ious(drawn_object(one).mask, counts) for one in batch(seed)], axis=0)
    for count, iou in zip(counts, ious, strict=True):
        yield "polygon", "vertices", count, iou


def triplets(seed: int):
    """How well the triplets of unseen rooms are found."""
    rooms = drawn_rooms(TEST_ROOMS, np.random.default_rng([seed, 42]))
    for scorer in SCORERS:
        scores = triplet_scores(rooms, scorer, seed)
        yield "triplets", f"mAP, {scorer}", 0.0, mean_average_precision(rooms, scores)
        yield "triplets", f"found first, {scorer}", 0.0, found_first(rooms, scores)


def lines(seed: int) -> list[dict]:
    """All the lines of a seed."""
    rows = [*clicked(seed), *polygons(seed), *triplets(seed)]
    return [
        dict(zip(COLUMNS, (experiment, method, f"{setting:g}", seed, f"{value:.6g}"), strict=True))
        for experiment, method, setting, value in rows
    ]


if __name__ == "__main__":
    if len(sys.argv) == 3:
        from PIL import Image

        pictures = [np.asarray(Image.open(name).convert("L")) for name in sys.argv[1:]]
        np.savez_compressed(DATA / "instance_segmentation_real.npz", **real(*pictures))
    write_lines("instance_segmentation_runs.csv", [line for seed in FRESH_SEEDS for line in lines(seed)])
