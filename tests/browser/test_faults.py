"""Faults of the reader's code, of the network, of the files and of the browser: each is told, and the page goes on."""

import re

import pytest
from hosts import Faulty
from reader import HTML, PAGE, PATIENCE, Reader, computed
from waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(serve):
    return serve(HTML, Faulty)


@pytest.fixture(autouse=True)
def _no_faults():
    yield
    Faulty.faults = {}


FAULTS = {
    "division": ("a = 1\na / 0", r"ZeroDivisionError: division by zero", 2),
    "allocation": ("a = 1\nb = [0] * 10**9", r"MemoryError", 2),
    "array": ("import numpy as np\n[np.empty(2 * 10**8) for _ in range(3)]", r"MemoryError", 2),
    "input": ("a = 1\nname = input('Who? ')", r"input", 2),
    "import": ("a = 1\nimport torch", r"ModuleNotFoundError.*torch", 2),
    "syntax": ("a = 1\nfor i in range(3) print(i)", r"SyntaxError", 2),
    "recursion": ("def f(n):\n    return f(n + 1)\nf(0)", r"RecursionError", None),
    "exit": ("a = 1\nraise SystemExit", r"SystemExit", 2),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_cell_that_fails_says_so_with_its_line(reader, name):
    code, words, line = FAULTS[name]
    state, text = reader.run(code)
    assert state == "error"
    assert re.search(words, text), text
    if line:
        marked = reader.page.locator(".cell", has=reader.out).locator(".m-bad-line")
        marked.wait_for()
        assert marked.inner_text().strip() == code.splitlines()[line - 1].strip()
    reader.usable()


def test_a_million_lines_are_cut_and_counted(reader):
    state, text = reader.run("for i in range(1_000_000):\n    print(i)")
    assert state == "done"
    assert len(text) < 110_000
    assert re.search(r"[\d,]{9} bytes more were printed", text), text[-300:]
    reader.usable()


def test_stop_ends_an_endless_loop_and_python_starts_clean(reader):
    reader.begin("while True:\n    pass")
    reader.page.wait_for_selector('.m-engine[data-state="busy"]', timeout=PATIENCE)
    reader.press("stop")
    reader.reach("stopped")
    reader.wait("off")
    reader.usable()


LOADING = {"wasm": r"pyodide\.asm\.wasm", "manifest": r"_python/manifest\.json", "all": r"/_python/"}


@pytest.mark.parametrize("fault", ["cut", "missing"])
@pytest.mark.parametrize("part", LOADING)
def test_a_lost_network_while_loading_is_told_and_tried_again_without_a_reload(browser, site, part, fault):
    Faulty.faults = {LOADING[part]: fault}
    with Reader(browser, site) as reader:
        reader.page.evaluate("window.same = true")
        reader.start()
        reader.wait("failed")
        assert re.search("connection|network|server", reader.problem()), reader.problem()
        reader.browsable()
        Faulty.faults = {}
        reader.start()  # the same button, now called Retry
        reader.wait("ready")
        reader.usable()
        assert reader.page.evaluate("window.same")


def test_a_cell_waits_out_a_lost_network_too(browser, site):
    Faulty.faults = {"/_python/": "cut"}
    with Reader(browser, site) as reader:
        state, text = reader.run("6 * 7")
        assert state == "error"
        assert re.search("connection|network", text), text
        Faulty.faults = {}
        reader.out.get_by_role("button", name="Retry").click()
        reader.reach("done")
        assert reader.out.inner_text().strip() == "42"
        reader.usable()


@pytest.mark.parametrize("script", ["worker", "python"])
def test_a_missing_script_is_told_and_tried_again(browser, site, script):
    Faulty.faults = {rf"_runtime/{script}\.js": "missing"}
    with Reader(browser, site) as reader:
        reader.start()
        until(reader.page, "() => document.querySelector('.m-engine-problem').innerText.trim()")
        assert "network" in reader.problem()
        reader.browsable()
        Faulty.faults = {}
        reader.start()
        reader.wait("ready")
        reader.usable()


def test_where_the_editor_does_not_come_a_plain_field_takes_its_place(browser, site):
    Faulty.faults = {r"_runtime/editor\.js": "missing"}
    with Reader(browser, site) as reader:
        reader.tools.locator('[data-python="edit"]').click()
        reader.page.locator(".m-plain").fill("6 * 7")
        reader.page.keyboard.press("Shift+Enter")
        reader.reach("done", "error")
        assert reader.out.inner_text().strip() == "42"
        reader.browsable()


def test_a_damaged_snapshot_gives_way_to_the_ordinary_start(browser, site):
    Faulty.faults = {r"_python/.*(memory|heap|snapshot|image)": "damaged"}
    with Reader(browser, site) as reader:
        reader.start()
        reader.wait("ready")
        reader.usable()


@pytest.mark.parametrize("part", [r"pyodide\.asm\.wasm", r"_python/miniatures-.*\.whl"])
def test_a_damaged_file_is_told_and_tried_again(browser, site, part):
    Faulty.faults = {part: "damaged"}
    with Reader(browser, site) as reader:
        reader.start()
        reader.wait("failed")
        assert "damaged" in reader.problem()
        reader.browsable()
        Faulty.faults = {}
        reader.start()
        reader.wait("ready")
        reader.usable()


def test_a_package_cut_or_damaged_is_told_by_the_cell_that_needs_it(browser, site):
    code = "import pandas\nint(pandas.Series([40, 2]).sum())"
    with Reader(browser, site) as reader:
        for fault, word in (("cut", "connection"), ("damaged", "damaged")):
            Faulty.faults = {r"_python/.*/pandas-.*\.whl": fault}
            state, text = reader.run(code)
            assert state == "error"
            assert word in text
        Faulty.faults = {}
        assert reader.run(code) == ("done", "42")


def test_a_damaged_rest_of_the_packages_is_told_and_asked_for_again(browser, site):
    Faulty.faults = {r"_python/\w+/image\.zip": "damaged"}
    with Reader(browser, site) as reader:
        reader.start()
        reader.wait("ready")  # what a first answer needs is whole
        state, text = reader.run("6 * 7")
        assert state == "error"
        assert "damaged" in text
        Faulty.faults = {}
        assert reader.run("6 * 7") == ("done", "42")
        reader.usable()


def test_without_webassembly_the_stored_states_stay_and_a_sentence_says_why(browser, site):
    with Reader(browser, site, script="delete globalThis.WebAssembly") as reader:
        reader.start()
        reader.wait("failed")
        assert "WebAssembly" in reader.problem()
        reader.browsable()
        state, text = reader.run()
        assert state == "error"
        assert "has no WebAssembly" in text


def test_without_javascript_the_pictures_stay_and_a_sentence_says_why(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/{PAGE}")
    sentence = page.locator("noscript p")
    assert sentence.is_visible()
    assert "JavaScript is off" in sentence.text_content()
    assert not page.locator("[data-python]:visible").count()
    still = page.locator("#gaussian_window-window .m-still")
    still.scroll_into_view_if_needed()
    assert still.bounding_box()["height"] > 100
    assert "px" in page.locator("#gaussian_window-window .m-words").inner_text()
    context.close()


HOSTILE = ["1e999", "NaN", "-5", "", "<img src=x onerror=alert(1)>", "2; import os", "9" * 5000, "%E0%A4%A"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_in_the_address_leave_the_default(browser, site, value):
    with Reader(browser, site) as plain:
        name = plain.page.locator('#gaussian_window-window input[name="sigma"]').get_attribute("id")
        default = plain.page.locator("#gaussian_window-window .m-words").inner_text()
    with Reader(browser, site, f"{PAGE}?{name}={value}") as reader:
        reader.start()
        reader.wait("ready")
        assert reader.page.locator("#gaussian_window-window .m-words").inner_text() == default
        assert reader.page.locator("#gaussian_window-window").get_attribute("data-source") == "stored"
        reader.browsable()


def test_a_value_between_the_steps_in_the_address_is_computed(browser, site):
    with Reader(browser, site, f"{PAGE}?gaussian_window-window.sigma=3.01") as reader:
        reader.start()
        reader.page.wait_for_selector('#gaussian_window-window[data-source="computed"]', timeout=PATIENCE)
        assert "3.01" in reader.page.locator("#gaussian_window-window .m-words").inner_text()


# ---- the worker killed, a view that raises, a view that never ends


WORKERS = "window.workers = []; window.Worker = class extends Worker { constructor(...given) { super(...given); workers.push(this); } };"
KILL = "workers.at(-1).terminate()"  # as a browser does that is short of memory: the page is told nothing
VIEW = "#gaussian_window-window"
TRAPS = """import miniatures.figures.gaussian_window as views
if not hasattr(views, "_whole"):
    views._whole = views.window
def window(sigma: float, epsilon: float):
    if 2.3 < sigma < 2.4:
        raise ValueError("this sigma is out of order")
    while 2.5 < sigma < 2.6:
        pass
    return views._whole(sigma, epsilon)
views.window = window"""


def give(page, sigma):
    """Write a sigma between the stored steps into the field of the view."""
    field = page.locator(f"{VIEW} .m-number[data-for='sigma']")
    field.fill(sigma)
    field.press("Enter")


def typed(reader):
    """What stands in the cell's editor."""
    return reader.page.locator(".cell", has=reader.tools).locator(".cm-content").inner_text()


def test_a_worker_that_is_killed_is_told_and_what_was_typed_stays(browser, site):
    """While a cell runs, while a view is computed, and by the reader's own code."""
    with Reader(browser, site, script=WORKERS) as reader:
        page, code = reader.page, "while True:\n    pass  # mine"
        reader.begin(code)
        reader.wait("busy")
        page.evaluate(KILL)
        reader.wait("failed")
        reader.reach("error")
        for words in (reader.problem(), reader.out.inner_text()):
            assert "ended unexpectedly" in words
            assert "Start it again" in words
        assert typed(reader) == code
        reader.browsable()

        assert reader.run(TRAPS)[0] == "done"  # the same cell, by the same keys
        give(page, "2.55")
        reader.wait("busy")
        page.evaluate(KILL)
        reader.wait("failed")
        problem = page.locator(f"{VIEW} .m-problem")
        problem.wait_for()
        assert "ended unexpectedly" in problem.inner_text()
        assert "The nearest stored step is shown" in problem.inner_text()
        assert page.locator(VIEW).get_attribute("data-source") == "near"
        reader.browsable()

        reader.start()
        reader.wait("ready")
        give(page, "2.55")  # the trap went with the worker
        assert "σ = 2.55 px" in computed(page, VIEW)
        reader.begin("import js\njs.close()")
        reader.wait("failed")
        assert "ended unexpectedly" in reader.problem()
        assert "js.close()" in typed(reader)
        assert "2.55 px" in page.locator(f"{VIEW} .m-words").inner_text()
        reader.usable()


def test_a_view_that_raises_or_never_ends_leaves_the_others(browser, site):
    with Reader(browser, site) as reader:
        page = reader.page
        assert reader.run(TRAPS)[0] == "done"
        give(page, "2.35")
        problem = page.locator(f"{VIEW} .m-problem")
        problem.wait_for(timeout=PATIENCE)
        assert "this sigma is out of order" in problem.inner_text()
        assert page.locator(VIEW).get_attribute("data-source") == "near"
        give(page, "2.45")
        assert "σ = 2.45 px" in computed(page, VIEW)
        assert not problem.count()
        give(page, "2.55")
        reader.wait("busy")
        page.wait_for_selector(f"{VIEW}[data-source='near']")
        reader.press("stop")
        reader.wait("off")
        assert typed(reader) == TRAPS
        assert not problem.count()
        assert "σ = 2.423 px" in page.locator(f"{VIEW} .m-words").inner_text()
        reader.browsable()
        give(page, "2.45")
        assert "σ = 2.45 px" in computed(page, VIEW)
        reader.usable()


# ---- storage forbidden or full, and addresses that mean harm, over the pages of the book


STORAGE = {
    "forbidden": "for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
}


@pytest.mark.parametrize("fault", STORAGE)
def test_a_page_needs_no_storage(browser, site, fault):
    """The figures move, the theme is switched, the search finds."""
    with Reader(browser, site, script=STORAGE[fault]) as reader:
        page = reader.page
        reader.browsable()
        before = page.evaluate("document.documentElement.dataset.mode")
        page.locator(".theme-switch-button:visible").first.click()
        assert page.evaluate("document.documentElement.dataset.mode") != before
        for path in ("chapters/scoreboard.html", "chapters/progress.html", "slides/gaussian_window.html"):
            page.goto(f"{site}/{path}")
            page.wait_for_load_state()
        page.goto(f"{site}/search.html?q=Gaussian")
        page.locator("#search-results a[href*='gaussian_window']").first.wait_for()
        assert reader.errors == []


def test_the_marks_of_a_search_can_be_hidden(browser, site):
    with Reader(browser, site, f"{PAGE}?highlight=window") as reader:
        reader.page.locator("span.highlighted").first.wait_for(state="attached")
        reader.page.get_by_role("link", name="Hide Search Matches").click()
        assert reader.page.locator("span.highlighted").count() == 0
        assert reader.errors == []


IMAGE = "<img src=x onerror=window.ran=1>"
HARMFUL = {
    PAGE: [f"#{IMAGE}", "#%E0%A4%A", "#'\"]*[", "?highlight=" + IMAGE, "?__proto__.ran=1&constructor.prototype.ran=1"],
    "chapters/scoreboard.html": [f"?find={IMAGE}&part=constructor&verdict=__proto__&sort=-__proto__", "?find=%E0%A4%A&find=" + "9" * 60_000],
    "chapters/progress.html": [f"?q={IMAGE}#{IMAGE}"],
    "search.html": [f"?q={IMAGE}", "?q=javascript:alert(1)&q=b", "?q=%E0%A4%A", "?q=__proto__+constructor", "?q=constructor", "?q=" + "a" * 60_000, "?q=*&check_keywords=no"],
    "slides/gaussian_window.html": ["#/99999", f"#/{IMAGE}", "#/%E0%A4%A", "?print-pdf=" + IMAGE],
}  # fmt: skip
HARMED = """window.ran !== undefined || ({}).ran !== undefined || document.querySelector("[onerror], a[href^='javascript' i]") !== null"""


@pytest.mark.parametrize("path", HARMFUL)
def test_no_address_does_harm(browser, site, path):
    with Reader(browser, site, path) as reader:
        page, asked = reader.page, []
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        for more in HARMFUL[path]:
            page.goto("about:blank")  # else a fragment alone opens nothing anew
            page.goto(f"{site}/{path}{more}")
            if path == "search.html":
                page.locator("#search-results .search-summary:not(:empty), #search-results li").first.wait_for()
            page.locator("h1:visible, h2:visible").first.wait_for()
            assert not page.evaluate(HARMED), more
            assert (reader.errors, asked) == ([], []), more[:80]
