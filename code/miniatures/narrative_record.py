"""One line of the published annotations, as the project describes its format, made into a Narrative.

Source: "File formats" at https://google.github.io/localized-narratives (annotations under CC BY 4.0). A line holds
`timed_caption`, a list of {utterance, start_time, end_time} in seconds, and `traces`, a list of segments, one for each stay of
the pointer in the picture, of points {x, y, t}: shares of the picture's sides from its top left corner, and seconds.
"""

from miniatures.narrative_trace import Narrative, Trace


def read_record(record: dict, boxes, about=None) -> Narrative:
    """`record`, one JSON line as a dict, over `boxes` (B, 4), in shares of the picture's sides.

    `about` has the box index of each utterance; without it none is about a box. Between two stays in the picture the
    pointer is taken to be where it left. ValueError names what the record lacks.

    >>> line = {"timed_caption": [{"utterance": "a dog", "start_time": 0.2, "end_time": 0.6}],
    ...         "traces": [[{"x": 0.1, "y": 0.2, "t": 0.0}], [{"x": 0.7, "y": 0.5, "t": 0.4}, {"x": 0.7, "y": 0.6, "t": 0.9}]]}
    >>> found = read_record(line, [(0, 0, 0.5, 1), (0.5, 0, 1, 1)])
    >>> found.texts, found.words.tolist(), found.trace.xs.tolist(), found.about.tolist()
    (('a dog',), [[0.2, 0.6]], [0.1, 0.7, 0.7], [-1])
    """
    try:
        words = [(one["start_time"], one["end_time"]) for one in record["timed_caption"]]
        texts = tuple(str(one["utterance"]) for one in record["timed_caption"])
        points = [(one["t"], one["x"], one["y"]) for stay in record["traces"] for one in stay]
    except (KeyError, TypeError) as lacking:
        raise ValueError(f"record must be a dict with timed_caption and traces, as published: {lacking!r}") from None
    times, xs, ys = zip(*points, strict=True) if points else ((), (), ())
    return Narrative(Trace(times, xs, ys, boxes), words, [-1] * len(words) if about is None else about, texts)
