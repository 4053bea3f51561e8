"""The interval of a proportion that was counted.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927),
doi:10.1080/01621459.1927.10502953.

k  successes
n  trials
z  standard errors to each side
"""

import numpy as np

from miniatures.checks import fitting, real


def wilson_interval(successes, trials, z: float) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of Wilson's interval, arrays of the shape of `trials`: the chances from which k lies within z standard errors.

    Both are k/n where z = 0, and z is 100 at most. Without trials they are 0 and 1: nothing is excluded.
    Raises ValueError for more successes than trials.

    >>> [round(float(end), 4) for end in wilson_interval(9, 10, 1.96)]
    [0.5958, 0.9821]
    """
    (k, n), z = fitting({"successes": successes, "trials": trials}, 0), real("z", z, 0, 100)
    if (k > n).any():
        raise ValueError(f"successes={k.max():g} must not be more than the trials")
    known = np.maximum(n, 1)
    half = z * np.sqrt(k * (n - k) / known + z * z / 4)
    low, high = ((k + z * z / 2 + sign * half) / (known + z * z) for sign in (-1, 1))
    low, high = np.where(k == 0, 0.0, low), np.where(k == n, 1.0, high)  # exact where rounding would leave a trace
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)
