"""The chapter's stored searches: mean average precision of five towns under every setting, and one town's rankings.

Source: computed by code/precompute/landmark_retrieval.py.

study  what was changed, all else as in `run`: recall, jitter, false positives, clutter, alpha, threshold; words, the size
       of the codebook; own codebook, 1 where it was learnt from the searched scenes; junk below, the visible share below
       which a scene is junk (0: nothing is); true boxes, 1 for the landmarks' boxes and no false one
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import cached, numbers, one_of, several, whole
from miniatures.landmark_kernels import cosine, match_kernel, word_cosines
from miniatures.landmark_retrieval import KERNELS, MODES, Assigned, assigned, boxes_of, ranking, represented
from miniatures.landmark_world import LANDMARKS, SCENES, SIDE, VIEWS, Scene, query, scene, town
from miniatures.results import by_key, place, spread, whole_file
from miniatures.wording import minus

FRESH_SEEDS = tuple(range(200, 205))  # chosen before they were looked at
SHOWN = FRESH_SEEDS[0]  # the town of the pictures
RECALLS = (0.0, 0.2, 0.5, 0.8, 1.0)
TOP = 8
STUDIES = {
    "recall": RECALLS,
    "jitter": (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0),
    "false positives": (0, 1, 2, 3, 4),
    "clutter": (0, 2, 4, 5, 6, 8),
    "alpha": (1, 2, 3, 4, 5, 6),
    "threshold": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    "words": (16, 64, 256),
    "own codebook": (0, 1),
    "junk below": (0.0, 0.5),
    "true boxes": (0, 1),
}
FILE = "landmark_retrieval_town.npz"


@dataclass(frozen=True)
class Release:
    """Pictures and landmarks of a published collection."""

    images: int
    landmarks: int


RELEASES = {  # "more than", as announced by Google in 2018 and 2019; counted by the winners of the retrieval challenge of 2019
    "Google-Landmarks": Release(2_000_000, 30_000),
    "Google-Landmarks-v2": Release(5_000_000, 200_000),
    "Google-Landmarks-v2, training": Release(4_132_914, 203_094),
    "the same, cleaned": Release(1_580_470, 81_313),
}
ANNOTATOR_HOURS = 800  # more than these, for the answers of the second collection's test set (Weyand et al. 2020)
WINNERS_SCORE = 37.23  # of the retrieval challenge of 2019, its private part


def _table():
    return by_key("landmark_retrieval_runs.csv", "study", "value", "mode", "kernel", value="map")


def stored(study: str, value: float, mode: str, kernel: str) -> np.ndarray:
    """Mean average precision of the five seeds, (5,), 0 to 1."""
    values = STUDIES[one_of("study", study, tuple(STUDIES))]
    if value not in values:
        raise ValueError(f"value={value!r} must be one of: {', '.join(map(str, values))}")
    mode, kernel = one_of("mode", mode, MODES), one_of("kernel", kernel, KERNELS)
    if study in ("alpha", "threshold") and kernel == "vlad":
        raise ValueError(f"kernel='vlad' has no {study}: only asmk has")
    return _table()[study, float(value), mode, kernel]


def curve(study: str, mode: str, kernel: str) -> np.ndarray:
    """The same for all values of a study, (values, 5)."""
    return np.stack([stored(study, value, mode, kernel) for value in STUDIES[one_of("study", study, tuple(STUDIES))]])


def points(study: str, value: float, mode: str, kernel: str) -> str:
    """Mean and standard deviation over the seeds, in points.

    >>> points("recall", 1.0, "aggregated", "asmk")
    '68.8 ± 5.7'
    """
    return spread(stored(study, value, mode, kernel), 100, 1)


def _town():
    return whole_file(FILE)


def top(number: int, mode: str, kernel: str, recall: float = 1.0) -> np.ndarray:
    """The first eight scenes, (8,), for landmark `number` (0 to 19) of the shown town."""
    return _town()["top"][_of_query(number, mode, kernel, recall)].astype(int)


def query_precision(number: int, mode: str, kernel: str, recall: float = 1.0) -> float:
    """Average precision for landmark `number` in the shown town, to four digits."""
    return float(_town()["precision"][_of_query(number, mode, kernel, recall)]) / 1e4


def _of_query(number, mode, kernel, recall):
    number = whole("number", number, 0, LANDMARKS - 1)
    return place("recall", recall, RECALLS), *_mode_kernel(mode, kernel), number


def scores(number: int, mode: str, kernel: str) -> np.ndarray:
    """The similarities (160,) of all scenes of the shown town with query `number`, the detector at recall 1."""
    return _town()["scores"][(*_mode_kernel(mode, kernel), whole("number", number, 0, LANDMARKS - 1))].astype(float)


def _mode_kernel(mode, kernel):
    return MODES.index(one_of("mode", mode, MODES)), KERNELS.index(one_of("kernel", kernel, KERNELS))


def shown_boxes(scene_number: int, recall: float = 1.0, jitter: float = 0.1, false_positives: int = 1) -> list[tuple]:
    """What the detector reports in a scene of the shown town."""
    scene_number = whole("scene_number", scene_number, 0, SCENES - 1)
    return boxes_of(SHOWN, scene_number, shown_scene(scene_number).box, recall, jitter, false_positives)


@cached(SCENES)
def shown_scene(number: int) -> Scene:
    """A scene of the shown town, kept once it is drawn."""
    found = scene(SHOWN, number)
    found.picture.flags.writeable = False
    return found


@cached(32)
def shown_words(number: int) -> Assigned:
    """The descriptors of a scene of the shown town by their words, with the stored codebook."""
    return assigned(shown_scene(number).picture, _town()["codebook"].astype(float))


@cached(LANDMARKS)
def asked(number: int) -> np.ndarray:
    """What is stored of query `number` of the shown town, (1, 64, 72)."""
    return represented(assigned(query(SHOWN, number), _town()["codebook"].astype(float)), [], "global")


@dataclass(frozen=True)
class Moved:
    """What boxes of the reader make of one scene: its similarity with a query and its rank among 160, 1 is best."""

    similarity: float
    rank: int


def moved(number: int, scene_number: int, boxes, mode: str, kernel: str) -> Moved:
    """Scene `scene_number` indexed with the reader's `boxes` (B, 4) of top, left, bottom, right in pixels, B from 0 to 6; all other
    scenes as the detector has them at recall 1. A box turned over is turned back."""
    number, scene_number = whole("number", number, 0, LANDMARKS - 1), whole("scene_number", scene_number, 0, SCENES - 1)
    _mode_kernel(mode, kernel)
    edges = numbers("boxes", boxes, (None, 4), 0, SIDE) if len(several("boxes", boxes)) else np.zeros((0, 4))
    if len(edges) > 6:
        raise ValueError(f"boxes of shape {edges.shape} must be six boxes or fewer")
    edges = np.concatenate([np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])], axis=1)
    vectors = represented(shown_words(scene_number), edges, mode)
    compare = cosine if kernel == "vlad" else match_kernel
    similarity = float(compare(asked(number), vectors).max()) if len(vectors) else -1.0
    all_scores = scores(number, mode, kernel)
    all_scores[scene_number] = similarity
    return Moved(similarity, int(np.flatnonzero(ranking(all_scores) == scene_number)[0]) + 1)


def gap(study: str, value: float, first: str, second: str, kernel: str) -> np.ndarray:
    """How many points of mean average precision mode `first` lies above `second` in each of the five towns, (5,)."""
    one_of("first", first, MODES), one_of("second", second, MODES)
    return 100 * (stored(study, value, first, kernel) - stored(study, value, second, kernel))


def summary_rows(called: dict) -> list[dict]:
    """A row a mode, as it is `called`: vectors stored for the 160 scenes of the shown town, and mAP in points at recall 1.

    >>> list(summary_rows(dict.fromkeys(MODES, "any"))[0])
    ['stored', 'vectors', 'VLAD', 'ASMK']
    """
    return [
        {"stored": called[mode], "vectors": vectors(mode)}
        | {k.upper(): points("recall", 1.0, mode, k) for k in KERNELS}
        for mode in MODES
    ]


def vectors(mode: str, recall: float = 1.0) -> int:
    """How many vectors a mode stores of the shown town's 160 scenes."""
    one_of("mode", mode, MODES)
    boxes = np.array([len(shown_boxes(number, recall)) for number in range(SCENES)])
    return int({"index": 1 + boxes, "crop": np.minimum(boxes, 1)}.get(mode, np.ones(SCENES)).sum())


def lead(study: str, value: float, first: str, second: str, kernel: str) -> str:
    """Mean and standard deviation of that gap over the five towns, in points.

    >>> lead("recall", 1.0, "aggregated", "crop", "vlad")
    '−2.1 ± 1.1'
    """
    return minus(spread(gap(study, value, first, second, kernel), 1, 1))


def gap_rows(first: str, second: str) -> list[dict]:
    """A row a recall, the highest first: by how many points `first` lies above `second`, and in how many of five towns."""
    rows = []
    for recall in RECALLS[::-1]:
        row = {"recall": recall}
        for kernel in KERNELS:
            found = gap("recall", recall, first, second, kernel)
            row |= {
                kernel.upper(): lead("recall", recall, first, second, kernel),
                f"towns, {kernel.upper()}": f"{(found > 0).sum()} of {len(found)}",
            }
        rows.append(row)
    return rows


def compared(number: int, scene_number: int, mode: str = "aggregated") -> tuple[np.ndarray, float]:
    """What the match kernel sees of query `number` and a scene of the shown town as detected at recall 1: the cosines (64,)
    word by word, 0 where a word is absent in either, and the root that their sum is divided by. mode: one of one vector."""
    one_of("mode", mode, MODES[:4])
    scene_number = whole("scene_number", scene_number, 0, SCENES - 1)
    cosines, roots = word_cosines(
        asked(number), represented(shown_words(scene_number), shown_boxes(scene_number), mode)
    )
    return cosines[0, 0], float(roots[0, 0])


@dataclass(frozen=True)
class Likeness:
    """Of the wrong scenes among the first eight: how many there are, the share with the query's form of window, and that
    share among all scenes of other landmarks."""

    wrong: int
    share: float
    among_all: float


def likeness(mode: str, kernel: str) -> Likeness:
    """Do the mistakes look like what was asked for? Over the 20 queries of the shown town, the detector at recall 1."""
    windows = np.array([facade.windows for facade in town(SHOWN, 0, LANDMARKS)])
    same = windows[:, None] == windows
    wrong = [(number, one // VIEWS) for number in range(LANDMARKS) for one in top(number, mode, kernel)]
    alike = [same[asked_for, found] for asked_for, found in wrong if asked_for != found]
    return Likeness(len(alike), float(np.mean(alike)), float((same.sum() - LANDMARKS) / (LANDMARKS * (LANDMARKS - 1))))
