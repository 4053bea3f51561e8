"""The Sphinx extension behind the book. Nothing is imported here: a build starts its notebooks before it loads Sphinx."""


def setup(app):
    from miniatures_book import events

    return events.setup(app)
