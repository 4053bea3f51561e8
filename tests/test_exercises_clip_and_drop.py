"""The answers to the exercises on clipping and dropping, by another way."""

from itertools import count

import pytest
from miniatures.exercises import clip_and_drop as exercises

BY_ID = {exercise.id: exercise for exercise in exercises.EXERCISES}


def test_answers_of_the_brief():
    assert BY_ID["clip_and_drop-1"].answer == 8
    assert BY_ID["clip_and_drop-2"].answer == 4
    assert BY_ID["clip_and_drop-3"].answer == 72


def test_samples_by_multiplying_them_out():
    unlucky = 1 - (12 / 35) ** 4
    assert BY_ID["clip_and_drop-4"].answer == pytest.approx(100 * unlucky**300, abs=1e-6)
    assert next(k for k in count(1) if unlucky**k <= 0.01) == exercises._film == 331


def test_the_soft_pixel_lies_half_way():
    assert BY_ID["clip_and_drop-6"].answer == pytest.approx((0.9 + 0.2) / 2)
