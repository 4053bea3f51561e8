"""What the site weighs on the way to a course's students: `{weights} 500`, filled in when every file lies there.

Bytes are those that a host sends: text compressed by gzip, Python's files as the build compressed them by Brotli.
A page's fonts are not counted; a browser fetches only those that the page uses.
"""

import gzip
import json
import re
import statistics
from pathlib import Path
from urllib.parse import unquote, urlsplit

from docutils import nodes
from miniatures_book import chapters, markup, offline

NAMED = re.compile(r'<(?:script|img|link(?=[^>]*\brel="stylesheet"))\b[^>]*?\b(?:src|href)="([^"]+)"')
PLACE = re.compile(r'<div class="m-weights" data-students="(\d+)">.*?<!-- m-weights --></div>', re.S)
PACKED = (".png", ".jpg", ".woff2", ".gz", ".br")


class weights_node(nodes.General, nodes.Element):
    """Where the table comes to stand."""


def visit_html(self, node):
    self.body.append(f'<div class="m-weights" data-students="{node["students"]}"><!-- m-weights --></div>')
    raise nodes.SkipNode


def visit_other(self, node):
    """On paper: the table speaks of a site that is served."""
    raise nodes.SkipNode


def sent(file: Path) -> int:
    """Bytes of a file as a host that compresses sends it."""
    content = file.read_bytes()
    return len(content) if file.suffix in PACKED else len(gzip.compress(content, 6, mtime=0))


def named(page: Path) -> set[Path]:
    """The files that a page's HTML names and its first load fetches, itself among them."""
    addresses = {urlsplit(found) for found in NAMED.findall(page.read_text("utf8"))}
    files = {page.parent.joinpath(unquote(one.path)).resolve() for one in addresses if one.path and not one.scheme}
    return {page.resolve(), *(file for file in files if file.is_file())}


def weigh(root: Path, out: Path) -> list[tuple[str, int]]:
    """What a student loads, and its bytes, from the built files and their manifests."""
    pages = [page for one in chapters.chapters(root) if (page := out / f"{one.docname}.html").is_file()]
    loads = {page: named(page) for page in pages}
    sizes = {file: sent(file) for file in set().union(*loads.values())}
    states = sum(file.stat().st_size for file in (out / "_views").glob("*.bin"))
    rows = [
        ("one chapter, read: the median of all", round(statistics.median(sum(map(sizes.get, load)) for load in loads.values()))),
        (f"all {len(pages)} chapters, each read once, with every state of every figure", sum(sizes.values()) + states),
    ]  # fmt: skip
    rows += _python(out / "_python" / "manifest.json")
    files = offline.listed(out).items()  # without the teaching pages: one of them grows when it is filled in
    kept = sum(size for name, (size, _, group) in files if group and not name.startswith("chapters/teaching/"))
    return [*rows, ("the whole book kept offline, with its Python and its notebooks", kept)]


def _python(manifest: Path) -> list[tuple[str, int]]:
    """The lightest and the heaviest of Python's starts."""
    if not manifest.is_file():
        return []
    about = json.loads(manifest.read_text("utf8"))
    common = [*about["core"].values(), about["standard"], about["wheel"]]
    starts = sorted(
        (sum(map(_sent, [*common, *tier["snapshot"].values()])), name)
        for name, tier in about["tiers"].items()
        if "snapshot" in tier
    )
    return [(f"Python in a page, once: its {name} files", size) for size, name in (starts[0], starts[-1])]


def _sent(file: dict) -> int:
    return file.get("br", file.get("size", 0))


def fill(root: Path, out: Path) -> None:
    """Write the table into the pages that ask for it, anew at each build."""
    asking = [page for page in sorted((out / "chapters" / "teaching").glob("*.html")) if PLACE.search(page.read_text("utf8"))]  # fmt: skip
    if not asking:
        return
    rows = weigh(root, out)
    for page in asking:
        text = page.read_text("utf8")
        filled = PLACE.sub(lambda found: table(rows, int(found[1])), text)
        if filled != text:
            page.write_text(filled, "utf8")


def table(rows: list[tuple[str, int]], students: int) -> str:
    """The table for so many students, between the marks by which the next build finds it."""
    html = markup.TEMPLATES.get_template("weights.html")
    return html.render(rows=rows, students=students, size=size).strip()


def size(count: int) -> str:
    """Bytes as a reader likes them.

    >>> size(182_300), size(11_243_000), size(5_600_000_000)
    ('182\\xa0kB', '11.2\\xa0MB', '5.6\\xa0GB')
    """
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if count >= unit:
            return f"{count / unit:.1f}\u00a0{name}"
    return f"{count / 1e3:.0f}\u00a0kB"


def setup(app):
    app.add_node(weights_node, html=(visit_html, None), text=(visit_other, None), latex=(visit_other, None))
