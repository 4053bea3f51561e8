"""Exercises on infinite width: from the kernels' diagonal to writing both recursions."""

import numpy as np

from miniatures.exercises import Code, Mistake, MultipleChoice, Number
from miniatures.neural_tangents import kernels, rectified
from miniatures.neural_tangents_cases import circle, even_circle

_ratio = float(np.divide(*[part[0, 0] for part in kernels([[1.0, 0.0]], [[1.0, 0.0]], 4)[::-1]]))
_product, _slopes = (float(part) for part in rectified(1.0, 1.0, 0.0))
_rank = int(np.linalg.matrix_rank(kernels(even_circle(), even_circle(), 1)[1]))
_half_time = float(np.log(2) / 2)


def _both_kernels(theta, depth):
    """NNGP kernel and NTK of two unit vectors of the plane at the angle theta, weight variance 2, no biases."""
    nngp, ntk = kernels(circle([0.0]), circle([theta]), depth)
    return float(nngp[0, 0]), float(ntk[0, 0])


_KERNELS = """import numpy as np

def both_kernels(theta, depth):
    nngp = ntk = np.cos(theta)
    for _ in range(depth):
        angle = np.arccos(np.clip(nngp, -1, 1))
        slopes = (np.pi - angle) / (2 * np.pi)
        nngp = 2 * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / (2 * np.pi)
        ntk = nngp + 2 * slopes * ntk
    return nngp, ntk
"""
_START = """import numpy as np

def both_kernels(theta, depth):
    nngp = ntk = np.cos(theta)
    return nngp, ntk
"""


def _exercises():
    return (
        Number(
            "neural_tangents-1",
            "A network has four hidden layers, $\\sigma_w^2 = 2$ and no biases. How many times the NNGP kernel is its NTK, between an input and itself?",
            answer=_ratio, tolerance=0.05,
            mistakes=(
                Mistake(4.0, "Each hidden layer adds one, but the output layer has weights, too."),
                Mistake(16.0, "Layers add their shares; they do not multiply."),
                Mistake(1.0, "The NNGP kernel is the share of the last layer alone. The layers below are trained as well."),
            ),
            hint="$\\Theta^l = K^l + \\sigma_w^2\\,\\kappa_0\\,\\Theta^{l-1}$ with $\\kappa_0 = \\frac12$ at angle 0.",
            solution="$\\Theta^l = K + \\Theta^{l-1}$ starts at $\\Theta^0 = K$ and gains one $K$ with each hidden layer: $5K$.",
        ),
        Number(
            "neural_tangents-2",
            "In one layer two inputs have $K_{11} = K_{22} = 1$ and $K_{12} = 0$. What is $K_{12}$ in the next, with $\\sigma_w^2 = 2$ and no biases? Give four decimals.",
            answer=2 * _product, tolerance=0.0006,
            mistakes=(
                Mistake(_product, "That is κ₁. The next layer's kernel has the factor σ² = 2."),
                Mistake(2 * _slopes, "That is σ²κ₀, from the slopes. The outputs are asked for."),
                Mistake(0.0, "Their outputs are never negative, so they cannot be uncorrelated about 0: layers bring inputs closer together."),
            ),
            hint="$\\theta = \\pi/2$, so $\\sin\\theta = 1$ and $\\cos\\theta = 0$.",
            solution=f"$2\\cdot\\frac{{1}}{{2\\pi}} = \\frac1\\pi = {2 * _product:.4f}$.",
        ),
        Number(
            "neural_tangents-3",
            "The tangent kernel of a network of width 500 is 8 % away from its limit. About how wide must it be for 4 %?",
            answer=2000, tolerance=60,
            mistakes=(
                Mistake(1000, "Twice the width takes off only the root of two: the error falls as one over the root of the width."),
                Mistake(500 * 2**0.5, "The other way round: the error's change is the root of the width's, so the width's is the square of the error's."),
                Mistake(8000, "That quarters the error."),
            ),
            hint="Error times the root of the width stays the same.",
            solution="Half of the error needs four times the width: 2000.",
        ),
        MultipleChoice(
            "neural_tangents-4",
            "In the figure of the two parametrisations choose *standard* and make the network sixteen times as wide. What becomes of the largest stable learning rate?",
            options=("a sixteenth", "a quarter", "it stays", "sixteen times as much"),
            answer="a sixteenth",
            mistakes=(
                Mistake("a quarter", "Gradients grow with the root of the width, and the kernel is a product of two of them."),
                Mistake("it stays", "So it does in the NTK parametrisation: compare the two lines in the right panel."),
                Mistake("sixteen times as much", "The kernel grows, and a larger kernel takes larger steps: the rate must be smaller."),
            ),
            hint="Read the yellow line in the right panel at 8 and at 128.",
            solution="The tangent kernel of a standard network grows in proportion to the width, and the largest stable rate is 2 over its largest eigenvalue.",
        ),
        Number(
            "neural_tangents-5",
            "One training point has $\\Theta = 2$ with itself. After what time $t$ of gradient flow has its error halved? Give three decimals.",
            answer=_half_time, tolerance=0.002,
            mistakes=(
                Mistake(float(np.log(2)), "The error falls as exp(−Θt), and Θ is 2."),
                Mistake(0.25, "That would be so if the error fell in a straight line. It falls ever more slowly."),
                Mistake(float(2 * np.log(2)), "Divide by Θ: a larger kernel learns faster."),
            ),
            hint="$e^{-2t} = \\frac12$.",
            solution=f"$t = \\frac12\\ln 2 = {_half_time:.4f}$.",
        ),
        Number(
            "neural_tangents-6",
            "Change code. For the twelve points `even_circle()`, what is the rank of the NTK of *two* hidden layers without biases? Use `kernels` and `np.linalg.matrix_rank`.",
            answer=int(np.linalg.matrix_rank(kernels(even_circle(), even_circle(), 2)[1])), tolerance=0.4,
            mistakes=(
                Mistake(_rank, "That is the rank with one hidden layer, which computes even functions and linear ones only."),
            ),
            hint="`np.linalg.matrix_rank(kernels(even_circle(), even_circle(), 2)[1])`",
            solution="The rank is 12, and nothing is left out. A second layer takes even and linear functions through the units again, and what comes out is neither.",
        ),
    )  # fmt: skip


def _code():
    slip = _KERNELS.replace
    return Code(
        "neural_tangents-7",
        "Write `both_kernels(theta, depth)`: the NNGP kernel and the NTK of two unit vectors of the plane at the angle $\\theta$, after `depth` hidden layers of rectified units, with $\\sigma_w^2 = 2$ and no biases. "
        "Before the first layer both are $\\cos\\theta$, and the variances stay 1 throughout.",
        function="both_kernels", starter=_START, reference=_both_kernels,
        cases=((np.pi / 2, 1), (0.0, 4), (np.pi / 3, 2)),
        hidden=((np.pi, 1), (2.5, 8), (1.0, 0)),
        answer=_KERNELS,
        mistakes=(
            Mistake(slip("ntk = nngp + 2 * slopes * ntk", "ntk = nngp + slopes * ntk"), "The share of the layers below has the factor σ² = 2, as the kernel has."),
            Mistake(slip("ntk = nngp + 2 * slopes * ntk", "ntk = ntk + 2 * slopes * nngp"), "The new kernel comes whole, and the old NTK is scaled by the slopes; you have it the other way round."),
            Mistake(slip("ntk = nngp + 2 * slopes * ntk", "ntk = nngp + ntk"), "What lies below is reached through units that are on for both inputs: it has the factor 2κ₀."),
            Mistake(slip("        slopes = (np.pi - angle) / (2 * np.pi)\\n", "").replace("        slopes = (np.pi - angle) / (2 * np.pi)\n", "").replace(
                        "        ntk = nngp + 2", "        slopes = (np.pi - np.arccos(np.clip(nngp, -1, 1))) / (2 * np.pi)\n        ntk = nngp + 2"),
                    "Take κ₀ at the angle that the layer's units see, that of the kernel before the layer."),
            Mistake(slip("range(depth)", "range(depth - 1)"), "One layer is missing: depth counts the hidden layers, and each needs one turn."),
            Mistake(slip("nngp = 2 * (np.sin", "nngp = (np.sin"), "κ₁ alone halves the variance in each layer. The factor σ² = 2 keeps it."),
        ),
        hint="In each turn: the angle from the NNGP kernel, then $\\kappa_0$ from it, then the new NNGP kernel $2\\kappa_1$, last the NTK.",
        solution="The order matters: $\\kappa_0$ belongs to the angle before the layer, $K$ in the NTK's sum to the kernel after it.\n\n" f"```python\n{_KERNELS}```",
    )  # fmt: skip


EXERCISES = (*_exercises(), _code())
