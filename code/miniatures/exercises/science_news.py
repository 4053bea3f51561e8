"""Exercises on the way from paper to headline, from reading a plot to writing the mutual information."""

from miniatures import claim_chain, claim_records
from miniatures import science_news as sn
from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering

_base, _q1, _q0, _, _ = sn.STUDY["cause from correlation"]
_found = sn.press_to_news(_q1, _q0, _base)
_best = sn.strongest_of(20, 1.0, 0.5)
_after = {way: claim_chain.passed_on(matrix, 2) for way, matrix in claim_chain.WAYS.items()}
_by_loss = tuple(sorted(_after, key=lambda way: -_after[way].bits))
_headline_bits = claim_chain.passed_on(claim_chain.WAYS["hyped"], 3).bits
_catchy, _careful = (claim_records.budget(8, way) for way in ("catchy", "careful"))

_BITS = """import numpy as np

def mutual_information(joint):
    joint = np.array(joint, float)
    rows = joint.sum(axis=1, keepdims=True)
    columns = joint.sum(axis=0, keepdims=True)
    apart = rows * columns
    held = joint > 0
    return (joint[held] * np.log2(joint[held] / apart[held])).sum()
"""
_slip = _BITS.replace

EXERCISES = (
    MultipleChoice(
        id="science_news-1",
        question="In the first view, move $q_1$ until it equals $q_0$. What does a news story that exaggerates then tell you about its press release?",
        options=(
            "That it exaggerated too.",
            "That it did not exaggerate.",
            "Nothing: no bit is left, whatever the rates are.",
            "It depends on the share of the press releases that exaggerate.",
        ),
        answer="Nothing: no bit is left, whatever the rates are.",
        mistakes=(
            Mistake(
                "That it exaggerated too.",
                "With equal rates the news exaggerates as often after a sober press release as after the other kind.",
            ),
            Mistake(
                "That it did not exaggerate.",
                "For that q₁ would have to lie below q₀. The curve touches zero where they are equal.",
            ),
            Mistake(
                "It depends on the share of the press releases that exaggerate.",
                "The share of exaggerated news whose press release exaggerates is then simply the share of such press releases: the news changes nothing.",
            ),
        ),
        hint="Follow the red point in the right panel to where it touches the axis.",
        solution="With $q_1 = q_0$ press release and news are independent: the odds ratio is 1 and $I(X;Y) = 0$. That the news exaggerates often, or rarely, is another matter.",
    ),
    Number(
        id="science_news-2",
        question="Of the news on press releases with an exaggerated cause, 81 % exaggerated it too; of the other news, 18 %. What is the odds ratio of these rates? Give two decimals.",
        answer=sn.odds_ratio(_q1, _q0),
        tolerance=0.02,
        mistakes=(
            Mistake(
                sn.risk_ratio(_q1, _q0),
                "That is the risk ratio, 0.81/0.18: how many times as likely. Odds divide each rate by its complement first.",
            ),
            Mistake(_q1 - _q0, "That is the difference of the rates."),
            Mistake(1 / sn.odds_ratio(_q1, _q0), "That is the other way round: without over with."),
            Mistake(_q1 / (1 - _q1), "Those are the odds with an exaggerating press release. Divide by the odds without one."),
        ),
        hint="The odds of a rate $q$ are $q/(1-q)$.",
        solution=f"$\\frac{{0.81}}{{0.19}} : \\frac{{0.18}}{{0.82}} = 4.263 : 0.2195 = {sn.odds_ratio(_q1, _q0):.2f}$. The paper prints 20.",
    ),
    Number(
        id="science_news-3",
        question="A third, 33 %, of the press releases exaggerate a cause; the rates are 81 % and 18 %. You read a story that exaggerates a cause. With what probability did its press release do so already? Give three decimals.",
        answer=_found.p_press_given_news,
        tolerance=0.002,
        mistakes=(
            Mistake(_q1, "That is the other direction: of the news after an exaggerating press release, the share that exaggerates."),
            Mistake(_base * _q1, "That is the share of all stories in which both exaggerate. Divide by the share of stories that exaggerate."),
            Mistake(_found.p_news, "That is the share of the stories that exaggerate."),
            Mistake(_q1 / (_q1 + _q0), "That would be right if half of the press releases exaggerated."),
        ),
        hint="Bayes: both exaggerate, divided by all news that exaggerates.",
        solution=f"$\\frac{{0.33\\cdot 0.81}}{{0.33\\cdot 0.81 + 0.67\\cdot 0.18}} = \\frac{{{_base * _q1:.4f}}}{{{_found.p_news:.4f}}} = {_found.p_press_given_news:.3f}$.",
    ),
    MultipleChoice(
        id="science_news-4",
        question=f"After three passages of the invented hyped chain the headline tells {_headline_bits:.3f} bit of what the paper said. Can a clever reader, who has the headline alone, get back to more?",
        options=(
            "Yes, by knowing the matrices and correcting for them.",
            "Yes, by reading many headlines on the same paper, each with noise of its own.",
            f"No: whatever is computed from the headline tells at most {_headline_bits:.3f} bit.",
            "No: nothing at all can be known.",
        ),
        answer=f"No: whatever is computed from the headline tells at most {_headline_bits:.3f} bit.",
        mistakes=(
            Mistake(
                "Yes, by knowing the matrices and correcting for them.",
                "Knowing the matrices makes the best use of the bits that are there. It undoes a shift, it does not bring back what was mixed.",
            ),
            Mistake(
                "Yes, by reading many headlines on the same paper, each with noise of its own.",
                "Other headlines are other data. The question gives one headline alone.",
            ),
            Mistake("No: nothing at all can be known.", "A small number of bits is not none: the best guess is a little better than without the headline."),
        ),
        hint="Paper, headline and whatever you compute from it are a chain: the data-processing inequality.",
        solution=f"$I(\\text{{paper}}; f(\\text{{headline}})) \\le I(\\text{{paper}}; \\text{{headline}}) = {_headline_bits:.3f}$ bit for every $f$. To know more you must read something else: the press release, or the paper.",
    ),
    Number(
        id="science_news-5",
        question="Twenty groups study twenty teas. The true effects have a standard deviation of 0.5, each study a standard error of 1. The strongest result makes the headline. What share of its excess over the mean is true?",
        answer=_best.true / _best.measured,
        tolerance=0.005,
        mistakes=(
            Mistake(_best.true, "That is the true effect itself. Divide it by what was measured."),
            Mistake(0.5, "Variances add up, not standard deviations: square them first."),
            Mistake(1 / 3, "That is 0.5/(0.5 + 1). Variances add up, not standard deviations: square them first."),
            Mistake(0.8, "That is the share that is noise."),
            Mistake(1 / 20, "The number of studies does not enter: it makes both the measured and the true effect larger."),
        ),
        hint="`strongest_of(20, noise=1.0, spread=0.5)`, or the shares of the variance.",
        solution=f"$\\tau^2/(\\tau^2 + \\sigma^2) = 0.25/1.25 = 0.2$. On average {_best.measured:.2f} is measured and {_best.true:.2f} is true.",
    ),
    Ordering(
        id="science_news-6",
        question="A claim is passed on twice in the same invented way. Order the four ways by the information they lose, the least first.",
        answer=_by_loss,
        mistakes=(
            Mistake(
                tuple(sorted(_after, key=lambda way: _after[way].shift)),
                "That is the order of the distortion: by how much a claim gains in strength. A shift that can be undone loses nothing.",
            ),
            Mistake(tuple(reversed(_by_loss)), "Those are the right neighbours, with the largest loss first."),
        ),
        hint="In the view of the chain, set two passages and compare how far to the right each path has come.",
        solution="The bits that are left are " + ", ".join(f"{_after[way].bits:.3f} ({way})" for way in _by_loss) + ".",
    ),
    Number(
        id="science_news-7",
        question="In the view of the headlines, take eight words. How many fewer fields do the careful headlines leave missing and misleading than the catchy ones, over all twelve studies?",
        answer=int(_catchy.misled.sum() - _careful.misled.sum()),
        tolerance=0.4,
        mistakes=(
            Mistake(int(_careful.misled.sum()), "That is how many the careful headlines leave."),
            Mistake(int(_catchy.misled.sum()), "That is how many the catchy headlines leave."),
            Mistake(-int(_catchy.misled.sum() - _careful.misled.sum()), "The other way round: the careful headlines mislead less."),
        ),
        hint="The sentence below the figure says how often all twelve mislead.",
        solution=f"{_catchy.misled.sum()} and {_careful.misled.sum()}. Both have eight words; what differs is which words.",
    ),
    Code(
        id="science_news-8",
        question="Write `mutual_information(joint)`: the bits that two things tell of each other, from the table of their joint probabilities. A cell may be zero.",
        function="mutual_information",
        starter="import numpy as np\n\ndef mutual_information(joint):\n    joint = np.array(joint, float)\n    return 0.0\n",
        reference=sn.mutual_information,
        cases=(([[0.5, 0.0], [0.0, 0.5]],), ([[0.55, 0.12], [0.06, 0.27]],)),
        hidden=(([[0.25, 0.25], [0.25, 0.25]],), ([[0.2, 0.1, 0.0], [0.05, 0.25, 0.4]],)),
        answer=_BITS,
        mistakes=(
            Mistake(_slip("np.log2(", "np.log("), "Right, but in nats: bits need the logarithm to base 2."),
            Mistake(
                _slip("joint[held] / apart[held]", "1 / joint[held]"),
                "That is the entropy of both together. Information compares with independence: divide by the product of the sums.",
            ),
            Mistake(
                _slip("joint[held] * np.log2", "apart[held] * np.log2"),
                "The logarithm is right; weight it with the joint probabilities, not with those of independence.",
            ),
            Mistake(
                _slip("joint[held] / apart[held]", "joint[held] / (rows + 0 * apart)[held]"),
                "You divided by one margin only. That gives the conditional entropy, with a minus sign.",
            ),
            Mistake(
                _slip("apart[held])).sum()", "apart[held]))[:1].sum()"),
                "That is the first cell alone. All cells count, and some of them are negative.",
            ),
        ),
        hint="What would each cell hold if rows and columns were independent? Compare by a quotient, and leave empty cells out.",
        solution=f"The sum of $p(x,y)\\log_2\\frac{{p(x,y)}}{{p(x)\\,p(y)}}$ over the cells that are not empty.\n\n```python\n{_BITS}```",
    ),
)  # fmt: skip
