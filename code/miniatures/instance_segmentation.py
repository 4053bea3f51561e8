"""A box, then clicks: a mask that a random walker draws and an annotator corrects, and how far it overlaps the truth after each click.

Source: the process that R. Benenson, S. Popov and V. Ferrari describe, "Large-scale interactive object segmentation with human
annotators", CVPR 2019, arXiv:1903.10830, with the random walker in place of their network; the measures are in
`miniatures.overlap_measures`, the walker in `miniatures.random_walk`.

click  row, column, label: 1 where the annotator says "object", 0 for "background"; its ink marks 3 x 3 pixels
box    top, left, bottom, right: outside it everything is background, but for the ink of a click
p      the walker's chance to reach an object's seed first; the mask is p > 1/2
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.ndimage import distance_transform_edt, label

from miniatures.checks import not_negative, numbers, one_of, real, whole
from miniatures.overlap_measures import as_mask, disc_iou, mask_iou, polygon_disc_iou
from miniatures.random_walk import BETA, UNKNOWN, edge_weights, random_walker, random_walker_weights
from miniatures.tailed_objects import REAL, Pictured, box_mask, checked_box, drawn_object, real_object, thin_part

__all__ = ["annotate", "disc_iou", "mask_iou", "polygon_disc_iou", "random_walker", "random_walker_weights"]

MOST_CLICKS = 60
LARGEST_SEED = 10_000_000  # of a drawn object
INK = 1.5**2  # a click marks the pixels up to 1.5 away: 3 x 3
PLACES = ("centre", "anywhere", "edge")  # of the largest error, where the annotator clicks


@dataclass(frozen=True)
class Session:
    """What an annotator did: `clicks` (K, 3), the IoU `ious` (K + 1,) from the box on, and all `masks` (K + 1, H, W)."""

    clicks: np.ndarray
    ious: np.ndarray
    masks: np.ndarray


def annotate(seed, clicks, beta=BETA, jitter=0.0, place="centre", draw=0) -> np.ndarray:
    """The IoU with the truth after each click, (K,), of the object of `seed`: the number of a drawn one, "horse" or "coin".

    `clicks`: how many the simulated annotator makes, or a reader's own, rows of (row, column, label). Options as in `session`.

    >>> annotate(7, 3).shape
    (3,)
    """
    return session(seed, clicks, beta, jitter, place, draw).ious[1:]


def session(seed, clicks, beta=BETA, jitter=0.0, place="centre", draw=0) -> Session:
    """All of an annotation: it starts at the box itself, and each click makes the walker start again with one seed more.

    `jitter`: sd in pixels by which the simulated annotator's hand is off; `place`: "centre" of the largest error, "anywhere" in it
    or at its "edge", the first click excepted; `draw`: seed of that hand. A reader's own clicks are taken as they are.
    """
    it, beta = pictured(seed), real("beta", beta, 0, 1e6)
    masks, made = [box_mask(it.box, it.mask.shape)], np.zeros((0, 3), int)
    if not isinstance(clicks, (list, tuple, np.ndarray)):
        count, given = whole("clicks", clicks, 0, MOST_CLICKS), None
        jitter, place = not_negative("jitter", jitter), one_of("place", place, PLACES)
        rng = np.random.default_rng([whole("draw", draw, 0, 10**9), 31])
    else:
        given = _checked_clicks(clicks, it.mask.shape)
        count = len(given)
    for number in range(count):
        if given is None:
            shown = masks[-1] if number else np.zeros_like(it.mask)  # the first click says where the object is
            one = next_click(shown, it.mask, place if number or place != "edge" else "centre", jitter, rng)
        else:
            one = given[number]
        if one is not None:
            made = np.vstack([made, one])
        masks.append(masks[-1] if one is None else _replayed(seed, tuple(map(tuple, made.tolist())), beta))
    return Session(made, np.array([mask_iou(mask, it.mask) for mask in masks]), np.stack(masks))


@lru_cache(maxsize=256)  # a reader's next click then costs one walk, not all of them again
def _replayed(seed, clicks, beta):
    it = pictured(seed)
    return segment(it.image, it.box, clicks, beta)


def pictured(seed) -> Pictured:
    """The object of a seed: a number for a drawn one, or the name of a real one."""
    if isinstance(seed, str):
        return real_object(one_of("seed", seed, REAL))
    return drawn_object(whole("seed", seed, 0, LARGEST_SEED))


def segment(image, box, clicks, beta=BETA) -> np.ndarray:
    """The mask (H, W) where the walker's p lies above 1/2, given a box and clicks (K, 3) of row, column, label; K may be 0.

    What lies outside the box is background, unless a click says otherwise. A later click on a pixel overrules an earlier one. Without a click on the object the
    box is all there is to go by: the mask is the box, less the clicks on background. The truth is no argument: it cannot leak in.

    >>> int(segment(np.zeros((8, 8)), (2, 2, 6, 6), [(3, 3, 1)]).sum())
    9
    """
    return chances(image, box, clicks, beta) > 0.5


def chances(image, box, clicks, beta=BETA) -> np.ndarray:
    """The walker's p (H, W) behind `segment`; 1 in the box and 0 at clicks on background where no click is on the object."""
    image = numbers("image", image, (None, None), -1e6, 1e6)
    top, left, bottom, right = checked_box("box", box, image.shape)
    clicks = _checked_clicks(clicks, image.shape)
    seeds = np.where(box_mask(box, image.shape), UNKNOWN, 0)
    rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
    for row, column, value in clicks:
        seeds[(rows - row) ** 2 + (columns - column) ** 2 <= INK] = value
    if not (seeds == 1).any():
        return np.where(seeds == UNKNOWN, 1.0, 0.0)
    # the box and the background that touches it
    around = np.s_[max(top - 1, 0) : bottom + 1, max(left - 1, 0) : right + 1]
    p = (seeds == 1).astype(float)
    p[around] = _walked(image, seeds, around, beta)
    return p


def _walked(image, seeds, around, beta):
    """The walker inside a part of the picture; brightness counts in standard deviations of the whole picture."""
    if not (seeds == 0).any():
        return np.ones(seeds[around].shape)
    spread = image.std()
    horizontal, vertical = edge_weights(image / spread if spread > 1e-12 else image, beta)
    rows, columns = around
    return random_walker_weights(
        horizontal[rows, columns][:, : seeds[around].shape[1] - 1],
        vertical[rows, columns][: seeds[around].shape[0] - 1],
        seeds[around],
    )


def next_click(mask, truth, place="centre", jitter=0.0, rng=None):
    """The (row, column, label) with which an annotator who sees both corrects `mask`; None where nothing is wrong.

    The largest connected region of wrong pixels gets the click: its "centre", the pixel deepest inside it, a random one for
    "anywhere", or for "edge" the one nearest to what is right. Label: what is true there. With `jitter` the hand is off by a normal
    draw of that sd, and the label stays as meant.

    >>> next_click(np.zeros((5, 5)), np.pad(np.ones((3, 3)), 1))
    (2, 2, 1)
    """
    mask, truth = as_mask("mask", mask, (None, None)), as_mask("truth", truth, (None, None))
    if mask.shape != truth.shape:
        raise ValueError(f"mask of shape {mask.shape} and truth of shape {truth.shape} must have one shape")
    one_of("place", place, PLACES)
    parts, count = label(mask != truth)
    if not count:
        return None
    region = parts == 1 + np.bincount(parts[parts > 0])[1:].argmax()
    row, column = _spot(region, place, rng)
    value = int(truth[row, column])
    if not_negative("jitter", jitter):
        moved = np.round([row, column] + jitter * _hand(rng).normal(size=2)).astype(int)
        row, column = np.clip(moved, 0, np.array(mask.shape) - 1)
    return int(row), int(column), value


def _spot(region, place, rng):
    if place == "anywhere":
        inside = np.argwhere(region)
        return inside[_hand(rng).integers(len(inside))]
    depth = np.round(distance_transform_edt(np.pad(region, 1))[1:-1, 1:-1], 6)  # rounded: equal depths stay equal
    best = depth.max() if place == "centre" else depth[region].min()
    return np.argwhere(region & (depth == best))[0]


def _hand(rng):
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng={rng!r} must be a numpy.random.Generator: this annotator's hand is drawn by chance")
    return rng


def usual_beta(seed) -> float:
    """The beta of an object's picture that does what scikit-image's default of 130 does: 130 / 10 times the picture's sd.

    Its weights are exp(-130 d^2 / (10 sd)) of brightness as it is; ours, of brightness in sds, are exp(-beta d^2 / sd^2).

    >>> round(usual_beta("horse"), 2)
    1.76
    """
    return 13 * float(pictured(seed).image.std())


def clicks_needed(ious, level: float = 0.84) -> int | None:
    """The first click, from 1, after which the IoU of `ious` (K,) is `level` or more; None if none is.

    >>> clicks_needed([0.6, 0.8, 0.9])
    3
    """
    ious = numbers("ious", ious, (None,), 0, 1)
    reached = np.flatnonzero(ious >= numbers("level", level, (), 0, 1))
    return int(reached[0]) + 1 if reached.size else None


def tail_found(seed, level: float = 0.84, clicks: int = 8, beta: float = BETA) -> tuple[float, float]:
    """Which shares of an object's thin parts and of the rest its mask holds when its IoU first reaches `level`.

    `clicks`: how many the simulated annotator has at most; the last mask counts where they do not reach the level.

    >>> [round(share, 2) for share in tail_found(8)]
    [0.0, 0.95]
    """
    made, truth = session(seed, whole("clicks", clicks, 1, MOST_CLICKS), beta), pictured(seed).mask
    mask, thin = made.masks[clicks_needed(made.ious[1:], level) or -1], thin_part(truth)
    if not thin.any() or thin.sum() == truth.sum():
        raise ValueError(f"seed={seed!r}: its object must have thin parts and others")
    return tuple(float(mask[part].mean()) for part in (thin, truth & ~thin))


def _checked_clicks(clicks, shape):
    """`clicks` as ints (K, 3) of row, column, label inside a picture of `shape`; K from 0 to 60."""
    if isinstance(clicks, (list, tuple)) and not clicks:
        return np.zeros((0, 3), int)
    if isinstance(clicks, np.ndarray) and clicks.shape in ((0,), (0, 3)):
        return np.zeros((0, 3), int)
    array = numbers("clicks", clicks, (None, 3), 0, max(shape))
    if len(array) > MOST_CLICKS:
        raise ValueError(f"clicks holds {len(array)}: at most {MOST_CLICKS} are taken")
    wrong = (array != np.floor(array)).any(axis=1) | (array >= [*shape, 2]).any(axis=1)
    if wrong.any():
        row, column, value = array[wrong][0]
        raise ValueError(
            f"clicks holds ({row:g}, {column:g}, {value:g}): a click is a row below {shape[0]}, a column below {shape[1]} "
            "and a label, 0 for background or 1 for object"
        )
    return array.astype(int)
