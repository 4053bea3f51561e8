"""Numbers in sentences: a true minus sign, powers of ten, shares in percent, counted things."""

import re

from miniatures import checks

HYPHEN = re.compile(r"(?<![\w*^-])-(?=\d)")  # before a number, and neither in a word nor in a span such as 3-5
POWER = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)")  # 5e-07
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def minus(text: str) -> str:
    """`text` with a minus sign for each hyphen that stands before a number.

    >>> minus("from -0.5 to 3-5 of COVID-19, at x=-2")
    'from −0.5 to 3-5 of COVID-19, at x=−2'
    """
    return HYPHEN.sub("\N{MINUS SIGN}", checks.text("text", text))


def typeset(text: str) -> str:
    """`text` with the numbers that Python writes as a reader is used to them: minus signs, powers of ten.

    >>> typeset("from -0.5 to 5e-07, at most 1e-8")
    'from −0.5 to 5·10⁻⁷, at most 10⁻⁸'
    """

    def power(found):
        digits, tens = found.groups()
        raised = "10" + str(int(tens)).translate(RAISED)
        return raised if digits == "1" else f"{digits}·{raised}"

    return minus(POWER.sub(power, checks.text("text", text)))


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage, with so many `digits` after its point, from 0 to 15.

    >>> percent(0.9629), percent(0.418, 0)
    ('96.3 %', '42 %')
    """
    checks.real("share", share)
    return f"{100 * share:.{checks.whole('digits', digits, 0, 15)}f} %"


def plural(count, word: str) -> str:
    """So many of a thing whose plural ends in s.

    >>> plural(1, "frame"), plural(2, "frame")
    ('1 frame', '2 frames')
    """
    return f"{count} {word}{'' if checks.scalar('count', count) == 1 else 's'}"
