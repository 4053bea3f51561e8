"""TITLE: what this miniature rebuilds, in one line.

Source: the article's authors, "its title" (year), and the paper's DOI or arXiv id.

successes  number of successes
trials     number of trials
"""

from miniatures.checks import whole

MOST = 10**9


def share(successes: int, trials: int) -> float:
    """The share of successes among trials, between 0 and 1.

    Raises ValueError unless both are whole numbers, successes from 0 to trials and trials from 1 to MOST.

    >>> share(3, 4)
    0.75
    """
    trials = whole("trials", trials, 1, MOST)
    return whole("successes", successes, 0, trials) / trials
