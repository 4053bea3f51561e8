"""From frames to a cut-out: the parts by hand, what they presume, bad input."""

import numpy as np
import pytest
from miniatures import matting_pipeline as mp
from miniatures.matting_clips import rendered_clip
from miniatures.matting_scores import mean_squared_error


def square(still=2):
    """A dark square of 8 pixels on a bright wall, `still` of 6 frames in one place, else in others."""
    frames = np.full((6, 20, 44, 3), 0.8)
    for t in range(6):
        left = 2 if t < still else 12 + 8 * ((t - still) % 4)
        frames[t, 6:14, left : left + 8] = [0.1, 0.2, 0.3]
    return frames


def test_a_sharp_square_is_cut_out_exactly():
    frames = square()
    found = mp.cut_out(frames)
    truth = frames[..., 0] < 0.5
    assert (found.background == 0.8).all()
    assert (found.mask == truth).all()
    assert found.foreground == pytest.approx([0.1, 0.2, 0.3])
    assert found.alpha == pytest.approx(truth * 1.0)


def test_what_stands_still_more_than_half_of_the_time_is_background():
    found = mp.cut_out(square(still=4))
    assert (found.background[6:14, 2:10] == [0.1, 0.2, 0.3]).all()
    assert not found.mask[:4, 6:14, 2:10].any()  # there it is, and is not seen
    assert found.mask[4:, 6:14, 2:10].all()  # there it is not, and is seen


def test_the_median_leans_towards_the_subject_by_less_than_the_grain():
    """Where the subject passed, the darkest values are its own, so the median of what is left comes from below the middle."""
    clip = rendered_clip(np.random.default_rng(5))
    passed = (clip.alpha > 0.5).sum(axis=0)
    lean = (mp.median_background(clip.frames) - clip.background[0]).mean(axis=2)
    assert passed.max() <= 8
    assert -0.02 < lean[passed >= 5].mean() < -0.004
    soft, given = mp.cut_out(clip.frames), mp.cut_out(clip.frames, background=clip.background)
    assert mean_squared_error(soft.alpha, clip.alpha) < mean_squared_error(given.alpha, clip.alpha)


def test_what_is_given_is_used():
    clip = rendered_clip(np.random.default_rng(5), noise=0.0)
    found = mp.cut_out(clip.frames, background=clip.background, foreground=clip.foreground)
    assert found.alpha == pytest.approx(clip.alpha, abs=1e-9)
    assert (found.background == clip.background).all()


def test_the_mask_shrinks_with_the_threshold():
    frames = rendered_clip(np.random.default_rng(6)).frames
    plate = mp.median_background(frames)
    counts = [mp.difference_mask(frames, plate, one).sum() for one in (0.0, 0.05, 0.2, 0.5, 2.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0


FRAMES = np.full((3, 8, 8, 3), 0.5)


@pytest.mark.parametrize(("call", "named"), [
    (lambda: mp.cut_out(FRAMES), "no core"), (lambda: mp.cut_out(FRAMES[0]), "frames"), (lambda: mp.cut_out(FRAMES[:0]), "frames"),
    (lambda: mp.cut_out(FRAMES * np.nan), "frames"), (lambda: mp.cut_out(255 * FRAMES), "frames"), (lambda: mp.cut_out(FRAMES, -0.1), "threshold"),
    (lambda: mp.cut_out(FRAMES, np.nan), "threshold"), (lambda: mp.cut_out(square(), 0.15, 9), "erosion"), (lambda: mp.cut_out(FRAMES, 0.1, 1.5), "erosion"),
    (lambda: mp.cut_out(FRAMES, background=np.zeros((8, 7, 3))), "background"), (lambda: mp.cut_out(square(), foreground=[0.8] * 3), "foreground equals background"),
    (lambda: mp.core_colour(FRAMES, np.ones((3, 8, 7), bool)), "mask"), (lambda: mp.core_colour(FRAMES, np.ones((3, 8, 8))), "mask"),
    (lambda: mp.median_background(np.zeros((40, 300, 300, 3))), "more than"), (lambda: mp.difference_mask(FRAMES, FRAMES + 1), "background"),
    (lambda: mp.cut_out(FRAMES, 0.1, 1.5, foreground="red"), "foreground"),
])  # fmt: skip
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()
