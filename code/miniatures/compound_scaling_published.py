"""What was published about the EfficientNets, beside what the counter and the scaling rules make of it.

Source: M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"
(ICML 2019, arXiv:1905.11946), Tables 2 and 7 of the first (2019) and of the fifth version (2020).
"""

from math import log

from miniatures import checks
from miniatures.compound_scaling import BASE_RESOLUTION, MOST_PIXELS, VARIANTS, compound, efficientnet

# ImageNet top-1 accuracies as printed, per cent: Table 2 of the first and of the last version
TOP_1 = {
    "2019": {"B0": 76.3, "B1": 78.8, "B2": 79.8, "B3": 81.1, "B4": 82.6, "B5": 83.3, "B6": 84.0, "B7": 84.4},
    "2020": {"B0": 77.1, "B1": 79.1, "B2": 80.1, "B3": 81.6, "B4": 82.9, "B5": 83.6, "B6": 84.0, "B7": 84.3},
}
# Table 7, the same in both: (depth, width, resolution) multipliers of B0 -> (10^9 FLOPS, top-1) as printed
TABLE_7 = {
    (4.0, 1.0, 1.0): (1.8, 79.0),
    (1.0, 2.0, 1.0): (1.8, 78.9),
    (1.0, 1.0, 2.0): (1.9, 79.1),
    (1.4, 1.2, 1.3): (1.8, 81.1),
}
# Table 2: rival -> (variant of similar accuracy, 10^6 parameters, 10^9 FLOPS) as printed; none are given for GPipe
RIVALS = {
    "ResNet-50": ("B0", 26, 4.1),
    "DenseNet-169": ("B0", 14, 3.5),
    "ResNet-152": ("B1", 60, 11),
    "DenseNet-264": ("B1", 34, 6.0),
    "Inception-v3": ("B1", 24, 5.7),
    "Xception": ("B1", 23, 8.4),
    "Inception-v4": ("B2", 48, 13),
    "Inception-ResNet-v2": ("B2", 56, 13),
    "ResNeXt-101": ("B3", 84, 32),
    "PolyNet": ("B3", 92, 35),
    "SENet": ("B4", 146, 42),
    "NASNet-A": ("B4", 89, 24),
    "AmoebaNet-A": ("B4", 87, 23),
    "PNASNet": ("B4", 86, 23),
    "AmoebaNet-C": ("B5", 155, 41),
    "GPipe": ("B7", 557, None),
}


def rival_ratios() -> dict[str, tuple[float, float]]:
    """Rival -> (its parameters, its FLOPS) over those of the EfficientNet of similar accuracy; nan where not printed.

    >>> [round(ratio, 1) for ratio in rival_ratios()["SENet"]]
    [7.5, 9.6]
    """
    ratios = {}
    for rival, (variant, millions, billions) in RIVALS.items():
        network = efficientnet(*VARIANTS[variant])
        flops = float("nan") if billions is None else 1e9 * billions / network.multiply_adds
        ratios[rival] = 1e6 * millions / network.parameters, flops
    return ratios


def implied_phi(
    width: float,
    depth: float,
    resolution: float,
) -> tuple[float, float, float]:
    """The phi that depth, width and resolution would each need: log(d) / log(1.2) and so on.

    >>> [round(phi, 2) for phi in implied_phi(*VARIANTS["B7"])]
    [6.21, 7.27, 7.05]
    """
    alpha, beta, gamma = compound(1)
    side = checks.positive("resolution", resolution, MOST_PIXELS)
    return (
        log(checks.positive("depth", depth)) / log(alpha),
        log(checks.positive("width", width)) / log(beta),
        log(side / BASE_RESOLUTION) / log(gamma),
    )


def phi_range(width: float, depth: float, resolution: float) -> tuple[float, float]:
    """(low, high): the phis whose powers round to this size; low > high where there is none.

    Multipliers count as rounded to one decimal, the side as rounded to a multiple of 8 pixels.

    >>> low, high = phi_range(*VARIANTS["B2"])
    >>> round(low, 2), round(high, 2)
    (0.96, 1.18)
    """
    size = [checks.positive(*item) for item in (("width", width), ("depth", depth), ("resolution", resolution))]
    half = (0.05, 0.05, 4)
    if any(value <= step for value, step in zip(size, half, strict=True)):
        raise ValueError(
            f"width={width}, depth={depth}, resolution={resolution} must lie above {half}: they round to 0"
        )
    lows = implied_phi(*(value - step for value, step in zip(size, half, strict=True)))
    highs = implied_phi(*(value + step for value, step in zip(size, half, strict=True)))
    return max(lows), min(highs)
