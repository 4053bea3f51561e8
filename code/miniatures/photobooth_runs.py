"""The chapter's stored runs: five networks' judgements of eight videos each, and what follows from them.

Source: code/precompute/photobooth.py, which trains and runs `miniatures.photobooth_faces` and `miniatures.photobooth_video`.

seed   of a network and of its videos, 200 to 204
L      buffer, frames
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import cached, numbers, one_of, real, whole, whole_numbers
from miniatures.data import load
from miniatures.photobooth import (
    LARGEST_SCORE,
    MOST_FRAMES,
    Catch,
    attend_faces,
    catch,
    group_score,
    hysteresis,
    literal_shots,
    shots,
    total_variation,
    two_sided_shots,
)
from miniatures.photobooth_faces import HEIGHTS, SIDE, Network, groups
from miniatures.photobooth_video import Video, held, present, video
from miniatures.results import place, spread

FRESH_SEEDS = (200, 201, 202, 203, 204)  # looked at once, after every choice was made on the seeds 0 to 11
VIDEOS = 8  # of each seed
RULES = ("literal", "refractory", "two-sided")
NAMES = {"literal": "as printed", "refractory": "with a pause", "two-sided": "both sides"}  # in tables and sentences
THRESHOLD = 0.3
RANGES = (0.25, 0.5, 0.75)  # between the four ranges of the bar
HELD = tuple(round(0.1 * step, 1) for step in range(11))
BARS = ("raw", "plain", "hysteresis")
THIRDS, GROUPS = ("behind", "front"), 40  # groups of three, and how many of each seed
SHARPNESSES = tuple(range(11))
BUFFERS = tuple(range(1, 41))  # what is tallied in data/photobooth_tallies.npz, and under which settings
TRIED = (0.0, 0.1, 0.3, 0.5, 0.7)
COUNTED = ("shots", "caught", "duplicates", "outside", "regret")
FOLLOWED, SHIFTS, MARGINS = ("scores", "quality"), (-0.2, 0.0), tuple(round(0.025 * step, 3) for step in range(9))
BLINK_RATES, BLINK_BUFFERS = (0, 2, 5, 10, 20), (5, 15, 30)


@cache
def stored() -> dict[str, np.ndarray]:
    """The arrays of data/photobooth_runs.npz as code/precompute/photobooth.py wrote them."""
    return load("photobooth_runs.npz")


@cache
def network() -> Network:
    """The stored network of seed 200."""
    kept = load("photobooth_network.npz")
    return Network(tuple((kept[f"w{n}"].astype(float), kept[f"b{n}"].astype(float)) for n in range(2)))


def film(seed: int, number: int) -> Video:
    """Video `number`, 0 to 7, of a fresh seed."""
    place("seed", seed, FRESH_SEEDS)
    return video(100 * seed + whole("number", number, 0, VIDEOS - 1))


def held_film(seed: int, strength: float) -> Video:
    """The video of a fresh seed in which one person holds an expression at a `strength` of HELD.

    >>> len(held_film(200, 0.6).quality)
    300
    """
    place("seed", seed, FRESH_SEEDS)
    return held(100 * seed, strength)


def scores(seed: int, number: int) -> np.ndarray:
    """What the shutter saw of a video, (300,): the quality where the first stage let the frame pass, else 0."""
    return np.where(
        stored()["passed"][place("seed", seed, FRESH_SEEDS), whole("number", number, 0, VIDEOS - 1)],
        quality(seed, number),
        0,
    )


def quality(seed: int, number: int) -> np.ndarray:
    """The quality that the network and the attention gave each frame of a video, (300,), from 0 to 1."""
    return stored()["quality"][place("seed", seed, FRESH_SEEDS), whole("number", number, 0, VIDEOS - 1)].astype(float)


def taken(rule: str, values, buffer: int, threshold: float | None = THRESHOLD) -> np.ndarray:
    """The frames that a rule saves of scores (T,); the "refractory" one pauses as long as its buffer."""
    rule, buffer = one_of("rule", rule, RULES), whole("buffer", buffer, 1, MOST_FRAMES)
    values = numbers("values", values, (None,), -LARGEST_SCORE, LARGEST_SCORE)
    if rule == "refractory":
        return shots(values, buffer, buffer, threshold)
    return (literal_shots if rule == "literal" else two_sided_shots)(values, buffer, threshold)


def saved_by(now: int, rule: str, values, buffer: int, threshold: float | None = THRESHOLD) -> np.ndarray:
    """The frames that a rule has saved when frame `now` is on the screen: it judges a frame `buffer` frames later.

    >>> saved_by(3, "literal", [1, 5, 4, 3, 2, 2, 2], 2).tolist()
    [1]
    """
    found = taken(rule, values, buffer, threshold)
    return found[found <= whole("now", now, 0, len(values) - 1) - buffer]


def caught(rule: str, seed: int, number: int, buffer: int, threshold: float | None = THRESHOLD) -> Catch:
    """How the shots that a rule takes of a stored video fall on its three moments; the regret of one that was missed is nan."""
    here = film(seed, number)
    return catch(taken(rule, scores(seed, number), buffer, threshold), here.moments, here.quality)


@dataclass(frozen=True)
class Tally:
    """Means over the eight videos of each fresh seed, (5,) each."""

    shots: np.ndarray  # a video
    caught: np.ndarray  # share of moments
    duplicates: np.ndarray  # a video
    outside: np.ndarray  # a video
    regret: np.ndarray  # over the moments caught


def tally(rule: str, buffer: int, threshold: float | None = THRESHOLD) -> Tally:
    """How a rule does on the stored videos; without a moment caught the regret is nan."""
    rows = [[caught(rule, seed, n, buffer, threshold) for n in range(VIDEOS)] for seed in FRESH_SEEDS]
    means = {
        name: np.array([np.mean([getattr(one, name) for one in row]) for row in rows])
        for name in ("shots", "caught", "duplicates", "outside")
    }
    regrets = [np.concatenate([one.regret[one.caught] for one in row]) for row in rows]
    return Tally(**means, regret=np.array([found.mean() if len(found) else np.nan for found in regrets]))


def tallied(rule: str, buffer: int, threshold: float = THRESHOLD) -> Tally:
    """The same, looked up: for a `buffer` of BUFFERS and a `threshold` of TRIED."""
    at = (
        RULES.index(one_of("rule", rule, RULES)),
        place("buffer", buffer, BUFFERS),
        place("threshold", threshold, TRIED),
    )
    return Tally(**{name: load_tallies()[name][at].astype(float) for name in COUNTED})


@cache
def load_tallies() -> dict[str, np.ndarray]:
    """The arrays of data/photobooth_tallies.npz: Tally's over (rule, buffer, threshold, seed), "travel" over (FOLLOWED, SHIFTS, MARGINS, seed),
    "raw" over (FOLLOWED, seed), "blinking" over (rate, rule, buffer, shots and caught, seed)."""
    return load("photobooth_tallies.npz")


def travelled(of: str, margin: float, shift: float = 0.0) -> np.ndarray:
    """`travels` of the bar with hysteresis, (5,), looked up for a `margin` of MARGINS and a `shift` of SHIFTS."""
    at = FOLLOWED.index(one_of("of", of, FOLLOWED)), place("shift", shift, SHIFTS), place("margin", margin, MARGINS)
    return load_tallies()["travel"][at].astype(float)


def blinking(rule: str, buffer: int, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Shots a video (5,) and share of moments caught (5,) of the network of seed 200 when people blink `rate` times in ten seconds."""
    at = (
        place("rate", rate, BLINK_RATES),
        RULES.index(one_of("rule", rule, RULES)),
        place("buffer", buffer, BLINK_BUFFERS),
    )
    return tuple(load_tallies()["blinking"][at].astype(float))


def presence_switches(count: int) -> np.ndarray:
    """How often an expression seems to come or go in a video, (5,), judged by the median of the last `count` frames."""
    return np.array([
        np.mean([np.abs(np.diff(present(quality(seed, n), count=count).astype(int))).sum() for n in range(VIDEOS)])
        for seed in FRESH_SEEDS
    ])  # fmt: skip


def travel(bar: str, values, margin: float = 0.05, thresholds=RANGES) -> float:
    """How far a bar of length 1 travels while it follows `values` (T,): "raw", or in ranges, "plain" or with "hysteresis".

    With J thresholds a range's bar has the length level / J.
    """
    bar, thresholds = one_of("bar", bar, BARS), numbers("thresholds", thresholds, (None,))
    margin = real("margin", margin, 0, LARGEST_SCORE)
    if bar == "raw":
        return total_variation(values)
    levels = hysteresis(values, thresholds, 0.0 if bar == "plain" else margin)
    return total_variation(levels) / len(thresholds)


def travels(bar: str, of: str = "scores", margin: float = 0.05, shift: float = 0.0) -> np.ndarray:
    """The mean travel over the eight videos of each fresh seed, (5,), following the "scores" or the "quality".

    The thresholds are RANGES, moved by `shift`.
    """
    follow = {"scores": scores, "quality": quality}[one_of("of", of, ("scores", "quality"))]
    places = np.array(RANGES) + real("shift", shift, -1, 1)
    return np.array([
        np.mean([travel(bar, follow(seed, n), margin, places) for n in range(VIDEOS)]) for seed in FRESH_SEEDS
    ])  # fmt: skip


def held_quality(seed: int, strength: float) -> np.ndarray:
    """The quality of each frame, (300,), while one person holds an expression at a `strength` of HELD."""
    return stored()["held"][place("seed", seed, FRESH_SEEDS), place("strength", strength, HELD)].astype(float)


def group_scores(third: str) -> np.ndarray:
    """The key expressions' probabilities of two faces at full expression and a third at rest, (5, 40, 3, 5)."""
    return stored()["groups"][:, THIRDS.index(one_of("third", third, THIRDS))].astype(float)


@cache
def example_groups(third: str) -> tuple[np.ndarray, np.ndarray]:
    """The forty groups of seed 200, (40, 3, 24, 24), and what its network makes of them, (40, 3, 5); also with a third "far behind"."""
    pictures = groups(GROUPS, np.random.default_rng([FRESH_SEEDS[0], 4]), third)
    scores = network()(pictures.reshape(-1, SIDE, SIDE))[0][:, 2:]
    return pictures, scores.reshape(GROUPS, 3, -1)


@cached()
def example_mean(third: str, sharpness: float) -> float:
    """The mean score of these forty groups at a sharpness."""
    scores, sizes = example_groups(third)[1], group_sizes(third)
    return float(np.mean([group_score(one, attend_faces(one, sizes, sharpness)) for one in scores]))


def example_course(third: str) -> np.ndarray:
    """The same at each sharpness of SHARPNESSES, (11,).

    >>> bool(example_course("behind")[0] < example_course("behind")[-1])
    True
    """
    return np.array([example_mean(third, sharpness) for sharpness in SHARPNESSES])


def group_sizes(third: str) -> list[int]:
    """The areas of the three faces of a group, pixels."""
    return [SIDE**2, SIDE**2, HEIGHTS[one_of("third", third, tuple(HEIGHTS))] ** 2]


def attended(third: str, sharpness: float, iterations: int = 3) -> np.ndarray:
    """The mean score of the groups of three under attention, (5,); sizes count by area."""
    sizes = group_sizes(third)
    return np.array([
        np.mean([group_score(one, attend_faces(one, sizes, sharpness, iterations)) for one in row])
        for row in group_scores(third)
    ])  # fmt: skip


def plain_mean(third: str) -> np.ndarray:
    """The mean score of the groups of three when each face counts alike, (5,)."""
    return group_scores(third).max(axis=-1).mean(axis=(1, 2))


def attention_rows(sharpnesses=(0, 2, 4, 8)) -> list[dict]:
    """The groups' mean score without weights and at some sharpnesses, mean and deviation over seeds."""
    numbers("sharpnesses", sharpnesses, (None,), 0, 100)
    return [
        {"third face": third, "plain mean": spread(plain_mean(third))}
        | {f"β = {sharpness}": spread(attended(third, sharpness)) for sharpness in sharpnesses}
        for third in THIRDS
    ]


def passing(third: str, sharpness: float, threshold: float) -> np.ndarray:
    """The share of the groups of three, one of them at rest, whose score under attention reaches `threshold`, (5,)."""
    sizes, threshold = group_sizes(third), real("threshold", threshold, 0, 1)
    return np.array([
        np.mean([group_score(one, attend_faces(one, sizes, sharpness)) >= threshold for one in row])
        for row in group_scores(third)
    ])  # fmt: skip


def travel_rows() -> list[dict]:
    """The travel of each bar in ten seconds, mean and deviation over seeds, for what it may follow; in "quarters" a range has a quarter
    of the bar's length, where it otherwise goes from empty to full in three steps."""
    courses = {
        "the score that the shutter sees": [travels("raw")] + [travelled("scores", m) for m in (0.0, 0.05, 0.1)],
        "the quality of every frame": [travels("raw", "quality")] + [travelled("quality", m) for m in (0.0, 0.05, 0.1)],
        "the same, thresholds 0.2 lower": [travels("raw", "quality")]
        + [travelled("quality", m, -0.2) for m in (0.0, 0.05, 0.1)],
        "an expression held at 0.6": [held_travel("raw")] + [held_travel("hysteresis", m) for m in (0.0, 0.05, 0.1)],
    }
    return [
        {"following": name, "score": spread(raw, digits=1), "plain": spread(plain, digits=1), "quarters": spread(0.75 * plain, digits=1),
         "margin 0.05": spread(small, digits=1), "margin 0.1": spread(large, digits=1)}
        for name, (raw, plain, small, large) in courses.items()
    ]  # fmt: skip


def held_travel(bar: str, margin: float = 0.05, strength: float = 0.6) -> np.ndarray:
    """The travel of a bar while one person of each fresh seed holds an expression, (5,)."""
    return np.array([travel(bar, held_quality(seed, strength), margin) for seed in FRESH_SEEDS])


def rule_rows(buffers=(5, 10, 15, 20, 30)) -> list[dict]:
    """How each rule does at some buffers, mean and deviation over seeds."""
    return [
        {"L": buffer, "rule": NAMES[rule], "shots": spread(one.shots, digits=1), "repeats": spread(one.duplicates, digits=1),
         "elsewhere": spread(one.outside, digits=1), "caught, %": spread(one.caught, 100, 1), "regret": round(float(one.regret.mean()), 3)}
        for buffer in whole_numbers("buffers", buffers, (None,), 1, BUFFERS[-1]).tolist() for rule, one in ((rule, tallied(rule, buffer)) for rule in RULES)
    ]  # fmt: skip
