"""What the site and its build are made of, as a CycloneDX list: `bom.json`, offered with the licence texts by the credits page.

Every entry of the two locks, every file of Pyodide and JupyterLite, every file of the data has a component with a
licence and digests. A file of the site that is another's lies inside its component, with its SHA-256. The list has no
time and no serial number: the same book gives the same bytes.
"""

import base64
import json
import re
from fnmatch import fnmatchcase
from importlib import metadata
from pathlib import Path
from urllib.parse import quote

from miniatures_book import lite, needs, offline, pyodide, terms
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from sphinx.errors import ExtensionError

FILE = "bom.json"
OWN = ""  # the book's own files, which `offline.json` lists with their digests
NPM, PYPI = "npm:", "pypi:"
# Who made a file of the site: the first pattern that fits it.
OWNERS = (
    ("_static/favicon.svg", OWN),
    ("_static/styles/sphinx-book-theme*", PYPI + "sphinx-book-theme"),
    ("_static/scripts/sphinx-book-theme*", PYPI + "sphinx-book-theme"),
    *((f"_static/{name}/*", PYPI + "pydata-sphinx-theme") for name in ("scripts", "styles", "vendor")),
    ("_static/mystnb.*", PYPI + "myst-nb"),
    ("_static/sphinx-design*", PYPI + "sphinx-design"),
    ("_static/pygments.css", PYPI + "pygments"),
    *((f"_static/{name}", PYPI + "sphinx-copybutton") for name in ("copy*", "check-solid.svg", "clipboard*")),
    *((f"_static/{name}", PYPI + "sphinx") for name in ("basic.css", "doctools.js", "documentation_options.js", "file.png",
      "language_data.js", "minus.png", "plus.png", "searchtools.js", "sphinx_highlight.js")),
    ("_runtime/katex/*", NPM + "katex"),
    ("_runtime/fonts/*.woff2", NPM + "@fontsource-variable/source-serif-4"),
    ("_runtime/fonts/fonts.css", OWN),
    *((f"_runtime/{name}", "runtime") for name in ("*.js", "*.css", "licences.json")),
    ("_python/standard.zip", "cpython"),
    ("_python/pyodide-*/python_stdlib.zip", "cpython"),
    ("_python/pyodide-*/pyodide-lock.json", OWN),
    ("_python/pyodide-*/pyodide.*", "pyodide"),
    ("_python/pyodide-*/*.whl", "wheel"),
    *((f"_python/{tier}/*", "pyodide") for tier in needs.TIERS),
    ("_python/data/SHA256SUMS", OWN),
    ("_python/data/*", "data"),
    ("_python/*", OWN),
    ("lite/wheels/miniatures_data-*", OWN),
    ("lite/wheels/*.whl", "installed"),
    ("lite/extensions/miniatures-figures/*", OWN),
    ("lite/extensions/@jupyterlite/*", PYPI + "jupyterlite-pyodide-kernel"),
    ("lite/extensions/@jupyter-widgets/*", PYPI + "jupyterlab-widgets"),
    ("lite/static/favicons/*", PYPI + "jupyter-server"),
    *((f"lite/{name}", OWN) for name in ("files/*", "api/*", "pyodide-lock.json", "jupyter-lite.json")),
    ("lite/*", PYPI + "jupyterlite-core"),
    *((name, OWN) for name in ("chapters/*", "slides/*", "_code/*", "_views/*", "_images/*", "_downloads/*",
      "index.html", "search.html", "genindex.html", "searchindex.js", "ANSWER-KEY-NOT-FOR-PUBLISHING.txt", terms.FILE)),
)  # fmt: skip
# Packages of the locks whose licence this machine cannot read: of other systems, or stated only by a file in them.
UNSTATED = {
    "appnope": "BSD-2-Clause", "axe-playwright-python": "MIT", "brotlicffi": "MIT", "colorama": "BSD-3-Clause",
    "pkginfo": "MIT", "pywin32": "PSF-2.0", "pywinpty": "MIT",
    "@mapbox/jsonlint-lines-primitives": "MIT", "stack-trace": "MIT", "xtend": "MIT",
}  # fmt: skip


def owner(name: str) -> str:
    """Who made a file of the site; ExtensionError where nobody is known to have."""
    for pattern, made_by in OWNERS:
        if fnmatchcase(name, pattern):
            if made_by in ("wheel", "installed"):
                stem = lite.normal(name.rpartition("/")[2].split("-")[0])
                return f"pyodide:{stem}" if made_by == "wheel" else PYPI + stem
            return f"data:{name.rpartition('/')[2]}" if made_by == "data" else made_by
    raise ExtensionError(f"{name} is in the site and nobody is known to have made it: add it to OWNERS in supply.py")


def by_owner(digests: dict[str, str]) -> dict[str, dict[str, str]]:
    """Owner -> {file: SHA-256} of the site's files that are not the book's own; copies compressed beforehand count with theirs."""
    found: dict[str, dict[str, str]] = {}
    for name, digest in digests.items():
        made_by = OWN if name.endswith(".gz") and name.removesuffix(".gz") in digests else owner(name)
        if made_by != OWN:
            found.setdefault(made_by, {})[name] = digest
    return found


def component(kind, name, version, licence, ref, **more) -> dict:
    """A component as CycloneDX writes it; `more` are its other entries, those that are empty left out."""
    given = {"version": version, "licenses": [stated(licence)], **more}
    return {"type": kind, "bom-ref": ref, "name": name, **{key: value for key, value in given.items() if value}}


def stated(licence: str) -> dict:
    """A licence: as an expression of SPDX where it is one, else by the words that the package has for it."""
    try:
        return {"expression": canonicalize_license_expression(licence)}
    except InvalidLicenseExpression:
        return {"license": {"name": licence}}


def digest(algorithm: str, content: str) -> dict:
    return {"alg": algorithm, "content": content}


def files(listed: dict[str, str]) -> list[dict]:
    """The components of files of the site: path -> SHA-256."""
    return [
        {"type": "file", "bom-ref": f"file:{name}", "name": name, "hashes": [digest("SHA-256", found)]}
        for name, found in sorted(listed.items())
    ]


def python_lock(text: str) -> list[tuple[str, str, list[str]]]:
    """(name, version, SHA-256 of each file that may be installed) of each entry of a requirements.txt with digests."""
    entries = re.findall(r"^([\w.-]+)==([^\s;]+)[^\n]*\\\n((?:    --hash=.*\n?)+)", text, re.M)
    return [(lite.normal(name), version, re.findall(r"sha256:([0-9a-f]{64})", body)) for name, version, body in entries]


def licence_of(name: str) -> str:
    """What a package of PyPI says of its licence; ExtensionError where it says nothing."""
    if name in UNSTATED:
        return UNSTATED[name]
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        raise ExtensionError(f"{name} is locked but not installed here: name its licence in supply.UNSTATED") from None
    kinds = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier", ()) if one.startswith("License ::")]
    words = (about.get("License") or "").strip().partition("\n")[0]
    found = about.get("License-Expression") or (words if words != "UNKNOWN" else "") or ", ".join(kinds)
    if not found:
        raise ExtensionError(f"{name} does not say its licence: name it in supply.UNSTATED")
    return found


def of_pypi(root: Path, out: Path, owned: dict[str, dict]) -> list[dict]:
    """The Python packages of the lock; those that only build and test are marked `excluded` from what is published."""
    found, parts = [], inside_lite(out)
    for name, version, hashes in python_lock((root / "requirements.txt").read_text("utf8")):
        own, ref = owned.get(PYPI + name, {}), f"pkg:pypi/{name}@{version}"
        source = {
            "type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/",
            "hashes": [digest("SHA-256", one) for one in sorted(hashes)],
        }  # fmt: skip
        within = [one[:3] for one in terms.within(name)] if own else []
        inside = [
            component("library", part, number, licence, f"{ref}#{part}@{number}", purl=npm_ref(part, number))
            for part, number, licence in within + parts.get(PYPI + name, [])
        ]
        found.append(component("library", name, version, licence_of(name), ref, scope="required" if own else "excluded",
                               purl=ref, externalReferences=[source], components=inside + files(own)))  # fmt: skip
    return found


def inside_lite(out: Path) -> dict[str, list[tuple[str, str, str]]]:
    """Owner -> (name, version, licence) of the npm packages inside its bundles, as JupyterLite's own lists name them."""
    return {
        owner(f"lite/{folder}/{terms.LISTS}"): sorted(
            {(one["name"], one["versionInfo"], one["licenseId"]) for one in some}
        )
        for folder, some in terms.lite_parts(out).items()
    }


def npm_lock(text: str) -> dict[tuple[str, str], dict]:
    """(name, version) -> its entry, of each package of a package-lock.json."""
    packages = json.loads(text)["packages"].items()
    return {(path.rpartition("node_modules/")[2], entry["version"]): entry for path, entry in sorted(packages) if path}


def npm_ref(name: str, version: str) -> str:
    return f"pkg:npm/{quote(name, safe='/')}@{version}"


def of_npm(root: Path, owned: dict[str, dict]) -> list[dict]:
    """The packages of the page scripts' lock; what is in no script of the site is marked `excluded`."""
    bundled = {(one["name"], one["version"]) for one in terms.bundled()}
    found = []
    for (name, version), entry in npm_lock((root / "book/runtime/package-lock.json").read_text("utf8")).items():
        kind, _, content = entry["integrity"].partition("-")
        hashes = [digest({"sha512": "SHA-512", "sha1": "SHA-1"}[kind], base64.b64decode(content).hex())]
        licence, ref = entry.get("license") or UNSTATED[name], npm_ref(name, version)
        found.append(component("library", name, version, licence, ref, purl=ref, hashes=hashes,
                               scope="required" if (name, version) in bundled else "excluded",
                               components=files(owned.get(NPM + name, {}))))  # fmt: skip
    return found


def of_pyodide(owned: dict[str, dict]) -> list[dict]:
    """Pyodide, the Python in it, and its wheels, by the digests that pins.json holds them to."""
    pins = pyodide.pins()
    found = [
        component("platform", "pyodide", pins["pyodide"], "MPL-2.0", f"pkg:npm/pyodide@{pins['pyodide']}",
                  purl=f"pkg:npm/pyodide@{pins['pyodide']}", components=files(owned.get("pyodide", {}))),
        component("platform", "cpython", pins["python"], "PSF-2.0", f"pkg:generic/cpython@{pins['python']}",
                  purl=f"pkg:generic/cpython@{pins['python']}", components=files(owned.get("cpython", {}))),
    ]  # fmt: skip
    for name, pin in pins["packages"].items():
        ref = f"pkg:pypi/{name}@{pin['version']}?file_name={pin['file']}"
        inside = files(owned.get(f"pyodide:{name}", {}))
        found.append(component("library", name, pin["version"], pin["licence"], ref, purl=ref, scope="required",
                               hashes=[digest("SHA-256", pin["sha256"])], components=inside))  # fmt: skip
    return found


def of_data(root: Path, owned: dict[str, dict]) -> list[dict]:
    """The files of data/ that the site holds, with the licences that data/README.md states."""
    told = data_entries((root / "data/README.md").read_text("utf8"))
    return [
        component("data", name, None, told[name]["Licence"], f"data:{name}", components=files(owned[f"data:{name}"]))
        for name in sorted(one.removeprefix("data:") for one in owned if one.startswith("data:"))
    ]


def data_entries(text: str) -> dict[str, dict[str, str]]:
    """File name -> {"Source": ..., "Licence": ..., ...} of a data/README.md."""
    found = {}
    for section in re.split(r"^## ", text, flags=re.M)[1:]:
        title, _, body = section.partition("\n")
        items = re.findall(r"^- \*\*([^:*]+):\*\* +(.+(?:\n  .+)*)", body, re.M)
        for name in re.findall(r"[\w.-]+\.\w+", title):
            found[name] = {item: " ".join(words.split()) for item, words in items}
    return found


def bom(root: Path, out: Path, digests: dict[str, str]) -> dict:
    """The whole list, for a site whose files have these digests."""
    owned, version = by_owner(digests), pyodide.version(root)
    runtime = component("application", "miniatures-runtime", version, "BSD-3-Clause", "runtime",
                        description="the scripts and styles of the pages, bundled with what they depend on",
                        components=files(owned.get("runtime", {})))  # fmt: skip
    parts = [runtime, *of_pypi(root, out, owned), *of_npm(root, owned), *of_pyodide(owned), *of_data(root, owned)]
    book = component(
        "application", "miniatures", version, "BSD-3-Clause", "miniatures", purl=f"pkg:generic/miniatures@{version}"
    )
    published = sorted(one["bom-ref"] for one in parts if one.get("scope") != "excluded")
    bundled = sorted(npm_ref(one["name"], one["version"]) for one in terms.bundled())
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.6",
        "version": 1, "metadata": {"component": book}, "components": sorted(parts, key=lambda one: one["bom-ref"]),
        "dependencies": [{"ref": "miniatures", "dependsOn": published}, {"ref": "runtime", "dependsOn": bundled}],
    }  # fmt: skip


def carried(digests: dict[str, str]) -> list[str]:
    """The packages of PyPI of which the site holds files."""
    return sorted(one.removeprefix(PYPI) for one in by_owner(digests) if one.startswith(PYPI))


def write(root: Path, out: Path) -> None:
    """Write the licence texts and the list into the site; every other file is there, but for those of `offline.py`."""
    digests = {name: found for name, (_, found, _) in offline.listed(out).items() if name not in (FILE, terms.FILE)}
    (out / terms.FILE).write_text(terms.as_text(terms.collected(out, carried(digests))), "utf8")
    (out / FILE).write_text(json.dumps(bom(root, out, digests), separators=(",", ":"), sort_keys=True) + "\n", "utf8")
