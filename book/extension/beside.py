"""Over the cores: pages are read and written by forked processes, and one more lays out Python's files and JupyterLite's meanwhile."""

import contextlib
import multiprocessing
import os
import socket
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from miniatures.exercises import exercises
from miniatures_book import lite, pyodide
from sphinx import builders
from sphinxcontrib import katex

builders.make_chunks = partial(
    builders.make_chunks, maxbatch=2
)  # small portions: no process waits long for its first or for another's last
UNSTATED = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")  # say nothing of it, and keep nothing of a page


def allow(app, config):
    """Extensions that do not say whether pages may be read in parallel, and that may."""
    for name in UNSTATED:
        app.extensions[name].parallel_read_safe = True
    config.numfig = (
        False  # one of them switched it on: no figure has a number, and to count them takes 5 s of one process
    )


def take_in(stems):
    """Import the exercises of these chapters here, while notebooks run: processes that are forked have them then."""
    for stem in stems:
        with contextlib.suppress(Exception):  # what is wrong with one, its page says
            exercises(stem)


def start(app, env):
    """Before pages are written: what needs none of them, and KaTeX's process, which is asked by each that writes."""
    if app.builder.format == "html" and app.parallel > 1:
        pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
        app.m_beside = pool.submit(lay_out, Path(app.srcdir), Path(app.outdir))
        pool.shutdown(wait=False)
        katex.KaTeXServer.get()
    return []


def lay_out(root: Path, out: Path) -> None:
    """Python's files, then JupyterLite's, which lie upon them."""
    pyodide.lay_out(root, out)
    lite.lay_out(root, out)


def finish(app, failure):
    """After the pages: Python and JupyterLite are there, or the reason why they are not."""
    begun = getattr(app, "m_beside", None)
    if begun is not None:
        error = begun.exception()
        if error and not failure:  # else what went wrong first is told
            raise error
    elif not failure and app.builder.format == "html":
        lay_out(Path(app.srcdir), Path(app.outdir))


def ask_anew():
    """In a forked process: a connection of its own to KaTeX, whose answers would else be mixed with another's."""
    running = katex.KaTeXServer.katex_server
    if running is not None:
        running.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        running.sock.connect(str(running.rundir / "katex.sock"))


os.register_at_fork(after_in_child=ask_anew)


def setup(app):
    app.connect("config-inited", allow, priority=900)
    app.connect("env-updated", start, priority=900)
    app.connect("build-finished", finish, priority=910)
