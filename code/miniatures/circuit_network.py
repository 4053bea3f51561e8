"""The first layers of a network that somebody else trained: 32 filters, three residual blocks, and what can be read in them.

Source: D. King, dlib_face_recognition_resnet_model_v1 (dlib-models), a network of 29 convolutions that tells faces apart; its
order of layers as in dlib's example dnn_face_recognition_ex.cpp. The weights lie in data/dlib_face_resnet_first_block.npz.

filters  (7, 7, 3, 32): rows, columns, colours red green blue, number of the filter
energy   sum of squares of a filter's numbers
index    |sum of P exp(2 i theta)| / sum of P over a spectrum or tuning curve P: 1 for one orientation, 0 for none
"""

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from miniatures import data
from miniatures.checks import LARGEST, as_array, numbers, real, several, whole, whole_numbers
from miniatures.convolution import columns

MEAN_COLOUR = np.array([122.782, 117.001, 104.298])
FILE = "dlib_face_resnet_first_block.npz"
PICTURE = 150
ORIENTED_INDEX, MOST_COLOUR = (
    0.6,
    0.3,
)  # an oriented filter's index at least, its share of energy off the grey axis at most
BLOCKS = 3
SILENT, TUNED, NEAR = (
    1e-6,
    0.2,
    22.5,
)  # of a tuning curve: its largest answer, its index, degrees to the predicted angle
CURVED = 0.2  # index above which a unit would be called a curve detector
RELATIONS = ("contrast", "quarter turn", "mirror")


@cache
def network() -> dict[str, np.ndarray]:
    """Every array of the file in double precision, by its name there."""
    return {name: array.astype(float) for name, array in data.load(FILE).items()}


def filters() -> np.ndarray:
    """The first layer's 32 filters, (7, 7, 3, 32)."""
    return network()["conv32_down.conv.filters"]


def _kernels(kernels):
    """Filters (h, w, 3, K), each with a number that is not 0."""
    kernels = numbers("kernels", kernels, (None, None, 3, None), -1e6, 1e6)
    if not (np.abs(kernels).max((0, 1, 2)) > 1e-30).all():
        raise ValueError("kernels holds a filter of zeros: it has no energy")
    return kernels


def _channels(channels):
    return numbers("channels", channels, (None, None, None, 32), -1e9, 1e9)


def _gratings_seen(channels):
    """The first layer's channels on the gratings, (48, H, W, 32)."""
    channels = numbers("channels", channels, (len(ANGLES) * len(WAVES), None, None, 32), -1e9, 1e9)
    if min(channels.shape[1:3]) < 3:
        raise ValueError(f"channels of shape {channels.shape} must have 3 rows and columns or more")
    return channels


def _numbers_of_filters(name, chosen):
    return whole_numbers(name, list(several(name, chosen)), None, 0, 31).ravel().tolist()


def _curves(curves):
    return numbers("curves", curves, (len(ANGLES), None))


def _vectors(name, vectors):
    """One vector or an array of them, complex or real."""
    found = as_array(name, vectors)
    if found.dtype.kind not in "iufc" or not found.size or not np.abs(found).max() <= LARGEST:
        raise ValueError(f"{name} of shape {found.shape} must hold finite numbers, complex or real")
    return found


def _matrices(first, second):
    first = numbers("first", first, (None, None))
    if len(first) != first.shape[1] or len(first) < 3:
        raise ValueError(f"first of shape {first.shape} must be square, with 3 rows or more")
    return first, numbers("second", second, first.shape)


def convolve(x, kernel, stride: int = 1, padding: int = 0) -> np.ndarray:
    """x (N, H, W, C) with kernel (h, w, C, K) -> (N, H', W', K), not turned over, as networks do."""
    stride, padding = whole("stride", stride, 1, 100), whole("padding", padding, 0, 100)
    kernel = numbers("kernel", kernel, (None, None, None, None))
    if len(kernel) != kernel.shape[1]:
        raise ValueError(f"kernel of shape {kernel.shape} must be square")
    x = numbers("x", x, (None, None, None, kernel.shape[2]))
    return columns(x, len(kernel), stride, padding) @ kernel.reshape(-1, kernel.shape[-1])


def pool(x) -> np.ndarray:
    """The largest of each 3 x 3 places, 2 apart: (N, H, W, C) -> (N, H', W', C)."""
    x = numbers("x", x, (None, None, None, None))
    if min(x.shape[1:3]) < 3:
        raise ValueError(f"x of shape {x.shape} must have 3 rows and columns or more")
    return sliding_window_view(x, (3, 3), (1, 2))[:, ::2, ::2].max((4, 5))


def _layer(parameters, name, x, stride=1, padding=1):
    sums = convolve(x, parameters[f"{name}.conv.filters"], stride, padding) + parameters[f"{name}.conv.bias"]
    return sums * parameters[f"{name}.scale.weights"] + parameters[f"{name}.scale.biases"]


def first_channels(pictures, parameters=None) -> np.ndarray:
    """The 32 filters' answers, rectified and pooled: pictures (N, H, W, 3) from 0 to 255 -> (N, H', W', 32).

    H and W are 11 to 600; a picture of 150 x 150 gives 35 x 35.
    """
    pictures = numbers("pictures", pictures, (None, None, None, 3), 0, 255)
    if min(pictures.shape[1:3]) < 11 or max(pictures.shape[1:3]) > 600:
        raise ValueError(f"pictures of shape {pictures.shape} must have sides of 11 to 600 pixels")
    sums = _layer(parameters or network(), "conv32_down", (pictures - MEAN_COLOUR) / 256, 2, 0)
    return pool(np.maximum(sums, 0))


def block_sums(channels, parameters=None, number: int = 1) -> np.ndarray:
    """Block `number`'s first convolution on `channels` (N, H, W, 32), before it is rectified: linear in `channels`."""
    channels, number = _channels(channels), whole("number", number, 1, BLOCKS)
    return _layer(parameters or network(), f"conv32_{number}.conv1", channels)


def through_blocks(channels, parameters=None, blocks: int = BLOCKS) -> np.ndarray:
    """`channels` (N, H, W, 32) after `blocks` residual blocks, 1 to 3."""
    channels = _channels(channels)
    parameters = parameters or network()
    for number in range(1, whole("blocks", blocks, 1, BLOCKS) + 1):
        inner = np.maximum(block_sums(channels, parameters, number), 0)
        channels = np.maximum(channels + _layer(parameters, f"conv32_{number}.conv2", inner), 0)
    return channels


def shuffled_network(rng: np.random.Generator, first_layer: bool = False) -> dict[str, np.ndarray]:
    """The network with the weights of each convolution of its blocks in random order; the same numbers, no arrangement.

    The first layer stays as it is unless `first_layer`: then its pixels are shuffled within each filter.

    >>> shuffled_network(np.random.default_rng(0)).keys() == network().keys()
    True
    """
    parameters = dict(network())
    for name in [name for name in parameters if name.endswith(".filters") and "_down" not in name]:
        parameters[name] = rng.permutation(parameters[name].ravel()).reshape(parameters[name].shape)
    if first_layer:
        parameters["conv32_down.conv.filters"] = shuffled_pixels(filters(), rng)
    return parameters


def shuffled_pixels(kernels, rng: np.random.Generator) -> np.ndarray:
    """Each filter of `kernels` (h, w, 3, K) with its pixels in a random order of its own; a pixel keeps its colour.

    >>> shuffled_pixels(np.ones((2, 2, 3, 1)), np.random.default_rng(0)).shape
    (2, 2, 3, 1)
    """
    kernels = _kernels(kernels)
    h, w, colours, count = kernels.shape
    flat = kernels.reshape(h * w, colours, count)
    return np.stack([flat[rng.permutation(h * w), :, k] for k in range(count)], 2).reshape(kernels.shape)


# what a filter is ------------------------------------------------------------------------------


def colour_share(kernels) -> np.ndarray:
    """The share of each filter's energy that lies off the grey axis, (K,), from 0 (grey) to 1.

    >>> colour_share(np.array([1.0, 0.0, -1.0]).reshape(1, 1, 3, 1)).tolist(), colour_share(np.ones((2, 2, 3, 1))).tolist()
    ([1.0], [0.0])
    """
    kernels = _kernels(kernels)
    grey = kernels.mean(2, keepdims=True)
    return ((kernels - grey) ** 2).sum((0, 1, 2)) / (kernels**2).sum((0, 1, 2))


def spectra(kernels) -> np.ndarray:
    """Power spectrum of each filter's grey part on a 32 x 32 grid, (K, 32, 32), 0 at the mean."""
    kernels = _kernels(kernels)
    power = np.abs(np.fft.fft2(kernels.mean(2), (32, 32), (0, 1))) ** 2
    power[0, 0] = 0
    return np.moveaxis(power, 2, 0)


def _doubled():
    """exp(2 i theta) of each frequency of the grid; theta anticlockwise, as seen, from the x axis."""
    down, right = np.meshgrid(np.fft.fftfreq(32), np.fft.fftfreq(32), indexing="ij")
    return np.exp(2j * np.arctan2(-down, right))


def orientation(kernels) -> tuple[np.ndarray, np.ndarray]:
    """Index (K,) and angle (K,) of each filter's grey part: the normal of its stripes, degrees from 0 to 180."""
    kernels = _kernels(kernels)
    power = spectra(kernels)
    vector = (power * _doubled()).sum((1, 2)) / power.sum((1, 2))
    return np.abs(vector), np.degrees(np.angle(vector)) / 2 % 180


def oriented(kernels) -> np.ndarray:
    """Which filters are oriented and grey, (K,) bool.

    >>> int(oriented(filters()).sum())
    14
    """
    kernels = _kernels(kernels)
    return (orientation(kernels)[0] > ORIENTED_INDEX) & (colour_share(kernels) < MOST_COLOUR)


def relatives(kernels, relation: str) -> np.ndarray:
    """Correlation of filter i, changed, with filter j, (K, K): `relation` "contrast", "quarter turn" (either way) or "mirror".

    "contrast" changes the sign, "mirror" swaps left and right. A filter is not its own relative: the diagonal is -1.
    """
    kernels = _kernels(kernels)
    changes = {
        "contrast": [-kernels], "mirror": [kernels[:, ::-1]], "quarter turn": [np.rot90(kernels, turns) for turns in (1, 3)],
    }  # fmt: skip
    if relation not in changes:
        raise ValueError(f"relation={relation!r} must be one of: {', '.join(RELATIONS)}")
    plain = _standard(kernels)
    found = np.max([_standard(changed) @ plain.T for changed in changes[relation]], axis=0)
    np.fill_diagonal(found, -1)
    return found


def _standard(kernels):
    rows = kernels.reshape(-1, kernels.shape[-1]).T
    if not np.ptp(rows, axis=1).all():
        raise ValueError("kernels holds a filter with the same number throughout: a correlation needs a spread")
    rows = rows - rows.mean(1, keepdims=True)
    return rows / np.sqrt((rows**2).sum(1, keepdims=True))


def closest_pairs(relation: str, count: int) -> list[tuple[int, int, float]]:
    """The `count` pairs of filters that are closest by `relation`: numbers i < j and their correlation."""
    found = relatives(filters(), relation)
    found = np.triu(np.maximum(found, found.T), 1)
    order = np.argsort(-found, axis=None, kind="stable")[: whole("count", count, 1, 100)]
    return [(int(i), int(j), float(found[i, j])) for i, j in zip(*np.unravel_index(order, found.shape), strict=True)]


def colour_axis(kernel) -> tuple[float, np.ndarray]:
    """How much of a filter (h, w, 3) one colour explains, a share of its energy, and that colour (3,), of length 1.

    The sign is chosen so that the largest component is positive.
    """
    kernel = numbers("kernel", kernel, (None, None, 3))
    if np.abs(kernel).max() <= 1e-30:
        raise ValueError("kernel holds nothing but zeros: it has no energy")
    _, sizes, colours = np.linalg.svd(kernel.reshape(-1, 3), full_matrices=False)
    axis = colours[0] * np.sign(colours[0][np.abs(colours[0]).argmax()])
    return float(sizes[0] ** 2 / (sizes**2).sum()), axis


# what its channels answer ----------------------------------------------------------------------

ANGLES = 180 * np.arange(16) / 16
GRATING_SIDE, WAVES = 63, (0.08, 0.13, 0.2)


@cache
def gratings() -> np.ndarray:
    """Grey stripes, (48, 63, 63, 3): 16 directions of the stripes' normal, anticlockwise, each at three frequencies."""
    across = np.arange(GRATING_SIDE) - GRATING_SIDE // 2
    x, y = np.meshgrid(across, -across)
    stripes = [np.sin(2 * np.pi * f * (x * np.cos(t) + y * np.sin(t))) for t in np.radians(ANGLES) for f in WAVES]
    return MEAN_COLOUR + 80 * np.array(stripes)[..., None] * np.ones(3)


def tuning(parameters=None, silent=()) -> np.ndarray:
    """Tuning (16, 32) of block 1's channels: mean rectified answer to gratings of 16 directions, over frequencies and places.

    `silent` filters of the first layer answer 0.
    """
    return tuning_from(grating_channels(parameters), parameters, silent)


def grating_channels(parameters=None) -> np.ndarray:
    """The first layer's channels on the gratings, (48, 14, 14, 32)."""
    return first_channels(gratings(), parameters)


def tuning_from(channels, parameters=None, silent=()) -> np.ndarray:
    """`tuning` from the first layer's channels on the gratings."""
    channels = _gratings_seen(channels)
    channels = channels.copy()
    channels[..., _numbers_of_filters("silent", silent)] = 0
    sums = np.maximum(block_sums(channels, parameters)[:, 1:-1, 1:-1], 0)  # the rim sees the padding
    return sums.mean((1, 2)).reshape(len(ANGLES), len(WAVES), -1).mean(1)


def tuning_vector(curves) -> np.ndarray:
    """sum of r exp(2 i theta) over the 16 angles, (K,) complex, of tuning curves (16, K)."""
    curves = _curves(curves)
    return (curves * np.exp(2j * np.radians(ANGLES))[:, None]).sum(0)


def answering(curves) -> np.ndarray:
    """Which channels (K,) of tuning curves (16, K) answer gratings at all.

    >>> answering(np.zeros((16, 2))).tolist()
    [False, False]
    """
    curves = _curves(curves)
    return curves.max(0) > SILENT


def tuned(curves) -> np.ndarray:
    """Which channels (K,) answer and have an orientation index above TUNED: they prefer one orientation.

    >>> tuned(np.zeros((16, 2))).tolist()
    [False, False]
    """
    curves = _curves(curves)
    return answering(curves) & (np.abs(tuning_vector(curves)) > TUNED * curves.sum(0))


def well_predicted(curves, vectors) -> np.ndarray:
    """Which channels (K,) answer with an angle that lies within NEAR degrees of that of `vectors` (K,) complex.

    >>> well_predicted(np.zeros((16, 2)), np.ones(2)).tolist()
    [False, False]
    """
    curves = _curves(curves)
    vectors = _vectors("vectors", vectors)
    if vectors.shape != curves.shape[1:]:
        raise ValueError(f"vectors of shape {vectors.shape} must be one for each of {curves.shape[1]} channels")
    return answering(curves) & (angle_between(tuning_vector(curves), vectors) <= NEAR)


def predicted_vector(parameters=None, channels=None) -> np.ndarray:
    """What the weights alone say of each channel's angle, (32,) complex: the filters' tuning vectors, summed by weight.

    A filter's tuning is that of its rectified, pooled answers; its weight to a channel is summed over the 3 x 3 places.
    """
    parameters = parameters or network()
    channels = grating_channels(parameters) if channels is None else channels
    own = channels[:, 1:-1, 1:-1].mean((1, 2)).reshape(len(ANGLES), len(WAVES), -1).mean(1)
    weights = parameters["conv32_1.conv1.conv.filters"].sum((0, 1)) * parameters["conv32_1.conv1.scale.weights"]
    return tuning_vector(own) @ weights  # (32 filters,) @ (32, 32)


def angle_between(first, second) -> np.ndarray:
    """Degrees from 0 to 90 between the orientations of two tuning vectors.

    >>> angle_between(np.array([1.0]), np.array([-1.0])).tolist()
    [90.0]
    """
    first, second = _vectors("first", first), _vectors("second", second)
    if first.shape != second.shape:
        raise ValueError(f"first of shape {first.shape} and second of shape {second.shape} must be equal in shape")
    return np.degrees(np.abs(np.angle(first * np.conj(second)))) / 2


def contributions(channels, parameters=None) -> np.ndarray:
    """What each filter adds, on average, to each channel of block 1 at that channel's best grating angle, (32, 32 filters).

    >>> contributions(grating_channels()).shape
    (32, 32)
    """
    channels = _gratings_seen(channels)
    parameters = parameters or network()
    best = tuning_from(channels, parameters).argmax(0)  # (32,)
    by_angle = channels.reshape(len(ANGLES), len(WAVES), *channels.shape[1:]).mean(1)
    patches = sliding_window_view(by_angle, (3, 3), (1, 2)).mean((1, 2))  # (16, 32 filters, 3, 3), the mean over places
    kernel = parameters["conv32_1.conv1.conv.filters"] * parameters["conv32_1.conv1.scale.weights"]
    added = np.einsum("aihw,hwik->aki", patches, kernel)  # (16, 32 channels, 32 filters)
    return added[best, np.arange(32)]


def silenced(parameters, channels, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """What is left of each answering channel's best tuning value without its `count` largest contributors, and without
    `count` filters at random, as shares: two arrays, one value for each channel that answers gratings at all.

    >>> len(silenced(None, grating_channels()[:, :5, :5], 3, np.random.default_rng(0)))
    2
    """
    channels = _gratings_seen(channels)
    curves = tuning_from(channels, parameters)
    count = whole("count", count, 1, 31)
    top = np.argsort(-contributions(channels, parameters), axis=1, kind="stable")[:, :count]
    left = []
    for k in np.flatnonzero(answering(curves)):
        picks = top[k], rng.permutation(32)[:count]
        left.append(
            [tuning_from(channels, parameters, pick)[curves[:, k].argmax(), k] / curves[:, k].max() for pick in picks]
        )
    return tuple(np.array(left).T)


def explained(channels, parameters=None) -> np.ndarray:
    """The share of each block-1 channel's variance that its 1, 2, … 32 most varying inputs explain together, (32, 32).

    Before it is rectified a channel is a sum of 32 parts; the part of an input is `part_of`. The shares need not rise.

    >>> explained(first_channels(np.random.default_rng(0).uniform(0, 255, (1, 40, 40, 3)))).shape
    (32, 32)
    """
    channels = _channels(channels)
    shares = []
    for channel in range(32):
        parts = np.array([part_of(channels, [i], channel, parameters).ravel() for i in range(32)])
        covariance = np.cov(parts)
        if not covariance.sum() > 0:
            raise ValueError("channels hold the same numbers at every place: there is no variance to explain")
        order = np.argsort(-np.diag(covariance), kind="stable")
        covariance = covariance[np.ix_(order, order)]
        left = np.array([covariance[n:, n:].sum() for n in range(1, 33)])
        shares.append(1 - left / covariance.sum())
    return np.array(shares)


def needed(shares, wanted: float = 0.9) -> np.ndarray:
    """From how many inputs on the explained share stays at `wanted` or more, for each row of `shares` (K, 32).

    >>> needed([[0.5, 0.95, 0.85, 1.0]]).tolist()
    [4]
    """
    shares = numbers("shares", shares, (None, None))
    below = np.asarray(shares) < real("wanted", wanted, 0, 1)
    return np.array([1 + (np.flatnonzero(row)[-1] + 1 if row.any() else 0) for row in below])


def part_of(channels, keep, channel: int, parameters=None) -> np.ndarray:
    """What the filters `keep` contribute to a channel of block 1, (N, H, W), without biases: a sum over the filters.

    The parts of all 32 filters add up to the channel before it is rectified, less its value for no input at all.

    >>> part_of(np.ones((1, 5, 5, 32)), [0, 3], 7).shape
    (1, 5, 5)
    """
    channels = _channels(channels)
    keep = whole_numbers("keep", list(several("keep", keep)), (None,), 0, 31).tolist()
    parameters = parameters or network()
    channel = whole("channel", channel, 0, 31)
    kernel = parameters["conv32_1.conv1.conv.filters"][:, :, keep, channel : channel + 1]
    return convolve(channels[..., keep], kernel, 1, 1)[..., 0] * parameters["conv32_1.conv1.scale.weights"][channel]


# curves ----------------------------------------------------------------------------------------

RADII, SHIFTS = (6.0, 10.0, 16.0), (-3.0, 0.0, 3.0)
DIRECTIONS = 2 * np.pi * np.arange(16) / 16


@cache
def strokes() -> tuple[np.ndarray, np.ndarray]:
    """Arcs of three radii and lines at three shifts, in 16 directions, light and dark: (96, 75, 75, 3) each."""
    across = np.arange(75.0) - 37
    x, y = np.meshgrid(across, -across)
    arcs, lines = [], []
    for t in DIRECTIONS:
        along, side = x * np.cos(t) + y * np.sin(t), y * np.cos(t) - x * np.sin(t)
        for radius, shift in zip(RADII, SHIFTS, strict=True):
            off = np.hypot(along + radius, side) - radius
            arcs.append(np.where(along > -radius, off, 99.0))  # half a circle whose middle is the picture's centre
            lines.append(along - shift)
    drawn = [np.exp(-(np.array(distance) ** 2) / 4.5) for distance in (arcs, lines)]
    return tuple(MEAN_COLOUR + 100 * np.concatenate([one, -one])[..., None] * np.ones(3) for one in drawn)


def curve_index(parameters=None, depth: int = 1) -> np.ndarray:
    """(best arc - best line) / (their sum) for 32 channels, of 96 arcs and 96 lines each; 0 where neither is answered.

    `depth` 0: block 1's first convolution; 3: the output of the third block. Answers are rectified, less that to an empty
    picture, at the place in the centre.
    """
    depth = whole("depth", depth, 0, BLOCKS)
    best = []
    for pictures in (*strokes(), MEAN_COLOUR * np.ones((1, 75, 75, 3))):
        channels = first_channels(pictures, parameters)
        answers = (
            np.maximum(block_sums(channels, parameters), 0)
            if depth == 0
            else through_blocks(channels, parameters, depth)
        )
        best.append(answers[:, answers.shape[1] // 2, answers.shape[2] // 2].max(0))
    arc, line = (np.maximum(one - best[2], 0) for one in best[:2])
    return np.where(arc + line > 1e-9, (arc - line) / np.maximum(arc + line, 1e-9), 0.0)


def grey(pictures) -> np.ndarray:
    """Pictures (N, H, W, 3) without their colours: each pixel's mean three times.

    >>> grey([[[[0, 30, 60]]]]).tolist()
    [[[[30.0, 30.0, 30.0]]]]
    """
    pictures = numbers("pictures", pictures, (None, None, None, 3), 0, 255)
    return np.repeat(pictures.mean(3, keepdims=True), 3, axis=3)


# like connects with like -----------------------------------------------------------------------


def alike(kernels) -> np.ndarray:
    """Correlation of each pair of filters (h, w, 3, K), sign and place of every pixel kept, (K, K).

    >>> alike(filters()).shape
    (32, 32)
    """
    kernels = _kernels(kernels)
    rows = _standard(kernels)
    return rows @ rows.T


def spectrally_alike(kernels) -> np.ndarray:
    """Correlation of each pair of filters' power spectra, which knows neither sign nor place, (K, K).

    >>> spectrally_alike(filters()).shape
    (32, 32)
    """
    kernels = _kernels(kernels)
    return np.corrcoef(spectra(kernels).reshape(kernels.shape[-1], -1))


def outgoing_alike(parameters=None, summed: bool = False) -> np.ndarray:
    """Correlation of what each pair of filters sends to block 1, (32, 32): 3 x 3 x 32 weights each, or `summed` over 3 x 3."""
    parameters = parameters or network()
    weights = parameters["conv32_1.conv1.conv.filters"] * parameters["conv32_1.conv1.scale.weights"]
    weights = weights.sum((0, 1), keepdims=True) if summed else weights
    return np.corrcoef(np.moveaxis(weights, 2, 0).reshape(32, -1))


def rank_agreement(first, second) -> float:
    """Spearman's correlation of the pairs above the diagonal of two matrices (K, K).

    >>> matrix = np.arange(9.0).reshape(3, 3)
    >>> rank_agreement(matrix, matrix)
    1.0
    """
    first, second = _matrices(first, second)
    pairs = np.triu_indices(len(first), 1)
    ranks = [np.argsort(np.argsort(matrix[pairs], kind="stable"), kind="stable") for matrix in (first, second)]
    return float(np.corrcoef(*ranks)[0, 1])


def permutation_agreements(first, second, count: int, rng: np.random.Generator) -> np.ndarray:
    """`rank_agreement` with the filters' numbers in random order, (count,): what there is without any connection.

    >>> permutation_agreements(np.arange(16.0).reshape(4, 4), np.arange(16.0).reshape(4, 4), 3, np.random.default_rng(0)).shape
    (3,)
    """
    first, second = _matrices(first, second)
    orders = [rng.permutation(len(first)) for _ in range(whole("count", count, 1, 10_000))]
    return np.array([rank_agreement(first[np.ix_(order, order)], second) for order in orders])


def changed_energy(channels, silent, parameters=None) -> np.ndarray:
    """How much silencing filters changes the third block's output, as a share of its energy, for each picture (N,).

    >>> changed_energy(np.ones((2, 5, 5, 32)), []).tolist()
    [0.0, 0.0]
    """
    channels = _channels(channels)
    without = channels.copy()
    without[..., _numbers_of_filters("silent", silent)] = 0
    before, after = (through_blocks(one, parameters) for one in (channels, without))
    return ((after - before) ** 2).sum((1, 2, 3)) / (before**2).sum((1, 2, 3))


def grey_variance(pictures) -> np.ndarray:
    """The share of each filter's response variance that is left when pictures (N, H, W, 3) lose their colours, (32,).

    >>> grey_variance(np.random.default_rng(0).uniform(0, 255, (1, 15, 15, 3))).shape
    (32,)
    """
    pictures = numbers("pictures", pictures, (None, None, None, 3), 0, 255)
    if min(pictures.shape[1:3]) < 9:
        raise ValueError(f"pictures of shape {pictures.shape} must have sides of 9 pixels or more")
    answers = [
        convolve((numbers("pictures", one) - MEAN_COLOUR) / 256, filters(), 2) for one in (pictures, grey(pictures))
    ]
    before, after = (one.reshape(-1, 32).var(0) for one in answers)
    if before.min() < 1e-20:  # rounding alone
        raise ValueError("pictures look the same at every place: the filters' answers have no variance")
    return after / before
