"""Stored runs of the town of balls: four scenarios, twenty towns each, and the positions of three of them.

Written by code/precompute/epidemic_curve.py with `miniatures.epidemic_balls`; a test simulates some of them again.
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import cached, one_of, whole, whole_numbers
from miniatures.data import load
from miniatures.epidemic_balls import BALLS, MOST_STEPS, NEVER, RECOVERY, BallRun, Wall, simulate_balls

SCENARIOS = {  # name -> share of the balls that moves, wall
    "free-for-all": (1.0, None),
    "attempted quarantine": (1.0, Wall()),
    "moderate distancing": (0.25, None),
    "extensive distancing": (0.125, None),
}
SEEDS = tuple(range(100, 120))  # used for nothing else: the settings were tried on the seeds 0 to 7
SHOWN = SEEDS[:3]  # whose positions are stored
STEPS, EVERY, LAST = 1600, 20, 1000  # steps simulated, steps between stored positions, last stored position
LEVELS = 250  # positions are stored as whole numbers from 0 to LEVELS
TAKES_OFF = 20  # infected balls, a tenth: fewer are an epidemic that died out


def simulate(scenario: str, seed: int) -> BallRun:
    """The run of a scenario with a seed, computed: about a second.

    >>> simulate("moderate distancing", 100).infected.shape
    (1600,)
    """
    share, wall = SCENARIOS[one_of("scenario", scenario, SCENARIOS)]
    return simulate_balls(
        share, np.random.default_rng(whole("seed", seed, 0, 2**31)), steps=STEPS, wall=wall, every=EVERY
    )


@dataclass(frozen=True)
class Runs:
    """The twenty towns of one scenario: who fell ill at which step, from whom, both (towns, balls)."""

    caught: np.ndarray
    infector: np.ndarray

    @property
    def infected(self) -> np.ndarray:
        """Balls that are ill after each step, (towns, STEPS)."""
        return ill_after(self.caught, STEPS)

    @property
    def peak(self) -> np.ndarray:
        """The largest number ill at one time, (towns,)."""
        return self.infected.max(axis=1)

    @property
    def peak_step(self) -> np.ndarray:
        """The first step at which that number is reached, (towns,)."""
        return self.infected.argmax(axis=1)

    @property
    def attack(self) -> np.ndarray:
        """The share of the balls that ever fell ill, (towns,)."""
        return (self.caught != NEVER).mean(axis=1)

    @property
    def took_off(self) -> np.ndarray:
        """True for the towns in which TAKES_OFF balls or more fell ill, (towns,)."""
        return (self.caught != NEVER).sum(axis=1) >= TAKES_OFF


def ill_after(caught, steps: int) -> np.ndarray:
    """Balls that are ill after each of `steps` steps, (towns, steps), from the steps at which they fell ill, (towns, balls).

    >>> ill_after(np.array([[0, NEVER, 100]]), 200)[0, [0, 99, 100, 149, 150]].tolist()
    [1, 1, 2, 2, 1]
    """
    caught = whole_numbers("caught", caught, (None, None), NEVER, MOST_STEPS - RECOVERY)
    steps = whole("steps", steps, 1, MOST_STEPS)
    if caught.max() >= steps:
        raise ValueError(f"caught holds step {caught.max()}: it must lie below steps={steps}")
    towns = np.arange(len(caught))[:, None]
    change = np.zeros((len(caught), steps + RECOVERY + 1), int)
    town, ball = np.nonzero(caught != NEVER)
    np.add.at(change, (town, caught[town, ball]), 1)
    np.add.at(change, (town, caught[town, ball] + RECOVERY), -1)
    return np.cumsum(change[towns[:, 0]], axis=1)[:, :steps]


@cached()
def runs(scenario: str) -> Runs:
    """The stored towns of a scenario, the seeds in the order of SEEDS.

    >>> runs("free-for-all").infected.shape
    (20, 1600)
    """
    stored, place = load("epidemic_balls.npz"), _place(scenario)
    return Runs(stored["caught"][place].astype(int), stored["infector"][place].astype(int))


def _place(scenario):
    return list(SCENARIOS).index(one_of("scenario", scenario, SCENARIOS))


@cached()
def frames(scenario: str, seed: int) -> np.ndarray:
    """Stored positions of one town, (frames, balls, 2), shares of the side, every EVERY steps up to LAST.

    >>> frames("free-for-all", 100).shape
    (51, 200, 2)
    """
    whole("seed", seed, SHOWN[0], SHOWN[-1])
    share = SCENARIOS[one_of("scenario", scenario, SCENARIOS)][0]
    stored, name = load("epidemic_balls.npz"), f"{_place(scenario)}_{seed}"
    still, moving = stored[f"still_{name}"], stored[f"moving_{name}"]  # (balls - movers, 2), (frames, movers, 2)
    movers = round(share * BALLS)
    position = np.empty((len(moving), BALLS, 2))
    position[:, :movers], position[:, movers:] = moving / LEVELS, still / LEVELS
    return position


def secondary_cases(found: Runs, first: int) -> np.ndarray:
    """How many balls each of the `first` balls to fall ill infected itself, (towns, first).

    nan where fewer than `first` fell ill. Balls that fell ill at the same step are taken by number.
    """
    first, made = whole("first", first, 1, BALLS), np.full((len(found.caught), first), np.nan)
    for town, (caught, infector) in enumerate(zip(found.caught, found.infector, strict=True)):
        ill = np.flatnonzero(caught != NEVER)
        order = ill[np.argsort(caught[ill], kind="stable")][:first]
        if len(order) == first:
            made[town] = np.bincount(infector[infector != NEVER], minlength=BALLS)[order]
    return made


@cached()
def counted_r0(scenario: str) -> float:
    """Infections by each of the first ten balls ill, mean over the stored towns in which ten fell ill.

    >>> 3 < counted_r0("free-for-all") < 4
    True
    """
    return float(np.nanmean(secondary_cases(runs(scenario), 10)))


@cached()
def doubling_steps(scenario: str) -> tuple[float, ...]:
    """Mean steps from 5 to 10, 10 to 20 and 20 to 40 balls ever ill, over the stored towns that reach 40.

    >>> [round(steps) for steps in doubling_steps("moderate distancing")]
    [36, 49, 68]
    """
    caught = runs(scenario).caught
    late = np.sort(np.where(caught == NEVER, 10**6, caught), axis=1)
    reached = late[:, [4, 9, 19, 39]].astype(float)
    return tuple(np.diff(reached[reached[:, -1] < 10**6], axis=1).mean(axis=0).tolist())
