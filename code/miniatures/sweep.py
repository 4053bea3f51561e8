"""One function over many settings, on whatever cores there are.

>>> sweep(pow, [(2, 3), (3, 2)])
[8, 9]

By itself a sweep runs in this process. Where it runs instead is one line around it, joblib's:
`with joblib.parallel_config("loky", n_jobs=8):` for the cores of this machine,
`with joblib.parallel_config("dask"):` for those of the Dask cluster that a Client is connected to.
The results are the same bit for bit as long as all of these cores compute alike: each call draws its random
numbers from the seed in its setting, nothing is shared, and the order is that of the settings.
"""

from collections.abc import Callable, Iterable
from itertools import product


def sweep(function: Callable, settings: Iterable[tuple]) -> list:
    """[function(*setting) for each setting, a tuple], in their order; what a call raises ends the sweep."""
    from joblib import Parallel, delayed  # comes with scikit-learn, which a page does not load for the function's sake

    settings = list(_iterable("settings", settings))
    for number, setting in enumerate(settings):
        if not isinstance(setting, tuple):
            raise ValueError(f"settings[{number}]={setting!r} must be a tuple, the function's arguments")
    return Parallel()(delayed(function)(*setting) for setting in settings)


def each(*axes: Iterable) -> list[tuple]:
    """Each combination of one value from each axis, the last axis fastest.

    >>> each("ab", range(2))
    [('a', 0), ('a', 1), ('b', 0), ('b', 1)]
    """
    return list(product(*(_iterable(f"axes[{number}]", axis) for number, axis in enumerate(axes))))


def _iterable(name, values):
    if not isinstance(values, Iterable):
        raise ValueError(f"{name}={values!r} must be a list, or what else gives values one by one")
    return values


def on_all_cores():
    """The context in which sweeps use every core of this machine, one thread each: `with on_all_cores(): ...`."""
    from joblib import cpu_count, parallel_config

    return parallel_config("loky", n_jobs=cpu_count(), inner_max_num_threads=1)
