"""Ten seconds before a front camera: one to five drawn people, three moments worth a picture, and how each frame is judged.

Source: ours; the two stages of the judgement follow N. Shiee and A. Agarwala, Google AI Blog (2019), which prints no number.
Where the faces are is known here, as if a detector had found them.

T  frames of a video, 300, at 30 a second
F  faces in it, 1 to 5: up to three in front, 24 pixels high, up to two behind them, 12 pixels high
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from miniatures.checks import numbers, real, whole
from miniatures.drawn_faces import BACKGROUND, SIDE, draw_faces, identities
from miniatures.photobooth import attend_faces, group_score
from miniatures.photobooth_faces import FAR, GRAIN, KEY, MOUTHS, Network, enlarged, features_of

FRAMES, RATE, MOMENTS = 300, 30, 3
HEIGHT, WIDTH = 40, 80
MOST_SEED = 2**32 - 1
RISE, HOLD, DECAY = (6, 10), (4, 12), (14, 30)  # frames, least and most
BLINK = (0.5, 1.0, 1.0, 0.5)  # how far the eyes are closed in the frames of a blink
NOT_STEADY = 0.6  # pixels between two frames; more of it blurs the picture
SHARPNESS = 4.0
STILL = 0.037  # mean change of a pixel; the grain alone makes 0.034
PRESENT, PRESENCE = 0.25, 5  # the quality that must be there on the median, and over how many frames


@dataclass(frozen=True)
class Video:
    """What happens in a video: who is there, where, and what each face does in each frame."""

    seed: int
    people: np.ndarray  # (F, 12), as in miniatures.drawn_faces
    sides: np.ndarray  # (F,), height of each face, pixels: 24 in front, 12 behind
    corners: np.ndarray  # (F, 2), row and column of each face's upper left pixel
    mouths: np.ndarray  # (T, F), numbers of MOUTHS
    strength: np.ndarray  # (T, F), from 0 to 1
    closed: np.ndarray  # (T, F), from 0 to 1
    turn: np.ndarray  # (T, F)
    shake: np.ndarray  # (T,), how far the camera has moved to the side, pixels
    moments: np.ndarray  # (3, 2), first and last frame of each moment
    peaks: np.ndarray  # (3,), the last frame in which each moment is at its best

    @property
    def quality(self) -> np.ndarray:
        """How good each frame truly is, (T,), from 0 to 1: the mean over the faces in front of strength times open eyes.

        0 while the camera moves, and nothing from a face that talks or looks away.
        """
        key = (self.mouths >= MOUTHS.index(KEY[0])) & (np.abs(self.turn) < 0.8)
        good = np.where(key, self.strength * (1 - self.closed), 0)[:, self.sides == SIDE].mean(axis=1)
        return np.where(self.blur > NOT_STEADY, 0, good)

    @property
    def blur(self) -> np.ndarray:
        """How far the camera moves within each frame, (T,), pixels."""
        return np.abs(np.diff(self.shake, prepend=self.shake[0]))


def video(seed: int, front: int | None = None, behind: int | None = None, blinks: float = 2.0) -> Video:
    """The video of a seed: `front` people (1 to 3) and `behind` (0 to 2), drawn by chance unless given, each of whom blinks about
    `blinks` times, 0 to 20, in the ten seconds.

    >>> video(7, 2, 1).strength.shape
    (300, 3)
    """
    seed, blinks = whole("seed", seed, 0, MOST_SEED), real("blinks", blinks, 0, 20)
    front = None if front is None else whole("front", front, 1, 3)
    behind = None if behind is None else whole("behind", behind, 0, 2)
    return _video(seed, front, behind, blinks)


@lru_cache(maxsize=64)
def _video(seed, front, behind, blinks):
    rng = np.random.default_rng([seed, 40])
    numbers_of = rng.integers(1, 4), rng.integers(0, 3)
    front, behind = (
        by_chance if given is None else given for by_chance, given in zip(numbers_of, (front, behind), strict=True)
    )
    count = int(front + behind)
    sides = np.array([SIDE] * int(front) + [FAR] * int(behind))
    lefts = [int((i + 0.5) * WIDTH / front - SIDE / 2) for i in range(front)] + [(12, 54)[i] for i in range(behind)]
    corners = np.array([(HEIGHT - SIDE if side == SIDE else 3, left) for side, left in zip(sides, lefts, strict=True)])
    mouths, strength, moments, peaks = _moments(count, int(front), rng)
    _talk(mouths, strength, moments, rng)
    turn = _wander((FRAMES, count), 0.12, rng)
    turn[: moments[0, 0] // 2] += rng.choice((-1.4, 1.4))  # at first they look elsewhere
    shake = np.cumsum(_jolts(moments, rng))
    return Video(seed, identities(count, rng), sides, corners, mouths, strength, _blinks(count, blinks, rng), turn, shake, moments, peaks)  # fmt: skip


def held(seed: int, strength: float) -> Video:
    """One person of a seed who holds the first moment's expression at a `strength` from 0 to 1 for ten seconds, and a still camera.

    >>> held(7, 0.5).strength.std()
    np.float64(0.0)
    """
    film, strength = video(seed, 1, 0, 0.0), real("strength", strength, 0, 1)
    kind = film.mouths[film.peaks[0], 0]
    still = np.zeros(FRAMES)
    return replace(
        film,
        mouths=np.full((FRAMES, 1), kind),
        strength=np.full((FRAMES, 1), strength),
        turn=still[:, None],
        shake=still,
    )


def _moments(count, front, rng):
    """Three moments, one in each third of the video: everybody in front rises to an expression, holds it and lets it decay."""
    mouths, strength = np.zeros((FRAMES, count), int), np.zeros((FRAMES, count))
    moments, peaks = [], []
    for third in range(MOMENTS):
        rise, hold, decay = (int(rng.integers(low, high + 1)) for low, high in (RISE, HOLD, DECAY))
        first = 100 * third + int(rng.integers(25, 45))
        course = np.concatenate([np.linspace(0, 1, rise + 1)[1:], np.ones(hold), np.linspace(1, 0, decay + 1)[1:]])
        kind, height = 2 + int(rng.integers(0, len(KEY))), rng.uniform(0.85, 1.0)
        frames = slice(first, first + len(course))
        mouths[frames, :front] = kind
        strength[frames, :front] = course[:, None] * height * rng.uniform(0.9, 1.0, front)
        moments.append((first, first + len(course) - 1))
        peaks.append(first + rise + hold - 1)
    return mouths, strength, np.array(moments), np.array(peaks)


def _talk(mouths, strength, moments, rng):
    """Between two moments somebody talks for a second."""
    for third in range(MOMENTS):
        first = 100 * third + int(rng.integers(0, 4))
        who, length = int(rng.integers(0, mouths.shape[1])), min(20, moments[third, 0] - first - 1)
        mouths[first : first + length, who] = MOUTHS.index("talking")
        strength[first : first + length, who] = np.abs(np.sin(np.arange(length) / 2))


def _wander(shape, size, rng):
    """A slow random course (T, F) round 0 of standard deviation `size`."""
    steps = rng.normal(size=shape)
    course = np.zeros(shape)
    for frame in range(1, len(course)):
        course[frame] = 0.95 * course[frame - 1] + np.sqrt(1 - 0.95**2) * steps[frame]
    return size * course


def _jolts(moments, rng):
    """The camera's steps to the side (T,), pixels: a tremble all the time, and a jolt of six frames before each moment."""
    steps = rng.normal(0, 0.05, FRAMES)
    for first, _ in moments:
        start = int(first) - int(rng.integers(8, 20))
        steps[start : start + 6] += rng.choice((-1, 1)) * np.array([1, 1.5, 1, -1, -1.5, -1])
    return steps


def _blinks(count, blinks, rng):
    closed = np.zeros((FRAMES, count))
    for face in range(count):
        for start in rng.integers(0, FRAMES - len(BLINK), rng.poisson(blinks)):
            closed[start : start + len(BLINK), face] = BLINK
    return closed


def frame(film: Video, t: int) -> np.ndarray:
    """Frame `t` (40, 80) of a video, in [0, 1], drawn by itself.

    >>> frame(video(7, 2, 1), 0).shape
    (40, 80)
    """
    return frames(film, [whole("t", t, 0, FRAMES - 1)])[0]


def frames(film: Video, which=None) -> np.ndarray:
    """Frames (N, 40, 80) in [0, 1] of a video: all 300, or the numbers `which` (N,)."""
    which = np.arange(FRAMES) if which is None else np.asarray(numbers("which", which, (None,), 0, FRAMES - 1), int)
    pictures = np.full((len(which), HEIGHT, WIDTH), BACKGROUND)
    for face in np.argsort(film.sides, kind="stable"):  # those behind first
        row, left = film.corners[face]
        side = film.sides[face]
        pictures[:, row : row + side, left : left + side] = _drawn(film, face, which)
    pictures = _blurred(pictures, film.blur[which])
    grain = np.array([np.random.default_rng([film.seed, 41, t]).normal(size=(HEIGHT, WIDTH)) for t in which.tolist()])
    return np.clip(pictures + GRAIN * grain, 0, 1)


def _drawn(film, face, which):
    """One face in the frames `which`, moved by the camera's shake, (N, side, side)."""
    expression, grimace = features_of(film.mouths[which, face], film.strength[which, face], film.closed[which, face])
    pose = np.zeros((len(which), 5))
    pose[:, 0] = 2 * film.shake[which] / SIDE
    pose[:, 2] = film.turn[which, face]
    return draw_faces(
        np.repeat(film.people[face][None], len(which), axis=0), pose, None, expression, int(film.sides[face]), grimace
    )


def _blurred(pictures, length):
    """Each picture averaged with itself moved to the side by up to `length` (N,) pixels, in whole pixels and their fractions."""
    whole_part, part = np.floor(length).astype(int), (length % 1)[:, None, None]
    found = pictures.copy()
    for n in np.flatnonzero(length > NOT_STEADY / 2):
        moved = [np.roll(pictures[n], s, axis=1) for s in range(whole_part[n] + 2)]
        found[n] = (np.sum(moved[:-1], axis=0) + part[n] * moved[-1]) / (whole_part[n] + 1 + part[n])
    return found


def crops(film: Video, pictures) -> np.ndarray:
    """The faces in `pictures` (N, 40, 80), each 24 pixels high, (N, F, 24, 24); those behind are enlarged.

    >>> film = video(7, 2, 1)
    >>> crops(film, frames(film, [0, 20])).shape
    (2, 3, 24, 24)
    """
    pictures = numbers("pictures", pictures, (None, HEIGHT, WIDTH), 0, 1)
    found = []
    for side, (row, left) in zip(film.sides, film.corners, strict=True):
        face = pictures[:, row : row + side, left : left + side]
        found.append(face if side == SIDE else enlarged(face))
    return np.stack(found, axis=1)


@dataclass(frozen=True)
class Seen:
    """What the network and the frames tell of a video."""

    mouths: np.ndarray  # (T, F, 7), probability of each of MOUTHS
    eyes: np.ndarray  # (T, F, 3), probability of each of EYES
    motion: np.ndarray  # (T,), mean absolute change of a pixel since the frame before


def seen(film: Video, network: Network) -> Seen:
    """Every face of every frame classified.

    >>> unsure = lambda faces: (np.full((len(faces), 7), 1 / 7), np.full((len(faces), 3), 1 / 3))
    >>> found = seen(video(7, 2, 1), unsure)
    >>> found.mouths.shape, found.motion.shape
    ((300, 3, 7), (300,))
    """
    pictures = frames(film)
    faces = crops(film, pictures)
    mouths, eyes = network(faces.reshape(-1, SIDE, SIDE))
    motion = np.abs(np.diff(pictures, axis=0, prepend=pictures[:1])).mean(axis=(1, 2))
    return Seen(mouths.reshape(*faces.shape[:2], -1), eyes.reshape(*faces.shape[:2], -1), motion)


@dataclass(frozen=True)
class Judged:
    """The judgement of each frame."""

    weights: np.ndarray  # (T, F), attention on each face
    quality: np.ndarray  # (T,), fine score of the second stage, from 0 to 1
    passed: np.ndarray  # (T,), whether the first stage lets the frame through

    @property
    def scores(self) -> np.ndarray:
        """What the shutter sees, (T,): the quality where the frame passed, else 0."""
        return np.where(self.passed, self.quality, 0)


def judge(
    film: Video, found: Seen, sharpness: float = SHARPNESS, presence: float = PRESENT, still: float = STILL
) -> Judged:
    """The two stages: may a frame be taken at all, and how good is it?

    The first refuses frames with a `motion` above `still`, frames in which a face in front has its eyes closed or talks with more
    than one half, and those whose quality over the last five frames is on the median below `presence`.

    >>> film, sure = video(7, 1, 0), np.zeros((300, 1, 7))
    >>> sure[:, 0, 2] = np.arange(300) >= 100  # from then on an expression that the shutter waits for
    >>> judged = judge(film, Seen(sure, np.zeros((300, 1, 3)), np.zeros(300)))
    >>> int(judged.passed.argmax())  # when three of five frames show it
    102
    """
    sharpness, presence = real("sharpness", sharpness, 0, 100), real("presence", presence, 0, 1)
    key, sizes = found.mouths[:, :, 2:], film.sides.astype(float) ** 2
    weights = np.array([attend_faces(scores, sizes, sharpness) for scores in key])
    quality = np.array([group_score(scores, weight) for scores, weight in zip(key, weights, strict=True)])
    front = film.sides == SIDE
    talking, closed = found.mouths[:, front, 1].max(axis=1), found.eyes[:, front, 1].max(axis=1)
    there = present(quality, presence)
    steady = found.motion <= real("still", still, 0, 1)
    return Judged(weights, quality, steady & (talking <= 0.5) & (closed <= 0.5) & there)


def present(quality, presence: float = PRESENT, count: int = PRESENCE) -> np.ndarray:
    """Whether an expression is there, (T,): the median of `quality` (T,) over the last `count` frames reaches `presence`.

    Before the video there was none.

    >>> present([0.9, 0.1, 0.9, 0.9], 0.25, 3).tolist()
    [False, False, True, True]
    """
    quality, count = numbers("quality", quality, (None,), 0, 1), whole("count", count, 1, FRAMES)
    early = np.concatenate([np.zeros(count - 1), quality])
    return np.median(np.lib.stride_tricks.sliding_window_view(early, count), axis=1) >= real("presence", presence, 0, 1)
