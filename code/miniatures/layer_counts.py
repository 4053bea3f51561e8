"""What the layers of a convolutional network hold and do, counted from their shapes.

Nothing is run. Multiply-adds are what papers on mobile networks call FLOPS: one product, summed.

Source: M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018) for the inverted
bottleneck; J. Hu et al., "Squeeze-and-Excitation Networks" (2018); K. He et al., "Deep Residual Learning
for Image Recognition" (2016), Table 1, for ResNet-50.

k  side of a convolution's kernel, pixels
c  channels of a layer, "in" and "out" as indices
s  side of a layer's output, pixels
"""

from collections.abc import Iterable
from dataclasses import dataclass

from miniatures.checks import one_of, whole

MOST = 10**15  # of channels, classes or pixels of a side
QUANTITIES = ("parameters", "buffers", "multiply_adds", "activations")


@dataclass(frozen=True)
class Layer:
    """What the layers of one kind hold and do.

    parameters     numbers that training changes
    buffers        running means and variances of the batch normalisation
    multiply_adds  products summed for one image
    activations    outputs computed for one image
    """

    kind: str
    parameters: int
    buffers: int
    multiply_adds: int
    activations: int

    def __mul__(self, times: int) -> "Layer":
        return Layer(self.kind, *(times * getattr(self, quantity) for quantity in QUANTITIES))


def total(layers: Iterable[Layer], quantity: str) -> int:
    """Sum of one quantity over layers: "parameters", "buffers", "multiply_adds" or "activations"."""
    name = one_of("quantity", quantity, QUANTITIES)
    if not isinstance(layers, Iterable):
        raise ValueError(f"layers={layers!r} must be a list of Layers")
    found = 0
    for number, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            raise ValueError(f"layers[{number}]={layer!r:.60} must be a Layer")
        found += getattr(layer, name)
    return found


def _sizes(**named):
    """The named sizes as whole numbers from 1 on; a view counts thousands of layers, so plain ones are told at a glance."""
    if all(type(value) is int and 0 < value <= MOST for value in named.values()):
        return named.values()
    return [whole(name, value, 1, MOST) for name, value in named.items()]


def convolution(
    kind: str,
    kernel: int,
    inputs: int,
    outputs: int,
    side: int,
    groups: int = 1,
) -> Layer:
    """A convolution without bias, with its batch normalisation; `side` is the output's, pixels.

    Each of the k^2 c_in c_out / groups weights is used once at every output position.

    >>> convolution("stem", kernel=3, inputs=3, outputs=32, side=112).multiply_adds
    10838016
    """
    kernel, inputs, outputs, side, groups = _sizes(
        kernel=kernel, inputs=inputs, outputs=outputs, side=side, groups=groups
    )
    weights = kernel**2 * (inputs // groups) * outputs
    return Layer(
        kind,
        parameters=weights + 2 * outputs,
        buffers=2 * outputs,
        multiply_adds=weights * side**2,
        activations=outputs * side**2,
    )


def squeeze_excitation(channels: int, squeezed: int) -> Layer:
    """The two small dense layers, with biases, that weigh an image's channels against each other.

    They see the mean of each channel, so their cost does not depend on the resolution.

    >>> squeeze_excitation(channels=96, squeezed=4).parameters
    868
    """
    channels, squeezed = _sizes(channels=channels, squeezed=squeezed)
    weights = 2 * channels * squeezed
    return Layer("squeeze-excitation", weights + channels + squeezed, 0, weights, channels + squeezed)


def classifier(inputs: int, classes: int) -> Layer:
    """The dense layer from pooled features to classes, with biases.

    >>> classifier(1280, 1000).parameters
    1281000
    """
    inputs, classes = _sizes(inputs=inputs, classes=classes)
    return Layer("classifier", (inputs + 1) * classes, 0, inputs * classes, classes)


def mbconv(
    expansion: int,
    kernel: int,
    inputs: int,
    outputs: int,
    input_side: int,
    side: int,
) -> tuple[Layer, ...]:
    """The layers of one inverted bottleneck: expand, filter, weigh the channels, project.

    The squeeze is a quarter of the block's inputs, not of its expanded channels.

    >>> [layer.parameters for layer in mbconv(6, 3, 16, 24, input_side=112, side=56)]
    [1728, 1056, 868, 2352]
    """
    expansion, kernel, inputs, outputs, input_side, side = _sizes(
        expansion=expansion, kernel=kernel, inputs=inputs, outputs=outputs, input_side=input_side, side=side
    )
    wide = expansion * inputs
    expand = convolution("expansion", 1, inputs, wide, input_side)
    return (
        *((expand,) if expansion > 1 else ()),
        convolution("depthwise", kernel, wide, wide, side, groups=wide),
        squeeze_excitation(wide, max(1, inputs // 4)),
        convolution("projection", 1, wide, outputs, side),
    )


def resnet50(resolution: int = 224, classes: int = 1000) -> tuple[Layer, ...]:
    """The layers of ResNet-50, with the stride in the 3 x 3 convolution.

    >>> total(resnet50(), "parameters"), total(resnet50(), "multiply_adds")
    (25557032, 4089184256)
    """
    resolution, classes = _sizes(resolution=resolution, classes=classes)
    side = -(-resolution // 2)
    layers = [convolution("stem", 7, 3, 64, side)]
    side, inputs = -(-side // 2), 64  # pooling, without parameters
    stages = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
    for narrow, blocks, stride in stages:
        after = -(-side // stride)
        layers += [convolution("shortcut", 1, inputs, 4 * narrow, after)]
        for block in range(blocks):
            layers += [
                convolution("reduction", 1, inputs, narrow, after if block else side),
                convolution("filter", 3, narrow, narrow, after),
                convolution("projection", 1, narrow, 4 * narrow, after),
            ]
            inputs = 4 * narrow
        side = after
    return (*layers, classifier(inputs, classes))
