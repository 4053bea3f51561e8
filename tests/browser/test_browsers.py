"""Python in the page, in Chromium and in Firefox: the start, what numbers it gives, figures, Stop."""

import math
import time
from pathlib import Path

import numpy as np
import pytest
from firefox import Firefox
from hosts import Isolated, Quiet

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGE = "chapters/numbers/gaussian_window.html"
HOSTS = {"plain": Quiet, "isolated": Isolated}
START = """({ root, tier }) => new Promise((done, failed) => {
  const worker = new Worker(`${root}_runtime/worker.js`, { type: "module" });
  let number = 0;
  window.ask = (message) => new Promise((done) => {
    const id = ++number, outputs = [];
    worker.addEventListener("message", function hear({ data }) {
      if (data.id !== id) return;
      if (data.event === "output") return outputs.push(data.output);
      worker.removeEventListener("message", hear);
      done({ ...data, outputs });
    });
    worker.postMessage({ id, ...message });
  });
  worker.addEventListener("message", ({ data }) => {
    if (data.event === "ready") done(data);
    if (data.event === "failed") failed(new Error(`${data.kind}: ${data.message} ${data.detail ?? ""}`));
  });
  worker.postMessage({ call: "start", root, tier, packages: [], options: { snapshot: true } });
})"""

pytestmark = pytest.mark.browser


class Chromium:
    """A page of Playwright's with the few names that Firefox has here too."""

    def __init__(self, browser):
        self.context = browser.new_context()
        self.page = self.context.new_page()
        self.goto, self.evaluate, self.click = self.page.goto, self.page.evaluate, self.page.click
        self.press, self.close = self.page.keyboard.press, self.context.close

    def wait(self, condition, seconds=120):
        """As Firefox here does it: the page's policy allows no code in strings, which wait_for_function needs."""
        until = time.monotonic() + seconds
        while not self.evaluate(f"() => Boolean({condition})"):
            assert time.monotonic() < until, f"not within {seconds} s: {condition}"
            time.sleep(0.05)


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def tab(request, browser):
    """One tab of each browser; a machine without Firefox fails and says where to get one."""
    opened = Chromium(browser) if request.param == "chromium" else Firefox()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def python(tab, serve):
    """(tab, what the worker said when it was ready): Python with scipy, started from a page of the book."""
    site = serve(HTML)
    tab.goto(f"{site}/{PAGE}")
    return tab, tab.evaluate(START, {"root": f"{site}/", "tier": "scipy"})


def run(tab, code):
    """The outputs of a cell; its traceback fails the test."""
    answer = tab.evaluate("(code) => ask({ call: 'run', code, cell: '1', theme: {} })", code)
    assert answer["event"] == "done", answer["message"]
    errors = [output["traceback"] for output in answer["outputs"] if output["type"] == "error"]
    assert not errors, errors[0]
    return answer["outputs"]


def printed(tab, code):
    return "".join(output.get("text", "") for output in run(tab, code))


def test_python_starts_from_its_snapshot(python):
    _, ready = python
    assert ready["restored"], ready["why"]


def test_solve_ivp_follows_the_exponential(python):
    code = "from scipy.integrate import solve_ivp\nprint(solve_ivp(lambda t, y: -y, (0, 1), [1.0], rtol=1e-10, atol=1e-12).y[0, -1])"
    assert float(printed(python[0], code)) == pytest.approx(math.exp(-1), rel=1e-8)


def test_sympy_comes_after_the_start_and_integrates(python):
    code = "import sympy\nx = sympy.symbols('x')\nsympy.integrate(sympy.exp(-x**2), (x, -sympy.oo, sympy.oo))"
    shown = run(python[0], code)[-1]["data"]
    assert r"\sqrt{\pi}" in shown["text/latex"]


def test_pandas_comes_after_the_start(python):
    code = "import pandas\nprint(pandas.DataFrame({'a': [1, 2, 3.5]})['a'].sum())"
    assert float(printed(python[0], code)) == 6.5


def test_linear_algebra_after_the_restore(python):
    code = "import numpy as np\na = np.vander(np.arange(1.0, 5))\nprint(np.linalg.det(a), *np.linalg.solve(a, np.ones(4)), np.fft.fft(np.arange(4.0))[1].imag)"
    found = [float(word) for word in printed(python[0], code).split()]
    assert found == pytest.approx([12, 0, 0, 0, 1, 2], rel=1e-6, abs=1e-9)


def test_seeded_random_numbers_are_the_build_s_own(python):
    code = "import numpy as np\nprint(*map(repr, np.random.default_rng(7).normal(size=3).tolist()))"
    found = [float(word) for word in printed(python[0], code).split()]
    assert found == pytest.approx(np.random.default_rng(7).normal(size=3).tolist(), rel=1e-12)


def test_random_numbers_without_a_seed_differ_between_starts(python, serve):
    code = "import random\nimport numpy as np\nprint(random.random(), np.random.random(), np.random.default_rng().random())"
    tab, _ = python
    before = printed(tab, code).split()
    tab.evaluate(START, {"root": f"{serve(HTML)}/", "tier": "scipy"})
    after = printed(tab, code).split()
    assert len(before) == len(after) == 3
    assert not set(before) & set(after)


def test_matplotlib_draws(python):
    code = "import matplotlib.pyplot as plt\nplt.plot([0, 1, 4])\nplt.title('squares')\nplt.show()"
    figures = [output["data"] for output in run(python[0], code) if output["type"] == "display"]
    assert len(figures) == 1
    assert figures[0].get("image/svg+xml", "").count("<path") > 5 or len(figures[0].get("image/png", "")) > 2000


SIGHT = "() => [...document.querySelectorAll('.m-cell-tools')].find((tools) => tools.checkVisibility()).dataset.cell"


def write(tab, cell, text):
    """Put a line into the editor of a cell as a reader does."""
    tools = f'.m-cell-tools[data-cell="{cell}"]'
    if tab.evaluate("(tools) => !document.querySelector(tools).closest('.cell').querySelector('.cm-content')", tools):
        tab.click(f'{tools} [data-python="edit"]')
        tab.wait("document.activeElement?.closest('.cm-content')")
    else:
        tab.evaluate(
            "(tools) => document.querySelector(tools).closest('.cell').querySelector('.cm-content').focus()", tools
        )
    tab.press("Control+a")
    for letter in text:
        tab.press(letter)


@pytest.mark.parametrize("host", HOSTS)
def test_stop_ends_an_endless_loop(tab, serve, host):
    tab.goto(f"{serve(HTML, HOSTS[host])}/{PAGE}")
    assert tab.evaluate("() => crossOriginIsolated") == (host == "isolated")
    cell = tab.evaluate(SIGHT)
    out = f'.m-out[data-cell="{cell}"]'
    write(tab, cell, "kept = 41")
    tab.press("Shift+Enter")
    tab.wait(f"document.querySelector('{out}')?.dataset.state === 'done'")
    write(tab, cell, "while True: pass")
    tab.press("Shift+Enter")
    tab.wait(f"document.querySelector('{out}')?.dataset.state === 'running'")
    tab.click('.m-engine [data-python="stop"]')
    tab.wait(f"document.querySelector('{out}').dataset.state !== 'running'", 10)
    shown = tab.evaluate(f"() => document.querySelector('{out}').textContent")
    assert "Stopped" in shown or "KeyboardInterrupt" in shown
    write(tab, cell, "globals().get('kept', 0) + 1")
    tab.press("Shift+Enter")
    tab.wait(f"document.querySelector('{out}').dataset.state === 'done'")
    shown = tab.evaluate(f"() => document.querySelector('{out}').textContent.trim()")
    assert shown == ("42" if host == "isolated" else "1")  # where memory is shared only the call ends
