"""Scenes, simulated speakers, readers' traces and the regions of a segment."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from miniatures.localized_narratives import accuracy, best_lag, box_iou, calibrate
from miniatures.narrative_reader import follow, keyed, prompt, recorded
from miniatures.narrative_regions import bounding_box, densest_box, density, phrase, segment
from miniatures.narrative_scenes import SHAPES, Scene, Speaker, narrate, narratives, picture, scene
from miniatures.narrative_trace import Narrative, Trace, areas

LAGS = np.arange(-50, 31) / 20


def rng(seed=0):
    return np.random.default_rng(seed)


@given(st.integers(0, 10_000))
def test_a_scene_has_six_shapes_apart(seed):
    found = scene(rng(seed))
    assert sorted(found.names) == sorted(SHAPES)
    assert found.boxes.min() > 0
    assert found.boxes.max() < 1
    assert all(box_iou(a, b) == 0 for n, a in enumerate(found.boxes) for b in found.boxes[:n])


@given(
    st.integers(0, 10_000),
    st.floats(-2, 2),
    st.floats(0, 1),
    st.floats(0.1, 3),
    st.floats(0.05, 3),
    st.floats(0, 0.3),
)
def test_words_never_overlap_and_each_shape_is_named_once(seed, lag, unsteady, dwell, transit, jitter):
    place = scene(rng(seed))
    told = narrate(place, Speaker(lag, unsteady, dwell, transit, jitter), rng(seed))
    assert sorted(told.about[told.named].tolist()) == list(range(6))
    assert all(place.names[box] == text for box, text in zip(told.about, told.texts, strict=True) if box >= 0)
    assert (told.words[1:, 0] >= told.words[:-1, 1] - 1e-9).all()
    assert (told.words[:, 1] > told.words[:, 0]).all()
    assert len(told.trace.times) > 60


def test_the_speaker_is_in_the_shape_in_the_middle_of_its_dwell():
    """Without lag and noise each noun's middle is the middle of the time about its shape."""
    for told in narratives(5, Speaker(lag=0, unsteady=0, jitter=0), rng(4)):
        middles = told.words[told.named].mean(axis=1)
        held = np.searchsorted(told.trace.times, middles, side="right") - 1
        x, y = told.trace.xs[held], told.trace.ys[held]
        box = told.trace.boxes[told.about[told.named]]
        assert ((x > box[:, 0]) & (x < box[:, 2]) & (y > box[:, 1]) & (y < box[:, 3])).all()
    assert accuracy(narratives(20, Speaker(lag=0, unsteady=0, jitter=0), rng(4)), [0])[0] == 1


def test_a_seed_is_a_narrative():
    one, again, other = (narratives(1, Speaker(), rng(seed))[0] for seed in (3, 3, 4))
    assert (one.trace.xs == again.trace.xs).all()
    assert not np.array_equal(one.words, other.words)


def test_the_picture_shows_each_shape_in_its_box():
    place = scene(rng(2))
    found = picture(place, 200)
    painted = np.abs(found - 0.95).max(axis=2) > 0.05
    centres = (np.arange(200) + 0.5) / 200
    for box, name in zip(place.boxes, place.names, strict=True):
        across, down = ((centres > box[k]) & (centres < box[k + 2]) for k in (0, 1))
        share = painted[np.ix_(down, across)].mean()
        known = {"disc": np.pi / 4, "square": 1, "triangle": 0.5, "diamond": 0.5, "ring": np.pi / 4 * (1 - 0.55**2)}
        assert share == pytest.approx(known.get(name, 0.51), abs=0.04)
        painted[np.ix_(down, across)] = False
    assert not painted.any()


# ---- a reader


def reaction(prompted, seconds):
    """A reader who goes to each shape `seconds` after its noun has begun, by one jump a shape."""
    nouns = prompted.words[prompted.named]
    return nouns[:, 0] + seconds, prompted.about[prompted.named]


@pytest.mark.parametrize("seconds", [0.0, 0.35, 0.7])
def test_a_readers_keys_are_grounded_with_the_readers_own_lag(seconds):
    rounds = []
    for seed in (1, 2):
        place = scene(rng(seed))
        prompted = prompt(place, rng(seed), 1.2)
        times, keys = reaction(prompted, seconds)
        rounds.append(recorded(prompted, times, *keyed(times, keys, place.boxes)))
    found = calibrate(rounds[:1], rounds[1:], LAGS)
    assert found.accuracy == 1
    # a jump at s + seconds, held until s + seconds + 1.2: a noun of .35 s from s is inside for lags about -(seconds + .425)
    assert found.lag == pytest.approx(-(seconds + 0.425), abs=0.051)


def test_a_readers_pointer_of_uneven_times_is_grounded():
    place = scene(rng(5))
    prompted = prompt(place, rng(5), 1.5)
    times, keys = reaction(prompted, 0.4)
    xs, ys = keyed(times, keys, place.boxes)
    more = np.sort(np.concatenate([times, rng(1).uniform(times[0], times[-1], 50)]))
    held = np.searchsorted(times, more, side="right") - 1
    told = recorded(prompted, more, xs[held], ys[held])
    assert accuracy([told], [best_lag([told], LAGS)])[0] == 1
    assert told.trace.times[-1] >= prompted.words.max() + 2


@pytest.mark.parametrize("seed", range(200, 205))
def test_who_follows_a_prompt_is_grounded_by_a_lag_from_another_round(seed):
    """A reader reacts to the word: the voice leads, the lag is negative, and without it the words get the last shape."""
    generator = rng(seed)
    rounds = [prompt(scene(generator), generator, 1.0) for _ in range(2)]
    first, second = (recorded(one, *follow(one, 0.4, generator)) for one in rounds)
    found = calibrate([first], [second], LAGS)
    assert found.accuracy == 1
    assert accuracy([second], [0])[0] <= 1 / 6 + 1e-9  # the first word may be right by nearness
    # in the shape from about .55 s after the noun's start to 1.4 + .15 s: the middle of a .35 s noun there is .875 s later
    assert found.lag == pytest.approx(-0.875, abs=0.15)


def test_who_rests_points_at_no_word():
    prompted = prompt(scene(rng(6)), rng(6))
    told = recorded(prompted, [0.0], [5.0], [5.0])
    assert accuracy([told], [0])[0] == pytest.approx(1 / 6)  # all words get the nearest box


# ---- regions

TRACE = Trace([0, 1, 2, 3], [0.25, 0.75, 0.75, 0.75], [0.25, 0.25, 0.75, 0.75], [(0, 0, 1, 1)])


def test_a_segment_is_the_trace_lag_earlier():
    found = segment(TRACE, (1.5, 2.5), 1.0)
    assert len(found.xs) == 100
    assert found.xs.mean() == pytest.approx(0.5)
    assert bounding_box(segment(TRACE, (0, 3), 0)).tolist() == [0.25, 0.25, 0.75, 0.75]


def test_density_sums_to_one_lies_where_the_pointer_was_and_longer_is_denser():
    grid = density(segment(TRACE, (0.2, 2.9), 0))
    assert grid.sum() == pytest.approx(1, abs=1e-3)
    quarter = {(y, x): grid[y : y + 32, x : x + 32].sum() for y in (0, 32) for x in (0, 32)}
    assert quarter[0, 0] == pytest.approx(0.8 / 2.7, abs=0.01)
    assert quarter[0, 32] == pytest.approx(1 / 2.7, abs=0.01)
    assert quarter[32, 32] == pytest.approx(0.9 / 2.7, abs=0.01)
    assert quarter[32, 0] < 0.01


def test_the_densest_box_leaves_out_what_was_short():
    grid = np.zeros((10, 10))
    grid[2:4, 3:5] = 0.2
    grid[9, 9] = 0.2
    assert densest_box(grid, 0.7) == pytest.approx([0.3, 0.2, 0.5, 0.4])
    assert densest_box(grid, 1.0) == pytest.approx([0.3, 0.2, 1.0, 1.0])


@given(st.integers(0, 1000), st.floats(0.3, 0.9))
def test_more_mass_is_a_larger_box(seed, mass):
    (told,) = narratives(1, Speaker(), rng(seed))
    grid = density(segment(told.trace, told.words[2], 0.5))
    small, large = densest_box(grid, mass), densest_box(grid, 0.95)
    assert areas(small) <= areas(large) + 1e-12


def test_a_phrase_is_a_noun_and_two_words():
    assert phrase([(0, 1), (1, 2), (2, 3), (3, 4)], 2) == (0, 3)
    assert phrase([(0, 1), (1, 2)], 1) == (0, 2)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: Speaker(dwell=0), "dwell"),
        (lambda: Scene(scene(rng()).boxes[:5], range(6)), "boxes"),
        (lambda: Scene(scene(rng()).boxes, [0] * 6), "kinds"),
        (lambda: Scene(scene(rng()).boxes, None), "kinds"),
        (lambda: segment(TRACE, None, 0), "word"),
        (lambda: density(None), "found"),
        (lambda: densest_box([1, 2]), "grid"),
        (lambda: densest_box([[1, np.nan]]), "grid"),
        (lambda: Speaker(lag=np.nan), "lag"),
        (lambda: Speaker(jitter=-1), "jitter"),
        (lambda: scene(3), "rng"),
        (lambda: narrate(None, Speaker(), rng()), "scene"),
        (lambda: narrate(scene(rng()), 0.5, rng()), "speaker"),
        (lambda: narratives(0, Speaker(), rng()), "count"),
        (lambda: prompt(scene(rng()), rng(), 0), "pace"),
        (lambda: picture(scene(rng()), 3), "side"),
        (lambda: picture("scene"), "scene"),
        (lambda: recorded(None, [0], [0], [0]), "prompted"),
        (lambda: recorded(prompt(scene(rng()), rng()), [0, 1], [0], [0, 1]), "xs"),
        (lambda: recorded(prompt(scene(rng()), rng()), [1, 0], [0, 0], [0, 1]), "times"),
        (lambda: recorded(prompt(scene(rng()), rng()), [], [], []), "times"),
        (lambda: follow(None, 0.4, rng()), "prompted"),
        (lambda: follow(prompt(scene(rng()), rng()), -1, rng()), "reaction"),
        (lambda: follow(prompt(scene(rng()), rng()), 1, None), "rng"),
        (lambda: keyed([0], [6], scene(rng()).boxes), "keys"),
        (lambda: keyed([0, 1], [0], scene(rng()).boxes), "keys"),
        (lambda: segment(TRACE, (5, 6), 0), "word"),
        (lambda: segment(TRACE, (2, 1), 0), "word"),
        (lambda: segment(TRACE, (0, 1), "x"), "lag"),
        (lambda: segment(None, (0, 1), 0), "trace"),
        (lambda: density(segment(TRACE, (0, 1), 0), 2), "side"),
        (lambda: density(segment(TRACE, (0, 1), 0), 64, 0), "sigma"),
        (lambda: densest_box(np.zeros((4, 4))), "grid"),
        (lambda: densest_box(np.ones((4, 4)), 0), "mass"),
        (lambda: phrase([(0, 1)], 1), "number"),
    ],
)
def test_bad_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def test_the_grounding_of_a_reader_needs_no_scene():
    boxes = [(0, 0, 100, 100), (200, 0, 300, 100)]  # pixels
    told = Narrative(Trace([0, 2, 4], [50, 250, 250], [50, 50, 50], boxes), [(1, 1.4), (3, 3.4)], [0, 1])
    assert accuracy([told], [0])[0] == 1
