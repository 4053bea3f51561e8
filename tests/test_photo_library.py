"""Tests of miniatures.photo_library: what a drawn library is made of."""

import numpy as np
import pytest
from miniatures.photo_clustering import cosine_distance
from miniatures.photo_library import HARD, TWIN_DISTANCE, make_library, near, never_together, thumbnails


def library(seed=3, **changed):
    return make_library(np.random.default_rng(seed), **changed)


def test_everybody_is_seen_and_nobody_twice_in_a_photo():
    for seed in range(5):
        found = library(seed)
        assert set(found.person.tolist()) == set(range(16))
        assert 200 <= len(found.person) <= 330
        assert len(set(zip(found.observations.photo.tolist(), found.person.tolist(), strict=True))) == len(found.person)
        assert found.hard.mean() == pytest.approx(HARD, abs=0.09)
        assert found.looks.min() >= -1
        assert found.looks.max() <= 1


def test_who_is_in_which_photo_does_not_depend_on_what_is_changed():
    one = library()
    for changed in ({"twins": False}, {"hard": 0.9}, {"uniform": 1.0}, {"coats": 0.5}, {"twin_distance": 0.5}):
        other = library(**changed)
        assert np.array_equal(one.person, other.person)
        assert np.array_equal(one.observations.photo, other.observations.photo)
    alone = library(twins=False)
    assert np.array_equal(one.observations.face[one.person != 1], alone.observations.face[one.person != 1])
    assert not np.allclose(one.observations.face[one.person == 1], alone.observations.face[one.person == 1])


def test_embeddings_are_unit_vectors_and_twins_as_close_as_asked():
    found = library(hard=0, twin_distance=0.2)
    for rows in (found.observations.face, found.observations.torso):
        np.testing.assert_allclose((rows**2).sum(axis=1), 1)
    means = np.array([found.observations.face[found.person == one].mean(axis=0) for one in range(16)])
    apart = cosine_distance(means)
    assert apart[0, 1] == pytest.approx(0.2, abs=0.05)
    assert np.median(apart[2:, :2]) == pytest.approx(1, abs=0.15)
    assert TWIN_DISTANCE < 0.2


def test_hard_faces_are_farther_from_their_person():
    found = library()
    mean = found.observations.face[(found.person == 0) & ~found.hard].mean(axis=0)
    cosine, own = found.observations.face @ mean, found.person == 0
    assert cosine[found.hard & own].mean() < 0.6 * cosine[~found.hard & own].mean()
    assert cosine[found.hard & own].mean() > 0.2


def clothes_apart(found):
    same = found.person[:, None] == found.person
    together = found.observations.moment[:, None] == found.observations.moment
    apart = cosine_distance(found.observations.torso)
    off = ~np.eye(len(apart), dtype=bool)
    return [np.median(apart[pairs]) for pairs in (same & together & off, ~same & together, same & ~together)]


def test_clothes_tell_people_apart_within_a_moment_only():
    own, others, other_day = clothes_apart(library())
    assert own < 0.2 < 0.8 < others
    assert other_day == pytest.approx(1, abs=0.1)
    assert clothes_apart(library(uniform=1.0))[1] < 0.2


def test_coats_part_a_person_from_itself_within_a_moment():
    found = library(coats=0.5)
    same = (found.person[:, None] == found.person) & (found.observations.moment[:, None] == found.observations.moment)
    apart = cosine_distance(found.observations.torso)[same]
    assert 0.3 < (apart > 0.6).mean() < 0.6


def test_twins_who_are_never_together():
    found, left = library(), never_together(library())
    shared = [set(one.observations.photo[one.person == 0].tolist()) & set(one.observations.photo[one.person == 1].tolist())
              for one in (found, left)]  # fmt: skip
    assert shared[0]
    assert not shared[1]
    assert len(left.person) == len(found.person) - len(shared[0])


def test_near_is_at_its_distance():
    rng = np.random.default_rng(0)
    face, other = rng.normal(size=(2, 64))
    face /= np.sqrt((face**2).sum())
    for distance in (0, 0.15, 1, 2):
        found = near(face, other, distance)
        assert (found @ found, 1 - found @ face) == pytest.approx((1, distance))


def test_thumbnails_are_drawn_alike_at_every_call():
    found = library()
    rows = [5, 0, 9]
    pictures = thumbnails(found, rows)
    assert pictures.shape == (3, 24, 24)
    assert 0 <= pictures.min() <= pictures.max() <= 1
    assert np.array_equal(pictures[[1]], thumbnails(found, [0]))
    assert thumbnails(found, [1], side=30).shape == (1, 30, 30)


def test_twins_are_drawn_alike_and_others_are_not():
    found = library(hard=0)
    mean = np.array([thumbnails(found, np.flatnonzero(found.person == one))[:, :20].mean(axis=0) for one in range(16)])
    apart = np.abs(mean[0] - mean[1:]).mean(axis=(1, 2))
    assert apart[0] < 0.4 * np.median(apart[1:])


@pytest.mark.parametrize(
    "changed",
    [{"hard": 1.1}, {"uniform": -0.1}, {"coats": np.nan}, {"both": "a"}, {"twin_distance": 1.5}, {"people": 1},
     {"people": 41}, {"moments": 0}, {"moments": 2.0}],
)  # fmt: skip
def test_bad_arguments_are_refused(changed):
    with pytest.raises(ValueError, match=next(iter(changed))):
        library(**changed)


@pytest.mark.parametrize("rows", [[], [400], [-1], [0.5], [[1]]])
def test_bad_rows_are_refused(rows):
    with pytest.raises(ValueError, match="rows"):
        thumbnails(library(), rows)
