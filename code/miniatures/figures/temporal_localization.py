"""Views of temporal localization: anchors and what they see, proposals, recall, two streams, a watch.

Grey boxes are the truth. Grey is the shared tower, yellow the shared tower with context, purple aligned towers, blue aligned
towers with context; red is early fusion, green late fusion, ink what a single stream or the signal says; orange is what is chosen.
"""

import numpy as np

from miniatures import draw
from miniatures import shoulder_watch as watch_data
from miniatures import temporal_localization as tl
from miniatures import temporal_streams as streams
from miniatures.checks import count as counted
from miniatures.checks import one_of, real
from miniatures.explore import View, refusal
from miniatures.segments import overlaps, recalled
from miniatures.temporal_fusion import CLASSES, STREAMS, posteriors
from miniatures.temporal_runs import (
    COUNTS,
    GROUPS,
    LOOKS,
    SHOWN_SEED,
    page,
    recall,
    shown_anchors,
    shown_videos,
    spread,
    stored,
)
from miniatures.temporal_towers import dilated_convolution, dilations, first_layer
from miniatures.wording import plural

COLOURS = dict(zip(LOOKS, ("grey", "yellow", "purple", "blue"), strict=True))
VIDEO = 3  # of the test videos, the one that is drawn
CHANNELS = ("happens", "before", "after")
LOWEST = -20  # log-odds that are drawn
CUTS = {"mean of all ten": 0.0} | {f"{cut:g}": float(cut) for cut in (0.5, 0.6, 0.7, 0.8, 0.9)}
SUPPRESSIONS = (0.3, 0.5, 0.7, 0.9, 1.0)
PROPOSALS = (1, 3, 5, 10, 20)
SPAN = 36  # frames of the anchor in the view of dilations
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SHAKEN_TEST = 8  # the test example that is drawn


def _look(aligned, context):
    return list(LOOKS)[2 * bool(aligned) + bool(context)]


def _truth(segments, low, high):
    return [draw.box(start, low, end, high, "wash-grey", "grey") for start, end in segments]


def _shown():
    made = shown_videos()
    return made.signals[VIDEO], made.segments[made.video == VIDEO]


# anchors and towers ----------------------------------------------------------------------------


def anchor(scale: int, aligned: bool, context: bool) -> View:
    """One video, the best anchor of one length in it, what its tower sees, and the log-odds of all such anchors."""
    if counted("scale", scale, tl.FRAMES, 1) not in tl.SCALES:
        return refusal(f"scale={scale} is not one of the ten: {', '.join(map(str, tl.SCALES))} frames.")
    (signal, truth), name = _shown(), _look(aligned, context)
    places, scores, number = shown_anchors(name, VIDEO)
    mine = number == tl.SCALES.index(scale)
    places, scores = places[mine], scores[mine]
    best = places[scores.argmax()]
    found = overlaps(best[None], truth)[0]
    seen = tl.receptive_field(scale if aligned else tl.FIXED, context)
    middle = best.mean()
    pairs = signal.reshape(3, -1, 2).mean(axis=2)
    rows = [draw.line(np.arange(1, tl.FRAMES, 2), pairs[k] - 7 * k, None, "ink", width=1) for k in range(3)]
    top = draw.figure(
        *_truth(truth, -17, 5.5), *rows,
        draw.line([middle - seen / 2, middle + seen / 2], [8.5, 8.5], "what its tower sees", COLOURS[name], width=4),
        draw.line(best, [7, 7], "best anchor of this length", "orange", width=7),
        title="a video: grey are the actions", x=draw.axis("", range=(0, tl.FRAMES)),
        y=draw.axis(range=(-17.5, 10), ticks=[0, -7, -14], labels=list(CHANNELS)),
    )  # fmt: skip
    bottom = draw.figure(
        *_truth(truth, LOWEST, 12),
        draw.line(places.mean(axis=1)[::2], np.maximum(scores[::2], LOWEST), "anchors of this length", COLOURS[name], width=2),
        draw.points([middle], [scores.max()], "the best", "orange", size=11),
        title="log-odds of a good fit", x=draw.axis("middle of the anchor, frame", range=(0, tl.FRAMES)), y=draw.axis("log-odds", range=(LOWEST, 12)),
    )  # fmt: skip
    which = int(found.argmax())
    start, end = truth[which]
    return View(
        draw.panels(top, bottom, columns=1, height=560, gap=0.14),
        f"{'An aligned tower' if aligned else 'The tower that all anchors share'}{' with context' if context else ''} sees {seen} frames; the best anchor of {scale} frames, "
        f"{best[0]:g} to {best[1]:g}, has log-odds of {scores.max():.1f} and "
        + (
            f"a tIoU of {found[which]:.2f} with the action from {start:g} to {end:g}."
            if found[which] > 0
            else "touches no action."
        ),
    )


def dilation(first: int, second: int, pooled: bool) -> View:
    """The response to one frame of two convolutions with these dilations, over an anchor of SPAN frames."""
    first, second = counted("first", first, 500, 1), counted("second", second, 500, 1)
    frames = np.arange(-66, 67)
    impulse = (frames == 0).astype(float)
    response = dilated_convolution(first_layer(impulse, first, pooled), [1 / 3] * 3, second)
    response[np.abs(response) < 1e-12] = 0
    seen, half = int((response > 0).sum()), first + second
    wide = 1 + 2 * half
    stems = draw.bars(frames, response, "response to one frame", "purple", width=0.8)
    return View(
        draw.figure(
            draw.box(-SPAN / 2, 0, SPAN / 2, 0.36, "wash-grey"), stems,
            draw.line([-half - 0.5, half + 0.5], [0.34, 0.34], "receptive field", "orange", width=5),
            x=draw.axis("frames from the middle", range=(-66, 66)), y=draw.axis("response", range=(0, 0.36)), height=340, title=f"grey: an anchor of {SPAN} frames",
        ),
        f"Dilations {first} and {second}: a receptive field of 1 + 2·{first} + 2·{second} = {wide} frames, of which {seen} are looked at; "
        + (f"it fits the anchor of {SPAN} frames." if wide == SPAN + 1 else f"the anchor of {SPAN} frames would need {SPAN + 1}."),
    )  # fmt: skip


def surroundings(context: float, aligned: bool) -> View:
    """What the taps of a tower cover with a share of context, and AR@10 over five seeds for all shares."""
    if real("context", context, 0, 1) not in SHARES:
        return refusal(f"context={context:g} is not stored: one of {', '.join(f'{c:g}' for c in SHARES)}.")
    scale, marks = (40 if aligned else tl.FIXED), []
    a, b = dilations(scale)
    marks += [(place * b - a, place * b + a, 1) for place in (-1, 0, 1)]
    if context:
        a, b = dilations(scale, context)
        marks += [(place * b - a, place * b + a, 2) for place in (-1, 1)]
    bars = [
        draw.box(low - 0.5, row - 0.3, high + 0.5, row + 0.3, f"wash-{'blue' if aligned else 'orange'}", "ink")
        for low, high, row in marks
    ]
    left = draw.figure(
        draw.box(-20, -0.2, 20, 0.2, "wash-grey", "grey"), *bars,
        title="taps of an anchor of 40 frames", x=draw.axis("frames from the middle", range=(-45, 45)),
        y=draw.axis(range=(-0.6, 2.7), ticks=[0, 1, 2], labels=["anchor", "inner", "outer"]),
    )  # fmt: skip
    table = {c: stored("proposals", "context", f"{c:g}") for c in SHARES}  # (aligned, seeds)
    lines = [
        draw.line(SHARES, [table[c][k].mean() for c in SHARES], words, colour)
        for k, (words, colour) in enumerate((("shared tower", "yellow"), ("aligned towers", "blue")))
    ]
    here = table[context][int(aligned)]
    right = draw.figure(
        *lines, draw.points([context], [here.mean()], "this setting", "orange", size=12, error=[here.std(ddof=1)]),
        title="AR@10, five seeds", x=draw.axis("share of context", range=(-0.05, 1.05)), y=draw.axis("AR@10", range=(0.3, 0.85)),
    )  # fmt: skip
    return View(
        draw.panels(left, right, height=380, gap=0.16),
        f"With a share of {context:g} {'an aligned tower' if aligned else 'the shared tower'} sees {tl.receptive_field(scale, context)} frames for an anchor of 40; AR@10 is {spread(here, 100, 1)} % over five seeds.",
    )


# proposals -------------------------------------------------------------------------------------


def proposals(look: str, suppressed: float, count: int) -> View:
    """The best proposals for one video after suppression, and which actions they find."""
    suppressed, count = real("suppressed", suppressed, 0, 1), counted("count", count, tl.MOST_PROPOSALS, 1)
    (_, truth), (places, scores, _) = _shown(), shown_anchors(one_of("look", look, LOOKS), VIDEO)
    kept = places[tl.non_maximum_suppression(places, scores, suppressed, count)]
    near = overlaps(kept, truth)
    hits = recalled(truth, kept)
    good = near.max(axis=1) >= 0.5
    ranks = np.arange(1, len(kept) + 1)
    marks = []
    for right, name, colour in ((True, "tIoU ≥ 0.5 with an action", "orange"), (False, "below", "ink")):
        rows = [
            (x, rank)
            for (start, end), rank, one in zip(kept, ranks, good, strict=True)
            if one == right
            for x in ((start, rank), (end, rank), (None, None))
        ]
        marks.append(
            draw.line([x[0] for x, _ in rows] or [None], [x[1] for x, _ in rows] or [None], name, colour, width=4)
        )
    return View(
        draw.figure(
            *_truth(truth, 0, 21), *marks, height=420,
            x=draw.axis("frame", range=(0, tl.FRAMES)), y=draw.axis("rank of the proposal", range=(21, 0)),
        ),
        f"{look[0].upper() + look[1:]}: of {len(truth)} actions the {count} best proposals, suppressed above a tIoU of {suppressed:g}, find {int(hits[:, 0].sum())} at a tIoU of 0.5 "
        f"and {int(hits[:, 5].sum())} at 0.75; average recall in this video {100 * hits.mean():.0f} %.",
    )  # fmt: skip


def recall_curves(threshold: float, count: int, pooled: bool) -> View:
    """Recall of the four towers for every number of proposals, and for short, middling and long actions."""
    cut, layer = real("threshold", threshold, 0, 0.95) or None, "pooled" if pooled else "skimmed"
    marks, bars = [], []
    for name, colour in COLOURS.items():
        means = [recall(name, n, "all", cut, layer).mean() for n in COUNTS]
        marks.append(draw.line(COUNTS, means, name, colour))
        groups = [recall(name, count, group, cut, layer) for group in GROUPS[1:]]
        bars.append(
            draw.bars(list(GROUPS[1:]), [g.mean() for g in groups], name, colour, error=[g.std(ddof=1) for g in groups])
        )
    here = {name: recall(name, count, "all", cut, layer) for name in LOOKS}
    marks.append(draw.points([count] * 4, [one.mean() for one in here.values()], None, "orange", size=8))
    what = f"recall at tIoU {threshold:g}" if cut else "average recall"
    left = draw.figure(
        *marks, title=what, x=draw.axis("proposals a video", log=True, range=(0.9, 110), ticks=list(COUNTS), labels=[str(n) for n in COUNTS]),
        y=draw.axis("share of actions found", range=(0, 1.05)),
    )  # fmt: skip
    right = draw.figure(
        *bars, title=f"with {count} proposals", x="actions", y=draw.axis("share found", range=(0, 1.05))
    )
    return View(
        draw.panels(left, right, height=420, gap=0.13),
        f"With {plural(count, 'proposal')} a video, {what}, ten seeds: "
        + ", ".join(f"{name} {spread(one, 100, 1)} %" for name, one in here.items())
        + ".",
    )


# two streams -----------------------------------------------------------------------------------


def fusion(corruption: float, examples: int, late: bool) -> View:
    """Accuracy of one stream and of both for every corruption, and one shaken example."""
    corruption, examples = real("corruption", corruption, 0, 1), counted("examples", examples, 1_000_000, 1)
    if str(examples) not in stored("fusion", "classes"):
        return refusal(f"examples={examples} is not stored: one of {', '.join(stored('fusion', 'classes'))}.")
    table = stored("fusion", "classes", str(examples))
    shares = [float(c) for c in table]
    means = np.array([np.mean(rows, axis=0) for rows in table.values()])  # (corruptions, streams)
    chosen = STREAMS[3 if late else 2]
    styles = (("ink", "dot"), ("ink", "dash"), ("red", "solid"), ("green", "solid"))
    lines = [
        draw.line(shares, means[:, k], name, *style)
        for k, (name, style) in enumerate(zip(STREAMS, styles, strict=True))
    ]
    here = float(np.interp(corruption, shares, means[:, STREAMS.index(chosen)]))
    left = draw.figure(
        *lines, draw.points([corruption], [here], "this setting", "orange", size=12),
        title="share right, ten seeds", x=draw.axis("share of tests that are shaken", range=(-0.03, 1.03)), y=draw.axis("share right", range=(0.2, 0.9)),
    )  # fmt: skip
    found = posteriors(SHOWN_SEED, examples, corruption)
    kinds = [f"class {k + 1}" for k in range(CLASSES)]
    rows = [(STREAMS[0], "appearance says", "ink"), (STREAMS[1], "motion says", "grey"), (chosen, "together", "orange")]
    right = draw.figure(
        *[draw.bars(kinds, found[name][SHAKEN_TEST], words, colour) for name, words, colour in rows],
        title=f"one example, truly {kinds[found['truth'][SHAKEN_TEST]]}", x="", y=draw.axis("probability", range=(0, 1.02)),
    )  # fmt: skip
    own = {name: float((found[name].argmax(axis=1) == found["truth"]).mean()) for name in STREAMS}
    return View(
        draw.panels(left, right, height=420, gap=0.13),
        f"From {examples} examples, {100 * corruption:g} % of the tests shaken, seed {SHOWN_SEED}: {chosen} fusion is right in {100 * own[chosen]:.1f} % of cases, "
        f"{'early' if late else 'late'} in {100 * own['early' if late else 'late']:.1f} %, appearance alone in {100 * own[STREAMS[0]]:.1f} %.",
    )


# the watch -------------------------------------------------------------------------------------


def watch(stream: int, cost: float, context: bool) -> View:
    """A stream of the watch: what was done when, what frames and the ten best anchors find, and the mAP of all methods."""
    stream, cost = counted("stream", stream, 1_000_000), real("cost", cost, 0, 1e6)
    if stream not in range(1, len(streams.FOLDS) + 1):
        return refusal(f"stream={stream} is not stored: 1 to {len(streams.FOLDS)}, one of each fold.")
    name, names = f"fold{stream - 1}", watch_data.recordings()["names"]
    truth = page()[f"{name}_segments"].astype(float)
    path, path_kinds, _ = streams.detect_frames(page()[f"{name}_posteriors"].astype(float), cost)
    rows = page()[f"{name}_{'context' if context else 'plain'}"].astype(float)[:10]
    colour = "blue" if context else "purple"
    boxes = [draw.box(a * streams.STEP, k - 0.4, b * streams.STEP, k + 0.4, "wash-grey", "grey") for a, b, k in truth]
    left = draw.figure(
        *boxes, _detections(path, path_kinds, 0.18, "frames", "orange"),
        _detections(rows[:, :2], rows[:, 2].astype(int), -0.18, "ten best anchors" + " with context" * context, colour),
        title="grey: what was done", x=draw.axis("s", range=(0, 160)), y=draw.axis(range=(-0.7, 6.7), ticks=list(range(7)), labels=list(names)),
    )  # fmt: skip
    table = stored("watch", "folds")[:, :, :, 1].mean(axis=1)  # mAP@.5, (folds, methods)
    short, colours = ["frames", "Viterbi", "anchors", "+ context"], ["wash-grey"] * 4
    colours[int(cost > 0)], colours[2 + bool(context)] = "orange", colour
    right = draw.figure(
        draw.bars(short, table.mean(axis=0), None, colours),
        *[draw.points(short, row, None, "ink", size=6) for row in table],
        title="mAP@0.5, four folds", x="", y=draw.axis("mAP", range=(0, 1)),
    )  # fmt: skip
    hits = [_found(truth, *pair) for pair in ((path, path_kinds), (rows[:, :2], rows[:, 2]))]
    return View(
        draw.panels(left, right, height=440, gap=0.14),
        f"Stream {stream}, {len(truth)} segments: frames with a cost of {cost:g} a change give {len(path)} segments and find {hits[0]} at a tIoU of 0.5 with the right class; "
        f"the ten best anchors {'with' if context else 'without'} context find {hits[1]}.",
    )


def _detections(segments, kinds, lift, name, colour):
    """Segments as one broken line, each at the height of its class and `lift`."""
    order = np.argsort(segments[:, 0], kind="stable")
    xs = [x for k in order for x in (*(segments[k] * streams.STEP), None)]
    return draw.line(xs, [y for k in order for y in (kinds[k] + lift, kinds[k] + lift, None)], name, colour, width=4)


def _found(truth, segments, kinds):
    """How many true rows (start, end, class) some segment of the same class overlaps by half."""
    right = overlaps(truth[:, :2], segments) * (truth[:, 2][:, None] == kinds)
    return int((right.max(axis=1) >= 0.5).sum())
