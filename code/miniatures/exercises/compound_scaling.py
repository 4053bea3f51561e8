"""Exercises of "Growing a network in all directions"."""

from math import log

from miniatures.compound_scaling import TABLE_1, VARIANTS, alone, compound, efficientnet, grown, growth, third
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.layer_counts import squeeze_excitation

_B0 = efficientnet()
_FEATURES = _B0.stages[-1].channels  # what the classifier sees: 1280
_LARGEST = max(_B0.stages, key=lambda stage: stage.parameters).number
_TEN = efficientnet(classes=10).parameters
_ADDED = efficientnet(depth=1.1).blocks - _B0.blocks
_DOUBLE = efficientnet(width=2)
_EXACT = grown(*compound(7))
_B7 = efficientnet(*VARIANTS["B7"])
_SWAPPED = efficientnet(compound(7)[0], compound(7)[1], _EXACT.resolution)


def _four_times() -> dict[str, int]:
    """Parameters of B0 grown to four times the meant multiply-adds, by the way it grows."""
    together = log(4) / log(growth(1))
    sizes = {
        "resolution alone, × 2": alone(4, "resolution"),
        f"all three, φ = {together:.2f}": compound(together),
        "width alone, × 2": alone(4, "width"),
        "depth alone, × 4": alone(4, "depth"),
    }
    return {name: grown(*size).parameters for name, size in sizes.items()}


def _squeezed_from(share_of: str) -> int:
    """Parameters of all squeeze-excitations of B0 when the squeeze is a quarter of the block's inputs or
    of its expanded channels."""
    found, c_in = 0, _B0.stages[0].channels
    for row in TABLE_1:
        for block in range(row.blocks):
            narrow = row.channels if block else c_in
            wide = row.expansion * narrow
            found += squeeze_excitation(wide, (narrow if share_of == "inputs" else wide) // 4).parameters
        c_in = row.channels
    return found


_WIDER_SQUEEZE = _B0.parameters - _squeezed_from("inputs") + _squeezed_from("expanded")
_FOUR_TIMES = _four_times()
_IN_ORDER = tuple(sorted(_FOUR_TIMES, key=_FOUR_TIMES.get))

_GAMMA = """from math import sqrt

def gamma(alpha, beta, product):
    left = product / (alpha * beta**2)
    if left < 1:
        raise ValueError(f"alpha={alpha} and beta={beta} alone cost more than {product}")
    return sqrt(left)
"""
_slip = _GAMMA.replace


EXERCISES = (
    MultipleChoice(
        "compound_scaling-1",
        "Look at the view of where the parameters sit, for B0. Which stage holds the most parameters?",
        options=("Stage 3", "Stage 6", "Stage 7", "Stage 9"),
        answer=f"Stage {_LARGEST}",
        mistakes=(
            Mistake("Stage 9", "The head and the classifier come second: the classifier has one row of 1280 weights for each class."),
            Mistake("Stage 6", "Stage 6 does almost as much work as stage 7, but it has fewer and narrower blocks."),
            Mistake("Stage 3", "Stage 3 has large maps and so much work, but few channels and so few parameters."),
        ),
        hint="Compare the blue bars.",
        solution=f"Stage {_LARGEST}: {_B0.stages[_LARGEST - 1].parameters:,} of {_B0.parameters:,}. Its four blocks have 192 channels, expanded sixfold, and a $1 \\times 1$ convolution costs the product of its channels.",
    ),
    Number(
        "compound_scaling-2",
        "The paper sets $\\alpha = 1.2$, $\\beta = 1.1$ and $\\gamma = 1.15$. By which factor should the multiply-adds grow when $\\varphi$ grows by one? Give three decimals.",
        answer=growth(1),
        tolerance=0.001,
        mistakes=(
            Mistake(1.2 * 1.1 * 1.15, "Width and resolution count squared: a layer has one weight for each pair of an input and an output channel, and a map has side × side positions."),
            Mistake(2.0, "That is the target, αβ²γ² ≈ 2. The three rounded numbers miss it."),
            Mistake((1.2 * 1.1 * 1.15) ** 2, "The depth counts once: twice as many layers cost twice as much."),
        ),
        hint="Multiply-adds grow as $d\\,w^2 r^2$.",
        solution=f"$1.2 \\cdot 1.1^2 \\cdot 1.15^2 = {growth(1):.5f}$.",
    ),
    Number(
        "compound_scaling-3",
        "You want B0 for a problem with 10 classes instead of 1000. How many trainable parameters does it have?",
        answer=_TEN,
        tolerance=0.5,
        mistakes=(
            Mistake(_B0.parameters - 990 * _FEATURES, "Each class has a bias too: 1281 numbers a class, not 1280."),
            Mistake(_B0.parameters - 1000 * (_FEATURES + 1), "That is B0 without any classifier. Ten classes still need their rows."),
            Mistake(_B0.parameters - 990, "A class costs a whole row of weights, one for each of the 1280 features, and a bias."),
        ),
        hint="Only the classifier changes. It has $1280$ inputs and one bias for each class.",
        solution=f"$5\\,288\\,548 - 990 \\cdot 1281 = {_TEN:,}$.".replace(",", "\\,").replace("\\\\,", "\\,"),
    ),
    Number(
        "compound_scaling-4",
        "B1 multiplies the depth by 1.1. How many MBConv blocks does it add to the 16 of B0? The stages of B0 have 1, 2, 2, 3, 3, 4 and 1 blocks.",
        answer=_ADDED,
        tolerance=0.25,
        unit="blocks",
        mistakes=(
            Mistake(1.6, "16 × 0.1 = 1.6, but blocks are whole, and each stage is rounded by itself."),
            Mistake(2, "The rounding up happens in each of the seven stages, not once for the whole network."),
            Mistake(0, "The multiplied number is rounded up, not to the nearest."),
        ),
        hint="Compute $\\lceil 1.1\\,n \\rceil$ for each stage.",
        solution=f"2, 3, 3, 4, 4, 5 and 2 blocks, {_ADDED} more: every stage gains one. A depth of 1.01 would add as many.",
    ),
    Ordering(
        "compound_scaling-5",
        "Grow B0 to four times its multiply-adds (as $d\\,w^2 r^2 = 4$ means them) in each of these ways. Order the results by their number of parameters, the fewest first.",
        answer=_IN_ORDER,
        mistakes=(
            Mistake(_IN_ORDER[:2] + _IN_ORDER[:1:-1], "Close. Width multiplies the pairs of channels by 4 but what is linear in the channels, the classifier above all, only by 2; depth repeats whole blocks, and rounds them up."),
            Mistake(_IN_ORDER[::-1], "That is the most first."),
        ),
        hint="No parameter knows the resolution. Then ask `efficientnet(width=2).parameters` and `efficientnet(depth=4).parameters`.",
        solution="; ".join(f"{name}: {_FOUR_TIMES[name] / 1e6:.1f} million" for name in _IN_ORDER) + ". At nearly the same cost the networks differ almost fourfold in size.",
    ),
    Number(
        "compound_scaling-6",
        "By which factor do the multiply-adds of B0 really grow when its width is doubled? Compute it with `efficientnet(width=2)`; give two decimals.",
        answer=_DOUBLE.multiply_adds / _B0.multiply_adds,
        tolerance=0.01,
        mistakes=(
            Mistake(4, "That is the law w². Some layers are linear in the width: find them in the view by kind of layer."),
            Mistake(2, "Most layers connect every input channel with every output channel, and both double."),
            Mistake(_DOUBLE.parameters / _B0.parameters, "That is the growth of the parameters."),
        ),
        hint="Divide two `multiply_adds`.",
        solution=f"${_DOUBLE.multiply_adds / _B0.multiply_adds:.3f}$. Depthwise convolutions have one filter a channel, the stem has three input colours whatever the width, and the classifier's classes do not grow: all three are linear in $w$.",
    ),
    Number(
        "compound_scaling-7",
        "A common slip: change `mbconv` so that the squeeze is a quarter of the *expanded* channels (`max(1, wide // 4)`). How many million parameters does B0 have then? Give two decimals.",
        answer=_WIDER_SQUEEZE / 1e6,
        tolerance=0.01,
        unit="million",
        mistakes=(
            Mistake(_B0.parameters / 1e6, "That is B0 as released; the squeeze must get wider."),
            Mistake((_B0.parameters - _squeezed_from("inputs") + 6 * _squeezed_from("inputs")) / 1e6, "Nearly: the first stage has expansion 1, so its squeeze stays, and the biases of the excitation do not grow."),
        ),
        hint="In every block of expansion 6 the squeeze becomes six times as wide, and with it both weight matrices.",
        solution=f"{_WIDER_SQUEEZE / 1e6:.2f} million, {_WIDER_SQUEEZE / _B0.parameters:.2f} times B0: the two small layers would hold {_squeezed_from('expanded') / _WIDER_SQUEEZE:.0%} of the network instead of {_squeezed_from('inputs') / _B0.parameters:.0%}. Comparing with the published count finds this slip at once.",
    ),
    Number(
        "compound_scaling-8",
        "The *exact* network of $\\varphi = 7$ has depth $1.2^7$, width $1.1^7$ and an image of $224 \\cdot 1.15^7$ px, rounded. Compute its parameters with `compound` and `efficientnet`, in millions with one decimal.",
        answer=_EXACT.parameters / 1e6,
        tolerance=0.06,
        unit="million",
        mistakes=(
            Mistake(_SWAPPED.parameters / 1e6, "compound returns the depth first, efficientnet takes the width first: you have swapped them."),
            Mistake(_B7.parameters / 1e6, "That is B7 as released, whose depth is 3.1 instead of 3.58."),
        ),
        hint="`depth, width, resolution = compound(7)`.",
        solution=f"{_EXACT.parameters / 1e6:.1f} million in {_EXACT.blocks} blocks; the released B7 has {_B7.parameters / 1e6:.1f} million in {_B7.blocks}.",
    ),
    Code(
        "compound_scaling-9",
        "Spend what is left. Write `gamma(alpha, beta, product)`: the growth of the resolution for which one unit of $\\varphi$ multiplies the cost "
        "$\\alpha\\,\\beta^2\\gamma^2$ by `product`. Where depth and width alone cost more than that, $\\gamma$ would have to be below 1: raise a `ValueError`.",
        function="gamma",
        starter="from math import sqrt\n\ndef gamma(alpha, beta, product):\n    return 1.15\n",
        reference=lambda alpha, beta, product: third(alpha=alpha, beta=beta, product=product),
        cases=((1.2, 1.1, 2), (1.0, 1.0, 2), (1.2, 1.1, 1.4)),
        hidden=((1.5, 1.0, 3), (1.0, 1.3, 2.5), (2.0, 1.0, 2.0), (1.0, 1.5, 2.0)),
        answer=_GAMMA,
        mistakes=(
            Mistake(_slip("sqrt(left)", "left"), "That is γ². Both sides of the image grow, so the cost grows with the square: take the root."),
            Mistake(_slip("beta**2", "beta"), "A layer twice as wide has twice the inputs and twice the outputs: the width enters with its square."),
            Mistake(_slip("(alpha * beta**2)", "(alpha**2 * beta**2)"), "Twice as many layers cost twice as much: the depth enters once, without a square."),
            Mistake(_slip("sqrt(left)", "left ** (1 / 3)"), "A cube root shares the cost between three factors. Here α and β are given, and γ² takes all that is left."),
            Mistake("from math import sqrt\n\ndef gamma(alpha, beta, product):\n    return sqrt(product / (alpha * beta**2))\n",
                    "The formula is right. Where depth and width alone cost too much it gives a γ below 1, a network that sees less and less: refuse that with a ValueError."),
        ),
        hint="Solve $\\alpha\\beta^2\\gamma^2 = $ `product` for $\\gamma$.",
        solution=f"$\\gamma = \\sqrt{{\\text{{product}} / (\\alpha\\beta^2)}}$. With the paper's $\\alpha = 1.2$ and $\\beta = 1.1$ a doubling needs "
        f"$\\gamma = {third(alpha=1.2, beta=1.1):.4f}$; the paper rounds to 1.15 and pays {growth(1):.2f} instead of 2.\n\n```python\n{_GAMMA}```",
    ),
)  # fmt: skip
