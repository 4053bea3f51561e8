"""JupyterLite: a chapter opened from its page runs whole, its widgets move the figure, and nothing is asked elsewhere."""

from urllib.parse import urlsplit

import pytest
from miniatures_book import chapters
from reader import HTML, PAGE, PATIENCE
from whole_notebook import all_run

pytestmark = pytest.mark.browser
IDLE = "() => document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'"


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


def open_notebook(page):
    """By the menu below the chapter's title."""
    page.get_by_text("Open as a notebook", exact=True).click()
    page.get_by_role("link", name="Open in JupyterLite").click()


@pytest.fixture(scope="module")
def opened(browser, site):
    """(page, its cells, addresses asked outside, what went wrong): a chapter's notebook, opened by the link below its title, run whole."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    outside, wrong = [], []

    def inside_only(route):
        if urlsplit(route.request.url).netloc == urlsplit(site).netloc:
            return route.continue_()
        outside.append(route.request.url)
        return route.abort()

    context.route("**/*", inside_only)
    context.on("response", lambda answer: answer.status >= 400 and wrong.append(f"{answer.status} {answer.url}"))
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: "Content Security Policy" in said.text and wrong.append(said.text))
    page.goto(f"{site}/{PAGE}")
    open_notebook(page)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=PATIENCE)
    page.wait_for_function(IDLE, timeout=PATIENCE)
    cells = all_run(page, IDLE)
    assert len(cells) > 20
    yield page, cells, outside, wrong
    context.close()


def test_every_chapter_has_its_link_and_its_notebook():
    for chapter in chapters.chapters(HTML.parents[1]):
        assert f'lite/notebooks/index.html?path={chapter.stem}.ipynb"' in (HTML / f"{chapter.docname}.html").read_text(
            "utf8"
        )
        assert (HTML / "lite" / "files" / f"{chapter.stem}.ipynb").is_file()


def test_all_cells_run_without_error_and_nothing_is_asked_elsewhere(opened):
    _, cells, outside, wrong = opened
    kinds = {kind for cell in cells for kind in cell["kinds"]}
    assert {"application/vnd.jupyter.widget-view+json", "application/vnd.plotly.v1+json", "text/html"} <= kinds
    assert outside == []
    assert wrong == []


def test_a_moved_widget_changes_the_figure_and_its_words(opened):
    page, _, outside, _ = opened
    page.locator(".jp-Notebook").evaluate(
        "(node) => { node.scrollTop = 0; for (const inner of node.querySelectorAll('*')) inner.scrollTop = 0; }"
    )
    box = page.locator(".jp-OutputArea-output:has(.widget-slider):has(svg.main-svg)").first
    box.wait_for(timeout=PATIENCE)
    curve = box.locator("svg.main-svg path.js-line").first
    before, words = curve.get_attribute("d"), box.inner_text()
    slider = box.locator(".noUi-handle").first
    slider.focus()
    for _ in range(6):
        slider.press("ArrowRight")
    page.wait_for_function(
        "([path, before]) => path.isConnected === false || path.getAttribute('d') !== before",
        arg=[curve.element_handle(), before],
        timeout=PATIENCE,
    )
    page.wait_for_function(IDLE, timeout=PATIENCE)
    after = box.locator("svg.main-svg path.js-line").first
    after.wait_for(timeout=PATIENCE)
    assert after.get_attribute("d") != before
    assert box.inner_text() != words
    assert outside == []
