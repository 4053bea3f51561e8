"""The real clip: the part round the cube, drift, plates, the cube's shadow."""

import numpy as np
import pytest
from miniatures import layer_clip as c
from miniatures.cube_clip import whole_clip
from miniatures.layer_decomposition import minimal_alpha, recompose


def test_the_part_is_cut_from_the_whole():
    assert (c.frames(False) == whole_clip()[:, 10:68, 44:107]).all()
    assert c.frames(False).shape == (73, 58, 63)


def test_the_exposure_drifts_and_the_gain_takes_it_out():
    table = c.brightness()
    assert table.max() - table.min() > 15
    assert c.flagged(6, steady=False) > 0.4
    assert c.flagged(6) == 0
    assert c.gains(c.frames()) == pytest.approx(1, abs=1e-9)


def test_when_a_resting_object_becomes_background():
    """The slider of the chapter: with more frames the plate is lost where the cube comes to rest and won where it was."""
    counts = (10, 30, 50, 73)
    ends, starts = (
        [c.plate_error(f"where the cube {what}", c.plate("median", n)) for n in counts] for what in ("ends", "starts")
    )
    assert np.all(np.diff(ends) > 1)
    assert np.all(np.diff(starts) < 0)
    assert ends[0] < 1 < 20 < ends[-1]
    assert starts[-1] < 1 < 50 < starts[0]


def test_what_else_finds_the_plate():
    errors = {kind: c.plate_error("where the cube ends", c.plate(kind)) for kind in c.PLATES}
    assert errors["median"] > 20
    assert max(errors["masked median"], errors["75th percentile"]) < 3
    assert errors["larger of two medians"] < 1
    kept_sheet = c.plate_error("where the cube starts", c.plate("larger of two medians"))
    assert kept_sheet > 4  # the sheet is white, so it wins
    raw = c.plate_error("where the cube starts", c.plate("median", steady=False), steady=False)
    assert raw > 2 * c.plate_error("where the cube starts", c.plate("median"))


def test_the_layer_holds_the_soft_shadow_and_its_removal_takes_it_away():
    background, layers = c.cube_layers()
    alpha = layers[0, ..., 1]
    assert recompose(background, layers) == pytest.approx(c.frames(), abs=1e-12)
    shadow = alpha[4:12, *c.PLACES["where the shadow starts"]]
    assert 0.15 < shadow.mean() < 0.3
    assert c.cube_masks()[0, 8][c.PLACES["where the shadow starts"]].mean() < 0.3  # though hardly any of it is masked
    assert alpha[:, *c.PLACES["bare table"]].mean() < 0.01
    assert c.removal_error("mask") > 25
    assert c.removal_error("layer") < 1
    assert (c.removed(8, "layer") == background).all()


def test_the_real_cube_is_translucent_too():
    """Grey on grey: its smallest alphas are far below 1."""
    cube = c.cube_layers()[1][0, 8, 27:45, 14:26, 1]
    assert cube.mean() < 0.5
    assert cube == pytest.approx(minimal_alpha(c.frames()[8], c.plate("larger of two medians"))[27:45, 14:26])


def test_boxes_follow_the_cube():
    masks = c.cube_masks()
    assert masks.shape == (1, 73, 58, 63)
    assert (masks.sum(axis=(2, 3)) > 150).all()
    assert masks[0, 0, 35, 20]
    assert not masks[0, 72, 35, 20]


@pytest.mark.parametrize(("call", "named"), [
    (lambda: c.plate("mode"), "kind"), (lambda: c.plate("median", 0), "count"), (lambda: c.plate("larger of two medians", 40), "count"),
    (lambda: c.plate_error("bare table", c.plate()), "place"), (lambda: c.plate_error("where the cube ends", np.zeros((3, 3))), "picture"),
    (lambda: c.removed(73, "mask"), "frame"), (lambda: c.removed(0, "both"), "how"), (lambda: c.flagged(-1), "levels"),
    (lambda: c.gains(np.zeros((2, 58, 63))), "frames"), (lambda: c.gains(np.ones((2, 5, 5))), "frames"), (lambda: c.cube_layers("mean"), "kind"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
