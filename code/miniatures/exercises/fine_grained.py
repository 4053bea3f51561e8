"""Exercises on fine-grained recognition: from reading the figures to writing EM for the test set's prior."""

import numpy as np

from miniatures.birds import FEATURES
from miniatures.exercises import Code, Mistake, MultipleChoice, Number
from miniatures.fine_grained import bilinear_pool, estimate_test_prior, f_beta
from miniatures.fine_grained_cases import corrected, shifted_digits

_POSTERIORS, _HALVES = np.array([[0.9, 0.1], [0.6, 0.4]]), np.array([0.5, 0.5])
_THREE = np.array([[0.7, 0.2, 0.1], [0.5, 0.4, 0.1], [0.1, 0.1, 0.8], [0.3, 0.6, 0.1]])
_steps = [float(estimate_test_prior(_POSTERIORS, _HALVES, n)[0]) for n in range(4)]
_size = len(bilinear_pool(np.eye(len(FEATURES))))
_still, _moved = (corrected(shifted_digits(skew, 100)) for skew in (0.0, 1.0))

_EM = """import numpy as np

def estimate_test_prior(posteriors, train_prior, iterations):
    prior = train_prior
    for _ in range(iterations):
        weighed = posteriors * prior / train_prior
        weighed = weighed / weighed.sum(axis=1, keepdims=True)
        prior = weighed.mean(axis=0)
    return prior
"""
_START = """import numpy as np

def estimate_test_prior(posteriors, train_prior, iterations):
    # posteriors is (N, K), its rows sum to 1; train_prior is (K,)
    prior = train_prior
    return prior
"""


def _gain(outcome):
    return 100 * (outcome.accuracy[1] - outcome.accuracy[0])


def _exercises():
    return (
        MultipleChoice(
            "fine_grained-1",
            "In the first figure set gap and contrast to 1, the description to *average*, and change the paint from *balanced* to *white*. Why does the average suddenly tell species apart?",
            options=(
                "White stripes hide some of the colour below them, so the mean blue and the mean rust tell which half is striped.",
                "White stripes are stronger, so their mean is larger in some species.",
                "With ten seeds such a difference comes by chance.",
                "The average of white paint contains products of features.",
            ),
            answer="White stripes hide some of the colour below them, so the mean blue and the mean rust tell which half is striped.",
            mistakes=(
                Mistake("White stripes are stronger, so their mean is larger in some species.", "Every species carries the same stripes over the same area. Their own mean is the same in all four."),
                Mistake("With ten seeds such a difference comes by chance.", "Look at the error bar: the difference is many times the spread of the seeds."),
                Mistake("The average of white paint contains products of features.", "An average of a feature is just that. Ask what the paint does to the feature blue."),
            ),
            hint="Choose white paint in the second figure and read its top row.",
            solution="Paint that covers a colour changes the amount of that colour. That is a difference in the averages, and a leak in the experiment: it lets a description without co-occurrence "
            "pass for one that has it. Balanced paint adds as much as it takes away, in all three channels alike, so blue minus red stays what it was.",
        ),
        Number(
            "fine_grained-2",
            "Each pixel has seven local features. How many numbers has the bilinear vector of a picture?",
            answer=_size, tolerance=0.4,
            mistakes=(
                Mistake(len(FEATURES) ** 2, "That counts each pair twice: blue with stripes is stripes with blue."),
                Mistake(len(FEATURES) * (len(FEATURES) - 1) / 2, "That leaves out the squares, each feature with itself."),
                Mistake(len(FEATURES), "That is the average's length."),
            ),
            hint="A symmetric matrix of 7 rows: count its diagonal and what lies above.",
            solution=f"$7\\cdot 8/2 = {_size}$. With the 512 channels of a convolutional network it would be {512 * 513 // 2:,}.",
        ),
        Number(
            "fine_grained-3",
            "A picture of a museum piece gets five tags, of which three are right; one right tag is missing. What is its $F_2$? Give four decimals.",
            answer=f_beta(3, 2, 1, 2), tolerance=0.0006,
            mistakes=(
                Mistake(f_beta(3, 2, 1, 1), "That is F₁, which weighs precision and recall alike."),
                Mistake(f_beta(3, 1, 2, 2), "You exchanged false positives and false negatives: two tags too many, one missing."),
                Mistake(3 / 5, "That is the precision."),
                Mistake(3 / 4, "That is the recall."),
            ),
            hint="$F_\\beta = \\frac{(1+\\beta^2)\\,tp}{(1+\\beta^2)\\,tp + \\beta^2 fn + fp}$ with $\\beta = 2$.",
            solution=f"$5\\cdot 3/(5\\cdot 3 + 4\\cdot 1 + 2) = 15/21 = {f_beta(3, 2, 1, 2):.4f}$: nearer to the recall of 0.75 than to the precision of 0.6.",
        ),
        Number(
            "fine_grained-4",
            "A classifier was trained on two classes in equal shares. For two test images it gives the posteriors $(0.9, 0.1)$ and $(0.6, 0.4)$. What share of the first class does EM estimate after "
            "**two** iterations? Give four decimals.",
            answer=_steps[2], tolerance=0.0006,
            mistakes=(
                Mistake(_steps[1], "That is the first iteration, the mean of the posteriors. Correct the posteriors by it, and take the mean again."),
                Mistake(1.0, "Both guesses are the first class, but EM counts probabilities, not guesses."),
                Mistake(_steps[3], "That is the third iteration."),
            ),
            hint="After the first iteration the shares are $(0.75, 0.25)$. Multiply each posterior by $0.75/0.5$ and $0.25/0.5$, and divide each row by its sum.",
            solution=f"$\\frac{{0.9\\cdot 1.5}}{{0.9\\cdot 1.5 + 0.1\\cdot 0.5}} = {1.35 / 1.4:.4f}$ and $\\frac{{0.6\\cdot 1.5}}{{0.6\\cdot 1.5 + 0.4\\cdot 0.5}} = {0.9 / 1.1:.4f}$; their mean is ${_steps[2]:.4f}$.",
        ),
        MultipleChoice(
            "fine_grained-5",
            "Take each local feature by itself and deal its values anew to the pixels of the same picture, at random. Then pool. What can logistic regression still do with the *bilinear* vector of birds in balanced paint?",
            options=("tell whether stripes and spots share a half, but not which half it is", "tell which half is striped, but not which is spotted", "as much as before", "more than before"),
            answer="tell whether stripes and spots share a half, but not which half it is",
            mistakes=(
                Mistake("tell which half is striped, but not which is spotted", "Which half is striped is a matter of stripes meeting blue or rust, and who meets whom is now by chance."),
                Mistake("as much as before", "The values are all there, but who meets whom is now by chance, and that was the difference between the species."),
                Mistake("more than before", "Shuffling takes something away and adds nothing."),
            ),
            hint="Exchange red and blue in a picture of A: it is a picture of D. What does the exchange change in a shuffled bag?",
            solution="After shuffling, the mean product of two features is, up to noise, the product of their means; only each feature's own values are left. Those are alike for A and D, and for B and C. "
            "Between the pairs they differ a little, where the patterns touch. The section on controls has the numbers.",
        ),
        Number(
            "fine_grained-6",
            "Change code. Nothing has moved: `shifted_digits(0.0, 100)` has a test set in which each digit is equally frequent. By how many points does the correction with EM's prior change the accuracy there? "
            "Use `corrected` and give one decimal, with its sign.",
            answer=_gain(_still), tolerance=0.06, unit="points",
            mistakes=(
                Mistake(_gain(_moved), "That is the skewed test set, shifted_digits(1.0, 100)."),
                Mistake(-_gain(_still), "The sign: after minus before."),
                Mistake(100 * (_still.accuracy[2] - _still.accuracy[0]), "That is the correction with the true prior."),
            ),
            hint="`corrected(case).accuracy` holds three accuracies: uncorrected, with EM's prior, with the true prior.",
            solution=f"It goes from {100 * _still.accuracy[0]:.1f} % to {100 * _still.accuracy[1]:.1f} %. That is one image of 330. Where nothing has moved, there is nothing to gain.",
        ),
    )  # fmt: skip


def _code():
    slip = _EM.replace
    return Code(
        "fine_grained-7",
        "Write `estimate_test_prior(posteriors, train_prior, iterations)`: the class shares of a test set after so many steps of EM, from the posteriors $(N, K)$ of a classifier "
        "that was trained with the shares `train_prior`. Note what is not among its arguments.",
        function="estimate_test_prior", starter=_START, reference=estimate_test_prior,
        cases=((_POSTERIORS, _HALVES, 1), (_POSTERIORS, np.array([0.8, 0.2]), 2)),
        hidden=((_THREE, np.array([0.5, 0.3, 0.2]), 5), (_POSTERIORS, _HALVES, 0), (_THREE, np.full(3, 1 / 3), 50)),
        answer=_EM,
        mistakes=(
            Mistake(slip("posteriors * prior / train_prior", "posteriors * prior"),
                    "The posteriors already contain the training prior. Divide by it, or a class that was frequent in training counts twice."),
            Mistake(slip("        weighed = weighed / weighed.sum(axis=1, keepdims=True)\n", ""),
                    "Each image must count as one: divide each row by its sum before you take the mean."),
            Mistake(slip("        prior = weighed.mean(axis=0)", "        prior = weighed.mean(axis=0)\n        posteriors = weighed"),
                    "You corrected posteriors that were corrected already. Each step starts from those of the classifier."),
            Mistake(slip("prior = weighed.mean(axis=0)", "prior = np.eye(len(prior))[weighed.argmax(axis=1)].mean(axis=0) + 0 * prior"),
                    "That counts guesses. EM takes the mean of the probabilities, so that an uncertain image counts for several classes."),
            Mistake(slip("weighed.mean(axis=0)", "weighed.sum(axis=0)"), "Those are expected numbers of images. Shares sum to 1: take the mean."),
            Mistake(slip("posteriors * prior / train_prior", "posteriors * train_prior / prior"), "The other way round: a class that becomes more frequent must gain."),
        ),
        hint="E step: posteriors times `prior / train_prior`, rows to sum 1. M step: their mean over the images.",
        solution="Two lines for E, one for M. Labels go in nowhere; they are not even among the arguments.\n\n" f"```python\n{_EM}```",
    )  # fmt: skip


EXERCISES = (*_exercises(), _code())
