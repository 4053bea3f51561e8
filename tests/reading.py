"""What tests read from a view: a mark by its name, the numbers of its sentences; and what a refused call says."""

import re

MINUS = "\N{MINUS SIGN}"


def trace(view, name):
    """The first mark of the view's figure that has this name."""
    return next(one for one in view.figure["data"] if one.get("name") == name)


def plain(words: str) -> str:
    """`words` with hyphens for minus signs, as `float` reads them."""
    return words.replace(MINUS, "-")


def numbers(words: str, pattern: str = r"(?<![\w.])[-+]?\d+(?:\.\d+)?") -> list[float]:
    """All numbers of a text that match, with their signs."""
    return [float(one) for one in re.findall(pattern, plain(words))]


def refused(call) -> str:
    """What a call says that raises ValueError; an empty text where it raises nothing."""
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""
