"""The one setting for the repository's address: what counts as public, and the links made from it."""

import subprocess

import pytest
from miniatures_book import repository


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    for name in ("MINIATURES_REPOSITORY", "MINIATURES_BRANCH"):
        monkeypatch.delenv(name, raising=False)


def git(folder, *words):
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


@pytest.mark.parametrize(("remote", "expected"), [
    ("https://github.com/owner/name", "https://github.com/owner/name"),
    ("https://github.com/owner/name.git", "https://github.com/owner/name"),
    ("https://user:secret@github.com/owner/name.git", "https://github.com/owner/name"),
    ("git@github.com:owner/name.git", "https://github.com/owner/name"),
    ("ssh://git@gitlab.example.org:2222/group/sub/name.git", "https://gitlab.example.org/group/sub/name"),
    ("https://git.example.org:8443/owner/name", "https://git.example.org:8443/owner/name"),
    ("", None),
    ("/srv/git/name", None),
    ("../name", None),
    ("C:/books/name", None),
    ("file:///srv/git/name", None),
    ("http://github.com/owner/name", None),
    ("git://github.com/owner/name", None),
    ("https://localhost/owner/name", None),
    ("https://server/owner/name", None),
    ("https://192.168.1.7/owner/name", None),
    ("https://nas.local/owner/name", None),
    ("git@nas:owner/name.git", None),
    ("https://github.com/owner", None),
    ("https://github.com/owner/na me", None),
    ('https://github.com/owner/"onload=x', None),
    ("https://github.com/owner/name?x=1", None),
    ("https://github.com:port/owner/name", None),
    ("javascript:alert(1)", None),
])  # fmt: skip
def test_an_address_that_a_reader_can_open_or_none(remote, expected):
    assert repository.public(remote) == expected


def test_the_environment_comes_before_the_remote(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q")
    assert repository.address(tmp_path) is None
    git(tmp_path, "remote", "add", "origin", "git@github.com:owner/name.git")
    assert repository.address(tmp_path) == "https://github.com/owner/name"
    monkeypatch.setenv("MINIATURES_REPOSITORY", "https://gitlab.com/other/name/")
    assert repository.address(tmp_path) == "https://gitlab.com/other/name"
    monkeypatch.setenv("MINIATURES_REPOSITORY", "/srv/git/name")
    with pytest.raises(ValueError, match="MINIATURES_REPOSITORY='/srv/git/name' is no public address"):
        repository.address(tmp_path)


def test_a_clone_of_a_folder_has_no_address(tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    git(first, "init", "-q", "-b", "trunk")
    git(first, "-c", "user.name=a", "-c", "user.email=a@b.org", "commit", "-q", "--allow-empty", "-m", "first")
    git(tmp_path, "clone", "-q", str(first), "second")
    assert repository.address(tmp_path / "second") is None
    assert repository.branch(tmp_path / "second") == "trunk"


def test_the_branch_is_set_or_the_remotes_or_main(tmp_path, monkeypatch):
    assert repository.branch(tmp_path) == "main"
    monkeypatch.setenv("MINIATURES_BRANCH", "term/2026")
    assert repository.branch(tmp_path) == "term/2026"


@pytest.mark.parametrize(("address", "form", "expected"), [
    ("https://github.com/o/n", "page", "https://github.com/o/n/blob/a%20b/x/y%20%23.md"),
    ("https://github.com/o/n", "edit", "https://github.com/o/n/edit/a%20b/x/y%20%23.md"),
    ("https://gitlab.com/g/s/n", "raw", "https://gitlab.com/g/s/n/-/raw/a%20b/x/y%20%23.md"),
    ("https://codeberg.org/o/n", "raw", "https://codeberg.org/o/n/raw/branch/a%20b/x/y%20%23.md"),
    ("https://git.example.org/o/n", "raw", None),
])  # fmt: skip
def test_links_take_the_hosts_form_with_every_character_encoded(tmp_path, monkeypatch, address, form, expected):
    monkeypatch.setenv("MINIATURES_REPOSITORY", address)
    monkeypatch.setenv("MINIATURES_BRANCH", "a b")
    assert repository.link(tmp_path, form, "x/y #.md") == expected


def test_without_an_address_there_is_no_link(tmp_path):
    assert repository.raw(tmp_path, "README.md") is None
    assert repository.link(tmp_path, "issue") is None
