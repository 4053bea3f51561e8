"""Printed results on exaggeration in press releases and news: three studies with their odds ratios.

Source: P. Sumner and others, BMJ 349 (2014), doi:10.1136/bmj.g7015; P. Sumner and others, PLoS ONE 11 (2016),
doi:10.1371/journal.pone.0168217; R. C. Adams and others, BMC Medicine 17 (2019), doi:10.1186/s12916-019-1324-7.
"""

from dataclasses import dataclass

from miniatures.checks import one_of
from miniatures.science_news import STUDY, odds_ratio, rounding_range


@dataclass(frozen=True)
class Row:
    """One printed comparison: 95 % `interval` of its odds ratio, the printed `ratio` where there is one, and the two
    rounded `rates` that it compares where they are printed."""

    name: str
    interval: tuple[float, float]
    ratio: float | None = None
    rates: tuple[float, float] | None = None

    @property
    def from_rates(self) -> float | None:
        """The odds ratio of the printed rates; None where they are not printed, or one of them is 0."""
        return odds_ratio(*self.rates) if self.rates and min(self.rates) > 0 else None

    @property
    def from_rates_range(self) -> tuple[float, float] | None:
        """Lowest and highest odds ratio that rounds to the printed rates."""
        return rounding_range(*self.rates) if self.from_rates else None


PRINTED = {
    "exaggerations": (
        *(Row(f"2014: {name}", interval, ratio, (q1, q0)) for name, (_, q1, q0, ratio, interval) in STUDY.items()),
        Row("2016: advice to readers", (1.3, 4.5), 2.4),
        Row("2016: cause from correlation", (3.9, 30.1), 10.9),
    ),
    "caveats": (Row("2016: caveats on advice", (4.1, 24.3), 9.6), Row("2016: caveats on causes", (6.0, 15.2), 9.5)),
    "a randomised trial": (
        Row("headlines, as drawn by lot", (1.2, 1.9), None, (0.56, 0.52)),
        Row("headlines, as written", (1.3, 4.4), None, (0.60, 0.32)),
        Row("claims, as drawn by lot", (0.7, 1.6), None, (0.62, 0.60)),
        Row("claims, as written", (1.4, 5.7), None, (0.67, 0.39)),
        Row("caveats, as drawn by lot", (0.9, 2.6), None, (0.15, 0.10)),
        Row("caveats, as written", (16, 156), None, (0.20, 0.0)),
    ),
}  # fmt: skip


def printed(topic: str) -> tuple[Row, ...]:
    """The rows of a topic: "exaggerations", "caveats" or "a randomised trial".

    >>> [row.interval for row in printed("caveats")]
    [(4.1, 24.3), (6.0, 15.2)]
    """
    return PRINTED[one_of("topic", topic, PRINTED)]
