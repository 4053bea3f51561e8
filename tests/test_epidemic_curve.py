"""The SIR equations and their town with chance in it, held against closed forms and other people's solvers."""

import math

import numpy as np
import pytest
import scipy.integrate
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st
from miniatures import epidemic_curve as sir

NOT_NUMBERS = (None, "3", True, [3.0], math.nan, math.inf, -math.inf, 10**400)
SEEDS = range(100, 105)


# ---- closed forms


@pytest.mark.parametrize("r0", [1.001, 1.5, 2, 2.5, 3, 7, 30])
def test_final_size_is_lamberts(r0):
    expected = 1 + scipy.special.lambertw(-r0 * math.exp(-r0)).real / r0
    assert sir.final_size(r0) == pytest.approx(expected, rel=1e-9)


@given(st.floats(1.0000001, 1e6))
def test_final_size_solves_its_equation_and_lies_between_0_and_1(r0):
    z = sir.final_size(r0)
    assert 0 < z < 1
    assert z == pytest.approx(-math.expm1(-r0 * z), rel=1e-6)
    if r0 < 30:
        assert sir.r0_from_attack(z) == pytest.approx(r0, rel=1e-6)


@given(st.floats(0, 1))
def test_no_epidemic_below_one(r0):
    assert sir.final_size(r0) == sir.peak_prevalence(r0) == sir.herd_threshold(r0) == 0
    assert sir.extinction_probability(r0, 3) == 1


def test_the_exercises_numbers():
    assert sir.herd_threshold(2.5) == pytest.approx(0.6)
    assert sir.final_size(2) == pytest.approx(0.79681, abs=5e-6)
    assert sir.peak_prevalence(2) == pytest.approx(0.15343, abs=5e-6)
    assert sir.r0_from_doubling_time(3, 0.1) == pytest.approx(1 + math.log(2) / 0.3)


def test_just_above_one_the_final_size_is_twice_the_excess():
    for excess in (1e-3, 1e-6, 1e-9):
        assert sir.final_size(1 + excess) == pytest.approx(2 * excess, rel=3e-3)
    assert 0 < sir.final_size(1 + 1e-15) < 1e-12


def test_overshoot_is_largest_where_it_is_said_to_be():  # Nguyen and others: 0.2984 at 2.151
    r0 = np.linspace(1.01, 6, 2000)
    found = np.array([sir.overshoot(one) for one in r0])
    assert found.max() == pytest.approx(0.2984, abs=5e-5)
    assert r0[found.argmax()] == pytest.approx(2.151, abs=0.01)


# ---- the equations


def reference(beta, gamma, s, i, days):
    n = s + i
    return scipy.integrate.solve_ivp(
        lambda t, y: (-beta * y[0] * y[1] / n, beta * y[0] * y[1] / n - gamma * y[1]),
        (0, days),
        (s, i),
        rtol=1e-12,
        atol=1e-12 * n,
        t_eval=np.arange(days + 1),
    )


@pytest.mark.parametrize(("beta", "gamma"), [(0.5, 0.2), (0.25, 0.1), (2.0, 0.5), (0.08, 0.1), (0.3, 0)])
def test_simulate_sir_is_scipys_solution(beta, gamma):
    run, other = sir.simulate_sir(beta, gamma, 999, 1, 120), reference(beta, gamma, 999, 1, 120)
    assert run.time.tolist() == other.t.tolist()
    assert run.susceptible == pytest.approx(other.y[0], abs=1e-3)  # of 1000
    assert run.infected == pytest.approx(other.y[1], abs=1e-3)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.01, 3), st.floats(0.01, 2), st.floats(1, 1e6), st.floats(1e-3, 1e3))
def test_people_are_conserved_and_so_is_the_invariant(beta, gamma, s, i):
    run = sir.simulate_sir(beta, gamma, s, i, 60)
    n = s + i
    assert run.susceptible + run.infected + run.recovered == pytest.approx(n, rel=1e-9)
    assert run.susceptible.min() > 0
    assert run.infected.min() >= 0
    assert np.all(np.diff(run.susceptible) <= 0)
    invariant = (run.susceptible + run.infected) / n - gamma / beta * np.log(run.susceptible / n)
    assert np.ptp(invariant) < 2e-5 * max(1, abs(invariant[0]))


@pytest.mark.parametrize("r0", [1.5, 2, 2.5, 3])
def test_peak_and_final_size_of_the_equations_are_the_formulas(r0):
    run = sir.simulate_sir(0.1 * r0, 0.1, 1 - 1e-6, 1e-6, 1500)
    assert run.infected.max() == pytest.approx(sir.peak_prevalence(r0), abs=1e-4)
    assert 1 - run.susceptible[-1] == pytest.approx(sir.final_size(r0), abs=1e-4)


def test_an_intervention_is_three_epidemics_end_to_end():
    whole = sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 90, 30.5, 0.05, 60)
    first = reference(0.25, 0.1, 0.999, 0.001, 30)
    assert whole.infected[:31] == pytest.approx(first.y[1], abs=1e-6)
    at = whole.time.tolist().index(30.5)
    falling = np.diff(whole.infected[at : whole.time.tolist().index(60.0)])
    assert np.all(falling < 0)  # beta_after < gamma
    again = whole.infected[whole.time.tolist().index(60.0) :]
    assert again[-1] > again[0]
    plain = sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 90, 30, 0.25)
    assert plain.infected == pytest.approx(sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 90).infected, abs=1e-12)


def test_early_and_strong_only_puts_the_epidemic_off():
    free = sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 2000)
    early = sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 2000, 0, 0.025, 60)
    mild = sir.simulate_sir(0.25, 0.1, 0.999, 0.001, 2000, 30, 0.15, 400)
    assert early.infected.max() == pytest.approx(free.infected.max(), rel=0.01)
    assert early.time[early.infected.argmax()] > free.time[free.infected.argmax()] + 60
    assert mild.infected.max() < 0.5 * free.infected.max()
    assert sir.herd_threshold(2.5) < mild.recovered[-1] < free.recovered[-1] - 0.15


# ---- chance


def exact_sizes(r0, susceptible, infected):
    """Probability of each final number of infections, by going through every state once."""
    n = susceptible + infected
    reach = np.zeros((susceptible + 1, n + 1))  # probability of ever being at (s, i)
    reach[susceptible, infected] = 1
    for s in range(susceptible, -1, -1):
        for i in range(n - s, 0, -1):
            p = r0 * s / (r0 * s + n)
            if s:
                reach[s - 1, i + 1] += p * reach[s, i]
            reach[s, i - 1] += (1 - p) * reach[s, i]
    return reach[::-1, 0]


@pytest.mark.parametrize("r0", [0.8, 2.0])
def test_outbreak_sizes_have_the_exact_distribution(r0):
    exact = exact_sizes(r0, 8, 2)
    assert exact.sum() == pytest.approx(1)
    sizes = np.concatenate([sir.outbreak_sizes(r0, 8, 2, 4000, np.random.default_rng(seed)) for seed in SEEDS])
    found = np.bincount(sizes, minlength=9) / len(sizes)
    assert found == pytest.approx(exact, abs=4 * np.sqrt(0.25 / len(sizes)))


def test_gillespie_and_its_jumps_give_the_same_sizes():
    rng = np.random.default_rng(100)
    walked = [39 - sir.simulate_gillespie(0.3, 0.15, 39, 1, rng).susceptible[-1] for _ in range(1500)]
    assert np.mean(walked) == pytest.approx(exact_sizes(2.0, 39, 1) @ np.arange(40), abs=4 * 16 / math.sqrt(1500))


@pytest.mark.parametrize(("r0", "cases"), [(1.5, 1), (2, 1), (3, 1), (2, 3)])
def test_outbreaks_die_out_as_often_as_theory_says(r0, cases):
    sizes = np.array([sir.outbreak_sizes(r0, 1000 - cases, cases, 1000, np.random.default_rng(s)) for s in SEEDS])
    small = sizes < 100
    assert small.mean() == pytest.approx(sir.extinction_probability(r0, cases), abs=0.03)
    assert sizes[~small].mean() / 1000 == pytest.approx(sir.final_size(r0), abs=0.02)
    assert ((sizes > 300) & (sizes < 500)).mean() < 0.05  # where the mean of all lies, there are hardly any
    if r0 == 2 and cases == 1:
        assert 300 < sizes.mean() < 500


def test_waiting_times_are_exponential():
    rng = np.random.default_rng(101)
    waits = np.array([sir.simulate_gillespie(0, 0.25, 0, 1, rng).time[-1] for _ in range(4000)])
    assert waits.mean() == pytest.approx(4, abs=4 * 4 / math.sqrt(4000))
    assert (waits > 4).mean() == pytest.approx(math.exp(-1), abs=0.03)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.integers(1, 9), st.floats(0, 3), st.floats(0.01, 2), st.integers(0, 99))
def test_a_chance_run_is_a_walk_that_ends(susceptible, infected, beta, gamma, seed):
    run = sir.simulate_gillespie(beta, gamma, susceptible, infected, np.random.default_rng(seed))
    assert run.infected[-1] == 0
    assert run.infected[:-1].min() > 0
    assert np.all(np.diff(run.time) > 0)
    assert set(np.diff(run.infected)) <= {-1, 1}
    assert np.all(np.diff(run.susceptible) == -(np.diff(run.infected) > 0).astype(int))


# ---- bad arguments


@pytest.mark.parametrize("bad", [*NOT_NUMBERS, -1])
def test_bad_numbers_are_named(bad):
    calls = {
        "r0": lambda: (sir.final_size(bad),),
        "days": lambda: sir.r0_from_doubling_time(bad, 0.1),
        "recovery_rate": lambda: sir.r0_from_doubling_time(3, bad),
        "beta": lambda: sir.simulate_sir(bad, 0.1, 99, 1, 10),
        "gamma": lambda: sir.simulate_gillespie(0.1, bad, 99, 1, np.random.default_rng(0)),
        "susceptible": lambda: sir.simulate_sir(0.2, 0.1, bad, 1, 10),
        "cases": lambda: sir.extinction_probability(2, bad),
        "attack": lambda: sir.r0_from_attack(bad),
        "runs": lambda: sir.outbreak_sizes(2, 9, 1, bad, np.random.default_rng(0)),
    }
    for name, call in calls.items():
        with pytest.raises(ValueError, match=name):
            call()


def test_interventions_must_be_whole():
    for bad in (
        {"change_day": 3},
        {"beta_after": 0.1},
        {"lift_day": 9},
        {"change_day": 9, "beta_after": 0.1, "lift_day": 3},
    ):
        with pytest.raises(ValueError, match=r"lift_day|change_day"):
            sir.simulate_sir(0.3, 0.1, 99, 1, 30, **bad)
    with pytest.raises(ValueError, match="must have a positive sum"):
        sir.simulate_sir(0.3, 0.1, 0, 0, 30)
    with pytest.raises(ValueError, match="gamma"):
        sir.simulate_gillespie(0.3, 0, 9, 1, np.random.default_rng(0))
