"""Which packages of Python a page needs in the reader's browser, from the imports of its cells and of the miniatures they reach."""

import ast
import re
import sys
from functools import cache
from pathlib import Path

from miniatures_book import chapters, execution

TIERS = {
    "numpy": ("numpy",),
    "special": ("numpy", "scipy"),
    "scipy": ("numpy", "scipy"),
    "sklearn": ("numpy", "scipy", "scikit-learn"),
}
LADDER = ("numpy", "scipy", "sklearn")  # what is imported, in the order of the tiers
SPECIAL = {"scipy.special"}  # all that a page of the tier "special" imports of SciPy: its snapshot is half as heavy


def tier_packages(tier: str, packages: dict) -> list[str]:
    """The packages of a tier, each after what it depends on."""
    found = []

    def add(name):
        for other in packages[name]["depends"]:
            add(other)
        if name not in found:
            found.append(name)

    for name in TIERS[tier]:
        add(name)
    return found


@cache
def named(source: str, lazily: bool = True) -> frozenset[str]:
    """Modules that a source imports, by their whole names; without `lazily`, only what its own import imports."""
    tree = chapters.parsed(source)
    nodes = list(ast.walk(tree) if lazily else tree.body)
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            package = node.module in LADDER  # from scipy import special
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if package else {node.module}
    return frozenset(names)


def imported(source: str, lazily: bool = True) -> set[str]:
    """Top-level names that a source imports; without `lazily`, only what its own import imports."""
    return {name.partition(".")[0] for name in named(source, lazily)}


def needs(sources: execution.Sources, page: execution.Page | None) -> dict:
    """{"tier": of the page's views and miniatures, "packages": what only its cells need}, by the names Pyodide knows them by."""
    from miniatures_book.pyodide import pins

    names = set()
    for _, _, cell in page.code_cells() if page else ():
        source = re.sub(r"^\s*[%!].*$", "", cell.source, flags=re.M)
        names |= named(source)
        for module in sources.reach(source)[0]:
            names |= named(sources.text(module), lazily=False)
    tops = {name.partition(".")[0] for name in names}
    tier = next((name for name in reversed(LADDER) if name in tops), "numpy")
    if tier == "scipy" and {name for name in names if name.partition(".")[0] == "scipy"} <= SPECIAL:
        tier = "special"
    known = {name: package for package, pin in pins()["packages"].items() for name in pin["imports"]}
    started = tier_packages(tier, pins()["packages"])
    return {"tier": tier, "packages": sorted({known[name] for name in tops if name in known} - set(started))}


@cache
def standard(root: Path) -> frozenset[str]:
    """Modules of the standard library that the miniatures import when they are imported."""
    files = sorted((root / "code" / "miniatures").rglob("*.py"))
    names = {name for file in files for name in imported(file.read_text("utf8"), lazily=False)}
    return frozenset(names & sys.stdlib_module_names)


def recorded(root: Path, tier: str) -> list[str]:
    """The modules imported in a tier's snapshot: what the miniatures import of Python's library and of the tier's packages."""
    names = set(standard(root)) | {"numpy.fft", "numpy.linalg", "numpy.random"}
    if tier == "special":
        return sorted(names | SPECIAL)
    tops = {pin for pin, _ in zip(LADDER, range(LADDER.index(tier) + 1), strict=False)}
    for file in sorted((root / "code" / "miniatures").rglob("*.py")):
        for node in chapters.parsed(file.read_text("utf8")).body:
            module = node.module if isinstance(node, ast.ImportFrom) and not node.level else None
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [module or ""]
            names |= {name for name in modules if name.partition(".")[0] in tops}
    return sorted(names | ({"sklearn.base"} if tier == "sklearn" else set()))


def pages(root: Path) -> dict[str, dict]:
    """Page -> its needs, of every chapter."""
    sources = execution.Sources(root)
    return {
        chapter.docname: needs(sources, execution.read_page(root, f"{chapter.docname}.md"))
        for chapter in chapters.chapters(root)
    }
