"""Views of the chapter on photo libraries: the album, pairs of faces and clothes, both thresholds, a tree, twins, and a budget of questions.

Grey is one stage with faces, blue one stage with faces and clothes, green two stages, purple two stages with the same-photo rule,
orange the same where clothes may part. Red is wrong: two persons together. Yellow are the twins, and a solid line is recall, a dotted one precision.
"""

from functools import cache, lru_cache

import numpy as np

from miniatures import draw
from miniatures import photo_album as album_of
from miniatures import photo_clustering_runs as runs
from miniatures.average_linkage import branches
from miniatures.checks import cached, real, whole
from miniatures.explore import View
from miniatures.photo_clustering import SECOND, pair_precision_recall
from miniatures.photo_clustering_runs import BOTH, FACES, FREE, PARTING, RULE
from miniatures.photo_library import thumbnails
from miniatures.photo_questions import answered, ask, together
from miniatures.results import place, spread
from miniatures.wording import percent, plural

COLOURS = {FACES: "grey", BOTH: "blue", FREE: "green", RULE: "purple", PARTING: "orange"}
NAMES = {
    FACES: "faces",
    BOTH: "faces and clothes",
    FREE: "two stages",
    RULE: "with the rule",
    PARTING: "clothes may part",
}
WIDTHS = {FACES: 6.5, BOTH: 2.5, FREE: 4.5, RULE: 3, PARTING: 1.5}  # so that curves that coincide are all seen
COLUMNS, ROWS = 6, 6  # of a sheet
GRID = tuple(round(0.3 + 0.06 * step, 2) for step in range(16))  # thresholds along the album's curve
SECONDS = (0.3, 0.42, 0.54, 0.66, 0.78, 0.9, 1.02)
SHARES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)  # of hard faces
ASKED_ABOUT = {
    "closest": "the merge closest to the threshold",
    "next": "the next merge",
    "largest": "the merge with the largest gain",
    "random": "any merge",
}
MOST_ASKED = 20
TURNS = 4  # questions that the reader answers
LEVELS = 8  # of grey


@lru_cache(maxsize=512)
def _face(row):
    return draw.stepped(album_of.faces()[row], LEVELS)


def _frames(places, colour, side=1.0):
    """Squares whose lower left corners are `places`, as one line; a line of nothing keeps the figure's marks in place."""
    x = [at for left, _ in places for at in (left, left + side, left + side, left, left, None)]
    y = [at for _, low in places for at in (low, low, low + side, low + side, low, None)]
    return draw.line(x, y, colour=colour, width=3)


# the album -------------------------------------------------------------------------------------


@cache
def _album_curve(rule):
    person = album_of.shipped().person
    return np.array([pair_precision_recall(person, album_of.clustered(one, rule)) for one in GRID]).round(4)


def album(second: float, rule: bool) -> View:
    """The largest clusters as an album shows them, and what the second threshold does to precision and recall."""
    person, clusters = album_of.shipped().person, album_of.clustered(second, rule)
    sheet = album_of.sheet(clusters, person, ROWS, COLUMNS)
    precision, recall = pair_precision_recall(person, clusters)
    colour, curve = COLOURS[RULE if rule else FREE], _album_curve(bool(rule))
    right = draw.figure(
        draw.vertical(SECOND, "grey", "dot"),
        draw.line(GRID, curve[:, 1], "recall", colour),
        draw.line(GRID, curve[:, 0], "precision", colour, "dot"),
        draw.points([second, second], [round(recall, 4), round(precision, 4)], colour=colour, size=11),
        title="of the pairs", x=draw.axis("second threshold", range=(0.27, 1.23)), y=draw.axis(range=(0, 1.03)),
    )  # fmt: skip
    one, other = together(clusters[None], person)[0], float((person == 0).sum() * (person == 1).sum())
    sizes = ", ".join(str(size) for size in sheet.size)
    return View(
        draw.panels(_sheet(sheet), right, height=400),
        f"With a second threshold of {second:.2f} {'and' if rule else 'but without'} the same-photo rule the album has {plural(int(clusters.max()) + 1, 'cluster')} for 16 people; the largest hold {sizes} faces. "
        f"Precision is {precision:.3f}, recall {recall:.3f}, and {percent(one / other, 0)} of the pairs of one twin and the other are together.",
    )


def _sheet(sheet):
    marks, odd = [], []
    for row, (shown, strange) in enumerate(zip(sheet.rows.tolist(), sheet.odd.tolist(), strict=True)):
        low = (ROWS - 1 - row) * 1.12
        marks.append(draw.text(-0.15, low + 0.5, str(int(sheet.size[row])), "ink", "right", size=12))
        for column, one in enumerate(shown):
            if one >= 0:
                marks.append(draw.image(_face(one), column * 1.08, low))
            if strange[column]:
                odd.append((column * 1.08, low))
    return draw.figure(
        *marks, _frames(odd, "red"), title="largest clusters (red: others)", equal=True, legend=False,
        x=draw.axis(hidden=True, range=(-1.2, COLUMNS * 1.08)), y=draw.axis(hidden=True, range=(-0.1, ROWS * 1.12)),
    )  # fmt: skip


# one moment ------------------------------------------------------------------------------------


def pairs(first: float, beta: float, parting: bool) -> View:
    """Each pair of one moment by its two distances, and the region that the first pass joins."""
    far, body, kind = album_of.moment_pairs()
    found = album_of.joined(first, beta, parting)
    counts = [(int(found[kind == one].sum()), int((kind == one).sum())) for one in range(3)]
    marks = [
        draw.line(*_region(first, beta, parting), "joined", "orange" if parting else "green", width=1.5, fill="toself")
    ]
    for one, colour, size in ((1, "red", 4), (0, "ink", 4), (2, "yellow", 6)):
        rows = kind == one
        marks.append(draw.points(far[rows].round(3), body[rows].round(3), album_of.PAIR_KINDS[one], colour, size))
    words = [
        f"{have} of {all_} pairs of {name}" for (have, all_), name in zip(counts, album_of.PAIR_KINDS, strict=True)
    ]
    measure = "α F + β T" if parting else "D"
    return View(
        draw.figure(*marks, height=440, x=draw.axis("F, distance of the faces", range=(0, 1.45)), y=draw.axis("T, distance of the clothes", range=(0, 1.65))),
        f"With β = {beta:g} and α = {1 - beta:g} the first pass finds {measure} below {first:g} for {words[0]}, for {words[1]} and for {words[2]}, each pair from within a moment.",
    )  # fmt: skip


def _region(first, beta, parting):
    """The corners of what lies below the threshold; far outside where it has no end."""
    across = first / (1 - beta) if beta < 1 else 9.0
    up = first / beta if beta else 9.0
    if parting:
        x, y = ([0, across, 0, 0], [0, 0, up, 0]) if 0 < beta < 1 else ([0, across, across, 0, 0], [0, 0, up, up, 0])
    else:
        x, y = [0, across, first, first, 0, 0], [0, 0, first, 9.0, 9.0, 0]
        if beta == 1:
            y[1:3] = 0, first
            x, y = [0, 9.0, 9.0, first, first, 0, 0], [0, 0, first, first, 9.0, 9.0, 0]
    return np.round(x, 4), np.round(y, 4)


# two thresholds --------------------------------------------------------------------------------


def thresholds(kind: str, first: float, second: float) -> View:
    """Precision against recall while the last threshold moves, means over five libraries, for each method."""
    marks, at = [], place("second", second, runs.THRESHOLDS)
    for method, colour in COLOURS.items():
        found = _mean_curve(method, kind, first)
        marks += [
            draw.line(found[:, 1].round(4), found[:, 0].round(4), NAMES[method], colour, width=WIDTHS[method]),
            draw.points([found[at, 1].round(4)], [found[at, 0].round(4)], colour=colour, size=5 + 2 * WIDTHS[method]),
        ]
    told = []
    for method in (BOTH, FREE, RULE):
        found = np.array([runs.stored(method, kind, seed, first)[at] for seed in runs.FRESH_SEEDS])
        told.append(f"{NAMES[method]} {spread(found[:, 0])} and {spread(found[:, 1])}")
    return View(
        draw.figure(
            *marks, draw.horizontal(runs.PRECISION, "grey", "dot"), height=420,
            x=draw.axis("recall", range=(0, 1.02)), y=draw.axis("precision", range=(0.3, 1.02)),
        ),
        f"Libraries {kind}: with a last threshold of {second:g}, and {first:g} in the first pass where there is one, precision and recall are: {'; '.join(told)}.",
    )  # fmt: skip


@cached()
def _mean_curve(method, kind, first):
    return np.mean([runs.stored(method, kind, seed, first) for seed in runs.FRESH_SEEDS], axis=0)


# hard faces ------------------------------------------------------------------------------------


@cache
def _same_person(hard):
    library = album_of.shipped(hard)
    rows = np.flatnonzero(library.person == 4)[::4][:12]  # through all of the library
    return [draw.stepped(one, LEVELS) for one in thumbnails(library, rows)], int(library.hard[rows].sum())


def hard(share: float) -> View:
    """Twelve pictures of one person, and what a share of faces that are hard to read costs each method."""
    at = place("share", share, SHARES)
    shown, badly = _same_person(share)
    marks = [draw.image(one, n % 4 * 1.08, (2 - n // 4) * 1.12) for n, one in enumerate(shown)]
    curves, told = [], []
    for method in (FACES, BOTH, RULE):
        found = [runs.run("hard", method, one) for one in SHARES]
        means, here = np.round([one.mean() for one in found], 4), found[at]
        curves += [
            draw.line(SHARES, means, NAMES[method], COLOURS[method]),
            draw.points(
                [share], [round(here.mean(), 4)], colour=COLOURS[method], size=11, error=[round(here.std(ddof=1), 4)]
            ),
        ]
        told.append(spread(here))
    return View(
        draw.panels(
            draw.figure(*marks, title="one person, twelve times", equal=True, x=draw.axis(hidden=True, range=(-0.1, 4.3)), y=draw.axis(hidden=True, range=(-0.1, 3.4))),
            draw.figure(*curves, title="recall", x=draw.axis("share of hard faces", range=(-0.03, 0.78)), y=draw.axis(range=(0, 1.03))), height=360,
        ),
        f"With {percent(share, 0)} hard faces, {badly} of these twelve, the recall on libraries without twins is {told[0]} with faces alone, {told[1]} with clothes in one stage and {told[2]} in two with the rule.",
    )  # fmt: skip


# a tree ----------------------------------------------------------------------------------------


def tree(second: float, rule: bool) -> View:
    """The second pass over the first four moments as a dendrogram, with a face of each group of the first pass."""
    second, small = real("second", second, 0, 2), album_of.small_tree(RULE if rule else FREE)
    order, corners = branches(small.tree)
    marks = [draw.horizontal(second, "grey", "dash")]
    for (corner, height), wrong in zip(zip(corners, small.tree.heights, strict=True), small.wrong, strict=True):
        made = height < second
        marks.append(
            draw.line(
                corner[:, 0].round(3),
                corner[:, 1].round(4),
                colour="red" if wrong else "purple" if rule else "green",
                width=3 if made else 1.2,
                dash="solid" if made else "dot",
            )
        )
    for at, leaf in enumerate(order.tolist()):
        marks += [
            draw.image(_face(int(small.shown[leaf])), at - 0.46, -0.16, 0.92, 0.13),
            draw.text(at, -0.21, str(int(small.size[leaf])), size=11),
        ]
    mixed = [at for at, leaf in enumerate(order.tolist()) if small.mixed[leaf]]
    for at in mixed:
        marks.append(draw.box(at - 0.5, -0.17, at + 0.5, -0.02, "wash-red", "red"))
    made = small.tree.heights < second
    return View(
        draw.figure(*marks, height=420, legend=False, x=draw.axis(hidden=True, range=(-0.7, 18.7)), y=draw.axis("distance at which groups merge", range=(-0.26, 1.2), ticks=(0, 0.2, 0.4, 0.6, 0.8, 1, 1.2))),
        f"{'With' if rule else 'Without'} the same-photo rule the first four moments give {plural(small.tree.leaves, 'group')}, {len(mixed)} of them with more than one person in it. "
        f"At {second:.2f} the second pass makes {plural(int(made.sum()), 'merge')}, {int((made & small.wrong).sum())} of them of different persons.",
    )  # fmt: skip


# twins -----------------------------------------------------------------------------------------


def twins(measure: str) -> View:
    """What becomes of the twins when they are more or less often in one photo, and more or less alike."""
    panels, told = [], {}
    for experiment, title, word in (
        ("both", "how often in one photo", "share that the other twin joins"),
        ("twin distance", "how unlike their faces", "distance of their faces"),
    ):
        marks = []
        for method in (FREE, RULE, PARTING):
            places = runs.settings(experiment, method)
            found = [runs.run(experiment, method, one, measure) for one in places]
            means, spreads = np.round([one.mean() for one in found], 4), np.round([one.std(ddof=1) for one in found], 4)
            marks += [
                draw.line(places, means, NAMES[method], COLOURS[method]),
                draw.points(places, means, colour=COLOURS[method], size=6, error=spreads),
            ]
            told[experiment, method] = found
        panels.append(
            draw.figure(*marks, title=title, x=draw.axis(word, range=(-0.03, 1.03)), y=draw.axis(range=(-0.03, 1.05)))
        )
    words = {"mixed": "The share of the twins' pairs that are together", "precision": "Precision", "recall": "Recall"}[
        measure
    ]
    first, last = told["both", RULE][0], told["both", RULE][-1]
    near, far = told["twin distance", FREE][0], told["twin distance", FREE][-1]
    return View(
        draw.panels(*panels, height=360),
        f"{words} with the same-photo rule is {spread(first)} where twins share a photo by chance alone and {spread(last)} where each photo with one has the other too; "
        f"without it, {spread(near)} for faces 0.05 apart and {spread(far)} for faces 0.8 apart.",
    )  # fmt: skip


# questions -------------------------------------------------------------------------------------


@cached(32)
def _dialogue(strategy, second):
    library = album_of.shipped()
    found = ask(
        library.observations,
        library.person,
        MOST_ASKED,
        strategy,
        np.random.default_rng([album_of.SEED, 9]),
        second=second,
    )
    return found, np.array([pair_precision_recall(library.person, one) for one in found.clusters])


def questions(budget: int, strategy: str, second: float) -> View:
    """The question that the budget ends with, its answer, and precision and recall after each one."""
    budget, (found, scores) = whole("budget", budget, 0, 10_000), _dialogue(strategy, second)
    asked = min(budget, len(found.same))
    marks = [draw.text(1.04, 1.5, _asked(found, asked), size=14)]
    if asked:
        marks += [draw.image(_face(int(row)), 1.08 * n, 0) for n, row in enumerate(found.pairs[asked - 1])]
    numbers = np.arange(len(scores))
    right = draw.figure(
        draw.line(numbers, scores[:, 1].round(4), "recall", "purple"), draw.line(numbers, scores[:, 0].round(4), "precision", "purple", "dot"),
        draw.points([asked, asked], scores[asked, ::-1].round(4), colour="purple", size=11),
        title="after so many questions", x=draw.axis("questions", range=(-0.5, MOST_ASKED + 0.5)), y=draw.axis(range=(0.85, 1.005)),
    )  # fmt: skip
    return View(
        draw.panels(draw.figure(*marks, title="the last question", equal=True, legend=False, x=draw.axis(hidden=True, range=(-0.1, 2.2)), y=draw.axis(hidden=True, range=(-0.1, 1.9))), right, height=340),
        f"With a threshold of {second:g} and questions about {ASKED_ABOUT[strategy]}, after {plural(asked, 'question')} of 20 precision is {scores[asked, 0]:.3f} and recall {scores[asked, 1]:.3f}; before, they were {scores[0, 0]:.3f} and {scores[0, 1]:.3f}. {_yes_and_no(found.same[:asked])}",
    )  # fmt: skip


def _asked(found, asked):
    if not asked:
        return "nothing asked yet"
    before = "together" if found.made[asked - 1] else "apart"
    return f"So far {before}. The same person?<br>The user says {'yes' if found.same[asked - 1] else 'no'}."


def _yes_and_no(same):
    return f"The user has said yes {int(same.sum())} and no {int((~same).sum())} times."


def your_answers(one: bool, two: bool, three: bool, four: bool) -> View:
    """Four questions that the reader answers: the faces shown, and what the answers do."""
    library = album_of.shipped()
    found = answered(library.observations, [bool(answer) for answer in (one, two, three, four)], "largest")
    scores = np.array([pair_precision_recall(library.person, clusters) for clusters in found.clusters])
    true = library.person[found.pairs[:, 0]] == library.person[found.pairs[:, 1]]
    marks, wrong = [], []
    for n, ((left, other), said) in enumerate(zip(found.pairs.tolist(), found.same.tolist(), strict=True)):
        x, y = n % 2 * 2.6, (1 - n // 2) * 1.6
        marks += [
            draw.image(_face(left), x, y),
            draw.image(_face(other), x + 1.08, y),
            draw.text(x + 1.04, y + 1.18, f"{n + 1}: {'yes' if said else 'no'}", size=12),
        ]
        wrong += [(x, y), (x + 1.08, y)] if said != true[n] else []
    numbers = np.arange(len(scores))
    right = draw.figure(
        draw.line(numbers, scores[:, 1].round(4), "recall", "purple"), draw.line(numbers, scores[:, 0].round(4), "precision", "purple", "dot"),
        title="after each answer", x=draw.axis("questions", range=(-0.1, TURNS + 0.1)), y=draw.axis(range=(0.94, 1.002)),
    )  # fmt: skip
    return View(
        draw.panels(draw.figure(*marks, _frames(wrong, "red"), title="red: answered wrongly", equal=True, legend=False, x=draw.axis(hidden=True, range=(-0.1, 4.8)), y=draw.axis(hidden=True, range=(-0.1, 3.0))), right, height=360),
        f"After these four answers, {len(wrong) // 2} of them wrong, precision is {scores[-1, 0]:.3f} and recall {scores[-1, 1]:.3f}; before, they were {scores[0, 0]:.3f} and {scores[0, 1]:.3f}.",
    )  # fmt: skip
