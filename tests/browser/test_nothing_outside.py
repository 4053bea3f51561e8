"""With all that is not the site refused and logged: Python, cells, views, exercises of every chapter; the log stays empty."""

import json

import pytest
from hosts import Quiet
from miniatures.exercises import exercises
from miniatures_book import chapters
from reader import HTML, PATIENCE, Reader
from waiting import until

ROOT = HTML.parents[1]
CHAPTERS = {chapter.stem: f"{chapter.docname}.html" for chapter in chapters.chapters(ROOT)}

pytestmark = pytest.mark.browser


class Log(Quiet):
    """A proxy that lets nothing through and writes down who was asked for."""

    asked: list[str] = []

    def _refuse(self):
        self.asked.append(self.path)
        self.send_error(403)

    do_GET = do_POST = do_HEAD = do_CONNECT = _refuse


@pytest.fixture(scope="module")
def walled(browser, serve, tmp_path_factory):
    """A context whose only way out of the site is a proxy that refuses and logs, workers included."""
    proxy = serve(tmp_path_factory.mktemp("nothing"), Log)
    return {"proxy": {"server": proxy, "bypass": "127.0.0.1"}}


def test_the_wall_holds_and_logs(browser, serve, walled):
    with Reader(browser, serve(HTML), **walled) as reader:
        context = reader.context
        outside = context.new_page()
        outside.goto("http://example.org/")
        assert any("example.org" in path for path in Log.asked)
        Log.asked.clear()


@pytest.mark.parametrize("stem", CHAPTERS)
def test_a_chapter_asks_nobody_outside(browser, serve, walled, stem):
    with Reader(browser, serve(HTML), CHAPTERS[stem], **walled) as reader:
        Log.asked.clear()
        reader.start()
        reader.wait("ready")
        _all_cells(reader.page)
        _off_the_grid(reader.page)
        _all_exercises(reader.page, stem)
        assert Log.asked == []
        assert reader.errors == []


def _all_cells(page):
    """Run each cell of the page, in order: all above the last one, then the last."""
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    tools = page.locator(".m-cell-tools")
    for button, ends in (("above", tools.nth(-2)), ("run", tools.last)):
        tools.last.locator(f'[data-python="{button}"]').click()
        ended = f'.m-out[data-cell="{ends.get_attribute("data-cell")}"]:is([data-state="done"], [data-state="error"])'
        page.wait_for_selector(ended, timeout=2 * PATIENCE, state="attached")
    assert not page.locator('.m-out[data-state="error"]').count()
    assert page.locator('.m-out[data-state="done"]').count() == tools.count()


def _off_the_grid(page):
    """Type a value between two steps beside a slider of each view that takes one."""
    for figure in page.locator("figure.m-view:has(.m-number)").all():
        spec = json.loads(figure.locator(".m-spec").text_content())
        sliders = [control for control in spec["controls"] if control["kind"] == "slider" and not control["integer"]]
        if not sliders or not spec["view"]:
            continue
        low, high = sliders[0]["values"][:2]
        field = figure.locator(f'.m-number[data-for="{sliders[0]["name"]}"]')
        field.fill(f"{low + 0.4 * (high - low):.6g}")
        field.press("Enter")
        name = figure.get_attribute("id")
        page.wait_for_selector(f'[id="{name}"][data-source="computed"]', timeout=PATIENCE, state="attached")


def _all_exercises(page, stem):
    """Check an answer to each exercise: a number, the first option, the order as it stands, the code as it is given."""
    for exercise in exercises(stem):
        section = page.locator(f"#exercise-{exercise.id}")
        section.scroll_into_view_if_needed()
        if exercise.kind == "number":
            section.locator("input[name=answer]").fill("1")
        elif exercise.kind == "choice":
            section.locator("input[name=answer]").first.check()
        section.get_by_role("button", name="Check").click()
        until(page, "(id) => document.querySelector(`#exercise-${id} .m-feedback`).innerText.trim()", exercise.id)
        page.wait_for_selector(f"#exercise-{exercise.id}[data-state]", timeout=PATIENCE)
