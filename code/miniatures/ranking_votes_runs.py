"""The stored runs of the chapter on ranking votes: what was simulated, and what came out.

A run is one seed with 400 boards, or with 200 sessions whose list feeds back; data/ranking_votes_runs.npz holds them all.

Source: computed by code/precompute/ranking_votes.py from this module's own functions.

z  reach of Wilson's interval, standard errors
s  strength of the prior, a + b, votes
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import erf

from miniatures import checks, data, results
from miniatures import ranking_votes as rv
from miniatures import ranking_votes_feedback as feedback

SEEDS = tuple(range(100, 110))  # everything was tried out on seeds 0 to 9
BOARDS, WORLDS = 400, 200  # of each seed
VOTES = (50, 150, 500, 1000, 2000, 5000, 10_000, 30_000)
SKEWS = (0.6, 1.2, 2.4, 4.8, 9.6)
KNOB_VOTES = (150, 500, 2000, 10_000)
REACHES = tuple(i / 4 for i in range(13))  # z, 0 to 3
STRENGTHS = tuple(range(0, 31, 2))
STEEPNESS = (0.0, 0.5, 1.0, 1.5, 2.0)
MINUTES = tuple(range(5, 61, 5))
METRICS = ("quality", "precision", "votes")  # of the first question; of the first ten; of the first question, median
ENDS = ("own", "wilson", "beta", "early", "late", "top_share", "best")
PRIOR_MEAN = rv.QUALITY[0] / sum(rv.QUALITY)


def _metrics(outcome):
    return outcome.first_quality.mean(), outcome.precision.mean(), np.median(outcome.first_votes)


def _boards(votes, seed, skew=rv.SKEW):
    return rv.boards(votes, BOARDS, _rng(seed), skew)


def _rng(seed):
    return np.random.default_rng(checks.whole("seed", seed, 0, 2**32 - 1))


def board_run(skew: float, votes: int, seed: int) -> np.ndarray:
    """METRICS of each of the chapter's rankers, (5, 3), over 400 boards.

    >>> np.allclose(board_run(1.2, 50, 100), stored().board[1, 0, 0])  # what is stored is what this computes
    True
    """
    board = _boards(votes, seed, skew)
    return np.array([_metrics(rv.judge(board, **ranker)) for ranker in rv.RANKERS.values()])


def confidence_of(z: float) -> float:
    """The confidence of an interval of z standard errors to each side, above 0."""
    return float(erf(checks.not_negative("z", z) / np.sqrt(2)))


def wilson_ranker(z: float) -> dict:
    """`rank`'s arguments for the lower end at z from 0 to 5; z = 0 is the ratio."""
    return (
        {"method": "wilson", "confidence": confidence_of(z)} if checks.real("z", z, 0, 5) > 0 else {"method": "ratio"}
    )


def prior_ranker(strength: float, mean: float = PRIOR_MEAN) -> dict:
    """`rank`'s arguments for the posterior mean with a prior worth `strength` votes; strength 0 is the ratio."""
    strength, mean = checks.real("strength", strength, 0, 1e6), checks.share("mean", mean)
    return {"method": "beta", "prior": (mean * strength, (1 - mean) * strength)} if strength else {"method": "ratio"}


def caution_run(votes: int, seed: int) -> np.ndarray:
    """METRICS of Wilson's lower end for each z of REACHES, (13, 3).

    >>> np.allclose(caution_run(150, 100), stored().caution[0, 0])
    True
    """
    board = _boards(votes, seed)
    return np.array([_metrics(rv.judge(board, **wilson_ranker(z))) for z in REACHES])


def prior_run(votes: int, seed: int) -> np.ndarray:
    """METRICS of the posterior mean for each strength of STRENGTHS, (16, 3).

    >>> np.allclose(prior_run(150, 100), stored().prior[0, 0])
    True
    """
    board = _boards(votes, seed)
    return np.array([_metrics(rv.judge(board, **prior_ranker(s))) for s in STRENGTHS])


def fitted_run(votes: int, seed: int) -> np.ndarray:
    """METRICS with the flat prior Beta(1, 1) and with a prior fitted to each board's own votes, (2, 3).

    A board on which fewer than two questions have two votes cannot be fitted and gets the flat prior too.

    >>> np.allclose(fitted_run(150, 100), stored().fitted[0, 0])
    True
    """
    board = _boards(votes, seed)
    flat = _metrics(rv.judge(board, method="beta", prior=(1.0, 1.0)))
    each = []
    for q, k, n in zip(board.quality, board.upvotes, board.votes, strict=True):
        prior = rv.fitted_prior(k, n) if (n > 1).sum() > 1 else (1.0, 1.0)
        each.append(rv.judge(rv.Board(q[None], k[None], n[None]), method="beta", prior=prior))
    joined = rv.Outcome(
        *(np.concatenate([getattr(one, name) for one in each]) for name in rv.Outcome.__dataclass_fields__)
    )
    return np.array([flat, _metrics(joined)])


def on_top(played: feedback.Session, minute: int, rule: str) -> np.ndarray:
    """The question that leads after `minute` minutes, (worlds,), by one of feedback.RULES; equal scores: the earlier.

    "random" shuffles the list and decides nothing: for it, and for "beta", the posterior mean does.

    >>> played = feedback.session("net", 1, np.random.default_rng(3), minutes=9)
    >>> [int(on_top(played, minute, "net")[0]) for minute in (1, 5, 9)]  # the first that was posted leads from the start
    [0, 0, 0]
    """
    minute = checks.count("minute", minute, len(played.votes), 1)
    rule = checks.one_of("rule", rule, feedback.RULES)
    score = feedback.shown_scores(
        "beta" if rule == "random" else rule, played.upvotes[minute - 1], played.votes[minute - 1], None
    )
    return np.argmax(np.where(played.posted < minute, score, -np.inf), axis=1)


def session_run(rule: str, steepness: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """ENDS, (7,), and for each of MINUTES the mean true quality of the question on top, (12,), over 200 worlds.

    Of the question that the rule itself asks at the end: its true quality, how often it was posted in the first and in
    the last 10 of the 40 minutes, how often it is the best of all; "wilson" and "beta" are the qualities if the end is
    decided by those instead, top_share the share of all votes on one question.

    >>> np.allclose(session_run("net", 0.0, 100)[1], stored().curve[1, 0, 0])
    True
    """
    s = feedback.session(rule, WORLDS, _rng(seed), steepness)
    worlds, last, votes = np.arange(WORLDS), len(s.votes), s.votes[-1]
    first = on_top(s, last, rule)
    qualities = [s.quality[worlds, on_top(s, last, name)].mean() for name in (rule, "wilson", "beta")]
    luck = (
        (s.posted[first] < 10).mean(),
        (s.posted[first] >= 30).mean(),
        (votes.max(axis=1) / votes.sum(axis=1)).mean(),
    )
    curve = [s.quality[worlds, on_top(s, minute, rule)].mean() for minute in MINUTES]
    return np.array((*qualities, *luck, (first == s.quality.argmax(axis=1)).mean())), np.array(curve)


def quiet_run(views: int, seed: int) -> np.ndarray:
    """METRICS of Wilson's lower end, of all votes and of all views, (2, 3), where the unconvinced press or do not."""
    counted = rv.quiet_boards(views, BOARDS, _rng(seed))
    return np.array([_metrics(rv.judge(board, method="wilson")) for board in counted])


@dataclass(frozen=True)
class Runs:
    """All that is stored: board (skew, votes, seed, ranker, metric), caution (votes, seed, z, metric), prior (votes,
    seed, strength, metric), fitted (votes, seed, flat or fitted, metric), end (rule, steepness, seed, ENDS), curve
    (rule, steepness, seed, minute)."""

    board: np.ndarray
    caution: np.ndarray
    prior: np.ndarray
    fitted: np.ndarray
    end: np.ndarray
    curve: np.ndarray


@cache
def stored() -> Runs:
    """The stored runs, float64."""
    return Runs(**{name: array.astype(float) for name, array in data.load("ranking_votes_runs.npz").items()})


def by_ranker(ranker: str, votes: int, metric: str = "quality", skew: float = rv.SKEW) -> np.ndarray:
    """One metric of one of the chapter's rankers for each seed, (10,)."""
    at = (results.place("skew", skew, SKEWS), results.place("votes", votes, VOTES), slice(None))
    return stored().board[at][
        :,
        list(rv.RANKERS).index(checks.one_of("ranker", ranker, rv.RANKERS)),
        METRICS.index(checks.one_of("metric", metric, METRICS)),
    ]


def at_end(rule: str, steepness: float, what: str = "own") -> np.ndarray:
    """One of ENDS for each seed, (10,)."""
    rule = checks.one_of("rule", rule, feedback.RULES)
    column = ENDS.index(checks.one_of("what", what, ENDS))
    return stored().end[feedback.RULES.index(rule), results.place("steepness", steepness, STEEPNESS), :, column]


def spread(values, digits: int = 3, scale: float = 1) -> str:
    r"""Mean and standard deviation over the seeds, as the page's tables write them.

    >>> spread([0.5, 0.7])
    '0.600\xa0±\xa00.141'
    """
    values = checks.numbers("values", values, (None,))
    return results.spread(values, scale, digits).replace(" ", "\N{NO-BREAK SPACE}")


def ranker_table(metric: str, votes=(150, 500, 2000, 10_000)) -> dict[str, list[str]]:
    """Columns of a table: the rankers, and for each number of votes one of METRICS with its spread."""
    checks.whole_numbers("votes", votes, (None,))
    votes = [VOTES[results.place("votes", total, VOTES)] for total in votes]
    columns = {f"{total:,} votes": [spread(by_ranker(name, total, metric)) for name in rv.RANKERS] for total in votes}
    return {"sorted by": list(rv.RANKERS)} | columns


def session_table(steepness: float) -> dict[str, list[str]]:
    """Columns of a table: how the list is sorted, and what is asked at the end by the list itself or by the posterior mean."""
    columns = {"quality, asked by the list": ("own", 3, 1), "asked by Beta(5, 3) mean": ("beta", 3, 1), "posted in the first 10 min, %": ("early", 1, 100),
               "in the last 10 min, %": ("late", 1, 100), "largest share of votes, %": ("top_share", 1, 100)}  # fmt: skip
    return {"list sorted by": [feedback.NAMES[rule] for rule in feedback.RULES]} | {
        title: [spread(at_end(rule, steepness, what), digits, scale) for rule in feedback.RULES]
        for title, (what, digits, scale) in columns.items()
    }
