"""Cuts the wallpaper and runs every measurement that the chapter on clipping and dropping shows from store.

    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/clip_and_drop.py wallpaper path/to/coffee.jpg
    PYTHONPATH=code OMP_NUM_THREADS=1 python code/precompute/clip_and_drop.py

write data/clip_and_drop_wallpaper.npz, data/clip_and_drop_runs.npz and data/clip_and_drop_film.npz; then put their sha256
into data/SHA256SUMS. Zooms, patch, corners, tolerance and ratio were chosen on the seeds 0 to 3.
"""

import sys

import numpy as np
from miniatures import clip_runs as r
from miniatures.clip_and_drop import (
    LARGEST_COORDINATE,
    apply_homography,
    draw_samples,
    fit_homography,
    ransac_homography,
    reprojection_errors,
)
from miniatures.clip_film import FRAMES, drop, pointed
from miniatures.clip_matches import corner_error, pointing_error, random_pose, simulated_matches, view_corners
from miniatures.clip_matte import cactus
from miniatures.clip_screen import desktop, matches_of, phone_view
from writing import DATA


def drawn(seed: int, trial: int, outlier_share: float, noise: float = r.NOISE):
    """One trial's matches and its generator: the pose, the places and then the samples come from it."""
    rng = np.random.default_rng([seed, trial, round(100 * outlier_share)])
    return simulated_matches(r.MATCHES, outlier_share, noise, random_pose(rng), rng), rng


def fits(seed: int, trial: int, outlier_share: float) -> list[float]:
    """Corner errors by r.FITS, then RANSAC's share of the right matches found."""
    m, rng = drawn(seed, trial, outlier_share)
    H, inliers = ransac_homography(m.view, m.screen, r.TOLERANCE, r.ITERATIONS, rng)
    found = (
        fit_homography(m.view, m.screen), fit_homography(m.view, m.screen, normalise=False), H,
        fit_homography(m.view[m.right], m.screen[m.right]),
    )  # fmt: skip
    return [corner_error(one, m.truth) for one in found] + [inliers[m.right].mean()]


def success(seed: int, trial: int, outlier_share: float) -> list[list[bool]]:
    """For each of r.STEPS iterations: was a clean sample drawn, and were 90 % of the right matches found."""
    m, rng = drawn(seed, trial, outlier_share)
    state, found = rng.bit_generator.state, []
    for steps in r.STEPS:
        rng.bit_generator.state = state
        clean = m.right[draw_samples(r.MATCHES, steps, rng)].all(axis=1).any()
        rng.bit_generator.state = state
        _, inliers = ransac_homography(m.view, m.screen, r.TOLERANCE, steps, rng)
        found.append([clean, inliers[m.right].mean() >= 0.9])
    return found


def tolerance(seed: int, trial: int, outlier_share: float) -> list[list[float]]:
    """For each of r.TOLERANCES: RANSAC's corner error, inliers, and their root mean square distance."""
    m, rng = drawn(seed, trial, outlier_share)
    state, found = rng.bit_generator.state, []
    for allowed in r.TOLERANCES:
        rng.bit_generator.state = state
        H, inliers = ransac_homography(m.view, m.screen, allowed, r.ITERATIONS, rng)
        rms = np.sqrt((reprojection_errors(H, m.view, m.screen)[inliers] ** 2).mean())
        found.append([corner_error(H, m.truth), inliers.sum(), rms])
    return found


def normalising(seed: int, trial: int, count: int, factor: float, screen_off: float, view_off: float) -> list[float]:
    """Corner errors on the finer, shifted screen, in its pixels: normalised and not. All matches are right."""
    rng = np.random.default_rng([seed, trial, count, int(factor), int(screen_off)])
    m = simulated_matches(count, 0, r.NOISE / factor, random_pose(rng), rng)
    view, screen = m.view + view_off, factor * m.screen + screen_off
    corners, there = view_corners() + view_off, factor * apply_homography(m.truth, view_corners()) + screen_off
    pair = (fit_homography(view, screen, normalise) for normalise in (True, False))
    return [reprojection_errors(H, corners, there).max() for H in pair]


def picture(seed: int, desk: int, sweep: str, value) -> list[float]:
    """From pictures: r.PICTURE of one desktop seen as the sweep says."""
    rng = np.random.default_rng([seed, desk])
    pose, options = r.setting(sweep, value)
    screen = shown = desktop(int(rng.uniform(0, 2**30)), options["windows"])
    if options["width"]:
        shown = drop(cactus(), screen, r.DROP_FROM, options["width"], as_seen=False)
    view = phone_view(shown, pose, r.GRAIN, rng, options["mesh"])
    m = matches_of(view, shown if options["fresh"] else screen, pose, ratio=options["ratio"], turned=options["turned"])
    right = m.right.mean() if len(m.right) else 0.0
    if len(m.right) < 4:
        return [len(m.right), right, *[np.inf] * 4, 0]
    H, inliers = ransac_homography(m.view, m.screen, r.PICTURE_TOLERANCE, r.ITERATIONS, rng)
    rms = np.sqrt((reprojection_errors(H, m.view, m.screen)[inliers] ** 2).mean())
    plain = fit_homography(m.view, m.screen)
    return [
        len(m.right),
        right,
        corner_error(H, m.truth),
        pointing_error(H, m.truth),
        pointing_error(plain, m.truth),
        rms,
        inliers.sum(),
    ]


def runs() -> dict[str, np.ndarray]:
    """The arrays of data/clip_and_drop_runs.npz, the seed first and the trial last but for what is measured."""
    seeds, trials = r.FRESH_SEEDS, range(r.TRIALS)
    found = {
        "fits": [[[fits(s, t, o) for t in trials] for o in r.SHARES] for s in seeds],
        "success": [[np.mean([success(s, t, o) for t in trials], axis=0) for o in r.SHARES] for s in seeds],
        "tolerance": [[[tolerance(s, t, o) for t in trials] for o in r.TOLERANCE_SHARES] for s in seeds],
        "normalising": [
            [[[normalising(s, t, n, *where) for t in trials] for where in r.WHERE.values()] for n in r.COUNTS]
            for s in seeds
        ],
    }
    for sweep, values in r.SWEEPS.items():
        print(sweep, file=sys.stderr, flush=True)
        found[sweep] = [[[picture(s, d, sweep, value) for d in range(r.DESKTOPS)] for value in values] for s in seeds]
    return {name: np.minimum(np.array(values), LARGEST_COORDINATE).astype(np.float32) for name, values in found.items()}


def wallpaper(file: str) -> dict[str, np.ndarray]:
    """The arrays of data/clip_and_drop_wallpaper.npz, from scikit-image's coffee.jpg of 360 x 240 pixels."""
    from PIL import Image

    with Image.open(file) as picture:
        cut = picture.convert("RGB").crop((0, 8, 360, 233)).resize((160, 100), Image.Resampling.LANCZOS)
    return {"image": np.asarray(cut)}


def track(seed: int, iterations: int, number: int) -> list[float]:
    """One frame of the film: the nine numbers of H, then the matches, the right ones among them, and RANSAC's inliers."""
    m, H, inliers = pointed(number, seed, iterations)
    return [*H.ravel(), len(m.right), m.right.sum(), inliers.sum()]


def tracks() -> np.ndarray:
    """All films, (seeds, iterations, frames, 12)."""
    return np.array([[[track(s, k, n) for n in range(FRAMES)] for k in r.FILM_ITERATIONS] for s in r.FRESH_SEEDS])


if __name__ == "__main__":
    if sys.argv[1:2] == ["wallpaper"]:
        np.savez_compressed(DATA / "clip_and_drop_wallpaper.npz", **wallpaper(sys.argv[2]))
    else:
        np.savez_compressed(DATA / "clip_and_drop_film.npz", tracks=tracks())
        np.savez_compressed(DATA / "clip_and_drop_runs.npz", **runs())
