"""The snapshots of Python's memory from which a page starts: one for each tier in use, recorded by Node, kept outside the repository."""

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from miniatures_book import squeeze
from miniatures_book.needs import tier_packages
from sphinx.errors import ExtensionError

RUNTIME = Path(__file__).resolve().parents[1] / "runtime"
RECORDER = ("record.mjs", "node.mjs", "restore.mjs", "settle.py", "verify.py", "src/image.js", "src/snapshot.js")
PARTS = ("memory.bin", "libraries.zip", "image.zip")
# What a reader's Python never opens: tests, sources in C, typing stubs, the installer's records.
UNUSED = re.compile(
    r"(^|/)(tests?|testing/tests|_examples)/|\.(pyi|pxd|pyx|c|h|hpp|cpp|f|a|lib|build|src|in)$|dist-info/(?!METADATA$)"
)


def site(source: Path, tier: str, packages: dict) -> dict[str, bytes]:
    """Path -> bytes, below site-packages, of every file of the tier's packages that is used."""
    files = {}
    for name in tier_packages(tier, packages):
        with zipfile.ZipFile(source / packages[name]["file"]) as wheel:
            names = [path for path in sorted(wheel.namelist()) if not path.endswith("/") and not UNUSED.search(path)]
            files |= {path: wheel.read(path) for path in names}
    return files


def record(source: Path, standard: Path, tier: str, packages: dict, imports: list[str], kept: Path, say=print) -> Path:
    """The folder with a tier's snapshot: `memory.bin`, `libraries.zip`, `image.zip`; recorded where it is not kept yet.

    `imports` are the modules imported in it. Raises ExtensionError when the recorder fails or its snapshot does not restore.
    """
    files = site(source, tier, packages)
    key = _key(standard, files, imports)
    folder = kept / f"{tier}-{key}"
    if not all((folder / part).is_file() for part in PARTS):
        say(f"python    recording Python with {', '.join(tier_packages(tier, packages))}, once", flush=True)
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept) as place:
            made = Path(place) / "made"
            made.mkdir()
            _record(source, standard, files, imports, Path(place), made)
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
    return folder


def _key(standard, files, imports):
    digest = hashlib.sha256(standard.read_bytes())
    for name in RECORDER:
        digest.update((RUNTIME / name).read_bytes())
    digest.update(Path(__file__).read_bytes())
    for path, data in files.items():
        digest.update(f"{path}\n{len(data)}\n".encode() + hashlib.sha256(data).digest())
    digest.update(json.dumps(imports).encode())
    return digest.hexdigest()[:16]


def _record(source, standard, files, imports, place, made):
    (place / "site.zip").write_bytes(squeeze.archive(files))
    _node("record.mjs", source, standard, place / "site.zip", place, *imports)
    shutil.copyfile(place / "memory.bin", made / "memory.bin")
    taken = json.loads((place / "libraries.json").read_text("utf8"))
    libraries = {path.removeprefix(SITE): (files[path.removeprefix(SITE)]) for path in taken}
    (made / "libraries.zip").write_bytes(squeeze.archive(libraries))
    (made / "image.zip").write_bytes(squeeze.archive({path: files[path] for path in files if path not in libraries}))
    _node("restore.mjs", source, standard, made)


SITE = "/lib/python3.14/site-packages/"


def _node(script, *arguments):
    command = ["node", str(RUNTIME / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line[:300] for line in (done.stdout + done.stderr).splitlines()]  # a line of Pyodide's is a megabyte
        raise ExtensionError(f"{script} failed:\n" + "\n".join(lines[-30:]))
    return done.stdout
