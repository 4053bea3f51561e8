"""Git's hooks: each refuses the file that it is for with a message, and a good commit passes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import told
import yaml
from miniatures_book import chapters, hooks

ROOT = Path(__file__).parents[1]
PAGE = "chapters/numbers/gaussian_window.md"
OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["1\n"]}
CELL = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": ["1"], "outputs": [OUTPUT]}
NOTEBOOK = {"cells": [CELL], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}

# Each hook, a file that it refuses, how that file's text comes about, and words that are said.
REFUSED = {
    "ruff": ("code/bad.py", lambda _: "import os\n", "`os` imported but unused"),
    "ruff-format": ("code/wide.py", lambda _: "x = [1,2]\n", "1 file reformatted"),
    "codespell": ("chapters/typo.md", lambda _: "# A pgae\n\nIt is teh one.\n", "teh ==> the"),  # codespell:ignore teh
    "contract": (PAGE, lambda text: text.replace("minutes: ", "minutes: 1", 1), f"{PAGE}:12: minutes: 140 is no whole number"),
    "notebooks": ("chapters/a.ipynb", lambda _: json.dumps(NOTEBOOK, indent=1) + "\n", "chapters/a.ipynb:10: the notebook holds outputs."),
    "large-files": ("data/big.bin", lambda _: "x" * 520_000, "data/big.bin (508 KB) exceeds 500 KB"),
    "merge-conflict": ("chapters/both.md", lambda _: "# A\n\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> other\n", "Merge conflict string"),
}  # fmt: skip


class Clone:
    """A git repository with the book's sources, its hooks installed, and the tools of this environment."""

    def __init__(self, root: Path):
        self.root = root
        for name in ("chapters", "code", "book/extension"):
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(ROOT / name, root / name, ignore=ignored)
        for name in ("_toc.yml", "pyproject.toml", ".pre-commit-config.yaml", ".gitignore"):
            shutil.copy(ROOT / name, root)
        (root / "link").mkdir()
        (root / "link" / "miniatures_book").symlink_to(root / "book" / "extension")
        (root / ".venv").symlink_to(sys.prefix)
        with open(root / ".gitignore", "a") as ignored:
            ignored.write("link/\n.venv\ncache/\n")
        self.run("git", "init", "-q")
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", "The book")
        assert "pre-commit installed" in self.run(".venv/bin/pre-commit", "install").stdout

    def run(self, *command: str, fine: bool = True) -> subprocess.CompletedProcess:
        who = {f"GIT_{role}_{what}": "a@b.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        path = {"PYTHONPATH": f"{self.root / 'code'}:{self.root / 'link'}", "PRE_COMMIT_HOME": str(self.root / "cache")}
        given = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | who | path
        done = subprocess.run(command, cwd=self.root, env=given, capture_output=True, text=True, check=False)
        assert not fine or done.returncode == 0, done.stdout + done.stderr
        return done

    def write(self, name: str, made) -> None:
        file = self.root / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(made(file.read_text("utf8") if file.exists() else ""), "utf8")
        self.run("git", "add", name)

    def forget(self) -> None:
        self.run("git", "reset", "-q", "--hard")


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    return Clone(tmp_path_factory.mktemp("clone"))


def configured():
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf8")
    return [hook for source in yaml.safe_load(text)["repos"] for hook in source["hooks"]]


def test_each_hook_has_its_offender_here_and_is_a_program_of_the_lock():
    assert {hook["id"] for hook in configured()} == REFUSED.keys()
    for hook in configured():
        assert hook["language"] == "system", "what is fetched cannot run where only a registry answers"
        assert hook["entry"].startswith(".venv/bin/")


@pytest.mark.parametrize("hook", REFUSED)
def test_a_hook_refuses_its_offender_with_a_message(clone, hook):
    file, made, words = REFUSED[hook]
    clone.write(file, made)
    try:
        done = clone.run(".venv/bin/pre-commit", "run", hook, "--files", file, fine=False)
    finally:
        clone.forget()
    assert done.returncode == 1
    assert words in done.stdout, done.stdout


def test_git_commits_what_is_good_and_nothing_else(clone):
    clone.write(PAGE, lambda text: text.replace("minutes: ", "minutes: 1", 1))
    refused = clone.run("git", "commit", "-m", "Longer", fine=False)
    assert refused.returncode == 1
    assert "Write how long a reader takes" in refused.stdout + refused.stderr
    clone.forget()
    clone.write(PAGE, lambda text: text.replace("minutes: 40", "minutes: 45"))
    passed = clone.run("git", "commit", "-m", "Five minutes more")
    assert "contract, on the chapters that changed" in passed.stdout + passed.stderr
    assert clone.run("git", "log", "-1", "--format=%s").stdout == "Five minutes more\n"


def test_a_file_touches_its_chapter_and_what_all_rest_on_touches_all():
    found = chapters.chapters(ROOT)
    for file in (PAGE, *(f"code/miniatures/{room}gaussian_window.py" for room in ("", "figures/", "exercises/"))):
        assert [chapter.stem for chapter in hooks.touched(found, [file])] == ["gaussian_window"]
    assert hooks.touched(found, ["chapters/claims.yml"]) == found
    assert hooks.touched(found, ["code/miniatures/draw.py"]) == []


def test_a_circle_is_told_before_the_commit(clone, capsys):
    clone.write(PAGE, lambda text: text.replace("prerequisites: []", "prerequisites: [gaussian_window]"))
    assert hooks.contract_of(clone.root, [PAGE]) == 1
    clone.forget()
    assert told.read(capsys.readouterr().err.strip(), ROOT).wrong.startswith("prerequisites run in a circle")
