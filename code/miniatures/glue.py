"""glue(name, value): a number of the run, for the page's prose to quote.

The output carries the metadata that MyST-NB's `{glue}` roles read; no cell needs MyST-NB itself,
so the same cell runs in the reader's browser.
"""

import math
import re

from miniatures.surface import publish

PREFIX = "application/papermill.record/"


def glue(name: str, value) -> None:
    """Make `value` quotable as `` {glue:text}`name` `` (with a format: `` {glue:text}`name:.2f` ``)."""
    if not isinstance(name, str) or not re.fullmatch(r"[^\W\d][\w -]*(?<! )", name):
        raise ValueError(
            f"name={name!r} must be a text that roles can quote: a letter, then letters, digits, '_', '-' and spaces"
        )
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if not isinstance(value, (int, float, str)) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"value={value!r} of {name!r} must be one finite number or a text")
    publish({PREFIX + "text/plain": repr(value)}, {"scrapbook": {"name": name, "mime_prefix": PREFIX}})
