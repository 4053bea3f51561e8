"""The Sphinx extension behind the book. Nothing is imported here: a build starts its notebooks before it loads Sphinx."""

import sys

# jsonschema's, for formats that no notebook asks for: nbformat, and so each process that reads a notebook, takes 4 s longer with it
sys.modules.setdefault("rfc3987_syntax", None)


def setup(app):
    from miniatures_book import events

    return events.setup(app)
