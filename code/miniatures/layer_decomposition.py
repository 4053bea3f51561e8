"""Subjects and their shadows: a video as a background and, for each subject, one layer with everything that goes along.

Source: E. Lu, F. Cole, T. Dekel, A. Zisserman, W. T. Freeman and M. Rubinstein, "Omnimatte: Associating Objects and Their
Effects in Video", CVPR 2021, pp. 4507-4515, arXiv:2105.06993. They train a convolutional network on each video. Here the
background is a median, each alpha the smallest that is possible and the owner of a pixel an average: closed forms, not their method.
Compositing is the "over" of T. Porter and T. Duff, "Compositing Digital Images", SIGGRAPH 1984, doi:10.1145/800031.808606.

I      a pixel of a frame, from 0 to 1, grey or three colours
B      the background there, from 0 to 1
C      the colour of a layer there, from 0 to 1
alpha  the layer's opacity, from 0 to 1: I = (1 - alpha) B + alpha C
T, K   numbers of frames and of subjects
H, W   height and width of a frame, pixels
"""

import numpy as np

from miniatures.checks import MOST_SAMPLES, as_array, numbers, real, whole, whole_numbers
from miniatures.layer_ownership import owners, subject_masks


def minimal_alpha(image, background) -> np.ndarray:
    """The smallest alpha with which some colour from 0 to 1, laid over `background`, gives `image`; all from 0 to 1.

    A darker pixel asks for 1 - I / B (the colour is black), a brighter one for (I - B) / (1 - B) (the colour is white).
    Arrays of three or more axes whose last has length 3 hold colours: the result lacks that axis and is the largest of the three.
    `background` must have the shape of `image` or broadcast to it. Every alpha from the smallest to 1 is as good an answer.

    >>> minimal_alpha([0.3, 0.6, 0.8], 0.6).round(3).tolist()
    [0.5, 0.0, 0.5]
    """
    image, background = _pair(image, background)
    darker = np.divide(background - image, background, out=np.zeros(image.shape), where=background > image)
    brighter = np.divide(image - background, 1 - background, out=np.zeros(image.shape), where=image > background)
    alpha = np.maximum(darker, brighter)
    return alpha.max(axis=-1) if has_colours(image) else alpha


def layer_colour(image, background, alpha) -> np.ndarray:
    """The colour C = B + (I - B) / alpha of a layer over `background` that gives `image`, of the shape of `image`.

    `alpha`, of the shape of `minimal_alpha`'s result, must not be below it. Where it is 0 the colour is 0 and of no account.

    >>> layer_colour([0.3, 0.3], 0.6, [0.5, 1.0]).round(3).tolist()
    [0.0, 0.3]
    """
    image, background = _pair(image, background)
    least = minimal_alpha(image, background)
    alpha = numbers("alpha", alpha, least.shape, 0, 1) if least.ndim else np.array(real("alpha", alpha, 0, 1))
    short = alpha < least - 1e-9
    if short.any():
        raise ValueError(f"alpha holds {alpha[short][0]:.6g} where at least {least[short][0]:.6g} is needed")
    if has_colours(image):
        alpha = np.broadcast_to(alpha[..., None], image.shape)
    share = np.divide(image - background, alpha, out=np.zeros(image.shape), where=alpha > 0)
    return np.where(alpha > 0, np.clip(background + share, 0, 1), 0.0)  # cut by rounding alone


def median_background(frames, masks=None) -> np.ndarray:
    """The median of each pixel over the frames (T, H, W) or (T, H, W, 3): what is there more than half of the time.

    With `masks`, over the frames in which no subject's mask covers the pixel; where it is covered always, over all.

    >>> median_background([[[0.2]], [[0.9]], [[0.9]]], [[[0]], [[1]], [[1]]]).tolist()
    [[0.2]]
    """
    frames = clip("frames", frames)
    if masks is None:
        return np.median(frames, axis=0)
    hidden = subject_masks(masks, frames.shape[:3]).any(axis=0)
    hidden &= ~hidden.all(axis=0)
    seen = len(frames) - hidden.sum(axis=0)  # (H, W)
    if frames.ndim == 4:
        hidden, seen = hidden[..., None], seen[..., None]
    ordered = np.sort(np.where(hidden, 2.0, frames), axis=0)  # hidden ones last
    middle = [np.broadcast_to(at, frames.shape[1:])[None] for at in ((seen - 1) // 2, seen // 2)]
    return sum(np.take_along_axis(ordered, at, axis=0)[0] for at in middle) / 2


def decompose(frames, masks, rule: str = "motion", background=None) -> tuple[np.ndarray, np.ndarray]:
    """(background, layers) of a clip: `frames` (T, H, W) grey or (T, H, W, 3), `masks` (T, H, W) or (K, T, H, W) of its subjects.

    `background` (H, W) or (H, W, 3) is the temporal median, unless one is given. `layers`, (K, T, H, W, 2) or (K, T, H, W, 4),
    holds colour and, last, alpha: the smallest possible one, in the layer of the pixel's owner by `rule` ("motion" or
    "nearest mask"), 0 in the others. `recompose` gives the frames again, whatever the masks: *all* that differs goes to somebody.

    >>> background, layers = decompose([[[0.6, 0.3]], [[0.6, 0.6]], [[0.6, 0.6]]], [[[0, 1]], [[0, 0]], [[0, 0]]])
    >>> background.tolist(), layers[0, ..., 1].tolist()
    ([[0.6, 0.6]], [[[0.0, 0.5]], [[0.0, 0.0]], [[0.0, 0.0]]])
    """
    frames = clip("frames", frames)
    masks = subject_masks(masks, frames.shape[:3])
    plate = (
        median_background(frames) if background is None else numbers("background", background, frames.shape[1:], 0, 1)
    )
    alpha = minimal_alpha(frames, plate) if frames.ndim == 4 else _grey_alpha(frames, plate)
    owner = owners(alpha, masks, rule)
    colour = _colour(frames, plate, alpha)
    layers = np.zeros((*masks.shape, colour.shape[-1] + 1))
    for k, layer in enumerate(layers):
        layer[..., :-1] = np.where((owner == k)[..., None], colour, 0)
        layer[..., -1] = np.where(owner == k, alpha, 0)
    return plate, layers


def recompose(background, layers) -> np.ndarray:
    """The frames that show when `layers`, the farthest first, are laid over `background`.

    `layers` (K, T, H, W, 2) or (K, T, H, W, 4), colour and alpha from 0 to 1, as an array or a list; `background` (H, W) or
    (H, W, 3), or one for each frame. With layers[:0] the background alone, T times; with an empty list, once.

    >>> recompose([[0.6]], [[[[[0.0, 0.5]]], [[[0.9, 1.0]]]]]).tolist()
    [[[0.3]], [[0.9]]]
    """
    if isinstance(layers, (list, tuple)) and not layers:
        plate = numbers("background", background, low=0, high=1)
        return clip("background", plate if plate.ndim == 4 else plate[None])
    layers = _layers(layers)
    shape = layers.shape[1:4] if layers.shape[-1] == 2 else (*layers.shape[1:4], 3)
    plate = np.array(_spread("background", background, shape))
    for layer in layers:
        alpha, colour = layer[..., -1:], layer[..., :-1]
        if layers.shape[-1] == 2:
            alpha, colour = alpha[..., 0], colour[..., 0]
        plate = (1 - alpha) * plate + alpha * colour
    return np.clip(plate, 0, 1)  # a mean of values from 0 to 1, but for rounding


def raised(background, layer, alpha) -> np.ndarray:
    """`layer` (T, H, W, 2) or (T, H, W, 4) with its alpha raised to `alpha` (T, H, W) where that is larger, its colour changed
    so that over `background` it looks the same: another of the many right answers.

    >>> raised([[0.6]], [[[[0.0, 0.5]]]], [[[1.0]]]).tolist()
    [[[[0.3, 1.0]]]]
    """
    layer = _layers(layer, 4)
    shape = layer.shape[:3] if layer.shape[-1] == 2 else (*layer.shape[:3], 3)
    plate = _spread("background", background, shape).reshape(*layer.shape[:3], -1)
    before = layer[..., -1:]
    after = np.maximum(before, numbers("alpha", alpha, layer.shape[:3], 0, 1)[..., None])
    share = np.divide(before, after, out=np.zeros(before.shape), where=after > 0)
    colour = np.where(after > 0, plate + share * (layer[..., :-1] - plate), 0)
    return np.concatenate([np.clip(colour, 0, 1), after], axis=-1)


def cleaned(layers, threshold: float) -> np.ndarray:
    """`layers` with every alpha below `threshold`, from 0 to 1, set to 0: less noise, fainter effects.

    >>> cleaned([[[[0.2, 0.04], [0.2, 0.3]]]], 0.05)[..., 1].tolist()
    [[[0.0, 0.3]]]
    """
    threshold = real("threshold", threshold, 0, 1)
    layers = numbers("layers", layers, low=0, high=1)
    if layers.ndim < 4 or layers.shape[-1] not in (2, 4):
        raise ValueError(f"layers of shape {layers.shape} must be (..., T, H, W, 2) or (..., T, H, W, 4)")
    return np.where(layers[..., -1:] >= threshold, layers, 0)


def retimed(layer, times) -> np.ndarray:
    """`layer` (T, H, W, 2 or 4) at the frames `times`, whole numbers from 0 to T - 1: frozen, reversed, slower, shorter.

    >>> retimed([[[[0.1, 1.0]]], [[[0.2, 1.0]]]], [1, 1, 0])[:, 0, 0, 0].tolist()
    [0.2, 0.2, 0.1]
    """
    layer = _layers(layer, 4)
    return layer[whole_numbers("times", times, (None,), 0, len(layer) - 1)]


def eroded(masks, radius: int) -> np.ndarray:
    """`masks` without what lies within `radius` pixels, along rows or columns, of a place outside; beyond the picture counts as inside.

    >>> eroded(np.array([[[0, 1, 1, 1, 1]]]), 1).astype(int).tolist()
    [[[[0, 0, 1, 1, 1]]]]
    """
    masks = subject_masks(masks)
    for _ in range(whole("radius", radius, 0, 50)):
        for axis in (2, 3):
            size = masks.shape[axis]
            later, earlier = (np.take(masks, np.clip(np.arange(size) + d, 0, size - 1), axis) for d in (1, -1))
            masks = masks & later & earlier
    return masks


def clip(name: str, frames) -> np.ndarray:
    """`frames` as floats (T, H, W) or (T, H, W, 3) from 0 to 1; ValueError names what else it is."""
    array = numbers(name, frames, low=0, high=1)
    if array.ndim not in (3, 4) or not array.size or (array.ndim == 4 and array.shape[3] != 3):
        raise ValueError(f"{name} of shape {array.shape} must be (T, H, W) or (T, H, W, 3), with no empty axis")
    if array.size > MOST_SAMPLES:
        raise ValueError(f"{name} of shape {array.shape} hold more than {MOST_SAMPLES:,} values: take a smaller clip")
    return array


def has_colours(image) -> bool:
    """Whether the last axis of a picture or clip holds red, green and blue: three or more axes, the last of length 3.

    Only the shape counts, nan in the picture does not matter.
    """
    shape = as_array("image", image).shape
    return len(shape) >= 3 and shape[-1] == 3


def _pair(image, background):
    image = numbers("image", image, low=0, high=1)
    return image, _spread("background", background, image.shape)


def _spread(name, values, shape):
    array = numbers(name, values, low=0, high=1)
    try:
        return np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(f"{name} of shape {array.shape} does not fit pictures of shape {shape}") from None


def _layers(layers, axes=5):
    name = "layers" if axes == 5 else "layer"
    array = numbers(name, layers, low=0, high=1)
    if array.ndim != axes or array.shape[-1] not in (2, 4) or 0 in array.shape[axes - 4 :]:
        wanted = "(K, T, H, W, 2) or (K, T, H, W, 4)" if axes == 5 else "(T, H, W, 2) or (T, H, W, 4)"
        raise ValueError(f"{name} of shape {array.shape} must be {wanted}, with no empty picture")
    if array.size > 2 * MOST_SAMPLES:
        raise ValueError(f"{name} of shape {array.shape} hold more than {2 * MOST_SAMPLES:,} values")
    return array


def _grey_alpha(frames, plate):
    """A grey clip three pixels wide is not a colour picture."""
    return minimal_alpha(frames[..., None], plate[..., None])[..., 0]


def _colour(frames, plate, alpha):
    """(T, H, W, 1) or (T, H, W, 3)."""
    if frames.ndim == 4:
        return layer_colour(frames, plate, alpha)
    return layer_colour(frames[..., None], plate[..., None], alpha[..., None])
