"""softmax(logits): probabilities from scores of any size."""

import numpy as np


def softmax(logits) -> np.ndarray:
    """exp(z) over its sum along the last axis, of finite scores of any size.

    >>> softmax(np.array([[1000.0, 1000.0]])).tolist()
    [[0.5, 0.5]]
    """
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
