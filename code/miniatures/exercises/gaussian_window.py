"""Exercises on the Gaussian window, from reading a plot to changing a cell."""

from math import ceil, floor, pi, sqrt

from miniatures import gaussian_window as gw
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

HALF_LEVEL = 0.5 / 255
_half = gw.half_width(3.7, 2e-3)
_narrow, _broad = gw.sigmas_for_half_width(10, 1e-3)
_square, _disc = gw.lost_in_two_dimensions(1, 3)
_safe = gw.safe_radius(3.7, HALF_LEVEL)
_RULES = {"the density rule": "density", "the height rule": "height", "the lost-mass rule": "mass", "3σ": "3 sigma"}
_ordered = sorted(_RULES, key=lambda name: gw.cut_radius(_RULES[name], 12, 0.01))


def _first_safe_in_one_dimension(sigma, error):
    return next(radius for radius in range(1000) if gw.worst_case_error(sigma, radius) <= error)


def cut_kernel(sigma, radius):
    """The weights of a blur that is cut at `radius`, (2*radius + 1,): the sampled kernel divided by its sum.

    >>> cut_kernel(1, 1).round(4).tolist()
    [0.2741, 0.4519, 0.2741]
    """
    weights = gw.sampled_kernel(sigma, radius)
    return weights / weights.sum()


_CUT_KERNEL = """import numpy as np

def cut_kernel(sigma, radius):
    n = np.arange(-radius, radius + 1)
    weights = np.exp(-n**2 / (2 * sigma**2))
    return weights / weights.sum()
"""
_slip = _CUT_KERNEL.replace

EXERCISES = (
    MultipleChoice(
        id="gaussian_window-1",
        question="Set the first view to $\\epsilon = 0.1$ per pixel and move $\\sigma$ from its lowest value to its highest. "
        "What does the window do?",
        options=(
            "It grows all the way.",
            "It grows, then shrinks, then there is none.",
            "It grows, then keeps its width.",
            "It shrinks all the way.",
        ),
        answer="It grows, then shrinks, then there is none.",
        mistakes=(
            Mistake(
                "It grows all the way.",
                "So it does for small σ, and so one expects. Move on until the peak comes near the dashed line.",
            ),
            Mistake(
                "It grows, then keeps its width.",
                "The right panel has a summit, not a plateau: behind it the curve falls to nothing.",
            ),
            Mistake(
                "It shrinks all the way.",
                "Look at the left end of the right panel: there the curve rises with σ.",
            ),
        ),
        hint="Follow the orange point in the right panel.",
        solution="A broader Gaussian is a lower one. Its window first widens with it; then the peak comes down to the level "
        f"$\\epsilon$. The widest window belongs to $\\sigma = {gw.widest_sigma(0.1):.2f}$ px, and from "
        f"$\\sigma = {gw.largest_sigma(0.1):.2f}$ px on the peak itself lies below $\\epsilon$ and there is no window.",
    ),
    Number(
        id="gaussian_window-2",
        question="How many pixels has the window for $\\sigma = 3.7$ px and $\\epsilon = 0.002$ per pixel? "
        "Work it out by hand or in a cell.",
        answer=gw.window_size(3.7, 2e-3),
        tolerance=0.4,
        unit="pixels",
        mistakes=(
            Mistake(
                2 * floor(_half) + 1,
                f"You rounded the half width down. The window must reach {_half:.2f} px on each side, so round up.",
            ),
            Mistake(2 * ceil(_half), "You forgot the centre pixel. An even window has no centre."),
            Mistake(ceil(_half), "That is one side of the window: the half width, rounded up."),
            Mistake(gw.window_of(gw.half_width(3.7, 1e-3)), "That is the window for ε = 0.001."),
        ),
        hint="$x = \\sigma\\sqrt{-2\\ln(\\epsilon\\sigma\\sqrt{2\\pi})}$, then round up, double, and add the centre.",
        solution=f"$x = 3.7\\sqrt{{-2\\ln(0.002\\cdot 3.7\\cdot 2.5066)}} = {_half:.2f}$ px, "
        f"so $w = 2\\cdot {ceil(_half)} + 1 = {gw.window_size(3.7, 2e-3)}$.",
    ),
    Number(
        id="gaussian_window-3",
        question="For which $\\sigma$ does the equation $G(x) = 0.001$ per pixel cease to have a solution?",
        answer=gw.largest_sigma(1e-3),
        tolerance=0.5,
        unit="px",
        mistakes=(
            Mistake(gw.widest_sigma(1e-3), "There the window is the widest. It still exists, and for larger σ too."),
            Mistake(1000, "You left out √(2π): the peak is 1/(σ√(2π)), not 1/σ."),
            Mistake(1000 / (2 * pi), "The peak holds √(2π), not 2π."),
        ),
        hint="A curve meets a level only if its peak reaches the level.",
        solution=f"The peak is $1/(\\sigma\\sqrt{{2\\pi}})$. It equals $\\epsilon$ at $\\sigma = 1/(0.001\\sqrt{{2\\pi}}) = {gw.largest_sigma(1e-3):.2f}$ px.",
    ),
    Number(
        id="gaussian_window-4",
        question="A program keeps exactly $x = 10$ px on each side and states $\\epsilon = 0.001$ per pixel. "
        "Which $\\sigma$ did its author most likely mean? Give two decimals.",
        answer=_narrow,
        tolerance=0.006,
        unit="px",
        mistakes=(
            Mistake(
                _broad,
                "That is the other branch: it solves the equation, but nearly all of that Gaussian lies outside the window.",
            ),
            Mistake(gw.opencv_sigma(21), "That is OpenCV's formula for a window of 21 pixels, which knows no ε."),
            Mistake(10 / 3, "That is the rule x = 3σ, not G(x) = ε."),
        ),
        hint="`sigmas_for_half_width(10, 1e-3)` gives both solutions.",
        solution=f"The two solutions are {_narrow:.4f} px and {_broad:.2f} px. On the second branch the window keeps only "
        f"{100 * (1 - gw.lost_mass(_broad, 10)):.1f} % of the Gaussian, so the first was meant.",
    ),
    Number(
        id="gaussian_window-5",
        question="Which share of a one-dimensional Gaussian lies outside $r = 3\\sigma$? Give four decimals.",
        answer=gw.lost_mass(1, 3),
        tolerance=0.00006,
        mistakes=(
            Mistake(gw.lost_mass(1, 3) / 2, "That is one tail; the Gaussian has two."),
            Mistake(1 - gw.lost_mass(1, 3), "That is the share inside."),
            Mistake(_disc, "That is the share outside a disc in two dimensions."),
            Mistake(_square, "That is the share outside a square in two dimensions."),
        ),
        hint="`lost_mass(1, 3)`, or $\\operatorname{erfc}(3/\\sqrt 2)$.",
        solution=f"$\\delta = \\operatorname{{erfc}}(3/\\sqrt 2) = {gw.lost_mass(1, 3):.4f}$, the rest of the saying that three sigma hold {100 * (1 - gw.lost_mass(1, 3)):.1f} %.",
    ),
    Number(
        id="gaussian_window-6",
        question="A photograph is blurred with a square window that reaches $3\\sigma$ along each axis. "
        "Which share of the round two-dimensional Gaussian lies outside it? Give four decimals.",
        answer=_square,
        tolerance=0.00006,
        mistakes=(
            Mistake(gw.lost_mass(1, 3), "That is one axis alone. Both axes lose."),
            Mistake(_disc, "That is a disc of radius 3σ. The square holds its corners too."),
            Mistake(
                gw.lost_mass(1, 3) ** 2, "That is the mass of the four corner regions, outside along both axes at once."
            ),
            Mistake(1 - _square, "That is the share inside."),
        ),
        hint="Inside the square means inside along one axis and inside along the other.",
        solution=f"With $\\delta$ of one axis: $1 - (1 - \\delta)^2 = {_square:.4f}$, almost twice $\\delta$.",
    ),
    Number(
        id="gaussian_window-7",
        question="A new camera has pixels half as wide. The same blur, in millimetres, now has $\\sigma = 6$ px instead of 3 px. "
        "Which $\\epsilon$ cuts at the same place as $\\epsilon = 0.001$ per pixel did before?",
        answer=1e-3 * 3 / 6,
        tolerance=0.00002,
        unit="per pixel",
        mistakes=(
            Mistake(
                1e-3,
                "Then the cut moves inwards: a density is a share per pixel, and the pixels have become smaller.",
            ),
            Mistake(2e-3, "The other way round: a smaller pixel holds a smaller share."),
            Mistake(
                1e-3 / sqrt(2),
                "Densities scale with the width itself, not with its root. (In two dimensions they scale with the area.)",
            ),
        ),
        hint="How much of the Gaussian lies in one pixel at the cut, before and after?",
        solution=f"Each new pixel holds half of the share, so $\\epsilon = 0.0005$. Check: the half width is {gw.half_width(3, 1e-3):.3f} old pixels "
        f"and {gw.half_width(6, 5e-4):.3f} new ones, twice as many of half the width.",
    ),
    Ordering(
        id="gaussian_window-8",
        question="Take $\\sigma = 12$ px and the threshold 0.01 for $\\epsilon$, $\\tau$ and $\\delta$ alike. "
        "Order the four rules by their radius, the smallest first.",
        answer=tuple(_ordered),
        mistakes=(
            Mistake(
                tuple(reversed(_ordered)),
                "Those are the right neighbours, but with the largest radius first.",
            ),
            Mistake(
                tuple(sorted(_RULES, key=lambda name: gw.cut_radius(_RULES[name], 0.5, 0.01))),
                "That is the order for a narrow Gaussian, σ = 0.5 px. Only the density rule changes its place: it looks at a density, and a broad Gaussian is low.",
            ),
        ),
        hint="`cut_radius(rule, 12, 0.01)` for each rule, or the view of the four rules.",
        solution="The radii are "
        + ", ".join(f"{gw.cut_radius(_RULES[name], 12, 0.01):.1f} px ({name})" for name in _ordered)
        + ".",
    ),
    Number(
        id="gaussian_window-9",
        question="Change the cell with `safe_radius` above: which is the smallest radius for $\\sigma = 3.7$ px with which no pixel of any picture, "
        "blurred along both axes, changes by more than half a grey level of 255?",
        answer=_safe,
        tolerance=0.4,
        unit="px",
        mistakes=(
            Mistake(
                _first_safe_in_one_dimension(3.7, HALF_LEVEL),
                "That is safe along one axis, or for a whole grey level. A picture is cut along two axes and loses almost twice as much.",
            ),
            Mistake(gw.safe_radius(3, HALF_LEVEL), "That is the radius for σ = 3 px."),
            Mistake(2 * _safe + 1, "That is the whole window. The radius is one side of it."),
        ),
        hint="`safe_radius(3.7, 0.5 / 255)`; its second argument is in units of the picture, whose white is 1.",
        solution=f"{_safe} px, which is {_safe / 3.7:.2f}σ: with it the bound is {255 * gw.worst_pixel_error(3.7, _safe):.2f} grey levels, "
        f"with one pixel less {255 * gw.worst_pixel_error(3.7, _safe - 1):.2f}.",
    ),
    Code(
        id="gaussian_window-10",
        question="Write the blur's weights: `cut_kernel(sigma, radius)` returns the $2r + 1$ weights of a Gaussian that is cut at $r$ pixels "
        "on each side, from left to right, so that a sky of one grey stays as it is.",
        function="cut_kernel",
        starter="import numpy as np\n\ndef cut_kernel(sigma, radius):\n    n = np.arange(radius)\n    return n\n",
        reference=cut_kernel,
        cases=((1, 1), (3, 4)),
        hidden=((2.5, 7), (0.4, 2), (5, 0)),
        answer=_CUT_KERNEL,
        mistakes=(
            Mistake(
                _slip("weights / weights.sum()", "weights / (sigma * np.sqrt(2 * np.pi))"),
                "Those are the densities. Cut off, they add up to less than one, and the sky would darken: divide by their sum.",
            ),
            Mistake(
                _slip("weights / weights.sum()", "weights"),
                "The shape is right. The weights must add up to one, or the blur changes the brightness.",
            ),
            Mistake(
                _slip("radius + 1)", "radius)"),
                "One pixel is missing at the right: np.arange leaves its end out, and the window has lost its centre.",
            ),
            Mistake(_slip("-radius, radius + 1", "radius + 1"), "That is one side of the window, with its centre."),
            Mistake(
                _slip("(2 * sigma**2)", "sigma**2"),
                "The exponent is −n²/(2σ²); without the 2 the Gaussian is too narrow.",
            ),
            Mistake(_slip("(2 * sigma**2)", "(2 * sigma)"), "Square σ in the exponent: n/σ has no unit, n²/σ has one."),
            Mistake(
                _slip("exp(-n**2", "exp(n**2"), "That is the article's sign: the weights grow away from the centre."
            ),
        ),
        hint="Which pixels are $-r, \\dots, r$? `np.arange(-radius, radius + 1)`. What must the weights add up to?",
        solution="The factor $1/(\\sigma\\sqrt{2\\pi})$ cancels in the division, so it can be left out. For $\\sigma = 3$ px and $r = 4$ px the cut "
        f"densities add up to {gw.sampled_kernel(3, 4).sum():.3f} only; the division spreads the rest over the window.\n\n"
        f"```python\n{_CUT_KERNEL}```",
    ),
)
