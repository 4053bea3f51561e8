"""make check: what it runs for a chapter, what it says, and that one failed part fails it."""

import subprocess
import sys
from pathlib import Path

import pytest
from miniatures_book import checking

ROOT = Path(__file__).parents[1]


@pytest.fixture
def ran(monkeypatch):
    """The commands that are run, each taken to pass unless it holds the word that `ran.failing` names."""

    class Ran(list):
        failing = None

        def run(self, command, **_):
            self.append(command)
            failed = self.failing is not None and any(self.failing in word for word in command)
            return subprocess.CompletedProcess(command, int(failed), "1 failed\n" if failed else "3 passed\n", "")

    found = Ran()
    monkeypatch.setattr(checking.subprocess, "run", found.run)
    return found


def part(commands, word):
    """The one command that names this file or program."""
    (found,) = [command for command in commands if any(word in one for one in command)]
    return found


def test_a_chapter_is_built_and_held_to_contract_tests_and_browser(ran, capsys):
    assert checking.check(ROOT, "fixmatch") == 0
    assert part(ran, "miniatures_book") == [sys.executable, "-m", "miniatures_book", "build"]
    *tests, option, names = part(ran, "test_contract.py")
    assert {"tests/test_fixmatch.py", "tests/test_fixmatch_runs.py", "code/miniatures/fixmatch.py"} <= set(tests)
    assert option == "-k"
    assert {"fixmatch", "fixmatch_runs", "exercises_fixmatch"} <= set(names.split(" or "))
    halves = [command for command in ran if checking.BROWSER[0] in command]
    page, rest = (command[-1] for command in halves)
    assert rest == page.replace("fixmatch and ", "fixmatch and not (") + ")"
    assert min(map(ran.index, halves)) > ran.index(part(ran, "miniatures_book"))
    assert "fixmatch passed in" in capsys.readouterr().out
    assert all((ROOT / word).is_file() for command in ran for word in command if word.endswith(".py"))


def test_what_other_chapters_use_too_is_not_its_own():
    own = checking.own(ROOT, "fixmatch")
    assert "code/miniatures/fixmatch_runs.py" in own
    assert not {"code/miniatures/checks.py", "code/miniatures/draw.py", "tests/test_checks.py"} & set(own)


@pytest.mark.parametrize("failing", ["miniatures_book", "test_contract.py", "test_pages.py"])
def test_one_failed_part_fails_it_and_is_shown(ran, capsys, failing):
    ran.failing = failing
    assert checking.check(ROOT, "fixmatch") == 1
    said = capsys.readouterr().out
    assert "1 failed" in said
    assert "fixmatch FAILED" in said
    looked = any("test_pages.py" in word for command in ran for word in command)
    assert looked == (failing != "miniatures_book")  # there is no page to look at where the build failed


def test_a_stem_that_is_none_is_refused(ran, capsys):
    assert checking.check(ROOT, "fixmatsch") == 2
    assert ran == []
    assert "STEM='fixmatsch' is not a chapter" in capsys.readouterr().err
