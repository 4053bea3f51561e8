"""Views of the face mesh: the mesh turned, the detector's box, the ladder of resolutions, smoothing against lag, the film.

Ink draws the canonical mesh, blue is the truth, orange what is found through the crop, purple what is found in the whole frame, green what a filter makes
of it, red what cheats, grey noise and guesses.
"""

from functools import cache

import numpy as np

from miniatures import draw
from miniatures import face_mesh_runs as runs
from miniatures import face_model as face
from miniatures import face_trials as trials
from miniatures import mesh_regression as m
from miniatures.checks import one_of, real, whole
from miniatures.explore import View
from miniatures.face_film import film, film_frame
from miniatures.face_mesh import best_window, expected_error, moving_average, moving_average_effect, one_euro
from miniatures.results import spread
from miniatures.wording import plural

YAW_STEP, TURNED_SIDE, MARGIN = 3, 96, 10  # degrees for a frame of the turn, pixels, pixels left out at both sides
FACES, FACE_SEED = 4, 5  # faces of nobody, and of no training
FILM_FRAMES, WINDOW = 80, (14, 24, 116, 108)  # shown of the film: there and back; left, top, right, bottom, pixels
FILM_FILTERS = ("none", "average of 5", "adaptive window", "1€ filter")
MEASURES = {"error": "error, % of IOD", "lips": "gap of the lips: error, % of IOD", "trembling": "trembling, % of IOD"}
TOPS = {"error": 30, "lips": 10, "trembling": 1}
NOISE, MOST_WINDOW, STEADY = 1.0, 30, 40  # pixels, frames, frames
SHOWN = slice(0, 200)  # frames of the walk in the figure


def _strokes(points, lines, top, digits=1):
    """Coordinates of lines of vertex numbers with gaps between them, y up from a picture's lower edge at `top`."""
    x, y = [], []
    for line in lines:
        x += [*np.round(points[list(line), 0], digits).tolist(), None]
        y += [*np.round(top - points[list(line), 1], digits).tolist(), None]
    return x[:-1], y[:-1]


@cache
def _outlines():
    return tuple(
        (*loop, loop[0]) if loop[0] != loop[-1] else loop for loops in face.outlines().values() for loop in loops
    )


def _outlined(points, top, colour, name=None, width=1.4):
    return draw.line(*_strokes(points, _outlines(), top), name=name, colour=colour, width=width)


def _on_picture(picture, left, bottom, right, top, *marks, title, height=380):
    """Marks over a picture, without axes."""
    return draw.figure(
        draw.image(picture, left, bottom, right - left, top - bottom), *marks, title=title, equal=True, height=height,
        x=draw.axis(hidden=True, range=(left, right)), y=draw.axis(hidden=True, range=(bottom, top)),
    )  # fmt: skip


# the mesh ----------------------------------------------------------------------------------------


def turned(turn: int, pitch: float, mouth: float) -> View:
    """The canonical face turned, with its edges drawn over it."""
    yaw = YAW_STEP * whole("turn", turn, -15, 15)
    vertices = face.turned(face.deformed(mouth), yaw, pitch)
    points = face.placed(vertices, TURNED_SIDE / 2, 41, 33)
    drawn = face.draw(points, TURNED_SIDE)
    grey = draw.stepped(np.where(drawn.cover, 0.3 + 0.45 * drawn.grey, 0.85), 16)[
        :, MARGIN:-MARGIN
    ]  # a line shows on it, dark or light
    seen = face.facing(points)
    x, y = _strokes(points, face.trails(), TURNED_SIDE)
    order = [vertex for line in face.trails() for vertex in (*line, None)][:-1]
    y = [None if vertex is None or not seen[vertex] else height for vertex, height in zip(order, y, strict=True)]
    figure = _on_picture(
        grey, MARGIN, 0, TURNED_SIDE - MARGIN, TURNED_SIDE, draw.line(x, y, colour="ink", width=0.8), title=None, height=460,
    )  # fmt: skip
    apart = face.interocular_distance(vertices[None, :, :2])[0]
    return View(
        figure,
        f"Yaw {yaw}°, pitch {pitch:g}°, mouth {'open' if mouth else 'closed'}: {seen.sum()} of {len(seen)} vertices belong to a triangle that faces the camera. "
        f"The eyes' centres are {face.interocular_distance(vertices):.2f} cm apart in space and {apart:.2f} cm in the picture.",
    )


# detector and crop -----------------------------------------------------------------------------


@cache
def _seen(number):
    """Scene, frame and true points of one of the faces shown."""
    scene = m.random_scenes(FACES, np.random.default_rng(FACE_SEED))[whole("face", number, 1, FACES) - 1]
    return scene, m.frame(scene, np.random.default_rng((FACE_SEED, number))), m.true_points(scene)


def _box_of(scene, jitter, number):
    return m.jittered(scene[None, 5:8], jitter, np.random.default_rng((FACE_SEED, number, 1)))[0]


@cache
def _jitter_curves():
    return {trained: [runs.stored("jitter", f"{trained:g} tried at {jitter:g}") for jitter in runs.JITTERS]
            for trained in runs.TRAINED_JITTERS}  # fmt: skip


def detector(jitter: float, number: int) -> View:
    """A frame with the detector's box and the meshes found through it and without it, and the errors for each jitter."""
    whole("number", number, 1, FACES)
    if jitter not in runs.JITTERS:
        raise ValueError(f"jitter={jitter!r} is not stored: one of {', '.join(map(str, runs.JITTERS))}")
    scene, picture, truth = _seen(number)
    box = _box_of(scene, jitter, number)
    found, rival = runs.found_in_crop(picture, box), runs.found_in_frame(picture)
    half = m.CROP * box[2] / 2
    corners = [
        (box[0] + a * half, m.FRAME - box[1] + b * half) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ]
    left = _on_picture(
        draw.stepped(picture, 16), 0, 0, m.FRAME, m.FRAME, _outlined(truth, m.FRAME, "blue", "true"), _outlined(rival, m.FRAME, "purple", "from the frame"),
        _outlined(found, m.FRAME, "orange", "through the box"), draw.line(*np.round(np.clip(corners, 0.5, m.FRAME - 0.5), 1).T.tolist(), colour="orange", dash="dot", width=1.5),
        title="frame of 128 px and its box",
    )  # fmt: skip
    marks = [draw.horizontal(runs.stored("error", "frame 32").mean(), "purple", "dot", "whole frame")]
    for trained, dash in zip(runs.TRAINED_JITTERS, ("dot", "solid", "dash"), strict=True):
        means = [one.mean() for one in _jitter_curves()[trained]]
        marks.append(draw.line(runs.JITTERS, np.round(means, 2), f"trained at {trained:g}", "orange", dash))
    now = [_jitter_curves()[trained][runs.JITTERS.index(jitter)] for trained in runs.TRAINED_JITTERS]
    right = draw.figure(
        *marks, draw.points([jitter] * 3, [one.mean().round(2) for one in now], colour="orange", size=10, error=[one.std(ddof=1).round(2) for one in now]),
        title="five seeds, 300 faces each", height=380,
        x=draw.axis("jitter of the detector", range=(-0.01, 0.19)), y=draw.axis("error, % of IOD", range=(0, 33)),
    )  # fmt: skip
    errors = [face.interocular_error(points, truth) for points in (found, rival)]
    return View(
        draw.panels(left, right, height=400),
        f"Through this box the mesh of face {number} is {errors[0]:.1f} % of IOD off, from the whole frame {errors[1]:.1f} %. "
        f"Over five seeds a detector of jitter {jitter:g} gives {spread(now[0], 1, 1)} % where the model was trained with perfect boxes, {spread(now[1], 1, 1)} % with a jitter of 0.06, {spread(now[2], 1, 1)} % with 0.12.",
    )  # fmt: skip


def ladder(side: int, measure: str, number: int) -> View:
    """What the mesh model sees at a resolution and finds there, and what the measure costs in multiply-adds."""
    whole("number", number, 1, FACES)
    scene, picture, truth = _seen(number)
    box = _box_of(scene, m.JITTER, number)
    crop = m.crop(picture, box, side)
    found = runs.found_in_crop(picture, box, side)
    inside = [m.into_crop(points[None], box[None]).reshape(-1, 3) * 64 / m.CROP + 32 for points in (truth, found)]
    left = _on_picture(
        np.repeat(np.repeat(draw.stepped(crop, 16), 64 // side, 0), 64 // side, 1), 0, 0, 64, 64,
        _outlined(inside[0], 64, "blue", "true"), _outlined(inside[1], 64, "orange", "found"), title="the crop as the model sees it",
    )  # fmt: skip
    values = {s: runs.stored(one_of("measure", measure, tuple(MEASURES)), f"crop {s}") for s in m.SIDES}
    cost = [m.multiply_adds(s) for s in m.SIDES]
    marks = (
        []
        if measure == "trembling"
        else [
            draw.horizontal(
                runs.stored(measure, "mean face in the crop").mean(), "grey", "dot", "guessing the mean face"
            )
        ]
    )
    means = [values[s].mean().round(3) for s in m.SIDES]
    right = draw.figure(
        *marks, draw.line(cost, means, colour="orange"),
        draw.points(cost, means, colour="orange", size=[14 if s == side else 8 for s in m.SIDES], error=[values[s].std(ddof=1).round(3) for s in m.SIDES]),
        title="five seeds", height=380, x=draw.axis("multiply-adds, millions", range=(12_000, 2_500_000), log=True, ticks=[20_000, 200_000, 2_000_000], labels=["0.02", "0.2", "2"]),
        y=draw.axis(MEASURES[measure], range=(0, TOPS[measure])),
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=400),
        f"From a crop of {side} × {side} pixels, {m.multiply_adds(side):,} multiply-adds, the mesh of face {number} is {face.interocular_error(found, truth):.1f} % of IOD off. "
        f"Over five seeds the {'error of the gap between the lips' if measure == 'lips' else measure} is {spread(values[side], 1, 2)} %.",
    )  # fmt: skip


def heatmaps() -> View:
    """Numbers that a network must give: coordinates, or a heatmap for each landmark, by the side of the heatmap."""
    sides = (8, 16, 32, 64, 128)
    maps = [m.output_values(face.VERTICES, side)[1] for side in sides]
    three = m.output_values(face.VERTICES, 64)[0]
    figure = draw.figure(
        draw.line(sides, maps, "heatmaps for 468 points", "grey"), draw.points(sides, maps, colour="grey"),
        draw.line(sides, [m.output_values(17, side)[1] for side in sides], "heatmaps for 17 points", "grey", "dot"),
        draw.line(sides, [three] * len(sides), "coordinates of 468 points", "orange"),
        x=draw.axis("side of a heatmap, pixels", range=(7, 150), log=True, ticks=list(sides)), y=draw.axis("numbers to compute", range=(500, 2e7), log=True), height=340,
    )  # fmt: skip
    return View(figure, f"Coordinates of 468 points are {three:,} numbers. Heatmaps of 64 × 64 pixels are {maps[3]:,}, {maps[3] // three:,} times as many; for 17 points they would be {m.output_values(17, 64)[1]:,}.")  # fmt: skip


# smoothing -------------------------------------------------------------------------------------


@cache
def _steady(speed):
    """A face at a steady speed, with noise: truth and what is seen, from well before the first shown frame."""
    truth = speed * np.arange(STEADY + MOST_WINDOW - 1.0)
    return truth, truth + NOISE * np.random.default_rng(200).normal(size=truth.shape)


@cache
def _expected(speed):
    counts = range(1, MOST_WINDOW + 1)
    parts = np.array([moving_average_effect(n, speed) for n in counts])
    return NOISE * parts[:, 0], parts[:, 1], np.sqrt([expected_error(n, NOISE, speed) for n in counts])


def smoothing(window: int, speed: float) -> View:
    """Noise and lag of an average by its window, with the best one, and what it does to a face at a steady speed."""
    whole("window", window, 1, MOST_WINDOW)
    speed = real("speed", speed, 0, 2)
    counts, (left_of_noise, lag, error) = range(1, MOST_WINDOW + 1), _expected(speed)
    best = best_window(NOISE, speed) if speed > 1e-6 else None
    least = best and expected_error(best, NOISE, speed) ** 0.5
    marks = (
        [draw.points([best], [round(least, 3)], "best", "green", 13, "star")] if best and best <= MOST_WINDOW else []
    )
    left = draw.figure(
        draw.line(counts, left_of_noise.round(3), "noise", "grey"), draw.line(counts, np.where(lag > 3.4, np.nan, lag).round(3), "lag", "ink", "dash"),
        draw.line(counts, np.where(error > 3.4, np.nan, error).round(3), "error", "green"), *marks, draw.vertical(window, "green", "dot"),
        title="expected", x=draw.axis("window n, frames", range=(0, 31)), y=draw.axis("px", range=(0, 3.2)),
    )  # fmt: skip
    truth, seen = _steady(speed)
    filtered = (moving_average(seen, window) - truth)[-STEADY:]
    right = draw.figure(
        draw.horizontal(0, "blue", "solid", "truth"), draw.points(range(STEADY), (seen - truth)[-STEADY:].round(2), "seen", "grey", 5), draw.line(range(STEADY), np.clip(filtered, -30.5, 3).round(2), "average", "green"),
        title="one steady motion", x=draw.axis("frame", range=(0, STEADY)), y=draw.axis("ahead of the face, px", range=(-6, 3)),
    )  # fmt: skip
    there = f"At {speed:g} px a frame and a noise of {NOISE:g} px an average of {plural(window, 'frame')} leaves {left_of_noise[window - 1]:.2f} px of noise and lags {lag[window - 1]:.2f} px: an error of {error[window - 1]:.2f} px."
    if not best:
        return View(draw.panels(left, right, height=370), there + " At rest every frame more pays.")
    return View(
        draw.panels(left, right, height=370),
        f"{there} The best window is {plural(best, 'frame')}, with {least:.2f} px.",
    )


def euro(beta: float, min_cutoff: float) -> View:
    """The 1€ filter behind a face that stops and goes, and its errors at rest and in motion beside those of plain averages."""
    truth, _, seen = trials.walk()
    found = one_euro(seen, trials.RATE, min_cutoff, beta)
    now = trials.judged(found)
    frames = np.arange(SHOWN.stop - SHOWN.start)
    left = draw.figure(
        *(draw.box(start, -8, start + 50, 8, "wash-grey") for start in (50, 150)), draw.horizontal(0, "blue"), draw.points(frames[::2], (seen[SHOWN, 0] - truth[SHOWN])[::2].round(1), "seen", "grey", 3),
        draw.line(frames, np.clip(found[SHOWN, 0] - truth[SHOWN], -14, 14).round(2), "1€ filter", "green", width=2),
        title="off the truth (grey: moving)", x=draw.axis("frame", range=(0, 200)), y=draw.axis("px", range=(-8, 8)),
    )  # fmt: skip
    way = trials.euro_trials(min_cutoff)
    averages = [(name, trials.trial(name)) for name in trials.FILTERS if name.startswith("average") or name == "none"]
    cheat, window = trials.trial("centred, not causal"), trials.trial("adaptive window")
    right = draw.figure(
        draw.line([one.rest.mean().round(3) for one in way], [one.motion.mean().round(3) for one in way], "1€ filter, all β", "green", width=1.5),
        draw.points([one.rest.mean().round(3) for _, one in averages], [one.motion.mean().round(3) for _, one in averages], "averages", "grey", 8, labels=["n = 1", "2", "3", "10"]),
        draw.points([window.rest.mean().round(3)], [window.motion.mean().round(3)], "adaptive window", "ink", 9, "diamond"), draw.points([cheat.rest.mean().round(3)], [cheat.motion.mean().round(3)], "centred 5: looks ahead", "red", 10, "x"),
        draw.points([now.rest.mean().round(3)], [now.motion.mean().round(3)], colour="green", size=14),
        title="errors, five seeds", x=draw.axis("at rest, px", range=(0.2, 1.8)), y=draw.axis("in motion, px", range=(0.4, 12), log=True, ticks=[0.5, 1, 2, 5, 10]),
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=420),
        f"With β = {beta:.3g} and a cutoff of {min_cutoff:g} Hz at rest the 1€ filter errs by {spread(now.rest, 1, 2)} px at rest, {spread(now.motion, 1, 2)} px in motion and {spread(now.whole, 1, 2)} px over all. "
        f"It trembles by {spread(now.jitter, 1, 2)} px from frame to frame; what it gets, by {spread(trials.trial('none').jitter, 1, 2)} px.",
    )  # fmt: skip


# the film --------------------------------------------------------------------------------------


@cache
def _film_picture(number):
    left, top, right, bottom = WINDOW
    return draw.stepped(film_frame(number, runs.FRESH_SEEDS[0])[top:bottom, left:right], 32)


def player(number: int, name: str) -> View:
    """A frame of the film with the mesh as found and as smoothed, and how far both run beside the face in every frame."""
    number, name = whole("number", number, 0, FILM_FRAMES - 1), one_of("name", name, FILM_FILTERS)
    left, top, right, bottom = WINDOW
    raw, smooth = runs.film_track()[number], runs.smoothed_track(name)[number]
    picture = _on_picture(
        _film_picture(number), left, m.FRAME - bottom, right, m.FRAME - top, _outlined(raw, m.FRAME, "orange", "as found", 1.4), _outlined(smooth, m.FRAME, "green", "after the filter", 1.8),
        title="the film", height=400,
    )  # fmt: skip
    errors, aside = runs.film_errors(name)
    plain, plain_aside = runs.film_errors("none")
    frames, moving = np.arange(FILM_FRAMES), film()[1]
    course = draw.figure(
        *(draw.box(start, -14, start + 20, 14, "wash-grey") for start in (20, 60)), draw.horizontal(0, "blue"),
        draw.line(frames, plain_aside[:FILM_FRAMES].round(2), colour="orange", width=1.2), draw.line(frames, aside[:FILM_FRAMES].round(2), colour="green"),
        draw.points([number], [aside[number].round(2)], colour="green", size=12),
        title="right of the face (grey: moving)", height=400, x=draw.axis("frame", range=(-1, 80)), y=draw.axis("% of IOD", range=(-14, 14)),
    )  # fmt: skip
    side = "right" if aside[number] > 0 else "left"
    return View(
        draw.panels(picture, course, height=420),
        f"Frame {number}, {'in motion' if moving[number] else 'at rest'}: the mesh as found is {plain[number]:.1f} % of IOD off. {_filter(name)} it is {errors[number]:.1f} % off, on average {abs(aside[number]):.1f} % to the {side}.",
    )  # fmt: skip


def _filter(name):
    return {"none": "Without a filter", "average of 5": "After an average of 5 frames"}.get(name, f"After the {name}")


# a real face -----------------------------------------------------------------------------------


def portrait() -> View:
    """An astronaut's portrait with the points that MediaPipe found in it, and the canonical face brought nearest to them."""
    grey, points = face.astronaut()
    flip = np.array([1, -1, 1])
    fitted = face.procrustes(face.canonical().vertices, points * flip).aligned * flip
    side = len(grey)
    figures = [
        _on_picture(draw.stepped(grey, 32), 0, 0, side, side, *marks, title=title, height=400)
        for title, marks in (
            (
                "468 points found by MediaPipe",
                (draw.points(points[:, 0].round(1), (side - points[:, 1]).round(1), colour="orange", size=2.5),),
            ),
            (
                "and the canonical face, aligned",
                (_outlined(points, side, "orange", "found"), _outlined(fitted, side, "blue", "canonical")),
            ),
        )
    ]
    away = float(
        face.interocular_error(
            face.procrustes(points * flip, face.canonical().vertices).aligned, face.canonical().vertices, 3
        )
    )
    return View(draw.panels(*figures, height=400), f"After the best turn, shift and scale the vertices found lie {away:.1f} % of IOD from those of the canonical face, in space and on average over all 468.")  # fmt: skip
