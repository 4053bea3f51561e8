"""Exercises on FixMatch: from reading the histogram to a search in the stored predictions."""

import numpy as np

from miniatures.checks import real
from miniatures.comparisons import welch
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.fixmatch import aligned, cross_entropy, pseudo_label_quality, softmax, unlabelled_loss
from miniatures.fixmatch_runs import FOLDS, benchmarks, snapshots
from miniatures.results import place

WEAK, STRONG, TAU = [[2.0, 0.0, 0.0], [1.0, 0.9, 0.0]], [[0.5, 0.0, 0.0], [0.0, 1.0, 0.0]], 0.7
Q, PRIOR, MARGINAL = np.array([[0.5, 0.4, 0.1]]), np.full(3, 1 / 3), np.array([0.6, 0.25, 0.15])


def _kept(step: int, threshold: float, labels_per_class: int = 4) -> tuple[float, float]:
    """The share kept and the share right among the kept, in the stored training."""
    taken = snapshots(labels_per_class)
    return pseudo_label_quality(taken.logits[list(taken.steps).index(step)], taken.classes, threshold)


def smallest_threshold(wanted: float, step: int, labels_per_class: int = 4) -> float:
    """The smallest of 0.00, 0.01 … 0.99 at which at least the share `wanted` of the kept pseudo-labels is right.

    >>> smallest_threshold(0.9, 1500)
    0.0
    """
    wanted = real("wanted", wanted, 0, 1)
    place("step", step, tuple(snapshots(labels_per_class).steps.tolist()))
    for hundredths in range(100):
        right = _kept(step, hundredths / 100, labels_per_class)[1]
        if right is not None and right >= wanted:
            return hundredths / 100
    raise ValueError(f"wanted={wanted} is reached by no threshold below 1 after step {step}")


_LOSS = """import numpy as np

def unlabelled_loss(weak, strong, threshold):
    powers = np.exp(weak - weak.max(axis=1, keepdims=True))
    q = powers / powers.sum(axis=1, keepdims=True)
    labels, kept = q.argmax(axis=1), q.max(axis=1) >= threshold
    shifted = strong - strong.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(labels)), labels]
    return losses[kept].sum() / len(weak)
"""
_START = """import numpy as np

def unlabelled_loss(weak, strong, threshold):
    # weak and strong are arrays (N, L) of logits, two views of the same N images
    q = np.exp(weak) / np.exp(weak).sum(axis=1, keepdims=True)
    return 0.0
"""


def _code():
    slip, rng = _LOSS.replace, np.random.default_rng(0)
    weak, strong = 2 * rng.normal(size=(2, 6, 4)).round(1)
    return Code(
        "fixmatch-9",
        "Write the unlabelled loss from scratch, with NumPy alone: `unlabelled_loss(weak, strong, threshold)` takes the logits of the weak and of the strong views, "
        "both $(N, L)$, and returns the mean over all $N$ rows of the cross-entropy between pseudo-label and strong view, in nats, where a row below the threshold counts as 0.",
        function="unlabelled_loss", starter=_START, reference=lambda *given: unlabelled_loss(*given)[0],
        cases=((np.array(WEAK), np.array(STRONG), TAU), (np.array(WEAK), np.array(STRONG), 0.0), (np.array(WEAK), np.array(STRONG), 0.9)),
        hidden=((weak, strong, 0.6), (weak, strong, 0.0), (np.array([[900.0, 0.0]]), np.array([[0.0, 900.0]]), 0.95)),
        answer=_LOSS,
        mistakes=(
            Mistake(slip("losses[kept].sum() / len(weak)", "losses[kept].mean() if kept.any() else 0.0"),
                    "You took the mean over the kept rows. Divide by all rows: a batch with few sure rows then teaches little."),
            Mistake(slip("losses[kept].sum() / len(weak)", "losses[kept].mean()"),
                    "You took the mean over the kept rows: where none is kept that is 0/0. Divide by all rows, kept or not."),
            Mistake(slip("losses[kept].sum() / len(weak)", "losses.mean()"), "You kept every row. Only those count whose confidence on the weak view reaches the threshold."),
            Mistake(slip("losses[kept].sum() / len(weak)", "losses[kept].sum()"), "That is the sum over the kept rows. The loss is a mean over all rows."),
            Mistake(slip("shifted = strong - strong.max", "shifted = weak - weak.max"),
                    "You took the cross-entropy of the weak view. It gives the label; the strong view learns it."),
            Mistake(slip("powers = np.exp(weak - weak.max(axis=1, keepdims=True))", "powers = np.exp(strong - strong.max(axis=1, keepdims=True))"),
                    "Your pseudo-labels come from the strong view. The weak view gives them, for it is the easier one to answer."),
            Mistake(_START.replace("return 0.0", "labels, kept = q.argmax(axis=1), q.max(axis=1) >= threshold\n    p = np.exp(strong) / np.exp(strong).sum(axis=1, keepdims=True)\n"
                                   "    return -np.log(p[np.arange(len(p)), labels])[kept].sum() / len(p)"),
                    "The formula is right, but exp(900) is no number any more. Take the largest logit of each row from the row first: the probabilities stay the same."),
        ),
        hint="Softmax of the weak logits, its class and its maximum; then $H = \\log\\sum_j e^{z_j} - z_{\\hat y}$ on the strong logits. Subtract each row's maximum before `np.exp`.",
        solution="Three lines make the pseudo-labels, two the cross-entropies, and the last one is the point: the sum of the kept rows, divided by the number of all.\n\n"
        f"```python\n{_LOSS}```",
    )  # fmt: skip


def _exercises():
    share, right = _kept(1500, 0.95)
    loss, _ = unlabelled_loss(WEAK, STRONG, TAU)
    every = cross_entropy([0, 0], STRONG)
    ours, theirs = benchmarks()["CIFAR-10", 40]["FixMatch (RA)"], benchmarks()["CIFAR-10", 40]["ReMixMatch"]
    factor, test = theirs.error / ours.error, welch(theirs.error, theirs.sd, FOLDS, ours.error, ours.sd, FOLDS)
    confidence, scaled = aligned(Q, PRIOR, MARGINAL).max(), Q * PRIOR / MARGINAL
    search = smallest_threshold(0.99, 1500)
    return (
        Number(
            "fixmatch-1",
            "In the first figure of this chapter, set 4 labels a class, the last snapshot (step 1500) and $\\tau = 0.95$. What share of the unlabelled images is kept?",
            answer=100 * share, tolerance=0.6, unit="%",
            mistakes=(
                Mistake(100 * right, "That is the share of the kept pseudo-labels that are right, the blue curve. The share kept is the dashed one."),
                Mistake(100 * (1 - share), "That share is dropped: it lies left of the line, in the grey."),
                Mistake(100 * _kept(1500, 0.8)[0], "That is the share at the default threshold of 0.8. Move the line to 0.95."),
                Mistake(100 * _kept(100, 0.95)[0], "That is the share after 100 steps. The network has grown surer since."),
            ),
            hint="The dashed curve in the right panel, or the sentence below the figure.",
            solution=f"{100 * share:.1f} % of the 1257 images have a confidence of 0.95 or more after the last step. They are the mass right of the line.",
        ),
        Ordering(
            "fixmatch-2",
            "Put one unlabelled step of FixMatch in order.",
            answer=(
                "draw a weak and a strong view of each image",
                "predict class probabilities for the weak views",
                "take the most probable class as the pseudo-label",
                "drop the rows whose confidence is below the threshold",
                "compute the cross-entropy of pseudo-label and strong view",
                "divide the sum by the number of all unlabelled rows",
                "compute the gradient through the strong views only",
            ),
            mistakes=(
                Mistake(
                    (
                        "draw a weak and a strong view of each image",
                        "predict class probabilities for the weak views",
                        "drop the rows whose confidence is below the threshold",
                        "take the most probable class as the pseudo-label",
                        "compute the cross-entropy of pseudo-label and strong view",
                        "divide the sum by the number of all unlabelled rows",
                        "compute the gradient through the strong views only",
                    ),
                    "Nearly. It comes to the same result, but the confidence is the probability of the most probable class: that class comes first.",
                ),
            ),
            hint="The weak view answers first; the strong view learns the answer.",
            solution="Views, weak prediction, class, threshold, strong cross-entropy, mean over all rows, gradient: the order of `unlabelled_step`.",
        ),
        Number(
            "fixmatch-3",
            "Two unlabelled rows have the weak logits $(2, 0, 0)$ and $(1, 0.9, 0)$ and the strong logits $(0.5, 0, 0)$ and $(0, 1, 0)$. The threshold is "
            "$\\tau = 0.7$. What is the unlabelled loss, in nats?",
            answer=loss, tolerance=0.0008, unit="nats",
            mistakes=(
                Mistake(2 * loss, "You divided by the one kept row. The loss is the mean over all rows: few sure rows weigh little."),
                Mistake(every.mean(), f"You kept both rows. The second has a confidence of {softmax(WEAK)[1].max():.2f} only."),
                Mistake(unlabelled_loss(WEAK, WEAK, TAU)[0], "You took the cross-entropy of the weak view. It gives the label; the strong view learns it."),
                Mistake(unlabelled_loss(WEAK, STRONG, TAU)[0] / np.log(2), "That is in bits: use the natural logarithm."),
            ),
            hint="Which rows pass? Confidences are $e^2/(e^2+2)$ and $e/(e+e^{0.9}+1)$. Then $H = \\log\\sum_j e^{z_j} - z_{\\hat y}$ on the strong logits.",
            solution=f"The first row has a confidence of {softmax(WEAK)[0].max():.4f} and passes with pseudo-label 0; the second has {softmax(WEAK)[1].max():.4f} and is "
            f"dropped. $H = \\log(e^{{0.5}} + 2) - 0.5 = {every[0]:.6f}$, over two rows ${loss:.6f}$.",
        ),
        MultipleChoice(
            "fixmatch-4",
            "The weak logits of a kept row move a little, so that its class and the rows kept stay the same. What happens to the gradient of the unlabelled loss?",
            options=("nothing", "it moves in proportion", "it changes its sign", "it moves only where the row is wrong"),
            answer="nothing",
            mistakes=(
                Mistake("it moves in proportion", "It would if the gradient flowed through the weak branch. The pseudo-label is a class, a constant."),
                Mistake("it changes its sign", "A sign appears only where logits enter the loss. The weak ones enter through the class and the mask alone."),
                Mistake("it moves only where the row is wrong", "The network does not know which rows are wrong: no true label enters the loss."),
            ),
            hint="Look for the weak view in the arguments of `loss_and_gradient` inside `unlabelled_step`.",
            solution="Nothing. The weak view chooses a class and passes a threshold; both are steps, flat between the jumps, and the code treats them as constants.",
        ),
        Number(
            "fixmatch-5",
            f"On CIFAR-10 with 40 labels, ReMixMatch's printed error is {theirs.error:.2f} % and FixMatch (RA)'s is {ours.error:.2f} %. By what factor does FixMatch cut the error?",
            answer=factor, tolerance=0.006,
            mistakes=(
                Mistake(theirs.error - ours.error, "That is the difference, in points. The factor is a quotient."),
                Mistake(1 / factor, "That is what remains of the error. The factor is the other quotient."),
                Mistake((100 - ours.error) / (100 - theirs.error), "That is the quotient of the accuracies. Errors shrink much faster than accuracies grow."),
            ),
            hint="Divide the larger error by the smaller.",
            solution=f"$ {theirs.error:.2f} / {ours.error:.2f} = {factor:.3f}$.",
        ),
        Number(
            "fixmatch-6",
            f"Is that gap more than luck? Both are means of {FOLDS} folds, with standard deviations {theirs.sd:.2f} and {ours.sd:.2f} points. Compute Welch's "
            "$t = (m_1 - m_2) / \\sqrt{s_1^2/n_1 + s_2^2/n_2}$.",
            answer=test.t, tolerance=0.012,
            mistakes=(
                Mistake(test.difference / np.hypot(theirs.sd, ours.sd), "You forgot the number of folds: a mean of five varies less than one run."),
                Mistake(test.difference / (theirs.sd / np.sqrt(FOLDS)), "That leaves out the spread of FixMatch."),
                Mistake(test.difference / np.sqrt((theirs.sd + ours.sd) / FOLDS), "Square the deviations: variances add, deviations do not."),
            ),
            hint="$s_1^2/n_1$ is 9.64 squared over 5.",
            solution=f"$t = {test.t:.2f}$ with {test.nu:.1f} degrees of freedom, $p = {test.p:.2f}$: a gap like this is common where the true difference is 0. "
            "Five folds are few, and ReMixMatch's spread is large.",
        ),
        Number(
            "fixmatch-7",
            "Distribution alignment. A weak view is predicted as $q = (0.5, 0.4, 0.1)$. Each class holds a third of the labels; so far the network has predicted the three "
            "classes in shares of $0.6$, $0.25$ and $0.15$. What is the confidence after alignment?",
            answer=confidence, tolerance=0.004,
            mistakes=(
                Mistake(scaled.max(), "The row must be scaled to sum to 1 again."),
                Mistake((Q * MARGINAL / (Q * MARGINAL).sum()).max(), "You multiplied by the shares. A class that is predicted too often must lose: divide by them."),
                Mistake(aligned(Q, PRIOR, MARGINAL)[0, 0], "That is what class 0 has left. Another class is more probable now: the pseudo-label itself has changed."),
            ),
            hint="Multiply each entry by $\\frac13$ over its share, then divide by the sum.",
            solution=f"$q \\cdot \\tfrac13 / \\text{{share}} = ({', '.join(f'{v:.4f}' for v in scaled[0])})$, which sums to {scaled.sum():.4f}: the aligned row is "
            f"$({', '.join(f'{v:.3f}' for v in aligned(Q, PRIOR, MARGINAL)[0])})$. The pseudo-label moves from class 0 to class 1.",
        ),
        Number(
            "fixmatch-8",
            "Change code. In a cell, take `snapshots(4)` from `miniatures.fixmatch_runs` (its `logits[-1]` are those of the last step) and `pseudo_label_quality` from "
            "`miniatures.fixmatch`. What is the smallest threshold, in steps of 0.01, at which at least 99 % of the kept pseudo-labels are right?",
            answer=search, tolerance=0.004,
            mistakes=tuple(
                Mistake(value, words)
                for value, words in (
                    (smallest_threshold(0.98, 1500), "At that threshold at least 98 % are right, not yet 99 %."),
                    (smallest_threshold(0.99, 100), "That is the answer after 100 steps: `logits[-1]` belongs to the last step."),
                )
                if abs(value - search) > 0.004
            ),
            hint="`pseudo_label_quality(logits, classes, threshold)` gives the share kept and the share right; the truth is in `snapshots(4).classes`.",
            solution="```python\ntaken = snapshots(4)\nnext(t / 100 for t in range(100) if pseudo_label_quality(taken.logits[-1], taken.classes, t / 100)[1] >= 0.99)\n```\n\n"
            f"gives {search:.2f}. It needs the true classes of the unlabelled images. Whoever has those may tune $\\tau$ like this; whoever has not cannot.",
        ),
    )  # fmt: skip


EXERCISES = (*_exercises(), _code())
