"""Views of circuits: arcs and the units that answer, weights as strokes, edited circuits, superposition, a real network.

Blue strokes are excitatory weights and red ones inhibitory. Purple is the learned circuit, green the one written by hand;
in the real network purple is the trained one and grey a shuffled copy. Orange marks the present setting.
"""

from functools import cache

import numpy as np

from miniatures import circuit_hidden, circuit_runs, draw
from miniatures import circuit_network as real_network
from miniatures import circuits as miniature
from miniatures.checks import numbers, one_of, real, scalar, whole
from miniatures.circuit_images import (
    HALF_ANGLE,
    ORIENTATIONS,
    TESTS,
    UNITS,
    USUAL_RADIUS,
    arc,
    arc_centre,
    first_layer,
    random_curves,
    site_places,
    two_gratings,
)
from miniatures.explore import View
from miniatures.superposition import dedicated_loss_with_bias, superposition_loss

DEGREES = [45 * k for k in range(UNITS)]
NAMES = [f"{degrees}°" for degrees in DEGREES]
SHADES = {"learned": "purple", "by hand": "green"}
PROBES = 15.0 * np.arange(25)
FREQUENCIES = np.linspace(0.05, 0.4, 8)
ORDER = (3, 1, 5, 0, 2, 4)  # copy number 4 of the view is the trained network
SIDES = ("left", "bottom", "right", "top")


def weights_of(circuit: str) -> np.ndarray:
    """The weights of one of CIRCUITS; the learned ones are those of seed 200."""
    return (
        circuit_runs.learned()
        if one_of("circuit", circuit, miniature.CIRCUITS) == "learned"
        else miniature.handwritten_circuit()
    )


# arcs and units --------------------------------------------------------------------------------


def _bare(low=-8.0, high=8.0):
    return {
        "x": draw.axis(hidden=True, range=(low, high)),
        "y": draw.axis(hidden=True, range=(low, high)),
        "equal": True,
    }


def _picture(pixels, title, high=1.0):
    shades = np.clip((np.asarray(pixels) / high + 1) / 2, 0, 1)
    return draw.figure(draw.image(np.round(shades, 3), -8, -8, 16, 16), title=title, **_bare())


def strokes(weights, unit: int, title: str, radius: float | None = USUAL_RADIUS) -> dict:
    """One unit's weights: at each site a blue stroke along the most excitatory Gabor's stripes and a red one along the most
    inhibitory, as long as the weight is large, none below a third of the largest; the unit's arc of `radius` behind them."""
    weights = numbers("weights", weights, miniature.SHAPE, -1e9, 1e9)
    unit = whole("unit", unit, 0, UNITS - 1)
    if radius is not None:
        radius = real("radius", radius, 2, 1e6)
    own, (x, y) = weights[unit], site_places()
    largest = np.abs(weights).max()
    marks = []
    if radius is not None:
        angle = np.radians(45.0 * unit)
        t = angle + np.linspace(-HALF_ANGLE, HALF_ANGLE, 25)
        cx, cy = arc_centre(angle, radius)
        marks.append(
            draw.line(
                np.round(cx + radius * np.cos(t), 2),
                np.round(cy + radius * np.sin(t), 2),
                colour="wash-grey",
                width=9,
            )
        )
    for sign, colour, name in ((1, "blue", "excites"), (-1, "red", "inhibits")):
        size = np.maximum(sign * own, 0).max(0) / largest
        size = np.where(size < 1 / 3, np.nan, 1.15 * size)
        along = np.pi * (sign * own).round(6).argmax(0) / ORIENTATIONS + np.pi / 2
        dx, dy = size * np.cos(along), size * np.sin(along)
        gaps = np.full(x.size, np.nan)
        xs, ys = (np.column_stack([(c - d).ravel(), (c + d).ravel(), gaps]).ravel() for c, d in ((x, dx), (y, dy)))
        marks.append(draw.line(np.round(xs, 2), np.round(ys, 2), name=name, colour=colour, width=4))
    return draw.figure(*marks, title=title, **_bare(-6.5, 6.5))


@cache
def _tunings(circuit):
    """Responses (8, 25) at PROBES."""
    return miniature.curve_tuning(weights_of(circuit), PROBES)


def probe(angle: float, circuit: str) -> View:
    """An arc, the eight units' answers to it, the weights of the one that answers most, and all tuning curves."""
    scale = _tunings(one_of("circuit", circuit, miniature.CIRCUITS)).max()
    answers = miniature.curve_tuning(weights_of(circuit), [scalar("angle", angle, -360, 720)])[:, 0] / scale
    best, second = (int(k) for k in np.argsort(-answers.round(6), kind="stable")[:2])  # neighbours may tie
    bars = draw.figure(
        draw.bars(NAMES, answers.round(3), colour=["orange" if k == best else SHADES[circuit] for k in range(UNITS)]),
        title="answers of the units", x=draw.axis("unit, direction of the bulge"), y=draw.axis("share of the largest answer", range=(-1.1, 1.1)),
    )  # fmt: skip
    curves = [
        draw.line(
            PROBES,
            (row / scale).round(3),
            colour="orange" if k == best else SHADES[circuit],
            width=3.5 if k == best else 1,
        )
        for k, row in enumerate(_tunings(circuit))
    ]
    tuned = draw.figure(
        *curves, draw.vertical(angle % 360, "orange"), title="tuning curves",
        x=draw.axis("direction of the bulge, degrees", range=(0, 360), ticks=[0, 90, 180, 270, 360]), y=draw.axis("share of the largest answer", range=(-1.1, 1.1)),
    )  # fmt: skip
    figure = draw.panels(
        _picture(arc(angle), f"an arc at {angle:g}°"), bars, strokes(weights_of(circuit), best, f"weights of unit {NAMES[best]}"), tuned,
        height=760, gap=0.14,
    )  # fmt: skip
    return View(
        figure,
        f"An arc that bulges towards {angle:g}° makes unit {NAMES[best]} of the circuit {'that was learned' if circuit == 'learned' else 'written by hand'} answer most, "
        f"with {answers[best]:.2f} of the largest answer; unit {NAMES[second]} follows with {answers[second]:.2f}, and unit {NAMES[(best + 4) % 8]}, its opposite, gives {answers[(best + 4) % 8]:.2f}.",
    )


def rotation(unit: int = 0) -> View:
    """A unit's learned weights, the same after a quarter turn, and those that the unit two further on has learned."""
    weights = circuit_runs.learned()
    unit, other = whole("unit", unit, 0, 7), (unit + 2) % 8
    after = miniature.turned(weights, 1)
    figure = draw.panels(
        strokes(weights, unit, f"unit {NAMES[unit]}"),
        strokes(np.roll(after, 2, axis=0), other, f"unit {NAMES[unit]}, turned"),
        strokes(weights, other, f"unit {NAMES[other]}"),
        columns=3,
        height=330,
        gap=0.04,
    )
    r = np.corrcoef(after[unit].ravel(), weights[other].ravel())[0, 1]
    return View(
        figure,
        f"Turned by a quarter, the 200 weights of unit {NAMES[unit]} correlate with those of unit {NAMES[other]} at {r:.2f}; over the eight units of this run at {miniature.rotation_agreement(weights, 1):.3f}.",
    )


@cache
def _tested():
    """Energies and units of the pictures on which edited circuits are tried."""
    pictures, units = random_curves(TESTS, np.random.default_rng(300))
    return first_layer(pictures), units


def edit(turn: float, opposite: float, radius: float) -> View:
    """A circuit written by hand with three numbers changed: its weights, and which unit answers to which arc."""
    weights = miniature.handwritten_circuit(turn, opposite, radius)
    energies, units = _tested()
    found = miniature.respond(weights, energies).argmax(1)
    shares = np.array([[(found[units == k] == j).mean() for j in range(UNITS)] for k in range(UNITS)])
    answered = draw.figure(
        draw.heatmap(shares.round(2), DEGREES, DEGREES, low=0, high=1, bar="share"), title="which unit answers",
        x=draw.axis("unit that answers most", range=(-22.5, 337.5), ticks=DEGREES[::2], labels=NAMES[::2]),
        y=draw.axis("direction of the arc", range=(337.5, -22.5), ticks=DEGREES[::2], labels=NAMES[::2]),
    )  # fmt: skip
    right = miniature.accuracy(weights, energies, units)
    off = miniature.answered_off(weights, energies, units)
    most = int(off.argmax())
    words = f"With the Gabors {turn:g}° off the tangent, {opposite:g} times as much inhibition by the opposite arc and an arc of radius {radius:g} px, {100 * right:.0f} % of {TESTS} noisy arcs are answered by their own unit"
    if most:
        words += (
            f"; most often, {100 * off[most]:.0f} %, it is the unit {45 * (most if most <= 4 else most - 8):+d}° away"
        )
    return View(draw.panels(strokes(weights, 2, "weights of unit 90°", radius), answered, height=400), words + ".")


def high_low(left: float, right: float) -> View:
    """Stripes of two frequencies, and a family of four high-low frequency detectors written by hand."""
    picture = two_gratings(left, right)
    answers = np.round([miniature.high_low(picture, turn) for turn in range(4)], 1) + 0.0  # no minus before a zero
    bars = draw.figure(
        draw.bars(list(SIDES), answers, colour=["blue" if a > 0 else "red" for a in answers]),
        title="answers of the family", x="side with the fine stripes", y=draw.axis("answer", range=(-33, 33)),
    )  # fmt: skip
    return View(
        draw.panels(
            _picture(picture, "two gratings"), bars, _high_low_map(left, right), columns=3, height=370, gap=0.13
        ),
        f"With {left:.2f} waves a pixel on the left and {right:.2f} on the right, the detector of fine stripes on the left answers {answers[0]:+.1f} and its opposite {answers[2]:+.1f}; "
        f"those for bottom and top answer {answers[1]:+.1f} and {answers[3]:+.1f}.",
    )


@cache
def _high_low_answers():
    return np.array([[miniature.high_low(two_gratings(a, b)) for a in FREQUENCIES] for b in FREQUENCIES]).round(1)


def _high_low_map(left, right):
    return draw.figure(
        draw.heatmap(_high_low_answers(), FREQUENCIES.round(3), FREQUENCIES.round(3), "diverging", -30, 30),
        draw.points([left], [right], colour="orange", size=12),
        title="fine left, for all pairs", x=draw.axis("waves per pixel, left", range=(0.025, 0.425)), y=draw.axis("right", range=(0.025, 0.425)),
    )  # fmt: skip


# superposition ---------------------------------------------------------------------------------


def superposed(sparsity: float, run: int) -> View:
    """Trained superpositions: W^T W of 20 features in 5 dimensions, 5 features in a plane, and how many are kept."""
    seed = circuit_runs.SEEDS[whole("run", run, 1, 5) - 1]
    large, planar = (circuit_runs.vectors(size, sparsity, seed) for size in circuit_runs.PLANES)
    norms = np.sqrt((large**2).sum(0))
    products = draw.figure(
        draw.heatmap((large.T @ large).round(2), scale="diverging", low=-1.2, high=1.2), title="products of the 20 vectors",
        x=draw.axis("feature, by importance", range=(-0.5, 19.5)), y=draw.axis("feature", range=(19.5, -0.5)),
    )  # fmt: skip
    arrows = (
        np.column_stack([np.zeros((2, 5)), planar, np.full((2, 5), np.nan)])
        .reshape(2, 3, 5)
        .swapaxes(1, 2)
        .reshape(2, 15)
    )
    plane = draw.figure(
        draw.line(*arrows.round(3), colour="blue", width=3), draw.points(*planar.round(3), colour="blue", size=9),
        title="5 vectors in a plane", x=draw.axis("first dimension", range=(-1.5, 1.5)), y=draw.axis("second", range=(-1.5, 1.5)), equal=True,
    )  # fmt: skip
    lengths = draw.figure(
        draw.bars(list(range(20)), norms.round(3), colour=["blue" if n > 0.5 else "grey" for n in norms]), draw.horizontal(0.5, "grey"),
        title="lengths, kept above ½", x=draw.axis("feature, by importance", range=(-0.6, 19.6)), y=draw.axis("length", range=(0, 1.5)),
    )  # fmt: skip
    figure = draw.panels(
        products, plane, lengths, _kept_by_sparsity(sparsity, int((norms > 0.5).sum())), height=800, gap=0.14
    )
    short = int((np.sqrt((planar**2).sum(0)) > 0.5).sum())
    return View(
        figure,
        f"When a feature is absent with probability {sparsity:g}, run {run} keeps {int((norms > 0.5).sum())} of 20 features in 5 dimensions, with squared lengths of {(norms**2).sum() / 5:.2f} per dimension, "
        f"and {short} of 5 in a plane.",
    )


def _kept_by_sparsity(sparsity, kept):
    lengths = np.sqrt((circuit_runs.results()["large"] ** 2).sum(2)) > 0.5  # (9, 5, 20)
    counts = lengths.sum(2)
    places = list(range(len(circuit_runs.SPARSITIES)))
    return draw.figure(
        draw.line(places, counts.mean(1), colour="ink", width=2),
        draw.points([circuit_runs.SPARSITIES.index(sparsity)], [kept], colour="orange", size=12), draw.horizontal(5, "grey"),
        title="kept in 5 dimensions, mean of 5 runs", x=draw.axis("sparsity", range=(-0.4, 8.4), ticks=places, labels=[f"{s:g}" for s in circuit_runs.SPARSITIES]), y=draw.axis("features", range=(0, 21)), legend=False,
    )  # fmt: skip


def losses() -> View:
    """The closed-form losses of two features in one dimension, by the probability that a feature is present."""
    p = np.linspace(0, 1, 41)
    curves = [
        draw.line(p, [superposition_loss(float(q), True) for q in p], "dedicated: p/3", "grey"),
        draw.line(p, [dedicated_loss_with_bias(float(q)) for q in p], "dedicated, with a bias: p/3 − p²/4", "ink", dash="dash"),
        draw.line(p, [superposition_loss(float(q), False) for q in p], "antipodal: p²/3", "blue"),
    ]  # fmt: skip
    figure = draw.figure(
        *curves, draw.vertical(4 / 7, "orange", words="4/7"), x=draw.axis("p, probability that a feature is present", range=(0, 1)), y=draw.axis("expected squared error", range=(0, 0.36)),
    )  # fmt: skip
    return View(
        figure,
        f"At p = 0.1 sharing the dimension costs {superposition_loss(0.1, False):.4f} and giving it to one feature {superposition_loss(0.1, True):.4f}; without biases the curves meet at p = 1, and with a bias for the dropped feature at p = 4/7.",
    )


# universality ----------------------------------------------------------------------------------


def hidden() -> View:
    """Hidden units that are curve detectors by their tuning, and those whose weights resemble the circuit written by hand."""
    tasks = circuit_hidden.TASKS
    found = {task: circuit_runs.hidden(task) for task in tasks}
    bars = [
        draw.bars(list(tasks), [found[task][key].mean() for task in tasks], name=name, colour=colour, error=[found[task][key].std(ddof=1) for task in tasks])
        for key, name, colour in (("curve_units", "curve detectors by their answers", "yellow"), ("both", "of these, wired like the circuit by hand", "green"))
    ]  # fmt: skip
    figure = draw.figure(
        *bars, x=draw.axis("what the network was trained on"), y=draw.axis("hidden units of 16", range=(0, 16))
    )
    words = "; ".join(
        f"{task}: {found[task]['curve_units'].mean():.1f} and {found[task]['both'].mean():.1f}" for task in tasks
    )
    return View(
        figure,
        f"Of 16 hidden units, curve detectors by their answers, and those of them that are wired like the circuit written by hand, means of five seeds: {words}.",
    )


# the real network ------------------------------------------------------------------------------


def _kernel_pixels(kernel):
    """A filter (7, 7, 3) as pixels from 0 to 1 about mid-grey."""
    return np.round(np.clip(0.5 + 0.5 * kernel / np.abs(kernel).max(), 0, 1), 2)


def filters() -> View:
    """All 32 filters of the real network's first layer, numbered as in its file."""
    kernels, marks = real_network.filters(), []
    for k in range(32):
        row, column = divmod(k, 8)
        marks.append(draw.image(_kernel_pixels(kernels[..., k]), 9 * column + 1, 43.5 - 13 * row, 7.7, 7.7))
        marks.append(draw.text(9 * column + 4.8, 52.6 - 13 * row, str(k), size=11))
    figure = draw.figure(
        *marks, x=draw.axis(hidden=True, range=(0, 73)), y=draw.axis(hidden=True, range=(3, 55)), height=430, equal=True
    )
    index, share = real_network.orientation(kernels)[0], real_network.colour_share(kernels)
    return View(
        figure,
        f"Of the 32 filters {int(real_network.oriented(kernels).sum())} are grey and oriented (index above 0.6), and {int((share > 0.5).sum())} have more than half of their energy off the grey axis; the median index is {np.median(index):.2f}.",
    )


def pairs() -> View:
    """The three closest pairs of filters for each relation: contrast twins, quarter turns, mirror images."""
    panels, words, kernels = [], [], real_network.filters()
    for relation in real_network.RELATIONS:
        closest = real_network.closest_pairs(relation, 3)
        marks = []
        for place, (i, j, r) in enumerate(closest):
            marks += [
                draw.image(_kernel_pixels(kernels[..., k]), 17 * place + 8 * n, 0, 7, 7) for n, k in enumerate((i, j))
            ]
            marks.append(draw.text(17 * place + 7.5, 8.2, f"{i} and {j}: {r:.2f}", size=12))
        panels.append(
            draw.figure(
                *marks,
                title=relation,
                x=draw.axis(hidden=True, range=(-1, 51)),
                y=draw.axis(hidden=True, range=(0, 9)),
                equal=True,
            )
        )
        words.append(f"{relation} {', '.join(f'{i} and {j} ({r:.2f})' for i, j, r in closest)}")
    return View(
        draw.panels(*panels, columns=1, height=500, gap=0.12),
        f"Closest pairs of filters, with the correlation of one with the other changed: {'; '.join(words)}.",
    )


def which_is_trained(copy: int, channel: int) -> View:
    """Tuning of one channel of a network's first block, with the angle that the weights predict; one copy of six is the trained one."""
    at = ORDER[whole("copy", copy, 1, 6) - 1]
    curves, wanted = circuit_runs.tuning_curves(at), circuit_runs.predicted(at)
    found = real_network.tuning_vector(curves)
    k = whole("channel", channel, 0, 31)
    answering = real_network.answering(curves)
    measured, said = (np.degrees(np.angle(v)) / 2 % 180 for v in (found, wanted))
    peak = curves[:, k].max()
    closed = np.append(curves[:, k], curves[0, k]) / (peak if answering[k] else 1)
    tuned = draw.figure(
        draw.line(np.append(real_network.ANGLES, 180), closed.round(3), name="answers", colour="ink"), draw.vertical(float(said[k].round(2)), "orange", words="predicted"),
        title=f"channel {k}", x=draw.axis("direction of the stripes' normal, degrees", range=(0, 180), ticks=[0, 45, 90, 135, 180]), y=draw.axis("share of the largest answer", range=(0, 1.1)),
    )  # fmt: skip
    every = draw.figure(
        draw.points(said[answering].round(1), measured[answering].round(1), colour="ink", size=7), draw.line([0, 180], [0, 180], colour="grey", width=1),
        draw.points([said[k].round(1)] if answering[k] else [], [measured[k].round(1)] if answering[k] else [], colour="orange", size=11),
        title="all channels", x=draw.axis("predicted, degrees", range=(0, 180), ticks=[0, 45, 90, 135, 180]), y=draw.axis("measured, degrees", range=(0, 180), ticks=[0, 45, 90, 135, 180]), legend=False,
    )  # fmt: skip
    near = int(real_network.well_predicted(curves, wanted).sum())
    state = f"answers most to {measured[k]:.0f}°, predicted {said[k]:.0f}°" if answering[k] else "answers no grating"
    return View(
        draw.panels(tuned, every, height=390),
        f"Channel {k} of network {copy} {state}; of its {int(answering.sum())} answering channels the weights predict the angle of {near} to within 22.5°.",
    )
