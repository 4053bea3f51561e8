"""With all that is not the site blocked and logged: Python, cells, views off the grid, exercises of every chapter; the log stays empty."""

import json

import pytest
from hosts import Quiet
from miniatures.exercises import exercises
from miniatures_book import chapters
from playwright.sync_api import sync_playwright
from reader import HTML, PATIENCE, Reader

from tests.browser.conftest import ARGUMENTS, chromium

ROOT = HTML.parents[1]
CHAPTERS = {chapter.stem: f"{chapter.docname}.html" for chapter in chapters.chapters(ROOT)}
NOWHERE = "--proxy-server=http://127.0.0.1:{port}"
RUN_ALL = """async () => {
  const tools = [...document.querySelectorAll(".m-cell-tools")];
  tools.at(-1).querySelector('[data-python="above"]').click();
}"""

pytestmark = pytest.mark.browser


class Log(Quiet):
    """A proxy that lets nothing through and writes down who was asked for."""

    asked: list[str] = []

    def _refuse(self):
        self.asked.append(self.path)
        self.send_error(403)

    do_GET = do_POST = do_CONNECT = do_HEAD = _refuse


@pytest.fixture(scope="module")
def walled(serve, tmp_path_factory):
    """A browser whose only way out is a proxy that refuses and logs."""
    proxy = serve(tmp_path_factory.mktemp("nothing"), Log)
    options = ["--proxy-bypass-list=127.0.0.1", f"--proxy-server={proxy}"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=[*ARGUMENTS, *options])
        yield started
        started.close()
