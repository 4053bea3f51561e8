"""Which question gets asked? Scores that rank questions by their up- and downvotes, and what they are worth.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
Statistical Association 22 (1927), 209-212. The board of questions is ours.

q      true quality of a question: the share of all its viewers who would vote it up, 0 to 1
k      upvotes of a question, a count
n      votes of a question, up and down together, a count
z      reach of an interval, in standard errors
a, b   prior: the upvotes and the downvotes that a question is credited with before anybody has voted, counts
γ      exponent of the exposure's tail: the smaller, the more unequal the views, no unit
p      place of a question in the list, 1 at the top
η      steepness of attention: the question in place p is looked at in proportion to 1/p^η, no unit
φ, λ   latitude and longitude, degrees
R      mean radius of the Earth, 6371.0088 km
d      great-circle distance, km
f      emission factor, kg of CO2-equivalent for each passenger and kilometre
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, ndtri

from miniatures import checks
from miniatures.proportions import wilson_interval

EARTH_RADIUS_KM = 6371.0088
METHODS = ("net", "ratio", "wilson", "beta")
QUALITY = (5.0, 3.0)  # the board's true qualities are drawn from this Beta distribution
QUESTIONS, SKEW, TOP = 50, 1.2, 10
ONE_SIGMA = 0.6826894921370859  # confidence of an interval of one standard error to each side
RANKERS = {
    "net": {"method": "net"},
    "ratio": {"method": "ratio"},
    "Wilson 95 %": {"method": "wilson"},
    "Wilson z = 1": {"method": "wilson", "confidence": ONE_SIGMA},
    "Beta(5, 3) mean": {"method": "beta", "prior": QUALITY},
}
MOST_VOTES = 10**7


def reach(confidence: float) -> float:
    """The z of a two-sided interval: a standard normal lies within z of 0 with this probability, above 0 and below 1.

    >>> round(reach(0.95), 4)
    1.96
    """
    return -float(ndtri((1 - checks.share("confidence", confidence)) / 2))


def counted(upvotes, votes) -> tuple[np.ndarray, np.ndarray]:
    """Both as float arrays of one shape; ValueError unless they hold whole numbers with 0 <= upvotes <= votes."""
    n = checks.numbers("votes", votes, low=0, high=MOST_VOTES)
    k = checks.numbers("upvotes", upvotes, low=0, high=MOST_VOTES)
    for name, array in (("upvotes", k), ("votes", n)):
        if (array != np.floor(array)).any():
            raise ValueError(f"{name} holds {array[array != np.floor(array)][0]:g}: votes are whole numbers")
    try:
        k, n = np.broadcast_arrays(k, n)
    except ValueError:
        raise ValueError(f"upvotes of shape {k.shape} must fit votes of shape {n.shape}") from None
    if (k > n).any():
        raise ValueError(f"upvotes={k[k > n][0]:g} must not exceed votes={n[k > n][0]:g}")
    return k, n


def wilson_bounds(upvotes, votes, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper end of Wilson's interval, z from 0 to 100 standard errors to each side; arrays of the votes' shape.

    Both are k/n where z = 0. Without votes they are 0 and 1: nothing is excluded.

    >>> [round(float(end), 4) for end in wilson_bounds(9, 10, 1.96)]
    [0.5958, 0.9821]
    """
    return wilson_interval(*counted(upvotes, votes), checks.real("z", z, 0, 100))


def wilson_lower(upvotes, votes, confidence: float = 0.95):
    """Lower end of Wilson's two-sided interval for the share of upvotes: a float, or an array of the votes' shape.

    >>> round(wilson_lower(9, 10), 4)
    0.5958
    """
    return _plain(wilson_bounds(upvotes, votes, reach(confidence))[0])


def shrunken_mean(upvotes, votes, prior=(1.0, 1.0)):
    """The posterior mean (a + k)/(a + b + n) for the prior Beta(a, b), both above 0: a float, or an array.

    >>> shrunken_mean(9, 10), shrunken_mean(0, 0, prior=(5, 3))
    (0.8333333333333334, 0.625)
    """
    k, n = counted(upvotes, votes)
    a, b = _prior(prior)
    return _plain((a + k) / (a + b + n))


def _prior(prior):
    if not isinstance(prior, (tuple, list)) or len(prior) != 2:
        raise ValueError(f"prior={prior!r} must be two positive numbers (a, b)")
    return tuple(checks.positive("prior", one, 1e9) for one in prior)


def _plain(array):
    return float(array) if np.ndim(array) == 0 else array


def scores(upvotes, votes, method: str, confidence: float = 0.95, prior=(1.0, 1.0)) -> np.ndarray:
    """What each question is sorted by, an array of the votes' shape; the ratio of a question without votes is -1.

    `confidence` belongs to "wilson", `prior` to "beta".
    """
    k, n = counted(upvotes, votes)
    checks.one_of("method", method, METHODS)
    checks.share("confidence", confidence)
    if method == "net":
        return k - (n - k)
    if method == "ratio":
        return np.where(n > 0, k / np.maximum(n, 1), -1.0)
    return np.asarray(wilson_lower(k, n, confidence) if method == "wilson" else shrunken_mean(k, n, prior))


def rank(upvotes, votes, method: str, confidence: float = 0.95, prior=(1.0, 1.0)) -> np.ndarray:
    """Indices of the questions along the last axis, best first; equal scores keep their order, the earlier first.

    >>> rank([1, 55, 9], [1, 100, 10], "wilson").tolist(), rank([1, 55, 9], [1, 100, 10], "ratio").tolist()
    ([2, 1, 0], [0, 2, 1])
    """
    found = scores(upvotes, votes, method, confidence, prior)
    if found.ndim == 0:
        raise ValueError("votes must hold the questions along an axis: one number cannot be ranked")
    return np.argsort(-found, axis=-1, kind="stable")


def probability_better(upvotes_a: int, votes_a: int, upvotes_b: int, votes_b: int) -> float:
    """The probability that a's quality is above b's, given their votes and a uniform prior for each; up to 10^6 votes.

    The exact sum over the beta functions (see the chapter), in logarithms.

    >>> round(probability_better(9, 10, 80, 100), 4), probability_better(3, 7, 3, 7)
    (0.6809, 0.5)
    """
    counts = []
    for name, up, votes in (("a", upvotes_a, votes_a), ("b", upvotes_b, votes_b)):
        votes = checks.count(f"votes_{name}", votes, 10**6)
        up = checks.count(f"upvotes_{name}", up, votes)
        counts.append((up + 1.0, votes - up + 1.0))
    if counts[0] == counts[1]:
        return 0.5
    (a, b), (c, d) = counts  # the posteriors are Beta(a, b) and Beta(c, d)
    i = np.arange(a)
    terms = betaln(c + i, b + d) - np.log(b + i) - betaln(1 + i, b) - betaln(c, d)
    return float(min(np.exp(terms).sum(), 1.0))


def great_circle_km(latitude_a, longitude_a, latitude_b, longitude_b):
    """The distance along the sphere, km: a float, or an array of the shape that the four arguments broadcast to.

    Degrees, latitudes from -90 to 90, longitudes from -360 to 360; the haversine formula, which is exact for a sphere
    and loses no digits where the points are close.

    >>> great_circle_km(0, 0, 0, 180) / EARTH_RADIUS_KM
    3.141592653589793
    """
    places = []
    for name, value, most in (("latitude_a", latitude_a, 90), ("longitude_a", longitude_a, 360),
                              ("latitude_b", latitude_b, 90), ("longitude_b", longitude_b, 360)):  # fmt: skip
        places.append(np.radians(checks.numbers(name, value, low=-most, high=most)))
    try:
        south, west, north, east = np.broadcast_arrays(*places)
    except ValueError:
        raise ValueError(f"latitude_a to longitude_b must fit each other: {[p.shape for p in places]}") from None
    chord = np.sin((north - south) / 2) ** 2 + np.cos(south) * np.cos(north) * np.sin((east - west) / 2) ** 2
    return _plain(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


@dataclass(frozen=True)
class Board:
    """`repeats` boards of questions: true `quality`, `upvotes` and `votes`, each an array (repeats, questions)."""

    quality: np.ndarray
    upvotes: np.ndarray
    votes: np.ndarray


def boards(votes: int, repeats: int, rng: np.random.Generator, skew: float = SKEW, questions: int = QUESTIONS) -> Board:
    """Boards with qualities from Beta(5, 3), views from a Pareto law that starts at 0, P(views > x) = (1 + x)^-skew,
    whatever the quality, and `votes` votes in all: each goes to a question by its share of the views and is up with probability q.

    `votes` 1 to 10^6, `repeats` 1 to 10^4, `skew` 0.5 to 100, `questions` 2 to 500.
    """
    votes, repeats = checks.count("votes", votes, 10**6, 1), checks.count("repeats", repeats, 10**4, 1)
    skew, questions = checks.real("skew", skew, 0.5, 100), checks.count("questions", questions, 500, 2)
    shape = (repeats, questions)
    quality = rng.beta(*QUALITY, shape)
    views = (1 - rng.random(shape)) ** (-1 / skew) - 1
    n = rng.multinomial(votes, views / views.sum(axis=1, keepdims=True))
    return Board(quality, rng.binomial(n, quality).astype(float), n.astype(float))


def quiet_boards(views: int, repeats: int, rng: np.random.Generator) -> tuple[Board, Board]:
    """The same boards counted in two ways: upvotes of all votes, and upvotes of all views; arguments as for `boards`.

    Each viewer who likes a question votes it up. Of those who do not, a share that is drawn for each question evenly
    from 0 to 1 votes it down; the others do nothing, and a list of votes does not show them.

    >>> pressed, seen = quiet_boards(500, 1, np.random.default_rng(3))
    >>> bool((pressed.votes <= seen.votes).all()), int(seen.votes.sum()), bool((pressed.upvotes == seen.upvotes).all())
    (True, 500, True)
    """
    seen = boards(checks.count("views", views, 10**6, 1), repeats, rng)
    pressed = rng.binomial((seen.votes - seen.upvotes).astype(np.int64), rng.random(seen.votes.shape))
    return Board(seen.quality, seen.upvotes, seen.upvotes + pressed), seen


@dataclass(frozen=True)
class Outcome:
    """What a ranker made of each board, arrays (repeats,): the true quality of the question that it puts first, the
    votes which that one has, and the share of the ten truly best questions among its first ten."""

    first_quality: np.ndarray
    first_votes: np.ndarray
    precision: np.ndarray


def judge(board: Board, **ranker) -> Outcome:
    """The outcome of a ranker, given by `rank`'s arguments: judge(board, method="wilson", confidence=0.8)."""
    order = rank(board.upvotes, board.votes, **ranker)
    best = np.argsort(-board.quality, axis=1, kind="stable")[:, :TOP]
    hits = (order[:, :TOP, None] == best[:, None, :]).any(axis=2)
    first = order[:, :1]
    quality, votes = (np.take_along_axis(array, first, 1)[:, 0] for array in (board.quality, board.votes))
    return Outcome(quality, votes, hits.mean(axis=1))


def simulate_ranking(votes: int, repeats: int, rng: np.random.Generator) -> dict[str, float]:
    """Mean true quality of the question ranked first, over `repeats` boards with `votes` votes, by RANKERS' names."""
    board = boards(votes, repeats, rng)
    return {name: float(judge(board, **ranker).first_quality.mean()) for name, ranker in RANKERS.items()}


def fitted_prior(upvotes, votes) -> tuple[float, float]:
    """Empirical Bayes: (a, b) of a Beta prior that has the mean and the spread of the questions' own votes.

    By moments: of the votes' disagreement, what chance alone would make is taken off. Questions (N,), at least two
    of them with two votes or more. Where chance explains all of it the prior gets the strength 1000, and at least 0.1.
    """
    k, n = counted(upvotes, votes)
    if k.ndim != 1 or (n > 1).sum() < 2:
        raise ValueError(f"votes of shape {n.shape} must be (N,), with two votes or more for two questions or more")
    k, n = k[n > 1], n[n > 1]
    agree = (k * (k - 1) + (n - k) * (n - k - 1)) / (
        n * (n - 1)
    )  # of two votes on one question; its mean is q² + (1 - q)²
    mean = float(np.clip((k / n).mean(), 0.01, 0.99))
    spread = float((agree.mean() - mean**2 - (1 - mean) ** 2) / (2 * mean * (1 - mean)))  # 1/(a + b + 1) of a Beta
    strength = min(max(1 / max(spread, 1e-9) - 1, 0.1), 1000.0)
    return mean * strength, (1 - mean) * strength
