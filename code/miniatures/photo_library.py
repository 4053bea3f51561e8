"""Photo libraries of people who do not exist: what a camera roll's faces and clothes look like to a clustering.

Source: ours. Embeddings are drawn, not computed from pictures; the drawings show who is meant and how hard the face is to read.

people   persons in a library
moments  occasions, each with its guests, their clothes and a handful of photographs
noise    standard deviation of an embedding's coordinates about the person's own unit vector
hard     share of faces seen badly (turned away, dark), whose noise is larger
twins    persons 0 and 1, whose faces are alike; in a library without twins only person 1's face is another
uniform  share of moments at which all guests wear the same
coats    share of observations in which a person wears a coat over the clothes of the moment
both     of the photographs with a twin while the other one is there too, the share into which the other is put in any case
twin_distance  1 less the cosine of the twins' own unit vectors; strangers are about 1 apart
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import numbers, real, whole, whole_numbers
from miniatures.drawn_faces import draw_faces
from miniatures.photo_clustering import Observations

PEOPLE, MOMENTS = 16, 24
FACE_SIZE, TORSO_SIZE = 64, 32
NOISE, HARD_NOISE, CLOTHES_NOISE = 0.065, 0.30, 0.06
HARD = 0.3
TWIN_DISTANCE = 0.15  # 1 less the cosine of the two true faces
TWINS = (0, 1)
TOGETHER, BOTH = 0.8, 0.6  # TOGETHER: how often the other twin comes too


@dataclass(frozen=True)
class Library:
    """`observations` and, for the judge and the user alone, who they are: `person` (N,); `hard` (N,) tells badly seen faces."""

    observations: Observations
    person: np.ndarray
    hard: np.ndarray
    looks: np.ndarray  # (people, 12), what each person is drawn with


def make_library(rng: np.random.Generator, twins: bool = True, hard: float = HARD, uniform: float = 0.0, coats: float = 0.0,
                 both: float = BOTH, twin_distance: float = TWIN_DISTANCE, people: int = PEOPLE,
                 moments: int = MOMENTS) -> Library:  # fmt: skip
    """A library drawn at random. From one state of the generator, who is in which photo depends on `both`, `people` and `moments` only.

    >>> library = make_library(np.random.default_rng(200))
    >>> library.observations.face.shape[1], library.observations.torso.shape[1], len(set(library.person.tolist()))
    (64, 32, 16)
    """
    hard, uniform, both = real("hard", hard, 0, 1), real("uniform", uniform, 0, 1), real("both", both, 0, 1)
    coats, twin_distance = real("coats", coats, 0, 1), real("twin_distance", twin_distance, 0, 1)
    people, moments = whole("people", people, 2, 40), whole("moments", moments, 1, 60)
    looks = rng.uniform(-1, 1, (people, 12))
    faces, other = _unit(rng.normal(size=(people, FACE_SIZE))), rng.normal(size=FACE_SIZE)
    if twins:
        faces[1] = near(faces[0], other, twin_distance)
        looks[1] = np.clip(looks[0] + 0.12 * looks[1], -1, 1)
    person, photo, moment = _guests(rng, people, moments, both)
    count = len(person)
    drawn, badly = rng.normal(size=(count, FACE_SIZE)), rng.random(count) < hard
    face = _unit(faces[person] + np.where(badly, HARD_NOISE, NOISE)[:, None] * drawn)
    clothes = _unit(rng.normal(size=(moments, people + 1, TORSO_SIZE)))
    worn = np.where(rng.random(moments)[moment] < uniform, people, person)
    torso = clothes[moment, worn] + CLOTHES_NOISE * rng.normal(size=(count, TORSO_SIZE))
    coat, coated = _unit(rng.normal(size=clothes.shape)), rng.random(count) < coats
    torso = _unit(torso + np.where(coated[:, None], coat[moment, person] - clothes[moment, worn], 0))
    return Library(Observations(face, torso, photo, moment), person, badly, looks)


def never_together(library: Library) -> Library:
    """The same library as if the second twin had left each photograph that shows both.

    >>> library = make_library(np.random.default_rng(200))
    >>> len(never_together(library).person) < len(library.person)
    True
    """
    seen = library.observations
    with_first = np.unique(seen.photo[library.person == TWINS[0]])
    rows = np.flatnonzero((library.person != TWINS[1]) | ~np.isin(seen.photo, with_first))
    return Library(seen.take(rows), library.person[rows], library.hard[rows], library.looks)


def near(face, other, distance: float) -> np.ndarray:
    """A unit vector (d,) at the cosine distance `distance` from the unit vector `face`, on the side of `other`.

    >>> round(float(near(np.array([1.0, 0]), np.array([3.0, 2]), 0.4)[0]), 6)
    0.6
    """
    cosine, face = 1 - real("distance", distance, 0, 2), numbers("face", face, (None,), -1e6, 1e6)
    other = numbers("other", other, face.shape, -1e6, 1e6)
    across = other - (other @ face) * face
    if not across.any():
        raise ValueError("other must not lie along face: it gives no side")
    across = _unit(across)
    return cosine * face + np.sqrt(max(1 - cosine**2, 0)) * across


def expected_distance(one: float, other: float, apart: float = 0.0, size: int = FACE_SIZE) -> float:
    """About 1 - (1 - apart) / √((1 + size·one²)(1 + size·other²)): the mean cosine distance of two embeddings whose noises are `one` and `other`.

    `apart` is the distance of the two true faces, 0 for one person. A mean of k faces has the noise of one divided by √k.

    >>> round(expected_distance(0.3, 0.3), 2)
    0.85
    """
    one, other = real("one", one, 0, 100), real("other", other, 0, 100)
    apart, size = real("apart", apart, 0, 2), whole("size", size, 1, 1_000_000)
    return 1 - (1 - apart) / float(np.sqrt((1 + size * one**2) * (1 + size * other**2)))


def _unit(rows):
    return rows / np.sqrt((rows**2).sum(axis=-1, keepdims=True))


def _guests(rng, people, moments, both):
    """Who is in which photo at which moment: three lists (N,). Some persons come often, others seldom."""
    often = 1 / (2 + np.arange(people))[rng.permutation(people)]
    often[list(TWINS)] = often.max()
    found, photos = [], 0
    for moment in range(moments):
        wanted = min(int(rng.integers(3, 6)), people)
        guests = set(rng.choice(people, wanted, replace=False, p=often / often.sum()).tolist())
        if guests & set(TWINS) and rng.random() < TOGETHER:
            guests |= set(TWINS)
        for _ in range(int(rng.integers(4, 7))):
            shown = set(rng.choice(sorted(guests), min(int(rng.integers(1, 4)), len(guests)), replace=False).tolist())
            together = rng.random() < both
            if shown & set(TWINS) and set(TWINS) <= guests and together:
                shown |= set(TWINS)
            found += [(one, photos, moment) for one in sorted(shown)]
            photos += 1
    person, photo, moment = np.array(found).T
    missing = np.setdiff1d(np.arange(people), person)  # everybody is seen: a photo alone, at the last moment
    alone = photos + np.arange(len(missing))
    return (np.append(person, missing), np.append(photo, alone),
            np.append(moment, np.full(len(missing), moments - 1)))  # fmt: skip


def thumbnails(library: Library, rows, side: int = 24) -> np.ndarray:
    """Drawings (n, side, side) in [0, 1] of the observations `rows` (n,): a face above its clothes.

    A face seen badly is turned and dark. The stripe at the bottom has the grey levels of four numbers of the clothes: alike for
    one person at one moment. The same row is drawn alike at every call.
    """
    seen = library.observations
    rows = whole_numbers("rows", rows, (None,), 0, len(seen) - 1)
    bad, wobble = library.hard[rows][:, None], np.clip(40 * seen.face[rows][:, :8] / np.sqrt(FACE_SIZE), -2, 2)
    pose = wobble[:, :5] * [0.03, 0.03, 0.15, 0.05, 0.02] + bad * [0, 0, 0.9, 0.15, -0.05] * np.where(
        wobble[:, :1] < 0, -1, 1
    )
    light = wobble[:, 5:8] * [0.1, 0.08, 0.08] + bad * [0.9, 0.2, -0.7]
    pictures = draw_faces(library.looks[library.person[rows]], pose, light, side=side)
    tones = np.clip(0.5 + 1.2 * seen.torso[rows][:, :4], 0, 1)
    pictures[:, side - side // 6 :] = np.repeat(tones, -(-side // 4), axis=1)[:, None, :side]
    return pictures
