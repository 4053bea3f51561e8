"""Exercises on depth from two frames: the walker's depth, the height prior, errors, a fill, and a matcher."""

import math

import numpy as np

from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.frozen_scenes import FOCAL, MEAN_HEIGHT
from miniatures.moving_depth import block_costs, depth_from_height, parallax_depth, si_rmse
from miniatures.moving_depth_runs import DEPTH, stored
from miniatures.person_depth import CASES, METHODS

WALL = 10.0  # metres, behind the person of an exercise
RANKED_AT = 0.8  # of the camera's speed

_ANSWER = """import numpy as np

def disparity_at(left, right, column, largest, half):
    window = left[column - half : column + half + 1]
    costs = []
    for d in range(largest + 1):
        other = right[column - d - half : column - d + half + 1]
        costs.append(np.sum((window - other) ** 2))
    return int(np.argmin(costs))
"""
_START = """import numpy as np

def disparity_at(left, right, column, largest, half):
    # left and right are rows of grey values (W,); a window reaches `half` pixels to both sides of its middle
    return 0
"""


def _disparity_at(left, right, column, largest, half):
    """By the chapter's own costs, on pictures of one row."""
    costs = block_costs(np.array(left)[None], np.array(right)[None], range(largest + 1), 2 * half + 1)
    return int(costs[:, 0, column].argmin())


def _rows(seed, shift, bright=0.0):
    """Two rows of 24 pixels, the right one `shift` pixels further on, with a little noise."""
    rng = np.random.default_rng(seed)
    street = rng.uniform(0.1, 0.9, 24 + shift)
    noise = rng.normal(0, 0.02, (2, 24))
    return (street[:24] + noise[0]).round(2), (street[shift:] + noise[1] + bright).round(2)


def _code():
    slip = _ANSWER.replace
    return Code(
        "moving_depth-9",
        "Write the matcher for one pixel of one row: `disparity_at(left, right, column, largest, half)` returns the whole disparity $d$ from 0 to `largest` for which the window of `left` "
        "around `column` and the window of `right` around `column - d` differ least, by the sum of squares; the smaller $d$ of equals. All windows lie inside the rows.",
        function="disparity_at",
        starter=_START,
        reference=_disparity_at,
        cases=((*_rows(1, 4), 14, 8, 2), (*_rows(2, 0), 12, 6, 1), (*_rows(3, 7), 16, 9, 3)),
        hidden=((*_rows(4, 2), 13, 9, 1), (*_rows(5, 5), 15, 10, 2), (np.full(20, 0.5), np.full(20, 0.5), 12, 6, 2), (*_rows(6, 3), 12, 3, 2)),
        answer=_ANSWER,
        mistakes=(
            Mistake(slip("column - d - half : column - d + half + 1", "column + d - half : column + d + half + 1"),
                    "That looks to the right. The camera moves to the right, so what stands still moves to the left in the picture."),
            Mistake(slip("np.argmin", "np.argmax"), "That is the worst match: the cost is a difference, and the smallest one wins."),
            Mistake(slip("np.sum((window - other) ** 2)", "np.sum(window - other)"), "Without the square, differences of both signs cancel, and a negative sum beats a perfect match."),
            Mistake(slip("np.sum((window - other) ** 2)", "(window[half] - other[half]) ** 2"), "That compares single pixels. Many pixels have the same grey; a window tells them apart."),
            Mistake(slip("return int(np.argmin(costs))", "return float(np.min(costs))"), "That is the smallest cost. Asked is the disparity at which it is reached."),
        ),
        hint="Collect the cost of each d in a list; `np.argmin` gives the place of the first smallest one, and the places are the disparities.",
        solution="`match_blocks` does the same for all pixels at once: it shifts the whole picture by each d, squares the difference and sums over windows.\n\n"
        f"```python\n{_ANSWER}```",
    )  # fmt: skip


def _ranking():
    errors = {method: stored("speeds", RANKED_AT, method).mean() for method in METHODS}
    return tuple(sorted(errors, key=errors.get)), errors


def _exercises():
    answer, errors = _ranking()
    child = CASES["child"].height
    small, right = math.log(3), parallax_depth(5, 0.25, 0.1)
    return (
        Number(
            "moving_depth-1",
            "A person stands 5 m away and walks 0.1 m to the right while the camera moves 0.25 m to the right. Which depth do the two frames suggest?",
            answer=right,
            tolerance=0.02,
            unit="m",
            mistakes=(
                Mistake(parallax_depth(5, 0.25, -0.1), "That is for a person who walks against the camera. Walking along with it makes the disparity smaller, and the depth larger."),
                Mistake(5 * (0.25 - 0.1) / 0.25, "The fraction is upside down: a smaller disparity means a larger depth."),
                Mistake(5 * 0.25 / 0.1, "The disparity is made by the difference of the two ways, not by the person's own."),
                Mistake(5.0, "That is right only for somebody who stands still."),
            ),
            hint="The disparity is $f\\,(t_x - v)/Z$, and it is read as $f\\,t_x/\\hat Z$.",
            solution=f"$5\\cdot 0.25/(0.25 - 0.1) = {right:.3f}$ m.",
        ),
        Number(
            "moving_depth-2",
            f"The focal length is {FOCAL:.0f} pixels. How far away is a person of {MEAN_HEIGHT} m who is 55 pixels tall in the picture?",
            answer=depth_from_height(MEAN_HEIGHT, 55, FOCAL),
            tolerance=0.02,
            unit="m",
            mistakes=(
                Mistake(55 * MEAN_HEIGHT / FOCAL, "Upside down: who looks larger is nearer."),
                Mistake(FOCAL / 55, "That is the depth in heights of the person. Multiply by their size in metres."),
            ),
            hint="Similar triangles: $h / f = H / Z$.",
            solution="$Z = fH/h = 110\\cdot 1.7/55 = 3.4$ m.",
        ),
        Number(
            "moving_depth-3",
            "A depth map is three times the true one in every pixel. What is its si-RMSE?",
            answer=si_rmse(3 * np.array([1.0, 2.0, 5.0]), [1.0, 2.0, 5.0]),
            tolerance=0.005,
            mistakes=(
                Mistake(small, "That is the difference of the logarithms, log 3. It is the same everywhere, so its standard deviation is 0."),
                Mistake(2.0, "That is the relative error. The si-RMSE forgives a common factor."),
                Mistake(3.0, "The factor itself does not count: the measure is made to ignore it."),
            ),
            hint="It is the standard deviation of $\\log \\hat Z - \\log Z$ over the pixels.",
            solution="$\\log \\hat Z - \\log Z = \\log 3$ in every pixel: a constant has the standard deviation 0.",
        ),
        MultipleChoice(
            "moving_depth-4",
            "A friend walks beside you while you film, exactly as fast as you. Where does depth from two frames put your friend?",
            options=("as far away as anything can be", "at half the true depth", "at the true depth", "on the wall behind"),
            answer="as far away as anything can be",
            mistakes=(
                Mistake("at half the true depth", "That is for somebody who walks as fast the other way."),
                Mistake("at the true depth", "Only somebody who stands still is seen at the true depth."),
                Mistake("on the wall behind", "A wall moves in the picture, if only a little. Your friend does not move at all."),
            ),
            hint="How many pixels does your friend move from frame to frame?",
            solution="The disparity is 0, and $f t_x / 0$ has no finite value: the pole of the curve. A matcher that caps its depths reports the cap, 50 m here.",
        ),
        Number(
            "moving_depth-5",
            f"A person at {DEPTH:.0f} m walks before a wall at {WALL:.0f} m. At which $v/t_x$ does the depth map put them on the wall?",
            answer=1 - DEPTH / WALL,
            tolerance=0.01,
            mistakes=(
                Mistake(DEPTH / WALL, "That is 1 minus the answer: Z / Ẑ = 1 − v/t."),
                Mistake(WALL / DEPTH, "That is the factor by which the depth grows."),
                Mistake(1.0, "At 1 they are infinitely far, beyond every wall."),
            ),
            hint="Solve $Z\\,t_x/(t_x - v) = 10$ for $v/t_x$, or read it off the curve.",
            solution="$1 - v/t_x = Z/\\hat Z = 0.4$, so $v/t_x = 0.6$. In the map the person vanishes.",
        ),
        Number(
            "moving_depth-6",
            f"Whoever takes everybody for {MEAN_HEIGHT} m tall meets a child of {child} m. By how many percent is the depth too large?",
            answer=100 * (MEAN_HEIGHT / child - 1),
            tolerance=0.6,
            unit="%",
            mistakes=(
                Mistake(100 * (1 - child / MEAN_HEIGHT), "That is by how much the child is smaller, as a share of the adult. The error is a share of the true depth."),
                Mistake(100 * MEAN_HEIGHT / child, "That is the estimate in percent of the truth. The error is what goes beyond 100 %."),
                Mistake(100 * (MEAN_HEIGHT - child), "That is the difference in centimetres."),
            ),
            hint="Both depths are $f/h$ times a height.",
            solution=f"$1.7/1.1 - 1 = {100 * (MEAN_HEIGHT / child - 1):.1f}$ %, at every distance: a child looks like an adult far away, with its feet in the wrong place.",
        ),
        MultipleChoice(
            "moving_depth-7",
            "A smooth fill with the bare mask, not widened, returns nearly the depths that it was meant to remove. Why?",
            options=(
                "matching windows carry the person's disparity beyond the outline",
                "the smooth surface passes through the mean of the mask",
                "the solver has not converged",
                "the mask is drawn on the other frame",
            ),
            answer="matching windows carry the person's disparity beyond the outline",
            mistakes=(
                Mistake("the smooth surface passes through the mean of the mask", "The fill never looks inside the mask: it knows the rim alone."),
                Mistake("the solver has not converged", "It has, to thirteen digits. The exact solution of the wrong boundary is wrong as well."),
                Mistake("the mask is drawn on the other frame", "Depth and mask both belong to the first frame."),
            ),
            hint="Which values does Laplace's equation take from around the hole, and how were they measured?",
            solution="Windows of 7 pixels see the person from 3 pixels outside. So the rim of the hole has the person's depth, and the smoothest surface over it too. A margin of 3 pixels or more ends it.",
        ),
        Ordering(
            "moving_depth-8",
            f"A person at {DEPTH:.0f} m walks at {RANKED_AT} of the camera's speed. Order the methods by their error on the person, the smallest first.",
            answer=answer,
            mistakes=(
                Mistake(
                    (METHODS[3], METHODS[0], METHODS[1], METHODS[2]),
                    "That is the order for slow walkers. Close to the pole parallax runs away, and no fill is as bad.",
                ),
            ),
            hint="Parallax alone says 20 m. The street around the person is at most as far as the wall.",
            solution="The errors are " + ", ".join(f"{100 * errors[method]:.0f} % ({method})" for method in answer) + ". The smooth fill suffers from the rim that the walker leaves behind.",
        ),
        _code(),
    )  # fmt: skip


EXERCISES = _exercises()
