"""The build's Python and the browser's give the same numbers: each smoke case in both, within a millionth."""

import importlib.util
import json
import math
import re
import sys
from pathlib import Path

import nbformat
import pytest
from miniatures import live
from miniatures.explore import VIEW_MIME
from miniatures_book import chapters, execution

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
pytestmark = pytest.mark.browser

WORKER = """
root => new Promise((ready, failed) => {
  const worker = new Worker(`${root}_runtime/worker.js`, { type: "module" }), waiting = new Map();
  let last = 0;
  worker.onerror = (error) => failed(new Error(`the worker does not run: ${error.message}`));
  worker.onmessage = ({ data }) => {
    if (data.event === "ready") ready(data.restored);
    if (data.event === "failed") failed(new Error(JSON.stringify(data)));
    const call = waiting.get(data.id);
    if (data.event === "output") call.outputs.push(data.output);
    if (data.event === "done" || data.event === "error") call.end({ ...data, result: JSON.parse(data.result ?? null), outputs: call.outputs });
  };
  window.ask = (message) => new Promise((end) => {
    waiting.set(++last, { end, outputs: [] });
    worker.postMessage({ ...message, id: last });
  });
  worker.postMessage({ call: "start", root, tier: "scipy", packages: [], options: { snapshot: true } });
})
"""


def _smoke():
    spec = importlib.util.spec_from_file_location("smoke", ROOT / "tests" / "smoke.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


smoke = _smoke()


@pytest.fixture(scope="module")
def ask(browser, serve):
    """ask(message) -> what the worker answers, with its outputs; one worker for all cases."""
    root = f"{serve(HTML)}/"
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(180_000)
    page.goto(f"{root}_python/manifest.json")
    page.evaluate(WORKER, root)
    yield lambda message: page.evaluate("message => window.ask(message)", message)
    context.close()


def printed(outputs) -> list:
    assert [one for one in outputs if one["type"] == "error"] == []
    return json.loads("".join(one["text"] for one in outputs if one["type"] == "stream"))


@pytest.mark.parametrize("module", smoke.CASES)
def test_both_pythons_agree(module, ask, monkeypatch):
    monkeypatch.setenv("MINIATURES_PAGE", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    here, code = [], smoke.program(module)
    live.reset()
    live.run(code, module, "", lambda text: here.append(json.loads(text)))
    live.reset()
    there = ask({"call": "run", "code": code, "cell": module, "theme": {}})
    assert there["event"] == "done", there
    assert smoke.differences(printed(here), printed(there["outputs"])) == []


def test_the_browsers_python_is_another_one(ask):
    """Else the agreement would say nothing."""
    there = ask(
        {
            "call": "run",
            "code": "import sys\nprint(f'[{sys.version_info[1]}, \"{sys.platform}\"]')",
            "cell": "1",
            "theme": {},
        }
    )
    minor, platform = printed(there["outputs"])
    assert platform == "emscripten"
    assert (minor, platform) != (sys.version_info[1], sys.platform)


TOLERANCES = {
    VIEW_MIME: 1.01e-4,  # figures carry five digits: the last one may fall on either side
    # distances of solved equations, 3e-11, from the exact answer and from each other: what is left of them is rounding
    "f_error": 0.01,
    "f_apart": 0.01,
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def built(docname: str) -> list[tuple[str, list]]:
    """(source, outputs) of each cell of a page, as the build stored them."""
    page = execution.read_page(ROOT, f"{docname}.md")
    file = ROOT / "_build" / "executed" / f"{execution.Sources(ROOT).key(page)}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    return [(cell.source, cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]


def parts(outputs) -> list[tuple[str, str]]:
    """(kind, text) of what outputs show, of a notebook or of the worker: streams joined, glued numbers by name.

    Where a table has HTML, its plain text is left out: pandas breaks that by the width of the window it believes to be in."""
    found = []
    for one in outputs:
        if "text" in one:
            before = found.pop()[1] if found and found[-1][0] == one["name"] else ""
            found.append((one["name"], before + one["text"]))
            continue
        data, name = dict(one["data"]), one.get("metadata", {}).get("scrapbook", {}).get("name")
        if "text/html" in data:
            del data["text/plain"]
        for mime, value in sorted(data.items()):
            if mime == VIEW_MIME:
                value = {key: value[key] for key in ("figure", "description", "controls", "view")}
            found.append((name or mime, value if isinstance(value, str) else json.dumps(value, sort_keys=True)))
    return found


def told_apart(one: str, other: str, tolerance: float = smoke.RELATIVE) -> list[str]:
    """Where two texts differ: their words, or their numbers by more than `tolerance`."""
    if NUMBER.split(one) != NUMBER.split(other):
        return [f"{one[:300]!r} and {other[:300]!r}"]
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return [
        f"{a} and {b}"
        for a, b in pairs
        if not math.isclose(float(a), float(b), rel_tol=tolerance, abs_tol=smoke.SMALLEST)
    ]


@pytest.mark.parametrize("chapter", chapters.chapters(ROOT), ids=lambda chapter: chapter.stem)
def test_every_cell_gives_what_was_built(chapter, ask):
    for number, (source, outputs) in enumerate(built(chapter.docname), 1):
        answer = ask({"call": "run", "code": source, "cell": str(number), "theme": {}})
        assert [one for one in answer["outputs"] if one["type"] == "error"] == [], f"cell {number}"
        mine, theirs = parts(outputs), parts(answer["outputs"])
        assert [mime for mime, _ in mine] == [mime for mime, _ in theirs], f"cell {number}"
        for (mime, one), (_, other) in zip(mine, theirs, strict=True):
            assert told_apart(one, other, TOLERANCES.get(mime, smoke.RELATIVE)) == [], f"cell {number}, {mime}"


@pytest.mark.parametrize("chapter", chapters.chapters(ROOT), ids=lambda chapter: chapter.stem)
def test_every_view_agrees_at_its_ends_and_between(chapter, ask, monkeypatch):
    monkeypatch.setenv("MINIATURES_PAGE", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    for spec in {view["view"] + str(view["controls"]): view for view in _views(chapter)}.values():
        for setting in _settings(spec["controls"]):
            here = json.loads(live.view(spec["view"], json.dumps(setting)))
            answer = ask({"call": "view", "view": spec["view"], "values": setting})
            assert answer["event"] == "done", (spec["view"], setting, answer)
            texts = [json.dumps(one, sort_keys=True) for one in (here, answer["result"])]
            assert told_apart(*texts, TOLERANCES[VIEW_MIME]) == [], (spec["view"], setting)


def _views(chapter):
    outputs = (one for _, outputs in built(chapter.docname) for one in outputs)
    return [one["data"][VIEW_MIME] for one in outputs if VIEW_MIME in one.get("data", {})]


def _settings(controls):
    """Every control at its lowest, at its highest, and a slider's between its steps."""
    if not controls:
        return []
    between = {
        one["name"]: one["low"] + 0.37 * (one["high"] - one["low"]) if one["kind"] == "slider" else one["value"]
        for one in controls
    }
    whole = {one["name"] for one in controls if one.get("integer")}
    between = {name: round(value) if name in whole else value for name, value in between.items()}
    return [{one["name"]: one["values"][end] for one in controls} for end in (0, -1)] + [between]


def test_texts_that_differ_are_told_apart():
    assert told_apart("a 1.0 b", "a 1.0000001 b") == []
    assert told_apart("a 1.0 b", "a 1.001 b") == ["1.0 and 1.001"]
    assert told_apart("a 1.0 b", "a 1.0 c")


@pytest.mark.parametrize("stem", [chapter.stem for chapter in chapters.chapters(ROOT)])
def test_code_exercises_are_judged_in_the_page(stem, ask):
    from miniatures.exercises import exercises

    for exercise in exercises(stem):
        if exercise.kind == "code":
            for answer, message in [
                (exercise.answer, "Right."),
                *((one.answer, one.message) for one in exercise.mistakes),
            ]:
                result = ask({"call": "check", "exercise": exercise.id, "answer": answer})["result"]
                assert (result["message"], result["right"]) == (message, message == "Right.")
                assert result["cases"] == list(exercise.feedback(answer).cases)
