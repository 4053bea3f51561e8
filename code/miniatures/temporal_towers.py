"""Towers of two dilated convolutions: how far they see, and what they see of a signal.

Source: F. Yu, V. Koltun, "Multi-Scale Context Aggregation by Dilated Convolutions" (2016), arXiv:1511.07122, for the
convolution; Y.-W. Chao et al., "Rethinking the Faster R-CNN Architecture for Temporal Action Localization" (2018),
arXiv:1804.07667, for one tower for each length of anchor.

s      scale: the length of an anchor, frames
a, b   dilations of a tower's first and second convolution, frames
"""

import numpy as np

from miniatures.checks import numbers, real, whole

SHORTEST, LONGEST = 4, 100_000  # scales, frames
MOST_TAPS = 100_001


def dilations(scale: int, context=False) -> tuple[int, int]:
    """(a, b) of a tower that sees an anchor of `scale` frames: about a sixth and a third of it, together half of it.

    `context` is the share c of half an anchor, 0 to 1, that the outer taps see on each side of it (True for 1); then
    a is c·s/4 and b reaches to the end of that. Raises ValueError for a scale that is not an even number from 4: two
    convolutions of three taps see 1 + 2a + 2b frames, which is odd, and so 1 + s only for even s.

    >>> dilations(18), dilations(20), dilations(18, context=True)
    ((3, 6), (3, 7), (5, 13))
    """
    scale, context = whole("scale", scale, SHORTEST, LONGEST), context_share(context)
    if scale % 2:
        raise ValueError(f"scale={scale} must be an even number of frames, from {SHORTEST}")
    if not context:
        return (scale + 3) // 6, scale // 2 - (scale + 3) // 6
    first = max(1, int(scale * context / 4 + 0.5))
    return first, int(scale * (1 + context) / 2 + 0.5) - first


def context_share(context) -> float:
    """`context` as a share from 0 to 1: False is 0, True is 1."""
    if isinstance(context, (bool, np.bool_)):
        return float(context)
    return real("context", context, 0, 1)


def receptive_field(scale: int, context=False) -> int:
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
        raise ValueError(
            f"kernel of {len(kernel)} taps must have an odd number, up to {MOST_TAPS:,}, so that it has a middle"
        )
    dilation, length = whole("dilation", dilation, 1, LONGEST), signal.shape[-1]
    total = np.zeros(signal.shape)
    for number, weight in enumerate(kernel, -(len(kernel) // 2)):
        total += weight * _shifted(signal, number * dilation, length)
    return total


def _shifted(signal, by, length):
    """signal[t − by] for each t of the last axis, 0 where that lies outside."""
    moved = np.zeros(signal.shape)
    if abs(by) < length:
        moved[..., max(by, 0) : length + min(by, 0)] = signal[..., max(-by, 0) : length - max(by, 0)]
    return moved


def first_layer(signal, dilation: int, pooled: bool):
    """The mean of what lies within `dilation` frames of each frame: of all these frames where pooled, else of three; (…, T) -> (…, T)."""
    dilation = whole("dilation", dilation, 1, LONGEST // 2)
    if pooled:
        return dilated_convolution(signal, np.full(2 * dilation + 1, 1 / (2 * dilation + 1)), 1)
    return dilated_convolution(signal, np.full(3, 1 / 3), dilation)


def tower(signal, scale: int, context=False, pooled: bool = True):
    """What the scorer of an anchor around each frame is given, (V, C, T) -> (V, T, 3C), with context (V, T, 5C).

    Three taps b apart of a first layer of dilation a; with context the two outer ones of a longer tower, too."""
    signal = numbers("signal", signal, (None, None, None))
    pairs = [(dilations(scale), (1, 0, -1))] + ([(dilations(scale, context), (1, -1))] if context else [])
    taps = []
    for (a, b), places in pairs:
        smooth = first_layer(signal, a, pooled)
        taps += [_shifted(smooth, place * b, signal.shape[-1]) for place in places]
    return np.concatenate(taps, axis=1).transpose(0, 2, 1)


def impulse_response(scale: int, context=False, pooled: bool = False, reach: int | None = None):
    """Frames from the middle and the response there of a tower whose weights are all 1/3, each (2·reach + 1,)."""
    a, b = dilations(scale, context)
    reach = whole("reach", scale + 1 if reach is None else reach, 1, LONGEST)
    frames = np.arange(-reach, reach + 1)
    impulse = (frames == 0).astype(float)
    return frames, dilated_convolution(first_layer(impulse, a, pooled), [1 / 3, 1 / 3, 1 / 3], b)
