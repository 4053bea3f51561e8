"""Views of the chapter on clipping and dropping: corners, matches, RANSAC, what a phone sees, mattes, a film.

Ink is the truth, orange RANSAC, purple the fit that is told which matches are right. Blue are matches that RANSAC keeps, red
those that it leaves, and the fit that does not leave them. Pictures have 16 tones of each colour.
"""

from functools import cache

import numpy as np

from miniatures import clip_corners as quad
from miniatures import clip_film as film
from miniatures import clip_runs as runs
from miniatures import draw
from miniatures.checks import one_of, real, share, whole
from miniatures.clip_and_drop import (
    apply_homography,
    fit_homography,
    iterations_needed,
    ransac_homography,
    success_probability,
)
from miniatures.clip_matches import (
    SCREEN,
    VIEW,
    Pose,
    corner_error,
    pointing_error,
    random_pose,
    simulated_matches,
    view_corners,
    view_to_screen,
)
from miniatures.clip_matte import (
    NOISE,
    SMALL,
    cactus,
    clip,
    clip_error,
    fringe,
    matte,
    over,
    photograph,
    shrunk,
    tabletop,
)
from miniatures.clip_screen import desktop, matches_of, phone_view, warp
from miniatures.explore import View, refusal
from miniatures.wording import plural

SEED, SHOWN = runs.FRESH_SEEDS[0], runs.FRESH_SEEDS[-1]  # of the drawn matches and pictures; of the film
WIDE, HIGH = SCREEN
NEAREST = 0.1  # the lower end of axes of errors, pixels
MOST = 2000.0  # their upper end
GROUNDS = {"white": 1.0, "grey": 0.5, "dark": 0.1}
COLOURS = {"plain": "red", "RANSAC": "orange", "told which are right": "purple"}


def size(pixels: float) -> str:
    """An error in pixels, with as many digits as it bears.

    >>> size(0.849), size(23.4), size(1e7)
    ('0.85 px', '23 px', 'more than 2,000 px')
    """
    if pixels != np.inf:
        real("pixels", pixels, 0, 1e300)
    if pixels > MOST:
        return f"more than {MOST:,.0f} px"
    return f"{pixels:.2f} px" if pixels < 10 else f"{pixels:.0f} px"


def _tones(picture, width):
    """A picture (H, W, 3) or (H, W) in [0, 1], drawn `width` pixels wide in 16 tones."""
    high, wide = picture.shape[:2]
    shrink = wide / width
    step = [[shrink, 0, (shrink - 1) / 2], [0, shrink, (shrink - 1) / 2], [0, 0, 1]]
    small = picture if shrink == 1 else warp(picture, step, (width, round(high / shrink)), edge="nearest")
    return draw.stepped(small)


def _picture(picture, *marks, title, width, span, height=340):
    """A picture of `span` (width, height) pixels with marks on it, whose y is the row counted from below."""
    wide, high = span
    return draw.figure(
        draw.image(_tones(picture, width), -0.5, -0.5, wide, high), *marks, title=title, equal=True, height=height,
        x=draw.axis(hidden=True, range=(-0.5, wide - 0.5)), y=draw.axis(hidden=True, range=(-0.5, high - 0.5)),
    )  # fmt: skip


def _up(points, high):
    """Columns, and rows counted from below, to half a pixel's tenth."""
    points = np.asarray(points, float)
    return points[:, 0].round(1), (high - 1 - points[:, 1]).round(1)


def _outline(H, name, colour, dash="solid", width=2.5, points=None):
    """The view's outline on the screen; what lies outside the screen is cut."""
    corners = view_corners() if points is None else points
    pieces = quad.mapped_segments(H, corners, np.roll(corners, -1, axis=0), (0, 0), (WIDE - 1, HIGH - 1))
    x, y = _broken(pieces)
    return draw.line(x, HIGH - 1 - y, name, colour, dash, width)


def _broken(pieces):
    """Segments (N, 2, 2, 2) as one line with gaps, to a tenth of a pixel; a tie goes up in any Python."""
    ends = np.full((pieces.shape[0] * 2, 3, 2), np.nan)
    ends[:, :2] = pieces.reshape(-1, 2, 2)
    return (ends.reshape(-1, 2).T + 1e-6).round(1)


# four corners ------------------------------------------------------------------------------------

LETTER = np.add(
    [[0, 0], [40, 0], [40, 10], [12, 10], [12, 24], [32, 24], [32, 34], [12, 34], [12, 60], [0, 60]], (80, 45)
)  # an F, view pixels
GRID = 5  # lines each way


def _grid():
    """Starts and ends (N, 2) of the grid's lines in the view."""
    right, low = view_corners()[2]
    across, down = np.linspace(0, right, GRID), np.linspace(0, low, GRID)
    starts = [(x, 0) for x in across] + [(0, y) for y in down]
    ends = [(x, low) for x in across] + [(right, y) for y in down]
    return np.array(starts), np.array(ends)


def corners(
    left_1: float, top_1: float, right_2: float, top_2: float, right_3: float, low_3: float, left_4: float, low_4: float
) -> View:
    """Where four corners of the view are dragged to on the screen, and what the homography makes of a grid and a letter."""
    named = {"left_1": left_1, "top_1": top_1, "right_2": right_2, "top_2": top_2,
             "right_3": right_3, "low_3": low_3, "left_4": left_4, "low_4": low_4}  # fmt: skip
    places = np.array([real(name, value, -quad.FAR, quad.FAR) for name, value in named.items()]).reshape(4, 2)
    try:
        H = quad.homography_of(places)
    except ValueError as reason:
        said = "Three of the four corners lie on a line, or almost: " + str(reason).split(": ", 1)[1]
        marks = [draw.text(160, 12, "no homography", "red", size=14)]
        return View(_corner_panels(places, marks), f"{said}. Their thickness is {quad.thickness(places):.3f}.")
    pieces = quad.mapped_segments(H, *_grid(), (0, 0), (WIDE, HIGH))
    letter = quad.mapped_segments(H, LETTER, np.roll(LETTER, -1, axis=0), (0, 0), (WIDE, HIGH))
    marks = [draw.line(*_broken(pieces), colour="orange", width=1.5), draw.line(*_broken(letter), colour="blue")]
    return View(_corner_panels(places, marks), _corner_words(places, H))


def _corner_panels(places, marks):
    closed, letter = np.vstack([places, places[:1]]), np.vstack([LETTER, LETTER[:1]])
    starts, ends = _grid()
    flat = np.stack([np.stack([starts, ends], axis=1), np.full((len(starts), 2, 2), np.nan)], axis=1)
    on_screen = (*marks, draw.line(*closed.T, colour="ink", dash="dot", width=1.5))
    in_view = draw.line(*_broken(flat), colour="orange", width=1.5), draw.line(*letter.T, colour="blue")
    left, top = (np.array(SCREEN) - VIEW) / 2  # room around the view, so that both panels have one scale
    panels = [
        draw.figure(
            *lines, draw.points(*dots.T, colour="orange", size=10), title=title, equal=True, legend=False, height=300,
            x=draw.axis("column, px", range=(first[0], first[0] + WIDE)), y=draw.axis("row, px", range=(first[1] + HIGH, first[1])),
        )
        for lines, dots, title, first in (
            (on_screen, places, "on the screen", (0, 0)), (in_view, view_corners(), "in the view", (-left, -top)),
        )
    ]  # fmt: skip
    return draw.panels(*panels, height=300)


def _corner_words(places, H):
    areas = [quad.area(H, corner) for corner in view_corners()]
    shape = quad.shape_of(places)
    if shape == "convex":
        g, h = H[2, :2]
        names = ("upper left", "upper right", "lower right", "lower left")
        least, most = int(np.argmin(np.round(areas, 3))), int(np.argmax(np.round(areas, 3)))
        if np.ptp(np.round(areas, 3)) == 0:
            return f"No perspective: the last row of H is (0, 0, 1), and a pixel of the view becomes {areas[0]:.2f} pixels of the screen everywhere."
        return (
            f"The last row of H is ({_thousandths(g)}, {_thousandths(h)}, 1), numbers in thousandths: a pixel of the view becomes {areas[least]:.2f} pixels of the screen "
            f"at the {names[least]} and {areas[most]:.2f} at the {names[most]}. Lengths and their ratios change; the cross-ratio of the top edge's marks stays {_marks_ratio(H):.3f}."
        )
    kind = "The outline has a dent" if shape == "not convex" else "The outline crosses itself"
    return (
        f"{kind}, so no camera before a screen sees this, though H exists: the last row is ({_thousandths(H[2, 0])}, {_thousandths(H[2, 1])}, 1), in thousandths, "
        "the line that goes to infinity runs through the view, and the grid comes back from the other side."
    )


def _thousandths(number):
    return f"{1000 * number:.1f}".replace("-0.0", "0.0")


def _marks_ratio(H):
    """The cross-ratio of the images of four equally spaced places on the view's top edge."""
    right = view_corners()[1, 0]
    return quad.cross_ratio(*apply_homography(H, [[right * part, 0.0] for part in (0, 1 / 3, 2 / 3, 1)]))


# matches, right and wrong --------------------------------------------------------------------------


@cache
def _drawn(outlier_share):
    rng = np.random.default_rng([SEED, 0])
    return simulated_matches(runs.MATCHES, outlier_share, runs.NOISE, random_pose(rng), rng)


@cache
def _curves():
    """Medians over the trials of each seed, by fit: (5 seeds, shares)."""
    return {
        fit: np.array([np.median(runs.corner_errors(fit, share), axis=1) for share in runs.SHARES]).T for fit in COLOURS
    }


def outliers(outlier_share: float, iterations: int, tolerance: float) -> View:
    """Sixty drawn matches with a share of wrong ones, fitted to all and by RANSAC; and the errors over five seeds."""
    real("outlier_share", outlier_share, 0, 1)
    real("iterations", iterations), real("tolerance", tolerance)  # what is out of range is refused in the picture
    m, rng = _drawn(outlier_share), np.random.default_rng(SEED)
    try:
        H, inliers = ransac_homography(m.view, m.screen, tolerance, iterations, rng)
    except ValueError as reason:
        return refusal(str(reason))
    plain = fit_homography(m.view, m.screen)
    x, y = _up(m.screen, HIGH)
    left = draw.figure(
        draw.points(x, y, colour=["blue" if one else "red" for one in inliers], size=6),
        _outline(m.truth, "where the view is", "ink", "dash", 1.5), _outline(plain, "fitted to all", "red"), _outline(H, "RANSAC", "orange"),
        title="places on the screen", equal=True, x=draw.axis(hidden=True, range=(0, WIDE)), y=draw.axis(hidden=True, range=(0, HIGH)),
    )  # fmt: skip
    errors = [corner_error(one, m.truth) for one in (plain, H)]
    shares = [100 * share for share in runs.SHARES]
    marks = []
    for fit, found in _curves().items():
        name = fit if fit not in ("plain", "RANSAC") else None  # the others are named on the left
        marks.append(draw.line(shares, found.mean(axis=0), name, COLOURS[fit], width=2))
        for one in found:
            marks.append(draw.points(shares, one, colour=COLOURS[fit], size=4))
    right = draw.figure(
        *marks, draw.points([100 * outlier_share] * 2, np.clip(errors, NEAREST, MOST), colour=["red", "orange"], size=13, symbol="diamond"),
        title="worst corner, five seeds", x=draw.axis("wrong matches, %", range=(-3, 83)), y=draw.axis("error, px", range=(NEAREST, 1.5 * MOST), log=True),
    )  # fmt: skip
    kept, wrong = int(inliers.sum()), int((inliers & ~m.right).sum())
    return View(
        draw.panels(left, right, height=360),
        f"With {100 * outlier_share:.0f} % wrong matches the worst corner is off by {size(errors[0])} when all are fitted, by {size(errors[1])} with RANSAC. "
        f"After {plural(iterations, 'iteration')} at a tolerance of {tolerance:g} px it keeps {kept} of {len(m.right)} matches, {wrong or 'none'} of them wrong.",
    )


def success(inlier_share: float, points: int, certainty: float) -> View:
    """How many samples it takes: the formula, and what was measured for samples of four."""
    share("certainty", certainty)
    k = np.unique(np.round(np.geomspace(1, 200_000, 45)))
    chance = [success_probability(inlier_share, points, int(one)) for one in k]
    needed = iterations_needed(inlier_share, points, certainty)
    outlier_share, marks, said = round(1 - inlier_share, 6), [], ""
    if points == 4 and outlier_share in runs.SHARES:
        found = [runs.success(outlier_share, one).found for one in runs.STEPS]
        means, deviations = (np.array([getattr(one, kind)() for one in found]).round(3) for kind in ("mean", "std"))
        marks = [draw.points(runs.STEPS, means, "RANSAC found it, five seeds", "orange", 9, error=deviations)]
        said = f" Measured at 72 iterations: {100 * runs.success(outlier_share, 72).found.mean():.1f} %, by the formula {100 * success_probability(inlier_share, 4, 72):.1f} %."
    figure = draw.figure(
        draw.line(k, np.round(chance, 4), "1 - (1 - wⁿ)ᵏ", "blue"), *marks, draw.horizontal(certainty, "grey", "dot"),
        draw.vertical(needed, "grey", "dash"), height=360,
        x=draw.axis("iterations k", range=(1, 200_000), log=True), y=draw.axis("probability", range=(0, 1.02)),
    )  # fmt: skip
    return View(
        figure,
        f"With {100 * inlier_share:.0f} % right matches and samples of {points} it takes {needed:,} {'iteration' if needed == 1 else 'iterations'} "
        f"to draw a clean sample with {100 * certainty:.4g} % certainty.{said}",
    )


# a phone before a screen -----------------------------------------------------------------------------


@cache
def _desk():
    return desktop(SEED)


def held(tilt: float, mesh: float) -> View:
    """What a phone so held sees, the matches with the screenshot, and where RANSAC puts the view."""
    pose = Pose(tilt, runs.HELD.turn, runs.HELD.roll, runs.HELD.distance)
    rng = np.random.default_rng(SEED)
    screen = _desk()
    view = phone_view(screen, pose, runs.GRAIN, rng, mesh)
    m = matches_of(view, screen, pose)
    try:
        H, inliers = ransac_homography(m.view, m.screen, runs.PICTURE_TOLERANCE, runs.ITERATIONS, rng)
    except ValueError as reason:
        return refusal(str(reason))
    colours = ["blue" if one else "red" for one in inliers]
    left = _picture(
        view.mean(axis=2), draw.points(*_up(m.view, VIEW[1]), colour=colours, size=6), title="the phone's view", width=VIEW[0] // 2, span=VIEW,
    )  # fmt: skip
    right = _picture(
        screen.mean(axis=2), draw.points(*_up(m.screen, HIGH), colour=colours, size=6), _outline(m.truth, "where the view is", "ink", "dash", 1.5),
        _outline(H, "RANSAC", "orange"), title="the screenshot", width=WIDE // 2, span=SCREEN,
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=340),
        f"Tilted by {tilt:g}°, with a pixel mesh of contrast {mesh:g}: {int(m.right.sum())} of {len(m.right)} matches are right and RANSAC keeps {int(inliers.sum())}. "
        f"It puts the worst corner off by {size(corner_error(H, m.truth))} and the place pointed at by {size(pointing_error(H, m.truth))}.",
    )


SWEEPS = {
    "tilt": "tilt, degrees", "distance": "distance", "roll, patches turned": "roll, degrees", "roll, patches upright": "roll, degrees",
    "mesh": "contrast of the mesh", "windows": "windows", "ratio": "ratio", "object, old screenshot": "width of the object, px",
    "object, fresh screenshot": "width of the object, px",
}  # fmt: skip


def sweep(name: str) -> View:
    """One thing changed at a time: the share of right matches, and the errors of corners and of the place pointed at."""
    values = runs.SWEEPS[one_of("name", name, tuple(SWEEPS))]
    places = [f"{value:g}" for value in values]
    shares = 100 * runs.seen(name, "right share").mean(axis=2)
    left = draw.figure(
        *(draw.points(places, one.round(1), colour="blue", size=5) for one in shares), draw.line(places, shares.mean(axis=0).round(1), colour="blue"),
        title="right matches", legend=False, x=draw.axis(SWEEPS[name]), y=draw.axis("share, %", range=(0, 102)),
    )  # fmt: skip
    marks, found = [], {}
    for measure, label, colour in (("plain pointing error", "place, all fitted", "red"), ("pointing error", "place, RANSAC", "orange"), ("corner error", "worst corner, RANSAC", "ink")):  # fmt: skip
        by_seed = np.clip(np.median(runs.seen(name, measure), axis=2), 0.02, MOST)
        found[measure] = np.median(runs.seen(name, measure), axis=(0, 2))
        marks += [draw.points(places, one, colour=colour, size=5) for one in by_seed]
        marks.append(draw.line(places, np.median(by_seed, axis=0), label, colour))
    right = draw.figure(
        *marks, title="errors, medians", x=draw.axis(SWEEPS[name]), y=draw.axis("px", range=(0.02, MOST), log=True),
    )  # fmt: skip
    first, last = places[0], places[-1]
    return View(
        draw.panels(left, right, height=360),
        f"{name[0].upper() + name[1:]}, from {first} to {last}: the share of right matches goes from {shares[:, 0].mean():.0f} to {shares[:, -1].mean():.0f} %, "
        f"RANSAC's median error of the place from {size(found['pointing error'][0])} to {size(found['pointing error'][-1])}, of the worst corner from "
        f"{size(found['corner error'][0])} to {size(found['corner error'][-1])}.",
    )


# mattes and edges --------------------------------------------------------------------------------------


def fringes(storage: str, ground: str) -> View:
    """The object made smaller and dropped on a plain ground, from three ways to store it; the brightness across its edge."""
    side, tone = SMALL, GROUNDS[one_of("ground", ground, GROUNDS)]
    here, right, alpha = shrunk(storage, tone)
    row = 20
    across = list(range(6, 34))
    left = _picture(
        here, draw.line([5.5, 33.5], [side - 1 - row] * 2, colour="purple", width=1.5), title=f"dropped on {ground}", width=side, span=(side, side),
    )  # fmt: skip
    profile = draw.figure(
        draw.line(across, right[row, across].mean(axis=1).round(3), "as it should be", "ink", "dash"), draw.line(across, here[row, across].mean(axis=1).round(3), storage, "orange"),
        title="along the line", x=draw.axis("column, px", range=(6, 33)), y=draw.axis("brightness", range=(0, 1.05)),
    )  # fmt: skip
    off = fringe(here, right, alpha)
    said = "no fringe" if abs(off) < 5e-5 else f"a fringe of {off:+.3f}"
    return View(
        draw.panels(left, profile, height=340),
        f"Stored {storage} and dropped on {ground} ({tone:g}): {said}, the mean change of the soft pixels at the edge. The darkest of them is {_deepest(here, right):.3f} too dark.",
    )


def _deepest(here, right):
    return max(0.0, float((right - here).mean(axis=2).max()))


def mattes(high: float, colours: str) -> View:
    """A photograph, the matte by difference, and the object on a dark ground."""
    plate = tabletop(SEED)
    photo = photograph(cactus(), plate, NOISE, np.random.default_rng(SEED))
    alpha, true = matte(photo, plate, high=high), cactus()[..., 3]
    dark = np.full((*true.shape, 3), GROUNDS["dark"])
    dropped, right = over(clip(photo, plate, alpha, colours), dark), over(cactus(), dark)
    soft = (true > 0) & (true < 1)
    side = true.shape[0]
    pictures = [
        _picture(one, title=title, width=side, span=(side, side), height=260)
        for one, title in ((alpha, "matte"), (dropped, "dropped on dark"), (right, "as it should be"))
    ]
    error, best = clip_error(SEED, "by difference", colours, high), clip_error(SEED, "true matte", colours)
    return View(
        draw.panels(*pictures, columns=3, height=260, gap=0.04),
        f"With full coverage from a difference of {high:g} on, the matte is wrong by {np.abs(alpha - true)[soft].mean():.2f} in the mean of the soft pixels, and the colours of the edge by {error:.3f} "
        f"(root mean square), {colours}. With the true matte it would be {best:.3f}.",
    )


# the film ------------------------------------------------------------------------------------------------


@cache
def _screens(iterations):
    """The screen before and after the drop, in grey, on which lines can be seen."""
    return tuple(screen.mean(axis=2) for screen in (desktop(SHOWN), film.dropped_screen(SHOWN, iterations=iterations)))


def journey(number: int, iterations: int) -> View:
    """A frame of the film: what the phone shows, and where on the screen RANSAC says that it points."""
    number = whole("number", number, 0, film.FRAMES - 1)
    track, (place_error, worst) = runs.track(SHOWN, iterations), runs.film_errors(SHOWN, iterations)
    H, truth = track.H[number], view_to_screen(film.journey(number))
    seen = film.frame(number, SHOWN, iterations=iterations, noise=0.0)
    before, after = _screens(iterations)
    middle = [(VIEW[0] - 1) / 2, (VIEW[1] - 1) / 2]
    place = apply_homography(H, [middle])
    left = _picture(seen, title=f"the phone, frame {number}", width=133, span=VIEW)
    right = _picture(
        after if number >= film.DROPPED_AT else before, _outline(truth, "where the view is", "ink", "dash", 2), _outline(H, "RANSAC", "orange"),
        draw.points(*_up(np.clip(place, 0, np.array(SCREEN) - 1), HIGH), colour="orange", size=11), title=f"the screen, {iterations} iterations", width=WIDE // 2, span=SCREEN,
    )  # fmt: skip
    state = "in hand" if number < film.DROPPED_AT else "dropped now" if number == film.DROPPED_AT else "on the screen"
    return View(
        draw.panels(left, right, height=340),
        f"Frame {number}, the object {state}: {track.right[number]} of {track.matches[number]} matches are right, RANSAC keeps {track.inliers[number]} after {iterations} iterations "
        f"and puts the place pointed at off by {size(place_error[number])}, the worst corner by {size(worst[number])}.",
    )


def pasted() -> View:
    """The same drop twice: upright where the phone points, as the first demo did it, and as the phone saw it."""
    seed, panels, words = SEED, [], []
    for as_seen, title in ((False, "upright, at a fixed size"), (True, "as seen, by all of H")):
        screen = film.dropped_screen(seed, as_seen)
        panels.append(_picture(screen, title=title, width=WIDE // 2, span=SCREEN))
        changed = np.abs(screen - desktop(seed)).max(axis=2) > 1e-6
        rows, columns = np.nonzero(changed)
        words.append(f"{np.ptp(columns) + 1} by {np.ptp(rows) + 1}")
    return View(
        draw.panels(*panels, height=300),
        f"The drop of frame 12, seed {seed}. Upright it covers {words[0]} pixels of the screen; as the phone saw it, {words[1]}.",
    )
