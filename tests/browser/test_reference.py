"""The built reference: every public object once, its links to the chapters and back, and the search that finds it."""

import posixpath
import re
from pathlib import Path

import lxml.html
import pytest
from miniatures_book import chapters, reference
from sphinx.util.inventory import InventoryFile
from test_pages import HTML, Visit

ROOT = Path(__file__).parents[2]
PAGES = [f"chapters/reference/{part}" for part in (*chapters.PARTS, "shared")]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


@pytest.fixture(scope="module")
def trees():
    """Page -> its HTML, of the chapters and the reference."""
    names = [*PAGES, *(chapter.docname for chapter in chapters.chapters(ROOT))]
    return {name: lxml.html.parse(str(HTML / f"{name}.html")) for name in names}


def target(page, address):
    """(page without ending, anchor) that a link of `page` leads to."""
    path, _, anchor = address.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), path)).removesuffix(".html"), anchor


def test_each_public_object_stands_once_with_its_docstring(trees):
    found = [
        (entry.get("id"), page) for page in PAGES for entry in trees[page].xpath("//dl[contains(@class, 'm-api')]/dt")
    ]
    known = reference.known(ROOT)
    assert sorted(name for name, _ in found) == sorted(known)
    pages = dict(found)
    for module in reference.module_names(ROOT):
        for one in reference.every(reference.entries(ROOT, module)):
            (body,) = trees[pages[one.name]].xpath(f"//dt[@id='{one.name}']/following-sibling::dd[1]")
            first = one.doc.split("\n\n")[0].replace("`", "").split()
            assert body.text_content().split()[: len(first)] == first, one.name


def test_what_a_chapter_shows_is_linked_both_ways(trees):
    forth = back = 0
    for chapter in chapters.chapters(ROOT):
        page = trees[chapter.docname]
        shown = page.xpath("//p[@class='m-shown']/a/@href")
        source = (ROOT / f"{chapter.docname}.md").read_text("utf8")
        public = re.findall(r"^:pyobject: [^_\s]\S*$", source, re.M)  # a private function has no entry
        assert len(shown) == len(public), chapter.docname
        for address in shown:
            there, name = target(chapter.docname, address)
            (entry,) = trees[there].xpath(f"//dt[@id='{name}']")
            links = entry.xpath("following-sibling::dd[1]/p[@class='m-taught']/a/@href")
            assert chapter.docname in [target(there, link)[0] for link in links], f"{name} does not lead back"
            forth += 1
    for there in PAGES:
        for address in trees[there].xpath("//p[@class='m-taught']/a/@href"):
            name, anchor = target(there, address)
            if name.startswith("_code/"):
                assert (HTML / name).is_file()
            else:
                assert not anchor or trees[name].xpath(f"//section[@id='{anchor}']"), f"{there} leads to {address}"
                back += 1
    assert forth > 100
    assert back > forth


def test_anchors_work_from_other_projects():
    with (HTML / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", posixpath.join)
    for kind in ("function", "class", "method", "property"):
        for name, (_, _, address, _) in inventory.get(f"py:{kind}", {}).items():
            assert address.endswith(f"#{name}")
    named = {name for kind in ("function", "class", "method", "property") for name in inventory[f"py:{kind}"]}
    assert named == set(reference.known(ROOT))


def test_search_finds_a_function(browser, site):
    with Visit(browser, site, "search.html?q=half_width") as visit:
        link = "#search-results a[href*='reference/numbers.html#miniatures.gaussian_window.half_width']"
        visit.page.locator(link).first.wait_for()
        assert visit.complaints == []
