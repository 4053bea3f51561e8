"""Code cells in the page: the editor by keyboard, names, outputs of every kind. The chapters' own cells: test_chapters.py."""

from pathlib import Path

import pytest
from reader import HTML, PATIENCE, Reader
from waiting import until

ROOT = Path(__file__).parents[2]
PAGE = "chapters/numbers/geometric_series.html"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


# ---- the editor


def tools(page, number):
    return page.locator(f'.m-cell-tools[data-cell="{number}"]')


def focused(page):
    return page.evaluate("document.activeElement.dataset.python ?? document.activeElement.className")


def test_the_editor_by_keyboard(browser, site):
    """Enter on Edit opens it, Shift+Enter runs, Tab indents, Escape leaves to Run, Reset brings the book's text back."""
    with Reader(browser, site, PAGE) as reader:
        page, row = reader.page, tools(reader.page, 2)
        cell = page.locator(".cell", has=row)
        before = cell.locator(".cell_input pre").inner_text()
        output = cell.locator(".cell_output:not(.m-out)").inner_text()
        row.locator('[data-python="edit"]').focus()
        page.keyboard.press("Enter")
        cell.locator(".cm-content").wait_for()
        assert "cm-content" in focused(page)
        assert cell.locator(".cm-content").inner_text().split() == before.split()
        page.keyboard.press("Control+a")
        page.keyboard.type("if True:")
        page.keyboard.press("Enter")  # indents
        page.keyboard.type("print(7 / 2)")
        page.keyboard.press("Shift+Enter")
        page.wait_for_selector('.m-out[data-cell="2"][data-state="done"]', timeout=PATIENCE, state="attached")
        assert cell.locator(".m-out").inner_text().strip() == "3.5"
        assert not cell.locator(".cell_output:not(.m-out)").count()
        page.keyboard.press("Tab")
        assert "cm-content" in focused(page)
        page.keyboard.press("Escape")
        assert focused(page) == "run"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert focused(page) == "reset"
        page.keyboard.press("Enter")
        assert cell.locator(".cell_input pre").inner_text() == before
        assert cell.locator(".cell_output:not(.m-out)").inner_text() == output
        assert not cell.locator(".cm-editor").count()
        assert reader.errors == []


def test_names_of_the_page_are_completed(reader):
    assert reader.run("spread_of_the_page = 3\nspread_of_the_page") == ("done", "3")
    reader.write("")
    reader.page.keyboard.type("spread_o", delay=60)
    option = reader.page.locator(".cm-tooltip-autocomplete li", has_text="spread_of_the_page")
    option.wait_for(timeout=PATIENCE)
    reader.page.keyboard.press("Escape")  # closes the list, not the editor
    assert "cm-content" in focused(reader.page)
    reader.page.keyboard.press("Control+Space")
    option.wait_for(timeout=PATIENCE)
    reader.page.wait_for_timeout(100)
    reader.page.keyboard.press("Enter")
    assert reader.page.locator(".cm-content").inner_text().strip() == "spread_of_the_page"


def test_a_missing_name_offers_the_cells_above(browser, site):
    with Reader(browser, site) as reader:
        page, row = reader.page, tools(reader.page, 3)
        page.evaluate("document.querySelectorAll('details.m-code').forEach((one) => (one.open = true))")
        cell = page.locator(".cell", has=row)
        row.locator('[data-python="edit"]').click()
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text("a = 1\nviews.window(3, 0.001).description")
        page.keyboard.press("Shift+Enter")
        page.wait_for_selector('.m-out[data-cell="3"][data-state="error"]', timeout=PATIENCE, state="attached")
        assert cell.locator(".m-bad-line").inner_text().startswith("views.window")
        cell.get_by_role("button", name="Run all above, then this cell").click()
        page.wait_for_selector('.m-out[data-cell="3"][data-state="done"]', timeout=PATIENCE, state="attached")
        assert "21 pixels" in cell.locator(".m-out").inner_text()
        assert page.locator('.m-out[data-cell="1"][data-state="done"] .m-view').count() == 1
        assert not cell.locator(".m-bad-line").count()


# ---- outputs


def test_pictures_formulas_and_figures(reader):
    """A matplotlib picture in the page's ink, a formula of sympy's, a Plotly dict, HTML whose script does not run."""
    state, _ = reader.run("import matplotlib.pyplot as plt\nplt.plot([1, 2, 4])\nplt.show()\n'after'")
    picture = reader.out.locator("img.m-picture")
    assert (state, picture.count()) == ("done", 1)
    assert picture.evaluate("(img) => img.decode().then(() => img.naturalWidth)") > 100
    assert "after" in reader.out.inner_text()
    reader.run("import sympy\nx = sympy.Symbol('x')\nsympy.Integral(x**2, (x, 0, 1))")
    reader.out.locator(".katex annotation").wait_for(state="attached")
    reader.run('class Plot:\n    def _repr_mimebundle_(self, **_):\n        trace = {"type": "bar", "x": ["a", "b"], "y": [1, 2]}\n        return {"application/vnd.plotly.v1+json": {"data": [trace], "layout": {"title": {"text": "two bars"}}}}\nPlot()')  # fmt: skip
    reader.out.locator(".m-view .main-svg").first.wait_for()
    reader.run(
        "class Page:\n    def _repr_html_(self):\n        return '<b>bold</b><script>window.ran = 1</script><img src=x onerror=\"window.ran = 2\">'\nPage()"
    )
    assert reader.out.locator("b").inner_text() == "bold"
    reader.page.wait_for_timeout(200)
    assert reader.page.evaluate("window.ran === undefined")


def test_a_cell_can_explore_a_function_of_its_own(reader):
    """It has no stored states: each comes from Python; one that raises is told, and the view stays usable."""
    code = """from miniatures import draw
from miniatures.explore import Slider, View, explore
def line(slope: float) -> View:
    if slope > 1.5:
        raise ValueError("the line is too steep")
    return View(draw.figure(draw.line([0, 1], [0, slope])), f"It ends at {slope:g}.")
explore(line, "own", slope=Slider(0, 2, 0.5, steps=5, label="slope"))"""
    assert reader.run(code)[0] == "done"
    page, view = reader.page, reader.page.locator("#own")
    view.locator(".main-svg").first.wait_for()
    slider = view.locator('[name="slope"]')
    slider.press("ArrowRight")
    until(page, "() => !document.querySelector('#own .m-words').textContent.includes('at 0.5.')")
    words = view.locator(".m-words").inner_text()
    assert 0.5 < float(words.removeprefix("It ends at ").removesuffix(".")) < 0.6
    slider.press("End")
    view.locator(".m-problem").wait_for(timeout=PATIENCE)
    assert "too steep" in view.locator(".m-problem").inner_text()
    slider.press("Home")
    until(page, "() => document.querySelector('#own .m-words').textContent === 'It ends at 0.'")
    assert not view.locator(".m-problem").count()
