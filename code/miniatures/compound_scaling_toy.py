"""One budget of multiply-adds, spent on depth, on width or on the side of the image: a network that runs.

The companion of `compound_scaling`, which only counts. The network is a stack of 3 x 3 convolutions
with a mean over 2 x 2 fields and a linear readout; its images are handwritten digits or clothes.

Source: the question is that of M. Tan and Q. V. Le (2019), section 3.3; the network is ours. Weights
start as in K. He et al. (2015), training is Adam (D. P. Kingma and J. Ba, 2015).

depth  convolutions
width  channels of each convolution
side   side of the image, pixels
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from miniatures import checks, data
from miniatures.digits import digits

BASE_DEPTH, BASE_WIDTH = 2, 6
BASE_SIDE = {"digits": 4, "clothes": 7}  # half and a quarter of the side of the original images
TRAINING_IMAGES = 1000
MOST_SIDE = 4096  # pixels
KINDS = ("plain", "skips", "trained")
FIELDS = 2  # the readout sees the means of FIELDS x FIELDS parts of the image
EPOCHS, BATCH, RATE = 20, 32, 0.01


def images(dataset: str) -> tuple[np.ndarray, np.ndarray]:
    """(pixels, labels) of "digits", (1797, 8, 8), or "clothes", (2000, 28, 28); pixels in [0, 1], ten labels."""
    return _images(checks.one_of("dataset", dataset, BASE_SIDE))


@cache
def _images(dataset):
    if dataset == "digits":
        pixels, classes = digits()
        return pixels.astype(np.float32), classes
    clothes = data.load("fashion_mnist_2000.npz")
    return clothes["x"].astype(np.float32) / 255, clothes["y"].astype(int)


def resampling(before: int, after: int) -> np.ndarray:
    """The (after, before) matrix that resamples a row of pixels: means when it shrinks, linear when it grows.

    >>> resampling(4, 2)
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5]], dtype=float32)
    """
    before, after = checks.whole("before", before, 1, MOST_SIDE), checks.whole("after", after, 1, MOST_SIDE)
    pixels = np.arange(before)
    if after <= before:  # overlap of each new pixel with each old one
        left = np.arange(after)[:, None] * before / after
        overlap = np.minimum(pixels + 1, left + before / after) - np.maximum(pixels, left)
        return (np.clip(overlap, 0, None) * after / before).astype(np.float32)
    centres = np.clip((np.arange(after) + 0.5) * before / after - 0.5, 0, before - 1)
    return np.clip(1 - np.abs(centres[:, None] - pixels), 0, None).astype(np.float32)


def resampled(pixels: np.ndarray, side: int) -> np.ndarray:
    """Images (N, S, S, ...) resampled to (N, side, side, ...)."""
    checks.numbers("pixels", pixels)
    if np.ndim(pixels) < 3 or np.shape(pixels)[1] != np.shape(pixels)[2]:
        raise ValueError(f"pixels of shape {np.shape(pixels)} must be square, (N, S, S)")
    side = checks.whole("side", side, 1, MOST_SIDE)
    matrix = resampling(pixels.shape[1], side)
    rows = np.einsum("ij,nj...->ni...", matrix, pixels, optimize=True)
    return np.einsum("ij,nkj...->nki...", matrix, rows, optimize=True)


def multiply_adds(depth: int, width: int, side: int) -> int:
    """Multiply-adds of the convolutions for one image: the first has one input channel, the others `width`.

    >>> multiply_adds(2, 6, 4)
    6048
    """
    depth, width = checks.whole("depth", depth, 1, 10_000), checks.whole("width", width, 1, 10**6)
    side = checks.whole("side", side, 1, 10**6)
    return 9 * side**2 * (width + (depth - 1) * width**2)


def allocation(
    dataset: str,
    doublings: int,
    in_width: int,
    in_resolution: int,
) -> tuple[int, int, int]:
    """(depth, width, side) for 2^doublings times the baseline's budget, at most 5 % more.

    `in_width` of the doublings go to the width and `in_resolution` to the side, which grow
    by sqrt(2) for each; the rest goes to as many layers as the budget still pays.

    >>> allocation("digits", 0, 0, 0), allocation("digits", 4, 4, 0)
    ((2, 6, 4), (2, 24, 4))
    """
    doublings, in_width, in_resolution = _shares(doublings, in_width, in_resolution)
    side = BASE_SIDE[checks.one_of("dataset", dataset, BASE_SIDE)]
    budget = 2**doublings * multiply_adds(BASE_DEPTH, BASE_WIDTH, side) * 105 // 100
    width = round(BASE_WIDTH * 2 ** (in_width / 2))
    side = round(side * 2 ** (in_resolution / 2))
    layer = 9 * side**2 * width**2  # a further layer; the first has one input channel
    return 1 + (budget - multiply_adds(1, width, side)) // layer, width, side


def _shares(doublings, in_width, in_resolution):
    named = {"doublings": doublings, "in_width": in_width, "in_resolution": in_resolution}
    whole = tuple(checks.count(name, value, 6) for name, value in named.items())
    if whole[1] + whole[2] > whole[0]:
        raise ValueError(f"in_width={in_width} + in_resolution={in_resolution} exceed doublings={doublings}")
    return whole


def patches(x: np.ndarray) -> np.ndarray:
    """The 3 x 3 neighbourhood of every pixel, zeros outside: (c, N, s, s) -> (9 c, N s s).

    >>> patches(np.array([[[[5.0]]]]))[:, 0].tolist()
    [0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0, 0.0]
    """
    checks.numbers("x", x, (None, None, None, None))
    return _patches(np.asarray(x))


def _patches(x):
    c, n, s, _ = x.shape
    padded = np.zeros((c, n, s + 2, s + 2), x.dtype)
    padded[:, :, 1:-1, 1:-1] = x
    out = np.empty((9, c, n, s, s), x.dtype)
    for k in range(9):
        out[k] = padded[:, :, k // 3 : k // 3 + s, k % 3 : k % 3 + s]
    return out.reshape(9 * c, n * s * s)


def add_patches(g: np.ndarray, n: int, s: int) -> np.ndarray:
    """The transpose of `patches`: (9 c, N s s) -> (c, N, s, s), each pixel the sum over its neighbourhoods.

    >>> add_patches(np.ones((9, 9)), 1, 3)[0, 0].tolist()
    [[4.0, 6.0, 4.0], [6.0, 9.0, 6.0], [4.0, 6.0, 4.0]]
    """
    n, s = checks.whole("n", n, 1, 10**6), checks.whole("s", s, 1, MOST_SIDE)
    if len(checks.numbers("g", g, (None, n * s * s))) % 9:
        raise ValueError(f"g of shape {np.shape(g)} must have nine rows for each channel")
    return _add_patches(np.asarray(g), n, s)


def _add_patches(g, n, s):
    g = g.reshape(9, -1, n, s, s)
    padded = np.zeros((g.shape[1], n, s + 2, s + 2), g.dtype)
    for k in range(9):
        padded[:, :, k // 3 : k // 3 + s, k % 3 : k % 3 + s] += g[k]
    return padded[:, :, 1:-1, 1:-1]


class Network:
    """A stack of 3 x 3 convolutions with rectifiers, means over 2 x 2 fields, and a linear readout.

    weights  one (width, 9) and depth - 1 times (width, 9 width), then (4 width, 10) and (10,)
    skips    whether each convolution after the first adds to its input instead of replacing it
    """

    def __init__(
        self, depth: int, width: int, side: int, rng: np.random.Generator, skips: bool = True, classes: int = 10
    ):
        self.depth, self.width, self.side, self.skips = depth, width, side, skips
        self.fields = resampling(side, FIELDS)  # (2, s)
        share = max(depth - 1, 1) if skips else 1  # the branches together add as much as one layer
        scales = [np.sqrt(2 / 9)] + [np.sqrt(2 / (9 * width) / share)] * (depth - 1)
        shapes = [(width, 9)] + [(width, 9 * width)] * (depth - 1)
        self.weights = [(scale * rng.standard_normal(shape)).astype(np.float32) for scale, shape in zip(scales, shapes, strict=True)]  # fmt: skip
        self.weights += [np.zeros((FIELDS**2 * width, classes), np.float32), np.zeros(classes, np.float32)]

    def features(self, x: np.ndarray) -> np.ndarray:
        """The pooled features of images (N, s, s): (N, 4 width). Keeps what `gradient` needs."""
        self.inputs, self.sums = [_patches(x[None])], []
        h = (self.weights[0] @ self.inputs[0]).reshape(self.width, *x.shape)  # (width, N, s, s)
        for weights in self.weights[1 : self.depth]:
            self.sums.append(h)
            self.inputs.append(_patches(np.maximum(h, 0)))
            out = (weights @ self.inputs[-1]).reshape(h.shape)
            h = h + out if self.skips else out
        self.sums.append(h)
        pooled = self.fields @ np.maximum(h, 0) @ self.fields.T  # (width, N, 2, 2)
        return pooled.transpose(1, 0, 2, 3).reshape(len(x), -1)

    def logits(self, x: np.ndarray) -> np.ndarray:
        """(N, s, s) -> (N, 10)."""
        return self.features(x) @ self.weights[-2] + self.weights[-1]

    def gradient(self, x: np.ndarray, labels: np.ndarray) -> tuple[float, list[np.ndarray]]:
        """Mean cross-entropy of images (N, s, s) with labels (N,), and its gradient for each of `weights`."""
        features, n = self.features(x), len(x)
        scores = features @ self.weights[-2] + self.weights[-1]
        scores -= scores.max(1, keepdims=True)
        log_posterior = scores - np.log(np.exp(scores).sum(1, keepdims=True))
        g = np.exp(log_posterior)
        g[np.arange(n), labels] -= 1
        g /= n
        gradients = [None] * self.depth + [features.T @ g, g.sum(0)]
        g = (g @ self.weights[-2].T).reshape(n, self.width, FIELDS, FIELDS).transpose(1, 0, 2, 3)
        g = self.fields.T @ g @ self.fields * (self.sums[-1] > 0)  # (width, N, s, s)
        for layer in range(self.depth - 1, 0, -1):
            flat = g.reshape(self.width, -1)
            gradients[layer] = flat @ self.inputs[layer].T
            back = _add_patches(self.weights[layer].T @ flat, n, self.side) * (self.sums[layer - 1] > 0)
            g = g + back if self.skips else back
        gradients[0] = g.reshape(self.width, -1) @ self.inputs[0].T
        return float(-log_posterior[np.arange(n), labels].mean()), gradients

    def fit(
        self, x: np.ndarray, labels: np.ndarray, rng: np.random.Generator, rate: float = RATE, epochs: int = EPOCHS
    ):
        """Train in place: Adam, batches of 32, a step that falls from `rate` to 0 along half a cosine."""
        first, second = ([np.zeros_like(w) for w in self.weights] for _ in range(2))
        batches = len(x) // BATCH
        for step in range(1, epochs * batches + 1):
            if (step - 1) % batches == 0:
                order = rng.permutation(len(x))
            chosen = order[(step - 1) % batches * BATCH :][:BATCH]
            size = rate * (1 + np.cos(np.pi * step / (epochs * batches))) / 2
            for w, g, m, v in zip(
                self.weights, self.gradient(x[chosen], labels[chosen])[1], first, second, strict=True
            ):
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                w -= (size / (1 - 0.9**step) * m / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)).astype(np.float32)


def ridge_labels(features: np.ndarray, labels: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Labels of `others` by ridge regression on the one-hot labels; the strength is that of the least
    leave-one-out error among 10^-3 ... 10^3, on standardised features."""
    count, columns = checks.numbers("features", features, (None, None)).shape
    labels = checks.classes_of("labels", labels, count, 1000)
    checks.numbers("others", others, (None, columns))
    mean, spread = features.mean(0), features.std(0) + 1e-8
    u, s, vt = np.linalg.svd(((features - mean) / spread).astype(float), full_matrices=False)
    targets = np.eye(labels.max() + 1)[labels]
    centre, centred = targets.mean(0), targets - targets.mean(0)
    best = (np.inf, None)
    for strength in 10.0 ** np.arange(-3, 4):
        shrink = s**2 / (s**2 + strength)
        left_out = (centred - u @ (shrink[:, None] * (u.T @ centred))) / (1 - u**2 @ shrink - 1 / len(u))[:, None]
        best = min(best, ((left_out**2).mean(), strength))
    coefficients = vt.T @ ((s / (s**2 + best[1]))[:, None] * (u.T @ centred))
    return ((others - mean) / spread @ coefficients + centre).argmax(1)


def accuracy(dataset: str, kind: str, depth: int, width: int, side: int, seed: int, rate: float = RATE) -> float:
    """Share of held-out images that a network of this size labels right, 0 to 1.

    `kind` is "plain" or "skips" for random convolutions whose readout is fitted by ridge regression,
    or "trained" for the same network with skips, trained. `seed` draws split, weights and batches.
    """
    checks.one_of("kind", kind, KINDS)
    for name, value, most in (("depth", depth, 500), ("width", width, 500), ("side", side, 100)):
        if checks.count(name, value, most) < 1:
            raise ValueError(f"{name}={value} must be a whole number from 1 to {most}")
    rate = checks.positive("rate", rate, 10)
    pixels, labels = images(dataset)
    rng = np.random.default_rng(checks.count("seed", seed, 2**31))
    order = rng.permutation(len(pixels))
    train, test = order[:TRAINING_IMAGES], order[TRAINING_IMAGES:]
    x = resampled(pixels, side)
    x = (x - x[train].mean()) / x[train].std()
    network = Network(depth, width, side, rng, skips=kind != "plain")
    if kind == "trained":
        network.fit(x[train], labels[train], rng, rate)
        found = network.logits(x[test]).argmax(1)
    else:
        found = ridge_labels(network.features(x[train]), labels[train], network.features(x[test]))
    return float((found == labels[test]).mean())


@dataclass(frozen=True)
class Result:
    """What one way to spend a budget gave: the network's size and its accuracy for each seed (0 to 4)."""

    rate: float
    in_depth: int
    in_width: int
    in_resolution: int
    depth: int
    width: int
    side: int
    accuracies: tuple[float, ...]

    @property
    def dimensions(self) -> int:
        """How many of depth, width and resolution were given a share."""
        return sum(share > 0 for share in (self.in_depth, self.in_width, self.in_resolution))

    @property
    def mean(self) -> float:
        """Mean accuracy over the seeds."""
        return float(np.mean(self.accuracies))

    @property
    def spread(self) -> float:
        """Standard deviation over the seeds (n - 1)."""
        return float(np.std(self.accuracies, ddof=1))


def results(dataset: str, kind: str, doublings: int, rate: float | None = None) -> tuple[Result, ...]:
    """The stored results for 2^doublings times the budget, one for each split of the doublings.

    They were computed by code/precompute/compound_scaling.py for 0, 2 and 4 doublings, the trained networks
    at several learning rates. Without `rate` each split has the rate of its best mean. Raises ValueError
    for a setting that is not stored.
    """
    setting = (checks.one_of("dataset", dataset, BASE_SIDE), checks.one_of("kind", kind, KINDS), doublings)
    best: dict[tuple, Result] = {}
    for stored, result in _stored():
        split = (result.in_width, result.in_resolution)
        if stored == setting and rate in (None, result.rate) and (split not in best or result.mean > best[split].mean):
            best[split] = result
    if not best:
        raise ValueError(f"doublings={doublings!r}, rate={rate!r} are not stored for {kind} {dataset}: doublings are 0, 2 and 4")  # fmt: skip
    return tuple(best.values())


@cache
def _stored():
    found = []
    for row in data.load("compound_scaling_toy.csv"):
        setting = (str(row["dataset"]), str(row["kind"]), int(row["doublings"]))
        size = [int(row[name]) for name in ("in_width", "in_resolution", "depth", "width", "side")]
        in_depth = setting[2] - size[0] - size[1]
        accuracies = tuple(float(row[f"seed_{seed}"]) for seed in range(5))
        found.append((setting, Result(float(row["rate"]), in_depth, *size, accuracies)))
    return found
