"""Pyodide's files: fetched, checked, named when they are wrong; what each page needs of them."""

import hashlib
import io
import json
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest
from miniatures_book import execution, needs, pyodide, snapshot, squeeze
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[1]
FILES = {"one.wasm": b"one" * 100, "two-1.0-py3-none-any.whl": b"two" * 100}


@pytest.fixture
def pinned(tmp_path, monkeypatch):
    """Pins of two small files, whose release is an archive in `tmp_path`; the cache lies there too."""
    pin = {name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in FILES.items()}
    release = tmp_path / "release.tar.bz2"
    pins = {"pyodide": "0", "release": release.as_uri(), "core": pin, "packages": {}, "wheel": "none==0"}
    monkeypatch.setattr(pyodide, "pins", lambda: pins)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return release


def pack(release, files):
    with tarfile.open(release, "w:bz2") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(f"pyodide/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def silent(*_, **__):
    return None


def test_files_come_out_of_the_release_once(pinned):
    pack(pinned, FILES | {"other.whl": b"not asked for"})
    folder = pyodide.fetch(silent)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == FILES
    pinned.unlink()
    assert pyodide.fetch(silent) == folder


def test_a_wrong_file_of_the_release_is_named_and_not_kept(pinned):
    pack(pinned, FILES | {"one.wasm": b"two" * 100})
    with pytest.raises(ExtensionError, match=r"one\.wasm .*sha256"):
        pyodide.fetch(silent)
    assert not list((pyodide.store()).glob("pyodide-*/*"))


def test_a_file_spoiled_in_the_cache_is_named(pinned):
    pack(pinned, FILES)
    spoiled = pyodide.fetch(silent) / "two-1.0-py3-none-any.whl"
    spoiled.write_bytes(spoiled.read_bytes()[:-1] + b"!")
    with pytest.raises(ExtensionError, match=r"two-1\.0-py3-none-any\.whl .*Remove"):
        pyodide.fetch(silent)


def test_a_file_that_no_source_has_is_named(pinned):
    pack(pinned, {"one.wasm": FILES["one.wasm"]})
    with pytest.raises(ExtensionError, match=r"two-1\.0-py3-none-any\.whl .*is not where"):
        pyodide.fetch(silent)


def test_where_the_release_does_not_answer_pip_is_asked(pinned, monkeypatch):
    def registry(place, names, say):
        for name in names:
            (place / name).write_bytes(FILES[name])

    monkeypatch.setattr(pyodide, "_from_registry", registry)
    assert len(list(pyodide.fetch(silent).iterdir())) == 2


def test_the_table_of_the_licences_page_equals_the_pins():
    text = (ROOT / "chapters" / "licences.md").read_text("utf8")
    rows = re.findall(r"^\| `([^`]+)` \| ([\d.,]+) kB \| ([^|]+) \|$", text, re.M)
    wanted = [(name, f"{pin['size'] / 1000:,.0f}", pin["licence"]) for name, pin in pyodide.wanted().items()]
    assert rows == wanted


def test_every_package_is_pinned_with_what_it_depends_on():
    packages = pyodide.pins()["packages"]
    for name, package in packages.items():
        assert set(package["depends"]) <= set(packages), name
        assert re.fullmatch(r"[0-9a-f]{64}", package["sha256"])
        assert package["licence"]


def page(root, *cells):
    (root / "page.md").write_text("".join(f"```{{code-cell}}\n{cell}\n```\n\n" for cell in cells), "utf8")
    return execution.read_page(root, "page.md")


@pytest.fixture
def book(tmp_path):
    (tmp_path / "data").mkdir()
    code = tmp_path / "code" / "miniatures"
    code.mkdir(parents=True)
    (code / "__init__.py").write_text("")
    (code / "plain.py").write_text("import numpy as np\n\ndef f():\n    import sklearn\n")
    (code / "deep.py").write_text("from miniatures import plain\nfrom scipy.special import erf\n")
    return tmp_path


@pytest.mark.parametrize(
    ("cell", "tier", "packages"),
    [
        ("import math", "numpy", []),
        ("from miniatures import plain", "numpy", []),
        ("from miniatures import deep", "special", []),
        ("from miniatures import deep\nfrom scipy import special", "special", []),
        ("from miniatures import deep\nfrom scipy import special, stats", "scipy", []),
        ("from miniatures import deep\nfrom scipy.integrate import solve_ivp", "scipy", []),
        ("import scipy", "scipy", []),
        ("from miniatures import deep\nimport sklearn.svm", "sklearn", []),
        ("import pandas as pd\nimport sympy", "numpy", ["pandas", "sympy"]),
        ("from matplotlib import pyplot\nimport torch", "numpy", ["matplotlib"]),
    ],
)
def test_what_a_page_needs_follows_from_its_imports(book, cell, tier, packages):
    assert needs.needs(execution.Sources(book), page(book, cell)) == {"tier": tier, "packages": packages}


def test_a_page_that_needs_numpy_alone_does_not_load_scipy():
    assert needs.pages(ROOT)["chapters/architectures/compound_scaling"]["tier"] == "numpy"
    assert "scipy" not in needs.tier_packages("numpy", pyodide.pins()["packages"])


def test_the_stamp_follows_what_python_is_made_from_and_no_sentence(tmp_path):
    for name in ("code/miniatures", "data", "chapters"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "_toc.yml"):
        shutil.copy(ROOT / name, tmp_path)
    before = pyodide.made(tmp_path, pyodide.tiers(tmp_path))

    def after(name, old, new):
        file = tmp_path / name
        text = file.read_text("utf8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf8")
        made = pyodide.made(tmp_path, pyodide.tiers(tmp_path))
        file.write_text(text, "utf8")
        return made

    assert before == pyodide.made(ROOT, pyodide.tiers(ROOT))
    assert after("chapters/numbers/gaussian_window.md", "## The story", "## The old story") == before
    assert after("code/miniatures/plain.py", "JSON", "json") != before
    assert after("data/fixmatch_runs.csv", ",", ";") != before
    assert after("pyproject.toml", "version", "Version") != before


def test_the_wheel_has_the_same_bytes_each_time_and_holds_the_package(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (pyodide.wheel(ROOT, tmp_path / place) for place in "ab")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as wheel:
        assert wheel.testzip() is None
        assert {"miniatures/explore.py", "miniatures/palette.json"} <= set(wheel.namelist())


def test_what_is_compressed_beforehand_unpacks_to_the_same(tmp_path):
    import gzip

    file = tmp_path / "a.json"
    file.write_text(json.dumps(list(range(1000))))
    squeeze.squeeze([file], tmp_path / "kept")
    assert gzip.decompress((tmp_path / "a.json.gz").read_bytes()) == file.read_bytes()
    sizes = squeeze.sizes(file)
    assert sizes["br"] < sizes["gz"] < file.stat().st_size


def test_the_recorder_says_what_failed(tmp_path):
    with pytest.raises(ExtensionError, match=r"restore\.mjs failed:\n(.|\n)*pyodide\.mjs"):
        snapshot._node("restore.mjs", tmp_path, tmp_path / "none.zip", tmp_path)
