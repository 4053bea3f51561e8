"""The towns of balls: nothing is lost, left is like right, and the claims of the chapter hold in the stored towns."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import data
from miniatures import epidemic_balls as balls
from miniatures import epidemic_curve as sir
from miniatures import epidemic_runs as stored
from miniatures.comparisons import paired
from miniatures.epidemic_curve import simulate_balls
from miniatures.epidemic_sir_fit import towns_r0


def town(seed, share=0.5, wall=None, **given):
    options = {"balls": 60, "radius": 0.02, "steps": 200, "recovery": 60, "every": 1, "wall": wall}
    return simulate_balls(share, np.random.default_rng(seed), **options | given)


# ---- a step


def test_three_balls_by_hand():
    run = balls.run_balls([[0.1, 0.5], [0.3, 0.5], [0.9, 0.5]], [[0.05, 0], [0, 0], [0, 0]], 0.03, 5, 30, every=1)
    assert run.caught.tolist() == [0, 3, balls.NEVER]
    assert run.infector.tolist() == [balls.NEVER, 0, balls.NEVER]
    assert run.infected[:9].tolist() == [1, 1, 1, 2, 2, 1, 1, 1, 0]
    assert run.position[3, 0, 0] == pytest.approx(0.25)
    assert run.position[4, 0, 0] == pytest.approx(0.20)  # it has bounced
    assert run.position[8, 0, 0] == pytest.approx(0.00, abs=1e-12)
    assert run.position[10, 0, 0] == pytest.approx(0.10)  # and once more, off the wall


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_balls_are_conserved_and_stay_in_the_square(seed, share):
    run = town(seed, share, steps=80)
    assert run.position.shape == (80, 60, 2)
    assert run.position.min() >= 0
    assert run.position.max() <= 1
    still = run.position[:, ~run.moving]
    assert np.all(still == still[0])
    assert run.moving.sum() == max(1, round(share * 60))
    assert np.all(run.infected >= 0)
    assert run.infected[0] == 1


@given(st.integers(0, 10**6))
def test_bouncing_keeps_the_energy_of_movers_and_their_momentum(seed):
    rng = np.random.default_rng(seed)
    position, velocity = rng.random((6, 2)), rng.normal(size=(6, 2))
    moving = np.array([1, 1, 1, 1, 0, 0], bool)
    velocity[~moving] = 0
    both = balls.bounced(position, velocity, moving, [(0, 1), (2, 3)])
    assert np.sum(both**2) == pytest.approx(np.sum(velocity**2))
    assert both.sum(axis=0) == pytest.approx(velocity.sum(axis=0))
    wall = balls.bounced(position, velocity, moving, [(0, 4), (5, 2)])
    assert np.sum(wall**2, axis=1) == pytest.approx(np.sum(velocity**2, axis=1))
    assert np.all(wall[4:] == 0)
    gone = (both[0] - both[1]) @ (position[1] - position[0])
    assert gone <= 1e-12  # they no longer come nearer


@pytest.mark.parametrize("seed", range(5))
def test_left_is_like_right(seed):
    rng = np.random.default_rng(seed)
    position, velocity = balls.scatter(0.7, rng, 50, 0.01)
    options = {"radius": 0.02, "recovery": 50, "steps": 150, "every": 1}
    one = balls.run_balls(position, velocity, **options)
    mirror = np.array([-1, 1])
    other = balls.run_balls(np.array([1, 0]) + mirror * position, mirror * velocity, **options)
    turned = balls.run_balls(position[:, ::-1], velocity[:, ::-1], **options)
    steps = 60  # rounding grows with each bounce; the start must agree exactly
    assert other.infected[:steps].tolist() == turned.infected[:steps].tolist() == one.infected[:steps].tolist()
    assert other.position[:30, :, 0] == pytest.approx(1 - one.position[:30, :, 0], abs=1e-9)


def test_illness_passes_only_from_the_ill_to_those_who_touch_them():
    run = town(3)
    for ball in np.flatnonzero(run.infector != balls.NEVER):
        step, giver = run.caught[ball], run.infector[ball]
        assert run.caught[giver] < step < run.caught[giver] + run.recovery
        before = run.position[step]
        assert np.hypot(*(before[ball] - before[giver])) < 2 * 0.02
    assert run.infected.tolist() == stored_counts(run)


def stored_counts(run):
    steps = np.arange(len(run.infected))[:, None]
    ill = (run.caught != balls.NEVER) & (run.caught <= steps) & (steps < run.caught + run.recovery)
    return ill.sum(axis=1).tolist()


def test_a_wall_without_a_gate_is_never_passed():
    wall = balls.Wall(0.3, 10**6, 0.001)
    run = town(1, 1.0, wall, steps=400)
    left = run.position[..., 0] < 0.3
    assert np.all(left == left[0])
    assert left[0, 0]  # the first case stands behind it
    assert 0 < left[0].sum() < 60


def test_the_gate_opens():
    wall = balls.Wall(0.3, 100, 0.004)
    assert [wall.gate(step) for step in (0, 100, 200, 1000)] == pytest.approx([0, 0, 0.4, 1])


def test_touching_pairs_are_scipys():
    from scipy.spatial import cKDTree

    position = np.random.default_rng(5).random((150, 2))
    assert {tuple(pair) for pair in balls.touching(position, 0.02)} == cKDTree(position).query_pairs(0.04)


def test_same_seed_same_town():
    assert town(8).caught.tolist() == town(8).caught.tolist()
    assert town(8).caught.tolist() != town(9).caught.tolist()


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        ({"share": 1.1}, "share_moving"),
        ({"share": float("nan")}, "share_moving"),
        ({"balls": 1}, "balls"),
        ({"radius": 0}, "radius"),
        ({"speed": -1}, "speed"),
        ({"recovery": 0}, "recovery"),
        ({"steps": 10**9}, "steps"),
        ({"every": 0}, "every"),
    ],
)
def test_bad_arguments_are_named(bad, name):
    with pytest.raises(ValueError, match=name):
        town(0, **bad)
    with pytest.raises(ValueError, match="rng"):
        simulate_balls(0.5, 3)


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4))
def test_a_bounce_rounds_the_same_on_every_machine(numbers):
    (a0, a1, b0, b1) = (number if abs(number) > 1e-100 else 0.0 for number in numbers)
    exact = Fraction(a0 * b0) + Fraction(a1) * Fraction(b1)
    assert balls._dot(np.array([a0, a1]), np.array([b0, b1])) == float(exact)


# ---- what is stored


@pytest.mark.parametrize(("scenario", "seed"), [("moderate distancing", 101), ("attempted quarantine", 107)])
def test_stored_towns_are_simulated_again(scenario, seed):
    share, wall = stored.SCENARIOS[scenario]
    run = simulate_balls(share, np.random.default_rng(seed), steps=500, wall=wall)
    found, place = stored.runs(scenario), stored.SEEDS.index(seed)
    early = np.where((found.caught[place] >= 0) & (found.caught[place] < 500), found.caught[place], balls.NEVER)
    assert run.caught.tolist() == early.tolist()
    assert run.infected.tolist() == found.infected[place, :500].tolist()
    assert run.infector.tolist() == np.where(early >= 0, found.infector[place], balls.NEVER).tolist()
    if seed in stored.SHOWN:
        shown = stored.frames(scenario, seed)[:25]
        assert shown == pytest.approx(run.position[:25], abs=0.5 / stored.LEVELS + 1e-9)


def test_the_file_is_small_and_every_epidemic_is_over():
    assert data.path("epidemic_balls.npz").stat().st_size < 200_000
    for scenario in stored.SCENARIOS:
        assert np.all(stored.runs(scenario).infected[:, -1] == 0)


def test_ill_after_counts_as_the_simulation_does():
    run = simulate_balls(0.6, np.random.default_rng(4), balls=50, radius=0.02, steps=300)
    assert stored.ill_after(run.caught[None], 300)[0].tolist() == run.infected.tolist()


# ---- the chapter's claims, twenty towns each, seeds 100 to 119

TOWNS = {name: stored.runs(name) for name in stored.SCENARIOS}
FREE, WALL, QUARTER, EIGHTH = TOWNS.values()


def test_fewer_movers_lower_the_peak():
    assert FREE.peak.mean() > 150
    assert 45 < QUARTER.peak.mean() < 100
    assert 15 < EIGHTH.peak.mean() < 60
    assert paired(FREE.peak, QUARTER.peak).p < 1e-6
    assert paired(QUARTER.peak, EIGHTH.peak).p < 1e-6


def test_moderate_beats_the_wall_and_extensive_beats_moderate():
    assert (QUARTER.peak < WALL.peak).sum() == 20
    assert (EIGHTH.peak < QUARTER.peak).sum() == 20
    assert 14 <= (WALL.peak < FREE.peak).sum() < 20  # the wall helps, not always


def test_the_peak_comes_later_and_fewer_fall_ill():
    assert paired(QUARTER.peak_step, FREE.peak_step).p < 1e-6
    assert QUARTER.peak_step.mean() > 1.4 * FREE.peak_step.mean()
    assert FREE.attack.min() > 0.97
    assert QUARTER.attack.max() < 0.85
    assert EIGHTH.attack.mean() < 0.5 < QUARTER.attack.mean()


def test_some_outbreaks_of_the_eighth_die_out():
    assert 1 <= (~EIGHTH.took_off).sum() <= 6
    assert FREE.took_off.all()
    assert QUARTER.took_off.all()


def test_growth_is_exponential_only_where_balls_mix():
    free, quarter, eighth = (
        stored.doubling_steps(n) for n in ("free-for-all", "moderate distancing", "extensive distancing")
    )
    assert free[1] == pytest.approx(free[0], rel=0.15)
    assert quarter[0] < quarter[1] < quarter[2]
    assert quarter[2] > 1.6 * quarter[0]
    assert eighth[2] > 2.5 * eighth[0]
    run = sir.simulate_sir(stored.counted_r0("free-for-all") / 150, 1 / 150, 199, 1, 1000)
    model = np.diff(np.interp([5, 10, 20, 40], 200 - run.susceptible, run.time))
    assert model.max() < 1.4 * model.min()


def test_an_sir_fit_to_balls_is_biased():
    counted = np.nanmean(stored.secondary_cases(QUARTER, 10), axis=1)
    fitted = towns_r0("moderate distancing")
    assert paired(fitted, counted).p < 0.02
    assert fitted.mean() > 1.1 * counted.mean()
    sized = [sir.r0_from_attack(share) for share in QUARTER.attack]
    assert np.mean(sized) < 0.85 * counted.mean()
    assert towns_r0("free-for-all").mean() > 1.5 * stored.counted_r0("free-for-all")


def test_unknown_towns_are_refused():
    with pytest.raises(ValueError, match="scenario"):
        stored.runs("lockdown")
    with pytest.raises(ValueError, match="seed"):
        stored.frames("free-for-all", 99)
    with pytest.raises(ValueError, match="first"):
        stored.secondary_cases(FREE, 0)
