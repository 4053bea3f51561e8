"""Compound scaling: what a convolutional network costs when it grows in depth, width and resolution.

A miniature of the EfficientNet family. Nothing is trained here: the parameters and the multiply-adds
of every layer are counted from the table of the paper, for B0 to B7 and for any other size.

Source: M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"
(ICML 2019, arXiv:1905.11946), Table 1 and equation 3; the rounding rules are those of its released code.

phi    compound coefficient: how much larger than the baseline
alpha  growth of the depth for each unit of phi
beta   growth of the width for each unit of phi
gamma  growth of the resolution for each unit of phi
d      depth multiplier, alpha^phi: blocks in each stage
w      width multiplier, beta^phi: channels of each layer
r      resolution multiplier, gamma^phi: side of the image
n      blocks of a stage
c      channels of a layer, "in" and "out" as indices
k      side of a convolution's kernel, pixels
s      side of a layer's output, pixels
"""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from miniatures import checks
from miniatures.layer_counts import Layer, classifier, convolution, mbconv, total

BASE_RESOLUTION = 224
STEM_CHANNELS, HEAD_CHANNELS = 32, 1280  # stages 1 and 9 of Table 1
MOST_TIMES, MOST_PIXELS, MOST_CLASSES, MOST_BLOCKS = 1000, 10**6, 10**9, 10**6

# name -> (width, depth, resolution) as released; the number in the name is not a value of phi
VARIANTS = {
    "B0": (1.0, 1.0, 224),
    "B1": (1.0, 1.1, 240),
    "B2": (1.1, 1.2, 260),
    "B3": (1.2, 1.4, 300),
    "B4": (1.4, 1.8, 380),
    "B5": (1.6, 2.2, 456),
    "B6": (1.8, 2.6, 528),
    "B7": (2.0, 3.1, 600),
}


class Row(NamedTuple):
    """One stage of MBConv blocks in Table 1; the stride is that of the stage's first block."""

    expansion: int
    kernel: int
    stride: int
    channels: int
    blocks: int


TABLE_1 = (
    Row(expansion=1, kernel=3, stride=1, channels=16, blocks=1),
    Row(expansion=6, kernel=3, stride=2, channels=24, blocks=2),
    Row(expansion=6, kernel=5, stride=2, channels=40, blocks=2),
    Row(expansion=6, kernel=3, stride=2, channels=80, blocks=3),
    Row(expansion=6, kernel=5, stride=1, channels=112, blocks=3),
    Row(expansion=6, kernel=5, stride=2, channels=192, blocks=4),
    Row(expansion=6, kernel=3, stride=1, channels=320, blocks=1),
)

# The paper's first version printed 28 x 28 as the input of stage 6: that stride one stage too late.
FIRST_PRINT = tuple(row._replace(stride=stride) for row, stride in zip(TABLE_1, (1, 2, 2, 1, 2, 2, 1), strict=True))


@dataclass(frozen=True)
class Stage:
    """One row of Table 1 at this size; `input_side` is the column "resolution" there, pixels."""

    number: int
    operator: str
    blocks: int
    input_side: int
    side: int
    channels: int
    layers: tuple[Layer, ...]

    @property
    def parameters(self) -> int:
        """Trainable parameters."""
        return total(self.layers, "parameters")

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one image."""
        return total(self.layers, "multiply_adds")


@dataclass(frozen=True)
class Architecture:
    """A network, counted: its size and its nine stages."""

    width: float
    depth: float
    resolution: int
    classes: int
    stages: tuple[Stage, ...]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of all stages."""
        return tuple(layer for stage in self.stages for layer in stage.layers)

    @property
    def parameters(self) -> int:
        """Trainable parameters."""
        return total(self.layers, "parameters")

    @property
    def total_parameters(self) -> int:
        """Trainable parameters, batch-norm buffers, and the 7 numbers of Keras's input normalisation."""
        return self.parameters + total(self.layers, "buffers") + 7  # mean and variance of 3 colours, and a counter

    @property
    def multiply_adds(self) -> int:
        """Multiply-adds for one image; the paper calls them FLOPS."""
        return total(self.layers, "multiply_adds")

    @property
    def activations(self) -> int:
        """Outputs of all convolutions and dense layers for one image."""
        return total(self.layers, "activations")

    @property
    def blocks(self) -> int:
        """MBConv blocks."""
        return sum(stage.blocks for stage in self.stages[1:-1])

    def by_kind(self, quantity: str) -> dict[str, int]:
        """One quantity of all layers of a kind together: {"stem": 928, "depthwise": ...} for the parameters of B0."""
        sums = dict.fromkeys((layer.kind for layer in self.layers), 0)
        for layer in self.layers:
            sums[layer.kind] += getattr(layer, quantity)
        return sums

    def profile(self) -> tuple[list[int], list[int]]:
        """(channels, side) after the stem and after each MBConv block, one entry each."""
        seen = [(stage.channels, stage.side) for stage in self.stages[:-1] for _ in range(stage.blocks)]
        return [channels for channels, _ in seen], [side for _, side in seen]


def round_channels(channels: int, width: float) -> int:
    """`channels` times `width` as a multiple of 8.

    It is the nearest multiple, or the next one where the nearest would lose over a tenth.

    >>> round_channels(40, 1.1), round_channels(80, 1.4), round_channels(16, 0.7)
    (48, 112, 16)
    """
    wanted = checks.count("channels", channels, MOST_CLASSES, least=1) * checks.positive("width", width, MOST_TIMES)
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def round_blocks(blocks: int, depth: float) -> int:
    """`blocks` times `depth`, rounded up.

    >>> [round_blocks(blocks, 1.1) for blocks in (1, 2, 2, 3, 3, 4, 1)]
    [2, 3, 3, 4, 4, 5, 2]
    """
    return ceil(checks.count("blocks", blocks, MOST_BLOCKS, least=1) * checks.positive("depth", depth, MOST_TIMES))


def stage(
    number: int,
    row: Row,
    c_in: int,
    c_out: int,
    blocks: int,
    input_side: int,
) -> Stage:
    """A stage of MBConv blocks: the first changes channels and side, the others keep both.

    >>> stage(2, TABLE_1[0], 32, 16, 1, 112).operator
    'MBConv1, 3 × 3'
    """
    number, blocks = checks.whole("number", number, 1, MOST_BLOCKS), checks.count("blocks", blocks, MOST_BLOCKS * MOST_TIMES, least=1)  # fmt: skip
    c_in, c_out = checks.count("c_in", c_in, 10**12, least=1), checks.count("c_out", c_out, 10**12, least=1)
    input_side = checks.count("input_side", input_side, MOST_PIXELS, least=1)
    side = ceil(input_side / row.stride)
    first = mbconv(row.expansion, row.kernel, c_in, c_out, input_side, side)
    later = mbconv(row.expansion, row.kernel, c_out, c_out, side, side)
    layers = first + tuple(layer * (blocks - 1) for layer in later)
    operator = f"MBConv{row.expansion}, {row.kernel} × {row.kernel}"
    return Stage(number, operator, blocks, input_side, side, c_out, layers)


def scaled(
    table: tuple[Row, ...],
    width: float,
    depth: float,
    resolution: int,
    classes: int,
) -> Architecture:
    """The network of `table` at this size; see `efficientnet` for the arguments."""
    width, depth = checks.positive("width", width, MOST_TIMES), checks.positive("depth", depth, MOST_TIMES)
    resolution = checks.count("resolution", resolution, MOST_PIXELS, least=1)
    classes = checks.count("classes", classes, MOST_CLASSES, least=1)
    for number, row in enumerate(checks.several("table", table)):
        if not isinstance(row, Row):
            raise ValueError(f"table[{number}]={row!r:.60} must be a Row")
    side, c_in = ceil(resolution / 2), round_channels(STEM_CHANNELS, width)
    stem = convolution("stem", 3, 3, c_in, side)
    stages = [Stage(1, "Conv, 3 × 3", 1, resolution, side, c_in, (stem,))]
    for number, row in enumerate(table, start=2):
        c_out, blocks = round_channels(row.channels, width), round_blocks(row.blocks, depth)
        stages.append(stage(number, row, c_in, c_out, blocks, side))
        c_in, side = c_out, stages[-1].side
    c_out = round_channels(HEAD_CHANNELS, width)
    head = convolution("head", 1, c_in, c_out, side), classifier(c_out, classes)
    stages.append(Stage(len(stages) + 1, "Conv, pool, classifier", 1, side, side, c_out, head))
    return Architecture(width, depth, resolution, classes, tuple(stages))


def efficientnet(width: float = 1.0, depth: float = 1.0, resolution: int = 224, classes: int = 1000) -> Architecture:
    """The EfficientNet of this size, counted layer by layer; the defaults give B0.

    `width` and `depth` are multipliers above 0 and up to 1000, `resolution` is the side of the square
    image, 1 to 10^6 pixels, `classes` runs from 1 to 10^9. Raises ValueError for anything else.

    >>> b0 = efficientnet()
    >>> b0.parameters, b0.total_parameters, b0.multiply_adds, b0.blocks
    (5288548, 5330571, 385814752, 16)
    >>> efficientnet(*VARIANTS["B7"]).parameters
    66347960
    """
    return scaled(TABLE_1, width, depth, resolution, classes)


def grown(depth: float, width: float, resolution: float) -> Architecture:
    """B0 with these three multipliers, in the order that `compound` returns them; the side is rounded.

    >>> grown(*compound(1)).parameters == efficientnet(width=1.1, depth=1.2).parameters
    True
    """
    resolution = checks.positive("resolution", resolution, MOST_PIXELS / BASE_RESOLUTION)
    return efficientnet(width, depth, max(1, round(BASE_RESOLUTION * resolution)))


def compound(phi, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15) -> tuple:
    """(depth, width, resolution) multipliers alpha^phi, beta^phi, gamma^phi.

    `phi` is a number, and the multipliers are floats; or an array of numbers, and they
    are arrays of its shape. Mind the order: `efficientnet` takes the width first. Raises
    ValueError for a phi that is not finite or whose powers overflow, and for a base that
    is not positive; the paper, whose equation 3 this is, asks for bases of at least 1.

    >>> compound(1)
    (1.2, 1.1, 1.15)
    >>> [round(multiplier, 3) for multiplier in compound(2)]
    [1.44, 1.21, 1.322]
    """
    return (
        _power(checks.positive("alpha", alpha), phi),
        _power(checks.positive("beta", beta), phi),
        _power(checks.positive("gamma", gamma), phi),
    )


def growth(phi, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15):
    """(alpha beta^2 gamma^2)^phi: by how much the multiply-adds should grow.

    >>> round(growth(1), 5)
    1.92027
    """
    for name, base in (("alpha", alpha), ("beta", beta), ("gamma", gamma)):
        checks.positive(name, base)
    return _power(alpha * beta**2 * gamma**2, phi)


def counted_growth(phi, alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15):
    """By how much the multiply-adds of the network of phi really exceed those of B0.

    A number gives a float, an array an array of its shape.

    >>> round(counted_growth(1), 3)
    2.573
    """
    sizes = compound(phi, alpha, beta, gamma)  # depth, width, resolution
    most = (MOST_TIMES, MOST_TIMES, MOST_PIXELS / BASE_RESOLUTION)
    for name, base, size, limit in zip(("alpha", "beta", "gamma"), (alpha, beta, gamma), sizes, most, strict=True):
        if np.max(size) > limit:
            raise ValueError(f"{name}={base!r} to the power of phi={phi!r} must be at most {limit:g}")
    base = efficientnet().multiply_adds
    ratios = [grown(*size).multiply_adds / base for size in zip(*map(np.ravel, sizes), strict=True)]
    return ratios[0] if np.ndim(phi) == 0 else np.reshape(ratios, np.shape(phi))


def third(alpha=None, beta=None, gamma=None, product: float = 2.0) -> float:
    """The one of alpha, beta, gamma that is None, solved from alpha beta^2 gamma^2 = product.

    Raises ValueError unless exactly one is None, and where the solution is below 1: the other two
    alone spend more than the product.

    >>> round(third(alpha=1.2, beta=1.1), 4)
    1.1736
    """
    given = {name: value for name, value in (("alpha", alpha), ("beta", beta), ("gamma", gamma)) if value is not None}
    missing = {"alpha", "beta", "gamma"} - set(given)
    if len(missing) != 1:
        raise ValueError(f"exactly one of alpha, beta, gamma must be None, not {len(missing)} of them")
    (name,) = missing
    spent = np.prod([checks.positive(one, value) ** (1 if one == "alpha" else 2) for one, value in given.items()])
    left = checks.positive("product", product) / spent
    if not 1 <= left <= checks.LARGEST:
        others = " and ".join(f"{one}={value:.4g}" for one, value in given.items())
        raise ValueError(f"no {name} of at least 1: {others} alone multiply the cost by {spent:.4g}, product={product:.4g}")  # fmt: skip
    return float(left if name == "alpha" else sqrt(left))


def alone(factor: float, way: str) -> tuple[float, float, float]:
    """(depth, width, resolution) multipliers that spend `factor` times the multiply-adds in one way.

    `way` is "depth", "width" or "resolution".

    >>> alone(4, "depth"), alone(4, "width")
    ((4.0, 1.0, 1.0), (1.0, 2.0, 1.0))
    """
    factor = checks.positive("factor", factor)
    ways = {"depth": (factor, 1.0, 1.0), "width": (1.0, sqrt(factor), 1.0), "resolution": (1.0, 1.0, sqrt(factor))}
    return ways[checks.one_of("way", way, ways)]


def _power(base: float, phi):
    exponent = checks.numbers("phi", phi)
    if not exponent.size:
        raise ValueError("phi is empty: it must be a number or an array of at least one")
    with np.errstate(over="ignore", under="ignore"):
        power = np.power(base, exponent)
    if not np.all(np.isfinite(power) & (power > 0)):  # WebAssembly raises no flag: look at the result
        raise ValueError(f"phi={phi!r} is too large: {base:.4g}^phi leaves the range of floating-point numbers")
    return float(power) if exponent.ndim == 0 else power
