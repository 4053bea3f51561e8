"""Views of layers: what is erased, the smallest alpha, letters under a layer, owners of shadows, layers retimed, rest, a real clip.

Purple is the smallest alpha, orange the mask alone or the nearest mask, green the solid core, grey what is pasted on top,
ink the truth. Of two subjects the upper is red and the lower blue, as in their clips.
"""

from functools import cache

import numpy as np

from miniatures import draw, layer_clip, layer_films
from miniatures import layer_decomposition_cases as cases
from miniatures.checks import real, whole
from miniatures.explore import View
from miniatures.layer_decomposition import layer_colour, minimal_alpha
from miniatures.layer_decomposition_runs import LOWER_SPEEDS, RESTS, stored
from miniatures.layer_films import FRAMES
from miniatures.results import place, spread
from miniatures.wording import percent

SEED = 200  # of the clips that are shown, the first of the fresh ones
HUES = {"pasted on top": "grey", "mask only": "orange", "smallest alpha": "purple", "solid core": "green", "true alpha": "ink"}  # fmt: skip
OWNERS = np.array([[192, 57, 43], [31, 111, 178], [238, 239, 241]], np.uint8)  # red, blue, and nobody (-1)
EDGE = np.array([240, 140, 30], np.uint8)  # of a mask, drawn into a frame
LEVELS = 32  # of each colour in a shown picture: a film's states have a budget
COUNTS = (1, 4, 7, 10, 13, 19, 25, 31, 37, 43, 49, 55, 61, 67, 73)  # of frames, on the curves of the real clip
SIDES = {"where the cube ends": "purple", "where the cube starts": "green"}


def _screen(pixels, title, *marks, height=270):
    """A picture of bytes on hidden axes that count its pixels, row 0 on top."""
    rows, columns = pixels.shape[:2]
    return draw.figure(
        draw.image(pixels, 0, 0, columns, rows), *marks, title=title, equal=True, height=height, legend=False,
        x=draw.axis(hidden=True, range=(0, columns)), y=draw.axis(hidden=True, range=(0, rows)),
    )  # fmt: skip


def _outlined(pixels, mask):
    """The picture with the outermost pixels of a mask (H, W) in EDGE."""
    padded = np.pad(mask, 1)
    inner = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
    return np.where((mask & ~inner)[..., None], EDGE, draw.stepped(pixels, LEVELS))


# one subject -----------------------------------------------------------------------------------


def erase(frame: int, what: str) -> View:
    """A frame with its rough mask, what is taken out of it, and what is left."""
    clip, found = cases.single_clip(SEED), layer_films.erased(SEED, frame, what)
    screens = draw.panels(
        _screen(_outlined(clip.frames[frame], clip.masks[0, frame]), f"frame {frame}, its mask"),
        _screen(draw.stepped(found.taken, LEVELS), "alpha taken out"),
        _screen(draw.stepped(found.frame, LEVELS), "what is left"),
        columns=3,
        height=290,
        gap=0.03,
    )
    return View(
        screens,
        f"Frame {frame}, {what} taken out: {percent(found.covered, 0)} of the pixels that the ball, its shadow or its dust change are covered, and {percent(found.empty, 0)} of the others. "
        f"What is left is {255 * found.error:.2f} grey levels (RMSE) from the scene without the ball.",
    )


def least(image: float, background: float) -> View:
    """Every alpha and colour that explain one pixel, and the smallest alpha for every pixel over this background."""
    image, background = real("image", image, 0, 1), real("background", background, 0, 1)
    alpha = float(minimal_alpha(image, background))
    opacities = np.linspace(max(alpha, 1e-3), 1, 41)
    colours = layer_colour(np.full(opacities.shape, image), background, np.maximum(opacities, alpha))
    left = draw.figure(
        draw.box(0, 0, alpha, 1, "wash-grey"), draw.line(opacities.round(4), np.round(colours, 4), "colour C", "blue"),
        draw.points([round(float(opacities[0]), 4)], [round(float(colours[0]), 4)], "smallest alpha", "purple", 12),
        draw.horizontal(background, "grey", "dot"), title="all answers for this pixel", height=330,
        x=draw.axis("alpha", range=(-0.02, 1.02)), y=draw.axis("colour of the layer", range=(-0.04, 1.04)),
    )  # fmt: skip
    images = np.linspace(0, 1, 51)
    right = draw.figure(
        draw.line(images.round(2), minimal_alpha(images, background).round(4), colour="purple"), draw.vertical(background, "grey", "dot"),
        draw.points([image], [round(alpha, 4)], colour="purple", size=12), title="the smallest alpha", height=330,
        x=draw.axis("pixel I", range=(-0.02, 1.02)), y=draw.axis("alpha", range=(-0.04, 1.04)),
    )  # fmt: skip
    reason = (
        "nothing need be there"
        if alpha < 1e-9
        else f"its colour is then {'black' if image < background else 'white'}, and {image:.2f} if the layer is opaque"
    )
    return View(
        draw.panels(left, right, height=330),
        f"Over a background of {background:.2f} a pixel of {image:.2f} needs an alpha of at least {alpha:.3f}: {reason}.",
    )


def insertion(frame: int, how: str) -> View:
    """A frame with ML DRIFT on the ground and the subject's layer over it, and the error on the letters in every frame."""
    film, frame = cases.inserted(SEED, how), whole("frame", frame, 0, FRAMES - 1)
    lines = [
        draw.line(
            list(range(FRAMES)),
            (255 * layer_films.letter_errors(SEED, name)).round(2),
            name,
            colour,
            width=4 if name == how else 1.5,
        )
        for name, colour in HUES.items()
    ]
    right = draw.figure(
        *lines, draw.vertical(frame, "grey", "dot"), title="error on the letters", height=340,
        x=draw.axis("frame", range=(0, FRAMES - 1)), y=draw.axis("RMSE, grey levels", range=(0, 75)),
    )  # fmt: skip
    now = {name: 255 * float(layer_films.letter_errors(SEED, name)[frame]) for name in HUES}
    return View(
        draw.panels(_screen(draw.stepped(film[frame], LEVELS), f"frame {frame}, {how}", height=340), right, height=340),
        f"Frame {frame}, {how}: the letters are {now[how]:.1f} grey levels (RMSE) from the scene rendered with them. "
        f"Pasted on top they would be {now['pasted on top']:.1f} away, under the smallest alpha {now['smallest alpha']:.1f}.",
    )


# two subjects ----------------------------------------------------------------------------------


def ownership(frame: int, rule: str, lower: float) -> View:
    """A frame of two balls, who owns each pixel by a rule, and the share of shadow pixels owned rightly at every speed."""
    place("lower", lower, LOWER_SPEEDS)
    clip, found = cases.crossing_clip(SEED, lower), layer_films.owned(SEED, frame, lower, rule)
    marks = []
    for name, colour in (("motion", "purple"), ("nearest mask", "orange")):
        shares = [stored("crossing", "shadows", name, speed) for speed in LOWER_SPEEDS]
        marks.append(
            draw.line(LOWER_SPEEDS, [s.mean().round(4) for s in shares], name, colour, width=4 if name == rule else 1.5)
        )
        marks.append(
            draw.points(
                LOWER_SPEEDS,
                [s.mean().round(4) for s in shares],
                colour=colour,
                size=6,
                error=[s.std(ddof=1).round(4) for s in shares],
            )
        )
    right = draw.figure(
        *marks, draw.vertical(lower, "grey", "dot"), title="five clips each", height=330,
        x=draw.axis("lower ball's speed, px/frame", range=(-1.75, 1.75)), y=draw.axis("shadow rightly owned", range=(0.4, 1.03)),
    )  # fmt: skip
    share = stored("crossing", "shadows", rule, lower)
    return View(
        draw.panels(
            _screen(draw.stepped(clip.frames[frame], LEVELS), f"frame {frame}", height=330),
            _screen(OWNERS[found.owner], "owner of each pixel", height=330),
            right,
            columns=3,
            height=330,
            gap=0.07,
        ),
        f"Frame {frame}, the upper ball at 1.6 px a frame and the lower at {lower:g}: by {_named(rule)} {found.right} of {found.shadows} shadow pixels go to their owner. "
        f"Over whole clips of five seeds it is {spread(share, 100, 1)} %.",
    )


def _named(rule):
    return "motion" if rule == "motion" else "the nearest mask"


def retiming(frame: int, edit: str) -> View:
    """A frame of two balls whose red layer is retimed, beside the frame as filmed."""
    film, frame = layer_films.edited(SEED, edit), whole("frame", frame, 0, FRAMES - 1)
    error, errors = 255 * float(layer_films.edit_errors(SEED, edit)[frame]), layer_films.edit_errors(SEED, edit)
    return View(
        draw.panels(
            _screen(
                draw.stepped(cases.crossing_clip(SEED).frames[frame], LEVELS), f"frame {frame}, as filmed", height=320
            ),
            _screen(draw.stepped(film[frame], LEVELS), edit, height=320),
            height=320,
            gap=0.06,
        ),
        f"Frame {frame}, {edit}: the picture is {error:.1f} grey levels (RMSE) from the scene rendered that way; the mean over the clip is {255 * float(errors.mean()):.1f}.",
    )


# rest ------------------------------------------------------------------------------------------


def resting(tenths: int, masked: bool) -> View:
    """The background and the last frame's layer of a ball that came to rest, and what is left of body and shadow for every rest."""
    rest, how = whole("tenths", tenths, 0, 10) / 10, "masked median" if masked else "median"
    background, alpha = layer_films.rested(SEED, rest, masked)
    marks = []
    for part, colour in (("body", "red"), ("shadow", "grey")):
        found = [stored("resting", part, how, one) for one in RESTS]
        marks.append(draw.line(RESTS, [f.mean().round(4) for f in found], part, colour))
        marks.append(
            draw.points(
                RESTS, [f.mean().round(4) for f in found], colour=colour, size=[11 if r == rest else 5 for r in RESTS]
            )
        )
    right = draw.figure(
        *marks, title="five seeds", height=330,
        x=draw.axis("share of the clip at rest", range=(-0.03, 1.03)), y=draw.axis("found over true", range=(-0.03, 1.08)),
    )  # fmt: skip
    body, shadow = (stored("resting", part, how, rest) for part in ("body", "shadow"))
    return View(
        draw.panels(
            _screen(draw.stepped(background, LEVELS), "background found", height=330),
            _screen(draw.stepped(alpha, LEVELS), "alpha, last frame", height=330),
            right,
            columns=3,
            height=330,
            gap=0.07,
        ),
        f"At rest for {percent(rest, 0)} of the clip, {how}: in the last frame the layer holds {spread(body, digits=2)} of the body's alpha and {spread(shadow, digits=2)} of the shadow's (five seeds).",
    )


# the real clip ---------------------------------------------------------------------------------


def cube(frame: int, show: str) -> View:
    """A frame of the real clip with its box, and its alpha or what is left when the cube is erased."""
    picture, frame = layer_films.cube(frame, show), whole("frame", frame, 0, layer_clip.COUNT - 1)
    mask = layer_clip.cube_masks()[0, frame]
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, right, top, bottom = (
        int(columns[0]),
        int(columns[-1]) + 1,
        58 - int(rows[0]),
        58 - int(rows[-1]) - 1,
    )
    box = draw.line([left, right, right, left, left], [top, top, bottom, bottom, top], colour="orange", width=2)
    if show == layer_films.SHOWS[0]:
        beside = picture[layer_clip.PLACES["where the shadow starts"]].mean()
        words = f"the mean alpha is {picture[mask].mean():.3f} inside the box, and {beside:.3f} in the strip beside the place where the cube starts"
    else:
        off = layer_clip.plate_error("where the shadow starts", picture)
        words = f"the strip beside the place where the cube starts is {off:.1f} grey levels (RMSE) from the bare table"
    return View(
        draw.panels(
            _screen(
                draw.stepped(layer_clip.frames()[frame], LEVELS), f"frame {frame} and the cube's box", box, height=320
            ),
            _screen(draw.stepped(picture, LEVELS), show, height=320),
            height=320,
            gap=0.06,
        ),
        f"Frame {frame}, {show}: {words}.",
    )


@cache
def _plate_errors(kind):
    """RMSE at both places for each of COUNTS, {place: (15,)}."""
    plates = [layer_clip.plate(kind, count) for count in COUNTS]
    return {place: [layer_clip.plate_error(place, plate) for plate in plates] for place in SIDES}


def plate(count: int, kind: str) -> View:
    """The background of the first frames of the real clip, and its errors at two places that are bare at some time."""
    picture, marks = layer_clip.plate(kind, count), []
    for side, colour in SIDES.items():
        marks.append(draw.line(COUNTS, np.round(_plate_errors(kind)[side], 2), side, colour))
        marks.append(draw.points([count], [round(layer_clip.plate_error(side, picture), 2)], colour=colour, size=11))
    right = draw.figure(
        *marks, title="error of the background", height=340,
        x=draw.axis("frames used", range=(0, 74)), y=draw.axis("RMSE, grey levels", range=(-1, 62)),
    )  # fmt: skip
    ends, starts = (layer_clip.plate_error(place, picture) for place in SIDES)
    return View(
        draw.panels(_screen(draw.stepped(picture, LEVELS), f"{kind} of {count}", height=340), right, height=340),
        f"The {kind} of the first {count} frames is {ends:.1f} grey levels (RMSE) off where the cube ends and {starts:.1f} where it starts.",
    )
