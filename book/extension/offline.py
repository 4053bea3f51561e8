"""The reader's copy of the book: the list of all files with sizes and digests, and the service worker that keeps them."""

import hashlib
import json
import re
from pathlib import Path

from miniatures_book import assets
from sphinx.errors import ExtensionError

LIST, WORKER = "offline.json", "service-worker.js"
SEEN = ".digests.json"  # beside the site
UNLISTED = re.compile(r"^(offline\.json|service-worker\.js|objects\.inv|_sources/.*|(.*/)?\.[^/]+(/.*)?|.*\.br)$")


def setup(app):
    app.connect("build-finished", finish, priority=990)


def finish(app, failure):
    """Last of all: every other file of the site is there."""
    if not failure and app.builder.format == "html":
        from miniatures_book import supply, weights

        supply.write(Path(app.srcdir), Path(app.outdir))
        weights.fill(Path(app.srcdir), Path(app.outdir))
        write(Path(app.outdir))


def group(name: str) -> str:
    """What a reader chooses to keep it with; "" for a copy compressed beforehand, which only hosts that do not compress send."""
    if name.endswith(".gz"):
        return ""
    return {"_python": "python", "lite": "lite"}.get(name.partition("/")[0], "book")


def listed(out: Path) -> dict[str, list]:
    """path -> [bytes, sha256, group] of each file of the site, in the order of the paths."""
    before, now, files = _remembered(out), {}, {}
    for file in sorted(out.rglob("*"), key=str):
        name = file.relative_to(out).as_posix()
        if file.is_file() and not UNLISTED.match(name):
            about = file.stat()
            seen = [about.st_size, about.st_mtime_ns]
            kept = before.get(name, [])
            digest = kept[2] if kept[:2] == seen else hashlib.sha256(file.read_bytes()).hexdigest()
            now[name] = [*seen, digest]
            files[name] = [about.st_size, digest, group(name)]
    (out.parent / SEEN).write_text(json.dumps(now), "utf8")
    return files


def _remembered(out):
    """Name -> [bytes, time, SHA-256] as the last build saw the files: the heavy ones are read once."""
    try:
        return json.loads((out.parent / SEEN).read_text("utf8"))
    except (FileNotFoundError, ValueError):  # a build was ended while it wrote
        return {}


def write(out: Path) -> str:
    """Write the list and the worker; the release's name, which changes with any byte of either."""
    source = assets.DIST / WORKER
    if not source.is_file():
        raise ExtensionError("book/runtime/dist/service-worker.js is missing: run `make runtime`")
    files, code = listed(out), source.read_text("utf8")
    release = hashlib.sha256((json.dumps(files, sort_keys=True) + code).encode()).hexdigest()[:16]
    (out / LIST).write_text(json.dumps({"release": release, "files": files}, separators=(",", ":")), "utf8")
    (out / WORKER).write_text(f'const RELEASE = "{release}";\n{code}', "utf8")
    return release
