"""Small pictures of arcs and lines, and the fixed first layer that looks at them: eight complex Gabor filters.

Source: E. H. Adelson and J. R. Bergen, "Spatiotemporal energy models for the perception of motion" (1985),
doi:10.1364/JOSAA.2.000284, for the energy of a pair of filters a quarter of a wave apart.

SIDE     side of a picture, 16 pixels; x runs right and y up from its centre
ORIENTATIONS  8 Gabor filters; number j varies along the angle 22.5 j degrees, so its stripes run across it
SITES    5 x 5 places, 2 pixels apart, at which the first layer's energies are pooled
HALF_ANGLE  60 degrees of arc on each side of its middle
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from miniatures.checks import fitting, numbers, real, whole

SIDE, KERNEL, ORIENTATIONS, SITES, UNITS = 16, 7, 8, 5, 8
WAVES_PER_PIXEL, ENVELOPE = 0.2, 2.0  # of a Gabor filter; the envelope's spread in pixels
HALF_ANGLE = np.pi / 3
USUAL_RADIUS = 7.0
TESTS = 240  # pictures on which an edited circuit is tried, of seed 300
NOISE = 0.3  # standard deviation of a pixel's noise, beside strokes of height 0.6 to 1.4


def gabors(waves: float = WAVES_PER_PIXEL) -> np.ndarray:
    """Even and odd filter of each orientation, (8, 2, 7, 7), mean 0 and norm 1; `waves` a pixel, up to 1/2.

    >>> gabors().shape
    (8, 2, 7, 7)
    """
    waves = real("waves", waves, 0.02, 0.5)
    across = np.arange(KERNEL) - 3.0
    x, y = np.meshgrid(across, -across)
    envelope = np.exp(-(x**2 + y**2) / (2 * ENVELOPE**2))
    angles = np.pi * np.arange(ORIENTATIONS)[:, None, None] / ORIENTATIONS
    phase = 2 * np.pi * waves * (x * np.cos(angles) + y * np.sin(angles))  # (8, 7, 7)
    pair = np.stack([np.cos(phase), np.sin(phase)], 1) * envelope
    pair -= envelope * pair.sum((2, 3), keepdims=True) / envelope.sum()
    return pair / np.sqrt((pair**2).sum((2, 3), keepdims=True))


def arc_centre(angle: float, radius: float) -> np.ndarray:
    """Centre (x, y) of the circle whose arc with its middle at `angle` (radians) fills the picture's centre.

    >>> arc_centre(0.0, 4.0).tolist()
    [-3.0, -0.0]
    """
    angle, radius = real("angle", angle, -1e6, 1e6), real("radius", radius, 0, 1e6)
    return -np.array([np.cos(angle), np.sin(angle)]) * radius * (1 + np.cos(HALF_ANGLE)) / 2


def nearest_on_arc(x, y, angle: float, radius: float, shift=(0.0, 0.0)) -> tuple[np.ndarray, np.ndarray]:
    """Distance to the nearest point of an arc, in pixels, and the angle of the arc's normal there, in radians.

    >>> [round(float(one), 3) for one in nearest_on_arc(1.0, 0.0, 0.0, 4.0)]
    [0.0, 0.0]
    """
    x, y = fitting({"x": x, "y": y}, -1e6, 1e6)
    shift = numbers("shift", shift, (2,), -1e6, 1e6)
    cx, cy = arc_centre(angle, radius) + shift
    from_middle = np.angle(np.exp(1j * (np.arctan2(y - cy, x - cx) - angle)))
    normal = angle + np.clip(from_middle, -HALF_ANGLE, HALF_ANGLE)
    return np.hypot(x - cx - radius * np.cos(normal), y - cy - radius * np.sin(normal)), normal


def arc(angle, radius: float = USUAL_RADIUS, width: float = 1.0, height: float = 1.0, shift=(0.0, 0.0)) -> np.ndarray:
    """Picture (16, 16) of a stroke along an arc that bulges towards `angle`, in degrees; 0 is right, 90 is up.

    `radius` 2 to 1e6 pixels (a large one draws a line), `width` the stroke's spread, `height` its grey, negative for dark.

    >>> int(arc(90.0).sum(axis=1).argmax()) < 8  # the top of the hill lies in the upper half
    True
    """
    angle, radius = np.radians(real("angle", angle, -1e6, 1e6)), real("radius", radius, 2, 1e6)
    width, height = real("width", width, 0.2, 20), real("height", height, -100, 100)
    shift = numbers("shift", shift, (2,), -SIDE, SIDE)
    if radius > 100:  # a line through the centre, as long as the picture
        x, y = _pixels()
        distance = (x - shift[0]) * np.cos(angle) + (y - shift[1]) * np.sin(angle)
    else:
        distance, _ = nearest_on_arc(*_pixels(), angle, radius, shift)
    return height * np.exp(-(distance**2) / (2 * width**2))


def _pixels():
    across = np.arange(SIDE) - (SIDE - 1) / 2
    return np.meshgrid(across, -across)


def site_places() -> tuple[np.ndarray, np.ndarray]:
    """x and y of the 5 x 5 sites in pixels from the picture's centre, each (5, 5).

    >>> site_places()[0][0].tolist()
    [-4.0, -2.0, 0.0, 2.0, 4.0]
    """
    across = 2.0 * np.arange(SITES) - 4
    return np.meshgrid(across, -across)


def first_layer(pictures, waves: float = WAVES_PER_PIXEL) -> np.ndarray:
    """Energies (N, 8, 5, 5) of the complex Gabors on `pictures` (N, 16, 16), the largest of each 2 x 2 places.

    Energy is the root of the sum of the squares of the even and the odd filter's response: it does not know dark from light.
    """
    pictures = numbers("pictures", pictures, (None, SIDE, SIDE), -1e6, 1e6)
    patches = sliding_window_view(pictures, (KERNEL, KERNEL), (1, 2))  # (N, 10, 10, 7, 7)
    responses = np.tensordot(patches, gabors(waves), ([3, 4], [2, 3]))  # -> (N, 10, 10, 8, 2)
    energy = np.sqrt((responses**2).sum(4)).reshape(-1, SITES, 2, SITES, 2, ORIENTATIONS)
    return np.moveaxis(energy.max((2, 4)), 3, 1)


def random_curves(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """`count` noisy pictures (count, 16, 16) of arcs, and the unit 0 to 7 each belongs to, angle 45 k +- 10 degrees."""
    units = rng.integers(UNITS, size=whole("count", count, 1, 20_000))
    pictures = [_random_stroke(45 * unit + rng.uniform(-10, 10), rng.uniform(5, 9), rng) for unit in units]
    return np.array(pictures) + rng.normal(0, NOISE, (len(units), SIDE, SIDE)), units


def random_curves_and_lines(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """`count` noisy pictures of strokes in any direction, and whether each is an arc (1) or a straight line (0).

    >>> pictures, curved = random_curves_and_lines(3, np.random.default_rng(0))
    >>> pictures.shape, curved.tolist()
    ((3, 16, 16), [1, 1, 1])
    """
    curved = rng.integers(2, size=whole("count", count, 1, 20_000))
    pictures = [_random_stroke(rng.uniform(0, 360), rng.uniform(4, 7) if one else 1e6, rng) for one in curved]
    return np.array(pictures) + rng.normal(0, NOISE, (len(curved), SIDE, SIDE)), curved


def _random_stroke(angle, radius, rng):
    height = rng.choice([-1, 1]) * rng.uniform(0.6, 1.4)
    return arc(angle, radius, rng.uniform(0.7, 1.3), height, rng.uniform(-1, 1, 2))


def two_gratings(left: float, right: float, turn: float = 0.0) -> np.ndarray:
    """Picture (16, 16): stripes of `left` waves a pixel on one half and of `right` on the other; `turn` in degrees turns the halves."""
    left, right = real("left", left, 0, 0.5), real("right", right, 0, 0.5)
    x, y = _pixels()
    turn = np.radians(real("turn", turn, -360, 360))
    across, along = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    return np.sin(2 * np.pi * np.where(across < 0, left, right) * along + 0.7)
