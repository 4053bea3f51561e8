"""A sweep is the same, bit for bit, in this process, in joblib's, and on a local Dask cluster of processes."""

import re
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
import pytest
from miniatures import data, ranking_votes_runs
from miniatures.sweep import each, on_all_cores, sweep

RUNS = each((150,), ranking_votes_runs.SEEDS[:4])


@pytest.fixture(scope="module")
def serial():
    return sweep(ranking_votes_runs.fitted_run, RUNS)


def same_bits(found, expected):
    return [one.tobytes() for one in found] == [one.tobytes() for one in expected]


def test_a_sweep_is_the_loop_and_what_is_stored(serial):
    assert same_bits(serial, [ranking_votes_runs.fitted_run(votes, seed) for votes, seed in RUNS])
    with np.load(data.path("ranking_votes_runs.npz")) as stored:
        expected = stored["fitted"][ranking_votes_runs.KNOB_VOTES.index(150), :4]
    assert same_bits(np.array(serial, np.float32), expected)


def test_joblibs_processes_give_the_same_bits(serial):
    with on_all_cores():
        found = sweep(ranking_votes_runs.fitted_run, RUNS)
    assert same_bits(found, serial)


@pytest.fixture(scope="module")
def cluster():
    """Two workers on this machine, as a scheduler elsewhere has hundreds."""
    with warnings.catch_warnings(action="ignore"):
        from distributed import Client, LocalCluster

        with (
            LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made,
            Client(made) as client,
        ):
            yield client


def whereabouts(place):
    """Which worker ran this call; long enough that both have to."""
    from distributed import get_worker

    time.sleep(0.2)
    return get_worker().name, place


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_bits_and_its_workers_do_the_work(serial, cluster):
    with joblib.parallel_config("dask"):
        found = sweep(ranking_votes_runs.fitted_run, RUNS)
        where = sweep(whereabouts, each(range(8)))
    assert same_bits(found, serial)
    assert [place for _, place in where] == list(range(8))
    assert len({name for name, _ in where}) == 2


@pytest.mark.filterwarnings("ignore")
def test_the_pages_example_runs(serial, cluster):
    """The code of chapters/teaching/scale.md on the local cluster, with the seeds of this test."""
    page = (Path(__file__).parents[1] / "chapters" / "teaching" / "scale.md").read_text("utf8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.S)
    changed = code.replace("tcp://scheduler:8786", cluster.scheduler.address).replace(
        "each((150, 500), range(1000, 1500))", "each((150,), range(100, 104))"
    )
    space = {}
    exec(changed, space)
    space["client"].close()
    assert same_bits(space["found"], serial)


@pytest.mark.parametrize("context", [joblib.parallel_config("sequential"), on_all_cores()], ids=["here", "loky"])
def test_what_a_call_raises_ends_the_sweep(context):
    with context, pytest.raises(ValueError, match="votes="):
        sweep(ranking_votes_runs.fitted_run, [(150, 100), (-1, 100)])


def test_settings_are_in_order():
    assert each((1, 2), "ab") == [(1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert sweep(divmod, []) == []
