"""Views of the photobooth chapter: the shutter as a film, faces and their classifier, attention, and a bar that trembles.

Ink is a score. Red is the rule as printed, blue the rule with a pause, green the window to both sides; yellow is attention;
orange is a bar in plain ranges, purple one in ranges with a margin.
"""

from functools import lru_cache

import numpy as np

from miniatures import draw
from miniatures import photobooth_runs as runs
from miniatures.checks import one_of, real, whole
from miniatures.drawn_faces import SIDE, identities
from miniatures.explore import View
from miniatures.photobooth import attend_faces, group_score, hysteresis, latency, tipping_sharpness
from miniatures.photobooth_faces import EYES, HEIGHTS, MOUTHS, portraits
from miniatures.photobooth_runs import NAMES
from miniatures.photobooth_video import HEIGHT, WIDTH, frame
from miniatures.results import place, spread, spread_percent
from miniatures.wording import plural

COLOURS = {"literal": "red", "refractory": "blue", "two-sided": "green"}
SEED, NUMBER, FIRST, LAST = 200, 5, 20, 94  # the film of the shutter: one moment of one video
COLUMNS, ROWS = 5, 2  # of the pictures saved
HELD_FRAMES, HELD_MARGIN = 60, 0.1
PERSON = 0  # of the people of seed 200, who makes the faces
_THUMB, _SLOT = (15.2, 7.6), (16.2, 8.6)


# the shutter -----------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _shown(number):
    return draw.stepped(frame(runs.film(SEED, NUMBER), number))


def shutter(number: int, rule: str, buffer: int) -> View:
    """A film of one moment: what is on the screen, what has been saved, and the score so far."""
    scores, rule = runs.scores(SEED, NUMBER), one_of("rule", rule, runs.RULES)
    number = whole("number", number, FIRST, LAST)
    saved = runs.saved_by(number, rule, scores, buffer)
    shown = np.arange(FIRST, number + 1)
    judged = number - buffer
    right = draw.figure(
        draw.box(max(judged, FIRST), 0, number, 1.04, "wash-grey"),
        draw.horizontal(runs.THRESHOLD, "grey", "dot", "threshold"),
        draw.line(shown, scores[shown].round(3), colour="ink"),
        draw.points(saved, scores[saved].round(3), colour=COLOURS[rule], size=9),
        title="score so far, dots: saved",
        x=draw.axis("frame, 30 a second", range=(FIRST, LAST)), y=draw.axis("score", range=(0, 1.04)),
    )  # fmt: skip
    last = f", the last of them frame {saved[-1]}" if len(saved) else ""
    return View(
        draw.panels(_screen(number, saved), right, height=360),
        f"On the screen is frame {number} with the score {scores[number]:.2f}; with a buffer of {plural(buffer, 'frame')} the camera now judges frame {judged}. "
        f"The rule {NAMES[rule]} has saved {plural(len(saved), 'picture')}{last}.",
    )


def _screen(number, saved):
    """The frame on the screen and below it the pictures saved, each in its place."""
    deep = ROWS * _SLOT[1]
    places = [(column * _SLOT[0], deep - (row + 1) * _SLOT[1]) for row in range(ROWS) for column in range(COLUMNS)]
    marks = [draw.image(_shown(number), 0, deep + 1, WIDTH, HEIGHT)]
    for (x, y), shot in zip(places, saved.tolist(), strict=False):
        marks.append(draw.image(_shown(shot), x, y, *_THUMB))
    return draw.figure(
        *marks, _outlines(places), title="on the screen, and saved below", equal=True,
        x=draw.axis(hidden=True, range=(-0.5, WIDTH + 0.5)), y=draw.axis(hidden=True, range=(-0.5, deep + HEIGHT + 1.5)),
    )  # fmt: skip


def _outlines(places):
    x = [value for left, _ in places for value in (left, left + _THUMB[0], left + _THUMB[0], left, left, None)]
    y = [value for _, low in places for value in (low, low, low + _THUMB[1], low + _THUMB[1], low, None)]
    return draw.line(x, y, colour="grey", width=1)


def waiting(buffer: int, threshold: float) -> View:
    """Shots and duplicates a video against the buffer, for the three rules."""
    at = place("buffer", buffer, runs.BUFFERS)
    panels = []
    for measure, title, top in (("shots", "shots a video", 40), ("duplicates", "of them repeats of a moment", 32)):
        marks = []
        for rule, colour in COLOURS.items():
            means = [getattr(runs.tallied(rule, one, threshold), measure).mean() for one in runs.BUFFERS]
            marks += [
                draw.line(runs.BUFFERS, np.round(means, 2), NAMES[rule], colour),
                draw.points([buffer], [round(means[at], 2)], colour=colour, size=11),
            ]
        if measure == "shots":
            marks.append(draw.horizontal(3, "grey", "dot"))
        panels.append(
            draw.figure(
                *marks, title=title,
                x=draw.axis("buffer L, frames", range=(0, 41)), y=draw.axis(range=(-0.5, top)),
            )
        )  # fmt: skip
    found = {rule: runs.tallied(rule, buffer, threshold) for rule in runs.RULES}
    shares = [spread_percent(one.caught) for one in found.values()]
    caught = (
        f"Each of them catches {shares[0]} of the moments."
        if len(set(shares)) == 1
        else f"They catch {shares[0]}, {shares[1]} and {shares[2]} of the moments."
    )
    counts = ", ".join(f"{NAMES[rule]} {spread(one.shots, digits=1)}" for rule, one in found.items())
    return View(
        draw.panels(*panels, height=340),
        f"With a buffer of {plural(buffer, 'frame')}, {latency(buffer):.0f} ms, and a threshold of {threshold:g} the rules take these shots of a video with three moments: {counts}."
        f" {caught}",
    )


def blinks(rate: int, buffer: int) -> View:
    """Shots a video and moments caught when people blink more or less often."""
    panels = []
    for part, title, top in ((0, "shots a video", 32), (1, "share of moments caught", 1.08)):
        marks = []
        for rule, colour in COLOURS.items():
            found = [runs.blinking(rule, buffer, one)[part] for one in runs.BLINK_RATES]
            sizes = [12 if one == rate else 6 for one in runs.BLINK_RATES]
            means = np.round([one.mean() for one in found], 3)
            marks += [
                draw.line(runs.BLINK_RATES, means, NAMES[rule], colour),
                draw.points(runs.BLINK_RATES, means, colour=colour, size=sizes),
            ]
        panels.append(
            draw.figure(*marks, title=title, x=draw.axis("blinks in ten seconds", range=(-1, 21)), y=draw.axis(range=(0, top)))
        )  # fmt: skip
    shots = ", ".join(f"{NAMES[rule]} {spread(runs.blinking(rule, buffer, rate)[0], digits=1)}" for rule in runs.RULES)
    return View(
        draw.panels(*panels, height=320),
        f"With {rate} blinks of each person in ten seconds and a buffer of {plural(buffer, 'frame')} the shots a video are: {shots}. "
        f"The window to both sides catches {spread_percent(runs.blinking('two-sided', buffer, rate)[1])} of the moments.",
    )


# faces -----------------------------------------------------------------------------------------


def expressions(strength: float, eyes: str) -> View:
    """One person making seven mouths, and what the network says of each."""
    person = identities(PERSON + 1, np.random.default_rng(SEED))[PERSON]
    pictures = portraits(person, strength, one_of("eyes", eyes, EYES))
    mouths, looks = runs.network()(pictures)
    faces = [draw.image(draw.stepped(picture), n % 4 * 1.5, 2 - n // 4 * 2, 1, 1) for n, picture in enumerate(pictures)]
    words = [
        draw.text(n % 4 * 1.5 + 0.5, 1.5 - n // 4 * 2, name.replace(" ", "<br>"), size=11)
        for n, name in enumerate(MOUTHS)
    ]
    return View(
        draw.panels(
            draw.figure(*faces, *words, title="what a face makes", equal=True,
                        x=draw.axis(hidden=True, range=(-0.25, 5.75)), y=draw.axis(hidden=True, range=(-1, 3))),
            draw.figure(draw.heatmap(mouths.round(3), list(MOUTHS), list(MOUTHS), low=0, high=1, labels=[[f"{one:.2f}"[1:] if one < 0.995 else "1.0" for one in row] for row in mouths]),
                        title="probability that it is given", x=draw.axis(""), y=draw.axis("", reverse=True)), height=460,
        ),
        f"At strength {strength:.1f} and with eyes {eyes} the faces get these probabilities of what they make: " + ", ".join(f"{name} {mouths[n, n]:.2f}" for n, name in enumerate(MOUTHS))
        + f". The eyes count as {eyes} with {looks[:, EYES.index(eyes)].mean():.2f} on average.",
    )  # fmt: skip


def attention(sharpness: float, third: str) -> View:
    """Two faces at full expression and a third at rest: their weights, and the group's score for every sharpness."""
    pictures, scores = (one[0] for one in runs.example_groups(third))
    weights = attend_faces(scores, runs.group_sizes(third), sharpness)
    height = HEIGHTS[third] / SIDE
    marks = [draw.image(draw.stepped(pictures[n]), 1.1 * n, 0, 1, 1) for n in range(2)]
    marks.append(
        draw.image(
            draw.stepped(pictures[2][:: SIDE // HEIGHTS[third], :: SIDE // HEIGHTS[third]]),
            2.2 + (1 - height) / 2,
            1 - height,
            height,
            height,
        )
    )
    marks.append(draw.bars([0.5, 1.6, 2.7], weights.round(3), colour="yellow", base=[-0.95] * 3, width=0.6))
    marks += [
        draw.text(0.5 + 1.1 * n, -0.85 + one, f"{one:.2f}", size=12) for n, one in enumerate(weights.round(3).tolist())
    ]
    plain = runs.example_groups(third)[1].max(axis=2).mean()
    here = runs.example_mean(third, sharpness)
    right = draw.figure(
        draw.line(runs.SHARPNESSES, runs.example_course(third).round(4), colour="yellow"), draw.points([sharpness], [round(float(here), 4)], colour="yellow", size=12),
        draw.horizontal(round(float(plain), 4), "grey"), draw.text(10, round(float(plain), 4) - 0.02, "plain mean", "grey", "right", size=12), title="mean score of 40 groups", legend=False,
        x=draw.axis("β, sharpness", range=(-0.3, 10.3)), y=draw.axis("score", range=(0.5, 1)),
    )  # fmt: skip
    return View(
        draw.panels(draw.figure(*marks, title="one group, and the weights", equal=True, x=draw.axis(hidden=True, range=(-0.1, 3.3)), y=draw.axis(hidden=True, range=(-1, 1.05))), right, height=360),
        f"With β = {sharpness:g} the two faces with an expression get the weights {weights[0]:.2f} and {weights[1]:.2f}, the third, at rest and {'in' if third == 'front' else 'standing'} {third}, {weights[2]:.3f}. "
        f"The score of this group is {group_score(scores, weights):.2f}, the mean of 40 groups {here:.2f} where a plain mean over faces has {plain:.2f}.",
    )  # fmt: skip


def tipping(sharpness: float, ratio: float) -> View:
    """Two faces with different full expressions: the course of the first one's weight, and where it can settle."""
    rounds, sharpness, ratio = np.arange(31), real("sharpness", sharpness, 0, 100), real("ratio", ratio, 1e-6, 1e6)
    course = np.array([attend_faces(np.eye(2), [ratio, 1.0], sharpness, int(n))[0] for n in rounds])
    grid = np.linspace(0.0015, 0.9985, 998)
    places = tipping_sharpness(grid, ratio)
    fits = (places >= 0) & (places <= 5)
    left = draw.figure(
        draw.line(rounds, course.round(4), colour="yellow"), draw.vertical(3, "grey", "dot", "3 rounds"), draw.horizontal(0.5, "grey", "dot"),
        title="weight of the first face", x=draw.axis("round", range=(0, 30)), y=draw.axis("w", range=(0, 1.02)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(np.where(fits, places, np.nan).round(4), np.where(fits, grid, np.nan).round(4), colour="grey"),
        draw.points([sharpness], [course[-1].round(4)], colour="yellow", size=12), draw.vertical(2, "grey", "dot"),
        title="where it can settle", x=draw.axis("β, sharpness", range=(-0.1, 5)), y=draw.axis("w", range=(0, 1.02)),
    )  # fmt: skip
    sizes = "of equal size" if ratio == 1 else f"of which the first is {ratio:g} times as large"
    return View(
        draw.panels(left, right, height=340),
        f"Two faces {sizes} make different expressions in full. With β = {sharpness:g} the first one's weight is {course[0]:.3f} by size, {course[3]:.3f} after 3 rounds and {course[-1]:.3f} after {rounds[-1]}.",
    )


# the bar ---------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _held(strength, number):
    return draw.stepped(frame(runs.held_film(SEED, strength), number)[:, 20:60])


def bar(number: int, strength: float) -> View:
    """A film of somebody who holds an expression: three bars over the face, and their courses."""
    number = whole("number", number, 0, HELD_FRAMES - 1)
    values = runs.held_quality(SEED, strength)[: number + 1]
    courses = {
        "the score itself": ("ink", values),
        "in plain ranges": ("orange", hysteresis(values, runs.RANGES, 0.0) / 3),
        "with a margin": ("purple", hysteresis(values, runs.RANGES, HELD_MARGIN) / 3),
    }
    marks, lines = [draw.image(_held(strength, number), 0, 0, 40, 40)], []
    for row, (name, (colour, course)) in enumerate(courses.items()):
        marks.append(
            draw.bars([round(40 * float(course[-1]), 2)], [55 - 5 * row], colour=colour, width=3.4, horizontal=True)
        )
        lines.append(
            draw.line(np.arange(number + 1), course.round(3), name, colour, width=1.5 if colour == "ink" else 2.5)
        )
    screen = draw.figure(
        *marks, title="three bars over a face", equal=True,
        x=draw.axis(hidden=True, range=(0, 40)), y=draw.axis(hidden=True, range=(0, 58)),
    )  # fmt: skip
    traces = draw.figure(
        *lines, *(draw.horizontal(place, "grey", "dot") for place in runs.RANGES), title="their lengths so far",
        x=draw.axis("frame, 30 a second", range=(0, HELD_FRAMES)), y=draw.axis("length", range=(-0.02, 1.02)),
    )  # fmt: skip
    travels = [
        runs.travel(kind, values, HELD_MARGIN) if number else 0.0 for kind in runs.BARS
    ]  # lengths of the whole bar
    return View(
        draw.panels(screen, traces, height=380),
        f"A smile held at strength {strength:g}, frame {number}: the score is {values[-1]:.2f}. "
        f"So far the bars have travelled {travels[0]:.1f} lengths (the score), {travels[1]:.1f} (plain ranges) and {travels[2]:.1f} (margin {HELD_MARGIN:g}).",
    )


def calm(margin: float, follows: str, shift: float) -> View:
    """How far the bar travels against the margin, and one video's bar."""
    follows = one_of("follows", follows, runs.FOLLOWED)
    raw = runs.load_tallies()["raw"][runs.FOLLOWED.index(follows)].astype(float)
    means = [runs.travelled(follows, one, shift).mean() for one in runs.MARGINS]
    here = runs.travels("hysteresis", follows, margin, shift)
    ranges = np.array(runs.RANGES) + shift
    values = (runs.scores if follows == "scores" else runs.quality)(SEED, NUMBER)[:100]
    left = draw.figure(
        draw.line(runs.MARGINS, np.round(means, 2), colour="purple"), draw.points([0], [round(means[0], 2)], colour="orange", size=12), draw.points([margin], [here.mean().round(2)], colour="purple" if margin else "orange", size=12),
        draw.horizontal(round(float(raw.mean()), 2), "ink"), draw.text(0.205, round(float(raw.mean()), 2) + 1.4, "the score itself", anchor="right", size=12), title="travel of the bar in ten seconds",
        x=draw.axis("margin m", range=(-0.008, 0.208)), y=draw.axis("bar lengths", range=(0, 35)),
    )  # fmt: skip
    right = draw.figure(
        draw.line(np.arange(100), values.round(3), colour="ink", width=1.5), draw.line(np.arange(100), (hysteresis(values, ranges, margin) / 3).round(3), colour="purple" if margin else "orange"),
        *(draw.horizontal(place, "grey", "dot") for place in ranges.round(3).tolist()), title="one video: score and bar",
        x=draw.axis("frame", range=(0, 100)), y=draw.axis("length", range=(-0.02, 1.02)),
    )  # fmt: skip
    what = "the score that the shutter sees" if follows == "scores" else "the quality before the first stage"
    wins = int((here > raw).sum())
    return View(
        draw.panels(left, right, height=340),
        f"Following {what}, with a margin of {margin:g} round thresholds at {', '.join(f'{one:g}' for one in ranges.round(3))}, the bar travels {spread(here, digits=1)} lengths in ten seconds; "
        f"the score itself travels {spread(raw, digits=1)}. In {wins} of 5 seeds this bar travels further than the score.",
    )
