"""Views of ranking by votes: the board, caution, the prior, volume, a duel, the feedback, the journey."""

from functools import cache

import numpy as np
from scipy.special import betaln

from miniatures import checks, draw
from miniatures import ranking_votes as rv
from miniatures import ranking_votes_feedback as feedback
from miniatures import ranking_votes_runs as runs
from miniatures import ranking_votes_travel as travel
from miniatures.explore import View
from miniatures.results import place

COLOURS = {"net": "red", "ratio": "yellow", "Wilson 95 %": "blue", "Wilson z = 1": "purple", "Beta(5, 3) mean": "green"}
RULE_COLOURS = {"random": "grey", "net": "red", "ratio": "yellow", "wilson": "blue", "beta": "green", "upper": "purple"}
METRICS = {"quality": "true quality of the first", "precision": "share of the true ten in the first ten"}
COUNTS = np.geomspace(0.8, 1e4, 49)


# ---- the board


@cache
def _board(seed, votes):
    board = rv.boards(votes, 1, np.random.default_rng(seed))
    return board.quality[0], board.upvotes[0], board.votes[0]


def _level(ranker, score):
    """The share of upvotes that has this score, for each of COUNTS votes; None outside 0 to 1."""
    method, n = ranker["method"], COUNTS
    if method == "net":
        share = (score / n + 1) / 2
    elif method == "ratio":
        share = np.full(len(n), float(score))
    elif method == "beta":
        a, b = ranker["prior"]
        share = (score * (n + a + b) - a) / n
    else:
        share = score + rv.reach(ranker.get("confidence", 0.95)) * np.sqrt(score * (1 - score) / n)
    return [round(float(s), 4) if -1e-9 <= s <= 1 + 1e-9 else None for s in share]


def _plane(quality, upvotes, votes, first, *lines, title):
    """The questions by votes and share of upvotes, with lines of equal score; who has no vote is not drawn."""
    known = votes > 0
    best = np.zeros(len(votes), bool)
    best[np.argsort(-quality, kind="stable")[: rv.TOP]] = True
    apart = votes * (1 + 0.035 * (np.arange(len(votes)) % 5 - 2))  # questions with the same votes side by side
    share = upvotes / np.maximum(votes, 1)
    marks = [
        draw.points(apart[known & ~best], share[known & ~best], name="other questions", colour="grey", size=6),
        draw.points(apart[known & best], share[known & best], name="the ten truly best", colour="ink", size=7),
    ]
    if known[first]:
        marks.append(draw.points([apart[first]], [share[first]], name="ranked first", size=16, symbol="circle-open"))
    ticks = [1, 10, 100, 1000, 10_000]
    across = draw.axis(
        "votes of the question", range=(0.7, 10_000), log=True, ticks=ticks, labels=["1", "10", "100", "1000", "10⁴"]
    )
    return draw.figure(*lines, *marks, title=title, x=across, y=draw.axis("share of upvotes", range=(-0.04, 1.04)))


def board(ranker: str, votes: float, luck: int) -> View:
    """One board under one ranker: who is first, and who is truly good."""
    given = rv.RANKERS[checks.one_of("ranker", ranker, rv.RANKERS)]
    votes, luck = round(checks.real("votes", votes, 1, 1e6)), checks.whole("luck", luck, 0, 2**32 - 1)
    quality, k, n = _board(luck, votes)
    order, score = rv.rank(k, n, **given), rv.scores(k, n, **given)
    first, ten = order[0], order[: rv.TOP]
    lines = [
        draw.line(COUNTS, _level(given, score[order[place]]), name=name, colour=COLOURS[ranker], dash=dash, width=1.5)
        for place, name, dash in ((0, "score of the 1st", "solid"), (9, "score of the 10th", "dot"))
    ]
    best = set(np.argsort(-quality, kind="stable")[: rv.TOP].tolist())
    bars = draw.bars(
        list(range(1, 11)), quality[ten], colour=["ink" if i in best else "grey" for i in ten.tolist()], width=0.7
    )
    right = draw.figure(
        bars,
        draw.horizontal(quality.max(), "ink", words="the best of the board"),
        title="the first ten",
        x=draw.axis("place", range=(0.4, 10.6), ticks=list(range(1, 11))),
        y=draw.axis("true quality", range=(0, 1.04)),
    )
    hits = sum(i in best for i in ten.tolist())
    words = (
        f"With {votes:,} votes on 50 questions (board {luck}), {ranker} puts a question first that has {k[first]:.0f} of {n[first]:.0f} votes up; "
        f"its true quality is {quality[first]:.3f}, the best question's {quality.max():.3f}. "
        f"Of its first ten {hits} are truly among the ten best; {_questions((n == 0).sum())} without a vote."
    )
    return View(draw.panels(_plane(quality, k, n, first, *lines, title=ranker), right, height=400), words)


def _questions(count):
    return f"{count} question is" if count == 1 else f"{count} questions are"


# ---- the two knobs


def _curves(values, table, at, colour, title):
    """What one knob does to the first place and to the first ten; table (values, metrics), means over the seeds."""
    return draw.figure(
        draw.line(values, table[:, 0], name="true quality of the first", colour=colour),
        draw.line(values, table[:, 1], name="share of the true ten in the first ten", colour=colour, dash="dash"),
        draw.vertical(at, "orange"),
        title="mean of 4,000 boards",
        x=draw.axis(title, range=(min(values), max(values))),
        y=draw.axis("share", range=(0.25, 0.95)),
    )


def _knob(ranker, table, values, at, colour, axis, votes):
    """Plane and curves of one knob at its stored value `at`: (figure, words about the curves)."""
    quality, k, n = _board(1, votes)
    first = rv.rank(k, n, **ranker)[0]
    lines = [
        draw.line(COUNTS, _level(ranker, level), colour=colour, width=1.2, name="equal score" if level == 0.5 else None)
        for level in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
    ]
    left = _plane(quality, k, n, first, *lines, title=f"one board, {votes:,} votes")
    means, spread = table.mean(axis=0), table.std(axis=0, ddof=1)
    place = values.index(at)
    top, ten = (f"{means[place, i]:.3f} ± {spread[place, i]:.3f}" for i in (0, 1))
    words = f"the first question's true quality is {top} on average and {ten} of the true ten are in the first ten"
    peaks = [values[int(means[:, i].argmax())] for i in (0, 1)]
    return draw.panels(left, _curves(values, means, at, colour, axis), height=400), words, peaks


def caution(z: float, votes: int) -> View:
    """Wilson's lower end for every z: lines of equal score, and what z does to the first place and to the first ten."""
    at = _nearest(checks.real("z", z, 0, 3), runs.REACHES)
    table = runs.stored().caution[place("votes", votes, runs.KNOB_VOTES)]
    figure, words, peaks = _knob(runs.wilson_ranker(at), table, runs.REACHES, at, "blue", "z, standard errors", votes)
    return View(
        figure,
        f"With {votes:,} votes and z = {at:g}{' (the ratio)' if at == 0 else ''}, {words} (10 seeds). "
        f"The first place is best served by z = {peaks[0]:g}, the first ten by z = {peaks[1]:g}.",
    )


def prior(strength: float, votes: int) -> View:
    """The posterior mean for priors of every strength around the mean 5/8."""
    at = _nearest(checks.real("strength", strength, 0, 30), runs.STRENGTHS)
    table = runs.stored().prior[place("votes", votes, runs.KNOB_VOTES)]
    figure, words, peaks = _knob(runs.prior_ranker(at), table, runs.STRENGTHS, at, "green", "a + b, votes", votes)
    return View(
        figure,
        f"With {votes:,} votes and a prior worth a + b = {at:g} votes{' (the ratio)' if at == 0 else ''}, {words} (10 seeds). "
        f"The first place is best served by a strength of {peaks[0]:g}, the first ten by {peaks[1]:g}; the board's own is 8.",
    )


def _nearest(value, among):
    return min(among, key=lambda one: abs(one - value))


# ---- five rankers, two yardsticks


def volume(metric: str, skew: float, votes: float) -> View:
    """The five rankers by the number of votes, by one yardstick."""
    measured = runs.METRICS.index(checks.one_of("metric", metric, METRICS))
    table = runs.stored().board[place("skew", skew, runs.SKEWS), :, :, :, measured]  # (votes, seed, ranker)
    means, spread = table.mean(axis=1), table.std(axis=1, ddof=1)
    row = place("votes", votes, runs.VOTES)
    total = runs.VOTES[row]
    lines = [draw.line(runs.VOTES, means[:, i], name=name, colour=COLOURS[name]) for i, name in enumerate(rv.RANKERS)]
    figure = draw.figure(
        *lines,
        draw.points([total] * 5, means[row], colour=[COLOURS[name] for name in rv.RANKERS], size=10),
        draw.vertical(total, "grey"),
        x=draw.axis(
            "votes on the whole board",
            range=(45, 33_000),
            log=True,
            ticks=[50, 150, 500, 2000, 10_000, 30_000],
            labels=["50", "150", "500", "2000", "10,000", "30,000"],
        ),
        y=draw.axis(METRICS[metric], range=(0.6, 0.95) if metric == "quality" else (0.2, 0.9)),
        height=400,
    )
    listed = ", ".join(f"{name} {means[row, i]:.3f}" for i, name in enumerate(rv.RANKERS))
    return View(
        figure,
        f"With {total:,} votes and exposure of exponent γ = {skew:g}, the {METRICS[metric]} is on average: {listed}; "
        f"over 10 seeds of 400 boards each the standard deviation is at most {spread[row].max():.3f}.",
    )


# ---- a duel


def duel(up: int, down: int) -> View:
    """What is known of a question with few votes, beside one with 80 of 100 up: the two posteriors."""
    up, down = checks.count("up", up, 100_000), checks.count("down", down, 100_000)
    q = np.linspace(0, 1, 101)
    inner = np.clip(q, 1e-6, 1 - 1e-6)

    def density(k, n):
        value = np.exp(k * np.log(inner) + (n - k) * np.log1p(-inner) - betaln(k + 1, n - k + 1))
        return np.round(value, 4)

    better = rv.probability_better(up, up + down, 80, 100)
    share = f"{up / (up + down):.3f}" if up + down else "none"
    low, rival = rv.wilson_lower(up, up + down), rv.wilson_lower(80, 100)
    figure = draw.figure(
        draw.line(q, density(up, up + down), name="your question", colour="orange", fill="tozeroy"),
        draw.line(q, density(80, 100), name="80 of 100 up", colour="ink"),
        draw.line([low, low], [0, 14], name="its Wilson lower end", colour="orange", dash="dot", width=1.5),
        draw.line([rival, rival], [0, 14], name="that one's", colour="ink", dash="dot", width=1.5),
        x=draw.axis("true quality q", range=(0, 1)),
        y=draw.axis("density", range=(0, 14)),
        height=340,
    )
    return View(
        figure,
        f"With {up} up and {down} down (ratio {share}, Wilson's lower end {low:.3f}) your question is better than one with 80 of 100 up "
        f"(ratio 0.800, Wilson {rival:.3f}) with probability {better:.3f}, under a flat prior.",
    )


# ---- the feedback


@cache
def _session(rule, steepness):
    return feedback.session(rule, 1, np.random.default_rng(3), steepness)


def loop(rule: str, steepness: float, minute: int) -> View:
    """One session minute by minute, and the mean over many of what stands on top."""
    at = _nearest(checks.real("minute", minute, 0, 60), runs.MINUTES)
    s = _session(
        checks.one_of("rule", rule, feedback.RULES), runs.STEEPNESS[place("steepness", steepness, runs.STEEPNESS)]
    )
    n, quality = s.votes[at - 1, 0], s.quality[0]
    there = s.posted < at
    first, best = int(runs.on_top(s, at, rule)[0]), int(quality.argmax())
    left = draw.figure(
        draw.points(
            s.posted[there],
            quality[there],
            name="a question, by its votes",
            colour="grey",
            size=np.round(4 + 1.6 * np.sqrt(n[there]), 1),
        ),
        draw.points([s.posted[best]], [quality[best]], name="truly best", colour="ink", symbol="diamond", size=8),
        draw.points(
            [s.posted[first]],
            [quality[first]],
            name="on top now",
            size=float(max(16, 10 + 1.6 * np.sqrt(n[first]))),
            symbol="circle-open",
        ),
        title=f"one session, minute {at}",
        x=draw.axis("minute of posting", range=(-2, 42)),
        y=draw.axis("true quality", range=(0.1, 1)),
    )
    curves = runs.stored().curve[:, runs.STEEPNESS.index(steepness)].mean(axis=1)  # (rule, minute)
    lines = [
        draw.line(
            runs.MINUTES, curves[i], name=feedback.NAMES[key], colour=RULE_COLOURS[key], width=4 if key == rule else 1.8
        )
        for i, key in enumerate(feedback.RULES)
    ]
    right = draw.figure(
        *lines,
        draw.vertical(at, "orange"),
        title="mean of 2,000 sessions",
        x=draw.axis("minute", range=(5, 60)),
        y=draw.axis("true quality on top", range=(0.6, 0.95)),
    )
    row, early = feedback.RULES.index(rule), runs.at_end(rule, steepness, "early")
    words = (
        f"List sorted by {feedback.NAMES[rule]}, {_attention(steepness)}, minute {at}: on top stands a question of true quality {quality[first]:.3f}, posted in minute {s.posted[first]:.0f}, "
        f"with {n[first]:.0f} of {n.sum():.0f} votes. Over 2,000 sessions the top's mean is {curves[row, runs.MINUTES.index(at)]:.3f} in this minute, "
        f"and {100 * early.mean():.0f} % of the questions asked at the end were posted in the first 10 minutes."
    )
    return View(draw.panels(left, right, height=420), words)


def _attention(steepness):
    return {0: "equal attention for all places", 1: "attention 1/p"}.get(steepness, f"attention 1/p^{steepness:g}")


# ---- the journey

FORMATS = {
    "San Francisco": ("SFO",),
    "best single venue": 1,
    "Chicago, Seoul, Paris": ("ORD", "ICN", "CDG"),
    "best three hubs": 3,
}


def journey(community: str, meeting: str, who: str, online: float, factor: float) -> View:
    """Who travels how far to a meeting, on a map, and what that weighs at one emission factor."""
    hubs, online = FORMATS[checks.one_of("meeting", meeting, FORMATS)], checks.real("online", online, 0, 100)
    hubs = travel.best_hubs(community, hubs) if isinstance(hubs, int) else hubs
    made = travel.plan(community, hubs, online / 100, who, factor)
    whole = travel.plan(community, ("SFO",), 0, who, factor)
    here, goes = travel.airports(), made.travel > 1e-9
    across, up = [], []
    for i in np.flatnonzero(goes & (made.way > 0)):
        x, y = _arc(int(i), int(made.hub[i]))
        across, up = across + x + [None], up + y + [None]
    places = [travel.index_of(code) for code in hubs]
    share = np.maximum(made.travel, 0)
    coast_x, coast_y = travel.coast()
    scale = 300 / 3.2  # degrees of the map for each tonne
    bars = [
        draw.box(-150, -66, -150 + scale * whole.kilograms / 1000, -60, "wash-grey", outline="grey"),
        draw.box(-150, -66, -150 + scale * made.kilograms / 1000, -60, "orange"),
        draw.text(
            -150,
            -72,
            f"{made.kilograms:,.0f} of {whole.kilograms:,.0f} kg a head",
            anchor="left",
        ),
    ]
    figure = draw.figure(
        draw.line(coast_x, coast_y, colour="grey", width=0.8),
        draw.line(across, up, colour="blue", width=1),
        draw.points(
            here.longitude[~goes], here.latitude[~goes], name="all online", colour="grey", symbol="circle-open", size=7
        ),
        draw.points(
            here.longitude[goes],
            here.latitude[goes],
            name="travels",
            colour="blue",
            size=np.round(4 + 25 * np.sqrt(share[goes]), 1),
        ),
        draw.points(here.longitude[places], here.latitude[places], name="where they meet", size=14, symbol="star"),
        *bars,
        x=draw.axis(hidden=True, range=(-180, 180)),
        y=draw.axis(hidden=True, range=(-78, 92)),
        title="meeting in " + ", ".join(str(here.city[i]) for i in places),
        height=430,
    )
    names = ", ".join(str(here.city[i]) for i in places)
    words = (
        f"{'Participants like AGU 2019' if community == 'AGU 2019' else 'Participants spread evenly'}, {online:.0f} % online ({'those who live farthest' if who == 'farthest' else 'anyone'}), meet in {names}: "
        f"{made.kilometres:,.0f} km there and back for each participant, {100 * made.kilometres / whole.kilometres:.1f} % of what San Francisco asks for. "
        f"At {factor:g} kg of CO₂e for each passenger-kilometre that is {made.kilograms:,.0f} kg."
    )
    return View(figure, words)


@cache
def _arc(start, end, steps=13):
    """Longitudes and latitudes of the shortest way between two airports, cut where it leaves the map."""
    here = travel.airports()
    points = []
    for i in (start, end):
        lat, lon = np.radians(here.latitude[i]), np.radians(here.longitude[i])
        points.append(np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]))
    t = np.linspace(0, 1, steps)[:, None]
    angle = np.arccos(np.clip(points[0] @ points[1], -1, 1))
    way = (np.sin((1 - t) * angle) * points[0] + np.sin(t * angle) * points[1]) / np.sin(angle)
    lon = np.degrees(np.arctan2(way[:, 1], way[:, 0]))
    lat = np.degrees(np.arcsin(np.clip(way[:, 2], -1, 1)))
    x, y = [], []
    for i in range(steps):
        if i and abs(lon[i] - lon[i - 1]) > 180:
            x.append(None)
            y.append(None)
        x.append(round(float(lon[i]), 1))
        y.append(round(float(lat[i]), 1))
    return x, y
