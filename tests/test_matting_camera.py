"""The real clip: every second frame, drift, when the resting becomes background, the tube that never leaves."""

import numpy as np
import pytest
from miniatures import matting_camera as c
from miniatures.cube_clip import whole_clip


def test_every_second_frame_is_kept():
    assert (c.frames(False) == whole_clip()[::2]).all()
    assert c.frames(False).shape == (37, 80, 107)


def test_the_exposure_drifts_and_the_gain_takes_it_out():
    table = c.brightness()
    assert np.ptp(table) > 15
    assert c.gains(c.frames()) == pytest.approx(1, abs=1e-9)
    raw, steady = (c.flagged("bare table", c.masks(c.plate(steady=on), 6, on)) for on in (False, True))
    assert raw > 0.4
    assert steady == 0


def test_when_a_resting_object_becomes_background():
    """With more frames the plate is lost where the cube comes to rest, and won where it was."""
    counts = (5, 15, 25, 37)
    ends, starts = (
        [c.plate_error(f"where the cube {what}", c.plate("median", n)) for n in counts] for what in ("ends", "starts")
    )
    assert np.all(np.diff(ends) > 1)
    assert np.all(np.diff(starts) < 0)
    assert ends[0] < 1 < 20 < ends[-1]
    assert starts[-1] < 1 < 50 < starts[0]


def test_no_plate_is_best_at_both_places():
    ends, starts = (
        {kind: c.plate_error(f"where the cube {what}", c.plate(kind)) for kind in c.PLATES}
        for what in ("ends", "starts")
    )
    assert ends["median"] > 20 > 1 > starts["median"]
    assert max(ends["75th percentile"], starts["75th percentile"]) < 3
    assert starts["90th percentile"] > 3 * ends["90th percentile"]  # it takes the white sheet
    assert starts["larger of two medians"] > 4 > 1 > ends["larger of two medians"]


def test_the_cube_is_cut_out_with_holes_and_with_its_shadow():
    cut = c.masks(c.plate("75th percentile"))
    early = c.BARE["where the cube ends"]
    assert 0.85 < c.flagged("cube at the start", cut, early) < 1
    assert c.flagged("shadow at the start", cut, early) > 0.95
    seen = c.frames()[early][:, *c.PLACES["shadow at the start"]].mean()
    assert seen / c.plate()[c.PLACES["shadow at the start"]].mean() == pytest.approx(0.74, abs=0.06)


def test_the_tube_is_never_absent_so_no_plate_is_without_it():
    """It is foreground for whoever looks, and background for every rule over time."""
    for kind in c.PLATES:
        inside = c.flagged("always tube", c.masks(c.plate(kind)))
        assert inside < 0.6, kind
        assert c.plate(kind)[c.PLACES["always tube"]].mean() < 0.45, kind  # the plate shows the tube, not the table
    assert c.plate()[c.PLACES["bare table"]].mean() > 0.55


CUT = np.zeros((37, 80, 107), bool)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: c.plate("mode"), "kind"), (lambda: c.plate("median", 0), "count"), (lambda: c.plate("larger of two medians", 20), "count"),
    (lambda: c.plate_error("bare table", c.plate()), "place"), (lambda: c.plate_error("where the cube ends", np.zeros((3, 3))), "picture"),
    (lambda: c.masks(np.zeros((3, 3))), "picture"), (lambda: c.masks(c.plate(), -1), "levels"), (lambda: c.frames(1), "steady"),
    (lambda: c.gains(np.zeros((2, 80, 107))), "frames"), (lambda: c.gains(np.ones((2, 5, 5))), "frames"), (lambda: c.flagged("table", CUT), "place"),
    (lambda: c.flagged("bare table", CUT * 1), "cut"), (lambda: c.flagged("bare table", CUT, CUT[:, 0, 0]), "among"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
