"""Where this Python runs, and how an output leaves it: the book's build, a page of the book, a notebook."""

import os

_pages: list = []  # how the page that runs a cell now is told of an output; the innermost last


def in_book() -> bool:
    """True while the book's build executes the page (the build sets MINIATURES_BOOK=1)."""
    return os.environ.get("MINIATURES_BOOK") == "1"


def in_page() -> bool:
    """True in the Python of a reader's page (`miniatures.live` sets MINIATURES_PAGE=1)."""
    return os.environ.get("MINIATURES_PAGE") == "1"


def publish(data: dict, metadata: dict | None = None) -> None:
    """Show the MIME bundle `data` below the cell that runs now.

    >>> with Page(lambda data, metadata: print(data, metadata)):
    ...     publish({"text/plain": "2"})
    {'text/plain': '2'} {}
    """
    if _pages:
        _pages[-1](data, metadata or {})
    elif not in_page():
        from miniatures import notebook

        notebook.publish(data, metadata or {})


class Page:
    """While it is entered, `tell(data, metadata)` receives what `publish` is given."""

    def __init__(self, tell):
        self.tell = tell

    def __enter__(self):
        _pages.append(self.tell)

    def __exit__(self, *_):
        _pages.pop()
