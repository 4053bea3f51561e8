"""Views of infinite width: kernels that single networks come near, depth, training, noise, two parametrisations.

Ink is the infinite network, orange are single networks of finite width. Of its two kernels, the NTK is purple and the
NNGP kernel blue; the standard parametrisation is yellow. Red crosses are training points, a grey dash the truth.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures.checks import cached, one_of, real, whole
from miniatures.explore import View, refusal
from miniatures.neural_tangents import kernels, standard_kernel
from miniatures.neural_tangents_cases import (
    ERRORS,
    FRESH_SEEDS,
    KERNEL_DEPTHS,
    KERNEL_WIDTHS,
    SHOWN_STEPS,
    TRAINED_WIDTHS,
    angle_kernels,
    band,
    circle,
    even_circle,
    kernel_errors,
    posterior,
    rate,
    slope,
    task,
    trained_errors,
    trained_outputs,
)
from miniatures.wide_networks import random_network, tangent_kernel

SHADES = {1: "purple", 2: "blue", 4: "green"}
ANGLES = np.linspace(0, np.pi, 37)
DEGREES = np.degrees(ANGLES).round(4)
DEPTHS = (1, 2, 3, 5, 8, 12, 20, 30, 50, 100, 300, 1000)
SHOWN_NETWORKS = 4
WIDTH_AXIS = {"log": True, "range": (6, 2700), "ticks": [8, 32, 128, 512, 2048]}
TRAINED_AXIS = {"log": True, "range": (25, 10500), "ticks": [32, 128, 512, 2048, 8192]}


# one network's kernel --------------------------------------------------------------------------


@cached()
def _single(width, network):
    rng = np.random.default_rng(FRESH_SEEDS[whole("network", network, 1, len(FRESH_SEEDS)) - 1])
    return tangent_kernel(random_network(2, width, 1, rng), even_circle(), even_circle())


def widths(width: int, network: int) -> View:
    """The tangent kernel of one random network beside that of the infinite one, and the error by width."""
    found, wanted = _single(whole("width", width, 1, 4096), network), kernels(even_circle(), even_circle(), 1)[1]
    error = np.linalg.norm(found - wanted) / np.linalg.norm(wanted)
    degrees = [f"{30 * k}°" for k in range(12)]
    maps = [
        draw.figure(draw.heatmap(values, degrees, degrees, "diverging", -2.8, 2.8), title=title,
                    x=draw.axis("input"), y=draw.axis("input", reverse=True))
        for title, values in ((f"one network, width {width}", found), ("infinite width", wanted))
    ]  # fmt: skip
    turn = [-180 + 30 * k for k in range(13)]
    cut = draw.figure(
        draw.line(np.degrees(np.concatenate([-ANGLES[:0:-1], ANGLES])).round(4), _symmetric_cut(), "infinite width", "ink"),
        draw.points(turn, [found[0, (k - 6) % 12] for k in range(13)], "one network", "orange", size=8),
        title="the first row", x=draw.axis("angle to the first input", range=(-185, 185), ticks=[-180, -90, 0, 90, 180]), y=draw.axis("kernel", range=(-1.2, 3.6)),
    )  # fmt: skip
    return View(
        draw.panels(*maps, cut, _error_panel(width, error), height=720, gap=0.16), _widths_words(width, network, error)
    )


def _symmetric_cut():
    half = kernels(circle([0.0]), circle(ANGLES), 1)[1][0]
    return np.concatenate([half[:0:-1], half])


def _error_panel(width, error):
    marks = []
    for depth in KERNEL_DEPTHS:
        means = [kernel_errors(depth, n).mean() for n in KERNEL_WIDTHS]
        marks.append(draw.line(KERNEL_WIDTHS, means, f"depth {depth}, mean", SHADES[depth], width=2))
    marks.append(draw.points([width], [error], colour="orange", size=12))
    return draw.figure(
        *marks, title="relative error", x=draw.axis("width", **WIDTH_AXIS),
        y=draw.axis("error", log=True, range=(0.02, 3), ticks=[0.03, 0.1, 0.3, 1]),
    )  # fmt: skip


def _widths_words(width, network, error):
    words = f"Network {network} of width {width} and depth 1: its tangent kernel is {100 * error:.1f} % away from that of the infinite network"
    if width not in KERNEL_WIDTHS:
        return words + "."
    typical = kernel_errors(1, width)
    return f"{words}; ten networks of this width are {100 * typical.mean():.1f} ± {100 * typical.std(ddof=1):.1f} % away, which times the root of the width is {typical.mean() * width**0.5:.2f}."


# depth -----------------------------------------------------------------------------------------


@cache
def _by_depth():
    """NNGP kernel and NTK at a right angle, as shares of their values at angle 0, for DEPTHS."""
    return np.array([[part[0] for part in angle_kernels(depth, [np.pi / 2])] for depth in DEPTHS])


def depths(depth: int) -> View:
    """Both kernels as functions of the angle, and at a right angle for every depth."""
    nngp, ntk = angle_kernels(whole("depth", depth, 1, 1000), ANGLES)
    left = draw.figure(
        draw.line(DEGREES, nngp, "NNGP kernel", "blue"), draw.line(DEGREES, ntk, "NTK", "purple"),
        draw.horizontal(0.25, "purple", "dot"), draw.horizontal(1, "blue", "dot"),
        title=f"depth {depth}", x=draw.axis("angle between inputs, degrees", range=(0, 180), ticks=[0, 45, 90, 135, 180]),
        y=draw.axis("kernel, share of its peak", range=(-0.15, 1.08)),
    )  # fmt: skip
    at_right = [part[0] for part in angle_kernels(depth, [np.pi / 2])]
    found = _by_depth()
    right = draw.figure(
        draw.line(DEPTHS, found[:, 0], colour="blue", width=1.5), draw.line(DEPTHS, found[:, 1], colour="purple", width=1.5),
        draw.points([depth, depth], at_right, colour=["blue", "purple"], size=11),
        draw.horizontal(0.25, "purple", "dot"), draw.horizontal(1, "blue", "dot"),
        title="at a right angle", x=draw.axis("depth", log=True, range=(0.9, 1100), ticks=[1, 3, 10, 30, 100, 300, 1000]),
        y=draw.axis("share of the peak", range=(-0.15, 1.08)),
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=390),
        f"At depth {depth} two inputs at a right angle have an NNGP kernel of {at_right[0]:.3f} and an NTK of {at_right[1]:.3f}, as shares of the peak; "
        f"over all angles the NNGP kernel spans {np.ptp(nngp):.3f} and the NTK from 45° on {np.ptp(ntk[9:]):.3f}.",
    )


# training --------------------------------------------------------------------------------------


def training(moment: int, width: int) -> View:
    """What infinitely wide networks predict at one moment of their training, and four networks of finite width."""
    if real("width", width) not in TRAINED_WIDTHS:
        return refusal(f"Width {width} is not stored: one of {', '.join(map(str, TRAINED_WIDTHS))}.", height=420)
    step = SHOWN_STEPS[whole("moment", moment, 1, len(SHOWN_STEPS)) - 1]
    here, (mean, spread) = task(), band(step * rate())
    found = trained_outputs(width, step)
    marks = [*_band_marks(here.places, mean, spread, "±2 deviations, infinite")]
    marks += [
        draw.line(here.places[::2], one[::2], "finite networks" if k == 0 else None, "orange", width=1.2)
        for k, one in enumerate(found[:SHOWN_NETWORKS])
    ]
    marks += [draw.line(here.places, mean, "mean, infinite", "ink"), *_task_marks(here, here.targets)]
    inside = (np.abs(found - mean) <= 2 * spread).mean()
    return View(
        _circle_figure(marks),
        f"After {step} steps of gradient descent (time {step * rate():.1f}) infinitely wide networks have a mean squared error of {((mean - here.truth) ** 2).mean():.3f} in the mean and a deviation of {spread.mean():.2f} "
        f"on average; {100 * inside:.0f} % of what ten networks of width {width} put out lies within two deviations.",
    )


def _band_marks(places, mean, spread, name):
    loop = np.concatenate([places, places[::-1]])
    return [
        draw.line(
            loop, np.concatenate([mean + 2 * spread, (mean - 2 * spread)[::-1]]), name, "blue", width=0, fill="toself"
        )
    ]


def _task_marks(here, targets):
    return [
        draw.line(here.places, here.truth, "truth", "grey", "dash", width=1.5),
        draw.points(here.trained_places, targets, "training points", "red", size=10, symbol="x"),
    ]


def _circle_figure(marks):
    return draw.figure(
        *marks, x=draw.axis("angle a of the input (cos a, sin a), radians", range=(-np.pi, np.pi)), y=draw.axis("output", range=(-3.2, 3.2)), height=430,
    )  # fmt: skip


def regression(kind: str, depth: int, noise: float) -> View:
    """A regression with noisy labels by one of the two kernels, told how noisy they are."""
    targets, mean, spread = posterior(depth, noise, one_of("kind", kind, ("NNGP", "NTK")))
    here, colour = task(), "blue" if kind == "NNGP" else "purple"
    bands = _band_marks(here.places, mean, spread, "±2 deviations") if kind == "NNGP" else []
    marks = [*bands, draw.line(here.places, mean, f"{kind}, mean", colour), *_task_marks(here, targets)]
    error = np.sqrt(((mean - here.truth) ** 2).mean())
    reach = (
        f", with a deviation of {spread.mean():.2f} on average, and {100 * (np.abs(mean - here.truth) <= 2 * spread).mean():.0f} % of the truth within two"
        if kind == "NNGP"
        else "; its covariance is no trained network's, so no band is drawn"
    )
    return View(
        _circle_figure(marks),
        f"{kind} kernel of depth {depth}, eight labels with errors of deviation {noise:g}: the mean is {error:.3f} (root mean square) away from the truth{reach}.",
    )


# parametrisations ------------------------------------------------------------------------------


@cache
def _turned(width, parametrisation):
    """One network's tangent kernel between angle 0 and ANGLES, and the largest eigenvalue on the twelve points."""
    network = random_network(2, width, 1, np.random.default_rng(FRESH_SEEDS[0]), parametrisation=parametrisation)
    top = np.linalg.eigvalsh(tangent_kernel(network, even_circle(), even_circle()))[-1]
    return tangent_kernel(network, circle([0.0]), circle(ANGLES))[0], float(top)


def parametrised(width: int, parametrisation: str) -> View:
    """The tangent kernel of one network in either parametrisation, and the largest learning rate that stays stable."""
    whole("width", width, 1, 4096)
    kernel, top = _turned(width, one_of("parametrisation", parametrisation, ("ntk", "standard")))
    peak = {"ntk": 2.0, "standard": width / 2}[parametrisation]
    colour = "purple" if parametrisation == "ntk" else "yellow"
    ntk, other = (
        kernels(circle([0.0]), circle(ANGLES), 1)[1][0] / 2,
        2 * standard_kernel(circle([0.0]), circle(ANGLES), 1)[0],
    )
    left = draw.figure(
        draw.line(DEGREES, ntk, "limit, NTK parametrisation", "purple", "dash"),
        draw.line(DEGREES, other, "limit, standard", "yellow", "dash"),
        draw.points(DEGREES[::2], kernel[::2] / peak, "one network", colour, size=7),
        title="tangent kernel", x=draw.axis("angle between inputs, degrees", range=(0, 180), ticks=[0, 45, 90, 135, 180]),
        y=draw.axis("share of the limit's peak", range=(-0.5, 1.9)),
    )  # fmt: skip
    rates = [
        draw.line(KERNEL_WIDTHS, [2 / _turned(n, p)[1] for n in KERNEL_WIDTHS], None, c, width=1.5)
        for p, c in (("ntk", "purple"), ("standard", "yellow"))
    ]
    right = draw.figure(
        *rates, draw.points([width], [2 / top], colour=colour, size=12),
        title="largest stable learning rate", x=draw.axis("width", **WIDTH_AXIS),
        y=draw.axis("rate", log=True, range=(3e-4, 1), ticks=[0.001, 0.01, 0.1, 1]),
    )  # fmt: skip
    name = {"ntk": "NTK", "standard": "standard"}[parametrisation]
    off = {
        p: np.linalg.norm(kernel / peak - limit) / np.linalg.norm(limit)
        for p, limit in (("ntk", ntk), ("standard", other))
    }
    return View(
        draw.panels(left, right, height=400),
        f"Width {width}, {name} parametrisation: the kernel at angle 0 is {kernel[0]:.4g} and its shape is {100 * off['ntk']:.0f} % away from the NTK's limit, {100 * off['standard']:.0f} % from the other; "
        f"gradient descent on the twelve points is stable up to a rate of {2 / top:.2g}.",
    )


# stored measurements ---------------------------------------------------------------------------


def trained_against_infinite(inputs: str) -> View:
    """How far trained networks are from the infinite one, in parts, by width.

    >>> trained_against_infinite("line").description[:16]
    'Inputs on a line'
    """
    found = np.array([trained_errors(inputs, n) for n in TRAINED_WIDTHS])  # (widths, seeds, 4)
    marks = []
    for k, (name, colour) in enumerate(zip(ERRORS, ("orange", "blue", "purple", "grey"), strict=True)):
        means = found[:, :, k].mean(axis=1)
        marks.append(draw.line(TRAINED_WIDTHS, means, name, colour))
        marks.append(
            draw.points(TRAINED_WIDTHS, means, colour=colour, size=7, error=found[:, :, k].std(axis=1, ddof=1))
        )
    guide = [1.6 * n**-0.5 for n in TRAINED_WIDTHS]
    marks.append(draw.line(TRAINED_WIDTHS, guide, "one over the root of the width", "ink", "dot", width=1.5))
    figure = draw.figure(
        *marks, x=draw.axis("width", **TRAINED_AXIS), y=draw.axis("relative difference", log=True, range=(0.002, 1.5), ticks=[0.003, 0.01, 0.03, 0.1, 0.3, 1]), height=430,
    )  # fmt: skip
    steep = [slope(TRAINED_WIDTHS, found[:, :, k].mean(axis=1)) for k in range(4)]
    return View(
        figure,
        f"Inputs on a {inputs}: from width {TRAINED_WIDTHS[0]} to {TRAINED_WIDTHS[-1]} the difference between trained and infinite networks falls from {100 * found[0, :, 0].mean():.1f} to {100 * found[-1, :, 0].mean():.1f} %, "
        f"a slope of {steep[0]:.2f}; the weights' movement has a slope of {steep[3]:.2f}.",
    )
