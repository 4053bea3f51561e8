"""Views of cloaks: what they look like, where they move a face, what three trackers make of it, and what one person proves.

Blue is the cloak, orange random noise of the same budget, red the person aimed at, ink the user's clean photographs, grey
everybody else. Of the trackers, centroid is green, nearest photograph purple, logistic regression yellow.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures.checks import numbers, one_of, real, whole
from miniatures.cloaking import EXTRACTORS, PHOTOS, TRACKERS, cloak_linear
from miniatures.cloaking_runs import (
    BUDGETS,
    FRESH_SEEDS,
    LEAK_BUDGETS,
    LEAKS,
    PUBLISHED_DSSIM,
    SHOWN_USERS,
    all_missed,
    at_dssim,
    bystanders,
    feature_map,
    missed,
    pictures,
    stored,
    visible,
)
from miniatures.drawn_faces import SIDE, draw_faces, identities, photographs
from miniatures.explore import View, refusal
from miniatures.list_counts import wilson
from miniatures.results import spread, spread_percent
from miniatures.structural_similarity import dssim
from miniatures.wording import percent

COLOURS = {"centroid": "green", "nearest": "purple", "logistic": "yellow"}
NAMES = {"centroid": "nearest centroid", "nearest": "nearest photograph", "logistic": "logistic regression"}
CHANGES = {"cloak": ("plain", "blue"), "noise": ("noise", "orange")}
SEEN = {"same": "the user's own extractor", "other": "another extractor", "robust": "a robust extractor"}
TWO_PIXELS = {
    "matrix": np.array([[2.0, 1.0], [-0.4, 1.0]]),
    "image": np.array([0.25, 0.3]),
    "target": np.array([2.2, 1.2]),
}
SHARE = {"range": (-0.03, 1.05), "ticks": [0, 0.25, 0.5, 0.75, 1], "labels": ["0", "25 %", "50 %", "75 %", "100 %"]}
EPSILONS = {"range": (-0.004, 0.104), "ticks": [0, 0.02, 0.04, 0.06, 0.08, 0.1]}
MOST_PHOTOS = 64
FIRST = 1  # the shown user whose photograph opens the chapter


def rounded(shares) -> str:
    """Mean and standard deviation of shares over the seeds in whole percent, without the sign, for a table.

    >>> rounded(np.array([0.5, 0.7]))
    '60 ± 14'
    """
    if len(numbers("shares", shares, (None,), 0, 1)) < 2:
        raise ValueError(f"shares={shares!r} must hold a share for each of two seeds or more")
    return spread(shares, 100, 0)


def _budget(epsilon, stored_budgets=BUDGETS):
    """The stored budget that `epsilon` is, or None."""
    epsilon = real("epsilon", epsilon, 0, 1)
    return next((budget for budget in stored_budgets if abs(budget - epsilon) < 1e-9), None)


def _not_stored(epsilon, stored_budgets=BUDGETS):
    return refusal(
        f"A budget of {epsilon:g} is not stored: choose one of {', '.join(f'{one:g}' for one in stored_budgets)}."
    )


# the people ------------------------------------------------------------------------------------


def people() -> View:
    """Five drawn people, first as they are on average, then in five casual photographs each."""
    rng = np.random.default_rng(1)
    who = identities(5, rng)
    plain = draw_faces(who)[:, None]
    taken = photographs(np.repeat(who, 5, axis=0), rng).reshape(5, 5, SIDE, SIDE)
    rows = np.concatenate([plain, taken], axis=1)  # (5, 6, side, side)
    sheet = rows.transpose(0, 2, 1, 3).reshape(5 * SIDE, 6 * SIDE)
    within, between = taken.var(axis=1).mean(), taken.mean(axis=1).var(axis=0).mean()
    heads = [draw.text(x + 0.5, 5.15, words, "ink", size=12) for x, words in enumerate(("drawing", *"12345"))]
    sides = [draw.text(-0.2, 4.5 - y, letter, "ink", size=12) for y, letter in enumerate("ABCDE")]
    figure = draw.figure(
        draw.image(np.round(255 * sheet).astype(np.uint8), 0, 0, 6, 5), *heads, *sides,
        x=draw.axis(range=(-0.4, 6), hidden=True), y=draw.axis(range=(0, 5.3), hidden=True), height=440, equal=True,
    )  # fmt: skip
    return View(
        figure,
        f"Five people, each with a drawing and five photographs of 24 by 24 pixels; a pixel's variance between the people's means is {between:.4f}, between photographs of one person "
        f"{within:.4f}: pose, light and expression change a picture more than who is in it.",
    )


# what a cloak looks like -----------------------------------------------------------------------


def masked(epsilon: float, change: str) -> View:
    """A photograph before and after, five times their difference, and what a tracker makes of it at every budget."""
    budget = _budget(epsilon)
    by, hue = CHANGES[one_of("change", change, CHANGES)]
    if budget is None:
        return _not_stored(epsilon)
    found, at = pictures(), BUDGETS.index(budget)
    before, after, goal = (one[FIRST].reshape(SIDE, SIDE) for one in (found["plain"][0], found[by][at], found["goal"]))
    apart = 5 * (after.astype(float) - before)
    shown = (
        (before, "photograph"),
        (after, f"with {change}"),
        (np.clip(128 + apart, 0, 255).astype(np.uint8), "difference × 5"),
        (goal, "aimed at"),
    )
    marks = []
    for place, (picture, words) in enumerate(shown):
        x, y = place % 2, 1.2 * (1 - place // 2)
        marks += [draw.image(picture, x + 0.02, y, 0.96, 1), draw.text(x + 0.5, y + 1.08, words, "ink", size=11)]
    left = draw.figure(*marks, x=draw.axis(range=(0, 2), hidden=True), y=draw.axis(range=(0, 2.4), hidden=True))
    cost = float(dssim(before[None] / 255, after[None] / 255)[0])
    return View(
        draw.panels(left, _missed_curves(budget, change, hue), height=400), _masked_words(budget, change, by, cost)
    )


def _missed_curves(budget, change, hue):
    marks = []
    for name, (by, colour) in CHANGES.items():
        means = [stored("nearest", one, by=by).mean() for one in BUDGETS]
        marks.append(draw.line(BUDGETS, means, name, colour, width=4 if name == change else 2))
        if name == change:
            marks.append(draw.points([budget], [means[BUDGETS.index(budget)]], colour=hue, size=13))
    return draw.figure(
        *marks,
        title="new photographs missed",
        x=draw.axis("ε, largest change of a pixel", **EPSILONS),
        y=draw.axis("", **SHARE),
    )


def _masked_words(budget, change, by, cost):
    here, bare = stored("nearest", budget, by=by), stored("nearest", 0.0)
    what = "the cloaks" if change == "cloak" else "the noise"
    return (
        f"With {what} at ε = {budget:g} (DSSIM {cost:.3f} for this picture) a tracker that learns the changed photographs misses {spread_percent(here)} of the users' new, clean ones "
        f"(five seeds); without any change it misses {spread_percent(bare)}."
    )


@cache
def _visibility(tracker):
    return {
        change: ([visible(b, by).mean() for b in BUDGETS], [stored(tracker, b, by=by).mean() for b in BUDGETS])
        for change, (by, _) in CHANGES.items()
    }


def visibility(tracker: str) -> View:
    """Protection against what the change costs in structural similarity, for cloak and noise."""
    one_of("tracker", tracker, TRACKERS)
    marks = []
    for change, (_, hue) in CHANGES.items():
        cost, share = _visibility(tracker)[change]
        marks += [draw.line(cost, share, change, hue), draw.points(cost, share, colour=hue, size=7)]
    bought = at_dssim(PUBLISHED_DSSIM, tracker)
    marks += [
        draw.vertical(PUBLISHED_DSSIM, "ink", "dot", words="0.007"),
        draw.points([PUBLISHED_DSSIM], [bought], colour="ink", size=10, symbol="diamond"),
    ]
    figure = draw.figure(
        *marks, x=draw.axis("DSSIM between photograph and changed photograph, mean", range=(-0.003, 0.14)),
        y=draw.axis("new photographs missed", **SHARE), height=370,
    )  # fmt: skip
    return View(
        figure,
        f"At the published DSSIM of {PUBLISHED_DSSIM:g} the cloak makes the tracker by {NAMES[tracker]} miss {percent(bought)} of new photographs (mean of five seeds, between stored "
        f"budgets), noise of equal DSSIM {percent(at_dssim(PUBLISHED_DSSIM, tracker, by='noise'))}.",
    )


# where the linear case goes --------------------------------------------------------------------


@cache
def _path():
    """The best cloaks of growing budgets (61, 2), and that of no budget at all."""
    found = [cloak_linear(*TWO_PIXELS.values(), budget) for budget in [*np.linspace(0, 3, 61), 1e6]]
    return np.array(found[:-1]), found[-1]


def two_pixels(budget: float) -> View:
    """A picture of two pixels and a linear extractor: the best cloak within a disc, as the disc grows."""
    budget = real("budget", budget, 0, 3)
    matrix, image, target = TWO_PIXELS.values()
    here = cloak_linear(matrix, image, target, budget)
    path, best = _path()
    turn = np.linspace(0, 2 * np.pi, 73)
    circle = np.array([np.cos(turn), np.sin(turn)])
    marks = []
    for level in (0.3, 0.6, 1.0, 1.4, 1.8):
        ring = best[:, None] + level * np.linalg.solve(matrix, circle)
        marks.append(
            draw.line(ring[0], ring[1], "equal distance from the target" if level == 0.3 else None, "grey", width=1)
        )
    marks += [
        draw.line(*(budget * circle), "budget ρ", "blue", "dash", width=2),
        draw.line(path[:, 0], path[:, 1], "best cloaks of all budgets", "blue", width=1.5),
        draw.points([0], [0], "photograph", "ink", size=9), draw.points([best[0]], [best[1]], "target reached", "red", size=10, symbol="x"),
        draw.points([here[0]], [here[1]], "best cloak", "blue", size=13),
    ]  # fmt: skip
    figure = draw.figure(
        *marks,
        x=draw.axis("change of the first pixel", range=(-1.7, 1.7)),
        y=draw.axis("change of the second", range=(-0.8, 1.9)),
        height=420,
        equal=True,
    )
    gap, start = (np.linalg.norm(matrix @ (image + d) - target) for d in (here, 0 * here))
    length = np.linalg.norm(here)
    binds = "The budget binds" if length > budget * (1 - 1e-6) and gap > 1e-9 else "The budget does not bind"
    return View(
        figure,
        f"With a budget of {budget:.2f} the best cloak is ({here[0]:+.3f}, {here[1]:+.3f}), of length {length:.3f}; the distance of the features from the target falls from "
        f"{start:.3f} to {gap:.3f}. {binds}.",
    )


# the map of features ---------------------------------------------------------------------------


def moved(epsilon: float, extractor_of: str, person: int) -> View:
    """The features of one user's photographs, published and new, on the two directions of largest spread."""
    budget = _budget(epsilon)
    one_of("extractor_of", extractor_of, EXTRACTORS)
    if budget is None:
        return _not_stored(epsilon)
    user = whole("person", person, 1, len(SHOWN_USERS)) - 1
    found = feature_map(user, budget, extractor_of)
    reach = 1.05 * max(
        np.abs(feature_map(one, end, extractor_of).others).max() for one in SHOWN_USERS for end in (0.0,)
    )
    reach = max(reach, 1.05 * max(np.abs(_ends(one, extractor_of)).max() for one in SHOWN_USERS))
    figure = draw.figure(
        draw.points(*found.others.T, "others, published", "grey", size=4),
        draw.points(*found.target.T, "public person aimed at", "red", size=8, symbol="x"),
        draw.points(*found.published.T, "user, published", "blue", size=9),
        draw.points(*found.new.T, "user, new and clean", "ink", size=9, symbol="circle-open"),
        x=draw.axis("first direction of spread, scaled", range=(-1, 1)), y=draw.axis("second direction, scaled", range=(-1, 1)), height=430,
    )  # fmt: skip
    for trace in figure["data"]:
        trace["x"], trace["y"] = ([round(value / reach, 3) for value in trace[axis]] for axis in "xy")
    middle = {name: getattr(found, name).mean(axis=0) for name in ("published", "new", "target")}
    whole_way = np.linalg.norm(middle["target"] - middle["new"])
    gone = (middle["published"] - middle["new"]) @ (middle["target"] - middle["new"]) / whole_way**2
    return View(
        figure,
        f"Seen by {SEEN[extractor_of]}, the photographs that person {user + 1} published at ε = {budget:g} have gone {percent(gone)} of the way from the new, clean ones to the person "
        f"aimed at, on this map, which holds {percent(found.share)} of the variance.",
    )


@cache
def _ends(user, extractor_of):
    one = [feature_map(user, budget, extractor_of) for budget in (BUDGETS[0], BUDGETS[-1])]
    return np.concatenate([part for found in one for part in (found.published, found.new, found.target)])


# what trackers make of it ----------------------------------------------------------------------


def trackers(epsilon: float, extractor_of: str) -> View:
    """Protection against three trackers at every budget, and seed by seed at one of them."""
    budget = _budget(epsilon)
    one_of("extractor_of", extractor_of, EXTRACTORS)
    if budget is None:
        return _not_stored(epsilon)
    left, right = [], []
    for place, tracker in enumerate(TRACKERS):
        found, bare = (stored(tracker, b, extractor_of=extractor_of) for b in (budget, 0.0))
        means = [stored(tracker, b, extractor_of=extractor_of).mean() for b in BUDGETS]
        left.append(draw.line(BUDGETS, means, NAMES[tracker], COLOURS[tracker]))
        jitter = place + 0.07 * np.arange(-2, 3)
        right.append(
            draw.points(jitter - 0.0, bare, "no cloak" if place == 0 else None, "grey", size=8, symbol="circle-open")
        )
        right.append(draw.points(jitter, found, colour=COLOURS[tracker], size=9))
    noisy = [np.mean([stored(t, b, 0, extractor_of, "noise").mean() for t in TRACKERS]) for b in BUDGETS]
    left += [draw.line(BUDGETS, noisy, "noise, mean of the three", "orange", "dot"), draw.vertical(budget)]
    first = draw.figure(
        *left,
        title="mean of five seeds",
        x=draw.axis("ε, largest change of a pixel", **EPSILONS),
        y=draw.axis("new photographs missed", **SHARE),
    )
    second = draw.figure(
        *right,
        title=f"each seed at ε = {budget:g}",
        x=draw.axis(range=(-0.5, 2.5), ticks=[0, 1, 2], labels=["centroid", "nearest", "logistic"]),
        y=draw.axis("", **SHARE),
    )
    words = "; ".join(
        f"{NAMES[t]} {spread_percent(stored(t, budget, extractor_of=extractor_of))} ({percent(stored(t, 0.0, extractor_of=extractor_of).mean())} without a cloak)"
        for t in TRACKERS
    )
    known = np.mean([bystanders(t, budget, extractor_of).mean() for t in TRACKERS])
    return View(
        draw.panels(first, second, height=390),
        f"Trackers on {SEEN[extractor_of]}, new photographs missed at ε = {budget:g}: {words}. They recognise {percent(known)} of the people who wear no cloak.",
    )


def leaks(leaked: int, epsilon: float, extractor_of: str) -> View:
    """Protection against three trackers when some of the 16 published photographs are not cloaked."""
    leaked, budget = whole("leaked", leaked, 0, PHOTOS), _budget(epsilon, LEAK_BUDGETS)
    one_of("extractor_of", extractor_of, EXTRACTORS)
    if budget is None:
        return _not_stored(epsilon, LEAK_BUDGETS)
    marks = [draw.horizontal(0.5, "grey", "dot"), draw.vertical(leaked)]
    for tracker in TRACKERS:
        means = _leak_means(tracker, budget, extractor_of)
        marks += [
            draw.line(LEAKS, means, NAMES[tracker], COLOURS[tracker]),
            draw.points([leaked], [means[leaked]], colour=COLOURS[tracker], size=12),
        ]
    figure = draw.figure(
        *marks, x=draw.axis("leaked, clean photographs of the 16 published", range=(-0.4, 16.4), ticks=[0, 2, 4, 6, 8, 10, 12, 14, 16]),
        y=draw.axis("new photographs missed", **SHARE), height=380,
    )  # fmt: skip
    found = "; ".join(f"{NAMES[t]} {spread_percent(stored(t, budget, leaked, extractor_of))}" for t in TRACKERS)
    return View(
        figure,
        f"With {leaked} of 16 photographs ({percent(leaked / PHOTOS)}) leaked at ε = {budget:g}, trackers on {SEEN[extractor_of]} miss of the new ones: {found} (five seeds).",
    )


@cache
def _leak_means(tracker, budget, extractor_of):
    return [float(stored(tracker, budget, leaked, extractor_of).mean()) for leaked in LEAKS]


# what one person proves ------------------------------------------------------------------------


def one_person(photos: int, epsilon: float) -> View:
    """Wilson's lower end when all of n photographs were missed, and how the chapter's forty users fared one by one."""
    photos, budget = whole("photos", photos, 1, MOST_PHOTOS), _budget(epsilon)
    if budget is None:
        return _not_stored(epsilon)
    counts = np.arange(1, MOST_PHOTOS + 1)
    low = wilson(photos, photos)[0]
    left = draw.figure(
        draw.line(counts, [wilson(int(n), int(n))[0] for n in counts], "lower end of the 95 % interval", "ink"),
        draw.points([photos], [low], colour="ink", size=12), draw.vertical(photos),
        title="all of n photographs missed", x=draw.axis("n, photographs of one person", range=(0, 66)), y=draw.axis("", **SHARE),
    )  # fmt: skip
    found = missed("nearest", budget).ravel()
    heights = np.bincount(found.astype(int), minlength=PHOTOS + 1)
    right = draw.figure(
        draw.bars(np.arange(PHOTOS + 1), heights, colour=["purple"] * PHOTOS + ["blue"]),
        title="our 40 users", x=draw.axis("of 16 new photographs missed", range=(-0.7, 16.7), ticks=[0, 4, 8, 12, 16]),
        y=draw.axis("users", range=(0, 43)), legend=False,
    )  # fmt: skip
    alone, everybody = all_missed("nearest", budget)
    return View(
        draw.panels(left, right, height=370),
        f"If all of {photos} photographs of one person were missed, the true share is at least {percent(low)} (95 %, Wilson). At ε = {budget:g} all 16 were missed for {alone} of our "
        f"{everybody} users, while the protection of all users was {percent(found.mean() / PHOTOS)} ({len(FRESH_SEEDS)} seeds, nearest photograph).",
    )
