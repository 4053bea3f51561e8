"""Lay out stock thebe 0.9.3 and thebe-lite 0.5.0 so that all they ask for is here: a site of its own.

Beside the packages as they are published, this is what it takes (without it they ask jsdelivr, unpkg, cdnjs and
mybinder, and hang where these do not answer): the options that `bootstrap` does not pass on (stock.html), every wheel
in all.json, and the two addresses of cdnjs in thebe's script replaced. None of it makes thebe slower.
"""

import hashlib
import json
import shutil
import zipfile
from email.parser import Parser
from pathlib import Path

import brotli

HERE = Path(__file__).parent
SQUEEZED = {".js", ".mjs", ".wasm", ".json", ".css", ".html", ".zip"}
ADDRESSES = {
    b"https://cdnjs.cloudflare.com/ajax/libs/require.js/2.3.6/require.min.js": b"/requirejs/require.js",
    b"https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.5/MathJax.js": b"/mathjax.js",
}


def lay_out(fetched: Path, wheel: Path, site: Path) -> Path:
    """Write the site: the fetched files, the book's wheel, the page; everything but wheels in brotli too."""
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(fetched / "thebe" / "lib", site / "thebe", ignore=shutil.ignore_patterns("*.map", "types"))
    ignored = shutil.ignore_patterns("*.map", "pypi")
    shutil.copytree(fetched / "thebe-lite" / "dist" / "lib", site / "thebe-lite", ignore=ignored)
    shutil.copytree(fetched / "pyodide", site / "pyodide")
    (site / "requirejs").mkdir()
    shutil.copy(fetched / "requirejs" / "require.js", site / "requirejs")
    (site / "mathjax.js").write_bytes(b"")
    shutil.copy(HERE / "stock.html", site / "index.html")
    _addresses(site / "thebe" / "index.js")
    _lock(site / "pyodide" / "pyodide-lock.json")
    own = sorted((fetched / "thebe-lite" / "dist" / "lib" / "pypi").glob("*.whl"))
    _wheels(site / "wheels", [*own, *sorted((fetched / "wheels").glob("*.whl")), wheel])
    squeeze(site)
    return site


def _addresses(script: Path) -> None:
    text = script.read_bytes()
    for address, here in ADDRESSES.items():
        if address not in text:
            raise SystemExit(f"bench: {address.decode()} is not in thebe's script any more")
        text = text.replace(address, here)
    script.write_bytes(text)


def _lock(file: Path) -> None:
    """Leave out the package of the carrier, which is none of Pyodide's."""
    lock = json.loads(file.read_text("utf8"))
    del lock["packages"]["provisa-client"]
    file.write_text(json.dumps(lock), "utf8")


def _wheels(folder: Path, wheels: list[Path]) -> None:
    """The wheels and the index by which piplite finds them, as `jupyter piplite index` writes it."""
    folder.mkdir()
    index = {}
    for wheel in wheels:
        shutil.copy(wheel, folder)
        with zipfile.ZipFile(wheel) as archive:
            member = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
            facts = Parser().parsestr(archive.read(member).decode())
        digests = {kind: hashlib.new(kind, wheel.read_bytes()).hexdigest() for kind in ("md5", "sha256")}
        entry = {"filename": wheel.name, "digests": digests, "packagetype": "bdist_wheel", "url": f"./{wheel.name}"}
        entry |= {"python_version": "py3", "size": wheel.stat().st_size, "yanked": False, "md5_digest": digests["md5"]}
        name = facts["Name"].lower().replace("_", "-")
        index.setdefault(name, {"releases": {}})["releases"][facts["Version"]] = [entry]
    (folder / "all.json").write_text(json.dumps(index), "utf8")


def squeeze(site: Path) -> None:
    """A .br beside each file that gets smaller by it."""
    for file in sorted(site.rglob("*")):
        if file.suffix in SQUEEZED and not file.with_name(file.name + ".br").exists():
            whole = file.read_bytes()
            packed = brotli.compress(whole, quality=9)
            if len(packed) < 0.95 * len(whole):
                file.with_name(file.name + ".br").write_bytes(packed)
