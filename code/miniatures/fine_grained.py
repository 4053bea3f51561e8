"""Fine-grained recognition: pooling that keeps which features meet, and class frequencies learnt from a test set without labels.

Source: "Announcing the 6th Fine-Grained Visual Categorization Workshop" (Google AI Blog, 2019). Bilinear pooling after
T.-Y. Lin, A. RoyChowdhury, S. Maji (2015), arXiv:1504.07889; the priors after M. Saerens, P. Latinne,
C. Decaestecker, "Adjusting the Outputs of a Classifier to New a Priori Probabilities" (2002),
doi:10.1162/089976602753284446.

F      local features of one image, a row a pixel, (N, d)
B      mean of the outer products of the rows of F with themselves, (d, d)
q      posteriors of the classifier, a row an image, (N, K), rows sum to 1
π      prior, the share of each class, (K,), sums to 1
π₀     prior of the training set, (K,)
T      temperature that makes posteriors less sure (above 1) or surer (below 1)
F_β    weighted harmonic mean of precision and recall; β above 1 favours recall
"""

import numpy as np

from miniatures.checks import as_array, classes_of, not_negative, numbers, positive, real, whole

LARGEST_FEATURE, MOST_ITERATIONS = 1e30, 100_000


def average_pool(features):
    """The mean of each local feature over the image, (N, d) -> (d,).

    >>> average_pool([[1, 0], [0, 1]]).tolist()
    [0.5, 0.5]
    """
    return numbers("features", features, (None, None), -LARGEST_FEATURE, LARGEST_FEATURE).mean(axis=0)


def outer_mean(features):
    """B = F^T F / N, the mean product of each pair of features over the image, (N, d) -> (d, d).

    >>> outer_mean([[1, 0], [0, 1]]).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    features = numbers("features", features, (None, None), -LARGEST_FEATURE, LARGEST_FEATURE)
    return features.T @ features / len(features)  # (d, N) (N, d) -> (d, d)


def bilinear_pool(features):
    """The upper triangle of B, signed square roots, at length 1: (N, d) -> (d*(d+1)/2,), row by row.

    Raises ValueError for features that are all 0, which have no direction.

    >>> bilinear_pool([[1, 0], [0, 1]]).round(4).tolist()
    [0.7071, 0.0, 0.7071]
    """
    products = outer_mean(features)
    upper = products[np.triu_indices(len(products))]  # (d, d) -> (d*(d+1)/2,)
    largest = np.abs(upper).max()
    if largest < 1e-200:
        raise ValueError(f"features are 0 in all {len(features)} rows: their pooled vector has no direction")
    rooted = np.sign(upper) * np.sqrt(np.abs(upper) / largest)
    return rooted / np.linalg.norm(rooted)


def adjusted(posteriors, prior, train_prior):
    """Posteriors under another prior: each entry times prior / train_prior, rows summing to 1 again; (N, K) -> (N, K).

    >>> adjusted([[0.5, 0.5]], [0.8, 0.2], [0.5, 0.5]).tolist()
    [[0.8, 0.2]]
    """
    posteriors, train_prior = _posteriors(posteriors, train_prior)
    return _adjusted(posteriors, _prior("prior", prior, len(train_prior)), train_prior)


def estimate_test_prior(posteriors, train_prior, iterations: int):
    """The test set's class shares (K,) after `iterations` steps of EM from `train_prior`; no label goes in.

    `posteriors` (N, K) are the classifier's on the test images, for a training set of class shares `train_prior`
    (K,), all above 0. With 0 iterations the training prior comes back; the limit maximises `log_likelihood`.

    >>> estimate_test_prior([[0.9, 0.1], [0.6, 0.4]], [0.5, 0.5], 1).tolist()
    [0.75, 0.25]
    """
    posteriors, train_prior = _posteriors(posteriors, train_prior)
    prior = train_prior
    for _ in range(whole("iterations", iterations, 0, MOST_ITERATIONS)):
        prior = _adjusted(posteriors, prior, train_prior).mean(axis=0)  # E, then M: (N, K) -> (K,)
    return prior


def log_likelihood(posteriors, train_prior, prior) -> float:
    """The mean log-likelihood of the test images under `prior`, up to a constant, in nats; concave in `prior`.

    -inf where `prior` excludes every class that an image could be of.

    >>> round(log_likelihood([[0.9, 0.1]], [0.5, 0.5], [1.0, 0.0]), 4)
    0.5878
    """
    posteriors, train_prior = _posteriors(posteriors, train_prior)
    mixed = posteriors @ (_prior("prior", prior, len(train_prior)) / train_prior)  # (N, K) -> (N,)
    return float(np.log(mixed).mean()) if mixed.min() > 0 else -np.inf


def tempered(posteriors, temperature: float):
    """Posteriors raised to the power 1/T, rows summing to 1 again: surer for T < 1, less sure for T > 1.

    T lies between 0.05 and 20; the most probable class of each row stays the same.

    >>> tempered([[0.8, 0.2]], 2.0).round(4).tolist()
    [[0.6667, 0.3333]]
    """
    posteriors = _rows(posteriors)
    powers = posteriors ** (1 / real("temperature", temperature, 0.05, 20))
    return powers / powers.sum(axis=1, keepdims=True)


def confidence_gap(posteriors, labels) -> float:
    """Mean probability of the guessed class minus the share of right guesses: above 0 is too sure, below 0 not sure enough.

    >>> confidence_gap([[0.9, 0.1], [0.7, 0.3]], [0, 1]).round(4)
    np.float64(0.3)
    """
    posteriors = _rows(posteriors)
    labels = classes_of("labels", labels, len(posteriors), posteriors.shape[1])
    return posteriors.max(axis=1).mean() - (posteriors.argmax(axis=1) == labels).mean()


def f_beta(true_positives, false_positives, false_negatives, beta) -> float:
    """(1+β²) tp / ((1+β²) tp + β² fn + fp), between 0 and 1.

    Raises ValueError where all three counts are 0: then neither precision nor recall is defined.

    >>> round(f_beta(3, 2, 1, 2), 4)
    0.7143
    """
    names = ("true_positives", "false_positives", "false_negatives")
    given = (true_positives, false_positives, false_negatives)
    tp, fp, fn = (not_negative(*pair) for pair in zip(names, given, strict=True))
    square = positive("beta", beta, 1e6) ** 2
    if tp + fp + fn == 0:
        raise ValueError("true_positives=0, false_positives=0, false_negatives=0: at least one must be above 0")
    top = max(tp, fp, fn)
    tp, fp, fn = tp / top, fp / top, fn / top  # so that no product overflows, and none vanishes
    return float((1 + square) * tp / ((1 + square) * tp + square * fn + fp))


def macro_f1(labels, guesses, classes: int) -> float:
    """The mean over the classes of F_1, each class counting alike; classes that occur in neither are left out.

    `labels` and `guesses` are (N,) of 0 to `classes` - 1.

    >>> round(macro_f1([0, 0, 0, 1], [0, 0, 0, 0], 2), 4)
    0.4286
    """
    classes = whole("classes", classes, 1, 10_000)
    labels = classes_of("labels", labels, len(np.atleast_1d(as_array("labels", labels))), classes)
    guesses = classes_of("guesses", guesses, len(labels), classes)
    hits, given, said = (np.bincount(part, minlength=classes) for part in (labels[labels == guesses], labels, guesses))
    present = np.flatnonzero(given + said)
    return float(np.mean([f_beta(hits[c], said[c] - hits[c], given[c] - hits[c], 1) for c in present]))


def _adjusted(posteriors, prior, train_prior):
    weighed = posteriors * (prior / train_prior)
    total = weighed.sum(axis=1, keepdims=True)
    if total.min() <= 0:
        row = int(total.argmin())
        raise ValueError(f"prior={prior} excludes every class that row {row} of posteriors could be of")
    return weighed / total


def _rows(posteriors):
    posteriors = numbers("posteriors", posteriors, (None, None), 0, 1)
    sums = posteriors.sum(axis=1)
    if np.abs(sums - 1).max() > 1e-6:
        raise ValueError(f"posteriors has a row that sums to {sums[np.abs(sums - 1).argmax()]:g}: each must sum to 1")
    return posteriors


def _prior(name, prior, classes):
    prior = numbers(name, prior, (classes,), 0, 1)
    if abs(prior.sum() - 1) > 1e-6:
        raise ValueError(f"{name} sums to {prior.sum():g}: it must sum to 1")
    return prior


def _posteriors(posteriors, train_prior):
    posteriors = _rows(posteriors)
    train_prior = _prior("train_prior", train_prior, posteriors.shape[1])
    if train_prior.min() < 1e-12:
        raise ValueError(f"train_prior holds {train_prior.min():g}: every class must have a share above 1e-12")
    return posteriors, train_prior
