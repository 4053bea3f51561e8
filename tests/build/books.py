"""Copies of the repository, and small books of their own, to be built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from miniatures_book import execution, scaffold

ROOT = Path(__file__).parents[2]

SAMPLER = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---

# Ordinary outputs

What a page shows beside views: text, a table, a formula, figures of other libraries, $\\alpha \\leq \\frac{1}{2}$.

```{code-cell} ipython3
import matplotlib.pyplot as plt

figure = plt.plot([1, 2, 3])
```

```{code-cell} ipython3
import pandas as pd

pd.DataFrame({"a": [1, 2], "b": [0.5, None]})
```

```{code-cell} ipython3
import sympy as sp

sp.Integral(sp.exp(-sp.Symbol("x") ** 2), (sp.Symbol("x"), 0, sp.oo))
```

```{code-cell} ipython3
import plotly.graph_objects as go

go.Figure(go.Scatter(x=[1, 2], y=[3, 4]), layout={"title": {"text": "A line from 3 to 4."}})
```

```{code-cell} ipython3
:tags: [remove-input]

{"a", "b", "c", "d"}
```

```{code-cell} ipython3
:tags: [hide-input]

import os, time

print(os.environ.get("TZ"), time.tzname[0], hash("a"))
```

```{code-cell} ipython3
from miniatures.figures import night_sky

night_sky.shares(3)
```
"""


class Book:
    """A copy of the book's sources, and its builds."""

    def __init__(self, root: Path):
        self.root, self.html = root, root / "_build" / "html"
        for name in ("book", "chapters", "code", "data"):
            ignored = shutil.ignore_patterns("node_modules", "__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        for name in ("_config.yml", "_toc.yml", "README.md", "pyproject.toml", "requirements.txt"):
            shutil.copy(ROOT / name, root)
        (root / "tests").mkdir()
        shutil.copy(ROOT / "tests" / "smoke.py", root / "tests")  # make new adds its cases
        (root / ".link").mkdir()
        (root / ".link" / "miniatures_book").symlink_to(root / "book" / "extension")
        (root / ".venv").symlink_to(sys.prefix)

    def write(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf8")

    def read(self, name: str) -> str:
        return (self.root / name).read_text("utf8")

    def edit(self, name: str, old: str, new: str) -> None:
        assert old in self.read(name), f"{old!r} is not in {name}"
        self.write(name, self.read(name).replace(old, new, 1))

    def build(self, *options: str, **environment: str) -> subprocess.CompletedProcess:
        """`python -m miniatures_book build`, with the copy's own code and extension."""
        umask = int(environment.pop("UMASK", "-1"), 8)
        given = os.environ | {"PYTHONPATH": f"{self.root / 'code'}:{self.root / '.link'}"} | environment
        return subprocess.run(
            [self.root / ".venv" / "bin" / "python", "-m", "miniatures_book", "build", *options],
            cwd=self.root, env=given, capture_output=True, text=True, check=False, timeout=400, umask=umask,
        )  # fmt: skip

    def built(self, *options: str, **environment: str) -> list[str]:
        """Build, which must succeed; the pages that were executed."""
        done = self.build(*options, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return [line.split()[1] for line in done.stdout.splitlines() if line.startswith("executed")]

    def python(self) -> dict[str, tuple[bytes, int]]:
        """What says which Python the site has, for its pages and for JupyterLite, and when it was written."""
        files = [self.html / name for name in ("_python/manifest.json", "lite/pyodide-lock.json")]
        return {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}

    def files(self) -> dict[str, bytes]:
        return {
            str(file.relative_to(self.html)): file.read_bytes()
            for file in sorted(self.html.rglob("*"))
            if file.is_file()
        }

    def pages(self) -> dict[str, str]:
        """The HTML pages of the book, those of the theme's own folder and JupyterLite's apart."""
        return {
            name: content.decode()
            for name, content in self.files().items()
            if name.endswith(".html") and not name.startswith(("_static/", "lite/"))
        }


def whole(root: Path) -> Book:
    """The book as it stands, with a chapter fresh from `make new` and a page of ordinary outputs."""
    book = Book(root)
    assert scaffold.new(root, "night_sky", "inside") == 0
    book.write("chapters/contributing/sampler.md", SAMPLER)
    book.edit(
        "_toc.yml",
        "      - file: chapters/contributing/chapter\n",
        "      - file: chapters/contributing/chapter\n      - file: chapters/contributing/sampler\n",
    )
    return book


def small(root: Path, pages: dict[str, str] | None = None) -> Book:
    """The pages that every book has, the chapter fresh from `make new`, and `pages`, path without ending -> text."""
    book = Book(root)
    shutil.rmtree(root / "chapters")
    for name in ("scoreboard", "progress", "notation", "references"):
        book.write(f"chapters/{name}.md", (ROOT / f"chapters/{name}.md").read_text("utf8"))
    read = "# How to read\n\nSlowly.\n\n## What the verdicts mean\n\nThe scoreboard leads here.\n"
    front = {
        "index.md": "# A small book\n\n```{parts}\n```\n",
        "how-to-read.md": read,
        "claims.yml": "",
        "references.bib": "",
    }
    for name, text in front.items():
        book.write(f"chapters/{name}", text)
    listed = "".join(
        f"      - file: {page}\n"
        for page in (
            "chapters/how-to-read",
            "chapters/scoreboard",
            "chapters/progress",
            "chapters/notation",
            *(pages or ()),
        )
    )
    book.write("_toc.yml", f"format: jb-book\nroot: chapters/index\nparts:\n  - caption: The book\n    chapters:\n{listed}"
                           "  - caption: Contributing\n    chapters:\n      - file: chapters/references\n")  # fmt: skip
    for name, text in (pages or {}).items():
        book.write(f"{name}.md", text)
    assert scaffold.new(root, "night_sky", "inside") == 0
    return book


def opened(root: Path) -> Book:
    """A book that another test has made."""
    book = Book.__new__(Book)
    book.root, book.html = root, root / "_build" / "html"
    return book


def key(book: Book, page: str) -> str:
    read = execution.read_page(book.root, f"chapters/{page}.md")
    return execution.Sources(book.root).key(read) if read else ""
