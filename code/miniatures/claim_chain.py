"""A claim on its way through several texts: information lost and strength gained, kept apart.

Every number of this module is INVENTED: the scale, the papers' shares and all four ways of passing a claim on. They show
what can happen to information, not what does.

Source: the data-processing inequality, as in T. M. Cover and J. A. Thomas, "Elements of Information Theory".
"""

from dataclasses import dataclass

import numpy as np

from miniatures.checks import count, numbers
from miniatures.science_news import distribution, mutual_information

LEVELS = ("is linked to", "may cause", "causes", "always causes")
PAPERS = np.array([0.5, 0.35, 0.15, 0.0])  # invented: how strong the papers' claims are; none is of the last level
FORGOTTEN = 0.3  # W, invented


def _ways():
    vague = (1 - FORGOTTEN) * np.eye(4) + FORGOTTEN * PAPERS  # each row: keep the level, or draw one as papers do
    one_up = np.eye(4, k=1) + np.diag([0, 0, 0, 1.0])
    hyped = np.array([[0.6, 0.3, 0.1, 0], [0.05, 0.55, 0.35, 0.05], [0, 0.05, 0.75, 0.2], [0, 0, 0.05, 0.95]])
    return {"faithful": np.eye(4), "vague": vague, "stronger": one_up, "hyped": hyped}


WAYS = _ways()  # way of passing a claim on -> its transition matrix (4, 4), rows from, columns to


@dataclass(frozen=True)
class Passage:
    """A claim after some passages. `bits` of the paper's level are left, `shift` is the mean gain in strength, in levels;
    `best_guess` is the probability that the best guess at the paper's level is right, and `given` (levels, levels)
    is P(level now | level in the paper)."""

    bits: float
    shift: float
    best_guess: float
    given: np.ndarray


def passed_on(matrix, passages: int, papers=PAPERS) -> Passage:
    """What is left of the papers' levels after `passages` passages, 0 to 1000.

    matrix: (K, K), rows that sum to 1; papers: (K,), shares that sum to 1.

    >>> [round(passed_on(WAYS["hyped"], n).bits, 4) for n in range(4)]
    [1.4406, 0.4812, 0.2501, 0.1521]
    """
    papers = distribution("papers", papers, (None,))
    matrix = numbers("matrix", matrix, (len(papers), len(papers)), 0, 1)
    off = np.abs(matrix.sum(axis=1) - 1)
    if off.max() > 1e-9:
        total = matrix.sum(axis=1)[off.argmax()]
        raise ValueError(f"matrix has a row of sum {total:.9g}: rows must sum to 1")
    passages = count("passages", passages, 1000)
    given = np.linalg.matrix_power(matrix, passages)  # (K, K)
    joint = papers[:, None] * given  # (K, K)
    level = np.arange(len(papers))
    shift = float((joint * (level - level[:, None])).sum())
    bits = mutual_information(joint / joint.sum())
    return Passage(bits, shift, float(joint.max(axis=0).sum()), given)
