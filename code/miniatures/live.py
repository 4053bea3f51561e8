"""Python in the page: what the worker calls. Everything goes in and out as JSON text.

Only numpy and Python's own library are imported here; what a cell needs besides is its own import.

>>> needs("import pandas as pd, math")
'["pandas"]'
"""

import contextlib
import importlib
import importlib.util
import inspect
import io
import json
import keyword
import os
import re
import sys
import time

from miniatures import exercises, reach, reader, shown
from miniatures.checks import text, whole
from miniatures.explore import Explorer
from miniatures.placed import from_page
from miniatures.plain import plain
from miniatures.surface import Page, publish

MOST_BYTES = 100_000  # of text that a cell prints
PART_BYTES = 4_096  # sent at once
PART_SECONDS = 0.1

_space: dict = {}  # the names of the page's cells


def _start():
    """Tell the helper package that it runs in a page, and make the page's namespace."""
    os.environ["MINIATURES_PAGE"] = "1"
    os.environ["MPLBACKEND"] = shown.BACKEND
    if not _space:
        _space.update(reader.namespace(display=display))


def reset() -> None:
    """Forget every name that the page's cells made."""
    _space.clear()


def view(reference: str, values: str) -> str:
    """{"figure", "description"} of the view "module:function" at `values`; ValueError says why there is none.

    >>> from unittest import mock
    >>> with mock.patch.dict(os.environ):  # where it runs is no page afterwards
    ...     print(json.loads(view("miniatures.figures.list_turnover:later", '{"turnover": 0.5}'))["description"][:19])
    Where 50 % of the n
    """
    _start()
    setting = _parsed("values", values)
    function = _function(text("reference", reference))
    types = getattr(function, "__annotations__", {})
    setting = {name: _typed(value, types.get(name)) for name, value in setting.items()}
    answer = Explorer(function, {}, "").at(**setting)
    return _as_json({"figure": answer.figure, "description": answer.description})


def _parsed(name, text):
    """What the JSON `text` stands for; ValueError names the argument that is none."""
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        raise ValueError(f"{name}={text!r:.60} must be JSON") from None


def _as_json(value):
    """A value as JSON; figures hold plain values already, nearly always, and a slider waits for this."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError):
        return json.dumps(plain(value), allow_nan=False, separators=(",", ":"))


def _function(reference):
    module, _, name = reference.partition(":")
    if module == "__main__":
        if not callable(_space.get(name)):
            raise ValueError(f"the page has no view {name!r} now: run the cell that defines it")
        return _space[name]
    if not re.fullmatch(r"miniatures\.\w+(\.\w+)*", module):
        raise ValueError(f"reference={reference!r} must read like 'miniatures.figures.gaussian_window:window'")
    try:
        return getattr(importlib.import_module(module), name)
    except AttributeError:
        raise ValueError(f"{module} has no view {name!r}") from None


def _typed(value, wanted):
    """A number of JSON, which knows no difference between 3 and 3.0, as the view declares it."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return from_page(value)
    if wanted is float:
        return float(value)
    return int(value) if wanted is int and value == int(value) else value


def run(code: str, cell: str, theme: str, emit) -> str:
    """Run a cell; `emit` receives its outputs as they appear, the answer is {"ok"}.

    >>> from unittest import mock
    >>> with mock.patch.dict(os.environ):
    ...     run("print(6 * 7)", "1", "", (outputs := []).append)
    '{"ok": true}'
    >>> outputs
    ['{"type": "stream", "name": "stdout", "text": "42\\\\n"}']
    """
    _start()
    colours = _parsed("theme", theme or "null") or {}
    if "matplotlib" in json.loads(needs(text("code", code))) and importlib.util.find_spec("matplotlib"):
        importlib.import_module("matplotlib")  # so that the theme comes before the cell's own settings
    shown.theme(colours)
    outputs, file = Outputs(emit), f"cell {cell}"
    try:
        with outputs:
            value = reader.run(code, file, _space)
            if value is not None:
                _space["_"] = value
                display(value)
            for picture in shown.figures():
                outputs.show(picture)
    except BaseException as error:  # a cell may raise anything; the page says what
        outputs.send({"type": "error", **reader.told(error, file)})
        return json.dumps({"ok": False})
    return json.dumps({"ok": True})


def display(*values) -> None:
    """Show each value below the cell, as its last line would be shown, nan too.

    >>> with Outputs((outputs := []).append):
    ...     display(42)
    >>> outputs
    ['{"type": "display", "data": {"text/plain": "42"}}']
    """
    for value in values:
        publish(shown.bundle(value))


class Outputs:
    """What a cell shows, in order, handed to `emit` as JSON; text is gathered into parts."""

    def __init__(self, emit):
        self.emit = emit
        self.room, self.left_out = MOST_BYTES, 0
        self.name, self.parts, self.waiting, self.since = "stdout", [], 0, time.monotonic()
        self.page = Page(self.show)
        self.streams = contextlib.ExitStack()

    def __enter__(self):
        self.page.__enter__()
        self.streams.enter_context(contextlib.redirect_stdout(Stream(self, "stdout")))
        self.streams.enter_context(contextlib.redirect_stderr(Stream(self, "stderr")))
        return self

    def __exit__(self, *error):
        self.streams.close()
        self.page.__exit__(*error)
        self.flush()
        if self.left_out:
            words = f"\n… {self.left_out:,} bytes more were printed; a page shows the first {MOST_BYTES:,} of a cell\n"
            self.send({"type": "stream", "name": "stderr", "text": words})

    def send(self, output: dict) -> None:
        """Hand one output to the page, as JSON."""
        self.emit(json.dumps(output, ensure_ascii=False))

    def show(self, data: dict, metadata: dict | None = None) -> None:
        """Show a MIME bundle after what was printed so far."""
        self.flush()
        self.send({"type": "display", "data": data} | ({"metadata": metadata} if metadata else {}))

    def write(self, name: str, text: str) -> None:
        """Print `text` on the stream `name`, as far as there is room."""
        size = len(text) if text.isascii() else len(text.encode("utf8", "replace"))
        if size > self.room:
            kept = text.encode("utf8", "replace")[: self.room].decode("utf8", "ignore")
            self.left_out, self.room, text = self.left_out + size - len(kept.encode()), 0, kept
        else:
            self.room -= size
        if not text:
            return
        if name != self.name:
            self.flush()
            self.name = name
        self.parts.append(text)
        self.waiting += size
        if self.waiting > PART_BYTES or time.monotonic() - self.since > PART_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Send what was printed and is still held back."""
        if self.parts:
            self.send({"type": "stream", "name": self.name, "text": "".join(self.parts)})
        self.parts, self.waiting, self.since = [], 0, time.monotonic()


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr of a cell."""

    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str):
        self.outputs, self.name = outputs, name

    def writable(self):
        """True: print asks."""
        return True

    def write(self, text):
        """Print `text`; the number of its characters. TypeError for what is no text."""
        if not isinstance(text, str):
            raise TypeError(f"write() takes a text, not {type(text).__name__}")
        self.outputs.write(self.name, text)
        return len(text)

    def flush(self):
        """Send what is still held back."""
        self.outputs.flush()


def check(exercise: str, answer: str) -> str:
    """The verdict on an exercise's answer: {"right", "message", "cases": [{"call", "got", "expected", "right"}]}.

    >>> from unittest import mock
    >>> with mock.patch.dict(os.environ):
    ...     json.loads(check("list_turnover-3", "2"))["right"]
    True
    """
    if not re.fullmatch(r"\w+-\d+", text("exercise", exercise)):
        raise ValueError(f"exercise={exercise!r:.60} must read like 'gaussian_window-1'")
    _start()
    with Outputs(lambda _: None):  # what the function prints is not the page's business
        feedback = exercises.check(exercise, answer)
    return json.dumps({"right": feedback.correct, "message": feedback.message, "cases": list(feedback.cases)})


def needs(code: str) -> str:
    """The top-level packages outside Python's own library that `code` and the helper modules it reaches import.

    None of code that is no Python: running it says so.
    """
    try:
        return json.dumps(reach.packages(reach.JUPYTER.sub("", text("code", code))))
    except SyntaxError:
        return "[]"


def complete(code: str, position: int) -> str:
    """{"from", "options": [{"label", "type"}]} at `position`, which like "from" counts as JavaScript does (UTF-16).

    >>> from unittest import mock
    >>> with mock.patch.dict(os.environ):
    ...     complete("whil", 4)
    '{"from": 0, "options": [{"label": "while", "type": "keyword"}]}'
    """
    _start()
    position = whole("position", position, 0, 10**9)
    before = text("code", code).encode("utf-16-le")[: 2 * position].decode("utf-16-le", "ignore")
    line = before.rpartition("\n")[2]
    base, word = re.search(r"((?:[^\W\d]\w*\.)*)((?:[^\W\d]\w*)?)$", before).groups()
    imported = re.match(r"\s*from\s+([\w.]+)\s+import\s", line)
    if imported:
        options = _members(_module(imported[1]))
    elif re.match(r"\s*(?:import|from)\s+[\w.]*$", line):
        options = _modules(base)
    elif base:
        options = _members(_value(base[:-1]))
    else:
        options = _names() | _arguments(before[: len(before) - len(word)])
    found = [name for name in options if name.startswith(word) and (word.startswith("_") or not name.startswith("_"))]
    start = position - len(word.encode("utf-16-le")) // 2
    return json.dumps({"from": start, "options": [{"label": name, "type": options[name]} for name in sorted(found)]})


def _names():
    """The page's names, the builtins and the keywords, each with its kind."""
    made = {name: _kind(value) for name, value in _space["__builtins__"].items()}
    made |= {name: _kind(value) for name, value in _space.items()}
    return made | dict.fromkeys(keyword.kwlist, "keyword")


def _kind(value):
    if inspect.isclass(value):
        return "class"
    if inspect.ismodule(value):
        return "namespace"
    return "function" if callable(value) else "variable"


def _value(path):
    """What a dotted name of the page stands for; None where it stands for nothing."""
    first, *rest = path.split(".")
    value = _space.get(first, _space["__builtins__"].get(first))
    for name in rest:
        value = inspect.getattr_static(value, name, None) if not inspect.ismodule(value) else getattr(value, name, None)
    return value


def _members(value):
    """The attributes of a value, each with its kind; looked at, not computed."""
    if value is None:
        return {}
    return {name: _kind(inspect.getattr_static(value, name, None)) for name in dir(value)}


def _module(name):
    """A module, where it is loaded already or one of the book's own."""
    if name.partition(".")[0] == "miniatures" and set(reach.packages(f"import {name}")) <= sys.modules.keys():
        with contextlib.suppress(ModuleNotFoundError):
            return importlib.import_module(name)
    return sys.modules.get(name)


def _modules(base):
    if base:
        return {name: kind for name, kind in _members(_module(base[:-1])).items() if kind == "namespace"}
    return dict.fromkeys((*reader.PACKAGES, "miniatures", *sys.stdlib_module_names), "namespace")


def _arguments(before):
    """The parameters of the call that `before` ends in, as "name="."""
    depth = 0
    for place in range(len(before) - 1, -1, -1):
        depth += (before[place] in ")]}") - (before[place] in "([{")
        if depth < 0:
            called = re.search(r"((?:[^\W\d]\w*\.)*[^\W\d]\w*)$", before[:place])
            function = _value(called[1]) if called and before[place] == "(" else None
            return _parameters(function) if callable(function) else {}
    return {}


def _parameters(function):
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):  # functions of C without a signature
        return {}
    return {
        f"{one.name}=": "property" for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)
    }
