"""make diff in a small book: a sentence, a figure's colour and a page more, against the last commit."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIGURE = "code/miniatures/figures/night_sky.py"


def git(book, *words):
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *author, *words], cwd=book.root, check=True, capture_output=True)


@pytest.fixture(scope="module")
def edited(once, small_book):
    """A small book under git with uncommitted changes, after `make diff`; what it said is in its folder."""

    def make(root):
        book = small_book(root, {"chapters/rest": "# A page at rest\n\nNothing happens to it.\n"})
        shutil.copy(ROOT / ".gitignore", root)
        git(book, "init", "--quiet")
        book.write(".git/info/exclude", ".venv\n.link\n")
        git(book, "add", "--all")
        git(book, "commit", "--quiet", "--message", "Before")
        book.edit("chapters/how-to-read.md", "Slowly.", "Slowly, and twice.")
        book.edit(FIGURE, "[found, 1 - found])", '[found, 1 - found], colour="red")')
        book.write("chapters/more.md", "# A page more\n\nIt is new.\n")
        book.edit(
            "_toc.yml", "      - file: chapters/rest\n", "      - file: chapters/rest\n      - file: chapters/more\n"
        )
        given = os.environ | {"PYTHONPATH": f"{root / 'code'}:{root / '.link'}"}
        command = [root / ".venv" / "bin" / "python", "-m", "miniatures_book", "diff", "HEAD"]
        done = subprocess.run(command, cwd=root, env=given, capture_output=True, text=True, check=False, timeout=600)
        book.write("said", f"{done.returncode}\n{done.stdout}{done.stderr}")

    return once("edited", make)


def test_just_the_edited_pages_are_listed_with_pictures(edited):
    assert edited.read("said").startswith("0\n"), edited.read("said")
    found = json.loads(edited.read("_build/diff/diff.json"))
    assert found["changed"] == ["chapters/how-to-read.html", "chapters/inside/night_sky.html"]
    assert found["added"] == ["chapters/more.html"]
    assert (found["removed"], found["menu"]) == ([], True)
    pictures = {file.name for file in (edited.root / "_build/diff/pictures").iterdir()}
    for page in ("chapters-how-to-read", "chapters-inside-night_sky"):
        for kind in ("before", "after"):
            assert any(f"{page}-{kind}-1.png" in name for name in pictures), (page, kind)
    assert not any("rest" in name for name in pictures)


def test_the_commit_shares_results_and_leaves_no_folder_behind(edited):
    said = edited.read("said")
    executed = [line for line in said.splitlines() if line.startswith("executed")]
    assert len([line for line in executed if "night_sky" in line]) == 2  # each has its own figure
    trees = subprocess.run(
        ["git", "worktree", "list"], cwd=edited.root, capture_output=True, text=True, check=True
    ).stdout
    assert len(trees.splitlines()) == 1
