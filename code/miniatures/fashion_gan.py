"""Generative adversarial networks: the game of two Gaussians, solved exactly, and a small GAN on pictures.

Source: the article "Clothes Make the GAN", The Batch (2020). The game and its value are those of I. Goodfellow et al.,
"Generative Adversarial Nets" (2014), arXiv:1406.2661; one-sided label smoothing is T. Salimans et al. (2016),
arXiv:1606.03498; the gradient penalty R1 is L. Mescheder et al. (2018), arXiv:1801.04406.

x       a real number in the exact game, the pixels of a picture in a trained GAN
shift   mean μ of the generated Gaussian; the real one is N(0, 1)
spread  standard deviation σ of the generated Gaussian
p, g    densities of what is real and of what is generated
D       the discriminator: the probability that x is real
G       the generator: noise z in, a picture out
z       latent noise, standard normal
JSD     Jensen-Shannon divergence of p and g, nats
V       value of the game when D plays its best, nats
γ       weight of the penalty R1 on the slope of the discriminator's logit
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from miniatures.checks import arrays, as_array, classes_of, fitting, numbers, real, several, whole
from miniatures.training import Adam, backward, checked_layers, flat, forward, initial_layers

FARTHEST = 1e6  # of x and of the shift, so that squares of quotients stay floats
NARROWEST, WIDEST = 0.02, 50.0  # of the spread: what the grid below resolves
MOST_STEPS, MOST_PIXELS, MOST_IMAGES = 100_000, 4096, 100_000
_GRID = np.linspace(-12, 12, 4801)  # the trapezium rule is exact to rounding for what falls like a Gaussian
_WEIGHTS = np.exp(-(_GRID**2) / 2) / np.exp(-(_GRID**2) / 2).sum()


# the exact game --------------------------------------------------------------------------------


def log_ratio(x, shift: float, spread: float = 1.0) -> np.ndarray:
    """log p(x) - log g(x), for p = N(0, 1) and g = N(shift, spread²): the logit of the optimal discriminator.

    >>> float(log_ratio(0.0, 1.5))
    1.125
    """
    x = numbers("x", x, low=-FARTHEST, high=FARTHEST)
    return _log_ratio(x, *_gaussian(shift, spread))


def _gaussian(shift, spread):
    return real("shift", shift, -FARTHEST, FARTHEST), real("spread", spread, NARROWEST, WIDEST)


def _log_ratio(x, shift, spread):
    if spread == 1:
        return shift * (shift / 2 - x)  # the squares of x cancel: a straight line
    return ((x - shift) / spread) ** 2 / 2 - x**2 / 2 + np.log(spread)


def optimal_discriminator(x, shift: float, spread: float = 1.0):
    """p(x) / (p(x) + g(x)), the best answer: a float, or an array like x.

    >>> optimal_discriminator(0.75, 1.5)
    0.5
    """
    found = expit(log_ratio(x, shift, spread))
    return float(found) if np.ndim(x) == 0 else found


def jensen_shannon(shift: float, spread: float = 1.0) -> float:
    """JSD of N(0, 1) and N(shift, spread²), in nats, from 0 to log 2.

    >>> round(jensen_shannon(1.5), 4)
    0.2212
    """
    shift, spread = _gaussian(shift, spread)
    total = 0.0
    for x in (_GRID, shift + spread * _GRID):  # each density on a grid of its own
        difference = np.tanh(_log_ratio(x, shift, spread) / 2)  # (p - g) / (p + g)
        total += _WEIGHTS @ _surprise(difference)
    return float(total / 2)


def _surprise(d):
    """What x adds to the JSD where (p - g) / (p + g) = d: log 2 less the entropy of D; no term is negative."""
    d = np.minimum(np.abs(d), 1.0)
    certain = np.where(d < 1, (1 - d) * np.log1p(-np.minimum(d, 1 - 1e-16)), 0.0)
    return np.where(d < 1e-3, d**2 / 2 + d**4 / 12 + d**6 / 30, ((1 + d) * np.log1p(d) + certain) / 2)


def game_value(shift: float, spread: float = 1.0) -> float:
    """V = 2 JSD - log 4, in nats: what the best discriminator reaches, from -1.386 (nothing to tell) to 0.

    >>> round(game_value(0), 6)
    -1.386294
    """
    return 2 * jensen_shannon(shift, spread) - np.log(4).item()


# the GAN ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Recipe:
    """What a training can be varied in. A step is `discriminator_steps` of D, then `generator_steps` of G."""

    width: int = 128  # units of each of the two hidden layers, of both networks
    latent: int = 32  # numbers of noise that a picture is made from
    batch: int = 64
    rate: float = 5e-4  # Adam's, of D
    generator_rate: float = 5e-4
    penalty: float = 0.3  # γ
    real_label: float = 0.9  # what D is taught to say of a real picture
    average: float = 0.998  # of the generator's weights, over the steps
    slope: float = 0.2  # of the leaky rectified units
    generator_steps: int = 1
    discriminator_steps: int = 1

    def __post_init__(self):
        for name, most in {
            "width": 4096,
            "latent": 4096,
            "batch": 4096,
            "generator_steps": 100,
            "discriminator_steps": 100,
        }.items():
            whole(name, getattr(self, name), 1, most)
        for name, low, high in (("rate", 1e-9, 1), ("generator_rate", 1e-9, 1), ("penalty", 0, 1e3), ("real_label", 0.5, 1),
                                ("average", 0, 1), ("slope", 1e-6, 1)):  # fmt: skip
            real(name, getattr(self, name), low, high)


@dataclass(frozen=True)
class Gan:
    """A trained generator and the course of its training.

    samples    (count, …) pictures of the shape and the range of those given
    losses     (steps, 2), of D (without the penalty) and of G, nats, before each step
    scores     (steps, 2), mean D of a batch of real and of one of generated pictures
    last       its layers as the last step left them, not averaged
    snapshots  the averaged layers after each step that was asked for
    """

    samples: np.ndarray
    losses: np.ndarray
    scores: np.ndarray
    generator: list
    last: list
    snapshots: tuple


def generate(generator, noise, slope: float = 0.2) -> np.ndarray:
    """Pictures in [-1, 1] that the layers make of `noise`: (N, latent) -> (N, pixels)."""
    generator = checked_layers("generator", generator)
    noise = numbers("noise", noise, (None, len(generator[0][0])))
    return _generate(generator, noise, real("slope", slope, 0, 1))


def _generate(generator, noise, slope):
    return np.tanh(forward(generator, noise, slope)[-1])


def adversarial_losses(real_logits, fake_logits, real_label: float = 0.9):
    """D's loss, G's loss; gradients of D's by real and by fake logits, of G's by fake ones.

    Logits are (N, 1). D's loss is the cross-entropy of both, G's is -log D(G(z)).

    >>> d, g, *_ = adversarial_losses(np.zeros((1, 1)), np.zeros((1, 1)), 1.0)
    >>> round(d, 4), round(g, 4)
    (1.3863, 0.6931)
    """
    a, n = numbers("real_logits", real_logits, (None, 1)), len(real_logits)
    b, real_label = numbers("fake_logits", fake_logits, (n, 1)), real("real_label", real_label, 0, 1)
    on_real = np.logaddexp(0, a) - real_label * a  # cross-entropy of the label and the logit
    d_loss, g_loss = (on_real + np.logaddexp(0, b)).mean(), np.logaddexp(0, -b).mean()
    d_by_real, d_by_fake, g_by_fake = expit(a) - real_label, expit(b), -expit(-b)
    return float(d_loss), float(g_loss), d_by_real / n, d_by_fake / n, g_by_fake / n


def input_gradient(layers, activations, gradient, slope: float = 0.2):
    """The gradient by each layer's output, a list, and last by the input, from that by the final output.

    It is `training.backward` without the gradients by the weights: all that a step of G wants of D.

    >>> layers = [(np.array([[2.0], [1.0]]), np.zeros(1))]
    >>> input_gradient(layers, forward(layers, [[1.0, 1.0]]), [[3.0]])[1].tolist()
    [[6.0, 3.0]]
    """
    layers = _judged("layers", layers, activations)
    gradient = numbers("gradient", gradient, np.shape(activations[-1]))
    return _input_gradient(layers, activations, gradient, real("slope", slope, 0, 1))


def _judged(name, layers, activations):
    """The layers, checked; ValueError unless `activations` are the inputs of each and its last output."""
    layers = checked_layers(name, layers)
    sides = [len(w) for w, _ in layers] + [len(layers[-1][1])]
    if len(several("activations", activations)) != len(sides):
        raise ValueError(f"activations: {len(activations)} arrays, where {len(layers)} layers make {len(sides)}")
    rows = len(several("activations[0]", activations[0]))
    arrays("activations", list(activations), [(rows, side) for side in sides])
    return layers


def _input_gradient(layers, activations, gradient, slope):
    found = [gradient]
    for number in range(len(layers) - 1, 0, -1):
        found.insert(0, np.where(activations[number] > 0, 1.0, slope) * (found[0] @ layers[number][0].T))
    return found, found[0] @ layers[0][0].T


def slope_penalty(layers, activations, weight: float, columns: int, slope: float = 0.2):
    """R1, and its gradients by the layers' weights.

    R1 is weight/2 times the mean squared gradient of the logit by the first `columns` inputs.

    >>> layers = [(np.array([[2.0], [1.0]]), np.zeros(1))]
    >>> slope_penalty(layers, forward(layers, [[1.0, 1.0]]), 0.5, 1)[0]  # 0.5/2 * 2²
    1.0
    """
    layers, weight = _judged("layers", layers, activations), real("weight", weight, 0, 1e6)
    columns, slope = whole("columns", columns, 0, len(layers[0][0])), real("slope", slope, 0, 1)
    ones = np.ones((len(activations[0]), 1))
    back, by_input = _input_gradient(layers, activations, ones, slope)
    by_input[:, columns:] = 0
    tangent, gradients = weight / len(by_input) * by_input, []
    for number, (w, b) in enumerate(layers):
        gradients.append((tangent.T @ back[number], np.zeros_like(b)))
        if number < len(layers) - 1:
            mask = np.where(activations[number + 1] > 0, 1.0, slope)
            tangent = mask * (tangent @ w)  # (N, inputs) -> (N, outputs)
    return float(weight / 2 * (by_input**2).sum(axis=1).mean()), gradients


class _Players:
    """Both networks, their optimisers and one step of each."""

    def __init__(self, pixels, kinds, recipe, rng):
        self.pixels, self.kinds, self.recipe, self.rng = pixels, kinds, recipe, rng
        side, given, hidden = pixels.shape[1], kinds.shape[1], (recipe.width, recipe.width)
        self.g = initial_layers((recipe.latent + given, *hidden, side), rng)
        self.d = initial_layers((side + given, *hidden, 1), rng)
        self.g_optimiser = Adam(flat(self.g), recipe.generator_rate, (0.5, 0.99))
        self.d_optimiser = Adam(flat(self.d), recipe.rate, (0.5, 0.99))
        self.mean = [(w.copy(), b.copy()) for w, b in self.g]
        self.count = 0

    def noise(self, rows):
        """Latent noise beside the kinds of `rows`, (N, latent + kinds)."""
        return np.hstack([self.rng.normal(size=(len(rows), self.recipe.latent)), self.kinds[rows]])

    def rows(self):
        return self.rng.integers(0, len(self.pixels), self.recipe.batch)

    def discriminate(self, pictures, rows):
        return forward(self.d, np.hstack([pictures, self.kinds[rows]]), self.recipe.slope)

    def discriminator_step(self):
        """One step of D; the losses and scores of both."""
        recipe, rows, others = self.recipe, self.rows(), self.rows()
        true = self.discriminate(self.pixels[rows], rows)
        fake = self.discriminate(_generate(self.g, self.noise(others), recipe.slope), others)
        d_loss, g_loss, by_true, by_fake, _ = adversarial_losses(true[-1], fake[-1], recipe.real_label)
        parts = [backward(self.d, true, by_true, recipe.slope)[0], backward(self.d, fake, by_fake, recipe.slope)[0]]
        if recipe.penalty:
            parts.append(slope_penalty(self.d, true, recipe.penalty, self.pixels.shape[1], recipe.slope)[1])
        self.d_optimiser.step([sum(one) for one in zip(*map(flat, parts), strict=True)])
        return (d_loss, g_loss), (expit(true[-1]).mean(), expit(fake[-1]).mean())

    def generator_step(self):
        """One step of G through D, which stays, and of the average of G's weights."""
        rows, slope = self.rows(), self.recipe.slope
        made = forward(self.g, self.noise(rows), slope)
        pictures = np.tanh(made[-1])
        judged = self.discriminate(pictures, rows)
        by_logit = adversarial_losses(judged[-1], judged[-1])[4]
        by_picture = _input_gradient(self.d, judged, by_logit, slope)[1][:, : pictures.shape[1]]
        through_tanh = by_picture * (1 - pictures**2)
        self.g_optimiser.step(flat(backward(self.g, made, through_tanh, slope)[0]))
        self.count += 1
        keep = min(self.recipe.average, self.count / (self.count + 10))  # first weights: forget them
        for mean, now in zip(flat(self.mean), flat(self.g), strict=True):
            mean += (1 - keep) * (now - mean)

    def averaged(self):
        return [(w.copy(), b.copy()) for w, b in self.mean]


def train_gan(images, steps: int, rng: np.random.Generator, recipe: Recipe | None = None, labels=None,
              snapshots: Sequence[int] = (), count: int = 100) -> Gan:  # fmt: skip
    """Train a generator of pictures against a discriminator for `steps` steps, by gradients written by hand.

    images     (N, …) numbers of any range, at least two of them different, at most 4096 pixels a picture
    labels     (N,) whole numbers from 0 on: both networks are told the class (a conditional GAN)
    snapshots  steps after which the generator is kept
    count      samples in the result; with labels, of the classes in turn

    >>> rng = np.random.default_rng(0)
    >>> gan = train_gan(rng.random((20, 4, 4)), 3, rng, count=5)
    >>> gan.samples.shape, gan.losses.shape
    ((5, 4, 4), (3, 2))
    """
    images, steps, recipe = _images(images), whole("steps", steps, 0, MOST_STEPS), recipe or Recipe()
    count = whole("count", count, 1, MOST_IMAGES)
    wanted = [whole("snapshots", one, 0, steps) for one in several("snapshots", snapshots)]
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng={rng!r} must be a numpy.random.Generator, as numpy.random.default_rng(0) makes it")
    low, high = images.min(), images.max()
    pixels = 2 * (images.reshape(len(images), -1) - low) / (high - low) - 1
    players = _Players(pixels, _kinds(labels, len(images)), recipe, rng)
    losses, scores, kept = np.zeros((steps, 2)), np.zeros((steps, 2)), {0: players.averaged()}
    for step in range(steps):
        for number in range(recipe.discriminator_steps):
            found = players.discriminator_step()
            if number == 0:
                losses[step], scores[step] = found
        for _ in range(recipe.generator_steps):
            players.generator_step()
        if step + 1 in wanted:
            kept[step + 1] = players.averaged()
    generator = players.averaged()
    made = generate(generator, latent_noise(count, recipe, rng, players.kinds.shape[1]), recipe.slope)
    samples = (low + (made + 1) / 2 * (high - low)).reshape(count, *images.shape[1:])
    return Gan(np.clip(samples, low, high), losses, scores, generator, players.g, tuple(kept[one] for one in wanted))


def latent_noise(count: int, recipe: Recipe, rng: np.random.Generator, classes: int = 0) -> np.ndarray:
    """Inputs of a generator, (count, latent + classes): normal noise, then the classes in turn, one-hot."""
    count, classes = whole("count", count, 1, MOST_IMAGES), whole("classes", classes, 0, 1000)
    noise = rng.normal(size=(count, recipe.latent))
    return np.hstack([noise, np.eye(classes)[np.arange(count) % classes]]) if classes else noise


def between(first, second, t) -> np.ndarray:
    """Points (N, d) at the shares `t` (N,) of the way from one noise (d,) or (N, d) to another, as long as noise is.

    The straight mean of two draws is shorter than a draw; dividing by the root of (1 - t)² + t² makes it one again.

    >>> between(np.array([3.0, 0.0]), np.array([0.0, 4.0]), [0.0, 0.5]).round(3).tolist()
    [[3.0, 0.0], [2.121, 2.828]]
    """
    first, second = fitting({"first": first, "second": second})
    t = numbers("t", np.atleast_1d(as_array("t", t)), (None,), 0, 1)[:, None]
    return ((1 - t) * np.asarray(first) + t * np.asarray(second)) / np.sqrt((1 - t) ** 2 + t**2)


def _images(images):
    images = numbers("images", images)
    if images.ndim < 2 or images.size == 0 or len(images) > MOST_IMAGES or images[0].size > MOST_PIXELS:
        raise ValueError(
            f"images of shape {images.shape} must be (N, height, width) or (N, pixels), N from 1 to {MOST_IMAGES}, at most {MOST_PIXELS} pixels a picture"
        )
    if images.min() == images.max():
        raise ValueError(f"images hold {images.min():g} everywhere: at least two pixels must differ")
    return images


def _kinds(labels, count):
    """One-hot rows of the labels, (N, classes); (N, 0) where there are none."""
    if labels is None:
        return np.zeros((count, 0))
    labels = classes_of("labels", labels, count, 1000)
    return np.eye(labels.max() + 1)[labels]
