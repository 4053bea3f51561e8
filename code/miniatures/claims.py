"""claims.record: what an article said, set beside what its miniature measured.

The claims stand in chapters/claims.yml; a chapter records each of them once, and the build
gathers the records into the scoreboard.
"""

import re
from dataclasses import asdict, dataclass

from miniatures.wording import typeset

CLAIM_MIME = "application/vnd.miniatures.claim+json"
VERDICTS = ("holds", "holds in part", "does not hold", "cannot be tested here")


@dataclass(frozen=True)
class Record:
    """A claim's verdict, as a chapter shows it and the scoreboard lists it: its numbers are typeset there."""

    claim: str
    measured: str
    seeds: str
    verdict: str
    reason: str

    def _repr_mimebundle_(self, include=None, exclude=None):
        measured, reason = typeset(self.measured), typeset(self.reason)
        words = f"{self.claim}: {self.verdict}. Measured: {measured} ({self.seeds}). {reason}"
        return {CLAIM_MIME: asdict(self) | {"measured": measured, "reason": reason}, "text/plain": words}


def record(claim: str, *, measured: str, seeds: str, verdict: str, reason: str) -> Record:
    """The verdict on `claim` ("<stem>.C<number>"), to stand last in a cell.

    `measured` is a sentence with the numbers of this run, `seeds` says which random seeds they
    come from ("no randomness" where there is none), `reason` why the verdict is what it is.
    """
    if not isinstance(claim, str) or not re.fullmatch(r"[a-z][a-z_0-9]*\.C[1-9][0-9]*", claim):
        raise ValueError(f"claim={claim!r} must read like 'fixmatch.C2'")
    if not isinstance(verdict, str) or verdict not in VERDICTS:
        raise ValueError(f"verdict={verdict!r} must be one of: {', '.join(VERDICTS)}")
    for name, words in (("measured", measured), ("seeds", seeds), ("reason", reason)):
        if not isinstance(words, str) or not words.strip():
            raise ValueError(f"{name}={words!r} must be a sentence")
    return Record(claim, measured, seeds, verdict, reason)
