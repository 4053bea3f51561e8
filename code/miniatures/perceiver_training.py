"""Training a small Perceiver IO on digits: any pixel or the class is asked, gradients by hand.

Source: A. Jaegle et al. (2021), arXiv:2107.14795: the modules of appendix E, and section 3.2 for training on a few of the
outputs at a time; the optimiser is Adam, D. P. Kingma and J. Ba (2015), arXiv:1412.6980.

lambda  weight of the pixels' squared error beside the class's cross-entropy, no unit
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import classes_of, numbers, positive, real, several, whole
from miniatures.digits import CLASSES, LARGEST_SEED, digits, split
from miniatures.perceiver import TINY, Attention, Perceiver, attend, in_order
from miniatures.perceiver_digits import (
    CHANNELS,
    CLASS_LOGITS,
    GREY,
    OUTPUTS,
    PATCHES,
    QUERY_CHANNELS,
    class_query,
    pixel_queries,
    tokens,
)
from miniatures.training import Adam, softmax_cross_entropy

ASKED = 12  # pixels a step, of 64
PIXEL_WEIGHT = 30.0  # lambda
BATCH = 64
WARM_UP, LARGEST_STEP = 200, 3.0  # steps; norm of a gradient
MOST_HIDDEN = 8  # patches left out of a training step, at most


def attention_gradient(module: Attention, memory, gradient, residual: bool = True):
    """From the gradient by a module's answers (B, M, E): by each of its arrays, by `asking` and by `asked`.

    `memory` is what `attend` returned beside the answers.

    >>> module = Perceiver.random(2, 2, 1, np.random.default_rng(0), 2, 4).read
    >>> asking, asked = np.eye(4)[None, :3], np.eye(2)[None]
    >>> attention_gradient(module, attend(module, asking, asked)[1], np.ones((1, 3, 4)))[2].shape
    (1, 2, 2)
    """
    _check_memory(module, memory)
    numbers("gradient", gradient, memory[9].shape)
    return _attention_gradient(module, memory, gradient, residual)


def _check_memory(module, memory):
    """ValueError unless `memory` holds the twelve arrays of `attend`, (…, M, …) of what asks and (…, N, …) of what is asked."""
    if len(several("memory", memory)) != 12:
        raise ValueError(f"memory holds {len(memory)} arrays: `attend` returns twelve")
    for place, one in enumerate(memory):
        shape = numbers(f"memory[{place}]", one).shape
        if len(shape) < 2:
            raise ValueError(f"memory[{place}] of shape {shape} must be of shape (..., any, any)")
    first, second = (memory[place].shape[:-1] for place in (0, 1))
    inner, values, width, hidden = (one.shape[1] for one in (module.query, module.value, module.out, module.up))
    asking, asked = (*first, len(module.query)), (*second, len(module.key))
    shapes = [asking, asked, asking, asked, (*first, inner), (*second, inner), (*second, values), (*first, second[-1])]
    shapes += [(*first, values), (*first, width), (*first, width), (*first, hidden)]
    for place, (one, shape) in enumerate(zip(memory, shapes, strict=True)):
        numbers(f"memory[{place}]", one, shape)


def _attention_gradient(module, memory, gradient, residual=True):
    """By each of a module's arrays, by `asking` (B, M, D) and by `asked` (B, N, C), from the gradient by its answers (B, M, E)."""
    asking, asked, first, second, q, k, v, weights, read, sum_, rested, hidden = memory
    back_hidden = (gradient @ module.down.T) * (hidden > 0)
    back_sum = gradient + _normalised_gradient(sum_, rested, back_hidden @ module.up.T)
    back_read = back_sum @ module.out.T
    back_weights = back_read @ np.swapaxes(v, -1, -2)  # (B, M, F), (B, F, N) -> (B, M, N)
    back_scores = weights * (back_weights - (back_weights * weights).sum(axis=-1, keepdims=True)) / np.sqrt(q.shape[-1])
    back_q, back_k = back_scores @ k, np.swapaxes(back_scores, -1, -2) @ q
    back_v = np.swapaxes(weights, -1, -2) @ back_read
    back_asking = _normalised_gradient(asking, first, back_q @ module.query.T)
    back_asked = _normalised_gradient(asked, second, back_k @ module.key.T + back_v @ module.value.T)
    pairs = {"query": (first, back_q), "key": (second, back_k), "value": (second, back_v), "out": (read, back_sum)}
    pairs |= {"up": (rested, back_hidden), "down": (hidden, gradient)}
    found = {name: _flat(before).T @ _flat(back) for name, (before, back) in pairs.items()}
    found |= {"up_bias": _flat(back_hidden).sum(axis=0), "down_bias": _flat(gradient).sum(axis=0)}
    return Attention(**found), back_asking + back_sum if residual else back_asking, back_asked


def _flat(x):
    return x.reshape(-1, x.shape[-1])  # (B, M, D) -> (B M, D)


def _normalised_gradient(x, y, gradient):
    """From the gradient by y = normalised(x) that by x."""
    scale = np.sqrt(x.var(axis=-1, keepdims=True) + TINY)
    along = (gradient * y).mean(axis=-1, keepdims=True)
    return (gradient - gradient.mean(axis=-1, keepdims=True) - y * along) / scale


def loss_and_gradient(network: Perceiver, inputs, queries, labels, greys, weight: float = PIXEL_WEIGHT):
    """The loss of a batch, its two parts, and its gradient by each of `network.arrays`.

    `inputs` (B, N, 14); `queries` (1 + P, 16), the class query first; `labels` (B,), `greys` (B, P) what the pixels are.
    The loss is the mean cross-entropy, nats, plus `weight` times the mean squared error of the greys.
    """
    count = len(numbers("inputs", inputs, (None, None, len(network.read.key))))
    numbers("queries", queries, (None, len(network.answer.query)))
    numbers("greys", greys, (count, len(queries) - 1))
    labels, weight = classes_of("labels", labels, count, CLASSES), real("weight", weight, 0, 1e9)
    latents, reading = attend(network.read, np.broadcast_to(network.latents, (count, *network.latents.shape)), inputs)
    memories = []
    for module in network.process:
        latents, memory = attend(module, latents, latents)
        memories.append(memory)
    asking = np.broadcast_to(queries, (count, *queries.shape))
    answers, answering = attend(network.answer, asking, latents, residual=False)
    outputs = answers @ network.readout + network.readout_bias  # (B, 1 + P, D) -> (B, 1 + P, 11)
    cross_entropy, back_logits = softmax_cross_entropy(outputs[:, 0, CLASS_LOGITS], labels)
    miss = outputs[:, 1:, GREY] - greys
    squared = float((miss * miss).mean())
    back = np.zeros_like(outputs)
    back[:, 0, CLASS_LOGITS], back[:, 1:, GREY] = back_logits, 2 * weight * miss / miss.size
    found = [_flat(answers).T @ _flat(back), _flat(back).sum(axis=0)]
    answered, _, back = _attention_gradient(network.answer, answering, back @ network.readout.T, residual=False)
    processed = []
    for module, memory in zip(network.process[::-1], memories[::-1], strict=True):
        gradient, asking_back, asked_back = _attention_gradient(module, memory, back)
        back = asking_back + asked_back
        processed.insert(0, gradient)
    read, back, _ = _attention_gradient(network.read, reading, back)
    gradient = in_order(back.sum(axis=0), (read, *processed, answered), *found)
    return cross_entropy + weight * squared, (cross_entropy, squared), gradient


@dataclass(frozen=True, eq=False)
class Training:
    """One training: the network, and of each step (steps,) the cross-entropy in nats and the squared error of the greys."""

    network: Perceiver
    cross_entropies: np.ndarray
    squared_errors: np.ndarray


def train(
    seed: int, latents: int = 8, steps: int = 2000, stop: int | None = None, rate: float = 0.008, careful: bool = True
) -> Training:
    """A network trained from `seed` on the 1297 digits that are not test images, by `steps` of Adam on 64 images each.

    Each step asks for the class and 12 random pixels, and in half of the steps leaves out up to 8 random patches of each
    image: a set may be smaller. The rate falls along a half cosine; `careful` lets it rise over 200 steps first, and shortens gradients to a norm of 3. `stop` ends the training
    after so many of its steps.
    """
    steps, rate = whole("steps", steps, 1, 100_000), positive("rate", rate, 1)
    rng = np.random.default_rng([whole("seed", seed, 0, LARGEST_SEED), whole("latents", latents, 1, 64)])
    network = Perceiver.random(CHANNELS, QUERY_CHANNELS, OUTPUTS, rng, latents)
    images, classes = digits()
    pool = np.setdiff1d(np.arange(len(images)), split(1, 0)[2])
    inputs, greys, every = tokens(images[pool]), images[pool].reshape(len(pool), -1), pixel_queries()
    adam, losses = Adam(network.arrays, rate), []
    for step in range(steps if stop is None else whole("stop", stop, 1, steps)):
        rows, asked = rng.integers(0, len(pool), BATCH), rng.permutation(len(every))[:ASKED]
        seen = kept_patches(rng)
        queries = np.concatenate([class_query(), every[asked]])
        batch = np.take_along_axis(inputs[rows], seen[:, :, None], axis=1)
        _, parts, gradient = loss_and_gradient(network, batch, queries, classes[pool[rows]], greys[rows][:, asked])
        now = rate * (1 + np.cos(np.pi * step / steps)) / 2
        if careful:
            now, gradient = now * min(1, (step + 1) / WARM_UP), shortened(gradient)
        adam.step(gradient, now)
        losses.append(parts)
    return Training(network, *np.array(losses).T)


def shortened(gradient) -> list[np.ndarray]:
    """The gradient's arrays, all by one factor, such that together they have a norm of at most 3.

    >>> shortened([np.array([9.0]), np.array([12.0])])
    [array([1.8]), array([2.4])]
    """
    for number, one in enumerate(several("gradient", gradient)):
        if not isinstance(one, np.ndarray):
            raise ValueError(f"gradient[{number}]={one!r:.60} must be an array")
        numbers(f"gradient[{number}]", one)
    norm = np.sqrt(sum((array * array).sum() for array in gradient))
    return gradient if norm <= LARGEST_STEP else [array * (LARGEST_STEP / norm) for array in gradient]


def kept_patches(rng: np.random.Generator) -> np.ndarray:
    """Which patches a batch sees, (64, 16 - hidden): none hidden in half of the steps, else 1 to 8 of each image."""
    hidden = int(rng.integers(1, MOST_HIDDEN + 1)) * int(rng.integers(0, 2))
    return np.argsort(rng.random((BATCH, PATCHES)), axis=1)[:, : PATCHES - hidden]
