"""The exercises' answers against what the module and the stored runs say."""

import numpy as np
import pytest
from miniatures.exercises import layer_decomposition as exercises
from miniatures.layer_decomposition import decompose, minimal_alpha
from miniatures.layer_decomposition_cases import single_clip
from miniatures.layer_decomposition_runs import stored

BY_ID = {one.id: one for one in exercises.EXERCISES}


def answer(number):
    return BY_ID[f"layer_decomposition-{number}"].answer


def test_by_hand():
    assert answer(1) == pytest.approx(0.5)
    assert answer(4) == pytest.approx(0.3 * (0.9 - 0.4) / (1 - 0.4))
    assert answer(5) == pytest.approx(255 * (1 - 0.75) * (0.95 - 0.6))


def test_a_parked_car_is_in_no_layer():
    frames, masks = np.full((6, 5, 5), 0.7), np.zeros((6, 5, 5))
    frames[:, 2, 1:4], masks[:, 2, 2] = 0.4, 1  # a car and its shadow
    assert answer(3) == "neither"
    assert decompose(frames, masks)[1][..., -1].max() == 0


def test_the_better_rule_at_nearly_equal_speed():
    shares = [100 * stored("crossing", "shadows", rule, 1.4).mean() for rule in ("motion", "nearest mask")]
    assert answer(7) == pytest.approx(max(shares))


def test_nine_frames_are_too_few():
    clip = single_clip(200)
    background, _ = decompose(clip.frames[:9], clip.masks[:, :9])
    assert answer(9) == pytest.approx(np.abs(background - clip.background).max())
    assert answer(9) > 0.3 > 10 * np.abs(decompose(clip.frames, clip.masks)[0] - clip.background).max()


def test_the_code_answers_as_the_module_does():
    code = BY_ID["layer_decomposition-8"]
    image, background = np.random.default_rng(0).uniform(size=(2, 5, 7))
    assert code.reference(image, background) == pytest.approx(
        np.vectorize(lambda i, b: float(minimal_alpha(i, b)))(image, background)
    )
