"""Numbers in sentences: a true minus sign, shares in percent, counted things."""

import re

HYPHEN = re.compile(r"(?<![\w*^-])-(?=\d)")  # before a number, and neither in a word nor in a span such as 3-5


def minus(text: str) -> str:
    """`text` with a minus sign for each hyphen that stands before a number.

    >>> minus("from -0.5 to 3-5 of COVID-19, at x=-2")
    'from −0.5 to 3-5 of COVID-19, at x=−2'
    """
    return HYPHEN.sub("\N{MINUS SIGN}", text)


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage.

    >>> percent(0.9629), percent(0.418, 0)
    ('96.3 %', '42 %')
    """
    return f"{100 * share:.{digits}f} %"


def plural(count, word: str) -> str:
    """So many of a thing whose plural ends in s.

    >>> plural(1, "frame"), plural(2, "frame")
    ('1 frame', '2 frames')
    """
    return f"{count} {word}{'' if count == 1 else 's'}"
