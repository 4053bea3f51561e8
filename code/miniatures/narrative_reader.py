"""What a reader does, a pointer's times and places or key presses, made into a Narrative of the words that were shown.

Here the voice leads: the reader reacts to a word, so the lag is negative.
"""

import numpy as np

from miniatures.checks import classes_of, numbers, real
from miniatures.narrative_scenes import AFTER, BEFORE, RATE, SHAPES, START, Scene, check_generator, check_scene, spoken
from miniatures.narrative_trace import FARTHEST, Narrative, Trace, boxes_of

TRANSIT = 0.3  # seconds from shape to shape of who follows a prompt


def prompt(scene: Scene, rng, pace: float = 1.2) -> Narrative:
    """A text for a reader to point along to: a noun every `pace` seconds. Its trace is only a pointer at rest.

    `recorded` puts the reader's own trace in its place.
    """
    check_scene(scene)
    check_generator(rng)
    pace = real("pace", pace, 0.3, 10)
    order = rng.permutation(len(SHAPES))
    resting = Trace([0, BEFORE + pace * len(order) + AFTER], [START[0]] * 2, [START[1]] * 2, scene.boxes)
    return spoken(resting, scene, order, BEFORE + pace * (np.arange(len(order)) + 0.5), np.full(len(order), pace))


def recorded(prompted: Narrative, times, xs, ys) -> Narrative:
    """What was said in `prompted`, with a trace of the reader's own: times, xs and ys (N,), in seconds and picture sides.

    Where the pointer did not move any more before the last word's end, it is taken to have rested until two seconds after.
    """
    if not isinstance(prompted, Narrative):
        raise ValueError(f"prompted={prompted!r:.60} must be a Narrative")
    times = numbers("times", times, (None,), -FARTHEST / 2, FARTHEST / 2)
    end = max(times[-1], prompted.words.max() + 2)
    places = [numbers(name, value, times.shape, -FARTHEST, FARTHEST) for name, value in (("xs", xs), ("ys", ys))]
    trace = Trace(np.append(times, end), *(np.append(p, p[-1]) for p in places), prompted.trace.boxes)
    return Narrative(trace, prompted.words, prompted.about, prompted.texts)


def keyed(times, keys, boxes) -> tuple[np.ndarray, np.ndarray]:
    """xs and ys (N,) of a pointer that jumps to the middle of box `keys[n]` (N,), counted from 0, when its key is pressed."""
    times = numbers("times", times, (None,), -FARTHEST, FARTHEST)
    boxes = boxes_of(boxes)
    chosen = boxes[classes_of("keys", keys, len(times), len(boxes))]
    return (chosen[:, 0] + chosen[:, 2]) / 2, (chosen[:, 1] + chosen[:, 3]) / 2


def follow(prompted: Narrative, reaction: float, rng, jitter: float = 0.02) -> tuple:
    """times, xs and ys (N,) of somebody who sets out for each shape `reaction` seconds after its noun has begun.

    It stands for a reader who has not recorded anything yet. The way takes TRANSIT seconds, then the pointer trembles.
    """
    if not isinstance(prompted, Narrative):
        raise ValueError(f"prompted={prompted!r:.60} must be a Narrative")
    check_generator(rng)
    reaction, jitter = real("reaction", reaction, 0, 5), real("jitter", jitter, 0, 0.5)
    boxes = prompted.trace.boxes[prompted.about[prompted.named]]
    stops = np.vstack([START, (boxes[:, :2] + boxes[:, 2:]) / 2])
    leaves = prompted.words[prompted.named, 0] + reaction
    times = np.arange(0, prompted.words.max() + reaction + AFTER, 1 / RATE)
    number = np.searchsorted(leaves, times, side="right")  # shapes set out for
    before, after = np.maximum(number - 1, 0), number
    way = np.where(number > 0, np.clip((times - leaves[before]) / TRANSIT, 0, 1), 0)
    way = (way**2 * (3 - 2 * way))[:, None]
    path = (1 - way) * stops[before] + way * stops[after] + jitter * rng.normal(size=(len(times), 2))
    return times, path[:, 0], path[:, 1]
