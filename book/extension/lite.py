"""JupyterLite on the book's own Pyodide, laid out in `_build/html/lite/`: each chapter opens as a notebook.

Laid out by hand from the pinned packages, not by `jupyter lite build`: that one takes every labextension
of the environment, some of which clash, and leaves times of day in its files. The application comes
from jupyterlite-core, the kernel from jupyterlite-pyodide-kernel, the widgets from jupyterlab_widgets;
Python's packages that Pyodide lacks are packed anew from the installed ones, all pinned in requirements.txt.
"""

import contextlib
import hashlib
import io
import json
import re
import shutil
import sys
import tarfile
import tempfile
import zipfile
from importlib import metadata, resources
from pathlib import Path

from miniatures_book import assets, needs, notebooks, pyodide, stamp
from packaging.requirements import Requirement
from sphinx.errors import ExtensionError

HERE = Path(__file__).resolve().parent / "lite"
SHARE = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
FOLDER = "lite"
APPS = ("notebooks", "lab", "tree", "edit", "consoles")
TOP = ("bootstrap.js", "config-utils.js", "icon-120x120.png", "icon-512x512.png", "index.html", "manifest.webmanifest",
       "jupyter-lite.json", "jupyter-lite.ipynb")  # fmt: skip
UNUSED = re.compile(
    r"\.(map|eot|ttf|svg)$|fa-[\w.-]+\.woff$|(^|/)package\.json$|^build/repl/|/(tree|workspaces)/index\.html$"
)
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@jupyterlite/pyodide-kernel-extension")
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# What the kernel and the widgets import; the kernel's own three wheels come with its extension.
PYTHON = ("ipython", "ipywidgets", "comm", "jedi", "matplotlib-inline")
ABSENT = {"widgetsnbextension", "pexpect", "colorama"}  # the kernel stands in for the first two; the third is Windows'
UNSEEN = re.compile(
    r"(^|/)tests?/|\.(pyc|pyi\.orig|exe)$|^\.\.|/(RECORD|INSTALLER|REQUESTED|direct_url\.json)$|^share/"
    r"|^jedi/third_party/(django-stubs|typeshed/(stubs|third_party|tests))/|/labextension/|/static/"
)
ACCELERATED = {"wcwidth"}  # its compiled part is a faster copy of what it has in Python
PURE = b"Wheel-Version: 1.0\nGenerator: miniatures\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
WAIT = "await import('../../_runtime/offline.js').then(({ ready }) => ready()).catch(console.warn);"
# JupyterLab compiles the checks of its settings out of text, writes styles, and shows pictures and sounds of a notebook.
POLICY = ("default-src 'none'; object-src 'none'; script-src {scripts} 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
          "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self'; "
          "manifest-src 'self'; form-action 'none'; base-uri 'none'")  # fmt: skip
WHEEL_TIME = (1980, 1, 1, 0, 0, 0)


def lay_out(root: Path, out: Path, say=print) -> None:
    """Write `lite/` below `out`: the application and its lock file where they are not there from the same, the notebooks anew.

    `_python/` must be laid out already. Raises ExtensionError where a package is not what this was written for."""
    target, kept = out / FOLDER, stored(root)
    code = (out / pyodide.FOLDER / stamp.NAME).read_text("utf8")
    made_from = f"{kept.name} {code}"
    if stamp.holds(target, made_from):
        return contents(target, notebooks.notebooks(root, code))
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(kept, target)
    lock = packages(root, out)
    (target / "pyodide-lock.json").write_text(json.dumps(lock, sort_keys=True), "utf8")
    configure(target, lock)
    contents(target, notebooks.notebooks(root, code))
    stamp.put(target, made_from)
    weight = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    say(f"lite      {weight / 1e6:.1f} MB in {FOLDER}", flush=True)


def stored(root: Path) -> Path:
    """The application, unpacked once for each set of pinned packages into the folder outside the repository."""
    sources = (Path(__file__), Path(assets.__file__), *sorted(HERE.iterdir()), root / "requirements.txt")
    key = hashlib.sha256(sys.version.encode() + b"".join(file.read_bytes() for file in sources)).hexdigest()[:16]
    kept = pyodide.store() / f"lite-{key}"
    if not kept.is_dir():
        pyodide.store().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=pyodide.store()) as place:
            application(Path(place) / "lite")
            with contextlib.suppress(OSError):  # another build was here first
                (Path(place) / "lite").rename(kept)
    return kept


def application(target: Path) -> None:
    """The application, its extensions and the wheels: what depends on the pinned packages alone."""
    import jupyterlite_core  # what only reads or writes notebooks, as on Binder, has none

    archive = next(Path(jupyterlite_core.__file__).parent.glob("jupyterlite-app-*.tgz"))
    with tarfile.open(archive) as packed:
        for member in packed:
            name = member.name.removeprefix("package/")
            if member.isfile() and name.split("/")[0] in (*APPS, "build", *TOP) and not UNUSED.search(name):
                place = target / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(packed.extractfile(member).read())
    for page in target.glob("*/index.html"):
        _waiting(page)
    for page in (target / "index.html", *target.glob("*/index.html")):
        page.write_text(assets.secured(page.read_text("utf8"), POLICY), "utf8")
    for name in EXTENSIONS:
        if not (SHARE / name / "package.json").is_file():
            raise ExtensionError(f"the labextension {name} is not installed: run `make setup`")
        shutil.copytree(
            SHARE / name, target / "extensions" / name, ignore=shutil.ignore_patterns("*.map", "install.json")
        )
    icons = resources.files("jupyter_server") / "static" / "favicons"
    shutil.copytree(icons, target / "static" / "favicons")
    figures = target / "extensions" / "miniatures-figures"
    figures.mkdir()
    shutil.copy(HERE / "figures.js", figures)
    (target / "wheels").mkdir()
    for name in closure(PYTHON):
        wheel(metadata.distribution(name), target / "wheels")


def _waiting(page: Path) -> None:
    """The page starts when the book's service worker serves it, so that what it loads is kept."""
    text, load = page.read_text("utf8"), "await import(\n          '../config-utils.js"
    if load not in text:
        raise ExtensionError(
            f"lite/{page.parent.name}/index.html no longer imports config-utils.js as it did: see lite.py"
        )
    page.write_text(text.replace(load, f"{WAIT}\n        {load}"), "utf8")


def closure(names) -> list[str]:
    """The packages and what they need on Pyodide's Python, without what Pyodide itself brings."""
    marks = {
        "python_version": "3.14",
        "python_full_version": "3.14.0",
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "extra": "",
    }
    found, waiting = set(), [normal(name) for name in names]
    while waiting:
        name = waiting.pop()
        if name in found or name in ABSENT or name in pyodide.pins()["packages"]:
            continue
        found.add(name)
        wanted = [Requirement(text) for text in metadata.distribution(name).requires or ()]
        waiting += [normal(one.name) for one in wanted if one.marker is None or one.marker.evaluate(marks)]
    return sorted(found)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wheel(distribution: metadata.Distribution, folder: Path) -> Path:
    """An installed pure package as a wheel again, without its tests: the same bytes each time."""
    files = {
        file.as_posix(): file.locate().read_bytes() for file in distribution.files if not UNSEEN.search(file.as_posix())
    }
    compiled = [name for name in files if name.endswith((".so", ".pyd"))]
    if compiled and distribution.name not in ACCELERATED:
        raise ExtensionError(f"{distribution.name} {distribution.version} holds compiled code: Pyodide cannot load it")
    files = {name: data for name, data in files.items() if name not in compiled}
    information = next(name for name in files if name.endswith(".dist-info/METADATA")).rpartition("/")[0]
    files[f"{information}/WHEEL"] = PURE
    files[f"{information}/RECORD"] = "".join(
        f"{name},,\n" for name in [*sorted(files), f"{information}/RECORD"]
    ).encode()
    target = folder / f"{normal(distribution.name).replace('-', '_')}-{distribution.version}-py3-none-any.whl"
    target.write_bytes(packed(files))
    return target


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of the files in the order of their names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, WHEEL_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, files[name])
    return made.getvalue()


def packages(root: Path, out: Path) -> dict:
    """The lock file of this Python: Pyodide's packages where the book keeps them, the wheels beside it, the miniatures."""
    lock, target = pyodide.lock(), out / FOLDER
    base = f"../{pyodide.FOLDER}/"
    for package in lock["packages"].values():
        package["file_name"] = f"{base}pyodide-{pyodide.pins()['pyodide']}/{package['file_name']}"
    kernel = sorted((target / "extensions" / EXTENSIONS[1] / "static" / "pypi").glob("*.whl"))
    for file in [
        *sorted((target / "wheels").glob("*.whl")),
        *(one for one in kernel if not one.name.startswith("widgetsnb")),
    ]:
        add(lock, file, file.relative_to(target).as_posix())
    data = {
        f"miniatures_data/{file.name}": file.read_bytes()
        for file in sorted((root / "data").iterdir())
        if file.suffix != ".md"
    }
    about = "miniatures_data-0.dist-info/"
    data |= {about + "METADATA": b"Metadata-Version: 2.1\nName: miniatures-data\nVersion: 0\n", about + "RECORD": b"",
             about + "WHEEL": PURE}  # fmt: skip
    place = target / "wheels" / "miniatures_data-0-py3-none-any.whl"
    place.write_bytes(packed(data))
    add(lock, place, f"wheels/{place.name}")
    own = next((out / pyodide.FOLDER).glob("miniatures-*.whl"))
    add(lock, own, base + own.name, depends=["miniatures-data", "ipywidgets", *imports(root)])
    return lock


def imports(root: Path) -> list[str]:
    """Pyodide's packages that the miniatures import when they are imported."""
    known = {name: package for package, pin in pyodide.pins()["packages"].items() for name in pin["imports"]}
    files = sorted((root / "code" / "miniatures").rglob("*.py"))
    names = {name for file in files for name in needs.imported(file.read_text("utf8"), lazily=False)}
    return sorted({known[name] for name in names if name in known})


def add(lock: dict, file: Path, address: str, depends=()) -> None:
    """Put a wheel into the lock file; its modules are the names at its top."""
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    name, version = file.name.split("-")[:2]
    tops = {one.split("/")[0].removesuffix(".py") for one in names if ".dist-info/" not in one and ".data/" not in one}
    lock["packages"][normal(name)] = {
        "name": normal(name), "version": version, "file_name": address, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "depends": list(depends),
        "imports": sorted(tops), "install_dir": "site", "package_type": "package", "unvendored_tests": False,
    }  # fmt: skip


def configure(target: Path, lock: dict) -> None:
    """jupyter-lite.json and the extensions' settings: this Python, no other source of packages, no service worker of its own."""
    file = target / "jupyter-lite.json"
    listed, settings = [{"name": "miniatures-figures", "load": "figures.js", "mimeExtension": "./mimeExtension"}], []
    for name in EXTENSIONS:
        about = json.loads((target / "extensions" / name / "package.json").read_text("utf8"))
        listed.append({"name": name, **about["jupyterlab"]["_build"]})
        for schema in sorted((target / "extensions" / name / "schemas").rglob("*.json")):
            whole = json.loads(schema.read_text("utf8"))
            settings.append(
                {
                    "id": f"{name}:{schema.stem}",
                    "raw": "{}",
                    "schema": whole,
                    "settings": {},
                    "version": about["version"],
                }
            )
    started = [
        name
        for name, one in lock["packages"].items()
        if one["file_name"].startswith(("wheels/", "extensions/")) and name != "miniatures-data"
    ]
    kernel = {
        "pyodideUrl": f"./../{pyodide.FOLDER}/pyodide-{pyodide.pins()['pyodide']}/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": "./pyodide-lock.json",
            "packages": ["micropip", *started],
            "env": {
                "MINIATURES_DATA": f"/lib/python{lock['info']['python'].rpartition('.')[0]}/site-packages/miniatures_data",
                "HOME": "/home/pyodide",
            },
        },
    }
    whole = json.loads(file.read_text("utf8"))
    whole["jupyter-config-data"] |= {
        "appName": "Miniatures", "appUrl": "./notebooks", "federated_extensions": listed, "litePluginSettings": {KERNEL: kernel},
        "contentsAllJsonFile": "all.json", "exposeAppInBrowser": True, "disabledExtensions": ["@jupyterlite/application-extension:service-worker-manager"],
    }  # fmt: skip
    file.write_text(json.dumps(whole, indent=1), "utf8")
    (target / "build" / "schemas" / "all_federated.json").write_text(json.dumps(settings), "utf8")


def contents(target: Path, made: dict[str, str]) -> None:
    """The notebooks and their listing, without times of day."""
    for folder in ("files", "api/contents", "api/translations"):
        (target / folder).mkdir(parents=True, exist_ok=True)
    for left in (target / "files").iterdir():  # of a chapter that is no more
        left.unlink()
    english = {"en": {"displayName": "English", "nativeName": "English"}}
    for name, data in (("all", english), ("en", {})):
        (target / "api" / "translations" / f"{name}.json").write_text(json.dumps({"data": data, "message": ""}), "utf8")
    common = {
        "created": "2026-01-01T00:00:00Z",
        "last_modified": "2026-01-01T00:00:00Z",
        "mimetype": None,
        "content": None,
        "format": None,
        "writable": True,
        "hash": None,
        "hash_algorithm": None,
    }
    listed = []
    for stem, text in made.items():
        (target / "files" / f"{stem}.ipynb").write_text(text, "utf8")
        listed.append(
            common | {"name": f"{stem}.ipynb", "path": f"{stem}.ipynb", "type": "notebook", "size": len(text.encode())}
        )
    folder = common | {"name": "", "path": "", "type": "directory", "size": None, "format": "json", "content": listed}
    (target / "api" / "contents" / "all.json").write_text(json.dumps(folder, indent=1), "utf8")
