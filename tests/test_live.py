"""Python in the page, as the worker calls it: everything in and out is JSON text."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from miniatures import live, reader
from miniatures.claims import CLAIM_MIME
from miniatures.explore import VIEW_MIME, Slider, View, explore
from miniatures.figures import gaussian_window as views

ROOT = Path(__file__).parents[1]
THEME = json.dumps({"dark": True, "ink": "rgb(230, 230, 230)", "paper": "#101418", "muted": "#999999", "line": "#333"})


@pytest.fixture(autouse=True)
def page(monkeypatch):
    """A fresh page; the process is no page afterwards."""
    monkeypatch.setenv("MINIATURES_PAGE", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    live.reset()
    yield
    live.reset()
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
        sys.modules["matplotlib"].rcdefaults()
        sys.modules["matplotlib"].use("agg")
        vars(sys.modules["matplotlib"]).pop("_miniatures", None)


def run(code, cell="1", theme=""):
    """(ok, outputs) of a cell."""
    outputs = []
    answer = json.loads(live.run(code, cell, theme, lambda text: outputs.append(json.loads(text))))
    return answer["ok"], outputs


def error(code, cell="1"):
    ok, outputs = run(code, cell)
    assert not ok
    assert outputs[-1]["type"] == "error"
    return outputs[-1]


def printed(outputs, name="stdout"):
    return "".join(one["text"] for one in outputs if one["type"] == "stream" and one["name"] == name)


def labels(code, position=None):
    found = json.loads(live.complete(code, len(code) if position is None else position))
    return found["from"], {one["label"]: one["type"] for one in found["options"]}


# Cells


def test_the_last_expression_is_shown_and_names_stay():
    assert run("x = 3\nx * 2") == (True, [{"type": "display", "data": {"text/plain": "6"}}])
    assert run("x + 1;") == (True, [])
    assert run("x + 1;  # quietly") == (True, [])
    assert run("'a;'")[1][0]["data"]["text/plain"] == "'a;'"
    assert run("None") == (True, [])
    assert run("") == (True, [])
    assert run("# a comment") == (True, [])
    assert run("_ * 2")[1][0]["data"]["text/plain"] == "'a;a;'"


def test_a_theme_may_be_left_out():
    for theme in ("", "null", "{}"):
        assert run("1", theme=theme)[0]


def test_output_comes_in_order():
    ok, outputs = run("import sys\nprint('a')\ndisplay(1, 2)\nprint('b', file=sys.stderr)\nprint('c')\n3")
    assert ok
    shown = [one.get("text") or one["data"]["text/plain"] for one in outputs]
    assert shown == ["a\n", "1", "2", "b\n", "c\n", "3"]
    assert outputs[3]["name"] == "stderr"


def test_a_million_lines_are_cut_and_counted():
    ok, outputs = run("for i in range(100_000):\n    print('é', i)")
    assert ok
    text = printed(outputs)
    assert len(text.encode()) <= live.MOST_BYTES
    assert text.startswith("é 0\né 1\n")
    whole = sum(len(f"é {i}\n".encode()) for i in range(100_000))
    assert printed(outputs, "stderr") == (
        f"\n… {whole - len(text.encode()):,} bytes more were printed; a page shows the first 100,000 of a cell\n"
    )
    assert len(outputs) < 100


def test_long_values_are_cut():
    text = run("list(range(10**6))")[1][0]["data"]["text/plain"]
    assert text.endswith("… and 999,000 more")
    assert len(text) < 10_000
    assert "more characters are left out" in run("'a' * 10**6")[1][0]["data"]["text/plain"][-60:]


def test_numpy_pandas_sympy():
    assert run("import numpy as np\nnp.arange(3)")[1][0]["data"] == {"text/plain": "array([0, 1, 2])"}
    table = run("import pandas as pd\npd.DataFrame({'a': [1]})")[1][0]["data"]
    assert "<table" in table["text/html"]
    assert run("import sympy\nsympy.Symbol('x') ** 2")[1][0]["data"] == {
        "text/plain": "x**2",
        "text/latex": "$\\displaystyle x^{2}$",
    }


def test_figures_left_open_are_shown_in_the_theme_and_closed():
    ok, outputs = run("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('A');", theme=THEME)
    assert ok, outputs
    (one,) = outputs
    assert one["data"]["image/svg+xml"].startswith("<svg")
    assert "#101418" in one["data"]["image/svg+xml"]
    assert "#e6e6e6" in one["data"]["image/svg+xml"]
    assert run("plt.get_fignums()")[1][0]["data"]["text/plain"] == "[]"


def test_the_cells_own_settings_win():
    code = "import matplotlib.pyplot as plt\nplt.rcParams['axes.facecolor'] = '#abcdef'\nplt.plot([1]);"
    assert "#abcdef" in run(code, theme=THEME)[1][0]["data"]["image/svg+xml"]


def test_colours_that_matplotlib_does_not_know_are_left_alone():
    assert run("import matplotlib.pyplot as plt\nplt.plot([1]);", theme='{"paper": "oklch(1 0 0)", "font": "x"}')[0]


def test_show_shows_at_its_place_and_a_figure_as_value_once():
    code = "import matplotlib.pyplot as plt\nfigure, axes = plt.subplots()\n"
    _, outputs = run(code + "plt.show()\nprint('after')")
    assert [one["type"] for one in outputs] == ["display", "stream"]
    _, outputs = run(code + "figure")
    assert [one["type"] for one in outputs] == ["display"]


def test_a_heavy_figure_is_a_png():
    code = "import matplotlib.pyplot as plt\nimport numpy as np\nplt.scatter(np.arange(30_000), np.arange(30_000));"
    (one,) = run(code)[1]
    assert "image/svg+xml" not in one["data"]
    assert one["data"]["image/png"].startswith("iVBORw0KGgo")


def test_views_show_themselves_without_states_and_still():
    code = (
        "from miniatures.explore import Slider, explore\nfrom miniatures.figures import gaussian_window as views\n"
        "explore(views.image_bound, sigma=Slider(1, 5, 2, steps=5))"
    )
    (one,) = run(code)[1]
    spec = one["data"][VIEW_MIME]
    assert spec["states"] is None
    assert spec["still"] is None
    assert spec["view"] == "miniatures.figures.gaussian_window:image_bound"
    assert spec["controls"][0]["values"] == [1, 2, 3, 4, 5]
    assert spec["description"] == views.image_bound(2.0).description
    (one,) = run("views.image_bound(2.0)")[1]
    assert one["data"][VIEW_MIME]["controls"] == []


def test_a_view_of_a_cell_is_answered_from_the_cell():
    code = (
        "from miniatures import draw\nfrom miniatures.explore import Slider, View, explore\n\ndef twice(x: float):\n"
        "    return View(draw.figure(draw.line([0, 1], [0, 2 * x])), f'It ends at {2 * x}.')\n\nexplore(twice, x=Slider(0, 1, 0.5, steps=3))"
    )
    assert run(code)[1][0]["data"][VIEW_MIME]["view"] == "__main__:twice"
    assert json.loads(live.view("__main__:twice", '{"x": 1}'))["description"] == "It ends at 2.0."
    live.reset()
    with pytest.raises(ValueError, match="run the cell that defines it"):
        live.view("__main__:twice", '{"x": 1}')


def test_glue_and_claims():
    _, outputs = run("from miniatures.glue import glue\nglue('a', 2.5)")
    assert outputs == [
        {
            "type": "display",
            "data": {"application/papermill.record/text/plain": "2.5"},
            "metadata": {"scrapbook": {"name": "a", "mime_prefix": "application/papermill.record/"}},
        }
    ]
    code = (
        "from miniatures import claims\nclaims.record('demo.C1', measured='m', seeds='s', verdict='holds', reason='r')"
    )
    assert run(code)[1][0]["data"][CLAIM_MIME]["claim"] == "demo.C1"


# Faults


def test_an_error_names_cell_and_line():
    assert run("def f(x):\n    return 1 / x", "2")[0]
    found = error("y = 1\nf(0)", "3")
    assert (found["name"], found["message"], found["line"]) == ("ZeroDivisionError", "division by zero", 2)
    trace = found["traceback"]
    assert trace.startswith("cell 3, line 2\n    f(0)")
    assert "cell 2, line 2, in f\n    return 1 / x" in trace
    assert trace.endswith("ZeroDivisionError: division by zero")
    assert "/" not in trace.replace("1 / x", "")
    assert run("y")[1][0]["data"]["text/plain"] == "1"


def test_an_error_inside_the_helper_package_starts_with_the_readers_line():
    found = error("from miniatures.gaussian_window import half_width\nhalf_width(-1, 1)")
    assert found["line"] == 2
    assert found["traceback"].startswith("cell 1, line 2\n")
    assert re.search(r"^miniatures/gaussian_window.py, line \d+, in half_width$", found["traceback"], re.M)


def test_causes_are_told():
    found = error("try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('no a') from e")
    assert found["line"] == 4
    assert found["traceback"].endswith("because of KeyError: 'a'")


def test_a_syntax_error():
    found = error("x = 1\nx = = 2", "4")
    assert (found["name"], found["line"]) == ("SyntaxError", 2)
    assert "cell 4, line 2" in found["traceback"]
    assert "x = = 2" in found["traceback"]
    assert error("def f():\nreturn 1")["line"] == 2
    assert error("print('a\nx")["line"] == 1
    assert error("x = '\0'")["name"] == "SyntaxError"


@pytest.mark.parametrize("line", ["%timeit 1", "!ls", "?print", "%%time"])
def test_commands_of_jupyters(line):
    found = error(f"x = 1\n{line}")
    assert found["line"] == 2
    assert "page runs Python alone" in found["message"]


def test_input_is_refused():
    found = error("name = input('name?')")
    assert (found["name"], found["line"]) == ("RuntimeError", 1)
    assert "a page has no input()" in found["message"]
    assert "reader.py" not in found["traceback"]


def test_missing_packages():
    found = error("import torch.nn")
    assert "there is no package “torch”" in found["message"]
    assert "numpy, scipy" in found["message"]
    assert error("import miniatures.no_such")["message"] == "No module named 'miniatures.no_such'"
    assert "cannot import name" in error("from math import no_such")["message"]


def test_a_package_that_the_page_did_not_see(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "sklearn")
    absent = ModuleNotFoundError("No module named 'sklearn'", name="sklearn")
    assert "write “import sklearn” in the cell" in reader.told(absent, "cell 1")["message"]


def test_recursion_memory_interrupt_exit():
    found = error("def f(): return f()\nf()")
    assert found["name"] == "RecursionError"
    assert "calls itself again and again" in found["message"]
    assert len(found["traceback"].splitlines()) < 50
    found = error("import numpy as np\nnp.ones(10**14)")
    assert "make the arrays smaller" in found["message"]
    assert found["line"] == 2
    assert error("raise KeyboardInterrupt")["message"] == "stopped"
    assert "nothing to exit from" in error("import sys\nsys.exit()")["message"]


def test_a_failing_representation_is_an_error_of_the_cell():
    assert error("class A:\n    def __repr__(self): return 1 / 0\nA()")["line"] == 2


def test_what_was_printed_before_the_error_stays():
    ok, outputs = run("print('before')\n1 / 0")
    assert not ok
    assert [one["type"] for one in outputs] == ["stream", "error"]


def test_the_streams_are_given_back():
    before = sys.stdout, sys.stderr
    run("print(1)")
    run("1 / 0")
    assert (sys.stdout, sys.stderr) == before


# Views


def test_view_answers_as_the_build_does():
    found = json.loads(live.view("miniatures.figures.gaussian_window:window", '{"sigma": 2.31, "epsilon": 0.001}'))
    assert found["description"] == views.window(2.31, 0.001).description
    assert {"data", "layout"} <= found["figure"].keys()
    whole = json.loads(live.view("miniatures.figures.gaussian_window:window", '{"sigma": 3, "epsilon": 0.001}'))
    assert whole["description"] == views.window(3.0, 0.001).description
    number = json.loads(
        live.view("miniatures.figures.gaussian_window:kernel_difference", '{"sigma": 2, "radius": 4.0}')
    )
    assert number["description"] == views.kernel_difference(2.0, 4).description


@pytest.mark.parametrize(
    ("reference", "values", "words"),
    [
        ("miniatures.figures.gaussian_window:no_such", "{}", "no view 'no_such'"),
        ("os:system", "{}", "must read like"),
        ("miniatures.figures.gaussian_window:window", '{"sigma": 2}', "cannot draw sigma=2"),
        ("miniatures.figures.gaussian_window:window", '{"sigma": -2, "epsilon": 0.1}', "cannot draw"),
    ],
)
def test_view_says_why_it_is_none(reference, values, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        live.view(reference, values)


def test_every_view_declares_the_types_of_its_controls():
    """JSON knows no difference between 3 and 3.0; a view's declaration tells."""
    for file in (ROOT / "code/miniatures/figures").glob("[a-z]*.py"):
        for node in ast.parse(file.read_text("utf8")).body:
            if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "View":
                assert all(one.annotation for one in (*node.args.args, *node.args.kwonlyargs)), (
                    f"{file.name}: {node.name}"
                )


# Exercises


def test_check_answers_for_each_kind():
    right = "def gamma(alpha, beta, product):\n    print('x' * 10**6)\n    return 1.15\n"
    found = json.loads(live.check("compound_scaling-9", right))
    assert found["right"] is False
    assert found["message"] == "Not yet: gamma(1.2, 1.1, 2) gives 1.15, expected is 1.1736313."
    assert found["cases"][0] == {"call": "gamma(1.2, 1.1, 2)", "got": "1.15", "expected": "1.1736313", "right": False}
    assert json.loads(live.check("fixmatch-4", "nothing")) == {"right": True, "message": "Right.", "cases": []}
    with pytest.raises(ValueError, match="not an exercise"):
        live.check("fixmatch-99", "")


def test_a_checked_function_knows_nothing_of_the_page():
    run("alpha_of_mine = 1.15")
    found = json.loads(live.check("compound_scaling-9", "def gamma(a, b, p): return alpha_of_mine"))
    assert "NameError" in found["message"]


# Completion


def test_complete_names_attributes_and_arguments():
    run(
        "import math\nfrom miniatures.figures import gaussian_window as views\nsigma_of_mine = 2\ndef half(width, *, edge=1): pass"
    )
    assert labels("x = sigm") == (4, {"sigma_of_mine": "variable"})
    assert labels("math.sq") == (5, {"sqrt": "function"})
    assert labels("views.win")[1] == {"window": "function"}
    assert labels("whi")[1] == {"while": "keyword"}
    assert labels("half(1, ed")[1] == {"edge=": "property"}
    assert labels("half([1, 2], (3), w")[1]["width="] == "property"
    assert "edge=" not in labels("half(1) + ed")[1]
    assert labels("mat + 1", 2)[0] == 0
    assert labels("mat + 1", 2)[1].keys() >= {"math", "max"}
    assert labels("'😀'; mat")[0] == 6
    assert labels("'😀'; math") == (6, {"math": "namespace"})
    assert labels("no_such.a") == (8, {})
    assert "__name__" not in labels("math.")[1]
    assert "__name__" in labels("math.__n")[1]


def test_complete_modules():
    assert labels("from miniatures.gaussian_window import half_w")[1] == {"half_width": "function"}
    assert labels("import skl")[1] == {"sklearn": "namespace"}
    assert labels("from miniatures.figures import gau")[0] == 31
    assert labels("from no_such import a")[1] == {}


def test_completion_computes_nothing():
    run("class A:\n    @property\n    def a(self): raise SystemExit\nx = A()")
    assert labels("x.a")[1] == {"a": "variable"}
    assert labels("x.a.b")[1] == {}


# Needs


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("import math", []),
        ("import pandas as pd", ["pandas"]),
        ("def f():\n    from sklearn.svm import SVC", ["sklearn"]),
        ("from miniatures.gaussian_window import half_width", ["numpy", "scipy"]),
        ("from miniatures.explore import explore", ["numpy"]),
        ("from miniatures.figures import compound_scaling as views", ["numpy"]),
        ("from miniatures.glue import glue", []),
        ("from miniatures.data import load\nload('digits.npz')", ["numpy"]),
        ("from miniatures.data import load\nload('cat.jpg')", ["PIL", "numpy"]),
        ("check('gaussian_window-1', 2)", ["numpy", "scipy"]),
        ("%timeit 1\nimport sympy", ["sympy"]),
        ("import = 2", []),
    ],
)
def test_needs(code, packages):
    assert json.loads(live.needs(code)) == packages


def test_the_book_carries_what_it_depends_on():
    names = {"scikit-learn": "sklearn", "pillow": "PIL"}
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["dependencies"]
    found = {re.match(r"[\w-]+", one)[0] for one in needed} - {"pyyaml"}
    assert {names.get(one, one) for one in found} == set(reader.PACKAGES)


def test_live_imports_numpy_and_pythons_library_alone():
    code = "import sys, miniatures.live\nprint(sorted({n.partition('.')[0] for n in sys.modules}))"
    clean = {key: value for key, value in os.environ.items() if not key.startswith("MINIATURES")}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=clean)
    loaded = set(ast.literal_eval(run.stdout))
    assert not loaded & {
        "matplotlib",
        "sympy",
        "pandas",
        "plotly",
        "IPython",
        "scipy",
        "PIL",
        "sklearn",
        "js",
        "pyodide",
    }
    assert "numpy" in loaded


def test_outside_a_page_nothing_changes(monkeypatch):
    monkeypatch.delenv("MINIATURES_PAGE")
    monkeypatch.setenv("MINIATURES_BOOK", "1")
    explorer = explore(views.image_bound, sigma=Slider(1, 5, 2, steps=3))
    assert explorer._repr_mimebundle_()[VIEW_MIME]["states"]
    assert isinstance(explorer.at(sigma=2.0), View)
