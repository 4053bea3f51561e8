"""Execution of pages: what their results depend on, what is kept, how failures are named."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import told
from miniatures.claims import CLAIM_MIME
from miniatures_book import execution
from miniatures_book.execution import ExecutionError, Sources, execute, read_page, records
from miniatures_book.outputs import hand_over
from myst_nb.core.config import NbParserConfig
from myst_nb.core.execute import create_client

HEAD = "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n# A page\n\n"
MODULES = {
    "__init__.py": "",
    "nn.py": "def double(x):\n    return 2 * x\n",
    "data.py": "def load(name):\n    return name\n",
    "claims.py": "",
    "perceiver.py": "from miniatures.nn import double\n\nSIZE = double(3)\n",
    "sea_ice.py": "from miniatures import data\n\nICE = data.load('ice.csv')\n",
    "cousin.py": "from . import nn\nfrom .figures import perceiver as drawn\n",
    "many.py": "from miniatures.data import load\n\ndef one(k):\n    return load(f'part_{k}.npz')\n",
    "palette.json": "{}",
    "paints.py": "PALETTE = 'palette.json'\n",
    "figures/__init__.py": "",
    "figures/perceiver.py": "from miniatures import perceiver as model\n\ndef view():\n    return model.SIZE\n",
    "exercises/__init__.py": "def check(id, answer):\n    return answer\n",
    "exercises/perceiver.py": "ANSWER = 6\n",
    "lonely.py": "x = 1\n",
}
PAGES = {
    "direct": "from miniatures.nn import double\n\ndouble(2)",
    "through": "import miniatures.perceiver\n\nminiatures.perceiver.SIZE",
    "figures": "from miniatures.figures import perceiver as views\n\nviews.view()",
    "relative": "from miniatures import cousin\n\ncousin.nn.double(1)",
    "data": "from miniatures import sea_ice\n\nsea_ice.ICE",
    "named": "from miniatures import data\n\ndata.load('ice.csv')",
    "built": "from miniatures.many import one\n\none(2)",
    "paints": "from miniatures import paints\n\npaints.PALETTE",
    "asked": "from miniatures.exercises import check\n\ncheck('perceiver-1', 6)",
    "plain": "1 + 1",
}
REACH = {
    "code/miniatures/nn.py": {"direct", "through", "figures", "relative"},
    "code/miniatures/perceiver.py": {"through", "figures", "relative"},
    "code/miniatures/figures/perceiver.py": {"figures", "relative"},
    "code/miniatures/figures/__init__.py": {"figures", "relative"},
    "code/miniatures/cousin.py": {"relative"},
    "code/miniatures/sea_ice.py": {"data"},
    "code/miniatures/data.py": {"data", "named", "built"},
    "code/miniatures/many.py": {"built"},
    "code/miniatures/paints.py": {"paints"},
    "code/miniatures/palette.json": {"paints"},
    "code/miniatures/exercises/__init__.py": {"asked"},
    "code/miniatures/exercises/perceiver.py": {"asked"},
    "code/miniatures/__init__.py": PAGES.keys() - {"plain"},
    "code/miniatures/lonely.py": set(),
    "data/ice.csv": {"data", "named"},
    "data/part_1.npz": {"built"},
    "data/part_2.npz": {"built"},
    "data/unused.csv": set(),
    "requirements.txt": PAGES.keys(),
}


def page(cells, head=HEAD):
    return head + "\n\nSome words.\n\n".join(f"```{{code-cell}} ipython3\n{cell}\n```" for cell in cells) + "\n"


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small book: a package of helpers, data, and a page for each way to reach them."""
    files = {f"code/miniatures/{name}": text for name, text in MODULES.items()}
    files |= {f"chapters/{name}.md": page([cell]) for name, cell in PAGES.items()}
    files |= {f"data/{name}": name for name in ("ice.csv", "part_1.npz", "part_2.npz", "unused.csv", "SHA256SUMS")}
    for name, text in (files | {"requirements.txt": "numpy==2.4.3\n"}).items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "code"))
    return tmp_path


def keys(root):
    sources = Sources(root)
    return {name: sources.key(read_page(root, f"chapters/{name}.md")) for name in PAGES}


def changed(root, before):
    after = keys(root)
    return {name for name in PAGES if after[name] != before[name]}


def line_of(root, path, words):
    """The number of the one line of a page that holds `words`."""
    (number,) = [n for n, line in enumerate((root / path).read_text().splitlines(), 1) if words in line]
    return number


# -- keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_above_run(root, name):
    subprocess.run([sys.executable, "-c", PAGES[name]], check=True, cwd=root, env={"PYTHONPATH": str(root / "code")})


@pytest.mark.parametrize("file", REACH)
def test_a_changed_file_changes_exactly_the_keys_of_the_pages_that_reach_it(root, file):
    before = keys(root)
    assert keys(root) == before
    with open(root / file, "a") as open_file:
        open_file.write("\n")
    assert changed(root, before) == set(REACH[file])


def test_every_file_of_the_small_book_is_held_above(root):
    held = {
        str(file.relative_to(root))
        for folder in ("code", "data")
        for file in (root / folder).rglob("*.*")
        if "__pycache__" not in file.parts
    }
    assert held - REACH.keys() == {"code/miniatures/claims.py"}


def test_an_edited_sentence_changes_no_key_and_an_edited_cell_its_own(root):
    before = keys(root)
    file = root / "chapters" / "direct.md"
    file.write_text(file.read_text().replace("# A page", "# A page\n\nAnother sentence.\n") + "\nAn end.\n")
    assert changed(root, before) == set()
    file.write_text(file.read_text().replace("double(2)", "double(3)"))
    assert changed(root, before) == {"direct"}


def test_magics_do_not_stop_the_search_for_imports(root):
    before = keys(root)
    file = root / "chapters" / "direct.md"
    file.write_text(file.read_text().replace("from miniatures.nn", "%matplotlib inline\n!true\nfrom miniatures.nn"))
    assert changed(root, before) == {"direct"}
    before = keys(root)
    with open(root / "code/miniatures/nn.py", "a") as helper:
        helper.write("\n")
    assert "direct" in changed(root, before)


def test_helpers_that_import_each_other_do_not_hang(root):
    (root / "code/miniatures/nn.py").write_text("import miniatures.perceiver\n")
    before = keys(root)
    with open(root / "code/miniatures/perceiver.py", "a") as helper:
        helper.write("\n")
    assert changed(root, before) == {"direct", "through", "figures", "relative"}


def test_the_keys_of_the_real_book_reach_its_helpers():
    real = Path(__file__).parents[1]
    modules, _ = Sources(real).reach(
        "from miniatures.explore import explore\nfrom miniatures.figures import gaussian_window"
    )
    assert {
        "miniatures",
        "miniatures.explore",
        "miniatures.draw",
        "miniatures.states",
        "miniatures.gaussian_window",
        "miniatures.still",
    } <= modules
    _, files = Sources(real).reach("import miniatures.draw")
    assert "palette.json" in files


# -- pages --------------------------------------------------------------------------------------


def test_a_page_without_cells_is_none(root):
    (root / "chapters/words.md").write_text(
        "# Words\n\n`{code-cell}` is a directive.\n\n````md\n```{code-cell} ipython3\n1\n```\n````\n"
    )
    assert read_page(root, "chapters/words.md") is None
    (root / "chapters/words.md").write_text("# Words\n")
    assert read_page(root, "chapters/words.md") is None


CELLS = {
    "plain": "first = 1",
    "tagged": ":tags: [remove-input]\nfirst = 1",
    "tagged and set apart": ":tags: [remove-input]\n:name: here\n\n\nfirst = 1",
    "yaml": "---\ntags: [remove-input]\nother: 3\n---\nfirst = 1",
    "yaml and set apart": "---\ntags: [a]\n---\n\nfirst = 1",
    "blank lines": "\n\nfirst = 1",
    "comment": "# first = 1 is said here",
}


@pytest.mark.parametrize("head", [HEAD, "# No front matter\n\n", HEAD + "Words before.\n\n"])
@pytest.mark.parametrize("options", CELLS)
def test_a_cell_knows_the_line_of_its_first_source_line(root, options, head):
    (root / "chapters/lines.md").write_text(page([CELLS[options], "second = 2\nthird = 3"], head))
    found = read_page(root, "chapters/lines.md")
    if found is None:
        pytest.fail("the page has cells")
    (_, first, _), (_, second, _) = found.code_cells()
    assert first == line_of(root, "chapters/lines.md", "first = 1")
    assert second == line_of(root, "chapters/lines.md", "second = 2")
    assert found.told(2, 2, "a", "B") == f"chapters/lines.md:{second + 1}: cell 2, line 2, `third = 3`: a. B."
    assert "cell 2, line 99, ``: a" in found.told(2, 99, "a", "B")


def test_a_syntax_error_is_named_with_its_line_before_anything_runs(root):
    (root / "chapters/wrong.md").write_text(page(["x = 1", ":tags: [a]\n\ny = 2\nprint((y)"]))
    with pytest.raises(ExecutionError) as refusal:
        execute(root, [read_page(root, "chapters/wrong.md")], root / "store", say=None)
    line = line_of(root, "chapters/wrong.md", "print((y)")
    assert (
        str(refusal.value)
        == f"chapters/wrong.md:{line}: cell 2, line 2, `print((y)`: '(' was never closed. Correct the cell."
    )


# -- execution ----------------------------------------------------------------------------------

FIGURE = [
    "import matplotlib.pyplot as plt\n\nlines = plt.plot([1, 2, 3])",
    "1 + 1",
    "from miniatures.nn import double\n\ndouble(21)",
]
SURROUNDINGS = [
    "import os, time\n\n[os.environ[name] for name in ('MINIATURES_BOOK', 'PYTHONHASHSEED', 'TZ', 'OMP_NUM_THREADS')]",
    "os.getcwd()",
]
CLAIM = [
    "class Record:\n    def _repr_mimebundle_(self, include=None, exclude=None):\n"
    f"        return {{'{CLAIM_MIME}': {{'claim': 'a.C1'}}, 'text/plain': 'a.C1'}}\n\nRecord()"
]


def written(root, pages):
    for name, cells in pages.items():
        (root / f"chapters/{name}.md").write_text(page(cells))
    return [read_page(root, f"chapters/{name}.md") for name in pages]


def test_what_a_cell_prints_in_pieces_is_one_output(root):
    """Else two builds of one page differ, by how busy the machine was."""
    cell = (
        "import sys, time\nfor word in ('2', ' [4.]', '\\n'):\n    print(word, end='', flush=True)\n    time.sleep(0.3)"
    )
    (found,) = execute(root, written(root, {"pieces": [cell]}), root / "store").values()
    outputs = [output for one in found.cells if one.cell_type == "code" for output in one.outputs]
    assert [(one.name, one.text) for one in outputs] == [("stdout", "2 [4.]\n")]


def test_results_are_kept_and_found_again_without_times(root, monkeypatch):
    said = []
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    pages = written(root, {"figure": FIGURE, "surroundings": SURROUNDINGS, "claim": CLAIM})

    def say(words, **_):
        said.append(words)

    executed = execute(root, pages, root / "store", say=say)
    *executions, sum_of_all = said
    assert sorted(line.split()[1] for line in executions) == [
        "chapters/claim.md",
        "chapters/figure.md",
        "chapters/surroundings.md",
    ]
    spent = re.fullmatch(r"notebooks ([\d.]+) s of CPU in ([\d.]+) s", sum_of_all)
    assert 0.5 < float(spent[1]) <= float(spent[2]) * (os.cpu_count() + 1)  # three kernels start, numpy is imported
    assert not any("FAILED" in line for line in said)

    # A figure belongs to the cell that made it, the first one too (IPython 9.18 with matplotlib 3.8 put it below the next).
    first, second, third = [cell for cell in executed["chapters/figure.md"].cells if cell.cell_type == "code"]
    assert [list(output.data) for output in first.outputs] == [["image/png", "text/plain"]]
    assert [output.data["text/plain"] for output in second.outputs + third.outputs] == ["2", "42"]

    # The kernel's surroundings are the same for everybody, and this process keeps its own.
    environment, place = [
        cell.outputs[0].data["text/plain"]
        for cell in executed["chapters/surroundings.md"].cells
        if cell.cell_type == "code"
    ]
    assert environment == "['1', '0', 'UTC', '1']"
    assert place == repr(str(root / "chapters"))
    assert os.environ["TZ"] == "Asia/Tokyo"
    assert os.environ.get("MINIATURES_BOOK") != "1"

    assert records(executed["chapters/claim.md"]) == [{"claim": "a.C1"}]
    assert records(executed["chapters/figure.md"]) == []

    store = sorted((root / "store").iterdir())
    assert sorted(file.stem for file in store) == sorted(Sources(root).key(one) for one in pages)
    assert {file.suffix for file in store} == {".ipynb"}
    for file in store:
        assert not re.search(r"20\d\d-\d\d-\d\dT|iopub|shell.execute", file.read_text()), "a time of day"

    monkeypatch.setattr(execution, "_run", lambda *_: pytest.fail("executed again"))

    async def asked():
        return execute(root, pages, root / "store", say=say)

    again = asyncio.run(asked())  # where a loop runs already, as in a test with a browser
    assert {path: json.dumps(notebook) for path, notebook in again.items()} == {
        path: json.dumps(notebook) for path, notebook in executed.items()
    }

    hand_over(root, executed)
    for page in pages:  # MyST-NB reads the page's source, and asks for what its cells gave
        with create_client(
            page.notebook, str(root / page.path), NbParserConfig(execution_mode="cache"), None
        ) as client:
            read, done = client.notebook, executed[page.path]
        assert [cell.get("outputs") for cell in read.cells] == [cell.get("outputs") for cell in done.cells]
        assert read.metadata["kernelspec"] == done.metadata["kernelspec"]


@pytest.fixture(scope="module")
def failures(tmp_path_factory):
    """Pages that fail in each way beside one that does not: (root, message of each page, what was said, store)."""
    root = tmp_path_factory.mktemp("failing")
    for name in ("code/miniatures", "data", "chapters"):
        (root / name).mkdir(parents=True)
    (root / "requirements.txt").write_text("")
    (root / "code/miniatures/__init__.py").write_text("")
    pages = written(root, FAILING | {"good": ["1 + 1"]})
    patch, said = pytest.MonkeyPatch(), []
    heard = told.Heard(execution, patch)
    patch.setattr(execution, "CELL_SECONDS", 8)
    busy = execution.kernels() + os.cpu_count()  # our kernels, and as many others as there are cores: twice the time
    patch.setattr(os, "getloadavg", lambda: (float(busy), 0, 0))
    patch.setenv("PYTHONPATH", str(root / "code"))
    with pytest.raises(ExecutionError) as refusal:
        execute(root, pages, root / "store", say=lambda words, **_: said.append(words))
    (mistyped,) = written(root, {"mistyped": ["print((y)"]})
    with pytest.raises(ExecutionError, match="never closed"):
        Sources(root).key(mistyped)
    patch.undo()
    messages = {
        message.split(":")[0].split("/")[1].removesuffix(".md"): message
        for message in re.split(r"\n\n(?=chapters/)", str(refusal.value))
    }
    return root, messages, said, heard


FAILING = {
    "raises": ["x = 1", ":tags: [hide-input]\n\ny = 0\n\nx / y  # here", "x"],
    "calls": ["def half(x):\n    return x / 0  # deep", "x = 1\nhalf(x)  # here", "x"],
    "endless": ["x = 1", "---\ntags: [a]\n---\nx = 2  # here\nwhile True:\n    pass", "x"],
    "dies": ["import os", "x = 3  # here\nos._exit(7)", "x"],
    "warns": ["x = 1", "import warnings\n\nwarnings.warn('no mean of nothing')  # here", "x"],
    "writes": ["import sys\nprint('words', file=sys.stderr)  # not named by the stream: the first line is", "1"],
    "allowed": [":tags: [raises-exception]\n1 / 0", "x = 2  # here\nraise KeyError(x)"],
}


def test_each_failure_is_told_once_and_the_good_page_is_kept(failures):
    root, messages, said, _ = failures
    assert messages.keys() == FAILING.keys()
    assert sorted(line.split()[1] for line in said if line.endswith("FAILED")) == sorted(
        f"chapters/{name}.md" for name in FAILING
    )
    assert [line.split()[1] for line in said if not line.endswith("FAILED")] == ["chapters/good.md"]
    assert [file.stem for file in (root / "store").iterdir()] == [
        Sources(root).key(read_page(root, "chapters/good.md"))
    ]


@pytest.mark.parametrize(
    ("name", "cell", "within", "source", "words"),
    [
        ("raises", 2, 3, "x / y  # here", "ZeroDivisionError: division by zero"),
        ("calls", 2, 2, "half(x)  # here", "ZeroDivisionError: division by zero"),
        ("endless", 2, 1, "x = 2  # here", "takes longer than 16 s"),
        ("dies", 2, 1, "x = 3  # here", "ended the Python process"),
        (
            "warns",
            2,
            3,
            "warnings.warn('no mean of nothing')  # here",
            "writes to stderr: line 3: UserWarning: no mean of nothing",
        ),
        ("writes", 1, 1, "import sys", "writes to stderr: words"),
        ("allowed", 2, 2, "raise KeyError(x)", "KeyError: 2"),
    ],
)
def test_a_failure_names_page_line_cell_and_source(failures, name, cell, within, source, words):
    root, messages, *_ = failures
    line = line_of(root, f"chapters/{name}.md", source)
    first, _, rest = messages[name].partition("\n")
    assert first.startswith(f"chapters/{name}.md:{line}: cell {cell}, line {within}, `{source}`: {words}. ")
    assert source in told.read(first, root).source
    assert bool(rest) == (name in ("raises", "calls", "allowed", "warns")), "a traceback, or the rest of a warning"
    assert "\x1b" not in rest, "colours of a terminal"
    assert "An error occurred while executing" not in rest
    assert "ipykernel_" not in rest, "the number of a process"


def test_ipython_is_whole_before_a_thread_and_the_build_both_want_it(tmp_path):
    """Kernels are looked for in a thread, and MyST-NB is imported meanwhile: both import IPython, whose modules import each other."""
    code = "import sys\nfrom pathlib import Path\nfrom miniatures_book import execution\nexecution.every = lambda root: []\n"
    code += "assert 'IPython' not in sys.modules\nexecution.begin(Path())\nprint('IPython.paths' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert said.stdout == "True\n", said.stderr


@pytest.mark.parametrize("load", [0.0, 1.0, float(os.cpu_count() + 1)])
def test_our_own_kernels_give_a_cell_no_more_time(monkeypatch, load):
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0, 0))
    assert execution.allowed() == 60


def test_no_message_of_the_execution_was_forgotten_above(failures):
    assert failures[-1].silent() == []
    assert len(told.made_in(execution)) == 5


def test_no_kernel_is_left_behind(failures):
    left = [
        one.cmdline()
        for one in psutil.Process().children(recursive=True)
        if "ipykernel_launcher" in " ".join(one.cmdline())
    ]
    assert not left


def test_a_half_written_result_is_not_taken_for_one(root, monkeypatch):
    (one,) = written(root, {"one": ["1 + 1"]})
    store = root / "store"
    store.mkdir()
    (store / f"{Sources(root).key(one)}.part").write_text("{")
    seen = []

    async def noted(root, page):
        seen.append(page.path)

    monkeypatch.setattr(execution, "_run", noted)
    execute(root, [one], store, say=lambda *_, **__: None)
    execute(root, [one], store, say=lambda *_, **__: None)
    assert seen == ["chapters/one.md"]
