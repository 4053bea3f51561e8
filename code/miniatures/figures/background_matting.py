"""Views of the matting chapter: films of a cut-out, its errors, trimaps, a new background, and a real clip.

In pictures of alpha white is the subject and black what lies behind. Orange is the hard cut, blue the soft one, green the closed form;
ink is the truth, grey what is only there to compare, red a place on the real clip that is wrong at first, purple one that becomes so.
"""

from functools import cache

import numpy as np

from miniatures import background_matting_runs as runs
from miniatures import draw
from miniatures import matting_camera as camera
from miniatures import matting_cases as cases
from miniatures import matting_frames as single
from miniatures.checks import as_array, numbers, one_of, scalar, whole
from miniatures.explore import View, refusal
from miniatures.matting_clips import BACKDROPS, FRAMES, backdrop
from miniatures.matting_pipeline import median_background
from miniatures.matting_scores import unknown_band

SEED = runs.FRESH_SEEDS[0]
METHODS = {"hard": "hard", "soft": "soft", "closed form": "closed form, own trimap"}  # as the page calls them
COLOURS = {"hard": "orange", "soft": "blue", "closed form": "green"}
LEVELS = 16  # of each colour in a picture: stored films stay small
CROP = (slice(4, 40), slice(14, 50))  # head and hair of the middle frame
CAMERA_LEVELS = 6.0  # grey levels of 255 that make a pixel of the real clip differ
PLATES = ("median", "75th percentile")
STANDS = {"crosses": "crosses the picture", "rests for a third": "stands still for a third of the time", "rests for half": "stands still for half of the time",
          "sways": "sways in the middle", "camera shakes": "crosses, before a camera that shakes by up to two pixels"}  # fmt: skip


def picture(pixels, title, height=300, levels=LEVELS) -> dict:
    """A figure of one picture (H, W) or (H, W, 3), from 0 to 1, in `levels` steps of brightness; axes count pixels, without marks."""
    values = as_array("pixels", pixels)
    if numbers("pixels", values.astype(float) if values.dtype == bool else values).ndim not in (2, 3):
        raise ValueError(f"pixels of shape {np.shape(pixels)} must be of shape (H, W) or (H, W, 3)")
    rows, columns = np.shape(pixels)[:2]
    return draw.figure(
        draw.image(draw.stepped(pixels, levels), 0, 0, columns, rows), title=title, equal=True, height=height,
        x=draw.axis(hidden=True, range=(0, columns)), y=draw.axis(hidden=True, range=(0, rows)),
    )  # fmt: skip


def _joined(*pictures, axis=0):
    """Pictures of one shape above each other, or side by side along axis 1, a light gap between them."""
    shape = list(pictures[0].shape)
    shape[axis] = 2
    return np.concatenate([part for one in pictures for part in (np.full(shape, 0.6), one)][1:], axis=axis)


def _plain(values):
    return np.round(values, 4)


# the film ----------------------------------------------------------------------------------------


def _errors(case, names, frame, title="error in the band"):
    """The errors of methods along a clip, the frame marked."""
    marks = []
    for name in names:
        error = _plain(single.course(SEED, case, METHODS[name]).error)
        marks.append(draw.line(range(1, FRAMES + 1), error, name, COLOURS[name]))
        marks.append(draw.points([frame], [error[frame - 1]], colour=COLOURS[name], size=10))
    return draw.figure(
        *marks, draw.vertical(frame, "grey", "dot"), title=title, height=300,
        x=draw.axis("frame", range=(0.5, FRAMES + 0.5)), y=draw.axis("root mean squared error of alpha", range=(0, 0.66)),
    )  # fmt: skip


def film(frame: int, method: str, behind: str) -> View:
    """A frame of the rendered clip, its alpha by a method, the subject before a new background, and the errors of all frames."""
    one_of("behind", behind, BACKDROPS)
    at = whole("frame", frame, 1, FRAMES) - 1
    clip, found = cases.clip_of(SEED), single.course(SEED, "crosses", METHODS[one_of("method", method, METHODS)])
    new = cases.recomposed(clip, found.alpha[at], backdrop(behind), None, at)
    panels = draw.panels(
        picture(clip.frames[at], "the camera"), picture(found.alpha[at], f"alpha, {method}"), picture(new, f"before {behind}"),
        _errors("crosses", METHODS, frame), height=640, gap=0.08,
    )  # fmt: skip
    others = " and ".join(
        f"{name} by {single.course(SEED, 'crosses', METHODS[name]).error[at]:.3f}" for name in METHODS if name != method
    )
    change = "" if at == 0 else f" Since the frame before, this error has changed by {found.flicker[at]:.3f}."
    return View(
        panels,
        f"Frame {frame} of {FRAMES}, before {behind}: in the unknown band the alpha of {method} is off by {found.error[at]:.3f}, {others} (root mean squares).{change}",
    )


# what a threshold can see ------------------------------------------------------------------------


@cache
def _sampled():
    """Every eighth pixel of the unknown band of the middle frame, by its alpha; ties in the order of the pixels."""
    truth = cases.clip_of(SEED).alpha[cases.MIDDLE]
    rows, columns = np.nonzero(unknown_band(truth))
    order = np.argsort(truth[rows, columns].round(9), kind="stable")[::8]
    return rows[order], columns[order]


def knobs(distance: float, noise: float, threshold: float) -> View:
    """Hard and soft cut of the hair, and the distances from the background that both start from."""
    scalar("distance", distance, 0, 1), scalar("noise", noise, 0, 1), scalar("threshold", threshold)
    clip = cases.clip_of(SEED, distance=distance, noise=noise)
    try:
        soft = single.soft_frame(clip, threshold)
    except ValueError as reason:
        return refusal(str(reason), 460)
    hard, truth = 1.0 * cases.hard_cut(clip, threshold)[cases.MIDDLE], clip.alpha[cases.MIDDLE]
    errors = [cases.band_error(one, clip) for one in (hard, soft)]
    away, at = single.distance_from_plate(clip), _sampled()
    right = draw.figure(
        draw.points(_plain(truth[at]), _plain(away[at]), colour="grey", size=5), draw.line([0, 1], [0, distance], colour="ink", width=1.5),
        draw.horizontal(threshold, "orange"), draw.text(0, threshold + 0.04, "threshold", "orange", "left", size=12), title="pixels of the band", legend=False,
        x=draw.axis("true alpha", range=(-0.03, 1.03)), y=draw.axis("distance from the background", range=(0, 0.95)), height=330,
    )  # fmt: skip
    return View(
        draw.panels(picture(_joined(hard[CROP], soft[CROP]), "hard, and below it soft", 460, 8), right, height=460),
        f"Colours {distance:g} apart, grain {noise:g}, threshold {threshold:g}: without grain the hard cut would keep what covers more than {100 * min(1, threshold / distance):.0f} % of a pixel. "
        f"The mean squared error in the band is {errors[0]:.4f} for the hard cut and {errors[1]:.4f} for the soft one.",
    )


# trimaps -----------------------------------------------------------------------------------------


def trimap(kind: str, width: int) -> View:
    """A trimap, what the closed form makes of it and the frame, and the error for every width over five seeds."""
    clip = cases.clip_of(SEED)
    given, alpha = cases.trimap_for(kind, clip, width), runs.closed_form_frame(kind, width)
    marks = []
    for name, colour, dash in (("drawn", "green", "solid"), ("own", "green", "dash")):
        widths, errors = runs.curve("trimap", name, "band_mse")
        marks.append(draw.line(widths, _plain(errors.mean(axis=1)), f"{name} trimap", colour, dash))
        marks.append(
            draw.points(
                widths, _plain(errors.mean(axis=1)), colour=colour, error=_plain(errors.std(axis=1, ddof=1)),
                size=[13 if name == kind and w == width else 6 for w in widths],
            )
        )  # fmt: skip
    soft = runs.stored("trimap", "soft", "band_mse", 1)
    right = draw.figure(
        *marks, draw.horizontal(soft.mean().item(), "blue", "dot"), draw.text(10.4, 0.003, "soft cut, whole clip", "blue", "right", size=12),
        title="mean ± sd of five seeds", x=draw.axis("width, px", range=(0.5, 10.5)), y=draw.axis("MSE in the band", range=(0, 0.045)), height=340,
    )  # fmt: skip
    unknown, here = (given == 0.5).mean(), runs.stored("trimap", kind, "band_mse", width)
    return View(
        draw.panels(picture(_joined(given, alpha), f"{kind} trimap, below it alpha", 460), right, height=460),
        f"With {'a drawn' if kind == 'drawn' else 'its own'} trimap {width} px wide {100 * unknown:.0f} % of the picture is unknown; the closed form's mean squared error in the band "
        f"is {cases.band_error(alpha, clip):.4f} here and {here.mean():.4f} over five seeds.",
    )


def strokes() -> View:
    """Strokes instead of a trimap, the alpha that comes of them, and the truth."""
    clip = cases.clip_of(SEED)
    alpha, truth = single.stroked(clip), clip.alpha[cases.MIDDLE]
    marked = single.strokes()
    return View(
        picture(_joined(marked, alpha, truth, axis=1), "strokes, closed form, truth", 260),
        f"Strokes mark {(marked == 1).sum()} of {marked.size} pixels as subject and {(marked == 0).sum()} as background; the closed form's mean squared error in the band is {cases.band_error(alpha, clip):.4f} in this frame.",
    )


# a new background --------------------------------------------------------------------------------


def zoom(method: str, colours: str, behind: str) -> View:
    """The hair before a new background by a method, and by the truth, and how far apart they are for each method."""
    one_of("behind", behind, BACKDROPS)
    own = one_of("colours", colours, ("the frame's own", "one, from the core")) == "the frame's own"
    clip, new = cases.clip_of(SEED), backdrop(behind)
    found = {
        name: single.before_new(clip, single.course(SEED, "crosses", full).alpha[cases.MIDDLE], new, own)
        for name, full in METHODS.items()
    }
    true = cases.recomposed(clip, clip.alpha[cases.MIDDLE], new, clip.foreground[cases.MIDDLE])
    one_of("method", method, METHODS)
    off = [found[name][1] for name in METHODS]
    right = draw.figure(
        draw.bars(list(METHODS), _plain(off), colour=[COLOURS[name] for name in METHODS], labels=[f"{one:.3f}" for one in off]),
        title="off in the band", y=draw.axis("root mean square, brightness", range=(0, 0.24)), height=340,
    )  # fmt: skip
    return View(
        draw.panels(
            picture(_joined(found[method][0][CROP], true[CROP]), f"{method}, below it the truth", 460),
            right,
            height=460,
        ),
        f"Before {behind}, in {'the frame’s own colours' if own else 'one colour for all of the subject'}, the picture of {method} is off by {found[method][1]:.3f} in the unknown band of this frame.",
    )


# what is presumed --------------------------------------------------------------------------------


@cache
def _plate(case):
    """The true alpha of a case's clip, its median background and by how much that is off."""
    clip = cases.clip_of(SEED, **single.CASES[case])
    plate = median_background(clip.frames)
    return clip.alpha, plate, cases.plate_error(clip, plate)


def presumed(frame: int, case: str) -> View:
    """A film of a subject that dwells or a camera that shakes: who is there, the median background, the soft cut, and the errors."""
    at = whole("frame", frame, 1, FRAMES) - 1
    truth, plate, off = _plate(one_of("case", case, single.CASES))
    hard, soft = (single.course(SEED, case, name) for name in ("hard", "soft"))
    panels = draw.panels(
        picture(truth[at], "who is there"), picture(plate, "background, by the median"), picture(soft.alpha[at], "alpha, soft"),
        _errors(case, ("hard", "soft"), frame), height=640, gap=0.08,
    )  # fmt: skip
    return View(
        panels,
        f"Frame {frame} of {FRAMES}, the subject {STANDS[case]}: the median background is off by {off:.3f}; "
        f"in the unknown band the hard alpha is off by {hard.error[at]:.3f}, the soft one by {soft.error[at]:.3f}.",
    )


def presumptions() -> View:
    """Errors over five seeds, for a longer and longer rest and a stronger and stronger shake."""
    found = {}
    figures = []
    for turned, title, top in (("rest", "share of the frames at rest", 0.85), ("shake", "shake, px", 3.15)):
        marks = []
        for name in ("hard", "soft"):
            settings, errors = runs.curve(turned, name, "mse")
            found[turned, name] = errors.mean(axis=1)
            marks.append(draw.line(settings, errors.mean(axis=1), name, COLOURS[name]))
            marks.append(
                draw.points(
                    settings, errors.mean(axis=1), colour=COLOURS[name], size=6, error=errors.std(axis=1, ddof=1)
                )
            )
        figures.append(
            draw.figure(
                *marks, title="a subject that rests" if turned == "rest" else "a camera that shakes", height=330,
                x=draw.axis(title, range=(-0.02 * top, top)), y=draw.axis("MSE of alpha, all pixels", range=(3e-4, 1), log=True),
            )
        )  # fmt: skip
    rest, shake = found["rest", "soft"], found["shake", "soft"]
    return View(
        draw.panels(*figures, height=330),
        f"The soft cut's mean squared error is {rest[0]:.5f} for a subject that never rests and {rest[6]:.3f} for one that rests for 40 % of the frames; "
        f"it is {shake[2]:.4f} when the camera shakes by up to one pixel and {shake[4]:.4f} at two.",
    )


def two_backgrounds() -> View:
    """The error of two known backgrounds, with grain, for their difference."""
    settings, errors = runs.curve("two backgrounds", "with grain", "band_mse")
    hard = runs.stored("trimap", "hard", "band_mse", 1).mean()
    figure = draw.figure(
        draw.line(settings, errors.mean(axis=1), colour="ink"), draw.points(settings, errors.mean(axis=1), colour="ink", error=errors.std(axis=1, ddof=1), size=7),
        draw.horizontal(hard.item(), "orange"), draw.text(0.31, np.log10(hard).item() + 0.12, "hard cut, one background", "orange", "right", size=12),
        x=draw.axis("difference of the two backgrounds", range=(0, 0.32)), y=draw.axis("MSE in the band", range=(5e-4, 0.5), log=True), height=320, legend=False,
    )  # fmt: skip
    return View(
        figure,
        f"With a grain of 0.02 the mean squared error in the band is {errors[0].mean():.3f} for backgrounds {settings[0]:g} apart and {errors[-1].mean():.4f} for {settings[-1]:g}; the hard cut before one has {hard:.3f}.",
    )


# the real clip -----------------------------------------------------------------------------------


@cache
def _camera_cut(plate, steady):
    """(plate, mask) of the real clip."""
    found = camera.plate(plate, steady=steady)
    return found, camera.masks(found, CAMERA_LEVELS, steady)


def real(frame: int, plate: str, steady: bool) -> View:
    """A frame of the real clip, what is cut out of it, and the brightness of a table that never changed."""
    at = whole("frame", frame, 1, camera.COUNT) - 1
    clip, (_, mask) = camera.frames(steady), _camera_cut(one_of("plate", plate, PLATES), bool(steady))
    shown = np.where(mask[at][..., None], clip[at][..., None], np.array([0.1, 0.7, 0.2]))
    table = camera.PLACES["bare table"]
    marks = []
    for on, name, dash in ((False, "as filmed", "dot"), (True, "gain taken out", "solid")):
        level = 255 * camera.frames(on)[:, *table].mean(axis=(1, 2))
        marks.append(
            draw.line(range(1, camera.COUNT + 1), np.round(level, 2), name, "ink" if on == steady else "grey", dash)
        )
        if on == steady:
            marks.append(draw.points([frame], [round(level[at].item(), 2)], colour="ink", size=10))
    right = draw.figure(
        *marks, draw.vertical(frame, "grey", "dot"), title="a bare piece of table", height=300,
        x=draw.axis("frame", range=(0.5, camera.COUNT + 0.5)), y=draw.axis("brightness, grey levels", range=(140, 165)),
    )  # fmt: skip
    background = picture(_camera_cut(plate, bool(steady))[0], f"background, {plate}", 300, 24)
    here = {
        place: camera.flagged(place, mask, np.arange(camera.COUNT) == at) for place in ("bare table", "always tube")
    }
    return View(
        draw.panels(
            picture(clip[at], "the camera", 300, 24),
            picture(shown, "cut out", 300),
            background,
            right,
            height=600,
            gap=0.08,
        ),
        f"Frame {frame} of {camera.COUNT}, {'gain taken out' if steady else 'as filmed'}, over the {plate}: more than {CAMERA_LEVELS:g} grey levels away are {100 * here['bare table']:.0f} % of the bare piece of table "
        f"and {100 * here['always tube']:.0f} % of the inside of the tube, {100 * mask[at].mean():.0f} % of the whole picture.",
    )


@cache
def _plate_errors(kind):
    """(2, 37): the errors of the background of the first 1 to 37 frames, where the cube ends and where it starts, grey levels."""
    plates = [camera.plate(kind, count) for count in range(1, camera.COUNT + 1)]
    return np.array(
        [
            [camera.plate_error(place, one) for one in plates]
            for place in ("where the cube ends", "where the cube starts")
        ]
    )


def resting(count: int, kind: str) -> View:
    """The background of the first frames, and its errors where the cube ends and where it started."""
    count, errors = whole("count", count, 1, camera.COUNT), _plate_errors(one_of("kind", kind, PLATES))
    found = camera.plate(kind, count)
    marks = [
        mark
        for values, name, colour in zip(
            errors, ("where the cube ends", "where it started"), ("purple", "red"), strict=True
        )
        for mark in (
            draw.line(range(1, camera.COUNT + 1), values.round(2), name, colour),
            draw.points([count], [values[count - 1].round(2).item()], colour=colour, size=10),
        )
    ]
    right = draw.figure(
        *marks, draw.vertical(count, "grey", "dot"), title="how wrong it is", height=330,
        x=draw.axis("frames it is made of", range=(0.5, camera.COUNT + 0.5)), y=draw.axis("RMSE, grey levels", range=(0, 60)),
    )  # fmt: skip
    return View(
        draw.panels(picture(found, f"{kind} of the first {count}", 330, 24), right, height=330),
        f"The {kind} of the first {count} {'frame' if count == 1 else 'frames'} is off by {errors[0, count - 1]:.1f} grey levels where the cube ends up and by {errors[1, count - 1]:.1f} where it started.",
    )
