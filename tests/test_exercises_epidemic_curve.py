"""The exercises of the epidemic curve: right answers, and a sentence of its own for each mistake."""

import math

import pytest
from miniatures import epidemic_curve as sir
from miniatures.exercises import WRONG, check
from miniatures.exercises.epidemic_curve import recent_reproduction

KNOWN = {2: 0.6, 3: 0.7968, 4: 0.1534, 5: 1 / 9, 6: 1 + math.log(2) / 0.3, 7: 4}  # worked out apart from the miniature


@pytest.mark.parametrize(("number", "answer"), KNOWN.items())
def test_known_answers(number, answer):
    assert check(f"epidemic_curve-{number}", answer).correct
    assert check(f"epidemic_curve-{number}", answer * 1.37).message == WRONG


def test_the_order_of_the_scenarios():
    order = ("extensive distancing", "moderate distancing", "attempted quarantine", "free-for-all")
    assert check("epidemic_curve-8", order).correct


def test_the_intervention_of_the_first_exercise():
    early = sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 600, 0, 0.025, 60)
    free = sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 600)
    assert early.infected.max() == pytest.approx(free.infected.max(), rel=0.02)
    assert check("epidemic_curve-1", "The same epidemic comes later, about as high.").correct


def test_other_ways_to_write_the_functions_are_right():
    halving = """import math

def final_size(r0):
    low, high = 1e-12, 1 - 1e-15
    if r0 <= 1:
        return 0
    for _ in range(200):
        z = (low + high) / 2
        if -math.log(1 - z) / z < r0:
            low = z
        else:
            high = z
    return low
"""
    assert check("epidemic_curve-10", halving).correct
    convolved = """import numpy as np

def recent_reproduction(counts, interval):
    force = np.convolve(counts, interval)[:len(counts)]
    return sum(counts[-7:]) / force[-7:].sum()
"""
    assert check("epidemic_curve-11", convolved).correct


def test_no_pressure_gives_no_reproduction_number():
    with pytest.raises(ValueError, match="counts holds no case"):
        recent_reproduction([0] * 9, [0, 1])
