"""Exercises on layers: the smallest alpha, the order of layers, errors of insertion and removal, owners, rest."""

import numpy as np

from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.layer_decomposition import minimal_alpha
from miniatures.layer_decomposition_runs import stored

PIXEL, GROUND = 0.3, 0.6
TRUE, DUST, EARTH = 0.3, 0.9, 0.4  # opacity and grey of dust, grey of the earth under it
SEEN = (1 - TRUE) * EARTH + TRUE * DUST
LETTER, FOUND = 0.95, 0.75  # a white letter over GROUND, and a body's alpha instead of 1

_ANSWER = """import numpy as np

def smallest_alpha(image, background):
    darker = image < background
    room = np.where(darker, background, 1 - background)
    distance = np.abs(image - background)
    return np.where(distance > 0, distance / np.where(room > 0, room, 1), 0.0)
"""
_START = """import numpy as np

def smallest_alpha(image, background):
    # two arrays of greys from 0 to 1, of one shape
    return np.zeros(image.shape)
"""


def _grey_alpha(image, background):
    """The module's function takes three axes for colours; grey pixels go in as a column."""
    image, background = np.asarray(image, float), np.asarray(background, float)
    return minimal_alpha(image.reshape(-1, 1), background.reshape(-1, 1)).reshape(image.shape)


def _code():
    slip = _ANSWER.replace
    rng = np.random.default_rng(4)
    noisy = rng.uniform(0, 1, (3, 4)).round(2), rng.uniform(0.1, 0.9, (3, 4)).round(2)
    return Code(
        "layer_decomposition-8",
        "Write `smallest_alpha(image, background)`: for each pixel the smallest opacity with which some grey from 0 to 1, laid over `background`, gives `image`. "
        "Both are arrays of greys of one shape. Where they are equal it is 0, also over black and over white.",
        function="smallest_alpha",
        starter=_START,
        reference=_grey_alpha,
        cases=((np.array([0.3, 0.6, 0.8]), np.array([0.6, 0.6, 0.6])), (np.array([0.0, 1.0, 0.0]), np.array([0.0, 1.0, 1.0]))),
        hidden=(noisy, (np.array([[0.5, 0.45]]), np.array([[0.5, 0.5]])), (np.array([1.0]), np.array([0.0]))),
        answer=_ANSWER,
        mistakes=(
            Mistake(slip("np.where(darker, background, 1 - background)", "background"),
                    "That is right for pixels darker than the background. A brighter one is limited by white: divide by 1 − B."),
            Mistake(slip("return np.where(distance > 0, distance / np.where(room > 0, room, 1), 0.0)", "return distance"),
                    "The difference is not yet an alpha. Ask which share of a black (or white) layer makes this difference."),
            Mistake(slip("np.where(darker, background, 1 - background)", "np.where(darker, 1 - background, background)"),
                    "The two cases are exchanged: a darker pixel is explained by a black layer, which takes away at most B."),
        ),
        hint="A layer can change a pixel by at most the distance from the background to black or to white, whichever lies on the pixel's side.",
        solution=f"The share of that room which is used. Only where the room is empty must the division be avoided, and there the pixel equals its background.\n\n```python\n{_ANSWER}```",
    )  # fmt: skip


def _exercises():
    found = float(minimal_alpha(SEEN, EARTH))
    nearest, motion = (stored("crossing", "shadows", rule, 1.4).mean() for rule in ("nearest mask", "motion"))
    alike = stored("crossing", "shadows", "motion", 1.6).mean()
    error = 255 * (1 - FOUND) * (LETTER - GROUND)
    return (
        Number(
            "layer_decomposition-1",
            f"A pixel of {PIXEL} is seen where the background is {GROUND}. What is the smallest alpha that a layer can have there?",
            answer=float(minimal_alpha(PIXEL, GROUND)),
            tolerance=0.002,
            mistakes=(
                Mistake(GROUND - PIXEL, "That is the difference. A black layer takes away a share of the background: divide by B."),
                Mistake((GROUND - PIXEL) / (1 - GROUND), "That divides by 1 − B, which is for pixels brighter than the background."),
                Mistake(1.0, "An opaque layer explains every pixel, but it is the largest alpha."),
                Mistake(0.0, "With alpha 0 the background itself would be seen."),
            ),
            hint="Which colour takes away the most light?",
            solution="A black layer: $1 - 0.3/0.6 = 0.5$.",
        ),
        Ordering(
            "layer_decomposition-2",
            "The words ML DRIFT shall lie on the ground, under the dust that a car raises; the car drives through its dust and hides it. Put the steps of compositing in order.",
            answer=("take the background", "paint the words on it", "lay the dust over it", "lay the car over it"),
            mistakes=(
                Mistake(
                    ("take the background", "lay the dust over it", "paint the words on it", "lay the car over it"),
                    "Then the words lie on top of the dust: paint covers what is below it.",
                ),
                Mistake(
                    ("take the background", "lay the dust over it", "lay the car over it", "paint the words on it"),
                    "Then the words are pasted on top, over dust and car.",
                ),
                Mistake(
                    ("take the background", "paint the words on it", "lay the car over it", "lay the dust over it"),
                    "Then the dust hides the car.",
                ),
            ),
            hint="From the farthest to the nearest.",
            solution="Background, words, dust, car. Dust and car may be one layer, as their order does not change.",
        ),
        MultipleChoice(
            "layer_decomposition-3",
            "A car is parked for the whole clip, its shadow beside it. The background is the median of the frames. What of the car will be in its layer?",
            options=("the car, not its shadow", "the shadow, not the car", "both", "neither"),
            answer="neither",
            mistakes=(
                Mistake("the car, not its shadow", "The mask says where the car is, but the layer holds what differs from the background, and the car is in the background."),
                Mistake("the shadow, not the car", "The shadow never moves either."),
                Mistake("both", "The median shows what is there most of the time: car and shadow."),
            ),
            hint="What does the median of a pixel show that never changes?",
            solution="All of it is absorbed: $I = B$ everywhere, so every alpha is 0. Leaving the masked pixels out of the median does not help here: they are masked in all frames.",
        ),
        Number(
            "layer_decomposition-4",
            f"Dust of grey {DUST} and opacity {TRUE} hangs over earth of {EARTH}. Which alpha does the closed form find?",
            answer=found,
            tolerance=0.004,
            mistakes=(
                Mistake(TRUE, "That would need to know the dust's colour. The closed form takes the dust for white."),
                Mistake(SEEN, "That is the pixel that the camera sees. Now ask how much white over the earth gives it."),
                Mistake((SEEN - EARTH) / EARTH, "The pixel is brighter than the earth: divide by 1 − B."),
                Mistake(SEEN - EARTH, "That is the difference; divide it by what white would add, 1 − B."),
            ),
            hint=f"First the pixel, $0.7 \\cdot {EARTH} + 0.3 \\cdot {DUST}$; then its smallest alpha.",
            solution=f"The pixel is ${SEEN:.2f}$, and $({SEEN:.2f} - {EARTH})/(1 - {EARTH}) = {found:.2f}$: the share $(C - B)/(1 - B) = {(DUST - EARTH) / (1 - EARTH):.2f}$ of the true ${TRUE}$.",
        ),
        Number(
            "layer_decomposition-5",
            f"An opaque body has been found with an alpha of {FOUND}, over a ground of {GROUND}. Now a letter of {LETTER} is painted on the ground, behind the body. How many grey levels of 255 is the body's pixel wrong?",
            answer=error,
            tolerance=0.01,
            unit="levels",
            mistakes=(
                Mistake(255 * FOUND * (LETTER - GROUND), "That is the share that the layer hides. What shines through wrongly is the rest, 1 − 0.75."),
                Mistake(255 * (1 - FOUND) * LETTER, "The old ground shone through as well: only the difference between letter and ground counts."),
                Mistake((1 - FOUND) * (LETTER - GROUND), "That is on a scale from 0 to 1. Times 255."),
                Mistake(0.0, "Over its own ground, yes. Over a letter the missing opacity shows."),
            ),
            hint="The error is the error of alpha, times the letter less the ground.",
            solution=f"$(1 - {FOUND})({LETTER} - {GROUND}) \\cdot 255 = {error:.1f}$.",
        ),
        MultipleChoice(
            "layer_decomposition-6",
            "You may look at one result of somebody's layers, to judge whether their alphas are right. Which one?",
            options=(
                "the frames recomposed from all layers",
                "the clip with the subject removed",
                "the clip with a checkerboard put on the ground",
                "the clip with the subject's layer delayed by a second over its own background",
            ),
            answer="the clip with a checkerboard put on the ground",
            mistakes=(
                Mistake("the frames recomposed from all layers", "Those are right for every alpha from the smallest to 1."),
                Mistake("the clip with the subject removed", "Removal puts the background in; no alpha enters."),
                Mistake("the clip with the subject's layer delayed by a second over its own background", "Better than removal, but the ground there is much like the ground before: the error is alpha's error times the difference of the two."),
            ),
            hint="The error is the error of alpha times the change of what lies below.",
            solution="The largest change below the layer shows the most: black and white squares shine through whatever is not opaque enough.",
        ),
        Number(
            "layer_decomposition-7",
            "Two balls go the same way, the upper at 1.6 pixels a frame and the lower at 1.4. Set the view of owners so. What is the mean over five seeds, in percent, of the shadow pixels that the *better* of the two rules gives to their owner?",
            answer=100 * nearest,
            tolerance=0.01,
            unit="%",
            mistakes=(
                Mistake(100 * motion, "That is the rule of motion. At nearly equal speeds it is no longer the better one."),
                Mistake(100 * alike, "That is motion at equal speed."),
                Mistake(100 * stored("crossing", "shadows", "nearest mask").mean(), "That is the nearest mask for balls that pass each other, at −1.6."),
            ),
            hint="Set the speed to 1.4 and try both rules; the sentence below the figure has the numbers.",
            solution=f"The nearest mask, {100 * nearest:.1f} %; motion has {100 * motion:.1f} %. Over thirty frames the balls move apart by six pixels only, less than a shadow's width.",
        ),
        _code(),
        Number(
            "layer_decomposition-9",
            "Change code. In a cell, import `decompose` from `miniatures.layer_decomposition` and `single_clip` from `miniatures.layer_decomposition_cases`. Decompose the clip of seed 200 with only its first nine frames, `clip.frames[:9]` and "
            "`clip.masks[:, :9]`. How large is the largest difference between the background found and `clip.background`?",
            answer=_short_clip_error(9),
            tolerance=0.02,
            mistakes=(
                Mistake(_short_clip_error(30), "That is with all thirty frames: slice frames and masks."),
            ),
            hint="`np.abs(background - clip.background).max()`",
            solution=f"{_short_clip_error(9):.2f}, more than a third of the whole range: in nine frames some pixels are covered more often than not, and the ball is in the background. With all frames it is {_short_clip_error(30):.3f}.",
        ),
    )  # fmt: skip


def _short_clip_error(frames: int) -> float:
    from miniatures.layer_decomposition import median_background
    from miniatures.layer_decomposition_cases import single_clip

    clip = single_clip(200)
    return float(np.abs(median_background(clip.frames[:frames]) - clip.background).max())


EXERCISES = _exercises()
