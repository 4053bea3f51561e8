"""In `make watch`: a build that is ready waits for a save, and serves the saved page before it builds the rest.

The watcher (server.py) forks a build that sets Sphinx up, loads what the last one kept and waits. Told which files
were saved, it forks once more, and that process reads and writes the page alone, while the build itself goes on to
all that hangs on the page. Only a page that the book had before, and whose cells are what they were, comes early.
"""

import contextlib
import json
import logging
import os
import select
import signal
import tempfile
from pathlib import Path

from miniatures_book import assets, beside, execution, mathematics, needs, outputs
from sphinx.builders import BuildPhase
from sphinxcontrib import katex

MOST = 2  # pages that come early: with more the whole build is as quick

READY = "watch     ready: a saved page comes before the rest is built"

_line = {}  # in a waiting build: what it hears from the watcher, and where it says what page is there


def listen(heard: int, says: int):
    """This process is to wait for a save: the pipe on which it hears of one, and that on which it says that a page is there."""
    _line.update(heard=heard, says=says)


def wait(app):
    """All is set up: hear what was saved, and let a page of it come early."""
    if not _line:
        return
    katex.KaTeXServer.get()  # what sets formulas takes a while to start
    _parse(Path(app.srcdir))
    if not select.select([_line["heard"]], [], [], 0)[0]:
        print(READY, flush=True)
    with open(_line.pop("heard"), "rb") as line:
        asked = line.read()
    says = _line.pop("says")
    if not asked:  # the watcher wants another build, or none
        mathematics.stop(app, None)
        os._exit(0)
    names = early(app, [Path(file) for file in json.loads(asked)])
    child = os.fork() if names else None
    if child == 0:
        with contextlib.suppress(BaseException):  # what is wrong with the page, the build says
            write(app, names)
            os.write(says, b"there\n")
        os._exit(0)
    app.m_early = (set(names), child)


def _parse(root: Path):
    """Parse the pages and the sources that they reach: it is kept by their texts."""
    with contextlib.suppress(Exception):  # what is wrong with a page, the build says
        needs.pages(root)
        sources = execution.Sources(root)
        for file in sorted((root / "chapters").rglob("*.md")):
            page = execution.read_page(root, file.relative_to(root).as_posix())
            if page:
                sources.key(page)


def early(app, saved: list[Path]) -> list[str]:
    """The pages that were saved, where nothing else was, none is new and no cell has changed."""
    root = Path(app.srcdir)
    names = [app.project.path2doc(str(file.relative_to(root))) for file in saved if root in file.parents]
    if not 0 < len(names) == len(saved) <= MOST or not set(names) <= app.env.all_docs.keys():
        return []
    sources, kept = execution.sources_of(app), getattr(app.env, "m_keys", {})
    with contextlib.suppress(Exception):  # what is wrong with a page, the build says
        pages = {name: execution.read_page(root, f"{name}.md") for name in names}
        if all(kept.get(name) == (page and sources.key(page)) for name, page in pages.items()):
            return names
    return []


def write(app, names: list[str]):
    """Read these pages and write them, and nothing else; in a process of its own, for it leaves the environment changed."""
    logging.getLogger("sphinx").handlers[:] = [logging.NullHandler()]  # with none, logging itself writes to stderr
    root, env, builder = Path(app.srcdir), app.env, app.builder
    pages = [page for name in names if (page := execution.read_page(root, f"{name}.md"))]
    notebooks = execution.executed(root, pages, execution.sources_of(app)) if pages else {}
    outputs.hand_over(root, notebooks)
    beside.take_in(name.rpartition("/")[2] for name in names)
    app.phase = BuildPhase.READING
    with tempfile.TemporaryDirectory() as builder.doctreedir:  # the build writes to the usual one meanwhile
        for name in names:
            app.events.emit("env-purge-doc", env, name)
            env.clear_doc(name)
            builder.read_doc(name)
    builder.prepare_writing(set(names))
    for name in names:
        app.phase = BuildPhase.RESOLVING
        doctree = env.get_and_resolve_doctree(name, builder)
        app.phase = BuildPhase.WRITING
        builder.write_doc_serialized(name, doctree)
        builder.write_doc(name, doctree)
        assets.close(Path(builder.get_outfilename(name)))


def came(app) -> set[str]:
    """The pages that come early in this build, which writes them once more: alone they have not all that a page has."""
    return getattr(app, "m_early", (set(), None))[0]


def let_end(app, env):
    """Before pages are written: what has not come early must not come late, over the whole page."""
    child = getattr(app, "m_early", (set(), None))[1]
    if child is not None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return []


def setup(app):
    app.connect("builder-inited", wait, priority=900)
    app.connect("env-updated", let_end)
