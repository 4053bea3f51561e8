"""An edited sentence in `make watch`: seconds from saving the page until it is served again."""

import sys

from bench.browse import ROOT

sys.path.insert(0, str(ROOT / "tests"))
import watching

PAGE = "chapters/numbers/gaussian_window"
SENTENCE = ("It is a good question,", "It is a fine question,")


def seconds() -> tuple:
    """A save while the watcher waits for one. The page stands as it was afterwards."""
    with watching.watched(ROOT) as address:
        spent = watching.arrival(ROOT, address, PAGE, *SENTENCE)
    return "watch: a saved sentence is served, s", spent, "<=", 5
