"""Exercises on cloaks: base rates and controls, two cloaks by hand, leaks, and what a hundred percent of one person proves."""

from math import ceil

import numpy as np

from miniatures.checks import numbers, real, whole
from miniatures.cloaking import cloak, cloak_linear, recognise
from miniatures.cloaking_runs import STANDARD, least_leak, shown_cloaked, stored
from miniatures.exercises import Code, Mistake, MultipleChoice, Number
from miniatures.list_counts import CONFIDENT, wilson

ROW, LENGTH, GOAL = np.array([[3.0, 4.0]]), 2.0, 20.0


def box_cloak(matrix, image, target, budget):
    """The picture after a first-order cloak, by the tested function with a single step.

    >>> box_cloak([[2.0, -1.0]], [0.5, 0.5], [1.0], 0.1).round(6).tolist()
    [0.6, 0.4]
    """
    matrix, image = numbers("matrix", matrix, (None, None)), numbers("image", image, (None,), 0, 1)
    if matrix.shape[1] != len(image):
        raise ValueError(f"image of {len(image)} pixels: matrix takes {matrix.shape[1]}")
    target, budget = numbers("target", target, (len(matrix),)), real("budget", budget, 0, 1)
    return cloak(matrix, image, target, budget, 1)


def missed_share(known, people, new, owner):
    """The share of the new photographs of `owner` that the nearest known photograph gives to somebody else.

    >>> missed_share([[0.0], [5.0]], [0, 1], [[1.0], [4.0]], 0)
    0.5
    """
    owner, known = whole("owner", owner, 0, 10**6), numbers("known", known, (None, None))
    new = numbers("new", new, (None, known.shape[1]))
    return float((recognise("nearest", known, people, new) != owner).mean())


_BOX = """import numpy as np

def box_cloak(matrix, image, target, budget):
    gap = target - matrix @ image
    return np.clip(image + budget * np.sign(matrix.T @ gap), 0, 1)
"""
_BOX_START = """import numpy as np

def box_cloak(matrix, image, target, budget):
    # matrix (k, n), image (n,) from 0 to 1, target (k,) features
    return image
"""
_MISSED = """import numpy as np

def missed_share(known, people, new, owner):
    apart = ((new[:, None, :] - known[None, :, :]) ** 2).sum(axis=2)
    return float((people[apart.argmin(axis=1)] != owner).mean())
"""
_MISSED_START = """import numpy as np

def missed_share(known, people, new, owner):
    # known (N, k), people (N,), new (M, k), owner a number
    return 0.0
"""


def _box():
    slip = _BOX.replace
    rng = np.random.default_rng(3)
    drawn = [
        (rng.normal(size=(2, 5)).round(1), rng.uniform(0.2, 0.8, 5).round(2), 4 * rng.normal(size=2).round(1), 0.01)
        for _ in range(2)
    ]
    return Code(
        "cloaking-4",
        "A linear extractor $M$ has the features $Mx$. Each pixel may change by at most the budget and must stay in $[0, 1]$. Write `box_cloak(matrix, image, target, budget)`: the changed image "
        "$(n,)$ that comes closest to the features `target` when the budget is so small that every pixel uses all of it.",
        function="box_cloak", starter=_BOX_START, reference=box_cloak,
        cases=((np.array([[1.0, -1.0]]), np.array([0.5, 0.5]), np.array([9.0]), 0.1), (np.array([[2.0, 1.0], [0.0, 1.0]]), np.array([0.99, 0.4]), np.array([9.0, 3.0]), 0.05)),
        hidden=tuple(drawn), answer=_BOX,
        mistakes=(
            Mistake(slip("image + budget", "image - budget"), "That walks away from the target: the distance falls along plus Mᵀ (target - M x)."),
            Mistake(slip("np.clip(image + budget * np.sign(matrix.T @ gap), 0, 1)", "image + budget * np.sign(matrix.T @ gap)"), "Some pixels leave the range from 0 to 1. Clip the result."),
            Mistake(slip("gap = target - matrix @ image", "gap = target"), "You walked towards the target from zero. The gap is the target less the features that the image has now."),
            Mistake(slip("np.sign(matrix.T @ gap)", "(matrix.T @ gap) / np.linalg.norm(matrix.T @ gap)"),
                    "That is the best direction for a budget of length. Where each pixel has its own budget, each uses all of it: take the sign."),
            Mistake(slip("np.sign(matrix.T @ gap)", "(matrix.T @ gap)"), "The gradient itself breaks the budget. Take its sign."),
        ),
        hint="Half the squared distance has the gradient $-M^\\top(t - Mx)$ by the pixels. What is the best $\\delta$ with $|\\delta_i| \\le \\varepsilon$ for a linear function?",
        solution="A linear function on a box is best in a corner: every pixel goes up or down by the whole budget, as its own derivative says. With the target given as a picture $t$, that is "
        f"$\\varepsilon\\,\\mathrm{{sign}}(M^\\top M (t - x))$.\n\n```python\n{_BOX}```",
    )  # fmt: skip


def _missed():
    slip = _MISSED.replace
    rng = np.random.default_rng(5)
    known, people = rng.normal(size=(12, 3)).round(1), np.arange(12) % 3
    cloud = (
        np.array([[10.0, 0.0], [10.5, 0.0], [4.0, 0.0]]),
        np.array([0, 0, 1]),
        np.array([[0.0, 0.0], [1.0, 0.0], [9.0, 0.0], [6.0, 0.0]]),
        0,
    )
    return Code(
        "cloaking-9",
        "Write the tracker of the first figure: `missed_share(known, people, new, owner)`. It knows the features `known` $(N, k)$ of photographs of `people` $(N,)$, sees the features `new` $(M, k)$ of "
        "new photographs of the person `owner`, and gives each to the person of the nearest known photograph. Return the share that it gives to somebody else.",
        function="missed_share", starter=_MISSED_START, reference=missed_share,
        cases=(cloud, (np.array([[0.0], [1.0], [8.0]]), np.array([0, 1, 1]), np.array([[0.2], [0.9]]), 1)),
        hidden=((known, people, rng.normal(size=(7, 3)).round(1), 2), (known, people, rng.normal(size=(9, 3)).round(1), 0)), answer=_MISSED,
        mistakes=(
            Mistake(slip("!= owner", "== owner"), "That is the share that is identified. The protection is the rest."),
            Mistake(slip("argmin", "argmax"), "You took the farthest photograph. Take the nearest."),
            Mistake(slip("    apart = ", "    names = np.unique(people)\n    known = np.array([known[people == one].mean(axis=0) for one in names])\n    people = names\n    apart = "),
                    "That is the tracker by centroids. This one compares with each single photograph."),
            Mistake(slip(" ** 2).sum(axis=2)", ").sum(axis=2) ** 2"), "Square each difference before the sum: otherwise differences of opposite sign cancel."),
        ),
        hint="`new[:, None, :] - known[None, :, :]` has the shape $(M, N, k)$.",
        solution=f"Squared distances $(M, N)$, the nearest one's owner, a comparison.\n\n```python\n{_MISSED}```",
    )  # fmt: skip


def _exercises():
    bare = {e: 100 * stored("logistic", 0.0, extractor_of=e).mean() for e in ("same", "robust")}
    robust = 100 * stored("logistic", STANDARD, extractor_of="robust").mean()
    noise, cloaked, none = (
        100 * share.mean()
        for share in (stored("nearest", STANDARD, by="noise"), stored("nearest", STANDARD), stored("nearest", 0.0))
    )
    delta = cloak_linear(ROW, [0.0, 0.0], [GOAL], LENGTH)
    reached = float((ROW @ delta)[0])
    enough = ceil(19 * CONFIDENT**2)
    wrong_test = 100 * shown_cloaked("nearest", "cloaked").mean()
    return (
        Number(
            "cloaking-1",
            "In the view of the three trackers, choose the robust extractor. What share of the new photographs does the tracker by logistic regression miss when nobody wears a cloak?",
            answer=bare["robust"], tolerance=1.2, unit="%",
            mistakes=(
                Mistake(bare["same"], "That is the tracker on the user's own extractor. Choose robust."),
                Mistake(robust, "That is its share at ε = 0.06. Without a cloak ε is 0."),
                Mistake(100 - bare["robust"], "That share is recognised. The rest is missed."),
            ),
            hint="Set ε to 0, or read the share in brackets below the figure.",
            solution=f"{bare['robust']:.1f} %. A protection of {robust:.1f} % at ε = 0.06 against this tracker is to be compared with that, and not with 0.",
        ),
        Number(
            "cloaking-2",
            "Control. Choose *noise* in the first view, at ε = 0.06. What share of the new photographs is missed?",
            answer=noise, tolerance=1.0, unit="%",
            mistakes=(
                Mistake(cloaked, "That is the cloak's share. Choose noise."),
                Mistake(100 - noise, "That share is recognised. The rest is missed."),
                Mistake(50.0, "Noise is no coin toss: read the orange curve."),
            ),
            hint="The orange curve, or the sentence below the figure.",
            solution=f"{noise:.1f} %, against {none:.1f} % without any change: noise protects nobody, though it is as large as the cloak. The direction does it, not the size.",
        ),
        Number(
            "cloaking-3",
            "A picture has two pixels, both 0, and the extractor one feature, $\\Phi(x) = 3x_1 + 4x_2$. The target's feature is 20. What feature does the best cloak reach whose Euclidean length is at most 2?",
            answer=reached, tolerance=0.01,
            mistakes=(
                Mistake(GOAL, "That needs a cloak of length 4. The budget binds."),
                Mistake(14.0, "That is δ = (2, 2), whose length is 2.83: each pixel keeps a budget of 2, but the length does not."),
                Mistake(8.0, "That is δ = (0, 2): all on the heavier pixel. Sharing between the pixels reaches more."),
                Mistake(14 / 2**0.5, "That is the direction (1, 1). The gradient has another one."),
            ),
            hint="The best direction is that of $M^\\top$, here $(3, 4)/5$.",
            solution=f"$\\delta = 2\\cdot(0.6, 0.8) = ({delta[0]:.1f}, {delta[1]:.1f})$ and $3\\cdot1.2 + 4\\cdot1.6 = {reached:.0f}$.",
        ),
        Number(
            "cloaking-5",
            "In the view of the leaks, at ε = 0.06 and with the user's own extractor: what is the smallest number of leaked photographs, of 16, at which the tracker by the *nearest photograph* identifies "
            "more than half of the new ones?",
            answer=least_leak("nearest"), tolerance=0.1,
            mistakes=(
                Mistake(least_leak("logistic"), "That is the tracker by logistic regression."),
                Mistake(least_leak("centroid"), "That is the tracker by centroids."),
                Mistake(0, "With no leak nearly all are missed."),
                Mistake(2, "Half is passed before: look at the purple curve once more."),
            ),
            hint="More than half identified means less than half missed: where is the purple curve below the dotted line?",
            solution=f"With {least_leak('nearest')} leaked photograph {percent_identified(1)} of the new ones are identified, with 2 (12.5 %) {percent_identified(2)}.",
        ),
        MultipleChoice(
            "cloaking-6",
            f"The tracker by centroids needs {least_leak('centroid')} leaked photographs for the same. Why so many?",
            options=(
                "one clean photograph among sixteen moves the mean by a sixteenth of the way",
                "a centroid is computed from cloaked photographs only",
                "centroids need more people to be tracked",
                "the nearest photograph is chosen by another distance",
            ),
            answer="one clean photograph among sixteen moves the mean by a sixteenth of the way",
            mistakes=(
                Mistake("a centroid is computed from cloaked photographs only", "The tracker does not know which are cloaked. It takes the mean of all."),
                Mistake("centroids need more people to be tracked", "Both trackers know the same people."),
                Mistake("the nearest photograph is chosen by another distance", "Both use the Euclidean distance between features."),
            ),
            hint="Where does the mean of 14 points at the target and 2 at the true place lie?",
            solution="The mean of 14 photographs far away and 2 at home lies seven eighths of the way out. The nearest-photograph tracker forgets about the 14 as soon as one at home is nearer.",
        ),
        Number(
            "cloaking-7",
            "All of $n$ photographs of a person were missed. From which $n$ on is the lower end of Wilson's 95 % interval at least 95 %?",
            answer=enough, tolerance=0.4,
            mistakes=(
                Mistake(59, "That is where 0.95 to the power n falls below 5 %: a one-sided test. Wilson's interval has two ends."),
                Mistake(60, "That is the rule of three, an approximation of another, one-sided bound."),
                Mistake(enough - 1, f"There it is {wilson(enough - 1, enough - 1)[0]:.5f}, just below."),
                Mistake(32, f"32 give {100 * wilson(32, 32)[0]:.1f} %."),
            ),
            hint="For $n$ of $n$ the lower end is $n/(n + z^2)$ with $z = 1.96$.",
            solution=f"$n \\ge 0.95\\,(n + z^2)$ gives $n \\ge 19 z^2 = {19 * CONFIDENT**2:.2f}$, so $n = {enough}$. And even that is about the photographs of one person, taken as independent.",
        ),
        MultipleChoice(
            "cloaking-8",
            f"Somebody cloaks the new photographs, too, shows them to a tracker that learnt cloaked ones, and reports that {wrong_test:.0f} % are missed: “cloaks do not work”. What went wrong?",
            options=(
                "the tracker was asked about faces like those that it learnt, and real cameras do not cloak",
                "the budget was too small",
                "the tracker used another extractor",
                "too few photographs were leaked",
            ),
            answer="the tracker was asked about faces like those that it learnt, and real cameras do not cloak",
            mistakes=(
                Mistake("the budget was too small", "The budget was the usual one. A larger one gives the same: cloaked photographs lie near cloaked photographs."),
                Mistake("the tracker used another extractor", "It used the user's own."),
                Mistake("too few photographs were leaked", "None was leaked, and leaks help the tracker anyway."),
            ),
            hint="Where do the cloaked new photographs lie in the map of features?",
            solution="The cloak is meant to separate what is published from what a camera sees later. If both are cloaked they lie together again, in the wrong place, under the right name.",
        ),
    )  # fmt: skip


def percent_identified(leaked: int) -> str:
    """What the nearest-photograph tracker identifies at the standard budget, in percent.

    >>> percent_identified(0)
    '2 %'
    """
    return f"{100 - 100 * stored('nearest', STANDARD, leaked).mean():.0f} %"


_found = _exercises()
EXERCISES = (*_found[:3], _box(), *_found[3:], _missed())
