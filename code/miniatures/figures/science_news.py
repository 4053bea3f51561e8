"""Views of the way from paper to headline.

Blue is what is not exaggerated and what is true, red what is exaggerated or measured on the chosen one, orange what the news
adds by itself; grey is what was known before, green what was printed.
"""

from math import log10, sqrt

import numpy as np

from miniatures import claim_chain, claim_records, draw
from miniatures import science_news as sn
from miniatures.checks import SMALLEST, count, one_of, real, whole
from miniatures.explore import View, refusal
from miniatures.science_news_published import PRINTED, printed

PAPERS = 100
MOST_PASSAGES = 6


def flow(rate_exposed: float, rate_unexposed: float, base_rate: float) -> View:
    """A hundred papers from press release to news as ribbons, and the bits that the news tells of the press release."""
    for name, value in (("rate_exposed", rate_exposed), ("rate_unexposed", rate_unexposed), ("base_rate", base_rate)):
        real(name, value)
    try:
        found = sn.press_to_news(rate_exposed, rate_unexposed, base_rate)
    except ValueError as reason:
        return refusal(str(reason))
    (_, added), (dropped, kept) = np.array(found.joint) * PAPERS
    press, news = kept + dropped, kept + added
    ribbons = (
        _ribbon(0, kept, 0, kept, "both exaggerate", "red"), _ribbon(press, press + added, kept, news, "the news alone", "orange"),
        _ribbon(kept, press, news, news + dropped, "the press release alone", "grey"),
        _ribbon(press + added, PAPERS, news + dropped, PAPERS, "neither", "blue"),
    )  # fmt: skip
    left = draw.figure(
        *ribbons, title="100 papers", x=draw.axis(range=(0, 1), ticks=[0.04, 0.96], labels=["press release", "news"]),
        y=draw.axis("papers", range=(0, PAPERS)),
    )  # fmt: skip
    rates = np.linspace(0, 1, 41)
    bits = [sn.mutual_information(sn.joint_table(one, rate_unexposed, base_rate)) for one in rates]
    right = draw.figure(
        draw.line(rates, bits, colour="grey"), draw.points([rate_exposed], [found.mutual_information_bits], colour="red", size=11),
        draw.vertical(rate_unexposed, "grey", words="q₀"),
        title="what the news tells", x=draw.axis("q₁", range=(0, 1)), y=draw.axis("I(X;Y), bits", range=(0, 1)),
    )  # fmt: skip
    return View(draw.panels(left, right, height=400), _flow_words(rate_exposed, rate_unexposed, base_rate, found, kept))


def _ribbon(left_low, left_high, right_low, right_high, name, colour):
    x = np.linspace(0, 1, 13)
    turn = 3 * x**2 - 2 * x**3
    low, high = left_low + (right_low - left_low) * turn, left_high + (right_high - left_high) * turn
    return draw.line(
        [*x, *x[::-1]], [*low, *high[::-1]], name=name, colour=colour, width=1, fill="toself", hover="%{y:.1f}"
    )


def _flow_words(q1, q0, base, found, kept):
    try:
        odds = f"the odds ratio is {sn.odds_ratio(q1, q0):.4g}"
        odds += f", the risk ratio {sn.risk_ratio(q1, q0):.3g}"
    except ValueError:
        odds = "a rate of 0 or 1 has no finite odds ratio"
    return (
        f"With the rates {q1:.3g} and {q0:.3g}, and {base:.3g} of the press releases exaggerating, {PAPERS * found.p_news:.3g} of 100 news stories exaggerate, "
        f"{kept:.3g} of them after a press release that does too, a share of {found.p_press_given_news:.3g}; {odds}, and the news tells {_tidy(found.mutual_information_bits):.3g} bit of the press release."
    )


def odds(topic: str) -> View:
    """Printed odds ratios with their intervals, and those of the printed rates, on a logarithmic axis."""
    rows = printed(topic)
    heights = list(range(len(rows), 0, -1))
    marks = [draw.vertical(1, "grey", words="no association")]
    for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
        marks.append(
            draw.line(row.interval, [height] * 2, name=None if number else "95 % interval", colour="green", width=3)
        )
        if row.from_rates_range:
            marks.append(draw.box(row.from_rates_range[0], height - 0.28, row.from_rates_range[1], height + 0.28, "wash-blue"))  # fmt: skip
    for name, colour, symbol, place in (
        ("printed", "green", "circle", "ratio"), ("from the printed rates", "blue", "diamond", "from_rates")
    ):  # fmt: skip
        known = [
            (getattr(row, place), height) for row, height in zip(rows, heights, strict=True) if getattr(row, place)
        ]
        if known:
            marks.append(draw.points(*zip(*known, strict=True), name=name, colour=colour, symbol=symbol, size=9))
    ticks = [0.5, 1, 2, 5, 10, 20, 50, 100, 200]
    most = max(map(len, PRINTED.values()))
    figure = draw.figure(
        *marks, height=400, x=draw.axis("odds ratio", range=(0.45, 300), log=True, ticks=ticks, labels=[f"{tick:g}" for tick in ticks]),
        y=draw.axis(range=(len(rows) - most + 0.4, len(rows) + 0.6), ticks=heights, labels=[row.name for row in rows]),
    )  # fmt: skip
    clear = sum(row.interval[0] > 1 for row in rows)
    listed = "; ".join(f"{row.name} {row.interval[0]:g} to {row.interval[1]:g}" for row in rows)
    return View(figure, f"The 95 % interval lies above 1 in {clear} of the {len(rows)} printed comparisons: {listed}.")


def chain(way: str, passages: int) -> View:
    """Where the papers' claims are after some passages (invented numbers), and loss against distortion."""
    found = claim_chain.passed_on(claim_chain.WAYS[one_of("way", way, claim_chain.WAYS)], passages)
    shown = np.round(found.given[:3], 3)
    left = draw.figure(
        draw.heatmap(shown[::-1], x=list(claim_chain.LEVELS), y=list(claim_chain.LEVELS[2::-1]), low=0, high=1, labels=[[f"{p:.2f}" for p in row] for row in shown[::-1]]),
        title=f"from paper to text {passages}" if passages else "the paper itself", x=draw.axis("the text says"), y=draw.axis("the paper says"),
    )  # fmt: skip
    whole = sn.entropy(claim_chain.PAPERS)
    marks = []
    for name, colour in (("faithful", "blue"), ("vague", "grey"), ("stronger", "orange"), ("hyped", "red")):
        path = [claim_chain.passed_on(claim_chain.WAYS[name], n) for n in range(MOST_PASSAGES + 1)]
        lost, gained = [whole - one.bits for one in path], [one.shift for one in path]
        marks.append(draw.line(lost, gained, name=name, colour=colour, width=4 if name == way else 2))
        if name == way:
            marks.append(draw.points(lost, gained, colour=colour, size=6))
    marks.append(draw.points([whole - found.bits], [found.shift], colour="ink", size=12, symbol="circle-open"))
    right = draw.figure(
        *marks, title="loss and distortion", x=draw.axis("loss, bits", range=(-0.08, 1.55)), y=draw.axis("distortion, levels", range=(-0.25, 2.6)),
    )  # fmt: skip
    words = (
        f"Passed on {passages} times in the {way} way, with invented numbers, the claim keeps {_tidy(found.bits):.3g} of {whole:.3g} bits, a loss of {_tidy(whole - found.bits):.3g}, and gains {_tidy(found.shift):.3g} levels of strength on average, its distortion; "
        f"the best guess at what the paper said is right with probability {found.best_guess:.3g}."
    )
    return View(draw.panels(left, right, height=400, gap=0.16), words)


def winner(studies: int, noise: float, spread: float) -> View:
    """The strongest of n studies: densities of its measured and of its true effect, and their means for every n."""
    studies = count("studies", studies, 1_000_000, 1)
    found, total = sn.strongest_of(studies, noise, spread), sqrt(noise**2 + spread**2)
    spread = spread if spread >= SMALLEST else 0  # a smaller one shows no width, and its square is no float
    x = np.linspace(-4, 8, 97)
    marks = [draw.line(x, sn.density_of_maximum(x / total, studies) / total, name="measured", colour="red", fill="tozeroy")]  # fmt: skip
    if spread:
        marks.append(draw.line(x, _true_density(x, studies, noise, spread), name="true", colour="blue", fill="tozeroy"))
    marks += [draw.vertical(found.measured, "red"), draw.vertical(found.true, "blue", dash="solid" if not spread else "dash")]  # fmt: skip
    left = draw.figure(
        *marks, title=f"the strongest of {studies}", x=draw.axis("effect", range=(-4, 8)), y=draw.axis("density", range=(0, 2)),
    )  # fmt: skip
    ns = np.unique(np.geomspace(1, 100, 30).round()).astype(int)
    means = [sn.strongest_of(int(n), noise, spread) for n in ns]
    right = draw.figure(
        draw.line(ns, [one.measured for one in means], name="measured", colour="red"), draw.line(ns, [one.true for one in means], name="true", colour="blue"),
        draw.points([studies] * 2, [found.measured, found.true], colour=["red", "blue"], size=11),
        title="mean, for every n", x=draw.axis("studies n", range=(0.9, 110), log=True, ticks=[1, 2, 5, 10, 20, 50, 100]),
        y=draw.axis("effect", range=(-0.5, 6)),
    )  # fmt: skip
    words = f"With {studies} {'study' if studies == 1 else 'studies'} of noise {noise:.3g} and true effects that differ by {spread:.3g}, the strongest shows {found.measured:.3g} on average and is truly {found.true:.3g}"
    if spread:
        words += f", a share of {1 / (1 + (noise / spread) ** 2):.3g} at every n"
    else:
        words += f"; its own 95 % interval holds the truth with probability {sn.coverage_of_strongest(studies):.3g}"
    return View(draw.panels(left, right, height=400), words + ".")


def _true_density(x, studies, noise, spread):
    """Density (N,) of the winner's true effect: given the result r, the truth is normal around its share of r."""
    total = sqrt(noise**2 + spread**2)
    z = np.linspace(-5, 7, 121)  # of the largest result, in units of total
    weights = sn.density_of_maximum(z, studies) * (z[1] - z[0])
    around, wide = z * spread**2 / total, noise * spread / total
    return np.exp(-(((x[:, None] - around) / wide) ** 2) / 2) @ weights / (wide * sqrt(2 * np.pi))


def budget(words: int, way: str, study: int) -> View:
    """Which fields survive in twelve headlines of k words, and which studies could stand behind one of them."""
    study = whole("study", study, 1, len(claim_records.RECORDS))
    found, ours = claim_records.budget(words, way), claim_records.RECORDS[study - 1]
    line = found.headlines[study - 1]
    left = draw.figure(
        draw.bars(found.survivors[::-1], list(claim_records.FIELDS[::-1]), colour="blue", horizontal=True), title=f"12 headlines of {words} words",
        x=draw.axis("headlines that hold it", range=(0, 12.5)), legend=False,
    )  # fmt: skip
    numbers = list(range(1, len(claim_records.RECORDS) + 1))
    colours = ["red" if number == study else "grey" for number in numbers]
    right = draw.figure(
        draw.bars(numbers, found.posterior[study - 1], colour=colours), title=f"behind the headline of study {study}",
        x=draw.axis("study", range=(0.4, 12.6), ticks=numbers), y=draw.axis("probability", range=(0, 1.05)), legend=False,
    )  # fmt: skip
    missing = " and ".join(f"{field} ({getattr(ours, field)})" for field in line.mislead) or "nothing"
    told = (
        f"“{line.text}”, the {way} headline of study {study} in at most {words} words, leaves {round(1 / found.posterior[study - 1].max())} of 12 studies possible and misleads about {missing}. "
        f"All 12 headlines tell {found.bits:.3g} of {log10(12) / log10(2):.3g} bits and mislead {found.misled.sum()} times."
    )
    return View(draw.panels(left, right, height=380, gap=0.14), told)


def _tidy(value):
    """`value` without the last digits, in which two Pythons may differ; no minus before a 0."""
    return round(value, 9) + 0.0
