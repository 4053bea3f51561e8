"""Exercises on matting: mixtures by hand, what the scores say, who becomes background, and two backgrounds in code."""

import numpy as np

from miniatures import background_matting_runs as runs
from miniatures import matting_camera as camera
from miniatures.background_matting import alpha_known_background, alpha_two_backgrounds, composite
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.matting_cases import clip_of, hard_cut, missed
from miniatures.matting_frames import alpha_under_spill
from miniatures.matting_pipeline import median_background
from miniatures.matting_scores import dtssd, mean_squared_error

IMAGE, FOREGROUND, BACKGROUND = 0.5, 0.8, 0.2
STRAND, SHARE, WALL = 0.9, 0.25, 1.0
FALSE_ALPHA, TRUE_ALPHA = 0.4, 1.0
BAND_SHARE, BAND_ERROR = 0.05, 0.04
DARK, LIGHT, COVERED, FRAMES = 0.2, 0.8, 12, 24
SPILL, SUBJECT, SCREEN = 0.3, (0.35, 0.3, 0.4), (0.1, 0.7, 0.2)
COUNT, RESTS = 25, 0.5

_ANSWER = """import numpy as np

def alpha_two_backgrounds(image_1, image_2, background_1, background_2):
    shown = image_1 - image_2
    walls = background_1 - background_2
    shining = (shown * walls).sum(axis=2) / (walls * walls).sum(axis=2)
    return np.clip(1 - shining, 0, 1)
"""
_START = """import numpy as np

def alpha_two_backgrounds(image_1, image_2, background_1, background_2):
    # each is (H, W, 3); the result is (H, W)
    return np.zeros(image_1.shape[:2])
"""


def _pair(seed, grain=0.0):
    """Two pictures of a random subject before two backgrounds, (3, 4, 3) each; with grain alpha may leave 0 to 1."""
    rng = np.random.default_rng(seed)
    walls = [rng.uniform(0, 0.4, (3, 4, 3)).round(2), rng.uniform(0.5, 1, (3, 4, 3)).round(2)]
    subject, alpha = rng.uniform(0, 1, (3, 4, 3)), rng.choice([0, 0.3, 0.7, 1], (3, 4))
    pictures = [composite(subject, wall, alpha) + grain * rng.normal(size=wall.shape) for wall in walls]
    return (*(one.round(3) for one in pictures), *walls)


def _code():
    slip = _ANSWER.replace
    return Code(
        "background_matting-10",
        "Write the theorem of Smith and Blinn for pictures in colour: `alpha_two_backgrounds(image_1, image_2, background_1, background_2)` returns $\\alpha$ for each pixel, by least squares over the three colours "
        "and cut to the span from 0 to 1. Each argument is $(H, W, 3)$.",
        function="alpha_two_backgrounds",
        starter=_START,
        reference=alpha_two_backgrounds,
        cases=(
            (np.full((1, 1, 3), 0.5), np.full((1, 1, 3), 0.75), np.zeros((1, 1, 3)), np.ones((1, 1, 3))),
            _pair(0), _pair(1, 0.1),
        ),
        hidden=(_pair(2), _pair(3, 0.2), _pair(4, 0.05)),
        answer=_ANSWER,
        mistakes=(
            Mistake(slip("1 - shining", "shining"), "That is what shines through, the share of the background. Alpha is the share of the subject: 1 minus it."),
            Mistake(slip("np.clip(1 - shining, 0, 1)", "1 - shining"), "With grain the quotient leaves the span from 0 to 1. A share cannot: cut it off."),
            Mistake(slip("(shown * walls).sum(axis=2) / (walls * walls).sum(axis=2)", "(shown / walls).mean(axis=2)"),
                    "The mean of three quotients gives a colour in which the walls hardly differ as much weight as the others, and its grain is divided by next to nothing. Least squares weighs each by its difference."),
            Mistake(slip("(shown * walls).sum(axis=2) / (walls * walls).sum(axis=2)", "np.sqrt((shown**2).sum(axis=2) / (walls**2).sum(axis=2))"),
                    "The quotient of the lengths is right without grain only. Project the difference of the pictures on that of the walls: grain across it then does no harm."),
        ),
        hint="The subject's own light drops out of the difference of the two pictures, which is (1 − α) times the difference of the walls: a line through the origin with three points for each pixel.",
        solution=f"The best slope of $C_1 - C_2$ against $B_1 - B_2$ is the quotient of two dot products.\n\n```python\n{_ANSWER}```",
    )  # fmt: skip


def _still_clip(alpha):
    return np.full((3, 2, 2), alpha)


def _exercises():
    alpha = alpha_known_background(IMAGE, FOREGROUND, BACKGROUND).item()
    covered = np.full((FRAMES, 1, 1, 3), LIGHT)
    covered[:COVERED] = DARK
    constant = _still_clip(FALSE_ALPHA), _still_clip(TRUE_ALPHA)
    plate = camera.plate("median", COUNT)
    ends, starts = (camera.plate_error(f"where the cube {what}", plate) for what in ("ends", "starts"))
    resting = clip_of(runs.FRESH_SEEDS[0], rest=RESTS)
    lost = missed(resting, hard_cut(resting))
    passing = clip_of(runs.FRESH_SEEDS[0])
    spilled = alpha_under_spill(SUBJECT, SCREEN, SPILL).item()
    order = (
        "take the median of each pixel over all frames as the background",
        "mark the pixels whose colour differs from it by more than a threshold",
        "shrink the mask by three pixels to its core",
        "take the median colour of the core as the subject's",
        "project each pixel's difference on that of subject and background",
        "cut the shares to the span from 0 to 1",
    )
    return (
        Number(
            "background_matting-1",
            f"A grey pixel has the value {IMAGE}. The background there is {BACKGROUND}, the subject {FOREGROUND}. What is its alpha?",
            answer=alpha,
            tolerance=0.002,
            mistakes=(
                Mistake(IMAGE / FOREGROUND, "That is C / F, right before a black background only. Take the background away from both."),
                Mistake(IMAGE - BACKGROUND, "That is the distance from the background. Divide it by the distance of the subject from the background."),
                Mistake((IMAGE - BACKGROUND) / FOREGROUND, "The subject's distance has to be measured from the background, too: F − B."),
            ),
            hint="How far is C on the way from B to F?",
            solution=f"$({IMAGE} - {BACKGROUND}) / ({FOREGROUND} - {BACKGROUND}) = {alpha:g}$: half way.",
        ),
        Number(
            "background_matting-2",
            f"A strand of brightness {STRAND} covers a pixel with $\\alpha = {SHARE}$, and the new background is white, {WALL:.1f}. How bright is the pixel of the composite?",
            answer=composite(STRAND, WALL, SHARE).item(),
            tolerance=0.001,
            mistakes=(
                Mistake(SHARE * STRAND, "That is the strand's part alone, as before black. The other three quarters show the wall."),
                Mistake((1 - SHARE) * STRAND + SHARE * WALL, "The shares are exchanged: alpha belongs to the subject."),
                Mistake((STRAND + WALL) / 2, "That is half and half. The strand covers a quarter."),
            ),
            hint="α F + (1 − α) B.",
            solution=f"$0.25 \\cdot 0.9 + 0.75 \\cdot 1 = {composite(STRAND, WALL, SHARE):.3f}$.",
        ),
        Number(
            "background_matting-3",
            f"A method answers $\\alpha = {FALSE_ALPHA}$ in every pixel of every frame of a clip that shows nothing but subject, $\\alpha = {TRUE_ALPHA:g}$. What is its dtSSD?",
            answer=dtssd(*constant),
            tolerance=0.001,
            mistakes=(
                Mistake(TRUE_ALPHA - FALSE_ALPHA, "That is the error itself, its root mean square. dtSSD asks how the error changes from frame to frame."),
                Mistake(mean_squared_error(*constant), "That is the mean squared error. dtSSD asks how the error changes from frame to frame."),
            ),
            hint="By how much does the error change between two frames?",
            solution="The error never changes, so dtSSD is 0: a perfect score for an alpha that is wrong everywhere. It has to stand beside an error, never alone.",
        ),
        Number(
            "background_matting-4",
            f"In a clip {100 * BAND_SHARE:.0f} % of the pixels lie in the unknown band, and a method has a mean squared error of {BAND_ERROR} there and none elsewhere. What is its mean squared error over all pixels?",
            answer=BAND_SHARE * BAND_ERROR,
            tolerance=0.002,
            mistakes=(
                Mistake(BAND_ERROR, "That is the error in the band. Over all pixels the 95 % without error count as well."),
                Mistake(BAND_ERROR / BAND_SHARE, "Turned round: the many pixels without error make the mean smaller."),
                Mistake((1 - BAND_SHARE) * BAND_ERROR, "That weighs the error by the pixels that have none."),
            ),
            hint="A mean over all pixels weighs each of the two parts by its share.",
            solution=f"$0.05 \\cdot 0.04 + 0.95 \\cdot 0 = {BAND_SHARE * BAND_ERROR:g}$, twenty times less, and no edge has become better.",
        ),
        Number(
            "background_matting-5",
            f"A subject of brightness {DARK} covers a pixel in {COVERED} of {FRAMES} frames; in the others the camera sees the wall, {LIGHT}. What does the median over the frames give?",
            answer=median_background(covered).item(0),
            tolerance=0.002,
            mistakes=(
                Mistake(LIGHT, "It would be the wall if one more frame showed it. With an even number of frames the median is the mean of the two in the middle."),
                Mistake(DARK, "It would be the subject if one more frame showed it. With an even number of frames the median is the mean of the two in the middle."),
            ),
            hint="Sort the 24 values and look at the 12th and the 13th.",
            solution="The 12th is the last dark one, the 13th the first light one; their mean is 0.5. The background is neither. One frame more on either side decides it.",
        ),
        Number(
            "background_matting-6",
            f"A solid subject stands before a known green screen, and {100 * SPILL:.0f} % of the light that comes from it is the screen's, spilled on it. Which alpha does the known background give, if one takes the subject's own clean colour for $F$?",
            answer=spilled,
            tolerance=0.002,
            mistakes=(
                Mistake(1.0, "It should be 1, for the subject is solid. But its colour lies between F and B now."),
                Mistake(SPILL, "That is the share of the screen's light, which is what seems to shine through. Alpha is 1 minus it."),
            ),
            hint="Write down what the camera sees, and read it as a mixture of F and B.",
            solution=f"The camera sees $(1 - s) F + s B$, which is the mixture of a subject with $\\alpha = 1 - s = {spilled:.1f}$. The two cannot be told apart.",
        ),
        MultipleChoice(
            "background_matting-7",
            "The tube of the real clip is foreground to everybody who looks. Which rule would give a background plate without it?",
            options=("none that looks at each pixel over time", "the median of more frames", "the 90th percentile", "a lower threshold"),
            answer="none that looks at each pixel over time",
            mistakes=(
                Mistake("the median of more frames", "More frames help where the table is bare in some of them. Behind the tube it never is."),
                Mistake("the 90th percentile", "It picks one of the values that were seen. The table behind the middle of the tube was not among them."),
                Mistake("a lower threshold", "The threshold compares with the plate. It does not change the plate, and in that the tube stands."),
            ),
            hint="Which of the 37 frames shows the table behind the middle of the tube?",
            solution="No frame shows it, so no choice among what was seen can. It must come from the neighbours, or from somebody who knows what tubes are.",
        ),
        Number(
            "background_matting-8",
            f"In the film of the real clip's background, take the median of the first {COUNT} frames. By how many grey levels is it off where the cube ends up?",
            answer=ends,
            tolerance=0.02,
            unit="grey levels",
            mistakes=(
                Mistake(starts, "That is the place where the cube started. There the table has been bare for a while, and the median has found it."),
                Mistake(camera.plate_error("where the cube ends", camera.plate()), "That is with all 37 frames."),
                Mistake(camera.plate_error("where the cube ends", camera.plate("75th percentile", COUNT)), "That is the 75th percentile. Choose the median."),
            ),
            hint="The sentence below the figure has it.",
            solution=f"{ends:.1f}, and {starts:.1f} where it started. The same frames are enough for one place and too many for the other.",
        ),
        Ordering(
            "background_matting-9",
            "Put the way from the frames to a soft cut in order.",
            answer=order,
            mistakes=(
                Mistake((*order[:2], order[3], order[2], *order[4:]), "Nearly: the median colour of the whole mask would contain edges and hair, which are mixed with the wall. Shrink it first."),
                Mistake((*order[:4], order[5], order[4]), "Nearly: there is nothing to cut before the projection has given the shares."),
            ),
            hint="Each step needs what the one before it has made. The subject's colour comes from pixels that are surely not mixed.",
            solution=f"As in `cut_out`. Each step rests on the first: if the subject rests for half of the time the median shows it, and the mask misses {100 * lost:.0f} % of it instead of {100 * missed(passing, hard_cut(passing)):.0f} %.",
        ),
        _code(),
    )  # fmt: skip


EXERCISES = _exercises()
