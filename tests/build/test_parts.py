"""In the built site, each file of others is in the list of parts by its bytes, and each licence's text can be read."""

import hashlib
import json
import re
import zipfile

import lxml.html
import pytest

OTHERS = re.compile(
    r"_static/(?!favicon\.svg)|_runtime/(?!book\.css|fonts/fonts\.css)|_python/(pyodide-[\d.]+/(?!pyodide-lock)|data/(?!SHA256SUMS)|standard\.zip|numpy/|scipy/|special/)"
    r"|lite/(?!files/|api/|pyodide-lock|jupyter-lite\.json|wheels/miniatures_data|extensions/miniatures-figures|\.stamp)|service-worker\.js"
)
LATER = {"service-worker.js"}  # written last of all, with the digest of everything else in it
COPIES = (".br", ".gz")  # compressed beforehand: of a file beside them


@pytest.fixture(scope="module")
def listed(book):
    """Path -> SHA-256 of the files in the site's bom.json."""
    return dict(inside(json.loads((book.html / "bom.json").read_text("utf8"))["components"]))


def inside(components):
    for one in components:
        if one["type"] == "file":
            yield one["name"], one["hashes"][0]["content"]
        yield from inside(one.get("components", ()))


def strangers(names):
    return {name for name in names if OTHERS.match(name) and not name.endswith(COPIES)} - LATER


def test_each_file_of_others_is_listed_with_its_digest(book, listed):
    files = book.files()
    there = strangers(files)
    assert len(there) > 400
    assert there <= listed.keys()
    assert [name for name, digest in listed.items() if hashlib.sha256(files[name]).hexdigest() != digest] == []


def test_no_page_and_nothing_that_the_book_computes_counts_as_anothers(listed):
    assert [
        name for name in listed if name.startswith(("chapters/", "slides/", "_views/", "_code/", "lite/files/"))
    ] == []
    assert strangers(["_static/new.js", "lite/build/1.js", "lite/files/a.ipynb", "_python/standard.zip.br"]) == {"_static/new.js", "lite/build/1.js"}  # fmt: skip


def test_the_licence_text_of_every_package_is_in_the_site_and_the_credits_lead_to_it(book):
    text = (book.html / "licences.txt").read_text("utf8")
    titles = {re.search(r"=\n(.*)\n=", part, re.S)[1] for part in re.findall(r"={100}\n.*?\n={100}\n", text, re.S)}
    named = {line for title in titles for line in title.splitlines()}
    npm = json.loads((book.html / "_runtime/licences.json").read_text("utf8"))
    assert len(npm) > 20
    assert {f"{one['name']} {one['version']}" for one in npm} <= named
    assert [one["name"] for one in npm if one["text"].replace("\r\n", "\n") not in text] == []
    wheels = sorted((book.html / "_python").glob("pyodide-*/*.whl"))
    assert len(wheels) > 15
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            own = [
                name
                for name in archive.namelist()
                if re.search(r"\.dist-info/(licenses/)?(LICENSE|COPYING)[^/]*$", name)
            ]
            assert own, wheel.name
            for name in own:
                assert archive.read(name).decode("utf8", "replace").replace("\r\n", "\n").strip() in text, (
                    wheel.name,
                    name,
                )
    for words in (
        "Mozilla Public License Version 2.0",
        "SIL OPEN FONT LICENSE",
        "PYTHON SOFTWARE FOUNDATION LICENSE",
        "Bootstrap v",
        "clipboard.js v",
    ):
        assert words in text, words
    page = lxml.html.document_fromstring((book.html / "chapters/licences.html").read_bytes())
    assert {"../licences.txt", "../bom.json"} <= set(page.xpath("//article//@href"))


def test_every_package_that_the_site_holds_files_of_stands_on_the_credits_page(book):
    words = lxml.html.document_fromstring((book.html / "chapters/licences.html").read_bytes()).text_content()
    parts = json.loads((book.html / "bom.json").read_text("utf8"))["components"]
    held = {one["name"] for one in parts if one.get("scope") == "required"}
    assert len(held) > 60
    plain = re.sub(r"[-_.]+", "-", words)
    assert sorted(name for name in held if re.sub(r"[-_.]+", "-", name) not in plain) == []
