"""Views of the chapter on a talking face: faces that speak, errors of those who listen, and studies of those who look.

Ink is what the lips really do, orange a model that hears the raw sound, blue one that hears it normalised, green one that has
heard the very speaker before, grey the mean mouth. Of clips that viewers judge, yellow ones are real and red ones generated.
"""

from functools import cache

import numpy as np

from miniatures import draw, mouths
from miniatures import rater_study as study
from miniatures import spoken_sentence as said
from miniatures import talking_face as face
from miniatures import talking_face_runs as runs
from miniatures.checks import one_of, real, whole
from miniatures.explore import View
from miniatures.results import place
from miniatures.results import spread as spread_of
from miniatures.wording import plural

SEED = runs.SEEDS[0]
COLOURS = {False: "orange", True: "blue", "own": "green", "mean": "grey", "live": "purple"}
NAMES = {False: "raw", True: "normalised"}
SOURCES = {  # what moves the lips of the film: how the tested voice is heard, and what the model had learned from
    "the phone times": None,
    "normalised sound, same words": ("clip", "same words"),
    "raw sound, same words": ("none", "same words"),
    "normalised sound, new words": ("clip", "new words"),
    "raw sound, new words": ("none", "new words"),
}
FRAMES, TOY_FRAMES = 77, 48
FACE = 72  # side of a whole face, pixels
CLOSE, TOP, BOTTOM, LEFT, RIGHT = 128, 66, 110, 34, 94  # of a face that is 128 pixels wide, what is seen of it close up
SPREADS = (0.0, 1.0)
FAKE, REAL = 0.658, 0.772  # shares of generated and of real clips that were judged real
RATERS = tuple(np.unique(np.round(np.geomspace(20, 1000, 60))).astype(int).tolist())
ERROR = "error, % of the eyes' distance"


def _hidden(low, high):
    return draw.axis(hidden=True, range=(low, high))


# -- films --------------------------------------------------------------------------------------


@cache
def _heard(source):
    """What the first unseen voice's lips do by `source`, (77, 2)."""
    way = SOURCES[source]
    return said.mouth_of_phones() if way is None else said.sentence_guesses(SEED, *way)[0]


@cache
def _target():
    return mouths.target_clip(FRAMES, 4)


def speech(frame: int, source: str) -> View:
    """One frame of a drawn face that says the sentence, and what its lips do through it."""
    frame, source = whole("frame", frame, 1, FRAMES), one_of("source", source, tuple(SOURCES))
    at, times, table, lips = frame - 1, said.frame_times(), said.mouth_of_phones(), _heard(source)
    pose, expression = _target()
    picture = mouths.draw_mouths(lips[[at]], None, pose[[at]], expression[[at]], FACE)[0]
    left = draw.figure(
        draw.image(draw.stepped(picture)), x=_hidden(0, 1), y=_hidden(0, 1), equal=True, title="the target"
    )
    word, phone = said.word_at(times[[at]])[0], said.phone_at(times[[at]])[0]
    marks = _lips(times, table, "phone times", "ink")
    if SOURCES[source] is not None:
        marks += _lips(times, lips, "heard", COLOURS[SOURCES[source][0] == "clip"])
    right = draw.figure(
        *marks, draw.vertical(times[at].round(3), "grey", "dot"), title=f"{word}: {phone}" if word else "silence",
        x=draw.axis("time, s", range=(0, 3.1)), y=draw.axis("opening —, rounding ···", range=(-1.05, 1.05)),
    )  # fmt: skip
    where = f"in “{word}”, phone {phone}" if word else "in the silence"
    words = f"Frame {frame}, {times[at]:.2f} s, {where}: by the phone times the lips open to {table[at, 0]:z.2f} and round to {table[at, 1]:z.2f}."
    if SOURCES[source] is not None:
        off = mouths.landmark_error(table[[at]], lips[[at]])
        words += f" From {source} the model hears {lips[at, 0]:z.2f} and {lips[at, 1]:z.2f}, which is {off:.1f} % of the eyes' distance off."
    return View(draw.panels(left, right, height=330), words)


def _lips(times, lips, name, colour):
    return [
        draw.line(times.round(3), lips[:, 0].round(3), name, colour, width=2),
        draw.line(times.round(3), lips[:, 1].round(3), colour=colour, dash="dot", width=2),
    ]


@cache
def _toy(speaker, spread):
    """(truth, raw guess, normalised guess), (3, TOY_FRAMES, 2)."""
    truth, raw = face.guesses(SEED, "none", spread)
    clean = face.guesses(SEED, "clip", spread)[1]
    return np.array([truth[speaker], raw[speaker], clean[speaker]])[:, :TOY_FRAMES]


def toy_lips(frame: int, speaker: int, spread: float) -> View:
    """Three mouths close up at one frame of a toy speaker: the true one, and what two models hear, with the true landmarks on each."""
    frame, speaker = whole("frame", frame, 1, TOY_FRAMES), whole("speaker", speaker, 1, face.UNSEEN)
    lips = _toy(speaker - 1, real("spread", spread, 0, 3))
    now = lips[:, frame - 1]
    pictures = [_picture(*one) for one in now.round(6).tolist()]
    off = [mouths.landmark_error(now[:1], one[None]) for one in now]
    close = [_close_up(*part, now[0]) for part in zip(pictures, ("true", "raw", "normalised"), strict=True)]
    marks = [
        draw.line(range(1, TOY_FRAMES + 1), one[:, 0].round(3), name, colour, width=2)
        for one, name, colour in zip(lips, ("true", "raw", "normalised"), ("ink", "orange", "blue"), strict=True)
    ]
    course = draw.figure(
        *marks, draw.vertical(frame, "grey", "dot"), title="opening",
        x=draw.axis("frame", range=(0.5, TOY_FRAMES + 0.5)), y=draw.axis("opening", range=(-0.4, 1.3)),
    )  # fmt: skip
    words = (
        f"Speaker {speaker} of three, spread {spread:g}, frame {frame}: the lips open to {now[0, 0]:z.2f} and round to {now[0, 1]:z.2f}. "
        f"The raw guess is {off[1]:.1f} % of the eyes' distance off, the normalised one {off[2]:.1f} %."
    )
    return View(draw.panels(*close, course, columns=2, height=460), words)


@cache
def _picture(opening, rounding):
    return draw.stepped(mouths.draw_mouths([[opening, rounding]], side=CLOSE)[0, TOP:BOTTOM, LEFT:RIGHT])


def _close_up(picture, title, truth):
    """A mouth with the landmarks of the true one as crosses."""
    x, y = mouths.landmarks([truth])[0].T
    half = CLOSE / 2
    ends = LEFT / half - 1, RIGHT / half - 1, 1 - BOTTOM / half, 1 - TOP / half
    return draw.figure(
        draw.image(picture, ends[0], ends[2], ends[1] - ends[0], ends[3] - ends[2]),
        draw.points(x.round(3), y.round(3), colour="yellow", size=7, symbol="x"),
        x=_hidden(ends[0], ends[1]), y=_hidden(ends[2], ends[3]), equal=True, title=title,
    )  # fmt: skip


# -- what is heard ------------------------------------------------------------------------------


def heard(voice: int, normalised: bool) -> View:
    """The sentence in one of the twelve voices, as a model hears it."""
    voice = whole("voice", voice, 1, face.SPEAKERS)
    spoken = said.voices(SEED)[voice - 1]
    shown = face.normalize_speaker(spoken) if normalised else spoken
    low, high = (-3, 3) if normalised else (-10, 10)
    times = said.frame_times()
    figure = draw.figure(
        draw.heatmap(shown.T.round(2), times.round(2), list(range(1, said.BANDS + 1)), "sequential", low, high, bar="deviations" if normalised else "log power"),
        x=draw.axis("time, s", range=(0, 3.08)), y=draw.axis("band, low to high", range=(0.5, said.BANDS + 0.5)), height=300,
    )  # fmt: skip
    means = shown.mean(axis=0)
    kind = "in standard deviations from its own mean" if normalised else "as the logarithm of its power"
    return View(
        figure,
        f"Voice {voice} {kind}: the means of the twelve bands lie between {means.min():z.2f} and {means.max():z.2f}, and the standard deviations between {shown.std(axis=0).min():.2f} and {shown.std(axis=0).max():.2f}.",
    )


# -- errors -------------------------------------------------------------------------------------


def _course(name, x, values, colour, here=None, label=None):
    """Mean over seeds (..., seeds) as a curve, with a standard deviation up and down."""
    mean, sd = values.mean(axis=-1).round(3), values.std(axis=-1, ddof=1).round(3)
    size = 5 if here is None else [12 if one == here else 5 for one in x]
    return [draw.line(x, mean, name, colour), draw.points(x, mean, colour=colour, error=sd, size=size)]


def setting(tenths: int, reach: int) -> View:
    """The error against how much speakers differ, and against the window that is heard."""
    here, column = whole("tenths", tenths, 0, len(runs.SPREADS) - 1), whole("reach", reach, 0, runs.REACHES[-1])
    spread = runs.SPREADS[here]
    at = {normalise: runs.stored("window", normalise) for normalise in runs.NORMALIZE}  # (spread, reach, seed)
    mean, own = runs.stored("mean").mean().round(3), runs.stored("own", reach).mean().round(3)
    first, second = [], []
    for normalise in runs.NORMALIZE:
        name, colour = NAMES[normalise], COLOURS[normalise]
        first += _course(name, runs.SPREADS, at[normalise][:, column], colour, spread)
        second += _course(name, runs.REACHES, at[normalise][here], colour, reach)
    left = draw.figure(
        *first, draw.horizontal(mean, "grey"), draw.horizontal(own, "green"), title=f"window of ±{reach}",
        x=draw.axis("spread of the speakers", range=(-0.05, 1.55)), y=draw.axis(ERROR, range=(0, 6.4)),
    )  # fmt: skip
    right = draw.figure(
        *second, draw.horizontal(mean, "grey"), draw.text(6, mean + 0.22, "mean mouth", "grey", "right", size=12),
        draw.line(runs.REACHES, runs.stored("own").mean(axis=1).round(3), "own clip", "green", "dash"), title=f"spread {spread:g}",
        x=draw.axis("frames before and after", range=(-0.2, 6.2)), y=draw.axis("", range=(0, 6.4)),
    )  # fmt: skip
    raw, clean = (at[normalise][here, column] for normalise in runs.NORMALIZE)
    return View(
        draw.panels(left, right, height=360),
        f"Speakers that differ by a spread of {spread:g}, heard with {_frames(reach)}: the error is {spread_of(raw, digits=2)} % raw and {spread_of(clean, digits=2)} % normalised, over five seeds. {_change(raw, clean)}",
    )


def _frames(reach):
    return "one frame at a time" if reach == 0 else f"{plural(reach, 'frame')} before and after"


def _change(raw, clean):
    change = runs.drop(raw.mean(), clean.mean()).item()
    return f"Normalising {'lowers' if change >= 0 else 'raises'} the mean by {100 * abs(change):.0f} %."


def teachers(spread: float, seen: int) -> View:
    """The error against the number of speakers that the model has learned from."""
    seen = whole("seen", seen, 1, face.SEEN)
    place("spread", spread, runs.SPREADS)
    marks = []
    for normalise in runs.NORMALIZE:
        marks += _course(
            NAMES[normalise], runs.TEACHERS, runs.stored("teachers", normalise, spread), COLOURS[normalise], seen
        )
    raw, clean = (runs.stored("teachers", normalise, spread, seen) for normalise in runs.NORMALIZE)
    figure = draw.figure(
        *marks, draw.horizontal(runs.stored("mean").mean().round(3), "grey", words="mean mouth"), height=330,
        x=draw.axis("speakers learned from", range=(0.7, 9.3), ticks=list(runs.TEACHERS)), y=draw.axis(ERROR, range=(0, 8)),
    )  # fmt: skip
    return View(
        figure,
        f"Of {plural(seen, 'speaker')} and a spread of {spread:g}: {spread_of(raw, digits=2)} % raw, {spread_of(clean, digits=2)} % normalised, over five seeds.",
    )


def accent(tenths: int) -> View:
    """Errors and the drop against the share of each speaker's map that is the speaker's own."""
    here = whole("tenths", tenths, 0, len(runs.ACCENTS) - 1)
    share = runs.ACCENTS[here]
    raw, clean = (runs.stored("accent", normalise) for normalise in runs.NORMALIZE)
    left = draw.figure(
        *_course("raw", runs.ACCENTS, raw, "orange", share), *_course("normalised", runs.ACCENTS, clean, "blue", share),
        draw.line(runs.ACCENTS, runs.stored("own accent").mean(axis=1).round(3), "own clip", "green", "dash"),
        x=draw.axis("accent", range=(-0.04, 1.04)), y=draw.axis(ERROR, range=(0, 10.5)), title="error",
    )  # fmt: skip
    drops = 100 * runs.drop(raw, clean)
    said_drop = 100 * study.relative_drop(0.84, 0.65)
    right = draw.figure(
        *_course(None, runs.ACCENTS, drops, "blue", share), draw.horizontal(round(said_drop, 1), "ink", words="reported"),
        x=draw.axis("accent", range=(-0.04, 1.04)), y=draw.axis("drop of the error, %", range=(-45, 80)), title="what normalising is worth",
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=340),
        f"With an accent of {share:g} the error is {spread_of(raw[here], digits=2)} % raw and {spread_of(clean[here], digits=2)} % normalised; the drop is {spread_of(drops[here], digits=0)} % over five seeds, reported were {said_drop:.1f} %.",
    )


def lengths() -> View:
    """The error against the length of the clips, by the whole clip, by the past alone, and raw."""
    seconds = [frames / face.FPS for frames in runs.LENGTHS]
    ways = {
        "none": ("raw", "orange"),
        "live": ("normalised live", "purple"),
        "clip": ("normalised by the clip", "blue"),
    }
    found = {way: runs.stored("length", way) for way in ways}
    marks = [mark for way, (name, colour) in ways.items() for mark in _course(name, seconds, found[way], colour)]
    figure = draw.figure(
        *marks, height=330, x=draw.axis("length of each clip, s", range=(0.9, 33), log=True, ticks=seconds), y=draw.axis(ERROR, range=(0, 5.5)),
    )  # fmt: skip
    short, long = ({way: one[i].mean() for way, one in found.items()} for i in (0, -1))
    return View(
        figure,
        f"Clips of one second: {short['none']:.2f} % raw, {short['clip']:.2f} % normalised by the clip, {short['live']:.2f} % live. "
        f"Clips of half a minute: {long['none']:.2f}, {long['clip']:.2f} and {long['live']:.2f} %.",
    )


# -- viewers ------------------------------------------------------------------------------------


def viewer(d_prime: float, criterion: float) -> View:
    """What real and generated clips look like to a viewer, who calls real what lies beyond the criterion."""
    hits, alarms = study.judged_real(d_prime, criterion)
    x = np.linspace(-4, 4, 33)
    right_of = np.concatenate([[criterion], x[x > criterion]])
    marks = []
    for middle, name, colour, wash in (
        (-d_prime / 2, "generated", "red", "red"),
        (d_prime / 2, "real", "yellow", None),
    ):
        marks.append(draw.line(x, _bell(x - middle), name, colour))
        if wash:
            marks.append(draw.line(right_of.round(3), _bell(right_of - middle), colour=wash, width=1, fill="tozeroy"))
    left = draw.figure(
        *marks, draw.vertical(round(criterion, 3), "ink", "solid"), title="right of the line: real",
        x=draw.axis("how real it looks, deviations", range=(-4, 4)), y=draw.axis("density", range=(0, 0.45)),
    )  # fmt: skip
    right, pair = study.share_right(hits, alarms), study.forced_choice_accuracy(d_prime)
    names = ["real called real", "generated called real", "right answers", "right of a pair"]
    shares = [round(100 * one, 2) for one in (hits, alarms, right, pair)]
    bars = draw.figure(
        draw.bars(shares[::-1], names[::-1], colour=["grey", "grey", "red", "yellow"], horizontal=True, labels=[f"{one:.1f}" for one in shares[::-1]]),
        x=draw.axis("share, %", range=(0, 100)), title="what a study counts",
    )  # fmt: skip
    return View(
        draw.panels(left, bars, height=340, gap=0.2),
        f"With d' = {d_prime:g} and c = {criterion:z.2f} the viewer calls {shares[0]:.1f} % of real and {shares[1]:.1f} % of generated clips real. "
        f"Of single clips {shares[2]:.1f} % are judged rightly; of pairs, {shares[3]:.1f} %.",
    )


def _bell(x):
    return (np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)).round(4)


def raters(n: int) -> View:
    """The p of the two reported shares, and how often a study finds such a difference, against the ratings per arm."""
    n = whole("n", n, 20, 1000)
    p, power = study.two_proportion_p(FAKE, REAL, n), study.study_power(FAKE, REAL, n)
    ends = draw.axis("ratings per arm", range=(19, 1050), log=True, ticks=[20, 50, 100, 200, 500, 1000])
    left = draw.figure(
        draw.line(RATERS, [study.two_proportion_p(FAKE, REAL, one) for one in RATERS], colour="ink"), draw.points([n], [p], colour="ink", size=11),
        draw.horizontal(0.05, "grey", words="0.05"), title="p of 65.8 against 77.2 %", x=ends, y=draw.axis("p", range=(1e-9, 1), log=True, ticks=[1e-8, 1e-6, 1e-4, 1e-2, 1], labels=["10⁻⁸", "10⁻⁶", "10⁻⁴", "0.01", "1"]),
    )  # fmt: skip
    right = draw.figure(
        draw.line(RATERS, [round(study.study_power(FAKE, REAL, one), 4) for one in RATERS], colour="ink"), draw.points([n], [round(power, 4)], colour="ink", size=11),
        draw.horizontal(0.8, "grey", words="0.8"), title="chance to find it", x=ends, y=draw.axis("power", range=(0, 1.03)),
    )  # fmt: skip
    shown = f"{p:.3f}" if p >= 0.001 else f"{p:.1e}"
    return View(
        draw.panels(left, right, height=340),
        f"With {n} independent ratings per arm shares of 65.8 and 77.2 % have p = {shown}. A new study of that size would find p below 0.05 with probability {power:.2f}.",
    )


def clusters(correlation: float) -> View:
    """How often two tests find a difference between clips that are judged alike, against the ratings of each clip."""
    place("correlation", correlation, runs.CORRELATIONS)
    naive, by_clip = (runs.stored("clusters", test, correlation) for test in ("naive", "by clip"))
    times = list(runs.RATINGS)
    figure = draw.figure(
        draw.line(times, (100 * naive).round(2), "all ratings independent", "ink"), draw.points(times, (100 * naive).round(2), colour="ink", size=7),
        draw.line(times, (100 * by_clip).round(2), "each clip once", "ink", "dot"), draw.points(times, (100 * by_clip).round(2), colour="ink", size=7),
        draw.horizontal(5, "grey"), draw.text(50, 1.5, "5 %", "grey", "right", size=12), height=330,
        x=draw.axis("ratings of each of ten clips per arm", range=(0, 51), ticks=times), y=draw.axis("false alarms, %", range=(0, 75)),
    )  # fmt: skip
    return View(
        figure,
        f"With ρ = {correlation:g} and 50 ratings a clip the design effect is {study.design_effect(50, correlation):.2f}: taking ratings as independent gives {100 * naive[-1]:.0f} % false alarms, counting each clip once {100 * by_clip[-1]:.0f} %.",
    )
