"""What the Perceiver IO paper printed on GLUE and ImageNet, and a count of two of its language models.

Source: A. Jaegle et al. (2021), arXiv:2107.14795, Tables 1, 7, 11 and 15 and appendices D and F; the released model's
channels of queries and keys, 256, from its configuration, deepmind/language-perceiver.

M, N  latents and inputs, as in this chapter; the paper's letters are N and M
"""

from dataclasses import dataclass

from miniatures.checks import whole

PRINTED = """
BERT Base, its authors' test   tokens  512   512   12  110  109  -    81.0
BERT Base, retrained           tokens  512   512   12  110  109  7.3  81.1
Perceiver IO Base              tokens  256   512   26  223  119  7.4  81.2
BERT of matching FLOPs         bytes   2048  2048  6   20   130  2.9  71.5
Perceiver IO                   bytes   256   2048  26  201  113  7.6  81.0
Perceiver IO++                 bytes   256   2048  40  425  241  4.2  81.8
"""
# Table 15: latents -> (their width, 10^9 FLOPs, GLUE) of byte models of about equal cost
LATENT_ABLATION = {128: (1920, 120, 75.84), 256: (1280, 113, 80.95), 512: (896, 125, 80.92)}
# Table 7: ImageNet top-1, per cent, without pretraining, of configuration A by what it is told of the image's plane
IMAGENET = {"learnt positions": 72.7, "Fourier features of x and y": 79.0, "a convolution before them": 82.1}
RESNET50 = 4.1  # the same table's 10^9 FLOPs of ResNet-50
BYTES, VOCABULARY = 2048, 262
MOST = 10**9  # of vectors or channels, where they are only counted


@dataclass(frozen=True)
class Printed:
    """A line of the paper's Table 1: size in 10^6 parameters, cost in 10^9 FLOPs, training steps a second, mean of GLUE."""

    model: str
    reads: str
    vectors: int
    inputs: int
    depth: int
    parameters: int
    flops: int
    speed: float | None
    glue: float


def table() -> tuple[Printed, ...]:
    """The six lines, in the paper's order; `vectors` is how many go through the layers.

    >>> table()[-1].model, table()[-1].glue
    ('Perceiver IO++', 81.8)
    """
    rows = []
    for line in PRINTED.strip().splitlines():
        model, reads, *rest = line[:31].strip(), *line[31:].split()
        vectors, inputs, depth, parameters, flops = map(int, rest[:5])
        rows.append(
            Printed(
                model,
                reads,
                vectors,
                inputs,
                depth,
                parameters,
                flops,
                None if rest[5] == "-" else float(rest[5]),
                float(rest[6]),
            )
        )
    return tuple(rows)


def line(model: str) -> Printed:
    """The line of one model; ValueError names the six.

    >>> line("Perceiver IO").parameters
    201
    """
    for row in table():
        if row.model == model:
            return row
    raise ValueError(f"model={model!r} must be one of: {'; '.join(row.model for row in table())}")


@dataclass(frozen=True)
class Count:
    """Parameters, and floating-point operations of one pass: two for each multiply-add, as the paper counts."""

    parameters: int
    flops: int

    def __add__(self, other: "Count") -> "Count":
        return Count(self.parameters + other.parameters, self.flops + other.flops)

    def __mul__(self, times: int) -> "Count":
        return Count(times * self.parameters, times * self.flops)


def dense(rows: int, inputs: int, outputs: int) -> Count:
    """A dense layer with biases on so many rows.

    >>> dense(10, 2, 3)
    Count(parameters=9, flops=120)
    """
    rows, inputs, outputs = (
        whole("rows", rows, 1, MOST),
        whole("inputs", inputs, 1, MOST),
        whole("outputs", outputs, 1, MOST),
    )
    return Count((inputs + 1) * outputs, 2 * rows * inputs * outputs)


def module(
    asking: int, asking_width: int, asked: int, asked_width: int, key_width: int, width: int, hidden: int
) -> Count:
    """An attention module with its MLP and its three normalisations; `width` that of values and answers.

    >>> module(1, 2, 3, 2, 2, 2, 4)
    Count(parameters=58, flops=120)
    """
    sizes = {"asking": asking, "asking_width": asking_width, "asked": asked, "asked_width": asked_width}
    sizes |= {"key_width": key_width, "width": width, "hidden": hidden}
    for name, size in sizes.items():
        whole(name, size, 1, MOST)
    projections = dense(asking, asking_width, key_width) + dense(asked, asked_width, key_width)
    projections += dense(asked, asked_width, width) + dense(asking, width, width)
    attention = Count(0, 2 * asking * asked * (key_width + width))
    mlp = dense(asking, width, hidden) + dense(asking, hidden, width)
    return projections + attention + mlp + Count(2 * (asking_width + asked_width + width), 0)


def byte_bert() -> Count:
    """The paper's BERT on 2048 bytes: 6 layers of width 512, hidden 2048 (appendix F.3).

    >>> round(byte_bert().parameters / 1e6, 1), round(byte_bert().flops / 1e9)
    (20.1, 129)
    """
    layers = module(BYTES, 512, BYTES, 512, 512, 512, 2048) * 6
    return layers + Count((VOCABULARY + BYTES) * 512, 2 * BYTES * 512 * VOCABULARY)


def byte_perceiver(queries: int = BYTES) -> Count:
    """The paper's Perceiver IO on 2048 bytes: 256 latents of width 1280, 26 layers, and so many output queries.

    >>> round(byte_perceiver().parameters / 1e6, 1), round(byte_perceiver().flops / 1e9)
    (201.2, 121)
    """
    queries = whole("queries", queries, 1, BYTES)
    read, process = module(256, 1280, BYTES, 768, 256, 1280, 1280), module(256, 1280, 256, 1280, 256, 1280, 1280)
    answer = module(queries, 768, 256, 1280, 256, 768, 768)
    stored = Count(256 * 1280 + (VOCABULARY + BYTES + BYTES) * 768, 0)  # latents, bytes, positions, queries
    return read + process * 26 + answer + stored + Count(0, 2 * queries * 768 * VOCABULARY)
