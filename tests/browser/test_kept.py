"""The built book, kept whole from a subfolder of a host that then vanishes: pages, views, decks, the search, exercises and notebooks work on.

Every chapter's cells, code exercises and views between their steps are tried so by test_chapters.py, with `--kept`.
"""

import json
import re
from urllib.parse import unquote

import pytest
from kept_copy import Offline
from miniatures.exercises import exercises
from miniatures_book import chapters
from playwright.sync_api import expect
from reader import HTML, PAGE, PATIENCE, Reader, computed
from test_chapters import answer
from test_lite import IDLE, open_notebook
from test_offline import HELD
from test_pages import give
from whole_notebook import all_run

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("kept")]  # one copy serves all
LISTED = json.loads((HTML / "offline.json").read_text("utf8"))["files"] if (HTML / "offline.json").is_file() else {}
BOOK = [name for name, (_, _, group) in LISTED.items() if group == "book" and name.endswith(".html")]
PAGES = [name for name in BOOK if not name.startswith(("_static/", "slides/"))]
SLIDES = [name for name in BOOK if name.startswith("slides/")]
CHAPTERS = {f"{chapter.docname}.html": chapter.stem for chapter in chapters.chapters(HTML.parents[1])}


# ---- what a page asks for


ASKED = re.compile(r"""<(?:link|script|img|a|source)\b[^>]*?\s(?:href|src)="([^"]*)""")
STATES = re.compile(r'"states":\s*"([^"]+)"')
OF_STYLES = re.compile(r"""url\(["']?([^"')]+)""")
BESIDE = re.compile(r"""\bbeside\("([^"]+)"\)|new URL\("([\w-]+\.js)", import""")
PASSED = re.compile(
    r"^([a-z][a-z+.-]*:|[?#]|$)|(^|/)_sources/|objects\.inv$|\.ttf$"
)  # the theme's styles name a ttf after each woff2


def asked(name):
    """The files, by their paths in the site, that a page or a style sheet of the book names."""
    text = (HTML / name).read_text("utf8")
    found = OF_STYLES.findall(text) if name.endswith(".css") else ASKED.findall(text) + STATES.findall(text)
    for link in found:
        if not PASSED.search(link):
            path = unquote(re.split("[?#]", link)[0])
            folder = (HTML / name).parent
            yield (folder / path).resolve().relative_to(HTML).as_posix()


def test_every_file_that_a_page_asks_for_is_kept():
    """By what pages, styles and the runtime name; the notebooks' files are a group of their own."""
    styles = [name for name in LISTED if name.startswith("_runtime/") and name.endswith(".css")]
    wanted = {file: name for name in [*BOOK, *styles] for file in asked(name)}
    sources = (HTML.parents[1] / "book" / "runtime" / "src").glob("*.js")
    scripts = {next(filter(None, found)) for file in sources for found in BESIDE.findall(file.read_text("utf8"))}
    assert {"python.js", "worker.js", "plot.js", "hands.js", "offline.js"} <= scripts
    wanted |= {f"_runtime/{script}": "the runtime" for script in scripts}
    assert len([file for file in wanted if file.startswith("_views/")]) > 100
    missing = {file: by for file, by in wanted.items() if file not in LISTED}
    assert missing == {}
    elsewhere = {file for file in wanted if file in LISTED and LISTED[file][2] != "book"}
    assert {file.partition("/")[0] for file in elsewhere} <= {"lite"}


# ---- kept, and the host gone


@pytest.fixture(scope="module")
def offline(browser):
    one = Offline(browser)
    try:
        one.keep(notebooks=True)
        yield one
    finally:
        one.close()


@pytest.fixture(autouse=True)
def _nothing_wrong(request):
    """What a page complains of belongs to the test that opened it."""
    yield
    if "offline" in request.fixturenames:
        wrong, request.getfixturevalue("offline").wrong[:] = list(request.getfixturevalue("offline").wrong), []
        assert wrong == []


def test_the_size_was_said_beforehand(offline):
    assert offline.held == pytest.approx(offline.said, rel=0.03)


# Each view of a page, moved by its first slider, choice or toggle; the words of each that did not change within ten seconds.
MOVED = """async () => {
  const still = [];
  for (const view of document.querySelectorAll(".m-view")) {
    const { states, controls } = JSON.parse(view.querySelector(":scope > .m-spec").textContent);
    const control = controls.find(({ kind, values }) => ["slider", "choice", "toggle"].includes(kind) && values.length > 1);
    if (!control || !states) continue;
    const field = view.querySelector(".m-controls").elements.namedItem(control.name);
    const words = view.querySelector(".m-words"), before = words.textContent;
    if (field.type === "checkbox") field.checked = !field.checked;
    else if (field.tagName === "SELECT") field.selectedIndex = field.selectedIndex ? 0 : 1;
    else field.value = field.value === field.max ? field.min : field.max;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const end = Date.now() + 10_000;
    while (words.textContent === before && !view.querySelector(".m-problem") && Date.now() < end) await new Promise((done) => setTimeout(done, 10));
    if (words.textContent === before) still.push(view.id);
  }
  return still;
}"""


def test_every_page_opens_and_every_view_moves(offline):
    assert set(CHAPTERS) <= set(PAGES)
    for path in PAGES:
        offline.open(path)
        assert "not kept on this device" not in offline.page.inner_text("body"), path
        assert offline.page.evaluate(MOVED) == [], path
        assert offline.page.locator(".m-problem").count() == 0, path


def test_every_deck_opens(offline):
    assert len(SLIDES) == len(CHAPTERS)
    for path in SLIDES:
        offline.open(path)
        offline.page.locator(".slides section.present h1, .slides section.present h2").first.wait_for()


BESIDES = """import numpy, pandas, matplotlib, sympy
from miniatures import data
len(data.load("fixmatch_snapshots.npz")) > 0"""  # packages and a data file that no start brings


def test_a_chapter_is_worked(offline):
    """Other packages and data in a cell, a view between its steps, an exercise in numbers and one in code."""
    view = "#gaussian_window-window"
    with Reader(None, offline.host.address, PAGE, context=offline.context) as reader:
        page, asked = reader.page, exercises(CHAPTERS[PAGE])
        assert reader.run(BESIDES) == ("done", "True")
        page.locator(f"{view} .m-number[data-for='sigma']").fill("2.45")
        page.keyboard.press("Enter")
        assert "2.45 px" in computed(page, view)
        number = next(one for one in asked if one.kind == "number")
        assert "Right." in give(page.locator(f"#exercise-{number.id}"), number, number.answer)
        code = next(one for one in asked if one.kind == "code")
        assert answer(reader, code, code.answer)[0] == "right"
        page.goto(f"{offline.host.address}/chapters/progress.html")
        assert page.locator(".m-progress tfoot").inner_text().split()[2] == "2"


def test_the_search_finds(offline):
    offline.open("search.html?q=Gaussian")
    offline.page.locator("#search-results a[href*='gaussian_window']").first.wait_for()
    offline.page.locator("#search-results .context").first.wait_for()


def test_a_notebook_runs_whole(offline):
    offline.open(PAGE)
    open_notebook(offline.page)
    offline.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
    offline.page.wait_for_function(IDLE, timeout=PATIENCE)
    assert len(all_run(offline.page, IDLE)) > 20
    offline.wrong.clear()  # JupyterLite asks a server that a static host has not


def test_removal_frees_the_space_and_leaves_the_progress(offline):
    page = offline.page
    offline.open("chapters/progress.html")
    before = page.locator(".m-progress tfoot").inner_text()
    offline.open("chapters/how-to-read.html")
    page.get_by_role("button", name="Remove it from this device").click()
    expect(page.locator(".m-offline-said")).to_contain_text("The space is free again")
    assert page.evaluate(HELD) == 0
    offline.host.start()
    offline.open("chapters/progress.html")
    assert page.locator(".m-progress tfoot").inner_text() == before
    offline.wrong.clear()  # the panel asked the host, which was gone, for what it could keep
