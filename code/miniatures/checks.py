"""Checks of arguments: each returns the plain value, or raises ValueError that names argument, value and what is accepted.

Explicit, because numpy in the browser's Python warns of nothing and nan would pass in silence, and because the
page would draw a wrong value without a word: of two arrays of unequal length it drops the longer one's rest.
Where no range is given, numbers lie up to 1e70 in size, so that the square of a quotient of two of them is a float.
"""

from functools import lru_cache, wraps
from inspect import signature
from math import floor, inf, isfinite
from numbers import Integral, Real

import numpy as np

from miniatures.plain import plain

SMALLEST, LARGEST = 1e-70, 1e70
MOST_SAMPLES = 4_000_000  # 32 MB of floats
MOST_VALUES = 250_000  # of one mark; a page cannot draw more at the pace of a slider
TALLEST = 10_000  # pixels of a figure


def scalar(name: str, value, low: float = -inf, high: float = inf) -> float | int:
    """`value` as a plain number, an int where it is one, finite and from `low` to `high`; bools are refused.

    >>> scalar("width", 2, 0, 20), scalar("width", np.float32(2.5))
    (2, 2.5)
    """
    found = value
    if isinstance(value, np.number) and isinstance(value, Real):
        found = int(value) if isinstance(value, Integral) else float(value)
    if isinstance(found, bool) or not isinstance(found, Real) or not (_finite(found) and low <= found <= high):
        span = "" if low == -inf and high == inf else f" from {low:g} to {high:g}"
        raise ValueError(f"{name}={found!r} must be a finite number{span}")
    return found


def _finite(value):
    try:
        return isfinite(value)
    except OverflowError:  # a whole number beyond every float
        return False


def real(name: str, value, low: float = -LARGEST, high: float = LARGEST) -> float:
    """`value` as a float from `low` to `high`, both included; nan, infinities, bools and texts are refused.

    >>> real("threshold", 1, 0, 2), real("x", np.float32(2.5))
    (1.0, 2.5)
    """
    return float(scalar(name, value, low, high))


def positive(name: str, value, most: float = LARGEST) -> float:
    """`value` as a float; ValueError unless it lies above 0 (from 1e-70) and not above `most`.

    >>> positive("rate", 2)
    2.0
    """
    found = real(name, value)
    if not SMALLEST <= found <= most:
        raise ValueError(f"{name}={value!r} must be a positive number, from {SMALLEST:g} to {most:g}")
    return found


def not_negative(name: str, value) -> float:
    """`value` as a float; ValueError unless it is 0 or more, up to 1e70.

    >>> not_negative("noise", 0)
    0.0
    """
    found = real(name, value)
    if found < 0:
        raise ValueError(f"{name}={value!r} must be a number of 0 or more")
    return found


def share(name: str, value) -> float:
    """`value` as a float; ValueError unless it lies above 0 (from 1e-70) and below 1."""
    found = real(name, value)
    if not SMALLEST <= found < 1:
        raise ValueError(f"{name}={value!r} must be a number above 0 (from {SMALLEST:g}) and below 1")
    return found


def whole(name: str, value, low: int, high: int) -> int:
    """`value` as an int from `low` to `high`, both included; floats are refused, even 2.0, and so are bools.

    >>> whole("steps", np.int64(3), 1, 10)
    3
    """
    if not isinstance(value, Integral) or isinstance(value, (bool, np.bool_)) or not low <= value <= high:
        raise ValueError(f"{name}={value!r} must be a whole number from {low} to {high}")
    return int(value)


def count(name: str, value, most: int = MOST_SAMPLES, least: int = 0) -> int:
    """`value` as an int from `least` to `most`; unlike `whole` it takes 2.0 for 2.

    >>> count("radius", 2.0)
    2
    """
    found = scalar(name, value)
    if found != floor(found) or not least <= found <= most:
        raise ValueError(f"{name}={value!r} must be a whole number from {least} to {most}")
    return int(found)


def one_of(name: str, value, options) -> str:
    """`value` itself when it is one of the texts `options`.

    >>> one_of("view", "weak", ("weak", "strong"))
    'weak'
    """
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name}={value!r} must be one of: {', '.join(options)}")
    return value


def numbers(name: str, values, shape: tuple | None = None, low: float = -LARGEST, high: float = LARGEST) -> np.ndarray:
    """`values` as a float64 array, each from `low` to `high`; of `shape`, where None stands for any length above 0.

    >>> numbers("logits", [[1, 2], [3, 4]], (None, 2), -9, 9).shape
    (2, 2)
    """
    found = as_array(name, values)
    if found.dtype.kind not in "iuf":
        raise ValueError(f"{name} of type {found.dtype} must hold real numbers")
    if shape is not None:
        _shaped(name, found, shape)
    found = found.astype(float)
    inside = (found >= low) & (found <= high)
    if not inside.all():
        raise ValueError(f"{name} holds {found[~inside][0]}: every number must lie from {low:g} to {high:g}")
    return found


def _shaped(name, array, shape):
    fits = array.ndim == len(shape) and all(
        n > 0 and side in (None, n) for n, side in zip(array.shape, shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join("any" if side is None else str(side) for side in shape) + ")"
        raise ValueError(f"{name} of shape {array.shape} must be of shape {wanted}, with no empty axis")


def whole_numbers(
    name: str, values, shape: tuple | None = None, low: float = -(2**31), high: float = 2**31 - 1
) -> np.ndarray:
    """`values` as an int64 array of whole numbers from `low` to `high`; `shape` as for `numbers`.

    >>> whole_numbers("rows", [0, 2.0], (2,), 0, 9).tolist()
    [0, 2]
    """
    array = numbers(name, values, shape, low, high)
    if not (array == np.floor(array)).all():
        raise ValueError(
            f"{name} holds {array[array != np.floor(array)][0]}: it must hold whole numbers from {low} to {high}"
        )
    return array.astype(np.int64)


def classes_of(name: str, values, count: int, classes: int) -> np.ndarray:
    """`values` as an int array (`count`,) of classes from 0 to `classes` - 1.

    >>> classes_of("labels", [0, 2], 2, 3).tolist()
    [0, 2]
    """
    classes = whole("classes", classes, 1, 2**31 - 1)
    return whole_numbers(name, values, (count,), 0, classes - 1).astype(int)


def words(name: str, value) -> str | None:
    """`value` itself, a text or None.

    >>> words("name", "a line")
    'a line'
    """
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{name}={value!r} must be a text")
    return value


def text(name: str, value) -> str:
    """`value` itself, a text; None, which `words` takes, is refused.

    >>> text("code", "1 + 1")
    '1 + 1'
    """
    if not isinstance(value, str):
        raise ValueError(f"{name}={_short(value)} must be a text")
    return value


def series(name: str, values, length: int | None = None, texts: bool = True) -> list:
    """`values` as a list of numbers, None and (with `texts`) texts, nan as None: a gap; `length` where it must match another's.

    >>> series("y", np.array([1, 2]), 2)
    [1, 2]
    """
    kinds = "numbers or texts" if texts else "numbers"
    if not isinstance(values, (list, tuple, range)) and getattr(values, "ndim", 0) != 1:
        raise ValueError(f"{name}={_short(values)} must be a list or array (N,) of {kinds}")
    if len(values) > MOST_VALUES:
        raise ValueError(f"{name} holds {len(values):,} values: at most {MOST_VALUES:,} can be drawn")
    if length is not None and len(values) != length:
        raise ValueError(f"{name} holds {len(values)} values where the mark has {length}: give one for each")
    listed = plain(values)
    for value in () if getattr(values, "dtype", np.dtype(object)).kind in "iuf" else listed:
        if isinstance(value, (bool, list, dict)) or (isinstance(value, str) and not texts):
            raise ValueError(f"{name} holds {_short(value)}: {kinds} are accepted, None or nan for a gap")
    return listed


def table(name: str, rows, shape: tuple[int, int] | None = None, texts: bool = False) -> list[list]:
    """`rows` as a list of equally long lists, nan as None: a gap; `shape` where it must match another's. Never empty.

    >>> table("z", [[1, None], [2, 3]])
    [[1, None], [2, 3]]
    """
    if not isinstance(rows, (list, tuple)) and getattr(rows, "ndim", 0) != 2:
        raise ValueError(f"{name}={_short(rows)} must be a table (rows, columns)")
    listed = [series(f"{name}[{number}]", row, texts=texts) for number, row in enumerate(rows)]
    if not listed or not listed[0] or any(len(row) != len(listed[0]) for row in listed):
        raise ValueError(
            f"{name} has rows of {sorted({len(row) for row in listed})} values: they must be equally long, not empty"
        )
    found = (len(listed), len(listed[0]))
    if found[0] * found[1] > MOST_VALUES:
        raise ValueError(f"{name} of shape {found} is too large: at most {MOST_VALUES:,} cells; draw pixels with image")
    if shape is not None and found != shape:
        raise ValueError(f"{name} of shape {found} must have the shape {shape} of the mark")
    return listed


def _short(value):
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def as_array(name: str, values) -> np.ndarray:
    """`values` as an array of whatever they are, nan too; ValueError for rows of unequal length.

    >>> as_array("mask", [[True, False]]).shape
    (1, 2)
    """
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be an array, not rows of unequal length") from None


def as_mask(name: str, mask, shape: tuple | None = None) -> np.ndarray:
    """`mask` as an array of bools; ValueError unless it holds bools, or only 0 and 1, in at least one pixel.

    >>> as_mask("mask", [[0, 1]]).tolist()
    [[False, True]]
    """
    found = as_array(name, mask)
    if found.dtype != bool:
        found = numbers(name, found, None, 0, 1)
    if shape is not None:
        _shaped(name, found, shape)
    if found.ndim == 0 or not found.size:
        raise ValueError(f"{name} of shape {found.shape} must be an array of at least one pixel")
    if found.dtype != bool and not np.isin(found, (0, 1)).all():
        raise ValueError(f"{name} holds {found[(found != 0) & (found != 1)][0]}: a mask holds bools, or 0 and 1")
    return found == 1


def fitting(values: dict, low: float = -LARGEST, high: float = LARGEST) -> list[np.ndarray]:
    """The numbers or arrays of numbers in `values`, name -> value, each from `low` to `high`, brought to one shape.

    >>> [one.tolist() for one in fitting({"a": [1, 2], "b": 3})]
    [[1.0, 2.0], [3.0, 3.0]]
    """
    arrays = [numbers(name, value, None, low, high) for name, value in values.items()]
    try:
        return np.broadcast_arrays(*arrays)
    except ValueError:
        shapes = ", ".join(f"{name} {one.shape}" for name, one in zip(values, arrays, strict=True))
        raise ValueError(f"{shapes}: the shapes must fit each other") from None


def cached(most: int | None = None):
    """Keeps the `most` latest answers as functools.lru_cache does; ValueError names an argument that no answer is kept by, such as a list.

    >>> @cached()
    ... def double(number):
    ...     return 2 * number
    >>> double(2), double.cache_info().currsize
    (4, 1)
    """

    def keeping(function):
        kept = lru_cache(most)(function)

        @wraps(function)
        def answer(*given, **named):
            try:
                return kept(*given, **named)
            except TypeError:
                _hashable(signature(function).bind(*given, **named).arguments)
                raise

        answer.cache_clear, answer.cache_info = kept.cache_clear, kept.cache_info
        return answer

    return keeping


def _hashable(given):
    """ValueError names the first of the arguments `given` that has no hash."""
    for name, value in given.items():
        try:
            hash(value)
        except TypeError:
            raise ValueError(f"{name}={_short(value)} must be a single value, no {type(value).__name__}") from None


def square(name: str, values, low: float = -LARGEST, high: float = LARGEST) -> np.ndarray:
    """`values` as a float64 array (n, n), n above 0, each number from `low` to `high`.

    >>> square("distances", [[0, 1], [1, 0]], 0).shape
    (2, 2)
    """
    found = as_array(name, values)
    return numbers(name, found, (len(found), len(found)) if found.ndim else (None, None), low, high)


def several(name: str, values):
    """`values` itself, a list, tuple, range or array with at least one axis, whatever it holds, nan too; a text, a number and None are refused.

    >>> several("keys", ("ear", "ridge"))
    ('ear', 'ridge')
    """
    if not isinstance(values, (list, tuple, range)) and getattr(values, "ndim", 0) < 1:
        raise ValueError(f"{name}={_short(values)} must be a list, a tuple or an array")
    return values


def arrays(name: str, values, shapes) -> list[np.ndarray]:
    """`values`, the arrays of numbers of a network say, in a list: one of each of `shapes`, where None stands for any length above 0.

    >>> [one.shape for one in arrays("weights", [np.ones((2, 3)), np.zeros(3)], [(2, None), (3,)])]
    [(2, 3), (3,)]
    """
    if not isinstance(values, (list, tuple)) or len(values) != len(shapes):
        raise ValueError(f"{name}={_short(values)} must be a list of {len(shapes)} arrays")
    for number, (value, shape) in enumerate(zip(values, shapes, strict=True)):
        numbers(f"{name}[{number}]", value, shape)
    return [np.asarray(value) for value in values]
