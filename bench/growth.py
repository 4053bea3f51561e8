"""How a build grows with its chapters, from 4 to 31: chapters fresh from `make new`, none of them executed again."""

import contextlib
import gzip
import io
import os
import sys
import tempfile
from pathlib import Path

from bench.browse import ROOT

sys.path.insert(0, str(ROOT / "tests" / "build"))
import books
from miniatures_book import scaffold

COUNTS = (4, 17, 31)
NAMES = ("first", *(f"chapter_{number:02}" for number in range(2, COUNTS[-1] + 1)))
PAGE = "chapters/inside/first.html"


def ratios() -> list[tuple]:
    """CPU that a chapter adds late over what one adds early; weight of one page among many over that among few."""
    spent, weights = zip(*(_measured(count) for count in COUNTS), strict=True)
    early, late = ((spent[at + 1] - spent[at]) / (COUNTS[at + 1] - COUNTS[at]) for at in (0, 1))
    return [
        ("build CPU that a chapter adds: 17 to 31 chapters / 4 to 17", late / early, "<=", 1.3),
        ("a page's bytes in gzip: among 31 chapters / among 4", weights[-1] / weights[0], "<=", 1.05),
    ]


def _measured(count: int) -> tuple[float, int]:
    """Seconds of CPU of a clean build of a book of so many chapters, all cells stored; bytes of one page."""
    with tempfile.TemporaryDirectory(prefix="growth") as place:
        with contextlib.redirect_stdout(io.StringIO()):
            book = books.small(Path(place))
            for name in NAMES[:count]:
                assert scaffold.new(book.root, name, "inside") == 0
        book.built()
        before = os.times()
        assert book.built("--clean") == []
        after = os.times()
        page = (book.html / PAGE).read_bytes()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        weight = len(gzip.compress(page, 9))
        print(f"bench     {count:2} chapters: {spent:.1f} s of CPU, one page {weight:,} bytes", flush=True)
        return spent, weight
