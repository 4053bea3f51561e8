"""A miniature of Perceiver IO: read a set of inputs into a few latents, process those, answer queries from them.

Source: A. Jaegle et al., "Perceiver IO: A General Architecture for Structured Inputs & Outputs" (2021),
arXiv:2107.14795, section 3 and appendix E. The paper writes M for the inputs and N for the latents; we do the reverse.

N  inputs: how many vectors are read, no unit
M  latents: how many vectors the inputs are read into, no unit
O  output queries: how many vectors come out, no unit
L  layers of self-attention among the latents, no unit
d  width: numbers in each vector of an attention, no unit
X  inputs, (N, d)
Q  queries, (M, d)
A  attention weights, (M, N), the share of each input in each answer; every row adds up to 1
"""

from dataclasses import dataclass, fields

import numpy as np

from miniatures.checks import as_array, numbers, several, whole
from miniatures.softmax import softmax as softmax

MOST = 10**9  # of inputs, latents, queries or channels, where they are only counted
TINY = 1e-5  # added to variances, so that a constant vector can be normalised


def attention_weights(queries, inputs) -> np.ndarray:
    """A = softmax(Q X^T / sqrt d), (M, N): each row is positive and adds up to 1.

    `queries` (M, d) and `inputs` (N, d) are finite; ValueError names the one that is not, or whose width differs.

    >>> attention_weights([[0.0, 0.0]], [[1, 2], [3, 4], [5, 6]]).round(3).tolist()
    [[0.333, 0.333, 0.333]]
    """
    queries = numbers("queries", queries, (None, None))
    inputs = numbers("inputs", inputs, (None, queries.shape[1]))
    return softmax(queries @ inputs.T / np.sqrt(queries.shape[1]))  # (M, d), (d, N) -> (M, N)


def cross_attention(queries, inputs) -> np.ndarray:
    """softmax(Q X^T / sqrt d) X, (M, d): each query's weighted mean of the inputs, with no projections.

    `queries` (M, d), `inputs` (N, d). Self-attention is `cross_attention(x, x)`.

    >>> cross_attention([[0.0], [50.0]], [[0.0], [1.0]]).round(3).tolist()
    [[0.5], [1.0]]
    """
    weights = attention_weights(queries, inputs)
    return weights @ np.asarray(inputs, float)  # (M, N), (N, d) -> (M, d)


# counting --------------------------------------------------------------------------------------


def attention_multiply_adds(queries: int, inputs: int, width: int) -> int:
    """Products of one `cross_attention`: M N d for the scores and M N d for the weighted means; no projections.

    >>> attention_multiply_adds(32, 1024, 32)
    2097152
    """
    queries, inputs = whole("queries", queries, 1, MOST), whole("inputs", inputs, 1, MOST)
    return 2 * queries * inputs * whole("width", width, 1, MOST)


def projection_multiply_adds(queries: int, inputs: int, width: int) -> int:
    """Products of the four square projections around one attention: queries and answers M d^2 each, keys and values N d^2.

    >>> projection_multiply_adds(32, 1024, 32)
    2162688
    """
    queries, inputs = whole("queries", queries, 1, MOST), whole("inputs", inputs, 1, MOST)
    return 2 * (queries + inputs) * whole("width", width, 1, MOST) ** 2


def perceiver_multiply_adds(latents: int, inputs: int, outputs: int, layers: int, width: int) -> dict[str, int]:
    """Products of reading, processing and answering, each with its "attention" and its "projections".

    >>> perceiver_multiply_adds(32, 1024, 1, 6, 32)["read: attention"]
    2097152
    """
    latents, outputs = whole("latents", latents, 1, MOST), whole("outputs", outputs, 1, MOST)
    layers, found = whole("layers", layers, 0, MOST), {}
    stages = {"read": (latents, inputs, 1), "process": (latents, latents, layers), "answer": (outputs, latents, 1)}
    for stage, (asking, asked, times) in stages.items():
        found[f"{stage}: attention"] = times * attention_multiply_adds(asking, asked, width)
        found[f"{stage}: projections"] = times * projection_multiply_adds(asking, asked, width)
    return found


# the network -----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Attention:
    """One attention module of the paper's appendix E, with one head: vectors (M, D) read from vectors (N, C), to (M, E)."""

    query: np.ndarray  # (D, F)
    key: np.ndarray  # (C, F)
    value: np.ndarray  # (C, F)
    out: np.ndarray  # (F, E)
    up: np.ndarray  # (E, H)
    up_bias: np.ndarray  # (H,)
    down: np.ndarray  # (H, E)
    down_bias: np.ndarray  # (E,)


def normalised(x) -> np.ndarray:
    """Each vector along the last axis less its mean, over its standard deviation; no learnt gain.

    >>> normalised(np.array([1.0, 3.0])).round(4).tolist()
    [-1.0, 1.0]
    """
    x = numbers("x", x)
    if not x.ndim:
        raise ValueError(f"x={x} must be an array (..., d)")
    return _normalised(x)


def _normalised(x):
    centred = x - x.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + TINY)


def attend(module: Attention, asking, asked, residual: bool = True):
    """The module's answers (…, M, E), and what its gradient needs; `asking` (…, M, D), `asked` (…, N, C).

    `residual` adds `asking` to what was read; the paper leaves that out where a query is only a place.
    """
    asking, asked = as_array("asking", asking), as_array("asked", asked)
    _check_vectors(module, asking, asked)
    first, second = _normalised(asking), _normalised(asked)
    q, k, v = first @ module.query, second @ module.key, second @ module.value
    weights = softmax(q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1]))  # (…, M, F), (…, F, N) -> (…, M, N)
    read = weights @ v  # (…, M, N), (…, N, F) -> (…, M, F)
    sum_ = read @ module.out + asking if residual else read @ module.out
    rested = _normalised(sum_)
    hidden = np.maximum(rested @ module.up + module.up_bias, 0)  # (…, M, E) -> (…, M, H)
    answer = sum_ + hidden @ module.down + module.down_bias
    return answer, (asking, asked, first, second, q, k, v, weights, read, sum_, rested, hidden)


def _check_vectors(module, asking, asked):
    for name, vectors, width in (("asking", asking, len(module.query)), ("asked", asked, len(module.key))):
        numbers(name, vectors)
        if vectors.ndim < 2 or vectors.shape[-1] != width or not vectors.size:
            raise ValueError(f"{name} of shape {vectors.shape} must be (..., any, {width}), with no empty axis")
    try:
        np.broadcast_shapes(asking.shape[:-2], asked.shape[:-2])
    except ValueError:
        raise ValueError(f"asked of shape {asked.shape} must hold as many sets as asking, {asking.shape}") from None


@dataclass(frozen=True, eq=False)
class Perceiver:
    """Perceiver IO with one head: `Perceiver(...)(inputs, output_queries)` are the outputs.

    Made from its arrays, by `Perceiver.random`, or by training (`miniatures.perceiver_training`).
    """

    latents: np.ndarray  # (M, D), what each latent starts from, whatever the input
    read: Attention  # latents ask inputs
    process: tuple[Attention, ...]  # latents ask latents
    answer: Attention  # output queries ask latents
    readout: np.ndarray  # (D, outputs)
    readout_bias: np.ndarray  # (outputs,)

    def __post_init__(self):
        _fitting(self)

    def __call__(self, inputs, output_queries) -> np.ndarray:
        """Outputs (O, K) of inputs (N, C) for output queries (O, E); or (B, O, K) for a stack (B, N, C).

        Each output depends on its own query and the latents alone: other queries do not change a bit of it.
        """
        queries = numbers("output_queries", output_queries, (None, len(self.answer.query)))
        latents = self.encoded(inputs)[..., None, :, :]  # (…, M, D) -> (…, 1, M, D)
        answers, _ = attend(self.answer, queries[:, None, :], latents, residual=False)  # one query at a time
        return (answers @ self.readout + self.readout_bias)[..., 0, :]  # (…, O, 1, K) -> (…, O, K)

    def encoded(self, inputs) -> np.ndarray:
        """The latents (M, D) that inputs (N, C) are read into and processed to; (B, M, D) for a stack (B, N, C)."""
        inputs = self._checked(inputs)
        start = np.broadcast_to(self.latents, (*inputs.shape[:-2], *self.latents.shape))
        latents, _ = attend(self.read, start, inputs)
        for module in self.process:
            latents, _ = attend(module, latents, latents)
        return latents

    def reading(self, inputs) -> np.ndarray:
        """The weights (M, N), or (B, M, N), with which the latents read the inputs."""
        inputs = self._checked(inputs)
        start = np.broadcast_to(self.latents, (*inputs.shape[:-2], *self.latents.shape))
        return attend(self.read, start, inputs)[1][7]

    def _checked(self, inputs):
        shape = (None, len(self.read.key))
        inputs = as_array("inputs", inputs)
        return numbers("inputs", inputs, (None, *shape) if inputs.ndim == 3 else shape)

    @classmethod
    def random(
        cls,
        inputs: int,
        queries: int,
        outputs: int,
        rng: np.random.Generator,
        latents: int = 8,
        width: int = 32,
        layers: int = 1,
    ) -> "Perceiver":
        """An untrained network for inputs of `inputs` channels, queries of `queries`, outputs of `outputs` numbers.

        `latents` M vectors of `width` D, `layers` L of self-attention; weights normal with variance 1 / channels in.

        >>> Perceiver.random(14, 16, 11, np.random.default_rng(0)).parameters
        23819
        """
        sizes = {"inputs": inputs, "queries": queries, "outputs": outputs, "latents": latents, "width": width}
        inputs, queries, outputs, latents, width = (whole(name, size, 1, 4096) for name, size in sizes.items())
        return cls(
            rng.normal(0, 1, (latents, width)),
            _random_module(rng, width, inputs, width),
            tuple(_random_module(rng, width, width, width) for _ in range(whole("layers", layers, 0, 64))),
            _random_module(rng, queries, width, width),
            _dense(rng, width, outputs),
            np.zeros(outputs),
        )

    @property
    def arrays(self) -> list[np.ndarray]:
        """All weights in one order: latents, each module's arrays, the read-out."""
        return in_order(self.latents, (self.read, *self.process, self.answer), self.readout, self.readout_bias)

    @property
    def parameters(self) -> int:
        """How many weights the network has."""
        return sum(array.size for array in self.arrays)

    def with_arrays(self, arrays) -> "Perceiver":
        """The same shape of network with other weights, in the order of `arrays`."""
        arrays, each = list(arrays), len(fields(Attention))
        if [np.shape(array) for array in arrays] != [array.shape for array in self.arrays]:
            raise ValueError(
                f"arrays of shapes {[np.shape(array) for array in arrays]} must have those of the network's own"
            )
        modules = [Attention(*arrays[1 + each * i : 1 + each * (i + 1)]) for i in range(len(self.process) + 2)]
        return Perceiver(arrays[0], modules[0], tuple(modules[1:-1]), modules[-1], *arrays[-2:])


def in_order(latents, modules, readout, readout_bias) -> list[np.ndarray]:
    """Arrays of a network, or gradients by them, in the order of `Perceiver.arrays`."""
    for name, values in (("latents", latents), ("readout", readout), ("readout_bias", readout_bias)):
        numbers(name, values)
    inner = [getattr(module, field.name) for module in several("modules", modules) for field in fields(Attention)]
    return [latents, *inner, readout, readout_bias]


def _dense(rng, inputs, outputs):
    return rng.normal(0, 1 / np.sqrt(inputs), (inputs, outputs))


def _random_module(rng, asking, asked, width):
    query, key, value = _dense(rng, asking, width), _dense(rng, asked, width), _dense(rng, asked, width)
    up, down = _dense(rng, width, 2 * width), _dense(rng, 2 * width, width)
    return Attention(query, key, value, _dense(rng, width, width), up, np.zeros(2 * width), down, np.zeros(width))


def _fitting(network):
    """ValueError unless the arrays of a network fit each other, naming the first that does not."""
    width = numbers("latents", network.latents, (None, None)).shape[1]
    modules = {
        "read": network.read,
        **{f"process[{i}]": m for i, m in enumerate(network.process)},
        "answer": network.answer,
    }
    for name, module in modules.items():
        if not isinstance(module, Attention):
            raise ValueError(f"{name}={module!r} must be an Attention")
        asking = None if name == "answer" else width
        asked = None if name == "read" else width
        inner = numbers(f"{name}.query", module.query, (asking, None)).shape[1]
        hidden = numbers(f"{name}.up", module.up, (width, None)).shape[1]
        shapes = {
            "key": (asked, inner),
            "value": (len(module.key), None),
            "up_bias": (hidden,),
            "down": (hidden, width),
            "down_bias": (width,),
        }
        for field, shape in shapes.items():
            numbers(f"{name}.{field}", getattr(module, field), shape)
        numbers(f"{name}.out", module.out, (module.value.shape[1], width))
    outputs = numbers("readout", network.readout, (width, None)).shape[1]
    numbers("readout_bias", network.readout_bias, (outputs,))
