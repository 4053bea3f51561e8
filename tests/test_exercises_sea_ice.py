"""The sea-ice exercises: answers worked out apart from the miniature, a sentence of its own for each mistake."""

import math
import pickle

import pytest
from miniatures.exercises import WRONG, check, exercises
from miniatures.sea_ice_runs import stored

KNOWN = {2: 50, 4: 3 / math.log(4), 5: math.sqrt(0.09 * (1 + 0.64 + 0.4096)), 7: 5.12}
EXERCISES = exercises("sea_ice")


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"sea_ice-{number}", answer).correct
    assert check(f"sea_ice-{number}", answer * 1.3).message == WRONG


def test_choices_and_order():
    assert check("sea_ice-1", "open water").correct
    assert check("sea_ice-3", "the most probable of the three classes").correct
    answer = next(e for e in EXERCISES if e.id == "sea_ice-6").answer
    assert answer[0] == "persistence"
    assert answer[-1] == "the best possible forecast"
    means = {
        "persistence": "persistence",
        "the linear trend": "linear trend",
        "the U-Net of 20 years": "U-Net",
        "the best possible forecast": "best possible",
    }
    values = [stored(means[name])[:, 5].mean() for name in answer]
    assert values == sorted(values)


@pytest.mark.parametrize("number", [8, 9])
def test_code_exercises(number):
    exercise = EXERCISES[number - 1]
    assert not exercise.feedback(exercise.starter).correct
    assert exercise.feedback(exercise.starter).message not in {mistake.message for mistake in exercise.mistakes}
    assert exercise.answer in exercise.solution
    assert pickle.loads(pickle.dumps(exercise)) is exercise


def test_other_ways_to_write_the_answers_are_right():
    slow = "def others_mean(values):\n    return [sum(v for j, v in enumerate(values) if j != i) / (len(values) - 1) for i in range(len(values))]\n"
    assert check("sea_ice-8", slow).correct
    logs = "import numpy as np\ndef tempered(logits, temperature):\n    z = np.array(logits) / temperature\n    return np.exp(z - np.logaddexp.reduce(z))\n"
    assert check("sea_ice-9", logs).correct
