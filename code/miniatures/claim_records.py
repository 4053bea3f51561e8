"""Twelve invented studies of one invented tea, and their headlines of k words.

A headline is the core "Tea linked to sleep" and as many of the fields design, species, hedge, effect and size as fit.
Two ways of choosing them: "catchy" takes the fields in one order for all, "careful" first those whose absence would mislead.
A reader takes a missing field for its usual value: a trial, on people, well established, large, with many subjects.
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import count, one_of
from miniatures.science_news import entropy

CORE = "Tea linked to sleep"
FIELDS = ("design", "species", "hedge", "effect", "size")
PHRASES = {  # field -> value -> the words that say so; the first value is what a reader assumes where nothing is said
    "design": {"trial": "in a randomised trial", "survey": "in an observational survey"},
    "species": {"people": "in people", "mice": "in mice"},
    "hedge": {"established": "as known before", "first": "for the first time"},
    "effect": {"large": "by an hour", "small": "by two minutes"},
    "size": {"many": "with two thousand subjects", "few": "with twelve subjects"},
}
WAYS = {"catchy": ("effect", "hedge", "size", "design", "species"), "careful": ("species", "design", "effect", "hedge", "size")}  # fmt: skip


@dataclass(frozen=True)
class Study:
    """One invented study: a value for each field."""

    design: str
    species: str
    hedge: str
    effect: str
    size: str


RECORDS = (
    Study("trial", "people", "established", "large", "many"), Study("trial", "people", "established", "small", "many"),
    Study("trial", "people", "first", "small", "few"), Study("trial", "people", "first", "large", "few"),
    Study("trial", "mice", "first", "large", "few"), Study("trial", "mice", "first", "small", "few"),
    Study("trial", "mice", "established", "large", "few"), Study("survey", "people", "established", "small", "many"),
    Study("survey", "people", "first", "small", "many"), Study("survey", "people", "first", "large", "few"),
    Study("survey", "people", "established", "large", "many"), Study("survey", "people", "first", "small", "few"),
)  # fmt: skip


@dataclass(frozen=True)
class Headline:
    """`text` of at most k words, the `fields` it holds, and the fields that `mislead`: missing and not the usual value."""

    text: str
    fields: tuple[str, ...]
    mislead: tuple[str, ...]


@dataclass(frozen=True)
class Budget:
    """All twelve at k words: `survivors` of each field (5,), 0 to 12; `misled` fields of each study (12,); the `bits` that a headline tells of the
    study; `posterior` (12, 12), row i the probabilities of the studies given study i's headline."""

    survivors: np.ndarray
    misled: np.ndarray
    bits: float
    posterior: np.ndarray
    headlines: tuple[Headline, ...]


def headline(study: Study, words: int, way: str) -> Headline:
    """The study's headline of at most `words` words, 4 to 100, by the way "catchy" or "careful".

    >>> [headline(RECORDS[5], 7, way).text for way in ("catchy", "careful")]
    ['Tea linked to sleep by two minutes', 'Tea linked to sleep in mice']
    """
    left = count("words", words, 100, len(CORE.split())) - len(CORE.split())
    order = WAYS[one_of("way", way, WAYS)]
    if way == "careful":  # a stable sort: first what would mislead, in the way's own order
        order = sorted(order, key=lambda field: _usual(study, field))
    kept = []
    for field in order:
        needed = len(PHRASES[field][getattr(study, field)].split())
        if needed <= left:
            kept.append(field)
            left -= needed
    text = " ".join([CORE, *(PHRASES[field][getattr(study, field)] for field in FIELDS if field in kept)])
    mislead = tuple(field for field in FIELDS if field not in kept and not _usual(study, field))
    return Headline(text, tuple(field for field in FIELDS if field in kept), mislead)


def budget(words: int, way: str) -> Budget:
    """What `words` words leave of the twelve studies, all equally probable before.

    A headline is a function of the study, so I(study; headline) is the headlines' entropy.

    >>> found = budget(8, "careful")
    >>> found.survivors.tolist(), int(found.misled.sum()), round(found.bits, 3)
    ([5, 4, 1, 2, 0], 17, 2.055)
    """
    made = tuple(headline(study, words, way) for study in RECORDS)
    same = np.array([[one.text == other.text for other in made] for one in made], float)  # (12, 12)
    shares = np.unique([one.text for one in made], return_counts=True)[1] / len(made)
    survivors = np.array([sum(field in one.fields for one in made) for field in FIELDS])
    misled = np.array([len(one.mislead) for one in made])
    return Budget(survivors, misled, entropy(shares), same / same.sum(axis=1, keepdims=True), made)


def _usual(study, field):
    return getattr(study, field) == next(iter(PHRASES[field]))
