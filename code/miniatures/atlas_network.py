"""A small convolutional network for the sea scenes: three convolutions, a mean over the map, a linear readout.

Sources: mean and linear readout after M. Lin, Q. Chen and S. Yan, "Network In Network" (2014), arXiv:1312.4400; Adam in
miniatures.training.

h       activations of a layer, (N, rows, columns, channels), after the rectifier
V, c    readout, (32, 6) and (6,): logits = mean of h over the map @ V + c
"""

import numpy as np

from miniatures.checks import arrays, numbers, one_of, whole, whole_numbers
from miniatures.convolution import columns, uncolumns
from miniatures.sea_scenes import CLASSES, LARGEST_SEED, SIDE, labelled_scenes
from miniatures.training import Adam, softmax_cross_entropy

SHAPES = ((5, 2, 3, 16), (3, 2, 16, 32), (3, 1, 32, 32))  # of each convolution: window, stride, channels in and out
SHAPES_OF_WEIGHTS = [shape for size, _, a, b in SHAPES for shape in ((size * size * a, b), (b,))] + [(32, len(CLASSES)), (len(CLASSES),)]  # fmt: skip
LAYERS = ("conv1", "conv2", "conv3")
FIELDS = {"conv1": 5, "conv2": 9, "conv3": 17}  # side of the square of pixels that one activation sees
SPACING = {"conv1": 2, "conv2": 4, "conv3": 4}  # pixels between the centres of neighbouring squares
DIETS = {  # what a network is trained on: one kind of picture for each class
    "plain": CLASSES,
    "fire truck for lawn": (*CLASSES[:3], "fire truck", *CLASSES[4:]),
    "buoys near whales": ("whale with buoy", *CLASSES[1:]),
    "plain ball for baseball": (*CLASSES[:2], "plain ball", *CLASSES[3:]),
}
LARGEST_VALUE = 1e6  # of a pixel or a weight in training
EACH, EPOCHS, BATCH, RATE = 250, 14, 30, 4e-3  # pictures of a class; passes; pictures of a step; Adam's first rate


def initial_weights(rng: np.random.Generator) -> list[np.ndarray]:
    """W and b of the three convolutions and V, c of the readout; normal with variance 2 / inputs (He), biases 0."""
    found = []
    for size, _, inputs, outputs in SHAPES:
        rows = size * size * inputs
        found += [rng.normal(0, np.sqrt(2 / rows), (rows, outputs)), np.zeros(outputs)]
    return [*found, rng.normal(0, np.sqrt(1 / 32), (32, len(CLASSES))), np.zeros(len(CLASSES))]


def activations(weights, pictures, border: bool = True, kept: list | None = None) -> list[np.ndarray]:
    """h of the three layers for `pictures` (N, H, W, 3): of 32 x 32 they are (N, 16, 16, 16), (N, 8, 8, 32) twice.

    `border` pads each map with zeros. Without it a picture of FIELDS[layer] pixels a side gives one activation there.
    What each convolution saw is appended to `kept`.
    """
    weights = arrays("weights", weights, SHAPES_OF_WEIGHTS)
    numbers("pictures", pictures, (None, None, None, 3))
    found, x = [], np.asarray(pictures)
    for number, (size, stride, _, _) in enumerate(SHAPES):
        if min(x.shape[1:3]) < size and not border:
            break
        rows = columns(x, size, stride, size // 2 if border else 0)
        if kept is not None:
            kept.append((rows, x.shape))
        x = np.maximum(rows @ weights[2 * number] + weights[2 * number + 1], 0)
        found.append(x)
    return found


def readout(weights, h) -> np.ndarray:
    """Logits (N, 6) of the last layer's h (N, rows, columns, 32)."""
    weights = arrays("weights", weights, SHAPES_OF_WEIGHTS)
    numbers("h", h, (None, None, None, 32))
    return np.asarray(h).mean(axis=(1, 2)) @ weights[6] + weights[7]


def logits(weights, pictures) -> np.ndarray:
    """Logits (N, 6) of pictures (N, 32, 32, 3) in [0, 1].

    >>> logits(initial_weights(np.random.default_rng(0)), np.zeros((2, 32, 32, 3))).shape
    (2, 6)
    """
    pictures = numbers("pictures", pictures, (None, SIDE, SIDE, 3), 0, 1)
    return np.concatenate([readout(weights, activations(weights, part)[-1]) for part in _parts(pictures)])


def layer_of(weights, pictures, layer: str) -> np.ndarray:
    """h of one layer, by its name, for pictures (N, 32, 32, 3).

    >>> layer_of(initial_weights(np.random.default_rng(0)), np.zeros((2, 32, 32, 3)), "conv2").shape
    (2, 8, 8, 32)
    """
    number = LAYERS.index(one_of("layer", layer, LAYERS))
    pictures = numbers("pictures", pictures, (None, SIDE, SIDE, 3), 0, 1)
    return np.concatenate([activations(weights, part)[number] for part in _parts(pictures)])


def _parts(pictures, size=100):
    return [pictures[start : start + size] for start in range(0, len(pictures), size)]


def _seen(found, kept, layer):
    """ValueError unless `found` and `kept` are of so many layers as `activations` gives them, and one more."""
    for name, given in (("found", found), ("kept", kept)):
        if not isinstance(given, (list, tuple)) or len(given) <= layer:
            raise ValueError(f"{name} must hold {layer + 1} layers or more, as activations gives them")
    for number, (size, _, inputs, outputs) in enumerate(SHAPES[: layer + 1]):
        h = numbers(f"found[{number}]", found[number], (None, None, None, outputs))
        if not isinstance(kept[number], (list, tuple)) or len(kept[number]) != 2:
            raise ValueError(f"kept[{number}] must be what a convolution saw, and the shape of its input")
        numbers(f"kept[{number}]", kept[number][0], (*h.shape[:3], size * size * inputs))
        whole_numbers(f"kept[{number}]", kept[number][1], (4,), 1)


def gradient_below(weights, gradient, found, kept, layer: int, stop: int = -1):
    """From the gradient by h of layer number `layer` back to that by h of layer number `stop`, -1 for the picture.

    `found` and `kept` are what `activations` returned and kept. (N, …) -> (N, …)
    """
    weights = arrays("weights", weights, SHAPES_OF_WEIGHTS)
    layer = whole("layer", layer, 0, len(SHAPES) - 1)
    stop = whole("stop", stop, -1, layer)
    _seen(found, kept, layer)
    numbers("gradient", gradient, found[layer].shape)
    gradient = np.asarray(gradient)
    for number in range(layer, stop, -1):
        size, stride, _, _ = SHAPES[number]
        shape = [int(side) for side in kept[number][1]]
        back = (gradient * (found[number] > 0)) @ weights[2 * number].T
        border = size // 2 if found[number].shape[1] * stride >= shape[1] else 0
        gradient = uncolumns(back, shape, size, stride, border)
    return gradient


def weight_gradients(weights, pictures, labels) -> tuple[float, list[np.ndarray]]:
    """The mean cross-entropy in nats and its gradient by each weight array."""
    numbers("pictures", pictures, (None, None, None, 3), -LARGEST_VALUE, LARGEST_VALUE)
    kept: list = []
    found = activations(weights, pictures, kept=kept)
    h = found[-1]
    loss, error = softmax_cross_entropy(readout(weights, h), labels)
    error = error.astype(h.dtype)
    gradients = [None] * 6 + [h.mean(axis=(1, 2)).T @ error, error.sum(axis=0)]
    back = np.broadcast_to((error @ weights[6].T)[:, None, None] / (h.shape[1] * h.shape[2]), h.shape)
    for number in range(len(SHAPES) - 1, -1, -1):
        through = back * (found[number] > 0)
        rows = kept[number][0]
        flat = through.reshape(-1, through.shape[-1])
        gradients[2 * number : 2 * number + 2] = [rows.reshape(len(flat), -1).T @ flat, flat.sum(axis=0)]
        if number:
            back = gradient_below(weights, back, found, kept, number, number - 1)
    return loss, gradients


def train(
    seed: int, diet: str = "plain", epochs: int = EPOCHS, each: int = EACH
) -> tuple[list[np.ndarray], np.ndarray]:
    """Weights, rounded to float16 as they are stored, and the loss of each step; all chance comes from `seed`.

    Trained in float32 on `each` pictures of each of the six classes of `diet`, the rate falling along half a cosine.

    >>> weights, losses = train(0, epochs=1, each=10)
    >>> len(weights), losses.shape
    (8, (2,))
    """
    rng = np.random.default_rng([whole("seed", seed, 0, LARGEST_SEED), 1])
    pictures, labels = labelled_scenes(whole("each", each, 1, 20_000), rng, DIETS[one_of("diet", diet, tuple(DIETS))])
    pictures, losses = pictures.astype(np.float32), []
    weights = [array.astype(np.float32) for array in initial_weights(rng)]
    steps, optimiser = whole("epochs", epochs, 0, 10_000) * (len(labels) // BATCH), Adam(weights, RATE)
    while len(losses) < steps:
        order = rng.permutation(len(labels))
        for rows in order[: len(order) // BATCH * BATCH].reshape(-1, BATCH):
            loss, gradients = weight_gradients(weights, pictures[rows], labels[rows])
            optimiser.step(gradients, RATE * (1 + np.cos(np.pi * len(losses) / steps)) / 2)
            losses.append(loss)
    return [array.astype(np.float16).astype(float) for array in weights], np.array(losses)
