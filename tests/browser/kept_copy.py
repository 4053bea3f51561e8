"""A reader's browser that keeps the built book, and a host that is gone then."""

import re

from hosts import Host
from playwright.sync_api import expect
from reader import HTML, PATIENCE
from test_offline import HELD


class Offline:
    """A reader's browser that has kept the book; `said` are the bytes that the button told before."""

    def __init__(self, browser, **options):
        self.host = Host(HTML.parent, f"/{HTML.name}")
        self.context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        self.page = self.context.new_page()
        self.wrong = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", self.lost)
        self.page.on("response", lambda one: one.status >= 400 and self.wrong.append(f"{one.status}: {one.url}"))

    def lost(self, request):
        """A request that failed; those that the page itself gave up by leaving are none."""
        if request.failure != "net::ERR_ABORTED":
            self.wrong.append(f"{request.failure}: {request.url}")

    def open(self, path):
        self.page.goto(f"{self.host.address}/{path}")

    def keep(self, notebooks=False):
        """Keep the book and its Python, with the notebooks if asked for, and lose the host."""
        self.open("chapters/how-to-read.html")
        self.page.get_by_role("button", name="Keep this book offline").click()
        if notebooks:
            self.page.get_by_label("JupyterLite").check()
        button = self.page.get_by_role("button", name=re.compile(r"Keep [\d.]+ MB offline"))
        self.said = float(re.search(r"[\d.]+", button.inner_text())[0]) * 1e6
        button.click()
        expect(self.page.locator(".m-offline-said")).to_contain_text("Kept on this device", timeout=PATIENCE)
        self.held = self.page.evaluate(HELD)
        self.host.stop()

    def close(self):
        self.context.close()
        self.host.stop()
