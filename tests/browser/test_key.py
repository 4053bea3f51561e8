"""The public book leaves the answer key out, and says truly what else of the exercises it gives away."""

from pathlib import Path

import leaks
import pytest
from miniatures_book import lessons, pyodide
from test_pages import HTML, ROOT

TEXTS = (".html", ".js", ".json", ".txt", ".md", ".csv", ".xml", ".ipynb", ".svg", ".css")

pytestmark = pytest.mark.browser  # it needs the built book


@pytest.fixture(scope="module")
def given():
    return list(leaks.given(HTML))


def test_nothing_to_listen_for_is_in_any_file_in_any_coding(given):
    parts = leaks.listened_for(ROOT)
    assert len(parts) > 60
    found = {name: leaks.traces(data + leaks.decoded(data), parts) for name, data in given}
    assert {name: stems for name, stems in found.items() if stems} == {}
    assert not (HTML / lessons.MARK).exists()


def test_solutions_are_in_clear_only_where_the_teaching_page_says_so(given):
    """In the notebooks, and in the package that checks functions; pages hold them encoded."""
    parts = leaks.solved(ROOT)
    own = (f"{pyodide.FOLDER}/miniatures-", "lite/files/")
    clear = {
        name: leaks.traces(data, parts)
        for name, data in given
        if Path(name).suffix in TEXTS and not name.startswith(own)
    }
    assert {name: ids for name, ids in clear.items() if ids} == {}
    page = "chapters/numbers/gaussian_window.html"
    assert leaks.traces(leaks.decoded(dict(given)[page]), parts), (
        "what is said to be encoded in the page is not found there"
    )
    notebook = dict(given)["lite/files/gaussian_window.ipynb"]
    assert leaks.traces(notebook, parts), "what is said to be in clear in the notebook is not found there"


def test_no_page_shows_a_key(given):
    pages = {name: data.decode() for name, data in given if name.endswith(".html") and not name.startswith("lite/")}
    assert len(pages) > 40
    for name, text in pages.items():
        assert 'class="m-key' not in text, name
        assert lessons.BANNER not in text, name
