"""The chapter's stored measurements: every method on libraries of two kinds, its thresholds chosen on other libraries.

Source: code/precompute/photo_clustering.py, which runs `miniatures.photo_clustering` and `miniatures.photo_questions`.

method     how a library is clustered; METHODS
first      threshold of the first pass, where there is one
threshold  of the last pass
own        the best recall on a library when its threshold may be chosen on that very library
chosen     thresholds that reach the asked precision on the tuning libraries, and there the most recall
mixed      share of the pairs of one twin and the other that lie in a common cluster
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.average_linkage import Tree, cut, merged
from miniatures.checks import cached, one_of, real, several, text, whole, whole_numbers
from miniatures.data import load
from miniatures.photo_clustering import (
    FIRST,
    Observations,
    first_pass,
    one_stage_distance,
    pair_precision_recall,
    second_pass,
)
from miniatures.photo_library import TWINS, Library, make_library
from miniatures.photo_questions import STRATEGIES
from miniatures.results import place, spread

TUNING_SEEDS = tuple(range(100, 106))
FRESH_SEEDS = tuple(range(200, 205))  # looked at once, after every choice was made
SEEDS = TUNING_SEEDS + FRESH_SEEDS
PRECISION = 0.98
FIRSTS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
THRESHOLDS = tuple(round(0.03 * step, 2) for step in range(1, 41))
KINDS = ("without twins", "with twins")
FACES, BOTH, FACES_RULE, BOTH_RULE, NAIVE, FREE, RULE, MEDIAN, PARTING_FREE, PARTING = METHODS = (
    "one stage, faces",
    "one stage, faces and clothes",
    "one stage, faces, same-photo rule",
    "one stage, faces and clothes, same-photo rule",
    "two stages, first across all moments, complete linkage",
    "two stages",
    "two stages, same-photo rule",
    "two stages, same-photo rule, median",
    "two stages, clothes may part",
    "two stages, same-photo rule, clothes may part",
)
ONE_STAGE = (FACES, BOTH, FACES_RULE, BOTH_RULE)
MEASURES = ("precision", "recall", "mixed")
RULES_OF_CHOICE = ("worst", "mean", "F1")
ASKED = (0, 1, 2, 3, 5, 7, 10, 15, 20, 30)  # after how many questions results are stored
CAUTIOUS, BOLD = 0.45, 0.84  # thresholds below and above the chosen one


@dataclass(frozen=True)
class Choice:
    """Thresholds of a method and what they gave on the tuning libraries: the lowest precision, the mean recall."""

    first: float
    threshold: float
    precision: float
    recall: float


def grouped(observations: Observations, method: str, first: float = FIRST) -> tuple[np.ndarray, Tree]:
    """The groups (N,) that the last pass of `method` starts from, and the tree of its merges."""
    one_of("method", method, METHODS)
    first = real("first", first, 0, 2)
    rule = "rule" in method
    if method in ONE_STAGE:
        apart = one_stage_distance(observations, "clothes" in method, rule)
        return np.arange(len(observations)), merged(apart, np.ones(len(apart)))
    if method == NAIVE:
        groups = cut(merged(one_stage_distance(observations, True), np.ones(len(observations)), complete=True), first)
    else:
        groups = first_pass(observations, first, same_photo_rule=rule, parting="part" in method)
    apart = second_pass(observations, groups, "median" if method == MEDIAN else "centroid", rule)
    return groups, merged(apart, np.ones(len(apart)))


def score(library: Library, clusters) -> tuple[float, float, float]:
    """Precision, recall and the mixed share of the twins of `clusters` (N,)."""
    clusters = whole_numbers("clusters", clusters, (len(library.person),))
    one, other = (clusters[library.person == twin] for twin in TWINS)
    return *pair_precision_recall(library.person, clusters), float((one[:, None] == other).mean())


def curve(library: Library, method: str, first: float = FIRST) -> np.ndarray:
    """The MEASURES at each of THRESHOLDS: (40, 3)."""
    groups, tree = grouped(library.observations, method, first)
    return np.array([score(library, cut(tree, threshold)[groups]) for threshold in THRESHOLDS])


def library_of(seed: int, kind: str = KINDS[1], **changed) -> Library:
    """The library of a seed; `changed` are arguments of make_library.

    >>> len(library_of(200).person) == len(library_of(200, "without twins").person)
    True
    """
    seed = whole("seed", seed, 0, 2**31 - 1)
    return make_library(np.random.default_rng(seed), one_of("kind", kind, KINDS) == KINDS[1], **changed)


@cache
def _curves():
    return load("photo_clustering_curves.npz")["curves"].astype(float) / 10_000


def stored(method: str, kind: str, seed: int, first: float = FIRST) -> np.ndarray:
    """The stored curve (40, 3) of a method on the library of a seed, to four digits; one stage has no `first`.

    >>> stored("one stage, faces", "with twins", 200).shape
    (40, 3)
    """
    at = METHODS.index(one_of("method", method, METHODS)), KINDS.index(one_of("kind", kind, KINDS))
    of_seed, of_first = place("seed", seed, SEEDS), place("first", first, FIRSTS)
    return _curves()[*at, of_seed, 0 if method in ONE_STAGE else of_first]


@cached()
def chosen(method: str, kind: str = KINDS[0], precision: float = PRECISION, by: str = "worst") -> Choice:
    """Thresholds chosen on the TUNING_SEEDS of a kind, of equals the lowest. `by` "worst": every library reaches `precision`, and then
    most recall; "mean": their mean precision does; "F1": the best mean harmonic mean of precision and recall, whatever the precision."""
    precision = real("precision", precision, 0, 1)
    one_of("by", by, RULES_OF_CHOICE)
    firsts = FIRSTS[-1:] if method in ONE_STAGE else FIRSTS
    table = np.array([[stored(method, kind, seed, first) for seed in TUNING_SEEDS] for first in firsts])
    lowest, recall = table[..., 0].min(axis=1), table[..., 1].mean(axis=1)  # (firsts, thresholds)
    if by == "F1":
        gain = (2 * table[..., 0] * table[..., 1] / np.maximum(table[..., 0] + table[..., 1], 1e-12)).mean(axis=1)
    else:
        reached = lowest if by == "worst" else table[..., 0].mean(axis=1)
        gain = np.where(reached >= precision, recall, -1)
    best = gain.max()
    if best < 0:
        raise ValueError(f"precision={precision:g} is not reached by {method!r} at any stored threshold")
    first, threshold = np.argwhere(gain >= best - 1e-9)[0]
    return Choice(
        firsts[first], THRESHOLDS[threshold], float(lowest[first, threshold]), float(recall[first, threshold])
    )


def transferred(method: str, kind: str, tuned_on: str | None = None, precision: float = PRECISION, by: str = "worst",
                seeds=FRESH_SEEDS) -> np.ndarray:  # fmt: skip
    """The MEASURES on fresh libraries of `kind` with thresholds chosen on others, of the kind `tuned_on`: (seeds, 3).

    >>> transferred("two stages, same-photo rule", "with twins").shape
    (5, 3)
    """
    tuned_on, seeds = kind if tuned_on is None else one_of("tuned_on", tuned_on, KINDS), _seeds(seeds)
    found = chosen(method, tuned_on, precision, by)
    at = THRESHOLDS.index(found.threshold)
    return np.array([stored(method, kind, seed, found.first)[at] for seed in seeds])


def _seeds(seeds):
    listed = whole_numbers("seeds", seeds, (None,), 0, 2**31 - 1).tolist()
    for seed in listed:
        place("seeds", seed, SEEDS)
    return listed


def own(
    method: str, kind: str, precision: float = PRECISION, seeds=FRESH_SEEDS, first: float | None = None
) -> np.ndarray:
    """The best recall (seeds,) at that precision with thresholds chosen on each library itself; 0 where none reaches it."""
    precision, seeds = real("precision", precision, 0, 1), _seeds(seeds)
    firsts = (first,) if first is not None else FIRSTS[-1:] if method in ONE_STAGE else FIRSTS
    tables = np.array([[stored(method, kind, seed, one) for one in firsts] for seed in seeds])
    return np.where(tables[..., 0] >= precision, tables[..., 1], 0).max(axis=(1, 2))


@cache
def _runs():
    found = {}
    for row in load("photo_clustering_runs.csv"):
        key = str(row["experiment"]), str(row["method"]), float(row["setting"]), int(row["questions"])
        found.setdefault(key, []).append([float(row[measure]) for measure in MEASURES])
    return {key: np.array(rows) for key, rows in found.items()}


def settings(experiment: str, method: str | None = None) -> list[float]:
    """The stored settings of an experiment, of one of its methods."""
    found = sorted({key[2] for key in _runs() if key[0] == experiment and method in (None, key[1])})
    if not found:
        raise ValueError(
            f"experiment={experiment!r} with method={method!r} is not stored: experiments are "
            f"{', '.join(sorted({key[0] for key in _runs()}))}"
        )
    return found


def run(experiment: str, method: str, setting: float, measure: str = "recall", questions: int = 0) -> np.ndarray:
    """A measure on each fresh library, (5,); what an experiment's settings are says `EXPERIMENTS` in code/precompute/photo_clustering.py.

    >>> run("hard", "two stages, same-photo rule", 0.3).shape
    (5,)
    """
    place = MEASURES.index(one_of("measure", measure, MEASURES))
    if setting not in settings(experiment, text("method", method)):
        raise ValueError(f"setting={setting!r} is not stored: one of {settings(experiment, method)}")
    questions = whole("questions", questions, 0, 10_000)
    key = experiment, method, float(setting), questions
    if key not in _runs():
        asked = sorted(one[3] for one in _runs() if one[:3] == key[:3])
        raise ValueError(f"questions={questions!r} is not stored: one of {asked}")
    return _runs()[key][:, place]


def distances_needed(observations: Observations, first: float = FIRST) -> tuple[int, int]:
    """How many distances one stage computes, and how many the two stages: within moments, and then of the groups.

    >>> one, two = distances_needed(library_of(200).observations)
    >>> two < one / 3
    True
    """
    groups = first_pass(observations, first)
    sizes = np.append(np.unique(observations.moment, return_counts=True)[1], groups.max() + 1).astype(float)
    return len(groups) * (len(groups) - 1) // 2, int((sizes * (sizes - 1) / 2).sum())


def method_rows(methods, kind: str, tuned_on: str = KINDS[0]) -> list[dict]:
    """A table's rows: each method's thresholds, chosen on tuning libraries of `tuned_on`, and what they give on fresh ones of `kind`.

    >>> [row["method"] for row in method_rows([FREE, RULE], KINDS[0])] == [FREE, RULE]
    True
    """
    rows, tuned_on = [], one_of("tuned_on", tuned_on, KINDS)
    for method in several("methods", methods):
        one_of("methods", method, METHODS)
        found, measured = chosen(method, tuned_on), transferred(method, kind, tuned_on)
        names = "precision", "recall", *(["twins together"] if kind == KINDS[1] else [])
        row = {"method": method} | {name: spread(one) for name, one in zip(names, measured.T, strict=False)}
        rows.append(row | {"first": "" if method in ONE_STAGE else f"{found.first:g}", "last": f"{found.threshold:g}"})
    return rows


def question_rows(experiment: str, second: float, measure: str = "recall", asked=(0, 5, 10, 20)) -> list[dict]:
    """A table's rows: of each strategy a measure after so many questions.

    >>> [row["asked about"] for row in question_rows("questions", CAUTIOUS)] == list(STRATEGIES)
    True
    """
    place("second", second, tuple(settings(experiment)))
    asked = whole_numbers("asked", asked, (None,), 0, ASKED[-1]).tolist()
    for number in asked:
        place("asked", number, ASKED)
    return [
        {"asked about": strategy} | {f"{number} asked": spread(run(experiment, strategy, second, measure, number)) for number in asked}
        for strategy in STRATEGIES
    ]  # fmt: skip
