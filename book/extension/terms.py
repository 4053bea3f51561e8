"""The licence texts of all that the site carries from others, gathered from the packages themselves into `licences.txt`.

A package of npm has its text from the bundle's build, one of PyPI from where it is installed, a wheel of Pyodide from
inside itself, JupyterLite's parts from its own lists. Where a notice only names its licence, the terms follow it.
"""

import json
import re
import zipfile
from collections import defaultdict
from importlib import metadata
from pathlib import Path

from miniatures_book import assets, pyodide
from sphinx.errors import ExtensionError

FILE = "licences.txt"
NAMED = re.compile(r"(?i)(^|/)(licen[cs]e|copying|notice)[^/]*(?<!\.py)$")
LISTS = "third-party-licenses.json"  # JupyterLite's own name for its lists
# What a package of PyPI brings in its wheel: (name, version, licence) as its notice, in that file of it, begins.
WITHIN = {
    "pydata-sphinx-theme": (
        ("bootstrap", r"Bootstrap v([\d.]+)", "MIT", "scripts/bootstrap.js.LICENSE.txt"),
        ("fontawesome-free", r"Font Awesome Free ([\d.]+)", "OFL-1.1", "scripts/fontawesome.js.LICENSE.txt"),
    ),
    "sphinx-copybutton": (("clipboard", r"clipboard.js v([\d.]+)", "MIT", "_static/clipboard.min.js"),),
}
# The terms of a licence, as one of the packages holds them: where they are found, and how they begin there.
TERMS = {
    "MIT": ("npm", "katex", "Permission is hereby granted"),
    "OFL-1.1": ("npm", "@fontsource-variable/source-serif-4", "This Font Software is licensed"),
    "BSD-3-Clause": ("pypi", "jupyterlite-core", "Redistribution and use"),
    "PSF-2.0": ("pypi", "typing-extensions", "A. HISTORY OF THE SOFTWARE"),
    "MPL-2.0": ("wheel", "micropip", "Mozilla Public License"),
}


def bundled() -> list[dict]:
    """The npm packages in the pages' scripts, each with name, version, licence and its text."""
    return json.loads((assets.DIST / "licences.json").read_text("utf8"))


def installed(name: str) -> str:
    """The licence texts that an installed package brings; ExtensionError where it has none."""
    about = metadata.distribution(name)
    own = [file for file in about.files or () if ".dist-info/" in file.as_posix() and NAMED.search(file.as_posix())]
    return _joined(name, [file.locate().read_text("utf8", errors="replace") for file in sorted(own)])


def packed(wheel: Path) -> str:
    """The licence texts inside a wheel; ExtensionError where it has none."""
    with zipfile.ZipFile(wheel) as archive:
        own = sorted(name for name in archive.namelist() if NAMED.search(name))
        return _joined(wheel.name, [archive.read(name).decode("utf8", "replace") for name in own])


def _joined(name: str, texts: list[str]) -> str:
    """Each text once, in their order."""
    kept = dict.fromkeys(text.strip() for text in texts if text.strip())
    if not kept:
        raise ExtensionError(f"{name} comes without a licence text: find it (terms.py), or drop the package")
    return "\n\n".join(kept)


def standard(licence: str, out: Path) -> str:
    """The terms of a licence without a holder's name; ExtensionError where no package is known to hold them."""
    if licence not in TERMS:
        raise ExtensionError(f"the terms of {licence} are not at hand: name a package that holds them in terms.py")
    source, name, start = TERMS[licence]
    if source == "npm":
        text = next(one["text"] for one in bundled() if one["name"] == name)
    else:
        text = installed(name) if source == "pypi" else packed(_wheel(out, name))
    if start not in text:
        raise ExtensionError(f"the licence of {name} no longer holds {start!r}: see TERMS in terms.py")
    return text[text.index(start) :]


def _wheel(out: Path, name: str) -> Path:
    return out / pyodide.FOLDER / f"pyodide-{pyodide.pins()['pyodide']}" / pyodide.pins()["packages"][name]["file"]


def within(name: str) -> list[tuple[str, str, str, str]]:
    """(name, version, licence, notice) of what stands inside an installed package; ExtensionError where it is not as it was."""
    found = []
    for part, pattern, licence, ending in WITHIN.get(name, ()):
        file = next((one for one in metadata.files(name) if one.as_posix().endswith(ending)), None)
        notice = file.locate().read_text("utf8")[:1000].partition("*/")[0] if file else ""
        version = re.search(pattern, notice)
        if not version:
            raise ExtensionError(f"{name} no longer names {part} in {ending}: see WITHIN in terms.py")
        found.append((part, version[1], licence, re.sub(r"(?m)^[ /*!]+", "", notice).strip()))
    return found


def lite_parts(out: Path) -> dict[str, list[dict]]:
    """Folder below lite/ -> the npm packages that JupyterLite's own list there names."""
    lists = sorted((out / "lite").rglob(LISTS))
    return {
        file.parent.relative_to(out / "lite").as_posix(): json.loads(file.read_text("utf8"))["packages"]
        for file in lists
    }


def collected(out: Path, carried: list[str]) -> list[tuple[str, str]]:
    """(what it is, its licence's text) of each part of the site that is another's; `carried` are the packages of PyPI."""
    pins = pyodide.pins()
    found = [(f"{one['name']} {one['version']}", one["text"]) for one in bundled()]
    for name in carried:
        found.append((f"{name} {metadata.version(name)}", installed(name)))
        for part, version, licence, notice in within(name):
            found.append((f"{part} {version}, within {name}", f"{notice}\n\n{standard(licence, out)}"))
    found.append((f"Pyodide {pins['pyodide']}", standard("MPL-2.0", out)))
    found.append((f"CPython {pins['python']}", standard("PSF-2.0", out)))
    for name, pin in pins["packages"].items():
        found.append((f"{name} {pin['version']}, for Pyodide", packed(_wheel(out, name))))
    for folder, parts in lite_parts(out).items():
        for one in parts:
            text = one["extractedText"].strip() or standard(one["licenseId"], out)
            found.append((f"{one['name']} {one['versionInfo']}, within lite/{folder}", text))
    return found


def as_text(found: list[tuple[str, str]]) -> str:
    """One text: what shares a licence's text stands above it."""
    shared = defaultdict(list)
    for title, text in found:
        shared[text.replace("\r\n", "\n").strip()].append(title)
    rule = "=" * 100
    return "".join(f"{rule}\n" + "\n".join(titles) + f"\n{rule}\n\n{text}\n\n" for text, titles in shared.items())
