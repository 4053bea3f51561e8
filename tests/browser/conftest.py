"""A Chromium and a small static server for the browser tests."""

import functools
import os
import shutil
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


def chromium() -> str | None:
    """The Chromium to drive: CHROME_PATH, else `chromium` or `google-chrome` on PATH; None means Playwright's own."""
    named = os.environ.get("CHROME_PATH")
    if named and not os.access(named, os.X_OK):
        raise FileNotFoundError(f"CHROME_PATH={named!r} is not a program")
    return named or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for the whole run; each test opens its own context."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()


class Quiet(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".js": "text/javascript", ".woff2": "font/woff2"}

    def log_message(self, *_):
        """Say nothing: a test that fails says what it asked for."""


class Slow(Quiet):
    """A server that sends a file in pieces, as a slow line does: the browser draws what it has."""

    pieces, seconds = 10, 0.05

    def copyfile(self, source, outputfile):
        content = source.read()
        size = len(content) // self.pieces + 1
        for start in range(0, len(content), size):
            outputfile.write(content[start : start + size])
            outputfile.flush()
            time.sleep(self.seconds if self.path.endswith(".html") else 0)


@pytest.fixture(scope="session")
def serve():
    """serve(folder, slow=False) -> address: a threaded static server for a folder, stopped at the end of the run."""
    running = []

    @functools.cache
    def start(folder, slow=False):
        handler = Slow if slow else Quiet
        server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join()
