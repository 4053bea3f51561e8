"""A commit of the book in a folder of its own: what it shares, what `make diff` says where one of the books does not build."""

import json
import subprocess

import pytest
from miniatures_book import diff, newest, worktree

FILES = {
    "requirements.txt": "numpy==1\n",
    "book/setup.sh": "",
    "book/runtime/build.mjs": "",
    "code/miniatures/palette.json": "{}",
    ".gitignore": "_build/\nbook/runtime/dist/\n",
}


def git(root, *words):
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    return subprocess.run(["git", *author, *words], cwd=root, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def root(tmp_path):
    """A repository with what a tree may be lent, and one commit."""
    folder = tmp_path / "a book"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "book/runtime/dist").mkdir()
    (folder / "book/runtime/dist/page.js").write_text("// built")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "One")
    return folder


def lent(root):
    """Which of packages and scripts a tree of the last commit gets."""
    with worktree.checked_out(root, "HEAD") as tree:
        worktree.lend(root, tree)
        assert (tree / "_build/executed").resolve() == root / "_build/executed"
        return (tree / ".venv").is_symlink(), (tree / "book/runtime/dist/page.js").is_file()


def test_the_commit_where_a_branch_left_its_base(root):
    one = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "--quiet", "-b", "mine")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Mine")
    git(root, "checkout", "--quiet", "main")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "Theirs")
    git(root, "checkout", "--quiet", "mine")
    assert worktree.fork(root, "main") == worktree.fork(root, "HEAD~1") == one


@pytest.mark.parametrize("base", ["nowhere", "--all", "HEAD~9", "HEAD:requirements.txt"])
def test_what_is_no_commit_is_refused_by_name(root, base, capsys):
    assert diff.write(root, base) == 2
    assert f"BASE={base!r} is no commit" in capsys.readouterr().err


def test_a_tree_is_lent_what_its_sources_allow(root):
    assert lent(root) == (True, True)
    (root / "requirements.txt").write_text("numpy==2\n")
    assert lent(root) == (False, True)
    (root / "book/runtime/new.mjs").write_text("")  # not committed, and it counts
    assert lent(root) == (False, False)


def test_a_tree_is_gone_afterwards_whatever_happened(root):
    seen = []

    def fail():
        with worktree.checked_out(root, "HEAD") as tree:
            assert (tree / "requirements.txt").is_file()
            seen.append(tree.parent)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not seen[0].exists()
    assert len(git(root, "worktree", "list").splitlines()) == 1


@pytest.mark.parametrize(("state", "code"), [("head", 1), ("base", 0)])
def test_a_book_that_does_not_build_is_reported(root, monkeypatch, state, code):
    monkeypatch.setattr(worktree, "build", lambda tree: (tree == root) == (state == "base"))
    (root / "_build/diff/pictures").mkdir(parents=True)  # of an earlier run
    assert diff.write(root, "HEAD") == code
    assert json.loads((root / "_build/diff/diff.json").read_text())["state"] == state
    assert "does not build" in (root / "_build/diff/diff.md").read_text()
    assert "does not build" in (root / "_build/diff/index.html").read_text()
    assert not (root / "_build/diff/pictures").exists()


def test_the_base_is_built_once(root, monkeypatch):
    built = []

    def build(tree):
        built.append(tree)
        (tree / "_build/html/_python").mkdir(parents=True, exist_ok=True)
        (tree / "_build/html/page.html").write_text("<p>The same.</p>")
        return True

    monkeypatch.setattr(worktree, "build", build)
    assert (diff.write(root, "HEAD"), diff.write(root, "HEAD")) == (0, 0)
    assert len(built) == 3  # this one twice
    assert "no page changed; 1 page unchanged" in (root / "_build/diff/diff.md").read_text()
    assert not list((root / "_build/diff/base").glob("*/_python"))


# -- the newest versions ----------------------------------------------------------------------------

PROJECT = """[project]
dependencies = ["numpy==2.4.3", "scipy==1.17.1; python_version < '3.12'", "pyyaml"]

[project.optional-dependencies]
book = ["jupyter-book==1.0.4.post1", "fonttools[woff]~=4.2", "jupyterlab>=4.4,<5", "lxml!=6.0"]
"""
RELAXED = """[project]
dependencies = ["numpy>=2.4.3", "scipy>=1.17.1; python_version < '3.12'", "pyyaml"]

[project.optional-dependencies]
book = ["jupyter-book>=1.0.4.post1,<2", "fonttools[woff]>=4.2", "jupyterlab>=4.4", "lxml!=6.0"]
"""
LOCK = """lock:
	@test "$(UPGRADE)" = --upgrade
	@grep -q numpy==2 pyproject.toml && echo numpy==2.4.9 > requirements.txt || echo numpy==3.0.0 > requirements.txt
"""


def test_pins_and_upper_bounds_go_and_decisions_stay():
    assert newest.relax(PROJECT) == RELAXED


def test_versions_that_differ_between_locks():
    before = "a==1 \\\n    --hash=x\nb==1 ; python_version < '3.12' \\\nb==2 ; python_version >= '3.12' \\\ngone==1\n"
    after = "a==1 \\\n    --hash=y\nb==2 \\\nnew==3\n"
    assert newest.risen(before, after) == {"b": ("1, 2", "2"), "gone": ("1", ""), "new": ("", "3")}


@pytest.fixture
def tried(root, monkeypatch):
    """tried(command): `make newest` with this command as the one step after the lock; its code and its report."""
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "Makefile").write_text(LOCK)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "Two")

    def run(command, until="test"):
        monkeypatch.setattr(newest, "steps", lambda tree: [("install", ["sh", "-c", command]), ("test", ["true"])])
        code = newest.write(root, until)
        return code, (root / "_build/newest/report.md").read_text()

    return run


def test_newest_reports_what_rose_and_passed(tried, root):
    code, said = tried("true")
    assert code == 0
    assert "| numpy | 1 | 2.4.9 |" in said
    assert "| numpy | 1 | 3.0.0 |" in said
    assert said.count("passed: lock, install, test") == 2
    assert (root / "pyproject.toml").read_text() == PROJECT
    assert git(root, "status", "--short") == ""


def test_newest_reports_what_failed_and_goes_no_further(tried):
    code, said = tried("grep -q ==2.4.9 requirements.txt || { echo 'broken `by` 3.0'; exit 1; }")
    assert code == 1
    assert "passed: lock, install, test" in said
    assert "**failed: install**" in said
    assert "```text\nbroken 'by' 3.0\n```" in said


def test_newest_may_stop_early(tried):
    code, said = tried("false", until="lock")
    assert (code, said.count("passed: lock |")) == (0, 2)
