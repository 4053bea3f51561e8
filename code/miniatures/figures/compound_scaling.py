"""Views of a network that grows: its shape, its cost, where the parameters sit, what a budget buys."""

from functools import cache
from math import log2

import numpy as np

from miniatures import compound_scaling as cs
from miniatures import compound_scaling_published as published
from miniatures import compound_scaling_toy as toy
from miniatures import draw
from miniatures.checks import one_of, real
from miniatures.explore import View, refusal

COLOURS = {"depth": "purple", "width": "orange", "resolution": "green"}  # through the whole chapter
PHIS = np.linspace(0, 7, 141)
KINDS = ("expansion", "depthwise", "squeeze-excitation", "projection", "classifier")


def shape(phi: float, way: str) -> View:
    """Channels and side after each block, with the multiply-adds that `phi` promises spent in one way."""
    real("phi", phi)
    try:
        factor = cs.growth(phi)
        sizes = cs.compound(phi) if way == "compound" else cs.alone(factor, way)
        network = cs.grown(*sizes)
    except ValueError as reason:
        return refusal(str(reason))
    base = cs.efficientnet()
    ratio = network.multiply_adds / base.multiply_adds
    panels = [
        draw.figure(_stairs(values, "scaled", colour), _stairs(base_values, "B0", "grey"), x=draw.axis(across, range=[0, 66]), y=draw.axis(title, range=top), height=210, title=heading)
        for base_values, values, colour, title, top, heading, across in (
            (base.profile()[0], network.profile()[0], "orange", "channels", [0, 660], "Width", ""),
            (base.profile()[1], network.profile()[1], "green", "side, px", [0, 225], "Resolution", "blocks, from the image to the classifier"),
        )
    ]  # fmt: skip
    return View(
        draw.panels(*panels, columns=1, gap=0.2),
        f"{_WAYS[way]}, φ = {phi:g}: depth × {sizes[0]:.2f}, width × {sizes[1]:.2f}, resolution × {sizes[2]:.2f}. "
        f"{network.blocks} blocks instead of 16, at most {max(network.profile()[0])} channels instead of 320, an image of "
        f"{network.resolution} px instead of 224. {network.parameters / 1e6:.1f} million parameters ({network.parameters / base.parameters:.2f} times B0), "
        f"{network.multiply_adds / 1e9:.2f} billion multiply-adds ({ratio:.2f} times; {factor:.2f} were meant).",
    )


_WAYS = {"compound": "All three", "depth": "Depth alone", "width": "Width alone", "resolution": "Resolution alone"}


def _stairs(values, name, colour):
    edges = np.repeat(np.arange(len(values) + 1), 2)[1:-1]
    return draw.line(
        edges, np.repeat(values, 2), name=name, colour=colour, fill="tozeroy" if name == "scaled" else None
    )


@cache
def _counted():
    return cs.counted_growth(PHIS)


def promise(phi: float) -> View:
    """The three multipliers of phi, and the counted cost against the promised 2^phi."""
    real("phi", phi)
    try:
        sizes, meant, counted = cs.compound(phi), cs.growth(phi), cs.counted_growth(phi)
    except ValueError as reason:
        return refusal(str(reason))
    names, curves = ("depth", "width", "resolution"), cs.compound(PHIS)
    left = [draw.line(PHIS, curve, name=name, colour=COLOURS[name]) for name, curve in zip(names, curves, strict=True)]
    left.append(draw.points([phi] * 3, sizes, colour=[COLOURS[name] for name in names], size=11))
    right = [
        draw.line(PHIS, _counted() / 2**PHIS, name="counted"),
        draw.line(PHIS, (cs.growth(1) / 2) ** PHIS, name="1.92^φ", colour="red", dash="dash"),
        draw.horizontal(1, words="2^φ"),
        draw.points([phi], [counted / 2**phi], colour="blue", size=11),
    ]
    axis = draw.axis("φ", range=[-0.2, 7.2])
    network = cs.grown(*sizes)
    return View(
        draw.panels(
            draw.figure(*left, x=axis, y=draw.axis("multiplier", range=[0.8, 3.8]), title="What grows"),
            draw.figure(*right, x=axis, y=draw.axis("cost / 2^φ", range=[0.65, 1.75]), title="What it costs"),
        ),
        f"At φ = {phi:.4g}: depth × {sizes[0]:.3f}, width × {sizes[1]:.3f}, resolution × {sizes[2]:.3f}, so {network.blocks} blocks and "
        f"an image of {network.resolution} px. Multiply-adds of B0 times: promised 2^φ = {2**phi:.4g}, meant 1.92^φ = {meant:.4g}, counted {counted:.4g}.",
    )  # fmt: skip


@cache
def _surface():
    alphas, betas = np.linspace(1, 2, 21), np.linspace(1, 1.4, 17)
    gammas = np.sqrt(2 / (alphas * betas[:, None] ** 2))
    return alphas, betas, np.where(gammas >= 1, gammas, np.nan)


def constraint(alpha: float, beta: float) -> View:
    """gamma solved from alpha beta^2 gamma^2 = 2, and what the network of these three really costs."""
    real("alpha", alpha), real("beta", beta)
    try:
        gamma = cs.third(alpha=alpha, beta=beta)
        curve = cs.counted_growth(PHIS[::4], alpha, beta, gamma)
    except ValueError as reason:
        return refusal(str(reason))
    alphas, betas, gammas = _surface()
    left = [
        draw.heatmap(gammas, alphas, betas, bar="γ", low=1, high=1.42),
        draw.points([1.2], [1.1], name="the paper", colour="ink", symbol="diamond", size=11),
        draw.points([alpha], [beta], name="chosen", colour="red", size=12),
    ]
    right = [
        draw.horizontal(1, words="2^φ"),
        draw.line(PHIS[::4], (_counted() / 2**PHIS)[::4], name="the paper's", colour="grey", width=1.5),
        draw.line(PHIS[::4], curve / 2 ** PHIS[::4], name="counted", colour="blue"),
    ]
    spent = [log2(alpha), 2 * log2(beta), 2 * log2(gamma)]
    network = cs.grown(alpha, beta, gamma)
    return View(
        draw.panels(
            draw.figure(*left, x=draw.axis("α, depth", range=[0.97, 2.03]), y=draw.axis("β, width", range=[0.985, 1.415]), title="γ, resolution"),
            draw.figure(*right, x=draw.axis("φ", range=[0, 7]), y=draw.axis("cost / 2^φ", range=[0.6, 2.4]), title="Counted cost"),
            gap=0.2,
        ),
        f"α = {alpha:.4g} and β = {beta:.4g} leave γ = {gamma:.4f}. Of one doubling, depth takes {spent[0]:.0%}, width {spent[1]:.0%}, resolution {spent[2]:.0%}. "
        f"Counted, φ = 1 costs {curve[PHIS[::4] == 1][0]:.2f} times B0 ({network.blocks} blocks, {network.resolution} px), φ = 7 costs {curve[-1]:.1f} times; 2 and 128 were promised.",
    )  # fmt: skip


def stages(variant: str) -> View:
    """Where the parameters and the multiply-adds of B0 to B7 sit, by stage and by kind of layer."""
    one_of("variant", variant, tuple(cs.VARIANTS))
    return _where(cs.efficientnet(*cs.VARIANTS[variant]), variant)


def size(width: float, depth: float, resolution: int, classes: int) -> View:
    """The same for any width, depth, resolution and number of classes.

    >>> size(1, 1, 224, 10).description[:62]
    'Width × 1, depth × 1, 224 px, 10 classes: 4,020,358 parameters'
    """
    real("width", width), real("depth", depth), real("resolution", resolution), real("classes", classes)
    try:
        network = cs.efficientnet(width, depth, resolution, classes)
    except ValueError as reason:
        return refusal(str(reason))
    return _where(network, f"Width × {width:.4g}, depth × {depth:.4g}, {resolution} px, {classes} classes")


def _where(network, name):
    quantities = {"parameters": "blue", "multiply_adds": "yellow"}
    by_stage = {
        q: 100 * np.array([getattr(stage, q) for stage in network.stages], float) / getattr(network, q)
        for q in quantities
    }
    by_kind = {q: 100 * np.array(_kinds(network, q), float) / getattr(network, q) for q in quantities}
    numbers = [str(stage.number) for stage in network.stages]
    kinds = ["expansion", "depthwise", "squeeze", "projection", "classifier", "stem, head"]
    share = draw.axis("share, %", range=[0, 80])
    panels = [
        draw.figure(
            *(draw.bars(places, shares[q], name=q.replace("_", "-"), colour=colour) for q, colour in quantities.items()),
            x=x, y=share, title=title, height=230,
        )
        for places, shares, x, title in ((numbers, by_stage, "stage", "By stage"), (kinds, by_kind, "", "By kind of layer"))
    ]  # fmt: skip
    late = {q: by_stage[q][6:].sum() for q in quantities}
    return View(
        draw.panels(*panels, columns=1, gap=0.22),
        f"{name}: {network.parameters:,} parameters and {network.multiply_adds / 1e9:.4g} billion multiply-adds in {network.blocks} blocks. Stages 7 to 9 hold "
        f"{late['parameters']:.0f} % of the parameters and do {late['multiply_adds']:.0f} % of the work; the classifier alone holds {by_kind['parameters'][4]:.1f} %, "
        f"the depthwise convolutions {by_kind['parameters'][1]:.1f} % of the parameters and {by_kind['multiply_adds'][1]:.0f} % of the work.",
    )  # fmt: skip


def _kinds(network, quantity):
    found = network.by_kind(quantity)
    return [found.get(kind, 0) for kind in KINDS] + [found["stem"] + found["head"]]


def exact(variant: str, phi: float) -> View:
    """How far the released size of a variant lies from the exact powers of one phi."""
    one_of("variant", variant, tuple(cs.VARIANTS)), real("phi", phi, 0, 20)
    width, depth, resolution = cs.VARIANTS[variant]
    powers = cs.compound(phi)
    off = [
        100 * (released / power - 1) for released, power in zip((depth, width, resolution / 224), powers, strict=True)
    ]
    names = list(cs.VARIANTS)[1:]
    implied = np.array(
        [published.implied_phi(*cs.VARIANTS[name]) for name in names]
    )  # (7, 3): depth, width, resolution
    left = [
        draw.points(names, implied[:, i], name=way, colour=colour, size=10)
        for i, (way, colour) in enumerate(COLOURS.items())
    ]
    left.append(draw.horizontal(phi, words=f"φ = {phi:g}"))
    right = draw.bars(list(COLOURS), off, colour=list(COLOURS.values()))
    low, high = published.phi_range(width, depth, resolution)
    verdict = f"every φ from {low:.2f} to {high:.2f} rounds to it" if low <= high else "no φ rounds to all three"
    return View(
        draw.panels(
            draw.figure(*left, x=draw.axis(""), y=draw.axis("implied φ", range=[-0.4, 8.4]), title="The φ that each size implies"),
            draw.figure(right, x=draw.axis(""), y=draw.axis("released / power − 1, %", range=[-40, 40]), title=f"{variant} against φ = {phi:g}", legend=False),
        ),
        f"{variant} was released with depth × {depth:g}, width × {width:g}, {resolution} px. Exact powers at φ = {phi:g} are × {powers[0]:.2f}, × {powers[1]:.2f}, {224 * powers[2]:.0f} px: "
        f"the release is off by {off[0]:+.1f} %, {off[1]:+.1f} % and {off[2]:+.1f} %. Alone, the three imply φ = {', '.join(f'{value:.2f}' for value in published.implied_phi(width, depth, resolution))}; {verdict}.",
    )  # fmt: skip


def imagenet(near: bool, edition: str) -> View:
    """Printed accuracies against counted multiply-adds: the family, and B0 scaled in one dimension.

    >>> imagenet(False, "2020").description[:51]
    'The whole family, accuracies as printed in 2020. B0'
    """
    one_of("edition", edition, tuple(published.TOP_1))
    ticks, across, up = (
        ([1, 1.5, 2, 2.5], [0.9, 2.6], [78.2, 82]) if near else ([0.5, 1, 2, 5, 10, 20, 50], [0.3, 60], [75, 86])
    )
    top_1 = published.TOP_1[edition]
    cost = [cs.efficientnet(*cs.VARIANTS[name]).multiply_adds / 1e9 for name in top_1]
    counted = [cs.grown(*sizes).multiply_adds / 1e9 for sizes in published.TABLE_7]
    printed, accuracy = zip(*published.TABLE_7.values(), strict=True)
    colours = [*COLOURS.values(), "blue"]
    ties = [
        draw.line([a, b], [y, y], colour=colour, dash="dot", width=1.5)
        for a, b, y, colour in zip(counted, printed, accuracy, colours, strict=True)
    ]
    singles = [
        draw.points([x], [y], name=name, colour=colour, size=11)
        for x, y, name, colour in zip(
            counted, accuracy, ("depth × 4", "width × 2", "resolution × 2", "all three"), colours, strict=True
        )
    ]
    figure = draw.figure(
        draw.line(cost, list(top_1.values()), name="B0 to B7", colour="grey", width=1.5),
        draw.points(cost, list(top_1.values()), colour="grey", labels=list(top_1), size=7),
        *ties,
        draw.points(printed, accuracy, name="FLOPS as printed", colour="ink", symbol="circle-open", size=11),
        *singles,
        x=draw.axis("multiply-adds, billions", range=across, log=True, ticks=ticks, labels=[f"{tick:g}" for tick in ticks]),
        y=draw.axis("ImageNet top-1 accuracy, %", range=up), height=420,
    )  # fmt: skip
    return View(
        figure,
        f"{'Around the comparison' if near else 'The whole family'}, accuracies as printed in {edition}. B0 scaled in depth alone reaches {accuracy[0]} %, in width alone {accuracy[1]} %, in resolution alone {accuracy[2]} %, in all three {accuracy[3]} %. "
        f"The paper prints {printed[0]}, {printed[1]}, {printed[2]} and {printed[3]} billion FLOPS for them; counted are {counted[0]:.2f}, {counted[1]:.2f}, {counted[2]:.2f} and {counted[3]:.2f}. "
        f"B0 to B7 go from {top_1['B0']} % at {cost[0]:.2f} billion to {top_1['B7']} % at {cost[-1]:.1f} billion.",
    )  # fmt: skip


def budget(doublings: int, dataset: str, kind: str) -> View:
    """Accuracy of the toy for every way to split a budget between depth, width and resolution."""
    grid = np.full((5, 5), np.nan)
    labels = [[""] * 5 for _ in range(5)]
    found = toy.results(dataset, kind, doublings)
    for result in found:
        grid[result.in_resolution, result.in_width] = result.mean
        labels[result.in_resolution][result.in_width] = f"{result.mean:.3f}"[1:]
    means = [result.mean for count in (0, 2, 4) for result in toy.results(dataset, kind, count)]
    best = max(found, key=lambda result: result.mean)
    ticks = {"ticks": list(range(5)), "labels": ["1", "√2", "2", "2√2", "4"]}
    figure = draw.figure(
        draw.heatmap(grid, list(range(5)), list(range(5)), low=min(means), high=max(means), bar="accuracy", labels=labels),
        draw.text(4.45, 4.3, "What is not spent on width<br>or side is spent on depth.", anchor="right"),
        x=draw.axis("width ×", range=[-0.5, 4.5], **ticks), y=draw.axis("side of the image ×", range=[-0.5, 4.5], **ticks), height=420,
    )  # fmt: skip
    return View(
        figure,
        f"{_DATASETS[dataset]}, {_NETWORKS[kind]}, {_budgets(doublings)}: {_corners(found, doublings)}Best is {_words(best)}.",
    )


_DATASETS = {"digits": "Digits", "clothes": "Clothes"}
_NETWORKS = {
    "plain": "random convolutions without skips", "skips": "random convolutions with skips", "trained": "trained with skips"
}  # fmt: skip


def _budgets(doublings):
    return f"{2**doublings} times the budget" if doublings else "the baseline's budget"


def _corners(found, doublings):
    if not doublings:
        return ""
    ends = {way: next(result for result in found if getattr(result, f"in_{way}") == doublings) for way in COLOURS}
    return "all on " + ", all on ".join(f"{way} {result.mean:.3f}" for way, result in ends.items()) + ". "


def _words(result):
    return f"depth {result.depth}, width {result.width}, side {result.side} px with {result.mean:.3f} (standard deviation {result.spread:.3f}, 5 seeds)"
