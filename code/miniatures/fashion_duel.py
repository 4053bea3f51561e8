"""A game of two Gaussians played by gradient steps: a generator that can shift, a discriminator that is a logistic curve.

Source: the alternating steps of I. Goodfellow et al. (2014), arXiv:1406.2661, algorithm 1, with expectations in place of
batches; why they circle, and why a penalty on D's slope stops it: L. Mescheder et al. (2018), arXiv:1801.04406.

shift  mean μ of the generated Gaussian; the real one has mean 0, so 0 wins
spread  standard deviation σ of both; at 0 both are points
a, b   slope and constant of D's logit a x + b; for a given shift the best are -shift/σ² and shift²/(2σ²)
rate   of gradient ascent, of both players
γ      weight of the penalty γ a²/2
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from miniatures.checks import not_negative, one_of, positive, real, whole

LOSSES = ("non-saturating", "minimax")
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(24)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True)
class Duel:
    """The course of a game, from the start: shift, slope and constant after each of the generator's steps, (steps + 1,)."""

    shift: np.ndarray
    slope: np.ndarray
    constant: np.ndarray


def value_gradient(shift: float, slope: float, constant: float, spread: float = 1.0):
    """The gradient of E[log D(x)] + E[log(1 - D(G(z)))] by D's slope and constant.

    >>> value_gradient(0.0, 0.0, 0.0)
    (0.0, 0.0)
    """
    shift, slope = real("shift", shift, -1e6, 1e6), real("slope", slope, -1e6, 1e6)
    constant, spread = real("constant", constant, -1e6, 1e6), real("spread", spread, 0, 1e6)
    given, made = spread * _NODES, shift + spread * _NODES
    missed = _WEIGHTS * expit(-(slope * given + constant))  # 1 - D of what is real
    fooled = _WEIGHTS * expit(slope * made + constant)  # D of what is made
    return float(missed @ given - fooled @ made), float(missed.sum() - fooled.sum())


def play(start: float = 2.0, discriminator_steps: int = 1, rate: float = 0.3, penalty: float = 0.0, loss: str = "non-saturating",
         spread: float = 1.0, steps: int = 100) -> Duel:  # fmt: skip
    """`steps` rounds from shift `start` and D = 1/2: D climbs `discriminator_steps` times, then the generator moves once.

    The generator climbs E[log D(G(z))] ("non-saturating") or descends E[log(1 - D(G(z)))] ("minimax").

    >>> bool(abs(play(2.0, 8).shift[-1]) < 0.01)
    True
    """
    shift, spread, rate = real("start", start, -20, 20), real("spread", spread, 0, 5), positive("rate", rate, 2)
    penalty, climbs = not_negative("penalty", penalty), whole("discriminator_steps", discriminator_steps, 1, 1000)
    if penalty * rate > 1:
        raise ValueError(f"penalty={penalty:g} must be at most 1/rate = {1 / rate:g}, or each step overshoots")
    escape = one_of("loss", loss, LOSSES) == "non-saturating"
    slope, constant, course = 0.0, 0.0, [(shift, 0.0, 0.0)]
    for _ in range(whole("steps", steps, 1, 100_000)):
        for _ in range(climbs):
            by_slope, by_constant = value_gradient(shift, slope, constant, spread)
            slope, constant = slope + rate * (by_slope - penalty * slope), constant + rate * by_constant
        logits = slope * (shift + spread * _NODES) + constant
        shift += rate * slope * float(_WEIGHTS @ expit(-logits if escape else logits))
        course.append((shift, slope, constant))
    return Duel(*np.array(course).T)
