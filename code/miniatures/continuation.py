"""Analytic continuation along a half circle, by integrating a differential equation in the complex plane.

Source: f = 1/(1 - z) solves f' = f**2 and g = log(1 - z) solves g' = -f, both by differentiating once.
"""

import cmath
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.integrate import solve_ivp

from miniatures.exact import number, symbolic


@dataclass(frozen=True)
class Continuation:
    """A function followed along a half circle: `path` (61,) and `values`
    (61,), complex and read-only, and how many times the right-hand side was
    evaluated.
    """

    path: np.ndarray
    values: np.ndarray
    evaluations: int


def continue_along_arc(function: str, side: str, target: float = 2.0) -> complex:
    """Value at z = target of 1/(1-z) ("reciprocal") or log(1-z) ("log"),
    continued from z = 0 on a half circle.

    `side` "upper" or "lower" tells where the half circle from 0 to `target`
    runs; beyond 1 it leads around the pole. Integrates f' = f**2, f(0) = 1 and
    g' = -f, g(0) = 0, which know neither formula. Relative error below 1e-6
    for real targets from -1,000 to 1,000 at least 0.000999 away from 1; others
    raise ValueError.

    >>> round(continue_along_arc("reciprocal", "upper").real, 6), round(continue_along_arc("log", "upper").imag, 6)
    (-1.0, -3.141593)
    """
    return complex(continuation(function, side, target).values[-1])


def continuation(function: str, side: str, target: float = 2.0) -> Continuation:
    """The whole way of `continue_along_arc`, at 61 equal steps of the half
    circle's angle.
    """
    if function not in ("reciprocal", "log"):
        raise ValueError(f"function={function!r} must be 'reciprocal' or 'log'")
    if side not in ("upper", "lower"):
        raise ValueError(f"side={side!r} must be 'upper' or 'lower'")
    end = number("target", target)
    if isinstance(end, complex) or symbolic(end) or not (abs(end) <= 1000 and abs(end - 1) >= 0.000999):
        raise ValueError(f"target={target!r} must be a real number from -1000 to 1000, at least 0.000999 away from 1")
    return _followed(function, side, float(end))


@lru_cache(maxsize=64)
def _followed(function, side, target):
    """Both equations integrated over the angle of the half circle, from 0 to
    pi.
    """
    turn = -1 if (side == "upper") == (target > 0) else 1
    size = min(1.0, abs(target)) or 1.0  # g is followed in this unit: the squared errors of a tiny one would be 0

    def slope(angle, state):  # d/d angle of (f, g / size) along z = target/2 * (1 - exp(1j * turn * angle))
        f, _ = state
        dz = -0.5j * turn * (target / size) * cmath.exp(1j * turn * angle)
        return np.array([f * f * dz * size, -f * dz])

    angles = np.linspace(0, math.pi, 61)
    way = solve_ivp(slope, (0, math.pi), np.array([1, 0], complex), "DOP853", angles, rtol=1e-11, atol=1e-12)
    path = target / 2 * (1 - np.exp(1j * turn * angles))
    values = way.y[0] if function == "reciprocal" else size * way.y[1]
    if not way.success or not np.all(np.isfinite(values)):
        raise ValueError(f"the integration towards target={target} failed: {way.message}")
    path.flags.writeable = values.flags.writeable = False
    return Continuation(path, values, way.nfev)
