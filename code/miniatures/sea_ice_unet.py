"""A U-Net of one level for the toy ocean: 11 channels in, three classes at six leads out, gradients by hand.

Source: the form after O. Ronneberger et al., "U-Net" (2015), arXiv:1505.04597, and T. R. Andersson et al. (2021),
doi:10.1038/s41467-021-25257-4; the optimiser is Adam, D. P. Kingma and J. Ba (2015), arXiv:1412.6980.

W, b  weights (9 C, K) and biases (K,) of a convolution of 3 x 3 cells from C to K channels
z     logits (N, 16, 16, 6, 3): of each class at each lead
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import arrays, as_array, as_mask, numbers, one_of, positive, several, whole, whole_numbers
from miniatures.convolution import columns, uncolumns
from miniatures.sea_ice import LEADS
from miniatures.sea_ice_ocean import (
    CHANNELS,
    LARGEST_SEED,
    MONTHS,
    SIDE,
    VALIDATION,
    active_cells,
    channels,
    start_months,
    truth,
)
from miniatures.training import Adam

WIDTH, OUTPUTS = 8, 3 * LEADS
LEAK = 0.1  # slope of the rectifier below 0; with 0 some of these narrow networks die in training
KINDS = ("U-Net", "own block")
# layers: reach of the convolution in cells, channels in, channels out
SHAPES = (
    (1, len(CHANNELS), WIDTH), (1, WIDTH, WIDTH),  # at 16 x 16 cells
    (1, WIDTH, 2 * WIDTH), (1, 2 * WIDTH, 2 * WIDTH), (1, 2 * WIDTH, WIDTH),  # at 8 x 8
    (1, 2 * WIDTH, WIDTH), (0, WIDTH, OUTPUTS),  # at 16 x 16 again, beside the skip
)  # fmt: skip


def initial_weights(rng: np.random.Generator, kind: str = "U-Net") -> list[np.ndarray]:
    """W and b of the seven layers, W normal with variance 2 / inputs (He), b zero; "own block" looks at no neighbour:
    all that it sees besides its cell is the block of 2 x 2 that is pooled."""
    found = []
    for size, outputs in _sizes(one_of("kind", kind, KINDS)):
        found += [rng.normal(0, np.sqrt(2 / size), (size, outputs)), np.zeros(outputs)]
    return found


def _sizes(kind):
    return [(n * (2 * reach + 1) ** 2 if kind == "U-Net" else n, outputs) for reach, n, outputs in SHAPES]


def checked_weights(weights) -> list[np.ndarray]:
    """`weights` themselves, W and b of the seven layers of either kind; ValueError names one of another shape.

    >>> len(checked_weights(initial_weights(np.random.default_rng(0), "own block")))
    14
    """
    own = len(several("weights", weights)) > 0 and len(np.atleast_1d(as_array("weights[0]", weights[0]))) == len(
        CHANNELS
    )
    shapes = [shape for size, n in _sizes("own block" if own else "U-Net") for shape in ((size, n), (n,))]
    return arrays("weights", weights, shapes)


def _patches(x) -> np.ndarray:
    """The 3 x 3 neighbourhood of each cell: (N, H, W, C) -> (N, H, W, 9 C). Columns run round, beyond the rows lies 0.

    >>> _patches(np.arange(6.0).reshape(1, 2, 3, 1))[0, 0, 0].tolist()
    [0.0, 0.0, 0.0, 2.0, 0.0, 1.0, 5.0, 3.0, 4.0]
    """
    wide = np.pad(np.pad(x, ((0, 0), (0, 0), (1, 1), (0, 0)), mode="wrap"), ((0, 0), (1, 1), (0, 0), (0, 0)))
    return columns(wide, 3)


def _unpatched(gradient) -> np.ndarray:
    """The transpose of `_patches`: (N, H, W, 9 C) -> (N, H, W, C), each cell's share in all neighbourhoods added up."""
    n, high, around, size = gradient.shape
    wide = uncolumns(gradient, (n, high + 2, around + 2, size // 9), 3)
    wide[:, :, 1] += wide[:, :, -1]
    wide[:, :, -2] += wide[:, :, 0]
    return wide[:, 1:-1, 1:-1]


def _pooled(x) -> np.ndarray:
    """The largest of each 2 x 2 cells: (N, H, W, C) -> (N, H/2, W/2, C)."""
    return np.maximum(np.maximum(x[:, ::2, ::2], x[:, ::2, 1::2]), np.maximum(x[:, 1::2, ::2], x[:, 1::2, 1::2]))


def _enlarged(x) -> np.ndarray:
    """Each cell repeated 2 x 2 times: (N, H, W, C) -> (N, 2 H, 2 W, C)."""
    return x.repeat(2, axis=1).repeat(2, axis=2)


def forward(weights, x):
    """Logits (N, 16, 16, 6, 3) of inputs (N, 16, 16, 11), and what the way back needs."""
    weights, x = checked_weights(weights), numbers("x", x, (None, SIDE, SIDE, len(CHANNELS)), -1e6, 1e6)
    kept, hidden = [], []  # what each convolution saw; what each leaky rectifier let through

    def layer(number, x):
        before = _convolved(weights, number, x, kept)
        hidden.append(np.maximum(before, LEAK * before))
        return hidden[-1]

    skip = layer(1, layer(0, x))  # (N, 16, 16, 11) -> (N, 16, 16, 8)
    deep = layer(4, layer(3, layer(2, _pooled(skip))))  # -> (N, 8, 8, 8)
    x = layer(5, np.concatenate([skip, _enlarged(deep)], axis=-1))  # -> (N, 16, 16, 8)
    logits = _convolved(weights, 6, x, kept)  # -> (N, 16, 16, 18)
    return logits.reshape(*logits.shape[:3], LEADS, 3), (kept, hidden)


def _convolved(weights, number, x, kept):
    w, b = weights[2 * number], weights[2 * number + 1]
    kept.append(x if len(w) == x.shape[-1] else _patches(x))
    return kept[-1] @ w + b


def _backward(weights, gradient, memory) -> list[np.ndarray]:
    """The gradient by each weight array, from that by the logits (N, 16, 16, 6, 3)."""
    kept, hidden = memory
    found = [None] * len(weights)

    def back(number, g):
        """Layer `number`'s gradients put in place; the gradient by its input returned."""
        if number < len(hidden):
            g = g * np.where(hidden[number] > 0, 1.0, LEAK)
        found[2 * number] = kept[number].reshape(-1, kept[number].shape[-1]).T @ g.reshape(-1, g.shape[-1])
        found[2 * number + 1] = g.sum(axis=(0, 1, 2))
        g = g @ weights[2 * number].T
        return g if g.shape[-1] == SHAPES[number][1] else _unpatched(g)

    g = back(5, back(6, gradient.reshape(*gradient.shape[:3], OUTPUTS)))
    n, rows, columns = g.shape[:3]
    deep = g[..., WIDTH:].reshape(n, rows // 2, 2, columns // 2, 2, WIDTH).sum(axis=(2, 4))
    deep = back(2, back(3, back(4, deep)))
    winner = (hidden[1] == _enlarged(_pooled(hidden[1]))).astype(float)
    ties = _enlarged(winner.reshape(n, rows // 2, 2, columns // 2, 2, WIDTH).sum(axis=(2, 4)))  # they share
    back(0, back(1, g[..., :WIDTH] + _enlarged(deep) * winner / ties))
    return found


def loss_and_gradient(weights, x, classes, counted):
    """Mean cross-entropy in nats over the cells and leads that are `counted`, and its gradient by each weight array.

    `x` (N, 16, 16, 11), `classes` (N, 16, 16, 6) ints, `counted` the same shape, bool.
    """
    shape = (len(x), SIDE, SIDE, LEADS)
    classes, counted = whole_numbers("classes", classes, shape, 0, 2), as_mask("counted", counted, shape)
    logits, memory = forward(weights, x)
    shifted = logits - logits.max(axis=-1, keepdims=True)
    powers = np.exp(shifted)
    total = powers.sum(axis=-1)
    right = np.take_along_axis(shifted, classes[..., None], -1)[..., 0]
    share = counted / counted.sum()
    loss = ((np.log(total) - right) * share).sum()
    error = powers / total[..., None] - (classes[..., None] == np.arange(3))  # p - onehot(class)
    return float(loss), _backward(weights, error * share[..., None], memory)


def examples(seed: int, months):
    """Inputs (M, 16, 16, 11), classes (M, 16, 16, 6) and which of these are active, for the start months (M,)."""
    months = whole_numbers("months", months, (None,), 24, MONTHS - LEADS - 1)
    ahead = months[:, None] + np.arange(1, LEADS + 1)
    classes = np.moveaxis(truth(seed, ahead), 1, -1)
    return channels(seed, months), classes, np.moveaxis(active_cells(seed)[ahead % 12], 1, -1)


@dataclass(frozen=True)
class Training:
    """One training."""

    weights: list[np.ndarray]
    losses: np.ndarray  # (steps,) of each batch, nats


def train(
    seed: int,
    years: int = 20,
    member: int = 0,
    steps: int = 400,
    kind: str = "U-Net",
    rate: float = 0.01,
    batch: int = 8,
) -> Training:
    """A network trained on the `years` before year 40 of ocean `seed`, by `steps` of Adam on `batch` months each.

    `years` from 1 to 30, `member` (from 0) draws initial weights and batches, the rate falls along a half cosine.
    """
    months = start_months(VALIDATION[0] - whole("years", years, 1, 30), VALIDATION[0])
    rng = np.random.default_rng([whole("seed", seed, 0, LARGEST_SEED), years, whole("member", member, 0, 1000)])
    weights = initial_weights(rng, kind)
    x, classes, counted = examples(seed, months)
    steps, losses = whole("steps", steps, 1, 100_000), []
    adam = Adam(weights, positive("rate", rate, 1))
    for step in range(steps):
        rows = rng.integers(0, len(months), whole("batch", batch, 1, 1000))
        loss, gradient = loss_and_gradient(weights, x[rows], classes[rows], counted[rows])
        losses.append(loss)
        adam.step(gradient, adam.rate * (1 + np.cos(np.pi * step / steps)) / 2)
    return Training(weights, np.array(losses))


def predict(weights, seed: int, months) -> np.ndarray:
    """Logits (M, 16, 16, 6, 3) for the start months (M,) of ocean `seed`.

    >>> predict(initial_weights(np.random.default_rng(0)), 0, [600]).shape
    (1, 16, 16, 6, 3)
    """
    months = whole_numbers("months", months, (None,), 24, MONTHS - LEADS - 1)
    return np.concatenate([forward(weights, channels(seed, months[i : i + 16]))[0] for i in range(0, len(months), 16)])


def multiplications(cells: int = SIDE * SIDE) -> int:
    """The multiply-adds of one forecast, all six leads, from a map of `cells` (a multiple of 4).

    >>> multiplications()
    976896
    """
    cells = whole("cells", cells, 4, 10**9) // 4 * 4
    total = 0
    for number, (reach, inputs, outputs) in enumerate(SHAPES):
        total += (cells // 4 if 2 <= number <= 4 else cells) * inputs * (2 * reach + 1) ** 2 * outputs
    return total
