"""Faults of the reader's code, of the network, of the files and of the browser: each is told, and the page goes on."""

import re

import pytest
from hosts import Faulty
from reader import HTML, PAGE, PATIENCE, Reader
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


def test_a_damaged_package_is_told_by_the_cell_that_needs_it(browser, site):
    Faulty.faults = {r"_python/.*/pandas-.*\.whl": "damaged"}
    with Reader(browser, site) as reader:
        state, text = reader.run("import pandas\nint(pandas.Series([40, 2]).sum())")
        assert state == "error"
        assert "damaged" in text
        Faulty.faults = {}
        assert reader.run("import pandas\nint(pandas.Series([40, 2]).sum())") == ("done", "42")


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
