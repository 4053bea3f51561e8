"""The form of every message about a source: `file:line: what is wrong. What to do.`"""

import re


def told(file: str, line: int, wrong: str, cure: str) -> str:
    """A message: the place first, so that an editor opens it; then what is wrong there, and what to do."""
    return f"{file}:{line}: {wrong}. {cure}."


def line_of(text: str, *patterns: str) -> int:
    """The line where the last of the patterns begins, each sought behind the one before it.

    Where one is not found, the line of the one before it; the first line where none is.

    >>> line_of("a:\\n  x: 1\\nb:\\n  x: 2\\n", "^b:", "x:")
    4
    """
    at = start = 0
    for pattern in patterns:
        found = re.compile(pattern, re.M).search(text, start)
        if found is None:
            break
        at, start = found.span()
    return text.count("\n", 0, at) + 1
