"""Moving camera, moving people: depth from two frames, and what it says of a person who walks between them.

Source: Z. Li, T. Dekel, F. Cole, R. Tucker, N. Snavely, C. Liu and W. T. Freeman, "Learning the Depths of Moving People
by Watching Frozen People" (2019), arXiv:1904.11111; its measure of error as in D. Eigen, C. Puhrsch and R. Fergus,
"Depth Map Prediction from a Single Image using a Multi-Scale Deep Network" (2014), arXiv:1406.2283.

f    focal length, pixels
t_x  baseline, the camera's way to the right between the frames, metres
v    the person's way to the right between the frames, metres
d    disparity, how far a point moves to the left in the picture, pixels
Z    depth along the camera's axis, metres
h    a person's height in the picture, pixels
"""

from math import ceil, inf

import numpy as np

from miniatures.checks import as_array, as_mask, fitting, numbers, positive, real, whole, whole_numbers
from miniatures.frozen_scenes import COLUMNS, FOCAL, Person, Scene, frame, scene, truth

MOST_METRES = 1e6
MOST_SIDE = 10_000  # pixels: no picture is wider
MOST_ERODED = 500  # pixels
MOST_COSTS = 20_000_000  # values of a cost volume
RESOLUTION = 0.1  # pixels: what block matching cannot tell from 0
FARTHEST = 50.0  # metres; depths of smaller disparities are capped there
NEAREST_PERSON, FARTHEST_PERSON = 1.5, 12.0  # metres
WIDEST_SHIFT = 90.0  # pixels a person may move in the picture


def parallax_depth(true_depth, baseline, object_shift):
    """The depth Z * t_x / (t_x - v) that two frames suggest for a point at Z that itself moved by v; metres all.

    Infinite where the point keeps up with the camera, v = t_x, and negative, behind the camera, where it overtakes it.
    Numbers or arrays that fit each other; Z and t_x above 0.

    >>> [round(float(parallax_depth(4, 0.3, v)), 3) for v in (0, 0.15, -0.15, 0.3)]
    [4.0, 8.0, 2.667, inf]
    """
    depth, baseline, shift = fitting(
        {"true_depth": true_depth, "baseline": baseline, "object_shift": object_shift}, -MOST_METRES, MOST_METRES
    )
    for name, values in (("true_depth", depth), ("baseline", baseline)):
        _above_zero(name, values)
    lead = baseline - shift
    level = np.abs(lead) <= 1e-12 * baseline
    found = np.where(level, inf, depth * baseline / np.where(level, 1, lead))
    return found if found.ndim else float(found)


def _above_zero(name, values):
    if (values < 1e-9).any():
        raise ValueError(f"{name} holds {values[values < 1e-9].flat[0]:g}: every number must lie above 0, from 1e-9")


def si_rmse(predicted, true) -> float:
    """The scale-invariant error: the standard deviation of log(predicted) - log(true), two arrays of depths above 0.

    A common factor costs nothing, for two pictures alone do not tell a small street near by from a large one far off.

    >>> si_rmse([6.0, 12.0, 3.0], [2.0, 4.0, 1.0]) < 1e-12, round(si_rmse([1.0, 2.0], [1.0, 1.0]), 4)
    (True, 0.3466)
    """
    true = numbers("true", true, None, 1e-9, 1e9)
    predicted = numbers("predicted", predicted, true.shape if true.ndim else None, 1e-9, 1e9)
    if not true.size or predicted.shape != true.shape:
        raise ValueError(f"predicted {predicted.shape} and true {true.shape} must be of one shape, with no empty axis")
    return float(np.std(np.log(predicted) - np.log(true)))


def depth_from_height(person_height, height_pixels, focal_pixels):
    """The depth f * H / h, metres, of a person of H metres who is h pixels tall; numbers or arrays, all above 0.

    >>> round(depth_from_height(1.7, 55, 110), 3)
    3.4
    """
    given = {"person_height": person_height, "height_pixels": height_pixels, "focal_pixels": focal_pixels}
    height, pixels, focal = fitting(given, -MOST_METRES, MOST_METRES)
    for name, values in zip(given, (height, pixels, focal), strict=True):
        _above_zero(name, values)
    found = focal * height / pixels
    return found if found.ndim else float(found)


def _box(values, block):
    """Sums over block x block windows, cut at the borders: (H, W) -> (H, W). Adding slices leaves zeros exact."""
    half = block // 2
    padded = np.pad(values, half)
    rows = sum(padded[i : i + len(values)] for i in range(block))
    return sum(rows[:, j : j + values.shape[1]] for j in range(block))


def block_costs(left, right, disparities, block: int) -> np.ndarray:
    """Mean squared difference of the windows around left[r, c] and right[r, c - d], (D, H, W); inf outside the picture.

    Windows are cut at the borders, and the mean is over what is left of them. `left`, `right`: equally large grey
    pictures; `disparities` whole numbers; `block` is odd.

    >>> block_costs([[0.0, 1.0, 5.0]], [[1.0, 5.0, 0.0]], [-1], 1).tolist()
    [[[25.0, 1.0, inf]]]
    """
    left = numbers("left", left, (None, None), -1e6, 1e6)
    right = numbers("right", right, left.shape, -1e6, 1e6)
    disparities = whole_numbers("disparities", disparities, (None,), -MOST_SIDE, MOST_SIDE).tolist()
    block = _odd(block, MOST_SIDE)
    high, wide = left.shape
    found = np.full((len(disparities), high, wide), inf)
    for place, d in enumerate(disparities):
        inside = slice(max(d, 0), wide + min(d, 0))
        there = slice(max(-d, 0), wide - max(d, 0))
        if inside.start < inside.stop:
            squares = (left[:, inside] - right[:, there]) ** 2
            found[place, :, inside] = _box(squares, block) / _box(np.ones_like(squares), block)
    return found


def _odd(block, most):
    if whole("block", block, 1, most) % 2 == 0:
        raise ValueError(f"block={block!r} must be odd: a window has a pixel in its middle")
    return int(block)


def match_blocks(left, right, largest_disparity: int, block: int = 7, smallest_disparity: int = 0) -> np.ndarray:
    """The disparity of each pixel of `left`, (H, W) in pixels: left[r, c] looks like right[r, c - d].

    Of the whole disparities from `smallest_disparity` to `largest_disparity` the one whose block x block windows differ
    least (mean of squares; the smaller d of equals), then the lowest point of the parabola through it and its two
    neighbours, unless the windows are equal. `left`, `right`: equally large grey pictures (H, W); `block` is odd.

    >>> picture = np.random.default_rng(1).uniform(size=(9, 40))
    >>> float(np.median(match_blocks(picture[:, :30], picture[:, 4:34], 8)).round(1))
    4.0
    """
    return _matched(left, right, largest_disparity, block, smallest_disparity)[0]


def _matched(left, right, largest_disparity, block, smallest_disparity):
    """Disparity (H, W), costs (D, H, W) and the smallest disparity tried."""
    left = numbers("left", left, (None, None), -1e6, 1e6)
    right = numbers("right", right, left.shape, -1e6, 1e6)
    high, wide = left.shape
    largest = whole("largest_disparity", largest_disparity, 0, wide - 1)
    smallest = whole("smallest_disparity", smallest_disparity, 1 - wide, min(largest, 0))
    block = _odd(block, min(high, wide))
    if left.size * (largest - smallest + 1) > MOST_COSTS:
        raise ValueError(f"left of shape {left.shape} and largest_disparity={largest}: at most {MOST_COSTS:,} costs")
    costs = block_costs(left, right, range(smallest, largest + 1), block)
    return _lowest(costs, smallest), costs, smallest


def _lowest(costs, smallest):
    """Place of the lowest cost with the parabola's part of a step, (D, H, W) -> (H, W)."""
    best = costs.argmin(axis=0)
    last = len(costs) - 1

    def at(place):
        return np.take_along_axis(costs, np.clip(place, 0, last)[None], axis=0)[0]

    before, here, after = at(best - 1), at(best), at(best + 1)
    inner = (best > 0) & (best < last) & np.isfinite(before) & np.isfinite(after)
    before, after = (np.where(inner, side, here) for side in (before, after))
    bend = before - 2 * here + after
    curved = (bend > 0) & (here > 0)  # a perfect match needs no refinement
    part = np.where(curved, (before - after) / (2 * np.where(curved, bend, 1)), 0)
    return best + smallest + part


def depth_of(disparity, baseline: float, focal: float = FOCAL, farthest: float = FARTHEST) -> np.ndarray:
    """f * t_x / d in metres for an array of disparities in pixels; d of 0 or less, and what is farther, is `farthest`.

    >>> depth_of([8.25, 0.0, -1.0], 0.3).tolist()
    [4.0, 50.0, 50.0]
    """
    disparity = numbers("disparity", disparity, None, -1e6, 1e6)
    baseline, focal = positive("baseline", baseline, MOST_METRES), positive("focal", focal, 1e6)
    farthest = positive("farthest", farthest, 1e9)
    return baseline * focal / np.maximum(disparity, baseline * focal / farthest)


def _seen_twice(forth, costs, smallest, tolerance):
    """Where the way back leads to within `tolerance` pixels of `forth` (H, W); the right frame's costs are the same."""
    back = np.full(costs.shape, inf)
    for place in range(len(costs)):
        d, wide = place + smallest, costs.shape[2]
        back[place, :, max(-d, 0) : wide - max(d, 0)] = costs[place, :, max(d, 0) : wide + min(d, 0)]
    back = _lowest(back, smallest)
    columns = np.arange(forth.shape[1]) - np.round(forth).astype(int)
    inside = (columns >= 0) & (columns < forth.shape[1])
    found = np.take_along_axis(back, np.where(inside, columns, 0), axis=1)
    return inside & (np.abs(found - forth) <= tolerance)


def checked_match(left, right, largest_disparity: int, block: int = 7, tolerance: float = 1.0):
    """`match_blocks`, and where matching from the right finds the way back to within `tolerance` pixels: two (H, W).

    What only one frame sees fails the check. A person who walked along the baseline does not: any way along a row is
    that of some depth.

    >>> picture = np.random.default_rng(1).uniform(size=(9, 40))
    >>> disparity, valid = checked_match(picture[:, :30], picture[:, 4:34], 8)
    >>> float(np.median(disparity[valid]).round(1)), bool(valid[:, :4].any())
    (4.0, False)
    """
    disparity, costs, smallest = _matched(left, right, largest_disparity, block, 0)
    return disparity, _seen_twice(disparity, costs, smallest, real("tolerance", tolerance, 0, 1e6))


def filled_along_rows(values, valid) -> np.ndarray:
    """`values` (H, W) with the smaller of the nearest valid ones to the left and right where not `valid`.

    The usual guess for disparities: what one frame hides is behind. A row without a valid value keeps its own.

    >>> filled_along_rows([[5.0, 0.0, 3.0, 0.0]], [[True, False, True, False]]).tolist()
    [[5.0, 3.0, 3.0, 3.0]]
    """
    values = numbers("values", values, (None, None), -1e12, 1e12)
    valid = as_array("valid", valid).astype(bool)
    if valid.shape != values.shape:
        raise ValueError(f"valid of shape {valid.shape} must have the shape {values.shape} of values")
    sides = []
    for turn in (slice(None), slice(None, None, -1)):
        places = np.where(valid[:, turn], np.arange(values.shape[1]), -1)
        nearest = np.maximum.accumulate(places, axis=1)
        side = np.take_along_axis(values[:, turn], np.maximum(nearest, 0), axis=1)
        sides.append(np.where(nearest >= 0, side, inf)[:, turn])
    found = np.minimum(*sides)
    return np.where(np.isfinite(found), found, values)


def eroded(mask, pixels: int) -> np.ndarray:
    """The mask (H, W) without what lies within `pixels` rows or columns of its edge; the picture's border is an edge."""
    mask, pixels = as_mask("mask", mask, (None, None)), whole("pixels", pixels, 0, MOST_ERODED)
    outside = np.pad(~mask, pixels, constant_values=True)
    high, wide = mask.shape
    rows = np.any([outside[i : i + high] for i in range(2 * pixels + 1)], axis=0)
    return ~np.any([rows[:, j : j + wide] for j in range(2 * pixels + 1)], axis=0)


def core(mask, block: int = 7, least: int = 12) -> np.ndarray:
    """The mask's inside, where a window of `block` pixels lies on the person; less is cut where < `least` would stay."""
    mask, least = as_mask("mask", mask, (None, None)), whole("least", least, 0, 10**9)
    for pixels in range(whole("block", block, 1, 2 * MOST_ERODED) // 2, 0, -1):
        inside = eroded(mask, pixels)
        if inside.sum() >= least:
            return inside
    return mask


def lone_person(true_depth: float, baseline: float, object_shift: float, seed: int) -> Scene:
    """A scene of world `seed` with one person at `true_depth` who moves by `object_shift`, seen in both frames."""
    depth = real("true_depth", true_depth, NEAREST_PERSON, FARTHEST_PERSON)
    baseline = real("baseline", baseline, 0.02, 2)
    shift = real("object_shift", object_shift, -10, 10)
    drawn = scene(seed)
    moved = FOCAL * (baseline - shift) / depth
    if abs(moved) > WIDEST_SHIFT:
        raise ValueError(
            f"object_shift={shift:g} with baseline={baseline:g} at {depth:g} m moves the person by {moved:.0f} pixels: "
            f"at most {WIDEST_SHIFT:g}, or one of the two frames does not show the person"
        )
    person = Person(depth * moved / 2 / FOCAL, depth, drawn.people[0].height, shift, shade=drawn.people[0].shade)
    return Scene((person,), max(drawn.wall, depth + 2), baseline, drawn.seed)


def person_disparity(pair: Scene, number: int = 0, largest: int | None = None) -> float:
    """Median disparity of person `number`, pixels, by block matching of the frames at times 0 and 1.

    Matches to both sides are tried, so that the direction is found and not given."""
    person = pair.people[whole("number", number, 0, len(pair.people) - 1)]
    widest = ceil(FOCAL * (pair.baseline + abs(person.shift)) / person.depth) + 4
    widest = widest if largest is None else whole("largest", largest, 0, 10**6)
    widest = min(widest, COLUMNS - 1)
    disparity = match_blocks(frame(pair, 0), frame(pair, 1), widest, smallest_disparity=-widest)
    return float(np.median(disparity[core(truth(pair).labels == number + 1)]))


def apparent_person_depth(true_depth: float, baseline: float, object_shift: float, seed: int) -> float:
    """The depth, metres, that block matching of two freshly drawn frames gives a walking person: the median over the body.

    Compare `parallax_depth`, its closed form. Infinite where the person moves by less than 0.1 pixels, negative where
    the person overtakes the camera. `true_depth` from 1.5 to 12 m, `baseline` from 0.02 to 2 m, `seed` 0 or more;
    ValueError where a frame would not show the person.

    >>> bool(abs(apparent_person_depth(4, 0.3, 0.15, 7) - 8) < 0.5)
    True
    """
    pair = lone_person(true_depth, baseline, object_shift, seed)
    disparity = person_disparity(pair)
    return inf if abs(disparity) < RESOLUTION else FOCAL * pair.baseline / disparity
