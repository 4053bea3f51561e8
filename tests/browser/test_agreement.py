"""The build's Python and the browser's give the same numbers: each smoke case in both, within a millionth."""

import json
import sys
from pathlib import Path

import pytest
import smoke
from likeness import differences, kept, sent
from miniatures import live
from miniatures.explore import VIEW_MIME
from miniatures_book import chapters

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


@pytest.mark.parametrize("chapter", chapters.chapters(ROOT), ids=lambda chapter: chapter.stem)
def test_every_view_agrees_at_its_ends_and_between(chapter, ask, monkeypatch):
    monkeypatch.setenv("MINIATURES_PAGE", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    for spec in {view["view"] + str(view["controls"]): view for view in _views(chapter)}.values():
        for setting in _settings(spec["controls"]):
            here = json.loads(live.view(spec["view"], json.dumps(setting)))
            answer = ask({"call": "view", "view": spec["view"], "values": setting})
            assert answer["event"] == "done", (spec["view"], setting, answer)
            assert differences(here, answer["result"]) == [], (spec["view"], setting)


def _views(chapter):
    outputs = (one for cell in kept(chapter.docname) for one in cell.outputs)
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
    settings = [{one["name"]: one["values"][end] for one in controls} for end in (0, -1)] + [between]
    return [{one["name"]: sent(one, setting[one["name"]]) for one in controls} for setting in settings]
