"""UMAP from scratch: a graph of near neighbours, and a layout in the plane that keeps it.

Source: L. McInnes, J. Healy and J. Melville, "UMAP" (2018), arXiv:1802.03426. Whatever is not in the text (the 300 points of
the curve fit, log2 of the number of neighbours, five repulsions for an attraction, steps cut at 4) follows umap-learn.

rho    distance from a point to its nearest neighbour
sigma  scale on which a point's neighbours fade, in units of the distance
P      weights of the graph (N, N), symmetric, 0 to 1
a, b   of the curve 1 / (1 + a*d^(2b)) that the plane's distances d are read with
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, one_of, positive, real, square, whole

MOST_POINTS, FARTHEST = 5000, 1e30
REPULSIONS, LONGEST_STEP, PARTS = 5, 4.0, 8
ROUNDING = 1e-9  # so that a step is due in the same epoch on every machine
STARTS = ("random", "principal")


def umap_curve(min_distance: float, spread: float = 1.0) -> tuple[float, float]:
    """(a, b) for which 1 / (1 + a*d^(2b)) is closest to 1 up to `min_distance` and exp(-(d - min_distance)/spread) beyond.

    Closest in squares over 300 distances from 0 to 3 `spread`. ValueError unless 0 <= min_distance <= spread.

    >>> a, b = umap_curve(0.1)
    >>> round(a, 3), round(b, 3)
    (1.577, 0.895)
    """
    spread = positive("spread", spread, 1e6)
    share = real("min_distance", min_distance, 0, 1e6) / spread
    if share > 1:
        raise ValueError(f"min_distance={min_distance!r} must be from 0 to spread={spread:g}")
    d = np.linspace(0, 3, 300)[1:]  # in units of spread; at 0 both curves are 1 whatever a and b
    wanted, logs = np.where(d < share, 1.0, np.exp(np.minimum(share - d, 0))), np.log(d)
    found, damping = np.array([0.0, 0.0]), 1e-2  # log a, log b: both stay positive

    def curve(at):
        return 1 / (1 + np.exp(at[0] + 2 * np.exp(at[1]) * logs))

    error = curve(found) - wanted
    for _ in range(200):  # Levenberg and Marquardt
        slope = -curve(found) * (1 - curve(found))
        jacobian = np.stack([slope, slope * 2 * np.exp(found[1]) * logs], axis=1)  # (299, 2)
        normal = jacobian.T @ jacobian
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), jacobian.T @ error)
        tried = curve(found - step) - wanted
        if tried @ tried <= error @ error:
            found, error, damping = found - step, tried, max(damping / 5, 1e-12)
        else:
            damping = min(damping * 5, 1e6)
    b = float(np.exp(found[1]))
    return float(np.exp(found[0])) / spread ** (2 * b), b


def smooth_knn_scale(distances, target: float) -> float:
    """The sigma at which the sum of exp(-max(0, d - rho)/sigma) over the distances (k,) to the neighbours is `target`.

    rho is the smallest distance above 0; distances below 1e-250 count as 0. The sum lies between the number of distances up to rho and k, so must `target`;
    ValueError otherwise.

    >>> round(smooth_knn_scale([1.0, 2.0, 3.0], 1.5), 4)  # with z = exp(-1/sigma): 1 + z + z**2 = 1.5
    0.995
    """
    distances = numbers("distances", distances, (None,), 0, 1e60)
    distances[distances < 1e-250] = 0
    target = real("target", target)
    if not distances.any():
        raise ValueError("distances holds only 0: at least one neighbour must lie apart")
    rho = distances[distances > 0].min()
    beyond = np.maximum(distances - rho, 0)
    least, most = int((beyond == 0).sum()), len(beyond)
    if not least < target < most:
        raise ValueError(
            f"target={target:g} must lie between {least} and {most}, both excluded: "
            f"{least} of the {most} distances are at most rho={rho:g}"
        )
    return float(_scales(beyond[None], target)[0])


def _scales(beyond, target):
    """The sigma of each row of distances beyond rho (N, k): its bracket is shrunk or doubled, then halved."""

    def short(sigma):
        with np.errstate(under="ignore", over="ignore"):
            return np.exp(-beyond / sigma[:, None]).sum(axis=1) < target

    largest = beyond.max(axis=1)
    low, high = np.zeros(len(beyond)), np.where(largest > 0, largest, 1.0)
    for _ in range(17):  # where all but one distance are tiny beside the largest
        small = np.maximum(high * 2.0**-64, 1e-305)
        high = np.where(short(small), high, small)
    for _ in range(80):  # by then every exponential is 1 in floating point
        low, high = np.where(short(high), high, low), np.where(short(high), 2 * high, high)
    for _ in range(150):
        middle = np.maximum((low + high) / 2, 1e-305)
        low, high = np.where(short(middle), middle, low), np.where(short(middle), high, middle)
    return (low + high) / 2


def cosine_distances(points) -> np.ndarray:
    """1 - cosine between all pairs of rows of `points` (N, d), as (N, N); ValueError for a row of zeros.

    >>> cosine_distances([[1, 0], [0, 2], [3, 3]]).round(4)[0].tolist()
    [0.0, 1.0, 0.2929]
    """
    points = numbers("points", points, (None, None), -1e30, 1e30)
    lengths = np.sqrt((points**2).sum(axis=1, keepdims=True))
    if (lengths < 1e-30).any():
        raise ValueError(f"points has {int((lengths < 1e-30).sum())} rows of zeros, which have no direction")
    if len(points) > MOST_POINTS:
        raise ValueError(f"points has {len(points)} rows: at most {MOST_POINTS}")
    found = 1 - (points / lengths) @ (points / lengths).T
    np.fill_diagonal(found, 0)
    return np.clip(found, 0, 2)


def nearest(distances, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Index and distance of the `count` nearest others of each point, (N, count) both, from all distances (N, N)."""
    distances = square("distances", distances, 0, FARTHEST)
    return _nearest(distances, whole("count", count, 1, len(distances) - 1))


def _nearest(distances, count):
    apart = distances + np.diag(np.full(len(distances), np.inf))
    found = np.argsort(apart, axis=1, kind="stable")[:, :count]
    return found, np.take_along_axis(apart, found, axis=1)


def graph(distances, neighbours: int) -> np.ndarray:
    """P (N, N): each point's neighbours weighed by smooth_knn_scale with target log2(neighbours), then joined.

    One point's weight p for the other and the other's q for the one join to p + q - p*q = 1 - (1 - p)(1 - q), as two independent
    chances would.
    """
    distances = square("distances", distances, 0, FARTHEST)
    index, near = _nearest(distances, whole("neighbours", neighbours, 1, len(distances) - 1))
    rho = np.where(near > 0, near, np.inf).min(axis=1, keepdims=True)
    beyond = np.maximum(near - np.where(np.isfinite(rho), rho, 0), 0)
    sigma = np.maximum(_scales(beyond, np.log2(neighbours)), 1e-3 * near.mean() + 1e-30)  # the floor is umap-learn's
    weights = np.zeros(distances.shape)
    np.put_along_axis(weights, index, np.exp(-beyond / sigma[:, None]), axis=1)
    return 1 - (1 - weights) * (1 - weights.T)  # so written, a weight of 1 stays 1 to the last bit


@dataclass(frozen=True)
class Pushes:
    """The gradient's factors along y_i - y_j: attraction and repulsion at squared distances (M,)."""

    a: float
    b: float

    def attraction(self, squared):
        """How strongly two neighbours pull at a squared distance, as a factor of their difference."""
        return 2 * self.a * self.b * squared ** (self.b - 1) / (1 + self.a * squared**self.b)

    def repulsion(self, squared):
        """How strongly two points push at a squared distance, as a factor of their difference."""
        return 2 * self.b / ((1e-3 + squared) * (1 + self.a * squared**self.b))


def umap_layout(
    distances, rng, neighbours: int = 20, min_distance: float = 0.01, epochs: int = 200, start: str = "random"
):
    """A place in the plane for each point, (N, 2), from all distances (N, N); `start` is "random" or "principal".

    "principal" starts at the first two principal coordinates, so that `rng` only orders the steps.
    """
    distances = square("distances", distances, 0, FARTHEST)
    epochs = whole("epochs", epochs, 0, 10_000)
    weights = graph(distances, whole("neighbours", neighbours, 2, len(distances) - 1))
    one_of("start", start, STARTS)
    place = rng.uniform(-10, 10, (len(weights), 2)) if start == "random" else principal_places(distances)
    place += rng.normal(0, 1e-4, place.shape)  # apart, where two points coincide
    heads, tails = np.nonzero(weights)
    strength = weights[heads, tails] / weights.max()
    pushes = Pushes(*umap_curve(min_distance))
    for epoch in range(epochs):
        before, after = (np.floor(n * strength + ROUNDING) for n in (epoch, epoch + 1))
        due = np.flatnonzero(after > before)  # in proportion to P
        for part in np.array_split(rng.permutation(due), PARTS):
            _moved(place, heads[part], tails[part], pushes, 1 - epoch / epochs, rng)
    return place


def principal_places(distances) -> np.ndarray:
    """The first two principal coordinates (N, 2) for distances (N, N) that are half a squared length, such as 1 - cosine.

    The farthest coordinate is 10. This is PCA of the unit vectors. ValueError where no two points lie apart.

    >>> np.abs(principal_places(cosine_distances([[1, 0], [0, 1], [1, 1]]))[:2]).max().round(6).item()
    10.0
    """
    distances = square("distances", distances, 0, FARTHEST)
    if not distances.any():
        raise ValueError("distances holds only 0: no two points lie apart")
    centred = distances - distances.mean(axis=0)
    values, vectors = np.linalg.eigh(-(centred - centred.mean(axis=1, keepdims=True)))
    found = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0))
    found = found * np.sign(found[np.abs(found).argmax(axis=0), [0, 1]])
    most = np.abs(found).max()
    if not most:
        raise ValueError("distances holds the same number throughout: no two points lie apart")
    return 10 * found / most


def _moved(place, heads, tails, pushes, rate, rng):
    """One step, in `place`: each head and tail move together, the head away from REPULSIONS random others."""
    apart = place[heads] - place[tails]
    squared = (apart**2).sum(axis=1)
    pull = _cut(-pushes.attraction(np.maximum(squared, 1e-12))[:, None] * apart)
    some, others = np.repeat(heads, REPULSIONS), rng.integers(0, len(place), REPULSIONS * len(heads))
    away = place[some] - place[others]
    push = _cut(pushes.repulsion((away**2).sum(axis=1))[:, None] * away)
    for axis in (0, 1):
        steps = np.bincount(heads, pull[:, axis], len(place)) - np.bincount(tails, pull[:, axis], len(place))
        place[:, axis] += rate * (steps + np.bincount(some, push[:, axis], len(place)))


def _cut(steps):
    return np.clip(steps, -LONGEST_STEP, LONGEST_STEP)


def trustworthiness(distances, places, neighbours: int = 15) -> float:
    """How far a layout's neighbours are neighbours at all: 1 where all are, about 0.5 for a random layout.

    Every neighbour in `places` (N, 2) that is not among the `neighbours` nearest by `distances` (N, N) costs as many ranks
    as it lies beyond them (J. Venna and S. Kaski, 2001).
    """
    distances = square("distances", distances, 0, FARTHEST)
    n = len(distances)
    places = numbers("places", places, (n, None), -1e30, 1e30)
    k = whole("neighbours", neighbours, 1, (n - 1) // 2)
    shown, _ = nearest(plane_distances(places), k)
    order = np.argsort(distances + np.diag(np.full(n, -1.0)), axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.broadcast_to(np.arange(n), (n, n)), axis=1)  # itself has rank 0
    beyond = np.maximum(np.take_along_axis(ranks, shown, axis=1) - k, 0).sum()
    return float(1 - 2 * beyond / (n * k * (2 * n - 3 * k - 1)))


def plane_distances(places) -> np.ndarray:
    """Euclidean distances (N, N) between places (N, 2)."""
    places = numbers("places", places, (None, None), -1e30, 1e30)
    return np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2))


def shared_neighbours(first, second, neighbours: int = 15) -> float:
    """The mean share of a point's nearest `neighbours` by distances `first` (N, N) that `second` (N, N) names too.

    >>> round(shared_neighbours([[0, 1, 3], [1, 0, 2], [3, 2, 0]], [[0, 2, 3], [2, 0, 1], [3, 1, 0]], 1), 4)
    0.6667
    """
    first, second = square("first", first, 0, FARTHEST), square("second", second, 0, FARTHEST)
    if first.shape != second.shape:
        raise ValueError(f"first of shape {first.shape} and second of shape {second.shape} must be of one shape")
    neighbours = whole("neighbours", neighbours, 1, len(first) - 1)
    named = [_nearest(distances, neighbours)[0] for distances in (first, second)]
    return float(
        np.mean([len(set(a) & set(b)) for a, b in zip(*(one.tolist() for one in named), strict=True)]) / neighbours
    )
