"""A Chromium and a small static server for the browser tests."""

import functools
import threading
from http.server import ThreadingHTTPServer

import pytest
from hosts import Quiet
from miniatures_book import chromium
from playwright.sync_api import sync_playwright
from reader import Reader


def pytest_addoption(parser):
    parser.addoption("--fewer-looks", action="store_true", help="a page is looked at in light, and in dark on a phone")
    parser.addoption("--kept", action="store_true", help="every chapter is worked in a kept book whose host is gone")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """With `--dist loadgroup`, what is done in one opened page stays with one worker."""
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        for opened in {"student", "reading"} & params.keys():
            item.add_marker(pytest.mark.xdist_group(f"{opened} {params[opened]}"))


def pytest_terminal_summary(terminalreporter):
    """The pages that come nearest to the budgets of test_pages.py."""
    reports = (one for kept in terminalreporter.stats.values() for one in kept if getattr(one, "when", "") == "call")
    pages = [page for one in reports for name, page in one.user_properties if name == "page"]
    for measure in ("bytes", "requests", "elements") if pages else ():
        terminalreporter.section(f"the five pages with the most {measure}", "-")
        for page in sorted(pages, key=lambda page: -page[measure])[:5]:
            terminalreporter.line(f"{page[measure]:>9,}  {page['path']}")


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for the whole run; each test opens its own context."""
    with sync_playwright() as playwright:
        started = chromium.launch(playwright)
        yield started
        started.close()


@pytest.fixture(scope="session")
def serve():
    """serve(folder) -> address: a threaded static server for a folder, stopped at the end of the run.

    serve(folder, Isolated) serves it with another handler."""
    running = []

    @functools.cache
    def start(folder, handler=Quiet):
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


@pytest.fixture(scope="module")
def reader(browser, site):
    """A reader, at the module's `site`, whose Python runs."""
    with Reader(browser, site) as one:
        one.start()
        one.wait("ready")
        yield one
