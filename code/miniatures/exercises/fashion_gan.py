"""Exercises on adversarial networks: the exact game, a collapse, two measures, and what a choice does."""

import numpy as np
from scipy.optimize import brentq

from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.fashion_gan import game_value, jensen_shannon, optimal_discriminator
from miniatures.fashion_gan_runs import stored
from miniatures.fashion_metrics import precision_recall

SHIFT, CONFLATED, LOOKED_AT = 1.5, 0.03, 48
HALF = brentq(lambda shift: jensen_shannon(shift) - np.log(2) / 2, 1, 4)

_ANSWER = """import numpy as np

def precision_recall(real, fake, k):
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    def covered(balls, points):
        radius = np.sort(distances(balls, balls), axis=1)[:, k]
        return (distances(points, balls) <= radius).any(axis=1).mean()

    return covered(real, fake), covered(fake, real)
"""
_START = """import numpy as np

def precision_recall(real, fake, k):
    # real is (N, d) and fake is (M, d); a ball reaches from a point to its k-th nearest other point of the same set
    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    return 1.0, 1.0
"""


def _clouds(seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(12, 2)).round(1), (rng.normal(size=(10, 2)) * [0.4, 0.8] + 0.7).round(1)


def _code():
    slip = _ANSWER.replace
    line_real, line_fake = np.array([[0.0], [1.0], [3.0]]), np.array([[-0.5], [6.0], [4.9]])
    return Code(
        "fashion_gan-9",
        "Write both measures from scratch: `precision_recall(real, fake, k)` returns the share of fakes that lie in the ball of some real point, and the share of real points that lie in the ball "
        "of some fake. The ball of a point reaches to the $k$-th nearest *other* point of its own set, its edge included.",
        function="precision_recall",
        starter=_START,
        reference=precision_recall,
        cases=((line_real, line_fake, 1), (*_clouds(0), 1), (*_clouds(0), 3)),
        hidden=((*_clouds(1), 2), (*_clouds(2), 5), (_clouds(3)[0], _clouds(3)[0][:6] + 20, 1)),
        answer=_ANSWER,
        mistakes=(
            Mistake(slip("[:, k]", "[:, k - 1]"), "Each point is its own nearest neighbour, at distance 0. The k-th other one stands one place further in the sorted row."),
            Mistake(slip("return covered(real, fake), covered(fake, real)", "return covered(fake, real), covered(real, fake)"),
                    "The two are the wrong way round. Precision asks of each fake whether it is plausible, with balls around the real points."),
            Mistake(slip(".any(axis=1)", ".all(axis=1)"), "One ball is enough: a fake need not lie in the balls of all real points."),
            Mistake(slip("radius = np.sort(distances(balls, balls), axis=1)[:, k]", "radius = np.sort(distances(balls, balls), axis=1)[:, k].mean()"),
                    "Every point has a radius of its own: small where points are dense, large where they are rare."),
        ),
        hint="Sort each row of the distances within a set: column 0 is the point itself, column k its k-th neighbour.",
        solution="The same function serves both: only who has the balls and who is asked changes. The radii belong to the columns of the distances, so the comparison needs no loop.\n\n"
        f"```python\n{_ANSWER}```",
    )  # fmt: skip


def _exercises():
    precision, recall, control = (
        stored("G 3 : 1 D", "precision", 500),
        stored("G 3 : 1 D", "recall", 500),
        stored("GAN", "recall", 500),
    )
    seen = 1 - (1 - CONFLATED) ** LOOKED_AT
    return (
        Number(
            "fashion_gan-1",
            f"The real density is $N(0, 1)$, the generated one $N({SHIFT}, 1)$. What does the best discriminator say where both densities are equal?",
            answer=optimal_discriminator(SHIFT / 2, SHIFT),
            tolerance=0.002,
            mistakes=(
                Mistake(optimal_discriminator(0, SHIFT), "That is D at x = 0, the real mean. The densities are equal half way between the two means."),
                Mistake(optimal_discriminator(SHIFT, SHIFT), "That is D at the generated mean. The densities are equal half way between the two."),
                Mistake(1.0, "D would be 1 where nothing is ever generated. Here both are equally probable."),
                Mistake(float(np.exp(-(SHIFT / 2) ** 2 / 2) / np.sqrt(2 * np.pi)), "That is the density itself. D is the real density's share of both."),
            ),
            hint="$D^*(x) = p(x) / (p(x) + g(x))$ with $p(x) = g(x)$.",
            solution="$p / (p + p) = 1/2$, whatever the densities are: D cannot tell, and says so.",
        ),
        Number(
            "fashion_gan-2",
            "The generator has won: $p = g$. What is the value $V$ of the game for the best discriminator, in nats?",
            answer=game_value(0),
            tolerance=0.001,
            unit="nats",
            mistakes=(
                Mistake(0.0, "That is the JSD, not the value: V = 2 JSD − log 4. V would be 0 if D were always right."),
                Mistake(-np.log(2).item(), "That is one of the two terms. D pays log ½ on real pictures and log ½ on generated ones."),
                Mistake(np.log(4).item(), "The sign: logarithms of probabilities are negative."),
                Mistake(-2.0, "That is in bits: use the natural logarithm."),
            ),
            hint="$D = 1/2$ everywhere, in $E[\\log D] + E[\\log(1 - D)]$.",
            solution=f"$\\log\\frac12 + \\log\\frac12 = -\\log 4 = {game_value(0):.6f}$.",
        ),
        Number(
            "fashion_gan-3",
            "In the first figure the curve of the JSD flattens as the shift grows. Which number, in nats, does it approach and never pass?",
            answer=np.log(2).item(),
            tolerance=0.002,
            unit="nats",
            mistakes=(
                Mistake(1.0, "In bits, yes: one bit, real or not. In nats it is log 2."),
                Mistake(np.log(4).item(), "That is twice the bound, the value's whole range. The JSD itself stops at half of it."),
                Mistake(jensen_shannon(4), "That is the JSD at a shift of 4, the end of the slider; the curve still rises a little."),
            ),
            hint="Where the densities do not overlap, $D$ is 1 on the real ones and 0 on the others: $V = 0$.",
            solution=f"$0 = 2\\,\\mathrm{{JSD}} - \\log 4$, so $\\mathrm{{JSD}} = \\log 2 = {np.log(2):.6f}$. And there it is flat: far from the data the generator learns nothing from it.",
        ),
        Ordering(
            "fashion_gan-4",
            "Put one step of the training in order.",
            answer=(
                "draw noise and a batch of real pictures",
                "let G make pictures of the noise",
                "take the gradient of D's cross-entropy on both batches, and of the penalty on the real one",
                "move D's weights",
                "draw new noise and let G make pictures of it",
                "take the gradient of −log D(G(z)) through D into G",
                "move G's weights, and leave D alone",
                "add G's weights to their running average",
            ),
            mistakes=(
                Mistake(
                    (
                        "draw noise and a batch of real pictures",
                        "let G make pictures of the noise",
                        "take the gradient of D's cross-entropy on both batches, and of the penalty on the real one",
                        "move D's weights",
                        "draw new noise and let G make pictures of it",
                        "move G's weights, and leave D alone",
                        "take the gradient of −log D(G(z)) through D into G",
                        "add G's weights to their running average",
                    ),
                    "Nearly: G cannot move before its gradient is known.",
                ),
            ),
            hint="D moves first. G's gradient passes through D's weights, which stay where they are meanwhile.",
            solution="The judge first, then the forger: `discriminator_step`, `generator_step`.",
        ),
        Number(
            "fashion_gan-5",
            "In the figure of the collapse, let G move three times for each step of D, and go to step 500. What is the precision, as a mean over the five seeds?",
            answer=precision.mean(),
            tolerance=0.02,
            mistakes=(
                Mistake(recall.mean(), "That is the recall. The precision is the ink curve."),
                Mistake(control.mean(), "That is the recall of the ordinary training, 1 : 1, after as many steps of D."),
                Mistake(stored("GAN", "precision", 500).mean(), "That is the precision of the ordinary training, 1 : 1."),
            ),
            hint="The sentence below the figure has it.",
            solution=f"{precision.mean():.2f}, though the pictures repeat themselves and the recall is {recall.mean():.3f}. Without the recall beside it this number would mislead.",
        ),
        MultipleChoice(
            "fashion_gan-6",
            "A generator always makes the same grey shirt, a very ordinary one. Which pair of measures do you expect?",
            options=("precision near 1, recall near 0", "precision near 0, recall near 1", "both near 0", "both near ½"),
            answer="precision near 1, recall near 0",
            mistakes=(
                Mistake("precision near 0, recall near 1", "Turn it round: each of its pictures is plausible, and nearly all real garments are missing."),
                Mistake("both near 0", "The shirt lies among real shirts, so each copy of it counts as plausible."),
                Mistake("both near ½", "½ is what D says when it cannot tell. Precision and recall are shares of pictures."),
            ),
            hint="Precision asks the fakes, recall asks the real pictures.",
            solution="Every fake lies in a real shirt's ball; the balls of the fakes, tiny because all are alike, contain next to no real garment.",
        ),
        Number(
            "fashion_gan-7",
            f"{100 * CONFLATED:.0f} % of a generator's jackets are conflated. A designer looks at {LOOKED_AT} of them. What is the probability that at least one conflated jacket is among them, in percent?",
            answer=100 * seen,
            tolerance=0.006,
            unit="%",
            mistakes=(
                Mistake(100 * CONFLATED * LOOKED_AT, "That would be a probability above 1: it is the expected number, in percent."),
                Mistake(100 * (1 - CONFLATED) ** LOOKED_AT, "That is the probability of seeing none."),
                Mistake(100 * CONFLATED, "That is the probability for a single jacket."),
            ),
            hint="First the probability that none of them is conflated.",
            solution=f"$1 - 0.97^{{{LOOKED_AT}}} = {seen:.3f}$. What is rare in a model is a matter of course on a table full of prints.",
        ),
        Number(
            "fashion_gan-8",
            "Change code. In a cell, import `jensen_shannon` from `miniatures.fashion_gan`. At which positive shift, spread 1, is the JSD half of its bound, $\\frac12 \\log 2$? To two decimals.",
            answer=HALF,
            tolerance=0.004,
            mistakes=(
                Mistake(brentq(lambda s: jensen_shannon(s) - 0.5, 1, 9), "That is where the JSD is 0.5 nats. Half of the bound is 0.347."),
                Mistake(np.sqrt(4 * np.log(2)).item(), "That comes from μ²/8, which holds for small shifts only. The curve flattens: search for it."),
            ),
            hint="Print `jensen_shannon` for shifts from 1.5 to 2.5, then refine; or use `scipy.optimize.brentq`.",
            solution=f"At $\\mu = {HALF:.4f}$: about two standard deviations, and the judge is half way to certainty.",
        ),
        _code(),
    )  # fmt: skip


EXERCISES = _exercises()
