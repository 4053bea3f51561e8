"""The smoke cases run, each module of the chapters has one, and two answers that differ are told apart."""

import json
import time
from pathlib import Path

import pytest
import smoke
from miniatures import live
from miniatures_book import chapters, execution

ROOT = Path(__file__).parents[1]
EMPTY = {"miniatures", "miniatures.figures"}  # packages without code of their own
ELSEWHERE = {"miniatures.notebook", "miniatures.still"}  # the notebook's and the build's: a page never uses them


def reached() -> set[str]:
    """The helper modules that the chapters' cells and exercises reach."""
    sources, found = execution.Sources(ROOT), set()
    for chapter in chapters.chapters(ROOT):
        cells = execution.read_page(ROOT, f"{chapter.docname}.md").code_cells()
        for source in (f"'{chapter.stem}-1'", *(cell.source for _, _, cell in cells)):
            found |= sources.reach(source)[0]
    return found


def test_each_module_of_the_chapters_has_a_case():
    missing = reached() - EMPTY - ELSEWHERE - smoke.CASES.keys()
    assert not missing, f"add a case to tests/smoke.py for {', '.join(sorted(missing))}"


@pytest.mark.parametrize("module", smoke.CASES)
def test_a_case_gives_numbers(module, monkeypatch):
    monkeypatch.setenv("MINIATURES_PAGE", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    live.reset()
    outputs, start = [], time.process_time()
    live.run(smoke.program(module), module, "", lambda text: outputs.append(json.loads(text)))
    live.reset()
    assert [one for one in outputs if one["type"] == "error"] == []
    values = json.loads("".join(one["text"] for one in outputs if one["type"] == "stream"))
    assert values
    assert smoke.differences(values, values) == []
    assert time.process_time() - start < 10


def test_answers_that_differ_are_told_apart():
    assert smoke.differences([1.0, "a"], [1.0 + 1e-8, "a"]) == []
    assert smoke.differences([1.0], [1.0 + 1e-5]) == ["value 0: 1.0 and 1.00001"]
    assert smoke.differences([0.0], [1e-13]) == []
    assert smoke.differences([1.0, "a"], [1.0, "b"]) == ["value 1: 'a' and 'b'"]
    assert smoke.differences([1.0], [1.0, 2.0]) == ["1 values and 2"]
    assert smoke.differences([1.0], ["1"]) == ["value 0: 1.0 and '1'"]
    assert smoke.differences([float("nan")], [float("nan")]) == []
