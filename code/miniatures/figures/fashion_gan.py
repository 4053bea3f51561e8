"""Views of the fashion chapter: two Gaussians and their judge, a training and its collapse, models compared, and a choice.

Blue is what is real, orange what a GAN makes, purple the discriminator, green a mixture of Gaussians, red what goes wrong
(a memoriser, a conflated jacket), grey the other models. Precision is ink, recall yellow.
"""

import numpy as np

from miniatures import draw
from miniatures import fashion_gan_runs as runs
from miniatures.checks import numbers, one_of, real, whole
from miniatures.explore import View
from miniatures.fashion_duel import play
from miniatures.fashion_gan import (
    Gan,
    between,
    game_value,
    jensen_shannon,
    optimal_discriminator,
)
from miniatures.fashion_gan_runs import GAN, MODELS, POOLS, TASTES, conflation, seeds_of, spread_of, stored
from miniatures.fashion_metrics import nearest
from miniatures.garments import SIDE, training
from miniatures.wording import percent as percent
from miniatures.wording import plural

COLOURS = {runs.REAL: "blue", "one Gaussian": "grey", runs.MIXTURE: "green", "mixture of 20": "green", "a Gaussian a kind": "green",
           runs.MEMORISER: "red", GAN: "orange", runs.CONDITIONAL: "orange"}  # fmt: skip
FEATURES = {"principal components": "", "a classifier's hidden units": "_hidden"}
DUEL_STEPS, DUEL_RATE, DUEL_PENALTY = 80, 0.3, 0.5
PATHS = {"first": (0, 1), "second": (2, 3), "third": (4, 5)}
STRIP, STOPS = 5, 17  # pictures in a strip; places on the curve
LABELS = (  # words, models, above or below their marks, how it is set
    ("real, memoriser", (runs.REAL, runs.MEMORISER), True, "center"),
    ("mixtures", (runs.MIXTURE, "mixture of 20", "a Gaussian a kind"), False, "left"),
    ("GAN", (GAN,), False, "center"),
    ("conditional", (runs.CONDITIONAL,), True, "center"),
    ("one Gaussian", ("one Gaussian",), False, "center"),
)
_GAP = 1  # pixels between pictures


def sheet(pictures, columns: int) -> np.ndarray:
    """Pictures (N, 14, 14) in [0, 1] side by side in rows of `columns`, uint8 in 16 greys, with a light gap between them."""
    numbers("pictures", pictures, (None, SIDE, SIDE))
    columns = whole("columns", columns, 1, 1000)
    rows = -(-len(pictures) // columns)
    cell = SIDE + _GAP
    whole_sheet = np.full((rows * cell + _GAP, columns * cell + _GAP), 187, np.uint8)
    for number, picture in enumerate(np.round(15 * np.clip(pictures, 0, 1)) * 17):
        top, left = (number // columns) * cell + _GAP, (number % columns) * cell + _GAP
        whole_sheet[top : top + SIDE, left : left + SIDE] = picture
    return whole_sheet


def _gallery(pictures, columns, title, *marks, height=360):
    """A figure of a sheet; axes count pictures, the first at the top left."""
    rows = -(-len(pictures) // columns)
    return draw.figure(
        draw.image(sheet(pictures, columns), 0, 0, columns, rows), *marks, title=title, equal=True, height=height,
        x=draw.axis(hidden=True, range=(0, columns)), y=draw.axis(hidden=True, range=(0, rows)),
    )  # fmt: skip


# the exact game --------------------------------------------------------------------------------


def game(shift: float, spread: float) -> View:
    """Two densities with the best discriminator between them, and the divergence for every shift."""
    divergence = jensen_shannon(shift, spread)
    x = np.linspace(-5, 9, 71).round(1)
    p = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    g = np.exp(-(((x - shift) / spread) ** 2) / 2) / np.sqrt(2 * np.pi) / spread
    shifts = np.linspace(0, 4, 17)
    left = draw.figure(
        draw.line(x, p.round(4), "real p", "blue", fill="tozeroy"), draw.line(x, g.round(4), "generated g", "orange", fill="tozeroy"),
        draw.line(x, optimal_discriminator(x, shift, spread).round(3), "best D", "purple"), draw.horizontal(0.5, "grey", "dot"),
        title="two densities, one judge", x=draw.axis("x", range=(-5, 9)), y=draw.axis("density, and D(x)", range=(0, 1.4)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(shifts, np.round([jensen_shannon(s, spread) for s in shifts], 4), colour="orange"), draw.horizontal(np.log(2).item(), "grey"), draw.text(4, 0.715, "log 2", "grey", "right", size=12),
        draw.points([shift], [divergence], colour="orange", size=12),
        title="what D can still tell", x=draw.axis("shift μ", range=(-0.1, 4.1)), y=draw.axis("JSD, nats", range=(0, 0.75)),
    )  # fmt: skip
    here = optimal_discriminator(shift / 2, shift, spread)
    return View(
        draw.panels(left, right, height=340),
        f"With shift μ = {shift:.2f} and spread σ = {spread:.2f} the JSD is {divergence:.4f} nats and the value of the game {game_value(shift, spread):.4f}. "
        f"Half way between the two means the best D is {here:.3f}.",
    )


def duel(discriminator_steps: int, spread: float, penalty: bool) -> View:
    """The shift and the discriminator's slope through a game of gradient steps."""
    weight = DUEL_PENALTY if penalty else 0.0
    course = play(
        2.0,
        whole("discriminator_steps", discriminator_steps, 1, 100),
        DUEL_RATE,
        weight,
        spread=spread,
        steps=DUEL_STEPS,
    )
    left = draw.figure(
        draw.line(range(DUEL_STEPS + 1), course.shift.round(3), colour="orange"), draw.horizontal(0, "blue", words="real"),
        title="where the generator stands", x=draw.axis("its steps", range=(0, DUEL_STEPS)), y=draw.axis("shift μ", range=(-1.4, 2.2)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(course.shift.round(3), course.slope.round(3), colour="purple", width=1.5), draw.points([0], [0], colour="blue", symbol="x", size=11),
        draw.points([course.shift[-1].round(3)], [course.slope[-1].round(3)], colour="orange", size=10),
        title="both players", x=draw.axis("shift μ", range=(-1.4, 2.2)), y=draw.axis("slope a of D's logit", range=(-4.2, 2.2)),
    )  # fmt: skip
    turns = int((np.diff(np.sign(course.shift)) != 0).sum())
    late = np.abs(course.shift[-20:]).max()
    words = (
        f"With {plural(discriminator_steps, 'step')} of D for one of G, spread σ = {spread:.2f} and {'a' if penalty else 'no'} penalty the generator passes the real mean "
        f"{plural(turns, 'time')} in {DUEL_STEPS} steps; in its last 20 steps it is at most {late:.2f} away."
    )
    return View(draw.panels(left, right, height=340), words)


# a training and its collapse -------------------------------------------------------------------


def collapse(ratio: int, step: int) -> View:
    """Twelve pictures of a training with `ratio` generator steps for one of the discriminator, and its precision and recall so far."""
    pictures, name = runs.course_pictures(ratio, step), runs.ratio_name(ratio)
    steps = runs.COLLAPSE_STEPS
    found = {m: [stored(name, m, s) for s in steps] for m in ("precision", "recall")}
    marks = []
    for measure, colour in (("precision", "ink"), ("recall", "yellow")):
        means = [one.mean() for one in found[measure]]
        marks += [
            draw.line(steps, np.round(means, 3), measure, colour),
            draw.points(
                steps,
                np.round(means, 3),
                colour=colour,
                size=[13 if s == step else 6 for s in steps],
                error=[one.std(ddof=1).round(3) for one in found[measure]],
            ),
        ]
    right = draw.figure(
        *marks, draw.vertical(step, "grey", "dot"), title="mean ± sd of five seeds",
        x=draw.axis("steps of D", range=(0, 515)), y=draw.axis("share", range=(-0.03, 1.03)),
    )  # fmt: skip
    now = {m: stored(name, m, step) for m in ("precision", "recall", "evenness", "score_real", "score_fake")}
    return View(
        draw.panels(_gallery(pictures, 4, f"seed 200, G {ratio} : 1 D, step {step}"), right, height=340),
        f"After {step} steps of D, each with {plural(ratio, 'step')} of G, precision is {spread_of(now['precision'])} and recall {spread_of(now['recall'])} over five seeds. "
        f"D says {now['score_real'].mean():.2f} of real and {now['score_fake'].mean():.2f} of generated pictures; the kinds are {now['evenness'].mean():.2f} nats from even.",
    )


# models compared -------------------------------------------------------------------------------


def models(model: str, features: str) -> View:
    """Twelve pictures of a model above the training picture nearest to each, and all models' precision and recall."""
    pictures, tail = runs.model_pictures(model), FEATURES[one_of("features", features, FEATURES)]
    real_pixels = training()[0]
    which = _nearest_others(model, pictures.reshape(-1, SIDE * SIDE), real_pixels)
    beside = real_pixels[which].reshape(-1, SIDE, SIDE)
    rows = [part for n in range(0, 12, 4) for part in (*pictures[n : n + 4], *beside[n : n + 4])]
    at = {name: [stored(name, m + tail, seeds=seeds_of(name)) for m in ("recall", "precision")] for name in MODELS}
    marks = [
        draw.points(
            *(one.round(3) for one in at[name]), colour=COLOURS[name], size=13 if name == model else 7, symbol=_symbol(name), hover=name,
        )
        for name in MODELS
    ]  # fmt: skip
    for words, names, up, anchor in LABELS:
        across, high = (np.concatenate([at[name][axis] for name in names]) for axis in (0, 1))
        place = across.max() if anchor == "left" else across.mean()
        edge = high.max() + 0.035 if up else high.min() - 0.04
        marks.append(draw.text(place.round(3).item(), edge.round(3).item(), words, "ink", anchor, size=12))
    across, up = at[model]
    right = draw.figure(
        *marks, title="all models, each seed a mark", legend=False,
        x=draw.axis("recall: diversity", range=(0.3, 1)), y=draw.axis("precision: plausibility", range=(0.2, 1.04)),
    )  # fmt: skip
    near, apart = (stored(model, m, seeds=seeds_of(model)) for m in ("nearest", "told_apart"))
    return View(
        draw.panels(_gallery(np.array(rows), 4, "made, and below it the nearest"), right, height=470),
        f"{model[0].upper() + model[1:]}: precision {spread_of(up)}, recall {spread_of(across)} among {features}. The median distance to the nearest training picture is {near.mean():.2f}, "
        f"and {percent(apart.mean())} of its pictures have another of its own as nearest neighbour.",
    )


def _symbol(model):
    return {
        "mixture of 20": "square",
        "a Gaussian a kind": "diamond",
        runs.CONDITIONAL: "triangle-up",
        "one Gaussian": "x",
    }.get(model, "circle")


def _nearest_others(model, pictures, real_pixels):
    """The nearest training rows; of a training picture itself, stored in 16 greys, the next one."""
    which = nearest(pictures, real_pixels)[1]
    if model != runs.REAL:
        return which
    others = np.delete(real_pixels, which, axis=0)
    return np.delete(np.arange(len(real_pixels)), which)[nearest(pictures, others)[1]]


# latent space ----------------------------------------------------------------------------------


def _ends(path):
    first, second = PATHS[one_of("path", path, PATHS)]
    noise = np.random.default_rng(7).normal(size=(6, 32))
    return noise[first], noise[second]


def interpolation(path: str, t: float) -> View:
    """One picture on a way through the latent space, above the way and the cross-fade of its ends, and how far each is from the training set."""
    t = real("t", t, 0, 1)
    first, second = _ends(path)
    stops = np.linspace(0, 1, STOPS)
    way = runs.drawn(between(first, second, stops))
    fade = (1 - stops)[:, None, None] * way[0] + stops[:, None, None] * way[-1]
    here = runs.drawn(between(first, second, t))
    apart, faded, now = (nearest(one.reshape(-1, SIDE * SIDE), training()[0])[0] for one in (way, fade, here))
    shown = slice(None, None, (STOPS - 1) // (STRIP - 1))
    pair = draw.figure(
        draw.image(sheet(here, 1), 1.4, 2.85, 2.2, 2.2), draw.image(sheet(way[shown], STRIP), 0, 1.4, STRIP, 1), draw.image(sheet(fade[shown], STRIP), 0, 0, STRIP, 1),
        draw.text(0, 2.56, "through the latent space", "orange", "left", size=12), draw.text(0, 1.16, "cross-fade of the ends", "grey", "left", size=12),
        title=f"t = {t:.2f}", equal=True, x=draw.axis(hidden=True, range=(0, STRIP)), y=draw.axis(hidden=True, range=(0, 5.1)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(stops, apart.round(3), "latent space", "orange"), draw.line(stops, faded.round(3), "cross-fade", "grey"),
        draw.points([t], [now[0].round(3)], colour="orange", size=12),
        title="to the nearest training picture", x=draw.axis("t", range=(-0.03, 1.03)), y=draw.axis("distance", range=(0, 4)),
    )  # fmt: skip
    return View(
        draw.panels(pair, right, height=370),
        f"At t = {t:.2f} of the {path} way the generator's picture is {now[0]:.2f} from the nearest training picture. "
        f"Half way it is {apart[STOPS // 2]:.2f} away, and the cross-fade of the two ends {faded[STOPS // 2]:.2f}.",
    )


# selection -------------------------------------------------------------------------------------


def selection(step: int, pool: int, taste: str) -> View:
    """The twelve jackets that a taste picks from a pool, conflated ones framed, and the share of those for each size of the pool."""
    found = runs.selected(pool, taste, step)
    frames = [_frame(n) for n in np.flatnonzero(found.conflated).tolist()]
    marks = []
    for name, colour, dash in zip(TASTES, ("grey", "blue", "orange"), ("dot", "dash", "solid"), strict=True):
        shares = [runs.selected(size, name, step).conflated.mean() for size in POOLS]
        marks += [
            draw.line(POOLS, np.round(shares, 3), name, colour, dash),
            draw.points(
                POOLS,
                np.round(shares, 3),
                colour=colour,
                size=[13 if name == taste and size == pool else 5 for size in POOLS],
            ),
        ]
    right = draw.figure(
        *marks, title="conflated among the twelve",
        x=draw.axis("pictures to choose from", range=(9, 4100), log=True, ticks=list(POOLS)), y=draw.axis("share", range=(-0.03, 0.7)),
    )  # fmt: skip
    count = int(found.conflated.sum())
    return View(
        draw.panels(_gallery(found.pictures, 4, f"{taste} twelve of {pool}", *frames), right, height=340),
        f"Of {pool} jackets of a GAN trained for {step} steps {percent(found.share)} are conflated; of the twelve that were chosen as {taste}, {count} {'is' if count == 1 else 'are'}. "
        f"Over five seeds and pools of {POOLS[-1]} the shares are {_shares(step, 'all')} of all and {_shares(step, taste)} of the chosen.",
    )


def _frame(number, columns=4, rows=3):
    """A red line around a picture of the gallery."""
    left, top, edge = number % columns, rows - number // columns, 0.05
    ends = (left + edge, left + 1 - edge), (top - 1 + edge, top - edge)
    return draw.line(
        [ends[0][i] for i in (0, 1, 1, 0, 0)], [ends[1][i] for i in (0, 0, 1, 1, 0)], colour="red", width=3
    )


def _shares(step, which):
    return spread_of(100 * conflation()[f"GAN, {step} steps", which], 1) + " %"


# one training ----------------------------------------------------------------------------------


def training_course(gan: Gan) -> View:
    """Twelve samples of a training that has just run, and how its losses went.

    >>> from miniatures.fashion_gan import Recipe, train_gan
    >>> pictures = training()[0][:24].reshape(-1, SIDE, SIDE)
    >>> training_course(train_gan(pictures, 2, np.random.default_rng(0), Recipe(width=8))).description[:13]
    'After 2 steps'
    """
    steps = np.arange(1, len(gan.losses) + 1)
    right = draw.figure(
        draw.line(steps, gan.losses[:, 0].round(3), "loss of D", "purple"), draw.line(steps, gan.losses[:, 1].round(3), "loss of G", "orange"),
        draw.horizontal(np.log(4).item(), "grey", "dot"), draw.text(len(steps), np.log(4).item() + 0.06, "log 4", "grey", "right", size=12),
        title="losses, nats", x=draw.axis("step", range=(0, len(steps))), y=draw.axis("nats"),
    )  # fmt: skip
    return View(
        draw.panels(_gallery(gan.samples[:12], 4, f"after {len(steps)} steps"), right, height=340),
        f"After {len(steps)} steps the loss of D is {gan.losses[-10:, 0].mean():.2f} nats and that of G {gan.losses[-10:, 1].mean():.2f}, means of the last ten steps; "
        f"D says {gan.scores[-10:, 0].mean():.2f} of real pictures and {gan.scores[-10:, 1].mean():.2f} of generated ones.",
    )
