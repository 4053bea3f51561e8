"""The worker's starts: from the snapshot and in the ordinary way, on hosts that compress and that do not, with faults, and its bytes."""

import json

import pytest
from hosts import Faulty, Quiet
from miniatures_book import server
from reader import HTML

pytestmark = pytest.mark.browser

BUDGET = 12_000_000  # bytes in brotli from the click to the first view's answer, for the tier of numpy
VIEW = "miniatures.figures.compound_scaling:promise"
BEGIN = """({ root, tier, options }) => {
  const worker = new Worker(`${root}/_runtime/worker.js`, { type: "module" });
  const ask = (message, ends) => new Promise((done) => {
    const heard = [];
    const hear = ({ data }) => {
      heard.push(data);
      if (!ends.includes(data.event)) return;
      worker.removeEventListener("message", hear);
      done(heard);
    };
    worker.addEventListener("message", hear);
    worker.postMessage(message);
  });
  window.begin = () => ask({ call: "start", root: `${root}/`, tier, options }, ["ready", "failed"]);
  window.ask = (message) => ask({ id: 1, ...message }, ["done", "error"]);
  window.end = () => worker.terminate();
}"""


class Counting(server.Handler):
    """The book's own server, which notes what it sends."""

    sent: list[tuple[str, int]] = []

    def copyfile(self, source, outputfile):
        """Send the file and note its path and bytes."""
        body = source.read()
        outputfile.write(body)
        self.sent.append((self.path, len(body)))


@pytest.fixture(autouse=True)
def _no_faults():
    yield
    Faulty.faults = {}
    Counting.sent.clear()


@pytest.fixture
def engine(browser, serve):
    """engine(handler, tier, options) -> (page, what was heard of the start): a worker with no page of the book around it."""
    contexts = []

    def start(handler, tier="numpy", snapshot=True, context=None):
        root = serve(HTML, handler)
        context = context or browser.new_context()
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{root}/_python/manifest.json")
        page.evaluate(BEGIN, {"root": root, "tier": tier, "options": {"snapshot": snapshot}})
        return page, page.evaluate("begin()")

    yield start
    for context in contexts:
        context.close()


def run(page, code):
    """What a cell prints; fails where it ends with an error."""
    heard = page.evaluate("(code) => ask({ call: 'run', code, cell: '1', theme: {} })", code)
    assert heard[-1]["event"] == "done", heard
    assert json.loads(heard[-1]["result"])["ok"], [str(one)[:900] for one in heard if one["event"] == "output"]
    return "".join(one["output"]["text"] for one in heard if one.get("output", {}).get("type") == "stream").strip()


@pytest.mark.parametrize("handler", [Counting, Quiet], ids=["compressed", "as they lie"])
@pytest.mark.parametrize("tier", ["numpy", "special", "scipy"])
def test_the_snapshot_restores(engine, handler, tier):
    page, heard = engine(handler, tier)
    assert heard[-1] == {"event": "ready", "restored": True, "why": ""}
    assert run(page, "import numpy as np\nprint(np.linalg.det(np.eye(3)))") == "1.0"


def test_progress_is_told_in_bytes_and_ends_with_all(engine):
    _, heard = engine(Counting)
    told = [one for one in heard if one["event"] == "progress"]
    assert all(0 <= one["loaded"] <= one["total"] and one["what"] for one in told)
    assert told[-1]["loaded"] == told[-1]["total"] > 5_000_000


@pytest.mark.parametrize("tier", ["numpy", "special", "scipy"])
def test_the_ordinary_start_says_why_and_computes_the_same(engine, tier):
    page, heard = engine(Counting, tier, snapshot=False)
    assert heard[-1] == {"event": "ready", "restored": False, "why": "it was not asked for"}
    assert run(page, "import numpy as np\nprint(np.linalg.det(np.eye(3)))") == "1.0"


@pytest.mark.parametrize("part", ["memory", "libraries"])
def test_a_damaged_snapshot_gives_way_to_the_ordinary_start(engine, part):
    Faulty.faults = {rf"_python/numpy/{part}": "damaged"}
    page, heard = engine(Faulty)
    assert heard[-1]["event"] == "ready"
    assert not heard[-1]["restored"]
    assert f"numpy/{part}" in heard[-1]["why"]
    assert run(page, "import numpy as np\nprint(np.arange(4).sum())") == "6"


def test_a_snapshot_of_another_build_gives_way_to_the_ordinary_start(engine, serve, tmp_path):
    manifest = json.loads((HTML / "_python" / "manifest.json").read_text("utf8"))
    numpy, scipy = (manifest["tiers"][tier]["snapshot"] for tier in ("numpy", "scipy"))
    numpy["memory"] = scipy["memory"]  # whole, and of another start
    changed = tmp_path / "manifest.json"
    changed.write_text(json.dumps(manifest))

    class Mixed(Quiet):
        def translate_path(self, path):
            return str(changed) if path.endswith("manifest.json") else super().translate_path(path)

    page, heard = engine(Mixed)
    assert heard[-1]["event"] == "ready"
    assert heard[-1]["why"].startswith("the snapshot does not fit")
    assert run(page, "print(1 + 1)") == "2"


@pytest.mark.parametrize("part", ["pyodide.asm.wasm", "numpy/memory", "miniatures-"])
def test_a_lost_network_is_told_and_the_same_worker_starts_when_it_is_back(engine, part):
    Faulty.faults = {part: "cut"}
    page, heard = engine(Faulty)
    assert (heard[-1]["event"], heard[-1]["kind"]) == ("failed", "network")
    assert "try again" in heard[-1]["message"].lower()
    Faulty.faults = {}
    assert page.evaluate("begin()")[-1] == {"event": "ready", "restored": True, "why": ""}
    assert run(page, "print(1 + 1)") == "2"


def test_numpy_starts_within_its_bytes_and_a_second_start_costs_none(engine, browser):
    context = browser.new_context()
    page, _ = engine(Counting, context=context)
    heard = page.evaluate("(view) => ask({ call: 'view', view, values: { phi: 1 } })", VIEW)
    assert heard[-1]["event"] == "done", heard
    sent = sum(size for _, size in Counting.sent)
    print(f"{sent:,} bytes in brotli from the click to the first view")
    assert sent <= BUDGET
    page.evaluate("end()")
    Counting.sent.clear()
    engine(Counting, context=context)
    assert [one for one in Counting.sent if "manifest" not in one[0]] == []


def test_data_are_fetched_when_they_are_opened(engine):
    page, _ = engine(Counting)
    assert not [path for path, _ in Counting.sent if "/data/" in path]
    assert run(page, "from miniatures.data import load\nprint(len(load('digits.npz')))") == "2"
    assert {path.partition("?")[0].rpartition("/")[2] for path, _ in Counting.sent if "/data/" in path} == {
        "SHA256SUMS",
        "digits.npz",
    }
    assert (
        run(page, "print(len(load('prosthetic_control.json')) > 0, len(load('neural_tangents_kernels.csv')) > 0)")
        == "True True"
    )  # sent in brotli
