"""softmax(logits): probabilities from scores of any size."""

import numpy as np

from miniatures.checks import numbers


def softmax(logits) -> np.ndarray:
    """exp(z) over its sum along the last axis, of finite scores of any size; ValueError where the largest is none.

    >>> softmax(np.array([[1000.0, 1000.0]])).tolist()
    [[0.5, 0.5]]
    """
    if not isinstance(logits, np.ndarray):
        logits = numbers("logits", logits, None, -np.inf, np.inf)
    if not logits.ndim:
        raise ValueError(f"logits={logits} must be an array (..., L)")
    largest = logits.max(axis=-1, keepdims=True)
    if not np.isfinite(largest).all():
        raise ValueError(f"logits holds {largest[~np.isfinite(largest)][0]}: every number must be finite")
    powers = np.exp(logits - largest)
    return powers / powers.sum(axis=-1, keepdims=True)
