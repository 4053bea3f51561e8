"""Convolution by columns: each window of an image becomes a row, and the convolution one matrix product.

Source: K. Chellapilla, S. Puri and P. Simard, "High Performance Convolutional Neural Networks for Document Processing"
(2006).

x     images or maps (N, H, W, C)
size  side of the square window, pixels
"""

import numpy as np

from miniatures.checks import numbers, several, whole

MOST_SIDE = 512  # pixels, of a window, its steps and its border


def columns(x, size: int, stride: int = 1, pad: int = 0) -> np.ndarray:
    """The windows of `x`, each as one row: (N, H, W, C) -> (N, h, w, size*size*C), with a border of `pad` zeros around x.

    >>> columns(np.arange(9.0).reshape(1, 3, 3, 1), 2)[0, 0, 0].tolist()
    [0.0, 1.0, 3.0, 4.0]
    """
    size, stride = whole("size", size, 1, MOST_SIDE), whole("stride", stride, 1, MOST_SIDE)
    pad = whole("pad", pad, 0, MOST_SIDE)
    numbers("x", x, (None, None, None, None))
    x = np.asarray(x)
    if pad:
        x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    high, wide = ((side - size) // stride + 1 for side in x.shape[1:3])
    if min(high, wide) < 1:
        raise ValueError(f"x of shape {x.shape} (its border counted) is smaller than the window, size={size}")
    down, across = stride * (high - 1) + 1, stride * (wide - 1) + 1
    windows = [x[:, i : i + down : stride, j : j + across : stride] for i in range(size) for j in range(size)]
    return np.concatenate(windows, axis=-1)


def uncolumns(gradient, shape, size: int, stride: int = 1, pad: int = 0) -> np.ndarray:
    """The transpose of `columns`: each pixel's shares in all windows added up, (N, h, w, size*size*C) -> `shape`.

    >>> uncolumns(np.ones((1, 2, 2, 4)), (1, 3, 3, 1), 2)[0, :, :, 0].tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """
    size, stride = whole("size", size, 1, MOST_SIDE), whole("stride", stride, 1, MOST_SIDE)
    pad = whole("pad", pad, 0, MOST_SIDE)
    if len(several("shape", shape)) != 4:
        raise ValueError(f"shape={shape!r} must be (N, H, W, C)")
    shape = n, high, wide, channels = [whole("shape", side, 1, 10**6) for side in shape]
    windows = [(side + 2 * pad - size) // stride + 1 for side in (high, wide)]
    numbers("gradient", gradient, (n, *windows, size * size * channels))
    gradient = np.asarray(gradient)
    n, high, wide, channels = shape
    found = np.zeros((n, high + 2 * pad, wide + 2 * pad, channels), gradient.dtype)
    down, across = (stride * (side - 1) + 1 for side in gradient.shape[1:3])
    for place in range(size * size):
        i, j = divmod(place, size)
        part = gradient[..., place * channels : (place + 1) * channels]
        found[:, i : i + down : stride, j : j + across : stride] += part
    return found[:, pad : pad + high, pad : pad + wide]
