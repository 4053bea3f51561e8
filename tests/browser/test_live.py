"""Views between their stored steps: the page's Python computes them, and the page says so; nothing of it before intent."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from reader import HTML, Reader, computed
from waiting import until

ROOT = Path(__file__).parents[2]
VIEW = "#gaussian_window-window"
ASKED = "performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML)


def test_nothing_is_fetched_before_intent_and_a_resting_pointer_is_one(browser, site):
    with Reader(browser, site) as reader:
        page = reader.page
        page.wait_for_load_state("networkidle")
        page.keyboard.press("End")
        page.wait_for_timeout(500)
        lazy = ("python.js", "editor.js", "math.js", "worker.js", "/_python/")
        assert not [path for path in page.evaluate(ASKED) if any(name in path for name in lazy)]
        page.locator(f"{VIEW} .m-between").hover()
        until(page, f"() => {ASKED}.some((path) => path.endsWith('python.js'))")
        assert page.locator(".m-engine").get_attribute("data-state") == "off"  # it warms up without a word
        assert page.locator(".m-engine-button").inner_text() == "Start"


def test_a_typed_value_starts_python_and_the_nearest_step_is_shown_meanwhile(browser, site):
    with Reader(browser, site) as reader:
        page, field = reader.page, reader.page.locator(f"{VIEW} .m-number[data-for='sigma']")
        page.locator(f"{VIEW} .main-svg").first.wait_for()
        room = "document.querySelector('#gaussian_window-window .m-plot').getBoundingClientRect().top"
        top = page.evaluate(room)
        field.fill("2.31")
        field.press("Enter")
        page.wait_for_selector(f"{VIEW}[data-source='near']")
        assert "σ = 2.423 px" in page.locator(f"{VIEW} .m-words").inner_text()
        assert page.locator(f"{VIEW} .m-source").inner_text() == "nearest stored step"
        reader.wait("loading")
        assert page.evaluate(room) == top
        assert "σ = 2.31 px" in computed(page, VIEW)
        assert page.evaluate(room) == top
        assert page.locator(f"{VIEW} .m-source").inner_text() == "computed here"


def test_going_live_shifts_nothing(browser, site):
    script = """window.shifts = []; new PerformanceObserver((list) => list.getEntries().forEach((e) => e.hadRecentInput ||
      window.shifts.push([e.value, ...e.sources.map((s) => s.node && (s.node.className || s.node.nodeName))]))).observe({ type: "layout-shift", buffered: true });"""
    for width in (1280, 390):
        with Reader(browser, site, script=script) as reader:
            reader.page.set_viewport_size({"width": width, "height": 844})
            reader.page.locator(f"{VIEW} .main-svg").first.wait_for()
            reader.page.wait_for_timeout(600)
            reader.page.evaluate("window.shifts.length = 0")
            reader.start()
            reader.wait("ready")
            reader.page.wait_for_timeout(300)
            shifts = reader.page.evaluate("window.shifts")
            assert sum(one[0] for one in shifts) < 0.02, shifts


def test_a_slider_is_continuous_and_meets_the_stored_steps(reader):
    page, slider = reader.page, reader.page.locator(f"{VIEW} [name='sigma']")
    page.locator(f"{VIEW} .m-reset").click()
    until(
        page,
        "(view) => document.querySelector(view).querySelector('.m-words').textContent.includes('At σ = 3 px')",
        VIEW,
    )
    values = page.evaluate(f"JSON.parse(document.querySelector('{VIEW} .m-spec').textContent).controls[0].values")
    assert float(slider.get_attribute("step")) < 0.2
    words = page.locator(f"{VIEW} .m-words").inner_text()
    slider.press("ArrowRight")
    assert computed(page, VIEW, words) != words
    value = float(page.locator(f"{VIEW} .m-number[data-for='sigma']").input_value())
    assert 3 < value < values[values.index(3) + 1]
    slider.press("ArrowLeft")
    page.wait_for_selector(f"{VIEW}[data-source='stored']")
    assert page.locator(f"{VIEW} .m-words").inner_text() == words
    assert page.locator(f"{VIEW} .m-source").inner_text() == "stored step"
    for key, end in (("Home", values[0]), ("End", values[-1])):
        slider.press(key)
        page.wait_for_selector(f"{VIEW}[data-source='stored']")
        assert float(page.locator(f"{VIEW} .m-number[data-for='sigma']").input_value()) == end


def test_a_quick_move_ends_on_the_last_setting(reader):
    page, slider = reader.page, reader.page.locator(f"{VIEW} [name='sigma']")
    page.locator(f"{VIEW} .m-reset").click()
    slider.focus()
    for _ in range(13):
        page.keyboard.press("ArrowRight")
    wanted = page.locator(f"{VIEW} .m-number[data-for='sigma']").input_value()
    until(
        page,
        "([view, text]) => document.querySelector(view).querySelector('.m-words').textContent.includes(text)", [VIEW, f"σ = {wanted} px"],
    )  # fmt: skip
    page.wait_for_timeout(500)
    assert f"σ = {wanted} px" in page.locator(f"{VIEW} .m-words").inner_text()


@pytest.mark.parametrize("text", ["500", "0.1", "abc", "", "1e999", "−3"])
def test_a_value_that_is_not_accepted_is_told(reader, text):
    page, field = reader.page, reader.page.locator(f"{VIEW} .m-number[data-for='sigma']")
    page.locator(f"{VIEW} .m-reset").click()
    until(
        page,
        "(view) => document.querySelector(view).querySelector('.m-words').textContent.includes('At σ = 3 px')",
        VIEW,
    )
    before = page.locator(f"{VIEW} .m-words").inner_text()
    field.fill(text)
    field.press("Enter")
    page.locator(f"{VIEW} .m-refusal").wait_for()
    assert "0.2 px to 20 px" in page.locator(f"{VIEW} .m-refusal").inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(f"{VIEW} .m-words").inner_text() == before
    field.fill("3")
    field.press("Enter")
    assert not page.locator(f"{VIEW} .m-refusal").count()
    assert field.get_attribute("aria-invalid") is None


def test_stop_leaves_the_view_on_its_steps_and_it_goes_live_again(browser, site):
    with Reader(browser, site) as reader:
        page, field = reader.page, reader.page.locator(f"{VIEW} .m-number[data-for='sigma']")
        field.fill("2.31")
        field.press("Enter")
        words = computed(page, VIEW)
        reader.press("stop")
        reader.wait("off")
        slider = page.locator(f"{VIEW} [name='sigma']")
        assert slider.get_attribute("step") == "1"
        slider.press("ArrowRight")
        page.wait_for_selector(f"{VIEW}[data-source='stored']")
        field.fill("2.31")
        field.press("Enter")
        assert computed(page, VIEW) == words
        assert reader.errors == []


def test_paper_shows_no_control_of_python(reader):
    page = reader.page
    page.emulate_media(media="print")
    shown = [one for one in page.locator("[data-python], .m-number, .m-source, .m-engine").all() if one.is_visible()]
    page.emulate_media(media="screen")
    assert shown == []


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_axe_finds_nothing_in_any_state(browser, site, width, scheme):
    """Ready, a computed view, a refused value, an open editor, an error with its line."""
    with Reader(browser, site, color_scheme=scheme) as reader:
        page = reader.page
        page.set_viewport_size({"width": width, "height": 844})
        for text in ("2.31", "500"):
            page.locator(f"{VIEW} .m-number[data-for='sigma']").fill(text)
            page.locator(f"{VIEW} .m-number[data-for='sigma']").press("Enter")
        reader.run("import pandas\nprint('text')\npandas.DataFrame({'a': [1]})")
        problems(page)
        reader.run("a = 1\nprint(undefined_name)")
        page.locator(".m-bad-line").wait_for()
        problems(page)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_in_a_failure(browser, site, width, scheme):
    with Reader(browser, site, script="delete globalThis.WebAssembly", color_scheme=scheme) as reader:
        reader.page.set_viewport_size({"width": width, "height": 844})
        reader.start()
        reader.wait("failed")
        assert "WebAssembly" in reader.problem()
        panel = reader.page.locator(".m-engine-problem").bounding_box()
        assert panel["x"] >= 0
        assert panel["x"] + panel["width"] <= width
        reader.page.wait_for_timeout(1000)  # the theme looks again which code blocks scroll, a while after a resize
        problems(reader.page)


def problems(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in found
        for node in one["nodes"]
    ] == []
