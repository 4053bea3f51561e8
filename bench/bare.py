"""Lay out a page that boots the book's own Pyodide in the documented way and imports what the view needs."""

import json
import shutil
from pathlib import Path

from miniatures_book import pyodide

from bench.stock import HERE, squeeze


def lay_out(site: Path) -> Path:
    """Write the site: Pyodide with numpy and scipy as they are released, in brotli too where that is smaller."""
    shutil.rmtree(site, ignore_errors=True)
    (site / "pyodide").mkdir(parents=True)
    fetched = pyodide.fetch()
    for name in pyodide.wanted():
        shutil.copy(fetched / name, site / "pyodide")
    (site / "pyodide" / "pyodide-lock.json").write_text(json.dumps(pyodide.lock()), "utf8")
    shutil.copy(HERE / "bare.html", site / "index.html")
    shutil.copy(HERE / "bare.js", site)
    squeeze(site)
    return site
