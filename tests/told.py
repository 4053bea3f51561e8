"""Messages read back: `file:line: what is wrong. What to do.`, and where a module makes them."""

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

FORM = re.compile(r"(?P<file>[\w./-]+):(?P<line>\d+): (?P<wrong>[^\n]+?)\. (?P<cure>[A-Z][^\n]*)\.", re.S)
MAKERS = {"told", "told_in"}


class Told(NamedTuple):
    """A message: the file, the text of the line that it names, what is wrong, what to do."""

    file: str
    source: str
    wrong: str
    cure: str


def read(message: str, root: Path, texts=()) -> Told:
    """The message in its parts; fails where it has not the form, or names no line of a file below root.

    `texts` are files that stand otherwise than below root: name -> text.
    """
    found = FORM.fullmatch(message.partition("\n")[0])
    assert found, f"not 'file:line: what is wrong. What to do.': {message}"
    text = dict(texts).get(found["file"]) or (root / found["file"]).read_text("utf8")
    lines = text.splitlines()
    assert 1 <= int(found["line"]) <= len(lines), f"{found['file']} has {len(lines)} lines: {message}"
    assert len(found["wrong"].split()) >= 3, message
    assert len(found["cure"].split()) >= 2, message
    return Told(found["file"], lines[int(found["line"]) - 1], found["wrong"], found["cure"])


def made_in(module) -> dict[int, int]:
    """First line -> last line of each place where the module makes a message."""
    tree = ast.parse(Path(module.__file__).read_text("utf8"))
    inner = {id(call) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in MAKERS for call in ast.walk(node)}  # fmt: skip
    return {
        node.lineno: node.end_lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in MAKERS
        and id(node) not in inner
    }


class Heard:
    """Which of the places where a module makes messages were reached: its `told` is replaced by one that notes them."""

    def __init__(self, module, monkeypatch):
        self.module, self.lines, made = module, set(), module.told

        def noted(*given):
            frame = sys._getframe(1)
            while frame.f_code.co_name in MAKERS:
                frame = frame.f_back
            self.lines.add(frame.f_lineno)
            return made(*given)

        monkeypatch.setattr(module, "told", noted)

    def silent(self) -> list[str]:
        """Where the module makes a message that was never heard."""
        source = Path(self.module.__file__).read_text("utf8").splitlines()
        return [
            f"{Path(self.module.__file__).name}:{first}: {source[first - 1].strip()}"
            for first, last in made_in(self.module).items()
            if not self.lines & set(range(first, last + 1))
        ]
