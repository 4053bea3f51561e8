"""What public functions do with bad arguments: each is called as an example calls it, with one argument made bad.

An example is a function's own doctest, a smoke case of its module, another function's of the module that calls it,
or its defaults. Bad are: not a number, infinite, negative, huge, a wrong shape, a length that fits no other argument, empty, a text
that is no option, another type; and at the edge: nothing but zeros, all equal, tiny. A function may take a value (a
negative one, say) and answer with numbers; else it raises ValueError whose message has the argument's name, within a
second, or another error that its docstring names. At the edge what two arguments make together may be told of either,
and an answer may take its time. Where a docstring speaks of nan, nan is welcome.
"""

import contextlib
import copy
import dataclasses
import doctest
import importlib
import inspect
import io
import math
import re
import signal
import sys
import warnings
from collections.abc import Iterator

import numpy as np
import smoke

SECONDS = 1.0
HUGE, TINY = 1e300, 1e-300
SHAPE, LENGTH, EMPTY = "a wrong shape", "another length", "empty"  # may be told of the argument that it does not fit
TYPE, EDGE = "another type", "at the edge"
LIMITS = {"low", "high", "least", "most", "shape", "shapes", "options"}  # of miniatures.checks: code writes them


class Late(BaseException):
    """A call took more than its second."""


def public(module) -> dict:
    """name -> function, of those that a module defines for others."""
    found = {name: inspect.unwrap(f) for name, f in vars(module).items() if callable(f) and not name.startswith("_")}
    return {name: f for name, f in found.items() if inspect.isfunction(f) and f.__module__ == module.__name__}


def recorded(module) -> dict[str, dict]:
    """function -> the arguments of the first call that an example of the module made."""
    codes = {f.__code__: name for name, f in public(module).items()}
    names = {name: list(inspect.signature(f).parameters) for name, f in public(module).items()}
    found: dict[str, dict] = {}
    for one in vars(module).values():  # a call that is remembered would not be seen
        getattr(one, "cache_clear", lambda: None)()

    def tell(frame, event, _):
        name = codes.get(frame.f_code) if event == "call" else None
        if name is None or name in found:
            return
        sys.setprofile(None)
        with contextlib.suppress(Exception):  # what cannot be copied is not recorded, and test_arguments.py says so
            found[name] = copy.deepcopy({key: frame.f_locals[key] for key in names[name]})
        sys.setprofile(tell)

    def watched(run):
        sys.setprofile(tell)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                run()
        finally:
            sys.setprofile(None)

    if module.__name__ in smoke.CASES:
        case = smoke.CASES[module.__name__]
        watched(lambda: eval(case, {"m": module, "np": np}))
    runner = doctest.DocTestRunner(verbose=False)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        watched(lambda test=test: runner.run(test, out=lambda _: None))
    for name in codes.values():
        f = getattr(module, name)
        if name not in found and all(one.default is not one.empty for one in inspect.signature(f).parameters.values()):
            watched(f)
    return found


def faults(value, at: float) -> Iterator[tuple[str, object]]:
    """(what is wrong, the bad value) for each way in which an argument like `value` can be wrong; `at`, from 0 to 1, says where."""
    if (
        value is None or isinstance(value, (bool, np.bool_)) or hasattr(value, "_fields")
    ):  # a record: its maker checks it
        return
    if isinstance(value, (int, float, np.integer, np.floating)):
        yield from [
            ("nan", math.nan),
            ("infinite", math.inf),
            ("negative", -abs(float(value)) - 1 - at),
            ("huge", HUGE),
        ]
        yield from [("huge", 10**12), (SHAPE, [value, value]), (EMPTY, [])]
        yield from [(TYPE, None), (TYPE, "seven"), *((f"{EDGE}, {edge}", edge) for edge in (0, 0.0, TINY, 1e-12))]
        if isinstance(value, (int, np.integer)):
            yield from [("negative", -int(abs(value)) - 1), ("a fraction", value + 0.25 + at / 2)]
    elif isinstance(value, str):
        yield from [("no option", "no such"), (TYPE, None), (TYPE, 7)]
    elif isinstance(value, (list, tuple, np.ndarray)):
        if isinstance(value, np.ndarray) and not value.ndim:
            yield from faults(value.item(), at)
            return
        yield from [(EMPTY, value[:0]), (TYPE, None), (TYPE, "abc"), (TYPE, 3)]
        array = _array(value)
        if array is not None and array.size:
            yield from _faults_of_array(array, at)
        elif array is None and len(value):
            place = int(at * len(value))
            for kind, bad in faults(value[place], at):
                yield f"{kind}, at {place}", [*value[:place], bad, *value[place + 1 :]]


def _array(value):
    if any(hasattr(one, "_fields") for one in value):
        return None
    try:
        array = np.asarray(value)
    except ValueError:
        return None
    return array if array.dtype.kind in "iuf" else None


def _faults_of_array(array, at):
    numbers = array.astype(float)
    for kind, bad in (("nan", math.nan), ("infinite", math.inf), ("huge", HUGE)):
        changed = numbers.copy()
        changed.flat[int(at * numbers.size)] = bad
        yield kind, changed
    yield "negative", -np.abs(array.astype(float)) - 1 - at
    for edge in (0, 1, TINY):
        yield f"{EDGE}, {edge} throughout", np.full(numbers.shape, edge, float)
    yield f"{EDGE}, 0 throughout", np.zeros_like(array)
    yield TYPE, ["a"] * len(array)
    yield TYPE, [[1, 2], [3]]
    gap = array.astype(object)
    gap.flat[int(at * gap.size)] = None
    yield TYPE, gap.tolist()
    yield SHAPE, numbers[None]
    if numbers.ndim > 1:
        yield SHAPE, numbers.ravel()
        yield SHAPE, numbers[..., :-1]
    yield LENGTH, array[:-1]


def _values(answer, depth=0) -> Iterator[float]:
    if depth > 4:
        return
    if isinstance(answer, (float, np.floating)):
        yield float(answer)
    elif isinstance(answer, np.ndarray) and answer.dtype.kind in "fc":
        yield math.nan if np.isnan(answer).any() else 0.0
    elif isinstance(answer, (list, tuple)):
        for part in answer:
            yield from _values(part, depth + 1)
    elif isinstance(answer, dict):
        yield from _values(list(answer.values()), depth + 1)
    elif dataclasses.is_dataclass(answer):
        yield from _values([getattr(answer, field.name) for field in dataclasses.fields(answer)], depth + 1)


def _call(f, given):
    """(what came, answer or message): 'gave', 'slow', 'memory', or the name of the error."""

    def late(*_):
        raise Late

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of CPU: a busy machine is slow, not wrong
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            bound = inspect.BoundArguments(inspect.signature(f), given)
            return "gave", f(*bound.args, **bound.kwargs)
    except Late:
        return "slow", ""
    except MemoryError:
        return "memory", ""
    except Exception as error:
        return type(error).__name__, str(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def answers(module, calls: dict[str, dict], at: float) -> list[str]:
    """What is wrong with the module's answers to bad arguments, each as `function(argument): fault: what came`."""
    wrong = []
    for name, given in calls.items():
        f = getattr(module, name)
        said = re.findall(r"\w+", f.__doc__ or "")
        tolerant = {"nan", "NaN"} & set(said)
        for argument, value in given.items():
            if f.__module__ == "miniatures.checks" and argument in LIMITS:
                continue
            parameter = inspect.signature(f).parameters[argument]
            star = parameter.kind is inspect.Parameter.VAR_POSITIONAL
            for kind, bad in faults(value, at):
                if star and not isinstance(bad, (list, tuple, np.ndarray)):  # f(*None) is no call
                    continue
                if bad is None and parameter.default is None:  # as if it were not given
                    continue
                came, answer = _call(f, {**copy.deepcopy(given), argument: bad})
                if came == "slow" and not kind.startswith(EDGE):
                    # once more: threads that wait for a core spend CPU too
                    came, answer = _call(f, {**copy.deepcopy(given), argument: bad})
                own = came != "ValueError" and came in said
                if not (own or _good(came, answer, argument, given, kind, tolerant)):
                    wrong.append(
                        f"{name}({argument}): {kind}: {came} {'' if came == 'gave' else str(answer)[:110]}".rstrip()
                    )
    return wrong


def _good(came, answer, argument, given, kind, tolerant):
    if kind.startswith(EDGE) and came == "slow":
        return True
    if came == "ValueError":
        named = {
            argument,
            *(given if kind.startswith((SHAPE, LENGTH, EMPTY, EDGE)) else ()),
            *([str(given["name"])] if "name" in given else []),
        }
        return any(re.search(rf"\b{re.escape(one)}\b", answer) for one in named)
    return came == "gave" and (tolerant or (not kind.startswith("nan") and not any(map(math.isnan, _values(answer)))))


if __name__ == "__main__":
    for asked in sys.argv[1:]:
        one = importlib.import_module(asked)
        found = recorded(one)
        missing = sorted(public(one).keys() - found.keys())
        told = answers(one, found, 0.4)
        print(
            f"{asked}: {len(found)} of {len(public(one))} functions tried; no example calls {missing}; {len(told)} wrong"
        )
        print(*(f"    {line}" for line in told), sep="\n")
