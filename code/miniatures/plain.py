"""Plain values: what a figure may hold, and JSON with it."""

import math
from numbers import Integral

import numpy as np

ALREADY = {int, str, bool, type(None)}  # types of which every value is plain


def plain(value):
    """`value` as JSON can hold it: arrays as lists, numpy scalars as Python's, nan and infinities as None.

    Raises ValueError for what JSON cannot hold, such as sets and complex numbers.

    >>> plain({"y": np.array([1.0, np.nan]), "x": range(2)})
    {'y': [1.0, None], 'x': [0, 1]}
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, range)):
        return list(value) if _all_plain(value) else [plain(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)  # numpy's texts too
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Integral):
        return int(value)
    if hasattr(value, "__array__"):
        return _listed(np.asarray(value))
    raise ValueError(f"value={value!r} of {type(value)} cannot stand in a figure: use numbers, texts, lists and arrays")


def _all_plain(values):
    """True for the common case, a list of finite floats or of plain values, told at the speed of C: a live step waits for it."""
    types = set(map(type, values))
    return types <= ALREADY or (types == {float} and all(map(math.isfinite, values)))


def _listed(array):
    if array.dtype.kind in "iubU":
        return array.tolist()
    if array.dtype.kind == "f":
        array = array.astype(float)
        if np.all(np.isfinite(array)):
            return array.tolist()
    if array.dtype.kind not in "fO":
        raise ValueError(f"an array of {array.dtype} cannot stand in a figure: use numbers or texts")
    return plain(array.item()) if array.ndim == 0 else [plain(item) for item in array]
