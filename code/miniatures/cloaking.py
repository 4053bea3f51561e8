"""Cloaking: what this miniature rebuilds, in one line.

Source: the article's authors, "its title" (year), and the paper's DOI or arXiv id.

successes  number of successes
trials     number of trials
"""


def share(successes: int, trials: int) -> float:
    """The share of successes among trials, between 0 and 1.

    Raises ValueError unless 0 <= successes <= trials and trials > 0.

    >>> share(3, 4)
    0.75
    """
    if trials <= 0:
        raise ValueError(f"trials={trials} must be positive")
    if not 0 <= successes <= trials:
        raise ValueError(f"successes={successes} must lie between 0 and trials={trials}")
    return successes / trials
