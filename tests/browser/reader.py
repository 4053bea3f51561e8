"""A reader who uses one page of the built book: types into the first cell in sight, runs it, moves a slider."""

from pathlib import Path

from waiting import PATIENCE, until

HTML = Path(__file__).parents[2] / "_build" / "html"
PAGE = "chapters/numbers/gaussian_window.html"
FIRST = (
    """() => [...document.querySelectorAll(".m-cell-tools")].find((tools) => tools.checkVisibility())?.dataset.cell"""
)


def computed(page, view, before=None):
    """The words of a view, once it shows a computed state whose words are others than `before`."""
    until(
        page,
        """([view, before]) => { const figure = document.querySelector(view);
          return figure.dataset.source === "computed" && figure.querySelector(".m-words").textContent !== before; }""", [view, before],
    )  # fmt: skip
    return page.locator(f"{view} .m-words").inner_text()


class Reader:
    """Someone at one page: types into the first cell in sight, runs it, moves a slider. With `context` in a browser that goes on."""

    def __init__(self, browser, site, path=PAGE, script="", context=None, **options):
        self.context = context or browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.page = self.context.new_page()
        self.leave = self.page.close if context else self.context.close
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        if script:
            self.page.add_init_script(script)
        self.page.goto(f"{site}/{path}")
        self.cell = self.page.evaluate(FIRST)
        self.tools = self.page.locator(f'.m-cell-tools[data-cell="{self.cell}"]')
        self.out = self.page.locator(f'.m-out[data-cell="{self.cell}"]')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.leave()

    def wait(self, state):
        """Return when Python is in a state."""
        self.page.wait_for_selector(f'.m-engine[data-state="{state}"]', timeout=PATIENCE, state="attached")

    def press(self, action):
        """Press the button of the page's status."""
        self.page.locator(f'.m-engine [data-python="{action}"]').click()

    def start(self):
        self.press("start")

    def problem(self):
        """What the status says of a failure."""
        return self.page.locator(".m-engine-problem").inner_text()

    def write(self, code):
        """Put `code` into the cell's editor."""
        editor = self.page.locator(".cell", has=self.tools).locator(".cm-content")
        if not editor.count():
            self.tools.locator('[data-python="edit"]').click()
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def reach(self, *states):
        """Return when the cell's output is in one of the states."""
        selector = ", ".join(f'.m-out[data-cell="{self.cell}"][data-state="{state}"]' for state in states)
        self.page.wait_for_selector(selector, timeout=PATIENCE, state="attached")

    def begin(self, code):
        """Run `code` in the cell and return while it runs."""
        self.write(code)
        self.page.keyboard.press("Shift+Enter")
        self.reach("running", "done", "error")

    def run(self, code=None):
        """(state, text) of the cell's output when it has ended; without code the cell as it stands, by its button."""
        if code is None:
            self.tools.locator('[data-python="run"]').click()
        else:
            self.begin(code)
        self.reach("done", "error", "stopped")
        return self.out.get_attribute("data-state"), self.out.inner_text()

    def usable(self):
        """Assert that a cell runs, that a stored state is shown when a slider moves, and that nothing was thrown."""
        state, text = self.run("6 * 7")
        assert (state, text.strip()) == ("done", "42")
        self.browsable()

    def browsable(self):
        """Assert that a slider shows another stored state, and that nothing was thrown."""
        words = self.page.locator("#gaussian_window-window .m-words")
        before = words.inner_text()
        slider = self.page.locator('#gaussian_window-window input[name="sigma"]')
        slider.focus()
        slider.press("End" if slider.input_value() == "0" else "Home")
        until(
            self.page,
            "(before) => document.querySelector('#gaussian_window-window .m-words').innerText !== before",
            before,
        )
        assert not self.errors
