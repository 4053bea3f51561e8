"""Clip and drop: where on a screen does a phone point? A homography from matches of which many are wrong.

Source: R. I. Hartley, "In defense of the eight-point algorithm", IEEE Transactions on Pattern Analysis and Machine
Intelligence 19 (1997), doi:10.1109/34.601246; M. A. Fischler and R. C. Bolles, "Random sample consensus", Communications of
the ACM 24 (1981), doi:10.1145/358669.358692. The system is C. Diagne's, github.com/cyrildiagne/screenpoint (2020).

x, y  place in the source picture, column and row, pixels
u, v  place in the target picture, column and row, pixels
H     homography: (u, v, 1) is a multiple of H (x, y, 1); 3 x 3, H[2, 2] = 1
A     design matrix of the direct linear transformation, A h = 0 for the nine numbers h of H; 2N x 9
w     inlier share: share of the matches that are right, no unit
k     iterations of RANSAC, each a sample of four matches
p     probability that at least one sample holds no wrong match, no unit
"""

from math import ceil, expm1, log1p

import numpy as np

from miniatures.checks import numbers, positive, real, share, whole

SAMPLE = 4  # matches that determine a homography: two equations each, eight unknowns
LARGEST_COORDINATE, MOST_MATCHES, MOST_ITERATIONS = 1e7, 20_000, 100_000
SMALL = 1e-10  # below it, relative to its like, a number is rounding
REFITS = 10
BATCH = 100_000  # distances computed at once


def apply_homography(H, points) -> np.ndarray:
    """Where H (3, 3) takes `points` (N, 2), pixels; ValueError for a point that it takes to infinity.

    >>> apply_homography([[2, 0, 5], [0, 2, 0], [0, 0, 1]], [[1.0, 3.0]]).tolist()
    [[7.0, 6.0]]
    """
    H = numbers("H", H, (3, 3), -1e30, 1e30)
    points = numbers("points", points, (None, 2), -1e30, 1e30)
    mapped = points @ H[:, :2].T + H[:, 2]  # (N, 2) -> (N, 3)
    size = np.abs(points) @ np.abs(H[2, :2]) + np.abs(H[2, 2])
    lost = np.abs(mapped[:, 2]) <= 1e-12 * size
    if lost.any():
        raise ValueError(f"points holds {points[lost][0].tolist()}, which H takes to infinity: H[2] @ (x, y, 1) is 0")
    return mapped[:, :2] / mapped[:, 2:]


def design_matrix(source, target) -> np.ndarray:
    """A (2N, 9): two equations for each match of `source` (N, 2) with `target` (N, 2), linear in the nine numbers of H.

    >>> design_matrix([[1, 2]], [[3, 4]]).astype(int).tolist()
    [[-1, -2, -1, 0, 0, 0, 3, 6, 3], [0, 0, 0, -1, -2, -1, 4, 8, 4]]
    """
    source = numbers("source", source, (None, 2), -LARGEST_COORDINATE, LARGEST_COORDINATE)
    target = numbers("target", target, source.shape, -LARGEST_COORDINATE, LARGEST_COORDINATE)
    homogeneous = np.column_stack([source, np.ones(len(source))])
    A = np.zeros((len(source), 2, 9))
    A[:, 0, :3] = A[:, 1, 3:6] = -homogeneous
    A[:, :, 6:] = target[:, :, None] * homogeneous[:, None, :]  # (N, 2, 1) * (N, 1, 3)
    return A.reshape(-1, 9)


def normaliser(points, name: str = "points") -> np.ndarray:
    """Hartley's similarity (3, 3): it takes the centroid of `points` (N, 2) to 0 and their mean distance from it to √2.

    >>> normaliser([[0.0, 0.0], [2.0, 0.0]])[0].round(3).tolist()
    [1.414, 0.0, -1.414]
    """
    points = numbers(name, points, (None, 2), -LARGEST_COORDINATE, LARGEST_COORDINATE)
    centre = points.mean(axis=0)
    spread = np.hypot(*(points - centre).T).mean()
    if spread <= max(SMALL * np.abs(points).max(), 1e-30):
        raise ValueError(f"{name} lie all at {centre.tolist()}: no homography, places must differ")
    scale = np.sqrt(2) / spread
    return np.array([[scale, 0, -scale * centre[0]], [0, scale, -scale * centre[1]], [0, 0, 1]])


def fit_homography(source, target, normalise: bool = True) -> np.ndarray:
    """The H (3, 3) with H[2, 2] = 1 that takes `source` (N, 2) to `target` (N, 2): least squares of A h, N of 4 or more.

    Four matches are met exactly. ValueError where the places leave H open (all but one on a line, too few different ones),
    where H is not invertible, and where the source's origin goes to infinity. Without `normalise` the pixels enter
    as they are, which costs accuracy where both pictures lie far from their origins.

    >>> square = [[0, 0], [1, 0], [1, 1], [0, 1]]
    >>> fit_homography(square, [[10, 10], [12, 10], [12, 12], [10, 12]]).round(9).astype(int).tolist()
    [[2, 0, 10], [0, 2, 10], [0, 0, 1]]
    """
    source, target = _matches(source, target)
    if not isinstance(normalise, (bool, np.bool_)):
        raise ValueError(f"normalise={normalise!r} must be True or False")
    to_source, to_target = normaliser(source, "source"), normaliser(target, "target")
    direct = _null_vector(apply_homography(to_source, source), apply_homography(to_target, target))
    H = np.linalg.inv(to_target) @ direct @ to_source
    if not normalise:
        H = np.linalg.svd(design_matrix(source, target), full_matrices=len(source) < 5)[2][8].reshape(3, 3)
    return _scaled(H, source)


def _matches(source, target):
    source = numbers("source", source, (None, 2), -LARGEST_COORDINATE, LARGEST_COORDINATE)
    target = numbers("target", target, source.shape, -LARGEST_COORDINATE, LARGEST_COORDINATE)
    if not SAMPLE <= len(source) <= MOST_MATCHES:
        raise ValueError(f"source of {len(source)} matches must hold from {SAMPLE} to {MOST_MATCHES}")
    return source, target


def _null_vector(source, target):
    """The last right singular vector of A as a matrix, for normalised matches."""
    _, sizes, rows = np.linalg.svd(design_matrix(source, target), full_matrices=len(source) < 5)
    if sizes[7] < SMALL * sizes[0]:
        raise ValueError(
            f"source and target leave the homography open (rank below 8 of {len(source)} matches): "
            "four places are needed of which no three lie on a line"
        )
    H = rows[8].reshape(3, 3)
    sizes = np.linalg.svd(H, compute_uv=False)
    if sizes[2] < SMALL * sizes[0]:
        raise ValueError("source or target holds three places on a line where the other does not: no invertible H")
    return H


def _scaled(H, source):
    reach = np.abs(H[2, :2]) @ np.abs(source).max(axis=0)
    if abs(H[2, 2]) <= 1e-12 * (reach + abs(H[2, 2])):
        raise ValueError(
            "source has an origin that H takes to infinity, so H[2, 2] = 1 is impossible: shift the source"
        )
    return H / H[2, 2]


def reprojection_errors(H, source, target) -> np.ndarray:
    """Distances (N,) from H applied to `source` (N, 2) to `target` (N, 2), target pixels; inf where H leads to infinity.

    >>> reprojection_errors(np.eye(3), [[1, 1]], [[4, 5]]).tolist()
    [5.0]
    """
    source = numbers("source", source, (None, 2), -LARGEST_COORDINATE, LARGEST_COORDINATE)
    target = numbers("target", target, source.shape, -LARGEST_COORDINATE, LARGEST_COORDINATE)
    return _distances(numbers("H", H, (3, 3), -1e30, 1e30)[None], source, target)[0]


def _distances(many, source, target):
    """Of many homographies: (k, 3, 3), (N, 2), (N, 2) -> (k, N)."""
    mapped = many @ np.vstack([source.T, np.ones(len(source))])  # (k, 3, N)
    depth = mapped[:, 2]
    size = np.abs(many[:, 2, :2]) @ np.abs(source.T) + np.abs(many[:, 2, 2:])
    lost = np.abs(depth) <= 1e-12 * size
    depth = np.where(lost, 1, depth)
    apart = np.hypot(mapped[:, 0] / depth - target[:, 0], mapped[:, 1] / depth - target[:, 1])
    return np.where(lost, np.inf, apart)


def four_point_homographies(source, target) -> tuple[np.ndarray, np.ndarray]:
    """The exact H of many samples at once, (k, 4, 2) and (k, 4, 2) -> (k, 3, 3), and which are sound, bool (k,).

    No system is solved: four points are a projective basis, the first three times the areas that the fourth spans with
    two of them. H takes one basis to the other. Where three points lie on a line an area is 0, and the sample not sound.
    """
    source = numbers("source", source, (None, SAMPLE, 2), -LARGEST_COORDINATE, LARGEST_COORDINATE)
    target = numbers("target", target, source.shape, -LARGEST_COORDINATE, LARGEST_COORDINATE)
    (from_source, sound), (from_target, too) = _basis(source), _basis(target)
    H = from_target @ _adjugate(from_source)
    largest = np.abs(H).max(axis=(1, 2), keepdims=True)
    return H / np.where(largest > 0, largest, 1), sound & too & (largest[:, 0, 0] > 0)


def _basis(points):
    corners = np.concatenate([points, np.ones((*points.shape[:2], 1))], axis=2)  # (k, 4, 3)
    triples = np.array([(1, 2, 3), (2, 0, 3), (0, 1, 3), (0, 1, 2)])
    a, b, c = (corners[:, triples[:, place]] for place in range(3))
    areas = (np.cross(a, b) * c).sum(axis=2)  # (k, 4): twice each triangle's
    extent = np.ptp(points, axis=1).max(axis=1) ** 2
    sound = np.abs(areas).min(axis=1) > 1e-9 * extent
    return np.swapaxes(corners[:, :3] * areas[:, :3, None], 1, 2), sound


def _adjugate(matrices):
    a, b, c = np.moveaxis(matrices, 2, 0)  # columns
    return np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=1)


def ransac_homography(source, target, tolerance: float, iterations: int, rng: np.random.Generator):
    """H (3, 3) and the inliers, bool (N,): of `iterations` samples of four matches the H that most matches agree with.

    A match agrees if H takes its source to within `tolerance` target pixels of its target. The best sample's H is fitted
    again to all that agree, until they stay the same. ValueError where no sample determines a homography.
    """
    source, target = _matches(source, target)
    tolerance = positive("tolerance", tolerance, LARGEST_COORDINATE)
    samples = draw_samples(len(source), iterations, rng)
    frames = normaliser(source, "source"), normaliser(target, "target")
    near, far = (apply_homography(T, points) for T, points in zip(frames, (source, target), strict=True))
    many, sound = four_point_homographies(near[samples], far[samples])
    if not sound.any():
        raise ValueError(
            f"source and target: none of iterations={iterations} samples has four places in general position"
        )
    best = _most_agreed(many[sound], near, far, tolerance * frames[1][0, 0])
    H = np.linalg.inv(frames[1]) @ best @ frames[0]
    return _refitted(H, source, target, tolerance)


def draw_samples(matches: int, iterations: int, rng: np.random.Generator) -> np.ndarray:
    """`iterations` samples of four different matches, (iterations, 4); the first ones do not depend on how many follow.

    >>> draw_samples(9, 3, np.random.default_rng(0)).shape
    (3, 4)
    """
    matches = whole("matches", matches, SAMPLE, MOST_MATCHES)
    iterations = whole("iterations", iterations, 1, MOST_ITERATIONS)
    generator(rng)
    places = np.floor(rng.random((iterations, SAMPLE)) * (matches - np.arange(SAMPLE))).astype(int)
    for column in range(1, SAMPLE):  # the n-th of those not yet taken
        for taken in np.sort(places[:, :column], axis=1).T:
            places[:, column] += places[:, column] >= taken
    return places


def generator(rng) -> np.random.Generator:
    """`rng` itself; ValueError unless it is a numpy.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng={rng!r} must be a numpy.random.Generator")
    return rng


def _most_agreed(many, source, target, tolerance):
    """Of equal counts the one with the smaller squares."""
    rows, best, found = max(1, BATCH // len(source)), -np.inf, None
    for start in range(0, len(many), rows):
        squares = (_distances(many[start : start + rows], source, target) / tolerance) ** 2
        score = np.where(squares <= 1, 1 - squares / (len(source) + 1), 0).sum(axis=1)
        if score.max() > best:
            best, found = score.max(), many[start + score.argmax()]
    return found


def _refitted(H, source, target, tolerance):
    inliers = _distances(H[None], source, target)[0] <= tolerance
    if inliers.sum() < SAMPLE:
        raise ValueError(f"tolerance={tolerance:g} is below the rounding of the coordinates: not even a sample agrees")
    H = _scaled(H, source)
    for _ in range(REFITS):
        again = fit_homography(source[inliers], target[inliers])
        agree = _distances(again[None], source, target)[0] <= tolerance
        if agree.sum() < inliers.sum():
            break
        H, before, inliers = again, inliers, agree
        if (before == agree).all():
            break
    return H, inliers


def iterations_needed(inlier_share: float, points: int, success: float) -> int:
    """The fewest samples of `points` matches of which, with probability `success` or more, one holds no wrong match.

    >>> iterations_needed(0.5, 4, 0.99)
    72
    """
    inlier_share, points = real("inlier_share", inlier_share, 1e-70, 1), whole("points", points, 1, 1000)
    success = share("success", success)
    clean = inlier_share**points
    if clean == 1:
        return 1
    if clean < 1e-200:
        raise ValueError(
            f"inlier_share={inlier_share:g} with points={points}: a right sample has probability {clean:g}"
        )
    exact = log1p(-success) / log1p(-clean)
    return max(1, ceil(exact * (1 - 1e-12)))


def success_probability(inlier_share: float, points: int, iterations: int) -> float:
    """1 - (1 - w^points)^k: that one of k = `iterations` samples of `points` matches holds no wrong match.

    >>> round(success_probability(0.5, 4, 72), 4)
    0.9904
    """
    inlier_share, points = real("inlier_share", inlier_share, 0, 1), whole("points", points, 1, 1000)
    iterations = whole("iterations", iterations, 0, 10**9)
    clean = inlier_share**points
    return float(iterations > 0) if clean == 1 else 0.0 - expm1(iterations * log1p(-clean))
