"""The menu that opens a chapter as a notebook: each link's form for known addresses, and no link without one."""

from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from miniatures_book import launch, markup
from miniatures_book.chapters import Chapter

CHAPTER = Chapter(
    "chapters/numbers/gaussian_window", {"stem": "gaussian_window", "title": "Windows", "part": "numbers"}
)
NOTEBOOK = "urlpath=lab%2Ftree%2Fnotebooks%2Fgaussian_window.ipynb"


@pytest.mark.parametrize(("address", "branch", "place"), [
    ("https://github.com/owner/name", "main", "gh/owner/name/main"),
    ("https://github.com/owner/name.x+y", "term/2026 b#", "gh/owner/name.x%2By/term/2026%20b%23"),
    ("https://gitlab.com/group/sub/name", "main", "gl/group%2Fsub%2Fname/main"),
    ("https://gitlab.example.org/group/name", "main", "git/https%3A%2F%2Fgitlab.example.org%2Fgroup%2Fname/main"),
    ("https://git.example.org:8443/o/n", "trunk", "git/https%3A%2F%2Fgit.example.org%3A8443%2Fo%2Fn/trunk"),
])  # fmt: skip
def test_binder_starts_the_repository_and_opens_the_notebook(address, branch, place):
    assert launch.binder(launch.Source(address, branch), "gaussian_window") == (
        f"https://mybinder.org/v2/{place}?{NOTEBOOK}"
    )


@pytest.mark.parametrize(("source", "branch", "opened"), [
    (launch.Source("https://github.com/owner/na+me", "a&b", True), "notebooks", "lab/tree/na+me/gaussian_window.ipynb"),
    (launch.Source("https://github.com/owner/na+me", "a&b"), "a&b", "lab/tree/na+me/chapters/numbers/gaussian_window.md"),
])  # fmt: skip
def test_a_hub_pulls_the_branch_of_notebooks_where_it_is_published_else_the_sources(source, branch, opened):
    asked = urlsplit(f"https://hub.example.org/{launch.hub(source, CHAPTER)}")
    assert asked.path == "/hub/user-redirect/git-pull"
    assert not set(asked.query) & set('/+ "<>')
    assert parse_qs(asked.query, strict_parsing=True) == {
        "repo": ["https://github.com/owner/na+me"],
        "branch": [branch],
        "urlpath": [opened],
    }


@pytest.fixture
def source(monkeypatch):
    """launch.source, not what an earlier call has found."""
    monkeypatch.delenv("MINIATURES_BRANCH", raising=False)
    launch.source.cache_clear()
    yield launch.source
    launch.source.cache_clear()


def test_the_source_is_what_the_one_setting_says(source, tmp_path, monkeypatch):
    monkeypatch.setenv("MINIATURES_REPOSITORY", "git@github.com:owner/name.git")
    assert source(tmp_path) == launch.Source("https://github.com/owner/name", "main", False)


def test_without_an_address_the_menu_has_what_the_site_holds_itself(source, tmp_path, monkeypatch):
    monkeypatch.delenv("MINIATURES_REPOSITORY", raising=False)
    assert source(tmp_path) is None
    menu = html.fromstring(markup.launch(lite="lite/x", file="x.ipynb", binder=None, hub=None))
    assert [link.text for link in menu.iter("a")] == ["Open in JupyterLite", "Download the notebook"]
    assert menu.find_class("m-hub") == []


def test_the_menu_writes_every_address_as_it_is():
    pull = 'git-pull?a="<&'
    menu = html.fromstring(markup.launch(lite="l", file="f", binder="https://b.org/?a=1&b=2", hub=pull))
    assert [link.get("href") for link in menu.iter("a")] == ["l", "https://b.org/?a=1&b=2", "f"]
    (hub,) = menu.find_class("m-hub")
    assert hub.get("data-pull") == pull
    assert hub.get("hidden") is not None
