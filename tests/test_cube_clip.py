"""The real clip that two chapters share: what is stored against the original; places, gains and errors by hand."""

import cube_clip as script
import numpy as np
import pytest
from miniatures import cube_clip as c
from miniatures.data import load

WHOLE = c.SHAPE
PLACE = (slice(1, 3), slice(2, 4))


def test_the_stored_clip_is_made_from_the_original():
    again = script.halved()
    assert np.abs(255 * c.whole_clip() - again).max() < 2.001  # another decoder of JPEG may round otherwise
    assert c.whole_clip().shape == (c.COUNT, *WHOLE)


def test_changes_modulo_256_lose_nothing():
    assert (script.changes(np.round(255 * c.whole_clip()).astype(np.uint8)) == load("cube_clip.npz")["changes"]).all()
    steps = script.changes(np.array([250, 3, 0, 255], np.uint8).reshape(4, 1, 1))
    assert steps.ravel().tolist() == [250, 9, 253, 255]


def test_a_moved_place_holds_the_same_pixels():
    for place in c.PLACES.values():
        here = c.moved(place, 10, 44)
        assert (c.whole_clip()[:, 10:, 44:][:, *here] == c.whole_clip()[:, *place]).all()


def test_gains_undo_a_drift():
    true = np.random.default_rng(0).uniform(0.2, 0.5, (1, 6, 7)).repeat(4, axis=0)
    drift = np.array([0.8, 1.0, 1.1, 1.3])
    seen = true * drift[:, None, None]
    assert c.gains(seen, PLACE) == pytest.approx(drift / drift.mean())
    assert c.steadied(seen, PLACE) == pytest.approx(true * drift.mean())
    assert c.steadied([[[0.2, 1.0]], [[0.6, 1.0]]], (slice(0, 1), slice(0, 1))).max() == 1  # 2.0 is cut


def test_a_bare_place_stays_as_it_is_and_the_others_do_not():
    steady = c.steadied(c.whole_clip(), c.PLACES["bare table"])
    for name in c.BARE:
        bare = c.bare_in(name, range(c.COUNT))
        errors = [c.error_at(c.PLACES[name], frame, steady[bare]) for frame in steady]
        assert max(np.array(errors)[bare]) < 10
        assert max(errors) > 20


def test_the_larger_of_two_medians_by_hand():
    early, late = np.array([0.1, 0.3, 0.9]).reshape(3, 1, 1), np.array([0.2, 0.4]).reshape(2, 1, 1)
    assert c.larger_of_two_medians(early, late) == pytest.approx(0.3)
    assert c.larger_of_two_medians(early[:2], late).item() == pytest.approx(0.3)
    assert c.larger_of_two_medians(early[:1], late).item() == pytest.approx(0.3)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: c.moved(PLACE, 2, 0), "top"), (lambda: c.moved(PLACE, 0, 3), "left"), (lambda: c.moved(PLACE, 0.5, 0), "top"),
    (lambda: c.bare_in("bare table", [0]), "place"), (lambda: c.bare_in("where the cube ends", [73]), "frames"),
    (lambda: c.gains(np.zeros((2, 5, 5)), PLACE), "frames"), (lambda: c.gains(np.ones((5, 5)), PLACE), "frames"),
    (lambda: c.steadied(np.full((2, 5, 5), np.nan), PLACE), "frames"), (lambda: c.larger_of_two_medians(np.ones((2, 3, 3)), np.ones((2, 3, 4))), "late"),
    (lambda: c.error_at(PLACE, np.ones((5, 5)), np.ones((2, 5, 6))), "picture"), (lambda: c.error_at(PLACE, np.ones((5, 5)), []), "bare"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_a_part_is_cut_out_of_the_whole_clip():
    part = c.Part(range(1, 73, 3), (10, 44), (58, 63), {"bare table": "bare table", "end": "where the cube ends"})
    assert (part.frames(False) == c.whole_clip()[1::3, 10:68, 44:107]).all()
    assert part.brightness(True) == pytest.approx(part.brightness().mean(), abs=1e-9)
    assert np.ptp(part.brightness()) > 10
    assert part.plate_error("end", np.median(part.frames()[part.bare["end"]], axis=0)) == 0
    assert (part.plate("75th percentile", 5) == np.percentile(part.frames()[:5], 75, axis=0)).all()
    for call, named in (
        (lambda: part.frames(1), "steady"), (lambda: part.plate("mean"), "kind"), (lambda: part.plate(count=25), "count"),
        (lambda: part.plate(c.TWO_MEDIANS, 5), "count"), (lambda: part.plate_error("bare table", np.ones((58, 63))), "place"),
        (lambda: part.plate_error("end", np.ones((5, 5))), "picture"), (lambda: part.gains(np.ones((2, 5, 5))), "frames"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=named):
            call()
