"""The outputs of pages that were executed before any is read, as MyST-NB asks for them."""

from pathlib import Path

import nbformat
from myst_nb.core import execute
from myst_nb.core.execute import NotebookClientBase

_ready: dict[Path, nbformat.NotebookNode] = {}


class Executed(NotebookClientBase):
    """In the place of MyST-NB's client that executes a page or looks for it in a cache."""

    def start_client(self):
        """Give the notebook the outputs and the kernel's own words that its execution left."""
        done = _ready[self.path.resolve()]
        for mine, its in zip(self.notebook.cells, done.cells, strict=True):
            if mine.cell_type == "code":
                mine.outputs, mine.execution_count = its.outputs, its.execution_count
        for name in ("kernelspec", "language_info", "widgets"):
            if name in done.metadata:
                self.notebook.metadata[name] = done.metadata[name]


def hand_over(root: Path, executed: dict[str, nbformat.NotebookNode]) -> None:
    """Let MyST-NB take the outputs of these pages from here, in this process and in those forked from it."""
    _ready.update({(root / path).resolve(): notebook for path, notebook in executed.items()})
    execute.NotebookClientCache = (
        Executed  # its own reads and writes each notebook three times more, through a database
    )
