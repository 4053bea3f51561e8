"""FixMatch: learning from a few labels and many images without one.

A miniature of K. Sohn et al., "FixMatch: Simplifying Semi-Supervised Learning with Consistency and Confidence"
(2020), on 1797 handwritten digits of 8 x 8 pixels, with a network of one hidden layer and gradients by hand.

Source: K. Sohn et al. (2020), arXiv:2001.07685; the learning-rate schedule as in the authors' published code.

p, q      predicted class probabilities on a strong and on a weak view, no unit, each row sums to 1
tau       threshold: smallest confidence max q that makes a pseudo-label, no unit
B         labelled rows in a batch, 32 here, 64 in the paper
mu        unlabelled rows for each labelled one in a batch, 7
lambda_u  weight of the unlabelled loss, 1
H         cross-entropy of a label and a prediction, nats
eta       initial learning rate, 0.1 here, 0.03 in the paper
k, K      step of the training and number of its steps
N, L      rows of a batch and number of classes, 10
"""

from dataclasses import dataclass, field
from math import cos, pi

import numpy as np

from miniatures.augment import LARGEST_MAGNITUDE
from miniatures.checks import arrays, classes_of, numbers, one_of, real, whole
from miniatures.digits import CLASSES, PIXELS, digits, labelled_views, split, stream, unlabelled_views
from miniatures.perceptron import HIDDEN, accuracy, descend, initial_weights, loss_and_gradient, predict
from miniatures.softmax import softmax as softmax_of

METHODS = ("supervised", "supervised_augmented", "pseudo_label", "fixmatch")
SEMI_SUPERVISED = METHODS[2:]
BATCH, RATIO = 32, 7
MARGINAL_STEPS = 100  # batches over which distribution alignment averages the predictions
MOST_STEPS, LARGEST_LOGIT = 20_000, 1e100
SHAPES = ((PIXELS, HIDDEN), (HIDDEN,), (HIDDEN, CLASSES), (CLASSES,))  # of the network's weights


def softmax(logits):
    """Class probabilities, each row non-negative and summing to 1, (N, L).

    Logits are finite, at most 1e100 in size; ValueError otherwise.

    >>> softmax([[0.0, 0.0]]).tolist()
    [[0.5, 0.5]]
    """
    return softmax_of(_logits("logits", logits))


def cross_entropy(labels, logits):
    """H(label, softmax(logits)) of each row in nats, (N,), for labels (N,) in 0 ... L-1 and logits (N, L).

    >>> cross_entropy([0], [[0.0, 0.0]]).round(4).tolist()
    [0.6931]
    """
    logits = _logits("logits", logits)
    labels = classes_of("labels", labels, *logits.shape)
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]


def pseudo_labels(weak_logits, threshold: float):
    """The most probable class of each row, (N,) int, and whether its confidence max q reaches the threshold, (N,) bool.

    `threshold` from 0, which keeps every row; above 1 no row is kept. Ties go to the lower class.

    >>> labels, kept = pseudo_labels([[2.0, 0.0, 0.0], [1.0, 0.9, 0.0]], 0.7)
    >>> labels.tolist(), kept.tolist()
    ([0, 0], [True, False])
    """
    threshold = _threshold(threshold)
    q = softmax_of(_logits("weak_logits", weak_logits))
    return q.argmax(axis=1), q.max(axis=1) >= threshold


def unlabelled_loss(weak_logits, strong_logits, threshold: float):
    """The mean over ALL rows of the kept rows' cross-entropy in nats, and which rows were kept, (N,) bool.

    Logits are (N, L), of the weak and the strong view of the same N images. A dropped row counts as 0 and
    still counts in N, so that few confident rows weigh little. Source: Sohn et al. (2020), equation 4.

    >>> loss, kept = unlabelled_loss([[2.0, 0, 0], [1, 0.9, 0]], [[0.5, 0, 0], [0, 1, 0]], 0.7)
    >>> round(loss, 6), kept.tolist()
    (0.397188, [True, False])
    """
    weak_logits = _logits("weak_logits", weak_logits)
    strong_logits = numbers("strong_logits", strong_logits, weak_logits.shape, -LARGEST_LOGIT, LARGEST_LOGIT)
    labels, kept = pseudo_labels(weak_logits, threshold)
    losses = np.where(kept, cross_entropy(labels, strong_logits), 0.0)
    return float(losses.sum() / len(losses)), kept


def cosine_rate(step: int, total_steps: int, initial_rate: float) -> float:
    """The learning rate eta * cos(7 pi k / (16 K)) at step k of K: it falls to 0.195 eta, not to 0.

    `step` from 0 to `total_steps`; `total_steps` from 1; `initial_rate` above 0. Source: the paper's published code.

    >>> cosine_rate(0, 100, 0.03), round(cosine_rate(100, 100, 0.03), 6)
    (0.03, 0.005853)
    """
    total_steps = whole("total_steps", total_steps, 1, 10**12)
    step = whole("step", step, 0, total_steps)
    initial_rate = real("initial_rate", initial_rate, 1e-300, 1e100)
    return initial_rate * cos(7 * pi * step / (16 * total_steps))


def aligned(q, prior, marginal):
    """Distribution alignment: q times prior / marginal, each row scaled to sum to 1, (N, L).

    `prior` (L,) is the share of each class among the labels, `marginal` (L,) its mean share among predictions so
    far. Source: D. Berthelot et al., "ReMixMatch" (2019), arXiv:1911.09785.

    >>> aligned([[0.6, 0.4]], [0.5, 0.5], [0.75, 0.25]).round(4).tolist()
    [[0.3333, 0.6667]]
    """
    q = numbers("q", q, (None, None), 0, 1)
    prior = numbers("prior", prior, (q.shape[1],), 1e-9, 1)
    marginal = numbers("marginal", marginal, (q.shape[1],), 1e-9, 1)
    scaled = q * (prior / marginal)
    sums = scaled.sum(axis=1, keepdims=True)
    if not sums.all():
        raise ValueError("q holds a row of zeros: each row must hold a number above 0")
    return scaled / sums


def _logits(name, values):
    return numbers(name, values, (None, None), -LARGEST_LOGIT, LARGEST_LOGIT)


def _threshold(value):
    return real("threshold", value, 0, 1e6)


def unlabelled_step(weights, weak, target, threshold: float, marginal=None):
    """Loss, gradient and kept rows (N,) of one unlabelled batch: `weak` gives the pseudo-labels, `target` learns them.

    Both are (N, 64), two views of the same images. The weak view enters as a constant: no gradient flows through
    it. `marginal` (10,) switches distribution alignment on and is moved towards the batch's mean prediction.

    >>> weights = initial_weights(np.random.default_rng(0))
    >>> loss, _, kept = unlabelled_step(weights, np.ones((3, 64)), np.zeros((3, 64)), 0.0)
    >>> round(loss, 4), kept.tolist()  # without ink and biases all classes are alike: log 10
    (2.3026, [True, True, True])
    """
    weights, weak = arrays("weights", weights, SHAPES), numbers("weak", weak, (None, PIXELS))
    target, threshold = numbers("target", target, weak.shape), _threshold(threshold)
    q = softmax(predict(weights, weak))
    if marginal is not None:
        marginal += (q.mean(axis=0) - marginal) / MARGINAL_STEPS
        q = aligned(q, np.full(CLASSES, 1 / CLASSES), np.maximum(marginal, 1e-6))
    labels, kept = q.argmax(axis=1), q.max(axis=1) >= threshold
    return *loss_and_gradient(weights, target[kept], labels[kept], len(weak)), kept


def pseudo_label_quality(weak_logits, classes, threshold: float):
    """The share of rows kept, and the share of the kept ones whose pseudo-label is in `classes` (N,): None if none is.

    >>> pseudo_label_quality([[3.0, 0.0], [0.0, 3.0], [3.0, 0.0], [0.1, 0.0]], [0, 0, 0, 0], 0.8)
    (0.75, 0.6666666666666666)
    """
    labels, kept = pseudo_labels(weak_logits, threshold)
    classes = classes_of("classes", classes, *np.shape(weak_logits))
    return float(kept.mean()), float((labels == classes)[kept].mean()) if kept.any() else None


@dataclass(frozen=True)
class Run:
    """What one training gave; shares lie in [0, 1].

    `accuracy` is on the 500 test images, with the averaged weights. `mask_rate` is the share of the unlabelled
    images, none of the labelled ones among them, that the last step's weights keep, and `pseudo_label_accuracy` the
    share of those that are right: 0 and None for the supervised methods, None where no image is kept.
    """

    method: str
    accuracy: float
    mask_rate: float
    pseudo_label_accuracy: float | None
    labelled_losses: np.ndarray = field(repr=False, compare=False)  # (steps,), nats
    unlabelled_losses: np.ndarray = field(repr=False, compare=False)  # (steps,), nats
    mask_rates: np.ndarray = field(repr=False, compare=False)  # (steps,), within the batch
    weights: list = field(repr=False, compare=False)  # averaged, as `predict` takes them
    snapshots: dict = field(repr=False, compare=False)  # step -> logits of the unlabelled images, (1297 - 10 n, 10)


def train(
    method: str, labels_per_class: int, threshold: float, seed: int, steps: int, *,
    labelled_view: str = "weak", magnitude: float = 1.0, initial_rate: float = 0.1, align: bool = False, snapshots=(),
) -> Run:  # fmt: skip
    """The run of a network trained on 10 * `labels_per_class` labelled digits and, in two methods, 1297 without labels.

    "supervised" sees the labelled images as they are; "supervised_augmented" sees their `labelled_view`, "weak" or
    "strong", as do the other two: "pseudo_label" adds pseudo-labels of weak views, learnt on weak views; "fixmatch"
    learns them on strong views of `magnitude` (0 to 2). `threshold` runs from 0 (keep all) to above 1 (keep none);
    the supervised methods ignore it. `align` adds distribution alignment towards equal shares. `seed` (from 0) draws
    the labelled images, initial weights, views and batches: the same seed gives the same run, up to rounding.
    `initial_rate` above 0, to 1. `steps` from 1 to 20,000; after those in `snapshots` the weak logits of the
    unlabelled images are kept. ValueError for anything else.

    >>> run = train("fixmatch", 4, 0.8, 0, 20)
    >>> 0.1 < run.accuracy < 0.9 and len(run.mask_rates) == 20
    True
    """
    _check(method, labels_per_class, threshold, seed, steps, labelled_view, magnitude, initial_rate, align, snapshots)
    labelled, unlabelled, test = split(labels_per_class, seed)
    pixels, classes = digits()[0].reshape(-1, PIXELS), digits()[1]
    bank = labelled_views(labels_per_class, seed, "none" if method == "supervised" else labelled_view, magnitude)
    weak, target = _pool(method, labels_per_class, seed, magnitude)
    weights = initial_weights(stream(seed, "weights"))
    velocity, averaged = [np.zeros_like(w) for w in weights], [w.copy() for w in weights]
    draws, pairs = stream(seed, "labelled batches"), stream(seed, "unlabelled batches")
    marginal = np.full(CLASSES, 1 / CLASSES) if align else None
    history, saved = np.zeros((3, steps)), {}
    for k in range(steps):
        row, view = draws.integers(0, len(bank), BATCH), draws.integers(0, bank.shape[1], BATCH)
        history[0, k], gradient = loss_and_gradient(weights, bank[row, view], classes[labelled[row]], BATCH)
        if weak is not None:
            pair = _draw_pair(weak, target, pairs)
            history[1, k], more, kept = unlabelled_step(weights, *pair, threshold, marginal)
            history[2, k] = kept.mean()
            gradient = [g + u for g, u in zip(gradient, more, strict=True)]
        descend(weights, velocity, averaged, gradient, cosine_rate(k, steps, initial_rate))
        if k + 1 in snapshots:
            saved[k + 1] = predict(weights, weak[len(labelled) :, 0])
    quality = (0.0, None)
    if weak is not None:
        quality = pseudo_label_quality(predict(weights, weak[len(labelled) :, 0]), classes[unlabelled], threshold)
    return Run(method, accuracy(averaged, pixels[test], classes[test]), *quality, *history, averaged, saved)


def _pool(method, labels_per_class, seed, magnitude):
    """The views that give and that learn the pseudo-labels."""
    if method not in SEMI_SUPERVISED:
        return None, None
    weak, strong = unlabelled_views(labels_per_class, seed, magnitude)
    return weak, strong if method == "fixmatch" else weak


def _draw_pair(weak, target, rng):
    """Two views of the same 224 images, each view drawn on its own."""
    size = RATIO * BATCH
    image, view = rng.integers(0, len(weak), size), rng.integers(0, weak.shape[1], (2, size))
    return weak[image, view[0]], target[image, view[1]]


def _check(method, labels_per_class, threshold, seed, steps, labelled_view, magnitude, initial_rate, align, snapshots):
    one_of("method", method, METHODS)
    split(labels_per_class, seed)
    _threshold(threshold)
    whole("steps", steps, 1, MOST_STEPS)
    one_of("labelled_view", labelled_view, ("weak", "strong"))
    real("magnitude", magnitude, 0, LARGEST_MAGNITUDE)
    real("initial_rate", initial_rate, 1e-12, 1)
    if not isinstance(align, bool):
        raise ValueError(f"align={align!r} must be True or False")
    if not isinstance(snapshots, (tuple, list)):
        raise ValueError(f"snapshots={snapshots!r} must be a tuple or list of steps")
    for step in snapshots:
        whole("snapshots", step, 1, steps)
    if len(snapshots) and method not in SEMI_SUPERVISED:
        raise ValueError(f"snapshots={snapshots!r} must be empty for {method!r}, which makes no pseudo-labels")
