"""What a frozen classifier wants to see: an autoencoder whose decoder is tuned through it, on digits of 8 x 8 pixels.

Source: S. Palacio, J. Folz, J. Hees, F. Raue, D. Borth, A. Dengel, "What do Deep Networks Like to See?" (CVPR 2018),
arXiv:1803.08337.

x      an image: 64 grey values in [0, 1], ink is 1
E      encoder, 64 -> 48 -> k; it is trained once and then never moves
D      decoder, k -> 48 -> 64, its output a sigmoid; the only part that is tuned
k      code size: the numbers that stand for an image
z      the code E(x), k numbers
f      a classifier, trained on originals and then frozen: 64 grey values -> 10 logits
y      the class of an image, 0 to 9
H      cross-entropy of a label and a prediction, nats
MSE    mean squared error for each pixel, squared grey values
I      mutual information of two labellings, nats
NMI    normalised mutual information: I over the mean of the two entropies, 0 to 1
"""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from miniatures.checks import as_array, classes_of, numbers, one_of, several, whole
from miniatures.digits import CLASSES, LARGEST_SEED, PIXELS, digits
from miniatures.training import (
    Adam,
    backward,
    checked_layers,
    flat,
    forward,
    initial_layers,
    softmax_cross_entropy,
)

CLASSIFIERS = {"linear": (), "mlp32": (32,), "mlp128": (128,), "2x64": (64, 64)}  # the sizes of their hidden layers
HIDDEN, TRAIN, LEVELS = 48, 1200, 16
BATCH = 50
CLASSIFIER_EPOCHS, CLASSIFIER_RATE = 60, 3e-3
AUTOENCODER_EPOCHS, AUTOENCODER_RATE = 100, 3e-3
TUNING_EPOCHS, TUNING_RATE = 40, 1e-3
PURPOSES = ("split", "classifier", "batches", "autoencoder", "tuning")


# two measures ----------------------------------------------------------------------------------


def linear_autoencoder_error(images, code_size: int) -> float:
    """The mean squared error for each pixel of the best linear code of `code_size` numbers, squared grey values.

    `images` (N, P) or (N, H, W). The best code keeps the `code_size` (1 to P) directions of largest variance about the
    mean image: the error is what the other principal components hold.

    >>> round(linear_autoencoder_error([[0.0, 0.0], [2.0, 0.0], [1.0, 0.3], [1.0, -0.3]], 1), 6)
    0.0225
    """
    images = _rows("images", images)
    code_size = whole("code_size", code_size, 1, images.shape[1])
    variances = np.linalg.svd(images - images.mean(axis=0), compute_uv=False) ** 2
    return float(variances[code_size:].sum() / images.size)


def normalized_mutual_information(labels_a, labels_b) -> float:
    """How much one labelling says about the other: their mutual information over the mean of their entropies, 0 to 1.

    `labels_a` and `labels_b` (N,): whole numbers or texts, whose names and order do not matter. Two labellings with a
    single label each agree, 1; where only one of them has a single label, it says nothing, 0.

    >>> normalized_mutual_information([0, 0, 1, 1], [1, 1, 0, 0]), normalized_mutual_information([0, 0, 1, 1], [0, 1, 0, 1])
    (1.0, 0.0)
    """
    a, b = _labels("labels_a", labels_a), _labels("labels_b", labels_b)
    if len(a) != len(b):
        raise ValueError(f"labels_b of length {len(b)} must hold as many labels as labels_a, {len(a)}")
    joint = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(joint, (a, b), 1 / len(a))
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    if len(rows) == len(columns) == 1:
        return 1.0
    shared = _entropy(rows) + _entropy(columns) - _entropy(joint)
    return float(min(1.0, max(0.0, 2 * shared / (_entropy(rows) + _entropy(columns)))))


def _entropy(shares):
    """Entropy in nats of shares that sum to one."""
    inhabited = shares[shares > 0]
    return float(-(inhabited * np.log(inhabited)).sum())


def grey_levels(images) -> np.ndarray:
    """Each grey value in [0, 1] as the nearest of the 17 levels 0 … 16 in which the digits were stored, one after another.

    >>> grey_levels([[0.0, 0.49], [0.5, 1.0]]).tolist()
    [0, 8, 8, 16]
    """
    return _levels(numbers("images", images, None, 0, 1))


def _levels(greys):
    return np.round(LEVELS * greys).astype(int).ravel()


def pixel_information(images, reconstructions) -> float:
    """NMI between the grey levels of `images` and those of the same pixels in `reconstructions`, of equal shape.

    >>> pixel_information(digits()[0], digits()[0])
    1.0
    """
    images = numbers("images", images, None, 0, 1)
    reconstructions = numbers("reconstructions", reconstructions, images.shape, 0, 1)
    return normalized_mutual_information(_levels(images), _levels(reconstructions))


# the networks ----------------------------------------------------------------------------------


def stream(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """A random generator of its own for each of PURPOSES, so that what one part draws moves no other part."""
    place = PURPOSES.index(one_of("purpose", purpose, PURPOSES))
    return np.random.default_rng([whole("seed", seed, 0, LARGEST_SEED), place, whole("number", number, 0, 10**6)])


def split(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the 1200 training and the 597 test images that `seed` draws.

    >>> [len(part) for part in split(0)]
    [1200, 597]
    """
    order = stream(seed, "split").permutation(len(digits()[0]))
    return order[:TRAIN], order[TRAIN:]


def sigmoid(logits):
    """1 / (1 + exp(-logits)), without overflow.

    >>> sigmoid([0.0, -np.inf]).tolist()
    [0.5, 0.0]
    """
    return _sigmoid(numbers("logits", logits, None, -np.inf, np.inf))


def _sigmoid(logits):
    return 0.5 + 0.5 * np.tanh(0.5 * logits)


def encode(encoder, images) -> np.ndarray:
    """The codes z = E(x): (N, 64) -> (N, k)."""
    images = numbers("images", images, (None, None))
    return forward(checked_layers("encoder", encoder, images.shape[1]), images)[-1]


def decode(decoder, codes) -> np.ndarray:
    """The images D(z), grey values in (0, 1): (N, k) -> (N, 64)."""
    codes = numbers("codes", codes, (None, None))
    return _sigmoid(forward(checked_layers("decoder", decoder, codes.shape[1]), codes)[-1])


def accuracy(classifier, images, classes) -> float:
    """The share of `images` (N, 64) whose largest logit is that of their class in `classes` (N,)."""
    images = numbers("images", images, (None, None))
    layers = checked_layers("classifier", classifier, images.shape[1])
    classes = classes_of("classes", classes, len(images), layers[-1][1].size)
    return float((forward(layers, images)[-1].argmax(axis=1) == classes).mean())


def reconstruction_gradient(encoder, decoder, images):
    """MSE of D(E(x)) and its gradient by each array of encoder and decoder, in the order of `flat`.

    >>> still = [(np.zeros((1, 1)), np.zeros(1))]  # the image 0.5 whatever is shown
    >>> mse, by_array = reconstruction_gradient(still, still, [[1.0]])
    >>> mse, float(by_array[-1][0])
    (0.25, -0.25)
    """
    images = numbers("images", images, (None, None))
    encoder = checked_layers("encoder", encoder, images.shape[1])
    decoder = checked_layers("decoder", decoder, encoder[-1][1].size, images.shape[1])
    return _reconstruction_gradient(encoder, decoder, images)


def _reconstruction_gradient(encoder, decoder, images):
    """The same, unchecked: training asks for it for every batch."""
    inward = forward(encoder, images)
    outward = forward(decoder, inward[-1])
    shown = _sigmoid(outward[-1])
    by_image = 2 * (shown - images) / images.size  # (N, 64)
    by_decoder, by_code = backward(decoder, outward, by_image * shown * (1 - shown))
    by_encoder, _ = backward(encoder, inward, by_code)
    return float(((shown - images) ** 2).mean()), flat(by_encoder) + flat(by_decoder)


def tuning_gradient(decoder, codes, classes, classifier):
    """H(y, f(D(z))) and its gradient by each array of the decoder, for `codes` (N, k) and `classes` (N,).

    >>> still, reader = [(np.zeros((1, 2)), np.zeros(2))], [(np.array([[1.0, -1.0], [0.0, 2.0]]), np.zeros(2))]
    >>> loss, by_array = tuning_gradient(still, [[1.0]], [0], reader)
    >>> round(loss, 4), by_array[1].tolist()  # (-1, 1) times the sigmoid's slope
    (0.6931, [-0.25, 0.25])
    """
    codes = numbers("codes", codes, (None, None))
    decoder = checked_layers("decoder", decoder, codes.shape[1])
    classifier = checked_layers("classifier", classifier, decoder[-1][1].size)
    classes = classes_of("classes", classes, len(codes), classifier[-1][1].size)
    return _tuning_gradient(decoder, codes, classes, classifier)


def _tuning_gradient(decoder, codes, classes, classifier):
    """The cross-entropy H(y, f(D(z))) and its gradient by each array of the decoder: it flows through f and stops at z."""
    outward = forward(decoder, codes)
    shown = _sigmoid(outward[-1])  # (N, k) -> (N, 64)
    through = forward(classifier, shown)  # … -> (N, 10)
    loss, by_logits = softmax_cross_entropy(through[-1], classes)
    _, by_image = backward(classifier, through, by_logits)  # f's own gradient is thrown away: f is frozen
    by_decoder, _ = backward(decoder, outward, by_image * shown * (1 - shown))
    return loss, flat(by_decoder)


# training --------------------------------------------------------------------------------------


def _descend(arrays, gradient, count, epochs, rate, rng, after=None):
    """`epochs` rounds of Adam over batches of `count` rows; `gradient(rows)` gives loss and gradients, `after(epoch)` looks on."""
    optimiser = Adam(arrays, rate)
    for epoch in range(epochs):
        order = rng.permutation(count)
        for start in range(0, count, BATCH):
            _, found = gradient(order[start : start + BATCH])
            optimiser.step(found)
        if after is not None:
            after(epoch + 1)


def count_weights(kind: str) -> int:
    """The number of weights and biases of one of CLASSIFIERS.

    >>> [count_weights(kind) for kind in CLASSIFIERS]
    [650, 2410, 9610, 8970]
    """
    sizes = (PIXELS, *CLASSIFIERS[one_of("kind", kind, CLASSIFIERS)], CLASSES)
    return sum((a + 1) * b for a, b in pairwise(sizes))


def untrained_classifier(kind: str, seed: int):
    """One of CLASSIFIERS as it is before its training: random weights, no digit seen."""
    rng = stream(seed, "classifier", list(CLASSIFIERS).index(one_of("kind", kind, CLASSIFIERS)))
    return initial_layers((PIXELS, *CLASSIFIERS[kind], CLASSES), rng)


def train_classifier(kind: str, images, classes, seed: int):
    """The layers of one of CLASSIFIERS, trained on `images` (N, 64) and their `classes` (N,) by cross-entropy."""
    layers = untrained_classifier(kind, seed)
    return _learn(layers, "images", images, classes, stream(seed, "batches", list(CLASSIFIERS).index(kind)))


def train_on_codes(codes, classes, seed: int):
    """The layers of a classifier k -> 48 -> 10 that reads the `codes` (N, k) themselves and never an image.

    >>> [w.shape for w, b in train_on_codes([[0.0, 1.0], [1.0, 0.0]], [3, 8], 0)]
    [(2, 48), (48, 10)]
    """
    rng = stream(seed, "classifier", len(CLASSIFIERS))
    layers = initial_layers((numbers("codes", codes, (None, None)).shape[1], HIDDEN, CLASSES), rng)
    return _learn(layers, "codes", codes, classes, stream(seed, "batches", len(CLASSIFIERS)))


def _learn(layers, name, inputs, classes, order):
    """`layers` after their training on `inputs` (N, P) and `classes` (N,), in place."""
    inputs = numbers(name, inputs, (None, layers[0][0].shape[0]))
    classes = classes_of("classes", classes, len(inputs), CLASSES)

    def gradient(rows):
        seen = forward(layers, inputs[rows])
        loss, by_logits = softmax_cross_entropy(seen[-1], classes[rows])
        return loss, flat(backward(layers, seen, by_logits)[0])

    _descend(flat(layers), gradient, len(inputs), CLASSIFIER_EPOCHS, CLASSIFIER_RATE, order)
    return layers


def train_autoencoder(images, code_size: int, seed: int):
    """Encoder and decoder with `code_size` (1 to 64) numbers between them, trained on `images` (N, 64) by MSE, without labels."""
    code_size = whole("code_size", code_size, 1, PIXELS)
    images = numbers("images", images, (None, PIXELS), 0, 1)
    rng = stream(seed, "autoencoder", code_size)
    encoder = initial_layers((PIXELS, HIDDEN, code_size), rng)
    decoder = initial_layers((code_size, HIDDEN, PIXELS), rng)

    def gradient(rows):
        return _reconstruction_gradient(encoder, decoder, images[rows])

    _descend(flat(encoder) + flat(decoder), gradient, len(images), AUTOENCODER_EPOCHS, AUTOENCODER_RATE, rng)
    return encoder, decoder


def tune_decoder(decoder, codes, classes, classifier, seed: int, epochs: int = TUNING_EPOCHS, after=None):
    """A copy of `decoder`, tuned on `codes` (N, k) and `classes` (N,) so that the frozen `classifier` reads its images.

    The codes are constants and the classifier is only read. `after(epoch, tuned)` is called after each epoch.
    """
    tuned = checked_layers("decoder", decoder, None, PIXELS)
    codes = numbers("codes", codes, (None, tuned[0][0].shape[0]))
    classes = classes_of("classes", classes, len(codes), CLASSES)
    classifier = checked_layers("classifier", classifier, PIXELS, CLASSES)

    def gradient(rows):
        return _tuning_gradient(tuned, codes[rows], classes[rows], classifier)

    look = None if after is None else lambda epoch: after(epoch, tuned)
    epochs = whole("epochs", epochs, 0, 1000)
    _descend(flat(tuned), gradient, len(codes), epochs, TUNING_RATE, stream(seed, "tuning"), look)
    return tuned


# the whole experiment --------------------------------------------------------------------------


@dataclass(frozen=True)
class Prepared:
    """The images that a seed draws, an autoencoder trained on the training images, and the codes of all."""

    images: np.ndarray  # (1200, 64), training
    classes: np.ndarray  # (1200,)
    test_images: np.ndarray  # (597, 64)
    test_classes: np.ndarray  # (597,)
    encoder: list
    decoder: list
    codes: np.ndarray  # (1200, k), of the training images
    test_codes: np.ndarray  # (597, k)


def prepared(seed: int, code_size: int = 12) -> Prepared:
    """Split, autoencoder and codes for `seed` (from 0, below 2**31) and `code_size` (1 to 64); no label takes part."""
    seed = whole("seed", seed, 0, 2**31 - 1)
    train, test = split(seed)
    images, classes = digits()[0].reshape(-1, PIXELS), digits()[1]
    encoder, decoder = train_autoencoder(images[train], code_size, seed)
    codes = encode(encoder, images)
    return Prepared(
        images[train], classes[train], images[test], classes[test], encoder, decoder, codes[train], codes[test]
    )


@dataclass(frozen=True)
class Result:
    """One run: shares of the 597 test images, MSE on them, and digests of what must not move.

    `accuracies` and `errors` hold the tuned decoder's after 0, 1 … 40 epochs; the last epoch counts, none is chosen.
    """

    accuracy_original: float
    accuracy_reconstructed: float
    accuracy_tuned: float
    error_reconstructed: float
    error_tuned: float
    information_reconstructed: float
    information_tuned: float
    encoder_digest_before: str
    encoder_digest_after: str
    classifier_digest_before: str
    classifier_digest_after: str
    accuracies: tuple[float, ...]
    errors: tuple[float, ...]


def digest(layers) -> str:
    """SHA-256 of the bytes of all arrays of `layers`, in hexadecimal: equal only where no bit has moved."""
    checked_layers("layers", layers)
    return hashlib.sha256(b"".join(array.tobytes() for array in flat(layers))).hexdigest()


def error(images, reconstructions) -> float:
    """MSE: the mean squared difference of the grey values of `images` and `reconstructions`, of equal shape."""
    images = numbers("images", several("images", images))
    return float(((images - numbers("reconstructions", reconstructions, images.shape)) ** 2).mean())


def run(seed: int, code_size: int = 12, classifier: str = "mlp32") -> Result:
    """Train classifier and autoencoder, freeze classifier and encoder, tune the decoder, and measure on the test images.

    `seed` from 0, below 2**31, `code_size` 1 to 64, `classifier` one of CLASSIFIERS; about a second. ValueError for anything else.
    """
    one_of("classifier", classifier, CLASSIFIERS)
    base = prepared(seed, code_size)
    judge = train_classifier(classifier, base.images, base.classes, seed)
    before = digest(base.encoder), digest(judge)
    shown = decode(base.decoder, base.test_codes)
    accuracies, errors = [accuracy(judge, shown, base.test_classes)], [error(base.test_images, shown)]

    def look(_, tuned):
        seen = decode(tuned, base.test_codes)
        accuracies.append(accuracy(judge, seen, base.test_classes))
        errors.append(error(base.test_images, seen))

    tuned = tune_decoder(base.decoder, base.codes, base.classes, judge, seed, after=look)
    after = digest(base.encoder), digest(judge)
    seen = decode(tuned, base.test_codes)
    return Result(
        accuracy(judge, base.test_images, base.test_classes), accuracies[0], accuracies[-1], errors[0], errors[-1],
        pixel_information(base.test_images, shown), pixel_information(base.test_images, seen),
        before[0], after[0], before[1], after[1], tuple(accuracies), tuple(errors),
    )  # fmt: skip


def _rows(name, images):
    images = numbers(name, images)
    if images.ndim not in (2, 3) or 0 in images.shape:
        raise ValueError(f"{name} of shape {images.shape} must be of shape (N, P) or (N, H, W), with no empty axis")
    return images.reshape(len(images), -1)


def _labels(name, labels):
    """`labels` (N,) as whole numbers from 0, one for each different label."""
    found = as_array(name, labels)
    if found.ndim != 1 or not len(found) or found.dtype.kind not in "iubUS" + "f":
        raise ValueError(
            f"{name} of shape {found.shape} and type {found.dtype} must be a list (N,) of whole numbers or texts, N above 0"
        )
    if found.dtype.kind == "f" and not (np.isfinite(found) & (found == np.floor(found))).all():
        raise ValueError(f"{name} holds {found[~(found == np.floor(found))][:1]}: labels are whole numbers or texts")
    return np.unique(found, return_inverse=True)[1]
