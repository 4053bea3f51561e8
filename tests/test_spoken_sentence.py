"""The real sentence: its phones lie where the sound says, its features are librosa-like mel bands, its voices differ as said."""

import numpy as np
import pytest
from miniatures import spoken_sentence as said
from miniatures import talking_face_runs as runs
from miniatures.data import load
from miniatures.mouths import draw_mouths
from miniatures.talking_face import normalize_speaker

FRESH = runs.SEEDS


def test_the_recording_and_its_notice():
    speech = said.sentence()
    assert len(speech.samples) / speech.rate == pytest.approx(3.095)
    assert (speech.start[1:] == speech.end[:-1]).all()
    assert speech.end[-1] == pytest.approx(3.075)
    assert " ".join(speech.phones[1:-1]) == (
        "hh iy t er n d sh aa r p l iy ae n d f ey s t g r eh g s ax n ax k r ao s dh ax t ey b ax l"
    )
    assert set(speech.phones) == set(said.MOUTHS)
    assert "Carnegie Mellon University" in str(load("arctic_a0009.npz")["notice"])


def test_every_phone_belongs_to_a_word_of_the_text():
    speech = said.sentence()
    spoken = said.word_at((speech.start + speech.end) / 2)
    assert [word for word, before in zip(spoken, ["", *spoken], strict=False) if word and word != before] == (
        said.TEXT.replace(",", "").replace(".", "").split()
    )
    assert [word == "" for word in spoken] == [phone == "sil" for phone in speech.phones]
    first = dict(zip(reversed(spoken), reversed(speech.phones), strict=True))
    assert [first[word] for word in ("He", "sharply", "faced", "Gregson", "the", "table")] == [
        "hh",
        "sh",
        "f",
        "g",
        "dh",
        "t",
    ]


def test_sound_and_phone_times_agree():
    """Vowels are loud, silences quiet, and the hiss of s and sh lies in the upper bands."""
    phones, heard = np.array(said.phone_at(said.frame_times())), said.heard()
    level = heard.mean(axis=1)
    vowels, silence = np.isin(phones, ["iy", "aa", "ae", "ey", "eh", "ao", "ax", "er"]), phones == "sil"
    assert level[vowels].mean() > level[silence].mean() + 4
    tilt = heard[:, 8:].mean(axis=1) - heard[:, :4].mean(axis=1)
    assert np.median(tilt[np.isin(phones, ["s", "sh"])]) > tilt[vowels].max()


def test_the_table_is_phonetics():
    """Shut for p and b, open for aa, narrow for the rounded, wide for the spread."""
    mouth = dict(said.MOUTHS)
    assert mouth["p"][0] == mouth["b"][0] == mouth["sil"][0] == 0
    assert max(mouth, key=lambda phone: mouth[phone][0]) == "aa"
    assert min(mouth["sh"][1], mouth["ao"][1], mouth["r"][1]) > 0.5 > -0.5 > max(mouth["iy"][1], mouth["ey"][1])
    shown = said.mouth_of_phones()
    assert shown.shape == (77, 2)
    phones = said.phone_at(said.frame_times())
    assert shown[phones.index("aa"), 0] > 0.4 > 0.1 > shown[-3:, 0].max()


def test_filters_are_triangles_in_mel():
    bank = said.filters()
    hertz = np.fft.rfftfreq(said.WINDOW, 1 / 16_000)
    peaks = hertz[bank.argmax(axis=1)]
    mel = 2595 * np.log10(1 + peaks / 700)
    assert np.diff(mel) == pytest.approx(np.diff(mel).mean(), rel=0.1)
    assert bank[:, (hertz < 100) | (hertz > 7000)].max() == 0
    inside = (hertz > peaks[0]) & (hertz < peaks[-1])
    assert bank[:, inside].sum(axis=0) == pytest.approx(1)


def test_a_pure_tone_lights_its_band_and_a_warped_one_another(monkeypatch):
    tone = np.sin(2 * np.pi * 1000 * np.arange(49_520) / 16_000)
    speech = said.sentence()
    monkeypatch.setattr(said, "sentence", lambda: said.Speech(tone, 16_000, speech.phones, speech.start, speech.end))
    said._power.cache_clear()
    try:
        bands = said.heard()[40].argmax(), said.heard(1.3)[40].argmax(), said.heard(0.75)[40].argmax()
        assert bands[0] == said.filters()[:, 64].argmax()  # 1000 Hz is bin 64
        assert bands[2] < bands[0] < bands[1]
    finally:
        monkeypatch.undo()
        said._power.cache_clear()


def test_gain_and_colour_are_all_that_normalizing_takes_away():
    plain, coloured, warped = said.heard(), said.heard(1.0, 1.3, np.linspace(-2, 2, 12)), said.heard(1.12)
    assert np.abs(normalize_speaker(coloured) - normalize_speaker(plain)).max() < 1e-9
    assert np.abs(normalize_speaker(warped) - normalize_speaker(plain)).max() > 0.3


def test_voices_that_do_not_differ_are_one_but_for_the_grain():
    alike = said.voices(3, 0, 0)
    assert (alike - said.heard()).std() == pytest.approx(0.3, rel=0.05)
    assert (said.voices(3) - said.heard()).std() > 0.8


@pytest.mark.parametrize("seed", FRESH)
def test_new_words_in_a_new_voice(seed):
    """One and a half seconds of lessons: normalised, a little better than the mean mouth; raw, not."""
    mean = said.sentence_mean_error()
    raw, clip = (said.sentence_error(seed, way) for way in ("none", "clip"))
    assert 0.8 * mean < clip < mean
    assert clip < raw
    assert runs.stored("sentence", "clip", "new words", 1.0, 1.0)[FRESH.index(seed)] == pytest.approx(clip, rel=1e-5)


def test_the_same_words_in_a_new_voice():
    raw, clip = (np.array([said.sentence_error(s, w, "same words") for s in FRESH]) for w in ("none", "clip"))
    assert (clip < raw).all()
    assert 0.03 < runs.drop(raw, clip).mean() < 0.12
    assert (clip < 0.75 * said.sentence_mean_error("same words")).all()
    alike = (
        runs.stored("sentence", "clip", "same words", 0.0, 0.0),
        runs.stored("sentence", "none", "same words", 0.0, 0.0),
    )
    assert (alike[0] > alike[1]).all()  # voices alike: normalising only loses


def test_a_film_of_it():
    film = draw_mouths(said.sentence_guesses(200)[0][:5], side=32)
    assert film.shape == (5, 32, 32)
    assert 0 <= film.min() < film.max() <= 1


@pytest.mark.parametrize(("call", "named"), [
    (lambda: said.phone_at([-1.0]), "seconds"), (lambda: said.phone_at([4.0]), "seconds"), (lambda: said.filters(2), "warp="), (lambda: said.heard(gain=0), "gain="),
    (lambda: said.heard(colour=np.nan), "colour"), (lambda: said.heard(floor=0), "floor="), (lambda: said.voices(-1), "seed="), (lambda: said.voices(0, 3), "warping="),
    (lambda: said.voices(0, 1, 3), "colouring="), (lambda: said.sentence_error(0, "no"), "way="), (lambda: said.sentence_error(0, "clip", "no"), "test="),
    (lambda: said.sentence_mean_error("no"), "test="), (lambda: said.heard(colour=[1.0, 2.0]), "colour"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        call()
