"""What a piece of code imports: the build's cache keys and the page's packages rest on it.

>>> sorted(imports("from miniatures.figures import fixmatch"))
['miniatures', 'miniatures.figures', 'miniatures.figures.fixmatch']
"""

import ast
import re
import sys
from functools import cache
from pathlib import Path

EXERCISE = re.compile(r"([a-z]\w*)-\d+")  # check("<stem>-<number>", answer)
PICTURE = re.compile(r"[\w-]+\.(?:png|jpe?g)")  # load("<picture>")
ELSEWHERE = (
    "miniatures.notebook",
    "miniatures.still",
)  # the notebook's surface and the build's, which a page never uses
JUPYTER = re.compile(r"^\s*[%!?].*$", re.M)  # commands of Jupyter's, which are not Python


def imports(source: str | ast.AST, package: str = "") -> set[str]:
    """Every module that `source`, a module of `package`, may import, with its parents; SyntaxError for what is no Python.

    `from a import b` counts as `a` and `a.b`; the text "fixmatch-6" as the exercises of fixmatch, "cat.jpg" as Pillow.
    """
    if not isinstance(source, (str, ast.AST)):
        raise ValueError(f"source={source!r:.60} must be a text or a syntax tree")
    modules = set()
    for node in ast.walk(ast.parse(source) if isinstance(source, str) else source):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
            origin = ".".join([*parents, *([node.module] if node.module else [])])
            modules |= {origin} | {f"{origin}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            exercise = EXERCISE.fullmatch(node.value)
            modules |= {f"miniatures.exercises.{exercise[1]}"} if exercise else set()
            modules |= {"PIL"} if PICTURE.fullmatch(node.value) else set()
    return {".".join(name.split(".")[:depth]) for name in modules for depth in range(1, name.count(".") + 2)}


def _name(name):
    """A module's name; checked here, for miniatures.checks brings numpy, which who reads imports does not need."""
    if not isinstance(name, str):
        raise ValueError(f"name={name!r} must be a text, the name of a module")
    return name


def module_file(code: Path, name: str) -> Path | None:
    """The file of a module below the folder `code`.

    >>> module_file(Path(__file__).parents[1], "miniatures.reach").name, module_file(Path("nowhere"), "miniatures.reach")
    ('reach.py', None)
    """
    place = code / Path(*_name(name).split("."))
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def package_of(name: str, file: Path) -> str:
    """The package that the relative imports of the module `name` start from.

    >>> package_of("a.b", Path("a/b.py")), package_of("a.b", Path("a/b/__init__.py"))
    ('a', 'a.b')
    """
    return name if file.name == "__init__.py" else _name(name).rpartition(".")[0]


@cache
def _imports_of(name: str) -> frozenset[str]:
    """What a helper module needs in a page; nothing where there is no such module."""
    file = module_file(Path(__file__).parents[1], name)
    if file is None or name in ELSEWHERE:
        return frozenset()
    found = imports(file.read_text("utf8"), package_of(name, file))
    return frozenset(found - {"PIL", "PIL.Image"} if name == "miniatures.data" else found)  # for pictures alone


def packages(source: str) -> list[str]:
    """The top-level packages outside Python's own library that `source` and the helper modules it reaches import.

    SyntaxError for a `source` that is no Python.

    >>> packages("import math; from miniatures.softmax import softmax")
    ['numpy']
    """
    found = imports(source)
    waiting = [name for name in found if name.partition(".")[0] == "miniatures"]
    while waiting:
        more = _imports_of(waiting.pop()) - found
        found |= more
        waiting += [name for name in more if name.partition(".")[0] == "miniatures"]
    tops = {name.partition(".")[0] for name in found}
    return sorted(tops - sys.stdlib_module_names - {"miniatures", ""})
