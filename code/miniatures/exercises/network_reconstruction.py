"""Exercises on reconstructions for a classifier: from reading a figure to writing the gradient that reaches the image."""

import numpy as np

from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.network_reconstruction import normalized_mutual_information
from miniatures.network_reconstruction_runs import KINDS, NAMES, drops, stored
from miniatures.signal_order import chance_of_an_order
from miniatures.training import backward, forward, softmax_cross_entropy

_STEPS = (
    "split the images into training and test",
    "train classifier and autoencoder on training originals",
    "freeze classifier and encoder",
    "tune the decoder by the classifier's loss on training images",
    "compare the bytes of encoder and classifier with those before",
    "count what is right on the test images",
)
A, B = (0, 0, 0, 1), (0, 0, 1, 1)
SIZE, KIND = 12, KINDS.index("mlp32")


def _entropy(labels):
    shares = np.unique(labels, return_counts=True)[1] / len(labels)
    return float(-(shares * np.log(shares)).sum())


def _image_gradient(weights, biases, image, label):
    """The gradient of the cross-entropy by `image` (P,), for the linear classifier image @ weights + biases."""
    layers = [(np.asarray(weights, float), np.asarray(biases, float))]
    seen = forward(layers, [image])
    return backward(layers, seen, softmax_cross_entropy(seen[-1], [label])[1])[1][0]


_NMI = """import numpy as np

def nmi(a, b):
    a, b = np.array(a), np.array(b)
    joint = np.array([[np.mean((a == u) & (b == v)) for v in np.unique(b)] for u in np.unique(a)])
    def entropy(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))
    ha, hb = entropy(joint.sum(axis=1)), entropy(joint.sum(axis=0))
    if ha + hb == 0:
        return 1.0
    return 2 * (ha + hb - entropy(joint)) / (ha + hb)
"""
_NMI_START = """import numpy as np

def nmi(a, b):
    # a and b are lists of equal length, whole numbers
    a, b = np.array(a), np.array(b)
    joint = np.array([[np.mean((a == u) & (b == v)) for v in np.unique(b)] for u in np.unique(a)])
    return 0.0
"""
_GRADIENT = """import numpy as np

def image_gradient(weights, biases, image, label):
    logits = image @ weights + biases
    p = np.exp(logits - logits.max())
    p = p / p.sum()
    p[label] -= 1
    return weights @ p
"""
_GRADIENT_START = """import numpy as np

def image_gradient(weights, biases, image, label):
    # weights (P, K), biases (K,), image (P,), label one of 0 ... K - 1
    logits = image @ weights + biases
    return np.zeros(len(image))
"""


def _codes():
    slip, rng = _NMI.replace, np.random.default_rng(4)
    last = "2 * (ha + hb - entropy(joint)) / (ha + hb)"
    information = Code(
        "network_reconstruction-7",
        "Write `nmi(a, b)`: the normalised mutual information of two lists of labels, with the mean of the two entropies below the fraction line. "
        "Two lists with one label each agree completely: 1.",
        function="nmi", starter=_NMI_START, reference=normalized_mutual_information,
        cases=((list(A), list(B)), ([0, 0, 1, 1], [5, 5, 3, 3]), ([0, 0, 1, 1], [0, 1, 0, 1])),
        hidden=((rng.integers(0, 4, 30).tolist(), rng.integers(0, 3, 30).tolist()), ([1, 1, 1], [2, 2, 2]), ([1, 1, 1], [0, 1, 2]), ([0, 1, 2, 2], [4, 4, 7, 9])),
        answer=_NMI,
        mistakes=(
            Mistake(slip(last, "ha + hb - entropy(joint)"), "That is the mutual information itself, in nats. Divide it by the mean of the two entropies."),
            Mistake(slip(last, "(ha + hb - entropy(joint)) / (ha + hb)"), "You divided by the sum of the entropies: a labelling would share only half with itself. Their mean is half the sum."),
            Mistake(slip(last, "(ha + hb - entropy(joint)) / max(ha, hb)"), "You divided by the larger entropy. That is another normalisation; here it is the mean."),
            Mistake(slip(last, "2 * entropy(joint) / (ha + hb)"), "Above the line stands the joint entropy. What two labellings share is the sum of their entropies minus the joint one."),
            Mistake(slip("    if ha + hb == 0:\n        return 1.0\n", "    if ha + hb == 0:\n        return 0.0\n"), "Two labellings with one label each have nothing to say and agree in it: by convention 1."),
        ),
        hint="$I = H(a) + H(b) - H(a, b)$, all from the table `joint`: its row sums, its column sums and itself. $0 \\log 0$ counts as 0.",
        solution=f"Three entropies, one subtraction, one division.\n\n```python\n{_NMI}```",
    )  # fmt: skip
    slip = _GRADIENT.replace
    weights, image = rng.normal(size=(4, 3)).round(1), rng.random(4).round(2)
    gradient = Code(
        "network_reconstruction-8",
        "The decoder learns from what reaches the image. Write `image_gradient(weights, biases, image, label)`: the gradient of the cross-entropy by the pixels, "
        "for the linear classifier with logits $xW + b$.",
        function="image_gradient", starter=_GRADIENT_START, reference=_image_gradient,
        cases=((np.array([[1.0, -1.0], [0.0, 2.0]]), np.zeros(2), np.array([0.5, 0.5]), 0), (np.eye(2), np.zeros(2), np.array([1.0, 0.0]), 0)),
        hidden=((weights, np.array([0.3, -0.2, 0.5]), image, 2), (weights, np.zeros(3), 0 * image, 0), (800 * weights, np.zeros(3), image, 1)),
        answer=_GRADIENT,
        mistakes=(
            Mistake(slip("p[label] -= 1", "p[label] += 0"), "The label is missing. The gradient by the logits is prediction minus label, p − y."),
            Mistake(slip("return weights @ p", "return -weights @ p"), "The sign is turned: that is the direction in which the loss falls. The gradient points where it grows."),
            Mistake(slip("    p[label] -= 1\n    return weights @ p", "    return weights @ p - weights[:, label] * p[label]"), "The label's own term must be p − 1, not 0."),
            Mistake(slip("return weights @ p", "return -weights[:, label]"), "That raises the logit of the label and forgets the others: they must fall, each by its probability."),
            Mistake(slip("return weights @ p", "return np.outer(image, p)[:, label]"), "That is the gradient by the classifier's weights, and those are frozen. The pixels' gradient goes through W, not through x."),
        ),
        hint="By the logits it is $p - y$, with 1 at the label. The logits depend on pixel $i$ through row $i$ of $W$.",
        solution="$\\partial H/\\partial x = W(p - y)$. The tuned decoder draws what this gradient asks for, pixel by pixel; a linear classifier always asks for the same ten patterns, "
        f"the columns of $W$, only in different shares.\n\n```python\n{_GRADIENT}```",
    )  # fmt: skip
    return information, gradient


def _exercises():
    lost, left = -drops("raw", SIZE)[:, KIND].mean(), -drops("mlp32", SIZE)[:, KIND].mean()
    spoken = {kind: stored(kind).information.mean() for kind in KINDS}
    least = NAMES[min(spoken, key=spoken.get)]
    grown = stored("mlp32").error.mean() / stored("raw").error.mean()
    nmi = normalized_mutual_information(A, B)
    shared = nmi * (_entropy(A) + _entropy(B)) / 2
    orders, outcomes = chance_of_an_order(4)
    stranger = stored("untrained linear")
    return (
        Number(
            "network_reconstruction-1",
            "In the first figure choose 12 numbers for an image and “32 units”. By how many percentage points does the accuracy of that classifier fall from originals to *raw* reconstructions, on average over the ten splits?",
            answer=lost, tolerance=0.3, unit="points",
            mistakes=(
                Mistake(left, "That is what is still missing after the decoder was tuned. Look at the raw reconstructions."),
                Mistake(-drops("raw", 8)[:, KIND].mean(), "That is the fall with 8 numbers for an image."),
                Mistake(-lost, "The size is right; a fall of so many points is a positive number."),
            ),
            hint="The sentence below the figure says it.",
            solution=f"It falls by {lost:.1f} points, from {100 * stored('original').accuracy[:, KIND].mean():.1f} to {100 * stored('raw').accuracy[:, KIND].mean():.1f} %.",
        ),
        MultipleChoice(
            "network_reconstruction-2",
            "Four decoders start from the same raw one, and each is tuned for one classifier. Whose tuned images keep the *least* information about the originals, by NMI?",
            options=tuple(NAMES[kind] for kind in KINDS),
            answer=least,
            mistakes=tuple(
                Mistake(NAMES[kind], f"Its images keep {spoken[kind]:.3f}. Another's keep less: look for the classifier that needs the fewest details.")
                for kind in KINDS if NAMES[kind] != least
            ),
            hint="The figure below “The information that is left” shows all four.",
            solution="The NMI is " + ", ".join(f"{value:.3f} ({NAMES[kind]})" for kind, value in spoken.items()) + ". The linear classifier asks for ten fixed patterns, and its decoder gives it those.",
        ),
        MultipleChoice(
            "network_reconstruction-3",
            "Tuning the decoder through the classifier raises its accuracy. What happens to the squared error between originals and reconstructions?",
            options=("It falls.", "It stays about the same.", "It rises, to several times what it was."),
            answer="It rises, to several times what it was.",
            mistakes=(
                Mistake("It falls.", "One expects better images to be closer to the originals. But nothing in the tuning loss asks for that."),
                Mistake("It stays about the same.", "Move the epochs in the second figure and watch the right panel."),
            ),
            hint="Which loss does the tuning minimise, and where does the original appear in it?",
            solution=f"It rises: for 32 units to {grown:.1f} times the raw error. The original appears in the tuning loss only through its class, so the decoder is free to leave the image.",
        ),
        Number(
            "network_reconstruction-4",
            "Four pixels have the grey levels $(0, 0, 0, 1)$ in an image and $(0, 0, 1, 1)$ in its reconstruction. What is the NMI, mutual information over the mean of the two entropies? Give three decimals.",
            answer=nmi, tolerance=0.002,
            mistakes=(
                Mistake(shared, "That is the mutual information in nats. Divide it by the mean of the entropies."),
                Mistake(shared / np.log(2), "That is the mutual information in bits. Divide it by the mean of the entropies, in bits as well."),
                Mistake(nmi / 2, "You divided by the sum of the entropies. Their mean is half of it."),
                Mistake(0.75, "That is the share of pixels that agree. NMI asks how well one level can be guessed from the other."),
            ),
            hint="The pairs are (0, 0) twice, (0, 1) once and (1, 1) once. $I = H(a) + H(b) - H(a, b)$.",
            solution=f"$H(a) = {_entropy(A):.4f}$, $H(b) = {_entropy(B):.4f}$, $H(a, b) = {_entropy(A) + _entropy(B) - shared:.4f}$ nats, so $I = {shared:.4f}$ and NMI $= {nmi:.4f}$.",
        ),
        Number(
            "network_reconstruction-5",
            "Somebody compares four classifiers pair by pair, and each pair has a winner. Suppose that every winner is drawn by a fair coin. In what share of all outcomes do the winners form a total order, with no circle? In %.",
            answer=100 * orders / outcomes, tolerance=0.6, unit="%",
            mistakes=(
                Mistake(100 / orders, "That is the chance of one particular order. Any of the 24 will do."),
                Mistake(75.0, "That is the share for three classifiers, 6 of 8. A fourth makes circles more likely."),
                Mistake(100 / outcomes, "That is the chance of one particular outcome of the six coins."),
                Mistake(100 * (1 - orders / outcomes), "That is the share with a circle."),
            ),
            hint="Six pairs have $2^6$ outcomes. How many orders of four things are there, and how many outcomes belong to each?",
            solution=f"Each of the {orders} orders is one outcome of {outcomes}: {100 * orders / outcomes:.1f} %. A total order among four is what chance alone gives more than one time in three.",
        ),
        Ordering(
            "network_reconstruction-6",
            "Put the experiment in order, so that nothing leaks and nothing moves that must not.",
            answer=_STEPS,
            mistakes=(
                Mistake((*_STEPS[:2], _STEPS[3], _STEPS[2], *_STEPS[4:]), "Nearly. Freeze before the tuning, or the gradient flows on into the encoder and the classifier."),
                Mistake((_STEPS[1], _STEPS[0], *_STEPS[2:]), "Then the test images have been seen in training. The split comes first."),
            ),
            hint="Whatever must not move is frozen before the step that could move it.",
            solution="The bytes are compared after the tuning, and the test images are looked at last, once.",
        ),
        *_codes(),
        MultipleChoice(
            "network_reconstruction-9",
            f"A decoder is tuned through a linear classifier with *random* weights that never saw a digit, and {100 * stranger.own.mean():.0f} % of the test images come out right. What does that show?",
            options=(
                "Random weights know digits.",
                "The decoder has learnt to classify and writes its answer so that these weights read it.",
                "The test images leaked into the tuning.",
                "The encoder was tuned as well.",
            ),
            answer="The decoder has learnt to classify and writes its answer so that these weights read it.",
            mistakes=(
                Mistake("Random weights know digits.", "On originals they guess. Whatever is known about digits must sit elsewhere."),
                Mistake("The test images leaked into the tuning.", "Only the 1200 training images and their labels take part; a test of this chapter changes all test labels and finds the same decoder."),
                Mistake("The encoder was tuned as well.", "Its bytes are the same before and after. But it did not need to: its code holds the class already."),
            ),
            hint="Which parts of the chain have seen labels?",
            solution="The tuning minimises a classification loss over thousands of weights of the decoder. So accuracy on tuned images says little about the classifier; how *other* classifiers read them says more.",
        ),
    )  # fmt: skip


EXERCISES = _exercises()
