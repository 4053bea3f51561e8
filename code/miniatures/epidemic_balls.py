"""A town of balls: who moves, who touches whom, who falls ill.

A miniature of the simulator that a newspaper printed in March 2020: balls in a square bounce off its walls and off each
other, touching a sick one makes a healthy one sick, and after a while the sick recover. Sizes and speeds are ours; the
article does not print its own.

Source: H. Stevens, "Why outbreaks like coronavirus spread exponentially, and how to 'flatten the curve'", The
Washington Post (14 March 2020).

position   centres of the balls, (balls, 2), shares of the square's side
velocity   what a ball moves in one step, (balls, 2); zero for the balls that stay
radius     of a ball, share of the side; two balls touch below a distance of 2*radius
recovery   steps from infection to recovery
caught     step at which a ball fell ill, (balls,); NEVER where it did not
infector   the ball that it fell ill from, (balls,); NEVER for the first one and for those never ill
"""

from dataclasses import dataclass
from math import fsum

import numpy as np

from miniatures.checks import as_mask, count, numbers, positive, real, whole, whole_numbers

NEVER = -1
BALLS, RADIUS, SPEED, RECOVERY, STEPS = 200, 0.008, 0.006, 150, 1200
MOST_BALLS, MOST_STEPS = 1000, 20_000


@dataclass(frozen=True)
class Wall:
    """A wall across the square at x = `place`; from step `opens` on a gate in its middle grows by `widening` a step."""

    place: float = 0.25
    opens: int = 100
    widening: float = 0.001

    def gate(self, step: int) -> float:
        """The gate's width at `step`, share of the side, from 0 to 1."""
        return min(1.0, max(0, step - self.opens) * self.widening)


@dataclass(frozen=True)
class BallRun:
    """One town's epidemic: counts for each step, who fell ill when and from whom, and where the balls were."""

    infected: np.ndarray  # (steps,), balls that are ill after each step; the first entry is the start
    caught: np.ndarray  # (balls,), steps
    infector: np.ndarray  # (balls,)
    moving: np.ndarray  # (balls,), bool
    position: np.ndarray  # (frames, balls, 2), at every `every`-th step
    every: int
    recovery: int

    @property
    def attack(self) -> float:
        """The share of the balls that ever fell ill."""
        return float((self.caught != NEVER).mean())


def simulate_balls(
    share_moving: float,
    rng: np.random.Generator,
    balls: int = BALLS,
    radius: float = RADIUS,
    speed: float = SPEED,
    recovery: int = RECOVERY,
    steps: int = STEPS,
    wall: Wall | None = None,
    every: int = 20,
) -> BallRun:
    """The epidemic of a town in which the share `share_moving` of the balls moves and one moving ball is ill at first.

    share_moving: from 0 to 1, rounded to whole balls, at least one; radius, speed: shares of the side; steps: length of
    `infected`. Positions are kept at every `every`-th step.

    >>> run = simulate_balls(1, np.random.default_rng(0), steps=100)
    >>> run.infected.shape, int(run.infected[0]), run.position.shape
    ((100,), 1, (5, 200, 2))
    """
    share_moving, balls = real("share_moving", share_moving, 0, 1), whole("balls", balls, 2, MOST_BALLS)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng={rng!r} must be a numpy.random.Generator")
    position, velocity = scatter(share_moving, rng, balls, speed)
    if wall is not None:  # the first case stands behind the wall
        position[0, 0] *= wall.place
    return run_balls(position, velocity, radius, recovery, steps, wall, every)


def scatter(share_moving: float, rng: np.random.Generator, balls: int = BALLS, speed: float = SPEED):
    """Random positions and directions; the first round(share_moving*balls) balls, at least one, move.

    >>> position, velocity = scatter(0.25, np.random.default_rng(0))
    >>> position.shape, int((np.hypot(*velocity.T) > 0).sum())
    ((200, 2), 50)
    """
    share_moving, balls = real("share_moving", share_moving, 0, 1), whole("balls", balls, 1, MOST_BALLS)
    speed, position = positive("speed", speed, 0.5), rng.random((balls, 2))
    angle = 2 * np.pi * rng.random(balls)
    moving = np.arange(balls) < max(1, round(share_moving * balls))
    return position, speed * moving[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)


def run_balls(
    position,
    velocity,
    radius=RADIUS,
    recovery: int = RECOVERY,
    steps: int = STEPS,
    wall: Wall | None = None,
    every: int = 20,
) -> BallRun:
    """The epidemic that starts with ball 0 ill, from given positions and velocities, both (balls, 2)."""
    position = numbers("position", position, (None, 2), 0, 1)
    velocity = numbers("velocity", velocity, position.shape, -0.5, 0.5)
    radius, recovery = positive("radius", radius, 0.5), count("recovery", recovery, MOST_STEPS, 1)
    steps, every = count("steps", steps, MOST_STEPS, 1), count("every", every, MOST_STEPS, 1)
    caught, infector = np.full(len(position), NEVER), np.full(len(position), NEVER)
    caught[0] = 0
    moving, ill, frames = np.any(velocity != 0, axis=1), np.zeros(steps, int), []
    for step in range(steps):
        if step:
            position, velocity = _moved(position, velocity, wall, step)
            pairs = _touching(position, radius)
            _infect(pairs, caught, infector, step, recovery)
            velocity = bounced(position, velocity, moving, pairs)
        ill[step] = np.sum((caught != NEVER) & (step < caught + recovery))
        if step % every == 0:
            frames.append(position.copy())
    return BallRun(ill, caught, infector, moving, np.array(frames), every, recovery)


def _moved(position, velocity, wall, step):
    """One step on, mirrored at the walls: whoever passes one comes back by as much, with his velocity turned."""
    there, velocity = position + velocity, velocity.copy()
    if wall is not None:
        crossed = (there[:, 0] < wall.place) != (position[:, 0] < wall.place)
        shut = crossed & (np.abs(there[:, 1] - 0.5) > wall.gate(step) / 2)
        there[shut, 0] = 2 * wall.place - there[shut, 0]
        velocity[shut, 0] *= -1
    outside = (there < 0) | (there > 1)
    return np.where(there < 0, -there, np.where(there > 1, 2 - there, there)), np.where(outside, -velocity, velocity)


def touching(position, radius: float) -> np.ndarray:
    """The pairs of balls closer than 2*radius, (pairs, 2), each pair once, the lower number first.

    >>> touching(np.array([[0.1, 0.1], [0.5, 0.5], [0.11, 0.1]]), 0.008).tolist()
    [[0, 2]]
    """
    return _touching(numbers("position", position, (None, 2)), positive("radius", radius, 1e6))


def _touching(position, radius):
    x, y = position.T
    across, up = x[:, None] - x, y[:, None] - y  # (balls, balls)
    across *= across
    up *= up
    first, second = np.divmod(np.flatnonzero(across + up < (2 * radius) ** 2), len(x))
    return np.stack([first, second], axis=1)[first < second]


def _infect(pairs, caught, infector, step, recovery):
    """Writes into `caught` and `infector` who falls ill by touching one who was ill before this step."""
    ill = (caught != NEVER) & (step < caught + recovery)
    for first, second in pairs:
        for giver, taker in ((first, second), (second, first)):
            if ill[giver] and caught[taker] == NEVER:
                caught[taker], infector[taker] = step, giver


def bounced(position, velocity, moving, pairs) -> np.ndarray:
    """Velocities after the touching pairs have bounced: two movers swap their speeds along the line between their
    centres, a mover comes back from a ball that stays as from a wall. No speed is won or lost.

    >>> bounced([[0.5, 0.5], [0.51, 0.5]], [[0.01, 0.002], [0.0, 0.0]], [True, True], [[0, 1]]).round(6).tolist()
    [[0.0, 0.002], [0.01, 0.0]]
    """
    position = numbers("position", position, (None, 2))
    velocity = numbers("velocity", velocity, position.shape)
    moving = as_mask("moving", moving, (len(position),))
    pairs = whole_numbers("pairs", pairs, None, 0, len(position) - 1)
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise ValueError(f"pairs of shape {pairs.shape} must be of shape (any, 2)")
    velocity = velocity.copy()
    for first, second in pairs:
        line = position[second] - position[first]
        length = np.sqrt(_dot(line, line))
        if length == 0 or not (moving[first] or moving[second]):
            continue
        line = line / length
        closing = _dot(velocity[first] - velocity[second], line)
        if closing > 0:  # they come nearer
            push = (1 if moving[first] and moving[second] else 2) * closing * line
            velocity[first] -= push * moving[first]
            velocity[second] += push * moving[second]
    return velocity


def _dot(a, b) -> float:
    """The dot product of two vectors of two numbers, by a fused multiply-add: a town is chaotic, and `@` rounds as the
    processor's libraries do. The rounding error of the fused product is Dekker's (Numerische Mathematik 18, 1971)."""
    (a0, a1), (b0, b1) = a.tolist(), b.tolist()
    product, (high, low), (upper, lower) = a1 * b1, _split(a1), _split(b1)
    lost = low * lower - (product - high * upper - low * upper - high * lower)
    return fsum((a0 * b0, product, lost))


def _split(x: float) -> tuple[float, float]:
    """Veltkamp's splitting: two numbers of 26 bits at most that sum to x."""
    scaled = 134_217_729 * x
    high = scaled - (scaled - x)
    return high, x - high
