"""The list of what the site is made of: the locks whole, the form that CycloneDX asks for, a digest and a licence for each part."""

import copy
import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from miniatures_book import pyodide, supply, terms
from referencing import Registry, Resource
from sphinx.errors import ExtensionError

ROOT = Path(__file__).parents[1]
SCHEMAS = {
    json.loads(text)["$id"]: text
    for file in (ROOT / "tests/schemas").glob("*.json")
    if (text := file.read_text("utf8"))
}
SITE = {
    "chapters/index.html": "1" * 64, "_runtime/plot.js": "2" * 64, "_runtime/katex/fonts/KaTeX_Main-Bold.woff2": "3" * 64,
    "_static/scripts/bootstrap.js": "4" * 64, "_python/data/hand.npz": "5" * 64, "_python/standard.zip": "6" * 64,
    "_python/standard.zip.gz": "7" * 64,
    f"_python/pyodide-{pyodide.pins()['pyodide']}/six-1.17.0-py2.py3-none-any.whl": pyodide.pins()["packages"]["six"]["sha256"],
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of a few files, with one of JupyterLite's lists; the digests are made up, but that of six."""
    out = tmp_path_factory.mktemp("site")
    (out / "lite/build").mkdir(parents=True)
    part = {"name": "@lumino/widgets", "versionInfo": "2.8.0", "licenseId": "BSD-3-Clause", "extractedText": ""}
    (out / "lite/build" / terms.LISTS).write_text(json.dumps({"packages": [part]}))
    return out


@pytest.fixture(scope="module")
def bom(site):
    data = next(file.name for file in (ROOT / "data").iterdir() if file.suffix == ".npz")
    listed = {name.replace("hand.npz", data): digest for name, digest in SITE.items()}
    listed[f"lite/build/{terms.LISTS}"] = "8" * 64
    return supply.bom(ROOT, site, listed)


def parts(components, digested=False):
    """(component, whether it or what it lies in has digests) of a list and of all that lies inside."""
    for one in components:
        held = digested or has_digest(one)
        yield one, held
        yield from parts(one.get("components", ()), held or any(map(has_digest, one.get("components", ()))))


def has_digest(component):
    sources = [component, *component.get("externalReferences", ())]
    found = [item["content"] for source in sources for item in source.get("hashes", ())]
    return bool(found) and all(re.fullmatch("[0-9a-f]{64}|[0-9a-f]{128}", one) for one in found)


def faults(bom):
    """What the list leaves unsaid: a licence of a part, or a digest of it, of what it lies in or of a file in it."""
    for one, held in parts(bom["components"]):
        if one["type"] != "file" and not one.get("licenses"):
            yield f"{one['name']} has no licence"
        if not held and not any(map(has_digest, one.get("components", ()))):
            yield f"{one['name']} has no digest"
        if one["type"] == "file" and not has_digest(one):
            yield f"{one['name']} has no digest"


def test_the_list_has_the_form_that_cyclonedx_asks_for(bom):
    known = Registry().with_resources(
        (name, Resource.from_contents(json.loads(text))) for name, text in SCHEMAS.items()
    )
    schema = json.loads(SCHEMAS["http://cyclonedx.org/schema/bom-1.6.schema.json"])
    validator = Draft7Validator(schema, registry=known)
    assert not [error.message for error in validator.iter_errors(bom)]
    broken = bom | {"components": [bom["components"][0] | {"hashes": [{"alg": "SHA-256", "content": "short"}]}]}
    assert list(validator.iter_errors(broken))


def test_every_entry_of_both_locks_is_in_the_list(bom):
    listed = {(one["name"], one.get("version")) for one in bom["components"]}
    text = (ROOT / "requirements.txt").read_text("utf8")
    python = re.findall(r"^(\S+?)==([^\s;]+)", text, re.M)
    assert len(python) == text.count("==") - len(re.findall(r";.*==", text)) > 200
    assert {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in python} <= listed
    packages = json.loads((ROOT / "book/runtime/package-lock.json").read_text("utf8"))["packages"]
    npm = {(path.split("node_modules/")[-1], entry["version"]) for path, entry in packages.items() if path}
    assert len(npm) > 250
    assert npm <= listed
    wheels = {(name, pin["version"]) for name, pin in pyodide.pins()["packages"].items()}
    assert wheels <= listed


def test_every_digest_of_the_locks_stands_in_the_list(bom):
    written = json.dumps(bom)
    for lock in ("requirements.txt", "book/pyodide/pins.json"):
        wanted = re.findall(r'sha256(?::|": ")([0-9a-f]{64})', (ROOT / lock).read_text("utf8"))
        core = {pin["sha256"] for pin in pyodide.pins()["core"].values()}  # these are files of the site
        assert len(wanted) > 20
        assert not [one for one in wanted if one not in written and one not in core], lock


def test_each_part_has_a_licence_and_a_digest(bom):
    platform = {"pyodide has no digest"}  # this small site holds no file of it
    assert set(faults(bom)) == platform


def test_a_missing_digest_and_a_missing_licence_are_found(bom):
    for kind, name in (("hashes", "katex"), ("externalReferences", "sphinx"), ("licenses", "numpy")):
        broken = copy.deepcopy(bom)
        one = next(part for part in broken["components"] if part["name"] == name)
        one.pop(kind)
        one["components"] = [inside for inside in one.get("components", ()) if inside["type"] != "file"]
        word = "licence" if kind == "licenses" else "digest"
        assert f"{name} has no {word}" in set(faults(broken)), kind
    broken = copy.deepcopy(bom)
    runtime = next(part for part in broken["components"] if part["name"] == "miniatures-runtime")
    runtime["components"][0]["hashes"] = []
    assert "_runtime/plot.js has no digest" in set(faults(broken))


def test_files_lie_inside_what_made_them_and_copies_beside_them_do_not(bom):
    inside = {
        one["name"]: [part["name"] for part in one.get("components", ())]
        for one in bom["components"]
        if "components" in one
    }
    assert inside["katex"] == ["_runtime/katex/fonts/KaTeX_Main-Bold.woff2"]
    assert inside["cpython"] == ["_python/standard.zip"]
    assert inside["pydata-sphinx-theme"] == ["bootstrap", "fontawesome-free", "_static/scripts/bootstrap.js"]
    assert inside["jupyterlite-core"] == ["@lumino/widgets", f"lite/build/{terms.LISTS}"]
    scopes = {one["name"]: one.get("scope") for one in bom["components"]}
    assert [scopes[name] for name in ("katex", "sphinx", "esbuild", "pydata-sphinx-theme")] == [
        "required",
        "excluded",
        "excluded",
        "required",
    ]


def test_a_file_that_nobody_is_known_to_have_made_ends_the_build():
    with pytest.raises(ExtensionError, match=r"_static/new\.js is in the site and nobody is known"):
        supply.by_owner({"_static/new.js": "0" * 64})


def test_the_list_is_the_same_each_time_and_of_no_hour(bom, site):
    listed = {f"lite/build/{terms.LISTS}": "8" * 64, "_runtime/plot.js": "2" * 64}
    assert supply.bom(ROOT, site, listed) == supply.bom(ROOT, site, dict(reversed(listed.items())))
    assert not {"timestamp", "serialNumber"} & (bom.keys() | bom["metadata"].keys())


def test_a_package_without_a_licence_is_named(monkeypatch):
    assert supply.licence_of("appnope") == "BSD-2-Clause"
    assert supply.licence_of("numpy").startswith("BSD-3-Clause")
    monkeypatch.delitem(supply.UNSTATED, "pkginfo")
    with pytest.raises(ExtensionError, match="pkginfo does not say its licence"):
        supply.licence_of("pkginfo")
    with pytest.raises(ExtensionError, match="never-installed is locked but not installed here"):
        supply.licence_of("never-installed")


def test_terms_follow_a_notice_that_only_names_them_and_shared_texts_stand_once(tmp_path):
    assert terms.standard("MIT", tmp_path).startswith("Permission is hereby granted, free of charge")
    assert "SIL OPEN FONT LICENSE" in terms.standard("OFL-1.1", tmp_path)
    assert "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2" in terms.standard("PSF-2.0", tmp_path)
    with pytest.raises(ExtensionError, match="the terms of WTFPL are not at hand"):
        terms.standard("WTFPL", tmp_path)
    text = terms.as_text([("a 1", "do"), ("b 2", "do\r\n"), ("c 3", "dont")])
    assert text.count("do\n") == 1
    assert "a 1\nb 2\n===" in text
