"""Execute the pages that need it, in parallel, and hand the results to MyST-NB.

MyST-NB's own cache knows a notebook by its code cells alone. Here a page's key also covers the
helper modules it imports (transitively), the data they name, and the pinned versions; a result
is kept under its key in `_build/executed/`, and MyST-NB takes the outputs from there.
"""

import ast
import asyncio
import fnmatch
import hashlib
import importlib
import itertools
import json
import os
import re
import resource
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbclient
import nbformat
from miniatures import reach
from miniatures_book import chapters
from miniatures_book.messages import told
from myst_nb.core.read import read_myst_markdown_notebook
from sphinx.errors import SphinxError

CELL_SECONDS = 60  # more only where others keep the machine busy: see `allowed`
STORE = Path("_build") / "executed"
ENVIRONMENT = {
    "MINIATURES_BOOK": "1",
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TZ": "UTC",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


TEMPORARY = r"\S*ipykernel_\d+[\\/]\d+\.py:(\d+)"  # how a kernel names a cell's source, with its process number


REPEATED = "An error occurred while executing the following cell:\n------------------\n{}\n------------------\n"


_begun: dict[Path, Future] = {}


class ExecutionError(SphinxError):
    """A cell failed or took too long."""

    category = "Cell failed"


@dataclass(frozen=True)
class Page:
    """A page with code cells: its path below the book's root, its notebook, the page's line where each cell's source starts."""

    path: str
    notebook: nbformat.NotebookNode
    starts: tuple[int, ...]

    def code_cells(self):
        """(number, line in the page, cell) of each code cell, both counted from 1."""
        cells = (cell for cell in self.notebook.cells if cell.cell_type == "code")
        return [(number, *one) for number, one in enumerate(zip(self.starts, cells, strict=True), 1)]

    def told(self, number: int, within: int, wrong: str, cure: str) -> str:
        """A message about line `within` of code cell `number`, with what that line says."""
        _, start, cell = self.code_cells()[number - 1]
        lines = cell.source.splitlines()
        source = lines[within - 1].strip() if 1 <= within <= len(lines) else ""
        return told(self.path, start + within - 1, f"cell {number}, line {within}, `{source}`: {wrong}", cure)


def read_page(root: Path, path: str) -> Page | None:
    """The page at root/path, or None when it has no code cells."""
    page = _parsed((root / path).read_text("utf8"), root / path, path)
    return page and Page(path, nbformat.from_dict(page.notebook), page.starts)  # a copy: who asks may fill it


@cache
def _parsed(text: str, file: Path, path: str) -> Page | None:
    if "{code-cell}" not in text:
        return None
    notebook = read_myst_markdown_notebook(text, add_source_map=True, path=file)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # the same each time
    fences = [
        line
        for line, cell in zip(notebook.metadata["source_map"], notebook.cells, strict=True)
        if cell.cell_type == "code"
    ]
    return Page(path, notebook, tuple(_start(text.splitlines(), fence) for fence in fences)) if fences else None


def _start(lines, fence):
    """The line of a cell's first source line, below the fence's line and its options (`:name: value`, or YAML between dashes)."""
    line = fence + 1
    if lines[line - 1 : line] == ["---"]:
        line = lines.index("---", line) + 2
    while line <= len(lines) and re.match(r":[\w-]+:|\s*$", lines[line - 1]):
        line += 1
    return line


@cache
def _said(source: str, package: str) -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    """The modules that a source imports, its texts, and its f-strings as patterns; each source is read once a build."""
    tree, texts, patterns = chapters.parsed(source), set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            pattern = "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values)
            patterns += [pattern] if pattern.strip("*") else []
    return frozenset(reach.imports(tree, package)), frozenset(texts), tuple(patterns)


class Sources:
    """The helper package and the data, as keys see them. Each file is looked at once, so let one of these live no longer than a build."""

    def __init__(self, root: Path):
        self.root = root
        self.code = root / "code"
        self.named = {
            file.name: file
            for folder in (root / "data", self.code / "miniatures")
            for file in folder.iterdir()
            if file.is_file() and file.suffix != ".py"  # modules count where they are imported
        }
        self._reach: dict[str, tuple[set[str], set[str]]] = {}
        self.module = cache(self._module)
        self.text = cache(self._text)
        self.digest = cache(self._digest)

    def _module(self, name: str) -> Path | None:
        """The file of a module of the helper package."""
        return reach.module_file(self.code, name)

    def _text(self, name: str) -> str:
        """A module's source."""
        return self.module(name).read_text("utf8")

    def _digest(self, name: str) -> str:
        """A data file's digest."""
        return hashlib.sha256(self.named[name].read_bytes()).hexdigest()

    def mentions(self, source: str, package: str = "") -> tuple[set[str], set[str]]:
        """The helper modules that `source`, a module of `package`, imports, and the data files it names."""
        modules, texts, patterns = _said(source, package)
        files = texts & self.named.keys()
        for pattern in patterns:
            files |= set(fnmatch.filter(self.named, pattern))
        return {name for name in modules if name.startswith("miniatures") and self.module(name)}, files

    def reach(self, source: str) -> tuple[set[str], set[str]]:
        """Modules and data files that `source` reaches, directly or through other helper modules."""
        modules, files = self.mentions(source)
        waiting = set(modules)
        while waiting:
            name = waiting.pop()
            if name not in self._reach:
                self._reach[name] = self.mentions(self.text(name), reach.package_of(name, self.module(name)))
            more, named = self._reach[name]
            files |= named
            waiting |= more - modules
            modules |= more
        return modules, files

    def key(self, page: Page) -> str:
        """What the page's outputs depend on, as a digest."""
        cells, modules, files = [], set(), set()
        for number, _, cell in page.code_cells():
            cells.append(cell.source)
            try:
                more, named = self.reach(reach.JUPYTER.sub("", cell.source))
            except SyntaxError as error:
                raise ExecutionError(page.told(number, error.lineno or 1, error.msg, "Correct the cell")) from None
            modules |= more
            files |= named
        parts = [
            Path(__file__).read_text("utf8"),
            sys.version,
            (self.root / "requirements.txt").read_text("utf8"),
            *cells,
        ]
        parts += [f"{name}\n{self.text(name)}" for name in sorted(modules)]
        parts += [f"{name}\n{self.digest(name)}" for name in sorted(files)]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def sources_of(app) -> Sources:
    """The sources as this build of `app` sees them."""
    if not hasattr(app, "m_sources"):
        app.m_sources = Sources(Path(app.srcdir))
    return app.m_sources


def stored(root: Path, pages: list[Page], store: Path, sources: Sources | None = None) -> dict[str, Path]:
    """Where the executed notebook of each page lies or would lie."""
    sources = sources or Sources(root)
    return {page.path: place_of(page, store, sources) for page in pages}


def place_of(page: Page, store: Path, sources: Sources) -> Path:
    """Where the page's executed notebook lies or would lie; ExecutionError where a cell is no Python."""
    return store / f"{sources.key(page)}.ipynb"


def execute(
    root: Path, pages: list[Page], store: Path, say=print, sources: Sources | None = None
) -> dict[str, nbformat.NotebookNode]:
    """The executed notebook of each page, from the store or fresh; ExecutionError names what failed."""
    store.mkdir(parents=True, exist_ok=True)
    sources, start, spent = sources or Sources(root), time.monotonic(), _spent_by_children()
    results = list(itertools.takewhile(bool, (_found(store, sources, page) for page in pages)))
    if len(results) < len(pages):  # from the first one on that has to be executed
        results += asyncio.run(_execute_all(root, pages[len(results) :], store, sources, say))
    if failures := [result for result in results if isinstance(result, str)]:
        raise ExecutionError("\n\n".join(failures))
    if any(fresh for _, fresh in results):
        say(f"notebooks {_spent_by_children() - spent:.1f} s of CPU in {time.monotonic() - start:.1f} s", flush=True)
    return {page.path: notebook for page, (notebook, _) in zip(pages, results, strict=True)}


def begin(root: Path) -> None:
    """Execute all pages of the contents from now on, in a thread: the kernels work while Sphinx is imported and set up."""

    def run():
        try:
            begun.set_result(execute(root, every(root), root / STORE))
        except BaseException as error:  # raised where it is asked for
            begun.set_exception(error)

    # by one thread, before there are two: modules of IPython, which import each other, were seen half made
    for name in ("IPython", "ipykernel.kernelspec", "myst_parser.parsers.directives"):
        importlib.import_module(name)

    begun = _begun[root] = Future()
    threading.Thread(target=run, daemon=True).start()


def every(root: Path) -> list[Page]:
    """The pages of the contents that have cells."""
    return [page for name in chapters.contents(root) if (page := read_page(root, f"{name}.md"))]


def executed(root: Path, pages: list[Page], sources: Sources) -> dict[str, nbformat.NotebookNode]:
    """The executed notebook of each page, from what was begun where that was of the same pages."""
    begun = _begun.pop(root, None)
    found = begun.result() if begun else {}
    if {page.path for page in pages} == found.keys():
        return found
    return execute(root, pages, root / STORE, sources=sources)


def _spent_by_children():
    """Seconds of CPU of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _execute_all(root, pages, store, sources, say):
    """For each page its executed notebook and whether that is fresh, or what is wrong with it."""
    gate = asyncio.Semaphore(kernels())
    return await asyncio.gather(*(_execute_one(root, page, store, sources, gate, say) for page in pages))


async def _execute_one(root, page, store, sources, gate, say):
    async with gate:  # its key too: the first pages' kernels work while the keys of the others are found
        if found := _found(store, sources, page):
            return found
        place, start = place_of(page, store, sources), time.monotonic()
        page = Page(page.path, nbformat.from_dict(page.notebook), page.starts)  # a copy, for its outputs
        failure = await _run(root, page)
        say(f"executed  {page.path:<52} {time.monotonic() - start:6.1f} s{'  FAILED' if failure else ''}", flush=True)
        if failure:
            return failure
        for cell in page.notebook.cells:
            cell.metadata.pop("execution", None)  # times of day
        part = place.with_suffix(".part")
        nbformat.write(page.notebook, part)
        part.replace(place)
        return _read(place), True


def _found(store, sources, page):
    """A notebook of the store, as not fresh; what is wrong with the page; None where it has to be executed."""
    try:
        place = place_of(page, store, sources)
    except ExecutionError as wrong:
        return str(wrong)
    return (_read(place), False) if place.exists() else None


def _read(place: Path) -> nbformat.NotebookNode:
    """A notebook of the store, which was held to the format when it was written."""
    return nbformat.v4.reads(place.read_text("utf8"))


def kernels() -> int:
    """How many work at a time: one more than there are cores, for a kernel that starts or ends mostly waits."""
    return (os.cpu_count() or 1) + 1


def allowed() -> int:
    """The seconds that a cell may take: CELL_SECONDS, and more by what other programs than our kernels take of the cores."""
    others = max(0.0, os.getloadavg()[0] - kernels())
    return round(CELL_SECONDS * (1 + others / (os.cpu_count() or 1)))


async def _run(root, page):
    """Execute the page's cells; what went wrong, with cell and line, or None."""
    index = [i for i, cell in enumerate(page.notebook.cells) if cell.cell_type == "code"]
    running, seconds = index[0], CELL_SECONDS

    def started(cell, cell_index):
        nonlocal running
        running = cell_index

    def given(cell):
        nonlocal seconds
        seconds = allowed()
        return seconds

    client = nbclient.NotebookClient(
        page.notebook,
        timeout_func=given,
        kernel_name="python3",
        on_cell_start=started,
        coalesce_streams=True,  # a slow kernel sends a line in pieces
        shutdown_kernel="immediate",  # nothing is left to say, and an endless cell would not listen
        resources={"metadata": {"path": str((root / page.path).parent)}},
    )
    try:
        profile = {"IPYTHONDIR": str(root / "_build" / "ipython")}  # not the reader's own, with start-up files
        await client.async_execute(env=os.environ | ENVIRONMENT | profile)
    except nbclient.exceptions.CellTimeoutError:
        cure = "Compute less, or let code/precompute compute it and load what that stored"
        return page.told(index.index(running) + 1, 1, f"takes longer than {seconds} s", cure)
    except nbclient.exceptions.DeadKernelError:
        cure = "Look in what it calls for an exit, a recursion without end, or too much memory"
        return page.told(index.index(running) + 1, 1, "ended the Python process", cure)
    except nbclient.exceptions.CellExecutionError as error:
        return _raised(page, index.index(running) + 1, error)
    return _complaint(page)


def _raised(page, number, error):
    """What a cell raised, with the line that did, and the traceback below."""
    source = page.code_cells()[number - 1][2].source
    words = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback).removeprefix(REPEATED.format(source)).strip()
    within = re.search(r"Cell In\[\d+\], line (\d+)", words)
    cure = "Mend the cell or what it calls, by the traceback below"
    return f"{page.told(number, int(within[1]) if within else 1, f'{error.ename}: {error.evalue}', cure)}\n{words}"


def _complaint(page):
    """A cell that wrote to stderr: a warning nobody should see in a book."""
    for number, _, cell in page.code_cells():
        for output in cell.get("outputs", ()):
            if output.output_type == "stream" and output.name == "stderr":
                within = re.search(TEMPORARY, output.text)
                words = re.sub(TEMPORARY, r"line \1", output.text).strip()
                cure = "Do away with the cause of the warning, or print what a reader shall see"
                first, _, rest = words.partition("\n")
                message = page.told(number, int(within[1]) if within else 1, f"writes to stderr: {first}", cure)
                return "\n".join([message, *[rest] * bool(rest)])
    return None


def records(notebook: nbformat.NotebookNode) -> list[dict]:
    """The claims that an executed page recorded, in order."""
    from miniatures.claims import CLAIM_MIME

    return [
        output.data[CLAIM_MIME]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if CLAIM_MIME in output.get("data", {})
    ]
