"""Towers of two dilated convolutions: how far they see, and what they see of a signal.

Source: F. Yu, V. Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions" (2016), arXiv:1511.07122, for the
convolution; Y.-W. Chao et al., "Rethinking the Faster R-CNN Architecture for Temporal Action Localization" (2018),
arXiv:1804.07667, for one tower for each length of anchor.

s      scale: the length of an anchor, frames
a, b   dilations of a tower's first and second convolution, frames
"""

import numpy as np

from miniatures.checks import numbers, whole

SHORTEST, LONGEST = 4, 100_000  # scales, frames
MOST_TAPS = 100_001


def dilations(scale: int, context: bool = False) -> tuple[int, int]:
    """(a, b): about a sixth and a third of the scale, together half of it; with context about a quarter and the rest.

    Raises ValueError for a scale that is not an even number from 4: two convolutions of three taps see an odd number
    of frames, 1 + 2a + 2b, and so 1 + s only for even s.

    >>> dilations(18), dilations(20), dilations(18, context=True)
    ((3, 6), (3, 7), (5, 13))
    """
    scale = whole("scale", scale, SHORTEST, LONGEST)
    if scale % 2:
        raise ValueError(f"scale={scale} must be an even number of frames, from {SHORTEST}")
    if context:
        return (scale + 2) // 4, scale - (scale + 2) // 4
    return (scale + 3) // 6, scale // 2 - (scale + 3) // 6


def receptive_field(scale: int, context: bool = False) -> int:
    """The number of frames from the first to the last that a tower sees: 1 + 2a + 2b, which is 1 + s; 1 + 2s with context.

    >>> receptive_field(18), receptive_field(18, context=True)
    (19, 37)
    """
    a, b = dilations(scale, context)
    return 1 + 2 * a + 2 * b


def dilated_convolution(signal, kernel, dilation: int):
    """Σₖ kernel[k] signal[t − k·dilation], k counted from the kernel's middle, zeros outside; (…, T) -> (…, T).

    Time is the last axis. The kernel (K,) has an odd number of taps. Its response to an impulse is the kernel, spread out.

    >>> dilated_convolution([0, 0, 0, 1, 0, 0, 0], [1, 2, 3], 2).tolist()
    [0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 0.0]
    """
    signal, kernel = numbers("signal", signal), numbers("kernel", kernel, (None,))
    if signal.ndim == 0 or signal.size == 0:
        raise ValueError(f"signal of shape {signal.shape} must have time as its last axis, and no empty axis")
    if len(kernel) % 2 == 0 or len(kernel) > MOST_TAPS:
        raise ValueError(f"kernel of {len(kernel)} taps must have an odd number, up to {MOST_TAPS:,}, so that it has a middle")
    dilation, length = whole("dilation", dilation, 1, LONGEST), signal.shape[-1]
    total = np.zeros(signal.shape)
    for number, weight in enumerate(kernel, -(len(kernel) // 2)):
        total += weight * shifted(signal, number * dilation, length)
    return total


def shifted(signal, by, length):
    """signal[t − by] for each t of the last axis, 0 where that lies outside."""
    moved = np.zeros(signal.shape)
    if abs(by) < length:
        moved[..., max(by, 0) : length + min(by, 0)] = signal[..., max(-by, 0) : length - max(by, 0)]
    return moved


def first_layer(signal, dilation: int, pooled: bool):
    """The mean of what lies within `dilation` frames of each frame: of all these frames where pooled, else of three; (…, T) -> (…, T)."""
    if pooled:
        return dilated_convolution(signal, np.full(2 * dilation + 1, 1 / (2 * dilation + 1)), 1)
    return dilated_convolution(signal, np.full(3, 1 / 3), dilation)


def tower(signal, scale: int, context: bool = False, pooled: bool = True):
    """What the scorer of an anchor around each frame is given, (V, C, T) -> (V, T, 3C), with context (V, T, 5C).

    Three taps b apart of a first layer of dilation a; with context the two outer ones of a tower twice as long, too."""
    pairs = [(dilations(scale), (1, 0, -1))] + ([(dilations(scale, True), (1, -1))] if context else [])
    taps = []
    for (a, b), places in pairs:
        smooth = first_layer(signal, a, pooled)
        taps += [shifted(smooth, place * b, signal.shape[-1]) for place in places]
    return np.concatenate(taps, axis=1).transpose(0, 2, 1)


def impulse_response(scale: int, context: bool = False, pooled: bool = False):
    """Frames from the middle and the response there of a tower whose weights are all positive, each (2s + 41,)."""
    a, b = dilations(scale, context)
    frames = np.arange(-scale - 20, scale + 21)
    impulse = (frames == 0).astype(float)
    return frames, dilated_convolution(first_layer(impulse, a, pooled), [1 / 3, 1 / 3, 1 / 3], b)
