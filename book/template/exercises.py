"""Exercises of TITLE."""

from miniatures.exercises import Code, Mistake, MultipleChoice, Number, Ordering
from miniatures.STEM import share

SHARE = """def share(successes, trials):
    return successes / trials
"""

EXERCISES = (
    Number(
        "STEM-1",
        "Move the slider to 5. What share of the trials are successes?",
        answer=share(5, 20),
        tolerance=0.005,
        mistakes=(Mistake(5, "That is the number of successes; a share is divided by the 20 trials."),),
        hint="Read the height of the left bar.",
        solution="5 of 20 trials: $5 / 20 = 0.25$.",
    ),
    MultipleChoice(
        "STEM-2",
        "Twice as many successes in twice as many trials: what becomes of the share?",
        options=("It doubles", "It stays", "It halves"),
        answer="It stays",
        mistakes=(
            Mistake("It doubles", "The successes double, and so does what they are divided by."),
            Mistake("It halves", "The trials double, and so do the successes above them."),
        ),
        hint="Write the fraction.",
        solution="$2s / 2n = s / n$: it stays.",
    ),
    Ordering(
        "STEM-3",
        "Order these results by their share, the smallest first.",
        answer=("1 of 10", "3 of 20", "1 of 4"),
        mistakes=(Mistake(("1 of 4", "1 of 10", "3 of 20"), "That is the order of the trials."),),
        hint="Bring them to 20 trials.",
        solution="2, 3 and 5 of 20.",
    ),
    Code(
        "STEM-4",
        "Write `share(successes, trials)`: the share of successes among the trials.",
        function="share",
        starter="def share(successes, trials):\n    return 0\n",
        reference=share,
        cases=((1, 4), (3, 20)),
        hidden=((0, 7), (5, 5)),
        answer=SHARE,
        mistakes=(
            Mistake(
                SHARE.replace("successes / trials", "trials / successes if successes else 0"),
                "That is the other way round: divide the successes by the trials.",
            ),
        ),
        hint="A share is a fraction.",
        solution=f"```python\n{SHARE}```",
    ),
)
