"""Feature inversion: a picture whose activation points in a wanted direction.

Source: the objective of S. Carter et al., "Exploring Neural Networks with Activation Atlases" (2019),
doi:10.23915/distill.00015, its denominator corrected; remedies against noise after C. Olah, A. Mordvintsev and L. Schubert,
"Feature Visualization" (2017).

h      activation of one layer at one place, (d,), after the rectifier
mu, K  mean (d,) of a sample of activations, and whitening matrix (d, d): (h - mu) @ K has covariance 1
v      direction (d,) that a picture is made for
n      power of the cosine in the objective, no unit
"""

from dataclasses import dataclass

import numpy as np

from miniatures.atlas_network import FIELDS, LAYERS, SHAPES, activations, gradient_below, initial_weights
from miniatures.checks import arrays, numbers, one_of, real, whole
from miniatures.sea_scenes import LARGEST_SEED
from miniatures.training import Adam

ICON_STEPS, ICON_RATE, MOST_POWER = 60, 0.1, 20
WEIGHTS = tuple(one.shape for one in initial_weights(np.random.default_rng(0)))  # shapes of a network's arrays
LARGEST_SIDE = 1000  # pixels
BLUR, CALM = 1.0, 2.0  # pixels; pull of every coordinate towards 0, beside a gradient of size 1


def whitening(sample) -> tuple[np.ndarray, np.ndarray]:
    """mu (d,) and K (d, d) of activations (N, d): (sample - mu) @ K has covariance 1 in every direction the sample fills.

    Directions that it does not fill, such as a unit that never fires, are mapped to 0. K is symmetric.
    """
    sample = numbers("sample", sample, (None, None), -1e30, 1e30)
    mu = sample.mean(axis=0)
    values, vectors = np.linalg.eigh((sample - mu).T @ (sample - mu) / len(sample))
    filled = values > 1e-6 * max(values[-1], 1e-30)
    stretch = np.where(filled, 1 / np.sqrt(np.where(filled, values, 1)), 0)
    return mu, (vectors * stretch) @ vectors.T


def inversion_objective(activation, direction, power) -> float:
    """(h . v)^(n+1) / (|h| |v|)^n: the dot product times the n-th power of the cosine, h and v both (d,).

    0 where h is 0, its limit. ValueError where v is 0, and for a negative cosine to a power that is no whole number. Mind an
    odd n: a direction straight against v then scores as well as v itself. `power` from 0 to 20.

    >>> round(inversion_objective([3.0, 4.0], [1.0, 0.0], 1), 6)  # 3 * 3/5
    1.8
    """
    h = numbers("activation", activation, (None,), -1e30, 1e30)
    v = numbers("direction", direction, h.shape, -1e30, 1e30)
    power = real("power", power, 0, MOST_POWER)
    if not v.any():
        raise ValueError("direction holds only 0: it points nowhere")
    dot = float(h @ v)
    if not h.any() or (dot == 0.0):
        return 0.0
    cosine = float((h / np.abs(h).max()) @ (v / np.abs(v).max()))
    cosine /= float(np.linalg.norm(h / np.abs(h).max()) * np.linalg.norm(v / np.abs(v).max()))
    if cosine < 0 and power != int(power):
        raise ValueError(f"power={power:g} of the negative cosine {cosine:.3g} is no real number: give a whole power")
    return dot * cosine ** (int(power) if power == int(power) else power)


def objective_gradient(z, v, power: int) -> np.ndarray:
    """The gradient of `inversion_objective` by each row of z (M, d) for the rows of v (M, d); 0 where a row of z or of v is 0.

    >>> objective_gradient(np.array([[3.0, 4.0]]), np.array([[1.0, 0.0]]), 1).round(3).tolist()
    [[0.984, -0.288]]
    """
    numbers("z", z, (None, None)), numbers("v", v, np.shape(z))
    power = whole("power", power, 0, MOST_POWER)
    size = np.sqrt((z**2).sum(axis=1, keepdims=True))
    size = np.where(size > 0, size, 1.0)
    length = np.sqrt((v**2).sum(axis=1, keepdims=True))
    unit = v / np.where(length > 0, length, 1.0)
    dot = (z * v).sum(axis=1, keepdims=True)
    cosine = (z * unit).sum(axis=1, keepdims=True) / size
    return (power + 1) * cosine**power * v - power * dot * cosine**power * z / size**2


@dataclass(frozen=True)
class Icons:
    """Pictures made for M directions, and the cosine of their whitened activation with the direction."""

    pictures: np.ndarray  # (M, s, s, 3) in [0, 1], s pixels being what one activation sees
    started: np.ndarray  # (M,)
    reached: np.ndarray  # (M,)


def invert(
    weights, layer: str, targets, whitener, colours, power: int = 4, steps: int = ICON_STEPS, seed: int = 0
) -> Icons:
    """Pictures whose activation points the way of each of the targets (M, d), by `steps` of Adam from calm noise.

    `whitener` is (mu, K); activation and target are both whitened. `colours` is (mean, spread), (3,) and (3, 3), of pixels.
    A picture has the size of the square that one activation sees and the network is run on it without a border, so that
    there is exactly one activation. The objective's gradient is scaled to a mean square of 1 for each picture.

    >>> rng = np.random.default_rng(0)
    >>> weights, squares = initial_weights(rng), rng.random((9, 5, 5, 3))
    >>> h = activations(weights, squares, border=False)[0][:, 0, 0]
    >>> invert(weights, "conv1", h[:2], whitening(h), colour_statistics(squares), steps=2).pictures.shape
    (2, 5, 5, 3)
    """
    weights, targets, (mu, k) = _checked(weights, layer, targets, whitener)
    number, side, colours = LAYERS.index(layer), FIELDS[layer], arrays("colours", colours, ((3,), (3, 3)))
    v = (targets - mu) @ k
    power = whole("power", power, 0, MOST_POWER)
    calm = np.random.default_rng(whole("seed", seed, 0, LARGEST_SEED)).normal(0, 0.1, (len(v), side, side, 3))
    optimiser, blur = Adam([calm], ICON_RATE), blurring(side)
    started = cosines_with(weights, layer, _pictures(calm, blur, colours)[0], targets, whitener)
    for _ in range(whole("steps", steps, 0, 10_000)):
        pictures, inside = _pictures(calm, blur, colours)
        kept: list = []
        found = activations(weights, pictures, border=False, kept=kept)
        z = (found[number][:, 0, 0] - mu) @ k
        uphill = (objective_gradient(z, v, power) @ k)[:, None, None]
        back = gradient_below(weights, uphill, found, kept, number) * inside @ colours[1].T
        back = np.einsum("ij,nilc,lk->njkc", blur, back, blur)
        size = np.sqrt((back**2).mean(axis=(1, 2, 3), keepdims=True))
        optimiser.step([CALM * calm - back / np.maximum(size, 1e-12)])
    pictures = _pictures(calm, blur, colours)[0]
    return Icons(pictures, started, cosines_with(weights, layer, pictures, targets, whitener))


def _checked(weights, layer, targets, whitener):
    """Weights, targets and whitener; ValueError names what does not fit the layer."""
    width = SHAPES[LAYERS.index(one_of("layer", layer, LAYERS))][3]
    targets = numbers("targets", targets, (None, width))
    return arrays("weights", weights, WEIGHTS), targets, arrays("whitener", whitener, ((width,), (width, width)))


def blurring(side: int) -> np.ndarray:
    """A Gaussian blur of BLUR pixels along one axis, (side, side); every row has length 1."""
    at = np.arange(whole("side", side, 1, LARGEST_SIDE))
    rows = np.exp(-((at[:, None] - at) ** 2) / (2 * BLUR**2))
    return rows / np.sqrt((rows**2).sum(axis=1, keepdims=True))


def colour_statistics(squares) -> tuple[np.ndarray, np.ndarray]:
    """Mean (3,) of the pixels of squares (N, s, s, 3), and the symmetric root (3, 3) of their covariance.

    >>> colour_statistics([[[[0.0, 1.0, 1.0], [1.0, 1.0, 1.0]]]])[0].tolist()
    [0.5, 1.0, 1.0]
    """
    pixels = numbers("squares", squares, (None, None, None, 3)).reshape(-1, 3)
    if len(pixels) < 2:
        raise ValueError("squares hold one pixel: its colour has no covariance")
    values, vectors = np.linalg.eigh(np.cov(pixels.T))
    return pixels.mean(axis=0), (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T


def _pictures(calm, blur, colours):
    """Pictures in [0, 1] of calm coordinates (M, s, s, 3): blurred, given the colours' spread; and where they are not cut."""
    found = np.einsum("ij,njkc,lk->nilc", blur, calm, blur) @ colours[1] + colours[0]
    return np.clip(found, 0, 1), (found > 0) & (found < 1)


def _whitened(weights, layer, pictures, targets, whitener):
    """The activation of each picture and the targets, whitened: (M, d) both."""
    weights, targets, whitener = _checked(weights, layer, targets, whitener)
    numbers("pictures", pictures, (len(targets), FIELDS[layer], FIELDS[layer], 3), 0, 1)
    h = activations(weights, pictures, border=False)[LAYERS.index(layer)][:, 0, 0]
    return [(np.asarray(one, float) - whitener[0]) @ whitener[1] for one in (h, targets)]


def cosines_with(weights, layer: str, pictures, targets, whitener) -> np.ndarray:
    """The cosine of each picture's activation with its own target, both whitened: (M,); 0 where either is 0.

    >>> weights, squares = initial_weights(np.random.default_rng(0)), np.random.default_rng(1).random((9, 5, 5, 3))
    >>> h = activations(weights, squares, border=False)[0][:, 0, 0]
    >>> cosines_with(weights, "conv1", squares, h, whitening(h)).min().round(6)
    np.float64(1.0)
    """
    z, v = _whitened(weights, layer, pictures, targets, whitener)
    sizes = np.linalg.norm(z, axis=1) * np.linalg.norm(v, axis=1)
    return (z * v).sum(axis=1) / np.maximum(sizes, 1e-30)


def finds_its_own(weights, layer: str, pictures, targets, whitener) -> np.ndarray:
    """For each picture made for one of the targets (M, d): is that target the one its activation is closest to? (M,) bool.

    Closest by cosine, after whitening. By chance one in M would be.

    >>> weights, squares = initial_weights(np.random.default_rng(0)), np.random.default_rng(1).random((9, 5, 5, 3))
    >>> h = activations(weights, squares, border=False)[0][:, 0, 0]
    >>> [finds_its_own(weights, "conv1", squares[:2], h[rows], whitening(h)).tolist() for rows in ([0, 1], [1, 0])]
    [[True, True], [False, False]]
    """
    z, v = _whitened(weights, layer, pictures, targets, whitener)
    cosines = z @ (v / np.linalg.norm(v, axis=1, keepdims=True)).T
    return cosines.argmax(axis=1) == np.arange(len(v))
