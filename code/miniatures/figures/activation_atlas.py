"""The views of the activation atlas: a patched whale, flips over networks, layouts, the atlas, the objective's angle."""

from functools import cache

import numpy as np

from miniatures import activation_atlas as atlas
from miniatures import draw
from miniatures.atlas_network import DIETS, LAYERS, logits
from miniatures.atlas_runs import (
    CELLS,
    FRESH_SEEDS,
    LEAST,
    NETWORK,
    POWERS,
    flip_table,
    measured,
    stored_angles,
    stored_atlas,
    stored_network,
)
from miniatures.checks import one_of, real, whole
from miniatures.explore import View
from miniatures.results import place
from miniatures.sea_scenes import CLASSES, DISCS, PLACE, SIDE
from miniatures.softmax import softmax

HUES = ("blue", "red", "orange", "green", "purple", "grey")  # of CLASSES, through the chapter
SHORT = ("whale", "shark", "ball", "lawn", "cabbage", "sand")  # under small pictures
SHOWN_SEED = 1  # of the whale of the first view
DISC_NAMES = {"baseball": "baseball", "white": "white disc", "cabbage": "cabbage", "noise": "noise", "red": "red disc"}
DISC_HUES = {"baseball": "orange", "white": "grey", "cabbage": "green", "noise": "purple", "red": "red"}
LAYOUTS = {f"seed {seed}": seed for seed in FRESH_SEEDS} | {"started at PCA": "principal"}
PICTURES = {"made by inversion": "icons", "average of what was seen": "averages"}
CONTRAST = "white shark less grey whale"
TARGETS = (*CLASSES, CONTRAST)
LEVELS = 32  # of each colour in a shown picture: a page's states have a budget


def _blank(title="", side=SIDE):
    return draw.axis(title, hidden=not title, range=(0, side))


@cache
def _whale(kind, radius, column):
    """One whale without and with a disc, (2, 32, 32, 3)."""
    whales, after = atlas.patched(kind, radius, SHOWN_SEED, images=1, place=(column, PLACE[1]))
    return np.concatenate([whales, after])


def patched(kind: str, radius: int, column: int) -> View:
    """A whale with a disc on it and the probabilities that network 200 gives, before and after."""
    one_of("kind", kind, DISCS), whole("radius", radius, 0, SIDE // 2), whole("column", column, 0, SIDE - 1)
    pictures = _whale(kind, radius, column)
    before, after = softmax(logits(stored_network(), pictures))
    low, high = max(0, column - radius - 1), min(SIDE, column + radius + 2)
    top, bottom = max(0, PLACE[1] - radius - 1), min(SIDE, PLACE[1] + radius + 2)
    disc = draw.stepped(pictures[1, top:bottom, low:high], LEVELS)
    left = draw.figure(
        draw.image(draw.stepped(pictures[0], LEVELS), 0, 0, SIDE, SIDE), draw.image(disc, low, SIDE - bottom, high - low, bottom - top),
        title="what the network is shown", x=_blank(), y=_blank(), equal=True,
    )  # fmt: skip
    right = draw.figure(
        draw.bars(list(CLASSES), before, name="without the disc", colour="grey"),
        draw.bars(list(CLASSES), after, name="with the disc", colour="orange"),
        title="what it says", x=draw.axis(""), y=draw.axis("probability", range=(0, 1.05)),
    )  # fmt: skip
    name = CLASSES[int(after.argmax())]
    words = (
        f"With the {DISC_NAMES[kind]} of radius {radius} px at column {column} the whale is called {name}, with probability {after.max():.2f}; "
        f"its probability of white shark is {after[atlas.SHARK]:.2f}, without the disc {before[atlas.SHARK]:.2f}."
    )
    return View(draw.panels(left, right, height=360), words)


def flips(diet: str, radius: int) -> View:
    """Whales of 200 that became sharks, for every disc and each of five networks of one diet."""
    table = flip_table(diet, radius)
    names = [DISC_NAMES[kind] for kind in DISCS]
    means = [table[kind].mean() for kind in DISCS]
    spread = np.concatenate([table[kind] for kind in DISCS])
    figure = draw.figure(
        draw.bars(names, means, name="mean of five networks", colour=[DISC_HUES[kind] for kind in DISCS]),
        draw.points(np.repeat(names, len(FRESH_SEEDS)).tolist(), spread, name="each network", colour="ink", size=7, symbol="circle-open"),
        x=draw.axis("what is put on the whale"), y=draw.axis("whales of 200 that become sharks", range=(0, 210)),
    )  # fmt: skip
    listed = ", ".join(f"{DISC_NAMES[kind]} {mean:.1f}" for kind, mean in zip(DISCS, means, strict=True))
    words = f"At radius {radius} px and the diet “{diet}”, of 200 whales these become sharks on average over five networks: {listed}."
    return View(figure, words)


def layout(start: str, cells: int, least: int) -> View:
    """The activations in the plane, and how many lie in each cell of a grid."""
    one_of("start", start, tuple(LAYOUTS)), real("least", least, 0, 1e9)
    one = stored_atlas()
    places = one.layouts[LAYOUTS[start]]
    counts, _ = atlas.grid_means(places, one.h, cells)
    low, high = places.min(axis=0), places.max(axis=0)
    inside = (places - low) / (high - low)
    marks = []
    for number, (name, hue) in enumerate(zip(CLASSES, HUES, strict=True)):
        rows = np.flatnonzero(one.classes == number)[::4]  # a quarter of the points is drawn
        marks.append(draw.points(inside[rows, 0].round(3), inside[rows, 1].round(3), name=name, colour=hue, size=5))
    left = draw.figure(*marks, title="activations of conv3", x=draw.axis(hidden=True, range=(-0.02, 1.02)), y=draw.axis(hidden=True, range=(-0.02, 1.02)), equal=True)  # fmt: skip
    middles = (np.arange(cells) + 0.5) / cells
    shown = [[int(n) if n >= least else None for n in column] for column in counts.T]
    right = draw.figure(
        draw.heatmap(shown, x=middles, y=middles, low=0, high=120, bar="activations in the cell"),
        title="cells that are kept", x=draw.axis(hidden=True, range=(-0.02, 1.02)), y=draw.axis(hidden=True, range=(-0.02, 1.02)), equal=True,
    )  # fmt: skip
    kept, single = int((counts >= least).sum()), int((counts == 1).sum())
    words = (
        f"On a grid of {cells} by {cells} cells ({start}) {int((counts > 0).sum())} cells hold an activation, {single} of them only one; "
        f"{kept} hold at least {least}, the fullest {counts.max()} of {len(places)}."
    )
    return View(draw.panels(left, right, height=400), words)


@cache
def _mosaic(layer, pictures):
    """The kept cells' pictures on the grid, (112, 112, 3) bytes; grey where no cell is kept."""
    one = stored_atlas(layer)
    found = np.full((8 * CELLS, 8 * CELLS, 3), 208, np.uint8)
    for (i, j), icon in zip(one.kept, draw.stepped(getattr(one, pictures), LEVELS), strict=True):
        row = 8 * (CELLS - 1 - j)
        found[row : row + 8, 8 * i : 8 * i + 8] = icon
    return found


def the_atlas(layer: str, pictures: str, target: str) -> View:
    """The atlas of one layer, and how far each of its cells supports one class."""
    one_of("pictures", pictures, tuple(PICTURES)), one_of("target", target, TARGETS)
    one = stored_atlas(layer)
    support = (
        one.support[:, atlas.SHARK] - one.support[:, atlas.WHALE]
        if target == CONTRAST
        else one.support[:, CLASSES.index(target)]
    )
    counts, means = atlas.grid_means(one.layouts[NETWORK], support[:, None], CELLS)
    means, kept = means[:, :, 0], counts >= LEAST
    shown = np.where(kept, means, np.nan)
    grid = np.arange(CELLS) + 0.5
    across = draw.axis(hidden=True, range=(0, CELLS))
    left = draw.figure(draw.image(_mosaic(layer, PICTURES[pictures]), 0, 0, CELLS, CELLS), title=f"atlas of {layer}", x=across, y=across, equal=True)  # fmt: skip
    right = draw.figure(
        draw.heatmap([[None if np.isnan(v) else float(f"{v:.2g}") for v in row] for row in shown.T], x=grid, y=grid, scale="diverging", low=-40, high=40,
                     bar="support, in logits, cut at ±40"),
        title=f"support for {target}", x=across, y=across, equal=True,
    )  # fmt: skip
    positive = int((means[kept] > 0).sum())
    best = np.unravel_index(np.argmax(np.where(kept, means, -np.inf)), kept.shape)
    inside = (atlas.cell_of(one.layouts[NETWORK], CELLS) == best).all(axis=1)
    most = np.bincount(one.classes[inside], minlength=len(CLASSES))
    own = measured("icon own" if PICTURES[pictures] == "icons" else "average own", layer, networks=[NETWORK])[0]
    words = (
        f"Of the pictures of the cells, each {pictures}, the network gives {100 * own:.0f} % to their own cell. "
        f"At {layer} {positive} of {int(kept.sum())} cells support {target}; the strongest, {means[best]:.1f} in units of the logit, "
        f"holds {int(inside.sum())} activations, {int(most.max())} of them from pictures of the class {CLASSES[int(most.argmax())]}."
    )
    return View(draw.panels(left, right, height=400), words)


def angle(power: int, whitened: bool) -> View:
    """Pictures made for the strongest cell of each class, by the power of the cosine, with and without whitening."""
    pictures, cosines = stored_angles()
    at = (0 if whitened else 1), place("power", power, POWERS)
    strip = np.concatenate([np.pad(one, ((1, 1), (1, 1), (0, 0)), constant_values=1) for one in pictures[at]], axis=1)
    left = draw.figure(
        draw.image(draw.stepped(strip, LEVELS), 0, 0, 6, 1), *[draw.text(i + 0.5, -0.18, name, size=10) for i, name in enumerate(SHORT)],
        x=draw.axis(hidden=True, range=(0, 6)), y=draw.axis(hidden=True, range=(-0.35, 1)), height=190, equal=True, title="made for the strongest cell of each class",
    )  # fmt: skip
    right = draw.figure(
        draw.bars(list(CLASSES), cosines[at], colour=list(HUES)), draw.horizontal(0),
        x=draw.axis(""), y=draw.axis("whitened cosine", range=(-1.05, 1.05)), height=240, title="how well they point its way",
    )  # fmt: skip
    words = (
        f"With n = {power} {'and whitening' if whitened else 'and no whitening'} the pictures' activations reach whitened cosines "
        f"from {cosines[at].min():.2f} to {cosines[at].max():.2f} with the cell that they were made for."
    )
    return View(draw.panels(left, right, columns=1, height=460, gap=0.2), words)


__all__ = ["DIETS", "LAYERS", "angle", "flips", "layout", "patched", "the_atlas"]
